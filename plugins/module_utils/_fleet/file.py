# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fleet file: what it may say, and how it is checked. Private to this collection."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .._checks import check, quoted
from .._errors import SindadError

Entry = Mapping[str, Any]


@dataclass(frozen=True)
class Key:
    """A key of a fleet file: its type, what it means, and what may stand in it.

    Of a switch, YAML's bare ``on`` and ``off`` (which are true and false) are understood as its two choices.
    """

    type: str
    description: str
    choices: tuple[str, ...] = ()
    required: bool = False
    keys: Mapping[str, Key] | None = None
    switch: bool = False


_MACHINE = {
    "template": Key("str", "The operating system, by id or name. Needed to create a machine."),
    "memory": Key("int", "Memory in MB."),
    "cpu": Key("int", "Number of CPU cores."),
    "disk": Key("int", "Disk space in GB; of a machine that is there it can't be changed."),
    "power": Key("str", "Whether the machine is switched on.", ("running", "stopped"), switch=True),
    "rebuild": Key("str", "What to do if the template differs.", ("never", "if_template_differs")),
}
_SYSTEM = {
    "template": Key("str", "The operating system to be installed, by id or name.", required=True),
    "recipe": Key("str", "A recipe to be run at a reinstallation, by id or name."),
    "password": Key("str", "The password a reinstallation sets; it is neither returned nor saved in a plan."),
}
_ADDRESS = {
    "ip": Key("str", "An address of the server, or its id.", required=True),
    "domain": Key("str", "Its reverse-DNS domain."),
}
_SERVICE = {
    "service": Key("str", "The service, by its id, its label or its domain.", required=True),
    "label": Key("str", "The label it should have."),
    "prune": Key("bool", "Whether machines that are not listed are to be destroyed."),
    "protected": Key("list", "Names, ids or patterns of what is never destroyed, rebuilt, reinstalled or stopped."),
    "vms": Key(
        "list",
        "The virtual machines of the service.",
        keys={"name": Key("str", "Its label.", required=True), **_MACHINE},
    ),
    "hostname": Key("str", "The host name of a dedicated server."),
    "power": Key("str", "Whether the dedicated server is switched on.", ("on", "off"), switch=True),
    "os": Key("dict", "The system of the dedicated server.", keys=_SYSTEM),
    "ips": Key("list", "Addresses of the dedicated server.", keys=_ADDRESS),
}
#: The one definition of the fleet file: validation, documentation and JSON Schema come from it.
SCHEMA: Mapping[str, Key] = {
    "defaults": Key("dict", "What holds for each virtual machine that doesn't say otherwise.", keys=_MACHINE),
    "services": Key("list", "The services; one that is not listed is never touched.", required=True, keys=_SERVICE),
}

_TYPES = {"str": str, "int": int, "bool": bool, "list": list, "dict": Mapping}
_EXPECTED = {"str": "a string", "int": "a whole number", "bool": "true or false", "list": "a list", "dict": "a mapping"}
#: A whole number as text. Longer ones are no size of anything.
_WHOLE = re.compile(r"\d{1,12}")
#: Characters of the longest text. Longer ones are no name of anything.
_LONGEST_TEXT = 1000
#: Characters of an unknown key that a message shows.
_LONGEST_KEY = 80


def parse(value: Any) -> dict[str, Any]:
    """Check a fleet file and return it normalised: texts for texts, words for bare booleans, defaults filled in.

    Raises:
        SindadError: What is wrong, with its place in the file, as ``services[2].vms[0].memory``.

    """
    fleet = _mapping(value, SCHEMA, "")
    defaults = fleet.get("defaults", {})
    listed: dict[str, str] = {}
    for number, wanted in enumerate(fleet["services"]):
        place = f"services[{number}]"
        _check_once(listed, wanted["service"], f"{place}.service")
        _check_exclusive(wanted, place)
        _check_listed_once(wanted.get("vms", ()), "name", f"{place}.vms")
        _check_listed_once(wanted.get("ips", ()), "ip", f"{place}.ips")
        if "vms" in wanted:
            wanted["vms"] = [{**defaults, **machine} for machine in wanted["vms"]]
    return fleet


def _check_listed_once(entries: Iterable[Entry], key: str, place: str) -> None:
    listed: dict[str, str] = {}
    for position, entry in enumerate(entries):
        _check_once(listed, entry[key], f"{place}[{position}].{key}")


