# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Support tickets: observed, planned, opened, answered, closed and re-opened. Private to this collection."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .._client import Client
from .._engine import Options, Task
from .._errors import NotFound, SindadError
from .._names import folded, is_cut, same, stem_of
from .._parallel import in_parallel
from .._plan import Change, Context, Plan
from .._reading import UNKNOWN, Unknown, all_pages, bare, decoded, known
from .._records import (
    Choice,
    Reply,
    Ticket,
    begins_with_status,
    is_status,
    made_in,
    read_departments,
    read_ticket,
    read_tickets,
)
from .._wait import Request, call_and_wait
from .choice import choose

#: The words for whose a reply is (reference: Ticket details has Admin).
_OWN_WORDS = ("client", "customer", "user")
_STAFF_WORDS = ("admin", "staff")
_LINE_BREAK = re.compile(r"<br\s*/?>(\r?\n)?|</(?:p|div|li)>", re.IGNORECASE)
#: The forms of dates that sort as texts do, with 0 for each digit. "11:00 AM" and "9:00" sort otherwise.
_SORTABLE_FORM = re.compile(r"0000(?P<mark>[-/.])00(?P=mark)00(?:[ T]00:00(?::00(?:\.0+)?)?Z?)?")
#: Statuses of a ticket that isn't closed (HostBill); operators define others, which nobody knows.
_OPEN_STATUSES = ("Open", "Answered", "Client-Reply", "In-Progress", "On Hold")


@dataclass(frozen=True)
class Wanted:
    """What a ticket should be; None for what is not given."""

    number: str | None
    subject: str | None
    department: str | None = None
    body: str | None = None
    reply: str | None = None
    state: str = "open"


@dataclass(frozen=True)
class Observed:
    """What may be meant.

    Attributes:
        tickets: The ticket with its replies; if several are meant, all of them as they are listed.
        departments: The departments, where one is needed, or named beside a subject.
        present: The numbers of all tickets that are listed: any other one is new.

    """

    tickets: tuple[Ticket, ...]
    departments: tuple[Choice, ...] = ()
    present: tuple[str, ...] = ()


def wanted_ticket(options: Options) -> Wanted:
    """Take what is wanted from the options of sindad_ticket."""
    return Wanted(**{name: options[name] for name in ("number", "subject", "department", "body", "reply", "state")})


# Requests


def list_tickets(client: Client) -> tuple[Ticket, ...]:
    """Return all tickets, without their texts and replies (reference: List Tickets)."""
    return all_pages(client.pages("list_tickets"), read_tickets, lambda ticket: ticket.number)


def get_ticket(client: Client, number: str) -> Ticket:
    """Return a ticket with its replies (reference: Ticket details)."""
    return read_ticket(client.get("ticket_details", number), number)


def list_departments(client: Client) -> tuple[Choice, ...]:
    """Return the departments that a ticket can be opened in (reference: List ticket departments)."""
    return all_pages(client.pages("list_ticket_departments"), read_departments, lambda department: department.id)


# Subjects and texts, compared


def line_of(subject: str) -> str:
    """Return a subject as it is compared: without entities, and with one blank for each run of blanks."""
    return " ".join(decoded(subject).split())


def _is_called(ticket: Ticket, subject: str) -> bool:
    """Whether a ticket is known to have a subject, folded."""
    return not isinstance(ticket.subject, Unknown) and folded(ticket.subject) == folded(subject)


def _is_whole(ticket: Ticket) -> bool:
    """Whether a subject is told, and not cut short."""
    return not isinstance(ticket.subject, Unknown) and stem_of(ticket.subject) is None


def _may_be_called(ticket: Ticket, subject: str) -> bool:
    """Whether a listed ticket has a subject, or may have it, as its own isn't told or is cut short."""
    if isinstance(ticket.subject, Unknown) or stem_of(ticket.subject) == "":
        return True
    return _is_called(ticket, subject) or is_cut(ticket.subject, subject)


