# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fleets: plan, apply, export and rehearse them with the playbooks and the module, and what must never happen."""

from __future__ import annotations

import copy
import json
import os
import re
import signal
import stat
import subprocess
import tempfile
import textwrap
import threading
import time
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
import yaml
from ansible_collections.sindad.cloud.plugins.module_utils._engine import Outcome, execute
from ansible_collections.sindad.cloud.plugins.module_utils._fleet import task

from simulator import odd
from simulator.generate import fleet as generated
from simulator.shapes import SHAPES
from simulator.testing import Simulator
from support import ROOT
from support.environment import environment
from support.portal import PASSWORD, SEEDS, USERNAME

SMALL = {"template": "Debian 12", "memory": 2048, "cpu": 1, "disk": 20}
FAST = {"wait_interval": 0.05, "wait_timeout": 30}
SECRET = "s3cret-of-the-database"
CHANGES = """
defaults: {template: Debian 12, memory: 2048, cpu: 1, disk: 20}
services:
  - service: web-cluster
    vms:
      - {name: web-1, memory: 8192, cpu: 2}
      - {name: web-9, power: stopped}
      - {name: web-10}
"""
REINSTALLED = """
services:
  - service: 512
    os: {template: Ubuntu 24.04, password: %s}
"""


def machines(simulator, service: str | None = None) -> dict[str, dict[str, Any]]:
    """Return the portal's VMs by name; in a service, no name may be there twice."""
    found = [vm for vm in simulator.state()["vm"] if service in (None, vm["parent"])]
    assert max(Counter((vm["parent"], vm["label"]) for vm in found).values(), default=1) == 1
    return {vm["label"]: vm for vm in found}


def service(*vms: dict[str, Any], name: Any = 401, **more: Any) -> dict[str, Any]:
    return {"services": [{"service": name, "vms": [{**SMALL, **vm} for vm in vms], **more}]}


@pytest.fixture
def fleet(simulator, run_module):
    """Run the module with a fleet; what a run that isn't a check has sent is in the portal's log."""

    def run(wanted: Any = None, check: bool = False, **options: Any) -> Any:
        simulator.clear()
        run_options = {name: options.pop(name) for name in ("verbosity", "env") if name in options}
        given = {} if wanted is None else {"fleet": wanted}
        return run_module("sindad_fleet", {**given, **FAST, **options}, check=check, **run_options)

    return run


@pytest.fixture
def here(simulator, run_command, tmp_path):
    """Run one of the playbooks in a directory of its own, by its full name and with relative paths."""

    def run(name: str, *options: str, env: dict[str, str] | None = None, **variables: Any) -> Any:
        simulator.clear()
        given = {"fleet_wait_interval": 0.05, **variables}
        extra = [word for key, value in given.items() for word in ("-e", f"{key}={value}")]
        return run_command("ansible-playbook", f"sindad.cloud.fleet_{name}", *extra, *options, cwd=tmp_path, env=env)

    return run


def test_plan_then_apply_exactly_that(simulator, here, tmp_path):
    (tmp_path / "fleet.yml").write_text(CHANGES)
    planned = here("plan", fleet_file="fleet.yml", plan_file="plan.json").ok()
    assert simulator.writes == []
    assert "  + create VM web-9 in service 401 (Debian 12, 2048 MB, 1 CPU, 20 GB)\n" in planned.stdout
    assert "  ~ resize VM web-1 of service 401 (memory 4096 to 8192)\n" in planned.stdout
    assert "\nPlan: 2 to create, 1 to change, 0 to replace, 0 to destroy, 0 refused, 0 unchanged.\n" in planned.stdout
    assert "changed=1" in planned.stdout, "the file of the plan, and nothing else"
    assert (tmp_path / "plan.json").stat().st_mode & 0o777 == 0o600

    detailed = here("plan", fleet_file="fleet.yml", detailed_exitcode="true")
    assert detailed.rc == 2
    assert "detailed_exitcode" in detailed.output
    assert simulator.writes == []

    checked = here("apply", "--check", plan_file="plan.json").ok()
    assert "Plan: 2 to create" in checked.stdout
    assert simulator.writes == []

    applied = here("apply", plan_file="plan.json").ok()
    assert "Done: 2 created, 1 changed, 0 replaced, 0 destroyed, 0 failed, 0 unchanged." in applied.stdout
    found = machines(simulator, "401")
    assert (found["web-9"]["status"], found["web-10"]["status"], found["web-1"]["memory"]) == (
        "stopped",
        "running",
        8192,
    )

    twice = here("apply", plan_file="plan.json")
    assert twice.rc == 2
    assert "the account has changed since the plan was made, and nothing was done" in twice.output
    assert simulator.writes == []

    again = here("plan", fleet_file="fleet.yml", detailed_exitcode="true").ok()
    assert "No changes. The account is as the fleet file says." in again.stdout


def test_apply_without_a_plan_prints_what_was_done_and_each_failure(simulator, here, tmp_path):
    (tmp_path / "fleet.yml").write_text(CHANGES)
    simulator.fault(method="POST", path="/service/@id/vms", status=422, body={"error": ["no room \x1b[31m here"]})
    run = here("apply", "-e", "workers=1", fleet_file="fleet.yml")
    assert run.rc == 2
    assert "  ! failed: VM web-9 of service 401: the portal refused POST /service/401/vms: no room" in run.stdout
    assert "  + create VM web-10 in service 401" in run.stdout
    assert "Done: 1 created, 1 changed, 0 replaced, 0 destroyed, 1 failed, 0 unchanged." in run.stdout
    assert "\x1b" not in run.stdout, "what the portal says is no command for the terminal"
    assert "1 of 3 changes failed" in run.output
    again = here("apply", fleet_file="fleet.yml").ok()
    assert "Done: 1 created, 0 changed, 0 replaced, 0 destroyed, 0 failed, 2 unchanged." in again.stdout
    assert machines(simulator, "401").keys() >= {"web-9", "web-10"}


def test_the_playbooks_say_what_is_wrong(simulator, here, tmp_path):
    assert "give fleet_file, such as -e fleet_file=fleet.yml" in here("plan", plan_file="plan.json").output
    assert "fleet_file: none.yml not found" in here("plan", fleet_file="none.yml").output
    assert "only an apply takes a saved plan, plan_file, instead" in here("apply").output
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a.yml").write_text("account: ops@example.com\n")
    assert "folder: services is missing" in here("plan", fleet_file="folder").output
    (tmp_path / "fleet.yml").write_text("services: [")
    assert "fleet.yml:2:1: it can't be read as YAML" in here("plan", fleet_file="fleet.yml").output
    (tmp_path / "fleet.yml").write_text("services: [{service: 401, vms: [{name: a, memroy: 1}]}]")
    wrong = here("plan", fleet_file="fleet.yml")
    assert "fleet.yml:1:43: services[0].vms[0].memroy is an unknown key; did you mean memory?" in wrong.output
    assert simulator.requests() == []


EVERYTHING_NEW = """
x-small: &small {template: Debian 12, memory: 1024, cpu: 1, disk: 10}
account: ops@example.com
services:
  - service: web-cluster
    label: shop
    prune: true
    protected: ["db-*", "nothing-*"]
    vms:
      - {name: web-1, memory: 8192, ignore: [memory]}
      - {name: www, vmid: 2002, cpu: 4}
      - {name: web-33, <<: *small, memory: 4096, cpu: 2, disk: 20}
      - {name: cache-1, template: Debian 12, rebuild: if_template_differs}
  - service: staging
    vms: [{name: stage-web}]
  - service: 512
    protected: [dbx*]
    os: {template: Ubuntu 24.04}
"""


