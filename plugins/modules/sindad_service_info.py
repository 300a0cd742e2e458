#!/usr/bin/python
# -*- coding: utf-8 -*-

# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Ask for services."""

from __future__ import annotations

DOCUMENTATION = r"""
module: sindad_service_info
short_description: Get information about services
version_added: 0.1.0
description:
  - Returns the services of a Sindad account, all of them or one.
author:
  - Sindad cloud collection contributors (@sindad)
extends_documentation_fragment:
  - sindad.cloud.auth
  - sindad.cloud.attributes.info
options:
  service:
    description:
      - Return only this service, by its id, domain or label. If several services match, the task fails and lists their
        ids.
      - An id or a domain takes one request, a label one more for each service of the account (in parallel).
    type: str
  statuses:
    description:
      - Return only services in one of these statuses, such as V(Active) or V(Suspended). A service whose status the
        portal doesn't report is returned too.
    type: list
    elements: str
  gather:
    description:
      - What to request beyond the list of services. Each entry takes one request for each service.
      - V(details) include the label. V(info) and V(power) are available for dedicated servers.
      - Whatever a service doesn't offer is null.
    type: list
    elements: str
    choices: [details, methods, upgrades, info, power]
    default: []
seealso:
  - module: sindad.cloud.sindad_service_label
  - module: sindad.cloud.sindad_vm_info
"""

EXAMPLES = r"""
- name: List the active services
  sindad.cloud.sindad_service_info:
    statuses:
      - Active
  register: active

- name: Get the system and the power state of a dedicated server
  sindad.cloud.sindad_service_info:
    service: 512
    gather:
      - info
      - power
"""

RETURN = r"""
services:
  description:
    - The services, in the portal's order. Values that the portal doesn't report are null.
    - The results of O(gather) are in further keys of the same names. Passwords are not returned.
    - C(label) is known only if O(gather) holds V(details), or if the service was found by its label, since the list of
      services holds no labels.
  returned: success
  type: list
  elements: dict
  sample:
    - id: "301"
      name: Cloud VPS
      label: web-cluster
      domain: web.example.ir
      status: Active
      category: Cloud
      category_slug: cloud
      billing_cycle: Monthly
      total: 9.99
      next_due: "2026-12-30"
      power: {state: "on"}
api_calls:
  description: How many requests the task sent, by operation.
  returned: with verbosity 3 or more
  type: dict
  sample: {list_services: 1}
"""

from ansible_collections.sindad.cloud.plugins.module_utils._module import ModuleSpec, run
from ansible_collections.sindad.cloud.plugins.module_utils._resources import service

SPEC = ModuleSpec(
    options={
        "service": {"type": "str"},
        "statuses": {"type": "list", "elements": "str"},
        "gather": {"type": "list", "elements": "str", "choices": list(service.GATHERERS), "default": []},
    },
    task=service.SERVICES,
)


def main() -> None:
    """Run the module."""
    run(SPEC)


if __name__ == "__main__":
    main()
