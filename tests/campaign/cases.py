# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cases, and how one is run: a task with a fault at one of its requests, and the same task without."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from simulator.operations import OPERATIONS, Operation
from support.portal import Portal

from . import states
from .injections import Injection, for_request
from .runner import Outcome, Runner
from .scenarios import Scenario
from .states import State

#: How many requests of one operation, and of one path, get the faults: a poll looks like the one before.
MOST_OF_OPERATION = 3
MOST_OF_PATH = 2
#: How long work takes at the portal, in seconds: a few polls.
BUILD_TIME = 0.08
#: Tasks that change nothing, of a machine and of a server.
WARM_UPS: dict[str, dict[str, Any]] = {
    "sindad_vm": {"service": "401", "name": "web-1", "memory": 4096},
    "sindad_ip": {"service": "512", "ip": "185.0.3.10", "domain": "db.example.ir"},
}
#: Operations of a session, which change nothing that a user manages.
SESSION = (1, 2, 3, 4)
UPGRADE = 32

BY_NUMBER: dict[int, Operation] = {operation.number: operation for operation in OPERATIONS}


@dataclass(frozen=True)
class Position:
    """A request of a task, by its path and by how often that was asked before."""

    number: int
    operation: Operation
    path: str
    occurrence: int

    @property
    def fault(self) -> dict[str, Any]:
        """What a fault has to say to concern this request."""
        return {"method": self.operation.method, "path": self.path, "skip": self.occurrence}

    def __str__(self) -> str:
        again = f", no. {self.occurrence + 1}" if self.occurrence else ""
        return f"{self.operation.method} {self.path}{again}"


@dataclass(frozen=True)
class Case:
    """A scenario, the position of a request, and what goes wrong with it."""

    scenario: Scenario
    position: Position
    injection: Injection

    @property
    def name(self) -> str:
        return f"{self.scenario.name}:{self.position.number}:{self.injection.name}"


@dataclass
class Log:
    """What the portal was asked in some runs."""

    requests: list[dict[str, Any]] = field(default_factory=list)

    @property
    def hit(self) -> bool:
        """Whether a fault got in between."""
        return any(request["fault"] for request in self.requests)

    @property
    def done(self) -> Counter[tuple[str, str]]:
        """The writes that were carried out, by method and path; an estimate is none, nor is a session's business."""
        return Counter(
            (request["method"], request["path"])
            for request in self.requests
            if request["method"] != "GET"
            and request["carried_out"]
            and request["operation"] not in SESSION
            and not self.is_estimate(request)
        )

    @staticmethod
    def is_estimate(request: dict[str, Any]) -> bool:
        """Whether a request asks what an upgrade would cost, by a POST that orders nothing."""
        return request["operation"] == UPGRADE and not (request["body"] or {}).get("send")

    @property
    def read_before_writing(self) -> list[int]:
        """The numbers of the operations that were read before the first write, an estimate aside."""
        found: dict[int, None] = {}
        for request in self.requests:
            if request["method"] == "GET":
                found[request["operation"]] = None
            elif not self.is_estimate(request):
                break
        return list(found)

    @property
    def positions(self) -> list[Position]:
        """The requests that get the faults."""
        found: list[Position] = []
        by_path: Counter[str] = Counter()
        by_operation: Counter[int] = Counter()
        for request in self.requests:
            operation, path = BY_NUMBER[request["operation"]], f"{request['method']} {request['path']}"
            occurrence, by_path[path] = by_path[path], by_path[path] + 1
            reads = operation.method == "GET"
            if reads and (occurrence >= MOST_OF_PATH or by_operation[operation.number] >= MOST_OF_OPERATION):
                continue
            by_operation[operation.number] += 1
            found.append(Position(len(found) + 1, operation, request["path"], occurrence))
        return found


