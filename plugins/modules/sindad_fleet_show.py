#!/usr/bin/python
# -*- coding: utf-8 -*-

# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Show what a fleet would change or has changed; the work is done by the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: sindad_fleet_show
short_description: Show what a fleet would change or has changed
version_added: 0.1.0
description:
  - Prints the result of M(sindad.cloud.sindad_fleet) for people, one line for each change and a summary, in colour
    if the terminal supports it.
  - Optionally writes the same to files for reviews and for pipelines.
  - It sends no requests. The role P(sindad.cloud.fleet#role) uses it.
author:
  - Sindad cloud collection contributors (@sindad)
attributes:
  check_mode:
    description: Can run in check mode, in which it writes no files.
    support: full
  diff_mode:
    description: It writes reports, which are not compared with older ones.
    support: N/A
  idempotent:
    description: A file with the same content is left alone. What is written counts as changed, except in a failed task.
    support: full
  action:
    description: It runs on the controller, without a connection.
    support: full
options:
  result:
    description:
      - What M(sindad.cloud.sindad_fleet) returned. It is needed, but for O(check_files).
    type: dict
    default: {}
  applied:
    description:
      - Whether the changes were made, not only planned.
    type: bool
    default: false
  plan_file:
    description:
      - Where to save the plan, in a file that only its owner can read. It needs C(saved_plan) in the result.
    type: path
  summary_file:
    description:
      - A Markdown file for a comment or a job summary, with what is destroyed and erased at the top.
    type: path
  report_file:
    description:
      - A file for GitLab's C(reports:terraform). A replacement counts as one creation and one deletion.
    type: path
  result_file:
    description:
      - A JSON file that says how the run ended, with C(changes), C(differences) and C(refused) as numbers, C(failed)
        and C(msg). It is also written if the result is a failure.
    type: path
  dest:
    description:
      - The file that another task is going to write, to be looked at with O(check_files).
    type: path
  inputs:
    description:
      - Files and folders that the run reads, which none of the files to be written may replace.
    type: list
    elements: path
    default: []
  check_files:
    description:
      - Whether only to make sure that the files can be written, before a fleet is applied. Nothing is shown or written
        then.
    type: bool
    default: false
  fail:
    description:
      - Whether to fail if the result is a failure, after everything is shown and written.
    type: bool
    default: false
  detailed_exitcode:
    description:
      - Whether to fail also if anything differs. It needs O(fail).
    type: bool
    default: false
seealso:
  - module: sindad.cloud.sindad_fleet
"""

EXAMPLES = r"""
- name: Compare a fleet with the account
  sindad.cloud.sindad_fleet:
    fleet:
      services:
        - service: web-cluster
          vms:
            - {name: web-1, memory: 8192}
  check_mode: true
  register: planned

- name: Show what would change
  sindad.cloud.sindad_fleet_show:
    result: "{{ planned }}"
"""

RETURN = r"""
lines:
  description: What was printed.
  returned: success
  type: list
  elements: str
  sample:
    - "~ resize VM web-1 of service 401 (memory 4096 to 8192)"
    - ""
    - "Plan: 0 to create, 1 to change, 0 to replace, 0 to destroy, 0 refused, 0 unchanged."
"""
