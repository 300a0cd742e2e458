# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of the event source: what is new, what is remembered, what may be given."""

from __future__ import annotations

import asyncio
import json
import runpy
import subprocess
import sys
import threading
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.sindad.cloud.plugins.module_utils._client import Client
from ansible_collections.sindad.cloud.plugins.module_utils._errors import SindadError
from ansible_collections.sindad.cloud.plugins.module_utils._events import changes, memory, options, topics, watch
from ansible_collections.sindad.cloud.plugins.module_utils._events.background import in_background
from ansible_collections.sindad.cloud.plugins.module_utils._events.changes import (
    Mark,
    Observation,
    Remembered,
    Sighting,
)
from ansible_collections.sindad.cloud.plugins.module_utils._events.options import TOPICS, Wanted, wanted_events
from ansible_collections.sindad.cloud.plugins.module_utils._settings import ENVIRONMENT, Settings
from hypothesis import given
from hypothesis import strategies as st

from support import CACHE
from support.environment import environment

PORTAL, ACCOUNT = "https://portal.example/api", "ops@example.com"
STATES = st.sampled_from(["running", "stopped", "rescue", None])


# What is new


def machine(status: str | None, name: str = "401/2001") -> Sighting:
    return Sighting(name, {}, "machine_added", "machine_changed", status, tells_value=True, name="web-1")


def gone(name: str, mark: Mark) -> Sighting:
    return Sighting(name, {"was": mark.name, "parts": changes.parts_of(name)}, changes="machine_gone", tells_value=True)


def look(remembered: Remembered, seen: Observation, first: bool = False) -> tuple[Remembered, list[dict[str, Any]]]:
    """Return what is remembered after a look, and what it tells."""
    events = []
    for step in list(changes.steps("machines", remembered, seen, first)):
        events += [step.event] if step.event else []
        remembered.seen[step.key] = step.mark
    return changes.settled(remembered, seen, first), events


@given(st.lists(STATES, max_size=12))
def test_only_a_change_between_two_known_states_is_one(statuses: list[str | None]) -> None:
    remembered, _none = look(Remembered(), Observation((machine(None),)), first=True)
    told = []
    for status in statuses:
        remembered, events = look(remembered, Observation((machine(status),)))
        told += events
    known = [status for status in statuses if status is not None]
    assert [(event["before"], event["after"]) for event in told] == [
        (before, after) for before, after in pairwise(known) if before != after
    ]
    assert len({event["id"] for event in told}) == len(told)


def test_a_machine_is_gone_only_where_its_service_was_read() -> None:
    remembered, _none = look(Remembered(), Observation((machine("running"),), frozenset({"401"})), first=True)
    error = SindadError("unreadable")
    for seen in (
        Observation((), gone=gone),
        Observation((), failed={"401": error}, gone=gone),
        Observation((), frozenset({"402"}), gone=gone),
        Observation((), frozenset({"401"})),
    ):
        remembered, events = look(remembered, seen)
        assert events == []
    empty = Observation((), frozenset({"401"}), gone=gone)
    remembered, (event,) = look(remembered, empty)
    assert event["type"] == "machine_gone"
    assert (event["was"], event["parts"]) == ("web-1", ["401", "2001"])
    remembered, events = look(remembered, empty)
    assert events == []
    ids = {event["id"]}
    for status in ("running", None, None):
        remembered, (back,) = look(remembered, Observation((machine(status),), frozenset({"401"})))
        assert (back["type"], back["before"], back["after"]) == ("machine_added", None, status)
        remembered, (event,) = look(remembered, empty)
        ids |= {back["id"], event["id"]}
    assert len(ids) == 7


def test_what_is_remembered_is_bounded() -> None:
    """What is there stays; of what has gone, the newest."""
    first = Observation(tuple(Sighting(f"n{number}", appears="added") for number in range(3000)))
    remembered, _none = look(Remembered(), first, first=True)
    remembered, _none = look(remembered, Observation((Sighting("n0", appears="added"),)))
    assert len(remembered.seen) == changes.MOST_GONE + 1
    assert {"n0", "n2999", "n1000"} <= remembered.seen.keys() and "n999" not in remembered.seen
    kept = Observation((), kept=frozenset({"n0"}))
    for number in range(3):
        remembered, _none = look(remembered, kept)
        assert "n0" in remembered.seen, number


def test_more_than_can_be_watched_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(topics, "MOST_SEEN", 2)
    monkeypatch.setitem(topics._OBSERVERS, "status", lambda _look: Observation((machine("running"),) * 3))
    account = topics.Look(Client(Settings(PORTAL)), date(2026, 11, 26), 7, {})
    with pytest.raises(SindadError, match="there are 3 status, and at most 2 can be watched"):
        topics.observe("status", account)


