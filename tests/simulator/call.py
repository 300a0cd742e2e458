# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an operation is given to work with, and what it may answer."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from . import pages
from .operations import DOCUMENTED, Operation
from .settings import Settings
from .shapes import Shape
from .store import Record, Store, settled


class Refused(Exception):
    """The portal says no."""

    def __init__(self, status: int, *messages: str) -> None:
        super().__init__(*messages)
        self.status = status
        self.messages = list(messages)


@dataclass
class Answer:
    """A body and its HTTP status; bytes go out as they are, None is no content."""

    body: Any
    status: int = 200
    content_type: str = "application/json"


@dataclass
class Call:
    """One request, authenticated and parsed."""

    operation: Operation
    store: Store
    settings: Settings
    shape: Shape
    path: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    fields: Record = field(default_factory=dict)
    account: Record = field(default_factory=dict)
    service: Record = field(default_factory=dict)
    token: str = ""
    now: float = field(default_factory=time.time)

    # what the client sent

    def text(self, name: str, default: str = "") -> str:
        value = self.fields.get(name, default)
        return default if value is None else str(value)

    def required(self, *names: str) -> list[str]:
        missing = [name for name in names if not self.text(name).strip()]
        if missing:
            raise Refused(422, *(f"Field {name} is required" for name in missing))
        return [self.text(name).strip() for name in names]

    def positive(self, name: str) -> int:
        (text,) = self.required(name)
        if not text.isdecimal() or int(text) == 0:
            raise Refused(422, f"Field {name} is not a valid number")
        return int(text)

    def flag(self, name: str) -> bool:
        return self.text(name).lower() in ("true", "1", "yes", "on")

    # the records it is about

    @property
    def owner(self) -> str:
        return str(self.account["id"])

    def find(self, kind: str, key: str) -> Record:
        record = self.store.get(kind, self.owner, key)
        if record is None:
            raise self.not_found(kind.capitalize(), key)
        return record

    def not_found(self, what: str, key: str) -> Refused:
        return Refused(404, f"{what} {key} not found")

    def task(self, name: str, **then: Any) -> Record:
        """Work that takes the build time, and what is different when it is done."""
        return {"name": name, "until": self.now + self.settings.build_time, "then": then}

    def children(self, kind: str) -> list[Record]:
        """The service's own records of a kind, as they are now."""
        records = (settled(each, self.now) for each in self.store.all(kind, self.service["id"]))
        return [record for record in records if not record.get("gone")]

    # the answers

    @property
    def documented(self) -> bool:
        return self.operation.number in DOCUMENTED

    def list(self, wrapper: str, entries: list[Record], key: str = "id") -> Any:
        """An answer that is a list, or the page of it that was asked for."""
        shown, page = self.page(entries)
        content = self.shape.collection(wrapper, shown, key, self.documented)
        return {**self.wrap(wrapper, content), **page} if page else self.wrap(wrapper, content)

    def part(self, wrapper: str, entries: list[Record], key: str = "id") -> Any:
        """A list within an answer that holds more: it never comes in pages."""
        return self.wrap(wrapper, self.shape.collection(wrapper, entries, key, self.documented))

    def page(self, entries: list[Any]) -> tuple[list[Any], Record]:
        """The entries to show and what says which page they are; a bare list has no room for that."""
        has_wrapper = self.documented or not self.shape.bare
        if not self.settings.page_size or not has_wrapper:
            return entries, {}
        asked = self.query.get("page")
        if asked is not None and not asked.isdecimal():
            raise Refused(422, "Field page is not a valid number")
        shown, page = pages.turn_to(entries, self.settings, None if asked is None else int(asked))
        return shown, {"page": page}

    def wrap(self, wrapper: str, content: Any) -> Any:
        if self.documented:
            return {wrapper: content}
        return self.shape.wrap(wrapper, content, vms=self.operation.of_vms)

    def accepted(self, **extra: Any) -> Any:
        """The answer to an action: accepted, which isn't done."""
        if self.shape.silent_actions and not extra and not self.documented:
            return Answer(None, 200 if self.operation.method == "POST" else 204)
        return self.enveloped({"status": True, **extra})

    def enveloped(self, content: Record) -> Any:
        """What a VM action says, in the envelope that some shapes have around VM answers."""
        if self.shape.envelope and self.operation.of_vms:
            return self.shape.wrap("data", content, vms=True)
        return content
