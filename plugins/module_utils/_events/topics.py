# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is watched of an account: each topic, from the portal's answers. Private to this collection."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from typing import Any, Final

from .._client import Client
from .._errors import NotFound, SindadError
from .._lookups import find_details, list_vms
from .._parallel import in_parallel
from .._reading import Entry, Unknown
from .._records import Service, Ticket, VirtualMachine, is_status
from .._resources.billing import list_invoices
from .._resources.notification import list_notifications
from .._resources.power import get_power
from .._resources.service import list_services, same_status
from .._resources.status_page import list_announcements
from .._resources.ticket import get_ticket, is_open, is_own, list_tickets
from .._states import STATUS_OF_POWER
from .changes import MOST_SEEN, Mark, Observation, Sighting, key, parts_of, scope_of

#: Services whose machines are watched; the inventory looks at the same ones.
_ACTIVE: Final = ("Active",)
#: Services that nothing is due of any more.
_ENDED: Final = ("Cancelled", "Canceled", "Terminated", "Fraud")
#: Invoices that are to be paid.
_UNPAID: Final = ("Unpaid", "Overdue", "Due")
#: A date of the Gregorian calendar, at the beginning of a text.
_DATE: Final = re.compile(r"(2\d{3})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
#: What of an announcement makes another one of it.
_ANNOUNCED: Final = ("name", "description", "status", "startdate", "enddate")


@dataclass
class Look:
    """One look at an account.

    Attributes:
        client: Asks the portal.
        today: The day from which days are counted.
        due_days: How many days before its date something is due.
        tickets: What is remembered of tickets.

    """

    client: Client
    today: date
    due_days: int
    tickets: Mapping[str, Mark]

    @cached_property
    def services(self) -> tuple[Service, ...]:
        """The services of the account, which two topics need."""
        return list_services(self.client)


# Notifications, status page


def observe_notifications(look: Look) -> Observation:
    """Observe all notifications: one that somebody else acknowledges between two rounds must not be missed."""
    found = list_notifications(look.client)
    return Observation(
        tuple(
            Sighting(key(notification["id"]), {"notification": notification}, appears="notification_added")
            for notification in found
        )
    )


def observe_status_page(look: Look) -> Observation:
    """Observe the announcements of the status page."""
    return Observation(tuple(_announcement(entry) for entry in list_announcements(look.client)))


def _announcement(entry: Entry) -> Sighting:
    told = {name: entry.get(name) for name in _ANNOUNCED}
    # One without an id is known by what stays when it is updated.
    identity = entry["id"] or _digest([entry.get("name"), entry.get("date")])
    return Sighting(
        key(identity),
        {"announcement": entry},
        appears="status_added",
        changes="status_changed",
        value=None if entry.get("status") is None else _digest(told),
    )


def _digest(value: Any) -> str:
    """Return a short text that is another one for another value."""
    content = json.dumps(value, sort_keys=True, default=str).encode()
    return hashlib.sha256(content).hexdigest()[:16]


# Tickets


def observe_tickets(look: Look) -> Observation:
    """Observe the answers to tickets.

    The list doesn't show answers. So each ticket is requested, except those that were closed at the last look and of
    which the list says the same as then.
    """
    listed = list_tickets(look.client)
    kept = {key(ticket.number) for ticket in listed if _is_settled(ticket, look.tickets)}
    asked = [ticket for ticket in listed if key(ticket.number) not in kept]
    failed: dict[str, SindadError] = {}
    answers = in_parallel(
        lambda ticket: _or_failure(partial(_answers, look.client, ticket), ticket.number, failed), asked
    )
    read = frozenset(key(ticket.number) for ticket in asked) - failed.keys()
    return Observation(_flat(answers), read, frozenset(kept), failed)


def _is_settled(ticket: Ticket, remembered: Mapping[str, Mark]) -> bool:
    """Whether a ticket was closed when it was last asked for, and nothing in the list has changed since."""
    mark = remembered.get(key(ticket.number))
    return mark is not None and mark.value == _listing(ticket)


def _listing(ticket: Ticket) -> str | None:
    """Return what the list says of a closed ticket, as one word; None where it may be open."""
    if isinstance(ticket.status, Unknown) or is_open(ticket):
        return None
    return _digest(ticket.raw)


def _answers(client: Client, listed: Ticket) -> list[Sighting]:
    """Return the answers to a ticket that aren't the customer's own, and last the ticket."""
    ticket = get_ticket(client, listed.number)
    shown = {name: value for name, value in listed.as_dict().items() if name not in ("replies", "body")}
    found = []
    for reply in ticket.replies:
        if not is_own(reply):
            told = reply.as_dict()
            identity = told["id"] or _digest(told)
            facts = {"ticket": shown, "reply": told}
            found.append(Sighting(key(listed.number, identity), facts, appears="ticket_answered"))
    return [*found, Sighting(key(listed.number), value=_listing(listed) or "open")]


# Machines


def observe_machines(look: Look) -> Observation:
    """Observe the states of virtual machines and dedicated servers."""
    services = [service for service in look.services if same_status(service, _ACTIVE)]
    failed: dict[str, SindadError] = {}
    found = in_parallel(
        lambda service: _or_failure(partial(_machines, look.client, service), service.id, failed), services
    )
    read = frozenset(key(service.id) for service, machines in zip(services, found) if machines is not None)
    # A service that isn't active, or answers to neither question, may still have machines: nothing is gone.
    kept = frozenset(key(service.id) for service in look.services) - read - failed.keys()
    gone = partial(_gone, {key(service.id): service for service in services})
    return Observation(_flat(found), read, kept, failed, gone)


def _gone(services: Mapping[str, Service], place: str, mark: Mark) -> Sighting:
    """Return a machine that is no longer there.

    Args:
        services: The services whose machines were read, by the scopes of their machines.
        place: The machine's key.
        mark: What is remembered of it.

    """
    service = services[scope_of(place)]
    machine = {"id": parts_of(place)[-1], "name": mark.name, "service_id": service.id, "status": None, "word": None}
    facts = {"machine": machine, "service": service.as_dict()}
    return Sighting(place, facts, changes="machine_gone", tells_value=True, name=mark.name)


def _machines(client: Client, service: Service) -> list[Sighting] | None:
    """Return the machines of a service; None where it is neither a pool of machines nor a dedicated server."""
    try:
        machines = list_vms(client, service.id)
    except NotFound:
        return _server(client, service)
    return [_machine(service, _with_state(client, machine)) for machine in machines]


def _with_state(client: Client, listed: VirtualMachine) -> VirtualMachine:
    """Return a machine with its state, from its details where the list doesn't tell it."""
    if listed.state.told:
        return listed
    details = find_details(client, listed.service_id, listed.id)
    return listed if details is None else details.completed(listed)


def _machine(service: Service, machine: VirtualMachine) -> Sighting:
    state = machine.state
    understood = None if state.status == "unknown" else state.status
    status = "failed" if state.failed else understood
    return _of_machine(key(service.id, machine.id), service, {**machine.as_dict(), "word": state.word}, status)


def _server(client: Client, service: Service) -> list[Sighting] | None:
    """Return a dedicated server, which is its service's only machine; None where the service isn't one."""
    try:
        power = get_power(client, service.id)
    except NotFound:
        return None
    shown = service.as_dict()
    status = STATUS_OF_POWER.get(power.state)
    told = {"status": status or "unknown", "word": power.word}
    machine = {"id": service.id, "name": shown["domain"], "service_id": service.id, **told}
    return [_of_machine(key(service.id, service.id), service, machine, status)]


def _of_machine(place: str, service: Service, machine: Entry, status: str | None) -> Sighting:
    return Sighting(
        place,
        {"machine": machine, "service": service.as_dict()},
        appears="machine_added",
        changes="machine_changed",
        value=status,
        tells_value=True,
        name=machine["name"],
    )


# What is due


def observe_services(look: Look) -> Observation:
    """Observe the services that are due, or overdue."""
    return Observation(tuple(_due_services(look)))


def _due_services(look: Look) -> Iterator[Sighting]:
    for service in look.services:
        if not is_status(service.status, _ENDED):
            yield from _due(look, "service", service.id, service.next_due, service.as_dict())


def observe_invoices(look: Look) -> Observation:
    """Observe the unpaid invoices that are due, or overdue."""
    return Observation(tuple(_due_invoices(look)))


def _due_invoices(look: Look) -> Iterator[Sighting]:
    for invoice in list_invoices(look.client):
        if is_status(invoice.get("status"), _UNPAID):
            yield from _due(look, "invoice", invoice["id"], invoice.get("duedate"), invoice)


def _due(look: Look, kind: str, identity: str, written: Any, record: Entry) -> Iterator[Sighting]:
    """Yield what is due: once before its date, and once after it."""
    day = day_of(written)
    if day is None:
        return
    left = (day - look.today).days
    if left > look.due_days:
        return
    stage = "overdue" if left < 0 else "due"
    facts = {kind: record, "due": {"date": day.isoformat(), "days_left": left}}
    yield Sighting(key(identity, day.isoformat(), stage), facts, appears=f"{kind}_{stage}")


def day_of(written: Any) -> date | None:
    """Return the day that a string begins with; None for what isn't certainly one, as a year of another calendar."""
    found = _DATE.match(str(written or "").strip())
    if found is None:
        return None
    year, month, day = map(int, found.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


# All of it


def _or_failure(
    ask: Callable[[], list[Sighting] | None], scope: str, failed: dict[str, SindadError]
) -> list[Sighting] | None:
    """Return what is asked for; where it can't be read, note why."""
    try:
        return ask()
    except SindadError as error:
        failed[key(scope)] = error
        return None


def _flat(parts: Iterable[list[Sighting] | None]) -> tuple[Sighting, ...]:
    return tuple(sighting for part in parts for sighting in part or ())


_OBSERVERS: Final[Mapping[str, Callable[[Look], Observation]]] = {
    "notifications": observe_notifications,
    "tickets": observe_tickets,
    "machines": observe_machines,
    "services": observe_services,
    "invoices": observe_invoices,
    "status": observe_status_page,
}


def observe(topic: str, look: Look) -> Observation:
    """Observe a topic.

    Raises:
        SindadError: It can't be read, or there is too much of it to be watched.

    """
    seen = _OBSERVERS[topic](look)
    if len(seen.sightings) > MOST_SEEN:
        raise SindadError(f"there are {len(seen.sightings)} {topic}, and at most {MOST_SEEN} can be watched")
    return seen
