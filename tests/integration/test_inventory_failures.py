# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an inventory says when it can't be had: one sentence, no traceback, no secret, never a silently short list."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from typing import Any

import pytest
import yaml

from support import ROOT
from support.environment import environment

PASSWORD = "correct-horse-battery"
TOKEN = "token-that-nobody-may-see"


def failed(run: Any, *said: str) -> None:
    """Check that a run failed as a user may expect it to."""
    assert run.rc != 0, run.output
    assert "Traceback" not in run.output
    flat = " ".join(run.output.split())
    assert [words for words in said if words not in flat] == [], run.output


@pytest.mark.parametrize("verbosity", [0, 3])
def test_a_wrong_password(verbosity: int, simulator, run_inventory):
    run = run_inventory({}, env={"SINDAD_PASSWORD": PASSWORD}, verbosity=verbosity)
    assert run.rc != 0
    assert "the portal refused the credentials: wronglogin" in run.output
    assert PASSWORD not in run.output
    assert verbosity or "Traceback" not in run.output
    assert simulator.counts == {"GET /service": 1}


def test_no_credentials(simulator, run_inventory):
    run = run_inventory({}, env={"SINDAD_PASSWORD": None})
    failed(run, "api_password (or SINDAD_PASSWORD) is missing: api_username is given without it")
    run = run_inventory({}, env={"SINDAD_PASSWORD": None, "SINDAD_USERNAME": None})
    failed(run, "no credentials: set api_username and api_password (or SINDAD_USERNAME and SINDAD_PASSWORD)")
    assert simulator.counts == {}


def test_nothing_is_sent_in_clear(run_inventory):
    run = run_inventory({"api_url": "http://192.0.2.1/api", "api_username": "x", "api_password": PASSWORD})
    failed(run, "http:// to 192.0.2.1 would send the password in clear")
    assert PASSWORD not in run.output


def test_an_unreachable_portal(run_inventory):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        run = run_inventory(
            {"api_url": f"http://127.0.0.1:{port}/api", "api_username": "x", "api_password": PASSWORD, "api_retries": 0}
        )
    failed(run, f"the portal can't be reached at 127.0.0.1 port {port}", "Connection refused")


def test_what_is_said_twice_is_said_once(simulator, run_inventory):
    simulator.fault(path="/service/@id/vms/@vmid", status=500, times=None)
    run = run_inventory({"gather": ["details"], "strict_services": False, "service_categories": ["Cloud Servers"]}).ok()
    assert " ".join(run.stderr.split()).count("Its hosts are missing from the inventory.") == 3


def test_a_page_instead_of_an_answer(simulator, run_inventory):
    page = "<!DOCTYPE html>\n<title>Maintenance</title>"
    simulator.fault(path="/service", status=200, body=page, headers={"content-type": "text/html"})
    failed(
        run_inventory({}),
        "GET /service (List services) can't be read: an HTML page (Maintenance), from http://127.0.0.1",
    )


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (
            {"status": 500, "body": {"error": ["internal_error_0"]}},
            "GET /service/402/vms was answered with HTTP 500 (internal_error_0)",
        ),
        ({"status": 200, "body": {"error": ["Too busy"]}}, "the portal refused GET /service/402/vms: Too busy"),
        ({"status": 403, "body": {"error": ["No access"]}}, "the portal refused GET /service/402/vms: No access"),
        ({"status": 200, "body": "<html>"}, "GET /service/402/vms (List VMs) can't be read: an HTML page (no text)"),
        ({"status": 200, "body": "{}"}, "GET /service/402/vms (List VMs) can't be read: there is no 'vms': {}"),
        ({"status": 200, "body": '{"vms": null}'}, "GET /service/402/vms (List VMs) can't be read: 'vms' holds no list"),
    ],
)  # fmt: skip
def test_a_service_that_fails_is_named(fault: dict[str, Any], said: str, simulator, run_inventory):
    simulator.fault(path="/service/402/vms", times=None, **fault)
    run = run_inventory({"api_retries": 0})
    failed(run, "service 402 (Cloud Pool S, staging.example.ir, Active) failed: ", said)
    run = run_inventory({"api_retries": 0, "strict_services": False}).ok()
    assert "service 402" in run.stderr
    assert "Its hosts are missing from the inventory." in " ".join(run.stderr.split())
    assert run.hosts[-3:] == ["runner-2", "db.example.ir", "backup.example.ir"]
    assert not [host for host in run.hosts if host.startswith("stage")]


