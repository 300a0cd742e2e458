# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the portal's answers hold, as frozen, typed records. Private to this collection.

Each operation that reads has one reader here, found by `READERS`; it returns records or raises
`Unreadable`. Only this file knows which keys the back ends use for what.
"""

from __future__ import annotations

import base64
import ipaddress
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from typing import Any, Callable, Final, NamedTuple, TypeVar

from ._operations import PROFILE, Operation
from ._reading import (
    ENVELOPE,
    UNKNOWN,
    Answer,
    Entry,
    Form,
    Unknown,
    as_dict,
    candidates,
    check_page,
    date,
    entries,
    envelopes,
    first_present,
    first_text,
    flag,
    is_id,
    known,
    money,
    number,
    optional_text,
    records,
    single,
    text,
)
from ._secrets import hidden
from ._states import State, is_true, job_state, machine_state, power_state

Reader = TypeVar("Reader", bound=Callable[..., Any])

#: The reader of each operation that reads, by the operation's name.
READERS: dict[str, Callable[..., Any]] = {}


def reads(*operations: str) -> Callable[[Reader], Reader]:
    """Say which operations' answers a function reads."""

    def register(reader: Reader) -> Reader:
        READERS.update(dict.fromkeys(operations, reader))
        return reader

    return register


#: The one choice of the field ``telegramnotifications`` (reference: Update User Details).
YES: Final = "بله"

_MEGABYTES: Final = {
    **dict.fromkeys(("", "m", "mb", "mib"), 1.0),
    **dict.fromkeys(("g", "gb", "gib"), 1024.0),
    **dict.fromkeys(("t", "tb", "tib"), 1024.0 * 1024),
    **dict.fromkeys(("k", "kb", "kib"), 1 / 1024),
}
_GIGABYTES: Final = {
    **dict.fromkeys(("", "g", "gb", "gib"), 1.0),
    **dict.fromkeys(("t", "tb", "tib"), 1024.0),
    **dict.fromkeys(("m", "mb", "mib"), 1 / 1024),
}
_CORES: Final = dict.fromkeys(("", "core", "cores", "cpu", "cpus", "vcpu", "vcpus"), 1.0)
#: What a machine can have: less or more is another unit or another thing.
_MEMORY_RANGE: Final = (64, 1024 * 1024 - 1)
_DISK_RANGE: Final = (1, 1_000_000)
_CPU_RANGE: Final = (1, 1024)

_MEMORY_KEYS: Final = ("memory", "ram", "MEMORY")
_CPU_KEYS: Final = ("cpus", "cpu", "vcpus", "vcpu")
_DISK_KEYS: Final = ("disk", "disk_size", "hdd", "DISK")
_PASSWORD_KEYS: Final = (
    *("password", "rootpassword", "root_password", "root_pass", "rootpass", "rootpw", "passwd", "pass"),
    *("adminPass", "admin_password", "new_password", "newpassword"),
)
#: Objects within an answer that may tell a password.
_PASSWORD_PLACES: Final = ("vm", "server", "reinstall", "rescue", "diag", "credentials", "access", "login")
#: Where a machine's own addresses stand, main ones first.
_ADDRESS_KEYS: Final = (
    *("ipv4", "ip", "ips", "main_ip", "ipaddress", "ipv6", "private_ip", "private_ips", "private_ipv4", "private"),
    *("addresses", "networks", "interfaces"),
)
_OWN_ADDRESS_KEYS: Final = ("ipaddress", "ip_address", "address", "ipaddr", "addr", "ip", "ips", "ipv4", "ipv6")
_NOT_OWN: Final = re.compile(
    r"gateway|(^|_)gw|mask|dns|(^|_)ns\d*$|name_?server|resolver|broadcast|routers?$|routes?$|^network$|subnet",
    re.IGNORECASE,
)
#: Keys of network ports, and of the entries of a list; below others a text is something else than an address.
_PORT: Final = re.compile(r"(net|eth|en[a-z]|ip|nic|if|v|port|interface)?_?\d+", re.IGNORECASE)
#: Addresses that don't reach the machine from outside (RFC 1918, 6598, 4193); the documentation nets do, here.
_PRIVATE: Final = tuple(
    ipaddress.ip_network(net) for net in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
)


# Addresses


class HostAddress(NamedTuple):
    """An address by which a machine can be reached, if only from its private network."""

    text: str
    version: int
    private: bool


def addresses(value: Any) -> Iterator[HostAddress]:
    """Yield the IP addresses that a value gives a machine, main ones first.

    Gateways, netmasks, name servers and the addresses of networks are none of the machine's.
    """
    if isinstance(value, str):
        yield from _addresses_of_text(value)
    elif isinstance(value, dict):
        yield from _addresses_of_object(value)
    elif isinstance(value, list):
        for item in sorted(value, key=_is_secondary):
            yield from addresses(item)


def _addresses_of_text(value: str) -> Iterator[HostAddress]:
    parts = value.replace(",", " ").replace(";", " ").split()
    if len(parts) > 1 and _NOT_OWN.search(value):
        return
    for part in parts:
        found = read_address(part)
        if found is not None:
            yield found


def _addresses_of_object(value: Entry) -> Iterator[HostAddress]:
    own = [value[key] for key in _OWN_ADDRESS_KEYS if value.get(key)]
    for item in own:
        yield from addresses(item)
    if own:
        return
    for key, item in sorted(value.items(), key=lambda pair: _is_secondary(pair[1])):
        if _NOT_OWN.search(str(key)):
            continue
        key_address = read_address(str(key))
        if key_address is not None:
            yield key_address
        elif isinstance(item, (dict, list)) or _PORT.fullmatch(str(key)):
            yield from addresses(item)


def _is_secondary(value: Any) -> bool:
    return not (isinstance(value, dict) and is_true(value.get("main")))


@lru_cache(maxsize=4096)
def read_address(value: str) -> HostAddress | None:
    """Return an address without its prefix length.

    None for what is none, for that of a network, and for one that reaches no machine, as a netmask or a loopback
    address. An IPv4 address that is mapped into IPv6 is an IPv4 address.
    """
    if "." not in value and ":" not in value:
        return None
    try:
        address = _parsed_address(value.strip())
    except ValueError:
        return None
    if address is None or _reaches_nothing(address):
        return None
    return HostAddress(str(address), address.version, any(address in net for net in _PRIVATE))


