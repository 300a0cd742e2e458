# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sending a write, finding out whether it was carried out, and waiting for its end. Private to this collection."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from ._client import Client
from ._errors import AuthError, Failed, NotCarriedOut, NotFound, OutcomeUnknown, SindadError, Unreadable, excerpt
from ._operations import OPERATIONS
from ._reading import UNKNOWN, Answer, Unknown
from ._records import says_accepted

T = TypeVar("T")

#: Seconds that the effect of a request gets to be seen whose answer was lost or proves nothing, and between looks.
EFFECT_TIMEOUT = 15.0
EFFECT_INTERVAL = 1.0
#: Seconds between the first two looks; the pause then grows to the interval.
FIRST_PAUSE = 0.5
GROWTH = 1.5
#: Seconds between two lines of progress.
PROGRESS_INTERVAL = 15.0
#: Unreadable answers in a row after which a wait ends: the portal answers, but nothing that can be understood.
MOST_UNREADABLE = 5


class _Problems:
    """The looks that failed, one after the other, while something is waited for."""

    def __init__(self) -> None:
        self._last: SindadError | None = None
        self._unreadable = 0

    def end(self) -> None:
        """Note that a look went well."""
        self._last = None
        self._unreadable = 0

    def add(self, error: SindadError, what: str) -> None:
        """Note that a look failed.

        Raises:
            SindadError: Too many answers in a row were unreadable; ``what`` says what was waited for.

        """
        self._last = error
        self._unreadable = self._unreadable + 1 if isinstance(error, Unreadable) else 0
        if self._unreadable >= MOST_UNREADABLE:
            raise error.within(f"{what}, and {self._unreadable} checks in a row failed")

    @property
    def told(self) -> str:
        """What a message says of the last one; nothing where the last look went well."""
        return f"; the last check failed: {self._last}" if self._last else ""


def _tell_nobody(_message: str) -> None:
    """Show nothing of a wait."""


