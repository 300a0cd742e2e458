# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What portals are known to answer, as records: each back end's keys, and what isn't told stays unknown."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from ansible_collections.sindad.cloud.plugins.module_utils import _records
from ansible_collections.sindad.cloud.plugins.module_utils._errors import Unreadable
from ansible_collections.sindad.cloud.plugins.module_utils._operations import OPERATIONS, PROFILE
from ansible_collections.sindad.cloud.plugins.module_utils._reading import UNKNOWN
from ansible_collections.sindad.cloud.plugins.module_utils._records import (
    Choice,
    IPAddress,
    Power,
    Reply,
    ServerOperation,
    Service,
    Ticket,
    VirtualMachine,
    addresses,
    attachments,
    host_address,
    machine_id_in,
    made_in,
    normalised_privileges,
    own_text,
    password_in,
    says_accepted,
    virtual_machine,
)
from hypothesis import given
from hypothesis import strategies as st

from simulator.shapes import SHAPES
from support.answers import IP, answer, good_answers, read

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


def told(record: Any) -> dict[str, Any]:
    """What is known of a record."""
    return {name: value for name, value in record.as_dict().items() if value not in (None, [])}


def only(body: Any) -> dict[str, Any]:
    (machine,) = read("list_vms", body)
    return {name: value for name, value in told(machine).items() if name != "service_id"}


# machines


def test_veesp_2019():
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
    }


def test_veesp_proxmox_has_the_id_as_key_only():
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
    }


def test_dchost_list():
    expected = {"id": "501", "status": "running", "disk": 30, "ips": ["198.51.100.9"], "ipv4": "198.51.100.9"}
    assert only(DCHOST_LIST) == expected


DCHOST = DCHOST_DETAILS["vm"]


@pytest.mark.parametrize(
    "body",
    [
        DCHOST_DETAILS,
        DCHOST,
        {**DCHOST, "error": [], "info": []},
        {"data": DCHOST},
        {"data": DCHOST_DETAILS, "error": []},
        {"vms": {"501": DCHOST}},
        {"vms": {"501": DCHOST, "502": {"label": "another"}}},
        {"vms": [{"id": 500, "label": "another"}, {**DCHOST, "vmid": 501}]},
        {"vm": [{**DCHOST, "id": "501"}]},
        {"data": {"501": DCHOST}},
        {"vm": {"501": DCHOST}, "info": []},
        {"501": DCHOST},
    ],
)
def test_dchost_details_however_they_are_wrapped(body: Any):
    machine = _records.read_machine(answer("get_vm_details", body, "9", "501"), "9", "501")
    assert told(machine) == {
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


def test_togglebox():
    assert only(TOGGLEBOX) == {
        "id": "1693",
        "name": "one",
        "status": "running",
        "memory": 1024,
        "cpu": 2,
        "disk": 8,
        "ips": ["198.51.100.3"],
        "ipv4": "198.51.100.3",
    }


def test_admin_list():
    assert only(ADMIN) == {"id": "1269", "name": "example-vm", "status": "unknown"}


@pytest.mark.parametrize(
    "body",
    [
        *(
            {"vm": []},
            {"vm": {}},
            {"vm": None},
            {},
            [],
            None,
            {"info": ["x"]},
            {"vms": []},
            {"vms": {"6": {"label": "x"}}},
        ),
        *({"status": "ok"}, {"status": True}, {"status": "maintenance"}, {"status": "error", "message": "x"}),
        *({"id": 6, "name": "Sara", "email": "a@example.com"}, {"name": "x", "message": "y", "status": 500}),
        *({"vm": {"status": "ok"}}, {"vm": {"name": "x"}}, {"vm": {"id": 6, "name": "x"}}, {"vm": [{"id": 6}]}),
    ],
)
def test_details_that_tell_nothing_of_the_machine_are_refused(body: Any):
    with pytest.raises(Unreadable):
        _records.read_machine(answer("get_vm_details", body, "9", "5"), "9", "5")


MACHINE = {"label": "web-1", "status": "running", "memory": 2048, "cpu": 2, "disk": 20, "ips": ["198.51.100.5"]}


@pytest.mark.parametrize(
    "body", [{"vm": {"id": 5}}, {"id": "5", "label": "x"}, {"vm": {"status": "running"}}, {"memory": 512}]
)
def test_details_that_tell_little_are_read(body: Any):
    assert _records.read_machine(answer("get_vm_details", body, "9", "5"), "9", "5").id == "5"


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
    "keyed by place": {"0": {"id": 5, **MACHINE}, "3": {"vmid": 6, **MACHINE, "label": "web-2"}},
    "vmid": [{"vmid": 5, **MACHINE}, {"vmid": 6, **MACHINE, "label": "web-2"}],
    "uuid": [{"uuid": "5", **MACHINE}, {"uuid": "6", **MACHINE, "label": "web-2"}],
}


@pytest.mark.parametrize("numbers", [False, True], ids=["numbers", "strings"])
@pytest.mark.parametrize("wrap", ["vms", "data", "data.vms", "bare", "with noise"])
@pytest.mark.parametrize("form", FORMS)
def test_the_same_machine_gives_the_same_record(form: str, wrap: str, numbers: bool):
    content = strings(FORMS[form]) if numbers else FORMS[form]
    body = {
        "vms": {"vms": content},
        "data": {"data": content, "error": [], "info": [], "page": {"current": 1, "total": 1}},
        "data.vms": {"data": {"vms": content}},
        "bare": content,
        "with noise": {"success": True, "error": [], "vms": content},
    }[wrap]
    first, second = read("list_vms", body)
    assert first == VirtualMachine(
        "5", "web-1", "running", 2048, 2, 20, ips=("198.51.100.5",), ipv4="198.51.100.5", service_id="402"
    )
    assert (second.id, second.name) == ("6", "web-2")


NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp"), exclude_characters="&"),
    min_size=1,
    max_size=12,
).filter(lambda name: name.strip() == name)


@given(
    machines=st.dictionaries(
        st.integers(min_value=1, max_value=10**6),
        st.fixed_dictionaries(
            {
                "label": NAMES,
                "memory": st.integers(min_value=64, max_value=10**6),
                "cpu": st.integers(min_value=1, max_value=1024),
                "disk": st.integers(min_value=1, max_value=10**6),
                "status": st.sampled_from(["running", "stopped", "rescue", "building"]),
                "template": st.fixed_dictionaries({"id": st.integers(min_value=1), "name": st.just("Debian 12")}),
                "ips": st.lists(st.ip_addresses(v=4).map(str) | st.ip_addresses(v=6).map(str), max_size=3),
            }
        ),
        min_size=1,
        max_size=4,
    )
)
def test_all_forms_of_any_machines_give_the_same_records(machines: dict[int, dict[str, Any]]):
    as_a_list = [{"id": identity, **machine} for identity, machine in machines.items()]
    forms = [as_a_list, {str(identity): machine for identity, machine in machines.items()}]
    first, *others = [
        read("list_vms", convert(wrap(form)))
        for form in forms
        for wrap in (lambda it: {"vms": it}, lambda it: {"data": it, "error": [], "info": []}, lambda it: it)
        for convert in (lambda it: it, strings)
    ]
    assert [machine.name for machine in first] == [machine["label"] for machine in machines.values()]
    assert [machine.memory for machine in first] == [machine["memory"] for machine in machines.values()]
    assert all(other == first for other in others)


