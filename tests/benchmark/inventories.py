# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ``ansible-inventory --list`` is measured with: this collection, the floors, and the peers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator.generate import fleet
from support.ansible import InventoryRun, run_inventory
from support.portal import Portal

from .measure import Failed, Subject, no_requests, nothing
from .peers import Peer, StandIn

VMS_OF_A_SERVICE = 20
EXPRESSIONS: Mapping[str, Any] = {
    "compose": {
        "ansible_user": "'ubuntu' if 'Ubuntu' in (sindad_template or '') else 'root'",
        "benchmark_address": "'https://' ~ sindad_ipv4",
    },
    "groups": {"benchmark_some": "sindad_memory is not none and sindad_memory < 4096"},
    "keyed_groups": [
        {"key": "sindad_service_id", "prefix": "service"},
        {"key": "sindad_template", "prefix": "template"},
        {"key": "sindad_status", "prefix": "status"},
        {"key": "sindad_category", "prefix": "category"},
    ],
}

# The names of the subjects; those with expressions have this at their end.
WITH = ", expressions"
SINDAD, WARM = "sindad.cloud", "sindad.cloud, warm cache"
JSON_FILE, ADDS = "static JSON file", "plugin that only adds"


@dataclass(frozen=True)
class Account:
    """A simulated account with so many hosts, and what Ansible makes of it."""

    hosts: int
    portal: Portal
    directory: Path

    @classmethod
    def of(cls, hosts: int, scratch: Path) -> Account:
        """Start a portal, and write down the hosts as the files that the floors read."""
        services, rest = divmod(hosts, VMS_OF_A_SERVICE)
        if rest and services:
            raise ValueError(f"{hosts} hosts are not services of {VMS_OF_A_SERVICE} each")
        directory = scratch / str(hosts)
        directory.mkdir(parents=True, exist_ok=True)
        seed = directory / "seed.yml"
        seed.write_text(json.dumps(fleet(services or 1, VMS_OF_A_SERVICE if services else hosts)), encoding="utf-8")
        portal = Portal(seed)
        listed = run_inventory({**portal.options}).ok().hostvars
        write(directory / "hosts.json", listed)
        write(directory / "static.json", {"all": {"children": {"sindad_vms": {"hosts": listed}}}})
        return cls(hosts, portal, directory)

    def subjects(self, latency: int, ansible: Path) -> list[Subject]:
        """Return this collection's inventory and the floors."""
        self.portal.poke(settings={"latency": latency / 1000})
        # a warm cache stands for itself with each latency: the first, untimed run fills it
        cache = {
            "cache": True,
            "cache_plugin": "ansible.builtin.jsonfile",
            "cache_connection": str(self.directory / f"cache-{latency}"),
        }
        adds = {"plugin": "benchmark_hosts", "hosts": str(self.directory / "hosts.json"), "group": "sindad_vms"}
        sindad = {"plugin": "sindad.cloud.sindad", **self.portal.options}
        asking = (self.portal.clear, lambda: sum(self.portal.counts.values()))
        checks = alike(self.hosts), alike(self.hosts)
        return [
            Subject(JSON_FILE, listing(ansible, self.directory / "static.json"), checks[0]),
            *(
                Subject(
                    name + WITH * bool(expressions), listing(ansible, source), checks[bool(expressions)], {}, *counted
                )
                for name, config, ending, counted in (
                    (ADDS, adds, "benchmark.yml", (nothing, no_requests)),
                    (SINDAD, sindad, "sindad.yml", asking),
                    (WARM, {**sindad, **cache}, "cached.sindad.yml", asking),
                )
                for expressions in ({}, EXPRESSIONS)
                for source in [write(self.directory / f"{bool(expressions):d}.{ending}", {**config, **expressions})]
            ),
        ]

    def peers(
        self, peers: Iterable[Peer], stand_in: StandIn, latency: int, ansible: Path, plain: bool
    ) -> list[Subject]:
        """Return the inventories of other collections with as many hosts."""
        found = []
        for peer in peers:
            config = {**peer.options, peer.address: stand_in.address(peer, self.hosts, latency)}
            env = stand_in.env(peer)
            for expressions in ({}, peer.expressions) if plain else (peer.expressions,):
                source = write(self.directory / f"{bool(expressions):d}.{peer.ending}", {**config, **expressions})
                name, counted = peer.name + WITH * bool(expressions), (stand_in.clear, stand_in.requests)
                found.append(Subject(name, listing(ansible, source), has_hosts(self.hosts), env, *counted))
        return found


def listing(ansible: Path, source: Path) -> Sequence[str | Path]:
    """Return the command that is measured."""
    return (ansible / "ansible-inventory", "--inventory", source, "--list")


def has_hosts(number: int) -> Callable[[str], None]:
    """Return a check that an inventory has so many hosts with variables."""

    def check(output: str) -> None:
        listed = InventoryRun([], 0, output, "").hostvars
        if len(listed) != number or not all(listed.values()):
            raise Failed(f"An inventory has {len(listed)} hosts with variables, and should have {number}")

    return check


def alike(number: int) -> Callable[[str], None]:
    """Return a check that inventories have so many hosts, and the same variables and groups as the first of them."""
    right_number = has_hosts(number)
    first: dict[str, Any] = {}

    def check(output: str) -> None:
        right_number(output)
        run = InventoryRun([], 0, output, "")
        # which only this collection's own inventory has, around the group of all virtual machines
        groups = {name: run.group(name) for name in run.groups - {"sindad"}}
        found = run.hostvars, groups
        if found != first.setdefault("found", found):
            raise Failed("Inventories that are compared have other variables or groups than one another")

    return check


def write(path: Path, content: Any) -> Path:
    """Write JSON, which is YAML too."""
    path.write_text(json.dumps(content), encoding="utf-8")
    return path
