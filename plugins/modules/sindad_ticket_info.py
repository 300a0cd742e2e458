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
  - Downloads an attachment to a local file. The file is written in one step, and not again if it already has the same
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
      - Compares only a downloaded file, by its checksum.
options:
  number:
    description:
      - Return only the ticket with this number, with its text and replies. If there is no such ticket, the task fails.
    type: str
  statuses:
    description:
      - Return only tickets in one of these statuses, such as V(Open) or V(Answered).
    type: list
    elements: str
  attachment:
    description:
      - The id of an attachment to download to O(dest). RV(attachments) lists the attachments of the ticket O(number).
      - With O(number), the portal is told which ticket the attachment belongs to, and the ticket provides its name. If
        the portal doesn't mark an answer as a file, an answer that looks like JSON or a web page is refused, since it
        may be an error, unless the attachment's name has a matching ending.
    type: str
  dest:
    description:
      - The file to write the O(attachment) to. Its directory must exist. The file is replaced in one step.
      - Only a regular file is replaced. A link is followed, unless it belongs to another user and is in a directory
        that others can write to.
      - Before anything is sent, the task checks that the file can be written, and can have the given mode and owner.
    type: path
seealso:
  - module: sindad.cloud.sindad_ticket
"""

EXAMPLES = r"""
- name: List the tickets that are waiting for us
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
    - The text and the replies are included if O(number) is given.
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
  description: The departments in which a ticket can be opened; empty if the portal doesn't report them.
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
  description: The file that the attachment was written to. Its mode, owner and size are returned too.
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
  returned: when a request failed
  type: dict
  sample:
    operation: ticket_attachment
    method: GET
    path: /ticket/attachment/5001
    status: 404
    errors: [Attachment 5001 not found]
api_calls:
  description: How many requests the task sent, by operation.
  returned: with verbosity 3 or more
  type: dict
  sample: {list_tickets: 1, list_ticket_departments: 1}
"""

from ansible_collections.sindad.cloud.plugins.module_utils._module import ModuleSpec, run
from ansible_collections.sindad.cloud.plugins.module_utils._resources import attachment

SPEC = ModuleSpec(
    options={
        "number": {"type": "str"},
        "statuses": {"type": "list", "elements": "str"},
        "attachment": {"type": "str"},
        "dest": {"type": "path"},
    },
    task=attachment.TASK,
    rules={"required_together": [("attachment", "dest")]},
    writes_files=True,
)


def main() -> None:
    """Run the module."""
    run(SPEC)


if __name__ == "__main__":
    main()
