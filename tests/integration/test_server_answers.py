# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers, addresses and labels of portals that tell less, or answer something else than was asked for."""

from __future__ import annotations

import re
import time

import pytest

from simulator import odd
from simulator.operations import OPERATIONS

SHAPES = ("reference", "keyed", "proxmox", "opennebula", "openstack")
BY_NUMBER = {operation.number: operation for operation in OPERATIONS}
INFO, STATUS = "/service/@id/info", "/service/@id/reinstall"
REINSTALL = {"template": "Debian 12", "hostname": "db.example.ir", "password": "Planted-5ecret"}
CLEAR = {"service": "513", "template": "Diagnostics", "clear_disks": True, "confirm": "513"}


def task(module, check=False, **args):
    """A task of a module that doesn't wait long."""
    wait = {} if module.endswith("_info") else {"wait_interval": 0.1, "wait_timeout": 3}
    return {f"sindad.cloud.{module}": {**wait, **args}, "check_mode": check, "diff": True}


def unreadable(number):
    """The names of the answers that are none to an operation that reads."""
    operation = BY_NUMBER[number]
    return [form for form in odd.UNREADABLE if odd.meaning(form, operation) == odd.REFUSED]


def judge(results, *, failed=False, changed=False):
    """All results are alike in this, and no failure is a traceback or has several lines."""
    for result in results:
        assert (result.failed, result.changed) == (failed, changed), (result.msg, dict(result))
        assert "Traceback" not in str(dict(result))
        assert len(result.msg.splitlines()) <= 1
    return results


def installs(simulator):
    """How often a server was reinstalled."""
    return sum(server.get("installs", 0) for server in simulator.state()["server"])


# which system is installed


@pytest.mark.unmeasured
def test_what_cannot_be_read_is_not_reinstalled(simulator, run_tasks):
    """Eight of eight such answers led to a reinstall, of a server that had the system already."""
    forms = unreadable(60)
    assert len(forms) > 20
    for form in forms:
        simulator.fault(method="GET", path=INFO, odd=form)
    results = run_tasks([task("sindad_reinstall", service="512", **REINSTALL) for _form in forms]).task_results
    for result in judge(results, failed=True):
        assert "GET /service/512/info" in result.msg
        assert result["failure"]["operation"] == "server_info"
    assert simulator.writes == []


@pytest.mark.unmeasured
@pytest.mark.parametrize("shape", SHAPES)
def test_a_system_that_is_not_told_is_not_reinstalled(shape, simulator, run_tasks):
    """Not on each run; `force` is the user's word for it."""
    simulator.poke(settings={"shape": shape, "hide": ["os"], "build_time": 0.3})
    *refused, check, forced = run_tasks(
        [
            task("sindad_reinstall", service="512", **REINSTALL),
            task("sindad_reinstall", service="512", **{**REINSTALL, "template": "Ubuntu 24.04"}),
            task("sindad_reinstall", check=True, service="512", **REINSTALL),
            task("sindad_reinstall", check=True, service="512", **REINSTALL, force=True),
            task("sindad_reinstall", service="512", **REINSTALL, force=True),
        ]
    ).task_results
    for result in judge(refused, failed=True):
        assert result.msg.startswith("template: the portal doesn't say which system service 512 has")
        assert result.msg.endswith("nothing was done. Set force to true to reinstall it all the same")
    judge([check, forced], changed=True)
    assert check["plan"] == forced["plan"] == ["reinstall service 512 with Debian 12 (now unknown)"]
    assert forced["reinstall"]["status"] == "done"
    assert simulator.writes == ["POST /service/512/reinstall"]


