# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The account's registration details, and the profile that it has in common with contacts. Private to this collection."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .._client import Client
from .._engine import Options, Task
from .._errors import AuthError, NotFound
from .._names import folded
from .._operations import PROFILE
from .._plan import Change, Context, Plan
from .._reading import UNKNOWN, Answer, Entry, Unknown, known, text
from .._records import YES, chosen, normalised_privileges, profile, read_account
from .._wait import Request, call_and_wait

#: The options that are fields of a profile, by the API's own names.
PROFILE_OPTIONS: dict[str, Any] = {
    **{name: {"type": "str"} for name in PROFILE},
    "type": {"type": "str", "choices": ["Private", "Company"]},
    "telegramnotifications": {"type": "list", "elements": "str", "choices": [YES]},
}
#: Fields of which portals change the letter case.
_CASELESS = ("email", "country", "type")


# Profiles


@dataclass(frozen=True)
class Profile:
    """The profile of the account or of a contact, as the portal has it.

    Attributes:
        answer: The answer that holds it.
        fields: The portal's own object.

    """

    answer: Answer
    fields: Entry

    def comparable(self, name: str) -> Any:
        """Return a field as it is compared. One that the object doesn't hold counts as empty: PHP leaves those out.

        Privileges that the object doesn't hold are unknown.

        Raises:
            Unreadable: The field is there, but isn't valid.

        """
        value = self.fields.get(name)
        if name == "privileges":
            return self._privileges(value)
        if name == "telegramnotifications":
            return chosen(value)
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        if value in (None, "", False, [], {}):
            return comparable(name, "")
        found = text(value)
        if isinstance(found, Unknown):
            raise self.answer.unreadable(f"its {name!r} is not text")
        return comparable(name, found)

    def _privileges(self, value: Any) -> Any:
        if value in (None, "", False):
            return UNKNOWN
        if not isinstance(value, (dict, list)):
            raise self.answer.unreadable("its 'privileges' are not a list")
        return comparable("privileges", value)


def comparable(name: str, value: Any) -> Any:
    """Return the value of a field as it is compared; of a telephone number, its last digits, however it is written."""
    if isinstance(value, (dict, list)):
        return normalised_privileges(value) or []
    if name == "phonenumber":
        return re.sub(r"\D", "", str(value))[-10:]
    plain = " ".join((known(text(value)) or "").split())
    return folded(plain) if name in _CASELESS else plain


@dataclass(frozen=True)
class Differences:
    """How fields that were sent look afterwards.

    Attributes:
        unchanged: Those that are as they were before.
        other: Those that are neither as they were nor as they were sent.
        untold: Those that the portal's object doesn't hold.

    """

    unchanged: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    untold: tuple[str, ...] = ()

    @property
    def any(self) -> bool:
        """Whether some fields are not seen to be as they were sent."""
        return bool(self.unchanged or self.other or self.untold)

    def sentence(self, whose: str) -> str:
        """Say what can't be confirmed."""
        parts = []
        if self.untold:
            parts.append(f"doesn't show {', '.join(self.untold)} of {whose}")
        if self.unchanged or self.other:
            parts.append(
                f"shows {', '.join((*self.unchanged, *self.other))} of {whose} in a form other than the one sent"
            )
        return f"the portal {' and '.join(parts)}: this can't be confirmed"


def differences(sent: Mapping[str, Any], before: Profile | None, now: Profile) -> Differences:
    """Compare what was sent with what the portal reports afterwards.

    Raises:
        Unreadable: A field is there, but isn't valid.

    """
    unchanged, other, untold = [], [], []
    for name, value in sent.items():
        found = now.comparable(name)
        if not isinstance(found, Unknown) and found == comparable(name, value):
            continue
        if isinstance(found, Unknown) or name not in now.fields:
            untold.append(name)
        elif before is not None and _same(before.comparable(name), found):
            unchanged.append(name)
        else:
            other.append(name)
    return Differences(tuple(unchanged), tuple(other), tuple(untold))


def _same(one: Any, other: Any) -> bool:
    return not isinstance(one, Unknown) and bool(one == other)


def given_fields(options: Options, *more: str) -> dict[str, Any]:
    """Return the fields of a profile that are managed."""
    return {name: options[name] for name in (*PROFILE, *more) if options.get(name) is not None}


