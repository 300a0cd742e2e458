# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the repository says of itself is true."""

from __future__ import annotations

from support import ROOT


def test_every_operation_is_offered_by_a_module() -> None:
    """Whether each module really sends them is compared with the simulator's log, see tests/tools/operations_used.py."""
    lines = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.split("|")] for line in lines if line.startswith("| ")]
    numbered = {row[1]: row[4] for row in rows if row[1].isdigit()}
    assert len(numbered) == 75
    assert [number for number, modules in numbered.items() if not modules] == []
