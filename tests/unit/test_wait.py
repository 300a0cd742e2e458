# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Polling with a deadline, and what becomes of writes whose answer was lost or proves nothing."""

from __future__ import annotations

import re
import types
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.sindad.cloud.plugins.module_utils import _wait
from ansible_collections.sindad.cloud.plugins.module_utils._client import Client, Write
from ansible_collections.sindad.cloud.plugins.module_utils._errors import (
    AuthError,
    Failed,
    NotCarriedOut,
    NotFound,
    OutcomeUnknown,
    SindadError,
    Unreachable,
    Unreadable,
)
from ansible_collections.sindad.cloud.plugins.module_utils._operations import OPERATIONS
from ansible_collections.sindad.cloud.plugins.module_utils._reading import UNKNOWN, Answer
from ansible_collections.sindad.cloud.plugins.module_utils._wait import (
    EFFECT_TIMEOUT,
    MOST_UNREADABLE,
    Request,
    Result,
    WaitPolicy,
    call_and_wait,
)


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        if seconds:
            self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(_wait, "time", types.SimpleNamespace(monotonic=clock.monotonic, sleep=clock.sleep))
    return clock


class Portal(Client):
    """Answers writes with what it is told, and counts."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.sent: list[tuple[str, tuple[str, ...], Any]] = []
        self.writes = []

    def send(self, name: str, *ids: str, body: Any = None, changes: bool | None = None) -> Answer:
        self.sent.append((name, ids, body))
        operation = OPERATIONS[name]
        path = operation.url_path(*ids)
        answer = self.answers.pop(0)
        if isinstance(answer, OutcomeUnknown) or not isinstance(answer, Exception):
            self.writes.append(Write(f"{operation.method} {path}"))
        if isinstance(answer, Exception):
            raise answer
        return Answer(operation, path, answer)


def after(looks: int) -> Callable[[], bool]:
    """An observation that is true from a number of looks on."""
    seen = iter(range(10**6))
    return lambda: next(seen) >= looks


def script(*looks: Any) -> Callable[[], Any]:
    """An observation that is this and that, one after the other; the last one for ever."""
    todo = list(looks)

    def look() -> Any:
        seen = todo.pop(0) if len(todo) > 1 else todo[0]
        if isinstance(seen, Exception):
            raise seen
        return seen

    return look


def lost() -> OutcomeUnknown:
    return OutcomeUnknown(
        "the answer to POST x was lost (closed)", operation=OPERATIONS["stop_vm"], path="/x", status=502
    )


def request(name: str = "stop_vm", **more: Any) -> Request:
    return Request("stopping VM web-1", name, ("401", "5"), **more)


def waited(text: str) -> Callable[[Any], str]:
    return lambda _seen: text


# looking again and again


def test_what_is_done_is_not_waited_for(clock: Clock):
    assert WaitPolicy().until(lambda: 5, lambda seen: seen == 5, waited("x")) == 5
    assert clock.slept == []


def test_pauses_grow_to_the_interval(clock: Clock):
    assert WaitPolicy(timeout=600, interval=2).until(after(7), bool, waited("x"))
    assert clock.slept == [0.5, 0.75, 1.125, 1.6875, 2, 2, 2]


def test_a_long_wait_tells_of_itself_now_and_then(clock: Clock):
    told: list[str] = []
    policy = WaitPolicy(timeout=100.0, tell=told.append)
    with pytest.raises(Failed):
        policy.until(lambda: "building", lambda _seen: False, lambda seen: f"it is {seen}")
    assert 5 <= len(told) <= 7
    assert re.fullmatch(r"waiting for 1[5-9] s: it is building", told[0])
    told.clear()
    assert policy.until(lambda: clock.now, lambda now: now > 1010, str), "a short wait tells nothing"
    assert told == []


def test_a_short_interval_is_the_first_pause_too(clock: Clock):
    assert WaitPolicy(timeout=600, interval=0.1).until(after(3), bool, waited("x"))
    assert clock.slept == [0.1, 0.1, 0.1]


def test_the_first_look_can_wait(clock: Clock):
    WaitPolicy(timeout=60, interval=5).until(lambda: True, bool, waited("x"), first=7)
    assert clock.slept == [7]
    with pytest.raises(Failed, match="waited 2 s"):
        WaitPolicy(timeout=2, interval=60).until(lambda: False, bool, waited("x"), first=60)
    assert sum(clock.slept) == 7 + 2


def test_the_end_is_looked_at_once_more(clock: Clock):
    """A timeout that is no multiple of the pauses doesn't lose the last part of it."""
    with pytest.raises(Failed, match=r"^waited 3 s \(wait_timeout\), but web-1 is still being built$"):
        WaitPolicy(timeout=3, interval=5).until(lambda: False, bool, waited("web-1 is still being built"))
    assert sum(clock.slept) == 3
    assert WaitPolicy(timeout=3, interval=5).until(after(len(clock.slept)), bool, waited("x"))


