# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Virtual machines of portals that tell less, tell it in other words, or answer something else than was asked for."""

from __future__ import annotations

import time

import pytest

from simulator import odd
from simulator.operations import OPERATIONS

SHAPES = ("reference", "keyed", "proxmox", "opennebula", "openstack")
MODULE = "sindad.cloud.sindad_vm"
INFO = "sindad.cloud.sindad_vm_info"
NEW = {"template": "Debian 12", "memory": 512, "cpu": 1, "disk": 10}
VMS, VM = "/service/@id/vms", "/service/@id/vms/@vmid"
BY_NUMBER = {operation.number: operation for operation in OPERATIONS}


def task(module=MODULE, check=False, **args):
    """A task on the service `staging` that doesn't wait long."""
    patience = {"wait_interval": 0.1, "wait_timeout": 3} if module == MODULE else {}
    return {module: {"service": "402", **patience, **args}, "check_mode": check, "diff": True}


def unreadable(number):
    """The names of the answers that are none to an operation that reads."""
    operation = BY_NUMBER[number]
    return [form for form in odd.UNREADABLE if odd.meaning(form, operation) == odd.REFUSED]


def list_of(simulator, *told, **common):
    """Have the portal list machines that differ in what it tells; their details aren't found. Return their labels."""
    vms = [
        {"id": f"30{number:02}", "label": f"m-{number}", "status": "running", **common, **each}
        for number, each in enumerate(told)
    ]
    vms = [{key: value for key, value in vm.items() if value is not ...} for vm in vms]
    simulator.fault(method="GET", path="/service/402/vms", status=200, body={"vms": vms}, times=None)
    return [vm.get("label") for vm in vms]


def judge(results, *, failed=False, changed=False):
    """All results are alike in this, and no failure is a traceback or has several lines."""
    for result in results:
        assert (result.failed, result.changed) == (failed, changed), (result.msg, dict(result))
        assert "Traceback" not in str(dict(result))
        assert len(result.msg.splitlines()) <= 1
    return results


# which system is installed


@pytest.mark.unmeasured
@pytest.mark.parametrize("shape", SHAPES)
def test_a_system_that_is_not_told_is_not_rebuilt(shape, simulator, run_tasks):
    """Neither the wanted one nor another; only the state `rebuilt` is the user's word for it."""
    simulator.poke(settings={"shape": shape, "hide": ["template"], "build_time": 0.3})
    wanted = {"name": "stage-db", "rebuild": "if_template_differs"}
    same, other, never, anew, installed = run_tasks(
        [
            task(**wanted, template="Debian 12"),
            task(**wanted, template="Ubuntu 24.04"),
            task(name="stage-db", template="Ubuntu 24.04"),
            task(name="stage-db", state="rebuilt"),
            task(name="stage-db", state="rebuilt", template="Ubuntu 24.04"),
        ]
    ).task_results
    for result in judge([same, other, never]):
        (warning,) = result["warnings"]
        assert warning.startswith("the portal doesn't say which template VM stage-db of service 402 has")
        assert "state rebuilt" in warning
        assert result["vm"]["template"] is None
    assert anew.failed
    assert anew.msg == "template: the current template of VM stage-db is unknown, give the one to rebuild with"
    assert (installed.failed, installed.changed) == (False, True)
    assert [each["body"] for each in simulator.requests(46)] == [{"template": installed_id(simulator, shape)}]


def installed_id(simulator, shape):
    """The id of Ubuntu 24.04 in the words of a shape."""
    from simulator.shapes import SHAPES as KNOWN

    return KNOWN[shape].vm_id("102")


def test_a_system_in_other_words_is_unknown(simulator, run_tasks):
    """A difference is known only if the installed system is recognised as another one of those offered."""
    unknown = [
        {"template_name": "Debian GNU/Linux 12 (bookworm)"},
        {"template": "debian-12-x86_64"},
        {"os": "Ubuntu"},
        {"template": "999"},
        {"template": {"id": "999", "name": "Debian 12 (minimal)"}},
        {"template": "102", "template_name": "AlmaLinux 9"},  # they contradict each other
        {"template": ["102"]},
        {"template": ""},
        {"template": None, "os": False},
        {},
    ]
    known = [
        {"template": "102"},
        {"template": 102},
        {"template_id": "102", "os": "Ubuntu 24.04 LTS (noble)"},
        {"template": {"id": "102"}},
        {"os_name": "ubuntu  24.04"},
        {"template_label": "Ubuntu&nbsp;24.04"},
    ]
    names = list_of(simulator, *unknown, *known, memory=1024, cpu=1, disk=10)
    tasks = [task(check=True, name=name, template="Debian 12", rebuild="if_template_differs") for name in names]
    results = run_tasks(tasks).task_results
    left, rebuilt = results[: len(unknown)], results[len(unknown) :]
    for result in judge(left):
        assert result["plan"] == []
        (warning,) = result["warnings"]
        assert "state rebuilt installs it anew" in warning
    assert "'Debian GNU/Linux 12 (bookworm)'" in left[0]["warnings"][0]
    for result in judge(rebuilt, changed=True):
        assert result["plan"][0].startswith("rebuild VM m-")
        assert "warnings" not in result
    assert simulator.writes == []


