# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Loose JSON, read or refused: texts, numbers, objects, lists and pages of any portal."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.sindad.cloud.plugins.module_utils import _reading
from ansible_collections.sindad.cloud.plugins.module_utils._errors import EXCERPT, Unreadable
from ansible_collections.sindad.cloud.plugins.module_utils._operations import OPERATIONS
from ansible_collections.sindad.cloud.plugins.module_utils._reading import (
    UNKNOWN,
    Answer,
    Form,
    Page,
    all_pages,
    as_dict,
    bare,
    candidates,
    date,
    differs,
    entries,
    envelopes,
    first_present,
    first_text,
    flag,
    is_id,
    known,
    money,
    number,
    optional_text,
    page_of,
    printable,
    records,
    single,
    text,
    word,
)
from hypothesis import given
from hypothesis import strategies as st

MEGABYTES = {"": 1.0, "m": 1.0, "mb": 1.0, "g": 1024.0, "gb": 1024.0, "tb": 1024.0 * 1024, "kb": 1 / 1024}


def answer(body: Any, name: str = "list_vms") -> Answer:
    operation = OPERATIONS[name]
    return Answer(operation, operation.url_path("402", "5"), body)


# unknown


def test_unknown_can_not_be_mistaken_for_nothing():
    with pytest.raises(TypeError, match="neither true nor false"):
        bool(UNKNOWN)
    with pytest.raises(TypeError):
        UNKNOWN or "default"  # noqa: B018
    same = UNKNOWN
    assert same == UNKNOWN
    assert [each for each in (None, "", 0, False, "UNKNOWN") if each == UNKNOWN] == []
    assert repr(UNKNOWN) == "UNKNOWN"
    assert len({UNKNOWN, _reading.Unknown()}) == 2


def test_unknown_is_not_different():
    assert not differs(UNKNOWN, "a")
    assert not differs("a", "a")
    assert differs("b", "a")
    assert differs(None, "a")


def test_unknown_in_results():
    assert known(UNKNOWN) is None
    assert known(UNKNOWN, "x") == "x"
    assert known("") == ""
    assert known(0) == 0


# texts


@pytest.mark.parametrize(
    ("value", "read_as"),
    [
        ("a &amp; b", "a & b"),
        ("a &amp;amp;amp; b", "a & b"),
        ("R&D", "R&D"),
        ("Debian&nbsp;12", "Debian\xa012"),
        (" a ", "a"),
        (5, "5"),
        (0, "0"),
        (4.5, "4.5"),
        ("0000-00-00", "0000-00-00"),
        ("half \ud800 letter", "half \ufffd letter"),
        *[(each, UNKNOWN) for each in ("", "  ", "\xa0", "&nbsp;", None, True, False, [], {}, ["a"], {"a": 1})],
        *[(each, UNKNOWN) for each in (float("inf"), float("nan"))],
    ],
)
def test_texts(value: Any, read_as: Any):
    assert text(value) == read_as


@given(value=st.text())
def test_any_text_can_be_written(value: str):
    found = text(value)
    if isinstance(found, str):
        found.encode()
        assert found == found.strip() != ""


@pytest.mark.parametrize(
    ("entry", "read_as"),
    [
        ({"label": "web"}, "web"),
        ({"label": 5}, "5"),
        ({"label": None, "name": "x"}, None),
        ({"label": ""}, None),
        ({"label": " \xa0"}, None),
        ({"label": "&nbsp;"}, None),
        ({"name": "x"}, "x"),
        *[({"label": each, "name": "x"}, UNKNOWN) for each in (False, True, [], {}, ["web"], {"a": 1})],
        ({}, UNKNOWN),
    ],
)
def test_a_text_that_may_be_empty_is_none_only_where_the_portal_says_so(entry: Any, read_as: Any):
    assert optional_text(entry, "label", "name") == read_as


@pytest.mark.parametrize(
    ("value", "read_as"),
    [
        ('<span class="label Active">Active</span>', "Active"),
        ("&lt;b&gt;On&nbsp; Hold&lt;/b&gt;", "On Hold"),
        ("<i></i>\n In  Progress ", "In Progress"),
        ("Active", "Active"),
        (5, "5"),
        *[(each, UNKNOWN) for each in ("<span></span>", "", None, True, [], {"name": "Active"})],
    ],
)
def test_words(value: Any, read_as: Any):
    assert word(value) == read_as


