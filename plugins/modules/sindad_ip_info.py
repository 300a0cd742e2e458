#!/usr/bin/python
# -*- coding: utf-8 -*-

# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Ask for the IP addresses of a dedicated server."""

from __future__ import annotations

DOCUMENTATION = r"""
module: sindad_ip_info
short_description: Get information about the IP addresses of a dedicated server
version_added: 0.1.0
description:
  - Returns the addresses of a dedicated server, and the VLANs in which it can get more.
author:
  - Sindad cloud collection contributors (@sindad)
extends_documentation_fragment:
  - sindad.cloud.auth
  - sindad.cloud.service
  - sindad.cloud.attributes.info
options:
  ip:
    description:
      - Return only this address, given as the address itself or its id, with its details. They take one more request.
    type: str
seealso:
  - module: sindad.cloud.sindad_ip
"""

EXAMPLES = r"""
- name: List the addresses of a server and the VLANs
  sindad.cloud.sindad_ip_info:
    service: 512
  register: addresses

- name: Get the details of one address
  sindad.cloud.sindad_ip_info:
    service: 512
    ip: 185.0.3.11
"""

RETURN = r"""
ips:
  description:
    - The addresses, in the portal's order. Values that the portal doesn't report are null. An entry without an address
      is left out.
    - C(vlan) is the VLAN as in the portal's list of addresses, an id or a name. C(vlan_name) is its name if the portal
      reports it.
    - If the server doesn't have O(ip), the list is empty.
  returned: success
  type: list
  elements: dict
  sample: [{id: "71", address: 185.0.3.10, domain: db.example.ir, vlan: "10", vlan_name: public, main: true}]
vlans:
  description: The VLANs in which addresses can be added.
  returned: success
  type: list
  elements: dict
  sample: [{id: "10", name: public}]
api_calls:
  description: How many requests the task sent, by operation.
  returned: with verbosity 3 or more
  type: dict
  sample: {list_ips: 1, list_vlans: 1}
"""

from ansible_collections.sindad.cloud.plugins.module_utils._module import SERVICE_OPTION, ModuleSpec, run
from ansible_collections.sindad.cloud.plugins.module_utils._resources import ip

SPEC = ModuleSpec(options={**SERVICE_OPTION, "ip": {"type": "str"}}, task=ip.INFO)


def main() -> None:
    """Run the module."""
    run(SPEC)


if __name__ == "__main__":
    main()
