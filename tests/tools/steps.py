# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make test`: run all the checks, two at a time, and sum up.

A step's output goes to .cache/logs and is printed in one piece when the step has ended.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOGS = ROOT / ".cache" / "logs"

# The tests take longest, so they start first; the others follow one another beside them.
LANES = (("coverage",), ("lint", "docs", "sanity", "build", "ee", "molecule"))
TITLES = {"coverage": "unit and integration tests"}
ARGUMENTS = {"sanity": ["--beside-lint"]}


@dataclass
class Step:
    """One script of tests/tools, and how it ended."""

    name: str
    status: int = 0
    seconds: float = 0.0

    @property
    def log(self) -> Path:
        return LOGS / f"{self.name}.log"

    def run(self) -> Step:
        started = time.monotonic()
        with self.log.open("w", encoding="utf-8") as log:
            script = ROOT / "tests" / "tools" / f"{self.name}.sh"
            command = ["bash", str(script), *ARGUMENTS.get(self.name, [])]
            self.status = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, cwd=ROOT, check=False
            ).returncode
        self.seconds = time.monotonic() - started
        return self

    def __str__(self) -> str:
        return f"{self.name} {'failed' if self.status else 'passed'} ({duration(self.seconds)})"

    def show(self) -> None:
        title = f"{TITLES.get(self.name, self.name)}: {'failed' if self.status else 'passed'}"
        say(f"\n=== {title} in {duration(self.seconds)}")
        say(self.log.read_text(encoding="utf-8", errors="replace").rstrip())


def say(text: str) -> None:
    print(text, flush=True)


def duration(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    return f"{minutes}m{seconds:02}s" if minutes else f"{seconds}s"


def lane(names: tuple[str, ...], pool: ThreadPoolExecutor) -> list[Future[Step]]:
    """Run steps one after the other, each as a future of its own."""
    futures: list[Future[Step]] = [Future() for _name in names]

    def work() -> None:
        for name, future in zip(names, futures, strict=True):
            try:
                future.set_result(Step(name).run())
            except BaseException as error:  # noqa: BLE001  (raised again where the result is asked for)
                future.set_exception(error)

    pool.submit(work)
    return futures


def main() -> int:
    LOGS.mkdir(parents=True, exist_ok=True)
    lanes = LANES
    if not (ROOT / "extensions" / "molecule").is_dir():
        lanes = tuple(tuple(name for name in names if name != "molecule") for names in LANES)
    started = time.monotonic()
    say(f"Running {', '.join(name for names in lanes for name in names)}; the logs are in {os.path.relpath(LOGS)}")
    finished: list[Step] = []
    with ThreadPoolExecutor(len(lanes)) as pool:
        for future in as_completed([future for names in lanes for future in lane(names, pool)]):
            step = future.result()
            step.show()
            finished.append(step)
    failed = any(step.status for step in finished)
    say(
        f"\nmake test {'FAILED' if failed else 'passed'} in {duration(time.monotonic() - started)}: "
        + ", ".join(map(str, finished))
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
