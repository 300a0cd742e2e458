# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Basic authentication and bearer tokens."""

from __future__ import annotations

from pathlib import Path
from typing import Any

LOGIN = {"username": "ops@example.com", "password": "simulator"}


def bearer(token: str) -> dict[str, Any]:
    return {"auth": None, "headers": {"Authorization": f"Bearer {token}"}}


def seeded(start: Any, directory: Path, options: str) -> Any:
    seed = directory / "seed.yml"
    seed.write_text(f"account: {{{options}}}\nservices: [{{service: 401, vms: []}}]\n")
    return start(seed)


def test_basic(company: Any) -> None:
    for auth in (("ops@example.com", "wrong"), ("nobody", "simulator")):
        response = company.send("GET /service", auth=auth)
        assert response.status_code == 401
        assert response.json() == {"error": ["wronglogin", "unauthorized"]}
    assert company.send("GET /service", auth=None).json() == {"error": ["unauthorized"]}


def test_a_token_from_login_to_revocation(company: Any) -> None:
    first = company("POST /login", **LOGIN)
    assert company.send("POST /login", data=LOGIN).json().keys() == {"token", "refresh"}
    assert company.send("GET /service", **bearer(first["token"])).ok
    second = company("POST /token", refresh_token=first["refresh"])
    assert company.refused("POST /token", refresh_token=first["refresh"])[0] == 401
    assert company.send("GET /service", **bearer(second["token"])).ok
    assert company.send("POST /logout", **bearer(second["token"])).json() == {"status": True}
    assert company.send("GET /service", **bearer(second["token"])).status_code == 401
    company("POST /revoke", refresh_token=second["refresh"])
    assert company.send("GET /service", **bearer(first["token"])).status_code == 401


def test_a_token_revokes_itself(company: Any) -> None:
    token = company("POST /login", **LOGIN)["token"]
    assert company.send("POST /revoke", **bearer(token)).ok
    assert company.send("GET /service", **bearer(token)).status_code == 401


def test_a_token_expires_and_is_refreshed(start: Any, tmp_path: Path) -> None:
    client = seeded(start, tmp_path, "token_lifetime: 0")
    tokens = client("POST /login", **LOGIN)
    response = client.send("GET /service", **bearer(tokens["token"]))
    assert (response.status_code, response.json()) == (401, {"error": ["token_expired"]})
    client("POST /_simulator/state", account={"id": LOGIN["username"], "token_lifetime": 60})
    token = client("POST /token", refresh_token=tokens["refresh"])["token"]
    assert client.send("GET /service", **bearer(token)).ok


def test_mfa_gives_no_token(start: Any, tmp_path: Path) -> None:
    answer = seeded(start, tmp_path, "mfa: true")("POST /login", **LOGIN)
    assert answer["token"] is None
    assert answer["mfa"]["methods"] == ["google_authenticator"]


def test_each_kind_can_be_switched_off(start: Any, tmp_path: Path) -> None:
    client = seeded(start, tmp_path, "basic_enabled: false")
    assert client.refused("GET /service") == (401, ["unauthorized"])
    assert client.send("GET /service", **bearer(client("POST /login", **LOGIN)["token"])).ok
    client("POST /_simulator/state", account={"id": LOGIN["username"], "basic_enabled": True, "token_enabled": False})
    assert client.refused("POST /login", **LOGIN)[1] == ["internal_error_0"]
    assert client.send("GET /service").ok
