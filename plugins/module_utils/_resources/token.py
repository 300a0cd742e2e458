# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bearer tokens: made, renewed and revoked. Private to this collection."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any

from .._client import Client, token_pair
from .._engine import Options, Task
from .._errors import AuthError, NotFound, OutcomeUnknown, SindadError
from .._plan import Change, Context, Plan
from .._reading import Answer
from .._records import read_account, says_accepted
from .._wait import Request, call_and_wait

VALID = "valid"
EXPIRED = "expired"
REVOKED = "revoked"
_NO_TOKEN = {"token": None, "refresh_token": None}


@dataclass(frozen=True)
class Wanted:
    """What should become of a session.

    Attributes:
        state: ``present``, ``refreshed`` or ``absent``.
        username: Who logs in.
        password: The password.
        token: The bearer token to revoke.
        refresh: The refresh token to use, or to revoke.

    """

    state: str
    username: str | None
    password: str | None
    token: str | None
    refresh: str | None

    def __repr__(self) -> str:
        """Return a representation without secrets."""
        return f"Wanted({self.state!r})"


@dataclass(frozen=True)
class Observed:
    """Whether the bearer token is valid, expired or revoked; None where there is none, or it doesn't matter."""

    validity: str | None = None


def wanted_token(options: Options) -> Wanted:
    """Take what is wanted from the options of sindad_token."""
    return Wanted(
        state=options["state"],
        username=options["api_username"],
        password=options["api_password"],
        token=options["api_token"],
        refresh=options["refresh_token"] or options["api_refresh_token"],
    )


# Observing


def observe(context: Context, wanted: Wanted) -> Observed:
    """Observe the bearer token to revoke."""
    if wanted.state != "absent" or not wanted.token:
        return Observed()
    with closing(_with_token(context.client, wanted.token)) as session:
        return Observed(validity_of(session))


def _with_token(client: Client, token: str | None) -> Client:
    """Return a client that uses a bearer token, or none, and doesn't renew it."""
    return client.with_credentials(replace(client.settings, api_token=token, api_refresh_token=None))


def validity_of(session: Client) -> str:
    """Return whether a client's bearer token is valid, expired or revoked.

    Raises:
        Unreadable: The answer says nothing of an account, so nothing of the token either.

    """
    try:
        read_account(session.get("user_details"))
    except AuthError as error:
        return EXPIRED if any("expired" in word for word in error.errors) else REVOKED
    return VALID


# Planning


def plan(wanted: Wanted, seen: Observed) -> Plan:
    """Plan a login, a renewal, or the end of the session."""
    if wanted.state == "present":
        change = Change("token.create", f"log in as {wanted.username}", lambda context: log_in(context, wanted))
        return Plan((change,), None, {"session": "new"}, _NO_TOKEN)
    if wanted.state == "refreshed":
        change = Change("token.renew", "renew the token", lambda context: renew(context, wanted))
        return Plan((change,), {"session": "old"}, {"session": "renewed"}, _NO_TOKEN)
    if not wanted.refresh and not wanted.token:
        return Plan(result=_NO_TOKEN, warnings=("there is neither api_token nor refresh_token, so nothing is revoked",))
    if seen.validity == REVOKED or (seen.validity == EXPIRED and not wanted.refresh):
        return Plan(result=_NO_TOKEN)
    valid = seen.validity == VALID
    change = Change("token.revoke", "revoke the token", lambda context: end(context, wanted, valid))
    return Plan((change,), {"session": "open"}, None, _NO_TOKEN)


# Changing


def log_in(context: Context, wanted: Wanted) -> dict[str, Any]:
    """Make a token (reference: Login)."""
    body = {"username": wanted.username, "password": wanted.password}
    token, refresh = token_pair(context.client.send("login", body=body))
    return {"token": token, "refresh_token": refresh}