def test_a_list_of_templates_that_cannot_be_read_is_an_error(simulator, run_tasks):
    """Otherwise a machine would keep the wrong system without a word."""
    forms = unreadable(47)
    assert len(forms) > 15
    for form in forms:
        simulator.fault(method="GET", path="/service/402/templates", odd=form)
    wanted = {"name": "stage-db", "template": "Ubuntu 24.04", "rebuild": "if_template_differs"}
    results = run_tasks([task(**wanted) for _form in forms]).task_results
    for form, result in zip(forms, judge(results, failed=True), strict=True):
        assert "GET /service/402/templates" in result.msg, form
        assert result["failure"]["operation"] == "list_os_templates"
    assert simulator.writes == []


@pytest.mark.parametrize("grouped", ["list", "object", "form"])
def test_templates_in_groups(grouped, simulator, run_tasks):
    """By id and by name, which may have a blank that is none of the keyboard's."""
    account = next(each for each in simulator.state()["account"] if each["id"] == simulator.username)
    nbsp = {"id": "105", "name": "Debian\u00a011&nbsp;LTS"}
    simulator.poke(
        settings={"grouped": grouped}, account={"id": simulator.username, "templates": [*account["templates"], nbsp]}
    )
    by_name, by_id, blank, none, info = run_tasks(
        [
            task(name="new-1", **NEW),
            task(name="new-2", **{**NEW, "template": "104"}),
            task(name="new-3", **{**NEW, "template": "debian 11 LTS"}),
            task(name="new-4", **{**NEW, "template": "Linux"}),
            task(INFO, gather=["templates"]),
        ]
    ).task_results
    assert [each["body"]["template"] for each in simulator.requests(71)] == ["101", "104", "105"]
    judge([by_name, by_id, blank], changed=True)
    assert none.failed
    assert "there is no 'Linux' here; available: AlmaLinux 9 (103), Debian 12 (101), " in none.msg
    assert [each["id"] for each in info["templates"]] == ["101", "102", "103", "105", "104"]


# sizes


def test_sizes_with_separators_and_units(simulator, run_tasks):
    """What is the same is no change, however it is written."""
    ways = (
        4096,
        "4096",
        "4,096",
        "4 096",
        "4\u202f096",
        "4'096",
        "۴۰۹۶",
        "4096 MB",
        "4 GB",
        "4096.0",
        " <b>4,096</b> MB",
    )
    names = list_of(simulator, *({"memory": way} for way in ways), cpu="2 cores", disk="20,480 MB")
    results = run_tasks([task(name=name, memory=4096, cpu=2, disk=20) for name in names]).task_results
    for result in judge(results):
        assert result["plan"] == []
        assert "warnings" not in result
        assert (result["vm"]["memory"], result["vm"]["cpu"], result["vm"]["disk"]) == (4096, 2, 20)
    assert simulator.writes == []


def test_a_size_that_is_not_managed_goes_back_in_the_portals_own_words(simulator, run_tasks):
    """Never as a number that was read out of it, and not at all where it can't be."""
    own = ("4,096", "4 096", "4.096", "4e3", "4 GB", "4096", 4096, "unlimited")
    impossible = (4, "4", "4 MB", -1, "-1", "4294967296", 4294967296, "0")
    silent = (None, "", ..., [4096], True)
    names = list_of(simulator, *({"memory": told} for told in (*own, *impossible, *silent)), cpu=2, disk=20)
    results = run_tasks([task(name=name, cpu=4, wait=False) for name in names]).task_results
    bodies = {each["path"].rsplit("/", 1)[1]: each["body"] for each in simulator.requests(73)}
    assert all(body["cpu"] == "4" for body in bodies.values())
    sent = [bodies.get(f"30{number:02}", {}).get("memory") for number in range(len(names))]
    assert sent[: len(own)] == [str(told) for told in own]
    assert sent[len(own) :] == [None] * (len(impossible) + len(silent))
    assert len(bodies) == len(own) + len(silent)
    for result in results[len(own) : len(own) + len(impossible)]:
        assert result.failed and not result.changed
        assert result.msg.startswith("memory: the portal says ")
        assert result.msg.endswith(
            "which is impossible, and a change of cpu has to send the memory as well; give memory too"
        )
        assert "failure" not in result  # nothing was sent


