#!/usr/bin/python
# -*- coding: utf-8 -*-

# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Ask for support tickets and download their attachments."""

from __future__ import annotations

DOCUMENTATION = r"""
module: sindad_ticket_info
short_description: Get support tickets and their attachments
version_added: 0.1.0
description:
  - Returns the support tickets of a Sindad account, all of them or one with its replies, and the departments.
  - Downloads an attachment to a local file, which is written in one step, and not again if it is there with the same
    content.
author:
  - Sindad cloud collection contributors (@sindad)
extends_documentation_fragment:
  - sindad.cloud.auth
  - sindad.cloud.attributes
  - ansible.builtin.files
attributes:
  diff_mode:
    details:
      - Only a downloaded file is compared, by its checksum.
options:
  number:
    description:
      - Return only the ticket with this number, with its text and replies. If there is none, the task fails.
    type: str
  statuses:
    description:
      - Return only tickets in one of these statuses, such as V(Open) or V(Answered).
    type: list
    elements: str
  attachment:
    description:
      - The id of an attachment to download to O(dest). RV(attachments) has those of the ticket O(number).
      - With O(number) the portal is told which ticket the attachment belongs to.
    type: str
  dest:
    description:
      - The file to write the O(attachment) to. Its directory must be there.
    type: path
seealso:
  - module: sindad.cloud.sindad_ticket
"""

EXAMPLES = r"""
- name: List the tickets that wait for us
  sindad.cloud.sindad_ticket_info:
    statuses:
      - Answered
  register: waiting

- name: Read a ticket
  sindad.cloud.sindad_ticket_info:
    number: 700101
  register: read

- name: Download its attachments
  sindad.cloud.sindad_ticket_info:
    number: 700101
    attachment: "{{ item.id }}"
    dest: "/tmp/{{ item.name | basename }}"
    mode: "0600"
  loop: "{{ read.attachments }}"
"""

RETURN = r"""
tickets:
  description:
    - The tickets, in the portal's order.
    - The text and the replies are there if O(number) is given.
  returned: success
  type: list
  elements: dict
  sample:
    - number: "700101"
      subject: Disk of backup.example.ir is slow
      department: Technical Support
      status: Answered
      date: "2026-10-02 08:15:00"
      body: Writes take seconds since this morning.
      replies:
        - id: "929"
          name: Support Staff
          type: Admin
          date: "2026-10-02 09:01:00"
          body: The disk will be replaced tonight.
departments:
  description: The departments that a ticket can be opened in; empty where the portal doesn't tell.
  returned: success
  type: list
  elements: dict
  sample: [{id: "1", name: Technical Support}]
attachments:
  description: The attachments of the ticket O(number) and its replies.
  returned: success
  type: list
  elements: dict
  sample: [{id: "5001", name: iostat.txt}]
dest:
  description: The file that the attachment was written to. Its mode, owner and size are returned beside it.
  returned: when O(attachment) is given
  type: str
  sample: /tmp/iostat.txt
checksum:
  description: The SHA-1 checksum of the attachment.
  returned: when O(attachment) is given
  type: str
  sample: 6e642bb8dd5c2e027bf21dd923337cbb4214f827
plan:
  description: One sentence for each change, the same in check mode and in a real run.
  returned: success
  type: list
  elements: str
  sample: [write attachment 5001 to /tmp/iostat.txt]
failure:
  description: The call that failed, with the portal's own words.
  returned: when the portal refused something
  type: dict
  sample:
    operation: ticket_attachment
    method: GET
    path: /ticket/attachment/5001
    status: 404
    errors: [Attachment 5001 not found]
api_calls:
  description: How many requests of each operation the task took.
  returned: with verbosity 3 or more
  type: dict
  sample: {list_tickets: 1, list_ticket_departments: 1}
"""

import base64
import hashlib
import os
import re

