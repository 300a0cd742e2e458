# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Support tickets, their replies and attachments. Private to this collection."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from .._reading import (
    UNKNOWN,
    Answer,
    Entry,
    Form,
    Unknown,
    as_dict,
    candidates,
    entries,
    envelopes,
    first_text,
    known,
    optional_text,
    records,
    text,
    word,
)
from .record import Record, reads


@dataclass(frozen=True)
class Reply(Record):
    """A message in a ticket; ``type`` is Admin or Client."""

    id: str | Unknown
    name: str | Unknown
    type: str | Unknown
    date: str | Unknown
    body: str | Unknown


@dataclass(frozen=True)
class Ticket(Record):
    """A support ticket; the replies and the body are in its details only."""

    number: str
    subject: str | Unknown = UNKNOWN
    department: str | Unknown = UNKNOWN
    status: str | Unknown = UNKNOWN
    date: str | Unknown = UNKNOWN
    body: str | Unknown = UNKNOWN
    replies: tuple[Reply, ...] = ()
    raw: Entry = field(default_factory=dict, repr=False, compare=False)


def _ticket(entry: Entry, replies: Sequence[Entry] = ()) -> Ticket | None:
    identity = known(first_text(entry, "ticket_number", "number", "_key", "id"))
    if identity is None:
        return None
    ticket = Ticket(
        number=identity,
        subject=text(entry.get("subject")),
        department=first_text(entry, "deptname", "department", "dept_name"),
        status=word(entry.get("status")),
        date=text(entry.get("date")),
        body=text(entry.get("body")),
        replies=tuple(_reply(item) for item in replies),
        raw=entry,
    )
    return ticket if ticket.told else None


def _reply(entry: Entry) -> Reply:
    return Reply(
        id=first_text(entry, "id", "_key"),
        name=text(entry.get("name")),
        type=text(entry.get("type")),
        date=text(entry.get("date")),
        body=text(entry.get("body")),
    )


@reads("list_tickets")
def read_tickets(answer: Answer) -> tuple[Ticket, ...]:
    """Read List Tickets."""
    form = Form(("tickets",), own_keys=("ticket_number", "number", "id"), id_key="ticket_number")
    return records(answer, form, _ticket, "ticket")


@reads("ticket_details")
def read_ticket(answer: Answer, identity: str) -> Ticket:
    """Read Ticket details with its replies, which ``raw`` holds too. Without ``replies`` they are unknown."""
    replies = _replies(answer)
    for entry in candidates(answer.body, ("ticket",)):
        told = {**entry, "ticket_number": identity, "replies": replies}
        ticket = _ticket(told, replies)
        if ticket is None or isinstance(ticket.status, Unknown):
            continue
        if any(not isinstance(part, Unknown) for part in (ticket.subject, ticket.body, ticket.date)):
            return ticket
    raise answer.unreadable("it says nothing of a ticket (status, subject)")


def _replies(answer: Answer) -> list[Entry]:
    form = Form(("replies",))
    for level in envelopes(answer.body):
        for holder in (as_dict(level), as_dict(as_dict(level).get("ticket"))):
            if "replies" in holder:
                found = entries(
                    Answer(answer.operation, answer.path, {"replies": holder["replies"]}, answer.hide), form
                )
                if any(isinstance(optional_text(entry, "body"), Unknown) for entry in found):
                    raise answer.unreadable("a reply has no 'body'")
                return found
    raise answer.unreadable("there are no 'replies'")


def attachments(ticket: Ticket) -> list[Entry]:
    """Return the attachments that a ticket and its replies name: id and name."""
    parts = [ticket.raw, *(as_dict(reply) for reply in ticket.raw.get("replies") or ())]
    return [attachment for part in parts for attachment in _attachments(part.get("attachments"))]


def _attachments(value: Any) -> list[Entry]:
    """Return the attachments in a list, or in an object by id; what isn't a list, as ``false``, holds none."""
    if isinstance(value, dict):
        return [_attachment(item, str(key)) for key, item in value.items()]
    return [_attachment(item, None) for item in value] if isinstance(value, list) else []


def _attachment(item: Any, key: str | None) -> Entry:
    entry = item if isinstance(item, dict) else {"name": item}
    return {
        "id": known(first_text({**entry, "_key": key}, "id", "_key")),
        "name": known(first_text(entry, "name", "filename", "org_filename")),
    }


#: Where an answer that is an object has the content of a file, in Base64.
_CONTENT_KEYS: Final = ("content", "data", "contents", "body", "base64", "file", "attachment")


@reads("ticket_attachment")
def read_attachment(answer: Answer) -> bytes:
    """Read Ticket attachment where it isn't a file but an object that holds one in Base64, or as a data URL."""
    for entry in candidates(answer.body, ("attachment", "file")):
        for key in _CONTENT_KEYS:
            if isinstance(entry.get(key), str):
                return _from_base64(answer, key, entry[key])
    raise answer.unreadable("it holds no file")


def _from_base64(answer: Answer, key: str, encoded: str) -> bytes:
    try:
        return base64.b64decode(re.sub(r"^data:[^,]*,|[\r\n]", "", encoded.strip()), validate=True)
    except ValueError:
        raise answer.unreadable(f"its {key!r} is not Base64") from None
