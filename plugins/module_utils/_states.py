# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The back ends' words for states, and ours. Private to this collection.

A state is one of our words; or the portal reports none; or it reports an unknown word, which is kept
to be shown. Sources of the words: API reference, and what is known of SolusVM, Proxmox, OpenStack,
OpenNebula and DCImanager behind such portals.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from ._reading import Unknown, bare, flag

#: What a dedicated server's power says in the words for virtual machines.
STATUS_OF_POWER: Final = {"on": "running", "off": "stopped"}

_WORDS: Final = re.compile(r"[^\W_]+")
_BEFORE_A_CAPITAL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_BETWEEN_WORDS: Final = re.compile(r"[\W_]+")
_REMARK: Final = re.compile(r"\(.*?\)")
_PERCENT: Final = re.compile(r"(\d+)\s*%")
_DENIAL: Final = re.compile(r"no|none|not\w*|never")

_RUNNING: Final = frozenset("running online active on started up poweron poweredon turnedon 1 true".split())
_STOPPED: Final = frozenset(
    "stopped offline off shutoff shutdown poweroff poweredoff turnedoff halted down undeployed inactive 0 false".split()
)
_RESCUE: Final = frozenset("rescue rescued rescuemode".split())
_BUILDING: Final = re.compile(
    r"build|creat|pending|provision|install|boot|starting|stopping|shutting|powering|resiz|migrat|prolog|epilog|"
    r"deploying|init|rescuing|queued|processing|locked|hotplug|restarting|inprogress|deleting|destroying"
)
_FAILED: Final = re.compile(r"error|fail|suspend|crash|terminated|deleted|destroyed")
#: Words that speak of a request, not of what it asked for.
_OUTCOMES: Final = frozenset("ok okay success accepted".split())

_JOB_IDLE: Final = frozenset("false 0 null idle inactive off normal disabled stopped cancelled canceled".split())
_JOB_DONE: Final = frozenset(
    "done finish finished complete completed success successful successfully succeeded installed ready".split()
)
_JOB_RUNNING: Final = re.compile(
    r"^(1|true|on|yes|active|activated|enabled|present|started)$|install|progress|boot|partition|format|copy|download|"
    r"config|queue|start|process|prepar|rescue|diag|erase|clear|wip|test"
)
_JOB_FAILED: Final = re.compile(r"(?<!no )(?<!without )(?<!0 )\b(\w*fail\w*|errors?|abort\w*|unsuccessful\w*)\b")


@dataclass(frozen=True)
class State:
    """A state in one of our words.

    Attributes:
        status: Our word; ``unknown`` where there is none.
        word: The portal's word; None where it doesn't report a state at all.
        failed: Whether the word means that what is waited for won't happen.

    """

    status: str
    word: str | None = None
    failed: bool = False

    @property
    def told(self) -> bool:
        """Whether the portal reports a state, in whatever word."""
        return self.word is not None


# Machines and their power


def machine_state(entry: Mapping[str, Any]) -> State:
    """Return a virtual machine's state: running, stopped, rescue, building or unknown."""
    state = _told_state(entry)
    unfinished = is_false(entry.get("built")) or is_true(entry.get("locked"))
    if unfinished and not state.failed:
        return State("building", state.word or "building")
    return state


def _told_state(entry: Mapping[str, Any]) -> State:
    """Return the state by the first word that is known; else the first one, as unknown, to be shown."""
    word, lifecycle, power = _status_word(entry), _lifecycle_word(entry), _power_word(entry)
    if word is not None and _normalised(word) == "active":
        return _active_state(word, lifecycle, power)
    states = [_machine_state(told) for told in (word, lifecycle, power) if told is not None]
    known = (state for state in states if state.failed or state.status != "unknown")
    return next(known, states[0] if states else State("unknown"))


def _active_state(word: str, lifecycle: str | None, power: str | None) -> State:
    """Return the state of a machine that is active: there, which leaves open whether it runs."""
    if lifecycle is not None:
        return _machine_state(lifecycle)
    if power is not None and _normalised(power) in _STOPPED:
        return State("stopped", word)
    return State("running", word)


@lru_cache(maxsize=1024)
def _machine_state(word: str) -> State:
    """Return what a word means for a machine; a whole word that is known goes before a part of it that is."""
    plain = _normalised(word)
    for status, words in (("rescue", _RESCUE), ("running", _RUNNING), ("stopped", _STOPPED)):
        if plain in words:
            return State(status, word)
    if _FAILED.search(plain):
        return State("unknown", word, failed=True)
    return State("building" if _BUILDING.search(plain) else "unknown", word)


