# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a service costs, and its end: sindad_service_upgrade and sindad_service_cancel."""

from __future__ import annotations

import pytest

SHAPES = ("reference", "keyed", "proxmox", "opennebula", "openstack")
CHECKS = (True, False, False, True)
UPGRADE = "sindad.cloud.sindad_service_upgrade"
CANCEL = "sindad.cloud.sindad_service_cancel"
RESOURCES = {"Bandwidth": "500 GB", "1558": 4, "Backup space": {"200 GB": "2"}}
SENT = {"1557": "10103", "1558": "4", "1559": {"10302": "2"}}


def upgrade(check=False, **args):
    return {UPGRADE: {"service": "401", **args}, "check_mode": check, "diff": True}


def cancel(check=False, **args):
    return {CANCEL: args, "check_mode": check, "diff": True}


def bodies(simulator, operation):
    return [request["body"] for request in simulator.requests(operation)]


@pytest.mark.parametrize("shape", SHAPES)
def test_upgrade(shape, simulator, run_tasks):
    """Without an order only the estimate is asked for; an order is sent once; check mode sends none."""
    simulator.poke(settings={"shape": shape})
    wanted = {"resources": RESOURCES, "package": "Professional", "cycle": "Annually"}
    results = run_tasks(
        [
            *(upgrade(check, resources=RESOURCES) for check in CHECKS[:2]),
            *(upgrade(check, **wanted, order=True) for check in CHECKS),
            upgrade(**{**wanted, "cycle": "a", "package": 22}),
        ]
    ).task_results
    assert [result.msg for result in results if result.failed] == []
    *asked, check, ordered, again, last, code = results
    for result in asked:
        assert not result.changed and result["plan"] == []
        assert float(result["estimate"]["total"]) == 23
    assert check.changed and ordered.changed
    assert check["plan"] == ordered["plan"] != [] and check["diff"] == ordered["diff"]
    assert check["estimate"] == ordered["estimate"] and float(check["estimate"]["total"]) == 43
    for result in (again, last, code):
        assert not result.changed and result["plan"] == [] and result["estimate"] is None
    order = {"resources": SENT, "package": 22, "cycle": "Annually"}
    assert bodies(simulator, 32) == [{"resources": SENT}] * 2 + [order] * 2 + [{**order, "send": True}]
    bandwidth = ordered["upgrade_options"]["resources"][0]
    assert (bandwidth["id"], bandwidth["name"]) == ("1557", "Bandwidth")
    assert [option["selected"] for option in ordered["upgrade_options"]["package"]] == [False, True]


def test_upgrade_only_what_differs(simulator, run_tasks):
    """What is chosen already is not sent; nothing is asked where nothing differs."""
    same, one = run_tasks(
        [
            upgrade(
                resources={"bandwidth": 9953, "Additional IPs": "1", "Backup space": {10301: 1}},
                package=21,
                cycle="monthly",
                order=True,
            ),
            upgrade(resources={"Bandwidth": "1 TB", "Additional IPs": 1}, package="Standard", cycle="m", order=True),
        ]
    ).task_results
    assert not same.changed and same["estimate"] is None
    assert one["plan"] == ["upgrade service 401 (Bandwidth: 100 GB (9953) to 1 TB (10104))"]
    sent = {"resources": {"1557": "10104"}}
    assert bodies(simulator, 32) == [sent, {**sent, "send": True}]


def test_upgrade_input(simulator, run_tasks):
    """What isn't offered fails with what is, before anything is asked or ordered."""
    wrong = (
        ({"resources": {"Memory": 4}}, "resources: there is no 'Memory' here; available: Additional IPs (1558)"),
        ({"resources": {"Bandwidth": None}}, "resources: Bandwidth takes the id or the name of an item, not None"),
        ({"resources": {"Bandwidth": ["1 TB"]}}, "resources: Bandwidth takes the id or the name of an item, not ["),
        ({"resources": {"Bandwidth": "2 TB"}}, "resources: Bandwidth: there is no '2 TB' here; available: 1 TB (1"),
        ({"resources": {"Additional IPs": "many"}}, "resources: Additional IPs takes an integer, not 'many'"),
        ({"resources": {"Backup space": "200 GB"}}, "resources: Backup space takes one item and its quantity"),
        ({"resources": {"Backup space": {"200 GB": 1, "50 GB": 1}}}, "resources: Backup space takes one item"),
        ({"resources": {"Backup space": {"200 GB": -1}}}, "resources: Backup space takes an integer, not -1"),
        ({"package": "Huge"}, "package: there is no 'Huge' here; available: Professional (22), Standard (21)"),
        ({"resources": "much"}, "resources"),
        ({"cycle": " "}, "cycle must be"),
    )
    results = run_tasks([upgrade(**args, order=True) for args, _said in wrong]).task_results
    for result, (args, said) in zip(results, wrong, strict=True):
        assert result.failed and not result.changed, args
        assert said in result.msg
    assert simulator.writes == []


