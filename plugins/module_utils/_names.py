# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""When two names are the same, and what a protection covers. Private to this collection.

A name is itself. Where there is no exact match, names are compared folded: without regard to letter
case, to Arabic and Persian forms of one letter or digit, to runs of blanks, to invisible marks, and to
HTML markup that a portal may put around them.
"""

from __future__ import annotations

import fnmatch
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Generic, TypeVar

from ._reading import Unknown, decoded

T = TypeVar("T")

_ZERO_WIDTH_NON_JOINER = "\u200c"
#: Marks that nothing shows, though Unicode doesn't call them formatting: grapheme joiner, variation selectors.
_INVISIBLE = frozenset("\u034f") | {chr(code) for code in range(0xFE00, 0xFE10)}
#: Elements that a panel may put around a name; anything else in angle brackets is the name's own.
_MARKUP = re.compile(
    r"</?(?:a|abbr|b|br|code|div|em|font|h[1-6]|i|img|label|mark|p|small|span|strong|u)\b[^<>]*>", re.IGNORECASE
)
_SAME_LETTER = str.maketrans(
    {
        "\u064a": "\u06cc",  # Arabic and Persian yeh
        "\u0649": "\u06cc",
        "\u0643": "\u06a9",  # Arabic and Persian kaf
        **{chr(0x0660 + digit): str(digit) for digit in range(10)},
        **{chr(0x06F0 + digit): str(digit) for digit in range(10)},
    }
)


@lru_cache(maxsize=16384)
def folded(name: str) -> str:
    """Return a name as it is compared where there is no exact match."""
    plain = _MARKUP.sub(" ", decoded(name))
    visible = "".join(letter for letter in plain if not _is_invisible(letter))
    composed = unicodedata.normalize("NFC", visible).translate(_SAME_LETTER)
    return unicodedata.normalize("NFC", " ".join(composed.casefold().split()))


def _is_invisible(letter: str) -> bool:
    if letter == _ZERO_WIDTH_NON_JOINER:
        return False
    return letter in _INVISIBLE or unicodedata.category(letter) == "Cf"


_REMARK = re.compile(r"\(.*?\)")
_BETWEEN_LETTERS = re.compile(r"[\W_]+")


@lru_cache(maxsize=4096)
def letters_of(word: str) -> str:
    """Return the letters and digits of a word, folded; those of a remark in parentheses only where it has no others."""
    plain = folded(word)
    return _BETWEEN_LETTERS.sub("", _REMARK.sub("", plain)) or _BETWEEN_LETTERS.sub("", plain)


def same(wanted: Any, *found: str | Unknown | None) -> bool:
    """Whether a name or id is one of those found, folded. What is unknown is not the same, and not another either."""
    word = folded(str(wanted))
    return any(isinstance(other, str) and folded(other) == word for other in found)


def same_host(wanted: str, *found: str | Unknown | None) -> bool:
    """Whether a host or domain name is one of those found; a dot at the end doesn't count."""
    return same(wanted.rstrip("."), *(other.rstrip(".") for other in found if isinstance(other, str)))


#: The mark at the end of a name that was cut short, and what is left of an entity that the cut has hit.
_CUT = re.compile(r"(?:&#?\w*)?\s?[\[(]?(?:\.{2,}|\u2026)[\])]?$")


def stem_of(found: str) -> str | None:
    """Return the beginning of a name that is cut short, folded, as ``stage-w`` of ``stage-w...``; None for a whole one."""
    plain = folded(found)
    mark = _CUT.search(plain)
    return None if mark is None else plain[: mark.start()].rstrip()


def is_cut(found: str, wanted: str) -> bool:
    """Whether a name may be the wanted one, cut short. The mark of that alone says nothing."""
    stem = stem_of(found)
    if not stem:
        return False
    return folded(wanted).startswith(stem)


class Ambiguous(Exception):
    """Several things have a name; they are in ``found``."""

    def __init__(self, found: Sequence[Any]) -> None:
        super().__init__(f"{len(found)} have this name")
        self.found = found


@dataclass(frozen=True)
class Match(Generic[T]):
    """What was found by a name, and whether it has exactly that name."""

    item: T
    exact: bool


class ByName(Generic[T]):
    """Finds things by their names: an index, so that many are found in a long list without reading it each time.

    Args:
        items: Where to look.
        name_of: Returns an item's name.

    """

    def __init__(self, items: Iterable[T], name_of: Callable[[T], str | Unknown]) -> None:
        self._named = [(name, item) for item in items if isinstance(name := name_of(item), str)]
        self._exact: dict[str, list[T]] = {}
        for name, item in self._named:
            self._exact.setdefault(name, []).append(item)

    @cached_property
    def _alike(self) -> dict[str, list[tuple[str, T]]]:
        """The items by their folded names."""
        alike: dict[str, list[tuple[str, T]]] = {}
        for name, item in self._named:
            alike.setdefault(folded(name), []).append((name, item))
        return alike

    def find(self, wanted: str, taken: Collection[str] = ()) -> Match[T] | None:
        """Return the item with a name; None without one.

        Args:
            wanted: The name.
            taken: Names by which something else is exactly meant; their items don't match folded.

        Raises:
            Ambiguous: Several have the name.

        """
        exact = self._exact.get(wanted)
        found = exact or [item for name, item in self._alike.get(folded(wanted), ()) if name not in taken]
        if len(found) > 1:
            raise Ambiguous(found)
        return Match(found[0], bool(exact)) if found else None


def protection_of(names: Iterable[str | Unknown | None], patterns: Sequence[str]) -> tuple[str, str] | None:
    """Return a name that is protected and the pattern that protects it; None where nothing does.

    A pattern is first taken as a name, so that ``[prod] db`` protects the machine of that name. A dot at the end
    of a domain name doesn't count.
    """
    for name in names:
        if not isinstance(name, str) or not name:
            continue
        for pattern in patterns:
            if _covers(pattern, name):
                return name, pattern
    return None


def _covers(pattern: str, name: str) -> bool:
    if name == pattern or same_host(pattern, name):
        return True
    plain_name = folded(name).rstrip(".")
    plain_pattern = folded(pattern).rstrip(".")
    return fnmatch.fnmatchcase(name, pattern) or fnmatch.fnmatchcase(plain_name, plain_pattern)
