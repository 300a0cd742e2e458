# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has changed between what is remembered and what is seen: events. Pure, and private to this collection."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import quote, unquote

from .._errors import SindadError
from .._reading import Entry

#: The value of something that was there and isn't any more.
GONE = "gone"
#: How many things of one topic are remembered of those that aren't seen any more.
MOST_GONE = 2000
#: How many things of one topic can be watched.
MOST_SEEN = 50_000


class Mark(NamedTuple):
    """What is remembered of one thing.

    Attributes:
        value: Its last value that was understood; None where there is none.
        times: How often the value has changed: it tells one event of a thing from the next.
        name: What a person calls it, for when it is gone.

    """

    value: str | None = None
    times: int = 0
    name: str | None = None


@dataclass
class Remembered:
    """What is remembered of one topic.

    Attributes:
        seen: What was seen, by key; what isn't seen any more comes first, longest gone first.
        unread: The scopes that have not been read since the first start. What they hold when first read is no news.

    """

    seen: dict[str, Mark] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Sighting:
    """One thing that was seen.

    Attributes:
        key: What it is remembered by, see `key`.
        facts: What events tell of it.
        appears: The type of the event if it wasn't there before; empty for none.
        changes: The type of the event if its value has changed; empty for none.
        value: What may change; None where the portal doesn't report it, or in a word that isn't understood.
        tells_value: Whether events tell the value, as ``before`` and ``after``.
        name: How a person calls it.

    """

    key: str
    facts: Mapping[str, object] = field(default_factory=dict)
    appears: str = ""
    changes: str = ""
    value: str | None = None
    tells_value: bool = False
    name: str | None = None


@dataclass(frozen=True)
class Observation:
    """What was seen of one topic.

    Attributes:
        sightings: The things.
        read: The scopes that were read to their end. A scope is the first part of a key, as a service's id.
        kept: The scopes that were not looked at: what is remembered of them stays.
        failed: The scopes that couldn't be read, and why.
        gone: Returns what there is to tell of a thing that is no longer in a scope that was read, from its key and what
            is remembered of it; ``changes`` is the type of the event. None where that is no news.

    """

    sightings: tuple[Sighting, ...]
    read: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()
    failed: Mapping[str, SindadError] = field(default_factory=dict)
    gone: Callable[[str, Mark], Sighting] | None = None


@dataclass(frozen=True)
class Step:
    """One thing to remember, after the event was handed over where there is one."""

    key: str
    mark: Mark
    event: Entry | None = None


def key(*parts: str) -> str:
    """Return a key made of ids, which may hold any characters."""
    return "/".join(quote(part, safe=" @:") for part in parts)


def parts_of(key: str) -> list[str]:
    """Return the ids that a key is made of."""
    return [unquote(part) for part in key.split("/")]


def scope_of(key: str) -> str:
    """Return the first part of a key, as the key has it."""
    return key.partition("/")[0]


def steps(topic: str, remembered: Remembered, seen: Observation, silent: bool) -> Iterator[Step]:
    """Yield what is to be remembered and reported of a topic, in order.

    Args:
        topic: Its name.
        remembered: What is remembered of it.
        seen: What was seen.
        silent: Whether what already exists is no news, as when the topic is read for the first time.

    """
    sightings = {sighting.key: sighting for sighting in seen.sightings}
    for sighting in sightings.values():
        step = _step(topic, remembered.seen.get(sighting.key), sighting)
        is_old = silent or scope_of(sighting.key) in remembered.unread
        yield Step(step.key, step.mark) if is_old else step
    if seen.gone is not None:
        for name, mark in _missing(remembered, seen, sightings.keys()):
            yield _vanished(topic, mark, seen.gone(name, mark))


def _step(topic: str, mark: Mark | None, sighting: Sighting) -> Step:
    """Compare one thing with what is remembered of it."""
    if mark is None or mark.value == GONE:
        new = Mark(sighting.value, mark.times + 1 if mark else 0, sighting.name)
        return Step(sighting.key, new, _event(topic, sighting.appears, sighting, None, new))
    if sighting.value is None or sighting.value == mark.value:
        return Step(sighting.key, Mark(mark.value, mark.times, sighting.name))
    if mark.value is None:
        # Nobody knows what it was before: that is no change.
        return Step(sighting.key, Mark(sighting.value, mark.times, sighting.name))
    new = Mark(sighting.value, mark.times + 1, sighting.name)
    return Step(sighting.key, new, _event(topic, sighting.changes, sighting, mark.value, new))


def _missing(remembered: Remembered, seen: Observation, present: Set[str]) -> list[tuple[str, Mark]]:
    """Return what isn't there any more, by key: it was in a scope that was read to its end."""
    return [
        (name, mark)
        for name, mark in remembered.seen.items()
        if name not in present and scope_of(name) in seen.read and mark.value != GONE
    ]


def _vanished(topic: str, mark: Mark, missing: Sighting) -> Step:
    """Return that a thing isn't there any more."""
    new = Mark(GONE, mark.times + 1, mark.name)
    return Step(missing.key, new, _event(topic, missing.changes, missing, mark.value, new))


def _event(topic: str, kind: str, sighting: Sighting, before: str | None, mark: Mark) -> Entry | None:
    """Return an event. Its id is the same whenever the same change is told."""
    if not kind:
        return None
    identity = f"{topic}/{sighting.key}"
    if sighting.changes or sighting.tells_value:
        identity += f"/{mark.times}-{mark.value or 'unknown'}"
    told = {"before": before, "after": mark.value} if sighting.tells_value else {}
    return {"id": identity, "type": kind, "topic": topic, **told, **sighting.facts}


def settled(remembered: Remembered, seen: Observation, is_base_line: bool) -> Remembered:
    """Return what is to be remembered of a topic after all its steps: bounded, and without scopes that are gone.

    Args:
        remembered: What is remembered of it, the steps included.
        seen: What was seen.
        is_base_line: Whether what wasn't read is no news once it is.

    """
    present = {sighting.key for sighting in seen.sightings}
    unseen = seen.kept | seen.failed.keys()
    gone: list[str] = []
    kept: list[str] = []
    current: list[str] = []
    for name in remembered.seen:
        if name in present:
            current.append(name)
        elif scope_of(name) in unseen:
            kept.append(name)
        else:
            gone.append(name)
    order = [*gone[-MOST_GONE:], *kept, *current][-MOST_SEEN:]
    unread = unseen if is_base_line else remembered.unread & unseen
    return Remembered({name: remembered.seen[name] for name in order}, set(unread))
