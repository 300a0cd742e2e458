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
    O(api_token). So the password is sent once in a play, and the token ends with the play.
  - In check mode it doesn't log in, so that the token is null. Tasks that get null as O(api_token) use O(api_username)
    and O(api_password), if these are set.
author:
  - Sindad cloud collection contributors (@sindad)
extends_documentation_fragment:
  - sindad.cloud.auth
  - sindad.cloud.attributes
attributes:
  diff_mode:
    support: partial
    details:
      - Only shows whether there is a session, since a token is a secret.
  idempotent:
    support: partial
    details:
      - O(state=absent) is, as far as O(api_token) tells that the session is over. A login and a renewal make a new
        token each time.
options:
  state:
    description:
      - V(present) logs in. It needs O(api_username) and O(api_password).
      - V(refreshed) renews the token by O(refresh_token).
      - V(absent) revokes O(api_token) and O(refresh_token), and logs out. What isn't valid any more is no change.
    type: str
    choices: [present, refreshed, absent]
    default: present
  refresh_token:
    description:
      - The refresh token to use, or to revoke. If it is not set, that is O(api_refresh_token).
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

    - name: List the machines of one
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

- name: Revoke what was made last
  sindad.cloud.sindad_token:
    state: absent
    api_token: "{{ renewed.token | default(login.token, true) }}"
    refresh_token: "{{ renewed.refresh_token | default(login.refresh_token, true) }}"
  no_log: true
"""

RETURN = r"""
token:
  description:
    - The bearer token. It is a secret and only returned because there is no other way to get it, so use C(no_log).
    - Null in check mode, and for O(state=absent).
  returned: success
  type: str
  sample: eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRw.lZ9T79ft9uwOkqRRmIBbtR51_w
refresh_token:
  description:
    - The refresh token, a secret too.
    - Null in check mode, for O(state=absent), and for O(state=refreshed) if the portal made no new one. Then
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
  returned: when the portal refused something
  type: dict
  sample: {operation: login, method: POST, path: /login, status: 401, errors: [wronglogin]}
api_calls:
  description: How many requests of each operation the task took.
  returned: with verbosity 3 or more
  type: dict
  sample: {login: 1}
"""

from contextlib import suppress
from dataclasses import replace

from ansible_collections.sindad.cloud.plugins.module_utils._client import AuthError, Client, NotFound, token_pair
from ansible_collections.sindad.cloud.plugins.module_utils._module import run
from ansible_collections.sindad.cloud.plugins.module_utils._plan import Change, Plan, applies

OPTIONS = {
    "state": {"type": "str", "choices": ["present", "refreshed", "absent"], "default": "present"},
    "refresh_token": {"type": "str", "no_log": True},
}


def validity(client):
    """Return whether the bearer token is valid, expired or revoked; it isn't renewed."""
    try:
        Client(replace(client.settings, api_refresh_token=None)).call("user_details")
    except AuthError as error:
        return "expired" if any("expired" in word for word in error.errors) else "revoked"
    return "valid"


def observe(client, params, patience):
    """Observe a token that is to go; None where there is none."""
    return validity(client) if params["state"] == "absent" and params["api_token"] else None


def plan(params, seen):
    """Plan a login, a renewal, or the end of the session."""
    result = {"token": None, "refresh_token": None}
    refresh, user = params["refresh_token"] or params["api_refresh_token"], params["api_username"]
    if params["state"] == "present":
        body = {"username": user, "password": params["api_password"]}
        change = Change("token.make", f"log in as {user}", {"operation": "login", "body": body})
        return Plan((change,), None, {"session": "new"}, result)
    if params["state"] == "refreshed":
        args = {"operation": "refresh_token", "body": {"refresh_token": refresh}}
        return Plan(
            (Change("token.make", "renew the token", args),), {"session": "old"}, {"session": "renewed"}, result
        )
    if not refresh and not params["api_token"]:
        return Plan(result=result, warnings=("there is neither api_token nor refresh_token, so nothing is revoked",))
    if seen == "revoked" or (seen == "expired" and not refresh):
        return Plan(result=result)
    args = {"refresh_token": refresh, "valid": seen == "valid"}
    return Plan((Change("token.revoke", "revoke the token", args),), {"session": "open"}, None, result)


@applies("token.make")
def make(client, args, patience):
    """Make a token (reference: Login, Refresh Token); a refresh token that stays is not told again."""
    token, refresh = token_pair(client.call(args["operation"], body=args["body"]))
    return {"token": token, "refresh_token": None if refresh == args["body"].get("refresh_token") else refresh}


@applies("token.revoke")
def revoke(client, args, patience):
    """Revoke the session, then log out, in case the token has outlived that (reference: Revoke Token, Logout)."""
    valid = client.settings.api_token if args["valid"] else None
    session = Client(replace(client.settings, api_token=valid, api_refresh_token=None))
    body = {"refresh_token": args["refresh_token"]} if args["refresh_token"] else None
    with suppress(AuthError):
        session.call("revoke_token", body=body)
    if valid:
        with suppress(AuthError, NotFound):
            session.call("logout")


def main():
    run(
        OPTIONS,
        observe,
        plan,
        required_if=[
            ("state", "present", ("api_username", "api_password")),
            ("state", "refreshed", ("refresh_token", "api_refresh_token"), True),
        ],
    )


if __name__ == "__main__":
    main()
