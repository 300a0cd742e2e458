# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is secret, by its key or its place in an address, and how it is kept out of texts."""

from __future__ import annotations

import base64
import copy
import html
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, quote_plus, unquote

import pytest
from ansible_collections.sindad.cloud.plugins.module_utils._secrets import (
    HIDDEN,
    Scrubber,
    beginning,
    hidden,
    is_secret,
    secrets_in,
    secrets_in_url,
    shortened,
    shown_url,
)
from hypothesis import given
from hypothesis import strategies as st

KEYS = [
    *("password", "Password", "root_password", "rootpassword", "adminPass", "passwd", "pwd", "token", "refresh"),
    *("secret", "vnc", "vncpassword", "private_key", "privatekey", "api_key", "apikey", "credentials", "pin", "rootpw"),
    *("refresh_token", "user_pw", "pw", "Root Password", "API key", "Private key", "vnc_token", "PIN code"),
    *("otp", "OTP", "totp", "otp_code", "epp_code", "license_key", "licence", "License", "windows_licence"),
    *("رمز عبور", "رمز\u200cعبور", "رمزعبور", "رمز", "گذرواژه", "گذر واژه", "کلمه عبور", "كلمه عبور", "کلمه‌ی عبور"),
]


@pytest.mark.parametrize("key", KEYS)
def test_secrets_are_known_by_their_keys(key: str):
    data = {"vm": [{key: "hush", "label": "web-1"}], "nested": {"a": {key: {"value": "hush"}}}, "number": {key: 1234}}
    before = copy.deepcopy(data)
    told = hidden(data)
    assert "hush" not in str(told)
    assert "1234" not in str(told)
    assert told["vm"][0] == {key: HIDDEN, "label": "web-1"}
    assert data == before
    assert {*secrets_in(data)} == {"hush", "1234"}


@pytest.mark.parametrize(
    "key",
    [
        *("label", "ping", "shipping", "ips", "name", "powered", "pwr", "opinion", "status", "option", "laptop"),
        *("vncport", "vnc_port", "vnc-host", "Windows License", "license_type", "قرمز", "نام"),
    ],
)
def test_other_keys_hold_none(key: str):
    assert not is_secret(key)
    assert hidden({key: "web-1"}) == {key: "web-1"}
    assert list(secrets_in({key: "web-1"})) == []


def test_what_is_empty_is_no_secret():
    data = {"label": "web-1", "password": "", "token": None, "ips": ["198.51.100.5"]}
    assert hidden(data) == data
    assert list(secrets_in(data)) == []


def test_a_short_text_is_no_secret():
    """Each "4" of a result would be hidden."""
    assert list(secrets_in({"token": "4", "password": "abc", "secret": [True, None, 12], "pin": "1234"})) == ["1234"]
    scrubber = Scrubber()
    scrubber.remember("4", "abc", "", None)
    assert scrubber.scrub("a 4 of abc") == "a 4 of abc"


@pytest.mark.parametrize("name_key", ["name", "Title", "variable", "key", "label", "field", "type"])
@pytest.mark.parametrize("value_key", ["value", "Data"])
@pytest.mark.parametrize("name", ["Root Password", "رمز عبور", "rootpw"])
def test_a_secret_is_known_by_the_name_beside_it(name_key: str, value_key: str, name: str):
    entry = {"id": 7, value_key: "hush", name_key: name, "note": "plain"}
    assert hidden([entry]) == [{**entry, value_key: HIDDEN}]
    assert list(secrets_in({"extra_details": [entry]})) == ["hush"]


def test_the_value_of_another_name_is_shown():
    entries = [
        {"name": "Datacenter", "value": "Tehran"},
        {"name": "Password", "price": "5000"},
        {"value": "Root Password"},
    ]
    assert hidden(entries) == entries
    assert list(secrets_in(entries)) == []


