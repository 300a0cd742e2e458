# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The four steps of every task: observe, plan, apply, report. Private to this collection, and without Ansible.

Check mode, diff, idempotence, protection and errors are handled here and nowhere else.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Generic, Protocol, TypeVar

from ._checks import check
from ._client import Client
from ._errors import SindadError
from ._parallel import WORKERS
from ._plan import Context, Files, Plan, merge
from ._reading import printable
from ._records import Record
from ._secrets import hidden
from ._settings import Settings
from ._wait import WaitPolicy

W = TypeVar("W")
S = TypeVar("S")
Options = Mapping[str, Any]

#: Names and patterns that are protected in each task, separated by commas.
PROTECTED_VARIABLE = "SINDAD_PROTECTED"
#: The controller's value of it, for a task that runs as a module on its host, which may have one of its own.
CONTROLLER_VARIABLE = "SINDAD_PROTECTED_BY_CONTROLLER"


class Host(Protocol):
    """What runs a task: a module, or an action plugin."""

    name: str
    options: Options
    check_mode: bool
    verbosity: int
    files: Files | None

    def warn(self, message: str) -> None:
        """Show a warning."""

    def progress(self, message: str, always: bool = False) -> None:
        """Show a task's progress at once, if somebody may be watching, or always; a host that can't do so skips it."""

    def dump(self, value: Any) -> str:
        """Return plain values as YAML text."""


@dataclass(frozen=True)
class Task(Generic[W, S]):
    """What a module does.

    Attributes:
        wanted: Returns what is wanted, from the options; raises SindadError for options that can't be right.
        observe: Returns the present state, for the planner; for an info module, the results.
        plan: Compares that state with what is wanted; None for an info module.
        report: Returns the results after the plan was applied, where observing and planning again isn't the way.

    """

    wanted: Callable[[Options], W]
    observe: Callable[[Context, W], S]
    plan: Callable[[W, S], Plan] | None = None
    report: Callable[[Context, W, Plan], Mapping[str, Any]] | None = None


@dataclass
class Outcome:
    """How a task ended: its results, and in ``error`` the sentence that says why it failed."""

    results: dict[str, Any]
    error: str | None = None


def execute(task: Task[Any, Any], host: Host, make_client: Callable[[Settings, int], Client] = Client) -> Outcome:
    """Run a task. A failure is an outcome too: whatever the portal does, nothing is raised but programming errors.

    Args:
        task: What is to be done.
        host: Provides the options, and takes warnings.
        make_client: Returns a client for the given settings, which may be an existing one.

    """
    results: dict[str, Any] = {"changed": False}
    client: Client | None = None
    error_message: str | None = None
    try:
        options = host.options
        check(options)
        client = make_client(Settings.from_options(options), options.get("workers") or WORKERS)
        client.begin_task(host.name)
        _run(task, host, _context(client, host, options), options, results)
    except SindadError as error:
        results["changed"] = results["changed"] or (client is not None and client.wrote)
        merge(results, error.results)
        if error.failure:
            results["failure"] = error.failure
        message = str(error)
        error_message = printable(client.scrub(message) if client else message)
    return Outcome(_reported(results, host.verbosity, client), error_message)


def _context(client: Client, host: Host, options: Options) -> Context:
    """Return what the task works with; what it tells goes to the host, without secrets and control characters."""

    def tell_of_wait(message: str) -> None:
        host.progress(f"{host.name}: {printable(client.scrub(message))}")

    def tell_progress(message: str) -> None:
        host.progress(printable(client.scrub(message)), always=True)

    def warn(message: str) -> None:
        host.warn(printable(message))

    return Context(
        client=client,
        policy=_wait_policy(options, host.check_mode, tell_of_wait),
        warn=warn,
        protected=_protected(options),
        files=host.files,
        progress=tell_progress,
    )


def _run(task: Task[Any, Any], host: Host, context: Context, options: Options, results: dict[str, Any]) -> None:
    """Observe, plan and apply; fill in the results as they come, so that a failure has those until then."""
    wanted = task.wanted(options)
    seen = task.observe(context, wanted)
    if task.plan is None:
        results.update(seen)
        return
    plan = task.plan(wanted, seen).protected_by(context.protected)
    results.update(plan=[printable(line) for line in plan.lines], diff=_diff(plan, host))
    for warning in plan.warnings:
        context.warn(warning)
    results.update(plan.result)
    if plan.refusals:
        raise SindadError("; ".join(dict.fromkeys(plan.refusals)))
    if host.check_mode:
        results["changed"] = plan.counts
        results.update(plan.expected or {})
        return
    if not plan.changes:
        return
    extra = plan.apply(context)
    results["changed"] = extra.pop("changed", plan.counts)
    merge(results, extra)  # now, so that a password isn't lost if the state afterwards can't be read
    results.update(_afterwards(task, context, wanted, plan))
    merge(results, extra)  # and again, since what was observed holds no password


def _afterwards(task: Task[Any, Any], context: Context, wanted: Any, plan: Plan) -> Mapping[str, Any]:
    """Return the results as they are after the plan was applied.

    Raises:
        SindadError: They can't be read; the sentence says first what was done.

    """
    try:
        if task.report is not None:
            return task.report(context, wanted, plan)
        seen = task.observe(context, wanted)
        return seen if task.plan is None else task.plan(wanted, seen).result
    except SindadError as error:
        raise error.within(f"done: {'; '.join(plan.lines)}. The state afterwards can't be read") from None


def _wait_policy(options: Options, check_mode: bool, tell: Callable[[str], None]) -> WaitPolicy:
    given = {"wait": "wait", "timeout": "wait_timeout", "interval": "wait_interval"}
    policy = WaitPolicy(**{field: options[option] for field, option in given.items() if option in options}, tell=tell)
    return replace(policy, wait=False) if check_mode else policy


def _protected(options: Options) -> tuple[str, ...]:
    """Return what is protected: by the option, by the environment, by that of the controller."""
    listed = ",".join(os.environ.get(name, "") for name in (PROTECTED_VARIABLE, CONTROLLER_VARIABLE)).split(",")
    given = [*(options.get("protected") or ()), *listed]
    return tuple(pattern for pattern in (str(item).strip() for item in given) if pattern)


def _diff(plan: Plan, host: Host) -> dict[str, str]:
    """Return the managed fields before and after as YAML text."""
    sides = {"before": plan.before, "after": plan.after}
    return {side: host.dump(plain(fields)) if fields is not None else "" for side, fields in sides.items()}


def plain(value: Any, raw: bool = False) -> Any:
    """Return results as a playbook gets them: records as dictionaries, the API's own objects without secrets."""
    if isinstance(value, Record):
        shown = value.as_dict(raw)
        return {**shown, "raw": hidden(shown["raw"])} if "raw" in shown else shown
    if isinstance(value, Mapping):
        return {key: plain(item, raw) for key, item in value.items()}
    return [plain(item, raw) for item in value] if isinstance(value, (list, tuple)) else value


def _reported(results: Mapping[str, Any], verbosity: int, client: Client | None) -> dict[str, Any]:
    loud = verbosity >= 3
    shown: dict[str, Any] = plain(dict(results), raw=loud)
    if loud and client is not None:
        shown["api_calls"] = dict(client.calls)
    return shown
