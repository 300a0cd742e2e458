# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a portal deviates from what its shape says, by the settings: names, fields, numbers, groups, passwords."""

from __future__ import annotations

import re
from typing import Any

from .settings import Settings
from .store import Record

#: What `hide` can name beside a key as it stands, and the keys that tell it in the five shapes.
FACTS = {
    "template": ("template", "template_name", "template_label", "os", "recipe"),
    "os": ("template", "template_name", "template_label", "os", "recipe"),
    "memory": ("memory", "ram", "burstmem"),
    "cpu": ("cpu", "cpus", "cores", "sockets"),
    "disk": ("disk", "hdd", "usage"),
    "status": ("status", "state", "STATE", "LCM_STATE_STR", "power", "built", "locked"),
    "addresses": ("ip", "ips", "ipv4", "ipv6", "ipv6subnets", "interfaces"),
    "password": ("password", "adminPass"),
}
#: The keys of sizes, and of states.
SIZES = ("memory", "ram", "disk", "hdd")
STATES = ("status", "state", "STATE", "LCM_STATE_STR")
#: What belongs to no machine, though it looks like an address of one.
NETWORK = {"gateway": "185.0.2.1", "netmask": "255.255.255.0", "nameservers": ["185.0.2.53", "185.0.2.54"]}


def entry(told: Record, settings: Settings) -> Record:
    """What a shape tells of a VM or a server, as this portal tells it."""
    hidden = {key for fact in settings.hide for key in FACTS.get(fact, (fact,))}
    told = {key: value for key, value in told.items() if key not in hidden}
    if settings.thousands:
        told.update({key: thousands(told[key]) for key in SIZES if key in told})
    told.update({key: settings.words.get(str(told[key]), told[key]) for key in STATES if key in told})
    return with_network(told, settings)


def thousands(value: Any) -> Any:
    """A number as PHP's number_format writes it: `4,096`."""
    return re.sub(r"\d{4,}", lambda match: f"{int(match[0]):,}", str(value))


def with_network(told: Record, settings: Settings) -> Record:
    return {**told, **NETWORK} if settings.networks else told


def name_of_new(label: str, number: str, domain: str, settings: Settings) -> str:
    """What the portal calls a new VM."""
    return {
        "": label,
        "lower": label.lower(),
        "cut": label[:5],
        "domain": f"{label}.{domain}",
        "hyphen": re.sub(r"[\s_.]+", "-", label),
        "own": f"vm-{number}",
    }[settings.renames]


def passwords(told: Record, password: str, settings: Settings, *, details: bool) -> Record:
    """The entry of a VM with its password, or without it, as `passwords` says."""
    if not settings.passwords:
        return told
    told = {key: value for key, value in told.items() if key not in FACTS["password"]}
    return {**told, "password": password} if details and settings.passwords == "details" else told


def in_answer(password: str, settings: Settings) -> Record:
    """What the answer to a creation, rebuild or rescue tells of the password."""
    return {"password": password} if settings.passwords == "answer" else {}


def groups(templates: list[Record], settings: Settings) -> Any:
    """Templates in groups, in one of the forms that are known; None where they aren't grouped."""
    if not settings.grouped:
        return None
    families: dict[str, list[Record]] = {}
    for template in templates:
        families.setdefault("Windows" if "Windows" in template["name"] else "Linux", []).append(template)
    if settings.grouped == "object":
        return {family: {each["id"]: each["name"] for each in found} for family, found in families.items()}
    if settings.grouped == "list":
        return [{"name": family, "templates": found} for family, found in families.items()]
    return [
        {
            "id": str(number),
            "title": family,
            "type": "select",
            "items": [{"id": each["id"], "title": each["name"]} for each in found],
        }
        for number, (family, found) in enumerate(families.items(), 5)
    ]
