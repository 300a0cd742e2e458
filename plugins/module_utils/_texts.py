# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How names are written in sentences and in Markdown. Private to this collection."""

from __future__ import annotations

from collections.abc import Sequence

from ._reading import printable


def listed(names: Sequence[str], most: int, separator: str = ", ") -> str:
    """Return names for a sentence: the first of them, and how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{separator.join(names[:most])}{more}"


def as_code(text: str) -> str:
    """Return a string for Markdown, where it is data: no markup, no mention, no reference."""
    letters = (letter if letter.isalnum() or letter in " ._-" else f"&#{ord(letter)};" for letter in printable(text))
    return f"<code>{''.join(letters)}</code>"
