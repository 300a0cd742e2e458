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
from typing import Any
from urllib.parse import quote

import pytest
import requests
from ansible_collections.sindad.cloud.plugins.module_utils import _client
from ansible_collections.sindad.cloud.plugins.module_utils._client import (
    NOT_JSON,
    VERSION,
    AuthError,
    Client,
    NotFound,
    OutcomeUnknown,
    Settings,
    SindadError,
    Unreachable,
    scrubbed,
    token_pair,
)
from ansible_collections.sindad.cloud.plugins.module_utils._operations import OPERATIONS

from simulator.seed import SEEDS
from simulator.testing import Simulator

USER, PASSWORD = "ops@example.com", "simulator"
POST_VM = ("create_vm", "401")
NEW_VM = {"label": "web-9", "template": "101", "memory": "1024", "cpu": "1", "disk": "10"}


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
    clock = types.SimpleNamespace(sleep=pauses.append, time=time.time)
    monkeypatch.setattr("urllib3.util.retry.time", clock)
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
    """An answer to give: bytes as they are; ``hangs`` seconds first; ``cut`` closes in the middle of it."""

    body: bytes = b"{}"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    hangs: float = 0.0
    cut: bool = False
    reset: bool = False


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
        self.send_response(said.status)
        for name, value in {"Content-Type": "text/html", "Content-Length": str(len(said.body)), **said.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(said.body[: len(said.body) // 2] if said.cut else said.body)
        self.close_connection = said.cut

    do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815 (the names are http.server's)


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
    assert len(client.call("list_services")["services"]) == 8
    (entry,) = portal.requests()
    assert (entry["auth"], entry["account"]) == ("basic", USER)


def test_basic_is_utf8(raw: Callable[..., Raw]) -> None:
    server = raw({"services": []})
    connect(server.url, api_password="گذرواژه:€").call("list_services")
    kind, value = server.asked[0][2]["Authorization"].split()
    assert (kind, base64.b64decode(value).decode()) == ("Basic", f"{USER}:گذرواژه:€")


def test_bearer_goes_before_basic(portal: Simulator) -> None:
    client = logged_in(portal, api_username=USER, api_password="wrong")
    client.call("user_details")
    assert [entry["auth"] for entry in portal.requests()] == ["bearer"]


def test_what_makes_a_token_is_sent_without_credentials(raw: Callable[..., Raw]) -> None:
    server = raw({"token": "abcdef", "refresh": "ghijkl"})
    client = connect(server.url)
    client.call("login", body={"username": USER, "password": PASSWORD})
    client.call("refresh_token", body={"refresh_token": "ghijkl"})
    assert ["Authorization" in headers for _method, _path, headers, _body in server.asked] == [False, False]


def test_the_status_page_needs_no_credentials(portal: Simulator) -> None:
    client = connect(portal.url, api_username=None, api_password=None)
    assert client.call("get_list_statuses")
    assert [entry["auth"] for entry in portal.requests()] == [None]
    with pytest.raises(AuthError, match=r"api_username and api_password .*SINDAD_USERNAME.*SINDAD_TOKEN") as caught:
        client.call("list_services")
    assert caught.value.failure is None
    assert len(portal.requests()) == 1


@pytest.mark.parametrize("given", [{"api_password": ""}, {"api_username": None}, {"api_password": None}])
def test_half_of_the_credentials_is_none(portal: Simulator, given: dict[str, Any]) -> None:
    with pytest.raises(AuthError, match="no credentials: set api_username and api_password"):
        connect(portal.url, **given).call("list_services")
    assert not portal.requests()


def test_the_user_agent_names_the_collection(raw: Callable[..., Raw]) -> None:
    server = raw({})
    connect(server.url).call("list_services")
    headers = server.asked[0][2]
    assert headers["User-Agent"] == f"sindad.cloud/{VERSION} (Ansible)"
    assert headers["Accept"] == "application/json"


def test_wrong_password_is_asked_once(portal: Simulator) -> None:
    with pytest.raises(AuthError, match="the portal refused the credentials: wronglogin") as caught:
        connect(portal.url, api_password="not-this-one", api_retries=4).call("list_services")
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
        connect(portal.url).call("list_services")


def test_tokens_switched_off_is_said(portal: Simulator) -> None:
    client = logged_in(portal, api_refresh_token=None)
    portal.control.poke({"account": {"id": USER, "token_enabled": False}})
    with pytest.raises(AuthError, match=r"unauthorized \(a bearer token"):
        client.call("list_services")


# a token that expires


def test_an_expired_token_is_renewed_once(portal: Simulator) -> None:
    client = logged_in(portal)
    expire(portal)
    assert client.call("user_details")["client"]["firstname"] == "Sara"
    client.call("list_services")
    assert sent(portal) == ["GET /details", "POST /token", "GET /details", "GET /service"]


@pytest.mark.parametrize("status", [200, 401])
@pytest.mark.parametrize("word", ["token_expired", "unauthorized"])
def test_an_expired_token_in_the_words_of_portals(portal: Simulator, status: int, word: str) -> None:
    client = logged_in(portal)
    portal.fault(path="/details", status=status, body={"error": [word]})
    assert "client" in client.call("user_details")
    assert sent(portal) == ["GET /details", "POST /token", "GET /details"]


def test_a_post_is_sent_again_with_the_new_token(portal: Simulator) -> None:
    """Authentication fails before anything is carried out, so this repetition is none."""
    client = logged_in(portal)
    expire(portal)
    client.call(*POST_VM, body=NEW_VM)
    assert sent(portal) == ["POST /service/401/vms", "POST /token", "POST /service/401/vms"]
    assert [vm["label"] for vm in portal.store.all("vm", "401")].count("web-9") == 1


def test_a_token_that_is_refused_again_is_an_error(portal: Simulator) -> None:
    client = logged_in(portal)
    portal.fault(path="/details", status=401, body={"error": ["token_expired"]}, times=None)
    with pytest.raises(AuthError, match="token_expired"):
        client.call("user_details")
    assert sent(portal) == ["GET /details", "POST /token", "GET /details"]


def test_a_refresh_that_is_refused_is_an_error(portal: Simulator) -> None:
    client = logged_in(portal, api_refresh_token="long-gone")
    expire(portal)
    with pytest.raises(AuthError, match=r"refused the credentials: unauthorized .*POST /token") as caught:
        client.call("user_details")
    assert caught.value.failure is not None
    assert caught.value.failure["operation"] == "refresh_token"
    assert sent(portal) == ["GET /details", "POST /token"]


def test_without_a_refresh_token_none_is_asked_for(portal: Simulator) -> None:
    client = logged_in(portal, api_refresh_token=None)
    expire(portal)
    with pytest.raises(AuthError, match="token_expired"):
        client.call("user_details")
    assert sent(portal) == ["GET /details"]


def test_basic_is_not_renewed(portal: Simulator) -> None:
    portal.fault(path="/details", status=401, body={"error": ["unauthorized"]})
    with pytest.raises(AuthError):
        connect(portal.url, api_refresh_token="something").call("user_details")
    assert sent(portal) == ["GET /details"]


def test_the_refresh_token_stays_where_the_answer_has_no_new_one(portal: Simulator) -> None:
    portal.settings.shape = "keyed"
    try:
        client = logged_in(portal)
        for _again in range(2):
            expire(portal)
            client.call("user_details")
        assert sent(portal).count("POST /token") == 2
    finally:
        portal.settings.shape = "reference"


def test_a_refresh_without_a_token_is_an_error(raw: Callable[..., Raw]) -> None:
    server = raw(Said(b'{"error": ["token_expired"]}', 401), {"status": True})
    with pytest.raises(AuthError, match="holds no token"):
        connect(server.url, api_token="old-token", api_refresh_token="refresh").call("user_details")


def test_many_threads_renew_a_token_once(portal: Simulator) -> None:
    client = logged_in(portal)
    expire(portal)
    barrier = threading.Barrier(8)

    def ask(_number: int) -> Any:
        barrier.wait(5)
        return client.call("user_details")["client"]["firstname"]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(8))) == ["Sara"] * 8
    assert sent(portal).count("POST /token") == 1
    assert client.calls["refresh_token"] == 1


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
    assert token_pair(answer) == pair


def test_a_second_factor_is_said(portal: Simulator) -> None:
    portal.control.poke({"account": {"id": USER, "mfa": True}})
    answer = connect(portal.url).call("login", body={"username": USER, "password": PASSWORD})
    with pytest.raises(AuthError, match=r"second factor \(google_authenticator\), which a playbook can't type"):
        token_pair(answer)


@pytest.mark.parametrize("mfa", [True, {"token": "x"}, {"methods": None}, ["totp"]])
def test_a_second_factor_in_other_forms(mfa: Any) -> None:
    with pytest.raises(AuthError, match="second factor"):
        token_pair({"token": None, "mfa": mfa})


@pytest.mark.parametrize("answer", [{}, [], None, "x", {"token": None}, {"token": ""}, {"data": []}, {"data": "x"}])
def test_no_token_in_any_form_is_an_error(answer: Any) -> None:
    with pytest.raises(AuthError, match="holds no token"):
        token_pair(answer)


# repeating


@pytest.mark.parametrize("status", [429, 502, 503, 504])
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
    client.call(name, *ids, body=body)
    assert [entry["status"] for entry in portal.requests()] == [status, 200]
    assert client.calls == {name: 2}


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_post_is_not_repeated(portal: Simulator, client: Client, status: int) -> None:
    portal.fault(status=status, body="<html>Bad Gateway</html>", headers={"Retry-After": "0"}, times=None)
    with pytest.raises(SindadError) as caught:
        client.call(*POST_VM, body=NEW_VM)
    assert sent(portal) == ["POST /service/401/vms"]
    assert caught.value.status == status
    # a gateway's error says nothing of what happened behind it; a rate limit does
    assert isinstance(caught.value, OutcomeUnknown) == (status != 429)


@pytest.mark.parametrize("status", [400, 403, 404, 409, 422, 500, 501])
def test_other_refusals_are_not_repeated(portal: Simulator, client: Client, status: int) -> None:
    portal.fault(status=status, times=None)
    with pytest.raises(SindadError, match="Simulated fault") as caught:
        client.call("list_vms", "401")
    assert caught.value.status == status
    assert len(portal.requests()) == 1


@pytest.mark.parametrize("drop", ["before", "after"])
def test_a_dropped_get_is_repeated(portal: Simulator, client: Client, drop: str) -> None:
    portal.fault(path="/service", drop=drop)
    assert client.call("list_services")["services"]
    assert sent(portal) == ["GET /service"] * 2
    assert client.calls == {"list_services": 2}


@pytest.mark.parametrize("drop", ["before", "after"])
def test_a_dropped_post_is_sent_once(portal: Simulator, drop: str) -> None:
    portal.fault(method="POST", drop=drop)
    client = connect(portal.url, api_retries=4)
    with pytest.raises(OutcomeUnknown, match=r"the answer to POST /service/@id/vms was lost \(.+\)") as caught:
        client.call(*POST_VM, body=NEW_VM)
    assert sent(portal) == ["POST /service/401/vms"]
    assert [vm["label"] for vm in portal.store.all("vm", "401")].count("web-9") == (drop == "after")
    assert caught.value.failure is not None
    assert caught.value.failure["path"] == "/service/401/vms"


def test_a_lost_post_is_counted(portal: Simulator, client: Client) -> None:
    """It was sent, so it is one of the requests that a task took."""
    portal.fault(method="POST", drop="after")
    with pytest.raises(OutcomeUnknown):
        client.call(*POST_VM, body=NEW_VM)
    assert client.calls == {"create_vm": 1}


def test_exhausted_retries_are_counted(portal: Simulator, client: Client) -> None:
    portal.fault(path="/service", drop="before", times=None)
    with pytest.raises(Unreachable):
        client.call("list_services")
    assert len(portal.requests()) == 2
    assert client.calls == {"list_services": 2}


@pytest.mark.parametrize("how", [Said(reset=True), Said(b'{"status": true}', cut=True), Said(hangs=0.6)])
def test_a_post_that_is_cut_is_sent_once(raw: Callable[..., Raw], how: Said) -> None:
    """Reset, closed in the middle of the answer, no answer in time: it may have been carried out."""
    server = raw(how)
    with pytest.raises(OutcomeUnknown, match=r"the answer to POST /service/@id/vms was lost"):
        connect(server.url, api_retries=3, api_timeout=0.3).call(*POST_VM, body=NEW_VM)
    assert len(server.asked) == 1


def test_repeated_delete_of_what_is_gone_has_succeeded(portal: Simulator, client: Client) -> None:
    portal.fault(method="DELETE", drop="after")
    client.call("destroy_vm", "401", "2001")
    assert [entry["status"] for entry in portal.requests()] == [None, 404]
    assert portal.store.get("vm", "401", "2001") is None
    assert client.written


@pytest.mark.parametrize(("name", "method"), [("resize_vm", "PUT"), ("destroy_vm", "DELETE")])
def test_a_repetition_that_is_refused_may_be_so_because_the_first_was_carried_out(
    portal: Simulator, client: Client, name: str, method: str
) -> None:
    portal.fault(method=method, drop="after")
    portal.fault(method=method, status=409, body={"error": ["VM 2001 is locked: resizing"]})
    with pytest.raises(OutcomeUnknown, match="was lost, and its repetition refused: VM 2001 is locked") as caught:
        client.call(name, "401", "2001", body={"memory": "1024", "cpu": "1"})
    assert caught.value.status == 409


def test_a_repetition_after_a_refusal_is_a_refusal(portal: Simulator, client: Client) -> None:
    portal.fault(method="PUT", status=429)
    portal.fault(method="PUT", status=409, body={"error": ["VM 2001 is locked"]})
    with pytest.raises(SindadError, match=r"the portal refused PUT .*: VM 2001 is locked") as caught:
        client.call("resize_vm", "401", "2001", body={"memory": "1024"})
    assert not isinstance(caught.value, OutcomeUnknown)


@pytest.mark.parametrize("fault", [{"drop": "after"}, {"status": 504, "when": "after", "body": "<html>"}])
def test_a_put_whose_answers_are_all_lost_may_have_been_carried_out(portal: Simulator, fault: dict[str, Any]) -> None:
    portal.fault(method="PUT", **fault)
    with pytest.raises(OutcomeUnknown):
        connect(portal.url, api_retries=0).call("resize_vm", "401", "2001", body={"memory": "1024", "cpu": "1"})
    assert [vm["memory"] for vm in portal.store.all("vm", "401") if vm["id"] == "2001"] == [4096]
    assert [vm["task"]["then"] for vm in portal.store.all("vm", "401") if vm["id"] == "2001"] == [
        {"memory": 1024, "cpu": 1}
    ]


def test_first_delete_of_what_is_not_there_is_not_found(portal: Simulator, client: Client) -> None:
    with pytest.raises(NotFound, match="DELETE /service/@id/vms/@vmid: VM 9 not found"):
        client.call("destroy_vm", "401", "9")
    assert not client.written


def test_exhausted_retries_say_what_came_last(portal: Simulator, client: Client) -> None:
    portal.fault(path="/service", status=503, body="<html><h1>Maintenance</h1></html>", times=None)
    with pytest.raises(SindadError, match="<h1>Maintenance</h1>") as caught:
        client.call("list_services")
    assert caught.value.status == 503
    assert client.calls == {"list_services": 2}


def test_no_retries_is_no_retries(portal: Simulator) -> None:
    portal.fault(path="/service", status=503, times=None)
    with pytest.raises(SindadError):
        connect(portal.url, api_retries=0).call("list_services")
    portal.fault(path="/details", drop="before", times=None)
    with pytest.raises(Unreachable):
        connect(portal.url, api_retries=0).call("user_details")
    assert len(portal.requests()) == 2


@pytest.mark.parametrize(("asked", "waits"), [("7", 7), ("90000", 120), ("0", None)])
def test_retry_after_is_honoured_within_bounds(
    portal: Simulator, client: Client, slept: list[float], asked: str, waits: float | None
) -> None:
    portal.fault(status=429, headers={"Retry-After": asked})
    client.call("list_services")
    assert slept == ([] if waits is None else [waits])


def test_retry_after_may_be_a_date(portal: Simulator, client: Client, slept: list[float]) -> None:
    soon = dt.datetime.now(dt.UTC) + dt.timedelta(hours=2)
    portal.fault(status=503, headers={"Retry-After": soon.strftime("%a, %d %b %Y %H:%M:%S GMT")})
    client.call("list_services")
    assert slept == [120]


def test_a_retry_after_that_nobody_can_read_is_none(portal: Simulator, client: Client, slept: list[float]) -> None:
    portal.fault(status=429, headers={"Retry-After": "soon"})
    assert client.call("list_services")["services"]


def test_backoff_grows_and_is_bounded(portal: Simulator, slept: list[float]) -> None:
    portal.fault(status=502, times=8)
    connect(portal.url, api_retries=8).call("list_services")
    # the first repetition is at once; half a second of jitter at most
    assert len(slept) == 7
    for index, pause in enumerate(slept, 1):
        assert min(0.5 * 2**index, 30) <= pause <= min(0.5 * 2**index + 0.5, 30)


def test_a_rate_limit_that_stays_is_said(portal: Simulator, slept: list[float]) -> None:
    portal.fault(status=429, body={"error": ["Too many requests"]}, times=None)
    with pytest.raises(SindadError, match=r"the portal's rate limit refused GET /service: Too many requests"):
        connect(portal.url).call("list_services")


def test_each_request_has_a_timeout(portal: Simulator) -> None:
    portal.fault(path="/service", delay=1.5, times=None)
    begin = time.monotonic()
    with pytest.raises(Unreachable, match="timed out"):
        connect(portal.url, api_timeout=0.2).call("list_services")
    assert time.monotonic() - begin < 1.2


# what is a failure, and what isn't


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (["one", "two"], ("one", "two")),
        ("one", ("one",)),
        ({"code": "one"}, ("one",)),
        ([{"field": "label"}], ('{"field": "label"}',)),
        (["it&#39;s &lt;b&gt;"], ("it's <b>",)),
        (["", None, "one"], ("one",)),
        (7, ("7",)),
    ],
)
@pytest.mark.parametrize("status", [200, 422])
def test_errors_in_all_their_forms(raw: Callable[..., Raw], status: int, error: Any, words: tuple[str, ...]) -> None:
    server = raw(Said(json.dumps({"error": error}).encode(), status))
    for name, ids in (("list_vms", ("401",)), POST_VM):
        with pytest.raises(SindadError) as caught:
            connect(server.url).call(name, *(ids if isinstance(ids, tuple) else (ids,)))
        assert caught.value.errors == words
        assert "; ".join(words) in str(caught.value)
        assert caught.value.status == status


