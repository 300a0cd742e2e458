# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The file that keeps the passwords which the portal generates. Private to this collection."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

from .._errors import SindadError
from .._files import destination, replace_file
from .lock import create_lock_folder, held_lock

try:
    import yaml
except ImportError:  # a host of a task that runs as a module there
    yaml = None  # type: ignore[assignment]

OPTION = "passwords_file"
#: What a file begins with that ansible-vault has encrypted.
_VAULT = "$ANSIBLE_VAULT"
#: Characters of the largest file that is read.
_LARGEST = 16 * 1024 * 1024
#: Seconds to wait for another run that is writing to the file.
PATIENCE = 60.0

Passwords = dict[str, dict[str, str]]


class PasswordsFile:
    """A YAML file: service id, then the machine's name (for a server its id), then the password.

    Existing content is kept; only the owner can read and write the file.

    Args:
        path: The path that the user gave.

    Raises:
        SindadError: It can't be read or written, or holds something else. Nothing has been sent by then.

    """

    def __init__(self, path: str) -> None:
        if yaml is None:
            raise SindadError(f"{OPTION}: PyYAML is needed to read and write it")
        self._path = destination(OPTION, path)
        self._shown = path
        if os.path.exists(self._path) and not os.access(self._path, os.W_OK):
            raise SindadError(f"{OPTION}: {path} is not writable")
        with self._alone():
            self._read()

    def add(self, service: str, name: str, password: str) -> None:
        """Add a password to what is in the file by now.

        Raises:
            SindadError: It can't be written, or another run doesn't end writing to it.

        """
        with self._alone():
            passwords = self._read()
            passwords.setdefault(service, {})[name] = password
            self._write(passwords)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other runs, and other threads of this one, from changing the file.

        The file itself is not locked: a user may hold its lock, as with ``flock passwords.yml ansible-playbook ...``.

        Raises:
            SindadError: The lock can't be had.

        """
        name = hashlib.sha256(b"passwords_file " + os.fsencode(self._path)).hexdigest()[:32]
        with ExitStack() as stack:
            try:
                stack.enter_context(held_lock(create_lock_folder() / name, PATIENCE))
            except BlockingIOError:
                raise SindadError(
                    f"{OPTION}: another run on this machine has been writing to {self._shown} for {PATIENCE:g} s"
                ) from None
            except OSError as error:
                raise SindadError(f"{OPTION}: {self._shown} can't be locked ({error.strerror})") from None
            except SindadError as error:
                raise error.within(OPTION) from None
            yield

    def _read(self) -> Passwords:
        try:
            with open(self._path, encoding="utf-8") as file:
                content = file.read(_LARGEST + 1)
        except FileNotFoundError:
            return {}
        except (OSError, UnicodeDecodeError):
            raise SindadError(f"{OPTION}: {self._shown} can't be read") from None
        if len(content) > _LARGEST:
            raise SindadError(f"{OPTION}: {self._shown} is too large to hold only passwords")
        if content.startswith(_VAULT):
            raise SindadError(f"{OPTION}: {self._shown} is encrypted with ansible-vault; give a file that isn't")
        return self._checked(content)

    def _checked(self, content: str) -> Passwords:
        try:
            # As written: YAML would read the password 0123 as 83, and it would stand so in the file afterwards.
            found: Any = yaml.load(content, Loader=yaml.BaseLoader)
        except (yaml.YAMLError, ValueError, RecursionError):
            found = []
        if found in (None, ""):
            return {}
        if not _holds_passwords(found):
            raise SindadError(
                f"{OPTION}: {self._shown} holds something other than passwords (service id, name, password)"
            )
        passwords: Passwords = found
        return passwords

    def _write(self, passwords: Passwords) -> None:
        """Put the file in its place in one step, readable by its owner only."""
        content = yaml.safe_dump(passwords, allow_unicode=True, default_flow_style=False, sort_keys=False)
        replace_file(OPTION, self._shown, self._path, f"---\n{content}".encode(), 0o600)


def _holds_passwords(found: Any) -> bool:
    if not isinstance(found, dict) or not all(isinstance(of, dict) for of in found.values()):
        return False
    return all(isinstance(text, str) for of in found.values() for pair in of.items() for text in pair)


def passwords_in(results: Mapping[str, Any]) -> list[str]:
    """Return the passwords in the results of a change."""
    records = [results.get(name) for name in ("vm", "reinstall")]
    told = [record.get("password") for record in records if isinstance(record, Mapping)]
    return [password for password in told if isinstance(password, str) and password]
