#!/usr/bin/python
# -*- coding: utf-8 -*-

# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Manage the IP addresses of a dedicated server."""

from __future__ import annotations

DOCUMENTATION = r"""
module: sindad_ip
short_description: Manage the IP addresses of a dedicated server
version_added: 0.1.0
description:
  - Sets the reverse-DNS domain of an address, ensures that there are enough addresses in a VLAN, and removes
    addresses.
  - Give O(ip) for one address, or O(vlan) and O(count) for a number of addresses.
  - Addresses are added only if the portal's list shows how many there are.
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
      - If the portal doesn't report the domain of an address, O(domain) is set on each run, with a warning.
options:
  ip:
    description:
      - One address of the server, as the address itself or its id. A particular new address can't be requested.
    type: str
  domain:
    description:
      - The reverse-DNS domain of the address, or of the addresses to add. Required to add addresses.
      - An empty string clears the domain of O(ip).
    type: str
  vlan:
    description:
      - The VLAN that should have O(count) addresses, by its id or name.
    type: str
  count:
    description:
      - The minimum number of addresses in O(vlan). Missing addresses are added with O(domain), in one request.
      - An address whose VLAN the portal doesn't report, or reports as none of the server's VLANs, counts as one in
        O(vlan), with a warning.
    type: int
  state:
    description:
      - V(present) with O(ip) sets its O(domain); with O(vlan) and O(count) it adds missing addresses.
      - V(absent) removes O(ip) from the server.
    type: str
    choices: [present, absent]
    default: present
seealso:
  - module: sindad.cloud.sindad_ip_info
"""

EXAMPLES = r"""
- name: Set the reverse-DNS domain of an address
  sindad.cloud.sindad_ip:
    service: 512
    ip: 185.0.3.10
    domain: db-1.example.ir

- name: Ensure two addresses in the storage network
  sindad.cloud.sindad_ip:
    service: 512
    vlan: storage
    count: 2
    domain: storage.example.ir

- name: Remove an address
  sindad.cloud.sindad_ip:
    service: 512
    ip: 185.0.3.12
    state: absent
"""

RETURN = r"""
ips:
  description:
    - All addresses of the server afterwards; in check mode without those that would be added. Values that the portal
      doesn't report are null.
    - C(vlan) is the VLAN as in the portal's list of addresses, an id or a name. C(vlan_name) is its name if the portal
      reports it.
  returned: success
  type: list
  elements: dict
  sample: [{id: "71", address: 185.0.3.10, domain: db-1.example.ir, vlan: "10", vlan_name: public, main: true}]
added:
  description: The addresses that this task has added, in the same form; none in check mode, as they aren't known yet.
  returned: success, and on failure as far as they are known
  type: list
  elements: dict
  sample: [{id: "74", address: 185.0.3.13, domain: storage.example.ir, vlan: "20", vlan_name: storage, main: false}]
plan:
  description: One sentence for each change, the same in check mode and in a real run.
  returned: success
  type: list
  elements: str
  sample: [add 1 address in VLAN storage to service 512]
failure:
  description: The call that failed, with the portal's own words.
  returned: when a request failed
  type: dict
  sample: {operation: add_ip, method: POST, path: /service/512/ips, status: 422, errors: [No more addresses available]}
api_calls:
  description: How many requests the task sent, by operation.
  returned: with verbosity 3 or more
  type: dict
  sample: {list_ips: 2, add_ip: 1}
"""

from ansible_collections.sindad.cloud.plugins.module_utils._module import (
    PROTECTED_OPTION,
    SERVICE_OPTION,
    ModuleSpec,
    run,
    wait_options,
)
from ansible_collections.sindad.cloud.plugins.module_utils._resources import ip

SPEC = ModuleSpec(
    options={
        **SERVICE_OPTION,
        **PROTECTED_OPTION,
        **wait_options(),
        "ip": {"type": "str"},
        "domain": {"type": "str"},
        "vlan": {"type": "str"},
        "count": {"type": "int"},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    },
    task=ip.TASK,
    rules={
        "required_one_of": [("ip", "vlan")],
        "mutually_exclusive": [("ip", "vlan"), ("ip", "count")],
        "required_together": [("vlan", "count")],
        "required_if": [("state", "absent", ("ip",))],
    },
)


def main() -> None:
    """Run the module."""
    run(SPEC)


if __name__ == "__main__":
    main()