@pytest.mark.parametrize("error", [[], "", None, {}, False, 0, "0", [""], [[]], [None]])
def test_an_empty_error_is_none(raw: Callable[..., Raw], error: Any) -> None:
    server = raw({"error": error, "info": [], "vms": {"5": {"label": "a"}}})
    assert connect(server.url).call("list_vms", "401")["vms"]


@pytest.mark.parametrize("false", [False, 0, "0", "false", "False"])
@pytest.mark.parametrize("key", ["success", "status"])
def test_an_action_that_says_false(raw: Callable[..., Raw], key: str, false: Any) -> None:
    server = raw({key: false, "message": "the pool is full"})
    for name in ("create_vm", "change_service_label"):
        with pytest.raises(SindadError, match="the pool is full"):
            connect(server.url).call(name, "401")
    for name in ("resize_vm", "destroy_vm"):
        with pytest.raises(SindadError, match="the pool is full"):
            connect(server.url).call(name, "401", "5")


@pytest.mark.parametrize("false", [False, 0, "0"])
def test_success_false_of_a_get_is_a_failure_and_status_false_is_data(raw: Callable[..., Raw], false: Any) -> None:
    server = raw({"success": false, "info": "no such thing"}, {"status": false})
    client = connect(server.url)
    with pytest.raises(NotFound, match="no such thing"):
        client.call("get_server_state", "512")
    assert client.call("get_server_state", "512") == {"status": false}


