# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fail unless the integration tests exercised all operations of the API, says the simulator's own log.

    python operations_used.py DIRECTORY [pytest arguments]

The directory holds what tests/support/portal.py noted. With pytest arguments only some tests were run: nothing fails.
"""

from __future__ import annotations

import sys
from pathlib import Path

from ansible_collections.sindad.cloud.plugins.module_utils._operations import OPERATIONS

notes = "".join(path.read_text(encoding="utf-8") for path in Path(sys.argv[1]).glob("operations.*"))
used = {int(number) for number in notes.split()}
missed = [operation for operation in OPERATIONS.values() if operation.number not in used]
print(
    f"{len(OPERATIONS) - len(missed)} of {len(OPERATIONS)} operations were exercised through modules and the inventory"
)
for operation in missed:
    print(f"  not {operation.number}: {operation.method} {operation.path}")
sys.exit(1 if missed and not sys.argv[2:] else 0)
