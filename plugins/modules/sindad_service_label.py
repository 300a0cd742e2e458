#!/usr/bin/python
# -*- coding: utf-8 -*-

# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Set the label of a service."""

from __future__ import annotations

DOCUMENTATION = r"""
module: sindad_service_label
short_description: Set the label of a service
version_added: 0.1.0
description:
  - Sets the label that identifies a service in the client area, in playbooks and in fleet files.
author:
  - Sindad cloud collection contributors (@sindad)
extends_documentation_fragment:
  - sindad.cloud.auth
  - sindad.cloud.service
  - sindad.cloud.wait.quick
  - sindad.cloud.attributes
options:
  label:
    description:
      - The label. An empty string clears it.
    type: str
    required: true
seealso:
  - module: sindad.cloud.sindad_service_info
"""

EXAMPLES = r"""
- name: Label service 301 as web-cluster
  sindad.cloud.sindad_service_label:
    service: 301
    label: web-cluster
"""

RETURN = r"""
label:
  description: The label afterwards, in check mode as it would be; null if the service has none.
  returned: success
  type: str
  sample: web-cluster
plan:
  description: One sentence for each change, the same in check mode and in a real run.
  returned: success
  type: list
  elements: str
  sample: ["set the label of service 301 to 'web-cluster' (now '')"]
failure:
  description: The call that failed, with the portal's own words.
  returned: when a request failed
  type: dict
  sample: {operation: change_service_label, method: POST, path: /service/301/label, status: 200, errors: [too long]}
api_calls:
  description: How many requests the task sent, by operation.
  returned: with verbosity 3 or more
  type: dict
  sample: {service_label: 1}
"""

from ansible_collections.sindad.cloud.plugins.module_utils._module import (
    SERVICE_OPTION,
    ModuleSpec,
    quick_wait_options,
    run,
)
from ansible_collections.sindad.cloud.plugins.module_utils._resources import label

SPEC = ModuleSpec(
    options={**SERVICE_OPTION, **quick_wait_options(), "label": {"type": "str", "required": True}}, task=label.TASK
)


def main() -> None:
    """Run the module."""
    run(SPEC)


if __name__ == "__main__":
    main()
