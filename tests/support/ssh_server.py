# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The process of the systems that one logs in to by SSH: ``python -m support.ssh_server``.

It takes a line of JSON for each order (see `systems.Systems`), and answers each with a line.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import asyncssh

from .systems import System


class Login(asyncssh.SSHServer):
    """Who may log in over one connection."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._password = running.home / "password"

    def connection_made(self, connection: Any) -> None:
        self._connection = connection
        self._running.connections.append(connection)

    def begin_auth(self, username: str) -> bool:
        keys = self._running.home / ".ssh" / "authorized_keys"
        if keys.exists():
            self._connection.set_authorized_keys(str(keys))
        return True

    def password_auth_supported(self) -> bool:
        return self._password.exists() and not (self._running.home / "no-passwords").exists()

    def validate_password(self, username: str, given: str) -> bool:
        return self._password.exists() and self._password.read_text() == given


class Running:
    """A system that runs."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.home = Path(system.client).parent
        self.connections: list[Any] = []
        self._listener: Any = None

    async def boot(self) -> None:
        self._listener = await asyncssh.listen(
            self.system.address,
            self.system.port,
            server_factory=lambda: Login(self),
            server_host_keys=[self.system.host_key],
            authorized_client_keys=self.system.client,
            process_factory=self._run,
            encoding=None,
            reuse_address=True,
        )

    async def halt(self) -> None:
        self._listener.close()
        for connection in self.connections:
            connection.abort()
        await self._listener.wait_closed()

    async def _run(self, process: Any) -> None:
        commands = self.home / "bin"
        own = {"HOME": str(self.home), "PATH": f"{commands}:{os.environ['PATH']}"} if commands.exists() else {}
        child = await asyncio.create_subprocess_shell(
            process.command or "true",
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "GENERATION": self.system.generation, **own},
        )
        feeder = asyncio.create_task(feed(process, child))
        await asyncio.gather(pump(child.stdout, process.stdout), pump(child.stderr, process.stderr))
        process.exit(await child.wait())
        feeder.cancel()


async def feed(process: Any, child: Any) -> None:
    """Hand on to a command what its user sends."""
    with suppress(OSError):
        while data := await process.stdin.read(65536):
            child.stdin.write(data)
            await child.stdin.drain()
    child.stdin.close()


async def pump(source: Any, sink: Any) -> None:
    """Hand on what a command prints."""
    while data := await source.read(65536):
        sink.write(data)


async def serve() -> None:
    """Follow orders until standard input ends."""
    running: dict[System, Running] = {}
    while line := await asyncio.to_thread(sys.stdin.readline):
        order = json.loads(line)
        if "boot" in order:
            system = System(**order["boot"])
            running[system] = Running(system)
            await running[system].boot()
        else:
            await running.pop(System(**order["halt"])).halt()
        print("done", flush=True)


if __name__ == "__main__":
    asyncio.run(serve())
