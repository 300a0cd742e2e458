# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a value of an answer is, by its form and by its key. Private to this collection."""

from __future__ import annotations

import ipaddress
import re
from typing import Final

from .._reading import decoded
from .._records import YES

#: Keys whose numbers are sizes, shares or counts. They stay.
SIZE: Final = re.compile(
    r"mem(ory)?(_|$)|ram$|v?cpus?(_?(count|cores|num|limit|units?))?$|cores?(_|$)|sockets?$|disk|hdd|ssd|storage|"
    r"bandwidth|traffic|(^|_)size|progress|percent$|^qty$|quantity|^stock$|(^|_)(prefix|mtu|speed|ports?)$|"
    r"^(min|max|step|count|limit|used|usage|free|left|remaining|num|current)$",
    re.IGNORECASE,
)
#: Keys whose numbers are amounts of money, or parts of one.
AMOUNT: Final = re.compile(r"total|credit|tax|rate\d*$|amount|balance|fee$|price|cost|paid$|discount", re.IGNORECASE)
#: Keys of ids.
ID: Final = re.compile(
    r"^(id|ids|uuid|number|ticket|invoice|order|client|account|service)$|[_a-z](uuid|number|num)$|_id$|"
    r"(?<!pa)(?<!ra)(?<!vo)(?<!gr)(?<!val)id$",
    re.IGNORECASE,
)
#: Keys whose words say a state, a type, a unit or a way.
WORD: Final = re.compile(
    r"(^|_)(status|state|type|cycle|method|methods|currency|unit|priority|visible|mode|built|locked|running|"
    r"operation|active|on|power|in_progress)(_?str)?$|billingcycle|^lcm_state|^power_?(state|on)?$|privileg|^language$",
    re.IGNORECASE,
)
#: Keys of what is offered to every customer.
OFFERED: Final = re.compile(
    r"^(os|template|ostemplate|recipe|category|department|dept|vlan)s?(_?(name|label|title|url|slug|id|_id))?$|"
    r"^(deptname|os_name|dept_name|usablefor)$",
    re.IGNORECASE,
)
#: Keys of a name in an object.
NAME: Final = re.compile(r"^(name|label|title|template|os|value)$", re.IGNORECASE)
#: Keys by which a person is known: beside them ``state`` is a part of an address.
PERSONAL: Final = frozenset(("firstname", "lastname", "address1", "city", "postcode", "phonenumber", "companyname"))
DATE_KEY: Final = re.compile(r"date|time|created|updated|expire|_at$|due|since|until|seen", re.IGNORECASE)
PHONE_KEY: Final = re.compile(r"phone|mobile|fax|(^|_)tel", re.IGNORECASE)
#: Operations that list what is offered to every customer.
CATALOGUES: Final = frozenset(
    (
        *("list_os_templates", "list_os_templates_and_recipes", "list_diagnostics_templates"),
        *("list_rescue_templates", "list_ticket_departments", "list_vlans"),
    )
)
#: Keys of the portal's own remarks.
REMARK: Final = frozenset(("error", "errors", "info", "message", "warning", "reason"))
ERRORS: Final = frozenset(("error", "errors"))
#: Words that say nothing of anybody.
NEUTRAL: Final = frozenset(("true", "false", "none", "null", "unknown", "auto", "default", "n/a", YES))
#: Parts of domains that could be anybody's.
COMMON: Final = frozenset("cloud cloudservers server servers hosting example mail info host node data".split())

EMAIL: Final = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+")
UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
MAC: Final = re.compile(r"([0-9a-f]{2}[:-]){5}[0-9a-f]{2}", re.IGNORECASE)
URL: Final = re.compile(r"[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE)
FILE: Final = re.compile(r"[^/\\]*\.(jpe?g|gif|png|pdf|txt|zip|gz|log|docx?|xlsx?|csv|iso|img|key|pem)", re.IGNORECASE)
DOMAIN: Final = re.compile(r"(?=.{4,253}$)(?:[\w*-]{1,63}\.)+(?:[^\W\d_]{2,63}|xn--[a-z0-9-]+)\.?", re.IGNORECASE)
NUMBER: Final = re.compile(r"[+-]?\d+(?:[.,]\d+)*")
#: An amount with its currency.
PRICE: Final = re.compile(r"[^\w\s]?\s?(?:[A-Z]{3}\s?)?\d[\d.,]*\s?(?:[^\w\s]|[^\W\d]{3,5})?")
DIGITS: Final = re.compile(r"\d+")
PHONE: Final = re.compile(r"\+?[\d(][\d\s().-]{5,}\d")
ISO_DATE: Final = re.compile(
    r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:([ T]+)(\d{1,2}):(\d{2})(?::(\d{2})(\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?)?"
)
DAY_FIRST: Final = re.compile(
    r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?:([ T]+)(\d{1,2}):(\d{2})(?::(\d{2})(\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?)?"
)
#: A size with its unit, or the sizes of several things: ``4,096 MB``, ``2x960 GB SSD``.
MEASURE: Final = re.compile(
    r"(?:\d+\s*[x\u00d7*]\s*)?(?:[1-9]\d{0,2}(?:[,\s]\d{3})+|0|[1-9]\d*)(?:[.,]\d{1,3})?\s*"
    r"(?:%|[kmgt]?(?:i?b|bit)(?:/s|ps)?|[kmgt]|cores?|v?cpus?|[mg]hz)?(?:\s*(?:ssd|hdd|nvme|sata|sas|ram))?",
    re.IGNORECASE,
)
#: A short text of words, such as a state: no address, no long number.
_WORDS: Final = re.compile(r"[^\W\d]?(?:(?!\d{4})[\w %():/-]){0,40}")
_MOST_WORDS: Final = 5
_TAG: Final = re.compile(r"</?[a-z]+>", re.IGNORECASE)


def is_words(text: str) -> bool:
    """Whether a string may be a state's word, or a few; plain markup around it doesn't count."""
    plain = _TAG.sub("", decoded(text)).strip()
    return bool(_WORDS.fullmatch(plain)) and len(plain.split()) <= _MOST_WORDS


def address(text: str) -> ipaddress.IPv4Interface | ipaddress.IPv6Interface | None:
    """Return an IP address with its prefix length; None for what isn't one."""
    if "." not in text and ":" not in text:
        return None
    try:
        return ipaddress.ip_interface(text.strip())
    except ValueError:
        return None


def is_netmask(text: str) -> bool:
    """Whether a string is a netmask, which reveals nothing of anybody."""
    if "." not in text:
        return False
    try:
        return ipaddress.ip_network(f"0.0.0.0/{text}").prefixlen >= 0
    except ValueError:
        return False


def is_id_key(key: str) -> bool:
    """Whether a key of an object is an id, and not a field's name: a number, a UUID, an address."""
    return bool(DIGITS.fullmatch(key) or UUID.fullmatch(key)) or address(key) is not None
