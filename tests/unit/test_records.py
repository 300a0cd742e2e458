# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every form in which portals are known to answer, and any other: readers never raise."""

from __future__ import annotations

import dataclasses
import ipaddress
import json
import os
from typing import Any

import pytest
from ansible_collections.sindad.cloud.plugins.module_utils import _records
from ansible_collections.sindad.cloud.plugins.module_utils._records import (
    IPAddress,
    Power,
    ServerInfo,
    ServerOperation,
    Service,
    Template,
    Ticket,
    VirtualMachine,
    addresses,
    as_dict,
    as_list,
    below,
    flag,
    money,
    number,
    pick,
    same,
    state_word,
    text,
    unwrap,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.seed import SEEDS
from simulator.shapes import SHAPES
from simulator.testing import Simulator

# The same examples each time; HYPOTHESIS_PROFILE=explore looks for new ones.
settings.register_profile("fixed", deadline=None, derandomize=True, database=None)
settings.register_profile("explore", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))

# one machine, in the words of each back end

VEESP_2019 = {
    "vms": {
        "18867": {
            "id": "18867",
            "label": "test",
            "state": "online",
            "memory": 512,
            "disk": 10,
            "cpus": "1",
            "burstmem": -512,
            "bandwidth": 100,
            "ip": ["198.51.100.7", " 2a00:1838:37:3bd::ae42"],
            "ipv6subnets": ["2a00:1838:37:3bd::/64"],
            "template": "linux-debian-10-x86_64-min-gen2-v1",
            "template_label": "Debian Buster 10 64 bit",
            "password": "in clear text",
            "pae": 0,
            "pxe": 0,
            "usage": {"bandwidth": {"total": 100, "used": 0, "free": 100, "percent": "0"}},
        }
    }
}
VEESP_PROXMOX = {
    "vms": {
        "17228": {
            "label": "rkn0",
            "hostname": "rkn0",
            "cpus": "2",
            "memory": 2048,
            "disk": 40,
            "ip": ["198.51.100.5"],
            "template_label": "Debian 12",
            "status": "active",
        }
    }
}
DCHOST_LIST = {
    "vms": {"501": {"status": "running", "built": 1, "power": 1, "ipv4": "198.51.100.9", "disk": 30, "vmid": 501}}
}
DCHOST_DETAILS = {
    "vm": {
        "status": "running",
        "built": True,
        "power": 1,
        "locked": False,
        "label": "shop",
        "hostname": "shop.example.com",
        "ipv4": "198.51.100.9",
        "ipv6": "2001:db8::9",
        "ip": {"771": {"ipaddress": "198.51.100.9", "main": 1}, "772": {"ipaddress": "10.0.0.9", "main": "0"}},
        "memory": "4096",
        "disk": "30 GB",
        "cores": "2",
        "sockets": "2",
        "template_name": "AlmaLinux 9",
        "username": "root",
        "password": "hush",
        "uptime": 5,
        "interfaces": {"net0": {"mac": "00:11:22:33:44:55", "bridge": "vmbr0", "ip": ["198.51.100.9"]}},
        "bandwidth": {"data_received": 1, "data_sent": 2},
    }
}
TOGGLEBOX = {
    "data": [
        {
            "id": 1693,
            "hostname": "one",
            "STATE": "ACTIVE",
            "LCM_STATE_STR": "RUNNING",
            "cpu": 2,
            "memory": 1024,
            "disk": 8,
            "ips": ["198.51.100.3"],
            "tags": [],
        }
    ],
    "error": [],
    "info": [],
    "page": {"current": 1, "total": 1},
}
ADMIN = {"success": True, "vms": [{"id": 1269, "hostname": "example-vm"}], "call": "proxmoxListVMs", "server_time": 1}


def plain(machine: VirtualMachine | None) -> dict[str, Any]:
    assert machine is not None
    return {name: value for name, value in machine.as_dict().items() if value not in (None, [])}


def only(answer: Any) -> dict[str, Any]:
    machines = VirtualMachine.read_list(answer, "9")
    assert len(machines) == 1
    return plain(machines[0])


def test_veesp_2019() -> None:
    assert only(VEESP_2019) == {
        "id": "18867",
        "name": "test",
        "status": "running",
        "memory": 512,
        "cpu": 1,
        "disk": 10,
        "template": "Debian Buster 10 64 bit",
        "template_id": "linux-debian-10-x86_64-min-gen2-v1",
        "ips": ["198.51.100.7", "2a00:1838:37:3bd::ae42"],
        "ipv4": "198.51.100.7",
        "ipv6": "2a00:1838:37:3bd::ae42",
        "service_id": "9",
    }


def test_veesp_proxmox_has_the_id_as_key_only() -> None:
    assert only(VEESP_PROXMOX) == {
        "id": "17228",
        "name": "rkn0",
        "status": "running",
        "memory": 2048,
        "cpu": 2,
        "disk": 40,
        "template": "Debian 12",
        "ips": ["198.51.100.5"],
        "ipv4": "198.51.100.5",
        "service_id": "9",
    }


def test_dchost_list() -> None:
    assert only(DCHOST_LIST) == {
        "id": "501",
        "status": "running",
        "disk": 30,
        "ips": ["198.51.100.9"],
        "ipv4": "198.51.100.9",
        "service_id": "9",
    }


