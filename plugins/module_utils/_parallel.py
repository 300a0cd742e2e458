# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one way to do many things at once. Private to this collection.

What the standard library's executors can't do: nobody waits for these threads after an interrupt (Ctrl-C,
a task's time-out), each of which may wait for the portal, and try again, for minutes.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from queue import SimpleQueue
from typing import TypeVar

T = TypeVar("T")
K = TypeVar("K")

#: A step of the work; what it returns are further steps.
Step = Callable[[], "list[Step]"]
#: How many things are done at once where nobody says it. The client bounds its requests by itself.
WORKERS = 8


def run_steps(steps: Iterable[Step], workers: int = WORKERS) -> None:
    """Run steps, some at a time; steps that a step returns join the queue as soon as it has ended.

    Raises whatever a step raises, as soon as it does; the steps that are waiting are dropped then.
    """
    todo: SimpleQueue[Step | None] = SimpleQueue()
    ended: SimpleQueue[list[Step] | BaseException] = SimpleQueue()
    stopped = threading.Event()

    def work() -> None:
        while (step := todo.get()) is not None and not stopped.is_set():
            try:
                ended.put(step())
            except BaseException as error:  # noqa: BLE001 - it is raised again where all are waited for
                stopped.set()
                ended.put(error)

    threads = 0
    try:
        new = list(steps)  # not in the queue yet
        running = 0  # in the queue, or being done
        while new or running:
            for step in new:
                todo.put(step)
            running += len(new)
            # As many threads as there is work for; they are kept until the end.
            for _thread in range(threads, min(running, workers)):
                threading.Thread(target=work, daemon=True).start()
                threads += 1
            outcome = ended.get()
            if isinstance(outcome, BaseException):
                raise outcome
            new = outcome
            running -= 1
    finally:
        stopped.set()
        for _thread in range(threads):
            todo.put(None)


def in_parallel(function: Callable[[K], T], items: Iterable[K], workers: int = WORKERS) -> list[T]:
    """Call a function for each item, some at a time; return the results in the items' order.

    Raises whatever the function raises.
    """
    todo = list(items)
    if len(todo) < 2:
        return [function(item) for item in todo]
    results: dict[int, T] = {}

    def step(position: int, item: K) -> Step:
        def call() -> list[Step]:
            results[position] = function(item)
            return []

        return call

    run_steps([step(position, item) for position, item in enumerate(todo)], workers)
    return [results[position] for position in range(len(todo))]
