# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the user of a fleet file should know besides the plan. Private to this collection."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from .._names import protection_of, same
from .._reading import Unknown
from .._records import VirtualMachine
from .._resources import vm
from .._texts import listed
from .apply import Item
from .file import Entry
from .lines import machines_of
from .observe import Observed, ObservedService, may_harm_server, names_of_server

#: How many resources a sentence lists.
MOST_LISTED = 12


def unlisted_machines(wanted: Iterable[vm.Wanted], seen: vm.Observed) -> list[VirtualMachine]:
    """Return the machines of a service that no line of the file refers to."""
    matches = [seen.lookup.find(one) for one in wanted]
    named = {match.item.id for match in matches if match is not None}
    return [machine for machine in seen.machines if machine.id not in named]


def warnings_of_file(seen: Observed) -> Iterator[str]:
    """Yield warnings of likely mistakes in the file, and of machines that prune leaves."""
    for number, (entry, observed) in enumerate(zip(seen.fleet["services"], seen.services)):
        yield from _warnings_of_protection(entry, observed, f"services[{number}]")
        yield from _warnings_of_label(entry, observed, f"services[{number}]")
        yield from _warnings_of_prune(entry, observed)


def _warnings_of_protection(entry: Entry, observed: ObservedService, place: str) -> Iterator[str]:
    """Yield warnings of patterns that protect nothing, which may be misspelt."""
    service = observed.service.id
    if observed.vms is not None:
        names = _names_of_machines(entry, observed.vms)
        missed = f"no machine of service {service}"
    elif may_harm_server(entry):
        names = names_of_server(entry, observed)
        missed = f"no name of service {service}"
    else:
        return
    if any(isinstance(name, Unknown) for name in names):
        return
    for number, pattern in enumerate(entry.get("protected", ())):
        if protection_of(names, [pattern]) is None:
            yield f"{place}.protected[{number}]: {pattern!r} matches {missed}, so it protects nothing"


def _names_of_machines(entry: Entry, seen: vm.Observed) -> tuple[str | Unknown | None, ...]:
    """Return the names and ids of a service's machines, and of those that are to be created."""
    there = [name for machine in seen.machines for name in (machine.name, machine.id)]
    return (*there, *(line["name"] for line in entry.get("vms", ())))


def _warnings_of_label(entry: Entry, observed: ObservedService, place: str) -> Iterator[str]:
    """Yield a warning of a service that is found by the label which the file changes."""
    now = observed.service.label
    if observed.label is None or not isinstance(now, str) or same(entry["label"], now):
        return
    if same(entry["service"], now) and entry["service"] != observed.service.id:
        yield (
            f"{place}.service: {entry['service']!r} is the label that the file changes to {entry['label']!r}; the next run "
            f"would not find the service: name it by its id, {observed.service.id}"
        )


def _warnings_of_prune(entry: Entry, observed: ObservedService) -> Iterator[str]:
    """Yield a warning of the machines that prune leaves, since one whose name is unknown may be a listed one."""
    if observed.vms is None or not entry.get("prune") or observed.only is not None:
        return
    service = observed.service.id
    unlisted = unlisted_machines(machines_of(entry, service), observed.vms)
    kept = [machine.id for machine in unlisted if isinstance(machine.name, Unknown)]
    if kept:
        yield (
            f"the portal doesn't report the name of VM {', '.join(kept)} of service {service}, which may be a "
            "listed one; it is left as it is: sindad_vm with its vmid can destroy it"
        )


def hints(items: Iterable[Item], seen: Observed) -> Iterator[str]:
    """Yield a hint for each created machine that may be a renamed one: same service, template and size."""
    created = [item for item in items if item.action == "create"]
    spare = {owner: _unlisted_of(seen, owner) for owner in {item.service for item in created}}
    for item in created:
        alike = [machine for machine in spare[item.service] if _is_alike(machine, item.plan.after or {})]
        if alike:
            machine = alike[0]
            spare[item.service].remove(machine)
            yield (
                f"VM {item.name} of service {item.service} would be created, and VM {machine.title}, which the file doesn't "
                f"name, has the same template and size. A machine can't be renamed here; vmid: {machine.id} in the line of "
                f"{item.name} keeps that machine"
            )


def _unlisted_of(seen: Observed, owner: str) -> list[VirtualMachine]:
    pairs = zip(seen.fleet["services"], seen.services)
    found = [(entry, one) for entry, one in pairs if one.service.id == owner]
    entry, observed = found[0]
    return unlisted_machines(machines_of(entry, owner), observed.vms) if observed.vms else []


def _is_alike(machine: VirtualMachine, created: Mapping[str, object]) -> bool:
    sizes = [
        machine.size(size) == created.get(size) for size in vm.SIZES if not isinstance(machine.size(size), Unknown)
    ]
    return len(sizes) == len(vm.SIZES) and all(sizes) and same(created.get("template"), machine.template)


def warning_of_passwords(items: Iterable[Item]) -> list[str]:
    """Return a warning of generated passwords that are not kept."""
    lost = [item.resource for item in items if item.generates_password and item.action != "refused"]
    if not lost:
        return []
    sentence = f"the portal may generate a password for {listed(lost, MOST_LISTED)}, which is neither shown nor kept"
    return [f"{sentence}: give passwords_file to keep it"]
