# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers for the readers: any JSON as the answer to an operation, and the good ones of the simulator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import requests
from ansible_collections.sindad.cloud.plugins.module_utils._operations import OPERATIONS, Operation
from ansible_collections.sindad.cloud.plugins.module_utils._reading import Answer
from ansible_collections.sindad.cloud.plugins.module_utils._records import READERS, IPAddress

from simulator.seed import SEEDS
from simulator.shapes import SHAPES
from simulator.testing import Simulator

#: The values of the placeholders in paths, of the seed `company.yml`.
SERVICE, CLUSTER, SERVER = "402", "402", "512"
IDS = {
    "/service/@id/vms/@vmid": (CLUSTER, "2011"),
    "/service/@id/ips/@ip": (SERVER, "71"),
    "/contact/@id": ("61",),
    "/invoice/@id": ("90001",),
    "/tickets/@number": ("700101",),
    "/statuses/@id": ("3",),
    "/statuses/specific/@status": ("Scheduled",),
    "/ticket/attachment/@file": ("5001",),
}
IP = IPAddress("71", "185.0.3.10")
#: What the readers of single things are given beside the answer: what was asked for.
ASKED_FOR: dict[str, tuple[Any, ...]] = {
    "list_vms": (CLUSTER,),
    "get_vm_details": (CLUSTER, "2011"),
    "service_details": (SERVICE,),
    "get_contacts_details": ("61",),
    "ticket_details": ("700101",),
    "ip_details": (IP,),
}


def reading() -> list[Operation]:
    """Return the operations that read JSON."""
    return [operation for operation in OPERATIONS.values() if operation.reads_json]


def ids_of(operation: Operation) -> tuple[str, ...]:
    """Return values for the placeholders of an operation's path."""
    if operation.path in IDS:
        return IDS[operation.path]
    server = operation.number in (49, 50, 53, 54, 56, 57, 60, 62, 63, 74)
    return (SERVER if server else SERVICE,) if operation.parameters else ()


def answer(name: str, body: Any, *ids: str) -> Answer:
    """Return some JSON as the answer to an operation."""
    operation = OPERATIONS[name]
    return Answer(operation, operation.url_path(*(ids or ids_of(operation))), body)


def read(name: str, body: Any) -> Any:
    """Return what the reader of an operation makes of some JSON."""
    return READERS[name](answer(name, body), *ASKED_FOR.get(name, ()))


@dataclass(frozen=True)
class Good:
    """A good answer of the simulator."""

    shape: str
    name: str
    ids: tuple[str, ...]
    body: Any

    @property
    def asked_for(self) -> tuple[Any, ...]:
        """What the reader is given beside the answer."""
        if self.name == "ip_details":
            return (IPAddress(self.ids[1], "185.0.3.10"),)
        return self.ids if self.name in ASKED_FOR else ()

    def read(self, body: Any) -> Any:
        """Return what the reader makes of this answer, or of another in its place."""
        return READERS[self.name](answer(self.name, body, *self.ids), *self.asked_for)

    def __str__(self) -> str:
        return f"{self.name}-{self.shape}"


@cache
def good_answers() -> tuple[Good, ...]:
    """Return the simulator's answer to each operation that reads JSON, in each of its shapes."""
    return tuple(good for shape in SHAPES for good in _answers_of(shape))


def _answers_of(shape: str) -> Iterator[Good]:
    with Simulator(SEEDS / "company.yml", shape=shape) as simulator, requests.Session() as session:
        session.trust_env = False
        session.auth = ("ops@example.com", "simulator")
        for operation in reading():
            ids = _ids_in(simulator, shape, operation)
            response = session.get(simulator.url + operation.url_path(*ids), timeout=5)
            response.raise_for_status()
            yield Good(shape, operation.name, ids, response.json())


def _ids_in(simulator: Simulator, shape: str, operation: Operation) -> tuple[str, ...]:
    """Return the ids that a shape has for the same things."""
    ids = ids_of(operation)
    if operation.path.startswith("/service/@id/vms/@vmid"):
        return ids[0], SHAPES[shape].vm_id(ids[1])
    if operation.path == "/service/@id/ips/@ip" and SHAPES[shape].bare_addresses:
        return ids[0], IP.address
    return ids
