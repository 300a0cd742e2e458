# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Coverage of the commands that `preloaded` forks, where the tests are measured.

To start coverage takes longer than most tasks, and to measure Ansible's own code takes longer than to run it. So it is
prepared before the fork, where the collection is imported, and goes on in the process in which an object of one of the
collection's plugins is made. What a process measured before it forked is saved by both, which changes nothing.
"""

from __future__ import annotations

import atexit
import fcntl
import marshal
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

import coverage

from .environment import MEASURED


class Measurement:
    """Coverage that can be taken up in forked processes."""

    #: The environment variable that asks for coverage in a process, and in those that it starts.
    ASKS = "COVERAGE_PROCESS_START"

    def __init__(self) -> None:
        self._coverage: coverage.Coverage | None = None
        self._asked: str | None = None

    @contextmanager
    def prepared(self) -> Iterator[None]:
        """Measure what is done here, and prepare to go on in children."""
        if not MEASURED:
            yield
            return
        self._coverage = coverage.Coverage(config_file=f"{MEASURED}/processes.ini", data_suffix=True)
        self._coverage.set_option("run:patch", [])  # a child is to measure what is said here
        with self._coverage.collect():
            yield
        self._coverage.save()

    def ask_in_child(self) -> None:
        """Take over what the environment asks for, in a child that begins: Ansible's own modules must not find it."""
        self._asked = os.environ.pop(self.ASKS, None)

    def go_on_in(self, plugin: Any) -> None:
        """Let a class go on to measure in the process that makes an object of it, if it was asked for."""
        prepare, go_on = plugin.__init__, self.go_on

        @wraps(prepare)
        def measure_and_prepare(made: Any, *args: Any, **options: Any) -> None:
            go_on()
            prepare(made, *args, **options)

        plugin.__init__ = measure_and_prepare

    def go_on(self) -> None:
        """Measure from here to the end of the process, and in the module that it may start."""
        if self._coverage and self._asked and coverage.Coverage.current() is None:
            os.environ[self.ASKS] = self._asked
            self._coverage.start()
            atexit.register(self._save)

    def _save(self) -> None:
        """Save what was measured, if no process has done so yet: that takes longer than many a task."""
        assert self._coverage
        self._coverage.stop()
        # Not public; without it, everything is saved.
        measured = getattr(getattr(self._coverage, "_collector", None), "data", {})
        with Path(f"{MEASURED}/known").open("a+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            content = file.read()
            known = marshal.loads(content) if content else {}
            if measured and all(known.get(name, set()).issuperset(steps) for name, steps in measured.items()):
                return
            self._coverage.save()
            for name, steps in measured.items():
                known.setdefault(name, set()).update(steps)
            file.truncate(0)
            file.write(marshal.dumps(known))
