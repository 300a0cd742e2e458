# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Any operation of the API, sent as it is, unless it would erase what is protected. Private to this collection."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Union
from urllib.parse import unquote

from .._checks import check_json, check_text
from .._client import NOT_JSON
from .._engine import Options, Task
from .._errors import OutcomeUnknown, SindadError
from .._lookups import list_ips, list_machines
from .._names import same
from .._operations import OPERATIONS, Operation, identifier
from .._plan import Change, Context, Plan
from .._reading import Unknown, flag
from .._secrets import hidden
from .service import protecting_names

Names = tuple[Union[str, Unknown, None], ...]

#: What is never sent where a protection covers it.
_ERASES = frozenset(("cancel_service", "rebuild_vm", "reinstall", "run_diagnostics", "delete_ip", "destroy_vm"))
#: The fields without which diagnostics erase nothing.
_CLEARS = ("clearhdd", "fullhddclear")


@dataclass(frozen=True)
class Wanted:
    """A request.

    Attributes:
        operation: One of the reference, or one made up of a method and a path.
        values: The values of the placeholders in its path.
        query: What is sent in the address.
        body: What is sent as JSON.
        counts: Whether a write counts as a change.
        reveal: Whether passwords and tokens in the answer are shown.

    """

    operation: Operation
    values: tuple[str, ...]
    query: Mapping[str, Any] | None = field(repr=False)
    body: Mapping[str, Any] | None = field(repr=False)
    counts: bool
    reveal: bool

    @property
    def path(self) -> str:
        """The real path."""
        return self.operation.url_path(*self.values)

    @property
    def line(self) -> str:
        """How plans and differences show it."""
        return f"{self.operation.method} {self.path}"

    def shown(self, answer: Any) -> Any:
        """Return what the portal answered as the user wants to see it."""
        return answer if self.reveal else hidden(answer)


@dataclass(frozen=True)
class Observed:
    """The answer to a request that only reads; for one that erases, the names of what it erases.

    Attributes:
        response: The answer.
        status: Its HTTP status.
        erased: The names of what the request would erase; None where it erases nothing.

    """

    response: Any = None
    status: int | None = None
    erased: Names | None = None


# What is wanted


def wanted_request(options: Options) -> Wanted:
    """Take the request from the options of sindad_api.

    Raises:
        SindadError: There is no such operation, its placeholders aren't filled, its path leads out of the API, or a
            value can't be sent.

    """
    title = options["operation"]
    operation = choose_by_title(title) if title else choose_by_path(options["method"], options["path"])
    values = _path_values(operation, options["path_params"])
    if operation.method == "GET" and options["body"] is not None:
        raise SindadError("body: a GET request takes none, use query")
    check_json("body", options["body"])
    _check_query(options["query"] or {})
    return Wanted(
        operation, values, options["query"], options["body"], options["changed_when_written"], options["reveal"]
    )


