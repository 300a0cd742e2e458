# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the simulator does with its state, in the reference shape."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

NEW_VM = {"label": "web-9", "template": "101", "memory": "2048", "cpu": "2", "disk": "20"}


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def vm(client: Any, key: str, service: str = "401") -> Any:
    return client(f"GET /service/{service}/vms/{key}")["vm"]


def test_a_vm_is_created_used_resized_and_destroyed(company: Any) -> None:
    key = company("POST /service/401/vms", **NEW_VM)["id"]
    record = vm(company, key)
    assert (record["label"], record["memory"], record["template_name"]) == ("web-9", 2048, "Debian 12")
    for action, status in (
        ("stop", "stopped"),
        ("start", "running"),
        ("reboot", "running"),
        ("rescue", "rescue"),
        ("unrescue", "running"),
    ):
        assert company(f"POST /service/401/vms/{key}/{action}") == {"status": True}
        assert vm(company, key)["status"] == status
    company(f"POST /service/401/vms/{key}/rebuild", template="102")
    company(f"PUT /service/401/vms/{key}", memory=4096, cpu="1")
    after = vm(company, key)
    assert (after["template_name"], after["memory"], after["cpu"]) == ("Ubuntu 24.04", 4096, 1)
    assert after["password"] != record["password"]
    company(f"DELETE /service/401/vms/{key}")
    assert company.refused(f"GET /service/401/vms/{key}") == (404, [f"VM {key} not found"])


def test_work_takes_the_build_time(start: Any) -> None:
    client = start(build_time=0.3)
    key = client("POST /service/401/vms", **NEW_VM)["id"]
    assert vm(client, key)["status"] == "building"
    assert client.refused(f"POST /service/401/vms/{key}/stop")[0] == 409
    wait_for(lambda: vm(client, key)["status"] == "running")
    client(f"PUT /service/401/vms/{key}", memory=1024)
    assert vm(client, key)["memory"] == 2048
    wait_for(lambda: vm(client, key)["memory"] == 1024)
    client(f"DELETE /service/401/vms/{key}")
    assert vm(client, key)["status"] == "deleting"
    wait_for(lambda: client.send(f"GET /service/401/vms/{key}").status_code == 404)


@pytest.mark.parametrize(
    "changes",
    [{"label": ""}, {"template": "999"}, {"memory": "much"}, {"cpu": "0"}, {"disk": "-1"}, {"memory": "999999"}],
)
def test_bad_vms_are_refused(company: Any, changes: dict[str, str]) -> None:
    before = company("GET /service/401/vms")
    status, _unused = company.refused("POST /service/401/vms", **{**NEW_VM, **changes})
    assert status == 422
    assert company("GET /service/401/vms") == before


@pytest.mark.parametrize(
    ("key", "action"), [("2001", "start"), ("2003", "stop"), ("2003", "reboot"), ("2001", "unrescue")]
)
def test_nonsense_is_refused(company: Any, key: str, action: str) -> None:
    assert company.refused(f"POST /service/401/vms/{key}/{action}")[0] == 409


def test_resources_follow_the_vms(company: Any) -> None:
    before = company("GET /service/401/resources")["resources"]["memory"]
    assert before == {"total": 32768, "used": 22528, "free": 10240}
    company("DELETE /service/401/vms/2004")
    assert company("GET /service/401/resources")["resources"]["memory"]["used"] == 14336


def test_a_service_offers_what_its_methods_list(company: Any) -> None:
    for service, route in (("512", "/vms"), ("401", "/ips"), ("601", "/vms"), ("601", "/ips"), ("405", "/vms")):
        assert company.refused(f"GET /service/{service}{route}")[0] == 404
    routes = {each["route"] for each in company("GET /service/512/methods")["methods"]}
    assert "/service/@id/reinstall" in routes
    assert "/service/@id/vms" not in routes
    assert company.refused("POST /service/404/vms", **NEW_VM) == (409, ["Service is suspended"])


def test_another_accounts_service_is_not_found(start: Any, tmp_path: Any) -> None:
    seed = tmp_path / "other.yml"
    seed.write_text("account: {username: other@example.com, password: x}\nservices: [{service: 900, vms: []}]\n")
    from simulator.seed import SEEDS

    client = start(SEEDS / "company.yml", seed)
    assert client.refused("GET /service/900") == (404, ["Service 900 not found"])
    assert client.send("GET /service/900", auth=("other@example.com", "x")).ok


