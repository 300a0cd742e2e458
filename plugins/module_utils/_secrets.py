# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is secret, and how it is kept out of messages and results. Private to this collection."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from html.entities import html5
from typing import Any
from urllib.parse import unquote, urlsplit

HIDDEN = "********"
#: A shorter text isn't taken for a secret: hiding each "4" of a result would hide everything and nothing.
SHORTEST = 4
#: Characters after a cut that are read as well, so that a secret which begins before the cut is recognised.
MARGIN = 16384
#: Characters that one of a secret may take: the four bytes of UTF-8, each percent-encoded four times.
_LONGEST_CHARACTER = 36
_BETWEEN_PARTS = re.compile(r"[&=;]")

# What names a secret

#: The begin and the end of a word, also of one in snake_case.
_BEGIN, _END = r"(?<![^\W_])", r"(?![^\W_])"
_ENGLISH = (
    "pass|pwd|secret|token|refresh|credential|rootpw",
    r"(private|api|access|product|activation|serial)[\W_]*key",
    r"(otp|epp|auth|activation|recovery|backup)[\W_]*codes?" + _END,
    rf"{_BEGIN}(pw|[th]?otp){_END}|^pin([\W_]*code)?$",
    # A licence is also a product that has a title, such as "Windows License".
    r"(^|_)licen[cs]es?$|licen[cs]e[\W_]*(key|code|number|serial)",
    # The port of a console is no secret.
    rf"vnc(?![\W_]*(port|host|ip|enabled|status){_END})",
)
#: Password, key, token, licence; Arabic keyboards write other letters, and the words may be joined.
_PERSIAN = (
    rf"{_BEGIN}رمز{_END}|رمز[\W_]*(عبور|ورود)|گذر[\W_]*واژ|پسورد",
    r"[کك]لم[هةۀ][\W_]*([یيى][\W_]*)?(عبور|رمز)|تو[کك]ن",
    r"[کك]ل[یيى]د[\W_]*(خصوص[یيى]|محرمانه)|لا[یيى]سنس",
)
_SECRET_KEY = re.compile("|".join((*_ENGLISH, *_PERSIAN)), re.IGNORECASE)
#: The keys of an object that is a name and its value.
_NAMES = frozenset("name title variable key label field id option property parameter param attribute type".split())
_VALUES = frozenset(("value", "values", "val", "data"))

# What a text may hold

_USERINFO = re.compile(r"(?<=://)[^\s/?#<>\"']*(?=@)")
_PARAMETER = re.compile(r"""(?<![\w.\-\[\]])([\w.\-\[\]]{1,80})=("[^"]*"|'[^']*'|[^\s&;#"'<>]+)""")
_MEMBER = re.compile(r'"((?:[^"\\]|\\.){1,200})"\s*:\s*("(?:[^"\\]|\\.)*"?|-?\d[\d.]*)')


def is_secret(key: str) -> bool:
    """Whether a field holds a secret, by its name."""
    return bool(_SECRET_KEY.search(key))


@lru_cache(maxsize=4096)
def _kind(key: str) -> str:
    """Return whether a field is a ``secret``, or the ``name`` or the ``value`` of something; empty for any other."""
    if is_secret(key):
        return "secret"
    word = key.lower()
    if word in _VALUES:
        return "value"
    return "name" if word in _NAMES else ""


def secrets_in(value: Any) -> Iterator[str]:
    """Yield the strings that are secrets by their key, or by what stands before them, if they are long enough."""
    waiting = [(value, False)]
    while waiting:
        item, is_below = waiting.pop()
        if isinstance(item, dict):
            waiting.extend((inner, is_below or is_hidden) for _key, inner, is_hidden in _fields(item))
        elif isinstance(item, list):
            waiting.extend((inner, is_below) for inner in item)
        elif is_below:
            yield from _long_enough(item)
        elif isinstance(item, str):
            yield from filter(_long_enough, _secrets_in_text(item))


def _long_enough(value: Any) -> tuple[str, ...]:
    """Return the text of a secret; nothing for one that is too short."""
    is_text = not isinstance(value, bool) and value is not None and len(str(value)) >= SHORTEST
    return (str(value),) if is_text else ()


def hidden(value: Any) -> Any:
    """Return API data without secrets: those of keys that name one, and those in addresses and other texts."""
    if isinstance(value, dict):
        return {key: _hidden_item(item, is_hidden) for key, item, is_hidden in _fields(value)}
    if isinstance(value, list):
        return [hidden(item) for item in value]
    return hidden_text(value) if isinstance(value, str) else value


