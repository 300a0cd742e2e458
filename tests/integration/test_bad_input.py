# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What bad input gets: one sentence that a person can act on, no traceback, no change, no secret in any output."""

from __future__ import annotations

import ast
import socket
from base64 import b64encode
from urllib.parse import quote

import pytest
import yaml

from support import ROOT

SECRET = "Never&shown <Pa55>"
#: One task of each of the first four modules, which would change something or at least ask for something.
TASKS = (
    {"sindad.cloud.sindad_vm": {"service": "402", "name": "stage-web", "memory": 1024, "state": "stopped"}},
    {"sindad.cloud.sindad_vm": {"service": "staging", "name": "stage-web", "state": "absent"}, "check_mode": True},
    {"sindad.cloud.sindad_vm_info": {"service": "402"}},
    {"sindad.cloud.sindad_service_label": {"service": "402", "label": "x"}},
    {"sindad.cloud.sindad_service_info": {"gather": ["details"]}},
)
#: These need no credentials, or never ask the portal.
ANONYMOUS = {"sindad_status_info", "sindad_server_stock_info", "sindad_fleet_show"}


def with_options(**options):
    """The tasks with some options more."""
    return [
        {key: {**value, **options} if key.startswith("sindad.") else value for key, value in task.items()}
        for task in TASKS
    ]


def judge(run, simulator, tasks=TASKS):
    """Return the sentences; nothing of what must not be is there."""
    assert len(run.task_results) == len(tasks)
    for result in run.task_results:
        assert result.failed, result.task
        assert not result.changed, result.task
        assert len(result.msg.splitlines()) == 1, result.msg
        assert "Traceback" not in str(dict(result))
        assert not result.get("module_stderr")
    shown = run.output + str([dict(result) for result in run.task_results])
    assert "Traceback (most recent call last)" not in shown
    basic = b64encode(f"{simulator.username}:{SECRET}".encode()).decode()
    for form in (SECRET, quote(SECRET), SECRET.replace("&", "&amp;"), "Never&shown", basic):
        assert form not in shown
    assert [write for write in simulator.writes if write not in ("POST /token", "POST /login")] == []
    return [result.msg for result in run.task_results]