def _parsed_address(value: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Return an address, an IPv4 one where it is mapped into IPv6; None for that of a network."""
    if "/" in value:
        interface = ipaddress.ip_interface(value)
        if _is_network(interface):
            return None
        value = str(interface.ip)
    address = ipaddress.ip_address(value)
    return getattr(address, "ipv4_mapped", None) or address


def _reaches_nothing(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether no machine has an address: a loopback or link-local one, a netmask."""
    if address.is_loopback or address.is_link_local or address.is_unspecified or address.is_multicast:
        return True
    return address.version == 4 and address.is_reserved


def host_address(value: str) -> str | None:
    """Return an address as it is compared, see `read_address`; None for what is none."""
    found = read_address(value)
    return found.text if found else None


def _is_network(interface: ipaddress.IPv4Interface | ipaddress.IPv6Interface) -> bool:
    """Whether an address with a prefix length is that of a network: nothing in it tells a machine."""
    network = interface.network
    return network.prefixlen < interface.max_prefixlen - 1 and interface.ip == network.network_address


# Records


@dataclass(frozen=True)
class Record:
    """What all records share: their fields as a dictionary, and the API's own object in ``raw``."""

    def as_dict(self, raw: bool = False) -> dict[str, Any]:
        """Return the fields by name, what is unknown as null; the API's own object too where it is asked for."""
        shown: dict[str, Any] = {}
        for item in fields(self):
            if item.metadata.get("internal") or (item.name == "raw" and not raw):
                continue
            shown[item.name] = _plain(getattr(self, item.name), raw)
        return shown

    @property
    def told(self) -> bool:
        """Whether anything but the identity is known."""
        return any(
            not isinstance(getattr(self, item.name), Unknown) and getattr(self, item.name) not in (None, ())
            for item in fields(self)
            if item.name not in ("id", "raw", "service_id", "number") and not item.metadata.get("internal")
        )


def _plain(value: Any, raw: bool) -> Any:
    if isinstance(value, Unknown):
        return None
    if isinstance(value, tuple):
        return [item.as_dict(raw) if isinstance(item, Record) else item for item in value]
    return None if isinstance(value, str) and value == "" else value


#: Marks a field that is not returned to a playbook.
_INTERNAL: Final = {"internal": True}


@dataclass(frozen=True)
class VirtualMachine(Record):
    """A virtual server of a service, with its memory in MB and its disk in GB.

    ``status`` is running, stopped, rescue, building or unknown, and ``state`` has the portal's word for it.
    """

    id: str
    name: str | Unknown = UNKNOWN
    status: str = "unknown"
    memory: int | Unknown = UNKNOWN
    cpu: int | Unknown = UNKNOWN
    disk: int | Unknown = UNKNOWN
    template: str | Unknown = UNKNOWN
    template_id: str | Unknown = UNKNOWN
    ips: tuple[str, ...] = ()
    ipv4: str | None = None
    ipv6: str | None = None
    private_ipv4: str | None = None
    service_id: str = ""
    raw: Entry = field(default_factory=dict, repr=False, compare=False)
    state: State = field(default=State("unknown"), compare=False, metadata=_INTERNAL)

    @property
    def title(self) -> str:
        """How messages call it: by its name, or by its id where it has none."""
        return self.id if isinstance(self.name, Unknown) else self.name

    def size(self, name: str) -> int | Unknown:
        """Return the memory, cpu or disk."""
        sizes = {"memory": self.memory, "cpu": self.cpu, "disk": self.disk}
        return sizes[name]

    def completed(self, listed: VirtualMachine) -> VirtualMachine:
        """Return this machine by the name that the list has, and with what only the list says."""
        lacking = {item.name for item in fields(self) if isinstance(getattr(self, item.name), Unknown)}
        if not isinstance(listed.name, Unknown):
            lacking.add("name")
        if not self.ips:
            lacking.update(("ips", "ipv4", "ipv6", "private_ipv4"))
        if not self.state.told:
            lacking.update(("status", "state"))
        return replace(self, raw={**listed.raw, **self.raw}, **{name: getattr(listed, name) for name in lacking})


_VM_IDS: Final = ("id", "vmid", "uuid", "vm_id")


def virtual_machine(entry: Entry, service_id: str, identity: str | None = None) -> VirtualMachine | None:
    """Read one virtual machine; None for an object without an id, or which tells nothing of one.

    Args:
        entry: The API's object.
        service_id: The service's id.
        identity: The id of the machine that was asked for; None for one of a list.

    """
    found = identity or known(first_text(entry, *_VM_IDS, "_key"))
    if found is None or _is_of_another(entry, found, _VM_IDS):
        return None
    state = machine_state(entry)
    template, template_id = _template_of(entry)
    told = [key for key in _ADDRESS_KEYS if key in entry]
    own = tuple(dict.fromkeys(address for key in told for address in addresses(entry[key])))
    by_kind = {(address.version, address.private): address.text for address in reversed(own)}
    machine = VirtualMachine(
        id=found,
        name=first_text(entry, "label", "name", "hostname"),
        status=state.status,
        memory=_size(entry, _MEMORY_KEYS, _MEGABYTES, _MEMORY_RANGE),
        cpu=_cores(entry),
        disk=_size(entry, _DISK_KEYS, _GIGABYTES, _DISK_RANGE),
        template=template,
        template_id=template_id,
        ips=tuple(address.text for address in own),
        ipv4=by_kind.get((4, False)),
        ipv6=by_kind.get((6, False)),
        private_ipv4=by_kind.get((4, True)),
        service_id=service_id,
        raw=entry,
        state=state,
    )
    return machine if _is_machine(machine, entry, by_id=identity is not None) else None


def _is_of_another(entry: Entry, identity: str, id_keys: Sequence[str]) -> bool:
    """Whether an object says by its ``id`` that it is another one than was asked for.

    Other keys may hold ids of the back end's own, which are others than the portal's.
    """
    own = {text(entry.get(key)) for key in id_keys}
    return not isinstance(text(entry.get("id")), Unknown) and identity not in own


def _is_machine(machine: VirtualMachine, entry: Entry, by_id: bool) -> bool:
    """Whether an object is of a machine: it has its id, tells something of it, or names it in a list."""
    if any(text(entry.get(key)) == machine.id for key in _VM_IDS):
        return True
    is_named = not by_id and not isinstance(machine.name, Unknown)
    return is_named or _tells(machine)


def _tells(machine: VirtualMachine) -> bool:
    """Whether a machine's size, system, addresses or state are known. A name alone could be that of anything."""
    if machine.ips or (machine.status != "unknown" and machine.state.word not in ("true", "false", "1", "0")):
        return True
    values = (machine.memory, machine.cpu, machine.disk, machine.template, machine.template_id)
    return any(not isinstance(value, Unknown) for value in values)


def _size(entry: Entry, keys: Sequence[str], units: Mapping[str, float], limits: tuple[int, int]) -> int | Unknown:
    return number(first_present(entry, *keys), units, *limits)


def _cores(entry: Entry) -> int | Unknown:
    """Return the number of cores; a machine may have them on several sockets."""
    told = first_present(entry, *_CPU_KEYS)
    if told is not None:
        return number(told, _CORES, *_CPU_RANGE)
    cores = number(entry.get("cores"), _CORES, *_CPU_RANGE)
    sockets = number(entry.get("sockets", 1), _CORES, *_CPU_RANGE)
    if isinstance(cores, Unknown) or isinstance(sockets, Unknown):
        return UNKNOWN
    return cores * sockets


def own_text(machine: VirtualMachine, size: str) -> str | None:
    """Return how the portal itself writes a machine's memory or cpu; None where it doesn't say it."""
    if size == "cpu" and first_present(machine.raw, *_CPU_KEYS) is None:
        cores = known(machine.cpu)
        return None if cores is None else str(cores)
    value = first_present(machine.raw, *(_MEMORY_KEYS if size == "memory" else _CPU_KEYS))
    return None if value is None or isinstance(value, (dict, list, bool)) else str(value).strip()


def _template_of(entry: Entry) -> tuple[str | Unknown, str | Unknown]:
    """Return the name and the id of a machine's system.

    A bare ``template`` beside a name is the id; alone, a number is the id and a text is the name.
    """
    template = entry.get("template")
    own = as_dict(template)
    identity = first_text({"own": first_present(own, "id", "uuid"), **entry}, "own", "template_id", "templateid")
    name = first_text(
        {"own": first_present(own, "name", "label"), **entry}, "own", "template_label", "template_name", "os_name", "os"
    )
    return _name_and_id(name, identity, text(template))


def _name_and_id(
    name: str | Unknown, identity: str | Unknown, either: str | Unknown
) -> tuple[str | Unknown, str | Unknown]:
    """Tell a system's name from its id, given a value that may be either."""
    if isinstance(either, Unknown):
        return name, identity
    if not isinstance(identity, Unknown):
        return (either if isinstance(name, Unknown) else name), identity
    if not isinstance(name, Unknown):
        return name, (UNKNOWN if name == either else either)
    return (UNKNOWN, either) if either.isdigit() else (either, UNKNOWN)


_VMS: Final = Form(("vms", "vm", "servers"), own_keys=_VM_IDS)


@reads("list_vms")
def read_machines(answer: Answer, service_id: str) -> tuple[VirtualMachine, ...]:
    """Read List VMs."""
    return records(answer, _VMS, lambda entry: virtual_machine(entry, service_id), "virtual machine")


@reads("get_vm_details")
def read_machine(answer: Answer, service_id: str, vmid: str) -> VirtualMachine:
    """Read Get VM Details: ``vm``, ``vms`` by id, ``data``, or the bare object."""
    for level in reversed(envelopes(answer.body)):
        for key in ("vms", "vm"):
            inner = as_dict(level).get(key)
            entry = _of_machine(inner, vmid)
            if entry is not None:
                return _read_machine(answer, entry, service_id, vmid)
    return single(
        answer,
        ("vm", "vms", "server"),
        lambda entry: virtual_machine({**entry, **as_dict(entry.get(vmid))}, service_id, vmid),
        "a virtual machine",
    )


def _of_machine(collection: Any, vmid: str) -> Entry | None:
    """Return a machine's entry in a collection; None where it isn't in there."""
    if isinstance(collection, dict):
        return as_dict(collection.get(vmid)) or None
    if not isinstance(collection, list):
        return None
    return next((item for item in collection if text(first_present(as_dict(item), "id", "vmid", "uuid")) == vmid), None)


def _read_machine(answer: Answer, entry: Entry, service_id: str, vmid: str) -> VirtualMachine:
    machine = virtual_machine(entry, service_id, vmid)
    if machine is None:
        raise answer.unreadable("it tells nothing of a virtual machine")
    return machine


def password_in(body: Any) -> str | None:
    """Return the password that an answer tells, wherever in its envelope that is; None without one."""
    for level in envelopes(body):
        entry = as_dict(level)
        for found in (entry, *(as_dict(entry.get(key)) for key in _PASSWORD_PLACES)):
            password = first_present(found, *_PASSWORD_KEYS)
            if isinstance(password, (str, int)) and not isinstance(password, bool) and not _is_masked(str(password)):
                return str(password)
    return None


def _is_masked(password: str) -> bool:
    return {*password} <= {*"*\u2022"}


def machine_id_in(body: Any) -> str | None:
    """Return the id of a machine that the answer to a creation tells; None without one."""
    for level in reversed(envelopes(body)):
        entry = as_dict(level)
        for found in (as_dict(entry.get("vm")), as_dict(entry.get("vms")), entry):
            identity = first_text(found, "id", "vmid", "vm_id", "uuid")
            if not isinstance(identity, Unknown):
                return identity
        for key in ("vm", "vms"):
            keyed = entry.get(key)
            if isinstance(keyed, dict) and len(keyed) == 1 and isinstance(next(iter(keyed.values())), dict):
                return str(next(iter(keyed)))
    return None


@dataclass(frozen=True)
class Service(Record):
    """What a customer has ordered: a pool of virtual machines, a dedicated server, a hosting account."""

    id: str
    name: str | Unknown = UNKNOWN
    label: str | Unknown | None = UNKNOWN
    domain: str | Unknown = UNKNOWN
    status: str | Unknown = UNKNOWN
    category: str | Unknown = UNKNOWN
    category_slug: str | Unknown = UNKNOWN
    billing_cycle: str | Unknown = UNKNOWN
    total: float | Unknown = UNKNOWN
    next_due: str | None = None
    raw: Entry = field(default_factory=dict, repr=False, compare=False)

    def as_dict(self, raw: bool = False) -> dict[str, Any]:
        """Return the fields by name; the label only where it was asked for."""
        shown = super().as_dict(raw)
        if isinstance(self.label, Unknown):
            del shown["label"]
        return shown

    def __str__(self) -> str:
        """Return how a person tells it from others."""
        label = known(self.label)
        names = [known(self.name), known(self.domain), f"label {label}" if label else None, known(self.status)]
        told = ", ".join(name for name in names if name)
        return f"{self.id} ({told})" if told else self.id


_SERVICE_IDS: Final = ("id", "service_id", "account_id")


def service(entry: Entry) -> Service | None:
    """Read an entry of List services, or Service details; None for an object without an id."""
    identity = known(first_text(entry, *_SERVICE_IDS, "_key"))
    if identity is None:
        return None
    found = Service(
        id=identity,
        name=first_text(entry, "name", "product", "product_name"),
        label=optional_text(entry, "label"),
        domain=first_text(entry, "domain", "hostname"),
        status=text(entry.get("status")),
        category=first_text(entry, "category", "category_name"),
        category_slug=first_text(entry, "category_url", "category_slug"),
        billing_cycle=first_text(entry, "billingcycle", "billing_cycle"),
        total=money(entry.get("total")),
        next_due=date(entry.get("next_due")),
        raw=entry,
    )
    return found if found.told else None


@reads("list_services")
def read_services(answer: Answer) -> tuple[Service, ...]:
    """Read List services."""
    form = Form(("services",), own_keys=_SERVICE_IDS)
    return records(answer, form, service, "service")


@reads("service_details")
def read_service(answer: Answer, service_id: str) -> Service:
    """Read Service details. A status or a name alone could be that of anything."""

    def read(entry: Entry) -> Service | None:
        if _is_of_another(entry, service_id, _SERVICE_IDS):
            return None
        found = service({**entry, "id": service_id})
        if found is None or text(first_present(entry, *_SERVICE_IDS)) == service_id:
            return found
        values = (found.domain, found.category, found.category_slug, found.billing_cycle, found.total)
        return found if any(not isinstance(value, Unknown) for value in values) else None

    return single(answer, ("service",), read, "a service")


@reads("service_label")
def read_label(answer: Answer) -> str | None:
    """Read Service label; None where it has none."""
    for entry in candidates(answer.body, ("service",)):
        label = optional_text(entry, "label")
        if not isinstance(label, Unknown):
            return label
    raise answer.unreadable("there is no 'label'")


@reads("list_service_methods")
def read_methods(answer: Answer) -> tuple[Entry, ...]:
    """Read List service methods: objects with name, method and route."""
    form = Form(("methods",), own_keys=("name", "method", "route"))
    return records(answer, form, lambda entry: entry if {"method", "route"} & entry.keys() else None, "method")


#: What a service can have some of.
_RESOURCE: Final = re.compile(
    r"^v?(mem|ram|cpu|core|disk|storage|hdd|ssd|ip|bandwidth|traffic|vm|snapshot|backup)", re.IGNORECASE
)


@reads("resources")
def read_resources(answer: Answer) -> Entry:
    """Read Resources, whose shape nobody documents: an object by resource, or a list of objects with its name."""
    told = [as_dict(level).get("resources") for level in envelopes(answer.body)]
    if [] in told or {} in told:
        return {}
    listed = [_by_name(value) for value in told if isinstance(value, list)]
    for entry in (*candidates(answer.body, ("resources",)), *listed):
        if any(_RESOURCE.search(str(key)) and _has_amount(item) for key, item in entry.items()):
            return entry
    raise answer.unreadable("it tells nothing of resources (memory, cpu, disk)")


#: How the portal calls a size among the resources, and how an amount of it is read.
_SIZE_AMOUNTS: Final = {
    "memory": (re.compile(r"^v?(mem|ram)", re.IGNORECASE), _MEGABYTES),
    "cpu": (re.compile(r"^v?(cpu|core)", re.IGNORECASE), _CORES),
    "disk": (re.compile(r"^v?(disk|storage|hdd|ssd)", re.IGNORECASE), _GIGABYTES),
}
_MOST_OF_A_RESOURCE: Final = 10**9


def resource_amounts(resources: Entry, size: str) -> tuple[int | Unknown, int | Unknown]:
    """Return how much of a size (memory in MB, cpu, disk in GB) a service has in all, and how much of it is left."""
    name, units = _SIZE_AMOUNTS[size]
    told = [as_dict(item) for key, item in resources.items() if name.search(str(key))]
    if len(told) != 1:
        return UNKNOWN, UNKNOWN

    def amount(*keys: str) -> int | Unknown:
        return number(first_present(told[0], *keys), units, 0, _MOST_OF_A_RESOURCE)

    total, used, free = amount("total", "limit", "max"), amount("used", "usage"), amount("free", "left", "remaining")
    if isinstance(free, Unknown) and not isinstance(total, Unknown) and not isinstance(used, Unknown):
        free = total - used
    return total, free


def _by_name(listed: list[Any]) -> Entry:
    named = {first_text(as_dict(item), "name", "resource", "type", "id"): item for item in listed}
    return {name: item for name, item in named.items() if not isinstance(name, Unknown)}


def _has_amount(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_has_amount(item) for item in value.values() if not isinstance(item, (dict, list)))
    return not isinstance(value, bool) and bool(re.match(r"\s*-?\d", str(value)))


@dataclass(frozen=True)
class Choice(Record):
    """One of what the portal offers to choose from: a system, a recipe, a VLAN, a department, a package.

    ``usable_for`` holds the systems that a recipe can be used with.
    """

    id: str
    name: str
    usable_for: tuple[str, ...] = ()
    raw: Entry = field(default_factory=dict, repr=False, compare=False)

    def __str__(self) -> str:
        """Return how a list of them shows it."""
        return f"{self.name} ({self.id})" if self.name != self.id else self.id


#: Keys below which a group of choices holds them.
_GROUPED: Final = ("templates", "items", "options", "systems", "versions", "images", "children", "values", "list")
_CHOICE_ID: Final = ("id", "template", "uuid", "value")
_CHOICE_NAME: Final = ("name", "label", "title", "template_label", "template_name", "os")
#: How deep groups of groups go.
_DEEPEST: Final = 4


def _choices(value: Any, depth: int = 0) -> list[Choice] | None:
    """Return the choices in a list, or in an object by id, groups included; None where something else stands in it."""
    if depth > _DEEPEST:
        return None
    if isinstance(value, list):
        parts = [_choices_of_item(item, None, depth) for item in value]
    elif not isinstance(value, dict):
        return None
    elif not isinstance(first_text(value, *_CHOICE_ID), Unknown) or _group_in(value) is not None:
        parts = [_choices_of_item(value, None, depth)]
    else:
        parts = [_choices_of_item(item, key, depth) for key, item in _keyed(value).items()]
    found = _joined(parts)
    return None if value and not found else found


def _keyed(value: Entry) -> Entry:
    """Return an object without what stands beside its entries, such as their number."""
    return {str(key): item for key, item in value.items() if is_id(key) or isinstance(item, (str, dict, list))}


def _joined(parts: Sequence[list[Choice] | None]) -> list[Choice] | None:
    if any(part is None for part in parts):
        return None
    return [choice for part in parts for choice in part or ()]


def _choices_of_item(item: Any, key: str | None, depth: int) -> list[Choice] | None:
    """Return what one item of a collection is: a choice, or a group of some; None where it is something else.

    Args:
        item: The item.
        key: What the collection calls it; None in a list.
        depth: How deep in groups it is.

    """
    if isinstance(item, str):
        return _choice_of_text(item, key)
    if key in ENVELOPE:
        return None
    if isinstance(item, list):
        # An empty group has a name; nothing below an id is no choice.
        is_group = key is not None and (item or not is_id(key))
        return _choices(item, depth + 1) if is_group else None
    return _choices_of_object(item, key, depth) if isinstance(item, dict) else None


def _choices_of_object(item: Entry, key: str | None, depth: int) -> list[Choice] | None:
    """Return the choices of a group, or the one choice that an object is."""
    group = _group_in(item)
    inner = None if group is None else _choices(group, depth + 1)
    if inner is not None and not _is_choice_beside(item, group):
        return inner
    if _names_itself(item):
        name = known(first_text(item, *_CHOICE_NAME))
        return [_choice(item, known(first_text(item, *_CHOICE_ID)) or key or str(name), name)]
    is_entry = {*_CHOICE_ID, *_CHOICE_NAME} & item.keys()
    return _choices(item, depth + 1) if item and not is_entry else None


def _choice_of_text(item: str, key: str | None) -> list[Choice] | None:
    """Return a choice of which only the name is told, or the name by its id."""
    name = known(text(item))
    if name is None or (key is not None and not is_id(key)):
        return None
    return [Choice(key or name, name)]


def _names_itself(item: Entry) -> bool:
    return not isinstance(first_text(item, *_CHOICE_ID, *_CHOICE_NAME), Unknown)


def _group_in(item: Entry) -> Any:
    """Return what stands below a key for the choices of a group; None where there is no such key."""
    return next((item[word] for word in _GROUPED if isinstance(item.get(word), (dict, list))), None)


def _is_choice_beside(item: Entry, group: Any) -> bool:
    """Whether an item with a list in it is a choice all the same: it has id and name, and texts or nothing in the list.

    A field of a form has id and name too, but its list holds objects.
    """
    texts = isinstance(group, list) and not any(isinstance(each, dict) for each in group)
    ids_and_names = (first_text(item, *keys) for keys in (_CHOICE_ID, _CHOICE_NAME))
    return (texts or not group) and not any(isinstance(each, Unknown) for each in ids_and_names)


def _choice(entry: Entry, identity: str, name: str | None) -> Choice:
    return Choice(identity, name or identity, _usable_for(entry.get("usablefor")), entry)


def _usable_for(value: Any) -> tuple[str, ...]:
    """Return the ids and names of the systems that a recipe is usable for."""
    if isinstance(value, str):
        value = value.split(",")
    if isinstance(value, dict):
        value = [*value, *value.values()]
    words: list[Any] = []
    for item in value if isinstance(value, list) else ():
        words += [item.get(key) for key in (*_CHOICE_ID, *_CHOICE_NAME)] if isinstance(item, dict) else [item]
    found = (known(text(word)) for word in words)
    return tuple(dict.fromkeys(word for word in found if word is not None))


def choices_in(answer: Answer, wrappers: Sequence[str], what: str) -> tuple[Choice, ...]:
    """Read choices below one of the wrapper keys; a bare answer has to be a list of objects, or objects by id.

    Raises:
        Unreadable: There is no such list, or something else stands in it.

    """
    levels = envelopes(answer.body)
    for level in levels:
        for key in wrappers:
            if key in as_dict(level):
                return _read_choices(answer, level[key], what)
    inner = levels[-1]
    if _is_bare_list(inner, is_wrapped=len(levels) > 1):
        return _read_choices(answer, inner, what)
    beside = _keyed({key: item for key, item in as_dict(inner).items() if key not in ENVELOPE})
    if beside and all(is_id(key) or _is_keyed_by_id(item) for key, item in beside.items()):
        return _read_choices(answer, beside, what)
    raise answer.unreadable(f"there is no {wrappers[0]!r}")


def _is_bare_list(value: Any, is_wrapped: bool) -> bool:
    """Whether a value is a list of objects; an empty one says something only below a key."""
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        return False
    return bool(value) or is_wrapped


def _is_keyed_by_id(value: Any) -> bool:
    return isinstance(value, dict) and bool(value) and all(map(is_id, value))


def _read_choices(answer: Answer, value: Any, what: str) -> tuple[Choice, ...]:
    found = _choices(value)
    if found is None:
        raise answer.unreadable(f"an entry is no {what}")
    check_page(answer, found)
    return tuple(found)


@reads("list_os_templates", "list_diagnostics_templates", "list_rescue_templates")
def read_templates(answer: Answer) -> tuple[Choice, ...]:
    """Read List OS templates, List Diagnostics templates and List Rescue templates."""
    return choices_in(answer, ("templates",), "template")


@reads("list_os_templates_and_recipes")
def read_systems(answer: Answer) -> tuple[tuple[Choice, ...], tuple[Choice, ...]]:
    """Read List OS templates and recipes; where no recipes are told, there are none."""
    templates = choices_in(answer, ("templates",), "template")
    for level in envelopes(answer.body):
        if "recipes" in as_dict(level):
            return templates, _read_choices(answer, level["recipes"], "recipe")
    return templates, ()


@reads("list_vlans")
def read_vlans(answer: Answer) -> tuple[Choice, ...]:
    """Read List VLANs."""
    return choices_in(answer, ("vlans", "vlan"), "VLAN")


@reads("list_ticket_departments")
def read_departments(answer: Answer) -> tuple[Choice, ...]:
    """Read List ticket departments."""
    return choices_in(answer, ("departments",), "department")


@reads("payment_methods")
def read_payment_methods(answer: Answer) -> tuple[Entry, ...]:
    """Read Payment Methods: names by id."""
    return tuple(
        {**hidden(choice.raw), "id": choice.id, "name": choice.name}
        for choice in choices_in(answer, ("payments",), "payment method")
    )


@reads("payment_methods_fees")
def read_payment_fees(answer: Answer) -> tuple[Entry, ...]:
    """Read Payment Methods Fees."""
    return _bills(answer, Form(("payments",)), ("name", "fixed_fee", "percent_fee"), "payment method")


@reads("upgrade_options")
def read_upgrade(answer: Answer) -> tuple[tuple[Choice, ...], tuple[Choice, ...], Entry]:
    """Read Upgrade Options: resources, packages, and both as the portal has them."""
    found = next((as_dict(level) for level in reversed(envelopes(answer.body)) if _offers_upgrade(level)), None)
    if found is None:
        raise answer.unreadable("it has neither 'resources' nor 'package'")
    parts = {key: found.get(key, []) for key in ("resources", "package")}
    resources, packages = (_offered(answer, parts[key], key) for key in ("resources", "package"))
    return resources, packages, parts


def _offers_upgrade(level: Any) -> bool:
    return any(isinstance(as_dict(level).get(key), (dict, list)) for key in ("resources", "package"))


def _offered(answer: Answer, value: Any, what: str) -> tuple[Choice, ...]:
    """Return what can be upgraded. An item of a form holds its own choices below ``items``, so it is no group."""
    if not isinstance(value, (dict, list)):
        raise answer.unreadable(f"{what!r} is no list")
    form = Form((what,))
    found = []
    for entry in entries(Answer(answer.operation, answer.path, {what: value}, answer.hide), form):
        identity = known(first_text(entry, "id", "_key"))
        if identity is None:
            raise answer.unreadable(f"an entry of {what!r} has no id")
        found.append(_choice(entry, identity, known(first_text(entry, *_CHOICE_NAME))))
    return tuple(found)


def form_items(entry: Entry) -> tuple[Choice, ...]:
    """Return the items that a resource of Upgrade Options lets one choose from."""
    return tuple(_choices(entry.get("items") or []) or ())


@dataclass(frozen=True)
class IPAddress(Record):
    """An address of a dedicated server; ``domain`` is its reverse-DNS name."""

    id: str
    address: str
    domain: str | Unknown | None = UNKNOWN
    vlan: str | Unknown = UNKNOWN
    vlan_name: str | Unknown = UNKNOWN
    main: bool | Unknown = UNKNOWN
    raw: Entry = field(default_factory=dict, repr=False, compare=False)


_REVERSE_DNS: Final = ("domain", "ptr", "rdns", "reverse")


def ip_address(entry: Entry, identity: str | None = None) -> IPAddress | None:
    """Read one address, which is its own id where there is no other; None for an object without an address."""
    told = (*(entry.get(key) for key in _OWN_ADDRESS_KEYS), entry.get("id"), entry.get("name"), entry.get("_key"))
    address = next((address for value in told for address in addresses(value)), None)
    if address is None:
        return None
    vlan = as_dict(entry.get("vlan")) or {"id": first_present(entry, "vlan", "vlan_id", "vlan_name")}
    return IPAddress(
        id=identity or known(first_text(entry, "id", "ip_id", "_key")) or address.text,
        address=address.text,
        domain=optional_text(entry, *_REVERSE_DNS, "hostname"),
        vlan=first_text(vlan, "id", "name"),
        vlan_name=first_text({"own": vlan.get("name"), **entry}, "own", "vlan_name"),
        main=flag(entry.get("main")),
        raw=entry,
    )


@reads("list_ips")
def read_ips(answer: Answer) -> tuple[IPAddress, ...]:
    """Read List IPs, each address once. An entry that has none yet ("N/A") is no address.

    Raises:
        Unreadable: There is no list, an entry isn't about an address, or there are entries and no address at all.

    """
    form = Form(("ips", "ip"), own_keys=("id", "ip_id", *_OWN_ADDRESS_KEYS), scalars=True)
    listed = entries(answer, form)
    found: dict[str, IPAddress] = {}
    for entry in listed:
        ip = ip_address(entry)
        if ip is not None:
            found.setdefault(ip.address, ip)
        elif not _is_without_address(entry):
            raise answer.unreadable("an entry is no address")
    if listed and not found:
        raise answer.unreadable("no entry is an address")
    return tuple(found.values())


def _is_without_address(entry: Entry) -> bool:
    """Whether an entry is about an address that isn't there: a text in its place, or nothing below its key."""
    told = entry.get("name", entry.get("id"))
    is_text = entry.keys() <= {"id", "name"} and isinstance(told, str) and not told.isdigit()
    return is_text or bool({*_OWN_ADDRESS_KEYS} & entry.keys())


@reads("ip_details")
def read_ip(answer: Answer, ip: IPAddress) -> IPAddress:
    """Read IP Details, which may leave out the address itself."""

    def read(entry: Entry) -> IPAddress | None:
        found = ip_address(entry, ip.id)
        if found is None and {*_REVERSE_DNS} & entry.keys():
            return ip_address({**entry, "address": ip.address}, ip.id)
        return found if found is not None and found.address == ip.address else None

    return single(answer, ("ip", "ips"), read, f"the address {ip.address}")


@dataclass(frozen=True)
class ServerInfo(Record):
    """What a dedicated server's Server Info says of its name and installed system."""

    hostname: str | Unknown = UNKNOWN
    os: str | Unknown = UNKNOWN
    os_id: str | Unknown = UNKNOWN
    raw: Entry = field(default_factory=dict, repr=False, compare=False)


_HARDWARE: Final = ("ip", "ips", "cpu", "cpus", "memory", "ram", "disk", "hdd", "rack", "mac")


def _server_info(entry: Entry) -> ServerInfo | None:
    systems = [entry.get(key) for key in ("os", "template", "ostemplate")]
    system: Entry = next((item for item in systems if isinstance(item, dict)), {})
    either = next((item for item in map(text, systems) if not isinstance(item, Unknown)), UNKNOWN)
    beside = entry.get("template") if entry.get("os") and not system else None
    identity = first_text(
        {**entry, "own": first_present(system, "id", "template"), "beside": beside},
        *("own", "os_id", "template_id", "ostemplate_id", "beside"),
    )
    name = first_text(
        {**entry, "own": first_present(system, "name", "label")}, "own", "os_name", "template_label", "template_name"
    )
    os_name, os_id = _name_and_id(name, identity, either)
    info = ServerInfo(first_text(entry, "hostname", "name"), os_name, os_id, entry)
    if first_present(entry, "hostname", *_HARDWARE) is not None:
        return info
    return None if isinstance(os_name, Unknown) and isinstance(os_id, Unknown) else info


@reads("server_info")
def read_server_info(answer: Answer) -> ServerInfo:
    """Read Server Info."""
    return single(answer, ("info", "server"), _server_info, "a server (hostname, os, template)")


@dataclass(frozen=True)
class Power(Record):
    """A dedicated server's power: ``on``, ``off`` or ``unknown``; ``word`` is the portal's."""

    state: str
    raw: Entry = field(default_factory=dict, repr=False, compare=False)
    word: str | None = field(default=None, compare=False, metadata=_INTERNAL)


@reads("get_server_state")
def read_power(answer: Answer) -> Power:
    """Read Get server state, whatever its key is."""
    for entry in candidates(answer.body, ("server", "status", "state", "power")):
        state = power_state(entry)
        if state is not None:
            return Power(state.status, as_dict(answer.body), state.word)
    raise answer.unreadable("it tells no power state")


@dataclass(frozen=True)
class ServerOperation(Record):
    """A reinstall, rescue or diagnostics of a dedicated server: ``idle``, ``running``, ``done``, ``failed``."""

    status: str = "idle"
    template: str | Unknown = UNKNOWN
    progress: int | Unknown = UNKNOWN
    raw: Entry = field(default_factory=dict, repr=False, compare=False)
    word: str | None = field(default=None, compare=False, metadata=_INTERNAL)


_JOB_WRAPPERS: Final = ("reinstall", "rescue", "diag", "diagnostics", "server")


@reads("reinstall_status", "rescue_status", "diagnostics_status")
def read_server_operation(answer: Answer) -> ServerOperation:
    """Read Reinstall, Rescue or Diagnostics Status. A bare ``[]``, PHP's empty object, is idle."""
    if answer.body == []:
        return ServerOperation()
    for entry in candidates(answer.body, _JOB_WRAPPERS):
        state = job_state(entry)
        if state is None:
            continue
        if state.status == "unknown":
            raise answer.unreadable(f"its status {state.word!r} is not a known one")
        return _server_operation(entry, state)
    raise answer.unreadable("there is no 'status'")


def _server_operation(entry: Entry, state: State) -> ServerOperation:
    nested: Entry = next((entry[key] for key in ("status", "state") if isinstance(entry.get(key), dict)), {})
    told = {**entry, **nested}
    template = first_present(told, "template", "template_id", "ostemplate", "os")
    if isinstance(template, dict):
        template = first_present(template, "id", "name")
    percent = re.search(r"(\d{1,3})\s*%", state.word or "")
    progress = int(percent[1]) if percent else number(first_present(told, "progress", "percent"), {"": 1}, 0, 100)
    return ServerOperation(state.status, text(template), progress, entry, state.word)


@dataclass(frozen=True)
class Reply(Record):
    """A message in a ticket; ``type`` is Admin or Client."""

    id: str | Unknown
    name: str | Unknown
    type: str | Unknown
    date: str | Unknown
    body: str | Unknown


@dataclass(frozen=True)
class Ticket(Record):
    """A support ticket; the replies and the body are in its details only."""

    number: str
    subject: str | Unknown = UNKNOWN
    department: str | Unknown = UNKNOWN
    status: str | Unknown = UNKNOWN
    date: str | Unknown = UNKNOWN
    body: str | Unknown = UNKNOWN
    replies: tuple[Reply, ...] = ()
    raw: Entry = field(default_factory=dict, repr=False, compare=False)


def _ticket(entry: Entry, replies: Sequence[Entry] = ()) -> Ticket | None:
    identity = known(first_text(entry, "ticket_number", "number", "_key", "id"))
    if identity is None:
        return None
    ticket = Ticket(
        number=identity,
        subject=text(entry.get("subject")),
        department=first_text(entry, "deptname", "department", "dept_name"),
        status=text(entry.get("status")),
        date=text(entry.get("date")),
        body=text(entry.get("body")),
        replies=tuple(_reply(item) for item in replies),
        raw=entry,
    )
    return ticket if ticket.told else None


def _reply(entry: Entry) -> Reply:
    return Reply(
        id=first_text(entry, "id", "_key"),
        name=text(entry.get("name")),
        type=text(entry.get("type")),
        date=text(entry.get("date")),
        body=text(entry.get("body")),
    )


@reads("list_tickets")
def read_tickets(answer: Answer) -> tuple[Ticket, ...]:
    """Read List Tickets."""
    form = Form(("tickets",), own_keys=("ticket_number", "number", "id"), id_key="ticket_number")
    return records(answer, form, _ticket, "ticket")


@reads("ticket_details")
def read_ticket(answer: Answer, identity: str) -> Ticket:
    """Read Ticket details with its replies, which ``raw`` holds too. Without ``replies`` nobody knows them."""
    replies = _replies(answer)
    for entry in candidates(answer.body, ("ticket",)):
        told = {**entry, "ticket_number": identity, "replies": replies}
        ticket = _ticket(told, replies)
        if ticket is None or isinstance(ticket.status, Unknown):
            continue
        if any(not isinstance(part, Unknown) for part in (ticket.subject, ticket.body, ticket.date)):
            return ticket
    raise answer.unreadable("it tells nothing of a ticket (status, subject)")


def _replies(answer: Answer) -> list[Entry]:
    form = Form(("replies",))
    for level in envelopes(answer.body):
        for holder in (as_dict(level), as_dict(as_dict(level).get("ticket"))):
            if "replies" in holder:
                found = entries(
                    Answer(answer.operation, answer.path, {"replies": holder["replies"]}, answer.hide), form
                )
                if any(isinstance(optional_text(entry, "body"), Unknown) for entry in found):
                    raise answer.unreadable("a reply has no 'body'")
                return found
    raise answer.unreadable("there are no 'replies'")


def attachments(ticket: Ticket) -> list[Entry]:
    """Return the attachments that a ticket and its replies name: id and name."""
    parts = [ticket.raw, *(as_dict(reply) for reply in ticket.raw.get("replies") or ())]
    return [attachment for part in parts for attachment in _attachments(part.get("attachments"))]


def _attachments(value: Any) -> list[Entry]:
    """Return the attachments in a list, or in an object by id; what is no list, as ``false``, holds none."""
    if isinstance(value, dict):
        return [_attachment(item, str(key)) for key, item in value.items()]
    return [_attachment(item, None) for item in value] if isinstance(value, list) else []


def _attachment(item: Any, key: str | None) -> Entry:
    entry = item if isinstance(item, dict) else {"name": item}
    return {
        "id": known(first_text({**entry, "_key": key}, "id", "_key")),
        "name": known(first_text(entry, "name", "filename", "org_filename")),
    }


#: Where an answer that is an object has the content of a file, in Base64.
_CONTENT_KEYS: Final = ("content", "data", "contents", "body", "base64", "file", "attachment")


@reads("ticket_attachment")
def read_attachment(answer: Answer) -> bytes:
    """Read Ticket attachment where it is no file but an object that holds one in Base64, or as a data URL."""
    for entry in candidates(answer.body, ("attachment", "file")):
        for key in _CONTENT_KEYS:
            if isinstance(entry.get(key), str):
                return _from_base64(answer, key, entry[key])
    raise answer.unreadable("it holds no file")


def _from_base64(answer: Answer, key: str, encoded: str) -> bytes:
    try:
        return base64.b64decode(re.sub(r"^data:[^,]*,|[\r\n]", "", encoded.strip()), validate=True)
    except ValueError:
        raise answer.unreadable(f"its {key!r} is not Base64") from None


# Profiles, notifications, money: the portal's own names


def displayed(entry: Mapping[str, Any], *keys: str) -> Entry:
    """Return an object of the API as modules do: its own names, texts or null, no secrets; these keys in any case."""
    told = {key: item if isinstance(item, (dict, list)) else _shown_text(item) for key, item in hidden(entry).items()}
    return {"id": told.pop("_key", None), **dict.fromkeys(keys), **told}


def _shown_text(value: Any) -> str | None:
    found = str(value).lower() if isinstance(value, bool) else known(text(value))
    return None if found is None or found.startswith("0000-00-00") else found


def profile(entry: Mapping[str, Any]) -> Entry:
    """Return an account's or a contact's own fields."""
    return {**displayed(entry, *PROFILE), "telegramnotifications": chosen(entry.get("telegramnotifications"))}


def chosen(value: Any) -> list[str]:
    """Return what is ticked of a field whose one choice is yes: as a word, or as a truth value."""
    if isinstance(value, dict):
        value = list(value.values())
    ticked = [_ticked(item) for item in (value if isinstance(value, list) else [value])]
    return sorted({word for word in ticked if word})


def _ticked(value: Any) -> str | None:
    is_ticked = flag(value)
    if isinstance(is_ticked, Unknown):
        return known(text(value))
    return YES if is_ticked else None


def normalised_privileges(value: Any) -> Any:
    """Return privileges as the API formats them: a sorted list, or an object of lists and a flag ``full``."""
    if not isinstance(value, dict):
        return _texts_of(value)
    nested = {str(key): normalised_privileges(item) for key, item in value.items() if isinstance(item, (dict, list))}
    flags = _flags_in(value)
    if not nested and "full" not in flags:
        return _texts_of([key if is_true(item) else item for key, item in flags.items()])
    areas = {key: item for key, item in nested.items() if item}
    return {**dict.fromkeys(flags, 1), **areas}


def _flags_in(value: Entry) -> Entry:
    """Return the fields of an object that hold no collection, and don't say no."""
    single_values = {str(key): item for key, item in value.items() if not isinstance(item, (dict, list))}
    return {key: item for key, item in single_values.items() if flag(item) is not False}


def _texts_of(value: Any) -> list[str]:
    """Return the texts of a list, sorted, each once."""
    listed = value if isinstance(value, (list, tuple)) else ()
    texts = {known(text(item)) for item in listed}
    return sorted(word for word in texts if word)


def _profile_entry(entry: Entry) -> Entry | None:
    """Return an object that tells of a person: it has an address, a name or a company."""
    told = ("email", "firstname", "lastname", "companyname", "phonenumber", "address1")
    return entry if any(not isinstance(text(entry.get(key)), Unknown) for key in told) else None


@reads("user_details")
def read_account(answer: Answer) -> Entry:
    """Read User Details, as the portal has them; `profile` shows them."""
    return single(answer, ("client", "details"), _profile_entry, "an account (email, firstname)")


@reads("list_contacts")
def read_contacts(answer: Answer) -> tuple[Entry, ...]:
    """Read List contacts: each with its id and, where it has one, its email."""
    form = Form(("contacts",))
    return records(answer, form, _contact_entry, "contact")


def _contact_entry(entry: Entry) -> Entry | None:
    identity = known(first_text(entry, "id", "_key"))
    if identity is None or _profile_entry(entry) is None:
        return None
    return {**{key: item for key, item in entry.items() if key != "_key"}, "id": identity}


@reads("get_contacts_details")
def read_contact(answer: Answer, identity: str) -> Entry:
    """Read Get contacts details; ``privileges`` is unknown where they are not told."""
    entry = single(answer, ("contact",), _profile_entry, "a contact (email, firstname)")
    return {**entry, "id": identity}


@reads("contact_privileges")
def read_privileges(answer: Answer) -> Any:
    """Read Contact privileges: lists of them by area, for services and domains by id. ``[]`` is none."""
    for level in reversed(envelopes(answer.body)):
        told = as_dict(level)
        if told.get("privileges") in ([], {}):
            return {}
        bare_areas = {key: item for key, item in told.items() if key not in ENVELOPE and key in _AREAS}
        areas = told.get("privileges", bare_areas)
        if _are_privileges(areas):
            return normalised_privileges(areas)
    raise answer.unreadable("there is no 'privileges'")


_AREAS: Final = ("billing", "support", "misc", "services", "domains")


def _are_privileges(value: Any) -> bool:
    """Whether an object holds privileges: each area a list of words, or an object of such lists and flags."""
    return (
        isinstance(value, dict)
        and any(isinstance(item, (dict, list)) for item in value.values())
        and not ENVELOPE & value.keys()
        and all(_is_area(item) for item in value.values())
    )


def _is_area(value: Any) -> bool:
    if isinstance(value, list):
        return all(isinstance(item, str) for item in value)
    if isinstance(value, dict):
        return bool(value) and all(_is_area(item) for item in value.values())
    return not isinstance(flag(value), Unknown)


@reads("list_all_portal_notifications", "list_new_portal_notifications")
def read_notifications(answer: Answer) -> tuple[Entry, ...]:
    """Read the notifications; ``seen`` is 0, null or empty before, 1 or a date after. A bare list is one too."""
    form = Form(("notifications",), empty_alone=True)
    return records(answer, form, _notification, "notification")


def _notification(entry: Entry) -> Entry | None:
    keys = ("subject", "body", "date_added", "rel_type", "rel_id", "seen")
    if not {*keys} & entry.keys():
        return None
    told = displayed(entry, *keys)
    if told["id"] is None:
        return None
    return {**told, "seen": _seen(entry)}


def _seen(entry: Entry) -> bool | None:
    """Return whether a notification was seen: a truth value, or when; None where the portal doesn't say it."""
    if "seen" not in entry:
        return None
    value = entry["seen"]
    told = flag(value)
    if not isinstance(told, Unknown):
        return told
    if value is None or value == "":
        return False
    when = known(text(value)) or ""
    return date(when) is not None if re.search(r"\d", when) else None


#: Fields that hold an amount.
_AMOUNTS: Final = (
    *("total", "subtotal", "credit", "tax", "taxrate", "tax2", "taxrate2", "rate", "rate2", "rate3"),
    *("amount", "qty", "linetotal", "fixed_fee", "percent_fee", "acc_balance", "acc_credit"),
)


def bill(entry: Entry) -> Entry:
    """Return an object of the API with its amounts as numbers."""
    told = displayed(entry)
    told.update({key: known(money(told[key])) for key in _AMOUNTS if key in told})
    if isinstance(told.get("client"), dict):
        told["client"] = bill(told["client"])
    if isinstance(told.get("items"), (dict, list)):
        items = told["items"]
        listed = [{**as_dict(item), "_key": key} for key, item in items.items()] if isinstance(items, dict) else items
        told["items"] = [bill(item) for item in listed if isinstance(item, dict)]
    return told


def _bills(answer: Answer, form: Form, tells: Sequence[str], what: str) -> tuple[Entry, ...]:
    def read(entry: Entry) -> Entry | None:
        told = bill(entry)
        return told if told["id"] is not None and any(told.get(key) is not None for key in tells) else None

    return records(answer, form, read, what)


@reads("account_balance")
def read_balance(answer: Answer) -> Entry:
    """Read Account balance: currency, acc_balance, acc_credit."""
    keys = ("currency", "acc_balance", "acc_credit")

    def read(entry: Entry) -> Entry | None:
        told = bill(entry)
        amounts = [told.get(key) for key in ("acc_balance", "acc_credit")]
        return {key: told.get(key) for key in keys} if any(amount is not None for amount in amounts) else None

    return single(answer, ("details", "balance"), read, "a balance (acc_balance, acc_credit)")


@reads("list_invoices")
def read_invoices(answer: Answer) -> tuple[Entry, ...]:
    """Read List Invoices."""
    return _bills(answer, Form(("invoices",)), ("total", "status", "date", "duedate"), "invoice")


@reads("invoice_details")
def read_invoice(answer: Answer) -> Entry:
    """Read Invoice Details."""

    def read(entry: Entry) -> Entry | None:
        told = bill(entry)
        return told if any(told.get(key) not in (None, [], {}) for key in ("total", "items", "duedate")) else None

    return single(answer, ("invoice",), read, "an invoice (total, items, duedate)")


_ANNOUNCEMENT: Final = ("name", "description", "status", "date", "startdate", "enddate")


@reads("get_list_statuses", "get_specific_statuses", "get_status")
def read_announcements(answer: Answer) -> tuple[Entry, ...]:
    """Read the announcements of the status page; one that was asked for by its id counts as a list of one."""
    if answer.operation.parameters == ("id",):
        alone = (_announcement(entry) for entry in candidates(answer.body, ("status", "statuses")))
        found = tuple(entry for entry in alone if entry is not None)[:1]
        if not found:
            raise answer.unreadable("it tells nothing of an announcement")
        return found
    return records(answer, Form(("statuses", "status")), _announcement, "announcement")


def _announcement(entry: Entry) -> Entry | None:
    told = [key for key in _ANNOUNCEMENT if not isinstance(text(entry.get(key)), Unknown)]
    return _with_id(entry) if {*told} - {"status", "name"} or ("name" in told and "status" in told) else None


@reads("list_servers_in_stock")
def read_stock(answer: Answer) -> tuple[Entry, ...]:
    """Read List Servers In-stock; a bare list is one too."""
    form = Form(("servers", "stock", "serverstock", "products", "items"), empty_alone=True)
    return records(answer, form, _in_stock, "server")


def _in_stock(entry: Entry) -> Entry | None:
    identity = first_text(entry, "id", "_key", "name", "title", "label")
    told = first_present(entry, *_IN_STOCK)
    return None if isinstance(identity, Unknown) or told is None else _with_id(entry)


#: What a server in stock may be told by; nobody documents it.
_IN_STOCK: Final = (
    *("name", "title", "label", "model", "description", "cpu", "memory", "ram", "disk", "hdd", "price", "qty"),
    *("quantity", "stock", "available", "location"),
)


def _with_id(entry: Entry) -> Entry:
    """Return an object as the portal has it, with the id as a text and never only as a key."""
    identity = known(first_text(entry, "id", "_key"))
    return {**{key: item for key, item in hidden(entry).items() if key != "_key"}, "id": identity}


# Answers to writes


#: What the answer to a write tells beyond having been accepted, by operation.
_PROOFS: Final[Mapping[str, tuple[str, ...]]] = {
    "create_vm": ("id", "vmid", "vm_id", "uuid", "vm", "vms"),
    "create_ticket": ("ticket", "ticket_number", "ticket_id"),
    "add_contact": ("contact_id", "contact"),
    "edit_contact": ("contact", "contact_id"),
    "update_user_details": ("client",),
    "upgrade_request": ("estimate", "order_num", "order", "invoice_id"),
    "reinstall": _PASSWORD_KEYS,
    "rescue": _PASSWORD_KEYS,
    "rescue_vm": _PASSWORD_KEYS,
    "rebuild_vm": _PASSWORD_KEYS,
}


def says_accepted(operation: Operation, body: Any) -> bool:
    """Whether the answer to a write says that it was accepted: ``status: true``, ``info``, or what it made.

    An empty answer, or one of other words, proves nothing.
    """
    for level in envelopes(body):
        entry = as_dict(level)
        if any(entry.get(key) in (True, 1, "1", "true") for key in ("status", "success", "result")):
            return True
        info = entry.get("info")
        if (isinstance(info, (list, dict)) and info) or (isinstance(info, str) and info.strip()):
            return True
        proofs = (*_PROOFS.get(operation.name, ()), "task_id")
        if any(entry.get(key) not in (None, "", [], {}, False) for key in proofs):
            return True
    return False


def made_in(body: Any, *keys: str) -> str | None:
    """Return the number or id of what a write made, below one of these keys; None where it isn't told."""
    for level in envelopes(body):
        entry = as_dict(level)
        found = first_text(entry, *keys)
        if not isinstance(found, Unknown):
            return found
        for key in keys:
            inner = first_text(as_dict(entry.get(key)), "ticket_number", "number", "id")
            if not isinstance(inner, Unknown):
                return inner
    return None
