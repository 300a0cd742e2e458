#!/usr/bin/python
# -*- coding: utf-8 -*-

# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Bring a whole fleet to the state that a file describes."""

from __future__ import annotations

DOCUMENTATION = r"""
module: sindad_fleet
short_description: Plan and apply a fleet file
version_added: 0.1.0
description:
  - Compares the services that a fleet file names with the account, and brings them to the wanted state.
  - Plans with the same planners as the single modules, observes the account once with several requests at a time,
    and applies the changes of different resources in parallel. Names are changed first, and destruction comes last.
  - A service that the file doesn't name is never touched. What a file leaves out is unmanaged.
  - A machine is identified by its exact name. If no machine has exactly that name, a machine whose name differs only in
    letter case, Arabic and Persian forms of a letter or digit, blanks, or invisible marks is used, with a warning.
    Such a machine is never rebuilt. If several machines match in this way, the task fails.
  - A value that the portal doesn't report never causes a change. If a machine's size, system or power state is missing
    or isn't understood, it is left as it is, and a warning names the module that can set it. With C(prune), a machine
    whose name isn't reported is left. If an answer can't be read at all, the task fails before anything is changed.
  - In addition to a fleet's C(protected), the names, ids and patterns in the environment variable E(SINDAD_PROTECTED)
    (separated by commas) protect machines and servers from being destroyed, rebuilt, reinstalled or stopped.
  - The playbooks C(sindad.cloud.fleet_plan), C(sindad.cloud.fleet_apply) and C(sindad.cloud.fleet_export) and the role
    P(sindad.cloud.fleet#role) use it.
author:
  - Sindad cloud collection contributors (@sindad)
extends_documentation_fragment:
  - sindad.cloud.auth
  - sindad.cloud.wait
  - sindad.cloud.attributes
options:
  wait_timeout:
    description:
      - Seconds to wait for each change of a machine. A reinstall gets three times as long.
    default: 1200
  fleet_file:
    description:
      - The fleet file, or a folder whose C(*.yml) files form one fleet, in the order of their names. It is read on the
        controller. Its values may be templates, and it may be encrypted with C(ansible-vault), as a whole or value by
        value.
      - Error messages give the file, line and column.
    type: path
  fleet:
    description:
      - The wanted state, as the content of a fleet file. Its keys are described in the guide to fleets.
      - With O(plan_file), it must be the fleet that was planned. It provides the passwords that a plan doesn't hold.
    type: dict
  plan_file:
    description:
      - A saved plan, made from the result RV(saved_plan). It is applied exactly. If the account has changed so that a
        planned change is no longer the same, the task fails before any change.
      - It must be a regular file that holds a complete plan and nothing else. Differences that the plan doesn't hold
        are left, with a warning.
    type: path
  only:
    description:
      - The services to look at, as the file or the portal names them, or single machines as C(service/name). An entry
        that isn't in the file is an error, and so is an empty string. For a single machine, nothing else of its service
        is planned.
    type: list
    elements: str
  max_destroy:
    description:
      - How many machines and servers may be destroyed or replaced (rebuilt or reinstalled) at most, as a number for the
        whole run such as V(1), or a percentage of each service's machines such as V(10%). A plan beyond this limit is
        refused before the first change. When a fleet is planned, the default is 1.
      - A saved plan keeps the limit it was made with. If another limit is given, the stricter one applies.
    type: str
  passwords_file:
    description:
      - The file that keeps the passwords that the portal generates for new, rebuilt and reinstalled machines, in YAML
        by service id and name (for a server, its id). Existing entries are kept, and only the file's owner can read it.
        It can't be in the folder of O(fleet_file).
      - The passwords are neither returned nor shown. Without this file, a plan that would generate one gives a warning.
    type: path
  workers:
    description:
      - How many requests to send at a time.
    type: int
    default: 8
seealso:
  - module: sindad.cloud.sindad_fleet_info
  - module: sindad.cloud.sindad_vm
"""

