# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The event source ``sindad.cloud.sindad`` for Event-Driven Ansible: its documentation and its entry point.

What it does is at home in the collection's ``module_utils/_events``.
"""

from __future__ import annotations

DOCUMENTATION = r"""
---
short_description: Report what happens in a Sindad account as events
version_added: 1.0.0
author:
  - Sindad cloud collection contributors (@sindad)
description:
  - Polls an account, with requests that only read, and reports what is new as events.
  - Events are of the types C(notification_added), C(ticket_answered), C(machine_added), C(machine_changed),
    C(machine_gone), C(service_due), C(service_overdue), C(invoice_due), C(invoice_overdue), C(status_added),
    C(status_changed), C(portal_down) and C(portal_up). The guide to events describes the content of each type.
  - Whatever exists at the first start is the baseline and causes no events, unless O(emit_existing) is set.
  - The source stores what it has seen in O(state_file), so no event is lost or repeated over a restart. An event is
    stored after it was handed over, so a crash in between repeats one event, with the same C(id).
  - An answer that can't be read, or a state that isn't understood, causes no event. A line in the log says so once.
  - While nothing can be read at all, the pauses become longer, up to O(max_interval). One event says that the portal is
    down, and another that it is up again.
  - If credentials are refused at the start, the source ends with an error.
requirements:
  - requests >= 2.32
  - urllib3 >= 2.0
options:
  state_file:
    description:
      - The path of the file that stores what was seen, with mode 0600. Its directory must exist.
      - Each account needs a file of its own. Two sources can't use the same file at once.
    type: path
    required: true
  topics:
    description:
      - What to watch.
    type: list
    elements: str
    choices: [notifications, tickets, machines, services, invoices, status]
    default: [notifications, tickets, machines, services, invoices, status]
  interval:
    description:
      - Seconds from the end of one poll of the account to the start of the next.
    type: float
    default: 60
  max_interval:
    description:
      - Maximum number of seconds from one poll to the next while the portal is down.
    type: float
    default: 900
  due_days:
    description:
      - How many days before its due date a service or an invoice is reported as due.
    type: int
    default: 7
  emit_existing:
    description:
      - Whether whatever exists at the first start is reported as events too.
    type: bool
    default: false
  api_url:
    description:
      - The address of the portal's API.
      - If it is not set, the environment variable E(SINDAD_API_URL) is used. The same applies to the options below,
        each with its own variable.
    type: str
    default: https://my.sindad.com/api
  api_username:
    description:
      - The user name of the client area (E(SINDAD_USERNAME)).
    type: str
  api_password:
    description:
      - The password of the client area (E(SINDAD_PASSWORD)).
    type: str
  api_token:
    description:
      - A bearer token, used instead of O(api_username) and O(api_password) (E(SINDAD_TOKEN)).
    type: str
  api_refresh_token:
    description:
      - A refresh token, which renews an expired O(api_token) (E(SINDAD_REFRESH_TOKEN)).
    type: str
  api_ca_path:
    description:
      - A file or directory of CA certificates to check the portal's certificate with (E(SINDAD_CA_PATH)).
    type: path
  validate_certs:
    description:
      - Whether to check the portal's TLS certificate (E(SINDAD_VALIDATE_CERTS)).
    type: bool
    default: true
  api_timeout:
    description:
      - Seconds that each request may take (E(SINDAD_API_TIMEOUT)).
    type: float
    default: 30
  api_retries:
    description:
      - How often a request is repeated before an answer counts as missing (E(SINDAD_API_RETRIES)).
    type: int
    default: 4
"""

EXAMPLES = r"""
# The credentials come from the environment: SINDAD_USERNAME and SINDAD_PASSWORD.
- name: Everything that happens in the account
  sindad.cloud.sindad:
    state_file: /var/lib/eda/sindad.json

- name: Machines that stop, with frequent polls
  sindad.cloud.sindad:
    state_file: /var/lib/eda/sindad-machines.json
    topics: [machines]
    interval: 20

- name: Bills, two weeks ahead, including those that are already due
  sindad.cloud.sindad:
    state_file: /var/lib/eda/sindad-bills.json
    topics: [services, invoices]
    interval: 3600
    due_days: 14
    emit_existing: true
"""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any


def _reach_collection(file: str) -> None:
    """Make the collection importable from where it is installed: ansible-rulebook runs this file by its path alone."""
    root = next((parent for parent in Path(file).absolute().parents if parent.name == "ansible_collections"), None)
    if root is None:
        return
    sys.path.append(str(root.parent))
    import ansible_collections  # noqa: PLC0415 - found by the line above

    # The package "ansible" brings a package of that name, which holds its own collections only.
    if str(root) not in ansible_collections.__path__:
        ansible_collections.__path__.append(str(root))


_reach_collection(__file__)

from ansible_collections.sindad.cloud.plugins.module_utils._events.options import wanted_events
from ansible_collections.sindad.cloud.plugins.module_utils._events.watch import watch

if TYPE_CHECKING:
    from ansible_collections.sindad.cloud.plugins.module_utils._events.watch import Queue


async def main(queue: Queue, args: dict[str, Any]) -> None:
    """Put what happens in an account on a queue, until it is cancelled.

    Args:
        queue: ansible-rulebook's.
        args: The options, see DOCUMENTATION.

    """
    await watch(queue, wanted_events(args, os.environ))