def test_the_first_that_is_there():
    assert first_text({"a": "", "b": None, "c": [], "d": " x"}, *"abcd") == "x"
    assert first_text({"a": False}, "a", "b") == UNKNOWN
    assert first_present({"a": "", "b": None, "c": [], "d": {}, "e": 0, "f": 1}, *"abcdef") == 0
    assert first_present({}, "a") is None


@pytest.mark.parametrize(
    ("value", "read_as"),
    [
        ("2019-12-06", "2019-12-06"),
        *[(each, None) for each in ("", None, "0000-00-00", "0000-00-00 00:00:00", [], False)],
    ],
)
def test_dates(value: Any, read_as: str | None):
    assert date(value) == read_as


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("web-1 سرور", "web-1 سرور"),
        ("می\u200cشود", "می\u200cشود"),
        ("a\x1b[31mb", "a\ufffd[31mb"),
        ("a\r\nb\u2028c\x00\x9b", "a\ufffd\ufffdb\ufffdc\ufffd\ufffd"),
        ("\u202eevil\u2066", "\ufffdevil\ufffd"),
        ("\ud800", "\ufffd"),
    ],
)
def test_a_terminal_shows_texts_and_obeys_nothing_in_them(value: str, shown: str):
    assert printable(value) == shown


def test_markup_is_no_part_of_a_text():
    assert bare('<span class="ok">on</span>').split() == ["on"]
    assert bare("&lt;b&gt;on").split() == ["on"]
    assert bare("a < b and c > d") == "a < b and c > d"
    assert bare("<!-- x -->on").split() == ["on"]
    assert bare(5) == 5


# numbers


@pytest.mark.parametrize(
    ("value", "read_as"),
    [
        (512, 512),
        ("512", 512),
        (" 512 ", 512),
        ("512.0", 512),
        ("512.00", 512),
        (512.0, 512),
        ("4,096", 4096),
        ("4 096", 4096),
        ("4\xa0096", 4096),
        ("4\u202f096", 4096),
        ("4&nbsp;096 MB", 4096),
        ("4'096", 4096),
        ("4\u2019096", 4096),
        ("4\u066c096", 4096),
        ("۴۰۹۶", 4096),
        ("1,048,575", 1048575),
        ("4,096.00", 4096),
        ("<b>4096</b> MB", 4096),
        ("2 GB", 2048),
        ("2GB", 2048),
        ("2g", 2048),
        ("0.5 GB", 512),
        ("2.5 GB", 2560),
        ("1048576 KB", 1024),
        *[(each, UNKNOWN) for each in ("4.096", 4.096, "4&#46;096", "4e3", "-1", -1, 0, 4, "4 MB", 2**20, "1 TB")],
        *[(each, UNKNOWN) for each in (2147483648, "2147483648 B", "1.2.3", "1,2", "40,96", "4,0960", "4 096 4096")],
        *[(each, UNKNOWN) for each in ("4096 / 8192", "512 or more", "about 512", "4096 apples", "0x200", "5 1 2")],
        *[
            (each, UNKNOWN)
            for each in (512.5, "512.5", "0.1 GB", True, None, "", " ", "none", ".", "+512", [], {}, [512])
        ],
        *[(each, UNKNOWN) for each in ("9" * 400, 10**400, "9" * 400 + ".0", float("inf"), float("nan"), "inf", "nan")],
    ],
)
def test_numbers(value: Any, read_as: Any):
    assert number(value, MEGABYTES, 64, 2**20 - 1) == read_as


def test_a_point_before_three_zeros_is_a_decimal_one():
    assert number("4.000", {"": 1}, 1, 100) == 4
    assert number("4.100", {"": 1}, 1, 10_000) == UNKNOWN


