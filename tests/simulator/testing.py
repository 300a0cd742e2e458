# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator in a thread, for tests."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any

from .app import Portal, create_app
from .control import Control
from .faults import Fault
from .seed import EXAMPLE
from .serving import Server
from .settings import Settings
from .store import Store


class Simulator:
    """A portal on a free port of the loopback address, from `with` to its end.

    >>> with Simulator("seeds/company.yml", shape="keyed") as simulator:
    ...     requests.get(simulator.url + "/service", auth=("ops@example.com", "simulator"))
    """

    def __init__(
        self,
        *seeds: str | Path,
        shape: str = "reference",
        latency: float = 0.0,
        build_time: float = 0.0,
        db: str = ":memory:",
        **deviations: Any,
    ) -> None:
        self.settings = Settings(shape, latency, build_time, **deviations)
        self.store = Store(db)
        self.portal = Portal(self.store, self.settings, [Path(each) for each in seeds] or [EXAMPLE])
        self._started = threading.Event()
        self._server = Server(create_app(self.portal), "127.0.0.1", 0, lambda url: self._started.set())
        self._thread = threading.Thread(target=self._server.serve_until_stopped, daemon=True)

    @property
    def url(self) -> str:
        return self._server.url

    @property
    def control_url(self) -> str:
        return self.url.removesuffix("/api") + "/_simulator"

    @property
    def control(self) -> Control:
        return self.portal.control

    def fault(self, **fault: Any) -> None:
        """Add a fault, with the keys of POST /_simulator/faults."""
        self.control.faults.append(Fault(**fault))

    def requests(self) -> Iterable[dict[str, Any]]:
        """The log so far."""
        return list(self.control.requests)

    def reset(self) -> None:
        """Back to the seeds, without faults and with an empty log."""
        self.control.reset()

    def __enter__(self) -> Simulator:
        self._thread.start()
        if not self._started.wait(10):
            raise RuntimeError("The simulator did not start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._thread.join(10)
        self.store.close()
