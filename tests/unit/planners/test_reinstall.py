# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is true of the plan of a reinstallation, whatever the portal tells of the server and whatever is wanted."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sindad.cloud.plugins.module_utils._errors import SindadError
from ansible_collections.sindad.cloud.plugins.module_utils._names import folded
from ansible_collections.sindad.cloud.plugins.module_utils._plan import Plan
from ansible_collections.sindad.cloud.plugins.module_utils._reading import UNKNOWN, Unknown
from ansible_collections.sindad.cloud.plugins.module_utils._records import Choice, ServerInfo, ServerOperation
from ansible_collections.sindad.cloud.plugins.module_utils._resources import reinstall
from ansible_collections.sindad.cloud.plugins.module_utils._resources.choice import recognise
from hypothesis import assume, given
from hypothesis import strategies as st

from support.memory import RECIPES, TEMPLATES, MemoryPortal, context, outcome

CHOICES = tuple(Choice(entry["id"], entry["name"]) for entry in TEMPLATES)
Entry = dict[str, Any]

#: What a portal may say of a server.
INFO = st.fixed_dictionaries(
    {"ip": st.just("185.0.3.10")},
    optional={
        "hostname": st.sampled_from(["db.example.ir", "DB.example.ir", "", None]),
        "os": st.sampled_from(
            [*TEMPLATES, "Debian 12", "debian 12", "101", "Debian GNU/Linux 12", {"id": "9", "name": "Old"}, "", None]
        ),
    },
)
JOB = st.sampled_from(
    [{"status": ""}, {"status": "finished", "template": "Ubuntu 24.04"}, {"status": "failed"}, {"status": None}]
)


@st.composite
def wishes(draw: st.DrawFn) -> reinstall.Wanted:
    return reinstall.Wanted(
        service="512",
        template=draw(st.sampled_from(["101", "102", "Debian 12", "UBUNTU 24.04", "rocky-9", "201"])),
        recipe=draw(st.none() | st.sampled_from(["lamp", "2"])),
        hostname=draw(st.none() | st.just("web.example.ir")),
        password=draw(st.none() | st.just("made-up")),
        force=draw(st.booleans()),
        fail_if_unknown=draw(st.booleans()),
    )


def portal_of(info: Entry, job: Entry | None = None) -> MemoryPortal:
    portal = MemoryPortal(servers={"512": {"info": info, "power": {"power": "on"}, "label": "db"}})
    portal.jobs["512"] = {"reinstall": job or {"status": ""}}
    return portal


def planned(wanted: reinstall.Wanted, portal: MemoryPortal) -> Any:
    """Return the plan of a task, or the error it ends with."""
    return outcome(lambda: reinstall.plan(wanted, reinstall.observe(context(portal), wanted)))


def installed(portal: MemoryPortal) -> Choice | Unknown:
    info = reinstall.get_info(portal, "512")  # type: ignore[arg-type]
    return recognise(CHOICES, info.os, info.os_id)


def is_meant(wanted: reinstall.Wanted, choice: Choice) -> bool:
    return folded(wanted.template) in (folded(choice.id), folded(choice.name))


@given(info=INFO, job=JOB, wanted=wishes())
def test_a_reinstallation_needs_a_known_difference_or_force(info: Entry, job: Entry, wanted: reinstall.Wanted) -> None:
    portal = portal_of(info, job)
    present = installed(portal)
    plan = planned(wanted, portal)
    assert portal.sent == []
    if isinstance(plan, SindadError):
        assert "\n" not in str(plan)
        assert "None" not in str(plan)
        return
    if isinstance(present, Unknown):
        assert bool(plan.changes) == wanted.force
        assert wanted.force or not wanted.fail_if_unknown
    else:
        assert bool(plan.changes) == (wanted.force or not is_meant(wanted, present))
    assert [change.kind for change in plan.changes] in ([], ["server.reinstall"])
    assert all(change.erases for change in plan.changes)


@given(info=INFO, wanted=wishes())
def test_what_is_unknown_names_the_way_out(info: Entry, wanted: reinstall.Wanted) -> None:
    portal = portal_of(info)
    assume(isinstance(installed(portal), Unknown) and not wanted.force)
    plan = planned(wanted, portal)
    if isinstance(plan, SindadError):
        assert "Set force to true to reinstall it all the same" in str(plan) or "recipe" in str(plan)
    else:
        assert plan.changes == ()
        assert plan.before == plan.after
        assert len(plan.warnings) == 1
        assert plan.warnings[0].endswith("sindad_reinstall with force reinstalls it")


