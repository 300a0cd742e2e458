#!/usr/bin/python
# -*- coding: utf-8 -*-

# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Estimate and order an upgrade of a service."""

from __future__ import annotations

DOCUMENTATION = r"""
module: sindad_service_upgrade
short_description: Estimate and order an upgrade of a service
version_added: 0.1.0
description:
  - Says what other resources, another package or another billing cycle of a service would cost, and orders them if it
    is told to.
  - Without O(order) nothing is ordered and nothing changes, in check mode too.
author:
  - Sindad cloud collection contributors (@sindad)
extends_documentation_fragment:
  - sindad.cloud.auth
  - sindad.cloud.service
  - sindad.cloud.attributes
attributes:
  idempotent:
    support: partial
    details:
      - What is chosen already is not ordered again. An order that the portal hasn't carried out yet, since its invoice
        is not paid, can't be seen in the upgrade options. If it is ordered again, the portal decides.
options:
  resources:
    description:
      - What is wanted of which resource. The keys are the resources' ids or names, as in RV(upgrade_options).
      - For a resource with items to choose from, the value is the id or the name of one. For a slider or a quantity it
        is a number. For items with a quantity it is a dictionary of one item and its number.
      - A resource that is left out stays as it is.
    type: dict
  package:
    description:
      - The package, by its id or name.
    type: str
  cycle:
    description:
      - The billing cycle, in the portal's words or as its code, such as V(Monthly) or V(m).
    type: str
  order:
    description:
      - Whether to order what differs from what is chosen now, B(which costs money).
    type: bool
    default: false
seealso:
  - module: sindad.cloud.sindad_service_info
"""

EXAMPLES = r"""
- name: Ask what more bandwidth and backup space would cost
  sindad.cloud.sindad_service_upgrade:
    service: 401
    resources:
      Bandwidth: 500 GB
      Additional IPs: 4
      Backup space:
        200 GB: 2
  register: offer

- name: Show it
  ansible.builtin.debug:
    var: offer.estimate

- name: Order the bandwidth and the bigger package
  sindad.cloud.sindad_service_upgrade:
    service: 401
    resources:
      Bandwidth: 500 GB
    package: Professional
    order: true
"""

RETURN = r"""
estimate:
  description: What the portal says it would cost. It is null if all is chosen already; the portal isn't asked then.
  returned: success
  type: dict
  sample: {currency: USD, total: "4.00", recurring: "30.00"}
upgrade_options:
  description:
    - What can be chosen, as the portal describes it, and what is chosen now. Ids of resources and packages are strings.
  returned: success
  type: dict
  contains:
    resources:
      description: The resources.
      type: list
      elements: dict
      sample: [{id: "1557", name: Bandwidth, type: select, items: [{id: "9953", name: 100 GB, selected: true}]}]
    package:
      description: The packages.
      type: list
      elements: dict
      sample: [{id: "22", name: Professional, price: 40, selected: false}]
plan:
  description: One sentence for each change, the same in check mode and in a real run.
  returned: success
  type: list
  elements: str
  sample: ["upgrade service 401 (Bandwidth: 100 GB to 500 GB, package: Standard to Professional)"]
failure:
  description: The call that failed, with the portal's own words.
  returned: when the portal refused something
  type: dict
  sample: {operation: upgrade_request, method: POST, path: /service/401/upgrade, status: 422, errors: [Unpaid invoice]}
api_calls:
  description: How many requests of each operation the task took.
  returned: with verbosity 3 or more
  type: dict
  sample: {upgrade_options: 1, upgrade_request: 1}
"""

import re

from ansible_collections.sindad.cloud.plugins.module_utils._client import OutcomeUnknown, SindadError
from ansible_collections.sindad.cloud.plugins.module_utils._module import SERVICE_OPTION, run
from ansible_collections.sindad.cloud.plugins.module_utils._plan import Change, Plan, applies
from ansible_collections.sindad.cloud.plugins.module_utils._records import (
    Service,
    Template,
    below,
    flag,
    number,
    pick,
    unwrap,
)
from ansible_collections.sindad.cloud.plugins.module_utils._resources.template import choose, listed
from ansible_collections.sindad.cloud.plugins.module_utils._wait import act

OPTIONS = {
    **SERVICE_OPTION,
    "resources": {"type": "dict"},
    "package": {"type": "str"},
    "cycle": {"type": "str"},
    "order": {"type": "bool", "default": False},
}
CYCLES = ("hourly", "daily", "weekly", "monthly", "quarterly", "semiannually", "annually", "biennially", "triennially")
AMOUNT = ("qty", "quantity", "value", "selected")


def chosen(entries):
    """Return the selected one of items or packages; None if none is."""
    return next((entry for entry in entries if flag(entry.raw.get("selected"))), None)