def outcome_of(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((path / "result.json").read_text())
    return found


def test_what_erases_is_drawn_counted_and_limited(simulator, here, tmp_path):
    files = {f"{name}_file": f"{name}.json" for name in ("report", "result", "plan")}
    files["summary_file"] = "plan.md"
    (tmp_path / "fleet.yml").write_text(EVERYTHING_NEW)
    run = here("plan", fleet_file="fleet.yml", **files)
    assert run.rc == 2
    limit = "(max_destroy is 1, and 3 would be destroyed or replaced; max_destroy=3 would allow it)"
    assert f"! refused: destroy VM web-3 (2003) of service 401 {limit}" in run.stdout
    assert f"! refused: reinstall service 512 with Ubuntu 24.04 (now Debian 12) {limit}" in run.stdout
    assert outcome_of(tmp_path)["failed"]
    assert simulator.writes == []

    (tmp_path / "fleet.yml").write_text(EVERYTHING_NEW.replace("prune: true", "prune: false"))
    run = here("plan", fleet_file="fleet.yml", max_destroy="2", **files).ok()
    lines = [line.strip() for line in run.stdout.splitlines()]
    assert "-/+ rebuild VM cache-1 (2005) of service 401 with Debian 12 (now Ubuntu 24.04): its disk is erased" in lines
    assert "-/+ reinstall service 512 with Ubuntu 24.04 (now Debian 12): its disks are erased" in lines
    assert "? VM web-3 of service 401 is not in the file" in lines
    assert "Plan: 1 to create, 2 to change, 2 to replace, 0 to destroy, 0 refused, 2 unchanged." in lines
    assert "Machines of these services that are not in the file: 4." in lines
    assert "skipping" not in run.stdout
    heading = run.stdout.index("TASK [sindad.cloud.fleet : Show the plan]")
    assert run.stdout.index("-/+ rebuild") > heading
    said = " ".join(run.output.split())
    assert "fleet.yml:8:25: services[0].protected[1]: 'nothing-*' matches no machine of service 401" in said
    assert "services[2].protected[0]: 'dbx*' matches no name of service 512, so it protects nothing" in said
    assert "'web-cluster' is the label that the file changes to 'shop'" in said
    assert "vmid: 2003 in the line of web-33 keeps that machine" in said
    assert "VM www of service 401 is called web-2 by the portal; its name can't be changed" in said
    assert "give passwords_file to keep it" in said
    assert json.loads((tmp_path / "report.json").read_text()) == {"create": 3, "update": 2, "delete": 2}
    assert outcome_of(tmp_path) == {"changes": 5, "differences": 5, "refused": 0, "failed": False, "msg": None}
    summary = (tmp_path / "plan.md").read_text()
    assert summary.index("### Destroyed or erased") < summary.index("### Created and changed")

    stricter = here("apply", plan_file="plan.json", max_destroy="0", result_file="result.json")
    assert stricter.rc == 2
    assert "max_destroy is 0, and 2 would be destroyed or replaced" in stricter.output
    assert "Nothing was done." in stricter.stdout
    assert outcome_of(tmp_path)["changes"] == 0
    assert simulator.writes == []
    words = {"plan_file": "plan.json", "passwords_file": "passwords.yml", "result_file": "result.json"}
    applied = here("apply", **words).ok()
    assert "Done: 1 created, 2 changed, 2 replaced, 0 destroyed, 0 failed" in applied.stdout
    assert outcome_of(tmp_path)["changes"] == 5
    assert {"web-33", "cache-1"} <= yaml.safe_load((tmp_path / "passwords.yml").read_text())["401"].keys()
    assert (tmp_path / "passwords.yml").stat().st_mode & 0o777 == 0o600
    assert machines(simulator, "401")["web-1"]["memory"] == 4096, "its memory is left to the panel"


def test_only_a_part_and_no_limit_that_does_nothing(simulator, here, tmp_path):
    text = EVERYTHING_NEW.replace("stage-web}", "stage-web, memory: 1024}").replace("label: shop", "label: web-cluster")
    (tmp_path / "fleet.yml").write_text(text)
    one = here("plan", fleet_file="fleet.yml", only="web.example.ir/2002,402").ok()
    changes = [line.strip() for line in one.stdout.splitlines() if line.startswith(("  ~", "  +", "  -", "  !"))]
    assert changes == [
        "~ resize VM web-2 of service 401 (cpu 2 to 4)",
        "~ resize VM stage-web of service 402 (memory 2048 to 1024)",
    ]
    assert (
        "only: 'web-cluster/web-9' is not in the fleet file"
        in here("plan", fleet_file="fleet.yml", only="web-cluster/web-9").output
    )
    for name in ("plan", "apply", "export"):
        limited = here(name, "-l", "web", fleet_file="fleet.yml", dest="x.yml")
        assert limited.rc != 0
        assert "a fleet runs on localhost, which --limit web leaves out" in limited.output
    assert simulator.writes == []


@pytest.fixture
def temporary() -> Iterator[Path]:
    """Return a folder for TMPDIR: its path is short enough for the sockets that Ansible makes there."""
    with tempfile.TemporaryDirectory() as path:
        yield Path(path)


def test_an_empty_plan_says_what_is_left_and_a_lost_lock_that_nothing_was_done(simulator, here, tmp_path, temporary):
    (tmp_path / "fleet.yml").write_text("services: [{service: 401, vms: [{name: web-1, memory: 4096}]}]")
    here("plan", fleet_file="fleet.yml", plan_file="plan.json").ok()
    simulator.poke(vm={"service": "401", "id": "2001", "memory": 2048})
    left = here("apply", plan_file="plan.json", result_file="result.json").ok()
    assert "The account is as the fleet file says" not in left.stdout
    assert "left as it is, since the plan doesn't hold it: VM web-1 of service 401." in left.stdout
    assert outcome_of(tmp_path)["differences"] == 1
    lock = temporary / f"sindad-cloud-{os.getuid()}"
    lock.write_text("")
    lost = here("apply", "-e", "result_file=result.json", fleet_file="fleet.yml", env={"TMPDIR": str(temporary)})
    assert lost.rc == 2
    assert "Nothing was done." in lost.stdout
    assert "Done:" not in lost.stdout
    assert outcome_of(tmp_path) | {"msg": ""} == {
        "changes": 0,
        "differences": 1,
        "refused": 0,
        "failed": True,
        "msg": "",
    }


def test_what_there_is_no_room_for_and_another_account(simulator, run_tasks):
    many = [{**SMALL, "name": f"new-{number}", "memory": 8000} for number in range(2)]
    fleets = [
        service({"name": "web-1", "memory": 999999, "cpu": 2}),
        service(*many),
        service(many[0]),
        {"account": "other@example.com", **service()},
        {"account": "27", **service()},
    ]
    tasks = [{"sindad.cloud.sindad_fleet": {"fleet": each}, "check_mode": True} for each in fleets]
    alone, together, fits, other, mine = run_tasks(tasks).task_results
    assert "service 401 has 10240 MB of memory left, and this plan needs 995903 more" in alone.msg
    assert together.msg.count("and this plan needs 16000 more") == 2
    assert not fits.failed
    assert not mine.failed
    assert other.msg.startswith(
        "account: the file is for other@example.com, and these credentials are for ops@example.com (account id 27)"
    )
    assert simulator.writes == []


def test_a_file_of_passwords_is_checked_before_anything_is_sent(simulator, run_tasks, tmp_path):
    wrong = {"vaulted": "$ANSIBLE_VAULT;1.1;AES256\n00\n", "list": "- a\n", "nested": "'401': {a: [b]}\n"}
    wrong |= {"empty list": "[]\n", "false": "false\n"}
    for name, text in wrong.items():
        (tmp_path / name).write_text(text)
    paths = [tmp_path / name for name in (*wrong, "none/x")] + [tmp_path]
    tasks = [{"sindad.cloud.sindad_fleet": {"fleet": service({"name": "n"}), "passwords_file": str(p)}} for p in paths]
    for result in run_tasks(tasks).task_results:
        assert result.msg.startswith("passwords_file")
    assert simulator.requests() == []


def test_colours_and_refusals(simulator, run_command, tmp_path):
    fleet = service({"name": "web-1", "disk": 40, "memory": 4096, "cpu": 2}, {"name": "new"}, prune=True)
    fleet["services"][0]["protected"] = ["DB-*"]
    (tmp_path / "fleet.json").write_text(json.dumps(fleet))
    words = ["-e", "fleet_file=fleet.json", "-e", "plan_file=plan.json", "-e", "max_destroy=50%"]
    run = run_command(
        *("ansible-playbook", "sindad.cloud.fleet_plan", *words),
        env={"ANSIBLE_NOCOLOR": None, "ANSIBLE_FORCE_COLOR": "true"},
        cwd=tmp_path,
    )
    assert run.rc == 2
    assert "\x1b[0;32m  + create VM new" in run.stdout
    assert "\x1b[1;31m  ! refused: destroy VM db-1 (2004) of service 401 (db-1 is protected by 'DB-*')" in run.stdout
    assert "disk: VM web-1 of service 401 has 20 GB, and the API can't change that to 40 GB" in run.stdout
    # 3 of 5 machines would be destroyed, and 50% of them are 2
    limit = "max_destroy is 50%, which is 2 of the 5 of service 401, and 3 would be destroyed or replaced"
    assert run.stdout.count(f"{limit}; max_destroy=60% would allow it") >= 3
    assert "1 to create, 0 to change, 0 to replace, 0 to destroy, 5 refused" in run.stdout
    assert "The plan can't be applied, since this is refused: " in run.output
    words = ("-e", "plan_file=plan.json", "-e", "result_file=result.json")
    refused = run_command("ansible-playbook", "sindad.cloud.fleet_apply", *words, cwd=tmp_path)
    assert refused.rc == 2
    assert "plan_file holds refused changes, so nothing was changed" in refused.output
    assert '"changed": true' not in refused.output, "that a report was written is no change of the account"
    assert outcome_of(tmp_path)["failed"]
    assert simulator.writes == []


EXPORT = ("ansible-playbook", "sindad.cloud.fleet_export")


@pytest.mark.unmeasured
@pytest.mark.parametrize("shape", SHAPES)
def test_the_plan_of_an_export_is_empty(start_simulator, run_command, tmp_path, shape):
    simulator = start_simulator("company", shape=shape)
    simulator.poke(vm={"service": "401", "id": "2002", "label": "web-2 # no: comment, 'quoted' {{ 1 + 1 }}"})
    simulator.poke(vm={"service": "401", "id": "2003", "label": "۱۲۳-وب"})
    simulator.poke(vm={"service": "402", "id": "2012", "label": "stage-web"})
    (tmp_path / "fleet.yml").write_text("# Ask Sara first.\nservices: []\ndefaults: {memory: 1024}\n")
    kept = run_command(*EXPORT, "-e", "dest=fleet.yml", cwd=tmp_path, env=simulator.env)
    assert kept.rc == 2
    assert "fleet.yml is there and differs from the account. With -e force=true it is replaced" in kept.output
    assert "the portal can't tell: defaults, comments" in kept.output
    for round_ in range(2 if shape == "reference" else 1):
        run = run_command(
            *(*EXPORT, "sindad.cloud.fleet_plan", "-e", "force=true"),
            *("-e", "dest=fleet.yml", "-e", "fleet_file=fleet.yml", "-e", "detailed_exitcode=true"),
            cwd=tmp_path,
            env=simulator.env,
        ).ok()
        assert "No changes. The account is as the fleet file says." in run.stdout
        # it replaces another file and keeps that; the same again is no change
        assert f"changed={1 - round_}" in run.stdout
        assert len(list(tmp_path.glob("fleet.yml.*~"))) == 1
    assert simulator.writes == []
    text = (tmp_path / "fleet.yml").read_text(encoding="utf-8")
    assert "$schema=" in text.splitlines()[0]
    assert "      - {name: web-1, template: Debian 12, memory: 4096, cpu: 2, disk: 20, power: running}\n" in text
    for note in ("VM stage-web (2", "service 601 (", "service 404 ("):
        assert any(note in line for line in text.splitlines() if line.startswith("#   - ")) or shape == "openstack"
    secrets = {vm["password"] for vm in simulator.state()["vm"]} | {simulator.password + '"'}
    assert not any(secret in text for secret in secrets)


def test_an_export_leaves_out_what_a_fleet_file_can_not_hold(simulator, run_command, tmp_path):
    """What the portal holds may be more than a file may say; whatever is written can be read again."""
    simulator.poke(service={"id": "401", "label": "a\nb"})
    simulator.poke(service={"id": "402", "label": "x" * 1001})
    simulator.poke(ip={"service": "512", "id": "71", "domain": "_dmarc.example.ir"})
    simulator.poke(vm={"service": "401", "id": "2001", "template": "y" * 1001})
    simulator.poke(vm={"service": "401", "id": "2002", "label": "\uffff{{ 1 + 1 }} سرور 😀"})
    run_command(*EXPORT, "-e", "dest=fleet.yml", cwd=tmp_path, env=simulator.env).ok()
    notes = [line for line in (tmp_path / "fleet.yml").read_text(encoding="utf-8").splitlines() if line[:1] == "#"]
    for note in (
        "(Cloud Pool L, web.example.ir, Active): label must be a string of one line, not 'a\\nb'; it is left out",
        "label must have at most 1000 characters; it is left out",
        "address 185.0.3.10: domain must be a host name such as web-1.example.com, or empty, not '_dmarc.example.ir'; it is",
        "VM web-1 (2001) of service 401: template must have at most 1000 characters; it is left out",
    ):
        assert any(note in line for line in notes), (note, notes)
    planned = run_command(
        "ansible-playbook", "sindad.cloud.fleet_plan", "-e", "fleet_file=fleet.yml", cwd=tmp_path, env=simulator.env
    ).ok()
    assert "No changes. The account is as the fleet file says." in planned.stdout


def test_where_an_export_can_not_go(simulator, run_command, tmp_path):
    """What isn't a regular file is neither read nor replaced; check mode doesn't say that a file is there."""
    os.mkfifo(tmp_path / "fifo.yml")
    run = run_command(*EXPORT, "-e", "dest=fifo.yml", cwd=tmp_path, env=simulator.env, timeout=60)
    assert run.rc == 2
    assert "dest must be the path of a regular file; " in run.output
    assert stat.S_ISFIFO((tmp_path / "fifo.yml").stat().st_mode)
    checked = run_command(*EXPORT, "--check", "-e", "dest=new.yml", cwd=tmp_path, env=simulator.env).ok()
    assert "new.yml would be written" in checked.stdout
    assert not (tmp_path / "new.yml").exists()
    simulator.clear()
    (tmp_path / "file.yml").write_text("services: []\n")
    for dest, said in (
        (None, "give the file to write, such as -e dest=fleet.yml"),
        ("none/x", "none not found"),
        ("none/", "dest: directory none/ not found"),
        ("file.yml/", "dest: directory file.yml/ not found"),
    ):
        words = () if dest is None else ("-e", f"dest={dest}")
        run = run_command(*EXPORT, *words, cwd=tmp_path, env=simulator.env)
        assert run.rc == 2
        assert said in run.output
        assert "Finalization" not in run.output
    assert simulator.requests() == []


@pytest.mark.parametrize(
    ("label", "lost"),
    [
        ("سلام# x", ""),
        ("\u0645prune: x\u00a0vars: \u0085# x \u2028# y", ""),
        ('سلام"\n    x-سلام: "1', "x-سلام"),
        ('x"\n\t# سلام\n    # "', "comments"),
    ],
)
def test_what_an_export_says_is_lost_of_a_persian_file(simulator, run_command, tmp_path, label, lost):
    text = f'services:\n  - service: "401"\n    label: "{label}"\n'
    (tmp_path / "fleet.yml").write_text(text, encoding="utf-8", newline="\r\n")
    run = run_command(*EXPORT, "-e", "dest=fleet.yml", cwd=tmp_path, env=simulator.env)
    assert run.rc == 2
    said = " ".join(run.output.split())
    assert "differs from the account" in said
    assert ("the portal can't tell" in said) is bool(lost)
    assert f"the portal can't tell: {lost}" in said or not lost


def test_an_export_shows_nothing_of_the_file_that_it_replaces(simulator, run_command, tmp_path):
    file = tmp_path / "fleet.yml"
    file.write_bytes((REINSTALLED % SECRET).encode() + b"# not UTF-8: \xff\n")
    file.chmod(0o600)
    export = (*EXPORT, "-vvv", "--diff", "-e", "dest=fleet.yml")
    kept = run_command(*export, cwd=tmp_path, env=simulator.env)
    assert kept.rc == 2
    assert "the portal can't tell: password, comments" in kept.output
    replaced = run_command(*export, "-e", "force=true", cwd=tmp_path, env=simulator.env).ok()
    assert SECRET not in kept.output + replaced.output
    (backup,) = tmp_path.glob("fleet.yml.*~")
    assert SECRET in backup.read_text(encoding="latin-1")
    assert {path.stat().st_mode & 0o777 for path in (file, backup)} == {0o600}
    assert "#   - the recipes of the servers 512, 513: the portal does not report them\n" in file.read_text()
    new = run_command(*EXPORT, "-e", "dest=new.yml", cwd=tmp_path, env=simulator.env).ok()
    assert "changed=1" in new.stdout
    assert (tmp_path / "new.yml").stat().st_mode & 0o777 == 0o644


def test_an_export_does_not_decrypt_the_file_that_is_there(simulator, run_command, tmp_path):
    (tmp_path / "vault").write_text("password-of-the-vault\n")
    (tmp_path / "fleet.yml").write_text(REINSTALLED % SECRET)
    run_command("ansible-vault", "encrypt", "--vault-password-file", "vault", "fleet.yml", cwd=tmp_path).ok()
    encrypted = (tmp_path / "fleet.yml").read_text()
    kept = run_command(*EXPORT, "-e", "dest=fleet.yml", cwd=tmp_path, env=simulator.env)
    assert kept.rc == 2
    assert "fleet.yml is encrypted. With -e force=true it is replaced by one that is not" in kept.output
    assert (tmp_path / "fleet.yml").read_text() == encrypted
    run_command(*EXPORT, "-e", "dest=fleet.yml", "-e", "force=true", cwd=tmp_path, env=simulator.env).ok()
    (backup,) = tmp_path.glob("fleet.yml.*~")
    assert backup.read_text() == encrypted


LOSING_ONE = """
services:
  - service: "401"
    prune: true
    vms: [{name: web-2}, {name: web-3}, {name: db-1}, {name: cache-1}]
"""


@pytest.mark.unmeasured
@pytest.mark.parametrize("limit", [0, "0", "0%"])
def test_a_limit_of_nothing_is_a_limit(simulator, run_playbook, tmp_path, limit):
    (tmp_path / "fleet.yml").write_text(LOSING_ONE)
    role = {"fleet_action": "apply", "fleet_file": str(tmp_path / "fleet.yml"), "fleet_max_destroy": limit}
    play = {"hosts": "localhost", "gather_facts": False, "roles": [{"role": "sindad.cloud.fleet", **role}]}
    run = run_playbook([play])
    assert run.rc == 2
    assert "max_destroy" in run.output
    variables = {"fleet_file": str(tmp_path / "fleet.yml"), "max_destroy": limit}
    assert run_playbook("sindad.cloud.fleet_apply", extra_vars=variables).rc == 2
    assert simulator.writes == []


@pytest.mark.parametrize("only", ["", ",", " , ,", [""], [None]])
def test_only_nothing_is_not_everything(simulator, run_playbook, tmp_path, only):
    (tmp_path / "fleet.yml").write_text(CHANGES)
    run = run_playbook("sindad.cloud.fleet_plan", extra_vars={"fleet_file": str(tmp_path / "fleet.yml"), "only": only})
    assert run.rc == 2
    assert "only: it names no service; leave it out for the whole fleet" in run.output


@pytest.mark.parametrize("only", [None, []])
def test_only_that_is_not_given_is_everything(simulator, run_playbook, tmp_path, only):
    (tmp_path / "fleet.yml").write_text(CHANGES)
    role = {"fleet_file": str(tmp_path / "fleet.yml"), "fleet_only": only}
    play = {"hosts": "localhost", "gather_facts": False, "roles": [{"role": "sindad.cloud.fleet", **role}]}
    assert "Plan: 2 to create, 1 to change" in run_playbook([play]).ok().stdout


def test_passwords_are_not_kept_in_the_folder_of_a_fleet(simulator, here, tmp_path):
    folder = tmp_path / "fleet"
    folder.mkdir()
    (folder / "a.yml").write_text(CHANGES)
    for name in ("plan", "apply"):
        run = here(name, fleet_file="fleet", passwords_file="fleet/p.yml", result_file="result.json")
        assert run.rc == 2
        assert "passwords_file: fleet/p.yml is read by this run; give another path" in run.output
        assert outcome_of(tmp_path)["failed"]
    assert simulator.requests() == []
    for place in ("p.yml", "fleet/.p.yml"):
        here("plan", fleet_file="fleet", passwords_file=place).ok()


def test_no_report_overwrites_a_file_that_a_link_leads_to(simulator, here, tmp_path):
    for name in ("fleet", "else"):
        (tmp_path / name).mkdir()
    (tmp_path / "else" / "site.yml").write_text(CHANGES)
    (tmp_path / "fleet" / "site.yml").symlink_to("../else/site.yml")
    for name in ("plan", "apply"):
        run = here(name, fleet_file="fleet", summary_file="else/site.yml")
        assert run.rc == 2
        assert "summary_file: else/site.yml is read by this run; give another path" in " ".join(run.output.split())
    assert simulator.writes == []
    assert (tmp_path / "else" / "site.yml").read_text() == CHANGES


def test_a_saved_plan_may_have_a_byte_order_mark(simulator, here, tmp_path):
    (tmp_path / "fleet.yml").write_text(CHANGES)
    here("plan", fleet_file="fleet.yml", plan_file="plan.json").ok()
    (tmp_path / "plan.json").write_bytes(b"\xef\xbb\xbf" + (tmp_path / "plan.json").read_bytes())
    assert "Plan: 2 to create, 1 to change" in here("apply", "--check", plan_file="plan.json").ok().stdout


def test_the_domain_of_an_address_that_the_list_does_not_tell(simulator, fleet):
    listed = {"ips": [{"id": "71", "ipaddress": "185.0.3.10"}]}
    simulator.fault(method="GET", path="/service/@id/ips", status=200, body=listed, times=None)
    wanted = {"services": [{"service": "512", "ips": [{"ip": "185.0.3.10", "domain": "new.example.ir"}]}]}
    assert len(fleet(wanted, check=True)["plan"]) == 1
    assert len(simulator.requests(65)) == 1


def test_only_one_of_two_that_are_called_alike(simulator, fleet):
    for number in ("401", "402"):
        simulator.poke(service={"id": number, "label": "shop"})
    both = {"services": [{"service": number, "vms": []} for number in ("401", "402")]}
    found = fleet(both, check=True, only=["shop"])
    assert found.msg.startswith("only: 'shop' is ambiguous, give the id of one of these services: 401 (")
    assert "402 (" in found.msg
    assert not fleet(both, check=True, only=["402"]).failed


def test_a_new_machine_with_the_title_of_one_that_goes(simulator, fleet):
    rest = [{"name": name} for name in ("web-2", "web-3", "db-1", "cache-1")]
    found = fleet(service({"name": "web-1 (2001)"}, *rest, prune=True), check=True)
    actions = {change["resource"]: change["action"] for change in found["changes"]}
    assert len(actions) == len(found["changes"])
    assert actions["VM web-1 (2001) of service 401"] == "create"
    assert actions["VM web-1 (2001) (not in the file) of service 401"] == "destroy"


def test_what_another_change_frees_is_not_counted_on(simulator, fleet):
    """Machines are created before others get smaller."""
    free = next(each for each in simulator.state()["service"] if each["id"] == "402")["resources"]
    used = sum(vm["memory"] for vm in simulator.state()["vm"] if vm["parent"] == "402")
    simulator.poke(service={"id": "402", "resources": {**free, "memory": used}})
    smaller = {"name": "stage-web", "template": None, "memory": 1024, "cpu": 1, "disk": None}
    found = fleet(service(smaller, {"name": "stage-9", "memory": 1024}, name="402"), check=True)
    assert "service 402 has 0 MB of memory left, and this plan needs 1024 more" in found.msg


def test_one_address_on_two_lines(simulator, fleet):
    lines = [{"ip": "185.0.3.10", "domain": "a.example.ir"}, {"ip": "71", "domain": "b.example.ir"}]
    found = fleet({"services": [{"service": "512", "ips": lines}]})
    assert "services[0].ips[1].ip: '71' is 185.0.3.10, already listed at services[0].ips[0]" in found.msg
    assert simulator.writes == []


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"result_file": "fleet.yml"}, "result_file: fleet.yml is read by this run; give another path"),
        ({"summary_file": "x", "report_file": "./x"}, "report_file: ./x is the file of summary_file too"),
        ({"summary_file": "none/x"}, "none not found"),
    ],
)
def test_reports_that_have_no_place_of_their_own(simulator, here, tmp_path, files, said):
    """It is seen before anything is applied."""
    (tmp_path / "fleet.yml").write_text(CHANGES)
    for name in ("apply", "plan"):
        run = here(name, fleet_file="fleet.yml", **files)
        assert run.rc == 2
        assert said in run.output
    assert simulator.writes == []
    assert (tmp_path / "fleet.yml").read_text() == CHANGES
    assert not (tmp_path / "x").exists()


