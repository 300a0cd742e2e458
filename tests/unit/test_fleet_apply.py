# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fleet that is applied: exactly what was planned, on the machines that were meant, one run at a time."""

from __future__ import annotations

import fcntl
import html
import json
import multiprocessing
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.sindad.cloud.plugins.module_utils._errors import Failed, SindadError
from ansible_collections.sindad.cloud.plugins.module_utils._fleet import lock, observe, passwords, saved, service_lock
from ansible_collections.sindad.cloud.plugins.module_utils._fleet.apply import FleetPlan
from ansible_collections.sindad.cloud.plugins.module_utils._fleet.file import parse
from ansible_collections.sindad.cloud.plugins.module_utils._fleet.observe import observe_fleet
from ansible_collections.sindad.cloud.plugins.module_utils._fleet.passwords import PasswordsFile
from ansible_collections.sindad.cloud.plugins.module_utils._fleet.plan import plan_fleet
from ansible_collections.sindad.cloud.plugins.module_utils._resources import vm
from ansible_collections.sindad.cloud.plugins.module_utils._settings import Settings
from ansible_collections.sindad.cloud.plugins.plugin_utils._fleet_report import markdown, rendered
from ansible_collections.sindad.cloud.plugins.plugin_utils._fleet_report import outcome as reported

from support.memory import MemoryPortal, context, outcome

DEBIAN, UBUNTU = {"id": "101", "name": "Debian 12"}, {"id": "102", "name": "Ubuntu 24.04"}
PASSWORD = "Abcdefgh12"


@pytest.fixture(autouse=True)
def locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder in which runs of this test alone find their locks."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(lock.tempfile, "tempdir", str(place))
    return place


def told(vmid: str, name: str, **fields: Any) -> dict[str, Any]:
    """Return what a portal tells of a machine."""
    sizes = {"memory": 2048, "cpus": 1, "disk": 20}
    return {"id": vmid, "label": name, "status": "running", "template": UBUNTU, **sizes, **fields}


def service(*vms: dict[str, Any], name: str = "401", **keys: Any) -> dict[str, Any]:
    return {"service": name, "vms": list(vms), **keys}


def planned(portal: MemoryPortal, *entries: dict[str, Any], plan: Any = None, **options: Any) -> FleetPlan:
    """Observe and plan, as the module does."""
    fleet = saved.fleet_of(None, plan) if plan else parse({"services": list(entries)})
    return plan_fleet(observe_fleet(context(portal), fleet, plan), "100%", 4, **options)


def plan_of(portal: MemoryPortal, *entries: dict[str, Any]) -> dict[str, Any]:
    """Return a saved plan as it is read again."""
    plan = planned(portal, *entries)
    assert plan.changes
    read: dict[str, Any] = json.loads(json.dumps(plan.result["saved_plan"]))
    saved._check_plan(read)
    return read


# The machines that a saved plan means

WANTED = {
    "rebuild": service({"name": "cache-1", "template": "Debian 12", "rebuild": "if_template_differs"}),
    "resize": service({"name": "cache-1", "memory": 4096}),
    "stop": service({"name": "cache-1", "power": "stopped"}),
}


@pytest.mark.parametrize("entry", WANTED.values(), ids=WANTED)
def test_a_saved_plan_is_for_that_machine_not_for_another_of_its_name(entry: dict[str, Any]) -> None:
    portal = MemoryPortal({"401": [told("2005", "cache-1")]})
    plan = plan_of(portal, entry)
    (change,) = plan["changes"]
    assert change["before"]["id"] == change["after"]["id"] == "2005", "no difference"
    portal.vms["401"] = [told("9999", "cache-1", disk=80)]
    with pytest.raises(SindadError, match=r"nothing was done: VM cache-1 .* is another one by now") as refused:
        planned(portal, plan=plan)
    assert str(refused.value).endswith("its id was 2005, is 9999")


def test_two_machines_that_have_swapped_their_names() -> None:
    portal = MemoryPortal({"401": [told("2005", "cache-1"), told("2006", "cache-2")]})
    plan = plan_of(portal, WANTED["rebuild"])
    portal.vms["401"] = [told("2005", "cache-2"), told("2006", "cache-1")]
    with pytest.raises(SindadError, match="its id was 2005, is 2006"):
        planned(portal, plan=plan)


def test_a_plan_that_was_saved_without_ids_is_refused_in_one_sentence() -> None:
    portal = MemoryPortal({"401": [told("2005", "cache-1")]})
    plan = plan_of(portal, WANTED["resize"])
    for side in ("before", "after"):
        del plan["changes"][0][side]["id"]
    with pytest.raises(
        SindadError, match=r"VM cache-1 of service 401 was planned without its id, .*: make a new plan$"
    ):
        planned(portal, plan=plan)


