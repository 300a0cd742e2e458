# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which addresses an answer gives a machine. Private to this collection."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final, NamedTuple

from .._reading import Entry
from .._states import is_true

#: Where a machine's own addresses stand, main ones first.
ADDRESS_KEYS: Final = (
    *("ipv4", "ip", "ips", "main_ip", "ipaddress", "ipv6", "private_ip", "private_ips", "private_ipv4", "private"),
    *("addresses", "networks", "interfaces"),
)
OWN_ADDRESS_KEYS: Final = ("ipaddress", "ip_address", "address", "ipaddr", "addr", "ip", "ips", "ipv4", "ipv6")
_NOT_OWN: Final = re.compile(
    r"gateway|(^|_)gw|mask|dns|(^|_)ns\d*$|name_?server|resolver|broadcast|routers?$|routes?$|^network$|subnet",
    re.IGNORECASE,
)
#: What an object is that has the address of something else than the machine.
_OF_ANOTHER: Final = re.compile(r"gateway|gw|.*mask|dns|name ?server|resolver|broadcast|router", re.IGNORECASE)
#: Keys of network ports, and of the entries of a list; below others a text is something else than an address.
_PORT: Final = re.compile(r"(net|eth|en[a-z]|ip|nic|if|v|port|interface)?_?\d+", re.IGNORECASE)
#: Addresses that don't reach the machine from outside (RFC 1918, 6598, 4193); the documentation nets do, here.
_PRIVATE: Final = tuple(
    ipaddress.ip_network(net) for net in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
)


class HostAddress(NamedTuple):
    """An address by which a machine can be reached, even if only from its private network."""

    text: str
    version: int
    private: bool


def addresses(value: Any) -> Iterator[HostAddress]:
    """Yield the IP addresses that a value gives a machine, main ones first.

    Gateways, netmasks, name servers and network addresses don't belong to the machine.
    """
    if isinstance(value, str):
        yield from _addresses_of_text(value)
    elif isinstance(value, dict):
        yield from _addresses_of_object(value)
    elif isinstance(value, list):
        for item in sorted(value, key=_is_secondary):
            yield from addresses(item)


def _addresses_of_text(value: str) -> Iterator[HostAddress]:
    parts = value.replace(",", " ").replace(";", " ").split()
    if len(parts) > 1 and _NOT_OWN.search(value):
        return
    for part in parts:
        found = read_address(part)
        if found is not None:
            yield found


def _addresses_of_object(value: Entry) -> Iterator[HostAddress]:
    if any(_OF_ANOTHER.fullmatch(str(value.get(key)).strip()) for key in ("type", "kind", "role", "purpose")):
        return
    own = [value[key] for key in OWN_ADDRESS_KEYS if value.get(key)]
    for item in own:
        yield from addresses(item)
    if own:
        return
    for key, item in sorted(value.items(), key=lambda pair: _is_secondary(pair[1])):
        if _NOT_OWN.search(str(key)):
            continue
        key_address = read_address(str(key))
        if key_address is not None:
            yield key_address
        elif isinstance(item, (dict, list)) or _PORT.fullmatch(str(key)):
            yield from addresses(item)


def _is_secondary(value: Any) -> bool:
    return not (isinstance(value, dict) and is_true(value.get("main")))


@lru_cache(maxsize=4096)
def read_address(value: str) -> HostAddress | None:
    """Return an address without its prefix length.

    None for what isn't an address, for a network's, and for one that reaches no machine, as a netmask or a loopback
    address. An IPv4 address that is mapped into IPv6 is an IPv4 address.
    """
    if "." not in value and ":" not in value:
        return None
    try:
        address = _parsed_address(value.strip())
    except ValueError:
        return None
    if address is None or _reaches_nothing(address):
        return None
    return HostAddress(str(address), address.version, any(address in net for net in _PRIVATE))


def _parsed_address(value: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Return an address, an IPv4 one where it is mapped into IPv6; None for that of a network."""
    if "/" in value:
        interface = ipaddress.ip_interface(value)
        if _is_network(interface):
            return None
        value = str(interface.ip)
    address = ipaddress.ip_address(value)
    return getattr(address, "ipv4_mapped", None) or address


def _reaches_nothing(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether no machine has an address: a loopback or link-local one, a netmask."""
    if address.is_loopback or address.is_link_local or address.is_unspecified or address.is_multicast:
        return True
    return address.version == 4 and address.is_reserved


def host_address(value: str) -> str | None:
    """Return an address as it is compared, see `read_address`; None for what isn't an address."""
    found = read_address(value)
    return found.text if found else None


def _is_network(interface: ipaddress.IPv4Interface | ipaddress.IPv6Interface) -> bool:
    """Whether an address with a prefix length is that of a network: nothing in it tells a machine."""
    network = interface.network
    return network.prefixlen < interface.max_prefixlen - 1 and interface.ip == network.network_address