def fields_to_send(wanted: Mapping[str, Any], seen: Profile) -> dict[str, Any]:
    """Return the wanted fields that differ from what the portal has, and privileges that it doesn't report.

    Raises:
        Unreadable: A wanted field is there, but isn't valid.

    """
    found = {name: seen.comparable(name) for name in wanted}
    return {
        name: value
        for name, value in wanted.items()
        if isinstance(found[name], Unknown) or found[name] != comparable(name, value)
    }


def plan_fields(
    record: str, shown: Entry, wanted: Mapping[str, Any], sent: Mapping[str, Any], changes: tuple[Change, ...]
) -> Plan:
    """Return the plan of a profile.

    Args:
        record: The name of the module's result.
        shown: The profile as modules return it.
        wanted: The fields that are managed.
        sent: The managed fields that differ.
        changes: The changes that send them.

    """
    before = {name: shown.get(name) for name in wanted}
    after = {name: None if value == "" else value for name, value in sent.items()}
    return Plan(changes, before, {**before, **after}, {record: shown}, {record: {**shown, **after}})


@dataclass(frozen=True)
class Update:
    """Fields of a profile to send.

    Attributes:
        whose: Whose profile it is, as ``contact 61``.
        operation: What sends them.
        ids: The values of its path.
        fields: The fields.
        before: The profile as it was.
        look: Returns the profile as it is.

    """

    whose: str
    operation: str
    ids: tuple[str, ...]
    fields: Mapping[str, Any]
    before: Profile
    look: Callable[[], Profile]


def send_fields(context: Context, update: Update) -> None:
    """Send fields and look for them; one warning names those that aren't seen afterwards as they were sent."""
    last = [Differences()]

    def is_changed() -> bool | Unknown:
        last[0] = differences(update.fields, update.before, update.look())
        if last[0].unchanged:
            return False
        return UNKNOWN if len(last[0].untold) == len(update.fields) else True

    request = Request(
        what=f"updating {update.whose}",
        operation=update.operation,
        ids=update.ids,
        body=dict(update.fields),
        effect=is_changed,
    )
    call_and_wait(context.client, context.policy, request)
    if last[0].any:
        context.warn(last[0].sentence(update.whose))


# The account


@dataclass(frozen=True)
class Wanted:
    """The fields of the account that are managed."""

    fields: Mapping[str, Any]


def get_account(client: Client) -> Profile:
    """Return the account's registration details (reference: User Details)."""
    answer = client.get("user_details")
    return Profile(answer, read_account(answer))


def names_of_account(client: Client) -> list[str]:
    """Return what the account is called: e-mail address and ids, or the user name where the portal doesn't tell them.

    Raises:
        SindadError: The portal doesn't report them, and there is no user name.

    """
    try:
        details = get_account(client).fields
        names = [details.get(key) for key in ("email", "id", "client_id")]
    except (AuthError, NotFound):
        if not client.settings.api_username:
            raise
        names = []
    return [str(name) for name in names if name not in (None, "")] or [client.settings.account]


def wanted_account(options: Options) -> Wanted:
    """Take what is wanted from the options of sindad_account."""
    return Wanted(given_fields(options))


def observe(context: Context, wanted: Wanted) -> Profile:
    """Observe the account's registration details."""
    return get_account(context.client)


def plan(wanted: Wanted, seen: Profile) -> Plan:
    """Plan the fields that differ."""
    sent = fields_to_send(wanted.fields, seen)
    changes: tuple[Change, ...] = ()
    if sent:
        summary = f"update the account ({', '.join(sent)})"
        changes = (Change("account.update", summary, lambda context: update(context, sent, seen)),)
    return plan_fields("account", profile(seen.fields), wanted.fields, sent, changes)


def update(context: Context, sent: Mapping[str, Any], before: Profile) -> None:
    """Send the fields that differ (reference: Update User Details)."""
    send_fields(
        context, Update("the account", "update_user_details", (), sent, before, lambda: get_account(context.client))
    )


def observe_info(context: Context, wanted: None) -> dict[str, Any]:
    """Observe what sindad_account_info returns."""
    return {"account": profile(get_account(context.client).fields)}


TASK = Task(wanted_account, observe, plan)
INFO: Task[None, dict[str, Any]] = Task(lambda options: None, observe_info)
