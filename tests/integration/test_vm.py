# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Virtual machines by real ansible-playbook, in the words of every portal."""

from __future__ import annotations

import threading
import time

import pytest
import yaml

SHAPES = ("reference", "keyed", "proxmox", "opennebula", "openstack")
MODULE = "sindad.cloud.sindad_vm"
INFO = "sindad.cloud.sindad_vm_info"
NEW = {"template": "Debian 12", "memory": 512, "cpu": 1, "disk": 10}
#: What is done to a machine one after the other: the options, what is sent for it, and how the machine is afterwards.
STEPS = (
    (
        {**NEW, "state": "stopped"},
        ["POST vms", "POST stop"],
        {"status": "stopped", "memory": 512, "template": "Debian 12"},
    ),
    (
        {"memory": 1024, "cpu": 2, "state": "started"},
        ["PUT", "POST start"],
        {"status": "running", "memory": 1024, "cpu": 2, "disk": 10},
    ),
    ({"state": "rescued"}, ["POST rescue"], {"status": "rescue"}),
    ({"state": "unrescued"}, ["POST unrescue"], {"status": "running"}),
    (
        {"template": "ubuntu 24.04", "rebuild": "if_template_differs", "memory": 512, "state": "stopped"},
        ["POST rebuild", "PUT", "POST stop"],
        {"status": "stopped", "memory": 512, "cpu": 2, "template": "Ubuntu 24.04"},
    ),
    ({"state": "absent"}, ["DELETE"], None),
)


def task(module=MODULE, check=False, **args):
    """A task on the service `staging` that doesn't wait long between two looks."""
    patience = {"wait_interval": 0.05} if module == MODULE else {}
    return {module: {"service": "402", **patience, **args}, "check_mode": check, "diff": True}


def fine(run):
    """A run in which no task failed."""
    assert [result.msg for result in run.task_results if result.failed] == []
    return run.ok()


def without_password(machine):
    """A machine as later runs show it: only the run that has set a password tells it."""
    return machine and {key: value for key, value in machine.items() if key != "password"}


def short(write):
    """A request without the service and the machine."""
    method, path = write.split()
    last = path.rsplit("/", 1)[1]
    return f"{method} {last}" if method == "POST" else method


def in_background(act):
    """Run something beside the playbook; `act` raises what it likes, the test sees its effect or not."""
    thread = threading.Thread(target=act, daemon=True)
    thread.start()
    return thread


def once_asked(simulator, method, ending, then, timeout=30, carried_out=False):
    """Do something behind the portal's back as soon as a request has arrived, or has been carried out."""

    def is_it(request):
        is_due = request.get("carried_out") or not carried_out
        return request["method"] == method and request["path"].endswith(ending) and is_due

    def act():
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            if any(map(is_it, simulator.requests())):
                then()
                return
            time.sleep(0.02)

    return in_background(act)


# one machine's life


@pytest.mark.unmeasured
@pytest.mark.simulator(build_time=0.2)
@pytest.mark.parametrize("shape", SHAPES)
def test_check_apply_apply_check(shape, simulator, run_tasks):
    """Check mode sends no write and tells the plan; the second run changes nothing, nor would a third."""
    simulator.poke(settings={"shape": shape})
    tasks = [
        task(name="new-1", check=check, **args) for args, *_unused in STEPS for check in (True, False, False, True)
    ]
    results = fine(run_tasks(tasks)).task_results
    assert [short(write) for write in simulator.writes] == [write for _args, writes, _vm in STEPS for write in writes]
    before = None
    for number, (args, writes, afterwards) in enumerate(STEPS):
        check, applied, again, check_again = results[4 * number : 4 * number + 4]
        assert (check.changed, applied.changed) == (True, True), args
        assert check["plan"] == applied["plan"], args
        assert len(check["plan"]) == len(writes)
        assert check["diff"] == applied["diff"]
        assert (again.changed, again["plan"], check_again.changed, check_again["plan"]) == (False, [], False, [])
        assert again["diff"]["before"] == again["diff"]["after"]
        assert again["vm"] == check_again["vm"] == without_password(applied["vm"])
        # before and after are YAML of the managed fields
        old, new = (yaml.safe_load(applied["diff"][side]) for side in ("before", "after"))
        assert (old is None) == (before is None)
        assert (new is None) == (afterwards is None)
        for machine in (applied["vm"], check["vm"]):
            assert (machine is None) == (afterwards is None)
            assert machine is None or afterwards.items() <= machine.items()
        if afterwards:
            assert applied["vm"]["id"]
            assert applied["vm"]["name"] == "new-1"
            assert applied["vm"]["service_id"] == "402"
            assert new.items() <= applied["vm"].items()
            assert applied["vm"]["ipv4"]
        before = afterwards
    created = results[0]
    assert created["vm"]["id"] is None  # in check mode nobody knows it yet
    assert created["plan"] == [
        "create VM new-1 in service 402 (Debian 12, 512 MB, 1 CPU, 10 GB)",
        "stop VM new-1 of service 402",
    ]


