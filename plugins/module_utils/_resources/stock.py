# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The dedicated servers that are in stock. Private to this collection."""

from __future__ import annotations

from typing import Any

from .._client import Client
from .._engine import Task
from .._plan import Context
from .._reading import Entry, all_pages
from .._records import read_stock


def list_servers_in_stock(client: Client) -> tuple[Entry, ...]:
    """Return the servers in stock (reference: List Servers In-stock)."""
    # Nothing says that each has an id.
    return all_pages(client.pages("list_servers_in_stock"), read_stock, str)


def observe(context: Context, wanted: None) -> dict[str, Any]:
    """Observe the servers in stock."""
    return {"servers": list(list_servers_in_stock(context.client))}


INFO: Task[None, dict[str, Any]] = Task(lambda options: None, observe)
