#!/usr/bin/python
# -*- coding: utf-8 -*-

# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Create, change, start, stop, rescue, rebuild and destroy a virtual machine."""

from __future__ import annotations

DOCUMENTATION = r"""
module: sindad_vm
short_description: Manage a virtual machine
version_added: 0.1.0
description:
  - Creates, resizes, starts, stops, restarts, rescues, rebuilds and destroys a virtual machine of a Sindad service.
  - A machine is known by its label (O(name)) within its service, or by its id (O(vmid)).
  - An option that is left out is unmanaged, it is never compared and never changed.
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
      - O(state=restarted) restarts and O(state=rebuilt) rebuilds whenever they are asked for.
options:
  name:
    description:
      - The label of the machine. If several machines of the service have it, the task fails and lists their ids.
      - One of O(name) and O(vmid) is needed.
    type: str
  vmid:
    description:
      - The id of the machine.
      - A machine that isn't there can't be created by id.
    type: str
  template:
    description:
      - The operating system, by the id or the name of one of the service's templates. Needed to create a machine.
      - If it differs from that of an existing machine, see O(rebuild).
    type: str
  memory:
    description:
      - Memory in MB. Needed to create a machine; a different value resizes it.
    type: int
  cpu:
    description:
      - Number of CPU cores. Needed to create a machine; a different value resizes it.
    type: int
  disk:
    description:
      - Disk space in GB. Needed to create a machine.
      - The API can't resize a disk, so a different value fails.
    type: int
  rebuild:
    description:
      - What to do if O(template) differs from that of an existing machine.
      - V(never) leaves the machine as it is and warns.
      - V(if_template_differs) rebuilds it, which erases its disk.
    type: str
    choices: [never, if_template_differs]
    default: never
  state:
    description:
      - V(present) creates the machine if it is missing, and resizes it; its power is left as it is.
      - V(absent) destroys it with all its data.
      - V(started) and V(stopped) also switch it on or off. A machine in rescue mode is left there by V(started), with a
        warning.
      - V(restarted) reboots it; one that is stopped is started.
      - V(rescued) boots it into rescue mode, V(unrescued) ends that.
      - V(rebuilt) installs O(template), or the present one, anew, which erases its disk.
      - V(started), V(stopped) and V(rescued) create a machine that is missing; V(restarted), V(unrescued) and
        V(rebuilt) fail.
    type: str
    choices: [present, absent, started, stopped, restarted, rescued, unrescued, rebuilt]
    default: present
seealso:
  - module: sindad.cloud.sindad_vm_info
"""

EXAMPLES = r"""
- name: Create a web server, or bring it to this size
  sindad.cloud.sindad_vm:
    service: web-cluster
    name: web-9
    template: Debian 12
    memory: 4096
    cpu: 2
    disk: 40
    state: started

- name: Switch it off
  sindad.cloud.sindad_vm:
    service: web-cluster
    name: web-9
    state: stopped

- name: Install it anew with another system
  sindad.cloud.sindad_vm:
    service: web-cluster
    name: web-9
    template: Ubuntu 24.04
    rebuild: if_template_differs
    wait_timeout: 1200

- name: Destroy it
  sindad.cloud.sindad_vm:
    service: web-cluster
    name: web-9
    state: absent
"""

RETURN = r"""
vm:
  description: The machine as it is afterwards, in check mode as it would be; null once it is gone.
  returned: success
  type: dict
  sample:
    id: "17228"
    name: web-9
    status: running
    memory: 4096
    cpu: 2
    disk: 40
    template: Debian 12
    template_id: debian-12
    ips: [198.51.100.5]
    ipv4: 198.51.100.5
    ipv6: null
    private_ipv4: null
    service_id: "301"
plan:
  description: One sentence for each change, the same in check mode and in a real run.
  returned: success
  type: list
  elements: str
  sample: ["resize VM web-9 of service 301 (memory 2048 to 4096)"]
failure:
  description: The call that failed, with the portal's own words.
  returned: when the portal refused something
  type: dict
  sample: {operation: resize_vm, method: PUT, path: /service/301/vms/17228, status: 200, errors: [not enough memory]}
api_calls:
  description: How many requests of each operation the task took.
  returned: with verbosity 3 or more
  type: dict
  sample: {list_vms: 1}
"""

from ansible_collections.sindad.cloud.plugins.module_utils._module import (
    PROTECTED_OPTION,
    SERVICE_OPTION,
    ModuleSpec,
    run,
    wait_options,
)
from ansible_collections.sindad.cloud.plugins.module_utils._resources import vm

SPEC = ModuleSpec(
    options={
        **SERVICE_OPTION,
        **PROTECTED_OPTION,
        **wait_options(),
        "name": {"type": "str"},
        "vmid": {"type": "str"},
        "template": {"type": "str"},
        "memory": {"type": "int"},
        "cpu": {"type": "int"},
        "disk": {"type": "int"},
        "rebuild": {"type": "str", "choices": ["never", "if_template_differs"], "default": "never"},
        "state": {
            "type": "str",
            "choices": ["present", "absent", "started", "stopped", "restarted", "rescued", "unrescued", "rebuilt"],
            "default": "present",
        },
    },
    task=vm.TASK,
    rules={"required_one_of": [("name", "vmid")], "mutually_exclusive": [("name", "vmid")]},
)


def main() -> None:
    """Run the module."""
    run(SPEC)


if __name__ == "__main__":
    main()
