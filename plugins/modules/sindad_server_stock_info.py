#!/usr/bin/python
# -*- coding: utf-8 -*-

# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Ask for the servers in stock."""

from __future__ import annotations

DOCUMENTATION = r"""
module: sindad_server_stock_info
short_description: Get the servers that are in stock
version_added: 0.1.0
description:
  - Returns the dedicated servers that Sindad has in stock.
  - Credentials are sent if they are given, but the module doesn't require them. Whether they are needed depends on the
    portal.
author:
  - Sindad cloud collection contributors (@sindad)
extends_documentation_fragment:
  - sindad.cloud.auth
  - sindad.cloud.attributes.info
seealso:
  - module: sindad.cloud.sindad_service_info
"""

EXAMPLES = r"""
- name: See which servers are in stock
  sindad.cloud.sindad_server_stock_info:
  register: stock
"""

RETURN = r"""
servers:
  description: The servers as the portal describes them, in its order. Ids are strings.
  returned: success
  type: list
  elements: dict
  sample: [{id: "71", name: EX-1, cpu: Xeon E-2236, memory: 32768, disk: 2x480 GB SSD, price: "89.00", qty: 4}]
api_calls:
  description: How many requests the task sent, by operation.
  returned: with verbosity 3 or more
  type: dict
  sample: {list_servers_in_stock: 1}
"""

from ansible_collections.sindad.cloud.plugins.module_utils._module import ModuleSpec, run
from ansible_collections.sindad.cloud.plugins.module_utils._resources import stock

SPEC = ModuleSpec(options={}, task=stock.INFO)


def main() -> None:
    """Run the module."""
    run(SPEC)


if __name__ == "__main__":
    main()