def machine(**entry: Any) -> VirtualMachine:
    (found,) = read("list_vms", [{"id": 5, **entry}])
    return found


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
        *[({"template": each}, None, None) for each in ([], {}, "", None, False)],
        ({}, None, None),
    ],
)
def test_a_template_is_told_from_its_id(entry: Any, template: str | None, identity: str | None):
    found = machine(**entry).as_dict()
    assert (found["template"], found["template_id"]) == (template, identity)


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
        ({"cpu": "2.000"}, 2),
        *[({"cpu": each}, None) for each in (0.0, "4 GB", "1.5", -1, "Xeon E5", 2048, True)],
        ({"cores": 2, "sockets": "x"}, None),
        ({"sockets": 2}, None),
        ({}, None),
    ],
)
def test_cpus(entry: Any, cpu: int | None):
    assert machine(**entry).as_dict()["cpu"] == cpu


@pytest.mark.parametrize(
    ("entry", "memory", "disk"),
    [
        ({"memory": "4,096", "disk": "1,024"}, 4096, 1024),
        ({"ram": "4 GB", "hdd": "1 TB"}, 4096, 1024),
        ({"MEMORY": "4096", "DISK": "20480 MB"}, 4096, 20),
        ({"memory": "", "ram": 512, "disk": None, "disk_size": "20"}, 512, 20),
        *[({"memory": each, "disk": "x"}, None, None) for each in (4, -1, "4.096", "4e3", 4294967296, "4 MB", 4194304)],
        ({"memory": {"total": 4096}, "disk": [20]}, None, None),
    ],
)
def test_sizes(entry: Any, memory: int | None, disk: int | None):
    found = machine(**entry).as_dict()
    assert (found["memory"], found["disk"]) == (memory, disk)


@pytest.mark.parametrize(
    ("entry", "memory", "cpu"),
    [
        ({"memory": " 4,096 MB", "cpus": "2"}, "4,096 MB", "2"),
        ({"memory": 4096, "cpu": 2}, "4096", "2"),
        ({"memory": 4, "cores": 2, "sockets": 2}, "4", "4"),
        ({"memory": {"total": 4096}}, None, None),
        ({"cores": "x"}, None, None),
    ],
)
def test_a_size_in_the_portals_own_words(entry: Any, memory: str | None, cpu: str | None):
    found = machine(**entry)
    assert (own_text(found, "memory"), own_text(found, "cpu")) == (memory, cpu)


# addresses


@pytest.mark.parametrize(
    "entry",
    [
        {"ip": ["185.0.2.10", " 2001:db8::1", "10.0.0.5"]},
        {"ips": ["185.0.2.10/24", "2001:DB8::1/64 ", "10.0.0.5"]},
        {"ips": "185.0.2.10, 2001:db8::1,10.0.0.5"},
        {"ips": "185.0.2.10 2001:db8::1;10.0.0.5"},
        {"ip": {"2": {"ipaddress": "2001:db8::1"}, "1": {"ipaddress": "185.0.2.10", "main": 1}, "3": "10.0.0.5"}},
        {"ip": {"7": {"address": "2001:db8::1", "main": "0"}, "8": {"ip": "185.0.2.10", "main": "1"}, "9": "10.0.0.5"}},
        {"ip": {"185.0.2.10": {}, "2001:db8::1": {}, "10.0.0.5": {}}},
        {"ipv4": "185.0.2.10", "ipv6": "2001:db8::1", "private_ipv4": "10.0.0.5"},
        {"ipv4": "185.0.2.10", "ipv6": ["2001:db8::1"], "interfaces": {"net1": {"ip": ["10.0.0.5"]}}},
        {"main_ip": "185.0.2.10", "ips": ["10.0.0.5", "2001:db8::1"]},
        {"networks": {"v4": [{"ip_address": "185.0.2.10"}, {"ip_address": "10.0.0.5"}], "v6": ["2001:db8::1"]}},
        {"addresses": {"public": [{"addr": "x", "address": "185.0.2.10"}, "2001:db8::1"], "private": ["10.0.0.5"]}},
        {"addresses": {"public-network": [{"addr": "185.0.2.10"}, {"addr": "2001:db8::1"}], "routed": ["10.0.0.5"]}},
        {"ips": {"ipv4": ["185.0.2.10", "10.0.0.5"], "ipv6": ["2001:db8::1"], "gateway": "185.0.2.1"}},
        {"ipv4": "::ffff:185.0.2.10", "ipv6": "2001:db8::1/64", "private": "10.0.0.5/8"},
        {"interfaces": [{"name": "eth0", "ip": "185.0.2.10", "gateway": "185.0.2.1"}, {"ipv6": "2001:db8::1", "ip": "10.0.0.5"}]},
        {"interfaces": {"net0": {"gateway": "185.0.2.1", "ipaddr": "185.0.2.10", "netmask": "255.255.255.0"}},
         "ips": ["2001:db8::1", "N/A", "10.0.0.5"]},
    ],
)  # fmt: skip
def test_addresses_in_all_their_forms(entry: Any):
    found = machine(**entry)
    assert (found.ipv4, found.ipv6, found.private_ipv4) == ("185.0.2.10", "2001:db8::1", "10.0.0.5")
    assert {*found.ips} == {"185.0.2.10", "2001:db8::1", "10.0.0.5"}


