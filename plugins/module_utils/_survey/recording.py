# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The answers of a portal as a file that can be sent to others and replayed. Private to this collection."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import unquote

from .._client import NOT_JSON, VERSION, Exchange
from .._files import destination, replace_file
from .._operations import OPERATIONS, Operation
from .._reading import as_dict, envelopes, is_id, text
from .anonymous import Anonymiser

#: The option that names the file.
OPTION: Final = "recording"
FORMAT: Final = 1
_ABOUT: Final = (
    "Answers of a portal, anonymised: keys, structure, sizes, words of states and the names of what is offered to "
    "every customer are real, everything else is made up. Please look through it before you send it to anyone."
)
#: Keys by which an entry of a list says its id.
_ID_KEYS: Final = ("id", "vmid", "uuid", "vm_id", "service_id", "account_id", "ticket_number", "number", "ip_id")
_ADDRESS_KEYS: Final = ("ipaddress", "ip_address", "address", "ip", "name")


@dataclass(frozen=True)
class Recorded:
    """One answer, as it came or anonymised.

    Attributes:
        operation: The operation that was sent.
        ids: The values of its placeholders.
        query: What was sent in the address.
        status: The HTTP status.
        body: The JSON; NOT_JSON for anything else.
        content: The text that isn't JSON.
        length: The size of an attachment in bytes, of which nothing else is kept.

    """

    operation: Operation
    ids: tuple[str, ...]
    query: Mapping[str, Any]
    status: int
    body: Any
    content: str = ""
    length: int | None = None

    @property
    def path(self) -> str:
        """The real path."""
        return self.operation.url_path(*self.ids)

    def as_dict(self) -> dict[str, Any]:
        """Return it as the file holds it."""
        told: dict[str, Any] = {"operation": self.operation.name, "path": self.path}
        if self.query:
            told["query"] = dict(self.query)
        told["status"] = self.status
        if self.length is not None:
            return {**told, "length": self.length}
        return {**told, "text": self.content} if self.body is NOT_JSON else {**told, "body": self.body}


@dataclass
class Recorder:
    """Keeps the answers that a client gets."""

    answers: list[Recorded] = field(default_factory=list)

    def __call__(self, operation: Operation, path: str, query: Mapping[str, Any], exchange: Exchange) -> None:
        """Keep an answer; answers to writes are not recorded, and of several the last one counts."""
        if operation.writes:
            return
        parts = zip(operation.path.split("/"), path.split("/"))
        ids = tuple(unquote(part) for placeholder, part in parts if placeholder.startswith("@"))
        is_file = operation.name == "ticket_attachment" and exchange.status < 300
        self.answers.append(
            Recorded(
                operation,
                ids,
                dict(query),
                exchange.status,
                None if is_file else exchange.body,
                exchange.content.decode("utf-8", "replace") if exchange.body is NOT_JSON and not is_file else "",
                len(exchange.content) if is_file else None,
            )
        )

    def anonymiser(self, secrets: Iterable[str]) -> Anonymiser:
        """Return what makes these answers anonymous."""
        told = [(answer.operation, answer.ids, answer.body) for answer in self.answers if answer.body is not NOT_JSON]
        return Anonymiser(told, secrets)


def recording_of(
    answers: Sequence[Recorded], left_out: Mapping[tuple[str, str], Sequence[str]], anonymiser: Anonymiser
) -> dict[str, Any]:
    """Return a recording.

    Args:
        answers: All answers.
        left_out: The ids in lists that weren't looked at, by operation and path of the list.
        anonymiser: Makes the values up.

    """
    services = {*left_out.get(("list_services", OPERATIONS["list_services"].path), ())}
    latest = {(answer.path, json.dumps(answer.query, sort_keys=True)): answer for answer in answers}
    kept = [answer for answer in latest.values() if not _is_of_service(answer, services)]
    shortened = [answer for (name, path), ids in left_out.items() for answer in _shortened(kept, name, path, ids)]
    whole = [answer for answer in kept if (answer.operation.name, answer.path) not in left_out]
    ordered = sorted([*whole, *shortened], key=lambda answer: (answer.operation.number, answer.path, str(answer.query)))
    return {
        "format": FORMAT,
        "about": _ABOUT,
        "collection": VERSION,
        "left_out": {"services": len(services)},
        "answers": [_anonymous(answer, anonymiser).as_dict() for answer in ordered],
    }