def test_a_system_in_other_words_is_not_reinstalled(simulator, run_tasks):
    unknown = (
        {"os": "Debian GNU/Linux 12 (bookworm)"},
        {"os": "debian-12-x86_64"},
        {"os": "Ubuntu 24.04.1 LTS"},
        {"os": "Ubuntu 24.04", "template": "ISPsystem__Debian-12-amd64"},  # they contradict each other
        {"os": ["Ubuntu 24.04"]},
        {"os": None},
        {"os": False},
        {"os": "0"},
        {"operating_system": "Ubuntu 24.04"},
    )
    same = ({"os": "debian  12"}, {"os_name": "Debian&nbsp;12"}, {"template": {"id": "ISPsystem__Debian-12-amd64"}})
    other = (
        {"os": "Ubuntu 24.04"},
        {"os": "ISPsystem__Ubuntu-24.04-amd64"},
        {"os": {"name": "AlmaLinux 9"}},
        {"template_id": "ISPsystem__AlmaLinux-9-x86_64", "os": "Red Hat compatible"},
    )
    for told in (*unknown, *same, *other):
        simulator.fault(method="GET", path=INFO, status=200, body={"info": {"hostname": "db.example.ir", **told}})
    results = run_tasks(
        [task("sindad_reinstall", check=True, service="512", **REINSTALL) for _each in (*unknown, *same, *other)]
    ).task_results
    first, second = len(unknown), len(unknown) + len(same)
    for result in judge(results[:first], failed=True):
        assert result.msg.startswith("template: the portal ")
        assert "so nobody can tell whether it is Debian 12" in result.msg
        assert "Set force to true" in result.msg
    assert "has 'Debian GNU/Linux 12 (bookworm)', which is not recognised" in results[0].msg
    judge(results[first:second])
    for result in judge(results[second:], changed=True):
        assert result["plan"][0].startswith("reinstall service 512 with Debian 12 (now ")
    assert simulator.writes == []


def test_a_portal_that_does_not_offer_server_info(simulator, run_tasks):
    """It can't be told what is installed; by force, and with a host name, a server is reinstalled all the same."""
    simulator.poke(settings={"build_time": 0.3})
    simulator.fault(method="GET", path=INFO, status=404, body={"error": ["Method not supported"]}, times=None)
    refused, nameless, forced, unknown = run_tasks(
        [
            task("sindad_reinstall", service="512", **REINSTALL),
            task("sindad_reinstall", service="512", template="Debian 12", force=True),
            task("sindad_reinstall", service="512", **REINSTALL, force=True),
            task("sindad_reinstall", service="401", **REINSTALL, force=True),
        ]
    ).task_results
    judge([refused, nameless, unknown], failed=True)
    assert refused.msg.startswith("template: the portal doesn't say which system service 512 has")
    assert nameless.msg == "hostname: the current host name of service 512 is unknown, give the one to reinstall with"
    assert "service 401 (Cloud Pool L, web.example.ir, Active) doesn't offer " in unknown.msg
    judge([forced], changed=True)
    assert forced["reinstall"]["status"] == "done"
    assert simulator.writes == ["POST /service/512/reinstall"]


def test_fields_beside_an_envelope_are_read(simulator, run_tasks):
    """Neither the host name nor the system is lost beside empty lists of errors: nothing is waited for in vain."""
    told = {"hostname": "db.example.ir", "os": "Debian 12", "error": [], "info": []}
    simulator.fault(method="GET", path=INFO, status=200, body=told, times=None)
    for number, path in ((57, "rescue"), (50, "reinstall"), (54, "diag")):
        assert BY_NUMBER[number].path == f"/service/@id/{path}"
        body = {"status": "idle", "error": [], "info": [], "page": None}
        simulator.fault(method="GET", path=f"/service/@id/{path}", status=200, body=body, times=None)
    body = {"power": "on", "error": [], "info": []}
    simulator.fault(method="GET", path="/service/@id/status", status=200, body=body, times=None)
    results = run_tasks(
        [
            task("sindad_reinstall", service="512", **REINSTALL),
            task("sindad_hostname", service="512", hostname="db.example.ir"),
            task("sindad_power", service="512", state="on"),
            task("sindad_rescue", service="512", state="absent"),
            task("sindad_diagnostics", service="512", state="absent"),
        ]
    ).task_results
    judge(results)
    assert simulator.writes == []


# single objects that are none


@pytest.mark.parametrize(
    ("module", "number", "args"),
    [
        ("sindad_power", 74, {"state": "on"}),
        ("sindad_hostname", 60, {"hostname": "new.example.ir"}),
        ("sindad_service_label", 34, {"label": "new"}),
        ("sindad_rescue", 57, {"template": "SystemRescue"}),
        ("sindad_diagnostics", 54, {"template": "Diagnostics", "clear_disks": True, "confirm": "512"}),
        ("sindad_reinstall", 50, {"template": "Ubuntu 24.04"}),
        ("sindad_ip", 62, {"vlan": "public", "count": 4, "domain": "new.example.ir"}),
        ("sindad_ip", 62, {"ip": "185.0.3.11", "state": "absent"}),
        ("sindad_ip", 63, {"vlan": "public", "count": 4, "domain": "new.example.ir"}),
        ("sindad_service_info", 28, {}),
        ("sindad_ip_info", 62, {}),
    ],
)
def test_what_cannot_be_read_changes_nothing(module, number, args, simulator, run_tasks):
    """No label is empty, no server off, no list of addresses short, and no disk is cleared a second time.

    All forms are tried on all readers in test_odd_answers.py and unit/test_readers.py; each module here gets a third.
    """
    operation = BY_NUMBER[number]
    forms = unreadable(number)[len(module) % 3 :: 3]
    for form in forms:
        simulator.fault(method="GET", path=operation.path, odd=form)
    results = run_tasks([task(module, service="512", **args) for _form in forms]).task_results
    for result in judge(results, failed=True):
        assert operation.path.replace("@id", "512") in result.msg
    assert simulator.writes == []


