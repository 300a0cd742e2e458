# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Planning a fleet: the plans of its resources, and what protection and limits forbid. Private to this collection."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from .._errors import SindadError
from .._names import folded, protection_of
from .._plan import Change, Plan
from .._reading import Unknown
from .._records import Power, VirtualMachine
from .._resources import hostname, ip, label, power, reinstall, vm
from .apply import DESTROY, FleetPlan, Item, summary
from .file import Entry
from .observe import Observed, ObservedService, addresses_of, machines_of, system_of
from .saved import as_saved, saved_plan

W = TypeVar("W")
S = TypeVar("S")

#: Resources that a warning lists.
_MOST_LISTED = 12


def plan_fleet(seen: Observed, max_destroy: str, workers: int) -> FleetPlan:
    """Plan a fleet with the planners of the single modules; what protection and limits forbid is refused."""
    limit = max_destroy if seen.saved is None else seen.saved["max_destroy"]
    items = [item for number in range(len(seen.services)) for item in _plan_service(seen, number)]
    warnings = [*_warnings_of(items), *_warnings_of_prune(seen)]
    if seen.saved is not None:
        items = as_saved(items, seen.saved, warnings)
    items = _limited(items, limit, seen)
    changed = [item for item in items if item.plan.changes]
    saving = saved_plan(seen, changed, limit)
    return FleetPlan(
        changes=tuple(change for item in changed for change in item.plan.changes),
        before={item.resource: item.plan.before for item in changed},
        after={item.resource: item.plan.after for item in changed},
        result={
            "changes": saving["changes"],
            "fleet": saving["fleet"],
            "summary": summary(items),
            "saved_plan": saving,
        },
        warnings=tuple(warnings),
        items=tuple(items),
        workers=workers,
    )


def _warnings_of(items: Iterable[Item]) -> Iterator[str]:
    """Yield the warnings of all plans. What is said of several resources is said once, and the others are listed."""
    alike: dict[str, dict[str, str]] = {}
    for item in items:
        for warning in item.plan.warnings:
            subject = item.resource if item.resource in warning else f"service {item.service}"
            alike.setdefault(warning.replace(subject, "\0"), {}).setdefault(subject, warning)
    for by_subject in alike.values():
        first, *others = by_subject
        more = f" and {len(others) - _MOST_LISTED} more" if len(others) > _MOST_LISTED else ""
        same = f". The same is true of {', '.join(others[:_MOST_LISTED])}{more}" if others else ""
        yield f"{by_subject[first]}{same}"


@dataclass(frozen=True)
class _Resource:
    """One resource of a service: what it is, its plan, and the names that may protect it."""

    title: str
    plan: Plan
    names: tuple[str | Unknown | None, ...] = ()


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
        yield Item(f"{resource.title} of service {service_id}", service_id, planned)


def _harms(change: Change) -> bool:
    """Whether a change erases something or stops a machine that is there."""
    return change.erases or change.stops


def _resources(entry: Entry, observed: ObservedService, place: str) -> Iterator[_Resource]:
    yield from _server_resources(entry, observed, place)
    if observed.ips is not None:
        for number, address in enumerate(addresses_of(entry, observed.service.id)):
            planned = _planned(f"{place}.ips[{number}]", ip.plan, address, observed.ips)
            yield _Resource(f"address {address.ip}", planned)
    if observed.vms is not None:
        yield from _machine_resources(entry, observed, observed.vms, place)


def _planned(place: str, plan: Callable[[W, S], Plan], wanted: W, seen: S) -> Plan:
    """Plan one resource; an error gets the resource's place in the file."""
    try:
        return plan(wanted, seen)
    except SindadError as error:
        raise error.within(place) from None


def _server_resources(entry: Entry, observed: ObservedService, place: str) -> Iterator[_Resource]:
    service_id = observed.service.id
    names = _names_of_server(entry, observed)
    power_seen = observed.power
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
        yield _Resource("system", planned, names)
        if planned.changes and power_seen is not None:
            # A server that was reinstalled is on, whatever it was before.
            power_seen = power.Observed(service_id, Power("on"))
    if power_seen is not None:
        wanted_power = power.Wanted(service_id, entry["power"], send_if_unknown=False)
        yield _Resource("power", _planned(f"{place}.power", power.plan, wanted_power, power_seen), names)


