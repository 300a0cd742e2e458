# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers without anything private: made-up values of the same form in their places. Private to this collection.

Structure and keys stay, and so do booleans and nulls, sizes with their units, words of states and
types, and the names of what is offered to every customer. All else is replaced, also below keys that
are new to us.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from .._operations import Operation
from .._reading import decoded
from .._secrets import is_secret
from .._states import machine_state
from . import forms
from .stand_ins import SHORTEST, StandIns

#: Characters up to which a text is a name.
_LONGEST_NAME: Final = 20
#: Digits up to which a number may be a flag or a count, though something has it as its id.
_LONGEST_FLAG: Final = 2
#: Characters up to which a text may be a word of the API.
_LONGEST_WORD: Final = 40
_TIMESTAMPS: Final = range(10**9, 3 * 10**9)
#: Words of refusals, by which the client tells what they mean.
_REMARKS: Final = frozenset(
    """
    not found method supported unsupported no such does exist doesn t unknown access denied permission permissions
    unauthorized wronglogin token expired invalid missing required is are was has have been the a an to of for in on
    this that you your can cannot be error failed service server machine feature module option available unavailable
    enabled disabled allowed request api call maintenance try again later internal forbidden limit exceeded suspended
    cancelled terminated pending active please
    """.split()
)


@dataclass(frozen=True)
class Place:
    """Where a value stands.

    Attributes:
        operation: Whose answer it is in.
        keys: The keys above it, outermost first, without those of list entries.
        personal: Whether it is a field of a person.
        in_entry: Whether it is a field of something that has an id or a name.

    """

    operation: str
    keys: tuple[str, ...] = ()
    personal: bool = False
    in_entry: bool = False

    @property
    def key(self) -> str:
        """The nearest key that isn't an id."""
        return next((key for key in reversed(self.keys) if not forms.is_id_key(key)), "")

    def matches(self, pattern: re.Pattern[str]) -> bool:
        """Whether the nearest key is of a kind."""
        return bool(pattern.search(self.key))

    def below(self, key: str, siblings: Iterable[str]) -> Place:
        """Return the place of a field of an object."""
        personal = self.personal or not forms.PERSONAL.isdisjoint(siblings)
        in_entry = self.in_entry or any(forms.NAME.search(name) or name == "id" for name in siblings)
        return Place(self.operation, (*self.keys, key), personal, in_entry)

    @property
    def is_offered(self) -> bool:
        """Whether a name here is one of what is offered to every customer."""
        if self.operation in forms.CATALOGUES:
            return self._names or not self.in_entry
        named_by = [key for key in self.keys if not forms.is_id_key(key)][-2:]
        if self.matches(forms.OFFERED):
            return True
        return len(named_by) == 2 and bool(forms.OFFERED.search(named_by[0])) and self._names

    @property
    def is_secret(self) -> bool:
        """Whether a key above the value names a secret."""
        return any(map(is_secret, self.keys))

    @property
    def is_size(self) -> bool:
        """Whether the key is that of a size, and not of its price."""
        return self.matches(forms.SIZE) and not self.matches(_MONEY)

    @property
    def is_state(self) -> bool:
        """Whether the key is that of a state or a type; the state in a person's address doesn't count."""
        return self.matches(forms.WORD) and not (self.personal and self.key == "state")

    @property
    def is_remark(self) -> bool:
        """Whether the value is what the portal says of a request; errors may be told field by field."""
        return self.key in forms.REMARK or not forms.ERRORS.isdisjoint(self.keys)

    @property
    def is_route(self) -> bool:
        """Whether the value is a path of the API."""
        return self.operation == "list_service_methods" and self.key == "route"

    @property
    def is_of_interface(self) -> bool:
        """Whether the value is a word of the API itself: what a method is called, what a contact may do."""
        if self.operation == "list_service_methods":
            return self.key in ("name", "method")
        return "privileges" in self.keys or self.operation == "contact_privileges" or self.keys[:1] == ("call",)

    @property
    def _names(self) -> bool:
        return self.matches(forms.NAME) or self.matches(forms.ID) or self.matches(forms.OFFERED)


