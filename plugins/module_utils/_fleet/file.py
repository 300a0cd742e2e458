# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fleet file: what it may say, and how it is checked. Private to this collection."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .._checks import check
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
    "protected": Key("list", "Patterns of names that are never destroyed, rebuilt, reinstalled or stopped."),
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

_EXPECTED = {"str": "a string", "int": "a whole number", "bool": "true or false", "list": "a list", "dict": "a mapping"}


def parse(value: Any) -> dict[str, Any]:
    """Check a fleet file and return it normalised: texts for texts, words for bare booleans, defaults filled in.

    Raises:
        SindadError: What is wrong, with its place in the file, as ``services[2].vms[0].memory``.

    """
    fleet: dict[str, Any] = _mapping(value, SCHEMA, "")
    defaults = fleet.get("defaults", {})
    names: dict[str, str] = {}
    for number, wanted in enumerate(fleet["services"]):
        place = f"services[{number}]"
        check_once(names, wanted["service"], f"{place}.service", "names a service that is named")
        _either_or(wanted, place)
        for key, field, what in (("vms", "name", "a name"), ("ips", "ip", "an address")):
            seen: dict[str, str] = {}
            for position, entry in enumerate(wanted.get(key, ())):
                check_once(seen, entry[field], f"{place}.{key}[{position}].{field}", f"is {what} that stands")
        if "vms" in wanted:
            wanted["vms"] = [{**defaults, **machine} for machine in wanted["vms"]]
    return fleet


def check_once(seen: dict[str, str], name: str, place: str, what: str) -> None:
    """Raise if something is named a second time; note where it is named."""
    if name in seen:
        raise SindadError(f"{place}: {name!r} {what} at {seen[name]} already")
    seen[name] = place


def _either_or(wanted: Mapping[str, Any], place: str) -> None:
    of_server = [key for key in ("hostname", "power", "os", "ips") if key in wanted]
    if "vms" in wanted and of_server:
        raise SindadError(f"{place}: vms and {of_server[0]} don't go together, a service has one or the other")
    if wanted.get("prune") and "vms" not in wanted:
        raise SindadError(f"{place}.prune: it needs vms, an empty list if all machines are to go")


def _mapping(value: Any, keys: Mapping[str, Key], place: str) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise SindadError(f"{place.rstrip('.') or 'fleet'} must be a mapping, not {_shown(value)}")
    for name in value:
        if name not in keys:
            close = difflib.get_close_matches(str(name), list(keys), 1)
            hint = f"did you mean {close[0]}?" if close else f"known are: {', '.join(keys)}"
            raise SindadError(f"{place}{name} is no key of a fleet file; {hint}")
    for name, key in keys.items():
        if key.required and value.get(name) is None:
            raise SindadError(f"{place}{name} is missing")
    return {name: _value(item, keys[name], name, place) for name, item in value.items() if item is not None}


def _value(value: Any, key: Key, name: str, place: str) -> Any:
    if key.switch and isinstance(value, bool):
        value = key.choices[0 if value else 1]
    if key.type == "str" and isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if key.type == "str" and isinstance(value, str) and name != "password":
        value = value.strip()
    if key.type == "int" and isinstance(value, str) and value.strip().isdigit():
        value = int(value)
    fits = isinstance(value, {"str": str, "int": int, "bool": bool, "list": list, "dict": Mapping}[key.type])
    if not fits or (key.type == "int" and isinstance(value, bool)):
        raise SindadError(f"{place}{name} must be {_EXPECTED[key.type]}, not {_shown(value, name)}")
    if name == "password" and not value:
        raise SindadError(f"{place}{name} is empty")
    if key.choices and value not in key.choices:
        raise SindadError(f"{place}{name} must be {' or '.join(key.choices)}, not {value!r}")
    check({name: value}, place)
    if key.type == "dict":
        return _mapping(value, key.keys or {}, f"{place}{name}.")
    if key.type != "list":
        return value
    element = Key("dict" if key.keys else "str", "", keys=key.keys)
    return [_value(item, element, f"{name}[{index}]", place) for index, item in enumerate(value)]


def _shown(value: Any, name: str = "") -> str:
    """Describe a value of a wrong type; it may be or hold a password."""
    if isinstance(value, (list, Mapping)):
        return _EXPECTED["list" if isinstance(value, list) else "dict"]
    return "that" if name == "password" else repr(value)


def without_secrets(fleet: Mapping[str, Any]) -> dict[str, Any]:
    """Return a normalised fleet without passwords."""
    return {**fleet, "services": [_without(wanted, "password") for wanted in fleet["services"]]}


def _without(keys: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: _without(item, name) if isinstance(item, dict) else item for key, item in keys.items() if key != name}
