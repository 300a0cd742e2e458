# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tasks of the campaign: each way in which a module changes something, on the company of the simulator's seeds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import requests

from support.portal import Portal

Args = dict[str, Any]

STAGING = "402"
NEW_VM = {"template": "Debian 12", "memory": 512, "cpu": 1, "disk": 10}
UBUNTU = "Ubuntu 24.04"
PASSWORD = "chosen-by-the-user"
RESCUE = {"template": "ISPsystem__Sysrescd-x86_64", "template_name": "SystemRescue"}
DIAG = {"template": "ISPsystem__Diag-x86_64", "template_name": "Diagnostics"}
#: The shape that answers actions with nothing: whether a restart was carried out is seen by who looks in time.
SILENT = ("openstack",)
#: When a task of the portal ends that isn't to end.
NEVER = 1e12


def nothing(portal: Portal) -> Args:
    """Leave the portal as it is seeded."""
    return {}


@dataclass(frozen=True)
class Scenario:
    """A task, and what is to be known of it to judge a run.

    Attributes:
        name: How a case is called on the command line.
        module: The module's name.
        args: The task's arguments.
        prepare: Brings the portal into the state before the task, and returns more arguments.
        repeats: Whether the task does its work on each run, as a restart does.
        once: Whether it can't be run a second time once it is done, as a refresh token can't be used again.
        session: Whether it only makes a session, which is no change of a resource where it fails.
        visible: Whether the API shows afterwards that it was done. Where it doesn't, a failed run whose answer was
            lost may say changed though nothing happened: nobody can know.
        raw: Whether the module hands on the portal's answer without judging it.
        not_in: Shapes of the portal in which it is another task (ids are others, what has ended is forgotten), or in
            which it is a matter of chance what can be seen.

    """

    name: str
    module: str
    args: Args
    prepare: Callable[[Portal], Args] = field(default=nothing, repr=False)
    repeats: bool = False
    once: bool = False
    session: bool = False
    visible: bool = True
    raw: bool = False
    not_in: tuple[str, ...] = ()


# preparations


def in_rescue(portal: Portal) -> Args:
    portal.poke(server={"service": "512", "id": "512", "rescue": {**RESCUE, "status": "done"}})
    return {}


def in_diagnostics(portal: Portal) -> Args:
    running = {**DIAG, "status": "running", "started": 0}
    task = {"name": "diag", "until": NEVER, "then": {"diag": {**DIAG, "status": "done"}}}
    portal.poke(server={"service": "512", "id": "512", "diag": running, "task": task})
    return {}


def log_in(portal: Portal) -> dict[str, str]:
    """Make a session; its token and its refresh token."""
    login = {"username": portal.username, "password": portal.password}
    session = requests.Session()
    session.trust_env = False
    return session.post(f"{portal.url}/login", json=login, timeout=10).json()


def with_refresh_token(portal: Portal) -> Args:
    return {"refresh_token": log_in(portal)["refresh"]}


def with_session(portal: Portal) -> Args:
    pair = log_in(portal)
    return {"api_username": None, "api_password": None, "api_token": pair["token"], "refresh_token": pair["refresh"]}


# the tasks


def vm(title: str, /, *, service: str = STAGING, prepare: Callable[[Portal], Args] = nothing, **args: Any) -> Scenario:
    state = args.get("state")
    # a restart leaves no trace, nor does a system that replaces the same one
    visible = state != "restarted" and (state != "rebuilt" or "template" in args)
    return Scenario(
        f"vm-{title}",
        "sindad_vm",
        {"service": service, **args},
        prepare,
        repeats=state in ("restarted", "rebuilt"),
        visible=visible,
        not_in=SILENT if "vmid" in args or not visible else (),
    )


def of_server(title: str, module: str, not_in: tuple[str, ...] = (), /, **args: Any) -> Scenario:
    return Scenario(title, module, {"service": "512", **args}, not_in=not_in)


def ticket(title: str, /, **args: Any) -> Scenario:
    return Scenario(f"ticket-{title}", "sindad_ticket", args)


def fleet(title: str, /, *services: Args, **args: Any) -> Scenario:
    return Scenario(f"fleet-{title}", "sindad_fleet", {"fleet": {"services": list(services)}, **args})


TICKET = {"subject": "Disk of db-1", "department": "Technical Support", "body": "It is slow."}
LISTED = {"template": "Debian 12", "memory": 2048, "cpu": 1, "disk": 20}
STAGE_WEB = {**LISTED, "name": "stage-web", "template": "AlmaLinux 9"}
STAGE_DB = {**LISTED, "name": "stage-db", "disk": 40}
STAGE_RESCUE = {**LISTED, "name": "stage-rescue"}
ALL_STAGES = [STAGE_WEB, STAGE_DB, STAGE_RESCUE]

