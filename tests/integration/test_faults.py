# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Networks and portals that fail in the middle: nothing is done twice, nothing is lost without a word."""

from __future__ import annotations

import pytest
import requests

SHAPES = ("reference", "keyed", "proxmox", "opennebula", "openstack")
VM = "sindad.cloud.sindad_vm"
LABEL = "sindad.cloud.sindad_service_label"
INFO = "sindad.cloud.sindad_vm_info"
NEW = {"template": "Debian 12", "memory": 512, "cpu": 1, "disk": 10}
VMS = "/service/@id/vms"
VM_PATH = "/service/@id/vms/@vmid"


def task(module=VM, **args):
    patience = {"wait_interval": 0.1} if module == VM else {}
    return {module: {"service": "402", **patience, **args}}


def machines(simulator, name):
    """The machines of a name that are there."""
    return [vm for vm in simulator.state()["vm"] if vm["label"] == name and not vm.get("gone")]


# lost answers to a creation


@pytest.mark.simulator(build_time=0.2)
@pytest.mark.parametrize("shape", SHAPES)
def test_a_machine_whose_creation_was_carried_out_is_found(shape, simulator, run_tasks):
    simulator.poke(settings={"shape": shape})
    simulator.fault(method="POST", path=VMS, drop="after")
    created, again = run_tasks([task(name="new-1", **NEW), task(name="new-1", **NEW)], verbosity=3).task_results
    assert not created.failed, created.msg
    assert created.changed
    assert (created["vm"]["name"], created["vm"]["status"]) == ("new-1", "running")
    assert created["vm"]["id"]
    assert created["api_calls"]["create_vm"] == 1
    assert not again.changed
    assert simulator.writes == ["POST /service/402/vms"]
    assert len(machines(simulator, "new-1")) == 1


@pytest.mark.unmeasured
def test_a_machine_whose_creation_was_not_carried_out_is_an_error_and_made_the_next_time(simulator, run_tasks):
    simulator.fault(method="POST", path=VMS, drop="before")
    failed, created = run_tasks([task(name="new-1", **NEW), task(name="new-1", **NEW)]).task_results
    assert failed.failed
    assert failed.msg.startswith(
        "creating VM new-1 in service 402: the answer to POST /service/402/vms was lost (Remote end closed connection"
    )
    assert failed.msg.endswith("15 s later no effect of it is seen")
    assert not failed.changed
    assert failed["failure"]["operation"] == "create_vm"
    assert not failed.get("vm")
    assert created.changed
    # one request of each task
    assert simulator.writes == ["POST /service/402/vms"] * 2
    assert len(machines(simulator, "new-1")) == 1


@pytest.mark.simulator(build_time=0.2)
@pytest.mark.parametrize(
    "fault",
    [
        {"status": 502, "body": "<html>Bad Gateway</html>"},
        {"status": 504, "body": ""},
        {"status": 200, "body": "<html>a proxy's page</html>"},
        {"status": 200, "body": ""},
    ],
)
def test_a_gateway_that_hides_the_answer(fault, simulator, run_tasks):
    """An error, or a page, in place of the answer to something that was carried out."""
    simulator.fault(method="POST", path=VMS, when="after", **fault)
    (created,) = run_tasks([task(name="new-1", **NEW)]).task_results
    assert not created.failed, created.msg
    assert created["vm"]["name"] == "new-1"
    assert simulator.operations[71] == 1


def test_a_creation_that_is_refused_is_not_repeated(simulator, run_tasks):
    simulator.fault(method="POST", path=VMS, status=200, body={"success": False, "message": "pool is full"})
    full, created = run_tasks([task(name="new-1", **NEW)] * 2).task_results
    assert full.msg == "the portal refused POST /service/402/vms: pool is full"
    assert not full.changed
    assert created.changed
    assert simulator.operations[71] == 2


