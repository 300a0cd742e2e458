# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The account as far as a fleet file names it. Private to this collection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from typing import Any

from .._client import Client
from .._errors import SindadError
from .._names import same
from .._parallel import in_parallel
from .._plan import Context
from .._reading import Unknown, known
from .._records import Power, Service
from .._resources import account, hostname, ip, label, power, reinstall, service, vm
from .file import Entry
from .lines import STATES, check_services, machines_of, other_account
from .only import choose_only
from .room import get_room
from .service_lock import service_marks

#: How many services are observed at once; the client bounds the requests.
SERVICES_AT_ONCE = 32
#: How many times an account is observed before the run gives up, because each time something was busy.
MOST_OBSERVATIONS = 5


@dataclass(frozen=True)
class ObservedService:
    """What the planners of a service's resources need; None for what the file doesn't manage.

    Attributes:
        service: The service, with its label where that was asked for.
        named_hostname: The host name where it is not managed, but may be what protects the server.
        room: How much of the service's resources is left, where that was asked for.
        only: The names of the machines that alone are planned of the service; None for all of it.

    """

    service: Service
    vms: vm.Observed | None = None
    hostname: hostname.Observed | None = None
    os: reinstall.Observed | None = None
    power: power.Observed | None = None
    ips: ip.Observed | None = None
    label: label.Observed | None = None
    named_hostname: str | Unknown | None = None
    room: Mapping[str, int] = field(default_factory=dict)
    only: frozenset[str] | None = None

    @property
    def awaited(self) -> bool:
        """Whether something was busy, and its end was waited for."""
        return any(seen.awaited for seen in (self.vms, self.os) if seen is not None)


@dataclass(frozen=True)
class Observed:
    """The account as far as a fleet names it.

    Attributes:
        fleet: The normalised fleet.
        services: What was observed of each of its services, in the file's order.
        stamp: When the plan is made, and for which account.
        saved: The saved plan that is to be applied; None where the fleet is planned afresh.
        protected: What is protected besides what the file says.
        marks: The marks of the services' locks when they were observed, see `service_marks`.

    """

    fleet: dict[str, Any]
    services: tuple[ObservedService, ...]
    stamp: Mapping[str, Any]
    saved: Mapping[str, Any] | None = None
    protected: tuple[str, ...] = ()
    marks: Mapping[str, bytes] = field(default_factory=dict)


def account_of(client: Client) -> dict[str, str]:
    """Return what a plan says of the account that it was made for."""
    return {"api_url": client.settings.base_url, "account": client.settings.account}


def observe_fleet(
    context: Context, fleet: dict[str, Any], saved: Mapping[str, Any] | None = None, only: Sequence[str] = ()
) -> Observed:
    """Observe the services that a normalised fleet names, all of them again where something was waited for.

    A wait may take long, and what was seen of the other services before it may have changed since.

    Args:
        context: Provides the client.
        fleet: The fleet.
        saved: The saved plan that is to be applied.
        only: The services, and the machines as ``service/name``, that are observed; if empty, all.

    Raises:
        SindadError: The fleet is for another account, or names what doesn't exist; or an answer can't be read; or
            something is busy again and again.

    """
    for _time in range(MOST_OBSERVATIONS):
        seen = _observe_once(context, fleet, saved, only)
        if not any(one.awaited for one in seen.services):
            return seen
    raise SindadError(
        f"the account was observed {MOST_OBSERVATIONS} times, and each time something was busy and waited for; "
        "nothing was done: run this again when the account is at rest"
    )


def _observe_once(
    context: Context, fleet: dict[str, Any], saved: Mapping[str, Any] | None, only: Sequence[str]
) -> Observed:
    client = context.client
    if "account" in fleet:
        _check_account(client, fleet["account"])
    wanted = fleet["services"]
    names = [entry["service"] for entry in wanted]
    found = service.choose_services(client, names, service.list_services(client), "services[{}].service")
    check_services(wanted, ((owner.id, str(owner)) for owner in found))
    chosen = choose_only(client, only, wanted, found)
    marks = service_marks(client, (owner.id for owner in found))

    def look(number: int) -> ObservedService:
        owner = found[number]
        if number not in chosen:
            return ObservedService(owner)
        try:
            return _observe_service(context, wanted[number], owner, chosen[number])
        except SindadError as error:
            raise error.within(f"service {owner}") from None

    seen = in_parallel(look, range(len(wanted)), workers=SERVICES_AT_ONCE)
    stamp = {"made": datetime.now(timezone.utc).isoformat(timespec="seconds"), **account_of(client)}
    return Observed(fleet, tuple(seen), stamp, saved, context.protected, marks)


