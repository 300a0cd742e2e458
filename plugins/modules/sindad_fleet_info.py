#!/usr/bin/python
# -*- coding: utf-8 -*-

# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Describe an account as a fleet file."""

from __future__ import annotations

DOCUMENTATION = r"""
module: sindad_fleet_info
short_description: Describe an account as a fleet
version_added: 0.1.0
description:
  - Returns the services of an account as the content of a fleet file whose plan is empty.
  - Values that the portal doesn't report, that aren't understood, or that a fleet file can't hold, are left out, and
    RV(notes) has a sentence on each. An answer that can't be read at all fails the task.
  - The playbook C(sindad.cloud.fleet_export) writes the fleet to a file.
author:
  - Sindad cloud collection contributors (@sindad)
extends_documentation_fragment:
  - sindad.cloud.auth
  - sindad.cloud.attributes.info
options:
  statuses:
    description:
      - Include the services in these statuses, and those whose status the portal doesn't report.
    type: list
    elements: str
    default: [Active]
  workers:
    description:
      - How many requests to send at a time.
    type: int
    default: 8
seealso:
  - module: sindad.cloud.sindad_fleet
"""

EXAMPLES = r"""
- name: Describe the account
  sindad.cloud.sindad_fleet_info:
  register: account

- name: Show it
  ansible.builtin.debug:
    var: account.fleet
"""

RETURN = r"""
fleet:
  description: The account as a fleet, for M(sindad.cloud.sindad_fleet). It holds no password.
  returned: success
  type: dict
  sample:
    services:
      - service: "401"
        label: web-cluster
        vms: [{name: web-1, template: Debian 12, memory: 4096, cpu: 2, disk: 40, power: running}]
titles:
  description: The product and the domain of each service, by the service's id.
  returned: success
  type: dict
  sample: {"401": "Cloud Pool L, web.example.ir"}
notes:
  description: One sentence for each thing that a fleet file can't hold.
  returned: success
  type: list
  elements: str
  sample: ["service 601 (Starter Hosting, Active): it has neither machines nor a server"]
api_calls:
  description: How many requests the task sent, by operation.
  returned: with verbosity 3 or more
  type: dict
  sample: {list_services: 1, list_vms: 50}
"""

from ansible_collections.sindad.cloud.plugins.module_utils._fleet import export
from ansible_collections.sindad.cloud.plugins.module_utils._module import ModuleSpec, run

SPEC = ModuleSpec(
    options={
        "statuses": {"type": "list", "elements": "str", "default": ["Active"]},
        "workers": {"type": "int", "default": 8},
    },
    task=export.TASK,
)


def main() -> None:
    """Run the module."""
    run(SPEC)


if __name__ == "__main__":
    main()