def test_a_slow_look_counts(clock: Clock):
    looks = []

    def look() -> bool:
        looks.append(1)
        clock.now += 4
        return False

    with pytest.raises(Failed, match="waited 10 s"):
        WaitPolicy(timeout=10, interval=1).until(look, bool, waited("x"))
    assert len(looks) == 3


def test_the_sentence_knows_what_was_seen_last(clock: Clock):
    with pytest.raises(Failed, match=r"but it is 'building'$"):
        WaitPolicy(timeout=2).until(script("pending", "building"), lambda _seen: False, lambda seen: f"it is {seen!r}")
    with pytest.raises(Failed, match=r"but it is None; the last check failed: gone$"):
        WaitPolicy(timeout=2).until(script(Unreachable("gone")), bool, lambda seen: f"it is {seen!r}")


@pytest.mark.parametrize(
    "problem", [Unreachable("HTTP 502"), SindadError("the rate limit"), OutcomeUnknown("?"), Unreadable("not JSON")]
)
def test_a_look_that_fails_is_one_look(clock: Clock, problem: SindadError):
    assert WaitPolicy().until(script(problem, False, problem, True), bool, waited("x")) is True


@pytest.mark.parametrize("end", [AuthError("no"), NotFound("VM 5 not found"), Failed("ERROR")])
def test_what_can_not_get_better_ends_at_once(clock: Clock, end: SindadError):
    with pytest.raises(type(end), match=str(end)):
        WaitPolicy().until(script(False, end), bool, waited("x"))
    assert clock.slept == [0.5]


def test_an_outage_lasts_as_long_as_the_wait(clock: Clock):
    with pytest.raises(Failed, match=r"^waited 600 s \(wait_timeout\), but x; the last check failed: HTTP 502$"):
        WaitPolicy().until(script(Unreachable("HTTP 502")), bool, waited("x"))
    assert sum(clock.slept) == 600


def test_many_unreadable_looks_in_a_row_end_it(clock: Clock):
    """The portal answers, but nothing that can be understood: that won't get better."""
    looks = [False, *[Unreadable(f"odd {number}") for number in range(1, MOST_UNREADABLE + 1)], True]
    with pytest.raises(
        Unreadable, match=rf"^its end is not seen, and {MOST_UNREADABLE} checks in a row failed: odd 5$"
    ):
        WaitPolicy().until(script(*looks), bool, waited("its end is not seen"))


def test_unreadable_looks_that_are_not_in_a_row_do_not(clock: Clock):
    odd = Unreadable("odd")
    looks = [*[odd] * (MOST_UNREADABLE - 1), Unreachable("x"), *[odd] * (MOST_UNREADABLE - 1), False, odd, True]
    assert WaitPolicy().until(script(*looks), bool, waited("x"))


def test_the_effect_of_a_request_is_looked_for_a_short_time():
    assert WaitPolicy(timeout=600, interval=5).for_effect() == WaitPolicy(timeout=EFFECT_TIMEOUT, interval=1)
    assert WaitPolicy(timeout=3, interval=0.1).for_effect() == WaitPolicy(timeout=3, interval=0.1)


# writes


def test_a_write_is_sent_and_its_end_waited_for(clock: Clock):
    portal = Portal({"status": True})
    result = call_and_wait(portal, WaitPolicy(timeout=60, interval=2), request(body={"a": 1}, effect=after(2)))
    assert portal.sent == [("stop_vm", ("401", "5"), {"a": 1})]
    assert (result.confirmed, result.lost, len(clock.slept)) == (True, False, 2)
    assert result.answer is not None
    assert result.answer.body == {"status": True}
    assert portal.wrote


def test_its_end_may_be_another_than_its_effect(clock: Clock):
    call_and_wait(Portal({"status": True}), WaitPolicy(), request(effect=lambda: pytest.fail("looked"), ended=after(1)))
    assert clock.slept == [0.5]


def test_a_write_need_not_be_waited_for(clock: Clock):
    portal = Portal({"status": True})
    result = call_and_wait(portal, WaitPolicy(wait=False), request(effect=lambda: pytest.fail("looked")))
    assert (result.confirmed, clock.slept) == (False, [])


