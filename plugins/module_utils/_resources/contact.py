# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The contacts of the account: observed, planned, created and changed. Private to this collection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._client import Client
from .._engine import Options, Task
from .._errors import NotFound, SindadError
from .._names import same
from .._parallel import in_parallel
from .._plan import Change, Context, Plan
from .._reading import Entry, Unknown, all_pages, optional_text
from .._records import made_in, normalised_privileges, profile, read_contact, read_contacts, read_privileges
from .._wait import Request, call_and_wait
from .account import Profile, Update, differences, fields_to_send, given_fields, plan_fields, send_fields


@dataclass(frozen=True)
class Wanted:
    """What a contact should be.

    Attributes:
        email: Its address, by which it is identified; None where its id identifies it.
        identity: Its id, or None.
        fields: The fields that are managed; with an id, ``email`` may be one of them.
        password: The password of a new one.

    """

    email: str | None
    identity: str | None
    fields: Mapping[str, Any]
    password: str | None = None


@dataclass(frozen=True)
class Observed:
    """The contact that is meant; only the ids if several are meant, nothing if none is."""

    ids: tuple[str, ...] = ()
    contact: Profile | None = None


def wanted_contact(options: Options) -> Wanted:
    """Take what is wanted from the options of sindad_contact.

    Raises:
        SindadError: The privileges are not formatted as the API has them.

    """
    identity = options["id"]
    fields = given_fields(options, "privileges")
    if "privileges" in fields:
        fields["privileges"] = _checked_privileges(fields["privileges"])
    email = None if identity else fields.pop("email")
    return Wanted(email, identity, fields, options["password"])


def _checked_privileges(privileges: Mapping[str, Any]) -> Entry:
    for area, names in privileges.items():
        if not isinstance(names, (list, dict)):
            raise SindadError(f"privileges: {area} must hold a list, or a dictionary of lists and full, not {names!r}")
    return normalised_privileges(privileges) or {}


# Requests


def list_contacts(client: Client) -> tuple[Entry, ...]:
    """Return all contacts as they are listed: little more than names and addresses (reference: List contacts)."""
    return all_pages(client.pages("list_contacts"), read_contacts, lambda contact: contact["id"])


def get_contact(client: Client, identity: str, listed: Mapping[str, Any] | None = None) -> Profile:
    """Return a contact's details, with what only the list says (reference: Get contacts details)."""
    answer = client.get("get_contacts_details", identity)
    return Profile(answer, {**(listed or {}), **read_contact(answer, identity)})


def find_by_email(client: Client, email: str) -> list[Entry]:
    """Return the contacts with an address, as they are listed; where the list has no address, with their details.

    Raises:
        SindadError: None has it, but the portal doesn't report the address of one, which may be the wanted one.

    """
    listed = list_contacts(client)
    found = [contact for contact in listed if _has_email(contact, email)]
    untold = [contact for contact in listed if isinstance(_email_of(contact), Unknown)]
    if found or not untold:
        return found
    detailed = in_parallel(lambda contact: get_contact(client, contact["id"], contact).fields, untold)
    found = [contact for contact in detailed if _has_email(contact, email)]
    if not found:
        _refuse_without_email(detailed, email)
    return found


def _refuse_without_email(contacts: Sequence[Entry], email: str) -> None:
    """Refuse to go on where one of the contacts has no address that the portal tells."""
    without = [contact["id"] for contact in contacts if isinstance(_email_of(contact), Unknown)]
    if without:
        raise SindadError(
            f"email: the portal doesn't report the address of contact {', '.join(without)}, so nobody can tell "
            f"whether {email} exists: give the id"
        )


def _email_of(contact: Mapping[str, Any]) -> str | Unknown | None:
    """Return a contact's address; None where it has none, unknown where the portal doesn't tell it."""
    return optional_text(contact, "email")


def _has_email(contact: Mapping[str, Any], email: str) -> bool:
    return same(email, _email_of(contact))


# Observing


def observe(context: Context, wanted: Wanted) -> Observed:
    """Observe the contact, with its details."""
    client = context.client
    if wanted.identity is not None:
        return Observed((wanted.identity,), get_contact(client, wanted.identity))
    found = find_by_email(client, wanted.email or "")
    ids = tuple(contact["id"] for contact in found)
    return Observed(ids, get_contact(client, ids[0], found[0]) if len(found) == 1 else None)


def shown_contact(contact: Mapping[str, Any], details: bool = True) -> Entry:
    """Return a contact as modules do; its privileges are null where the portal doesn't report them."""
    privileges = contact.get("privileges")
    told = details and isinstance(privileges, (dict, list))
    return {**profile(contact), "privileges": (normalised_privileges(privileges) or {}) if told else None}


# Planning


def plan(wanted: Wanted, seen: Observed) -> Plan:
    """Plan a contact."""
    if len(seen.ids) > 1:
        ids = ", ".join(seen.ids)
        raise SindadError(f"email: {wanted.email!r} is ambiguous, give the id of one of these: {ids}")
    if seen.contact is None:
        return _plan_new(wanted)
    contact, identity = seen.contact, seen.ids[0]
    sent = fields_to_send(wanted.fields, contact)
    changes: tuple[Change, ...] = ()
    if sent:
        summary = f"update contact {identity} ({', '.join(sent)})"
        changes = (Change("contact.update", summary, lambda context: update(context, identity, sent, contact)),)
    return plan_fields("contact", shown_contact(contact.fields), wanted.fields, sent, changes)