def _hidden_item(item: Any, is_hidden: bool) -> Any:
    return HIDDEN if is_hidden and item not in (None, "") else hidden(item)


def _fields(entry: Mapping[Any, Any]) -> Iterator[tuple[Any, Any, bool]]:
    """Yield each key of an object, its value, and whether that is a secret.

    It is one by its key, or by a name beside it: ``{"name": "Root password", "value": "..."}``.
    """
    # Keys are converted, not looked up: some note who looks for them.
    kinds = [_kind(str(key)) for key in entry]
    is_pair = "name" in kinds and "value" in kinds and _is_named_as_secret(kinds, entry)
    for kind, (key, item) in zip(kinds, entry.items()):
        yield key, item, kind == "secret" or (is_pair and kind == "value")


def _is_named_as_secret(kinds: list[str], entry: Mapping[Any, Any]) -> bool:
    names = [item for kind, item in zip(kinds, entry.values()) if kind == "name" and isinstance(item, str)]
    return any(map(is_secret, names))


def hidden_text(text: str) -> str:
    """Return a text without the secrets that are recognised by what stands before them.

    They are the user in an address, ``password=...``, and ``"password": "..."`` in JSON, which may be damaged.
    """
    if "://" in text:
        text = _USERINFO.sub(HIDDEN, text)
    if "=" in text:
        text = _PARAMETER.sub(_hidden_parameter, text)
    return _MEMBER.sub(_hidden_member, text) if '"' in text else text


def _hidden_parameter(found: re.Match[str]) -> str:
    return f"{found[1]}={HIDDEN}" if is_secret(found[1]) else found[0]


def _hidden_member(found: re.Match[str]) -> str:
    if not is_secret(_unescaped(found[1])) or found[2] == '""':
        return found[0]
    return found[0].removesuffix(found[2]) + f'"{HIDDEN}"'


def _secrets_in_text(text: str) -> Iterator[str]:
    """Yield what `hidden_text` hides; of the user in an address, the password only."""
    for userinfo in _USERINFO.findall(text) if "://" in text else ():
        password = userinfo.partition(":")[2]
        yield from {password, unquote(password)}
    for name, value in _PARAMETER.findall(text) if "=" in text else ():
        if is_secret(name):
            plain = value.strip("\"'")
            yield from {plain, unquote(plain)}
    for name, value in _MEMBER.findall(text) if '"' in text else ():
        if is_secret(_unescaped(name)):
            yield _unescaped(value.strip('"'))


def _unescaped(text: str) -> str:
    """Return what the inside of a JSON string means; what is damaged is returned as it is."""
    try:
        return str(json.loads(f'"{text}"', strict=False))
    except ValueError:
        return text


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
        self._secrets: dict[str, _Secret] = {}

    def remember(self, *secrets: str | None) -> None:
        """Add secrets; None and short ones are ignored."""
        for secret in secrets:
            if secret and len(secret) >= SHORTEST and secret not in self._secrets:
                self._secrets[secret] = _Secret(secret)

    def scrub(self, text: str) -> str:
        """Return a string without the secrets."""
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = self._secrets[secret].removed_from(text)
        return text

    @property
    def reach(self) -> int:
        """How many characters the longest of the secrets may take, however it is encoded."""
        return min(MARGIN, _LONGEST_CHARACTER * max(map(len, self._secrets), default=0))


def beginning(text: str, most: int, hide: Callable[[str], str], margin: int = MARGIN) -> str:
    """Return the beginning of a long text without secrets, and without a part of one where the text is cut.

    Args:
        text: The text.
        most: How many of its characters are wanted; there may be more in what is returned.
        hide: Returns a string without secrets.
        margin: How many characters a secret may take.

    """
    if len(text) <= most + 2 * margin:
        return hide(text)
    # A secret that is cut has its first characters at the end of this piece, where they aren't recognised.
    shown = hide(text[: most + 2 * margin])
    return shown[: max(0, len(shown) - margin)]


def shortened(text: str, most: int) -> str:
    """Return a text of at most this many characters, and an ellipsis if there is more."""
    return text if len(text) <= most else f"{text[:most]}…"


class _Secret:
    """One secret, and what finds it in any of its forms."""

    def __init__(self, secret: str) -> None:
        self._texts = sorted(_plain_and_base64(secret), key=len, reverse=True)
        self._cores = [max(_ALWAYS_LITERAL.findall(text), key=len, default="") for text in self._texts]
        self._pattern: re.Pattern[str] | None = None

    def removed_from(self, text: str) -> str:
        """Return a text without the secret; its pattern is compiled only for a text that may hold it."""
        if not any(core in text for core in self._cores):
            return text
        if self._pattern is None:
            self._pattern = re.compile("|".join(map(_in_any_form, self._texts)))
        return self._pattern.sub(HIDDEN, text)


