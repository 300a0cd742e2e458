#!/usr/bin/python
# -*- coding: utf-8 -*-

# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Switch a dedicated server on or off, or reboot it."""

from __future__ import annotations

DOCUMENTATION = r"""
module: sindad_power
short_description: Switch a dedicated server on or off, or reboot it
version_added: 0.1.0
description:
  - Switches the power of a dedicated server, or reboots it. For virtual machines use M(sindad.cloud.sindad_vm).
author:
  - Sindad cloud collection contributors (@sindad)
extends_documentation_fragment:
  - sindad.cloud.auth
  - sindad.cloud.service
  - sindad.cloud.wait
  - sindad.cloud.attributes
attributes:
  idempotent:
    support: partial
    details:
      - O(state=rebooted) reboots the server on each run.
      - If the portal doesn't report the power state of a server, the request is sent on each run, with a warning.
options:
  state:
    description:
      - V(on) and V(off) switch the server on and off; the system is not shut down first.
      - V(rebooted) reboots it, or switches it on if it is off.
      - If the portal reports a power state that isn't understood, the task fails and shows it. If the portal reports no
        power state at all, the request is sent, with a warning that it isn't known whether this changes anything.
    type: str
    choices: ["on", "off", "rebooted"]
    required: true
seealso:
  - module: sindad.cloud.sindad_service_info
"""

EXAMPLES = r"""
- name: Switch a server on
  sindad.cloud.sindad_power:
    service: backup.example.ir
    state: "on"

- name: Reboot it
  sindad.cloud.sindad_power:
    service: backup.example.ir
    state: rebooted
"""

RETURN = r"""
power:
  description: The server's power afterwards, in check mode as it would be. C(state) is V(on), V(off) or V(unknown).
  returned: success
  type: dict
  sample: {state: "on"}
plan:
  description: One sentence for each change, the same in check mode and in a real run.
  returned: success
  type: list
  elements: str
  sample: ["power on service 513 (now off)"]
failure:
  description: The call that failed, with the portal's own words.
  returned: when a request failed
  type: dict
  sample: {operation: power_on, method: POST, path: /service/513/poweron, status: 409, errors: [Server is powered on]}
api_calls:
  description: How many requests the task sent, by operation.
  returned: with verbosity 3 or more
  type: dict
  sample: {get_server_state: 3, power_on: 1}
"""

from ansible_collections.sindad.cloud.plugins.module_utils._module import SERVICE_OPTION, ModuleSpec, run, wait_options
from ansible_collections.sindad.cloud.plugins.module_utils._resources import power

SPEC = ModuleSpec(
    options={
        **SERVICE_OPTION,
        **wait_options(),
        "state": {"type": "str", "choices": ["on", "off", "rebooted"], "required": True},
    },
    task=power.TASK,
)


def main() -> None:
    """Run the module."""
    run(SPEC)


if __name__ == "__main__":
    main()
