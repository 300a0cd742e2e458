# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dedicated servers: sindad_power, sindad_hostname, sindad_reinstall, sindad_rescue and sindad_diagnostics."""

from __future__ import annotations

import pytest

SHAPES = ("reference", "keyed", "proxmox", "opennebula", "openstack")
#: What is done to a server, in order, and the one request that does it.
STEPS = (
    ("sindad_hostname", {"service": "513", "hostname": "spare.example.ir"}, "/service/513/hostname"),
    ("sindad_power", {"service": "513", "state": "on"}, "/service/513/poweron"),
    ("sindad_power", {"service": "backup.example.ir", "state": "off"}, "/service/513/poweroff"),
    ("sindad_reinstall", {"service": "backup", "template": "Debian 12", "recipe": "LAMP"}, "/service/513/reinstall"),
    ("sindad_rescue", {"service": "513", "template": "SystemRescue"}, "/service/513/rescue"),
    ("sindad_rescue", {"service": "513", "state": "absent"}, "/service/513/rescue/cancel"),
    ("sindad_diagnostics", {"service": "513", "template": "ISPsystem__Diag-x86_64"}, "/service/513/diag"),
)


def quick(module, **args):
    """Return a task of a module that doesn't wait longer than it must."""
    patience = {} if module == "sindad_hostname" else {"wait_interval": 0.1, "wait_timeout": 20}
    return {f"sindad.cloud.{module}": {**patience, **args}, "diff": True}


@pytest.mark.unmeasured
@pytest.mark.parametrize("shape", SHAPES)
def test_check_apply_apply_check(shape, simulator, run_tasks):
    """Check mode writes nothing and tells the plan, the second run changes nothing, in the words of any portal."""
    simulator.poke(settings={"shape": shape, "build_time": 0.3})
    tasks = [
        task
        for module, args, _path in STEPS
        for task in (
            *({**quick(module, **args), "check_mode": check} for check in (True, False, False, True)),
            {"ansible.builtin.pause": {"seconds": 1}},  # the portal ends what it has begun
        )
    ]
    # A portal that has only a text for what is going on forgets diagnostics that are over.
    forgets = shape == "keyed"
    results = run_tasks(tasks[:-3] if forgets else tasks[:-1]).task_results
    assert [result.msg for result in results if result.failed] == []
    results = [result for result in results if result.action.startswith("sindad.cloud.")]
    assert simulator.writes == [f"POST {path}" for _module, _args, path in STEPS]
    for number, (module, _args, _path) in enumerate(STEPS):
        check, applied, *again = results[4 * number : 4 * number + 4]
        assert check.changed and applied.changed, module
        assert check["plan"] == applied["plan"] != []
        assert check["diff"] == applied["diff"]
        assert check["diff"]["before"] != check["diff"]["after"]
        assert [(result.changed, result["plan"]) for result in again] == [(False, [])] * len(again), module


def test_power(simulator, run_tasks):
    """A reboot is one each time; a server that is off is switched on; a bare YAML boolean is understood."""
    results = run_tasks(
        [
            quick("sindad_power", service="513", state="rebooted"),
            quick("sindad_power", service="513", state="rebooted"),
            quick("sindad_power", service="513", state=False, wait=False),
            quick("sindad_power", service="513", state=True),
            quick("sindad_power", service="401", state="on"),
            quick("sindad_power", service="513", state="sideways"),
        ]
    ).task_results
    assert [write for write in simulator.writes if "/401/" not in write] == [
        "POST /service/513/poweron",
        "POST /service/513/reboot",
        "POST /service/513/poweroff",
        "POST /service/513/poweron",
    ]
    assert [result.get("power") for result in results[:4]] == [{"state": state} for state in ("on", "on", "off", "on")]
    assert results[0]["diff"] == {"before": "power: 'off'\n", "after": "power: 'on'\n"}
    assert results[1]["diff"]["after"] == "power: rebooted\n"
    # What doesn't tell its power is switched all the same; this service has none.
    assert results[4].failed and not results[4].changed
    assert results[4].msg == "service 401 doesn't offer 'power on': POST /service/401/poweron: Method not supported"
    assert results[5].failed and "state" in results[5].msg


