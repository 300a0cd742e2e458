# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What all modules support."""

from __future__ import annotations


class ModuleDocFragment:
    """The attributes of modules that change something, and of those that only ask."""

    DOCUMENTATION = r"""
attributes:
  check_mode:
    description: Can run in check mode and return what would change, without changing anything.
    support: full
  diff_mode:
    description: Returns the managed fields before and after.
    support: full
  idempotent:
    description: When run again with the same options, it changes nothing.
    support: full
  action:
    description:
      - Runs in Ansible's own process on the controller, whatever the host's connection is, so
        C(connection), C(delegate_to) and C(become) have no effect.
      - With the variable C(sindad_run_on) set to V(target), the task runs as an ordinary module on its host.
    support: full
  action_group:
    description: Use C(group/sindad.cloud.sindad) in C(module_defaults) to set the options that all modules share.
    support: full
    membership:
      - sindad.cloud.sindad
"""

    INFO = r"""
attributes:
  check_mode:
    description: Can run in check mode; it never changes anything.
    support: full
  diff_mode:
    description: There is nothing to compare, since nothing changes.
    support: N/A
  idempotent:
    description: It never changes anything.
    support: full
  action:
    description:
      - Runs in Ansible's own process on the controller, whatever the host's connection is, so
        C(connection), C(delegate_to) and C(become) have no effect.
      - With the variable C(sindad_run_on) set to V(target), the task runs as an ordinary module on its host.
    support: full
  action_group:
    description: Use C(group/sindad.cloud.sindad) in C(module_defaults) to set the options that all modules share.
    support: full
    membership:
      - sindad.cloud.sindad
"""