def test_a_server_is_reinstalled(start: Any) -> None:
    client = start(build_time=0.3)
    templates = client("GET /service/512/reinstall/templates")
    assert templates["recipes"][0]["usablefor"]
    template = templates["templates"][1]["id"]
    wish = {"hostname": "new.example.ir", "template": template}
    assert client.refused("POST /service/512/reinstall", **wish, recipe="docker")[0] == 422
    assert client("GET /service/512/reinstall")["status"] == "idle"
    assert client("POST /service/512/reinstall", **wish)["password"]
    assert client("GET /service/512/reinstall")["status"] == "running"
    assert client.refused("POST /service/512/reboot")[0] == 409
    assert client("GET /service/512/info")["info"]["hostname"] == "db.example.ir"
    wait_for(lambda: client("GET /service/512/reinstall")["status"] == "done")
    info = client("GET /service/512/info")["info"]
    assert (info["hostname"], info["os"]) == ("new.example.ir", "Ubuntu 24.04")


def test_diagnostics_and_rescue_can_be_cancelled(start: Any) -> None:
    client = start(build_time=0.3)
    diag = client("GET /service/512/diag/templates")["templates"][0]["id"]
    assert client.refused("POST /service/512/diag", template=diag, fullhddclear=True)[0] == 422
    client("POST /service/512/diag", template=diag)
    client("POST /service/512/diag/cancel")
    assert client("GET /service/512/diag")["status"] == "idle"
    assert client.refused("POST /service/512/diag/cancel")[0] == 409
    rescue = client("GET /service/512/rescue/templates")["templates"][0]["id"]
    client("POST /service/512/rescue", template=rescue, password="secret")
    wait_for(lambda: client("GET /service/512/rescue")["status"] == "done")
    assert client.refused("POST /service/512/rescue", template=rescue)[0] == 409
    client("POST /service/512/rescue/cancel")
    assert client("GET /service/512/rescue")["status"] == "idle"


def test_server_power(company: Any) -> None:
    assert company("GET /service/512/status") == {"status": "on"}
    company("POST /service/512/reboot")
    company("POST /service/512/poweroff")
    assert company("GET /service/512/status") == {"status": "off"}
    assert company.refused("POST /service/512/reboot")[0] == 409
    company("POST /service/512/poweron")
    assert company.refused("POST /service/512/poweron")[0] == 409


def test_server_addresses(company: Any) -> None:
    vlan = company("GET /service/512/vlans")["vlans"][1]["id"]
    company("POST /service/512/ips", vlan=vlan, domain="x.example.ir", num="2")
    ips = company("GET /service/512/ips")["ips"]
    assert [each["vlan"] for each in ips] == ["10", "10", "20", "20", "20"]
    key = ips[-1]["id"]
    company(f"POST /service/512/ips/{key}", domain="y.example.ir")
    assert company(f"GET /service/512/ips/{key}")["ip"]["domain"] == "y.example.ir"
    company(f"DELETE /service/512/ips/{key}")
    assert company.refused(f"GET /service/512/ips/{key}")[0] == 404
    assert company.refused("DELETE /service/512/ips/71")[0] == 422
    assert company.refused("POST /service/512/ips", vlan="99", domain="z")[0] == 422
    company("POST /service/512/hostname", hostname="db2.example.ir")
    assert company("GET /service/512/info")["info"]["hostname"] == "db2.example.ir"


def test_an_upgrade_is_estimated_then_sent(company: Any) -> None:
    wish = {"resources": {"1557": "10103", "1558": "3", "1559": {"10302": "2"}}, "package": 22}
    before = company("GET /service/601/upgrade")
    estimate = company("POST /service/601/upgrade", **wish)["estimate"]
    assert estimate == {"currency": "USD", "total": "41.00", "recurring": "67.00"}
    assert company("GET /service/601/upgrade") == before
    company("POST /service/601/upgrade", **wish, cycle="a", send=True)
    bandwidth, addresses, backup = company("GET /service/601/upgrade")["resources"]
    assert [each["selected"] for each in bandwidth["items"]] == [False, True, False]
    assert addresses["items"][0]["qty"] == 3
    assert backup["items"][1] == {
        "id": "10302",
        "name": "200 GB",
        "price": 8,
        "setup_price": 0,
        "selected": True,
        "qty": 2,
    }
    service = company("GET /service/601")["service"]
    assert (service["name"], service["billingcycle"]) == ("Professional", "Annually")
    for bad in ({"1": "2"}, {"1557": "7"}, {"1558": "99"}, {"1559": "10302"}):
        assert company.refused("POST /service/601/upgrade", resources=bad)[0] == 422


def test_cancellation(company: Any) -> None:
    company("POST /service/402/cancel", immediate="false", reason="no need")
    assert company("GET /service/402")["service"]["status"] == "Active"
    assert company.refused("POST /service/402/cancel", immediate="false", reason="again")[0] == 409
    company("POST /service/403/cancel", immediate="true", reason="no need")
    assert company("GET /service/403")["service"]["status"] == "Cancelled"
    assert company.refused("GET /service/403/vms")[0] == 404


