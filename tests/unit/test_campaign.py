# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fault campaign's judgement: what counts as wrong, and what doesn't."""

from __future__ import annotations

from typing import Any

import pytest
from campaign.cases import BY_NUMBER, Case, Clean, Log, Position, Trial, cases, sample
from campaign.injections import Injection, for_request
from campaign.report import Report
from campaign.runner import Outcome
from campaign.scenarios import Scenario
from campaign.states import comparable, differences, made
from campaign.verdict import DOUBT, judge

VMS = "/service/402/vms"
CREATE = Scenario("create", "sindad_vm", {})
RESTART = Scenario("restart", "sindad_vm", {}, repeats=True, visible=False)
RAW = Scenario("raw", "sindad_api", {}, repeats=True, visible=False, raw=True)
CHANGED = Outcome({"changed": True})
OK = Outcome({"changed": False})
FAILED = Outcome({"changed": False, "failed": True, "msg": "no"})
COUNTED = Outcome({"changed": True, "failed": True, "msg": "the end was not seen"})
DOUBTFUL = Outcome({"changed": True, "failed": True, "msg": f"the answer was lost; {DOUBT}, look first"})
WARNED = Outcome({"changed": True, "warnings": ["it can't be confirmed"]})

EMPTY: dict[str, Any] = {}
ONE = {"vm": {"402/1": {"label": "new-1"}}}
TWO = {"vm": {**ONE["vm"], "402/2": {"label": "new-1"}}}


def request(number: int, path: str = VMS, **more: Any) -> dict[str, Any]:
    method = BY_NUMBER[number].method
    return {"operation": number, "method": method, "path": path, "carried_out": True, "fault": None, "body": {}, **more}


CREATED = request(71)
LISTED = request(39)
CLEAN = Clean(EMPTY, CHANGED, ONE, Log([LISTED, CREATED]), OK, ONE, Log([LISTED, CREATED, LISTED]))


def trial(
    first: Outcome,
    after: dict[str, Any],
    second: Outcome = OK,
    finally_: dict[str, Any] | None = None,
    scenario: Scenario = CREATE,
    writes: int = 1,
    deceives: bool = False,
) -> Trial:
    case = Case(scenario, CLEAN.log.positions[1], Injection("fault", {}, deceives=deceives))
    both = Log([CREATED] * writes)
    return Trial(case, first, after, second, ONE if finally_ is None else finally_, both, both)


@pytest.mark.parametrize(
    ("found", "kinds"),
    [
        (trial(CHANGED, ONE), []),
        (trial(FAILED, EMPTY, CHANGED), []),
        (trial(COUNTED, ONE), []),
        (trial(CHANGED, EMPTY, CHANGED), ["nothing"]),
        (trial(OK, EMPTY, CHANGED), ["nothing"]),
        (trial(FAILED, ONE), ["changed"]),
        (trial(COUNTED, EMPTY, CHANGED), ["changed"]),
        (trial(CHANGED, ONE, CHANGED), ["changed"]),
        (trial(CHANGED, ONE, CHANGED, TWO, writes=2), ["double"]),
        (trial(CHANGED, ONE, CHANGED, EMPTY), ["lost"]),
        (trial(CHANGED, ONE, FAILED), ["lost"]),
        (trial(FAILED, EMPTY, FAILED, EMPTY), ["lost"]),
        (trial(CHANGED, ONE, OK, writes=2), ["unasked"]),
        (trial(Outcome(hangs=True), EMPTY, CHANGED), ["hang"]),
        (trial(Outcome(traceback="KeyError"), EMPTY, CHANGED), ["traceback"]),
    ],
)
def test_what_is_wrong(found: Trial, kinds: list[str]) -> None:
    assert [flaw.kind for flaw in judge(found, CLEAN)] == kinds


