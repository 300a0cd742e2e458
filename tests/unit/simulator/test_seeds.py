# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Seeds, and the simulator as a process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from simulator.generate import fleet
from simulator.seed import SEEDS, SeedError, load
from simulator.store import Store

FLEET = """
defaults: {template: Rocky Linux 10, memory: 1024, cpu: 1, disk: 10}
services:
  - service: web-cluster
    label: web-cluster
    prune: false
    protected: ["db-*"]
    vms:
      - {name: web-1, memory: 4096, power: off}
      - {name: db-1, rebuild: never}
  - service: 512
    hostname: db.example.ir
    power: on
    os: {template: Debian 13, recipe: nginx}
    ips: [{ip: 185.0.2.10, domain: db.example.ir}]
"""


def test_a_plain_fleet_file_is_a_seed(start: Any, tmp_path: Path) -> None:
    seed = tmp_path / "fleet.yml"
    seed.write_text(FLEET)
    client = start(seed)
    cluster, server = client("GET /service")["services"]
    vms = client(f"GET /service/{cluster['id']}/vms")["vms"]
    assert [(each["label"], each["status"], each["memory"]) for each in vms] == [
        ("web-1", "stopped", 4096),
        ("db-1", "running", 1024),
    ]
    assert vms[0]["template_name"] == "Rocky Linux 10"
    assert client(f"GET /service/{cluster['id']}/label")["label"] == "web-cluster"
    assert server["id"] == "512"
    info = client("GET /service/512/info")["info"]
    assert (info["os"], info["recipe"]) == ("Debian 13", "nginx")


@pytest.mark.parametrize("account", ["boss@firm.ir", "27"])
def test_the_account_of_a_fleet_file_is_the_user_name(start: Any, tmp_path: Path, account: str) -> None:
    seed = tmp_path / "fleet.yml"
    seed.write_text(f"account: {account}\n{FLEET}")
    client = start(seed, auth=(account, "simulator"))
    assert client("GET /details")["client"]["email"] == account


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("colour: red", "has no key colour"),
        ("account: [boss@firm.ir]", "account is not a mapping"),
        ("services: [{service: a, vms: [{name: b, size: 3}]}]", "has no key size"),
        ("services: [{service: a, vms: [{memory: 3}]}]", "a VM has no name"),
        ("services: [{vms: []}]", "neither service nor id"),
        ("services: [{service: 1}, {service: 1}]", "there is a service 1 already"),
        ("services: [{service: a, power: maybe}]", "the power of server"),
        ("services: {", "expected"),
        ("[]", "is not a mapping"),
        ("services: [{service: a, vms: [{name: b, memory: much}]}]", "of the wrong kind"),
    ],
)
def test_a_wrong_seed_is_refused_in_a_sentence(tmp_path: Path, text: str, said: str) -> None:
    seed = tmp_path / "seed.yml"
    seed.write_text(text)
    with pytest.raises(SeedError, match=said):
        load(Store(), seed)


def test_a_generated_seed(start: Any, tmp_path: Path) -> None:
    seed = tmp_path / "seed.yml"
    seed.write_text(yaml.safe_dump(fleet(services=3, vms=4, servers=1)))
    client = start(seed)
    services = client("GET /service")["services"]
    assert len(services) == 4
    assert len(client(f"GET /service/{services[0]['id']}/vms")["vms"]) == 4


def run(*options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "simulator", *options],
        cwd=SEEDS.parent.parent,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": "."},
    )


def test_the_process_keeps_its_state_and_stops_cleanly(tmp_path: Path) -> None:
    port_file, auth = tmp_path / "port", ("ops@example.com", "simulator")
    options = ("--db", str(tmp_path / "state.db"), "--seed", str(SEEDS / "company.yml"), "--port-file", str(port_file))
    with run(*options) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split()[-1]
        assert url == f"http://127.0.0.1:{port_file.read_text().strip()}/api"
        requests.post(f"{url}/service/401/label", json={"label": "kept"}, auth=auth, timeout=10)
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    with run(*options) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split()[-1]
        label = requests.get(f"{url}/service/401/label", auth=auth, timeout=10).json()
        assert label == {"label": "kept"}
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0


def test_the_process_refuses_a_wrong_seed(tmp_path: Path) -> None:
    seed = tmp_path / "seed.yml"
    seed.write_text("colour: red")
    with run("--seed", str(seed)) as process:
        _unused, errors = process.communicate(timeout=10)
    assert process.returncode == 2
    assert "has no key colour" in errors
    assert errors.count("\n") == 1
