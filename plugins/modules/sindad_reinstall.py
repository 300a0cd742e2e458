#!/usr/bin/python
# -*- coding: utf-8 -*-

# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reinstall a dedicated server."""

from __future__ import annotations

DOCUMENTATION = r"""
module: sindad_reinstall
short_description: Reinstall a dedicated server
version_added: 0.1.0
description:
  - Installs an operating system on a dedicated server, B(which erases its disks), if a different one is installed.
  - A system counts as different only if the portal reports an installed system that is recognised as another one of
    the server's templates. If the portal doesn't report the installed system, or reports one that isn't recognised,
    the task fails and nothing is done, unless O(force=true).
  - If a reinstall with the same template is already under way, the task waits for it and doesn't start another. If one
    with another template is under way, the task fails.
author:
  - Sindad cloud collection contributors (@sindad)
extends_documentation_fragment:
  - sindad.cloud.auth
  - sindad.cloud.service
  - sindad.cloud.protected
  - sindad.cloud.wait
  - sindad.cloud.attributes
attributes:
  idempotent:
    support: partial
    details:
      - With O(force=true), each run reinstalls the server.
      - O(recipe), O(hostname) and O(password) are used by a reinstall, but they are not compared and don't cause one.
options:
  template:
    description:
      - The operating system, by the id or the name of one of the server's templates. It is compared with the installed
        one by id and by name, as far as the portal reports them.
    type: str
    required: true
  recipe:
    description:
      - A recipe to run after the installation, by its id or name.
      - If it can't be used with O(template), the task fails and lists the recipes that can.
    type: str
  hostname:
    description:
      - The server's host name after the reinstall. If it is left out, the server keeps its name.
    type: str
  password:
    description:
      - The administrator's password. If it is left out, the portal generates one, see RV(reinstall.password).
    type: str
  force:
    description:
      - Whether to reinstall a server that has the operating system already, or whose operating system is unknown.
    type: bool
    default: false
  wait_timeout:
    default: 3600
seealso:
  - module: sindad.cloud.sindad_hostname
  - module: sindad.cloud.sindad_rescue
"""

EXAMPLES = r"""
- name: Install Debian 12 with a web server
  sindad.cloud.sindad_reinstall:
    service: 513
    template: Debian 12
    recipe: LAMP
    hostname: backup.example.ir
    wait_timeout: 7200
  register: installed
  no_log: true

- name: Reinstall it with a password of your own
  sindad.cloud.sindad_reinstall:
    service: 513
    template: Debian 12
    password: "{{ lookup('ansible.builtin.password', '/dev/null', length=20) }}"
    force: true
"""

RETURN = r"""
reinstall:
  description: The server's last reinstall.
  returned: success, and on failure as it was last seen
  type: dict
  contains:
    status:
      description: One of V(idle), V(running), V(done) and V(failed).
      type: str
      sample: done
    template:
      description: What is or was installed, in the portal's words; null if it isn't reported.
      type: str
      sample: ISPsystem__Debian-12-amd64
    progress:
      description: Progress in percent; null if the portal doesn't report it.
      type: int
      sample: 100
    password:
      description:
        - The password that the portal generated. Only the run that started the reinstall without a O(password) returns
          it, even if that run failed, since there is no other way to get it. Use C(no_log) for such a task.
        - If the portal doesn't report the password, or its answer was lost, it is missing, and a warning says so.
      type: str
      returned: when the portal generated one
      sample: "S6nJ-2pqVQk1"
plan:
  description: One sentence for each change, the same in check mode and in a real run.
  returned: success
  type: list
  elements: str
  sample: ["reinstall service 513 with Debian 12 and recipe LAMP (now Ubuntu 24.04)"]
failure:
  description: The call that failed, with the portal's own words.
  returned: when a request failed
  type: dict
  sample: {operation: reinstall, method: POST, path: /service/513/reinstall, status: 422, errors: [Host name not valid]}
api_calls:
  description: How many requests the task sent, by operation.
  returned: with verbosity 3 or more
  type: dict
  sample: {reinstall_status: 4, list_os_templates_and_recipes: 2, server_info: 2, reinstall: 1}
"""

from ansible_collections.sindad.cloud.plugins.module_utils._module import (
    PROTECTED_OPTION,
    SERVICE_OPTION,
    ModuleSpec,
    run,
    wait_options,
)
from ansible_collections.sindad.cloud.plugins.module_utils._resources import reinstall

SPEC = ModuleSpec(
    options={
        **SERVICE_OPTION,
        **PROTECTED_OPTION,
        **wait_options(3600),
        "template": {"type": "str", "required": True},
        "recipe": {"type": "str"},
        "hostname": {"type": "str"},
        "password": {"type": "str", "no_log": True},
        "force": {"type": "bool", "default": False},
    },
    task=reinstall.TASK,
)


def main() -> None:
    """Run the module."""
    run(SPEC)


if __name__ == "__main__":
    main()
