# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Login, the account's details, contacts and notifications: operations 1 to 14."""

from __future__ import annotations

import base64
import json
import re
import secrets
import time
from typing import Any

from .call import Call, Refused
from .operations import operation
from .store import Record, Store

PROFILE = (
    "email",
    "firstname",
    "lastname",
    "companyname",
    "address1",
    "address2",
    "city",
    "state",
    "postcode",
    "country",
    "phonenumber",
)
CUSTOM = ("type", "socialsecuritynumberpersonalid", "mellicardimage", "telegramnotifications", "langcustomline0180")
PATTERNS = {
    "socialsecuritynumberpersonalid": r"([0-9]){10}",
    "phonenumber": r"(\+98)?\s?0?9([0-9]){9}",
    "type": "Private|Company",
    "mellicardimage": r".*\.(jpg|gif|png|pdf)",
    "telegramnotifications": "بله",
}


# tokens


def new_token(subject: str, lifetime: float) -> str:
    """Three parts in base64 with an `exp`, as a JWT has, though nobody checks the signature."""
    parts: list[Record] = [
        {"typ": "JWT", "alg": "RS256"},
        {"sub": subject, "exp": int(time.time() + lifetime), "jti": secrets.token_hex(8)},
    ]
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()) for part in parts]
    return ".".join([each.decode().rstrip("=") for each in encoded] + [secrets.token_urlsafe(24)])


def issue(call: Call, session: str, account: Record, refresh: str = "") -> Record:
    """A new access token for a session, and a new refresh token unless the old one stays."""
    lifetime = account["token_lifetime"]
    token = new_token(account["id"], lifetime)
    common = {"account": account["id"]}
    call.store.put("token", session, {"id": token, "expires": call.now + lifetime, **common})
    if not refresh:
        refresh = new_token(account["id"], 30 * lifetime)
        call.store.delete("refresh", session)
        call.store.put("refresh", session, {"id": refresh, **common})
        return {"token": token, "refresh": refresh}
    return {"token": token}


def account_of_login(store: Store, username: str, password: str) -> Record | None:
    """The account that a user name and password open: its own, or one of its contacts'."""
    account = store.get("account", "", username)
    if account is not None:
        return account if account["password"] == password else None
    for owner in store.all("account"):
        for contact in store.all("contact", owner["id"]):
            if contact["email"] == username and contact.get("password") == password != "":
                return owner
    return None


def account_of_token(store: Store, token: str, now: float) -> Record:
    session = store.owner("token", token)
    record = store.get("token", session, token) if session else None
    if record is None:
        raise Refused(401, "unauthorized")
    if now >= record["expires"]:
        raise Refused(401, "token_expired")
    account = store.get("account", "", record["account"])
    if account is None or not account["token_enabled"]:
        raise Refused(401, "unauthorized")
    return account


def end_session(store: Store, session: str) -> None:
    store.delete("token", session)
    store.delete("refresh", session)


@operation("POST /login")
def login(call: Call) -> Any:
    account = account_of_login(call.store, call.text("username"), call.text("password"))
    if account is None:
        raise Refused(401, "wronglogin")
    if not account["token_enabled"]:
        raise Refused(400, "internal_error_0")
    if account["mfa"]:
        token = new_token(account["id"], 300)
        return {"token": None, "mfa": {"token": token, "methods": ["google_authenticator"]}}
    return issue(call, secrets.token_hex(8), account)


@operation("POST /logout")
def logout(call: Call) -> Any:
    call.store.delete("token", call.store.owner("token", call.token) or "", call.token)
    return {"status": True}


@operation("POST /token")
def refresh_token(call: Call) -> Any:
    (refresh,) = call.required("refresh_token")
    session = call.store.owner("refresh", refresh)
    if session is None:
        raise Refused(401, "unauthorized")
    record = call.store.get("refresh", session, refresh) or {}
    account = call.store.get("account", "", record["account"]) or {}
    return issue(call, session, account, refresh if call.shape.keeps_refresh else "")


@operation("POST /revoke")
def revoke_token(call: Call) -> Any:
    refresh = call.text("refresh_token")
    session = call.store.owner("refresh", refresh) or call.store.owner("token", call.token)
    if session is None:
        raise Refused(401, "unauthorized")
    end_session(call.store, session)
    return {"status": True}