def renew(context: Context, wanted: Wanted) -> dict[str, Any]:
    """Renew a token (reference: Refresh Token); an unchanged refresh token is not returned again."""
    try:
        answer = context.client.send("refresh_token", body={"refresh_token": wanted.refresh})
    except OutcomeUnknown as error:
        raise error.followed_by("; the refresh token may be used up: if it is refused now, log in again") from None
    token, refresh = token_pair(answer)
    return {"token": token, "refresh_token": None if refresh == wanted.refresh else refresh}


def end(context: Context, wanted: Wanted, valid: bool) -> dict[str, Any]:
    """Revoke a session, and log out in case the bearer token has outlived that.

    Args:
        context: Sends the requests.
        wanted: Has the tokens.
        valid: Whether the bearer token is known to be valid.

    Raises:
        SindadError: The bearer token is still valid, or may be; the next run tries again.

    """
    with closing(_with_token(context.client, wanted.token if valid else None)) as session:
        revoked = _revoke(context, session, wanted, valid)
        logged_out = valid and _log_out(context, session, revoked)
    return {"changed": revoked or logged_out}


def _revoke(context: Context, session: Client, wanted: Wanted, valid: bool) -> bool:
    """Revoke both tokens (reference: Revoke Token); return whether the portal knew one of them."""
    body = {"refresh_token": wanted.refresh} if wanted.refresh else None
    try:
        answer = _send_revocation(context, session, body, valid)
    except AuthError:
        return False
    except NotFound:
        if wanted.refresh:
            context.warn("the portal offers no way to revoke a refresh token: it is valid until it expires")
        return False
    if wanted.refresh and not _is_accepted(answer):
        again = "run this again with the refresh token alone" if valid else "run this again"
        context.warn(
            "the answer to POST /revoke proves nothing: it can't be confirmed that the refresh token is revoked; "
            f"{again} to try once more"
        )
    return True


def _send_revocation(context: Context, session: Client, body: dict[str, str] | None, valid: bool) -> Answer | None:
    """Send the request that revokes; return the answer, None for one that was lost.

    With a valid bearer token an answer that proves nothing isn't believed: that token is looked at. A refresh token
    can't be.
    """
    if not valid:
        try:
            return session.send("revoke_token", body=body, changes=True)
        except OutcomeUnknown as error:
            raise error.within("revoking the token").followed_by("; run this again to try once more") from None
    request = Request(
        what="revoking the token",
        operation="revoke_token",
        body=body,
        effect=lambda: validity_of(session) != VALID,
        changes=True,
    )
    return call_and_wait(session, replace(context.policy, wait=False), request).answer


def _is_accepted(answer: Answer | None) -> bool:
    return answer is not None and says_accepted(answer.operation, answer.body)


def _log_out(context: Context, session: Client, revoked: bool) -> bool:
    """Log out (reference: Logout); return whether that ended something.

    Raises:
        SindadError: It failed, and the token is still valid.

    """
    try:
        answer = session.send("logout", changes=True)
        problem = None if _is_accepted(answer) else SindadError("the answer to POST /logout proves nothing")
    except AuthError:
        return False
    except NotFound:
        if validity_of(session) == VALID:
            context.warn("the portal offers no way to log out: the bearer token is valid until it expires")
        return False
    except SindadError as error:
        problem = error
    if problem is not None:
        done = "the session was revoked. Then logging out" if revoked else "logging out"
        _check_ended(session, problem.within(done))
    return True


def _check_ended(session: Client, problem: SindadError) -> None:
    """Raise a problem, unless the bearer token isn't valid any more."""
    try:
        validity = validity_of(session)
    except SindadError as error:
        raise problem.followed_by(f"; it is unknown whether the token is still valid ({error})") from None
    if validity == VALID:
        raise problem.followed_by("; the bearer token is still valid")


def report(context: Context, wanted: Wanted, done: Plan) -> dict[str, Any]:
    """Return nothing more: a token is returned once, by the request that made it."""
    return {}


TASK = Task(wanted_token, observe, plan, report)
