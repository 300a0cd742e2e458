# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How portals differ: the same state, said in the words and structures of each back end."""

from __future__ import annotations

import html
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .store import Record

NAMESPACE = uuid.UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")


@dataclass(frozen=True)
class Words:
    """The words for a server: where its power state is, and how an address is named."""

    power: Callable[[bool], Record]
    job: Callable[[str, Record], Any]
    info: Callable[[Record], tuple[str, Record]]
    vlan: Callable[[Record], Any]
    address: str = "ipaddress"


@dataclass(frozen=True)
class Shape:
    """One profile: the knobs by which the answers of one portal differ from another's."""

    name: str
    vm: Callable[[Record, bool], Record]
    words: Words
    created: Callable[[Record], tuple[Any, int]]
    keyed: bool = False  # a list of objects is an object keyed by id, `[]` when it is empty
    ids_repeated: frozenset[str] = frozenset()  # the wrappers whose entries repeat the key
    bare: bool = False  # no wrapper keys
    envelope: bool = False  # VM answers are in {"data": …, "error": [], "info": [], "page": …}
    number_strings: bool = False
    entities: bool = False  # names come with HTML entities
    uuids: bool = False  # VMs and VM templates have UUIDs
    silent_actions: bool = False  # actions are answered without a body
    bare_addresses: bool = False  # a server's IPs are a list of strings, the address is the id
    keeps_refresh: bool = False  # POST /token renews the access token only
    json_attachment: bool = False
    errors_in_200: bool = False
    error_text: bool = False  # `error` is one string instead of a list

    def vm_id(self, identifier: str) -> str:
        return str(uuid.uuid5(NAMESPACE, identifier)) if self.uuids else identifier

    def text(self, value: str) -> str:
        if not self.entities:
            return value
        return html.escape(value).replace("&#x27;", "&#39;")

    def collection(self, wrapper: str, entries: list[Record], key: str, documented: bool) -> list[Any] | Record:
        if not (self.keyed and entries):
            return entries
        if documented or wrapper in self.ids_repeated:
            return {str(entry[key]): entry for entry in entries}
        return {str(entry[key]): {name: value for name, value in entry.items() if name != key} for entry in entries}

    def wrap(self, wrapper: str, content: Any, vms: bool = False) -> Any:
        if self.envelope:
            count = {"page": {"current": 1, "total": 1}} if isinstance(content, list) else {}
            name = "data" if vms else wrapper
            return {name: content, "error": [], "info": [], **count}
        return content if self.bare else {wrapper: content}

    def error(self, status: int, messages: list[str], vms: bool) -> tuple[Record, int]:
        body: Record = {"error": messages[0] if self.error_text else messages}
        if self.envelope and vms:
            body = {"success": False, "data": [], "info": [], **body}
        return body, 200 if self.errors_in_200 else status

    def numbers(self, body: Any) -> Any:
        """The body with its numbers as this shape sends them."""
        if not self.number_strings:
            return body
        if isinstance(body, dict):
            return {key: self.numbers(value) for key, value in body.items()}
        if isinstance(body, list):
            return [self.numbers(value) for value in body]
        if isinstance(body, int | float) and not isinstance(body, bool):
            return str(body)
        return body


def addresses(vm: Record) -> list[str]:
    return [vm[name] for name in ("ipv4", "ipv6", "private_ipv4") if vm.get(name)]


def building(vm: Record) -> bool:
    return vm["busy"] in ("building", "rebuilding")


# VMs: the list's entry, and with `details` the record of one


def reference_vm(vm: Record, details: bool) -> Record:
    entry = {
        "id": vm["id"],
        "label": vm["label"],
        "hostname": vm["label"],
        "status": vm["busy"] or vm["status"],
        "memory": vm["memory"],
        "cpu": vm["cpu"],
        "disk": vm["disk"],
        "template": vm["template"],
        "template_name": vm["template_name"],
        "ips": addresses(vm),
        "ipv4": vm["ipv4"],
        "ipv6": vm["ipv6"],
    }
    return {**entry, "password": vm["password"]} if details else entry