@pytest.mark.parametrize(
    ("value", "amount"),
    [
        ("4.000", 4.0),
        ("4.125", 4.125),
        (9.99, 9.99),
        ("9", 9.0),
        (0, 0.0),
        ("-5.00", -5.0),
        ("1,234.50", 1234.5),
        ("4,000", 4000.0),
        *[(each, UNKNOWN) for each in (None, "", "free", [], {}, True, "12,50", "1e3", "5 USD", "$5", "1_000")],
        *[(each, UNKNOWN) for each in ("inf", "nan", float("inf"), float("nan"), 10**400, "9" * 400)],
    ],
)
def test_money(value: Any, amount: Any):
    assert money(value) == amount


@pytest.mark.parametrize(
    ("value", "truth"),
    [
        *[(each, True) for each in (True, 1, "1", "true", "True", "yes", "on", " ON ", "y", "<b>yes</b>")],
        *[(each, False) for each in (False, 0, "0", "false", "no", "off", "N")],
        *[(each, UNKNOWN) for each in (None, "", "maybe", 2, -1, [], {}, [1], "1.0")],
    ],
)
def test_flags(value: Any, truth: Any):
    assert flag(value) == truth


# objects


def test_php_writes_an_empty_object_as_a_list():
    assert as_dict([]) == {}
    assert as_dict(None) == as_dict("x") == as_dict([{"a": 1}]) == {}
    assert as_dict({"a": 1}) == {"a": 1}


def test_envelopes():
    assert envelopes({"data": {"data": [1]}, "error": []}) == [{"data": {"data": [1]}, "error": []}, {"data": [1]}, [1]]
    assert envelopes(None) == [None]


@pytest.mark.parametrize(
    "body",
    [
        {"vm": {"label": "web"}},
        {"vm": {"label": "web"}, "error": [], "info": []},
        {"data": {"label": "web"}, "error": []},
        {"data": {"vm": {"label": "web"}}},
        {"label": "web"},
        {"label": "web", "error": [], "info": [], "success": True},
        {"label": "web", "info": []},
        {"server": {"label": "web"}, "vm": []},
        {"vm": {"status": "x"}, "label": "web"},
    ],
)
def test_one_object_however_it_is_wrapped(body: Any):
    assert single(answer(body), ("vm", "server"), lambda entry: entry.get("label"), "a label") == "web"


@pytest.mark.parametrize("body", [None, [], {}, "web", {"vm": None}, {"vm": [{"label": "web"}]}, {"message": "web"}])
def test_an_object_that_is_not_there_is_refused(body: Any):
    with pytest.raises(Unreadable, match=r"it says nothing of a label: "):
        single(answer(body), ("vm", "server"), lambda entry: entry.get("label"), "a label")


@pytest.mark.parametrize(
    ("body", "inner"),
    [
        ({"status": True}, {"status": True}),
        ({"status": "on", "error": []}, {"status": "on"}),
        ({"status": False, "error": [], "info": []}, {"status": False}),
        ({"status": True, "error": []}, {}),
        ({"status": "1", "info": ["accepted"]}, {}),
        ({"status": 0, "message": "no"}, {}),
        ({"status": True, "memory": 5, "success": True}, {"memory": 5}),
    ],
)
def test_a_truth_value_in_an_envelope_speaks_of_the_request(body: Any, inner: Any):
    assert list(candidates(body, ("vm",))) == [inner]


# lists


MACHINE = {"label": "web-1"}
FORM = Form(("vms", "vm"), own_keys=("id", "vmid"))


def listed(body: Any, form: Form = FORM) -> Any:
    return [{key: entry[key] for key in entry if key != "label"} for entry in entries(answer(body), form)]


@pytest.mark.parametrize("wrap", ["vms", "vm", "data", "data.vms", "bare"])
@pytest.mark.parametrize(
    ("content", "found"),
    [
        ([{"id": 5, **MACHINE}, {"id": 6, **MACHINE}], [{"id": 5}, {"id": 6}]),
        ({"5": {"id": 5, **MACHINE}}, [{"id": 5, "_key": "5"}]),
        ({"5": MACHINE, "6": MACHINE}, [{"_key": "5"}, {"_key": "6"}]),
        ({"a-5": MACHINE}, [{"_key": "a-5"}]),
        ({"5": MACHINE, "total": 1, "status": True, "note": "x", "next": None}, [{"_key": "5"}]),
        ({"0": {"id": 5, **MACHINE}, "2": {"id": 7, **MACHINE}}, [{"id": 5, "_key": "0"}, {"id": 7, "_key": "2"}]),
    ],
)
def test_lists_however_they_are_written(content: Any, found: Any, wrap: str):
    body = {
        "vms": {"vms": content, "error": [], "info": ["x"]},
        "vm": {"vm": content},
        "data": {"data": content, "page": {"current": 1, "total": 1}},
        "data.vms": {"data": {"vms": content}},
        "bare": content,
    }[wrap]
    assert listed(body) == found