def test_hostname(simulator, run_tasks):
    """Letter case and a dot at the end are no change; what is no host name fails before any request."""
    same, wrong, refused = run_tasks(
        [
            quick("sindad_hostname", service="512", hostname="DB.example.ir."),
            quick("sindad_hostname", service="512", hostname="under_score"),
            quick("sindad_hostname", service="601", hostname="www.example.ir"),
        ]
    ).task_results
    assert not same.changed and same["hostname"] == "db.example.ir"
    assert wrong.failed and wrong.msg.startswith("hostname must be")
    assert refused.failed and refused["failure"]["path"] == "/service/601/info"
    assert simulator.writes == []


def test_reinstall_passwords(simulator, run_tasks):
    """The generated password is returned once and under its own key; one that was given is nowhere to be seen."""
    planted = "Planted-5ecret"
    run = run_tasks(
        [
            quick("sindad_reinstall", service="512", template="Ubuntu 24.04"),
            quick("sindad_reinstall", service="512", template="Ubuntu 24.04"),
            quick("sindad_reinstall", service="512", template="Debian 12", password=planted, hostname="new.example.ir"),
            quick("sindad_rescue", service="512", template="SystemRescue", password=planted),
            quick("sindad_rescue", service="513", template="SystemRescue"),
        ],
        verbosity=3,
    )
    generated, again, given, rescued, rescue = run.task_results
    assert len(generated["reinstall"]["password"]) > 8
    assert run.output.count(generated["reinstall"]["password"]) == 1
    assert not again.changed and "password" not in again["reinstall"]
    for result, name in ((given, "reinstall"), (rescued, "rescue")):
        assert result.changed and "password" not in result[name]
    assert planted not in run.output
    assert simulator.state()["server"][0]["hostname"] == "new.example.ir"
    assert len(rescue["rescue"]["password"]) > 8


@pytest.mark.parametrize("shape", ["reference", "keyed", "openstack"])
def test_reinstall_under_way(shape, simulator, run_tasks):
    """One for the same template is joined, one for another fails, and no second one is started."""
    simulator.poke(settings={"shape": shape, "build_time": 6})
    started, other, look, joined, forced = run_tasks(
        [
            quick("sindad_reinstall", service="512", template="Ubuntu 24.04", wait=False),
            quick("sindad_reinstall", service="512", template="AlmaLinux 9"),
            {**quick("sindad_reinstall", service="512", template="Ubuntu 24.04"), "check_mode": True},
            quick("sindad_reinstall", service="512", template="ISPsystem__Ubuntu-24.04-amd64", force=True),
            {**quick("sindad_reinstall", service="512", template="Ubuntu 24.04", force=True), "check_mode": True},
        ]
    ).task_results
    assert started.changed and started["reinstall"]["status"] == "running"
    assert other.failed and "being reinstalled with Ubuntu 24.04, not with AlmaLinux 9" in other.msg
    assert not look.changed and look["plan"] == []
    assert not joined.changed and joined["reinstall"]["status"] in ("done", "idle")
    assert forced.changed
    assert simulator.writes == ["POST /service/512/reinstall"]


@pytest.mark.parametrize(
    ("status", "info", "said"),
    [
        (
            {"status": "running", "template": "Ubuntu 24.04"},
            "AlmaLinux 9",
            "the system is AlmaLinux 9, not Ubuntu 24.04",
        ),
        ({"status": "running"}, "AlmaLinux 9", "the system is AlmaLinux 9, not Ubuntu 24.04"),
        ({"status": "running", "template": "Ubuntu 24.04"}, None, None),
        ({"status": "running", "template": "Ubuntu 24.04"}, "Ubuntu 24.04", None),
    ],
)
def test_reinstall_under_way_is_compared_when_it_has_ended(status, info, said, simulator, run_tasks):
    """The portal may tell late what is installed, so that nothing is erased a second time in the same run."""
    simulator.fault(method="GET", path="/service/512/reinstall", status=200, body=status, times=2)
    simulator.fault(
        method="GET", path="/service/512/info", status=200, body={"info": {"hostname": "db", "os": info}}, times=None
    )
    (result,) = run_tasks([quick("sindad_reinstall", service="512", template="Ubuntu 24.04")]).task_results
    assert result.failed == (said is not None)
    assert said is None or said in result.msg
    assert not result.changed
    assert bool(result.get("warnings")) == (info is None)
    assert simulator.writes == []