@pytest.mark.parametrize(
    "entry",
    [
        {"ips": [{"id": "71", "gateway": "185.0.3.1", "netmask": "255.255.255.248"}]},
        {"interfaces": {"net0": {"gateway": "185.0.3.1", "netmask": "255.255.255.248", "ipaddr": ""}}},
        {
            "interfaces": {
                "net0": {"gw": "185.0.3.1", "dns1": "185.0.3.53", "ns2": "185.0.3.54", "mask": "255.255.255.0"}
            }
        },
        {"networks": {"gateway": {"ip": "185.0.3.1"}, "nameservers": ["185.0.3.53"], "dns": {"1": "185.0.3.53"}}},
        {"networks": {"subnets": ["185.0.3.0/29"], "broadcast": "185.0.3.7", "routes": [{"ip": "185.0.3.1"}]}},
        {"interfaces": {"net0": {"network": "185.0.3.2", "router": "185.0.3.1", "resolver": "185.0.3.53"}}},
        {"interfaces": {"net0": "virtio,bridge=vmbr0,ip=185.0.3.10/29,gw=185.0.3.1"}},
        {"ip": "gw 185.0.3.1"},
        {"ips": ["255.255.255.248"]},
        {"ips": ["185.0.3.0/29", "2001:db8::/64", "10.0.0.0/8"]},
        {"ips": [{"ip": "N/A", "gateway": "185.0.3.1"}]},
        {"gateway": "185.0.3.1", "nameserver": "185.0.3.53", "subnet": "185.0.3.10"},
        {"interfaces": {"net0": {"comment": "185.0.3.9", "mac": "00:11:22:33:44:55"}}},
    ],
)
def test_addresses_that_are_not_the_machines_own(entry: Any):
    assert machine(**entry).ips == ()


def test_the_main_address_comes_first():
    entries = {"1": {"ipaddress": "185.0.2.11", "main": "0"}, "2": {"ipaddress": "185.0.2.10", "main": "1"}}
    assert machine(ip=entries).ipv4 == "185.0.2.10"
    assert machine(ips=list(entries.values())).ipv4 == "185.0.2.10"


def test_each_address_is_there_once():
    found = machine(ipv4="185.0.2.10", ip=["185.0.2.10", "185.0.2.10/24", "::ffff:185.0.2.10"], ips=" 185.0.2.10")
    assert found.ips == ("185.0.2.10",)


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "::1", "fe80::1", "fe80::1%eth0", "169.254.1.1", "0.0.0.0", "::", "224.0.0.1"]
)
def test_addresses_that_reach_nothing_are_none(address: str):
    found = machine(ips=[address])
    assert (found.ips, found.ipv4, found.ipv6, found.private_ipv4) == ((), None, None, None)


@pytest.mark.parametrize(
    "address", ["10.1.2.3", "172.16.0.1", "172.31.255.1", "192.168.1.1", "100.64.0.1", "100.127.1.1"]
)
def test_private_addresses(address: str):
    found = machine(ips=[address])
    assert (found.ipv4, found.private_ipv4) == (None, address)


@pytest.mark.parametrize("address", ["172.32.0.1", "100.128.0.1", "185.0.2.10", "198.51.100.1", "203.0.113.9"])
def test_public_addresses(address: str):
    found = machine(ips=[address])
    assert (found.ipv4, found.private_ipv4) == (address, None)


def test_a_private_ipv6_is_no_public_one():
    assert machine(ips=["fd00::1"]).ipv6 is None


@pytest.mark.parametrize("value", ["", "none", "185.0.2", "185.0.2.10.5", 185, None, True, [], {}, {"main": 1}, "::g"])
def test_what_is_no_address_is_none(value: Any):
    assert list(addresses(value)) == []


def test_an_address_that_is_marked_as_another_ones_is_not_the_machines():
    for word in ("gateway", "Gateway", "gw", "netmask", "dns", "nameserver"):
        entries = [{"type": word, "ipaddress": "185.0.2.1"}, {"type": "ip", "ipaddress": "185.0.2.15"}]
        assert machine(ip=entries).ips == ("185.0.2.15",)


def test_one_address():
    assert host_address(" 185.0.2.10/24") == "185.0.2.10"
    assert host_address("185.0.2.10/31") == host_address("185.0.2.10/32") == "185.0.2.10"
    assert host_address("185.0.2.8/29") is None
    assert host_address("71") is None
    assert host_address("2001:DB8:0::1") == "2001:db8::1"


# a list and the details of the same machine


def test_details_beside_the_list():
    listed = machine(label="web-1", status="running", disk=30, ips=["185.0.2.10"], template_name="Debian 12")
    details = virtual_machine({"hostname": "vm5.example", "memory": 1024, "disk": 31}, "9", "5")
    assert details is not None
    both = details.completed(listed)
    # the machine was found by the list's name; what the details say goes before what the list says
    assert (both.name, both.disk, both.memory) == ("web-1", 31, 1024)
    assert (both.status, both.template, both.ipv4) == ("running", "Debian 12", "185.0.2.10")
    assert both.raw == {**listed.raw, **details.raw}


def test_details_name_a_machine_that_the_list_does_not_name():
    details = machine(label="web-1", status="stopped")
    assert details.completed(machine(status="running")) == details
    assert machine(status="x").completed(machine(status="running")).state.word == "x"


# services


