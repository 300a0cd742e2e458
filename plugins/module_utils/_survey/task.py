# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module sindad_portal_info does. Private to this collection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from .._client import VERSION, Client
from .._engine import Options, Task
from .._plan import Change, Context, Plan
from .anonymous import Anonymiser
from .asking import UNDERSTOOD, Finding, Surveyor
from .recording import Recorder, checked_path, recording_of, write
from .report import lines_of, markdown, summary_of
from .verdicts import Check, checks_of, verdicts_of


@dataclass(frozen=True)
class Wanted:
    """Which services are looked at (if empty, some of each category), and where the recording goes."""

    services: Sequence[str]
    recording: str | None


@dataclass(frozen=True)
class Observed:
    """The module's results, and the recording with the place where it goes, where one is wanted."""

    results: dict[str, Any]
    path: str | None = None
    recording: Mapping[str, Any] = field(default_factory=dict, repr=False)


def wanted_survey(options: Options) -> Wanted:
    """Take what is wanted from the options of sindad_portal_info."""
    names = [str(name).strip() for name in options.get("service") or ()]
    return Wanted([name for name in names if name], options.get("recording"))


def observe(context: Context, wanted: Wanted) -> Observed:
    """Ask for everything, and record the answers. What is wrong with the file is said before anything is sent."""
    path = checked_path(wanted.recording) if wanted.recording else None
    recorder = Recorder()
    client = context.client
    client.observer = recorder
    try:
        survey = Surveyor(client, context.progress).look_at_everything(wanted.services)
    finally:
        client.observer = None
    anonymiser = recorder.anonymiser(_secrets(client))
    recording = recording_of(recorder.answers, survey.left_out, anonymiser) if path else {}
    checks = checks_of(_shown(finding, anonymiser) for finding in survey.findings)
    if not any(check.outcome == UNDERSTOOD for check in checks):
        context.warn(f"none of the portal's answers was understood: check api_url ({client.settings.base_url})")
    return Observed(_results(checks, survey.services_left_out), path, recording)


def _results(checks: Sequence[Check], services_left_out: int) -> dict[str, Any]:
    """Return what the module returns: each operation, each module, and both as text."""
    verdicts = verdicts_of(checks)
    return {
        "checks": [check.as_dict() for check in checks],
        "modules": [verdict.as_dict() for verdict in verdicts],
        "summary": {**summary_of(checks), "services_left_out": services_left_out},
        "lines": lines_of(checks, verdicts),
        "report": markdown(checks, verdicts, VERSION, services_left_out),
    }


def _secrets(client: Client) -> list[str]:
    settings = client.settings
    given = (settings.api_username, settings.api_password, settings.api_token, settings.api_refresh_token)
    return [secret for secret in given if secret]


def _shown(finding: Finding, anonymiser: Anonymiser) -> Finding:
    """Return a finding whose reason and keys hold nothing private: reports are shown to others."""
    unread = [anonymiser.hidden(key) for key in finding.unread]
    return replace(finding, reason=anonymiser.hidden(finding.reason), unread=unread)


def plan(wanted: Wanted, seen: Observed) -> Plan:
    """Plan to write the recording, where one is wanted."""
    path = seen.path
    if path is None:
        return Plan(result=seen.results)

    def carry_out(_context: Context) -> dict[str, Any]:
        write(path, seen.recording)
        return {}

    change = Change("file.write", f"write the recording to {wanted.recording}", carry_out)
    return Plan((change,), {"recording": None}, {"recording": wanted.recording}, seen.results)


def report(_context: Context, _wanted: Wanted, done: Plan) -> Mapping[str, Any]:
    """Return what was observed before: asking for everything once more would yield nothing new."""
    return done.result


TASK = Task(wanted_survey, observe, plan, report)
