# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dedicated servers: power, host name, reinstall, rescue and diagnostics. Private to this collection."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from .._client import SindadError
from .._plan import Change, Plan, applies, set_field
from .._records import Power, ServerInfo, ServerOperation, Template, below, pick, same, text, unwrap
from .._wait import Patience, act
from .service import in_parallel
from .template import choose, installed

if TYPE_CHECKING:
    from .._client import Client
    from .._plan import Params


@dataclass(frozen=True)
class Kind:
    """The names of an operation that a server can be in: in results, and of its four calls."""

    name: str
    wrapper: str
    templates: str
    status: str
    start: str
    cancel: str | None = None


REINSTALL = Kind("reinstall", "reinstall", "list_os_templates_and_recipes", "reinstall_status", "reinstall")
RESCUE = Kind("rescue", "rescue", "list_rescue_templates", "rescue_status", "rescue", "cancel_rescue")
DIAGNOSTICS = Kind(
    "diagnostics", "diag", "list_diagnostics_templates", "diagnostics_status", "run_diagnostics", "cancel_diagnostics"
)
KINDS = {kind.name: kind for kind in (REINSTALL, RESCUE, DIAGNOSTICS)}
#: The statuses in which a rescue system or diagnostics are there.
PRESENT = ("running", "done")


@dataclass(frozen=True)
class Seen:
    """A server's operation, what it can be started with, and the installed system.

    ``joined`` tells that the operation was under way already, for the wanted template, and was waited for.
    """

    service: str
    operation: ServerOperation
    templates: tuple[Template, ...] = ()
    recipes: tuple[Template, ...] = ()
    info: ServerInfo = field(default_factory=ServerInfo)
    joined: bool = False


def get_operation(client: Client, kind: Kind, service: str) -> ServerOperation:
    """Return where an operation stands (reference: Reinstall, Diagnostics and Rescue Status)."""
    return ServerOperation.read(client.call(kind.status, service), kind.wrapper, kind.name, "server")


def get_info(client: Client, service: str) -> ServerInfo:
    """Return a server's host name and system (reference: Server Info)."""
    return ServerInfo.read(client.call("server_info", service))


def get_power(client: Client, service: str) -> Power:
    """Return a server's power state (reference: Get server state)."""
    return Power.read(client.call("get_server_state", service))


def _ended(client: Client, kind: Kind, service: str) -> bool:
    operation = get_operation(client, kind, service)
    if operation.status == "failed":
        raise SindadError(f"the {kind.name} of service {service} has failed, says the portal")
    return operation.status != "running"


def observe_reinstall(client: Client, params: Params, patience: Patience) -> Seen:
    """Observe what a reinstall needs; one that is under way for the wanted template is waited for."""
    service = params["service"]

    def look() -> Seen:
        ask: tuple[Any, ...] = (
            lambda: get_operation(client, REINSTALL, service),
            lambda: client.call(REINSTALL.templates, service),
            lambda: get_info(client, service),
        )
        operation, offered, info = in_parallel(lambda call: call(), ask)
        templates = Template.read_list(offered, "templates")
        return Seen(service, operation, templates, Template.read_list(below(offered, "recipes")), info)

    seen = look()
    if seen.operation.status != "running":
        return seen
    template = choose(seen.templates, params["template"])
    under_way = seen.operation.template
    if under_way is not None and not same(under_way, template.id, template.name):
        raise SindadError(f"service {service} is being reinstalled with {under_way}, not with {template.name}")
    if patience.wait:
        what = f"the reinstall of service {service} has not ended"
        patience.until(lambda: _ended(client, REINSTALL, service), bool, what)
        seen = look()
    return replace(seen, joined=True)


