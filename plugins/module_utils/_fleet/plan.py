# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan of a fleet, made of the plans of its resources. Private to this collection."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from .._errors import SindadError
from .._names import folded, protection_of
from .._parallel import in_parallel
from .._plan import Change, Context, Plan
from .._reading import Unknown
from .._records import Power, VirtualMachine
from .._resources import hostname, ip, label, power, reinstall, vm
from .file import Entry, without_secrets
from .lock import service_locks
from .observe import Observed, ObservedService, addresses_of, machines_of, system_of

#: The version of the format of saved plans.
FORMAT = 1
#: The order of changes: names first, destruction last.
_PHASES = ("service.label", "server.hostname", "ip.domain", "vm.create", "vm.resize", "vm.rebuild", "server.reinstall")
_DESTROY = "vm.destroy"
_ACTIONS = {"vm.create": "create", _DESTROY: "destroy"}
_SYMBOLS = {"create": "+", "change": "~", "destroy": "-"}
_COUNTED = {"create": "created", "change": "changed", "destroy": "destroyed", "refused": "refused", None: "unchanged"}


@dataclass(frozen=True)
class Item:
    """One resource of the fleet with its plan."""

    resource: str
    service: str
    plan: Plan

    @property
    def action(self) -> str | None:
        """What happens to the resource; None where it is as wanted."""
        if not self.plan.changes:
            return None
        return "refused" if self.plan.refusals else _ACTIONS.get(self.plan.changes[0].kind, "change")

    @property
    def phase(self) -> int:
        """When its changes are due: names first, destruction last."""
        kind = self.plan.changes[0].kind
        if kind in _PHASES:
            return _PHASES.index(kind)
        return len(_PHASES) + (1 if kind == _DESTROY else 0)

    def described(self) -> dict[str, Any]:
        """Return it as results and plan files hold it: plain values, no secret."""
        return {
            "resource": self.resource,
            "service": self.service,
            "action": self.action,
            "summary": self.plan.lines,
            "before": self.plan.before,
            "after": self.plan.after,
            "refused": self.plan.refusals,
        }


@dataclass(frozen=True)
class FleetPlan(Plan):
    """The plans of all resources; those of different resources are applied side by side, phase by phase."""

    items: tuple[Item, ...] = ()
    workers: int = 8

    @property
    def lines(self) -> list[str]:
        """One line for each change: ``+ create``, ``~ change``, ``- destroy``, ``! refused``."""
        return [_line(change) for item in self.items for change in item.plan.changes]

    @property
    def refusals(self) -> list[str]:
        """What is refused, and why."""
        return [f"{change.summary}: {change.refused}" for change in self.changes if change.refused]

    def apply(self, context: Context) -> dict[str, Any]:
        """Apply each resource's plan; one that fails doesn't stop the others.

        Raises:
            SindadError: Something failed; all failures are in the sentence and in the results.

        """
        failed: dict[str, str] = {}

        def carry_out(item: Item) -> None:
            try:
                item.plan.apply(context)
            except SindadError as error:
                failed[item.resource] = str(error)

        due = sorted((item for item in self.items if item.plan.changes), key=lambda item: item.phase)
        with service_locks(context.client, sorted({item.service for item in due})):
            for phase in dict.fromkeys(item.phase for item in due):
                in_parallel(carry_out, [item for item in due if item.phase == phase], workers=self.workers)
        if failed:
            sentences = [f"{item.resource}: {failed[item.resource]}" for item in due if item.resource in failed]
            raise SindadError(
                f"{len(failed)} of {len(due)} changes failed: " + "; ".join(sentences),
                results={"failures": sentences, "summary": summary(self.items, failed)},
            )
        return {}


def _line(change: Change) -> str:
    if change.refused:
        return f"! refused: {change.summary} ({change.refused})"
    return f"{_SYMBOLS[_ACTIONS.get(change.kind, 'change')]} {change.summary}"


def summary(items: Iterable[Item], failed: Mapping[str, str] | None = None) -> dict[str, int]:
    """Count the resources by what happens to them."""
    counted = Counter("failed" if item.resource in (failed or {}) else _COUNTED[item.action] for item in items)
    return {word: counted[word] for word in ("created", "changed", "destroyed", "refused", "failed", "unchanged")}


# Planning


