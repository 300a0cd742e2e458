# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the value of an option may be, beyond its type: for modules and fleet files. Private to this collection."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ._errors import SindadError

if TYPE_CHECKING:
    from collections.abc import Callable

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

#: Options that say which thing is meant. One that is empty is not given.
IDENTITIES = frozenset(
    "service name vmid email id number subject ip operation path invoice attachment plan_file".split()
)
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
    """Return the options that are given: not those that are null, and no identity that is empty.

    A playbook's ``vmid: "{{ machine.id | default(none) }}"`` gives no vmid.
    """
    return {
        name: value
        for name, value in options.items()
        if value is not None and not (name in IDENTITIES and isinstance(value, str) and not value.strip())
    }


def check_raw(argument_spec: Mapping[str, Any], options: Mapping[str, Any]) -> None:
    """Check what Ansible would take silently: a list or a dictionary for a string, a NUL character in a path.

    Args:
        argument_spec: All options that exist.
        options: The options that a task gives, as it gives them.

    Raises:
        SindadError: One has the wrong type, or can't be a path; the sentence names it.

    """
    for name, value in options.items():
        option = argument_spec.get(name, {})
        kind, elements = option.get("type", "str"), option.get("elements")
        if kind in ("str", "path"):
            _check_text(name, kind, value)
        elif elements in ("str", "path") and isinstance(value, (list, tuple)):
            for position, item in enumerate(value):
                _check_text(f"{name}[{position}]", elements, item)


def check_path(option: str, path: Any) -> None:
    """Check that a path is one for the operating system.

    Raises:
        SindadError: It has a NUL character in it.

    """
    if "\0" in str(path):
        raise SindadError(f"{option} must be a path without a NUL character")


def _check_text(place: str, kind: str, value: Any) -> None:
    if isinstance(value, (list, tuple, Mapping)):
        what = "a dictionary" if isinstance(value, Mapping) else "a list"
        raise SindadError(f"{place} must be a string or a number, not {what}")
    if kind == "path":
        check_path(place, value)


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
