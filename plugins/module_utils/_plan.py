# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is to change: ordered, renderable, serialisable. Private to this collection.

A planner compares what is wanted with what was observed and returns a Plan, without any I/O.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from ._client import Client
from ._errors import SindadError
from ._names import protection_of
from ._reading import Unknown
from ._records import Record
from ._wait import Request, WaitPolicy, call_and_wait


class Files(Protocol):
    """The controller's files, as far as a task writes any. Each method raises SindadError for what can't be done."""

    def write(self, path: str, content: bytes) -> None:
        """Put a file in its place in one step."""

    def set_attributes(self, path: str, check_only: bool) -> bool:
        """Give a file the mode and owner that the task asks for; return whether that changes something.

        With ``check_only`` nothing is changed, and the file need not exist yet: then it is found out
        whether they can be set at all.
        """


@dataclass(frozen=True)
class Context:
    """What observing and changing need besides what is wanted.

    Attributes:
        client: Sends the requests.
        policy: Whether and how long to wait.
        warn: Tells the user something.
        progress: Shows the user the progress of what takes long.
        protected: Names and patterns of what must not be erased.
        files: The controller's files.
        found_services: The ids of services that were looked up, by the name that the task has.

    """

    client: Client
    policy: WaitPolicy
    warn: Callable[[str], None]
    protected: tuple[str, ...] = ()
    files: Files | None = None
    progress: Callable[[str], None] = lambda _message: None
    found_services: dict[str, str] = field(default_factory=dict)

    @property
    def waiting(self) -> Context:
        """The same context, in which changes are waited for."""
        return replace(self, policy=replace(self.policy, wait=True))

    def send_and_confirm(self, request: Request) -> None:
        """Send a write and wait for its end; warn where the portal doesn't tell whether it was done.

        Raises what `call_and_wait` raises.
        """
        result = call_and_wait(self.client, self.policy, request)
        if self.policy.wait and not result.confirmed:
            self.warn(f"{request.what} was accepted; the portal doesn't tell what came of it: it can't be confirmed")


#: Carries out a change; what it returns is added to the result (a generated password, say).
CarryOut = Callable[[Context], "Mapping[str, Any] | None"]


def _nothing(_context: Context) -> None:
    """Carry out nothing: a change that is refused is never carried out."""


@dataclass(frozen=True)
class Change:
    """One step.

    Attributes:
        kind: What it does, as ``vm.create``: a fleet orders its changes by it.
        summary: One sentence for people, the same in check mode and in a real run.
        carry_out: Carries it out.
        refused: Why it must not be carried out; None where it may.
        counts: Whether the task counts as changed once it was carried out.
        erases: Whether it destroys data, which protection forbids.
        stops: Whether it switches a machine off.

    """

    kind: str
    summary: str
    carry_out: CarryOut = field(default=_nothing, compare=False)
    refused: str | None = None
    counts: bool = True
    erases: bool = False
    stops: bool = False


@dataclass(frozen=True)
class Plan:
    """The changes of one resource, in order, and how it looks before and after.

    Attributes:
        changes: What is to be done; empty where nothing differs.
        before: The managed fields as they are; None for a resource that doesn't exist.
        after: The managed fields as they will be; None for one that will be gone.
        result: The module's own results as they are.
        expected: The same results as they will be; None where none of them changes.
        warnings: What the user should know.
        names: What the resource is called, for protection.

    """

    changes: tuple[Change, ...] = ()
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    result: Mapping[str, Any] = field(default_factory=dict)
    expected: Mapping[str, Any] | None = None
    warnings: tuple[str, ...] = ()
    names: tuple[str | Unknown | None, ...] = ()

    @property
    def lines(self) -> list[str]:
        """One sentence for each change."""
        return [change.summary for change in self.changes]

    @property
    def refusals(self) -> list[str]:
        """Why changes must not be carried out; a plan with one is not applied."""
        return [change.refused for change in self.changes if change.refused]

    @property
    def counts(self) -> bool:
        """Whether carrying it out changes something."""
        return any(change.counts for change in self.changes)

    def refusing(self, concerned: Callable[[Change], bool], reason: str) -> Plan:
        """Return this plan with the concerned changes refused, unless they already are."""
        changes = tuple(
            replace(change, refused=reason) if concerned(change) and not change.refused else change
            for change in self.changes
        )
        return replace(self, changes=changes)

    def protected_by(self, patterns: Sequence[str]) -> Plan:
        """Return this plan with its erasing changes refused, if one of the resource's names is protected."""
        covered = protection_of(self.names, patterns)
        if covered is None:
            return self
        name, pattern = covered
        return self.refusing(lambda change: change.erases, f"{name} is protected by {pattern!r}")

    def apply(self, context: Context) -> dict[str, Any]:
        """Carry out all changes in order; all but the last are waited for, as the next one needs them done.

        Returns:
            What the changes returned.

        Raises:
            SindadError: One failed; the sentence says first what was done before, and the results have what was
                returned until then.

        """
        results: dict[str, Any] = {}
        done: list[str] = []
        for change in self.changes:
            last = len(done) == len(self.changes) - 1
            try:
                merge(results, change.carry_out(context if last else context.waiting) or {})
            except SindadError as error:
                error.results = merge(results, error.results)
                if done:
                    error.within(f"done before this: {'; '.join(done)}. Then")
                raise
            done.append(change.summary)
        return results


def merge(results: dict[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """Add results to others; a record that both have is merged. Returns the first."""
    for name, value in more.items():
        if isinstance(value, Mapping) and isinstance(results.get(name), (Mapping, Record)):
            present = results[name]
            results[name] = {**(present.as_dict() if isinstance(present, Record) else present), **value}
        else:
            results[name] = value
    return results
