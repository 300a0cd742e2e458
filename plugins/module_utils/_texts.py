# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How names are written in sentences and in Markdown. Private to this collection."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ._reading import printable

#: What could be markup: all but letters, digits, blanks and hyphens, underscores within a word, and dots. With ``www.``
#: a link would begin, and with an underscore at the edge of a word emphasis.
_MARKUP = re.compile(r"[^\w ._-]|(?<=www)\.|(?<![^\W_])_|_(?![^\W_])", re.IGNORECASE)


def listed(names: Sequence[str], most: int, separator: str = ", ") -> str:
    """Return names for a sentence: the first of them, and how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{separator.join(names[:most])}{more}"


def as_code(text: str) -> str:
    """Return a string for Markdown, where it is data: no markup, no mention, no reference.

    Only an e-mail address may still become a link to itself.
    """
    return f"<code>{_MARKUP.sub(lambda found: f'&#{ord(found[0])};', printable(text))}</code>"
