# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fleet's plan, and how it is applied: phase by phase, many resources at once. Private to this collection."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .._errors import SindadError
from .._parallel import in_parallel
from .._plan import Change, Context, Plan
from .lock import service_locks

DESTROY = "vm.destroy"
_REINSTALL = "server.reinstall"
#: The order of changes: names first, then what is made and what is made anew, then power, and destruction last.
_PHASES = ("service.label", "server.hostname", "ip.domain", "vm.create", "vm.resize", "vm.rebuild", _REINSTALL)
_ACTIONS = {"vm.create": "create", DESTROY: "destroy"}
_SYMBOLS = {"create": "+", "change": "~", "destroy": "-"}
_COUNTED = {"create": "created", "change": "changed", "destroy": "destroyed", "refused": "refused", None: "unchanged"}
#: What a plan can do with a resource.
ACTIONS = tuple(action for action in _COUNTED if action is not None)


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
        return "refused" if self.plan.refusals else _action(self.plan.changes[0])

    @property
    def reinstalls(self) -> bool:
        """Whether it is the reinstallation of a server."""
        return any(change.kind == _REINSTALL for change in self.plan.changes)

    @property
    def phase(self) -> int:
        """When its changes are due."""
        kind = self.plan.changes[0].kind
        if kind in _PHASES:
            return _PHASES.index(kind)
        return len(_PHASES) + (1 if kind == DESTROY else 0)

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
        due = [item for item in self.items if item.plan.changes]
        reinstalled = {item.service for item in due if item.reinstalls}

        def carry_out(item: Item) -> None:
            try:
                # What else changes a server has to wait until its reinstallation has ended.
                item.plan.apply(context.waiting if item.service in reinstalled else context)
            except SindadError as error:
                failed[item.resource] = str(error)

        with service_locks(context.client, sorted({item.service for item in due})):
            for items in _by_phase(due):
                in_parallel(carry_out, items, workers=self.workers)
        if failed:
            raise _failure(self.items, failed)
        return {}


def _by_phase(due: Iterable[Item]) -> list[list[Item]]:
    """Return the items that are due at the same time together, in the order of the phases."""
    phases: dict[int, list[Item]] = {}
    for item in sorted(due, key=lambda item: item.phase):
        phases.setdefault(item.phase, []).append(item)
    return list(phases.values())


def _failure(items: Iterable[Item], failed: Mapping[str, str]) -> SindadError:
    """Return the error that lists what failed."""
    due = [item for items_of_phase in _by_phase(item for item in items if item.plan.changes) for item in items_of_phase]
    sentences = [f"{item.resource}: {failed[item.resource]}" for item in due if item.resource in failed]
    return SindadError(
        f"{len(failed)} of {len(due)} changes failed: {'; '.join(sentences)}",
        results={"failures": sentences, "summary": summary(items, failed)},
    )


def _action(change: Change) -> str:
    return _ACTIONS.get(change.kind, "change")


def _line(change: Change) -> str:
    if change.refused:
        return f"! refused: {change.summary} ({change.refused})"
    return f"{_SYMBOLS[_action(change)]} {change.summary}"


def summary(items: Iterable[Item], failed: Mapping[str, str] | None = None) -> dict[str, int]:
    """Count the resources by what happens to them."""
    counted = Counter("failed" if item.resource in (failed or {}) else _COUNTED[item.action] for item in items)
    return {word: counted[word] for word in ("created", "changed", "destroyed", "refused", "failed", "unchanged")}