def keyed_vm(vm: Record, details: bool) -> Record:
    state = {"running": "online", "stopped": "offline"}.get(vm["status"], vm["status"])
    usage = {"total": vm["disk"], "used": 0, "free": vm["disk"], "percent": 0}
    ipv4, ipv6, *private = [*addresses(vm), "", ""][:3]
    return {
        "id": vm["id"],
        "label": vm["label"],
        "state": vm["busy"] if building(vm) else state,
        "memory": vm["memory"],
        "disk": vm["disk"],
        "cpus": vm["cpu"],
        "burstmem": -vm["memory"],
        "bandwidth": 100,
        "ip": [ipv4, f" {ipv6}", *filter(None, private)],
        "ipv6subnets": [f"{vm['ipv6']}/64"],
        "template": vm["template"],
        "template_label": vm["template_name"],
        "password": vm["password"],
        "pae": 0,
        "pxe": 0,
        "usage": {"disk": usage},
    }


def proxmox_vm(vm: Record, details: bool) -> Record:
    entry = {
        "id": vm["id"],
        "label": vm["label"],
        "status": vm["status"],
        "built": int(not building(vm)),
        "power": int(vm["status"] != "stopped"),
        "locked": int(bool(vm["busy"])),
        "ipv4": vm["ipv4"],
        "disk": f"{vm['disk']} GB",
    }
    if not details:
        return entry
    ips = {
        str(number): {"ipaddress": address, "main": int(number == 1)} for number, address in enumerate(addresses(vm), 1)
    }
    vmid = int(vm["id"]) if vm["id"].isdecimal() else vm["id"]
    del entry["id"]
    return {
        **entry,
        "vmid": vmid,
        "hostname": vm["label"],
        "ipv6": vm["ipv6"],
        "ip": ips,
        "memory": vm["memory"],
        "cores": vm["cpu"],
        "sockets": 1,
        "template_name": vm["template_name"],
        "username": "root",
        "password": vm["password"],
        "uptime": 0,
        "interfaces": {"net0": {"bridge": "vmbr0", "ip": addresses(vm)}},
    }


def opennebula_vm(vm: Record, details: bool) -> Record:
    state, lcm = {
        "running": ("ACTIVE", "RUNNING"),
        "stopped": ("POWEROFF", "LCM_INIT"),
        "rescue": ("ACTIVE", "RESCUE"),
        "error": ("FAILED", "FAILURE"),
        "suspended": ("SUSPENDED", "LCM_INIT"),
    }[vm["status"]]
    if vm["busy"]:
        state, lcm = "ACTIVE", "PROLOG" if building(vm) else "BOOT"
    entry = {
        "id": vm["id"],
        "hostname": vm["label"],
        "STATE": state,
        "LCM_STATE_STR": lcm,
        "cpu": vm["cpu"],
        "memory": vm["memory"],
        "disk": vm["disk"],
        "ips": addresses(vm),
        "template": vm["template_name"],
        "tags": [],
    }
    return {**entry, "password": vm["password"]} if details else entry


def openstack_vm(vm: Record, details: bool) -> Record:
    status = {"running": "ACTIVE", "stopped": "SHUTOFF"}.get(vm["status"], vm["status"].upper())
    status = {"building": "BUILD", "rebuilding": "REBUILD", "rebooting": "REBOOT", "resizing": "RESIZE"}.get(
        vm["busy"], status
    )
    return {
        "id": vm["id"],
        "label": vm["label"],
        "status": status,
        "memory": vm["memory"],
        "cpu": vm["cpu"],
        "disk": vm["disk"],
        "ips": addresses(vm),
        "template": {"id": vm["template"], "name": vm["template_name"]},
    }


# dedicated servers: reinstall, diag and rescue are jobs: idle, running, done or failed


def reference_job(name: str, job: Record) -> Record:
    return {"status": job["status"], "template": job["template"], "progress": job["progress"]}


def keyed_job(name: str, job: Record) -> Record:
    texts = {
        "idle": "",
        "running": f"{name} {job['template_name']} ({job['progress']}%)",
        "done": "",
        "failed": f"{name} failed",
    }
    in_rescue = {"active": "1"} if name == "rescue" and job["status"] == "done" else {}
    return {"install_in_progress": texts[job["status"]], **in_rescue}