@pytest.mark.simulator(build_time=0.2)
def test_whatever_was_created_is_as_the_portal_says(simulator, run_tasks):
    """What is in the state behind the portal is what was asked for, to the letter."""
    fine(run_tasks([task(name="new-1", **NEW)]))
    (made,) = (vm for vm in simulator.state()["vm"] if vm["label"] == "new-1")
    expected = {"parent": "402", "memory": 512, "cpu": 1, "disk": 10, "template": "101", "status": "running"}
    assert expected.items() <= made.items()
    body = {"label": "new-1", "template": "101", "memory": "512", "cpu": "1", "disk": "10"}
    assert [each["body"] for each in simulator.requests(71)] == [body]


# how many requests


@pytest.mark.parametrize("shape", SHAPES)
def test_no_op_takes_one_request_and_two_where_the_list_lacks_a_field(shape, simulator, run_tasks):
    simulator.poke(settings={"shape": shape})
    managed = {"name": "stage-db", "template": "Debian 12", "memory": 2048, "cpu": 1, "disk": 40, "state": "started"}
    run = fine(
        run_tasks(
            [
                task(**managed),
                task(name="stage-db", disk=40, state="started"),
                task(name="stage-db"),
                task(name="no-such", state="absent"),
            ],
            verbosity=3,
        )
    )
    assert not run.changed
    assert simulator.writes == []
    lacking = shape == "proxmox"  # its list has neither template nor memory
    one = {"list_vms": 1}
    assert [result["api_calls"] for result in run.task_results] == [
        {"list_vms": 1, "get_vm_details": 1} if lacking else one,
        one,
        one,
        one,
    ]
    assert sum(simulator.counts.values()) == 5 if lacking else 4


def test_finding_the_service_costs_what_the_documentation_says(simulator, run_tasks):
    services = len(simulator.state()["service"])
    run = fine(
        run_tasks(
            [task(service=name, name="stage-web") for name in ("402", "staging.example.ir", "staging")], verbosity=3
        )
    )
    assert [result["api_calls"] for result in run.task_results] == [
        {"list_vms": 1},
        {"list_services": 1, "list_vms": 1},
        {"list_services": 1, "service_label": services, "list_vms": 1},
    ]


# secrets and verbosity

PLANTED = {"account": "Acc0unt&secret <x>", "vm": "r00t/of+the=vm", "service": "s3rvice'secret"}


def test_secrets_never_show_and_raw_and_calls_only_at_vvv(simulator, run_tasks):
    simulator.poke(
        account={"id": simulator.username, "password": PLANTED["account"]},
        vm={"service": "402", "id": "2011", "password": PLANTED["vm"]},
        service={"id": "402", "password": PLANTED["service"]},
    )
    tasks = [
        task(name="stage-web", memory=1024, state="restarted"),
        task(INFO, gather=["details", "templates", "resources"]),
        {"sindad.cloud.sindad_service_info": {"service": "402", "gather": ["details", "methods", "upgrades"]}},
        task(name="stage-web", memory=999999),  # more than there is: a failure with the portal's words
        task(name="stage-web", service="no-such"),
    ]
    env = {"SINDAD_PASSWORD": PLANTED["account"]}
    for shape in ("keyed", "proxmox"):  # details and lists with passwords in them
        simulator.poke(settings={"shape": shape})
        loud = run_tasks(tasks, verbosity=4, env=env)
        shown = loud.output + str([dict(result) for result in loud.task_results])
        for secret in PLANTED.values():
            assert secret not in shown
            assert secret[:8] not in shown
        assert [result.failed for result in loud.task_results] == [False, False, False, True, True]
        changed, machines, services, *_failed = loud.task_results
        assert changed["vm"]["raw"]
        assert all(machine["raw"] for machine in machines["vms"])
        assert all("password" in machine["raw"] for machine in machines["vms"])
        assert services["services"][0]["details"]["password"] == "********"
        assert all(result["api_calls"] for result in loud.task_results)
    quiet = run_tasks(tasks, verbosity=2, env=env)
    assert not any(secret in quiet.output for secret in PLANTED.values())
    assert "raw" not in str([dict(result) for result in quiet.task_results])
    assert not any("api_calls" in result for result in quiet.task_results)


