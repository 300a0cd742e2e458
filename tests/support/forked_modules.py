# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A process that has imported what modules import, and forks a child for each: ``python -m support.forked_modules``.

By itself, Ansible starts a Python for each, and so it does for a test that has `ORDINARY` in its environment.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import marshal
import os
import runpy
import select
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import ModuleType

import coverage

from . import CACHE, TESTS, module_client
from .environment import KEPT_CODE, environment, python_path

#: What modules import, where this release of ansible-core has it.
IMPORTED = ("ansible.module_utils.basic", "ansible.module_utils._internal._ansiballz._loader", "requests")
#: Lets Ansible start a Python for each module.
ORDINARY = {module_client.SOCKET: ""}

# in the test


@cache
def forking() -> Mapping[str, str]:
    """Start the process, which ends with this one, and return the environment in which modules run there."""
    directory = tempfile.TemporaryDirectory()
    atexit.register(directory.cleanup)
    path = Path(directory.name, "modules")
    log = CACHE / "logs" / "modules.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    process = subprocess.Popen(
        [sys.executable, "-m", "support.forked_modules", path],
        env=python_path(environment(), TESTS, KEPT_CODE),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log.open("a"),
    )
    atexit.register(process.communicate)  # its standard input is open until then
    assert process.stdout
    assert process.stdout.readline(), f"The process for modules did not start, see {log.relative_to(CACHE.parent)}"
    return {module_client.SOCKET: str(path), "ANSIBLE_PYTHON_INTERPRETER": str(interpreter_in(directory.name))}


def interpreter_in(directory: str) -> Path:
    """Write what Ansible calls as Python, which may have no arguments for Ansible."""
    interpreter = Path(directory, "python")
    client = shlex.join([sys.executable, "-IS", module_client.__file__])
    interpreter.write_text(f'#!/bin/sh\nexec {client} "$@"\n', encoding="utf-8")
    interpreter.chmod(0o755)
    return interpreter


# in the process


def serve(path: str) -> None:
    """Run what clients hand over until standard input ends."""
    for name in IMPORTED:
        with suppress(ImportError):
            importlib.import_module(name)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(path)
    listener.listen(64)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the children
    gc.freeze()
    print("listening", flush=True)
    while True:
        ready, _unused, _unused = select.select([listener, sys.stdin], [], [])
        if sys.stdin in ready:
            return
        connection, _address = listener.accept()
        if os.fork() == 0:
            listener.close()
            run_in_child(connection)
        connection.close()


def run_in_child(connection: socket.socket) -> None:
    """Become the process of a module, tell how it ended, and end."""
    status = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        atexit._clear()  # what the parent has to do at its end, not the child
        words, source = become(connection)
        coverage.process_startup()  # if the environment asks for it, as a Python that begins does of itself
        status = run(words, source)
    except BaseException:  # noqa: BLE001  (it is told to whoever reads the output)
        traceback.print_exc()
    with suppress(BaseException):
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        connection.sendall(bytes([status]))
    os._exit(status)


def become(connection: socket.socket) -> tuple[list[str], bytes]:
    """Take over the streams, the directory and the environment of a client, and return its arguments and the source."""
    header, streams, _flags, _address = socket.recv_fds(connection, 4, 3)
    with connection.makefile("rb") as request:
        words, source, directory, env = marshal.loads(request.read(int.from_bytes(header, "big")))
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(directory)
    os.environ.clear()
    os.environ.update(env)
    return words, source


def run(words: list[str], source: bytes) -> int:
    """Run a file, or a source without one, as Python does, and return its exit status."""
    sys.argv = words or [""]
    try:
        if words:
            runpy.run_path(words[0], run_name="__main__")
        else:
            sys.modules["__main__"] = main = ModuleType("__main__")
            exec(compile(source, "<stdin>", "exec"), main.__dict__)
    except SystemExit as ended:
        return exit_status(ended)
    return 0


def exit_status(ended: SystemExit) -> int:
    """Return the exit status that Python would end with, and print a message as it does."""
    if ended.code is None or isinstance(ended.code, int):
        return int(ended.code or 0)
    print(ended.code, file=sys.stderr)
    return 1


if __name__ == "__main__":
    serve(sys.argv[1])
