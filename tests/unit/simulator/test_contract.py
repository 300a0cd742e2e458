# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator against the reference: its 75 operations and every answer that it prints.

The files in `examples/` are the reference's own text, except where that isn't JSON:

* GET /balance is printed in double braces; the inner object is taken.
* GET /contact/privileges has `// comments` and a `(...)` in two lists; both are left out.
* GET /payment/fees has trailing commas in two objects; they are left out.

Where its examples contradict each other (a service is Pending in the list and Active in its
details), `seeds/example.yml` pins each view with `as_documented`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from simulator.operations import DOCUMENTED, HANDLERS, OPERATIONS
from simulator.seed import EXAMPLE

BY_NUMBER = {each.number: each for each in OPERATIONS}
TOKENS = (1, 3)  # tokens are printed shortened, so only their form can be compared
CONCRETE = {
    10: "/contact/49",
    11: "/contact/49",
    17: "/invoice/308976",
    21: "/tickets/736633",
    24: "/tickets/736633",
    25: "/tickets/736633/open",
    26: "/tickets/736633/close",
}
BODIES: dict[int, dict[str, Any]] = {
    6: {"city": "Santa Rosa"},
    8: {"email": "new@example.com", "firstname": "New"},
    11: {"lastname": "Sue"},
    23: {"dept_id": 1, "subject": "Subject", "body": "Message ..."},
    24: {"body": "reply text .."},
    33: {"immediate": "false", "reason": "No longer needed"},
    35: {"label": "labelValue"},
}


@pytest.fixture
def example(start: Callable[..., Any]) -> Any:
    return start(EXAMPLE, auth=("api@example.com", "secret"))


def test_operations_are_the_75_of_the_table() -> None:
    assert [each.number for each in OPERATIONS] == list(range(1, 76))
    assert set(HANDLERS) == {each.route for each in OPERATIONS}


def test_every_example_belongs_to_an_operation() -> None:
    directory = OPERATIONS[0].example.parent
    assert set(directory.glob("*.json")) == {BY_NUMBER[number].example for number in DOCUMENTED}
    assert len(DOCUMENTED) == 29


@pytest.mark.parametrize("number", sorted(DOCUMENTED))
def test_answer_is_the_documented_one(example: Any, number: int) -> None:
    operation = BY_NUMBER[number]
    expected = json.loads(operation.example.read_text(encoding="utf-8"))
    login = {"username": "api@example.com", "password": "secret"}
    body = BODIES.get(number, {})
    if number in (3, 4):
        body = {"refresh_token": example("POST /login", **login)["refresh"]}
    if number == 25:
        example("PUT /tickets/736633/close")
    path = CONCRETE.get(number, operation.path.replace("@id", "301"))

    answer = example(f"{operation.method} {path}", **(login if number == 1 else body))

    if number in TOKENS:
        assert answer.keys() == expected.keys()
        assert all(value.startswith("eyJ") and value.count(".") == 2 for value in answer.values())
    else:
        assert answer == expected


def test_operations_that_need_no_login(company: Any) -> None:
    public = {"/statuses", "/statuses/specific/@status", "/statuses/@id"}
    of_tokens = {"/login", "/token", "/revoke"}  # these want fields of their own instead
    for operation in (each for each in OPERATIONS if each.path not in of_tokens):
        path = operation.path.replace("@status", "Scheduled").replace("@id", "3")
        response = company.send(f"{operation.method} {path}", auth=None)
        expected = 200 if operation.path in public else 401
        assert response.status_code == expected, operation.route
