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

from ._names import letters_of
from ._reading import Unknown, bare, flag

#: What a dedicated server's power says in the words for virtual machines.
STATUS_OF_POWER: Final = {"on": "running", "off": "stopped"}

_WORDS: Final = re.compile(r"[^\W_]+")
_BEFORE_A_CAPITAL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
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
    r"(?<!being)(?<!tobe)(built|created|provisioned|installed|booted|resized|migrated|deployed|initiali[sz]ed)$|unlocked|"
    r"^un(built|created|provisioned|installed|initiali[sz]ed)|terminat|cancel"
)
_FAILED: Final = re.compile(r"error|fail|(?<!un)suspend|crash|terminated|deleted|destroyed")
_DESTROYED: Final = frozenset("deleted destroyed terminated".split())
#: Words that speak of a request, not of what it asked for.
_OUTCOMES: Final = frozenset("ok okay success accepted".split())
#: What stands where a word for the power could be.
_NO_POWER: Final = _OUTCOMES | frozenset("unknown na none null nodata notavailable".split())
#: Fields that say only whether something is switched on.
_SWITCH_KEYS: Final = ("power", "poweron", "power_state", "powerState", "on", "running")

# The words of a job: reinstall, rescue, diagnostics.

#: Words that say nothing of how a job stands.
_JOB_NEUTRAL: Final = frozenset(
    "a already and any at been by current currently do found has have in into is it mode now of ongoing open please so "
    "still the there this to was were with yet you your".split()
)
#: What a job is called, and what it works on.
_JOB_NOUNS: Final = frozenset(
    "reinstall reinstalls reinstallation install installation installations rescue diag diagnostic diagnostics test tests "
    "job jobs task tasks process processes operation operations request requests check scan".split()
)
_JOB_OBJECTS: Final = frozenset("server system machine host node os disk disks drive drives".split())
#: Steps of a job: that one has ended is not the end of the job.
_JOB_STEPS: Final = re.compile(
    r"download\w*|format\w*|partition\w*|cop(y|ied)|(re)?boot|packages?|images?|files?|step|stage"
)
#: Words of who can't tell how a job stands, whatever else they say.
_JOB_UNTOLD: Final = frozenset(
    "again can cannot could denied invalid later maintenance may missing refused should timed timeout try unable "
    "unavailable unknown unreachable would".split()
)
#: What somebody may fail to do, or may not have, who is asked how a job stands.
_JOB_TELLING: Final = frozenset(
    "access api available connect connection contact fetch get load obtain permission query reach read reply respond "
    "response retrieve status".split()
)
_JOB_IDLE: Final = frozenset(
    "false 0 null none idle inactive off normal disabled stopped cancelled canceled nothing".split()
)
_JOB_DONE: Final = frozenset(
    "done finish finished complete completed success successful successfully succeeded installed reinstalled ready "
    "erased cleared wiped passed".split()
)
#: What is going on or will be, even if the text speaks of an end as well. Any word in "-ing" says so, but for a few.
_JOB_GOING_ON: Final = re.compile(
    r"inprogress|progress|queued?|scheduled|requested|almost|half|nearly|soon|will|\w+ing"
)
_NO_VERBS: Final = frozenset("anything billing everything existing hosting nothing operating something string".split())
_JOB_PRESENT: Final = frozenset("1 true on yes active activated enabled present started booted up".split())
_SERVER_STATES: Final = frozenset("running started booted operating up ready online on active ok".split())
_JOB_FAILED: Final = re.compile(r"\w*fail\w*|errors?|abort\w*|unsuccessful\w*")
_NO_ERRORS: Final = re.compile(
    r"\b(?:(?:with )?(?:no|0)|without(?: any)?) (?:errors?|failures?|failed|problems?|issues?)(?: tests?| found)?\b"
    r"|\berrors?\W+0\b|\berror-free\b"
)
#: "2 of 5", "in 5 minutes": a job that goes on.
_JOB_PART: Final = re.compile(r"\b(\d+) (?:of|/) (\d+)\b|\bin \d+ (?:s|sec|seconds?|min|minutes?|h|hours?)\b|\bto be\b")
_END_OF_CLAUSE: Final = re.compile(r"[,;:.()]+(?=\s|$)|\s[-\u2013\u2014(]\s?|[()]")


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
    if word is not None and letters_of(word) == "active":
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
    plain = letters_of(word)
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
        if word is not None and letters_of(word) not in _OUTCOMES:
            return word
    # OpenNebula's own field; its numbers are no truth values.
    word = _word(entry.get("STATE"))
    return f"STATE {word}" if word is not None and word.isdigit() else word


