# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real runs of ansible-playbook and ansible-inventory, with structured results."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from . import CACHE, ROOT, libyaml
from .environment import environment, measured
from .preloaded import COMMANDS, Command, Server

Environment = Mapping[str, str | None]

TIMEOUT = 300  # seconds; a run that hangs is to fail and to say what it had printed


class Result(dict[str, Any]):
    """What one task returned, as a dictionary that says how it ended and where it came from."""

    def __init__(self, entry: Mapping[str, Any]) -> None:
        super().__init__(entry["result"])
        self.task: str = entry["task"]
        self.action: str = entry["action"]
        self.play: str = entry["play"]
        self.host: str = entry["host"]
        self.status: str = entry["status"]  # ok, failed, skipped, unreachable

    @property
    def changed(self) -> bool:
        return bool(self.get("changed", False))

    @property
    def failed(self) -> bool:
        return self.status in ("failed", "unreachable")

    @property
    def skipped(self) -> bool:
        return self.status == "skipped"

    @property
    def msg(self) -> str:
        return str(self.get("msg", ""))


@dataclass
class Run:
    """How a command ended, and all that it printed."""

    command: Sequence[str]
    rc: int
    stdout: str
    stderr: str

    @property
    def output(self) -> str:
        return self.stdout + self.stderr

    def ok(self) -> Any:
        """Return the run if it succeeded; fail the test with its output if not."""
        assert self.rc == 0, f"{' '.join(self.command)}\nended with {self.rc}:\n{self.output}"
        return self


@dataclass
class PlaybookRun(Run):
    """A run of ansible-playbook."""

    task_results: list[Result] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        return any(result.changed for result in self.task_results)

    def task(self, name: str) -> Result:
        """Return the result of the only task with a name."""
        found = [result for result in self.task_results if result.task == name]
        assert len(found) == 1, (
            f"{len(found)} tasks are called {name!r}, of {[each.task for each in self.task_results]}"
        )
        return found[0]


@dataclass
class InventoryRun(Run):
    """A run of ansible-inventory."""

    @property
    def data(self) -> dict[str, Any]:
        """What --list printed, parsed."""
        return json.loads(self.stdout)

    @property
    def hostvars(self) -> dict[str, dict[str, Any]]:
        """The variables of each host, without Ansible's marks of texts that are no templates."""
        return unmarked(self.data.get("_meta", {}).get("hostvars", {}))

    @property
    def hosts(self) -> list[str]:
        """All hosts, in the order of the inventory."""
        return self.group("all")

    def group(self, name: str) -> list[str]:
        """Return the hosts of a group and of the groups within it, in the order of the inventory."""
        data, found, waiting = self.data, {}, [name]
        while waiting:
            group = data.get(waiting.pop(0), {})
            found.update(dict.fromkeys(group.get("hosts", [])))
            waiting = [*group.get("children", []), *waiting]
        return list(found)

    @property
    def groups(self) -> set[str]:
        return {name for name in self.data if name != "_meta"}


def unmarked(value: Any) -> Any:
    """Return what ansible-inventory printed, with texts in place of its marks of those that are no templates."""
    if isinstance(value, dict):
        if set(value) == {"__ansible_unsafe"}:
            return value["__ansible_unsafe"]
        return {key: unmarked(item) for key, item in value.items()}
    return [unmarked(item) for item in value] if isinstance(value, list) else value


def command(
    *words: str | Path,
    env: Environment | None = None,
    cwd: Path = ROOT,
    stdin: str | None = None,
    timeout: float = TIMEOUT,
) -> Run:
    """Run any command in the private environment, without a terminal.

    Ansible's own commands run in a process that was forked from one with Ansible in it, where that makes no
    difference to them (see `preloaded`), unless SINDAD_TESTS_PROCESSES is set.
    """
    line = [str(word) for word in words]
    whole = environment({**(measured() if line[0] in COMMANDS else {}), **(env or {})})
    server = _server()
    if server and stdin is None and server.can_run(line, whole):
        return _forked(server, line, whole, cwd, timeout)
    # without standard input of our own: Ansible refuses a non-blocking one, which pytest's may be
    given: dict[str, Any] = {"stdin": subprocess.DEVNULL} if stdin is None else {"input": stdin}
    done = subprocess.run(
        line, env=whole, cwd=cwd, capture_output=True, text=True, timeout=timeout, check=False, **given
    )
    return Run(line, done.returncode, done.stdout, done.stderr)


@cache
def _server() -> Server | None:
    """Return the process of this test session that has Ansible in it; it ends with the session."""
    if os.environ.get("SINDAD_TESTS_PROCESSES"):
        return None
    return Server(environment(), CACHE / "logs" / "preloaded.log")


def _forked(server: Server, line: Sequence[str], env: dict[str, str], cwd: Path, timeout: float) -> Run:
    with tempfile.TemporaryDirectory(dir=_scratch()) as directory:
        stdout, stderr = Path(directory, "stdout"), Path(directory, "stderr")
        for file in (stdout, stderr):
            file.touch()
        rc = server.run(Command(line, server.late(env), str(cwd), str(stdout), str(stderr), timeout))
        return Run(line, rc, stdout.read_text(encoding="utf-8"), stderr.read_text(encoding="utf-8"))


