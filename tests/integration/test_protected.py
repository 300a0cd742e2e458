# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is protected, by the option or by SINDAD_PROTECTED: never destroyed, rebuilt, reinstalled or cleared."""

from __future__ import annotations

import pytest

VM = {"service": "402", "name": "stage-db"}
DIFFERS = {"template": "Ubuntu 24.04", "rebuild": "if_template_differs"}
REINSTALL = {"service": "512", "template": "Ubuntu 24.04"}
CLEAR = {"service": "512", "template": "Diagnostics", "clear_disks": True, "confirm": "512"}
IP = {"service": "512", "ip": "185.0.3.11", "state": "absent"}
#: What erases, and what the thing is called.
MACHINE = ("stage-db", "2012")
SERVER = ("512", "database", "db.example.ir", "primary.example.ir")
ERASES = (
    ("sindad_vm", {**VM, "state": "absent"}, MACHINE),
    ("sindad_vm", {**VM, "state": "rebuilt"}, MACHINE),
    ("sindad_vm", {**VM, "memory": 1024, **DIFFERS}, MACHINE),
    ("sindad_vm", {"service": "staging", "vmid": "2012", "state": "absent"}, MACHINE),
    ("sindad_reinstall", REINSTALL, SERVER),
    ("sindad_reinstall", {**REINSTALL, "template": "Debian 12", "force": True}, SERVER),
    ("sindad_diagnostics", CLEAR, SERVER),
    ("sindad_ip", IP, ("185.0.3.11", "72", "replica.db.example.ir")),
)


def task(module, check=False, **args):
    return {f"sindad.cloud.{module}": {"wait_interval": 0.1, "wait_timeout": 3, **args}, "check_mode": check}


def refused(results, name=None):
    for result in results:
        assert result.failed and not result.changed, dict(result)
        assert " is protected by " in result.msg, result.msg
        assert name is None or result.msg.startswith(f"{name} is protected by ")
        assert "failure" not in result
        assert result["plan"] != []
    return results


@pytest.fixture
def named(simulator):
    """A portal whose server has another host name than its service has a domain."""
    server = next(each for each in simulator.state()["server"] if each["id"] == "512")
    simulator.poke(server={"service": "512", "id": server["id"], "hostname": "primary.example.ir"})
    return simulator


@pytest.mark.unmeasured
@pytest.mark.parametrize("shape", ["reference", "keyed", "openstack"])
def test_by_each_of_its_names(shape, named, run_tasks):
    """As an exact name among others, in check mode as in a real run."""
    if shape == "openstack":  # its ids are of its own
        named.poke(settings={"shape": shape})
    own_ids = shape == "openstack"
    cases = [
        (module, args, name)
        for module, args, names in ERASES
        for name in names
        if not (own_ids and ("vmid" in args or name in ("2012", "72")))
    ]
    tasks = [
        task(module, check=number % 3 == 0, **args, protected=["other", name])
        for number, (module, args, name) in enumerate(cases)
    ]
    results = run_tasks(tasks).task_results
    for result, (_module, _args, name) in zip(results, cases, strict=True):
        refused([result], name)
        assert result.msg == f"{name} is protected by {name!r}"
    assert named.writes == []


def test_by_the_environment(named, run_tasks):
    """Separated by commas, with blanks around; it adds to the option, and can't be switched off by it."""
    env = {"SINDAD_PROTECTED": " other , stage-db,database, ,185.0.3.11"}
    tasks = [task(module, **args) for module, args, _names in ERASES]
    refused(run_tasks(tasks, env=env).task_results)
    refused(run_tasks([task(module, **args, protected=[]) for module, args, _names in ERASES], env=env).task_results)
    results = run_tasks(
        [
            task("sindad_vm", service="402", name=name, state="absent", protected=["stage-web"])
            for name in ("stage-web", "stage-db")
        ],
        env=env,
    ).task_results
    refused(results)
    assert named.writes == []


def test_by_a_pattern_and_by_a_name_that_is_written_in_another_way(named, run_tasks):
    patterns = ("stage-*", "STAGE-DB", "stage?db", "[r-t]tage-d[a-c]", "*", "stage-db ", "stage\u200b-db", "201?")
    servers = ("data*", "Database", "*.example.ir", "DB.Example.IR.", "51[0-9]", "PRIMARY*")
    tasks = [task("sindad_vm", **VM, state="absent", protected=[each]) for each in patterns]
    tasks += [task("sindad_reinstall", **REINSTALL, protected=[each]) for each in servers]
    tasks += [task("sindad_diagnostics", **CLEAR, protected=[each]) for each in servers]
    tasks += [task("sindad_ip", **IP, protected=[each]) for each in ("185.0.3.*", "*.DB.example.ir", "7[1-3]")]
    refused(run_tasks(tasks).task_results)
    assert named.writes == []


