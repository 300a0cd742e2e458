# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is to change: ordered, renderable, serialisable. Private to this collection.

A planner compares what is wanted with what was observed and returns a Plan, without any I/O.
Each Change names the applier that carries it out, so that a plan can be saved and applied later.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Callable

from ._records import Record

if TYPE_CHECKING:
    from ._client import Client
    from ._wait import Patience

Params = Mapping[str, Any]
#: Carries out one change; what it returns is added to the result (a generated password, say).
Applier = Callable[["Client", Params, "Patience"], "Mapping[str, Any] | None"]

APPLIERS: dict[str, Applier] = {}


def applies(kind: str) -> Callable[[Applier], Applier]:
    """Register the function that carries out a kind of change."""

    def register(applier: Applier) -> Applier:
        APPLIERS[kind] = applier
        return applier

    return register


@dataclass(frozen=True)
class Change:
    """One step.

    Attributes:
        kind: Which applier carries it out, as ``vm.create``.
        summary: One sentence for people, the same in check mode and in a real run.
        args: What the applier needs, plain JSON values.
        refused: Why it must not be carried out; None where it may.
        counts: Whether the task has changed something when it was carried out.

    """

    kind: str
    summary: str
    args: Params = field(default_factory=dict)
    refused: str | None = None
    counts: bool = True

    def apply(self, client: Client, patience: Patience) -> Mapping[str, Any]:
        """Carry it out."""
        return APPLIERS[self.kind](client, self.args, patience) or {}


@dataclass(frozen=True)
class Plan:
    """The changes of one resource, in order, and how it looks before and after.

    Attributes:
        changes: What is to be done; empty where the wanted state is the present one.
        before: The managed fields as they are; None for a resource that isn't there.
        after: The managed fields as they will be; None for one that will be gone.
        result: The module's own results as they are.
        expected: The same as they will be; None where nothing of them changes.
        warnings: What the user should know.

    """

    changes: tuple[Change, ...] = ()
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    result: Mapping[str, Any] = field(default_factory=dict)
    expected: Mapping[str, Any] | None = None
    warnings: tuple[str, ...] = ()

    @property
    def lines(self) -> list[str]:
        """One sentence for each change."""
        return [change.summary for change in self.changes]

    @property
    def refusals(self) -> list[str]:
        """Why changes must not be carried out; a plan with one is not applied."""
        return [change.refused for change in self.changes if change.refused]

    def apply(self, client: Client, patience: Patience) -> dict[str, Any]:
        """Carry out all changes in order; all but the last are waited for, as the next one needs them done."""
        results: dict[str, Any] = {}
        for index, change in enumerate(self.changes, 1):
            last = index == len(self.changes)
            results.update(change.apply(client, patience if last else replace(patience, wait=True)))
        return results

    def outcome(self, again: Callable[[], Plan], extra: Mapping[str, Any]) -> dict[str, Any]:
        """Return the results after the plan was applied.

        Args:
            again: Observes and plans again; what isn't to be seen yet is as expected.
            extra: What applying it returned, added to the record of its name, or a result of its own.

        """
        now = again().result
        expected = self.result if self.expected is None else self.expected
        seen = {name: expected[name] if now.get(name) is None else now[name] for name in expected}
        return {
            **seen,
            **{
                name: {**seen[name].as_dict(), **value} if isinstance(seen.get(name), Record) else value
                for name, value in extra.items()
            },
        }


def set_field(
    kind: str, summary: str, name: str, now: Any, wanted: Any, *, args: Params, result: Mapping[str, Any]
) -> Plan:
    """Plan one value that is either as wanted or is written."""
    changes = () if now == wanted else (Change(kind, summary, {**args, name: wanted}),)
    return Plan(changes, {name: now}, {name: wanted}, result, {**result, name: wanted})
