# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that are the same to a person and not to a computer, and portals that give another name than was asked for."""

from __future__ import annotations

import pytest

MODULE = "sindad.cloud.sindad_vm"
NEW = {"template": "Debian 12", "memory": 512, "cpu": 1, "disk": 10}
#: A name as a task has it, and as the portal has it.
ALIKE = {
    "letter case": ("Web-1", "WEB-1"),
    "a blank that doesn't break": ("web 1", "web\u00a01"),
    "a zero-width space": ("web-1", "web\u200b-1"),
    "a direction mark": ("web-1", "web-1\u200f"),
    "a soft hyphen": ("web1", "web\u00ad1"),
    "Arabic yeh and kaf": ("\u06cc\u06a9", "\u064a\u0643"),
    "alef maksura": ("\u06cc", "\u0649"),
    "Persian digits": ("web-1", "web-\u06f1"),
    "Arabic digits": ("web-\u06f1", "web-\u0661"),
    "a decomposed letter": ("caf\u00e9", "cafe\u0301"),
    "a double blank": ("web 1", "web  1"),
    "a byte order mark": ("web-1", "\ufeffweb-1"),
}
#: The same name, though the portal writes it as HTML.
WRITTEN = {"an entity twice": ("a & b", "a &amp;amp; b"), "a blank as an entity": ("a b", "a&#32;b")}
DIFFERENT = {
    "a zero-width non-joiner": ("\u0645\u06cc\u200c\u0634\u0648\u062f", "\u0645\u06cc\u0634\u0648\u062f"),
    "a dash": ("web-1", "web\u20131"),
    "a dot": ("web-1", "web-1."),
    "another letter": ("\u06c0", "\u0647"),
    "a longer name": ("web-1", "web-10"),
    "no blank": ("web 1", "web1"),
}


def task(check=False, **args):
    return {MODULE: {"service": "402", "wait_interval": 0.1, "wait_timeout": 5, **args}, "check_mode": check}


def plant(simulator, pairs):
    """Make machines of the names that the portal has; the pairs' names are told apart by a number at the end."""
    named = [(f"{wanted} #{number}", f"{there} #{number}") for number, (wanted, there) in enumerate(pairs)]
    vms = [
        {"service": "402", "id": str(3000 + number), "label": there, "memory": 512, "cpu": 1, "disk": 10}
        for number, (_wanted, there) in enumerate(named)
    ]
    simulator.poke(vm=vms)
    return named


@pytest.mark.unmeasured
def test_one_that_is_called_alike_is_that_one(simulator, run_tasks):
    """No twin is made; a warning says how the portal calls it; what erases wants the exact name."""
    named = plant(simulator, ALIKE.values())
    tasks = [
        each
        for wanted, there in named
        for each in (
            task(name=wanted, **NEW),
            task(name=wanted, state="stopped", wait=False),
            task(name=wanted, state="absent"),
            task(name=wanted, state="rebuilt", check=True),
            task(name=wanted, template="Ubuntu 24.04", rebuild="if_template_differs"),
            task(name=there, **NEW),
        )
    ]
    results = run_tasks(tasks).task_results
    for number, (kind, (wanted, _there)) in enumerate(zip(ALIKE, named, strict=True)):
        same, stopped, *erased, exact = results[6 * number : 6 * number + 6]
        vmid = str(3000 + number)
        assert (same.failed, same.changed, same["plan"]) == (False, False, []), kind
        assert (stopped.failed, stopped.changed, stopped["vm"]["id"]) == (False, True, vmid), kind
        for result in (same, stopped):
            (warning,) = result["warnings"]
            assert warning.startswith(f"VM {printable(wanted)} is called "), kind
            assert f"by the portal ({vmid} (" in warning
        for result in erased:
            assert result.failed and not result.changed, kind
            assert "a change that erases needs the exact name or vmid" in result.msg
            assert f"the machine with a similar name is {vmid} (" in result.msg
            assert result.msg.isprintable()
        assert (exact.failed, exact.changed) == (False, False), kind
        assert "warnings" not in exact
    assert [write for write in simulator.writes if not write.endswith("/stop")] == []


def printable(text):
    return "".join("\ufffd" if letter == "\u200f" else letter for letter in text)


def test_what_html_makes_of_a_name_is_that_name(simulator, run_tasks):
    named = plant(simulator, WRITTEN.values())
    tasks = [each for wanted, _there in named for each in (task(name=wanted, **NEW), task(name=wanted, state="absent"))]
    results = run_tasks(tasks).task_results
    assert [(result.failed, result.changed) for result in results] == [(False, False), (False, True)] * len(named)
    assert not any("warnings" in result for result in results)