def test_a_size_that_is_not_told_is_left_with_one_warning(simulator, run_tasks):
    names = list_of(simulator, {"memory": "4.096"}, {"disk": "thin"}, {"cpu": "2 x 2"}, {}, {"memory": "-1"})
    results = run_tasks([task(name=name, memory=4096, cpu=2, disk=20) for name in names]).task_results
    for result in judge(results):
        assert result["plan"] == []
        (warning,) = result["warnings"]
        assert "so it is left as it is" in warning
    assert "the memory and cpu and disk of VM m-3" in results[3]["warnings"][0]
    assert simulator.writes == []


@pytest.mark.parametrize("shape", ["reference", "keyed", "proxmox"])
def test_a_portal_that_writes_thousands(shape, simulator, run_tasks):
    """The example of the findings, on a machine that is there: no change, then one of the CPUs alone."""
    simulator.poke(settings={"shape": shape, "thousands": True})
    same, cpu, both, again = run_tasks(
        [
            task(service="401", name="web-1", memory=4096),
            task(service="401", name="web-1", cpu=4),
            task(service="401", name="web-1", memory=4096, cpu=4),
            task(service="401", name="web-1", memory=4096, cpu=4),
        ]
    ).task_results
    judge([same, again])
    judge([both], changed=True)
    judge([cpu], failed=True)
    assert cpu["plan"] == both["plan"] == ["resize VM web-1 of service 401 (cpu 2 to 4)"]
    assert [each["body"]["memory"] for each in simulator.requests(73)] == ["4,096", "4096"]
    # This portal doesn't understand its own words.
    assert cpu.msg == (
        "the portal refused PUT /service/401/vms/2001: Field memory is not a valid number; "
        "memory was sent as the portal writes it, '4,096': give it too"
    )
    (machine,) = (vm for vm in simulator.state()["vm"] if vm["label"] == "web-1")
    assert (machine["memory"], machine["cpu"]) == (4096, 4)


# passwords that nobody could get otherwise


@pytest.mark.unmeasured
@pytest.mark.parametrize("told", ["answer", "details", "never"])
def test_the_password_of_the_run_that_sets_it(told, simulator, run_tasks):
    """Of a creation, a rebuild and a rescue; other runs don't show it, unless it is to be revealed."""
    simulator.poke(settings={"passwords": told, "build_time": 0.3})
    run = run_tasks(
        [
            task(name="new-1", **NEW),
            task(name="new-1", **NEW),
            task(name="new-1", template="Ubuntu 24.04", rebuild="if_template_differs"),
            task(name="new-1", state="rescued"),
            task(name="new-1", state="restarted"),
            task(INFO, name="new-1", gather=["details"]),
            task(INFO, name="new-1", reveal=True),
        ],
        verbosity=3,
    )
    created, again, rebuilt, rescued, restarted, info, revealed = run.task_results
    assert [result.msg for result in run.task_results if result.failed] == []
    (machine,) = (vm for vm in simulator.state()["vm"] if vm["label"] == "new-1")
    passwords = [result["vm"].get("password") for result in (created, rebuilt, rescued)]
    if told == "never":
        assert passwords == [None] * 3
    else:
        assert passwords[2] == machine["password"]
        assert len({*passwords}) == 3 and all(passwords)
    for result in (again, restarted):
        assert "password" not in result["vm"]
    assert "password" not in info["vms"][0]
    assert revealed["vms"][0]["password"] == (machine["password"] if told == "details" else None)
    shown = str([dict(result) for result in (again, restarted, info)])
    assert machine["password"] not in shown
    assert all(password not in shown for password in passwords if password)


def test_the_password_in_a_result_that_failed(simulator, run_tasks):
    """A wait that is too short, and a portal that gives the machine another name: it can't be had again."""
    simulator.poke(settings={"passwords": "answer", "build_time": 30})
    late, rebuilt, rescued = run_tasks(
        [
            task(name="new-1", **NEW, wait_timeout=1),
            task(name="stage-web", state="rebuilt", wait_timeout=1),
            task(name="stage-db", state="rescued", wait_timeout=1),
        ]
    ).task_results
    simulator.poke(settings={"build_time": 0, "renames": "own"})
    (renamed,) = run_tasks([task(name="new-2", **NEW)]).task_results
    machines = {vm["id"]: vm for vm in simulator.state()["vm"]}
    for result in judge([late, rebuilt, rescued, renamed], failed=True, changed=True):
        assert len(result["vm"]["password"]) > 8
    assert machines[late["vm"]["id"]]["password"] == late["vm"]["password"]
    assert machines[renamed["vm"]["id"]]["password"] == renamed["vm"]["password"]


