# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the value of an option may be, beyond its type: for modules and fleet files. Private to this collection."""

from __future__ import annotations

import ipaddress
import math
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ._errors import SindadError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Rule = tuple[Callable[[Any], bool], str]

#: Characters of a wrong value that a message quotes.
_MOST_QUOTED = 80
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_POINTS_AND_DIGITS = re.compile(r"[\d.]+")
_HOSTNAME = re.compile(r"(?=.{1,253}\.?$)(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*\.?", re.IGNORECASE)


def _text(value: Any) -> bool:
    return bool(str(value).strip()) and not _CONTROL.search(str(value))


def _hostname(value: Any) -> bool:
    return bool(_HOSTNAME.fullmatch(value)) and not _POINTS_AND_DIGITS.fullmatch(value)


def _ip(value: Any) -> bool:
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return bool(re.fullmatch(r"[A-Za-z0-9_-]+", value))
    return True


def _matching(pattern: str, what: str) -> tuple[Callable[[Any], bool], str]:
    compiled = re.compile(pattern)
    return (lambda value: bool(compiled.fullmatch(str(value)))), what


def _or_empty(rule: Rule, what: str) -> Rule:
    return (lambda value: value == "" or rule[0](value)), what


_WHOLE: Rule = (lambda value: bool(value >= 1), "an integer of 1 or more")
_SECONDS: Rule = (lambda value: bool(value > 0), "a number of seconds above 0")
_LINE = (_text, "a non-empty string of one line")
_HOST = (_hostname, "a host name such as web-1.example.com")
_BODY: Rule = (lambda value: bool(str(value).strip()), "a string that is not blank")

#: The words that YAML takes for a boolean, and Ansible for a choice that is meant.
_BOOLEANS = {True: frozenset(("on", "yes", "true")), False: frozenset(("off", "no", "false"))}
#: The types of options that take no boolean, and what they take.
_NOT_BOOLEAN = {"str": "a string or a number", "int": "a number", "float": "a number"}

#: Options that say which thing is meant. One that is empty is not given.
IDENTITIES = frozenset(
    "service name vmid email id number subject ip operation path invoice attachment plan_file".split()
)
#: Identities that have no blanks around them, whoever wrote them so.
_TRIMMED = frozenset("service vmid email id number ip invoice attachment".split())
#: For each option, what is right and how that is said.
RULES: Mapping[str, Rule] = {
    **dict.fromkeys(("memory", "cpu", "disk", "count", "workers"), _WHOLE),
    **dict.fromkeys(("wait_timeout", "wait_interval", "api_timeout"), _SECONDS),
    **dict.fromkeys(("service", "name", "vmid", "template", "recipe", "vlan", "subject", "department"), _LINE),
    **dict.fromkeys(("number", "id", "attachment", "invoice", "operation", "reason", "cycle"), _LINE),
    "path": _matching(r"/[^\s?#]+", "a path below api_url, such as /service/@id/label"),
    "email": _matching(r"[^@\s]+@[^@\s]+", "an e-mail address"),
    # The patterns of the reference.
    "socialsecuritynumberpersonalid": _matching(r"[0-9]{10}", "a national id of ten digits"),
    "phonenumber": _matching(r"(\+98)?\s?0?9[0-9]{9}", "a mobile number such as 09121234567 or +98 9121234567"),
    "mellicardimage": _matching(r"(?i).*\.(jpg|gif|png|pdf)", "the name of a .jpg, .gif, .png or .pdf file"),
    "hostname": _HOST,
    # An empty one clears what is there.
    "label": _or_empty(_LINE, "a string of one line"),
    "domain": _or_empty(_HOST, "a host name such as web-1.example.com, or empty"),
    **dict.fromkeys(("body", "reply"), _BODY),
    "ip": (_ip, "an IP address, or the id of one"),
    "max_destroy": _matching(r"[0-9]{1,9}|(100|[0-9]{1,2})%", "a number such as 1, or a percentage such as 10%"),
}


