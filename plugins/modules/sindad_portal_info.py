#!/usr/bin/python
# -*- coding: utf-8 -*-

# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Find out what of a portal's answers is understood, and record them without anything private."""

from __future__ import annotations

DOCUMENTATION = r"""
module: sindad_portal_info
short_description: Find out what works with a portal, without changing anything
version_added: 0.1.0
description:
  - Sends every operation of the API that only reads, and no other, and reports which answers are understood. Use it
    first with a new account, since portals differ and half of the answers are documented nowhere.
  - An answer is B(understood), B(not offered) (the portal says that there is no such thing), B(refused), or
    B(not understood). The code with which the other modules read the answers decides which are understood.
  - The task goes on after an answer that can't be read. It fails only if the portal can't be reached, refuses the
    credentials, or O(service) names a service that doesn't exist.
  - With O(recording), the answers are anonymised and written to a file. You can send this file with a bug report, and
    the simulator of this collection can replay it. See the guide to the first contact for what it holds.
author:
  - Sindad cloud collection contributors (@sindad)
extends_documentation_fragment:
  - sindad.cloud.auth
  - sindad.cloud.attributes
attributes:
  diff_mode:
    details:
      - Shows only whether a recording is written.
  idempotent:
    support: partial
    details:
      - It never changes anything at the portal. A O(recording) differs on each run, since its values are made up anew.
options:
  service:
    description:
      - Look only at these services, each given by its id, domain or label.
      - By default, up to 20 services of each category are looked at. Of machines, addresses, tickets, invoices,
        contacts and announcements, only the first 20 are ever looked at.
    type: list
    elements: str
  recording:
    description:
      - The file to write the anonymised answers to. Its directory must exist; an existing file is replaced.
      - Only its owner can read it. Look through it before you send it to anyone.
      - Lists in it hold only what was looked at.
    type: path
seealso:
  - module: sindad.cloud.sindad_api
"""

EXAMPLES = r"""
- name: Find out how much of the portal is understood
  sindad.cloud.sindad_portal_info:
  register: portal

- name: Show it
  ansible.builtin.debug:
    var: portal.lines

- name: Record the answers about one service, for a bug report
  sindad.cloud.sindad_portal_info:
    service:
      - 401
    recording: /tmp/recording.json
"""

RETURN = r"""
checks:
  description: The outcome of each operation that reads, in the order of the API reference.
  returned: success
  type: list
  elements: dict
  contains:
    operation:
      description: The operation, as RV(ignore:api_calls) names it.
      type: str
      returned: always
    method:
      description: Always GET.
      type: str
      returned: always
    path:
      description: The path with its placeholders.
      type: str
      returned: always
    outcome:
      description:
        - V(understood), V(not offered), V(refused) or V(not understood).
        - If an operation was sent for several services or records, the first of V(not understood), V(refused),
          V(understood) and V(not offered) that occurred is given.
      type: str
      returned: always
    asked:
      description: For how many services or records it was sent.
      type: int
      returned: always
    records:
      description: How many records were read.
      type: int
      returned: always
    unknown:
      description: The fields of this collection that the portal doesn't report, and for how many records.
      type: dict
      returned: always
    unread:
      description: Keys in the portal's answers that nothing in this collection reads.
      type: list
      elements: str
      returned: always
    remark:
      description: Why no request was sent; empty if one was.
      type: str
      returned: always
    others:
      description: The requests that were not understood, refused or not offered, each with its C(path), C(outcome)
        and C(reason).
      type: list
      elements: dict
      returned: always
  sample:
    - operation: list_vms
      method: GET
      path: /service/@id/vms
      outcome: understood
      asked: 2
      records: 8
      unknown: {VirtualMachine.template: 1}
      unread: [vms.uptime]
      remark: ""
      others:
        - {path: /service/512/vms, outcome: not offered, reason: Method not supported}
modules:
  description:
    - What the outcomes mean for each module (C(module)), and for the inventory. The C(verdict) is V(can be relied on),
      V(works without) (the fields in C(without)) or V(can't be used here); C(why) gives the reasons.
    - Only read requests were tried. Each task itself checks whether the portal carries out its changes.
  returned: success
  type: list
  elements: dict
  sample:
    - module: sindad_vm
      verdict: works without
      without: [VirtualMachine.template]
      why: []
summary:
  description: The number of operations with each outcome, and of services that were not looked at.
  returned: success
  type: dict
  sample: {understood: 33, not_offered: 2, refused: 0, not_understood: 0, services_left_out: 0}
lines:
  description: The same as a table, line by line.
  returned: success
  type: list
  elements: str
  sample: ["GET /service/@id/vms  understood  8"]
report:
  description: The same as a page in Markdown, with a row for each operation. It holds no values of the account.
  returned: success
  type: str
  sample: "# How much of this portal is understood"
plan:
  description: That the recording is written, if O(recording) is given.
  returned: success
  type: list
  elements: str
  sample: [write the recording to /tmp/recording.json]
api_calls:
  description: How many requests the task sent, by operation.
  returned: with verbosity 3 or more
  type: dict
  sample: {list_services: 1, list_vms: 2}
"""

from ansible_collections.sindad.cloud.plugins.module_utils._module import ModuleSpec, run
from ansible_collections.sindad.cloud.plugins.module_utils._survey import task

SPEC = ModuleSpec(
    options={"service": {"type": "list", "elements": "str"}, "recording": {"type": "path"}}, task=task.TASK
)


def main() -> None:
    """Run the module."""
    run(SPEC)


if __name__ == "__main__":
    main()
