# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What lets hosts in, and what of it the list of services decides."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.template import trust_as_template
from ansible_collections.sindad.cloud.plugins.module_utils._records import Service
from ansible_collections.sindad.cloud.plugins.plugin_utils._constructed import QuickTemplar
from ansible_collections.sindad.cloud.plugins.plugin_utils._portal import Account
from ansible_collections.sindad.cloud.plugins.plugin_utils._wanted import OF_SERVICES, Filters, Wanted
from hypothesis import given
from hypothesis import strategies as st

from support.properties import examples

LISTED = {**dict.fromkeys(OF_SERVICES), "service_id": "401", "domain": "web.example.ir"}


def filters(*conditions: tuple[str, Any]) -> Filters:
    entries = [
        {verb: trust_as_template(condition) if isinstance(condition, str) else condition}
        for verb, condition in conditions
    ]
    return Filters(entries, "s_", QuickTemplar(loader=DataLoader()))


def test_the_list_of_services_says_what_is_said_of_it():
    assert tuple(Account("mine", None, Wanted()).of_service(Service("401"))) == OF_SERVICES


EARLY, LATE = "s_domain is search('web')", "s_status == 'stopped'"


@pytest.mark.parametrize(
    ("conditions", "may"),
    [
        ([], True),
        ([("exclude", EARLY)], False),
        ([("exclude", True)], False),
        ([("exclude", f"not {EARLY}")], True),
        ([("exclude", LATE)], True),
        ([("exclude", f"{EARLY} and {LATE}")], True),
        ([("include", EARLY), ("exclude", True)], True),
        ([("include", f"not {EARLY}"), ("exclude", True)], False),
        ([("include", LATE), ("exclude", EARLY)], True),
        ([("exclude", LATE), ("exclude", EARLY)], False),
        ([("exclude", "inventory_hostname == 'a'"), ("exclude", True)], False),
        ([("exclude", "lookup('vars', 's_domain') == 'web.example.ir'")], True),
        ([("exclude", "s_service_id > 400")], True),
        ([("exclude", "s_service_id ==")], True),
    ],
)
def test_a_service_is_ruled_out_by_what_is_known_of_it(conditions: list[tuple[str, Any]], may: bool):
    assert filters(*conditions).may_include(LISTED) is may


def test_what_extra_vars_override_is_not_decided_by_the_list_of_services():
    entries = [{"exclude": trust_as_template(EARLY)}]
    assert Filters(entries, "s_", QuickTemplar(loader=DataLoader()), {"s_domain": "x"}).may_include(LISTED)


conditions = st.tuples(
    st.sampled_from(["include", "exclude"]),
    st.sampled_from([EARLY, LATE, f"not {EARLY}", f"not {LATE}", f"{EARLY} or {LATE}", "s_category is none", True, False]),
)  # fmt: skip


@examples(3)
@given(
    st.lists(conditions, max_size=4), st.sampled_from(["web", "db"]), st.lists(st.sampled_from(["stopped", "running"]))
)
def test_no_host_that_is_let_in_is_of_a_service_that_is_ruled_out(
    chosen: list[tuple[str, Any]], domain: str, statuses: list[str]
):
    rules, listed = filters(*chosen), {**LISTED, "domain": domain}
    hosts = [{f"s_{name}": value for name, value in {**listed, "status": status}.items()} for status in statuses]
    if not rules.may_include(listed):
        assert not any(rules.includes("host", host) for host in hosts)
        assert rules.key


def test_an_answer_depends_on_what_rules_services_out():
    assert Wanted(filters=filters(("include", LATE), ("include", EARLY))).key == Wanted().key
    keys = [Wanted(filters=filters(*chosen)).key for chosen in ([("exclude", EARLY)], [("exclude", f"not {EARLY}")])]
    assert Wanted().key not in keys
    assert keys[0] != keys[1]
