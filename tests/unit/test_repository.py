# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is generated is fresh, and the code keeps to its bounds."""

from __future__ import annotations

import ast
import statistics
from pathlib import Path

from support import ROOT
from support.ansible import command

DOCUMENTATION = {"DOCUMENTATION", "EXAMPLES", "RETURN"}


def code_lines(path: Path) -> int:
    """Count a file's lines of code: no blank lines, comments, docstrings and documentation."""
    source = path.read_text(encoding="utf-8")
    prose: set[int] = set()
    for node in ast.walk(ast.parse(source)):
        first = node.body[0] if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and node.body else None
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
            prose.update(range(first.lineno, first.end_lineno + 1))
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in DOCUMENTATION:
            prose.update(range(node.lineno, node.end_lineno + 1))
    lines = enumerate(source.splitlines(), 1)
    return sum(1 for number, line in lines if number not in prose and line.strip() and not line.strip().startswith("#"))


def test_the_table_of_operations_is_fresh() -> None:
    command("python", ROOT / "tests" / "tools" / "operations_table.py", "--check").ok()


def test_every_operation_is_offered_by_a_module() -> None:
    rows = [
        row for row in (ROOT / "docs" / "operations.md").read_text(encoding="utf-8").splitlines() if row[:3] != "|--"
    ]
    rows = [row.split("|") for row in rows if row.startswith("| ") and row[2].isdigit()]
    assert len(rows) == 75
    assert [row[2].strip() for row in rows if not row[4].strip()] == []


def test_module_utils_stays_small() -> None:
    assert sum(map(code_lines, (ROOT / "plugins" / "module_utils").rglob("*.py"))) <= 2500


def test_the_median_module_is_a_handful_of_lines() -> None:
    assert statistics.median(map(code_lines, (ROOT / "plugins" / "modules").glob("*.py"))) <= 30
