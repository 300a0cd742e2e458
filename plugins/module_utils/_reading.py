# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Loose JSON, read or refused. Private to this collection; it knows no word of hosting.

Three things are kept apart:

- *None*: the answer says that there is nothing (an empty string, null in a field that may be empty).
- *Unknown*: the answer doesn't say this field, or says it in a way that can't be understood.
- *unreadable*: the answer isn't what was asked for. It raises `Unreadable`, so it never becomes a value.

Portals write lists as lists or as objects keyed by id, numbers as strings, and wrap the same thing in
different keys. All of that is read. What remains is refused.
"""

from __future__ import annotations

import html
import json
import math
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Callable, Final, NoReturn, TypeVar, final

from ._errors import Unreadable, excerpt
from ._operations import Operation
from ._secrets import shortened

T = TypeVar("T")
Entry = dict[str, Any]

#: What an envelope may hold beside the thing that was asked for.
ENVELOPE: Final = frozenset(("error", "errors", "info", "page", "call", "server_time", "success", "message", "warning"))
_EMPTY: Final[tuple[Any, ...]] = (None, "", [], {})
_TRUE: Final = frozenset(("1", "true", "yes", "on", "y"))
_FALSE: Final = frozenset(("0", "false", "no", "off", "n"))
_SAYS_NO: Final = frozenset(("false", "0", "error", "fail", "failed", "failure"))
_SAYS_YES: Final = frozenset(("true", "1", "success", "ok", "okay", "accepted"))
#: A tag, or a comment, which may lack its end.
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--.*?(?:-->|\Z)", re.DOTALL)
#: How often a string may have been encoded.
_MOST_ENCODINGS: Final = 8
#: Halves of letters, which JSON can hold and nothing can write.
_HALF_LETTER = re.compile("[\ud800-\udfff]")
#: What separates thousands: blanks of any width, apostrophes, the Arabic separator, commas.
_SEPARATOR: Final = r"[\s'\u2019\u066c,]"
_SEPARATORS = re.compile(_SEPARATOR)
_POINT_OF_THOUSANDS = re.compile(r"\d{1,3}\.(?!000)\d{3}")
#: A whole number below it is one as a float too.
_LARGEST: Final = 2**53
_NUMBER = re.compile(rf"(-?)(\d{{1,3}}(?:{_SEPARATOR}\d{{3}})+|\d+)(?:[.\u066b](\d+))?\s*([^\W\d_]*)")


@final
class Unknown:
    """The type of what an answer doesn't say. It is neither true nor false, and equals nothing but itself."""

    def __bool__(self) -> NoReturn:
        """Refuse: ``if value`` and ``value or default`` would take unknown for nothing."""
        raise TypeError("unknown is neither true nor false")

    # The narrow type is the point: mypy reports each comparison of a value that may be unknown with a known one.
    def __eq__(self, other: Unknown) -> bool:  # type: ignore[override]
        """Return whether the other value is unknown too."""
        return self is other

    def __hash__(self) -> int:
        """Return a constant, as there is only one instance."""
        return 0

    def __repr__(self) -> str:
        """Return its name."""
        return "UNKNOWN"

    def __reduce__(self) -> str:
        """Return the name of the only instance: a copy is the same one."""
        return "UNKNOWN"


UNKNOWN: Final = Unknown()


def differs(found: T | Unknown, wanted: T) -> bool:
    """Whether a value is known and isn't the wanted one. Unknown is not different."""
    return not isinstance(found, Unknown) and found != wanted


def known(value: T | Unknown, default: T | None = None) -> T | None:
    """Return a value, or the default where it is unknown: for messages and results, never for a decision."""
    return default if isinstance(value, Unknown) else value


@dataclass(frozen=True)
class Answer:
    """What the portal answered to one operation: decoded JSON, and where it came from.

    Attributes:
        operation: What was sent.
        path: The real path, its placeholders filled.
        body: The JSON.
        hide: Returns a string without secrets, for messages.
        status: The HTTP status.
        followed: Whether the pages that follow it are requested too, see `Client.pages`.

    """

    operation: Operation
    path: str
    body: Any
    hide: Callable[[str], str] = str
    status: int = 200
    followed: bool = False

    def quoted(self, said: Any, most: int) -> str:
        """Return the beginning of what the answer says, without secrets, for a message."""
        return shortened(self.hide(str(said)), most)

    def unreadable(self, missing: str) -> Unreadable:
        """Return the error that refuses this answer; ``missing`` says what was expected in it."""
        return Unreadable(
            f"the answer to {self.operation.method} {self.path} ({self.operation.title}) can't be read: "
            f"{missing}: {excerpt(self.body, self.hide)}",
            operation=self.operation,
            path=self.path,
        )


