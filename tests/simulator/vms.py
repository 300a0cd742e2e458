# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Virtual machines: operations 39 to 48 and 71 to 73."""

from __future__ import annotations

import ipaddress
import secrets
from typing import Any

from .call import Answer, Call, Refused
from .operations import operation
from .shapes import Shape
from .store import Record, Store

FIRST_IPV4 = ipaddress.IPv4Address("185.0.2.10")
FIRST_IPV6 = ipaddress.IPv6Address("2001:db8:37:3bd::10")
FIRST_PRIVATE = ipaddress.IPv4Address("10.20.0.10")


def new_vm(store: Store, number: int | None = None, **given: Any) -> Record:
    """A VM with addresses and a password of its own; every second one has a private address."""
    number = store.next_id("vm", 1001) if number is None else number
    offset = store.next_id("address", 0)
    private = {"private_ipv4": str(FIRST_PRIVATE + offset)} if offset % 2 else {}
    return {
        "id": str(number),
        "status": "running",
        "ipv4": str(FIRST_IPV4 + offset),
        "ipv6": str(FIRST_IPV6 + offset),
        **private,
        "password": secrets.token_urlsafe(9),
        **given,
    }


def vm_view(record: Record, templates: dict[str, str], shape: Shape) -> Record:
    """What the shapes render: the settled record with the task's name and the template's."""
    template: str = record["template"]
    return {
        **record,
        "id": shape.vm_id(record["id"]),
        "busy": (record.get("task") or {}).get("name", ""),
        "template": shape.vm_id(template),
        "template_name": shape.text(templates.get(template, template)),
    }


def render(call: Call, record: Record, details: bool) -> Record:
    names = {each["id"]: each["name"] for each in call.account["templates"]}
    return call.shape.vm(vm_view(record, names, call.shape), details)


def the_vm(call: Call) -> Record:
    for record in call.children("vm"):
        if call.shape.vm_id(record["id"]) == call.path["vmid"]:
            return record
    raise call.not_found("VM", call.path["vmid"])


def template_id(call: Call) -> str:
    (wanted,) = call.required("template")
    for template in call.account["templates"]:
        if call.shape.vm_id(template["id"]) == wanted:
            return template["id"]
    raise Refused(422, f"Template {wanted} is not available")


def spend(call: Call, **wanted: int) -> None:
    """Refuse what the service's resources don't suffice for."""
    short = [name for name, amount in wanted.items() if amount > usage(call)[name]["free"]]
    if short:
        raise Refused(422, f"Not enough resources: {', '.join(short)}")


def usage(call: Call) -> Record:
    used = {name: sum(vm[name] for vm in call.children("vm")) for name in call.service["resources"]}
    return {
        name: {"total": total, "used": used[name], "free": total - used[name]}
        for name, total in call.service["resources"].items()
    }


def begin(call: Call, vm: Record, task: str, then: Record, **now: Any) -> Any:
    """Start work on a VM that no other work is going on on."""
    if vm.get("task"):
        raise Refused(409, f"VM {call.path['vmid']} is locked: {vm['task']['name']}")
    call.store.change("vm", call.service["id"], vm, task=call.task(task, **then), **now)
    return call.accepted()


def expect(call: Call, vm: Record, *statuses: str) -> None:
    if not vm.get("task") and vm["status"] not in statuses:
        raise Refused(409, f"VM {call.path['vmid']} is {vm['status']}")


@operation("GET /service/@id/vms")
def list_vms(call: Call) -> Any:
    names = {each["id"]: each["name"] for each in call.account["templates"]}
    vms = [call.shape.vm(vm_view(record, names, call.shape), False) for record in call.children("vm")]
    return call.list("vms", vms)


@operation("GET /service/@id/vms/@vmid")
def vm_details(call: Call) -> Any:
    return call.wrap("vm", render(call, the_vm(call), True))


@operation("POST /service/@id/vms/@vmid/stop")
def stop_vm(call: Call) -> Any:
    vm = the_vm(call)
    expect(call, vm, "running", "rescue")
    return begin(call, vm, "stopping", {"status": "stopped"})


@operation("POST /service/@id/vms/@vmid/start")
def start_vm(call: Call) -> Any:
    vm = the_vm(call)
    expect(call, vm, "stopped")
    return begin(call, vm, "starting", {"status": "running"})


@operation("POST /service/@id/vms/@vmid/reboot")
def reboot_vm(call: Call) -> Any:
    vm = the_vm(call)
    expect(call, vm, "running", "rescue")
    return begin(call, vm, "rebooting", {})


@operation("POST /service/@id/vms/@vmid/rescue")
def rescue_vm(call: Call) -> Any:
    vm = the_vm(call)
    expect(call, vm, "running", "stopped")
    return begin(call, vm, "rescuing", {"status": "rescue"})


@operation("POST /service/@id/vms/@vmid/unrescue")
def unrescue_vm(call: Call) -> Any:
    vm = the_vm(call)
    expect(call, vm, "rescue")
    return begin(call, vm, "unrescuing", {"status": "running"})


@operation("POST /service/@id/vms/@vmid/rebuild")
def rebuild_vm(call: Call) -> Any:
    vm = the_vm(call)
    then = {"status": "running", "template": template_id(call), "password": secrets.token_urlsafe(9)}
    return begin(call, vm, "rebuilding", then)


@operation("GET /service/@id/templates")
def list_templates(call: Call) -> Any:
    templates = [
        {**each, "id": call.shape.vm_id(each["id"]), "name": call.shape.text(each["name"])}
        for each in call.account["templates"]
    ]
    return call.list("templates", templates)


@operation("GET /service/@id/resources")
def resources(call: Call) -> Any:
    return call.wrap("resources", usage(call))


@operation("POST /service/@id/vms")
def create_vm(call: Call) -> Any:
    label, *_unused = call.required("label", "template", "memory", "cpu", "disk")
    size = {name: call.positive(name) for name in ("memory", "cpu", "disk")}
    template = template_id(call)
    spend(call, **size)
    vm = new_vm(call.store, label=label, template=template, **size, task=call.task("building"))
    call.store.put("vm", call.service["id"], vm)
    body, status = call.shape.created({**vm, "id": call.shape.vm_id(vm["id"])})
    return Answer(call.enveloped(body), status)


@operation("DELETE /service/@id/vms/@vmid")
def destroy_vm(call: Call) -> Any:
    vm = the_vm(call)
    if (vm.get("task") or {}).get("name") == "deleting":
        return call.accepted()
    if call.settings.build_time:
        call.store.change("vm", call.service["id"], vm, task=call.task("deleting", gone=True))
    else:
        call.store.delete("vm", call.service["id"], vm["id"])
    return call.accepted()


@operation("PUT /service/@id/vms/@vmid")
def resize_vm(call: Call) -> Any:
    vm = the_vm(call)
    size: Record = {name: call.positive(name) for name in ("memory", "cpu") if name in call.fields}
    if not size:
        raise Refused(422, "Nothing to change: give memory or cpu")
    spend(call, **{name: amount - vm[name] for name, amount in size.items()})
    return begin(call, vm, "resizing", size)
