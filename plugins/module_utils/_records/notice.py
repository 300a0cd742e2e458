# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the portal announces: notifications, the status page, servers in stock. Private to this collection."""

from __future__ import annotations

import re
from typing import Final

from .._reading import (
    Answer,
    Entry,
    Form,
    Unknown,
    candidates,
    date,
    first_present,
    first_text,
    flag,
    known,
    records,
    text,
    word,
)
from .record import displayed, reads, with_id


@reads("list_all_portal_notifications", "list_new_portal_notifications")
def read_notifications(answer: Answer) -> tuple[Entry, ...]:
    """Read the notifications; ``seen`` is 0, null or empty before, 1 or a date after. A bare list is one too."""
    form = Form(("notifications",), empty_alone=True)
    return records(answer, form, _notification, "notification")


def _notification(entry: Entry) -> Entry | None:
    keys = ("subject", "body", "date_added", "rel_type", "rel_id", "seen")
    if not {*keys} & entry.keys():
        return None
    told = displayed(entry, *keys)
    if told["id"] is None:
        return None
    return {**told, "seen": _seen(entry)}


def _seen(entry: Entry) -> bool | None:
    """Return whether a notification was seen: a truth value, or when; None where the portal doesn't say it."""
    if "seen" not in entry:
        return None
    value = entry["seen"]
    told = flag(value)
    if not isinstance(told, Unknown):
        return told
    if value is None or value == "":
        return False
    when = known(text(value)) or ""
    return date(when) is not None if re.search(r"\d", when) else None


_ANNOUNCEMENT: Final = ("name", "description", "status", "date", "startdate", "enddate")


@reads("get_list_statuses", "get_specific_statuses", "get_status")
def read_announcements(answer: Answer) -> tuple[Entry, ...]:
    """Read the announcements of the status page; a single one, requested by its id, counts as a list of one."""
    if answer.operation.parameters == ("id",):
        alone = (_announcement(entry) for entry in candidates(answer.body, ("status", "statuses")))
        found = tuple(entry for entry in alone if entry is not None)[:1]
        if not found:
            raise answer.unreadable("it says nothing of an announcement")
        return found
    return records(answer, Form(("statuses", "status")), _announcement, "announcement")


def _announcement(entry: Entry) -> Entry | None:
    told = [key for key in _ANNOUNCEMENT if not isinstance(text(entry.get(key)), Unknown)]
    if not ({*told} - {"status", "name"} or ("name" in told and "status" in told)):
        return None
    status = {"status": known(word(entry["status"]))} if isinstance(entry.get("status"), str) else {}
    return {**with_id(entry), **status}


@reads("list_servers_in_stock")
def read_stock(answer: Answer) -> tuple[Entry, ...]:
    """Read List Servers In-stock; a bare list is one too."""
    form = Form(("servers", "stock", "serverstock", "products", "items"), empty_alone=True)
    return records(answer, form, _in_stock, "server")


def _in_stock(entry: Entry) -> Entry | None:
    identity = first_text(entry, "id", "_key", "name", "title", "label")
    told = first_present(entry, *_IN_STOCK)
    return None if isinstance(identity, Unknown) or told is None else with_id(entry)


#: What a server in stock may be told by; nobody documents it.
_IN_STOCK: Final = (
    *("name", "title", "label", "model", "description", "cpu", "memory", "ram", "disk", "hdd", "price", "qty"),
    *("quantity", "stock", "available", "location"),
)
