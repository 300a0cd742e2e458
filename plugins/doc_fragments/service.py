# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The option that names a service."""

from __future__ import annotations


class ModuleDocFragment:
    """Which service is meant."""

    DOCUMENTATION = r"""
options:
  service:
    description:
      - The service, by its id, domain or label. If several services match, the task fails and lists their ids.
      - An id needs no look-up, a domain takes one request, and a label one request for each service of the account (in
        parallel).
    type: str
    required: true
"""