@pytest.mark.parametrize("told", [{"name": "EX-2 Dedicated #512"}, {"hostname": "N/A"}, {"hostname": "<i>-</i>"}])
def test_reinstall_without_a_host_name_to_send_back(told, simulator, run_tasks):
    simulator.fault(
        method="GET", path="/service/512/info", status=200, body={"info": {"os": "Debian 12", **told}}, times=None
    )
    (result,) = run_tasks([quick("sindad_reinstall", service="512", template="Ubuntu 24.04")]).task_results
    assert result.msg.startswith("hostname: the current host name of service 512 is unknown")
    assert simulator.writes == []


def test_reinstall_force(simulator, run_tasks):
    """With force each run is one reinstall."""
    force = quick("sindad_reinstall", service="512", template="Debian 12", force=True)
    results = run_tasks([{**force, "check_mode": True}, force, force]).task_results
    assert [result.changed for result in results] == [True] * 3
    assert results[0]["plan"] == results[1]["plan"] == ["reinstall service 512 with Debian 12 (now Debian 12)"]
    assert results[0]["diff"]["before"] != results[0]["diff"]["after"]
    assert simulator.writes == ["POST /service/512/reinstall"] * 2


def test_reinstall_input(simulator, run_tasks):
    """What can't be right fails before anything is sent, and says what would be."""
    wrong = (
        (
            {"template": "AlmaLinux 9", "recipe": "LAMP"},
            "recipe: LAMP can't be used with AlmaLinux 9; usable recipes: none",
        ),
        ({"template": "Ubuntu 24.04", "recipe": "docker"}, "can't be used with Ubuntu 24.04; usable recipes: LAMP"),
        ({"template": "Debian 12", "recipe": "nginx"}, "recipe: there is no 'nginx' here; available: Docker"),
        ({"template": "Debian 11"}, "template: there is no 'Debian 11' here; available: AlmaLinux 9"),
        ({"template": "Ubuntu 24.04", "hostname": "-"}, "hostname must be a host name"),
        ({"template": "Ubuntu 24.04", "wait_timeout": 0}, "wait_timeout must be"),
        ({"template": " "}, "template must be"),
    )
    tasks = [quick("sindad_reinstall", service="512", **args) for args, _said in wrong]
    for result, (args, said) in zip(run_tasks(tasks).task_results, wrong, strict=True):
        assert result.failed and not result.changed, args
        assert said in result.msg
    assert simulator.writes == []


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    ("module", "path", "args"),
    [
        ("sindad_reinstall", "/service/@id/reinstall", {"template": "Ubuntu 24.04"}),
        ("sindad_rescue", "/service/@id/rescue", {"template": "SystemRescue"}),
        ("sindad_diagnostics", "/service/@id/diag", {"template": "Diagnostics"}),
        ("sindad_power", "/service/@id/poweroff", {"state": "off"}),
        ("sindad_hostname", "/service/@id/hostname", {"hostname": "new.example.ir"}),
    ],
)
def test_lost_answer(module, path, args, simulator, run_tasks):
    """A request that was carried out, but whose answer was lost, is not sent again."""
    simulator.poke(settings={"build_time": 0.5})
    simulator.fault(method="POST", path=path, drop="after")
    lost, again = run_tasks([quick(module, service="512", **args)] * 2).task_results
    assert lost.changed and not lost.failed, lost.msg
    assert not again.changed and not again.failed, again.msg
    assert simulator.writes == [f"POST {path.replace('@id', '512')}"]


