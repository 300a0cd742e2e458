# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Virtual machines: operations 39 to 48 and 71 to 73."""

from __future__ import annotations

import ipaddress
import secrets
from typing import Any

from . import deviations
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
    told = call.shape.vm(vm_view(record, names, call.shape), details)
    told = deviations.passwords(told, record["password"], call.settings, details=details)
    return deviations.entry(told, call.settings)


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


def begin(call: Call, vm: Record, task: str, then: Record, answer: Record | None = None, **now: Any) -> Any:
    """Start work on a VM that no other work is going on on; `now` is true at once, `then` when it is done."""
    if vm.get("task"):
        raise Refused(409, f"VM {call.path['vmid']} is locked: {vm['task']['name']}")
    call.store.change("vm", call.service["id"], vm, task=call.task(task, **then), **now)
    return call.accepted(**(answer or {}))


def counted(record: Record, what: str) -> Record:
    """How often something was done that leaves no other trace; the API doesn't tell it, the state does."""
    return {what: record.get(what, 0) + 1}


def expect(call: Call, vm: Record, *statuses: str) -> None:
    if not vm.get("task") and vm["status"] not in statuses:
        raise Refused(409, f"VM {call.path['vmid']} is {vm['status']}")


@operation("GET /service/@id/vms")
def list_vms(call: Call) -> Any:
    return call.list("vms", [render(call, record, False) for record in call.children("vm")])


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
    return begin(call, vm, "rebooting", {}, **counted(vm, "boots"))


@operation("POST /service/@id/vms/@vmid/rescue")
def rescue_vm(call: Call) -> Any:
    vm = the_vm(call)
    expect(call, vm, "running", "stopped")
    password = secrets.token_urlsafe(9) if call.settings.passwords else vm["password"]
    then = {"status": "rescue", "password": password}
    return begin(call, vm, "rescuing", then, deviations.in_answer(password, call.settings))


@operation("POST /service/@id/vms/@vmid/unrescue")
def unrescue_vm(call: Call) -> Any:
    vm = the_vm(call)
    expect(call, vm, "rescue")
    return begin(call, vm, "unrescuing", {"status": "running"})


@operation("POST /service/@id/vms/@vmid/rebuild")
def rebuild_vm(call: Call) -> Any:
    vm = the_vm(call)
    password = secrets.token_urlsafe(9)
    then = {"status": "running", "template": template_id(call), "password": password}
    answer = deviations.in_answer(password, call.settings)
    return begin(call, vm, "rebuilding", then, answer, **counted(vm, "installs"))


@operation("GET /service/@id/templates")
def list_templates(call: Call) -> Any:
    templates = [
        {**each, "id": call.shape.vm_id(each["id"]), "name": call.shape.text(each["name"])}
        for each in call.account["templates"]
    ]
    groups = deviations.groups(templates, call.settings)
    return call.list("templates", templates) if groups is None else call.wrap("templates", groups)


@operation("GET /service/@id/resources")
def resources(call: Call) -> Any:
    return call.wrap("resources", usage(call))


@operation("POST /service/@id/vms")
def create_vm(call: Call) -> Any:
    label, *_unused = call.required("label", "template", "memory", "cpu", "disk")
    size = {name: call.positive(name) for name in ("memory", "cpu", "disk")}
    template = template_id(call)
    spend(call, **size)
    vm = new_vm(call.store, template=template, **size, task=call.task("building", **end_of_building(call)))
    vm["label"] = deviations.name_of_new(label, vm["id"], call.service["domain"], call.settings)
    call.store.put("vm", call.service["id"], vm)
    body, status = call.shape.created({**vm, "id": call.shape.vm_id(vm["id"])})
    body = deviations.passwords(body, vm["password"], call.settings, details=False)
    body = {**body, **deviations.in_answer(vm["password"], call.settings)}
    return Answer(call.enveloped(body), status)


def end_of_building(call: Call) -> Record:
    """What becomes of a VM that is being built, where that isn't a running one."""
    if call.settings.builds_end == "gone":
        return {"gone": True}
    return {"status": call.settings.builds_end} if call.settings.builds_end else {}


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
