# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The event source: its own coroutine, loaded as ansible-rulebook loads it, against a portal that changes, fails and lies."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import runpy
import shutil
import signal
import subprocess
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.sindad.cloud.plugins.module_utils._errors import SindadError

from simulator import odd
from simulator.operations import OPERATIONS
from simulator.shapes import SHAPES
from simulator.testing import Simulator
from support import CACHE, ROOT
from support.environment import environment
from support.portal import Portal, seed_file

SOURCE = CACHE / "ansible_collections/sindad/cloud/extensions/eda/plugins/event_source/sindad.py"
#: What the source asks for, in the order in which it does.
ASKED = ("/notifications", "/tickets", "/tickets/@number", "/service", "/service/@id/vms", "/invoice", "/statuses")
LAST = "/statuses"
#: A test that takes longer hangs.
SECONDS = 120
main = runpy.run_path(str(SOURCE))["main"]
Event = dict[str, Any]


class Account(Simulator):
    """A portal in this process, and what happens in its account."""

    OWNER = "ops@example.com"

    def options(self, folder: Path, **more: Any) -> dict[str, Any]:
        return {
            "api_url": self.url,
            "api_username": self.OWNER,
            "api_password": "simulator",
            "api_retries": 0,
            "state_file": str(folder / "state.json"),
            "interval": 0.01,
            "max_interval": 0.02,
            **more,
        }

    def copy(self, kind: str, like: str, identity: str, **changes: Any) -> None:
        """Add a record that differs from another one in its id and some fields."""
        owner = self.store.owner(kind, like)
        record = self.store.get(kind, owner or "", like)
        self.store.put(kind, owner or "", {**record, "id": identity, **changes})

    def poke(self, kind: str, identity: str, **changes: Any) -> None:
        self.control.poke({kind: {"id": identity, **changes}})

    def reply(self, number: str, **reply: Any) -> None:
        ticket = self.store.get("ticket", self.store.owner("ticket", number) or "", number)
        replies = [
            *ticket["replies"],
            {"date": "2026-11-21 10:00:00", "name": "Support Staff", "type": "Admin", **reply},
        ]
        self.poke("ticket", number, replies=replies)

    def looks(self) -> int:
        """How often the source has asked for the last of what it watches."""
        return sum(each["template"] == LAST and each["status"] is not None for each in self.requests())


@pytest.fixture(scope="module")
def _account() -> Iterator[Account]:
    with Account(seed_file("company")) as account:
        yield account


@pytest.fixture
def account(_account: Account) -> Account:
    _account.reset()
    # It ran when nothing was due.
    for kind in ("invoice", "service"):
        for record in _account.store.all(kind):
            _account.poke(kind, record["id"], **{"duedate" if kind == "invoice" else "next_due": "2099-01-01"})
    return _account


