# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the portal lists of a service: machines and templates, addresses and VLANs. Private to this collection.

They are apart from the planners, because Ansible compiles each file of a collection whenever it imports it: the
inventory, which only reads, starts sooner without these.
"""

from __future__ import annotations

from dataclasses import replace

from ._client import Client
from ._errors import NotFound
from ._parallel import in_parallel
from ._reading import Unknown, all_pages
from ._records import (
    Choice,
    IPAddress,
    VirtualMachine,
    read_allocated_ips,
    read_ip,
    read_machine,
    read_machines,
    read_templates,
    read_vlans,
)


def list_vms(client: Client, service: str) -> tuple[VirtualMachine, ...]:
    """Return the machines of a service, some perhaps without a name (reference: List VMs).

    One that is listed twice in the same words is one machine.
    """
    pages = client.pages("list_vms", service)
    listed = all_pages(pages, lambda answer: read_machines(answer, service), lambda machine: machine.id)
    return tuple(dict.fromkeys(listed))


def list_machines(client: Client, service: str) -> tuple[VirtualMachine, ...]:
    """Return the machines of a service, with their names.

    The details of one that the list doesn't name are requested: an existing name must not be overlooked.
    """
    machines = list_vms(client, service)
    unnamed = [machine for machine in machines if isinstance(machine.name, Unknown)]
    details = in_parallel(lambda machine: find_details(client, service, machine.id), unnamed)
    found = {machine.id: machine for machine in details if machine}
    return tuple(found[machine.id].completed(machine) if machine.id in found else machine for machine in machines)


def find_details(client: Client, service: str, vmid: str) -> VirtualMachine | None:
    """Return what a machine's details say; None where they are not found (reference: Get VM Details)."""
    try:
        return read_machine(client.get("get_vm_details", service, vmid), service, vmid)
    except NotFound:
        return None


def find_current(client: Client, service: str, vmid: str) -> VirtualMachine | None:
    """Return a machine as it is now; None if it is gone. Where its details are not found, the list decides."""
    machine = find_details(client, service, vmid)
    return machine or next((other for other in list_machines(client, service) if other.id == vmid), None)


def list_templates(client: Client, service: str) -> tuple[Choice, ...]:
    """Return the systems that a service's machines can have (reference: List OS templates)."""
    return all_pages(client.pages("list_os_templates", service), read_templates, lambda template: template.id)


def list_ips(client: Client, service: str) -> tuple[IPAddress, ...]:
    """Return a server's addresses (reference: List IPs)."""
    return tuple(ip for ip in list_allocated_ips(client, service) if ip.address)


def list_allocated_ips(client: Client, service: str) -> tuple[IPAddress, ...]:
    """Return a server's addresses, with those whose address the portal doesn't tell (yet)."""
    return all_pages(client.pages("list_ips", service), read_allocated_ips, lambda ip: ip.id)


def list_vlans(client: Client, service: str) -> tuple[Choice, ...]:
    """Return the VLANs that addresses can be added in (reference: List VLANs)."""
    return all_pages(client.pages("list_vlans", service), read_vlans, lambda vlan: vlan.id)


def get_ip(client: Client, service: str, ip: IPAddress) -> IPAddress:
    """Return an address with what its details say beyond the list (reference: IP Details)."""
    details = read_ip(client.get("ip_details", service, ip.id), ip)
    return replace(
        details,
        vlan=ip.vlan if isinstance(details.vlan, Unknown) else details.vlan,
        vlan_name=ip.vlan_name if isinstance(details.vlan_name, Unknown) else details.vlan_name,
        main=ip.main if isinstance(details.main, Unknown) else details.main,
    )
