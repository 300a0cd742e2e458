#!/usr/bin/python
# -*- coding: utf-8 -*-

# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Ask for the announcements on the portal's status page."""

from __future__ import annotations

DOCUMENTATION = r"""
module: sindad_status_info
short_description: Get maintenance and incidents from the status page
version_added: 0.1.0
description:
  - Returns the planned maintenance and the incidents that the portal's status page announces. No credentials are
    needed.
author:
  - Sindad cloud collection contributors (@sindad)
extends_documentation_fragment:
  - sindad.cloud.auth
  - sindad.cloud.attributes.info
options:
  id:
    description:
      - Return only the announcement with this id. If there is no such announcement, the task fails.
    type: str
  status:
    description:
      - Return only announcements in this status.
    type: str
    choices: [Scheduled, InProgress, Cancelled, ResolvedFaultIssue, CompletedMaintenance, Finished]
seealso:
  - module: sindad.cloud.sindad_notification_info
"""

EXAMPLES = r"""
- name: See all announcements
  sindad.cloud.sindad_status_info:

- name: See what maintenance is planned
  sindad.cloud.sindad_status_info:
    status: Scheduled
  register: planned

- name: Get one announcement
  sindad.cloud.sindad_status_info:
    id: 3
"""

RETURN = r"""
statuses:
  description: The announcements as the portal has them, in its order. Ids are strings.
  returned: success
  type: list
  elements: dict
  sample:
    - id: "3"
      name: Network maintenance
      description: Core switches are replaced.
      date: "2026-11-20"
      status: Scheduled
      startdate: "2026-12-05 01:00:00"
      enddate: "2026-12-05 03:00:00"
api_calls:
  description: How many requests the task sent, by operation.
  returned: with verbosity 3 or more
  type: dict
  sample: {get_list_statuses: 1}
"""

from ansible_collections.sindad.cloud.plugins.module_utils._module import ModuleSpec, run
from ansible_collections.sindad.cloud.plugins.module_utils._resources import status_page

STATUSES = ["Scheduled", "InProgress", "Cancelled", "ResolvedFaultIssue", "CompletedMaintenance", "Finished"]
SPEC = ModuleSpec(
    options={"id": {"type": "str"}, "status": {"type": "str", "choices": STATUSES}},
    task=status_page.INFO,
    rules={"mutually_exclusive": [("id", "status")]},
)


def main() -> None:
    """Run the module."""
    run(SPEC)


if __name__ == "__main__":
    main()
