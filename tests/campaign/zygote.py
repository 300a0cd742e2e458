# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A process that has imported everything, and forks a child for each run: `python -m campaign.zygote`.

A module as Ansible runs it costs 0.4 s for a new Python; a child costs a hundredth of that. It takes one line of JSON
for each run and answers with one. It has no threads, so that forking is safe.
"""

from __future__ import annotations

import gc
import importlib
import io
import json
import os
import select
import signal
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from . import tuning

Request = dict[str, Any]
Reply = dict[str, Any]

MODULES = "ansible_collections.sindad.cloud.plugins.modules"
PLUGIN = "sindad.cloud.sindad"
#: How often Python runs code before it specializes it.
SPECIALIZED_AFTER = 10


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
    from ansible.module_utils import _internal

    controller, output = _internal.is_controller, sys.stdout
    try:
        for _time in range(SPECIALIZED_AFTER):
            reply = run_module(request)
    finally:
        _internal.is_controller, sys.stdout = controller, output
    gc.collect()
    gc.freeze()
    return reply


# in the child


def run_module(request: Request) -> Reply:
    """Run a module's `main` with its arguments where AnsibleModule looks for them, and return what it printed."""
    from ansible.module_utils import _internal, basic

    _internal.is_controller = False  # its warnings belong in its result, not on the controller's screen
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
    printed = sys.stdout = io.StringIO()
    with suppress(SystemExit):
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

    sys.stdout = io.StringIO()
    inventory = InventoryData()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "test.sindad.yml")
        file.write_text(json.dumps({"plugin": PLUGIN, **request["args"]}), encoding="utf-8")
        try:
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


def child(request: Request, pipe: int) -> None:
    """Do one run, write what came of it, and end."""
    sys.stderr = errors = io.StringIO()
    os.environ.update(request.get("env", {}))
    try:
        tuning.shorten()
        reply = RUNS[request["kind"]](request)
        threading._shutdown()  # type: ignore[attr-defined]  # as at the end of a process: its threads are waited for
    except BaseException:  # noqa: BLE001  (it is told to the parent, whatever it is)
        reply = {"traceback": traceback.format_exc()}
    reply["stderr"] = errors.getvalue()
    with os.fdopen(pipe, "w", encoding="utf-8") as file:
        json.dump(reply, file)
    os._exit(0)


# in the parent


def run(request: Request) -> Reply:
    """Fork a child for a run, and end it if it takes too long."""
    begin = time.monotonic()
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        child(request, writer)
    os.close(writer)
    content, complete = read_until(reader, begin + request["timeout"])
    os.close(reader)
    if not complete:
        os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    seconds = round(time.monotonic() - begin, 3)
    if not complete:
        return {"hang": True, "seconds": seconds}
    if not content:
        return {"traceback": "the process ended without a word", "seconds": seconds}
    return {**json.loads(content), "seconds": seconds}


def read_until(reader: int, deadline: float) -> tuple[bytes, bool]:
    """What a pipe holds, and whether it ended before the deadline."""
    content = b""
    while True:
        ready, _unused, _unused = select.select([reader], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            return content, False
        part = os.read(reader, 65536)
        if not part:
            return content, True
        content += part


def main() -> None:
    output = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # nothing else may end up among the answers
    load()
    gc.freeze()  # the children share this memory, and don't look through it
    print(json.dumps({"modules": modules()}), file=output, flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        reply = warm_up(request) if request["kind"] == "warm-up" else run(request)
        print(json.dumps(reply), file=output, flush=True)


if __name__ == "__main__":
    main()
