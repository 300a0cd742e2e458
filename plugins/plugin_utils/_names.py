# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What hosts may be called, where somebody chose the names of the machines. Private to this collection."""

from __future__ import annotations

import re
from collections import Counter
from ipaddress import IPv6Address
from typing import TYPE_CHECKING, Any

from ansible.constants import LOCALHOST, YAML_FILENAME_EXTENSIONS
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
        and (":" not in said or _is_ipv6(said))
        and not said.casefold().endswith(_ENDINGS)
        and said.rstrip(".").casefold() not in LOCALHOST
    )


#: Blanks, commas and semicolons part names; wildcards and brackets make a pattern; slashes make a path.
_MEANT_OTHERWISE = frozenset(" ,;*?[]/\\")
#: Takes out the zero-width joiner and non-joiner, which ordinary words of some scripts and emoji hold.
_WITHOUT_JOINERS = {ord(joiner): None for joiner in "\u200c\u200d"}
#: How files of variables end.
_ENDINGS = tuple(YAML_FILENAME_EXTENSIONS)


def is_visible(text: str) -> bool:
    """Whether a string holds no blank but the ordinary one, and no control or invisible character."""
    return text.translate(_WITHOUT_JOINERS).isprintable()


def _is_ipv6(text: str) -> bool:
    try:
        return bool(IPv6Address(text))
    except ValueError:
        return False


def connectable(address: Any) -> bool:
    """Whether Ansible can connect to something: an address or a name, and not an option to ssh."""
    if not isinstance(address, str) or not address or address.startswith("-"):
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
