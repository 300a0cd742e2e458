# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How much a plan may destroy and replace. Private to this collection."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from .apply import LIMITED, Item
from .observe import Observed


def limited(items: list[Item], limit: str, seen: Observed) -> list[Item]:
    """Refuse to destroy and replace more than the limit allows.

    Args:
        items: The resources of the fleet with their plans.
        limit: A number for the whole run, or a share of each service's machines, a dedicated server being one.
        seen: The account.

    """
    lost = Counter(item.service for item in items if item.action in LIMITED)
    if limit.endswith("%"):
        present = {one.service.id: len(one.vms.machines) if one.vms else 1 for one in seen.services}
        reasons = _beyond_share(lost, int(limit[:-1]), present)
    else:
        reasons = _beyond_number(lost, int(limit))
    return [_refused(item, reasons[item.service]) if item.service in reasons else item for item in items]


def _beyond_number(lost: Mapping[str, int], limit: int) -> dict[str, str]:
    """Return for each service why nothing of it may be destroyed or replaced."""
    total = sum(lost.values())
    if total <= limit:
        return {}
    reason = f"max_destroy is {limit}, and {total} would be destroyed or replaced; max_destroy={total} would allow it"
    return dict.fromkeys(lost, reason)


def _beyond_share(lost: Mapping[str, int], share: int, present: Mapping[str, int]) -> dict[str, str]:
    """Return the same for a percentage of each service's machines, rounded down."""
    beyond = {service: count for service, count in lost.items() if count > present[service] * share // 100}
    needed = max((-(-100 * count // present[service]) for service, count in beyond.items()), default=0)
    return {
        service: (
            f"max_destroy is {share}%, which is {present[service] * share // 100} of the {present[service]} of service "
            f"{service}, and {count} would be destroyed or replaced; max_destroy={needed}% would allow it"
        )
        for service, count in beyond.items()
    }


def _refused(item: Item, reason: str) -> Item:
    if item.action not in LIMITED:
        return item
    return replace(item, plan=item.plan.refusing(lambda change: change.erases, reason))