@pytest.mark.parametrize(
    "answer",
    [
        DCHOST_DETAILS,
        DCHOST_DETAILS["vm"],
        {"data": DCHOST_DETAILS["vm"]},
        {"data": DCHOST_DETAILS, "error": []},
        {"vms": {"501": DCHOST_DETAILS["vm"]}},
        {"vms": [{"id": 500, "label": "another"}, {**DCHOST_DETAILS["vm"], "vmid": 501}]},
        {"data": {"501": DCHOST_DETAILS["vm"]}},
        {"vm": {"501": DCHOST_DETAILS["vm"]}, "info": []},
    ],
)
def test_dchost_details_however_they_are_wrapped(answer: Any) -> None:
    assert plain(VirtualMachine.read_details(answer, "9", "501")) == {
        "id": "501",
        "name": "shop",
        "status": "running",
        "memory": 4096,
        "cpu": 4,
        "disk": 30,
        "template": "AlmaLinux 9",
        "ips": ["198.51.100.9", "10.0.0.9", "2001:db8::9"],
        "ipv4": "198.51.100.9",
        "ipv6": "2001:db8::9",
        "private_ipv4": "10.0.0.9",
        "service_id": "9",
    }


def test_togglebox() -> None:
    assert only(TOGGLEBOX) == {
        "id": "1693",
        "name": "one",
        "status": "running",
        "memory": 1024,
        "cpu": 2,
        "disk": 8,
        "ips": ["198.51.100.3"],
        "ipv4": "198.51.100.3",
        "service_id": "9",
    }


def test_admin_list() -> None:
    assert only(ADMIN) == {"id": "1269", "name": "example-vm", "status": "unknown", "service_id": "9"}


@pytest.mark.parametrize(
    "answer",
    [
        {"vms": []},
        {"vms": {}},
        {"vms": None},
        {"vms": ""},
        {"vms": False},
        [],
        {"data": []},
        {"data": None, "error": []},
        {"data": {"vms": []}},
        {"status": True, "vms": []},
        {"success": True, "vms": [], "call": "x", "server_time": 1},
    ],
)
def test_no_machines(answer: Any) -> None:
    assert VirtualMachine.read_list(answer, "9") == ()


#: What says nothing of what there is, and must not be taken for a word that there is nothing.
NO_LISTS: list[Any] = [
    *({}, None, True, 1, "", "busy", {"error": [], "info": []}, {"message": "Rate limit"}, {"errors": ["x"]}),
    *({"status": True}, {"foo": []}, {"foo": 1}, [None], [{}], [{"id": ""}], [{"foo": 1}]),
]


@pytest.mark.parametrize("answer", NO_LISTS)
@pytest.mark.parametrize(
    ("read", "key"),
    [(Service.read_list, "services"), (IPAddress.read_list, "ips"), (lambda found: VirtualMachine.read_list(found, "9"), "vms")],
)  # fmt: skip
def test_no_list(read: Any, key: str, answer: Any) -> None:
    assert read(answer) is None
    if answer not in (None, "", {}):
        assert read({key: answer}) is None


def test_one_that_can_not_be_read_makes_the_list_unreadable() -> None:
    assert VirtualMachine.read_list({"vms": [{"id": 1, "label": "a"}, {"label": "b"}]}, "9") is None
    assert Service.read_list({"services": [{"id": "1"}, {"domain": "a.example"}]}) is None
    assert IPAddress.read_list({"ips": [{"id": 1, "ip": "192.0.2.1"}, {"id": 2}]}) is None


@pytest.mark.parametrize("answer", [{"vm": []}, {"vm": {}}, {"vm": None}, {}, [], None, {"info": ["x"]}, {"vms": []}])
def test_a_machine_that_is_gone(answer: Any) -> None:
    """No key, or nothing below it: a machine of which nothing is known isn't there."""
    assert VirtualMachine.read_details(answer, "9", "501") is None


MACHINE = {"label": "web-1", "status": "running", "memory": 2048, "cpu": 2, "disk": 20, "ips": ["198.51.100.5"]}


def strings(value: Any) -> Any:
    """The same with its numbers as strings."""
    if isinstance(value, dict):
        return {key: strings(item) for key, item in value.items()}
    if isinstance(value, list):
        return [strings(item) for item in value]
    return value if isinstance(value, bool) else str(value)


FORMS = {
    "list": [{"id": 5, **MACHINE}, {"id": 6, **MACHINE, "label": "web-2"}],
    "keyed": {"5": {"id": 5, **MACHINE}, "6": {"id": 6, **MACHINE, "label": "web-2"}},
    "keyed without ids": {"5": MACHINE, "6": {**MACHINE, "label": "web-2"}},
    "vmid": [{"vmid": 5, **MACHINE}, {"vmid": 6, **MACHINE, "label": "web-2"}],
    "uuid": [{"uuid": "5", **MACHINE}, {"uuid": "6", **MACHINE, "label": "web-2"}],
}