COUNTS = dict.fromkeys(("created", "changed", "destroyed", "refused", "unchanged"), 0)


@pytest.mark.parametrize(
    ("result", "said"),
    [
        ({"skipped": True}, "it has neither a plan nor a failure"),
        ({"plan": [], "summary": COUNTS}, "changes is missing or has the wrong type"),
        ({"plan": None, "summary": None, "changes": None}, "plan is missing or has the wrong type"),
        ({"plan": ["a"], "summary": COUNTS, "changes": []}, "plan and changes don't belong together"),
        ({"plan": [], "summary": {}, "changes": []}, "summary lacks one of created, changed"),
        ({"plan": [], "summary": COUNTS, "changes": [{"resource": "a"}]}, "changes must be dictionaries with action"),
    ],
)
def test_what_is_no_result_of_a_fleet(run_tasks, result, said):
    (shown,) = run_tasks([{"sindad.cloud.sindad_fleet_show": {"result": result, "fail": True}}]).task_results
    assert shown.failed
    assert shown.msg.startswith("result must be what sindad_fleet returned: ")
    assert said in shown.msg


@pytest.mark.unmeasured
def test_a_fleet_is_rehearsed_on_a_copy(simulator, start_simulator, here, run_command, tmp_path):
    here("export", dest="now.yml").ok()
    with (tmp_path / "now.yml").open("a") as file:
        file.write("account: boss@firm.ir\n")
    copy = start_simulator(tmp_path / "now.yml", build_time=0.1)
    credentials = {**copy.env, "SINDAD_USERNAME": "boss@firm.ir"}
    run = [*("ansible-playbook", "sindad.cloud.fleet_plan", "-e", "fleet_wait_interval=0.05", "-e")]
    same = run_command(*run, "fleet_file=now.yml", "-e", "detailed_exitcode=yes", env=credentials, cwd=tmp_path).ok()
    assert "No changes." in same.stdout
    (tmp_path / "fleet.yml").write_text("account: boss@firm.ir\n" + CHANGES.replace("web-cluster", "401"))
    run[1] = "sindad.cloud.fleet_apply"
    assert "2 created" in run_command(*run, "fleet_file=fleet.yml", env=credentials, cwd=tmp_path).ok().stdout
    assert "web-9" in machines(copy)
    assert "web-9" not in machines(simulator)
    assert simulator.writes == []


