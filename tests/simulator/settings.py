# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be set at the start and changed at run time, all of it for the whole portal."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

CHOICES = {
    "page_base": (0, 1),
    "page_deviant": ("", "repeats", "overlaps", "stuck", "empty"),
    "renames": ("", "lower", "cut", "domain", "hyphen", "own"),
    "grouped": ("", "list", "object", "form"),
    "passwords": ("", "answer", "details", "never"),
    "builds_end": ("", "error", "suspended", "gone"),
}


@dataclass
class Settings:
    """How the portal answers. All but the first three are ways in which portals deviate, see the README.

    Attributes:
        shape: The words and structures of its answers.
        latency: Seconds added to every answer.
        build_time: How long work takes, in seconds.
        page_size: Entries on a page of a list; 0 is a list in one piece.
        page_base: The number of the first page.
        page_deviant: What is wrong with the pages after the first.
        renames: What the portal makes of the name of a new VM.
        hide: What it never tells of VMs and servers.
        thousands: Whether sizes have thousands separators.
        grouped: How its templates are grouped.
        passwords: Where it tells the password of a VM that was made, rebuilt or rescued.
        builds_end: How the building of a VM ends, other than well.
        forgets: Whether it shows no trace of a reinstall, rescue or diagnostics that has ended.
        networks: Whether gateways, netmasks and name servers stand beside addresses.
        words: Words for states, by the words that the shape has for them.

    """

    shape: str = "reference"
    latency: float = 0.0
    build_time: float = 0.0
    page_size: int = 0
    page_base: int = 1
    page_deviant: str = ""
    renames: str = ""
    hide: list[str] = field(default_factory=list)
    thousands: bool = False
    grouped: str = ""
    passwords: str = ""
    builds_end: str = ""
    forgets: bool = False
    networks: bool = False
    words: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, known in CHOICES.items():
            if getattr(self, name) not in known:
                raise ValueError(f"{name} is one of {', '.join(map(repr, known))}")

    def become(self, other: Settings) -> None:
        """Take over all values of another one, in place: everybody holds this object."""
        for each in fields(self):
            setattr(self, each.name, getattr(other, each.name))
