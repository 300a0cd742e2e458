# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A portal in memory, for properties of planners: what it tells is up to the test, and what is sent is noted.

It stands where a `Client` does. Unlike the simulator it never leaves the process, so that hypothesis can try some
thousand accounts; and it may tell less of them, or in other words, than any real portal.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from ansible_collections.sindad.cloud.plugins.module_utils._errors import NotFound, SindadError
from ansible_collections.sindad.cloud.plugins.module_utils._operations import OPERATIONS
from ansible_collections.sindad.cloud.plugins.module_utils._plan import Context
from ansible_collections.sindad.cloud.plugins.module_utils._reading import Answer
from ansible_collections.sindad.cloud.plugins.module_utils._settings import Settings
from ansible_collections.sindad.cloud.plugins.module_utils._wait import WaitPolicy

TEMPLATES = [
    {"id": "101", "name": "Debian 12"},
    {"id": "102", "name": "Ubuntu 24.04"},
    {"id": "rocky-9", "name": "Rocky Linux 9"},
    {"id": "201", "name": "Twice"},
    {"id": "202", "name": "Twice"},
]
RECIPES = [{"id": "1", "name": "lamp", "usablefor": ["101", "102"]}, {"id": "2", "name": "k8s", "usablefor": ["102"]}]
VLANS = [{"id": "10", "name": "public"}, {"id": "20", "name": "private"}]
ACCEPTED = {"status": True}

Entry = dict[str, Any]


