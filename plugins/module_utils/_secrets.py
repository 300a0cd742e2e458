# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is secret, and how it is kept out of messages and results. Private to this collection."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, quote_plus, urlsplit

HIDDEN = "********"
#: A shorter text isn't taken for a secret: hiding each "4" of a result would hide everything and nothing.
SHORTEST = 4
_BETWEEN_PARTS = re.compile(r"[&=;]")
_SECRET_KEY = re.compile(
    r"pass|pwd|secret|token|refresh|credential|private_?key|api_?key|vnc|^pin$|rootpw|(^|_)pw$", re.IGNORECASE
)


def is_secret(key: str) -> bool:
    """Whether a field holds a secret, by its name."""
    return bool(_SECRET_KEY.search(key))


def secrets_in(value: Any, below: bool = False) -> Iterator[str]:
    """Yield the strings below keys that name a secret, if they are long enough to be one."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from secrets_in(item, below or is_secret(str(key)))
    elif isinstance(value, list):
        for item in value:
            yield from secrets_in(item, below)
    elif below and not isinstance(value, bool) and value is not None and len(str(value)) >= SHORTEST:
        yield str(value)


def hidden(value: Any) -> Any:
    """Return API data in which the values of keys that name a secret are replaced."""
    if isinstance(value, dict):
        return {key: _hidden_below(str(key), item) for key, item in value.items()}
    return [hidden(item) for item in value] if isinstance(value, list) else value


def _hidden_below(key: str, item: Any) -> Any:
    return HIDDEN if is_secret(key) and item not in (None, "") else hidden(item)


def secrets_in_url(url: str) -> Iterator[str]:
    """Yield the parts of an address that may be a password: what comes before an @, and its query."""
    before, at, _after = url.rpartition("@")
    if at:
        userinfo = before.rpartition("//")[2]
        yield from (part for part in (userinfo, *userinfo.split(":")) if len(part) >= SHORTEST)
    query = url.partition("?")[2].partition("#")[0]
    for part in (query, *_BETWEEN_PARTS.split(query)):
        if len(part) >= SHORTEST:
            yield part


def shown_url(url: str) -> str:
    """Return an address for a message: its scheme and host, nothing that could hold a password."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return "this one"
    if not host or "@" in url or "?" in url or not host.isprintable():
        return "this one"
    return repr(f"{parts.scheme}://{host}{parts.path}")


class Scrubber:
    """Takes secrets out of strings, in any form in which a server may echo them."""

    def __init__(self) -> None:
        #: What finds each secret; compiled when it is first looked for, since most tasks end without a message.
        self._forms: dict[str, re.Pattern[str] | None] = {}

    def remember(self, *secrets: str | None) -> None:
        """Add secrets; None and short ones are ignored."""
        for secret in secrets:
            if secret and len(secret) >= SHORTEST and secret not in self._forms:
                self._forms[secret] = None

    def scrub(self, text: str) -> str:
        """Return a string without the secrets."""
        for secret in sorted(self._forms, key=len, reverse=True):
            form = self._forms[secret] = self._forms[secret] or _pattern(secret)
            text = form.sub(HIDDEN, text)
        return text


def _pattern(secret: str) -> re.Pattern[str]:
    """Return what finds a secret: as it is, as URLs, HTML, JSON and Base64 write it, in any letter case of escapes."""
    octets = secret.encode(errors="replace")
    encoded = base64.b64encode(octets).decode()
    forms = {
        secret,
        html.escape(secret),
        html.escape(secret, quote=False),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        json.dumps(secret)[1:-1].replace("/", "\\/"),
        encoded,
        encoded.rstrip("="),
        base64.urlsafe_b64encode(octets).decode().rstrip("="),
    }
    quoted = {quote(octets, safe=""), quote(octets), quote_plus(octets)}
    patterns = [re.escape(form) for form in forms]
    patterns += [re.sub(r"%([0-9A-F]{2})", _any_case, re.escape(form).replace("\\%", "%")) for form in quoted]
    return re.compile("|".join(sorted(patterns, key=len, reverse=True)))


def _any_case(escape: re.Match[str]) -> str:
    return f"%(?i:{escape[1]})"