def _check_once(listed: dict[str, str], name: str, place: str) -> None:
    """Raise if something is listed a second time; note where it is listed."""
    if name in listed:
        raise SindadError(f"{place}: {quoted(name)} is already listed at {listed[name]}")
    listed[name] = place


def _check_exclusive(wanted: Entry, place: str) -> None:
    """Make sure that a service is either a pool of machines or a dedicated server."""
    of_server = [key for key in ("hostname", "power", "os", "ips") if key in wanted]
    if "vms" in wanted and of_server:
        raise SindadError(f"{place}: vms and {of_server[0]} can't be used together, a service has one or the other")
    if wanted.get("prune") and "vms" not in wanted:
        raise SindadError(f"{place}.prune requires vms, an empty list if all machines are to be destroyed")


def _mapping(value: Any, keys: Mapping[str, Key], place: str) -> dict[str, Any]:
    """Check a mapping, whose place ends with a dot; return its values, without those that are null."""
    if not isinstance(value, Mapping):
        raise SindadError(f"{place.rstrip('.') or 'fleet'} must be a mapping, not {_shown(value)}")
    for name in value:
        if name not in keys:
            raise _unknown_key(str(name)[:_LONGEST_KEY], keys, place)
    for name, key in keys.items():
        if key.required and value.get(name) is None:
            raise SindadError(f"{place}{name} is missing")
    return {name: _value(item, keys[name], name, place) for name, item in value.items() if item is not None}


def _unknown_key(name: str, keys: Mapping[str, Key], place: str) -> SindadError:
    """Return the error for a key that a fleet file doesn't have, with the nearest one that it has."""
    close = difflib.get_close_matches(name, list(keys), 1)
    hint = f"did you mean {close[0]}?" if close else f"known keys are: {', '.join(keys)}"
    return SindadError(f"{place}{name} is an unknown key; {hint}")


def _value(value: Any, key: Key, name: str, place: str) -> Any:
    """Check the value of a key, and return it normalised."""
    value = _converted(value, key, name)
    _check_type(value, key, name, place)
    check({name: value}, place)
    if key.type == "dict":
        return _mapping(value, key.keys or {}, f"{place}{name}.")
    if key.type == "list":
        element = Key("dict" if key.keys else "str", "", keys=key.keys)
        return [_value(item, element, f"{name}[{index}]", place) for index, item in enumerate(value)]
    return value


def _check_type(value: Any, key: Key, name: str, place: str) -> None:
    """Make sure that a value is what its key takes. A password is not shown."""
    if not _fits(value, key):
        found = "" if name == "password" else f", not {_shown(value)}"
        raise SindadError(f"{place}{name} must be {_EXPECTED[key.type]}{found}")
    if isinstance(value, str) and len(value) > _LONGEST_TEXT:
        raise SindadError(f"{place}{name} must have at most {_LONGEST_TEXT} characters")
    if name == "password" and not value:
        raise SindadError(f"{place}{name} is empty")
    if key.choices and value not in key.choices:
        raise SindadError(f"{place}{name} must be {' or '.join(key.choices)}, not {_shown(value)}")


def _fits(value: Any, key: Key) -> bool:
    """Whether a value is of its key's type; a boolean is no number here."""
    return isinstance(value, _TYPES[key.type]) and (key.type == "bool" or not isinstance(value, bool))


def _converted(value: Any, key: Key, name: str) -> Any:
    """Return a value in the type of its key, where YAML may have read it as another: 401, "2048", on."""
    if isinstance(value, bool):
        return key.choices[0 if value else 1] if key.switch else value
    if key.type == "str" and isinstance(value, int):
        return str(value)
    if not isinstance(value, str) or name == "password":
        return value
    if key.type == "str":
        return value.strip()
    return int(value) if key.type == "int" and _WHOLE.fullmatch(value.strip()) else value


def _shown(value: Any) -> str:
    """Describe a value that isn't what was expected. A list or a mapping may hold a password."""
    if isinstance(value, (list, Mapping)):
        return _EXPECTED["list" if isinstance(value, list) else "dict"]
    return quoted(value)


def without_secrets(fleet: Mapping[str, Any]) -> dict[str, Any]:
    """Return a normalised fleet without passwords."""
    return {**fleet, "services": [_without(wanted, "password") for wanted in fleet["services"]]}


def _without(keys: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: _without(item, name) if isinstance(item, dict) else item for key, item in keys.items() if key != name}
