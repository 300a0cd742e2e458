# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Recordings hold nothing private: a property over generated accounts, and each rule by an example."""

from __future__ import annotations

import ipaddress
import json
import random
import re
from datetime import datetime
from typing import Any

import pytest
from ansible_collections.sindad.cloud.plugins.module_utils._operations import OPERATIONS
from ansible_collections.sindad.cloud.plugins.module_utils._survey.anonymous import Anonymiser
from hypothesis import given
from hypothesis import strategies as st

from support.properties import examples

LETTERS = "qxzjkwvy\u067e\u0686\u06af"
WORD = st.text(LETTERS, min_size=4, max_size=12)
OCTET = st.integers(1, 254)
PRIVATE_VALUES = st.one_of(
    WORD,
    st.builds(" ".join, st.lists(WORD, min_size=2, max_size=40)),
    st.builds("{}@{}.ir".format, WORD, WORD),
    st.builds("{}.{}.com".format, WORD, WORD),
    st.builds("185.{}.{}.{}".format, OCTET, OCTET, OCTET),
    st.builds("10.{}.{}.{}".format, OCTET, OCTET, OCTET),
    st.builds("2a01:{:x}:{:x}::{:x}".format, st.integers(4096, 65535), st.integers(4096, 65535), OCTET),
    st.builds("0912{}".format, st.integers(1000000, 9999999)),
    st.builds("+98 912 {} {}".format, st.integers(100, 999), st.integers(1000, 9999)),
    st.integers(10**5, 10**12),
    st.integers(10**5, 10**9).map(str),
    st.builds("{}.{:02}".format, st.integers(10000, 99999), st.integers(10, 99)),
    st.builds("https://{}.net/{}?key={}".format, WORD, WORD, WORD),
    st.builds("<p>{} <b>{}</b></p>".format, WORD, WORD),
    st.builds("2026-{:02}-{:02} 11:22:33".format, st.integers(1, 12), st.integers(1, 28)),
    st.uuids().map(str),
)
KEYS = st.sampled_from(
    (
        *("name", "label", "hostname", "domain", "description", "body", "notes", "subject", "username", "address1"),
        *("city", "phonenumber", "companyname", "id", "client_id", "rel_id", "number", "total", "amount", "ipaddress"),
        *("ips", "owner", "comment", "custom_field", "date", "created", "password", "api_key", "rootpw", "vnc"),
        *("message", "error", "info", "tags", "uptime", "cpu_model", "ptr", "email", "next_due", "mac", "route"),
    )
)
VALUES = st.recursive(
    PRIVATE_VALUES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS | st.integers(1000, 9999).map(str), inner),
    max_leaves=12,
)
BODIES = st.dictionaries(KEYS | st.sampled_from(("vms", "services", "contacts", "data", "tickets")), VALUES, max_size=5)
NAMES = st.sampled_from(
    ("list_vms", "user_details", "list_services", "ticket_details", "invoice_details", "server_info", "list_ips")
)
CATALOGUES = (
    *("list_os_templates", "list_os_templates_and_recipes", "list_diagnostics_templates", "list_rescue_templates"),
    *("list_ticket_departments", "list_vlans"),
)


def anonymised(*answers: tuple[str, Any], secrets: tuple[str, ...] = ()) -> list[Any]:
    """Return the bodies of answers as a recording has them."""
    told = [(OPERATIONS[name], (), body) for name, body in answers]
    anonymiser = Anonymiser(told, secrets, random.Random(7))
    return [anonymiser.body(operation, body) for operation, _ids, body in told]


def scalars(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for item in value.values() for text in scalars(item)]
    if isinstance(value, list):
        return [text for item in value for text in scalars(item)]
    return [str(value)]


def structure(value: Any) -> Any:
    """Return JSON with types in place of values and without keys that are ids."""
    if isinstance(value, dict):
        return sorted((re.sub(r"\d+", "0", key), str(structure(item))) for key, item in value.items())
    return [structure(item) for item in value] if isinstance(value, list) else type(value).__name__


@given(st.lists(st.tuples(NAMES, BODIES), min_size=1, max_size=3))
@examples(3)
def test_no_value_survives(answers: list[tuple[str, Any]]) -> None:
    made = anonymised(*answers)
    text = json.dumps(made, ensure_ascii=False)
    values = {value for _name, body in answers for value in scalars(body)}
    words = {word for value in values for word in re.findall(rf"[{LETTERS}]{{4,}}|\d{{6,}}", value)}
    assert sorted(value for value in values | words if len(value) >= 4 and value in text) == []
    assert [structure(body) for body in made] == [structure(body) for _name, body in answers]


