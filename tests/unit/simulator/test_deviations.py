# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Portals that rename, hide, group, forget: each way in which one deviates from its shape."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.shapes import SHAPES

NEW_VM = {"label": "Web_9 new", "template": "101", "memory": "512", "cpu": "1", "disk": "10"}
TEMPLATE = "ISPsystem__Sysrescd-x86_64"


def poke(client: Any, **settings: Any) -> None:
    client("POST /_simulator/state", settings=settings)


def vm(client: Any, key: str = "2001") -> Any:
    return client(f"GET /service/401/vms/{key}")["vm"]


@pytest.mark.parametrize(
    ("renames", "expected"),
    [
        ("", "Web_9 new"),
        ("lower", "web_9 new"),
        ("cut", "Web_9"),
        ("domain", "Web_9 new.web.example.ir"),
        ("hyphen", "Web-9-new"),
        ("own", "vm-1001"),
    ],
)
def test_the_name_of_a_new_vm(start: Any, renames: str, expected: str) -> None:
    client = start(renames=renames)
    key = client("POST /service/401/vms", **NEW_VM)["id"]
    assert vm(client, key)["label"] == expected


@pytest.mark.parametrize("shape", list(SHAPES))
def test_what_is_hidden_is_told_by_no_key(start: Any, shape: str) -> None:
    client = start(shape=shape)
    before = client.send("GET /service/401/vms").text
    info = client.send("GET /service/512/info").text
    assert "Debian 12" in before or shape == "proxmox"
    poke(client, hide=["template", "memory", "status", "password"])
    after = client.send("GET /service/401/vms").text
    for word in ("Debian 12", "4096", "running", "online", "ACTIVE", "password"):
        assert word not in after, word
    assert "web-1" in after
    if shape != "opennebula":
        assert "Debian 12" in info
    assert "Debian" not in client.send("GET /service/512/info").text
    assert "db.example.ir" in client.send("GET /service/512/info").text


def test_what_is_hidden_may_be_a_key_as_it_stands(start: Any) -> None:
    assert "hostname" not in vm(start(hide=["hostname"]))


def test_thousands(start: Any) -> None:
    client = start(thousands=True)
    assert vm(client)["memory"] == "4,096"
    assert client("GET /service/512/info")["info"]["memory"] == "65,536"


def test_words_for_states(start: Any) -> None:
    client = start(words={"running": "Powered On"})
    assert (vm(client)["status"], vm(client, "2003")["status"]) == ("Powered On", "stopped")


def test_addresses_that_are_no_machines(start: Any) -> None:
    client = start(networks=True)
    for told in (vm(client), client("GET /service/512/ips")["ips"][0], client("GET /service/512/info")["info"]):
        assert {"gateway", "netmask", "nameservers"} <= told.keys()


def test_grouped_templates(start: Any) -> None:
    client = start()
    for path in ("/service/401/templates", "/service/512/reinstall/templates"):
        poke(client, grouped="list")
        groups = client(f"GET {path}")["templates"]
        assert groups[0]["name"] == "Linux"
        assert "Debian 12" in [each["name"] for each in groups[0]["templates"]]
        poke(client, grouped="object")
        assert "Debian 12" in client(f"GET {path}")["templates"]["Linux"].values()
        poke(client, grouped="form")
        form = client(f"GET {path}")["templates"][0]
        assert form.keys() == {"id", "title", "type", "items"}
        assert form["items"][0]["title"] == "Debian 12"


@pytest.mark.parametrize("shape", list(SHAPES))
@pytest.mark.parametrize(
    ("passwords", "told", "shown"), [("answer", True, False), ("details", False, True), ("never", False, False)]
)
def test_where_passwords_are_told(start: Any, shape: str, passwords: str, told: bool, shown: bool) -> None:
    client = start(shape=shape, passwords=passwords)

    def details(key: str) -> str:
        return client.send(f"GET /service/401/vms/{key}").text

    def says(answer: Any) -> bool:
        return "assword" in answer.text or "adminPass" in answer.text

    template = SHAPES[shape].vm_id("101")
    key = SHAPES[shape].vm_id("2001")
    path = f"/service/401/vms/{key}"
    assert says(client.send("POST /service/401/vms", json={**NEW_VM, "template": template})) == told
    assert says(client.send(f"POST {path}/rebuild", json={"template": template})) == told
    assert says(client.send(f"POST {path}/rescue")) == told
    assert ("password" in details(key)) == shown
    assert "password" not in client.send("GET /service/401/vms").text


def test_a_build_that_ends_badly(start: Any) -> None:
    client = start()
    for end in ("error", "suspended"):
        poke(client, builds_end=end)
        assert vm(client, client("POST /service/401/vms", **NEW_VM)["id"])["status"] == end
    poke(client, builds_end="gone")
    gone = client("POST /service/401/vms", **NEW_VM)["id"]
    assert client.refused(f"GET /service/401/vms/{gone}")[0] == 404


@pytest.mark.parametrize("shape", list(SHAPES))
@pytest.mark.parametrize("end", ["error", "suspended"])
def test_every_shape_has_a_word_for_that(start: Any, shape: str, end: str) -> None:
    client = start(shape=shape, builds_end=end)
    client("POST /service/401/vms", **{**NEW_VM, "template": SHAPES[shape].vm_id("101")})
    assert client.send("GET /service/401/vms").ok


def test_a_portal_that_forgets_what_has_ended(start: Any) -> None:
    client = start(forgets=True)
    client("POST /service/512/rescue", template=TEMPLATE)
    assert client("GET /service/512/rescue")["status"] == "idle"


def test_the_state_counts_what_leaves_no_other_trace(company: Any) -> None:
    for _unused in range(2):
        company("POST /service/401/vms/2001/reboot")
        company("POST /service/512/reboot")
    company("POST /service/401/vms/2001/rebuild", template="101")
    company("POST /service/512/diag", template="ISPsystem__Diag-x86_64", clearhdd=True)
    state = company("GET /_simulator/state")
    (machine,) = (each for each in state["vm"] if each["id"] == "2001")
    (server,) = (each for each in state["server"] if each["id"] == "512")
    assert (machine["boots"], machine["installs"], server["boots"], server["wipes"]) == (2, 1, 2, 1)
    assert "boots" not in vm(company)
