# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The words for the statuses of services, tickets and invoices, compared. Private to this collection.

The records hold a status as the portal writes it, without markup. Two words are the same without regard to letter
case, blanks, hyphens, other marks, and a remark in parentheses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from .._names import folded, letters_of
from .._reading import Unknown

_REMARK: Final = re.compile(r"\(.*?\)")
#: By whom, at the end of a status; but not by when, which is still to come.
_BY_WHOM: Final = re.compile(r"\s(?:automatically|(?:automatically )?by (?!(?:the )?(?:end|next)\b|\d).+|توسط .+)$")
#: Other words, and HostBill's own word for the same status.
_OTHER_WORDS: Final = {
    "canceled": "cancelled",
    "customerreply": "clientreply",
    "فعال": "active",
    "معلق": "suspended",
    "لغوشده": "cancelled",
    "خاتمهیافته": "terminated",
    "باز": "open",
    "پاسخدادهشده": "answered",
    "پاسخمشتری": "clientreply",
    "پاسخکاربر": "clientreply",
    "درحالبررسی": "inprogress",
    "بسته": "closed",
    "بستهشده": "closed",
    "پرداختشده": "paid",
    "پرداختنشده": "unpaid",
}


def _compared(status: str) -> str:
    letters = letters_of(status)
    return _OTHER_WORDS.get(letters, letters)


def is_status(found: str | Unknown | None, words: Iterable[str]) -> bool:
    """Whether a status is known, and is one of these words."""
    return isinstance(found, str) and _compared(found) in {_compared(word) for word in words}


def begins_with_status(found: str | Unknown | None, words: Iterable[str]) -> bool:
    """Whether a status is known, and is one of these words, with or without by whom, as "Closed by client"."""
    if not isinstance(found, str):
        return False
    plain = _REMARK.sub("", folded(found)).rstrip()
    return is_status(found, words) or is_status(_BY_WHOM.sub("", plain), words)
