# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The portal on uvicorn, with connections that can be dropped."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class DroppableProtocol(HttpToolsProtocol):
    """Gives the application the connection itself, to close it without an answer or to write badly to it."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        scope: dict[str, Any] = self.scope  # type: ignore[assignment]
        scope["extensions"] = {"simulator.transport": self.transport}


class Server(uvicorn.Server):
    """A uvicorn server that says when it listens, and where."""

    def __init__(
        self, app: ASGIApp, host: str, port: int, started: Callable[[str], None], log_level: str = "warning"
    ) -> None:
        config = uvicorn.Config(
            app,
            log_level=log_level,
            lifespan="off",
            http=DroppableProtocol,
            ws="none",
            access_log=log_level in ("info", "debug", "trace"),
            timeout_graceful_shutdown=1,
            timeout_keep_alive=75,
        )
        super().__init__(config)
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.listener = socket.create_server((host, port), family=family, backlog=2048)
        port = self.listener.getsockname()[1]
        self.url = f"http://{f'[{host}]' if ':' in host else host}:{port}/api"
        self.port = port
        self.announce = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.announce(self.url)

    def serve_until_stopped(self) -> None:
        self.run(sockets=[self.listener])
