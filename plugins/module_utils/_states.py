# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The back ends' words for states, and ours. Private to this collection.

A state is one of our words; or the portal reports none; or it reports an unknown word, which is kept
to be shown. Sources of the words: API reference, and what is known of SolusVM, Proxmox, OpenStack,
OpenNebula and DCImanager behind such portals.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
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
_DENIAL: Final = re.compile(r"no|none|not\w*|never|neither|without")

_RUNNING: Final = frozenset("running online active on started up poweron poweredon turnedon 1 true".split())
_STOPPED: Final = frozenset(
    "stopped offline off shutoff shutdown poweroff poweredoff turnedoff halted down undeployed inactive 0 false".split()
)
_RESCUE: Final = frozenset("rescue rescued rescuemode".split())
_BUILDING: Final = re.compile(
    r"build|creat|pending|provision|install|boot|starting|stopping|shutting|powering|resiz|migrat|prolog|epilog|"
    r"deploying|init|rescuing|queued|processing|locked|hotplug|restarting|inprogress|deleting|destroying"
)
#: Words that hold one of these, and speak of what is over, or of a machine's end.
_BUILT: Final = re.compile(
    r"(built|created|provisioned|installed|booted|resized|migrated|deployed|initiali[sz]ed)$|unlocked|^un|terminat|cancel"
)
_FAILED: Final = re.compile(r"error|fail|suspend|crash|terminated|deleted|destroyed")
_DESTROYED: Final = frozenset("deleted destroyed terminated".split())
#: Words that speak of a request, not of what it asked for.
_OUTCOMES: Final = frozenset("ok okay success accepted".split())

# The words of a job: reinstall, rescue, diagnostics.

#: Words that say nothing of how a job stands.
_JOB_NEUTRAL: Final = frozenset(
    "a already and at been being by currently has have in into is it mode now of on-going please so still the this "
    "was were with yet".split()
)
#: What a job is called, and what it works on.
_JOB_NOUNS: Final = frozenset(
    "reinstall reinstallation install installation rescue diag diagnostic diagnostics test tests job task process "
    "operation request boot reboot partition format copy download configure prepare erase clear wipe check scan".split()
)
_JOB_OBJECTS: Final = frozenset("server system machine host node os disk disks drive drives files".split())
#: Words of who can't tell how a job stands, or offers one: whatever else they say isn't known of the job.
_JOB_UNTOLD: Final = frozenset(
    "again api access available cannot connect connection contact could denied fetch get invalid later load "
    "maintenance missing obtain permission query reach reachable read refused reply respond response retrieve retry "
    "status timed timeout try unable unavailable unknown unreachable".split()
)
_JOB_IDLE: Final = frozenset(
    "false 0 null none idle inactive off normal disabled stopped cancelled canceled nothing".split()
)
_JOB_DONE: Final = frozenset(
    "done finish finished complete completed success successful successfully succeeded installed reinstalled ready "
    "erased cleared wiped passed".split()
)
#: What is going on, even if the text speaks of an end as well.
_JOB_GOING_ON: Final = re.compile(
    r"running|inprogress|progress|queued|pending|scheduled|waiting|requested|"
    r"(re|un)?(install|boot|start|partition|format|copy|download|configur|prepar|process|eras|clear|clean|wip|test|"
    r"check|scan|diagnos|finish|cancell?|stopp|deploy|unpack|extract|writ|creat|load|initiali[sz]|provision|execut)ing"
)
_JOB_PRESENT: Final = frozenset("1 true on yes active activated enabled present started booted up".split())
_JOB_FAILED: Final = re.compile(r"\w*fail\w*|errors?|abort\w*|unsuccessful\w*")
_NO_ERRORS: Final = re.compile(r"\b(?:no|0|without|with no|with 0|without any) (?:errors?|failures?)\b")


@dataclass(frozen=True)
class State:
    """A state in one of our words.

    Attributes:
        status: Our word; ``unknown`` where there is none.
        word: The portal's word; None where it doesn't report a state at all.
        failed: Whether the word means that what is waited for won't happen.
        destroyed: Whether the word means that the machine isn't there any more.

    """

    status: str
    word: str | None = None
    failed: bool = False
    destroyed: bool = False

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
    if power is not None and _machine_state(power).status != "running":
        return _machine_state(power)
    return State("running", word)


@lru_cache(maxsize=1024)
def _machine_state(word: str) -> State:
    """Return what a word means for a machine; a whole word that is known goes before a part of it that is."""
    plain = _normalised(word)
    for status, words in (("rescue", _RESCUE), ("running", _RUNNING), ("stopped", _STOPPED)):
        if plain in words:
            return State(status, word)
    if _FAILED.search(plain):
        return State("unknown", word, failed=True, destroyed=plain in _DESTROYED)
    is_building = _BUILDING.search(plain) and not _BUILT.search(plain)
    return State("building" if is_building else "unknown", word)


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
    """Return a dedicated server's power, on, off or unknown; None for an object that doesn't hold it.

    Fields that contradict each other are unknown. "Active" is HostBill's word for a service, which is on or off: it
    counts where nothing else is told, and not for an object that is a service's.
    """
    told = [entry[key] for key in _POWER_KEYS if _tells_power(entry.get(key))]
    if not told:
        return None
    if isinstance(told[0], dict):
        return power_state(told[0])
    words = [word for word in map(_word, told) if word is not None]
    telling = [word for word in words if _normalised(word) != "active"]
    if not telling and not _SERVICE_KEYS.isdisjoint(entry):
        return State("unknown", words[0])
    return _agreed_power(telling or words)


