# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may import whom, as docs/architecture.md draws it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from support import ROOT

MODULE_UTILS = ROOT / "plugins" / "module_utils"
#: The rooms from the top to the bottom. A file may import what stands in a later line, or in its own.
LAYERS = (
    ("_module",),
    ("_fleet", "_survey", "_events"),
    ("_resources",),
    ("_engine",),
    ("_plan",),
    ("_wait",),
    ("_lookups",),
    ("_records",),
    ("_states",),
    ("_client",),
    ("_transport", "_names", "_checks", "_files", "_texts"),
    ("_settings", "_reading"),
    ("_errors", "_parallel"),
    ("_operations", "_secrets"),
)
#: What may import Ansible.
WITH_ANSIBLE = {"_module"}
MODULES = sorted((ROOT / "plugins" / "modules").glob("*.py"))
#: All files that hold something: most packages have an empty ``__init__.py``.
FILES = sorted(path for path in MODULE_UTILS.rglob("*.py") if path.read_text(encoding="utf-8"))


def room(path: Path) -> str:
    """Return the room that a file is in: itself, or its package."""
    return path.relative_to(MODULE_UTILS).parts[0].removesuffix(".py")


def imports(path: Path) -> set[Path]:
    """Return the files of module_utils that a file imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.ImportFrom) or not node.level:
            continue
        folder = path.parents[node.level - 1]
        if node.module:
            module = folder / (node.module.replace(".", "/"))
            names = [alias.name for alias in node.names if (module / f"{alias.name}.py").exists()]
            found |= {module / f"{name}.py" for name in names} or {file_of(module)}
        else:
            found |= {file_of(folder / alias.name) for alias in node.names}
    return found


def file_of(module: Path) -> Path:
    """Return the file of a module, or of a package that others import from."""
    return module / "__init__.py" if module.is_dir() else module.with_suffix(".py")


def layer(name: str) -> int:
    """Return the line of LAYERS that a room stands in."""
    return next(number for number, rooms in enumerate(LAYERS) if name in rooms)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(MODULE_UTILS)))
def test_dependencies_point_down(path: Path) -> None:
    for imported in imports(path):
        assert imported.exists(), imported
        assert layer(room(path)) <= layer(room(imported)), f"{room(path)} must not import {room(imported)}"


def test_no_circle() -> None:
    waiting = {path: imports(path) for path in FILES}
    while waiting:
        free = [path for path, needed in waiting.items() if not needed & waiting.keys()]
        assert free, f"these import each other: {', '.join(map(str, waiting))}"
        for path in free:
            del waiting[path]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(MODULE_UTILS)))
def test_only_the_host_knows_ansible(path: Path) -> None:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and not node.level:
            found.add((node.module or "").partition(".")[0])
        elif isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
    assert "ansible" not in found or room(path) in WITH_ANSIBLE


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_module_is_documentation_and_one_line(path: Path) -> None:
    """Its code is an argument spec and a call; what it does is at home in module_utils."""
    if path.stem == "sindad_fleet_show":
        return  # an action only, and no module
    functions = [
        node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.FunctionDef)
    ]
    assert [function.name for function in functions] == ["main"]
    (main,) = functions
    docstring, call = main.body
    assert isinstance(docstring, ast.Expr) and isinstance(call, ast.Expr)