def test_a_service_of_the_references_list():
    entry = {
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
    (service,) = read("list_services", {"services": [entry]})
    assert service.as_dict() == {
        "id": "32723",
        "name": "SSD Sandbox",
        "domain": "test",
        "status": "Active",
        "category": "Linux SSD VPS",
        "category_slug": "vps",
        "billing_cycle": "Monthly",
        "total": 4.0,
        "next_due": "2019-12-06",
    }
    assert str(service) == "32723 (SSD Sandbox, test, Active)"
    labelled = dataclasses.replace(service, label="web")
    assert str(labelled) == "32723 (SSD Sandbox, test, label web, Active)"
    assert labelled.as_dict()["label"] == "web"
    assert dataclasses.replace(service, label=None).as_dict()["label"] is None


def test_a_status_is_read_without_markup():
    marked = '<span class="label Unpaid">On &amp; off</span>'
    entry = {"id": 7, "name": "x", "subject": "x", "total": 1, "status": marked, "date": "2026-01-01", "items": [1]}
    for name, key in (("list_services", "services"), ("list_tickets", "tickets")):
        assert read(name, {key: [entry]})[0].status == "On & off"
    assert read("service_details", {"service": {**entry, "id": "402"}}).status == "On & off"
    assert read("ticket_details", {"ticket": entry, "replies": []}).status == "On & off"
    assert read("list_invoices", {"invoices": [entry]})[0]["status"] == "On & off"
    assert read("invoice_details", {"invoice": entry})["status"] == "On & off"
    assert read("get_list_statuses", {"statuses": [entry]})[0]["status"] == "On & off"
    assert read("list_invoices", {"invoices": [{**entry, "status": "<b></b>"}]})[0]["status"] is None


@pytest.mark.parametrize(
    ("found", "words", "is_one", "begins"),
    [
        ("Active", ["active"], True, True),
        ("In-Progress", ["Open", "in progress"], True, True),
        ("OnHold", ["On Hold"], True, True),
        ("Canceled", ["Cancelled"], True, True),
        ("فعال", ["Active"], True, True),
        ("پرداخت\u200cنشده", ["Unpaid"], True, True),  # noqa: RUF001
        ("Closed by client", ["Closed"], False, True),
        ("Closed automatically", ["Closed"], False, True),
        ("Closed automatically by system (idle)", ["Closed"], False, True),
        ("بسته شده توسط کاربر", ["Closed"], False, True),
        ("Closed-pending reply", ["Closed"], False, False),
        ("Closed by", ["Closed"], False, False),
        ("بسته\u200cبندی", ["Closed"], False, False),
        ("Cancelled at period end", ["Cancelled"], False, False),
        ("Cancelled by the end of the period", ["Cancelled"], False, False),
        ("Cancelled by 2027-01-01", ["Cancelled"], False, False),
        ("Terminated soon", ["Terminated"], False, False),
        ("Not closed by client", ["Closed"], False, False),
        ("Closed (by client)", ["Closed"], True, True),
        ("(Closed)", ["Closed"], True, True),
        ("Unpaid", ["Paid"], False, False),
        ("Inactive", ["Active"], False, False),
        ("Active", [], False, False),
        (None, ["None"], False, False),
        (UNKNOWN, ["UNKNOWN"], False, False),
    ],
)
def test_words_for_one_status(found: Any, words: list[str], is_one: bool, begins: bool):
    assert _records.is_status(found, words) is is_one
    assert _records.begins_with_status(found, words) is begins


def test_what_is_not_told_of_a_service_is_unknown():
    (service,) = read(
        "list_services", [{"id": 7, "domain": "", "next_due": "0000-00-00", "total": "free", "name": "a"}]
    )
    assert [name for name, value in service.as_dict().items() if value is not None] == ["id", "name"]
    assert (service.status, service.total, service.label) == (UNKNOWN, UNKNOWN, UNKNOWN)
    (service,) = read("list_services", {"services": {"7": {"name": "R&amp;D &#39;pool&#39; ", "label": " "}}})
    assert (service.id, service.name, service.label) == ("7", "R&D 'pool'", None)


@pytest.mark.parametrize(
    "body",
    [{"service": {"status": "ok"}}, {"status": "Active"}, {"name": "x", "status": "ok"}, {"id": "9", "name": "x"}],
)
def test_details_that_tell_nothing_of_the_service_are_refused(body: Any):
    with pytest.raises(Unreadable):
        read("service_details", body)


def test_details_of_a_service():
    service = read("service_details", {"service": {"id": "402", "name": "x", "status": "Active", "label": ""}})
    assert (service.id, service.name, service.label) == ("402", "x", None)
    assert read("service_details", {"domain": "a.example", "error": [], "status": "Active"}).domain == "a.example"


@pytest.mark.parametrize(
    ("body", "label"),
    [
        ({"label": "web"}, "web"),
        ({"label": ""}, None),
        ({"label": None}, None),
        ({"label": 7}, "7"),
        ({"data": {"label": "web"}, "error": []}, "web"),
        ({"service": {"label": "web"}}, "web"),
        ({"label": "web", "info": []}, "web"),
    ],
)
def test_labels(body: Any, label: str | None):
    assert read("service_label", body) == label


@pytest.mark.parametrize(
    "body", [{}, None, [], "web", {"label": []}, {"label": {"a": 1}}, {"label": False}, {"name": "web"}]
)
def test_labels_that_are_not_told(body: Any):
    with pytest.raises(Unreadable, match="there is no 'label'"):
        read("service_label", body)


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"resources": {"memory": {"total": "8192", "used": 0}}}, {"memory": {"total": "8192", "used": 0}}),
        ({"data": {"cpu": 4, "x": None}, "error": []}, {"cpu": 4, "x": None}),
        ({"memory_total": "4 GB"}, {"memory_total": "4 GB"}),
        ({"resources": [{"name": "disk", "total": 20}]}, {"disk": {"name": "disk", "total": 20}}),
        ({"resources": []}, {}),
    ],
)
def test_resources(body: Any, found: Any):
    assert read("resources", body) == found


# what there is to choose from


TWO = [("101", "Debian 12"), ("102", "Ubuntu")]
ENTRIES = [{"id": 101, "name": "Debian 12"}, {"id": "102", "name": "Ubuntu"}]


def choices(body: Any) -> list[tuple[str, str]]:
    return [(choice.id, choice.name) for choice in read("list_os_templates", body)]


@pytest.mark.parametrize(
    "content",
    [
        [{"id": "101", "name": "Debian 12", "size_gb": 3}, {"id": 102, "name": "Ubuntu"}],
        {"101": {"name": "Debian 12"}, "102": {"label": "Ubuntu"}},
        {"101": {"id": "101", "title": "Debian 12"}, "102": {"id": "102", "name": "Ubuntu"}},
        {"101": "Debian 12", "102": "Ubuntu"},
        {"101": "Debian 12", "102": "Ubuntu", "total": 2},
        [{"template": "101", "template_label": "Debian 12"}, {"uuid": "102", "name": "Ubuntu"}],
        [{"name": "Linux", "templates": ENTRIES}],
        [{"name": "Linux", "templates": ENTRIES}, {"name": "Windows", "templates": []}],
        {"Linux": {"101": "Debian 12", "102": "Ubuntu"}},
        {"Linux": {"101": {"name": "Debian 12"}, "102": {"name": "Ubuntu"}}},
        [{"id": "5", "items": [{"id": "101", "title": "Debian 12"}, {"id": "102", "title": "Ubuntu"}]}],
        [{"id": "5", "name": "System", "items": ENTRIES}],
        [{"id": "5", "name": "System", "items": {"101": "Debian 12", "102": "Ubuntu"}}],
        [{"id": 101, "name": "Debian 12", "options": []}, {"id": 102, "name": "Ubuntu", "versions": ["11", "12"]}],
        [
            {"id": 101, "name": "Debian 12", "options": {"ssh": True}},
            {"id": 102, "name": "Ubuntu", "images": [{"url": "x"}]},
        ],
    ],
)
@pytest.mark.parametrize("wrap", [lambda it: {"templates": it}, lambda it: {"data": it, "error": []}, lambda it: it])
def test_templates(content: Any, wrap: Any):
    assert choices(wrap(content)) == TWO


@pytest.mark.parametrize(
    "content",
    [
        {"Linux": ENTRIES},
        {"Linux": ENTRIES, "Windows": []},
        {"Linux": {"Debian": {"101": "Debian 12"}, "Ubuntu": {"102": "Ubuntu"}}},
        {"lamp": {"id": 101, "name": "Debian 12"}, "docker": {"id": 102, "name": "Ubuntu"}},
        {"total": 2, "list": ENTRIES},
        {"data": ENTRIES, "count": 2},
        {"id": "5", "items": ENTRIES},
    ],
)
def test_templates_in_groups_of_their_own_names(content: Any):
    assert choices({"templates": content}) == TWO


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ({"Popular": {"101": "Debian 12 (recommended)"}, "Linux": {"101": "Debian 12"}}, [("101", "Debian 12")]),
        ({"Linux": {"101": "Debian 12"}, "Popular": {"101": "Top: debian  12"}}, [("101", "Debian 12")]),
        ([*ENTRIES, *ENTRIES], TWO),
        ([ENTRIES[0], {"id": 101, "name": "Debian 11"}], [("101", "Debian")]),
        (["a", "b", "a"], [("a", "a"), ("b", "b")]),
    ],
)
def test_a_template_that_is_listed_twice(content: Any, found: Any):
    assert choices({"templates": content}) == found


