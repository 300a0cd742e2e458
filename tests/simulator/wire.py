# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers that are sent as no honest server would: not at all, cut, byte by byte, with words of their own.

They are written to the connection past the server, which has to be the one of `serving`, and end it.
"""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Iterator
from http import HTTPStatus

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from .faults import Fault

#: How many bytes more than there are a cut answer promises.
PROMISED = 100


class Dropped(Response):
    """No answer: the connection is closed."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["extensions"]["simulator.transport"].close()
        await until_closed(receive)


class Garbled(Response):
    """An answer that a fault cuts, slows down, or gives a reason phrase."""

    def __init__(self, answer: Response, fault: Fault) -> None:
        super().__init__(answer.body, answer.status_code, media_type=answer.media_type)
        self.raw_headers = answer.raw_headers
        self.fault = fault

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        transport = scope["extensions"]["simulator.transport"]
        for piece in self.pieces():
            if transport.is_closing():
                break
            transport.write(piece)
            await asyncio.sleep(self.fault.trickle)
        transport.close()
        await until_closed(receive)

    def pieces(self) -> Iterator[bytes]:
        """What is written at a time: all of it, or the head and then single bytes, or single bytes only."""
        headers, body = cut(bytes(self.body), str(self.fault.cut))
        head = self.head(headers)
        if not self.fault.trickle:
            yield head + body
            return
        slow = head + body
        if self.fault.trickle_from == "body":
            yield head
            slow = body
        for number in range(len(slow)):
            yield slow[number : number + 1]

    def head(self, framing: dict[str, str]) -> bytes:
        """The status line and the headers, those for the body replaced by how the body is framed."""
        kept = [(name.decode(), value.decode()) for name, value in self.raw_headers if name != b"content-length"]
        lines = [f"{name}: {value}" for name, value in (*kept, *framing.items(), ("connection", "close"))]
        reason = self.fault.reason or phrase(self.status_code)
        return "\r\n".join([f"HTTP/1.1 {self.status_code} {reason}", *lines, "", ""]).encode("utf-8")


def cut(body: bytes, how: str) -> tuple[dict[str, str], bytes]:
    """The headers that frame a body, and what is sent of it: the first half, where it is cut."""
    half = body[: len(body) // 2]
    if how == "length":
        return {"content-length": str(len(body) + PROMISED)}, half
    if how == "chunked":
        return {"transfer-encoding": "chunked"}, b"%x\r\n" % (len(body) + PROMISED) + half
    if how == "gzip":
        packed = gzip.compress(body)
        packed = packed[: len(packed) // 2]
        return {"content-encoding": "gzip", "content-length": str(len(packed))}, packed
    return {"content-length": str(len(body))}, body


def phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


async def until_closed(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
