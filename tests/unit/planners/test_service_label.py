# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is true of the plan of a service's label."""

from __future__ import annotations

from ansible_collections.sindad.cloud.plugins.module_utils._resources import label
from hypothesis import given
from hypothesis import strategies as st

from support.memory import MemoryPortal, context

LABELS = st.text("abÄي ", max_size=5)


@given(now=st.none() | LABELS.map(str.strip).filter(bool), wanted=LABELS)
def test_a_label(now: str | None, wanted: str) -> None:
    plan = label.plan(label.Wanted("401", wanted), label.Observed("401", now))
    assert bool(plan.changes) == (wanted.strip() != (now or ""))
    assert plan.result == {"label": now}
    after = wanted.strip() or None
    assert plan.expected == ({"label": after} if plan.changes else None)
    assert label.plan(label.Wanted("401", wanted), label.Observed("401", after)).changes == ()


@given(now=st.none() | LABELS, name=LABELS)
def test_what_was_applied_is_there(now: str | None, name: str) -> None:
    portal = MemoryPortal(servers={"512": {"label": now}})
    wanted = label.Wanted("512", name)
    plan = label.plan(wanted, label.observe(context(portal), wanted))
    plan.apply(context(portal))
    assert [body for _operation, _ids, body in portal.sent] == [{"label": name.strip()} for _change in plan.changes]
    assert label.plan(wanted, label.observe(context(portal), wanted)).changes == ()
