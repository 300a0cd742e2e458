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
  - Installs an operating system on a dedicated server, B(which erases its disks), if another one is installed there.
  - Another one is installed if the portal says so, in words that are recognised as another one of the server's
    templates. Where it doesn't say which system is installed, or says it in other words, nothing is done and the task
    fails, unless O(force=true).
  - A reinstall that is under way already for the same template is waited for, not started again. One that is under way
    for another template fails.
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
      - With O(force=true) each run is one reinstall.
      - O(recipe), O(hostname) and O(password) are used by a reinstall, but they are not compared and don't cause one.
options:
  template:
    description:
      - The operating system, by the id or the name of one of the server's templates. It is compared with the installed
        one by id and by name, as far as the portal tells them.
    type: str
    required: true
  recipe:
    description:
      - A recipe to run after the installation, by its id or name.
      - One that can't be used with O(template) fails, and those that can are listed.
    type: str
  hostname:
    description:
      - The server's host name after the reinstall. If it is left out, the server keeps its name.
    type: str
  password:
    description:
      - The password of the administrator. If it is left out, the portal generates one, see RV(reinstall.password).
    type: str
  force:
    description:
      - Whether to reinstall a server that has the operating system already, or of which nobody can tell what it has.
    type: bool
    default: false
  wait_timeout:
    default: 3600
seealso:
  - module: sindad.cloud.sindad_hostname
  - module: sindad.cloud.sindad_rescue
"""

EXAMPLES = r"""
- name: Have Debian 12 with a web server on it
  sindad.cloud.sindad_reinstall:
    service: 513
    template: Debian 12
    recipe: LAMP
    hostname: backup.example.ir
    wait_timeout: 7200
  register: installed
  no_log: true

- name: Install it anew with a password of your own
  sindad.cloud.sindad_reinstall:
    service: 513
    template: Debian 12
    password: "{{ lookup('ansible.builtin.password', '/dev/null', length=20) }}"
    force: true
"""

RETURN = r"""
reinstall:
  description: The server's last reinstall.
  returned: success, and on failure as it was seen last
  type: dict
  contains:
    status:
      description: One of V(idle), V(running), V(done) and V(failed).
      type: str
      sample: done
    template:
      description: What is or was installed, in the portal's words; null where it doesn't say.
      type: str
      sample: ISPsystem__Debian-12-amd64
    progress:
      description: Percent, or null where the portal doesn't say.
      type: int
      sample: 100
    password:
      description:
        - The password that the portal generated. It is returned here only, and only by the run that started the
          reinstall without a O(password), also if that failed, since there is no other way to get it. Use C(no_log) for
          such a task.
        - It is missing if the portal doesn't tell it, or if its answer was lost; then a warning says so.
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
  returned: when the portal refused something
  type: dict
  sample: {operation: reinstall, method: POST, path: /service/513/reinstall, status: 422, errors: [Host name not valid]}
api_calls:
  description: How many requests of each operation the task took.
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
