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
  - Requests the cancellation of a service, at the end of the period that is paid for, or at once,
    B(which destroys what it holds).
  - No operation of the API shows a cancellation for the end of the period, or withdraws it.
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
      - A service that is cancelled or terminated already is left as it is.
      - A cancellation for the end of the period can't be read back from the API, so check mode reports it again. When
        it is requested once more, the portal refuses it, which is no failure and no change.
options:
  reason:
    description:
      - Why the service is cancelled, for the provider.
    type: str
  immediate:
    description:
      - Whether to end the service at once, instead of at the end of the period.
    type: bool
    default: false
  confirm:
    description:
      - The id of the service, and nothing else. If it is another one, nothing is done.
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

- name: End another one at once
  sindad.cloud.sindad_service_cancel:
    service: 403
    confirm: 403
    immediate: true
    reason: Replaced by service 401.
"""

RETURN = r"""
service:
  description: The service afterwards, in check mode as it would be. Its details don't say in which category it is.
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
  returned: when the portal refused something
  type: dict
  sample: {operation: cancel_service, method: POST, path: /service/403/cancel, status: 422, errors: [Unpaid invoice]}
api_calls:
  description: How many requests of each operation the task took.
  returned: with verbosity 3 or more
  type: dict
  sample: {service_details: 2, cancel_service: 1}
"""

import re
from dataclasses import replace

from ansible_collections.sindad.cloud.plugins.module_utils._client import SindadError
from ansible_collections.sindad.cloud.plugins.module_utils._module import SERVICE_OPTION, run
from ansible_collections.sindad.cloud.plugins.module_utils._plan import Change, Plan, applies
from ansible_collections.sindad.cloud.plugins.module_utils._records import Service, same, unwrap
from ansible_collections.sindad.cloud.plugins.module_utils._resources.server import confirmed
from ansible_collections.sindad.cloud.plugins.module_utils._wait import act

OPTIONS = {
    **SERVICE_OPTION,
    "reason": {"type": "str"},
    "immediate": {"type": "bool", "default": False},
    "confirm": {"type": "str", "required": True},
}
GONE = ("Cancelled", "Terminated")
#: How portals say that a cancellation has been requested before; an open invoice is another matter.
PENDING = re.compile(
    r"(?!.*(invoice|paid|pay\b|balance))(.*already|.*(cancel|request).*(pending|exist|duplicate|progress|wait)"
    r"|.*(pending|exist|duplicate|another|previous).*(cancel|request))",
    re.IGNORECASE | re.DOTALL,
)


def details(client, service):
    """Return a service with its label."""
    return Service.read(unwrap(client.call("service_details", service), "service"))


def observe(client, params, patience):
    """Observe the service, if it is the confirmed one."""
    confirmed(params)
    return details(client, params["service"])


def plan(params, seen):
    """Plan the cancellation of a service that isn't cancelled yet."""
    before = {"status": seen.status}
    if same(seen.status or "", *GONE):
        return Plan((), before, before, {"service": seen})
    body = {"immediate": "true" if params["immediate"] else "false", "reason": params["reason"] or ""}
    when = "at once" if params["immediate"] else "at the end of its period"
    change = Change("service.cancel", f"cancel service {seen} {when}", {"service": params["service"], "body": body})
    after = replace(seen, status="Cancelled") if params["immediate"] else seen
    return Plan((change,), before, {"status": after.status, "cancelled": when}, {"service": seen}, {"service": after})


@applies("service.cancel")
def cancel(client, args, patience):
    """Request the cancellation (reference: Cancel Service); that it was requested before is as wanted."""
    service, body = args["service"], args["body"]
    gone = (lambda: same(details(client, service).status or "", *GONE)) if body["immediate"] == "true" else None
    what = f"cancellation of service {service}"
    try:
        act(client, "cancel_service", service, body=body, patience=patience, what=what, evidence=gone)
    except SindadError as error:
        if not any(map(PENDING.match, error.errors)) or (gone and not gone()):
            raise
        return {"changed": False}
    return {}


def main():
    run(OPTIONS, observe, plan)


if __name__ == "__main__":
    main()
