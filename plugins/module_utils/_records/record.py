# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all records share, and which function reads which answer. Private to this collection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Callable, Final, TypeVar

from .._reading import UNKNOWN, Entry, Unknown, first_text, known, text
from .._secrets import hidden

Reader = TypeVar("Reader", bound=Callable[..., Any])
#: The reader of each operation that reads, by the operation's name.
READERS: dict[str, Callable[..., Any]] = {}


def reads(*operations: str) -> Callable[[Reader], Reader]:
    """Say which operations' answers a function reads."""

    def register(reader: Reader) -> Reader:
        READERS.update(dict.fromkeys(operations, reader))
        return reader

    return register


@dataclass(frozen=True)
class Record:
    """What all records share: their fields as a dictionary, and the API's own object in ``raw``."""

    def as_dict(self, raw: bool = False) -> dict[str, Any]:
        """Return the fields as a playbook gets them: unknown and empty ones are None, records are dictionaries.

        Args:
            raw: Whether to add the API's own object, as ``raw``, with the secrets that it may hold.

        """
        names = [name for name in self._public_fields() if raw or name != "raw"]
        return {name: _for_playbook(getattr(self, name), raw) for name in names}

    @property
    def told(self) -> bool:
        """Whether anything besides the identity is known."""
        values = [getattr(self, name) for name in self._public_fields() if name not in _IDENTITY]
        return any(not isinstance(value, Unknown) and value not in (None, ()) for value in values)

    def _public_fields(self) -> list[str]:
        """Return the names of the fields that a playbook may get, in their order."""
        return [item.name for item in fields(self) if not item.metadata.get("internal")]


#: Fields that say which thing a record is of, and nothing of the thing.
_IDENTITY: Final = ("id", "raw", "service_id", "number")


def _for_playbook(value: Any, raw: bool) -> Any:
    """Return the value of a field as a playbook gets it."""
    if isinstance(value, Unknown):
        return None
    if isinstance(value, tuple):
        return [item.as_dict(raw) if isinstance(item, Record) else item for item in value]
    return None if isinstance(value, str) and value == "" else value


#: Marks a field that is not returned to a playbook.
INTERNAL: Final = {"internal": True}


def is_of_another(entry: Entry, identity: str, id_keys: Sequence[str]) -> bool:
    """Whether an object's ``id`` says that it is another one than was requested.

    Other keys may hold the back end's own ids, which differ from the portal's.
    """
    own = text(entry.get("id"))
    if isinstance(own, Unknown) or own == identity:
        return False
    return all(text(entry.get(key)) != identity for key in id_keys)


def name_and_id(
    name: str | Unknown, identity: str | Unknown, either: str | Unknown
) -> tuple[str | Unknown, str | Unknown]:
    """Tell a system's name from its id, given a value that may be either."""
    if isinstance(either, Unknown):
        return name, identity
    if not isinstance(identity, Unknown):
        return (either if isinstance(name, Unknown) else name), identity
    if not isinstance(name, Unknown):
        return name, (UNKNOWN if name == either else either)
    return (UNKNOWN, either) if either.isdigit() else (either, UNKNOWN)


def displayed(entry: Mapping[str, Any], *keys: str) -> Entry:
    """Return an object of the API as modules do: its own names, strings or null, no secrets; these keys in any case."""
    told = {key: item if isinstance(item, (dict, list)) else _shown_text(item) for key, item in hidden(entry).items()}
    return {"id": told.pop("_key", None), **dict.fromkeys(keys), **told}


def _shown_text(value: Any) -> str | None:
    found = str(value).lower() if isinstance(value, bool) else known(text(value))
    return None if found is None or found.startswith("0000-00-00") else found


def with_id(entry: Entry) -> Entry:
    """Return an object as the portal has it, with the id as a string and never only as a key."""
    identity = known(first_text(entry, "id", "_key"))
    return {**{key: item for key, item in hidden(entry).items() if key != "_key"}, "id": identity}
