# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The campaign's table, and its bad cases so that each can be run again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from .cases import Case, Trial
from .verdict import KINDS, Flaw, in_doubt


@dataclass
class Tally:
    """What was counted of one module."""

    runs: int = 0
    missed: int = 0
    in_doubt: int = 0
    flaws: Counter[str] = field(default_factory=Counter)


@dataclass
class Report:
    """What came of all cases."""

    tallies: dict[str, Tally] = field(default_factory=dict)
    bad: list[tuple[Trial, list[Flaw]]] = field(default_factory=list)
    broken: dict[str, list[str]] = field(default_factory=dict)

    def add(self, trial: Trial, flaws: list[Flaw]) -> None:
        """Count a case."""
        tally = self.tallies.setdefault(trial.case.scenario.module, Tally())
        tally.runs += 1
        tally.missed += not trial.first_log.hit
        tally.in_doubt += in_doubt(trial)
        tally.flaws.update({flaw.kind for flaw in flaws})
        if flaws:
            self.bad.append((trial, flaws))

    @property
    def ok(self) -> bool:
        return not self.bad and not self.broken

    def __str__(self) -> str:
        parts = [self._table(), *self._bad_cases()]
        for name, problems in self.broken.items():
            parts.append(f"{name} goes wrong without a fault, so its cases were not run: {'; '.join(problems)}")
        return "\n".join(parts)

    def _table(self) -> str:
        headings = ["module", "runs", "not hit", "in doubt", *KINDS.values()]
        rows = [row(name, tally) for name, tally in sorted(self.tallies.items())]
        total = Tally(
            sum(tally.runs for tally in self.tallies.values()),
            sum(tally.missed for tally in self.tallies.values()),
            sum(tally.in_doubt for tally in self.tallies.values()),
            sum((tally.flaws for tally in self.tallies.values()), Counter()),
        )
        return table([headings, *rows, row("total", total)])

    def _bad_cases(self) -> Iterable[str]:
        for trial, flaws in sorted(self.bad, key=lambda pair: pair[0].case.name):
            yield "\n" + described(trial, flaws)


def described(trial: Trial, flaws: list[Flaw]) -> str:
    """Return what is wrong with a case, and how it is run again."""
    lines = [f"{trial.case.name}   {trial.case.position}"]
    lines += [f"  {KINDS[flaw.kind]}: {flaw.seen}" for flaw in flaws]
    lines += [f"  first run: {trial.first}", f"  second run: {trial.second}"]
    return "\n".join(lines)


def row(name: str, tally: Tally) -> list[str]:
    counts = [tally.runs, tally.missed, tally.in_doubt, *(tally.flaws[kind] for kind in KINDS)]
    return [name, *map(str, counts)]


def table(rows: list[list[str]]) -> str:
    """Return rows of cells as text: the first column to the left, the numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(_line(row, widths) for row in rows)


def _line(cells: list[str], widths: list[int]) -> str:
    first, *numbers = (cell.rjust(width) for cell, width in zip(cells, widths, strict=True))
    return "  ".join([first.strip().ljust(widths[0]), *numbers])


def listed(cases: Iterable[Case]) -> str:
    """Return the names of cases with their requests."""
    return "\n".join(f"{case.name}   {case.position}" for case in cases)