def test_secrets_from_vault_and_environment_stay_secret(simulator, run_command, tmp_path):
    (tmp_path / "vault").write_text("password-of-the-vault\n")
    vault = ("--vault-password-file", "vault")
    value = run_command("ansible-vault", "encrypt_string", *vault, SECRET, "--name", "x", cwd=tmp_path).ok().stdout
    inline = value.removeprefix("x: ").replace("\n          ", "\n        ").rstrip()
    texts = {
        "inline.yml": "services:\n  - service: 512\n    os:\n      template: Ubuntu 24.04\n      password: " + inline,
        "whole.yml": REINSTALLED % SECRET,
        "environment.yml": REINSTALLED % "\"{{ lookup('ansible.builtin.env', 'DATABASE_PASSWORD') }}\"",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text + "\n")
    run_command("ansible-vault", "encrypt", *vault, "whole.yml", cwd=tmp_path).ok()

    output = ""
    for name in texts:
        simulator.reset()
        words = [*vault, "-vvv", "--diff", "-e", f"fleet_file={name}", "-e", "plan_file=plan.json"]
        run = run_command(
            *("ansible-playbook", "sindad.cloud.fleet_plan", "sindad.cloud.fleet_apply", *words),
            *("-e", "fleet_wait_interval=0.05"),
            env={"DATABASE_PASSWORD": SECRET},
            cwd=tmp_path,
        ).ok()
        output += run.output
        plan = (tmp_path / "plan.json").read_text()
        assert SECRET not in plan
        assert json.loads(plan)["left_out"] == ["services[0].os.password"]
        assert simulator.state()["server"][0]["password"] == SECRET
    assert "reinstall service 512 with Ubuntu 24.04 (now Debian 12)" in output
    assert SECRET not in output