class _Progress:
    """Tells now and then that something is still waited for."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._began = self._told = time.monotonic()

    def note(self, state: str) -> None:
        """Note what is seen; tell it if the last line is old enough."""
        now = time.monotonic()
        if now - self._told >= PROGRESS_INTERVAL:
            self._told = now
            self._tell(f"waiting for {now - self._began:.0f} s: {state}")


@dataclass(frozen=True)
class WaitPolicy:
    """Whether and how long to wait for what goes on after a call.

    Attributes:
        wait: Whether to wait.
        timeout: Seconds in all.
        interval: Seconds between two checks, at most.
        tell: Takes a line of progress now and then.

    """

    wait: bool = True
    timeout: float = 600.0
    interval: float = 5.0
    tell: Callable[[str], None] = field(default=_tell_nobody, compare=False)

    def until(
        self, look: Callable[[], T], done: Callable[[T], bool], what: Callable[[T | None], str], first: float = 0.0
    ) -> T:
        """Check again and again until it is done; return what was seen last.

        A check that fails is one check: portals have outages, and what is waited for goes on meanwhile.

        Args:
            look: Observes.
            done: Whether what was observed is the end; raises Failed where the end can't come any more.
            what: Returns, for what was seen last, the rest of a sentence that begins with "waited 5 s, but".
            first: Seconds before the first check, for a change that needs a moment to be visible.

        Raises:
            SindadError: The time is over.
            Failed: What is waited for can't happen any more.

        """
        deadline = time.monotonic() + self.timeout
        time.sleep(min(first, self.timeout))
        pause = min(FIRST_PAUSE, self.interval)
        seen: T | None = None
        problems = _Problems()
        progress = _Progress(self.tell)
        while True:
            try:
                seen = look()
                problems.end()
                if done(seen):
                    return seen
            except (AuthError, NotFound, Failed):
                raise
            except SindadError as error:
                problems.add(error, what(seen))
            if time.monotonic() >= deadline:
                raise Failed(f"waited {self.timeout:g} s (wait_timeout), but {what(seen)}{problems.told}")
            progress.note(f"{what(seen)}{problems.told}")
            time.sleep(min(pause, max(0.0, deadline - time.monotonic())))
            pause = min(self.interval, pause * GROWTH)

    def for_effect(self) -> WaitPolicy:
        """Return how long to look for the effect of a request whose answer proves nothing."""
        return replace(self, timeout=min(self.timeout, EFFECT_TIMEOUT), interval=min(self.interval, EFFECT_INTERVAL))


@dataclass(frozen=True)
class Request:
    """A write, and how to see what became of it.

    Attributes:
        what: What is being done, as "stop of VM web-1 of service 402" or "naming service 512".
        operation: Its name in the table.
        ids: The values of its path.
        body: What is sent.
        effect: Whether it is seen to have been carried out, begun or ended; unknown where the portal doesn't say.
            None where nothing can be seen of it.
        ended: Whether its end is seen; None where it ends with its effect.
        passing: Whether what was there before looks like its end. Then the portal gets a moment before the end is looked
            for, and an effect that isn't seen may have passed.
        state: Returns the portal's word for the state that was seen last, for messages.
        answered: Takes the answer's JSON as soon as it arrives, so that it isn't lost if a wait fails.
        changes: Whether it changes something that a user manages, see `Client.send`.
        may_be_over: Whether what it ends may end by itself before. Then a refusal doesn't count if the effect is seen.

    """

    what: str
    operation: str
    ids: tuple[str, ...] = ()
    body: Any = None
    effect: Callable[[], bool | Unknown] | None = None
    ended: Callable[[], bool | Unknown] | None = None
    passing: bool = False
    state: Callable[[], str] | None = None
    answered: Callable[[Any], None] | None = None
    changes: bool | None = None
    may_be_over: bool = False


@dataclass(frozen=True)
class Result:
    """What became of a write.

    Attributes:
        answer: The portal's answer; None where it was lost.
        confirmed: Whether its end was seen; False where nobody waited, or the portal doesn't show it.

    """

    answer: Answer | None
    confirmed: bool

    @property
    def lost(self) -> bool:
        """Whether the answer was lost, and with it what it may have held."""
        return self.answer is None


def call_and_wait(client: Client, policy: WaitPolicy, request: Request) -> Result:
    """Send a write, make sure that it was carried out, and wait for its end.

    A request whose answer was lost is never sent again. What is seen afterwards decides whether it was carried out,
    and so it does where the answer is empty or says nothing of it.

    Raises:
        NotCarriedOut: Nothing of its effect is seen.
        OutcomeUnknown: It is unknown whether it was carried out.
        SindadError: The portal refused it, or its end was not seen; the sentence says first what was done.

    """
    doubt: str | None = None  # why nobody knows whether it was carried out
    lost: OutcomeUnknown | None = None  # the error that the answer was lost with
    answer: Answer | None = None
    operation = OPERATIONS[request.operation]
    try:
        answer = client.send(request.operation, *request.ids, body=request.body, changes=request.changes)
        if request.answered is not None:
            request.answered(answer.body)
        if not says_accepted(operation, answer.body):
            doubt = f"the answer to {operation.method} {answer.path} proves nothing ({_shown(answer)})"
    except OutcomeUnknown as error:
        doubt, lost = str(error), error
    except SindadError:
        # A repeated PUT or DELETE may be refused because the first one, whose answer was lost, was carried out.
        if not ((operation.safe or request.may_be_over) and _is_seen(request)):
            raise
    if doubt is not None:
        _confirm_effect(client, policy, request, doubt, lost)
    if not policy.wait:
        return Result(answer, confirmed=False)
    return Result(answer, _wait_for_end(policy, request))


def _shown(answer: Answer) -> str:
    return "it is empty" if answer.body in (None, "", [], {}) else excerpt(answer.body, answer.hide)


def _is_seen(request: Request) -> bool:
    """Whether the effect of a write is seen, at a single look; one that fails sees nothing."""
    if request.effect is None:
        return False
    try:
        seen = request.effect()
    except SindadError:
        return False
    return not isinstance(seen, Unknown) and seen


def _confirm_effect(
    client: Client, policy: WaitPolicy, request: Request, doubt: str, lost: OutcomeUnknown | None
) -> None:
    """Look for the effect of a write of which nobody knows whether it was carried out.

    Raises:
        NotCarriedOut: There is none.
        OutcomeUnknown: Nothing can be seen of it.

    """
    window = policy.for_effect()
    seen = _look_for_effect(window, request.effect) if request.effect else UNKNOWN
    if isinstance(seen, Unknown):
        raise _doubtful(OutcomeUnknown, request, lost, f"{doubt}; {_LOOK_FIRST}")
    if isinstance(seen, SindadError):
        message = f"{doubt}; what became of it can't be read ({seen}); {_LOOK_FIRST}"
        raise _doubtful(OutcomeUnknown, request, lost, message)
    if seen:
        return
    nothing = f"{doubt}, and {window.timeout:g} s later no effect of it is seen"
    if request.passing:
        raise _doubtful(OutcomeUnknown, request, lost, f"{nothing}, which may have passed: {_LOOK_FIRST}")
    operation = OPERATIONS[request.operation]
    client.not_carried_out(operation, operation.url_path(*request.ids))
    raise _doubtful(NotCarriedOut, request, lost, nothing)


def _look_for_effect(window: WaitPolicy, effect: Callable[[], bool | Unknown]) -> bool | Unknown | SindadError:
    """Look for an effect until it is seen, the portal doesn't tell it, or the time is over.

    Returns:
        Whether it was seen, or unknown; the error of the last look, if that one failed.

    """
    deadline = time.monotonic() + window.timeout
    while True:
        seen: bool | Unknown | SindadError
        try:
            seen = effect()
        except SindadError as error:
            seen = error
        if seen is True or isinstance(seen, Unknown) or time.monotonic() >= deadline:
            return seen
        time.sleep(min(window.interval, max(0.0, deadline - time.monotonic())))


_LOOK_FIRST = "it may have been carried out, check before you run this again"


def _doubtful(kind: type[SindadError], request: Request, lost: OutcomeUnknown | None, message: str) -> SindadError:
    """Return an error of a write whose outcome is in doubt."""
    operation = OPERATIONS[request.operation]
    return kind(
        f"{request.what}: {message}",
        operation=operation,
        path=operation.url_path(*request.ids),
        status=lost.status if lost else None,
        errors=lost.errors if lost else (),
    )


def _wait_for_end(policy: WaitPolicy, request: Request) -> bool:
    """Wait until the end of a write is seen; return False where the portal doesn't tell it.

    Raises:
        SindadError: It is not seen; the sentence says first that the write was accepted.

    """
    ended = request.ended or request.effect
    if ended is None:
        return False
    try:
        seen = policy.until(
            ended, _is_over, lambda _seen: _not_ended(request), first=policy.interval if request.passing else 0.0
        )
    except SindadError as error:
        raise error.within(f"{request.what} was accepted by the portal") from None
    return not isinstance(seen, Unknown)


def _is_over(seen: bool | Unknown) -> bool:
    """Whether a wait is over: the end is seen, or the portal doesn't tell it."""
    return True if isinstance(seen, Unknown) else seen


def _not_ended(request: Request) -> str:
    state = request.state() if request.state else ""
    return f"its end is not seen{f' (the portal says {state!r})' if state else ''}"
