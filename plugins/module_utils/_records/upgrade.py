# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Upgrade Options say of the present choice: marks, words, quantities. Private to this collection."""

from __future__ import annotations

from collections.abc import Container
from typing import Any, Final

from .._reading import UNKNOWN, Entry, Unknown, bare, flag, known, number, text

#: Keys that mark an item as chosen, by a truth value or as HTML does, by their own name.
_MARKS: Final = ("selected", "checked")
#: Keys of a quantity.
_QUANTITIES: Final = ("qty", "quantity")
#: Other keys of a choice. Which one `current` names is not known.
_CHOICES: Final = ("value", "current")
_UNITS: Final = {"": 1.0}
_LARGEST: Final = 10**9


def is_chosen(item: Entry) -> bool | Unknown | None:
    """Return whether an item is marked as chosen; None without a mark, unknown where the marks can't be understood."""
    marks = {_mark(item[key]) for key in _MARKS if not _is_empty(item.get(key))}
    if len(marks) > 1:
        return UNKNOWN
    return marks.pop() if marks else None


def _mark(value: Any) -> bool | Unknown:
    word = str(bare(value)).strip().lower()
    return True if word in _MARKS else flag(value)


def chosen_words(resource: Entry) -> list[str]:
    """Return what a resource itself says of its choice: ids or names of its items. A truth value is none of them."""
    marks = [resource.get(key) for key in _MARKS]
    told = [resource.get("value"), *(mark for mark in marks if isinstance(flag(mark), Unknown))]
    words = [known(text(value)) for value in told]
    return [word for word in words if word is not None]


def is_silent(resource: Entry) -> bool:
    """Whether a resource itself says nothing of a choice, or that there is none. Its items may say more."""
    told = [resource.get(key) for key in (*_MARKS, *_QUANTITIES, *_CHOICES)]
    return all(_is_empty(value) or flag(value) is False for value in told)


def quantities(entry: Entry, ids: Container[str]) -> list[int | Unknown]:
    """Return each quantity that an item or a resource tells; unknown for one that can't be read.

    Args:
        entry: The item or resource.
        ids: The ids of the items. What says of a choice is a quantity too, if it is a number and none of them.

    """
    told = [_quantity(entry[key]) for key in _QUANTITIES if not _is_empty(entry.get(key))]
    choice = [_quantity(word) for word in chosen_words(entry) if word not in ids]
    return told + [amount for amount in choice if not isinstance(amount, Unknown)]


def _quantity(value: Any) -> int | Unknown:
    return number(value, _UNITS, 0, _LARGEST)


def _is_empty(value: Any) -> bool:
    return value is None or value == ""