@given(info=INFO, job=JOB, wanted=wishes())
def test_a_plan_that_was_applied_is_empty(info: Entry, job: Entry, wanted: reinstall.Wanted) -> None:
    portal = portal_of(info, job)
    plan = planned(wanted, portal)
    assume(isinstance(plan, Plan) and plan.changes)
    hostname = reinstall.get_info(portal, "512").hostname  # type: ignore[arg-type]
    plan.apply(context(portal))
    ((operation, ids, body),) = portal.sent
    assert (operation, ids) == ("reinstall", ("512",))
    assert body["hostname"] == (wanted.hostname or hostname)
    assert body["template"] in [choice.id for choice in CHOICES if is_meant(wanted, choice)]
    assert body.get("password") == wanted.password
    assert body.get("recipe") == ({"lamp": "1"}.get(wanted.recipe, wanted.recipe) if wanted.recipe else None)
    again = planned(wanted, portal)
    if wanted.force:
        assert len(again.changes) == 1
    elif "os" in info:
        assert again.changes == ()
        assert again.warnings == ()


@pytest.mark.parametrize(("recipe", "template", "fits"), [("lamp", "101", True), ("k8s", "101", False)])
def test_a_recipe_that_does_not_fit_fails_before_anything_is_sent(recipe: str, template: str, fits: bool) -> None:
    portal = portal_of({"ip": "185.0.3.10", "hostname": "db", "os": "Ubuntu 24.04"})
    wanted = reinstall.Wanted("512", template, recipe=recipe)
    plan = planned(wanted, portal)
    assert isinstance(plan, Plan) == fits
    assert fits or str(plan) == "recipe: k8s can't be used with Debian 12; usable recipes: lamp"
    assert portal.sent == []
    assert {entry["name"] for entry in RECIPES} == {"lamp", "k8s"}


@given(info=INFO, told=st.sampled_from(["102", "Ubuntu 24.04", "101", None]), wanted=wishes())
def test_one_that_is_under_way_is_not_started_again(info: Entry, told: str | None, wanted: reinstall.Wanted) -> None:
    running = {"status": "installing 40%", **({"template": told} if told else {})}
    portal = portal_of(info, running)

    def look(name: str, service: str) -> Any:
        looks.append(name)
        return running if len(looks) < 3 else {"status": "finished"}

    looks: list[str] = []
    portal._job = look  # type: ignore[method-assign]
    plan = planned(wanted, portal)
    is_for_another = told is not None and not any(
        is_meant(wanted, choice) for choice in CHOICES if told in (choice.id, choice.name)
    )
    assert portal.sent == []
    if is_for_another:
        assert isinstance(plan, SindadError)
        assert "is being reinstalled with" in str(plan)
    elif isinstance(plan, Plan) and told is not None:
        assert plan.changes == ()


@pytest.mark.parametrize("pattern", ["512", "DB.EXAMPLE.IR", "db.*", "front", "front.example.ir.", "لیبل"])
def test_it_is_protected_by_each_of_its_names(pattern: str) -> None:
    portal = portal_of({"hostname": "db.example.ir", "os": "Ubuntu 24.04"})
    portal.services = [{"id": "512", "domain": "front.example.ir", "status": "Active"}]
    portal.servers["512"]["label"] = "front" if pattern == "front" else "ليبل"
    wanted = reinstall.Wanted("512", "101")
    seen = reinstall.observe(context(portal, protected=(pattern,)), wanted)
    plan = reinstall.plan(wanted, seen).protected_by((pattern,))
    assert len(plan.refusals) == 1
    assert plan.refusals[0].endswith(f"is protected by {pattern!r}")
    assert reinstall.plan(wanted, seen).protected_by(("db", "51")).refusals == []


def test_the_present_host_name_is_needed() -> None:
    info = ServerInfo(hostname=UNKNOWN, os="Ubuntu 24.04")
    seen = reinstall.Observed("512", ServerOperation(), CHOICES, (), info)
    with pytest.raises(SindadError, match=r"^hostname: the current host name of service 512 is unknown"):
        reinstall.plan(reinstall.Wanted("512", "101"), seen)
    assert reinstall.plan(reinstall.Wanted("512", "101", hostname="db"), seen).changes
    assert not reinstall.plan(reinstall.Wanted("512", "102"), seen).changes
