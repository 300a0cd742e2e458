# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the portal tells anyone: sindad_status_info and sindad_server_stock_info."""

from __future__ import annotations

import json

import pytest

NOBODY = {"SINDAD_USERNAME": None, "SINDAD_PASSWORD": None}
STATUS = "sindad.cloud.sindad_status_info"
STOCK = "sindad.cloud.sindad_server_stock_info"


@pytest.mark.parametrize("shape", ["reference", "keyed", "proxmox", "opennebula", "openstack"])
def test_status_info(shape, simulator, run_tasks):
    simulator.poke(settings={"shape": shape})
    tasks = [{STATUS: args} for args in ({}, {"status": "Scheduled"}, {"status": "Finished"}, {"id": 4}, {"id": 99})]
    every, scheduled, finished, one, missing = run_tasks(
        [*tasks, {STATUS: {"status": "Over"}}, {STATUS: {"id": 3, "status": "Finished"}}], env=NOBODY
    ).task_results[:5]
    assert [status["id"] for status in every["statuses"]] == ["3", "4"]
    assert not any("_key" in status for status in every["statuses"])
    assert [status["name"] for status in scheduled["statuses"]] == ["Network maintenance"]
    if shape == "openstack":  # a bare [] below no key is none where the reference has a list
        assert finished.failed and "can't be read: an empty list belongs under 'statuses'" in finished.msg
    else:
        assert finished["statuses"] == []
    assert [(status["id"], status["status"]) for status in one["statuses"]] == [("4", "ResolvedFaultIssue")]
    assert missing.failed and missing["failure"]["path"] == "/statuses/99"
    assert [request["auth"] for request in simulator.requests()] == [None] * 5


def test_status_info_input(simulator, run_tasks):
    both, unknown, lines = run_tasks(
        [{STATUS: {"id": 3, "status": "Finished"}}, {STATUS: {"status": "Over"}}, {STATUS: {"id": "a\nb"}}], env=NOBODY
    ).task_results
    assert both.failed and "mutually exclusive" in both.msg
    assert unknown.failed and "ResolvedFaultIssue" in unknown.msg
    assert lines.failed and lines.msg.startswith("id must be")
    assert simulator.requests() == []


@pytest.mark.parametrize(
    "body", [{}, None, {"message": "Down"}, {"status": "ok"}, {"statuses": None}, {"servers": "x"}]
)
def test_answers_that_cannot_be_read(body, simulator, run_tasks):
    """An odd list isn't an empty one."""
    for path in ("/statuses", "/statuses/@id", "/serverstock"):
        simulator.fault(method="GET", path=path, status=200, body=json.dumps(body))
    results = run_tasks([{STATUS: {}}, {STATUS: {"id": 3}}, {STOCK: {}}]).task_results
    for result, title in zip(results, ("Get list statuses", "Get status", "List Servers In-stock"), strict=True):
        assert result.failed and not result.changed
        assert f"({title}) can't be read" in result.msg


@pytest.mark.parametrize("shape", ["reference", "keyed", "opennebula", "openstack"])
def test_server_stock_info(shape, simulator, run_module):
    simulator.poke(settings={"shape": shape})
    servers = run_module("sindad_server_stock_info", check=True)["servers"]
    assert [(server["id"], server["name"], str(server["qty"])) for server in servers] == [
        ("71", "EX-1", "4"),
        ("72", "EX-2", "1"),
    ]
    assert not any("_key" in server for server in servers)


def test_server_stock_info_without_credentials(simulator, run_module):
    """The module asks without credentials too; a portal that wants some says so."""
    result = run_module("sindad_server_stock_info", env=NOBODY)
    assert [request["auth"] for request in simulator.requests(75)] == [None]
    assert result.failed and result["failure"]["status"] == 401