from ansible_collections.sindad.cloud.plugins.module_utils._client import NOT_JSON, NotFound, SindadError
from ansible_collections.sindad.cloud.plugins.module_utils._module import run
from ansible_collections.sindad.cloud.plugins.module_utils._operations import OPERATIONS
from ansible_collections.sindad.cloud.plugins.module_utils._plan import Change, Plan
from ansible_collections.sindad.cloud.plugins.module_utils._records import (
    Template,
    Ticket,
    as_dict,
    as_list,
    pick,
    same,
    text,
    unwrap,
)
from ansible_collections.sindad.cloud.plugins.module_utils._resources import account

OPTIONS = {
    "number": {"type": "str"},
    "statuses": {"type": "list", "elements": "str"},
    "attachment": {"type": "str"},
    "dest": {"type": "path"},
}


def tickets(client, params):
    """Return the tickets that are asked for."""
    if params["number"]:
        found = [account.get_ticket(client, params["number"])]
    else:
        found = [Ticket.read(entry) for entry in as_list(unwrap(client.call("list_tickets"), "tickets"))]
    return [ticket for ticket in found if params["statuses"] is None or same(ticket.status, *params["statuses"])]


def departments(client):
    """Return the departments; none where the portal has no list of them (reference: List ticket departments)."""
    try:
        return Template.read_list(client.call("list_ticket_departments"), "departments")
    except NotFound:
        return ()


def attachments(ticket):
    """Return the attachments of a ticket and its replies."""
    parts = [ticket.raw, *as_list(ticket.raw.get("replies"))]
    found = [entry for part in parts for entry in as_list(part.get("attachments"))]
    return [
        {"id": text(pick(entry, "id", "_key")), "name": text(pick(entry, "name", "filename", "org_filename"))}
        for entry in found
    ]


def download(client, params):
    """Return an attachment's content, which comes as it is or as Base64 in JSON (reference: Ticket attachment)."""
    query = {"number": params["number"]} if params["number"] else None
    answer, content = client.fetch(OPERATIONS["ticket_attachment"], params["attachment"], query=query)
    found = None if answer is NOT_JSON else unwrap(answer, "attachment", "file")
    keys = ("content", "data", "contents", "body", "base64")
    encoded = next((as_dict(found)[key] for key in keys if key in as_dict(found)), found)
    if not isinstance(encoded, str) or not isinstance(answer, dict):
        return content
    try:
        return base64.b64decode(re.sub("^data:[^,]*,|[\r\n]", "", encoded), validate=True)
    except ValueError:
        return content


def checksum(content):
    """Return a checksum as Ansible's own file modules do."""
    return hashlib.sha1(content, usedforsecurity=False).hexdigest()


def present(path):
    """Return the checksum of a local file; None if it isn't there."""
    if not os.path.isdir(os.path.dirname(path) or "."):
        raise SindadError(f"dest: there is no directory {os.path.dirname(path)}")
    try:
        with open(path, "rb") as file:
            return checksum(file.read())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SindadError(f"dest: {path} can't be used: {error.strerror}") from None


def observe(client, params, patience):
    """Observe what is asked for, and with an attachment both its content and the local file."""
    known = present(params["dest"]) if params["dest"] else None
    found = tickets(client, params)
    listed = [{"id": department.id, "name": department.name} for department in departments(client)]
    files = [entry for ticket in found for entry in attachments(ticket)]
    results = {"tickets": found, "departments": listed, "attachments": files}
    if params["attachment"] is None:
        return results, None, None
    content = download(client, params)
    results.update(dest=params["dest"], checksum=checksum(content))
    return results, content, known


def plan(params, seen):
    """Plan to write the attachment if the file hasn't its content."""
    results, content, known = seen
    if content is None:
        return Plan(result=results)
    before = {"dest": params["dest"], "checksum": known}
    if known == results["checksum"]:
        return Plan((), before, before, results)
    args = {"dest": params["dest"], "content": base64.b64encode(content).decode()}
    change = Change("local.file", f"write attachment {params['attachment']} to {params['dest']}", args)
    return Plan((change,), before, {**before, "checksum": results["checksum"]}, results)


def main():
    run(OPTIONS, observe, plan, required_together=[("attachment", "dest")], add_file_common_args=True)


if __name__ == "__main__":
    main()
