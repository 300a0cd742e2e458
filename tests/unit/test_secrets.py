# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is secret, by its key or its place in an address, and how it is kept out of texts."""

from __future__ import annotations

import base64
import copy
from typing import Any
from urllib.parse import quote

import pytest
from ansible_collections.sindad.cloud.plugins.module_utils._secrets import (
    HIDDEN,
    Scrubber,
    hidden,
    is_secret,
    secrets_in,
    secrets_in_url,
    shown_url,
)
from hypothesis import given
from hypothesis import strategies as st

KEYS = [
    *("password", "Password", "root_password", "rootpassword", "adminPass", "passwd", "pwd", "token", "refresh"),
    *("secret", "vnc", "vncpassword", "private_key", "privatekey", "api_key", "apikey", "credentials", "pin", "rootpw"),
    *("refresh_token", "user_pw", "pw"),
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


@pytest.mark.parametrize("key", ["label", "ping", "shipping", "ips", "name", "powered", "pwr", "opinion", "status"])
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