def test_keys_hold_any_id() -> None:
    assert changes.key("a/b", "c") == "a%2Fb/c"
    assert changes.scope_of(changes.key("a/b", "c")) == changes.key("a/b")
    assert changes.parts_of(changes.key("a/b", "c %41", "")) == ["a/b", "c %41", ""]


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-12-05", date(2026, 12, 5)),
        ("2026/1/5 10:00:00", date(2026, 1, 5)),
        *[(text, None) for text in ("1405-09-05", "05-12-2026", "2026-13-01", "2026-02-30", "20261205", "", None, 5)],
    ],
)
def test_a_day_is_known_or_not(written: Any, day: date | None) -> None:
    assert topics.day_of(written) == day


# The state file


def test_a_memory_is_what_it_was(tmp_path: Path) -> None:
    path = str(tmp_path / "state.json")
    with memory.opened(path, PORTAL, ACCOUNT) as first:
        first.topics["machines"] = Remembered({"401/2001": Mark("running", 3, "وب")}, {"402"})
        first.down_since, first.outages = "2026-11-26T12:00:00Z", 2
        first.save()
    with memory.opened(path, PORTAL, ACCOUNT) as second:
        assert (second.topics, second.down_since, second.outages) == (first.topics, first.down_since, 2)


@pytest.mark.parametrize(
    "content",
    [
        *("", "{}", "[]", "null", "x", "[" * 100_000, '{"format": 2}', '{"format": 1}'),
        *(
            json.dumps(
                {"format": 1, "portal": PORTAL, "account": ACCOUNT, "down_since": None, "outages": 0, "topics": each}
            )
            for each in (None, [], {"machines": None}, {"machines": {"seen": {"x": [1]}, "unread": []}})
        ),
    ],
    ids=lambda content: content[:20],
)
def test_another_file_is_no_state_file(content: str, tmp_path: Path) -> None:
    """It is refused, and left as it is: it may be something of worth."""
    path = tmp_path / "state.json"
    path.write_text(content, encoding="utf-8")
    with (
        pytest.raises(SindadError, match="is not a state file of this event source"),
        memory.opened(str(path), PORTAL, ACCOUNT),
    ):
        pass
    assert path.read_text(encoding="utf-8") == content


def test_a_state_file_that_cannot_be_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(path: Path, sentence: str) -> None:
        with pytest.raises(SindadError, match=sentence), memory.opened(str(path), PORTAL, ACCOUNT):
            pass

    refused(tmp_path / "missing" / "state.json", "directory .* not found")
    refused(tmp_path, "is a directory")
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "state.json.lock").mkdir()
    refused(tmp_path / "a" / "state.json", "lock can't be written")
    monkeypatch.setattr(memory, "LARGEST", 10)
    (tmp_path / "large.json").write_text(" " * 11, encoding="utf-8")
    refused(tmp_path / "large.json", "is not a state file")


# Options


def wanted(environment: dict[str, str] | None = None, **arguments: Any) -> Wanted:
    return wanted_events({"state_file": "/tmp/state.json", **arguments}, environment or {})


def test_options_come_from_the_rulebook_and_the_environment() -> None:
    found = wanted(
        {"SINDAD_USERNAME": ACCOUNT, "SINDAD_VALIDATE_CERTS": "no", "SINDAD_API_TIMEOUT": "5", "SINDAD_TOKEN": ""}
    )
    assert found == Wanted(Settings(api_username=ACCOUNT, validate_certs=False, api_timeout=5.0), "/tmp/state.json")
    assert found.topics == TOPICS
    found = wanted({"SINDAD_USERNAME": "other"}, api_username=ACCOUNT, interval=None, topics=["status", "tickets"])
    assert found == Wanted(Settings(api_username=ACCOUNT), "/tmp/state.json", ("tickets", "status"))
    assert wanted({"HOME": "/x"}, state_file="~/s").state_file.endswith("/s")


