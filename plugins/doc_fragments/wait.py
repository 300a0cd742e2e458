# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The options of operations that go on after the call."""

from __future__ import annotations


class ModuleDocFragment:
    """Whether and how long to wait: for work that takes minutes, and for what should be seen at once."""

    DOCUMENTATION = r"""
options:
  wait:
    description:
      - Whether to wait until the operation has ended. The portal answers as soon as it has accepted a request.
      - A step that the next one depends on is always waited for.
    type: bool
    default: true
  wait_timeout:
    description:
      - Seconds to wait in total.
    type: int
    default: 600
  wait_interval:
    description:
      - Maximum number of seconds between two checks. The first checks come sooner.
    type: float
    default: 5
"""

    QUICK = r"""
options:
  wait:
    description:
      - Whether to wait until the portal shows the change. The portal answers as soon as it has accepted a request.
    type: bool
    default: true
  wait_timeout:
    description:
      - Seconds to wait in total.
    type: int
    default: 60
  wait_interval:
    description:
      - Maximum number of seconds between two checks. The first checks come sooner.
    type: float
    default: 2
"""
