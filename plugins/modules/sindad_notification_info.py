#!/usr/bin/python
# -*- coding: utf-8 -*-

# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Ask for the notifications of the portal."""

from __future__ import annotations

DOCUMENTATION = r"""
module: sindad_notification_info
short_description: Get the notifications of the portal
version_added: 0.1.0
description:
  - Returns the notifications that the portal shows to a Sindad account.
author:
  - Sindad cloud collection contributors (@sindad)
extends_documentation_fragment:
  - sindad.cloud.auth
  - sindad.cloud.attributes.info
options:
  new_only:
    description:
      - Return only notifications that have not been acknowledged.
    type: bool
    default: false
  rel_type:
    description:
      - Return only notifications about this type of item, such as V(invoice) or V(service).
    type: str
  rel_id:
    description:
      - Return only notifications about the item with this id.
    type: str
seealso:
  - module: sindad.cloud.sindad_notification
"""

EXAMPLES = r"""
- name: See what is new
  sindad.cloud.sindad_notification_info:
    new_only: true

- name: See what was said about a service
  sindad.cloud.sindad_notification_info:
    rel_type: service
    rel_id: 512
"""

RETURN = r"""
notifications:
  description:
    - The notifications by the API's own names, in the portal's order. The body may be HTML.
    - If the portal doesn't report whether a notification was read, C(seen) is null.
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
      seen: false
api_calls:
  description: How many requests the task sent, by operation.
  returned: with verbosity 3 or more
  type: dict
  sample: {list_new_portal_notifications: 1}
"""

from ansible_collections.sindad.cloud.plugins.module_utils._module import ModuleSpec, run
from ansible_collections.sindad.cloud.plugins.module_utils._resources import notification

SPEC = ModuleSpec(
    options={"new_only": {"type": "bool", "default": False}, "rel_type": {"type": "str"}, "rel_id": {"type": "str"}},
    task=notification.INFO,
)


def main() -> None:
    """Run the module."""
    run(SPEC)


if __name__ == "__main__":
    main()