def test_what_nobody_can_know_is_not_held_against_a_task() -> None:
    assert judge(trial(COUNTED, EMPTY, CHANGED, scenario=RESTART), CLEAN) == []
    assert judge(trial(DOUBTFUL, EMPTY, CHANGED), CLEAN) == []
    assert judge(trial(WARNED, EMPTY, CHANGED, scenario=RESTART, deceives=True), CLEAN) == []
    assert judge(trial(CHANGED, EMPTY, CHANGED, scenario=RAW, deceives=True), CLEAN) == []
    for found in (
        trial(CHANGED, EMPTY, CHANGED, scenario=RESTART, deceives=True),
        trial(WARNED, EMPTY, CHANGED, scenario=RESTART),
        trial(WARNED, EMPTY, CHANGED, deceives=True),
        trial(CHANGED, EMPTY, CHANGED, scenario=RAW),
    ):
        assert [flaw.kind for flaw in judge(found, CLEAN)] == ["nothing"]


def test_another_write_is_one_too_many() -> None:
    found = trial(CHANGED, ONE)
    found.both = Log([CREATED, request(72, f"{VMS}/2001")])
    assert [flaw.kind for flaw in judge(found, CLEAN)] == ["unasked"]


def test_only_writes_that_were_carried_out_count() -> None:
    refused = request(71, carried_out=False)
    estimate = request(32, "/service/402/upgrade")
    ordered = request(32, "/service/402/upgrade", body={"send": True})
    assert Log([refused, estimate, LISTED, request(1, "/login")]).done == {}
    assert Log([ordered]).done == {("POST", "/service/402/upgrade"): 1}


def test_positions_leave_out_polls_that_are_like_others() -> None:
    details = [request(40, f"{VMS}/{number}") for number in range(5)]
    log = Log([LISTED, LISTED, LISTED, CREATED, *details, CREATED])
    assert [str(position) for position in log.positions] == [
        f"GET {VMS}",
        f"GET {VMS}, no. 2",
        f"POST {VMS}",
        *(f"GET {VMS}/{number}" for number in range(3)),
        f"POST {VMS}, no. 2",
    ]
    assert log.positions[1].fault == {"method": "GET", "path": VMS, "skip": 1}


def test_every_fault_has_its_turn_in_the_sample() -> None:
    found = list(cases(CREATE, CLEAN))
    assert len({case.name for case in found}) == len(found)
    chosen = [case.injection.name for turn in range(60) for case in sample(found, 2, turn)]
    reads, writes = (for_request(position.operation, position.number) for position in CLEAN.log.positions)
    assert set(chosen) == {each.name for each in (*reads, *writes)}
    assert sample(found, 2, 7) == sample(found, 2, 7)


def test_states_are_compared_without_chance() -> None:
    def state(**more: Any) -> dict[str, Any]:
        machine = {"parent": "402", "id": "1", "label": "a", "password": "x", **more}
        return {"settings": {}, "vm": [machine, {"parent": "402", "id": "2", "gone": True}], "token": [{"id": "t"}]}

    assert comparable(state()) == comparable(state(password="y"))
    assert differences(comparable(state()), comparable(state(boots=1))) == ["vm 402/1 boots: None, 1"]
    assert differences(comparable({}), comparable(state())) == [
        "token 0: not there before",
        "vm 402/1: not there before",
    ]
    ticket = {"ticket": {"a/1": {"replies": [{}, {}]}}}
    assert made(ticket) == {"ticket": 1, "reply": 2}


def test_the_report_counts_and_names_the_bad_cases() -> None:
    report = Report()
    good, bad = trial(CHANGED, ONE), trial(CHANGED, EMPTY, CHANGED)
    for each in (good, bad):
        report.add(each, judge(each, CLEAN))
    assert not report.ok
    lines = str(report).splitlines()
    assert lines[0].split()[:2] == ["module", "runs"]
    assert lines[2].split() == ["total", "2", "2", "0", "0", "0", "0", "1", "0", "0", "0"]
    assert "create:2:fault   POST /service/402/vms" in lines


def test_a_position_says_which_request_it_is() -> None:
    assert str(Position(1, BY_NUMBER[39], VMS, 0)) == f"GET {VMS}"
