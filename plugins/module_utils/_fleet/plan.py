# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Planning a fleet: the plans of its resources, and what protection and limits forbid. Private to this collection."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from .._errors import SindadError
from .._names import folded, protection_of
from .._plan import Change, Context, Plan
from .._reading import Unknown
from .._records import Power, VirtualMachine
from .._resources import hostname, ip, label, power, reinstall, vm
from .._texts import listed
from .apply import FleetPlan, Item, summary
from .file import Entry, without_secrets
from .limit import limited
from .lines import machines_of, meant_machines
from .observe import Observed, ObservedService, addresses_of, names_of_server, system_of, without_ignored
from .room import without_room
from .saved import as_saved, saved_plan
from .warnings import MOST_LISTED, hints, unlisted_machines, warning_of_passwords, warnings_of_file

R = TypeVar("R")
W = TypeVar("W")
S = TypeVar("S")

#: What may be destroyed and replaced where nothing else is said.
DEFAULT_LIMIT = "1"


def plan_fleet(seen: Observed, max_destroy: str | None, workers: int, passwords_file: str | None = None) -> FleetPlan:
    """Plan a fleet with the planners of the single modules; what protection and limits forbid is refused.

    Args:
        seen: The account.
        max_destroy: The limit that was given. If a saved plan has one too, the stricter one applies.
        workers: How many changes are made at a time.
        passwords_file: Where the passwords that the portal generates are kept.

    """
    items = _items(seen)
    warnings = [*_warnings_of(items), *warnings_of_file(seen), *hints(items, seen)]
    left: list[str] = []
    if seen.saved is not None:
        items, left = as_saved(items, seen.saved, warnings)
    limits = _limits(seen, max_destroy)
    items = _within_limits(items, limits, seen)
    if passwords_file is None:
        warnings += warning_of_passwords(items)
    changed = [item for item in items if item.plan.changes]
    saving = saved_plan(seen, changed, limits[0])
    return FleetPlan(
        changes=tuple(change for item in changed for change in item.plan.changes),
        before={item.resource: item.plan.before for item in changed},
        after={item.resource: item.plan.after for item in changed},
        result={**_told(items, seen), "left": left, "saved_plan": saving},
        warnings=tuple(warnings),
        items=tuple(items),
        workers=workers,
        passwords_file=passwords_file,
        marks=seen.marks,
    )


def _items(seen: Observed) -> list[Item]:
    return [item for number in range(len(seen.services)) for item in _plan_service(seen, number)]


def _limits(seen: Observed, max_destroy: str | None) -> list[str]:
    """Return the limits that hold: a saved plan's own, and the one that was given."""
    given = [max_destroy] if max_destroy else []
    if seen.saved is not None:
        return [seen.saved["max_destroy"], *given]
    return given or [DEFAULT_LIMIT]


def _within_limits(items: list[Item], limits: Iterable[str], seen: Observed) -> list[Item]:
    """Refuse what the services have no resources for, and what is destroyed beyond a limit."""
    items = without_room(items, {one.service.id: one.room for one in seen.services})
    for limit in limits:
        items = limited(items, limit, seen)
    return items


def _told(items: Iterable[Item], seen: Observed) -> dict[str, Any]:
    """Return what is told of a plan, beside its lines."""
    unlisted = [machine for number in range(len(seen.services)) for machine in _left_unlisted(seen, number)]
    return {
        "changes": [item.described() for item in items if item.plan.changes],
        "fleet": without_secrets(seen.fleet),
        "summary": {**summary(items), "unlisted": len(unlisted)},
        "warned": [item.resource for item in items if item.plan.warnings and not item.plan.changes],
        "unlisted": [f"? {machine} is not in the file" for machine in unlisted],
    }


def _warnings_of(items: Iterable[Item]) -> Iterator[str]:
    """Yield the warnings of all plans. What is said of several resources is said once, and the others are listed."""
    alike: dict[str, dict[str, str]] = {}
    for item in items:
        for warning in item.plan.warnings:
            subject = item.resource if item.resource in warning else f"service {item.service}"
            alike.setdefault(warning.replace(subject, "\0"), {}).setdefault(subject, warning)
    for by_subject in alike.values():
        first, *others = by_subject
        same = f". The same is true of {listed(others, MOST_LISTED)}" if others else ""
        yield f"{by_subject[first]}{same}"


