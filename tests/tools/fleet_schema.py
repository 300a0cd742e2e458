# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write what the definitions say: the JSON Schemas of fleet file and plan, and the table of keys in the guide.

    bash tests/tools/env.sh python tests/tools/fleet_schema.py

A test fails when one of them is stale.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / ".cache"))

from ansible_collections.sindad.cloud.plugins.module_utils import _checks  # noqa: E402
from ansible_collections.sindad.cloud.plugins.module_utils._fleet import saved  # noqa: E402
from ansible_collections.sindad.cloud.plugins.module_utils._fleet.apply import ACTIONS  # noqa: E402
from ansible_collections.sindad.cloud.plugins.module_utils._fleet.file import OWN_KEYS, SCHEMA, Key  # noqa: E402

DRAFT = "http://json-schema.org/draft-07/schema#"
ADDRESS = "https://raw.githubusercontent.com/sindad/sindad.cloud/main/docs"
FILE = ROOT / "docs" / "fleet.schema.json"
PLAN = ROOT / "docs" / "plan.schema.json"
GUIDE = ROOT / "docs" / "docsite" / "rst" / "guide_fleet.rst"
BEGIN, END = ".. the keys: made by tests/tools/fleet_schema.py\n", ".. end of the keys\n"

TEMPLATE = {"$ref": "#/definitions/template"}
ONE_LINE = {
    "type": "string",
    "pattern": r"^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]*\S[^\u0000-\u001f\u007f-\u009f\u2028\u2029]*$",
}
HOSTNAME = {"type": "string", "pattern": f"^{_checks._HOSTNAME.pattern.replace('a-z', 'A-Za-z')}$"}
ADDRESS_OR_ID = {"type": "string", "pattern": r"^([0-9A-Fa-f:.]+|[A-Za-z0-9_-]+)$"}
NAME_OF_HOST = {**HOSTNAME, "not": {"pattern": r"^[\d.]+$"}}
EMPTY = {"const": ""}
#: What a rule of _checks says in the language of the schema.
TRANSLATED = {
    _checks.RULES["memory"][0]: {"minimum": 1},
    _checks.RULES["name"][0]: ONE_LINE,
    _checks.RULES["label"][0]: {"anyOf": [ONE_LINE, EMPTY]},
    _checks.RULES["hostname"][0]: NAME_OF_HOST,
    _checks.RULES["domain"][0]: {"anyOf": [NAME_OF_HOST, EMPTY]},
    _checks.RULES["ip"][0]: ADDRESS_OR_ID,
}
#: Texts where a bare number can stand for one.
NUMBERS = ({"anyOf": [ONE_LINE, EMPTY]}, ONE_LINE, ADDRESS_OR_ID)


def schema() -> dict[str, Any]:
    """Return the JSON Schema of a fleet file, in the draft that editors know."""
    return {
        "$schema": DRAFT,
        "$id": f"{ADDRESS}/{FILE.name}",
        "title": "Fleet file of the Ansible collection sindad.cloud",
        **of_mapping(SCHEMA),
        "patternProperties": {f"^{OWN_KEYS}": {"description": "Your own, for anchors."}},
        "definitions": {
            "template": {
                "description": "A template of Ansible's, such as {{ lookup('ansible.builtin.env', 'NAME') }}.",
                "type": "string",
                "pattern": r"\{\{.*\}\}",
            }
        },
    }


def of_mapping(keys: Mapping[str, Key]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "type": "object",
        "properties": {name: {"description": key.description, **of_key(name, key)} for name, key in keys.items()},
        "additionalProperties": False,
    }
    required = [name for name, key in keys.items() if key.required]
    if required:
        found["required"] = required
    if "vms" in keys:
        others = [name for name in keys if name in ("hostname", "power", "os", "ips")]
        pruned = {"required": ["prune"], "properties": {"prune": {"const": True}}}
        found["allOf"] = [{"not": {"required": ["vms", name]}} for name in others]
        found["allOf"].append({"if": pruned, "then": {"required": ["vms"]}})
    return found


def of_key(name: str, key: Key) -> dict[str, Any]:
    rule = TRANSLATED.get(_checks.RULES[name][0], {}) if name in _checks.RULES else {}
    if key.type == "dict":
        return {"type": "object"} if key.keys is None else of_mapping(key.keys)
    if key.type == "list":
        return {"type": "array", "items": of_element(key)}
    if key.choices:
        switch = [{"type": "boolean"}] if key.switch else []
        return {"anyOf": [{"enum": list(key.choices)}, *switch, TEMPLATE]}
    if key.type == "int":
        return {
            "anyOf": [
                {"type": "integer", **rule},
                {"type": "string", "pattern": r"^\s*[0-9]*[1-9][0-9]*\s*$"},
                TEMPLATE,
            ]
        }
    if key.type == "bool":
        return {"anyOf": [{"type": "boolean"}, TEMPLATE]}
    if not rule:
        return {"type": ["string", "integer"], "minLength": 1}
    return {"anyOf": [rule, *([{"type": "integer"}] if rule in NUMBERS else []), TEMPLATE]}