def test_a_single_entry_in_place_of_a_list():
    assert listed({"vms": {"id": 5, **MACHINE}}) == [{"id": 5}]
    assert listed({"vms": {"vmid": "5", **MACHINE}}) == [{"vmid": "5"}]


@pytest.mark.parametrize(
    "body", [{"vms": []}, {"vms": {}}, {"data": []}, {"data": {"vms": []}}, {"vm": [], "total": 0}]
)
def test_an_empty_list_where_it_belongs_is_none(body: Any):
    assert entries(answer(body), FORM) == []


FAILURES = (
    *({key: value} for key in ("status", "result") for value in ("error", "Failed", False, 0)),
    {"code": 500, "message": "x"},
    {"message": "Could not load VMs"},
    {"status": True, "message": "Hypervisor unreachable"},
    {"warning": ["Unable to connect to node pve3"]},
    {"info": ["Unable to connect to hypervisor, try again later"]},
    {"warnings": "Backend is offline"},
    {"message": "No response from node 3"},
    {"message": "Only some machines could be listed: too many"},
    *({key: 3} for key in ("count", "total", "recordsTotal")),
    *({key: True} for key in ("partial", "incomplete", "truncated", "has_errors")),
    {"ok": False},
    {"status": 503},
    *({key: value} for key in ("code", "status_code", "errno") for value in (7, "E_BACKEND")),
    {"info": {"text": "backend down"}},
    {"warnings": [{"message": "backend down"}]},
    {"comment": "backend down"},
    {"message": "List is being loaded, nothing to show yet"},
    {"message": "Please wait, no data yet"},
    {"message": "Up to 0 of 3 machines were read"},
    {"info": ["backend_down"]},
)


@pytest.mark.parametrize("beside", FAILURES)
@pytest.mark.parametrize("key", ["vms", "data"])
def test_an_empty_list_of_an_answer_that_says_that_it_failed_is_refused(beside: dict[str, Any], key: str):
    with pytest.raises(Unreadable):
        listed({key: [], **beside})


@pytest.mark.parametrize("beside", [{"message": "Überlast"}, {"info": "در دسترس است"}, {"note": "Machines"}])
def test_an_empty_list_beside_what_nobody_knows_is_refused(beside: dict[str, Any]):
    with pytest.raises(Unreadable, match="its list may lack something, since it says"):
        listed({"vms": [], **beside})
    assert listed({"vms": [{"id": 1}], **beside}) == [{"id": 1}]


@pytest.mark.parametrize(
    "beside",
    [
        {"success": True, "call": "getVms", "server_time": 1},
        {"status": "ok", "code": 200, "message": "OK"},
        {"message": "No VMs found", "info": [], "warning": ""},
        {"info": ["label_updated"], "errors": [], "count": 0, "code": "0"},
        {"info": ["هیچ ماشینی یافت نشد"]},
        {"message": "You haven't created any VM yet"},
        {"message": "There aren't any VMs"},
        {"message": "Done", "total": "0", "partial": False, "ok": True},
        {"message": "There are 0 machines"},
        {"message": "List retrieved successfully"},
    ],
)
def test_an_empty_list_beside_what_says_that_there_is_nothing_is_none(beside: dict[str, Any]):
    assert listed({"vms": [], **beside}) == []


@pytest.mark.parametrize(
    "beside",
    [
        {"info": ["Connected to node 3"]},
        {"message": "0 errors"},
        {"notice": "Maintenance on Friday"},
        {"message": "You can't create more than 5 machines in this pool"},
        {
            "info": ["Not all templates are available in every location"],
            "total": 1,
            "product_description": "failed to load",
        },
    ],
)
def test_a_list_beside_other_news_is_read(beside: dict[str, Any]):
    assert listed({"vms": [{"id": 1}], **beside}) == [{"id": 1}]


