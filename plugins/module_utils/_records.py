# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""HostBill's loose JSON as frozen, typed records. Private to this collection.

Nobody knows which back end answers, so each reader takes every form that is known: lists and
objects keyed by id, ``[]`` for an empty object, numbers as strings, wrappers that are missing.
What a reader doesn't understand becomes None, never an exception, and stays in ``raw``.
"""

from __future__ import annotations

import html
import ipaddress
import math
import re
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Callable, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

T = TypeVar("T")
Entry = dict[str, Any]

_META = frozenset(("error", "info", "page", "call", "server_time", "success"))
#: Keys of which an object that is one record (and no collection of them) has at least one.
_OWN_KEYS = ("id", "vmid", "uuid", "name", "label", "hostname", "ipaddress", "address", "email", "number")
_ADDRESS_KEYS = (
    *("ipv4", "ip", "ips", "main_ip", "ipaddress", "ipv6", "private_ip", "private_ips", "private_ipv4", "private"),
    *("addresses", "networks", "interfaces"),
)
_FLAGS = {
    **dict.fromkeys(("0", "false", "no", "off", "n"), False),
    **dict.fromkeys(("1", "true", "yes", "on", "y"), True),
}
_RUNNING = frozenset(("running", "online", "active", "on", "started", "up", "poweron", "powered_on"))
_STOPPED = frozenset(
    ("stopped", "offline", "off", "shutoff", "poweroff", "powered_off", "shutdown", "halted", "down", "undeployed")
)
_RESCUE = frozenset(("rescue", "rescued", "rescue_mode"))
_BUILDING = re.compile(
    r"build|creat|pending|provision|install|boot|starting|stopping|shutting|resiz|migrat|prolog|epilog|deploying|init|"
    r"rescuing|queued|processing|locked|verify_resize|hotplug|hard_reboot"
)
_UNITS = {"k": 1 / 1024, "m": 1.0, "g": 1024.0, "t": 1024.0 * 1024}
#: Addresses that don't reach the machine from outside (RFC 1918, 6598, 4193); the documentation nets do, here.
_PRIVATE = tuple(
    ipaddress.ip_network(net) for net in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
)


def unwrap(answer: Any, *keys: str) -> Any:
    """Return what an answer holds, below the first of its wrapper keys that is there, or bare."""
    if not isinstance(answer, dict):
        return answer
    for key in keys:
        if answer.get(key) not in (None, "", [], {}):
            return answer[key]
    if "data" in answer:
        return unwrap(answer["data"], *keys)
    empty = [answer[key] for key in keys if key in answer]
    return empty[0] if empty else {key: value for key, value in answer.items() if key not in _META}


def below(answer: Any, key: str) -> Any:
    """Return what an answer holds below a key that must be there; an empty list where it isn't."""
    inner = as_dict(as_dict(answer).get("data"))
    return as_dict(answer).get(key) or inner.get(key) or []


def as_list(value: Any, id_key: str = "id") -> list[Entry]:
    """Return a collection as a list of objects, whichever way it came; an id that is only a key is filled in."""
    if isinstance(value, dict):
        values = list(value.values())
        if values and all(isinstance(item, (dict, list)) for item in values) and not _is_record(value):
            return [{**(item if isinstance(item, dict) else {}), "_key": str(key)} for key, item in value.items()]
        if _is_record(value):
            return [value]
        return [{id_key: str(key), "name": item} for key, item in value.items()]
    if not isinstance(value, list):
        return []
    return [item if isinstance(item, dict) else {id_key: item} for item in value if item not in (None, "", [])]


def collection(answer: Any, read: Callable[[Entry], T | None], *keys: str, texts: bool = False) -> tuple[T, ...] | None:
    """Read the objects of an answer that has to hold a collection, below one of the keys or bare.

    What stands beside objects that are keyed by id, a message say, is none of them, unless they may be ``texts``.
    Returns None where there is no collection, where an empty one isn't said to be one, and where one can't be read.
    """
    found, outer = unwrap(answer, *keys), as_dict(answer)
    if found in (None, "", [], {}, False):
        said = any(key in part for part in (outer, as_dict(outer.get("data"))) for key in ("data", *keys))
        return () if said or isinstance(answer, list) else None
    if isinstance(found, dict) and not texts and not _is_record(found):
        found = {key: item for key, item in found.items() if isinstance(item, dict)}
    records = [read(entry) for entry in as_list(found)]
    known = tuple(record for record in records if record is not None)
    return known if known and len(known) == len(records) else None