def _plain_and_base64(secret: str) -> set[str]:
    """Return a secret as it is, decoded as a page or an address is before it is shown, and in both kinds of Base64."""
    encoded = base64.b64encode(secret.encode(errors="replace")).decode().rstrip("=")
    texts = {secret, encoded, encoded.replace("+", "-").replace("/", "_")}
    texts.update(text for text in (html.unescape(secret), unquote(secret)) if len(text) >= SHORTEST)
    return texts


# The forms of a secret: as URLs, HTML, JSON and scripts write it, also several times over

#: Characters that no encoding changes.
_ALWAYS_LITERAL = re.compile("[A-Za-z0-9]+")
#: In these, URLs and pages may be encoded: of all languages, of Western Europe, and of Iran before Unicode.
_CHARSETS = ("utf-8", "latin-1", "cp1252", "cp1256")
#: How often something may be encoded; each level of JSON doubles the backslashes.
_PERCENT = "%(?:25){0,3}"
_BACKSLASHES = r"\\{1,8}"
_AMPERSAND = rf"(?:&|{_BACKSLASHES}u0026|{_PERCENT}26)(?:amp(?:;|{_PERCENT}3b)){{0,3}}"
_SEMICOLON = rf"(?:;|{_PERCENT}3b)?"
_NUMBER_SIGN = rf"(?:\#|{_PERCENT}23)"
_SHORT_ESCAPES = {"\n": "n", "\r": "r", "\t": "t", "\b": "b", "\f": "f"}
#: Characters before which JSON and scripts may put a backslash.
_ESCAPED = frozenset("\"'/")


def _in_any_form(text: str) -> str:
    """Return a pattern that finds a text in any of its forms; each character may be in another one."""
    return "".join(_run_of_backslashes(len(part)) if part[0] == "\\" else _character(part) for part in _parts(text))


def _parts(text: str) -> list[str]:
    """Return the characters of a text, those of a run of backslashes together."""
    return re.findall(r"\\+|.", text, re.DOTALL)


def _run_of_backslashes(count: int) -> str:
    return rf"(?:\\{{{count},{8 * count}}}|(?i:{_encoded(chr(92))}){{{count}}})"


def _character(letter: str) -> str:
    if _ALWAYS_LITERAL.fullmatch(letter):
        return letter
    literal = re.escape(letter)
    if letter in _ESCAPED:
        literal = rf"\\{{0,7}}{literal}"
    if not letter.isascii():
        literal += "|\ufffd"  # a page of another charset was decoded as UTF-8
    return f"(?:{literal}|(?i:{_encoded(letter)}))"


def _encoded(letter: str) -> str:
    """Return a pattern for a character that isn't written as itself."""
    code = ord(letter)
    forms = [_escaped_units(letter), *_percent_forms(letter)]
    if code <= 0xFF:
        forms.append(f"{_BACKSLASHES}x{code:02x}")
    if letter in _SHORT_ESCAPES:
        forms.append(_BACKSLASHES + _SHORT_ESCAPES[letter])
    if letter == " ":
        forms += [r"\+", f"{_PERCENT}2b"]
    numbers = rf"{_NUMBER_SIGN}(?:0{{0,6}}{code}|x0{{0,6}}{code:x})"
    entities = "|".join((numbers, *_entity_names().get(letter, ())))
    return "|".join((*forms, f"{_AMPERSAND}(?:{entities}){_SEMICOLON}"))


def _escaped_units(letter: str) -> str:
    """Return a pattern for a character as JSON writes it: one unit of UTF-16, or two."""
    units = letter.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"{_BACKSLASHES}u{units[start : start + 4]}" for start in range(0, len(units), 4))


def _percent_forms(letter: str) -> set[str]:
    """Return patterns for a character as URLs and old scripts write it."""
    octets = {letter.encode(charset, "replace") for charset in _CHARSETS}
    plain_question_mark = b"?" if letter != "?" else b""
    forms = {"".join(f"{_PERCENT}{octet:02x}" for octet in each) for each in octets - {plain_question_mark}}
    return forms | {f"{_PERCENT}u{ord(letter):04x}"}


@lru_cache(maxsize=1)
def _entity_names() -> dict[str, list[str]]:
    """Return the names by which HTML knows a character."""
    names: dict[str, list[str]] = {}
    for name, letter in html5.items():
        if name.endswith(";"):
            names.setdefault(letter, []).append(name.removesuffix(";"))
    return names
