# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare docs/operations.md with what the tests have sent, says the simulator's own log.

    python operations_used.py DIRECTORY [pytest arguments]

The directory holds what tests/support/portal.py noted: which module, or the inventory, has sent which operation. It
fails if one of the 75 operations was not exercised, or if the page is another one. With pytest arguments only some tests
were run: nothing fails. ``--write`` in place of them writes the page.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path

from ansible_collections.sindad.cloud.plugins.module_utils._operations import OPERATIONS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "operations.md"
#: Modules that aren't made for certain operations.
SEND_ALL = {"sindad_api", "sindad_portal_info"}
#: Look-ups by which any module may find its service or renew its token, and those whose purpose they are.
LOOK_UPS = {
    "refresh_token": {"sindad_token"},
    "list_services": {"inventory", "sindad_fleet", "sindad_fleet_info", "sindad_service_info"},
    "service_details": {"inventory", "sindad_service_cancel", "sindad_service_info", "sindad_service_upgrade"},
    "service_label": {"inventory", "sindad_fleet", "sindad_fleet_info", "sindad_service_info", "sindad_service_label"},
}
HEAD = """<!--
SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
SPDX-License-Identifier: GPL-3.0-or-later
Written by tests/tools/operations_used.py
-->

# The operations of the API, and what offers them

`sindad_api` sends any of them by its name, which is its title in lower case with underscores. `sindad_portal_info` sends
every GET, to find out which of the answers are understood. Any module that takes a service may look it up by requests 28,
29 and 34, and any module may renew its token by request 3; they are listed where they are a module's purpose.

| | operation | request | offered by |
|---|---|---|---|
"""


def noted(directory: Path) -> dict[int, set[str]]:
    """Return the senders of each operation, by its number."""
    found: dict[int, set[str]] = defaultdict(set)
    for file in directory.glob("operations.*"):
        for line in file.read_text(encoding="utf-8").splitlines():
            number, sender = line.split()
            found[int(number)].add(sender)
    return found


def page(senders: dict[int, set[str]]) -> str:
    """Return the page."""
    rows = []
    for operation in OPERATIONS.values():
        meant = (senders[operation.number] - SEND_ALL) & LOOK_UPS.get(operation.name, senders[operation.number])
        names = sorted(meant) or ["sindad_api"]
        offered = ", ".join(f"`{name}`" if name.startswith("sindad_") else f"the {name}" for name in names)
        request = f"`{operation.method} {operation.path}`"
        rows.append(f"| {operation.number} | {operation.title} | {request} | {offered} |")
    return HEAD + "\n".join(rows) + "\n"


def main(directory: str, *arguments: str) -> int:
    """Compare, or write the page; return the exit code."""
    senders = noted(Path(directory))
    missed = [operation for operation in OPERATIONS.values() if not senders[operation.number]]
    count = len(OPERATIONS) - len(missed)
    print(f"{count} of {len(OPERATIONS)} operations were exercised through modules and the inventory")
    for operation in missed:
        print(f"  not {operation.number}: {operation.method} {operation.path}")
    if arguments == ("--write",):
        PAGE.write_text(page(senders), encoding="utf-8")
        return 0
    if arguments:
        return 0
    is_current = PAGE.read_text(encoding="utf-8") == page(senders)
    if not is_current:
        print("docs/operations.md says something else: look at what operations_used.py --write makes of it")
    return 0 if is_current and not missed else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
