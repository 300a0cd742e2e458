#!/usr/bin/python
# -*- coding: utf-8 -*-

# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Set the host name of a dedicated server."""

from __future__ import annotations

DOCUMENTATION = r"""
module: sindad_hostname
short_description: Set the host name of a dedicated server
version_added: 0.1.0
description:
  - Sets the host name that the portal has for a dedicated server. This module doesn't change the installed system.
author:
  - Sindad cloud collection contributors (@sindad)
extends_documentation_fragment:
  - sindad.cloud.auth
  - sindad.cloud.service
  - sindad.cloud.wait.quick
  - sindad.cloud.attributes
attributes:
  idempotent:
    support: partial
    details:
      - If the portal doesn't report the host name of a server, it is set on each run, with a warning.
options:
  hostname:
    description:
      - The host name. Letter case and a trailing dot are ignored in the comparison.
    type: str
    required: true
seealso:
  - module: sindad.cloud.sindad_reinstall
  - module: sindad.cloud.sindad_service_label
"""

EXAMPLES = r"""
- name: Name a server
  sindad.cloud.sindad_hostname:
    service: 512
    hostname: db-1.example.ir
"""

RETURN = r"""
hostname:
  description: The host name afterwards, in check mode as it would be; null if the portal doesn't report it.
  returned: success
  type: str
  sample: db-1.example.ir
plan:
  description: One sentence for each change, the same in check mode and in a real run.
  returned: success
  type: list
  elements: str
  sample: [set the host name of service 512 to db-1.example.ir (now db.example.ir)]
failure:
  description: The call that failed, with the portal's own words.
  returned: when a request failed
  type: dict
  sample: {operation: update_hostname, method: POST, path: /service/512/hostname, status: 422, errors: [Not valid]}
api_calls:
  description: How many requests the task sent, by operation.
  returned: with verbosity 3 or more
  type: dict
  sample: {server_info: 3, update_hostname: 1}
"""

from ansible_collections.sindad.cloud.plugins.module_utils._module import (
    SERVICE_OPTION,
    ModuleSpec,
    quick_wait_options,
    run,
)
from ansible_collections.sindad.cloud.plugins.module_utils._resources import hostname

SPEC = ModuleSpec(
    options={**SERVICE_OPTION, **quick_wait_options(), "hostname": {"type": "str", "required": True}},
    task=hostname.TASK,
)


def main() -> None:
    """Run the module."""
    run(SPEC)


if __name__ == "__main__":
    main()
