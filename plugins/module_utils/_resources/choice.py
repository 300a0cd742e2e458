# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the portal offers to choose from: which one is meant, and which one is installed. Private to this collection."""

from __future__ import annotations

from collections.abc import Sequence

from .._errors import SindadError
from .._names import same
from .._reading import UNKNOWN, Unknown, known
from .._records import Choice


def choose(choices: Sequence[Choice], wanted: str, option: str = "template") -> Choice:
    """Return the one choice with this id or, else, name.

    Raises:
        SindadError: None has it (the available ones are listed), or several do (with their ids).

    """
    found = _with_id_or_name(choices, wanted)
    if not found:
        available = ", ".join(sorted(map(str, choices)))
        raise SindadError(f"{option}: there is no {wanted!r} here; available: {available or 'none'}")
    ids = _ids(found)
    if len(ids) > 1:
        raise SindadError(f"{option}: {wanted!r} is ambiguous, give one of these ids: {', '.join(ids)}")
    return found[0]


def _ids(choices: Sequence[Choice]) -> list[str]:
    """Return the ids of some choices, in their order: the same one may be listed in several groups."""
    return list(dict.fromkeys(choice.id for choice in choices))


def _with_id_or_name(choices: Sequence[Choice], wanted: str) -> list[Choice]:
    """Return the choices with this id; else those with this name; else those that are called so when folded."""
    by_id = [choice for choice in choices if choice.id == wanted]
    if by_id:
        return by_id
    by_name = [choice for choice in choices if choice.name == wanted]
    return by_name or [choice for choice in choices if same(wanted, choice.name, choice.id)]


def described(name: str | Unknown, identity: str | Unknown) -> str | None:
    """Return what the portal says of an installed system: name, id, or ``name (id)``; None where it says nothing."""
    if isinstance(identity, Unknown) or isinstance(name, Unknown):
        return known(name) or known(identity)
    return f"{name} ({identity})"


def recognise(choices: Sequence[Choice], name: str | Unknown, identity: str | Unknown) -> Choice | Unknown:
    """Return the one of the offered systems that is installed, by what the portal says of it.

    Unknown is a system in other words than those of the offer, one whose name and id contradict each other, and a
    name that several of them have.
    """
    by_id = [choice for choice in choices if same(choice.id, identity)]
    by_name = _called(choices, name) or _called(choices, identity)
    named = _ids(by_name)
    both = [choice for choice in by_id if choice.id in named]
    if by_id and by_name and not both:
        return UNKNOWN
    found = both or by_id or by_name
    return found[0] if len(_ids(found)) == 1 else UNKNOWN


def _called(choices: Sequence[Choice], word: str | Unknown) -> list[Choice]:
    """Return the choices that have a word as name, or as id where the portal tells that in place of the name."""
    if isinstance(word, Unknown):
        return []
    by_name = [choice for choice in choices if same(word, choice.name)]
    return by_name or [choice for choice in choices if same(word, choice.id)]