def lines_of(text: str) -> list[str]:
    """Return the lines of a text as they are compared: without entities, and without blanks at their ends."""
    plain = _LINE_BREAK.sub("\n", decoded(text))
    lines = [line.rstrip() for line in plain.splitlines()]
    return "\n".join(lines).strip().split("\n")


def is_same_text(wanted: str, found: str | Unknown) -> bool:
    """Whether a text is the wanted one, as portals show it: in HTML, and in other forms of the same letters."""
    if isinstance(found, Unknown):
        return False
    if lines_of(wanted) == lines_of(found):
        return True
    shown = "\n".join(lines_of(found))
    return _folded_lines(wanted) == _folded_lines(shown if "<" in wanted else str(bare(shown)))


def _folded_lines(text: str) -> list[str]:
    return [line for line in map(folded, lines_of(text)) if line]


# Statuses


def is_closed(ticket: Ticket) -> bool | Unknown:
    """Whether a ticket is closed; unknown where its status isn't told, or is a word that nobody knows."""
    if begins_with_status(ticket.status, ["Closed"]):
        return True
    return False if is_status(ticket.status, _OPEN_STATUSES) else UNKNOWN


def is_open(ticket: Ticket) -> bool:
    """Whether a ticket isn't known to be closed."""
    closed = is_closed(ticket)
    return isinstance(closed, Unknown) or not closed


# Replies


def is_answered(ticket: Ticket, text: str) -> bool:
    """Whether the newest of the customer's own replies has a text, or may have it: no text is to be sent twice."""
    own = _newest(reply for reply in ticket.replies if is_own(reply))
    return any(is_same_text(text, reply.body) for reply in (*own, *_of_anyone(ticket)))


def is_own(reply: Reply) -> bool:
    """Whether a reply is known to be the customer's own."""
    return same_word(reply.type, _OWN_WORDS)


def same_word(word: str | Unknown, words: Sequence[str]) -> bool:
    """Whether a word is one of these."""
    return any(same(other, word) for other in words)


def _of_anyone(ticket: Ticket) -> list[Reply]:
    """Return the replies of which the portal doesn't say whose they are."""
    return [reply for reply in ticket.replies if not same_word(reply.type, (*_OWN_WORDS, *_STAFF_WORDS))]


def _newest(replies: Iterable[Reply]) -> list[Reply]:
    """Return the newest reply; several where neither dates nor ids tell which one it is."""
    found = list(replies)
    if _dates_sort(found):
        found = _last(found, lambda reply: known(reply.date))
    numbers = [_number_of(reply) for reply in found]
    return found if None in numbers else _last(found, _number_of)


def _dates_sort(replies: Sequence[Reply]) -> bool:
    """Whether the dates of replies are all in one form in which they sort as texts do."""
    forms = {re.sub("[0-9]", "0", known(reply.date) or "") for reply in replies}
    return len(forms) == 1 and all(map(_SORTABLE_FORM.fullmatch, forms))


def _last(replies: Sequence[Reply], key_of: Callable[[Reply], Any]) -> list[Reply]:
    """Return the replies of the highest key; each of them has one."""
    highest = max(map(key_of, replies), default=None)
    return [reply for reply in replies if key_of(reply) == highest]


def _number_of(reply: Reply) -> int | None:
    identity = known(reply.id)
    return int(identity) if identity and identity.isdecimal() else None


def newest_text(ticket: Ticket) -> str | None:
    """Return the newest of the customer's own replies, for people."""
    own = _newest(reply for reply in ticket.replies if is_own(reply))
    return "\n".join(lines_of(known(own[-1].body) or "")) or None if own else None


def _own_replies(ticket: Ticket) -> int:
    """Return how many replies are the customer's, or may be."""
    return sum(not same_word(reply.type, _STAFF_WORDS) for reply in ticket.replies)


# Observing


def observe(context: Context, wanted: Wanted) -> Observed:
    """Observe the tickets that may be meant, and the departments where one is needed, or named beside a subject."""
    client = context.client
    if wanted.number is not None:
        return Observed((get_ticket(client, wanted.number.strip()),))
    departments = list_departments(client) if wanted.department else ()
    listed = list_tickets(client)
    found = _find_open(client, listed, wanted, departments)
    if len(found) == 1:
        found = [_completed(get_ticket(client, found[0].number), found[0])]
    elif not found and wanted.state == "open" and not wanted.department:
        departments = list_departments(client)
    return Observed(tuple(found), departments, tuple(ticket.number for ticket in listed))


