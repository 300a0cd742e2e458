# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Saved plans, as they are read. Private to this collection."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping
from typing import Any

from .._checks import check
from .._errors import SindadError
from .file import parse, without_secrets
from .plan import FORMAT

#: What a saved plan holds, and of which type it is.
_KEYS = {
    "format": int,
    "made": str,
    "api_url": str,
    "account": str,
    "max_destroy": str,
    "fleet": dict,
    "changes": list,
    "left_out": list,
}
#: The same of each change; before and after are objects, or null for a resource that isn't there.
_CHANGE_KEYS = {
    "resource": (str,),
    "service": (str,),
    "action": (str,),
    "summary": (list,),
    "before": (dict, type(None)),
    "after": (dict, type(None)),
    "refused": (list,),
}
#: Bytes of the largest plan that is read; one of 5,000 machines has some 3 MB.
_LARGEST = 64 * 1024 * 1024


def load_plan(path: str, account: Mapping[str, str]) -> dict[str, Any]:
    """Read a saved plan.

    Raises:
        SindadError: It can't be read, is none, or was made for another account.

    """
    saved: dict[str, Any] = _parsed(path)
    _check_form(path, saved)
    check({"max_destroy": saved["max_destroy"]}, "plan_file: ")
    for name, value in account.items():
        if saved[name] != value:
            raise SindadError(f"plan_file: it was made for {name} {saved[name]}, not for {value}")
    return saved


def _parsed(path: str) -> Any:
    try:
        # What isn't a regular file might never end, or wait for somebody to write it.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with open(handle, "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise SindadError(f"plan_file: {path} is not a regular file")
            if status.st_size > _LARGEST:
                raise SindadError(f"plan_file: {path} is larger than {_LARGEST // 1024 // 1024} MB, it is no plan")
            return json.loads(file.read().decode())
    except OSError as error:
        raise SindadError(f"plan_file: {path} can't be read: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise SindadError(f"plan_file: {path} is no plan: it isn't JSON that can be read") from None


def _check_form(path: str, saved: Any) -> None:
    """Make sure that a plan holds what it should, all of it, and nothing else."""
    if not isinstance(saved, dict):
        raise SindadError(f"plan_file: {path} is no plan: it is no mapping")
    if type(saved.get("format")) is not int or saved["format"] != FORMAT:
        raise SindadError(f"plan_file: {path} is no plan of this version of the collection (format {FORMAT})")
    _check_keys(path, "", saved, {name: (kind,) for name, kind in _KEYS.items()})
    _check_texts(path, "left_out", saved["left_out"])
    for number, change in enumerate(saved["changes"]):
        place = f"changes[{number}]"
        if not isinstance(change, dict):
            raise SindadError(f"plan_file: {path} is no plan: {place} is no mapping")
        _check_keys(path, f"{place}.", change, _CHANGE_KEYS)
        _check_texts(path, f"{place}.summary", change["summary"])
        _check_texts(path, f"{place}.refused", change["refused"])


def _check_keys(path: str, place: str, found: Mapping[str, Any], keys: Mapping[str, tuple[type, ...]]) -> None:
    for name, kinds in keys.items():
        if name not in found:
            raise SindadError(f"plan_file: {path} is no plan: {place}{name} is missing")
        if not isinstance(found[name], kinds) or isinstance(found[name], bool):
            raise SindadError(f"plan_file: {path} is no plan: {place}{name} is of another type")
    unknown = [name for name in found if name not in keys]
    if unknown:
        raise SindadError(f"plan_file: {path} is no plan: {place}{unknown[0]} is an unknown key")


def _check_texts(path: str, place: str, found: list[Any]) -> None:
    if not all(isinstance(item, str) for item in found):
        raise SindadError(f"plan_file: {path} is no plan: {place} holds something else than strings")


def fleet_of(given: Mapping[str, Any] | None, saved: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the normalised fleet: the given one, or the saved plan's, with the passwords of the given one.

    Raises:
        SindadError: The fleet is wrong, or isn't the one that the plan was made of.

    """
    fleet = None if given is None else parse(given)
    if saved is None:
        return parse({}) if fleet is None else fleet
    if fleet is None:
        if saved["left_out"]:
            raise SindadError(f"plan_file: give fleet too, a plan doesn't hold {', '.join(saved['left_out'])}")
        return parse(saved["fleet"])
    if without_secrets(fleet) != saved["fleet"]:
        raise SindadError("fleet is not the one that plan_file was made of: make a new plan")
    return fleet