def test_a_list_that_may_be_a_part_is_refused():
    with pytest.raises(Unreadable, match="its list may lack something, since it says 'Unable to reach node pve3'"):
        listed({"vms": [{"id": 1}], "warning": ["Unable to reach node pve3"]})


def test_a_bare_empty_list_is_none_only_where_portals_write_it():
    assert entries(answer([]), Form(("vms",), empty_alone=True)) == []
    with pytest.raises(Unreadable, match=r"an empty list belongs under 'vms': \[\]"):
        entries(answer([]), FORM)


@pytest.mark.parametrize(
    "content", [None, False, True, "", "x", 5, 0, [None], ["x"], [{}], [[]], {"a": MACHINE}, {"x": 1}]
)
@pytest.mark.parametrize("wrap", ["vms", "data", "bare"])
def test_anything_else_is_refused(content: Any, wrap: str):
    with pytest.raises(Unreadable):
        entries(answer(content if wrap == "bare" else {wrap: content}), FORM)


@pytest.mark.parametrize(
    "body",
    [
        {"5": MACHINE, "6": None},
        {"5": MACHINE, "6": {}},
        {"5": MACHINE, "6": []},
        {"5": MACHINE, "6": "x"},
        {"5": MACHINE, "errors": MACHINE},
        {"5": MACHINE, "page": MACHINE},
        {"5": MACHINE, "error": "one is missing"},
        [{"id": 5}, None],
        [{"id": 5}, "x"],
    ],
)
def test_a_list_is_read_whole_or_not_at_all(body: Any):
    with pytest.raises(Unreadable):
        entries(answer({"vms": body}), FORM)


def test_entries_that_are_texts_only_where_they_may_be():
    form = Form(("ips",), scalars=True)
    assert entries(answer({"ips": ["a", 5]}), form) == [{"id": "a"}, {"id": 5}]
    assert entries(answer({"ips": {"7": "a"}}), form) == [{"id": "7", "name": "a"}]
    for content in (["a", ""], ["a", None], {"gateway": "a"}, {"7": "a", "8": ""}, {"7": ""}):
        with pytest.raises(Unreadable):
            entries(answer({"ips": content}), form)


def test_ids_have_digits():
    assert all(map(is_id, ("5", "debian-12", "6ba7b811-9dad-11d1-80b4-00c04fd430c8", 5, "ISPsystem__CentOS-7")))
    assert not any(map(is_id, ("errors", "message", "", "total")))


def test_an_entry_that_is_none_of_its_kind_is_refused():
    with pytest.raises(
        Unreadable, match=r"^the answer to GET /service/402/vms \(List VMs\) can't be read: an entry is"
    ):
        records(answer({"vms": [{"id": 1}, {"id": 2}]}), FORM, lambda entry: entry if entry["id"] == 1 else None, "vm")


# pages


@pytest.mark.parametrize(
    ("page", "read_as"),
    [
        ({"current": 1, "total": 3}, Page(1, 3)),
        ({"current": "2", "total": "3"}, Page(2, 3)),
        ({"current": 0, "total": 2}, Page(0, 2)),
        *[(each, None) for each in (None, [], {}, "", {"total": 1}, {"total": 0}, {"current": 1, "total": "1"})],
    ],
)
def test_which_page_an_answer_is(page: Any, read_as: Page | None):
    assert page_of(answer({"vms": [], "page": page})) == read_as
    assert page_of(answer({"data": {"vms": [], "page": page}})) == read_as


@pytest.mark.parametrize(
    "page", [{"total": 2}, {"current": 1}, {"current": "x", "total": 2}, 2, "1 of 2", [1, 2], True]
)
def test_a_page_that_can_not_be_understood_is_refused(page: Any):
    with pytest.raises(Unreadable, match="its page can't be understood"):
        page_of(answer({"vms": [], "page": page}))


@pytest.mark.parametrize(
    ("page", "first", "following"),
    [
        (Page(1, 3), 1, 2),
        (Page(2, 3), 1, 3),
        (Page(3, 3), 1, None),
        (Page(0, 3), 0, 1),
        (Page(1, 3), 0, 2),
        (Page(2, 3), 0, None),
    ],
)
def test_which_page_follows(page: Page, first: int, following: int | None):
    assert page.next(first) == following


