# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan of a fleet, made of the plans of its resources. Private to this collection."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

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

W = TypeVar("W")
S = TypeVar("S")

#: The version of the format of saved plans.
FORMAT = 1
#: The order of changes: names first, destruction last.
_PHASES = ("service.label", "server.hostname", "ip.domain", "vm.create", "vm.resize", "vm.rebuild", "server.reinstall")
_DESTROY = "vm.destroy"
_REINSTALL = "server.reinstall"
_ACTIONS = {"vm.create": "create", _DESTROY: "destroy"}
_SYMBOLS = {"create": "+", "change": "~", "destroy": "-"}
_COUNTED = {"create": "created", "change": "changed", "destroy": "destroyed", "refused": "refused", None: "unchanged"}
#: What a plan can do with a resource.
ACTIONS = tuple(action for action in _COUNTED if action is not None)
#: Resources that a warning lists, and characters of a saved value that a message shows.
_MOST_LISTED = 12
_MOST_SHOWN = 80


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
        due = sorted((item for item in self.items if item.plan.changes), key=lambda item: item.phase)
        reinstalled = {item.service for item in due if item.plan.changes[0].kind == _REINSTALL}

        def carry_out(item: Item) -> None:
            try:
                # Whatever else changes a server has to wait until its reinstallation has ended.
                item.plan.apply(context.waiting if item.service in reinstalled else context)
            except SindadError as error:
                failed[item.resource] = str(error)

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
    services = list(zip(seen.fleet["services"], seen.services))
    items = [
        item
        for number, (entry, observed) in enumerate(services)
        for item in _plan_service(entry, observed, seen.protected, f"services[{number}]")
    ]
    warnings = [*_warnings_of(items), *(warning for pair in services for warning in _warnings_of_prune(*pair))]
    if seen.saved is not None:
        items = _as_saved(items, seen.saved["changes"], warnings)
    items = _limited(items, limit, seen)
    changed = [item for item in items if item.plan.changes]
    saved_plan = _saved_plan(seen, changed, limit)
    if seen.saved is not None and saved_plan["left_out"] != seen.saved["left_out"]:
        raise SindadError("fleet has other passwords than the one that plan_file was made of: make a new plan")
    return FleetPlan(
        changes=tuple(change for item in changed for change in item.plan.changes),
        before={item.resource: item.plan.before for item in changed},
        after={item.resource: item.plan.after for item in changed},
        result={
            "changes": saved_plan["changes"],
            "fleet": saved_plan["fleet"],
            "summary": summary(items),
            "saved_plan": saved_plan,
        },
        warnings=tuple(warnings),
        items=tuple(items),
        workers=workers,
    )


def _saved_plan(seen: Observed, changed: Iterable[Item], limit: str) -> dict[str, Any]:
    """Return what a file holds of a plan; what is read back is checked in `saved`."""
    reinstalled = {item.service for item in changed if item.plan.changes[0].kind == _REINSTALL}
    return {
        "format": FORMAT,
        **seen.stamp,
        "max_destroy": limit,
        "fleet": without_secrets(seen.fleet),
        "changes": [item.described() for item in changed],
        "left_out": [
            f"services[{number}].os.password"
            for number, (entry, observed) in enumerate(zip(seen.fleet["services"], seen.services))
            if observed.service.id in reinstalled and "password" in entry["os"]
        ],
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
        more = f" and {len(others) - _MOST_LISTED} more" if len(others) > _MOST_LISTED else ""
        same = f". The same is true of {', '.join(others[:_MOST_LISTED])}{more}" if others else ""
        yield f"{by_subject[first]}{same}"


@dataclass(frozen=True)
class _Resource:
    """One resource of a service: what it is, its plan, and the names that may protect it."""

    title: str
    plan: Plan
    names: tuple[str | Unknown | None, ...] = ()


def _plan_service(entry: Entry, observed: ObservedService, protected: tuple[str, ...], place: str) -> Iterator[Item]:
    """Plan the resources of a service that the file manages; what would harm a protected one is refused."""
    patterns = (*entry.get("protected", ()), *protected)
    service_id = observed.service.id
    for resource in _resources(entry, observed, place):
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
        if planned.changes:
            # A server that was reinstalled is on, whatever it was before.
            power_seen = power_seen and power.Observed(service_id, Power("on"))
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


def _warnings_of_prune(entry: Entry, observed: ObservedService) -> Iterator[str]:
    """Yield a warning of the machines that prune leaves, since one whose name is unknown may be a listed one."""
    if observed.vms is None or not entry.get("prune"):
        return
    service_id = observed.service.id
    unlisted = _unlisted(machines_of(entry, service_id), observed.vms)
    kept = [machine.id for machine in unlisted if isinstance(machine.name, Unknown)]
    if kept:
        yield (
            f"the portal doesn't say the name of VM {', '.join(kept)} of service {service_id}, which may be a listed "
            "one; it is left as it is: sindad_vm with its vmid can destroy it"
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
    return replace(item, plan=item.plan.refusing(lambda change: change.kind == _DESTROY, reason))


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
        same_action = now["action"] in (change["action"], "refused")
        return None if same_steps and same_action else f"would now be changed otherwise: {'; '.join(now['summary'])}"
    if not now["before"] or not change["before"]:
        return "is gone" if change["before"] else "is there now"
    fields = {**change["before"], **now["before"]}
    steps = ((name, change["before"].get(name), now["before"].get(name)) for name in fields)
    told = [f"{name} was {_shown(was)}, is {_shown(is_)}" for name, was, is_ in steps if was != is_]
    return f"has changed: {', '.join(told)}"


def _shown(value: Any) -> str:
    return str(value)[:_MOST_SHOWN]
