# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory plugins of other collections, and stand-ins of the APIs that they ask.

``python -m benchmark.peers`` serves ``/<hosts>/<latency in ms>/<API>/...``: the list that the plugin reads, in the form
of the provider's reference, with pages of the provider's size. What an answer holds is made once and kept, so that no
plugin waits for its stand-in. Rate limits and the way to the provider are left out for all, and so is TLS where it can
be: a plugin whose API has a fixed address asks that, through a proxy (``tunnel``) whose TLS ends at the stand-in.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import ssl
import subprocess
import sys
import urllib.request
from base64 import b64decode
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import trustme
from requests.certs import where
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
        name: The collection's name, or the plugin's if the collection is of many providers.
        ending: What its configuration file has to be called.
        api: What its stand-in is called, with the path that its address ends in.
        address: The option that takes the API's address; if that is fixed, a name or token that each request holds.
        options: What else it needs.
        expressions: Two expressions, a condition and four keys, like those of the inventory they are compared with.
        host: The API's host if its address is fixed.

    """

    name: str
    ending: str
    api: str
    address: str
    options: Mapping[str, Any]
    expressions: Mapping[str, Any]
    host: str = ""

    def installed(self, packages: Path) -> bool:
        """Whether it is among the packages: what the package `ansible` holds changes from release to release."""
        namespace, name, plugin = self.options["plugin"].split(".")
        return Path(packages, "ansible_collections", namespace, name, "plugins", "inventory", f"{plugin}.py").exists()


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
    Peer(
        name="community.hrobot",
        ending="robot.yml",
        api="hrobot",
        address="hetzner_user",
        options={"plugin": "community.hrobot.robot", "hetzner_password": "benchmark"},
        expressions=_expressions(
            ("'ubuntu' if 'ubuntu' in (hrobot_product or '') else 'root'", "'https://' ~ hrobot_server_ip"),
            "hrobot_server_number is not none and hrobot_server_number < 2048",
            ("hrobot_dc", "hrobot_product", "hrobot_status", "hrobot_traffic"),
        ),
        host="robot-ws.your-server.de",
    ),
    Peer(
        name="community.general.linode",
        ending="linode.yml",
        api="linode",
        address="access_token",
        options={"plugin": "community.general.linode"},
        expressions=_expressions(
            ("'ubuntu' if 'ubuntu' in (image or '') else 'root'", "'https://' ~ ipv4[0]"),
            "id is not none and id < 2048",
            ("region", "image", "status", "type"),
        ),
        host="api.linode.com",
    ),
)
NOT_RUN = """\
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


def _hrobot(hosts: int, path: str, query: Mapping[str, str], base: str) -> Any:
    return [
        {
            "server": {
                "server_ip": _ipv4(number),
                "server_ipv6_net": f"2001:db8:{number:x}::",
                "server_number": number,
                "server_name": _name(number),
                "product": "AX41-NVMe",
                "dc": "FSN1-DC14",
                "traffic": "unlimited",
                "status": "ready",
                "cancelled": False,
                "paid_until": "2026-12-30",
                "ip": [_ipv4(number)],
                "subnet": [{"ip": f"2001:db8:{number:x}::", "mask": "64"}],
            }
        }
        for number in range(hosts)
    ]


