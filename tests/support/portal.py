# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated portal as a process of its own, and a hand on its controls."""

from __future__ import annotations

import itertools
import json
import multiprocessing
import os
import re
from collections import Counter
from collections.abc import Mapping
from functools import cache
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any
from unittest import mock

import urllib3

from simulator.__main__ import main as run_simulator

from . import CACHE, TESTS
from .environment import MEASURED, python_path

SEEDS = TESTS / "simulator" / "seeds"
USERNAME = "ops@example.com"
PASSWORD = "simulator"
LOG = CACHE / "logs" / "simulators.log"


@cache
def _forks() -> ForkServerContext:
    """Return what forks portals from a process that has imported the simulator, which takes longer than to run one."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["simulator.__main__"])
    with mock.patch.dict(os.environ, python_path(os.environ, TESTS)):
        forkserver.ensure_running()
    return context


def _run(options: list[str], says: Connection) -> None:
    """Be a portal that tells its address, and writes what goes wrong to the log."""
    with LOG.open("a") as log:
        os.dup2(log.fileno(), 2)
    run_simulator(options, says.send)


class Portal:
    """A simulator on a free port: `url` for the collection, and methods for what the tests do behind its back."""

    def __init__(
        self,
        *seeds: str | Path,
        shape: str = "reference",
        build_time: float = 0.0,
        latency: float = 0.0,
        username: str = USERNAME,
        password: str = PASSWORD,
    ) -> None:
        self.username, self.password = username, password
        self.settings = {"shape": shape, "build_time": build_time, "latency": latency}
        options = [each for seed in seeds or ("company",) for each in ("--seed", str(seed_file(seed)))]
        for name, value in self.settings.items():
            options += [f"--{name.replace('_', '-')}", str(value)]
        LOG.parent.mkdir(parents=True, exist_ok=True)
        said, says = multiprocessing.Pipe(duplex=False)
        self._process = _forks().Process(target=_run, args=(options, says), daemon=True)
        self._process.start()
        says.close()
        try:
            self.url = said.recv()
        except EOFError:
            raise AssertionError(f"The simulator did not start, see {LOG.relative_to(CACHE.parent)}") from None
        # Its connection is kept, as thousands of calls are made; the portal may close it just when it is used again. The
        # loopback address is never behind a proxy.
        again = urllib3.Retry(1, allowed_methods=None)
        self._control = urllib3.connection_from_url(self.url, timeout=30, retries=again)

    @property
    def env(self) -> dict[str, str]:
        """The environment variables that make the collection use this portal."""
        return {"SINDAD_API_URL": self.url, "SINDAD_USERNAME": self.username, "SINDAD_PASSWORD": self.password}

    @property
    def options(self) -> dict[str, str]:
        """The same as options of a module or an inventory."""
        return {"api_url": self.url, "api_username": self.username, "api_password": self.password}

    def requests(self, operation: int | None = None) -> list[dict[str, Any]]:
        """Return the log of requests, of one operation (by its number) or of all."""
        entries = self._call("GET", "requests")["requests"]
        return [each for each in entries if operation in (None, each["operation"])]

    @property
    def counts(self) -> Counter[str]:
        """How many requests there were, by ``METHOD /template/path``."""
        return Counter(self._call("GET", "requests")["counts"])

    @property
    def operations(self) -> Counter[int]:
        """How many requests there were, by the operation's number."""
        return Counter({int(number): count for number, count in self._call("GET", "requests")["operations"].items()})

    @property
    def writes(self) -> list[str]:
        """The requests that were no GET, as ``METHOD /path``."""
        return [f"{each['method']} {each['path']}" for each in self.requests() if each["method"] != "GET"]

    def clear(self) -> list[dict[str, Any]]:
        """Empty the log of requests, and return what was in it."""
        log = self._call("DELETE", "requests")
        self._record(log)
        return log["requests"]

    def fault(self, **fault: Any) -> None:
        """Add a fault: method, path, status, body, headers, delay, drop, when, times (see the simulator's README)."""
        self._call("POST", "faults", fault)

    def clear_faults(self) -> None:
        """Remove the faults that are left."""
        self._call("DELETE", "faults")

    def reset(self) -> None:
        """Go back to the seeds and the settings of the start, without faults and with an empty log."""
        self._record(self._call("POST", "reset", self.settings))

    def state(self) -> dict[str, Any]:
        """Return all that the portal knows, by kind."""
        return self._call("GET", "state")

    def poke(self, **changes: Any) -> dict[str, Any]:
        """Change the state: ``poke(vm={"service": "401", "id": "2001", "status": "stopped"})``."""
        return self._call("POST", "state", changes)

    def _record(self, log: Mapping[str, Any]) -> None:
        """Note what has sent which operation, if the tests are measured (see operations_used.py)."""
        if not MEASURED:
            return
        senders = ((each["operation"], re.search(r"\(Ansible; (\w+)\)", each["agent"])) for each in log["requests"])
        lines = {f"{number} {found[1]}" for number, found in senders if found}
        with Path(MEASURED, f"operations.{os.getpid()}").open("a", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in sorted(lines))

    def stop(self) -> None:
        self.clear()  # so that what was sent is noted
        self._process.terminate()
        self._process.join(10)

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        answer = self._control.request(method, f"/_simulator/{path}", json=body)
        assert answer.status == 200, answer.data.decode()
        return answer.json()


def seed_file(seed: str | Path) -> Path:
    """Return the file of a seed: `company` stands for the one of that name beside the simulator."""
    named = SEEDS / f"{seed}.yml"
    return named if named.is_file() else Path(seed).resolve()


class Portals:
    """The portals of one test process: started when they are first asked for, and reset before each use.

    A test that asks twice in the same words gets the same portal, and another one for other words. Portals of one account
    differ in their settings only, so that a later test gets one of these with its own settings.
    """

    def __init__(self) -> None:
        self._started: dict[str, list[Portal]] = {}
        self._in_use: dict[str, Portal] = {}

    def __call__(
        self,
        *seeds: str | Path,
        shape: str = "reference",
        build_time: float = 0.0,
        latency: float = 0.0,
        **account: str,
    ) -> Portal:
        settings = {"shape": shape, "build_time": build_time, "latency": latency}
        kind = json.dumps([[str(seed) for seed in seeds], account], sort_keys=True)
        wanted = json.dumps([kind, settings])
        if wanted not in self._in_use:
            started = self._started.setdefault(kind, [])
            free = [portal for portal in started if portal not in self._in_use.values()]
            if not free:
                free = [Portal(*seeds, **account)]
                started += free
            self._in_use[wanted] = free[0]
        portal = self._in_use[wanted]
        portal.settings = settings
        portal.reset()
        return portal

    def release(self) -> None:
        """Let the next test have all portals."""
        self._in_use.clear()

    def stop(self) -> None:
        for portal in itertools.chain.from_iterable(self._started.values()):
            portal.stop()


def merged(*environments: Mapping[str, str | None] | None) -> dict[str, str | None]:
    """Return environments one over the other."""
    return {name: value for each in environments if each for name, value in each.items()}
