# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory plugins of other collections, and stand-ins of the APIs that they ask.

``python -m benchmark.peers`` serves ``/<hosts>/<latency in ms>/<API>/...``: the list that the plugin reads, in the form
of the provider's reference, with pages of the provider's size. What an answer holds is made once and kept, so that no
plugin waits for its stand-in. Rate limits, TLS and the way to the provider are left out for all.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from simulator.serving import Server
from support import TESTS
from support.environment import environment

VMS_OF_A_NODE = 100  # of Proxmox; a plugin that asks node by node is well off with large ones


@dataclass(frozen=True)
class Peer:
    """An inventory plugin.

    Attributes:
        name: The collection's name.
        ending: What its configuration file has to be called.
        api: What its stand-in is called, with the path that its address ends in.
        address: The option that takes the API's address.
        options: What else it needs.
        expressions: Two expressions, a condition and four keys, like those of the inventory they are compared with.

    """

    name: str
    ending: str
    api: str
    address: str
    options: Mapping[str, Any]
    expressions: Mapping[str, Any]
    env: Mapping[str, str] = field(default_factory=dict)


def _expressions(compose: tuple[str, str], condition: str, keys: tuple[str, str, str, str]) -> dict[str, Any]:
    return {
        "compose": {"ansible_user": compose[0], "benchmark_address": compose[1]},
        "groups": {"benchmark_some": condition},
        "keyed_groups": [{"key": key, "prefix": f"by{number}"} for number, key in enumerate(keys)],
    }


PEERS = (
    Peer(
        name="hetzner.hcloud",
        ending="hcloud.yml",
        api="hcloud/v1",
        address="api_endpoint",
        options={"plugin": "hetzner.hcloud.hcloud", "api_token": "benchmark", "hostvars_prefix": "hcloud_"},
        expressions=_expressions(
            ("'ubuntu' if 'ubuntu' in (hcloud_image_name or '') else 'root'", "'https://' ~ hcloud_ipv4"),
            "hcloud_image_id is not none and hcloud_image_id < 2048",
            ("hcloud_location", "hcloud_image_name", "hcloud_status", "hcloud_type"),
        ),
    ),
    Peer(
        name="vultr.cloud",
        ending="vultr.yml",
        api="vultr/v2",
        address="api_endpoint",
        options={"plugin": "vultr.cloud.vultr", "api_key": "benchmark"},
        expressions=_expressions(
            ("'ubuntu' if 'ubuntu' in (vultr_hostname or '') else 'root'", "'https://' ~ vultr_main_ip"),
            "vultr_plan is not none and vultr_plan < 'vc3'",
            ("vultr_region", "vultr_plan", "vultr_tags", "vultr_region"),
        ),
    ),
    Peer(
        name="community.digitalocean",
        ending="digitalocean.yml",
        api="digitalocean/v2",
        address="baseurl",
        options={"plugin": "community.digitalocean.digitalocean", "oauth_token": "benchmark"},
        expressions=_expressions(
            ("'ubuntu' if 'ubuntu' in (do_name or '') else 'root'", "'https://' ~ do_networks.v4[0].ip_address"),
            "do_id is not none and do_id < 2048",
            ("do_region.slug", "do_size_slug", "do_region.name", "do_size_slug"),
        ),
    ),
    Peer(
        name="community.proxmox",
        ending="proxmox.yml",
        api="proxmox",
        address="url",
        options={
            "plugin": "community.proxmox.proxmox",
            "user": "benchmark@pve",
            "token_id": "benchmark",
            "token_secret": "benchmark",
            "exclude_nodes": True,
        },
        expressions=_expressions(
            ("'ubuntu' if 'ubuntu' in (proxmox_node or '') else 'root'", "'https://' ~ proxmox_vmid"),
            "proxmox_vmid is not none and proxmox_vmid < 2048",
            ("proxmox_node", "proxmox_vmtype", "proxmox_node", "proxmox_vmtype"),
        ),
    ),
)
NOT_RUN = """\
- `community.hrobot.robot` and `community.general.linode` (of the collections the `ansible` package still holds) have
  the address of their API written into the plugin or its library, without an option for another one.
- `community.proxmox.proxmox` was measured without `want_facts`, which asks three times for each machine, one request
  after the other: at 50 ms that alone would be 150 s for 1,000 machines.
"""


def _name(number: int) -> str:
    return f"vm-{number:05}"


