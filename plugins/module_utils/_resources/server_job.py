# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What reinstall, rescue and diagnostics of a dedicated server share: jobs with a status. Private to this collection."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .._client import Client
from .._errors import Failed, SindadError
from .._plan import Change, Context, Plan
from .._reading import Unknown, all_pages, differs
from .._records import Choice, ServerOperation, password_in, read_server_operation, read_templates
from .._wait import Request, call_and_wait

#: The statuses in which a rescue system or diagnostics are there.
PRESENT = ("running", "done")


@dataclass(frozen=True)
class Job:
    """A kind of job that a server can run: its name in results, and the operations for it.

    Attributes:
        name: The key of its record in results.
        templates: The operation that lists its templates.
        status: The operation that returns its status.
        start: The operation that starts it.
        cancel: The operation that ends it; empty where there is none.
        ends: The statuses in which it can be ended: diagnostics that are over can't.
        tells_password: Whether the answer to its start may hold a generated password.

    """

    name: str
    templates: str
    status: str
    start: str
    cancel: str = ""
    ends: tuple[str, ...] = PRESENT
    tells_password: bool = True


def get_job(client: Client, job: Job, service: str) -> ServerOperation:
    """Return where a job stands (reference: Reinstall Status, Diagnostics Status, Rescue Status)."""
    return read_server_operation(client.get(job.status, service))


def list_templates(client: Client, job: Job, service: str) -> tuple[Choice, ...]:
    """Return the templates of a rescue or diagnostics (reference: List Rescue templates, List Diagnostics templates)."""
    return all_pages(client.pages(job.templates, service), read_templates, lambda template: template.id)


def is_over(operation: ServerOperation) -> bool:
    """Whether a job isn't under way."""
    return operation.status != "running"


@dataclass(frozen=True)
class Start:
    """What is sent to start a job, and how to see what becomes of it.

    Attributes:
        body: What is sent.
        before: Where the job stood before.
        is_ready: Whether a status is the end.
        has_changed: Whether its effect is seen outside of its status; None where it can't be.

    """

    body: Mapping[str, Any]
    before: ServerOperation
    is_ready: Callable[[ServerOperation], bool]
    has_changed: Callable[[], bool] | None = None

    @property
    def is_passing(self) -> bool:
        """Whether what was there before looks like the end."""
        return self.is_ready(self.before) and self.has_changed is None


class _Watch:
    """Looks at a job while it runs, and remembers what was seen."""

    def __init__(self, context: Context, job: Job, service: str, begin: Start) -> None:
        self._client = context.client
        self._job = job
        self._service = service
        self._begin = begin
        self._time_to_begin = time.monotonic() + context.policy.for_effect().timeout
        self.last = begin.before
        self.has_moved = False

    def look(self) -> ServerOperation:
        """Return where the job stands.

        Raises:
            Failed: It has failed.

        """
        self.last = get_job(self._client, self._job, self._service)
        self.has_moved = self.has_moved or _is_another(self.last, self._begin.before)
        if self.last.status == "failed" and self.has_moved:
            word = self.last.word or "failed"
            raise Failed(f"the {self._job.name} of service {self._service} has failed, the portal says {word!r}")
        return self.last

    def has_begun(self) -> bool:
        """Whether the status is another than before, or the effect is seen elsewhere."""
        self.look()
        return self.has_moved or (self._begin.has_changed is not None and self._begin.has_changed())

    def has_ended(self) -> bool:
        """Whether the status is the end, and something of the job was seen, or should have been by now."""
        if not self._begin.is_ready(self.look()):
            return False
        if self._begin.has_changed is None or self.has_moved or time.monotonic() > self._time_to_begin:
            return True
        return self._begin.has_changed()


def _is_another(now: ServerOperation, before: ServerOperation) -> bool:
    """Whether a job stands elsewhere than before. What only one of two answers tells is no difference."""
    if now.status != before.status:
        return True
    pairs = ((now.template, before.template), (now.progress, before.progress))
    return any(not isinstance(was, Unknown) and differs(found, was) for found, was in pairs)


@dataclass(frozen=True)
class Started:
    """What became of a job that was started.

    Attributes:
        record: Its status, and the password if the portal generated one.
        seen: Whether anything of it was seen; the portal may forget at once what has ended.

    """

    record: dict[str, Any]
    seen: bool


def start(context: Context, job: Job, service: str, begin: Start) -> Started:
    """Start a job and wait for its end.

    Raises:
        SindadError: It failed, or its end was not seen. The results have the status that was seen last, and the
            password that the portal generated, since it can't be retrieved.

    """
    watch = _Watch(context, job, service, begin)
    record: dict[str, Any] = {}
    request = Request(
        what=f"{job.name} of service {service}",
        operation=job.start,
        ids=(service,),
        body=dict(begin.body),
        effect=watch.has_begun,
        ended=watch.has_ended,
        passing=begin.is_passing,
        state=lambda: watch.last.shown,
        answered=lambda answer: _note_password(record, answer, begin.body),
    )
    try:
        result = call_and_wait(context.client, context.policy, request)
    except SindadError as error:
        error.results = {job.name: {**watch.last.as_dict(), **record}}
        raise
    if result.lost and job.tells_password and not begin.body.get("password"):
        context.warn(_lost_password(job, service))
    return Started(record, watch.has_moved)


def _note_password(record: dict[str, Any], answer: Any, body: Mapping[str, Any]) -> None:
    """Note the password that the portal generated; one that was given is the user's own."""
    generated = None if body.get("password") else password_in(answer)
    if generated:
        record["password"] = generated


def _lost_password(job: Job, service: str) -> str:
    return (
        f"the answer to the {job.name} of service {service} was lost, and with it the password that the portal may "
        f"have generated: it can't be retrieved. Repeat the {job.name} with a password of your own"
    )


def plan_end(job: Job, service: str, operation: ServerOperation) -> Plan:
    """Plan the end of a job."""
    before, result = {job.name: operation.status}, {job.name: operation}
    if operation.status not in job.ends:
        return Plan((), before, before, result)
    change = Change(
        "server.cancel", f"end the {job.name} of service {service}", lambda context: end(context, job, service)
    )
    return Plan((change,), before, {job.name: "idle"}, result, {job.name: ServerOperation()})


def end(context: Context, job: Job, service: str) -> None:
    """End a job (reference: Cancel Rescue, Cancel Diagnostics)."""
    last = {"word": ""}

    def has_ended() -> bool:
        operation = get_job(context.client, job, service)
        last["word"] = operation.word or operation.status
        return operation.status not in job.ends

    request = Request(
        what=f"end of the {job.name} of service {service}",
        operation=job.cancel,
        ids=(service,),
        effect=has_ended,
        state=lambda: last["word"],
        may_be_over=True,
    )
    call_and_wait(context.client, context.policy, request)


def missing_template(job: Job, templates: tuple[Choice, ...]) -> SindadError:
    """Return the error that asks for the template to start a job with."""
    names = ", ".join(map(str, templates)) or "none"
    return SindadError(f"template: give the one to start the {job.name} with; available: {names}")