def plan_reinstall(params: Params, seen: Seen) -> Plan:
    """Plan the reinstallation of a server whose system isn't the wanted one."""
    service, info = seen.service, seen.info
    template = choose(seen.templates, params["template"])
    recipe = choose(seen.recipes, params["recipe"], "recipe") if params.get("recipe") else None
    if recipe and not any(same(usable, template.id, template.name) for usable in recipe.usable_for):
        usable = [other.name for other in seen.recipes if same(template.id, *other.usable_for)]
        usable += [other.name for other in seen.recipes if same(template.name, *other.usable_for)]
        listed = ", ".join(dict.fromkeys(usable)) or "none"
        raise SindadError(f"recipe: {recipe.name} can't be used with {template.name}; usable are: {listed}")
    is_installed = installed(template, seen.templates, info.os_id, info.os)
    before, after = {"os": info.os or info.os_id}, {"os": template.name}
    result = {"reinstall": seen.operation}
    if (seen.joined and (is_installed or params.get("force") or seen.operation.status == "running")) or (
        is_installed and not params.get("force")
    ):
        return Plan((), before, before, result)
    hostname = params.get("hostname") or info.hostname
    if not hostname:
        raise SindadError(f"hostname: the present one of service {service} is unknown, give the one to reinstall with")
    body = {"hostname": hostname, "template": template.id}
    if recipe:
        body["recipe"] = recipe.id
    if params.get("password"):
        body["password"] = params["password"]
    with_recipe = f" and recipe {recipe.name}" if recipe else ""
    summary = f"reinstall service {service} with {template.name}{with_recipe} (now {before['os'] or 'unknown'})"
    change = Change("server.reinstall", summary, {"service": service, "body": body})
    return Plan((change,), before, after, result, {"reinstall": ServerOperation("done", template.name)})


@applies("server.reinstall")
def reinstall(client: Client, args: Params, patience: Patience) -> dict[str, Any]:
    """Reinstall a server; return the password if the portal generated one (reference: Reinstall)."""
    return _start(client, REINSTALL, args, patience)


def _start(client: Client, kind: Kind, args: Params, patience: Patience) -> dict[str, Any]:
    service, body = args["service"], args["body"]

    def ready() -> bool:
        if kind is not RESCUE:
            return _ended(client, kind, service)
        operation = get_operation(client, kind, service)
        return operation.status in PRESENT and operation.progress in (None, 100)

    answer = act(
        client,
        kind.start,
        service,
        body=body,
        patience=patience,
        done=ready,
        settle=kind is not RESCUE,
        evidence=lambda: get_operation(client, kind, service).status == "running",
        what=f"{kind.name} of service {service}",
    )
    generated = None if body.get("password") else text(_password(unwrap(answer, kind.wrapper, "server")))
    return {kind.name: {"password": generated}} if generated else {}


def _password(entry: Any) -> Any:
    return pick(entry, "password", "rootpassword", "root_password", "passwd") if isinstance(entry, dict) else None


def observe_operation(kind: Kind, client: Client, params: Params, patience: Patience) -> Seen:
    """Observe a rescue or diagnostics; the templates only where one is to be started."""
    service = params["service"]
    operation = get_operation(client, kind, service)
    start = params["state"] == "present" and operation.status not in PRESENT
    templates = Template.read_list(client.call(kind.templates, service), "templates") if start else ()
    return Seen(service, operation, templates)


def plan_operation(kind: Kind, params: Params, seen: Seen) -> Plan:
    """Plan the start of a rescue or diagnostics, or its end."""
    service, operation = seen.service, seen.operation
    before, result = {kind.name: operation.status}, {kind.name: operation}
    there = operation.status in PRESENT
    if params["state"] == "absent":
        if not there:
            return Plan((), before, before, result)
        change = Change("server.cancel", f"end the {kind.name} of service {service}", _cancel_args(kind, service))
        return Plan((change,), before, {kind.name: "idle"}, result, {kind.name: ServerOperation()})
    if there:
        return Plan((), before, before, result)
    if not params.get("template"):
        names = ", ".join(f"{template.name} ({template.id})" for template in seen.templates)
        raise SindadError(f"template: give the one to start the {kind.name} with; available are: {names or 'none'}")
    template = choose(seen.templates, params["template"])
    given = {"password": params.get("password") or None}
    if params.get("clear_disks"):
        given.update(clearhdd=True, fullhddclear=params["full_erase"] or None)
    body = {"template": template.id, **{name: value for name, value in given.items() if value is not None}}
    erasing = " and CLEAR ITS DISKS" if params.get("clear_disks") else ""
    summary = f"start the {kind.name} of service {service} with {template.name}{erasing}"
    change = Change("server.start", summary, {"kind": kind.name, "service": service, "body": body})
    expected = ServerOperation("running" if kind is RESCUE else "done", template.name)
    return Plan((change,), before, {kind.name: expected.status}, result, {kind.name: expected})


