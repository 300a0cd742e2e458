# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers of HTTP 200 that are not what was asked for, by name.

`UNREADABLE` is for the operations that read: JSON from which nothing may be concluded. A few of them are legal for
a few operations (an empty list under its key is a list; `[]` is how a reinstall says that it is idle): `meaning` says
what each form means as the answer to each operation, as sections 1, 4 and 9 of the design have it.

`WORDLESS` and `REFUSALS` are for the operations that write: what proves nothing, and what says no.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from .operations import OPERATIONS, Operation

#: The meanings of a form for an operation that reads.
REFUSED = "unreadable"  # not what was asked for: nothing may be concluded
NONE = "none"  # there is nothing
IDLE = "idle"  # no reinstall, rescue or diagnostics is going on
TOLD = "told"  # a value, if a strange one
OPEN = "open"  # either reading is right, or the design leaves it open


@dataclass(frozen=True)
class Asked:
    """What an operation is asked for.

    Attributes:
        kind: list (of objects), choices (which may be texts: templates, VLANs), addresses (which may be texts),
            object, label, job (a reinstall, rescue or diagnostics), power, file.
        key: The key that it stands below.
        bare: Whether a list of it comes without a key, too.
        may_be_empty: Whether an object of it may be empty.

    """

    kind: str
    key: str = ""
    bare: bool = False
    may_be_empty: bool = False


ASKED = {
    5: Asked("object", "client"),
    7: Asked("list", "contacts"),
    9: Asked("object", "privileges", may_be_empty=True),
    10: Asked("object", "contact"),
    12: Asked("list", "notifications", bare=True),
    13: Asked("list", "notifications", bare=True),
    15: Asked("object", "details"),
    16: Asked("list", "invoices"),
    17: Asked("object", "invoice"),
    18: Asked("choices", "payments"),
    19: Asked("list", "payments"),
    20: Asked("list", "tickets"),
    21: Asked("object", "ticket"),
    22: Asked("file"),
    27: Asked("choices", "departments"),
    28: Asked("list", "services"),
    29: Asked("object", "service"),
    30: Asked("list", "methods"),
    31: Asked("object", "resources", may_be_empty=True),
    34: Asked("label", "label"),
    36: Asked("list", "statuses"),
    37: Asked("list", "statuses"),
    38: Asked("object", "status"),
    39: Asked("list", "vms"),
    40: Asked("object", "vm"),
    47: Asked("choices", "templates"),
    48: Asked("object", "resources", may_be_empty=True),
    49: Asked("choices", "templates"),
    50: Asked("job", "status"),
    53: Asked("choices", "templates"),
    54: Asked("job", "status"),
    56: Asked("choices", "templates"),
    57: Asked("job", "status"),
    60: Asked("object", "info"),
    62: Asked("addresses", "ips"),
    63: Asked("choices", "vlans"),
    65: Asked("object", "ip"),
    74: Asked("power", "status"),
    75: Asked("list", "servers", bare=True),
}

DOWN = "Under maintenance"
PAGE = "<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>"
FIRST_OF_THREE = {"page": {"current": 1, "total": 3}}

#: A form is made for the key below which an operation's answer stands.
Make = Callable[[str], object]

UNREADABLE: dict[str, Make] = {
    # nothing at all
    "null": lambda key: None,
    "empty_object": lambda key: {},
    "empty_list": lambda key: [],
    # scalars
    "text": lambda key: "maintenance",
    "page_as_text": lambda key: PAGE,
    "number": lambda key: 5,
    "true": lambda key: True,
    "false": lambda key: False,
    # an envelope without the thing
    "message": lambda key: {"message": DOWN},
    "status_ok": lambda key: {"status": "ok"},
    "success_info": lambda key: {"success": True, "info": ["accepted"]},
    "server_error": lambda key: {"message": "Server Error", "errors": {"server": ["the backend is away"]}},
    # something else below its key
    "below_null": lambda key: {key: None},
    "below_false": lambda key: {key: False},
    "below_true": lambda key: {key: True},
    "below_number": lambda key: {key: 5},
    "below_text": lambda key: {key: "x"},
    "below_message": lambda key: {key: {"message": DOWN}},
    "below_empty_list": lambda key: {key: []},
    "below_empty_object": lambda key: {key: {}},
    "below_of_null": lambda key: {key: [None]},
    "below_of_texts": lambda key: {key: ["x", "y"]},
    "below_of_numbers": lambda key: {key: [1, 2]},
    "below_of_others": lambda key: {key: [{"foo": 1}]},
    "below_of_lists": lambda key: {key: [[{"foo": 1}], []]},
    # lists and objects of other things, without the key
    "of_null": lambda key: [None],
    "of_texts": lambda key: ["x", "y"],
    "of_others": lambda key: [{"foo": 1}],
    "of_lists": lambda key: [[1, 2], [3]],
    "others": lambda key: {"foo": 1, "bar": "x"},
    "others_by_id": lambda key: {"foo": {"bar": 1}, "baz": {"bar": 2}},
    # the envelope `data`, and pages
    "data_null": lambda key: {"data": None, "error": [], "info": []},
    "data_text": lambda key: {"data": "maintenance", "error": [], "info": []},
    "data_empty_list": lambda key: {"data": [], "error": [], "info": []},
    "page_alone": lambda key: FIRST_OF_THREE,
    "page_of_null": lambda key: {"data": None, **FIRST_OF_THREE},
    "page_of_nothing": lambda key: {key: [], **FIRST_OF_THREE},
}

