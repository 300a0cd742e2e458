# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The label of a service: observed, planned and changed. Private to this collection."""

from __future__ import annotations

from dataclasses import dataclass

from .._engine import Options, Task
from .._names import folded
from .._plan import Change, Context, Plan
from .._wait import Request
from .service import get_label, located


@dataclass(frozen=True)
class Wanted:
    """The label that a service should have; an empty one clears it."""

    service: str
    label: str


@dataclass(frozen=True)
class Observed:
    """The label that a service has; None where it has none."""

    service: str
    label: str | None


def wanted_label(options: Options) -> Wanted:
    """Take what is wanted from the options of sindad_service_label."""
    return Wanted(options["service"], options["label"])


def observe(context: Context, wanted: Wanted) -> Observed:
    """Observe a service's label."""
    return located(context, wanted.service, lambda service: Observed(service, get_label(context.client, service)))


def plan(wanted: Wanted, seen: Observed) -> Plan:
    """Plan a service's label."""
    label = wanted.label.strip()
    now = seen.label or ""
    after = label or None
    if label == now:
        return Plan((), {"label": seen.label}, {"label": after}, {"label": seen.label})
    summary = f"set the label of service {seen.service} to {label!r} (now {now!r})"
    change = Change("service.label", summary, lambda context: set_label(context, seen, label))
    return Plan((change,), {"label": seen.label}, {"label": after}, {"label": seen.label}, {"label": after})


def set_label(context: Context, seen: Observed, label: str) -> None:
    """Set a service's label (reference: Change service label)."""
    service = seen.service

    def is_set() -> bool:
        now = get_label(context.client, service) or ""
        # A portal may write it in another way; what was there before is no effect of the request.
        return now == label or (now != (seen.label or "") and folded(now) == folded(label))

    request = Request(
        what=f"labelling service {service}",
        operation="change_service_label",
        ids=(service,),
        body={"label": label},
        effect=is_set,
    )
    context.send_and_confirm(request)


TASK = Task(wanted_label, observe, plan)