class MemoryPortal:
    """One account.

    Attributes:
        vms: For each service its machines, as List VMs tells them.
        servers: For each service a dedicated server: ``info``, ``power`` and ``ips``, as the portal tells them, and the
            ``label``. A part that is missing is not offered.
        services: The entries of List services.
        jobs: For each server what reinstall, rescue and diagnostics say.
        sent: What was sent: operation, ids, body.

    """

    def __init__(
        self,
        vms: dict[str, list[Entry]] | None = None,
        servers: dict[str, Entry] | None = None,
        services: list[Entry] | None = None,
    ) -> None:
        self.vms = copy.deepcopy(vms or {})
        self.servers = copy.deepcopy(servers or {})
        told = [*self.vms, *(name for name in self.servers if name not in self.vms)]
        self.services = services or [{"id": name, "name": "Cloud", "status": "Active"} for name in told]
        self.jobs: dict[str, dict[str, Any]] = {}
        self.sent: list[tuple[str, tuple[str, ...], Any]] = []
        self.asked: list[tuple[str, tuple[str, ...]]] = []
        self.writes: list[Any] = []
        self.settings = Settings(api_url="http://127.0.0.1/api", api_username="ops@example.com")
        self._made = 0

    # What a client has

    def get(self, name: str, *ids: str, query: Any = None) -> Answer:
        self.asked.append((name, ids))
        return self._answer(name, ids, getattr(self, f"_{name}")(*ids))

    def pages(self, name: str, *ids: str, query: Any = None) -> Iterator[Answer]:
        yield self.get(name, *ids)

    def send(self, name: str, *ids: str, body: Any = None, changes: bool | None = None) -> Answer:
        self.sent.append((name, ids, body))
        return self._answer(name, ids, getattr(self, f"_{name}")(*ids, **(body or {})))

    def scrub(self, text: str) -> str:
        return text

    def not_carried_out(self) -> None:
        """Nothing counts the writes here."""

    def _answer(self, name: str, ids: tuple[str, ...], body: Any) -> Answer:
        operation = OPERATIONS[name]
        return Answer(operation, operation.url_path(*ids), copy.deepcopy(body))

    def _not_found(self, name: str, *ids: str) -> NotFound:
        operation = OPERATIONS[name]
        return NotFound("not found", operation=operation, path=operation.url_path(*ids), status=404)

    # Services

    def _list_services(self) -> Any:
        return {"services": self.services}

    def _service_details(self, service: str) -> Any:
        return {"service": next(entry for entry in self.services if entry["id"] == service)}

    def _service_label(self, service: str) -> Any:
        if "label" not in self.servers.get(service, {}):
            raise self._not_found("service_label", service)
        return {"label": self.servers[service]["label"]}

    def _change_service_label(self, service: str, label: str) -> Any:
        self.servers[service]["label"] = label
        return ACCEPTED

    # Machines

    def _list_vms(self, service: str) -> Any:
        if service not in self.vms:
            raise self._not_found("list_vms", service)
        return {"vms": self.vms[service]}

    def machine(self, service: str, vmid: str) -> Entry:
        found = [entry for entry in self.vms[service] if entry["id"] == vmid]
        if not found:
            raise self._not_found("get_vm_details", service, vmid)
        return found[0]

    def _get_vm_details(self, service: str, vmid: str) -> Any:
        return {"vm": self.machine(service, vmid)}

    def _resources(self, service: str) -> Any:
        raise self._not_found("resources", service)

    def _list_os_templates(self, service: str) -> Any:
        return {"templates": TEMPLATES}

    def _create_vm(self, service: str, **body: Any) -> Any:
        self._made += 1
        template = next(entry for entry in TEMPLATES if entry["id"] == body["template"])
        entry = {
            "id": f"9{self._made:03}",
            "label": body["label"],
            "status": "running",
            "template": dict(template),
            "memory": body["memory"],
            "cpus": body["cpu"],
            "disk": body["disk"],
        }
        self.vms[service].append(entry)
        return {**ACCEPTED, "id": entry["id"]}

    def _destroy_vm(self, service: str, vmid: str) -> Any:
        self.vms[service].remove(self.machine(service, vmid))
        return ACCEPTED

    def _resize_vm(self, service: str, vmid: str, **body: Any) -> Any:
        entry = self.machine(service, vmid)
        entry.update({{"cpu": "cpus"}.get(name, name): value for name, value in body.items()})
        return ACCEPTED

    def _rebuild_vm(self, service: str, vmid: str, template: str) -> Any:
        entry = self.machine(service, vmid)
        installed = next((dict(each) for each in TEMPLATES if each["id"] == template), {"id": template})
        if "template" in entry:
            entry["template"] = installed
        self._switched(service, vmid, "running")
        return ACCEPTED

    def _switched(self, service: str, vmid: str, status: str) -> Any:
        entry = self.machine(service, vmid)
        if "status" in entry:  # what a portal doesn't tell, it doesn't tell afterwards either
            entry["status"] = status
        return ACCEPTED

    def _start_vm(self, service: str, vmid: str) -> Any:
        return self._switched(service, vmid, "running")

    def _stop_vm(self, service: str, vmid: str) -> Any:
        return self._switched(service, vmid, "stopped")

    def _reboot_vm(self, service: str, vmid: str) -> Any:
        return self._switched(service, vmid, "running")

    def _rescue_vm(self, service: str, vmid: str) -> Any:
        return self._switched(service, vmid, "rescue")

    def _unrescue_vm(self, service: str, vmid: str) -> Any:
        return self._switched(service, vmid, "running")

    # Dedicated servers

    def part(self, name: str, service: str, operation: str) -> Any:
        server = self.servers.get(service, {})
        if name not in server:
            raise self._not_found(operation, service)
        return server[name]

    def _server_info(self, service: str) -> Any:
        return {"info": self.part("info", service, "server_info")}

    def _update_hostname(self, service: str, hostname: str) -> Any:
        info = self.part("info", service, "update_hostname")
        if "hostname" in info:
            info["hostname"] = hostname
        return ACCEPTED

    def _get_server_state(self, service: str) -> Any:
        return self.part("power", service, "get_server_state")

    def _power(self, service: str, on: bool) -> Any:
        told = self.servers[service].get("power")
        if told is not None:
            told["power"] = "on" if on else "off"
        return ACCEPTED

    def _power_on(self, service: str) -> Any:
        return self._power(service, True)

    def _power_off(self, service: str) -> Any:
        return self._power(service, False)

    def _reboot(self, service: str) -> Any:
        return self._power(service, True)

    def _list_ips(self, service: str) -> Any:
        return {"ips": self.part("ips", service, "list_ips")}

    def address(self, service: str, identity: str) -> Entry:
        found = [entry for entry in self.part("ips", service, "list_ips") if entry["id"] == identity]
        if not found:
            raise self._not_found("ip_details", service, identity)
        return found[0]

    def _ip_details(self, service: str, identity: str) -> Any:
        return {"ip": self.address(service, identity)}

    def _edit_ip(self, service: str, identity: str, domain: str) -> Any:
        entry = self.address(service, identity)
        if "domain" in entry:
            entry["domain"] = domain
        return ACCEPTED

    def _delete_ip(self, service: str, identity: str) -> Any:
        self.servers[service]["ips"].remove(self.address(service, identity))
        return ACCEPTED

    def _add_ip(self, service: str, vlan: str, domain: str, num: str) -> Any:
        for _number in range(int(num)):
            self._made += 1
            entry = {"id": f"9{self._made:03}", "address": f"185.0.9.{self._made}", "domain": domain, "vlan": vlan}
            self.servers[service]["ips"].append(entry)
        return ACCEPTED

    def _list_vlans(self, service: str) -> Any:
        return {"vlans": VLANS}

    # Jobs of dedicated servers

    def _job(self, name: str, service: str) -> Any:
        return self.jobs.get(service, {}).get(name, {"status": ""})

    def _list_os_templates_and_recipes(self, service: str) -> Any:
        return {"templates": TEMPLATES, "recipes": RECIPES}

    def _reinstall_status(self, service: str) -> Any:
        return self._job("reinstall", service)

    def _reinstall(self, service: str, hostname: str, template: str, **more: str) -> Any:
        info = self.servers[service]["info"]
        installed = next(dict(each) for each in TEMPLATES if each["id"] == template)
        if "os" in info:
            info["os"] = installed
        if "hostname" in info:
            info["hostname"] = hostname
        self._power(service, True)
        self.jobs.setdefault(service, {})["reinstall"] = {"status": "finished", "template": installed["name"]}
        return ACCEPTED


def context(portal: MemoryPortal, *, protected: tuple[str, ...] = (), warnings: list[str] | None = None) -> Context:
    """Return what observing and changing needs, with a portal in memory, which is never waited for."""
    policy = WaitPolicy(wait=True, timeout=60, interval=0)
    told = [] if warnings is None else warnings
    return Context(client=portal, policy=policy, warn=told.append, protected=protected)  # type: ignore[arg-type]


def outcome(call: Any) -> Any:
    """Return what a call returns, or the error that it raises."""
    try:
        return call()
    except SindadError as error:
        return error
