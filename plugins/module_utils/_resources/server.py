# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dedicated servers: power, host name, reinstall, rescue and diagnostics. Private to this collection."""

from __future__ import annotations

import re
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


#: The statuses in which a rescue system or diagnostics are there.
PRESENT = ("running", "done")


@dataclass(frozen=True)
class Kind:
    """The names of an operation that a server can be in: in results, and of its four calls.

    ``ends`` holds the statuses in which it can be ended: diagnostics that are over can't.
    """

    name: str
    wrapper: str
    templates: str
    status: str
    start: str
    cancel: str = ""
    ends: tuple[str, ...] = PRESENT


REINSTALL = Kind("reinstall", "reinstall", "list_os_templates_and_recipes", "reinstall_status", "reinstall")
RESCUE = Kind("rescue", "rescue", "list_rescue_templates", "rescue_status", "rescue", "cancel_rescue")
_CALLS = ("list_diagnostics_templates", "diagnostics_status", "run_diagnostics", "cancel_diagnostics")
DIAGNOSTICS = Kind("diagnostics", "diag", *_CALLS, ends=("running",))
KINDS = {kind.name: kind for kind in (REINSTALL, RESCUE, DIAGNOSTICS)}


@dataclass(frozen=True)
class Seen:
    """A server's operation, what it can be started with, and the installed system.

    ``joined`` tells that the operation was under way already, for the wanted template as far as can be seen.
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


def confirmed(params: Params) -> None:
    """Raise unless ``confirm`` is the service's id, before something that can't be undone."""
    if params["confirm"] != params["service"]:
        raise SindadError(
            f"confirm must be {params['service']}, the id of the service, not {params['confirm']!r}; nothing was done"
        )


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
    named = [other for other in seen.templates if _names(seen.operation, other)]
    if named and template not in named:
        raise SindadError(f"service {service} is being reinstalled with {named[0].name}, not with {template.name}")
    if patience.wait:
        what = f"the reinstall of service {service} has not ended"
        patience.until(lambda: _ended(client, REINSTALL, service), bool, what)
        seen = look()
    return replace(seen, joined=bool(named) or seen.operation.status == "running")


def _names(operation: ServerOperation, template: Template) -> bool:
    """Whether an operation is for this template, by its own field or the text that stands for all of it."""
    if operation.template is not None:
        return same(operation.template, template.id, template.name)
    words = [re.escape(word) for word in (template.id, template.name) if not word.isdigit()]
    return any(re.search(rf"(?<![\w.-]){word}(?![\w.-])", str(operation.raw), re.IGNORECASE) for word in words)


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
    before = {"os": info.os or info.os_id}
    after = {"os": f"{template.name} (anew)" if is_installed else template.name}
    result = {"reinstall": seen.operation}
    if seen.joined or (is_installed and not params.get("force")):
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
    before = get_operation(client, kind, service)

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
        evidence=lambda: get_operation(client, kind, service) != before,
        what=f"{kind.name} of service {service}",
    )
    generated = None if body.get("password") else text(_password(unwrap(answer, kind.wrapper, "server")))
    # A portal may forget at once what has ended.
    results = {"status": "done"} if patience.wait and kind is not RESCUE else {}
    return {kind.name: {**results, "password": generated} if generated else results}


def _password(entry: Any) -> Any:
    return pick(entry, "password", "rootpassword", "root_password", "passwd") if isinstance(entry, dict) else None


def observe_operation(kind: Kind, client: Client, params: Params, patience: Patience) -> Seen:
    """Observe a rescue or diagnostics; the templates only where one is to be started."""
    service = params["service"]
    if params.get("clear_disks"):
        confirmed(params)
    elif params.get("full_erase"):
        raise SindadError("full_erase: it needs clear_disks")
    operation = get_operation(client, kind, service)
    start = params["state"] == "present" and operation.status not in PRESENT
    templates = Template.read_list(client.call(kind.templates, service), "templates") if start else ()
    return Seen(service, operation, templates)


def plan_operation(kind: Kind, params: Params, seen: Seen) -> Plan:
    """Plan the start of a rescue or diagnostics, or its end."""
    service, operation = seen.service, seen.operation
    before, result = {kind.name: operation.status}, {kind.name: operation}
    if params["state"] == "absent":
        if operation.status not in kind.ends:
            return Plan((), before, before, result)
        args = {"kind": kind.name, "service": service}
        change = Change("server.cancel", f"end the {kind.name} of service {service}", args)
        return Plan((change,), before, {kind.name: "idle"}, result, {kind.name: ServerOperation()})
    if operation.status in PRESENT:
        return Plan((), before, before, result)
    if not params.get("template"):
        names = ", ".join(f"{template.name} ({template.id})" for template in seen.templates)
        raise SindadError(f"template: give the one to start the {kind.name} with; available are: {names or 'none'}")
    template = choose(seen.templates, params["template"])
    given = {"password": params.get("password") or None}
    if params.get("clear_disks"):
        given.update(clearhdd=True, fullhddclear=params.get("full_erase") or None)
    body = {"template": template.id, **{name: value for name, value in given.items() if value is not None}}
    erasing = " and CLEAR ITS DISKS" if params.get("clear_disks") else ""
    summary = f"start the {kind.name} of service {service} with {template.name}{erasing}"
    change = Change("server.start", summary, {"kind": kind.name, "service": service, "body": body})
    return Plan((change,), before, {kind.name: "done"}, result, {kind.name: ServerOperation("done", template.name)})


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
        kind.cancel,
        service,
        patience=patience,
        done=lambda: get_operation(client, kind, service).status not in kind.ends,
        what=f"end of the {kind.name} of service {service}",
    )


def observe_power(client: Client, params: Params, patience: Patience) -> tuple[str, Power]:
    """Observe a server's power."""
    return params["service"], get_power(client, params["service"])


POWER_OPERATIONS = {"on": "power_on", "off": "power_off", "rebooted": "reboot"}


def plan_power(params: Params, seen: tuple[str, Power]) -> Plan:
    """Plan a server's power: on, off, or one reboot."""
    service, power = seen
    wanted = params["state"]
    target = "off" if wanted == "off" else "on"
    verb = POWER_OPERATIONS[wanted if power.state != "off" else target]
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
    wanted = params["hostname"].rstrip(".")
    wanted = info.hostname if same(wanted, info.hostname) else wanted
    summary = f"set the host name of service {service} to {wanted} (now {info.hostname or 'unknown'})"
    args = {"service": service}
    return set_field(
        "server.hostname", summary, "hostname", info.hostname, wanted, args=args, result={"hostname": info.hostname}
    )


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
