# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The notifications of the portal: observed and acknowledged. Private to this collection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .._client import Client
from .._engine import Options, Task
from .._errors import NotFound
from .._plan import Change, Context, Plan
from .._reading import UNKNOWN, Entry, Unknown, all_pages
from .._records import read_notifications
from .._wait import Request


@dataclass(frozen=True)
class Wanted:
    """The notification that should be acknowledged."""

    identity: str


@dataclass(frozen=True)
class Observed:
    """A notification as modules return it; its ``seen`` is null where the portal doesn't report it."""

    notification: Entry


def list_notifications(client: Client, query: Mapping[str, str] | None = None) -> tuple[Entry, ...]:
    """Return all notifications (reference: List all portal notifications)."""
    pages = client.pages("list_all_portal_notifications", query=query)
    return all_pages(pages, read_notifications, lambda notification: notification["id"])


def list_new(client: Client, query: Mapping[str, str] | None = None) -> tuple[Entry, ...]:
    """Return the notifications that have not been acknowledged (reference: List new portal notifications)."""
    pages = client.pages("list_new_portal_notifications", query=query)
    return all_pages(pages, read_notifications, lambda notification: notification["id"])


def get_notification(client: Client, identity: str) -> Entry:
    """Return one notification out of the list, as the API has no other way to ask for it.

    Raises:
        NotFound: It doesn't exist.

    """
    for notification in list_notifications(client):
        if notification["id"] == identity:
            return notification
    raise NotFound(f"id: notification {identity} not found")


def wanted_notification(options: Options) -> Wanted:
    """Take what is wanted from the options of sindad_notification."""
    return Wanted(options["id"].strip())


def observe(context: Context, wanted: Wanted) -> Observed:
    """Observe the notification."""
    return Observed(get_notification(context.client, wanted.identity))


def plan(wanted: Wanted, seen: Observed) -> Plan:
    """Plan to acknowledge a notification, unless it is known to be.

    Where the portal doesn't say whether it is, it is acknowledged anyway: the task is about nothing else.
    """
    now = seen.notification
    before = {"seen": now["seen"]}
    result = {"notifications": [now]}
    if now["seen"]:
        return Plan((), before, before, result)
    warnings: tuple[str, ...] = ()
    if now["seen"] is None:
        said = f"the portal doesn't say whether notification {wanted.identity} is acknowledged"
        warnings = (f"{said}: the request is sent, and nobody can tell whether it changes anything",)
    summary = f"acknowledge notification {wanted.identity} ({now['subject'] or 'without a subject'})"
    change = Change("notification.seen", summary, lambda context: acknowledge(context, wanted.identity))
    expected = {"notifications": [{**now, "seen": True}]}
    return Plan((change,), before, {"seen": True}, result, expected, warnings)


def acknowledge(context: Context, identity: str) -> None:
    """Mark a notification as read (reference: Acknowledge notification); what can't be confirmed is said."""

    def is_seen() -> bool | Unknown:
        seen = get_notification(context.client, identity)["seen"]
        return UNKNOWN if seen is None else bool(seen)

    request = Request(
        what=f"acknowledging notification {identity}",
        operation="acknowledge_notification",
        ids=(identity,),
        effect=is_seen,
    )
    context.send_and_confirm(request)


TASK = Task(wanted_notification, observe, plan)


# sindad_notification_info


@dataclass(frozen=True)
class WantedInfo:
    """Which notifications are asked for; ``query`` is what the portal selects them by."""

    new_only: bool
    query: Mapping[str, str]


def wanted_info(options: Options) -> WantedInfo:
    """Take what is wanted from the options of sindad_notification_info."""
    query = {name: options[name] for name in ("rel_type", "rel_id") if options[name] is not None}
    return WantedInfo(options["new_only"], query)


def observe_info(context: Context, wanted: WantedInfo) -> dict[str, Any]:
    """Observe the notifications that are asked for."""
    ask = list_new if wanted.new_only else list_notifications
    return {"notifications": list(ask(context.client, wanted.query))}


INFO = Task(wanted_info, observe_info)
