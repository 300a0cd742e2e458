# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is true of the plan of a dedicated server's power, whatever the portal tells of it."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sindad.cloud.plugins.module_utils._errors import SindadError
from ansible_collections.sindad.cloud.plugins.module_utils._plan import Plan
from ansible_collections.sindad.cloud.plugins.module_utils._records import Power
from ansible_collections.sindad.cloud.plugins.module_utils._resources import power
from hypothesis import given
from hypothesis import strategies as st

from support.memory import MemoryPortal, context, outcome

#: What a portal may say of a server's power; None where it doesn't offer to tell it.
TOLD = st.none() | st.sampled_from(["on", "off", "Powered On", "SHUT-OFF", "1", 0, True, False, "rescue", "half", "??"])


@st.composite
def wishes(draw: st.DrawFn) -> power.Wanted:
    of_fleet = draw(st.booleans())
    states = ["on", "off"] if of_fleet else ["on", "off", "rebooted"]
    return power.Wanted("512", draw(st.sampled_from(states)), send_if_unknown=not of_fleet)


def portal_of(told: Any) -> MemoryPortal:
    server = {"info": {"hostname": "db"}, **({} if told is None else {"power": {"power": told}})}
    return MemoryPortal(servers={"512": server})


def planned(wanted: power.Wanted, portal: MemoryPortal) -> Any:
    return outcome(lambda: power.plan(wanted, power.observe(context(portal), wanted)))


@given(told=TOLD, wanted=wishes())
def test_power_is_switched_by_what_is_known_or_by_name(told: Any, wanted: power.Wanted) -> None:
    portal = portal_of(told)
    plan = planned(wanted, portal)
    assert portal.sent == []
    if told in ("half", "??") and wanted.send_if_unknown:
        assert isinstance(plan, SindadError), "a word that nobody knows is refused and shown"
        assert f"the power state {told!r}, which is not a known one; nothing was sent" in str(plan)
        return
    assert isinstance(plan, Plan)
    state = plan.result["power"].state
    if state == "unknown":
        assert bool(plan.changes) == wanted.send_if_unknown
        assert len(plan.warnings) == 1
        assert "sindad_" in plan.warnings[0] or "nobody can tell whether it changes anything" in plan.warnings[0]
    else:
        assert bool(plan.changes) == (wanted.state == "rebooted" or wanted.state != state)
        assert plan.warnings == ()
    assert all(change.stops == (wanted.state == "off") for change in plan.changes)
    assert not any(change.erases for change in plan.changes)


@given(told=TOLD, wanted=wishes())
def test_a_plan_that_was_applied_is_empty(told: Any, wanted: power.Wanted) -> None:
    portal = portal_of(told)
    plan = planned(wanted, portal)
    if isinstance(plan, SindadError):
        return
    warnings: list[str] = []
    plan.apply(context(portal, warnings=warnings))
    assert len(portal.sent) == len(plan.changes)
    assert all((ids, body) == (("512",), None) for _operation, ids, body in portal.sent)
    again = planned(wanted, portal)
    if told is None:
        # It can't be seen, so it is sent again, and said not to be confirmed.
        assert len(again.changes) == len(plan.changes)
        assert len(warnings) == len(plan.changes)
    elif wanted.state == "rebooted":
        assert [change.summary for change in again.changes] == ["reboot service 512 (now on)"]
    else:
        assert again.changes == () or again.warnings
        assert plan.expected is None or again.result["power"].state == plan.expected["power"].state


def test_in_a_fleet_the_way_out_is_named() -> None:
    line = power.Wanted("512", "off", send_if_unknown=False)
    silent = power.plan(line, power.Observed("512", Power("unknown")))
    odd = power.plan(line, power.Observed("512", Power("unknown", word="half")))
    assert silent.changes == odd.changes == ()
    assert silent.warnings == (
        "the portal doesn't report the power state of service 512; it is left as it is: sindad_power can switch it",
    )
    assert odd.warnings == (
        (
            "service 512 is in the power state 'half', which is not a known one; it is left as it is: "
            "sindad_api with operation power_off can switch it"
        ),
    )


@pytest.mark.parametrize(("state", "now", "line"), [("rebooted", "off", "power on"), ("rebooted", "on", "reboot")])
def test_a_server_that_is_off_is_not_rebooted_but_switched_on(state: str, now: str, line: str) -> None:
    plan = power.plan(power.Wanted("512", state), power.Observed("512", Power(now)))
    assert plan.lines == [f"{line} service 512 (now {now})"]
