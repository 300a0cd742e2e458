# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers that are cut, come byte by byte, or have reason phrases of their own."""

from __future__ import annotations

import time
from typing import Any

import pytest
import requests

LABEL = "/service/401/label"
VMS = "/service/401/vms"
PHRASE = "Fine \x1b[31m& well"


def test_a_body_that_is_cut(company: Any) -> None:
    for how, error in (
        (True, requests.exceptions.ChunkedEncodingError),
        ("chunked", requests.exceptions.ChunkedEncodingError),
    ):
        company("POST /_simulator/faults", path=VMS, cut=how)
        with pytest.raises(error):
            company.send(f"GET {VMS}")
    assert len(company(f"GET {VMS}")["vms"]) == 5


def test_a_gzip_body_that_is_cut(company: Any) -> None:
    company("POST /_simulator/faults", path=VMS, cut="gzip")
    try:
        content = company.send(f"GET {VMS}").content
    except requests.exceptions.ContentDecodingError:
        return
    assert not content.endswith(b"}"), "a client that doesn't see the end missing gets half of it"


def test_a_write_whose_answer_is_cut(company: Any) -> None:
    """It is carried out, unless it has an answer of its own before that."""
    company("POST /_simulator/faults", method="POST", path=LABEL, cut=True)
    with pytest.raises(requests.exceptions.RequestException):
        company.send(f"POST {LABEL}", json={"label": "x"})
    assert company(f"GET {LABEL}")["label"] == "x"
    company("POST /_simulator/faults", method="POST", path=LABEL, status=200, body={"success": True}, cut=True)
    with pytest.raises(requests.exceptions.RequestException):
        company.send(f"POST {LABEL}", json={"label": "y"})
    assert company(f"GET {LABEL}")["label"] == "x"


@pytest.mark.parametrize("part", ["body", "head"])
def test_an_answer_that_trickles(company: Any, part: str) -> None:
    whole = company(f"GET {LABEL}")
    company("POST /_simulator/faults", path=LABEL, trickle=0.005, trickle_from=part)
    begin = time.monotonic()
    assert company(f"GET {LABEL}") == whole
    # a body of some 24 bytes, a head of more than 100
    assert time.monotonic() - begin > (0.1 if part == "body" else 0.5)


def test_a_client_that_gives_up_ends_the_trickle(company: Any) -> None:
    company("POST /_simulator/faults", path=LABEL, trickle=1, trickle_from="head")
    with pytest.raises(requests.exceptions.RequestException):
        company.send(f"GET {LABEL}", timeout=0.2)
    assert company(f"GET {LABEL}") == {"label": "web-cluster"}


def test_a_reason_phrase(company: Any) -> None:
    company("POST /_simulator/faults", path=LABEL, status=500, reason=PHRASE, body="")
    response = company.send(f"GET {LABEL}")
    assert (response.status_code, response.reason) == (500, PHRASE)


@pytest.mark.parametrize("status", [520, 522, 524])
def test_statuses_of_gateways_that_http_does_not_know(company: Any, status: int) -> None:
    company(
        "POST /_simulator/faults", path=LABEL, status=status, body="<html>a web server is down</html>", when="after"
    )
    assert company.send(f"GET {LABEL}").status_code == status


def test_a_redirect_in_answer_to_a_write(company: Any) -> None:
    company(
        "POST /_simulator/faults",
        method="POST",
        path=LABEL,
        status=302,
        headers={"Location": "/clientarea/"},
        body="",
        when="after",
    )
    response = company.send(f"POST {LABEL}", json={"label": "x"}, allow_redirects=False)
    assert (response.status_code, response.headers["Location"]) == (302, "/clientarea/")
    assert company(f"GET {LABEL}")["label"] == "x"


def test_a_fault_lets_requests_pass_first(company: Any) -> None:
    company("POST /_simulator/faults", path=LABEL, status=500, skip=2)
    answers = [company.send(f"GET {LABEL}").status_code for _unused in range(4)]
    assert answers == [200, 200, 500, 200]


@pytest.mark.parametrize("fault", [{"cut": "half"}, {"trickle": 1, "trickle_from": "tail"}])
def test_what_is_no_fault(company: Any, fault: dict[str, Any]) -> None:
    assert company.send("POST /_simulator/faults", json=fault).status_code == 422