def _plan_hostname(wanted: hostname.Wanted, seen: hostname.Observed) -> Plan:
    """Plan a host name; one that the portal doesn't tell is left as it is in a fleet."""
    if isinstance(seen.info.hostname, Unknown):
        warning = (
            f"the portal doesn't say the host name of service {seen.service}; it is left as it is: "
            "sindad_hostname can set it"
        )
        return Plan(warnings=(warning,))
    return hostname.plan(wanted, seen)


def _names_of_server(entry: Entry, observed: ObservedService) -> tuple[str | Unknown | None, ...]:
    """Return all that a server is called, by any of which it may be protected."""
    owner = observed.service
    infos = [seen.info for seen in (observed.hostname, observed.os) if seen is not None]
    return (
        *(info.hostname for info in infos),
        *(observed.named_hostname, entry.get("hostname"), entry["service"]),
        *(owner.domain, owner.label, owner.id),
    )


def _machine_resources(entry: Entry, observed: ObservedService, seen: vm.Observed, place: str) -> Iterator[_Resource]:
    wanted = machines_of(entry, observed.service.id)
    _check_lines_that_look_alike(wanted, seen, f"{place}.vms")
    for number, machine in enumerate(wanted):
        planned = _planned(f"{place}.vms[{number}]", vm.plan, machine, seen)
        yield _Resource(f"VM {machine.name}", planned, (machine.name, *planned.names))
    for unlisted in _unlisted(wanted, seen) if entry.get("prune") else ():
        if isinstance(unlisted.name, str):
            gone = vm.Wanted(observed.service.id, vmid=unlisted.id, state="absent")
            yield _Resource(f"VM {unlisted.name} ({unlisted.id})", vm.plan(gone, seen), (unlisted.name, unlisted.id))


def _check_lines_that_look_alike(wanted: Iterable[vm.Wanted], seen: vm.Observed, place: str) -> None:
    """Make sure that two lines which differ only in what is not compared mean two machines that are there.

    Raises:
        SindadError: One of them might mean the other's machine.

    """
    present = {machine.name for machine in seen.machines if isinstance(machine.name, str)}
    by_name: dict[str, list[str]] = {}
    for one in wanted:
        by_name.setdefault(folded(one.name or ""), []).append(one.name or "")
    for names in by_name.values():
        if len(names) > 1 and not present.issuperset(names):
            told = " and ".join(name.encode("unicode_escape").decode() for name in names)
            raise SindadError(f"{place}: the names {told} are compared as one, and not all of these machines are there")


def _unlisted(wanted: Iterable[vm.Wanted], seen: vm.Observed) -> list[VirtualMachine]:
    """Return the machines of a service that no line of the file means."""
    matches = [vm.find_machine(seen.machines, one) for one in wanted]
    listed = {match.item.id for match in matches if match is not None}
    return [machine for machine in seen.machines if machine.id not in listed]


def _warnings_of_prune(seen: Observed) -> Iterator[str]:
    """Yield warnings of the machines that prune leaves, since one whose name is unknown may be a listed one."""
    for entry, observed in zip(seen.fleet["services"], seen.services):
        if observed.vms is None or not entry.get("prune"):
            continue
        service_id = observed.service.id
        unlisted = _unlisted(machines_of(entry, service_id), observed.vms)
        kept = [machine.id for machine in unlisted if isinstance(machine.name, Unknown)]
        if kept:
            yield (
                f"the portal doesn't say the name of VM {', '.join(kept)} of service {service_id}, which may be a "
                "listed one; it is left as it is: sindad_vm with its vmid can destroy it"
            )


def _limited(items: list[Item], limit: str, seen: Observed) -> list[Item]:
    """Refuse what is destroyed beyond the limit: a number for the whole run, or a share of each service's machines."""
    destroyed = Counter(item.service for item in items if item.action == "destroy")
    if limit.endswith("%"):
        present = {observed.service.id: len(observed.vms.machines) for observed in seen.services if observed.vms}
        share = int(limit[:-1])
        beyond = {name: count for name, count in destroyed.items() if count > present[name] * share // 100}
    else:
        total = sum(destroyed.values())
        beyond = dict.fromkeys(destroyed, total) if total > int(limit) else {}
    return [_refused_beyond(item, limit, beyond) for item in items]


def _refused_beyond(item: Item, limit: str, beyond: Mapping[str, int]) -> Item:
    """Return an item whose destruction is refused, if too many are destroyed in its service."""
    if item.service not in beyond:
        return item
    reason = f"max_destroy is {limit}, and {beyond[item.service]} would be destroyed"
    return replace(item, plan=item.plan.refusing(lambda change: change.kind == DESTROY, reason))
