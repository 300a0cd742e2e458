# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the values of options may be."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sindad.cloud.plugins.module_utils import _checks
from ansible_collections.sindad.cloud.plugins.module_utils._checks import (
    IDENTITIES,
    RULES,
    check,
    check_json,
    check_raw,
    check_text,
    quoted,
)
from ansible_collections.sindad.cloud.plugins.module_utils._errors import SindadError
from hypothesis import given
from hypothesis import strategies as st

RIGHT = {
    "memory": [1, 2048],
    "cpu": [1],
    "disk": [1],
    "count": [1],
    "workers": [1, 64],
    "wait_timeout": [1],
    "wait_interval": [0.1, 5],
    "api_timeout": [0.5],
    "service": ["401", "web-cluster", "web.example.ir", "خوشه وب", "R&D pool"],
    "name": ["web-1", "وب‌سایت", "a b", "a/b", "..."],
    "vmid": ["17228", "6ba7b811-9dad-11d1-80b4-00c04fd430c8"],
    "template": ["Debian 12", "Windows Server 2022 & SQL Express"],
    "label": ["web", ""],
    "hostname": ["db", "db.example.ir", "DB-1.example.ir.", "xn--mgba3a4f16a.ir", "a" * 63 + ".ir"],
    "domain": ["db.example.ir", "db.example.ir.", ""],
    "body": ["a\nb"],
    "ip": ["185.0.2.10", "2001:db8::1", "72", "net_0-a"],
    "max_destroy": ["0", "1", "10%", "100%", 3],
    "email": ["a@b.ir"],
    "path": ["/service/@id/label"],
    "phonenumber": ["09121234567", "+98 9121234567", "+989121234567"],
    "socialsecuritynumberpersonalid": ["0012345678"],
    "mellicardimage": ["card.JPG", "a.pdf"],
}
WRONG = {
    "memory": [0, -1],
    "cpu": [0],
    "disk": [-20],
    "count": [0],
    "workers": [0],
    "wait_timeout": [0, -5],
    "wait_interval": [0, -0.1, float("nan")],
    "api_timeout": [0],
    "service": ["", " ", "\t", "a\nb", "a\x00b", "a\x1bb", "a\u2028b"],
    "name": ["", "  ", "web-1\n"],
    "vmid": ["", "\r"],
    "template": [""],
    "label": [" ", "a\nb", "\x1b"],
    "hostname": ["", "-db", "db-", "a..b", "a_b", "a b", "185.0.2.10", "a" * 64, "a." * 127 + "abc", "سرور", "db\n"],
    "domain": [".", "a/b", " ", "185.0.2.10"],
    "body": ["", " \n"],
    "ip": ["", "185.0.2.10/24", "a b", "../x"],
    "max_destroy": ["", "-1", "101%", "ten", "1.5", "10 %"],
    "email": ["", "a", "a@", "@b", "a b@c"],
    "path": ["service", "/a?b", "/a#b", "/a b", ""],
    "phonenumber": ["12345", "0912123456", "+97 9121234567"],
    "socialsecuritynumberpersonalid": ["123", "12345678901"],
    "mellicardimage": ["card.exe", ""],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in RIGHT.items() for value in values])
def test_right_values(name: str, value: Any) -> None:
    check({name: value})


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in WRONG.items() for value in values])
def test_wrong_values_are_named_with_what_would_be_right(name: str, value: Any) -> None:
    with pytest.raises(SindadError) as caught:
        check({"state": "present", name: value}, "services[2].")
    assert str(caught.value) == f"services[2].{name} must be {RULES[name][1]}, not {quoted(value)}"
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 250


def test_the_tables_here_know_every_rule_that_has_a_pattern_of_its_own() -> None:
    sentences = {sentence for _rule, sentence in RULES.values()}
    assert {RULES[name][1] for name in RIGHT} == {RULES[name][1] for name in WRONG} == sentences


def test_what_is_not_given_is_not_checked() -> None:
    check(dict.fromkeys(RULES))
    check({"template": {"id": "101"}, "service": ["a"]})


def test_other_options_are_not_checked() -> None:
    check({"state": "", "rebuild": "x", "anything": "\n"})


@given(value=st.text())
def test_texts_with_control_characters_are_refused_and_nothing_breaks(value: str) -> None:
    for name in ("service", "name", "ip", "max_destroy", "hostname", "label"):
        try:
            check({name: value})
        except SindadError as error:
            assert name in str(error)  # noqa: PT017 (both ways out are right)
        else:
            assert not any(ord(letter) < 32 or 127 <= ord(letter) < 160 for letter in value)


# what is given


def test_null_is_not_given_and_an_identity_that_is_empty_neither():
    options = {"name": "web-1", "vmid": None, "template": None, "wait": False, "count": 0, "label": "", "domain": ""}
    assert _checks.given(options) == {"name": "web-1", "wait": False, "count": 0, "label": "", "domain": ""}
    assert _checks.given({"vmid": " 2001 ", "service": 402, "subject": " a "}) == {
        "vmid": "2001",
        "service": 402,
        "subject": " a ",
    }
    assert _checks.given(dict.fromkeys(IDENTITIES, " ")) == {}
    assert _checks.given(dict.fromkeys(IDENTITIES, None)) == {}