def _cancel_args(kind: Kind, service: str) -> dict[str, str]:
    return {"kind": kind.name, "service": service}


@applies("server.start")
def start_operation(client: Client, args: Params, patience: Patience) -> dict[str, Any]:
    """Start a rescue or diagnostics (reference: Rescue, Run Diagnostics)."""
    return _start(client, KINDS[args["kind"]], args, patience)


@applies("server.cancel")
def cancel_operation(client: Client, args: Params, patience: Patience) -> None:
    """End a rescue or diagnostics (reference: Cancel Rescue, Cancel Diagnostics)."""
    kind, service = KINDS[args["kind"]], args["service"]
    act(
        client,
        str(kind.cancel),
        service,
        patience=patience,
        done=lambda: get_operation(client, kind, service).status not in PRESENT,
        what=f"end of the {kind.name} of service {service}",
    )


def observe_power(client: Client, params: Params, patience: Patience) -> tuple[str, Power]:
    """Observe a server's power."""
    return params["service"], get_power(client, params["service"])


def plan_power(params: Params, seen: tuple[str, Power]) -> Plan:
    """Plan a server's power: on, off, or one reboot."""
    service, power = seen
    wanted = params["state"]
    target = "off" if wanted == "off" else "on"
    verb = "reboot" if wanted == "rebooted" and power.state != "off" else f"power_{target}"
    if power.state == target and verb != "reboot":
        return Plan((), {"power": power.state}, {"power": power.state}, {"power": power})
    summary = f"{verb.replace('_', ' ')} service {service} (now {power.state})"
    change = Change("server.power", summary, {"service": service, "operation": verb, "target": target})
    after = {"power": "rebooted" if verb == "reboot" else target}
    return Plan((change,), {"power": power.state}, after, {"power": power}, {"power": Power(target)})


@applies("server.power")
def switch_power(client: Client, args: Params, patience: Patience) -> None:
    """Switch a server on or off, or reboot it (reference: Reboot, Power OFF, Power ON)."""
    service, target = args["service"], args["target"]
    act(
        client,
        args["operation"],
        service,
        patience=patience,
        done=lambda: get_power(client, service).state == target,
        settle=args["operation"] == "reboot",
        what=f"{args['operation'].replace('_', ' ')} of service {service}",
    )


def observe_hostname(client: Client, params: Params, patience: Patience) -> tuple[str, ServerInfo]:
    """Observe a server's host name."""
    return params["service"], get_info(client, params["service"])


def plan_hostname(params: Params, seen: tuple[str, ServerInfo]) -> Plan:
    """Plan a server's host name; letter case doesn't count in one."""
    service, info = seen
    wanted = info.hostname if same(params["hostname"], info.hostname) else params["hostname"]
    summary = f"set the host name of service {service} to {wanted} (now {info.hostname or 'unknown'})"
    args = {"service": service}
    return set_field("server.hostname", summary, "hostname", info.hostname, wanted, args, {"hostname": info.hostname})


@applies("server.hostname")
def set_hostname(client: Client, args: Params, patience: Patience) -> None:
    """Set a server's host name (reference: Update Hostname)."""
    service, hostname = args["service"], args["hostname"]
    act(
        client,
        "update_hostname",
        service,
        body={"hostname": hostname},
        patience=patience,
        done=lambda: same(hostname, get_info(client, service).hostname),
        what=f"naming service {service}",
    )
