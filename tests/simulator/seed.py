# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Seed files: a fleet file, with further keys where a portal has more to say, becomes state."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import Any

import yaml

from .clientarea import CUSTOM, PROFILE, new_contact
from .operations import HERE
from .servers import new_ip
from .store import Record, Store
from .vms import new_vm

SEEDS = HERE / "seeds"
EXAMPLE = SEEDS / "example.yml"

CATALOGUE = yaml.safe_load((SEEDS / "catalogue.yml").read_text(encoding="utf-8"))
TOP = {"account", "defaults", "services", "tickets", "invoices", "contacts", "notifications", "statuses", *CATALOGUE}
ACCOUNT: Record = {
    "username": "ops@example.com",
    "password": "simulator",
    "token_lifetime": 7 * 24 * 3600,
    "mfa": False,
    "basic_enabled": True,
    "token_enabled": True,
    "client": {},
    "balance": {},
    "currency": "USD",
    "as_documented": {},
}
SERVICE: Record = {
    "status": "Active",
    "billingcycle": "Monthly",
    "total": "0.00",
    "next_due": "2026-12-30",
    "next_invoice": "2026-12-23",
    "date_created": "2026-01-01",
    "username": "root",
    "password": "",
    "as_documented": {},
}
KINDS = {
    "vm": ("Cloud Servers", "cloud-servers", "Cloud Server"),
    "server": ("Dedicated Servers", "dedicated-servers", "Dedicated Server"),
    "hosting": ("Hosting", "hosting", "Starter Hosting"),
}
SERVER: Record = {"cpu": "2x Xeon Silver 4210", "memory": 65536, "disk": "2x480 GB SSD"}
SERVICE_KEYS = {
    "service",
    "id",
    "label",
    "domain",
    "name",
    "category",
    "category_url",
    "kind",
    "firstpayment",
    "resources",
    "upgrades",
    "vms",
    "prune",
    "protected",
    "hostname",
    "power",
    "os",
    "ips",
    "server",
    *SERVICE,
}
VM_KEYS = {
    "name",
    "template",
    "memory",
    "cpu",
    "disk",
    "power",
    "rebuild",
    "id",
    "status",
    "ipv4",
    "ipv6",
    "private_ipv4",
    "password",
}
TICKET_KEYS = {
    "ticket_number",
    "date",
    "deptname",
    "subject",
    "status",
    "body",
    "replies",
    "name",
    "email",
    "client_read",
    "attachments",
    "as_documented",
}
REPLY_KEYS = {"id", "name", "date", "body", "status", "type", "attachments"}
INVOICE_KEYS = {
    "id",
    "date",
    "dateorig",
    "duedate",
    "paybefore",
    "datepaid",
    "status",
    "total",
    "subtotal",
    "credit",
    "tax",
    "taxrate",
    "tax2",
    "taxrate2",
    "taxexempt",
    "rate",
    "rate2",
    "rate3",
    "notes",
    "items",
    "client",
    "number",
    "currency",
    "merge_id",
}
CONTACT_KEYS = {"id", "password", "privileges", "company", "lastlogin", *PROFILE, *CUSTOM}
NOTIFICATION_KEYS = {"id", "subject", "body", "date_added", "seen", "rel_type", "rel_id"}
SIZE = {"memory": 2048, "cpu": 1, "disk": 20}
SPARE = {"memory": 65536, "cpu": 32, "disk": 1000}
ON = {"on": True, "off": False, "running": True, "stopped": False, "true": True, "false": False}
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times faster, where it is built


class SeedError(Exception):
    """What is wrong with a seed, in one sentence."""


def load(store: Store, path: Path) -> None:
    """Add the account that a file describes."""
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)
    except (OSError, yaml.YAMLError) as error:
        raise SeedError(f"{path}: {error}") from error
    try:
        Seed(store, {} if data is None else data).plant()
    except SeedError as error:
        raise SeedError(f"{path}: {error}") from error
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise SeedError(f"{path}: a value is missing or of the wrong kind: {error!r}.") from error


def known(data: Any, keys: set[str], what: str) -> Record:
    if not isinstance(data, dict):
        raise SeedError(f"{what} is not a mapping.")
    unknown = sorted(str(key) for key in data if key not in keys)
    if unknown:
        listed = ", ".join(sorted(keys))
        raise SeedError(f"{what} has no key {', '.join(unknown)}; it has {listed}.")
    return data


def power(value: Any, what: str) -> bool:
    try:
        return ON[str(value).lower()]
    except KeyError:
        raise SeedError(f"the power of {what} is {value}, not one of {', '.join(ON)}.") from None


def _account_of(data: Record) -> Any:
    """Return what a seed says of its account; a fleet file says only whose it is, which is taken as the user name."""
    account = data.get("account") or {}
    return {"username": str(account)} if isinstance(account, (str, int)) else account


