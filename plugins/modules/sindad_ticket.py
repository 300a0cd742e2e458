#!/usr/bin/python
# -*- coding: utf-8 -*-

# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Open, answer, close and re-open a support ticket."""

from __future__ import annotations

DOCUMENTATION = r"""
module: sindad_ticket
short_description: Manage a support ticket
version_added: 0.1.0
description:
  - Opens a ticket, replies to it, closes and re-opens it.
  - A ticket is known by its number (O(number)), or by its subject (O(subject), and O(department) if that is given)
    among the tickets that are not closed. So a task that runs every day opens one ticket, and a new one only after
    that was closed.
  - When the answer to a new ticket or a reply is lost, it is not sent again. What the portal then shows decides.
author:
  - Sindad cloud collection contributors (@sindad)
extends_documentation_fragment:
  - sindad.cloud.auth
  - sindad.cloud.attributes
options:
  number:
    description:
      - The number of the ticket, whether it is open or closed. If there is none, the task fails.
      - One of O(number) and O(subject) is needed.
    type: str
  subject:
    description:
      - The subject. If several open tickets have it, the task fails and lists their numbers.
      - Blanks and HTML entities don't count in the comparison, letter case does.
      - The API can't change it, so with O(number) it must be that of the ticket.
    type: str
  department:
    description:
      - The department, by its id or its name. Needed to open a ticket; if there is none, the task fails and lists those
        that there are.
    type: str
  body:
    description:
      - The text of a new ticket. Needed to open one, and not compared later.
    type: str
  reply:
    description:
      - A text to add to the ticket, unless the newest of your own replies is the same text. Line ends and HTML entities
        don't count in the comparison.
      - A closed ticket is re-opened for a reply, and closed again by O(state=closed).
    type: str
  state:
    description:
      - V(open) opens a ticket if none is meant, and re-opens a closed one (O(number)).
      - V(closed) closes the ticket, after the reply. If no open ticket has the O(subject), that is no change.
    type: str
    choices: [open, closed]
    default: open
seealso:
  - module: sindad.cloud.sindad_ticket_info
"""

EXAMPLES = r"""
- name: Tell the support about a broken disk, once
  sindad.cloud.sindad_ticket:
    subject: Disk 2 of db.example.ir has failed
    department: Technical Support
    body: |
      The RAID controller reports a failed disk in bay 2.
      Please replace it at any time.
  register: opened

- name: Add what has come to light
  sindad.cloud.sindad_ticket:
    number: "{{ opened.ticket.number }}"
    reply: The second disk of the mirror is fine.
  when: opened.ticket.number is not none

- name: Close it
  sindad.cloud.sindad_ticket:
    subject: Disk 2 of db.example.ir has failed
    state: closed

- name: Open a closed ticket again
  sindad.cloud.sindad_ticket:
    number: 700102
    reply: The VAT number is still missing.
"""

RETURN = r"""
ticket:
  description:
    - The ticket as it is afterwards, in check mode as it would be; then the number of a new one is null.
    - Null if O(state=closed) and no open ticket has the O(subject).
  returned: success
  type: dict
  sample:
    number: "865650"
    subject: Disk 2 of db.example.ir has failed
    department: Technical Support
    status: Open
    date: "2026-11-24 10:00:00"
    body: The RAID controller reports a failed disk in bay 2.
    replies:
      - id: "930"
        name: Sara Karimi
        type: Client
        date: "2026-11-24 10:05:00"
        body: The second disk of the mirror is fine.
plan:
  description: One sentence for each change, the same in check mode and in a real run.
  returned: success
  type: list
  elements: str
  sample: ["open ticket 'Disk 2 of db.example.ir has failed' in department Technical Support"]
failure:
  description: The call that failed, with the portal's own words.
  returned: when the portal refused something
  type: dict
  sample: {operation: create_ticket, method: POST, path: /tickets, status: 422, errors: [Unknown department]}
api_calls:
  description: How many requests of each operation the task took.
  returned: with verbosity 3 or more
  type: dict
  sample: {list_tickets: 2, list_ticket_departments: 2, create_ticket: 1, ticket_details: 1}
"""