def _find_open(client: Client, listed: Sequence[Ticket], wanted: Wanted, departments: Sequence[Choice]) -> list[Ticket]:
    """Return the tickets of the wanted subject that are not closed; those of exactly this subject, if there are any.

    Raises:
        SindadError: The portal doesn't tell the subject of an open ticket, which may be the one.

    """
    subject = wanted.subject or ""
    candidates = [ticket for ticket in listed if _may_be_meant(ticket, subject)]
    told = in_parallel(lambda ticket: _told(client, ticket), candidates)
    meant = [ticket for ticket in told if ticket is not None and _may_be_in(ticket, wanted.department, departments)]
    return _called(meant, subject)


def _called(tickets: Sequence[Ticket], subject: str) -> list[Ticket]:
    """Return the open ones of some tickets that have a subject, exactly or, where none has, folded."""
    still_open = [ticket for ticket in tickets if is_open(ticket)]
    alike = [ticket for ticket in still_open if _is_called(ticket, subject)]
    if not alike:
        _refuse_nameless(still_open, subject)
    exact = [ticket for ticket in alike if line_of(known(ticket.subject) or "") == line_of(subject)]
    return exact or alike


def _may_be_meant(ticket: Ticket, subject: str) -> bool:
    """Whether a listed ticket isn't known to be closed, nor to have another subject."""
    return is_open(ticket) and _may_be_called(ticket, subject)


def _refuse_nameless(tickets: Sequence[Ticket], subject: str) -> None:
    """Refuse to go on where one of the tickets has no subject that the portal tells."""
    nameless = [ticket.number for ticket in tickets if isinstance(ticket.subject, Unknown)]
    if nameless:
        raise SindadError(
            f"subject: the portal doesn't report the subject of ticket {', '.join(nameless)}, so nobody can tell "
            f"whether {subject!r} is open: give the number"
        )


def _told(client: Client, ticket: Ticket) -> Ticket | None:
    """Return a listed ticket with its subject and status, from its details if need be; None if it has gone."""
    if _is_whole(ticket) and not isinstance(is_closed(ticket), Unknown):
        return ticket
    try:
        return _completed(get_ticket(client, ticket.number), ticket)
    except NotFound:
        return None


def _completed(ticket: Ticket, listed: Ticket) -> Ticket:
    """Return a ticket with what only the list says of it. A subject that is listed cut short says nothing."""
    listed_subject = listed.subject if _is_whole(listed) else UNKNOWN
    return replace(
        ticket,
        subject=listed_subject if isinstance(ticket.subject, Unknown) else ticket.subject,
        department=listed.department if isinstance(ticket.department, Unknown) else ticket.department,
        date=listed.date if isinstance(ticket.date, Unknown) else ticket.date,
    )


def _may_be_in(ticket: Ticket, department: str | None, departments: Sequence[Choice]) -> bool:
    """Whether a ticket is in a department, or may be as the portal doesn't say in which one it is."""
    if department is None or isinstance(ticket.department, Unknown):
        return True
    meant = [choice for choice in departments if choice.id == department or same(department, choice.name)]
    names = [department, *(name for choice in meant for name in (choice.id, choice.name))]
    return same_word(ticket.department, names)


# Planning


def plan(wanted: Wanted, seen: Observed) -> Plan:
    """Plan a ticket: whether it is there, its newest reply, and whether it is open."""
    if wanted.department and wanted.number is None:
        choose(seen.departments, wanted.department, "department")
    if len(seen.tickets) > 1:
        numbers = ", ".join(ticket.number for ticket in seen.tickets)
        raise SindadError(
            f"subject: several open tickets are called {wanted.subject!r}, give the number of one: {numbers}"
        )
    if seen.tickets:
        return _plan_present(wanted, seen.tickets[0])
    return Plan(result={"ticket": None}) if wanted.state == "closed" else _plan_new(wanted, seen)


