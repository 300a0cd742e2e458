# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The client over real HTTP: the simulator with its faults, and a raw server for what no portal should say."""

from __future__ import annotations

import base64
import datetime as dt
import gzip
import html
import ipaddress
import json
import re
import socket
import ssl
import struct
import threading
import time
import types
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import quote, quote_plus

import pytest
import requests
from ansible_collections.sindad.cloud.plugins.module_utils import _client
from ansible_collections.sindad.cloud.plugins.module_utils._client import (
    MAX_SHOWN,
    NOT_JSON,
    VERSION,
    Client,
    refusal_words,
    token_pair,
)
from ansible_collections.sindad.cloud.plugins.module_utils._errors import (
    AuthError,
    NotFound,
    OutcomeUnknown,
    SindadError,
    Unreachable,
    Unreadable,
)
from ansible_collections.sindad.cloud.plugins.module_utils._operations import OPERATIONS
from ansible_collections.sindad.cloud.plugins.module_utils._reading import Answer
from ansible_collections.sindad.cloud.plugins.module_utils._secrets import MARGIN
from ansible_collections.sindad.cloud.plugins.module_utils._settings import Settings

from simulator.seed import SEEDS
from simulator.testing import Simulator

USER, PASSWORD = "ops@example.com", "simulator"
POST_VM = ("create_vm", "401")
NEW_VM = {"label": "web-9", "template": "101", "memory": "1024", "cpu": "1", "disk": "10"}


def call(client: Client, name: str, *ids: str, body: Any = None, query: Any = None) -> Any:
    """Send any operation, and return the JSON of its answer."""
    if OPERATIONS[name].writes:
        return client.send(name, *ids, body=body).body
    return client.get(name, *ids, query=query).body


def connect(url: str, **options: Any) -> Client:
    """A client that retries once, at once, and doesn't wait long."""
    given = {"api_username": USER, "api_password": PASSWORD, "api_timeout": 5, "api_retries": 1, **options}
    return Client(Settings.from_options({"api_url": url, **given}))


@pytest.fixture(scope="module")
def running() -> Iterator[Simulator]:
    with Simulator(SEEDS / "company.yml") as simulator:
        yield simulator


@pytest.fixture
def portal(running: Simulator) -> Simulator:
    running.reset()
    return running


@pytest.fixture
def client(portal: Simulator) -> Client:
    return connect(portal.url)


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses between retries, which aren't made."""
    pauses: list[float] = []
    clock = types.SimpleNamespace(sleep=pauses.append, time=time.time, monotonic=time.monotonic)
    monkeypatch.setattr(_client, "time", clock)
    return pauses


def sent(portal: Simulator, method: str = "*") -> list[str]:
    """What the portal's log says arrived."""
    return [f"{e['method']} {e['path']}" for e in portal.requests() if method in ("*", e["method"])]


def expire(portal: Simulator) -> None:
    """Make all tokens of now expired ones."""
    for session, token in tokens(portal):
        portal.store.put("token", session, {**token, "expires": 0})


def tokens(portal: Simulator) -> list[tuple[str, dict[str, Any]]]:
    return [(each.pop("parent"), each) for each in portal.store.dump().get("token", [])]


def logged_in(portal: Simulator, **options: Any) -> Client:
    pair = requests.post(portal.url + "/login", json={"username": USER, "password": PASSWORD}, timeout=5).json()
    portal.control.clear_log()
    given = {"api_token": pair["token"], "api_refresh_token": pair["refresh"], "api_username": None, **options}
    return connect(portal.url, **given)


# a server that says anything


@dataclass
class Said:
    """An answer to give: bytes as they are; ``hangs`` seconds first; ``cut`` closes in the middle of it.

    ``verbatim`` is all that is sent, headers included, ``trickle`` seconds between two bytes of it.
    """

    body: bytes = b"{}"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    hangs: float = 0.0
    cut: bool = False
    reset: bool = False
    verbatim: bytes = b""
    trickle: float = 0.0


class Raw(ThreadingHTTPServer):
    """Gives its answers one after the other, the last one for ever, and keeps what it was asked."""

    daemon_threads = True

    def __init__(self, *answers: Said) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers = list(answers)
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []
        self.scheme = "http"

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.server_port}/api"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is no error here."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Raw

    def log_message(self, *args: Any) -> None:
        """Not in the tests' output."""

    def _answer(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.asked.append((self.command, self.path, dict(self.headers), content))
        said = self.server.answers.pop(0) if len(self.server.answers) > 1 else self.server.answers[0]
        time.sleep(said.hangs)
        if said.reset:
            # closing with a lingering time of 0 sends RST instead of FIN
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            self.connection.close()
            return
        if said.verbatim:
            self.close_connection = True
            self._send_verbatim(said)
            return
        self.send_response(said.status)
        for name, value in {"Content-Type": "text/html", "Content-Length": str(len(said.body)), **said.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(said.body[: len(said.body) // 2] if said.cut else said.body)
        self.close_connection = said.cut

    def _send_verbatim(self, said: Said) -> None:
        for byte in said.verbatim:
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            time.sleep(said.trickle)

    do_GET = do_POST = do_PUT = do_DELETE = do_CONNECT = _answer  # noqa: N815 (the names are http.server's)


@pytest.fixture
def raw() -> Iterator[Callable[..., Raw]]:
    servers = []

    def start(*answers: Said | bytes | str | dict[str, Any] | list[Any], tls: Path | None = None) -> Raw:
        server = Raw(*[_said(each) for each in answers])
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(tls)
            server.socket = context.wrap_socket(server.socket, server_side=True)
            server.scheme = "https"
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def _said(answer: Any) -> Said:
    if isinstance(answer, Said):
        return answer
    if isinstance(answer, str):
        return Said(answer.encode())
    return Said(answer if isinstance(answer, bytes) else json.dumps(answer).encode())


# who asks


def test_basic(portal: Simulator, client: Client) -> None:
    assert len(call(client, "list_services")["services"]) == 8
    (entry,) = portal.requests()
    assert (entry["auth"], entry["account"]) == ("basic", USER)


def test_basic_is_utf8(raw: Callable[..., Raw]) -> None:
    server = raw({"services": []})
    call(connect(server.url, api_password="گذرواژه:€"), "list_services")
    kind, value = server.asked[0][2]["Authorization"].split()
    assert (kind, base64.b64decode(value).decode()) == ("Basic", f"{USER}:گذرواژه:€")


def test_bearer_goes_before_basic(portal: Simulator) -> None:
    client = logged_in(portal, api_username=USER, api_password="wrong")
    call(client, "user_details")
    assert [entry["auth"] for entry in portal.requests()] == ["bearer"]


def test_what_makes_a_token_is_sent_without_credentials(raw: Callable[..., Raw]) -> None:
    server = raw({"token": "abcdef", "refresh": "ghijkl"})
    client = connect(server.url)
    call(client, "login", body={"username": USER, "password": PASSWORD})
    call(client, "refresh_token", body={"refresh_token": "ghijkl"})
    assert ["Authorization" in headers for _method, _path, headers, _body in server.asked] == [False, False]


def test_the_status_page_needs_no_credentials(portal: Simulator) -> None:
    client = connect(portal.url, api_username=None, api_password=None)
    assert call(client, "get_list_statuses")
    assert [entry["auth"] for entry in portal.requests()] == [None]
    with pytest.raises(AuthError, match=r"api_username and api_password .*SINDAD_USERNAME.*SINDAD_TOKEN") as caught:
        call(client, "list_services")
    assert caught.value.failure is None
    assert len(portal.requests()) == 1


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"api_password": ""}, "api_password (or SINDAD_PASSWORD) is missing: api_username is given without it"),
        ({"api_password": None}, "api_password (or SINDAD_PASSWORD) is missing: api_username is given without it"),
        ({"api_username": None}, "api_username (or SINDAD_USERNAME) is missing: api_password is given without it"),
    ],
)
def test_half_of_the_credentials_is_none_and_the_other_half_is_named(
    portal: Simulator, given: dict[str, Any], said: str
) -> None:
    with pytest.raises(AuthError) as caught:
        call(connect(portal.url, **given), "list_services")
    assert str(caught.value) == said
    assert not portal.requests()


def test_the_user_agent_names_the_collection(raw: Callable[..., Raw]) -> None:
    server = raw({})
    call(connect(server.url), "list_services")
    headers = server.asked[0][2]
    assert headers["User-Agent"] == f"sindad.cloud/{VERSION} (Ansible)"
    assert headers["Accept"] == "application/json"


def test_wrong_password_is_asked_once(portal: Simulator) -> None:
    with pytest.raises(AuthError, match="the portal refused the credentials: wronglogin") as caught:
        call(connect(portal.url, api_password="not-this-one", api_retries=4), "list_services")
    assert "HTTP Basic" in str(caught.value)
    assert caught.value.failure == {
        "operation": "list_services",
        "method": "GET",
        "path": "/service",
        "status": 401,
        "errors": ["wronglogin", "unauthorized"],
    }
    assert len(portal.requests()) == 1


def test_basic_switched_off_is_said(portal: Simulator) -> None:
    portal.control.poke({"account": {"id": USER, "basic_enabled": False}})
    with pytest.raises(AuthError, match=r"unauthorized \(HTTP Basic"):
        call(connect(portal.url), "list_services")


def test_tokens_switched_off_is_said(portal: Simulator) -> None:
    client = logged_in(portal, api_refresh_token=None)
    portal.control.poke({"account": {"id": USER, "token_enabled": False}})
    with pytest.raises(AuthError, match=r"unauthorized \(a bearer token"):
        call(client, "list_services")