# Texts, numbers, truth values


def text(value: Any) -> str | Unknown:
    """Return a string without entities and surrounding blanks; unknown for what is empty or no string.

    A number counts as its digits, since portals send ids as both. An entity that was encoded twice is decoded twice.
    """
    if isinstance(value, str):
        return decoded(value).strip() or UNKNOWN
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return UNKNOWN
    if isinstance(value, float) and not math.isfinite(value):
        return UNKNOWN
    return str(value)


def word(value: Any) -> str | Unknown:
    """Return a string without HTML markup, as a status in a label has it; unknown where nothing else is in it."""
    found = text(bare(value))
    return found if isinstance(found, Unknown) else " ".join(found.split())


def decoded(value: str) -> str:
    """Return a string without HTML entities, which may have been encoded several times."""
    for _time in range(_MOST_ENCODINGS):
        if "&" not in value:
            break
        value = html.unescape(value)
    return value if value.isascii() else _HALF_LETTER.sub("\ufffd", value)


def optional_text(entry: Mapping[str, Any], *keys: str) -> str | Unknown | None:
    """Return the string below the first of these keys that is there: None where it is empty, unknown without a key."""
    for key in keys:
        if key in entry:
            value = entry[key]
            empty = value is None or (isinstance(value, str) and isinstance(text(value), Unknown))
            return None if empty else text(value)
    return UNKNOWN


def first_text(entry: Mapping[str, Any], *keys: str) -> str | Unknown:
    """Return the first string that is there and not empty."""
    for key in keys:
        found = text(entry.get(key))
        if not isinstance(found, Unknown):
            return found
    return UNKNOWN


def first_present(entry: Mapping[str, Any], *keys: str) -> Any:
    """Return the first value that is there and not empty; None without one."""
    for key in keys:
        value = entry.get(key)
        if value not in _EMPTY:
            return value
    return None


def bare(value: Any) -> Any:
    """Return a string without HTML markup; any other value as it is."""
    if not isinstance(value, str):
        return value
    plain = decoded(value)
    return _TAG.sub(" ", plain) if "<" in plain else plain


def number(value: Any, units: Mapping[str, float], minimum: int, maximum: int) -> int | Unknown:
    """Return an integer.

    The whole string has to be a number; thousands separators and the given units are understood.
    "4.096" could be either of two numbers, so it is unknown.

    Args:
        value: A number, or a string of one.
        units: What a unit (in lower case; empty for none) multiplies it by.
        minimum: A smaller number is impossible, and unknown.
        maximum: A larger number is impossible, and unknown.

    """
    found = _amount(value)
    if found is None or _is_ambiguous(value):
        return UNKNOWN
    amount, unit = found
    if unit.lower() not in units:
        return UNKNOWN
    amount *= units[unit.lower()]
    if amount != int(amount) or not minimum <= amount <= maximum:
        return UNKNOWN
    return int(amount)