def test_a_ticket_from_opening_to_closing(company: Any) -> None:
    department = company("GET /ticket/departments")["departments"][1]
    wish = {"dept_id": department["id"], "subject": "Hello", "body": "Help"}
    number = company("POST /tickets", **wish)["ticket"]
    company(f"POST /tickets/{number}", body="More")
    ticket = company(f"GET /tickets/{number}")
    assert ticket["ticket"]["status"] == "Client-Reply"
    assert [(each["type"], each["body"]) for each in ticket["replies"]] == [("Client", "More")]
    assert company(f"PUT /tickets/{number}/open") == {"status": False}
    assert company(f"PUT /tickets/{number}/close") == {"status": True}
    assert company("GET /tickets")["tickets"][0]["status"] == "Closed"
    assert company.refused("POST /tickets", dept_id=99, subject="x", body="y")[0] == 422
    attachment = company.send("GET /ticket/attachment/5001?number=700101")
    assert attachment.headers["content-type"].startswith("text/plain")
    assert attachment.content == b"sda 99.8 %util\n"


def test_details_are_checked_by_the_references_patterns(company: Any) -> None:
    changed = company("PUT /details", phonenumber="+989121234567", telegramnotifications=["بله"])
    assert changed["client"]["phonenumber"] == "+989121234567"
    status, errors = company.refused(
        "PUT /details",
        socialsecuritynumberpersonalid="12",
        type="Other",
        mellicardimage="a.exe",
        phonenumber="5",
        telegramnotifications=["yes"],
    )
    assert (status, len(errors)) == (422, 5)
    assert company("GET /details")["client"]["phonenumber"] == "+989121234567"


def test_contacts(company: Any) -> None:
    wish = {"email": "a@example.com", "firstname": "A", "password": "pw"}
    key = company("POST /contact", **wish)["contact_id"]
    assert company.refused("POST /contact", email="a@example.com")[0] == 422
    company(f"PUT /contact/{key}", privileges={"billing": ["emails"]}, lastname="B")
    contact = company(f"GET /contact/{key}")["contact"]
    assert (contact["lastname"], contact["privileges"]) == ("B", {"billing": ["emails"]})
    assert "password" not in contact
    assert company.send("GET /service", auth=("a@example.com", "pw")).ok


def test_notifications_and_billing(company: Any) -> None:
    assert len(company("GET /notifications")["notifications"]) == 2
    assert len(company("GET /notifications?rel_type=invoice&rel_id=90002")["notifications"]) == 1
    company("PUT /notifications/31/ack")
    assert company("GET /notifications/new")["notifications"] == []
    assert company("GET /balance")["details"] == {"currency": "USD", "acc_balance": "472.99", "acc_credit": "250.00"}
    assert company("GET /invoice/90002")["invoice"]["total"] == 472.99
    assert company("GET /serverstock")["servers"]


def test_the_status_page(company: Any) -> None:
    assert len(company("GET /statuses")["statuses"]) == 2
    assert company("GET /statuses/specific/Scheduled")["statuses"][0]["id"] == "3"
    assert company("GET /statuses/4")["status"]["status"] == "ResolvedFaultIssue"
    assert company.refused("GET /statuses/9")[0] == 404


def test_every_operation_is_counted(company: Any) -> None:
    company("GET /service/")
    company("GET /service/401/vms")
    company.refused("POST /login", username="x", password="hidden")
    log = company("GET /_simulator/requests")
    assert log["counts"] == {"GET /service": 1, "GET /service/@id/vms": 1, "POST /login": 1}
    assert log["operations"] == {"1": 1, "28": 1, "39": 1}
    assert log["requests"][2]["body"] == {"username": "x", "password": "***"}
    assert log["requests"][1]["path"] == "/service/401/vms"
    company("DELETE /_simulator/requests")
    assert company("GET /_simulator/requests")["requests"] == []


def test_state_can_be_poked_and_reset(company: Any) -> None:
    company(
        "POST /_simulator/state",
        vm={"service": "401", "id": "2001", "memory": 512},
        service={"id": "402", "status": "Suspended"},
        settings={"latency": 0.05},
    )
    company("POST /_simulator/state", vm={"service": "401", "label": "found"})
    assert vm(company, "2001")["memory"] == 512
    labels = [each["label"] for each in company("GET /service/401/vms")["vms"]]
    assert labels[-1] == "found"
    assert company("GET /_simulator/state")["settings"]["latency"] == 0.05
    company("POST /_simulator/reset")
    assert vm(company, "2001")["memory"] == 4096
    assert company.refused("POST /_simulator/state", settings={"shape": "x"})[0] == 422


def test_latency_overlaps(start: Any) -> None:
    from concurrent.futures import ThreadPoolExecutor

    client = start(latency=0.2)
    begin = time.monotonic()
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(lambda _unused: client.send("GET /service").ok, range(8)))
    assert time.monotonic() - begin < 1


def test_an_address_that_is_nobodys_is_a_web_servers_404(company: Any) -> None:
    for route in ("GET /nonsense", "DELETE /service"):
        response = company.send(route)
        assert response.status_code == 404
        assert response.text.startswith("<html>")