def said(entry, amount=""):
    """Return an item or a package, and how many of it, for people and to compare."""
    return f"{entry.name} ({entry.id}){amount}" if entry else "none"


def whole(option, value):
    """Return a wanted quantity as text."""
    if not re.fullmatch(r"\d+", str(value)):
        raise SindadError(f"{option} takes a whole number, not {value!r}")
    return str(int(value))


def compared(resource, value):
    """Return how a resource is (None if that can't be told) and is to be, for people, and what is sent for it."""
    option = f"resources: {resource.name}"
    items = Template.read_list(resource.raw.get("items"))
    now = chosen(items)
    kind = str(resource.raw.get("type") or "").lower()
    if isinstance(value, dict) and len(value) == 1:
        ((key, amount),) = value.items()
        item, amount = choose(items, str(key), option), whole(option, amount)
        held = number(pick(now.raw, *AMOUNT)) if now else 0
        return None if held is None else said(now, f" x {held}"), said(item, f" x {amount}"), {item.id: amount}
    if isinstance(value, dict) or re.search("(select|radio|dropdown).*qty", kind):
        raise SindadError(f"{option} takes one item and its number, as a dictionary, not {value!r}")
    if not items or re.search("slider|qty|quantity|number|input", kind):
        held = number(pick({**(items[0].raw if items else {}), **resource.raw}, *AMOUNT))
        return held if held is None else str(held), whole(option, value), whole(option, value)
    item = choose(items, str(value), option)
    return said(now), said(item), item.id


def differences(client, params):
    """Return what differs as name → (now, wanted), what is sent for it, and the upgrade options."""
    service = params["service"]
    answer = client.call("upgrade_options", service)
    resources, packages = (Template.read_list(below(answer, name)) for name in ("resources", "package"))
    changes, body = {}, {}
    for key, value in (params["resources"] or {}).items():
        resource = choose(resources, str(key), "resources")
        now, wanted, sent = compared(resource, value)
        if now != wanted:
            changes[resource.name] = (now, wanted)
            body.setdefault("resources", {})[resource.id] = sent
    package, cycle = params["package"], params["cycle"]
    if package is not None or cycle is not None:
        details = Service.read(unwrap(client.call("service_details", service), "service"))
    if package is not None:
        now, wanted = chosen(packages), choose(packages, package, "package")
        if (wanted.id != now.id) if now else (wanted.name != details.name):
            changes["package"] = (said(now) if now else details.name, said(wanted))
            body["package"] = int(wanted.id) if wanted.id.isdigit() else wanted.id
    if cycle is not None and plain(cycle) != plain(details.billing_cycle or ""):
        changes["cycle"], body["cycle"] = (details.billing_cycle, cycle), cycle
    return changes, body, {name: listed(below(answer, name)) for name in ("resources", "package")}


def plain(cycle):
    """Return a billing cycle so that its code and its name are the same."""
    word = re.sub(r"[^a-z]", "", cycle.lower())
    return next((name for name in CYCLES if name[0] == word), word)


def observe(client, params, patience):
    """Observe what differs, and what it would cost; after an order only the former."""
    changes, body, options = differences(client, params)
    estimate = None
    if body and not client.written:
        try:
            estimate = unwrap(client.call("upgrade_request", params["service"], body=body), "estimate")
        except OutcomeUnknown as error:
            raise SindadError(f"there is no estimate, and nothing was ordered: {error}") from None
        finally:
            client.written = False  # An estimate writes nothing.
    return params["service"], changes, body, {"estimate": estimate, "upgrade_options": options}


def plan(params, seen):
    """Plan the order of what differs, if there is to be one."""
    service, changes, body, result = seen
    before, after = ({name: sides[side] for name, sides in changes.items()} for side in (0, 1))
    if not (params["order"] and changes):
        return Plan((), before, before, result)
    unknown = [name for name, (now, _wanted) in changes.items() if now is None]
    if unknown:
        raise SindadError(
            f"order: the portal doesn't say what service {service} has of {', '.join(unknown)}, "
            "so it can't be told whether that was ordered already"
        )
    steps = ", ".join(f"{name}: {now} to {wanted}" for name, (now, wanted) in changes.items())
    args = {name: params[name] for name in ("service", "resources", "package", "cycle")}
    change = Change("service.upgrade", f"upgrade service {service} ({steps})", {**args, "body": body})
    return Plan((change,), before, after, result)


@applies("service.upgrade")
def upgrade(client, args, patience):
    """Send the order (reference: Upgrade Request); one whose answer is lost is not sent again."""
    act(
        client,
        "upgrade_request",
        args["service"],
        body={**args["body"], "send": True},
        patience=patience,
        what=f"upgrade of service {args['service']}",
        evidence=lambda: not differences(client, args)[0],
    )


def main():
    run(OPTIONS, observe, plan)


if __name__ == "__main__":
    main()