def test_a_write_of_which_nothing_is_seen_is_sent_and_not_confirmed(clock: Clock):
    assert not call_and_wait(Portal({"status": True}), WaitPolicy(), request()).confirmed
    assert not call_and_wait(Portal({"status": True}), WaitPolicy(), request(effect=lambda: UNKNOWN)).confirmed
    assert clock.slept == []


def test_an_end_that_looks_like_the_beginning_gets_a_moment(clock: Clock):
    call_and_wait(
        Portal({"status": True}), WaitPolicy(timeout=60, interval=3), request(effect=lambda: True, passing=True)
    )
    assert clock.slept == [3]


def test_what_an_answer_tells_is_there_before_the_wait(clock: Clock):
    """A generated password can't be had again."""
    told: list[Any] = []
    asked = request(effect=lambda: False, answered=told.append)
    with pytest.raises(Failed):
        call_and_wait(Portal({"status": True, "password": "x"}), WaitPolicy(timeout=1), asked)
    assert told == [{"status": True, "password": "x"}]


def test_an_end_that_is_not_seen_is_said_after_what_was_done(clock: Clock):
    asked = request(effect=lambda: False, state=lambda: "SHUTTING_DOWN")
    with pytest.raises(Failed) as caught:
        call_and_wait(Portal({"status": True}), WaitPolicy(timeout=5, interval=1), asked)
    assert str(caught.value) == (
        "stopping VM web-1 was accepted by the portal: waited 5 s (wait_timeout), but its end is not seen "
        "(the portal says 'SHUTTING_DOWN')"
    )


def test_an_end_that_can_not_come_is_said_after_what_was_done(clock: Clock):
    with pytest.raises(Failed, match=r"^stopping VM web-1 was accepted by the portal: the portal says ERROR$"):
        call_and_wait(Portal({"status": True}), WaitPolicy(), request(effect=script(Failed("the portal says ERROR"))))


@pytest.mark.parametrize(
    "refusal", [SindadError("no"), NotFound("VM 5 not found"), AuthError("who?"), Unreachable("off")]
)
def test_a_refusal_is_a_refusal(clock: Clock, refusal: SindadError):
    portal = Portal(refusal)
    with pytest.raises(type(refusal), match=str(refusal)):
        call_and_wait(portal, WaitPolicy(), request(effect=lambda: True))
    assert len(portal.sent) == 1
    assert not portal.wrote


# answers that were lost, or prove nothing


WORDLESS = [None, {}, [], "", "ok", False, {"message": "Under maintenance"}, {"info": []}, {"status": "running"}]
DOUBTFUL = [lost(), *WORDLESS]


@pytest.mark.parametrize("answer", DOUBTFUL, ids=repr)
def test_what_is_there_decides(clock: Clock, answer: Any):
    portal = Portal(answer)
    result = call_and_wait(portal, WaitPolicy(timeout=60, interval=5), request(effect=after(2)))
    assert len(portal.sent) == 1
    assert result.confirmed
    assert result.lost == isinstance(answer, OutcomeUnknown)
    # for that it is looked more often than for an end
    assert clock.slept[:2] == [1, 1]
    assert portal.wrote


@pytest.mark.parametrize("answer", DOUBTFUL, ids=repr)
@pytest.mark.parametrize("wait", [True, False])
def test_without_an_effect_it_was_not_carried_out(clock: Clock, answer: Any, wait: bool):
    portal = Portal(answer)
    with pytest.raises(NotCarriedOut) as caught:
        call_and_wait(portal, WaitPolicy(wait=wait), request(effect=lambda: False))
    assert str(caught.value).startswith("stopping VM web-1: the answer to POST ")
    assert str(caught.value).endswith(f", and {EFFECT_TIMEOUT:g} s later no effect of it is seen")
    assert sum(clock.slept) == pytest.approx(EFFECT_TIMEOUT)
    assert not portal.wrote
    assert caught.value.failure is not None
    assert caught.value.failure["path"] == "/service/401/vms/5/stop"


@pytest.mark.parametrize("answer", DOUBTFUL, ids=repr)
def test_an_effect_that_passes_may_have_been_there(clock: Clock, answer: Any):
    """A machine that was rebooted looks like one that was not."""
    portal = Portal(answer)
    with pytest.raises(
        OutcomeUnknown, match=r"no effect of it is seen, which may have passed: it may have been carried"
    ):
        call_and_wait(portal, WaitPolicy(), request("reboot_vm", effect=lambda: False, passing=True))
    assert portal.wrote


