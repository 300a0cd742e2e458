# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One HTTP session to the portal: authentication, TLS, deadlines, retries, pages, errors. Private to this collection."""

from __future__ import annotations

import base64
import html
import json
import math
import os
import re
import threading
import time
import traceback
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies_environment

from ._checks import check_json
from ._errors import AuthError, NotFound, OutcomeUnknown, SindadError, Unreachable, Unreadable
from ._operations import OPERATIONS, Operation
from ._reading import Answer, Page, as_dict, bare, envelopes, page_of, says_no, shown_page
from ._secrets import MARGIN, Scrubber, beginning, hidden_text, own_scrubber, secrets_in, shortened
from ._settings import Settings

try:
    import requests
    from requests.utils import should_bypass_proxies
    from urllib3.exceptions import InvalidHeader, MaxRetryError, NewConnectionError, ProxyError
    from urllib3.util import Retry

    from ._transport import DeadlineAdapter, Session, deadline, is_begun
except ImportError:
    REQUESTS_IMPORT_ERROR: str | None = traceback.format_exc()
else:
    REQUESTS_IMPORT_ERROR = None

VERSION = "1.0.0"
#: Bytes of one answer, decoded. The largest honest ones are lists of some thousand machines and attachments.
MAX_ANSWER = 64 * 1024 * 1024
#: Seconds that a Retry-After may ask for; a longer one is cut.
MAX_RETRY_AFTER = 120
#: Levels of objects and lists in one answer.
DEEPEST = 100
MAX_REDIRECTS = 3
#: Pages of one list. More of them are an error: a portal that counts wrongly must not be asked for ever.
MAX_PAGES = 10_000
#: HTTP statuses of gateways, which say nothing of the portal itself.
_GATEWAY = frozenset((502, 503, 504, 520, 521, 522, 523, 524))
_RATE_LIMIT = 429

_AUTH_WORDS = re.compile(r"wronglogin|unauthori[sz]ed|token_expired|invalid_token", re.IGNORECASE)
_NOT_OFFERED = re.compile(
    r"not[ _]?found|not[ _]supported|unsupported|no[ _]such|does(?: not|n't) exist|unknown[ _]method", re.IGNORECASE
)
#: What is wrong with the portal itself, for now: nobody knows whether the thing that was asked for is there.
_PORTAL_TROUBLE = re.compile(
    r"try again|\blater\b|temporar|\bcached?\b|time.?out|timed out|\bbusy\b|\bconnect(ion|ed)?\b|exception"  # passes
    r"|sqlstate|\bcurl\b|\bphp\b|\b(class|database|table|column|extension|library)\b|file or directory"  # its software
    r"|resolve|(unknown|no such) host\b|name or service|certificate|\bprotocol\b|privilege|permission denied",  # its network
    re.IGNORECASE,
)
#: Answers that aren't what was asked for, or not all of it (RFC 9110: Accepted, Partial Content).
_NO_ANSWERS = (202, 206)
#: Whoever is between gave up waiting (408, and nginx's 499): what the portal did with it nobody knows.
_GAVE_UP = (408, 499)
#: Environment variables with the path of certificates that are trusted.
BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
#: Operations of a session. They change nothing that a user manages.
_SESSION = frozenset(("login", "logout", "refresh_token", "revoke_token"))
#: Characters of a page in which its title and its first words are looked for.
MAX_SHOWN = 65536
#: Characters of a page that a message shows.
_MOST_WORDS = 200
#: What stands for an answer that isn't JSON.
NOT_JSON = object()


@dataclass(frozen=True)
class Exchange:
    """One request and its answer, as HTTP has it.

    Attributes:
        status: The HTTP status.
        reason: The words beside it.
        content: The body's bytes.
        body: The body as JSON, or NOT_JSON.
        location: Where a redirect leads, as the header says; None for any other answer.
        retry_after: Seconds after which the portal wants to be asked again.
        media_type: The body's type according to the header, as ``application/json``; empty without one.
        is_download: Whether the header says that the body is a file.
        repeated: Whether the request was sent before.
        lost: Whether an earlier attempt may have been carried out.
        redirected: Whether the answer comes from another address, to which a redirect led.

    """

    status: int
    reason: str
    content: bytes
    body: Any
    location: str | None = None
    retry_after: float | None = None
    media_type: str = ""
    is_download: bool = False
    repeated: bool = False
    lost: bool = False
    redirected: bool = False


