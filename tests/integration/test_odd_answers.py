# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers that are JSON but not what was asked for: every one of the 75 operations by a table of them.

Nothing may be concluded from such an answer: no write is sent, nothing is reported as changed, and a sentence names
the operation. The answer to a write that says nothing isn't believed. The bulk runs in forked children (see
tests/campaign), and a part of it by the real commands. With SINDAD_TESTS_ODD=100 in the environment each task gets
each answer.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from campaign.cases import BY_NUMBER, Bench, Case, Log, Position
from campaign.injections import Injection
from campaign.readers import Reader, observed, readers
from campaign.report import described
from campaign.runner import Outcome
from campaign.scenarios import BY_NAME, Scenario
from campaign.verdict import judge

from simulator import odd
from simulator.operations import OPERATIONS, Operation

READS = [operation for operation in OPERATIONS if operation.method == "GET"]
WRITES = [operation for operation in OPERATIONS if operation.method != "GET"]
#: How many of the unreadable answers each reader of an operation gets at least; all of its readers together get all.
AT_LEAST = int(os.environ.get("SINDAD_TESTS_ODD", "1"))
#: How many answers without words, and how many refusals, each write gets; the writes together get all.
WORDLESS_EACH = 2
#: Values for the placeholders of paths, where sindad_api sends an operation.
IDS = {
    "/contact/@id": "61",
    "/invoice/@id": "90001",
    "/statuses/@id": "3",
    "@number": "700101",
    "@file": "5001",
    "@status": "Scheduled",
    "@vmid": "2012",
    "@ip": "72",
}


@dataclass
class Learned:
    """What runs without a fault have shown: who reads an operation, which task carries one out, and who fails."""

    readers: dict[int, list[Reader]] = field(default_factory=dict)
    writers: dict[int, tuple[Scenario, Position]] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls, file: Path) -> Learned:
        """Return what another process has learned."""
        content = json.loads(file.read_text(encoding="utf-8"))
        by_name = {reader.name: reader for reader in readers()}
        found = cls(failed=content["failed"])
        for number, names in content["readers"].items():
            found.readers[int(number)] = [by_name[name] for name in names]
        for number, (scenario, position) in content["writers"].items():
            operation = BY_NUMBER[int(number)]
            found.writers[operation.number] = BY_NAME[scenario], Position(**position, operation=operation)
        return found

    def save(self, file: Path) -> None:
        content = {
            "failed": self.failed,
            "readers": {number: [reader.name for reader in found] for number, found in self.readers.items()},
            "writers": {
                number: (
                    scenario.name,
                    {"number": position.number, "path": position.path, "occurrence": position.occurrence},
                )
                for number, (scenario, position) in self.writers.items()
            },
        }
        file.write_text(json.dumps(content), encoding="utf-8")


@pytest.fixture(scope="module")
def learned(bench: Bench, tmp_path_factory: pytest.TempPathFactory) -> Learned:
    """Learn once for all processes of the tests: the first one does, and the others wait for it."""
    directory = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        directory = directory.parent
    file = directory / "learned.json"
    with file.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not file.exists():
            learn(bench).save(file)
    return Learned.load(file)


def learn(bench: Bench) -> Learned:
    """Run each reader without a fault."""
    found = Learned()
    for reader in readers():
        outcome, log = observed(bench, reader)
        if outcome.failed:
            found.failed[reader.name] = str(outcome)
            continue
        for number in log.read_before_writing:
            found.readers.setdefault(number, []).append(reader)
        for position in log.positions:
            if reader.name in BY_NAME and position.operation.method != "GET":
                found.writers.setdefault(position.operation.number, (BY_NAME[reader.name], position))
    return found


def title(operation: Operation) -> str:
    return f"{operation.number:02}-{operation.title.replace(' ', '_')}"


def with_meaning(operation: Operation, *meanings: str) -> list[str]:
    return [form for form in odd.UNREADABLE if odd.meaning(form, operation) in meanings]


# every operation


def test_every_reader_works_without_a_fault(learned: Learned) -> None:
    assert learned.failed == {}


def test_every_operation_is_covered(learned: Learned) -> None:
    """Those that no module sends by itself can only be sent by sindad_api, which hands on what it gets."""
    modules = {*learned.readers, *learned.writers}
    by_api = {operation.number for operation in (*READS, *WRITES)} - modules
    assert sorted(modules | by_api) == list(range(1, 76))
    assert sorted(by_api) == NOBODY_ELSE


#: An attachment is a file, which may hold anything: see test_an_attachment_is_what_was_sent.
NOBODY_ELSE = [22]


#: Lets a fleet refuse early what the portal would refuse itself. Where it can't be read, a warning says so.
ADVISORY = 48

