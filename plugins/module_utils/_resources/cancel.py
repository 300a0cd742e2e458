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
from .._names import folded
from .._plan import Change, Context, Plan
from .._reading import UNKNOWN, Unknown, bare, known
from .._records import Service, begins_with_status, is_status
from .._wait import Request, call_and_wait
from .diagnostics import check_confirmation
from .service import get_details, located, protecting_names

#: Statuses of a service that has ended; more may follow, as "Cancelled by client".
GONE = ("Cancelled", "Canceled", "Terminated")
_THERE_STILL = ("Active", "Pending", "Suspended", "Fraud")
#: The words in which portals say that a cancellation was requested before: one of the first two patterns, with one of
#: `_THERE`. Any word that is in none of them, such as "upgrade", "limit" or "not", speaks of something else.
_CANCELLATION = re.compile(r"cancell?(ed|ations?)?|لغو|کنسل|کنسلی")
_REQUESTED_THIS = re.compile(r"already (been )?(requested|submitted)")
_THERE = re.compile(
    r"already|exists?|existing|pending|previous|previously|submitted|requested|sent|placed|received|registered|"
    r"scheduled|queued|progress|processed|processing|waiting|duplicate|قبلا|ثبت|ارسال|موجود|وجود|انتظار|بررسی"
)
_BESIDE = re.compile(
    r"requests?|a|an|the|this|that|there|you|your|it|s|we|has|have|had|been|is|was|are|were|for|of|on|in|at|by|and|now|"
    r"currently|before|earlier|service|account|product|end|billing|period|approval|review|another|[0-9]+|"
    r"درخواست|سرویس|این|آن|شما|برای|یک|از|پیش|در|حال|داده|شده|شد|است|دارد|می|باشد|کرده|اید"
)
#: Words of these patterns that speak of something else in this order.
_ANOTHER_MATTER = re.compile(r"another (?!cancel)|\bcancel (a|an|the|this|that|your|it)\b|waiting period")
_END_OF_CLAUSE = re.compile(r"[.,;:!?()\n\u060c\u061b]")
_BEFORE_A_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")


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
    return begins_with_status(service.status, GONE)


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
        was_requested = any(says_requested_before(word) for word in error.errors)
        if not was_requested or (immediate and _is_cancelled(client, service) is not True):
            raise
        return {"changed": False}
    if _is_cancelled(client, service) is not True:
        context.warn(f"the portal has accepted the cancellation of service {service}; it can't be confirmed")
    return {}


def says_requested_before(refusal: str) -> bool:
    """Whether the portal's refusal says, in one of its clauses, that a cancellation was requested before."""
    return any(_is_of_a_request_before(clause) for clause in _END_OF_CLAUSE.split(str(bare(refusal))))


def _is_of_a_request_before(clause: str) -> bool:
    """Whether a clause speaks of a cancellation that is there, and of nothing else."""
    words = re.findall(r"[^\W_]+", folded(_BEFORE_A_CAPITAL.sub(" ", clause)))
    plain = " ".join(words)
    others = [word for word in words if not (_CANCELLATION.fullmatch(word) or _THERE.fullmatch(word))]
    if _ANOTHER_MATTER.search(plain) or not all(map(_BESIDE.fullmatch, others)):
        return False
    is_named = any(map(_CANCELLATION.fullmatch, words)) or _REQUESTED_THIS.search(plain)
    return bool(is_named) and any(map(_THERE.fullmatch, words))


def _is_cancelled(client: Client, service: str) -> bool | Unknown:
    details = get_details(client, service)
    if is_gone(details):
        return True
    return False if is_status(details.status, _THERE_STILL) else UNKNOWN


def report(context: Context, wanted: Wanted, _planned: Plan) -> dict[str, Any]:
    """Return the service as it is after its cancellation."""
    return {"service": located(context, wanted.service, lambda service: get_details(context.client, service))}


TASK = Task(wanted_cancellation, observe, plan, report)
