#!/usr/bin/python
# -*- coding: utf-8 -*-

# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Make, renew and revoke a bearer token."""

from __future__ import annotations

DOCUMENTATION = r"""
module: sindad_token
short_description: Log in once, renew the token, revoke it
version_added: 0.1.0
description:
  - Logs in with O(api_username) and O(api_password) and returns a bearer token, which the other modules take as
    O(api_token). So the password is sent only once in a play, and the token can be revoked at the end of the play.
  - In check mode it doesn't log in, so the token is null. Tasks that get null as O(api_token) use O(api_username) and
    O(api_password), if these are set.
author:
  - Sindad cloud collection contributors (@sindad)
extends_documentation_fragment:
  - sindad.cloud.auth
  - sindad.cloud.attributes
attributes:
  diff_mode:
    support: partial
    details:
      - Shows only whether there is a session, since a token is a secret.
  idempotent:
    support: partial
    details:
      - O(state=absent) is idempotent, as far as O(api_token) shows that the session is over. A login or a renewal
        creates a new token each time.
options:
  state:
    description:
      - V(present) logs in. It needs O(api_username) and O(api_password).
      - V(refreshed) renews the token with O(refresh_token).
      - V(absent) revokes O(api_token) and O(refresh_token), and logs out. If they are no longer valid, nothing changes.
      - If the portal's answer to V(absent) doesn't confirm the revocation, the task checks whether O(api_token) is
        still valid, and fails if it is. The next run tries again. A refresh token can't be checked, so a warning says
        that its revocation can't be confirmed.
    type: str
    choices: [present, refreshed, absent]
    default: present
  refresh_token:
    description:
      - The refresh token to use, or to revoke. If it is not set, O(api_refresh_token) is used.
    type: str
"""

EXAMPLES = r"""
- name: Log in
  sindad.cloud.sindad_token:
  register: login
  no_log: true

- name: Work with the token, and revoke it whatever happens
  module_defaults:
    group/sindad.cloud.sindad:
      api_token: "{{ login.token }}"
      api_refresh_token: "{{ login.refresh_token }}"
  block:
    - name: List the services
      sindad.cloud.sindad_service_info:

    - name: List the machines of one service
      sindad.cloud.sindad_vm_info:
        service: web-cluster
  always:
    - name: Revoke the token
      sindad.cloud.sindad_token:
        state: absent
      no_log: true

- name: Log in again
  sindad.cloud.sindad_token:
    state: present
  register: login
  no_log: true

- name: Renew the token in a long play
  sindad.cloud.sindad_token:
    state: refreshed
    refresh_token: "{{ login.refresh_token }}"
  register: renewed
  no_log: true
  when: login.refresh_token is not none

- name: Revoke the newest token
  sindad.cloud.sindad_token:
    state: absent
    api_token: "{{ renewed.token | default(login.token, true) }}"
    refresh_token: "{{ renewed.refresh_token | default(login.refresh_token, true) }}"
  no_log: true
"""

RETURN = r"""
token:
  description:
    - The bearer token. It is a secret and is returned only because there is no other way to get it, so use C(no_log).
    - Null in check mode, and for O(state=absent).
  returned: success
  type: str
  sample: eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRw.lZ9T79ft9uwOkqRRmIBbtR51_w
refresh_token:
  description:
    - The refresh token, a secret too.
    - Null in check mode, for O(state=absent), and for O(state=refreshed) if the portal creates no new one. In that case
      O(refresh_token) stays valid.
  returned: success
  type: str
  sample: eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIzMDAi.ChwIAb3zvxBu6kvULa2AwAt9U_I
plan:
  description: One sentence for each change, the same in check mode and in a real run.
  returned: success
  type: list
  elements: str
  sample: [log in as ops@example.com]
failure:
  description: The call that failed, with the portal's own words.
  returned: when a request failed
  type: dict
  sample: {operation: login, method: POST, path: /login, status: 401, errors: [wronglogin]}
api_calls:
  description: How many requests the task sent, by operation.
  returned: with verbosity 3 or more
  type: dict
  sample: {login: 1}
"""

from ansible_collections.sindad.cloud.plugins.module_utils._module import ModuleSpec, run
from ansible_collections.sindad.cloud.plugins.module_utils._resources import token

SPEC = ModuleSpec(
    options={
        "state": {"type": "str", "choices": ["present", "refreshed", "absent"], "default": "present"},
        "refresh_token": {"type": "str", "no_log": True},
    },
    task=token.TASK,
    rules={
        "required_if": [
            ("state", "present", ("api_username", "api_password")),
            ("state", "refreshed", ("refresh_token", "api_refresh_token"), True),
        ]
    },
)


def main() -> None:
    """Run the module."""
    run(SPEC)


if __name__ == "__main__":
    main()
