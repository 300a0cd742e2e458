# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dedicated servers: name and system, power, and what is installed, rescued or diagnosed.

Private to this collection.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from .._reading import (
    UNKNOWN,
    Answer,
    Entry,
    Unknown,
    as_dict,
    bare,
    candidates,
    first_present,
    first_text,
    known,
    number,
    single,
    text,
)
from .._states import State, job_state, power_state
from .record import INTERNAL, Record, name_and_id, reads


@dataclass(frozen=True)
class ServerInfo(Record):
    """What a dedicated server's Server Info says of its name and installed system."""

    hostname: str | Unknown = UNKNOWN
    os: str | Unknown = UNKNOWN
    os_id: str | Unknown = UNKNOWN
    raw: Entry = field(default_factory=dict, repr=False, compare=False)


#: A host name in any script, and nothing else: "N/A" and "EX-2 Dedicated #512" are none.
_HOST_NAME: Final = re.compile(r"(?!\d+$)\w[\w-]*(\.[\w-]+)*\.?")
_PLACEHOLDERS: Final = frozenset("none null unknown undefined unset not-set not_set na".split())
_HARDWARE: Final = ("ip", "ips", "cpu", "cpus", "memory", "ram", "disk", "hdd", "rack", "mac")


def _server_info(entry: Entry) -> ServerInfo | None:
    """Read one server; None for an object that tells nothing of its name, its hardware or its system."""
    os_name, os_id = _system_of(entry)
    info = ServerInfo(_hostname_of(entry), os_name, os_id, entry)
    if first_present(entry, "hostname", *_HARDWARE) is not None:
        return info
    return None if isinstance(os_name, Unknown) and isinstance(os_id, Unknown) else info


def _hostname_of(entry: Entry) -> str | Unknown:
    """Return the host name; unknown where something else stands in its place, since a reinstall sends it back.

    ``name`` is one where there is no ``hostname``: beside it, it may be that of a product.
    """
    told = text(bare(entry.get("hostname", entry.get("name"))))
    if isinstance(told, Unknown) or not _HOST_NAME.fullmatch(told) or told.lower() in _PLACEHOLDERS:
        return UNKNOWN
    return told


def _system_of(entry: Entry) -> tuple[str | Unknown, str | Unknown]:
    """Return the name and the id of a server's system.

    It is an object with both; or a string that is either one; or ``os`` is the name and ``template`` beside it the id.
    """
    values = [entry.get(key) for key in ("os", "template", "ostemplate")]
    system: Entry = next((value for value in values if isinstance(value, dict)), {})
    name_or_id = first_text(entry, "os", "template", "ostemplate")
    template_beside_os = entry.get("template") if entry.get("os") and not system else None
    identity = first_text(
        {**entry, "own": first_present(system, "id", "template"), "beside": template_beside_os},
        *("own", "os_id", "template_id", "ostemplate_id", "beside"),
    )
    name = first_text(
        {**entry, "own": first_present(system, "name", "label")}, "own", "os_name", "template_label", "template_name"
    )
    return name_and_id(name, identity, name_or_id)


@reads("server_info")
def read_server_info(answer: Answer) -> ServerInfo:
    """Read Server Info."""
    return single(answer, ("info", "server"), _server_info, "a server (hostname, os, template)")


@dataclass(frozen=True)
class Power(Record):
    """A dedicated server's power: ``on``, ``off`` or ``unknown``; ``word`` is the portal's."""

    state: str
    raw: Entry = field(default_factory=dict, repr=False, compare=False)
    word: str | None = field(default=None, compare=False, metadata=INTERNAL)


@reads("get_server_state")
def read_power(answer: Answer) -> Power:
    """Read Get server state, whatever its key is."""
    for entry in candidates(answer.body, ("server", "status", "state", "power")):
        state = power_state(entry)
        if state is not None:
            return Power(state.status, as_dict(answer.body), state.word)
    raise answer.unreadable("it reports no power state")


@dataclass(frozen=True)
class ServerOperation(Record):
    """A reinstall, rescue or diagnostics of a dedicated server: ``idle``, ``running``, ``done``, ``failed``."""

    status: str = "idle"
    template: str | Unknown = UNKNOWN
    progress: int | Unknown = UNKNOWN
    raw: Entry = field(default_factory=dict, repr=False, compare=False)
    word: str | None = field(default=None, compare=False, metadata=INTERNAL)

    @property
    def shown(self) -> str:
        """The portal's word for where it stands, with the percentage if the portal reports one."""
        word = self.word or self.status
        percent = known(self.progress)
        return word if percent is None or "%" in word else f"{word}, {percent} %"


_JOB_WRAPPERS: Final = ("reinstall", "rescue", "diag", "diagnostics", "server")


@reads("reinstall_status", "rescue_status", "diagnostics_status")
def read_server_operation(answer: Answer) -> ServerOperation:
    """Read Reinstall, Rescue or Diagnostics Status. A bare ``[]``, PHP's empty object, is idle."""
    if answer.body == []:
        return ServerOperation()
    for entry in candidates(answer.body, _JOB_WRAPPERS):
        state = job_state(entry)
        if state is None:
            continue
        if state.status == "unknown":
            raise answer.unreadable(f"its status {state.word!r} is not a known one")
        return _server_operation(entry, state)
    raise answer.unreadable("there is no 'status'")


def _server_operation(entry: Entry, state: State) -> ServerOperation:
    nested: Entry = next((entry[key] for key in ("status", "state") if isinstance(entry.get(key), dict)), {})
    told = {**entry, **nested}
    template = first_present(told, "template", "template_id", "ostemplate", "os")
    if isinstance(template, dict):
        template = first_present(template, "id", "name")
    percent = re.search(r"(\d{1,3})\s*%", state.word or "")
    progress = int(percent[1]) if percent else number(first_present(told, "progress", "percent"), {"": 1}, 0, 100)
    return ServerOperation(state.status, text(template), progress, entry, state.word)