def test_a_creation_that_the_rate_limit_refused_is_repeated(simulator, run_tasks):
    """It was not carried out; a limit that stays is an error in the portal's words."""
    limit = {"status": 429, "headers": {"Retry-After": "1"}, "body": {"error": "slow down"}}
    simulator.fault(method="POST", path=VMS, **limit)
    (created,) = run_tasks([task(name="new-1", **NEW)], verbosity=3).task_results
    assert (created.failed, created.changed, created["api_calls"]["create_vm"]) == (False, True, 2)
    assert len(machines(simulator, "new-1")) == 1
    first, second = simulator.requests(71)
    assert (first["carried_out"], second["carried_out"]) == (False, True)
    assert second["time"] - first["time"] >= 1
    simulator.fault(method="POST", path=VMS, **{**limit, "headers": {"Retry-After": "0"}}, times=None)
    (limited,) = run_tasks([task(name="new-2", **NEW)], env={"SINDAD_API_RETRIES": "1"}).task_results
    assert limited.msg == "the portal's rate limit refused POST /service/402/vms: slow down"
    assert not limited.changed
    assert simulator.operations[71] == 4


# lost answers to other actions


@pytest.mark.unmeasured
@pytest.mark.simulator(build_time=0.2)
@pytest.mark.parametrize("shape", ["reference", "proxmox", "openstack"])
def test_actions_whose_answers_are_lost_after_they_were_carried_out(shape, simulator, run_tasks):
    """Decided by what is there: each is sent once and each has happened."""
    simulator.poke(settings={"shape": shape})
    for verb in ("stop", "start", "rescue", "unrescue", "rebuild"):
        simulator.fault(method="POST", path=f"{VM_PATH}/{verb}", drop="after")
    run = run_tasks(
        [
            task(name="stage-db", state="stopped"),
            task(name="stage-db", state="started"),
            task(name="stage-db", state="rescued"),
            task(name="stage-db", state="unrescued"),
            task(name="stage-db", template="Ubuntu 24.04", rebuild="if_template_differs"),
            task(LABEL, label="plain"),
        ]
    )
    assert [result.msg for result in run.task_results if result.failed] == []
    assert all(result.changed for result in run.task_results)
    statuses = [result["vm"]["status"] for result in run.task_results[:5]]
    assert statuses == ["stopped", "running", "rescue", "running", "running"]
    assert run.task_results[4]["vm"]["template"] == "Ubuntu 24.04"
    assert len(simulator.writes) == 6


def test_a_label_whose_answer_is_lost(simulator, run_tasks):
    simulator.fault(method="POST", path="/service/@id/label", drop="after")
    (result,) = run_tasks([task(LABEL, label="plain")]).task_results
    assert (result.failed, result.changed, result["label"]) == (False, True, "plain")
    assert simulator.writes == ["POST /service/402/label"]


@pytest.mark.waits
@pytest.mark.unmeasured
def test_a_reboot_whose_answer_is_lost_is_said(simulator, run_tasks):
    """Whether a machine was rebooted, nobody can see afterwards."""
    simulator.fault(method="POST", path=f"{VM_PATH}/reboot", drop="after")
    (result,) = run_tasks([task(name="stage-db", state="restarted")]).task_results
    assert result.failed
    assert result.changed  # it may have been
    assert result.msg.startswith("reboot of VM stage-db of service 402: the answer to POST ")
    assert result.msg.endswith("it may have been carried out, check before you run this again")
    assert len(simulator.writes) == 1


@pytest.mark.simulator(build_time=0.5)
@pytest.mark.parametrize("shape", ["reference", "proxmox"])
def test_what_is_safe_to_repeat_is_repeated_until_it_is_done(shape, simulator, run_tasks):
    """The repetition of a PUT may be refused, as the first one has locked the machine: that is no failure."""
    simulator.poke(settings={"shape": shape})
    simulator.fault(method="PUT", path=VM_PATH, drop="after")
    simulator.fault(method="DELETE", path=VM_PATH, drop="after")
    resized, gone = run_tasks([task(name="stage-db", memory=1024), task(name="stage-web", state="absent")]).task_results
    assert not resized.failed, resized.msg
    assert (resized.changed, resized["vm"]["memory"]) == (True, 1024)
    assert not gone.failed, gone.msg
    assert (gone.changed, gone["vm"]) == (True, None)
    assert machines(simulator, "stage-web") == []