def test_what_says_which_thing_is_meant():
    assert {"service", "name", "vmid", "email", "id", "number", "subject", "ip", "operation", "path"} <= IDENTITIES
    assert not {"label", "domain", "body", "reply", "hostname", "reason", "password"} & IDENTITIES


SPEC = {
    "name": {"type": "str"},
    "service": {},
    "dest": {"type": "path"},
    "body": {"type": "raw"},
    "privileges": {"type": "dict"},
    "protected": {"type": "list", "elements": "str"},
    "filters": {"type": "list", "elements": "dict"},
    "count": {"type": "int"},
    "interval": {"type": "float"},
    "numbers": {"type": "list", "elements": "int"},
    "wait": {"type": "bool"},
    "rebuild": {"type": "str", "choices": ["never", "always"]},
    "state": {"type": "str", "choices": ["on", "rebooted"]},
}


def test_texts_and_numbers_are_texts():
    check_raw(
        SPEC, {"name": "web-1", "service": 401, "dest": "/x", "body": [1], "privileges": {}, "protected": ["a", 1]}
    )
    check_raw(SPEC, {"name": None, "filters": [{"a": 1}], "protected": "a,b", "count": [1], "body": True})


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"name": {"a": 1}}, "name must be a string or a number, not a dictionary"),
        ({"name": ["a"]}, "name must be a string or a number, not a list"),
        ({"service": []}, "service must be a string or a number, not a list"),
        ({"dest": {}}, "dest must be a string or a number, not a dictionary"),
        ({"protected": ["a", {"b": 1}]}, "protected[1] must be a string or a number, not a dictionary"),
        *(
            ({"dest": f"a{letter}b"}, "dest must be a path without control characters")
            for letter in "\0\a\n\t\x1b\x7f\x85"
        ),
        *(
            (
                options,
                f"{place}, not a boolean: without quotes, YAML takes yes, no, on, off, true and false for booleans",
            )
            for options, place in (
                ({"name": False}, "name must be a string or a number"),
                ({"service": True}, "service must be a string or a number"),
                ({"protected": ["a", True]}, "protected[1] must be a string or a number"),
                ({"protected": True}, "protected must be a list"),
                ({"count": True}, "count must be a number"),
                ({"interval": False}, "interval must be a number"),
                ({"numbers": [1, True]}, "numbers[1] must be a number"),
                ({"rebuild": False}, "rebuild must be a string or a number"),
                ({"state": False}, "state must be a string or a number"),
            )
        ),
    ],
)
def test_what_ansible_would_convert_or_pass_on_is_refused(options: Any, said: str):
    with pytest.raises(SindadError) as caught:
        check_raw(SPEC, options)
    assert str(caught.value) == said


def test_a_boolean_is_a_word_where_that_is_a_choice():
    """YAML reads ``state: on`` as true, and Ansible understands that."""
    check_raw(SPEC, {"state": True, "wait": False, "body": True, "dest": "/x"})


@pytest.mark.parametrize("email", ["", " ", "\t"])
def test_an_empty_address_is_left_out_only_where_it_says_which_thing_is_meant(email: str):
    check_raw({"email": {"type": "str"}, "id": {"type": "str"}}, {"email": email})
    check_raw({"name": {"type": "str"}}, {"email": email})
    check_raw({"email": {"type": "str"}}, {"email": None})
    check_raw({"email": {"type": "str"}}, {})
    with pytest.raises(SindadError, match=r"^email must be an e-mail address, not "):
        check_raw({"email": {"type": "str"}}, {"email": email})


# what is sent


@pytest.mark.parametrize("value", [None, True, 1, -1.5, 1e308, "nan", [1, {"a": [None]}], {}])
def test_what_json_can_write(value: Any):
    check_json("body", value)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_what_json_can_not_write_is_named_with_its_place(number: float):
    for value, place in (({"a": number}, "body.a"), ({"a": [1, {"b": number}]}, "body.a[1].b"), ([number], "body[0]")):
        with pytest.raises(SindadError) as caught:
            check_json("body", value)
        assert str(caught.value) == f"{place} must be a number that JSON can write, not {number}"


def test_what_is_text():
    for value in ("601", 601, 1.5, ""):
        check_text("path_params: id", value)
    for value, what in ((["601"], "a list"), ({"a": 1}, "a dictionary"), (True, "a boolean: ")):
        with pytest.raises(SindadError, match=f"^path_params: id must be a string or a number, not {what}"):
            check_text("path_params: id", value)


def test_a_long_value_is_cut_in_a_message():
    assert quoted("a" * 80) == repr("a" * 80)
    assert quoted("a" * 81) == repr("a" * 80) + "…"
    assert quoted(5) == "5"