def plan_fleet(seen: Observed, max_destroy: str, workers: int) -> FleetPlan:
    """Plan a fleet with the planners of the single modules; what protection and limits forbid is refused."""
    limit = max_destroy if seen.saved is None else seen.saved["max_destroy"]
    items = [
        item
        for number, (entry, observed) in enumerate(zip(seen.fleet["services"], seen.services))
        for item in _plan_service(entry, observed, seen.protected, f"services[{number}]")
    ]
    warnings = [warning for item in items for warning in item.plan.warnings]
    warnings += [
        warning for entry, observed in zip(seen.fleet["services"], seen.services) for warning in _kept(entry, observed)
    ]
    if seen.saved is not None:
        items = _as_saved(items, seen.saved["changes"], warnings)
    items = list(_limited(items, limit, seen))
    changed = [item for item in items if item.plan.changes]
    described = [item.described() for item in changed]
    fleet = without_secrets(seen.fleet)
    saved_plan = {"format": FORMAT, **seen.stamp, "max_destroy": limit, "fleet": fleet, "changes": described}
    return FleetPlan(
        changes=tuple(change for item in changed for change in item.plan.changes),
        before={item.resource: item.plan.before for item in changed},
        after={item.resource: item.plan.after for item in changed},
        result={
            "changes": described,
            "fleet": fleet,
            "summary": summary(items),
            "saved_plan": {**saved_plan, "left_out": _places_of_passwords(seen, changed)},
        },
        warnings=tuple(dict.fromkeys(warnings)),
        items=tuple(items),
        workers=workers,
    )


def _places_of_passwords(seen: Observed, changed: Iterable[Item]) -> list[str]:
    """Return the places of the passwords that a plan's changes need."""
    reinstalled = {item.service for item in changed for step in item.plan.changes if step.kind == "server.reinstall"}
    return [
        f"services[{number}].os.password"
        for number, (entry, observed) in enumerate(zip(seen.fleet["services"], seen.services))
        if observed.service.id in reinstalled and "password" in entry["os"]
    ]


@dataclass(frozen=True)
class _Resource:
    """One resource of a service: what it is, its place in the file, how it is planned, and its names."""

    title: str
    place: str
    plan: Callable[[], Plan]
    names: tuple[str | Unknown | None, ...] = ()


def _plan_service(entry: Entry, observed: ObservedService, protected: tuple[str, ...], place: str) -> Iterator[Item]:
    """Plan each resource; a change that would harm a protected one is refused, an error gets its place in the file."""
    patterns = (*entry.get("protected", ()), *protected)
    service_id = observed.service.id
    for resource in _resources(entry, observed):
        try:
            planned = resource.plan()
        except SindadError as error:
            raise error.within(f"{place}{resource.place}") from None
        covered = protection_of(resource.names, patterns)
        if covered is not None:
            planned = planned.refusing(_harms, f"{covered[0]} is protected by {covered[1]!r}")
        yield Item(f"{resource.title} of service {service_id}", service_id, planned)


def _harms(change: Change) -> bool:
    """Whether a change erases something or stops a machine that is there."""
    return change.erases or change.stops


def _resources(entry: Entry, observed: ObservedService) -> Iterator[_Resource]:
    """Yield the resources of a service that the file manages."""
    yield from _server_resources(entry, observed)
    if observed.ips is not None:
        for number, address in enumerate(addresses_of(entry, observed.service.id)):
            yield _Resource(f"address {address.ip}", f".ips[{number}]", _planner(ip.plan, address, observed.ips))
    if observed.vms is not None:
        yield from _machine_resources(entry, observed, observed.vms)


def _planner(plan: Callable[[Any, Any], Plan], wanted: Any, seen: Any) -> Callable[[], Plan]:
    return lambda: plan(wanted, seen)


def _server_resources(entry: Entry, observed: ObservedService) -> Iterator[_Resource]:
    owner = observed.service
    names = _names_of_server(entry, observed)
    if observed.label is not None:
        wanted_label = label.Wanted(owner.id, entry["label"])
        yield _Resource("label", ".label", _planner(label.plan, wanted_label, observed.label), names)
    if observed.hostname is not None:
        wanted_name = hostname.Wanted(owner.id, entry["hostname"])
        yield _Resource("host name", ".hostname", _planner(_plan_hostname, wanted_name, observed.hostname), names)
    reinstalls = False
    if observed.os is not None:
        planned = _planner(reinstall.plan, system_of(entry, owner.id), observed.os)
        yield _Resource("system", ".os", planned, names)
        reinstalls = bool(planned().changes)
    if observed.power is not None:
        # A server that was reinstalled is on, whatever it was before.
        seen = power.Observed(owner.id, Power("on")) if reinstalls else observed.power
        wanted_power = power.Wanted(owner.id, entry["power"], send_if_unknown=False)
        yield _Resource("power", ".power", _planner(power.plan, wanted_power, seen), names)


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
    hostnames = [info.hostname for info in infos]
    return (
        *(*hostnames, observed.named_hostname, entry.get("hostname"), entry["service"]),
        *(owner.domain, owner.label, owner.id),
    )


