#!/usr/bin/python
# -*- coding: utf-8 -*-

# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Acknowledge a notification of the portal."""

from __future__ import annotations

DOCUMENTATION = r"""
module: sindad_notification
short_description: Acknowledge a notification
version_added: 0.1.0
description:
  - Marks a notification of the portal as read.
author:
  - Sindad cloud collection contributors (@sindad)
extends_documentation_fragment:
  - sindad.cloud.auth
  - sindad.cloud.wait.quick
  - sindad.cloud.attributes
options:
  id:
    description:
      - The id of the notification.
    type: str
    required: true
  state:
    description:
      - V(acknowledged) marks the notification as read. The API can't mark it as unread again.
      - If the portal doesn't report whether it has been read, the request is sent each time, with a warning. If it
        doesn't report it afterwards, a warning says that it can't be confirmed.
    type: str
    choices: [acknowledged]
    default: acknowledged
seealso:
  - module: sindad.cloud.sindad_notification_info
"""

EXAMPLES = r"""
- name: Acknowledge a notification
  sindad.cloud.sindad_notification:
    id: 31
    state: acknowledged

- name: See what is new about invoices
  sindad.cloud.sindad_notification_info:
    new_only: true
    rel_type: invoice
  register: news

- name: Acknowledge all of these
  sindad.cloud.sindad_notification:
    id: "{{ item.id }}"
  loop: "{{ news.notifications }}"
  loop_control:
    label: "{{ item.subject }}"
"""

RETURN = r"""
notifications:
  description: The notification as it is afterwards, in check mode as it would be.
  returned: success
  type: list
  elements: dict
  sample:
    - id: "31"
      subject: Invoice 90002 is due
      body: <p>Invoice <b>90002</b> is due.</p>
      date_added: "2026-11-06 07:00:00"
      rel_type: invoice
      rel_id: "90002"
      seen: true
plan:
  description: One sentence for each change, the same in check mode and in a real run.
  returned: success
  type: list
  elements: str
  sample: ["acknowledge notification 31 (Invoice 90002 is due)"]
failure:
  description: The call that failed, with the portal's own words.
  returned: when a request failed
  type: dict
  sample:
    operation: acknowledge_notification
    method: PUT
    path: /notifications/31/ack
    status: 404
    errors: [Notification 31 not found]
api_calls:
  description: How many requests the task sent, by operation.
  returned: with verbosity 3 or more
  type: dict
  sample: {list_all_portal_notifications: 3, acknowledge_notification: 1}
"""

from ansible_collections.sindad.cloud.plugins.module_utils._module import ModuleSpec, quick_wait_options, run
from ansible_collections.sindad.cloud.plugins.module_utils._resources import notification

SPEC = ModuleSpec(
    options={
        **quick_wait_options(),
        "id": {"type": "str", "required": True},
        "state": {"type": "str", "choices": ["acknowledged"], "default": "acknowledged"},
    },
    task=notification.TASK,
)


def main() -> None:
    """Run the module."""
    run(SPEC)


if __name__ == "__main__":
    main()
