# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The constructed features give what they give in an inventory that has them in the way Ansible documents."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest

COMPOSE = {
    "sindad_memory": "(sindad_memory or 0) * 1024",
    "from_another": "sindad_memory",
    "inventory_hostname": "sindad_name ~ '!'",
    "group_names": "['mine']",
    "ansible_host": "sindad_private_ipv4",
    "hostvars": "sindad_name",
    "whole": "sindad_ip_records",
    "spaced": " sindad_name ",
    "first": "sindad_ips[0]",
    "first_too": "sindad_ips.0",
    "defaulted": "sindad_missing | default('{{ 7*7 }}')",
    "late": "lookup('vars', 'inventory_hostname')",
    "of_all": "vars is defined",
    "replaced": r"sindad_name | regex_replace('^(.)', '<\\1>')",
}
COMPOSE_FAILING = {
    "missing": "sindad_missing",
    "nested": "sindad_info.hostname",
    "deeper": "sindad_info.hostname.length",
    "method": "sindad_info.items",
    "omitted": "omit",
    "broken": "sindad_name |",
    "no_filter": "sindad_name | no_such_filter",
}
GROUPS = {
    "first ones": "sindad_name is match('web')",
    "web-1": True,
    "never": False,
    "many_ips": "sindad_ips | length > 1",
}
GROUPS_FAILING = {"no truth value": "sindad_name", "undefined": "sindad_missing"}
KEYED = [
    {"key": "sindad_name"},
    {"key": "sindad_ips", "prefix": "ip", "separator": "-"},
    {"key": "sindad_ipv6", "prefix": "v6", "default_value": "none", "parent_group": "{{ sindad_kind }}s"},
    {"key": "sindad_info.hostname | default('')", "prefix": "named", "default_value": "nothing"},
    {"key": "from_another | string", "prefix": "size"},
]
KEYED_FAILING = [
    {"key": "sindad_missing.os", "prefix": "os"},
    {"key": "sindad_info", "prefix": "info", "trailing_separator": False},
    {"key": "sindad_status", "parent_group": "{{ sindad_missing }}"},
]
WORKING = {"compose": COMPOSE, "groups": GROUPS, "keyed_groups": KEYED}
ALL = {
    "compose": {**COMPOSE, **COMPOSE_FAILING},
    "groups": {**GROUPS, **GROUPS_FAILING},
    "keyed_groups": [*KEYED, *KEYED_FAILING],
}
FAILING = [
    *({"compose": {name: expression}} for name, expression in COMPOSE_FAILING.items()),
    *({"groups": {name: condition}} for name, condition in GROUPS_FAILING.items()),
    *({"keyed_groups": [entry]} for entry in KEYED_FAILING),
]


@pytest.fixture
def both_ways(simulator, run_inventory, tmp_path):
    """List hosts with nasty names with this inventory, and with one that adds the same hosts and nothing else."""
    for vmid, label in (("2001", "{{ 7*7 }}"), ("2002", "{% raw %}"), ("2003", "#jinja2: x"), ("2004", "True")):
        simulator.poke(vm={"service": "401", "id": vmid, "label": label})

    def run(**options: Any) -> list[Any]:
        what = {"gather": ["details", "info", "ips", "power"], "hostvars_prefix": options.pop("prefix", "sindad_")}
        hosts = tmp_path / "hosts.json"
        known = run_inventory(what).ok()
        hosts.write_text(json.dumps({host: known.hostvars[host] for host in known.hosts}))
        plain = {"plugin": "benchmark_hosts", "hosts": str(hosts), "group": "sindad"}
        return [run_inventory({**what, **options}), run_inventory({**plain, **options}, name="benchmark.yml")]

    return run


def listed(run: Any) -> Any:
    """Return hosts, variables and groups; the groups of the two kinds of hosts are of this inventory only."""
    groups = {name: run.group(name) for name in run.ok().groups - {"sindad_vms", "sindad_servers"}}
    return run.hostvars, groups


def message(run: Any) -> str:
    """Return the first sentence that says what is wrong, without where a value is from."""
    assert run.rc != 0
    (said, *_others) = re.findall(r"(?:Could not|Invalid) .*", run.output)
    return re.sub(r" at ['\"].*['\"]", "", said)


@pytest.mark.parametrize(
    ("asked", "options"),
    [(WORKING, {"strict": True}), (ALL, {}), (ALL, {"leading_separator": False}), (ALL, {"prefix": ""})],
)
def test_what_works(asked: Mapping[str, Any], options: Mapping[str, Any], both_ways):
    named = json.loads(json.dumps(asked).replace("sindad_", options.get("prefix", "sindad_")))
    mine, theirs = both_ways(**options, **named)
    assert listed(mine) == listed(theirs)


@pytest.mark.unmeasured
@pytest.mark.parametrize("asked", FAILING, ids=str)
def test_what_fails(asked: Mapping[str, Any], both_ways):
    mine, theirs = (message(run) for run in both_ways(strict=True, **asked))
    assert mine == theirs
