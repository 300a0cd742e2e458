# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A sample of the fault campaign, which runs as a whole by `make campaign` (see tests/campaign/README.md).

The tasks share out the faults and the shapes of the portal among them, always in the same way.
"""

from __future__ import annotations

import pytest
from campaign.cases import Bench, cases, sample
from campaign.injections import READS, WRITES
from campaign.report import described
from campaign.scenarios import SCENARIOS, Scenario
from campaign.verdict import judge

from simulator.shapes import SHAPES
from support import ROOT

#: Cases of each task: a fault of a write and one of a read, others for each task.
EACH = 2


@pytest.mark.parametrize("number", range(len(SCENARIOS)), ids=[scenario.name for scenario in SCENARIOS])
def test_a_task_survives_faults(number: int, bench: Bench) -> None:
    scenario = SCENARIOS[number]
    bench.shape = shape_for(scenario, number)
    clean = bench.clean(scenario)
    assert clean.problems(scenario) == []
    bad = []
    for case in sample(list(cases(scenario, clean, number)), EACH, number):
        trial = bench.run(case)
        flaws = judge(trial, clean)
        bad += [described(trial, flaws)] if flaws else []
    assert not bad, "\n" + "\n".join(bad) + f'\n\nmake campaign ARGS="--shape {bench.shape} --only NAME" runs one again'


def shape_for(scenario: Scenario, number: int) -> str:
    """The shape that the portal has for a scenario, one after the other."""
    possible = [shape for shape in SHAPES if shape not in scenario.not_in]
    return possible[number % len(possible)]


def test_every_module_that_changes_something_is_in_the_campaign() -> None:
    modules = {path.stem for path in (ROOT / "plugins" / "modules").glob("sindad_*.py")}
    reading = {name for name in modules if name.endswith("_info")} | {"sindad_fleet_show"}
    assert {scenario.module for scenario in SCENARIOS} == modules - reading


def test_names_are_there_once() -> None:
    for names in ([each.name for each in SCENARIOS], [each.name for each in READS], [each.name for each in WRITES]):
        assert len(set(names)) == len(names)
