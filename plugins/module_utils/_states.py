# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The back ends' words for states, and ours. Private to this collection.

A state is one of our words; or it isn't told; or it is told in a word that nobody knows, which is kept
to be shown. Sources of the words: API reference, and what is known of SolusVM, Proxmox, OpenStack,
OpenNebula and DCImanager behind such portals.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ._reading import Unknown, as_dict, bare, first_present, flag

_RUNNING: Final = frozenset(("running", "online", "active", "on", "started", "up", "poweron", "poweredon", "1", "true"))
_STOPPED: Final = frozenset(
    ("stopped", "offline", "off", "shutoff", "shutdown", "poweroff", "poweredoff", "halted", "down", "undeployed")
    + ("0", "false", "inactive")
)
_RESCUE: Final = frozenset(("rescue", "rescued", "rescuemode"))
_BUILDING: Final = re.compile(
    r"build|creat|pending|provision|install|boot|starting|stopping|shutting|resiz|migrat|prolog|epilog|deploying|init|"
    r"rescuing|queued|processing|locked|hotplug|hardreboot|restarting|inprogress|deleting|destroying"
)
_FAILED: Final = re.compile(r"error|fail|suspend|crash|terminated|deleted|destroyed")

_IDLE_WORDS: Final = re.compile(r"|false|0|none|null|idle|inactive|off|no|not\w*|cancel\w*|stopped")
_DONE_WORDS: Final = re.compile(r"(done|finish|complet|success|installed|ready)\w*")
_RUNNING_WORDS: Final = re.compile(
    r"\d%|^(1|true|on|yes|active|activated|enabled|present|started)$|install|progress|running|boot|partition|format|"
    r"copy|download|config|pending|queue|start|process|prepar|rescue|diag|reinstall|erase|clear|wip|test"
)
_FAILED_WORDS: Final = re.compile(r"fail|error|abort")


@dataclass(frozen=True)
class State:
    """A state in one of our words.

    Attributes:
        status: Our word; ``unknown`` where there is none.
        word: The portal's word; None where it doesn't tell a state at all.
        failed: Whether the word means that what is waited for won't happen.

    """

    status: str
    word: str | None = None
    failed: bool = False

    @property
    def told(self) -> bool:
        """Whether the portal tells a state, in whatever word."""
        return self.word is not None


def machine_state(entry: Mapping[str, Any]) -> State:
    """Return a virtual machine's state: running, stopped, rescue, building or unknown."""
    word = _word(first_present(entry, "status", "state", "STATE"))
    if flag(entry.get("built")) is False or flag(entry.get("locked")) is True:
        return State("building", word or "building")
    lifecycle = _word(first_present(entry, "LCM_STATE_STR", "lcm_state"))
    power = _power_word(entry)
    if word is None:
        return State("unknown") if power is None else _machine_state(power)
    if _plain(word) == "active" and lifecycle and _plain(lifecycle) != "lcminit":
        return _machine_state(lifecycle)
    if _plain(word) == "active" and power is not None and _plain(power) in _STOPPED:
        return State("stopped", word)
    state = _machine_state(word)
    if state.status == "unknown" and not state.failed and power is not None:
        by_power = _machine_state(power)
        return State(by_power.status, word) if by_power.status != "unknown" else state
    return state


def _machine_state(word: str) -> State:
    plain = _plain(word)
    for status, words in (("rescue", _RESCUE), ("running", _RUNNING), ("stopped", _STOPPED)):
        if plain in words:
            return State(status, word)
    if _FAILED.search(plain):
        return State("unknown", word, failed=True)
    return State("building" if _BUILDING.search(plain) else "unknown", word)


def _power_word(entry: Mapping[str, Any]) -> str | None:
    for key in ("power", "poweron", "power_state", "powerState", "on", "running"):
        word = _word(entry.get(key))
        if word is not None:
            return word
    return None


def power_state(answer: Mapping[str, Any]) -> State | None:
    """Return a dedicated server's power, on, off or unknown; None for an object that has no field for it.

    ``status: true`` beside other fields of an envelope says that the request went well, nothing of the server.
    """
    entry: Mapping[str, Any] = answer
    for key in ("server", "status", "state", "power"):
        entry = as_dict(entry[key]) if isinstance(entry.get(key), dict) else entry
    for key in ("power", "poweron", "power_state", "powerState", "on", "running", "state", "status"):
        if key not in entry:
            continue
        value = entry[key]
        beside = {"error", "errors", "info", "success", "message"} & entry.keys()
        if key == "status" and isinstance(value, (bool, int)) and beside:
            return None
        word = _word(value)
        if word is None:
            return State("unknown")
        status = _machine_state(word).status
        return State({"running": "on", "rescue": "on", "stopped": "off"}.get(status, "unknown"), word)
    return None


def job_state(entry: Mapping[str, Any]) -> State | None:
    """Return the state of a reinstall, rescue or diagnostics; None for an object that has no field for it.

    An empty status is idle. A text in ``install_in_progress`` is progress, whatever it says.
    """
    for key in ("status", "state", "install_in_progress", "operation", "active", "in_progress"):
        if key not in entry:
            continue
        value = entry[key]
        if isinstance(value, dict):
            return job_state(value)
        if isinstance(value, list):
            return State("idle", "") if not value else None
        word = _word(value) or ""
        if not word and key == "install_in_progress" and flag(entry.get("active")) is True:
            return State("running", "active")
        state = _job_state(word)
        if state.status == "unknown" and key == "install_in_progress":
            return State("running", word)
        return state
    return None


def _job_state(word: str) -> State:
    plain = _plain(word)
    if _IDLE_WORDS.fullmatch(plain):
        return State("idle", word)
    if _FAILED_WORDS.search(plain):
        return State("failed", word, failed=True)
    if _DONE_WORDS.fullmatch(plain):
        return State("done", word)
    return State("running" if _RUNNING_WORDS.search(plain) else "unknown", word)


def _word(value: Any) -> str | None:
    """Return a state's word as the portal writes it; None where it says none."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, (str, int)):
        return None
    word = " ".join(str(bare(str(value))).split())
    return word or None


def _plain(word: str) -> str:
    """Return a word without what doesn't count: case, blanks, hyphens, underscores, what stands in parentheses."""
    return re.sub(r"\(.*?\)|[\s_-]+", "", word).lower()


def is_true(value: Any) -> bool:
    """Whether a field is known to be true."""
    found = flag(value)
    return not isinstance(found, Unknown) and found