@dataclass(frozen=True)
class _Resource:
    """One resource of a service: what it is, its plan, and the names that may protect it.

    Attributes:
        name: Under which a generated password is kept; empty for the service's id.
        relies_on: The title of the resource whose reinstallation this plan takes for done; empty for none.

    """

    title: str
    plan: Plan
    names: tuple[str | Unknown | None, ...] = ()
    name: str = ""
    sets_password: bool = False
    relies_on: str = ""


def _plan_service(seen: Observed, number: int) -> Iterator[Item]:
    """Plan the resources of a service that the file manages; what would harm a protected one is refused."""
    entry, observed = seen.fleet["services"][number], seen.services[number]
    patterns = (*entry.get("protected", ()), *seen.protected)
    service_id = observed.service.id
    for resource in _resources(entry, observed, f"services[{number}]"):
        planned = resource.plan
        covered = protection_of(resource.names, patterns)
        if covered is not None:
            planned = planned.refusing(_harms, f"{covered[0]} is protected by {covered[1]!r}")
        yield Item(
            resource=_of_service(resource.title, service_id),
            service=service_id,
            plan=planned,
            name=resource.name or service_id,
            sets_password=resource.sets_password,
            relies_on=_of_service(resource.relies_on, service_id) if resource.relies_on else None,
        )


def _of_service(title: str, service_id: str) -> str:
    """Return the title of a resource that results tell apart from those of other services."""
    return f"{title} of service {service_id}"


def _harms(change: Change) -> bool:
    """Whether a change erases something or stops a machine that is there."""
    return change.erases or change.stops


def _resources(entry: Entry, observed: ObservedService, place: str) -> Iterator[_Resource]:
    yield from _server_resources(entry, observed, place)
    if observed.ips is not None:
        yield from _address_resources(entry, observed, observed.ips, place)
    if observed.vms is not None:
        yield from _machine_resources(entry, observed, observed.vms, place)


def _address_resources(entry: Entry, observed: ObservedService, seen: ip.Observed, place: str) -> Iterator[_Resource]:
    """Plan the addresses; two lines may name one, by itself and by its id."""
    places: dict[str, str] = {}
    for number, address in enumerate(addresses_of(entry, observed.service.id)):
        here = f"{place}.ips[{number}]"
        present = ip.find_ip(seen.ips, address.ip or "")
        if present is not None and present.id in places:
            raise SindadError(f"{here}.ip: {address.ip!r} is {present.address}, already listed at {places[present.id]}")
        if present is not None:
            places[present.id] = here
        yield _Resource(f"address {address.ip}", _planned(here, ip.plan, address, seen))


def _planned(place: str, plan: Callable[[W, S], R], wanted: W, seen: S) -> R:
    """Plan one resource; an error gets the resource's place in the file."""
    try:
        return plan(wanted, seen)
    except SindadError as error:
        raise error.within(place) from None


def _server_resources(entry: Entry, observed: ObservedService, place: str) -> Iterator[_Resource]:
    service_id = observed.service.id
    names = names_of_server(entry, observed)
    is_to_be_reinstalled = False
    if observed.label is not None:
        wanted_label = label.Wanted(service_id, entry["label"])
        yield _Resource("label", _planned(f"{place}.label", label.plan, wanted_label, observed.label), names)
    if observed.hostname is not None:
        wanted_name = hostname.Wanted(service_id, entry["hostname"])
        yield _Resource(
            "host name", _planned(f"{place}.hostname", _plan_hostname, wanted_name, observed.hostname), names
        )
    if observed.os is not None:
        planned = _planned(f"{place}.os", reinstall.plan, system_of(entry, service_id), observed.os)
        yield _Resource("system", planned, names, sets_password="password" in entry["os"])
        is_to_be_reinstalled = bool(planned.changes)
    if observed.power is not None:
        planned = _plan_power(entry, observed, observed.power, place, is_to_be_reinstalled)
        yield _Resource("power", planned, names, relies_on="system" if is_to_be_reinstalled else "")


