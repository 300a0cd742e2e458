# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory and every info module over each recording in tests/recordings, compared with its expected.yml."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import requests

from simulator.shapes import SHAPES
from support import ROOT, libyaml
from support.ansible import command
from support.recordings import FOLDER, replayed, tasks_for, understood

RECORDINGS = sorted(path.parent for path in FOLDER.glob("*/recording.json"))


@pytest.mark.unmeasured
@pytest.mark.parametrize("folder", RECORDINGS, ids=lambda folder: folder.name)
def test_recording(folder: Path) -> None:
    expected = libyaml.load((folder / "expected.yml").read_text(encoding="utf-8"))
    found = understood(folder / "recording.json")
    assert found["inventory"] == expected["inventory"]
    assert found["tasks"].keys() == expected["tasks"].keys()
    for name, result in found["tasks"].items():
        assert result == expected["tasks"][name], name


def test_each_shape_has_a_recording() -> None:
    assert {*SHAPES} <= {folder.name for folder in RECORDINGS}


def test_every_info_module_is_asked() -> None:
    asked = {key.rpartition(".")[2] for task in tasks_for(FOLDER / "reference" / "recording.json") for key in task}
    assert {path.stem for path in (ROOT / "plugins" / "modules").glob("*_info.py")} <= asked


def test_replay_answers_only_what_was_recorded() -> None:
    recording = FOLDER / "reference" / "recording.json"
    known = json.loads(recording.read_text(encoding="utf-8"))["answers"][0]
    with replayed(recording) as url:
        assert requests.get(url + known["path"], timeout=10).json() == known["body"]
        assert requests.get(url + known["path"], params={"rel_type": "x"}, timeout=10).status_code == 200
        assert requests.get(url + known["path"], params={"page": "9"}, timeout=10).status_code == 404
        assert requests.get(url + "/service/1/vms", timeout=10).status_code == 404
        assert requests.post(url + "/service/1/vms", json={}, timeout=10).status_code == 405
        assert requests.put(url + known["path"], json={}, timeout=10).status_code == 405


@pytest.mark.parametrize("content", ["", "[]", '{"format": 2, "answers": []}', '{"format": 1, "answers": [1]}', None])
def test_replay_of_something_else(content: str | None, tmp_path: Path) -> None:
    file = tmp_path / "recording.json"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    run = command("python", "-m", "simulator", "--replay", file, cwd=ROOT / "tests")
    assert run.rc == 2
    assert "recording" in run.stderr and "Traceback" not in run.stderr