Observer = Callable[[Operation, str, Mapping[str, Any], Exchange], None]


class _Broken(Exception):
    """An exchange without an answer.

    Attributes:
        reason: Why, in plain words.
        sent: Whether the request may have reached the portal.
        final: Whether it would fail again: a certificate that isn't trusted, an answer that is too large.

    """

    def __init__(self, reason: str, sent: bool, final: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.sent = sent
        self.final = final


@dataclass
class Write:
    """A request that changes something and was carried out, or may have been.

    Attributes:
        summary: The request, as ``POST /service/402/vms``.
        happened: False once it is known that it wasn't carried out.

    """

    summary: str
    happened: bool = True


class Client:
    """The portal's 75 operations over one pooled session; safe to use from threads, ``workers`` requests at once.

    Attributes:
        settings: The settings that it was made with.
        writes: The requests that changed something, or may have.
        observer: Called with each answer, failures included: operation, path, query and exchange; None without one.

    """

    def __init__(self, settings: Settings, workers: int = 8) -> None:
        self.settings = settings
        self.writes: list[Write] = []
        self.observer: Observer | None = None
        self._log: list[str] = []
        self._token = settings.api_token
        self._refresh = settings.api_refresh_token
        self._refused: SindadError | None = None
        self._is_closed = False
        self._lock = threading.Lock()
        self._slots = threading.BoundedSemaphore(workers)
        self._scrubber = Scrubber()
        self._scrubber.remember(settings.api_password, self._token, self._refresh)
        self._basic = _basic_credentials(settings)
        self._scrubber.remember(self._basic)
        self._session = _session(settings, workers)
        self._retry = Retry(total=settings.api_retries, backoff_factor=0.5, backoff_jitter=0.5, backoff_max=30)

    # Reading

    def get(self, name: str | Operation, *ids: str, query: Mapping[str, Any] | None = None) -> Answer:
        """Send an operation that only reads, and return what the portal answered.

        Args:
            name: The operation, or its name in the table.
            ids: The values of the path's placeholders, in order.
            query: What is sent in the address.

        Raises:
            AuthError: The credentials are missing or refused.
            NotFound: 404, or an error that says as much.
            Unreachable: The portal gave no usable answer.
            Unreadable: The answer isn't JSON.
            SindadError: Any other refusal, in the portal's words.

        """
        operation = OPERATIONS[name] if isinstance(name, str) else name
        exchange = self.exchange(operation, *ids, query=query)
        path = operation.url_path(*ids)
        if exchange.body is NOT_JSON:
            raise Unreadable(
                f"the answer to GET {path} ({operation.title}) can't be read: {_page(exchange.content, self.scrub)}, "
                f"from {self.settings.base_url}{path}",
                operation=operation,
                path=path,
                status=exchange.status,
            )
        answer = Answer(operation, path, exchange.body, self.scrub, exchange.status)
        if exchange.status in _NO_ANSWERS:
            raise answer.unreadable(f"HTTP {exchange.status} means that it is not what was asked for, or not all of it")
        return answer

    def pages(self, name: str, *ids: str, query: Mapping[str, Any] | None = None) -> Iterator[Answer]:
        """Yield the answer to an operation that lists something, then the answers of all pages that follow.

        Raises:
            Unreadable: The pages don't lead to the end of the list, so a part of it would be missing.

        """
        answer = replace(self.get(name, *ids, query=query), followed=True)
        yield answer
        page = page_of(answer)
        first = page.current if page else 1
        if first > 1:
            raise answer.unreadable(f"its first page is number {first}")
        while page is not None:
            number = page.next(first)
            if number is None:
                return
            answer = replace(self.get(name, *ids, query={**(query or {}), "page": number}), followed=True)
            page = _following(answer, number)
            yield answer

    # Writing

    def send(self, name: str, *ids: str, body: Any = None, changes: bool | None = None) -> Answer:
        """Send an operation that writes, and return what the portal answered; the body of an empty answer is None.

        Args:
            name: The operation's name in the table.
            ids: The values of the path's placeholders, in order.
            body: What is sent as JSON.
            changes: Whether it changes something that a user manages; by default, all operations but a session's do.

        Raises:
            AuthError: The credentials are missing or refused.
            NotFound: 404, or an error that says as much.
            OutcomeUnknown: The request may have been carried out.
            Unreachable: No usable answer, and nothing was carried out.
            SindadError: Any other refusal, in the portal's words.

        """
        operation = OPERATIONS[name]
        exchange = self.write(operation, *ids, body=body, changes=changes)
        found = None if exchange.body is NOT_JSON else exchange.body
        if found is None and exchange.status in (202, 204):
            found = {"status": True}  # HTTP's own words for accepted and for done
        return Answer(operation, operation.url_path(*ids), found, self.scrub, exchange.status)

    def write(
        self,
        operation: Operation,
        *ids: str,
        body: Any = None,
        query: Mapping[str, Any] | None = None,
        changes: bool | None = None,
    ) -> Exchange:
        """Send any operation that writes, and note that; return the exchange, whose body is JSON or empty.

        Raises what `send` raises.
        """
        path = operation.url_path(*ids)
        # Noted before it is sent: a time-out of the task may strike at any moment after that.
        write = self._note(operation, path, changes)
        try:
            exchange = self.exchange(operation, *ids, body=body, query=query)
        except SindadError as error:
            write.happened = isinstance(error, OutcomeUnknown)
            raise
        if exchange.body is NOT_JSON and exchange.content.strip():
            raise OutcomeUnknown(
                f"{operation.method} {path} was answered with {_page(exchange.content, self.scrub)}",
                operation=operation,
                path=path,
                status=exchange.status,
            )
        return exchange

    def not_carried_out(self, operation: Operation, path: str) -> None:
        """Note that the last write of this kind hasn't happened, as far as can be seen."""
        for write in reversed(self.writes):
            if write.summary == f"{operation.method} {path}":
                write.happened = False
                return

    @property
    def wrote(self) -> bool:
        """Whether a request that changes something was carried out, or may have been."""
        return any(write.happened for write in self.writes)

    def _note(self, operation: Operation, path: str, changes: bool | None) -> Write:
        counts = operation.name not in _SESSION if changes is None else changes
        write = Write(f"{operation.method} {path}")
        if operation.writes and counts:
            self.writes.append(write)
        return write

    # Both

    def exchange(
        self, operation: Operation, *ids: str, body: Any = None, query: Mapping[str, Any] | None = None
    ) -> Exchange:
        """Send any operation; an expired token is renewed once, by one of the requests that wait for it.

        Raises what `get` and `send` raise, except for an answer that isn't JSON.
        """
        if any(str(value).strip() in ("", ".", "..") for value in ids):
            raise SindadError(f"{operation.title}: {list(ids)} holds an empty id")
        check_json(f"{operation.title}: the request's body", body)
        self._scrubber.remember(*secrets_in(body))
        path = operation.url_path(*ids)
        token = self._token
        try:
            return self._send_checked(operation, path, body, query)
        except AuthError as error:
            if operation.auth == "never" or not token or not self._refresh or error.status is None:
                raise
        self._renew(token)
        return self._send_checked(operation, path, body, query)

    def _renew(self, expired: str) -> None:
        """Renew the token, unless another thread has done so or was refused."""
        with self._lock:
            if self._refused is None and self._token == expired:
                self._ask_for_token()
            refused = self._refused
        if refused is not None:
            raise AuthError(
                f"the token has expired and can't be renewed: {refused}",
                operation=refused.operation,
                path=refused.path,
                status=refused.status,
                errors=refused.errors,
            )

    def _ask_for_token(self) -> None:
        """Exchange the refresh token for new ones, and keep the refusal where there is one."""
        try:
            self._token, refresh = token_pair(self.send("refresh_token", body={"refresh_token": self._refresh}))
        except SindadError as error:
            self._refused = error
            return
        self._refresh = refresh or self._refresh
        self._scrubber.remember(self._token, self._refresh)

    @property
    def calls(self) -> Counter[str]:
        """How many requests of each operation were sent, repeated ones included."""
        return Counter(self._log)

    def begin_task(self, name: str) -> None:
        """Name the caller, and forget what earlier tasks have sent: a client may serve several, one after the other.

        Args:
            name: The module, or the inventory, as the user agent tells the portal.

        """
        self.writes = []
        self.observer = None
        self._log = []
        self._session.headers["User-Agent"] = f"sindad.cloud/{VERSION} (Ansible; {name})"

    def scrub(self, text: str) -> str:
        """Return a string without any secret that was sent or seen, however it is encoded."""
        return self._scrubber.scrub(text)

    def with_credentials(self, settings: Settings) -> Client:
        """Return a client with other credentials, whose requests and writes are counted with this one's."""
        other = Client(settings)
        other.writes = self.writes
        other._log = self._log
        self._scrubber.remember(settings.api_token, settings.api_refresh_token)
        other._scrubber = self._scrubber
        other._session.headers.update(self._session.headers)
        return other

    def close(self) -> None:
        """Close the connections, and send nothing any more: threads may go on with what was interrupted."""
        self._is_closed = True
        self._session.close()

    def _headers(self, operation: Operation) -> dict[str, str]:
        if operation.auth == "never":
            return {}
        if self._token:
            return {"Authorization": f"Bearer {self._token}"}
        if self._basic:
            return {"Authorization": f"Basic {self._basic}"}
        if operation.auth == "optional":
            return {}
        raise AuthError(_missing_credentials(self.settings))

    def _send_checked(self, operation: Operation, path: str, body: Any, query: Mapping[str, Any] | None) -> Exchange:
        """Send, and return what the portal did; a redirect, and an answer that says no, raise.

        Beneath it, from the outside in: `_send_with_retries`, `_send_following_redirects`, `_send_once`.

        Raises:
            SindadError: The answer is a failure, by its HTTP status or by the words in it. The class says of which kind.

        """
        exchange = self._send_with_retries(operation, path, body, query)
        if self.observer is not None:
            self.observer(operation, path, query or {}, exchange)
        if exchange.location is not None:
            raise self._redirected(operation, path, exchange)
        refusal = refusal_words(exchange.body, operation)
        if exchange.status < 300 and refusal is None:
            return exchange
        if exchange.status == 404 and operation.method == "DELETE" and exchange.repeated:
            # The first attempt, whose answer was lost, has deleted it.
            return exchange
        self._scrubber.remember(*secrets_in(exchange.body))
        words = refusal or (_words_of_failure(exchange, self.scrub),)
        raise self._failure(operation, path, exchange, tuple(self.scrub(word) for word in words))

    def _failure(self, operation: Operation, path: str, exchange: Exchange, words: tuple[str, ...]) -> SindadError:
        """Return the error that an answer is; ``words`` are the portal's own, without secrets."""
        error_class, message = self._class_and_message(operation, path, exchange, words)
        return error_class(message, operation=operation, path=path, status=exchange.status, errors=words)

    def _class_and_message(
        self, operation: Operation, path: str, exchange: Exchange, words: tuple[str, ...]
    ) -> tuple[type[SindadError], str]:
        """Return the class of the error that an answer is, and its sentence."""
        said = "; ".join(words)
        request = f"{operation.method} {path}"
        status = exchange.status
        if status == 401 or _any_matches(_AUTH_WORDS, words):
            return AuthError, self._refused_login(operation, request, said)
        if status == _RATE_LIMIT:
            return SindadError, f"the portal's rate limit refused {request}: {said}"
        if status >= 500 or status in _GAVE_UP:
            error_class = OutcomeUnknown if operation.writes else Unreachable
            return error_class, f"{request} was answered with HTTP {status} ({said})"
        if status == 404 or (_any_matches(_NOT_OFFERED, words) and not _any_matches(_PORTAL_TROUBLE, words)):
            return self._not_found(request, exchange, said)
        if operation.writes and exchange.lost:
            return OutcomeUnknown, f"the answer to {request} was lost, and the repeated request was refused: {said}"
        return SindadError, f"the portal refused {request}: {said}"

    def _not_found(self, request: str, exchange: Exchange, said: str) -> tuple[type[SindadError], str]:
        """Return what it means that something isn't there."""
        if exchange.redirected:
            # Somewhere else nothing is found, which says nothing of what was asked for.
            return Unreachable, f"{request} was redirected to an address that was not found ({said})"
        if exchange.status == 404 and exchange.body is NOT_JSON:
            return NotFound, f"{request} was answered with HTTP 404 and {said}: {self._look_at_url()}"
        return NotFound, f"{request}: {said}"

    def _look_at_url(self) -> str:
        return f"if other requests fail like this, check api_url ({self.settings.base_url}); it usually ends in /api"

    def _refused_login(self, operation: Operation, request: str, said: str) -> str:
        """Say what the portal refused: a refresh token is sent without any other credentials."""
        if operation.name == "refresh_token":
            return f"the portal refused the refresh token: {said} ({request})"
        return f"the portal refused the credentials: {said} ({self._way_of_login(operation)}, {request})"

    def _way_of_login(self, operation: Operation) -> str:
        if operation.name == "login":
            return "user name and password"
        if self._token:
            return "a bearer token"
        return "HTTP Basic" if self._basic else "none were given"

    def _redirected(self, operation: Operation, path: str, exchange: Exchange) -> SindadError:
        """Return what a redirect means that isn't followed: of a write, that nobody knows what it did."""
        target = self.scrub(str(exchange.location)).partition("?")[0]
        error = OutcomeUnknown if operation.writes else Unreachable
        return error(
            f"the portal redirects {operation.method} {path} to {target}, which is not followed: "
            "set api_url to the address where the portal lives",
            operation=operation,
            path=path,
            status=exchange.status,
        )

    def _send_with_retries(
        self, operation: Operation, path: str, body: Any, query: Mapping[str, Any] | None
    ) -> Exchange:
        """Send a request, and again while that is safe and may help; return the last exchange.

        Raises:
            Unreachable: The last attempt got no answer, and nothing was carried out.
            OutcomeUnknown: The last attempt, a write, got no answer.

        """
        retries = self._retry
        repeated = lost = False
        while True:
            attempt = self._attempt(operation, path, body, query)
            if not _worth_repeating(operation, attempt):
                break
            try:
                retries = retries.increment(operation.method, path)
            except MaxRetryError:
                break
            lost = lost or _may_be_carried_out(attempt)
            repeated = True
            time.sleep(_pause(retries, attempt))
        if isinstance(attempt, _Broken):
            raise self._transport_error(operation, path, attempt, lost)
        return replace(attempt, repeated=repeated, lost=lost)

    def _attempt(
        self, operation: Operation, path: str, body: Any, query: Mapping[str, Any] | None
    ) -> Exchange | _Broken:
        """Send a request; return its exchange, or why there was no answer."""
        try:
            return self._send_following_redirects(operation, path, body, query)
        except _Broken as broken:
            return broken

    def _send_following_redirects(
        self, operation: Operation, path: str, body: Any, query: Mapping[str, Any] | None
    ) -> Exchange:
        """Send, and follow the redirects of a GET within the same origin; any other redirect is returned as it is."""
        url = self.settings.base_url + path
        headers = self._headers(operation)
        for hop in range(MAX_REDIRECTS):
            exchange = replace(self._send_once(operation, url, headers, body, query), redirected=hop > 0)
            target = _joined(url, exchange.location)
            if target is None or operation.writes or urlsplit(target)[:2] != urlsplit(url)[:2]:
                return exchange
            url, query = target, None
        return replace(self._send_once(operation, url, headers, body, query), redirected=True)

    def _send_once(
        self, operation: Operation, url: str, headers: dict[str, str], body: Any, query: Mapping[str, Any] | None
    ) -> Exchange:
        """Send once and read the answer, all of it before the deadline."""
        with self._slots:
            if self._is_closed:
                raise SindadError("nothing more is sent: the task was interrupted")
            self._log.append(operation.name)
            try:
                with (
                    deadline(self.settings.api_timeout),
                    self._session.request(
                        operation.method,
                        url,
                        json=body,
                        params=query,
                        headers=headers,
                        timeout=self.settings.api_timeout,
                        allow_redirects=False,
                        stream=True,
                    ) as response,
                ):
                    content = _content(response)
            except (requests.RequestException, OSError, ValueError) as error:
                raise _broken(error, self.settings, is_begun()) from None
        return Exchange(
            status=response.status_code,
            reason=str(response.reason or ""),
            content=content,
            body=_json(content),
            location=response.headers.get("Location") if response.is_redirect else None,
            retry_after=_retry_after(self._retry, response),
            media_type=response.headers.get("Content-Type", "").partition(";")[0].strip().lower(),
            is_download=response.headers.get("Content-Disposition", "").strip().lower().startswith("attachment"),
        )

    def _transport_error(self, operation: Operation, path: str, broken: _Broken, lost: bool) -> SindadError:
        """Return what a failed exchange means: nothing was carried out, or nobody knows.

        Args:
            operation: What was sent.
            path: The real path.
            broken: The last attempt.
            lost: Whether an earlier attempt may have been carried out.

        """
        reason = self.scrub(broken.reason)
        request = f"{operation.method} {path}"
        if not broken.sent and not (lost and operation.writes):
            url = urlsplit(self.settings.api_url)
            place = f"{url.hostname} port {url.port or (443 if url.scheme == 'https' else 80)}"
            return Unreachable(f"the portal can't be reached at {place}: {reason}", operation=operation, path=path)
        if operation.writes:
            return OutcomeUnknown(f"the answer to {request} was lost ({reason})", operation=operation, path=path)
        return Unreachable(f"{request} got no usable answer: {reason}", operation=operation, path=path)


def _session(settings: Settings, workers: int) -> requests.Session:
    session = Session()
    # No .netrc, and no proxy of the environment to a loopback address; the system's own settings are never asked.
    session.trust_env = False
    session.proxies = proxies_of(settings)
    bundle = settings.api_ca_path or os.environ.get(_bundle_variable() or "")
    session.verify = (bundle or True) if settings.validate_certs else False
    if not settings.validate_certs:
        requests.packages.urllib3.disable_warnings()  # type: ignore[attr-defined]  # the user switched it off
    adapter = DeadlineAdapter(pool_maxsize=workers)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    session.headers.update({"Accept": "application/json", "User-Agent": f"sindad.cloud/{VERSION} (Ansible)"})
    return session


def proxies_of(settings: Settings) -> dict[str, str]:
    """Return the proxies of the environment by scheme; none for a loopback address."""
    if settings.loopback:
        return {}
    proxies = getproxies_environment()
    return {} if proxies and should_bypass_proxies(settings.api_url, no_proxy=None) else proxies


def _basic_credentials(settings: Settings) -> str:
    if not (settings.api_username and settings.api_password):
        return ""
    return base64.b64encode(f"{settings.api_username}:{settings.api_password}".encode()).decode()


def _missing_credentials(settings: Settings) -> str:
    """Say which credentials are missing."""
    if settings.api_username:
        return "api_password (or SINDAD_PASSWORD) is missing: api_username is given without it"
    if settings.api_password:
        return "api_username (or SINDAD_USERNAME) is missing: api_password is given without it"
    return (
        "no credentials: set api_username and api_password (or SINDAD_USERNAME and SINDAD_PASSWORD), "
        "or api_token (or SINDAD_TOKEN)"
    )


def _worth_repeating(operation: Operation, attempt: Exchange | _Broken) -> bool:
    """Whether to send a request again: what a rate limit refused was not carried out, all else must be safe."""
    if isinstance(attempt, _Broken):
        return operation.safe and not attempt.final
    if attempt.status == _RATE_LIMIT:
        return True
    if not operation.safe:
        return False
    if attempt.status in _GATEWAY:
        return True
    return operation.reads_json and attempt.status < 300 and _ends_early(attempt)


def _may_be_carried_out(attempt: Exchange | _Broken) -> bool:
    """Whether a request that failed, and is sent again, may have been carried out all the same."""
    return attempt.sent if isinstance(attempt, _Broken) else attempt.status >= 500


def _ends_early(exchange: Exchange) -> bool:
    """Whether a body begins as JSON and then isn't: it was cut."""
    return exchange.body is NOT_JSON and exchange.content.lstrip()[:1] in (b"{", b"[")


def _pause(retries: Retry, attempt: Exchange | _Broken) -> float:
    """Return the seconds before the next attempt: those that the portal asks for, or more each time."""
    if isinstance(attempt, Exchange) and attempt.retry_after is not None:
        return attempt.retry_after
    return retries.get_backoff_time()


def _retry_after(retry: Retry, response: requests.Response) -> float | None:
    value = response.headers.get("Retry-After")
    if value is None:
        return None
    try:
        return min(retry.parse_retry_after(value), MAX_RETRY_AFTER)
    except InvalidHeader:
        return None


class _TooLarge(ValueError):
    """An answer that is larger than any honest one."""


def _content(response: requests.Response) -> bytes:
    content = bytearray()
    for chunk in response.iter_content(65536):
        content += chunk
        if len(content) > MAX_ANSWER:
            raise _TooLarge(f"the answer is larger than {MAX_ANSWER // 1024 // 1024} MB")
    return bytes(content)


def _broken(error: Exception, settings: Settings, sent: bool) -> _Broken:
    """Return why an exchange failed, in plain words; ``sent`` tells whether the request may have arrived."""
    cause: Any = error.args[0] if error.args else error
    cause = getattr(cause, "reason", None) or cause
    is_about_trust = not sent and _is_about_trust(error)
    reason = _plain_reason(error, cause, settings)
    if is_about_trust and "certificate" in reason.lower():
        reason += _trusted(settings)
    return _Broken(reason, sent, final=is_about_trust or isinstance(error, _TooLarge))


def _is_about_trust(error: Exception) -> bool:
    """Whether no connection could be made that is to be trusted; requests tells a missing file as a bare OSError."""
    is_missing_file = isinstance(error, OSError) and not isinstance(error, requests.RequestException)
    return is_missing_file or isinstance(error, requests.exceptions.SSLError)


def _trusted(settings: Settings) -> str:
    """Say where the certificates come from that are trusted, if the user has set that."""
    if settings.api_ca_path:
        return f" (trusted: api_ca_path, {settings.api_ca_path})"
    name = _bundle_variable()
    return f" (trusted: the environment variable {name}, {os.environ[name]})" if name else ""


def _bundle_variable() -> str | None:
    """Return the name of the environment variable that says which certificates are trusted; None where none does."""
    return next((name for name in BUNDLES if os.environ.get(name)), None)


def _plain_reason(error: Exception, cause: Any, settings: Settings) -> str:
    said = f"{type(error).__name__} {type(cause).__name__} {cause}"
    if "timed out" in said or ("Timeout" in said and not isinstance(cause, NewConnectionError)):
        return f"no complete answer within {settings.api_timeout:g} s (api_timeout)"
    if re.search("IncompleteRead|InvalidChunk|ContentDecoding|ChunkedEncoding", said):
        return "the answer ended early"
    innermost = cause
    while nested := [part for part in getattr(innermost, "args", ()) if isinstance(part, Exception)]:
        innermost = nested[-1]
    reason = re.sub(r"^.*?(?:0x[0-9a-f]+>|\)): ", "", str(innermost))
    return f"through the proxy: {reason}" if isinstance(cause, ProxyError) else reason


def _joined(url: str, location: str | None) -> str | None:
    """Return the address that a redirect leads to; None where there is none that can be followed."""
    if location is None:
        return None
    try:
        target = str(requests.compat.urljoin(url, location))
        urlsplit(target)
    except ValueError:
        return None
    return target


def _following(answer: Answer, number: int) -> Page:
    """Return the page that was asked for by its number.

    Raises:
        Unreadable: It is another one.

    """
    page = page_of(answer)
    if page is None or page.current != number or number > MAX_PAGES:
        raise answer.unreadable(f"page {number} was requested, but the answer's page is {shown_page(answer)}")
    return page


def token_pair(answer: Answer) -> tuple[str, str | None]:
    """Return the token and the refresh token of an answer to Login or Refresh Token.

    Raises:
        AuthError: There is no token, as when the account requires a second factor.

    """
    for level in reversed(envelopes(answer.body)):
        found = as_dict(level)
        token = found.get("token") or found.get("access_token")
        if isinstance(token, str) and token.strip():
            refresh = found.get("refresh") or found.get("refresh_token")
            return token, refresh if isinstance(refresh, str) else None
        if found.get("mfa"):
            methods = as_dict(found["mfa"]).get("methods") or ("mfa",)
            raise AuthError(
                f"the account requires a second factor ({', '.join(map(str, methods))}), which a playbook can't enter: "
                "use HTTP Basic, or a token obtained elsewhere"
            )
    raise AuthError(
        f"the answer to {answer.operation.method} {answer.path} ({answer.operation.title}) holds no token: "
        "use HTTP Basic (api_username, api_password)",
        operation=answer.operation,
        path=answer.path,
    )


def _json(content: bytes) -> Any:
    """Decode an answer by its content, whatever its header says; NaN and numbers without end are no JSON."""
    try:
        text = content.removeprefix(BOM_UTF8).decode().strip()
        found = json.loads(text, parse_constant=_finite, parse_float=_finite)
    except (ValueError, RecursionError):
        return NOT_JSON
    return NOT_JSON if _is_deep(found) else found


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is not a number")
    return number


def _is_deep(value: Any) -> bool:
    """Whether JSON is nested deeper than anything honest, and than what reads it could follow."""
    level = [value]
    for _depth in range(DEEPEST):
        inner = [each.values() if isinstance(each, dict) else each for each in level if isinstance(each, (dict, list))]
        level = [item for items in inner for item in items]
        if not level:
            return False
    return True


def _page(content: bytes, scrub: Callable[[str], str]) -> str:
    """Describe an answer that isn't JSON by its title or its first words, without secrets.

    They are hidden before tags are removed, since a secret may look like one, and again in the text without entities.
    """
    text = _start_of_page(content, scrub).strip()
    if not text:
        return "an empty body where JSON was expected"
    if text[0] in "{[":
        return f"JSON that ends early or is damaged ({shortened(text, _MOST_WORDS)})"
    title = re.search(r"<title[^<>]*>(.*?)(?:</title>|\Z)", text, re.IGNORECASE | re.DOTALL)
    is_html = title or re.match(r"<(!doctype|html|head|body|\?xml|br|p|div|b|!--)", text, re.IGNORECASE)
    words = " ".join(str(bare(title[1] if title and title[1].strip() else _visible(text))).split())
    shown = shortened(scrub(words), _MOST_WORDS) or "no text"
    return f"an HTML page ({shown})" if is_html else f"something that is not JSON ({shown})"


def _start_of_page(content: bytes, scrub: Callable[[str], str]) -> str:
    """Return the beginning of a page without the secrets that are known, or that it names itself."""
    # What is cut here is longer than what is returned; a character has four bytes at most.
    most = MAX_SHOWN + 2 * MARGIN + 1
    text = content[: 4 * most].decode("utf-8", "replace")[:most]
    own = own_scrubber(text)
    return beginning(text, MAX_SHOWN, lambda piece: hidden_text(own.scrub(scrub(piece))))


def _visible(text: str) -> str:
    """Return a page without its scripts, its styles and what it says of its format."""
    return re.sub(r"<(script|style)\b.*?(?:</\1>|\Z)|<[!?][^<>]*>", " ", text, flags=re.IGNORECASE | re.DOTALL)


def _words_of_failure(exchange: Exchange, scrub: Callable[[str], str]) -> str:
    """Say what an answer without words of its own is; ``scrub`` returns a string without secrets."""
    if exchange.body is NOT_JSON and exchange.content.strip():
        return _page(exchange.content, scrub)
    message = as_dict(exchange.body).get("message")
    if isinstance(message, str) and message.strip():
        return html.unescape(message)
    return exchange.reason or "no reason given"


def _any_matches(pattern: re.Pattern[str], words: tuple[str, ...]) -> bool:
    return any(pattern.search(word) for word in words)


def refusal_words(body: Any, operation: Operation) -> tuple[str, ...] | None:
    """Return the portal's words where an answer is a failure, whatever its HTTP status; None for a success."""
    levels = [level for level in envelopes(body) if isinstance(level, dict)]
    words = [word for level in levels for key in ("error", "errors") for word in _words(level.get(key))]
    if words:
        return tuple(html.unescape(word) for word in words)
    refused = any(_refuses(level, operation) for level in levels)
    return (_other_words(body),) if refused or _says_error(body) else None


def _refuses(level: Mapping[str, Any], operation: Operation) -> bool:
    """Whether an object says no without words.

    ``status`` is also a field of data, so it speaks of the outcome in the answer to a write only.
    """
    keys = ("success", "status", "result") if operation.writes else ("success", "result")
    return any(says_no(level.get(key)) for key in keys)


def _says_error(body: Any) -> bool:
    """Whether an answer has an error without words, as ``{"error": true}``."""
    return any(_is_true(as_dict(level).get(key)) for level in envelopes(body) for key in ("error", "errors"))


def _is_true(value: Any) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return value is True or any(map(_is_true, inner))


def _words(value: Any) -> list[str]:
    """Return the words of an error, which may be a string, a list, or an object by field."""
    if isinstance(value, str):
        return [] if value.strip().lower() in ("", "0", "false") else [value]
    if isinstance(value, dict):
        return _words_by_field(value)
    if isinstance(value, list):
        return [word for item in value for word in _words(item)]
    return [json.dumps(value)] if value and not isinstance(value, bool) else []


def _words_by_field(value: Mapping[str, Any]) -> list[str]:
    message = value.get("message")
    if isinstance(message, str):
        return [message]
    named = []
    for key, item in value.items():
        prefix = "" if str(key).isdigit() else f"{key}: "
        named += [f"{prefix}{word}" for word in _words(item)]
    return named


def _other_words(body: Any) -> str:
    for level in envelopes(body):
        for key in ("message", "info", "reason"):
            found = _words(as_dict(level).get(key))
            if found:
                return html.unescape("; ".join(found))
    return "no reason given"
