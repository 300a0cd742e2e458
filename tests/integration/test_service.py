# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Services: which one is meant, their labels, and what there is to know of them."""

from __future__ import annotations

import pytest
import yaml

SHAPES = ("reference", "keyed", "proxmox", "opennebula", "openstack")
LABEL = "sindad.cloud.sindad_service_label"
INFO = "sindad.cloud.sindad_service_info"


def task(module=INFO, check=False, **args):
    return {module: args, "check_mode": check, "diff": True}


def fine(run):
    """A run in which no task failed."""
    assert [result.msg for result in run.task_results if result.failed] == []
    return run.ok()


# labels


@pytest.mark.parametrize("shape", SHAPES)
def test_check_apply_apply_check(shape, simulator, run_tasks):
    simulator.poke(settings={"shape": shape})
    wanted = {"service": "402", "label": "Staging & más"}
    run = fine(run_tasks([task(LABEL, check, **wanted) for check in (True, False, False, True)], verbosity=3))
    check, applied, again, check_again = run.task_results
    assert check.changed
    assert applied.changed
    assert check["plan"] == applied["plan"] == ["set the label of service 402 to 'Staging & más' (now 'staging')"]
    assert check["label"] == applied["label"] == "Staging & más"
    assert check["diff"] == applied["diff"]
    assert [yaml.safe_load(applied["diff"][side]) for side in ("before", "after")] == [
        {"label": "staging"},
        {"label": "Staging & más"},
    ]
    for result in (again, check_again):
        assert (result.changed, result["plan"], result["label"]) == (False, [], "Staging & más")
        assert result["diff"]["before"] == result["diff"]["after"]
        assert result["api_calls"] == {"service_label": 1}
    assert simulator.writes == ["POST /service/402/label"]
    assert simulator.requests(35)[0]["body"] == {"label": "Staging & más"}
    assert check["api_calls"] == {"service_label": 1}


def test_which_service_is_meant(simulator, run_tasks):
    """By id, domain or label; letter case doesn't count in the last two."""
    simulator.poke(service={"id": "405", "label": "512"})
    run = fine(
        run_tasks(
            [
                task(LABEL, service="402", label="a"),
                task(LABEL, service="Staging.Example.ir", label="b"),
                task(LABEL, service="B", label="c"),
                task(LABEL, service="512", label="database"),  # an id goes before a label
                task(LABEL, service="405", label="old-shop"),
            ]
        )
    )
    assert [result["label"] for result in run.task_results] == ["a", "b", "c", "database", "old-shop"]
    assert simulator.writes == ["POST /service/402/label"] * 3 + ["POST /service/405/label"]


def test_a_number_may_be_a_label(simulator, run_tasks):
    """A number is taken for an id without a look-up, and only then for a label."""
    simulator.poke(service={"id": "402", "label": "777"})
    (result,) = fine(run_tasks([task(LABEL, service="777", label="staging")])).task_results
    assert result.changed
    assert simulator.writes == ["POST /service/402/label"]