def _is_record(value: Entry) -> bool:
    return any(isinstance(value.get(key), (str, int)) for key in _OWN_KEYS)


def as_dict(value: Any) -> Entry:
    """Return an object; ``[]``, which is how PHP writes an empty one, is ``{}``."""
    return value if isinstance(value, dict) else {}


def pick(entry: Mapping[str, Any], *keys: str) -> Any:
    """Return the first value that is there and not empty."""
    return next((entry[key] for key in keys if entry.get(key) not in (None, "", [], {})), None)


def text(value: Any) -> str | None:
    """Return a text without entities and blanks around it; None for what is none or an empty date."""
    if value is None or isinstance(value, (dict, list)):
        return None
    plain = html.unescape(str(value)).strip()
    return None if not plain or plain.startswith("0000-00-00") else plain


def number(value: Any, unit: str = "") -> int | None:
    """Return a whole number, also out of a text with a unit; ``unit`` (m, g) is the one to convert to."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    found = re.match(r"\s*(-?[\d.]+)\s*([kmgt]?)", str(value), re.IGNORECASE)
    try:
        amount = float(found[1]) if found else None
    except ValueError:
        amount = None
    if found is None or amount is None:
        return None
    if found[2] and unit:
        amount *= _UNITS[found[2].lower()] / _UNITS[unit]
    return round(amount) if math.isfinite(amount) else None


def money(value: Any) -> float | None:
    """Return an amount of money."""
    try:
        return float(value) if math.isfinite(float(value)) else None
    except (TypeError, ValueError, OverflowError):
        return None


def flag(value: Any) -> bool | None:
    """Return a truth value: booleans come as themselves, as 0 and 1, and as words."""
    return None if isinstance(value, (dict, list)) else _FLAGS.get(str(value).strip().lower())


def same(wanted: Any, *found: str | None) -> bool:
    """Whether a wanted name or id is one of those found; letter case doesn't count."""
    return any(other is not None and str(wanted).strip().casefold() == other.casefold() for other in found)


def state_word(entry: Mapping[str, Any]) -> str:
    """Return a machine's state in the five words of this collection, from those of any back end."""
    if flag(entry.get("built")) is False or flag(entry.get("locked")):
        return "building"
    word = str(pick(entry, "status", "state", "STATE") or "").strip().lower()
    lifecycle = str(pick(entry, "LCM_STATE_STR", "lcm_state") or "").strip().lower()
    if word == "active" and lifecycle and lifecycle != "lcm_init":
        word = lifecycle
    power = pick(entry, "power", "poweron", "power_state", "powerState")
    on = flag(power)
    if word == "active" and on is False:
        return "stopped"
    if not word or (word not in _RUNNING | _STOPPED | _RESCUE and on is not None and not _BUILDING.search(word)):
        word = {True: "on", False: "off", None: str(power or "").lower()}[on]
    for state, words in (("rescue", _RESCUE), ("running", _RUNNING), ("stopped", _STOPPED)):
        if word in words:
            return state
    return "building" if _BUILDING.search(word) else "unknown"


def addresses(value: Any) -> Iterator[str]:
    """Yield the IP addresses anywhere in a value, main ones first, without blanks and prefix lengths."""
    if isinstance(value, dict):
        own = pick(value, "ipaddress", "ip_address", "address", "ip")
        for item in [own] if own else sorted(value.values(), key=lambda item: not _main(item)):
            yield from addresses(item)
        for key in value if own is None else ():
            yield from addresses(key)
    elif isinstance(value, list):
        for item in sorted(value, key=lambda item: not _main(item)):
            yield from addresses(item)
    elif isinstance(value, str):
        yield from (str(ip) for ip in map(_ip, re.split(r"[\s,]+", value)) if ip)


