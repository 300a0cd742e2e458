# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The account as far as a fleet file names it. Private to this collection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import Any

from .._client import Client
from .._errors import NotFound, SindadError
from .._parallel import in_parallel
from .._plan import Context
from .._reading import Unknown
from .._records import Power, Service
from .._resources import hostname, ip, label, power, reinstall, service, vm
from .file import Entry, check_once

#: How many services are observed at once; the client bounds the requests.
SERVICES_AT_ONCE = 32
_STATES = {"running": "started", "stopped": "stopped", None: "present"}


@dataclass(frozen=True)
class ObservedService:
    """What the planners of a service's resources need; None for what the file doesn't manage.

    Attributes:
        service: The service, with its label where that was asked for.
        named_hostname: The host name where it is not managed, but may be what protects the server.

    """

    service: Service
    vms: vm.Observed | None = None
    hostname: hostname.Observed | None = None
    os: reinstall.Observed | None = None
    power: power.Observed | None = None
    ips: ip.Observed | None = None
    label: label.Observed | None = None
    named_hostname: str | Unknown | None = None


@dataclass(frozen=True)
class Observed:
    """The account as far as a fleet names it.

    Attributes:
        fleet: The normalised fleet.
        services: What was observed of each of its services, in the file's order.
        stamp: When the plan is made, and for which account.
        saved: The saved plan that is to be applied; None where the fleet is planned anew.
        protected: What is protected beside what the file says.

    """

    fleet: dict[str, Any]
    services: tuple[ObservedService, ...]
    stamp: Mapping[str, Any]
    saved: Mapping[str, Any] | None = None
    protected: tuple[str, ...] = ()


def account_of(client: Client) -> dict[str, str]:
    """Return what a plan says of the account that it was made for."""
    return {"api_url": client.settings.base_url, "account": client.settings.account}


def observe_fleet(context: Context, fleet: dict[str, Any], saved: Mapping[str, Any] | None = None) -> Observed:
    """Observe the services that a normalised fleet names."""
    client = context.client
    wanted = fleet["services"]
    found = service.choose_services(client, [entry["service"] for entry in wanted], service.list_services(client))
    places: dict[str, str] = {}
    for number, (entry, owner) in enumerate(zip(wanted, found)):
        check_once(
            places, owner.id, f"services[{number}].service", f"({entry['service']}) is the service that is named"
        )

    def look(pair: tuple[Entry, Service]) -> ObservedService:
        entry, owner = pair
        try:
            return _observe_service(context, entry, owner)
        except SindadError as error:
            raise error.within(f"service {owner}") from None

    seen = in_parallel(look, list(zip(wanted, found)), workers=SERVICES_AT_ONCE)
    stamp = {"made": datetime.now(timezone.utc).isoformat(timespec="seconds"), **account_of(client)}
    return Observed(fleet, tuple(seen), stamp, saved, context.protected)


def _observe_service(context: Context, entry: Entry, owner: Service) -> ObservedService:
    client = context.client
    is_protected = bool(entry.get("protected") or context.protected)
    # What protects a server is found out here, for all of its resources at once.
    unprotected = replace(context, protected=())
    seen = ObservedService(_labelled(client, entry, owner, is_protected))
    if "vms" in entry:
        seen = replace(seen, vms=vm.observe_all(context, owner.id, machines_of(entry, owner.id)))
    if "hostname" in entry:
        seen = replace(seen, hostname=hostname.Observed(owner.id, hostname.get_info(client, owner.id)))
    if "os" in entry:
        seen = replace(seen, os=reinstall.observe_service(unprotected, owner.id, system_of(entry, owner.id)))
    if "power" in entry:
        seen = replace(seen, power=_observe_power(client, owner.id))
    if "ips" in entry:
        seen = replace(seen, ips=ip.observe_all(client, owner.id, addresses_of(entry, owner.id)))
    if "label" in entry:
        seen = replace(seen, label=label.Observed(owner.id, _known_label(seen.service)))
    if is_protected and "power" in entry and not {"hostname", "os"} & entry.keys():
        info = service.if_offered(hostname.get_info, client, owner.id)
        seen = replace(seen, named_hostname=info.hostname if info else None)
    return seen


def _labelled(client: Client, entry: Entry, owner: Service, is_protected: bool) -> Service:
    """Return a service with its label, where that is managed or may protect a server."""
    if not isinstance(owner.label, Unknown):
        return owner
    if "label" in entry:
        return replace(owner, label=service.get_label(client, owner.id))
    if is_protected and {"os", "power"} & entry.keys():
        return replace(owner, label=service.if_offered(service.get_label, client, owner.id))
    return owner


def _known_label(owner: Service) -> str | None:
    return None if isinstance(owner.label, Unknown) else owner.label


def _observe_power(client: Client, service_id: str) -> power.Observed:
    """Observe a server's power; a portal that doesn't offer to tell it leaves it unknown."""
    try:
        return power.Observed(service_id, power.get_power(client, service_id))
    except NotFound:
        return power.Observed(service_id, Power("unknown"))


# What the resources' planners want, from the entries of a fleet file


def machines_of(entry: Entry, service_id: str) -> list[vm.Wanted]:
    """Return what is wanted of each listed machine."""
    names = [machine["name"] for machine in entry.get("vms", ())]
    return [_machine(machine, service_id, names) for machine in entry.get("vms", ())]


def _machine(machine: Entry, service_id: str, names: list[str]) -> vm.Wanted:
    sizes = {size: machine.get(size) for size in vm.SIZES}
    return vm.Wanted(
        service=service_id,
        name=machine["name"],
        state=_STATES[machine.get("power")],
        template=machine.get("template"),
        rebuild=machine.get("rebuild", "never"),
        send_if_unknown=False,
        taken=tuple(name for name in names if name != machine["name"]),
        **sizes,
    )


def system_of(entry: Entry, service_id: str) -> reinstall.Wanted:
    """Return what is wanted of a server's system."""
    wanted = entry["os"]
    return reinstall.Wanted(
        service=service_id,
        template=wanted["template"],
        recipe=wanted.get("recipe"),
        hostname=entry.get("hostname"),
        password=wanted.get("password"),
        fail_if_unknown=False,
    )


def addresses_of(entry: Entry, service_id: str) -> list[ip.Wanted]:
    """Return what is wanted of each listed address."""
    return [
        ip.Wanted(service_id, ip=address["ip"], domain=address.get("domain"), send_if_unknown=False)
        for address in entry.get("ips", ())
    ]