def _path_values(operation: Operation, given: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the values of a path's placeholders, in order.

    Raises:
        SindadError: One is missing, unknown, or can't be a part of a path.

    """
    request = f"{operation.method} {operation.path}"
    missing = ", ".join(name for name in operation.parameters if given.get(name) in (None, ""))
    if missing:
        raise SindadError(f"path_params: {request} needs {missing}")
    unknown = ", ".join(name for name in given if name not in operation.parameters)
    if unknown:
        raise SindadError(f"path_params: {request} has no {unknown}")
    for name in operation.parameters:
        check_text(f"path_params: {name}", given[name])
        _check_segments("path_params", str(given[name]))
    return tuple(str(given[name]) for name in operation.parameters)


def _check_query(query: Mapping[str, Any]) -> None:
    """Check that an address can hold each parameter: one value, or several of one name.

    Raises:
        SindadError: A value is a dictionary, or a list of something other than values.

    """
    check_json("query", query)
    for name, value in query.items():
        inner = value if isinstance(value, (list, tuple)) else ()
        if isinstance(value, Mapping) or any(isinstance(item, (list, tuple, Mapping)) for item in inner):
            raise SindadError(f"query: {name} must be a string, a number, or a list of those: an address has no levels")


def choose_by_title(title: str) -> Operation:
    """Return the operation of this title, however it is spelled.

    Raises:
        SindadError: There is none; the sentence suggests similar ones.

    """
    names = {name.replace("_", ""): name for name in OPERATIONS}
    name = names.get(identifier(title).replace("_", ""))
    if name is None:
        close = ", ".join(difflib.get_close_matches(identifier(title), OPERATIONS))
        hint = f"did you mean {close}?" if close else "the API reference lists them all"
        raise SindadError(f"operation: {title!r} not found; {hint}")
    return OPERATIONS[name]


def choose_by_path(method: str, path: str) -> Operation:
    """Return the operation of a method and a path, one of the reference or another.

    Raises:
        SindadError: The path leads out of the API.

    """
    _check_segments("path", path)
    operation = _documented(method, path)
    if operation is not None:
        return replace(operation, path=path)
    return Operation(0, method, path, "Other", "required", ())


def _check_segments(option: str, path: str) -> None:
    """Refuse a path with segments that lead out of the one before, in whatever way they are encoded."""
    plain = _decoded(path)
    segments = [segment.partition(";")[0].strip() for segment in re.split(r"[/\\]", plain)]
    if "." in segments or ".." in segments:
        raise SindadError(f"{option} must stay below api_url, without '.' and '..', not {path!r}")
    if not plain.isprintable():
        raise SindadError(f"{option} must not contain control characters, not {path!r}")


def _decoded(path: str) -> str:
    """Return a path without percent-encoding, however often it was encoded."""
    while (plain := unquote(path)) != path:
        path = plain
    return path


def _segments(path: str) -> list[str]:
    """Return the segments of a path as portals understand it: decoded, and without empty ones."""
    return [segment for segment in _decoded(path).split("/") if segment]


def _documented(method: str, path: str) -> Operation | None:
    """Return the operation of the reference that a portal takes a path for; None for another one."""
    return next((operation for operation in OPERATIONS.values() if _ids_in(operation, method, path) is not None), None)


def _ids_in(operation: Operation, method: str, path: str) -> dict[str, str] | None:
    """Return what stands in a path for the operation's placeholders; None where the path isn't the operation's."""
    found: dict[str, str] = {}
    template = operation.path.strip("/").split("/")
    segments = _segments(path)
    if operation.method != method or len(template) != len(segments):
        return None
    for expected, segment in zip(template, segments):
        if expected.startswith("@"):
            found[expected[1:]] = segment
        elif expected != segment.lower():
            return None
    return found


# Observing


def observe(context: Context, wanted: Wanted) -> Observed:
    """Send what only reads; if the request would erase something, find out the names of that."""
    if wanted.operation.writes:
        return Observed(erased=_erased(context, wanted))
    answer = context.client.get(wanted.operation, *wanted.values, query=wanted.query)
    return Observed(answer.body, answer.status)


def _erased(context: Context, wanted: Wanted) -> Names | None:
    """Return the names of what a request would erase; None where it erases nothing.

    Raises:
        SindadError: Something is protected, and it can't be told whether this is.

    """
    operation = _documented(wanted.operation.method, wanted.path)
    if operation is None or operation.name not in _ERASES:
        return None
    if operation.name == "run_diagnostics" and not _clears(wanted):
        return None
    ids = _ids_in(operation, operation.method, wanted.path) or {}
    service = ids["id"]
    names: Names = protecting_names(context, service)
    if not context.protected:
        return names
    if "vmid" in ids:
        return (*names, ids["vmid"], *_names_of_machine(context, service, ids["vmid"]))
    if "ip" in ids:
        return (*names, ids["ip"], *_names_of_ip(context, service, ids["ip"]))
    return names


def _clears(wanted: Wanted) -> bool:
    """Whether diagnostics may clear the disks: they do unless each field that says it is known to be false."""
    sent = [part[name] for part in (wanted.query, wanted.body) if part for name in _CLEARS if name in part]
    return any(value is not None and flag(value) is not False for value in sent)


def _names_of_machine(context: Context, service: str, vmid: str) -> Names:
    return tuple(machine.name for machine in list_machines(context.client, service) if same(vmid, machine.id))


def _names_of_ip(context: Context, service: str, identity: str) -> Names:
    found = [ip for ip in list_ips(context.client, service) if same(identity, ip.id, ip.address)]
    return tuple(name for ip in found for name in (ip.id, ip.address, ip.domain))


# Planning


def plan(wanted: Wanted, seen: Observed) -> Plan:
    """Plan what writes."""
    result = {"response": wanted.shown(seen.response), "status": seen.status}
    if not wanted.operation.writes:
        return Plan(result=result)
    after = {"request": wanted.line, "query": hidden(wanted.query), "body": hidden(wanted.body)}
    change = Change(
        "api.send",
        f"send {wanted.line} ({wanted.operation.title})",
        lambda context: send(context, wanted),
        counts=wanted.counts,
        erases=seen.erased is not None,
    )
    return Plan((change,), None, after, result, names=seen.erased or ())


# Changing


def send(context: Context, wanted: Wanted) -> dict[str, Any]:
    """Send what writes; return the answer as it is, null for an empty one.

    Raises:
        OutcomeUnknown: It may have been carried out.

    """
    try:
        exchange = context.client.write(
            wanted.operation, *wanted.values, body=wanted.body, query=wanted.query, changes=wanted.counts
        )
    except OutcomeUnknown as error:
        raise error.followed_by("; it may have been carried out, check before you run this again") from None
    response = None if exchange.body is NOT_JSON else exchange.body
    return {"response": wanted.shown(response), "status": exchange.status}


def report(context: Context, wanted: Wanted, done: Plan) -> dict[str, Any]:
    """Return nothing more: the answer is the result."""
    return {}


TASK = Task(wanted_request, observe, plan, report)
