# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Polling with a deadline, and what becomes of requests whose answer was lost."""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.sindad.cloud.plugins.module_utils import _wait
from ansible_collections.sindad.cloud.plugins.module_utils._client import (
    NotFound,
    OutcomeUnknown,
    SindadError,
    Unreachable,
)
from ansible_collections.sindad.cloud.plugins.module_utils._operations import OPERATIONS
from ansible_collections.sindad.cloud.plugins.module_utils._wait import LOST_TIMEOUT, Patience, act


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(_wait, "time", types.SimpleNamespace(monotonic=clock.monotonic, sleep=clock.sleep))
    return clock


class Portal:
    """Answers one operation with what it is told, and counts."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.calls: list[tuple[str, tuple[str, ...], Any]] = []

    def call(self, name: str, *ids: str, body: Any = None) -> Any:
        self.calls.append((name, ids, body))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def after(looks: int) -> Callable[[], bool]:
    """An observation that is true from a number of looks on."""
    seen = iter(range(10**6))
    return lambda: next(seen) >= looks


def lost() -> OutcomeUnknown:
    return OutcomeUnknown("the answer to POST x was lost (closed)", operation=OPERATIONS["stop_vm"], path="/x")


def stop(portal: Portal, patience: Patience, **more: Any) -> Any:
    return act(portal, "stop_vm", "401", "5", patience=patience, what="stopping VM web-1", **more)  # type: ignore[arg-type]


# patience


def test_what_is_done_is_not_waited_for(clock: Clock) -> None:
    assert Patience().until(lambda: 5, lambda seen: seen == 5, "x") == 5
    assert clock.slept == [0.0]


def test_looks_are_an_interval_apart(clock: Clock) -> None:
    assert Patience(timeout=60, interval=5).until(after(3), bool, "x")
    assert clock.slept == [0, 5, 5, 5]


def test_the_first_look_can_wait(clock: Clock) -> None:
    Patience(timeout=60, interval=5).until(lambda: True, bool, "x", first=7)
    assert clock.slept == [7]


def test_the_end_is_looked_at_once_more(clock: Clock) -> None:
    """A timeout that is no multiple of the interval doesn't lose the last part of it."""
    with pytest.raises(SindadError, match=r"^waited 12 s \(wait_timeout\), but web-1 is still being built$"):
        Patience(timeout=12, interval=5).until(lambda: False, bool, "web-1 is still being built")
    assert clock.slept == [0, 5, 5, 2]
    assert Patience(timeout=12, interval=5).until(after(3), bool, "x")


def test_an_interval_longer_than_the_timeout_is_cut(clock: Clock) -> None:
    with pytest.raises(SindadError, match="waited 2 s"):
        Patience(timeout=2, interval=60).until(lambda: False, bool, "x", first=60)
    assert sum(clock.slept) == 2


def test_a_slow_look_counts(clock: Clock) -> None:
    looks = []

    def look() -> bool:
        looks.append(1)
        clock.now += 4
        return False

    with pytest.raises(SindadError, match="waited 10 s"):
        Patience(timeout=10, interval=1).until(look, bool, "x")
    assert len(looks) == 3


def test_what_a_look_raises_is_raised(clock: Clock) -> None:
    def look() -> bool:
        raise Unreachable("gone")

    with pytest.raises(Unreachable, match="gone"):
        Patience().until(look, bool, "x")


# acting


def test_an_action_is_sent_and_waited_for(clock: Clock) -> None:
    portal = Portal({"status": True})
    answer = stop(portal, Patience(timeout=60, interval=2), body={"a": 1}, done=after(2))
    assert answer == {"status": True}
    assert portal.calls == [("stop_vm", ("401", "5"), {"a": 1})]
    assert clock.slept == [0, 2, 2]


