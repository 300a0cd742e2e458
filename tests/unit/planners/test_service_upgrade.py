# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is true of the plan of an upgrade: nothing is ordered that isn't known to differ."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sindad.cloud.plugins.module_utils._errors import SindadError
from ansible_collections.sindad.cloud.plugins.module_utils._plan import Plan
from ansible_collections.sindad.cloud.plugins.module_utils._resources import upgrade

from support.memory import MemoryPortal, context, outcome

SELECT = {"id": "1", "name": "Backup", "type": "select"}
ITEMS = [{"id": "11", "name": "None"}, {"id": "12", "name": "Daily"}]


def marked(number: int | None) -> dict[str, Any]:
    return {**SELECT, "items": [{**item, "selected": place == number} for place, item in enumerate(ITEMS)]}


def planned(resource: dict[str, Any], value: Any) -> Any:
    portal = MemoryPortal(services=[{"id": "601", "name": "Starter", "status": "Active"}])
    portal._upgrade_options = lambda _service: {"resources": [resource], "package": []}  # type: ignore[attr-defined]
    portal._upgrade_request = lambda _service, **_body: {"estimate": {"total": "5.00"}}  # type: ignore[attr-defined]
    wanted = upgrade.Wanted("601", {"Backup": value}, order=True)
    plan = outcome(lambda: upgrade.plan(wanted, upgrade.observe(context(portal), wanted)))
    assert not any((body or {}).get("send") for _operation, _ids, body in portal.sent), "an estimate orders nothing"
    return plan


@pytest.mark.parametrize("value", ["Daily", "12", 12])
def test_an_item(value: Any) -> None:
    assert planned(marked(1), value).changes == ()
    assert planned(marked(0), value).lines == ["upgrade service 601 (Backup: None (11) to Daily (12))"]
    assert planned(marked(None), value).lines == ["upgrade service 601 (Backup: none to Daily (12))"]


@pytest.mark.parametrize(
    ("resource", "value"),
    [
        ({**SELECT, "items": ITEMS}, "Daily"),
        ({**SELECT, "type": "selectqty", "items": ITEMS}, {"Daily": 2}),
        ({**SELECT, "type": "selectqty", "items": [{**ITEMS[1], "selected": True}]}, {"Daily": 2}),
        ({**SELECT, "type": "slider"}, 5),
    ],
)
def test_what_the_portal_does_not_say_is_not_ordered(resource: dict[str, Any], value: Any) -> None:
    """Each run would order it again."""
    refused = planned(resource, value)
    assert isinstance(refused, SindadError)
    assert str(refused).startswith("order: the portal doesn't say what service 601 has of Backup")


def test_a_number() -> None:
    slider = {**SELECT, "type": "slider", "qty": "4"}
    assert isinstance(planned(slider, 4), Plan)
    assert planned(slider, 4).changes == ()
    assert planned(slider, "5").lines == ["upgrade service 601 (Backup: 4 to 5)"]
