# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is true of the plan of a dedicated server's host name, whatever the portal tells of it."""

from __future__ import annotations

from typing import Any

from ansible_collections.sindad.cloud.plugins.module_utils._resources import hostname
from hypothesis import given
from hypothesis import strategies as st

from support.memory import MemoryPortal, context

TOLD = st.fixed_dictionaries(
    {"ip": st.just("185.0.3.10")},
    optional={"hostname": st.sampled_from(["db.example.ir", "DB.example.ir.", "web.example.ir", "", None, ["x"]])},
)


@given(info=TOLD, name=st.sampled_from(["db.example.ir", "Db.Example.ir", "db.example.ir.", "web.example.ir"]))
def test_a_host_name_is_set_if_it_differs_or_by_name(info: dict[str, Any], name: str) -> None:
    portal = MemoryPortal(servers={"512": {"info": info}})
    wanted = hostname.Wanted("512", name)
    plan = hostname.plan(wanted, hostname.observe(context(portal), wanted))
    told = info.get("hostname")
    is_known = isinstance(told, str) and bool(told)
    differs = is_known and str(told).rstrip(".").lower() != name.rstrip(".").lower()
    assert bool(plan.changes) == (differs or not is_known)
    assert bool(plan.warnings) == (not is_known), "nobody can tell whether that changes anything"
    plan.apply(context(portal))
    assert [(operation, body) for operation, _ids, body in portal.sent] == [
        ("update_hostname", {"hostname": name.rstrip(".")}) for _change in plan.changes
    ]
    again = hostname.plan(wanted, hostname.observe(context(portal), wanted))
    assert again.changes == () or "hostname" not in info
    if plan.expected is not None and "hostname" in info:
        assert again.result == plan.expected