def _lifecycle_word(entry: Mapping[str, Any]) -> str | None:
    """Return OpenNebula's word for what an active machine does; LCM_INIT says nothing of it."""
    word = _word(entry.get("LCM_STATE_STR")) or _word(entry.get("lcm_state"))
    return None if word is None or letters_of(word) == "lcminit" or word.isdigit() else word


def _power_word(entry: Mapping[str, Any]) -> str | None:
    """Return the word of a field that says only whether a machine is switched on; a truth value is one."""
    for key in _SWITCH_KEYS:
        word = _word(entry.get(key))
        if word is None or letters_of(word) in _NO_POWER:
            continue
        truth = flag(entry[key])
        return word if isinstance(truth, Unknown) else str(truth).lower()
    return None


def power_state(entry: Mapping[str, Any]) -> State | None:
    """Return a dedicated server's power, on, off or unknown; None for an object that doesn't hold it.

    Fields that contradict each other are unknown; ``status: true`` beside others speaks of the request. "Active" is
    HostBill's word for a service, which is on or off: it counts where nothing else is told, and not for an object that
    is a service's.
    """
    told = _power_fields(entry)
    if not told:
        return None
    if isinstance(told[0], dict):
        return power_state(told[0])
    words = [word for word in map(_word, told) if word is not None]
    telling = [word for word in words if letters_of(word) != "active"]
    if not telling and not _SERVICE_KEYS.isdisjoint(entry):
        return State("unknown", words[0])
    return _agreed_power(telling or words)


def _power_fields(entry: Mapping[str, Any]) -> list[Any]:
    """Return what the fields say that may tell a power; of ``status``, no truth value where others tell it."""
    told = {key: entry[key] for key in _POWER_KEYS if _tells_power(entry.get(key))}
    if len(told) > 1 and _word(told.get("status")) in _TRUTHS:
        del told["status"]
    return list(told.values())


_TRUTHS: Final = frozenset(("true", "false", "1", "0"))
_POWER_KEYS: Final = (*_SWITCH_KEYS, "state", "status")
#: What a service's details have, and the power of a server has not.
_SERVICE_KEYS: Final = frozenset(("id", "name", "product", "product_name", "domain", "billingcycle", "next_due"))


