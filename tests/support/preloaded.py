# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A process that has imported Ansible, and forks a child for each command: ``python -m support.preloaded``.

Importing Ansible and the collection takes longer than most of the playbooks of the tests. A child runs what the console
script of the command runs, with its own arguments, environment, directory and files for its output. Nothing of a test's
is loaded before the fork, neither a playbook nor an inventory. Whether the collection's files import as Ansible imports
them is seen where they are imported, once for each server, and in the runs that aren't forked.

The server reads a line of JSON for each command (see `Command`), and answers with a line that holds ``rc``, which is
null for a command that was ended because it took too long.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import random
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from . import TESTS
from .environment import KEPT_CODE, python_path
from .forked_modules import exit_status, forking
from .measurement import Measurement
from .rehearsal import rehearse

#: The commands, and what their console scripts call.
COMMANDS = {
    "ansible": "ansible.cli.adhoc",
    "ansible-inventory": "ansible.cli.inventory",
    "ansible-playbook": "ansible.cli.playbook",
    "ansible-vault": "ansible.cli.vault",
}
#: What these commands import late.
ALSO = (
    "ansible.executor.module_common",
    "ansible.executor.playbook_executor",
    "ansible.executor.task_executor",
    "ansible.playbook.handler_task_include",
    "ansible.plugins.action",
    "ansible.plugins.callback",
    "ansible.plugins.connection",
    "ansible.plugins.inventory",
    "ansible.plugins.strategy",
    "ansible.template",
    "encodings.utf_8_sig",
    "multiprocessing.popen_fork",
    "multiprocessing.synchronize",
    "requests",
)
#: The plugins of Ansible's own that most commands load; of the last kinds ansible-playbook always loads all.
PLUGINS = {
    "action_loader": ("normal", "assert", "debug", "fail", "include_role", "set_fact"),
    "cache_loader": ("memory", "jsonfile"),
    "inventory_loader": ("host_list", "script", "auto", "yaml", "ini", "toml", "constructed"),
    "strategy_loader": ("linear", "free", "host_pinned"),
}
ALL_PLUGINS = ("become_loader", "callback_loader", "connection_loader", "shell_loader")
#: Whose plugins are many in one file; that of filters and tests of Ansible's own are read when the first is looked up.
JINJA_PLUGINS = ("filter_loader", "test_loader")
#: Ansible's directory of modules that are packed with all that they import, which it keeps as long as a command runs.
PACKED_MODULES = "ansiballz_cache"
#: Seconds between two looks at whether a task has ended. Ansible looks a thousand times a second.
POLL_INTERVAL = 0.01
#: What Ansible calls in the collection's plugins.
WORK = {"action": ("run",), "inventory": ("verify_file", "parse")}
#: Environment variables that are read when they are used, not when Ansible is imported, also where the server has them.
READ_LATE = ("SINDAD_", "TASK_LOG", Measurement.ASKS)
#: Those that Python and Ansible read when they begin, also where the server doesn't have them.
READ_EARLY = ("ANSIBLE_", "PYTHON", "LC_", "LANG", "NO_COLOR")


@dataclass(frozen=True)
class Command:
    """A command to run: its words, its environment beside the server's, its directory, and where its output goes."""

    words: Sequence[str]
    env: Mapping[str, str]
    cwd: str
    stdout: str
    stderr: str
    timeout: float


# in the test


class Server:
    """The server, as a test uses it: one command at a time."""

    def __init__(self, env: Mapping[str, str], log: Path) -> None:
        self.env = dict(env)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "support.preloaded"],
            env={**python_path(env, TESTS, KEPT_CODE), **forking()},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log.open("a"),
            text=True,
        )

    def can_run(self, words: Sequence[str], env: Mapping[str, str]) -> bool:
        """Tell whether a command may run here: Ansible has read its environment when it was imported."""
        return words[0] in COMMANDS and self._early(env) == self._early(self.env)

    def late(self, env: Mapping[str, str]) -> dict[str, str]:
        """Return the variables of an environment that a command reads when it uses them."""
        return {name: value for name, value in env.items() if self._is_late(name)}

    def _early(self, env: Mapping[str, str]) -> dict[str, str]:
        return {name: value for name, value in env.items() if not self._is_late(name)}

    def _is_late(self, name: str) -> bool:
        return name.startswith(READ_LATE) or (name not in self.env and not name.startswith(READ_EARLY))

    def run(self, command: Command) -> int:
        """Run a command and return how it ended.

        Raises:
            subprocess.TimeoutExpired: It took longer than it may, and was ended.

        """
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(asdict(command)) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "The server with Ansible in it has ended, see .cache/logs/preloaded.log"
        rc = json.loads(line)["rc"]
        if rc is None:
            raise subprocess.TimeoutExpired(list(command.words), command.timeout)
        return int(rc)


# in the server


