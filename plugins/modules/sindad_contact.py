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
  - Creates a contact of a Sindad account, a person who gets messages or logs in with privileges of their own, and
    changes its fields and privileges.
  - A contact is known by its e-mail address (O(email)) or by its id (O(id)).
  - Only the fields that are given are compared, and only those that differ are sent.
  - The API can't delete a contact, so there is no O(ignore:state=absent). O(state) is part of the postal address.
author:
  - Sindad cloud collection contributors (@sindad)
extends_documentation_fragment:
  - sindad.cloud.auth
  - sindad.cloud.profile
  - sindad.cloud.attributes
options:
  email:
    description:
      - The e-mail address by which the contact is known, or with O(id) the one it is to have. Letter case doesn't
        count.
      - If several contacts have it, the task fails and lists their ids.
      - One of O(email) and O(id) is needed.
    type: str
  id:
    description:
      - The id of the contact. One that isn't there can't be created by id.
    type: str
  password:
    description:
      - The password with which a new contact can log in. Without one it can't.
      - The API can't change it later, so it is only used to create a contact.
    type: str
  privileges:
    description:
      - What the contact may do, all of it, formatted as M(sindad.cloud.sindad_contact_info) returns it. What isn't
        listed is withdrawn, an empty dictionary withdraws everything.
      - An area such as C(billing), C(support) and C(misc) holds a list. C(services) and C(domains) hold a list for each
        id, or C(full) for all of them.
      - The order doesn't count.
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
    - The contact by the API's own names, in check mode as it would be. Empty fields are null.
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
  returned: when the portal refused something
  type: dict
  sample: {operation: add_contact, method: POST, path: /contact, status: 422, errors: [Field privileges is not valid]}
api_calls:
  description: How many requests of each operation the task took.
  returned: with verbosity 3 or more
  type: dict
  sample: {list_contacts: 2, add_contact: 1, get_contacts_details: 1}
"""

from ansible_collections.sindad.cloud.plugins.module_utils._client import SindadError
from ansible_collections.sindad.cloud.plugins.module_utils._module import run
from ansible_collections.sindad.cloud.plugins.module_utils._plan import Change, Plan, applies
from ansible_collections.sindad.cloud.plugins.module_utils._resources import account
from ansible_collections.sindad.cloud.plugins.module_utils._wait import act

OPTIONS = {
    **account.PROFILE_OPTIONS,
    "id": {"type": "str"},
    "password": {"type": "str", "no_log": True},
    "privileges": {"type": "dict"},
}


def observe(client, params, patience):
    """Observe the contact."""
    return account.contacts(client, params["id"], params["email"])


def plan(params, seen):
    """Plan a contact."""
    privileges, email = params["privileges"], params["email"]
    if privileges is not None:
        wrong = [area for area, names in privileges.items() if not isinstance(names, (list, dict))]
        if wrong:
            raise SindadError(f"privileges: {wrong[0]} must hold a list, or a dictionary of lists and full")
        params = {**params, "privileges": account.granted(privileges) or {}}
    if len(seen) > 1:
        ids = ", ".join(contact["id"] for contact in seen)
        raise SindadError(f"email: {email!r} is ambiguous, give the id of one of these: {ids}")
    if seen:
        params = params if params["id"] else {**params, "email": None}
        return account.plan_profile("contact.update", "contact", f"contact {seen[0]['id']}", params, seen[0])
    new = account.plan_profile("", "contact", "", params, account.profile({}))
    fields = new.changes[0].args["fields"]
    named = ", ".join(name for name in fields if name != "email") or "no other fields"
    body = {**fields, **({"password": params["password"]} if params["password"] else {})}
    change = Change("contact.create", f"create contact {email} ({named})", body)
    return Plan((change,), None, new.after, {"contact": None}, new.expected)


@applies("contact.create")
def create(client, args, patience):
    """Create a contact; when the answer is lost, the list tells (reference: Add contact)."""
    email = args["email"]
    act(
        client,
        "add_contact",
        body=args,
        patience=patience,
        what=f"creating contact {email}",
        evidence=lambda: bool(account.contacts(client, None, email, details=False)),
    )


@applies("contact.update")
def update(client, args, patience):
    """Send the fields that differ (reference: Edit contact)."""
    client.call("edit_contact", args["id"], body=args["fields"])


def main():
    run(OPTIONS, observe, plan, required_one_of=[("email", "id")])


if __name__ == "__main__":
    main()
