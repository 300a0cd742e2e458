# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""sindad_portal_info and the playbook portal_check: what is understood of portals, and what a recording holds."""

from __future__ import annotations

import json
import re
import stat
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from simulator.shapes import SHAPES
from support import libyaml
from support.portal import SEEDS
from support.recordings import replayed

PLAYBOOK = "sindad.cloud.portal_check"
OUTCOMES = {"understood", "not offered", "refused", "not understood"}
#: Answers that aren't what was asked for, one each, and how they are called.
FAULTS: list[tuple[str, dict[str, Any], str]] = [
    ("/balance", {"status": 403, "body": '{"error": ["Access denied"]}'}, "refused"),
    ("/contact", {"status": 200, "body": '{"contacts": null}'}, "not understood"),
    ("/serverstock", {"status": 404, "body": "<html><title>Gone</title></html>"}, "not offered"),
    ("/notifications", {"status": 200, "body": "<html><title>Maintenance</title></html>"}, "not understood"),
    ("/payment", {"status": 200, "body": '{"error": ["Method not supported"]}'}, "not offered"),
    ("/payment/fees", {"status": 500, "body": "oops"}, "not understood"),
    ("/tickets", {"status": 200, "body": '{"success": false, "message": "No"}'}, "refused"),
    ("/service/@id/vms/@vmid", {"status": 200, "body": '{"maintenance": true}'}, "not understood"),
]
#: Words of the company's seed that are offered to every customer, or say a state, a size or a privilege.
PUBLIC = re.compile(
    r"Debian 12|Ubuntu 24.04|AlmaLinux 9|lamp|Technical Support|Sales & Billing|storage|Active|Paid|Unpaid|Answered|"
    r"Closed|Suspended|Terminated|Scheduled|ResolvedFaultIssue|running|stopped|rescue|invoice|service|hosting|"
    r"\d+x\d TB HDD|emails|payinvoice|newticket|tickets|closeticket|public|2022|32768|16384|8192|4096|2048|2001"
)


def rows(report: str) -> dict[str, str]:
    """Return the outcome of each operation in a report."""
    found = re.findall(r"^\| `GET (\S+)` \| ([a-z ]+) \|", report, re.MULTILINE)
    assert len(found) == len({path for path, _outcome in found})
    return dict(found)


def values(value: Any) -> set[str]:
    """Return all texts and numbers of an account."""
    if isinstance(value, dict):
        return {text for item in value.values() for text in values(item)}
    if isinstance(value, list):
        return {text for item in value for text in values(item)}
    return set() if value is None or isinstance(value, bool) else {str(value)}


@cache
def private_values() -> set[str]:
    """Return what must not be in a recording. A short number that stands in for another may be one of the seed's too."""
    seed = libyaml.load((SEEDS / "company.yml").read_text(encoding="utf-8"))
    return {text for text in values(seed) if len(text) >= (6 if text.isdigit() else 4) and not PUBLIC.fullmatch(text)}


def private_in(text: str) -> list[str]:
    """Return the private values in a text; some digits of a longer number are none."""
    tokens = {*re.findall(r"\d+", text)}
    return sorted(value for value in private_values() if (value in tokens if value.isdigit() else value in text))


@pytest.mark.parametrize("shape", list(SHAPES))
def test_portal_check(shape: str, simulator: Any, run_playbook: Any, tmp_path: Path) -> None:
    """It only reads, names each outcome rightly, and its replayed recording is judged alike."""
    simulator.poke(settings={"shape": shape})
    for path, answer, _outcome in FAULTS:
        simulator.fault(method="GET", path=path, times=None, **answer)
    report, recording = tmp_path / "report.md", tmp_path / "recording.json"
    files = {"report_file": str(report), "recording_file": str(recording)}
    run = run_playbook(PLAYBOOK, env={"SINDAD_API_RETRIES": "0"}, extra_vars=files)
    assert run.rc == 2, run.output
    assert simulator.writes == []
    text = report.read_text(encoding="utf-8")
    found = rows(text)
    assert len(found) == 39 and {*found.values()} <= OUTCOMES
    assert [(path, found[path]) for path, _answer, _outcome in FAULTS] == [(path, word) for path, _a, word in FAULTS]
    assert found["/contact/@id"] == "not understood" and "not asked, since" in text
    assert found["/service"] == found["/service/@id/vms"] == found["/service/@id/ips"] == "understood"
    recorded = recording.read_text(encoding="utf-8")
    assert private_in(recorded) == []
    assert [value for value in private_in(text) if value != "service"] == []
    assert stat.S_IMODE(recording.stat().st_mode) == 0o600
    result = run.task("Send every operation that only reads")
    with replayed(recording) as url:
        again = run_playbook(PLAYBOOK, env={"SINDAD_API_URL": url, "SINDAD_API_RETRIES": "0"})
    assert again.rc == 2
    replay = again.task("Send every operation that only reads")
    for check, other in zip(result["checks"], replay["checks"], strict=True):
        kept = ("operation", "outcome", "asked", "records", "unknown", "unread")
        assert {key: check[key] for key in kept} == {key: other[key] for key in kept}
    assert replay["modules"] == result["modules"]


