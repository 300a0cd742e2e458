# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m benchmark``: measure, and write the tables of docs/benchmarks.md."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from importlib.metadata import distributions, version
from pathlib import Path
from typing import Any

from support import CACHE, ROOT

from . import modules, tasks
from .fleets import Fleet
from .inventories import Account, write
from .measure import Failed, Subject, measure
from .peers import PEERS, StandIn
from .report import MANY_HOSTS, TARGET_HOSTS, report

DOCUMENT = ROOT / "docs" / "benchmarks.md"
BEGIN, END = "<!-- begin of the results -->", "<!-- end of the results -->"
RESULTS = CACHE / "benchmark"
PEERS_VENV = CACHE / "peers-venv"


def numbers(text: str) -> list[int]:
    return [int(word) for word in text.split(",") if word]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench ARGS=...", description="Measure the inventory and the modules.")
    parser.add_argument("--hosts", type=numbers, default=[10, 100, 1000, 5000], help="default 10,100,1000,5000")
    parser.add_argument("--latencies", type=numbers, default=[0, 50, 150], help="of a request, in ms; default 0,50,150")
    parser.add_argument("--runs", type=int, default=5, help="of each, default 5")
    parser.add_argument("--peers", default="all", help="names with commas between them, all (the default) or none")
    parser.add_argument("--no-modules", action="store_true", help="measure the inventory only")
    parser.add_argument("--no-inventory", action="store_true", help="measure the modules only")
    parser.add_argument(
        "--quick",
        action="store_true",
        help="10, 100 and 1,000 hosts, 0 and 50 ms, 3 runs, no peers; doesn't write docs",
    )
    parser.add_argument("--keep", action="store_true", help="keep earlier results of what isn't measured now")
    options = parser.parse_args()
    if options.quick:
        options.hosts, options.latencies, options.runs, options.peers = [10, 100, 1000], [0, 50], 3, "none"
    return options


def packages() -> Path:
    """Return where the other collections are installed, once they are."""
    return next(PEERS_VENV.glob("lib/python*/site-packages"), PEERS_VENV)


def machine() -> dict[str, Any]:
    """Return what the figures depend on."""
    model = [line.partition(":")[2] for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line]
    others = distributions(path=[str(packages())], name="ansible")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "CPU": f"{model[0].strip() if model else platform.processor()}, {os.cpu_count()} cores",
        "memory": f"{memory:.0f} GB",
        "Python": platform.python_version(),
        "ansible-core": version("ansible-core"),
        "package of the other collections": "".join(f"ansible {each.version}" for each in others) or "none",
        "load average at the end, 15 minutes": f"{os.getloadavg()[2]:.1f} (the benchmark's own is 1 to 2)",
        "date": time.strftime("%Y-%m-%d"),
    }


def measurements(options: argparse.Namespace) -> Iterator[tuple[str, list[Subject]]]:
    """Yield what is to be measured beside each other, and its kind, hosts and latency; the servers run until the next."""
    wanted = [peer for peer in PEERS if options.peers == "all" or peer.name in options.peers.split(",")]
    peers = [peer for peer in wanted if peer.installed(packages())]
    # one ansible-core for all that is compared
    ansible = (PEERS_VENV if peers else Path(sys.prefix)) / "bin"
    for hosts in options.hosts:
        with ExitStack() as servers:
            account = Account.of(hosts, RESULTS)
            servers.callback(account.portal.stop)
            stand_in = StandIn(RESULTS / "authority.pem")
            servers.callback(stand_in.stop)
            for latency in options.latencies:
                if not options.no_inventory:
                    others = account.peers(peers, stand_in, latency, ansible, plain=hosts <= TARGET_HOSTS)
                    yield f"inventory/{hosts}/{latency}", account.subjects(latency, ansible) + others
                if hosts == TARGET_HOSTS and not options.no_modules:
                    yield f"modules/{hosts}/{latency}", modules.playbooks(account, latency, ansible)
                    yield f"tasks/{hosts}/{latency}", tasks.playbooks(account, latency, ansible)
        if hosts == MANY_HOSTS and not options.no_modules:
            many = Fleet.of(hosts, RESULTS)
            try:
                for latency in options.latencies:
                    yield f"fleet/{hosts}/{latency}", many.subjects(latency, ansible)
            finally:
                many.portal.stop()


def main() -> int:
    options = arguments()
    file = RESULTS / ("quick.json" if options.quick else "results.json")
    RESULTS.mkdir(parents=True, exist_ok=True)
    results = json.loads(file.read_text(encoding="utf-8"))["results"] if options.keep and file.exists() else {}
    try:
        for name, subjects in measurements(options):
            begun = time.monotonic()
            results[name] = measure(subjects, options.runs, RESULTS)
            write(file, {"machine": machine(), "results": results})
            print(f"{name}: measured in {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
    except Failed as error:
        print(error, file=sys.stderr)
        return 1
    text = report(results, machine())
    print(text)
    if not options.quick:
        before, _unused, rest = DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)
        DOCUMENT.write_text(f"{before}{BEGIN}\n\n{text}\n{END}{rest.partition(END)[2]}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
