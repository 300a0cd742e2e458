# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was found out, for people: lines for a terminal, and a page in Markdown. Private to this collection."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from .._reading import printable
from .._texts import as_code
from .asking import NOT_OFFERED, NOT_UNDERSTOOD, REFUSED, UNDERSTOOD
from .verdicts import Check, Verdict

SUMMARY: Final = {
    "understood": UNDERSTOOD,
    "not_offered": NOT_OFFERED,
    "refused": REFUSED,
    "not_understood": NOT_UNDERSTOOD,
}
_WRITES: Final = "Only read requests were tried. Each task itself checks whether the portal carries out its changes."


def summary_of(checks: Sequence[Check]) -> dict[str, int]:
    """Return how many operations have which outcome."""
    return {name: sum(check.outcome == outcome for check in checks) for name, outcome in SUMMARY.items()}


def lines_of(checks: Sequence[Check], verdicts: Sequence[Verdict]) -> list[str]:
    """Return a table for a terminal: a line for each operation, then one for each module."""
    width = max(len(check.operation.path) for check in checks)
    outcomes = max(len(outcome) for outcome in SUMMARY.values())
    lines = []
    for check in checks:
        line = f"GET {check.operation.path:<{width}}  {check.outcome:<{outcomes}}  {check.records:>5}  "
        lines.append(line + "; ".join(_remarks(check, str)))
    modules = max(len(verdict.module) for verdict in verdicts)
    lines += ["", *(f"{verdict.module:<{modules}}  {verdict}" for verdict in verdicts), "", _WRITES]
    return [printable(line.rstrip()) for line in lines]


def markdown(checks: Sequence[Check], verdicts: Sequence[Verdict], version: str, left_out: int) -> str:
    """Return the same table as a page in Markdown."""
    counts = summary_of(checks)
    told = ", ".join(f"{count} {SUMMARY[name]}" for name, count in counts.items())
    parts = [
        "# How much of this portal is understood",
        f"sindad.cloud {version}: {told}." + (f" {left_out} services were not looked at." if left_out else ""),
        _table(("operation", "outcome", "records", "remarks"), map(_row, checks)),
        "## Modules",
        _table(("module", "verdict"), ((f"`{verdict.module}`", _with_paths(str(verdict))) for verdict in verdicts)),
        _WRITES,
    ]
    return "\n\n".join(parts) + "\n"


def _row(check: Check) -> tuple[str, ...]:
    remarks = "<br>".join(map(_with_paths, _remarks(check, as_code)))
    return f"`GET {check.operation.path}`", check.outcome, str(check.records), remarks


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _remarks(check: Check, quoted: Callable[[str], str]) -> list[str]:
    """Return what else is said of an operation, the portal's own words quoted."""
    remarks = [check.remark] if check.remark else []
    if check.unknown:
        fields = ", ".join(f"{name} ({count})" for name, count in check.unknown.items())
        remarks.append(f"unknown: {fields}")
    if check.unread:
        remarks.append(f"keys that are not read: {quoted(', '.join(check.unread))}")
    counts = {outcome: check.of(outcome) for outcome in SUMMARY.values()}
    if sum(map(bool, counts.values())) > 1:
        remarks.append(", ".join(f"{count} {outcome}" for outcome, count in counts.items() if count))
    return [*remarks, *(f"{outcome}: {quoted(reason)}" for outcome, reason in check.reasons)]


def _with_paths(text: str) -> str:
    """Return a sentence with its paths as code: an @ elsewhere would mention someone."""
    return re.sub(r"GET (/[\w/@]+)", r"`GET \1`", text)
