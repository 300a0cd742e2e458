# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with a case that was run, compared with the same task without a fault."""

from __future__ import annotations

from dataclasses import dataclass

from . import states
from .cases import Clean, Trial
from .runner import Outcome
from .states import State

#: What a run can do wrong, with the heading of its column.
KINDS = {
    "double": "double creates",
    "lost": "lost state",
    "changed": "wrong changed",
    "nothing": "ok, nothing done",
    "traceback": "tracebacks",
    "hang": "hangs",
    "unasked": "unasked writes",
}


#: How a task says that it doesn't know whether something has happened.
DOUBT = "it may have been carried out"


@dataclass(frozen=True)
class Flaw:
    """One thing that is wrong: its kind, and what was seen."""

    kind: str
    seen: str


def in_doubt(trial: Trial) -> bool:
    """Whether the first run says that it doesn't know, though its task can be seen: allowed, but seldom right."""
    outcome = trial.first
    return outcome.failed and outcome.changed and DOUBT in outcome.msg and trial.case.scenario.visible


def judge(trial: Trial, clean: Clean) -> list[Flaw]:
    """Return what is wrong with a case."""
    return [
        *_ends(trial.first, "first"),
        *_ends(trial.second, "second"),
        *_first_report(trial, clean),
        *_second_report(trial),
        *_final_state(trial, clean),
        *_writes(trial, clean),
    ]


def _ends(outcome: Outcome, which: str) -> list[Flaw]:
    """A run ends, and not with Python's words."""
    if outcome.hangs:
        return [Flaw("hang", f"the {which} run {outcome}")]
    return [Flaw("traceback", f"the {which} run: {outcome}")] if outcome.traceback else []


def _first_report(trial: Trial, clean: Clean) -> list[Flaw]:
    """What the first run reports is what has happened."""
    outcome, scenario = trial.first, trial.case.scenario
    if outcome.hangs or outcome.traceback or (scenario.session and outcome.failed):
        return []
    # Where the answer says nothing and there is nothing to look at, saying so is all that can be done.
    said = not scenario.visible and outcome.warned
    handed_on = trial.case.injection.deceives and (scenario.raw or said)
    differs = trial.after != clean.before
    if not outcome.failed and trial.after != clean.after:
        what = "; ".join(states.differences(clean.after, trial.after)[:3])
        return [] if handed_on else [Flaw("nothing", f"ok, but not as without a fault: {what}")]
    if differs and not outcome.changed:
        what = "; ".join(states.differences(clean.before, trial.after)[:3])
        return [] if handed_on else [Flaw("changed", f"reported unchanged, but {what}")]
    # A failed run that says that it doesn't know may count what may have happened.
    nobody_can_know = outcome.failed and (not scenario.visible or DOUBT in outcome.msg)
    if outcome.changed and not differs and not nobody_can_know:
        return [Flaw("changed", "reported changed, but nothing differs")]
    return []


def _second_report(trial: Trial) -> list[Flaw]:
    """The same for the second run, which has no fault."""
    outcome = trial.second
    if outcome.failed or trial.case.scenario.raw:
        return []  # see _final_state; and what is handed on as it is, is sent on each run
    differs = trial.after != trial.finally_
    if outcome.changed == differs:
        return []
    return [Flaw("changed", f"the second run reported {outcome}, {'but' if differs else 'and nothing'} differs")]


def _final_state(trial: Trial, clean: Clean) -> list[Flaw]:
    """After the second run all is as without a fault, and nothing is there twice."""
    if trial.second.hangs or trial.second.traceback:
        return []
    more = states.made(trial.finally_) - states.made(clean.finally_)
    if more:
        return [Flaw("double", f"made in excess: {', '.join(f'{count} {kind}' for kind, count in more.items())}")]
    reached, expected = _compared(trial, trial.finally_), _compared(trial, clean.finally_)
    if reached != expected:
        what = "; ".join(states.differences(expected, reached)[:3])
        return [Flaw("lost", f"after the second run ({trial.second}) not as without a fault: {what}")]
    if trial.second.failed and not trial.case.scenario.once:
        return [Flaw("lost", f"the second run, without a fault: {trial.second}")]
    return []


def _compared(trial: Trial, state: State) -> State:
    scenario = trial.case.scenario
    return states.uncounted(state) if scenario.repeats or scenario.once else state


def _writes(trial: Trial, clean: Clean) -> list[Flaw]:
    """Nothing else was carried out than without a fault, and what isn't safe to repeat not more often."""
    known, done = clean.both.done, trial.both.done
    other = [f"{method} {path}" for method, path in done if (method, path) not in known]
    if other:
        return [Flaw("unasked", f"carried out: {', '.join(other)}")]
    again = [
        f"{method} {path} ({count} times)"
        for (method, path), count in done.items()
        if method == "POST" and count > known[method, path]
    ]
    if again and not (states.made(trial.finally_) - states.made(clean.finally_)):
        return [Flaw("unasked", f"carried out again: {', '.join(again)}")]
    return []
