# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A deadline for a whole HTTP exchange. Private to this collection.

The time-out of requests applies to each read of a socket, so a server which sends one byte now
and then can hold a client for ever. Here each read gets the time that is left until the deadline.
"""

from __future__ import annotations

import http.client
import io
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

try:
    from requests import Session as PlainSession
    from requests.adapters import HTTPAdapter
    from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
    from urllib3.connection import HTTPConnection, HTTPSConnection
except ImportError:  # _client.py says so; only so that the classes below can be defined
    HTTPAdapter = HTTPConnection = HTTPSConnection = object  # type: ignore[misc, assignment]
    PlainSession = HTTPConnectionPool = HTTPSConnectionPool = object  # type: ignore[misc, assignment]

#: Of each thread: when its exchange has to be over, on the monotonic clock, and whether its request was begun.
_current = threading.local()


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Make all that this thread reads from a connection end within some seconds."""
    _current.end = time.monotonic() + seconds
    _current.is_begun = False
    try:
        yield
    finally:
        _current.end = None


def is_begun() -> bool:
    """Whether anything of this thread's last request was sent: before, there may be no connection, or none to trust."""
    return getattr(_current, "is_begun", False)


class _TimedReader(io.RawIOBase):
    """Reads from a socket, and each time waits no longer than the deadline allows."""

    def __init__(self, raw: Any, sock: socket.socket) -> None:
        super().__init__()
        self._raw = raw
        self._sock = sock

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        end = getattr(_current, "end", None)
        if end is not None:
            left = end - time.monotonic()
            if left <= 0:
                raise socket.timeout("timed out")
            self._sock.settimeout(left)
        count: int | None = self._raw.readinto(buffer)
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _TimedResponse(http.client.HTTPResponse):
    """A response whose status line, headers and body are read before the deadline."""

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_TimedReader(self.fp.detach(), sock))


class _TimedConnection(HTTPConnection):
    response_class = _TimedResponse

    def connect(self) -> None:
        try:
            super().connect()
        finally:
            _current.is_begun = False  # what opens a tunnel is sent to the proxy

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        _current.is_begun = True
        super().send(data)


class _TimedTLSConnection(_TimedConnection, HTTPSConnection):
    pass


class _TimedPool(HTTPConnectionPool):
    ConnectionCls = _TimedConnection


class _TimedTLSPool(HTTPSConnectionPool):
    ConnectionCls = _TimedTLSConnection


_POOLS = {"http": _TimedPool, "https": _TimedTLSPool}


class Session(PlainSession):
    """A session that never looks where a redirect leads, as it would read its body for that, whatever its size."""

    def resolve_redirects(self, *_args: Any, **_kwargs: Any) -> Iterator[Any]:
        """Follow none; the client does it, where it is safe."""
        return iter(())


class DeadlineAdapter(HTTPAdapter):
    """The adapter of requests, with connections that know the deadline. It repeats nothing by itself."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pools of direct connections."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        """Make the pools of connections through a proxy."""
        manager = super().proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = _POOLS
        return manager