def run_playbook(
    plays: str | Path | Sequence[Mapping[str, Any]],
    *arguments: str | Path,
    env: Environment | None = None,
    check: bool = False,
    diff: bool = False,
    verbosity: int = 0,
    extra_vars: Mapping[str, Any] | None = None,
    inventory: str | Path | None = None,
    timeout: float = TIMEOUT,
) -> PlaybookRun:
    """Run ansible-playbook.

    Args:
        plays: A list of plays, the YAML text of a playbook, the path of one, or the name of a collection's playbook.
        arguments: More for the command line.
        env: Changes to the private environment; None removes a variable.
        check: Adds --check.
        diff: Adds --diff.
        verbosity: How many v's.
        extra_vars: Values of any type.
        inventory: A file, a directory or a list of hosts; localhost alone by default.
        timeout: Seconds.

    """
    with tempfile.TemporaryDirectory(dir=_scratch()) as directory:
        log = Path(directory, "tasks.jsonl")
        log.touch()
        options = [
            *(["--check"] if check else []),
            *(["--diff"] if diff else []),
            *(["-" + "v" * verbosity] if verbosity else []),
            *(["--inventory", inventory] if inventory else ["--inventory", "localhost,"]),
            *(["--extra-vars", json.dumps(extra_vars)] if extra_vars else []),
        ]
        run = command(
            "ansible-playbook",
            _playbook(plays, Path(directory, "playbook.yml")),
            *options,
            *arguments,
            env={"TASK_LOG": str(log), **(env or {})},
            timeout=timeout,
        )
        results = [Result(json.loads(line)) for line in log.read_text(encoding="utf-8").splitlines()]
    return PlaybookRun(run.command, run.rc, run.stdout, run.stderr, results)


def run_tasks(
    tasks: Iterable[Mapping[str, Any]],
    *arguments: str | Path,
    stop: bool = False,
    module_defaults: Mapping[str, Any] | None = None,
    variables: Mapping[str, Any] | None = None,
    **options: Any,
) -> PlaybookRun:
    """Run tasks on localhost in one ansible-playbook, which is much cheaper than one run for each.

    Args:
        tasks: As in a playbook, ``{"sindad.cloud.sindad_vm": {"service": "401", ...}, "check_mode": True}``.
        arguments: More for the command line.
        stop: Whether to end with the first task that fails; by default all of them run.
        module_defaults: For the play.
        variables: For the play.
        options: Those of run_playbook.

    """
    play = {
        "hosts": "localhost",
        "connection": "local",
        "gather_facts": False,
        "vars": dict(variables or {}),
        "module_defaults": dict(module_defaults or {}),
        "tasks": [{**({} if stop else {"ignore_errors": True}), **task} for task in tasks],
    }
    return run_playbook([play], *arguments, **options)


def run_module(
    name: str,
    args: Mapping[str, Any] | None = None,
    /,
    *,
    check: bool = False,
    diff: bool = True,
    task: Mapping[str, Any] | None = None,
    **options: Any,
) -> Result:
    """Run one module by a real ansible-playbook and return its result.

    Args:
        name: ``sindad_vm`` or a full name.
        args: The module's options.
        check: Adds --check.
        diff: Adds --diff.
        task: More keywords of the task.
        options: Those of run_playbook.

    """
    full = name if "." in name else f"sindad.cloud.{name}"
    run = run_tasks([{full: dict(args or {}), **(task or {})}], check=check, diff=diff, **options)
    assert len(run.task_results) == 1, f"The task did not run:\n{run.output}"
    return run.task_results[0]


def run_inventory(
    config: str | Path | Mapping[str, Any] | Sequence[str | Path | Mapping[str, Any]],
    *arguments: str | Path,
    env: Environment | None = None,
    extra_vars: Mapping[str, Any] | None = None,
    verbosity: int = 0,
    name: str = "test.sindad.yml",
    timeout: float = TIMEOUT,
) -> InventoryRun:
    """Run ansible-inventory --list, or what the arguments say instead (``--graph``, ``--host``).

    Args:
        config: The configuration as a dictionary (``plugin`` may be left out) or YAML text, a path, or a list of these.
        arguments: More for the command line.
        env: Changes to the private environment; None removes a variable.
        extra_vars: Values of any type.
        verbosity: How many v's.
        name: The file name that a configuration gets.
        timeout: Seconds.

    """
    sources = config if isinstance(config, (list, tuple)) else [config]
    action = [] if {"--graph", "--host", "--list"} & set(map(str, arguments)) else ["--list"]
    with tempfile.TemporaryDirectory(dir=_scratch()) as directory:
        inventories: list[str | Path] = []
        for number, source in enumerate(sources):
            file = Path(directory, str(number), name)
            file.parent.mkdir()
            inventories += ["--inventory", _inventory(source, file)]
        run = command(
            "ansible-inventory",
            *inventories,
            *action,
            *(["-" + "v" * verbosity] if verbosity else []),
            *(["--extra-vars", json.dumps(extra_vars)] if extra_vars else []),
            *arguments,
            env=env,
            timeout=timeout,
        )
    return InventoryRun(run.command, run.rc, run.stdout, run.stderr)


def _scratch() -> Path:
    directory = CACHE / "tmp"
    directory.mkdir(parents=True, exist_ok=True)
    return directory


def _playbook(plays: str | Path | Sequence[Mapping[str, Any]], file: Path) -> str | Path:
    if isinstance(plays, Path) or (isinstance(plays, str) and "\n" not in plays):
        return plays
    file.write_text(plays if isinstance(plays, str) else libyaml.dump(list(plays)), encoding="utf-8")
    return file


def _inventory(source: str | Path | Mapping[str, Any], file: Path) -> str | Path:
    if isinstance(source, Mapping):
        source = libyaml.dump({"plugin": "sindad.cloud.sindad", **source})
    if isinstance(source, Path) or "\n" not in source:
        return source
    file.write_text(source, encoding="utf-8")
    return file