def _status_word(entry: Mapping[str, Any]) -> str | None:
    """Return the word of the fields ``status`` and ``state``, unless it is the outcome of the request."""
    for key in ("status", "state"):
        word = _word(entry.get(key))
        if word is not None and _normalised(word) not in _OUTCOMES:
            return word
    # OpenNebula's own field; its numbers are no truth values.
    word = _word(entry.get("STATE"))
    return f"STATE {word}" if word is not None and word.isdigit() else word


def _lifecycle_word(entry: Mapping[str, Any]) -> str | None:
    """Return OpenNebula's word for what an active machine does; LCM_INIT says nothing of it."""
    word = _word(entry.get("LCM_STATE_STR")) or _word(entry.get("lcm_state"))
    return None if word is None or _normalised(word) == "lcminit" or word.isdigit() else word


def _power_word(entry: Mapping[str, Any]) -> str | None:
    """Return the word of a field that says only whether a machine is switched on."""
    for key in ("power", "poweron", "power_state", "powerState", "on", "running"):
        word = _word(entry.get(key))
        if word is not None:
            return word
    return None


def power_state(entry: Mapping[str, Any]) -> State | None:
    """Return a dedicated server's power, on, off or unknown; None for an object that doesn't hold it."""
    for key in ("power", "poweron", "power_state", "powerState", "on", "running", "state", "status"):
        value = entry.get(key)
        if isinstance(value, dict):
            return power_state(value)
        word = _word(value)
        if word is None or _normalised(word) in _OUTCOMES:
            continue
        status = _machine_state(word).status
        return State({"running": "on", "rescue": "on", "stopped": "off"}.get(status, "unknown"), word)
    return None


# Reinstall, rescue, diagnostics


def job_state(entry: Mapping[str, Any]) -> State | None:
    """Return the state of a reinstall, rescue or diagnostics; None for an object that doesn't hold it.

    The first field that isn't empty tells it; where all are empty, it is idle.
    """
    told = [key for key in _JOB_KEYS if key in entry]
    for key in told:
        value = entry[key]
        if isinstance(value, dict):
            return job_state(value)
        word = _word(value)
        if word is not None:
            return _job_state_in(key, word)
        if not _is_empty(value):
            return None
    return State("idle", "") if told else None


_JOB_KEYS: Final = ("status", "state", "install_in_progress", "operation", "active", "in_progress")


def _is_empty(value: Any) -> bool:
    return value is None or value == [] or isinstance(value, str)


def _job_state_in(key: str, word: str) -> State:
    """Return the state that a field tells. A text in ``install_in_progress`` is progress, whatever it says."""
    state = _job_state(word)
    return State("running", word) if key == "install_in_progress" and state.status == "unknown" else state


def _job_state(word: str) -> State:
    """Return a state by the words of a string such as "Reinstall finished" or "copying files (40%)".

    The order decides where a string has words of several states: a failure before all else; a denial ("not running",
    "not finished", which is unknown) before the word that it denies; what is going on ("finishing", "40%") before an
    end that the text speaks of as well.
    """
    plain = " ".join(_WORDS.findall(_BEFORE_A_CAPITAL.sub(" ", word))).lower()
    words = plain.split()
    is_done = not _JOB_DONE.isdisjoint(words)
    if _JOB_FAILED.search(plain):
        return State("failed", word, failed=True)
    if plain in _JOB_IDLE or _is_denial(words):
        return State("unknown" if is_done else "idle", word)
    percent = _PERCENT.search(word)
    if _is_going_on(words) or (percent and int(percent[1]) < 100):
        return State("running", word)
    if is_done:
        return State("done", word)
    return State("running" if percent or any(map(_JOB_RUNNING.search, words)) else "unknown", word)


def _is_denial(words: Sequence[str]) -> bool:
    """Whether a string begins with a word that says no to the rest."""
    return bool(words) and _DENIAL.fullmatch(words[0]) is not None


def _is_going_on(words: Sequence[str]) -> bool:
    return any(word.endswith("ing") for word in words)


# Words


def _word(value: Any) -> str | None:
    """Return a state's word as the portal writes it; None where it says none."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, (str, int)):
        return None
    word = " ".join(str(bare(str(value))).split())
    return word or None


@lru_cache(maxsize=1024)
def _normalised(word: str) -> str:
    """Return a word without what doesn't count: case, blanks, hyphens, a remark in parentheses."""
    letters = _BETWEEN_WORDS.sub("", _REMARK.sub("", word)) or _BETWEEN_WORDS.sub("", word)
    return letters.lower()


def is_true(value: Any) -> bool:
    """Whether a field is known to be true."""
    found = flag(value)
    return not isinstance(found, Unknown) and found


def is_false(value: Any) -> bool:
    """Whether a field is known to be false."""
    found = flag(value)
    return not isinstance(found, Unknown) and not found
