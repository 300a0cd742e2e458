# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What sindad_ticket_info asks for: tickets, and an attachment that is written to a file. Private to this collection."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from .._client import NOT_JSON, Client, Exchange
from .._engine import Options, Task
from .._errors import NotFound, SindadError, Unreadable
from .._files import destination
from .._operations import OPERATIONS
from .._plan import Change, Context, Files, Plan
from .._reading import Answer, Unknown
from .._records import Choice, Ticket, attachments, is_status, read_attachment
from .ticket import get_ticket, list_departments, list_tickets

#: How the header calls an answer that may be the portal's own words, and no file.
_TYPES_OF_ANSWERS = ("", "application/json", "text/json", "text/html", "application/xhtml+xml")
#: The ends of the names of files that look like such an answer.
_LIKE_ANSWERS = (".json", ".html", ".htm", ".xhtml")
#: How a web page begins, and what PHP has to say before an answer.
_PAGE = re.compile(rb"\s*<(?:!--|(?:!doctype html|html|head|body|title|br|p|div|b)\b)", re.IGNORECASE)


@dataclass(frozen=True)
class Wanted:
    """Which tickets are asked for, and which attachment is written where."""

    number: str | None
    statuses: Sequence[str] | None
    attachment: str | None
    dest: str | None


@dataclass(frozen=True)
class Target:
    """The file that an attachment is written to, as it is.

    Attributes:
        path: Where it really is.
        checksum: That of its content; None where it isn't there yet.
        attributes_differ: Whether its mode or owner isn't as it should be.

    """

    path: str
    checksum: str | None
    attributes_differ: bool


@dataclass(frozen=True)
class Observed:
    """What was asked for.

    Attributes:
        results: The module's results.
        target: The file that is to be written; None without one.
        content: What the file is to hold.

    """

    results: dict[str, Any]
    target: Target | None = None
    content: bytes = field(default=b"", repr=False)


def wanted_tickets(options: Options) -> Wanted:
    """Take what is wanted from the options of sindad_ticket_info."""
    return Wanted(options["number"], options["statuses"], options["attachment"], options["dest"])


# Observing


def observe(context: Context, wanted: Wanted) -> Observed:
    """Observe what is asked for, and with an attachment both its content and the local file.

    Whether the file can be written is found out before anything is sent.
    """
    target = None if wanted.dest is None else look_at(_files_of(context), wanted.dest)
    tickets = _asked_for(context.client, wanted)
    offered = departments_if_offered(context.client)
    named = [attachment for ticket in tickets for attachment in attachments(ticket)]
    results: dict[str, Any] = {
        "tickets": tickets,
        "departments": [{"id": department.id, "name": department.name} for department in offered],
        "attachments": named,
    }
    if target is None or wanted.attachment is None:
        return Observed(results)
    name = next((known["name"] for known in named if known["id"] == wanted.attachment), None)
    content = download(context.client, wanted.attachment, wanted.number, name or "")
    results.update(dest=wanted.dest, checksum=checksum(content))
    return Observed(results, target, content)


def _files_of(context: Context) -> Files:
    if context.files is None:
        raise SindadError("dest: files can't be written here")
    return context.files


def look_at(files: Files, dest: str) -> Target:
    """Look at the file that is to be written.

    Raises:
        SindadError: It can't be written, or not with the mode and owner that it should have.

    """
    path = destination("dest", dest)
    differ = files.set_attributes(path, check_only=True)
    try:
        with open(path, "rb") as file:
            return Target(path, checksum(file.read()), differ)
    except FileNotFoundError:
        return Target(path, None, differ)
    except OSError as error:
        raise SindadError(f"dest: {dest} can't be read: {error.strerror}") from None


def checksum(content: bytes) -> str:
    """Return a checksum as Ansible's own file modules do."""
    return hashlib.sha1(content, usedforsecurity=False).hexdigest()


def _asked_for(client: Client, wanted: Wanted) -> list[Ticket]:
    found = list_tickets(client) if wanted.number is None else [get_ticket(client, wanted.number.strip())]
    statuses = wanted.statuses
    return [ticket for ticket in found if statuses is None or _has_status(ticket, statuses)]


def _has_status(ticket: Ticket, statuses: Sequence[str]) -> bool:
    """Whether a ticket is in one of these statuses. One that isn't told may be any of them."""
    return isinstance(ticket.status, Unknown) or is_status(ticket.status, statuses)


def departments_if_offered(client: Client) -> tuple[Choice, ...]:
    """Return the departments; an empty list where the portal has no list of them."""
    try:
        return list_departments(client)
    except NotFound:
        return ()


def download(client: Client, attachment: str, number: str | None, name: str) -> bytes:
    """Return the content of an attachment (reference: Ticket attachment, which doesn't say what it answers).

    Args:
        client: Sends the request.
        attachment: Its id.
        number: The ticket's number, if it is known.
        name: The attachment's name, if it is known.

    Raises:
        Unreadable: The answer is neither a file nor an object that holds one.

    """
    operation = OPERATIONS["ticket_attachment"]
    exchange = client.exchange(operation, attachment, query=None if number is None else {"number": number})
    if _is_file(exchange):
        return exchange.content
    body = exchange.body
    if body is NOT_JSON:
        body = exchange.content.decode("utf-8", "replace").strip()
    try:
        return read_attachment(Answer(operation, operation.url_path(attachment), body, client.scrub, exchange.status))
    except Unreadable:
        if exchange.content and name.lower().endswith(_LIKE_ANSWERS):
            return exchange.content
        raise


def _is_file(exchange: Exchange) -> bool:
    """Whether an answer is a file by its header or its content, as it can be none of the portal's own words."""
    if exchange.is_download or exchange.media_type not in _TYPES_OF_ANSWERS:
        return True
    return exchange.body is NOT_JSON and bool(exchange.content.strip()) and not _PAGE.match(exchange.content)


# Planning


def plan(wanted: Wanted, seen: Observed) -> Plan:
    """Plan to write the attachment if the file doesn't hold its content, and to set its mode and owner."""
    target, results = seen.target, seen.results
    if target is None:
        return Plan(result=results)
    before = {"dest": wanted.dest, "checksum": target.checksum}
    after = {**before, "checksum": results["checksum"]}
    changes: tuple[Change, ...] = ()
    if target.checksum != results["checksum"]:
        summary = f"write attachment {wanted.attachment} to {wanted.dest}"
        changes = (Change("file.write", summary, lambda context: write(context, target.path, seen.content)),)
    elif target.attributes_differ:
        summary = f"set the file options of {wanted.dest}"
        changes = (Change("file.attributes", summary, lambda context: set_attributes(context, target.path)),)
    return Plan(changes, before, after, results)


# Changing


def write(context: Context, path: str, content: bytes) -> dict[str, Any]:
    """Write a file, and give it its mode and owner."""
    _files_of(context).write(path, content)
    try:
        set_attributes(context, path)
    except SindadError as error:
        error.results["changed"] = True
        raise error.within(f"{path} was written. Then") from None
    return {"changed": True}


def set_attributes(context: Context, path: str) -> None:
    """Give a file the mode and owner that the task asks for."""
    _files_of(context).set_attributes(path, check_only=False)


def report(context: Context, wanted: Wanted, done: Plan) -> dict[str, Any]:
    """Return no more than was observed before: the account hasn't changed."""
    return {}


TASK = Task(wanted_tickets, observe, plan, report)
