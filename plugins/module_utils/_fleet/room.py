# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How much of a service's resources is left for what a fleet creates and resizes. Private to this collection."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from .._errors import AuthError, NotFound, SindadError
from .._plan import Context
from .._reading import Unknown, differs
from .._records import VirtualMachine, read_resources, resource_amounts
from .._resources import vm
from .apply import Item


def get_room(context: Context, wanted: Iterable[vm.Wanted], seen: vm.Observed) -> dict[str, int]:
    """Return how much of each size is left in a service, as far as the portal says so.

    It is requested only where a machine is to be created or resized (reference: Resources, with no documented answer
    shape). Nothing follows from an answer that can't be read: the portal itself refuses what it doesn't have. A warning
    then says that the plan doesn't check it.
    """
    if not any(_needs_room(one, seen) for one in wanted):
        return {}
    try:
        resources = read_resources(context.client.get("resources", seen.service))
    except AuthError:
        raise
    except NotFound:
        return {}  # the portal doesn't offer it
    except SindadError as error:
        context.warn(f"service {seen.service}: whether its resources are enough is not checked: {error}")
        return {}
    return {size: free for size in vm.SIZES for free in _free(resources, size, seen.machines)}


def _needs_room(wanted: vm.Wanted, seen: vm.Observed) -> bool:
    try:
        match = seen.lookup.find(wanted)
    except SindadError:
        return False  # it is ambiguous, which is told when it is planned
    if match is None:
        return wanted.vmid is None
    return any(differs(match.item.size(size), value) for size, value in wanted.sizes.items())


def _free(resources: dict[str, Any], size: str, machines: Sequence[VirtualMachine]) -> Iterator[int]:
    """Yield what is left of a size, if the portal says it in the same unit as the sizes of machines."""
    total, free = resource_amounts(resources, size)
    sizes = [machine.size(size) for machine in machines]
    present = sum(value for value in sizes if not isinstance(value, Unknown))
    if isinstance(free, Unknown) or isinstance(total, Unknown) or total < present:
        return
    yield free


def without_room(items: list[Item], room: Mapping[str, Mapping[str, int]]) -> list[Item]:
    """Refuse what needs more of a service's resources than is left.

    Args:
        items: The resources of the fleet with their plans.
        room: For each service, by its id, what is left of each size.

    """
    for service, free in room.items():
        for size, left in free.items():
            needs = {item.resource: _need(item, size) for item in items if item.service == service}
            needed = sum(needs.values())
            if needed <= left:
                continue
            reason = (
                f"{size}: service {service} has {left} {vm.UNITS[size]} left, and this plan needs {needed} more; "
                "ask for less, or order more with sindad_service_upgrade"
            )
            items = [_refused(item, reason) if needs.get(item.resource, 0) > 0 else item for item in items]
    return items


def _need(item: Item, size: str) -> int:
    """Return how much more of a size a resource needs.

    What others free, which are resized or destroyed in the same run, isn't counted: they may come later.
    """
    if not item.needs_room:
        return 0
    before = (item.plan.before or {}).get(size) or 0
    after = (item.plan.after or {}).get(size) or 0
    return max(0, int(after) - int(before))


def _refused(item: Item, reason: str) -> Item:
    return replace(item, plan=item.plan.refusing(lambda change: change.kind in vm.NEED_ROOM, reason))
