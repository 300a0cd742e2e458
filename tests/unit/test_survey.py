# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said of answers: keys that are looked up, fields that stay unknown, and what each module needs."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

import pytest
from ansible_collections.sindad.cloud.plugins.module_utils._operations import OPERATIONS
from ansible_collections.sindad.cloud.plugins.module_utils._reading import Answer
from ansible_collections.sindad.cloud.plugins.module_utils._records import READERS
from ansible_collections.sindad.cloud.plugins.module_utils._survey.lookups import unknown_fields, unread_keys
from ansible_collections.sindad.cloud.plugins.module_utils._survey.verdicts import NEEDS

from support import ROOT


def answer(name: str, body: Any) -> Answer:
    return Answer(OPERATIONS[name], OPERATIONS[name].path, body)


def unread(name: str, body: Any, *more: Any) -> list[str]:
    return unread_keys(answer(name, body), lambda each: READERS[name](each, *more))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"vms": [{"id": 1, "label": "web", "status": "running"}]}, []),
        ({"vms": [{"id": 1, "label": "web", "name": "web", "hostname": "web", "vmid": "x"}]}, []),
        ({"vms": [{"id": 1, "label": "web", "flavour": "m1"}]}, ["vms.flavour"]),
        ({"vms": {"17": {"label": "web", "flavour": "m1", "usage": {"cpu": 1}}}}, ["vms.flavour", "vms.usage"]),
        ({"vms": [{"id": 1, "label": "a"}, {"id": 2, "label": "b", "zone": "x"}]}, ["vms.zone"]),
        ({"data": [{"id": 1, "label": "a"}], "error": [], "info": [], "page": None}, []),
        ({"vms": [{"id": 1, "label": "web", "rootpassword": "secret"}], "total_vms": 1}, ["total_vms"]),
        ({"vms": [{"id": 1, "ips": [{"ip": "192.0.2.1", "gateway": "192.0.2.254"}]}]}, []),
    ],
)
def test_unread_keys(body: Any, expected: list[str]) -> None:
    assert unread("list_vms", body, "401") == expected


def test_what_is_shown_by_its_own_name_is_read() -> None:
    invoice = {"invoice": {"total": "1.0", "status": "Paid", "duedate": "2026-01-01", "colour": "red"}}
    assert unread("invoice_details", invoice) == []
    assert unread("user_details", {"client": {"email": "a@example.com", "favourite": "x"}}) == []


def test_an_answer_is_left_as_it_is() -> None:
    body = {"vms": [{"id": 1, "label": "web", "flavour": "m1"}]}
    unread("list_vms", body, "401")
    assert next(iter(body)).__class__ is str and body == {"vms": [{"id": 1, "label": "web", "flavour": "m1"}]}


def test_unknown_fields() -> None:
    body = {"vms": [{"id": 1, "label": "a", "status": "running", "memory": 64}, {"id": 2, "status": "odd word"}]}
    found = unknown_fields(READERS["list_vms"](answer("list_vms", body), "401"))
    assert found["VirtualMachine.memory"] == found["VirtualMachine.name"] == found["VirtualMachine.status"] == 1
    assert found["VirtualMachine.cpu"] == found["VirtualMachine.ips"] == 2
    idle = READERS["reinstall_status"](answer("reinstall_status", {"status": ""}))
    assert unknown_fields(idle) == {}


def test_needs_are_what_the_modules_send() -> None:
    """The page docs/operations.md is written from the requests that the tests' modules have sent."""
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    sent = defaultdict(set)
    for title, senders in re.findall(r"^\| \d+ \| ([^|]+) \| `GET [^|]+` \| ([^|]+) \|$", page, re.MULTILINE):
        name = next(operation.name for operation in OPERATIONS.values() if operation.title == title)
        for sender in re.findall(r"sindad_\w+|the inventory", senders):
            sent[sender].add(name)
    sent.pop("sindad_token")  # it asks for the account to find out whether a token is still good
    for module, needs in NEEDS.items():
        assert {*needs.always} <= sent[module], module
        assert {*needs.always, *needs.sometimes} == sent[module], module
    assert NEEDS.keys() == sent.keys()