def _ipv4(number: int) -> str:
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def _hcloud_server(number: int) -> dict[str, Any]:
    location = {
        "id": 1,
        "name": "fsn1",
        "description": "Falkenstein DC Park 1",
        "country": "DE",
        "city": "Falkenstein",
        "latitude": 50.47612,
        "longitude": 12.370071,
        "network_zone": "eu-central",
    }
    made = "2026-01-30T23:50:00+00:00"
    return {
        "id": number,
        "name": _name(number),
        "status": "running",
        "created": made,
        "server_type": {
            "id": 1,
            "name": "cx22",
            "description": "CX22",
            "cores": 2,
            "memory": 4,
            "disk": 40,
            "prices": [],
            "storage_type": "local",
            "cpu_type": "shared",
            "architecture": "x86",
            "deprecated": False,
            "deprecation": None,
        },
        "public_net": {
            "ipv4": {"id": number, "ip": _ipv4(number), "dns_ptr": f"{_name(number)}.example.com", "blocked": False},
            "ipv6": {"id": number, "ip": f"2001:db8:{number:x}::/64", "dns_ptr": [], "blocked": False},
            "floating_ips": [],
            "firewalls": [],
        },
        "private_net": [],
        "location": location,
        "datacenter": {  # gone from the API, and where the plugin for ansible-core 2.19 finds the location
            "id": 4,
            "name": "fsn1-dc14",
            "description": "Falkenstein 1 DC 14",
            "location": location,
            "server_types": {"available": [1], "available_for_migration": [1], "supported": [1]},
        },
        "image": {
            "id": 4711,
            "type": "system",
            "status": "available",
            "name": "debian-12",
            "description": "Debian 12",
            "image_size": None,
            "disk_size": 5,
            "created": made,
            "created_from": None,
            "bound_to": None,
            "os_flavor": "debian",
            "os_version": "12",
            "rapid_deploy": True,
            "protection": {"delete": False},
            "deprecated": None,
            "deleted": None,
            "labels": {},
            "architecture": "x86",
        },
        "iso": None,
        "rescue_enabled": False,
        "locked": False,
        "backup_window": None,
        "outgoing_traffic": 123456,
        "ingoing_traffic": 123456,
        "included_traffic": 654321,
        "protection": {"delete": False, "rebuild": False},
        "labels": {},
        "volumes": [],
        "load_balancers": [],
        "primary_disk_size": 40,
        "placement_group": None,
    }


