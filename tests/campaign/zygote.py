# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A process that has imported everything, and forks children for the runs: `python -m campaign.zygote`.

A module as Ansible runs it costs 0.4 s for a new Python, and a child a hundredth of that, of which most is for its own
copies of memory. So a child does some runs, until another one takes its place. The process takes one line of JSON for
each run and answers with one. It has no threads, so that forking is safe.
"""

from __future__ import annotations

import gc
import importlib
import io
import json
import os
import signal
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout, suppress
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import Any
from unittest import mock

from . import tuning

Request = dict[str, Any]
Reply = dict[str, Any]

MODULES = "ansible_collections.sindad.cloud.plugins.modules"
PLUGIN = "sindad.cloud.sindad"
#: How often Python runs code before it specializes it.
SPECIALIZED_AFTER = 10
#: How many runs a child does.
RUNS_OF_A_CHILD = 20
#: Seconds that a thread of a run has to end when the run has ended.
THREAD_ENDS = 0.05


def load() -> None:
    """Import what the children need: Ansible, the collection, and what these import late."""
    from ansible.plugins.loader import init_plugin_loader

    init_plugin_loader()
    for name in ("inventory.data", "parsing.dataloader", "module_utils.basic"):
        importlib.import_module(f"ansible.{name}")
    import requests  # noqa: F401

    for name in modules():
        importlib.import_module(f"{MODULES}.{name}")
    from ansible.plugins.loader import inventory_loader

    inventory_loader.get(PLUGIN)


def modules() -> list[str]:
    """The collection's modules."""
    package = importlib.import_module(MODULES)
    return sorted(path.stem for folder in package.__path__ for path in Path(folder).glob("sindad_*.py"))


def warm_up(request: Request) -> Reply:
    """Run a module here, so that Python has specialized the code when children run it: that halves what they take."""
    for _time in range(SPECIALIZED_AFTER):
        reply = run_module(request)
    gc.collect()
    gc.freeze()
    return reply


# in the child


def run_module(request: Request) -> Reply:
    """Run a module's `main` with its arguments where AnsibleModule looks for them, and return what it printed."""
    from ansible.module_utils import _internal, basic
    from ansible.module_utils.common.parameters import PASS_VARS

    name = request["name"]
    module = importlib.import_module(f"{MODULES}.{name}")
    arguments = {
        **request["args"],
        "_ansible_check_mode": request.get("check", False),
        "_ansible_diff": True,
        "_ansible_verbosity": request.get("verbosity", 0),
        "_ansible_module_name": f"sindad.cloud.{name}",
    }
    if "inject_invocation" in PASS_VARS:  # since ansible-core 2.21; before, a module always returned it
        arguments["_ansible_inject_invocation"] = True
    basic._ANSIBLE_ARGS = json.dumps({"ANSIBLE_MODULE_ARGS": arguments}).encode()
    if hasattr(basic, "_ANSIBLE_PROFILE"):  # since ansible-core 2.19
        basic._ANSIBLE_PROFILE = "legacy"
    printed = io.StringIO()
    # Its warnings belong in its result, not on the controller's screen.
    on_target = mock.patch.object(_internal, "is_controller", False)
    with on_target, redirect_stdout(printed), suppress(SystemExit):
        module.main()
    lines = printed.getvalue().strip().splitlines()
    return {"result": json.loads(lines[-1])} if lines else {"traceback": "the module printed nothing"}


def run_inventory(request: Request) -> Reply:
    """Let the inventory plugin read a source, and return its hosts with their variables.

    The plugin is asked itself: Ansible's manager would hide what it raised behind a warning.
    """
    from ansible.errors import AnsibleError
    from ansible.inventory.data import InventoryData
    from ansible.parsing.dataloader import DataLoader
    from ansible.plugins.loader import inventory_loader

    inventory = InventoryData()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "test.sindad.yml")
        file.write_text(json.dumps({"plugin": PLUGIN, **request["args"]}), encoding="utf-8")
        try:
            with redirect_stdout(io.StringIO()):
                inventory_loader.get(PLUGIN).parse(inventory, DataLoader(), str(file), cache=False)
        except AnsibleError as error:
            return {"result": {"failed": True, "changed": False, "msg": str(error)}}
    hosts = {name: host.vars for name, host in inventory.hosts.items()}
    return {"result": {"changed": False, "hosts": json.loads(json.dumps(hosts, default=str))}}