class Anonymiser:
    """Replaces what is private, the same value by the same made-up one everywhere.

    Args:
        answers: All answers of the recording, each with the ids in its path.
        secrets: What the recording must never hold.
        chance: Where the made-up values come from; by default, a new source each time.

    """

    def __init__(
        self,
        answers: Sequence[tuple[Operation, Sequence[str], Any]],
        secrets: Iterable[str] = (),
        chance: random.Random | None = None,
    ) -> None:
        self._ids: set[str] = set()
        self._names: set[str] = set()
        self._people: set[str] = set()
        self._guarded: set[str] = {secret for secret in secrets if len(secret) >= SHORTEST}
        self._judged: dict[str, bool] = {}
        self._hidden: dict[str, str] = {}
        real: set[str] = set()
        for operation, ids, body in answers:
            self._ids.update(ids)
            real.update(ids)
            self._learn(body, Place(operation.name), real)
        self._stand_ins = StandIns(real, chance or random.SystemRandom())

    # What is known of the whole recording before anything is replaced

    def _learn(self, value: Any, place: Place, real: set[str]) -> None:
        if isinstance(value, dict):
            for key, item in value.items():
                if not key.replace("_", "").isalpha():
                    real.add(key)
                if forms.DIGITS.fullmatch(key) or forms.UUID.fullmatch(key):
                    self._ids.add(key)
                self._learn(item, place.below(key, value), real)
        elif isinstance(value, list):
            for item in value:
                self._learn(item, place, real)
        elif value is not None and not isinstance(value, bool):
            self._learn_scalar(str(value), place, real)

    def _learn_scalar(self, text: str, place: Place, real: set[str]) -> None:
        plain = decoded(text).strip()
        real.update((text, plain))
        if place.matches(forms.ID) and not place.is_offered:
            self._ids.add(plain)
        if place.key in ("name", "label", "hostname", "username") and not place.is_offered:
            self._names.add(plain)
        if place.key in forms.PERSONAL:
            self._people.update(_words(plain))
        if len(plain) >= SHORTEST and (place.is_secret or _is_identifying(plain)):
            self._guarded.add(plain)
            self._people.update(_words(_owner(plain)))

    # Replacing

    def body(self, operation: Operation, value: Any) -> Any:
        """Return the body of an answer, which is JSON."""
        return self._value(value, Place(operation.name))

    def identity(self, operation: Operation, text: str) -> str:
        """Return an id in a path."""
        return text if operation.name == "get_specific_statuses" else self._by_form(text)

    def page(self, text: str) -> str:
        """Return an answer that isn't JSON: its tags, and made-up words between them."""
        begins = text.lstrip()[:1]
        if begins in ("{", "["):
            return begins + self._stand_ins.text(text)
        parts = re.split(r"(<[!/]?[a-zA-Z][^<>]*>)", text)
        shown = [_tag(part) if number % 2 else self._remark(part) for number, part in enumerate(parts)]
        return "".join(shown)

    def hidden(self, text: str) -> str:
        """Return a sentence in which made-up values replace the real ones."""
        if text not in self._hidden:
            made = {secret: self._stand_ins.secret(secret) for secret in self._guarded}
            made.update(self._stand_ins.made)
            shown = text
            for value in sorted(made, key=len, reverse=True):
                shown = shown.replace(value, made[value]) if len(value) >= SHORTEST else shown
            self._hidden[text] = shown
        return self._hidden[text]

    def _value(self, value: Any, place: Place) -> Any:
        if isinstance(value, dict):
            return self._object(value, place)
        if isinstance(value, list):
            return [self._value(item, place) for item in value]
        if value is None or isinstance(value, bool) or value == "":
            return value
        if isinstance(value, str):
            return self._text(value, place)
        return _of_type(type(value), value, self._number(str(value), place))

    def _object(self, value: dict[str, Any], place: Place) -> dict[str, Any]:
        if place.keys[-1:] == ("page",) and {"current", "total"} & value.keys():
            return value
        is_collection = len(value) > 0 and all(isinstance(item, (dict, list)) for item in value.values())
        return {
            self._key(key, item, is_collection, place): self._value(item, place.below(key, value))
            for key, item in value.items()
        }

    def _key(self, key: str, item: Any, is_collection: bool, place: Place) -> str:
        """Return a key: an id or a name of an entry is replaced, a field's name stays."""
        if forms.is_id_key(key) or forms.EMAIL.fullmatch(key) or forms.DOMAIN.fullmatch(key):
            return self._by_form(key)
        names_entry = key in self._names and isinstance(item, (dict, list, str))
        has_digits = any(letter.isdigit() for letter in key)
        if place.operation in forms.CATALOGUES or not (names_entry or (is_collection and has_digits)):
            return key
        return key if _FIELD.fullmatch(key) else self._by_form(key)

    # Numbers

    def _number(self, text: str, place: Place) -> str:
        if place.is_secret:
            return self._any_number(text)
        if place.matches(forms.DATE_KEY) and text.isdigit() and int(text) in _TIMESTAMPS:
            return str(self._stand_ins.timestamp(int(text)))
        if place.is_size or place.operation == "resources":
            return text
        return self._amount_or_id(text, place)

    def _amount_or_id(self, text: str, place: Place) -> str:
        if place.matches(forms.AMOUNT):
            return self._stand_ins.amount(text)
        if place.matches(forms.ID) or (text in self._ids and len(text) > _LONGEST_FLAG):
            return self._by_form(text)
        is_short = len(text.lstrip("+-")) < SHORTEST
        return text if is_short and not place.matches(forms.PHONE_KEY) else self._any_number(text)

    def _any_number(self, text: str) -> str:
        return self._stand_ins.digits(text) if text.isdigit() else self._stand_ins.amount(text)

    # Texts

    def _text(self, text: str, place: Place) -> str:
        plain = decoded(text).strip()
        if place.is_secret:
            return self._secret(plain)
        if not plain or plain.lower() in forms.NEUTRAL or self._stays(plain, place):
            return text
        if place.is_remark and not _has_form(plain):
            return self._remark(plain)
        if self._is_number(plain):
            return self._number(plain, place)
        return self._route(plain) if place.is_route else self._by_form(plain)

    def _is_number(self, plain: str) -> bool:
        is_other = forms.address(plain) is not None or self._stand_ins.date(plain) is not None
        return bool(forms.NUMBER.fullmatch(plain)) and not is_other

    def _stays(self, plain: str, place: Place) -> bool:
        """Whether a string says nothing of the account."""
        if place.is_of_interface:
            return bool(re.fullmatch(r"[A-Za-z_:/ ]+", plain)) and len(plain) <= _LONGEST_WORD
        if place.is_size and forms.MEASURE.fullmatch(plain):
            return True
        if place.is_state and self._is_state(plain):
            return True
        is_id = forms.DIGITS.fullmatch(plain) or forms.UUID.fullmatch(plain)
        return place.is_offered and not is_id and not _has_form(plain) and not self._holds_private(plain)

    def _is_state(self, plain: str) -> bool:
        """Whether a string may be a state's word, or a few, and names no machine."""
        if forms.NUMBER.fullmatch(plain) or not forms.is_words(plain) or self._holds_private(plain):
            return False
        return {*_words(plain)}.isdisjoint(map(str.casefold, self._names)) or _is_known_state(plain)

    def _holds_private(self, text: str) -> bool:
        """Whether a string that would stay holds a secret, an address, a person's name: someone wrote it there."""
        if text not in self._judged:
            names_someone = not {*_words(text)}.isdisjoint(self._people)
            self._judged[text] = names_someone or any(private in text for private in self._guarded)
        return self._judged[text]

    def _secret(self, text: str) -> str:
        """Return a made-up secret; stars and flags are none."""
        if not {*text} - {*"*•"} or text.lower() in ("0", "1", "true", "false", "yes", "no"):
            return text
        return self._stand_ins.digits(text) if text.isdigit() else self._stand_ins.secret(text)

    def _by_form(self, text: str) -> str:
        """Return a made-up text of the same form."""
        made = self._stand_ins
        addresses = self._addresses(text)
        if addresses is not None:
            return addresses
        dated = made.date(text)
        if dated is not None:
            return dated
        if forms.DIGITS.fullmatch(text):
            return made.digits(text)
        kinds = (
            *((forms.UUID, made.uuid), (forms.MAC, made.mac), (forms.URL, made.url), (forms.EMAIL, made.email)),
            *((forms.FILE, made.file), (forms.DOMAIN, made.domain), (forms.PHONE, made.phone)),
            *((forms.NUMBER, made.amount), (forms.PRICE, made.amount)),
        )
        for pattern, make in kinds:
            if pattern.fullmatch(text):
                return make(text)
        return made.name(text) if len(text) <= _LONGEST_NAME else made.text(text)

    def _addresses(self, text: str) -> str | None:
        """Return a string of one address, or of several, with made-up ones; None for any other."""
        parts = re.split(r"([\s,;]+|(?<=[\da-f])-(?=[\da-f]))", text)
        shown = []
        for number, part in enumerate(parts):
            found = forms.address(part)
            if number % 2 or not part or forms.is_netmask(part):
                shown.append(part)
            elif found is None:
                return None
            else:
                shown.append(self._stand_ins.address(found, "/" in part))
        return "".join(shown)

    def _route(self, text: str) -> str:
        parts = text.split("/")
        return "/".join(self._by_form(part) if _is_value(part, self._ids) else part for part in parts)

    def _remark(self, text: str) -> str:
        """Return what the portal says, word by word; only the words of refusals stay."""
        return re.sub(r"[^\W_][\w@.+:-]*", lambda word: self._remark_word(word[0]), text)

    def _remark_word(self, word: str) -> str:
        if all(part.lower() in _REMARKS for part in re.split("[_.:-]", word) if part):
            return word
        return word if len(word) < SHORTEST and word.isalpha() else self._by_form(word)


