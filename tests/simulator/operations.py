# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The 75 operations of the API, and the registry of the functions that carry them out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .call import Call

HERE = Path(__file__).parent
EXAMPLES = HERE / "examples"

Handler = Callable[["Call"], Any]
HANDLERS: dict[str, Handler] = {}


@dataclass(frozen=True)
class Operation:
    """One row of operations.tsv."""

    number: int
    method: str
    path: str
    title: str

    @property
    def route(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def example(self) -> Path:
        """Where the answer that the reference prints is kept, if it prints one."""
        name = self.path.replace("/", "_").replace("@", "")
        return EXAMPLES / f"{self.number:02}_{self.method.lower()}{name}.json"

    @property
    def anonymous(self) -> bool:
        return self.path in ("/login", "/token", "/revoke") or self.path.startswith("/statuses")

    @property
    def of_vms(self) -> bool:
        return self.number in range(39, 49) or self.number in (71, 72, 73)

    @property
    def of_servers(self) -> bool:
        return self.number in range(49, 71) or self.number == 74

    def offered_by(self, kind: str) -> bool:
        """Whether a service of this kind (vm, server, hosting) has the operation."""
        return {"vm": not self.of_servers, "server": not self.of_vms}.get(kind, not (self.of_vms or self.of_servers))


def _read() -> list[Operation]:
    rows = (HERE / "operations.tsv").read_text(encoding="utf-8").splitlines()[1:]
    columns = [row.split("\t") for row in rows]
    return [Operation(int(number), method, path, title) for number, _unused, method, path, title, *_unused in columns]


OPERATIONS = _read()
DOCUMENTED = frozenset(each.number for each in OPERATIONS if each.example.exists())


def operation(route: str) -> Callable[[Handler], Handler]:
    """Register the function that carries out `METHOD /template/path`."""

    def register(handler: Handler) -> Handler:
        HANDLERS[route] = handler
        return handler

    return register
