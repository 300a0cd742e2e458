# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists in pages: `page: {current, total}` beside the list, `?page=` for another one, and pages that lead nowhere."""

from __future__ import annotations

from typing import Any

from .settings import Settings
from .store import Record


def turn_to(entries: list[Any], settings: Settings, asked: int | None) -> tuple[list[Any], Record]:
    """The entries of a page, and what it says of itself; the first one is asked for by no number."""
    size, base = settings.page_size, settings.page_base
    total = -(-len(entries) // size)
    number = base if asked is None else asked
    first = size * (number - base)
    if number != base:
        first, number = deviant(first, number, settings)
    shown = entries[first : first + size] if first >= 0 else []
    if settings.page_deviant == "empty" and number != base:
        shown = []
    return shown, {"current": number, "total": total}


def deviant(first: int, number: int, settings: Settings) -> tuple[int, int]:
    """Where a page after the first begins, and the number that it gives itself, as `page_deviant` says.

    `repeats` is the first page under another number, `overlaps` begins with the last entry of the page before,
    `stuck` is the first page under its own number. `empty` is not a matter of where it begins.
    """
    if settings.page_deviant == "repeats":
        return 0, number
    if settings.page_deviant == "overlaps":
        return first - 1, number
    if settings.page_deviant == "stuck":
        return 0, settings.page_base
    return first, number
