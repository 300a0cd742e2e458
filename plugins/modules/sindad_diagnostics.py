#!/usr/bin/python
# -*- coding: utf-8 -*-

# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Run or end diagnostics on a dedicated server."""

from __future__ import annotations

DOCUMENTATION = r"""
module: sindad_diagnostics
short_description: Run or end diagnostics on a dedicated server
version_added: 0.1.0
description:
  - Boots a dedicated server into diagnostics, which can also B(erase its disks).
author:
  - Sindad cloud collection contributors (@sindad)
extends_documentation_fragment:
  - sindad.cloud.auth
  - sindad.cloud.service
  - sindad.cloud.protected
  - sindad.cloud.wait
  - sindad.cloud.attributes
attributes:
  idempotent:
    support: partial
    details:
      - Diagnostics that are under way, or that the portal still reports as done, are not run again. If the portal
        doesn't report completed diagnostics, V(present) runs them again, including O(clear_disks). A run that has
        cleared the disks warns of such a portal.
options:
  template:
    description:
      - What to run, by the id or the name of one of the server's diagnostics templates. Required to start diagnostics.
    type: str
  clear_disks:
    description:
      - Whether to clear the disks, B(which destroys their data). It needs O(confirm).
    type: bool
    default: false
  full_erase:
    description:
      - Whether to erase the disks completely. It needs O(clear_disks).
    type: bool
    default: false
  confirm:
    description:
      - The id of the service, which must be given with O(clear_disks). If it doesn't match, nothing is done.
    type: str
  state:
    description:
      - V(present) runs diagnostics, unless they are under way or reported as done.
      - V(absent) ends diagnostics that are under way.
    type: str
    choices: [present, absent]
    default: present
  wait_timeout:
    default: 3600
seealso:
  - module: sindad.cloud.sindad_rescue
"""

EXAMPLES = r"""
- name: Check the hardware
  sindad.cloud.sindad_diagnostics:
    service: 512
    template: Diagnostics

- name: Erase the disks of a server that is returned
  sindad.cloud.sindad_diagnostics:
    service: 513
    template: Diagnostics
    clear_disks: true
    full_erase: true
    confirm: 513
    wait: false

- name: End diagnostics that are under way
  sindad.cloud.sindad_diagnostics:
    service: 513
    state: absent
"""

RETURN = r"""
diagnostics:
  description: The server's diagnostics.
  returned: success, and on failure as they were last seen
  type: dict
  contains:
    status:
      description: One of V(idle), V(running), V(done) and V(failed).
      type: str
      sample: done
    template:
      description: What runs or ran, in the portal's words; null if it isn't reported.
      type: str
      sample: ISPsystem__Diag-x86_64
    progress:
      description: Progress in percent; null if the portal doesn't report it.
      type: int
      sample: 100
plan:
  description: One sentence for each change, the same in check mode and in a real run.
  returned: success
  type: list
  elements: str
  sample: [start the diagnostics of service 512 with Diagnostics]
failure:
  description: The call that failed, with the portal's own words.
  returned: when a request failed
  type: dict
  sample: {operation: run_diagnostics, method: POST, path: /service/512/diag, status: 409, errors: [Another is running]}
api_calls:
  description: How many requests the task sent, by operation.
  returned: with verbosity 3 or more
  type: dict
  sample: {diagnostics_status: 4, list_diagnostics_templates: 1, run_diagnostics: 1}
"""

from ansible_collections.sindad.cloud.plugins.module_utils._module import (
    PROTECTED_OPTION,
    SERVICE_OPTION,
    ModuleSpec,
    run,
    wait_options,
)
from ansible_collections.sindad.cloud.plugins.module_utils._resources import diagnostics

SPEC = ModuleSpec(
    options={
        **SERVICE_OPTION,
        **PROTECTED_OPTION,
        **wait_options(3600),
        "template": {"type": "str"},
        "clear_disks": {"type": "bool", "default": False},
        "full_erase": {"type": "bool", "default": False},
        "confirm": {"type": "str"},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    },
    task=diagnostics.TASK,
    rules={"required_if": [("clear_disks", True, ("confirm",))]},
)


def main() -> None:
    """Run the module."""
    run(SPEC)


if __name__ == "__main__":
    main()