# the account and its contacts


def profile(call: Call) -> Record:
    """The profile fields that were sent, checked against the reference's patterns."""
    sent = {name: call.fields[name] for name in (*PROFILE, *CUSTOM) if name in call.fields}
    wrong = []
    for name, pattern in PATTERNS.items():
        values = sent.get(name) or []
        for value in values if isinstance(values, list) else [values]:
            if not re.fullmatch(pattern, str(value)):
                wrong.append(f"Field {name} is not valid")
    if "email" in sent and "@" not in str(sent["email"]):
        wrong.append("Field email is not valid")
    if wrong:
        raise Refused(422, *wrong)
    return sent


def privileges(call: Call) -> Record:
    given = call.fields.get("privileges") or {}
    known = call.account["privileges"]
    if not isinstance(given, dict) or not set(given) <= set(known):
        raise Refused(422, "Field privileges is not valid")
    return given


def client(account: Record) -> Record:
    return account["client"]


@operation("GET /details")
def details(call: Call) -> Any:
    return {"client": client(call.account)}


@operation("PUT /details")
def update_details(call: Call) -> Any:
    documented = call.account.get("as_documented", {}).get("updated", {})
    changed = {**client(call.account), **documented, **profile(call)}
    account = call.store.change("account", "", call.account, client=changed)
    return {"client": client(account), "info": ["client_info_updated"]}


@operation("GET /contact")
def list_contacts(call: Call) -> Any:
    names = ("email", "id", "firstname", "lastname", "companyname", "company", "lastlogin")
    contacts = call.store.all("contact", call.owner)
    return call.list("contacts", [{name: each[name] for name in names} for each in contacts])


@operation("POST /contact")
def add_contact(call: Call) -> Any:
    (email,) = call.required("email")
    if any(each["email"] == email for each in call.store.all("contact", call.owner)):
        raise Refused(422, "Email address is already in use")
    contact = new_contact(call.store, **profile(call), privileges=privileges(call), password=call.text("password"))
    call.store.put("contact", call.owner, contact)
    return {"contact_id": contact["id"], "info": ["profile_added"]}


def new_contact(store: Store, **given: Any) -> Record:
    key = given.pop("id", None) or store.next_id("contact", 1)
    return {
        **dict.fromkeys(PROFILE, ""),
        "id": str(key),
        "company": "0",
        "type": "Private",
        "lastlogin": "0000-00-00 00:00:00",
        "privileges": {},
        "password": "",
        **given,
    }


@operation("GET /contact/privileges")
def contact_privileges(call: Call) -> Any:
    services = {
        each["id"]: ["basic", "billing", "cancelation", "upgrade", "notify", "logindetails"]
        for each in call.store.all("service", call.owner)
    }
    known = call.account["privileges"]
    return {"privileges": {**known, "services": known["services"] or {"full": 1, **services}}}


@operation("GET /contact/@id")
def contact_details(call: Call) -> Any:
    contact = call.find("contact", call.path["id"])
    shown = {name: contact[name] for name in ("id", *PROFILE, *CUSTOM) if name in contact}
    return {"contact": {**shown, "privileges": contact["privileges"] or []}}


@operation("PUT /contact/@id")
def edit_contact(call: Call) -> Any:
    contact = call.find("contact", call.path["id"])
    changes = profile(call)
    if "privileges" in call.fields:
        changes["privileges"] = privileges(call)
    call.store.change("contact", call.owner, contact, **changes)
    return {"info": ["profile_updated"]}


# notifications


def notifications(call: Call, **wanted: str) -> Any:
    for name in ("rel_type", "rel_id"):
        if call.text(name):
            wanted[name] = call.text(name)
    found = [
        each
        for each in call.store.all("notification", call.owner)
        if all(str(each[name]) == value for name, value in wanted.items())
    ]
    return call.list("notifications", found)


@operation("GET /notifications")
def list_notifications(call: Call) -> Any:
    return notifications(call)


@operation("GET /notifications/new")
def new_notifications(call: Call) -> Any:
    return notifications(call, seen="0")


@operation("PUT /notifications/@id/ack")
def acknowledge(call: Call) -> Any:
    record = call.find("notification", call.path["id"])
    call.store.change("notification", call.owner, record, seen="1")
    return call.accepted()
