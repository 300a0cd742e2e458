# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Only one run at a time on this machine changes a service. Private to this collection."""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from .._client import Client
from .._errors import SindadError
from .lock import belongs_to_user, create_lock_folder, held_lock, lock_folder

_NOTHING = "nothing was changed"
_PORTS = {"http": 80, "https": 443}
#: Bytes of a mark.
_MARK = 32


@contextmanager
def service_locks(client: Client, services: Iterable[str], seen: Mapping[str, bytes] | None = None) -> Iterator[None]:
    """Keep other runs on this machine from changing these services at the same time.

    A run whose controller was killed goes on for a while: a new run that finished its work meanwhile could create a
    machine twice.

    Args:
        client: Says which portal the services are on.
        services: Their ids.
        seen: The marks that the locks had before the services were observed, see `service_marks`.

    Raises:
        SindadError: Another run has one of them, or had it since they were observed; nothing was changed.

    """
    try:
        folder = create_lock_folder()
    except SindadError as error:
        raise error.followed_by(f"; {_NOTHING}") from None
    with ExitStack() as stack:
        locks = {
            identity: stack.enter_context(_lock_of_service(folder / _file_name(client, identity), identity))
            for identity in services
        }
        for identity, lock in locks.items():
            if seen is not None and identity in seen and _read_mark(lock) != seen[identity]:
                raise SindadError(
                    f"service {identity} has been changed by another run on this machine since it was observed: "
                    f"{_NOTHING}, run this again"
                )
        for lock in locks.values():
            _write_new_mark(lock)
            stack.callback(_write_new_mark, lock)
        yield


def service_marks(client: Client, services: Iterable[str]) -> dict[str, bytes]:
    """Return the mark that each service's lock has now, empty where it has none; nothing is locked or created.

    A run writes a new mark when it begins to change a service, and another one when it ends.
    """
    folder = lock_folder()
    if not belongs_to_user(folder):
        return dict.fromkeys(services, b"")
    return {identity: _mark_in_file(folder / _file_name(client, identity)) for identity in services}


def _file_name(client: Client, service: str) -> str:
    """Return the name of a service's lock, the same however the portal's address is written."""
    url = urlsplit(client.settings.base_url)
    port = url.port or _PORTS[url.scheme]
    host = (url.hostname or "").rstrip(".")
    return hashlib.sha256(f"{url.scheme}://{host}:{port}{url.path} {service}".encode()).hexdigest()[:32]


@contextmanager
def _lock_of_service(path: Path, identity: str) -> Iterator[IO[bytes]]:
    """Hold the lock of a service.

    Raises:
        SindadError: Another run has it, or it can't be locked.

    """
    with ExitStack() as stack:
        try:
            lock = stack.enter_context(held_lock(path))
        except BlockingIOError:
            raise SindadError(
                f"service {identity} is being changed by another run on this machine: "
                f"{_NOTHING}, run this again when that run has ended"
            ) from None
        except OSError as error:
            raise SindadError(f"{path} can't be locked ({error.strerror}); {_NOTHING}") from None
        yield lock


def _read_mark(lock: IO[bytes]) -> bytes:
    return os.pread(lock.fileno(), _MARK, 0)


def _mark_in_file(path: Path) -> bytes:
    """Return the mark of a lock that another run may have; empty where there is no lock."""
    try:
        with path.open("rb") as file:
            return _read_mark(file)
    except OSError:
        return b""


def _write_new_mark(lock: IO[bytes]) -> None:
    with suppress(OSError):  # on a full disk the lock itself still holds
        os.pwrite(lock.fileno(), uuid.uuid4().hex.encode(), 0)
