# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of the event source: from a rulebook and the environment, checked. Private to this collection."""

from __future__ import annotations

import difflib
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from .._checks import check_raw, given, quoted
from .._errors import SindadError
from .._reading import Unknown, flag
from .._settings import ENVIRONMENT, Settings

#: What can be watched, in the order in which it is asked for.
TOPICS: Final = ("notifications", "tickets", "machines", "services", "invoices", "status")
_TYPES: Final = {
    **dict.fromkeys(ENVIRONMENT, "str"),
    "api_ca_path": "path",
    "validate_certs": "bool",
    "api_timeout": "float",
    "api_retries": "int",
    "state_file": "path",
    "topics": "list",
    "interval": "float",
    "max_interval": "float",
    "due_days": "int",
    "emit_existing": "bool",
}
#: What ansible-rulebook itself adds to the arguments of a source in a rulebook that answers to its events.
_OF_RULEBOOK: Final = "eda_feedback_queue"
_LONGEST: Final = 86400


@dataclass(frozen=True)
class Wanted:
    """What is watched, and how.

    Attributes:
        settings: Where the portal is and who asks.
        state_file: Where what was seen is remembered.
        topics: What is watched.
        interval: Seconds from one round to the next.
        max_interval: Seconds from one round to the next at most, while the portal is down.
        due_days: How many days before its date something is due.
        emit_existing: Whether what exists at the first start is told as events too.

    """

    settings: Settings
    state_file: str
    topics: tuple[str, ...] = TOPICS
    interval: float = 60.0
    max_interval: float = 900.0
    due_days: int = 7
    emit_existing: bool = False


def wanted_events(arguments: Mapping[str, Any], environment: Mapping[str, str]) -> Wanted:
    """Take what is wanted from the arguments in a rulebook and, for the shared options, from the environment.

    Raises:
        SindadError: An option that can't be right, named in the sentence.

    """
    own = {name: value for name, value in arguments.items() if name != _OF_RULEBOOK}
    _check_names(own)
    check_raw({name: {"type": kind} for name, kind in _TYPES.items()}, own)
    inherited = {name: environment[variable] for name, variable in ENVIRONMENT.items() if environment.get(variable)}
    options = {**inherited, **given(own)}
    converted = {name: _converted(name, value) for name, value in options.items()}
    settings = Settings.from_options(converted)
    wanted = Wanted(settings, **{name: converted[name] for name in converted if name not in ENVIRONMENT})
    _check(wanted)
    return wanted


def _check_names(arguments: Mapping[str, Any]) -> None:
    for name in arguments:
        if name not in _TYPES:
            close = difflib.get_close_matches(str(name), _TYPES, n=1)
            hint = f"did you mean {close[0]}?" if close else f"the options are: {', '.join(_TYPES)}"
            raise SindadError(f"there is no option {quoted(name)}; {hint}")
    if not str(arguments.get("state_file") or "").strip():
        raise SindadError(
            "state_file is missing: give the path of a file that outlives this process, to remember what was seen"
        )


def _converted(name: str, value: Any) -> Any:
    """Return a value in the type of its option: a rulebook's expressions and the environment give texts."""
    kind = _TYPES[name]
    if kind == "bool":
        return _truth(name, value)
    if kind in ("int", "float"):
        return _number(name, value, whole=kind == "int")
    if kind == "list":
        return _topics(name, value)
    return os.path.expandvars(os.path.expanduser(str(value))) if kind == "path" else str(value)


def _truth(name: str, value: Any) -> bool:
    found = flag(value)
    if isinstance(found, Unknown):
        raise SindadError(f"{name} must be true or false, not {quoted(value)}")
    return found


def _number(name: str, value: Any, whole: bool) -> float:
    what = "an integer" if whole else "a number of seconds"
    if isinstance(value, (str, int, float)) and not isinstance(value, bool):
        try:
            return int(str(value)) if whole else float(value)
        except ValueError:
            pass
    raise SindadError(f"{name} must be {what}, not {quoted(value)}")


def _topics(name: str, value: Any) -> tuple[str, ...]:
    words = value.split(",") if isinstance(value, str) else value
    if not isinstance(words, (list, tuple)) or not words:
        raise SindadError(f"{name} must be a list with one or more of {', '.join(TOPICS)}, not {quoted(value)}")
    chosen = [str(word).strip() for word in words]
    for word in chosen:
        if word not in TOPICS:
            raise SindadError(f"{name}: there is no topic {quoted(word)}; the topics are: {', '.join(TOPICS)}")
    return tuple(topic for topic in TOPICS if topic in chosen)


def _check(wanted: Wanted) -> None:
    for name in ("interval", "max_interval"):
        seconds = getattr(wanted, name)
        if not (math.isfinite(seconds) and 0 < seconds <= _LONGEST):
            raise SindadError(f"{name} must be more than 0 seconds and at most {_LONGEST}, not {seconds:g}")
    if not 0 <= wanted.due_days <= 366:
        raise SindadError(f"due_days must be a number of days from 0 to 366, not {wanted.due_days}")
