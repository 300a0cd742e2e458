# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The event source itself: looks at an account again and again, and hands over what is new. Private to this collection."""

from __future__ import annotations

import asyncio
import logging
import random
import sys
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timezone
from functools import partial
from typing import Any, Protocol

from .._client import REQUESTS_IMPORT_ERROR, Client
from .._errors import AuthError, SindadError
from .._reading import Entry, printable
from .background import in_background
from .changes import Observation, Remembered, settled, steps
from .memory import Memory, opened
from .options import Wanted
from .topics import Look, observe

_log = logging.getLogger("sindad.cloud.events")
#: Rounds after which the pause isn't doubled any more.
_MOST_DOUBLED = 16


class Queue(Protocol):
    """Takes the events."""

    async def put(self, event: Entry, /) -> None:
        """Take an event; it is remembered once this returns."""


async def watch(queue: Queue, wanted: Wanted) -> None:
    """Watch an account until it is cancelled.

    Raises:
        SindadError: The credentials are refused at the start, or the state file can't be used.

    """
    if REQUESTS_IMPORT_ERROR:
        raise SindadError(f"the Python library requests (2.32 or newer) is missing for {sys.executable}")
    settings = wanted.settings
    with opened(wanted.state_file, settings.base_url, settings.account) as memory, closing(Client(settings)) as client:
        client.begin_task("event_source")
        await _Watch(queue, wanted, memory, client).run()


@dataclass
class _Watch:
    """A watch over an account.

    Attributes:
        queue: Takes the events.
        wanted: What is watched, and how.
        memory: What was seen.
        client: Asks the portal.

    """

    queue: Queue
    wanted: Wanted
    memory: Memory
    client: Client
    _unreadable: set[str] = field(default_factory=set)
    _rounds_down: int = 0

    async def run(self) -> None:
        """Look again and again."""
        await self._round(is_first=True)
        while True:
            await asyncio.sleep(self._pause())
            await self._round()

    async def _round(self, is_first: bool = False) -> None:
        """Look once, and hand over what is new."""
        known = self.memory.topics.get("tickets")
        look = Look(
            client=self.client,
            today=datetime.now().astimezone().date(),
            due_days=self.wanted.due_days,
            tickets=known.seen if known else {},
        )
        failed: dict[str, SindadError] = {}
        asked = self._to_ask()
        for topic in asked:
            try:
                seen = await in_background(partial(observe, topic, look))
            except SindadError as error:
                if is_first and isinstance(error, AuthError):
                    raise
                failed[topic] = error
                continue
            await self._note_up()
            await self._hand_over(topic, seen)
            self._note_readable(topic, seen.failed)
        if len(failed) == len(asked):
            await self._note_down(next(iter(failed.values())))
        else:
            self._note_readable("", failed)

    def _to_ask(self) -> tuple[str, ...]:
        """Return the topics of a round. While the portal is down, that is one, and each time another one."""
        topics = self.wanted.topics
        return (topics[self._rounds_down % len(topics)],) if self._rounds_down else topics

    def _pause(self) -> float:
        """Return the seconds until the next round: more and more of them while the portal is down."""
        if not self._rounds_down:
            return self.wanted.interval
        longest = max(self.wanted.interval, self.wanted.max_interval)
        doubled = self.wanted.interval * 2.0 ** min(self._rounds_down, _MOST_DOUBLED)
        return min(longest, doubled) * random.uniform(0.5, 1)  # noqa: S311 - no secret

    # What was seen

    async def _hand_over(self, topic: str, seen: Observation) -> None:
        """Hand over the events of a topic, each of which is remembered as soon as it was taken."""
        remembered = self.memory.topics.get(topic)
        is_base_line = remembered is None and not self.wanted.emit_existing
        if remembered is None:
            remembered = Remembered()
        if not is_base_line:
            # A start that is interrupted goes on where it was.
            self.memory.topics[topic] = remembered
        for step in list(steps(topic, remembered, seen, is_base_line)):
            if step.event is not None:
                await self._emit(step.event)
            remembered.seen[step.key] = step.mark
            if step.event is not None:
                self.memory.save()
        self.memory.topics[topic] = settled(remembered, seen, is_base_line)
        self.memory.save()

    async def _emit(self, event: Entry) -> None:
        settings = self.wanted.settings
        source = {"portal": settings.host, "account": settings.account}
        whole = {**event, "id": "/".join((*source.values(), event["id"])), **source, "time": _now()}
        await self.queue.put(_scrubbed(whole, self.client))

    # Whether the portal can be read

    async def _note_down(self, error: SindadError) -> None:
        self._rounds_down += 1
        if self.memory.down_since is None:
            since, number, reason = _now(), self.memory.outages + 1, self._said(error)
            _log.warning("the portal can't be read: %s", reason)
            event = {"id": f"portal/{number}/down", "type": "portal_down", "topic": "portal"}
            await self._emit({**event, "since": since, "reason": reason})
            self.memory.down_since, self.memory.outages = since, number
            self.memory.save()

    async def _note_up(self) -> None:
        self._rounds_down = 0
        since = self.memory.down_since
        if since is not None:
            _log.warning("the portal can be read again, after an outage since %s", since)
            event = {"id": f"portal/{self.memory.outages}/up", "type": "portal_up", "topic": "portal", "since": since}
            await self._emit(event)
            self.memory.down_since = None
            self.memory.save()

    def _note_readable(self, place: str, failed: Mapping[str, SindadError]) -> None:
        """Say once what can't be read of a place, and once that it can be again.

        Args:
            place: A topic, whose scopes may fail; empty for the topics themselves.
            failed: What can't be read, and why.

        """
        prefix = f"{place}/"
        now = {f"{prefix}{name}" for name in failed}
        before = {name for name in self._unreadable if name.startswith(prefix)}
        for name, error in failed.items():
            if f"{prefix}{name}" not in before:
                _log.warning("%s can't be read: %s", f"{prefix}{name}".strip("/"), self._said(error))
        for name in sorted(before - now):
            _log.warning("%s can be read again", name.strip("/"))
        self._unreadable = (self._unreadable - before) | now

    def _said(self, error: SindadError) -> str:
        return printable(self.client.scrub(str(error)))


def _now() -> str:
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _scrubbed(value: Any, client: Client) -> Any:
    """Return plain data without secrets that were sent, however the portal may echo them."""
    if isinstance(value, str):
        return client.scrub(value)
    if isinstance(value, Mapping):
        return {name: _scrubbed(item, client) for name, item in value.items()}
    return [_scrubbed(item, client) for item in value] if isinstance(value, (list, tuple)) else value
