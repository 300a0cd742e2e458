#!/usr/bin/python
# -*- coding: utf-8 -*-

# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Start or end the rescue system of a dedicated server."""

from __future__ import annotations

DOCUMENTATION = r"""
module: sindad_rescue
short_description: Start or end the rescue system of a dedicated server
version_added: 0.1.0
description:
  - Boots a dedicated server into a rescue system, and back into its own. For virtual machines use
    M(sindad.cloud.sindad_vm).
author:
  - Sindad cloud collection contributors (@sindad)
extends_documentation_fragment:
  - sindad.cloud.auth
  - sindad.cloud.service
  - sindad.cloud.wait
  - sindad.cloud.attributes
options:
  template:
    description:
      - The rescue system, by the id or the name of one of the server's rescue templates. Required to start one. A
        server that is already in a rescue system stays in it, whichever one it is.
    type: str
  password:
    description:
      - The password of the rescue system. If it is left out, the portal may generate one, see RV(rescue.password).
    type: str
  state:
    description:
      - Whether the server should be in a rescue system.
    type: str
    choices: [present, absent]
    default: present
seealso:
  - module: sindad.cloud.sindad_diagnostics
  - module: sindad.cloud.sindad_reinstall
"""

EXAMPLES = r"""
- name: Start the rescue system
  sindad.cloud.sindad_rescue:
    service: 512
    template: SystemRescue
  register: rescued
  no_log: true

- name: Boot the server's own system again
  sindad.cloud.sindad_rescue:
    service: 512
    state: absent
"""

RETURN = r"""
rescue:
  description: The server's rescue system.
  returned: success, and on failure as it was last seen
  type: dict
  contains:
    status:
      description: One of V(idle), V(running), V(done) and V(failed). Both V(running) and V(done) mean that the server
        is in a rescue system; which of the two is reported depends on the portal.
      type: str
      sample: done
    template:
      description: The rescue system, in the portal's words; null if it isn't reported.
      type: str
      sample: ISPsystem__Sysrescd-x86_64
    progress:
      description: Progress in percent; null if the portal doesn't report it.
      type: int
      sample: 100
    password:
      description:
        - The password that the portal generated. Only the run that started the rescue system without a O(password)
          returns it, even if that run failed, since there is no other way to get it. Use C(no_log) for such a task.
        - If the portal doesn't report the password, or its answer was lost, it is missing, and a warning says so.
      type: str
      returned: when the portal generated one
      sample: "S6nJ-2pqVQk1"
plan:
  description: One sentence for each change, the same in check mode and in a real run.
  returned: success
  type: list
  elements: str
  sample: [start the rescue of service 512 with SystemRescue]
failure:
  description: The call that failed, with the portal's own words.
  returned: when a request failed
  type: dict
  sample: {operation: rescue, method: POST, path: /service/512/rescue, status: 409, errors: [Another is in progress]}
api_calls:
  description: How many requests the task sent, by operation.
  returned: with verbosity 3 or more
  type: dict
  sample: {rescue_status: 4, list_rescue_templates: 1, rescue: 1}
"""

from ansible_collections.sindad.cloud.plugins.module_utils._module import SERVICE_OPTION, ModuleSpec, run, wait_options
from ansible_collections.sindad.cloud.plugins.module_utils._resources import rescue

SPEC = ModuleSpec(
    options={
        **SERVICE_OPTION,
        **wait_options(),
        "template": {"type": "str"},
        "password": {"type": "str", "no_log": True},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    },
    task=rescue.TASK,
)


def main() -> None:
    """Run the module."""
    run(SPEC)


if __name__ == "__main__":
    main()
