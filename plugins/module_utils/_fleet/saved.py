# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Saved plans: what they hold, how they are read, and whether the account has changed since. Private to this collection."""

from __future__ import annotations

import json
import os
import stat
from codecs import BOM_UTF8
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from .._checks import check, quoted
from .._errors import SindadError
from .apply import ACTIONS, Item
from .file import parse, without_secrets
from .observe import Observed

#: The version of the format of saved plans.
FORMAT = 1

_Types = tuple[type, ...]

#: What a saved plan holds, and of which type it is.
KEYS: Mapping[str, _Types] = {
    "format": (int,),
    "made": (str,),
    "api_url": (str,),
    "account": (str,),
    "max_destroy": (str,),
    "fleet": (dict,),
    "changes": (list,),
    "left_out": (list,),
}
#: The same of each change; before and after are objects, or null for a resource that isn't there.
CHANGE_KEYS: Mapping[str, _Types] = {
    "resource": (str,),
    "service": (str,),
    "action": (str,),
    "summary": (list,),
    "before": (dict, type(None)),
    "after": (dict, type(None)),
    "refused": (list,),
}
FIELD: _Types = (str, int, type(None))
#: Characters of the longest text in a plan.
_LONGEST_TEXT = 2000
#: Bytes of the largest plan that is read; one of 5,000 machines has some 3 MB.
_LARGEST = 16 * 1024 * 1024
#: The field that says which machine it is, whatever it is called.
_ID = "id"
#: Characters of a text in a plan that a message shows.
_MOST_SHOWN = 80


def load_plan(path: str, account: Mapping[str, str]) -> dict[str, Any]:
    """Read a saved plan.

    Raises:
        SindadError: It can't be read, isn't a saved plan, or was made for another account.

    """
    saved = _parsed(path)
    try:
        _check_plan(saved)
    except SindadError as error:
        raise error.within(f"plan_file: {path} is not a saved plan") from None
    for name, value in account.items():
        if saved[name] != value:
            raise SindadError(f"plan_file: it was made for {name} {saved[name][:200]}, not for {value}")
    return saved