EXAMPLES = r"""
- name: See what would change
  sindad.cloud.sindad_fleet:
    fleet:
      defaults: {template: Debian 12, memory: 2048, cpu: 1, disk: 20}
      services:
        - service: web-cluster
          vms:
            - {name: web-1, memory: 4096, cpu: 2, disk: 40}
            - {name: web-9}
  check_mode: true
  register: planned

- name: Save the plan for a review
  ansible.builtin.copy:
    content: "{{ planned.saved_plan | ansible.builtin.to_nice_json }}"
    dest: /tmp/plan.json
    mode: "0600"

- name: Keep a fleet in a file
  ansible.builtin.copy:
    content: "services: [{service: web-cluster, vms: [{name: web-1, memory: 8192}]}]"
    dest: /tmp/fleet.yml
    mode: "0644"

- name: See what the file would change in one service
  sindad.cloud.sindad_fleet:
    fleet_file: /tmp/fleet.yml
    only: [web-cluster]
  check_mode: true

- name: Apply exactly the saved plan
  sindad.cloud.sindad_fleet:
    plan_file: /tmp/plan.json
"""

RETURN = r"""
plan:
  description: "One line for each change: C(+ create), C(~ change), C(-/+ replace), C(- destroy), C(! refused)."
  returned: when the fleet could be observed
  type: list
  elements: str
  sample: ["+ create VM web-9 in service 401 (Debian 12, 2048 MB, 1 CPU, 20 GB)"]
changes:
  description: What happens to each resource that changes, and its managed fields before and after.
  returned: when the fleet could be observed
  type: list
  elements: dict
  sample:
    - resource: VM web-9 of service 401
      service: "401"
      action: create
      summary: ["create VM web-9 in service 401 (Debian 12, 2048 MB, 1 CPU, 20 GB)"]
      before: null
      after: {name: web-9, template: Debian 12, memory: 2048, cpu: 1, disk: 20, status: running}
      refused: []
fleet:
  description: The wanted state with its defaults filled in, without passwords.
  returned: when the fleet could be observed
  type: dict
  sample: {services: [{service: "401", vms: [{name: web-9, memory: 2048}]}]}
summary:
  description:
    - How many resources are created, changed, replaced (rebuilt or reinstalled, which erases their disks), destroyed,
      refused, failed and unchanged, and how many machines the file doesn't name.
  returned: when the fleet could be observed
  type: dict
  sample: {created: 1, changed: 0, replaced: 0, destroyed: 0, refused: 0, failed: 0, unchanged: 12, unlisted: 0}
unlisted:
  description: One line for each machine of a listed service that the file doesn't name. Such machines are left as they
    are.
  returned: when the fleet could be observed
  type: list
  elements: str
  sample: ["? VM test (2009) of service 401 is not in the file"]
warned:
  description: Resources for which nothing is planned although they differ from the file, or may differ; a warning says
    why.
  returned: when the fleet could be observed
  type: list
  elements: str
  sample: ["VM web-2 of service 401"]
left:
  description: Resources that differ from the file but aren't in the saved plan; they are left as they are.
  returned: when the fleet could be observed
  type: list
  elements: str
  sample: ["VM web-2 of service 401"]
failures:
  description: One sentence for each resource whose changes failed. The others were carried out.
  returned: when a change failed, or a password is lost
  type: list
  elements: str
  sample: ["VM web-9 of service 401: the portal refused POST /service/401/vms: not enough memory"]
lost_passwords:
  description: One sentence for each resource that was changed as planned, but whose generated password couldn't be kept.
    It says how to get in.
  returned: when a change failed, or a password is lost
  type: list
  elements: str
  sample: ["VM web-9 of service 401: done: create VM web-9 in service 401; reset the password in the panel"]
saved_plan:
  description: What O(plan_file) takes. It holds no secret.
  returned: when the fleet could be observed
  type: dict
  sample: {format: 1, made: "2026-11-24T10:00:00+00:00", api_url: "https://my.sindad.com/api", account: ops@example.com}
api_calls:
  description: How many requests the task sent, by operation.
  returned: with verbosity 3 or more
  type: dict
  sample: {list_services: 1, list_vms: 50}
"""

from ansible_collections.sindad.cloud.plugins.module_utils._fleet import task
from ansible_collections.sindad.cloud.plugins.module_utils._module import ModuleSpec, run, wait_options

SPEC = ModuleSpec(
    options={
        **wait_options(1200),
        "fleet_file": {"type": "path"},
        "fleet": {"type": "dict"},
        "plan_file": {"type": "path"},
        "only": {"type": "list", "elements": "str"},
        "max_destroy": {"type": "str"},
        "passwords_file": {"type": "path"},
        "workers": {"type": "int", "default": 8},
    },
    task=task.TASK,
    rules={"mutually_exclusive": [("fleet_file", "fleet")]},
    secret_options=True,  # a fleet may hold the password of a reinstallation
)


def main() -> None:
    """Run the module."""
    run(SPEC)


if __name__ == "__main__":
    main()