@pytest.mark.parametrize("numbers", [False, True], ids=["numbers", "strings"])
@pytest.mark.parametrize("wrap", ["vms", "data", "data.vms", "bare", "with noise"])
@pytest.mark.parametrize("form", FORMS)
def test_the_same_machine_gives_the_same_record(form: str, wrap: str, numbers: bool) -> None:
    content = strings(FORMS[form]) if numbers else FORMS[form]
    answer = {
        "vms": {"vms": content},
        "data": {"data": content, "error": [], "info": [], "page": {"current": 1, "total": 1}},
        "data.vms": {"data": {"vms": content}},
        "bare": content,
        "with noise": {"success": True, "error": [], "vms": content},
    }[wrap]
    first, second = VirtualMachine.read_list(answer, "9")
    assert first == VirtualMachine(
        "5", "web-1", "running", 2048, 2, 20, ips=("198.51.100.5",), ipv4="198.51.100.5", service_id="9"
    )
    assert (second.id, second.name) == ("6", "web-2")


@pytest.mark.parametrize("content", [{"id": "5", **MACHINE}, {"vmid": 5, **MACHINE}])
def test_a_single_machine_where_a_list_is_expected(content: Any) -> None:
    (machine,) = VirtualMachine.read_list({"vms": content}, "9")
    assert (machine.id, machine.name) == ("5", "web-1")


@pytest.mark.parametrize(
    ("entry", "template", "identity"),
    [
        ({"template": "Debian 12"}, "Debian 12", None),
        ({"template": "101"}, None, "101"),
        ({"template": 101}, None, "101"),
        ({"template": "101", "template_name": "Debian 12"}, "Debian 12", "101"),
        ({"template": "debian-12", "template_label": "Debian 12"}, "Debian 12", "debian-12"),
        ({"template": "Debian 12", "template_name": "Debian 12"}, "Debian 12", None),
        ({"template": {"id": 101, "name": "Debian 12"}}, "Debian 12", "101"),
        ({"template": {"uuid": "a-b", "label": "Debian 12"}}, "Debian 12", "a-b"),
        ({"template_id": 101, "template": "Debian 12"}, "Debian 12", "101"),
        ({"templateid": "101", "os": "Debian 12"}, "Debian 12", "101"),
        ({"template_name": "R&amp;D &#39;image&#39;"}, "R&D 'image'", None),
        ({"template": []}, None, None),
        ({"template": ""}, None, None),
        ({}, None, None),
    ],
)
def test_a_template_is_told_from_its_id(entry: Any, template: str | None, identity: str | None) -> None:
    (machine,) = VirtualMachine.read_list([{"id": 5, **entry}], "9")
    assert (machine.template, machine.template_id) == (template, identity)


@pytest.mark.parametrize(
    ("entry", "cpu"),
    [
        ({"cpu": 2}, 2),
        ({"cpus": "2"}, 2),
        ({"vcpus": 2}, 2),
        ({"cores": 2, "sockets": 2}, 4),
        ({"cores": "2"}, 2),
        ({"cpus": 3, "cores": 2, "sockets": 2}, 3),
        ({"cpu": "2 vCPU"}, 2),
        ({"cpu": 0.0}, 0),
        ({"sockets": 2}, None),
        ({}, None),
    ],
)
def test_cpus(entry: Any, cpu: int | None) -> None:
    (machine,) = VirtualMachine.read_list([{"id": 5, **entry}], "9")
    assert machine.cpu == cpu


# addresses


def read(**entry: Any) -> VirtualMachine:
    (machine,) = VirtualMachine.read_list([{"id": 5, **entry}], "9")
    return machine


@pytest.mark.parametrize(
    "entry",
    [
        {"ip": ["185.0.2.10", " 2001:db8::1", "10.0.0.5"]},
        {"ips": ["185.0.2.10/24", "2001:DB8::1/64 ", "10.0.0.5"]},
        {"ips": "185.0.2.10, 2001:db8::1,10.0.0.5"},
        {"ips": "185.0.2.10 2001:db8::1 10.0.0.5"},
        {"ip": {"2": {"ipaddress": "2001:db8::1"}, "1": {"ipaddress": "185.0.2.10", "main": 1}, "3": "10.0.0.5"}},
        {"ip": {"7": {"address": "2001:db8::1", "main": "0"}, "8": {"ip": "185.0.2.10", "main": "1"}, "9": "10.0.0.5"}},
        {"ip": {"185.0.2.10": {}, "2001:db8::1": {}, "10.0.0.5": {}}},
        {"ipv4": "185.0.2.10", "ipv6": "2001:db8::1", "private_ipv4": "10.0.0.5"},
        {"ipv4": "185.0.2.10", "ipv6": ["2001:db8::1"], "interfaces": {"net1": {"ip": ["10.0.0.5"]}}},
        {"main_ip": "185.0.2.10", "ips": ["10.0.0.5", "2001:db8::1"]},
        {"networks": {"v4": [{"ip_address": "185.0.2.10"}, {"ip_address": "10.0.0.5"}], "v6": ["2001:db8::1"]}},
        {"addresses": {"public": [{"addr": "x", "address": "185.0.2.10"}, "2001:db8::1"], "private": ["10.0.0.5"]}},
    ],
)
def test_addresses_in_all_their_forms(entry: Any) -> None:
    machine = read(**entry)
    assert (machine.ipv4, machine.ipv6, machine.private_ipv4) == ("185.0.2.10", "2001:db8::1", "10.0.0.5")
    assert set(machine.ips) == {"185.0.2.10", "2001:db8::1", "10.0.0.5"}


