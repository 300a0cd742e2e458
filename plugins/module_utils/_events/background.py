# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A call in a thread, beside an event loop. Private to this collection."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar, cast

T = TypeVar("T")


async def in_background(function: Callable[[], T]) -> T:
    """Call a function in a thread of its own and return what it returns, or raise what it raises.

    It is asyncio.to_thread, except at the end: a loop that closes waits for the threads of that one, and a request may
    wait for the portal, and be repeated, for minutes.
    """
    loop = asyncio.get_running_loop()
    outcome: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if outcome.done():
            return  # it was cancelled: nobody waits any more
        if error is None:
            outcome.set_result(cast("T", result))
        else:
            outcome.set_exception(error)

    def work() -> None:
        result, failure = None, None
        try:
            result = function()
        except BaseException as error:  # noqa: BLE001 - it is raised again where it is waited for
            failure = error
        with suppress(RuntimeError):  # the loop was closed meanwhile
            loop.call_soon_threadsafe(settle, result, failure)

    threading.Thread(target=work, daemon=True).start()
    return await outcome