def test_texts_about_something_else_are_no_state(simulator, run_tasks):
    """ "temporarily unavailable" isn't a server that runs, nor a job that does."""
    words = ("temporarily unavailable", "N/A", "maintenance", "403 Forbidden", "?")
    for word in words:
        simulator.fault(method="GET", path="/service/@id/status", status=200, body={"status": word})
        simulator.fault(method="GET", path="/service/@id/rescue", status=200, body={"status": word})
    power = [task("sindad_power", service="512", state="off") for _word in words]
    rescue = [task("sindad_rescue", service="512", template="SystemRescue") for _word in words]
    results = run_tasks([*power, *rescue]).task_results
    for word, result in zip((*words, *words), judge(results, failed=True), strict=True):
        assert repr(word) in result.msg
    assert simulator.writes == []


def test_power_that_is_not_told_is_switched_with_a_warning(simulator, run_tasks):
    """By a portal that doesn't offer the state at all."""
    simulator.fault(method="GET", path="/service/@id/status", status=404, body={"error": ["not found"]}, times=None)
    results = run_tasks(
        [
            task("sindad_power", service="512", state="off"),
            task("sindad_power", service="512", state="off", check=True),
            task("sindad_power", service="512", state="on"),
            task("sindad_power", service="512", state="rebooted"),
        ]
    ).task_results
    for result in judge(results, changed=True):
        assert "the portal doesn't report the power state of service 512" in result["warnings"][0]
        assert "nobody can tell whether it changes anything" in result["warnings"][0]
        assert result["plan"][0].endswith("(now unknown)")
    for number in (0, 2, 3):
        assert "can't be confirmed" in results[number]["warnings"][1]
    assert [write.rsplit("/", 1)[1] for write in simulator.writes] == ["poweroff", "poweron", "reboot"]


def test_a_hostname_that_is_not_told_is_set_with_a_warning(simulator, run_tasks):
    told = {"info": {"os": "Debian 12"}}
    simulator.fault(method="GET", path=INFO, status=200, body=told, times=None)
    (result,) = run_tasks([task("sindad_hostname", service="512", hostname="new.example.ir")]).task_results
    assert "the portal doesn't report the host name of service 512" in result["warnings"][0]
    assert result["plan"] == ["set the host name of service 512 to new.example.ir (now unknown)"]
    assert simulator.writes == ["POST /service/512/hostname"]


# generated passwords


def test_a_generated_password_is_in_a_result_that_failed(simulator, run_tasks):
    """With the state that was seen last: the wait was too short, or the portal couldn't be read any more."""
    simulator.poke(settings={"build_time": 60})
    broken = {"method": "GET", "status": 500, "body": {"error": ["database is gone"]}, "times": None}
    late_reinstall, late_rescue = run_tasks(
        [
            task("sindad_reinstall", service="512", template="Ubuntu 24.04", wait_timeout=1),
            task("sindad_rescue", service="513", template="SystemRescue", wait_timeout=1),
        ]
    ).task_results
    judge([late_reinstall, late_rescue], failed=True, changed=True)
    for result, name in ((late_reinstall, "reinstall"), (late_rescue, "rescue")):
        assert len(result[name]["password"]) > 8
        assert result[name]["status"] == "running"
        assert f"{name} of service 51" in result.msg and "was accepted by the portal" in result.msg
        assert "(the portal says " in result.msg
    simulator.reset()
    simulator.poke(settings={"build_time": 0.5})
    simulator.fault(**broken, path=STATUS, skip=2)
    (lost,) = run_tasks([task("sindad_reinstall", service="512", template="Ubuntu 24.04")]).task_results
    judge([lost], failed=True, changed=True)
    assert len(lost["reinstall"]["password"]) > 8
    assert "database is gone" in lost.msg
    simulator.reset()
    simulator.fault(**broken, path=INFO, skip=1)
    (unread,) = run_tasks([task("sindad_reinstall", service="512", template="Ubuntu 24.04")]).task_results
    judge([unread], failed=True, changed=True)
    assert len(unread["reinstall"]["password"]) > 8
    assert unread.msg.startswith("the reinstall of service 512 was accepted by the portal and has ended: ")


