# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading a fleet file: what is refused, with the place of it, and that hostile files are bounded."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible_collections.sindad.cloud.plugins.module_utils._errors import SindadError
from ansible_collections.sindad.cloud.plugins.module_utils._fleet.file import checked, parse
from ansible_collections.sindad.cloud.plugins.plugin_utils import _fleet_file
from ansible_collections.sindad.cloud.plugins.plugin_utils._fleet_file import Loaded, check_not_read, load

PASSWORD = "0123456"


def read(path: Path, text: str | bytes) -> Loaded:
    """Write a file and read it as a fleet."""
    file = path / "f.yml"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    loader = DataLoader()
    return load(str(file), loader, Templar(loader, variables={"size": 2048, "names": ["a", "b"]}))


def error_of(path: Path, text: str | bytes) -> str:
    """Return what is wrong with a file, as the user sees it, without the folder."""
    loaded = Loaded()

    def parsed() -> None:
        nonlocal loaded
        loaded = read(path, text)
        parse(loaded.fleet)

    with pytest.raises(SindadError) as caught:
        parsed()
    return loaded.located(str(caught.value)).replace(f"{path}/", "")


def machine(fields: str) -> str:
    return f"services:\n  - service: 401\n    vms:\n      - {{name: a, {fields}}}\n"


REFUSED = {
    "f.yml:4:30: services[0].vms[0].memory: it is given twice, the first time on line 4": machine(
        "memory: 1, memory: 2"
    ),
    "f.yml:4:5: services[0].vms: it is given twice, the first time on line 3": (
        "services:\n  - service: 401\n    vms: [{name: a}]\n    vms: []\n"
    ),
    "f.yml:2:1: account: it is given twice, the first time on line 1": "account: a\naccount: b\nservices: []\n",
    **{
        f"f.yml:1:22: services[0].service: YAML reads {written} as a number": f"services: [{{service: {written}}}]"
        for written in ("010", "10:20", "0x10", "0b11", "1_000", "+5", "1.50", ".5", "-0", "1.e+3", ".inf")
    },
    "f.yml:4:27: services[0].vms[0].memory: YAML reads 02047 as a number": machine("memory: 02047"),
    "f.yml:4:27: services[0].vms[0].memory: YAML reads it as a number": machine("memory: !!int ''"),
    "f.yml:1:34: services[0].prune: it can't be read as a YAML value": "services: [{service: '1', prune: !!bool maybe}]",
    "f.yml:4:19: services[0].vms[0].memory must be an integer (MB), not '4G'": machine("memory: 4G"),
    "f.yml:4:19: services[0].vms[0].memroy is an unknown key; did you mean memory?": machine("memroy: 1"),
    "f.yml:4:19: services[0].vms[0].rebuild must be a string, not False; put it in quotes": machine("rebuild: no"),
    "f.yml:4:28: services[0].vms[0].ignore[0] must be template or memory or cpu or disk or power, not 'x'": machine(
        "ignore: [x]"
    ),
    "f.yml:4:28: services[0].vms[0].groups[0] must be the name of a group": machine("groups: [a-b]"),
    "f.yml:4:26: services[0].vms[0].vars.ansible_host can't be set here": machine("vars: {ansible_host: 1}"),
    "f.yml:4:26: services[0].vms[0].vars.sindad_vmid can't be set here": machine("vars: {sindad_vmid: 1}"),
    "f.yml:4:26: services[0].vms[0].vars.hostvars can't be set here": machine("vars: {hostvars: 1}"),
    "f.yml:4:19: services[0].vms[0].vars: 'a-b' is not the name of a variable": machine("vars: {a-b: 1}"),
    "f.yml:1:29: services[1].service: '401' is already listed at services[0].service (f.yml, line 1)": (
        "services: [{service: 401}, {service: 401}]"
    ),
    "f.yml:2:1: it can't be read as YAML: found character that cannot start any token": "services:\n\t- service: 1\n",
    "f.yml:3:4: it can't be read as YAML: did not find expected '-' indicator": "services:\n  - service: 1\n   label: x\n",
    "f.yml:2:1: it can't be read as YAML": "services: [",
    "f.yml: it is empty": "# nothing\n",
    "f.yml: it must be a dictionary with the key services": "- service: 401\n",
    "f.yml: services is missing": "account: x\n",
    "f.yml:2:1: it can't be read as YAML: but found another document": "services: []\n---\nservices: []\n",
    "f.yml:2:10: the character U+0007 is not allowed in YAML": "services:\n- label: \x07\n",
    "f.yml:1:22: services[0].service: the tag !foo is not known": "services: [{service: !foo 1}]",
    "f.yml:1:11: services: the tag !foo is not known": "services: !foo []",
    "f.yml:1:22: services[0].service: the tag tag:yaml.org,2002:binary is not known here": (
        "services: [{service: !!binary aGk=}]"
    ),
    "f.yml:1:22: services[0].service: its expression can't be resolved: 'nope' is undefined": (
        "services: [{service: '{{ nope }}'}]"
    ),
    "f.yml:1:13: services[0]: a key must be a word": "services: [{[a]: b}]",
    "f.yml:1:17: services[0]: << takes a mapping": "services: [{<<: x}]",
    "f.yml:3:33: services[0].<<: it is given twice, the first time on line 3; <<: [*a, *b] merges several": (
        "x-a: &a {prune: true}\nx-b: &b {label: b}\nservices: [{<<: *a, service: 1, <<: *b}]\n"
    ),
    # A key of the mapping's own has its own place, wherever the merge stands; one that is merged has that of its anchor.
    "f.yml:6:9: services[0].vms[0].memory must be an integer (MB), not '4G'": (
        "x-a: &a {memory: 1024}\nservices:\n  - service: 1\n    vms:\n      - name: a\n        memory: 4G\n        <<: *a\n"
    ),
    "f.yml:1:10: services[0].vms[0].memory must be an integer (MB), not '1G'": (
        "x-a: &a {memory: 1G}\nx-b: &b {memory: 2G}\nservices: [{service: 1, vms: [{name: a, <<: [*a, *b]}]}]\n"
    ),
    "f.yml:1:12: services[0][0]: it has an alias that refers to itself": "services: [&a [*a]]",
    "f.yml:1:11: services[0].vms: it has an alias that refers to itself": "services: &a [{service: 1, vms: *a}]",
}


