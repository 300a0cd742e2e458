# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The addresses of dedicated servers: sindad_ip and sindad_ip_info."""

from __future__ import annotations

import pytest

SHAPES = ("reference", "keyed", "proxmox", "opennebula", "openstack")
MODULE = "sindad.cloud.sindad_ip"
INFO = "sindad.cloud.sindad_ip_info"
#: What is done, in order, the request that does it, and how many addresses there are then.
STEPS = (
    ({"service": "512", "ip": "185.0.3.11", "domain": "Replica-2.example.ir"}, "POST /service/512/ips/{0}", 3),
    ({"service": "database", "vlan": "public", "count": 5, "domain": "www.example.ir"}, "POST /service/512/ips", None),
    ({"service": "db.example.ir", "ip": "185.0.3.12", "state": "absent"}, "DELETE /service/512/ips/{1}", None),
)


def task(module=MODULE, **args):
    patience = {"wait_interval": 0.1} if module == MODULE else {}
    return {module: {**patience, **args}, "diff": True}


def addresses(result):
    return [ip["address"] for ip in result["ips"]]


@pytest.mark.unmeasured
@pytest.mark.parametrize("shape", SHAPES)
def test_check_apply_apply_check(shape, simulator, run_tasks):
    """Check mode writes nothing and tells the plan, the second run changes nothing, in the words of any portal."""
    simulator.poke(settings={"shape": shape})
    bare = shape == "openstack"  # its list has addresses only, which are their own ids
    tasks = [{**task(**args), "check_mode": check} for args, *_unused in STEPS for check in (True, False, False, True)]
    results = run_tasks(tasks).task_results
    assert [result.msg for result in results if result.failed] == []
    ids = ("185.0.3.11", "185.0.3.12") if bare else ("72", "73")
    assert simulator.writes == [request.format(*ids) for _args, request, _count in STEPS]
    for number in range(len(STEPS)):
        check, applied, *again = results[4 * number : 4 * number + 4]
        assert check.changed and applied.changed
        assert check["plan"] == applied["plan"] != []
        assert check["diff"] == applied["diff"]
        assert [(result.changed, result["plan"]) for result in again] == [(False, [])] * 2
    domain, added, removed = results[1::4]
    assert [ip["domain"] for ip in domain["ips"] if ip["address"] == "185.0.3.11"] == ["Replica-2.example.ir"]
    # Where the list names no VLAN, all three count; else two of them are in this one.
    assert added["plan"] == [f"add {2 if bare else 3} addresses in VLAN public to service 512"]
    assert simulator.requests(64)[0]["body"] == {"vlan": "10", "domain": "www.example.ir", "num": "2" if bare else "3"}
    assert bool(added.get("warnings")) == bare
    assert [(ip["domain"], ip["vlan_name"]) for ip in added["added"]] == [
        (None if bare else "www.example.ir", None if bare else "public")
    ] * (2 if bare else 3)
    assert domain["added"] == removed["added"] == []
    assert len(added["ips"]) == (5 if bare else 6)
    assert "185.0.3.12" in addresses(added) and "185.0.3.12" not in addresses(removed)


def test_same(simulator, run_tasks):
    """Letter case and a dot at the end are no change, nor is more than is wanted, nor an address that is gone."""
    results = run_tasks(
        [
            task(service="512", ip="71", domain="DB.example.ir."),
            task(service="512", ip="185.0.3.11"),
            task(service="512", vlan="10", count=1),
            task(service="512", ip="185.0.3.99", state="absent"),
        ]
    ).task_results
    assert [(result.failed, result.changed, result["plan"]) for result in results] == [(False, False, [])] * 4
    assert [ip["id"] for ip in results[0]["ips"]] == ["71", "72", "73"]
    assert results[0]["ips"][2] == {
        "id": "73",
        "address": "185.0.3.12",
        "domain": "backup.db.example.ir",
        "vlan": "20",
        "vlan_name": None,
        "main": False,
    }
    assert simulator.writes == []


