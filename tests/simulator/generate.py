# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`python -m simulator.generate`: a seed of any size, for benchmarks."""

from __future__ import annotations

import argparse
import sys
from typing import Any

import yaml


def fleet(services: int, vms: int, servers: int = 0) -> dict[str, Any]:
    virtual = [
        {"service": f"cluster-{number:03}", "vms": [{"name": f"vm-{number:03}-{vm:03}"} for vm in range(1, vms + 1)]}
        for number in range(1, services + 1)
    ]
    dedicated = [
        {"service": name, "hostname": name}
        for name in (f"server-{number:03}.example.com" for number in range(1, servers + 1))
    ]
    defaults = {"template": "Debian 12", "memory": 2048, "cpu": 1, "disk": 20}
    return {"defaults": defaults, "services": virtual + dedicated}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m simulator.generate", description=__doc__)
    parser.add_argument("--services", type=int, default=50, help="services that have VMs")
    parser.add_argument("--vms", type=int, default=20, help="VMs of each service")
    parser.add_argument("--servers", type=int, default=0, help="dedicated servers")
    options = parser.parse_args()
    yaml.safe_dump(fleet(**vars(options)), sys.stdout, sort_keys=False)


if __name__ == "__main__":
    main()
