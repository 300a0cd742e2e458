# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulator in a thread, and a client that says as little as possible."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import requests

# the package lies beside the tests, whatever the runner's path is
sys.path.insert(0, str(Path(__file__).parents[2]))

from simulator.seed import SEEDS
from simulator.testing import Simulator

COMPANY = SEEDS / "company.yml"
AUTH = ("ops@example.com", "simulator")


class Client:
    """Requests to a simulator, as an account."""

    def __init__(self, simulator: Simulator, auth: tuple[str, str] = AUTH) -> None:
        self.simulator = simulator
        self.session = requests.Session()
        self.session.trust_env = False
        self.auth = auth

    def send(self, route: str, **options: Any) -> requests.Response:
        method, path = route.split(" ")
        base = self.simulator.control_url if path.startswith("/_") else self.simulator.url
        path = path.removeprefix("/_simulator")
        return self.session.request(method, base + path, **{"auth": self.auth, "timeout": 10, **options})

    def __call__(self, route: str, **body: Any) -> Any:
        """The JSON of a request that is to succeed."""
        response = self.send(route, json=body or None)
        assert response.ok, response.text
        return response.json() if response.content else None

    def refused(self, route: str, **body: Any) -> tuple[int, list[str]]:
        """The status and the errors of a request that is to fail."""
        response = self.send(route, json=body or None)
        assert not response.ok, response.text
        return response.status_code, response.json()["error"]


@pytest.fixture
def start() -> Iterator[Callable[..., Client]]:
    """Start a simulator with the options given: the company by default."""
    with ExitStack() as stack:

        def client(*seeds: Path, auth: tuple[str, str] = AUTH, **options: Any) -> Client:
            simulator = stack.enter_context(Simulator(*(seeds or (COMPANY,)), **options))
            return Client(simulator, auth)

        yield client


@pytest.fixture
def company(start: Callable[..., Client]) -> Client:
    return start()
