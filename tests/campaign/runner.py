# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs of modules and inventories in forked children, as a caller sees them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from support import CACHE, TESTS
from support.environment import environment, python_path

from . import tuning

#: Seconds after which a run counts as one that hangs.
HANG = 60.0


@dataclass
class Outcome:
    """How a run ended.

    Attributes:
        result: What the module returned, or the inventory's hosts; empty without a result.
        traceback: What Python said, where the run ended without a result or in the midst of one.
        hangs: Whether it was ended after `HANG` seconds.
        seconds: How long it took.

    """

    result: dict[str, Any] = field(default_factory=dict)
    traceback: str = ""
    hangs: bool = False
    seconds: float = 0.0

    @property
    def failed(self) -> bool:
        return self.hangs or bool(self.traceback) or bool(self.result.get("failed"))

    @property
    def changed(self) -> bool:
        return bool(self.result.get("changed"))

    @property
    def warned(self) -> bool:
        return bool(self.result.get("warnings"))

    @property
    def msg(self) -> str:
        return str(self.result.get("msg", ""))

    def __str__(self) -> str:
        if self.hangs:
            return f"hangs, ended after {self.seconds:g} s"
        if self.traceback:
            return f"traceback: {self.traceback.strip().splitlines()[-1]}"
        if self.failed:
            return f"failed, changed {str(self.changed).lower()}: {self.msg}"
        return "changed" if self.changed else "ok"


class Runner:
    """A zygote, and what it is asked for; one run at a time."""

    def __init__(self, hang: float = HANG) -> None:
        self.hang = hang
        (CACHE / "logs").mkdir(parents=True, exist_ok=True)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "campaign.zygote"],
            cwd=TESTS,
            env=python_path(environment(), TESTS),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=(CACHE / "logs" / "zygotes.log").open("a"),
            text=True,
        )
        self.modules: list[str] = self._read()["modules"]
        self._options: dict[str, dict[str, Any]] = {}

    def module(
        self, name: str, args: Mapping[str, Any], *, check: bool = False, env: Mapping[str, str] | None = None
    ) -> Outcome:
        """Run a module with these arguments, and with short times where it has options for them."""
        tuned = {**self.tuned(name), **args}
        return self._run({"kind": "module", "name": name, "args": tuned, "check": check, "env": dict(env or {})})

    def inventory(self, config: Mapping[str, Any], *, env: Mapping[str, str] | None = None) -> Outcome:
        """Read an inventory source with this configuration."""
        return self._run({"kind": "inventory", "args": dict(config), "env": dict(env or {})})

    def warm_up(self, name: str, args: Mapping[str, Any]) -> None:
        """Run a module that changes nothing in the zygote itself, which makes later runs quicker."""
        outcome = self._run({"kind": "warm-up", "name": name, "args": dict(args)})
        assert not outcome.failed, str(outcome)
        assert not outcome.changed

    def tuned(self, name: str) -> dict[str, Any]:
        """Return the short times for a module."""
        if name not in self._options:
            outcome = self._run({"kind": "options", "name": name})
            assert "options" in outcome.result, f"{name} doesn't say its options: {outcome.traceback}"
            self._options[name] = tuning.tuned(dict.fromkeys(outcome.result["options"]))
        return self._options[name]

    def stop(self) -> None:
        """End the zygote."""
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(10)

    def _run(self, request: dict[str, Any]) -> Outcome:
        assert self._process.stdin
        self._process.stdin.write(json.dumps({**request, "timeout": self.hang}) + "\n")
        self._process.stdin.flush()
        reply = self._read()
        result = reply.get("result") or {}
        said = reply.get("traceback", "")
        for text in (reply.get("stderr", ""), str(result.get("msg", ""))):
            said = said or (text if "Traceback (most recent call last)" in text else "")
        return Outcome(result, said, reply.get("hang", False), reply.get("seconds", 0.0))

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout
        line = self._process.stdout.readline()
        assert line, "The zygote has ended, see .cache/logs/zygotes.log"
        return json.loads(line)
