# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks run in Ansible's own process: as modules do, whatever the host and the keywords of the task are."""

from __future__ import annotations

import json

import pytest
import yaml

from support.forked_modules import ORDINARY

LABEL = "sindad.cloud.sindad_service_label"
VM = "sindad.cloud.sindad_vm"
INFO = "sindad.cloud.sindad_vm_info"
SERVICES = "sindad.cloud.sindad_service_info"
#: A host that nobody can reach: its name resolves to nothing.
NOWHERE = "nowhere.invalid,"
ON_TARGET = {"sindad_run_on": "target"}
WITHOUT_QUOTES = "without quotes, YAML takes yes, no, on, off, true and false for booleans"


def play(*tasks, **keywords):
    """A play without facts on all hosts of the inventory."""
    return {"hosts": "all", "gather_facts": False, "tasks": list(tasks), **keywords}


def test_a_host_need_not_be_reached(simulator, run_playbook):
    """No connection and no Python of the host is asked for, nor is become of any effect."""
    tasks = [
        {INFO: {"service": 401}, "name": "read", "become": True},
        {LABEL: {"service": 401, "label": "new"}, "name": "change"},
        {INFO: {"service": 401}, "name": "elsewhere", "delegate_to": "also.invalid", "run_once": True},
    ]
    run = run_playbook([play(*tasks)], inventory=NOWHERE).ok()
    assert [result.changed for result in run.task_results] == [False, True, False]
    assert len(run.task("read")["vms"]) == 5


def test_the_environment_of_a_task_is_that_tasks_alone(simulator, run_playbook):
    credentials = {"SINDAD_USERNAME": "ops@example.com", "SINDAD_PASSWORD": "simulator"}
    tasks = [
        {SERVICES: {}, "name": "with", "environment": credentials},
        {SERVICES: {}, "name": "without", "ignore_errors": True},
        {SERVICES: {}, "name": "wrong", "environment": {**credentials, "SINDAD_PASSWORD": "no"}, "ignore_errors": True},
        {SERVICES: {}, "name": "again", "environment": credentials},
    ]
    env = {"SINDAD_USERNAME": None, "SINDAD_PASSWORD": None}
    run = run_playbook([play(*tasks)], inventory=NOWHERE, env=env).ok()
    assert not run.task("with").failed and not run.task("again").failed
    assert run.task("without").msg.startswith("no credentials")
    assert run.task("wrong").msg.startswith("the portal refused the credentials")


def test_what_is_protected_by_the_environment_of_a_play(simulator, run_playbook):
    task = {VM: {"service": 401, "name": "web-1", "state": "absent"}, "ignore_errors": True}
    run = run_playbook([play(task, environment={"SINDAD_PROTECTED": "web-*"})], inventory=NOWHERE).ok()
    assert run.task_results[0].msg == "web-1 is protected by 'web-*'"
    assert simulator.writes == []


def test_defaults_of_a_group_and_of_a_module(simulator, run_playbook):
    defaults = {"group/sindad.cloud.sindad": {"api_timeout": 7}, LABEL: {"service": 401}}
    tasks = [{LABEL: {"label": "web-cluster"}, "name": "label"}, {SERVICES: {}, "name": "services"}]
    run = run_playbook([play(*tasks, module_defaults=defaults)], inventory=NOWHERE, verbosity=3).ok()
    assert {result["invocation"]["module_args"]["api_timeout"] for result in run.task_results} == {7}


def test_a_loop_uses_one_client(simulator, run_playbook):
    """Its items go through the connections that are open, and a file that nobody asked for is not read."""
    task = {VM: {"service": 401, "name": "web-{{ item }}", "state": "started"}, "loop": [1, 2] * 8, "name": "loop"}
    run = run_playbook([play(task)], inventory=NOWHERE).ok()
    assert [item["vm"]["name"] for item in run.task("loop")["results"]] == ["web-1", "web-2"] * 8
    assert not run.changed
    assert simulator.operations == {39: 16}
    assert len({request["client"] for request in simulator.requests()}) <= 2


