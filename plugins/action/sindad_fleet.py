# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs the module sindad_fleet in Ansible's own process."""

from ansible_collections.sindad.cloud.plugins.modules.sindad_fleet import SPEC
from ansible_collections.sindad.cloud.plugins.plugin_utils import _fleet_action


class ActionModule(_fleet_action.ActionModule):
    """Runs sindad_fleet."""

    spec = SPEC
