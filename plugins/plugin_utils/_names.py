# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What hosts may be called, where the names are those that somebody gave to machines. Private to this collection."""

from __future__ import annotations

import re
from collections import Counter
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from ansible.constants import LOCALHOST
from ansible_collections.sindad.cloud.plugins.module_utils._reading import printable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from ansible_collections.sindad.cloud.plugins.plugin_utils._portal import Facts


def usable(name: Any) -> bool:
    """Whether something can be what a host is called.

    It is no option to ssh, no exclusion, file or regular expression among host patterns, not the controller itself, and
    no path: Ansible reads the variables of a host from ``host_vars/<its name>``.
    """
    said = str(name).strip() if isinstance(name, (str, int)) else ""
    return (
        said.isprintable()
        and bool(said.strip("."))
        and said[0] not in "-!&~@"
        and not {"/", "\\"} & set(said)
        and said.rstrip(".").casefold() not in LOCALHOST
    )


def described(facts: Facts) -> str:
    """Say which machine has some facts."""
    return printable(f"{facts['kind']} {_id(facts)} of service {facts['service_id']}, account {facts['account']}")


def _id(facts: Facts) -> str:
    """Return the id of a virtual machine or of a dedicated server."""
    return str(facts["vmid"] or facts["service_id"])


def identity(facts: Facts) -> str:
    """Return a host's id as a part of its name: the portal says what an id is, and a name may be no path."""
    return re.sub(r"[^\w.-]", "_", _id(facts))


def with_ids(name: str, facts: Facts) -> list[str]:
    """Return a name with the host's id; with the service's too, as ids may be the same in two; and the account's name."""
    service, vm = re.sub(r"[^\w.-]", "_", str(facts["service_id"])), identity(facts)
    return [f"{name}-{vm}", f"{name}-{service}-{vm}", f"{name}-{facts['account']}-{service}-{vm}"]


def suffixed(names: list[str], found: Iterable[Facts]) -> list[str]:
    """Return the names with each host's id where several have the same, until no two are."""
    distinct = list(names)
    for longer in zip(*map(with_ids, names, found)):
        counts = Counter(distinct)
        if len(counts) == len(names):
            break
        distinct = [more if counts[now] > 1 else now for now, more in zip(distinct, longer)]
    return distinct


def matches_others(name: str, groups: Mapping[str, Any], hosts: Collection[str]) -> bool:
    """Whether a host's name is what a play would name other hosts by: Ansible would take it for this host alone.

    A group of that host and no other does no harm.
    """
    if name in groups:
        return [host.name for host in groups[name].get_hosts()] != [name]
    others = (*groups, *hosts) if {"*", "?", "["} & set(name) else ()
    return any(fnmatchcase(other, name) for other in others if other != name)
