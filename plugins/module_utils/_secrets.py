# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is secret, and how it is kept out of messages and results. Private to this collection."""

from __future__ import annotations

import base64
import html
import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from html.entities import html5
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import quote, unquote, urlsplit

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
    r"(?<!by)(?<!com)pass(?!ed|enger|ing|ive)|pwd|secret|token(?![\W_]*ring)|^refresh$|credential|rootpw",
    r"(private|api|access|product|activation|serial)[\W_]*key",
    r"(otp|epp|auth|activation|recovery|backup)[\W_]*codes?" + _END,
    rf"{_BEGIN}(pw|[th]?otp){_END}|^pin([\W_]*code)?$|authori[sz]ation$|sess(ion)?[\W_]*(id|key){_END}",
    # A licence is also a product that has a title, such as "Windows License".
    r"(^|_)licen[cs]es?$|licen[cs]e[\W_]*(key|code|number|serial)",
    # The port of a console is no secret.
    rf"vnc(?![\W_]*(port|host|ip|enabled|status){_END})",
)
#: Password, key, token, licence; Arabic keyboards write other letters, and the words may be joined.
_PERSIAN = (
    rf"رمز[\W_]*(عبور|ورود)|{_BEGIN}رمز{_END}|گذر[\W_]*واژ|پسورد",
    r"[کك]لم[هةۀ][\W_]*([یيى][\W_]*)?(عبور|رمز)|تو[کك]ن",
    r"[کك]ل[یيى]د[\W_]*(خصوص[یيى]|محرمانه)|لا[یيى]سنس",
)
_SECRET_KEY = re.compile("|".join((*_ENGLISH, *_PERSIAN)), re.IGNORECASE)
#: What is told of a secret without telling it: "Password length", ``token_expires_in``, ``passwordLastChanged``.
_ABOUT_SECRET = re.compile(
    r"(expir(es|ed|y|ation)|lifetime|ttl|age|length|policy|strength|changed|updated|created|enabled|required|count|"
    r"interval|type|name|(?<!vnc)(?<!vnc[\W_])url|hint|question)([\W_]*(at|in|on|date|time|days|hours|minutes|seconds))?$",
    re.IGNORECASE,
)
#: Keys and names are shorter.
_LONGEST_NAME = 200
_LICENCE_KEY = re.compile("licen[cs]e", re.IGNORECASE)
_PUBLIC_LICENCE = re.compile(r"([AL]?GPL|MIT|BSD|Apache|MPL|EPL|ISC|CC0|CC-BY)\b.{0,30}", re.IGNORECASE)
#: The keys of an object that is a name and its value.
_NAMES = frozenset(
    "name title variable key label caption field id option property parameter param attribute type".split()
)
_VALUES = frozenset(("value", "values", "val", "data"))
#: Values too, if they are one word: these keys are also those of prose about a password.
_TEXTS = frozenset(("content", "text", "default", "result"))
#: Fields of an object that is a name and its value. A record of a machine has more.
_MOST_FIELDS = 8
#: What stands in the place of a secret and is none: it would be hidden in everything that is said later.
_COMMON = re.compile(
    r"true|false|yes|none|null|nil|auto|automatic|bearer|basic|digest|default|undefined|unknown|empty|unset|hidden|"
    r"required|missing|invalid|wrong|incorrect|expired|failed|denied|changed|disabled|enabled|random|generated|\*+|"
    r"-?\d{1,5}(\.\d{0,5})?|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}([T ].{0,30})?",
    re.IGNORECASE,
)

# What a text may hold

#: One of these is before each secret in a text.
_HINT = re.compile('[=:"]')
_USERINFO = re.compile(r"(?<=://)[^\s/?#<>\"']*(?=@)")
_PARAMETER = re.compile(r"""(?<![\w.\-\[\]])([\w.\-\[\]]{1,80})=("[^"]*"|'[^']*'|[^\s&;#"'<>]+)""")
_MEMBER = re.compile(r'"([^"]{1,200})"\s{0,20}:\s{0,20}("(?:[^"\\]|\\.)*"?|-?\d[\d.]*)', re.DOTALL)
_CURL_USER = re.compile(r"(?<!\S)(?:-u|--user)[ =]?[\"']?[^\s:\"']{1,100}:([^\s\"']+)")
#: Between a name and its value: "Password: hunter22", "<b>Password:</b> hunter22", "'token': 'Bearer hunter22'".
_SEPARATOR = re.compile(
    r"""
    (?<![\d/:=]) [:=] (?!//)
    (?= (?: \s | </?\w{1,10}> | &nbsp; ){0,8} ["'\\]{0,8} (?: (?i: bearer | basic | digest | token ) \s{1,8} )?
        ([^\s"'<>\\]{4,200}) ([ \t]+\w)? )
    """,
    re.VERBOSE,
)
_WORD = re.compile(r"[^\W_][\w\-\u200c]*")
#: Characters and words before a separator in which a name is looked for.
_NAME_REACH, _NAME_WORDS = 60, 3