@pytest.mark.unmeasured
@pytest.mark.parametrize("setting", ["true", "false"])
def test_the_options_of_a_task_are_in_its_result_where_they_are_in_that_of_a_module(setting, simulator, run_tasks):
    task = {INFO: {"service": 401}}
    env = {"ANSIBLE_INJECT_INVOCATION": setting}
    here, there = run_tasks([task, {**task, "vars": ON_TARGET}], env=env).ok().task_results
    assert ("invocation" in here) == ("invocation" in there)


def test_until_register_and_changed_when(simulator, run_playbook):
    simulator.fault(method="GET", path="/service/@id/label", status=500, times=2)
    tasks = [
        {
            LABEL: {"service": 401, "label": "web-cluster"},
            "name": "until",
            "register": "found",
            "until": "found is success",
            "retries": 4,
            "delay": 0,
        },
        {"ansible.builtin.assert": {"that": ["found.attempts == 3", "found.label == 'web-cluster'"]}},
    ]
    run_playbook([play(*tasks)], inventory=NOWHERE).ok()


def test_check_mode_and_diff_of_a_task(simulator, run_playbook):
    tasks = [
        {LABEL: {"service": 401, "label": "new"}, "name": "checked", "check_mode": True, "diff": True},
        {LABEL: {"service": 401, "label": "new"}, "name": "done", "check_mode": False, "diff": True},
    ]
    run = run_playbook([play(*tasks)], inventory=NOWHERE, check=True).ok()
    assert run.task("checked")["plan"] == run.task("done")["plan"]
    assert "+label: new" in run.stdout
    assert simulator.writes == ["POST /service/401/label"]


def test_no_secret_is_shown(simulator, run_playbook):
    # Ansible itself shows the lines of a playbook where a task fails, so it stands elsewhere.
    secret = "{{ lookup('ansible.builtin.env', 'SECRET') }}"
    tasks = [
        {
            "sindad.cloud.sindad_reinstall": {"service": 512, "template": "Debian 12", "password": secret},
            "check_mode": True,
        },
        {
            "sindad.cloud.sindad_api": {
                "operation": "Add contact",
                "body": {"email": "a@example.com", "password": secret},
            },
            "check_mode": True,
        },
        {SERVICES: {"api_password": secret}, "ignore_errors": True},
        {SERVICES: {"api_url": f"https://user:{secret}@example.com/api"}, "ignore_errors": True},
        {SERVICES: {"api_url": f"https://example.com/api?key={secret}"}, "ignore_errors": True},
        {LABEL: {"service": 401, "label": ["x"], "api_password": secret}, "ignore_errors": True},
    ]
    run = run_playbook([play(*tasks)], inventory=NOWHERE, verbosity=4, env={"SECRET": "never-to-be-seen"})
    assert len(run.task_results) == len(tasks)
    assert "never-to-be-seen" not in run.output
    assert "never-to-be-seen" not in json.dumps(run.task_results)


def test_a_time_out_ends_the_task_and_tells_what_was_written(simulator, run_playbook):
    """The machine is being built for longer than the task may take."""
    simulator.poke(settings={"build_time": 30})
    new = {"service": 402, "name": "new-1", "template": "Debian 12", "memory": 512, "cpu": 1, "disk": 10}
    run = run_playbook([play({VM: new, "timeout": 3})], inventory=NOWHERE)
    assert run.rc != 0
    assert "Timed out after" in run.output
    assert "had sent: POST /service/402/vms" in " ".join(run.output.split())


def test_strategies_and_many_hosts(simulator, run_playbook):
    hosts = ",".join(f"host-{number}.invalid" for number in range(6)) + ","
    task = {INFO: {"service": 401, "name": "web-1"}, "throttle": 2}
    plays = [play(task, strategy=name) for name in ("linear", "free", "host_pinned")]
    run = run_playbook(plays, inventory=hosts).ok()
    assert len(run.task_results) == 18
    assert {result["vms"][0]["id"] for result in run.task_results} == {"2001"}