def test_what_erases_shows_the_id() -> None:
    portal = MemoryPortal({"401": [told("2005", "cache-1"), told("2006", "old")]})
    assert planned(portal, {**WANTED["rebuild"], "prune": True}).lines == [
        "-/+ rebuild VM cache-1 (2005) of service 401 with Debian 12 (now Ubuntu 24.04): its disk is erased",
        "- destroy VM old (2006) of service 401",
    ]


# What changes while something is waited for


class Busy(MemoryPortal):
    """A portal in which something is done with each look at its machines.

    Attributes:
        events: What happens before the machines of a service are listed, once each: the service, and what happens.

    """

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.events: list[tuple[str, Callable[[], None]]] = []

    def _list_vms(self, service: str) -> Any:
        if self.events and self.events[0][0] == service:
            self.events.pop(0)[1]()
        return super()._list_vms(service)

    def change(self, service: str, vmid: str, **fields: Any) -> Callable[[], None]:
        return lambda: self.machine(service, vmid).update(fields)


def nothing() -> None:
    """Let nothing happen."""


REBUILT = {"name": "3", "template": "Debian 12", "rebuild": "if_template_differs"}


def test_what_was_rebuilt_while_another_was_waited_for_is_not_rebuilt_again() -> None:
    portal = Busy({"401": [told("2004", "db-1", status="rebooting"), told("2003", "3")]})
    entry = service({"name": "db-1", "memory": 2048}, REBUILT)
    plan = plan_at_once(portal, entry)
    assert [change.kind for change in plan.changes] == ["vm.rebuild"], "where nobody waits"

    def others() -> None:
        portal.machine("401", "2003").update(template=DEBIAN)
        portal.machine("401", "2004").update(status="running")

    portal.events = [("401", nothing), ("401", others)]
    assert planned(portal, entry).changes == ()


def test_other_services_are_observed_again_after_a_wait() -> None:
    """The services are observed side by side: the machine is changed when its service has been observed already."""
    portal = Busy({"401": [told("2003", "3")], "402": [told("2004", "db-1", status="rebooting")]})
    entries = service(REBUILT), service({"name": "db-1", "memory": 2048}, name="402")

    def others() -> None:
        assert ("list_vms", ("401",)) in portal.asked
        portal.machine("401", "2003").update(template=DEBIAN)
        portal.machine("402", "2004").update(status="running")

    portal.events = [("402", nothing), ("402", others)]
    assert planned(portal, *entries).changes == ()


def test_a_name_that_another_machine_has_got_in_the_meantime() -> None:
    portal = Busy({"401": [told("2004", "db-1", status="rebooting"), told("2003", "old")]})

    def others() -> None:
        portal.machine("401", "2004").update(label="old", status="running")
        portal.machine("401", "2003").update(label="db-1")

    portal.events = [("401", nothing), ("401", others)]
    wanted = vm.Wanted("401", "db-1", memory=4096)
    seen = vm.observe_all(context(portal), "401", [wanted])
    match = seen.lookup.find(wanted)
    assert match is not None
    assert match.item.id == "2003"


def test_an_account_that_is_never_at_rest_is_left() -> None:
    portal = Busy({"401": [told("2004", "db-1", status="rebooting")]})
    end, begin = portal.change("401", "2004", status="running"), portal.change("401", "2004", status="rebooting")
    portal.events = [("401", each) for each in (begin, end) * observe.MOST_OBSERVATIONS]
    with pytest.raises(SindadError, match="each time something was busy and waited for; nothing was done"):
        planned(portal, service({"name": "db-1", "memory": 4096}))
    assert portal.events == []


def test_where_nobody_has_to_wait_nothing_is_asked_for_twice() -> None:
    portal = MemoryPortal({"401": [told("2005", "cache-1")]})
    assert planned(portal, WANTED["rebuild"]).changes
    assert [name for name, _ids in portal.asked] == ["list_services", "list_vms", "list_os_templates"]


def test_details_say_that_a_machine_is_busy_no_more() -> None:
    """A list may lag behind."""
    portal = MemoryPortal({"401": [told("2005", "cache-1", status="rebooting")]})
    portal._get_vm_details = lambda *_ids: {"vm": told("2005", "cache-1")}  # type: ignore[method-assign]
    assert [change.kind for change in planned(portal, WANTED["stop"]).changes] == ["vm.stop"]
    assert [name for name, _ids in portal.asked] == ["list_services", "list_vms", "get_vm_details"]


