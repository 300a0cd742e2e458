# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A task in Ansible's process and as a module is the same task: the same results and the same sentences.

The module runs in a forked child as Ansible would run it (see tests/campaign/runner.py), the task in a real
ansible-playbook; a sample runs as a real module process too (test_in_process.py, test_ticket.py), and with `make target`
all of them, on the oldest Python that a target may have.
"""

from __future__ import annotations

import importlib
import os
import re
from typing import Any

import pytest
import yaml
from campaign.cases import Bench
from campaign.runner import Runner

MODULES = "ansible_collections.sindad.cloud.plugins.modules"
#: Options with which each module works on the seed "company" in check mode.
RIGHT: dict[str, dict[str, Any]] = {
    "sindad_account": {"city": "Shiraz"},
    "sindad_account_info": {},
    "sindad_api": {"operation": "List VMs", "path_params": {"id": 401}},
    "sindad_billing_info": {},
    "sindad_contact": {"email": "new@example.com", "firstname": "New"},
    "sindad_contact_info": {},
    "sindad_diagnostics": {"service": 512, "state": "absent"},
    "sindad_fleet": {"fleet": {"services": [{"service": 401, "label": "new"}]}},
    "sindad_fleet_info": {},
    "sindad_hostname": {"service": 512, "hostname": "new.example.ir"},
    "sindad_ip": {"service": 512, "ip": "185.0.3.10", "domain": "new.example.ir"},
    "sindad_ip_info": {"service": 512},
    "sindad_notification": {"id": 31},
    "sindad_notification_info": {"new_only": "yes"},
    "sindad_portal_info": {"service": ["512"]},
    "sindad_power": {"service": 512, "state": "rebooted"},
    "sindad_reinstall": {"service": 512, "template": "Debian 12", "force": True},
    "sindad_rescue": {"service": 512, "state": "absent"},
    "sindad_server_stock_info": {},
    "sindad_service_cancel": {"service": 401, "confirm": "401"},
    "sindad_service_info": {"statuses": "Active,Suspended"},
    "sindad_service_label": {"service": 401, "label": 7},
    "sindad_service_upgrade": {"service": 601},
    "sindad_status_info": {},
    "sindad_ticket": {"subject": "New", "department": "Technical Support", "body": "Text"},
    "sindad_ticket_info": {},
    "sindad_token": {},
    "sindad_vm": {"service": 401, "name": "web-1", "memory": "4096"},
    "sindad_vm_info": {"service": "{{ 400 + 1 }}"},
}
#: A value that an option of each type can't have.
WRONG: dict[str, Any] = {
    "int": "many",
    "float": "long",
    "bool": "perhaps",
    "list": {"a": 1},
    "dict": "text",
    "str": {"a": 1},
    "path": ["a"],
}
#: What only one of the hosts can say: where it was, and how Ansible itself ended it.
ITS_OWN = ("exception", "attempts", "rc")
#: The Python of a target, set by tests/tools/target.sh.
TARGET = os.environ.get("SINDAD_TESTS_TARGET")


@pytest.fixture
def runner(bench: Bench) -> Runner:
    return bench.runner


def specs(module: str) -> dict[str, dict[str, Any]]:
    return importlib.import_module(f"{MODULES}.{module}").SPEC.argument_spec


def cases(module: str) -> list[dict[str, Any]]:
    """Options that are right, and each kind of wrong ones."""
    right = RIGHT[module]
    own = {name: option for name, option in specs(module).items() if not name.startswith("api_")}
    texts = [name for name, option in own.items() if option.get("type", "str") == "str"]
    found: list[dict[str, Any]] = [
        right,
        {},
        {**right, "nothing_like_this": 1},
        {**right, **dict.fromkeys(name for name in own if name not in right)},
        {**dict.fromkeys(right), "api_timeout": 5},
        {**right, **dict.fromkeys(texts, "")},
    ]
    by_type = {option.get("type", "str"): name for name, option in own.items()}
    found += [{**right, name: WRONG[kind]} for kind, name in by_type.items() if kind in WRONG]
    chosen = [name for name, option in own.items() if option.get("choices")]
    found += [{**right, name: "none of these"} for name in chosen[:2]]
    return found


def comparable(result: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in result.items() if key not in ITS_OWN and not key.startswith("_ansible")}
    kept = {"failed": False, "changed": False, **kept}
    if "msg" in kept:  # Ansible lists these in the order of a set
        kept["msg"] = re.sub("Valid booleans include: .*", "", kept["msg"])
    return {**kept, "warnings": sorted(map(str, kept.get("warnings") or []))}


@pytest.mark.parametrize("module", sorted(RIGHT))
def test_both_hosts_say_the_same(module: str, simulator: Any, run_tasks: Any, runner: Runner) -> None:
    tuned = {**runner.tuned(module), **simulator.options}
    tried = [{**tuned, **case} for case in cases(module)]
    full = f"sindad.cloud.{module}"
    here = run_tasks([{full: options, "check_mode": True} for options in tried]).task_results
    simulator.reset()
    for options, result in zip(tried, here, strict=True):
        plain = {key: 401 if value == "{{ 400 + 1 }}" else value for key, value in options.items()}
        there = runner.module(module, plain, check=True).result
        one, other = comparable({**result, "failed": result.failed}), comparable(there)
        for each in (one, other):
            each.get("saved_plan", {}).pop("made", None)  # when it was made
        assert one == other, (options, result.msg, there.get("msg"))


def test_all_modules_are_compared(runner: Runner) -> None:
    assert {*RIGHT} == {*runner.modules} - {"sindad_fleet_show"}


@pytest.mark.skipif(not TARGET, reason="`make target` runs it, with a Python of the target")
def test_modules_on_the_python_of_a_target(simulator: Any, run_tasks: Any) -> None:
    tasks = [{f"sindad.cloud.{name}": options, "check_mode": True} for name, options in RIGHT.items()]
    here = run_tasks(tasks).ok().task_results
    simulator.reset()
    there = {"sindad_run_on": "target", "ansible_python_interpreter": TARGET}
    version = {"ansible.builtin.setup": {"gather_subset": "!all,python"}, "name": "version", "vars": there}
    run = run_tasks([*({**task, "vars": there} for task in tasks), version]).ok()
    for one, other in zip(here, run.task_results, strict=False):
        for each in (one, other):
            del each["invocation"]  # what the controller protects is added to the options of a target
            each.get("saved_plan", {}).pop("made", None)  # when it was made
            # a target may lack PyYAML: then a diff is JSON, which is YAML
            each["diff"] = {side: yaml.safe_load(text) for side, text in each.get("diff", {}).items()}
        assert comparable(one) == comparable(other), one.action
    print("modules ran on Python", run.task("version")["ansible_facts"]["ansible_python_version"])