def test_the_message_shows_what_proved_nothing(clock: Clock):
    for answer, said in ((None, "it is empty"), ({"message": "x"}, '{"message": "x"}'), ("ok", '"ok"')):
        with pytest.raises(NotCarriedOut) as caught:
            call_and_wait(Portal(answer), WaitPolicy(timeout=1), request(effect=lambda: False))
        assert f"the answer to POST /service/401/vms/5/stop proves nothing ({said})" in str(caught.value)


@pytest.mark.parametrize(
    "answer",
    [
        {"console": {"password": "R00tSecret"}},
        {"note": "Login with password R00tSecret", "pw": "R00tSecret"},
        {"details": [{"name": "Root Password", "value": "R00tSecret"}]},
        {"note": "x" * 155 + "R00tSecret", "pw": "R00tSecret"},
        {"log": {"pw": "R00tSecret", "lines": ["R00tSecret " * 100000] * 10}},
        {"vms": [{"pw": f"R00t{number}"} for number in range(20000)]},
        {"note": "password: R00tSecret", "R00tSecret": 1, "key" * 100000: 1},
    ],
)
@pytest.mark.parametrize("effect", [None, lambda: False])
def test_the_message_shows_no_secret_of_what_proved_nothing(clock: Clock, answer: Any, effect: Any):
    with pytest.raises(SindadError) as caught:
        call_and_wait(Portal(answer), WaitPolicy(timeout=1), request(effect=effect))
    assert "proves nothing ({" in str(caught.value)
    assert "R00" not in str(caught.value)


@pytest.mark.parametrize("answer", DOUBTFUL, ids=repr)
@pytest.mark.parametrize("effect", [None, lambda: UNKNOWN])
def test_where_nothing_can_be_seen_that_is_said(clock: Clock, answer: Any, effect: Any):
    portal = Portal(answer)
    with pytest.raises(OutcomeUnknown, match=r"; it may have been carried out, check before you run this again$"):
        call_and_wait(portal, WaitPolicy(), request(effect=effect))
    assert clock.slept == []
    assert portal.wrote


def test_an_effect_that_can_not_be_read_is_said(clock: Clock):
    portal = Portal(lost())
    with pytest.raises(OutcomeUnknown) as caught:
        call_and_wait(portal, WaitPolicy(), request(effect=script(Unreadable("odd"))))
    assert str(caught.value) == (
        "stopping VM web-1: the answer to POST x was lost (closed); what became of it can't be read (odd); "
        "it may have been carried out, check before you run this again"
    )
    assert caught.value.status == 502
    assert portal.wrote


def test_a_look_for_an_effect_that_fails_is_one_look(clock: Clock):
    asked = request(effect=script(Unreachable("x"), False, Unreadable("y"), True))
    assert call_and_wait(Portal(lost()), WaitPolicy(), asked).confirmed


def test_after_the_effect_its_end_is_waited_for(clock: Clock):
    asked = request(effect=after(1), ended=after(2))
    assert call_and_wait(Portal(None), WaitPolicy(timeout=60, interval=4), asked).confirmed
    assert clock.slept == [1, 0.5, 0.75]


def test_an_effect_is_enough_where_nobody_waits(clock: Clock):
    result = call_and_wait(Portal(lost()), WaitPolicy(wait=False), request(effect=after(1)))
    assert (result.confirmed, result.lost) == (False, True)


@pytest.mark.parametrize("name", ["resize_vm", "destroy_vm"])
def test_a_repeated_request_may_find_that_its_first_was_carried_out(clock: Clock, name: str):
    """PUT and DELETE are repeated by the client: a refusal of the repetition is decided by what is there."""
    for refusal in (
        SindadError("VM 5 is locked"),
        OutcomeUnknown("lost, and the repeated request was refused: VM 5 is locked"),
    ):
        assert call_and_wait(Portal(refusal), WaitPolicy(), request(name, effect=lambda: True)).confirmed
    for effect in (None, lambda: False, lambda: UNKNOWN, script(Unreadable("odd"))):
        with pytest.raises(SindadError, match="locked"):
            call_and_wait(Portal(SindadError("VM 5 is locked")), WaitPolicy(), request(name, effect=effect))


def test_the_refusal_of_a_post_is_one(clock: Clock):
    with pytest.raises(SindadError, match="locked"):
        call_and_wait(Portal(SindadError("VM 5 is locked")), WaitPolicy(), request(effect=lambda: True))


def test_a_result_without_an_answer():
    assert Result(None, confirmed=True).lost