def _plan_present(wanted: Wanted, ticket: Ticket) -> Plan:
    """Plan a ticket that is there.

    In a status that nobody knows it is closed if that is wanted, and not re-opened, since nobody may have asked for it.
    """
    _check_subject(wanted, ticket)
    _check_department(wanted, ticket)
    reply = None if wanted.reply is None or is_answered(ticket, wanted.reply) else wanted.reply
    state = _state(ticket)
    reopens = state == "closed" and (reply is not None or wanted.state == "open")
    closes = wanted.state == "closed" and (state != "closed" or reopens)
    before: dict[str, str | None] = {"number": ticket.number, "state": state}
    after: dict[str, str | None] = {**before, "state": _state_after(state, reopens, closes)}
    if wanted.reply is not None:
        before["reply"] = newest_text(ticket)
        after["reply"] = before["reply"] if reply is None else "\n".join(lines_of(reply))
    expected = replace(
        ticket, status=_status_after(ticket, reopens, closes), replies=(*ticket.replies, *_expected_reply(reply))
    )
    changes = _changes(ticket, reopens, reply, closes)
    return Plan(changes, before, after, {"ticket": ticket}, {"ticket": expected}, _warnings(wanted, ticket, reply))


def _state(ticket: Ticket) -> str | None:
    """Return the state of a ticket, open or closed; None where it is unknown."""
    closed = is_closed(ticket)
    if isinstance(closed, Unknown):
        return None
    return "closed" if closed else "open"


def _state_after(state: str | None, reopens: bool, closes: bool) -> str | None:
    """Return the state that a ticket has when the plan was carried out; None where it is unknown."""
    if closes:
        return "closed"
    return "open" if reopens else state


def _status_after(ticket: Ticket, reopens: bool, closes: bool) -> str | Unknown:
    """Return the status that a ticket has when the plan was carried out, in the reference's words."""
    if closes:
        return "Closed"
    return "Open" if reopens else ticket.status


def _changes(ticket: Ticket, reopens: bool, reply: str | None, closes: bool) -> tuple[Change, ...]:
    """Return the steps that are needed: a closed ticket takes no reply."""
    number = ticket.number
    title = f"ticket {number} ({known(ticket.subject) or 'without a subject'})"
    changes = []
    if reopens:
        changes.append(Change("ticket.open", f"re-open {title}", lambda context: set_open(context, number, True)))
    if reply is not None:
        changes.append(Change("ticket.reply", f"reply to {title}", lambda context: add_reply(context, ticket, reply)))
    if closes:
        changes.append(Change("ticket.close", f"close {title}", lambda context: set_open(context, number, False)))
    return tuple(changes)


def _check_subject(wanted: Wanted, ticket: Ticket) -> None:
    """Refuse another subject than the ticket's."""
    if wanted.subject and not isinstance(ticket.subject, Unknown) and not _is_called(ticket, wanted.subject):
        raise SindadError(
            f"subject: ticket {ticket.number} is called {ticket.subject!r}, and the API can't change that"
        )


def _check_department(wanted: Wanted, ticket: Ticket) -> None:
    """Refuse another department than that of a ticket which is given by its number.

    An id and a name can't be compared without the list of departments, which may hold this one no longer.
    """
    told = known(ticket.department)
    if wanted.number is None or not wanted.department or told is None:
        return
    if wanted.department.isdecimal() == told.isdecimal() and not same(wanted.department, told):
        raise SindadError(f"department: ticket {ticket.number} is in {told!r}, and the API can't change that")


def _warnings(wanted: Wanted, ticket: Ticket, reply: str | None) -> tuple[str, ...]:
    """Say what is unknown, and by what else than the exact words a ticket or reply was recognised."""
    found = []
    if wanted.department and isinstance(ticket.department, Unknown):
        found.append(f"department: the portal doesn't report in which department ticket {ticket.number} is")
    if isinstance(is_closed(ticket), Unknown):
        found.append(_unknown_state(ticket, reply is not None, wanted.state == "closed"))
    subject = known(ticket.subject)
    if wanted.subject and subject is not None and line_of(subject) != line_of(wanted.subject):
        found.append(f"ticket {ticket.number} is taken for {wanted.subject!r}: the portal calls it {subject!r}")
    text = wanted.reply if reply is None else None
    if text is not None and any(is_same_text(text, other.body) for other in _of_anyone(ticket)):
        found.append(
            f"the portal doesn't say whose the replies to ticket {ticket.number} are; one of them has the wanted text, "
            "so it is not sent again"
        )
    return tuple(found)


