# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Python that runs modules in the tests: ``python -IS module_client.py MODULE`` (see `forked_modules`).

Ansible's own modules are handed over to a process that has imported what they import. Everything else, the modules of
this collection above all, runs in a Python of its own. It imports next to nothing, since it is started for each module.
"""

from __future__ import annotations

import _socket  # socket takes longer to import than all of this to run
import marshal
import os
import sys

#: The environment variable with the path of the other process's socket.
SOCKET = "FORKED_MODULES"
#: How Ansible calls the file of a module, and those that have no part in this.
PREFIX = "AnsiballZ_"
OTHERS = ("sindad_", "async_")
STREAMS = (0, 1, 2)


def is_ansibles_own(words: list[str]) -> bool:
    """Tell whether Python is to run the file of one of Ansible's own modules, and nothing else."""
    if len(words) != 1:
        return False
    name = os.path.basename(words[0])
    return name.startswith(PREFIX) and not name.removeprefix(PREFIX).startswith(OTHERS)


def connected(path: str) -> _socket.socket | None:
    """Return a connection to the other process, or None if it isn't there."""
    connection = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    try:
        connection.connect(path)
    except OSError:
        return None
    return connection


def hand_over(file: str, connection: _socket.socket) -> int:
    """Let the other process run a module with the streams, the directory and the environment of this one."""
    request = marshal.dumps((file, os.getcwd(), dict(os.environ)))
    streams = b"".join(number.to_bytes(4, sys.byteorder) for number in STREAMS)
    header = len(request).to_bytes(4, "big")
    connection.sendmsg([header], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, streams)])
    connection.sendall(request)
    status = connection.recv(1)
    return status[0] if status else 1


def main() -> None:
    """Run what the arguments say, and end as it ends."""
    words, path = sys.argv[1:], os.environ.get(SOCKET)
    connection = connected(path) if path and is_ansibles_own(words) else None
    if connection:
        os._exit(hand_over(words[0], connection))
    os.execv(sys.executable, [sys.executable, *words])


if __name__ == "__main__":
    main()