@pytest.fixture
def dead():
    """The address of a port where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def first_examples():
    """For each module that asks the portal, the first example of it that stands alone."""
    found = []
    for path in sorted((ROOT / "plugins" / "modules").glob("sindad_*.py")):
        if path.stem in ANONYMOUS:
            continue
        name = f"sindad.cloud.{path.stem}"
        text = next(
            node.value.value
            for node in ast.parse(path.read_text(encoding="utf-8")).body
            if isinstance(node, ast.Assign) and node.targets[0].id == "EXAMPLES"
        )
        alone = [task for task in yaml.safe_load(text) if name in task and not {"loop", "when"} & set(task)]
        found.append({"name": path.stem, name: alone[0][name]})
    return found


# credentials


def test_wrong_password(simulator, run_tasks, first_examples):
    """In every module that asks the portal, and at the highest verbosity."""
    tasks = [*TASKS, *first_examples]
    run = run_tasks(tasks, verbosity=4, env={"SINDAD_PASSWORD": SECRET})
    for message in judge(run, simulator, tasks):
        assert message.startswith("the portal refused the credentials: wronglogin"), message
    assert all(result["failure"]["errors"][0] == "wronglogin" for result in run.task_results)


@pytest.mark.parametrize("shape", ["proxmox", "openstack"])
def test_wrong_password_in_the_words_of_other_portals(shape, simulator, run_tasks):
    """An error in a 200, an error that is a string."""
    simulator.poke(settings={"shape": shape})
    for message in judge(run_tasks(TASKS[:1], env={"SINDAD_PASSWORD": SECRET}), simulator, TASKS[:1]):
        assert message.startswith("the portal refused the credentials: wronglogin")


def test_no_credentials(simulator, run_tasks):
    gone = {"SINDAD_USERNAME": None, "SINDAD_PASSWORD": None}
    for message in judge(run_tasks(TASKS, env=gone), simulator):
        assert message.startswith("no credentials: set api_username and api_password")
        assert "SINDAD_USERNAME and SINDAD_PASSWORD" in message
        assert "api_token (or SINDAD_TOKEN)" in message
    assert simulator.requests() == []
    (half,) = judge(run_tasks(TASKS[:1], env={"SINDAD_PASSWORD": None}), simulator, TASKS[:1])
    assert half == "api_password (or SINDAD_PASSWORD) is missing: api_username is given without it"
    (other,) = judge(run_tasks(TASKS[:1], env={"SINDAD_USERNAME": None}), simulator, TASKS[:1])
    assert other == "api_username (or SINDAD_USERNAME) is missing: api_password is given without it"
    assert simulator.requests() == []


def test_wrong_token(simulator, run_tasks):
    run = run_tasks(TASKS, env={"SINDAD_TOKEN": "made-up", "SINDAD_REFRESH_TOKEN": "made-up-too"}, verbosity=3)
    for message in judge(run, simulator):
        assert message.startswith(
            "the token has expired and can't be renewed: the portal refused the refresh token: unauthorized"
        )
    assert "made-up" not in run.output


# services and machines


def test_unknown_and_ambiguous_services(simulator, run_tasks):
    simulator.poke(service=[{"id": "401", "label": "twice"}, {"id": "402", "label": "twice"}])
    named = [task for task in with_options(service="no-such") for key in task if key.startswith("sindad.")]
    for message in judge(run_tasks(named), simulator):
        assert message.startswith(
            "service: no service has 'no-such' as its id, label or domain; the services are: 401 ("
        )
    for message in judge(run_tasks(with_options(service="twice")), simulator):
        assert message.startswith("service: 'twice' is ambiguous, give the id of one of these: 401 (")
        assert "; 402 (" in message


# the portal


@pytest.mark.parametrize("url", ["http://portal.example.com/api", "http://192.0.2.1:8080/api"])
def test_plain_http_to_another_machine(url, simulator, run_tasks, dead):
    """The proxy would be the first to get a packet: its port is dead, and nobody has tried it."""
    env = {"SINDAD_API_URL": url, "SINDAD_PASSWORD": SECRET, "http_proxy": f"http://127.0.0.1:{dead}"}
    for message in judge(run_tasks(TASKS, env=env, verbosity=4), simulator):
        host = url.split("/")[2].split(":")[0]
        assert message == (
            f"api_url: http:// to {host} would send the password in clear text; use https:// "
            "(http:// is accepted for a loopback address only)"
        )


def test_an_address_with_a_password_in_it(simulator, run_tasks):
    """The sentence doesn't repeat it. (Ansible does, in the task's arguments: nobody has said that it is a secret.)"""
    env = {"SINDAD_API_URL": f"https://ops:{quote(SECRET)}@portal.example.com/api"}
    (result,) = run_tasks(TASKS[:1], env=env).task_results
    assert result.failed
    assert result.msg.startswith("api_url must be the address of the API, without credentials")
    assert "Never" not in result.msg


def test_unreachable(simulator, run_tasks, dead):
    env = {"SINDAD_API_URL": f"http://127.0.0.1:{dead}/api", "SINDAD_API_RETRIES": "0", "SINDAD_PASSWORD": SECRET}
    for message in judge(run_tasks(TASKS, env=env, verbosity=4), simulator):
        assert message.startswith(f"the portal can't be reached at 127.0.0.1 port {dead}: "), message
        assert message.endswith("Connection refused")


def test_a_name_that_does_not_resolve(simulator, run_tasks):
    env = {"SINDAD_API_URL": "https://portal.invalid/api", "SINDAD_API_RETRIES": "0"}
    (message,) = judge(run_tasks(TASKS[:1], env=env), simulator, TASKS[:1])
    assert message.startswith("the portal can't be reached at portal.invalid port 443: ")


def test_no_answer_in_time(simulator, run_tasks):
    simulator.fault(method="GET", path="*", delay=3, times=1)
    env = {"SINDAD_API_TIMEOUT": "0.3", "SINDAD_API_RETRIES": "0"}
    (message,) = judge(run_tasks(TASKS[:1], env=env), simulator, TASKS[:1])
    assert message.endswith("no complete answer within 0.3 s (api_timeout)")


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ({"status": 200, "body": "<!DOCTYPE html>\n<title>Maintenance</title>"}, "an HTML page (Maintenance)"),
        ({"status": 503, "body": "<html><body>Back at noon</body></html>"}, "an HTML page (Back at noon)"),
        ({"status": 403, "body": "<html>Log in to the proxy</html>"}, "an HTML page (Log in to the proxy)"),
        ({"status": 404, "body": "<html>Not Found</html>"}, "an HTML page (Not Found)"),
        ({"status": 200, "body": "<br />\n<b>Warning</b>: Undefined index\n{}"}, "an HTML page (Warning : Undefined"),
        (
            {"status": 200, "body": "Warning: Undefined index\n{}"},
            "something that is not JSON (Warning: Undefined index",
        ),
    ],
)
def test_a_portal_that_answers_html(fault, said, simulator, run_tasks):
    simulator.fault(method="GET", **fault, times=None)
    for message in judge(run_tasks(TASKS[2:4], env={"SINDAD_API_RETRIES": "0"}), simulator, TASKS[2:4]):
        assert said in message
        assert "GET /service" in message


def test_html_where_the_address_lacks_its_path(simulator, run_tasks):
    run = run_tasks(TASKS, env={"SINDAD_API_URL": simulator.url.removesuffix("/api")})
    for message in judge(run, simulator):
        assert "HTTP 404 and an HTML page (404 Not Found)" in message
        assert f"check api_url ({simulator.url.removesuffix('/api')}); it usually ends in /api" in message


def test_an_empty_answer(simulator, run_tasks):
    simulator.fault(method="GET", status=200, body="", times=None)
    for message in judge(run_tasks(TASKS[:1]), simulator, TASKS[:1]):
        assert "an empty body where JSON was expected" in message


def test_a_redirect_to_another_host(simulator, run_tasks):
    simulator.fault(status=302, headers={"Location": "https://sindad.example/api/service"}, body="", times=None)
    for message in judge(run_tasks(TASKS[:1]), simulator, TASKS[:1]):
        assert "redirects GET /service" in message
        assert "to https://sindad.example/api/service, which is not followed: set api_url" in message


# options


@pytest.mark.parametrize("check", [False, True])
def test_values_that_cannot_be_right(check, simulator, run_tasks):
    module = "sindad.cloud.sindad_vm"
    wrong = {
        "memory": (0, "an integer of 1 or more, not 0"),
        "cpu": (-1, "an integer of 1 or more, not -1"),
        "disk": (0, "an integer of 1 or more, not 0"),
        "wait_timeout": (0, "a number of seconds above 0, not 0"),
        "wait_interval": (-1, "a number of seconds above 0, not -1.0"),
        "template": (" ", "a non-empty string of one line, not ' '"),
        "vmid": ("a\tb", "a non-empty string of one line, not 'a\\tb'"),
        "name": ("a\nb", "a non-empty string of one line, not 'a\\nb'"),
        "api_timeout": (0, "a number of seconds above 0, not 0.0"),
    }
    named = {"name": "stage-web"}
    tasks = [
        {module: {"service": "402", **({} if option == "vmid" else named), option: value}}
        for option, (value, _unused) in wrong.items()
    ]
    messages = judge(run_tasks(tasks, check=check), simulator, tasks)
    assert messages == [f"{option} must be {said}" for option, (_unused, said) in wrong.items()]
    assert simulator.requests() == []


def test_options_that_do_not_fit_together(simulator, run_tasks):
    module = "sindad.cloud.sindad_vm"
    tasks = [
        {module: {"service": "402"}},
        {module: {"service": "402", "name": "a", "vmid": "1"}},
        {module: {"name": "a"}},
        {module: {"service": "402", "name": "a", "state": "paused"}},
        {module: {"service": "402", "name": "a", "rebuild": "always"}},
        {module: {"service": "402", "name": "a", "memory": "plenty"}},
        {module: {"service": "402", "name": "a", "api_retries": -1}},
        {module: {"service": "402", "name": "a", "api_ca_path": "/no/such/file.pem"}},
        {"sindad.cloud.sindad_vm_info": {"service": "402", "name": "a", "vmid": "1"}},
        {"sindad.cloud.sindad_service_label": {"service": "402", "label": "a\nb"}},
        {"sindad.cloud.sindad_service_info": {"gather": ["everything"]}},
    ]
    messages = judge(run_tasks(tasks), simulator, tasks)
    for message, said in zip(
        messages,
        [
            *("one of the following is required: name, vmid", "mutually exclusive: name|vmid", "missing required"),
            *(
                "value of state must be one of",
                "value of rebuild must be one of",
                "memory",
                "api_retries must be a number",
            ),
            *(
                "api_ca_path: file or directory /no/such/file.pem not found",
                "mutually exclusive",
                "label must be",
                "value of gather must be one",
            ),
        ],
        strict=True,
    ):
        assert said in message
    assert simulator.requests() == []


#: Options that are null or empty, and what a task lacks then.
NOT_GIVEN = (
    ("sindad_vm", {"name": None}, "one of the following is required: name, vmid"),
    ("sindad_vm", {"name": "", "vmid": ""}, "one of the following is required: name, vmid"),
    ("sindad_vm", {"name": " ", "vmid": None, "state": "absent"}, "one of the following is required: name, vmid"),
    ("sindad_vm", {"service": None, "name": "stage-web", "state": "absent"}, "missing required arguments: service"),
    ("sindad_vm", {"service": "", "name": "stage-web"}, "missing required arguments: service"),
    ("sindad_ip", {"ip": None, "vlan": None}, "one of the following is required: ip, vlan"),
    ("sindad_ip", {"ip": "", "state": "absent"}, "one of the following is required: ip, vlan"),
    ("sindad_ip", {"vlan": "10", "count": None}, "parameters are required together: vlan, count"),
    ("sindad_reinstall", {"template": None}, "missing required arguments: template"),
    ("sindad_service_label", {"label": None}, "missing required arguments: label"),
    ("sindad_hostname", {"hostname": None}, "missing required arguments: hostname"),
    ("sindad_hostname", {"hostname": ""}, "hostname must be a host name"),
    ("sindad_power", {"state": None}, "missing required arguments: state"),
    ("sindad_diagnostics", {"template": "x", "clear_disks": True, "confirm": None}, "missing: confirm"),
    ("sindad_diagnostics", {"template": "x", "clear_disks": True, "confirm": ""}, "confirm must be 402"),
)


def test_what_is_null_or_empty_is_not_given(simulator, run_tasks):
    """It never stands for any other thing; `default(none)` gives nothing, and the defaults of options stay."""
    tasks = [{f"sindad.cloud.{module}": {"service": "402", **args}} for module, args, _said in NOT_GIVEN]
    for message, (module, args, said) in zip(judge(run_tasks(tasks), simulator, tasks), NOT_GIVEN, strict=True):
        assert said in message, (module, args)
    assert simulator.requests() == []
    unset = "{{ machine.id | default(none) }}"
    results = run_tasks(
        [
            {"sindad.cloud.sindad_vm": {"service": "402", "name": "stage-web", "vmid": unset, "memory": None}},
            {"sindad.cloud.sindad_vm": {"service": "402", "vmid": "2011", "name": "", "wait_timeout": None}},
            {"sindad.cloud.sindad_vm_info": {"service": "402", "name": None, "vmid": unset, "gather": None}},
            {"sindad.cloud.sindad_ip": {"service": "512", "ip": "71", "vlan": unset, "count": None}},
            {"sindad.cloud.sindad_ip_info": {"service": "512", "ip": unset}},
            {"sindad.cloud.sindad_service_info": {"service": None, "statuses": None}},
        ],
        variables={"machine": {}},
    ).task_results
    assert [result.msg for result in results if result.failed] == []
    assert not any(result.changed for result in results)
    assert [len(results[2]["vms"]), len(results[4]["ips"]), len(results[5]["services"])] == [3, 3, 8]


def test_what_is_no_text_is_an_error(simulator, run_tasks):
    """A machine was called "{'a': 1}" once."""
    values = ({"a": 1}, ["a"], [["a"]])
    tasks = [
        {f"sindad.cloud.{module}": {"service": "402", **args, option: value}}
        for module, option, args in (
            ("sindad_vm", "name", {"template": "Debian 12", "memory": 512, "cpu": 1, "disk": 10}),
            ("sindad_vm", "service", {"name": "new-1"}),
            ("sindad_vm", "template", {"name": "new-1", "memory": 512, "cpu": 1, "disk": 10}),
            ("sindad_service_label", "label", {}),
            ("sindad_hostname", "hostname", {}),
            ("sindad_ip", "domain", {"ip": "71"}),
            ("sindad_reinstall", "password", {"template": "Debian 12"}),
        )
        for value in values
    ]
    for message in judge(run_tasks(tasks), simulator, tasks):
        assert " must be a string or a number, not a " in message
    assert simulator.requests() == []
