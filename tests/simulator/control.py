# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Control under `/_simulator/`: the request log, faults, reset, and a hand in the state."""

from __future__ import annotations

import json
import time
from collections import Counter, deque
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .call import Refused
from .clientarea import new_contact
from .faults import Fault
from .operations import Operation
from .servers import new_ip
from .settings import Settings
from .shapes import SHAPES
from .store import Record, settled
from .vms import new_vm

if TYPE_CHECKING:
    from .app import Portal

SECRETS = ("password", "token", "secret")
CREATED = {"vm": new_vm, "ip": new_ip, "contact": new_contact}
OF_SERVICES = ("vm", "ip", "server")


def masked(value: Any) -> Any:
    """A body without what must not be in a log."""
    if isinstance(value, dict):
        return {
            key: "***" if any(word in key.lower() for word in SECRETS) else masked(each) for key, each in value.items()
        }
    return [masked(each) for each in value] if isinstance(value, list) else value


class Control:
    """The log and the faults of a portal, and their routes."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.faults: list[Fault] = []
        self.requests: deque[Record] = deque(maxlen=100_000)
        self.counts: Counter[str] = Counter()
        self.numbers: Counter[int] = Counter()

    def log(self, operation: Operation, request: Request) -> Record:
        self.counts[operation.route] += 1
        self.numbers[operation.number] += 1
        entry = {
            "n": sum(self.numbers.values()),
            "time": time.time(),
            "method": operation.method,
            "path": request.url.path.removeprefix("/api"),
            "operation": operation.number,
            "template": operation.path,
            "title": operation.title,
            "query": masked(dict(request.query_params)),
            "body": None,
            "status": None,
            "auth": None,
            "account": None,
            "fault": None,
            "carried_out": False,
            # which connection it came by, and who says that he asks
            "client": request.client.port if request.client else None,
            "agent": request.headers.get("user-agent", ""),
        }
        self.requests.append(entry)
        return entry

    def fault(self, operation: Operation, path: str) -> Fault | None:
        """The first fault that concerns a request; it is used up by that."""
        for index, fault in enumerate(self.faults):
            if fault.concerns(operation, path):
                if fault.skip > 0:
                    self.faults[index] = replace(fault, skip=fault.skip - 1)
                    continue
                if fault.times is not None:
                    self.faults[index] = replace(fault, times=fault.times - 1)
                    if fault.times <= 1:
                        del self.faults[index]
                return fault
        return None

    def clear_log(self) -> None:
        self.requests.clear()
        self.counts.clear()
        self.numbers.clear()

    def reset(self) -> None:
        self.portal.plant()
        self.portal.settings.become(self.portal.initial)
        self.faults.clear()
        self.clear_log()

    # the state

    def state(self) -> Record:
        now = time.time()
        records = {kind: [settled(each, now) for each in records] for kind, records in self.portal.store.dump().items()}
        return {"settings": asdict(self.portal.settings), **records}

    def set_settings(self, given: Record) -> Record:
        """Change some settings and return all of them."""
        self.portal.settings.become(changed(self.portal.settings, given))
        return asdict(self.portal.settings)

    def poke(self, wanted: Record) -> Record:
        """Change settings and records; `{"vm": {"service": …, "id": …, "status": …}}`."""
        settings = self.set_settings(wanted.pop("settings", {}))
        changed: Record = {}
        for kind, given in wanted.items():
            for changes in given if isinstance(given, list) else [given]:
                changed.setdefault(kind, []).append(self.poke_record(kind, dict(changes)))
        return {"settings": settings, **changed}

    def poke_record(self, kind: str, changes: Record) -> Record:
        store = self.portal.store
        key = str(changes.pop("id", ""))
        parent = str(changes.pop("service" if kind in OF_SERVICES else "account", ""))
        parent = parent or store.owner(kind, key) or ""
        record = store.get(kind, parent, key)
        if changes.pop("delete", False):
            store.delete(kind, parent, key)
            return {"id": key, "delete": True}
        if record is not None:
            return store.change(kind, parent, settled(record), **changes)
        if kind not in CREATED or not parent:
            raise Refused(404, f"there is no {kind} {key}")
        account = store.get("account", "", store.owner("service", parent) or parent) or {}
        given = {**({"id": key} if key else {}), **defaults(kind, account), **changes}
        return store.put(kind, parent, CREATED[kind](store, **given))

    # the routes

    def routes(self) -> list[Route]:
        return [
            Route("/_simulator/requests", self.show_requests, methods=["GET", "DELETE"]),
            Route("/_simulator/faults", self.change_faults, methods=["GET", "POST", "DELETE"]),
            Route("/_simulator/reset", self.do_reset, methods=["POST"]),
            Route("/_simulator/state", self.change_state, methods=["GET", "POST"]),
        ]

    def shown_log(self) -> Record:
        return {
            "requests": list(self.requests),
            "counts": dict(self.counts),
            "operations": {str(number): count for number, count in sorted(self.numbers.items())},
        }

    async def show_requests(self, request: Request) -> Response:
        log = self.shown_log()
        if request.method == "DELETE":
            self.clear_log()
        return JSONResponse(log)

    async def change_faults(self, request: Request) -> Response:
        if request.method == "DELETE":
            self.faults.clear()
        if request.method == "POST":
            body = await request.json()
            try:
                self.faults += [Fault(**each) for each in (body if isinstance(body, list) else [body])]
            except (TypeError, Refused) as error:
                return JSONResponse({"error": [str(error)]}, 422)
        return JSONResponse({"faults": [asdict(fault) for fault in self.faults]})

    async def do_reset(self, request: Request) -> Response:
        log = self.shown_log()
        try:
            settings = changed(self.portal.initial, json.loads(await request.body() or "{}"))
        except Refused as refusal:
            return refused(refusal)
        self.reset()
        self.portal.settings.become(settings)
        return JSONResponse(log)

    async def change_state(self, request: Request) -> Response:
        if request.method == "GET":
            return JSONResponse(self.state())
        try:
            return JSONResponse(self.poke(await request.json()))
        except Refused as refusal:
            return refused(refusal)


def changed(settings: Settings, given: Record) -> Settings:
    """Settings with some changes; refused where one is unknown or can't be."""
    wanted = asdict(settings) | given
    if wanted["shape"] not in SHAPES:
        raise Refused(422, f"shape is one of {', '.join(SHAPES)}")
    try:
        return Settings(**wanted)
    except (TypeError, ValueError) as error:
        raise Refused(422, str(error)) from error


def refused(refusal: Refused) -> Response:
    return JSONResponse({"error": refusal.messages}, refusal.status)


def defaults(kind: str, account: Record) -> Record:
    if kind == "vm":
        template = account["templates"][0]["id"]
        return {"label": "new", "template": template, "memory": 2048, "cpu": 1, "disk": 20}
    return {"domain": "", "vlan": account["vlans"][0]["id"]} if kind == "ip" else {}
