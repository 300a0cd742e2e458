# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The words for billing cycles. Private to this collection."""

from __future__ import annotations

import re
from typing import Final

from .._names import folded
from .._reading import bare

#: For each billing cycle the ways in which it is written: its code in HostBill (the first letter), its
#: names in English and in Persian. Blanks, hyphens and letter case don't count.
_WORDS: Final = {
    "hourly": ("h", "hour", "1 hour", "ساعتی"),
    "daily": ("d", "day", "1 day", "روزانه"),
    "weekly": ("w", "week", "1 week", "هفتگی"),
    "monthly": ("m", "month", "1 month", "ماهانه", "ماهیانه", "یک ماهه", "1 ماهه"),
    "quarterly": ("q", "quarter", "3 months", "سه ماهه", "3 ماهه", "فصلی"),
    "semiannually": ("s", "semi-annual", "6 months", "شش ماهه", "6 ماهه"),
    "annually": ("a", "annual", "yearly", "year", "1 year", "12 months", "سالانه", "سالیانه", "یک ساله", "12 ماهه"),
    "biennially": ("b", "biennial", "2 years", "24 months", "دو سالانه", "دو سالیانه", "دو ساله", "2 ساله"),
    "triennially": ("t", "triennial", "3 years", "36 months", "سه سالانه", "سه سالیانه", "سه ساله", "3 ساله"),
    "quadrennially": (),
    "quinquennially": (),
    "one time": ("once", "یک بار", "یک باره"),
    "free": ("رایگان",),
}


def _letters(cycle: str) -> str:
    return re.sub(r"[\W_]+", "", folded(str(bare(cycle))))


_NAMES: Final = {_letters(word): name for name, words in _WORDS.items() for word in (name, *words)}


def is_cycle(word: str) -> bool:
    """Whether a word is known as one for a billing cycle."""
    return _letters(word) in _NAMES


def same_cycle(one: str, other: str) -> bool:
    """Whether two words are one for the same billing cycle, or the same word, whatever it stands for."""
    plain = [_letters(word) for word in (one, other)]
    names = [_NAMES.get(letters, letters) for letters in plain]
    return names[0] == names[1] != ""
