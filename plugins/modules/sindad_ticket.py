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
  - A ticket is identified by its number (O(number)), or by its subject (O(subject), and O(department) if that is given)
    among the tickets that are not closed. So a task that runs every day opens one ticket, and opens another only after
    the first was closed.
  - A ticket whose status is C(Closed), or for example C(Closed by client), is closed. One that is C(Open), C(Answered),
    C(Client-Reply), C(Customer-Reply), C(In-Progress) or C(On Hold) is open. For any other status it is unknown whether
    the ticket is open, and a warning gives the status. It may be the ticket of the wanted O(subject), so no other one is
    opened. A O(reply) is sent without re-opening the ticket, and O(state=closed) closes it at each run.
  - If the answer to a new ticket or a reply is lost, or doesn't say whether it was accepted, the request is not sent
    again. The module then looks at the portal to find out.
author:
  - Sindad cloud collection contributors (@sindad)
extends_documentation_fragment:
  - sindad.cloud.auth
  - sindad.cloud.wait.quick
  - sindad.cloud.attributes
options:
  number:
    description:
      - The number of the ticket, whether it is open or closed. If there is no such ticket, the task fails.
      - One of O(number) and O(subject) is required. A null or empty value counts as not given.
    type: str
  subject:
    description:
      - The subject. If several open tickets have it, the task fails and lists their numbers. It also fails if the
        portal doesn't report the subject of an open ticket, since that ticket may be the one.
      - Blanks and HTML entities are ignored in the comparison. If no open ticket has exactly this subject, letter case
        and Arabic and Persian forms of a letter are ignored too, and a warning gives the subject as the portal has it.
      - If the list of tickets shows only the beginning of a subject, the ticket's details provide the whole subject.
      - The API can't change the subject, so with O(number) it must be the ticket's subject.
    type: str
  department:
    description:
      - The department, by its id or its name. Required to open a ticket. If there is no such department, the task fails
        and lists the departments.
      - The API can't change the department, so with O(number) it must be the ticket's department as the portal reports
        it for the ticket. An id is not compared with a name then.
    type: str
  body:
    description:
      - The text of a new ticket. Required to open one, and not compared later. With O(number) it is not used; use
        O(reply) to add a text.
    type: str
  reply:
    description:
      - A reply to add to the ticket, unless your own newest reply has the same text. HTML, blanks at the ends of lines,
        letter case, and Arabic and Persian forms of a letter are ignored in the comparison.
      - If the portal doesn't report who wrote a reply, or which reply is the newest, the text is not added if the
        ticket has it already.
      - A closed ticket is re-opened for a reply, and closed again by O(state=closed).
    type: str
  state:
    description:
      - V(open) opens a ticket if no open one has the O(subject), and re-opens a closed one that is given by O(number).
      - V(closed) closes the ticket, after adding the O(reply). If no open ticket has the O(subject), nothing changes.
    type: str
    choices: [open, closed]
    default: open
seealso:
  - module: sindad.cloud.sindad_ticket_info
"""

EXAMPLES = r"""
- name: Report a broken disk to support, once
  sindad.cloud.sindad_ticket:
    subject: Disk 2 of db.example.ir has failed
    department: Technical Support
    body: |
      The RAID controller reports a failed disk in bay 2.
      Please replace it at any time.
  register: opened

- name: Add what was found out since
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
    - The ticket as it is afterwards, in check mode as it would be. The number of a new ticket is null in check mode.
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
  returned: when a request failed
  type: dict
  sample: {operation: create_ticket, method: POST, path: /tickets, status: 422, errors: [Unknown department]}
api_calls:
  description: How many requests the task sent, by operation.
  returned: with verbosity 3 or more
  type: dict
  sample: {list_tickets: 1, list_ticket_departments: 1, create_ticket: 1, ticket_details: 2}
"""

from ansible_collections.sindad.cloud.plugins.module_utils._module import ModuleSpec, quick_wait_options, run
from ansible_collections.sindad.cloud.plugins.module_utils._resources import ticket

SPEC = ModuleSpec(
    options={
        **quick_wait_options(),
        "number": {"type": "str"},
        "subject": {"type": "str"},
        "department": {"type": "str"},
        "body": {"type": "str"},
        "reply": {"type": "str"},
        "state": {"type": "str", "choices": ["open", "closed"], "default": "open"},
    },
    task=ticket.TASK,
    rules={"required_one_of": [("number", "subject")]},
)


def main() -> None:
    """Run the module."""
    run(SPEC)


if __name__ == "__main__":
    main()
