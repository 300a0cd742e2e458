# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is true of the plan of an upgrade: nothing is ordered that isn't known to differ."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sindad.cloud.plugins.module_utils._errors import OutcomeUnknown, SindadError
from ansible_collections.sindad.cloud.plugins.module_utils._plan import Plan
from ansible_collections.sindad.cloud.plugins.module_utils._resources import upgrade

from support.memory import MemoryPortal, context, outcome

SELECT = {"id": "1", "name": "Backup", "type": "select"}
ITEMS = [{"id": "11", "name": "None"}, {"id": "12", "name": "Daily"}]


def marked(number: int | None) -> dict[str, Any]:
    return {**SELECT, "items": [{**item, "selected": place == number} for place, item in enumerate(ITEMS)]}


def offer(
    wanted: upgrade.Wanted, resources: Any = (), packages: Any = (), service: Any = None
) -> tuple[MemoryPortal, Any]:
    """Return a portal with these upgrade options, and the plan of what is wanted, or why there is none."""
    portal = MemoryPortal(services=[service or {"id": "601", "name": "Starter", "status": "Active"}])
    options = {"resources": list(resources), "package": list(packages)}
    portal._upgrade_options = lambda _service: options  # type: ignore[attr-defined]
    portal._upgrade_request = lambda _service, **_body: {"estimate": {"total": "5.00"}}  # type: ignore[attr-defined]
    plan = outcome(lambda: upgrade.plan(wanted, upgrade.observe(context(portal), wanted)))
    assert not any((body or {}).get("send") for _operation, _ids, body in portal.sent), "an estimate orders nothing"
    return portal, plan


def planned(resource: dict[str, Any], value: Any) -> Any:
    return offer(upgrade.Wanted("601", {resource["name"]: value}, order=True), [resource])[1]


def assert_refused(plan: Any, what: str) -> None:
    assert isinstance(plan, SindadError), plan
    assert str(plan).startswith(f"order: the portal doesn't say what service 601 has of {what}")


@pytest.mark.parametrize("value", ["Daily", "12", 12])
def test_an_item(value: Any) -> None:
    assert planned(marked(1), value).changes == ()
    assert planned(marked(0), value).lines == ["upgrade service 601 (Backup: None (11) to Daily (12))"]
    assert planned(marked(None), value).lines == ["upgrade service 601 (Backup: none to Daily (12))"]
    assert_refused(planned({**SELECT, "items": ITEMS}, value), "Backup, so nobody can tell")


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
    assert_refused(planned(resource, value), "Backup")


def test_a_number() -> None:
    slider = {**SELECT, "type": "slider", "qty": "4"}
    assert isinstance(planned(slider, 4), Plan)
    assert planned(slider, 4).changes == ()
    assert planned(slider, "5").lines == ["upgrade service 601 (Backup: 4 to 5)"]