def test_a_password_that_was_lost_with_its_answer_is_warned_of(simulator, run_tasks):
    simulator.poke(settings={"passwords": "answer", "build_time": 0.5})
    for path in (VMS, f"{VM}/rebuild", f"{VM}/rescue"):
        simulator.fault(method="POST", path=path, drop="after")
    created, rebuilt, rescued = run_tasks(
        [task(name="new-1", **NEW), task(name="stage-web", state="rebuilt"), task(name="stage-db", state="rescued")]
    ).task_results
    for result in judge([created, rebuilt, rescued], changed=True):
        assert "password" not in result["vm"]
        (warning,) = result["warnings"]
        assert "password" in warning and "lost" in warning


# lists that are none, and lists in pages


def test_a_list_of_machines_that_cannot_be_read_is_no_empty_one(simulator, run_tasks):
    """Nothing is created, nothing is gone, and nothing passes for a service without machines."""
    forms = [*unreadable(39), "success_false", "errors"]
    for form in forms:
        simulator.fault(method="GET", path="/service/402/vms", odd=form)
    asked = [task(name="stage-web", **NEW), task(name="stage-web", state="absent"), task(INFO)]
    results = run_tasks([asked[number % 3] for number in range(len(forms))]).task_results
    for result in judge(results, failed=True):
        assert "GET /service/402/vms" in result.msg
        assert result["failure"]["operation"] == "list_vms"
    assert simulator.writes == []


@pytest.mark.parametrize("base", [0, 1])
@pytest.mark.parametrize("shape", ["reference", "keyed", "opennebula"])
def test_lists_in_pages(shape, base, simulator, run_tasks):
    """What is on the last page is there: machines, templates and services."""
    simulator.poke(settings={"shape": shape, "page_size": 2, "page_base": base})
    last, gone, new, all_of_them, by_domain = run_tasks(
        [
            task(service="401", name="cache-1", template="Ubuntu 24.04", memory=2048, cpu=1, disk=20),
            task(service="401", name="cache-1", state="absent", check=True),
            task(service="401", name="new-1", **{**NEW, "template": "104"}),
            task(INFO, service="401", gather=["templates"]),
            task(INFO, service="db.example.ir"),
        ],
        verbosity=3,
    ).task_results
    judge([last, all_of_them])
    assert last["api_calls"] == {"list_vms": 3}
    assert gone["plan"] == ["destroy VM cache-1 (2005) of service 401"]
    judge([new], changed=True)
    assert [vm["name"] for vm in all_of_them["vms"]] == ["web-1", "web-2", "web-3", "db-1", "cache-1", "new-1"]
    assert len(all_of_them["templates"]) == 4
    assert "service 512 (EX-2, db.example.ir, Active) doesn't offer" in by_domain.msg
    assert simulator.writes == ["POST /service/401/vms"]


@pytest.mark.measured_once
@pytest.mark.parametrize("deviant", ["repeats", "overlaps", "stuck", "empty"])
def test_pages_that_lead_nowhere(deviant, simulator, run_tasks):
    """A list of which a part may be missing is none."""
    simulator.poke(settings={"page_size": 2, "page_deviant": deviant})
    results = run_tasks(
        [
            task(service="401", name="cache-1", **NEW),
            task(service="401", name="web-1", state="absent"),
            task(INFO, service="401"),
        ]
    ).task_results
    for result in judge(results, failed=True):
        assert "GET /service/401/vms" in result.msg
        assert "page" in result.msg
    assert simulator.writes == []


# writes whose answers prove nothing, or say no

#: What is done to which machine by which request; the last ones leave no trace once they are over.
WRITES = (
    ({"service": "401", "name": "web-1", "state": "stopped"}, "POST", f"{VM}/stop"),
    ({"service": "401", "name": "web-2", "state": "rescued"}, "POST", f"{VM}/rescue"),
    ({"name": "stage-rescue", "state": "unrescued"}, "POST", f"{VM}/unrescue"),
    ({"name": "stage-web", "state": "rebuilt", "template": "Debian 12"}, "POST", f"{VM}/rebuild"),
    ({"name": "stage-db", "memory": 1024}, "PUT", VM),
    ({"service": "403", "name": "runner-1", "state": "absent"}, "DELETE", VM),
    ({"name": "new-1", **NEW}, "POST", VMS),
    ({"service": "401", "name": "db-1", "state": "restarted"}, "POST", f"{VM}/reboot"),
    ({"service": "401", "name": "cache-1", "state": "rebuilt"}, "POST", f"{VM}/rebuild"),
)
PASSING = 2