def test_texts_are_texts_and_tags_stay_outside(simulator, run_playbook):
    """A number and a template are texts; a vaulted value is decrypted; what the API tells is no template."""
    simulator.poke(vm=[{"service": "402", "id": "2011", "label": "{{ 1 + 1 }}"}])
    tasks = [
        {LABEL: {"service": "{{ 400 + 1 }}", "label": 5}, "name": "number"},
        {INFO: {"service": 402, "vmid": 2011}, "name": "named", "register": "found"},
        {"ansible.builtin.debug": {"msg": "{{ found.vms[0].name }}"}, "name": "shown"},
    ]
    run = run_playbook([play(*tasks)], inventory=NOWHERE).ok()
    assert run.task("number")["label"] == "5"
    assert run.task("shown")["msg"] == "{{ 1 + 1 }}"


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        ({"name": {"a": 1}}, "name must be a string or a number, not a dictionary"),
        ({"name": ["a"]}, "name must be a string or a number, not a list"),
        ({"name": "a", "template": [101]}, "template must be a string or a number, not a list"),
        ({"name": "a", "protected": [["b"]]}, "protected[0] must be a string or a number, not a list"),
        ({"name": "a", "api_password": {"b": 1}}, "api_password must be a string or a number, not a dictionary"),
        *(
            ({"name": "a", **given}, f"{place}, not a boolean: {WITHOUT_QUOTES}")
            for given, place in (
                ({"name": False}, "name must be a string or a number"),
                ({"memory": True}, "memory must be a number"),
                ({"cpu": True}, "cpu must be a number"),
                ({"wait_interval": True}, "wait_interval must be a number"),
                ({"protected": ["b", True]}, "protected[1] must be a string or a number"),
                ({"state": True}, "state must be a string or a number"),
            )
        ),
    ],
)
def test_lists_and_mappings_for_texts(args, sentence, simulator, run_tasks):
    task = {VM: {"service": 402, **args}}
    here, there = run_tasks([task, {**task, "vars": ON_TARGET}]).task_results
    assert here.msg == there.msg == sentence
    assert simulator.requests() == []


def test_a_choice_that_yaml_takes_for_a_boolean(simulator, run_tasks):
    task = {"sindad.cloud.sindad_power": {"service": 512, "state": True}, "check_mode": True}
    here, there = run_tasks([task, {**task, "vars": ON_TARGET}]).ok().task_results
    assert here["power"] == there["power"] == {"state": "on"}


# as an ordinary module


def test_a_task_can_run_on_its_host(simulator, run_playbook):
    """There, the host's connection and Python count, and what the controller protects is protected as well."""
    tasks = [
        {INFO: {"service": 401, "name": "web-1"}, "name": "there"},
        {VM: {"service": 401, "name": "web-1", "state": "absent"}, "name": "protected", "ignore_errors": True},
    ]
    variables = {**ON_TARGET, "ansible_connection": "local"}
    env = {"SINDAD_PROTECTED": "web-1", **ORDINARY}
    run = run_playbook([play(*tasks, vars=variables)], inventory="some.invalid,", env=env).ok()
    assert run.task("there")["vms"][0]["id"] == "2001"
    assert run.task("protected").msg == "web-1 is protected by 'web-1'"
    unreachable = run_playbook([play(tasks[0], vars=ON_TARGET)], inventory=NOWHERE)
    assert unreachable.task_results[0].status == "unreachable"


def test_a_place_that_nobody_knows(simulator, run_playbook):
    task = {INFO: {"service": 401}, "vars": {"sindad_run_on": "moon"}, "ignore_errors": True}
    run = run_playbook([play(task)], inventory=NOWHERE).ok()
    assert run.task_results[0].msg == "sindad_run_on must be controller or target, not 'moon'"


def test_async_runs_a_module_in_the_background(simulator, run_tasks):
    task = {INFO: {"service": 401, "name": "web-1"}, "async": 30, "poll": 1}
    (here,) = run_tasks([task], env=ORDINARY).task_results
    assert "ansible_job_id" in here, here
    assert here["vms"][0]["id"] == "2001", here


def test_async_on_another_host_says_what_it_needs(simulator, run_playbook):
    task = {INFO: {"service": 401}, "async": 30, "poll": 1, "ignore_errors": True}
    run = run_playbook([play(task)], inventory=NOWHERE).ok()
    assert "set the variable sindad_run_on to target as well" in run.task_results[0].msg


def test_a_file_is_written_on_the_controller(simulator, run_playbook, tmp_path):
    dest = tmp_path / "attachment"
    task = {
        "sindad.cloud.sindad_ticket_info": {"number": "700101", "attachment": "5001", "dest": str(dest), "mode": "0600"}
    }
    run = run_playbook([play(task, task)], inventory=NOWHERE).ok()
    assert [result.changed for result in run.task_results] == [True, False]
    assert dest.stat().st_mode & 0o777 == 0o600


