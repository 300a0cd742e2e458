# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Services: which one is meant, and its label. Private to this collection."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Callable, TypeVar

from .._client import NotFound, SindadError, scrubbed
from .._operations import OPERATIONS
from .._plan import Plan, applies, set_field
from .._records import Power, Record, ServerInfo, Service, as_dict, same, text, unwrap
from .._wait import Patience, act

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .._client import Client
    from .._plan import Params

T = TypeVar("T")
K = TypeVar("K")


def in_parallel(function: Callable[[K], T], items: Iterable[K], workers: int = 8) -> list[T]:
    """Call a function for each item, some at a time; return the results in the items' order."""
    todo = list(items)
    if len(todo) < 2:
        return [function(item) for item in todo]
    with ThreadPoolExecutor(max_workers=workers) as pool:
        return list(pool.map(function, todo))


def listed(client: Client, read: Callable[[Any], T | None], name: str, *ids: str) -> T:
    """Ask for a list and read it.

    Raises:
        SindadError: The answer is none. It must not pass for an empty one: what it seems to lack would be created again.

    """
    answer = client.call(name, *ids)
    found = read(answer)
    if found is None:
        operation = OPERATIONS[name]
        said = client.scrub(str(scrubbed(answer)))[:200]
        raise SindadError(
            f"the answer to {operation.method} {operation.path} is no list that can be read: {said}",
            operation=operation,
            path=operation.url_path(*ids),
        )
    return found


def list_services(client: Client) -> tuple[Service, ...]:
    """Return all services of the account, in the portal's order (reference: List services)."""
    return listed(client, Service.read_list, "list_services")


def get_label(client: Client, service_id: str) -> str | None:
    """Return a service's label; None where it has none (reference: Service label)."""
    return text(as_dict(unwrap(client.call("service_label", service_id))).get("label"))


def find_all(client: Client, wanted: Sequence[str], services: Sequence[Service]) -> list[Service]:
    """Return for each wanted id, domain or, last, label the one service that has it.

    The list has no labels: if one is needed, those of all services are asked for, once.

    Raises:
        SindadError: None has it, or several do, with their ids.

    """
    labels: list[str | None] = []
    chosen = []
    for name in wanted:
        found = [service for service in services if service.id == name]
        found = found or [service for service in services if same(name, service.domain)]
        if not found:
            labels = labels or in_parallel(lambda service: offered(get_label, client, service.id), services)
            labelled = ((replace(service, label=label), label) for service, label in zip(services, labels))
            found = [service for service, label in labelled if same(name, label)]
        if not found:
            raise SindadError(f"service: no service has {name!r} as id, label or domain")
        if len(found) > 1:
            candidates = "; ".join(map(str, found))
            raise SindadError(f"service: {name!r} is ambiguous, give the id of one of these: {candidates}")
        chosen.append(found[0])
    return chosen


def find(client: Client, wanted: str) -> Service:
    """Return the one service with this id, domain or label."""
    return find_all(client, [wanted], list_services(client))[0]


def located(client: Client, wanted: str, use: Callable[[str], T]) -> T:
    """Call a function with the id of the service that is meant.

    A number is taken for the id without a request; only when the portal doesn't find what
    the function asks for, the list is consulted to say why (or to find the number as a label).
    """
    service = None if wanted.isdigit() else find(client, wanted)
    try:
        return use(wanted if service is None else service.id)
    except NotFound as error:
        if service is None:
            service = find(client, wanted)
            if service.id != wanted:
                return use(service.id)
        if error.operation is None or error.operation.path.count("@") > 1:
            raise
        error.args = (f"service {service} doesn't offer {error.operation.title!r}: {error}",)
        raise


def _details(client: Client, service: str) -> dict[str, Any]:
    return as_dict(scrubbed(unwrap(client.call("service_details", service), "service")))


def _described(record: Record) -> dict[str, Any]:
    return {**record.as_dict(), "details": scrubbed(record.as_dict(raw=True)["raw"])}


#: What describes a service beyond the list, by the words of the option ``gather``.
FACTS: dict[str, Callable[[Client, str], Any]] = {
    "details": _details,
    "info": lambda client, service: _described(ServerInfo.read(client.call("server_info", service))),
    "power": lambda client, service: Power.read(client.call("get_server_state", service)).as_dict(),
}


def offered(ask: Callable[[Client, str], T], client: Client, service: str) -> T | None:
    """Ask for something of a service; None where its module doesn't offer that."""
    try:
        return ask(client, service)
    except NotFound:
        return None


def observe_label(client: Client, params: Params, patience: Patience) -> dict[str, Any]:
    """Observe a service's label."""
    return {"service": params["service"], "label": get_label(client, params["service"])}


def plan_label(params: Params, seen: dict[str, Any]) -> Plan:
    """Plan a service's label."""
    service, label = seen["service"], params["label"].strip()
    summary = f"set the label of service {service} to {label!r} (now {seen['label'] or ''!r})"
    return set_field(
        "service.label",
        summary,
        "label",
        seen["label"],
        label,
        args={"service": service},
        result={"label": seen["label"]},
    )


@applies("service.label")
def set_label(client: Client, args: Params, patience: Patience) -> None:
    """Set a service's label (reference: Change service label)."""
    service, label = args["service"], args["label"]
    what = f"labelling service {service}"
    body = {"label": label}
    act(
        client,
        "change_service_label",
        service,
        body=body,
        patience=patience,
        what=what,
        done=lambda: same(label, get_label(client, service)),
    )
