# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The groups and variables of hosts that a fleet file decides, through real runs of Ansible."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

VAULT_PASSWORD = "of-the-vault"
FLEET = """
x-gold: &gold {tier: gold}
services:
  - service: Web-Cluster        # its label
    groups: [shop, "{{ site }}_{{ lookup('ansible.builtin.env', 'STAGE') }}"]
    vars: {tier: silver, limits: {cpu: 1}, on: [1, 2]}
    vms:
      - name: "{{ 'web-1' }}"
        groups: [front, shop]
        vars:
          <<: *gold
          address: "{{ sindad_ipv4 }} of {{ inventory_hostname }}"
          secret: !vault |
VAULTED
          plain: !unsafe "{{ 7 }}"
          numbers: {80: http, mode: 0o644, ratio: 1.5, none: ~, day: 2026-01-31, version: "1.10"}
      - {name: WEB-2, groups: [front]}
      - {name: web-99, groups: [future], vars: {tier: none_yet}}
      - {name: anything, vmid: 2004, groups: [databases], vars: {limits: {memory: 2}}}
  - service: 512
    groups: [databases]
    vars: {tier: bronze, fqdn: db.internal}
  - service: analytics          # suspended, so none of its machines is a host
    groups: [reports]
  - service: nosuch
    vms: [{name: web-1, groups: [nowhere]}]
"""


@pytest.fixture
def source(tmp_path):
    """Write an inventory file into a folder, and the fleet file above it."""

    def write(fleet: str, name: str = "1", **config: Any) -> Path:
        folder = tmp_path / "inventory"
        folder.mkdir(exist_ok=True)
        (tmp_path / f"{name}.yml").write_text(fleet, encoding="utf-8")
        file = folder / f"{name}.sindad.yml"
        content = {"plugin": "sindad.cloud.sindad", "fleet_file": f"../{name}.yml", **config}
        file.write_text(yaml.safe_dump(content), encoding="utf-8")
        return file

    return write


@pytest.fixture
def vaulted(run_command, tmp_path):
    """The arguments that give the vault's password, and a vaulted text as a file holds it."""
    password = tmp_path / "vault-password"
    password.write_text(VAULT_PASSWORD, encoding="utf-8")
    given = ("--vault-password-file", str(password))
    text = run_command("ansible-vault", "encrypt_string", *given, "hidden-value").ok().stdout
    return given, "\n".join(" " * 12 + line.strip() for line in text.splitlines()[1:] if line.strip())


def test_groups_and_variables(source, vaulted, simulator, run_inventory, run_playbook):
    arguments, secret = vaulted
    file = source(
        FLEET.replace("VAULTED", secret),
        filters=[{"exclude": "tier | default('') == 'silver' and sindad_name == 'web-3'"}],
        hostnames=["fqdn", "name"],
        compose={"limits_of_cpu": "limits.cpu | default('any')", "day": "'composed'"},
        groups={"precious": "tier | default('') == 'gold'"},
        keyed_groups=[{"key": "tier", "prefix": "tier"}],
    )
    given = {"env": {"STAGE": "live"}, "extra_vars": {"site": "teh"}}
    run = run_inventory(file, *arguments, **given).ok()
    members = ["web-1", "web-2", "db-1", "cache-1"]  # web-3 is excluded by a variable of the file
    assert run.hosts == [*members, "stage-web", "stage-db", "stage-rescue", "runner-1", "runner-2", "db.internal",
                         "backup.example.ir"]  # fmt: skip
    assert run.group("shop") == run.group("teh_live") == members
    assert (run.group("front"), run.group("databases")) == (["web-1", "web-2"], ["db-1", "db.internal"])
    assert (run.group("precious"), run.group("tier_gold"), run.group("tier_bronze")) == (["web-1"], ["web-1"], ["db.internal"])  # fmt: skip
    assert run.group("future") == run.group("reports") == run.group("nowhere") == []
    web_1 = run.hostvars["web-1"]
    assert web_1["numbers"] == {"80": "http", "mode": "0o644", "ratio": 1.5, "none": None, "day": "2026-01-31", "version": "1.10"}  # fmt: skip
    assert (web_1["plain"], web_1["on"], web_1["limits_of_cpu"]) == ("{{ 7 }}", [1, 2], 1)
    assert "hidden-value" not in run.output
    assert "__ansible_vault" in web_1["secret"]
    assert run.hostvars["db-1"]["limits"] == {"memory": 2}
    assert "tier" not in run.hostvars["stage-web"]
    said = " ".join(run.stderr.split())
    assert "1.yml:22:10: services[0].vms[1].name: WEB-2 is taken for the machine that is called web-2 (2002)" in said
    assert "services[3].service: no service has 'nosuch' as its id, label or domain" in said
    assert simulator.counts["GET /service/@id/label"] == 8
    assert simulator.writes == []
    shown = {"msg": "{{ address }}, {{ secret }}, {{ plain }}"}
    tasks = [{"ansible.builtin.debug": shown}]
    play = {"hosts": "front:databases", "gather_facts": False, "tasks": tasks}
    run = run_playbook([play], *arguments, "--limit", "front:!web-2", inventory=file, **given).ok()
    assert [(each.host, each.msg) for each in run.task_results] == [("web-1", "185.0.2.10 of web-1, hidden-value, {{ 7 }}")]  # fmt: skip


