# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The announcements on the portal's status page. Private to this collection."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .._client import Client
from .._engine import Options, Task
from .._plan import Context
from .._reading import Entry, all_pages
from .._records import read_announcements


@dataclass(frozen=True)
class Wanted:
    """Which announcements are asked for: one, those in a status, or all."""

    identity: str | None
    status: str | None


def list_announcements(client: Client, status: str | None = None) -> tuple[Entry, ...]:
    """Return all announcements, or those in a status (reference: Get list statuses, Get specific statuses)."""
    pages = client.pages("get_list_statuses") if status is None else client.pages("get_specific_statuses", status)
    # Nothing says that each has an id.
    return all_pages(pages, read_announcements, str)


def wanted_announcements(options: Options) -> Wanted:
    """Take what is wanted from the options of sindad_status_info."""
    return Wanted(options["id"], options["status"])


def observe(context: Context, wanted: Wanted) -> dict[str, Any]:
    """Observe the announcements that are asked for (reference: Get status, for one)."""
    if wanted.identity is None:
        return {"statuses": list(list_announcements(context.client, wanted.status))}
    answer = context.client.get("get_status", wanted.identity)
    found = read_announcements(answer)
    return {"statuses": [{**entry, "id": entry["id"] or wanted.identity} for entry in found]}


INFO = Task(wanted_announcements, observe)
