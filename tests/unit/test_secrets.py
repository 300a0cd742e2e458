# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is secret, by its key or its place in an address, and how it is kept out of texts."""

from __future__ import annotations

import base64
import copy
import html
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, quote_plus, unquote

import pytest
from ansible_collections.sindad.cloud.plugins.module_utils._secrets import (
    HIDDEN,
    Scrubber,
    beginning,
    hidden,
    hidden_text,
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
    *("Authorization", "PHPSESSID", "session_id", "vnc_url", "passphrase", "password_hash", "one-time passwords"),
    *("otp", "OTP", "totp", "otp_code", "epp_code", "license_key", "licence", "License", "windows_licence"),
    *("رمز عبور", "رمز\u200cعبور", "رمزعبور", "رمز", "گذرواژه", "گذر واژه", "کلمه عبور", "كلمه عبور", "کلمه‌ی عبور"),
]


@pytest.mark.parametrize("key", KEYS)
def test_secrets_are_known_by_their_keys(key: str):
    data = {"vm": [{key: "hush", "label": "web-1"}], "nested": {"a": {key: {"value": "hush"}}}, "number": {key: 123456}}
    before = copy.deepcopy(data)
    told = hidden(data)
    assert "hush" not in str(told)
    assert "123456" not in str(told)
    assert told["vm"][0] == {key: HIDDEN, "label": "web-1"}
    assert data == before
    assert {*secrets_in(data)} == {"hush", "123456"}


