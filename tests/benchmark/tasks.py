# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task costs: in Ansible's own process, as an ordinary module, and beside a module of ansible.builtin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from simulator.generate import fleet

from .inventories import VMS_OF_A_SERVICE, Account, write
from .measure import Subject
from .modules import unchanged

#: How many items a loop has, and how many hosts a play.
MANY = 50
ONE_TASK, LOOP, PLAY = "one task", f"a loop of {MANY}", f"a play over {MANY} hosts"
FORMS = (ONE_TASK, LOOP, PLAY)
IN_PROCESS, AS_MODULE = "sindad_vm", "sindad_vm as a module"
#: Ansible's own: a module, and an action that runs none, which is the least that a task costs.
BUILTIN, ACTION, NO_TASK = "ansible.builtin.stat", "ansible.builtin.debug", "no task"
KINDS = (NO_TASK, ACTION, BUILTIN, AS_MODULE, IN_PROCESS)


def subject_name(kind: str, form: str) -> str:
    """Return what a measurement is called."""
    return f"{kind}, {form}"


def items_of(form: str) -> int:
    """Return how often the task runs."""
    return 1 if form == ONE_TASK else MANY


def playbooks(account: Account, latency: int, ansible: Path) -> list[Subject]:
    """Return playbooks whose tasks change nothing: each kind of task in each form."""
    account.portal.poke(settings={"latency": latency / 1000})
    wanted = fleet(account.hosts // VMS_OF_A_SERVICE, VMS_OF_A_SERVICE)
    service = account.portal.state()["service"][0]["id"]
    machine = {**wanted["defaults"], **wanted["services"][0]["vms"][0], "service": service}
    local = {"ansible_connection": "local"}
    tasks: Mapping[str, dict[str, Any] | None] = {
        NO_TASK: None,
        ACTION: {"ansible.builtin.debug": {"msg": "{{ inventory_hostname }}"}},
        BUILTIN: {"ansible.builtin.stat": {"path": "/"}, "vars": local},
        AS_MODULE: {"sindad.cloud.sindad_vm": machine, "vars": {**local, "sindad_run_on": "target"}},
        IN_PROCESS: {"sindad.cloud.sindad_vm": machine},
    }
    return [_subject(account, ansible, kind, tasks[kind], form) for form in FORMS for kind in KINDS]


def _subject(account: Account, ansible: Path, kind: str, task: dict[str, Any] | None, form: str) -> Subject:
    """Return one playbook. Nothing can reach its hosts: their names resolve to nothing."""
    hosts = MANY if form == PLAY else 1
    loop = {"loop": list(range(MANY))} if form == LOOP else {}
    tasks = [{**task, **loop}] if task else []
    name = subject_name(kind, form)
    file = account.directory / f"{name.replace(' ', '-')}.yml"
    write(file, [{"hosts": "all", "gather_facts": False, "tasks": tasks}])
    command: Sequence[str | Path] = (
        ansible / "ansible-playbook",
        "--inventory",
        "".join(f"host-{number}.invalid," for number in range(hosts)),
        file,
    )
    portal = account.portal
    return Subject(name, command, unchanged(len(tasks)), portal.env, portal.clear, lambda: sum(portal.counts.values()))