SCENARIOS = (
    vm("create", name="new-1", **NEW_VM),
    vm("create-started", name="new-1", state="started", **NEW_VM),
    vm("create-stopped", name="new-1", state="stopped", **NEW_VM),
    vm("create-rescued", name="new-1", state="rescued", **NEW_VM),
    vm("create-by-domain", service="staging.example.ir", name="new-1", **NEW_VM),
    vm("create-by-label", service="staging", name="new-1", **NEW_VM),
    vm("absent", name="stage-web", state="absent"),
    vm("started", service="401", name="web-3", state="started"),
    vm("stopped", name="stage-db", state="stopped"),
    vm("restarted", name="stage-db", state="restarted"),
    vm("restarted-stopped", service="401", name="web-3", state="restarted"),
    vm("rescued", name="stage-db", state="rescued"),
    vm("unrescued", name="stage-rescue", state="unrescued"),
    vm("rebuilt", name="stage-db", state="rebuilt"),
    vm("rebuilt-other", name="stage-db", template=UBUNTU, state="rebuilt"),
    vm("rebuild-differs", name="stage-db", template=UBUNTU, rebuild="if_template_differs"),
    vm("resize", name="stage-db", memory=1024, cpu=2),
    vm("resize-stop", name="stage-db", memory=1024, state="stopped"),
    vm("resize-by-id", vmid="2012", cpu=2),
    of_server("ip-domain", "sindad_ip", ip="185.0.3.11", domain="new.example.ir"),
    of_server("ip-add", "sindad_ip", SILENT, vlan="public", count=3, domain="new.example.ir"),
    of_server("ip-remove", "sindad_ip", ip="185.0.3.12", state="absent"),
    Scenario("label", "sindad_service_label", {"service": STAGING, "label": "plain"}),
    of_server("hostname", "sindad_hostname", hostname="new.example.ir"),
    of_server("reinstall", "sindad_reinstall", template=UBUNTU, hostname="new.example.ir", password=PASSWORD),
    of_server("reinstall-generated", "sindad_reinstall", template=UBUNTU, hostname="new.example.ir"),
    of_server("power-off", "sindad_power", state="off"),
    Scenario("power-on", "sindad_power", {"service": "513", "state": "on"}),
    Scenario(
        "power-reboot",
        "sindad_power",
        {"service": "512", "state": "rebooted"},
        repeats=True,
        visible=False,
        not_in=SILENT,
    ),
    of_server("rescue", "sindad_rescue", template="SystemRescue", password=PASSWORD),
    of_server("rescue-generated", "sindad_rescue", template="SystemRescue"),
    Scenario("rescue-end", "sindad_rescue", {"service": "512", "state": "absent"}, in_rescue),
    of_server("diagnostics", "sindad_diagnostics", ("keyed",), template="Diagnostics"),
    of_server(
        "diagnostics-clear", "sindad_diagnostics", ("keyed",), template="Diagnostics", clear_disks=True, confirm="512"
    ),
    Scenario("diagnostics-end", "sindad_diagnostics", {"service": "512", "state": "absent"}, in_diagnostics),
    Scenario(
        "upgrade-order",
        "sindad_service_upgrade",
        {"service": "401", "resources": {"Bandwidth": "500 GB"}, "cycle": "Annually", "order": True},
    ),
    Scenario("cancel-now", "sindad_service_cancel", {"service": "403", "immediate": True, "confirm": "403"}),
    Scenario("cancel-later", "sindad_service_cancel", {"service": "403", "confirm": "403"}, visible=False),
    ticket("open", **TICKET),
    ticket("open-reply", **TICKET, reply="It still is."),
    ticket("reply", number="700101", reply="Thanks."),
    ticket("reply-close", number="700101", reply="All is well.", state="closed"),
    ticket("close", number="700101", state="closed"),
    ticket("reopen", number="700102"),
    Scenario("account", "sindad_account", {"city": "Shiraz", "postcode": "7654321098"}),
    Scenario(
        "contact-create",
        "sindad_contact",
        {"email": "new@example.com", "firstname": "New", "privileges": {"support": ["tickets"]}, "password": PASSWORD},
    ),
    Scenario("contact-update", "sindad_contact", {"email": "oncall@example.com", "lastname": "Moradi"}),
    Scenario("notification", "sindad_notification", {"id": "31", "state": "acknowledged"}),
    Scenario("token-present", "sindad_token", {"state": "present"}, repeats=True, session=True),
    Scenario(
        "token-refreshed",
        "sindad_token",
        {"state": "refreshed"},
        with_refresh_token,
        session=True,
        once=True,
        not_in=("keyed",),
    ),
    Scenario("token-absent", "sindad_token", {"state": "absent"}, with_session),
    Scenario(
        "api-label",
        "sindad_api",
        {"method": "POST", "path": "/service/402/label", "body": {"label": "plain"}},
        repeats=True,
        visible=False,
        raw=True,
    ),
    fleet("create", {"service": STAGING, "vms": [*ALL_STAGES, {"name": "new-1", **NEW_VM}]}),
    fleet("resize", {"service": STAGING, "vms": [{**STAGE_WEB, "memory": 1024}, {**STAGE_DB, "cpu": 2}]}),
    fleet("destroy", {"service": STAGING, "prune": True, "vms": [STAGE_WEB, STAGE_DB]}),
    fleet(
        "mixed",
        {
            "service": STAGING,
            "label": "plain",
            "prune": True,
            "vms": [{**STAGE_WEB, "memory": 1024}, {**STAGE_DB, "power": "stopped"}, {"name": "new-1", **NEW_VM}],
        },
    ),
    fleet("rebuild", {"service": STAGING, "vms": [{**STAGE_DB, "template": UBUNTU, "rebuild": "if_template_differs"}]}),
    fleet(
        "server",
        {
            "service": "512",
            "hostname": "new.example.ir",
            "os": {"template": UBUNTU, "password": PASSWORD},
            "ips": [{"ip": "185.0.3.11", "domain": "new.example.ir"}],
        },
    ),
    fleet(
        "power", {"service": "513", "power": "on"}, {"service": "401", "vms": [{"name": "web-3", "power": "running"}]}
    ),
)
BY_NAME = {scenario.name: scenario for scenario in SCENARIOS}