# a token that expires


def test_an_expired_token_is_renewed_once(portal: Simulator) -> None:
    client = logged_in(portal)
    expire(portal)
    assert call(client, "user_details")["client"]["firstname"] == "Sara"
    call(client, "list_services")
    assert sent(portal) == ["GET /details", "POST /token", "GET /details", "GET /service"]


@pytest.mark.parametrize("status", [200, 401])
@pytest.mark.parametrize("word", ["token_expired", "unauthorized"])
def test_an_expired_token_in_the_words_of_portals(portal: Simulator, status: int, word: str) -> None:
    client = logged_in(portal)
    portal.fault(path="/details", status=status, body={"error": [word]})
    assert "client" in call(client, "user_details")
    assert sent(portal) == ["GET /details", "POST /token", "GET /details"]


def test_a_post_is_sent_again_with_the_new_token(portal: Simulator) -> None:
    """Authentication fails before anything is carried out, so this repetition is none."""
    client = logged_in(portal)
    expire(portal)
    call(client, *POST_VM, body=NEW_VM)
    assert sent(portal) == ["POST /service/401/vms", "POST /token", "POST /service/401/vms"]
    assert [vm["label"] for vm in portal.store.all("vm", "401")].count("web-9") == 1


def test_a_token_that_is_refused_again_is_an_error(portal: Simulator) -> None:
    client = logged_in(portal)
    portal.fault(path="/details", status=401, body={"error": ["token_expired"]}, times=None)
    with pytest.raises(AuthError, match="token_expired"):
        call(client, "user_details")
    assert sent(portal) == ["GET /details", "POST /token", "GET /details"]


def test_a_refresh_that_is_refused_is_an_error(portal: Simulator) -> None:
    client = logged_in(portal, api_refresh_token="long-gone")
    expire(portal)
    with pytest.raises(
        AuthError, match=r"the token has expired and can't be renewed: .*unauthorized .*POST /token"
    ) as caught:
        call(client, "user_details")
    assert caught.value.failure is not None
    assert caught.value.failure["operation"] == "refresh_token"
    assert sent(portal) == ["GET /details", "POST /token"]


def test_without_a_refresh_token_none_is_asked_for(portal: Simulator) -> None:
    client = logged_in(portal, api_refresh_token=None)
    expire(portal)
    with pytest.raises(AuthError, match="token_expired"):
        call(client, "user_details")
    assert sent(portal) == ["GET /details"]


def test_basic_is_not_renewed(portal: Simulator) -> None:
    portal.fault(path="/details", status=401, body={"error": ["unauthorized"]})
    with pytest.raises(AuthError):
        call(connect(portal.url, api_refresh_token="something"), "user_details")
    assert sent(portal) == ["GET /details"]


def test_the_refresh_token_stays_where_the_answer_has_no_new_one(portal: Simulator) -> None:
    portal.settings.shape = "keyed"
    try:
        client = logged_in(portal)
        for _again in range(2):
            expire(portal)
            call(client, "user_details")
        assert sent(portal).count("POST /token") == 2
    finally:
        portal.settings.shape = "reference"


def test_a_refresh_without_a_token_is_an_error(raw: Callable[..., Raw]) -> None:
    server = raw(Said(b'{"error": ["token_expired"]}', 401), {"status": True})
    with pytest.raises(AuthError, match="holds no token"):
        call(connect(server.url, api_token="old-token", api_refresh_token="refresh"), "user_details")


def test_many_threads_renew_a_token_once(portal: Simulator) -> None:
    client = logged_in(portal)
    expire(portal)
    barrier = threading.Barrier(8)

    def ask(_number: int) -> Any:
        barrier.wait(5)
        return call(client, "user_details")["client"]["firstname"]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(8))) == ["Sara"] * 8
    assert sent(portal).count("POST /token") == 1
    assert client.calls["refresh_token"] == 1


def test_a_refresh_that_is_refused_fails_all_threads_and_is_asked_for_once(portal: Simulator) -> None:
    client = logged_in(portal, api_refresh_token="long-gone")
    expire(portal)
    barrier = threading.Barrier(8)

    def ask(number: int) -> str:
        barrier.wait(5)
        with pytest.raises(AuthError) as caught:
            call(client, "user_details")
        return str(caught.value.within(f"thread {number}"))

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(ask, range(8)))
    assert sent(portal).count("POST /token") == 1
    assert sent(portal).count("GET /details") == 8
    # each has an error of its own, which it may say more of
    assert all(sentence.startswith(f"thread {number}: the token has") for number, sentence in enumerate(told))
    with pytest.raises(AuthError, match="can't be renewed"):
        call(client, "list_services")
    assert sent(portal).count("POST /token") == 1


@pytest.mark.parametrize(
    "odd", [Said(b"<html>", 502), Said(b"{}"), Said(b""), Said(b'{"error": ["down"]}'), Said(reset=True)]
)
def test_a_refresh_that_fails_is_said(raw: Callable[..., Raw], odd: Said) -> None:
    server = raw(Said(b'{"error": ["token_expired"]}', 401), odd)
    client = connect(server.url, api_token="old-token", api_refresh_token="refresh")
    with pytest.raises(AuthError, match=r"^the token has expired and can't be renewed: ") as caught:
        call(client, "user_details")
    assert caught.value.failure is not None
    assert caught.value.failure["operation"] == "refresh_token"
    assert not client.wrote


@pytest.mark.parametrize(
    ("answer", "pair"),
    [
        ({"token": "a.b.c", "refresh": "r"}, ("a.b.c", "r")),
        ({"token": "a.b.c", "refresh_token": "r"}, ("a.b.c", "r")),
        ({"access_token": "a.b.c"}, ("a.b.c", None)),
        ({"data": {"token": "a.b.c", "refresh": "r"}, "error": []}, ("a.b.c", "r")),
    ],
)
def test_token_pairs(answer: Any, pair: tuple[str, str | None]) -> None:
    assert token_pair(made(answer)) == pair


def made(body: Any) -> Answer:
    return Answer(OPERATIONS["login"], "/login", body)


def test_a_second_factor_is_said(portal: Simulator) -> None:
    portal.control.poke({"account": {"id": USER, "mfa": True}})
    answer = connect(portal.url).send("login", body={"username": USER, "password": PASSWORD})
    with pytest.raises(AuthError, match=r"second factor \(google_authenticator\), which a playbook can't enter"):
        token_pair(answer)


@pytest.mark.parametrize("mfa", [True, {"token": "x"}, {"methods": None}, ["totp"]])
def test_a_second_factor_in_other_forms(mfa: Any) -> None:
    with pytest.raises(AuthError, match="second factor"):
        token_pair(made({"token": None, "mfa": mfa}))


@pytest.mark.parametrize(
    "answer",
    [{}, [], None, "x", {"token": None}, {"token": ""}, {"token": 5}, {"token": True}, {"data": []}, {"data": "x"}],
)
def test_no_token_in_any_form_is_an_error(answer: Any) -> None:
    with pytest.raises(AuthError, match="holds no token"):
        token_pair(made(answer))


# repeating


@pytest.mark.parametrize("status", [429, 502, 503, 504, 520, 521, 522, 523, 524])
@pytest.mark.parametrize(
    ("name", "ids", "body"),
    [
        ("list_vms", ("401",), None),
        ("resize_vm", ("401", "2001"), {"memory": "2048", "cpu": "2"}),
        ("destroy_vm", ("401", "2001"), None),
    ],
)
def test_what_is_safe_is_repeated(
    portal: Simulator, client: Client, status: int, name: str, ids: Any, body: Any
) -> None:
    portal.fault(path=OPERATIONS[name].path, method=OPERATIONS[name].method, status=status)
    call(client, name, *ids, body=body)
    assert [entry["status"] for entry in portal.requests()] == [status, 200]
    assert client.calls == {name: 2}


@pytest.mark.parametrize("status", [500, 502, 503, 504, 520, 524])
def test_a_post_is_not_repeated(portal: Simulator, client: Client, status: int) -> None:
    """A gateway's error says nothing of what happened behind it."""
    portal.fault(status=status, body="<html>Bad Gateway</html>", headers={"Retry-After": "0"}, times=None)
    with pytest.raises(OutcomeUnknown) as caught:
        call(client, *POST_VM, body=NEW_VM)
    assert sent(portal) == ["POST /service/401/vms"]
    assert caught.value.status == status
    assert client.wrote


def test_a_post_that_the_rate_limit_refused_is_repeated(portal: Simulator, client: Client, slept: list[float]) -> None:
    """It was not carried out."""
    portal.fault(status=429, headers={"Retry-After": "3"})
    call(client, *POST_VM, body=NEW_VM)
    assert [entry["status"] for entry in portal.requests()] == [429, 200]
    assert [vm["label"] for vm in portal.store.all("vm", "401")].count("web-9") == 1
    assert slept == [3]


def test_a_post_that_the_rate_limit_refuses_for_ever_was_not_carried_out(
    portal: Simulator, client: Client, slept: list[float]
) -> None:
    portal.fault(status=429, times=None)
    with pytest.raises(SindadError, match=r"the portal's rate limit refused POST /service/401/vms") as caught:
        call(client, *POST_VM, body=NEW_VM)
    assert not isinstance(caught.value, OutcomeUnknown)
    assert len(portal.requests()) == 2
    assert not client.wrote


def test_a_post_after_a_rate_limit_that_is_lost_is_lost(portal: Simulator, slept: list[float]) -> None:
    portal.fault(method="POST", status=429)
    portal.fault(method="POST", drop="after")
    with pytest.raises(OutcomeUnknown):
        call(connect(portal.url, api_retries=4), *POST_VM, body=NEW_VM)
    assert len(portal.requests()) == 2