def test_what_is_safe_to_repeat_and_was_not_carried_out(simulator, run_tasks):
    for method in ("PUT", "DELETE"):
        simulator.fault(method=method, path=VM_PATH, drop="before")
        simulator.fault(
            method=method, path=VM_PATH, status=503, headers={"Retry-After": "0"}, body="<html>later</html>"
        )
    resized, gone = run_tasks(
        [task(name="stage-db", memory=1024), task(name="stage-web", state="absent")], verbosity=3
    ).task_results
    assert (resized.failed, resized.changed) == (False, True)
    assert (gone.failed, gone.changed) == (False, True)
    assert resized["api_calls"]["resize_vm"] == 3
    assert gone["api_calls"]["destroy_vm"] == 3


def test_a_delete_that_was_carried_out_at_once_is_repeated_into_a_404(simulator, run_tasks):
    simulator.fault(method="DELETE", path=VM_PATH, drop="after")
    (gone,) = run_tasks([task(name="stage-web", state="absent")]).task_results
    assert (gone.failed, gone.changed, gone["vm"]) == (False, True, None)
    assert [each["status"] for each in simulator.requests(72)] == [None, 404]


# reading


def test_reading_survives_a_restless_portal(simulator, run_tasks):
    faults = [
        {"drop": "before"},
        {"status": 503, "headers": {"Retry-After": "0"}},
        {"status": 429, "headers": {"Retry-After": "0"}, "body": {"error": ["Too many requests"]}},
    ]
    for fault in faults:
        simulator.fault(method="GET", path=VMS, **fault)
    (result,) = run_tasks([task(INFO)], verbosity=3, env={"SINDAD_API_RETRIES": "3"}).task_results
    assert not result.failed, result.msg
    assert len(result["vms"]) == 3
    assert result["api_calls"] == {"list_vms": 4}


def test_what_fails_while_it_is_waited_for_is_said(simulator, run_tasks):
    """The change was carried out; that its end could not be seen is an error that says changed."""
    simulator.fault(method="GET", path=VM_PATH, status=500, body={"error": ["database is gone"]}, times=None)
    (result,) = run_tasks([task(name="stage-db", state="stopped", wait_timeout=2)]).task_results
    assert result.failed
    assert result.msg.startswith("stop of VM stage-db of service 402 was accepted by the portal: waited 2 s")
    assert "database is gone" in result.msg
    assert result.changed
    assert simulator.writes == ["POST /service/402/vms/2012/stop"]


# tokens


def test_an_expired_token_is_renewed_in_the_middle_of_a_task(simulator, run_tasks):
    pair = requests.post(
        f"{simulator.url}/login", json={"username": simulator.username, "password": simulator.password}, timeout=10
    ).json()
    simulator.clear()
    simulator.fault(method="GET", path=VMS, status=200, body={"error": ["token_expired"]})
    simulator.fault(method="POST", path=f"{VM_PATH}/stop", status=401, body={"error": ["token_expired"]})
    env = {
        "SINDAD_USERNAME": None,
        "SINDAD_PASSWORD": None,
        "SINDAD_TOKEN": pair["token"],
        "SINDAD_REFRESH_TOKEN": pair["refresh"],
    }
    run = run_tasks([task(name="stage-db", state="stopped")], env=env, verbosity=3)
    (result,) = run.task_results
    assert not result.failed, result.msg
    assert result.changed
    assert result["api_calls"]["refresh_token"] == 2
    assert result["api_calls"]["stop_vm"] == 2
    assert [write for write in simulator.writes if "token" not in write] == ["POST /service/402/vms/2012/stop"] * 2
    assert pair["token"] not in run.output
    assert pair["refresh"] not in run.output


def test_many_hosts_at_once_do_not_disturb_each_other(simulator, run_playbook):
    """Eight machines by eight forks: each is created once, under its own name."""
    simulator.poke(settings={"shape": "keyed"})
    names = [f"node-{number}" for number in range(1, 7)]
    play = {
        "hosts": "all",
        "connection": "local",
        "gather_facts": False,
        "tasks": [{VM: {"service": "403", "name": "{{ inventory_hostname }}", **NEW, "wait_interval": 0.1}}],
    }
    run = run_playbook([play], "--forks", "6", inventory=",".join(names) + ",").ok()
    assert sorted(result["vm"]["name"] for result in run.task_results) == names
    assert len({result["vm"]["id"] for result in run.task_results}) == len(names)
    assert simulator.operations[71] == len(names)
