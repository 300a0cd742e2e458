# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Services: which one is meant, and what is known of it. Private to this collection."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, TypeVar

from .._client import Client
from .._engine import Options, Task
from .._errors import NotFound, SindadError
from .._names import same, same_host
from .._parallel import in_parallel
from .._plan import Context
from .._reading import Entry, Unknown, all_pages, known
from .._records import (
    Record,
    Service,
    is_status,
    read_label,
    read_methods,
    read_power,
    read_server_info,
    read_service,
    read_services,
    read_upgrade,
)
from .._secrets import hidden
from .._texts import listed

T = TypeVar("T")

#: How many services a message lists.
MOST_LISTED = 12


# Requests


def list_services(client: Client) -> tuple[Service, ...]:
    """Return all services of the account, in the portal's order (reference: List services)."""
    listed = all_pages(client.pages("list_services"), read_services, lambda service: service.id)
    return tuple(dict.fromkeys(listed))


def get_details(client: Client, service: str) -> Service:
    """Return a service with its label, if the details hold it (reference: Service details)."""
    return read_service(client.get("service_details", service), service)


def get_label(client: Client, service: str) -> str | None:
    """Return a service's label; None where it has none (reference: Service label)."""
    return read_label(client.get("service_label", service))


def if_offered(ask: Callable[[Client, str], T], client: Client, service: str) -> T | None:
    """Request something of a service; None where its module doesn't offer that."""
    try:
        return ask(client, service)
    except NotFound:
        return None


# Which one is meant


def choose_services(
    client: Client, wanted: Sequence[str], services: Sequence[Service], place: str = "service"
) -> list[Service]:
    """Return, for each wanted id, domain or, last, label, the one service that has it.

    The list has no labels: if one is needed, those of all services are requested, once.

    Args:
        client: Asks for labels.
        wanted: What services are called.
        services: All services of the account.
        place: What messages call the place of a name; ``{}`` stands for its position.

    Raises:
        SindadError: No service has it, or several have; the sentence lists their ids.

    """
    search = Search(client, services)
    chosen = []
    for number, name in enumerate(wanted):
        where = place.format(number)
        found = search.named(name)
        if not found:
            candidates = _candidates(name, search.labelled)
            raise SindadError(f"{where}: no service has {name!r} as its id, label or domain; {candidates}")
        if len(found) > 1:
            raise SindadError(ambiguous_service(where, name, map(str, found)))
        chosen.append(found[0])
    return chosen


def ambiguous_service(place: str, name: str, candidates: Iterable[str]) -> str:
    """Say that a name refers to several services."""
    return f"{place}: {name!r} is ambiguous, give the id of one of these: {'; '.join(candidates)}"


@dataclass
class Search:
    """Looks services up by what they are called.

    Attributes:
        client: Asks for labels.
        services: All services of the account.
        labelled: The same services with their labels, once a name needed them.

    """

    client: Client
    services: Sequence[Service]
    labelled: list[Service] = field(init=False, default_factory=list)

    def named(self, name: str) -> list[Service]:
        """Return all services of an id, a domain or, last, a label."""
        found = _with_id_or_domain(name, self.services)
        if found:
            return found
        self.labelled = self.labelled or in_parallel(partial(_labelled, self.client), self.services)
        return [service for service in self.labelled if same(name, service.label)]


def _with_id_or_domain(name: str, services: Sequence[Service]) -> list[Service]:
    by_id = [service for service in services if service.id == name]
    return by_id or [service for service in services if same_host(name, service.domain)]


def _labelled(client: Client, service: Service) -> Service:
    return replace(service, label=if_offered(get_label, client, service.id))


def _candidates(name: str, services: Sequence[Service]) -> str:
    """Say which services there are: those of a similar name, or all."""
    if not services:
        return "there are no services"
    by_name = {
        word: service
        for service in services
        for word in (service.id, known(service.domain), known(service.label))
        if word
    }
    close = [by_name[word] for word in difflib.get_close_matches(name, list(by_name), n=3)]
    if close:
        return f"did you mean {' or '.join(dict.fromkeys(map(str, close)))}?"
    return f"the services are: {listed([*map(str, services)], MOST_LISTED, '; ')}"


def choose_service(client: Client, wanted: str) -> Service:
    """Return the one service with this id, domain or label."""
    return choose_services(client, [wanted], list_services(client))[0]