def _plan_power(
    entry: Entry, observed: ObservedService, seen: power.Observed, place: str, is_to_be_reinstalled: bool
) -> Plan:
    """Plan a server's power as it is after a reinstallation, planned or under way: on, whatever it was before."""
    service_id = observed.service.id
    is_being_reinstalled = observed.os is not None and observed.os.joined and observed.os.operation.status == "running"
    if is_to_be_reinstalled or is_being_reinstalled:
        seen = power.Observed(service_id, Power("on"))
    wanted = power.Wanted(service_id, entry["power"], send_if_unknown=False)
    planned = _planned(f"{place}.power", power.plan, wanted, seen)
    return _after_reinstallation(planned, system_of(entry, service_id)) if is_being_reinstalled else planned


def _after_reinstallation(planned: Plan, system: reinstall.Wanted) -> Plan:
    """Return a plan whose changes begin when the reinstallation under way has ended.

    A run that doesn't wait has observed the server in the middle of it, and would switch it off there.
    """

    def waiting(change: Change) -> Change:
        def carry_out(context: Context) -> Mapping[str, Any] | None:
            unprotected = replace(context.waiting, protected=())
            reinstall.observe_service(unprotected, system.service, system)
            return change.carry_out(context)

        return replace(change, carry_out=carry_out)

    return replace(planned, changes=tuple(waiting(change) for change in planned.changes))


def _plan_hostname(wanted: hostname.Wanted, seen: hostname.Observed) -> Plan:
    """Plan a host name; one that the portal doesn't tell is left as it is in a fleet."""
    if isinstance(seen.info.hostname, Unknown):
        warning = (
            f"the portal doesn't report the host name of service {seen.service}; it is left as it is: "
            "sindad_hostname can set it"
        )
        return Plan(warnings=(warning,))
    return hostname.plan(wanted, seen)


def _machine_resources(entry: Entry, observed: ObservedService, seen: vm.Observed, place: str) -> Iterator[_Resource]:
    wanted = machines_of(entry, observed.service.id)
    meant_machines(wanted, seen.lookup, f"{place}.vms")
    for number, machine in enumerate(wanted):
        if observed.only is not None and machine.name not in observed.only:
            continue
        planned = _planned(f"{place}.vms[{number}]", _plan_machine, machine, seen)
        yield _Resource(f"VM {machine.name}", planned, (machine.name, *planned.names), machine.name or "")
    if not entry.get("prune") or observed.only is not None:
        return
    listed = {f"VM {machine.name}" for machine in wanted}
    for unlisted in unlisted_machines(wanted, seen):
        if isinstance(unlisted.name, str):
            gone = vm.Wanted(observed.service.id, vmid=unlisted.id, state="absent")
            planned = _unless_listed(vm.plan(gone, seen), unlisted, wanted)
            title = f"VM {unlisted.name} ({unlisted.id})"
            while title in listed:  # results tell resources apart by their titles
                title = f"{title} (not in the file)"
            yield _Resource(title, planned, (unlisted.name, unlisted.id))


def _plan_machine(wanted: vm.Wanted, seen: vm.Observed) -> Plan:
    """Plan one machine, without what is left to the panel; one that has another name than its line keeps it."""
    planned = vm.plan(without_ignored(wanted, seen), seen)
    if wanted.vmid is None:
        return planned
    name = next((machine.name for machine in seen.machines if machine.id == wanted.vmid), None)
    if name == wanted.name or not isinstance(name, str):
        return planned
    warning = f"VM {wanted.name} of service {wanted.service} is called {name} by the portal; its name can't be changed"
    return replace(planned, warnings=(warning, *planned.warnings))


def _unless_listed(planned: Plan, machine: VirtualMachine, wanted: Iterable[vm.Wanted]) -> Plan:
    """Refuse to destroy a machine that is called as a line, which means another one by its vmid."""
    for line in wanted:
        if line.vmid is not None and folded(line.name or "") == folded(str(machine.name)):
            reason = (
                f"the line {line.name!r} refers to the VM {line.vmid}, but this VM has its name: "
                "give one of them another name"
            )
            return planned.refusing(lambda change: change.erases, reason)
    return planned


def _left_unlisted(seen: Observed, number: int) -> Iterator[str]:
    """Yield the machines of a listed service that the file doesn't name, and that stay as they are."""
    entry, observed = seen.fleet["services"][number], seen.services[number]
    if observed.vms is None or observed.only is not None:
        return
    for machine in unlisted_machines(machines_of(entry, observed.service.id), observed.vms):
        if not entry.get("prune") or isinstance(machine.name, Unknown):
            yield f"VM {machine.title} of service {observed.service.id}"