def test_a_job_that_ended_by_itself_is_ended(simulator, run_tasks):
    """The portal refuses to cancel what is over meanwhile; a refusal while it goes on is one."""
    start = quick("sindad_rescue", service="513", template="SystemRescue")
    end = quick("sindad_rescue", service="513", state="absent")
    refusal = {"status": 409, "body": {"error": ["No rescue operation in progress"]}}
    simulator.fault(method="POST", path="/service/@id/rescue/cancel", **refusal)
    simulator.fault(method="POST", path="/service/@id/rescue/cancel", when="after", **refusal)
    _started, refused, over = run_tasks([start, end, end]).task_results
    assert refused.failed and "No rescue operation in progress" in refused.msg
    assert over.changed and not over.failed, over.msg


def test_failed_reinstall(simulator, run_module):
    """One that the portal says has failed is a failure."""
    simulator.poke(settings={"build_time": 60})
    simulator.fault(method="GET", path="/service/@id/reinstall", delay=0.01, times=2)
    simulator.fault(method="GET", path="/service/@id/reinstall", status=200, body={"status": "failed"}, times=1)
    options = quick("sindad_reinstall", service="512", template="Ubuntu 24.04")["sindad.cloud.sindad_reinstall"]
    result = run_module("sindad_reinstall", options)
    assert result.failed and result.changed
    assert "the reinstall of service 512 has failed" in result.msg


def test_rescue_input(simulator, run_tasks):
    missing, unknown, absent = run_tasks(
        [
            quick("sindad_rescue", service="512"),
            quick("sindad_rescue", service="512", template="Debian 12"),
            quick("sindad_rescue", service="512", state="absent"),
        ]
    ).task_results
    for result in (missing, unknown):
        assert result.failed and result.msg.startswith("template: ") and "SystemRescue" in result.msg
    assert not absent.changed and absent["rescue"]["status"] == "idle"
    assert simulator.writes == []


def test_diagnostics(simulator, run_tasks):
    """Diagnostics under way can be ended; those that are over are left as they are."""
    simulator.poke(settings={"build_time": 60})
    run = quick("sindad_diagnostics", service="512", template="Diagnostics", wait=False)
    end = quick("sindad_diagnostics", service="512", state="absent")
    started, again, check, ended, over = run_tasks([run, run, {**end, "check_mode": True}, end, end]).task_results
    assert started.changed and not again.changed and again["diagnostics"]["status"] == "running"
    assert check["plan"] == ended["plan"] == ["end the diagnostics of service 512"]
    assert ended["diagnostics"]["status"] == "idle" and not over.changed
    assert simulator.writes == ["POST /service/512/diag", "POST /service/512/diag/cancel"]
    simulator.poke(settings={"build_time": 0})
    done, left = run_tasks([run, end]).task_results
    assert done["diagnostics"]["status"] == left["diagnostics"]["status"] == "done"
    assert not left.changed and not left.failed


def test_clear_disks(simulator, run_tasks):
    """The disks are only cleared when the id of the service is confirmed."""
    clear = {"service": "backup", "template": "Diagnostics", "clear_disks": True}
    refused = run_tasks(
        [
            quick("sindad_diagnostics", **clear),
            quick("sindad_diagnostics", **clear, confirm="backup"),
            quick("sindad_diagnostics", **clear, confirm="512"),
            {**quick("sindad_diagnostics", **clear, confirm=" 513"), "check_mode": True},
            quick("sindad_diagnostics", service="513", template="Diagnostics", full_erase=True),
        ]
    ).task_results
    assert all(result.failed and not result.changed for result in refused)
    assert "confirm" in refused[0].msg
    for result in refused[1:4]:
        assert result.msg.startswith("confirm must be 513, the id of the service, not ")
    assert refused[4].msg == "full_erase requires clear_disks"
    assert simulator.operations[54] == 0 and simulator.writes == []
    (cleared,) = run_tasks([quick("sindad_diagnostics", **clear, full_erase=True, confirm=513)]).task_results
    assert cleared["plan"] == ["start the diagnostics of service 513 with Diagnostics and CLEAR ITS DISKS"]
    (request,) = simulator.requests(55)
    assert request["body"] == {"template": "ISPsystem__Diag-x86_64", "clearhdd": True, "fullhddclear": True}