@pytest.mark.parametrize("shape", ["reference", "openstack"])
def test_lost_answers(shape, simulator, run_tasks):
    """When the answer is lost, the list decides; nothing is sent twice but what may be."""
    simulator.poke(settings={"shape": shape})
    simulator.fault(method="POST", path="/service/@id/ips", drop="after")
    simulator.fault(method="POST", path="/service/@id/ips/@ip", drop="after")
    simulator.fault(method="DELETE", path="/service/@id/ips/@ip", drop="after")
    tasks = [
        task(service="512", ip="185.0.3.11", state="absent"),
        task(service="512", vlan="storage", count=4, domain="storage.example.ir"),
        task(service="512", ip="185.0.3.10", domain="new.example.ir"),
    ]
    results = run_tasks([*tasks, *tasks]).task_results
    assert [(result.failed, result.changed) for result in results] == [(False, True)] * 3 + [(False, False)] * 3
    assert [request.split()[0] for request in simulator.writes] == ["DELETE", "DELETE", "POST", "POST"]
    assert simulator.operations[64] == simulator.operations[66] == 1


def test_input(simulator, run_tasks):
    """What can't be right fails before anything is sent, and says what would be."""
    wrong = (
        ({}, "one of the following is required: ip, vlan"),
        ({"ip": "71", "vlan": "10", "count": 1}, "mutually exclusive"),
        ({"vlan": "10"}, "required together"),
        ({"vlan": "10", "count": 9, "state": "absent"}, "state is absent but all of the following are missing: ip"),
        ({"vlan": "10", "count": 0}, "count must be an integer of 1 or more"),
        ({"ip": "185.0.3.256"}, "ip must be an IP address, or the id of one"),
        ({"ip": "185.0.3.10", "domain": "no host name"}, "domain must be a host name"),
        ({"ip": "185.0.3.99", "domain": "a.ir"}, "no address 185.0.3.99; it has: 185.0.3.10, 185.0.3.11, 185.0.3.12"),
        ({"vlan": "office", "count": 1}, "vlan: there is no 'office' here; available: public (10), storage (20)"),
        ({"vlan": "10", "count": 4}, "domain is required to add 2 addresses"),
    )
    results = run_tasks([task(service="512", **args) for args, _said in wrong]).task_results
    for result, (args, said) in zip(results, wrong, strict=True):
        assert result.failed and not result.changed, args
        assert said in result.msg
    assert simulator.writes == []


def test_refused(simulator, run_tasks):
    """The portal's own words are told, and that nothing has changed."""
    main, full, other = run_tasks(
        [
            task(service="512", ip="185.0.3.10", state="absent"),
            task(service="512", vlan="public", count=60, domain="a.example.ir"),
            task(service="401", ip="185.0.3.10", state="absent"),
        ]
    ).task_results
    assert main.failed and main["failure"]["errors"] == ["The main IP can't be removed"]
    assert full.failed and full["failure"]["operation"] == "add_ip"
    assert not main.changed and not full.changed
    assert other.failed and "401" in other.msg and "doesn't offer 'List IPs'" in other.msg


@pytest.mark.parametrize("shape", SHAPES)
def test_info(shape, simulator, run_tasks):
    simulator.poke(settings={"shape": shape})
    every, one, none = run_tasks(
        [
            task(INFO, service="512"),
            task(INFO, service="512", ip="185.0.3.12"),
            task(INFO, service="512", ip="185.0.3.99"),
        ]
    ).task_results
    assert addresses(every) == ["185.0.3.10", "185.0.3.11", "185.0.3.12"]
    assert every["vlans"] == [{"id": "10", "name": "public"}, {"id": "20", "name": "storage"}]
    assert [(ip["address"], ip["domain"], ip["main"]) for ip in one["ips"]] == [
        ("185.0.3.12", "backup.db.example.ir", False)
    ]
    assert one["ips"][0]["vlan"] in ("20", "storage")
    assert none["ips"] == []
    assert simulator.operations[65] == 1 and simulator.writes == []