def test_templates_of_one_id_that_have_nothing_in_common():
    """Whoever reads the list refuses it."""
    assert choices({"templates": [ENTRIES[0], {"id": "101", "name": "Ubuntu"}]}) == [TWO[0], ("101", "Ubuntu")]
    listed = [{"id": "1", "name": "LAMP", "usablefor": each} for each in ("101", "102")]
    body = {"templates": ENTRIES, "recipes": listed}
    assert len(read("list_os_templates_and_recipes", body)[1]) == 2


def test_a_page_of_templates_is_not_all_of_them():
    with pytest.raises(Unreadable, match="it is only page"):
        read("list_os_templates", {"templates": ENTRIES, "page": {"current": 1, "total": 2}})


def test_templates_that_are_names_only():
    assert choices({"templates": ["a", "b"]}) == [("a", "a"), ("b", "b")]
    assert choices({"templates": {"Linux": ["a"], "Windows": ["b"]}}) == [("a", "a"), ("b", "b")]


@pytest.mark.parametrize(
    "content",
    [
        *(["a", ""], ["a", None], [5], [[]], {"a": {}}, {"message": "x"}, {"name": "x"}, {"error": {"name": "x"}}),
        *(
            {"101": "Debian 12", "message": "x"},
            {"101": "Debian 12", "102": None},
            {"101": "Debian 12", "102": {}},
            {"101": "Debian 12", "102": []},
        ),
        *([{"id": 101, "name": "Debian 12"}, {"foo": 1}], {"Linux": []}, {"a": {"b": {"c": {"d": {"e": {"5": "f"}}}}}}),
    ],
)
def test_other_things_among_templates_are_refused(content: Any):
    with pytest.raises(Unreadable, match="an entry is no template"):
        read("list_os_templates", {"templates": content})


@pytest.mark.parametrize("body", [["x"], {"foo": ENTRIES}, {"user": {"id": 5, "name": "Sara"}}, {"id": 5, "name": "x"}])
def test_bare_templates_are_objects_by_id(body: Any):
    with pytest.raises(Unreadable, match="there is no 'templates'"):
        read("list_os_templates", body)


@pytest.mark.parametrize(
    "usable", [["a", "b"], {"0": "a", "1": "b"}, "a, b", "a,b", [{"id": "a"}, {"id": "b"}], {"a": {}, "b": {}}]
)
def test_recipes_say_what_they_are_usable_for(usable: Any):
    recipes = {"lamp": {"name": "LAMP", "usablefor": usable}}
    templates, (recipe,) = read("list_os_templates_and_recipes", {"templates": ENTRIES, "recipes": recipes})
    assert len(templates) == 2
    assert (recipe.id, str(recipe)) == ("lamp", "LAMP (lamp)")
    assert {*recipe.usable_for} >= {"a", "b"}


def test_systems_without_recipes():
    assert read("list_os_templates_and_recipes", {"templates": ENTRIES})[1] == ()
    assert read("list_os_templates_and_recipes", {"templates": ENTRIES, "recipes": []})[1] == ()
    with pytest.raises(Unreadable, match="an entry is no recipe"):
        read("list_os_templates_and_recipes", {"templates": ENTRIES, "recipes": None})


def test_upgrades():
    offered = [{"id": 1557, "name": "Bandwidth", "items": [{"id": "9953", "name": "100 GB"}]}]
    for resources in (offered, {"1557": {"name": "Bandwidth", "items": {"9953": "100 GB"}}}):
        (resource,), packages, parts = read("upgrade_options", {"resources": resources, "package": []})
        assert (resource.id, resource.name, packages) == ("1557", "Bandwidth", ())
        assert [(item.id, item.name) for item in _records.form_items(resource.raw)] == [("9953", "100 GB")]
        assert parts == {"resources": resources, "package": []}
    for body in ({}, {"resources": None}, {"resources": [{"name": "x"}]}, {"resources": "x", "package": []}):
        with pytest.raises(Unreadable):
            read("upgrade_options", body)


# addresses of servers


@pytest.mark.parametrize(
    ("body", "identities"),
    [
        ({"ips": ["198.51.100.5", "2001:db8::1"]}, ["198.51.100.5", "2001:db8::1"]),
        ({"ips": {"1": {"ipaddress": "198.51.100.5", "main": "1"}, "2": {"ipaddress": " 2001:db8::1"}}}, ["1", "2"]),
        ({"ips": {"0": {"id": 71, "ip": "198.51.100.5"}, "2": {"id": 73, "ip": "2001:db8::1"}}}, ["71", "73"]),
        ({"ips": [{"id": 1, "address": "198.51.100.5"}, {"id": "2", "ip": "2001:DB8::1"}]}, ["1", "2"]),
        ([{"ip_id": 1, "ipaddress": "198.51.100.5"}, {"ip_id": 2, "ipaddress": "2001:db8::1"}], ["1", "2"]),
        ({"ips": {"1": "198.51.100.5", "2": "2001:db8::1"}}, ["1", "2"]),
        ({"data": [{"id": 1, "ipaddress": "198.51.100.5"}, {"id": 2, "ipaddress": "2001:db8::1"}]}, ["1", "2"]),
        ({"ips": ["198.51.100.5", "N/A", "2001:db8::1", "198.51.100.5/24"]}, ["198.51.100.5", "2001:db8::1"]),
        ({"ips": [{"id": 1, "ip": "198.51.100.5"}, {"id": 2, "ip": None}, {"id": 3, "ip": "2001:db8::1"}]}, ["1", "3"]),
        ({"ips": {"1": "198.51.100.5", "2": "N/A", "3": "2001:db8::1", "4": "185.0.3.0/29"}}, ["1", "3"]),
    ],
)
def test_addresses_of_a_server(body: Any, identities: list[str]):
    found = read("list_ips", body)
    assert [(each.id, each.address) for each in found] == list(
        zip(identities, ["198.51.100.5", "2001:db8::1"], strict=True)
    )