def _tells_power(value: Any) -> bool:
    """Whether a field may tell a power: an object does within, and the outcome of a request doesn't."""
    word = _word(value)
    return isinstance(value, dict) or (word is not None and letters_of(word) not in _OUTCOMES)


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
    ("server is running"), or of what could be done ("ready to start"). Where clauses of one string say several things,
    a failure counts before what goes on ("partition done, copying files"), and that before an end.
    """
    plain = _NO_ERRORS.sub(" ", " ".join(_BEFORE_A_CAPITAL.sub(" ", word.replace("_", " ")).lower().split()))
    clauses = [_WORDS.findall(clause) for clause in _END_OF_CLAUSE.split(plain)]
    told = {_job_status(words) for words in clauses if words}
    if "untold" in told or any(map(_is_of_the_server, clauses)):
        return State("unknown", word)
    if _is_partly_done(plain):
        told.add("running")
    status = _status_of_clauses(told, plain)
    return State(status, word, failed=status == "failed")


def _status_of_clauses(told: Set[str], plain: str) -> str:
    """Return the status of a string by those of its clauses. One that nobody knows may say what the others mean."""
    if told == {"idle", "unknown"}:
        return "unknown"  # what an idle server allows may erase
    names_a_job = not _JOB_NOUNS.isdisjoint(_WORDS.findall(plain))
    if {"failed", "unknown"} <= told and not names_a_job:
        return "unknown"  # "error: bad gateway"
    return next((status for status in ("failed", "running", "done", "idle") if status in told), "unknown")


def _job_status(words: Sequence[str]) -> str:
    """Return the status that one clause of a string tells; unknown, or untold where nothing of it can be believed."""
    is_failed = any(map(_JOB_FAILED.fullmatch, words))
    is_denied = any(map(_DENIAL.fullmatch, words))
    if not _JOB_UNTOLD.isdisjoint(words) or _is_offer(words):
        return "untold"
    if (is_failed or is_denied) and not _JOB_TELLING.isdisjoint(words):
        return "untold"
    if is_failed:
        return "failed" if _is_of_a_job(words) else "untold"
    if is_denied:
        return "idle" if _denies_a_job(words) else "unknown"
    return _job_status_by_words(words)


def _job_status_by_words(words: Sequence[str]) -> str:
    """Return the status of a clause in which nothing has failed and nothing is denied."""
    if any(map(_is_going_on, words)):
        return "running"
    if not _JOB_DONE.isdisjoint(words):
        return "running" if any(map(_JOB_STEPS.fullmatch, words)) else "done"
    if _says_only(words, _JOB_IDLE):
        return "idle"
    return "running" if _is_there(words) else "unknown"


def _is_going_on(word: str) -> bool:
    return _JOB_GOING_ON.fullmatch(word) is not None and word not in _NO_VERBS


def _is_partly_done(plain: str) -> bool:
    """Whether a string has a percentage or a part of a whole, or says when something will be."""
    percent = _PERCENT.search(plain)
    if percent is not None and int(percent[1]) < 100:
        return True
    part = _JOB_PART.search(plain)
    return part is not None and (part[1] is None or part[1] != part[2])


def _is_offer(words: Sequence[str]) -> bool:
    """Whether a clause says what could be done: "ready to start", "available for installation"."""
    return not {"ready", "available"}.isdisjoint(words) and not {"to", "for"}.isdisjoint(words)


def _is_of_a_job(words: Sequence[str]) -> bool:
    """Whether a failure is that of a job: its name is there, or nothing else than the failure."""
    is_named = not _JOB_NOUNS.isdisjoint(words) or any(map(_JOB_STEPS.fullmatch, words))
    return is_named or all(_JOB_FAILED.fullmatch(word) or word in _JOB_NEUTRAL for word in words)


def _is_of_the_server(words: Sequence[str]) -> bool:
    """Whether a clause speaks of a server, and of no job: "server is running"."""
    if _JOB_OBJECTS.isdisjoint(words):
        return False
    told = {word for word in words if word in _JOB_NOUNS | _SERVER_STATES or word.endswith(("ing", "ed"))}
    return bool(told) and told <= _SERVER_STATES


def _denies_a_job(words: Sequence[str]) -> bool:
    """Whether a clause says that no job is there or goes on: "no reinstall in progress"."""
    denied = [word for word in words if not _DENIAL.fullmatch(word)]
    rest = set(denied) - _JOB_PRESENT - _JOB_NOUNS - _JOB_NEUTRAL - _JOB_OBJECTS
    return all(map(_is_going_on, rest - _JOB_DONE)) and (_JOB_DONE.isdisjoint(rest) or "being" in rest)


def _is_there(words: Sequence[str]) -> bool:
    """Whether a clause says that a job is there, or merely names it: "rescue", "Reinstall of Debian 12"."""
    is_named = len(words) > 1 and words[0] in _JOB_NOUNS and words[1] in ("of", "with")
    is_named = is_named or (words[0] in ("install", "reinstall") and words[-1][0].isdigit())
    return is_named or _says_only(words, _JOB_PRESENT | _JOB_NOUNS)


def _says_only(words: Sequence[str], known: Set[str]) -> bool:
    """Whether a clause has some of these words, and beside them only such as say nothing of a state."""
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


def is_true(value: Any) -> bool:
    """Whether a field is known to be true."""
    found = flag(value)
    return not isinstance(found, Unknown) and found


def is_false(value: Any) -> bool:
    """Whether a field is known to be false."""
    found = flag(value)
    return not isinstance(found, Unknown) and not found
