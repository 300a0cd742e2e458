# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cancellation of a service: observed, planned and requested. Private to this collection."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from .._client import Client
from .._engine import Options, Task
from .._errors import SindadError
from .._names import same
from .._plan import Change, Context, Plan
from .._reading import UNKNOWN, Unknown, known
from .._records import Service
from .._wait import Request, call_and_wait
from .diagnostics import check_confirmation
from .service import get_details, located, protecting_names

GONE = ("Cancelled", "Terminated")
#: How portals say that a cancellation has been requested before; an open invoice is another matter.
_PENDING = re.compile(
    r"(?!.*(invoice|paid|pay\b|balance))(.*already|.*(cancel|request).*(pending|exist|duplicate|progress|wait)"
    r"|.*(pending|exist|duplicate|another|previous).*(cancel|request))",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True)
class Wanted:
    """Which service is to be cancelled, when and why; ``confirm`` has to be its id."""

    service: str
    reason: str | None
    immediate: bool
    confirm: str


@dataclass(frozen=True)
class Observed:
    """The service, and what it is called, for protection."""

    service: Service
    names: tuple[str | Unknown | None, ...]


def wanted_cancellation(options: Options) -> Wanted:
    """Take what is wanted from the options of sindad_service_cancel."""
    return Wanted(**{name: options[name] for name in ("service", "reason", "immediate", "confirm")})


def observe(context: Context, wanted: Wanted) -> Observed:
    """Observe the service, if it is the confirmed one."""

    def look(service: str) -> Observed:
        check_confirmation(wanted.confirm, service)
        return Observed(get_details(context.client, service), protecting_names(context, service))

    return located(context, wanted.service, look)


def is_gone(service: Service) -> bool:
    """Whether a service is known to be cancelled."""
    return any(same(status, service.status) for status in GONE)


def plan(wanted: Wanted, seen: Observed) -> Plan:
    """Plan the cancellation of a service that isn't cancelled yet."""
    service = seen.service
    before = {"status": known(service.status)}
    if is_gone(service):
        return Plan((), before, before, {"service": service})
    body = {"immediate": "true" if wanted.immediate else "false", "reason": wanted.reason or ""}
    when = "at once" if wanted.immediate else "at the end of its period"
    change = Change(
        "service.cancel",
        f"cancel service {service} {when}",
        lambda context: cancel(context, service.id, body),
        erases=True,
    )
    after = replace(service, status="Cancelled") if wanted.immediate else service
    return Plan(
        changes=(change,),
        before=before,
        after={"status": known(after.status), "cancelled": when},
        result={"service": service},
        expected={"service": after},
        names=seen.names,
    )


def cancel(context: Context, service: str, body: Mapping[str, str]) -> dict[str, Any]:
    """Request the cancellation (reference: Cancel Service); if it was requested before, that is as wanted."""
    client = context.client
    immediate = body["immediate"] == "true"
    request = Request(
        what=f"cancellation of service {service}",
        operation="cancel_service",
        ids=(service,),
        body=dict(body),
        # No operation shows a cancellation for the period's end.
        effect=(lambda: _is_cancelled(client, service)) if immediate else None,
    )
    try:
        call_and_wait(client, replace(context.policy, wait=False), request)
    except SindadError as error:
        was_requested = any(_PENDING.match(word) for word in error.errors)
        if not was_requested or (immediate and _is_cancelled(client, service) is not True):
            raise
        return {"changed": False}
    if _is_cancelled(client, service) is not True:
        context.warn(f"the portal has accepted the cancellation of service {service}; it can't be confirmed")
    return {}


def _is_cancelled(client: Client, service: str) -> bool | Unknown:
    details = get_details(client, service)
    return UNKNOWN if isinstance(details.status, Unknown) else is_gone(details)


def report(context: Context, wanted: Wanted, _planned: Plan) -> dict[str, Any]:
    """Return the service as it is after its cancellation."""
    return {"service": located(context, wanted.service, lambda service: get_details(context.client, service))}


TASK = Task(wanted_cancellation, observe, plan, report)