def given(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options that are given: not those that are null, and no identity that is empty; ids without blanks.

    A playbook's ``vmid: "{{ machine.id | default(none) }}"`` gives no vmid.
    """
    found = {}
    for name, value in options.items():
        text = value.strip() if isinstance(value, str) else value
        if value is None or (name in IDENTITIES and text == ""):
            continue
        found[name] = text if name in _TRIMMED else value
    return found


def check_raw(argument_spec: Mapping[str, Any], options: Mapping[str, Any]) -> None:
    """Check what Ansible would take silently.

    That is a list, a dictionary or a boolean for a string, a boolean for a number, control characters in a path, and an
    empty address of something that isn't identified by it.

    Args:
        argument_spec: All options that exist.
        options: The options that a task gives, as it gives them.

    Raises:
        SindadError: One has the wrong type, or can't be what it is for; the sentence names it.

    """
    for name, value in options.items():
        option = argument_spec.get(name, {})
        kind, elements = option.get("type", "str"), option.get("elements")
        if kind != "list":
            _check_type(name, kind, value, option.get("choices") or ())
        elif isinstance(value, (list, tuple)):
            for position, item in enumerate(value):
                _check_type(f"{name}[{position}]", elements, item)
        elif elements in _NOT_BOOLEAN:
            _refuse_boolean(name, "a list", value)
    if "email" in argument_spec and "id" not in argument_spec:
        _check_own_email(options.get("email"))


def _check_type(place: str, kind: str | None, value: Any, choices: Iterable[Any] = ()) -> None:
    """Check what an option of some type, or an entry of a list, may be beyond what Ansible checks."""
    if kind in ("str", "path"):
        _refuse_collection(place, value)
    if kind in _NOT_BOOLEAN and not _is_word_for(value, choices):
        _refuse_boolean(place, _NOT_BOOLEAN[kind], value)
    if kind == "path":
        check_path(place, value)


def _is_word_for(value: Any, choices: Iterable[Any]) -> bool:
    """Whether a boolean is one of the words that are to choose from, without its quotes; Ansible understands those."""
    return isinstance(value, bool) and len(_BOOLEANS[value].intersection(choices)) == 1


def check_path(option: str, path: Any) -> None:
    """Check that a path is one that people can write and read.

    Raises:
        SindadError: It has a control character in it.

    """
    if _CONTROL.search(str(path)):
        raise SindadError(f"{option} must be a path without control characters")


def check_text(place: str, value: Any) -> None:
    """Check that a value is one that text is written for: a string or a number.

    Raises:
        SindadError: It is a list, a dictionary or a boolean; the sentence begins with its place.

    """
    _refuse_collection(place, value)
    _refuse_boolean(place, _NOT_BOOLEAN["str"], value)


def _refuse_collection(place: str, value: Any) -> None:
    if isinstance(value, (list, tuple, Mapping)):
        what = "a dictionary" if isinstance(value, Mapping) else "a list"
        raise SindadError(f"{place} must be a string or a number, not {what}")


def _refuse_boolean(place: str, expected: str, value: Any) -> None:
    if isinstance(value, bool):
        raise SindadError(
            f"{place} must be {expected}, not a boolean: without quotes, YAML takes yes, no, on, off, true and false "
            "for booleans"
        )


def _check_own_email(email: Any) -> None:
    """Check the address of the account, which isn't identified by it: an empty one is no option that is left out."""
    if isinstance(email, str) and not email.strip():
        check({"email": email})


def check_json(place: str, value: Any) -> None:
    """Check that JSON can write a value.

    Args:
        place: Where the value is, as ``body``.
        value: Builtins only: what Ansible hands over has no other types.

    Raises:
        SindadError: A number in it isn't finite; the sentence says where.

    """
    if isinstance(value, Mapping):
        for key, item in value.items():
            check_json(f"{place}.{key}", item)
    elif isinstance(value, (list, tuple)):
        for position, item in enumerate(value):
            check_json(f"{place}[{position}]", item)
    elif isinstance(value, float) and not math.isfinite(value):
        raise SindadError(f"{place} must be a number that JSON can write, not {value}")


def check(options: Mapping[str, Any], place: str = "") -> None:
    """Check the values of options that are given.

    Args:
        options: The options by name.
        place: Where the options are, as ``services[2].vms[0].``.

    Raises:
        SindadError: One is wrong; the sentence names it and says what would be right.

    """
    for name, value in options.items():
        rule = RULES.get(name)
        if rule and isinstance(value, (str, int, float)) and not rule[0](value):
            raise SindadError(f"{place}{name} must be {rule[1]}, not {quoted(value)}")


def quoted(value: Any) -> str:
    """Return a value as messages quote it; of a long string, only the beginning."""
    is_long = isinstance(value, str) and len(value) > _MOST_QUOTED
    return f"{value[:_MOST_QUOTED]!r}…" if is_long else repr(value)
