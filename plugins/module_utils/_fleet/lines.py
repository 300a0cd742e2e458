# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which account, services and machines the lines of a fleet file refer to. Private to this collection."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

from .._errors import SindadError
from .._names import Match, folded
from .._records import VirtualMachine
from .._resources import vm
from .file import Entry

STATES = {"running": "started", "stopped": "stopped", None: "present"}


def other_account(wanted: str, told: Iterable[str]) -> str:
    """Say that a file is for another account than the one of the credentials, whose names are given."""
    name, *ids = dict.fromkeys(told)
    account = f"{name} (account id {', '.join(ids)})" if ids else name
    return f"account: the file is for {wanted}, and these credentials are for {account}"


def check_services(wanted: Iterable[Entry], found: Iterable[tuple[Hashable, str] | None]) -> None:
    """Make sure that no two entries of a file refer to one service, by its id in one and its label in the other.

    Args:
        wanted: The entries.
        found: For each, what identifies its service, and what messages call it; None where none was found.

    """
    places: dict[Hashable, str] = {}
    for number, (entry, owner) in enumerate(zip(wanted, found)):
        place = f"services[{number}].service"
        if owner is None:
            continue
        identity, title = owner
        if identity in places:
            raise SindadError(f"{place}: {entry['service']!r} is service {title}, already listed at {places[identity]}")
        places[identity] = place


def machines_of(entry: Entry, service_id: str) -> list[vm.Wanted]:
    """Return what is wanted of each listed machine."""
    names = tuple(machine["name"] for machine in entry.get("vms", ()))
    return [_machine(machine, service_id, names) for machine in entry.get("vms", ())]


def _machine(machine: Entry, service_id: str, names: tuple[str, ...]) -> vm.Wanted:
    sizes = {size: machine.get(size) for size in vm.SIZES}
    return vm.Wanted(
        service=service_id,
        name=machine["name"],
        vmid=machine.get("vmid"),
        state=STATES[machine.get("power")],
        template=machine.get("template"),
        rebuild=machine.get("rebuild", "never"),
        send_if_unknown=False,
        taken=names,
        ignored=tuple(machine.get("ignore", ())),
        **sizes,
    )


def meant_machines(wanted: Sequence[vm.Wanted], machines: vm.Lookup, place: str) -> list[Match[VirtualMachine] | None]:
    """Return the machine that each line refers to; None where it doesn't exist.

    Args:
        wanted: The lines of one service.
        machines: Finds the service's machines.
        place: Where the lines are in the file, as ``services[0].vms``.

    Raises:
        SindadError: A line may refer to several machines, or several lines refer to one.

    """
    _check_lines_that_look_alike(wanted, machines.machines, place)
    matches = [_find(one, machines, f"{place}[{number}]") for number, one in enumerate(wanted)]
    lines: dict[str, str] = {}
    for number, (one, match) in enumerate(zip(wanted, matches)):
        if match is None:
            continue
        if match.item.id in lines:
            raise SindadError(
                f"{place}[{number}]: {one.name!r} is the VM {match.item.title}, "
                f"which {lines[match.item.id]} also refers to"
            )
        lines[match.item.id] = f"{place}[{number}]"
    return matches


def _find(wanted: vm.Wanted, machines: vm.Lookup, place: str) -> Match[VirtualMachine] | None:
    try:
        return machines.find(wanted)
    except SindadError as error:
        raise error.within(place) from None


def _check_lines_that_look_alike(wanted: Iterable[vm.Wanted], machines: Iterable[VirtualMachine], place: str) -> None:
    """Make sure that two lines which differ only in what is not compared mean two machines that are there.

    Raises:
        SindadError: One of them might mean the other's machine.

    """
    present = {machine.name for machine in machines if isinstance(machine.name, str)}
    by_name: dict[str, list[str]] = {}
    for one in wanted:
        by_name.setdefault(folded(one.name or ""), []).append(one.name or "")
    for names in by_name.values():
        if len(names) > 1 and not present.issuperset(names):
            told = " and ".join(name.encode("unicode_escape").decode() for name in names)
            raise SindadError(f"{place}: the names {told} count as the same name, and not all of these machines exist")
