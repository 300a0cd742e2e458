# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dedicated servers: operations 49 to 70 and 74."""

from __future__ import annotations

import ipaddress
import re
import secrets
from typing import Any

from . import deviations
from .call import Call, Refused
from .operations import operation
from .store import Record, Store, settled
from .vms import counted

FIRST_ADDRESS = ipaddress.IPv4Address("185.1.0.10")
MOST_ADDRESSES = 32
HOSTNAME = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*", re.IGNORECASE)


def new_ip(store: Store, **given: Any) -> Record:
    number = store.next_id("ip", 1)
    return {"id": str(number), "ipaddress": str(FIRST_ADDRESS + number), "main": False, **given}


def the_server(call: Call) -> Record:
    server = call.store.get("server", call.service["id"], call.service["id"])
    assert server is not None
    return settled(server, call.now)


def save(call: Call, server: Record, **changes: Any) -> None:
    call.store.change("server", call.service["id"], server, **changes)


def idle(server: Record) -> None:
    if server.get("task"):
        raise Refused(409, f"Another operation is in progress: {server['task']['name']}")


def named(call: Call, catalogue: str, key: str) -> Record:
    for record in call.account[catalogue]:
        if record["id"] == key:
            return record
    raise Refused(422, f"Unknown {catalogue.replace('_', ' ')[:-1]}: {key}")


def valid_hostname(call: Call) -> str:
    (hostname,) = call.required("hostname")
    if not HOSTNAME.fullmatch(hostname):
        raise Refused(422, "Hostname is not valid")
    return hostname


def shown(call: Call, catalogue: str) -> list[Record]:
    return [{**each, "name": call.shape.text(each["name"])} for each in call.account[catalogue]]


# reinstall, diagnostics and rescue are jobs that take their time


def start_job(call: Call, name: str, template: Record, then: Record, answer: Record, **now: Any) -> Any:
    server = the_server(call)
    idle(server)
    job = {"template": template["id"], "template_name": template["name"]}
    task = call.task(name, **then, **{name: {**job, "status": "done"}})
    save(call, server, task=task, **now, **{name: {**job, "status": "running", "started": call.now}})
    return call.accepted(**answer)


def job_status(call: Call, name: str) -> Any:
    job = the_server(call)[name]
    if call.settings.forgets and job.get("status") == "done":
        job = {}
    job = {"status": "idle", "template": None, "template_name": "", **job}
    job["progress"] = 100 if job["status"] == "done" else 0
    if job["status"] == "running" and call.settings.build_time:
        job["progress"] = min(99, int(100 * (call.now - job["started"]) / call.settings.build_time))
    job["template_name"] = call.shape.text(job["template_name"])
    return call.shape.words.job(name, job)


def cancel_job(call: Call, name: str, *statuses: str) -> Any:
    server = the_server(call)
    if server[name].get("status") not in statuses:
        raise Refused(409, f"No {name} operation in progress")
    running = (server.get("task") or {}).get("name") == name
    save(call, server, task=None if running else server.get("task"), **{name: {}})
    return call.accepted()


@operation("GET /service/@id/reinstall/templates")
def reinstall_templates(call: Call) -> Any:
    parts = {
        wrapper: call.shape.collection(wrapper, shown(call, catalogue), "id", documented=False)
        for wrapper, catalogue in (("templates", "server_templates"), ("recipes", "recipes"))
    }
    groups = deviations.groups(shown(call, "server_templates"), call.settings)
    if groups is not None:
        parts["templates"] = groups
    return {**parts, "error": [], "info": []} if call.shape.envelope else parts


@operation("GET /service/@id/reinstall")
def reinstall_status(call: Call) -> Any:
    return job_status(call, "reinstall")


@operation("POST /service/@id/reinstall")
def reinstall(call: Call) -> Any:
    hostname = valid_hostname(call)
    template = named(call, "server_templates", call.required("template")[0])
    recipe = call.text("recipe")
    if recipe and template["id"] not in named(call, "recipes", recipe)["usablefor"]:
        raise Refused(422, f"Recipe {recipe} is not usable for {template['id']}")
    given = call.text("password")
    password = given or secrets.token_urlsafe(9)
    then = {
        "hostname": hostname,
        "template": template["id"],
        "recipe": recipe or None,
        "password": password,
        "power": True,
        "rescue": {},
    }
    answer = {} if given else {"password": password}
    return start_job(call, "reinstall", template, then, answer, **counted(the_server(call), "installs"))


@operation("POST /service/@id/diag/cancel")
def cancel_diag(call: Call) -> Any:
    return cancel_job(call, "diag", "running")


@operation("GET /service/@id/diag/templates")
def diag_templates(call: Call) -> Any:
    return call.list("templates", shown(call, "diag_templates"))


@operation("GET /service/@id/diag")
def diag_status(call: Call) -> Any:
    return job_status(call, "diag")


@operation("POST /service/@id/diag")
def run_diag(call: Call) -> Any:
    template = named(call, "diag_templates", call.required("template")[0])
    if call.flag("fullhddclear") and not call.flag("clearhdd"):
        raise Refused(422, "fullhddclear needs clearhdd")
    if not call.flag("clearhdd"):
        return start_job(call, "diag", template, {"rescue": {}}, {})
    wiped = {"template": None, "recipe": None, "rescue": {}}
    return start_job(call, "diag", template, wiped, {}, **counted(the_server(call), "wipes"))