def of_element(key: Key) -> dict[str, Any]:
    if key.keys:
        return of_mapping(key.keys)
    return {"anyOf": [{"enum": list(key.choices)}, TEMPLATE]} if key.choices else {"type": ["string", "integer"]}


def plan_schema() -> dict[str, Any]:
    """Return the JSON Schema of a saved plan."""
    return {
        "$schema": DRAFT,
        "$id": f"{ADDRESS}/{PLAN.name}",
        "title": "Saved plan of the Ansible collection sindad.cloud",
        **of_plan(saved.KEYS, PLAN_VALUES),
    }


def of_plan(keys: Mapping[str, tuple[type, ...]], values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {name: {"type": of_types(types), **values.get(name, {})} for name, types in keys.items()},
        "required": list(keys),
        "additionalProperties": False,
    }


def of_types(types: tuple[type, ...]) -> list[str]:
    return [JSON_TYPES[each] for each in types]


JSON_TYPES = {str: "string", int: "integer", dict: "object", list: "array", type(None): "null"}
STRINGS = {"items": {"type": "string"}}
FIELDS = {"additionalProperties": {"type": of_types(saved.FIELD)}}
CHANGE_VALUES = {
    "resource": {"description": "What changes, and of which service; each stands once."},
    "service": {"description": "The service's id."},
    "action": {"enum": list(ACTIONS), "description": "What happens to it; replace erases its disk."},
    "summary": {"description": "A sentence for each step.", **STRINGS},
    "before": {
        "description": "Its managed fields as they are, and a machine's id; null where it isn't there.",
        **FIELDS,
    },
    "after": {
        "description": "Its managed fields as they will be, and a machine's id; null where it will be gone.",
        **FIELDS,
    },
    "refused": {"description": "Why it can't be done; a plan with any is not applied.", **STRINGS},
}
PLAN_VALUES = {
    "format": {"const": saved.FORMAT, "description": "The version of this format; a plan of another one is refused."},
    "made": {"format": "date-time", "description": "When it was made."},
    "api_url": {"description": "The portal that it was made for."},
    "account": {"description": "The user name that it was made for, or token."},
    "max_destroy": {
        "pattern": "^([0-9]{1,9}|(100|[0-9]{1,2})%)$",
        "description": "How much it may destroy and replace.",
    },
    "fleet": {"description": "The fleet file with its defaults filled in, without passwords."},
    "changes": {"items": of_plan(saved.CHANGE_KEYS, CHANGE_VALUES), "description": "The changes."},
    "left_out": {"description": "The places of the passwords in the fleet that a change needs.", **STRINGS},
}


def rows(keys: Mapping[str, Key], place: str = "") -> Iterator[tuple[str, str, str]]:
    """Yield for each key its place, what may stand there, and what it means."""
    words = {"str": "string", "int": "integer", "bool": "true or false", "list": "list", "dict": "dictionary"}
    for name, key in keys.items():
        kind = " or ".join(f"``{choice}``" for choice in key.choices) or words[key.type]
        kind = f"list of {kind}" if key.type == "list" and key.choices else kind
        yield f"{place}{name}", f"{kind}, required" if key.required else kind, key.description
        if key.keys:
            yield from rows(key.keys, f"{place}{name}{'[]' if key.type == 'list' else ''}.")


def table() -> str:
    """Return the table of keys as reStructuredText."""
    lines = [
        ".. list-table::",
        "   :header-rows: 1",
        "   :widths: 30 20 50",
        "",
        "   * - Key",
        "     - Value",
        "     - Meaning",
    ]
    for place, kind, meaning in rows(SCHEMA):
        lines += [f"   * - ``{place}``", f"     - {kind}", f"     - {meaning}"]
    return "\n".join(lines) + "\n"


def made() -> dict[Path, str]:
    """Return what the files should hold."""
    guide = GUIDE.read_text(encoding="utf-8")
    head, rest = guide.split(BEGIN)
    return {
        FILE: json.dumps(schema(), indent=2, ensure_ascii=False) + "\n",
        PLAN: json.dumps(plan_schema(), indent=2, ensure_ascii=False) + "\n",
        GUIDE: f"{head}{BEGIN}\n{table()}\n{END}{rest.split(END)[1]}",
    }


if __name__ == "__main__":
    for path, content in made().items():
        path.write_text(content, encoding="utf-8")