def test_upgrade_refused(simulator, run_tasks):
    """An estimate that is refused orders nothing; an order that is refused is no change."""
    many, lost = run_tasks([upgrade(resources={"Additional IPs": 99}, order=True)] * 2).task_results
    assert many.failed and not many.changed and "Additional IPs takes 0 to 16, not 99" in many.msg
    simulator.fault(method="POST", path="/service/@id/upgrade", drop="after")
    (lost,) = run_tasks([upgrade(resources={"Bandwidth": "500 GB"}, order=True)]).task_results
    assert lost.failed and not lost.changed and lost.msg.startswith("there is no estimate, and nothing was ordered")
    simulator.fault(method="POST", path="/service/@id/upgrade", delay=0.01)
    simulator.fault(method="POST", path="/service/@id/upgrade", status=422, body={"error": ["Unpaid invoice"]})
    (refused,) = run_tasks([upgrade(resources={"Bandwidth": "500 GB"}, order=True)]).task_results
    assert refused.failed and not refused.changed and refused["failure"]["errors"] == ["Unpaid invoice"]
    assert simulator.state()["service"][0]["upgrades"]["resources"][0]["items"][0]["selected"] is True


def test_upgrade_lost_answer(simulator, run_tasks):
    """An order whose answer is lost is not sent again: the options tell that it was carried out."""
    simulator.fault(method="POST", path="/service/@id/upgrade", delay=0.01)
    simulator.fault(method="POST", path="/service/@id/upgrade", drop="after")
    lost, again = run_tasks([upgrade(resources={"Bandwidth": "500 GB"}, order=True)] * 2).task_results
    assert lost.changed and not lost.failed and not again.changed
    assert [body.get("send") for body in bodies(simulator, 32)] == [None, True]


def test_upgrade_what_cannot_be_told(simulator, run_tasks):
    """A resource whose present value isn't told is never ordered, since that might be the second time."""
    resources = [
        {
            "id": 1,
            "name": "IPs",
            "type": "slider",
            "min": 0,
            "max": 9,
            "items": [{"id": "2", "name": "IPs", "price": 1}],
        },
        {
            "id": 3,
            "name": "Space",
            "type": "selectqty",
            "min": 0,
            "max": 9,
            "items": [{"id": "4", "name": "GB", "price": 1}],
        },
    ]
    packages = [{"id": "9", "name": "Cloud Pool XL", "price": 1}, {"id": "8", "name": "Cloud Pool L", "price": 1}]
    for item in (resources[0]["items"][0], resources[1]["items"][0]):
        item.update(selected=True, setup_price=0)
    for package in packages:
        package["selected"] = False
    upgrades = {"resources": resources, "package": packages}
    simulator.poke(service={"account": simulator.username, "id": "401", "upgrades": upgrades})
    amount, space, package, present, empty = run_tasks(
        [
            upgrade(resources={"IPs": 2}, order=True),
            upgrade(resources={"Space": {"GB": 1}}, order=True),
            upgrade(package="Cloud Pool XL", order=True, check=True),
            upgrade(package="Cloud Pool L", order=True),
            upgrade(order=True),
        ]
    ).task_results
    assert amount.failed and amount.msg.startswith("order: the portal doesn't say what service 401 has of IPs")
    assert space.failed and space.msg.startswith("order: the portal doesn't say what service 401 has of Space")
    assert package["plan"] == ["upgrade service 401 (package: Cloud Pool L (8) to Cloud Pool XL (9))"]
    assert not present.changed and not empty.changed and empty["upgrade_options"]["resources"]
    assert not any(body.get("send") for body in bodies(simulator, 32))