def test_the_main_address_comes_first() -> None:
    entries = {"1": {"ipaddress": "185.0.2.11", "main": "0"}, "2": {"ipaddress": "185.0.2.10", "main": "1"}}
    assert read(ip=entries).ipv4 == "185.0.2.10"
    assert read(ips=list(entries.values())).ipv4 == "185.0.2.10"


def test_each_address_is_there_once() -> None:
    assert read(ipv4="185.0.2.10", ip=["185.0.2.10", "185.0.2.10/24"], ips=" 185.0.2.10").ips == ("185.0.2.10",)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "fe80::1", "169.254.1.1", "0.0.0.0", "::"])
def test_addresses_that_reach_nothing_are_none(address: str) -> None:
    machine = read(ips=[address])
    assert (machine.ips, machine.ipv4, machine.ipv6, machine.private_ipv4) == ((), None, None, None)


@pytest.mark.parametrize(
    "address", ["10.1.2.3", "172.16.0.1", "172.31.255.1", "192.168.1.1", "100.64.0.1", "100.127.1.1"]
)
def test_private_addresses(address: str) -> None:
    machine = read(ips=[address])
    assert (machine.ipv4, machine.private_ipv4) == (None, address)


@pytest.mark.parametrize("address", ["172.32.0.1", "100.128.0.1", "185.0.2.10", "198.51.100.1", "203.0.113.9"])
def test_public_addresses(address: str) -> None:
    machine = read(ips=[address])
    assert (machine.ipv4, machine.private_ipv4) == (address, None)


def test_a_private_ipv6_is_no_public_one() -> None:
    assert read(ips=["fd00::1"]).ipv6 is None


@pytest.mark.parametrize("value", ["", "none", "185.0.2", "185.0.2.10.5", 185, None, True, [], {}, {"main": 1}, "::g"])
def test_what_is_no_address_is_none(value: Any) -> None:
    assert list(addresses(value)) == []


# states


@pytest.mark.parametrize(
    ("entry", "word"),
    [
        *[({"status": each}, "running") for each in ("running", "Running", "ACTIVE", "active", "on", "started", "up")],
        *[({"state": each}, "running") for each in ("online", "ONLINE", " running ")],
        *[({"status": each}, "stopped") for each in ("stopped", "offline", "off", "SHUTOFF", "poweroff", "down")],
        *[({"status": each}, "stopped") for each in ("powered_off", "shutdown", "halted", "POWEROFF")],
        *[({"status": each}, "rescue") for each in ("rescue", "RESCUE", "rescued")],
        *[({"status": each}, "building") for each in ("BUILD", "REBUILD", "building", "rebuilding", "creating")],
        *[({"status": each}, "building") for each in ("pending", "provisioning", "starting", "stopping", "rebooting")],
        *[
            ({"status": each}, "building")
            for each in ("VERIFY_RESIZE", "resizing", "migrating", "installing", "locked")
        ],
        *[({"status": each}, "unknown") for each in ("ERROR", "suspended", "paused", "unknown", "", None, [], {}, 17)],
        ({}, "unknown"),
        ({"power": 1}, "running"),
        ({"power": "0"}, "stopped"),
        ({"power": True}, "running"),
        ({"power": False}, "stopped"),
        ({"power": "on"}, "running"),
        ({"power": "off"}, "stopped"),
        ({"powerState": "running"}, "running"),
        ({"status": "", "power": 1}, "running"),
        ({"status": "unknown", "power": 0}, "stopped"),
        ({"status": "active", "power": 0}, "stopped"),
        ({"status": "active", "power": "1"}, "running"),
        ({"status": "running", "built": True}, "running"),
        ({"status": "running", "built": 0}, "building"),
        ({"status": "running", "built": "0"}, "building"),
        ({"status": "stopped", "built": False, "power": 0}, "building"),
        ({"status": "running", "built": 1, "locked": 1}, "building"),
        ({"status": "running", "locked": "true"}, "building"),
        ({"status": "running", "locked": "0"}, "running"),
        ({"STATE": "ACTIVE", "LCM_STATE_STR": "RUNNING"}, "running"),
        ({"STATE": "ACTIVE", "LCM_STATE_STR": "BOOT"}, "building"),
        ({"STATE": "ACTIVE", "LCM_STATE_STR": "PROLOG"}, "building"),
        ({"STATE": "ACTIVE", "LCM_STATE_STR": "LCM_INIT"}, "running"),
        ({"STATE": "POWEROFF", "LCM_STATE_STR": "LCM_INIT"}, "stopped"),
        ({"STATE": "UNDEPLOYED", "LCM_STATE_STR": "LCM_INIT"}, "stopped"),
        ({"STATE": "ACTIVE", "LCM_STATE_STR": "RESCUE"}, "rescue"),
        ({"STATE": "PENDING", "LCM_STATE_STR": "LCM_INIT"}, "building"),
    ],
)
def test_state_words(entry: Any, word: str) -> None:
    assert state_word(entry) == word
    assert read(**entry).status == word


# services