# which machine, which template


def test_templates_by_id_and_by_name(simulator, run_tasks):
    extra = [{"id": "105", "name": "Twice"}, {"id": "106", "name": "twice"}]
    account = next(each for each in simulator.state()["account"] if each["id"] == simulator.username)
    simulator.poke(account={"id": simulator.username, "templates": [*account["templates"], *extra]})
    run = run_tasks(
        [
            task(name="stage-db", template="101"),
            task(name="stage-db", template=" DEBIAN 12"),
            task(name="stage-db", template="Ubuntu 24.04"),
            task(name="stage-db", template="Plan 9"),
            task(name="stage-db", template="TWICE"),
            task(name="stage-db", template="twice", rebuild="if_template_differs", check=True),
            task(name="stage-db", template="105", rebuild="if_template_differs"),
            task(name="stage-db", template="105", rebuild="if_template_differs"),
            task(name="new-1", **{**NEW, "template": "Plan 9"}),
            task(name="stage-web", state="rebuilt", template="Plan 9"),
        ]
    )
    by_id, by_name, differs, unknown, twice, exact, rebuilt, again, new, anew = run.task_results
    assert (by_id.changed, by_name.changed, differs.changed) == (False, False, False)
    assert "warnings" not in by_id
    assert "warnings" not in by_name
    (warning,) = differs["warnings"]
    assert "VM stage-db of service 402 has the template Debian 12, not Ubuntu 24.04" in warning
    assert "rebuild" in warning
    available = (
        "AlmaLinux 9 (103), Debian 12 (101), Twice (105), Ubuntu 24.04 (102), "
        "Windows Server 2022 & SQL Express (104), twice (106)"
    )
    assert unknown.msg == f"template: there is no 'Plan 9' here; available: {available}"
    assert new.msg == anew.msg == unknown.msg
    assert twice.msg == "template: 'TWICE' is ambiguous, give one of these ids: 105, 106"
    assert exact["vm"]["template_id"] == "106"  # a name is itself, where one has exactly that
    assert rebuilt.changed
    assert (rebuilt["vm"]["template_id"], rebuilt["vm"]["template"]) == ("105", "Twice")
    assert rebuilt["plan"] == ["rebuild VM stage-db (2012) of service 402 with Twice (now Debian 12)"]
    assert not again.changed
    assert simulator.writes == ["POST /service/402/vms/2012/rebuild"]


@pytest.mark.simulator(build_time=0.3)
@pytest.mark.parametrize("shape", ["keyed", "openstack"])
def test_templates_whose_ids_are_keys_or_uuids(shape, simulator, run_tasks):
    simulator.poke(settings={"shape": shape})
    templates = {
        each["name"]: each["id"]
        for each in fine(run_tasks([task(INFO, gather=["templates"])])).task_results[0]["templates"]
    }
    run = fine(
        run_tasks(
            [
                task(name="stage-db", template=templates["Ubuntu 24.04"], rebuild="if_template_differs"),
                task(name="stage-db", template=templates["Ubuntu 24.04"], rebuild="if_template_differs"),
                task(name="stage-db", template="Ubuntu 24.04", rebuild="if_template_differs"),
                task(name="stage-db", state="rebuilt"),
            ]
        )
    )
    assert [result.changed for result in run.task_results] == [True, False, False, True]
    assert {each["body"]["template"] for each in simulator.requests(46)} == {templates["Ubuntu 24.04"]}


