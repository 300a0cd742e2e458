# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Virtual machines, and the resources of the service that they are in. Private to this collection."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final

from .._reading import (
    UNKNOWN,
    Answer,
    Entry,
    Form,
    Unknown,
    as_dict,
    candidates,
    envelopes,
    first_present,
    first_text,
    known,
    number,
    records,
    single,
    text,
)
from .._states import State, machine_state
from .address import ADDRESS_KEYS, HostAddress, addresses
from .record import INTERNAL, Record, is_of_another, name_and_id, reads
from .units import CORES, GIGABYTES, MEGABYTES

#: What a machine can have: less or more is another unit or another thing.
_MEMORY_RANGE: Final = (64, 1024 * 1024 - 1)
_DISK_RANGE: Final = (1, 1_000_000)
_CPU_RANGE: Final = (1, 1024)
_MEMORY_KEYS: Final = ("memory", "ram", "MEMORY")
_CPU_KEYS: Final = ("cpus", "cpu", "vcpus", "vcpu")
_DISK_KEYS: Final = ("disk", "disk_size", "hdd", "DISK")


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
    state: State = field(default=State("unknown"), compare=False, metadata=INTERNAL)

    @property
    def title(self) -> str:
        """What messages call it: its name, or its id where it has none."""
        return self.id if isinstance(self.name, Unknown) else self.name

    def size(self, name: str) -> int | Unknown:
        """Return the memory, cpu or disk."""
        sizes = {"memory": self.memory, "cpu": self.cpu, "disk": self.disk}
        return sizes[name]

    def completed(self, listed: VirtualMachine) -> VirtualMachine:
        """Return this machine with the name that the list has, and with what only the list says."""
        lacking = {item.name for item in fields(self) if isinstance(getattr(self, item.name), Unknown)}
        if not isinstance(listed.name, Unknown):
            lacking.add("name")
        if not self.ips:
            lacking.update(("ips", "ipv4", "ipv6", "private_ipv4"))
        if not self.state.told:
            lacking.update(("status", "state"))
        return replace(self, raw={**listed.raw, **self.raw}, **{name: getattr(listed, name) for name in lacking})


#: Where a machine's name stands, the one that counts first, and where it may stand as well.
NAME_KEYS: Final = ("label", "name", "hostname")
OTHER_NAME_KEYS: Final = ("title", "display_name", "displayname", "alias")
_VM_IDS: Final = ("id", "vmid", "uuid", "vm_id")


def virtual_machine(entry: Entry, service_id: str, identity: str | None = None) -> VirtualMachine | None:
    """Read one virtual machine; None for an object without an id, or one that says nothing of a machine.

    Args:
        entry: The API's object.
        service_id: The service's id.
        identity: The id of the machine that was requested; None for one of a list.

    """
    vmid = identity or known(first_text(entry, *_VM_IDS, "_key"))
    if vmid is None or is_of_another(entry, vmid, _VM_IDS):
        return None
    state = machine_state(entry)
    template, template_id = _template_of(entry)
    own_addresses = _addresses_of(entry)
    # Reversed, since the last one of a kind is kept: the first of the list, the main one.
    by_kind = {(address.version, address.private): address.text for address in reversed(own_addresses)}
    machine = VirtualMachine(
        id=vmid,
        name=first_text(entry, *NAME_KEYS),
        status=state.status,
        memory=_size(entry, _MEMORY_KEYS, MEGABYTES, _MEMORY_RANGE),
        cpu=_cores(entry),
        disk=_size(entry, _DISK_KEYS, GIGABYTES, _DISK_RANGE),
        template=template,
        template_id=template_id,
        ips=tuple(address.text for address in own_addresses),
        ipv4=by_kind.get((4, False)),
        ipv6=by_kind.get((6, False)),
        private_ipv4=by_kind.get((4, True)),
        service_id=service_id,
        raw=entry,
        state=state,
    )
    return machine if _is_machine(machine, entry, by_id=identity is not None) else None


def _addresses_of(entry: Entry) -> tuple[HostAddress, ...]:
    """Return the addresses of a machine, each once, main ones first."""
    values = [entry[key] for key in ADDRESS_KEYS if key in entry]
    return tuple(dict.fromkeys(address for value in values for address in addresses(value)))


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
        return number(told, CORES, *_CPU_RANGE)
    cores = number(entry.get("cores"), CORES, *_CPU_RANGE)
    sockets = number(entry.get("sockets", 1), CORES, *_CPU_RANGE)
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

    A bare ``template`` beside a name is the id; alone, a number is the id and a string is the name.
    """
    template = entry.get("template")
    own = as_dict(template)
    identity = first_text(own, "id", "uuid")
    if isinstance(identity, Unknown):
        identity = first_text(entry, "template_id", "templateid")
    name = first_text(own, "name", "label")
    if isinstance(name, Unknown):
        name = first_text(entry, "template_label", "template_name", "os_name", "os")
    return name_and_id(name, identity, text(template))


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
        raise answer.unreadable("it says nothing of a virtual machine")
    return machine


def machine_id_in(body: Any) -> str | None:
    """Return the machine's id from the answer to a creation; None without one."""
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


_AMOUNT: Final = re.compile(r"\s*-?\d")
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
    raise answer.unreadable("it says nothing of resources (memory, cpu, disk)")


#: How the portal calls a size among the resources, and how an amount of it is read.
_SIZE_AMOUNTS: Final = {
    "memory": (re.compile(r"^v?(mem|ram)", re.IGNORECASE), MEGABYTES),
    "cpu": (re.compile(r"^v?(cpu|core)", re.IGNORECASE), CORES),
    "disk": (re.compile(r"^v?(disk|storage|hdd|ssd)", re.IGNORECASE), GIGABYTES),
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
    return not isinstance(value, bool) and bool(_AMOUNT.match(str(value)))
