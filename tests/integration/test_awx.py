# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The example for AWX, run by ansible-runner as a controller does it; the controller itself is not here."""

from __future__ import annotations

import base64
import json
import re
import shutil
from pathlib import Path
from typing import Any

import ansible_runner
import jq
import pytest
import yaml

from support import ROOT
from support.environment import environment

EXAMPLE = ROOT / "docs" / "examples" / "awx"
QUERIES = yaml.safe_load((ROOT / "extensions" / "audit" / "event_query.yml").read_text(encoding="utf-8"))
PASSWORD = "simulator"
FLEET = """
account: ops@example.com
services:
  - service: web-cluster
    vms: [{name: web-1, memory: 8192}]
"""


def injected(portal) -> dict[str, str]:
    """What a controller's job gets from the credential; an input that wasn't filled in is an empty text."""
    inputs = {"username": portal.username, "password": PASSWORD, "api_url": portal.url}
    injectors = yaml.safe_load((EXAMPLE / "setup" / "injectors.yml").read_text(encoding="utf-8"))["env"]
    fields = yaml.safe_load((EXAMPLE / "setup" / "inputs.yml").read_text(encoding="utf-8"))["fields"]
    known = {field["id"]: inputs.get(field["id"], "") for field in fields}
    return {name: re.sub(r"{{ (\w+) }}", lambda found: known[found[1]], text) for name, text in injectors.items()}


def job(folder: Path, env: dict[str, str], playbook: str, **variables: Any) -> Any:
    """Run a playbook of the project in a directory of its own, as two jobs of a controller share none."""
    project = folder / "project"
    shutil.copytree(EXAMPLE, project)
    (project / "fleet.yml").write_text(FLEET, encoding="utf-8")
    for path in project.glob("*.yml"):
        path.write_text(path.read_text(encoding="utf-8").replace("/tmp/", f"{folder}/"), encoding="utf-8")
    return ansible_runner.run(
        private_data_dir=str(folder),
        playbook=playbook,
        inventory=str(project / "inventory" / "account.sindad.yml"),
        extravars=variables,
        envvars={**environment(), **env},
        suppress_env_files=True,  # the runner would keep the environment in a directory `env`
        quiet=True,
    )


def artifacts(run: Any) -> dict[str, Any]:
    """What a controller keeps of set_stats and hands on."""
    found = [event["event_data"].get("artifact_data") for event in run.events if event["event"] == "playbook_on_stats"]
    return found[0] or {}


def counted(run: Any) -> list[dict[str, Any]]:
    """The machines that a controller counts in the events of a job."""
    return [
        node["canonical_facts"]
        for event in run.events
        if event["event"] == "runner_on_ok" and event["event_data"].get("task_action") in QUERIES
        for node in jq.compile(QUERIES[event["event_data"]["task_action"]]["query"])
        .input_value(event["event_data"]["res"])
        .all()
    ]


def assert_no_secret(folder: Path) -> None:
    """The password is nowhere in what a job leaves, but in the file in which the runner itself keeps the environment."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    hidden = re.compile(rf"(?<![\w/.-]){PASSWORD}(?![\w/.-])")
    found = [path for path in files if hidden.search(path.read_text(encoding="utf-8", errors="replace"))]
    assert [path.name for path in found] == ["command"]
    assert found[0].stat().st_mode & 0o077 == 0


@pytest.mark.simulator("company")
def test_the_inventory_source(simulator, tmp_path):
    source = EXAMPLE / "inventory" / "account.sindad.yml"
    data, errors = ansible_runner.get_inventory(
        "list",
        [str(source)],
        private_data_dir=str(tmp_path),
        response_format="json",
        envvars={**environment(), **injected(simulator)},
        quiet=True,
    )
    assert "web-1" in data["_meta"]["hostvars"], errors
    assert "os_Debian_12" in data


@pytest.mark.simulator("company")
def test_plan_and_apply(simulator, tmp_path):
    env = injected(simulator)
    planned = job(tmp_path / "plan", env, "plan.yml")
    assert planned.status == "successful", planned.stdout.read()
    handed = artifacts(planned)
    plan = json.loads(base64.b64decode(handed["sindad_plan"]))
    assert plan["account"] == simulator.username
    assert "8192" in json.dumps(plan)

    applied = job(tmp_path / "apply", env, "apply.yml", **handed)
    assert applied.status == "successful", applied.stdout.read()
    (machine,) = (vm for vm in simulator.state()["vm"] if vm["label"] == "web-1")
    assert int(machine["memory"]) == 8192
    assert counted(planned) == [{"provider": "sindad", "service_id": "401", "name": "web-1"}]
    for folder in ("plan", "apply"):
        assert_no_secret(tmp_path / folder)

    # the same plan again: the account has moved since, by this very plan
    again = job(tmp_path / "again", env, "apply.yml", **handed)
    assert again.status == "failed"
    assert "changed since" in again.stdout.read()

    missing = job(tmp_path / "missing", env, "apply.yml")
    assert missing.status == "failed"
    assert "Launch the workflow" in missing.stdout.read()


def test_the_queries_count_machines_alone():
    query = jq.compile(QUERIES["sindad.cloud.sindad_vm"]["query"])
    machine = {"id": "1", "name": "web-1", "service_id": "401"}
    assert [node["name"] for node in query.input_value({"vm": machine}).all()] == ["web-1"]
    for result in ({}, {"vm": None}, {"vm": machine, "failed": True}, {"results": [{"vm": machine}]}):
        assert query.input_value(result).all() == []