def test_a_plan_needs_no_password_of_variables(vaulted, simulator, run_playbook, tmp_path):
    """The same file is planned, with the same lines, and without the secrets that are the hosts'."""
    file = tmp_path / "fleet.yml"
    known, _unknown = FLEET.replace("VAULTED", vaulted[1]).split("  - service: nosuch")
    file.write_text(known.replace("- {name: web-99", "# {name: web-99"), encoding="utf-8")
    env, extra_vars = {"STAGE": "live"}, {"site": "teh", "fleet_file": str(file)}
    run = run_playbook("sindad.cloud.fleet_plan", env=env, extra_vars=extra_vars).ok()
    assert simulator.writes == []
    assert "VM anything of service 401 is called db-1 by the portal" in run.output


def test_a_warm_cache_knows_the_services(source, simulator, run_inventory, tmp_path):
    """Groups and variables may change at any time; a service that is new in the file is looked for."""
    cache = {"cache": True, "cache_plugin": "ansible.builtin.jsonfile", "cache_connection": str(tmp_path / "cache")}
    account = f"account: {simulator.username}\n"
    file = source(f"{account}services: [{{service: web-cluster, groups: [a]}}]", **cache)
    assert len(run_inventory(file).ok().group("a")) == 5
    assert simulator.counts["GET /service/@id/label"] == 8
    assert simulator.counts["GET /details"] == 1
    simulator.clear()
    lines = "services: [{service: web-cluster, groups: [b], vms: [{name: web-1, groups: [c], vars: {x: 1}}]}]"
    source(account + lines, **cache)
    run = run_inventory(file).ok()
    assert (len(run.group("b")), run.group("c"), run.hostvars["web-1"]["x"]) == (5, ["web-1"], 1)
    assert simulator.counts == {}
    source("services: [{service: web.example.ir, groups: [b]}, {service: 512, groups: [d]}]", **cache)
    assert run_inventory(file).ok().group("d") == ["db.example.ir"]
    assert simulator.counts == {"GET /service": 1, "GET /service/@id/vms": 6, "GET /service/@id/ips": 3}


#: Fleet files that are refused, and what is said of each.
REFUSED = {
    "services:\n- {service: 401, vars: {ansible_host: 10.0.0.1}}": ":2:25: services[0].vars.ansible_host can't be set here",
    "services:\n- service: 401\n  vms:\n  - {name: web-1, vars: {sindad_vmid: 1}}": "services[0].vms[0].vars.sindad_vmid",
    "services: [{service: 401, vars: {my_status: x}}]": "services[0].vars.my_status can't be set here: the inventory itself",
    "services: [{service: 401, vars: {become: true}}]": "services[0].vars.become can't be set here",
    "services: [{service: 401, vars: {a-b: 1}}]": "services[0].vars: 'a-b' is not the name of a variable",
    "services: [{service: 401, vars: {a: !foo 1}}]": "services[0].vars.a: the tag !foo is not known",
    "services: [{service: 401, vars: {a: 1, a: 2}}]": "services[0].vars.a: it is given twice",
    "services: [{service: 401, vars: [a]}]": "services[0].vars must be a dictionary",
    "services: [{service: 401, groups: [localhost]}]": "services[0].groups[0] can't be localhost",
    "services: [{service: 401, groups: [sindad_servers]}]": "services[0].groups[0] can't be sindad_servers",
    "services: [{service: 401, groups: [a-b]}]": "services[0].groups[0] must be the name of a group",
    "services: [{service: '{{ inventory_hostname }}'}]": "services[0].service: its expression can't be resolved",
    "services: [{service: 401}, {service: web.example.ir}]": "'web.example.ir' is service 401 (Cloud Pool L, web.example.ir",
    "services: [{service: 401, vms: [{name: twin}]}]": "services[0].vms[0]: name: 'twin' is ambiguous, give one of these as vmid: 2001, 2002",
    "services: [{service: 401, vms: [{name: db-1}, {name: x, vmid: 2004}]}]": "services[0].vms[1]: 'x' is the VM db-1, which services[0].vms[0]",
    "services: [{service: 401, vms: [{name: a}, {name: A}]}]": "services[0].vms: the names a and A count as the same name",
    "account: other@example.com\nservices: []": "account: the file is for other@example.com, and these credentials are for",
    "service: []": "services is missing",
    "services: [{service: 401, vars: {a: *b}}]": "it can't be read as YAML: found undefined alias",
}  # fmt: skip