def _unknown_state(ticket: Ticket, answers: bool, closes: bool) -> str:
    """Say that nobody knows the status of a ticket, and what is sent all the same."""
    said = (
        f"the portal says that ticket {ticket.number} is {known(ticket.status)!r}, which is not a known status, so nobody "
        "can tell whether it is open"
    )
    if answers:
        said += "; the reply is sent without re-opening it"
    if closes:
        said += "; it is closed all the same, and nobody can tell whether that changes anything"
    return said


def _expected_reply(reply: str | None) -> tuple[Reply, ...]:
    return () if reply is None else (Reply(UNKNOWN, UNKNOWN, "Client", UNKNOWN, reply),)


def _plan_new(wanted: Wanted, seen: Observed) -> Plan:
    """Plan a new ticket."""
    if not wanted.department:
        names = ", ".join(map(str, seen.departments)) or "none"
        raise SindadError(f"department is required to open a ticket; available: {names}")
    department = choose(seen.departments, wanted.department, "department")
    if not wanted.body:
        raise SindadError("body is required to open a ticket")
    new = NewTicket(wanted.subject or "", department, wanted.body, wanted.reply, frozenset(seen.present))
    then = " and reply to it" if wanted.reply is not None else ""
    summary = f"open ticket {wanted.subject!r} in department {department.name}{then}"
    given = {"subject": wanted.subject, "department": department.name, "body": wanted.body, "reply": wanted.reply}
    after = {name: value for name, value in given.items() if value is not None}
    expected = Ticket("", new.subject, department.name, "Open", UNKNOWN, new.body, _expected_reply(wanted.reply))
    change = Change("ticket.create", summary, lambda context: create(context, new))
    return Plan((change,), None, {**after, "state": "open"}, {"ticket": None}, {"ticket": expected})


# Changing


@dataclass(frozen=True)
class NewTicket:
    """A ticket to open.

    Attributes:
        present: The numbers of the tickets that are there already.

    """

    subject: str
    department: Choice
    body: str
    reply: str | None
    present: frozenset[str]

    @property
    def fields(self) -> dict[str, Any]:
        """What is sent; the reference wants the department's id as a number."""
        identity = self.department.id
        return {
            "dept_id": int(identity) if identity.isascii() and identity.isdigit() else identity,
            "subject": self.subject,
            "body": self.body,
        }


def create(context: Context, new: NewTicket) -> dict[str, Any]:
    """Open a ticket, find out its number, and reply to it (reference: Create Ticket). Returns the ticket."""
    client = context.client
    told: list[str] = []
    found: list[Ticket] = []

    def read_number(body: Any) -> None:
        number = made_in(body, "ticket_number", "ticket", "ticket_id", "number")
        told[:] = [number] if number else []

    def is_there() -> bool:
        found[:] = _find_new(client, new, told)
        return bool(found)

    request = Request(
        what=f"opening ticket {new.subject!r}",
        operation="create_ticket",
        body=new.fields,
        effect=is_there,
        answered=read_number,
    )
    call_and_wait(client, context.policy, request)
    try:
        if not found and not is_there():
            return _not_shown_yet(context, new, told)
        return {"ticket": _finish_new(context, new, found)}
    except SindadError as error:
        error.results = {"ticket": {"number": found[0].number if len(found) == 1 else None, "subject": new.subject}}
        raise error.within(f"ticket {new.subject!r} was opened. Then") from None