# One run at a time

RESIZED = service({"name": "cache-1", "memory": 4096})


def test_a_run_that_has_changed_the_service_since_it_was_observed(locks: Path) -> None:
    portal = MemoryPortal({"401": [told("2005", "cache-1")], "402": [told("2006", "a")]})
    plan = planned(portal, RESIZED)
    assert list(locks.iterdir()) == [], "a plan locks nothing"
    other = planned(portal, service({"name": "a", "memory": 4096}, name="402"))
    other.apply(context(portal))
    plan.apply(context(portal))
    assert len(portal.sent) == 2, "another service is another matter"

    plan = planned(portal, service({"name": "cache-1", "memory": 1024}))
    with service_lock.service_locks(portal, ["401"]):  # type: ignore[arg-type]
        late = planned(portal, service({"name": "cache-1", "memory": 1024}))
        with pytest.raises(SindadError, match="service 401 is being changed by another run"):
            plan.apply(context(portal))
    for stale in (plan, late):
        with pytest.raises(SindadError, match=r"401 has been changed by another run .* since it was observed: nothing"):
            stale.apply(context(portal))
    assert len(portal.sent) == 2
    planned(portal, service({"name": "cache-1", "memory": 1024})).apply(context(portal))
    assert len(portal.sent) == 3


@pytest.mark.parametrize(
    "address",
    [
        "https://my.example.com/api/",
        "https://MY.Example.com/api",
        "https://my.example.com:443/api//",
        "HTTPS://my.example.com./api",
    ],
)
def test_one_lock_however_the_address_is_written(address: str) -> None:
    def portal(url: str) -> Any:
        found = MemoryPortal()
        found.settings = Settings(api_url=url)
        return found

    here = portal("https://my.example.com/api")
    with service_lock.service_locks(here, ["401"]):
        with pytest.raises(SindadError, match="is being changed"), service_lock.service_locks(portal(address), ["401"]):
            pass
        for other in ("https://my.example.com:8443/api", "https://my.example.com/other", "https://example.com/api"):
            with service_lock.service_locks(portal(other), ["401"]):
                pass


def test_a_lock_that_can_not_be_had(locks: Path) -> None:
    portal: Any = MemoryPortal()
    with service_lock.service_locks(portal, ["401"]):
        pass
    (place,) = locks.glob("sindad-cloud-*/*")
    place.unlink()
    place.mkdir()
    with (
        pytest.raises(SindadError, match=r"can't be locked \(.*\); nothing was changed"),
        service_lock.service_locks(portal, ["401"]),
    ):
        pass
    assert service_lock.service_marks(portal, ["401"]) == {"401": b""}


# A server whose reinstallation fails


@pytest.mark.parametrize("power", ["on", "off"])
def test_a_server_is_not_switched_off_where_its_reinstallation_failed(power: str) -> None:
    server = {"info": {"hostname": "db", "os": "Debian 12"}, "power": {"power": power}, "label": "x"}
    portal = MemoryPortal(servers={"512": server})
    entry = {"service": "512", "power": "off", "os": {"template": "Ubuntu 24.04", "password": PASSWORD}}
    plan = planned(portal, entry)
    assert [change.kind for change in plan.changes] == ["server.reinstall", "server.power"]

    def refused(*_ids: str, **_body: str) -> Any:
        raise Failed("waited 2 s, but the reinstall has not ended")

    portal._reinstall = refused  # type: ignore[method-assign]
    with pytest.raises(SindadError) as error:
        plan.apply(context(portal))
    assert [name for name, _ids, _body in portal.sent] == ["reinstall"]
    assert error.value.results["failures"] == [
        "system of service 512: waited 2 s, but the reinstall has not ended",
        "power of service 512: not done, because the reinstallation before it failed: system of service 512",
    ]
    assert error.value.results["summary"]["failed"] == 2


# A server that is being reinstalled, by somebody else


class Reinstalling(MemoryPortal):
    """A portal that reinstalls a server, which is switched off until that has ended.

    Attributes:
        checks: How many times its status is asked for until it has ended.

    """

    checks = 2

    def __init__(self) -> None:
        server = {"info": {"hostname": "db", "os": "Ubuntu 24.04"}, "power": {"power": "off"}, "label": "x"}
        super().__init__(servers={"512": server})
        self.jobs["512"] = {"reinstall": {"status": "running", "template": "Debian 12"}}

    def _reinstall_status(self, service: str) -> Any:
        self.checks -= 1
        if self.checks < 0:
            self.servers[service]["info"]["os"] = "Debian 12"
            self._power(service, True)
            self.jobs[service]["reinstall"]["status"] = "finished"
        return super()._reinstall_status(service)