VLANS = [{"id": "10", "name": "public"}, {"id": "20", "name": "storage"}]
MAIN = {"id": "71", "ipaddress": "185.0.3.10", "vlan": "10"}


def list_of(simulator, *ips, vlans=VLANS):
    simulator.fault(method="GET", path="/service/512/ips", status=200, body={"ips": [*ips]}, times=None)
    simulator.fault(method="GET", path="/service/512/vlans", status=200, body={"vlans": vlans}, times=None)


@pytest.mark.parametrize("told", [{"ipaddress": None, "status": "pending"}, {"ip": "N/A"}, {"address": "", "ip": "-"}])
def test_what_is_allocated_without_an_address_counts(told, simulator, run_tasks):
    """Nothing is bought again on each run, until the portal shows what it has allocated."""
    list_of(simulator, MAIN, {"id": "73", "ipaddress": "185.0.3.12", "vlan": "20"}, {"id": "74", "vlan": "20", **told})
    wanted = {"service": "512", "vlan": "storage", "domain": "x.example.ir"}
    enough, more = run_tasks([task(**wanted, count=2), {**task(**wanted, count=3), "check_mode": True}]).task_results
    assert (enough.failed, enough.changed) == (False, False)
    assert more["plan"] == ["add 1 address in VLAN storage to service 512"]
    assert addresses(enough) == ["185.0.3.10", "185.0.3.12"]
    assert simulator.writes == []


def test_a_net_is_no_number_of_addresses(simulator, run_tasks):
    net = {"id": "74", "ip": "185.0.4.8/29", "vlan": "20"}
    lan = {"id": "75", "ip": "", "name": "eth1", "vlan": "20"}
    list_of(simulator, MAIN, net, lan, {"id": "76", "ip": "185.0.5.1 - 185.0.5.4", "vlan": "20"})
    wanted = {"service": "512", "domain": "x.example.ir"}
    unknown, enough, elsewhere = run_tasks(
        [
            task(**wanted, vlan="storage", count=9),
            task(**wanted, vlan="storage", count=2),
            {**task(**wanted, vlan="public", count=2), "check_mode": True},
        ]
    ).task_results
    said = "count: nobody can tell how many addresses service 512 has: the portal lists "
    assert sorted(unknown.msg.removeprefix(said).split(", ")) == ["185.0.4.8/29", "185.0.5.1 - 185.0.5.4"]
    assert (enough.failed, enough.changed) == (False, False)
    assert elsewhere["plan"] == ["add 1 address in VLAN public to service 512"]
    assert simulator.writes == []


def test_a_number_that_may_be_the_tag_of_a_vlan_is_unknown(simulator, run_tasks):
    vlans = [{"id": "20", "name": "Public", "vlan": "1020"}, {"id": "21", "name": "Private", "vlan": "1021"}]
    tagged = [{"id": str(number), "ipaddress": f"185.0.3.{number}", "vlan": "1020"} for number in (10, 11)]
    list_of(simulator, *tagged, vlans=vlans)
    (result,) = run_tasks([task(service="512", vlan="20", domain="x.example.ir", count=2)]).task_results
    assert (result.failed, result.changed) == (False, False)
    assert "doesn't say in which VLAN" in result["warnings"][0]
    assert simulator.writes == []


def test_a_domain_that_cannot_be_confirmed_is_said(simulator, run_tasks):
    """The domain was told before, and is told no more."""
    simulator.fault(method="POST", path="/service/512/ips/72", status=200, body={"status": True})
    simulator.fault(
        method="GET",
        path="/service/512/ips",
        status=200,
        body={"ips": [{"id": "72", "ip": "185.0.3.11"}]},
        skip=1,
        times=None,
    )
    simulator.fault(
        method="GET", path="/service/512/ips/72", status=404, body={"error": ["not found"]}, skip=0, times=None
    )
    (result,) = run_tasks([task(service="512", ip="185.0.3.11", domain="new.example.ir")]).task_results
    assert result.changed
    assert any("it can't be confirmed" in warning for warning in result["warnings"])
