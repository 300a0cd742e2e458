# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is remembered from one start to the next: the state file. Private to this collection."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from .._errors import SindadError
from .._files import destination, replace_file
from .changes import Mark, Remembered

FORMAT = 1
#: Bytes of the largest state file that can have been written by this.
LARGEST = 64 * 1024 * 1024
_OPTION = "state_file"


@dataclass
class Memory:
    """What is remembered of an account.

    Attributes:
        path: The state file as the user gave it.
        place: Where it really is.
        portal: The address of the portal.
        account: The user who asks there.
        topics: What is remembered of each topic that was read.
        down_since: Since when the portal couldn't be read; None while it can be.
        outages: How often that has happened.

    """

    path: str
    place: str
    portal: str
    account: str
    topics: dict[str, Remembered] = field(default_factory=dict)
    down_since: str | None = None
    outages: int = 0
    _saved: bytes = b""

    def save(self) -> None:
        """Write the state file, if anything has changed.

        Raises:
            SindadError: It can't be written; the old content is still there.

        """
        content = json.dumps(self._as_json(), ensure_ascii=False, separators=(",", ":")).encode()
        if content != self._saved:
            replace_file(_OPTION, self.path, self.place, content, 0o600)
            self._saved = content

    def _as_json(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "portal": self.portal,
            "account": self.account,
            "down_since": self.down_since,
            "outages": self.outages,
            "topics": {
                name: {"unread": sorted(topic.unread), "seen": topic.seen} for name, topic in self.topics.items()
            },
        }


@contextmanager
def opened(path: str, portal: str, account: str) -> Iterator[Memory]:
    """Read the state file, and keep others from using it at the same time.

    Args:
        path: The option ``state_file``. A file that isn't there is a first start.
        portal: The address of the portal.
        account: The user who asks there.

    Raises:
        SindadError: It is in use, belongs to another account, or isn't a state file.

    """
    place = destination(_OPTION, path)
    with _locked(path, f"{place}.lock"):
        memory = Memory(path, place, portal, account)
        content = _content(path, place)
        if content is not None:
            _fill(memory, _decoded(path, content))
        memory.save()
        yield memory


@contextmanager
def _locked(path: str, lock: str) -> Iterator[None]:
    """Hold a lock, which the system ends when the process is gone."""
    try:
        handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise SindadError(f"{_OPTION}: {lock} can't be written: {error.strerror}") from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise SindadError(f"{_OPTION}: {path} is in use by another event source; give each one its own") from None
    try:
        yield
    finally:
        os.close(handle)


def _content(path: str, place: str) -> bytes | None:
    """Return the file's content; None where there is no file."""
    try:
        with open(place, "rb") as file:
            content = file.read(LARGEST + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SindadError(f"{_OPTION}: {path} can't be read: {error.strerror}") from None
    if len(content) > LARGEST:
        raise _no_state_file(path)
    return content


def _decoded(path: str, content: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        raise _no_state_file(path) from None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise _no_state_file(path)
    return found


def _fill(memory: Memory, found: Mapping[str, Any]) -> None:
    """Take over what a state file says."""
    try:
        owner = (str(found["portal"]), str(found["account"]))
        memory.topics = {str(name): _remembered(topic) for name, topic in found["topics"].items()}
        memory.outages = int(found["outages"])
        memory.down_since = None if found["down_since"] is None else str(found["down_since"])
    except (AttributeError, KeyError, TypeError, ValueError):
        raise _no_state_file(memory.path) from None
    if owner != (memory.portal, memory.account):
        raise SindadError(
            f"{_OPTION}: {memory.path} belongs to {owner[1] or 'nobody'} at {owner[0]}, not to "
            f"{memory.account or 'nobody'} at {memory.portal}; give each account a file of its own"
        )


def _remembered(topic: Mapping[str, Any]) -> Remembered:
    marks = {str(key): _mark(*mark) for key, mark in topic["seen"].items()}
    return Remembered(marks, {str(scope) for scope in topic["unread"]})


def _mark(value: Any, count: Any, name: Any) -> Mark:
    return Mark(None if value is None else str(value), int(count), None if name is None else str(name))


def _no_state_file(path: str) -> SindadError:
    return SindadError(
        f"{_OPTION}: {path} is not a state file of this event source, or is damaged; move it away to start afresh, "
        "without events for what exists by then"
    )
