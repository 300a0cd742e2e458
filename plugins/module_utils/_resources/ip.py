# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The IP addresses of dedicated servers: observed, planned and changed. Private to this collection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .._client import Client
from .._engine import Options, Task
from .._errors import NotFound, SindadError
from .._lookups import get_ip, list_allocated_ips, list_ips, list_vlans
from .._names import same, same_host
from .._parallel import in_parallel
from .._plan import Change, Context, Plan
from .._reading import UNKNOWN, Unknown, known
from .._records import Choice, IPAddress, host_address
from .._wait import Request, call_and_wait
from .choice import choose
from .service import if_offered, located


@dataclass(frozen=True)
class Wanted:
    """One address and its reverse-DNS domain, or how many addresses a VLAN should hold; None for what is not given.

    Attributes:
        service: The service, by id, label or domain.
        send_if_unknown: Whether a domain is set where the portal doesn't report the present one. A task about one
            address does so, with a warning; a fleet leaves it.

    """

    service: str
    ip: str | None = None
    domain: str | None = None
    vlan: str | None = None
    count: int | None = None
    state: str = "present"
    send_if_unknown: bool = True


@dataclass(frozen=True)
class Observed:
    """A server's addresses, and the VLANs where one is to be chosen.

    ``pending`` is what is allocated already, and of which the portal doesn't tell the address.
    """

    service: str
    ips: tuple[IPAddress, ...]
    vlans: tuple[Choice, ...] = ()
    pending: tuple[IPAddress, ...] = ()


def wanted_address(options: Options) -> Wanted:
    """Take what is wanted from the options of sindad_ip."""
    return Wanted(**{name: options[name] for name in ("service", "ip", "domain", "vlan", "count", "state")})


# Observing


def find_ip(ips: Sequence[IPAddress], wanted: str) -> IPAddress | None:
    """Return the address that is meant, by itself or by its id; None if it doesn't exist."""
    address = host_address(wanted)
    by_address = next((ip for ip in ips if ip.address == address), None)
    return by_address or next((ip for ip in ips if ip.id == wanted), None)


def observe(context: Context, wanted: Wanted) -> Observed:
    """Observe the addresses, and the VLANs where one is wanted."""
    by_domain = bool(context.protected) and wanted.state == "absent"

    def look(service: str) -> Observed:
        return observe_all(context.client, service, [wanted], by_domain)

    return located(context, wanted.service, look)


def observe_all(client: Client, service: str, wanted: Sequence[Wanted], by_domain: bool = False) -> Observed:
    """Observe a server's addresses, with the details of those whose domain is needed and isn't in the list.

    A domain is needed where it is managed, and where it may protect an address (``by_domain``).
    """
    allocated = list_allocated_ips(client, service)
    ips = tuple(ip for ip in allocated if ip.address)
    pending = tuple(ip for ip in allocated if not ip.address)
    lacking = [ip for ip in _needed(ips, wanted, by_domain) if isinstance(ip.domain, Unknown)]
    detailed = {ip.id: ip for ip in in_parallel(lambda ip: _get_if_found(client, service, ip), lacking)}
    vlans = list_vlans(client, service) if any(one.vlan for one in wanted) else ()
    return Observed(service, tuple(_named_vlan(detailed.get(ip.id, ip), vlans) for ip in ips), vlans, pending)


def _needed(ips: Sequence[IPAddress], wanted: Sequence[Wanted], by_domain: bool) -> list[IPAddress]:
    """Return the addresses whose domain a decision depends on."""
    named = [one.ip for one in wanted if one.ip is not None and (by_domain or one.domain is not None)]
    found = [find_ip(ips, ip) for ip in named]
    return [ip for ip in found if ip is not None]


def _get_if_found(client: Client, service: str, ip: IPAddress) -> IPAddress:
    try:
        return get_ip(client, service, ip)
    except NotFound:
        return ip


def _named_vlan(ip: IPAddress, vlans: Sequence[Choice]) -> IPAddress:
    """Return an address with the name of its VLAN, where the list of VLANs tells it."""
    if isinstance(ip.vlan, Unknown) or not isinstance(ip.vlan_name, Unknown):
        return ip
    name = next((vlan.name for vlan in vlans if same(ip.vlan, vlan.id, vlan.name)), None)
    return ip if name is None else replace(ip, vlan_name=name)


# Planning


def plan(wanted: Wanted, seen: Observed) -> Plan:
    """Plan one address, its reverse-DNS domain, or how many there are in a VLAN."""
    if wanted.ip is None:
        return _plan_count(wanted, seen)
    ip = find_ip(seen.ips, wanted.ip)
    if wanted.state == "absent":
        return _plan_absent(seen, ip)
    if ip is None:
        present = ", ".join(other.address for other in seen.ips) or "none"
        raise SindadError(f"ip: service {seen.service} has no address {wanted.ip}; it has: {present}")
    return _plan_domain(wanted, seen, ip)


