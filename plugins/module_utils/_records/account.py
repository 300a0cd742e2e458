# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The account's own fields, its contacts and their privileges. Private to this collection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from .._operations import PROFILE
from .._reading import (
    ENVELOPE,
    Answer,
    Entry,
    Form,
    Unknown,
    as_dict,
    envelopes,
    first_text,
    flag,
    known,
    records,
    single,
    text,
)
from .._states import is_true
from .record import displayed, reads

#: The one choice of the field ``telegramnotifications`` (reference: Update User Details).
YES: Final = "بله"


def profile(entry: Mapping[str, Any]) -> Entry:
    """Return an account's or a contact's own fields."""
    return {**displayed(entry, *PROFILE), "telegramnotifications": chosen(entry.get("telegramnotifications"))}


def chosen(value: Any) -> list[str]:
    """Return what is ticked in a field whose only choice is yes, told as a word or as a truth value."""
    if isinstance(value, dict):
        value = list(value.values())
    ticked = [_ticked(item) for item in (value if isinstance(value, list) else [value])]
    return sorted({word for word in ticked if word})


def _ticked(value: Any) -> str | None:
    is_ticked = flag(value)
    if isinstance(is_ticked, Unknown):
        return known(text(value))
    return YES if is_ticked else None


def normalised_privileges(value: Any) -> Any:
    """Return privileges as the API formats them: a sorted list, or an object of lists and a flag ``full``."""
    if not isinstance(value, dict):
        return _texts_of(value)
    nested = {str(key): normalised_privileges(item) for key, item in value.items() if isinstance(item, (dict, list))}
    flags = _flags_in(value)
    if not nested and "full" not in flags:
        return _texts_of([key if is_true(item) else item for key, item in flags.items()])
    areas = {key: item for key, item in nested.items() if item}
    return {**dict.fromkeys(flags, 1), **areas}


def _flags_in(value: Entry) -> Entry:
    """Return the fields of an object that hold no collection, and don't say no."""
    single_values = {str(key): item for key, item in value.items() if not isinstance(item, (dict, list))}
    return {key: item for key, item in single_values.items() if flag(item) is not False}


def _texts_of(value: Any) -> list[str]:
    """Return the texts of a list, sorted, each once."""
    listed = value if isinstance(value, (list, tuple)) else ()
    texts = {known(text(item)) for item in listed}
    return sorted(word for word in texts if word)


def _profile_entry(entry: Entry) -> Entry | None:
    """Return an object that tells of a person: it has an address, a name or a company."""
    told = ("email", "firstname", "lastname", "companyname", "phonenumber", "address1")
    return entry if any(not isinstance(text(entry.get(key)), Unknown) for key in told) else None


@reads("user_details")
def read_account(answer: Answer) -> Entry:
    """Read User Details, as the portal has them; `profile` shows them."""
    return single(answer, ("client", "details"), _profile_entry, "an account (email, firstname)")


@reads("list_contacts")
def read_contacts(answer: Answer) -> tuple[Entry, ...]:
    """Read List contacts: each with its id and, where it has one, its email."""
    form = Form(("contacts",))
    return records(answer, form, _contact_entry, "contact")


def _contact_entry(entry: Entry) -> Entry | None:
    identity = known(first_text(entry, "id", "_key"))
    if identity is None or _profile_entry(entry) is None:
        return None
    return {**{key: item for key, item in entry.items() if key != "_key"}, "id": identity}


@reads("get_contacts_details")
def read_contact(answer: Answer, identity: str) -> Entry:
    """Read Get contacts details; ``privileges`` is unknown where the answer has none."""
    entry = single(answer, ("contact",), _profile_entry, "a contact (email, firstname)")
    return {**entry, "id": identity}


@reads("contact_privileges")
def read_privileges(answer: Answer) -> Any:
    """Read Contact privileges: lists of them by area, for services and domains by id. ``[]`` is none."""
    for level in reversed(envelopes(answer.body)):
        told = as_dict(level)
        if told.get("privileges") in ([], {}):
            return {}
        bare_areas = {key: item for key, item in told.items() if key not in ENVELOPE and key in _AREAS}
        areas = told.get("privileges", bare_areas)
        if _are_privileges(areas):
            return normalised_privileges(areas)
    raise answer.unreadable("there is no 'privileges'")


_AREAS: Final = ("billing", "support", "misc", "services", "domains")


def _are_privileges(value: Any) -> bool:
    """Whether an object holds privileges: each area a list of words, or an object of such lists and flags."""
    return (
        isinstance(value, dict)
        and any(isinstance(item, (dict, list)) for item in value.values())
        and not ENVELOPE & value.keys()
        and all(_is_area(item) for item in value.values())
    )


def _is_area(value: Any) -> bool:
    if isinstance(value, list):
        return all(isinstance(item, str) for item in value)
    if isinstance(value, dict):
        return bool(value) and all(_is_area(item) for item in value.values())
    return not isinstance(flag(value), Unknown)