def located(context: Context, wanted: str, use: Callable[[str], T]) -> T:
    """Call a function with the id of the service that is meant.

    A number is taken as the id without a request; only when the portal doesn't find what
    the function asks for, the list is consulted to say why (or to find the number as a label).

    Raises:
        SindadError: No service is meant, or several are; or what the function raises.

    """
    name = wanted.strip()
    service: Service | None = None
    if name not in context.found_services and not (name.isascii() and name.isdigit()):
        service = choose_service(context.client, name)
        context.found_services[name] = service.id
    identity = context.found_services.get(name, name)
    try:
        return use(identity)
    except NotFound as error:
        if service is None:
            service = choose_service(context.client, identity)
            context.found_services[name] = service.id
            if service.id != identity:
                return use(service.id)
        if error.operation is None or error.operation.path.count("@") > 1:
            raise
        raise error.within(f"service {service} doesn't offer {error.operation.title!r}") from None


def protecting_names(context: Context, service: str) -> tuple[str | Unknown | None, ...]:
    """Return the names that may protect a service: its id, its domain, its label and its host name.

    All but the id are requested only if something is protected at all.

    Raises:
        SindadError: They can't be read, so it is unknown whether the service is protected.

    """
    if not context.protected:
        return (service,)
    details = get_details(context.client, service)
    label = details.label
    if isinstance(label, Unknown):
        label = if_offered(get_label, context.client, service)
    return (service, details.domain, label, if_offered(_get_hostname, context.client, service))


def _get_hostname(client: Client, service: str) -> str | Unknown:
    return read_server_info(client.get("server_info", service)).hostname


# sindad_service_info


def _detail_fields(client: Client, service: str) -> Entry:
    details: Entry = hidden(get_details(client, service).raw)
    return details


def _info_fields(client: Client, service: str) -> Entry:
    info = read_server_info(client.get("server_info", service))
    return {**info.as_dict(), "details": hidden(info.raw)}


def _power_fields(client: Client, service: str) -> Entry:
    return read_power(client.get("get_server_state", service)).as_dict()


def _method_fields(client: Client, service: str) -> list[Entry]:
    return list(all_pages(client.pages("list_service_methods", service), read_methods, str))


def _upgrade_fields(client: Client, service: str) -> Entry:
    _resources, _packages, parts = read_upgrade(client.get("upgrade_options", service))
    return parts


#: What describes a service beyond the list, by the words of the option ``gather``.
GATHERERS: dict[str, Callable[[Client, str], Any]] = {
    "details": _detail_fields,
    "methods": _method_fields,
    "upgrades": _upgrade_fields,
    "info": _info_fields,
    "power": _power_fields,
}


@dataclass(frozen=True)
class WantedServices:
    """Which services are asked for, and what of them."""

    service: str | None
    statuses: Sequence[str] | None
    gather: Sequence[str]


def wanted_services(options: Options) -> WantedServices:
    """Take what is wanted from the options of sindad_service_info."""
    return WantedServices(options["service"], options["statuses"], options["gather"])


@dataclass(frozen=True)
class Gathered(Record):
    """A service with what else was asked for."""

    service: Service
    extra: Entry = field(default_factory=dict)

    def as_dict(self, raw: bool = False) -> dict[str, Any]:
        """Return the service's fields; the label, which the details hold, where they were asked for."""
        details = self.extra.get("details")
        label = {} if details is None else {"label": details.get("label") or None}
        return {**self.service.as_dict(raw), **label, **self.extra}


def observe_services(context: Context, wanted: WantedServices) -> dict[str, Any]:
    """Observe the services that are asked for, and of each what is asked for."""
    services: Sequence[Service] = list_services(context.client)
    if wanted.service is not None:
        services = choose_services(context.client, [wanted.service], services)
    if wanted.statuses is not None:
        services = [service for service in services if same_status(service, wanted.statuses)]

    def gather(service: Service) -> Gathered:
        extra = {name: if_offered(GATHERERS[name], context.client, service.id) for name in wanted.gather}
        return Gathered(service, extra)

    return {"services": in_parallel(gather, services)}


def same_status(service: Service, statuses: Sequence[str]) -> bool:
    """Whether a service's status is one of these. An unknown one may be any of them."""
    return isinstance(service.status, Unknown) or is_status(service.status, statuses)


SERVICES = Task(wanted_services, observe_services)