def plan_at_once(portal: MemoryPortal, entry: dict[str, Any]) -> FleetPlan:
    """Observe and plan without waiting for anything, as in check mode."""
    patient = context(portal)
    hasty = replace(patient, policy=replace(patient.policy, wait=False))
    return plan_fleet(observe_fleet(hasty, parse({"services": [entry]})), "1", 1)


@pytest.mark.parametrize("power", ["on", "off"])
def test_a_reinstallation_under_way_is_taken_for_done(power: str) -> None:
    entry = {"service": "512", "power": power, "os": {"template": "Debian 12"}}
    lines = plan_at_once(Reinstalling(), entry).lines
    assert lines == (["~ power off service 512 (now on)"] if power == "off" else [])
    portal = Reinstalling()
    waited = planned(portal, entry)
    assert portal.checks < 0
    assert waited.lines == lines


def test_nobody_switches_a_server_off_while_it_is_being_reinstalled() -> None:
    """A run that doesn't wait observes it in the middle of that."""
    portal = Reinstalling()
    plan = plan_at_once(portal, {"service": "512", "power": "off", "os": {"template": "Debian 12"}})
    ended: list[bool] = []
    switch_off = portal._power_off

    def noted(service: str) -> Any:
        ended.append(portal.checks < 0)
        return switch_off(service)

    portal._power_off = noted  # type: ignore[method-assign]
    patient = context(portal)
    plan.apply(replace(patient, policy=replace(patient.policy, wait=False)))
    assert ended == [True]
    assert [name for name, _ids, _body in portal.sent] == ["power_off"]


@pytest.mark.parametrize("keys", [{"power": "off"}, {"os": {"template": "Ubuntu 24.04"}}], ids=["power", "os"])
def test_a_server_is_protected_by_the_label_that_it_is_given(keys: dict[str, Any]) -> None:
    server = {"info": {"hostname": "db", "os": "Debian 12"}, "power": {"power": "on"}, "label": "s0"}
    portal = MemoryPortal(servers={"800": server})
    entry = {"service": "800", "label": "prod-db", "protected": ["prod-*"], **keys}
    plan = planned(portal, entry)
    assert plan.refusals[0].endswith("prod-db is protected by 'prod-*'")
    assert not any("protects nothing" in warning for warning in plan.warnings)


# Passwords


def add_many(path: str, service_id: str, count: int) -> None:
    """Add passwords to a file, as one of several runs."""
    file = PasswordsFile(path)
    for number in range(count):
        file.add(service_id, f"vm-{number}", PASSWORD)


def test_runs_at_once_lose_no_password(tmp_path: Path) -> None:
    path, count = tmp_path / "passwords.yml", 40
    run = multiprocessing.get_context("fork").Process
    runs = [run(target=add_many, args=(str(path), service_id, count)) for service_id in ("401", "402", "403")]
    for each in runs:
        each.start()
    for each in runs:
        each.join(60)
    assert [each.exitcode for each in runs] == [0, 0, 0]
    kept = yaml.safe_load(path.read_text())
    assert {service_id: len(found) for service_id, found in kept.items()} == {"401": count, "402": count, "403": count}
    assert path.stat().st_mode & 0o777 == 0o600
    assert sorted(each.name for each in tmp_path.iterdir()) == ["passwords.yml", "temporary"], "nothing else is left"


def test_a_file_system_without_locks_is_said_before_anything_is_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unsupported(*_args: Any) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(lock.fcntl, "flock", unsupported)
    path = tmp_path / "passwords.yml"
    with pytest.raises(SindadError, match=rf"^passwords_file: {path} can't be locked \(Operation not supported\)$"):
        PasswordsFile(str(path))


def test_a_folder_for_locks_that_can_not_be_used_is_said_before_anything_is_sent(tmp_path: Path, locks: Path) -> None:
    locks.rmdir()
    with pytest.raises(
        SindadError, match=r"^passwords_file: .*, the folder for locks, can't be created \(No such file"
    ):
        PasswordsFile(str(tmp_path / "passwords.yml"))


def test_a_lock_that_the_user_holds_on_the_file_is_no_obstacle(tmp_path: Path) -> None:
    path = tmp_path / "passwords.yml"
    path.write_text("--- {}")
    with path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        PasswordsFile(str(path)).add("401", "k1", PASSWORD)
    assert yaml.safe_load(path.read_text()) == {"401": {"k1": PASSWORD}}


