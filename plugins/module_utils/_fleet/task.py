# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module sindad_fleet does. Private to this collection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .._engine import Options, Task
from .._errors import SindadError
from .._plan import Context, Plan
from .apply import FleetPlan
from .observe import Observed, account_of, observe_fleet
from .passwords import PasswordsFile
from .plan import plan_fleet
from .saved import fleet_of, load_plan


@dataclass(frozen=True)
class Wanted:
    """The fleet that is wanted, or the saved plan of one."""

    fleet: Mapping[str, Any] | None = field(repr=False)
    plan_file: str | None
    max_destroy: str | None
    workers: int
    only: tuple[str, ...] = ()
    passwords_file: str | None = None


def wanted_fleet(options: Options) -> Wanted:
    """Take what is wanted from the options of sindad_fleet."""
    given = options.get("only") or ()
    only = tuple(name for entry in given for name in _parted(entry))
    if given and not only:
        raise SindadError("only: it names no service; leave it out for the whole fleet")
    if only and options.get("plan_file"):
        raise SindadError("only: a saved plan is applied as it is; make a new one with only, or leave only out")
    names = ("fleet", "plan_file", "max_destroy", "workers")
    return Wanted(**{name: options[name] for name in names}, only=only, passwords_file=options.get("passwords_file"))


def _parted(entry: str) -> list[str]:
    """Return the names in an entry: they may be separated by commas."""
    return [name.strip() for name in str(entry).split(",") if name.strip()]


def observe(context: Context, wanted: Wanted) -> Observed:
    """Observe what a fleet or a saved plan names."""
    if wanted.passwords_file:
        PasswordsFile(wanted.passwords_file)  # what is wrong with it is said before anything is sent
    saved = load_plan(wanted.plan_file, account_of(context.client)) if wanted.plan_file else None
    return observe_fleet(context, fleet_of(wanted.fleet, saved), saved, wanted.only)


def plan(wanted: Wanted, seen: Observed) -> FleetPlan:
    """Plan the fleet."""
    return plan_fleet(seen, wanted.max_destroy, wanted.workers, wanted.passwords_file)


def report(_context: Context, _wanted: Wanted, planned: Plan) -> Mapping[str, Any]:
    """Return what was done; observing the whole fleet once more would yield nothing new."""
    return planned.result


TASK = Task(wanted_fleet, observe, plan, report)