def test_a_service_of_the_references_list() -> None:
    service = Service.read(
        {
            "id": "32723",
            "domain": "test",
            "total": "4.000",
            "status": "Active",
            "billingcycle": "Monthly",
            "next_due": "2019-12-06",
            "category": "Linux SSD VPS",
            "category_url": "vps",
            "name": "SSD Sandbox",
        }
    )
    assert service.as_dict() == {
        "id": "32723",
        "name": "SSD Sandbox",
        "label": None,
        "domain": "test",
        "status": "Active",
        "category": "Linux SSD VPS",
        "category_slug": "vps",
        "billing_cycle": "Monthly",
        "total": 4.0,
        "next_due": "2019-12-06",
    }
    assert str(service) == "32723 (SSD Sandbox, test, Active)"
    assert str(dataclasses.replace(service, label="web")) == "32723 (SSD Sandbox, test, label web, Active)"


def test_empty_values_of_a_service_are_null() -> None:
    service = Service.read({"id": 7, "domain": "", "next_due": "0000-00-00", "total": "free", "label": " "})
    assert [name for name, value in service.as_dict().items() if value is not None] == ["id"]


def test_names_without_entities() -> None:
    assert Service.read({"id": 7, "name": "R&amp;D &#39;pool&#39; "}).name == "R&D 'pool'"


# templates, recipes, addresses of servers


@pytest.mark.parametrize(
    "content",
    [
        [{"id": "101", "name": "Debian 12", "size_gb": 3}, {"id": 102, "name": "Ubuntu"}],
        {"101": {"name": "Debian 12"}, "102": {"label": "Ubuntu"}},
        {"101": {"id": "101", "title": "Debian 12"}, "102": {"id": "102", "name": "Ubuntu"}},
        {"101": "Debian 12", "102": "Ubuntu"},
        [{"template": "101", "template_label": "Debian 12"}, {"uuid": "102", "name": "Ubuntu"}],
    ],
)
@pytest.mark.parametrize("wrap", [lambda it: {"templates": it}, lambda it: {"data": it, "error": []}, lambda it: it])
def test_templates(content: Any, wrap: Any) -> None:
    found = Template.read_list(wrap(content), "templates")
    assert [(each.id, each.name) for each in found] == [("101", "Debian 12"), ("102", "Ubuntu")]


def test_templates_that_are_names_only() -> None:
    assert [(each.id, each.name) for each in Template.read_list({"templates": ["a", "b", ""]}, "templates")] == [
        ("a", "a"),
        ("b", "b"),
    ]


@pytest.mark.parametrize(
    "usable", [["a", "b"], {"0": "a", "1": "b"}, "a, b", "a,b", [{"id": "a"}, {"id": "b"}], {"a": {}, "b": {}}]
)
def test_recipes_say_what_they_are_usable_for(usable: Any) -> None:
    (recipe,) = Template.read_list({"recipes": [{"id": "lamp", "name": "LAMP", "usablefor": usable}]}, "recipes")
    assert set(recipe.usable_for) >= {"a", "b"}


@pytest.mark.parametrize(
    ("answer", "identities"),
    [
        ({"ips": ["198.51.100.5", "2001:db8::1"]}, ["198.51.100.5", "2001:db8::1"]),
        ({"ips": {"1": {"ipaddress": "198.51.100.5", "main": "1"}, "2": {"ipaddress": " 2001:db8::1"}}}, ["1", "2"]),
        ({"ips": [{"id": 1, "address": "198.51.100.5"}, {"id": "2", "ip": "2001:DB8::1"}]}, ["1", "2"]),
        ([{"ip_id": 1, "ipaddress": "198.51.100.5"}, {"ip_id": 2, "ipaddress": "2001:db8::1"}], ["1", "2"]),
        ({"ips": {"1": "198.51.100.5", "2": "2001:db8::1"}}, ["1", "2"]),
        ({"data": [{"id": 1, "ipaddress": "198.51.100.5"}, {"id": 2, "ipaddress": "2001:db8::1"}]}, ["1", "2"]),
    ],
)
def test_addresses_of_a_server(answer: Any, identities: list[str]) -> None:
    found = IPAddress.read_list(answer)
    assert [(each.id, each.address) for each in found] == list(
        zip(identities, ["198.51.100.5", "2001:db8::1"], strict=True)
    )


@pytest.mark.parametrize(
    ("vlan", "read_as"),
    [("10", "10"), (10, "10"), ({"id": "10", "name": "public"}, "10"), ({"name": "public"}, "public"), ([], None)],
)
def test_the_vlan_of_an_address(vlan: Any, read_as: str | None) -> None:
    (found,) = IPAddress.read_list({"ips": [{"id": "1", "ipaddress": "198.51.100.5", "vlan": vlan, "ptr": "a.b"}]})
    assert (found.vlan, found.domain, found.main) == (read_as, "a.b", None)


# servers


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        *[({"status": each}, "on") for each in ("on", "1", 1, True, "running", "online", "ON", "active")],
        *[({"status": each}, "off") for each in ("off", "0", 0, False, "stopped", "offline", "shutdown")],
        *[({"status": each}, "unknown") for each in ("", None, "whatever", [], {})],
        ({"state": "online"}, "on"),
        ({"power": "0"}, "off"),
        ({"poweron": 1}, "on"),
        ({"status": {"power": "ON"}}, "on"),
        ({"data": {"status": "off"}, "error": []}, "off"),
        ({"server": {"power": "on"}}, "on"),
        ("on", "on"),
        (0, "off"),
        (True, "on"),
        ([], "unknown"),
        (None, "unknown"),
        ({}, "unknown"),
    ],
)
def test_power(answer: Any, state: str) -> None:
    assert Power.read(answer).state == state