def test_an_action_need_not_be_waited_for(clock: Clock) -> None:
    portal = Portal({"status": True})
    assert stop(portal, Patience(wait=False), done=lambda: pytest.fail("looked")) == {"status": True}
    assert clock.slept == []


def test_an_end_that_looks_like_the_beginning_gets_a_moment(clock: Clock) -> None:
    stop(Portal({}), Patience(timeout=60, interval=3), done=lambda: True, settle=True)
    assert clock.slept == [3]


def test_an_action_that_does_not_end_is_named(clock: Clock) -> None:
    with pytest.raises(SindadError, match=r"^waited 5 s \(wait_timeout\), but stopping VM web-1 has not ended$"):
        stop(Portal({}), Patience(timeout=5, interval=1), done=lambda: False)


def test_a_refusal_is_a_refusal(clock: Clock) -> None:
    portal = Portal(SindadError("no"))
    with pytest.raises(SindadError, match=r"^no$"):
        stop(portal, Patience(), done=lambda: True)
    assert len(portal.calls) == 1


def test_a_lost_answer_is_never_sent_again_and_decided_by_what_is_there(clock: Clock) -> None:
    portal = Portal(lost())
    assert stop(portal, Patience(timeout=60, interval=5), done=after(2)) == {}
    assert len(portal.calls) == 1
    # for that it is looked more often than for an end
    assert clock.slept[:3] == [0, 1, 1]


def test_a_lost_answer_without_a_trace_is_an_error(clock: Clock) -> None:
    portal = Portal(lost())
    with pytest.raises(OutcomeUnknown) as caught:
        stop(portal, Patience(timeout=600, interval=5), done=lambda: False)
    assert str(caught.value) == (
        f"stopping VM web-1: the answer to POST x was lost (closed), and {LOST_TIMEOUT:g} s later nothing of it is to "
        "be seen"
    )
    assert caught.value.failure is not None
    assert sum(clock.slept) == pytest.approx(LOST_TIMEOUT)
    assert len(portal.calls) == 1


def test_a_lost_answer_is_looked_for_also_where_nobody_waits(clock: Clock) -> None:
    assert stop(Portal(lost()), Patience(wait=False), done=after(1)) == {}
    with pytest.raises(OutcomeUnknown):
        stop(Portal(lost()), Patience(wait=False), done=lambda: False)


def test_a_lost_answer_of_which_nothing_can_be_seen_says_so(clock: Clock) -> None:
    for given in ({}, {"done": lambda: True, "settle": True}):
        with pytest.raises(OutcomeUnknown, match=r"it may have been carried out, look before you run this again$"):
            stop(Portal(lost()), Patience(), **given)
    assert clock.slept == []


def test_the_evidence_may_be_another_than_the_end(clock: Clock) -> None:
    assert stop(Portal(lost()), Patience(interval=1), evidence=lambda: True, done=after(2), settle=True) == {}
    assert clock.slept == [0, 1, 1, 1]


def test_a_repeated_request_may_find_that_its_first_was_carried_out(clock: Clock) -> None:
    """PUT and DELETE are repeated by the client: a refusal of the repetition is decided by what is there."""
    patience = Patience(timeout=60, interval=1)
    for name, refusal in (("resize_vm", SindadError("VM 5 is locked")), ("destroy_vm", SindadError("locked"))):
        portal = Portal(refusal)
        act(portal, name, "401", "5", patience=patience, what="x", done=lambda: True)  # type: ignore[arg-type]
        with pytest.raises(SindadError, match="locked"):
            act(Portal(refusal), name, "401", "5", patience=patience, what="x", done=lambda: False)  # type: ignore[arg-type]
    with pytest.raises(SindadError, match="no"):
        stop(Portal(SindadError("no")), patience, done=lambda: True)


def test_what_is_not_found_is_for_the_caller_to_judge(clock: Clock) -> None:
    with pytest.raises(NotFound):
        stop(Portal(NotFound("VM 5 not found")), Patience(), done=lambda: False)
