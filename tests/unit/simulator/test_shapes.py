# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The same state in each of the shapes."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.shapes import SHAPES

NEW_VM = {"label": "new-1", "memory": "2048", "cpu": "2", "disk": "20"}


def entries(body: Any, *wrappers: str) -> dict[str, Any]:
    """Any of the forms of a list, by id."""
    for wrapper in wrappers:
        if isinstance(body, dict) and wrapper in body:
            body = body[wrapper]
    if isinstance(body, list):
        return {str(each["id"]): each for each in body}
    return {str(key): value for key, value in body.items()}


def vms(client: Any, service: str = "401") -> dict[str, Any]:
    return entries(client(f"GET /service/{service}/vms"), "vms", "data")


def named(client: Any, name: str) -> tuple[str, Any]:
    found = [(key, each) for key, each in vms(client).items() if name in (each.get("label"), each.get("hostname"))]
    assert len(found) == 1
    return found[0]


@pytest.fixture(params=list(SHAPES))
def shaped(request: pytest.FixtureRequest, start: Any) -> Any:
    return start(shape=request.param)


def test_every_shape_tells_the_same_story(shaped: Any) -> None:
    assert len(vms(shaped)) == 5
    templates = entries(shaped("GET /service/401/templates"), "templates", "data")
    template = next(key for key, each in templates.items() if each["name"] == "Ubuntu 24.04")
    shaped("POST /service/401/vms", **NEW_VM, template=template)
    key, entry = named(shaped, "new-1")
    running = entry
    details = shaped(f"GET /service/401/vms/{key}")
    assert "Ubuntu 24.04" in str(details)
    shaped(f"POST /service/401/vms/{key}/stop")
    assert named(shaped, "new-1")[1] != running
    shaped(f"DELETE /service/401/vms/{key}")
    assert len(vms(shaped)) == 5
    assert len(entries(shaped("GET /service"), "services")) == 8


def test_every_shape_has_every_get_of_a_server(shaped: Any) -> None:
    for path in (
        "reinstall/templates",
        "reinstall",
        "diag/templates",
        "diag",
        "rescue/templates",
        "rescue",
        "info",
        "ips",
        "vlans",
        "status",
    ):
        assert shaped.send(f"GET /service/512/{path}").ok


def test_keyed(start: Any) -> None:
    client = start(shape="keyed")
    vm = client("GET /service/401/vms")["vms"]["2003"]
    assert (vm["id"], vm["state"], vm["cpus"], vm["memory"]) == ("2003", "offline", "2", "4096")
    assert vm["ip"][1].startswith(" 2001:")
    assert vm["template_label"] == "Debian 12"
    assert "id" not in client("GET /service/401/templates")["templates"]["101"]
    assert client("GET /service/512/ips")["ips"]["71"] == {
        "ipaddress": "185.0.3.10",
        "domain": "db.example.ir",
        "vlan": "public",
        "main": "1",
    }
    for key in ("2011", "2012", "2013"):
        client(f"DELETE /service/402/vms/{key}")
    assert client("GET /service/402/vms") == {"vms": []}
    created = client("POST /service/401/vms", **NEW_VM, template="101")
    assert created == {"status": True}
    refreshed = client(
        "POST /token", refresh_token=client("POST /login", username="ops@example.com", password="simulator")["refresh"]
    )
    assert refreshed.keys() == {"token"}


def test_proxmox(start: Any) -> None:
    client = start(shape="proxmox", build_time=30)
    vm = client("GET /service/401/vms/2001")["vm"]
    assert (vm["status"], vm["built"], vm["power"], vm["disk"]) == ("running", 1, 1, "20 GB")
    assert vm["ip"]["1"]["main"] == 1
    assert "memory" not in client("GET /service/401/vms")["vms"]["2001"]
    response = client.send("POST /service/401/vms", json={**NEW_VM, "template": "101"})
    assert response.status_code == 202
    new = client(f"GET /service/401/vms/{response.json()['vm']['id']}")["vm"]
    assert (new["built"], new["locked"]) == (0, 1)
    assert client("GET /service/401/vms/99") == {"error": ["VM 99 not found"]}
    assert client("GET /service/512/vms") == {"error": ["Method not supported"]}
    assert client("POST /login", username="x", password="y") == {"error": ["wronglogin"]}
    departments = client("GET /ticket/departments")["departments"]
    assert departments["2"]["name"] == "Sales &amp; Billing"


def test_opennebula(start: Any) -> None:
    client = start(shape="opennebula")
    answer = client("GET /service/401/vms")
    assert answer.keys() == {"data", "error", "info", "page"}
    assert (answer["data"][2]["STATE"], answer["data"][2]["hostname"]) == ("POWEROFF", "web-3")
    created = client("POST /service/401/vms", **NEW_VM, template="101")
    assert client(f"GET /service/401/vms/{created['data']['vmid']}")["data"]["cpu"] == 2
    assert client("POST /service/401/vms/2001/stop")["data"] == {"status": True}


def test_openstack(start: Any) -> None:
    client = start(shape="openstack")
    listed = client("GET /service/401/vms")
    assert [each["status"] for each in listed[:3]] == ["ACTIVE", "ACTIVE", "SHUTOFF"]
    assert len(listed[0]["id"]) == 36
    assert listed[0]["ips"][2] == "10.20.1.11"
    assert client.send("GET /service/401/vms/2001").json() == {"error": "VM 2001 not found"}
    response = client.send(f"POST /service/401/vms/{listed[0]['id']}/stop")
    assert (response.status_code, response.content) == (200, b"")
    assert client.send(f"DELETE /service/401/vms/{listed[0]['id']}").status_code == 204
    assert client("GET /service/512/ips") == ["185.0.3.10", "185.0.3.11", "185.0.3.12"]
    assert client("GET /service/512/ips/185.0.3.11")["domain"] == "replica.db.example.ir"
    assert client("GET /service/512/status") == {"power": "1"}
    assert client("GET /ticket/attachment/5001")["name"] == "iostat.txt"
