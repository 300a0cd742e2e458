# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Systems that one logs in to by SSH, as many as are asked for, in one process (see `ssh_server`)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from dataclasses import asdict, dataclass
from typing import Any

from . import TESTS
from .environment import KEPT_CODE, python_path
from .forked_modules import forking


@dataclass(frozen=True)
class System:
    """A system: where it listens, and who may log in.

    Attributes:
        address: The IP address.
        port: The TCP port.
        host_key: The file of its private host key.
        client: A file of public keys that may log in. The home directory is the folder of this file, with its commands
            in ``bin``. The password is what the file "password" there holds, if it is there, and isn't forbidden by the
            file "no-passwords".
        generation: What commands find in the environment variable GENERATION.

    """

    address: str
    port: int
    host_key: str
    client: str
    generation: str


class Systems:
    """The process with the systems."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "support.ssh_server"],
            env={**python_path(os.environ, TESTS, KEPT_CODE), **forking()},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def boot(self, system: System) -> None:
        """Start a system; it answers when this returns."""
        self._order({"boot": asdict(system)})

    def halt(self, system: System) -> None:
        """End a system, and all connections to it, without a word to whoever is logged in."""
        self._order({"halt": asdict(system)})

    def stop(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()

    def _order(self, order: dict[str, Any]) -> None:
        assert self._process.stdin
        assert self._process.stdout
        with self._lock:
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()
            assert self._process.stdout.readline() == "done\n"