@lru_cache(maxsize=4096)
def is_secret(key: str) -> bool:
    """Whether a field holds a secret, by its name."""
    name = key[:_LONGEST_NAME]
    return bool(_SECRET_KEY.search(name)) and not _ABOUT_SECRET.search(name)


@lru_cache(maxsize=4096)
def _kind(key: str) -> str:
    """Return whether a field is a ``secret``, or the ``name``, ``value`` or ``text`` of something, or empty."""
    if is_secret(key):
        return "secret"
    word = key.lower()
    if word in _VALUES:
        return "value"
    if word in _TEXTS:
        return "text"
    return "name" if word in _NAMES else ""


def secrets_in(value: Any) -> Iterator[str]:
    """Yield the strings that are secrets by their key, or by what stands before them, if they look like one."""
    return filter(_is_worth_remembering, _all_secrets_in(value, is_below=False))


def _all_secrets_in(value: Any, is_below: bool) -> Iterator[str]:
    """Yield the secrets in data; ``is_below`` tells whether all of it is secret."""
    if isinstance(value, dict):
        for _key, item, is_hidden in _fields(value):
            yield from _all_secrets_in(item, is_below or is_hidden)
    elif isinstance(value, list):
        for item in value:
            yield from _all_secrets_in(item, is_below)
    elif is_below:
        yield from _texts_of(value)
    elif isinstance(value, str) and _HINT.search(value):
        yield from _secrets_in_text(value)


def _texts_of(secret: Any) -> tuple[str, ...]:
    """Return a secret as texts may have it."""
    if isinstance(secret, bool) or secret is None:
        return ()
    text = str(secret)
    scheme, blank, credentials = text.partition(" ")
    return (text, credentials) if blank and scheme.lower() in ("bearer", "basic") else (text,)


def _is_worth_remembering(text: str) -> bool:
    """Whether a text looks like a secret, so that it may be taken out of all that is said later."""
    return len(text) >= SHORTEST and not _COMMON.fullmatch(text)


def hidden(value: Any) -> Any:
    """Return API data without secrets: those of keys that name one, and those in addresses and other texts."""
    if isinstance(value, dict):
        return {key: _hidden_item(item, is_hidden) for key, item, is_hidden in _fields(value)}
    if isinstance(value, list):
        return [hidden(item) for item in value]
    return hidden_text(value) if isinstance(value, str) and _HINT.search(value) else value


def _hidden_item(item: Any, is_hidden: bool) -> Any:
    return HIDDEN if is_hidden and item not in (None, "") else hidden(item)


def _fields(entry: Mapping[Any, Any]) -> list[tuple[Any, Any, bool]]:
    """Return each key of an object, its value, and whether that is a secret.

    It is one by its key, or by a name beside it: ``{"name": "Root password", "value": "..."}``.
    """
    # Keys are converted, not looked up: some note who looks for them.
    kinds = [_kind(str(key)) for key in entry]
    is_pair = len(kinds) <= _MOST_FIELDS and "name" in kinds and _is_named_as_secret(kinds, entry)
    if not is_pair and "secret" not in kinds:
        return [(key, item, False) for key, item in entry.items()]
    return [(key, item, _hides(kind, is_pair, str(key), item)) for kind, (key, item) in zip(kinds, entry.items())]


def _hides(kind: str, is_pair: bool, key: str, item: Any) -> bool:
    """Whether the value of a field is a secret, by the kind of field and by whether a name beside it names one."""
    if kind == "secret":
        return not _is_public_licence(key, item)
    return is_pair and (kind == "value" or (kind == "text" and _is_one_word(item)))


def _is_named_as_secret(kinds: list[str], entry: Mapping[Any, Any]) -> bool:
    names = [item for kind, item in zip(kinds, entry.values()) if kind == "name" and isinstance(item, str)]
    return any(map(is_secret, names))


