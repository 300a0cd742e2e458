# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the inventory remembers: a warm cache asks nothing, a broken portal is stood in for, a secret is never kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def cached(tmp_path):
    """The options of a cache in a directory of the test's own."""
    return {"cache": True, "cache_plugin": "ansible.builtin.jsonfile", "cache_connection": str(tmp_path / "cache")}


@pytest.fixture
def fallback(cached):
    return {**cached, "cache": False, "cache_fallback": True, "api_retries": 0}


def entries(options: dict[str, Any]) -> list[Path]:
    return sorted(Path(options["cache_connection"]).iterdir())


def said(run: Any) -> str:
    return " ".join(run.output.split())


def test_a_warm_cache_asks_nothing(cached, simulator, run_inventory):
    gather = ["details", "info", "ips", "power"]
    cold = run_inventory({**cached, "gather": gather}).ok()
    (entry,) = entries(cached)
    assert simulator.password not in entry.read_text().replace("simulator.example", "")
    for record in [*simulator.state()["vm"], *simulator.state()["service"]]:
        assert not record["password"] or record["password"] not in entry.read_text()
    simulator.clear()
    warm = run_inventory({**cached, "gather": gather}).ok()
    assert warm.data == cold.data
    assert simulator.counts == {}
    # what is made of the answer may change without a new one
    other = {"hostvars_prefix": "s_", "hostnames": ["domain"], "compose": {"x": "s_name"}, "connect_with": "name"}
    other["filters"] = [{"exclude": "s_ipv6 is search('no such')"}]
    assert run_inventory({**cached, "gather": gather, **other}).ok().hosts[0] == "web.example.ir-2001"
    assert simulator.counts == {}
    assert run_inventory({**cached, "gather": gather}, "--flush-cache").ok().data == cold.data


@pytest.mark.parametrize(
    "changed",
    [
        {"gather": ["power"]},
        {"service_statuses": ["Active", "Suspended"]},
        {"service_categories": ["cloud"]},
        {"filters": [{"exclude": "sindad_service_id == '401'"}]},
        {"accounts": [{"name": "mine"}]},
        {"api_username": "somebody@example.com"},
    ],
)
def test_an_option_that_changes_the_answer_asks_again(changed: dict[str, Any], cached, simulator, run_inventory):
    run_inventory(cached).ok()
    simulator.clear()
    run_inventory({**cached, **changed})
    assert simulator.counts["GET /service"] == 1


def test_another_portal_is_asked(cached, simulator, start_simulator, run_inventory):
    run_inventory(cached).ok()
    other = start_simulator(shape="keyed")
    run_inventory({**cached, "api_url": other.url}).ok()
    assert other.counts["GET /service"] == 1
    other.clear()
    run_inventory({**cached, "api_url": other.url + "/"}).ok()
    assert other.counts == {}


def test_an_old_answer_is_asked_for_anew(cached, simulator, run_inventory):
    run_inventory(cached).ok()
    age(entries(cached)[0], 120)
    simulator.clear()
    run_inventory({**cached, "cache_timeout": 60}).ok()
    assert simulator.counts["GET /service"] == 1
    age(entries(cached)[0], 10**8)
    simulator.clear()
    run_inventory({**cached, "cache_timeout": 0}).ok()
    assert simulator.counts == {}


def age(entry: Path, seconds: float) -> None:
    """Make an entry older."""
    edit(entry, lambda content: content.update(time=content["time"] - seconds))


@pytest.mark.parametrize("content", ["not JSON", "[]", '{"__payload__": "[]"}', '{"__payload__": "{\\"hosts\\": 1}"}'])
def test_a_broken_entry_is_no_harm(content: str, cached, simulator, run_inventory):
    run_inventory(cached).ok()
    entries(cached)[0].write_text(content)
    simulator.clear()
    assert len(run_inventory(cached).ok().hosts) == 12
    assert simulator.counts["GET /service"] == 1


DAMAGES: list[dict[str, Any]] = [
    {"service_label": {"a": 1}},
    {"ips": [5, {"a": 1}]},
    {"ip_records": "x"},
    {"memory": True},
    {"ansible_connection": "local"},
]


@pytest.mark.parametrize("damage", DAMAGES, ids=str)
def test_an_entry_that_is_damaged_inside_is_none(damage: dict[str, Any], cached, simulator, run_inventory):
    options = {**cached, "gather": ["labels", "ips"]}
    good = run_inventory(options).ok()
    edit(entries(options)[0], lambda content: [host.update(damage) for host in content["hosts"]])
    simulator.clear()
    run = run_inventory(options).ok()
    assert run.data == good.data
    assert simulator.counts["GET /service"] == 1
    assert "The inventory cache can't be read and is ignored: TypeError: it holds something other" in said(run)