def test_disk_names_and_ids(simulator, run_tasks):
    simulator.poke(vm=[{"service": "402", "id": "2014", "label": "stage-web"}])
    run = run_tasks(
        [
            task(name="stage-db", disk=80, memory=1024, state="stopped"),
            task(name="stage-db", disk=80, check=True),
            task(name="stage-web", state="stopped"),
            task(name="stage-web", state="absent"),
            task(vmid="2014", state="stopped"),
            task(vmid="2014", state="absent"),
            task(vmid="2014", state="absent"),
            task(vmid="2014", **NEW),
        ]
    )
    disk, disk_check, ambiguous, ambiguous_absent, by_id, gone, again, missing = run.task_results
    sentence = "disk: VM stage-db of service 402 has 40 GB, and the API can't change that to 80 GB"
    assert disk.msg == disk_check.msg == sentence
    assert not disk.changed
    assert disk["plan"][0] == "change the disk of VM stage-db of service 402"
    assert disk["vm"]["disk"] == 40
    assert "failure" not in disk
    assert (
        ambiguous.msg == ambiguous_absent.msg == "name: 'stage-web' is ambiguous, give one of these as vmid: 2011, 2014"
    )
    assert by_id["vm"]["status"] == "stopped"
    assert (gone.changed, gone["vm"], again.changed) == (True, None, False)
    assert missing.msg == "vmid: service 402 has no VM with the id 2014, and it can't be created by id"
    assert simulator.writes == ["POST /service/402/vms/2014/stop", "DELETE /service/402/vms/2014"]


def test_a_name_with_blanks_around_is_the_same_name(simulator, run_tasks):
    run = fine(run_tasks([task(name=" new-1 ", **NEW), task(name=" new-1 ", **NEW), task(name="new-1", **NEW)]))
    assert [result.changed for result in run.task_results] == [True, False, False]
    assert simulator.operations[71] == 1
    assert run.task_results[0]["vm"]["name"] == "new-1"


# states


def test_states_of_machines_that_are_there(simulator, run_tasks):
    run = fine(
        run_tasks(
            [
                task(name="stage-rescue", state="started", memory=1024),
                task(name="stage-web", state="unrescued"),
                task(name="stage-web", state="restarted"),
                task(name="stage-web", state="stopped"),
                task(name="stage-web", state="restarted"),
                task(name="stage-web", state="rebuilt"),
                task(name="stage-web", state="rebuilt", template="Debian 12", check=True),
                task(name="stage-web", state="rebuilt", template="Debian 12"),
                task(name="stage-rescue", state="stopped"),
            ]
        )
    )
    rescue, no_rescue, restarted, _stopped, started, rebuilt, other_check, other, from_rescue = run.task_results
    assert rescue["plan"] == ["resize VM stage-rescue of service 402 (memory 2048 to 1024)"]
    assert rescue["vm"]["status"] == "rescue"
    assert "rescue mode" in rescue["warnings"][0]
    assert (no_rescue.changed, no_rescue["plan"]) == (False, [])
    assert restarted["plan"] == ["reboot VM stage-web of service 402 (now running)"]
    assert restarted["diff"]["before"] != restarted["diff"]["after"]
    assert started["plan"] == ["start VM stage-web of service 402 (now stopped)"]
    assert started["vm"]["status"] == "running"
    assert rebuilt["plan"] == ["rebuild VM stage-web (2011) of service 402 with AlmaLinux 9 (now AlmaLinux 9)"]
    assert (
        other_check["plan"]
        == other["plan"]
        == ["rebuild VM stage-web (2011) of service 402 with Debian 12 (now AlmaLinux 9)"]
    )
    assert (other["vm"]["template"], other["vm"]["template_id"]) == ("Debian 12", "101")
    assert from_rescue["vm"]["status"] == "stopped"
    assert [short(write) for write in simulator.writes] == [
        *("PUT", "POST reboot", "POST stop", "POST start", "POST rebuild", "POST rebuild", "POST stop")
    ]


def test_states_of_machines_that_are_missing(simulator, run_tasks):
    states = ("restarted", "unrescued", "rebuilt")
    run = run_tasks(
        [
            *[task(name="new-1", **NEW, state=state, check=check) for state in states for check in (True, False)],
            task(name="new-1", state="started", memory=512),
            task(name="new-1", state="absent"),
            task(name="new-1", **NEW, state="rescued"),
            task(name="new-2", **NEW, state="started"),
        ]
    )
    *failing, incomplete, absent, rescued, started = run.task_results
    assert [result.msg for result in failing] == [
        f"name: service 402 has no VM 'new-1', and it can't be {state}" for state in states for _check in (True, False)
    ]
    assert incomplete.msg == "service 402 has no VM 'new-1'; to create it, also give template, cpu, disk"
    assert (absent.changed, absent["vm"], absent["plan"]) == (False, None, [])
    assert rescued["vm"]["status"] == "rescue"
    assert started["vm"]["status"] == "running"
    assert [short(write) for write in simulator.writes] == ["POST vms", "POST rescue", "POST vms"]


# time