@pytest.mark.parametrize(
    ("given_options", "sentence"),
    [
        ({"state_file": None}, "state_file is missing"),
        ({"state_file": " "}, "state_file is missing"),
        ({"state_file": ["x"]}, "state_file must be a string or a number, not a list"),
        ({"intervall": 5}, "there is no option 'intervall'; did you mean interval"),
        ({"zzz": 5}, "there is no option 'zzz'; the options are: api_url"),
        ({"interval": 0}, "interval must be more than 0 seconds and at most 86400, not 0"),
        ({"interval": "soon"}, "interval must be a number of seconds, not 'soon'"),
        ({"max_interval": float("nan")}, "max_interval must be more than 0"),
        ({"interval": True}, "interval must be a number, not a boolean: without quotes, YAML takes"),
        ({"due_days": 400}, "due_days must be a number of days from 0 to 366, not 400"),
        ({"due_days": "7.5"}, "due_days must be an integer, not '7.5'"),
        ({"emit_existing": "maybe"}, "emit_existing must be true or false, not 'maybe'"),
        ({"topics": []}, "topics must be a list with one or more of notifications"),
        ({"topics": {"a": 1}}, "topics must be a list with one or more of"),
        ({"topics": ["vms"]}, "there is no topic 'vms'; the topics are: notifications"),
        ({"api_url": "http://portal.example/api"}, "would send the password in clear text"),
        ({"api_password": {"x": "hidden"}}, "api_password must be a string or a number, not a dictionary"),
        ({"validate_certs": "perhaps"}, "validate_certs must be true or false"),
    ],
)
def test_an_option_that_cannot_be_right_is_named(given_options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(SindadError) as caught:
        wanted(**given_options)
    assert sentence in str(caught.value)
    assert "hidden" not in str(caught.value)


PLUGIN = CACHE / "ansible_collections/sindad/cloud/extensions/eda/plugins/event_source/sindad.py"
SOURCE = runpy.run_path(str(PLUGIN))


def test_the_documentation_says_what_there_is() -> None:
    documented = yaml.safe_load(SOURCE["DOCUMENTATION"])["options"]
    assert {name: option["type"] for name, option in documented.items()} == dict(options._TYPES)
    found = wanted()
    defaults = {**vars(found.settings), **vars(found), "topics": list(found.topics)}
    for name, option in documented.items():
        assert option.get("default") == (None if name == "state_file" else defaults[name]), name
    for name, variable in ENVIRONMENT.items():
        assert f"E({variable})" in " ".join(documented[name]["description"])
    for example in yaml.safe_load(SOURCE["EXAMPLES"]):
        assert wanted_events(example["sindad.cloud.sindad"], {}).state_file


def test_the_collection_is_found_beside_the_package_ansible(tmp_path: Path) -> None:
    """Which brings a package ansible_collections of its own; ansible-rulebook runs the file by its path alone."""
    (tmp_path / "ansible_collections").mkdir()
    (tmp_path / "ansible_collections" / "__init__.py").touch()
    script = f"import runpy; print(runpy.run_path({str(PLUGIN)!r})['main'].__name__)"
    for path in (None, str(tmp_path)):
        run = subprocess.run(
            [sys.executable, "-c", script],
            env=environment({"PYTHONPATH": path}),
            capture_output=True,
            text=True,
            check=True,
        )
        assert run.stdout == "main\n"


# Pauses, threads


def test_pauses_grow_while_the_portal_is_down_up_to_a_bound(tmp_path: Path) -> None:
    with memory.opened(str(tmp_path / "state.json"), PORTAL, ACCOUNT) as remembered:
        slow = Wanted(Settings(PORTAL), "x", interval=10, max_interval=100)
        watched = watch._Watch(asyncio.Queue(), slow, remembered, Client(Settings(PORTAL)))
        pauses = []
        for rounds in (0, 1, 2, 3, 4, 10_000):
            watched._rounds_down = rounds
            pauses.append({watched._pause() for _again in range(50)})
    assert pauses[0] == {10}
    for drawn, longest in zip(pauses[1:], (20, 40, 80, 100, 100), strict=True):
        assert longest / 2 <= min(drawn) < max(drawn) <= longest


def test_the_end_waits_for_no_thread() -> None:
    """A request may wait for the portal for minutes: a source that is cancelled has ended before."""
    started, released, ended = threading.Event(), threading.Event(), threading.Event()

    def slow() -> None:
        started.set()
        released.wait(30)
        ended.set()

    async def run() -> None:
        task = asyncio.create_task(in_background(slow))
        while not started.is_set():
            await asyncio.sleep(0.001)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(run())
    assert not ended.is_set()
    released.set()
    assert ended.wait(10)


def test_an_answer_after_the_cancellation_is_nobodys() -> None:
    released = threading.Event()

    async def run() -> None:
        task = asyncio.create_task(in_background(lambda: released.wait(10)))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        released.set()
        assert await in_background(lambda: 5) == 5
        with pytest.raises(ZeroDivisionError):
            await in_background(lambda: 1 // 0)

    asyncio.run(run())


def test_without_requests(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(watch, "REQUESTS_IMPORT_ERROR", "no module named requests")
    with pytest.raises(SindadError, match=r"the Python library requests \(2.32 or newer\) is missing for "):
        asyncio.run(watch.watch(asyncio.Queue(), Wanted(Settings(PORTAL), str(tmp_path / "state.json"))))
