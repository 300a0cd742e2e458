# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The words for billing cycles. Private to this collection."""

from __future__ import annotations

from typing import Final

from .._names import letters_of
from .._reading import UNKNOWN, Unknown

#: For each billing cycle the ways in which it is written: its code in HostBill (the first letter), its
#: names in English and in Persian. Blanks, hyphens, letter case and a remark in parentheses don't count.
#: Some say "bi-annually" for twice a year, and some for every two years.
_WORDS: Final = {
    "hourly": ("h", "hour", "1 hour", "every hour", "ساعتی"),
    "daily": ("d", "day", "1 day", "every day", "روزانه"),
    "weekly": ("w", "week", "1 week", "7 days", "every week", "هفتگی"),
    "monthly": (
        *("m", "1m", "month", "1 month", "one month", "every month", "30 days"),
        *("ماهانه", "ماهیانه", "یک ماهه", "1 ماهه"),
    ),
    "quarterly": (
        *("q", "3m", "quarter", "3 month", "3 months", "three months", "every 3 months", "every three months"),
        *("سه ماهه", "3 ماهه", "فصلی"),
    ),
    "semiannually": (
        *("s", "6m", "semi-annual", "6 month", "6 months", "six months", "every 6 months", "every six months"),
        *("half-yearly", "bi-annual", "bi-annually", "شش ماهه", "6 ماهه"),
    ),
    "annually": (
        *("a", "y", "1y", "12m", "annual", "yearly", "year", "1 year", "one year", "every year", "365 days"),
        *("12 month", "12 months", "twelve months", "every 12 months"),
        *("سالانه", "سالیانه", "یک ساله", "1 ساله", "12 ماهه"),
    ),
    "biennially": (
        *("b", "2y", "24m", "biennial", "2 year", "2 years", "two years", "every 2 years", "every two years"),
        *("24 month", "24 months", "bi-annual", "bi-annually", "دو سالانه", "دو سالیانه", "دو ساله", "2 ساله"),
    ),
    "triennially": (
        *("t", "3y", "36m", "triennial", "3 year", "3 years", "three years", "every 3 years", "every three years"),
        *("36 month", "36 months", "سه سالانه", "سه سالیانه", "سه ساله", "3 ساله"),
    ),
    "quadrennially": (),
    "quinquennially": (),
    "one time": ("once", "یک بار", "یک باره"),
    "free": ("رایگان",),
}


def _meanings() -> dict[str, frozenset[str]]:
    """Return the cycles that each word may stand for."""
    found: dict[str, frozenset[str]] = {}
    for name, words in _WORDS.items():
        for letters in map(letters_of, (name, *words)):
            found[letters] = found.get(letters, frozenset()) | {name}
    return found


_MEANINGS: Final = _meanings()


def same_cycle(one: str, other: str) -> bool | Unknown:
    """Whether two words are one for the same billing cycle, or the same word, whatever it stands for.

    Unknown where one isn't known, or both may stand for the same cycle and for different ones.
    """
    letters = [letters_of(word) for word in (one, other)]
    if letters[0] == letters[1] != "":
        return True
    meant = [_MEANINGS.get(word, frozenset()) for word in letters]
    if not all(meant) or (meant[0] != meant[1] and meant[0] & meant[1]):
        return UNKNOWN
    return meant[0] == meant[1]