def _check_account(client: Client, wanted: str) -> None:
    """Make sure that the credentials are those of the account that the file is for.

    Raises:
        SindadError: They are another account's, or the portal doesn't tell whose they are.

    """
    told = account.names_of_account(client)
    if not same(wanted, *told):
        raise SindadError(f"{other_account(wanted, told)}; nothing was done")


def _observe_service(context: Context, entry: Entry, owner: Service, only: frozenset[str] | None) -> ObservedService:
    if only is not None:
        return _observe_machines(context, entry, ObservedService(owner, only=only))
    client = context.client
    is_protected = bool(entry.get("protected") or context.protected)
    seen = ObservedService(_named(client, entry, owner, is_protected))
    if "label" in entry:
        seen = replace(seen, label=label.Observed(owner.id, known(seen.service.label)))
    if "vms" in entry:
        return _observe_machines(context, entry, seen)
    if "ips" in entry:
        seen = replace(seen, ips=ip.observe_all(client, owner.id, addresses_of(entry, owner.id)))
    return _with_server(context, entry, seen, is_protected)


def _observe_machines(context: Context, entry: Entry, seen: ObservedService) -> ObservedService:
    """Add a service's machines, and what is left of its resources where that matters."""
    wanted = [one for one in machines_of(entry, seen.service.id) if seen.only is None or one.name in seen.only]
    machines = vm.observe_all(context, seen.service.id, wanted)
    present = [without_ignored(one, machines) for one in wanted]
    return replace(seen, vms=machines, room=get_room(context, present, machines))


def _with_server(context: Context, entry: Entry, seen: ObservedService, is_protected: bool) -> ObservedService:
    """Add what the planners of a dedicated server need."""
    client, service_id = context.client, seen.service.id
    if "os" in entry:
        # What protects the server is found out for all of its resources at once.
        unprotected = replace(context, protected=())
        system = reinstall.observe_service(unprotected, service_id, system_of(entry, service_id))
        seen = replace(seen, os=system)
    if "hostname" in entry:
        info = seen.os.info if seen.os else hostname.get_info(client, service_id)
        seen = replace(seen, hostname=hostname.Observed(service_id, info))
    if "power" in entry:
        seen = replace(seen, power=_observe_power(client, service_id))
    if is_protected and "power" in entry and not {"hostname", "os"} & entry.keys():
        told = service.if_offered(hostname.get_info, client, service_id)
        seen = replace(seen, named_hostname=told.hostname if told else None)
    return seen


def _named(client: Client, entry: Entry, owner: Service, is_protected: bool) -> Service:
    """Return a service with its label where that is managed, and with all that may protect a server."""
    may_protect = is_protected and may_harm_server(entry)
    if may_protect and isinstance(owner.domain, Unknown):
        details = service.get_details(client, owner.id)
        owner = replace(owner, domain=details.domain, label=details.label)
    if not isinstance(owner.label, Unknown):
        return owner
    if "label" in entry:
        return replace(owner, label=service.get_label(client, owner.id))
    if may_protect:
        return replace(owner, label=service.if_offered(service.get_label, client, owner.id))
    return owner


def _observe_power(client: Client, service_id: str) -> power.Observed:
    """Observe a server's power; a portal that doesn't offer to tell it leaves it unknown."""
    found = service.if_offered(power.get_power, client, service_id)
    return power.Observed(service_id, found or Power("unknown"))


def may_harm_server(entry: Entry) -> bool:
    """Whether the file manages what can erase or stop a server."""
    return bool({"os", "power"} & entry.keys())


def names_of_server(entry: Entry, observed: ObservedService) -> tuple[str | Unknown | None, ...]:
    """Return all that a server is called or will be, by any of which it may be protected."""
    owner = observed.service
    infos = [seen.info for seen in (observed.hostname, observed.os) if seen is not None]
    return (
        *(info.hostname for info in infos),
        *(observed.named_hostname, entry.get("hostname"), entry["service"]),
        *(owner.domain, owner.label, entry.get("label"), owner.id),
    )


# What the resources' planners want, from the entries of a fleet file


def without_ignored(wanted: vm.Wanted, seen: vm.Observed) -> vm.Wanted:
    """Return what is wanted of a machine without the fields that are left to the panel once it exists."""
    if not wanted.ignored:
        return wanted
    try:
        is_there = seen.lookup.find(wanted) is not None
    except SindadError:
        return wanted  # it is ambiguous, which is told when it is planned
    if not is_there:
        return wanted
    left: dict[str, Any] = {name: None for name in wanted.ignored if name != "power"}
    if "power" in wanted.ignored:
        left["state"] = STATES[None]
    return replace(wanted, **left)


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