def _parsed(path: str) -> dict[str, Any]:
    """Return the JSON object in a file."""
    try:
        plan = json.loads(_content(path).removeprefix(BOM_UTF8).decode())
    except OSError as error:
        raise SindadError(f"plan_file: {path} can't be read: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise SindadError(f"plan_file: {path} is not a saved plan: it isn't valid JSON") from None
    if not isinstance(plan, dict):
        raise SindadError(f"plan_file: {path} is not a saved plan: it must be an object")
    return plan


def _content(path: str) -> bytes:
    # What isn't a regular file might never end, or wait for somebody to write it.
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise SindadError(f"plan_file: {path} is not a regular file")
        with open(handle, "rb", closefd=False) as file:
            content = file.read(_LARGEST + 1)
    finally:
        os.close(handle)
    if len(content) > _LARGEST:
        raise SindadError(f"plan_file: {path} is larger than {_LARGEST // 1024 // 1024} MB, so it is not a saved plan")
    return content


def _check_plan(saved: Mapping[str, Any]) -> None:
    """Make sure that a plan holds what it should, all of it, and nothing else.

    Raises:
        SindadError: What is wrong, with its place, as ``changes[0].before``.

    """
    if isinstance(saved.get("format"), bool) or saved.get("format") != FORMAT:
        raise SindadError(f"its format must be {FORMAT}, as in this version of the collection")
    _check_keys("", saved, KEYS)
    check({"max_destroy": saved["max_destroy"]})
    _check_made(saved["made"])
    _check_changes(saved["changes"])
    _check_fleet(saved["fleet"], saved["left_out"])


def _check_made(made: str) -> None:
    try:
        datetime.fromisoformat(made)
    except ValueError:
        raise SindadError(f"made must be a date and time, not {quoted(made)}") from None


def _check_fleet(saved: Mapping[str, Any], left_out: list[Any]) -> None:
    """Make sure that a fleet is as a plan holds it: normalised, and without the passwords that are left out."""
    try:
        fleet = parse(saved)
    except SindadError as error:
        raise error.within("fleet") from None
    if without_secrets(fleet) != saved:
        raise SindadError("fleet must be normalised and without passwords")
    _check_texts("left_out", left_out)
    places = [f"services[{number}].os.password" for number, entry in enumerate(fleet["services"]) if "os" in entry]
    if not {*places}.issuperset(left_out):
        raise SindadError("left_out must hold places of passwords in its fleet")


def _check_changes(changes: list[Any]) -> None:
    resources: set[str] = set()
    for number, change in enumerate(changes):
        place = f"changes[{number}]"
        _check_change(place, change)
        if change["resource"] in resources:
            raise SindadError(f"{place}.resource: {quoted(change['resource'])} is listed twice")
        resources.add(change["resource"])


def _check_change(place: str, change: Any) -> None:
    if not isinstance(change, dict):
        raise SindadError(f"{place} must be an object")
    _check_keys(f"{place}.", change, CHANGE_KEYS)
    for name in ("summary", "refused"):
        _check_texts(f"{place}.{name}", change[name])
    for name in ("before", "after"):
        _check_fields(f"{place}.{name}", change[name] or {})
    if change["action"] not in ACTIONS:
        raise SindadError(f"{place}.action must be {' or '.join(ACTIONS)}, not {quoted(change['action'])}")


def _check_keys(place: str, found: Mapping[str, Any], keys: Mapping[str, _Types]) -> None:
    for name, types in keys.items():
        if name not in found:
            raise SindadError(f"{place}{name} is missing")
        if not _is_of(found[name], types):
            raise SindadError(f"{place}{name} has the wrong type")
    unknown = [name for name in found if name not in keys]
    if unknown:
        raise SindadError(f"{place}{unknown[0][:_MOST_SHOWN]} is an unknown key")


def _check_texts(place: str, found: list[Any]) -> None:
    if not all(_is_of(item, (str,)) for item in found):
        raise SindadError(f"{place} must hold strings only")


def _check_fields(place: str, found: Mapping[str, Any]) -> None:
    wrong = [name for name, value in found.items() if not _is_of(value, FIELD)]
    if wrong:
        raise SindadError(f"{place}.{wrong[0][:_MOST_SHOWN]} has the wrong type")


def _is_of(value: Any, types: _Types) -> bool:
    """Whether a value is of one of these types, where a boolean is no number and a string is not endless."""
    is_endless = isinstance(value, str) and len(value) > _LONGEST_TEXT
    return isinstance(value, types) and not isinstance(value, bool) and not is_endless


def fleet_of(given: Mapping[str, Any] | None, saved: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the normalised fleet: the given one, or the saved plan's, with the passwords of the given one.

    Raises:
        SindadError: The fleet is wrong, or isn't the one that the plan was made from.

    """
    if given is None:
        if saved is None:
            raise SindadError(
                "give fleet_file, such as -e fleet_file=fleet.yml; only an apply takes a saved plan, plan_file, instead"
            )
        if saved["left_out"]:
            raise SindadError(
                f"plan_file: a plan holds no passwords; give fleet_file too, which has {', '.join(saved['left_out'])}"
            )
        return parse(saved["fleet"])
    fleet = parse(given)
    if saved is not None and without_secrets(fleet) != saved["fleet"]:
        raise SindadError("fleet is not the one that plan_file was made from: make a new plan")
    return fleet


def saved_plan(seen: Observed, changed: Sequence[Item], limit: str) -> dict[str, Any]:
    """Return what a file holds of a plan: everything but secrets.

    Raises:
        SindadError: The saved plan that is applied was made with other passwords.

    """
    reinstalled = {item.service for item in changed if item.reinstalls}
    left_out = [
        f"services[{number}].os.password"
        for number, (entry, observed) in enumerate(zip(seen.fleet["services"], seen.services))
        if observed.service.id in reinstalled and "password" in entry["os"]
    ]
    if seen.saved is not None and left_out != seen.saved["left_out"]:
        raise SindadError("fleet has other passwords than the one that plan_file was made from: make a new plan")
    return {
        "format": FORMAT,
        **seen.stamp,
        "max_destroy": limit,
        "fleet": without_secrets(seen.fleet),
        "changes": [item.described() for item in changed],
        "left_out": left_out,
    }


def as_saved(items: list[Item], saved: Mapping[str, Any], warnings: list[str]) -> tuple[list[Item], list[str]]:
    """Return the items that a saved plan holds, and those that differ besides them, which are added to the warnings.

    Raises:
        SindadError: The plan was refused, or one of its resources has changed since.

    """
    refused = [f"{change['resource']}: {why}" for change in saved["changes"] for why in change["refused"]]
    if refused:
        raise SindadError(f"plan_file holds refused changes, so nothing was changed: {'; '.join(refused)}")
    _check_unmoved(items, saved)
    planned = {change["resource"] for change in saved["changes"]}
    others = [item.resource for item in items if item.plan.changes and item.resource not in planned]
    if others:
        warnings.append(f"the plan doesn't hold these differences, so they are left as they are: {', '.join(others)}")
    return [item for item in items if item.resource not in others], others


def _check_unmoved(items: Iterable[Item], saved: Mapping[str, Any]) -> None:
    now = {item.resource: item for item in items}
    moved = [(change["resource"], moved_since(change, now.get(change["resource"]))) for change in saved["changes"]]
    told = "; ".join(f"{resource} {how}" for resource, how in moved if how)
    if told:
        raise SindadError(f"the account has changed since the plan was made, and nothing was done: {told}")


def moved_since(change: Mapping[str, Any], item: Item | None) -> str | None:
    """Say how a resource has changed since its change was planned; None where it hasn't."""
    if item is None:
        return "is gone"
    if not item.plan.changes:
        return "is already as wanted"
    now = item.described()
    if now["before"] != change["before"]:
        return _moved_identity(change["before"], now["before"]) or _moved_fields(change["before"], now["before"])
    same_steps = all(now[name] == change[name] for name in ("service", "summary", "after"))
    # What is refused by now is said so, after this.
    same_action = now["action"] in (change["action"], "refused")
    return None if same_steps and same_action else f"would now be changed differently: {'; '.join(now['summary'])}"


def _moved_identity(before: Mapping[str, Any] | None, now: Mapping[str, Any] | None) -> str | None:
    """Say that another machine has the name by now, or that nobody can tell; None where it is the same one."""
    if not before or not now or before.get(_ID) == now.get(_ID):
        return None
    if _ID not in before:
        return "was planned without its id, as earlier versions of this collection did: make a new plan"
    return f"is another one by now: its id was {_shown(before[_ID])}, is {_shown(now.get(_ID))}"


def _moved_fields(before: Mapping[str, Any] | None, now: Mapping[str, Any] | None) -> str:
    if not before or not now:
        return "is gone" if before else "now exists"
    fields = [name for name in {**before, **now} if before.get(name) != now.get(name)]
    told = [f"{name} was {_shown(before.get(name))}, is {_shown(now.get(name))}" for name in fields]
    return f"has changed: {', '.join(told)}"


def _shown(value: Any) -> str:
    return str(value)[:_MOST_SHOWN]
