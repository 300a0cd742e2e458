# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One HTTP session to the portal: authentication, TLS, timeouts, retries, errors. Private to this collection."""

from __future__ import annotations

import base64
import html
import ipaddress
import json
import os
import re
import threading
import traceback
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus, urlsplit

from ._operations import OPERATIONS, Operation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

try:
    import requests
    from requests.adapters import HTTPAdapter
    from requests.utils import get_environ_proxies
    from urllib3 import BaseHTTPResponse  # noqa: TC002 - it is new in urllib3 2, as is the jitter that is used below
    from urllib3.exceptions import (
        ConnectTimeoutError,
        InvalidHeader,
        MaxRetryError,
        NewConnectionError,
        ProtocolError,
        ProxyError,
        ReadTimeoutError,
        SSLError,
    )
    from urllib3.util import Retry
except ImportError:
    REQUESTS_IMPORT_ERROR: str | None = traceback.format_exc()
    Retry = object  # type: ignore[misc, assignment]  # only so that the class below can be defined
else:
    REQUESTS_IMPORT_ERROR = None

VERSION = "0.1.0"
#: Bytes of one answer, decoded. The largest honest ones are lists of some thousand machines and attachments.
MAX_ANSWER = 64 * 1024 * 1024
#: Seconds that a Retry-After may ask for; a longer one is cut.
MAX_RETRY_AFTER = 120
MAX_REDIRECTS = 3

_SECRET_KEY = re.compile(
    r"pass|pwd|secret|token|refresh|credential|private_?key|api_?key|vnc|^pin$|rootpw|(^|_)pw$", re.IGNORECASE
)
_AUTH_WORDS = re.compile(r"wronglogin|unauthori[sz]ed|token_expired|invalid_token", re.IGNORECASE)
_NOT_OFFERED = re.compile(
    r"not[ _]?found|not[ _]supported|unsupported|no[ _]such|not[ _]available|does(?: not|n't) exist|unknown[ _]method",
    re.IGNORECASE,
)
_FALSE = (False, 0, "0", "false", "False")
HIDDEN = "********"
#: What stands for an answer that isn't JSON.
NOT_JSON = object()