def test_a_playbook_of_strings(simulator, run_playbook, tmp_path):
    """YAML's own types, as a user writes them."""
    file = tmp_path / "play.yml"
    file.write_text(
        yaml.safe_dump([play({LABEL: {"service": 401, "label": "web-cluster", "validate_certs": "yes"}})]),
        encoding="utf-8",
    )
    run_playbook(file, inventory=NOWHERE).ok()


def test_a_protected_machine_on_its_host(simulator, run_playbook):
    """A list may be a string there as anywhere, and what the controller protects reaches a fleet as well."""
    erasing = {"service": "401", "state": "absent"}
    fleet = {"services": [{"service": "401", "prune": True, "vms": []}]}
    tasks = [
        {VM: {**erasing, "name": "web-1", "protected": "db-1,web-1"}, "name": "string"},
        {VM: {**erasing, "name": "web-1", "protected": "web-*"}, "name": "pattern"},
        {VM: {**erasing, "name": "cache-1"}, "name": "environment"},
        {"sindad.cloud.sindad_fleet": {"fleet": fleet, "max_destroy": 50}, "name": "fleet"},
    ]
    variables = {**ON_TARGET, "ansible_connection": "local"}
    env = {"SINDAD_PROTECTED": "cache-*"}
    tasks = [{**task, "ignore_errors": True} for task in tasks]
    run = run_playbook([play(*tasks, vars=variables)], inventory="some.invalid,", env=env).ok()
    assert run.task("string").msg == "web-1 is protected by 'web-1'"
    assert run.task("pattern").msg == "web-1 is protected by 'web-*'"
    assert run.task("environment").msg == "cache-1 is protected by 'cache-*'"
    assert "cache-1 is protected by 'cache-*'" in run.task("fleet").msg
    assert not [request for request in simulator.requests() if request["method"] == "DELETE"]


@pytest.mark.parametrize("name", ["", "A=B", "A\0"])
def test_an_environment_that_cannot_be_set(name, simulator, run_playbook):
    task = {INFO: {"service": 401}, "environment": {name: "x"}, "ignore_errors": True}
    (result,) = run_playbook([play(task)], inventory=NOWHERE).ok().task_results
    assert result.msg.startswith("environment: ")
    assert simulator.requests() == []


@pytest.mark.parametrize(
    "variables",
    [
        {"ansible_shell_type": "powershell"},
        {"ansible_connection": "local", "ansible_python_interpreter": "/nonexistent/python"},
        {"ansible_become": True, "ansible_become_exe": "/nonexistent/sudo"},
    ],
)
@pytest.mark.parametrize("keywords", [{}, {"delegate_to": "some.invalid"}])
def test_a_file_is_written_without_the_hosts_shell_user_and_interpreter(
    variables, keywords, simulator, run_playbook, tmp_path
):
    dest = tmp_path / "attachment"
    options = {"number": "700101", "attachment": "5001", "dest": str(dest)}
    task = {"sindad.cloud.sindad_ticket_info": options, **keywords}
    run_playbook([play(task, vars=variables)], inventory="some.invalid,").ok()
    assert dest.exists()


def test_a_job_in_the_background_is_found_where_the_playbook_says(simulator, run_playbook, tmp_path):
    """The connection of localhost stays as it is, with the folder for jobs that a variable names."""
    tasks = [
        {INFO: {"service": 401, "name": "web-1"}, "async": 30, "poll": 0, "register": "job"},
        {
            "ansible.builtin.async_status": {"jid": "{{ job.ansible_job_id }}"},
            "register": "found",
            "until": "found.finished",
            "retries": 30,
            "delay": 1,
            "name": "found",
        },
    ]
    folders = {"ansible_async_dir": str(tmp_path / "jobs"), "ansible_remote_tmp": str(tmp_path / "tmp")}
    variables = {"ansible_connection": "local", **folders}
    run = run_playbook([play(*tasks, vars=variables)], inventory="some.invalid,", env=ORDINARY).ok()
    assert run.task("found")["vms"][0]["id"] == "2001"
    assert (tmp_path / "jobs").is_dir()