def _result(ips: Sequence[IPAddress]) -> dict[str, Any]:
    """Return the module's results; what it adds becomes known when it was added."""
    return {"ips": list(ips), "added": []}


def _plan_absent(seen: Observed, ip: IPAddress | None) -> Plan:
    if ip is None:
        return Plan(result=_result(seen.ips))
    summary = f"remove {ip.address} from service {seen.service}"
    change = Change("ip.delete", summary, lambda context: delete(context, seen.service, ip), erases=True)
    rest = [other for other in seen.ips if other is not ip]
    before = {"ip": ip.address, "domain": known(ip.domain)}
    names = (ip.address, ip.id, ip.domain)
    return Plan((change,), before, None, _result(seen.ips), _result(rest), names=names)


def _plan_domain(wanted: Wanted, seen: Observed, ip: IPAddress) -> Plan:
    domain = wanted.domain
    before = {"ip": ip.address, "domain": known(ip.domain)}
    unchanged = Plan((), before, before, _result(seen.ips))
    if domain is None or _has_domain(ip, domain):
        return unchanged
    warnings: tuple[str, ...] = ()
    if isinstance(ip.domain, Unknown):
        said = f"the portal doesn't report the domain of {ip.address} of service {seen.service}"
        if not wanted.send_if_unknown:
            return replace(unchanged, warnings=(f"{said}; it is left as it is: sindad_ip can set it",))
        warnings = (f"{said}: it is set, and nobody can tell whether that changes anything",)
    summary = f"set the domain of {ip.address} of service {seen.service} to {domain} (now {known(ip.domain) or 'none'})"
    if not domain:
        summary = f"clear the domain of {ip.address} of service {seen.service} (now {known(ip.domain) or 'none'})"
    expected = [replace(other, domain=domain) if other is ip else other for other in seen.ips]
    change = Change("ip.domain", summary, lambda context: set_domain(context, seen.service, ip, domain))
    return Plan((change,), before, {**before, "domain": domain}, _result(seen.ips), _result(expected), warnings)


def _has_domain(ip: IPAddress, domain: str) -> bool:
    """Whether an address is known to have a domain; an empty one is none."""
    if isinstance(ip.domain, Unknown):
        return False
    return (ip.domain or "") == domain or same_host(domain, ip.domain)


def _is_in(ip: IPAddress, vlan: Choice, seen: Observed) -> bool | Unknown:
    """Whether an address is in a VLAN; unknown where the portal doesn't say it in words that are recognised.

    The number of a VLAN that isn't offered is another one's if the portal calls VLANs by their ids elsewhere. Else it
    could be the tag of one that is offered.
    """
    told = _words_of_vlan(ip)
    if any(same(word, vlan.id, vlan.name) for word in told):
        return True
    offered = [name for other in seen.vlans for name in (other.id, other.name)]
    if any(same(word, *offered) for word in told):
        return False
    is_number = not isinstance(ip.vlan, Unknown) and ip.vlan.isdecimal()
    return False if is_number and _calls_vlans_by_id(seen) else UNKNOWN


def _calls_vlans_by_id(seen: Observed) -> bool:
    """Whether the portal calls the VLAN of any address by the number that is an offered one's id."""
    ids = [vlan.id for vlan in seen.vlans if vlan.id.isdecimal()]
    return any(same(word, *ids) for ip in seen.ips for word in _words_of_vlan(ip))


def _words_of_vlan(ip: IPAddress) -> list[str]:
    return [word for word in (ip.vlan, ip.vlan_name) if not isinstance(word, Unknown)]


def _plan_count(wanted: Wanted, seen: Observed) -> Plan:
    vlan = choose(seen.vlans, wanted.vlan or "", "vlan")
    count = wanted.count or 0
    placed = [(ip, _is_in(ip, vlan, seen)) for ip in (*seen.ips, *seen.pending)]
    unplaced = [ip for ip, is_in in placed if isinstance(is_in, Unknown)]
    present = len(unplaced) + sum(is_in is True for _ip, is_in in placed)
    warnings = _warning_of_unplaced(seen, vlan, unplaced)
    missing = count - present
    before = {"vlan": vlan.name, "count": present}
    if missing <= 0:
        return Plan((), before, before, _result(seen.ips), warnings=warnings)
    _check_countable(seen.service, [ip for ip, is_in in placed if is_in is not False])
    if not wanted.domain:
        raise SindadError(f"domain is required to add {_counted(missing)} to service {seen.service}")
    body = {"vlan": vlan.id, "domain": wanted.domain, "num": str(missing)}
    summary = f"add {_counted(missing)} in VLAN {vlan.name} to service {seen.service}"
    change = Change("ip.add", summary, lambda context: add(context, seen, body, missing))
    return Plan((change,), before, {**before, "count": count}, _result(seen.ips), warnings=warnings)


