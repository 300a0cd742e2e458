# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which keys of an answer a reader looks up, and which fields of ours it leaves unknown. Private to this collection.

A reader is given an answer whose keys note that they are compared. A look-up in a dictionary compares
the key that is there with the one that is wanted, also in a copy of the dictionary, so that no reader
has to know that it is watched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, replace
from typing import Any

from .._errors import SindadError
from .._reading import ENVELOPE, Answer, Unknown
from .._records import Record, ServerOperation, Service, VirtualMachine
from .._secrets import is_secret

Trail = tuple[str, ...]
Read = Callable[[Answer], Any]

#: Fields that another operation tells.
_TOLD_ELSEWHERE: Mapping[type[Record], frozenset[str]] = {Service: frozenset(("label",))}


class _Lookups:
    """What is looked up in one reading, and which keys' texts are used."""

    def __init__(self) -> None:
        self.wanted: set[Trail] = set()
        self.used: set[Trail] = set()


class _Key(str):
    """A key of an answer that notes when it is looked up, or when its text is used."""

    trail: Trail
    lookups: _Lookups

    def __eq__(self, other: object) -> bool:
        is_same = str.__eq__(self, other)
        if is_same is True:
            self.lookups.wanted.add(self.trail)
        return is_same

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = str.__hash__

    def __str__(self) -> str:
        self.lookups.used.add(self.trail)
        return str.__str__(self)


def _watched(value: Any, lookups: _Lookups, left_out: set[Trail], trail: Trail = ()) -> Any:
    """Return a copy whose keys note that they are read, without the fields of some trails."""
    if isinstance(value, list):
        return [_watched(item, lookups, left_out, trail) for item in value]
    if not isinstance(value, dict):
        return value
    copy = {}
    for name, item in value.items():
        key = _Key(name)
        key.trail, key.lookups = _below(trail, name), lookups
        if key.trail not in left_out or isinstance(item, (dict, list)):
            copy[key] = _watched(item, lookups, left_out, key.trail)
    return copy


def _below(trail: Trail, name: str) -> Trail:
    """Return the trail of a key. A key that is an id names an entry, no field, and is left out."""
    return (*trail, name) if any(letter.isalpha() for letter in name) and len(name) <= 32 else trail


def unread_keys(answer: Answer, read: Read) -> list[str]:
    """Return the keys of an answer that its reader never looks up, as ``vms.cpu_flags``.

    A reader that finds a name below ``label`` doesn't look for it below ``name``. So what was looked up is taken away,
    key by key, as long as the answer can be read without it.
    """
    noted: set[Trail] = set()
    _note(answer, read, noted, set())
    left_out: set[Trail] = set()
    tried: set[Trail] = set()
    while waiting := sorted(noted - tried):
        tried.add(waiting[0])
        if _note(answer, read, noted, {*left_out, waiting[0]}):
            left_out.add(waiting[0])
    unread = [trail for trail in _trails(answer.body) if trail not in noted and not _is_known(trail)]
    outermost = [trail for trail in unread if not any(trail[:end] in unread for end in range(1, len(trail)))]
    return sorted({".".join(trail) for trail in outermost})


def _note(answer: Answer, read: Read, noted: set[Trail], left_out: set[Trail]) -> bool:
    """Note what is looked up in an answer, or shown of it; return whether it could be read."""
    lookups = _Lookups()
    try:
        found = read(replace(answer, body=_watched(answer.body, lookups, left_out)))
    except SindadError:
        # The message has shown the whole answer, so that the texts of all keys were used.
        noted.update(lookups.wanted)
        return False
    noted.update(lookups.wanted, lookups.used, (key.trail for key in _keys_shown(found)))
    return True


def _keys_shown(value: Any) -> Iterator[_Key]:
    """Yield the portal's keys among results: objects that modules return by the portal's own names."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            if isinstance(key, _Key):
                yield key
            yield from _keys_shown(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _keys_shown(item)


def _trails(value: Any, trail: Trail = ()) -> Iterator[Trail]:
    if isinstance(value, list):
        for item in value:
            yield from _trails(item, trail)
    elif isinstance(value, dict):
        for name, item in value.items():
            below = _below(trail, name)
            if below != trail:
                yield below
            yield from _trails(item, below)


def _is_known(trail: Trail) -> bool:
    """Whether a key belongs to what surrounds an answer, or names a secret, which is never shown."""
    return trail[0] in ENVELOPE or any(is_secret(name) for name in trail)


def unknown_fields(found: Any) -> dict[str, int]:
    """Return which fields of ours the records lack, as ``VirtualMachine.memory``, and how many records lack each."""
    counts: dict[str, int] = {}
    for record in records_in(found):
        for name in _unknown_in(record):
            field = f"{type(record).__name__}.{name}"
            counts[field] = counts.get(field, 0) + 1
    return counts


def records_in(found: Any) -> Iterator[Record]:
    """Yield the records among what a reader has returned."""
    if isinstance(found, Record):
        yield found
    elif isinstance(found, (list, tuple)):
        for item in found:
            yield from records_in(item)


def _unknown_in(record: Record) -> Iterator[str]:
    if isinstance(record, ServerOperation) and record.status == "idle":
        return  # of nothing there is nothing to tell
    elsewhere = _TOLD_ELSEWHERE.get(type(record), frozenset())
    for item in fields(record):
        value = getattr(record, item.name)
        is_state = item.name in ("status", "state") and value == "unknown"
        if (isinstance(value, Unknown) or is_state) and item.name not in elsewhere:
            yield item.name
    if isinstance(record, VirtualMachine) and not record.ips:
        yield "ips"
