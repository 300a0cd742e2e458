# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The host name of a dedicated server: observed, planned and changed. Private to this collection."""

from __future__ import annotations

from dataclasses import dataclass

from .._client import Client
from .._engine import Options, Task
from .._names import same_host
from .._plan import Change, Context, Plan
from .._reading import UNKNOWN, Unknown, known
from .._records import ServerInfo, read_server_info
from .._wait import Request
from .service import located


@dataclass(frozen=True)
class Wanted:
    """The host name that a server should have."""

    service: str
    hostname: str


@dataclass(frozen=True)
class Observed:
    """What the server says of itself."""

    service: str
    info: ServerInfo


def get_info(client: Client, service: str) -> ServerInfo:
    """Return a server's host name and system (reference: Server Info)."""
    return read_server_info(client.get("server_info", service))


def wanted_hostname(options: Options) -> Wanted:
    """Take what is wanted from the options of sindad_hostname."""
    return Wanted(options["service"], options["hostname"])


def observe(context: Context, wanted: Wanted) -> Observed:
    """Observe a server's host name."""
    return located(context, wanted.service, lambda service: Observed(service, get_info(context.client, service)))


def plan(wanted: Wanted, seen: Observed) -> Plan:
    """Plan a server's host name; letter case and a dot at the end don't count.

    Where the portal doesn't report the present one, it is set anyway: the task is about nothing else.
    """
    service, now = seen.service, seen.info.hostname
    before = {"hostname": known(now)}
    if not isinstance(now, Unknown) and same_host(wanted.hostname, now):
        return Plan((), before, before, before)
    hostname = wanted.hostname.rstrip(".")
    warnings: tuple[str, ...] = ()
    if isinstance(now, Unknown):
        said = f"the portal doesn't report the host name of service {service}"
        warnings = (f"{said}: it is set, and nobody can tell whether that changes anything",)
    summary = f"set the host name of service {service} to {hostname} (now {known(now) or 'unknown'})"
    change = Change("server.hostname", summary, lambda context: set_hostname(context, service, hostname))
    return Plan((change,), before, {"hostname": hostname}, before, {"hostname": hostname}, warnings)


def set_hostname(context: Context, service: str, hostname: str) -> None:
    """Set a server's host name (reference: Update Hostname)."""

    def is_set() -> bool | Unknown:
        now = get_info(context.client, service).hostname
        return UNKNOWN if isinstance(now, Unknown) else same_host(hostname, now)

    request = Request(
        what=f"naming service {service}",
        operation="update_hostname",
        ids=(service,),
        body={"hostname": hostname},
        effect=is_set,
    )
    context.send_and_confirm(request)


TASK = Task(wanted_hostname, observe, plan)