@pytest.mark.parametrize(
    "content",
    [
        *(["N/A"], ["185.0.3.10", None], ["185.0.3.10", 5], [{"id": 1, "ip": "185.0.3.10"}, {"id": 2}], "185.0.3.10"),
        *([{"id": 1, "ip": "185.0.3.10"}, {"id": 2, "gateway": "185.0.3.1"}], [{"id": 71, "gateway": "185.0.3.1"}]),
        *(["185.0.3.0/29"], ["255.255.255.0"], [["185.0.3.10"]], {"gateway": "185.0.3.1"}, ["127.0.0.1"]),
    ],
)
def test_addresses_of_a_server_that_are_none(content: Any):
    with pytest.raises(Unreadable):
        read("list_ips", {"ips": content})


@pytest.mark.parametrize(
    ("vlan", "identity", "name"),
    [
        ("10", "10", UNKNOWN),
        (10, "10", UNKNOWN),
        ({"id": "10", "name": "public"}, "10", "public"),
        ({"name": "public"}, "public", "public"),
        ([], UNKNOWN, UNKNOWN),
    ],
)
def test_the_vlan_of_an_address(vlan: Any, identity: Any, name: Any):
    (found,) = read("list_ips", {"ips": [{"id": "1", "ipaddress": "198.51.100.5", "vlan": vlan, "ptr": "a.b"}]})
    assert (found.vlan, found.vlan_name, found.domain, found.main) == (identity, name, "a.b", UNKNOWN)


@pytest.mark.parametrize(
    ("body", "domain"),
    [
        ({"ip": {"id": 71, "ipaddress": "185.0.3.10", "domain": "db.example"}}, "db.example"),
        ({"ip": "185.0.3.10", "rdns": ""}, None),
        ({"ip": {"domain": "db.example"}}, "db.example"),
        ({"data": {"address": "185.0.3.10/29"}}, UNKNOWN),
    ],
)
def test_one_address_of_a_server(body: Any, domain: Any):
    found = read("ip_details", body)
    assert (found.id, found.address, found.domain) == (IP.id, IP.address, domain)


@pytest.mark.parametrize(
    "body", [{"ip": {"id": 71}}, {"ip": "185.0.3.11"}, {"ip": "172.100.2.1", "email": "a@b", "host": "x"}]
)
def test_another_address_of_a_server_is_refused(body: Any):
    with pytest.raises(Unreadable, match=r"it says nothing of the address 185\.0\.3\.10"):
        read("ip_details", body)


# servers


@pytest.mark.parametrize(
    ("body", "state", "word"),
    [
        *[({"status": each}, "on", str(each).lower()) for each in ("on", "1", 1, True)],
        *[({"status": each}, "off", str(each).lower()) for each in ("off", "0", 0, False)],
        ({"status": "Rebooting"}, "unknown", "Rebooting"),
        ({"status": "on", "error": [], "info": []}, "on", "on"),
        ({"data": {"status": "off"}, "error": []}, "off", "off"),
        ({"server": {"power": "on"}, "status": True, "success": True}, "on", "on"),
    ],
)
def test_power(body: Any, state: str, word: str):
    power = read("get_server_state", body)
    assert (power.state, power.word) == (state, word)
    assert power.as_dict() == {"state": state}


@pytest.mark.parametrize(
    "body",
    [
        *("temporarily unavailable", True, 1, None, [], {}, {"status": "ok"}, {"status": True, "info": ["x"]}),
        *({"status": None}, {"status": ""}, {"status": ["on"]}, {"success": True}, {"hostname": "x"}),
    ],
)
def test_power_that_is_not_told(body: Any):
    with pytest.raises(Unreadable, match="it reports no power state"):
        read("get_server_state", body)


@pytest.mark.parametrize(
    ("body", "hostname", "os", "identity"),
    [
        ({"info": {"hostname": "db", "os": "Debian 12", "template": "deb"}}, "db", "Debian 12", "deb"),
        ({"server": {"hostname": "db", "template": "deb", "template_label": "Debian 12"}}, "db", "Debian 12", "deb"),
        ({"info": {"hostname": "db", "os": {"id": "deb", "name": "Debian 12"}}}, "db", "Debian 12", "deb"),
        ({"hostname": "db", "os": "Debian 12"}, "db", "Debian 12", None),
        ({"hostname": "db", "os": "Debian 12", "error": [], "info": []}, "db", "Debian 12", None),
        ({"data": {"name": "db", "ostemplate": "deb"}}, "db", "deb", None),
        ({"info": {"ip": "185.0.3.10"}}, None, None, None),
    ],
)
def test_server_info(body: Any, hostname: str | None, os: str | None, identity: str | None):
    info = read("server_info", body).as_dict()
    assert (info["hostname"], info["os"], info["os_id"]) == (hostname, os, identity)


def test_an_operation_of_a_server():
    operation = read("reinstall_status", {"status": "running", "progress": "7", "template": {"id": "deb", "name": "D"}})
    assert operation.as_dict() == {"status": "running", "template": "deb", "progress": 7}
    assert read("rescue_status", {"install_in_progress": "x (40%)"}).progress == 40
    assert read("reinstall_status", {"reinstall": {"state": "completed", "template": "Debian 12"}}).status == "done"
    assert read("diagnostics_status", {"data": {"status": "running"}, "error": []}).status == "running"


@pytest.mark.parametrize(
    "body", [[], {"status": ""}, {"status": None}, {"status": False}, {"status": False, "error": []}]
)
def test_an_operation_that_is_idle(body: Any):
    assert read("reinstall_status", body).status == "idle"


@pytest.mark.parametrize(
    "body",
    [
        *({}, None, "", "installing", {"message": "x"}, {"data": []}, {"reinstall": []}, {"template": "deb"}),
        *({"status": True, "info": ["x"]}, {"status": False, "message": "x"}, {"status": "ok"}, {"status": ["x"]}),
    ],
)
def test_an_operation_that_is_not_told(body: Any):
    with pytest.raises(Unreadable):
        read("reinstall_status", body)


# tickets


REPLIES = {"929": {"id": "929", "name": "Staff", "type": "Admin", "date": "2016-12-30", "body": "Hi &amp; bye"}}
TICKET = {"subject": "x &lt;y&gt;", "deptname": "Billing", "status": "Open", "body": " b "}


@pytest.mark.parametrize(
    "body",
    [
        {"ticket": TICKET, "replies": REPLIES},
        {"ticket": {**TICKET, "replies": REPLIES}},
        {"data": {"ticket": TICKET, "replies": list(REPLIES.values())}},
        {**TICKET, "replies": REPLIES},
    ],
)
def test_a_ticket(body: Any):
    assert read("ticket_details", body).as_dict() == {
        "number": "700101",
        "subject": "x <y>",
        "department": "Billing",
        "status": "Open",
        "date": None,
        "body": "b",
        "replies": [{"id": "929", "name": "Staff", "type": "Admin", "date": "2016-12-30", "body": "Hi & bye"}],
    }


