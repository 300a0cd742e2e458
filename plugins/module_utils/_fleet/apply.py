# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fleet's plan, and how it is applied: phase by phase, many resources at once. Private to this collection."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .._errors import SindadError
from .._parallel import in_parallel
from .._plan import Change, Context, Plan
from .._resources import vm
from .passwords import PasswordsFile, passwords_in
from .service_lock import service_locks

DESTROY = "vm.destroy"
_CREATE = "vm.create"
_REINSTALL = "server.reinstall"
#: The order of changes: names first, then what is made and what is made anew, then power, and destruction last.
_PHASES = ("service.label", "server.hostname", "ip.domain", _CREATE, "vm.resize", "vm.rebuild", _REINSTALL)
#: What may generate a password: the portal, where the file gives none.
_GENERATING = (_CREATE, "vm.rebuild", _REINSTALL)
_SYMBOLS = {"create": "+", "change": "~", "replace": "-/+", "destroy": "-"}
#: How many times as long as for a machine a reinstallation is waited for.
REINSTALL_TAKES = 3
#: What a line says of a disk, by the kind of the change.
_ERASED = {"vm.rebuild": ": its disk is erased", _REINSTALL: ": its disks are erased"}
_COUNTED = {
    "create": "created",
    "change": "changed",
    "replace": "replaced",
    "destroy": "destroyed",
    "refused": "refused",
    None: "unchanged",
}
#: Actions that destroy data, which max_destroy limits.
LIMITED = ("replace", "destroy")
#: What a plan can do with a resource.
ACTIONS = tuple(action for action in _COUNTED if action is not None)


@dataclass(frozen=True)
class Item:
    """One resource of the fleet with its plan.

    Attributes:
        resource: What it is, and of which service.
        service: The service's id.
        plan: What is to be done.
        name: The machine's name, or a server's id, under which a generated password is kept.
        sets_password: Whether the file gives the password.
        relies_on: The resource whose reinstallation this plan takes for done; None where there is none.

    """

    resource: str
    service: str
    plan: Plan
    name: str = ""
    sets_password: bool = False
    relies_on: str | None = None

    @property
    def action(self) -> str | None:
        """What happens to the resource; None where it is as wanted."""
        if not self.plan.changes:
            return None
        if self.plan.refusals:
            return "refused"
        actions = [_action(change) for change in self.plan.changes]
        return next((action for action in LIMITED if action in actions), actions[0])

    @property
    def needs_room(self) -> bool:
        """Whether it is created or resized, and that isn't refused."""
        return self.action != "refused" and any(change.kind in vm.NEED_ROOM for change in self.plan.changes)

    @property
    def generates_password(self) -> bool:
        """Whether the portal generates a password that can't be obtained elsewhere."""
        return not self.sets_password and any(change.kind in _GENERATING for change in self.plan.changes)

    @property
    def reinstalls(self) -> bool:
        """Whether it is the reinstallation of a server."""
        return any(change.kind == _REINSTALL for change in self.plan.changes)

    @property
    def phase(self) -> int:
        """The phase in which its changes are applied."""
        kind = self.plan.changes[0].kind
        if kind in _PHASES:
            return _PHASES.index(kind)
        return len(_PHASES) + (1 if kind == DESTROY else 0)

    def described(self) -> dict[str, Any]:
        """Return it as results and plan files hold it: plain values, no secrets."""
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
    """The plans of all resources; those of different resources are applied side by side, phase by phase.

    Attributes:
        items: The resources.
        workers: How many changes are made at a time.
        passwords_file: Where the passwords that the portal generates are kept.
        marks: The marks of the services' locks when they were observed, see `service_marks`.

    """

    items: tuple[Item, ...] = ()
    workers: int = 8
    passwords_file: str | None = None
    marks: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def lines(self) -> list[str]:
        """One line for each change, which begins with ``+``, ``~``, ``-/+``, ``-`` or ``!``."""
        return [_line(change) for item in self.items for change in item.plan.changes]

    @property
    def refusals(self) -> list[str]:
        """What is refused, and why."""
        return [f"{change.summary}: {change.refused}" for change in self.changes if change.refused]

    def apply(self, context: Context) -> dict[str, Any]:
        """Apply each resource's plan; one that fails doesn't stop the others, but for those that rely on it.

        Raises:
            SindadError: Something failed, or a password is lost; all of that is in the sentence and in the results.

        """
        due = [item for item in self.items if item.plan.changes]
        reinstalled = {item.service for item in due if item.reinstalls}
        passwords = PasswordsFile(self.passwords_file) if self.passwords_file else None
        troubles = _Troubles()
        # What else changes a server has to wait until its reinstallation has ended.
        patient = _patient(context.waiting)

        def carry_out(item: Item) -> None:
            # A reinstallation belongs to an earlier phase than what relies on it: whether it failed is known by now.
            if item.relies_on in troubles.failed:
                reason = f"not done, because the reinstallation before it failed: {item.relies_on}"
                troubles.failed[item.resource] = reason
                return
            try:
                lost = _apply(item, patient if item.service in reinstalled else context, passwords)
            except SindadError as error:
                troubles.failed[item.resource] = str(error)
                return
            if lost:
                troubles.lost[item.resource] = f"done: {'; '.join(item.plan.lines)}; {lost}"

        with service_locks(context.client, sorted({item.service for item in due}), self.marks):
            for items in _by_phase(due):
                in_parallel(carry_out, items, workers=self.workers)
        if troubles.failed or troubles.lost:
            raise _failure(self.items, troubles)
        return {}