# reading


@pytest.mark.parametrize("operation", READS, ids=title)
def test_nothing_is_concluded_from_an_unreadable_answer(operation: Operation, bench: Bench, learned: Learned) -> None:
    found = learned.readers.get(operation.number, [])
    forms = with_meaning(operation, odd.REFUSED)
    problems = []
    for number, reader in enumerate(found):
        args = reader.prepare(bench)
        for form in share(forms, number, len(found)):
            bench.portal.clear_faults()
            bench.portal.fault(method="GET", path=operation.path, odd=form, times=None)
            outcome = reader.run(bench, args, False)
            log = Log(bench.portal.clear())
            judge = unsaid if operation.number == ADVISORY and reader.writes else wrongs
            problems += [f"{reader.name}, {form}: {wrong}" for wrong in judge(outcome, log, operation)]
            if log.done:
                args = reader.prepare(bench)
    assert not problems, f"{len(problems)} of {operation.title}:\n" + "\n".join(problems)


def share(forms: list[str], number: int, of: int) -> list[str]:
    """The forms for one of some readers: they take turns, and each gets a few."""
    count = max(AT_LEAST, -(-len(forms) // max(of, 1)))
    return list(dict.fromkeys(forms[(number * count + index) % len(forms)] for index in range(count)))


def wrongs(outcome: Outcome, log: Log, operation: Operation) -> Iterator[str]:
    """What is wrong with a run that got an unreadable answer."""
    sent = [request for request in log.requests if request["method"] != "GET" and not log.is_estimate(request)]
    if sent:
        yield f"sent {', '.join(request['method'] + ' ' + request['path'] for request in sent)}"
    if outcome.changed:
        yield "reported as changed"
    if outcome.hangs or outcome.traceback:
        yield str(outcome)
    elif not outcome.failed:
        yield "believed"
    elif not names(outcome.msg, operation, log):
        yield f"names neither operation nor path: {outcome.msg}"


def unsaid(outcome: Outcome, log: Log, operation: Operation) -> Iterator[str]:
    """What is wrong with a run that went on without an answer that it couldn't read."""
    warnings = map(str, outcome.result.get("warnings") or [])
    if outcome.failed:
        yield str(outcome)
    elif not any(names(warning, operation, log) for warning in warnings):
        yield "no warning"


def names(message: str, operation: Operation, log: Log) -> bool:
    """Whether a message names an operation by its title, or by its method and the real path."""
    paths = {request["path"] for request in log.requests if request["fault"]}
    return operation.title in message or any(f"GET {path}" in message for path in paths)


@pytest.mark.parametrize("operation", READS, ids=title)
def test_what_is_legal_is_read(operation: Operation, bench: Bench, learned: Learned) -> None:
    """An empty list below its key, an idle server, a label that is null: strict doesn't mean brittle."""
    found = sorted(learned.readers.get(operation.number, []), key=lambda reader: reader.writes)
    for form in with_meaning(operation, odd.NONE, odd.IDLE, odd.TOLD):
        reader = found[0]
        args = reader.prepare(bench)
        bench.portal.fault(method="GET", path=operation.path, odd=form, times=None)
        outcome = reader.run(bench, args, True)
        assert not outcome.traceback, f"{reader.name}, {form}: {outcome}"
        assert "can't be read" not in outcome.msg, f"{reader.name}, {form}: {outcome}"


def test_a_power_state_that_nobody_knows_is_refused_and_shown(bench: Bench) -> None:
    args = bench.start(BY_NAME["power-off"])
    bench.portal.fault(method="GET", path="/service/@id/status", odd="below_text", times=None)
    outcome = bench.runner.module("sindad_power", args)
    assert outcome.failed
    assert not outcome.changed
    assert "'x'" in outcome.msg
    assert bench.portal.writes == []


def test_an_attachment_is_what_was_sent(bench: Bench, tmp_path: Any) -> None:
    """A file may hold any JSON, so it is written as it came, or refused."""
    operation = BY_NUMBER[22]
    for form in list(odd.UNREADABLE)[::3]:
        bench.portal.clear_faults()
        bench.portal.fault(method="GET", path=operation.path, odd=form)
        dest = tmp_path / form
        outcome = bench.runner.module(
            "sindad_ticket_info", {**bench.portal.options, "attachment": "5001", "dest": str(dest)}
        )
        assert not outcome.traceback, f"{form}: {outcome}"
        assert outcome.failed or dest.read_text() == odd.text(form, operation), f"{form}: {outcome}"
        assert outcome.changed == dest.exists()


# sindad_api


@pytest.mark.parametrize("operation", READS, ids=title)
def test_sindad_api_hands_on_what_it_gets(operation: Operation, bench: Bench) -> None:
    bench.portal.reset()
    path = concrete(operation)
    if operation.number == 22:
        pytest.skip("an attachment isn't JSON")
    for number, form in enumerate(form for form in odd.UNREADABLE if form != "server_error"):
        if number % 6 != operation.number % 6:
            continue
        bench.portal.fault(method="GET", path=operation.path, odd=form)
        outcome = bench.runner.module("sindad_api", {**bench.portal.options, "method": "GET", "path": path})
        assert not outcome.failed, f"{form}: {outcome}"
        assert not outcome.changed
        assert outcome.result["response"] == json.loads(odd.text(form, operation)), form


def concrete(operation: Operation) -> str:
    """A path with values that the company has."""
    parts = []
    for part in operation.path.split("/"):
        service = "512" if operation.of_servers else "402"
        parts.append(IDS.get(operation.path, IDS.get(part, service)) if part.startswith("@") else part)
    return "/".join(parts)


# writing


@pytest.mark.parametrize("operation", WRITES, ids=title)
def test_an_answer_to_a_write_that_says_nothing_is_not_believed(
    operation: Operation, bench: Bench, learned: Learned
) -> None:
    """Not carried out, and answered in 200 with nothing, or with a refusal: found out, and done by the next run."""
    scenario, position = learned.writers[operation.number]
    clean = bench.clean(scenario)
    problems = []
    for form in forms_of_write(WRITES.index(operation)):
        case = Case(
            scenario, position, Injection(f"odd-{form}-before", {"odd": form}, deceives=form in odd.WITHOUT_WORDS)
        )
        trial = bench.run(case)
        flaws = judge(trial, clean)
        problems += [described(trial, flaws)] if flaws else []
    assert not problems, "\n" + "\n".join(problems)


def forms_of_write(turn: int) -> list[str]:
    """Some answers without words and a refusal, others for each write."""
    wordless = [
        odd.WITHOUT_WORDS[(WORDLESS_EACH * turn + index) % len(odd.WITHOUT_WORDS)] for index in range(WORDLESS_EACH)
    ]
    return [*wordless, list(odd.REFUSALS)[turn % len(odd.REFUSALS)]]


# the real commands


def test_by_real_tasks(simulator: Any, run_tasks: Any) -> None:
    new_vm = {"template": "Debian 12", "memory": 512, "cpu": 1, "disk": 10}
    reinstall = {"service": "512", "template": "Debian 12", "hostname": "db.example.ir", "password": "chosen"}
    tasks = [
        ("/service/402/vms", "below_null", "List VMs", "sindad_vm", {"service": "402", "name": "new-1", **new_vm}),
        ("/tickets", "message", "List Tickets", "sindad_ticket", BY_NAME["ticket-open"].args),
        ("/contact", "of_others", "List contacts", "sindad_contact", BY_NAME["contact-create"].args),
        ("/service/512/ips", "below_false", "List IPs", "sindad_ip", {**BY_NAME["ip-add"].args}),
        ("/service/512/info", "empty_object", "Server Info", "sindad_reinstall", reinstall),
        ("/service/512/diag", "text", "Diagnostics Status", "sindad_diagnostics", BY_NAME["diagnostics-clear"].args),
        ("/service/402/vms", "below_null", "List VMs", "sindad_fleet", BY_NAME["fleet-destroy"].args),
        ("/service/402/vms", "below_null", "List VMs", "sindad_vm_info", {"service": "402"}),
        ("/service/403", "status_ok", "Service details", "sindad_service_cancel", BY_NAME["cancel-now"].args),
    ]
    for path, form in {path: form for path, form, *_unused in tasks}.items():
        simulator.fault(method="GET", path=path, odd=form, times=None)
    run = run_tasks([{f"sindad.cloud.{module}": dict(args)} for *_unused, module, args in tasks])
    for (path, form, name, module, _unused), result in zip(tasks, run.task_results, strict=True):
        assert result.failed, f"{module} believed {form}"
        assert not result.changed
        assert f"the answer to GET {path} ({name}) can't be read: " in result.msg
    assert simulator.writes == []
    assert "Traceback" not in run.output


def test_by_the_real_inventory(simulator: Any, run_inventory: Any) -> None:
    for path, form, name in (("/service", "below_null", "List services"), ("/service/402/vms", "message", "List VMs")):
        simulator.clear_faults()
        simulator.fault(method="GET", path=path, odd=form, times=None)
        run = run_inventory({})
        assert run.rc != 0
        assert f"the answer to GET {path} ({name}) can't be read: " in " ".join(run.output.split())
