# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ``ansible-playbook`` is measured with: modules that find nothing to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from simulator.generate import fleet
from support.ansible import run_module

from .inventories import VMS_OF_A_SERVICE, Account, write
from .measure import Failed, Subject

NOTHING, ONE_VM, FEW_VMS = "no task", "sindad_vm", "sindad_vm, a loop of 50"
FEW, LOOPED = "sindad_fleet, the same 50", 50


def all_of(hosts: int) -> str:
    """Return what the measurement with all machines is called."""
    return f"sindad_fleet, {hosts:,} VMs"


def playbooks(account: Account, latency: int, ansible: Path) -> list[Subject]:
    """Return playbooks that change nothing, each with one task or none."""
    portal = account.portal
    portal.poke(settings={"latency": latency / 1000})
    wanted = fleet(account.hosts // VMS_OF_A_SERVICE, VMS_OF_A_SERVICE)
    # by id, since to look a service up by its label takes a request for each service
    for entry, service in zip(wanted["services"], portal.state()["service"], strict=True):
        entry["service"] = service["id"]
    seen = run_module("sindad_fleet", {"fleet": wanted}, env=portal.env)
    if seen.get("summary", {}).get("unchanged") != account.hosts:
        raise Failed(f"The fleet of {account.hosts} VMs is not what the portal has: {seen}")
    machines = [{"service": entry["service"], **vm} for entry in wanted["services"] for vm in entry["vms"]][:LOOPED]
    some = {
        "defaults": wanted["defaults"],
        "services": [
            {"service": name, "vms": [{"name": vm["name"]} for vm in machines if vm["service"] == name]}
            for name in dict.fromkeys(vm["service"] for vm in machines)
        ],
    }
    vm = {**wanted["defaults"], "service": "{{ item.service }}", "name": "{{ item.name }}"}
    tasks: Mapping[str, dict[str, Any] | None] = {
        NOTHING: None,
        ONE_VM: {"sindad.cloud.sindad_vm": vm, "loop": machines[:1]},
        FEW_VMS: {"sindad.cloud.sindad_vm": vm, "loop": machines},
        FEW: {"sindad.cloud.sindad_fleet": {"fleet": some}},
        all_of(account.hosts): {"sindad.cloud.sindad_fleet": {"fleet": wanted}},
    }
    return [
        Subject(
            name,
            (ansible / "ansible-playbook", "--inventory", "localhost,", playbook(account.directory, number, task)),
            unchanged(1 if task else 0),
            portal.env,
            portal.clear,
            lambda: sum(portal.counts.values()),
        )
        for number, (name, task) in enumerate(tasks.items())
    ]


def playbook(directory: Path, number: int, task: dict[str, Any] | None) -> Path:
    """Write a playbook with one task or none."""
    play = {"hosts": "localhost", "gather_facts": False, "tasks": [task] if task else []}
    return write(directory / f"playbook-{number}.yml", [play])


def unchanged(tasks: int) -> Callable[[str], None]:
    """Return a check that so many tasks ran, and changed nothing."""

    def check(output: str) -> None:
        said = " ".join(output.split())
        if f"ok={tasks} changed=0 unreachable=0 failed=0" not in said and tasks:
            raise Failed(f"A playbook that should change nothing said {said[-500:]}")

    return check