def _linode(hosts: int, path: str, query: Mapping[str, str], base: str) -> Any:
    size, page = int(query.get("page_size", 100)), int(query.get("page", 1))
    made = "2026-01-30T23:50:00"
    instances = [
        {
            "id": number,
            "label": _name(number),
            "group": "",
            "status": "running",
            "created": made,
            "updated": made,
            "type": "g6-standard-1",
            "ipv4": [_ipv4(number)],
            "ipv6": f"2001:db8:{number:x}::1/128",
            "image": "linode/debian12",
            "region": "nl-ams",
            "site_type": "core",
            "specs": {"disk": 51200, "memory": 2048, "vcpus": 1, "gpus": 0, "transfer": 2000, "accelerated_devices": 0},
            "alerts": {"cpu": 90, "network_in": 10, "network_out": 10, "transfer_quota": 80, "io": 10000},
            "backups": {
                "enabled": False,
                "available": False,
                "schedule": {"day": None, "window": None},
                "last_successful": None,
            },
            "hypervisor": "kvm",
            "watchdog_enabled": True,
            "tags": ["web"],
            "host_uuid": f"{number:040x}",
            "has_user_data": False,
            "placement_group": None,
            "disk_encryption": "enabled",
            "lke_cluster_id": None,
            "capabilities": ["Block Storage Encryption", "SMTP Enabled"],
            "interface_generation": "legacy_config",
            "maintenance_policy": "linode/migrate",
            "locks": [],
        }
        for number in range((page - 1) * size, min(page * size, hosts))
    ]
    return {"data": instances, "page": page, "pages": -(-hosts // size), "results": hosts}


ANSWERS: Mapping[str, Callable[[int, str, Mapping[str, str], str], Any]] = {
    "hcloud": _hcloud,
    "vultr": _vultr,
    "digitalocean": _digitalocean,
    "proxmox": _proxmox,
    "hrobot": _hrobot,
    "linode": _linode,
}


@cache
def _answer(api: str, hosts: int, path: str, query: str, base: str) -> bytes:
    words = dict(pair.split("=", 1) for pair in query.split("&") if pair)
    return json.dumps(ANSWERS[api](hosts, path, words, base)).encode()


def application() -> Starlette:
    """Return the stand-ins of all APIs."""
    count = 0

    async def answer(request: Request, hosts: int, latency: int, path: str) -> Response:
        nonlocal count
        count += 1
        await asyncio.sleep(latency / 1000)
        api, _unused, path = path.partition("/")
        version, _unused, rest = path.partition("/")
        if version in {"v1", "v2", "v4"}:
            path = rest
        base = str(request.url).partition("?")[0].removesuffix(f"/{path}")
        return Response(_answer(api, hosts, path, request.url.query, base), media_type="application/json")

    async def by_address(request: Request) -> Response:
        return await answer(request, **request.path_params)

    async def by_credential(request: Request) -> Response:
        """Answer what is asked at a fixed address, where the name or token is what other paths begin with."""
        kind, _unused, said = request.headers["authorization"].partition(" ")
        if kind == "Basic":
            said = b64decode(said).decode().partition(":")[0]
        hosts, latency, api = said.split("/")
        return await answer(request, int(hosts), int(latency), f"{api}{request.url.path}")

    async def counted(request: Request) -> Response:
        nonlocal count
        said, count = str(count), 0
        return PlainTextResponse(said)

    return Starlette(
        routes=[
            Route("/count", counted),
            Route("/{hosts:int}/{latency:int}/{path:path}", by_address),
            Route("/{path:path}", by_credential),
        ]
    )


async def tunnel(
    context: ssl.SSLContext, port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Be a proxy, and behind it the TLS server of whatever host is asked for, which passes all on to the stand-ins."""

    async def copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):  # who has all answers may just go
            while some := await source.read(1 << 16):
                target.write(some)
                await target.drain()
        target.close()

    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    await writer.start_tls(context)
    answers, requests = await asyncio.open_connection("127.0.0.1", port)
    await asyncio.gather(copy(reader, requests), copy(answers, writer))


class StandIn:
    """The stand-ins as a process of its own, which writes a file with the authority that its certificate is from."""

    def __init__(self, authority: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmark.peers", authority],
            cwd=TESTS,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout
        self._url, proxy = self._process.stdout.readline().split()
        # whatever the user has exceptions for: a provider is never asked
        self._proxied = {"https_proxy": proxy, "no_proxy": "", "NO_PROXY": ""}
        # the one is read by OpenSSL, the other by requests
        self._proxied |= {"SSL_CERT_FILE": str(authority), "REQUESTS_CA_BUNDLE": str(authority)}

    def address(self, peer: Peer, hosts: int, latency: int) -> str:
        """Return what to ask an API with so many hosts by, which takes so many milliseconds to answer."""
        address = f"{hosts}/{latency}/{peer.api}"
        return address if peer.host else f"{self._url}/{address}"

    def env(self, peer: Peer) -> Mapping[str, str]:
        """Return what leads to the stand-in of an API whose address is fixed."""
        return self._proxied if peer.host else {}

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
    authority = trustme.CA()
    # beside those of the world, as to read them all is a part of what a request costs
    Path(sys.argv[1]).write_bytes(Path(where()).read_bytes() + authority.cert_pem.bytes())
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(*(peer.host for peer in PEERS if peer.host)).configure_cert(context)
    proxy = socket.create_server(("127.0.0.1", 0))

    def started(url: str) -> None:
        os.write(1, f"{url.removesuffix('/api')} http://127.0.0.1:{proxy.getsockname()[1]}\n".encode())

    server = Server(application(), "127.0.0.1", 0, started)

    async def serve() -> None:
        await asyncio.start_server(partial(tunnel, context, server.port), sock=proxy)
        await server.serve(sockets=[server.listener])

    with asyncio.Runner(loop_factory=server.config.get_loop_factory()) as runner:
        runner.run(serve())


if __name__ == "__main__":
    main()
