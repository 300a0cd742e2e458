# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The portal as an ASGI application: routes, authentication, faults, rendering."""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from . import billing, clientarea, seed, servers, services, support, vms
from .call import Answer, Call, Refused
from .control import Control, masked
from .faults import Fault
from .operations import HANDLERS, OPERATIONS, Operation
from .settings import Settings
from .shapes import SHAPES
from .store import Record, Rows, Store
from .wire import Dropped, Garbled

#: Each of these registers the functions that carry out its operations as it is imported.
SECTIONS = (clientarea, billing, support, services, vms, servers)

GONE = ("Cancelled", "Terminated", "Pending", "Fraud")
NOT_FOUND_PAGE = "<html><head><title>404 Not Found</title></head><body>Not Found</body></html>"


class Portal:
    """The state, the settings and the control of one simulated portal."""

    def __init__(self, store: Store, settings: Settings, seeds: list[Path]) -> None:
        self.store = store
        self.settings = settings
        self.initial = replace(settings)
        self.seeds = seeds
        self._read: list[bytes] | None = None
        self._planted: Rows | None = None
        self.control = Control(self)
        if not store.all("account"):
            self.plant()

    def plant(self) -> None:
        """Begin anew with the seeds; what they make is kept, as tests do this thousands of times."""
        content = [path.read_bytes() if path.is_file() else b"" for path in self.seeds]
        if self._planted and content == self._read:
            self.store.fill(self._planted)
            return
        self.store.clear()
        for path in self.seeds:
            seed.load(self.store, path)
        self._read, self._planted = content, self.store.rows()

    async def serve(self, operation: Operation, request: Request) -> Response | None:
        """Answer one request; None is a connection to drop."""
        shape = SHAPES[self.settings.shape]
        call = Call(operation, self.store, self.settings, shape, dict(request.path_params), dict(request.query_params))
        entry = self.control.log(operation, request)
        fault = self.control.fault(operation, entry["path"])
        body = await request.body()
        await asyncio.sleep(self.settings.latency + (fault.delay if fault else 0))
        if fault:
            entry["fault"] = fault.summary
        if fault and fault.prevents:
            return self.fail(fault, operation, entry)
        call.now = time.time()
        try:
            call.fields = {**call.query, **parse_body(body, entry)}
            self.authenticate(call, request.headers.get("authorization", ""), entry)
            self.check_service(call)
            answer = HANDLERS[operation.route](call)
            entry["carried_out"] = True
        except Refused as refusal:
            answer = Answer(*shape.error(refusal.status, refusal.messages, operation.of_vms))
        if fault and fault.intervenes:
            return self.fail(fault, operation, entry)
        answer = answer if isinstance(answer, Answer) else Answer(answer)
        entry["status"] = answer.status
        response = respond(answer, shape.numbers)
        return Garbled(response, fault) if fault and fault.garbles else response

    def fail(self, fault: Fault, operation: Operation, entry: Record) -> Response | None:
        if fault.drop:
            return None
        entry["status"] = fault.status
        content = fault.content(operation)
        media_type = "text/html" if content.lstrip().startswith("<") else "application/json"
        response = Response(content, fault.status, {**fault.headers}, media_type)
        return Garbled(response, fault) if fault.garbles else response

    def authenticate(self, call: Call, header: str, entry: Record) -> None:
        kind, _unused, value = header.partition(" ")
        entry["auth"] = kind.lower() if kind.lower() in ("basic", "bearer") else None
        if entry["auth"] == "bearer":
            call.token = value.strip()
        if call.operation.anonymous:
            return
        if entry["auth"] == "bearer":
            account = clientarea.account_of_token(self.store, call.token, call.now)
        elif entry["auth"] == "basic":
            username, password = basic(value)
            found = clientarea.account_of_login(self.store, username, password)
            if found is None:
                raise Refused(401, "wronglogin", "unauthorized")
            account = found
            if not account["basic_enabled"]:
                raise Refused(401, "unauthorized")
        else:
            raise Refused(401, "unauthorized")
        call.account = account
        entry["account"] = account["id"]

    def check_service(self, call: Call) -> None:
        """Find the service of the path; refuse another account's, and what it doesn't offer."""
        if not call.operation.path.startswith("/service/@id"):
            return
        operation = call.operation
        service = self.store.get("service", call.owner, call.path["id"])
        if service is None:
            raise call.not_found("Service", call.path["id"])
        call.service = service
        if not operation.offered_by(service["kind"]):
            raise Refused(404, "Method not supported")
        if operation.of_vms or operation.of_servers:
            if service["status"] in GONE:
                raise Refused(404, "Method not supported")
            if service["status"] != "Active" and operation.method != "GET":
                raise Refused(409, f"Service is {service['status'].lower()}")


def basic(value: str) -> tuple[str, str]:
    try:
        username, _unused, password = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise Refused(401, "wronglogin", "unauthorized") from None
    return username, password


def parse_body(body: bytes, entry: Record) -> Record:
    """The fields of a JSON or a form body."""
    text = body.decode("utf-8", "replace").strip()
    if not text:
        return {}
    if text[0] in "{[":
        try:
            fields = json.loads(text)
        except ValueError:
            raise Refused(400, "Request body is not valid JSON") from None
        if not isinstance(fields, dict):
            raise Refused(400, "Request body is not an object")
    else:
        fields = dict(parse_qsl(text, keep_blank_values=True))
    entry["body"] = masked(fields)
    return fields


def respond(answer: Answer, numbers: Callable[[Any], Any]) -> Response:
    if answer.body is None:
        return Response(status_code=answer.status)
    if isinstance(answer.body, bytes):
        return Response(answer.body, answer.status, media_type=answer.content_type)
    content = json.dumps(numbers(answer.body), ensure_ascii=False)
    return Response(content, answer.status, media_type=answer.content_type)


def endpoint(portal: Portal, operation: Operation) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        return await portal.serve(operation, request) or Dropped()

    return answer


async def not_found(request: Request, error: Exception) -> Response:
    """What the web server in front of a portal says to an address that is nobody's."""
    return HTMLResponse(NOT_FOUND_PAGE, 404)


def without_trailing_slash(app: ASGIApp) -> ASGIApp:
    async def stripped(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and len(scope["path"]) > 1:
            scope["path"] = scope["path"].rstrip("/")
        await app(scope, receive, send)

    return stripped


def create_app(portal: Portal) -> ASGIApp:
    routes: list[BaseRoute] = [
        Route("/api" + template(each), endpoint(portal, each), methods=[each.method]) for each in OPERATIONS
    ]
    app = Starlette(routes=[*routes, *portal.control.routes()], exception_handlers={404: not_found, 405: not_found})
    return without_trailing_slash(app)


def template(operation: Operation) -> str:
    """The path as Starlette writes it: `@id` is `{id}`."""
    parts = [f"{{{part[1:]}}}" if part[:1] == "@" else part for part in operation.path.split("/")]
    return "/".join(parts)
