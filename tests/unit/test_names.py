# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""When two names are the same, and what a protection covers."""

from __future__ import annotations

import unicodedata

import pytest
from ansible_collections.sindad.cloud.plugins.module_utils._names import (
    Ambiguous,
    ByName,
    folded,
    is_cut,
    protection_of,
    same,
    same_host,
    stem_of,
)
from ansible_collections.sindad.cloud.plugins.module_utils._reading import UNKNOWN
from hypothesis import given
from hypothesis import strategies as st

ALIKE = [
    ("web-1", "WEB-1"),
    ("web-1", " web-1 "),
    ("a b", "a  b"),
    ("a b", "a\xa0b"),
    ("a b", "a\u2003b"),
    ("a b", "a\tb"),
    ("web-1", "web\u200b-1"),
    ("web-1", "web\u200f-1"),
    ("web-1", "\u202aweb-1\u202c"),
    ("web-1", "web\u00ad-1"),
    ("web-1", "web-1\ufe0f"),
    ("web-1", "w\u034feb-1"),
    ("web-1", "\ufeffweb-1"),
    ("R&D", "R&amp;D"),
    ("R&D", "R&amp;amp;D"),
    ("\u06a9\u06cc\u06a9", "\u0643\u064a\u0643"),  # Persian and Arabic kaf and yeh
    ("\u06cc", "\u0649"),
    ("web-12", "web-\u06f1\u06f2"),
    ("web-12", "web-\u0661\u0662"),
    ("\u06f3", "\u0663"),
    ("é", "e\u0301"),
    ("straße", "STRASSE"),
    ("\u06a9\u200c\u06cc", "\u0643\u200c\u064a"),
]
DIFFERENT = [
    ("web-1", "web-2"),
    ("web-1", "web-1.example.com"),
    ("web-1", "web1"),
    ("web-1", "web_1"),
    ("a b", "ab"),
    ("\u0645\u06cc\u200c\u0631", "\u0645\u06cc\u0631"),  # a zero-width non-joiner is a letter's business
    ("e", "é"),
    ("o", "0"),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_names_that_are_folded_alike(one: str, other: str):
    assert folded(one) == folded(other)
    assert same(one, other)
    assert same(other, one)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_names_that_differ(one: str, other: str):
    assert not same(one, other)


@given(name=st.text())
def test_folding_twice_is_folding_once(name: str):
    assert folded(folded(name)) == folded(name)
    assert folded(unicodedata.normalize("NFD", name)) == folded(unicodedata.normalize("NFC", name))
    assert same(name, name)


def test_what_is_unknown_is_not_the_same():
    assert same(" Debian 12", None, "x", "debian 12")
    assert same(512, "512")
    assert not same("a", None, "b", UNKNOWN)
    assert not same("None", None)
    assert not same("UNKNOWN", UNKNOWN)
    assert not same("a")


def test_host_names():
    assert same_host("db.example.ir", "DB.example.IR.")
    assert same_host("db.example.ir.", None, UNKNOWN, "db.example.ir")
    assert not same_host("db.example.ir", "db.example.com")
    assert not same_host("db", "db.example.ir")


# look-ups


NAMED = [
    ("1", "web-1"),
    ("2", "WEB-1"),
    ("3", "db-1"),
    ("4", UNKNOWN),
    ("5", "db-2"),
    ("6", "DB-2"),
    ("7", "x"),
    ("8", "x"),
]


def find(wanted: str, taken: tuple[str, ...] = ()) -> tuple[str, bool] | None:
    found = ByName(NAMED, lambda item: item[1]).find(wanted, taken)
    return (found.item[0], found.exact) if found else None


def test_an_exact_name_goes_before_a_folded_one():
    assert find("web-1") == ("1", True)
    assert find("WEB-1") == ("2", True)


def test_one_that_is_folded_alike_is_found_and_not_exact():
    assert find("Db-1") == ("3", False)
    assert find("db-\u06f1") == ("3", False)


def test_nothing_is_found_without_a_name():
    assert find("db-3") is None
    assert find("UNKNOWN") is None


@pytest.mark.parametrize("wanted", ["Db-2", "Web-1", "x"])
def test_several_are_ambiguous(wanted: str):
    with pytest.raises(Ambiguous) as caught:
        find(wanted)
    assert len(caught.value.found) == 2
    assert str(caught.value) == "2 have this name"


def test_what_something_else_means_exactly_is_no_candidate():
    assert find("Web-1", ("web-1",)) == ("2", False)
    assert find("Db-1", ("db-1",)) is None
    assert find("db-1", ("db-1",)) == ("3", True)


# protection


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("db-1", "db-1"),
        ("db-1", "DB-1"),
        ("db-1", "db-*"),
        ("DB-1", "db-*"),
        ("db-\u06f1", "db-1"),
        ("[prod] db", "[prod] db"),
        ("what?", "what?"),
        ("a*b", "a*b"),
        ("p db", "[prod]* db"),
        ("db.example.ir.", "db.example.ir"),
        ("db.example.ir", "*.EXAMPLE.ir."),
        ("db  1", "db 1"),
    ],
)
def test_what_a_pattern_protects(name: str, pattern: str):
    assert protection_of([None, UNKNOWN, "", "other", name], ["never", pattern]) == (name, pattern)


@pytest.mark.parametrize(
    ("name", "pattern"), [("db-1", "db"), ("db-1", "*-2"), ("xdb-1", "db-*"), ("", "*x"), ("prod db", "[prod] db")]
)
def test_what_a_pattern_does_not_protect(name: str, pattern: str):
    assert protection_of([name], [pattern]) is None
    assert protection_of([name], []) is None


@given(name=st.text(min_size=1).filter(str.strip))
def test_a_name_is_protected_by_itself(name: str):
    assert protection_of([name], [name]) == (name, name)


@pytest.mark.parametrize(
    "found", ["stage-w...", "Stage-W…", "stage-w ..", "stage-w [...]", "stage-w[…]", "stage-w(...)", "stage-w&hellip;"]
)
def test_a_name_that_is_cut_short(found: str) -> None:
    assert stem_of(found) == "stage-w"
    assert is_cut(found, "STAGE-web")
    assert not is_cut(found, "web")


def test_a_name_that_is_cut_in_an_entity() -> None:
    assert stem_of("R&D of x&am...") == "r&d of x"
    assert is_cut("R&D of x&am...", "R&D of x&y")


@pytest.mark.parametrize("found", ["...", "…", "[...]", " .. ", "stage-w", "stage-w.", "", "stage-w..."])
def test_what_is_not_known_to_be_the_beginning_of_a_name(found: str) -> None:
    """A mark alone would be the beginning of any name."""
    assert not is_cut(found, "stage-x")
