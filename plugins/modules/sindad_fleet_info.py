#!/usr/bin/python
# -*- coding: utf-8 -*-

# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Describe an account as a fleet file."""

from __future__ import annotations

DOCUMENTATION = r"""
module: sindad_fleet_info
short_description: Describe an account as a fleet
version_added: 0.1.0
description:
  - Returns the services of an account as the content of a fleet file whose plan is empty.
  - The playbook C(sindad.cloud.fleet_export) writes it to a file.
author:
  - Sindad cloud collection contributors (@sindad)
extends_documentation_fragment:
  - sindad.cloud.auth
  - sindad.cloud.attributes.info
options:
  statuses:
    description:
      - Take the services in these statuses.
    type: list
    elements: str
    default: [Active]
  workers:
    description:
      - How many requests are sent at a time.
    type: int
    default: 8
seealso:
  - module: sindad.cloud.sindad_fleet
"""

EXAMPLES = r"""
- name: Describe the account
  sindad.cloud.sindad_fleet_info:
  register: account

- name: Show it
  ansible.builtin.debug:
    var: account.fleet
"""

RETURN = r"""
fleet:
  description: The account as a fleet, for M(sindad.cloud.sindad_fleet). It holds no password.
  returned: success
  type: dict
  sample:
    services:
      - service: "401"
        label: web-cluster
        vms: [{name: web-1, template: Debian 12, memory: 4096, cpu: 2, disk: 40, power: running}]
notes:
  description: One sentence for each thing that a fleet file can't hold.
  returned: success
  type: list
  elements: str
  sample: ["service 601 (Starter Hosting, Active): it has neither machines nor a server"]
api_calls:
  description: How many requests of each operation the task took.
  returned: with verbosity 3 or more
  type: dict
  sample: {list_services: 1, list_vms: 50}
"""

from functools import partial

from ansible_collections.sindad.cloud.plugins.module_utils._module import run
from ansible_collections.sindad.cloud.plugins.module_utils._records import Template, same
from ansible_collections.sindad.cloud.plugins.module_utils._resources import ip, server, service, template, vm

OPTIONS = {
    "statuses": {"type": "list", "elements": "str", "default": ["Active"]},
    "workers": {"type": "int", "default": 8},
}
MACHINE = ("template", "memory", "cpu", "disk")
POWER = {"running": "running", "stopped": "stopped"}


def given(**fields):
    """Return the fields that have a value."""
    return {name: value for name, value in fields.items() if value is not None}


def export_machines(client, owner, machines, notes):
    """Return the machines as a fleet file lists them; what it can't list becomes a note."""
    names = [machine.name for machine in machines]
    listed = []
    for machine in machines:
        who = f"VM {machine.name or ''} ({machine.id}) of service {owner.id}"
        if machine.name is None or names.count(machine.name) > 1:
            notes.append(f"{who}: it has no name of its own, so it can't be listed; don't set prune here")
            continue
        if None in (machine.memory, machine.cpu, machine.disk, machine.template) or machine.status == "unknown":
            machine = vm.get_machine(client, owner.id, machine.id) or machine
        if machine.status not in POWER:
            notes.append(f"{who}: its status is {machine.status}, so its power is left out")
        fields = {name: getattr(machine, name) for name in MACHINE}
        fields["template"] = fields["template"] or machine.template_id
        listed.append(given(name=machine.name, **fields, power=POWER.get(machine.status)))
    return listed


def export_server(client, owner, addresses, notes):
    """Return a dedicated server as a fleet file describes it."""
    info = service.offered(server.get_info, client, owner.id)
    power = service.offered(server.get_power, client, owner.id)
    offered = service.offered(partial(ask, "list_os_templates_and_recipes"), client, owner.id)
    templates = Template.read_list(offered, "templates") if offered else ()
    fits = [item for item in templates if info and template.installed(item, templates, info.os_id, info.os)]
    if len(fits) != 1:
        notes.append(f"service {owner}: its system ({(info and info.os) or 'unknown'}) is none of its templates")
    unknown = power is None or power.state == "unknown"
    if unknown:
        notes.append(f"service {owner}: its power state is unknown, so it is left out")
    return given(
        hostname=info and info.hostname,
        power=None if unknown else power.state,
        os={"template": fits[0].id if same_name(fits[0], templates) else fits[0].name} if len(fits) == 1 else None,
        ips=[given(ip=address.address, domain=address.domain) for address in addresses] or None,
    )


def same_name(chosen, templates):
    """Whether another template has the name of the chosen one, so that only its id tells them apart."""
    return any(other.id != chosen.id and same(chosen.name, other.name) for other in templates)


def ask(operation, client, owner):
    """Return the answer to an operation of a service."""
    return client.call(operation, owner)


def export(client, owner):
    """Return a service as a fleet file names it, None where it can't, and notes on what is left out."""
    notes = []
    label = service.offered(service.get_label, client, owner.id)
    machines = service.offered(vm.list_machines, client, owner.id)
    if machines is not None:
        listed = export_machines(client, owner, machines, notes)
        return {**given(service=owner.id, label=label), "vms": listed}, notes
    addresses = service.offered(ip.list_ips, client, owner.id)
    if addresses is None:
        return None, [f"service {owner}: it has neither machines nor a server"]
    return {**given(service=owner.id, label=label), **export_server(client, owner, addresses, notes)}, notes


def observe(client, params, patience):
    """Observe the account, service by service, side by side."""
    services = service.list_services(client)
    taken = [owner for owner in services if same(owner.status, *params["statuses"])]
    left = [
        f"service {owner}: its status is not one of those to be exported" for owner in services if owner not in taken
    ]
    exported = service.in_parallel(partial(export, client), taken, workers=params["workers"])
    return {
        "fleet": {"services": [entry for entry, _notes in exported if entry]},
        "notes": [note for _entry, notes in exported for note in notes] + left,
    }


def main():
    run(OPTIONS, observe)


if __name__ == "__main__":
    main()
