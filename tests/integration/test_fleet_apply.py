# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Applying a fleet while the account moves: other machines of the same name, waits, runs side by side, failures."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

FAST = {"wait_interval": 0.05, "wait_timeout": 30}
CACHE = {"name": "cache-1", "template": "Debian 12", "rebuild": "if_template_differs"}
REBUILD = "POST /service/401/vms/2005/rebuild"


def fleet(*vms: dict[str, Any], service: str = "401") -> dict[str, Any]:
    return {"services": [{"service": service, "vms": list(vms)}]}


class Beside:
    """Runs something beside the test, and keeps what it returns."""

    def __init__(self, call: Any) -> None:
        self._returned: list[Any] = []
        self._thread = threading.Thread(target=lambda: self._returned.append(call()))
        self._thread.start()

    def end(self) -> Any:
        self._thread.join(60)
        return self._returned[0]


def await_request(simulator: Any, method: str, path: str) -> None:
    """Wait until the portal has got a request."""
    deadline = time.monotonic() + 30
    while not any((each["method"], each["path"]) == (method, path) for each in simulator.requests()):
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("line", [CACHE, {"name": "cache-1", "memory": 4096}, {"name": "cache-1", "power": "stopped"}])
def test_a_saved_plan_spares_another_machine_of_the_same_name(
    simulator: Any, run_module: Any, tmp_path: Path, line: dict[str, Any]
) -> None:
    planned = run_module("sindad_fleet", {"fleet": fleet(line)}, check=True)
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps(planned["saved_plan"]))
    simulator.poke(vm={"service": "401", "id": "2005", "delete": True})
    simulator.poke(
        vm={"service": "401", "id": "9999", "label": "cache-1", "template": "102", "memory": 2048, "disk": 80}
    )
    simulator.clear()
    result = run_module("sindad_fleet", {"plan_file": str(plan), **FAST})
    assert result.failed
    assert result.msg == (
        "the account has changed since the plan was made, and nothing was done: "
        "VM cache-1 of service 401 is another one by now: its id was 2005, is 9999"
    )
    assert simulator.writes == []


@pytest.mark.waits
@pytest.mark.simulator(build_time=1.5)
def test_two_runs_at_once_rebuild_a_machine_once(simulator: Any, run_module: Any) -> None:
    """The second one waits for the machine that the first one resizes."""
    simulator.clear()
    first = Beside(
        lambda: run_module("sindad_fleet", {"fleet": fleet({"name": "web-1", "memory": 8192}, CACHE), **FAST})
    )
    await_request(simulator, "PUT", "/service/401/vms/2001")
    wanted = fleet({"name": "web-1", "cpu": 2}, {"name": "web-2", "memory": 8192}, CACHE)
    second = run_module("sindad_fleet", {"fleet": wanted, **FAST})
    assert not first.end().failed
    assert simulator.writes.count(REBUILD) == 1
    if second.failed:
        assert "another run on this machine" in second.msg
        assert not second.changed
        second = run_module("sindad_fleet", {"fleet": wanted, **FAST})
    assert not second.failed
    assert simulator.writes.count(REBUILD) == 1


@pytest.mark.waits
@pytest.mark.simulator(build_time=60)
def test_a_server_that_is_being_reinstalled_is_not_switched_off(simulator: Any, run_module: Any) -> None:
    wanted = {"service": "512", "power": "off", "os": {"template": "Ubuntu 24.04", "password": "Abcdefgh12"}}
    simulator.clear()
    result = run_module("sindad_fleet", {"fleet": {"services": [wanted]}, "wait_timeout": 1, "wait_interval": 0.1})
    assert result.failed
    assert simulator.writes == ["POST /service/512/reinstall"]
    assert "power of service 512: not done, because the reinstallation before it failed" in result.msg
    assert result["summary"]["failed"] == 2


def test_a_server_whose_reinstallation_is_refused_is_not_switched_off(simulator: Any, run_module: Any) -> None:
    wanted = {"service": "513", "power": "off", "os": {"template": "Debian 12", "password": "Abcdefgh12"}}
    simulator.clear()
    simulator.fault(method="POST", path="/service/@id/reinstall", status=403, body={"error": ["no"]})
    result = run_module("sindad_fleet", {"fleet": {"services": [wanted]}, **FAST})
    assert result.failed
    assert simulator.writes == ["POST /service/513/reinstall"]
    assert len(result["failures"]) == 2


@pytest.mark.waits
@pytest.mark.simulator(build_time=1)
def test_two_runs_with_one_file_of_passwords_keep_all_of_them(simulator: Any, run_module: Any, tmp_path: Path) -> None:
    path = tmp_path / "passwords.yml"
    small = {"template": "Debian 12", "memory": 512, "cpu": 1, "disk": 10}

    def create(service: str) -> Any:
        lines = [{"name": f"n{number}", **small} for number in range(3)]
        wanted = fleet(*lines, service=service)
        return run_module("sindad_fleet", {"fleet": wanted, "passwords_file": str(path), **FAST})

    runs = [Beside(lambda service=service: create(service)) for service in ("401", "403")]  # type: ignore[misc]
    for run in runs:
        result = run.end()
        assert not result.failed, result.msg
    kept = yaml.safe_load(path.read_text())
    assert {service: sorted(found) for service, found in kept.items()} == {
        "401": ["n0", "n1", "n2"],
        "403": ["n0", "n1", "n2"],
    }
