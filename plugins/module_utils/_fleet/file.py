# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fleet file: what it may say, and how it is checked. Private to this collection."""

from __future__ import annotations

import difflib
import keyword
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

    For a switch, YAML's bare ``on`` and ``off`` (which are true and false) are understood as its two choices. The
    choices of a list are those of its elements. A dictionary without keys takes any.

    Attributes:
        unit: What a number counts, for messages and documentation.
        inventory: Whether it is for the inventory, and not part of what is planned.

    """

    type: str
    description: str
    choices: tuple[str, ...] = ()
    required: bool = False
    keys: Mapping[str, Key] | None = None
    switch: bool = False
    unit: str = ""
    inventory: bool = False


#: The fields of a machine that can be left to the panel.
MACHINE_FIELDS = ("template", "memory", "cpu", "disk", "power")
#: Those of a service.
SERVICE_FIELDS = ("label", "hostname", "os")


def _ignore(fields: tuple[str, ...]) -> Key:
    return Key("list", "Fields that are left as they are once the machine or server exists.", fields)


_MACHINE = {
    "template": Key("str", "The operating system, by id or name. Needed to create a machine."),
    "memory": Key("int", "Memory in MB.", unit="MB"),
    "cpu": Key("int", "Number of CPU cores."),
    "disk": Key("int", "Disk space in GB; it can't be changed once the machine exists.", unit="GB"),
    "power": Key("str", "Whether the machine is switched on.", ("running", "stopped"), switch=True),
    "rebuild": Key("str", "What to do if the template differs.", ("never", "if_template_differs")),
    "ignore": _ignore(MACHINE_FIELDS),
}
_INVENTORY = {
    "groups": Key("list", "For the inventory: groups of the host, or of all hosts of the service.", inventory=True),
    "vars": Key("dict", "For the inventory: variables of the host, or of all hosts of the service.", inventory=True),
}
_LISTED_MACHINE = {
    "name": Key("str", "Its label.", required=True),
    "vmid": Key("str", "The id of the existing machine that the line refers to, whatever it is called."),
    **_MACHINE,
    **_INVENTORY,
}
_SYSTEM = {
    "template": Key("str", "The operating system to be installed, by id or name.", required=True),
    "recipe": Key("str", "A recipe to run at a reinstallation, by id or name."),
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
    "vms": Key("list", "The virtual machines of the service.", keys=_LISTED_MACHINE),
    "hostname": Key("str", "The host name of a dedicated server."),
    "power": Key("str", "Whether the dedicated server is switched on.", ("on", "off"), switch=True),
    "os": Key("dict", "The system of the dedicated server.", keys=_SYSTEM),
    "ips": Key("list", "Addresses of the dedicated server.", keys=_ADDRESS),
    "ignore": _ignore((*MACHINE_FIELDS, *SERVICE_FIELDS)),
    **_INVENTORY,
}
#: The one definition of the fleet file: validation, documentation and JSON Schema come from it.
SCHEMA: Mapping[str, Key] = {
    "account": Key("str", "The account that the file is for: its e-mail address or id. Any other account is refused."),
    "defaults": Key("dict", "Values for each virtual machine that doesn't set them itself.", keys=_MACHINE),
    "services": Key("list", "The services; one that is not listed is never touched.", required=True, keys=_SERVICE),
}

_TYPES = {"str": str, "int": int, "bool": bool, "list": list, "dict": Mapping}
_EXPECTED = {"str": "a string", "int": "an integer", "bool": "true or false", "list": "a list", "dict": "a dictionary"}
#: A whole number as text. Longer ones are no size of anything.
_WHOLE = re.compile(r"\d{1,12}")
#: Characters of the longest text. Longer ones are no name of anything.
_LONGEST_TEXT = 1000
#: Characters of an unknown key that a message shows.
_LONGEST_KEY = 80


#: What the keys at the top level begin with that are the user's own, for anchors.
OWN_KEYS = "x-"
_GROUP = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
#: Groups of Ansible's and of the inventory's own. A play for a group that is called localhost would leave the controller.
_GROUPS_OF_OTHERS = ("all", "ungrouped", "localhost", "sindad", "sindad_vms", "sindad_servers")
#: Variables that would change a connection, or that the inventory sets itself.
_PREFIXES_OF_OTHERS = ("ansible_", "sindad_")
#: Variables that Ansible sets itself, and keywords of plays and tasks, which a variable would shadow.
RESERVED_VARIABLES = frozenset(
    """
    action any_errors_fatal args async become become_exe become_flags become_method become_user block changed_when
    check_mode collections connection debugger delay delegate_facts delegate_to diff environment fact_path failed_when
    force_handlers gather_facts gather_subset gather_timeout group_names groups handlers hosts hostvars ignore_errors
    ignore_unreachable inventory_dir inventory_file inventory_hostname inventory_hostname_short listen local_action loop
    loop_control max_fail_percentage module_defaults name no_log notify omit order play_hosts playbook_dir poll port
    post_tasks pre_tasks register remote_user rescue retries role_name role_names role_path roles run_once serial strategy
    tags tasks throttle timeout until validate_argspec vars vars_files vars_prompt when
    """.split()
)


def checked(value: Any) -> dict[str, Any]:
    """Check a fleet file and return what it says: strings as strings, words for bare booleans, no key that is null.

    Raises:
        SindadError: What is wrong, with its place in the file, as ``services[2].vms[0].memory``.

    """
    fleet = _mapping(without_own_keys(value), SCHEMA, "")
    listed: dict[str, str] = {}
    for number, wanted in enumerate(fleet["services"]):
        place = f"services[{number}]"
        _check_once(listed, wanted["service"], f"{place}.service")
        _check_exclusive(wanted, place)
        _check_inventory(wanted, place)
        _check_listed_once(wanted.get("vms", ()), "name", f"{place}.vms")
        _check_listed_once(wanted.get("vms", ()), "vmid", f"{place}.vms")
        _check_listed_once(wanted.get("ips", ()), "ip", f"{place}.ips")
        for position, machine in enumerate(wanted.get("vms", ())):
            _check_inventory(machine, f"{place}.vms[{position}]")
    return fleet


def parse(value: Any) -> dict[str, Any]:
    """Check a fleet file and return the part that is planned, normalised: defaults are filled in.

    Keys for the inventory are left out, and so are the fields of a service that it leaves to the panel.

    Raises:
        SindadError: What is wrong, with its place in the file, as ``services[2].vms[0].memory``.

    """
    fleet = checked(value)
    defaults = fleet.get("defaults", {})
    fleet["services"] = [_planned_of_service(wanted, defaults) for wanted in fleet["services"]]
    return fleet


def held_fields(fields: Entry, *path: str) -> tuple[dict[str, Any], list[str]]:
    """Return those of an entry's fields that a fleet file can hold, and why it can't hold the others.

    Args:
        fields: The values by key.
        path: Where the entry stands in a service, such as ``vms``; nothing for the service itself.

    """
    keys = SCHEMA["services"].keys or {}
    for name in path:
        keys = keys[name].keys or {}
    held: dict[str, Any] = {}
    refusals = []
    for name, value in fields.items():
        try:
            _value(value, keys[name], name, "")
        except SindadError as error:
            refusals.append(str(error))
        else:
            held[name] = value
    return held, refusals


def can_be_listed(name: str) -> bool:
    """Whether a fleet file can hold this name of a machine: not if it has a line break or other control characters."""
    held, _refusals = held_fields({"name": name}, "vms")
    return bool(held) and name == name.strip()


def without_own_keys(value: Any) -> Any:
    """Return a fleet file without the keys that are the user's own."""
    if not isinstance(value, Mapping):
        return value
    return {name: item for name, item in value.items() if not str(name).startswith(OWN_KEYS)}