def _counted(number: int) -> str:
    return f"{number} address{'' if number == 1 else 'es'}"


def _check_countable(service: str, ips: Sequence[IPAddress]) -> None:
    """Check that each entry which may be in a VLAN is one address, and no net or range of some.

    Raises:
        SindadError: Nobody can tell how many addresses one of them is.

    """
    nets = [ip.net for ip in ips if ip.net is not None]
    if nets:
        raise SindadError(
            f"count: nobody can tell how many addresses service {service} has: the portal lists {', '.join(nets)}"
        )


def _warning_of_unplaced(seen: Observed, vlan: Choice, unplaced: Sequence[IPAddress]) -> tuple[str, ...]:
    """Return the warning of addresses of which nobody can tell whether they are in a VLAN."""
    if not unplaced:
        return ()
    if len(unplaced) == len(seen.ips) + len(seen.pending):
        return (f"the portal doesn't say in which VLAN an address of service {seen.service} is, so all of them count",)
    which = ", ".join(ip.address or f"the one with the id {ip.id}" for ip in unplaced)
    said = f"the portal doesn't say whether these addresses of service {seen.service} are in VLAN {vlan.name}"
    return (f"{said}, so they count: {which}",)


# Changing


def add(context: Context, seen: Observed, body: Mapping[str, str], missing: int) -> dict[str, Any]:
    """Add the missing addresses in one request (reference: Add IP). Returns those that are new."""
    client, service = context.client, seen.service
    present = {ip.address for ip in seen.ips}
    allocated = {ip.id for ip in seen.pending}
    new: list[IPAddress] = []

    def has_begun() -> bool:
        listed = list_ips(client, service)
        new[:] = [ip for ip in listed if ip.address not in present and ip.id not in allocated]
        return bool(new)

    def are_there() -> bool:
        return has_begun() and len(new) >= missing

    request = Request(
        what=f"adding {_counted(missing)} to service {service}",
        operation="add_ip",
        ids=(service,),
        body=dict(body),
        effect=has_begun,
        ended=are_there,
        state=lambda: f"{len(new)} of {missing} are there",
    )
    try:
        call_and_wait(client, context.policy, request)
    except SindadError as error:
        error.results = {"added": [_named_vlan(ip, seen.vlans) for ip in new]}
        raise
    return {"added": [_named_vlan(ip, seen.vlans) for ip in new]}


def set_domain(context: Context, service: str, ip: IPAddress, domain: str) -> None:
    """Set the reverse-DNS domain of an address (reference: Edit IP)."""

    def is_set() -> bool | Unknown:
        now = find_ip(list_ips(context.client, service), ip.address)
        if now is not None and isinstance(now.domain, Unknown):
            now = _get_if_found(context.client, service, now)
        if now is None:
            return False
        return UNKNOWN if isinstance(now.domain, Unknown) else _has_domain(now, domain)

    request = Request(
        what=f"setting the domain of address {ip.address} of service {service}",
        operation="edit_ip",
        ids=(service, ip.id),
        body={"domain": domain},
        effect=is_set,
    )
    context.send_and_confirm(request)


def delete(context: Context, service: str, ip: IPAddress) -> None:
    """Remove an address (reference: Delete IP)."""

    def is_gone() -> bool:
        return find_ip(list_ips(context.client, service), ip.address) is None

    request = Request(
        what=f"removing address {ip.address} from service {service}",
        operation="delete_ip",
        ids=(service, ip.id),
        effect=is_gone,
    )
    call_and_wait(context.client, context.policy, request)


TASK = Task(wanted_address, observe, plan)


# sindad_ip_info


@dataclass(frozen=True)
class WantedInfo:
    """Which address is asked for; all of them where ``ip`` is None."""

    service: str
    ip: str | None


def wanted_info(options: Options) -> WantedInfo:
    """Take what is wanted from the options of sindad_ip_info."""
    return WantedInfo(options["service"], options["ip"])


def observe_info(context: Context, wanted: WantedInfo) -> dict[str, Any]:
    """Observe the addresses, or the wanted one with its details, and the VLANs."""
    client = context.client

    def look(service: str) -> dict[str, Any]:
        ips: Sequence[IPAddress] = list_ips(client, service)
        if wanted.ip is not None:
            found = find_ip(ips, wanted.ip)
            ips = [get_ip(client, service, found)] if found else []
        vlans = if_offered(list_vlans, client, service) or ()
        return {
            "ips": [_named_vlan(ip, vlans) for ip in ips],
            "vlans": [{"id": vlan.id, "name": vlan.name} for vlan in vlans],
        }

    return located(context, wanted.service, look)


INFO = Task(wanted_info, observe_info)
