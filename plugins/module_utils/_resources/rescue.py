# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rescue system of a dedicated server: observed, planned, started and ended. Private to this collection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .._engine import Options, Task
from .._plan import Change, Context, Plan
from .._reading import known
from .._records import Choice, ServerOperation
from .choice import choose
from .server_job import PRESENT, Job, Start, get_job, list_templates, missing_template, plan_end, start
from .service import located

RESCUE = Job("rescue", "list_rescue_templates", "rescue_status", "rescue", "cancel_rescue")


@dataclass(frozen=True)
class Wanted:
    """Whether a server should be in rescue, with which template and password; None where none is given."""

    service: str
    state: str
    template: str | None
    password: str | None


@dataclass(frozen=True)
class Observed:
    """Where the rescue stands, and the templates where one is to be started."""

    service: str
    operation: ServerOperation
    templates: tuple[Choice, ...] = ()


def wanted_rescue(options: Options) -> Wanted:
    """Take what is wanted from the options of sindad_rescue."""
    return Wanted(options["service"], options["state"], options["template"], options["password"])


def observe(context: Context, wanted: Wanted) -> Observed:
    """Observe the rescue; the templates only where one is to be started."""

    def look(service: str) -> Observed:
        operation = get_job(context.client, RESCUE, service)
        starts = wanted.state == "present" and operation.status not in PRESENT
        return Observed(service, operation, list_templates(context.client, RESCUE, service) if starts else ())

    return located(context, wanted.service, look)


def plan(wanted: Wanted, seen: Observed) -> Plan:
    """Plan the start of a rescue, or its end."""
    service, operation = seen.service, seen.operation
    if wanted.state == "absent":
        return plan_end(RESCUE, service, operation)
    before, result = {"rescue": operation.status}, {"rescue": operation}
    if operation.status in PRESENT:
        return Plan((), before, before, result)
    if not wanted.template:
        raise missing_template(RESCUE, seen.templates)
    template = choose(seen.templates, wanted.template)
    body = {"template": template.id}
    if wanted.password:
        body["password"] = wanted.password
    summary = f"start the rescue of service {service} with {template.name}"
    change = Change("server.start", summary, lambda context: begin(context, service, body, operation))
    return Plan((change,), before, {"rescue": "done"}, result, {"rescue": ServerOperation("done", template.name)})


def begin(context: Context, service: str, body: Mapping[str, Any], before: ServerOperation) -> dict[str, Any]:
    """Start the rescue system; return the password if the portal generated one (reference: Rescue)."""

    def is_ready(operation: ServerOperation) -> bool:
        return operation.status in PRESENT and known(operation.progress) in (None, 100)

    return {"rescue": start(context, RESCUE, service, Start(body, before, is_ready)).record}


TASK = Task(wanted_rescue, observe, plan)
