# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module sindad_fleet does. Private to this collection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .._engine import Options, Task
from .._plan import Context, Plan
from .apply import FleetPlan
from .observe import Observed, account_of, observe_fleet
from .plan import plan_fleet
from .saved import fleet_of, load_plan


@dataclass(frozen=True)
class Wanted:
    """The fleet that is wanted, or the saved plan of one."""

    fleet: Mapping[str, Any] | None = field(repr=False)
    plan_file: str | None
    max_destroy: str
    workers: int


def wanted_fleet(options: Options) -> Wanted:
    """Take what is wanted from the options of sindad_fleet."""
    return Wanted(**{name: options[name] for name in ("fleet", "plan_file", "max_destroy", "workers")})


def observe(context: Context, wanted: Wanted) -> Observed:
    """Observe what a fleet or a saved plan names."""
    saved = load_plan(wanted.plan_file, account_of(context.client)) if wanted.plan_file else None
    return observe_fleet(context, fleet_of(wanted.fleet, saved), saved)


def plan(wanted: Wanted, seen: Observed) -> FleetPlan:
    """Plan the fleet."""
    return plan_fleet(seen, wanted.max_destroy, wanted.workers)


def report(_context: Context, _wanted: Wanted, planned: Plan) -> Mapping[str, Any]:
    """Return what was done; observing the whole fleet once more would tell nothing new."""
    return planned.result


TASK = Task(wanted_fleet, observe, plan, report)
