# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs the module sindad_portal_info in Ansible's own process."""

from ansible_collections.sindad.cloud.plugins.modules.sindad_portal_info import SPEC
from ansible_collections.sindad.cloud.plugins.plugin_utils import _action


class ActionModule(_action.ActionModule):
    """Runs sindad_portal_info."""

    spec = SPEC
