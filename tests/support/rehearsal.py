# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small playbook that `preloaded` runs itself before it forks: what Python has run some times, it runs quicker.

Python specializes code as it runs it. A child that begins with code that has run before neither does so itself, nor
needs its own copies of the memory in which that code stands.
"""

from __future__ import annotations

import importlib.util
import io
import os
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any
from unittest import mock

#: What starts threads in releases that have it.
STARTS_THREADS = "ansible._internal._rpc_host"
#: How often Python runs code before it specializes it, and some more.
TIMES = 12
TASKS = """\
    - ansible.builtin.debug: {msg: "{{ 2 * 3 }}"}
    - ansible.builtin.assert: {that: known is not defined}
    - ansible.builtin.set_fact: {number: 1}
    - sindad.cloud.sindad_vm_info: {api_url: "http://127.0.0.1:9/api", api_retries: 0, service: x}
      check_mode: true
      ignore_errors: true
"""
ACCOUNT = {"SINDAD_USERNAME": "ops@example.com", "SINDAD_PASSWORD": "rehearsal"}


def rehearse() -> None:
    """Run a playbook with its tasks in this process, and forget what Ansible keeps of it.

    Since ansible-core 2.21 a playbook starts threads that go on after it, and what has threads must not be forked: there
    is no rehearsal then.
    """
    if importlib.util.find_spec(STARTS_THREADS):
        return
    with tempfile.TemporaryDirectory() as directory, inline(), unchanged():
        playbook = Path(directory, "playbook.yml")
        header = "- hosts: localhost\n  connection: local\n  gather_facts: false\n  tasks:\n"
        playbook.write_text(header + TASKS * TIMES, encoding="utf-8")
        run(["ansible-playbook", "--inventory", "localhost,", "--diff", str(playbook)])


def run(words: Sequence[str]) -> None:
    """Run a command that succeeds and warns of nothing: Ansible wouldn't warn again in a child."""
    from ansible.cli import playbook

    status: Any = 0
    printed, errors = io.StringIO(), io.StringIO()
    with redirect_stdout(printed), redirect_stderr(errors), mock.patch.object(sys, "argv", list(words)):
        try:
            playbook.main()
        except SystemExit as ended:
            status = ended.code
    assert not status and not errors.getvalue(), printed.getvalue() + errors.getvalue()


@contextmanager
def inline() -> Iterator[None]:
    """Run each task in this process, not in one that is forked for it."""
    from ansible.executor.process import worker

    def start(self: worker.WorkerProcess) -> None:
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            self.run()

    with ExitStack() as patches:
        patches.enter_context(mock.patch.object(worker, "current_worker", None))
        # What a worker does to be another process than Ansible's main one.
        patches.enter_context(mock.patch.object(worker.display, "set_queue"))
        patches.enter_context(mock.patch.object(worker.WorkerProcess, "_detach"))
        patches.enter_context(mock.patch.object(worker.WorkerProcess, "start", start))
        yield


@contextmanager
def unchanged() -> Iterator[None]:
    """Leave the process as it was."""
    from ansible import cli, context
    from ansible.parsing.vault import VaultSecretsContext
    from ansible.utils.context_objects import GlobalCLIArgs
    from ansible.utils.vars import load_extra_vars, load_options_vars

    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM)}
    arguments = mock.patch.object(context, "CLIARGS", context.CLIARGS)
    loader = mock.patch.object(cli, "init_plugin_loader")  # the server has done so
    with mock.patch.dict(os.environ, ACCOUNT), arguments, loader:
        yield
    # Ansible makes each of these once in a process.
    GlobalCLIArgs._Singleton__instance = None
    VaultSecretsContext._current = None
    for kept_in in (load_extra_vars, load_options_vars):
        vars(kept_in).clear()
    for number, handler in handlers.items():
        signal.signal(number, handler)