def _hcloud(hosts: int, path: str, query: Mapping[str, str], base: str) -> Any:
    total = hosts if path == "servers" else 0  # it asks for the locations too, to see if the token is good
    size, page = int(query.get("per_page", 25)), int(query.get("page", 1))
    last = max(-(-total // size), 1)
    pagination = {
        "page": page,
        "per_page": size,
        "previous_page": page - 1 or None,
        "next_page": page + 1 if page < last else None,
        "last_page": last,
        "total_entries": total,
    }
    found = [_hcloud_server(number) for number in range((page - 1) * size, min(page * size, total))]
    return {path: found, "meta": {"pagination": pagination}}


def _vultr(hosts: int, path: str, query: Mapping[str, str], base: str) -> Any:
    size, first = int(query.get("per_page", 100)), int(query.get("cursor", 0))
    after = min(first + size, hosts)
    instances = [
        {
            "id": f"4f0f12e5-1f84-404f-aa84-{number:012x}",
            "os": "Debian 12 x64",
            "ram": 2048,
            "disk": 55,
            "main_ip": _ipv4(number),
            "vcpu_count": 1,
            "region": "ams",
            "plan": "vc2-1c-2gb",
            "date_created": "2026-01-30T23:50:00+00:00",
            "status": "active",
            "allowed_bandwidth": 2000,
            "netmask_v4": "255.255.252.0",
            "gateway_v4": "10.0.0.1",
            "power_status": "running",
            "server_status": "ok",
            "v6_network": f"2001:db8:{number:x}::",
            "v6_main_ip": f"2001:db8:{number:x}::1",
            "v6_network_size": 64,
            "label": _name(number),
            "internal_ip": "",
            "kvm": "",
            "hostname": _name(number),
            "os_id": 2136,
            "app_id": 0,
            "image_id": "",
            "firewall_group_id": "",
            "features": ["ipv6"],
            "tags": ["web"],
            "user_scheme": "root",
        }
        for number in range(first, after)
    ]
    links = {"next": str(after) if after < hosts else "", "prev": ""}
    return {"instances": instances, "meta": {"total": hosts, "links": links}}


def _digitalocean(hosts: int, path: str, query: Mapping[str, str], base: str) -> Any:
    size, page = int(query.get("per_page", 20)), int(query.get("page", 1))
    droplets = [
        {
            "id": number,
            "name": _name(number),
            "memory": 2048,
            "vcpus": 1,
            "disk": 50,
            "locked": False,
            "status": "active",
            "created_at": "2026-01-30T23:50:00Z",
            "features": ["ipv6"],
            "backup_ids": [],
            "snapshot_ids": [],
            "image": {"id": 4711, "name": "12 x64", "distribution": "Debian", "slug": "debian-12-x64", "regions": []},
            "size_slug": "s-1vcpu-2gb",
            "networks": {
                "v4": [{"ip_address": _ipv4(number), "netmask": "255.0.0.0", "gateway": "10.0.0.1", "type": "public"}],
                "v6": [
                    {"ip_address": f"2001:db8:{number:x}::1", "netmask": 64, "gateway": "2001:db8::1", "type": "public"}
                ],
            },
            "region": {
                "name": "Amsterdam 3",
                "slug": "ams3",
                "features": ["backups", "ipv6"],
                "available": True,
                "sizes": [],
            },
            "tags": ["web"],
        }
        for number in range((page - 1) * size, min(page * size, hosts))
    ]
    more = {"pages": {"next": f"{base}/droplets?per_page={size}&page={page + 1}"}} if page * size < hosts else {}
    return {"droplets": droplets, "links": more, "meta": {"total": hosts}}


def _proxmox(hosts: int, path: str, query: Mapping[str, str], base: str) -> Any:
    nodes = -(-hosts // VMS_OF_A_NODE)
    match path.removeprefix("api2/json/").split("/"):
        case ["nodes"]:
            found = [
                {"node": f"pve{node}", "type": "node", "status": "online", "id": f"node/pve{node}", "maxcpu": 64}
                for node in range(nodes)
            ]
        case ["nodes", node, "qemu"]:
            first = int(node.removeprefix("pve")) * VMS_OF_A_NODE
            found = [
                {
                    "vmid": 100 + number,
                    "name": _name(number),
                    "status": "running",
                    "cpus": 1,
                    "cpu": 0.01,
                    "mem": 1 << 29,
                    "maxmem": 1 << 31,
                    "maxdisk": 20 << 30,
                    "uptime": 86400,
                    "netin": 123456,
                    "netout": 123456,
                    "pid": 1000 + number,
                }
                for number in range(first, min(first + VMS_OF_A_NODE, hosts))
            ]
        case _unused:
            found = []
    return {"data": found}


ANSWERS: Mapping[str, Callable[[int, str, Mapping[str, str], str], Any]] = {
    "hcloud": _hcloud,
    "vultr": _vultr,
    "digitalocean": _digitalocean,
    "proxmox": _proxmox,
}


@cache
def _answer(api: str, hosts: int, path: str, query: str, base: str) -> bytes:
    words = dict(pair.split("=", 1) for pair in query.split("&") if pair)
    return json.dumps(ANSWERS[api](hosts, path, words, base)).encode()


def application() -> Starlette:
    """Return the stand-ins of all APIs."""
    count = 0

    async def answer(request: Request) -> Response:
        nonlocal count
        count += 1
        await asyncio.sleep(request.path_params["latency"] / 1000)
        api, _unused, path = request.path_params["path"].partition("/")
        version, _unused, rest = path.partition("/")
        if version in {"v1", "v2"}:
            path = rest
        base = str(request.url).partition("?")[0].removesuffix(f"/{path}")
        hosts = request.path_params["hosts"]
        return Response(_answer(api, hosts, path, request.url.query, base), media_type="application/json")

    async def counted(request: Request) -> Response:
        nonlocal count
        said, count = str(count), 0
        return PlainTextResponse(said)

    return Starlette(routes=[Route("/count", counted), Route("/{hosts:int}/{latency:int}/{path:path}", answer)])


class StandIn:
    """The stand-ins as a process of its own."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmark.peers"],
            cwd=TESTS,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout
        self._url = self._process.stdout.readline().strip()

    def url(self, api: str, hosts: int, latency: int) -> str:
        """Return the address of an API with so many hosts, which takes so many milliseconds to answer."""
        return f"{self._url}/{hosts}/{latency}/{api}"

    def clear(self) -> None:
        """Begin to count anew."""
        self.requests()

    def requests(self) -> int:
        """Return how many requests there were since the last call."""
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"{self._url}/count") as answer:
            return int(answer.read())

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(10)


def main() -> None:
    def started(url: str) -> None:
        os.write(1, f"{url.removesuffix('/api')}\n".encode())

    Server(application(), "127.0.0.1", 0, started).serve_until_stopped()


if __name__ == "__main__":
    main()
