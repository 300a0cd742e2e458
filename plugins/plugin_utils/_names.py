# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What hosts may be called, where somebody chose the names of the machines. Private to this collection."""

from __future__ import annotations

import re
import socket
import unicodedata
from collections import Counter
from ipaddress import IPv4Address, IPv6Address
from typing import TYPE_CHECKING, Any

from ansible.constants import YAML_FILENAME_EXTENSIONS
from ansible_collections.sindad.cloud.plugins.module_utils._reading import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ansible_collections.sindad.cloud.plugins.plugin_utils._portal import Facts


def usable(name: Any) -> bool:
    """Whether something can be a host's name: as a pattern, it matches this host and no other.

    It is no pattern, no range and not several names; no option to ssh, no exclusion, file or regular expression among
    host patterns; not the controller itself; and no path: Ansible reads the variables of a host from
    ``host_vars/<its name>``, and those of another host from ``host_vars/<its name>.yml``.
    """
    said = str(name).strip() if isinstance(name, (str, int)) else ""
    return (
        is_visible(said)
        and bool(said.strip("."))
        and said[0] not in "-!&~@"
        and not _MEANT_OTHERWISE & set(said)
        and (":" not in said or _ipv6(said) is not None)
        and not said.casefold().endswith(_ENDINGS)
        and not is_controller(said)
    )


#: Blanks, commas and semicolons part names; wildcards and brackets make a pattern; slashes make a path.
_MEANT_OTHERWISE = frozenset(" ,;*?[]/\\")
#: Takes out the zero-width joiner and non-joiner, which ordinary words of some scripts and emoji hold.
_WITHOUT_JOINERS = {ord(joiner): None for joiner in "\u200c\u200d"}
#: How files of variables end.
_ENDINGS = tuple(YAML_FILENAME_EXTENSIONS)
#: What every system resolves to itself: ``localhost`` with all that is below it, and names of common host files.
_LOCAL = re.compile(r"(?:.+\.)?localhost[46]?(?:\.localdomain[46]?)?|ip6-(?:localhost|loopback)")


def is_visible(text: str) -> bool:
    """Whether a string holds no blank but the ordinary one, and no control or invisible character."""
    return text.translate(_WITHOUT_JOINERS).isprintable()


def is_controller(name: str) -> bool:
    """Whether who connects to a name connects to the own machine, whatever the domain name system says.

    Those are the usual names of it, and loopback and unspecified addresses in any spelling: ``127.1`` is one, as 0 is.
    """
    letters = unicodedata.normalize("NFKC", name.translate(_WITHOUT_JOINERS))  # as resolvers of international names do
    plain = letters.replace("\u3002", ".").casefold().rstrip(".")
    if _LOCAL.fullmatch(plain):
        return True
    address = _ipv4(plain) or _ipv6(plain)
    return address is not None and (address.is_loopback or address.is_unspecified)


def _ipv4(text: str) -> IPv4Address | None:
    """Return the address that a string is for a system's own resolver, which takes one number to four of any base."""
    try:
        return IPv4Address(socket.inet_aton(text))
    except (OSError, ValueError):
        return None


def _ipv6(text: str) -> IPv4Address | IPv6Address | None:
    """Return the IPv6 address that a string is, or the IPv4 address in it, to which a system connects then."""
    try:
        address = IPv6Address(text)
    except ValueError:
        return None
    return address.ipv4_mapped or address


def connectable(address: Any) -> bool:
    """Whether Ansible can connect to something: an address or a name, not an option to ssh, nor the controller itself."""
    if not isinstance(address, str) or not address or address.startswith("-") or is_controller(address):
        return False
    return is_visible(address) and not {" ", "/", "\\"} & set(address)


def described(facts: Facts) -> str:
    """Say which machine the facts describe."""
    return printable(f"{facts['kind']} {_id(facts)} of service {facts['service_id']}, account {facts['account']}")


def _id(facts: Facts) -> str:
    """Return the id of a virtual machine or of a dedicated server."""
    return str(facts["vmid"] or facts["service_id"])


def identity(facts: Facts) -> str:
    """Return a host's id as a part of its name: the portal chooses ids, and a name must not be a path."""
    return re.sub(r"[^\w.-]", "_", _id(facts))


def with_ids(name: str, facts: Facts) -> list[str]:
    """Return a name with the host's id; with the service's too, as ids may be the same in two; and the account's name."""
    service, vm = re.sub(r"[^\w.-]", "_", str(facts["service_id"])), identity(facts)
    account = re.sub(r"[^\w.@-]", "_", str(facts["account"]))
    return [f"{name}-{vm}", f"{name}-{service}-{vm}", f"{name}-{account}-{service}-{vm}"]


def suffixed(names: list[str], found: Iterable[Facts]) -> list[str]:
    """Return the names, with each host's id added where several are the same, until no two are."""
    distinct = list(names)
    for longer in zip(*map(with_ids, names, found)):
        counts = Counter(distinct)
        if len(counts) == len(names):
            break
        distinct = [more if counts[now] > 1 else now for now, more in zip(distinct, longer)]
    return distinct


def matches_others(name: str, groups: Mapping[str, Any]) -> bool:
    """Whether a host has the name of a group of other hosts: Ansible would take that name as this host alone."""
    return name in groups and [host.name for host in groups[name].get_hosts()] != [name]
