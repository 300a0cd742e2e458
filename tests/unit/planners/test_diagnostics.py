# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is true of the plans of diagnostics, which may clear the disks."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sindad.cloud.plugins.module_utils._errors import SindadError
from ansible_collections.sindad.cloud.plugins.module_utils._records import Choice, ServerOperation
from ansible_collections.sindad.cloud.plugins.module_utils._resources import diagnostics

CHOICES = (Choice("1", "Memory test"), Choice("2", "Disk test"))


@pytest.mark.parametrize("state", ["present", "absent"])
@pytest.mark.parametrize("status", ["idle", "running", "done", "failed"])
@pytest.mark.parametrize("clear", [True, False])
def test_diagnostics(state: str, status: str, clear: bool) -> None:
    wanted = diagnostics.Wanted("512", state, "1", clear, False, "512")
    seen = diagnostics.Observed("512", ServerOperation(status), CHOICES, names=("512", "db.example.ir"))
    plan = diagnostics.plan(wanted, seen)
    starts = state == "present" and status not in ("running", "done")
    ends = state == "absent" and status == "running"
    assert bool(plan.changes) == (starts or ends)
    assert [change.erases for change in plan.changes] == ([clear] if starts else [False] if ends else [])
    assert ("CLEAR ITS DISKS" in " ".join(plan.lines)) == (starts and clear)
    assert bool(plan.protected_by(("db.*",)).refusals) == (starts and clear)
    if plan.changes:
        assert plan.expected is not None
        again = diagnostics.Observed("512", plan.expected["diagnostics"], CHOICES)
        assert diagnostics.plan(wanted, again).changes == ()


@pytest.mark.parametrize("confirm", [None, "513", "db.example.ir", "512 "])
def test_disks_are_cleared_only_of_the_service_that_is_confirmed_by_its_id(confirm: str | None) -> None:
    options: dict[str, Any] = {"service": "512", "state": "present", "template": "1", "confirm": confirm}
    wanted = diagnostics.wanted_diagnostics({**options, "clear_disks": True, "full_erase": False})
    assert wanted.clear_disks
    with pytest.raises(SindadError, match=r"confirm must be 512, the id of the service.*nothing was done"):
        diagnostics.check_confirmation(wanted.confirm, "512")
    with pytest.raises(SindadError, match="full_erase requires clear_disks"):
        diagnostics.wanted_diagnostics({**options, "clear_disks": False, "full_erase": True})
