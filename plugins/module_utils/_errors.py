# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong, each in one sentence. Private to this collection."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeVar

from ._secrets import MARGIN, beginning, hidden, own_scrubber, shortened

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ._operations import Operation

E = TypeVar("E", bound="SindadError")

#: How much of an answer a message shows.
EXCERPT = 160


def excerpt(body: Any, hide: Callable[[str], str] = str) -> str:
    """Return the beginning of an answer without secrets, for a message.

    A secret is known by its key, and is then hidden wherever else the answer has it.

    Args:
        body: The answer's JSON.
        hide: Returns a string without the secrets that are known otherwise.

    """
    start = _start(body, [EXCERPT + 4 * MARGIN])
    own = own_scrubber(start)
    text = json.dumps(hidden(start), ensure_ascii=False)
    shown = beginning(beginning(text, EXCERPT + 2 * own.reach, hide), EXCERPT, own.scrub, own.reach)
    return shortened(shown, EXCERPT)


def _start(value: Any, left: list[int]) -> Any:
    """Return the beginning of nested data: of an answer of many megabytes, a message needs no more.

    Args:
        value: The data.
        left: How many entries and characters may still be returned, as the only item.

    """
    left[0] -= 1
    if isinstance(value, dict):
        return {_start(key, left): _start(item, left) for key, item in value.items() if left[0] > 0}
    if isinstance(value, list):
        return [_start(item, left) for item in value if left[0] > 0]
    if isinstance(value, str):
        start = value[: max(0, left[0])]
        left[0] -= len(start)
        return start
    return value


class SindadError(Exception):
    """What can't be done, in one sentence.

    Attributes:
        operation: What was sent; None where nothing was.
        path: Its real path.
        status: The HTTP status of the answer.
        errors: The portal's own words.
        results: What a module returns despite the error.

    """

    def __init__(
        self,
        message: str,
        *,
        operation: Operation | None = None,
        path: str | None = None,
        status: int | None = None,
        errors: tuple[str, ...] = (),
        results: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.operation = operation
        self.path = path
        self.status = status
        self.errors = errors
        self.results: dict[str, Any] = dict(results or {})

    def __str__(self) -> str:
        """Return the sentence."""
        return self.message

    def within(self: E, context: str) -> E:
        """Put what was being done before what was wrong: ``context: message``. Returns itself, to be raised."""
        self.message = f"{context}: {self.message}"
        return self

    def followed_by(self: E, addition: str) -> E:
        """Add more after what was wrong. Returns itself, to be raised."""
        self.message = f"{self.message}{addition}"
        return self

    @property
    def failure(self) -> dict[str, Any] | None:
        """The call that failed, as modules return it; None where none was made."""
        if self.operation is None:
            return None
        return {
            "operation": self.operation.name,
            "method": self.operation.method,
            "path": self.path,
            "status": self.status,
            "errors": list(self.errors),
        }


class AuthError(SindadError):
    """The portal refused the credentials."""


class NotFound(SindadError):
    """What was asked for isn't there, or this service's module doesn't offer the operation."""


class Unreachable(SindadError):
    """The portal gave no usable answer, and nothing was carried out."""


class Unreadable(SindadError):
    """The portal answered, and the answer isn't what was asked for. Nothing may be concluded from it."""


class Failed(SindadError):
    """What is waited for can't happen any more, in the portal's words."""


class OutcomeUnknown(SindadError):
    """The answer to a request that may have been carried out was lost: check that before anything else."""


class NotCarriedOut(SindadError):
    """A request whose answer proved nothing, and whose effect isn't seen."""