def test_a_name_with_brackets_is_first_a_name(simulator, run_tasks):
    """As a pattern it would cover `p db`, and not the machine of that name."""
    vms = [{"service": "402", "id": "2014", "label": "[prod] db"}, {"service": "402", "id": "2015", "label": "p db"}]
    simulator.poke(vm=vms)
    brackets, covered, star, question = run_tasks(
        [
            task("sindad_vm", service="402", name="[prod] db", state="absent", protected=["[prod] db"]),
            task("sindad_vm", service="402", name="p db", state="absent", protected=["[prod] db"]),
            task("sindad_vm", service="402", name="[prod] db", state="absent", protected=["*prod* db"]),
            task("sindad_vm", service="402", name="[prod] db", state="absent", protected=["[[]PROD[]] d?"]),
        ]
    ).task_results
    refused([brackets, covered, star, question])
    assert simulator.writes == []


def test_in_persian(simulator, run_tasks):
    """Letters and digits that look alike are the same ones for protection, and what erases wants the exact name."""
    simulator.poke(vm={"service": "402", "id": "2014", "label": "پايگاه \u0661"})
    wanted = {"service": "402", "vmid": "2014", "state": "absent"}
    results = run_tasks(
        [
            task("sindad_vm", **wanted, protected=[each])
            for each in ("پایگاه \u06f1", "پایگاه 1", "پایگاه*", "پايگاه \u0661")
        ]
    ).task_results
    refused(results)
    assert simulator.writes == []


@pytest.mark.simulator(build_time=0.2)
def test_what_does_not_erase_is_not_protected(named, run_tasks):
    """Stopping, resizing and naming go on, as does what erases something else, or would change nothing."""
    everything = ["stage-db", "database", "185.0.3.11"]
    results = run_tasks(
        [
            task("sindad_vm", **VM, memory=1024, state="stopped", protected=everything),
            task("sindad_vm", **VM, state="rescued", protected=everything),
            task("sindad_vm", service="402", name="stage-web", state="absent", protected=everything),
            task("sindad_vm", **VM, template="Debian 12", rebuild="if_template_differs", protected=everything),
            task("sindad_vm", **VM, template="Ubuntu 24.04", protected=everything),
            task("sindad_vm", service="402", name="no-such", state="absent", protected=["*"]),
            task("sindad_reinstall", service="513", template="Debian 12", protected=everything),
            task("sindad_reinstall", service="512", template="Debian 12", protected=everything),
            task("sindad_diagnostics", service="512", template="Diagnostics", protected=everything),
            task("sindad_ip", service="512", ip="185.0.3.11", domain="new.example.ir", protected=everything),
            task("sindad_ip", service="512", ip="185.0.3.12", state="absent", protected=everything),
        ]
    ).task_results
    assert [result.msg for result in results if result.failed] == []
    changed = [True, True, True, False, False, False, True, False, True, True, True]
    assert [result.changed for result in results] == changed


def test_what_cannot_be_told_is_not_erased(named, run_tasks):
    """A label that can't be read may be a protected one."""
    named.fault(method="GET", path="/service/512", odd="server_error", times=None)
    named.fault(method="GET", path="/service/512/label", odd="below_of_null", times=None)
    unread, unread_clear, unprotected = run_tasks(
        [
            task("sindad_reinstall", **REINSTALL, protected=["something-else"]),
            task("sindad_diagnostics", **CLEAR, protected=["something-else"]),
            task("sindad_reinstall", check=True, **REINSTALL),
        ]
    ).task_results
    for result in (unread, unread_clear):
        assert result.failed and not result.changed
        assert "GET /service/512" in result.msg
    assert not unprotected.failed and unprotected.changed
    assert named.writes == []


def test_a_protected_list_of_something_else_is_an_error(simulator, run_tasks):
    for result in run_tasks(
        [
            task("sindad_vm", **VM, state="absent", protected=[["stage-db"]]),
            task("sindad_vm", **VM, state="absent", protected=[{"name": "stage-db"}]),
            task("sindad_vm", **VM, state="absent", protected={"stage-db": True}),
        ]
    ).task_results:
        assert result.failed and not result.changed
        assert "protected" in result.msg
    assert simulator.requests() == []