@pytest.mark.parametrize("status", [400, 403, 404, 409, 422, 500, 501])
def test_other_refusals_are_not_repeated(portal: Simulator, client: Client, status: int) -> None:
    portal.fault(status=status, times=None)
    with pytest.raises(SindadError, match="Simulated fault") as caught:
        call(client, "list_vms", "401")
    assert caught.value.status == status
    assert len(portal.requests()) == 1


@pytest.mark.parametrize("drop", ["before", "after"])
def test_a_dropped_get_is_repeated(portal: Simulator, client: Client, drop: str) -> None:
    portal.fault(path="/service", drop=drop)
    assert call(client, "list_services")["services"]
    assert sent(portal) == ["GET /service"] * 2
    assert client.calls == {"list_services": 2}


@pytest.mark.parametrize("drop", ["before", "after"])
def test_a_dropped_post_is_sent_once(portal: Simulator, drop: str) -> None:
    portal.fault(method="POST", drop=drop)
    client = connect(portal.url, api_retries=4)
    with pytest.raises(OutcomeUnknown, match=r"the answer to POST /service/401/vms was lost \(.+\)") as caught:
        call(client, *POST_VM, body=NEW_VM)
    assert sent(portal) == ["POST /service/401/vms"]
    assert [vm["label"] for vm in portal.store.all("vm", "401")].count("web-9") == (drop == "after")
    assert caught.value.failure is not None
    assert caught.value.failure["path"] == "/service/401/vms"
    assert [write.summary for write in client.writes] == ["POST /service/401/vms"]
    assert client.wrote
    client.not_carried_out(OPERATIONS["create_vm"], "/service/402/vms")
    assert client.wrote
    client.not_carried_out(OPERATIONS["create_vm"], "/service/401/vms")
    assert not client.wrote


def test_a_lost_post_is_counted(portal: Simulator, client: Client) -> None:
    """It was sent, so it is one of the requests that a task took."""
    portal.fault(method="POST", drop="after")
    with pytest.raises(OutcomeUnknown):
        call(client, *POST_VM, body=NEW_VM)
    assert client.calls == {"create_vm": 1}


def test_exhausted_retries_are_counted(portal: Simulator, client: Client) -> None:
    portal.fault(path="/service", drop="before", times=None)
    with pytest.raises(Unreachable):
        call(client, "list_services")
    assert len(portal.requests()) == 2
    assert client.calls == {"list_services": 2}


@pytest.mark.parametrize("how", [Said(reset=True), Said(b'{"status": true}', cut=True), Said(hangs=0.6)])
def test_a_post_that_is_cut_is_sent_once(raw: Callable[..., Raw], how: Said) -> None:
    """Reset, closed in the middle of the answer, no answer in time: it may have been carried out."""
    server = raw(how)
    with pytest.raises(OutcomeUnknown, match=r"the answer to POST /service/401/vms was lost"):
        call(connect(server.url, api_retries=3, api_timeout=0.3), *POST_VM, body=NEW_VM)
    assert len(server.asked) == 1


def test_repeated_delete_of_what_is_gone_has_succeeded(portal: Simulator, client: Client) -> None:
    portal.fault(method="DELETE", drop="after")
    call(client, "destroy_vm", "401", "2001")
    assert [entry["status"] for entry in portal.requests()] == [None, 404]
    assert portal.store.get("vm", "401", "2001") is None
    assert client.wrote


@pytest.mark.parametrize(("name", "method"), [("resize_vm", "PUT"), ("destroy_vm", "DELETE")])
def test_a_repetition_that_is_refused_may_be_so_because_the_first_was_carried_out(
    portal: Simulator, client: Client, name: str, method: str
) -> None:
    portal.fault(method=method, drop="after")
    portal.fault(method=method, status=409, body={"error": ["VM 2001 is locked: resizing"]})
    with pytest.raises(
        OutcomeUnknown, match="was lost, and the repeated request was refused: VM 2001 is locked"
    ) as caught:
        call(client, name, "401", "2001", body={"memory": "1024", "cpu": "1"})
    assert caught.value.status == 409


def test_a_repetition_after_a_refusal_is_a_refusal(portal: Simulator, client: Client) -> None:
    portal.fault(method="PUT", status=429)
    portal.fault(method="PUT", status=409, body={"error": ["VM 2001 is locked"]})
    with pytest.raises(SindadError, match=r"the portal refused PUT .*: VM 2001 is locked") as caught:
        call(client, "resize_vm", "401", "2001", body={"memory": "1024"})
    assert not isinstance(caught.value, OutcomeUnknown)


@pytest.mark.parametrize("fault", [{"drop": "after"}, {"status": 504, "when": "after", "body": "<html>"}])
def test_a_put_whose_answers_are_all_lost_may_have_been_carried_out(portal: Simulator, fault: dict[str, Any]) -> None:
    portal.fault(method="PUT", **fault)
    with pytest.raises(OutcomeUnknown):
        call(connect(portal.url, api_retries=0), "resize_vm", "401", "2001", body={"memory": "1024", "cpu": "1"})
    assert [vm["memory"] for vm in portal.store.all("vm", "401") if vm["id"] == "2001"] == [4096]
    assert [vm["task"]["then"] for vm in portal.store.all("vm", "401") if vm["id"] == "2001"] == [
        {"memory": 1024, "cpu": 1}
    ]


def test_first_delete_of_what_is_not_there_is_not_found(portal: Simulator, client: Client) -> None:
    with pytest.raises(NotFound, match="DELETE /service/401/vms/9: VM 9 not found"):
        call(client, "destroy_vm", "401", "9")
    assert not client.wrote


def test_exhausted_retries_say_what_came_last(portal: Simulator, client: Client) -> None:
    portal.fault(path="/service", status=503, body="<html><h1>Maintenance</h1></html>", times=None)
    with pytest.raises(SindadError, match=r"HTTP 503 \(an HTML page \(Maintenance\)\)") as caught:
        call(client, "list_services")
    assert caught.value.status == 503
    assert client.calls == {"list_services": 2}


def test_no_retries_is_no_retries(portal: Simulator) -> None:
    portal.fault(path="/service", status=503, times=None)
    with pytest.raises(SindadError):
        call(connect(portal.url, api_retries=0), "list_services")
    portal.fault(path="/details", drop="before", times=None)
    with pytest.raises(Unreachable):
        call(connect(portal.url, api_retries=0), "user_details")
    assert len(portal.requests()) == 2


@pytest.mark.parametrize(("asked", "waits"), [("7", 7), ("90000", 120), ("0", None)])
def test_retry_after_is_honoured_within_bounds(
    portal: Simulator, client: Client, slept: list[float], asked: str, waits: float | None
) -> None:
    portal.fault(status=429, headers={"Retry-After": asked})
    call(client, "list_services")
    assert slept == [waits or 0]


def test_retry_after_may_be_a_date(portal: Simulator, client: Client, slept: list[float]) -> None:
    soon = dt.datetime.now(dt.UTC) + dt.timedelta(hours=2)
    portal.fault(status=503, headers={"Retry-After": soon.strftime("%a, %d %b %Y %H:%M:%S GMT")})
    call(client, "list_services")
    assert slept == [120]


def test_a_retry_after_that_nobody_can_read_is_none(portal: Simulator, client: Client, slept: list[float]) -> None:
    portal.fault(status=429, headers={"Retry-After": "soon"})
    assert call(client, "list_services")["services"]


def test_backoff_grows_and_is_bounded(portal: Simulator, slept: list[float]) -> None:
    portal.fault(status=502, times=8)
    call(connect(portal.url, api_retries=8), "list_services")
    # the first repetition is at once; half a second of jitter at most
    assert len(slept) == 8
    assert slept[0] == 0
    for index, pause in enumerate(slept[1:], 1):
        assert min(0.5 * 2**index, 30) <= pause <= min(0.5 * 2**index + 0.5, 30)


def test_a_rate_limit_that_stays_is_said(portal: Simulator, slept: list[float]) -> None:
    portal.fault(status=429, body={"error": ["Too many requests"]}, times=None)
    with pytest.raises(SindadError, match=r"the portal's rate limit refused GET /service: Too many requests"):
        call(connect(portal.url), "list_services")


def test_each_request_has_a_timeout(portal: Simulator) -> None:
    portal.fault(path="/service", delay=1.5, times=None)
    begin = time.monotonic()
    with pytest.raises(Unreachable, match=r"no complete answer within 0\.2 s \(api_timeout\)"):
        call(connect(portal.url, api_timeout=0.2), "list_services")
    assert time.monotonic() - begin < 1.2


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
SLOW = {
    "status line": b"HTTP/1.1 200 " + b"O" * 1000,
    "headers": HEAD + b"X-Padding: " + b"x" * 1000,
    "body": HEAD + b'Content-Length: 1002\r\n\r\n"' + b"x" * 1000 + b'"',
    "chunks": HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 200,
    "chunk size": HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"0" * 1000,
    "without length": HEAD + b'\r\n"' + b"x" * 1000,
    "continue": b"HTTP/1.1 100 Continue\r\n\r\n" * 50,
}


@pytest.mark.parametrize("part", SLOW)
@pytest.mark.parametrize("name", ["list_vms", "create_vm"])
def test_the_time_out_is_of_the_whole_request(raw: Callable[..., Raw], part: str, name: str) -> None:
    """A byte now and then doesn't hold the client for ever."""
    server = raw(Said(verbatim=SLOW[part], trickle=0.05))
    client = connect(server.url, api_timeout=0.4, api_retries=0)
    begin = time.monotonic()
    kind = OutcomeUnknown if OPERATIONS[name].writes else Unreachable
    with pytest.raises(kind, match=r"no complete answer within 0\.4 s \(api_timeout\)"):
        call(client, name, "401")
    assert time.monotonic() - begin < 1.5


