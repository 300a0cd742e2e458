#!/usr/bin/python
# -*- coding: utf-8 -*-

# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Ask for the contacts of the account."""

from __future__ import annotations

DOCUMENTATION = r"""
module: sindad_contact_info
short_description: Get information about contacts
version_added: 0.1.0
description:
  - Returns the contacts of a Sindad account, all of them or one, and the privileges that a contact can have.
author:
  - Sindad cloud collection contributors (@sindad)
extends_documentation_fragment:
  - sindad.cloud.auth
  - sindad.cloud.attributes.info
options:
  email:
    description:
      - Return only contacts with this e-mail address, with their details. Letter case is ignored.
    type: str
  id:
    description:
      - Return only the contact with this id, with its details. If there is no such contact, the task fails.
    type: str
  gather:
    description:
      - What to request beyond the list of contacts.
      - V(details) takes one request for each contact. Without it, the list holds little more than the names, unless one
        contact is requested.
      - V(privileges) takes one request.
    type: list
    elements: str
    choices: [details, privileges]
    default: [privileges]
seealso:
  - module: sindad.cloud.sindad_contact
"""

EXAMPLES = r"""
- name: List the contacts with everything about them
  sindad.cloud.sindad_contact_info:
    gather:
      - details

- name: See what the bookkeeper may do, and which privileges there are
  sindad.cloud.sindad_contact_info:
    email: accounting@example.com
  register: bookkeeper
"""

RETURN = r"""
contacts:
  description:
    - The contacts by the API's own names, in the portal's order. Fields that are empty, not reported or not requested
      are null.
  returned: success
  type: list
  elements: dict
  sample:
    - id: "61"
      email: accounting@example.com
      firstname: Reza
      lastname: Moradi
      companyname: null
      privileges: {billing: [emails, payinvoice]}
privileges:
  description: The privileges that a contact can have, as the option of M(sindad.cloud.sindad_contact) takes them.
  returned: when O(gather) holds V(privileges)
  type: dict
  sample:
    billing: [addfunds, balance, creditcard, emails, orders, payinvoice]
    support: [closeticket, emails, newticket, tickets]
    services: {full: 1, "332": [basic, billing]}
api_calls:
  description: How many requests the task sent, by operation.
  returned: with verbosity 3 or more
  type: dict
  sample: {list_contacts: 1, contact_privileges: 1}
"""

from ansible_collections.sindad.cloud.plugins.module_utils._module import ModuleSpec, run
from ansible_collections.sindad.cloud.plugins.module_utils._resources import contact

SPEC = ModuleSpec(
    options={
        "email": {"type": "str"},
        "id": {"type": "str"},
        "gather": {"type": "list", "elements": "str", "choices": ["details", "privileges"], "default": ["privileges"]},
    },
    task=contact.INFO,
    rules={"mutually_exclusive": [("email", "id")]},
)


def main() -> None:
    """Run the module."""
    run(SPEC)


if __name__ == "__main__":
    main()
