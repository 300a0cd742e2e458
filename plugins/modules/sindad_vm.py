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
  - A machine is identified by its label (O(name)) within its service, or by its id (O(vmid)).
  - An option that is left out is unmanaged, so it is never compared or changed.
  - A value that the portal doesn't report is unknown. It is left as it is, with a warning. A machine is created only if
    the portal's list shows that no machine has this name.
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
      - O(state=restarted) restarts and O(state=rebuilt) rebuilds the machine on each run.
      - If the portal doesn't report the state of a machine, states that depend on it (such as V(started)) send their
        request on each run, with a warning.
      - If the portal gives a new machine another name than O(name), the task fails. Run again with the old name, the
        task would create another machine; continue with the id and the name in the failed result.
options:
  name:
    description:
      - The label of the machine. If several machines of the service have it, the task fails and lists their ids.
      - If no machine has exactly this name, names are compared without regard to letter case, Arabic and Persian
        forms of a letter or digit, runs of blanks and invisible marks. If this finds one machine, that machine is used,
        and a warning gives its name in the portal. Whatever erases data (V(absent), V(rebuilt),
        O(rebuild=if_template_differs)) needs the exact name, or O(vmid).
      - One of O(name) and O(vmid) is required.
    type: str
  vmid:
    description:
      - The id of the machine.
      - A missing machine can't be created by id.
    type: str
  template:
    description:
      - The operating system, by the id or the name of one of the service's templates. Required to create a machine.
      - O(rebuild) decides what happens if an existing machine has a different system. It is known to differ only if the
        portal reports an installed system that is recognised as another one of the service's templates.
    type: str
  memory:
    description:
      - Memory in MB. Required to create a machine; a different value resizes it.
      - The API takes memory and CPU together. If only one of them is given, the other is sent back as the portal
        reports it.
    type: int
  cpu:
    description:
      - Number of CPU cores. Required to create a machine; a different value resizes it.
    type: int
  disk:
    description:
      - Disk space in GB. Required to create a machine.
      - The API can't resize a disk, so the task fails if the value differs.
    type: int
  rebuild:
    description:
      - What to do if O(template) differs from the system of an existing machine.
      - V(never) leaves the machine as it is and warns.
      - V(if_template_differs) rebuilds it, which erases its disk.
      - Both leave the machine as it is, with a warning, if its installed system is unknown. O(state=rebuilt) rebuilds
        it anyway.
    type: str
    choices: [never, if_template_differs]
    default: never
  state:
    description:
      - V(present) creates the machine if it is missing, and resizes it if needed; its power state is left as it is.
      - V(absent) destroys it with all its data.
      - V(started) and V(stopped) also switch it on or off. V(started) leaves a machine in rescue mode there, with a
        warning.
      - V(restarted) reboots it, or starts it if it is stopped.
      - V(rescued) boots it into rescue mode, V(unrescued) ends rescue mode.
      - V(rebuilt) reinstalls the machine with O(template), or with its current system, which erases its disk.
      - If the portal reports a state that isn't understood, a task that depends on it fails and shows it. If the portal
        reports no state at all, the request is sent, with a warning that it isn't known whether this changes anything.
      - V(started), V(stopped) and V(rescued) create a missing machine; V(restarted), V(unrescued) and V(rebuilt) fail.
    type: str
    choices: [present, absent, started, stopped, restarted, rescued, unrescued, rebuilt]
    default: present
seealso:
  - module: sindad.cloud.sindad_vm_info
"""

EXAMPLES = r"""
- name: Create a web server, or resize it
  sindad.cloud.sindad_vm:
    service: web-cluster
    name: web-9
    template: Debian 12
    memory: 4096
    cpu: 2
    disk: 40
    state: started
  register: created # created.vm.password is the password that the portal has generated
  no_log: true

- name: Switch it off
  sindad.cloud.sindad_vm:
    service: web-cluster
    name: web-9
    state: stopped

- name: Rebuild it with another system
  sindad.cloud.sindad_vm:
    service: web-cluster
    name: web-9
    template: Ubuntu 24.04
    rebuild: if_template_differs
    wait_timeout: 1200
  register: rebuilt
  no_log: true

- name: Destroy it
  sindad.cloud.sindad_vm:
    service: web-cluster
    name: web-9
    state: absent
"""

RETURN = r"""
vm:
  description:
    - The machine as it is afterwards, in check mode as it would be; null once it is gone. A field that the portal
      doesn't report is null.
    - A failed task returns what was known of the machine until then, including the id of a new machine.
  returned: success, and on failure as far as it is known
  type: dict
  contains:
    id:
      description: The id of the machine.
      type: str
      sample: "17228"
    name:
      description: Its label.
      type: str
      sample: web-9
    status:
      description: One of V(running), V(stopped), V(rescue), V(building) and V(unknown).
      type: str
      sample: running
    memory:
      description: Memory in MB.
      type: int
      sample: 4096
    cpu:
      description: Number of CPU cores.
      type: int
      sample: 2
    disk:
      description: Disk space in GB.
      type: int
      sample: 40
    template:
      description: The name of the installed system.
      type: str
      sample: Debian 12
    template_id:
      description: The id of the installed system.
      type: str
      sample: debian-12
    ips:
      description: All addresses, the main ones first.
      type: list
      elements: str
      sample: [198.51.100.5]
    ipv4:
      description: The first public IPv4 address.
      type: str
      sample: 198.51.100.5
    ipv6:
      description: The first public IPv6 address.
      type: str
      sample: 2001:db8::5
    private_ipv4:
      description: The first private IPv4 address.
      type: str
      sample: 10.20.0.5
    service_id:
      description: The id of the service.
      type: str
      sample: "301"
    password:
      description:
        - The password that the portal has set, from its answer or from the details of the machine. Only the run that
          created, rebuilt or rescued the machine returns it, since there may be no other way to get it. Use C(no_log)
          for such a task.
        - If the password was lost with the portal's answer, a warning says so. See also
          O(sindad.cloud.sindad_vm_info#module:reveal).
      type: str
      returned: when the task created, rebuilt or rescued the machine, and the portal reports a password
      sample: "S6nJ-2pqVQk1"
plan:
  description: One sentence for each change, the same in check mode and in a real run.
  returned: success
  type: list
  elements: str
  sample: ["resize VM web-9 of service 301 (memory 2048 to 4096)"]
failure:
  description: The call that failed, with the portal's own words.
  returned: when a request failed
  type: dict
  sample: {operation: resize_vm, method: PUT, path: /service/301/vms/17228, status: 200, errors: [not enough memory]}
api_calls:
  description: How many requests the task sent, by operation.
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