def test_the_time_out_is_of_the_whole_request_over_tls_too(raw: Callable[..., Raw], certificate: Path) -> None:
    server = raw(Said(verbatim=SLOW["body"], trickle=0.05), tls=certificate)
    begin = time.monotonic()
    with pytest.raises(Unreachable, match="no complete answer within"):
        call(connect(server.url, api_timeout=0.6, api_retries=0, api_ca_path=str(certificate)), "list_vms", "401")
    assert time.monotonic() - begin < 1.7


def test_each_request_has_the_whole_time(raw: Callable[..., Raw]) -> None:
    server = raw(Said(b"{}", hangs=0.3))
    client = connect(server.url, api_timeout=0.8)
    for _again in range(4):
        assert call(client, "list_vms", "401") == {}


WHOLE = b'{"vms": [{"id": 5, "label": "web-1"}]}'
CUT = {
    "content length": Said(WHOLE, cut=True),
    "chunk": Said(verbatim=HEAD + b"Transfer-Encoding: chunked\r\n\r\n26\r\n" + WHOLE[:20]),
    "last chunk": Said(verbatim=HEAD + b"Transfer-Encoding: chunked\r\n\r\n26\r\n" + WHOLE + b"\r\n"),
    "chunk size": Said(verbatim=HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n" + WHOLE),
    "close": Said(verbatim=HEAD + b"Connection: close\r\n\r\n" + WHOLE[:20]),
    "gzip": Said(gzip.compress(WHOLE)[:-12], headers={"Content-Encoding": "gzip"}),
    "gzip head": Said(gzip.compress(WHOLE * 50)[:30], headers={"Content-Encoding": "gzip"}),
    "gzip data": Said(b"\x1f\x8b" + b"x" * 30, headers={"Content-Encoding": "gzip"}),
    "text": Said(WHOLE[:20]),
    "list": Said(b"[1, 2,"),
    "nothing": Said(verbatim=b"HTTP/1."),
    "reset": Said(reset=True),
}


@pytest.mark.parametrize("how", CUT)
def test_a_body_that_ends_early_is_asked_for_again(raw: Callable[..., Raw], how: str) -> None:
    server = raw(CUT[how], WHOLE)
    assert call(connect(server.url), "list_vms", "401") == json.loads(WHOLE)
    assert len(server.asked) == 2


@pytest.mark.parametrize("how", CUT)
def test_a_body_that_always_ends_early_is_said_in_plain_words(raw: Callable[..., Raw], how: str) -> None:
    server = raw(CUT[how])
    with pytest.raises((Unreachable, Unreadable)) as caught:
        call(connect(server.url), "list_vms", "401")
    message = str(caught.value)
    assert "GET /service/401/vms" in message
    assert not any(word in message for word in ("Error", "Incomplete", "Invalid", "object at", "urllib3", "(b'"))
    assert len(server.asked) == 2


@pytest.mark.parametrize("how", CUT)
def test_a_write_whose_answer_ends_early_is_lost_and_sent_once(raw: Callable[..., Raw], how: str) -> None:
    server = raw(CUT[how])
    client = connect(server.url, api_retries=3)
    with pytest.raises(OutcomeUnknown):
        call(client, *POST_VM, body=NEW_VM)
    assert len(server.asked) == 1
    assert client.wrote


def test_an_attachment_that_looks_like_cut_json_is_none(raw: Callable[..., Raw]) -> None:
    server = raw(b'{"log": [')
    exchange = connect(server.url).exchange(OPERATIONS["ticket_attachment"], "5001")
    assert (exchange.content, len(server.asked)) == (b'{"log": [', 1)


# pages


def paged(*pages: Any) -> list[dict[str, Any]]:
    return [{"vms": [{"id": number}], "page": page} for number, page in enumerate(pages, 1)]


@pytest.mark.parametrize(
    ("pages", "asked"),
    [
        ([{"current": 1, "total": 3}, {"current": 2, "total": 3}, {"current": "3", "total": "3"}], ["", "2", "3"]),
        ([{"current": 0, "total": 3}, {"current": 1, "total": 3}, {"current": 2, "total": 3}], ["", "1", "2"]),
        ([{"current": 1, "total": 1}], [""]),
        ([{"current": 0, "total": 0}], [""]),
        ([None], [""]),
        ([{"current": 1, "total": 2}, {"current": 2, "total": 3}, {"current": 3, "total": 3}], ["", "2", "3"]),
        ([{"current": 1, "total": 3}, {"current": 2, "total": 2}], ["", "2"]),
    ],
)
def test_all_pages_are_asked_for(raw: Callable[..., Raw], pages: list[Any], asked: list[str]) -> None:
    server = raw(*paged(*pages))
    answers = list(connect(server.url).pages("list_vms", "401", query={"rel": "x"}))
    assert [answer.body["vms"][0]["id"] for answer in answers] == list(range(1, len(asked) + 1))
    numbers = [f"&page={number}" if number else "" for number in asked]
    assert [path for _method, path, _headers, _body in server.asked] == [
        f"/api/service/401/vms?rel=x{number}" for number in numbers
    ]


@pytest.mark.parametrize(
    ("pages", "said"),
    [
        (
            [{"current": 1, "total": 3}, {"current": 1, "total": 3}],
            r"page 2 was requested, but the answer's page is \{\"current\": 1",
        ),
        ([{"current": 1, "total": 3}, {"current": 3, "total": 3}], "page 2 was requested"),
        ([{"current": 1, "total": 3}, None], "page 2 was requested, but the answer's page is null"),
        ([{"current": 1, "total": 2}, {"current": 2, "total": "many"}], "its page can't be understood"),
        ([{"current": 2, "total": 3}], "its first page is number 2"),
        ([{"total": 3}], "its page can't be understood"),
    ],
)
def test_pages_that_lead_nowhere_are_refused(raw: Callable[..., Raw], pages: list[Any], said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        list(connect(raw(*paged(*pages)).url).pages("list_vms", "401"))


def test_a_list_without_end_ends(raw: Callable[..., Raw], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_client, "MAX_PAGES", 3)
    pages = [{"current": number, "total": number + 1} for number in range(1, 20)]
    server = raw(*paged(*pages))
    with pytest.raises(Unreadable, match="page 4 was requested"):
        list(connect(server.url).pages("list_vms", "401"))
    assert len(server.asked) == 4


# what is a failure, and what isn't


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (["one", "two"], ("one", "two")),
        ("one", ("one",)),
        ({"code": "one"}, ("code: one",)),
        ({"message": "one", "code": 7}, ("one",)),
        ({"0": "one"}, ("one",)),
        ([{"field": "label"}], ("field: label",)),
        ({"label": ["one", "two"], "disk": "three"}, ("label: one", "label: two", "disk: three")),
        (["it&#39;s &lt;b&gt;"], ("it's <b>",)),
        (["", None, "one"], ("one",)),
        (7, ("7",)),
    ],
)
@pytest.mark.parametrize("status", [200, 422])
@pytest.mark.parametrize("key", ["error", "errors"])
def test_errors_in_all_their_forms(
    raw: Callable[..., Raw], status: int, key: str, error: Any, words: tuple[str, ...]
) -> None:
    server = raw(Said(json.dumps({key: error, "vms": []}).encode(), status))
    for name, ids in (("list_vms", ("401",)), POST_VM):
        with pytest.raises(SindadError) as caught:
            call(connect(server.url), name, *(ids if isinstance(ids, tuple) else (ids,)))
        assert caught.value.errors == words
        assert "; ".join(words) in str(caught.value)
        assert caught.value.status == status


@pytest.mark.parametrize("error", [[], "", None, {}, False, 0, "0", [""], [[]], [None]])
def test_an_empty_error_is_none(raw: Callable[..., Raw], error: Any) -> None:
    server = raw({"error": error, "errors": error, "info": [], "vms": {"5": {"label": "a"}}})
    assert call(connect(server.url), "list_vms", "401")["vms"]


@pytest.mark.parametrize("false", [False, 0, "0", "false", "False", "error", "ERROR", "fail", "failed", " failure "])
@pytest.mark.parametrize("key", ["success", "status", "result"])
def test_an_action_that_says_false(raw: Callable[..., Raw], key: str, false: Any) -> None:
    server = raw({key: false, "message": "the pool is full"})
    for name in ("create_vm", "change_service_label"):
        with pytest.raises(SindadError, match="the pool is full"):
            call(connect(server.url), name, "401")
    for name in ("resize_vm", "destroy_vm"):
        with pytest.raises(SindadError, match="the pool is full"):
            call(connect(server.url), name, "401", "5")


@pytest.mark.parametrize("false", [False, 0, "0"])
def test_success_false_of_a_get_is_a_failure_and_status_false_is_data(raw: Callable[..., Raw], false: Any) -> None:
    server = raw({"success": false, "info": "no such thing"}, {"status": false})
    client = connect(server.url)
    with pytest.raises(NotFound, match="no such thing"):
        call(client, "get_server_state", "512")
    assert call(client, "get_server_state", "512") == {"status": false}


@pytest.mark.parametrize("status", ["error", "failed", False])
def test_a_status_of_data_is_no_outcome(raw: Callable[..., Raw], status: Any) -> None:
    """A reinstall that has failed is no request that has."""
    assert call(connect(raw({"status": status}).url), "reinstall_status", "512") == {"status": status}