@pytest.mark.parametrize("answer", [{"success": False}, {"error": True}, {"error": [True]}, {"status": False}])
def test_a_failure_without_a_word_says_so(raw: Callable[..., Raw], answer: Any) -> None:
    with pytest.raises(SindadError, match="the portal refused POST /service/@id/vms: no reason given"):
        connect(raw(answer).url).call(*POST_VM)


@pytest.mark.parametrize(
    "answer", [[], {}, {"status": True}, {"status": "running"}, {"status": 1}, "", None, 5, "text"]
)
def test_other_answers_to_an_action_are_none(raw: Callable[..., Raw], answer: Any) -> None:
    client = connect(raw(Said(json.dumps(answer).encode())).url)
    assert client.call(*POST_VM) == answer
    assert client.written


@pytest.mark.parametrize(
    "words",
    [
        "VM 5 not found",
        "vm_not_found",
        "Method not supported",
        "unsupported operation",
        "No such method",
        "Service not available",
        "does not exist",
        "It doesn't exist",
        "unknown method",
    ],
)
@pytest.mark.parametrize("status", [200, 400, 404, 422])
def test_not_found_by_its_words(raw: Callable[..., Raw], words: str, status: int) -> None:
    server = raw(Said(json.dumps({"error": [words]}).encode(), status))
    with pytest.raises(NotFound, match="GET /service/@id/vms"):
        connect(server.url).call("list_vms", "401")


