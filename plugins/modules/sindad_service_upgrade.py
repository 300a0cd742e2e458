#!/usr/bin/python
# -*- coding: utf-8 -*-

# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Estimate and order an upgrade of a service."""

from __future__ import annotations

DOCUMENTATION = r"""
module: sindad_service_upgrade
short_description: Estimate and order an upgrade of a service
version_added: 0.1.0
description:
  - Estimates what other resources, another package or another billing cycle of a service would cost, and orders them
    if O(order=true).
  - Without O(order), nothing is ordered and nothing changes, whether or not in check mode.
author:
  - Sindad cloud collection contributors (@sindad)
extends_documentation_fragment:
  - sindad.cloud.auth
  - sindad.cloud.service
  - sindad.cloud.attributes
attributes:
  idempotent:
    support: partial
    details:
      - Whatever is chosen already is not ordered again, and nothing is ordered if the portal doesn't report what is
        chosen now. An order that the portal hasn't carried out yet, because its invoice is not paid, doesn't show in the
        upgrade options. If it is ordered again, the portal decides what happens.
options:
  resources:
    description:
      - The wanted value of each resource. The keys are the resources' ids or names, as in RV(upgrade_options).
      - For a resource with items to choose from, the value is the id or the name of one item. For a slider or a
        quantity it is a number. For items with a quantity it is a dictionary of one item and its number.
      - A resource that is left out stays as it is.
    type: dict
  package:
    description:
      - The package, by its id or name. The present package is the one that is marked as selected, or has the name of the
        service's product. The portal may also list only other packages than the present one.
    type: str
  cycle:
    description:
      - The billing cycle, by its name in English or Persian or as its code, such as V(Monthly) or V(m). A remark in
        parentheses is ignored in the comparison.
    type: str
  order:
    description:
      - Whether to order what differs from the current choice, B(which costs money).
      - If the current choice is unknown, nothing is ordered and the task fails. It is unknown if several items are marked
        as chosen, if an item has no mark, if the portal's answers contradict each other, if the name of the service's
        product may be that of the wanted package in other words, or if a billing cycle is in words that are not known.
        If each item is marked as not chosen, and the resource says nothing else, there is no choice yet.
    type: bool
    default: false
seealso:
  - module: sindad.cloud.sindad_service_info
"""

EXAMPLES = r"""
- name: Ask what more bandwidth and backup space would cost
  sindad.cloud.sindad_service_upgrade:
    service: 401
    resources:
      Bandwidth: 500 GB
      Additional IPs: 4
      Backup space:
        200 GB: 2
  register: offer

- name: Show it
  ansible.builtin.debug:
    var: offer.estimate

- name: Order the bandwidth and the bigger package
  sindad.cloud.sindad_service_upgrade:
    service: 401
    resources:
      Bandwidth: 500 GB
    package: Professional
    order: true
"""

RETURN = r"""
estimate:
  description: The cost according to the portal. Null if everything is chosen already; then no estimate is requested.
  returned: success
  type: dict
  sample: {currency: USD, total: "4.00", recurring: "30.00"}
upgrade_options:
  description:
    - What can be chosen, as the portal describes it, and what is chosen now. Ids of resources and packages are strings.
  returned: success
  type: dict
  contains:
    resources:
      description: The resources.
      type: list
      elements: dict
      sample: [{id: "1557", name: Bandwidth, type: select, items: [{id: "9953", name: 100 GB, selected: true}]}]
    package:
      description: The packages.
      type: list
      elements: dict
      sample: [{id: "22", name: Professional, price: 40, selected: false}]
plan:
  description: One sentence for each change, the same in check mode and in a real run.
  returned: success
  type: list
  elements: str
  sample: ["upgrade service 401 (Bandwidth: 100 GB to 500 GB, package: Standard to Professional)"]
failure:
  description: The call that failed, with the portal's own words.
  returned: when a request failed
  type: dict
  sample: {operation: upgrade_request, method: POST, path: /service/401/upgrade, status: 422, errors: [Unpaid invoice]}
api_calls:
  description: How many requests the task sent, by operation.
  returned: with verbosity 3 or more
  type: dict
  sample: {upgrade_options: 1, upgrade_request: 1}
"""

from ansible_collections.sindad.cloud.plugins.module_utils._module import SERVICE_OPTION, ModuleSpec, run
from ansible_collections.sindad.cloud.plugins.module_utils._resources import upgrade

SPEC = ModuleSpec(
    options={
        **SERVICE_OPTION,
        "resources": {"type": "dict"},
        "package": {"type": "str"},
        "cycle": {"type": "str"},
        "order": {"type": "bool", "default": False},
    },
    task=upgrade.TASK,
)


def main() -> None:
    """Run the module."""
    run(SPEC)


if __name__ == "__main__":
    main()
