# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`python -m campaign`: run all cases, or some, and print the table."""

from __future__ import annotations

import argparse
import sys
import threading
import time
from queue import Empty, Queue

from simulator.shapes import SHAPES

from .cases import Bench, Case, cases, sample
from .report import Report, described, listed
from .runner import HANG
from .scenarios import BY_NAME, SCENARIOS, Scenario
from .verdict import judge


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m campaign", description=__doc__)
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="SCENARIO[:POSITION[:FAULT]]",
        help="these cases; can be given several times",
    )
    parser.add_argument("--sample", type=int, metavar="N", help="N cases of each scenario, always the same ones")
    parser.add_argument("--shape", choices=list(SHAPES), default="reference", help="how the portal answers")
    parser.add_argument("--workers", type=int, default=8, help="portals at once; most of the time is spent waiting")
    parser.add_argument("--hang", type=float, default=HANG, metavar="SECONDS", help="when a run counts as hanging")
    parser.add_argument("--list", action="store_true", help="print the cases, and run the tasks without faults only")
    options = parser.parse_args()
    unknown = [word for word in options.only if word.split(":")[0] not in BY_NAME]
    if unknown:
        parser.error(f"--only: there is no scenario {', '.join(unknown)}; there are {', '.join(BY_NAME)}")
    return options


class Campaign:
    """All scenarios, shared out among some threads, each with a portal of its own."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.report = Report()
        self.listed: list[Case] = []
        self._lock = threading.Lock()
        self._waiting: Queue[tuple[int, Scenario]] = Queue()
        for number, scenario in enumerate(SCENARIOS):
            if options.shape in scenario.not_in:
                continue
            if not options.only or any(word.split(":")[0] == scenario.name for word in options.only):
                self._waiting.put((number, scenario))

    def run(self) -> Report:
        """Run until nothing waits any more."""
        threads = [threading.Thread(target=self._work) for _number in range(self.options.workers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return self.report

    def _work(self) -> None:
        bench = Bench(self.options.hang, self.options.shape)
        try:
            while True:
                self._scenario(bench, *self._waiting.get_nowait())
        except Empty:
            pass
        finally:
            bench.stop()

    def _scenario(self, bench: Bench, number: int, scenario: Scenario) -> None:
        begin = time.monotonic()
        clean = bench.clean(scenario)
        problems = clean.problems(scenario)
        if problems:
            with self._lock:
                self.report.broken[scenario.name] = problems
                print(f"{scenario.name}: goes wrong without a fault: {'; '.join(problems)}", flush=True)
            return
        chosen = self._chosen(list(cases(scenario, clean, number)), number)
        if self.options.list:
            with self._lock:
                self.listed += chosen
            return
        bad = 0
        for case in chosen:
            trial = bench.run(case)
            flaws = judge(trial, clean)
            bad += bool(flaws)
            with self._lock:
                self.report.add(trial, flaws)
                if flaws and self.options.only:
                    print(described(trial, flaws), flush=True)
        seconds = time.monotonic() - begin
        with self._lock:
            print(f"{scenario.name}: {len(chosen)} cases, {bad} bad, {seconds:.0f} s", flush=True)

    def _chosen(self, found: list[Case], number: int) -> list[Case]:
        if self.options.only:
            return [case for case in found if any(f"{case.name}:".startswith(f"{word}:") for word in self.options.only)]
        return sample(found, self.options.sample, number) if self.options.sample else found


def main() -> int:
    options = arguments()
    campaign = Campaign(options)
    begin = time.monotonic()
    report = campaign.run()
    if options.list:
        print(listed(campaign.listed))
        print(f"{len(campaign.listed)} cases of {len(SCENARIOS)} scenarios")
        return 0
    print(
        f"\n{report}\n\n{sum(tally.runs for tally in report.tallies.values())} runs, each with a second one, "
        f"in {time.monotonic() - begin:.0f} s; those whose fault was not hit asked less than without one"
    )
    return 0 if report.ok else 1


if __name__ == "__main__":
    sys.exit(main())