def test_an_entry_without_what_is_gathered_is_none(cached, simulator, run_inventory):
    options = {**cached, "gather": ["labels"]}
    good = run_inventory(options).ok()
    edit(entries(options)[0], lambda content: [host.pop("service_label") for host in content["hosts"]])
    assert run_inventory(options).ok().data == good.data


def edit(entry: Path, change: Callable[[Any], Any]) -> None:
    """Change what an entry holds, in the file of the cache plugin."""
    content = json.loads(json.loads(entry.read_text())["__payload__"])
    change(content)
    entry.write_text(json.dumps({"__payload__": json.dumps(content)}))


def test_the_cache_in_memory(simulator, run_inventory):
    assert len(run_inventory({"cache": True}).ok().hosts) == 12


def test_an_answer_that_lacks_a_service_is_not_kept(cached, simulator, run_inventory):
    simulator.fault(path="/service/402/vms", status=500)
    run = run_inventory({**cached, "strict_services": False, "api_retries": 0}).ok()
    assert len(run.hosts) == 9
    assert len(run_inventory({**cached, "strict_services": False}).ok().hosts) == 12


@pytest.mark.parametrize(("path", "status"), [("/service", 500), ("/service/402/vms", 500), ("/service/402/vms", 401)])
@pytest.mark.parametrize("strict", [True, False])
def test_the_last_good_answer_stands_in(path: str, status: int, strict: bool, fallback, simulator, run_inventory):
    options = {**fallback, "strict_services": strict}
    good = run_inventory(options).ok()
    age(entries(options)[0], 7300)
    simulator.fault(path=path, status=status, times=None)
    run = run_inventory(options).ok()
    assert run.data == good.data
    assert "Simulated fault" in said(run)
    assert ". All hosts are those of 2 hours ago." in said(run)
    age(entries(options)[0], 86400)
    run = run_inventory({**options, "strict_services": True})
    assert run.rc != 0
    assert "there is no good answer, or none that is recent enough, to fall back to" in said(run)
    assert run_inventory({**options, "cache_fallback_max_age": 0}).ok().data == good.data


def test_an_unreachable_portal_is_stood_in_for(fallback, start_simulator, run_inventory, tmp_path):
    portal = start_simulator("company", latency=0.001)
    good = run_inventory(fallback, env=portal.env).ok()
    portal.fault(drop="before", times=None)
    run = run_inventory(fallback, env=portal.env).ok()
    assert run.data == good.data
    assert "GET /service got no usable answer" in said(run)


def test_the_fallback_outlives_the_cache(fallback, simulator, run_inventory):
    options = {**fallback, "cache": True, "cache_timeout": 1}
    good = run_inventory(options).ok()
    age(entries(options)[0], 60)
    simulator.fault(path="/service", status=500, times=None)
    assert run_inventory(options).ok().data == good.data


def test_refused_credentials_are_not_covered_up(fallback, simulator, run_inventory):
    run_inventory(fallback).ok()
    run = run_inventory(fallback, env={"SINDAD_PASSWORD": "changed"})
    assert run.rc != 0
    assert "the portal refused the credentials" in run.output


def test_one_account_of_two_is_stood_in_for(fallback, simulator, start_simulator, run_inventory):
    other = start_simulator(shape="keyed")
    accounts = [{"name": "new", "api_url": simulator.url}, {"name": "old", "api_url": other.url}]
    options = {**fallback, "accounts": accounts, "hostnames": ["{{ sindad_account }}-{{ sindad_name }}"]}
    run_inventory(options).ok()
    for portal in (simulator, other):
        portal.poke(vm={"service": "401", "id": "2001", "label": "renamed"})
    other.fault(path="/service/403/vms", status=500, times=None)
    run = run_inventory(options).ok()
    assert "new-renamed" in run.hosts
    assert "old-web-1" in run.hosts
    assert "account old: service 403" in said(run)
    assert "All hosts of this account are those of" in said(run)


def test_a_fallback_that_forgets_is_told(simulator, run_inventory):
    run = run_inventory({"cache_fallback": True}).ok()
    assert "cache_fallback: the cache plugin memory keeps nothing after a run" in said(run)


def test_a_cache_without_a_place(simulator, run_inventory):
    run = run_inventory({"cache": True, "cache_plugin": "ansible.builtin.jsonfile"})
    assert run.rc != 0
    assert "jsonfile" in run.output
    assert simulator.counts == {}
