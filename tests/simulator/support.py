# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tickets and their attachments: operations 20 to 27."""

from __future__ import annotations

import base64
import time
from typing import Any

from .call import Answer, Call, Refused
from .operations import operation
from .store import Record

LISTED = ("client_read", "ticket_number", "date", "deptname", "subject", "status")
DETAILED = ("date", "ticket_number", "name", "email", "subject", "body", "status", "client_read", "deptname")


def stamp(now: float) -> str:
    """Local time without a zone, as HostBill has it."""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(now))


def the_ticket(call: Call) -> Record:
    return call.find("ticket", call.path["number"])


def attachments(record: Record) -> Record:
    """The attachments' ids and names, where there are any."""
    listed = [{"id": each["id"], "name": each["name"]} for each in record.get("attachments", [])]
    return {"attachments": listed} if listed else {}


def full_name(call: Call) -> str:
    client = call.account["client"]
    return f"{client['firstname']} {client['lastname']}".strip()


@operation("GET /tickets")
def list_tickets(call: Call) -> Any:
    tickets = [
        {
            **{name: ticket[name] for name in LISTED},
            "deptname": call.shape.text(ticket["deptname"]),
            **ticket.get("as_documented", {}).get("list", {}),
        }
        for ticket in reversed(call.store.all("ticket", call.owner))
    ]
    return call.list("tickets", tickets, key="ticket_number")


@operation("GET /tickets/@number")
def ticket_details(call: Call) -> Any:
    ticket = the_ticket(call)
    replies = [
        {name: value for name, value in reply.items() if name != "attachments"} | attachments(reply)
        for reply in ticket["replies"]
    ]
    shown = {name: ticket[name] for name in DETAILED}
    shown["deptname"] = call.shape.text(ticket["deptname"])
    return {"ticket": {**shown, **attachments(ticket)}, **call.part("replies", replies)}


@operation("GET /ticket/attachment/@file")
def ticket_attachment(call: Call) -> Any:
    number = call.text("number")
    for ticket in call.store.all("ticket", call.owner):
        if number not in ("", ticket["id"]):
            continue
        for record in (ticket, *ticket["replies"]):
            for each in record.get("attachments", []):
                if each["id"] == call.path["file"]:
                    return attachment(call, each)
    raise call.not_found("Attachment", call.path["file"])


def attachment(call: Call, record: Record) -> Any:
    content = base64.b64decode(record["content"])
    if call.shape.json_attachment:
        return {"name": record["name"], "content_type": record["content_type"], "content": record["content"]}
    return Answer(content, content_type=record["content_type"])


@operation("POST /tickets")
def create_ticket(call: Call) -> Any:
    department, subject, body = call.required("dept_id", "subject", "body")
    names = {str(each["id"]): each["name"] for each in call.account["departments"]}
    if department not in names:
        raise Refused(422, "Unknown department")
    number = call.store.next_id("ticket", 865650)
    call.store.put(
        "ticket",
        call.owner,
        {
            "id": str(number),
            "ticket_number": str(number),
            "date": stamp(call.now),
            "name": full_name(call),
            "email": call.account["client"]["email"],
            "subject": subject,
            "body": body,
            "status": "Open",
            "client_read": "1",
            "deptname": names[department],
            "replies": [],
        },
    )
    return {"ticket": number}


@operation("POST /tickets/@number")
def create_reply(call: Call) -> Any:
    ticket = the_ticket(call)
    (body,) = call.required("body")
    reply = {
        "id": str(call.store.next_id("reply", 930)),
        "name": full_name(call),
        "date": stamp(call.now),
        "body": body,
        "status": "Sent",
        "type": "Client",
    }
    replies = [*ticket["replies"], reply]
    call.store.change("ticket", call.owner, ticket, replies=replies, status="Client-Reply")
    return {"info": ["reply_added"]}


@operation("PUT /tickets/@number/open")
def reopen_ticket(call: Call) -> Any:
    ticket = the_ticket(call)
    if ticket["status"] != "Closed":
        return {"status": False}
    call.store.change("ticket", call.owner, ticket, status="Open")
    return {"status": True}


@operation("PUT /tickets/@number/close")
def close_ticket(call: Call) -> Any:
    ticket = the_ticket(call)
    if ticket["status"] == "Closed":
        return {"status": False}
    call.store.change("ticket", call.owner, ticket, status="Closed")
    return {"status": True}


@operation("GET /ticket/departments")
def departments(call: Call) -> Any:
    known = call.account["departments"]
    shown = [{**each, "name": call.shape.text(each["name"])} for each in known]
    return call.list("departments", shown)