def test_an_error_within_an_envelope() -> None:
    body = {"data": {"error": ["Out of stock"]}, "error": []}
    assert refusal_words(body, OPERATIONS["list_vms"]) == ("Out of stock",)
    assert refusal_words({"data": {"status": "failed"}}, OPERATIONS["create_vm"]) == ("no reason given",)


@pytest.mark.parametrize("answer", [{"success": False}, {"error": True}, {"error": [True]}, {"status": False}])
def test_a_failure_without_a_word_says_so(raw: Callable[..., Raw], answer: Any) -> None:
    with pytest.raises(SindadError, match="the portal refused POST /service/401/vms: no reason given"):
        call(connect(raw(answer).url), *POST_VM)


@pytest.mark.parametrize(
    "answer",
    [[], {}, {"status": True}, {"status": "running"}, {"status": 1}, "", None, 5, "text", False, {"message": "x"}],
)
def test_other_answers_to_an_action_are_no_refusal(raw: Callable[..., Raw], answer: Any) -> None:
    """Nor do all of them prove anything, see `_records.says_accepted`."""
    client = connect(raw(Said(json.dumps(answer).encode())).url)
    assert call(client, *POST_VM) == answer
    assert client.wrote


@pytest.mark.parametrize(
    "words",
    [
        "VM 5 not found",
        "vm_not_found",
        "Method not supported",
        "unsupported operation",
        "No such method",
        "does not exist",
        "It doesn't exist",
        "unknown method",
    ],
)
@pytest.mark.parametrize("status", [200, 400, 404, 422])
def test_not_found_by_its_words(raw: Callable[..., Raw], words: str, status: int) -> None:
    server = raw(Said(json.dumps({"error": [words]}).encode(), status))
    with pytest.raises(NotFound, match="GET /service/401/vms"):
        call(connect(server.url), "list_vms", "401")


def test_not_found_by_its_code(raw: Callable[..., Raw]) -> None:
    server = raw(Said(b"<html>gone</html>", 404), Said(b"", 404), Said(b'{"error": ["whatever"]}', 404))
    for said in (r"an HTML page \(gone\)", "Not Found", "whatever"):
        with pytest.raises(NotFound, match=said):
            call(connect(server.url), "list_vms", "401")


def test_a_page_in_place_of_the_api_points_to_its_address(raw: Callable[..., Raw]) -> None:
    server = raw(Said(b"<html><title>404 Not Found</title>", 404))
    with pytest.raises(NotFound) as caught:
        call(connect(server.url), "list_services")
    assert str(caught.value) == (
        "GET /service was answered with HTTP 404 and an HTML page (404 Not Found): if other requests fail like this, "
        f"check api_url ({server.url}); it usually ends in /api"
    )


def test_what_is_not_available_is_a_failure(raw: Callable[..., Raw]) -> None:
    with pytest.raises(SindadError, match="the portal refused GET /service/401/vms: Service not available") as caught:
        call(connect(raw({"error": "Service not available"}).url), "list_vms", "401")
    assert not isinstance(caught.value, NotFound)


def test_a_failing_server_is_not_not_found(raw: Callable[..., Raw]) -> None:
    server = raw(Said(b'{"error": ["database not found"]}', 500))
    with pytest.raises(SindadError) as caught:
        call(connect(server.url), "list_vms", "401")
    assert not isinstance(caught.value, NotFound)
    with pytest.raises(OutcomeUnknown, match="HTTP 500"):
        call(connect(server.url), *POST_VM)


def test_a_business_error_in_a_200(portal: Simulator) -> None:
    portal.settings.shape = "proxmox"
    try:
        with pytest.raises(SindadError, match=r"the portal refused POST .*: Not enough resources: memory") as caught:
            call(connect(portal.url), *POST_VM, body={**NEW_VM, "memory": "9999999"})
        assert caught.value.status == 200
        with pytest.raises(AuthError, match="wronglogin"):
            call(connect(portal.url, api_password="not-this-one"), "list_services")
        with pytest.raises(NotFound):
            call(connect(portal.url), "list_vms", "601")
    finally:
        portal.settings.shape = "reference"


# what isn't JSON


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("<!DOCTYPE html>\n<title>Down\n for repair</title><body>x", "an HTML page (Down for repair)"),
        ("<!DOCTYPE html>\n<html><head><style>b {c}</style></head>\n<body><h1>Oops</h1>", "an HTML page (Oops)"),
        ("\n\n  <html><body>Maintenance</body></html>", "an HTML page (Maintenance)"),
        ("<HTML><TITLE> </TITLE><script>var x = '<b>';</script>Hello", "an HTML page (Hello)"),
        ("<HTML>", "an HTML page (no text)"),
        ("<?xml version='1.0'?><e>no</e>", "an HTML page ("),
        ("<br />\n<b>Warning</b>: x in y.php\n{}", "an HTML page (Warning : x in y.php {})"),
        ("just a moment <title>Checking</title>", "an HTML page (Checking)"),
        ('Warning: Undefined index in /a.php on line 3\n{"vms": []}', "something that is not JSON (Warning: Undefined"),
        ("OK", "something that is not JSON (OK)"),
        ("", "an empty body where JSON was expected"),
        (" \n", "an empty body where JSON was expected"),
        ('{"vms": [', 'JSON that ends early or is damaged ({"vms": [)'),
        ('{"vms": [NaN]}', "JSON that ends early or is damaged"),
        ('{"vms": [1e999]}', "JSON that ends early or is damaged"),
        (b"\xff\xfe\x00", "something that is not JSON"),
    ],
)
def test_a_get_that_is_answered_with_something_else(raw: Callable[..., Raw], page: Any, said: str) -> None:
    server = raw(page)
    with pytest.raises(Unreadable) as caught:
        call(connect(server.url, api_retries=0), "list_vms", "401")
    message = str(caught.value)
    assert message.startswith(f"the answer to GET /service/401/vms (List VMs) can't be read: {said}")
    assert message.endswith(f", from {server.url}/service/401/vms")
    assert len(message.splitlines()) == 1
    assert caught.value.failure == {
        "operation": "list_vms",
        "method": "GET",
        "path": "/service/401/vms",
        "status": 200,
        "errors": [],
    }


def test_a_long_line_is_cut(raw: Callable[..., Raw]) -> None:
    with pytest.raises(Unreadable) as caught:
        call(connect(raw("<html>" + "x" * 5000).url), "list_vms", "401")
    assert len(str(caught.value)) < 400


def test_a_post_that_is_answered_with_html_may_have_been_carried_out(raw: Callable[..., Raw]) -> None:
    server = raw("<html>Please log in to the proxy</html>")
    client = connect(server.url)
    with pytest.raises(OutcomeUnknown, match=r"was answered with an HTML page \(Please log in"):
        call(client, *POST_VM)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("status", "found"), [(200, None), (201, None), (202, {"status": True}), (204, {"status": True})]
)
@pytest.mark.parametrize("name", ["destroy_vm", "stop_vm", "resize_vm"])
def test_an_empty_answer_to_an_action_proves_nothing_unless_http_has_a_word_for_it(
    raw: Callable[..., Raw], name: str, status: int, found: Any
) -> None:
    headers = {"Content-Length": "0"} if status != 204 else {}
    client = connect(raw(Said(b"", status, headers)).url)
    assert call(client, name, "401", "5") == found
    assert client.wrote


@pytest.mark.parametrize("body", [b'\xef\xbb\xbf{"a": 1}', b'\n\t {"a": 1}\n\n', b'\xef\xbb\xbf\n{"a": 1}'])
def test_json_is_known_by_its_content(raw: Callable[..., Raw], body: bytes) -> None:
    assert call(connect(raw(body).url), "list_vms", "401") == {"a": 1}


@pytest.mark.parametrize(
    "body",
    [b"[" * 200_000, b"[" * 101 + b"]" * 101, b'{"a":' * 150 + b"1" + b"}" * 150],
    ids=["cut", "lists", "objects"],
)
def test_json_that_is_nested_too_deep_is_no_json(raw: Callable[..., Raw], body: bytes) -> None:
    with pytest.raises(Unreadable, match="JSON that ends early or is damaged"):
        call(connect(raw(body).url, api_retries=0), "list_vms", "401")
    assert call(connect(raw(b"[" * 99 + b"]" * 99).url), "list_vms", "401")


def test_an_exchange_has_the_bytes_of_what_is_no_json(raw: Callable[..., Raw]) -> None:
    server = raw(b"\x89PNG\r\n\x1a\n")
    exchange = connect(server.url).exchange(OPERATIONS["ticket_attachment"], "5001", query={"number": "7"})
    assert (exchange.body is NOT_JSON, exchange.content) == (True, b"\x89PNG\r\n\x1a\n")
    assert server.asked[0][1] == "/api/ticket/attachment/5001?number=7"


def test_an_oversized_answer_is_refused(raw: Callable[..., Raw], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_client, "MAX_ANSWER", 1024 * 1024)
    server = raw(b'"' + b"x" * 1_300_000 + b'"')
    with pytest.raises(Unreachable, match="the answer is larger than"):
        call(connect(server.url, api_retries=0), "list_vms", "401")
    with pytest.raises(OutcomeUnknown, match="the answer is larger than"):
        call(connect(server.url), *POST_VM)


def test_an_oversized_answer_is_bounded_after_decompression(
    raw: Callable[..., Raw], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_client, "MAX_ANSWER", 1024 * 1024)
    server = raw(Said(gzip.compress(b'"' + b"x" * 5_000_000 + b'"'), headers={"Content-Encoding": "gzip"}))
    with pytest.raises(Unreachable, match="the answer is larger than"):
        call(connect(server.url, api_retries=0), "list_vms", "401")


