# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of operations is the reference's, row by row."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
import yaml
from ansible_collections.sindad.cloud.plugins.module_utils._client import VERSION, Client, Settings, SindadError
from ansible_collections.sindad.cloud.plugins.module_utils._operations import OPERATIONS, PROFILE, identifier

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "tests" / "simulator" / "operations.tsv"


def reference() -> list[dict[str, str]]:
    with REFERENCE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


@pytest.mark.parametrize("row", reference(), ids=lambda row: f"{row['number']} {row['title']}")
def test_each_row_is_the_references(row: dict[str, str]) -> None:
    operation = OPERATIONS[identifier(row["title"])]
    fields = [] if row["parameters"] == "-" else [field.split(":")[0] for field in row["parameters"].split()]
    found = (operation.number, operation.method, operation.path, operation.title, list(operation.fields))
    assert found == (int(row["number"]), row["method"], row["path"], row["title"], fields)


def test_there_are_no_others() -> None:
    assert [operation.number for operation in OPERATIONS.values()] == list(range(1, 76))


def test_names_are_identifiers_and_unique() -> None:
    assert len({operation.name for operation in OPERATIONS.values()}) == 75
    assert all(name == operation.name and name.isidentifier() for name, operation in OPERATIONS.items())
    assert len({(operation.method, operation.path) for operation in OPERATIONS.values()}) == 75


def test_who_needs_credentials() -> None:
    """The reference's samples: none for what makes a token, none on the status page and the stock."""
    without = {operation.path for operation in OPERATIONS.values() if operation.auth != "required"}
    never = {operation.path for operation in OPERATIONS.values() if operation.auth == "never"}
    assert never == {"/login", "/token"}
    assert without - never == {"/revoke", "/statuses", "/statuses/specific/@status", "/statuses/@id", "/serverstock"}


def test_only_a_post_is_not_safe_to_repeat() -> None:
    assert {operation.method for operation in OPERATIONS.values() if not operation.safe} == {"POST"}
    assert {operation.method for operation in OPERATIONS.values() if operation.safe} == {"GET", "PUT", "DELETE"}


def test_the_profile_is_that_of_update_user_details() -> None:
    assert OPERATIONS["update_user_details"].fields == PROFILE
    assert OPERATIONS["edit_contact"].fields == ("privileges", *PROFILE)


def test_the_version_is_the_collections() -> None:
    assert yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["version"] == VERSION


def test_parameters_are_the_placeholders_in_order() -> None:
    assert OPERATIONS["get_vm_details"].parameters == ("id", "vmid")
    assert OPERATIONS["list_services"].parameters == ()


@pytest.mark.parametrize(
    ("value", "segment"),
    [
        ("17228", "17228"),
        ("a/b", "a%2Fb"),
        ("a?b=c#d", "a%3Fb%3Dc%23d"),
        ("%2e%2e", "%252e%252e"),
        ("a b", "a%20b"),
        ("سرور", "%D8%B3%D8%B1%D9%88%D8%B1"),
        ("6ba7b811-9dad-11d1-80b4-00c04fd430c8", "6ba7b811-9dad-11d1-80b4-00c04fd430c8"),
    ],
)
def test_an_id_is_one_segment_of_the_path(value: str, segment: str) -> None:
    assert OPERATIONS["stop_vm"].url_path("401", value) == f"/service/401/vms/{segment}/stop"


@pytest.mark.parametrize("value", ["", ".", ".."])
@pytest.mark.parametrize("place", [0, 1])
def test_an_id_that_would_change_the_path_is_refused_before_anything_is_sent(value: str, place: int) -> None:
    """DELETE …/vms/ would be another address, and …/vms/.. the service itself."""
    client = Client(Settings(api_url="http://127.0.0.1:9", api_username="u", api_password="p"))
    ids = ["401", "2001"]
    ids[place] = value
    with pytest.raises(SindadError, match=r"Destroy VM: .*empty id"):
        client.send("destroy_vm", *ids)
    assert not client.calls