def _machine_resources(entry: Entry, observed: ObservedService, seen: vm.Observed) -> Iterator[_Resource]:
    wanted = machines_of(entry, observed.service.id)
    _check_lines_that_look_alike(wanted, seen)
    for number, machine in enumerate(wanted):
        names = (machine.name, *_names_of_machine(machine, seen))
        yield _Resource(f"VM {machine.name}", f".vms[{number}]", _planner(vm.plan, machine, seen), names)
    for unlisted in _to_prune(entry, observed):
        gone = vm.Wanted(observed.service.id, vmid=unlisted.id, state="absent")
        title = f"VM {unlisted.name if isinstance(unlisted.name, str) else ''} ({unlisted.id})"
        yield _Resource(title, "", _planner(vm.plan, gone, seen), (unlisted.name, unlisted.id))


def _names_of_machine(wanted: vm.Wanted, seen: vm.Observed) -> tuple[str | Unknown | None, ...]:
    match = vm.find_machine(seen.machines, wanted)
    return (match.item.name, match.item.id) if match else ()


def _check_lines_that_look_alike(wanted: Iterable[vm.Wanted], seen: vm.Observed) -> None:
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
            raise SindadError(f"vms: the names {told} are compared as one, and not both machines are there")


def _unlisted(entry: Entry, observed: ObservedService) -> list[VirtualMachine]:
    """Return the machines of a service that no line of the file means."""
    if observed.vms is None:
        return []
    matches = [vm.find_machine(observed.vms.machines, one) for one in machines_of(entry, observed.service.id)]
    listed = {match.item.id for match in matches if match is not None}
    return [machine for machine in observed.vms.machines if machine.id not in listed]


def _to_prune(entry: Entry, observed: ObservedService) -> list[VirtualMachine]:
    """Return the unlisted machines that are to go. One whose name the portal doesn't say may be a listed one."""
    if not entry.get("prune"):
        return []
    return [machine for machine in _unlisted(entry, observed) if isinstance(machine.name, str)]


def _kept(entry: Entry, observed: ObservedService) -> Iterator[str]:
    """Yield warnings of machines that prune leaves because their name is unknown."""
    for machine in _unlisted(entry, observed) if entry.get("prune") else ():
        if isinstance(machine.name, Unknown):
            yield (
                f"the portal doesn't say the name of VM {machine.id} of service {observed.service.id}, which may be a "
                "listed one; it is left as it is: sindad_vm with its vmid can destroy it"
            )


def _limited(items: list[Item], limit: str, seen: Observed) -> Iterator[Item]:
    """Refuse what is destroyed beyond the limit: a number for the whole run, or a share of each service's machines."""
    destroyed = Counter(item.service for item in items if item.action == "destroy")
    machines = {observed.service.id: len(observed.vms.machines) for observed in seen.services if observed.vms}
    for item in items:
        if limit.endswith("%"):
            allowed, count = machines.get(item.service, 0) * int(limit[:-1]) // 100, destroyed[item.service]
        else:
            allowed, count = int(limit), sum(destroyed.values())
        if count <= allowed:
            yield item
            continue
        reason = f"max_destroy is {limit}, and {count} would be destroyed"
        yield replace(item, plan=item.plan.refusing(lambda change: change.kind == _DESTROY, reason))


# Saved plans


def _as_saved(items: list[Item], saved: list[Mapping[str, Any]], warnings: list[str]) -> list[Item]:
    """Return the items that a saved plan holds; refuse if one of them has moved since."""
    refused = [f"{change['resource']}: {why}" for change in saved for why in change["refused"]]
    if refused:
        raise SindadError(f"plan_file holds what was refused, nothing was changed: {'; '.join(refused)}")
    now = {item.resource: item for item in items}
    moved = {change["resource"]: moved_since(change, now.get(change["resource"])) for change in saved}
    if any(moved.values()):
        told = "; ".join(f"{resource} {how}" for resource, how in moved.items() if how)
        raise SindadError(f"the account has moved since the plan was made, nothing was changed: {told}")
    others = [item.resource for item in items if item.plan.changes and item.resource not in moved]
    if others:
        warnings.append(f"the plan doesn't hold these differences, they are left: {', '.join(others)}")
    return [item for item in items if item.resource not in others]


def moved_since(change: Mapping[str, Any], item: Item | None) -> str | None:
    """Say how a resource isn't any more what it was when its change was planned; None where it is."""
    if item is None:
        return "is gone"
    now = item.described()
    if not item.plan.changes:
        return "is as wanted already"
    if now["before"] == change["before"]:
        same_steps = all(now[name] == change[name] for name in ("service", "summary", "after"))
        return None if same_steps else f"would now be changed otherwise: {'; '.join(now['summary'])}"
    if not now["before"] or not change["before"]:
        return "is gone" if change["before"] else "is there now"
    fields = {**change["before"], **now["before"]}
    steps = ((name, change["before"].get(name), now["before"].get(name)) for name in fields)
    return "has changed: " + ", ".join(f"{name} was {was}, is {is_}" for name, was, is_ in steps if was != is_)
