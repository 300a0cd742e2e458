# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One run at a time on this machine changes a service. Private to this collection."""

from __future__ import annotations

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from .._client import Client
from .._errors import SindadError


@contextmanager
def service_locks(client: Client, services: Iterable[str]) -> Iterator[None]:
    """Keep other runs on this machine from changing these services meanwhile.

    A run whose controller was killed goes on for a while: one that finished its work beside it could create a machine
    twice. The system ends the locks of a process that is gone.

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
                    "nothing was changed, run this again when that has ended"
                ) from None
            except OSError as error:
                raise SindadError(f"{folder / name} can't be locked ({error.strerror}); nothing was changed") from None
        yield


def _folder() -> Path:
    """Return the folder for locks, which belongs to this user alone."""
    folder = Path(tempfile.gettempdir(), f"sindad-cloud-{os.getuid()}")
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        mine = folder.is_dir() and not folder.is_symlink() and folder.stat().st_uid == os.getuid()
    except OSError:
        mine = False
    if not mine:
        raise SindadError(f"{folder} belongs to somebody else, nothing was changed: see who that is, and remove it")
    return folder
