# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How an account is asked: all requests in one pool, and nothing waits for what it doesn't need."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
from ansible_collections.sindad.cloud.plugins.module_utils import _client
from ansible_collections.sindad.cloud.plugins.module_utils._client import Client
from ansible_collections.sindad.cloud.plugins.module_utils._errors import (
    AuthError,
    NotFound,
    SindadError,
    Unreachable,
    Unreadable,
)
from ansible_collections.sindad.cloud.plugins.module_utils._operations import OPERATIONS
from ansible_collections.sindad.cloud.plugins.module_utils._parallel import run_steps
from ansible_collections.sindad.cloud.plugins.module_utils._reading import Answer
from ansible_collections.sindad.cloud.plugins.plugin_utils import _portal
from ansible_collections.sindad.cloud.plugins.plugin_utils._portal import Account, fetch
from ansible_collections.sindad.cloud.plugins.plugin_utils._wanted import Named, Wanted

from simulator import odd


class Portal(Client):
    """A client whose answers are written down; pages are followed as ever."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def get(self, name: Any, *ids: str, query: Any = None) -> Answer:
        key = "_".join([name, *ids, *(str(value) for value in (query or {}).values())])
        self.asked.append(key)
        answer = self.answers.get(key, NotFound(f"{key} is not offered"))
        if isinstance(answer, Exception):
            raise answer
        operation = OPERATIONS[name]
        return Answer(operation, operation.url_path(*ids), answer)


def asked(portal: Portal, **options: Any) -> Account:
    account = Account("mine", portal, Wanted(**options))
    run_steps([account.begin], workers=2)
    return account


SERVICES = {"services": [{"id": str(number), "status": "Active", "domain": f"d{number}"} for number in (1, 2, 3)]}


def test_the_order_is_the_portals_whatever_answers_first():
    waits = threading.Event()

    class Slow(Portal):
        def get(self, name: Any, *ids: str, query: Any = None) -> Answer:
            if ids == ("1",):
                waits.wait(0.1)
            return super().get(name, *ids, query=query)

    vms = {f"list_vms_{number}": {"vms": [{"id": f"{number}1", "ip": "185.0.2.1"}]} for number in (1, 2, 3)}
    account = asked(Slow(list_services=SERVICES, **vms))
    assert [facts["vmid"] for facts in account.hosts] == ["11", "21", "31"]
    assert account.failures == []


def test_an_account_that_has_failed_is_asked_nothing_more():
    portal = Portal(list_services=SERVICES, list_vms_1=Unreachable("gone"))
    account = Account("mine", portal, Wanted())
    first, *others = account.begin()
    assert first() == []
    assert [task() for task in others] == [[], []]
    assert portal.asked == ["list_services", "list_vms_1"]
    assert [str(error) for _service, error in account.failures] == ["gone"]
    assert account.hosts == []
    assert account.list_failure is None
    assert not account.refused


def test_a_server_without_addresses_is_a_host():
    portal = Portal(
        list_services={"services": {"512": {"status": "Active", "hostname": "db"}}}, list_ips_512={"ips": []}
    )
    (facts,) = asked(portal).hosts
    assert (facts["kind"], facts["ips"], facts["ipv4"], facts["name"]) == ("server", [], None, "db")


def test_main_addresses_come_first_and_private_ones_are_told():
    ips = [{"ip": "10.0.0.1"}, {"ip": "185.0.2.2"}, {"ip": "185.0.2.1", "main": "1"}, {"ip": "2001:db8::1"}]
    portal = Portal(list_services={"services": [{"id": "5", "status": "active"}]}, list_ips_5=ips)
    (facts,) = asked(portal).hosts
    assert facts["ipv4"] == "185.0.2.1"
    assert (facts["ipv6"], facts["private_ipv4"]) == ("2001:db8::1", "10.0.0.1")


def test_details_fill_in_what_the_list_lacks_and_nothing_else():
    listed = {"vms": {"7": {"label": "web", "status": "running", "ip": "185.0.2.1"}}}
    details = {"vm": {"label": "", "status": "?", "memory": "2 GB", "template_name": "Debian 12"}}
    portal = Portal(
        list_services={"services": [{"id": "1", "status": "Active"}]}, list_vms_1=listed, get_vm_details_1_7=details
    )
    (facts,) = asked(portal, gather=["details"]).hosts
    assert (facts["name"], facts["status"], facts["memory"], facts["template"]) == ("web", "running", 2048, "Debian 12")
    assert facts["ipv4"] == "185.0.2.1"
    assert facts["service_label"] is None


ONE = {"services": [{"id": "1", "status": "Active", "name": "pool"}]}
LISTED = {"vms": {"7": {"label": "web", "status": "running", "ip": "185.0.2.1"}}}


def test_what_the_portal_does_not_tell_is_null_and_the_whole_is_json():
    (facts,) = asked(Portal(list_services={"services": {"1": {"name": "pool"}}}, list_vms_1={"vms": [{"id": 7}]})).hosts
    told = {name for name, value in facts.items() if value not in (None, [])}
    assert told == {"account", "kind", "service_id", "service_name", "status", "vmid"}
    assert facts["status"] == "unknown"
    assert json.loads(json.dumps(facts, allow_nan=False)) == facts


def test_details_that_are_not_found_leave_what_the_list_says():
    (facts,) = asked(Portal(list_services=ONE, list_vms_1=LISTED), gather=["details"]).hosts
    assert (facts["name"], facts["status"], facts["ipv4"]) == ("web", "running", "185.0.2.1")


def test_details_go_before_the_list_but_not_in_the_name():
    details = {"vm": {"label": "other", "status": "stopped", "ips": ["185.0.2.9"], "disk": 5}}
    portal = Portal(list_services=ONE, list_vms_1=LISTED, get_vm_details_1_7=details)
    (facts,) = asked(portal, gather=["details"]).hosts
    assert (facts["name"], facts["status"], facts["ipv4"], facts["disk"]) == ("web", "stopped", "185.0.2.9", 5)


def test_a_list_without_addresses_is_asked_for_the_details():
    listed = {"vms": {"7": {"label": "web", "status": "running"}}}
    portal = Portal(list_services=ONE, list_vms_1=listed, get_vm_details_1_7={"vm": {"ip": "185.0.2.1"}})
    (facts,) = asked(portal).hosts
    assert (facts["ipv4"], facts["status"]) == ("185.0.2.1", "running")


def test_a_list_without_names_costs_no_request():
    """A host may be called by its id; an inventory of a thousand must not need a thousand requests for that."""
    portal = Portal(list_services=ONE, list_vms_1={"vms": {"7": {"ip": "185.0.2.1"}, "8": {"ip": "185.0.2.2"}}})
    assert [facts["name"] for facts in asked(portal).hosts] == [None, None]
    assert portal.asked == ["list_services", "list_vms_1"]


def test_all_pages_of_a_list_are_hosts():
    first = {"vms": [{"id": 7, "ip": "185.0.2.1"}], "page": {"current": 1, "total": 2}}
    second = {"vms": [{"id": 8, "ip": "185.0.2.2"}], "page": {"current": 2, "total": 2}}
    portal = Portal(list_services=ONE, list_vms_1=first, list_vms_1_2=second)
    assert [facts["vmid"] for facts in asked(portal).hosts] == ["7", "8"]


def test_what_is_listed_twice_in_the_same_words_is_there_once():
    services = [{"id": "1", "status": "Active"}] * 2
    machines = [{"id": "7", "label": "web", "ip": "185.0.2.1"}, {"id": "8", "ip": "185.0.2.2"}]
    portal = Portal(list_services={"services": services}, list_vms_1={"vms": [*machines, machines[0]]})
    account = asked(portal)
    assert [facts["vmid"] for facts in account.hosts] == ["7", "8"]
    assert portal.asked == ["list_services", "list_vms_1"]


@pytest.mark.parametrize(
    ("services", "machines"),
    [
        ([{"id": "1", "status": "Active"}], [{"id": "7", "label": "a"}, {"id": 7, "label": "b"}]),
        ([{"id": "1", "status": "Active"}, {"id": 1, "status": "Suspended"}], []),
    ],
)
def test_what_is_listed_twice_in_other_words_is_unreadable(services: Any, machines: Any):
    account = asked(Portal(list_services={"services": services}, list_vms_1={"vms": machines}))
    ((_service, error),) = account.failures
    assert "can't be read: entries that differ have the same id, " in str(error)
    assert account.hosts == []


def test_a_failure_of_what_a_fleet_file_names_is_one_of_its_own():
    portal = Portal(list_services=ONE, list_vms_1=LISTED, service_label_1=AuthError("refused"))
    account = Account("mine", portal, Wanted(named=Named(["web"])), stop_at_failure=False)
    run_steps([account.begin], workers=1)
    assert (account.list_failure, str(account.fleet_failure)) == (None, "fleet_file: refused")
    assert account.failures == [(None, account.fleet_failure)]
    assert not account.refused
    account = asked(Portal(list_services=AuthError("refused")))
    assert account.refused
    assert account.fleet_failure is None


# what is looked at


@pytest.mark.parametrize(
    ("service", "statuses", "categories", "looked_at"),
    [
        ({"status": "Active"}, ["active"], [], True),
        ({"status": "Suspended"}, ["active"], [], False),
        ({"name": "x"}, ["active"], [], True),
        ({"status": "", "name": "x"}, ["active"], [], True),
        ({"status": "Active", "category": "VPS"}, ["active"], ["vps"], True),
        ({"status": "Active", "category": "Cloud", "category_url": "vps"}, ["active"], ["VPS"], True),
        ({"status": "Active", "category": "Hosting"}, ["active"], ["vps"], False),
        ({"status": "Active", "name": "x"}, ["active"], ["vps"], True),
    ],
)
def test_a_service_is_left_out_only_for_what_the_portal_says(
    service: Any, statuses: list[str], categories: list[str], looked_at: bool
):
    portal = Portal(list_services={"services": [{"id": "1", **service}]})
    account = asked(portal, statuses=statuses, categories=categories)
    assert [bool(found) for found in (account.looked_at, account.ruled_out)] == [looked_at, not looked_at]


# answers that are none


ODD = [
    *({}, None, [], "maintenance", {"message": "Under maintenance"}, {"status": "ok"}, {"vms": None}, {"vms": [None]}),
    *({"vms": [], "page": {"current": 1, "total": 5}}, {"errors": {"name": "x"}}),
]


@pytest.mark.parametrize("answer", ODD, ids=repr)
def test_an_odd_list_of_machines_is_that_services_failure(answer: Any):
    account = asked(Portal(list_services=ONE, list_vms_1=answer, list_ips_1={"ips": ["185.0.2.1"]}))
    ((service, error),) = account.failures
    assert service is not None
    assert service.id == "1"
    assert isinstance(error, Unreadable)
    assert "GET /service/1/vms (List VMs)" in str(error)
    assert account.hosts == []
    assert account.list_failure is None


@pytest.mark.parametrize("form", [form for form in odd.UNREADABLE if not form.startswith("below")])
def test_an_odd_list_of_services_is_a_failure(form: str):
    body = odd.UNREADABLE[form]("services")
    account = asked(Portal(list_services=body))
    if form == "data_empty_list":
        assert not account.failures
        return
    ((service, error),) = account.failures
    assert (service, account.list_failure) == (None, error)
    assert "GET /service (List services)" in str(error)


@pytest.mark.parametrize(
    ("answers", "gather", "said"),
    [
        ({"list_vms_1": LISTED, "get_vm_details_1_7": {"status": "ok"}}, "details", "GET /service/1/vms/7 (Get VM Details)"),
        ({"list_vms_1": LISTED, "get_vm_details_1_7": {"vm": {"ip": "185.0.2.1"}}, "service_details_1": {}}, "details",
         "GET /service/1 (Service details)"),
        ({"list_ips_1": {"ips": None}}, "ips", "GET /service/1/ips (List IPs)"),
        ({"list_ips_1": ["185.0.2.1"], "ip_details_1_185.0.2.1": {}}, "ips", "GET /service/1/ips/185.0.2.1 (IP Details)"),
        ({"list_ips_1": ["185.0.2.1"], "server_info_1": {"message": "x"}}, "info", "GET /service/1/info (Server Info)"),
        ({"list_ips_1": ["185.0.2.1"], "get_server_state_1": {"status": "ok"}}, "power",
         "GET /service/1/status (Get server state)"),
    ],
)  # fmt: skip
def test_any_other_odd_answer_is_a_failure_too(answers: dict[str, Any], gather: str, said: str):
    account = asked(Portal(list_services=ONE, **answers), gather=[gather])
    assert [said in str(error) for _service, error in account.failures] == [True]
    assert account.hosts == []


def test_what_is_not_offered_stays_null():
    (facts,) = asked(
        Portal(list_services=ONE, list_ips_1=["185.0.2.1"]), gather=["details", "info", "ips", "power"]
    ).hosts
    assert (facts["service_label"], facts["info"], facts["hostname"], facts["power"]) == (None,) * 4
    assert [record["address"] for record in facts["ip_records"]] == ["185.0.2.1"]


def test_a_server_with_all_that_can_be_gathered():
    portal = Portal(
        list_services=ONE,
        list_ips_1={"ips": [{"id": 71, "ip": "185.0.2.1", "domain": "db.example"}, {"id": 72, "ip": "185.0.2.2"}]},
        ip_details_1_72={"ip": {"id": 72, "ip": "185.0.2.2", "domain": "b.example"}},
        service_details_1={"service": {"id": 1, "name": "x", "label": "base"}},
        server_info_1={"info": {"hostname": "db", "os": "Debian 12", "password": "hush"}},
        get_server_state_1={"status": "on"},
    )
    (facts,) = asked(portal, gather=["details", "info", "ips", "power"]).hosts
    assert (facts["service_label"], facts["name"], facts["hostname"], facts["power"]) == ("base", "db", "db", "on")
    assert (facts["status"], facts["template"], facts["template_id"]) == ("running", "Debian 12", None)
    assert [record["domain"] for record in facts["ip_records"]] == ["db.example", "b.example"]
    assert "ip_details_1_71" not in portal.asked
    assert "hush" not in str(facts)


def test_requests_may_be_missing(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(_portal, "REQUESTS_IMPORT_ERROR", "Traceback: no requests")
    with pytest.raises(SindadError, match=r"Failed to import the required Python library \(requests\)"):
        fetch([], Wanted(), 1, stop_at_failure=True)
    assert _client.REQUESTS_IMPORT_ERROR is None