@pytest.mark.parametrize(
    ("answer", "hostname", "os", "identity"),
    [
        ({"info": {"hostname": "db", "os": "Debian 12", "template": "deb"}}, "db", "Debian 12", "deb"),
        ({"server": {"hostname": "db", "template": "deb", "template_label": "Debian 12"}}, "db", "Debian 12", "deb"),
        ({"info": {"hostname": "db", "os": {"id": "deb", "name": "Debian 12"}}}, "db", "Debian 12", "deb"),
        ({"hostname": "db", "os": "Debian 12"}, "db", "Debian 12", None),
        ({"data": {"name": "db", "ostemplate": "deb"}}, "db", "deb", None),
        ([], None, None, None),
        ({"info": []}, None, None, None),
    ],
)
def test_server_info(answer: Any, hostname: str | None, os: str | None, identity: str | None) -> None:
    info = ServerInfo.read(answer)
    assert (info.hostname, info.os, info.os_id) == (hostname, os, identity)


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        *[(each, "idle") for each in ([], {}, None, "", {"status": ""}, {"status": False}, {"status": "none"})],
        *[({"status": each}, "idle") for each in ("idle", "inactive", "not running", "cancelled", 0, "0")],
        *[({"status": each}, "running") for each in ("running", "in_progress", "Installing (20%)", "queued", 1, True)],
        *[({"status": each}, "done") for each in ("done", "finished", "completed", "success", "installed", "ok")],
        *[({"status": each}, "failed") for each in ("failed", "ERROR", "aborted", "install failed")],
        ({"install_in_progress": ""}, "idle"),
        ({"install_in_progress": "reinstall Debian 12 (40%)"}, "running"),
        ({"reinstall": {"state": "completed", "template": "Debian 12"}}, "done"),
        ({"data": {"status": "running"}, "error": []}, "running"),
        ("installing", "running"),
    ],
)
def test_operations_of_a_server(answer: Any, status: str) -> None:
    assert ServerOperation.read(answer, "reinstall").status == status


def test_the_progress_of_an_operation() -> None:
    assert ServerOperation.read({"install_in_progress": "x (40%)"}).progress == 40
    operation = ServerOperation.read({"status": "running", "progress": "7", "template": {"id": "deb", "name": "D"}})
    assert (operation.progress, operation.template) == (7, "deb")


# tickets


def test_a_ticket() -> None:
    replies = {"929": {"id": "929", "name": "Staff", "type": "Admin", "date": "2016-12-30", "body": "Hi &amp; bye"}}
    ticket = Ticket.read(
        {"ticket_number": 865650, "subject": "x &lt;y&gt;", "deptname": "Billing", "status": "Open", "body": " b "},
        replies,
    )
    assert ticket.as_dict() == {
        "number": "865650",
        "subject": "x <y>",
        "department": "Billing",
        "status": "Open",
        "date": None,
        "body": "b",
        "replies": [{"id": "929", "name": "Staff", "type": "Admin", "date": "2016-12-30", "body": "Hi & bye"}],
    }


# the small ones


@pytest.mark.parametrize(
    ("value", "unit", "read_as"),
    [
        (5, "", 5),
        ("5", "", 5),
        (" 5 ", "", 5),
        ("5.0", "", 5),
        (4.6, "", 5),
        ("20 GB", "g", 20),
        ("20GB", "g", 20),
        ("20480 MB", "g", 20),
        ("2 GB", "m", 2048),
        ("2G", "m", 2048),
        ("1 TB", "g", 1024),
        ("1048576 KB", "m", 1024),
        ("2048", "m", 2048),
        ("-512", "", -512),
        (True, "", None),
        (None, "", None),
        ("", "", None),
        ("none", "", None),
        ("1.2.3", "", None),
        (".", "", None),
        ([], "", None),
        ({}, "", None),
        ("9" * 400, "", None),
        (10**400, "", None),
        (float("inf"), "", None),
        (float("nan"), "", None),
    ],
)
def test_numbers(value: Any, unit: str, read_as: int | None) -> None:
    assert number(value, unit) == read_as


@pytest.mark.parametrize(
    ("value", "amount"),
    [("4.000", 4.0), (9.99, 9.99), ("9", 9.0), (None, None), ("", None), ("free", None), ([], None), ({}, None)],
)
def test_money(value: Any, amount: float | None) -> None:
    assert money(value) == amount


@pytest.mark.parametrize("value", ["inf", "nan", float("inf"), float("nan"), 10**400, "1e999"])
def test_money_that_json_cannot_hold_is_none(value: Any) -> None:
    assert money(value) is None


@pytest.mark.parametrize(
    ("value", "truth"),
    [
        *[(each, True) for each in (True, 1, "1", "true", "True", "yes", "on", " ON ", "y")],
        *[(each, False) for each in (False, 0, "0", "false", "no", "off", "N")],
        *[(each, None) for each in (None, "", "maybe", 2, [], {}, [1])],
    ],
)
def test_flags(value: Any, truth: bool | None) -> None:
    assert flag(value) is truth


