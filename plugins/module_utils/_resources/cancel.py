# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cancellation of a service: observed, planned and requested. Private to this collection."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
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
GONE = ("Cancelled", "Terminated")
_THERE_STILL = ("Active", "Pending", "Suspended", "Fraud")

#: What a refusal speaks of: a cancellation, where no more is said than that. "Cancellations" in general are another
#: matter.
_CANCELLATION = re.compile(r"\b(?:cancel(?:l?ed|l?ation)?|terminated|termination|لغو|کنسل|کنسلی)\b")
#: That there is one, or that one was requested before.
_THERE = re.compile(
    r"\b(?:already|existing|exists?|pending|previous|previously|duplicate|awaiting|waiting for|being|"
    r"in (?:the )?(?:progress|queue)|under review|قبلا|تکراری|موجود|وجود دارد|پیش از این|"
    r"در (?:انتظار|صف|حال (?:بررسی|انجام|پردازش)))\b|\b(?:before|earlier)$"
)
#: The same in words that need no cancellation beside them: what was requested here is one.
_THIS_REQUEST = re.compile(
    r"\brequest (?:has )?(?:been )?(?:already )?exists\b|"
    r"\brequest (?:was |has |is )?already (?:been )?(?:sent|made|submitted|received|registered|placed)\b|"
    r"\balready (?:been )?(?:requested|submitted)\b|"
    r"^(?:(?:your|this|the|request|is) )*(?:already in (?:the )?queue|awaiting approval)$|"
    r"^(?:درخواست )?(?:شما )?در انتظار (?:تایید|تأیید|تائید)(?: است)?$"
)
#: Words that may stand beside these. Any other word speaks of another matter, such as "upgrade", "limit" or "not".
_BESIDE = frozenset(
    """
    request requested submitted sent placed received registered recorded scheduled queued processed processing reviewed
    handled accepted made set marked open active approval confirmation review queue progress place
    a an the this that there you your we our us it its i s has have had been be being is was are to for of on in at by
    and under from now currently still before earlier another one error
    service account product hosting subscription system end billing period client customer user staff admin
    درخواست سرویس این آن شما برای یک را از به در پیش حال صف داده شده شد است دارد می باشد کرده اید ایم گردیده ثبت ارسال
    بررسی انجام پردازش تایید تأیید تائید توسط مشتری کاربر هم اکنون
    """.split()
)
#: Words of these patterns that speak of another matter in this order.
_ANOTHER_MATTER = re.compile(
    r"\banother (?!cancel)|"
    r"\b(?:pending|existing|active|open|terminated) (?:service|account|product|subscription|client|customer|user)\b"
    r"(?! cancel)|"
    # The verb: what the user should do.
    r"\bcancel (?!(?:request )?(?:already|pending|exists?|duplicate)\b(?! request))"
)
_TO_CANCEL = re.compile(r"\brequest to cancel(?: (?:this|the|your|it)\b)?(?: (?:service|account|product)\b)?")
#: Words that are written without blanks, as in "alreadycancelled".
_WORD = r"(?:already|cancel(?:l?ed|l?ation)?|requested|request|exists?|pending|duplicate|submitted|sent|service)"
_JOINED = re.compile(rf"{_WORD}{{2,}}")
#: A dot inside of a name ends no clause.
_END_OF_CLAUSE = re.compile(r"\.(?!\w)|[,;:!?()\u060c\u061b]|\s[-\u2013\u2014]\s")
#: What is left around a name.
_EMPTY = re.compile(r"\(\s*\)|\[\s*\]")
_BEFORE_A_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")
#: The number of a request, and dates. Any other number may be that of another service.
_NUMBERS = re.compile(
    r"(?<=\brequest) (?:(?:id|no|number)\.? ?)?#?[0-9]+|"
    r"\b[0-9]{2,4}[-/.][0-9]{1,2}[-/.][0-9]{2,4}(?: [0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)?\b"
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
        lambda context: cancel(context, service, body),
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


def cancel(context: Context, service: Service, body: Mapping[str, str]) -> dict[str, Any]:
    """Request the cancellation (reference: Cancel Service); if it was requested before, that is as wanted."""
    client = context.client
    immediate = body["immediate"] == "true"
    request = Request(
        what=f"cancellation of service {service.id}",
        operation="cancel_service",
        ids=(service.id,),
        body=dict(body),
        # No operation shows a cancellation for the period's end.
        effect=(lambda: _is_cancelled(client, service.id)) if immediate else None,
    )
    try:
        call_and_wait(client, replace(context.policy, wait=False), request)
    except SindadError as error:
        names = (service.id, service.name, service.domain, service.label)
        was_requested = any(says_requested_before(word, names) for word in error.errors)
        if not was_requested or (immediate and _is_cancelled(client, service.id) is not True):
            raise
        return {"changed": False}
    if _is_cancelled(client, service.id) is not True:
        context.warn(f"the portal has accepted the cancellation of service {service.id}; it can't be confirmed")
    return {}


def says_requested_before(refusal: str, names: Iterable[str | Unknown | None] = ()) -> bool:
    """Whether the portal's refusal says, in one of its clauses, that a cancellation was requested before.

    Args:
        refusal: What the portal says.
        names: The id of the service, and what it is called; what says something of another service doesn't count.

    """
    own = {_plain(name) for name in names if isinstance(name, str)}
    said = _NUMBERS.sub(" ", _without(_plain(refusal), own))
    return any(_tells_of_one(_words_of(clause)) for clause in _END_OF_CLAUSE.split(said))


def _plain(said: str) -> str:
    """Return what is said without markup and capitals; a line ends a clause."""
    return folded(_BEFORE_A_CAPITAL.sub(" ", str(bare(said))).replace("\n", "; "))


def _without(said: str, names: Iterable[str]) -> str:
    """Return what is said without some names. A name is not a part of another one, as of a longer domain."""
    for name in sorted(names, key=len, reverse=True):
        said = re.sub(rf"(?<![\w.-]){re.escape(name)}(?!-?\w|\.\w)", " ", said) if name else said
    return _EMPTY.sub(" ", said)


def _words_of(clause: str) -> list[str]:
    words: list[str] = []
    for word in re.findall(r"[^\W_]+", clause):
        words += re.findall(_WORD, word) if _JOINED.fullmatch(word) else [word]
    return words


def _tells_of_one(words: list[str]) -> bool:
    """Whether a clause tells of a cancellation that is there, and of nothing else."""
    said = _TO_CANCEL.sub("cancellation", " ".join(words))
    if _ANOTHER_MATTER.search(said) or not _is_understood(said):
        return False
    if _THIS_REQUEST.search(said):
        return True
    return bool(_CANCELLATION.search(said) and _THERE.search(said))


def _is_understood(said: str) -> bool:
    """Whether each word of a clause speaks of a cancellation, or may stand beside one."""
    left = _THERE.sub(" ", _CANCELLATION.sub(" ", said))
    return all(word in _BESIDE for word in left.split())


def _is_cancelled(client: Client, service: str) -> bool | Unknown:
    details = get_details(client, service)
    if is_gone(details):
        return True
    return False if is_status(details.status, _THERE_STILL) else UNKNOWN


def report(context: Context, wanted: Wanted, _planned: Plan) -> dict[str, Any]:
    """Return the service as it is after its cancellation."""
    return {"service": located(context, wanted.service, lambda service: get_details(context.client, service))}


TASK = Task(wanted_cancellation, observe, plan, report)