@pytest.mark.parametrize(
    "body",
    [
        *({"ticket": TICKET}, {"ticket": TICKET, "replies": None}, {"ticket": TICKET, "replies": [{"id": 1}]}, TICKET),
        *({"ticket": TICKET, "replies": ["x"]}, {"replies": []}, {"ticket": {"status": "Open"}, "replies": []}),
        *({"ticket": {"subject": "x"}, "replies": []}, {"status": "ok", "replies": []}),
    ],
)
def test_a_ticket_that_is_not_told(body: Any):
    with pytest.raises(Unreadable):
        read("ticket_details", body)


def test_a_reply_may_be_empty():
    ticket = read("ticket_details", {"ticket": TICKET, "replies": [{"id": 1, "body": ""}]})
    assert ticket.replies == (Reply("1", UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),)


def test_tickets_with_a_number_only_as_key():
    (ticket,) = read("list_tickets", {"tickets": {"865650": {"subject": "x", "status": "Open"}}})
    assert (ticket.number, ticket.subject) == ("865650", "x")


def test_attachments():
    files = {"5001": {"filename": "a.txt"}}
    ticket = read(
        "ticket_details",
        {
            "ticket": {**TICKET, "attachments": files},
            "replies": [{"body": "x", "attachments": [{"id": 2, "name": "b"}]}],
        },
    )
    assert attachments(ticket) == [{"id": "5001", "name": "a.txt"}, {"id": "2", "name": "b"}]


@pytest.mark.parametrize(
    "body",
    [
        {"content": "aGVsbG8="},
        {"data": "aGVs\r\nbG8="},
        {"attachment": {"base64": " data:text/plain;base64,aGVsbG8= "}, "error": []},
        {"data": {"file": {"body": "aGVsbG8="}}},
    ],
)
def test_a_file_in_an_object(body: Any):
    assert _records.read_attachment(answer("ticket_attachment", body)) == b"hello"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"content": "not base64!"}, "its 'content' is not Base64"),
        *[(each, "it holds no file") for each in ({}, [], None, "aGVsbG8=", {"content": None}, {"message": "x"})],
    ],
)
def test_a_file_that_is_none(body: Any, said: str):
    with pytest.raises(Unreadable, match=said):
        _records.read_attachment(answer("ticket_attachment", body))


# the portal's own objects


PERSON = {"email": "a@example.com", "firstname": "Sara", "telegramnotifications": "1"}


def test_the_account():
    for body in ({"client": PERSON}, {"details": PERSON}, {"data": PERSON, "error": []}, PERSON):
        assert read("user_details", body) == PERSON
    shown = _records.profile({**PERSON, "lastlogin": "0000-00-00 00:00:00", "password": "hush", "city": "", "x": True})
    assert (shown["email"], shown["lastlogin"], shown["city"], shown["x"]) == ("a@example.com", None, None, "true")
    assert "hush" not in str(shown)
    assert {*PROFILE} <= {*shown}


def test_contacts():
    for content in ([{"id": 61, **PERSON}], {"61": PERSON}, {"61": {"id": "61", **PERSON}}, {"id": 61, **PERSON}):
        assert read("list_contacts", {"contacts": content}) == ({"id": "61", **PERSON},)
    assert read("get_contacts_details", {"contact": PERSON}) == {"id": "61", **PERSON}
    for content in ([{"id": 61}], [{"id": 61, "lastlogin": "x"}], [PERSON], {"61": {"email": ""}}, [None]):
        with pytest.raises(Unreadable):
            read("list_contacts", {"contacts": content})


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ({"support": ["tickets", "newticket"]}, {"support": ["newticket", "tickets"]}),
        ({"services": {"full": 1, "332": ["basic"]}}, {"services": {"full": 1, "332": ["basic"]}}),
        ({"services": {"full": "0", "332": ["basic"]}}, {"services": {"332": ["basic"]}}),
        ({"billing": []}, {}),
        ([], {}),
        ({}, {}),
    ],
)
def test_privileges(value: Any, found: Any):
    assert read("contact_privileges", {"privileges": value}) == found
    if value:
        assert read("contact_privileges", {"data": value, "error": []}) == found


@pytest.mark.parametrize(
    "value",
    [
        None,
        "x",
        ["tickets"],
        [None],
        {"message": "x"},
        {"error": ["x"]},
        {"a": {}},
        {"code": 1},
        {"support": [5], "misc": []},
    ],
)
def test_privileges_that_are_not_told(value: Any):
    with pytest.raises(Unreadable):
        read("contact_privileges", {"privileges": value})


def test_privileges_in_other_words():
    assert normalised_privileges({"tickets": 1, "newticket": "0", "emails": "true"}) == ["emails", "tickets"]
    assert normalised_privileges(None) == []


def test_balance():
    body = {"details": {"currency": "", "acc_balance": "4.000", "acc_credit": 0, "x": 1}}
    assert read("account_balance", body) == {"currency": None, "acc_balance": 4.0, "acc_credit": 0.0}


def test_invoices():
    (invoice,) = read("list_invoices", {"invoices": {"7": {"total": "1,234.50", "datepaid": "0000-00-00 00:00:00"}}})
    assert invoice == {"id": "7", "total": 1234.5, "datepaid": None}
    items = {"1": {"amount": "15.00", "taxed": True}}
    told = read(
        "invoice_details", {"invoice": {"id": 7, "total": 3, "items": items, "client": {"id": 1, "password": "x"}}}
    )
    assert told["items"] == [{"id": "1", "amount": 15.0, "taxed": "true"}]
    assert told["client"]["password"] != "x"


def test_payment_methods():
    assert read("payment_methods", {"payments": {"10": "BankTransfer"}}) == ({"id": "10", "name": "BankTransfer"},)


@pytest.mark.parametrize(
    ("seen", "read_as"),
    [
        *[(each, False) for each in ("0", 0, None, "", "0000-00-00 00:00:00")],
        *[(each, True) for each in ("1", 1, "2026-01-01")],
    ],
)
def test_notifications(seen: Any, read_as: bool):
    for content in ([{"id": 31, "subject": "x", "seen": seen}], {"31": {"subject": "x", "seen": seen}}):
        for body in (content, {"notifications": content}):
            (found,) = read("list_all_portal_notifications", body)
            assert (found["id"], found["seen"]) == ("31", read_as)


def test_a_notification_that_does_not_say_whether_it_was_seen():
    assert read("list_all_portal_notifications", [{"id": 1, "subject": "x"}])[0]["seen"] is None


def test_announcements():
    entry = {"name": "x", "status": "Finished", "date": "2026-01-01"}
    for body in ({"statuses": [{"id": 3, **entry}]}, {"statuses": {"3": entry}}, [{"id": 3, **entry}]):
        assert read("get_list_statuses", body) == ({**entry, "id": "3"},)
    for body in ({"status": {"id": 3, **entry}}, {"id": 3, **entry}, {"statuses": {"id": 3, **entry}}):
        assert read("get_status", body) == ({**entry, "id": "3"},)


