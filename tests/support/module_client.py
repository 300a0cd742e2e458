# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Python that runs modules in the tests: ``python -IS module_client.py MODULE`` (see `forked_modules`).

Without an argument, it is the module on standard input, as where Ansible pipelines. Modules are handed over to a process
that has imported what they import; everything else runs in a Python of its own. It imports next to nothing, since it is
started for each module.
"""

from __future__ import annotations

import _socket  # socket takes longer to import than all of this to run
import marshal
import os
import sys

#: The environment variable with the path of the other process's socket. Where it is empty, nothing is handed over.
SOCKET = "FORKED_MODULES"
#: How Ansible calls the file of a module, and what its source has in it.
FILE = "AnsiballZ_"
SOURCE = b"_ANSIBALLZ_WRAPPER"
#: The module that becomes a process in the background.
BACKGROUND = "async_wrapper"
STREAMS = (0, 1, 2)


def is_module(words: list[str], source: bytes) -> bool:
    """Tell whether Python is to run a module, by its file or its source, and nothing else."""
    if len(words) > 1:
        return False
    if not words:
        return SOURCE in source and f"module_fqn='ansible.modules.{BACKGROUND}'".encode() not in source
    name = os.path.basename(words[0])
    return name.startswith(FILE) and BACKGROUND not in name


def connected(path: str) -> _socket.socket | None:
    """Return a connection to the other process, or None if it isn't there."""
    connection = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    try:
        connection.connect(path)
    except OSError:
        return None
    return connection


def hand_over(words: list[str], source: bytes, connection: _socket.socket) -> int:
    """Let the other process run a module with the streams, the directory and the environment of this one."""
    request = marshal.dumps((words, source, os.getcwd(), dict(os.environ)))
    streams = b"".join(number.to_bytes(4, sys.byteorder) for number in STREAMS)
    header = len(request).to_bytes(4, "big")
    connection.sendmsg([header], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, streams)])
    connection.sendall(request)
    status = connection.recv(1)
    return status[0] if status else 1


def become_standard_input(source: bytes) -> None:
    """Put back what was read from standard input."""
    file = os.memfd_create("source")
    with open(file, "wb", closefd=False) as whole:
        whole.write(source)
    os.lseek(file, 0, os.SEEK_SET)
    os.dup2(file, 0)


def main() -> None:
    """Run what the arguments or standard input say, and end as it ends."""
    words, path = sys.argv[1:], os.environ.get(SOCKET)
    source = b"" if words else sys.stdin.buffer.read()
    connection = connected(path) if path and is_module(words, source) else None
    if connection:
        os._exit(hand_over(words, source, connection))
    if not words:
        become_standard_input(source)
    os.execv(sys.executable, [sys.executable, *words])


if __name__ == "__main__":
    main()
