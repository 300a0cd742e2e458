#!/usr/bin/python
# -*- coding: utf-8 -*-

# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Change the registration details of the account."""

from __future__ import annotations

DOCUMENTATION = r"""
module: sindad_account
short_description: Manage the registration details of the account
version_added: 0.1.0
description:
  - Changes the registration details of a Sindad account. The options have the API's own names.
  - Only the fields that are given are compared, and only those that differ are sent. A field that the portal doesn't
    report counts as empty. If the portal doesn't show a field after it was sent, or shows it in another form, a warning
    says that the change can't be confirmed.
author:
  - Sindad cloud collection contributors (@sindad)
extends_documentation_fragment:
  - sindad.cloud.auth
  - sindad.cloud.wait.quick
  - sindad.cloud.profile
  - sindad.cloud.attributes
seealso:
  - module: sindad.cloud.sindad_account_info
  - module: sindad.cloud.sindad_contact
"""

EXAMPLES = r"""
- name: Move to another address
  sindad.cloud.sindad_account:
    address1: 5 Chahar Bagh Street
    city: Isfahan
    postcode: "8145613579"

- name: Register as a company
  sindad.cloud.sindad_account:
    type: Company
    companyname: Example Trading
    phonenumber: "+98 9121234567"
"""

RETURN = r"""
account:
  description:
    - The registration details by the API's own names, in check mode as they would be. Empty fields are null.
    - Whatever else the portal reports about the account, such as its id, is included, except passwords.
  returned: success
  type: dict
  sample: {id: "26", email: ops@example.com, firstname: Sara, lastname: Karimi, city: Isfahan, country: IR, type: null}
plan:
  description: One sentence for each change, the same in check mode and in a real run.
  returned: success
  type: list
  elements: str
  sample: ["update the account (address1, city, postcode)"]
failure:
  description: The call that failed, with the portal's own words.
  returned: when a request failed
  type: dict
  sample:
    operation: update_user_details
    method: PUT
    path: /details
    status: 422
    errors: [Field postcode is not valid]
api_calls:
  description: How many requests the task sent, by operation.
  returned: with verbosity 3 or more
  type: dict
  sample: {user_details: 3, update_user_details: 1}
"""

from ansible_collections.sindad.cloud.plugins.module_utils._module import ModuleSpec, quick_wait_options, run
from ansible_collections.sindad.cloud.plugins.module_utils._resources import account

SPEC = ModuleSpec(options={**account.PROFILE_OPTIONS, **quick_wait_options()}, task=account.TASK)


def main() -> None:
    """Run the module."""
    run(SPEC)


if __name__ == "__main__":
    main()