@given(st.lists(st.tuples(NAMES, BODIES), min_size=2, max_size=3))
def test_the_same_value_becomes_the_same(answers: list[tuple[str, Any]]) -> None:
    """Values that are equal stay equal, those that differ stay different."""
    pairs: dict[str, set[str]] = {}
    for (_name, body), made in zip(answers, anonymised(*answers), strict=True):
        for value, stand_in in zip(fields(body), fields(made), strict=True):
            pairs.setdefault(value, set()).add(stand_in)
    assert all(len(stand_ins) == 1 for stand_ins in pairs.values())
    assert len({next(iter(stand_ins)) for stand_ins in pairs.values()}) == len(pairs)


def fields(value: Any) -> list[str]:
    """Return the values of the plain fields of identity in an answer, in order."""
    if isinstance(value, dict):
        own = [str(value[key]) for key in ("label", "hostname", "owner") if isinstance(value.get(key), str)]
        return own + [text for item in value.values() for text in fields(item)]
    return [text for item in value for text in fields(item)] if isinstance(value, list) else []


@pytest.mark.parametrize("name", CATALOGUES)
def test_what_is_offered_to_every_customer_stays(name: str) -> None:
    body = {
        "templates": [{"id": "101", "name": "Debian 12"}, {"id": "Sys__Debian-12", "name": "Debian 12"}],
        "groups": {"Linux": {"102": "Ubuntu 24.04"}},
        "names": ["AlmaLinux 9"],
        "departments": {"7": {"name": "Sales &amp; Billing", "description": "ask qzjxkw"}},
    }
    text = json.dumps(anonymised((name, body)))
    for word in ("Debian 12", "Linux", "Ubuntu 24.04", "AlmaLinux 9", "Sales &amp; Billing", "Sys__Debian-12"):
        assert word in text
    assert "qzjxkw" not in text and '"101"' not in text


def test_a_name_with_something_private_in_it_does_not_stay() -> None:
    """Someone may have called a template by an address, a domain or a password."""
    offered = {"templates": [{"id": 1, "name": "for shop.example.ir"}, {"id": 2, "name": "with hunter2-secret"}]}
    machine = {"vms": [{"id": 5, "domain": "shop.example.ir", "status": "at 185.1.2.3", "password": "hunter2-secret"}]}
    text = json.dumps(anonymised(("list_os_templates", offered), ("list_vms", machine)))
    assert "shop" not in text and "hunter2" not in text and "185.1.2.3" not in text


def test_a_person_in_a_state_or_a_name_does_not_stay() -> None:
    person = {"client": {"firstname": "Sara", "lastname": "Karimi", "email": "sara@acme.ir", "companyname": "Acme"}}
    machines = {
        "vms": [
            {"id": 1, "name": "running", "status": "running"},
            {"id": 2, "name": "web-prod", "status": "locked by Karimi"},
            {"id": 3, "name": "web-2", "status": "moved to web-prod"},
        ]
    }
    vlans = {"vlans": [{"id": 1, "name": "acme lan"}, {"id": 2, "name": "public"}]}
    _client, listed, offered = anonymised(("user_details", person), ("list_vms", machines), ("list_vlans", vlans))
    states = [machine["status"] for machine in listed["vms"]]
    assert states[0] == "running" and listed["vms"][0]["name"] != "running"
    assert "Karimi" not in states[1] and "web-prod" not in states[2]
    assert offered["vlans"][1]["name"] == "public" and "acme" not in offered["vlans"][0]["name"]


def test_words_sizes_and_flags_stay() -> None:
    machine = {
        "status": "ACTIVE",
        "state": "powered off",
        "LCM_STATE_STR": "RUNNING",
        "built": 1,
        "locked": False,
        "memory": 4096,
        "disk": "20 GB",
        "ram": "4,096 MB",
        "cpus": "2",
        "power": "on",
        "type": "kvm-large",
        "billingcycle": "Monthly",
        "currency": "USD",
        "template": "Debian 12",
        "os": {"name": "Ubuntu 24.04"},
        "hdd": "2x960 GB SSD",
        "netmask": "255.255.255.0",
        "nothing": None,
        "empty": "",
        "progress": "40%",
    }
    body = {"vms": [machine], "page": {"current": 1, "total": "3"}}
    assert anonymised(("list_vms", body)) == [body]


def test_a_person_s_state_is_an_address() -> None:
    person = {"client": {"firstname": "Sara", "city": "Tehran", "state": "Tehran", "type": "Private"}}
    (made,) = anonymised(("user_details", person))
    assert "Tehran" not in json.dumps(made)
    assert made["client"]["city"] == made["client"]["state"]
    assert made["client"]["type"] == "Private"