# where requests go


def test_a_get_follows_a_redirect_to_the_same_origin(raw: Callable[..., Raw]) -> None:
    server = raw(Said(b"", 301, {"Location": "/api/service/"}), {"services": [{"id": 1}]})
    client = connect(server.url)
    assert call(client, "list_services", query={"page": "2"})["services"]
    assert [path for _method, path, _headers, _body in server.asked] == ["/api/service?page=2", "/api/service/"]
    assert all("Authorization" in headers for _method, _path, headers, _body in server.asked)
    assert client.calls == {"list_services": 2}


def test_a_redirect_to_another_host_is_refused(raw: Callable[..., Raw]) -> None:
    other = raw({"services": []})
    # the same machine by another name is another host; what is behind ? may be a secret
    target = other.url.replace("127.0.0.1", "localhost") + "/service?session=abcdef"
    server = raw(Said(b"", 302, {"Location": target}))
    with pytest.raises(Unreachable, match="redirects GET /service to http://localhost") as caught:
        call(connect(server.url), "list_services")
    assert "set api_url to the address" in str(caught.value)
    assert "abcdef" not in str(caught.value)
    assert not other.asked


def test_a_redirect_to_another_port_or_scheme_is_refused(raw: Callable[..., Raw]) -> None:
    other = raw({})
    server = raw(Said(b"", 307, {"Location": other.url}), Said(b"", 308, {"Location": "https://127.0.0.1/api"}))
    for _each in range(2):
        with pytest.raises(Unreachable, match="redirects"):
            call(connect(server.url), "list_services")
    assert not other.asked


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("name", ["create_vm", "stop_vm", "resize_vm", "destroy_vm"])
def test_what_writes_follows_no_redirect_and_may_have_been_carried_out(
    raw: Callable[..., Raw], name: str, status: int
) -> None:
    server = raw(Said(b"", status, {"Location": "/api/elsewhere"}))
    client = connect(server.url)
    with pytest.raises(OutcomeUnknown, match=r"redirects (POST|PUT|DELETE) /service/401/vms.* to /api/elsewhere"):
        call(client, name, *["401", "5"][: len(OPERATIONS[name].parameters)])
    assert len(server.asked) == 1
    assert client.wrote


@pytest.mark.parametrize(
    "target", ["http://[::1", "//", "http://a\x7fb:99999/", "https://" + "x" * 70 + ".example/", "\\\\x"]
)
@pytest.mark.parametrize("name", ["list_vms", "create_vm"])
def test_a_redirect_to_something_that_is_no_address(raw: Callable[..., Raw], name: str, target: str) -> None:
    server = raw(Said(b"", 302, {"Location": target}))
    with pytest.raises((Unreachable, OutcomeUnknown), match="redirects") as caught:
        call(connect(server.url), name, "401")
    assert len(str(caught.value).splitlines()) == 1


def test_the_body_of_a_redirect_is_bounded_too(raw: Callable[..., Raw], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_client, "MAX_ANSWER", 1024 * 1024)
    server = raw(Said(b"x" * 1_300_000, 302, {"Location": "https://elsewhere.example/"}))
    with pytest.raises(Unreachable, match="the answer is larger than"):
        call(connect(server.url, api_retries=0), "list_services")


def test_redirects_in_a_circle_end(raw: Callable[..., Raw]) -> None:
    server = raw(Said(b"", 302, {"Location": "/api/service"}))
    with pytest.raises(Unreachable, match="redirects"):
        call(connect(server.url), "list_services")
    assert len(server.asked) == 4


def test_a_redirect_without_a_target_is_refused(raw: Callable[..., Raw]) -> None:
    with pytest.raises(SindadError, match="the portal refused GET /service"):
        call(connect(raw(Said(b"", 302)).url), "list_services")