@pytest.mark.simulator(build_time=1)
def test_one_poll_that_fails_is_one_poll(simulator, run_tasks):
    """Though it is in the middle of an hour's wait."""
    for fault in (
        {"status": 500, "body": {"error": ["database is gone"]}},
        {"status": 200, "body": "<html>Maintenance</html>"},
        {"odd": "server_error"},
        {"odd": "null"},
        {"drop": "before"},
    ):
        simulator.fault(method="GET", path=STATUS, skip=2, **fault)
        simulator.fault(method="GET", path="/service/@id/rescue", skip=1, **fault)
    reinstalled, rescued = run_tasks(
        [
            task("sindad_reinstall", service="512", template="Ubuntu 24.04", wait_timeout=60),
            task("sindad_rescue", service="513", template="SystemRescue", wait_timeout=60),
        ],
        env={"SINDAD_API_RETRIES": "0"},
    ).task_results
    judge([reinstalled, rescued], changed=True)
    assert reinstalled["reinstall"]["status"] == rescued["rescue"]["status"] == "done"
    assert len(reinstalled["reinstall"]["password"]) > 8


@pytest.mark.simulator(build_time=0.5)
def test_a_generated_password_that_was_lost_is_warned_of(simulator, run_tasks):
    """The reinstall was carried out, its answer was lost; with a password of the user's own nothing is missing."""
    for path in (STATUS, "/service/@id/rescue"):
        simulator.fault(method="POST", path=path, drop="after", times=2)
    reinstalled, rescued, own, own_rescue = run_tasks(
        [
            task("sindad_reinstall", service="512", template="Ubuntu 24.04"),
            task("sindad_rescue", service="512", template="SystemRescue"),
            task("sindad_reinstall", service="513", template="Debian 12", password="Planted-5ecret"),
            task("sindad_rescue", service="513", template="SystemRescue", password="Planted-5ecret"),
        ]
    ).task_results
    judge([reinstalled, rescued, own, own_rescue], changed=True)
    for result, name in ((reinstalled, "reinstall"), (rescued, "rescue")):
        assert "password" not in result[name]
        (warning,) = result["warnings"]
        assert "the password that the portal may have generated: it can't be retrieved" in warning
        assert f"Repeat the {name} with a password of your own" in warning
    for result in (own, own_rescue):
        assert "warnings" not in result


# writes whose answers prove nothing, or say no

#: What is done, by which request.
WRITES = (
    ("sindad_power", {"service": "513", "state": "on"}, "POST", "/service/@id/poweron"),
    ("sindad_reinstall", {"service": "513", "template": "Debian 12"}, "POST", STATUS),
    ("sindad_rescue", {"service": "512", "template": "SystemRescue"}, "POST", "/service/@id/rescue"),
    ("sindad_power", {"service": "512", "state": "off"}, "POST", "/service/@id/poweroff"),
    ("sindad_hostname", {"service": "512", "hostname": "new.example.ir"}, "POST", "/service/@id/hostname"),
    ("sindad_service_label", {"service": "402", "label": "new"}, "POST", "/service/@id/label"),
    ("sindad_ip", {"service": "512", "ip": "185.0.3.11", "domain": "new.example.ir"}, "POST", "/service/@id/ips/@ip"),
    ("sindad_ip", {"service": "512", "vlan": "public", "count": 4, "domain": "x.ir"}, "POST", "/service/@id/ips"),
    ("sindad_ip", {"service": "512", "ip": "185.0.3.11", "state": "absent"}, "DELETE", "/service/@id/ips/@ip"),
    # What leads to a state that looks like the one before may have passed unseen; a reboot is never seen here.
    ("sindad_diagnostics", {"service": "512", "template": "Diagnostics"}, "POST", "/service/@id/diag"),
    ("sindad_reinstall", {"service": "512", "template": "Debian 12", "force": True}, "POST", STATUS),
    ("sindad_power", {"service": "512", "state": "rebooted"}, "POST", "/service/@id/reboot"),
)
PASSING = 3


