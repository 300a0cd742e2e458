# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The account as a fleet file. Private to this collection."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from .._client import Client
from .._engine import Options, Task
from .._lookups import find_details, list_ips, list_machines
from .._names import same
from .._parallel import in_parallel
from .._plan import Context
from .._reading import Unknown, known
from .._records import Choice, IPAddress, Power, ServerInfo, Service, VirtualMachine
from .._resources import hostname, power, reinstall, service, vm
from .._resources.choice import recognise
from .file import Entry, can_be_listed, held_fields

#: The words for power that a fleet file has, by a machine's status.
_POWER = {"running": "running", "stopped": "stopped"}


@dataclass(frozen=True)
class Wanted:
    """Which services are exported, and how many of them at once."""

    statuses: Sequence[str]
    workers: int


def wanted_export(options: Options) -> Wanted:
    """Take what is wanted from the options of sindad_fleet_info."""
    return Wanted(options["statuses"], options["workers"])


def observe(context: Context, wanted: Wanted) -> dict[str, Any]:
    """Observe the account, service by service, side by side."""
    services = service.list_services(context.client)
    taken = [owner for owner in services if service.same_status(owner, wanted.statuses)]
    left = [
        f"service {owner}: its status is not one of those to be exported (statuses; of the role, fleet_statuses)"
        for owner in services
        if owner not in taken
    ]
    exported = in_parallel(lambda owner: export_service(context.client, owner), taken, workers=wanted.workers)
    return {
        "fleet": {"services": [entry for entry, _notes in exported if entry]},
        "titles": {owner.id: _title(owner) for owner in taken},
        "notes": [note for _entry, notes in exported for note in notes] + left,
    }


def export_service(client: Client, owner: Service) -> tuple[Entry | None, list[str]]:
    """Return a service as a fleet file names it, None where it can't, and notes on what is left out."""
    notes: list[str] = []
    label = service.if_offered(service.get_label, client, owner.id)
    named = _held(_given(service=owner.id, label=label), f"service {owner}", notes)
    if "service" not in named:
        return None, notes
    machines = service.if_offered(list_machines, client, owner.id)
    if machines is not None:
        return {**named, "vms": export_machines(client, owner, machines, notes)}, notes
    addresses = service.if_offered(list_ips, client, owner.id)
    if addresses is None:
        return None, [f"service {owner}: it has neither machines nor a server"]
    return {**named, **_export_server(client, owner, addresses, notes)}, notes


def _title(owner: Service) -> str:
    """Return the product and the domain of a service, as far as the portal tells them."""
    return ", ".join(word for word in (known(owner.name), known(owner.domain)) if word)


def _given(**fields: Any) -> Entry:
    """Return the fields that have a value."""
    return {name: value for name, value in fields.items() if value is not None}


def _held(fields: Entry, who: str, notes: list[str], *path: str) -> Entry:
    """Return the fields that a fleet file can hold, see `held_fields`; the others become notes."""
    held, refusals = held_fields(fields, *path)
    notes += [f"{who}: {refusal}; it is left out" for refusal in refusals]
    return held


def export_machines(
    client: Client, owner: Service, machines: Sequence[VirtualMachine], notes: list[str]
) -> list[Entry]:
    """Return the machines as a fleet file lists them; what it can't list becomes a note."""
    names = Counter(machine.name for machine in machines)
    listed = []
    for machine in machines:
        who = f"VM {known(machine.name) or ''} ({machine.id}) of service {owner.id}"
        if isinstance(machine.name, Unknown) or names[machine.name] > 1 or not can_be_listed(machine.name):
            notes.append(f"{who}: it has no name of its own, so it can't be listed; don't set prune here")
            continue
        complete = _completed(client, owner, machine)
        exported = _export_machine(complete)
        notes += [f"{who}: {what}" for what in _left_out_of_machine(complete, exported)]
        listed.append(_held(exported, who, notes, "vms"))
    return listed


def _left_out_of_machine(machine: VirtualMachine, exported: Entry) -> Iterator[str]:
    """Yield what a line of the fleet file lacks, and why."""
    unknown = [field for field in ("template", *vm.SIZES) if field not in exported]
    if unknown:
        yield f"the portal doesn't report its {' and '.join(unknown)}, so that is left out"
    if machine.status not in _POWER:
        yield f"its status is {machine.status}, so its power is left out"


def _completed(client: Client, owner: Service, machine: VirtualMachine) -> VirtualMachine:
    """Return a machine with its details, where the list lacks something of it."""
    fields = (machine.memory, machine.cpu, machine.disk, machine.template)
    if machine.status != "unknown" and not any(isinstance(field, Unknown) for field in fields):
        return machine
    details = find_details(client, owner.id, machine.id)
    return details.completed(machine) if details else machine


def _export_machine(machine: VirtualMachine) -> Entry:
    return _given(
        name=known(machine.name),
        template=known(machine.template) or known(machine.template_id),
        memory=known(machine.memory),
        cpu=known(machine.cpu),
        disk=known(machine.disk),
        power=_POWER.get(machine.status),
    )


def _export_server(client: Client, owner: Service, addresses: Sequence[IPAddress], notes: list[str]) -> Entry:
    """Return a dedicated server as a fleet file describes it."""
    info = service.if_offered(hostname.get_info, client, owner.id) or ServerInfo()
    state = service.if_offered(power.get_power, client, owner.id) or Power("unknown")
    template = _export_system(client, owner, info, notes)
    unknown = _unknown_of_server(info, state, addresses)
    notes += [f"service {owner}: its {what} is unknown, so it is left out" for what in unknown]
    fields = _given(
        hostname=known(info.hostname),
        power=None if state.state == "unknown" else state.state,
        os={"template": template} if template else None,
    )
    listed = [_export_address(owner, address, notes) for address in addresses]
    ips = [address for address in listed if "ip" in address]
    return {**_held(fields, f"service {owner}", notes), **_given(ips=ips or None)}


def _export_system(client: Client, owner: Service, info: ServerInfo, notes: list[str]) -> str | None:
    systems = service.if_offered(reinstall.list_systems, client, owner.id)
    template = _installed(info, systems[0] if systems else ())
    if template is None:
        notes.append(f"service {owner}: its system ({known(info.os) or 'unknown'}) is not one of its templates")
    return template


def _export_address(owner: Service, address: IPAddress, notes: list[str]) -> Entry:
    fields = _given(ip=address.address, domain=known(address.domain))
    return _held(fields, f"service {owner}, address {address.address}", notes, "ips")


def _unknown_of_server(info: ServerInfo, state: Power, addresses: Sequence[IPAddress]) -> Iterator[str]:
    """Yield what the portal doesn't say of a server, but for its system."""
    if isinstance(info.hostname, Unknown):
        yield "host name"
    if state.state == "unknown":
        yield "power state"
    for address in addresses:
        if isinstance(address.domain, Unknown):
            yield f"domain of {address.address}"


def _installed(info: ServerInfo, templates: Sequence[Choice]) -> str | None:
    """Return how a fleet file names the installed system; None where that can't be told."""
    present = recognise(templates, info.os, info.os_id)
    if isinstance(present, Unknown):
        return None
    is_shared = any(other.id != present.id and same(present.name, other.name) for other in templates)
    return present.id if is_shared else present.name


TASK = Task(wanted_export, observe)
