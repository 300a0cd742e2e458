# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs of commands one after the other, round by round, and what each took."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from support import ROOT
from support.environment import environment

TIMED = Path(__file__).with_name("timed.py")


class Failed(Exception):
    """A command that is measured did not do its work."""


def nothing() -> None:
    """Prepare nothing."""


def no_requests() -> int:
    """Count the requests of what makes none."""
    return 0


@dataclass
class Subject:
    """A command that is measured.

    Attributes:
        name: What it is, unique among those it is compared with.
        command: Its words.
        check: What raises Failed if the output isn't that of the work that is compared; called on an untimed run.
        env: Changes to the environment.
        prepare: Called before each run.
        requests: How many requests there were since then.

    """

    name: str
    command: Sequence[str | Path]
    check: Callable[[str], None]
    env: Mapping[str, str] = field(default_factory=dict)
    prepare: Callable[[], None] = nothing
    requests: Callable[[], int] = no_requests


@dataclass(frozen=True)
class Figures:
    """Medians of several runs: seconds, seconds of both CPU modes and children, bytes, requests."""

    wall: float
    cpu: float
    memory: float
    requests: float

    @classmethod
    def of(cls, samples: Sequence[Mapping[str, float]]) -> Figures:
        return cls(**{name: median(sample[name] for sample in samples) for name in cls.__dataclass_fields__})


def measure(subjects: Sequence[Subject], runs: int, scratch: Path) -> dict[str, list[dict[str, float]]]:
    """Run each subject once to see that it does the work, then all of them in turn, several times.

    Noise and a machine that gets slower hit all of them alike.
    """
    samples: dict[str, list[dict[str, float]]] = {subject.name: [] for subject in subjects}
    for number in range(runs + 1):
        for subject in subjects:
            sample = _run(subject, scratch / "output", check=number == 0)
            if number:
                samples[subject.name].append(sample)
    return samples


def _run(subject: Subject, output: Path, check: bool) -> dict[str, float]:
    subject.prepare()
    done = subprocess.run(
        [sys.executable, "-I", "-S", TIMED, output, *subject.command],
        cwd=ROOT,
        env=environment(subject.env),
        capture_output=True,
        text=True,
        check=True,
    )
    sample: dict[str, Any] = json.loads(done.stdout)
    if sample.pop("rc"):
        said = (done.stderr + output.read_text(encoding="utf-8"))[-2000:]
        raise Failed(f"{subject.name}: {' '.join(map(str, subject.command))}\n{said}")
    sample["requests"] = subject.requests()
    if check:
        subject.check(output.read_text(encoding="utf-8"))
    return sample
