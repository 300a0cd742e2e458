# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Coverage of this process, and of the commands that `preloaded` forks, where the tests are measured.

While coverage measures, Python takes about twice as long for everything, also for what isn't measured. So it measures
only while code of the collection may be running: in this process during the tests that call it themselves, in a forked
one while one of the collection's plugins is at work. It is prepared before the fork, since to start it takes longer than
most tasks.
"""

from __future__ import annotations

import fcntl
import importlib
import marshal
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import wraps
from pathlib import Path
from typing import Any

import coverage

from . import ROOT
from .environment import MEASURED

#: The directory of the collection's plugins, and the name that they are imported by.
PLUGINS = ROOT / "plugins"
PACKAGE = "ansible_collections.sindad.cloud"


def import_collection() -> None:
    """Import all that the collection has for Python."""
    for file in sorted(PLUGINS.rglob("*.py")):
        parts = file.relative_to(ROOT).with_suffix("").parts
        importlib.import_module(".".join([PACKAGE, *(part for part in parts if part != "__init__")]))


def is_first(name: str) -> bool:
    """Tell whether no other process has asked this before: what is the same in all of them is measured in one."""
    try:
        Path(f"{MEASURED}/{name}").touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


class OwnMeasurement:
    """Coverage of this process, if the tests are measured (see tests/tools/coverage.sh)."""

    def __init__(self) -> None:
        self._coverage = coverage.Coverage(config_file=ROOT / "pyproject.toml") if MEASURED else None

    def begin(self) -> None:
        """Measure how all of the collection is imported, in the first of the processes."""
        with self.while_running():  # in all of them, since paths are resolved when it begins for the first time
            if self._coverage is not None and is_first("imported-by-tests"):
                import_collection()

    def end(self) -> None:
        """Save what was measured."""
        if self._coverage is not None:
            self._coverage.save()

    @contextmanager
    def while_running(self) -> Iterator[None]:
        """Measure in this block, or in each call of a function that this decorates."""
        if self._coverage is None:
            yield
            return
        with self._coverage.collect():
            yield


def paused(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that isn't measured, nor what it calls."""

    @wraps(function)
    def called(*args: Any, **kwargs: Any) -> Any:
        tracer = sys.gettrace()
        if not hasattr(tracer, "stop"):  # there is none, or it isn't that of coverage in C, and goes on
            return function(*args, **kwargs)
        tracer.stop()  # and not sys.settrace, after which it would miss the end of this function
        try:
            return function(*args, **kwargs)
        finally:
            tracer.start()

    return called


class Measurement:
    """Coverage that can be taken up in forked processes."""

    #: The environment variable that asks for coverage in a process, and in those that it starts.
    ASKS = "COVERAGE_PROCESS_START"

    def __init__(self) -> None:
        self._coverage: coverage.Coverage | None = None
        self._asked: str | None = None

    @contextmanager
    def prepared(self) -> Iterator[None]:
        """Measure what is done here, in the first process that does it, and prepare to go on in children."""
        if not MEASURED:
            yield
            return
        self._coverage = coverage.Coverage(config_file=f"{MEASURED}/processes.ini", data_suffix=True)
        self._coverage.set_option("run:patch", [])  # a child is to measure what is said here
        with self._coverage.collect() if is_first("imported-by-ansible") else nullcontext():
            yield
        with self._coverage.collect():  # it takes long to begin for the first time, so no child is to do that
            pass
        self._coverage.save()

    def ask_in_child(self) -> None:
        """Take over what the environment asks for, in a child that begins: Ansible's own modules must not find it."""
        self._asked = os.environ.pop(self.ASKS, None)

    def go_on_in(self, plugin: Any, method: str) -> None:
        """Let a plugin's class go on to measure while a method runs, if that was asked for."""
        setattr(plugin, method, self.going_on()(getattr(plugin, method)))

    def pause_in(self, owner: Any, method: str) -> None:
        """Let a class of others measure nothing while a method runs, in the thread that calls it."""
        if self._coverage is not None:
            setattr(owner, method, paused(getattr(owner, method)))

    @contextmanager
    def going_on(self) -> Iterator[None]:
        """Measure in this block, and in the module that it may start.

        It is saved at the end of the block, since Ansible ends a worker as soon as its result is known.
        """
        if self._coverage is None or self._asked is None:
            yield
            return
        os.environ[self.ASKS] = self._asked
        try:
            with self._coverage.collect():
                yield
        finally:
            del os.environ[self.ASKS]
            self._save()

    def _save(self) -> None:
        """Save what was measured, if no process has done so yet: that takes longer than many a task."""
        assert self._coverage
        # Not public; without it, everything is saved.
        measured = getattr(getattr(self._coverage, "_collector", None), "data", {})
        with Path(f"{MEASURED}/known").open("a+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            content = file.read()
            known = marshal.loads(content) if content else {}
            if measured and all(known.get(name, set()).issuperset(steps) for name, steps in measured.items()):
                return
            for name, steps in measured.items():
                known.setdefault(name, set()).update(steps)
            self._coverage.save()  # which empties what was measured
            file.truncate(0)
            file.write(marshal.dumps(known))
