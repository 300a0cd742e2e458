#!/usr/bin/python
# -*- coding: utf-8 -*-

# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Ask for the registration details of the account."""

from __future__ import annotations

DOCUMENTATION = r"""
module: sindad_account_info
short_description: Get the registration details of the account
version_added: 0.1.0
description:
  - Returns the registration details of a Sindad account.
author:
  - Sindad cloud collection contributors (@sindad)
extends_documentation_fragment:
  - sindad.cloud.auth
  - sindad.cloud.attributes.info
seealso:
  - module: sindad.cloud.sindad_account
  - module: sindad.cloud.sindad_contact_info
"""

EXAMPLES = r"""
- name: See who owns the account
  sindad.cloud.sindad_account_info:
  register: owner

- name: Check the credentials without showing anything
  sindad.cloud.sindad_account_info:
    api_timeout: 5
  no_log: true
"""

RETURN = r"""
account:
  description:
    - The registration details by the API's own names. Empty fields are null.
    - Whatever else the portal reports about the account, such as its id, is included, except passwords.
  returned: success
  type: dict
  sample: {id: "26", email: ops@example.com, firstname: Sara, lastname: Karimi, city: Tehran, country: IR, type: null}
api_calls:
  description: How many requests the task sent, by operation.
  returned: with verbosity 3 or more
  type: dict
  sample: {user_details: 1}
"""

from ansible_collections.sindad.cloud.plugins.module_utils._module import ModuleSpec, run
from ansible_collections.sindad.cloud.plugins.module_utils._resources import account

SPEC = ModuleSpec(options={}, task=account.INFO)


def main() -> None:
    """Run the module."""
    run(SPEC)


if __name__ == "__main__":
    main()
