# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists in pages, and pages that don't lead to the end of the list."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.shapes import SHAPES

VMS = "/service/401/vms"
#: The lists of the API, each with the key that it stands below in most shapes.
LISTS = {
    "/service": "services",
    "/service/401/methods": "methods",
    VMS: "vms",
    "/service/401/templates": "templates",
    "/service/512/ips": "ips",
    "/service/512/vlans": "vlans",
    "/service/512/rescue/templates": "templates",
    "/tickets": "tickets",
    "/ticket/departments": "departments",
    "/contact": "contacts",
    "/invoice": "invoices",
    "/payment/fees": "payments",
    "/notifications": "notifications",
    "/notifications/new": "notifications",
    "/statuses": "statuses",
    "/serverstock": "servers",
}


def content(answer: Any, key: str) -> Any:
    return answer[key] if key in answer else answer["data"]


def entries(answer: Any, key: str) -> list[Any]:
    """The entries of a page, those of an object with their keys."""
    found = content(answer, key)
    return list(found.items()) if isinstance(found, dict) else found


def ids(answer: Any) -> list[str]:
    return [each["id"] for each in answer["vms"]]


@pytest.mark.parametrize("shape", [name for name in SHAPES if not SHAPES[name].bare])
@pytest.mark.parametrize("base", [0, 1])
def test_the_pages_of_every_list_make_up_the_list(start: Any, shape: str, base: int) -> None:
    client = start(shape=shape)
    whole = {path: entries(client(f"GET {path}"), key) for path, key in LISTS.items()}
    client("POST /_simulator/state", settings={"page_size": 2, "page_base": base})
    for path, key in LISTS.items():
        answer = client(f"GET {path}")
        found = entries(answer, key)
        assert int(answer["page"]["current"]) == base, path
        assert int(answer["page"]["total"]) == -(-len(whole[path]) // 2), path
        for number in range(base + 1, base + int(answer["page"]["total"])):
            answer = client(f"GET {path}?page={number}")
            assert int(answer["page"]["current"]) == number
            found += entries(answer, key)
        assert found == whole[path], path


def test_a_bare_list_comes_in_one_piece(start: Any) -> None:
    client = start(shape="openstack", page_size=2)
    assert len(client(f"GET {VMS}")) == 5
    assert len(client("GET /service")["services"]) == 2, "this one has a key in every shape"


def test_a_list_within_an_answer_comes_in_one_piece(start: Any) -> None:
    client = start(page_size=1)
    assert len(client("GET /service/401/upgrade")["resources"]) == 3
    assert "page" not in client("GET /tickets/700101")


def test_an_empty_list_has_no_pages(start: Any) -> None:
    client = start(page_size=2)
    for key in ("2011", "2012", "2013"):
        client(f"DELETE /service/402/vms/{key}")
    assert client("GET /service/402/vms") == {"vms": [], "page": {"current": 1, "total": 0}}


def test_a_page_that_is_not_there(start: Any) -> None:
    client = start(page_size=2)
    assert client(f"GET {VMS}?page=9") == {"vms": [], "page": {"current": 9, "total": 3}}
    assert client.send(f"GET {VMS}?page=x").status_code == 422


def test_pages_that_lead_nowhere(start: Any) -> None:
    client = start(page_size=2)

    def second(deviant: str) -> Any:
        client("POST /_simulator/state", settings={"page_deviant": deviant})
        return client(f"GET {VMS}?page=2")

    assert ids(second("")) == ["2003", "2004"]
    repeated = second("repeats")
    assert (ids(repeated), repeated["page"]["current"]) == (["2001", "2002"], 2)
    overlapping = second("overlaps")
    assert (ids(overlapping), overlapping["page"]["current"]) == (["2002", "2003"], 2)
    stuck = second("stuck")
    assert (ids(stuck), stuck["page"]["current"]) == (["2001", "2002"], 1)
    empty = second("empty")
    assert (ids(empty), empty["page"]["current"]) == ([], 2)
    assert ids(client(f"GET {VMS}")) == ["2001", "2002"]


def test_a_reset_ends_what_was_poked(start: Any) -> None:
    client = start(page_size=3)
    client("POST /_simulator/state", settings={"page_size": 2, "hide": ["memory"]})
    assert len(client(f"GET {VMS}")["vms"]) == 2
    client("POST /_simulator/reset")
    assert len(client(f"GET {VMS}")["vms"]) == 3
    assert client("GET /_simulator/state")["settings"]["hide"] == []


def test_a_reset_may_set_something(start: Any) -> None:
    client = start(page_size=3)
    client("POST /_simulator/reset", page_size=2)
    assert len(client(f"GET {VMS}")["vms"]) == 2


@pytest.mark.parametrize("control", ["POST /_simulator/reset", "DELETE /_simulator/requests"])
def test_a_log_that_is_cleared_is_told(start: Any, control: str) -> None:
    client = start()
    client(f"GET {VMS}")
    assert client(control)["counts"] == {"GET /service/@id/vms": 1}
    assert client("GET /_simulator/requests")["requests"] == []


@pytest.mark.parametrize("settings", [{"page_base": 2}, {"page_deviant": "odd"}, {"colour": "red"}])
def test_settings_that_are_none(company: Any, settings: dict[str, Any]) -> None:
    assert company.send("POST /_simulator/state", json={"settings": settings}).status_code == 422
    assert company.send("POST /_simulator/reset", json=settings).status_code == 422


def test_a_reset_that_is_refused_is_not_carried_out(start: Any) -> None:
    client = start(page_size=3)
    client("POST /_simulator/state", settings={"page_size": 2})
    assert client.send("POST /_simulator/reset", json={"colour": "red"}).status_code == 422
    assert len(client(f"GET {VMS}")["vms"]) == 2