def sync(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Run a coroutine as a test."""

    def run(account: Account, tmp_path: Path) -> None:
        asyncio.run(asyncio.wait_for(test(account, tmp_path), SECONDS))

    return run


class Watched:
    """A source that runs: what it has told, and whether it has ended."""

    def __init__(self, account: Account, task: asyncio.Task[None], queue: asyncio.Queue[Event]) -> None:
        self.account, self.task, self.queue = account, task, queue

    async def told(self, looks: int = 3) -> list[Event]:
        """Return what it tells until it has looked at everything that is there now.

        It may be in the middle of a look, then comes a whole one, whose last answer was handled when the next one begins.
        """
        seen = self.account.looks()
        while self.account.looks() < seen + looks:
            await self._pause()
        found = []
        while not self.queue.empty():
            found.append(self.queue.get_nowait())
        return found

    async def until(self, kind: str) -> list[Event]:
        """Return what it tells up to an event of a type."""
        found: list[Event] = []
        while not found or found[-1]["type"] != kind:
            with suppress(asyncio.TimeoutError):
                found.append(await asyncio.wait_for(self.queue.get(), 0.2))
            await self._pause()
        return found

    async def _pause(self) -> None:
        if self.task.done():
            await self.task
        await asyncio.sleep(0.005)


@asynccontextmanager
async def watching(account: Account, folder: Path, size: int = 0, **options: Any) -> AsyncIterator[Watched]:
    """Run the source until the end of the block."""
    queue: asyncio.Queue[Event] = asyncio.Queue(size)
    task = asyncio.create_task(main(queue, account.options(folder, **options)))
    try:
        yield Watched(account, task, queue)
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def types(events: list[Event]) -> list[str]:
    return sorted(event["type"] for event in events)


def state(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "state.json").read_text(encoding="utf-8"))


def day(days: int) -> str:
    return (datetime.now().astimezone().date() + timedelta(days=days)).isoformat()


def happen(account: Account) -> None:
    """Let one thing of each kind happen."""
    account.copy("notification", "31", "33", subject="Disk is full", body="Your password is simulator")
    account.reply("700101", id="940", body="The disk was replaced.")
    account.reply("700101", id="941", body="Thank you!", type="Client", name="Sara Karimi")
    account.reply("700102", id="942", body="The number is on them now.")
    account.poke("ticket", "700102", status="Answered")
    account.poke("vm", "2001", service="401", status="stopped", power="stopped")
    account.poke("vm", "2002", service="401", delete=True)
    account.poke("server", "512", service="512", power=False)
    account.copy("vm", "2011", "2019", label="stage-new", hostname="stage-new", name="stage-new")
    account.poke("invoice", "90002", duedate=day(3))
    account.copy("invoice", "90002", "90003", duedate=day(-1))
    account.poke("service", "402", next_due=day(7))
    account.copy("event", "3", "5", name="Power maintenance")
    account.poke("event", "3", status="InProgress")


HAPPENED = sorted(
    [
        *("notification_added", "ticket_answered", "ticket_answered", "machine_changed", "machine_changed"),
        *("machine_gone", "machine_added", "invoice_due", "invoice_overdue", "service_due"),
        *("status_added", "status_changed"),
    ]
)


@pytest.mark.unmeasured
@pytest.mark.parametrize("shape", SHAPES)
def test_what_happens_is_told_once(shape: str, account: Account, tmp_path: Path) -> None:
    """What is there at the first start is not told, and what happens is, in the words of any portal."""

    async def run() -> None:
        async with watching(account, tmp_path) as watched:
            assert await watched.told() == []
            happen(account)
            events = await watched.told()
            assert types(events) == HAPPENED
            assert len({event["id"] for event in events}) == len(events)
            check_facts({event["id"].partition("ops@example.com/")[2]: event for event in events})
            assert "simulator" not in json.dumps(events).replace("simulator/", "")
            assert await watched.told() == []

    account.control.poke({"settings": {"shape": shape}})
    asyncio.run(asyncio.wait_for(run(), SECONDS))


def check_facts(events: dict[str, Event]) -> None:
    """Check what events tell of what `happen` did."""
    by_type = {event["type"]: event for event in events.values()}
    assert by_type["notification_added"]["notification"]["subject"] == "Disk is full"
    assert by_type["notification_added"]["notification"]["body"] == "Your password is ********"
    assert {events[f"tickets/{key}"]["ticket"]["number"] for key in ("700101/940", "700102/942")} == {
        "700101",
        "700102",
    }
    changed = {
        event["machine"]["name"]: (event["before"], event["after"])
        for event in events.values()
        if event["topic"] == "machines"
    }
    assert changed["web-1"] == ("running", "stopped")
    assert changed["web-2"] == ("running", "gone")
    assert changed["stage-new"] == (None, "running")
    assert changed["db.example.ir"] == ("running", "stopped")
    assert by_type["machine_added"]["service"]["id"] == "402"
    gone = by_type["machine_gone"]
    assert gone["service"]["domain"] == "web.example.ir"
    told = {"name": "web-2", "service_id": "401", "status": None, "word": None}
    assert gone["machine"] == {"id": gone["id"].split("/")[-2], **told}
    assert by_type["invoice_due"]["due"] == {"date": day(3), "days_left": 3}
    assert by_type["invoice_overdue"]["invoice"]["id"] == "90003"
    assert by_type["service_due"]["due"]["days_left"] == 7
    assert by_type["status_changed"]["announcement"]["status"] == "InProgress"
    assert {(event["portal"], event["account"]) for event in events.values()} == {("127.0.0.1", "ops@example.com")}


@sync
async def test_nothing_is_lost_and_nothing_comes_twice_over_a_restart(account: Account, tmp_path: Path) -> None:
    async with watching(account, tmp_path) as watched:
        assert await watched.told() == []
    happen(account)
    async with watching(account, tmp_path) as watched:
        assert types(await watched.told()) == HAPPENED
        account.poke("vm", "2001", service="401", status="running", power="running")
        assert [event["after"] for event in await watched.told()] == ["running"]
    assert (tmp_path / "state.json").stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["state.json", "state.json.lock"]
    async with watching(account, tmp_path) as watched:
        assert await watched.told() == []
    assert "simulator" not in (tmp_path / "state.json").read_text(encoding="utf-8")


@sync
async def test_an_event_is_remembered_once_it_was_taken(account: Account, tmp_path: Path) -> None:
    """What was there at the first start is told too, in parts: each start ends while a queue of one is full."""
    taken: list[Event] = []
    for _start in range(8):
        async with watching(account, tmp_path, size=1, emit_existing=True) as watched:
            taken.append(await asyncio.wait_for(watched.queue.get(), SECONDS))
            while not watched.queue.full() and not watched.task.done():
                await asyncio.sleep(0.005)
            # the next one was taken, by somebody who is gone now
            taken.append(watched.queue.get_nowait())
            watched.task.cancel()
            await asyncio.sleep(0)
            while not watched.queue.empty():
                taken.append(watched.queue.get_nowait())
    ids = [event["id"] for event in taken]
    assert len(set(ids)) == len(ids)
    async with watching(account, tmp_path, emit_existing=True) as watched:
        rest = await watched.told()
    ids += [event["id"] for event in rest]
    assert len(set(ids)) == len(ids)
    count = {
        kind: types([*taken, *rest]).count(kind) for kind in ("notification_added", "machine_added", "ticket_answered")
    }
    assert count == {"notification_added": 2, "machine_added": 12, "ticket_answered": 1}


@sync
async def test_an_event_that_nobody_took_is_told_again_with_its_id(account: Account, tmp_path: Path) -> None:
    async with watching(account, tmp_path) as watched:
        await watched.told()
    before = (tmp_path / "state.json").read_bytes()
    happen(account)
    async with watching(account, tmp_path) as watched:
        first = await watched.told()
    # as if it had crashed before it could remember
    (tmp_path / "state.json").write_bytes(before)
    async with watching(account, tmp_path) as watched:
        second = await watched.told()
    assert {event["id"] for event in first} == {event["id"] for event in second}


@sync
async def test_an_outage(account: Account, tmp_path: Path) -> None:
    """It is said once that the portal is down, also over a restart, and once that it is up again."""
    async with watching(account, tmp_path) as watched:
        await watched.told()
        account.fault(status=503, times=None)
        (down,) = await watched.until("portal_down")
        assert "503" in down["reason"]
        happen(account)
        account.control.clear_log()
        assert await watched.told() == []
        # one topic each time, in turn
        counts = Counter(each["template"] for each in account.requests())
        assert set(counts) == {"/notifications", "/tickets", "/service", "/invoice", "/statuses"}
        assert counts["/statuses"] >= counts["/notifications"] - 1
    async with watching(account, tmp_path) as watched:
        assert await watched.told() == []
        account.control.faults.clear()
        (up,) = await watched.until("portal_up")
        assert up["since"] == down["since"] and up["id"] != down["id"]
        assert types(await watched.told()) == HAPPENED
        account.fault(drop="before", times=None)
        (again,) = await watched.until("portal_down")
        assert again["id"] != down["id"]


@sync
async def test_a_first_start_in_an_outage(account: Account, tmp_path: Path) -> None:
    """What is there when the portal can first be read is the base line."""
    account.fault(status=502, body="<html>Bad gateway</html>", times=None)
    async with watching(account, tmp_path) as watched:
        await watched.until("portal_down")
        account.control.faults.clear()
        assert types(await watched.until("portal_up")) == ["portal_up"]
        assert await watched.told() == []


def test_what_cannot_be_read_is_no_event(account: Account, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Each answer that isn't what was asked for, to each request: nothing is new, changed or gone, then or later."""
    read = [each for each in OPERATIONS if each.method == "GET" and each.path in (*ASKED, "/service/@id/status")]
    assert len(read) == len(ASKED) + 1

    async def run() -> None:
        async with watching(account, tmp_path) as watched:
            assert await watched.told() == []
            for number, name in enumerate(odd.UNREADABLE):
                # one is left as it is, in turn: otherwise the portal is down, and looked at less often
                spared = read[number % len(read)]
                for operation in read:
                    if operation != spared and odd.meaning(name, operation) == odd.REFUSED:
                        account.fault(method="GET", path=operation.path, odd=name, times=None)
                assert [event for event in await watched.told(looks=2) if event["topic"] != "portal"] == [], name
                account.control.faults.clear()
            assert [event for event in await watched.told() if event["topic"] != "portal"] == []

    asyncio.run(asyncio.wait_for(run(), SECONDS))
    assert all("\n" not in record.getMessage() for record in caplog.records)


@sync
async def test_what_was_gone_for_a_moment_is_not_new(account: Account, tmp_path: Path) -> None:
    """A portal that says for a moment, in an honest answer, that there is nothing."""
    async with watching(account, tmp_path) as watched:
        await watched.told()
        for path in ("/notifications", "/tickets", "/service", "/invoice", "/statuses"):
            account.fault(path=path, odd="below_empty_list", times=None)
        assert await watched.told() == []
        account.control.faults.clear()
        assert await watched.told() == []


@sync
async def test_a_state_that_is_not_understood_is_no_change(account: Account, tmp_path: Path) -> None:
    async with watching(account, tmp_path, topics=["machines", "status"]) as watched:
        assert await watched.told() == []
        account.control.poke({"settings": {"words": {"running": "frobnicated", "stopped": "frobnicated"}}})
        assert await watched.told() == []
        account.poke("vm", "2001", service="401", status="stopped", power="stopped")
        assert await watched.told() == []
        account.control.poke({"settings": {"words": {}}})
        (event,) = await watched.told()
        assert (event["before"], event["after"], event["machine"]["name"]) == ("running", "stopped", "web-1")
        account.control.poke({"settings": {"words": {"stopped": "ERROR"}}})
        assert {event["after"] for event in await watched.told()} == {"failed"}


@sync
async def test_a_state_that_the_list_does_not_tell_is_asked_for(account: Account, tmp_path: Path) -> None:
    listed = {"vms": [{"id": "2011", "label": "stage-web", "memory": 2048}]}
    account.fault(path="/service/402/vms", status=200, body=listed, times=None)
    async with watching(account, tmp_path, topics=["machines", "status"]) as watched:
        await watched.told()
        account.poke("vm", "2011", service="402", status="stopped", power="stopped")
        (event,) = await watched.told()
        assert (event["before"], event["after"], event["machine"]["name"]) == ("running", "stopped", "stage-web")


@sync
async def test_what_could_not_be_read_at_the_first_start_is_no_news(account: Account, tmp_path: Path) -> None:
    """One service fails, and a ticket, and the list of invoices: what is in there is the base line, once it is read."""
    account.fault(path="/service/401/vms", status=500, times=None)
    account.fault(path="/tickets/700101", odd="message", times=None)
    account.fault(path="/invoice", odd="below_null", times=None)
    async with watching(account, tmp_path) as watched:
        assert await watched.told() == []
        assert "401" in state(tmp_path)["topics"]["machines"]["unread"]
    async with watching(account, tmp_path) as watched:
        account.control.faults.clear()
        assert await watched.told() == []
        happen(account)
        assert types(await watched.told()) == HAPPENED


@sync
async def test_a_pool_that_is_not_found_has_lost_no_machines(account: Account, tmp_path: Path) -> None:
    async with watching(account, tmp_path, topics=["machines", "status"]) as watched:
        await watched.told()
        account.fault(path="/service/401/vms", status=404, body={"error": ["Not found"]}, times=None)
        assert await watched.told() == []
        account.control.faults.clear()
        account.poke("service", "402", status="Suspended")
        assert await watched.told() == []
        account.poke("service", "402", status="Active")
        # this one was suspended when the source was started
        account.poke("service", "404", status="Active")
        assert await watched.told() == []
        account.poke("vm", "2031", service="404", status="running", power="running")
        (event,) = await watched.told()
        assert (event["machine"]["name"], event["after"], event["machine"]["word"]) == (
            "report-1",
            "running",
            "running",
        )


@sync
async def test_closed_tickets_are_not_asked_for_again(account: Account, tmp_path: Path) -> None:
    async with watching(account, tmp_path, topics=["tickets", "status"]) as watched:
        await watched.told()
        account.control.clear_log()
        await watched.told()
        assert {each["path"] for each in account.requests()} == {"/tickets", "/tickets/700101", "/statuses"}


def test_what_fails_is_logged_once(account: Account, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """And credentials never are, though the portal echoes them."""
    body = {"error": ["simulator is wrong"]}

    async def run() -> None:
        async with watching(account, tmp_path) as watched:
            await watched.told()
            account.fault(path="/invoice", status=500, body=body, times=None)
            account.fault(path="/service/401/vms", status=500, body=body, times=None)
            await watched.told()
            account.control.faults.clear()
            await watched.told()

    with caplog.at_level(logging.DEBUG, "sindad.cloud.events"):
        asyncio.run(asyncio.wait_for(run(), SECONDS))
    said = [record.getMessage() for record in caplog.records if record.name == "sindad.cloud.events"]
    assert [line.partition(":")[0] for line in sorted(said)] == [
        "invoices can be read again",
        "invoices can't be read",
        "machines/401 can be read again",
        "machines/401 can't be read",
    ]
    assert not any("simulator" in line for line in said)


@sync
async def test_credentials_that_are_refused_end_a_start(account: Account, tmp_path: Path) -> None:
    for options in ({"api_password": "wrong-password"}, {"api_password": None}):
        with pytest.raises(SindadError, match=r"credentials|api_password") as caught:
            await main(asyncio.Queue(), account.options(tmp_path, **options))
        assert "wrong-password" not in str(caught.value)
    # later on, they are an outage like any other
    async with watching(account, tmp_path) as watched:
        await watched.told()
        account.fault(status=401, body={"error": ["Unauthorized"]}, times=None)
        (down,) = await watched.until("portal_down")
        assert "credentials" in down["reason"]


@sync
async def test_one_state_file_for_one_source_of_one_account(account: Account, tmp_path: Path) -> None:
    async with watching(account, tmp_path) as watched:
        await watched.told()
        with pytest.raises(SindadError, match="in use by another event source"):
            await main(asyncio.Queue(), account.options(tmp_path))
    with pytest.raises(SindadError, match=r"belongs to ops@example.com at .*, not to token at"):
        await main(asyncio.Queue(), account.options(tmp_path, api_token="0123456789"))
    with pytest.raises(SindadError, match="no option 'state_fil'; did you mean state_file"):
        await main(asyncio.Queue(), account.options(tmp_path, state_fil="x"))


@sync
async def test_the_arguments_of_ansible_rulebook(account: Account, tmp_path: Path) -> None:
    """It adds a queue of its own, and its expressions are texts."""
    options = {"interval": "0.01", "topics": "status,tickets", "emit_existing": "yes", "api_timeout": "5"}
    async with watching(account, tmp_path, eda_feedback_queue=object(), **options) as watched:
        assert {event["topic"] for event in await watched.told()} == {"status", "tickets"}


MISSING = [program for program in ("ansible-rulebook", "java") if not shutil.which(program)]


@pytest.mark.skipif(bool(MISSING), reason=f"{' and '.join(MISSING)} not found")
def test_the_rulebook(simulator: Portal, tmp_path: Path) -> None:
    """The example in the collection, with ansible-rulebook itself: a machine stops, and the portal is down for a while."""
    state_file = tmp_path / "state.json"
    variables = tmp_path / "vars.yml"
    variables.write_text(json.dumps({"sindad_state_file": str(state_file), "sindad_interval": 0.1}), encoding="utf-8")
    log = tmp_path / "log"
    command = ["ansible-rulebook", "--rulebook", "sindad.cloud.account", "--vars", str(variables), "-i", "localhost,"]
    python = {"PYTHONPATH": None, "SINDAD_API_RETRIES": "0", "PATH": os.environ["PATH"]}
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            command, env=environment({**simulator.env, **python}), stdout=output, stderr=subprocess.STDOUT, cwd=tmp_path
        )
        try:
            wait_for(lambda: state_file.exists() and '"status"' in state_file.read_text(encoding="utf-8"), process)
            simulator.poke(vm={"service": "401", "id": "2001", "status": "stopped", "power": "stopped"})
            wait_for(lambda: "web-1 of service 401 was running and is stopped" in log.read_text("utf-8"), process)
            simulator.fault(status=503, times=None)
            wait_for(lambda: "portal_down (since" in log.read_text("utf-8"), process)
            simulator.clear_faults()
            wait_for(lambda: "portal_up (since" in log.read_text("utf-8"), process)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)
    assert simulator.password not in log.read_text(encoding="utf-8").replace("/_simulator", "")
    assert (ROOT / "extensions/eda/rulebooks/account.yml").is_file()


def wait_for(happened: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while not happened():
        assert process.poll() is None, "ansible-rulebook has ended"
        assert time.monotonic() < end, "nothing happened"
        time.sleep(0.1)