@lru_cache(maxsize=1024)
def _ip(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Parse an address without its prefix length; an answer holds each several times, and this takes a while."""
    try:
        return ipaddress.ip_interface(text).ip
    except ValueError:
        return None


def _main(value: Any) -> bool:
    return isinstance(value, dict) and bool(flag(value.get("main")))


@dataclass(frozen=True)
class Record:
    """What all records share: their fields as a dictionary, and the API's own object in ``raw``."""

    def as_dict(self, raw: bool = False) -> dict[str, Any]:
        """Return the fields by name; the API's own object too where it is asked for."""
        return {
            item.name: [part.as_dict(raw) for part in value]
            if isinstance(value, tuple) and value and isinstance(value[0], Record)
            else list(value)
            if isinstance(value, tuple)
            else (None if value == "" else value)
            for item in fields(self)
            if raw or item.name != "raw"
            for value in [getattr(self, item.name)]
        }


@dataclass(frozen=True)
class VirtualMachine(Record):
    """A virtual server of a service. Memory in MB, disk in GB; status is one of the five words."""

    id: str
    name: str | None = None
    status: str = "unknown"
    memory: int | None = None
    cpu: int | None = None
    disk: int | None = None
    template: str | None = None
    template_id: str | None = None
    ips: tuple[str, ...] = ()
    ipv4: str | None = None
    ipv6: str | None = None
    private_ipv4: str | None = None
    service_id: str = ""
    raw: Entry = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def read(cls, entry: Entry, service_id: str) -> VirtualMachine | None:
        """Read one virtual machine; None for an object without an id."""
        identity = text(pick(entry, "id", "vmid", "uuid", "vm_id", "_key"))
        if identity is None:
            return None
        cores, sockets = number(pick(entry, "cores")), number(pick(entry, "sockets"))
        cpu = number(pick(entry, "cpus", "cpu", "vcpus", "vcpu"))
        template = entry.get("template")
        template_id, template_name = _template(
            pick(as_dict(template), "id", "uuid") or entry.get("template_id") or entry.get("templateid"),
            pick(as_dict(template), "name", "label") or pick(entry, "template_label", "template_name", "os_name", "os"),
            None if isinstance(template, (dict, list)) else text(template),
        )
        found = list(dict.fromkeys(address for key in _ADDRESS_KEYS for address in addresses(entry.get(key))))
        # an address, and what kind it is of: its version, and whether it is a private one
        reachable = [
            (address, (ip.version, any(ip in net for net in _PRIVATE)))
            for address in found
            if (ip := _ip(address)) and not (ip.is_loopback or ip.is_link_local or ip.is_unspecified)
        ]
        first = {kind: address for address, kind in reversed(reachable)}
        return cls(
            id=identity,
            name=text(pick(entry, "label", "name", "hostname")),
            status=state_word(entry),
            memory=number(pick(entry, "memory", "ram", "MEMORY"), "m"),
            cpu=cpu if cpu is not None or cores is None else cores * (sockets or 1),
            disk=number(pick(entry, "disk", "disk_size", "hdd", "DISK"), "g"),
            template=template_name,
            template_id=template_id,
            ips=tuple(address for address, _kind in reachable),
            ipv4=first.get((4, False)),
            ipv6=first.get((6, False)),
            private_ipv4=first.get((4, True)),
            service_id=service_id,
            raw=entry,
        )

    def beside(self, listed: VirtualMachine) -> VirtualMachine:
        """Return this machine by the name that it is listed by, and with what only the list says."""
        unsaid = {item.name for item in fields(self) if getattr(self, item.name) in (None, (), "unknown")}
        return replace(self, **{name: getattr(listed, name) for name in unsaid | ({"name"} if listed.name else set())})

    @classmethod
    def read_list(cls, answer: Any, service_id: str) -> tuple[VirtualMachine, ...] | None:
        """Read the answer to List VMs; None if it is none."""
        return collection(answer, lambda entry: cls.read(entry, service_id), "vms", "vm", "servers")

    @classmethod
    def read_details(cls, answer: Any, service_id: str, vmid: str) -> VirtualMachine | None:
        """Read Get VM Details: ``vm``, ``vms`` by id, ``data``, or the bare object; None if it is gone."""
        found = unwrap(answer, "vm", "vms", "server")
        if isinstance(found, list):
            found = next((item for item in found if text(pick(as_dict(item), "id", "vmid", "uuid")) == vmid), None)
        entry = as_dict(found)
        entry = as_dict(entry.get(vmid)) or entry
        return cls.read({**entry, "id": vmid}, service_id) if entry else None


def _template(identity: Any, name: Any, bare: str | None) -> tuple[str | None, str | None]:
    """Tell a template's id from its name: a bare one beside a name is the id, a bare number too, else a name."""
    known_id, known_name = text(identity), text(name)
    if bare is None or known_id:
        return known_id, known_name or bare
    if known_name:
        return (None if bare == known_name else bare), known_name
    return (bare, None) if bare.isdigit() else (None, bare)


@dataclass(frozen=True)
class Service(Record):
    """What a customer has ordered: a pool of virtual machines, a dedicated server, a hosting account."""

    id: str
    name: str | None = None
    label: str | None = None
    domain: str | None = None
    status: str | None = None
    category: str | None = None
    category_slug: str | None = None
    billing_cycle: str | None = None
    total: float | None = None
    next_due: str | None = None
    raw: Entry = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def read(cls, entry: Entry) -> Service:
        """Read an entry of List services, or Service details."""
        return cls(
            id=text(pick(entry, "id", "service_id", "account_id", "_key")) or "",
            name=text(pick(entry, "name", "product", "product_name")),
            label=text(entry.get("label")),
            domain=text(pick(entry, "domain", "hostname")),
            status=text(entry.get("status")),
            category=text(pick(entry, "category", "category_name")),
            category_slug=text(pick(entry, "category_url", "category_slug")),
            billing_cycle=text(pick(entry, "billingcycle", "billing_cycle")),
            total=money(entry.get("total")),
            next_due=text(entry.get("next_due")),
            raw=entry,
        )

    @classmethod
    def read_list(cls, answer: Any) -> tuple[Service, ...] | None:
        """Read the answer to List services; None if it is none."""
        services = collection(answer, cls.read, "services")
        return services if services is not None and all(service.id for service in services) else None

    def __str__(self) -> str:
        """Return how a person tells it from others."""
        names = [part for part in (self.name, self.domain, self.label and f"label {self.label}", self.status) if part]
        return f"{self.id} ({', '.join(names)})"


@dataclass(frozen=True)
class Template(Record):
    """An operating system that can be installed, or a recipe; ``usable_for`` holds a recipe's templates."""

    id: str
    name: str
    usable_for: tuple[str, ...] = ()
    raw: Entry = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def read_list(cls, answer: Any, *keys: str) -> tuple[Template, ...]:
        """Read templates or recipes below one of the keys."""
        found = []
        for entry in as_list(unwrap(answer, *keys)):
            identity = text(pick(entry, "id", "template", "uuid", "_key"))
            name = text(pick(entry, "name", "label", "title", "template_label")) or identity
            usable = entry.get("usablefor")
            if identity and name:
                named = [text(item.get(key)) for item in as_list(_split(usable)) for key in ("id", "_key", "name")]
                found.append(cls(identity, name, tuple(item for item in named if item), entry))
        return tuple(found)


def _split(value: Any) -> Any:
    return [part.strip() for part in value.split(",")] if isinstance(value, str) else value


@dataclass(frozen=True)
class IPAddress(Record):
    """An address of a dedicated server; ``domain`` is its reverse-DNS name."""

    id: str
    address: str
    domain: str | None = None
    vlan: str | None = None
    main: bool | None = None
    raw: Entry = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def read(cls, entry: Entry) -> IPAddress | None:
        """Read one address, which is its own id where there is no other; None for an object without an address."""
        address = next(addresses(entry), None)
        vlan = entry.get("vlan")
        if address is None:
            return None
        return cls(
            id=text(pick(entry, "_key", "id", "ip_id")) or address,
            address=address,
            domain=text(pick(entry, "domain", "ptr", "rdns", "reverse", "hostname")),
            vlan=text(pick(as_dict(vlan), "id", "name") if isinstance(vlan, dict) else vlan)
            or text(pick(entry, "vlan_id", "vlan_name")),
            main=flag(entry.get("main")),
            raw=entry,
        )

    @classmethod
    def read_list(cls, answer: Any) -> tuple[IPAddress, ...] | None:
        """Read the answer to List IPs, or to IP Details; None if it is none."""
        return collection(answer, cls.read, "ips", "ip", texts=True)


@dataclass(frozen=True)
class ServerInfo(Record):
    """What a dedicated server's Server Info says of its name and installed system."""

    hostname: str | None = None
    os: str | None = None
    os_id: str | None = None
    raw: Entry = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def read(cls, answer: Any) -> ServerInfo:
        """Read Server Info."""
        entry = as_dict(unwrap(answer, "info", "server"))
        systems = [entry.get(key) for key in ("os", "template", "ostemplate")]
        system: Entry = next((item for item in systems if isinstance(item, dict)), {})
        bare = next((text(item) for item in systems if text(item)), None)
        os_id, os_name = _template(
            pick(system, "id", "template")
            or pick(entry, "os_id", "template_id", "ostemplate_id")
            or (entry.get("template") if entry.get("os") and not system else None),
            pick(system, "name", "label") or pick(entry, "os_name", "template_label", "template_name"),
            bare,
        )
        return cls(hostname=text(pick(entry, "hostname", "name")), os=os_name, os_id=os_id, raw=entry)


@dataclass(frozen=True)
class Power(Record):
    """A dedicated server's power: ``on``, ``off`` or ``unknown``."""

    state: str
    raw: Entry = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def read(cls, answer: Any) -> Power:
        """Read Get server state, whatever its key is."""
        entry = answer if isinstance(answer, dict) else {"status": answer}
        for key in ("data", "server", "status", "state", "power"):
            entry = entry[key] if isinstance(entry.get(key), dict) else entry
        value = next((entry[key] for key in ("power", "poweron", "state", "status") if key in entry), None)
        on = flag(value)
        word = {True: "running", False: "stopped", None: state_word({"status": value})}[on]
        return cls({"running": "on", "rescue": "on", "stopped": "off"}.get(word, "unknown"), as_dict(answer))


@dataclass(frozen=True)
class ServerOperation(Record):
    """A reinstall, rescue or diagnostics of a dedicated server: ``idle``, ``running``, ``done``, ``failed``."""

    status: str = "idle"
    template: str | None = None
    progress: int | None = None
    raw: Entry = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def read(cls, answer: Any, *keys: str) -> ServerOperation:
        """Read an operation's status; no text at all is idle, and a text nobody knows is progress."""
        found = unwrap(answer, *keys)
        entry = found if isinstance(found, dict) else {"status": found}
        value = pick(entry, "status", "state", "install_in_progress", "operation", "active")
        entry = {**entry, **value} if isinstance(value, dict) else entry
        said = text(pick(entry, "status", "state", "install_in_progress") if isinstance(value, dict) else value) or ""
        template = pick(entry, "template", "template_id", "ostemplate", "os")
        if isinstance(template, dict):
            template = pick(template, "id", "name")
        percent = re.search(r"(\d+)\s*%", said)
        return cls(
            status=_operation_word(said.lower()),
            template=text(template),
            progress=number(pick(entry, "progress", "percent")) if not percent else int(percent[1]),
            raw=as_dict(answer),
        )


def _operation_word(said: str) -> str:
    if re.search(r"fail|error|abort", said):
        return "failed"
    if re.search(r"^(done|finish|complet|success|installed|ok$|ready)", said):
        return "done"
    return (
        "idle" if re.fullmatch(r"|false|0|none|null|idle|inactive|off|no|not.*|cancel.*|stopped", said) else "running"
    )


@dataclass(frozen=True)
class Reply(Record):
    """A message in a ticket; ``type`` is Admin or Client."""

    id: str | None
    name: str | None
    type: str | None
    date: str | None
    body: str | None


@dataclass(frozen=True)
class Ticket(Record):
    """A support ticket; the replies and the body are in its details only."""

    number: str
    subject: str | None = None
    department: str | None = None
    status: str | None = None
    date: str | None = None
    body: str | None = None
    replies: tuple[Reply, ...] = ()
    raw: Entry = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def read(cls, entry: Entry, replies: Any = ()) -> Ticket:
        """Read an entry of List Tickets, or Ticket details with its replies."""
        return cls(
            number=text(pick(entry, "ticket_number", "number", "_key", "id")) or "",
            subject=text(entry.get("subject")),
            department=text(pick(entry, "deptname", "department", "dept_name")),
            status=text(entry.get("status")),
            date=text(entry.get("date")),
            body=text(entry.get("body")),
            replies=tuple(
                Reply(*(text(item.get(key)) for key in ("id", "name", "type", "date", "body")))
                for item in as_list(replies)
            ),
            raw=entry,
        )
