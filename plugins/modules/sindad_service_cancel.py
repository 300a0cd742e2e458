#!/usr/bin/python
# -*- coding: utf-8 -*-

# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Cancel a service."""

from __future__ import annotations

DOCUMENTATION = r"""
module: sindad_service_cancel
short_description: Cancel a service
version_added: 0.1.0
description:
  - Requests the cancellation of a service, either at the end of the paid period, or immediately,
    B(which destroys what the service holds).
  - No operation of the API shows or withdraws a cancellation for the end of the period.
author:
  - Sindad cloud collection contributors (@sindad)
extends_documentation_fragment:
  - sindad.cloud.auth
  - sindad.cloud.service
  - sindad.cloud.protected
  - sindad.cloud.attributes
attributes:
  idempotent:
    support: partial
    details:
      - A service that is already cancelled or terminated is left as it is.
      - A cancellation for the end of the period can't be read back from the API, so check mode reports it again. If it
        is requested again, the portal refuses it, which counts neither as a failure nor as a change if the refusal says
        that there is a cancellation of this service already. Any other refusal is a failure.
options:
  reason:
    description:
      - The reason for the cancellation, for the provider.
    type: str
  immediate:
    description:
      - Whether to end the service immediately, instead of at the end of the period.
    type: bool
    default: false
  confirm:
    description:
      - The id of the service; its label or domain is not accepted. If it doesn't match, nothing is done.
    type: str
    required: true
seealso:
  - module: sindad.cloud.sindad_service_info
"""

EXAMPLES = r"""
- name: Cancel a service at the end of its period
  sindad.cloud.sindad_service_cancel:
    service: staging
    confirm: 402
    reason: The project has ended.

- name: End another service immediately
  sindad.cloud.sindad_service_cancel:
    service: 403
    confirm: 403
    immediate: true
    reason: Replaced by service 401.
"""

RETURN = r"""
service:
  description: The service afterwards, in check mode as it would be. Its details don't include its category.
  returned: success
  type: dict
  sample:
    id: "403"
    name: Cloud Pool M
    label: ci-runners
    domain: ci.example.ir
    status: Cancelled
    category: null
    category_slug: null
    billing_cycle: Monthly
    total: 60.0
    next_due: "2026-12-30"
plan:
  description: One sentence for each change, the same in check mode and in a real run.
  returned: success
  type: list
  elements: str
  sample: ["cancel service 403 (Cloud Pool M, ci.example.ir, Active) at once"]
failure:
  description: The call that failed, with the portal's own words.
  returned: when a request failed
  type: dict
  sample: {operation: cancel_service, method: POST, path: /service/403/cancel, status: 422, errors: [Unpaid invoice]}
api_calls:
  description: How many requests the task sent, by operation.
  returned: with verbosity 3 or more
  type: dict
  sample: {service_details: 2, cancel_service: 1}
"""

from ansible_collections.sindad.cloud.plugins.module_utils._module import (
    PROTECTED_OPTION,
    SERVICE_OPTION,
    ModuleSpec,
    run,
)
from ansible_collections.sindad.cloud.plugins.module_utils._resources import cancel

SPEC = ModuleSpec(
    options={
        **SERVICE_OPTION,
        **PROTECTED_OPTION,
        "reason": {"type": "str"},
        "immediate": {"type": "bool", "default": False},
        "confirm": {"type": "str", "required": True},
    },
    task=cancel.TASK,
)


def main() -> None:
    """Run the module."""
    run(SPEC)


if __name__ == "__main__":
    main()
