# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator's state, so that two of them can be compared that were made at other times."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

from support.portal import Portal

State = dict[str, dict[str, Any]]

#: What differs by chance: made-up secrets and times, and how the reference prints what wasn't changed yet.
BY_CHANCE = frozenset(("password", "task", "started", "date", "expires", "lastlogin", "as_documented"))
#: What counts how often something was done.
COUNTERS = frozenset(("boots", "installs", "wipes"))
#: Kinds of records of which only the number counts: they are made of secrets.
OF_SECRETS = frozenset(("token", "refresh"))
#: Work of the portal that ends later than this, in seconds, isn't waited for.
PATIENCE = 5.0


def settled(portal: Portal) -> State:
    """Return the state once no work is going on any more."""
    deadline = time.monotonic() + PATIENCE
    while True:
        state = portal.state()
        if time.monotonic() > deadline or not any(map(is_busy, records(state))):
            return comparable(state)
        time.sleep(0.02)


def records(state: dict[str, Any]) -> list[dict[str, Any]]:
    """All records of a state."""
    return [record for kind, found in state.items() if kind != "settings" for record in found]


def is_busy(record: dict[str, Any]) -> bool:
    """Whether work on a record is going on that ends soon."""
    task = record.get("task")
    return bool(task) and task["until"] < time.time() + PATIENCE


def comparable(state: dict[str, Any]) -> State:
    """Return the records by kind, parent and id, without what differs by chance."""
    found: State = {}
    for kind, entries in state.items():
        if kind in OF_SECRETS:
            found[kind] = {str(number): {} for number in range(len(entries))}
        elif kind != "settings":
            present = [entry for entry in entries if not entry.get("gone")]
            found[kind] = {f"{entry['parent']}/{entry['id']}": without(entry, BY_CHANCE) for entry in present}
    return {kind: entries for kind, entries in found.items() if entries}


def without(value: Any, keys: frozenset[str]) -> Any:
    """Return a value without these keys, at any depth."""
    if isinstance(value, dict):
        return {key: without(item, keys) for key, item in value.items() if key not in keys}
    return [without(item, keys) for item in value] if isinstance(value, list) else value


def uncounted(state: State) -> State:
    """Return a state without its counters, and without sessions: for tasks that do their work on each run."""
    return {kind: without(entries, COUNTERS) for kind, entries in state.items() if kind not in OF_SECRETS}


def made(state: State) -> Counter[str]:
    """How many records of each kind there are; a ticket's replies are a kind of their own."""
    counts = Counter({kind: len(entries) for kind, entries in state.items() if kind not in OF_SECRETS})
    counts["reply"] = sum(len(ticket["replies"]) for ticket in state.get("ticket", {}).values())
    return counts


def differences(before: State, after: State) -> list[str]:
    """Return what differs between two states, as `vm 402/2012 memory: 2048, 1024`."""
    found = []
    for kind in sorted({*before, *after}):
        one, other = before.get(kind, {}), after.get(kind, {})
        for key in sorted({*one, *other}):
            if key not in one or key not in other:
                found.append(f"{kind} {key}: {'not there before' if key in other else 'gone'}")
                continue
            fields = [name for name in {*one[key], *other[key]} if one[key].get(name) != other[key].get(name)]
            found += [f"{kind} {key} {name}: {one[key].get(name)}, {other[key].get(name)}" for name in sorted(fields)]
    return found