def test_another_run_that_does_not_end_writing_passwords(
    tmp_path: Path, locks: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "PATIENCE", 0.2)
    path, link = tmp_path / "passwords.yml", tmp_path / "link.yml"
    link.symlink_to(path)
    file = PasswordsFile(str(link))
    (place,) = locks.glob("sindad-cloud-*/*")
    with lock.held_lock(place):
        begun = time.monotonic()
        said = rf"^passwords_file: another run on this machine has been writing to {path} for 0\.2 s$"
        with pytest.raises(SindadError, match=said):
            PasswordsFile(str(path))
        assert time.monotonic() - begun < 5
        with pytest.raises(SindadError, match="another run on this machine"):
            file.add("401", "k1", PASSWORD)
    file.add("401", "k1", PASSWORD)
    assert yaml.safe_load(path.read_text()) == {"401": {"k1": PASSWORD}}


class Generating(MemoryPortal):
    """A portal that generates passwords, and during whose work the folder of a file may be removed."""

    folder: Path

    def _create_vm(self, service: str, **body: Any) -> Any:
        shutil.rmtree(self.folder)
        return {**super()._create_vm(service, **body), "password": PASSWORD}

    def _rebuild_vm(self, service: str, vmid: str, template: str) -> Any:
        shutil.rmtree(self.folder)
        return {**super()._rebuild_vm(service, vmid, template), "password": PASSWORD}


@pytest.fixture
def generating(tmp_path: Path) -> Iterator[Generating]:
    portal = Generating({"401": [told("2005", "cache-1")]})
    portal.folder = tmp_path / "passwords"
    portal.folder.mkdir()
    yield portal
    assert not portal.folder.exists()


NEW = {"template": "Debian 12", "memory": 1024, "cpu": 1, "disk": 10}


def test_a_machine_whose_password_is_lost_was_made_all_the_same(generating: Generating) -> None:
    path = str(generating.folder / "p.yml")
    made = planned(generating, service({"name": "k1", **NEW}), passwords_file=path)
    error = outcome(lambda: made.apply(context(generating)))
    assert isinstance(error, SindadError)
    (sentence,) = error.results["lost_passwords"]
    assert error.results["failures"] == []
    line = "create VM k1 in service 401 (Debian 12, 1024 MB, 1 CPU, 10 GB)"
    assert sentence == (
        f"VM k1 of service 401: done: {line}; reset the password in the panel, or rebuild the machine "
        f"(passwords_file: {path} can't be written: No such file or directory)"
    )
    assert str(error) == f"passwords that the portal generated are lost: {sentence}"
    assert PASSWORD not in str(error)
    summary = error.results["summary"]
    assert (summary["created"], summary["failed"]) == (1, 0)
    result = {**made.result, **error.results, "plan": made.lines, "msg": str(error)}
    shown = list(rendered(result, applied=True))
    assert shown[0] == f"! password lost: {sentence}"
    assert not any("failed:" in each for each in shown)
    assert "! password lost: VM k1" in html.unescape(markdown(result, applied=True))
    assert json.loads(reported(result, applied=True)) | {"msg": ""} == {
        "changes": 1,
        "differences": 0,
        "refused": 0,
        "failed": True,
        "msg": "",
    }


def test_a_rebuilt_machine_whose_password_is_lost_was_replaced(generating: Generating) -> None:
    path = str(generating.folder / "p.yml")
    replaced = planned(generating, WANTED["rebuild"], passwords_file=path)
    error = outcome(lambda: replaced.apply(context(generating)))
    assert error.results["summary"]["replaced"] == 1
    (sentence,) = error.results["lost_passwords"]
    assert sentence.startswith("VM cache-1 of service 401: done: rebuild VM cache-1 (2005) of")


def test_what_failed_is_not_hidden_by_a_password_that_is_lost(generating: Generating) -> None:
    def refused(*_ids: str) -> Any:
        raise Failed("it can't be stopped")

    generating._stop_vm = refused  # type: ignore[method-assign]
    path = str(generating.folder / "p.yml")
    made = planned(generating, service({"name": "k1", "power": "stopped", **NEW}), passwords_file=path)
    error = outcome(lambda: made.apply(context(generating)))
    (sentence,) = error.results["failures"]
    assert "it can't be stopped. The password that the portal generated is lost: reset the password in" in sentence
    assert error.results["lost_passwords"] == []
    assert error.results["summary"]["failed"] == 1
