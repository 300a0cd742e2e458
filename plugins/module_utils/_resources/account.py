# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Profiles of the account and its contacts, tickets and notifications. Private to this collection."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .._client import NotFound, scrubbed
from .._operations import PROFILE
from .._plan import Change, Plan
from .._records import Ticket, as_dict, as_list, below, flag, pick, same, text, unwrap
from .service import in_parallel

if TYPE_CHECKING:
    from .._client import Client
    from .._plan import Params
    from .._wait import Patience

PROFILE_OPTIONS: dict[str, Any] = {
    **{name: {"type": "str"} for name in PROFILE},
    "type": {"type": "str", "choices": ["Private", "Company"]},
    "telegramnotifications": {"type": "list", "elements": "str", "choices": ["بله"]},
}


def shown(entry: Params, *keys: str) -> dict[str, Any]:
    """Return an object of the API as modules do: its own names, texts or null, no secrets; these keys in any case."""
    plain = {key: item if isinstance(item, (dict, list)) else text(item) for key, item in scrubbed(entry).items()}
    return {"id": plain.pop("_key", None), **dict.fromkeys(keys), **plain}


def profile(entry: Params) -> dict[str, Any]:
    """Return an account's or a contact's own fields."""
    chosen = entry.get("telegramnotifications")
    chosen = granted(chosen if isinstance(chosen, (dict, list)) else [chosen])
    return {**shown(entry, *PROFILE), "telegramnotifications": chosen}


def observe_account(client: Client, params: Params, patience: Patience) -> dict[str, Any]:
    """Observe the account's registration details (reference: User Details)."""
    return {"account": profile(as_dict(unwrap(client.call("user_details"), "client", "details")))}


def granted(value: Any) -> Any:
    """Return privileges as the API formats them: a sorted list, or an object of lists and a flag ``full``."""
    if not isinstance(value, dict):
        return sorted({name for name in map(text, value or ()) if name})
    nested = {str(key): granted(item) for key, item in value.items() if isinstance(item, (dict, list))}
    single = {str(key): item for key, item in value.items() if str(key) not in nested and flag(item) is not False}
    if not nested and "full" not in single:
        return granted([key if flag(item) else item for key, item in single.items()])
    return {**dict.fromkeys(single, 1), **{key: item for key, item in nested.items() if item}}


def contacts(client: Client, identity: str | None, email: str | None, details: bool = True) -> list[dict[str, Any]]:
    """Return the contact with this id, those with this address, or all; with details or as they are listed."""
    found = [{"id": identity}] if identity else as_list(unwrap(client.call("list_contacts"), "contacts"))
    found = [entry for entry in found if identity or email is None or same(email, text(entry.get("email")))]

    def detailed(entry: Params) -> dict[str, Any]:
        number = str(pick(entry, "id", "_key"))
        more = as_dict(unwrap(client.call("get_contacts_details", number), "contact"))
        if not more:
            raise NotFound(f"id: there is no contact {number}")
        return {**profile({**entry, **more, "id": number}), "privileges": granted(more.get("privileges")) or {}}

    return in_parallel(detailed, found) if details else [{**profile(entry), "privileges": None} for entry in found]


def plan_profile(kind: str, record: str, what: str, params: Params, seen: Params) -> Plan:
    """Plan the fields that are given and differ; a telephone number is its last digits, however it is written."""

    def comparable(name: str, value: Any) -> Any:
        if isinstance(value, (dict, list)):
            return granted(value) or []
        return re.sub(r"\D", "", value or "")[-10:] if name == "phonenumber" else (text(value) or "")

    given = {name: params[name] for name in (*PROFILE, "privileges") if params.get(name) is not None}
    before = {name: seen.get(name) for name in given}
    wanted = {name: item for name, item in given.items() if comparable(name, item) != comparable(name, before[name])}
    change = Change(kind, f"update {what} ({', '.join(wanted)})", {"id": seen["id"], "fields": wanted})
    after = {name: None if item == "" else item for name, item in wanted.items()}
    return Plan((change,) if wanted else (), before, {**before, **after}, {record: seen}, {record: {**seen, **after}})


def get_ticket(client: Client, number: str) -> Ticket:
    """Return a ticket with its replies, which ``raw`` holds too (reference: Ticket details)."""
    answer = client.call("ticket_details", number)
    entry = as_dict(unwrap(answer, "ticket"))
    if not entry:
        raise NotFound(f"number: there is no ticket {number}")
    replies = as_list(below(answer, "replies") or entry.get("replies"))
    return Ticket.read({"ticket_number": number, **entry, "replies": replies}, replies)


def notifications(answer: Any) -> list[dict[str, Any]]:
    """Return the notifications in an answer; ``seen`` is 0 or empty before, 1 or a date after."""
    found = as_list(unwrap(answer, "notifications"))
    seen = [flag(entry.get("seen")) is not False and text(entry.get("seen")) is not None for entry in found]
    keys = ("subject", "body", "date_added", "rel_type", "rel_id")
    return [{**shown(entry, *keys), "seen": value} for entry, value in zip(found, seen)]