#: Where a form is legal, or left open, for a kind of answer; otherwise it is unreadable.
LEGAL: dict[str, dict[str, str]] = {
    "list": dict.fromkeys(("below_empty_list", "below_empty_object", "data_empty_list"), NONE),
    "choices": {
        **dict.fromkeys(("below_empty_list", "below_empty_object", "data_empty_list"), NONE),
        "below_of_texts": TOLD,
        **dict.fromkeys(("below_of_numbers", "of_texts", "of_lists", "others_by_id"), OPEN),
    },
    "addresses": dict.fromkeys(("below_empty_list", "below_empty_object", "data_empty_list"), NONE),
    "object": {},
    "label": {"below_null": NONE, "below_number": TOLD, "below_text": TOLD},
    "job": {
        **dict.fromkeys(("empty_list", "below_null", "below_false"), IDLE),
        **dict.fromkeys(("below_true", "below_empty_list", "data_empty_list", "page_of_nothing"), OPEN),
    },
    "power": {
        **dict.fromkeys(("below_false", "below_true"), TOLD),
        # no state at all, and words that nobody knows: unknown to a reader, a matter of the module
        **dict.fromkeys(("below_null", "below_empty_list", "page_of_nothing"), OPEN),
        **dict.fromkeys(("below_number", "below_text"), OPEN),
    },
    "file": dict.fromkeys(UNREADABLE, OPEN),  # an attachment may be any file
}
#: The same for an object that may be empty, whose keys nobody knows.
LEGAL_EMPTY = {
    **dict.fromkeys(("below_empty_list", "below_empty_object"), NONE),
    **dict.fromkeys(("data_empty_list", "page_of_nothing", "others", "others_by_id"), OPEN),
}

#: Answers to a write that prove nothing: it may have been carried out or not.
WORDLESS: dict[str, Make] = {
    "wordless_null": lambda key: None,
    "wordless_object": lambda key: {},
    "wordless_list": lambda key: [],
    "wordless_ok": lambda key: "ok",
    "wordless_false": lambda key: False,
    "wordless_message": lambda key: {"message": DOWN},
    "wordless_other": lambda key: {"foo": 1},
}
#: Answers to a write that say that it was refused, in HTTP 200.
REFUSALS: dict[str, Make] = {
    "result_error": lambda key: {"result": "error", "message": "Out of stock"},
    "status_error": lambda key: {"status": "error"},
    "status_failed": lambda key: {"status": "failed"},
    "errors": lambda key: {"errors": ["Out of stock"]},
    "errors_by_field": lambda key: {"message": "Server Error", "errors": {"label": ["Out of stock"]}},
    "success_false": lambda key: {"success": False, "message": "Out of stock"},
}
#: An empty body; it is no JSON, so it has no function that makes it.
EMPTY = "wordless_empty"

FORMS = (*UNREADABLE, *WORDLESS, EMPTY, *REFUSALS)
WITHOUT_WORDS = (EMPTY, *WORDLESS)


def text(name: str, operation: Operation) -> str:
    """The body of an odd answer to an operation."""
    if name == EMPTY:
        return ""
    asked = ASKED.get(operation.number)
    key = asked.key if asked and asked.key else "data"
    return json.dumps({**UNREADABLE, **WORDLESS, **REFUSALS}[name](key))


def meaning(name: str, operation: Operation) -> str:
    """What a form of `UNREADABLE` means as the answer to an operation that reads."""
    asked = ASKED[operation.number]
    if asked.bare and name == "empty_list":
        return NONE
    if asked.may_be_empty and name in LEGAL_EMPTY:
        return LEGAL_EMPTY[name]
    return LEGAL[asked.kind].get(name, REFUSED)


def readers() -> list[Operation]:
    """The operations that read."""
    return [operation for operation in OPERATIONS if operation.method == "GET"]