def test_servers_in_stock():
    assert read("list_servers_in_stock", [{"id": 1, "cpu": "x"}]) == ({"id": "1", "cpu": "x"},)
    assert read("list_servers_in_stock", {"servers": {"1": {"cpu": "x"}}}) == ({"cpu": "x", "id": "1"},)


# records


def test_records_show_what_the_portal_said_on_demand_only():
    (found,) = read("list_vms", VEESP_2019)
    assert "raw" not in found.as_dict()
    assert found.as_dict(raw=True)["raw"]["burstmem"] == -512
    assert "in clear text" not in repr(found)
    assert "state" not in found.as_dict()


def test_records_are_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        machine(label="web-1").name = "other"  # type: ignore[misc]


def test_a_machine_is_called_by_its_name_or_id():
    assert machine(label="web-1").title == "web-1"
    assert machine().title == "5"


def test_choices_show_their_id():
    assert [str(Choice("5", "x")), str(Choice("x", "x"))] == ["x (5)", "x"]


def test_the_documented_fields_are_there():
    """What DESIGN.md promises of each record, by name and in order."""
    promised = {
        VirtualMachine: "id name status memory cpu disk template template_id ips ipv4 ipv6 private_ipv4 service_id",
        Service: "id name label domain status category category_slug billing_cycle total next_due",
        IPAddress: "id address domain vlan vlan_name main",
        Power: "state",
        ServerOperation: "status template progress",
        Ticket: "number subject department status date body replies",
        Reply: "id name type date body",
    }
    for record, fields in promised.items():
        shown = [each.name for each in dataclasses.fields(record) if not each.metadata.get("internal")]
        assert [name for name in shown if name != "raw"] == fields.split()


# the simulator's shapes are those of the notes: all of them read as the same account


@pytest.mark.parametrize(
    "name", ["list_vms", "get_vm_details", "list_os_templates", "list_services", "list_ips", "server_info"]
)
def test_all_shapes_of_the_simulator_read_as_the_same_things(name: str):
    found = {
        good.shape: [_comparable(each) for each in _as_list(good.read(good.body))]
        for good in good_answers()
        if good.name == name
    }
    assert {*found} == {*SHAPES}
    expected = found["reference"]
    assert expected
    for shape, records in found.items():
        assert len(records) == len(expected)
        for record, like in zip(records, expected, strict=True):
            assert {key: value for key, value in record.items() if value is not None and like[key] != value} == {}, (
                shape
            )


def _as_list(found: Any) -> list[Any]:
    return list(found) if isinstance(found, tuple) else [found]


def _comparable(record: Any) -> dict[str, Any]:
    """What of a record doesn't depend on the shape."""
    shown = record.as_dict()
    ids = ("id", "template_id", "ips", "vlan", "vlan_name", "os", "os_id")
    return {key: (None if key in ids or value == [] else value) for key, value in shown.items()}


# answers to writes


@pytest.mark.parametrize(
    "body",
    [
        *(
            {"status": True},
            {"status": 1},
            {"success": "true"},
            {"result": True},
            {"info": ["accepted"]},
            {"info": "x"},
        ),
        *({"data": {"status": True}, "error": []}, {"task_id": 5}),
    ],
)
def test_an_answer_that_says_that_a_write_was_accepted(body: Any):
    assert says_accepted(OPERATIONS["stop_vm"], body)


@pytest.mark.parametrize(
    "body",
    [
        *(
            None,
            {},
            [],
            "",
            "ok",
            True,
            False,
            5,
            {"message": "x"},
            {"info": []},
            {"info": " "},
            {"error": []},
            {"status": None},
        ),
        *({"status": "running"}, {"id": 5}, {"data": []}, {"data": None}, [{"status": True}]),
    ],
)
def test_an_answer_that_proves_nothing(body: Any):
    assert not says_accepted(OPERATIONS["stop_vm"], body)


@pytest.mark.parametrize(
    ("name", "body"),
    [
        *[("create_vm", each) for each in ({"id": 5}, {"vm": {"id": 5}}, {"vmid": "5"}, {"data": {"uuid": "a"}})],
        ("create_ticket", {"ticket": 865650}),
        ("add_contact", {"contact_id": "3"}),
        ("update_user_details", {"client": {"id": 1}}),
        ("reinstall", {"password": "x"}),
        ("rescue_vm", {"adminPass": "x"}),
    ],
)
def test_what_a_write_made_proves_it(name: str, body: Any):
    assert says_accepted(OPERATIONS[name], body)


@pytest.mark.parametrize("value", [None, "", [], {}, False])
def test_nothing_made_proves_nothing(value: Any):
    assert not says_accepted(OPERATIONS["create_ticket"], {"ticket": value})
    assert not says_accepted(OPERATIONS["create_vm"], {"id": value})


@pytest.mark.parametrize(
    ("body", "identity"),
    [
        ({"status": True, "id": 5}, "5"),
        ({"vm": {"id": "a-b"}}, "a-b"),
        ({"vmid": 5}, "5"),
        ({"data": {"vm": {"vmid": 5}}, "error": []}, "5"),
        ({"vm": {"5": {"label": "x"}}}, "5"),
        ({"vms": {"5": {"id": 5}}}, "5"),
        *[
            (each, None)
            for each in (None, {}, {"status": True}, {"vm": {}}, {"vms": {"5": {}, "6": {}}}, {"id": None}, "5")
        ],
    ],
)
def test_the_id_of_a_machine_that_was_made(body: Any, identity: str | None):
    assert machine_id_in(body) == identity


@pytest.mark.parametrize(
    ("body", "number"),
    [
        ({"ticket": 865650}, "865650"),
        ({"ticket": "865650"}, "865650"),
        ({"ticket": {"ticket_number": 5}}, "5"),
        ({"data": {"ticket_number": 5}}, "5"),
        *[({"ticket": each}, None) for each in (None, False, True, "", [], {})],
        (None, None),
    ],
)
def test_the_number_of_what_was_made(body: Any, number: str | None):
    assert made_in(body, "ticket", "ticket_number") == number


@pytest.mark.parametrize(
    ("body", "password"),
    [
        ({"password": "a &amp; b "}, "a &amp; b "),
        ({"vm": {"adminPass": "x"}}, "x"),
        ({"data": {"reinstall": {"rootpassword": "x"}}}, "x"),
        ({"password": 12345678}, "12345678"),
        *[({"password": each}, None) for each in (None, "", "********", "\u2022\u2022", False, True, [], {})],
        (None, None),
    ],
)
def test_a_password_that_an_answer_tells(body: Any, password: str | None):
    assert password_in(body) == password