def test_references_hold() -> None:
    vms = {"vms": {"2001": {"label": "web-1", "client_id": 77, "ip": "185.1.2.3"}}}
    details = {"vm": {"id": 2001, "hostname": "web-1.shop.ir", "ips": ["185.1.2.3", "10.0.0.5"]}}
    account = {"client": {"id": "77", "email": "admin@shop.ir"}}
    listed, detailed, client = anonymised(("list_vms", vms), ("get_vm_details", details), ("user_details", account))
    (key, entry) = next(iter(listed["vms"].items()))
    assert key == str(detailed["vm"]["id"]) and isinstance(detailed["vm"]["id"], int)
    assert entry["ip"] == detailed["vm"]["ips"][0]
    assert str(entry["client_id"]) == client["client"]["id"]
    assert detailed["vm"]["hostname"].split(".")[0] == entry["label"]
    assert detailed["vm"]["hostname"].split(".", 1)[1] == client["client"]["email"].partition("@")[2]


@pytest.mark.parametrize(
    ("real", "net"),
    [
        ("185.0.3.10", "192.0.2.0/24"),
        ("10.20.1.11", "10.0.0.0/8"),
        ("172.20.1.11", "172.16.0.0/12"),
        ("192.168.7.7", "192.168.0.0/16"),
        ("100.70.1.1", "100.64.0.0/10"),
        ("2a01:4f8::17", "2001:db8::/32"),
        ("fd12::17", "fc00::/7"),
    ],
)
def test_addresses(real: str, net: str) -> None:
    (made,) = anonymised(("list_ips", {"ips": [{"ipaddress": real, "net": f"{real}/24", "both": f"{real}, {real}"}]}))
    address = made["ips"][0]["ipaddress"]
    assert ipaddress.ip_address(address) in ipaddress.ip_network(net) and address != real
    assert made["ips"][0]["net"] == f"{address}/24"
    assert made["ips"][0]["both"] == f"{address}, {address}"


def test_dates_move_together() -> None:
    body = {
        "date": "2026-11-01",
        "next": "2026-11-11",
        "at": "2026-11-01 10:00:00",
        "iso": "2026-11-01T10:00:00Z",
        "local": "01/11/2026",
        "created": 1790000000,
        "never": "0000-00-00 00:00:00",
        "updated": "1790000060",
    }
    (made,) = anonymised(("invoice_details", body))
    first, second = (datetime.fromisoformat(made[key]) for key in ("date", "next"))
    assert abs((second - first).days - 10) <= 1
    assert made["iso"] == made["at"].replace(" ", "T") + "Z"
    assert re.fullmatch(r"\d\d/\d\d/\d{4}", made["local"]) and made["never"] == body["never"]
    assert int(made["updated"]) - made["created"] == 60
    assert not {*map(str, made.values())} & {*map(str, body.values())} - {body["never"]}


def test_texts_keep_their_length_and_amounts_their_form() -> None:
    (made,) = anonymised(
        ("ticket_details", {"body": "qzjx kwvy " * 30, "total": "1,472.99", "price": 9.5, "zero": "0.00"})
    )
    assert abs(len(made["body"]) - 300) < 20
    assert re.fullmatch(r"\d,\d{3}\.\d\d", made["total"]) and made["zero"] == "0.00"
    assert isinstance(made["price"], float) and made["price"] != 9.5


def test_refusals_keep_their_meaning() -> None:
    (made,) = anonymised(("list_vms", {"error": ["Method not supported for qzjxkw", "Service 40117 not found"]}))
    assert made["error"][0].startswith("Method not supported for ") and "qzjxkw" not in made["error"][0]
    assert re.fullmatch(r"Service \d{5} not found", made["error"][1]) and "40117" not in made["error"][1]


def test_a_page() -> None:
    anonymiser = Anonymiser([(OPERATIONS["list_vms"], (), {})], (), random.Random(7))
    made = anonymiser.page(
        '<html><title>Not found</title><body class="qzjx">Dear Qzjxkw, admin@qzjxkw.ir</body></html>'
    )
    assert made.startswith("<html><title>Not found</title><body>") and "qzjx" not in made.lower()
    assert anonymiser.page('{"name": "qzjxkw"').startswith("{") and "qzjxkw" not in anonymiser.page('{"name": "qzjxkw"')


def test_given_secrets() -> None:
    (made,) = anonymised(("list_vms", {"vms": [{"id": 1, "status": "pw hunter2x"}]}), secrets=("hunter2x",))
    assert "hunter2x" not in json.dumps(made)