class SindadError(Exception):
    """Something that can't be done, in one sentence.

    The other fields say what the portal answered; ``results`` are what a module returns all the same.
    """

    def __init__(
        self,
        message: str,
        *,
        operation: Operation | None = None,
        path: str | None = None,
        status: int | None = None,
        errors: tuple[str, ...] = (),
        results: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.operation, self.path, self.status, self.errors = operation, path, status, errors
        self.results = results or {}

    @property
    def failure(self) -> dict[str, Any] | None:
        """The call that failed, as modules return it; None where none was made."""
        if self.operation is None:
            return None
        return {
            "operation": self.operation.name,
            "method": self.operation.method,
            "path": self.path,
            "status": self.status,
            "errors": list(self.errors),
        }


class AuthError(SindadError):
    """The portal refused the credentials."""


class NotFound(SindadError):
    """What was asked for isn't there, or this service's module doesn't offer the operation."""


class Unreachable(SindadError):
    """The portal gave no usable answer, and nothing was carried out."""


class OutcomeUnknown(SindadError):
    """The answer to a request that may have been carried out was lost: look before anything else."""


@dataclass(frozen=True)
class Settings:
    """Where the portal is and who asks: the options that all modules and the inventory share."""

    api_url: str = "https://my.sindad.com/api"
    api_username: str | None = None
    api_password: str | None = None
    api_token: str | None = None
    api_refresh_token: str | None = None
    api_ca_path: str | None = None
    validate_certs: bool = True
    api_timeout: float = 30.0
    api_retries: int = 4

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> Settings:
        """Take the shared options out of a mapping and check them.

        Raises:
            SindadError: An option that can't be right, named in the sentence.

        """
        chosen = {name: options[name] for name in cls.__dataclass_fields__ if options.get(name) is not None}
        settings = cls(**chosen)
        try:
            url = urlsplit(settings.api_url)
            usable = url.scheme in ("http", "https") and url.hostname and url.port != 0 and "@" not in url.netloc
            usable = usable and not re.search(r"\s", url.netloc)
        except ValueError:
            usable = False
        if not usable or url.query or url.fragment:
            raise SindadError(
                "api_url must be the address of the API without credentials or query, such as "
                f"{cls.api_url}, not {re.sub('//.*@', '//', settings.api_url)!r}"
            )
        if url.scheme == "http" and not settings.loopback:
            raise SindadError(
                f"api_url: http:// to {url.hostname} would send the password in clear; use https:// "
                "(http:// is accepted for a loopback address only)"
            )
        if settings.api_timeout <= 0:
            raise SindadError(f"api_timeout must be more than 0 seconds, not {settings.api_timeout}")
        if settings.api_retries < 0:
            raise SindadError(f"api_retries must be 0 or more, not {settings.api_retries}")
        if settings.api_ca_path and not Path(settings.api_ca_path).exists():
            raise SindadError(f"api_ca_path: there is no file or directory {settings.api_ca_path}")
        if settings.api_token and not re.fullmatch(r"[!-~]+", settings.api_token):
            raise SindadError("api_token must not hold a blank, a line end or a letter that is not ASCII")
        if settings.api_username and ":" in settings.api_username and not settings.api_token:
            raise SindadError("api_username must not hold a colon: HTTP Basic can't carry one")
        return settings

    @property
    def loopback(self) -> bool:
        """Whether the portal is this machine itself, which no proxy needs to reach."""
        host = urlsplit(self.api_url).hostname or ""
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"

    @property
    def account(self) -> str:
        """Who asks, without a secret: the user name, or that a token is used."""
        return "token" if self.api_token else (self.api_username or "")


class _Retry(Retry):
    """urllib3's Retry, with a bound on what Retry-After may ask for, and bounds on what is repeated."""

    def get_retry_after(self, response: BaseHTTPResponse) -> float | None:
        try:
            wait = super().get_retry_after(response)
        except InvalidHeader:
            return None
        return None if wait is None else min(wait, MAX_RETRY_AFTER)

    def increment(
        self, method: Any = None, url: Any = None, response: Any = None, error: Any = None, *more: Any, **named: Any
    ) -> Any:
        # urllib3 repeats any method after an error of the TLS layer, also after one that came when it had been sent.
        if isinstance(error, SSLError) and (method == "POST" or "CERTIFICATE_VERIFY_FAILED" in str(error)):
            raise error
        return super().increment(method, url, response, error, *more, **named)


def is_secret(key: str) -> bool:
    """Whether a field of an answer holds a secret, by its name."""
    return bool(_SECRET_KEY.search(key))


def secrets_in(value: Any, below: bool = False) -> Iterator[str]:
    """Yield what stands below keys that name a secret, as text."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from secrets_in(item, below or is_secret(str(key)))
    elif isinstance(value, list):
        for item in value:
            yield from secrets_in(item, below)
    elif below and not isinstance(value, bool) and value not in (None, ""):
        yield str(value)


def scrubbed(value: Any) -> Any:
    """Return API data without the values of keys that name a secret."""
    if isinstance(value, dict):
        return {
            key: HIDDEN if item not in (None, "") and is_secret(str(key)) else scrubbed(item)
            for key, item in value.items()
        }
    return [scrubbed(item) for item in value] if isinstance(value, list) else value


class Client:
    """The portal's 75 operations over one pooled session; safe to use from threads, ``workers`` requests at once.

    Attributes:
        settings: What it was made with.
        written: Whether a request that writes was carried out, or may have been.
        status: The HTTP status of the last answer.

    """

    def __init__(self, settings: Settings, workers: int = 8) -> None:
        self.settings = settings
        self._place = settings.api_url.rstrip("/")
        self._log: list[str] = []
        self.written = False
        self.status: int | None = None
        self._token = settings.api_token
        self._refresh = settings.api_refresh_token
        self._lock = threading.Lock()
        self._slots = threading.BoundedSemaphore(workers)
        self._secrets: set[str] = set()
        self._session = requests.Session()
        # No .netrc, and no proxy of the environment to a loopback address.
        self._session.trust_env = False
        self._session.proxies = {} if settings.loopback else get_environ_proxies(settings.api_url, no_proxy=None)
        bundle = settings.api_ca_path or os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
        self._session.verify = (bundle or True) if settings.validate_certs else False
        if not settings.validate_certs:
            requests.packages.urllib3.disable_warnings()  # type: ignore[attr-defined]  # the user switched it off
        retry = _Retry(
            total=settings.api_retries,
            allowed_methods=("GET", "PUT", "DELETE"),
            status_forcelist=(429, 502, 503, 504),
            backoff_factor=0.5,
            backoff_jitter=0.5,
            backoff_max=30,
            raise_on_status=False,
        )
        adapter = HTTPAdapter(pool_maxsize=workers, max_retries=retry)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)
        self._session.headers.update({"Accept": "application/json", "User-Agent": f"sindad.cloud/{VERSION} (Ansible)"})
        self._remember(settings.api_password, self._token, self._refresh)
        self._basic = ""
        if settings.api_username and settings.api_password:
            pair = f"{settings.api_username}:{settings.api_password}".encode()
            self._basic = base64.b64encode(pair).decode()
            self._remember(self._basic)

    def call(self, name: str | Operation, *ids: str, body: Any = None, query: Mapping[str, Any] | None = None) -> Any:
        """Send one operation and return what the portal answered, JSON decoded.

        Args:
            name: The operation, or its name in the table.
            ids: The values of the path's placeholders, in order.
            body: What is sent as JSON.
            query: What is sent in the address.

        Raises:
            AuthError: The credentials are missing or refused.
            NotFound: 404, or an error that says as much.
            OutcomeUnknown: The request may have been carried out.
            Unreachable: No usable answer, and nothing was carried out.
            SindadError: Any other refusal, in the portal's words.

        """
        operation = name if isinstance(name, Operation) else OPERATIONS[name]
        answer, content = self.fetch(operation, *ids, body=body, query=query)
        if answer is not NOT_JSON:
            return answer
        if not content.strip() and operation.writes:
            return {}
        kind = OutcomeUnknown if operation.writes else Unreachable
        raise kind(
            f"{operation.method} {self._place}{operation.path} was answered with {self.scrub(_page(content))}",
            operation=operation,
            path=operation.url_path(*ids),
        )

    def fetch(
        self, operation: Operation, *ids: str, body: Any = None, query: Mapping[str, Any] | None = None
    ) -> tuple[Any, bytes]:
        """Send one operation; return the answer (or NOT_JSON) and its bytes. An expired token is renewed once.

        Raises what `call` raises, but for an answer that isn't JSON.
        """
        if any(str(value) in ("", ".", "..") for value in ids):
            raise SindadError(f"{operation.title}: {list(ids)} holds an empty id")
        path = operation.url_path(*ids)
        token = self._token
        try:
            return self._checked(operation, path, body, query)
        except AuthError as error:
            if operation.auth == "never" or not token or not self._refresh or error.status is None:
                raise
        with self._lock:
            if self._token == token:
                answer = self.call("refresh_token", body={"refresh_token": self._refresh})
                self._token, refresh = token_pair(answer)
                self._refresh = refresh or self._refresh
                self._remember(self._token, self._refresh)
        return self._checked(operation, path, body, query)

    @property
    def calls(self) -> Counter[str]:
        """How many requests of each operation were sent, repetitions included."""
        return Counter(self._log)

    def scrub(self, text: str) -> str:
        """Return a text without any secret that was sent or seen, also where it was quoted."""
        for secret in sorted(self._secrets, key=len, reverse=True):
            quoted = {quote(secret, safe=""), quote(secret), quote_plus(secret)}
            for form in {secret, *quoted, html.escape(secret), json.dumps(secret)[1:-1]}:
                text = text.replace(form, HIDDEN)
        return text

    def _remember(self, *secrets: str | None) -> None:
        self._secrets.update(secret for secret in secrets if secret and len(secret) > 3)

    def _headers(self, operation: Operation) -> dict[str, str]:
        if operation.auth == "never":
            return {}
        if self._token:
            return {"Authorization": f"Bearer {self._token}"}
        if self._basic:
            return {"Authorization": f"Basic {self._basic}"}
        if operation.auth == "optional":
            return {}
        raise AuthError(
            "no credentials: set api_username and api_password (or SINDAD_USERNAME and SINDAD_PASSWORD), "
            "or api_token (or SINDAD_TOKEN)"
        )

    def _checked(
        self, operation: Operation, path: str, body: Any, query: Mapping[str, Any] | None
    ) -> tuple[Any, bytes]:
        """Send, and raise for what the status code or the body says is a failure."""
        response, content = self._send(operation, path, body, query)
        status = self.status = response.status_code
        answer = _json(content)
        errors = _errors(answer, operation)
        if status < 300 and errors is None:
            self.written = self.written or operation.writes
            return answer, content
        repeated = bool(response.raw.retries and response.raw.retries.history)
        if status == 404 and operation.method == "DELETE" and repeated:
            self.written = True
            return {}, content
        self._remember(*secrets_in(answer))
        if not errors:
            errors = (
                _page(content) if answer is NOT_JSON and content.strip() else response.reason or "no reason given",
            )
        words = tuple(self.scrub(word) for word in errors)
        said = "; ".join(words)
        where = f"{operation.method} {operation.path}"
        details = {"operation": operation, "path": path, "status": status, "errors": words}
        if status == 401 or any(_AUTH_WORDS.search(word) for word in words):
            how = "a bearer token" if self._token else "HTTP Basic" if self._basic else "none were given"
            raise AuthError(f"the portal refused the credentials: {said} ({how}, {where})", **details)
        if status >= 500 and operation.writes:
            raise OutcomeUnknown(f"{where} was answered with HTTP {status} ({said})", **details)
        if status == 429:
            raise SindadError(f"the portal's rate limit refused {where}: {said}", **details)
        if status == 404 or (status < 500 and any(_NOT_OFFERED.search(word) for word in words)):
            raise NotFound(f"{where}: {said}", **details)
        lost = (isinstance(past.error, (ProtocolError, ReadTimeoutError)) for past in response.raw.retries.history)
        if operation.writes and any(lost):
            raise OutcomeUnknown(f"the answer to {where} was lost, and its repetition refused: {said}", **details)
        raise SindadError(f"the portal refused {where}: {said}", **details)

    def _send(self, operation: Operation, path: str, body: Any, query: Mapping[str, Any] | None) -> tuple[Any, bytes]:
        """Send and read, following a redirect only for a GET and only to the same origin."""
        url = self._place + path
        headers = self._headers(operation)
        for _hop in range(MAX_REDIRECTS + 1):
            try:
                response, content = self._read(operation, url, headers, body, query)
            except (requests.RequestException, OSError) as error:
                if error.args and isinstance(error.args[0], MaxRetryError):
                    self._log.extend([operation.name] * self.settings.api_retries)
                raise self._transport_error(operation, path, error) from None
            target = self._session.get_redirect_target(response)
            if target is None:
                return response, content
            target = requests.compat.urljoin(url, target)
            if operation.method != "GET" or urlsplit(target)[:2] != urlsplit(url)[:2]:
                break
            url, query = target, None
        shown = self.scrub(str(target).partition("?")[0])
        raise Unreachable(
            f"the portal redirects {operation.method} {operation.path} to {shown}, which is not followed: "
            "set api_url to the address where the portal lives",
            operation=operation,
            path=path,
            status=response.status_code,
        )

    def _read(
        self, operation: Operation, url: str, headers: dict[str, str], body: Any, query: Mapping[str, Any] | None
    ) -> tuple[Any, bytes]:
        self._log.append(operation.name)
        with (
            self._slots,
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
            retries = response.raw.retries
            self._log.extend([operation.name] * len(retries.history if retries else ()))
            content = bytearray()
            for chunk in response.iter_content(65536):
                content += chunk
                if len(content) > MAX_ANSWER:
                    raise requests.RequestException(f"an answer of more than {MAX_ANSWER} bytes")
        return response, bytes(content)

    def _transport_error(self, operation: Operation, path: str, error: Exception) -> SindadError:
        """Return what a failed exchange means: nothing was carried out, or nobody knows."""
        cause: Any = error.args[0] if error.args else error
        cause = getattr(cause, "reason", None) or cause
        url = urlsplit(self.settings.api_url)
        place = f"{url.hostname} port {url.port or (443 if url.scheme == 'https' else 80)}"
        innermost = cause
        while wrapped := [part for part in getattr(innermost, "args", ()) if isinstance(part, Exception)]:
            innermost = wrapped[-1]
        reason = self.scrub(re.sub(r"^.*?(?:0x[0-9a-f]+>|\)): ", "", str(innermost)))
        reason = f"through the proxy: {reason}" if isinstance(cause, ProxyError) else reason
        before_it_was_sent = isinstance(
            cause, (NewConnectionError, ConnectTimeoutError, ProxyError)
        ) or "CERTIFICATE_VERIFY_FAILED" in str(cause)
        self.written = self.written or not (operation.method == "GET" or before_it_was_sent)
        if before_it_was_sent or not operation.writes:
            return Unreachable(f"the portal can't be reached at {place}: {reason}", operation=operation, path=path)
        return OutcomeUnknown(
            f"the answer to {operation.method} {operation.path} was lost ({reason})", operation=operation, path=path
        )


def token_pair(answer: Any) -> tuple[str, str | None]:
    """Return the token and the refresh token of an answer to Login or Refresh Token.

    Raises:
        AuthError: There is no token, as when the account asks for a second factor.

    """
    data = answer.get("data") if isinstance(answer, dict) else None
    found: Any = data if isinstance(data, dict) and data else answer if isinstance(answer, dict) else {}
    token = found.get("token") or found.get("access_token")
    if token:
        return str(token), found.get("refresh") or found.get("refresh_token")
    mfa = found.get("mfa")
    if mfa:
        methods = ", ".join(map(str, mfa.get("methods") or ())) if isinstance(mfa, dict) else ""
        raise AuthError(
            f"the account asks for a second factor ({methods or 'mfa'}), which a playbook can't type: "
            "use HTTP Basic, or a token made elsewhere"
        )
    raise AuthError("the portal's answer to the login holds no token: use HTTP Basic (api_username, api_password)")


def _json(content: bytes) -> Any:
    """Decode an answer by its content, whatever its header says."""
    try:
        return json.loads(content.decode("utf-8-sig").strip())
    except (ValueError, RecursionError):
        return NOT_JSON


def _page(content: bytes) -> str:
    """Describe an answer that isn't JSON by its first line."""
    text = content.decode("utf-8", "replace").strip()
    if not text:
        return "an empty body where JSON should be"
    kind = "HTML" if re.match(r"<(!doctype|html|head|body|\?xml)", text, re.IGNORECASE) else "something"
    return f"{kind} that is not JSON: {text.splitlines()[0][:200]}"


def _errors(answer: Any, operation: Operation) -> tuple[str, ...] | None:
    """Return the portal's words where an answer is a failure, whatever its code; None where it is none.

    ``status`` is also a field of data, so it speaks of the outcome in the answer to a write only.
    """
    if not isinstance(answer, dict):
        return None
    error = answer.get("error")
    said = error if isinstance(error, list) else list(error.values()) if isinstance(error, dict) else [error]
    words = [word for word in said if word not in (None, "", [], {}, *_FALSE)]
    refused = answer.get("success") in _FALSE or (operation.method != "GET" and answer.get("status") in _FALSE)
    if not words and not refused:
        return None
    if not words or words == [True]:
        words = [answer.get("message") or answer.get("info") or "no reason given"]
    return tuple(html.unescape(word if isinstance(word, str) else json.dumps(word)) for word in words)
