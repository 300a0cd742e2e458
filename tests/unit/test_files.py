# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a file that a task writes really is, and what is no place for one."""

from __future__ import annotations

import os
import socket
import stat
from pathlib import Path

import pytest
from ansible_collections.sindad.cloud.plugins.module_utils import _files
from ansible_collections.sindad.cloud.plugins.module_utils._errors import SindadError
from ansible_collections.sindad.cloud.plugins.module_utils._files import destination, replace_file


def refusal(path: Path | str) -> str:
    with pytest.raises(SindadError) as caught:
        destination("dest", str(path))
    return str(caught.value)


def test_where_a_file_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there").write_text("x")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("folder")
    (tmp_path / "folder" / "up").symlink_to("../there")
    (tmp_path / "far").symlink_to(tmp_path / "folder")
    home = os.path.realpath(tmp_path)
    for path, real in (
        ("there", "there"),
        ("./folder/../new", "new"),
        ("link/up", "there"),
        ("far/./new", "folder/new"),
        (f"{tmp_path}//link/new", "folder/new"),
    ):
        assert destination("dest", path) == f"{home}/{real}"


def test_what_is_no_place_for_a_file(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "file").write_text("x")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(tmp_path / "socket"))
        assert refusal(tmp_path / "socket").endswith("socket is a socket")
    assert refusal(tmp_path / "loop").endswith("leads through too many symbolic links")
    assert refusal(tmp_path / "file" / "x") == f"dest: directory {tmp_path}/file not found"
    assert refusal(f"{tmp_path}/new/").endswith(f"a file; directory {tmp_path}/new/ not found")
    assert refusal("/dev/null") == "dest must be the path of a regular file; /dev/null is a device"
    assert refusal(tmp_path / ("a" * 300)).endswith("can't be used: File name too long")
    assert refusal("a\0b") == "dest must be a path without control characters"


def test_a_directory_that_cannot_be_written_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_files.os, "access", lambda path, mode: False)
    assert refusal(tmp_path / "x") == f"dest: directory {os.path.realpath(tmp_path)} is not writable"


@pytest.mark.parametrize(("mode", "followed"), [(0o1777, False), (0o775, False), (0o755, True)])
def test_links_of_others(mode: int, followed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are followed only where nobody else could have put them."""
    (tmp_path / "target").write_text("x")
    (tmp_path / "open").mkdir()
    link = tmp_path / "open" / "link"
    link.symlink_to(tmp_path / "target")
    (tmp_path / "open").chmod(mode)
    real = os.lstat

    def lstat(path: str) -> os.stat_result:
        found = list(real(path))
        found[stat.ST_UID] = 4242 if str(path) == str(link) else found[stat.ST_UID]
        return os.stat_result(found)

    monkeypatch.setattr(_files.os, "lstat", lstat)
    if followed:
        assert destination("dest", str(link)) == os.path.realpath(tmp_path / "target")
    else:
        assert refusal(link) == f"dest: {link} is a symbolic link that another user owns, so it is not followed"


def test_a_file_is_replaced_in_one_step_or_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("before")
    replace_file("dest", "shown", str(file), b"after", 0o600)
    assert file.read_text() == "after"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(SindadError, match="dest: shown can't be written"):
        replace_file("dest", "shown", str(folder), b"after", 0o600)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]