def test_verdicts(simulator: Any, run_module: Any) -> None:
    simulator.poke(settings={"hide": ["template"]})
    simulator.fault(method="GET", path="/details", status=403, body='{"error": ["Denied"]}', times=None)
    simulator.fault(method="GET", path="/service/@id/label", status=200, body='{"a": 1}', times=1)
    result = run_module("sindad_portal_info", {"service": [401, "db.example.ir"]})
    verdicts = {entry["module"]: entry for entry in result["modules"]}
    assert verdicts["sindad_account"]["verdict"] == "can't be used here"
    assert verdicts["sindad_account"]["why"] == ["GET /details is refused for 1 of 1"]
    assert verdicts["sindad_vm"]["verdict"] == "works without"
    assert "VirtualMachine.template" in verdicts["sindad_vm"]["without"]
    assert verdicts["sindad_status_info"]["verdict"] == "can be relied on"
    assert not any(field.startswith("IPAddress.vlan") for field in verdicts["sindad_fleet"]["without"])
    checks = {check["operation"]: check for check in result["checks"]}
    assert checks["list_vms"]["unknown"] == {"VirtualMachine.template": 5, "VirtualMachine.template_id": 5}
    assert checks["service_details"]["asked"] == 2
    assert result["summary"]["services_left_out"] == 6
    assert result["changed"] is False


def test_input(simulator: Any, run_tasks: Any, tmp_path: Path) -> None:
    """Credentials that are refused, services that aren't there and files that can't be written end it at once."""
    module = "sindad.cloud.sindad_portal_info"
    folder, missing = tmp_path / "there.json", str(tmp_path / "no" / "recording.json")
    folder.mkdir()
    recording = str(tmp_path / "recording.json")
    unknown, unwritable, directory, refused, checked, nowhere = run_tasks(
        [
            {module: {"service": ["999"]}},
            {module: {"recording": missing}},
            {module: {"recording": str(folder)}},
            {module: {"api_password": "wrong"}},
            {module: {"service": ["401"], "recording": recording}, "check_mode": True},
            {module: {"api_url": "http://127.0.0.1:9/api", "api_retries": 0}},
        ]
    ).task_results
    assert unknown.failed and "999" in unknown.msg
    assert unwritable.failed and unwritable.msg.startswith("recording: directory")
    assert directory.failed and "regular file" in directory.msg
    assert refused.failed and "refused the credentials" in refused.msg
    assert checked.changed and checked["plan"] == [f"write the recording to {recording}"]
    assert not Path(recording).exists()
    assert nowhere.failed and "can't be reached" in nowhere.msg
    wrong = [entry for entry in simulator.requests() if entry["status"] == 401]
    assert len(wrong) == 2, "more attempts could lock the account"


def test_files_are_written_where_the_user_is(simulator: Any, run_command: Any, tmp_path: Path) -> None:
    files = ("-e", "service=601", "-e", "report_file=report.md", "-e", "recording_file=recording.json")
    run_command("ansible-playbook", "-i", "localhost,", PLAYBOOK, *files, cwd=tmp_path).ok()
    assert (tmp_path / "report.md").is_file() and (tmp_path / "recording.json").is_file()


@pytest.mark.parametrize("paged", [False, True])
def test_lists_hold_what_was_looked_at(paged: bool, start_simulator: Any, run_playbook: Any, tmp_path: Path) -> None:
    """Of a large account 20 services of each category are looked at, and the recording's lists hold no others."""
    services = [{"service": f"pool-{number}", "kind": "hosting", "vms": []} for number in range(23)]
    machines = [{"name": f"machine-{number}", "memory": 1024, "cpu": 1, "disk": 10} for number in range(25)]
    services.append({"service": "many", "kind": "vm", "vms": machines, "defaults": {"template": "Debian 12"}})
    seed = tmp_path / "seed.yml"
    account = {"username": "ops@example.com", "password": "simulator"}
    for machine in machines:
        machine["template"] = "Debian 12"
    del services[-1]["defaults"]
    seed.write_text(libyaml.dump({"account": account, "services": services}), encoding="utf-8")
    simulator = start_simulator(str(seed))
    if paged:
        simulator.poke(settings={"page_size": 10})
    recording = tmp_path / "recording.json"
    run = run_playbook(PLAYBOOK, env=simulator.env, extra_vars={"recording_file": str(recording)}).ok()
    assert run.task("Send every operation that only reads")["summary"]["services_left_out"] == 3
    written = json.loads(recording.read_text(encoding="utf-8"))
    assert written["left_out"] == {"services": 3}
    with replayed(recording) as url:
        again = run_playbook(PLAYBOOK, env={**simulator.env, "SINDAD_API_URL": url}).ok()
    checks = {check["operation"]: check for check in again.task("Send every operation that only reads")["checks"]}
    assert checks["list_services"]["records"] == 21 == checks["service_details"]["asked"]
    assert checks["list_vms"]["records"] == 20 == checks["get_vm_details"]["records"]
    assert not any(check["outcome"] == "not understood" for check in checks.values())