def _is_public_licence(key: str, item: Any) -> bool:
    """Whether a field tells under which licence something is published: ``{"license": "GPL-3.0"}``."""
    return isinstance(item, str) and bool(_LICENCE_KEY.search(key) and _PUBLIC_LICENCE.fullmatch(item))


def _is_one_word(item: Any) -> bool:
    return not isinstance(item, (dict, list)) and len(str(item).split(maxsplit=1)) == 1


class _Found(NamedTuple):
    """A secret in a text: where it is, what it is, and what is shown in its place."""

    start: int
    end: int
    secret: str
    shown: str = HIDDEN


def hidden_text(text: str) -> str:
    """Return a text without the secrets that are recognised by what stands before them.

    They are the user in an address, ``password=...``, ``Password: ...``, ``"password": "..."`` in JSON, which may be
    damaged, what follows ``Authorization:``, and the user that curl is given.
    """
    return _without(text, [(each.start, each.end, each.shown) for each in _found_in(text)])


def _secrets_in_text(text: str) -> Iterator[str]:
    """Yield what `hidden_text` hides; of the user in an address, the password only."""
    for found in _found_in(text):
        yield from {*_texts_of(found.secret), unquote(found.secret)}


def _found_in(text: str) -> list[_Found]:
    """Return the secrets in a text, in its order; of those that overlap, the first one."""
    found: list[_Found] = []
    if "://" in text:
        found += [_Found(*each.span(), each[0].partition(":")[2]) for each in _USERINFO.finditer(text)]
    if "=" in text:
        found += filter(None, map(_parameter, _PARAMETER.finditer(text)))
    if '"' in text:
        found += filter(None, map(_member, _MEMBER.finditer(text)))
    if "=" in text or ":" in text:
        found += filter(None, map(_labelled, _SEPARATOR.finditer(text)))
    if "-u" in text:
        found += [_Found(*each.span(1), each[1]) for each in _CURL_USER.finditer(text)]
    return list(_without_overlaps(sorted(found, key=lambda each: each.start)))


def _without_overlaps(found: list[_Found]) -> Iterator[_Found]:
    end = 0
    for each in found:
        if each.start >= end:
            yield each
            end = each.end


def _parameter(found: re.Match[str]) -> _Found | None:
    """Return the secret in ``password=...``."""
    return _Found(*found.span(2), found[2].strip("\"'")) if is_secret(found[1]) else None


def _member(found: re.Match[str]) -> _Found | None:
    """Return the secret in ``"password": "..."``."""
    if found[2] == '""' or not is_secret(_unescaped(found[1])):
        return None
    return _Found(*found.span(2), _unescaped(found[2].strip('"')), f'"{HIDDEN}"')


def _labelled(found: re.Match[str]) -> _Found | None:
    """Return the secret in ``Password: ...``."""
    before = found.string[max(0, found.start() - _NAME_REACH) : found.start()].rstrip(" \t\"'\\")
    value = found[1].rstrip(",;.)]}")
    # "password: must have 8 characters" is what the portal says of one.
    is_prose = value.isalpha() and found[2]
    if is_prose or not _ends_with_secret_name(before) or len(value) < SHORTEST or _COMMON.fullmatch(value):
        return None
    return _Found(found.start(1), found.start(1) + len(value), value)


def _ends_with_secret_name(text: str) -> bool:
    """Whether the last words of a text name a secret, in English the very last one: not "password here"."""
    if not text or _WORD.fullmatch(text[-1]) is None:
        return False
    words = _WORD.findall(text.rpartition("\n")[2])[-_NAME_WORDS:]
    names = [" ".join(words[start:]) for start in range(len(words))]
    secret_names = filter(is_secret, names)
    if not words[-1].isascii():
        # Persian says "password new" for a new one.
        return any(secret_names)
    return any(_last_end(name) > len(name) - len(words[-1]) for name in secret_names)


def _last_end(name: str) -> int:
    """Return where the last word in a name ends that makes it a secret's."""
    return max(found.end() for found in _SECRET_KEY.finditer(name))


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


#: Secrets of one answer that are looked for in all of it; the others are hidden in their places only.
_MOST_OWN = 100