@pytest.mark.parametrize("shape", ["reference", "proxmox", "openstack"])
def test_no_service_and_several(shape, simulator, run_tasks):
    simulator.poke(
        settings={"shape": shape},
        service=[
            {"id": "401", "label": "twice"},
            {"id": "513", "label": "Twice"},
            {"id": "403", "domain": "db.example.ir"},
        ],
    )
    run = run_tasks(
        [
            task(LABEL, service="no-such", label="x"),
            task(LABEL, service="999", label="x"),
            task(LABEL, service="twice", label="x"),
            task(LABEL, service="db.example.ir", label="x"),
            task(service="no-such"),
            task(service="twice"),
            task(LABEL, service="ci-runner", label="x"),
        ]
    )
    unknown, unknown_id, label, domain, info_unknown, info_label, typo = run.task_results
    listed = "the services are: 401 (Cloud Pool L, web.example.ir, label twice, Active); 402 (Cloud Pool S, "
    assert unknown.msg.startswith(f"service: no service has 'no-such' as its id, label or domain; {listed}")
    assert unknown_id.msg.startswith(f"service: no service has '999' as its id, label or domain; {listed}")
    assert info_unknown.msg == unknown.msg
    assert typo.msg == (
        "service: no service has 'ci-runner' as its id, label or domain; "
        "did you mean 403 (Cloud Pool M, db.example.ir, label ci-runners, Active)?"
    )
    twice = (
        "service: 'twice' is ambiguous, give the id of one of these: "
        "401 (Cloud Pool L, web.example.ir, label twice, Active); "
        "513 (EX-1, backup.example.ir, label Twice, Active)"
    )
    assert label.msg == info_label.msg == twice
    assert domain.msg == (
        "service: 'db.example.ir' is ambiguous, give the id of one of these: "
        "403 (Cloud Pool M, db.example.ir, Active); 512 (EX-2, db.example.ir, Active)"
    )
    assert simulator.writes == []
    assert not run.changed


@pytest.mark.parametrize("shape", ["reference", "proxmox"])
def test_what_a_service_does_not_offer_is_said(shape, simulator, run_tasks):
    """By whichever name it was found; the list of services says which one it is."""
    simulator.poke(settings={"shape": shape})
    module = "sindad.cloud.sindad_vm_info"
    run = run_tasks([task(module, service=name) for name in ("601", "homepage", "example.ir", "512")])
    for result in run.task_results[:3]:
        assert result.msg.startswith("service 601 (Starter Hosting, example.ir, ")
        assert "doesn't offer 'List VMs': GET /service/601/vms: Method not supported" in result.msg
        assert result["failure"]["operation"] == "list_vms"
    assert "service 512 (EX-2, db.example.ir, Active) doesn't offer 'List VMs'" in run.task_results[3].msg


def test_a_label_that_is_refused(simulator, run_tasks):
    simulator.fault(method="POST", path="/service/402/label", status=200, body={"success": False, "error": "too long"})
    (result,) = run_tasks([task(LABEL, service="402", label="x")]).task_results
    assert result.failed
    assert result.msg == "the portal refused POST /service/402/label: too long"
    assert result["failure"] == {
        "operation": "change_service_label",
        "method": "POST",
        "path": "/service/402/label",
        "status": 200,
        "errors": ["too long"],
    }
    assert not result.changed
    assert result["plan"] == ["set the label of service 402 to 'x' (now 'staging')"]
    assert result["label"] == "staging"


# asking


@pytest.mark.parametrize("shape", SHAPES)
def test_info(shape, simulator, run_tasks):
    simulator.poke(settings={"shape": shape})
    run = fine(
        run_tasks(
            [
                task(),
                task(statuses=["active"], check=True),
                task(service="database"),
                task(service="402", gather=["details", "methods", "upgrades", "info", "power"]),
                task(service="512", gather=["info", "power"]),
                task(service="512", statuses=["Terminated"]),
            ],
            verbosity=3,
        )
    )
    everything, active, by_label, pool, server, none = run.task_results
    assert not run.changed
    assert simulator.writes == []
    assert [each["id"] for each in everything["services"]] == ["401", "402", "403", "404", "405", "512", "513", "601"]
    assert everything["api_calls"] == {"list_services": 1}
    assert {each["status"] for each in active["services"]} == {"Active"}
    assert len(active["services"]) == 6
    described = {
        "id": "512",
        "name": "EX-2",
        "domain": "db.example.ir",
        "status": "Active",
        "category": "Dedicated Servers",
        "category_slug": "dedicated-servers",
        "billing_cycle": "Monthly",
        "total": 149.0,
        "next_due": "2026-12-30",
    }
    (service,) = by_label["services"]
    assert described.items() <= service.items()
    assert service["label"] == "database"
    (service,) = pool["services"]
    assert service["label"] == "staging"
    assert service["details"]["username"] == "root"
    assert {"name", "method", "route"} <= set(service["methods"][0])
    assert service["upgrades"]["resources"]
    assert (service["info"], service["power"]) == (None, None)
    (service,) = server["services"]
    assert service["power"] == {"state": "on"}
    assert service["info"]["hostname"] == "db.example.ir"
    # a back end that says the id only has no name to tell
    assert (service["info"]["os"] or service["info"]["os_id"]).replace("-", " ").startswith(("Debian 12", "ISPsystem"))
    assert none["services"] == []


