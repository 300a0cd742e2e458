# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What reads: the info modules, the inventory, and each task that changes something, until it does.

Which operations a task reads isn't written down, but learned from a run without a fault.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .cases import Bench, Log
from .runner import Outcome
from .scenarios import BY_NAME, SCENARIOS, Args, Scenario, nothing


def info(title: str, module: str, /, **args: Any) -> Scenario:
    return Scenario(f"info-{title}", module, args)


INFOS = (
    info("account", "sindad_account_info"),
    info("billing", "sindad_billing_info", gather=["balance", "invoices", "payment_methods", "payment_fees"]),
    info("invoice", "sindad_billing_info", invoice="90001", gather=["invoices"]),
    info("contacts", "sindad_contact_info"),
    info("contact", "sindad_contact_info", id="62", gather=["details", "privileges"]),
    info("fleet", "sindad_fleet_info"),
    info("ips", "sindad_ip_info", service="512"),
    info("ip", "sindad_ip_info", service="512", ip="185.0.3.11"),
    info("notifications", "sindad_notification_info"),
    info("notifications-new", "sindad_notification_info", new_only=True),
    info("stock", "sindad_server_stock_info"),
    info("services", "sindad_service_info"),
    info("pool", "sindad_service_info", service="402", gather=["details", "methods", "upgrades"]),
    info("server", "sindad_service_info", service="512", gather=["details", "info", "power"]),
    info("statuses", "sindad_status_info"),
    info("statuses-specific", "sindad_status_info", status="Scheduled"),
    info("status", "sindad_status_info", id="3"),
    info("tickets", "sindad_ticket_info"),
    info("ticket", "sindad_ticket_info", number="700101"),
    info("vms", "sindad_vm_info", service="402", gather=["templates", "resources"]),
    info("vm", "sindad_vm_info", service="402", name="stage-db", gather=["details"]),
    info("vms-by-label", "sindad_vm_info", service="staging"),
)
#: Tasks that read more where the portal's lists tell less, by the shape in which they do.
IN_SHAPES = {
    "proxmox": ("vm-resize", "vm-resize-stop", "vm-rebuild-differs", "fleet-resize"),
    "openstack": ("ip-domain", "ip-remove"),
}
INVENTORIES: dict[str, Args] = {"inventory": {}, "inventory-gather": {"gather": ["ips", "info", "power", "details"]}}


@dataclass(frozen=True)
class Reader:
    """A task, and how it is run.

    Attributes:
        name: What messages call it.
        run: Runs it, in check mode if that is asked for; the portal is as `prepare` leaves it.
        prepare: Brings the portal into the state before it, and returns more arguments.
        writes: Whether it changes something in the end.

    """

    name: str
    run: Callable[[Bench, Args, bool], Outcome]
    prepare: Callable[[Bench], Args]
    writes: bool


def readers() -> list[Reader]:
    """All that reads."""
    tasks = [_of_task(scenario, writes=True) for scenario in SCENARIOS if not scenario.raw]
    infos = [_of_task(scenario, writes=False) for scenario in INFOS]
    shaped = [_of_task(BY_NAME[name], writes=True, shape=shape) for shape, names in IN_SHAPES.items() for name in names]
    return [*tasks, *infos, *shaped, *(_of_inventory(name, config) for name, config in INVENTORIES.items())]


def _of_task(scenario: Scenario, writes: bool, shape: str = "") -> Reader:
    def run(bench: Bench, args: Args, check: bool) -> Outcome:
        return bench.runner.module(scenario.module, args, check=check)

    def prepare(bench: Bench) -> Args:
        args = bench.start(scenario)
        if shape:
            bench.portal.poke(settings={"shape": shape})
        return args

    return Reader(f"{scenario.name} ({shape})" if shape else scenario.name, run, prepare, writes)


def _of_inventory(name: str, config: Args) -> Reader:
    def run(bench: Bench, args: Args, check: bool) -> Outcome:
        return bench.runner.inventory(args)

    return Reader(name, run, lambda bench: bench.start(Scenario(name, "", config, nothing)), writes=False)


def observed(bench: Bench, reader: Reader) -> tuple[Outcome, Log]:
    """Run a reader without a fault, and return what the portal was asked."""
    outcome = reader.run(bench, reader.prepare(bench), False)
    return outcome, Log(bench.portal.requests())
