# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Only one run at a time on this machine changes a service. Private to this collection."""

from __future__ import annotations

import fcntl
import hashlib
import os
import stat
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from .._client import Client
from .._errors import SindadError

_NOTHING = "nothing was changed"


@contextmanager
def service_locks(client: Client, services: Iterable[str]) -> Iterator[None]:
    """Keep other runs on this machine from changing these services at the same time.

    A run whose controller was killed goes on for a while: a new run that finished its work meanwhile could create a
    machine twice. The system releases the locks of a process that is gone.

    Raises:
        SindadError: Another run has one of them; nothing was changed.

    """
    folder = _folder()
    with ExitStack() as stack:
        for identity in services:
            name = hashlib.sha256(f"{client.settings.api_url} {identity}".encode()).hexdigest()[:32]
            try:
                file = stack.enter_context((folder / name).open("a"))
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise SindadError(
                    f"service {identity} is being changed by another run on this machine: "
                    "nothing was changed, run this again when that run has ended"
                ) from None
            except OSError as error:
                raise SindadError(f"{folder / name} can't be locked ({error.strerror}); {_NOTHING}") from None
        yield


def _folder() -> Path:
    """Return the folder for locks, which belongs to this user alone.

    Raises:
        SindadError: Something else is in its place, or it can't be made.

    """
    folder = Path(tempfile.gettempdir(), f"sindad-cloud-{os.getuid()}")
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except FileExistsError:
        pass  # it is no folder, which is told below
    except OSError as error:
        raise SindadError(f"{folder}, the folder for locks, can't be created ({error.strerror}); {_NOTHING}") from None
    status = folder.lstat()
    others_can_write = bool(status.st_mode & (stat.S_IWGRP | stat.S_IWOTH))
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid() or others_can_write:
        raise SindadError(
            f"{folder}, the folder for locks, must be a folder that only this user can write to; {_NOTHING}"
        )
    return folder
