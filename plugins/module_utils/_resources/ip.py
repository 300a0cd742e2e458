# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The IP addresses of dedicated servers. Private to this collection."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .._client import NotFound, SindadError
from .._plan import Change, Plan, applies
from .._records import IPAddress, Template, same
from .._wait import Patience, act
from .template import choose

if TYPE_CHECKING:
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
    return IPAddress.read_list(client.call("list_ips", service))


def list_vlans(client: Client, service: str) -> tuple[Template, ...]:
    """Return the VLANs that addresses can be added in (reference: List VLANs)."""
    return Template.read_list(client.call("list_vlans", service), "vlans")


def get_ip(client: Client, service: str, ip: IPAddress) -> IPAddress:
    """Return an address with what its details say beyond the list (reference: IP Details)."""
    details = IPAddress.read_list(client.call("ip_details", service, ip.id))
    return replace(details[0], id=ip.id) if details else ip


def match(ips: tuple[IPAddress, ...], wanted: str) -> IPAddress | None:
    """Return the address that is meant, by itself or by its id; None if it isn't there."""
    return next((ip for ip in ips if same(wanted, ip.address)), None) or next(
        (ip for ip in ips if ip.id == wanted), None
    )


def observe(client: Client, params: Params, patience: Patience) -> Seen:
    """Observe the addresses; the details of the wanted one where the list has no domain, VLANs where one is wanted."""
    service, wanted = params["service"], params.get("ip")
    ips = list_ips(client, service)
    found = match(ips, wanted) if wanted else None
    if found and found.domain is None and params.get("domain") is not None:
        ips = tuple(get_ip(client, service, ip) if ip is found else ip for ip in ips)
    return Seen(service, ips, list_vlans(client, service) if params.get("vlan") else ())


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

    def reached() -> bool:
        ip = next((ip for ip in list_ips(client, service) if ip.id == identity), None)
        return ip is not None and _same_domain(domain, (ip if ip.domain else get_ip(client, service, ip)).domain)

    act(
        client,
        "edit_ip",
        service,
        identity,
        patience=patience,
        body={"domain": domain},
        done=reached,
        what=f"setting the domain of address {identity} of service {service}",
    )


@applies("ip.delete")
def delete(client: Client, args: Params, patience: Patience) -> None:
    """Remove an address; one that is gone is as wanted (reference: Delete IP)."""
    service, identity = args["service"], args["ip"]

    def gone() -> bool:
        return all(ip.id != identity for ip in list_ips(client, service))

    try:
        act(
            client,
            "delete_ip",
            service,
            identity,
            patience=patience,
            done=gone,
            what=f"removing address {identity} from service {service}",
        )
    except NotFound:
        if not gone():
            raise