@pytest.mark.parametrize(
    ("value", "read_as"),
    [
        ("a &amp; b", "a & b"),
        (" a ", "a"),
        (5, "5"),
        ("", None),
        ("  ", None),
        ("0000-00-00", None),
        ("0000-00-00 00:00:00", None),
        (None, None),
        ([], None),
        ({}, None),
        (0, "0"),
    ],
)
def test_texts(value: Any, read_as: str | None) -> None:
    assert text(value) == read_as


def test_same_ignores_case_and_blanks_around() -> None:
    assert same(" Debian 12", None, "x", "debian 12")
    assert same(512, "512")
    assert not same("a", None, "b")
    assert not same("None", None)


def test_pick_takes_zero_but_nothing_empty() -> None:
    assert pick({"a": "", "b": None, "c": [], "d": {}, "e": 0, "f": 1}, *"abcdef") == 0
    assert pick({}, "a") is None


def test_below_is_a_key_that_must_be_there() -> None:
    assert below({"templates": [1], "recipes": [2]}, "recipes") == [2]
    assert below({"data": {"recipes": [2]}, "error": []}, "recipes") == [2]
    assert below({"templates": [1]}, "recipes") == []
    assert below([], "recipes") == []


def test_records_show_what_the_portal_said_on_demand_only() -> None:
    (machine,) = VirtualMachine.read_list(VEESP_2019, "9")
    assert "raw" not in machine.as_dict()
    assert machine.as_dict(raw=True)["raw"]["burstmem"] == -512
    assert "in clear text" not in repr(machine)


def test_records_are_frozen() -> None:
    machine = read(label="web-1")
    with pytest.raises(dataclasses.FrozenInstanceError):
        machine.name = "other"  # type: ignore[misc]


# anything at all

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(min_value=10**300, max_value=10**320),
    st.floats(),
    st.text(max_size=12),
    st.sampled_from(
        [
            *("running", "ACTIVE", "0", "1", "true", "", "20 GB", "1.2.3", "0000-00-00", "10.0.0.1", "fe80::1%eth0"),
            *("185.0.2.10/24", "::ffff:1.2.3.4", "a, b", "9" * 400, "-", ".", "100%", "&#0;", "&#x110000;", "inf"),
        ]
    ),
)
KEYS = st.one_of(
    st.text(max_size=6),
    st.sampled_from(
        [
            *("id", "vmid", "uuid", "label", "name", "hostname", "status", "state", "STATE", "LCM_STATE_STR", "power"),
            *("built", "locked", "memory", "cpu", "cpus", "cores", "sockets", "disk", "template", "template_id", "ip"),
            *("ips", "ipv4", "ipv6", "interfaces", "ipaddress", "address", "main", "vlan", "domain", "usablefor"),
            *("vm", "vms", "data", "error", "info", "page", "templates", "recipes", "services", "server", "total"),
            *("install_in_progress", "progress", "os", "replies", "ticket_number", "5", "185.0.2.10"),
        ]
    ),
)
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6), max_leaves=25
)
OBJECTS = st.dictionaries(KEYS, JSON, max_size=8)

READERS: dict[str, Any] = {
    "machines": lambda answer: VirtualMachine.read_list(answer, "9"),
    "machine": lambda answer: VirtualMachine.read_details(answer, "9", "5"),
    "templates": lambda answer: Template.read_list(answer, "templates"),
    "recipes": lambda answer: Template.read_list(below(answer, "recipes")),
    "addresses": IPAddress.read_list,
    "info": ServerInfo.read,
    "power": Power.read,
    "operation": lambda answer: ServerOperation.read(answer, "reinstall", "server"),
    "services": Service.read_list,
    "tickets": lambda answer: [
        Ticket.read(entry, entry.get("replies")) for entry in as_list(unwrap(answer, "tickets"), "ticket_number")
    ],
}


def records(found: Any) -> list[Any]:
    return [each for each in (found if isinstance(found, (tuple, list)) else [found]) if each is not None]


@pytest.mark.parametrize("reader", READERS)
@settings(max_examples=400)
@given(answer=JSON | OBJECTS)
def test_no_reader_ever_raises(reader: str, answer: Any) -> None:
    for record in records(READERS[reader](answer)):
        shown = record.as_dict()
        json.dumps(shown, allow_nan=False)
        assert "raw" not in shown
        str(record)


@settings(max_examples=300)
@given(answer=JSON | OBJECTS)
def test_what_a_machine_is_read_as_is_of_the_documented_kinds(answer: Any) -> None:
    for machine in VirtualMachine.read_list(answer, "9") or ():
        assert isinstance(machine.id, str)
        assert machine.id
        assert machine.status in ("running", "stopped", "rescue", "building", "unknown")
        for size in (machine.memory, machine.cpu, machine.disk):
            assert size is None or (isinstance(size, int) and not isinstance(size, bool))
        for name in (machine.name, machine.template, machine.template_id):
            assert name is None or (isinstance(name, str) and name == name.strip() != "")
        assert all(str(ipaddress.ip_address(address)) == address for address in machine.ips)
        assert {machine.ipv4, machine.ipv6, machine.private_ipv4} - {None} <= set(machine.ips)