def test_a_write_that_was_not_carried_out_is_not_done(simulator, run_tasks):
    """An empty answer proves nothing. It takes seconds to find out, not the ten minutes of a wait."""
    forms = odd.WITHOUT_WORDS
    tasks = []
    for number, (module, args, method, path) in enumerate(WRITES):
        simulator.fault(method=method, path=path, odd=forms[number % len(forms)])
        tasks.append(task(module, **args, wait=number % 2 == 0, wait_timeout=1))
    results = run_tasks(tasks).task_results
    assert not any(request["carried_out"] for request in simulator.requests() if request["method"] != "GET")
    for result in judge(results[:-PASSING], failed=True):
        assert "proves nothing (" in result.msg
        assert result.msg.endswith("1 s later no effect of it is seen")
    for result in judge(results[-PASSING:], failed=True, changed=True):
        assert result.msg.endswith("it may have been carried out, check before you run this again")
    assert len(simulator.writes) == len(WRITES)


def test_a_label_that_looks_like_the_one_before(simulator, run_tasks):
    """Only in another letter case; that the old one is still there is no effect of the request."""
    simulator.fault(method="POST", path="/service/@id/label", odd="wordless_empty")
    lost, again = run_tasks(
        [task("sindad_service_label", service="402", label="Staging", wait_timeout=1)] * 2
    ).task_results
    judge([lost], failed=True)
    judge([again], changed=True)
    assert again["label"] == "Staging"


@pytest.mark.waits
@pytest.mark.unmeasured
def test_it_takes_seconds_by_default(simulator, run_tasks):
    """The modules that used to wait for ten minutes, with no option to change that."""
    simulator.fault(method="POST", path="/service/@id/label", odd="wordless_empty")
    begin = time.monotonic()
    label = {"sindad.cloud.sindad_service_label": {"service": "402", "label": "new"}}
    (result,) = run_tasks([label]).task_results
    assert time.monotonic() - begin < 40
    judge([result], failed=True)


@pytest.mark.unmeasured
@pytest.mark.simulator(build_time=0.5)
def test_a_write_without_words_that_was_carried_out_is_done(simulator, run_tasks):
    forms = odd.WITHOUT_WORDS
    for number, (_module, _args, method, path) in enumerate(WRITES[:-1]):
        simulator.fault(method=method, path=path, odd=forms[number % len(forms)], when="after")
    results = run_tasks([task(module, **args) for module, args, *_request in WRITES[:-1]]).task_results
    judge(results, changed=True)
    assert len(simulator.writes) == len(WRITES) - 1


def test_a_write_that_is_refused_in_a_200_is_a_failure(simulator, run_tasks):
    for number, (_module, _args, method, path) in enumerate(WRITES):
        simulator.fault(method=method, path=path, odd=list(odd.REFUSALS)[number % len(odd.REFUSALS)])
    results = run_tasks(
        [task(module, **args, wait=number % 2 == 0) for number, (module, args, *_request) in enumerate(WRITES)]
    ).task_results
    for result, (_module, _args, method, _path) in zip(judge(results, failed=True), WRITES, strict=True):
        assert result.msg.startswith(f"the portal refused {method} /service/")
        assert result["failure"]["status"] == 200


@pytest.mark.unmeasured
def test_a_wait_that_is_too_short_names_its_option_and_the_portals_word(simulator, run_tasks):
    """Also in the modules that had no such options."""
    simulator.poke(settings={"build_time": 60})
    stale = {"method": "GET", "status": 200, "times": None}
    simulator.fault(**stale, path="/service/@id/label", body={"label": "staging"})
    simulator.fault(**stale, path=INFO, body={"info": {"hostname": "db.example.ir", "os": "Debian 12"}})
    label, hostname, *results = run_tasks(
        [
            task("sindad_service_label", service="402", label="new", wait=False),
            task("sindad_hostname", service="512", hostname="new.example.ir", wait=False),
            task("sindad_service_label", service="402", label="new", wait_timeout=1),
            task("sindad_hostname", service="513", hostname="new.example.ir", wait_timeout=1),
            task("sindad_power", service="512", state="off", wait_timeout=1),
            task("sindad_diagnostics", service="513", template="Diagnostics", wait_timeout=1),
        ]
    ).task_results
    judge([label, hostname], changed=True)
    for result in judge(results, failed=True, changed=True):
        assert "was accepted by the portal: waited 1 s (wait_timeout), but its end is not seen" in result.msg
    assert results[2].msg.endswith("(the portal says 'on')")
    assert re.search(r"\(the portal says 'running, \d %'\)$", results[3].msg)


# reinstall and diagnostics of portals that forget what has ended