def test_the_netrc_file_is_not_read(raw: Callable[..., Raw], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login intruder password from-netrc\n", encoding="utf-8")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    monkeypatch.setenv("HOME", str(tmp_path))
    server = raw({"statuses": []})
    # the file is there for who reads it
    assert requests.utils.get_netrc_auth(server.url) == ("intruder", "from-netrc")
    call(connect(server.url, api_username=None, api_password=None), "get_list_statuses")
    call(connect(server.url), "list_services")
    assert "Authorization" not in server.asked[0][2]
    assert base64.b64decode(server.asked[1][2]["Authorization"].split()[1]).decode() == f"{USER}:{PASSWORD}"


@pytest.fixture
def dead_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def dead_proxy(dead_port: int, monkeypatch: pytest.MonkeyPatch) -> int:
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://user:proxy-secret@127.0.0.1:{dead_port}")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    return dead_port


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_loopback_address_needs_no_proxy(portal: Simulator, dead_proxy: int, host: str) -> None:
    assert call(connect(portal.url.replace("127.0.0.1", host)), "list_services")["services"]


def test_other_addresses_go_through_the_proxy(dead_proxy: int) -> None:
    """The proxy that isn't there is what fails, not the name that nobody resolves."""
    with pytest.raises(Unreachable, match=r"proxy") as caught:
        call(connect("https://portal.invalid/api", api_retries=0), "list_services")
    assert "portal.invalid port 443" in str(caught.value)
    assert "proxy-secret" not in str(caught.value)


def test_a_post_that_did_not_reach_the_proxy_was_not_carried_out(dead_proxy: int) -> None:
    with pytest.raises(Unreachable, match="proxy"):
        call(connect("https://portal.invalid/api", api_retries=0), *POST_VM)


def test_no_proxy_is_honoured(dead_proxy: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "portal.invalid")
    with pytest.raises(Unreachable) as caught:
        call(connect("https://portal.invalid/api", api_retries=0), "list_services")
    assert "proxy" not in str(caught.value).lower()


def test_unreachable_names_host_port_and_reason(dead_port: int) -> None:
    client = connect(f"http://127.0.0.1:{dead_port}/api", api_retries=0)
    with pytest.raises(Unreachable) as caught:
        call(client, "list_services")
    message = str(caught.value)
    assert message.startswith(f"the portal can't be reached at 127.0.0.1 port {dead_port}: ")
    assert "Connection refused" in message
    assert "object at 0x" not in message
    with pytest.raises(Unreachable):
        call(client, *POST_VM)


def test_a_name_that_nobody_knows_is_said() -> None:
    with pytest.raises(Unreachable, match=r"can't be reached at portal\.invalid port 443: .*[Rr]esol"):
        call(connect("https://portal.invalid/api", api_retries=0), "list_services")


# TLS


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for 127.0.0.1 with its key, made for this run."""
    x509 = pytest.importorskip("cryptography.x509")
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    usage = dict.fromkeys(
        ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "crl_sign"), False
    )
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(minutes=5))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=True, key_cert_sign=True, encipher_only=False, decipher_only=False, **usage
            ),
            True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


def test_a_certificate_that_is_not_trusted_is_refused_at_once(raw: Callable[..., Raw], certificate: Path) -> None:
    """Another attempt would find the same certificate; nothing is sent over such a connection."""
    server = raw({"services": []}, tls=certificate)
    begin = time.monotonic()
    for name in ("list_services", "logout"):
        with pytest.raises(Unreachable, match=r"certificate") as caught:
            call(connect(server.url, api_retries=4), name)
        message = str(caught.value)
        assert message.startswith(f"the portal can't be reached at 127.0.0.1 port {server.server_port}: ")
        assert "self-signed" in message or "self signed" in message
        assert len(message.splitlines()) == 1
    assert not server.asked
    assert time.monotonic() - begin < 2


@pytest.mark.parametrize("way", ["api_ca_path", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "validate_certs"])
def test_a_certificate_can_be_trusted(
    raw: Callable[..., Raw], certificate: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    server = raw({"services": []}, tls=certificate)
    options: dict[str, Any] = {}
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    if way.isupper():
        monkeypatch.setenv(way, str(certificate))
    else:
        options[way] = False if way == "validate_certs" else str(certificate)
    assert call(connect(server.url, **options), "list_services") == {"services": []}


def test_http_is_not_spoken_to_a_tls_port(raw: Callable[..., Raw], certificate: Path) -> None:
    server = raw({"services": []}, tls=certificate)
    with pytest.raises((Unreachable, SindadError)):
        call(connect(server.url.replace("https", "http"), api_retries=0), "list_services")
    assert not server.asked


def test_tls_is_not_spoken_to_an_http_port(portal: Simulator) -> None:
    with pytest.raises(Unreachable, match=r"the portal can't be reached at .*SSL"):
        call(connect(portal.url.replace("http", "https"), api_retries=0), "list_services")


@pytest.mark.parametrize("way", ["api_ca_path", "REQUESTS_CA_BUNDLE", "an HTTP port"])
def test_a_post_that_finds_no_connection_to_trust_was_not_sent(
    portal: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """Nobody has to look what became of it."""
    empty = tmp_path / "empty.pem"
    empty.write_text("no certificate\n", encoding="utf-8")
    options: dict[str, Any] = {"api_ca_path": str(empty)} if way == "api_ca_path" else {}
    if way == "REQUESTS_CA_BUNDLE":
        monkeypatch.setenv(way, str(tmp_path / "nowhere.pem"))
    client = connect(portal.url.replace("http", "https"), api_retries=3, **options)
    with pytest.raises(Unreachable, match="the portal can't be reached") as caught:
        call(client, *POST_VM, body=NEW_VM)
    assert not client.wrote
    assert way in str(caught.value) or way == "an HTTP port"
    assert sent(portal) == []


def test_a_client_that_is_closed_sends_nothing(portal: Simulator) -> None:
    client = connect(portal.url)
    client.close()
    with pytest.raises(SindadError, match="the task was interrupted"):
        call(client, *POST_VM, body=NEW_VM)
    assert sent(portal) == []
    assert not client.wrote


def test_a_write_that_is_interrupted_is_noted(raw: Callable[..., Raw], monkeypatch: pytest.MonkeyPatch) -> None:
    """A time-out of Ansible strikes wherever the task is, most likely while it waits for the answer."""

    class Interrupted(BaseException):
        pass

    def interrupted(*_arguments: Any, **_options: Any) -> NoReturn:
        raise Interrupted

    client = connect(raw({"status": True}).url)
    monkeypatch.setattr(client._session, "request", interrupted)
    with pytest.raises(Interrupted):
        call(client, *POST_VM, body=NEW_VM)
    assert client.wrote


@pytest.mark.parametrize(
    "error",
    [
        "SQLSTATE[HY000] [2002] No such file or directory",
        "cURL error 6: Could not resolve host: Name or service not found",
        "The PHP extension imap does not exist",
        "unsupported protocol version",
        "permission denied: no such privilege",
        "Node list not found in cache, try again later",
        "Class 'Provider' not found",
    ],
)
def test_an_error_of_the_portal_itself_is_no_operation_that_is_not_offered(raw: Callable[..., Raw], error: str) -> None:
    with pytest.raises(SindadError) as caught:
        call(connect(raw({"error": [error]}).url, api_retries=0), "list_vms", "401")
    assert not isinstance(caught.value, NotFound)


class HalfTls(Raw):
    """Reads a request over TLS and answers with what is no TLS: an error of the TLS layer after it was sent."""

    def __init__(self, tls: Path) -> None:
        super().__init__(Said())
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(tls)
        self.context.set_alpn_protocols(["http/1.1"])
        self.scheme = "https"

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        secure = self.context.wrap_socket(request, server_side=True)
        head = b""
        while b"\r\n\r\n" not in head:
            head += secure.recv(65536)
        self.asked.append((head.split()[0].decode(), head.split()[1].decode(), {}, b""))
        plain = socket.socket(fileno=secure.detach())
        plain.sendall(b"\x17\x03\x03\x00\x20" + b"\x00" * 32)  # a record that doesn't decrypt
        time.sleep(0.05)
        plain.close()


def test_a_post_is_not_repeated_after_an_error_of_the_tls_layer(certificate: Path) -> None:
    server = HalfTls(certificate)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        with pytest.raises(OutcomeUnknown, match="the answer to POST /service/401/vms was lost"):
            call(connect(server.url, api_retries=1, api_ca_path=str(certificate)), *POST_VM, body=NEW_VM)
        assert len(server.asked) == 1
        with pytest.raises(Unreachable):
            call(connect(server.url, api_retries=1, api_ca_path=str(certificate)), "list_services")
        assert len(server.asked) == 3
    finally:
        server.shutdown()
        server.server_close()


# the options


@pytest.mark.parametrize(
    "url",
    [
        "http://portal.example.com/api",
        "http://192.0.2.1/api",
        "http://10.0.0.1:8080/api",
        "http://127.0.0.1.example.com/api",
        "http://localhost.example.com/api",
        "http://0.0.0.0/api",
        "http://[2001:db8::1]/api",
        "HTTP://portal.example.com/api",
    ],
)
def test_plain_http_to_another_machine_is_refused_before_a_packet(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def packet(*_args: Any, **_more: Any) -> None:
        raise AssertionError("a look-up or a connection")

    for name in ("getaddrinfo", "create_connection", "socket"):
        monkeypatch.setattr(socket, name, packet)
    with pytest.raises(SindadError, match=r"^api_url: http:// to \S+ would send the password in clear") as caught:
        connect(url)
    assert caught.value.failure is None


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:5/api", "http://127.8.9.1/api", "http://[::1]/api", "http://localhost/api", "http://LOCALHOST"],
)
def test_plain_http_to_this_machine_is_accepted(url: str) -> None:
    assert connect(url).settings.loopback


@pytest.mark.parametrize(
    "url",
    [
        "my.sindad.com/api",
        "ftp://my.sindad.com/api",
        "https://",
        "https:///api",
        "https://me:hush-hush@my.sindad.com/api",
        "https://:hush-hush@my.sindad.com/api",
        "https://me:hush-hush/x@my.sindad.com/api",
        "https://my.sindad.com/api?key=1",
        "https://my.sindad.com/api#top",
        "https://my.sindad.com:port/api",
        "https://my.sindad.com:99999/api",
        "https://[::1/api",
        "https://my sindad.com/api",
        "https://my.sindad.com/api\x00",
        "https://my.sindad.com/a\nb",
        "https://my.sindad.com/a b",
        "https://" + "a" * 70 + ".example/api",
        "https://" + "a." * 130 + "example/api",
        "https://a..b/api",
        "https://" + "سرور" * 20 + ".example/api",
        "https://-a.example/api",
        "https://a,b/api",
        "https://my.sindad.com:0/api",
        "https://my.sindad.com/api?password=hush-hush",
        "https://my.sindad.com/api#hush-hush@",
        "//my.sindad.com/api",
        "https:/hush-hush:x@y/api",
        "",
        "x",
    ],
)
def test_an_address_that_is_none_is_named(url: str) -> None:
    with pytest.raises(SindadError, match=r"^api_url must be the address of the API") as caught:
        connect(url)
    assert "hush-hush" not in str(caught.value)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"api_timeout": 0}, "api_timeout must be more than 0 seconds and at most 86400, not 0"),
        ({"api_timeout": -1.5}, "api_timeout must be"),
        ({"api_timeout": float("inf")}, "api_timeout must be"),
        ({"api_timeout": float("nan")}, "api_timeout must be"),
        ({"api_timeout": 1e9}, "api_timeout must be"),
        ({"api_retries": -1}, "api_retries must be a number from 0 to 100, not -1"),
        ({"api_retries": 10**9}, "api_retries must be"),
        ({"api_ca_path": "/nonexistent/ca.pem"}, "api_ca_path: file or directory /nonexistent/ca.pem not found"),
        ({"api_username": "a:b"}, "api_username must not contain a colon"),
    ],
)
def test_options_that_cannot_be_right(options: dict[str, Any], said: str) -> None:
    with pytest.raises(SindadError, match=said):
        connect("https://my.sindad.com/api", **options)


def test_options_left_out_are_the_documented_ones() -> None:
    settings = Settings.from_options({"api_url": None, "service": "401", "api_timeout": None})
    assert settings == Settings("https://my.sindad.com/api", api_timeout=30, api_retries=4, validate_certs=True)


def test_a_trailing_slash_of_the_address_does_not_matter(portal: Simulator) -> None:
    call(connect(portal.url + "/"), "list_services")
    assert sent(portal) == ["GET /service"]


@pytest.mark.parametrize(
    ("options", "name"), [({}, USER), ({"api_token": "abc"}, "token"), ({"api_username": None}, "")]
)
def test_the_account_is_told_without_a_secret(options: dict[str, Any], name: str) -> None:
    assert connect("https://my.sindad.com/api", **options).settings.account == name


@pytest.mark.parametrize("token", ["line\nbreak-secret", "گذرواژه-secret", " blank-secret"])
def test_a_token_that_no_header_can_carry_is_one_sentence(portal: Simulator, token: str) -> None:
    """As read from a file with its line end, say."""
    with pytest.raises(SindadError) as caught:
        connect(portal.url, api_token=token)
    assert "secret" not in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


# secrets


SECRETS = ["simple-secret", "p&ss w<rd>'\"x", "sl/ash+plus=%", "گذرواژه€", "back\\slash\nline"]


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("where", ["body", "error", "html", "location"])
def test_an_echoed_password_is_scrubbed(raw: Callable[..., Raw], secret: str, where: str) -> None:
    basic = base64.b64encode(f"{USER}:{secret}".encode()).decode()
    forms = [secret, quote(secret, safe=""), quote(secret), html.escape(secret), basic, json.dumps(secret)[1:-1]]
    echo = " | ".join(forms).replace("\n", " ") if where in ("html", "location") else " | ".join(forms)
    server = raw(
        {
            "body": Said(json.dumps({"status": False, "message": echo}).encode(), 200),
            "error": Said(json.dumps({"error": [echo, {"password": secret}]}, ensure_ascii=False).encode(), 422),
            "html": Said(f"<html>{echo}</html>".encode()),
            "location": Said(b"", 302, {"Location": f"https://elsewhere.invalid/{quote(secret, safe='')}/{basic}"}),
        }[where]
    )
    with pytest.raises(SindadError) as caught:
        call(connect(server.url, api_password=secret), *POST_VM)
    told = str(caught.value) + json.dumps(caught.value.failure, ensure_ascii=False) + repr(caught.value)
    for form in (secret, quote(secret, safe=""), quote(secret), html.escape(secret), basic):
        assert form not in told


def test_tokens_are_scrubbed_the_new_ones_too(raw: Callable[..., Raw]) -> None:
    server = raw(
        Said(b'{"error": "token_expired"}', 401),
        {"token": "fresh-token", "refresh": "fresh-refresh"},
        {"error": ["old-token old-refresh fresh-token fresh-refresh"]},
    )
    with pytest.raises(SindadError, match=r"\*{8} \*{8} \*{8} \*{8}"):
        call(connect(server.url, api_token="old-token", api_refresh_token="old-refresh"), "list_services")


def test_a_secret_that_the_portal_tells_is_scrubbed_from_its_words(raw: Callable[..., Raw]) -> None:
    server = raw({"error": ["root has the password t0p-s3cret"], "vm": {"root_password": "t0p-s3cret"}})
    with pytest.raises(SindadError, match=r"root has the password \*{8}"):
        call(connect(server.url), "get_vm_details", "401", "5")


def test_a_secret_in_a_transport_error_is_scrubbed(dead_port: int) -> None:
    """The host of the address is part of what the library says."""
    with pytest.raises(Unreachable) as caught:
        call(
            connect(f"http://127.0.0.1:{dead_port}/hunter2-path", api_password="hunter2-path", api_retries=0),
            "list_services",
        )
    assert "hunter2" not in str(caught.value)


def test_short_passwords_do_not_blot_out_everything(raw: Callable[..., Raw]) -> None:
    with pytest.raises(SindadError, match="a word"):
        call(connect(raw({"error": ["a word"]}).url, api_password="a"), "list_services")


@pytest.mark.parametrize("secret", ["p&ss w<rd>'/x", "گذرواژه€!"])
@pytest.mark.parametrize(
    "encode",
    [
        lambda secret: base64.b64encode(secret.encode()).decode(),
        lambda secret: base64.b64encode(secret.encode()).decode().rstrip("="),
        lambda secret: base64.urlsafe_b64encode(secret.encode()).decode(),
        lambda secret: quote(secret, safe=""),
        lambda secret: re.sub(r"%[0-9A-F]{2}", lambda found: found[0].lower(), quote(secret, safe="")),
        quote,
        quote_plus,
        html.escape,
        lambda secret: html.escape(secret, quote=False),
        lambda secret: json.dumps(secret)[1:-1],
        lambda secret: json.dumps(secret)[1:-1].replace("/", "\\/"),
        lambda secret: html.escape(secret).replace("&#x27;", "&#039;"),
    ],
)
def test_a_secret_is_hidden_in_any_usual_encoding(raw: Callable[..., Raw], secret: str, encode: Any) -> None:
    echo = f"you sent <{encode(secret)}>"
    for said in (
        Said(json.dumps({"error": [echo]}).encode()),
        Said(f"<html>{echo}".encode(), 422),
        Said(echo.encode(), 403),
    ):
        with pytest.raises(SindadError) as caught:
            call(connect(raw(said).url, api_password=secret), "list_services")
        told = str(caught.value) + json.dumps(caught.value.failure, ensure_ascii=False)
        assert encode(secret) not in told
        assert html.unescape(encode(secret)) not in told


SECRET = "simulator-Pa55"
TITLE = 'p&ss"w<ord>é/ü1'


@pytest.mark.parametrize("before", [*range(130, 165), *range(185, 201)])
def test_no_part_of_a_secret_is_left_at_a_cut(raw: Callable[..., Raw], before: int) -> None:
    filler = "x" * before
    for said in (
        Said(json.dumps({"debug": f"{filler} {SECRET}"}).encode()),
        Said(f"<title>{filler} {SECRET}</title>".encode()),
        Said(f"{filler} {SECRET}".encode()),
        Said(f'{{"debug": "{filler} {SECRET}'.encode()),
    ):
        assert "sim" not in refusal_to_read(connect(raw(said).url, api_password=SECRET, api_retries=0))


def refusal_to_read(client: Client) -> str:
    """The sentence that refuses the client's next answer, whether it is JSON or not."""
    try:
        return str(client.get("list_vms", "402").unreadable("there is no 'vms'"))
    except Unreadable as error:
        return str(error)


@pytest.mark.parametrize("text", [TITLE, html.escape(TITLE)])
@pytest.mark.parametrize("charset", ["utf-8", "latin-1"])
def test_a_secret_that_looks_like_a_tag_is_hidden(raw: Callable[..., Raw], text: str, charset: str) -> None:
    page = f"<html><title>Error for {text} here</title>".encode(charset)
    with pytest.raises(OutcomeUnknown, match=r"an HTML page \(Error for \*{8} here\)") as caught:
        call(connect(raw(Said(page, 500)).url), "rescue", "512", body={"password": TITLE})
    assert caught.value.errors == ("an HTML page (Error for ******** here)",)


def test_a_page_hides_the_secrets_that_it_names(raw: Callable[..., Raw]) -> None:
    for page in (
        '{"note": "t0p-s3cret", "vm": {"password": "t0p-s3cret", "na',
        "<p>x=1 password=t0p-s3cret; t0p-s3cret",
    ):
        with pytest.raises(Unreadable) as caught:
            call(connect(raw(page).url, api_retries=0), "list_vms", "401")
        assert "t0p" not in str(caught.value)
        assert "********" in str(caught.value)


def test_a_page_of_many_secrets_hides_them(raw: Callable[..., Raw]) -> None:
    """That it names one later doesn't matter for what is shown of it."""
    page = " ".join(f"password=t0p-{number}" for number in range(20000))
    with pytest.raises(Unreadable) as caught:
        call(connect(raw(f"<p>{page}").url, api_retries=0), "list_vms", "401")
    assert "an HTML page (password=******** password=******** " in str(caught.value)
    assert "t0p" not in str(caught.value)


def test_a_secret_at_the_end_of_what_is_read_of_a_page(raw: Callable[..., Raw]) -> None:
    """Behind a script as long as that, its first letters would be the first words."""
    cuts = (MAX_SHOWN, MAX_SHOWN + MARGIN, MAX_SHOWN + 2 * MARGIN)
    for length in (cut - offset for cut in cuts for offset in range(-10, 60, 5)):
        script = "<script>" + "s" * length + "</script>"
        with pytest.raises(Unreadable) as caught:
            call(
                connect(raw(f"<html>{script}{SECRET}" + " " * 2 * MAX_SHOWN).url, api_password=SECRET), "list_services"
            )
        assert "sim" not in str(caught.value)


def test_a_secret_with_a_question_mark_is_hidden_in_a_redirect(raw: Callable[..., Raw]) -> None:
    server = raw(Said(b"", 302, {"Location": "https://elsewhere.invalid/start?middle"}))
    with pytest.raises(Unreachable, match=r"to https://elsewhere\.invalid/\*{8}, which"):
        call(connect(server.url, api_password="start?middle"), "list_services")


def test_a_number_that_json_can_not_write_is_never_sent(portal: Simulator) -> None:
    client = connect(portal.url)
    for number in (float("nan"), float("inf")):
        with pytest.raises(
            SindadError, match=r"^Create VM: the request's body\.a\[0\] must be a number that JSON can write"
        ):
            client.send("create_vm", "402", body={"a": [number]})
    assert not client.wrote
    assert sent(portal) == []


def test_a_refused_refresh_token_is_called_so(portal: Simulator) -> None:
    with pytest.raises(AuthError) as caught:
        connect(portal.url).send("refresh_token", body={"refresh_token": "made-up"})
    assert str(caught.value) == "the portal refused the refresh token: unauthorized (POST /token)"


def test_a_refused_login_names_what_was_sent(portal: Simulator) -> None:
    with pytest.raises(AuthError, match=r"credentials: wronglogin \(user name and password, POST /login\)"):
        connect(portal.url, api_token="abc").send("login", body={"username": USER, "password": "not-this-one"})


def test_what_is_below_a_secrets_key_is_hidden_in_a_refusal_to_read(raw: Callable[..., Raw]) -> None:
    server = raw({"vm": {"password": "t0p-s3cret"}})
    error = connect(server.url).get("get_vm_details", "401", "5").unreadable("it tells nothing")
    assert "t0p-s3cret" not in str(error)


@pytest.mark.parametrize(
    "url",
    [
        "https://me:hush-hush@my.sindad.com/api",
        "https://me:hush-hush@my.sindad.com:99999/api",
        "me:hush-hush@my.sindad.com/api",
        "https://my.sindad.com/api?password=hush-hush",
        "https://hush-hush@",
        "ftp://x:hush-hush@y?z",
        "https://my.sindad.com/\x1b[31m",
        "https://[hush-hush@/api",
    ],
)
def test_an_address_that_may_hold_a_password_is_never_repeated(url: str) -> None:
    with pytest.raises(SindadError) as caught:
        connect(url)
    assert "hush" not in str(caught.value)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("identity", ["", " ", ".", "..", "\t"])
def test_an_id_that_would_leave_its_path_is_refused_before_a_request(
    portal: Simulator, client: Client, identity: str
) -> None:
    for name in ("list_vms", "create_vm"):
        with pytest.raises(SindadError, match="holds an empty id"):
            call(client, name, identity)
    assert not portal.requests()


def test_an_id_is_one_part_of_the_path(raw: Callable[..., Raw]) -> None:
    server = raw({"vm": {}})
    call(connect(server.url), "get_vm_details", "../x", "a/b?c#d")
    assert server.asked[0][1] == "/api/service/..%2Fx/vms/a%2Fb%3Fc%23d"


# counting


def test_the_counter_counts_from_many_threads(portal: Simulator, client: Client) -> None:
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda number: call(client, ("list_services", "user_details")[number % 2]), range(200)))
    assert client.calls == {"list_services": 100, "user_details": 100}
    assert len(portal.requests()) == 200
    assert not client.writes


def test_the_counter_is_a_copy(client: Client) -> None:
    client.calls["list_services"] += 5
    assert not client.calls


def test_connections_are_kept(portal: Simulator) -> None:
    """One session: the second request needs no new connection."""
    ports = set()
    with Raw(Said(b'{"services": []}')) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        finish = server.finish_request
        server.finish_request = lambda request, address: (ports.add(address), finish(request, address))  # type: ignore[method-assign]
        client = connect(server.url)
        for _again in range(3):
            call(client, "list_services")
        server.shutdown()
    assert len(ports) == 1