def pages(*contents: list[int]) -> list[Answer]:
    """Pages as the client yields them."""
    return [
        replace(
            answer({"vms": [{"id": each} for each in ids], "page": {"current": number, "total": len(contents)}}),
            followed=True,
        )
        for number, ids in enumerate(contents, 1)
    ]


def read_ids(one: Answer) -> list[int]:
    return [entry["id"] for entry in entries(one, FORM)]


def test_pages_make_one_list():
    assert all_pages(pages([1, 2], [3, 4], [5]), read_ids, lambda identity: identity) == (1, 2, 3, 4, 5)
    assert all_pages([answer({"vms": []})], read_ids, lambda identity: identity) == ()


@pytest.mark.parametrize(
    ("contents", "said"),
    [
        (([1, 2], []), '"current": 2, "total": 2} is empty'),
        (([], [1]), '"current": 1, "total": 2} is empty'),
        (([1, 2], [1, 2]), "repeats entries"),
        (([1, 2], [2, 3]), "repeats entries"),
    ],
)
def test_pages_that_are_no_whole_list_are_refused(contents: tuple[list[int], ...], said: str):
    with pytest.raises(Unreadable, match=said.replace("{", r"\{").replace("}", r"\}")):
        all_pages(pages(*contents), read_ids, lambda identity: identity)


ALIKE = [{"id": "1", "name": "a"}, {"id": "2", "name": "a"}, {"id": "1", "name": "a"}]


def test_entries_that_are_equal_stay():
    """Where entries have no id of their own, they are several things."""
    for identity in (lambda entry: entry["id"], str):
        assert all_pages([answer({"vms": ALIKE})], lambda one: entries(one, FORM), identity) == tuple(ALIKE)


@pytest.mark.parametrize("identity", [None, ""])
def test_entries_without_an_identity_are_not_compared(identity: str | None):
    listed = [{"id": "1", "name": "a"}, {"id": "1", "name": "b"}]
    found = all_pages([answer({"vms": listed})], lambda one: entries(one, FORM), lambda entry: identity)
    assert found == tuple(listed)


def test_entries_that_differ_and_have_one_id_are_refused():
    listed = [*ALIKE, {"id": "2", "name": "b"}]
    with pytest.raises(Unreadable, match="entries that differ have the same id, '2'"):
        all_pages([answer({"vms": listed})], lambda one: entries(one, FORM), lambda entry: entry["id"])


def test_a_page_of_several_is_refused_where_nobody_asks_for_the_others():
    for content, said in (([], "is empty"), ([{"id": 1}], r'it is only page \{"current": 1, "total": 5\}')):
        with pytest.raises(Unreadable, match=said):
            entries(answer({"vms": content, "page": {"current": 1, "total": 5}}), FORM)


# refusals


def test_a_refusal_says_what_and_shows_how_the_answer_begins():
    error = Answer(OPERATIONS["list_vms"], "/service/402/vms", {"a": "x" * 500, "b": "s3cret"}, str.upper).unreadable(
        "y"
    )
    assert str(error).startswith('the answer to GET /service/402/vms (List VMs) can\'t be read: y: {"A": "XXX')
    assert len(str(error)) < 300
    assert error.failure == {
        "operation": "list_vms",
        "method": "GET",
        "path": "/service/402/vms",
        "status": None,
        "errors": [],
    }


@pytest.mark.unmeasured
@given(body=st.recursive(st.none() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_any_answer_can_be_shown(body: Any):
    """In one line, and in some characters of the answer."""
    shown = str(answer(body).unreadable("x"))
    assert len(shown) < EXCERPT + 120
    assert "\n" not in shown


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    ("part", "plain"), [("<!--", " "), ("&amp;", "&" * 500_000), ("<a ", "<a " * 500_000), ("1 ", "1 " * 500_000)]
)
def test_a_long_text_is_read(part: str, plain: str):
    """If its time grew with the square of the length, this would not end today."""
    value = part * 500_000
    assert bare(value) == plain
    assert number(value, {"": 1}, 0, 9) is UNKNOWN