def serve() -> None:
    """Answer until standard input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # nothing else may end up among the answers
    sys.executable = os.environ["ANSIBLE_PYTHON_INTERPRETER"]  # by which Ansible runs modules on the controller itself
    load()
    rehearse()
    gc.freeze()  # the children share this memory, and don't search it for garbage
    for line in sys.stdin:
        print(json.dumps({"rc": run(Command(**json.loads(line)))}), file=answers, flush=True)


MEASUREMENT = Measurement()


def load() -> None:
    """Import Ansible and its plugins, as a command would, and then the collection."""
    import requests

    load_ansible()
    with MEASUREMENT.prepared():
        load_collection()
    MEASUREMENT.pause_in(requests.Session, "request")  # a third of what a module does


def load_collection() -> None:
    """Import all plugins of the collection, the modules by their action plugins."""
    from ansible.plugins import loader

    plugins = Path(__file__).parents[2] / "plugins"
    for kind, methods in WORK.items():
        for file in plugins.joinpath(kind).glob("[!_]*.py"):
            plugin = getattr(loader, f"{kind}_loader").get(f"sindad.cloud.{file.stem}", class_only=True)
            for method in methods:
                MEASUREMENT.go_on_in(plugin, method)


def load_ansible() -> None:
    """Import Ansible and its plugins, and let it read what they say of their options."""
    for name in (*COMMANDS.values(), *ALSO):
        importlib.import_module(name)
    from ansible import constants
    from ansible.cli import adhoc, inventory, playbook, vault
    from ansible.plugins import loader

    constants.DEFAULT_INTERNAL_POLL_INTERVAL = POLL_INTERVAL
    for command_line in (adhoc.AdHocCLI, inventory.InventoryCLI, playbook.PlaybookCLI, vault.VaultCLI):
        command_line([command_line.__name__]).init_parser()  # argparse and re keep what they make of the options
    loader.init_plugin_loader()
    for kind, names in PLUGINS.items():
        plugins = getattr(loader, kind)
        for name in names:
            for called in (
                name,
                f"ansible.builtin.{name}",
            ):  # their options are kept by the name that they are loaded by
                plugins.get(called, class_only=True)
            note_options(plugins, name)
    for kind in ALL_PLUGINS:
        plugins = getattr(loader, kind)
        list(plugins.all(class_only=True))
        for path in plugins.all(path_only=True):
            note_options(plugins, Path(path).stem)
    for kind in JINJA_PLUGINS:
        list(getattr(loader, kind).all())
    Path(constants.DEFAULT_LOCAL_TMP, PACKED_MODULES).mkdir()


def note_options(plugins: Any, name: str) -> None:
    """Note of a plugin without options that it has none, for which Ansible reads its documentation each time."""
    from ansible import constants
    from ansible.plugins.loader import get_plugin_class

    kind = get_plugin_class(plugins.class_name)
    if kind in constants.CONFIGURABLE_PLUGINS and not constants.config.has_configuration_definition(kind, name):
        constants.config.initialize_plugin_configuration_definitions(kind, name, {})


def run(command: Command) -> int | None:
    """Run a command in a child, with a process group of its own, which is ended when its time is over."""
    child = os.fork()
    if child == 0:
        run_in_child(command)
    with suppress(PermissionError):  # the child has done so already
        os.setpgid(child, child)
    ended = os.pidfd_open(child)
    in_time, _unused, _unused = select.select([ended], [], [], command.timeout)
    os.close(ended)
    if not in_time:
        os.killpg(child, signal.SIGKILL)
    _pid, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) if in_time else None


def run_in_child(command: Command) -> None:
    """Become the command, as far as it can see, and end with its exit status."""
    status = 1
    try:
        os.setpgid(0, 0)
        redirect(command)
        renew()
        status = call(command.words)
    except BaseException:  # noqa: BLE001  (it is told to whoever reads the output)
        traceback.print_exc()
    with suppress(BaseException):
        threading._shutdown()  # type: ignore[attr-defined]  # as at the end of a process: its threads are waited for
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(status)


def redirect(command: Command) -> None:
    """Give the child its own environment, directory, arguments and files."""
    for name in [name for name in os.environ if name.startswith(READ_LATE)]:
        del os.environ[name]
    os.environ.update(command.env)
    MEASUREMENT.ask_in_child()
    os.chdir(command.cwd)
    sys.argv = list(command.words)
    files = (("/dev/null", os.O_RDONLY), (command.stdout, os.O_WRONLY), (command.stderr, os.O_WRONLY))
    for number, (path, mode) in enumerate(files):
        file = os.open(path, mode)
        os.dup2(file, number)
        os.close(file)


def renew() -> None:
    """Replace what a process must not share with others, its temporary directory among it."""
    from ansible import cli, constants

    cli.init_plugin_loader = lambda *_paths: None  # the server has done so
    atexit._clear()  # what the server has to do at its end, not the child
    random.seed()
    shared = Path(constants.DEFAULT_LOCAL_TMP)
    directory = tempfile.mkdtemp(prefix=f"ansible-local-{os.getpid()}", dir=shared.parent)
    constants.DEFAULT_LOCAL_TMP = directory
    Path(directory, PACKED_MODULES).symlink_to(shared / PACKED_MODULES)  # to pack one takes longer than most tasks
    atexit.register(shutil.rmtree, directory, ignore_errors=True)


def call(words: Sequence[str]) -> int:
    """Run the command as its console script does, and return its exit status."""
    try:
        importlib.import_module(COMMANDS[words[0]]).main()
    except SystemExit as ended:
        return exit_status(ended)
    return 0


if __name__ == "__main__":
    serve()
