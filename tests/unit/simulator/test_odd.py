# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Odd answers: the table itself, and the fault that sends them."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from simulator import odd
from simulator.operations import OPERATIONS

BY_NUMBER = {each.number: each for each in OPERATIONS}
LIST_VMS = BY_NUMBER[39]
VMS = "/service/401/vms"
LABEL = "/service/401/label"


def test_every_operation_that_reads_is_in_the_table() -> None:
    assert set(odd.ASKED) == {each.number for each in odd.readers()}
    assert {each.kind for each in odd.ASKED.values()} == set(odd.LEGAL)


def test_the_table_names_forms_that_are_there_once() -> None:
    assert len(set(odd.FORMS)) == len(odd.FORMS)
    for forms in (*odd.LEGAL.values(), odd.LEGAL_EMPTY):
        assert set(forms) <= set(odd.UNREADABLE)
    assert len(odd.UNREADABLE) >= 30


def test_every_form_is_json_and_differs_from_the_others() -> None:
    for operation in OPERATIONS:
        bodies = [odd.text(name, operation) for name in odd.UNREADABLE]
        assert len(set(bodies)) == len(bodies)
        for body in bodies:
            json.loads(body)
    assert odd.text(odd.EMPTY, LIST_VMS) == ""


def test_a_form_stands_below_the_key_of_its_operation() -> None:
    assert json.loads(odd.text("below_null", LIST_VMS)) == {"vms": None}
    assert json.loads(odd.text("below_null", BY_NUMBER[20])) == {"tickets": None}
    assert json.loads(odd.text("page_of_nothing", LIST_VMS)) == {"vms": [], "page": {"current": 1, "total": 3}}


@pytest.mark.parametrize(
    ("number", "form", "expected"),
    [
        (39, "empty_list", odd.REFUSED),
        (39, "below_empty_list", odd.NONE),
        (39, "data_empty_list", odd.NONE),
        (39, "below_of_texts", odd.REFUSED),
        (62, "below_of_texts", odd.REFUSED),
        (63, "below_of_texts", odd.TOLD),
        (12, "empty_list", odd.NONE),
        (75, "empty_list", odd.NONE),
        (50, "empty_list", odd.IDLE),
        (54, "below_false", odd.IDLE),
        (57, "below_null", odd.IDLE),
        (50, "empty_object", odd.REFUSED),
        (50, "null", odd.REFUSED),
        (50, "text", odd.REFUSED),
        (50, "status_ok", odd.REFUSED),
        (34, "below_null", odd.NONE),
        (40, "below_empty_list", odd.REFUSED),
        (22, "null", odd.OPEN),
    ],
)
def test_what_a_form_means(number: int, form: str, expected: str) -> None:
    assert odd.meaning(form, BY_NUMBER[number]) == expected


def test_most_of_the_table_is_unreadable() -> None:
    meanings = Counter(odd.meaning(form, each) for each in odd.readers() for form in odd.UNREADABLE)
    assert meanings[odd.REFUSED] > 0.8 * meanings.total()


@pytest.mark.parametrize("form", list(odd.UNREADABLE))
def test_the_fault_answers_200_with_the_form(company: Any, form: str) -> None:
    company("POST /_simulator/faults", path="/service/@id/vms", odd=form)
    response = company.send(f"GET {VMS}")
    assert response.status_code == 200
    assert response.text == odd.text(form, LIST_VMS)
    assert len(company(f"GET {VMS}")["vms"]) == 5
    last = company("GET /_simulator/requests")["requests"][0]
    assert (last["fault"], last["carried_out"]) == (f"odd {form} before", False)


@pytest.mark.parametrize("form", [*odd.WITHOUT_WORDS, *odd.REFUSALS])
@pytest.mark.parametrize(("when", "label"), [("before", "web-cluster"), ("after", "x")])
def test_a_write_is_carried_out_or_not(company: Any, form: str, when: str, label: str) -> None:
    company("POST /_simulator/faults", method="POST", path=LABEL, odd=form, when=when)
    response = company.send(f"POST {LABEL}", json={"label": "x"})
    assert response.status_code == 200
    assert response.text == odd.text(form, BY_NUMBER[35])
    assert company(f"GET {LABEL}")["label"] == label
    written = company("GET /_simulator/requests")["requests"][0]
    assert written["carried_out"] == (when == "after")


def test_an_odd_answer_with_another_status(company: Any) -> None:
    company("POST /_simulator/faults", path="*", odd="message", status=202)
    response = company.send(f"GET {VMS}")
    assert (response.status_code, response.json()) == (202, {"message": odd.DOWN})


def test_an_unknown_form_is_refused(company: Any) -> None:
    assert company.send("POST /_simulator/faults", json={"odd": "strange"}).status_code == 422
