# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What hosts are called, whatever somebody gave to machines as names and a portal as ids."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sindad.cloud.plugins.plugin_utils._names import (
    connectable,
    described,
    identity,
    suffixed,
    usable,
    with_ids,
)
from hypothesis import given
from hypothesis import strategies as st

FACTS: dict[str, Any] = {"kind": "vm", "vmid": "2001", "service_id": "401", "account": "ops@example.com"}


@pytest.mark.parametrize(
    "name",
    [
        "web-1",
        "R&D",
        "سرور",
        "x.example",
        5,
        "سر\u200cور",
        "\U0001f469\u200d\U0001f4bb",
        "2001:db8::1",
        "{{7}}",
        "a=b",
        "yml",
    ],
)
def test_names_that_a_host_can_have(name: Any):
    assert usable(name)


@pytest.mark.parametrize(
    "name",
    [*("", " ", ".", "..", "-o", "!a", "&a", "~a", "@a", "a/b", "a\\b", "../x", "localhost", "127.0.0.1", "LOCALHOST."),
     *("a\nb", "a\x1b[31m", "\u202ea", "a\u00a0b", "a\u00adb", "a\u200f", "a\u3000b", None, [], {}, 1.5),
     *("web server 1", "a,b", "a:b", "web:22", "a;b", "sindad_vms[0]", "web[0:1]", "[prod] db", "*", "web?", "a]"),
     *("web-1.yml", "web-1.YAML", "web-1.json", "x.Yml")],
)  # fmt: skip
def test_names_that_ansible_would_take_for_something_else(name: Any):
    assert not usable(name)


@pytest.mark.parametrize(
    "name",
    [
        *("localhost", "LOCALHOST.", "localhost.localdomain", "localhost4", "localhost6.localdomain6", "db.localhost"),
        *(
            "localhost\u200d",
            "127.0.0.1\u200c",
            "ip6-localhost",
            "ip6-loopback",
            "\uff4cocalhost",
            "127\u30020\u30020\u30021",
        ),
        *("127.0.0.1", "127.1", "127.9.9.9", "2130706433", "0x7f.1", "0177.1", "0", "0.0.0.0", 0, 2130706433),
        *("::1", "0:0:0:0:0:0:0:1", "::", "::ffff:127.0.0.1", "::ffff:0.0.0.0", "::1%lo"),
    ],
)
def test_the_controller_is_no_machine_however_it_is_spelt(name: Any):
    assert not usable(name)
    assert not connectable(name)


@pytest.mark.parametrize(
    "name",
    [
        "localhost-1",
        "localhost.example.ir",
        "my-localhost",
        "ip6",
        "128.1",
        "10.0.0.1",
        "185.0.2.1",
        "::2",
        "128",
        "web",
    ],
)
def test_other_machines_are_not_the_controller(name: Any):
    assert usable(name)
    assert connectable(name)


@pytest.mark.parametrize("address", [None, "", 5, "-o", "a b", "a/b", "a\0", "\ud800", "x\u200f"])
def test_what_nobody_connects_to(address: Any):
    assert not connectable(address)


@pytest.mark.parametrize(
    ("vmid", "shown"),
    [("2001", "2001"), ("a-b.c_1", "a-b.c_1"), ("../../x", ".._.._x"), ("a\x1b[31m", "a__31m"), ("a b", "a_b")],
)
def test_an_id_in_a_name_is_no_path(vmid: str, shown: str):
    facts = {**FACTS, "vmid": vmid}
    assert identity(facts) == shown
    assert usable(f"vm-{identity(facts)}")
    assert all(usable(name) for name in with_ids("web", facts))


def test_an_id_in_a_message_obeys_nothing():
    assert described({**FACTS, "vmid": "5\x1b[31m\n"}).isprintable()
    assert described(FACTS) == "vm 2001 of service 401, account ops@example.com"
    assert described({**FACTS, "kind": "server", "vmid": None}) == "server 401 of service 401, account ops@example.com"


@given(
    st.lists(st.tuples(st.sampled_from(["a", "b", "a-1"]), st.sampled_from("123"), st.sampled_from("12")), unique=True)
)
def test_hosts_of_one_name_are_told_apart(found: list[tuple[str, str, str]]):
    facts = [{**FACTS, "vmid": vmid, "service_id": service} for _name, vmid, service in found]
    names = [name for name, _vmid, _service in found]
    distinct = suffixed(names, facts)
    assert len({*distinct}) == len(distinct)
    assert all(longer.startswith(name) for name, longer in zip(names, distinct, strict=True))