@dataclass
class _Troubles:
    """What doesn't go well while a plan is applied, by the resource; each thread adds only its own resource's.

    Attributes:
        failed: Why a resource's changes failed.
        lost: What was done, and how to get in without the generated password, which couldn't be kept.

    """

    failed: dict[str, str] = field(default_factory=dict)
    lost: dict[str, str] = field(default_factory=dict)


def _patient(context: Context) -> Context:
    """Return how a reinstallation is waited for: it takes longer than what is done with a machine."""
    return replace(context, policy=replace(context.policy, timeout=REINSTALL_TAKES * context.policy.timeout))


def _apply(item: Item, context: Context, passwords: PasswordsFile | None) -> str | None:
    """Apply a resource's plan, and keep the password that the portal generated, also where something failed after it.

    Returns:
        How to get in if the password is lost, and why it is; None where it is kept, or where there is none.

    Raises:
        SindadError: It failed.

    """
    try:
        results: Mapping[str, Any] = item.plan.apply(context)
    except SindadError as error:
        lost = _keep_passwords(item, error.results, passwords)
        if lost:
            error.followed_by(f". The password that the portal generated is lost: {lost}")
        raise
    return _keep_passwords(item, results, passwords)


def _keep_passwords(item: Item, results: Mapping[str, Any], passwords: PasswordsFile | None) -> str | None:
    """Keep the password that the portal generated; return how to get in if it is lost, None where it isn't."""
    if passwords is None or not item.generates_password:
        return None
    try:
        for password in passwords_in(results):
            passwords.add(item.service, item.name, password)
    except SindadError as error:
        anew = "reinstall the server" if item.reinstalls else "rebuild the machine"
        return f"reset the password in the panel, or {anew} ({error})"
    return None


def _by_phase(due: Iterable[Item]) -> list[list[Item]]:
    """Return the items that are due at the same time together, in the order of the phases."""
    phases: dict[int, list[Item]] = {}
    for item in sorted(due, key=lambda item: item.phase):
        phases.setdefault(item.phase, []).append(item)
    return list(phases.values())


def _failure(items: Iterable[Item], troubles: _Troubles) -> SindadError:
    """Return the error that lists what failed, and which passwords are lost."""
    due = [item for items_of_phase in _by_phase(item for item in items if item.plan.changes) for item in items_of_phase]
    failed = _sentences(due, troubles.failed)
    lost = _sentences(due, troubles.lost)
    told = []
    if failed:
        told.append(f"{len(failed)} of {len(due)} changes failed: {'; '.join(failed)}")
    if lost:
        told.append(f"passwords that the portal generated are lost: {'; '.join(lost)}")
    results = {"failures": failed, "lost_passwords": lost, "summary": summary(items, troubles.failed)}
    return SindadError("; ".join(told), results=results)


def _sentences(due: Iterable[Item], told: Mapping[str, str]) -> list[str]:
    return [f"{item.resource}: {told[item.resource]}" for item in due if item.resource in told]


def _action(change: Change) -> str:
    if change.kind == DESTROY:
        return "destroy"
    if change.erases:
        return "replace"
    return "create" if change.kind == _CREATE else "change"


def _line(change: Change) -> str:
    if change.refused:
        return f"! refused: {change.summary} ({change.refused})"
    return f"{_SYMBOLS[_action(change)]} {change.summary}{_ERASED.get(change.kind, '')}"


#: The keys of a summary, in the order in which it is told.
SUMMARY = ("created", "changed", "replaced", "destroyed", "refused", "failed", "unchanged")


def summary(items: Iterable[Item], failed: Mapping[str, str] | None = None) -> dict[str, int]:
    """Count the resources by what happens to them."""
    counted = Counter("failed" if item.resource in (failed or {}) else _COUNTED[item.action] for item in items)
    return {word: counted[word] for word in SUMMARY}