@pytest.mark.simulator(build_time=0.5)
def test_a_portal_that_forgets_what_has_ended(simulator, run_tasks):
    """The reinstall is seen in the system; the disks would be cleared again, and that is said."""
    simulator.poke(settings={"forgets": True})
    reinstalled, again, cleared, cleared_again, checked = run_tasks(
        [
            task("sindad_reinstall", service="513", template="Debian 12"),
            task("sindad_reinstall", service="513", template="Debian 12"),
            task("sindad_diagnostics", **CLEAR),
            task("sindad_diagnostics", **CLEAR, check=True),
            task("sindad_diagnostics", service="512", template="Diagnostics"),
        ]
    ).task_results
    judge([reinstalled, cleared, cleared_again, checked], changed=True)
    judge([again])
    assert reinstalled["reinstall"]["status"] == "done"
    assert "warnings" not in reinstalled
    (warning,) = cleared["warnings"]
    assert warning == (
        "the portal shows no trace of the diagnostics that have cleared the disks of service 513: "
        "running this task again would clear them again"
    )
    assert "warnings" not in checked
    assert [server.get("wipes", 0) for server in simulator.state()["server"]] == [0, 1]


def test_a_portal_that_remembers_says_nothing_of_that(simulator, run_tasks):
    cleared, again = run_tasks([task("sindad_diagnostics", **CLEAR)] * 2).task_results
    judge([cleared], changed=True)
    judge([again])
    assert "warnings" not in cleared
    assert [server.get("wipes", 0) for server in simulator.state()["server"]] == [0, 1]


def test_a_reinstall_that_the_portal_did_not_do(simulator, run_tasks):
    """Accepted, and a while later the same system is there: it isn't reported as done."""
    simulator.fault(method="POST", path=STATUS, status=200, body={"status": True, "password": "gEner4ted-one"})
    (result,) = run_tasks([task("sindad_reinstall", service="512", template="Ubuntu 24.04")]).task_results
    judge([result], failed=True, changed=True)
    assert result.msg == (
        "the reinstall of service 512 was accepted by the portal and has ended, "
        "but the system is Debian 12, not Ubuntu 24.04"
    )
    assert result["reinstall"]["password"] == "gEner4ted-one"


def test_a_reinstall_that_begins_late(simulator, run_tasks):
    """It is in a queue for a second: what is there before is not its end."""
    simulator.poke(settings={"build_time": 1})
    idle = {"status": 200, "body": {"status": "idle"}}
    simulator.fault(method="GET", path=STATUS, skip=2, times=4, **idle)
    options = {"service": "512", "template": "Ubuntu 24.04", "wait_timeout": 30, "wait_interval": 0.3}
    (result,) = run_tasks([task("sindad_reinstall", **options)]).task_results
    judge([result], changed=True)
    assert result["reinstall"]["status"] == "done"


# addresses


def test_addresses_are_added_and_told(simulator, run_tasks):
    added, none, unwaited = run_tasks(
        [
            task("sindad_ip", service="512", vlan="storage", count=3, domain="x.example.ir"),
            task("sindad_ip", service="512", vlan="storage", count=3, domain="x.example.ir"),
            task("sindad_ip", service="512", vlan="storage", count=5, domain="x.example.ir", check=True),
        ]
    ).task_results
    judge([added, unwaited], changed=True)
    judge([none])
    assert [(ip["domain"], ip["vlan"], ip["vlan_name"]) for ip in added["added"]] == [
        ("x.example.ir", "20", "storage")
    ] * 2
    assert {ip["id"] for ip in added["added"]} < {ip["id"] for ip in added["ips"]}
    assert none["added"] == unwaited["added"] == []


def test_an_address_in_a_vlan_of_other_words_may_be_in_it(simulator, run_tasks):
    """Nothing is bought for an address that is there already; what is known to be elsewhere doesn't count."""
    told = ("10", "public", "Public ", "vlan10", None, ["10"], "20", "storage", "30")
    ips = [{"id": str(80 + number), "ipaddress": f"185.0.3.{80 + number}"} for number in range(len(told))]
    ips = [{**ip, "vlan": vlan} for ip, vlan in zip(ips, told, strict=True)]
    simulator.fault(method="GET", path="/service/@id/ips", status=200, body={"ips": ips}, times=None)
    simulator.fault(method="GET", path="/service/@id/vlans", status=200, body={"vlans": ["public", "office"]}, skip=2)
    wanted = {"service": "512", "vlan": "public", "domain": "x.example.ir"}
    enough, missing, texts = run_tasks(
        [task("sindad_ip", check=True, **wanted, count=count) for count in (6, 7, 8)]
    ).task_results
    judge([enough])
    judge([missing], changed=True)
    assert missing["plan"] == ["add 1 address in VLAN public to service 512"]
    for result in (enough, missing):
        (warning,) = result["warnings"]
        assert warning.startswith("the portal doesn't say whether these addresses of service 512 are in VLAN public")
        assert warning.endswith("so they count: 185.0.3.83, 185.0.3.84, 185.0.3.85")
    # These VLANs have no ids, so the addresses' ids may be theirs.
    judge([texts])
    assert texts["diff"]["before"] == "count: 9\nvlan: public\n"
    assert simulator.writes == []