def test_not_found_by_its_code(raw: Callable[..., Raw]) -> None:
    server = raw(Said(b"<html>gone</html>", 404), Said(b"", 404), Said(b'{"error": ["whatever"]}', 404))
    for said in ("<html>gone</html>", "Not Found", "whatever"):
        with pytest.raises(NotFound, match=said):
            connect(server.url).call("list_vms", "401")


def test_a_failing_server_is_not_not_found(raw: Callable[..., Raw]) -> None:
    server = raw(Said(b'{"error": ["database not found"]}', 500))
    with pytest.raises(SindadError) as caught:
        connect(server.url).call("list_vms", "401")
    assert not isinstance(caught.value, NotFound)
    with pytest.raises(OutcomeUnknown, match="HTTP 500"):
        connect(server.url).call(*POST_VM)


def test_a_business_error_in_a_200(portal: Simulator) -> None:
    portal.settings.shape = "proxmox"
    try:
        with pytest.raises(SindadError, match=r"the portal refused POST .*: Not enough resources: memory") as caught:
            connect(portal.url).call(*POST_VM, body={**NEW_VM, "memory": "9999999"})
        assert caught.value.status == 200
        with pytest.raises(AuthError, match="wronglogin"):
            connect(portal.url, api_password="not-this-one").call("list_services")
        with pytest.raises(NotFound):
            connect(portal.url).call("list_vms", "601")
    finally:
        portal.settings.shape = "reference"