def _amount(value: Any) -> tuple[float, str] | None:
    """Return a number and its unit."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    if isinstance(value, int) and abs(value) < _LARGEST:
        return float(value), ""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    match = _NUMBER.fullmatch(bare(str(value)).strip())
    if match is None:
        return None
    sign, whole, decimals, unit = match.groups()
    digits = _SEPARATORS.sub("", whole)
    amount = float(f"{sign}{digits}.{decimals or 0}")
    return (amount, unit) if math.isfinite(amount) else None


def _is_ambiguous(value: Any) -> bool:
    """Whether a point in a number may separate thousands or decimals, as in "4.096"."""
    return not isinstance(value, int) and bool(_POINT_OF_THOUSANDS.fullmatch(str(bare(value)).strip()))


def money(value: Any) -> float | Unknown:
    """Return an amount of money; portals write up to three decimals."""
    found = _amount(value)
    return found[0] if found is not None and found[1] == "" else UNKNOWN


def flag(value: Any) -> bool | Unknown:
    """Return a truth value: booleans come as themselves, as 0 and 1, and as words."""
    if not isinstance(value, (str, int, float)):
        return UNKNOWN
    word = str(bare(value)).strip().lower()
    if word in _TRUE:
        return True
    return False if word in _FALSE else UNKNOWN


def date(value: Any) -> str | None:
    """Return a date as the portal writes it; None for an empty one, which may be written in zeros."""
    found = known(text(value))
    return None if found is None or found.startswith("0000-00-00") else found


def printable(value: str) -> str:
    """Return a string of the API so that a terminal shows it and obeys nothing in it: one line, no control characters.

    Direction marks are control characters too; the zero-width (non-)joiners belong to the letters and stay.
    """
    return "".join(
        "�" if unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") or letter in _DIRECTIONS else letter
        for letter in value
    )


_DIRECTIONS: Final = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u061c")


# Objects and lists


def as_dict(value: Any) -> Entry:
    """Return an object; ``[]``, as PHP writes an empty one, becomes ``{}``."""
    return value if isinstance(value, dict) else {}


def envelopes(body: Any) -> list[Any]:
    """Return a body and what it holds below ``data``, outermost first."""
    found = [body]
    while isinstance(found[-1], dict) and "data" in found[-1]:
        found.append(found[-1]["data"])
    return found


def single(answer: Answer, wrappers: Sequence[str], read: Callable[[Entry], T | None], tells: str) -> T:
    """Read the one object that an answer has to hold, below one of the wrapper keys or bare.

    Args:
        answer: The portal's answer.
        wrappers: The keys that it may be below.
        read: Returns the record; None for an object that says nothing of it.
        tells: What such an object would say, for the refusal.

    Raises:
        Unreadable: No object in it says anything of that.

    """
    for entry in candidates(answer.body, wrappers):
        record = read(entry)
        if record is not None:
            return record
    raise answer.unreadable(f"it says nothing of {tells}")


def candidates(body: Any, wrappers: Sequence[str]) -> Iterable[Entry]:
    """Yield the objects that may be what an answer is about: below a wrapper key first, then bare."""
    levels = [level for level in envelopes(body) if isinstance(level, dict)]
    for level in reversed(levels):
        for key in wrappers:
            if isinstance(level.get(key), dict):
                yield level[key]
    for level in reversed(levels):
        yield _without_envelope(level)


def _without_envelope(level: Entry) -> Entry:
    """Return what an object says beside its envelope.

    ``status: true`` (or ``success``, ``ok``, ``accepted``) beside any field of one, and ``status: false`` beside one that
    isn't empty, speak of the request.
    """
    envelope = {key: value for key, value in level.items() if key in ENVELOPE or key == "data"}
    inner = {key: value for key, value in level.items() if key not in ENVELOPE}
    told = [value for value in envelope.values() if value not in _EMPTY]
    status = inner.get("status")
    if (envelope and says_yes(status)) or (told and str(status).strip().lower() in ("false", "0")):
        del inner["status"]
    return inner


@dataclass(frozen=True)
class Form:
    """How the entries of a list look.

    Attributes:
        wrappers: The keys that the list may be below.
        own_keys: Keys of entries; an object that has one of them is one entry, and not a collection of entries.
        id_key: Where the key goes if the list is an object keyed by id.
        scalars: Whether an entry may be a string or a number, which is then its id (or the value below its id).
        empty_alone: Whether a bare ``[]`` means that there is nothing. Elsewhere an empty list is below its key.

    """

    wrappers: tuple[str, ...]
    own_keys: tuple[str, ...] = ("id",)
    id_key: str = "id"
    scalars: bool = False
    empty_alone: bool = False


def entries(answer: Answer, form: Form) -> list[Entry]:
    """Return the entries of the list that an answer has to hold; ``[]`` where it says that there are none.

    Raises:
        Unreadable: There is no list, or something else is in it.

    """
    found = _entries(answer, form)
    check_page(answer, found)
    _check_remarks(answer, found)
    return found


def _check_remarks(answer: Answer, found: Sequence[Entry]) -> None:
    """Check that an answer doesn't say that it could not list everything.

    What stands beside an empty list has to be understood: it may say why nothing could be listed.

    Raises:
        Unreadable: It does, or nobody knows what it says.

    """
    for level in map(as_dict, envelopes(answer.body)):
        if any(says_no(level.get(key)) for key in ("status", "result", "state")) or _is_error_code(level.get("code")):
            raise answer.unreadable("it has a list, and says that the request failed")
        if not found:
            _check_empty(answer, level)
        for remark in _remarks(level):
            if _NOT_LISTED.search(remark) or not (found or _says_nothing_there(remark)):
                raise answer.unreadable(f"its list may lack something, since it says {answer.quoted(remark, 100)!r}")


def _check_empty(answer: Answer, level: Entry) -> None:
    """Check that no field beside an empty list says that there is something, or that something is wrong.

    Raises:
        Unreadable: One does.

    """
    for key in level:
        if _contradicts_an_empty_list(key.lower(), level[key]):
            raise answer.unreadable(f"its list is empty, and it says {key!r}: {answer.quoted(level[key], 40)!r}")


def _contradicts_an_empty_list(name: str, value: Any) -> bool:
    """Whether a field counts entries, is true of a list that is wrong or a part, or is the code of an error."""
    if name in _COUNTS:
        return not isinstance(number(value, {"": 1}, 1, 10**9), Unknown)
    if name in _FAULTS:
        truth = flag(value)
        return not isinstance(truth, Unknown) and truth
    if name in ("ok", "successful"):
        return says_no(value)
    if name in _CODES:
        return not isinstance(text(value), Unknown) and str(value) not in ("0", "200") and not says_yes(value)
    return name in ("status", "state") and _is_error_code(value)


#: Fields that count the entries, that are true if something is wrong, and that hold the code of an error.
_COUNTS: Final = frozenset(
    "count total total_count totalcount total_items num_results results_count recordstotal".split()
)
_FAULTS: Final = frozenset("partial incomplete truncated degraded stale has_errors haserrors failed fault".split())
_CODES: Final = frozenset("code status_code statuscode http_code httpcode errno error_code errorcode".split())
_REMARK: Final = re.compile(
    r"^(message|msg|info|warning|reason|note|notice|detail|details|description|exception|problem|alert|fault|remark|"
    r"comment|text)s?$"
)
#: What says that there is nothing, or that all went well; a code of HostBill's own, as ``label_updated``, does so too.
_NOTHING_THERE: Final = re.compile(
    r"(?<![a-z])(no|none|not found|nothing|empty|zero|0|success[a-z]*|ok|okay|done|retrieved|welcome)(?![a-z])|"
    r"(have|has|are|is|do|does)(n.?t| not) |^[a-z]+(_[a-z]+)+$|یافت نشد|وجود ندارد|ندارید|موردی نیست",
    re.IGNORECASE,
)
_OF_A_LIST: Final = r"\W+(\w+\W+){0,3}(list|load|read|reach|fetch|get|retrieve|query|contact|connect|show|obtain)"
#: What says that something could not be listed.
_NOT_LISTED: Final = re.compile(
    rf"(fail(ed|ure)?|unable|can.?t|cannot|could.?n.t|could not){_OF_A_LIST}|unreachable|time.?out|timed out|incomplete|"
    r"partial(ly)? (list|result|answer|load)|skipped|not all (machines|vms|servers|nodes|entries|results|items|of)|"
    r"no(t)? respon|lost connection|connection (lost|refused)|only (some|a part)",
    re.IGNORECASE,
)
#: What says that something is wrong, or isn't ready, which may be why nothing is listed.
_SOMETHING_WRONG: Final = re.compile(
    r"fail|error|exception|unavailable|refused|denied|offline|respon|connect|maintenance|retry|try again|exceeded|"
    r"too many|wait|being|\byet to\b|loading|loaded|snapshot|\bup to\b|\d of \d|_down$|down\b|backend",
    re.IGNORECASE,
)


def _says_nothing_there(remark: str) -> bool:
    """Whether a string beside an empty list says that there is nothing, or that all went well."""
    return _NOTHING_THERE.search(remark) is not None and not _SOMETHING_WRONG.search(remark)


def _remarks(level: Entry) -> list[str]:
    """Return the strings that stand beside a list and may say something of it."""
    found = [told for key in level if _REMARK.search(key.lower()) for told in _texts_in(level[key])]
    return [remark for remark in found if remark]


def _texts_in(value: Any) -> list[str]:
    """Return the strings in a field, which may hold several, or objects with them."""
    if isinstance(value, str):
        return [str(bare(value)).strip()]
    inner = list(value.values()) if isinstance(value, dict) else value
    return [told for item in inner for told in _texts_in(item)] if isinstance(inner, list) else []


def says_yes(value: Any) -> bool:
    """Whether a field that speaks of a request says that it went well."""
    return isinstance(value, (str, int)) and str(value).strip().lower() in _SAYS_YES


def says_no(value: Any) -> bool:
    """Whether a field that speaks of a request says that it failed."""
    return isinstance(value, (str, int)) and str(value).strip().lower() in _SAYS_NO


def _is_error_code(value: Any) -> bool:
    """Whether a number is a status of HTTP that says no, in an answer whose own status says yes."""
    code = number(value, {"": 1}, 400, 599)
    return not isinstance(code, Unknown)


def _entries(answer: Answer, form: Form) -> list[Entry]:
    """Return the entries of the list below a wrapper key, of the outermost envelope first, or of a bare list."""
    levels = envelopes(answer.body)
    for level in map(as_dict, levels):
        for key in form.wrappers:
            if key in level:
                return _collection(answer, level[key], form, repr(key))
    return _entries_without_wrapper(answer, levels[-1], form, is_wrapped=len(levels) > 1)


def _entries_without_wrapper(answer: Answer, inner: Any, form: Form, is_wrapped: bool) -> list[Entry]:
    """Return the entries of a bare list, or of an object that is keyed by id."""
    if isinstance(inner, list):
        if not (inner or is_wrapped or form.empty_alone):
            raise answer.unreadable(f"an empty list belongs under {form.wrappers[0]!r}")
        return _collection(answer, inner, form, "the list")
    keyed = {key: item for key, item in as_dict(inner).items() if key not in ENVELOPE}
    if any(map(is_id, keyed)) and not _is_entry(as_dict(inner), form):
        return _collection(answer, keyed, form, "the object")
    raise answer.unreadable(f"there is no {form.wrappers[0]!r}")


def is_id(key: Any) -> bool:
    """Whether a key may be the id of an entry: all that are known have a digit in them. ``errors`` is none."""
    return any(letter.isdigit() for letter in str(key))


def _is_entry(value: Entry, form: Form) -> bool:
    """Whether an object is one entry, and no collection of them."""
    return any(not isinstance(text(value.get(key)), Unknown) for key in form.own_keys)


def _collection(answer: Answer, value: Any, form: Form, where: str) -> list[Entry]:
    """Return the entries of a list, of an object by id, or the one entry that stands in place of a list of one."""
    if isinstance(value, list):
        return [_entry(answer, item, form, where) for item in value]
    if not isinstance(value, dict):
        raise answer.unreadable(f"{where} holds no list")
    if _is_entry(value, form):
        return [value]
    keyed = [_keyed_entry(answer, key, value[key], form, where) for key in value if not _is_remark(key, value[key])]
    if value and not keyed:
        raise answer.unreadable(f"{where} holds no list")
    return keyed


def _is_remark(key: Any, item: Any) -> bool:
    """Whether something beside entries that are keyed by id is none of them, such as their number."""
    return not is_id(key) and key not in ("error", "errors") and isinstance(item, (str, int, float, type(None)))


def _entry(answer: Answer, item: Any, form: Form, where: str) -> Entry:
    if isinstance(item, dict) and item:
        return item
    if form.scalars and not isinstance(text(item), Unknown):
        return {form.id_key: item}
    raise answer.unreadable(f"{where} holds something other than entries")


def _keyed_entry(answer: Answer, key: Any, item: Any, form: Form, where: str) -> Entry:
    if isinstance(item, dict) and item and (is_id(key) or _is_entry(item, form)):
        return {**item, "_key": str(key)}
    if form.scalars and is_id(key) and not isinstance(text(item), Unknown):
        return {form.id_key: str(key), "name": item}
    raise answer.unreadable(f"{where} holds something other than entries")


def records(answer: Answer, form: Form, read: Callable[[Entry], T | None], what: str) -> tuple[T, ...]:
    """Read the list of records that an answer has to hold.

    Args:
        answer: The portal's answer.
        form: How its entries look.
        read: Returns a record; None for an entry that can't be read as one.
        what: What an entry is, for the refusal.

    Raises:
        Unreadable: There is no list, or one of its entries can't be read. It must not pass as a shorter list:
            what it seems to lack would be created again.

    """
    found = []
    for entry in entries(answer, form):
        record = read(entry)
        if record is None:
            raise answer.unreadable(f"an entry is no {what}")
        found.append(record)
    return tuple(found)


# Pages


@dataclass(frozen=True)
class Page:
    """Which of several pages an answer says that it is; the first one is 0 or 1."""

    current: int
    total: int

    def next(self, first: int) -> int | None:
        """Return the number of the page that follows; None after the last one."""
        last = self.total - 1 if first == 0 else self.total
        return self.current + 1 if self.current < last else None


def page_of(answer: Answer) -> Page | None:
    """Return the page that an answer is; None where it is the whole list.

    Raises:
        Unreadable: It says something of pages that can't be understood, so more may follow.

    """
    for level in envelopes(answer.body):
        if not isinstance(level, dict) or level.get("page") in _EMPTY:
            continue
        page = level["page"]
        total = number(as_dict(page).get("total"), {"": 1}, 0, 10**9)
        if isinstance(total, Unknown):
            raise answer.unreadable(f"its page can't be understood ({shown_page(answer)})")
        if total <= 1:
            return None
        current = number(as_dict(page).get("current"), {"": 1}, 0, 10**9)
        if isinstance(current, Unknown):
            raise answer.unreadable(f"its page can't be understood ({shown_page(answer)})")
        return Page(current, total)
    return None


def check_page(answer: Answer, found: Sequence[Any]) -> None:
    """Check that what was read isn't a part of a list that passes as the whole.

    Raises:
        Unreadable: It is one of several pages, and is empty, or the others are not requested.

    """
    if page_of(answer) is None:
        return
    if not found:
        raise answer.unreadable(f"page {shown_page(answer)} is empty")
    if not answer.followed:
        raise answer.unreadable(f"it is only page {shown_page(answer)}")


def all_pages(
    answers: Iterable[Answer], read: Callable[[Answer], Sequence[T]], identity: Callable[[T], Any]
) -> tuple[T, ...]:
    """Read a list that may come in pages.

    Records that are equal stay as they are listed: where entries have no id of their own, they are several things.

    Args:
        answers: Each page.
        read: Returns the records of one.
        identity: Returns what distinguishes a record from others; None or an empty string where nothing does.

    Raises:
        Unreadable: A page after the first is empty or repeats a record, so that others may be missing. Or records that
            differ have the same identity.

    """
    found: list[T] = []
    seen: set[Any] = set()
    for position, answer in enumerate(answers):
        page = read(answer)
        if position > 0 and not page:
            raise answer.unreadable(f"page {shown_page(answer)} is empty")
        if position > 0 and any(identity(record) in seen for record in page):
            raise answer.unreadable(f"page {shown_page(answer)} repeats entries")
        _check_identities(answer, page, identity)
        seen.update(identity(record) for record in page)
        found.extend(page)
    return tuple(found)


def _check_identities(answer: Answer, page: Sequence[T], identity: Callable[[T], Any]) -> None:
    """Check that records with the same identity are equal: nobody knows which of several is true.

    Raises:
        Unreadable: Some aren't.

    """
    first: dict[Any, T] = {}
    for record in page:
        own = identity(record)
        if own not in (None, "") and first.setdefault(own, record) != record:
            raise answer.unreadable(f"entries that differ have the same id, {answer.quoted(own, 100)!r}")


def shown_page(answer: Answer) -> str:
    """Return the beginning of the field ``page`` of an answer as JSON without secrets, for messages."""
    levels = [as_dict(level) for level in envelopes(answer.body)]
    page = next((level["page"] for level in levels if level.get("page")), None)
    return answer.quoted(json.dumps(page), 80)