@pytest.mark.unmeasured
def test_a_write_that_was_not_carried_out_is_not_done(simulator, run_tasks):
    """An empty answer proves nothing; a few seconds later nothing of it is seen, and a run that doesn't wait looks too."""
    forms = odd.WITHOUT_WORDS
    tasks = []
    for number, (args, method, path) in enumerate(WRITES):
        simulator.fault(method=method, path=path, odd=forms[number % len(forms)])
        tasks.append(task(**args, wait=number % 2 == 0, wait_timeout=1))
    results = run_tasks(tasks).task_results
    assert not any(request["carried_out"] for request in simulator.requests() if request["method"] != "GET")
    for result in judge(results[:-PASSING], failed=True):
        assert "proves nothing (" in result.msg
        assert result.msg.endswith("1 s later no effect of it is seen")
    # What passes may have passed unseen.
    for result in judge(results[-PASSING:], failed=True, changed=True):
        assert result.msg.endswith("it may have been carried out, check before you run this again")
    assert len(simulator.writes) == len(WRITES)


@pytest.mark.unmeasured
@pytest.mark.simulator(build_time=0.5)
def test_a_write_without_words_that_was_carried_out_is_done(simulator, run_tasks):
    """Its effect is seen, so it is believed; each is sent once."""
    forms = odd.WITHOUT_WORDS
    for number, (_args, method, path) in enumerate(WRITES):
        simulator.fault(method=method, path=path, odd=forms[number % len(forms)], when="after")
    judge(run_tasks([task(**args) for args, *_request in WRITES]).task_results, changed=True)
    assert len(simulator.writes) == len(WRITES)


def test_a_write_that_is_refused_in_a_200_is_a_failure(simulator, run_tasks):
    """Whether it is waited for or not."""
    for number, (_args, method, path) in enumerate(WRITES):
        form = list(odd.REFUSALS)[number % len(odd.REFUSALS)]
        simulator.fault(method=method, path=path, odd=form)
    results = run_tasks(
        [task(**args, wait=number % 2 == 0) for number, (args, _method, _path) in enumerate(WRITES)]
    ).task_results
    for result, (_args, method, _path) in zip(judge(results, failed=True), WRITES, strict=True):
        assert result.msg.startswith(f"the portal refused {method} /service/40")
        assert result["failure"]["status"] == 200


@pytest.mark.simulator(build_time=1)
@pytest.mark.parametrize("shape", ["reference", "proxmox"])
def test_a_resize_that_was_carried_out_behind_a_gateway(shape, simulator, run_tasks):
    """Its repetition is refused, as the machine is locked: what is there is looked at before that is believed."""
    simulator.poke(settings={"shape": shape})
    simulator.fault(method="PUT", path=VM, status=502, body="<html>Bad Gateway</html>", when="after")
    resized, again = run_tasks([task(name="stage-db", memory=1024), task(name="stage-db", memory=1024)]).task_results
    judge([resized], changed=True)
    assert resized["vm"]["memory"] == 1024
    judge([again])


def test_a_rebuild_that_is_told_in_other_words(simulator, run_tasks):
    """It isn't waited for until the time is over; that it can't be confirmed is said."""
    told = {"id": "2012", "label": "stage-db", "status": "running", "memory": 2048, "cpu": 1, "disk": 40}
    told["template_name"] = "Debian GNU/Linux 12 (bookworm)"
    simulator.fault(method="GET", path=VMS, status=200, body={"vms": [told]}, times=None)
    simulator.fault(method="GET", path=VM, status=200, body={"vm": told}, times=None)
    wanted = {"name": "stage-db", "state": "rebuilt", "template": "Ubuntu 24.04", "wait_timeout": 30}
    begin = time.monotonic()
    (result,) = run_tasks([task(**wanted)]).task_results
    assert time.monotonic() - begin < 20
    judge([result], changed=True)
    assert result["warnings"] == [
        "the portal shows no trace of the rebuild of VM stage-db of service 402: it can't be confirmed"
    ]
    assert result["vm"]["template"] == "Debian GNU/Linux 12 (bookworm)"


def test_details_of_another_machine_are_none_of_this_one(simulator, run_tasks):
    """Nor are they those of a machine that is gone: what would be rebuilt by them has another system."""
    simulator.poke(settings={"shape": "proxmox"})  # its list doesn't tell the system
    other = {"id": "2011", "label": "stage-web", "status": "running", "template": "103", "memory": 2048, "cpu": 1}
    simulator.fault(method="GET", path=VM, status=200, body={"vm": other}, times=None)
    wanted = {"name": "stage-db", "template": "Debian 12", "rebuild": "if_template_differs"}
    rebuilt, revealed = run_tasks([task(**wanted), task(INFO, name="stage-db", reveal=True)]).task_results
    for result in judge([rebuilt, revealed], failed=True):
        assert result.msg.startswith("the answer to GET /service/402/vms/2012 (Get VM Details) can't be read")
    assert simulator.writes == []