# what isn't JSON


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("<!DOCTYPE html>\n<title>x", "HTML that is not JSON: <!DOCTYPE html>"),
        ("\n\n  <html><body>Maintenance</body></html>", "HTML that is not JSON: <html><body>Maintenance</body></html>"),
        ("<HTML>", "HTML that is not JSON: <HTML>"),
        ("<?xml version='1.0'?>", "HTML that is not JSON"),
        ("<br />\n<b>Warning</b>: x in y.php\n{}", "something that is not JSON: <br />"),
        ('Warning: Undefined index in /a.php on line 3\n{"vms": []}', "something that is not JSON: Warning: Undefined"),
        ("OK", "something that is not JSON: OK"),
        ("", "an empty body where JSON should be"),
        (" \n", "an empty body where JSON should be"),
        ('{"vms": [', "something that is not JSON"),
        (b"\xff\xfe\x00", "something that is not JSON"),
    ],
)
def test_a_get_that_is_answered_with_something_else(raw: Callable[..., Raw], page: Any, said: str) -> None:
    server = raw(page)
    with pytest.raises(Unreachable) as caught:
        connect(server.url).call("list_vms", "401")
    assert said in str(caught.value)
    assert f"GET {server.url}/service/@id/vms" in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
    assert caught.value.failure is not None
    assert caught.value.failure["operation"] == "list_vms"