@pytest.mark.waits
@pytest.mark.unmeasured
@pytest.mark.simulator(build_time=2)
@pytest.mark.parametrize("shape", ["reference", "proxmox"])
def test_accepted_is_not_done(shape, simulator, run_tasks):
    """A build that takes its time is waited for, or not, as is wanted."""
    simulator.poke(settings={"shape": shape})
    run = run_tasks(
        [
            task(name="new-1", **NEW, state="started"),
            task(name="new-2", **NEW, wait=False),
            task(name="new-2", state="stopped"),
            task(name="new-2", state="absent"),
        ]
    )
    waited, unwaited, stopped, absent = run.task_results
    assert waited["vm"]["status"] == "running"
    assert unwaited["vm"]["status"] == "building"
    assert unwaited["vm"]["id"]
    assert stopped["vm"]["status"] == "stopped"
    assert stopped["plan"] == ["stop VM new-2 of service 402 (now running)"]
    assert absent["vm"] is None
    assert all(vm.get("gone") for vm in simulator.state()["vm"] if vm["label"] == "new-2")


@pytest.mark.simulator(build_time=30)
def test_what_takes_too_long_is_a_sentence(simulator, run_tasks):
    options = {"wait_timeout": 1, "wait_interval": 0.2}
    run = run_tasks(
        [
            task(name="new-1", **NEW, **options),
            task(name="new-1", state="stopped", **options),
            task(name="stage-web", state="stopped", **options),
            task(name="stage-db", memory=1024, wait=False),
        ]
    )
    created, building, stopped, unwaited = run.task_results
    assert created.msg == (
        "creating VM new-1 in service 402 was accepted by the portal: "
        "waited 1 s (wait_timeout), but it isn't ready (the portal says 'building')"
    )
    assert created.changed
    assert created["vm"]["name"] == "new-1"
    assert created["vm"]["id"]
    assert building.msg == (
        "waited 1 s (wait_timeout), but VM new-1 of service 402 is still busy (the portal says 'building')"
    )
    assert not building.changed
    assert stopped.msg == (
        "stop of VM stage-web of service 402 was accepted by the portal: "
        "waited 1 s (wait_timeout), but its end is not seen (the portal says 'stopping')"
    )
    assert stopped.changed
    assert not unwaited.failed
    assert simulator.operations[71] == 1


# others are at work too


@pytest.mark.simulator(build_time=0.2)
@pytest.mark.parametrize("shape", ["keyed", "openstack"])
def test_another_machine_that_appears_meanwhile_is_not_taken_for_ours(shape, simulator, run_tasks):
    """`keyed` says no id when it creates, `openstack` does."""
    simulator.poke(settings={"shape": shape})
    simulator.fault(method="POST", path="/service/@id/vms", delay=0.6)
    small = {"service": "402", "memory": 128, "disk": 1}
    others = [{**small, "id": number, "label": f"other-{number}"} for number in ("1", "9999")]
    once_asked(simulator, "POST", "/402/vms", lambda: simulator.poke(vm=others))
    (created,) = fine(run_tasks([task(name="new-1", **NEW)])).task_results
    assert created["vm"]["name"] == "new-1"
    assert created["vm"]["memory"] == 512
    labels = [vm["label"] for vm in simulator.state()["vm"] if vm["parent"] == "402"]
    assert {"other-1", "other-9999"} < set(labels)
    assert labels.count("new-1") == 1


def test_one_of_the_same_name_that_appears_meanwhile_ends_it(simulator, run_tasks):
    simulator.fault(method="GET", path="/service/402/templates", delay=0.6)
    once_asked(
        simulator, "GET", "/templates", lambda: simulator.poke(vm={"service": "402", "id": "1", "label": "new-1"})
    )
    (created,) = run_tasks([task(name="new-1", **NEW)]).task_results
    assert created.msg == "VM new-1 of service 402 has appeared since this was planned; nothing was created"
    assert not created.changed
    assert simulator.writes == []


@pytest.mark.simulator(build_time=20)
@pytest.mark.parametrize(
    ("args", "method", "ending"), [({"state": "stopped"}, "POST", "/stop"), ({"memory": 1024}, "PUT", "/2011")]
)
def test_a_machine_that_vanishes_while_it_is_waited_for(args, method, ending, simulator, run_tasks):
    gone = {"service": "402", "id": "2011", "delete": True}
    once_asked(simulator, method, ending, lambda: simulator.poke(vm=gone), carried_out=True)
    begin = time.monotonic()
    (result,) = run_tasks([task(name="stage-web", **args, wait_timeout=15)]).task_results
    assert result.failed
    assert "VM stage-web of service 402 is gone" in result.msg
    assert time.monotonic() - begin < 12


