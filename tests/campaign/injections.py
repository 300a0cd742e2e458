# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The faults of the campaign, by name; those for writes happen before the operation is carried out, or after."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from simulator import odd
from simulator.operations import Operation

Fault = dict[str, Any]

PAGE = "<html><head><title>Maintenance</title></head><body>Please come back later.</body></html>"
#: The deadline of a request in runs whose answer is slow, and how slow that is: longer, however many bytes there are.
IMPATIENT = {"api_timeout": 0.8}
TRICKLE = 0.3
SLOW = 1.2


@dataclass(frozen=True)
class Injection:
    """What goes wrong with one request.

    Attributes:
        name: How a case is called on the command line.
        fault: What the simulator is told, but for the request.
        options: What the module is told beside the task's arguments.
        deceives: Whether the portal's answer says something else than what it did; a module that hands on the answer
            as it is can't be blamed for that.

    """

    name: str
    fault: Fault
    options: dict[str, Any] = field(default_factory=dict)
    deceives: bool = False


def status(code: int, **more: Any) -> Fault:
    return {"status": code, "body": {"error": [f"error {code}"]}, **more}


#: What may become of any answer.
BROKEN: dict[str, Fault] = {
    "500": status(500),
    "502": {"status": 502, "body": PAGE},
    "504": {"status": 504, "body": ""},
    "524": {"status": 524, "body": PAGE},
    "html": {"status": 200, "body": PAGE},
    "empty": {"status": 200, "body": ""},
    "cut": {"status": 200, "body": {"status": True}, "cut": "length"},
    "cut-chunked": {"status": 200, "body": {"status": True}, "cut": "chunked"},
}
RATE_LIMIT = {"status": 429, "headers": {"Retry-After": "0"}, "body": {"error": ["too many requests"]}}
REDIRECT: Fault = {"status": 302, "headers": {"Location": "/clientarea/"}, "body": ""}
#: Odd answers that each GET gets; some more take turns.
ODD_ALWAYS = ("empty_object", "message", "below_null")
ODD_TURNS = 2

READS = (
    *(Injection(name, fault) for name, fault in BROKEN.items() if not name.startswith("cut")),
    Injection("429", RATE_LIMIT),
    Injection("drop", {"drop": "before"}),
    Injection("cut", {"cut": "length"}),
    Injection("cut-chunked", {"cut": "chunked"}),
    Injection("cut-gzip", {"cut": "gzip"}),
    Injection("slow", {"delay": SLOW}, IMPATIENT),
    Injection("trickle-head", {"trickle": TRICKLE, "trickle_from": "head"}, IMPATIENT),
    Injection("trickle-body", {"trickle": TRICKLE, "trickle_from": "body"}, IMPATIENT),
    Injection("redirect", REDIRECT),
    Injection("500-lasting", {**status(500), "times": None}),
    Injection("odd-message-lasting", {"odd": "message", "times": None}),
)


def _writes() -> tuple[Injection, ...]:
    found = [Injection("429", RATE_LIMIT), Injection("502-lasting", {"status": 502, "body": PAGE, "times": None})]
    found += [Injection(f"odd-{name}", {"odd": name}) for name in odd.REFUSALS]
    for when in ("before", "after"):
        found += [
            Injection(f"{name}-{when}", {**fault, "when": when}, deceives=name == "empty")
            for name, fault in BROKEN.items()
        ]
        found.append(Injection(f"drop-{when}", {"drop": when}))
        found.append(Injection(f"redirect-{when}", {**REDIRECT, "when": when}))
        found += [
            Injection(f"odd-{name}-{when}", {"odd": name, "when": when}, deceives=True) for name in odd.WITHOUT_WORDS
        ]
    found.append(Injection("slow-before", {"delay": SLOW, "drop": "before"}, IMPATIENT))
    found.append(Injection("trickle-after", {"trickle": TRICKLE, "trickle_from": "head"}, IMPATIENT))
    return tuple(found)


WRITES = _writes()


def for_request(operation: Operation, turn: int) -> tuple[Injection, ...]:
    """The injections for a request; `turn` counts requests, so that odd answers take turns."""
    if operation.method != "GET":
        return WRITES
    unreadable = [name for name in odd.UNREADABLE if odd.meaning(name, operation) == odd.REFUSED]
    others = [name for name in unreadable if name not in ODD_ALWAYS]
    turned = [others[(ODD_TURNS * turn + number) % len(others)] for number in range(ODD_TURNS)] if others else []
    names = [name for name in (*ODD_ALWAYS, *turned) if name in unreadable]
    return (*READS, *(Injection(f"odd-{name}", {"odd": name}) for name in names))