def test_a_plan_without_its_passwords(simulator, fleet, tmp_path):
    wanted = {"services": [{"service": 512, "os": {"template": "Ubuntu 24.04", "password": SECRET}}]}
    planned = fleet(wanted, check=True, verbosity=3)
    assert SECRET not in json.dumps(planned)
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps(planned["saved_plan"]))
    assert fleet(plan_file=str(plan)).msg == (
        "plan_file: a plan holds no passwords; give fleet_file too, which has services[0].os.password"
    )
    assert "fleet is not the one that plan_file was made from" in fleet(service({"name": "a"}), plan_file=str(plan)).msg
    assert simulator.writes == []
    assert not fleet(wanted, plan_file=str(plan)).failed


def test_a_wrong_file_is_one_sentence_before_any_request(simulator, run_tasks):
    wrong = {
        "services[0].os.password must be a string": {"os": {"template": "a", "password": [SECRET]}},
        "services[0].os must be a dictionary, not a list": {"os": [{"template": "a", "password": SECRET}]},
        "services[0].os.password is empty": {"os": {"template": "a", "password": ""}},
        "services[0].ips[0].ip must be an IP address": {"ips": [{"ip": "nix nix"}]},
        "services[0].vms[0].memory must be an integer (MB), not 'much'": {"vms": [{"name": "a", "memory": "much"}]},
        "services[0].vms[1].name: 'a' is already listed at services[0].vms[0].name": {
            "vms": [{"name": "a"}, {"name": "a "}]
        },
        "services[0].vms[0].rebuild must be a string, not False": {"vms": [{"name": "a", "rebuild": False}]},
    }
    fleets = [{"services": [{"service": 401, **keys}]} for keys in wrong.values()]
    run = run_tasks([{"sindad.cloud.sindad_fleet": {"fleet": fleet}} for fleet in fleets], verbosity=3)
    for sentence, result in zip(wrong, run.task_results, strict=True):
        assert result.failed
        assert sentence in result.msg
    assert SECRET not in json.dumps(run.task_results)
    assert simulator.requests() == []


@pytest.fixture(scope="module")
def many(tmp_path_factory) -> Path:
    """Return the seed of a portal of 50 services with 20 VMs each."""
    seed = generated(50, 20)
    for number, entry in enumerate(seed["services"]):
        entry["id"] = str(401 + number)
    path = tmp_path_factory.mktemp("many") / "seed.yml"
    path.write_text(yaml.safe_dump(seed))
    return path


@pytest.mark.unmeasured
def test_a_thousand_machines(many, start_simulator, run_tasks, tmp_path):
    simulator = start_simulator(many)
    wanted = generated(50, 20)
    for number, entry in enumerate(wanted["services"]):
        entry["service"] = 401 + number
    task = {"fleet": wanted, **FAST}
    same = run_tasks([{"sindad.cloud.sindad_fleet": task}], env=simulator.env, verbosity=3).ok().task_results[0]
    assert not same.changed
    assert same["summary"]["unchanged"] == 1000
    assert len(simulator.requests()) == sum(same["api_calls"].values()) == 51

    for entry in wanted["services"]:
        entry["vms"][0]["memory"] = 4096
        entry["vms"].append({"name": "added", "power": "stopped"})
    plan = tmp_path / "plan.json"
    run = run_tasks(
        [
            {"sindad.cloud.sindad_fleet": task, "check_mode": True, "register": "planned"},
            {"ansible.builtin.copy": {"content": "{{ planned.saved_plan | to_json }}", "dest": str(plan)}},
        ],
        env=simulator.env,
    ).ok()
    counts = dict.fromkeys(("replaced", "destroyed", "refused", "failed", "unlisted"), 0)
    counts |= {"created": 50, "changed": 50, "unchanged": 950}
    assert run.task_results[0]["summary"] == counts
    assert simulator.writes == []
    tasks = [{"plan_file": str(plan), **FAST}, {**task}, {"plan_file": str(plan), **FAST}]
    run = run_tasks([{"sindad.cloud.sindad_fleet": each} for each in tasks], env=simulator.env)
    applied, again, twice = run.task_results
    assert applied["plan"] == json.loads(json.dumps(applied["plan"]))
    assert applied["summary"]["created"] == applied["summary"]["changed"] == 50
    assert again["plan"] == []
    assert again["summary"]["unchanged"] == 1050
    assert "has changed since the plan was made" in twice.msg
    assert len(simulator.writes) == 150, "50 creations, 50 stops, 50 resizes"


def test_what_moved_refuses_a_plan_before_any_write(simulator, fleet, tmp_path):
    plan = tmp_path / "plan.json"
    wanted = service(
        *({"name": name, "memory": 8192, "cpu": 2} for name in ("web-1", "web-2")),
        *({"name": "db-1", "disk": 80, "memory": 8192, "cpu": 4}, {"name": "cache-1", "template": "Ubuntu 24.04"}),
        *({"name": "new"},),
        prune=True,
    )
    plan.write_text(json.dumps(fleet(wanted, check=True)["saved_plan"]))

    def refused(**changes: Any) -> str:
        simulator.reset()
        simulator.poke(**changes)
        result = fleet(plan_file=str(plan))
        assert result.failed
        assert not result.changed
        assert simulator.writes == []
        return result.msg.split("nothing was done: ")[1]

    vm = {"service": "401", "id": "2001"}
    assert refused(vm={**vm, "label": "by-hand"}) == "VM web-1 of service 401 is gone"
    assert refused(vm=[{**vm, "memory": 6144}, {"service": "401", "id": "2003", "delete": True}]) == (
        "VM web-1 of service 401 has changed: memory was 4096, is 6144; VM web-3 (2003) of service 401 is gone"
    )
    assert refused(vm=[{**vm, "memory": 8192}, {"service": "401", "id": "2003", "status": "running"}]) == (
        "VM web-1 of service 401 is already as wanted; "
        "VM web-3 (2003) of service 401 has changed: status was stopped, is running"
    )

    # what the plan would not change may move: it is left as it is, with a word about it
    simulator.reset()
    simulator.poke(vm={"service": "401", "id": "2004", "label": "db-renamed"})
    result = fleet(plan_file=str(plan))
    assert not result.failed, result.msg
    assert "so they are left as they are: VM db-1 of service 401, VM db-renamed (2004) of service 401" in " ".join(
        result["warnings"]
    )
    assert {"db-renamed", "new"} <= machines(simulator, "401").keys()
    assert "web-3" not in machines(simulator, "401")


def test_a_plan_is_for_one_account_and_whole(simulator, start_simulator, fleet, run_module, run_tasks, tmp_path):
    plan = tmp_path / "plan.json"
    saved = fleet(service({"name": "new"}), check=True)["saved_plan"]
    plan.write_text(json.dumps(saved))
    other = start_simulator("company", latency=0.001)
    result = run_module("sindad_fleet", {"plan_file": str(plan)}, env=other.env)
    assert result.msg == f"plan_file: it was made for api_url {simulator.url}, not for {other.url}"
    assert "made for account ops@example.com, not for token" in fleet(plan_file=str(plan), api_token="t0ken").msg
    simulator.clear()
    broken = (
        *("", "{}", "[]", "[" * 10**6),
        *(json.dumps({**saved, **wrong}) for wrong in ({"changes": [1]}, {"max_destroy": "all"}, {"format": True})),
        json.dumps({**saved, "changes": [{**saved["changes"][0], "before": "x"}]}),
    )
    files = [tmp_path / f"broken-{number}" for number in range(len(broken) + 2)]
    for file, text in zip(files, broken, strict=False):
        file.write_text(text)
    os.mkfifo(files[-1])
    files.append(Path("/dev/zero"))
    run = run_tasks([{"sindad.cloud.sindad_fleet": {"plan_file": str(file)}} for file in files])
    assert all(result.msg.startswith("plan_file: ") for result in run.task_results), run.output
    assert simulator.requests() == []