def test_the_id_of_something_else_in_the_answer_to_a_creation(simulator, run_tasks):
    """A task's or an order's: the new machine of the wanted name is the one."""
    simulator.poke(settings={"build_time": 0.3})
    for answer in ({"status": True, "id": 7}, {"id": "job-1"}, {"status": True, "id": "2011"}):
        simulator.fault(method="POST", path=VMS, status=200, body=answer, when="after")
    results = run_tasks([task(name=f"new-{number}", **NEW) for number in range(3)]).task_results
    for number, result in enumerate(judge(results, changed=True)):
        assert (result["vm"]["id"], result["vm"]["name"]) == (str(1001 + number), f"new-{number}")


def test_a_write_that_is_redirected_is_looked_for(simulator, run_tasks):
    simulator.poke(settings={"build_time": 0.5})
    target = {"status": 302, "headers": {"Location": "/login"}, "body": ""}
    simulator.fault(method="POST", path=VMS, **target, when="after")
    simulator.fault(method="POST", path=f"{VM}/stop", **target)
    created, stopped = run_tasks(
        [task(name="new-1", **NEW), task(name="stage-db", state="stopped", wait_timeout=1)]
    ).task_results
    judge([created], changed=True)
    assert created["vm"]["name"] == "new-1"
    judge([stopped], failed=True)
    assert "the portal redirects POST /service/402/vms/2012/stop to" in stopped.msg
    assert stopped.msg.endswith("no effect of it is seen")


# states


def test_states_in_the_words_of_any_back_end(simulator, run_tasks):
    """Compared without case, blanks, hyphens, remarks and markup."""
    running = ("Powered On", "power-on", "running (ok)", "RUNNING", 1, True, "<span class='up'>Online</span>", " Up ")
    stopped = ("SHUT-OFF", "Powered Off", "shut down", 0, False, "<b>halted</b>", "power_off")
    states = [{"status": word} for word in (*running, *stopped)]
    names = list_of(simulator, *states, {"status": "active", "power": "off"}, {"status": ..., "power": "1"})
    tasks = [task(name=name, state="started") for name in names[: len(running)]]
    tasks += [task(name=name, state="stopped") for name in names[len(running) : -1]]
    tasks += [task(name=names[-1], state="started")]
    for result in judge(run_tasks(tasks).task_results):
        assert result["plan"] == []
        assert "warnings" not in result
    assert simulator.writes == []


def test_a_state_in_a_word_that_nobody_knows_is_refused_and_shown(simulator, run_tasks):
    """One that isn't told at all doesn't keep what was asked for by name, and doesn't erase."""
    names = list_of(simulator, *({"status": word} for word in ("frozen", "paused", "ERROR", 7)), memory=1024)
    simulator.fault(method="GET", path=VM, status=404, body={"error": ["VM not found"]}, times=None)
    tasks = [
        task(name=name, state=state, wait_timeout=1)
        for name in names
        for state in ("started", "stopped", "restarted", "rescued", "unrescued")
    ]
    results = run_tasks([*tasks, task(name="m-0", memory=1024), task(INFO, name="m-0")]).task_results
    for result in judge(results[:-2], failed=True):
        assert result.msg.startswith("state: VM m-")
        assert result.msg.endswith("nothing was sent")
    assert "is in the state 'frozen'" in results[0].msg
    judge(results[-2:])
    assert results[-1]["vms"][0]["status"] == "unknown"
    assert simulator.writes == []


@pytest.mark.parametrize("shape", ["reference", "proxmox"])
def test_a_state_that_is_not_told(shape, simulator, run_tasks):
    simulator.poke(settings={"shape": shape, "hide": ["status"]})
    present, started, again, stopped = run_tasks(
        [
            task(service="401", name="web-3", memory=4096),
            task(service="401", name="web-3", state="started"),
            task(service="401", name="web-3", state="started", check=True),
            task(service="401", name="web-3", state="stopped"),
        ]
    ).task_results
    judge([present])
    assert "warnings" not in present
    for result in judge([started, again, stopped], changed=True):
        assert any("the portal doesn't report the state of VM web-3" in warning for warning in result["warnings"])
    assert any("can't be confirmed" in warning for warning in stopped["warnings"])
    assert [write.rsplit("/", 1)[1] for write in simulator.writes] == ["start", "stop"]


@pytest.mark.parametrize(("end", "said"), [("error", "'error'"), ("suspended", "'suspended'"), ("gone", "vanished")])
def test_a_wait_that_cannot_end_well_ends_at_once(end, said, simulator, run_tasks):
    """And says the portal's word; a word that nobody knows is waited for, and said too."""
    simulator.poke(settings={"build_time": 0.5, "builds_end": end, "passwords": "answer"})
    begin = time.monotonic()
    (created,) = run_tasks([task(name="new-1", **NEW, wait_timeout=60)]).task_results
    assert time.monotonic() - begin < 20
    judge([created], failed=True, changed=True)
    assert created.msg.startswith("creating VM new-1 in service 402 was accepted by the portal: ")
    assert said in created.msg
    assert created["vm"]["id"] == "1001"
    assert len(created["vm"]["password"]) > 8