def test_a_long_line_is_cut(raw: Callable[..., Raw]) -> None:
    with pytest.raises(Unreachable) as caught:
        connect(raw("<html>" + "x" * 5000).url).call("list_vms", "401")
    assert len(str(caught.value)) < 400


def test_a_post_that_is_answered_with_html_may_have_been_carried_out(raw: Callable[..., Raw]) -> None:
    server = raw("<html>Please log in to the proxy</html>")
    client = connect(server.url)
    with pytest.raises(OutcomeUnknown, match="HTML that is not JSON: <html>Please log in"):
        client.call(*POST_VM)
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [200, 201, 202, 204])
@pytest.mark.parametrize("name", ["destroy_vm", "stop_vm", "resize_vm"])
def test_an_empty_answer_to_an_action_is_acceptance(raw: Callable[..., Raw], name: str, status: int) -> None:
    headers = {"Content-Length": "0"} if status != 204 else {}
    client = connect(raw(Said(b"", status, headers)).url)
    assert client.call(name, "401", "5") == {}
    assert client.written


@pytest.mark.parametrize("body", [b'\xef\xbb\xbf{"a": 1}', b'\n\t {"a": 1}\n\n', b'\xef\xbb\xbf\n{"a": 1}'])
def test_json_is_known_by_its_content(raw: Callable[..., Raw], body: bytes) -> None:
    assert connect(raw(body).url).call("list_vms", "401") == {"a": 1}


def test_json_that_is_nested_too_deep_is_no_json(raw: Callable[..., Raw]) -> None:
    with pytest.raises(Unreachable, match="not JSON"):
        connect(raw(b"[" * 200_000).url).call("list_vms", "401")


def test_fetch_gives_the_bytes_of_what_is_no_json(raw: Callable[..., Raw]) -> None:
    server = raw(b"\x89PNG\r\n\x1a\n")
    answer, content = connect(server.url).fetch(OPERATIONS["ticket_attachment"], "5001", query={"number": "7"})
    assert (answer is NOT_JSON, content) == (True, b"\x89PNG\r\n\x1a\n")
    assert server.asked[0][1] == "/api/ticket/attachment/5001?number=7"


def test_an_oversized_answer_is_refused(raw: Callable[..., Raw], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_client, "MAX_ANSWER", 200_000)
    server = raw(b'"' + b"x" * 300_000 + b'"')
    with pytest.raises(Unreachable, match="more than 200000 bytes"):
        connect(server.url, api_retries=0).call("list_vms", "401")
    with pytest.raises(OutcomeUnknown, match="more than 200000 bytes"):
        connect(server.url).call(*POST_VM)


def test_an_oversized_answer_is_bounded_after_decompression(
    raw: Callable[..., Raw], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_client, "MAX_ANSWER", 200_000)
    server = raw(Said(gzip.compress(b'"' + b"x" * 5_000_000 + b'"'), headers={"Content-Encoding": "gzip"}))
    with pytest.raises(Unreachable, match="more than 200000 bytes"):
        connect(server.url, api_retries=0).call("list_vms", "401")


# where requests go


def test_a_get_follows_a_redirect_to_the_same_origin(raw: Callable[..., Raw]) -> None:
    server = raw(Said(b"", 301, {"Location": "/api/service/"}), {"services": [{"id": 1}]})
    client = connect(server.url)
    assert client.call("list_services", query={"page": "2"})["services"]
    assert [path for _method, path, _headers, _body in server.asked] == ["/api/service?page=2", "/api/service/"]
    assert all("Authorization" in headers for _method, _path, headers, _body in server.asked)
    assert client.calls == {"list_services": 2}