def _planned_of_service(wanted: Entry, defaults: Entry) -> dict[str, Any]:
    ignored = wanted.get("ignore", ())
    left_out = {name for name in ignored if name in (*SERVICE_FIELDS, "power")}
    left_out.update(name for name, key in _SERVICE.items() if key.inventory)
    service = {name: item for name, item in wanted.items() if name not in left_out}
    if "vms" in wanted:
        service["vms"] = [_planned_of_machine(machine, defaults, ignored) for machine in wanted["vms"]]
    return service


def _planned_of_machine(machine: Entry, defaults: Entry, ignored_by_service: Iterable[str]) -> dict[str, Any]:
    planned = {name: item for name, item in {**defaults, **machine}.items() if name not in _INVENTORY}
    of_machine = [name for name in ignored_by_service if name in MACHINE_FIELDS]
    ignored = [*defaults.get("ignore", ()), *of_machine, *machine.get("ignore", ())]
    if ignored:
        planned["ignore"] = list(dict.fromkeys(ignored))
    return planned


def _check_inventory(entry: Entry, place: str) -> None:
    """Check groups and variables for the inventory: what would change a connection is refused."""
    for position, group in enumerate(entry.get("groups", ())):
        if not _GROUP.fullmatch(group):
            raise SindadError(
                f"{place}.groups[{position}] must be the name of a group, of letters, digits and underscores, not "
                f"{quoted(group)}"
            )
        if group in _GROUPS_OF_OTHERS:
            raise SindadError(
                f"{place}.groups[{position}] can't be {group}, which is a name that Ansible or the inventory uses"
            )
    for name in entry.get("vars", ()):
        _check_variable(name, f"{place}.vars")


