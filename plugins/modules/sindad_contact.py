#!/usr/bin/python
# -*- coding: utf-8 -*-

# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Create and change a contact of the account."""

from __future__ import annotations

DOCUMENTATION = r"""
module: sindad_contact
short_description: Manage a contact
version_added: 0.1.0
description:
  - Creates a contact of a Sindad account (a person who receives messages, or logs in with privileges of their own), and
    changes its fields and privileges.
  - A contact is identified by its e-mail address (O(email)) or by its id (O(id)).
  - Only the fields that are given are compared, and only those that differ are sent. A field that the portal doesn't
    report counts as empty, but O(privileges) that it doesn't report are sent. If the portal doesn't show a field after
    it was sent, or shows it in another form, a warning says that the change can't be confirmed.
  - If the answer to a new contact is lost, the request is not sent again. The list of contacts then shows whether the
    contact was created.
  - The API can't delete a contact, so there is no O(ignore:state=absent). O(state) is part of the postal address.
author:
  - Sindad cloud collection contributors (@sindad)
extends_documentation_fragment:
  - sindad.cloud.auth
  - sindad.cloud.wait.quick
  - sindad.cloud.profile
  - sindad.cloud.attributes
options:
  email:
    description:
      - The e-mail address that identifies the contact, or with O(id) its new address. Letter case is ignored.
      - If several contacts have it, the task fails and lists their ids. It also fails if the portal doesn't report the
        address of a contact, since that contact may be the one.
      - One of O(email) and O(id) is required. A null or empty value counts as not given.
    type: str
  id:
    description:
      - The id of the contact. A missing contact can't be created by id.
    type: str
  password:
    description:
      - The password with which a new contact can log in. Without a password, the contact can't log in.
      - It is used only when the contact is created. For a contact that exists it is neither compared nor sent, and no
        warning says so, since the API can't change it.
    type: str
  privileges:
    description:
      - Everything that the contact may do, in the format that M(sindad.cloud.sindad_contact_info) returns. Privileges
        that aren't listed are withdrawn; an empty dictionary withdraws all of them.
      - An area such as C(billing), C(support) and C(misc) holds a list. C(services) and C(domains) hold a list for each
        id, or C(full) for all of them.
      - The order is ignored.
    type: dict
seealso:
  - module: sindad.cloud.sindad_contact_info
  - module: sindad.cloud.sindad_account
"""

EXAMPLES = r"""
- name: Let the bookkeeper see and pay invoices
  sindad.cloud.sindad_contact:
    email: books@example.com
    firstname: Laleh
    lastname: Nouri
    password: "{{ lookup('ansible.builtin.password', '/dev/null length=20') }}"
    privileges:
      billing:
        - emails
        - payinvoice
  no_log: true

- name: Let a contact write tickets and manage all services
  sindad.cloud.sindad_contact:
    id: 62
    privileges:
      support: [newticket, tickets, closeticket]
      services:
        full: true
"""

RETURN = r"""
contact:
  description:
    - The contact by the API's own names, in check mode as it would be. Empty fields are null, and so are privileges
      that the portal doesn't report.
  returned: success
  type: dict
  sample:
    id: "61"
    email: books@example.com
    firstname: Laleh
    lastname: Nouri
    companyname: null
    privileges: {billing: [emails, payinvoice]}
plan:
  description: One sentence for each change, the same in check mode and in a real run.
  returned: success
  type: list
  elements: str
  sample: ["create contact books@example.com (firstname, lastname, privileges)"]
failure:
  description: The call that failed, with the portal's own words.
  returned: when a request failed
  type: dict
  sample: {operation: add_contact, method: POST, path: /contact, status: 422, errors: [Field privileges is not valid]}
api_calls:
  description: How many requests the task sent, by operation.
  returned: with verbosity 3 or more
  type: dict
  sample: {list_contacts: 3, add_contact: 1, get_contacts_details: 2}
"""

from ansible_collections.sindad.cloud.plugins.module_utils._module import ModuleSpec, quick_wait_options, run
from ansible_collections.sindad.cloud.plugins.module_utils._resources import account, contact

SPEC = ModuleSpec(
    options={
        **account.PROFILE_OPTIONS,
        **quick_wait_options(),
        "id": {"type": "str"},
        "password": {"type": "str", "no_log": True},
        "privileges": {"type": "dict"},
    },
    task=contact.TASK,
    rules={"required_one_of": [("email", "id")]},
)


def main() -> None:
    """Run the module."""
    run(SPEC)


if __name__ == "__main__":
    main()
