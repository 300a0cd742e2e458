# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The addresses of dedicated servers. Private to this collection."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from .._reading import (
    UNKNOWN,
    Answer,
    Entry,
    Form,
    Unknown,
    as_dict,
    entries,
    first_present,
    first_text,
    flag,
    known,
    optional_text,
    single,
)
from .address import OWN_ADDRESS_KEYS, addresses
from .record import Record, reads


@dataclass(frozen=True)
class IPAddress(Record):
    """An address of a dedicated server; ``domain`` is its reverse-DNS name.

    ``address`` is empty for one that is allocated already, and of which the portal doesn't tell the address.
    """

    id: str
    address: str
    domain: str | Unknown | None = UNKNOWN
    vlan: str | Unknown = UNKNOWN
    vlan_name: str | Unknown = UNKNOWN
    main: bool | Unknown = UNKNOWN
    raw: Entry = field(default_factory=dict, repr=False, compare=False)

    @property
    def net(self) -> str | None:
        """The net or range of addresses that the portal lists in place of one; None where it is one address, or none."""
        words = [first_text(self.raw, key) for key in (*OWN_ADDRESS_KEYS, "id", "name")]
        several = [word for word in words if not isinstance(word, Unknown) and _SEVERAL.fullmatch(word)]
        if not several:
            return None
        is_address_with_prefix = bool(self.address) and "/" in several[0]
        return None if is_address_with_prefix else several[0]


#: A net with its prefix length, or the first and the last address of a range.
_SEVERAL: Final = re.compile(r"(?=.*[.:])[0-9a-fA-F.:]+(/\d+|\s*[-\u2013]\s*[0-9a-fA-F.:]+)")
_REVERSE_DNS: Final = ("domain", "ptr", "rdns", "reverse")


def ip_address(entry: Entry, identity: str | None = None) -> IPAddress | None:
    """Read one address, which is its own id where it has no other; None for an object without an address."""
    told = (*(entry.get(key) for key in OWN_ADDRESS_KEYS), entry.get("id"), entry.get("name"), entry.get("_key"))
    address = next((address for value in told for address in addresses(value)), None)
    return None if address is None else _allocated(entry, address.text, identity)


def _allocated(entry: Entry, address: str, identity: str | None = None) -> IPAddress:
    vlan = as_dict(entry.get("vlan")) or {"id": first_present(entry, "vlan", "vlan_id", "vlan_name")}
    return IPAddress(
        id=identity or known(first_text(entry, "id", "ip_id", "_key")) or address,
        address=address,
        domain=optional_text(entry, *_REVERSE_DNS, "hostname"),
        vlan=first_text(vlan, "id", "name"),
        vlan_name=first_text({"own": vlan.get("name"), **entry}, "own", "vlan_name"),
        main=flag(entry.get("main")),
        raw=entry,
    )


@reads("list_ips")
def read_ips(answer: Answer) -> tuple[IPAddress, ...]:
    """Read List IPs, each address once. An entry without an address yet ("N/A") is left out.

    Raises what `read_allocated_ips` raises.
    """
    return tuple(ip for ip in read_allocated_ips(answer) if ip.address)


def read_allocated_ips(answer: Answer) -> tuple[IPAddress, ...]:
    """Read List IPs, with the entries whose address isn't told: something is allocated there all the same.

    Raises:
        Unreadable: There is no list, an entry isn't about an address, or there are entries and no address at all.

    """
    form = Form(("ips", "ip"), own_keys=("id", "ip_id", *OWN_ADDRESS_KEYS), scalars=True)
    listed = entries(answer, form)
    found: dict[str, IPAddress] = {}
    without_address: list[IPAddress] = []
    for entry in listed:
        ip = ip_address(entry)
        if ip is not None:
            found.setdefault(ip.address, ip)
        elif _is_without_address(entry):
            without_address.append(_allocated(entry, ""))
        else:
            raise answer.unreadable("an entry is no address")
    if listed and not found:
        raise answer.unreadable("no entry is an address")
    return (*found.values(), *without_address)


def _is_without_address(entry: Entry) -> bool:
    """Whether an entry is about an address that isn't there: a string in its place, or nothing below its key."""
    told = entry.get("name", entry.get("id"))
    is_text = entry.keys() <= {"id", "name"} and isinstance(told, str) and not told.isdigit()
    return is_text or bool({*OWN_ADDRESS_KEYS} & entry.keys())


@reads("ip_details")
def read_ip(answer: Answer, ip: IPAddress) -> IPAddress:
    """Read IP Details, which may leave out the address itself."""

    def read(entry: Entry) -> IPAddress | None:
        found = ip_address(entry, ip.id)
        if found is None and {*_REVERSE_DNS} & entry.keys():
            return ip_address({**entry, "address": ip.address}, ip.id)
        return found if found is not None and found.address == ip.address else None

    return single(answer, ("ip", "ips"), read, f"the address {ip.address}")