def test_a_machine_that_vanishes_before_it_is_acted_on(simulator, run_tasks):
    """Gone by itself is as good as destroyed; for the other states it is an error."""
    gone = {"status": 404, "body": {"error": ["VM 2011 not found"]}}
    simulator.fault(method="POST", path="/service/402/vms/2011/stop", **gone)
    simulator.fault(method="DELETE", path="/service/402/vms/2011", delay=0.5)
    once_asked(
        simulator, "DELETE", "/2011", lambda: simulator.poke(vm={"service": "402", "id": "2011", "delete": True})
    )
    stopped, destroyed = run_tasks(
        [task(name="stage-web", state="stopped"), task(name="stage-web", state="absent")]
    ).task_results
    assert stopped.failed
    assert "VM 2011 not found" in stopped.msg
    assert stopped["failure"]["operation"] == "stop_vm"
    assert not stopped.changed
    assert not destroyed.failed
    assert destroyed["vm"] is None


@pytest.mark.unmeasured
@pytest.mark.simulator(build_time=2)
def test_a_machine_that_is_being_destroyed_is_not_there(simulator, run_tasks):
    """In a portal that calls it locked it is waited for, and then made anew."""
    simulator.poke(settings={"shape": "proxmox"})
    absent, present = fine(
        run_tasks([task(name="stage-web", state="absent", wait=False), task(name="stage-web", **NEW)])
    ).task_results
    assert absent.changed
    assert present.changed
    assert present["plan"][0].startswith("create VM stage-web")
    assert present["vm"]["id"] not in (None, "2011")


# asking


@pytest.mark.parametrize("shape", SHAPES)
def test_info(shape, simulator, run_tasks):
    simulator.poke(settings={"shape": shape})
    run = fine(
        run_tasks(
            [
                task(INFO),
                task(INFO, name="stage-db", gather=["details"]),
                task(INFO, name="no-such"),
                task(INFO, service="staging", gather=["templates", "resources"], check=True),
            ]
        )
    )
    machines, one, none, more = run.task_results
    assert not run.changed
    assert simulator.writes == []
    assert [machine["name"] for machine in machines["vms"]] == ["stage-web", "stage-db", "stage-rescue"]
    assert [machine["status"] for machine in machines["vms"]] == ["running", "running", "rescue"]
    (machine,) = one["vms"]
    expected = {"name": "stage-db", "memory": 2048, "cpu": 1, "disk": 40, "template": "Debian 12", "service_id": "402"}
    assert expected.items() <= machine.items()
    assert machine["ipv4"].startswith("185.0.2.")
    assert machine["ipv6"].startswith("2001:db8:")
    assert none["vms"] == []
    assert [template["name"] for template in more["templates"]][3] == "Windows Server 2022 & SQL Express"
    assert set(more["templates"][0]) == {"id", "name"}
    assert {str(value) for value in more["resources"]["memory"].values()} == {"8192", "6144", "2048"}
    assert "templates" not in machines
    assert "plan" not in machines
    assert machine["id"] == machines["vms"][1]["id"]


def test_info_by_id_and_of_an_empty_service(simulator, run_tasks):
    simulator.poke(settings={"shape": "keyed"})
    simulator.poke(vm=[{"service": "402", "id": number, "delete": True} for number in ("2011", "2012", "2013")])
    by_id, empty = fine(run_tasks([task(INFO, service="401", vmid="2003"), task(INFO)])).task_results
    assert [(machine["id"], machine["status"]) for machine in by_id["vms"]] == [("2003", "stopped")]
    assert empty["vms"] == []


def test_a_machine_that_needs_too_much_is_refused_with_what_is_left(simulator, run_tasks):
    new = {"template": "Ubuntu 24.04", "cpu": 1, "disk": 20}
    run = run_tasks(
        [
            task(INFO, gather=["resources"]),
            {**task(name="too-large", memory=99999999, **new), "ignore_errors": True},
            {**task(name="stage-db", memory=99999999), "ignore_errors": True},
        ],
        env=simulator.env,
    )
    info, created, resized = run.task_results
    left = info["resources"]
    memory = str(left["memory"]["free"])
    for refused in (created, resized):
        assert refused.failed
        assert "Not enough resources: memory" in refused.msg
        assert f"; service 402 has {memory} MB of memory, " in refused.msg
        assert refused.msg.endswith("GB of disk left")
