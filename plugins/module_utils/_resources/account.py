# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The account's profile, its contacts, tickets and notifications. Private to this collection."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .._client import SindadError, scrubbed
from .._operations import PROFILE
from .._plan import Change, Plan
from .._records import Template, Ticket, as_dict, as_list, below, flag, pick, same, text, unwrap
from .service import in_parallel

if TYPE_CHECKING:
    from .._client import Client
    from .._plan import Params

PROFILE_OPTIONS: dict[str, Any] = {
    **{name: {"type": "str"} for name in PROFILE},
    "type": {"type": "str", "choices": ["Private", "Company"]},
    "telegramnotifications": {"type": "list", "elements": "str", "choices": ["بله"]},
}


def profile(entry: Any) -> dict[str, Any]:
    """Return an account's or a contact's fields by the API's names, each of a profile's and what else there is."""
    fields = {key: item if isinstance(item, (dict, list)) else text(item) for key, item in scrubbed(entry).items()}
    chosen = fields.get("telegramnotifications")
    fields["telegramnotifications"] = granted(chosen if isinstance(chosen, (dict, list)) else [chosen])
    return {**dict.fromkeys(("id", *PROFILE)), **fields}


def granted(value: Any) -> Any:
    """Return privileges in the API's format: a sorted list, or an object of such lists and of flags that are on."""
    if isinstance(value, list):
        return sorted({name for name in map(text, value) if name})
    nested = {str(key): granted(item) for key, item in value.items() if isinstance(item, (dict, list))}
    single = {str(key): item for key, item in value.items() if key not in nested and flag(item) is not False}
    names = [key if flag(item) else text(item) for key, item in single.items()]
    if not nested and "full" not in single:
        return sorted(name for name in names if name)
    return {**({"full": 1} if "full" in single else {}), **{key: item for key, item in nested.items() if item}}


def plan_profile(kind: str, record: str, params: Params, seen: Params) -> Plan:
    """Plan the fields that are given and differ; a telephone number is its last ten digits, however it is written."""

    def comparable(name: str, value: Any) -> Any:
        if name == "phonenumber":
            return re.sub(r"\D", "", value or "")[-10:]
        return granted(value) if isinstance(value, (dict, list)) else (text(value) or "")

    wanted = {name: params[name] for name in (*PROFILE, "privileges") if params.get(name) is not None}
    before = {name: seen.get(name) for name in wanted}
    changed = {name: value for name, value in wanted.items() if comparable(name, value) != comparable(name, before[name])}
    ...