import html
import re
from dataclasses import replace

from ansible_collections.sindad.cloud.plugins.module_utils._client import SindadError
from ansible_collections.sindad.cloud.plugins.module_utils._module import run
from ansible_collections.sindad.cloud.plugins.module_utils._plan import Change, Plan, applies
from ansible_collections.sindad.cloud.plugins.module_utils._records import (
    Reply,
    Template,
    Ticket,
    as_list,
    number,
    same,
    unwrap,
)
from ansible_collections.sindad.cloud.plugins.module_utils._resources import account
from ansible_collections.sindad.cloud.plugins.module_utils._resources.template import choose
from ansible_collections.sindad.cloud.plugins.module_utils._wait import act

OPTIONS = {
    "number": {"type": "str"},
    "subject": {"type": "str"},
    "department": {"type": "str"},
    "body": {"type": "str"},
    "reply": {"type": "str"},
    "state": {"type": "str", "choices": ["open", "closed"], "default": "open"},
}


def plain(value):
    """Return a text as it is compared: without entities, one kind of line ends, no blanks at the ends of lines."""
    value = value or ""
    while value != html.unescape(value):
        value = html.unescape(value)
    value = re.sub(r"<br\s*/?>(\r?\n)?", "\n", value)
    return "\n".join(line.rstrip() for line in value.splitlines()).strip()


def line(value):
    """Return a subject as it is compared."""
    return " ".join(plain(value).split())


def is_open(ticket):
    """Whether a ticket isn't closed."""
    return not same("closed", ticket.status)


def newest_reply(ticket):
    """Return the newest of the customer's own replies."""
    own = [reply for reply in ticket.replies if same("client", reply.type)]
    return max(own, key=lambda reply: (reply.date or "", number(reply.id) or 0, own.index(reply)), default=None)


def answered(ticket, text):
    """Whether the newest of the customer's own replies is this text."""
    newest = newest_reply(ticket)
    return newest is not None and plain(newest.body) == plain(text)


def departments(client):
    """Return the departments (reference: List ticket departments)."""
    return Template.read_list(client.call("list_ticket_departments"), "departments")


def matching(client, subject, names):
    """Return the tickets of this subject that are not closed, if names are given in one of these departments."""
    listed = [Ticket.read(entry) for entry in as_list(unwrap(client.call("list_tickets"), "tickets"))]
    return [
        ticket
        for ticket in listed
        if is_open(ticket)
        and line(ticket.subject) == line(subject)
        and (not names or ticket.department is None or same(ticket.department, *names))
    ]


def observe(client, params, patience):
    """Observe the tickets that may be meant, and the departments where one is named or needed."""
    if params["number"]:
        return [account.get_ticket(client, params["number"])], ()
    wanted = params["department"]
    known = departments(client) if wanted else ()
    names = [wanted, *(department.name for department in known if department.id == wanted)] if wanted else []
    tickets = matching(client, params["subject"], names)
    if len(tickets) == 1:
        tickets = [account.get_ticket(client, tickets[0].number)]
    return tickets, known if tickets or wanted else departments(client)