def _find_new(client: Client, new: NewTicket, told: Sequence[str]) -> list[Ticket]:
    """Return the ticket that was opened: the one of the number that was told, or those of its subject that are new.

    A number that is told and not found (or is none at all) decides nothing.
    """
    for number in told:
        if number not in new.present:
            try:
                return [get_ticket(client, number)]
            except NotFound:
                pass
    unseen = [ticket for ticket in list_tickets(client) if ticket.number not in new.present]
    complete = [ticket for ticket in in_parallel(lambda each: _told(client, each), unseen) if ticket is not None]
    return [ticket for ticket in complete if _is_called(ticket, new.subject)]


def _not_shown_yet(context: Context, new: NewTicket, told: Sequence[str]) -> dict[str, Any]:
    """Return what is known of a ticket that was accepted and that nobody waits for.

    Raises:
        SindadError: A reply should follow, and nobody knows to what.

    """
    if new.reply is not None:
        raise SindadError("the portal doesn't show it yet, so the reply was not sent: run this again later")
    context.warn(f"ticket {new.subject!r} was accepted by the portal, which doesn't show it yet")
    return {"ticket": {"number": told[0] if told else None, "subject": new.subject}}


def _finish_new(context: Context, new: NewTicket, found: Sequence[Ticket]) -> Ticket:
    """Reply to a new ticket, and return it as it is then.

    Raises:
        SindadError: That failed; or several are new; or the portal gave it another subject, so the next run
            would open another one.

    """
    if len(found) > 1:
        numbers = ", ".join(ticket.number for ticket in found)
        raise SindadError(f"several new tickets have this subject, give the number of one: {numbers}")
    number = found[0].number
    ticket = get_ticket(context.client, number)
    if not isinstance(ticket.subject, Unknown) and not _is_called(ticket, new.subject):
        raise SindadError(
            f"the portal calls it {ticket.subject!r}, so the next run would open another one: give the number {number}"
        )
    if new.reply is None or is_answered(ticket, new.reply):
        return ticket
    add_reply(context, ticket, new.reply)
    return get_ticket(context.client, number)


def add_reply(context: Context, ticket: Ticket, body: str) -> None:
    """Reply to a ticket (reference: Create Reply).

    A reply that was accepted and that the portal shows in other words counts as seen, with a warning.
    """
    client = context.client
    replies_before = _own_replies(ticket)
    last = [ticket]

    def is_there() -> bool:
        last[0] = get_ticket(client, ticket.number)
        return is_answered(last[0], body)

    request = Request(
        what=f"replying to ticket {ticket.number}",
        operation="create_reply",
        ids=(ticket.number,),
        body={"body": body},
        effect=is_there,
        ended=lambda: is_there() or _own_replies(last[0]) > replies_before,
    )
    call_and_wait(client, context.policy, request)
    if _own_replies(last[0]) > replies_before and not is_answered(last[0], body):
        context.warn(
            f"the portal shows the reply to ticket {ticket.number} in other words, so the next run would send it again"
        )


def set_open(context: Context, number: str, opened: bool) -> None:
    """Re-open or close a ticket (reference: Re-open ticket, Close ticket)."""
    last = {"status": ""}

    def is_done() -> bool | Unknown:
        ticket = get_ticket(context.client, number)
        last["status"] = known(ticket.status) or ""
        closed = is_closed(ticket)
        return UNKNOWN if isinstance(closed, Unknown) else closed != opened

    what = f"{'re-opening' if opened else 'closing'} ticket {number}"
    request = Request(
        what=what,
        operation="re_open_ticket" if opened else "close_ticket",
        ids=(number,),
        effect=is_done,
        state=lambda: last["status"],
    )
    result = call_and_wait(context.client, context.policy, request)
    if context.policy.wait and not result.confirmed:
        context.warn(f"{what} can't be confirmed: the portal gives it the status {last['status']!r}, which is unknown")


def report(context: Context, wanted: Wanted, done: Plan) -> dict[str, Any]:
    """Return the ticket as it is after it was changed; a new one is returned by its creation."""
    ticket = done.result["ticket"]
    return {} if ticket is None else {"ticket": _completed(get_ticket(context.client, ticket.number), ticket)}


TASK = Task(wanted_ticket, observe, plan, report)