def run_options(request: Request) -> Reply:
    """Return which options a module has, as AnsibleModule is told them."""
    from ansible.module_utils import basic

    found: list[str] = []

    class Asked(Exception):
        """Ends the module as soon as it has said its options."""

    def ask(self: Any, argument_spec: dict[str, Any], *_positional: Any, **_named: Any) -> None:
        found.extend(argument_spec)
        raise Asked

    basic.AnsibleModule.__init__ = ask  # type: ignore[method-assign]
    with suppress(Asked):
        importlib.import_module(f"{MODULES}.{request['name']}").main()
    return {"result": {"options": sorted(found)}}


RUNS: dict[str, Callable[[Request], Reply]] = {"module": run_module, "inventory": run_inventory, "options": run_options}


def work(connection: Connection) -> None:
    """Do the runs that are asked for, until the parent ends this process or itself."""
    tuning.shorten()
    with suppress(EOFError):
        while True:
            connection.send(answer(connection.recv()))
    os._exit(0)


def answer(request: Request) -> Reply:
    """Do one run, and return what came of it, and whether no other may follow in this process."""
    errors = io.StringIO()
    with mock.patch.dict(os.environ, request.get("env", {})), redirect_stderr(errors):
        try:
            reply = RUNS[request["kind"]](request)
        except BaseException:  # noqa: BLE001  (it is told to the parent, whatever it is)
            reply = {"traceback": traceback.format_exc()}
    forget_warnings()
    last = "traceback" in reply or request["kind"] == "options" or threads_go_on()
    return {**reply, "stderr": errors.getvalue(), "last": last}


def forget_warnings() -> None:
    """Forget the warnings of a run, which Ansible keeps for as long as a process runs."""
    from ansible.module_utils.common import warnings

    warnings._global_warnings.clear()
    warnings._global_deprecations.clear()


def threads_go_on() -> bool:
    """Tell whether threads of a run go on after it: they would end with the process of a module."""
    threads = [thread for thread in threading.enumerate() if thread is not threading.main_thread()]
    for thread in threads:
        thread.join(THREAD_ENDS if thread.daemon else None)
    return any(thread.is_alive() for thread in threads)


# in the parent


class Children:
    """The children, one at a time."""

    def __init__(self) -> None:
        self._pid = 0
        self._connection: Connection
        self._runs = 0

    def run(self, request: Request) -> Reply:
        """Let a child do a run, and end the child if it takes too long or no other run may follow."""
        begin = time.monotonic()
        if not self._pid:
            self._fork()
        self._connection.send(request)
        if not self._connection.poll(request["timeout"]):
            reply: Reply = {"hang": True, "last": True}
        else:
            try:
                reply = self._connection.recv()
            except EOFError:
                reply = {"traceback": "the process ended without a word", "last": True}
        self._runs += 1
        if reply.pop("last") or self._runs == RUNS_OF_A_CHILD:
            self._end()
        return {**reply, "seconds": round(time.monotonic() - begin, 3)}

    def _fork(self) -> None:
        self._connection, connection = Pipe()
        self._runs = 0
        self._pid = os.fork()
        if self._pid == 0:
            self._connection.close()
            work(connection)
        connection.close()

    def _end(self) -> None:
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        self._connection.close()
        self._pid = 0


def main() -> None:
    output = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # nothing else may end up among the answers
    load()
    gc.freeze()  # the children share this memory, and don't look through it
    print(json.dumps({"modules": modules()}), file=output, flush=True)
    children = Children()
    for line in sys.stdin:
        request = json.loads(line)
        reply = warm_up(request) if request["kind"] == "warm-up" else children.run(request)
        print(json.dumps(reply), file=output, flush=True)


if __name__ == "__main__":
    main()