def proxmox_job(name: str, job: Record) -> Record:
    state = {"idle": "none", "running": "in_progress", "done": "completed", "failed": "error"}
    return {name: {"state": state[job["status"]], "template": job["template_name"]}}


def opennebula_job(name: str, job: Record) -> Record:
    return {"status": job["status"].upper(), "template": job["template"], "error": [], "info": []}


def openstack_job(name: str, job: Record) -> Any:
    if job["status"] == "idle":
        return []
    return {
        "status": "ERROR" if job["status"] == "failed" else job["status"].upper(),
        "in_progress": job["status"] == "running",
        "template": {"id": job["template"], "name": job["template_name"]},
    }


def reference_info(server: Record) -> tuple[str, Record]:
    return "info", {
        "hostname": server["hostname"],
        "ip": server["ip"],
        "os": server["template_name"],
        "template": server["template"],
        "recipe": server["recipe"],
        "cpu": server["cpu"],
        "memory": server["memory"],
        "disk": server["disk"],
    }


def keyed_info(server: Record) -> tuple[str, Record]:
    return "server", {
        "hostname": server["hostname"],
        "ip": server["ip"],
        "template": server["template"],
        "template_label": server["template_name"],
        "cpus": server["cpu"],
        "ram": server["memory"],
        "hdd": server["disk"],
        "rack": "A12",
    }


def proxmox_info(server: Record) -> tuple[str, Record]:
    return "info", {
        "hostname": server["hostname"],
        "os": server["template_name"],
        "cpu": server["cpu"],
        "ram": f"{server['memory']} MB",
        "disk": server["disk"],
    }


def opennebula_info(server: Record) -> tuple[str, Record]:
    return "server", {
        "hostname": server["hostname"],
        "ip": server["ip"],
        "os": server["template"],
        "cpu": server["cpu"],
        "memory": server["memory"],
        "disk": server["disk"],
    }


def openstack_info(server: Record) -> tuple[str, Record]:
    template = {"id": server["template"], "name": server["template_name"]}
    return "info", {**reference_info(server)[1], "os": template}


def vlan_id(vlan: Record) -> Any:
    return vlan["id"]


SHAPES = {
    shape.name: shape
    for shape in (
        Shape(
            name="reference",
            vm=reference_vm,
            words=Words(
                power=lambda on: {"status": "on" if on else "off"}, job=reference_job, info=reference_info, vlan=vlan_id
            ),
            created=lambda vm: ({"status": True, "id": vm["id"]}, 200),
        ),
        Shape(
            name="keyed",
            vm=keyed_vm,
            words=Words(
                power=lambda on: {"state": "online" if on else "offline"},
                job=keyed_job,
                info=keyed_info,
                vlan=lambda vlan: vlan["name"],
            ),
            created=lambda vm: ({"status": True}, 200),
            keyed=True,
            ids_repeated=frozenset({"vms"}),
            number_strings=True,
            keeps_refresh=True,
        ),
        Shape(
            name="proxmox",
            vm=proxmox_vm,
            words=Words(power=lambda on: {"poweron": int(on)}, job=proxmox_job, info=proxmox_info, vlan=dict),
            created=lambda vm: ({"vm": {"id": vm["id"]}}, 202),
            keyed=True,
            ids_repeated=frozenset({"templates"}),
            entities=True,
            errors_in_200=True,
        ),
        Shape(
            name="opennebula",
            vm=opennebula_vm,
            words=Words(
                power=lambda on: {"status": {"power": "ON" if on else "OFF"}},
                job=opennebula_job,
                info=opennebula_info,
                vlan=vlan_id,
                address="address",
            ),
            created=lambda vm: ({"vmid": vm["id"]}, 200),
            envelope=True,
        ),
        Shape(
            name="openstack",
            vm=openstack_vm,
            words=Words(
                power=lambda on: {"power": "1" if on else "0"}, job=openstack_job, info=openstack_info, vlan=dict
            ),
            created=lambda vm: ({"id": vm["id"], "adminPass": vm["password"]}, 202),
            bare=True,
            uuids=True,
            silent_actions=True,
            bare_addresses=True,
            json_attachment=True,
            error_text=True,
        ),
    )
}
