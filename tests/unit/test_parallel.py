# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many things at once: nothing waits for what it doesn't need, and an error ends it."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from ansible_collections.sindad.cloud.plugins.module_utils._parallel import in_parallel, run_steps


def test_steps_of_steps_wait_for_nothing():
    """A second step runs while a first step of another still does."""
    second = threading.Event()

    def slow() -> list[Any]:
        assert second.wait(10)
        return []

    def quick() -> list[Any]:
        return [lambda: second.set() or []]

    run_steps([slow, quick], workers=2)


def test_no_more_steps_at_once_than_workers():
    lock, running, most = threading.Lock(), [0], [0]
    pause = threading.Event()

    def step(depth: int) -> list[Any]:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        pause.wait(0.002)
        with lock:
            running[0] -= 1
        return [lambda: step(depth - 1)] * 2 if depth else []

    run_steps([lambda: step(3)] * 5, workers=3)
    assert most[0] == 3


def test_a_bug_ends_the_run_and_is_not_hidden():
    done: list[int] = []

    def broken() -> list[Any]:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run_steps([broken, *[lambda: done.append(1) or []] * 100], workers=1)
    assert len(done) < 100


def test_nobody_waits_for_steps_after_an_interrupt():
    """Each of them may wait for the portal for minutes."""
    released = threading.Event()

    def interrupted() -> list[Any]:
        raise KeyboardInterrupt

    begin = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        run_steps([lambda: released.wait(10) or [], interrupted], workers=2)
    assert time.monotonic() - begin < 5
    released.set()


def test_nothing_to_do():
    run_steps([], workers=3)
    assert in_parallel(str, []) == []


def test_results_are_in_the_items_order():
    def slowly(number: int) -> int:
        time.sleep(0.01 * (5 - number))
        return number * 2

    assert in_parallel(slowly, range(5), workers=5) == [0, 2, 4, 6, 8]
    assert in_parallel(slowly, [4]) == [8]


def test_one_thing_alone_needs_no_thread():
    assert in_parallel(lambda _item: threading.current_thread(), [1]) == [threading.main_thread()]


def test_what_a_function_raises_is_raised():
    def fails(number: int) -> int:
        if number == 3:
            raise ValueError("three")
        return number

    with pytest.raises(ValueError, match="three"):
        in_parallel(fails, range(10), workers=2)