def plan(params, seen):
    """Plan a ticket: whether it is there, its newest reply, and whether it is open."""
    tickets, known = seen
    subject, reply, closing = params["subject"], params["reply"], params["state"] == "closed"
    if len(tickets) > 1:
        numbers = ", ".join(ticket.number for ticket in tickets)
        raise SindadError(f"subject: several open tickets are called {subject!r}, give the number of one: {numbers}")
    if not tickets:
        return Plan(result={"ticket": None}) if closing else plan_new(params, known)
    ticket = tickets[0]
    if subject and line(subject) != line(ticket.subject):
        raise SindadError(
            f"subject: ticket {ticket.number} is called {ticket.subject!r}, and the API can't change that"
        )
    opened, speaks = is_open(ticket), reply is not None and not answered(ticket, reply)
    reopens, closes = not opened and (speaks or not closing), closing and (opened or speaks)
    steps = [
        (reopens, "ticket.turn", "re-open", {"operation": "re_open_ticket", "open": True}),
        (speaks, "ticket.reply", "reply to", {"body": reply}),
        (closes, "ticket.turn", "close", {"operation": "close_ticket", "open": False}),
    ]
    changes = [
        Change(kind, f"{verb} ticket {ticket.number} ({ticket.subject})", {"number": ticket.number, **args})
        for needed, kind, verb, args in steps
        if needed
    ]
    before = {"number": ticket.number, "state": "open" if opened else "closed"}
    after = {**before, "state": params["state"]}
    if reply is not None:
        before["reply"] = after["reply"] = plain(getattr(newest_reply(ticket), "body", None)) or None
    if speaks:
        after["reply"] = plain(reply)
        ticket = replace(ticket, replies=(*ticket.replies, Reply(None, None, "Client", None, reply)))
    ticket = replace(ticket, status="Closed" if closes else "Open" if reopens else ticket.status)
    return Plan(tuple(changes), before, after, {"ticket": tickets[0]}, {"ticket": ticket})


def plan_new(params, known):
    """Plan a new ticket."""
    if not params["department"]:
        names = ", ".join(f"{department.name} ({department.id})" for department in known)
        raise SindadError(f"department: it is needed to open a ticket; there are: {names or 'none'}")
    department = choose(known, params["department"], "department")
    if not params["body"]:
        raise SindadError("body: it is needed to open a ticket")
    subject, reply, identity = params["subject"], params["reply"], department.id
    given = {"subject": subject, "department": department.name, "body": params["body"], "reply": reply}
    args = {**given, "dept_id": int(identity) if identity.isdigit() else identity}
    summary = f"open ticket {subject!r} in department {department.name}{' and reply to it' if reply else ''}"
    replies = (Reply(None, None, "Client", None, reply),) if reply else ()
    ticket = Ticket("", subject, department.name, "Open", None, params["body"], replies)
    after = {name: value for name, value in given.items() if value is not None}
    change = Change("ticket.create", summary, args)
    return Plan((change,), None, {**after, "state": "open"}, {"ticket": None}, {"ticket": ticket})


@applies("ticket.create")
def create(client, args, patience):
    """Open a ticket; when the answer is lost, the list tells (reference: Create Ticket)."""

    def found():
        return matching(client, args["subject"], [args["department"]])

    answer = act(
        client,
        "create_ticket",
        body={name: args[name] for name in ("dept_id", "subject", "body")},
        patience=patience,
        what=f"opening ticket {args['subject']!r}",
        evidence=lambda: bool(found()),
    )
    answer = unwrap(answer, "ticket")
    opened = Ticket.read(answer).number if isinstance(answer, dict) else str(answer)
    opened = opened or found()[0].number
    if args["reply"]:
        add_reply(client, {"number": opened, "body": args["reply"]}, patience)
    return {"ticket": {"number": opened}}


@applies("ticket.reply")
def add_reply(client, args, patience):
    """Reply to a ticket; when the answer is lost, the replies tell (reference: Create Reply)."""
    identity, body = args["number"], args["body"]
    act(
        client,
        "create_reply",
        identity,
        body={"body": body},
        patience=patience,
        what=f"replying to ticket {identity}",
        evidence=lambda: answered(account.get_ticket(client, identity), body),
    )


@applies("ticket.turn")
def turn(client, args, patience):
    """Close or re-open a ticket (reference: Re-open ticket, Close ticket)."""
    identity = args["number"]
    act(
        client,
        args["operation"],
        identity,
        patience=patience,
        what=f"{'re-opening' if args['open'] else 'closing'} ticket {identity}",
        done=lambda: is_open(account.get_ticket(client, identity)) == args["open"],
    )


def main():
    run(OPTIONS, observe, plan, required_one_of=[("number", "subject")])


if __name__ == "__main__":
    main()
