# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is to be true of every module, read as ansible-doc reads it."""

from __future__ import annotations

import ast
import importlib
import json
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from support import ROOT
from support.ansible import command

VERSION = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["version"]
GROUP = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text(encoding="utf-8"))["action_groups"]["sindad"]
MODULES = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("sindad_*.py"))
PLUGINS = "ansible_collections.sindad.cloud.plugins"
FRAGMENTS = sorted(path.stem for path in (ROOT / "plugins" / "doc_fragments").glob("[!_]*.py"))
# an action that prints on the controller: it asks the portal nothing, so it has none of the shared options
WITHOUT_PORTAL = {"sindad_fleet_show"}
KEYWORDS = {"name", "register", "loop", "when", "vars", "until", "retries", "delay", "no_log", "check_mode", "diff"}
KEYWORDS |= {"delegate_to", "run_once", "changed_when", "failed_when", "loop_control", "tags", "notify", "environment"}
BLOCKS = ("block", "rescue", "always", "tasks", "pre_tasks", "post_tasks", "handlers")


@pytest.fixture(scope="module")
def documented() -> dict[str, Any]:
    run = command("ansible-doc", "--json", "--type", "module", *[f"sindad.cloud.{name}" for name in MODULES]).ok()
    return {name.rpartition(".")[2]: entry for name, entry in json.loads(run.stdout).items()}


def examples(module: str) -> str:
    """Return EXAMPLES as they stand in the source."""
    tree = ast.parse((ROOT / "plugins" / "modules" / f"{module}.py").read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "EXAMPLES":
            return ast.literal_eval(node.value)
    return ""


def tasks(entries: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Walk through tasks, blocks and plays."""
    for entry in entries:
        inner = [name for name in BLOCKS if name in entry]
        if not inner:
            yield entry
        for name in inner:
            yield from tasks(entry[name])


def test_the_action_group_holds_the_modules_with_the_shared_options(documented: dict[str, Any]) -> None:
    assert sorted(GROUP) == GROUP
    assert set(GROUP) == set(MODULES) - WITHOUT_PORTAL
    assert set(GROUP) == {name for name, entry in documented.items() if "api_url" in entry["doc"]["options"]}


@pytest.mark.parametrize("module", MODULES)
def test_attributes(module: str, documented: dict[str, Any]) -> None:
    attributes = documented[module]["doc"]["attributes"]
    assert {"check_mode", "diff_mode", "idempotent"} <= attributes.keys()
    assert attributes["check_mode"]["support"] == "full"
    assert attributes["diff_mode"]["support"] != "none"
    for attribute in attributes.values():
        assert attribute["support"] != "partial" or attribute.get("details"), "say what partial means"
    if module in GROUP:
        assert attributes["action_group"]["membership"] == ["sindad.cloud.sindad"]


@pytest.mark.parametrize("module", MODULES)
def test_documentation(module: str, documented: dict[str, Any]) -> None:
    doc = documented[module]["doc"]
    released = doc["version_added"]
    assert tuple(map(int, str(released).split("."))) <= tuple(map(int, VERSION.split(".")))
    assert doc["author"]
    returned = documented[module]["return"]
    assert returned
    for name, value in returned.items():
        assert {"description", "returned", "type"} <= value.keys(), name
    assert module.endswith("_info") or module in WITHOUT_PORTAL or "plan" in returned or module == "sindad_api"


@pytest.mark.parametrize("module", MODULES)
def test_examples_are_tasks_with_full_names(module: str) -> None:
    entries = yaml.safe_load(examples(module))
    assert entries, "an example says more than a description"
    full = f"sindad.cloud.{module}"
    used = set()
    for task in tasks(entries):
        assert task.get("name"), f"a task without a name: {task}"
        actions = {key for key in task if key not in KEYWORDS and not key.startswith("with_")}
        assert actions, f"what does {task['name']!r} do?"
        for action in actions:
            assert action.count(".") >= 2, f"{action} is no full name, or a keyword that this test doesn't know"
        used |= actions
    assert full in used


@pytest.mark.parametrize("module", MODULES)
def test_a_module_runs_what_its_action_plugin_runs(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    file = importlib.import_module(f"{PLUGINS}.modules.{module}")
    if module in WITHOUT_PORTAL:
        assert not hasattr(file, "main")
        return
    ran: list[Any] = []
    monkeypatch.setattr(file, "run", ran.append)
    file.main()
    assert ran == [importlib.import_module(f"{PLUGINS}.action.{module}").ActionModule.spec]


@pytest.mark.parametrize("fragment", FRAGMENTS)
def test_every_option_of_a_fragment_is_described(fragment: str) -> None:
    parts = vars(importlib.import_module(f"{PLUGINS}.doc_fragments.{fragment}").ModuleDocFragment)
    texts = [text for name, text in parts.items() if name.isupper()]
    described = [yaml.safe_load(text) for text in texts]
    entries = [
        entry for part in described for kind in ("options", "attributes") for entry in part.get(kind, {}).values()
    ]
    assert entries
    for entry in entries:
        assert entry["description"], entry
        assert "type" in entry or "support" in entry, entry


@pytest.mark.parametrize("role", sorted(path.name for path in (ROOT / "roles").iterdir()))
def test_the_defaults_of_a_role_are_the_documented_ones(role: str) -> None:
    folder = ROOT / "roles" / role
    defaults = yaml.safe_load((folder / "defaults" / "main.yml").read_text(encoding="utf-8"))
    specs = yaml.safe_load((folder / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))["argument_specs"]
    documented = {name: option for spec in specs.values() for name, option in spec["options"].items()}
    assert defaults.keys() <= documented.keys()
    for name, option in documented.items():
        if "default" in option:
            assert defaults[name] == option["default"], name
