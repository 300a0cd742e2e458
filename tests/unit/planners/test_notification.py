# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is true of a notification that is acknowledged: what can't be confirmed is said."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.sindad.cloud.plugins.module_utils._errors import SindadError
from ansible_collections.sindad.cloud.plugins.module_utils._resources import notification

from support.memory import ACCEPTED, MemoryPortal, context

NOTIFICATION = {"id": "31", "subject": "Invoice"}


def acknowledged(before: dict[str, Any], after: dict[str, Any]) -> tuple[tuple[str, ...], list[str]]:
    """Acknowledge a notification; return the warnings of the plan, and those of carrying it out."""
    portal = MemoryPortal()
    shown = {**NOTIFICATION, **before}

    def acknowledge(_identity: str) -> Any:
        shown.clear()
        shown.update(NOTIFICATION, **after)
        return ACCEPTED

    portal._list_all_portal_notifications = lambda: {"notifications": [shown]}  # type: ignore[attr-defined]
    portal._acknowledge_notification = acknowledge  # type: ignore[attr-defined]
    warnings: list[str] = []
    wanted = notification.Wanted("31")
    plan = notification.plan(wanted, notification.observe(context(portal), wanted))
    applying = context(portal, warnings=warnings)
    plan.apply(replace(applying, policy=replace(applying.policy, timeout=0.01)))
    return plan.warnings, warnings


def test_what_can_be_confirmed() -> None:
    assert acknowledged({"seen": "0"}, {"seen": "1"}) == ((), [])


@pytest.mark.parametrize("before", [{"seen": "0"}, {}])
@pytest.mark.parametrize("after", [{}, {"seen": "?"}])
def test_what_can_not_be_confirmed_is_said(before: Any, after: Any) -> None:
    planned, warnings = acknowledged(before, after)
    assert len(planned) == (not before)
    assert [warning.endswith("it can't be confirmed") for warning in warnings] == [True]


def test_what_is_not_carried_out_is_a_failure() -> None:
    with pytest.raises(SindadError, match="its end is not seen"):
        acknowledged({"seen": "0"}, {"seen": "0"})