def test_addresses_that_are_added_one_after_the_other(simulator, run_tasks):
    """One of three is there when the time is over: it isn't said that nothing has happened."""
    first = {"ips": [{"id": "71", "ipaddress": "185.0.3.10", "vlan": "10"}]}
    second = {"ips": [*first["ips"], {"id": "72", "ipaddress": "185.0.3.11", "vlan": "10"}]}
    for answer in ({"status": 200, "body": {"status": True}}, {"drop": "after"}):
        simulator.fault(method="POST", path="/service/@id/ips", **answer)
        simulator.fault(method="GET", path="/service/@id/ips", status=200, body=first)
        simulator.fault(method="GET", path="/service/@id/ips", status=200, body=second, times=None)
        wanted = {"service": "512", "vlan": "public", "count": 4, "domain": "x.example.ir"}
        (result,) = run_tasks([task("sindad_ip", **wanted, wait_timeout=1)]).task_results
        simulator.clear_faults()
        judge([result], failed=True, changed=True)
        assert "1 of 3 are there" in result.msg
        assert [ip["address"] for ip in result["added"]] == ["185.0.3.11"]


def test_entries_without_an_address_are_left_out(simulator, run_tasks):
    """Gateways and networks are none of the server's, and an address may be told twice."""
    ips = [
        {"id": "71", "gateway": "185.0.3.1", "netmask": "255.255.255.0", "ipaddress": "185.0.3.10/24", "main": "1"},
        {"id": "72", "ipaddress": "N/A", "vlan": "10"},
        {"id": "73", "ipaddress": "::ffff:185.0.3.12", "vlan": {"id": 20, "name": "storage"}},
        {"id": "74", "ipaddress": "185.0.3.10", "domain": "db.example.ir"},
    ]
    simulator.fault(method="GET", path="/service/@id/ips", status=200, body={"ips": ips}, times=None)
    everything, one = run_tasks(
        [task("sindad_ip_info", service="512"), task("sindad_ip", service="512", vlan="20", count=1)]
    ).task_results
    judge([everything, one])
    assert [ip["address"] for ip in everything["ips"]] == ["185.0.3.10", "185.0.3.12"]
    assert (everything["ips"][1]["vlan"], everything["ips"][1]["vlan_name"]) == ("20", "storage")
    gateways = [{"id": "71", "gateway": "185.0.3.1", "netmask": "255.255.255.0"}]
    simulator.clear_faults()
    simulator.fault(method="GET", path="/service/@id/ips", status=200, body={"ips": gateways}, times=None)
    (none,) = run_tasks([task("sindad_ip_info", service="512")]).task_results
    judge([none], failed=True)
    assert "GET /service/512/ips" in none.msg


def test_a_domain_that_is_not_told(simulator, run_tasks):
    """It is asked for in the details, and where they don't tell it either, set with a warning; empty clears one."""
    simulator.poke(settings={"shape": "openstack"})  # a list of bare addresses
    known, cleared, cleared_again = run_tasks(
        [
            task("sindad_ip", service="512", ip="185.0.3.11", domain="replica.db.example.ir"),
            task("sindad_ip", service="512", ip="185.0.3.11", domain=""),
            task("sindad_ip", service="512", ip="185.0.3.11", domain=""),
        ]
    ).task_results
    judge([known, cleared_again])
    judge([cleared], changed=True)
    assert cleared["plan"] == ["clear the domain of 185.0.3.11 of service 512 (now replica.db.example.ir)"]
    simulator.poke(settings={"shape": "reference"})
    bare = {"ips": [{"id": "73", "ipaddress": "185.0.3.12"}]}
    simulator.fault(method="GET", path="/service/@id/ips", status=200, body=bare, times=None)
    simulator.fault(method="GET", path="/service/@id/ips/@ip", status=404, body={"error": ["not found"]}, times=None)
    simulator.fault(method="POST", path="/service/@id/ips/@ip", odd="wordless_empty", skip=1)
    unknown, in_doubt = run_tasks(
        [task("sindad_ip", service="512", ip="185.0.3.12", domain="new.example.ir")] * 2
    ).task_results
    judge([unknown], changed=True)
    judge([in_doubt], failed=True, changed=True)
    for result in (unknown, in_doubt):
        assert "the portal doesn't report the domain of 185.0.3.12 of service 512" in result["warnings"][0]
    assert in_doubt.msg.endswith("it may have been carried out, check before you run this again")