def own_scrubber(value: Any) -> Scrubber:
    """Return what takes the secrets out of an answer that it names itself.

    It knows the first ones only: to look for each of ten thousand in a long answer would take minutes.
    """
    scrubber = Scrubber()
    scrubber.remember(*islice(secrets_in(value), _MOST_OWN))
    return scrubber


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
        text = _without(text, [(begin, end, HIDDEN) for begin, end in sorted(self._encoded_in(text))])
        literals = {literal for secret in self._secrets.values() for literal in secret.literals if literal in text}
        for literal in sorted(literals, key=len, reverse=True):
            text = text.replace(literal, HIDDEN)
        return text

    def _encoded_in(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where the secrets are in a text in which they may be encoded; a long one is decoded in pieces."""
        reach = self.reach
        for start in range(0, len(text), _PIECE):
            first = max(0, start - reach)
            piece = text[first : start + _PIECE]
            if _MAY_BE_ENCODED.search(piece):
                decodings = {each for secret in self._secrets.values() for each in secret.decodings_to_find(piece)}
                spans = _encoded_spans(piece, decodings) if decodings else ()
                yield from ((first + begin, first + end) for begin, end in spans)

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
    """One secret, and what to look for in texts.

    Attributes:
        literals: The forms that are found as they are.

    """

    def __init__(self, secret: str) -> None:
        texts = _plain_and_base64(secret)
        self.literals = texts | _usual_forms(secret)
        self._decodings = {text: _decodings(text) for text in texts}
        self._cores = {text: _core(text) for text in texts}

    def decodings_to_find(self, text: str) -> Iterator[str]:
        """Yield what may be in the decoding of a text, by the letters that are in the text itself."""
        for each, decodings in self._decodings.items():
            if self._cores[each] in text:
                yield from decodings


def _plain_and_base64(secret: str) -> set[str]:
    """Return a secret as it is, and in both kinds of Base64."""
    encoded = base64.b64encode(secret.encode(errors="replace")).decode().rstrip("=")
    return {secret, encoded, encoded.replace("+", "-").replace("/", "_")}


def _usual_forms(secret: str) -> set[str]:
    """Return a secret as URLs, HTML and JSON write it, and as they are shown where it was taken for one of them.

    Decoding doesn't find those that are too short when they are decoded, or run into the next letter.
    """
    in_json = json.dumps(secret)[1:-1]
    encoded = {quote(secret, safe="", errors="replace"), html.escape(secret), in_json, json.dumps(in_json)[1:-1]}
    shown = {html.unescape(secret), unquote(secret)}
    return encoded | {each for each in shown if len(each) >= SHORTEST}


# The forms of a secret: as URLs, HTML, JSON and scripts write it, also several times over. Both the secret and the text
# are decoded to the end, by the same rules, and compared then. It doesn't matter that a rule goes too far, as one that
# takes each backslash away, since it does so on both sides.

#: In these, URLs and pages may be encoded: of all languages, of Western Europe, and of Iran before Unicode.
_CHARSETS = ("utf-8", "latin-1", "cp1252", "cp1256")
#: Characters of a text that are decoded at a time: where each of them was takes much memory.
_PIECE = 65536
#: How often a text is decoded; a run of the same encoding counts once.
_MOST_DECODINGS = 6
_MAY_BE_ENCODED = re.compile("[\\\\%&+\ufffd]")
#: Characters that no encoding changes.
_ALWAYS_LITERAL = re.compile("[A-Za-z0-9]+")
_HIGH = "d[89ab][0-9a-f]{2}"
_ENCODED = re.compile(
    rf"""
      (?: \\+ | %(?:25)* ) u (?: (?P<high>{_HIGH}) (?:\\+|%) u )? (?P<unit>[0-9a-f]{{4}})
    | \\+ x (?P<code>[0-9a-f]{{2}})
    | (?P<nothing> \\+ )
    | % (?:25)* (?P<octet>[0-9a-f]{{2}})
    | & (?:amp;)* (?: \#0*(?P<decimal>[0-9]{{1,7}});? | \#x0*(?P<hexadecimal>[0-9a-f]{{1,6}});? )
    | (?P<ampersand> & (?:amp;)* ) (?= (?P<name>[a-z][a-z0-9]{{0,31}};?)? )
    """,
    re.IGNORECASE | re.VERBOSE,
)
#: What is compared as the same: a blank and the plus of forms, a line's end and the letter behind its backslash.
_SAME = str.maketrans({"+": " ", "\n": "n", "\r": "r", "\t": "t", "\b": "b", "\f": "f"})


def _decodings(secret: str) -> set[str]:
    """Return what a secret is in the decoding of a text, by the charset of the text."""
    forms = {_octets(secret, charset) for charset in _CHARSETS}
    # a page of another charset was decoded as UTF-8
    forms |= {_octets(form.encode("latin-1").decode("utf-8", "replace"), "utf-8") for form in forms if form}
    decoded = {_decoded(form, range(len(form) + 1))[0] for form in forms if form}
    return {each for each in decoded if len(each) >= SHORTEST}


def _core(secret: str) -> str:
    """Return letters that any form of a secret has as they are."""
    decoded = _decoded(_octets(secret, "utf-8"), range(4 * len(secret) + 1))[0]
    return max((run for run in _ALWAYS_LITERAL.findall(decoded) if run in secret), key=len, default="")


def _encoded_spans(text: str, decodings: set[str]) -> Iterator[tuple[int, int]]:
    """Yield where a text is one of these when it is decoded."""
    octets = _octets(text, "utf-8")
    decoded, places = _decoded(octets, range(len(octets) + 1) if len(octets) == len(text) else _places(text))
    for part in decodings:
        begin = decoded.find(part)
        while begin >= 0:
            end = begin + len(part)
            yield places[begin], places[end]
            begin = decoded.find(part, end)


def _without(text: str, parts: list[tuple[int, int, str]]) -> str:
    """Return a text without parts of it.

    Args:
        text: The text.
        parts: Of each part where it begins and ends, and what is shown in its place. They are in order, and those that
            overlap become one.

    """
    kept, last = [], 0
    for begin, end, shown in parts:
        if begin >= last:
            kept += [text[last:begin], shown]
        last = max(last, end)
    return "".join(kept) + text[last:]


def _octets(text: str, charset: str) -> str:
    """Return the bytes of a text in a charset, each as one letter; empty if it has other letters."""
    try:
        return text.encode(charset, "surrogatepass" if charset == "utf-8" else "strict").decode("latin-1")
    except UnicodeEncodeError:
        return ""


def _places(text: str) -> list[int]:
    """Return for each byte of a text in UTF-8 which letter it belongs to, and the end."""
    places = [place for place, letter in enumerate(text) for _octet in _octets(letter, "utf-8")]
    return [*places, len(text)]


def _decoded(text: str, places: Sequence[int]) -> tuple[str, Sequence[int]]:
    """Return a text without any encoding, and for each of its letters, and its end, where it was at first."""
    for _time in range(_MOST_DECODINGS):
        before = text
        text, places = _decoded_once(text, places)
        if text == before:
            break
    return text.translate(_SAME), places


def _decoded_once(text: str, places: Sequence[int]) -> tuple[str, Sequence[int]]:
    letters: list[str] = []
    found_places: list[int] = []
    end = 0
    while (found := _ENCODED.search(text, end)) is not None:
        meaning, after = _meaning(found)
        letters += [text[end : found.start()], meaning]
        found_places += [*places[end : found.start()], *[places[found.start()]] * len(meaning)]
        end = after
    return "".join([*letters, text[end:]]), [*found_places, *places[end:]]


def _meaning(found: re.Match[str]) -> tuple[str, int]:
    """Return the bytes that something encoded means, each as one letter, and where it ends."""
    if found["nothing"]:
        return "", found.end()
    if found["octet"]:
        return chr(int(found["octet"], 16)), found.end()
    if found["ampersand"]:
        letter, length = _entity(found["name"] or "")
        return _octets(letter, "utf-8"), found.end() + length
    if found["unit"]:
        units = (found["high"] or "") + found["unit"]
        return _octets(bytes.fromhex(units).decode("utf-16-be", "surrogatepass"), "utf-8"), found.end()
    if found["decimal"]:
        return _letter(int(found["decimal"])), found.end()
    return _letter(int(found["code"] or found["hexadecimal"], 16)), found.end()


def _letter(code: int) -> str:
    return _octets(chr(code), "utf-8") if code <= sys.maxunicode else ""


def _entity(name: str) -> tuple[str, int]:
    """Return the letter that follows an ampersand by its name, and the length of that; the ampersand if none does."""
    for length in range(len(name), 1, -1):
        part = name[:length]
        letter = html5.get(part) or html5.get(f"{part};")
        if letter:
            return letter, length
    return "&", 0