class Seed:
    """One account on its way from a file into the store."""

    def __init__(self, store: Store, data: Any) -> None:
        self.store = store
        self.data = known(data, TOP, "The seed")
        account = known(_account_of(self.data), set(ACCOUNT), "account")
        catalogue = {key: self.data.get(key, value) for key, value in CATALOGUE.items()}
        self.account: Record = {**ACCOUNT, **account, **catalogue}
        self.account["id"] = self.owner = str(self.account.pop("username"))
        self.account["password"] = str(self.account["password"])
        for name in ("templates", "server_templates", "recipes", "diag_templates", "rescue_templates", "vlans"):
            self.account[name] = [{**each, "id": str(each["id"])} for each in self.account[name]]
        self.defaults = known(self.data.get("defaults") or {}, VM_KEYS - {"name", "id"}, "defaults")

    def plant(self) -> None:
        if self.store.get("account", "", self.owner):
            raise SeedError(f"there is an account {self.owner} already.")
        names = {"firstname": "Sara", "lastname": "Karimi", "email": self.owner, "country": "IR"}
        self.account["client"] = {
            "id": str(self.store.next_id("client", 27)),
            "lastlogin": "0000-00-00 00:00:00",
            **dict.fromkeys(PROFILE, ""),
            **names,
            **self.account["client"],
        }
        for service in self.data.get("services") or []:
            self.plant_service(known(service, SERVICE_KEYS, "a service"))
        for ticket in self.data.get("tickets") or []:
            self.put("ticket", self.ticket(ticket))
        for invoice in self.data.get("invoices") or []:
            self.put("invoice", self.invoice(invoice))
        for contact in self.data.get("contacts") or []:
            known(contact, CONTACT_KEYS, "a contact")
            self.put("contact", new_contact(self.store, **contact))
        for each in self.data.get("notifications") or []:
            known(each, NOTIFICATION_KEYS, "a notification")
            blank = {"rel_type": "", "rel_id": "", "seen": "0", "body": ""}
            self.put("notification", {**blank, **each, "id": str(each["id"])})
        for event in self.data.get("statuses") or []:
            self.store.put("event", "", {**event, "id": str(event["id"])})
        self.put("account", self.account)

    def put(self, kind: str, record: Record) -> None:
        self.store.put(kind, "" if kind == "account" else self.owner, record)

    # services

    def plant_service(self, data: Record) -> None:
        kind = data.get("kind") or self.kind(data)
        if kind not in KINDS:
            raise SeedError(f"kind {kind} is not one of {', '.join(KINDS)}.")
        if "service" not in data and "id" not in data:
            raise SeedError("a service has neither service nor id.")
        identity = self.identity(data)
        key = identity["id"]
        if self.store.owner("service", key):
            raise SeedError(f"there is a service {key} already.")
        vms = [self.vm(each) for each in data.get("vms") or []]
        category, slug, name = KINDS[kind]
        given = {name: value for name, value in data.items() if name in SERVICE}
        record = {
            **SERVICE,
            "category": data.get("category", category),
            "kind": kind,
            "category_url": data.get("category_url", slug),
            "name": data.get("name", name),
            **given,
            **identity,
            "resources": self.resources(data, vms),
            "upgrades": {**self.account["upgrades"], **(data.get("upgrades") or {})},
        }
        record["firstpayment"] = data.get("firstpayment", record["total"])
        self.put("service", record)
        for vm in vms:
            if self.store.owner("vm", vm["id"]):
                raise SeedError(f"there is a VM {vm['id']} already.")
            self.store.put("vm", key, vm)
        if kind == "server":
            self.plant_server(key, data)

    def kind(self, data: Record) -> str:
        if "vms" in data:
            return "vm"
        return "server" if {"hostname", "os", "ips", "power"} & set(data) else "hosting"

    def identity(self, data: Record) -> Record:
        """Its id, label and domain, so that `service` finds it whichever of them it is."""
        name = str(data.get("service", ""))
        key = data.get("id", name if name.isdecimal() else None)
        key = self.store.next_id("service", 401) if key is None else key
        label = data.get("label")
        domain = data.get("domain")
        if name and not name.isdecimal():
            dotted = "." in name
            label = name if label is None and not dotted else label
            domain = name if domain is None and label != name else domain
        fallback = f"{label}.example.com" if label else f"service-{key}.example.com"
        return {"id": str(key), "label": label or "", "domain": domain or fallback}

    def resources(self, data: Record, vms: list[Record]) -> Record:
        given = known(data.get("resources") or {}, set(SIZE), "resources")
        return {name: given.get(name, sum(vm[name] for vm in vms) + spare) for name, spare in SPARE.items()}

    def vm(self, data: Any) -> Record:
        data = {**SIZE, **self.defaults, **known(data, VM_KEYS, "a VM")}
        if not data.get("name"):
            raise SeedError("a VM has no name.")
        given = {key: data[key] for key in ("ipv4", "ipv6", "private_ipv4", "password") if key in data}
        status = data.get("status")
        if status is None:
            running = power(data.get("power", True), f"VM {data['name']}")
            status = "running" if running else "stopped"
        template = self.template("templates", data.get("template"))
        size = {name: int(data[name]) for name in SIZE}
        return new_vm(
            self.store, data.get("id"), label=str(data["name"]), status=status, template=template, **size, **given
        )

    def template(self, catalogue: str, wanted: Any) -> str:
        """The id of a template; one that the catalogue lacks is added to it."""
        templates = self.account[catalogue]
        if wanted is None:
            return templates[0]["id"]
        for each in templates:
            if str(wanted) in (each["id"], each["name"]):
                return each["id"]
        imitated = "ISPsystem__" + re.sub(r"[^A-Za-z0-9]+", "-", str(wanted))
        key = str(self.store.next_id("template", 901)) if catalogue == "templates" else imitated
        templates.append({"id": key, "name": str(wanted)})
        return key

    def plant_server(self, key: str, data: Record) -> None:
        os = known(data.get("os") or {}, {"template", "recipe", "password"}, "os")
        template = self.template("server_templates", os.get("template"))
        hardware = known(data.get("server") or {}, set(SERVER), "server")
        record = {
            **SERVER,
            **hardware,
            "id": key,
            "hostname": data.get("hostname", f"server-{key}"),
            "power": power(data.get("power", True), f"server {key}"),
            "template": template,
            "recipe": self.recipe(os.get("recipe"), template),
            "reinstall": {},
            "diag": {},
            "rescue": {},
        }
        self.store.put("server", key, record)
        for number, ip in enumerate(data.get("ips") or [{}]):
            given = known(ip, {"id", "ip", "domain", "vlan", "main"}, "an IP")
            vlan = str(given.get("vlan", self.account["vlans"][0]["id"]))
            if vlan not in [each["id"] for each in self.account["vlans"]]:
                raise SeedError(f"there is no VLAN {vlan}.")
            address = {"ipaddress": given["ip"]} if "ip" in given else {}
            identifier = {"id": str(given["id"])} if "id" in given else {}
            self.store.put(
                "ip",
                key,
                new_ip(
                    self.store,
                    **identifier,
                    **address,
                    domain=given.get("domain", ""),
                    vlan=vlan,
                    main=bool(given.get("main", number == 0)),
                ),
            )

    def recipe(self, wanted: Any, template: str) -> str | None:
        if wanted is None:
            return None
        for each in self.account["recipes"]:
            if str(wanted) in (each["id"], each["name"]):
                return each["id"]
        self.account["recipes"].append({"id": str(wanted), "name": str(wanted), "usablefor": [template]})
        return str(wanted)

    # support and billing

    def ticket(self, data: Record) -> Record:
        known(data, TICKET_KEYS, "a ticket")
        client = self.account["client"]
        number = str(data.get("ticket_number") or self.store.next_id("ticket", 865650))
        replies = [
            {
                "status": "Sent",
                "type": "Admin",
                "name": "Support Staff",
                **reply,
                "id": str(reply.get("id") or self.store.next_id("reply", 930)),
            }
            for reply in data.get("replies") or []
            if known(reply, REPLY_KEYS, "a reply")
        ]
        record = {
            "client_read": "1",
            "date": "2026-01-01 09:00:00",
            "status": "Open",
            "body": "",
            "name": f"{client['firstname']} {client['lastname']}",
            "email": client["email"],
            "deptname": self.account["departments"][0]["name"],
            **data,
            "id": number,
            "ticket_number": number,
            "replies": replies,
        }
        for each in (record, *replies):
            if "attachments" in each:
                each["attachments"] = [self.attachment(one) for one in each["attachments"]]
        return record

    def attachment(self, data: Record) -> Record:
        keys = {"id", "name", "content_type", "text", "base64"}
        data = known(data, keys, "an attachment")
        text = str(data.get("text", "")).encode()
        return {
            "id": str(data["id"]),
            "name": data.get("name", "attachment"),
            "content_type": data.get("content_type", "application/octet-stream"),
            "content": data.get("base64") or base64.b64encode(text).decode(),
        }

    def invoice(self, data: Record) -> Record:
        known(data, INVOICE_KEYS, "an invoice")
        total = float(data.get("total", 0))
        date = data.get("date", "2026-01-01")
        client = {name: self.account["client"][name] for name in ("id", *PROFILE)}
        return {
            "status": "Unpaid",
            "date": date,
            "dateorig": date,
            "duedate": date,
            "paybefore": data.get("duedate", date),
            "datepaid": "0000-00-00 00:00:00",
            "merge_id": None,
            "subtotal": total,
            "credit": 0,
            "tax": 0,
            "taxrate": 0,
            "tax2": 0,
            "taxrate2": 0,
            "taxexempt": "0",
            "rate": 1,
            "rate2": 0,
            "rate3": 1,
            "notes": "",
            "items": [],
            "client": client,
            "number": str(data["id"]),
            "currency": self.account["currency"],
            **data,
            "total": total,
            "id": str(data["id"]),
        }
