# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The power of a dedicated server: observed, planned and switched. Private to this collection."""

from __future__ import annotations

from dataclasses import dataclass

from .._client import Client
from .._engine import Options, Task
from .._errors import NotFound, SindadError
from .._plan import Change, Context, Plan
from .._reading import UNKNOWN, Unknown
from .._records import Power, read_power
from .._wait import Request, call_and_wait
from .service import located

OPERATIONS = {"on": "power_on", "off": "power_off", "rebooted": "reboot"}


@dataclass(frozen=True)
class Wanted:
    """How a server should be: on, off, or rebooted once.

    Attributes:
        service: The service, by id, label or domain.
        state: ``on``, ``off`` or ``rebooted``.
        send_if_unknown: Whether it is switched where the portal doesn't report its power. A task about one server does
            so, with a warning; a fleet leaves it.

    """

    service: str
    state: str
    send_if_unknown: bool = True


@dataclass(frozen=True)
class Observed:
    """A server's power."""

    service: str
    power: Power


def wanted_power(options: Options) -> Wanted:
    """Take what is wanted from the options of sindad_power."""
    return Wanted(options["service"], options["state"])


def get_power(client: Client, service: str) -> Power:
    """Return a server's power (reference: Get server state)."""
    return read_power(client.get("get_server_state", service))


def observe(context: Context, wanted: Wanted) -> Observed:
    """Observe a server's power; it is unknown where the portal doesn't offer the operation."""

    def look(service: str) -> Observed:
        return Observed(service, get_power(context.client, service))

    try:
        return located(context, wanted.service, look)
    except NotFound as error:
        identity = context.found_services.get(wanted.service.strip())
        if identity is None or error.operation is None or error.operation.name != "get_server_state":
            raise
        return Observed(identity, Power("unknown"))


def plan(wanted: Wanted, seen: Observed) -> Plan:
    """Plan a server's power: on, off, or one reboot."""
    service, power = seen.service, seen.power
    target = "off" if wanted.state == "off" else "on"
    before = {"power": power.state}
    warnings: tuple[str, ...] = ()
    if power.state == "unknown":
        said = _unknown_power(wanted, seen)
        if not wanted.send_if_unknown:
            module = f"sindad_api with operation {OPERATIONS[wanted.state]}" if power.word else "sindad_power"
            said = f"{said}; it is left as it is: {module} can switch it"
            return Plan((), before, before, {"power": power}, warnings=(said,))
        warnings = (f"{said}; the request is sent, and nobody can tell whether it changes anything",)
    # A server that is off can't be rebooted, but switched on.
    operation = OPERATIONS["on" if wanted.state == "rebooted" and power.state == "off" else wanted.state]
    if power.state == target and operation != "reboot":
        return Plan((), before, before, {"power": power})
    summary = f"{operation.replace('_', ' ')} service {service} (now {power.state})"
    change = Change(
        "server.power", summary, lambda context: switch(context, service, operation, target), stops=target == "off"
    )
    after = {"power": "rebooted" if operation == "reboot" else target}
    return Plan((change,), before, after, {"power": power}, {"power": Power(target)}, warnings)


def _unknown_power(wanted: Wanted, seen: Observed) -> str:
    """Say that a server's power is unknown.

    Raises:
        SindadError: The portal tells it in a word that nobody knows, and the task is about this server.

    """
    if seen.power.word is None:
        return f"the portal doesn't report the power state of service {seen.service}"
    sentence = f"service {seen.service} is in the power state {seen.power.word!r}, which is not a known one"
    if wanted.send_if_unknown:
        raise SindadError(f"state: {sentence}; nothing was sent")
    return sentence


def switch(context: Context, service: str, operation: str, target: str) -> None:
    """Switch a server on or off, or reboot it (reference: Reboot, Power OFF, Power ON)."""
    last = {"word": ""}

    def is_reached() -> bool | Unknown:
        try:
            power = get_power(context.client, service)
        except NotFound:
            return UNKNOWN
        last["word"] = power.word or ""
        return UNKNOWN if power.word is None else power.state == target

    def has_begun() -> bool | Unknown:
        # What a reboot leads to looks like what was there before it.
        if operation != "reboot":
            return is_reached()
        reached = is_reached()
        return UNKNOWN if isinstance(reached, Unknown) else not reached

    name = operation.replace("_", " ")
    request = Request(
        what=f"{name} of service {service}",
        operation=operation,
        ids=(service,),
        effect=has_begun,
        ended=is_reached,
        passing=operation == "reboot",
        state=lambda: last["word"],
    )
    try:
        result = call_and_wait(context.client, context.policy, request)
    except NotFound as error:
        raise error.within(f"service {service} doesn't offer {name!r}") from None
    if context.policy.wait and not result.confirmed:
        context.warn(f"the portal doesn't report the power state of service {service}: its {name} can't be confirmed")


TASK = Task(wanted_power, observe, plan)