@operation("GET /service/@id/rescue/templates")
def rescue_templates(call: Call) -> Any:
    return call.list("templates", shown(call, "rescue_templates"))


@operation("GET /service/@id/rescue")
def rescue_status(call: Call) -> Any:
    return job_status(call, "rescue")


@operation("POST /service/@id/rescue")
def rescue(call: Call) -> Any:
    template = named(call, "rescue_templates", call.required("template")[0])
    if the_server(call)["rescue"].get("status") == "done":
        raise Refused(409, "Server is in rescue mode")
    given = call.text("password")
    answer = {} if given else {"password": secrets.token_urlsafe(9)}
    return start_job(call, "rescue", template, {"power": True}, answer)


@operation("POST /service/@id/rescue/cancel")
def cancel_rescue(call: Call) -> Any:
    return cancel_job(call, "rescue", "running", "done")


@operation("GET /service/@id/info")
def server_info(call: Call) -> Any:
    server = the_server(call)
    names = {each["id"]: each["name"] for each in call.account["server_templates"]}
    main = next((each["ipaddress"] for each in call.children("ip") if each["main"]), "")
    template_name = call.shape.text(names.get(server["template"], ""))
    wrapper, info = call.shape.words.info({**server, "ip": main, "template_name": template_name})
    return call.wrap(wrapper, deviations.entry(info, call.settings))


@operation("POST /service/@id/hostname")
def update_hostname(call: Call) -> Any:
    server = the_server(call)
    idle(server)
    save(call, server, hostname=valid_hostname(call))
    return call.accepted()


# addresses


def render_ip(call: Call, record: Record) -> Record:
    vlan = named(call, "vlans", record["vlan"])
    vlan = {**vlan, "name": call.shape.text(vlan["name"])}
    main = record["main"] if call.shape.name == "openstack" else str(int(record["main"]))
    told = {
        "id": record["ipaddress"] if call.shape.bare_addresses else record["id"],
        call.shape.words.address: record["ipaddress"],
        "domain": record["domain"],
        "vlan": call.shape.words.vlan(vlan),
        "main": main,
    }
    return deviations.with_network(told, call.settings)


def the_ip(call: Call) -> Record:
    key = "ipaddress" if call.shape.bare_addresses else "id"
    for record in call.children("ip"):
        if record[key] == call.path["ip"]:
            return record
    raise call.not_found("IP", call.path["ip"])


@operation("GET /service/@id/ips")
def list_ips(call: Call) -> Any:
    records = call.children("ip")
    if call.shape.bare_addresses:
        return call.wrap("ips", [record["ipaddress"] for record in records])
    return call.list("ips", [render_ip(call, record) for record in records])


@operation("GET /service/@id/vlans")
def list_vlans(call: Call) -> Any:
    return call.list("vlans", shown(call, "vlans"))


@operation("POST /service/@id/ips")
def add_ip(call: Call) -> Any:
    key, domain = call.required("vlan", "domain")
    vlan = named(call, "vlans", key)
    number = call.positive("num") if call.text("num") else 1
    if len(call.children("ip")) + number > MOST_ADDRESSES:
        raise Refused(422, "No more addresses available")
    for _unused in range(number):
        record = new_ip(call.store, domain=domain, vlan=vlan["id"])
        call.store.put("ip", call.service["id"], record)
    return call.accepted()


@operation("GET /service/@id/ips/@ip")
def ip_details(call: Call) -> Any:
    return call.wrap("ip", render_ip(call, the_ip(call)))


@operation("POST /service/@id/ips/@ip")
def edit_ip(call: Call) -> Any:
    record = the_ip(call)
    # An empty one clears it.
    domain = call.text("domain") if "domain" in call.fields else call.required("domain")[0]
    call.store.change("ip", call.service["id"], record, domain=domain)
    return call.accepted()


@operation("DELETE /service/@id/ips/@ip")
def delete_ip(call: Call) -> Any:
    record = the_ip(call)
    if record["main"]:
        raise Refused(422, "The main IP can't be removed")
    call.store.delete("ip", call.service["id"], record["id"])
    return call.accepted()


# power


def switch(call: Call, task: str, expected: bool, then: Record, count: str = "") -> Any:
    server = the_server(call)
    idle(server)
    if server["power"] != expected:
        raise Refused(409, f"Server is powered {'on' if server['power'] else 'off'}")
    save(call, server, task=call.task(task, **then), **(counted(server, count) if count else {}))
    return call.accepted()


@operation("POST /service/@id/reboot")
def reboot(call: Call) -> Any:
    return switch(call, "reboot", True, {}, count="boots")


@operation("POST /service/@id/poweroff")
def power_off(call: Call) -> Any:
    return switch(call, "poweroff", True, {"power": False})


@operation("POST /service/@id/poweron")
def power_on(call: Call) -> Any:
    return switch(call, "poweron", False, {"power": True})


@operation("GET /service/@id/status")
def power_state(call: Call) -> Any:
    return call.shape.words.power(the_server(call)["power"])