def select(*marks: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a resource with an item for each dictionary of marks: 4 GB (1), 8 GB (2), …"""
    items = [{"id": str(place), "name": f"{4 * place} GB", **each} for place, each in enumerate(marks, start=1)]
    return {"id": "7", "name": "Memory", "type": "select", "items": items, **more}


@pytest.mark.parametrize(
    "resource",
    [
        select({"selected": ""}, {"selected": "selected"}),
        select({"selected": None}, {"selected": "checked"}),
        select({}, {"checked": "<b>Checked</b>"}),
        select({"checked": 0}, {"checked": "1", "selected": "selected"}),
        select({"selected": False}, {"selected": False}, value="2"),
        select({"selected": False}, {"selected": False}, value=2),
        select({}, {}, selected="8 GB"),
        select({"selected": False}, {"selected": True}, value="2", selected=1),
    ],
)
def test_the_chosen_item(resource: Any) -> None:
    """However the portal tells it, it isn't bought a second time, and another one can be."""
    assert planned(resource, "8 GB").changes == ()
    assert planned(resource, 1).lines == ["upgrade service 601 (Memory: 8 GB (2) to 4 GB (1))"]


@pytest.mark.parametrize(
    "resource",
    [
        select({"selected": True}, {"selected": True}),
        select({"selected": False}, {}),
        select({"selected": False}, {"selected": False}, value="9"),
        select({"selected": False}, {"selected": False}, selected=True),
        select({"selected": False}, {"selected": False}, qty=1),
        select({"selected": False}, {"selected": False}, current="2"),
        select({}, {}, selected=1),
        select({}, {}, current="2"),
        select({"selected": True}, {"selected": False}, value="2"),
        select({"selected": True}, {"selected": True, "checked": False}),
        select({"selected": True}, {"selected": "2"}),
        select({"selected": "1"}, {"selected": ["x"]}),
    ],
)
@pytest.mark.parametrize("value", ["4 GB", "8 GB"])
def test_an_item_of_which_nobody_knows_whether_it_is_chosen(resource: Any, value: str) -> None:
    assert_refused(planned(resource, value), "Memory")


@pytest.mark.parametrize("kind", ["select", "radio", "checkbox", "dropdown"])
@pytest.mark.parametrize("mark", [False, 0, "0", "no"])
@pytest.mark.parametrize("more", [{}, {"value": ""}, {"value": None, "selected": False, "qty": 0}])
def test_an_option_of_which_nothing_is_chosen(kind: str, mark: Any, more: Any) -> None:
    """The first choice is a difference from none."""
    resource = select({"selected": mark}, {"checked": mark, "selected": mark}, **more, type=kind)
    assert planned(resource, "8 GB").lines == ["upgrade service 601 (Memory: none to 8 GB (2))"]


def slider(*items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": "8", "name": "IPs", "type": "slider", "items": list(items), **more}


@pytest.mark.parametrize(
    "resource",
    [
        slider(qty="4"),
        slider(value=4),
        slider({"id": "9953", "qty": 4, "selected": True}),
        slider({"id": "9953", "quantity": "4.00"}, value="4", selected="9953", qty=4),
        slider({"id": "9953", "qty": 1, "selected": False}, value="4"),
        slider({"id": "9953", "name": "IP"}, selected="4"),
        slider({"id": "9953", "name": "IP", "selected": "4"}),
        slider({"id": "9953", "name": "IP", "value": 4}, qty="4"),
        slider({"id": "9953", "name": "IP", "value": "4", "selected": True}, value="9953"),
    ],
)
def test_a_quantity(resource: Any) -> None:
    assert planned(resource, 4).changes == ()
    assert planned(resource, 8).lines == ["upgrade service 601 (IPs: 4 to 8)"]


@pytest.mark.parametrize(
    "resource",
    [
        slider({"id": "9953", "name": "IP"}, selected="9953"),
        slider({"id": "9953", "name": "IP"}, value="9953"),
        slider({"id": "9953", "name": "IP", "selected": 1}),
        slider({"id": "9953", "name": "IP", "selected": 0, "qty": 1}),
        slider({"id": "9953", "name": "IP", "qty": 1}, value="8"),
        slider({"id": "1", "name": "IP", "qty": 1}, {"id": "2", "name": "IP", "qty": 8}),
        slider({"id": "9953", "name": "IP", "qty": "some"}),
        slider({"id": "9953", "name": "IP", "qty": 1}, selected="9"),
    ],
)
@pytest.mark.parametrize("value", [1, 8])
def test_a_quantity_that_nobody_knows(resource: Any, value: int) -> None:
    assert_refused(planned(resource, value), "IPs")


@pytest.mark.parametrize("item", [{"selected": False, "qty": 0}, {"selected": 0}, {"checked": "0", "value": "0"}])
def test_a_quantity_of_which_nothing_is_chosen(item: Any) -> None:
    resource = slider({"id": "9953", "name": "IP", **item})
    assert planned(resource, 0).changes == ()
    assert planned(resource, 4).lines == ["upgrade service 601 (IPs: 0 to 4)"]


def test_items_with_a_quantity_of_which_none_is_chosen() -> None:
    items = [{"id": each, "name": f"{each}00 GB", "selected": False, "qty": 1} for each in "12"]
    space = {"id": "9", "name": "Space", "type": "selectqty", "items": items}
    assert planned(space, {"200 GB": 0}).changes == ()
    assert planned(space, {"200 GB": 2}).lines == ["upgrade service 601 (Space: 200 GB (2) x 0 to 200 GB (2) x 2)"]


def test_items_with_a_quantity() -> None:
    space = {"id": "9", "name": "Space", "type": "selectqty"}
    items = [{"id": "1", "name": "50 GB", "selected": False, "qty": 1}, {"id": "2", "name": "200 GB", "selected": True}]
    told = {**space, "items": [items[0], {**items[1], "qty": 2}]}
    assert planned(told, {"200 GB": 2}).changes == ()
    assert planned(told, {1: 2}).lines == ["upgrade service 601 (Space: 200 GB (2) x 2 to 50 GB (1) x 2)"]
    assert planned({**space, "items": items, "qty": "2"}, {"200 GB": 2}).changes == ()
    for unknown in (
        {**space, "items": items},
        {**told, "qty": 3},
        {**space, "value": "2", "items": [{**item, "selected": False, "qty": 2} for item in items]},
    ):
        assert_refused(planned(unknown, {"200 GB": 2}), "Space")


@pytest.mark.parametrize(
    ("resources", "said"),
    [
        ({"Memory": None}, "resources: Memory takes the id or the name of an item, not None"),
        ({"Memory": ["8 GB"]}, "resources: Memory takes the id or the name of an item, not ['8 GB']"),
        ({"Memory": True}, "resources: Memory takes the id or the name of an item, not True"),
        ({"Memory": {}}, "resources: Memory takes one item and its quantity"),
        ({"Memory": {"8 GB": None}}, "resources: Memory takes an integer, not None"),
        ({"IPs": None}, "resources: IPs takes an integer, not None"),
        ({"IPs": [4]}, "resources: IPs takes an integer, not [4]"),
        ({"Memory": "4 GB", 7: "8 GB"}, "resources: Memory (7) is there twice"),
    ],
)
@pytest.mark.parametrize("order", [True, False])
def test_values_that_can_not_be_right(resources: Any, said: str, order: bool) -> None:
    portal, refused = offer(
        upgrade.Wanted("601", resources, order=order), [select({"selected": True}, {}), slider(qty=1)]
    )
    assert str(refused).startswith(said)
    assert portal.sent == []


PACKAGES = [{"id": "7", "name": "Cloud Pool L - 120$"}, {"id": "8", "name": "Cloud Pool M"}]


def packaged(package: str, *marks: dict[str, Any], product: str | None = "Cloud Pool L") -> Any:
    packages = [{**each, **mark} for each, mark in zip(PACKAGES, marks or ({}, {}), strict=True)]
    service = {"id": "601", "name": product, "status": "Active"}
    return offer(upgrade.Wanted("601", package=package, order=True), packages=packages, service=service)[1]


def test_a_package() -> None:
    no, yes = {"selected": False}, {"selected": "selected"}
    said = "the product 'Cloud Pool L' may be 'Cloud Pool L - 120$ (7)' in other words"
    assert_refused(packaged("7"), f"package ({said})")
    assert_refused(packaged("7", no, no), f"package ({said})")
    assert_refused(packaged("7", product=None), "package, so")
    assert_refused(packaged("7", yes, yes), "package")
    assert_refused(packaged("7", yes, no, product="Cloud Pool M"), "package")
    assert packaged("7", yes, no).changes == ()
    assert packaged("8", no, no, product="cloud pool  m").changes == ()
    expected = ["upgrade service 601 (package: Cloud Pool M (8) to Cloud Pool L - 120$ (7))"]
    assert packaged("7", product="Cloud Pool M").lines == packaged("7", {}, yes).lines == expected


TARGETS = [{"id": "7", "name": "Cloud M"}, {"id": "8", "name": "Cloud L"}]


@pytest.mark.parametrize("mark", [{}, {"selected": False}])
def test_packages_that_are_only_targets(mark: Any) -> None:
    """The present one need not be among them."""
    service = {"id": "601", "name": "Cloud S", "status": "Active"}
    packages = [{**each, **mark} for each in TARGETS]
    _portal, plan = offer(upgrade.Wanted("601", package="Cloud M", order=True), packages=packages, service=service)
    assert plan.lines == ["upgrade service 601 (package: Cloud S to Cloud M (7))"]


@pytest.mark.parametrize(
    ("product", "package", "differ"),
    [
        ("Cloud S", "Cloud M", True),
        ("VPS 1", "VPS 10", True),
        ("VPS 10", "VPS 1", True),
        ("2 CPU", "12 CPU", True),
        ("Cloud S - 10$", "Cloud M - 10$", True),
        ("Cloud L - 100$", "cloud l (120 $/mo)", False),
        ("Cloud L", "Cloud L: 1.200.000 تومان", False),
        ("Cloud M", "Cloud Medium", False),
        ("VPS-1", "VPS 1 (4 GB)", False),
        ("Cloud Pool", "EUR 9.90", False),
    ],
)
def test_whether_a_package_may_be_the_product(product: str, package: str, differ: bool) -> None:
    service = {"id": "601", "name": product, "status": "Active"}
    packages = [{"id": "7", "name": package}]
    _portal, plan = offer(upgrade.Wanted("601", package="7", order=True), packages=packages, service=service)
    if differ:
        assert plan.lines == [f"upgrade service 601 (package: {product} to {package} (7))"]
    else:
        assert_refused(plan, f"package (the product {product!r} may be")


def cycled(wanted: str, told: Any) -> Any:
    service = {"id": "601", "name": "Starter", "status": "Active", "billingcycle": told}
    return offer(upgrade.Wanted("601", cycle=wanted, order=True), service=service)[1]


@pytest.mark.parametrize(
    ("told", "code"),
    [
        *[("ماهانه", "m"), ("Monthly", "monthly"), ("<b>Monthly</b>", "M"), ("سه ماهه", "q"), ("فصلی", "Quarterly")],
        *[("شش\u200cماهه", "s"), ("Semi-Annually", "semi annually"), ("سالانه", "a"), ("ساليانه", "Annually")],  # noqa: RUF001
        *[("دو سالانه", "b"), ("سه سالانه", "t"), ("یک بار", "One Time"), ("هر ماه", "هر\u200cماه")],  # noqa: RUF001
        *[("Monthly (auto)", "m"), ("ماهانه (خودکار)", "Monthly"), ("Every month", "m"), ("30 days", "monthly")],
        *[("6 month", "s"), ("12 month", "a"), ("one-year", "y"), ("3m", "quarterly"), ("12m", "Yearly")],
        *[("Bi-Annually", "biannually"), ("(Monthly)", "m")],
    ],
)
def test_the_same_cycle(told: str, code: str) -> None:
    assert cycled(code, told).changes == ()


def test_another_cycle() -> None:
    assert cycled("a", "ماهانه").lines == ["upgrade service 601 (cycle: ماهانه to a)"]
    assert cycled("Monthly", "Quarterly").lines == ["upgrade service 601 (cycle: Quarterly to Monthly)"]
    assert_refused(cycled("m", "هر ماه"), "cycle ('هر ماه' can't be compared with 'm')")
    assert_refused(cycled("each month", "Monthly"), "cycle ('Monthly' can't be compared with 'each month')")
    assert_refused(cycled("m", None), "cycle, so")
    assert_refused(cycled("m", "0"), "cycle ('0' can't be compared with 'm')")
    assert cycled("m", "Bi-Annually").lines == ["upgrade service 601 (cycle: Bi-Annually to m)"]
    for code in "sb":
        assert_refused(cycled(code, "Bi-Annually"), f"cycle ('Bi-Annually' can't be compared with '{code}')")
    assert_refused(cycled("-", "--"), "cycle (")


@pytest.mark.parametrize("mark", [False, None])
def test_an_order_whose_effect_nobody_knows(mark: Any) -> None:
    """Its answer proves nothing, and the marks have changed, or are gone: it may have been carried out."""
    resource = select({"selected": True}, {"selected": False})
    portal, plan = offer(upgrade.Wanted("601", {"Memory": "8 GB"}, order=True), [resource])

    def request(_service: str, **_body: Any) -> Any:
        for item in resource["items"]:
            item["selected"] = mark
        return {}

    portal._upgrade_request = request  # type: ignore[attr-defined]
    with pytest.raises(OutcomeUnknown, match="it may have been carried out"):
        plan.apply(context(portal))