def test_a_redirect_to_another_host_is_refused(raw: Callable[..., Raw]) -> None:
    other = raw({"services": []})
    # the same machine by another name is another host; what is behind ? may be a secret
    target = other.url.replace("127.0.0.1", "localhost") + "/service?session=abcdef"
    server = raw(Said(b"", 302, {"Location": target}))
    with pytest.raises(Unreachable, match="redirects GET /service to http://localhost") as caught:
        connect(server.url).call("list_services")
    assert "set api_url to the address" in str(caught.value)
    assert "abcdef" not in str(caught.value)
    assert not other.asked


def test_a_redirect_to_another_port_or_scheme_is_refused(raw: Callable[..., Raw]) -> None:
    other = raw({})
    server = raw(Said(b"", 307, {"Location": other.url}), Said(b"", 308, {"Location": "https://127.0.0.1/api"}))
    for _each in range(2):
        with pytest.raises(Unreachable, match="redirects"):
            connect(server.url).call("list_services")
    assert not other.asked


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("name", ["create_vm", "stop_vm", "resize_vm", "destroy_vm"])
def test_what_writes_follows_no_redirect(raw: Callable[..., Raw], name: str, status: int) -> None:
    server = raw(Said(b"", status, {"Location": "/api/elsewhere"}))
    with pytest.raises(Unreachable, match=r"redirects (POST|PUT|DELETE) /service/@id/vms.* to http://127.0.0.1"):
        connect(server.url).call(name, *["401", "5"][: len(OPERATIONS[name].parameters)])
    assert len(server.asked) == 1


def test_redirects_in_a_circle_end(raw: Callable[..., Raw]) -> None:
    server = raw(Said(b"", 302, {"Location": "/api/service"}))
    with pytest.raises(Unreachable, match="redirects"):
        connect(server.url).call("list_services")
    assert len(server.asked) == 4


def test_a_redirect_without_a_target_is_refused(raw: Callable[..., Raw]) -> None:
    with pytest.raises(SindadError, match="the portal refused GET /service"):
        connect(raw(Said(b"", 302)).url).call("list_services")


def test_the_netrc_file_is_not_read(raw: Callable[..., Raw], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login intruder password from-netrc\n", encoding="utf-8")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    monkeypatch.setenv("HOME", str(tmp_path))
    server = raw({"statuses": []})
    # the file is there for who reads it
    assert requests.utils.get_netrc_auth(server.url) == ("intruder", "from-netrc")
    connect(server.url, api_username=None, api_password=None).call("get_list_statuses")
    connect(server.url).call("list_services")
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
    assert connect(portal.url.replace("127.0.0.1", host)).call("list_services")["services"]


def test_other_addresses_go_through_the_proxy(dead_proxy: int) -> None:
    """The proxy that isn't there is what fails, not the name that nobody resolves."""
    with pytest.raises(Unreachable, match=r"proxy") as caught:
        connect("https://portal.invalid/api", api_retries=0).call("list_services")
    assert "portal.invalid port 443" in str(caught.value)
    assert "proxy-secret" not in str(caught.value)


def test_a_post_that_did_not_reach_the_proxy_was_not_carried_out(dead_proxy: int) -> None:
    with pytest.raises(Unreachable, match="proxy"):
        connect("https://portal.invalid/api", api_retries=0).call(*POST_VM)


def test_no_proxy_is_honoured(dead_proxy: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "portal.invalid")
    with pytest.raises(Unreachable) as caught:
        connect("https://portal.invalid/api", api_retries=0).call("list_services")
    assert "proxy" not in str(caught.value).lower()


def test_unreachable_names_host_port_and_reason(dead_port: int) -> None:
    client = connect(f"http://127.0.0.1:{dead_port}/api", api_retries=0)
    with pytest.raises(Unreachable) as caught:
        client.call("list_services")
    message = str(caught.value)
    assert message.startswith(f"the portal can't be reached at 127.0.0.1 port {dead_port}: ")
    assert "Connection refused" in message
    assert "object at 0x" not in message
    with pytest.raises(Unreachable):
        client.call(*POST_VM)


def test_a_name_that_nobody_knows_is_said() -> None:
    with pytest.raises(Unreachable, match=r"can't be reached at portal\.invalid port 443: .*[Rr]esol"):
        connect("https://portal.invalid/api", api_retries=0).call("list_services")


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
            connect(server.url, api_retries=4).call(name)
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
    assert connect(server.url, **options).call("list_services") == {"services": []}


def test_http_is_not_spoken_to_a_tls_port(raw: Callable[..., Raw], certificate: Path) -> None:
    server = raw({"services": []}, tls=certificate)
    with pytest.raises((Unreachable, SindadError)):
        connect(server.url.replace("https", "http"), api_retries=0).call("list_services")
    assert not server.asked


def test_tls_is_not_spoken_to_an_http_port(portal: Simulator) -> None:
    with pytest.raises(Unreachable, match=r"can't be reached at 127\.0\.0\.1 port \d+: .*SSL"):
        connect(portal.url.replace("http", "https"), api_retries=0).call("list_services")


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
        with pytest.raises(OutcomeUnknown, match="the answer to POST /service/@id/vms was lost"):
            connect(server.url, api_retries=1, api_ca_path=str(certificate)).call(*POST_VM, body=NEW_VM)
        assert len(server.asked) == 1
        with pytest.raises(Unreachable):
            connect(server.url, api_retries=1, api_ca_path=str(certificate)).call("list_services")
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
        ({"api_timeout": 0}, "api_timeout must be more than 0 seconds, not 0"),
        ({"api_timeout": -1.5}, "api_timeout must be"),
        ({"api_retries": -1}, "api_retries must be 0 or more, not -1"),
        ({"api_ca_path": "/nonexistent/ca.pem"}, "there is no file or directory /nonexistent/ca.pem"),
        ({"api_username": "a:b"}, "api_username must not hold a colon"),
    ],
)
def test_options_that_cannot_be_right(options: dict[str, Any], said: str) -> None:
    with pytest.raises(SindadError, match=said):
        connect("https://my.sindad.com/api", **options)