def test_statuses_in_labels(simulator, run_tasks, run_inventory):
    """Markup is no part of a status: services, tickets and invoices are found by it, and so are the hosts."""
    named = [("402", "Active"), ("403", "Canceled")]
    services = [
        {"id": identity, "name": "Pool", "status": f'<span class="label {status}">{status}</span>'}
        for identity, status in named
    ]
    tickets = [{"ticket_number": "7", "subject": "x", "status": "<b>In-Progress</b>"}]
    invoices = [{"id": "90002", "total": "3.00", "status": "<i></i> Unpaid"}, {"id": "90001", "status": "<b>Paid</b>"}]
    for path, body in (
        ("/service", {"services": services}),
        ("/tickets", {"tickets": tickets}),
        ("/invoice", {"invoices": invoices}),
    ):
        simulator.fault(method="GET", path=path, status=200, body=body, times=None)
    active, cancelled, ticket, invoice = run_tasks(
        [
            task(statuses=["Active"]),
            task(statuses=["cancelled"]),
            task("sindad.cloud.sindad_ticket_info", statuses=["In-Progress"]),
            task("sindad.cloud.sindad_billing_info", statuses=["Unpaid"]),
        ]
    ).task_results
    assert [(each["id"], each["status"]) for each in active["services"]] == [("402", "Active")]
    assert [(each["id"], each["status"]) for each in cancelled["services"]] == [("403", "Canceled")]
    assert [each["status"] for each in ticket["tickets"]] == ["In-Progress"]
    assert [(each["id"], each["status"]) for each in invoice["invoices"]] == [("90002", "Unpaid")]
    run = run_inventory({}).ok()
    assert run.hosts == ["stage-web", "stage-db", "stage-rescue"]
    assert run.hostvars[run.hosts[0]]["sindad_service_status"] == "Active"


def test_raw_is_returned_at_vvv_only(simulator, run_tasks):
    """Scrubbed, beside the documented fields, also of a service."""
    simulator.poke(service={"id": "601", "password": "hosting-secret"})
    tasks = [task(service="601"), task(service="601", gather=["details"])]
    loud = fine(run_tasks(tasks, verbosity=3))
    assert [result["services"][0]["raw"]["domain"] for result in loud.task_results] == ["example.ir"] * 2
    assert "hosting-secret" not in loud.output + str(loud.task_results)
    quiet = fine(run_tasks(tasks))
    assert not any("raw" in result["services"][0] for result in quiet.task_results)


def test_names_with_entities_are_names(simulator, run_tasks):
    simulator.poke(service={"id": "402", "name": "R&amp;D &#39;pool&#39;"})
    (result,) = fine(run_tasks([task(service="402")])).task_results
    assert result["services"][0]["name"] == "R&D 'pool'"


def test_an_account_without_services(start_simulator, run_tasks, tmp_path_factory):
    seed = tmp_path_factory.getbasetemp() / "nobody.yml"
    seed.write_text("account: {username: nobody@example.com, password: nothing}\nservices: []\n", encoding="utf-8")
    portal = start_simulator(str(seed), username="nobody@example.com", password="nothing")
    for shape in ("reference", "keyed"):
        portal.poke(settings={"shape": shape})
        nothing, unknown = run_tasks([task(), task(service="1")], env=portal.env).task_results
        assert nothing["services"] == []
        assert unknown.msg == "service: no service has '1' as its id, label or domain; there are no services"