@pytest.mark.parametrize(
    ("text", "shown", "secrets"),
    [
        ("see https://user:hush-hush@host/x", "see https://********@host/x", {"hush-hush"}),
        ("https://user:hu%40sh@host, ftp://host/a@b", "https://********@host, ftp://host/a@b", {"hu%40sh", "hu@sh"}),
        ("https://host/?a=1&token=hush#x", "https://host/?a=1&token=********#x", {"hush"}),
        ("https://host/?a=1&amp;password=hush", "https://host/?a=1&amp;password=********", {"hush"}),
        ("user=root password='hu sh' port=22", "user=root password=******** port=22", {"hu sh"}),
        ('{"id": 1, "root_password": "hush", "b": 2}', '{"id": 1, "root_password": "********", "b": 2}', {"hush"}),
        ('{"vm": {"password": "hu\\"sh', '{"vm": {"password": "********"', {'hu"sh'}),
        ('{"pin": 12345, "pw": "", "token": null}', '{"pin": "********", "pw": "", "token": null}', {"12345"}),
        (r'{"\u0631\u0645\u0632": "hush"}', r'{"\u0631\u0645\u0632": "********"}', {"hush"}),
        ("a == b, x=1, {x: 2}, me@host, http://host:80/", "a == b, x=1, {x: 2}, me@host, http://host:80/", set()),
    ],
)
def test_a_secret_is_known_by_what_stands_before_it(text: str, shown: str, secrets: set[str]):
    assert hidden({"note": [text]}) == {"note": [shown]}
    assert {*secrets_in({"note": [text]})} == secrets


@given(text=st.text(alphabet="\"\\:=&?@/ {}[]apswordken,'", max_size=60))
def test_any_text_can_be_searched_for_secrets(text: str):
    hidden(text)
    list(secrets_in(text))


# texts


SECRETS = st.text(min_size=4, max_size=20).filter(lambda text: text.strip() == text and not {*text} & {*"*"})


@given(secret=SECRETS, before=st.text(max_size=5), after=st.text(max_size=5))
def test_a_secret_is_taken_out_of_any_text(secret: str, before: str, after: str):
    scrubber = Scrubber()
    scrubber.remember(secret)
    for form in (secret, quote(secret, safe=""), base64.b64encode(secret.encode()).decode()):
        assert HIDDEN in scrubber.scrub(f"{before}{form}{after}")


def test_half_a_letter_in_a_secret_breaks_nothing():
    scrubber = Scrubber()
    scrubber.remember("hush\ud800")
    assert scrubber.scrub("a hush\ud800 b") == f"a {HIDDEN} b"


def test_the_longest_secret_goes_first():
    scrubber = Scrubber()
    scrubber.remember("hush", "hush-hush")
    assert scrubber.scrub("hush-hush and hush") == f"{HIDDEN} and {HIDDEN}"


def test_escapes_are_hidden_in_any_letter_case():
    scrubber = Scrubber()
    scrubber.remember("a/b+c d")
    for form in ("a%2Fb%2Bc%20d", "a%2fb%2bc%20d", "a%2fb%2Bc+d", "a/b%2Bc%20d"):
        assert scrubber.scrub(f"<{form}>") == f"<{HIDDEN}>"
    assert scrubber.scrub("A/B+C D") == "A/B+C D"


HARD = 'p&ss"w<ord>é/ü1 %+\\\\x'
FORMS: list[Callable[[str], str]] = [
    json.dumps,
    lambda text: json.dumps(json.dumps(text)),
    lambda text: json.dumps(json.dumps(json.dumps({"a": text}))),
    lambda text: json.dumps(json.dumps(text, ensure_ascii=False), ensure_ascii=False),
    lambda text: json.dumps(text).replace("&", "\\u0026").replace("<", "\\u003C").replace("/", "\\/"),
    lambda text: quote(text, safe=""),
    lambda text: quote(quote(text, safe=""), safe=""),
    lambda text: quote(quote(quote(text))),
    quote_plus,
    lambda text: quote(text, safe="", encoding="latin-1"),
    lambda text: quote(quote(text, encoding="latin-1"), safe="").lower(),
    html.escape,
    lambda text: html.escape(html.escape(html.escape(text))),
    lambda text: html.escape(text).encode("ascii", "xmlcharrefreplace").decode(),
    lambda text: html.escape(text).replace("é", "&eacute;").replace("ü", "&#xFC;").replace("/", "&sol;"),
    lambda text: quote(html.escape(text), safe=""),
    lambda text: json.dumps(html.escape(text)),
    lambda text: text.encode("latin-1").decode("utf-8", "replace"),
    lambda text: base64.b64encode(text.encode()).decode(),
    lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
    repr,
    ascii,
]


