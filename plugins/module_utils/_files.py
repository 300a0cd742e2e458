# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a file that a task writes really is, and how it is put there. Private to this collection."""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import suppress

from ._checks import check_path
from ._errors import SindadError

#: Links that a path may lead through, as Linux has it.
MOST_LINKS = 40
_ROOT = 0
_KINDS = (
    (stat.S_ISDIR, "a directory"),
    (stat.S_ISFIFO, "a FIFO"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def destination(option: str, path: str) -> str:
    """Return where a file is written: its absolute path, with links followed.

    Args:
        option: The option that holds the path, for messages.
        path: The path that the user gave, of a regular file or of nothing yet.

    Raises:
        SindadError: It is something other than a file, its directory doesn't exist or can't be written to, or a link of
            another user leads there.

    """
    check_path(option, path)
    try:
        real = _followed(option, path)
        _check_kind(option, path, real)
    except OSError as error:
        raise SindadError(f"{option}: {path} can't be used: {error.strerror}") from None
    folder = os.path.dirname(real)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise SindadError(f"{option}: directory {folder} is not writable")
    return real


def _check_kind(option: str, path: str, real: str) -> None:
    """Refuse what is no regular file, and a place in a directory that isn't there."""
    folder = os.path.dirname(real)
    if not os.path.isdir(folder):
        raise SindadError(f"{option}: directory {folder} not found")
    try:
        mode = os.stat(real).st_mode
    except FileNotFoundError:
        if path.endswith(os.sep):
            raise SindadError(f"{option} must be the path of a file; directory {path} not found") from None
        return
    if not stat.S_ISREG(mode):
        kind = next((name for is_kind, name in _KINDS if is_kind(mode)), "not a regular file")
        raise SindadError(f"{option} must be the path of a regular file; {path} is {kind}")


def _followed(option: str, path: str) -> str:
    """Return the absolute path that a path leads to, and refuse the links of others on the way."""
    waiting = os.path.join(os.getcwd(), path).split(os.sep)
    reached = os.sep
    links = 0
    while waiting:
        name = waiting.pop(0)
        if name in ("", os.curdir):
            continue
        if name == os.pardir:
            reached = os.path.dirname(reached)
            continue
        step = os.path.join(reached, name)
        if not os.path.islink(step):
            reached = step
            continue
        links += 1
        if links > MOST_LINKS:
            raise SindadError(f"{option}: {path} leads through too many symbolic links")
        if _is_of_another_user(step):
            raise SindadError(f"{option}: {step} is a symbolic link that another user owns, so it is not followed")
        target = os.readlink(step)
        reached = os.sep if os.path.isabs(target) else reached
        waiting = [*target.split(os.sep), *waiting]
    return reached


def _is_of_another_user(link: str) -> bool:
    """Whether a link may lead us where another user wants: it is theirs, in a directory that others can write to."""
    trusted = (_ROOT, os.geteuid())
    folder = os.stat(os.path.dirname(link))
    others_can_write = folder.st_uid not in trusted or bool(folder.st_mode & (stat.S_IWGRP | stat.S_IWOTH))
    return os.lstat(link).st_uid not in trusted and others_can_write


def replace_file(option: str, shown: str, place: str, content: bytes, mode: int) -> None:
    """Put a file in its place in one step, so that it is never there in part.

    Args:
        option: The option that holds the path, for messages.
        shown: The path as the user gave it.
        place: Where the file really is, see `destination`.
        content: The whole content.
        mode: Who may read and write it.

    Raises:
        SindadError: It can't be written; the old content is still there.

    """
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(dir=os.path.dirname(place), prefix=".sindad-")
        with open(handle, "wb") as file:
            file.write(content)
        os.chmod(temporary, mode)
        os.replace(temporary, place)
    except OSError as error:
        with suppress(OSError):
            os.unlink(temporary)
        raise SindadError(f"{option}: {shown} can't be written: {error.strerror}") from None