@settings(max_examples=200)
@given(value=JSON)
def test_the_small_readers_never_raise(value: Any) -> None:
    number(value, "g")
    money(value)
    flag(value)
    text(value)
    list(addresses(value))
    as_list(value)
    unwrap(value, "vms", "vm")
    below(value, "recipes")
    state_word(as_dict(value))


NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp"), exclude_characters="&"),
    min_size=1,
    max_size=12,
)
SIZES = st.integers(min_value=1, max_value=10**6)


@settings(max_examples=200)
@given(
    machines=st.dictionaries(
        st.integers(min_value=1, max_value=10**6),
        st.fixed_dictionaries(
            {
                "label": NAMES.filter(lambda name: name.strip() == name and not name.startswith("0000-00-00")),
                "memory": SIZES,
                "cpu": SIZES,
                "disk": SIZES,
                "status": st.sampled_from(["running", "stopped", "rescue", "building"]),
                "template": st.fixed_dictionaries({"id": SIZES, "name": st.just("Debian 12")}),
                "ips": st.lists(st.ip_addresses(v=4).map(str) | st.ip_addresses(v=6).map(str), max_size=3),
            }
        ),
        max_size=4,
    )
)
def test_all_forms_of_any_machines_give_the_same_records(machines: dict[int, dict[str, Any]]) -> None:
    as_a_list = [{"id": identity, **machine} for identity, machine in machines.items()]
    keyed = {str(identity): machine for identity, machine in machines.items()}
    forms = [as_a_list, keyed or [], {str(each["id"]): each for each in as_a_list} or []]
    first, *others = [
        VirtualMachine.read_list(convert(wrap(form)), "9")
        for form in forms
        for wrap in (lambda it: {"vms": it}, lambda it: {"data": it, "error": [], "info": []}, lambda it: it)
        for convert in (lambda it: it, strings)
    ]
    assert len(first) == len(machines)
    assert [machine.name for machine in first] == [machine["label"] for machine in machines.values()]
    assert all(other == first for other in others)


# the simulator's shapes are those of the notes: all of them read as the same account


@pytest.mark.parametrize("shape", [name for name in SHAPES if name != "reference"])
def test_all_shapes_of_the_simulator_read_as_the_same_machines(shape: str) -> None:
    import requests

    def machines(name: str) -> dict[str, dict[str, Any]]:
        with Simulator(SEEDS / "company.yml", shape=name) as simulator:
            session = requests.Session()
            session.trust_env = False
            session.auth = ("ops@example.com", "simulator")

            def get(path: str) -> Any:
                return session.get(simulator.url + path, timeout=5).json()

            listed = VirtualMachine.read_list(get("/service/402/vms"), "402")
            found = {}
            for machine in listed:
                details = VirtualMachine.read_details(get(f"/service/402/vms/{machine.id}"), "402", machine.id)
                assert details is not None
                assert (details.id, details.name, details.status) == (machine.id, machine.name, machine.status)
                found[str(machine.name)] = {**details.as_dict(), "id": None, "template_id": None, "ips": None}
            return found

    expected = machines("reference")
    assert set(expected) == {"stage-web", "stage-db", "stage-rescue"}
    assert machines(shape) == expected


def test_the_documented_fields_are_there() -> None:
    """What DESIGN.md promises of each record, by name and in order."""
    promised = {
        VirtualMachine: "id name status memory cpu disk template template_id ips ipv4 ipv6 private_ipv4 service_id",
        Service: "id name label domain status category category_slug billing_cycle total next_due",
        IPAddress: "id address domain vlan main",
        Power: "state",
        ServerOperation: "status template progress",
        _records.Ticket: "number subject department status date body replies",
        _records.Reply: "id name type date body",
    }
    for record, fields in promised.items():
        assert [field.name for field in dataclasses.fields(record) if field.name != "raw"] == fields.split()


# a list and the details of the same machine


def test_details_beside_the_list() -> None:
    listed = read(label="web-1", status="running", disk=30, ips=["185.0.2.10"], template_name="Debian 12")
    details = VirtualMachine.read_details({"vm": {"hostname": "vm5.example", "memory": 1024, "disk": 31}}, "9", "5")
    assert details is not None
    both = details.beside(listed)
    # the machine was found by the list's name; what the details say goes before what the list says
    assert (both.name, both.disk, both.memory) == ("web-1", 31, 1024)
    assert (both.status, both.template, both.ipv4) == ("running", "Debian 12", "185.0.2.10")
    assert both.raw == details.raw


def test_details_name_a_machine_that_the_list_does_not_name() -> None:
    details = read(label="web-1", status="stopped")
    assert details.beside(read(status="running")) == details


@pytest.mark.parametrize("noise", [{"status": True}, {"message": "1 machine"}, {"total": 1, "count": "1"}])
def test_what_stands_beside_keyed_machines_is_no_machine(noise: dict[str, Any]) -> None:
    assert [each.id for each in VirtualMachine.read_list({"5": MACHINE, **noise}, "9")] == ["5"]
    assert VirtualMachine.read_list(noise, "9") is None
