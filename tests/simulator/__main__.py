# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`python -m simulator`: the portal as a process."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from starlette.types import ASGIApp

from .app import Portal, create_app
from .replay import RecordingError, create_replay
from .seed import EXAMPLE, SeedError
from .serving import Server
from .settings import Settings
from .shapes import SHAPES
from .store import Store


def arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m simulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0, the default, is any free one")
    parser.add_argument("--port-file", type=Path, help="a file to write the port to")
    parser.add_argument("--db", default=":memory:", help="a file that keeps the state")
    parser.add_argument(
        "--seed", type=Path, action="append", metavar="FILE.yml", help="an account; can be given several times"
    )
    parser.add_argument(
        "--replay",
        type=Path,
        metavar="RECORDING.json",
        help="answer the GETs of a recording that the playbook portal_check made, to any credentials, and nothing else",
    )
    parser.add_argument("--latency", type=float, default=0.0, metavar="SECONDS")
    parser.add_argument(
        "--build-time",
        type=float,
        default=0.0,
        metavar="SECONDS",
        help="how long a build, a reboot, a reinstall … takes",
    )
    parser.add_argument("--shape", choices=list(SHAPES), default="reference")
    parser.add_argument("--page-size", type=int, default=0, metavar="N", help="lists come in pages of so many entries")
    parser.add_argument("--page-base", type=int, default=1, choices=[0, 1], help="the number of the first page")
    parser.add_argument(
        "--log-level", default="warning", choices=["critical", "error", "warning", "info", "debug", "trace"]
    )
    return parser.parse_args(words)


def application(options: argparse.Namespace, store: Store, settings: Settings) -> ASGIApp:
    """The portal that is asked for: a recording, or one with a state."""
    if options.replay:
        return create_replay(options.replay)
    return create_app(Portal(store, settings, options.seed or [EXAMPLE]))


def say(url: str) -> None:
    """Tell whoever reads the output that the portal can be asked now."""
    print(f"listening on {url}", flush=True)


def main(words: Sequence[str] | None = None, announce: Callable[[str], None] = say) -> int:
    """Run a portal until it is told to stop, and return the exit status.

    Args:
        words: The options of the command line, those of this process by default.
        announce: Called with the portal's address as soon as it can be asked.

    """
    options = arguments(words)

    def started(url: str) -> None:
        if options.port_file:
            temporary = options.port_file.with_name(options.port_file.name + ".new")
            temporary.write_text(f"{server.port}\n", encoding="utf-8")
            os.replace(temporary, options.port_file)
        announce(url)

    store = Store(options.db)
    settings = Settings(
        options.shape, options.latency, options.build_time, page_size=options.page_size, page_base=options.page_base
    )
    try:
        server = Server(application(options, store, settings), options.host, options.port, started, options.log_level)
    except (SeedError, RecordingError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_unused: None)  # uvicorn raises it again when all is shut down
    server.serve_until_stopped()
    store.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