@pytest.mark.simulator(build_time=0.5)
def test_a_machine_in_an_error_can_be_rebuilt(simulator, run_tasks):
    """What was there before is no failure of the request; nothing else is sent to such a machine."""
    simulator.poke(vm={"service": "402", "id": "2011", "status": "error"})
    started, rebuilt = run_tasks(
        [task(name="stage-web", state="started"), task(name="stage-web", state="rebuilt", template="Debian 12")]
    ).task_results
    judge([started], failed=True)
    assert "is in the state 'error', which is not one that can be started or stopped" in started.msg
    judge([rebuilt], changed=True)
    assert rebuilt["vm"]["status"] == "running"
    simulator.poke(vm={"service": "402", "id": "2012", "status": "error"})
    simulator.fault(method="POST", path=f"{VM}/rebuild", status=200, body={"status": True})
    (stuck,) = run_tasks([task(name="stage-db", state="rebuilt", wait_timeout=1)]).task_results
    judge([stuck], failed=True, changed=True)
    assert stuck.msg.endswith("but its end is not seen (the portal says 'error')")


def test_the_portals_word_is_said_where_a_wait_is_too_short(simulator, run_tasks):
    simulator.poke(settings={"build_time": 30, "words": {"stopping": "halting soon", "resizing": "growing"}})
    stopped, resized = run_tasks(
        [task(name="stage-web", state="stopped", wait_timeout=1), task(name="stage-db", memory=1024, wait_timeout=1)]
    ).task_results
    judge([stopped, resized], failed=True, changed=True)
    assert stopped.msg.endswith("but its end is not seen (the portal says 'halting soon')")
    assert resized.msg.endswith("but its end is not seen (the portal says 'growing')")


# reading fails after something was done


def test_what_was_done_comes_first_where_a_read_fails_afterwards(simulator, run_tasks):
    """A list that breaks off while it is waited for, and one that breaks off when all is done."""
    simulator.poke(settings={"build_time": 0.5})
    broken = {"method": "GET", "status": 500, "body": {"error": ["database is gone"]}, "times": None}
    tasks = [
        (task(name="new-1", **NEW, wait_timeout=1), {"path": VMS, "skip": 2}, "creating VM new-1 in service 402 was "),
        (task(name="stage-db", state="stopped", wait_timeout=1), {"path": VM, "skip": 0}, "stop of VM stage-db of "),
        (task(name="stage-web", state="absent", wait_timeout=1), {"path": VMS, "skip": 1}, "destruction of VM stage-w"),
        (task(name="stage-rescue", memory=512, wait=False), {"path": VMS, "skip": 1}, "done: resize VM stage-rescue "),
    ]
    for each, where, said in tasks:
        simulator.fault(**broken, **where)
        (result,) = run_tasks([each]).task_results
        simulator.clear_faults()
        judge([result], failed=True, changed=True)
        assert result.msg.startswith(said), result.msg
        assert "database is gone" in result.msg
    assert len(simulator.writes) == len(tasks)


def test_what_was_done_before_a_step_that_fails(simulator, run_tasks):
    """Of a resize and a stop, only the second was refused."""
    simulator.fault(method="POST", path=f"{VM}/stop", status=409, body={"error": ["maintenance window"]})
    (result,) = run_tasks([task(name="stage-db", memory=1024, state="stopped")]).task_results
    judge([result], failed=True, changed=True)
    assert result.msg == (
        "done before this: resize VM stage-db of service 402 (memory 2048 to 1024). Then: "
        "the portal refused POST /service/402/vms/2012/stop: maintenance window"
    )


def test_a_poll_that_fails_is_one_poll(simulator, run_tasks):
    """An outage in the middle of a wait: errors, pages, cut and empty answers, and one answer of something else."""
    simulator.poke(settings={"build_time": 2})
    outage = [
        {"status": 500, "body": {"error": ["database is gone"]}},
        {"status": 200, "body": "<html><title>Maintenance</title></html>"},
        {"status": 200, "body": '{"vms": ['},
        {"status": 200, "body": ""},
        {"odd": "server_error"},
        {"odd": "below_null"},
        {"status": 503, "body": ""},
        {"drop": "before"},
    ]
    for fault in outage:
        # The list is read twice before the creation, the details not at all before the stop.
        simulator.fault(method="GET", path=VMS, skip=2, **fault)
        simulator.fault(method="GET", path=VM, **fault)
    env = {"SINDAD_API_RETRIES": "0"}
    options = {"wait_timeout": 30, "wait_interval": 0.2}
    created, stopped = run_tasks(
        [task(name="new-1", **NEW, **options), task(name="stage-db", state="stopped", **options)], env=env
    ).task_results
    judge([created, stopped], changed=True)
    assert created["vm"]["status"] == "running"
    assert stopped["vm"]["status"] == "stopped"