_POWER_KEYS: Final = ("power", "poweron", "power_state", "powerState", "on", "running", "state", "status")
#: What a service's details have, and the power of a server has not.
_SERVICE_KEYS: Final = frozenset(("id", "name", "product", "product_name", "domain", "billingcycle", "next_due"))


def _tells_power(value: Any) -> bool:
    """Whether a field may tell a power: an object does within, and the outcome of a request doesn't."""
    word = _word(value)
    return isinstance(value, dict) or (word is not None and _normalised(word) not in _OUTCOMES)


def _agreed_power(words: Sequence[str]) -> State:
    """Return the power that is told by words of which some may be unknown."""
    states = [_power_of(word) for word in words]
    known = [state for state in states if state.status != "unknown"]
    if len({state.status for state in known}) > 1:
        return State("unknown", ", ".join(words))
    return known[0] if known else states[0]


def _power_of(word: str) -> State:
    """Return a server's power in one of our words."""
    status = _machine_state(word).status
    return State({"running": "on", "rescue": "on", "stopped": "off"}.get(status, "unknown"), word)


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

    What isn't understood is unknown: a string that says why nothing can be told of a job, or speaks of the server
    ("server is running"), or of what could be done ("ready to start"). The order decides where a string has words of
    several states: a failure before all else; a denial ("not running") before the word that it denies; what is going
    on ("finishing", "40%") before an end that the text speaks of as well.
    """
    plain = " ".join(_WORDS.findall(_BEFORE_A_CAPITAL.sub(" ", word))).lower()
    words = _NO_ERRORS.sub(" ", plain).split()
    percent = _PERCENT.search(word)
    status = "unknown" if _is_of_no_job(words) else _job_status(words, int(percent[1]) if percent else None)
    return State(status, word, failed=status == "failed")


def _job_status(words: Sequence[str], percent: int | None) -> str:
    """Return the status that the words of a job tell, see `_job_state`."""
    if any(map(_JOB_FAILED.fullmatch, words)):
        return "failed"
    if any(map(_DENIAL.fullmatch, words)):
        return "idle" if _denies_a_job(words) else "unknown"
    if percent is None and _says_only(words, _JOB_IDLE):
        return "idle"
    if any(map(_JOB_GOING_ON.fullmatch, words)) or (percent is not None and percent < 100):
        return "running"
    if not _JOB_DONE.isdisjoint(words):
        return "done"
    return "running" if percent is not None or _is_there(words) else "unknown"


def _is_of_no_job(words: Sequence[str]) -> bool:
    """Whether a string says why nothing can be told of a job, or speaks of something else."""
    return not _JOB_UNTOLD.isdisjoint(words) or _is_offer(words) or _is_of_the_server(words)


def _is_there(words: Sequence[str]) -> bool:
    """Whether a string says that a job is there, or merely names it: "rescue", "Reinstall of Debian 12"."""
    is_named = len(words) > 1 and words[0] in _JOB_NOUNS and words[1] == "of"
    return is_named or _says_only(words, _JOB_PRESENT | _JOB_NOUNS)


def _is_offer(words: Sequence[str]) -> bool:
    """Whether a string says what could be done: "ready to start", "ready for installation"."""
    return "ready" in words and ("to" in words or "for" in words)


def _is_of_the_server(words: Sequence[str]) -> bool:
    """Whether a string speaks of a server, and of no job: "server is running"."""
    of_a_job = [word for word in words if word in _JOB_NOUNS or word.endswith(("ing", "ed"))]
    return not _JOB_OBJECTS.isdisjoint(words) and set(of_a_job) <= {"running", "started", "booted"}


def _denies_a_job(words: Sequence[str]) -> bool:
    """Whether a string says that no job is there, in words that are all known: "no reinstall in progress"."""
    denied = [word for word in words if not _DENIAL.fullmatch(word) and not _JOB_GOING_ON.fullmatch(word)]
    return not denied or _says_only(denied, _JOB_PRESENT | _JOB_NOUNS | _JOB_NEUTRAL)


def _says_only(words: Sequence[str], known: Set[str]) -> bool:
    """Whether a string has some of these words, and beside them only such as say nothing of a state."""
    rest = set(words) - _JOB_NEUTRAL - _JOB_NOUNS - _JOB_OBJECTS
    return not known.isdisjoint(words) and rest <= known


# Words


def _word(value: Any) -> str | None:
    """Return a state's word as the portal writes it; None where it says none."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, (str, int)):
        return None
    word = " ".join(str(bare(str(value))).split())
    return word[:_LONGEST_WORD] or None


#: Characters of a state's word; no known one is nearly as long.
_LONGEST_WORD: Final = 300


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
