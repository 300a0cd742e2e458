# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults: answers of their own, delays, and connections that are dropped."""

from __future__ import annotations

import time
from typing import Any

import pytest
import requests

LABEL = "/service/401/label"


def label(client: Any) -> str:
    return client(f"GET {LABEL}")["label"]


def test_a_status_instead_of_the_operation(company: Any) -> None:
    company(
        "POST /_simulator/faults",
        method="POST",
        path="/service/@id/label",
        status=429,
        headers={"Retry-After": "1"},
        body={"error": ["slow down"]},
        times=2,
    )
    for _unused in range(2):
        response = company.send(f"POST {LABEL}", json={"label": "x"})
        assert response.status_code == 429
        assert response.headers["Retry-After"] == "1"
    assert label(company) == "web-cluster"
    company(f"POST {LABEL}", label="x")
    assert label(company) == "x"


def test_a_status_after_the_operation(company: Any) -> None:
    page = "<html>Bad</html>"
    company("POST /_simulator/faults", path=LABEL, status=502, when="after", body=page)
    response = company.send(f"POST {LABEL}", json={"label": "x"})
    assert (response.status_code, response.text) == (502, page)
    assert response.headers["content-type"].startswith("text/html")
    assert label(company) == "x"


@pytest.mark.parametrize(("drop", "expected"), [("before", "web-cluster"), ("after", "x")])
def test_a_dropped_connection(company: Any, drop: str, expected: str) -> None:
    company("POST /_simulator/faults", method="POST", path=LABEL, drop=drop)
    with pytest.raises(requests.exceptions.ConnectionError):
        company.send(f"POST {LABEL}", json={"label": "x"})
    assert label(company) == expected
    last = company("GET /_simulator/requests")["requests"][0]
    assert (last["fault"], last["status"]) == (f"drop {drop}", None)


def test_a_delay_for_ever(company: Any) -> None:
    company("POST /_simulator/faults", delay=0.1, times=None)
    begin = time.monotonic()
    assert company("GET /service")["services"]
    assert company("GET /service")["services"]
    assert time.monotonic() - begin >= 0.2
    assert len(company("GET /_simulator/faults")["faults"]) == 1
    company("DELETE /_simulator/faults")
    assert company("GET /_simulator/faults") == {"faults": []}


def test_a_fault_that_says_nothing_is_refused(company: Any) -> None:
    for body in ({}, {"status": 500, "when": "never"}, {"colour": "red"}):
        assert company.send("POST /_simulator/faults", json=body).status_code == 422