@pytest.mark.parametrize(
    ("path", "gather"),
    [
        ("/service/512/ips", []),
        ("/service/512/info", ["info"]),
        ("/service/512/status", ["power"]),
        ("/service/512", ["details"]),
        ("/service/401/vms/2004", ["details"]),
    ],
)
def test_a_service_fails_with_any_of_its_requests(path: str, gather: list[str], simulator, run_inventory):
    simulator.fault(path=path, status=500, times=None)
    service = path.split("/")[2]
    failed(run_inventory({"gather": gather, "api_retries": 0}), f"service {service} (", "Simulated fault")
    run = run_inventory({"gather": gather, "api_retries": 0, "strict_services": False}).ok()
    missing = {"512": "db.example.ir", "401": "db-1"}[service]
    assert missing not in run.hosts
    assert "runner-1" in run.hosts


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 404, "body": {"error": ["Not Found"]}},
        {"status": 404, "body": "<html>404</html>"},
        {"status": 200, "body": {"error": ["Method not supported"]}},
        {"status": 200, "body": {"error": "no such method"}},
    ],
)
def test_what_a_service_does_not_offer_is_no_failure(fault: dict[str, Any], simulator, run_inventory):
    for path in ("/service/402/vms", "/service/402/ips", "/service/512/info", "/service/512/status", "/service/401"):
        simulator.fault(path=path, times=None, **fault)
    run = run_inventory({"gather": ["details", "info", "power"]}).ok()
    assert not [host for host in run.hosts if host.startswith("stage")]
    assert run.hostvars["db.example.ir"]["sindad_power"] is None
    assert run.hostvars["web-1"]["sindad_service_label"] is None


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"message": "Rate limit"}, "there is no '"),
        ([None], "the list holds something other than entries: [null]"),
        ([], "an empty list belongs under '"),
    ],
)
@pytest.mark.parametrize("path", ["/service", "/service/401/vms", "/service/512/ips"])
def test_an_answer_that_is_no_list_is_not_an_empty_one(path: str, body: Any, said: str, simulator, run_inventory):
    simulator.fault(path=path, status=200, body=json.dumps(body), times=None)
    failed(run_inventory({}), f"the answer to GET {path} (List ", "can't be read: ", said)


@pytest.mark.parametrize(
    ("path", "gather", "title"),
    [
        ("/service/401/vms/2004", "details", "Get VM Details"),
        ("/service/401", "details", "Service details"),
        ("/service/512/info", "info", "Server Info"),
        ("/service/512/status", "power", "Get server state"),
    ],
)
def test_an_answer_that_tells_nothing_is_that_services_failure(
    path: str, gather: str, title: str, simulator, run_inventory
):
    simulator.fault(path=path, status=200, body='{"message": "Under maintenance"}', times=None)
    failed(run_inventory({"gather": [gather]}), f"the answer to GET {path} ({title}) can't be read: ")
    run = run_inventory({"gather": [gather], "strict_services": False}).ok()
    assert f"the answer to GET {path} ({title}) can't be read" in " ".join(run.stderr.split())
    assert {"401": "db-1", "512": "db.example.ir"}[path.split("/")[2]] not in run.hosts
    assert "runner-1" in run.hosts