@pytest.mark.parametrize("encode", FORMS)
def test_a_secret_is_found_in_any_form(encode: Callable[[str], str]):
    scrubber = Scrubber()
    scrubber.remember(HARD)
    shown = scrubber.scrub(f"before <{encode(HARD)}> after")
    assert shown.startswith("before <")
    assert shown.endswith("> after")
    assert HIDDEN in shown
    assert "ss" not in shown
    assert "ord" not in shown


@pytest.mark.parametrize("charset", ["utf-8", "cp1256"])
def test_a_persian_secret_is_found_in_an_address(charset: str):
    scrubber = Scrubber()
    scrubber.remember("گذر۱۲۳" if charset == "utf-8" else "گذر واژه")
    for secret in list(scrubber._secrets):
        encoded = quote(secret, safe="", encoding=charset, errors="replace")
        assert scrubber.scrub(f"?p={encoded}&x=%D8") == f"?p={HIDDEN}&x=%D8"


@pytest.mark.parametrize("secret", ["a&lt;b c", "100%25 sure"])
def test_a_secret_is_found_where_a_text_was_decoded(secret: str):
    scrubber = Scrubber()
    scrubber.remember(secret)
    assert scrubber.scrub(f"<{html.unescape(secret)}|{unquote(secret)}|{secret}>") == f"<{HIDDEN}|{HIDDEN}|{HIDDEN}>"


@pytest.mark.parametrize(
    "text", ["\\" * 30000 + "ord", '\\"' * 15000 + "ord", "p&" * 15000 + "ord", "%25" * 10000 + "ord"]
)
def test_no_text_takes_long_to_be_searched(text: str):
    scrubber = Scrubber()
    scrubber.remember(HARD, '\\"' * 10 + "ord", "&amp;" * 8 + "ord")
    began = time.process_time()
    scrubber.scrub(text)
    assert time.process_time() - began < 5


@given(before=st.integers(0, 40), secret=st.text('ab&é"', min_size=4, max_size=12))
def test_no_part_of_a_secret_is_left_where_a_text_is_cut(before: int, secret: str):
    scrubber = Scrubber()
    scrubber.remember(secret)
    # longer than what is read for so few characters
    text = "x" * before + json.dumps(secret)[1:-1] + "y" * 2000
    shown = shortened(beginning(text, 20, scrubber.scrub, scrubber.reach), 20)
    assert not {*shown} - {*"xy*…"}
    assert shown.startswith("x" * min(before, 20))
    assert len(shown) == 21


def test_a_short_text_is_not_cut():
    assert shortened(beginning("abc", 3, str), 3) == "abc"
    assert shortened(beginning("abcd", 3, str), 3) == "abc…"


# addresses


@pytest.mark.parametrize(
    ("url", "secrets"),
    [
        ("https://my.sindad.com/api", []),
        ("https://me@my.sindad.com/api", []),
        ("https://mister:hush-hush@my.sindad.com/api", ["mister:hush-hush", "mister", "hush-hush"]),
        ("mister:hush@host", ["mister:hush", "mister", "hush"]),
        ("https://a/api?key=hush-hush&b=c", ["key=hush-hush&b=c", "hush-hush"]),
        ("https://a/api?x=hush#frag", ["x=hush", "hush"]),
        ("", []),
    ],
)
def test_what_of_an_address_may_be_a_password(url: str, secrets: list[str]):
    assert list(secrets_in_url(url)) == secrets


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://my.sindad.com/api", "'https://my.sindad.com/api'"),
        ("ftp://my.sindad.com/api#x", "'ftp://my.sindad.com/api'"),
        *[(url, "this one") for url in ("https://a:b@c/", "https://a/?b", "x", "", "https://[::1", "https://a\x1b/")],
    ],
)
def test_an_address_in_a_message(url: str, shown: str):
    assert shown_url(url) == shown


@given(url=st.text())
def test_any_address_can_be_told_of(url: str):
    shown_url(url)
    list(secrets_in_url(url))


@given(
    data=st.recursive(
        st.none() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from([*KEYS, "label"]), inner)
    )
)
def test_no_value_below_a_secrets_key_is_left(data: Any):
    told = hidden(data)

    def check(node: Any) -> None:
        if isinstance(node, dict):
            for key, item in node.items():
                if is_secret(key):
                    assert item in (HIDDEN, "", None)
                else:
                    check(item)
        elif isinstance(node, list):
            for item in node:
                check(item)

    check(told)
