# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Only one run at a time on this machine changes a service, or a file. Private to this collection."""

from __future__ import annotations

import fcntl
import hashlib
import os
import stat
import tempfile
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from .._client import Client
from .._errors import SindadError

_NOTHING = "nothing was changed"
_PORTS = {"http": 80, "https": 443}
#: Bytes of a mark.
_MARK = 32


@contextmanager
def service_locks(client: Client, services: Iterable[str], seen: Mapping[str, bytes] | None = None) -> Iterator[None]:
    """Keep other runs on this machine from changing these services at the same time.

    A run whose controller was killed goes on for a while: a new run that finished its work meanwhile could create a
    machine twice. The system releases the locks of a process that is gone.

    Args:
        client: Says which portal the services are on.
        services: Their ids.
        seen: The marks that the locks had before the services were observed, see `service_marks`.

    Raises:
        SindadError: Another run has one of them, or had it since they were observed; nothing was changed.

    """
    folder = _folder()
    with ExitStack() as stack:
        held = [stack.enter_context(_held(folder / _name(client, identity), identity)) for identity in services]
        for identity, file in held:
            if seen is not None and identity in seen and _mark_of(file) != seen[identity]:
                raise SindadError(
                    f"service {identity} has been changed by another run on this machine since it was observed: "
                    "nothing was changed, run this again"
                )
        for _identity, file in held:
            _leave_mark(file)
            stack.callback(_leave_mark, file)
        yield


def service_marks(client: Client, services: Iterable[str]) -> dict[str, bytes]:
    """Return the mark that each service's lock has now, empty where it has none; nothing is locked or created.

    A run leaves a new mark when it begins to change a service, and another one when it ends.
    """
    folder = _place()
    is_own = _is_own(folder)
    return {identity: _mark_at(folder / _name(client, identity)) if is_own else b"" for identity in services}


def _name(client: Client, service: str) -> str:
    """Return what a service's lock is called, the same however the portal's address is written."""
    url = urlsplit(client.settings.base_url)
    port = url.port or _PORTS[url.scheme]
    host = (url.hostname or "").rstrip(".")
    return hashlib.sha256(f"{url.scheme}://{host}:{port}{url.path} {service}".encode()).hexdigest()[:32]


@contextmanager
def _held(path: Path, identity: str) -> Iterator[tuple[str, IO[bytes]]]:
    """Hold the lock of a service.

    Raises:
        SindadError: Another run has it, or it can't be locked.

    """
    with ExitStack() as stack:
        try:
            file = stack.enter_context(_opened(path))
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SindadError(
                f"service {identity} is being changed by another run on this machine: "
                "nothing was changed, run this again when that run has ended"
            ) from None
        except OSError as error:
            raise SindadError(f"{path} can't be locked ({error.strerror}); {_NOTHING}") from None
        yield identity, file


def _opened(path: str | Path) -> IO[bytes]:
    """Open a file that is to be locked, an empty one where there is none; it waits for nobody and follows no link."""
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK
    return os.fdopen(os.open(path, flags, 0o600), "r+b", buffering=0)


def _mark_of(file: IO[bytes]) -> bytes:
    return os.pread(file.fileno(), _MARK, 0)


def _mark_at(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return _mark_of(file)
    except OSError:
        return b""


def _leave_mark(file: IO[bytes]) -> None:
    with suppress(OSError):  # on a full disk the lock itself still holds
        os.pwrite(file.fileno(), uuid.uuid4().hex.encode(), 0)


@contextmanager
def locked_file(path: str) -> Iterator[None]:
    """Wait for the lock of a file that each writer replaces, and hold it; an empty file is made where there is none.

    Raises:
        OSError: It can't be opened or locked.

    """
    while True:
        with _opened(path) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if _is_at(path, file):
                yield
                return


def _is_at(path: str, file: IO[bytes]) -> bool:
    """Whether a file is still the one at a path: another writer may have put a new one there."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), os.stat(path))
    except FileNotFoundError:
        return False


def check_locking(folder: str) -> None:
    """Make sure that files in a folder can be locked.

    Raises:
        OSError: They can't.

    """
    with tempfile.TemporaryFile(dir=folder) as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _place() -> Path:
    """Return where the folder for locks is."""
    return Path(tempfile.gettempdir(), f"sindad-cloud-{os.getuid()}")


def _is_own(folder: Path) -> bool:
    """Whether it is a folder that belongs to this user alone."""
    try:
        status = folder.lstat()
    except OSError:
        return False
    others_can_write = bool(status.st_mode & (stat.S_IWGRP | stat.S_IWOTH))
    return stat.S_ISDIR(status.st_mode) and status.st_uid == os.getuid() and not others_can_write


def _folder() -> Path:
    """Return the folder for locks, which belongs to this user alone.

    Raises:
        SindadError: Something else is in its place, or it can't be made.

    """
    folder = _place()
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except FileExistsError:
        pass  # it is no folder, which is told below
    except OSError as error:
        raise SindadError(f"{folder}, the folder for locks, can't be created ({error.strerror}); {_NOTHING}") from None
    if not _is_own(folder):
        raise SindadError(
            f"{folder}, the folder for locks, must be a folder that only this user can write to; {_NOTHING}"
        )
    return folder