@pytest.mark.parametrize(
    ("path", "entries"),
    [
        ("/service", [{"id": "401", "status": "Active", "name": "a"}, {"id": "401", "status": "Active", "name": "b"}]),
        ("/service/401/vms", [{"id": "2001", "label": "a"}, {"id": "2001", "label": "b"}]),
    ],
)
def test_nobody_knows_which_of_two_is_true(path: str, entries: list[dict[str, Any]], simulator, run_inventory):
    body = {"vms" if path.endswith("vms") else "services": entries}
    simulator.fault(path=path, status=200, body=json.dumps(body), times=None)
    failed(run_inventory({}), f"the answer to GET {path} (List ", "entries that differ have the same id, ")


def test_what_is_listed_twice_is_one_host(simulator, run_inventory):
    twice = [{"id": "2001", "label": "web-1", "ip": "185.0.2.10"}] * 2
    simulator.fault(path="/service/401/vms", status=200, body=json.dumps({"vms": twice}), times=None)
    run = run_inventory({"filters": [{"exclude": "sindad_service_id != '401'"}]}).ok()
    assert run.hosts == ["web-1"]


def test_a_service_that_is_no_host_is_told_to_who_asks(simulator, run_inventory):
    run = run_inventory({}, "-v").ok()
    assert "service 601 (" in run.output
    assert "offers neither virtual machines nor addresses, so it is not a host" in " ".join(run.output.split())


#: Runs a command that can be interrupted, also where the tests run in the background and can't.
HEEDFUL = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execvp(sys.argv[1], sys.argv[1:])
"""


def test_an_interrupt_ends_it(tmp_path):
    """Nobody waits for the threads that wait for the portal."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        options = {"api_url": f"http://127.0.0.1:{silent.getsockname()[1]}/api", "api_timeout": 1000}
        config = {"plugin": "sindad.cloud.sindad", "api_username": "x", "api_password": PASSWORD, **options}
        inventory = tmp_path / "test.sindad.yml"
        inventory.write_text(yaml.safe_dump(config))
        command = [sys.executable, "-c", HEEDFUL, "ansible-inventory", "--list", "--inventory", inventory]
        running = subprocess.Popen(
            command, env=environment(), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        connection, _address = silent.accept()
        with connection:
            assert connection.recv(1)
            running.send_signal(signal.SIGINT)
            _none, said = running.communicate(timeout=60)
    assert running.returncode == 99
    assert "User interrupted execution" in said


def test_a_failure_that_passes_is_none(simulator, run_inventory):
    simulator.fault(path="/service/402/vms", status=503, times=1, headers={"Retry-After": "0"})
    simulator.fault(path="/service/403/vms", drop="before", times=1)
    assert "stage-web" in run_inventory({}).ok().hosts


def test_the_list_of_services_can_not_be_missing(simulator, run_inventory):
    simulator.fault(path="/service", status=500, times=None)
    failed(
        run_inventory({"api_retries": 0, "strict_services": False}),
        "GET /service was answered with HTTP 500 (Simulated fault)",
    )


def test_the_account_that_fails_is_named(simulator, run_inventory):
    accounts = [{"name": "good"}, {"name": "bad", "api_username": "x", "api_password": PASSWORD}]
    run = run_inventory({"accounts": accounts})
    failed(run, "account bad: the portal refused the credentials")
    assert PASSWORD not in run.output


def test_no_secret_is_shown_to_the_curious(simulator, run_inventory):
    secret = {"echo": f"{simulator.password} {TOKEN}"}
    simulator.fault(path="/service", status=500, times=None, body={"error": [f"bad token {TOKEN}", secret]})
    config = {"api_token": TOKEN, "api_refresh_token": "refresh-token-of-mine", "api_retries": 0, "strict": True}
    run = run_inventory(config, verbosity=4)
    assert run.rc != 0
    assert TOKEN not in run.output
    assert "refresh-token-of-mine" not in run.output
    simulator.clear_faults()
    run = run_inventory({"gather": ["details", "info", "ips", "power"]}, verbosity=4).ok()
    for record in simulator.state()["vm"]:
        assert record["password"] not in run.output
    assert "hosting-password" not in run.output
