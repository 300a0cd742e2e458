# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How an account is asked: all requests in one pool, and nothing waits for what it doesn't need."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from ansible_collections.sindad.cloud.plugins.module_utils import _client
from ansible_collections.sindad.cloud.plugins.module_utils._client import NotFound, SindadError, Unreachable
from ansible_collections.sindad.cloud.plugins.plugin_utils import _portal
from ansible_collections.sindad.cloud.plugins.plugin_utils._portal import Account, fetch, run
from ansible_collections.sindad.cloud.plugins.plugin_utils._wanted import Wanted


def test_tasks_of_tasks_wait_for_nothing():
    """A second step runs while a first step of another still does."""
    second = threading.Event()

    def slow() -> list[Any]:
        assert second.wait(10)
        return []

    def quick() -> list[Any]:
        return [lambda: second.set() or []]

    run([slow, quick], workers=2)


def test_no_more_tasks_at_once_than_workers():
    lock, running, most = threading.Lock(), [0], [0]
    pause = threading.Event()

    def task(depth: int) -> list[Any]:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        pause.wait(0.002)
        with lock:
            running[0] -= 1
        return [lambda: task(depth - 1)] * 2 if depth else []

    run([lambda: task(3)] * 5, workers=3)
    assert most[0] == 3


def test_a_bug_ends_the_run_and_is_not_hidden():
    done: list[int] = []

    def broken() -> list[Any]:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run([broken, *[lambda: done.append(1) or []] * 100], workers=1)
    assert len(done) < 100


class Portal:
    """A client whose answers are written down."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def call(self, name: str, *ids: str) -> Any:
        key = "_".join([name, *ids])
        self.asked.append(key)
        answer = self.answers.get(key, NotFound(f"{key} is not offered"))
        if isinstance(answer, Exception):
            raise answer
        return answer


def asked(portal: Portal, **options: Any) -> Account:
    account = Account("mine", portal, Wanted(**options))
    run([account.begin], workers=2)
    return account


SERVICES = {"services": [{"id": str(number), "status": "Active", "domain": f"d{number}"} for number in (1, 2, 3)]}


def test_the_order_is_the_portals_whatever_answers_first():
    waits = threading.Event()

    class Slow(Portal):
        def call(self, name: str, *ids: str) -> Any:
            if ids == ("1",):
                waits.wait(0.1)
            return super().call(name, *ids)

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
    assert not account.unlisted
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


def test_requests_may_be_missing(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(_portal, "REQUESTS_IMPORT_ERROR", "Traceback: no requests")
    with pytest.raises(SindadError, match=r"Failed to import the required Python library \(requests\)"):
        fetch([], Wanted(), 1, stop_at_failure=True)
    assert _client.REQUESTS_IMPORT_ERROR is None