def _check_variable(name: Any, place: str) -> None:
    is_name = isinstance(name, str) and name.isascii() and name.isidentifier() and not keyword.iskeyword(name)
    if not is_name:
        raise SindadError(f"{place}: {quoted(name)} is not the name of a variable")
    if name in RESERVED_VARIABLES or name.startswith(_PREFIXES_OF_OTHERS):
        raise SindadError(f"{place}.{name} can't be set here: Ansible or the inventory uses this name")


def _check_listed_once(entries: Iterable[Entry], key: str, place: str) -> None:
    listed: dict[str, str] = {}
    for position, entry in enumerate(entries):
        if key in entry:
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
        raise SindadError(f"{place.rstrip('.') or 'fleet'} must be a dictionary, not {_shown(value)}")
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
        return dict(value) if key.keys is None else _mapping(value, key.keys, f"{place}{name}.")
    if key.type == "list":
        element = Key("dict" if key.keys else "str", "", key.choices, keys=key.keys)
        return [_value(item, element, f"{name}[{index}]", place) for index, item in enumerate(value)]
    return value


def _check_type(value: Any, key: Key, name: str, place: str) -> None:
    """Make sure that a value is what its key takes. A password is not shown."""
    if not _fits(value, key):
        found = "" if name == "password" else f", not {_shown(value)}"
        quotes = "; put it in quotes" if key.type == "str" and isinstance(value, (bool, float)) else ""
        raise SindadError(f"{place}{name} must be {_expected(key)}{found}{quotes}")
    if isinstance(value, str) and len(value) > _LONGEST_TEXT:
        raise SindadError(f"{place}{name} must have at most {_LONGEST_TEXT} characters")
    if name == "password" and not value:
        raise SindadError(f"{place}{name} is empty")
    if key.choices and key.type != "list" and value not in key.choices:
        raise SindadError(f"{place}{name} must be {' or '.join(key.choices)}, not {_shown(value)}")


def _expected(key: Key) -> str:
    """Return what a key takes, in words."""
    return f"{_EXPECTED[key.type]} ({key.unit})" if key.unit else _EXPECTED[key.type]


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
