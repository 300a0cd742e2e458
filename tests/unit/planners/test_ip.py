# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is true of the plan of a server's addresses, whatever the portal tells of them and whatever is wanted."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from ansible_collections.sindad.cloud.plugins.module_utils._errors import SindadError
from ansible_collections.sindad.cloud.plugins.module_utils._plan import Plan
from ansible_collections.sindad.cloud.plugins.module_utils._reading import Unknown
from ansible_collections.sindad.cloud.plugins.module_utils._resources import ip
from hypothesis import assume, given
from hypothesis import strategies as st

from support.memory import VLANS, MemoryPortal, context, outcome

Entry = dict[str, Any]
ADDRESSES = ("185.0.3.10", "185.0.3.11", "2001:db8::1")
DOMAINS = ("db.example.ir", "DB.example.ir.", "web.example.ir")
TOLD = {
    "domain": st.sampled_from([*DOMAINS, "", None, 5, ["x"]]),
    "vlan": st.sampled_from(["10", "20", "public", {"id": "10", "name": "public"}, "", None]),
    "main": st.booleans(),
}


@st.composite
def accounts(draw: st.DrawFn) -> list[Entry]:
    """Draw the addresses of a server as the portal tells them."""
    numbers = draw(st.lists(st.sampled_from(ADDRESSES), max_size=3, unique=True))
    told = st.fixed_dictionaries({}, optional=TOLD)
    return [{"id": str(70 + place), "address": number, **draw(told)} for place, number in enumerate(numbers)]


@st.composite
def wishes(draw: st.DrawFn) -> ip.Wanted:
    if draw(st.booleans()):
        count = draw(st.integers(1, 4))
        domain = draw(st.none() | st.sampled_from(DOMAINS))
        return ip.Wanted("512", vlan=draw(st.sampled_from(["10", "Public", "private"])), count=count, domain=domain)
    return ip.Wanted(
        "512",
        ip=draw(st.sampled_from([*ADDRESSES, "70", "2001:DB8:0::1"])),
        domain=draw(st.none() | st.sampled_from(DOMAINS)),
        state=draw(st.sampled_from(["present", "present", "absent"])),
        send_if_unknown=draw(st.booleans()),
    )


def planned(wanted: ip.Wanted, portal: MemoryPortal) -> Any:
    return outcome(lambda: ip.plan(wanted, ip.observe(context(portal), wanted)))


def portal_of(account: list[Entry]) -> MemoryPortal:
    return MemoryPortal(servers={"512": {"info": {"hostname": "db"}, "ips": account}})


@given(account=accounts(), wanted=wishes())
def test_an_address_is_bought_only_if_it_is_known_to_be_missing(account: list[Entry], wanted: ip.Wanted) -> None:
    portal = portal_of(account)
    plan = planned(wanted, portal)
    assert portal.sent == []
    if isinstance(plan, SindadError):
        assert "\n" not in str(plan)
        assert "None" not in str(plan)
        return
    if [change.kind for change in plan.changes] != ["ip.add"]:
        return
    names = next({vlan["id"], vlan["name"]} for vlan in VLANS if str(wanted.vlan).lower() in vlan.values())
    vlans = [ip.find_ip(plan.result["ips"], entry["address"]) for entry in account]
    may_be_there = [one for one in vlans if one and (isinstance(one.vlan, Unknown) or one.vlan in names)]
    plan.apply(context(portal))
    ((_operation, _ids, body),) = portal.sent
    assert wanted.count is not None
    assert int(body["num"]) == wanted.count - len(may_be_there)
    assert len(portal.servers["512"]["ips"]) == len(account) + int(body["num"])


@given(account=accounts(), wanted=wishes())
def test_a_domain_is_set_if_it_differs_or_by_name(account: list[Entry], wanted: ip.Wanted) -> None:
    portal = portal_of(account)
    plan = planned(wanted, portal)
    assume(isinstance(plan, Plan) and wanted.ip is not None and wanted.state == "present")
    assert wanted.ip is not None
    found = ip.find_ip(plan.result["ips"], wanted.ip)
    assert found is not None
    if wanted.domain is None:
        assert plan.changes == ()
    elif isinstance(found.domain, Unknown):
        assert bool(plan.changes) == wanted.send_if_unknown
        assert len(plan.warnings) == 1
        assert wanted.send_if_unknown or plan.warnings[0].endswith("it is left as it is: sindad_ip can set it")
    else:
        is_set = (found.domain or "").rstrip(".").lower() == wanted.domain.rstrip(".").lower()
        assert bool(plan.changes) == (not is_set)
        assert plan.warnings == ()


@given(account=accounts(), wanted=wishes())
def test_a_plan_that_was_applied_is_empty(account: list[Entry], wanted: ip.Wanted) -> None:
    portal = portal_of(account)
    plan = planned(wanted, portal)
    assume(isinstance(plan, Plan))
    target = None if wanted.ip is None else ip.find_ip(plan.result["ips"], wanted.ip)
    try:
        plan.apply(context(portal))
    except SindadError as error:
        # A domain that the portal doesn't show can't be confirmed where its answer proves nothing; here it does.
        raise AssertionError(error) from error
    assert len(portal.sent) == len(plan.changes)
    after = {entry["id"]: entry for entry in portal.servers["512"]["ips"]}
    for entry in account:
        if target is None or entry["id"] != target.id:
            assert after[entry["id"]] == entry, "other addresses are left alone"
    again = planned(wanted, portal)
    if target is not None and isinstance(target.domain, Unknown) and wanted.domain is not None:
        return  # it is sent whenever it is asked for by name, with a warning
    assert isinstance(again, Plan)
    assert again.changes == ()


@pytest.mark.parametrize("names", [("185.0.3.10",), ("70",), ("DB.example.ir.",), ("db.*",)])
def test_an_address_is_protected_by_each_of_its_names(names: tuple[str, ...]) -> None:
    portal = portal_of([{"id": "70", "address": "185.0.3.10", "domain": "db.example.ir"}])
    before = copy.deepcopy(portal.servers)
    wanted = ip.Wanted("512", ip="185.0.3.10", state="absent")
    plan = planned(wanted, portal)
    assert all(change.erases for change in plan.changes)
    assert len(plan.protected_by(names).refusals) == 1
    assert portal.servers == before
