# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Diagnostics of a dedicated server: observed, planned, run and ended. Private to this collection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .._engine import Options, Task
from .._errors import SindadError
from .._names import same
from .._plan import Change, Context, Plan
from .._reading import Unknown, known
from .._records import Choice, ServerOperation
from .choice import choose
from .server_job import PRESENT, Job, Start, get_job, is_over, list_templates, missing_template, plan_end, start
from .service import located, protecting_names

DIAGNOSTICS = Job(
    "diagnostics",
    "list_diagnostics_templates",
    "diagnostics_status",
    "run_diagnostics",
    "cancel_diagnostics",
    ends=("running",),
    tells_password=False,
)


@dataclass(frozen=True)
class Wanted:
    """Whether diagnostics should run, with which template, and whether they clear the disks."""

    service: str
    state: str
    template: str | None
    clear_disks: bool
    full_erase: bool
    confirm: str | None


@dataclass(frozen=True)
class Observed:
    """Where the diagnostics stand, the templates where they are to be run, and what may protect the server."""

    service: str
    operation: ServerOperation
    templates: tuple[Choice, ...] = ()
    names: tuple[str | Unknown | None, ...] = ()


def wanted_diagnostics(options: Options) -> Wanted:
    """Take what is wanted from the options of sindad_diagnostics."""
    if options["full_erase"] and not options["clear_disks"]:
        raise SindadError("full_erase requires clear_disks")
    names = ("service", "state", "template", "clear_disks", "full_erase", "confirm")
    return Wanted(**{name: options[name] for name in names})


def check_confirmation(confirm: str | None, service: str) -> None:
    """Raise unless ``confirm`` is the service's id, before something that can't be undone."""
    if confirm != service:
        raise SindadError(f"confirm must be {service}, the id of the service, not {confirm!r}; nothing was done")


def observe(context: Context, wanted: Wanted) -> Observed:
    """Observe the diagnostics; the templates only where they are to be run."""

    def look(service: str) -> Observed:
        if wanted.clear_disks:
            check_confirmation(wanted.confirm, service)
        operation = get_job(context.client, DIAGNOSTICS, service)
        if wanted.state != "present" or operation.status in PRESENT:
            return Observed(service, operation)
        names = protecting_names(context, service) if wanted.clear_disks else ()
        return Observed(service, operation, list_templates(context.client, DIAGNOSTICS, service), names)

    return located(context, wanted.service, look)


def plan(wanted: Wanted, seen: Observed) -> Plan:
    """Plan to run diagnostics, or to end them."""
    service, operation = seen.service, seen.operation
    if wanted.state == "absent":
        return plan_end(DIAGNOSTICS, service, operation)
    before = {"diagnostics": operation.status}
    result = {"diagnostics": operation}
    if operation.status in PRESENT:
        return Plan((), before, before, result, warnings=_other_diagnostics(wanted, seen))
    if not wanted.template:
        raise missing_template(DIAGNOSTICS, seen.templates)
    template = choose(seen.templates, wanted.template)
    body = _body(wanted, template)
    erasing = " and CLEAR ITS DISKS" if wanted.clear_disks else ""
    change = Change(
        "server.start",
        f"start the diagnostics of service {service} with {template.name}{erasing}",
        lambda context: begin(context, service, body, operation),
        erases=wanted.clear_disks,
    )
    expected = {"diagnostics": ServerOperation("done", template.name)}
    return Plan((change,), before, {"diagnostics": "done"}, result, expected, names=seen.names)


def _other_diagnostics(wanted: Wanted, seen: Observed) -> tuple[str, ...]:
    """Return the warning of disks that were perhaps not cleared: other diagnostics were run than those that are wanted."""
    found = known(seen.operation.template)
    if not wanted.clear_disks or not wanted.template or found is None or same(wanted.template, found):
        return ()
    warning = (
        f"service {seen.service} has diagnostics of {found} already, and not of {wanted.template}: nothing says that its "
        "disks were cleared, and they are not cleared now"
    )
    return (warning,)


def _body(wanted: Wanted, template: Choice) -> dict[str, Any]:
    """Return what is sent to run diagnostics (reference: Run Diagnostics)."""
    body: dict[str, Any] = {"template": template.id}
    if wanted.clear_disks:
        body["clearhdd"] = True
    if wanted.full_erase:
        body["fullhddclear"] = True
    return body


def begin(context: Context, service: str, body: Mapping[str, Any], before: ServerOperation) -> dict[str, Any]:
    """Run diagnostics (reference: Run Diagnostics)."""
    started = start(context, DIAGNOSTICS, service, Start(body, before, is_over))
    if context.policy.wait and not started.seen:
        context.warn(f"the portal shows no trace of the diagnostics of service {service}: they can't be confirmed")
    if context.policy.wait and body.get("clearhdd"):
        _warn_of_next_run(context, service)
    return {"diagnostics": {**started.record, **({"status": "done"} if started.seen and context.policy.wait else {})}}


def _warn_of_next_run(context: Context, service: str) -> None:
    """Warn where the portal has forgotten the diagnostics, as the next run can't know of them."""
    try:
        operation = get_job(context.client, DIAGNOSTICS, service)
    except SindadError as error:
        raise error.within(f"the diagnostics that clear the disks of service {service} have ended") from None
    if operation.status not in PRESENT:
        context.warn(
            f"the portal shows no trace of the diagnostics that have cleared the disks of service {service}: "
            "running this task again would clear them again"
        )


TASK = Task(wanted_diagnostics, observe, plan)