@pytest.mark.parametrize(("sentence", "text"), REFUSED.items(), ids=REFUSED)
def test_what_is_wrong_has_its_place(tmp_path: Path, sentence: str, text: str) -> None:
    found = error_of(tmp_path, text)
    assert found.startswith(sentence)
    assert "\n" not in found


def tenfold(depth: int, begin: str, one: str) -> str:
    """Return a file whose aliases multiply tenfold at each level."""
    lines = [f"x-0: &a0 {begin}"]
    for level in range(1, depth):
        inner = ", ".join([f"*a{level - 1}"] * 10)
        lines.append(f"x-{level}: &a{level} {one.format(inner)}")
    return "\n".join([*lines, f"services: [*a{depth - 1}]"]) + "\n"


HOSTILE = {
    "lists": (tenfold(9, "[x]", "[{}]"), "values when its aliases are resolved"),
    "merges": (tenfold(9, "{service: 1}", "{{<<: [{}]}}"), "values when its aliases are resolved"),
    "deep": ("services: " + "[" * 5000 + "]" * 5000, "it can't be read as YAML"),
    "deep blocks": ("services:\n " + "- " * 100_000, "it can't be read as YAML"),
    "a chain": (
        "x-0: &a0 [x]\n" + "".join(f"x-{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 3000)) + "services: *a2999\n",
        "nested",
    ),
    "no text": (b"services: \xff\xfe", "must be UTF-8 text"),
    "a long number": (f"services: [{{service: {'9' * 100_000}}}]", "put it in quotes"),
}


@pytest.mark.parametrize(("text", "sentence"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_bounded(tmp_path: Path, text: str | bytes, sentence: str) -> None:
    begun = time.process_time()
    found = error_of(tmp_path, text)
    assert sentence in found
    assert len(found) < 400
    assert time.process_time() - begun < 15


def test_what_is_no_file_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_fleet_file, "_LARGEST", 10)
    assert "is larger than" in error_of(tmp_path, "services: []")
    for path in ("/dev/zero", f"{tmp_path}/none.yml", "nul\0.yml", str(tmp_path / "f.yml" / "x")):
        with pytest.raises(SindadError, match=r"^fleet_file: "):
            load(path, DataLoader(), Templar(DataLoader()))


def test_a_password_is_not_shown(tmp_path: Path) -> None:
    text = f"services: [{{service: 512, os: {{template: a, password: {PASSWORD}}}}}]"
    found = error_of(tmp_path, text)
    assert found.endswith(
        "services[0].os.password: YAML reads it as a number, which may change its spelling; put it in quotes"
    )


RIGHT = """
x-big: &big {memory: 4096, cpu: 2}
x-wrong: {a: 010, b: &loop [*loop]}
services:
  - service: 401
    vars: {here: "{{ inventory_hostname }}", octal: 010}
    vms:
      - {<<: *big, name: "{{ names[0] }}", memory: "{{ size }}"}
      - {<<: [*big, {cpu: 9, disk: 7}], name: 2026-11-25, ignore: [memory], groups: [web]}
      - {name: !unsafe "{{ x }}", vmid: 7}
"""


def test_anchors_expressions_and_what_is_for_the_inventory(tmp_path: Path) -> None:
    fleet = checked(read(tmp_path, RIGHT).fleet)
    assert fleet == {
        "services": [
            {
                "service": "401",
                "vars": {"here": "{{ inventory_hostname }}", "octal": "010"},
                "vms": [
                    {"memory": 2048, "cpu": 2, "name": "a"},
                    {
                        "memory": 4096,
                        "cpu": 2,
                        "disk": 7,
                        "name": "2026-11-25",
                        "ignore": ["memory"],
                        "groups": ["web"],
                    },
                    {"name": "{{ x }}", "vmid": "7"},
                ],
            }
        ]
    }
    planned = parse(fleet)
    assert "vars" not in planned["services"][0]
    assert "groups" not in planned["services"][0]["vms"][1]
    assert parse(planned) == planned


def folder(path: Path, **files: str) -> Any:
    for name, text in files.items():
        (path / name.replace("_", ".")).write_text(text)
    return load(str(path), DataLoader(), Templar(DataLoader()))


def test_a_folder_is_one_fleet(tmp_path: Path) -> None:
    with pytest.raises(SindadError, match=r"has no \*\.yml file"):
        folder(tmp_path)
    loaded = folder(
        tmp_path,
        b_yml="services: [{service: 2}, {service: 3, label: [x]}]",
        a_yml="defaults: {cpu: 1}\nservices: [{service: 1}]",
        c_yaml="services: [{service: 4}]",
        d_YML="services: [{service: 5}]",
        _hidden_yml="{",
    )
    (tmp_path / ".hidden.yml").unlink(missing_ok=True)
    assert [entry["service"] for entry in loaded.fleet["services"]] == [1, 2, 3]
    assert loaded.warnings == [f"fleet_file: only *.yml files are read in the folder {tmp_path}, not c.yaml, d.YML"]
    with pytest.raises(SindadError) as caught:
        parse(loaded.fleet)
    assert loaded.located(str(caught.value)).startswith(f"{tmp_path}/b.yml:1:39: services[1].label must be a string")
    with pytest.raises(SindadError, match=r"b\.yml: defaults is in another file of the folder as well"):
        folder(tmp_path, b_yml="defaults: {}\nservices: []")
    with pytest.raises(SindadError, match=r"b\.yml: services must be a list"):
        folder(tmp_path, b_yml="services: {}")


def test_a_folder_without_services_is_no_fleet(tmp_path: Path) -> None:
    with pytest.raises(SindadError, match=rf"^{tmp_path}: services is missing$"):
        folder(tmp_path, a_yml="account: a", b_yml="defaults: {cpu: 1}")
    assert folder(tmp_path, c_yml="services: []").fleet == {"account": "a", "defaults": {"cpu": 1}, "services": []}


def test_a_folder_that_can_not_be_read_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_path: str) -> list[str]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(_fleet_file.os, "listdir", refuse)
    with pytest.raises(SindadError, match=rf"^fleet_file: the folder {tmp_path} can't be read: Permission denied$"):
        folder(tmp_path)


@pytest.mark.parametrize(
    ("file", "read"),
    [
        ("fleet/f.yml", True),
        ("fleet/new.yml", True),
        ("fleet/x/../f.yml", True),
        ("fleet/link.yml", True),
        ("elsewhere.yml", True),
        ("later.yml", True),
        ("fleet", True),
        ("fleet/f.json", False),
        ("fleet/.f.yml", False),
        ("fleet/x/f.yml", False),
        ("hidden.yml", False),
    ],
)
def test_which_files_are_part_of_a_fleet(tmp_path: Path, file: str, read: bool) -> None:
    fleet = tmp_path / "fleet"
    (fleet / "x").mkdir(parents=True)
    (tmp_path / "elsewhere.yml").touch()
    for name, target in {"link": "elsewhere", "dangling": "later", ".link": "hidden"}.items():
        (fleet / f"{name}.yml").symlink_to(tmp_path / f"{target}.yml")
    path = str(tmp_path / file)
    if not read:
        check_not_read("result_file", path, [str(fleet)])
        return
    with pytest.raises(SindadError, match=rf"^result_file: {path} is read by this run; give another path$"):
        check_not_read("result_file", path, [str(tmp_path / "plan.json"), str(fleet)])


def test_a_folder_that_can_not_be_listed_is_told_when_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_path: str) -> list[str]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(_fleet_file.os, "listdir", refuse)
    check_not_read("result_file", str(tmp_path / "result.json"), [str(tmp_path)])


def test_ignored_fields_add_up() -> None:
    machines = [{"name": "a", "ignore": ["cpu"]}, {"name": "b"}]
    fleet = {
        "defaults": {"ignore": ["memory"]},
        "services": [
            {"service": "1", "vms": machines, "ignore": ["power", "memory"], "label": "x"},
            {"service": "2", "power": "on", "hostname": "a.ir", "os": {"template": "a"}, "ignore": ["power", "os"]},
        ],
    }
    pool, server = parse(fleet)["services"]
    assert [machine["ignore"] for machine in pool["vms"]] == [["memory", "power", "cpu"], ["memory", "power"]]
    assert server == {"service": "2", "hostname": "a.ir", "ignore": ["power", "os"]}