@pytest.mark.unmeasured
@pytest.mark.parametrize("shape", SHAPES)
def test_cancel_at_once(shape, simulator, run_tasks):
    simulator.poke(settings={"shape": shape})
    options = {"service": "staging", "confirm": 402, "immediate": True, "reason": "The project has ended."}
    check, applied, again, last = run_tasks([cancel(check, **options) for check in CHECKS]).task_results
    assert check.changed and applied.changed and not again.changed and not last.changed
    assert check["plan"] == applied["plan"] != [] and again["plan"] == last["plan"] == []
    assert check["diff"] == applied["diff"]
    assert check["service"]["status"] == applied["service"]["status"] == again["service"]["status"] == "Cancelled"
    assert bodies(simulator, 33) == [{"immediate": "true", "reason": "The project has ended."}]


@pytest.mark.parametrize("shape", ["reference", "proxmox", "openstack"])
def test_cancel_at_the_end(shape, simulator, run_tasks):
    """It can't be read back, but the portal's refusal of a second one is no failure and no change."""
    simulator.poke(settings={"shape": shape})
    options = {"service": "402", "confirm": "402"}
    results = run_tasks(
        [*(cancel(check, **options) for check in CHECKS), cancel(**options, immediate=True)]
    ).task_results
    check, applied, again, last, at_once = results
    assert check.changed and applied.changed and last.changed
    assert check["plan"] == applied["plan"] == again["plan"] == last["plan"] != []
    assert not again.failed and not again.changed
    assert {result["service"]["status"] for result in results[:4]} == {"Active"}
    assert bodies(simulator, 33)[:2] == [{"immediate": "false", "reason": ""}] * 2
    # The service is not ended, so that is another matter.
    assert at_once.failed and at_once["failure"]["errors"] == ["Cancellation request is already pending"]


def test_cancel_unconfirmed(simulator, run_tasks):
    """Whatever is confirmed but the id of the service, nothing is sent."""
    wrong = [
        cancel(service="402"),
        cancel(service="402", confirm="staging"),
        cancel(service="402", confirm="401"),
        cancel(service="402", confirm="0402"),
        cancel(True, service="402", confirm=""),
    ]
    named = cancel(service="staging", confirm="staging")
    results = run_tasks(wrong).task_results
    assert all(result.failed and not result.changed for result in results)
    for result in results[1:]:
        assert result.msg.startswith("confirm must be 402, the id of the service, not ")
    assert simulator.requests() == []
    (result,) = run_tasks([named]).task_results
    assert result.failed and result.msg.startswith("confirm must be 402") and simulator.writes == []


def test_cancel_refused(simulator, run_tasks):
    """Only the refusal of a second cancellation is no failure; a service that is gone is left alone."""
    said = (
        "Please pay pending invoices before a cancellation",
        "Service can't be cancelled",
        "Request not allowed",
        "Services with a pending upgrade cannot be cancelled",
        "Daily limit already reached, try again tomorrow",
    )
    for words in said:
        status = 200 if "already" in words else 422
        simulator.fault(method="POST", path="/service/@id/cancel", status=status, body={"error": [words]})
    refused = run_tasks([cancel(service="402", confirm="402")] * len(said)).task_results
    assert [result["failure"]["errors"] for result in refused] == [[words] for words in said]
    assert not any(result.changed for result in refused)
    other = (
        {"error": ["cancellation_exists"]},
        {"success": False, "info": ["cancel_pending"]},
        {"error": "You have already requested this"},
    )
    for body in other:
        simulator.fault(method="POST", path="/service/@id/cancel", status=200, body=body)
    tolerated = run_tasks([cancel(service="402", confirm="402")] * len(other)).task_results
    assert [(result.failed, result.changed) for result in tolerated] == [(False, False)] * len(other)
    label = '<span class="label Cancelled">Cancelled</span>'
    simulator.poke(service={"account": simulator.username, "id": "403", "status": label})
    simulator.clear()
    gone, marked, unknown = run_tasks(
        [cancel(service=identity, confirm=identity) for identity in ("405", "403", "999")]
    ).task_results
    assert not gone.changed and gone["service"]["status"] == "Terminated"
    assert not marked.changed and marked["service"]["status"] == "Cancelled" and simulator.writes == []
    assert unknown.failed and unknown.msg.startswith("service: no service has '999'")


def test_cancel_lost_answer(simulator, run_tasks):
    """An immediate one can be looked up; one for the end of the period can't, which is said."""
    simulator.fault(method="POST", path="/service/@id/cancel", drop="after", times=2)
    at_once, later = run_tasks(
        [cancel(service="403", confirm="403", immediate=True), cancel(service="402", confirm="402")]
    ).task_results
    assert at_once.changed and not at_once.failed
    assert later.failed and later.changed and "it may have been carried out" in later.msg
    assert len(bodies(simulator, 33)) == 2
