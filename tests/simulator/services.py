# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Services, their upgrades and the portal's status page: operations 28 to 38."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from .call import Call, Refused
from .operations import OPERATIONS, operation
from .store import Record

LISTED = ("id", "domain", "total", "status", "billingcycle", "next_due", "category", "category_url", "name")
DETAILED = (
    "id",
    "date_created",
    "domain",
    "firstpayment",
    "total",
    "billingcycle",
    "next_due",
    "next_invoice",
    "status",
    "label",
    "username",
    "password",
    "name",
)
CYCLES = {
    "m": "Monthly",
    "q": "Quarterly",
    "s": "Semi-Annually",
    "a": "Annually",
    "b": "Biennially",
    "t": "Triennially",
}
EVENTS = ("Scheduled", "InProgress", "Cancelled", "ResolvedFaultIssue", "CompletedMaintenance", "Finished")
COMMON_METHODS = (32, 31, 35, 34, 33)  # in the order in which the reference prints them


def pinned(record: Record, view: str) -> Record:
    """What the reference prints in one view and not in the other, until the first change."""
    return record.get("as_documented", {}).get(view, {})


def save(call: Call, **changes: Any) -> None:
    call.store.change("service", call.owner, call.service, **changes)


@operation("GET /service")
def list_services(call: Call) -> Any:
    services = [
        {**{name: each[name] for name in LISTED}, **pinned(each, "list")}
        for each in call.store.all("service", call.owner)
    ]
    return call.list("services", services)


@operation("GET /service/@id")
def service_details(call: Call) -> Any:
    shown = {name: call.service[name] for name in DETAILED}
    return {"service": {**shown, **pinned(call.service, "details")}}


@operation("GET /service/@id/methods")
def service_methods(call: Call) -> Any:
    own = [
        each.number for each in OPERATIONS if (each.of_vms or each.of_servers) and each.offered_by(call.service["kind"])
    ]
    by_number = {each.number: each for each in OPERATIONS}
    methods = [by_number[number] for number in (*COMMON_METHODS, *own)]
    shown, page = call.page([{"name": each.title, "method": each.method, "route": each.path} for each in methods])
    return {"methods": shown, **page}


# upgrades


@operation("GET /service/@id/upgrade")
def upgrade_options(call: Call) -> Any:
    return {
        **call.part("resources", call.service["upgrades"]["resources"]),
        **call.part("package", call.service["upgrades"]["package"]),
    }


@operation("POST /service/@id/upgrade")
def upgrade(call: Call) -> Any:
    resources = call.fields.get("resources") or {}
    if not isinstance(resources, dict):
        raise Refused(422, "Field resources is not valid")
    options = deepcopy(call.service["upgrades"])
    before = recurring(options)
    for key, value in resources.items():
        choose(options, str(key), value)
    changes: Record = {"upgrades": options}
    if call.text("package"):
        changes["name"] = choose_package(options, call.text("package"))
    if call.text("cycle"):
        changes["billingcycle"] = cycle(call.text("cycle"))
    if not (resources or len(changes) > 1):
        raise Refused(422, "Nothing to upgrade")
    after = recurring(options)
    charge = {
        "currency": call.account["currency"],
        "total": f"{max(after - before, 0):.2f}",
        "recurring": f"{after:.2f}",
    }
    if not call.flag("send"):
        return call.wrap("estimate", charge)
    save(call, **changes)
    return {"success": True, "info": ["upgrade_sent"], "upgrade": charge}


def choose(options: Record, key: str, value: Any) -> None:
    """Apply one entry of `resources`: an item id, a quantity, or {item id: quantity}."""
    resource = next((each for each in options["resources"] if str(each["id"]) == key), None)
    if resource is None:
        raise Refused(422, f"Unknown resource {key}")
    if resource["type"] == "slider":
        resource["items"][0]["qty"] = quantity(resource, value)
        return
    item, amount = value, None
    if resource["type"] == "selectqty":
        if not isinstance(value, dict) or len(value) != 1:
            raise Refused(422, f"Resource {key} takes an item and its quantity")
        ((item, amount),) = value.items()
    chosen = [each for each in resource["items"] if str(each["id"]) == str(item)]
    if not chosen:
        raise Refused(422, f"Unknown item {item} of resource {key}")
    for each in resource["items"]:
        each["selected"] = each is chosen[0]
    if amount is not None:
        chosen[0]["qty"] = quantity(resource, amount)


def quantity(resource: Record, value: Any) -> int:
    if not str(value).isdecimal() or not resource["min"] <= int(value) <= resource["max"]:
        raise Refused(422, f"{resource['name']} takes {resource['min']} to {resource['max']}, not {value}")
    return int(value)


def choose_package(options: Record, key: str) -> str:
    chosen = [each for each in options["package"] if str(each["id"]) == key]
    if not chosen:
        raise Refused(422, f"Unknown package {key}")
    for each in options["package"]:
        each["selected"] = each is chosen[0]
    return chosen[0]["name"]


def cycle(value: str) -> str:
    name = CYCLES.get(value, value)
    if name not in CYCLES.values():
        raise Refused(422, f"Unknown billing cycle {value}")
    return name


def recurring(options: Record) -> float:
    items = [item for resource in options["resources"] for item in resource["items"]]
    packages = options["package"]
    return sum(each["price"] * each.get("qty", 1) for each in (*items, *packages) if each["selected"])


# cancellation and label


@operation("POST /service/@id/cancel")
def cancel(call: Call) -> Any:
    if call.service["status"] in ("Cancelled", "Terminated"):
        raise Refused(409, "Service is already cancelled")
    if call.service.get("cancellation"):
        raise Refused(409, "Cancellation request is already pending")
    if call.text("immediate").lower() not in ("true", "false", "1", "0", ""):
        raise Refused(422, "Field immediate is not valid")
    immediate = call.flag("immediate")
    changes = {"status": "Cancelled"} if immediate else {}
    save(call, cancellation={"immediate": immediate, "reason": call.text("reason")}, **changes)
    if immediate:
        for kind in ("vm", "ip"):
            call.store.delete(kind, call.service["id"])
    return {"info": ["cancell_sent"]}


@operation("GET /service/@id/label")
def label(call: Call) -> Any:
    return {"label": call.service["label"]}


@operation("POST /service/@id/label")
def change_label(call: Call) -> Any:
    if "label" not in call.fields:
        raise Refused(422, "Field label is required")
    save(call, label=call.text("label"))
    return {"success": True, "info": ["label_updated"]}


# the status page, for which nobody needs to log in


@operation("GET /statuses")
def list_statuses(call: Call) -> Any:
    return call.list("statuses", call.store.all("event"))


@operation("GET /statuses/specific/@status")
def specific_statuses(call: Call) -> Any:
    wanted = call.path["status"]
    if wanted not in EVENTS:
        raise call.not_found("Status", wanted)
    events = [each for each in call.store.all("event") if each["status"] == wanted]
    return call.list("statuses", events)


@operation("GET /statuses/@id")
def status(call: Call) -> Any:
    event = call.store.get("event", "", call.path["id"])
    if event is None:
        raise call.not_found("Status", call.path["id"])
    return call.wrap("status", event)