@pytest.mark.parametrize(
    "key",
    [
        *("label", "ping", "shipping", "ips", "name", "powered", "pwr", "opinion", "status", "option", "laptop"),
        *("vncport", "vnc_port", "vnc-host", "Windows License", "license_type", "قرمز", "نام"),
        *("token_type", "tokenType", "token_expires", "token_expires_in", "token_lifetime", "Password length"),
        *("password_policy", "Password strength", "password_last_changed", "passwordChangedAt", "password_enabled"),
        *("tokens_count", "Refresh interval", "secret_name", "password_reset_url", "password_hint", "secret question"),
        *("Token ring switch", "refresh_rate", "bypass", "Compass", "checks_passed", "passive_mode", "passengers"),
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
    assert list(secrets_in({"token": "4", "password": "abc", "secret": [True, None, 12], "pin": "123456"})) == [
        "123456"
    ]
    scrubber = Scrubber()
    scrubber.remember("4", "abc", "", None)
    assert scrubber.scrub("a 4 of abc") == "a 4 of abc"


@pytest.mark.parametrize(
    "value",
    [
        *(1234, 3600.0, "99999", "true", "Yes", "auto", "none", "Bearer", "required", "********"),
        *("2026-11-27", "2026/1/2", "2026-11-27T10:00:00Z"),
    ],
)
def test_what_does_not_look_like_a_secret_is_hidden_in_its_place_only(value: Any):
    """It would be taken out of all that is said later."""
    assert hidden({"password": value}) == {"password": HIDDEN}
    assert list(secrets_in({"password": value, "note": f"token={value}", "vm": {"pin": [value]}})) == []


@pytest.mark.parametrize("value", ["123456", 123456, "autobahn", "2026-11-27!", "2026-11", "truest", "-", "hush hush"])
def test_what_looks_like_a_secret_is_remembered(value: Any):
    assert list(secrets_in({"password": value})) == ([str(value)] if value != "-" else [])


def test_the_licence_of_what_is_public_is_no_secret():
    data = {"license": "GPL-3.0", "licence": "MIT", "windows_license": "Apache License 2.0"}
    assert hidden(data) == data
    assert list(secrets_in(data)) == []
    assert hidden({"license": "XXXX-YYYY", "password": "GPL-3.0"}) == {"license": HIDDEN, "password": HIDDEN}


def test_credentials_are_known_without_the_word_before_them():
    assert {*secrets_in({"Authorization": "Bearer hush"})} == {"Bearer hush", "hush"}


@pytest.mark.parametrize("name_key", ["name", "Title", "variable", "key", "label", "caption", "field", "type"])
@pytest.mark.parametrize("value_key", ["value", "Data", "content", "text", "default", "Result"])
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
        {"name": "Password length", "value": "2026"},
        {"label": "Refresh interval", "value": 3600},
        {"title": "Token ring switch", "value": "Ethernet"},
        {"title": "Forgotten password", "content": "Ask support for a new one"},
        {"field": "password", "text": "has less than 8 characters"},
        {"title": "Passwords", "content": ["what is listed isn't a text"]},
    ]
    assert hidden(entries) == entries
    assert list(secrets_in(entries)) == []


def test_a_machine_is_no_name_and_value():
    machine = {"id": "7", "label": "token-server", "data": {"zone": "a"}, "ip": "198.51.100.5", "status": "running"}
    machine |= {"memory": 2048, "cpu": 2, "disk": 20, "type": "kvm"}
    assert hidden(machine) == machine
    assert list(secrets_in(machine)) == []


@pytest.mark.parametrize(
    ("text", "shown", "secrets"),
    [
        ("Password: hunter22", "Password: ********", {"hunter22"}),
        ("Your new root password : correcthorse", "Your new root password : ********", {"correcthorse"}),
        ("API key = hu5h, user: me", "API key = ********, user: me", {"hu5h"}),
        ("<b>Password:</b> hunter22<br>Port: 2222", "<b>Password:</b> ********<br>Port: 2222", {"hunter22"}),
        ("{'password': 'hunter22', 'id': 1}", "{'password': '********', 'id': 1}", {"hunter22"}),
        ('"{\\"token\\": \\"hunter22\\"}', '"{\\"token\\": \\"********\\"}', {"hunter22"}),
        ("رمز عبور: hunter22", "رمز عبور: ********", {"hunter22"}),
        ("رمز عبور جدید: hunter22", "رمز عبور جدید: ********", {"hunter22"}),
        ("Authorization: failed, authorization required", "Authorization: failed, authorization required", set()),
        ("Authorization: Bearer ab.cd-1\nHost: x", "Authorization: Bearer ********\nHost: x", {"ab.cd-1"}),
        ("Authorization: Basic bWU6aHVzaA==", "Authorization: Basic ********", {"bWU6aHVzaA=="}),
        ('{"Authorization": "Basic bWU6', '{"Authorization": "********"', {"Basic bWU6", "bWU6"}),
        ("Cookie: PHPSESSID=hu5h; a=b", "Cookie: PHPSESSID=********; a=b", {"hu5h"}),
        ("curl -u me:hu5h https://host/", "curl -u me:******** https://host/", {"hu5h"}),
        ("curl --user='me:hu5h' https://host/", "curl --user='me:********' https://host/", {"hu5h"}),
        ('{"password": "hu\\qsh"}', '{"password": "********"}', {"hu\\qsh"}),
        ("token=auto password=12", "token=******** password=********", set()),
        ("The password is hunter22", "The password is hunter22", set()),
        ("Reset your password here: https://host/x1", "Reset your password here: https://host/x1", set()),
        ("password: must have 8 characters", "password: must have 8 characters", set()),
        ("Password: required. Password length: 2026", "Password: required. Password length: 2026", set()),
        ("token: 2026-11-27 10:00, pin: 12", "token: 2026-11-27 10:00, pin: 12", set()),
        ("see https://user:hush-hush@host/x", "see https://********@host/x", {"hush-hush"}),
        ("https://user:hu%40sh@host, ftp://host/a@b", "https://********@host, ftp://host/a@b", {"hu%40sh", "hu@sh"}),
        ("https://host/?a=1&token=hush#x", "https://host/?a=1&token=********#x", {"hush"}),
        ("https://host/?a=1&amp;password=hush", "https://host/?a=1&amp;password=********", {"hush"}),
        ("user=root password='hu sh' port=22", "user=root password=******** port=22", {"hu sh"}),
        ('{"id": 1, "root_password": "hush", "b": 2}', '{"id": 1, "root_password": "********", "b": 2}', {"hush"}),
        ('{"vm": {"password": "hu\\"sh', '{"vm": {"password": "********"', {'hu"sh'}),
        ('{"pin": 123456, "pw": "", "token": null}', '{"pin": "********", "pw": "", "token": null}', {"123456"}),
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
    for shown in (html.unescape(secret), unquote(secret)):
        assert scrubber.scrub(f"<{shown}>") == f"<{HIDDEN}>"


# These took minutes when the forms of a letter were alternatives of one pattern.
@pytest.mark.parametrize(
    "part", ["\\", '\\"', "p&", "%25", "&amp", "&amp;", "&#x0", "%2", "\\u00", "&p", "+", "%26amp"]
)
def test_a_secret_is_found_behind_what_looks_like_its_beginning(part: str):
    scrubber = Scrubber()
    scrubber.remember("&&&&&&&&&&&&abcd", '\\"' * 10 + "abcd", "&amp;" * 8 + "abcd", "%%%%abcd", "x&z abcd")
    before = part * 10000
    assert scrubber.scrub(f"{before}abc") == f"{before}abc"
    assert scrubber.scrub(f"{before} x%26z+abcd") == f"{before} {HIDDEN}"


@pytest.mark.parametrize(
    "part", ['"\\', '"', "a=", ":", "://", "password", "a b ", "<b>", "authorization ", " -u a", "[", "="]
)
def test_a_secret_is_known_behind_a_long_text(part: str):
    assert hidden_text(f"{part * 10000}\n; password: hunter22") == f"{part * 10000}\n; password: {HIDDEN}"


@pytest.mark.parametrize(
    ("secret", "forms"),
    [
        ("p&ss word", ["p&amp;ss+word", "p&ampss word", "p&#38;ss%20word", "p%26amp%3Bss%2520word", "p&#x26ss word"]),
        ("smile 😀!", ["smile \\ud83d\\ude00!", "smile %F0%9F%98%80!", "smile%20%uD83D%uDE00%21", "smile &#128512;!"]),
        ("hush\\\\", ["hush\\\\\\\\", "hush%5C%5C", "hush&bsol;&bsol;", "hush\\x5c\\x5c"]),
        ("\\\\\\\\", ["\\" * 8, "%5C" * 4]),
        ("a<b&lt", ["a&lt;b&amp;lt", "a%3Cb%26lt"]),
        ("new\nline", ["new\\nline", "new%0Aline", "new&#10;line", "new&NewLine;line", "new\\\\nline"]),
        ("a/b#c", ["a&#0000000000000000000000000047;b#c", "a&sol;b&num;c", "a\\/b%23c"]),
    ],
)
def test_each_letter_may_be_encoded_in_another_way(secret: str, forms: list[str]):
    scrubber = Scrubber()
    scrubber.remember(secret)
    for form in (secret, *forms):
        assert scrubber.scrub(f"é<{form}>é &nothing; &#9999999; 100%") == f"é<{HIDDEN}>é &nothing; &#9999999; 100%"


@pytest.mark.parametrize("offset", range(-30, 8))
def test_a_secret_is_found_anywhere_in_a_long_text(offset: int):
    """Such a text is decoded in pieces."""
    scrubber = Scrubber()
    scrubber.remember("hush/é/hush")
    before = "x" * (65536 + offset)
    assert scrubber.scrub(f"{before}hush%2F%C3%A9\\/hush{before}") == f"{before}{HIDDEN}{before}"


def test_encoded_secrets_may_overlap():
    scrubber = Scrubber()
    scrubber.remember("one two", "two three")
    assert scrubber.scrub("(one%20two%20three)") == f"({HIDDEN})"
    scrubber.remember("hush/hush", "hush")
    assert scrubber.scrub("hush%2Fhush hush") == f"{HIDDEN} {HIDDEN}"


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
