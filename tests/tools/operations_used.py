# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare docs/operations.md with what the tests have sent, says the simulator's own log.

    python operations_used.py DIRECTORY [pytest arguments]

The directory holds what tests/support/portal.py noted: which module, or the inventory, has sent which operation. It
fails if one of the 75 operations was not exercised, and says whether the page is another one. With pytest arguments
only some tests were run: nothing fails. ``--write`` in place of them writes the page.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path

from ansible_collections.sindad.cloud.plugins.module_utils._operations import OPERATIONS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "operations.md"
#: Modules that aren't made for certain operations.
SEND_ALL = {"sindad_api", "sindad_portal_info"}
HEAD = """<!--
SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
SPDX-License-Identifier: GPL-3.0-or-later
Written by tests/tools/operations_used.py
-->

# The operations of the API, and what offers them

`sindad_api` sends any of them by its name, which is its title in lower case with underscores. `sindad_portal_info` sends
every GET, to find out which of the answers are understood.

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
        names = sorted(senders[operation.number] - SEND_ALL) or ["sindad_api"]
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
    if not arguments and PAGE.read_text(encoding="utf-8") != page(senders):
        print("docs/operations.md says something else: look at what operations_used.py --write makes of it")
    return 1 if missed and not arguments else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
