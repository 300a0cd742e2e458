# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The file of passwords: what is in it stays as it was written."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from ansible_collections.sindad.cloud.plugins.module_utils._errors import SindadError
from ansible_collections.sindad.cloud.plugins.module_utils._fleet import passwords
from ansible_collections.sindad.cloud.plugins.module_utils._fleet.passwords import PasswordsFile


def test_what_yaml_would_respell_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "passwords.yml"
    file.write_text("0402:\n  010: 0123\n  on: yes\n  web-1: 1_000\n", encoding="utf-8")
    PasswordsFile(str(file)).add("401", "web-1", "new")
    assert yaml.safe_load(file.read_text(encoding="utf-8")) == {
        "0402": {"010": "0123", "on": "yes", "web-1": "1_000"},
        "401": {"web-1": "new"},
    }


@pytest.mark.parametrize("content", ["[]", "false", "0", "null: null", "401: null", "401: [a]"])
def test_what_is_no_file_of_passwords_is_not_taken_for_an_empty_one(content: str, tmp_path: Path) -> None:
    file = tmp_path / "passwords.yml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(SindadError, match="holds something other than passwords"):
        PasswordsFile(str(file))
    assert file.read_text(encoding="utf-8") == content


@pytest.mark.parametrize("content", ["", "---\n", "# nothing yet\n"])
def test_an_empty_file_is_empty(content: str, tmp_path: Path) -> None:
    file = tmp_path / "passwords.yml"
    file.write_text(content, encoding="utf-8")
    PasswordsFile(str(file)).add("401", "web-1", "new")
    assert yaml.safe_load(file.read_text(encoding="utf-8")) == {"401": {"web-1": "new"}}


def test_a_file_that_is_too_large_is_not_read_in_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_LARGEST", 20)
    file = tmp_path / "passwords.yml"
    file.write_text("'401': {a: b}\n'402': {a: b}\n", encoding="utf-8")
    with pytest.raises(SindadError, match="too large"):
        PasswordsFile(str(file))