def test_what_is_refused_is_told_with_its_place(source, simulator, run_inventory):
    for vmid in ("2001", "2002"):
        simulator.poke(vm={"service": "401", "id": vmid, "label": "twin"})
    for number, fleet in enumerate(REFUSED, 10):
        source(fleet, str(number), hostvars_prefix="my_")
    missing = source("", "90", fleet_file="nosuch.yml")
    files = missing.parent
    (files / "folder").mkdir()
    source("", "91", fleet_file="folder")
    source("", "92", fleet_file=" ")
    run = run_inventory(files, env={"ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "false"})
    said = " ".join(run.output.split())
    for number, expected in enumerate(REFUSED.values(), 10):
        assert expected in said, f"{number}: {expected}"
    assert f"{files}/nosuch.yml not found" in said
    assert f"the folder {files}/folder has no *.yml file" in said
    assert "fleet_file must be the path of a file or of a folder" in said
    assert run.hosts == []


def test_several_accounts_and_sources(source, start_simulator, run_inventory, tmp_path):
    portals = []
    for number, names in enumerate((["web", "db"], ["web", "cache"])):
        vms = [{"id": str(2001 + each), "name": name} for each, name in enumerate(names)]
        services = [{"service": "pool", "id": str(401 + number), "domain": "pool.example.ir", "vms": vms}]
        seed = {
            "account": {"username": f"{number}@example.com", "password": "simulator"},
            "defaults": {"template": "Debian 12", "memory": 2048, "cpu": 1, "disk": 20},
            "services": services,
        }
        (tmp_path / f"seed{number}.yml").write_text(yaml.safe_dump(seed), encoding="utf-8")
        portals.append(start_simulator(tmp_path / f"seed{number}.yml", username=f"{number}@example.com"))
    accounts = [{"name": f"account{number}", **portal.options} for number, portal in enumerate(portals)]
    both = {"accounts": accounts, "hostnames": ["{{ sindad_name }}-{{ sindad_service_id }}"]}
    lines = "services: [{service: pool.example.ir, groups: [pool], vms: [{name: web, groups: [front], vars: {a: 1}}]}]"
    source(lines, "1", **both)
    source(f"account: 1@example.com\n{lines.replace('pool]', 'other]')}", "2", **both)
    source("services: [{service: 401, vars: {b: 2}}]", "3", **both)
    run = run_inventory(tmp_path / "inventory", env={"ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "false"}).ok()
    said = " ".join(run.stderr.split())
    ambiguous = "services[0].service: 'pool.example.ir' is ambiguous, give the id of one of these: 401 ("
    assert ambiguous in said
    assert "of account account0; 402 (" in said
    assert (run.group("other"), run.group("front"), run.group("pool")) == (["web-402", "cache-402"], ["web-402"], [])
    assert {host: (known.get("a"), known.get("b")) for host, known in run.hostvars.items()} == {
        "web-401": (None, 2),
        "db-401": (None, 2),
        "web-402": (1, None),
        "cache-402": (None, None),
    }


def test_a_machine_whose_name_the_list_lacks_is_looked_up(source, simulator, run_inventory):
    simulator.fault(path="/service/401/vms", status=200, body={"vms": [{"id": "2001", "ip": "185.0.2.10"}]})
    simulator.fault(path="/service/402/label", status=500, times=None)
    file = source("services: [{service: 401, vms: [{name: web-1, groups: [front]}]}]", api_retries=0)
    assert run_inventory(file).ok().group("front") == ["web-1"]
    source("services: [{service: web-cluster, groups: [a]}]", api_retries=0)
    run = run_inventory(file)
    assert run.rc != 0
    assert "fleet_file: GET /service/402/label" in " ".join(run.output.split())


def test_a_refused_label_is_fallen_back_from(source, simulator, run_inventory, tmp_path):
    cache = {"cache_plugin": "ansible.builtin.jsonfile", "cache_connection": str(tmp_path / "cache")}
    file = source("services: [{service: web-cluster, groups: [a]}]", api_retries=0, cache_fallback=True, **cache)
    good = run_inventory(file).ok()
    simulator.fault(path="/service/402/label", status=401, times=None)
    run = run_inventory(file).ok()
    assert run.data == good.data
    assert "All hosts are those of" in " ".join(run.output.split())


def test_a_machine_that_is_called_as_a_group_of_the_file(source, simulator, run_inventory):
    """A play for the group runs on the hosts of the group, whatever a machine is called."""
    simulator.poke(vm={"service": "402", "id": "2011", "label": "front"})
    file = source("services: [{service: 401, vms: [{name: web-1, groups: [front]}]}, {service: 402, groups: [stage]}]")
    run = run_inventory(file).ok()
    assert run.group("front") == ["web-1"]
    assert run.group("stage") == ["stage-db", "stage-rescue", "front-2011"]
