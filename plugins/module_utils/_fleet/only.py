# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The part of a fleet that a run is limited to. Private to this collection."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from .._client import Client
from .._errors import SindadError
from .._names import folded, same, same_host
from .._parallel import in_parallel
from .._reading import Unknown
from .._records import Service
from .._resources import service
from .file import Entry

#: What separates a service from a machine of it.
SEPARATOR = "/"


def choose_only(
    client: Client, only: Sequence[str], wanted: Sequence[Entry], found: Sequence[Service]
) -> dict[int, frozenset[str] | None]:
    """Return which of a file's services are planned: their positions, and the machines if only those are planned.

    Args:
        client: Asks for labels, where one is needed to know which service is meant.
        only: Services, as the file or the portal names them, and ``service/name``; if empty, all.
        wanted: The services as the file has them.
        found: The same services as the portal has them.

    Raises:
        SindadError: One isn't in the file.

    """
    if not only:
        return dict.fromkeys(range(len(wanted)))
    owners = list(found)
    chosen: dict[int, frozenset[str] | None] = {}
    for entry in only:
        meant = _meant(entry, wanted, owners) or _meant(entry, wanted, _labelled(client, owners))
        if meant is None:
            listed = ", ".join(line["service"] for line in wanted)
            raise SindadError(f"only: {entry!r} is not in the fleet file, whose services are: {listed}")
        position, machine = meant
        earlier = chosen.get(position, frozenset())
        chosen[position] = None if machine is None or earlier is None else earlier | {machine}
    return chosen


def _labelled(client: Client, owners: list[Service]) -> list[Service]:
    """Ask for the labels that aren't known yet, and keep them."""

    def labelled(owner: Service) -> Service:
        if not isinstance(owner.label, Unknown):
            return owner
        return replace(owner, label=service.if_offered(service.get_label, client, owner.id))

    owners[:] = in_parallel(labelled, owners)
    return owners


def _meant(entry: str, wanted: Sequence[Entry], owners: Sequence[Service]) -> tuple[int, str | None] | None:
    """Return which service is meant, and which machine of it; None for a service that isn't in the file.

    Raises:
        SindadError: It may be several services.

    """
    for name, machine in _readings(entry):
        found: dict[int, str | None] = {}
        for position in _positions(name, wanted, owners):
            listed = None if machine is None else _listed(machine, wanted[position])
            if machine is None or listed is not None:
                found[position] = listed
        if len(found) > 1:
            candidates = ", ".join(str(owners[position]) for position in found)
            raise SindadError(f"only: {entry!r} is ambiguous, give the id of one of these services: {candidates}")
        if found:
            return next(iter(found.items()))
    return None


def _positions(name: str, wanted: Sequence[Entry], owners: Sequence[Service]) -> list[int]:
    """Return the services that have a name: as their id, else as the file names them, else as their label or domain."""
    numbered = list(enumerate(zip(wanted, owners)))
    by_id = [position for position, (_line, owner) in numbered if owner.id == name]
    in_file = [position for position, (line, _owner) in numbered if same(name, line["service"])]
    by_name = [
        position for position, (_line, owner) in numbered if same(name, owner.label) or same_host(name, owner.domain)
    ]
    return by_id or in_file or by_name


def _readings(entry: str) -> Iterator[tuple[str, str | None]]:
    """Yield how an entry may be read: as a service, or parted at one of its separators."""
    yield entry, None
    parts = entry.split(SEPARATOR)
    for end in range(1, len(parts)):
        yield SEPARATOR.join(parts[:end]), SEPARATOR.join(parts[end:])


def _listed(machine: str, line: Entry) -> str | None:
    """Return the name of the line for a machine, given by name or vmid."""
    lines = line.get("vms", ())
    exact = [each["name"] for each in lines if machine in (each["name"], each.get("vmid"))]
    alike = [each["name"] for each in lines if folded(each["name"]) == folded(machine)]
    found = exact or alike
    return str(found[0]) if len(found) == 1 else None