def test_max_destroy_stops_a_prune_of_two(simulator, fleet, run_tasks):
    def pruned(*kept: str) -> dict[str, Any]:
        return {"services": [{"service": 401, "prune": True, "vms": [{"name": name} for name in kept]}]}

    two = pruned("web-1", "web-2", "web-3")
    tried = [{"fleet": two, "max_destroy": limit} for limit in ("1", "39%", "0")]
    tried += [{"fleet": two}, {"fleet": pruned(), "max_destroy": "4"}, {"fleet": two, "max_destroy": "all"}]
    run = run_tasks([{"sindad.cloud.sindad_fleet": each} for each in tried])
    *refused, wrong = run.task_results
    for options, result in zip(tried, refused, strict=False):
        assert f"max_destroy is {options.get('max_destroy', '1')}, " in result.msg
        assert result["summary"]["refused"] == (5 if options.get("max_destroy") == "4" else 2)
    assert "max_destroy must be a number" in wrong.msg
    assert simulator.writes == []
    assert len(machines(simulator, "401")) == 5
    assert not fleet(two, max_destroy="40%").failed
    assert list(machines(simulator, "401")) == ["web-1", "web-2", "web-3"]
    assert not fleet(pruned("web-1", "web-2")).failed, "one is the limit by default"


PROTECTED = ("db-*", "DB-1", "Db-?", "*", "2004")


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    "vms",
    [
        [],
        [{"name": "web-1"}],
        [{"name": "other", "template": "Debian 12", "memory": 2048, "cpu": 1, "disk": 20}],
        [{"name": "db-1", "power": "stopped"}],
        [{"name": "db-1", "power": False}],
        [{"name": "db-1", "template": "Ubuntu 24.04", "rebuild": "if_template_differs"}],
        [{"name": "db-1", "template": "102", "rebuild": "if_template_differs", "power": "stopped"}],
    ],
)
def test_a_protected_machine_survives_every_file(simulator, run_tasks, vms):
    before = machines(simulator, "401")["db-1"]
    entry = {"service": 401, "vms": vms, "prune": True}
    fleets = [{"services": [{**entry, "protected": [pattern]}]} for pattern in PROTECTED]
    options = {"max_destroy": "100%", **FAST}
    run = run_tasks([{"sindad.cloud.sindad_fleet": {"fleet": fleet, **options}} for fleet in fleets])
    for pattern, result in zip(PROTECTED, run.task_results, strict=True):
        assert result.failed, (pattern, result)
        assert f"is protected by {pattern!r}" in result.msg
    assert simulator.writes == []
    assert machines(simulator, "401")["db-1"] == before


def test_a_protected_server_survives_under_each_of_its_names(simulator, run_tasks):
    before = simulator.state()["server"]
    harms = (
        {"power": "off"},
        {"os": {"template": "Ubuntu 24.04", "password": SECRET}},
        {"hostname": "web.example.ir", "power": False},
        {"hostname": "web.example.ir", "os": {"template": "AlmaLinux 9"}, "power": "off", "label": "x"},
    )
    # Also under those that the file doesn't manage.
    tried = [(keys, name) for keys in harms for name in ("DB.*", "512", "database", "Db.Example.ir.")]
    fleets = [{"services": [{"service": "512", "protected": ["nix", name], **keys}]} for keys, name in tried]
    run = run_tasks([{"sindad.cloud.sindad_fleet": {"fleet": fleet, **FAST}} for fleet in fleets])
    for (keys, name), result in zip(tried, run.task_results, strict=True):
        assert result.failed, (keys, name)
        assert f"is protected by {name!r}" in result.msg
    assert simulator.writes == []
    assert simulator.state()["server"] == before


def test_a_server_is_brought_to_its_state_at_once(simulator, fleet):
    wanted = {
        "services": [
            {
                "service": "513",
                "label": "db-2",
                "hostname": "db-2.example.ir",
                "os": {"template": "Debian 12", "recipe": "lamp", "password": SECRET},
                "power": "off",
                "ips": [{"ip": "185.0.3.20", "domain": "db-2.example.ir"}],
            },
            {"service": "512", "power": True},
        ]
    }
    first = fleet(wanted, check=True)
    result = fleet(wanted)
    assert result["plan"] == first["plan"]
    assert "~ power off service 513 (now on)" in result["plan"], "a reinstalled server is on"
    server = simulator.state()["server"][1]
    assert (server["power"], server["hostname"], server["recipe"]) == (False, "db-2.example.ir", "lamp")
    assert fleet(wanted)["plan"] == []
    wanted["services"][0] |= {"os": {"template": "AlmaLinux 9", "password": SECRET}, "power": "on"}
    result = fleet(wanted)
    assert not result.failed, result.msg
    assert [line for line in result["plan"] if "power" in line] == [], "a reinstall switches it on"
    assert fleet(wanted)["plan"] == []


@pytest.mark.unmeasured
def test_what_fails_does_not_stop_the_others_and_is_finished_by_the_next_run(simulator, fleet):
    names = [f"new-{number}" for number in range(8)]
    runner = {"name": "runner-1", "cpu": 2, "memory": 8192, "disk": 60}
    wanted = service(*({"name": name} for name in names), runner, name=403)
    faults = (
        {"drop": "before"},
        {"drop": "after"},
        {"status": 500},
        {"status": 500, "when": "after"},
        {"status": 200, "body": {"error": ["Quota exceeded"]}},
        {"status": 409, "body": {"error": ["Try again later"]}},
    )
    planned = fleet(wanted, check=True)
    for fault in faults:
        simulator.fault(method="POST", path="/service/@id/vms", **fault)
    result = fleet(wanted, workers=6, wait_timeout=6)
    assert result.failed
    assert result.changed
    assert result["plan"] == planned["plan"]
    summary = result["summary"]
    # What was carried out although its answer was lost is seen; the rest is told of, each in one sentence.
    assert (summary["failed"], summary["created"], summary["changed"]) == (4, 4, 1)
    assert len(result["failures"]) == 4
    assert all(line.startswith("VM new-") for line in result["failures"])
    assert "Quota exceeded" in result.msg
    done = machines(simulator, "403")
    assert len(done) == 6
    assert done["runner-1"]["cpu"] == 2
    second = fleet(wanted)
    assert not second.failed
    assert second["summary"]["created"] == 4
    assert len(machines(simulator, "403")) == 10
    assert fleet(wanted)["plan"] == []


def test_no_service_but_those_named_is_asked_for_or_touched(simulator, fleet):
    result = fleet({"services": [{"service": 402, "prune": True, "vms": []}]}, max_destroy="3", verbosity=3)
    assert result["summary"]["destroyed"] == 3
    assert {request["path"].split("/")[2] for request in simulator.requests() if request["path"] != "/service"} == {
        "402"
    }


def test_a_label_that_finds_a_service_is_asked_for_once(simulator, fleet):
    wanted = {"services": [{"service": name, "label": name} for name in ("web-cluster", "staging", "database")]}
    assert fleet(wanted)["plan"] == []
    assert simulator.counts["GET /service/@id/label"] == len(simulator.state()["service"])
    by_id = {"services": [{"service": number, "label": label} for number, label in ((401, "web-cluster"), (402, "x"))]}
    assert fleet(by_id, check=True)["plan"] == ["~ set the label of service 402 to 'x' (now 'staging')"]
    assert simulator.counts["GET /service/@id/label"] == 2
    twice = fleet({"services": [{"service": "web-cluster"}, {"service": 401}]}).msg
    assert twice.startswith("services[1].service: '401' is service 401 (")
    assert twice.endswith("already listed at services[0].service")


@pytest.mark.unmeasured
def test_requests_go_side_by_side(start_simulator, run_module, many):
    latency, workers = 0.3, 6
    simulator = start_simulator(many, latency=latency)
    wanted = {"services": [{"service": 401 + number, "vms": [{"name": "new", **SMALL}]} for number in range(12)]}
    result = run_module("sindad_fleet", {"fleet": wanted, "workers": workers, **FAST}, env=simulator.env)
    assert result["summary"]["created"] == 12
    times = [request["time"] for request in simulator.requests()]
    # What begins while another request can't have ended goes on beside it.
    at_once = max(sum(begun <= other < begun + latency for other in times) for begun in times)
    assert workers / 2 <= at_once <= workers


