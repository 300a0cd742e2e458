# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The IP addresses of dedicated servers. Private to this collection."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .._client import SindadError
from .._plan import Change, Plan, applies
from .._records import IPAddress, Template, addresses, same
from .._wait import Patience, act
from .service import in_parallel, listed
from .template import choose

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .._client import Client
    from .._plan import Params


@dataclass(frozen=True)
class Seen:
    """A server's addresses, and the VLANs where one is to be chosen (they have an id and a name, as templates do)."""

    service: str
    ips: tuple[IPAddress, ...]
    vlans: tuple[Template, ...] = ()


def list_ips(client: Client, service: str) -> tuple[IPAddress, ...]:
    """Return a server's addresses (reference: List IPs)."""
    return listed(client, IPAddress.read_list, "list_ips", service)


def list_vlans(client: Client, service: str) -> tuple[Template, ...]:
    """Return the VLANs that addresses can be added in (reference: List VLANs)."""
    return Template.read_list(client.call("list_vlans", service), "vlans")


def get_ip(client: Client, service: str, ip: IPAddress) -> IPAddress:
    """Return an address with what its details say beyond the list (reference: IP Details)."""
    answer = client.call("ip_details", service, ip.id)
    # In an object without a wrapper, "ip" may be the address.
    details = IPAddress.read_list(answer) or IPAddress.read_list([answer])
    return replace(details[0], id=ip.id) if details else ip


def match(ips: tuple[IPAddress, ...], wanted: str) -> IPAddress | None:
    """Return the address that is meant, by itself or by its id; None if it isn't there."""
    address = next(addresses(wanted), None)
    return next((ip for ip in ips if ip.address == address), None) or next((ip for ip in ips if ip.id == wanted), None)


def observe(client: Client, params: Params, patience: Patience) -> Seen:
    """Observe the addresses, and the VLANs where one is wanted."""
    return observe_all(client, params["service"], [params])


def observe_all(client: Client, service: str, wanted: Sequence[Params]) -> Seen:
    """Observe a server's addresses; the details of those whose domain is managed and isn't in the list."""
    ips = list_ips(client, service)
    managed = [match(ips, params["ip"]) for params in wanted if params.get("ip") and params.get("domain") is not None]
    lacking = [ip for ip in managed if ip is not None and ip.domain is None]
    details = {ip.id: ip for ip in in_parallel(lambda ip: get_ip(client, service, ip), lacking)}
    vlans = list_vlans(client, service) if any(params.get("vlan") for params in wanted) else ()
    return Seen(service, tuple(details.get(ip.id, ip) for ip in ips), vlans)


def plan(params: Params, seen: Seen) -> Plan:
    """Plan one address, its reverse-DNS domain, or how many there are in a VLAN."""
    if params.get("ip") is None:
        return _plan_count(params, seen)
    service, ip, domain = seen.service, match(seen.ips, params["ip"]), params.get("domain")
    result = {"ips": list(seen.ips)}
    if params["state"] == "absent":
        if ip is None:
            return Plan(result=result)
        change = Change("ip.delete", f"remove {ip.address} from service {service}", {"service": service, "ip": ip.id})
        rest = [other for other in seen.ips if other is not ip]
        return Plan((change,), {"ip": ip.address, "domain": ip.domain}, None, result, {"ips": rest})
    if ip is None:
        listed = ", ".join(other.address for other in seen.ips) or "none"
        raise SindadError(f"ip: service {service} has no address {params['ip']}; it has: {listed}")
    before = {"ip": ip.address, "domain": ip.domain}
    if domain is None or _same_domain(domain, ip.domain):
        return Plan((), before, before, result)
    args = {"service": service, "ip": ip.id, "domain": domain}
    summary = f"set the domain of {ip.address} of service {service} to {domain} (now {ip.domain or 'none'})"
    expected = [replace(other, domain=domain) if other is ip else other for other in seen.ips]
    return Plan((Change("ip.domain", summary, args),), before, {**before, "domain": domain}, result, {"ips": expected})


def _same_domain(wanted: str, found: str | None) -> bool:
    return found is not None and same(wanted.rstrip("."), found.rstrip("."))


def _in_vlan(ips: tuple[IPAddress, ...], vlan: Template) -> tuple[IPAddress, ...]:
    """Return the addresses of a VLAN; all of them where the portal's records name none."""
    if all(ip.vlan is None for ip in ips):
        return ips
    return tuple(ip for ip in ips if same(ip.vlan, vlan.id, vlan.name))


def _plan_count(params: Params, seen: Seen) -> Plan:
    service, count = seen.service, params["count"]
    vlan = choose(seen.vlans, params["vlan"], "vlan")
    present = _in_vlan(seen.ips, vlan)
    warnings: tuple[str, ...] = ()
    if seen.ips and all(ip.vlan is None for ip in seen.ips):
        warnings = (f"the portal doesn't say in which VLAN an address of service {service} is, so all of them count",)
    missing = count - len(present)
    result = {"ips": list(seen.ips)}
    before = {"vlan": vlan.name, "count": len(present)}
    if missing <= 0:
        return Plan((), before, before, result, warnings=warnings)
    if not params.get("domain"):
        raise SindadError(f"domain: it is needed to add {missing} addresses to service {service}")
    args = {"service": service, "vlan": vlan.id, "name": vlan.name, "domain": params["domain"], "count": count}
    summary = f"add {missing} address{'es' if missing > 1 else ''} in VLAN {vlan.name} to service {service}"
    return Plan(
        (Change("ip.add", summary, {**args, "num": missing}),),
        before,
        {**before, "count": count},
        result,
        warnings=warnings,
    )


@applies("ip.add")
def add(client: Client, args: Params, patience: Patience) -> None:
    """Add the missing addresses in one request (reference: Add IP)."""
    service, vlan = args["service"], Template(args["vlan"], args["name"])
    act(
        client,
        "add_ip",
        service,
        patience=patience,
        what=f"adding addresses to service {service}",
        body={"vlan": args["vlan"], "domain": args["domain"], "num": str(args["num"])},
        done=lambda: len(_in_vlan(list_ips(client, service), vlan)) >= args["count"],
    )


@applies("ip.domain")
def set_domain(client: Client, args: Params, patience: Patience) -> None:
    """Set the reverse-DNS domain of an address (reference: Edit IP)."""
    service, identity, domain = args["service"], args["ip"], args["domain"]

    def now() -> str | None:
        ip = next((ip for ip in list_ips(client, service) if ip.id == identity), None)
        return None if ip is None else ip.domain or get_ip(client, service, ip).domain

    # A portal that doesn't tell the domain can't be waited for.
    def reached() -> bool:
        found = now()
        return found is None or _same_domain(domain, found)

    act(
        client,
        "edit_ip",
        service,
        identity,
        patience=patience,
        body={"domain": domain},
        done=reached,
        evidence=lambda: _same_domain(domain, now()),
        what=f"setting the domain of address {identity} of service {service}",
    )


@applies("ip.delete")
def delete(client: Client, args: Params, patience: Patience) -> None:
    """Remove an address; one that is gone is as wanted (reference: Delete IP)."""
    service, identity = args["service"], args["ip"]

    def gone() -> bool:
        return all(ip.id != identity for ip in list_ips(client, service))

    act(
        client,
        "delete_ip",
        service,
        identity,
        patience=patience,
        done=gone,
        what=f"removing address {identity} from service {service}",
    )
