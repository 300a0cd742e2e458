# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The option that protects what must not be erased."""

from __future__ import annotations


class ModuleDocFragment:
    """What is never erased."""

    DOCUMENTATION = r"""
options:
  protected:
    description:
      - Names, ids or patterns (V(db-*)) of what must never be destroyed, rebuilt, reinstalled, cleared or cancelled. If
        the task would do any of this to something that matches, it fails before it changes anything.
      - Entries of the environment variable E(SINDAD_PROTECTED), separated by commas, are protected as well.
      - A name is compared exactly first, then without regard to letter case and to Arabic and Persian forms of a
        letter, then as a pattern.
    type: list
    elements: str
"""
