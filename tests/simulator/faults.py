# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong on a route, as `POST /_simulator/faults` takes it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from . import odd
from .call import Refused
from .operations import Operation

MOMENTS = ("before", "after")
#: Where an answer that is cut ends too early.
CUTS = ("length", "chunked", "gzip")
#: From where on an answer comes one byte at a time.
TRICKLES = ("body", "head")


@dataclass
class Fault:
    """What goes wrong on a route: an answer of its own, none at all, or an answer that is sent badly.

    Attributes:
        method: The requests that it concerns; `*` is any.
        path: A template as `/service/@id/vms`, a concrete path, or `*`.
        status: The HTTP status of an answer of its own.
        reason: The words beside that status, where they are not the usual ones.
        body: The answer's body; what isn't a text is sent as JSON.
        headers: The answer's headers.
        odd: The name of an unreadable answer (see `odd.py`) in place of a body; the status is 200 then.
        delay: Seconds before anything happens.
        drop: The connection closes without an answer, `before` or `after` the operation is carried out.
        cut: The answer ends early: `length` (or true), `chunked`, `gzip`.
        trickle: Seconds between two bytes of the answer.
        trickle_from: What comes so slowly: the `body`, or all of it from the `head` on.
        when: Whether an answer of its own is given `before` the operation is carried out, or `after`.
        skip: How many of the requests that it concerns pass first.
        times: How many it then concerns; None is for ever.

    """

    method: str = "*"
    path: str = "*"
    status: int = 0
    reason: str = ""
    body: Any = field(default_factory=lambda: {"error": ["Simulated fault"]})
    headers: dict[str, str] = field(default_factory=dict)
    odd: str = ""
    delay: float = 0.0
    drop: str = ""
    cut: str | bool = ""
    trickle: float = 0.0
    trickle_from: str = "body"
    when: str = "before"
    skip: int = 0
    times: int | None = 1

    def __post_init__(self) -> None:
        if self.cut is True:
            self.cut = CUTS[0]
        if self.odd and not self.status:
            self.status = 200
        self.check()

    def check(self) -> None:
        if self.drop not in ("", *MOMENTS) or self.when not in MOMENTS:
            raise Refused(422, "drop and when are before or after")
        if self.cut and self.cut not in CUTS:
            raise Refused(422, f"cut is true or one of {', '.join(CUTS)}")
        if self.trickle_from not in TRICKLES:
            raise Refused(422, f"trickle_from is one of {', '.join(TRICKLES)}")
        if self.odd and self.odd not in odd.FORMS:
            raise Refused(422, f"odd is one of {', '.join(odd.FORMS)}")
        if not (self.drop or self.status or self.delay or self.cut or self.trickle):
            raise Refused(422, "A fault needs a status, an odd answer, a drop, a delay, a cut or a trickle")

    @property
    def prevents(self) -> bool:
        """Whether the operation isn't carried out."""
        return self.drop == "before" or bool(not self.drop and self.status and self.when == "before")

    @property
    def intervenes(self) -> bool:
        """Whether the operation is carried out, but its answer is lost or replaced."""
        return self.drop == "after" or bool(not self.drop and self.status and self.when == "after")

    @property
    def garbles(self) -> bool:
        """Whether an answer, its own or the operation's, is sent as no honest server would."""
        return bool(self.cut or self.trickle or self.reason)

    @property
    def summary(self) -> str:
        if self.drop:
            return f"drop {self.drop}"
        what = [f"odd {self.odd}" if self.odd else f"status {self.status}"] if self.status else []
        how = [f"cut {self.cut}"] if self.cut else []
        how += [f"trickle {self.trickle_from}"] if self.trickle else []
        return " ".join([*what, *([self.when] if what else []), *how]) or f"delay {self.delay:g}"

    def concerns(self, operation: Operation, path: str) -> bool:
        return self.method.upper() in ("*", operation.method) and self.path in ("*", operation.path, path)

    def content(self, operation: Operation) -> str:
        """The body of its own answer, as text."""
        if self.odd:
            return odd.text(self.odd, operation)
        return self.body if isinstance(self.body, str) else json.dumps(self.body)