# reading fails after something was done


def test_what_was_done_comes_first_where_a_read_fails_afterwards(simulator, run_tasks):
    broken = {"method": "GET", "status": 500, "body": {"error": ["database is gone"]}, "times": None}
    cases = (
        ("sindad_hostname", {"service": "512", "hostname": "new.example.ir"}, INFO, 1, "naming service 512 was acc"),
        ("sindad_service_label", {"service": "402", "label": "new"}, "/service/@id/label", 1, "labelling service 40"),
        ("sindad_power", {"service": "512", "state": "off"}, "/service/@id/status", 1, "power off of service 512 w"),
        ("sindad_power", {"service": "512", "state": "on", "wait": False}, "/service/@id/status", 1, "done: power o"),
        ("sindad_ip", {"service": "512", "ip": "72", "state": "absent"}, "/service/@id/ips", 1, "removing address 18"),
        ("sindad_rescue", {"service": "513", "template": "SystemRescue"}, "/service/@id/rescue", 2, "done: start the "),
        ("sindad_diagnostics", CLEAR, "/service/@id/diag", 2, "the diagnostics that clear the disks of service 513"),
    )
    for module, args, path, skip, said in cases:
        simulator.fault(**broken, path=path, skip=skip)
        (result,) = run_tasks([task(module, **{"wait_timeout": 1, **args})]).task_results
        simulator.clear_faults()
        judge([result], failed=True, changed=True)
        assert result.msg.startswith(said), result.msg
        assert "database is gone" in result.msg


# a job whose status isn't understood

DIAGNOSTICS = {"template": "ISPsystem__Diag-x86_64", "clear_disks": True, "confirm": "512"}


@pytest.mark.parametrize(
    "status",
    [
        "Failed to get status from DCI",
        "Error: connection timed out",
        "Not available",
        "Ready to run diagnostics",
        "Server is running",
    ],
)
def test_a_status_that_is_not_understood_clears_no_disks_and_is_no_rescue(status, simulator, run_tasks):
    for path in ("/service/512/diag", "/service/512/rescue"):
        simulator.fault(method="GET", path=path, status=200, body={"status": status}, times=None)
    asked = [
        task("sindad_diagnostics", service="512", **DIAGNOSTICS),
        task("sindad_rescue", service="512", template="ISPsystem__Sysrescd-x86_64"),
    ]
    for result in judge(run_tasks(asked).task_results, failed=True):
        assert f"its status {status!r} is not a known one" in result.msg
    assert simulator.writes == []


def test_the_outcome_of_a_request_is_no_status(simulator, run_tasks):
    body = {"success": True, "status": "success", "message": "No rescue in progress"}
    simulator.fault(method="GET", path="/service/512/rescue", status=200, body=body, times=None)
    (result,) = judge(
        run_tasks([task("sindad_rescue", service="512", template="ISPsystem__Sysrescd-x86_64")]).task_results,
        failed=True,
    )
    assert "there is no 'status'" in result.msg
    assert simulator.writes == []


def test_other_diagnostics_that_are_done_have_cleared_nothing(simulator, run_tasks):
    body = {"status": "done", "template": "ISPsystem__Memtest"}
    simulator.fault(method="GET", path="/service/512/diag", status=200, body=body, times=None)
    (result,) = judge(run_tasks([task("sindad_diagnostics", service="512", **DIAGNOSTICS)]).task_results)
    assert "nothing says that its disks were cleared" in result["warnings"][0]
    assert simulator.writes == []


@pytest.mark.parametrize("body", [{"power": 0, "status": "on"}, {"id": "513", "name": "EX-1", "status": "Active"}])
def test_a_power_that_is_contradicted_is_unknown(body, simulator, run_tasks):
    simulator.fault(method="GET", path="/service/512/status", status=200, body=body, times=None)
    (result,) = judge(run_tasks([task("sindad_power", service="512", state="on")]).task_results, failed=True)
    assert "which is not a known one; nothing was sent" in result.msg
    assert simulator.writes == []