def _is_of_service(answer: Recorded, services: set[str]) -> bool:
    return answer.operation.path.startswith("/service/@id") and answer.ids[0] in services


def _anonymous(answer: Recorded, anonymiser: Anonymiser) -> Recorded:
    operation = answer.operation
    ids = tuple(anonymiser.identity(operation, identity) for identity in answer.ids)
    query = {
        key: value if key == "page" else anonymiser.identity(operation, str(value))
        for key, value in answer.query.items()
    }
    if answer.body is NOT_JSON:
        return replace(answer, ids=ids, query=query, content=anonymiser.page(answer.content))
    return replace(answer, ids=ids, query=query, body=anonymiser.body(operation, answer.body))


# Lists without what wasn't looked at


def _shortened(answers: Sequence[Recorded], name: str, path: str, left_out: Sequence[str]) -> list[Recorded]:
    """Return the pages of a list without the entries that were left out; the pages that are left are counted anew."""
    pages = [answer for answer in answers if answer.operation.name == name and answer.path == path]
    pages.sort(key=lambda answer: int(answer.query.get("page", -1)))
    bodies = [_without(page.body, {*left_out}) for page in pages]
    kept = [(page, body) for page, body in zip(pages, bodies) if _size(body)]
    kept = kept or list(zip(pages, bodies))[:1]  # an empty list is recorded as one, not as no answer
    if len(pages) == 1:
        return [replace(page, body=body) for page, body in kept]
    first = _current(pages[0].body)
    return [_as_page(page, body, first, number, len(kept)) for number, (page, body) in enumerate(kept)]


def _as_page(page: Recorded, body: Any, first: int, number: int, count: int) -> Recorded:
    """Return an answer as one page of so many."""
    query = {key: value for key, value in page.query.items() if key != "page"}
    if number:
        query["page"] = first + number
    return replace(page, query=query, body=_numbered(body, first + number, count))


def _numbered(body: Any, current: int, total: int) -> Any:
    if not isinstance(body, dict):
        return body
    told = {key: _numbered(item, current, total) if key == "data" else item for key, item in body.items()}
    page = body.get("page")
    if isinstance(page, dict):
        counts = {"current": current, "total": total}
        told["page"] = {
            **page,
            **{name: type(page[name])(value) for name, value in counts.items() if page.get(name) is not None},
        }
    return told


def _current(body: Any) -> int:
    told = [as_dict(as_dict(level).get("page")).get("current") for level in envelopes(body)]
    numbers = [int(str(number)) for number in told if str(number).isdigit()]
    return numbers[0] if numbers else 1


def _without(value: Any, left_out: set[str]) -> Any:
    """Return JSON without the entries that have one of these ids."""
    if isinstance(value, list):
        return [_without(item, left_out) for item in value if not _has_id(item, None, left_out)]
    if isinstance(value, dict):
        return {key: _without(item, left_out) for key, item in value.items() if not _has_id(item, key, left_out)}
    return value


def _has_id(item: Any, key: str | None, ids: set[str]) -> bool:
    """Whether something is an entry with one of these ids."""
    if key is not None and key in ids and is_id(key):
        return True
    if key is not None and not is_id(key):
        return False
    told = [item.get(name) for name in (*_ID_KEYS, *_ADDRESS_KEYS)] if isinstance(item, dict) else [item]
    return any(text(value) in ids for value in told if isinstance(value, (str, int)))


def _size(value: Any) -> int:
    """Return how many objects there are within an answer, its page not counted."""
    if isinstance(value, list):
        return sum(_size(item) + 1 for item in value)
    if not isinstance(value, dict):
        return 0
    return sum(_size(item) + (is_id(key)) for key, item in value.items() if key != "page")


# The file


def checked_path(path: str) -> str:
    """Return where a recording is written.

    Raises:
        SindadError: It can't be written there.

    """
    return destination(OPTION, path)


def write(path: str, recording: Mapping[str, Any]) -> None:
    """Put the file in its place in one step, readable by its owner only: nobody has looked at it yet.

    Raises:
        SindadError: It can't be written.

    """
    content = json.dumps(recording, ensure_ascii=False, indent=1)
    replace_file(OPTION, path, path, f"{content}\n".encode(errors="replace"), 0o600)