@dataclass
class Clean:
    """A task without a fault: the state before, after it and after its second run, and what it sent."""

    before: State
    first: Outcome
    after: State
    log: Log
    second: Outcome
    finally_: State
    both: Log

    def problems(self, scenario: Scenario) -> list[str]:
        """What is wrong without any fault; nothing can be judged by such a task."""
        found = []
        if self.first.failed or not self.first.changed:
            found.append(f"the first run: {self.first}")
        if not scenario.once and (self.second.failed or (self.second.changed and not scenario.repeats)):
            found.append(f"the second run: {self.second}")
        if self.before == self.after:
            found.append("the first run changes nothing")
        if not scenario.repeats and self.after != self.finally_:
            found.append("the second run changes something")
        return found


@dataclass
class Trial:
    """A case that was run."""

    case: Case
    first: Outcome
    after: State
    second: Outcome
    finally_: State
    first_log: Log
    both: Log


class Bench:
    """A portal and a runner, for one case at a time."""

    def __init__(self, hang: float, shape: str = "reference") -> None:
        self.portal = Portal(build_time=BUILD_TIME)
        self.shape = shape
        self.runner = Runner(hang)
        for name, args in WARM_UPS.items():
            self.runner.warm_up(name, {**self.portal.options, **args})

    def stop(self) -> None:
        """End both."""
        self.runner.stop()
        self.portal.stop()

    def clean(self, scenario: Scenario) -> Clean:
        """Run a task twice, and learn its requests."""
        args = self.start(scenario)
        before = states.settled(self.portal)
        first = self.runner.module(scenario.module, args)
        log = Log(self.portal.requests())
        after = states.settled(self.portal)
        second = self.runner.module(scenario.module, args)
        return Clean(before, first, after, log, second, states.settled(self.portal), Log(self.portal.requests()))

    def run(self, case: Case) -> Trial:
        """Run a case."""
        args = self.start(case.scenario)
        self.portal.fault(**case.position.fault, **case.injection.fault)
        first = self.runner.module(case.scenario.module, {**args, **self._fitting(case)})
        log = Log(self.portal.requests())
        self.portal.clear_faults()
        after = states.settled(self.portal)
        second = self.runner.module(case.scenario.module, args)
        finally_ = states.settled(self.portal)
        return Trial(case, first, after, second, finally_, log, Log(self.portal.requests()))

    def start(self, scenario: Scenario) -> dict[str, Any]:
        """Bring the portal into the state before a task, and return the task's arguments."""
        self.portal.settings["shape"] = self.shape
        self.portal.reset()
        more = scenario.prepare(self.portal)
        self.portal.clear()
        args = {**self.portal.options, **scenario.args, **more}
        return {name: value for name, value in args.items() if value is not None}

    def _fitting(self, case: Case) -> dict[str, Any]:
        tuned = self.runner.tuned(case.scenario.module)
        return {name: value for name, value in case.injection.options.items() if name in tuned}


def cases(scenario: Scenario, clean: Clean, scenario_number: int = 0) -> Iterator[Case]:
    """Yield each position of a task with each of the faults for it."""
    for position in clean.log.positions:
        for injection in for_request(position.operation, scenario_number + position.number):
            yield Case(scenario, position, injection)


#: A step through the faults of a request that has no divisor in common with their number: all have their turn.
STEP = 7


def sample(found: list[Case], number: int, turn: int) -> list[Case]:
    """Choose some cases of a scenario, always the same ones: of writes and of reads, other faults in each scenario.

    Args:
        found: All of them.
        number: How many to choose.
        turn: The scenario's number.

    """
    chosen: list[Case] = []
    for reads in (False, True):
        positions = _by_position([case for case in found if (case.position.operation.method == "GET") is reads])
        count = (number + (not reads)) // 2 if positions else 0
        for index in range(turn * count, turn * count + count):
            cases_here = positions[index % len(positions)]
            chosen.append(cases_here[STEP * index % len(cases_here)])
    return chosen


def _by_position(found: list[Case]) -> list[list[Case]]:
    groups: dict[int, list[Case]] = {}
    for case in found:
        groups.setdefault(case.position.number, []).append(case)
    return list(groups.values())
