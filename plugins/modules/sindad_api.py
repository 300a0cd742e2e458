#!/usr/bin/python
# -*- coding: utf-8 -*-

# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Send any operation of the API."""

from __future__ import annotations

DOCUMENTATION = r"""
module: sindad_api
short_description: Send any operation of the API
version_added: 0.1.0
description:
  - Sends one operation of the portal's API and returns what the portal answered. Use it for whatever no other module
    covers, including operations that a portal offers beyond the API reference.
  - A GET is sent in check mode too. Any other method counts as a write. In check mode a write is not sent, and the plan
    says what would be sent.
  - A write is sent each time the task runs. Other modules compare first.
  - An operation that erases data or cancels a service (C(Cancel Service), C(Rebuild VM), C(Reinstall),
    C(Run Diagnostics) with C(clearhdd), C(Delete IP), C(Destroy VM), also by O(method) and O(path)) is refused if
    O(protected) covers the id, domain or label of the service, the id or name of the machine, or the id or address of
    the IP. If anything is protected, this check takes up to three requests.
author:
  - Sindad cloud collection contributors (@sindad)
extends_documentation_fragment:
  - sindad.cloud.auth
  - sindad.cloud.protected
  - sindad.cloud.attributes
attributes:
  diff_mode:
    support: partial
    details:
      - Shows the request of a write, since the effect of the write isn't known.
  idempotent:
    support: none
    details:
      - A write is sent each time.
options:
  operation:
    description:
      - The title of an operation in the API reference, such as V(List VMs). Letter case, blanks and underscores are
        ignored, so V(list_vms) is the same.
      - One of O(operation) and O(path) is required.
    type: str
  method:
    description:
      - The method of the request. Required with O(path).
    type: str
    choices: [GET, POST, PUT, DELETE]
  path:
    description:
      - The path below O(api_url), such as C(/service/301/label), or with placeholders C(/service/@id/label). It can't
        lead outside O(api_url).
    type: str
  path_params:
    description:
      - The values of the placeholders in the path, each a string or a number.
    type: dict
    default: {}
  query:
    description:
      - The query parameters of the address. A list gives a parameter several values.
    type: dict
  body:
    description:
      - What is sent as JSON. Not allowed for a GET.
      - Values below keys that name a secret, such as C(password), are kept out of the output if they have four
        characters or more. Use C(no_log) for other secrets.
      - JSON has no C(.nan) and no C(.inf), so they fail the task before anything is sent.
    type: dict
  reveal:
    description:
      - Whether passwords and tokens in the portal's answer are returned instead of hidden. If so, use C(no_log), since
        Ansible shows and logs what a task returns.
    type: bool
    default: false
  changed_when_written:
    description:
      - Whether a write counts as a change. Set it to V(false) for a POST that only computes something.
    type: bool
    default: true
"""

EXAMPLES = r"""
- name: Get the resources of a service
  sindad.cloud.sindad_api:
    operation: Resources
    path_params:
      id: 401

- name: Set a label
  sindad.cloud.sindad_api:
    operation: change_service_label
    path_params:
      id: 402
    body:
      label: staging

- name: Read the label by method and path
  sindad.cloud.sindad_api:
    method: GET
    path: /service/402/label
  register: label

- name: Estimate an upgrade, which changes nothing
  sindad.cloud.sindad_api:
    operation: Upgrade Request
    path_params:
      id: 601
    body:
      package: 22
    changed_when_written: false

- name: Read a password that the portal keeps
  sindad.cloud.sindad_api:
    operation: Service details
    path_params:
      id: 601
    reveal: true
  register: hosting
  no_log: true
"""

RETURN = r"""
response:
  description:
    - The portal's answer. Null for a write in check mode, and for an empty answer.
    - Values below keys that name a secret, such as C(password) and C(token), are hidden, unless O(reveal=true). So are
      values with such a name beside them (C(name) and C(value)), and passwords and tokens in addresses.
      M(sindad.cloud.sindad_token) returns a token.
  returned: success
  type: raw
  sample: {label: staging}
status:
  description: The HTTP status of the answer. Null for a write in check mode.
  returned: success
  type: int
  sample: 200
plan:
  description: One sentence for each change, the same in check mode and in a real run.
  returned: success
  type: list
  elements: str
  sample: ["send POST /service/402/label (Change service label)"]
failure:
  description: The call that failed, with the portal's own words.
  returned: when a request failed
  type: dict
  sample: {operation: change_service_label, method: POST, path: /service/402/label, status: 200, errors: [too long]}
api_calls:
  description: How many requests the task sent, by operation.
  returned: with verbosity 3 or more
  type: dict
  sample: {change_service_label: 1}
"""

from ansible_collections.sindad.cloud.plugins.module_utils._module import PROTECTED_OPTION, ModuleSpec, run
from ansible_collections.sindad.cloud.plugins.module_utils._resources import api

SPEC = ModuleSpec(
    options={
        **PROTECTED_OPTION,
        "operation": {"type": "str"},
        "method": {"type": "str", "choices": ["GET", "POST", "PUT", "DELETE"]},
        "path": {"type": "str"},
        "path_params": {"type": "dict", "default": {}},
        "query": {"type": "dict"},
        "body": {"type": "dict"},
        "changed_when_written": {"type": "bool", "default": True},
        "reveal": {"type": "bool", "default": False},
    },
    task=api.TASK,
    rules={
        "required_one_of": [("operation", "path")],
        "mutually_exclusive": [("operation", "path"), ("operation", "method")],
        "required_together": [("method", "path")],
    },
    secret_options=True,
)


def main() -> None:
    """Run the module."""
    run(SPEC)


if __name__ == "__main__":
    main()