def _plan_new(wanted: Wanted) -> Plan:
    email = wanted.email or ""
    fields = {name: value for name, value in wanted.fields.items() if value not in ("", [], {})}
    summary = f"create contact {email} ({', '.join(fields) or 'no other fields'})"
    change = Change("contact.create", summary, lambda context: create(context, email, fields, wanted.password))
    after = {**dict.fromkeys(wanted.fields), "email": email, **fields}
    expected = {**profile({}), "privileges": {}, **after}
    return Plan((change,), None, after, {"contact": None}, {"contact": expected})


# Changing


def create(context: Context, email: str, fields: Mapping[str, Any], password: str | None) -> dict[str, Any]:
    """Create a contact and find out its id (reference: Add contact). Returns the contact with its details."""
    client = context.client
    told: list[str] = []
    found: list[Entry] = []

    def read_id(body: Any) -> None:
        identity = made_in(body, "contact_id", "contact", "id")
        told[:] = [identity] if identity else []

    def is_there() -> bool:
        found[:] = _find_new(client, email, told)
        return bool(found)

    request = Request(
        what=f"creating contact {email}",
        operation="add_contact",
        body={"email": email, **fields, **({"password": password} if password else {})},
        effect=is_there,
        answered=read_id,
    )
    call_and_wait(client, context.policy, request)
    try:
        if not found and not is_there():
            context.warn(f"contact {email} was accepted by the portal, which doesn't show it yet")
            return {"contact": {"id": told[0] if told else None, "email": email}}
        return {"contact": _read_new(context, email, fields, found)}
    except SindadError as error:
        error.results = {"contact": {"id": found[0]["id"] if len(found) == 1 else None, "email": email}}
        raise error.within(f"contact {email} was created. Then") from None


def _find_new(client: Client, email: str, told: Sequence[str]) -> list[Entry]:
    """Return the contact that was created: the one of the id that was told, or all of its address, as before none was.

    An id that is told and not found (or is none at all) decides nothing.
    """
    listed = find_by_email(client, email)
    if not told:
        return listed
    by_id = [contact for contact in listed if contact["id"] == told[0]]
    if by_id or listed:
        return by_id or listed
    try:
        return [get_contact(client, told[0]).fields]
    except NotFound:
        return []


def _read_new(context: Context, email: str, fields: Mapping[str, Any], found: Sequence[Entry]) -> Entry:
    """Return a new contact with its details, and say what isn't as it was sent.

    Raises:
        SindadError: It can't be read; or several have its address; or it has another one, so the next run would
            create another contact.

    """
    if len(found) > 1:
        ids = ", ".join(contact["id"] for contact in found)
        raise SindadError(f"several contacts have this address now, give the id of one: {ids}")
    identity = found[0]["id"]
    contact = get_contact(context.client, identity, found[0])
    address = _email_of(contact.fields)
    if not isinstance(address, Unknown) and not same(email, address):
        raise SindadError(
            f"the portal gave it the address {address}, so the next run would create another one: give the id "
            f"{identity}"
        )
    different = differences(fields, None, contact)
    if different.any:
        context.warn(different.sentence(f"contact {identity}"))
    return shown_contact(contact.fields)


def update(context: Context, identity: str, sent: Mapping[str, Any], before: Profile) -> None:
    """Send the fields that differ (reference: Edit contact)."""

    def look() -> Profile:
        return get_contact(context.client, identity)

    send_fields(context, Update(f"contact {identity}", "edit_contact", (identity,), sent, before, look))


TASK = Task(wanted_contact, observe, plan)


# sindad_contact_info


@dataclass(frozen=True)
class WantedInfo:
    """Which contacts are asked for, and what of them."""

    identity: str | None
    email: str | None
    gather: Sequence[str]


def wanted_info(options: Options) -> WantedInfo:
    """Take what is wanted from the options of sindad_contact_info."""
    return WantedInfo(options["id"], options["email"], options["gather"])


def observe_info(context: Context, wanted: WantedInfo) -> dict[str, Any]:
    """Observe the contacts that are asked for, and what a contact can be allowed to do."""
    results: dict[str, Any] = {"contacts": _asked_for(context.client, wanted)}
    if "privileges" in wanted.gather:
        results["privileges"] = read_privileges(context.client.get("contact_privileges"))
    return results


def _asked_for(client: Client, wanted: WantedInfo) -> list[Entry]:
    if wanted.identity is not None:
        return [shown_contact(get_contact(client, wanted.identity).fields)]
    if wanted.email is None and "details" not in wanted.gather:
        return [shown_contact(contact, details=False) for contact in list_contacts(client)]
    found = list_contacts(client) if wanted.email is None else find_by_email(client, wanted.email)
    return in_parallel(lambda contact: shown_contact(get_contact(client, contact["id"], contact).fields), found)


INFO = Task(wanted_info, observe_info)