def test_other_names_are_others(simulator, run_tasks):
    named = plant(simulator, DIFFERENT.values())
    results = run_tasks([task(name=wanted, check=True, **NEW) for wanted, _there in named]).task_results
    for kind, result in zip(DIFFERENT, results, strict=True):
        assert result.changed and result["plan"][0].startswith("create VM "), kind


def test_an_exact_name_goes_before_those_alike(simulator, run_tasks):
    """Several that are only alike are ambiguous, and shown so that they can be told apart."""
    simulator.poke(
        vm=[
            {"service": "402", "id": "3001", "label": "web-1"},
            {"service": "402", "id": "3002", "label": "WEB-1"},
            {"service": "402", "id": "3003", "label": "Web-\u06f1"},
        ]
    )
    exact, other, alike, erasing = run_tasks(
        [
            task(name="web-1", state="restarted"),
            task(name="WEB-1", state="absent"),
            task(name="wEB-1", state="restarted"),
            task(name="wEB-1", state="absent"),
        ]
    ).task_results
    assert (exact.changed, exact["vm"]["id"]) == (True, "3001")
    assert "warnings" not in exact
    assert (other.changed, other["vm"]) == (True, None)
    for result in (alike, erasing):
        assert result.msg == "name: 'wEB-1' is ambiguous, give one of these as vmid: 3001 (web-1), 3003 (Web-\\u06f1)"
    assert simulator.writes == ["POST /service/402/vms/3001/reboot", "DELETE /service/402/vms/3002"]


@pytest.mark.simulator(build_time=0.2)
@pytest.mark.parametrize("shape", ["keyed", "openstack"])
@pytest.mark.parametrize("renames", ["lower", "cut", "domain", "hyphen", "own"])
def test_a_portal_that_gives_a_machine_another_name(renames, shape, simulator, run_tasks):
    """Whether its answer tells the id or not: the machine is found, and the user is told what to call it."""
    simulator.poke(settings={"renames": renames, "shape": shape})
    created, again = run_tasks([task(name="New Web_1", **NEW)] * 2).task_results
    (machine,) = (vm for vm in simulator.state()["vm"] if vm["id"] == "1001")
    assert created.changed
    assert created["vm"]["name"] == machine["label"]
    assert created["vm"]["id"]
    if renames == "lower":
        for result in (created, again):
            assert not result.failed
            assert "new web_1" in result["warnings"][0]
        assert not again.changed
        return
    assert created.failed
    assert created.msg.startswith(f"VM {created['vm']['id']} was created in service 402, but the portal has called it ")
    assert created.msg.endswith("or the next run would create another one")
    assert machine["label"] in created.msg
    if renames == "domain":  # this one can be recognised
        assert again.failed and not again.changed
        assert "is 'New Web_1' with a domain; nothing was created" in again.msg
        assert simulator.operations[71] == 1
    by_id, by_name = run_tasks(
        [task(vmid=created["vm"]["id"], memory=512), task(name=machine["label"], memory=512, check=True)]
    ).task_results
    assert (by_id.failed, by_id.changed) == (False, False)
    # A machine that was called the same twice can only be told by its id.
    assert by_name.failed == (renames in ("cut", "hyphen"))


def test_a_machine_that_has_no_name_may_be_the_one(simulator, run_tasks):
    """Nothing is created as long as the portal doesn't say what a machine is called, in the list or the details."""
    vms = [{"id": "3001", "status": "running"}, {"id": "2012", "status": "running"}]
    simulator.fault(method="GET", path="/service/402/vms", status=200, body={"vms": vms}, times=None)
    created, other, absent = run_tasks(
        [
            task(name="new-1", **NEW),
            task(name="stage-db", memory=2048),
            task(name="stage-db", state="absent", check=True),
        ]
    ).task_results
    assert created.failed and not created.changed
    assert created.msg == (
        "name: the portal doesn't report the name of VM 3001 of service 402, which may be 'new-1'; nothing was created"
    )
    assert (other.failed, other.changed) == (False, False)
    assert absent["plan"] == ["destroy VM stage-db (2012) of service 402"]
    assert simulator.writes == []


def test_a_service_is_found_by_the_same_rules(simulator, run_tasks):
    """By its label in other letters, and by its domain with a dot at the end."""
    simulator.poke(service={"id": "402", "label": "\u067e\u0627\u064a\u06af\u0627\u0647 \u0661"})
    label = "sindad.cloud.sindad_service_label"
    names = ("\u067e\u0627\u06cc\u06af\u0627\u0647  \u06f1", "Staging.Example.IR.")
    results = run_tasks([{label: {"service": name, "label": "x"}, "check_mode": True} for name in names]).task_results
    for result in results:
        assert result["plan"][0].startswith("set the label of service 402 to 'x'")
