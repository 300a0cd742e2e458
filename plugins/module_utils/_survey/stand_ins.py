# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Made-up values of the form of real ones, the same for the same value. Private to this collection."""

from __future__ import annotations

import ipaddress
import random
import re
import uuid
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Final

from .forms import DAY_FIRST, ISO_DATE

#: A shorter text is no value that could be known again.
SHORTEST: Final = 4
_LONGEST: Final = 64
_LONGEST_TEXT: Final = 2000
_TRIES: Final = 200
#: The nets for documentation (RFC 5737, RFC 3849) and for measurements (RFC 2544), which serve when those are full.
_PUBLIC_4: Final = tuple(
    ipaddress.IPv4Network(net) for net in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "198.18.0.0/15")
)
_PUBLIC_6: Final = ipaddress.IPv6Network("2001:db8::/32")
#: Private nets; an address stays in its own.
_PRIVATE: Final = tuple(
    ipaddress.ip_network(net)
    for net in (
        *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16"),
        *("fc00::/7", "fe80::/10"),
    )
)
_FILLER: Final = (
    "lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore".split()
)
_LETTERS: Final = "bcdfghjkmnpqrstvwxz"
_SECOND: Final = timedelta(seconds=1)


class StandIns:
    """Made-up values: each real one has one, and no two have the same.

    Args:
        real: All strings of the recording. A made-up value holds none of those with SHORTEST characters or more.
        chance: Where the values come from.

    Attributes:
        shift: What dates are moved by.

    """

    def __init__(self, real: Iterable[str], chance: random.Random) -> None:
        self._real = frozenset(text.casefold() for text in real if SHORTEST <= len(text) <= _LONGEST)
        self._chance = chance
        self._made: dict[tuple[str, str], str] = {}
        self._used: set[str] = set()
        self._counts: dict[str, int] = {}
        self.shift = -timedelta(days=chance.randint(100, 700), seconds=chance.randint(1, 86399))

    @property
    def made(self) -> dict[str, str]:
        """The made-up values by the real ones."""
        return {value: made for (_kind, value), made in self._made.items()}

    def _of(self, kind: str, value: str, make: Callable[[], str]) -> str:
        """Return the made-up value of a real one, making it if there is none."""
        key = (kind, value)
        if key not in self._made:
            made = make()
            for _attempt in range(_TRIES):
                if made not in self._used and not self._holds_real(made):
                    break
                made = make()
            self._used.add(made)
            self._made[key] = made
        return self._made[key]

    def _holds_real(self, made: str) -> bool:
        """Whether a made-up value holds a real one by chance."""
        folded = made[: 2 * _LONGEST].casefold()
        ends = range(SHORTEST, len(folded) + 1)
        return any(folded[start:end] in self._real for end in ends for start in range(end - SHORTEST + 1))

    def _next(self, kind: str) -> int:
        self._counts[kind] = self._counts.get(kind, 0) + 1
        return self._counts[kind]

    # Kinds

    def digits(self, value: str) -> str:
        """Return a number with as many digits, and as many zeros before it."""
        zeros = len(value) - len(value.lstrip("0"))

        def make() -> str:
            length = len(value) - zeros + (self._next("digits " + value) - 1) // 50
            return "0" * zeros + str(self._chance.randint(1, 9)) + self._some_digits(length - 1)

        return value if zeros == len(value) else self._of("digits", value, make)

    def _some_digits(self, count: int) -> str:
        return "".join(self._chance.choices("0123456789", k=max(count, 0)))

    def amount(self, value: str) -> str:
        """Return an amount with as many digits before and after its separators; zero stays."""
        if not re.search("[1-9]", value):
            return value
        return self._of("amount", value, lambda: self._other_digits(value))

    def _other_digits(self, value: str) -> str:
        """Return a string with other digits: the first one isn't zero unless it was, nor the same."""
        found: list[str] = []
        for letter in value:
            choices = "0123456789" if found else "123456789"
            found.append(self._chance.choice(choices.replace(letter, "")) if letter.isdigit() else letter)
        if value.startswith("0"):
            found[0] = "0"
        return "".join(found)

    def phone(self, value: str) -> str:
        """Return a phone number of the same form."""
        return self._of("phone", value, lambda: re.sub(r"\d", lambda _digit: self._some_digits(1), value))

    def uuid(self, value: str) -> str:
        """Return a UUID."""
        return self._of("uuid", value.lower(), lambda: str(uuid.UUID(int=self._chance.getrandbits(128), version=4)))

    def mac(self, value: str) -> str:
        """Return a hardware address that is administered locally."""
        separator = value[2]

        def make() -> str:
            octets = [f"{self._chance.randint(0, 255):02x}" for _octet in range(5)]
            return separator.join(["02", *octets])

        return self._of("mac", value.lower(), make)

    def secret(self, value: str) -> str:
        """Return a string of about as many characters that is no secret."""
        return self._of("secret", value, lambda: self._numbered("made-up", len(value)))

    def name(self, value: str) -> str:
        """Return a short name."""
        return self._of("name", value, lambda: self._numbered("name", 0))

    def text(self, value: str) -> str:
        """Return text of as many characters, up to some thousand."""
        return self._of("text", value, lambda: self._filled(min(len(value), _LONGEST_TEXT)))

    def file(self, value: str) -> str:
        """Return the name of a file of the same type."""
        ending = value[value.rindex(".") :].lower()
        return self._of("file", value, lambda: f"{self._numbered('file', 0)}{ending}")

    def label(self, value: str) -> str:
        """Return one label of a domain; for a machine of that name, the machine's stand-in."""
        return value if value in ("*", "") else self.name(value)

    def domain(self, value: str) -> str:
        """Return a domain with as many labels, the same ones for the same ones. It ends in .example (RFC 2606)."""
        labels = value.rstrip(".").split(".")
        dot = "." if value.endswith(".") else ""
        return ".".join([*(self.label(label.lower()) for label in labels[:-1]), "example"]) + dot

    def email(self, value: str) -> str:
        """Return an address in a made-up domain."""
        user, _at, domain = value.rpartition("@")
        return f"{self.name(user)}@{self.domain(domain if '.' in domain else domain + '.x')}"

    def url(self, value: str) -> str:
        """Return an address of a page."""
        return self._of("url", value, lambda: f"https://{self._numbered('host', 0)}.example/")

    def _numbered(self, word: str, length: int) -> str:
        count = self._next(word)
        if count % _TRIES == _TRIES - 1 or (word == "name" and "name" in self._real):
            word = "".join(self._chance.choices(_LETTERS, k=3))
        return f"{word}-{count}".ljust(length, "x")

    def _filled(self, length: int) -> str:
        words = [f"txt-{self._next('text')}"]
        size = len(words[0])
        while size < length:
            word = self._chance.choice(_FILLER)
            if word in self._real:
                word = word[:3]
            words.append(word)
            size += len(word) + 1
        return " ".join(words)[: max(length, len(words[0]))].rstrip()

    # Addresses

    def address(self, value: ipaddress.IPv4Interface | ipaddress.IPv6Interface, has_prefix: bool) -> str:
        """Return an address for documentation, or a private one for a private one, with the same prefix length."""
        ip = value.ip
        if ip.is_loopback or ip.is_unspecified or ip.is_multicast:
            return str(value) if has_prefix else str(ip)
        is_network = value.network.prefixlen < value.max_prefixlen - 1 and ip == value.network.network_address
        made = self._of("address", str(ip), lambda: str(self._other_address(ip)))
        if not has_prefix:
            return made
        prefix = value.network.prefixlen
        if is_network:
            made = str(ipaddress.ip_network(f"{made}/{prefix}", strict=False).network_address)
        return f"{made}/{prefix}"

    def _other_address(
        self, ip: ipaddress.IPv4Address | ipaddress.IPv6Address
    ) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
        mapped = getattr(ip, "ipv4_mapped", None)
        if mapped is not None:
            return ipaddress.IPv6Address(f"::ffff:{self._other_address(mapped)}")
        private = next((net for net in _PRIVATE if ip in net), None)
        if private is not None:
            return private[self._chance.randint(1, min(private.num_addresses, 2**64) - 2)]
        if ip.version == 6:
            return _PUBLIC_6[self._chance.randint(1, 2**80)]
        count = self._next("public")
        net = _PUBLIC_4[min(count // 300, len(_PUBLIC_4) - 1)]
        return net[self._chance.randint(1, net.num_addresses - 2)]

    # Dates

    def timestamp(self, value: int) -> int:
        """Return seconds since 1970, moved as all dates are."""
        return value + self.shift // _SECOND

    def date(self, value: str) -> str | None:
        """Return a date, moved as all are, in the same form; None for what isn't a date. Zeros stay."""
        found = ISO_DATE.fullmatch(value) or DAY_FIRST.fullmatch(value)
        if found is None:
            return None
        if not re.search("[1-9]", value):
            return value
        year, month, day = (int(found[number]) for number in ((1, 3, 4) if len(found[1]) == 4 else (4, 3, 1)))
        if month > 12:
            month, day = day, month
        hour, minute, second = (int(found[number] or 0) for number in (6, 7, 8))
        try:
            # Months of other calendars have days that ours lack.
            moved = datetime(year, month, min(day, 28), hour, minute, second) + self.shift  # noqa: DTZ001 - as written
        except (ValueError, OverflowError):
            return None
        return _written(found, moved)


def _written(found: re.Match[str], moved: datetime) -> str:
    """Return a date in the form of another one."""
    separator = found[2]
    parts = [f"{moved.year:04}", f"{moved.month:02}", f"{moved.day:02}"]
    text = separator.join(parts if len(found[1]) == 4 else reversed(parts))
    if found[6] is None:
        return text
    seconds = f":{moved.second:02}" if found[8] is not None else ""
    return f"{text}{found[5]}{moved.hour:02}:{moved.minute:02}{seconds}{found[10] or ''}"