def descendants(process: int) -> list[int]:
    """Return a process and all that it has started, and they; Ansible's workers have sessions of their own."""
    children: dict[int, list[int]] = {}
    for line in subprocess.run(
        ["ps", "-eo", "ppid=,pid="], capture_output=True, text=True, check=True
    ).stdout.splitlines():
        parent, child = map(int, line.split())
        children.setdefault(parent, []).append(child)
    found = [process]
    for each in found:
        found += children.get(each, [])
    return found


@pytest.mark.unmeasured
@pytest.mark.parametrize("how", ["interrupted", "killed", "controller killed"])
def test_a_run_that_was_cut_short_is_finished_by_the_next(start_simulator, run_module, how, tmp_path):
    simulator = start_simulator("company", build_time=0.6)
    names = [f"new-{number}" for number in range(10)]
    wanted = service(*({"name": name} for name in names), name=403)
    (tmp_path / "fleet.json").write_text(json.dumps(wanted))
    words = ["fleet_file=fleet.json", "workers=2", "fleet_wait_interval=0.1"]
    running = subprocess.Popen(
        ["ansible-playbook", "sindad.cloud.fleet_apply", *(each for word in words for each in ("-e", word))],
        env=environment(simulator.env),
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    deadline = time.monotonic() + 60
    while len(simulator.writes) < 3 and time.monotonic() < deadline:
        time.sleep(0.05)
    hit = descendants(running.pid) if how == "killed" else [running.pid]
    for process in hit:
        os.kill(process, signal.SIGINT if how == "interrupted" else signal.SIGKILL)
    assert running.wait(30) != 0
    if how != "controller killed":  # else the module, an orphan, goes on beside the next run
        time.sleep(0.5)
        written = len(simulator.writes)
        assert 3 <= written < 10
        time.sleep(1)
        assert len(simulator.writes) == written, "nothing of it goes on"
    task = {"fleet": wanted, **FAST}
    result = run_module("sindad_fleet", task, env=simulator.env)
    while "service 403 is being changed by another run on this machine" in result.msg:
        assert how == "controller killed"
        assert not result.changed
        assert time.monotonic() < deadline + 60
        result = run_module("sindad_fleet", task, env=simulator.env)
    assert not result.failed, result.msg
    assert machines(simulator, "403").keys() == {"runner-1", "runner-2", *names}
    assert run_module("sindad_fleet", task, env=simulator.env)["plan"] == []


def blocks(guide: str) -> list[str]:
    """Return the YAML of a guide."""
    text = (ROOT / "docs" / "docsite" / "rst" / f"guide_{guide}.rst").read_text(encoding="utf-8")
    found = re.findall(r"^\.\. code-block:: yaml.*\n\n((?:(?:    .*)?\n)+)", text, re.MULTILINE)
    return [textwrap.dedent(block) for block in found]


class Webhook(BaseHTTPRequestHandler):
    """Keeps what is posted to it."""

    told: ClassVar[list[str]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.told.append(json.loads(body)["text"])
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def webhook() -> Iterator[str]:
    Webhook.told.clear()
    with HTTPServer(("127.0.0.1", 0), Webhook) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.mark.unmeasured
def test_the_guides_are_true(simulator, run_command, tmp_path, webhook):
    """The example repository of the guide to GitOps, with the commands of its pipelines."""
    simulator.poke(server={"service": "512", "id": "512", "recipe": None})
    github, gitlab = (
        next(block for block in blocks("gitops") if name in block) for name in ("# .github", "# .gitlab-ci")
    )
    jobs = yaml.safe_load(github)["jobs"]
    commands = {
        name: next(step["run"] for step in job["steps"] if step.get("run", "").startswith("ansible-playbook"))
        for name, job in jobs.items()
    }
    assert commands == {name: yaml.safe_load(gitlab)[name]["script"][-1] for name in commands}
    drift = next(block for block in blocks("gitops") if block.startswith("# drift.yml"))
    (tmp_path / "drift.yml").write_text(drift)
    example = next(block for block in blocks("fleet") if block.startswith("# yaml-language-server"))
    (tmp_path / "fleet.yml").write_text(example)
    env = {"DATABASE_PASSWORD": SECRET, "DRIFT_WEBHOOK": webhook, **dict.fromkeys(("SINDAD_TOKEN",))}

    def run(job: str) -> Any:
        return run_command(*commands[job].split(), "-e", "fleet_wait_interval=0.05", env=env, cwd=tmp_path)

    assert "No changes." in run("plan").ok().stdout
    assert (tmp_path / "plan.md").read_text().startswith("## Fleet: the plan\n\n**No changes.")
    simulator.poke(vm={"service": "401", "id": "2001", "memory": 2048})
    run("drift").ok()
    assert Webhook.told == [
        "The account differs from its fleet file:\n~ resize VM web-1 of service 401 (memory 2048 to 4096)"
    ]
    (tmp_path / "plan.json").unlink()
    run("plan").ok()
    assert json.loads((tmp_path / "report.json").read_text()) == {"create": 0, "update": 1, "delete": 0}
    assert "1 changed" in run("apply").ok().stdout
    run("drift").ok()
    simulator.fault(method="GET", path="/service", status=401, body={"error": ["no"]}, times=None)
    outage = run("drift")
    assert outage.rc == 2
    assert "The account could not be looked at" in outage.output
    assert len(Webhook.told) == 1
    for block in blocks("fleet") + blocks("gitops"):
        assert yaml.safe_load(block)


# What the portal doesn't say, or says in a way that can't be read


class Inside:
    """Runs the module's task in this process: there are more odd answers than processes to be waited for."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator

    def __call__(self, wanted: Any, **options: Any) -> Outcome:
        self.simulator.control.clear_log()
        return execute(task.TASK, Host(self.simulator.url, {"fleet": wanted, **options}))

    @property
    def writes(self) -> list[dict[str, Any]]:
        return [entry for entry in self.simulator.requests() if entry["method"] != "GET"]


class Host:
    """A host of a task that isn't Ansible."""

    name = "sindad_fleet"
    check_mode = False
    verbosity = 0
    files = None

    def __init__(self, url: str, options: dict[str, Any]) -> None:
        credentials = {"api_url": url, "api_username": USERNAME, "api_password": PASSWORD}
        waiting = {"wait": True, "wait_timeout": 5, "wait_interval": 0.01}
        given = {"fleet": None, "plan_file": None, "max_destroy": "100%", "workers": 4}
        self.options = {**credentials, **waiting, **given, **options}
        self.warnings: list[str] = []

    def warn(self, message: str) -> None:
        self.warnings.append(message)

    def progress(self, message: str, always: bool = False) -> None:
        """Show nothing."""

    def dump(self, value: Any) -> str:
        return json.dumps(value)


@pytest.fixture(scope="module", params=["reference", "proxmox"])
def inside(request: pytest.FixtureRequest) -> Iterator[Inside]:
    with Simulator(SEEDS / "company.yml", shape=request.param) as simulator:
        yield Inside(simulator)


#: A fleet for which everything is asked for that one can depend on.
EVERYTHING = {
    "services": [
        {
            "service": "401",
            "label": "x",
            "prune": True,
            "protected": ["db-*"],
            "vms": [{"name": "web-1", "template": "AlmaLinux 9", "rebuild": "if_template_differs", "memory": 1024}],
        },
        {
            "service": "512",
            "hostname": "new.example.ir",
            "power": "off",
            "os": {"template": "Ubuntu 24.04"},
            "ips": [{"ip": "71", "domain": "new.example.ir"}],
        },
    ]
}
#: What a fleet asks for, with the path as messages have it; details where the list doesn't tell enough.
ASKED = {
    28: "/service",
    34: "/service/401/label",
    39: "/service/401/vms",
    40: "/service/401/vms/2001",
    47: "/service/401/templates",
    49: "/service/512/reinstall/templates",
    50: "/service/512/reinstall",
    60: "/service/512/info",
    62: "/service/512/ips",
    74: "/service/512/status",
}


@pytest.mark.unmeasured
@pytest.mark.parametrize("number", ASKED)
def test_an_answer_that_can_not_be_read_stops_the_fleet_before_anything_is_sent(inside, number):
    """Above all a list of machines: with prune, whatever seems to be in it would be destroyed."""
    operation = next(each for each in odd.readers() if each.number == number)
    forms = [form for form in odd.UNREADABLE if odd.meaning(form, operation) == odd.REFUSED]
    assert len(forms) > 20
    for form in forms:
        inside.simulator.reset()
        inside.simulator.settings.hide = ["memory"] if number == 40 else []  # for the details to be asked for
        inside.simulator.fault(method="GET", path=operation.path, odd=form, times=None)
        outcome = inside(EVERYTHING)
        assert outcome.error is not None, form
        read = f"the answer to GET {ASKED[number]} ({operation.title}) can't be read: "
        assert (f"refused GET {ASKED[number]}: " if form == "server_error" else read) in outcome.error, form
        assert number == 28 or outcome.error.startswith(f"service {ASKED[number].split('/')[2]} ("), form
        assert outcome.results["changed"] is False
        assert outcome.results["failure"]["path"] == ASKED[number]
        assert "plan" not in outcome.results
        assert inside.writes == []


def test_without_an_odd_answer_everything_is_asked_for_and_changed(inside):
    inside.simulator.reset()
    outcome = inside(EVERYTHING)
    assert outcome.error is not None, "db-1 is protected"
    assert "db-1 is protected by 'db-*'" in outcome.error
    asked = {entry["operation"] for entry in inside.simulator.requests()}
    assert asked >= set(ASKED) - ({40} if inside.simulator.settings.shape == "reference" else set())
    assert inside.writes == []
    unprotected = copy.deepcopy(EVERYTHING)
    del unprotected["services"][0]["protected"]
    inside.simulator.reset()
    assert inside(unprotected).error is None
    assert {entry["operation"] for entry in inside.writes} == {35, 46, 51, 61, 66, 69, 72, 73}


def test_what_the_portal_does_not_say_is_left_and_said_once(simulator, fleet):
    """Neither refused nor changed: it must not stop the rest of the fleet for ever."""
    simulator.poke(settings={"hide": ["template", "memory"]})
    sizes = {"memory": 8192, "cpu": 2}
    other_system = {"template": "Ubuntu 24.04", "rebuild": "if_template_differs"}
    wanted = service(*({"name": name, **sizes, **other_system} for name in ("web-1", "web-2")), {"name": "new"})
    wanted["services"].append({"service": 512, "os": {"template": "Ubuntu 24.04"}, "label": "db"})
    result = fleet(wanted)
    assert not result.failed, result.msg
    assert result["plan"] == [
        "+ create VM new in service 401 (Debian 12, 2048 MB, 1 CPU, 20 GB)",
        "~ set the label of service 512 to 'db' (now 'database')",
    ]
    assert simulator.writes == ["POST /service/512/label", "POST /service/401/vms"]
    told = sorted(warning for warning in result["warnings"] if re.search("portal doesn't (say|report)", warning))
    assert len(told) == 3
    size, server, template = told
    for warning in (size, template):
        assert "VM web-1 of service 401" in warning
        assert warning.endswith("The same is true of VM web-2 of service 401")
    assert "sindad_api with operation resize_vm" in size
    assert "sindad_reinstall with force" in server
    assert "sindad_vm with state rebuilt" in template
    again = fleet(wanted)
    assert again["plan"] == []
    assert simulator.writes == []


def test_a_power_state_that_is_not_known_is_left_and_said(simulator, fleet):
    wanted = service({"name": "web-1", "memory": 4096, "cpu": 2, "power": "stopped"}, {"name": "new"})
    wanted["services"].append({"service": 512, "power": "off"})
    simulator.poke(settings={"hide": ["status"]})
    simulator.fault(method="GET", path="/service/512/status", status=404, body={"error": ["no"]}, times=None)
    result = fleet(wanted)
    assert not result.failed, result.msg
    assert [request for request in simulator.writes if "/vms/" in request or "power" in request] == []
    told = " ".join(result["warnings"])
    assert (
        "the portal doesn't report the state of VM web-1 of service 401; its power is left as it is: sindad_vm" in told
    )
    assert "the portal doesn't report the power state of service 512; it is left as it is: sindad_power" in told

    simulator.clear_faults()
    simulator.poke(settings={"hide": [], "words": {"running": "hibernated"}})
    result = fleet({"services": wanted["services"][:1]})
    assert not result.failed, result.msg
    assert simulator.writes == []
    (warning,) = result["warnings"]
    assert "VM web-1 of service 401 is in the state 'hibernated'" in warning
    assert warning.endswith("sindad_api with operation stop_vm can switch it")


def test_numbers_and_names_in_another_form_are_no_difference(simulator, fleet):
    simulator.poke(settings={"thousands": True})
    simulator.poke(vm={"service": "401", "id": "2002", "label": "\u0648\u064a\u0628  \u0662"})
    wanted = service(
        {"name": "WEB-1", "memory": 4096, "cpu": 2},
        {"name": "\u0648\u06cc\u0628 2", "memory": 4096, "cpu": 2},
        *({"name": "web-3", "memory": 4096, "cpu": 2}, {"name": "db-1", "memory": 8192, "cpu": 4, "disk": 80}),
        {"name": "cache-1", "template": "Ubuntu 24.04"},
        prune=True,
    )
    result = fleet(wanted)
    assert not result.failed, result.msg
    assert (result["plan"], simulator.writes) == ([], [])
    assert len(result["warnings"]) == 2
    assert "VM WEB-1 is called web-1 by the portal (2001 (web-1)), and is taken for that one" in result["warnings"]
    wanted["services"][0]["vms"][0] |= {"template": "AlmaLinux 9", "rebuild": "if_template_differs"}
    refused = fleet(wanted)
    assert "a change that erases needs the exact name or vmid" in refused.msg
    wanted["services"][0]["vms"].append({**SMALL, "name": "Web-1"})
    alike = fleet(wanted)
    assert alike.msg.startswith("services[0].vms: the names WEB-1 and Web-1 count as the same name")
    assert simulator.writes == []


def test_a_machine_that_the_portal_does_not_name_is_not_pruned(simulator, fleet):
    simulator.poke(settings={"hide": ["label", "hostname"]})
    result = fleet({"services": [{"service": 401, "prune": True, "vms": []}]}, max_destroy="100%")
    assert not result.failed, result.msg
    assert simulator.writes == []
    (warning,) = result["warnings"]
    assert "the portal doesn't report the name of VM 2001, 2002, 2003, 2004, 2005 of service 401" in warning
    assert warning.endswith("sindad_vm with its vmid can destroy it")
    refused = fleet(service({"name": "new"}))
    assert "which may be 'new'; nothing was created" in refused.msg
    assert simulator.writes == []


@pytest.mark.parametrize(("name", "pattern"), [("[prod] db", "[prod] db"), ("caf\u00e9", "CAFE\u0301"), ("db?", "db?")])
def test_a_name_protects_itself_though_it_could_be_a_pattern(simulator, fleet, name, pattern):
    simulator.poke(vm={"service": "401", "id": "2004", "label": name})
    wanted = {"services": [{"service": 401, "prune": True, "vms": [], "protected": [pattern]}]}
    result = fleet(wanted, max_destroy="100%")
    assert result.failed
    assert f"is protected by {pattern!r}" in result.msg
    assert result["summary"] == {
        **dict.fromkeys(("created", "changed", "replaced", "failed", "unchanged", "unlisted"), 0),
        "destroyed": 4,
        "refused": 1,
    }
    assert simulator.writes == []


def test_a_fleet_by_way_of_another_host(simulator, here, tmp_path):
    """The file is read on the controller, and the module runs on the target, which alone reaches the portal."""
    (tmp_path / "fleet.yml").write_text("services: [{service: 401, vms: [{name: web-1, memory: 8192}]}]\n")
    run = here("plan", fleet_file="fleet.yml", plan_file="plan.json", sindad_run_on="target").ok()
    assert "~ resize VM web-1 of service 401 (memory 4096 to 8192)" in run.stdout
    here("apply", plan_file=tmp_path / "plan.json", sindad_run_on="target").ok()
    assert simulator.writes == ["PUT /service/401/vms/2001"]


def test_the_environment_protects_beside_the_file(simulator, fleet):
    wanted = {"services": [{"service": 401, "prune": True, "vms": [], "protected": ["web-*"]}]}
    wanted["services"].append({"service": 512, "power": "off"})
    result = fleet(wanted, max_destroy="100%", env={"SINDAD_PROTECTED": "nothing, DB-*,cache-1 ,database"})
    assert result.failed
    assert result["summary"]["refused"] == 6
    for name, pattern in (("db-1", "DB-*"), ("cache-1", "cache-1"), ("database", "database")):
        assert f"{name} is protected by '{pattern}'" in result.msg
    assert simulator.writes == []


@pytest.mark.unmeasured
@pytest.mark.parametrize("what", ["file", "folder"])
def test_another_users_lock_is_one_sentence(simulator, fleet, temporary, what):
    place = temporary / f"sindad-cloud-{os.getuid()}"
    if what == "file":
        place.write_text("")
    else:
        place.mkdir()
        place.chmod(0o777)
        if os.getuid() == 0:
            os.chown(place, 12345, 12345)
    result = fleet(service({"name": "new"}), env={"TMPDIR": str(temporary)})
    assert result.msg == (
        f"{place}, the folder for locks, must be a folder that only this user can write to; nothing was changed"
    )
    assert not result.changed
    assert simulator.writes == []


def test_the_role_checks_its_arguments(run_playbook, simulator):
    plays = [
        {"hosts": "localhost", "gather_facts": False, "roles": [{"role": "sindad.cloud.fleet", "fleet_action": "x"}]}
    ]
    run = run_playbook(plays)
    assert run.rc == 2
    assert "value of fleet_action must be one of: plan, apply, export" in run.output
    assert simulator.requests() == []