#: Fields that are counted, and network ports.
_FIELD: Final = re.compile(
    r"(net|eth|en[a-z]+|nic|if|port|interface|ip|ipv|address|line|ns|dns|tax|taxrate|rate|field|custom\w*)_?\d+",
    re.IGNORECASE,
)
_MONEY: Final = re.compile(r"price|fee$|cost|amount|tax", re.IGNORECASE)


def _is_identifying(text: str) -> bool:
    """Whether a string leads to someone by itself."""
    has_domain = forms.DOMAIN.fullmatch(text) and not forms.FILE.fullmatch(text)
    return bool(forms.EMAIL.fullmatch(text) or has_domain or forms.address(text))


def _words(text: str) -> list[str]:
    """Return the words of a string that are long enough to tell something."""
    return [word for word in re.findall(r"[^\W_]+(?:-[^\W_]+)*", text.casefold()) if len(word) >= SHORTEST]


def _owner(text: str) -> str:
    """Return what of a domain or an email address tells whose it is: ``acme`` of ``db.acme.ir``."""
    if forms.address(text) is not None:
        return ""
    labels = text.rpartition("@")[2].rstrip(".").split(".")[:-1]
    own = labels[-1:] if len("".join(labels[-1:])) >= SHORTEST else labels[-2:-1]
    return " ".join({*own} - forms.COMMON)


def _is_known_state(text: str) -> bool:
    """Whether a string is a state's word, though something is called so."""
    state = machine_state({"status": text})
    return state.failed or state.status != "unknown"


def _has_form(text: str) -> bool:
    """Whether a string is an address, a domain, a page or a date, and so no name."""
    return _is_identifying(text) or bool(forms.URL.fullmatch(text) or forms.MAC.fullmatch(text))


def _is_value(part: str, ids: set[str]) -> bool:
    return part in ids or (not part.startswith("@") and any(letter.isdigit() for letter in part))


def _of_type(kind: type, value: Any, made: str) -> Any:
    """Return a made-up number as the portal sent the real one."""
    try:
        return kind(made)
    except ValueError:
        return value if kind is float and str(value) == made else 0


def _tag(tag: str) -> str:
    """Return a tag without its attributes."""
    found = re.match(r"<([!/]?[a-zA-Z][a-zA-Z0-9]*)", tag)
    return f"<{found[1]}>" if found else ""
