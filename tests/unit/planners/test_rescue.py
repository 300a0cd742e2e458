# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is true of the plans of a rescue."""

from __future__ import annotations

import pytest
from ansible_collections.sindad.cloud.plugins.module_utils._errors import SindadError
from ansible_collections.sindad.cloud.plugins.module_utils._records import Choice, ServerOperation
from ansible_collections.sindad.cloud.plugins.module_utils._resources import rescue

CHOICES = (Choice("1", "Linux rescue"), Choice("2", "BSD rescue"))


@pytest.mark.parametrize("state", ["present", "absent"])
@pytest.mark.parametrize("status", ["idle", "running", "done", "failed"])
@pytest.mark.parametrize("template", [None, "1", "bsd RESCUE"])
def test_a_rescue(state: str, status: str, template: str | None) -> None:
    wanted = rescue.Wanted("512", state, template, None)
    seen = rescue.Observed("512", ServerOperation(status), CHOICES)
    is_there = status in ("running", "done")
    if state == "present" and not is_there and template is None:
        with pytest.raises(SindadError, match=r"^template: .*available: Linux rescue \(1\), BSD rescue \(2\)$"):
            rescue.plan(wanted, seen)
        return
    plan = rescue.plan(wanted, seen)
    assert bool(plan.changes) == ((state == "present") != is_there)
    assert not any(change.erases for change in plan.changes)
    if plan.changes:
        assert plan.expected is not None
        again = rescue.plan(wanted, rescue.Observed("512", plan.expected["rescue"], CHOICES))
        assert again.changes == ()
    else:
        assert plan.before == plan.after
