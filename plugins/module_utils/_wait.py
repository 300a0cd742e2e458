# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Polling with a deadline. Private to this collection."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Callable, TypeVar

from ._client import OutcomeUnknown, SindadError
from ._operations import OPERATIONS

if TYPE_CHECKING:
    from ._client import Client

T = TypeVar("T")

#: Seconds and looks that a lost answer gets before it counts as "not carried out, as far as can be seen".
LOST_TIMEOUT = 15.0
LOST_INTERVAL = 1.0


@dataclass(frozen=True)
class Patience:
    """Whether and how long to wait for what goes on after a call: seconds in all, and between two looks."""

    wait: bool = True
    timeout: float = 600.0
    interval: float = 5.0

    def until(self, look: Callable[[], T], done: Callable[[T], bool], what: str, first: float = 0.0) -> T:
        """Look again and again until it is done; return what was seen last.

        Args:
            look: Observes.
            done: Whether what was observed is the end.
            what: The rest of a sentence that begins with "waited N s, but".
            first: Seconds before the first look, for a change that needs a moment to be visible.

        Raises:
            SindadError: The time is over.

        """
        deadline = time.monotonic() + self.timeout
        pause = first
        while True:
            time.sleep(min(pause, max(0.0, deadline - time.monotonic())))
            seen = look()
            if done(seen):
                return seen
            if time.monotonic() >= deadline:
                raise SindadError(f"waited {self.timeout:g} s (wait_timeout), but {what}")
            pause = self.interval


def act(
    client: Client,
    name: str,
    *ids: str,
    patience: Patience,
    what: str,
    body: Any = None,
    done: Callable[[], bool] | None = None,
    evidence: Callable[[], bool] | None = None,
    settle: bool = False,
) -> Any:
    """Send an operation that goes on after its answer, and wait until it is done.

    A request whose answer was lost is never sent again: the evidence decides whether it was
    carried out, and where there is none, or nothing to look at, that is said.

    Args:
        client: Sends it.
        name: The operation.
        ids: The values of its path.
        patience: How long to wait for the end.
        what: What is being done, as "stopping VM web-1".
        body: What is sent.
        done: Whether the end is reached.
        evidence: Whether it was carried out; ``done`` where they are the same.
        settle: Give the portal a moment first, as what is there looks like the end.

    Returns:
        The answer; ``{}`` where it was lost and the evidence spoke for it.

    """
    evidence = evidence or (None if settle else done)
    answer: Any = {}
    try:
        answer = client.call(name, *ids, body=body)
    except OutcomeUnknown as error:
        if evidence is None:
            error.args = (f"{what}: {error}; it may have been carried out, look before you run this again",)
            raise
        lost = replace(patience, timeout=LOST_TIMEOUT, interval=min(patience.interval, LOST_INTERVAL))
        try:
            lost.until(evidence, bool, "")
        except SindadError:
            error.args = (f"{what}: {error}, and {LOST_TIMEOUT:g} s later nothing of it is to be seen",)
            raise error from None
    except SindadError:
        # A repeated PUT or DELETE may be refused because the first one, whose answer was lost, was carried out.
        if done is None or not OPERATIONS[name].safe or not done():
            raise
    if patience.wait and done is not None:
        patience.until(done, bool, f"{what} has not ended", first=patience.interval if settle else 0.0)
    return answer
