# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Locks between the runs of one user on this machine. Private to this collection.

Each lock is a file in a folder of their own. The system releases the locks of a process that is gone.
"""

from __future__ import annotations

import fcntl
import os
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from .._errors import SindadError

#: Seconds between two tries to get a lock that another run has.
_PAUSE = 0.02


def lock_folder() -> Path:
    """Return where the folder for locks is, whether it exists or not."""
    return Path(tempfile.gettempdir(), f"sindad-cloud-{os.getuid()}")


def belongs_to_user(folder: Path) -> bool:
    """Whether it is a folder that this user alone can write to."""
    try:
        status = folder.lstat()
    except OSError:
        return False
    others_can_write = bool(status.st_mode & (stat.S_IWGRP | stat.S_IWOTH))
    return stat.S_ISDIR(status.st_mode) and status.st_uid == os.getuid() and not others_can_write


def create_lock_folder() -> Path:
    """Return the folder for locks, which is created if it doesn't exist.

    Raises:
        SindadError: Something else is in its place, or it can't be created.

    """
    folder = lock_folder()
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except FileExistsError:
        pass  # it is no folder, which is told below
    except OSError as error:
        raise SindadError(f"{folder}, the folder for locks, can't be created ({error.strerror})") from None
    if not belongs_to_user(folder):
        raise SindadError(f"{folder}, the folder for locks, must be a folder that only this user can write to")
    return folder


@contextmanager
def held_lock(path: Path, patience: float = 0.0) -> Iterator[IO[bytes]]:
    """Hold a lock; its file is created if it doesn't exist.

    Args:
        path: The lock's file.
        patience: Seconds to wait for a run that has it.

    Raises:
        BlockingIOError: Another run has it.
        OSError: It can't be locked at all.

    """
    deadline = time.monotonic() + patience
    with _opened(path) as file:
        while not _is_locked_now(file):
            if time.monotonic() >= deadline:
                raise BlockingIOError
            time.sleep(_PAUSE)
        yield file


def _opened(path: Path) -> IO[bytes]:
    """Open a lock's file, which waits for nobody and follows no link."""
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK
    return os.fdopen(os.open(path, flags, 0o600), "r+b", buffering=0)


def _is_locked_now(file: IO[bytes]) -> bool:
    """Lock a file unless another run has locked it; return whether that was done."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