def test_a_portal_that_answers_nonsense_ends_a_wait(simulator, run_tasks):
    """Each answer is something else than was asked for: that isn't waited for until the time is over."""
    simulator.poke(settings={"build_time": 1})
    simulator.fault(method="GET", path=VM, odd="below_null", times=None)
    begin = time.monotonic()
    (result,) = run_tasks([task(name="stage-db", state="stopped", wait_timeout=60)]).task_results
    assert time.monotonic() - begin < 20
    judge([result], failed=True, changed=True)
    assert result.msg.startswith("stop of VM stage-db of service 402 was accepted by the portal: ")
    assert "the answer to GET /service/402/vms/2012 (Get VM Details) can't be read" in result.msg


@pytest.mark.parametrize(
    "fault",
    [
        {"cut": "length"},
        {"cut": "chunked"},
        {"cut": "gzip"},
        {"status": 520, "body": "<html>"},
        {"status": 522, "body": ""},
        {"status": 524, "body": "<html>"},
        {"status": 200, "body": '{"vms": [{"id": "2011", "la'},
    ],
)
def test_a_read_that_breaks_off_is_repeated(fault, simulator, run_tasks):
    simulator.fault(method="GET", path=VMS, **fault)
    (result,) = run_tasks([task(INFO)], verbosity=3).task_results
    judge([result])
    assert len(result["vms"]) == 3
    assert result["api_calls"] == {"list_vms": 2}


@pytest.mark.parametrize("part", ["body", "head"])
def test_an_answer_that_trickles_is_not_waited_for(part, simulator, run_tasks):
    simulator.fault(method="GET", path=VMS, trickle=0.1, trickle_from=part, times=None)
    begin = time.monotonic()
    (result,) = run_tasks([task(INFO)], env={"SINDAD_API_TIMEOUT": "1", "SINDAD_API_RETRIES": "0"}).task_results
    assert time.monotonic() - begin < 15
    judge([result], failed=True)
    assert "no complete answer within 1 s (api_timeout)" in result.msg


@pytest.mark.parametrize(
    "beside",
    [
        {"status": "error", "message": "Could not load VMs"},
        {"message": "Hypervisor unreachable"},
        {"code": 500},
        {"warning": ["Unable to connect to node pve3"]},
    ],
)
def test_an_empty_list_of_a_portal_in_trouble_is_no_empty_one(beside, simulator, run_tasks):
    simulator.fault(method="GET", path="/service/402/vms", status=200, body={"vms": [], **beside}, times=None)
    asked = [task(name="stage-web", **NEW), task(name="stage-web", state="absent"), task(INFO)]
    judge(run_tasks(asked).task_results, failed=True)
    assert simulator.writes == []


@pytest.mark.parametrize("status", [202, 206])
def test_a_part_of_a_list_is_no_list(status, simulator, run_tasks):
    simulator.fault(method="GET", path="/service/402/vms", status=status, body={"vms": []}, times=None)
    (result,) = judge(run_tasks([task(name="stage-web", **NEW)]).task_results, failed=True)
    assert f"HTTP {status} means that it is not what was asked for" in result.msg
    assert simulator.writes == []


@pytest.mark.parametrize(
    "told",
    [
        {"label": "stage-web-pro..."},
        {"label": "stage-web-pr…"},
        {"label": "N/A", "hostname": "stage-web-production"},
        {"label": "Virtual machine", "name": "Stage-Web-Production"},
        {"label": "stage-w[...]"},
        {"label": "stage-web.."},
        {"label": "..."},
        {"hostname": "vm-9", "label": ..., "display_name": "stage-web-production"},
        {"label": "x", "hostname": "stage-web-production.example.ir"},
    ],
)
def test_a_machine_that_may_have_the_name_is_not_made_again(told, simulator, run_tasks):
    list_of(simulator, told)
    (result,) = judge(run_tasks([task(name="stage-web-production", **NEW)]).task_results, failed=True)
    assert "may be 'stage-web-production'" in result.msg
    assert simulator.writes == []


def test_markup_is_no_part_of_a_name(simulator, run_tasks):
    list_of(simulator, {"label": "<b>stage-web</b>", **NEW})
    present, absent = run_tasks([task(name="stage-web", **NEW), task(name="stage-web", state="absent")]).task_results
    judge([present])
    judge([absent], failed=True)
    assert "needs the exact name or vmid" in absent.msg
    assert simulator.writes == []


def test_a_machine_that_is_listed_as_deleted_is_gone(simulator, run_tasks):
    list_of(simulator, {"label": "old", "status": "Deleted"})
    (result,) = judge(run_tasks([task(name="old", state="absent")]).task_results)
    assert result["warnings"] == ["VM old of service 402 is still listed, and 'Deleted': nothing is to be done"]
    assert simulator.writes == []