def test_options_left_out_are_the_documented_ones() -> None:
    settings = Settings.from_options({"api_url": None, "service": "401", "api_timeout": None})
    assert settings == Settings("https://my.sindad.com/api", api_timeout=30, api_retries=4, validate_certs=True)


def test_a_trailing_slash_of_the_address_does_not_matter(portal: Simulator) -> None:
    connect(portal.url + "/").call("list_services")
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
        connect(portal.url, api_token=token).call("list_services")
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
        connect(server.url, api_password=secret).call(*POST_VM)
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
        connect(server.url, api_token="old-token", api_refresh_token="old-refresh").call("list_services")


def test_a_secret_that_the_portal_tells_is_scrubbed_from_its_words(raw: Callable[..., Raw]) -> None:
    server = raw({"error": ["root has the password t0p-s3cret"], "vm": {"root_password": "t0p-s3cret"}})
    with pytest.raises(SindadError, match=r"root has the password \*{8}"):
        connect(server.url).call("get_vm_details", "401", "5")


def test_a_secret_in_a_transport_error_is_scrubbed(dead_port: int) -> None:
    """The host of the address is part of what the library says."""
    with pytest.raises(Unreachable) as caught:
        connect(f"http://127.0.0.1:{dead_port}/hunter2-path", api_password="hunter2-path", api_retries=0).call(
            "list_services"
        )
    assert "hunter2" not in str(caught.value)


def test_short_passwords_do_not_blot_out_everything(raw: Callable[..., Raw]) -> None:
    with pytest.raises(SindadError, match="a word"):
        connect(raw({"error": ["a word"]}).url, api_password="a").call("list_services")


@pytest.mark.parametrize(
    "key",
    [
        *("password", "Password", "root_password", "rootpassword", "adminPass", "passwd", "pwd", "token", "refresh"),
        *("secret", "vnc", "vncpassword", "private_key", "privatekey", "api_key", "apikey", "credentials", "pin"),
    ],
)
def test_secrets_are_known_by_their_keys(key: str) -> None:
    data = {"vm": [{key: "hush", "label": "web-1"}], "nested": {"a": {key: {"value": "hush"}}}, "number": {key: 1234}}
    told = scrubbed(data)
    assert "hush" not in str(told)
    assert "1234" not in str(told)
    assert told["vm"][0]["label"] == "web-1"
    assert data["vm"] == [{key: "hush", "label": "web-1"}]


def test_what_is_no_secret_stays() -> None:
    data = {"label": "web-1", "password": "", "token": None, "ping": 5, "shipping": "x", "ips": ["198.51.100.5"]}
    assert scrubbed(data) == data


# counting


def test_the_counter_counts_from_many_threads(portal: Simulator, client: Client) -> None:
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda number: client.call(("list_services", "user_details")[number % 2]), range(200)))
    assert client.calls == {"list_services": 100, "user_details": 100}
    assert len(portal.requests()) == 200
    assert not client.written


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
            client.call("list_services")
        server.shutdown()
    assert len(ports) == 1
