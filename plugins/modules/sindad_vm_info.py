#!/usr/bin/python
# -*- coding: utf-8 -*-

# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Ask for the virtual machines of a service."""

from __future__ import annotations

DOCUMENTATION = r"""
module: sindad_vm_info
short_description: Get information about virtual machines
version_added: 0.1.0
description:
  - Returns the virtual machines of a Sindad service, and the service's templates and resources.
author:
  - Sindad cloud collection contributors (@sindad)
extends_documentation_fragment:
  - sindad.cloud.auth
  - sindad.cloud.service
  - sindad.cloud.attributes.info
options:
  name:
    description:
      - Return only machines with this label. Letter case, Arabic and Persian forms of a letter or digit, runs of blanks
        and invisible marks are ignored.
    type: str
  vmid:
    description:
      - Return only the machine with this id.
    type: str
  gather:
    description:
      - What to request beyond the list of machines.
      - V(details) takes one request for each machine; V(templates) and V(resources) take one each.
    type: list
    elements: str
    choices: [details, templates, resources]
    default: []
  reveal:
    description:
      - Whether to return the passwords that the portal reports, as C(password) of each machine. This takes one request
        for each machine. Use C(no_log) for such a task.
    type: bool
    default: false
seealso:
  - module: sindad.cloud.sindad_vm
"""

EXAMPLES = r"""
- name: List the machines of a service
  sindad.cloud.sindad_vm_info:
    service: 301
  register: machines

- name: Get one machine and the templates it could be rebuilt with
  sindad.cloud.sindad_vm_info:
    service: web-cluster
    name: web-1
    gather:
      - details
      - templates

- name: Get the password of a machine, if the portal reports it
  sindad.cloud.sindad_vm_info:
    service: web-cluster
    name: web-1
    reveal: true
  register: machine
  no_log: true
"""

RETURN = r"""
vms:
  description: The machines, in the portal's order. A field that the portal doesn't report is null.
  returned: success
  type: list
  elements: dict
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
      description: The password in the details of the machine; null if they hold none.
      type: str
      returned: when O(reveal=true)
      sample: "S6nJ-2pqVQk1"
templates:
  description: The templates that a machine of the service can be created and rebuilt with.
  returned: when O(gather) holds V(templates)
  type: list
  elements: dict
  sample: [{id: debian-12, name: Debian 12}]
resources:
  description: The available and used resources, as the portal describes them.
  returned: when O(gather) holds V(resources)
  type: dict
  sample: {memory: {total: 65536, used: 12288}}
api_calls:
  description: How many requests the task sent, by operation.
  returned: with verbosity 3 or more
  type: dict
  sample: {list_vms: 1}
"""

from ansible_collections.sindad.cloud.plugins.module_utils._module import SERVICE_OPTION, ModuleSpec, run
from ansible_collections.sindad.cloud.plugins.module_utils._resources import vm

SPEC = ModuleSpec(
    options={
        **SERVICE_OPTION,
        "name": {"type": "str"},
        "vmid": {"type": "str"},
        "gather": {"type": "list", "elements": "str", "choices": ["details", "templates", "resources"], "default": []},
        "reveal": {"type": "bool", "default": False},
    },
    task=vm.INFO,
    rules={"mutually_exclusive": [("name", "vmid")]},
)


def main() -> None:
    """Run the module."""
    run(SPEC)


if __name__ == "__main__":
    main()
