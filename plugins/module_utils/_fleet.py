# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fleet: many services planned and changed at once, with the planners of the single modules. Private."""

from __future__ import annotations

import difflib
import fcntl
import fnmatch
import hashlib
import os
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable

from ._checks import check
from ._client import SindadError
from ._plan import Change, Plan
from ._records import Power
from ._resources import ip, server, service, vm

if TYPE_CHECKING:
    from ._client import Client
    from ._plan import Params
    from ._records import Service
    from ._wait import Patience


@dataclass(frozen=True)
class Key:
    """A key of a fleet file: its type, what it means, and what may stand in it.

    Of a switch, YAML's bare ``on`` and ``off`` (which are true and false) are understood as its two choices.
    """

    type: str
    description: str
    choices: tuple[str, ...] = ()
    required: bool = False
    keys: Mapping[str, Key] | None = None
    switch: bool = False


_MACHINE = {
    "template": Key("str", "The operating system, by id or name. Needed to create a machine."),
    "memory": Key("int", "Memory in MB."),
    "cpu": Key("int", "Number of CPU cores."),
    "disk": Key("int", "Disk space in GB; of a machine that is there it can't be changed."),
    "power": Key("str", "Whether the machine is switched on.", ("running", "stopped"), switch=True),
    "rebuild": Key("str", "What to do if the template differs.", ("never", "if_template_differs")),
}
_SYSTEM = {
    "template": Key("str", "The operating system to be installed, by id or name.", required=True),
    "recipe": Key("str", "A recipe to be run at a reinstallation, by id or name."),
    "password": Key("str", "The password a reinstallation sets; it is neither returned nor saved in a plan."),
}
_ADDRESS = {
    "ip": Key("str", "An address of the server, or its id.", required=True),
    "domain": Key("str", "Its reverse-DNS domain."),
}
_SERVICE = {
    "service": Key("str", "The service, by its id, its label or its domain.", required=True),
    "label": Key("str", "The label it should have."),
    "prune": Key("bool", "Whether machines that are not listed are to be destroyed."),
    "protected": Key("list", "Patterns of names that are never destroyed, rebuilt, reinstalled or stopped."),
    "vms": Key(
        "list",
        "The virtual machines of the service.",
        keys={"name": Key("str", "Its label.", required=True), **_MACHINE},
    ),
    "hostname": Key("str", "The host name of a dedicated server."),
    "power": Key("str", "Whether the dedicated server is switched on.", ("on", "off"), switch=True),
    "os": Key("dict", "The system of the dedicated server.", keys=_SYSTEM),
    "ips": Key("list", "Addresses of the dedicated server.", keys=_ADDRESS),
}
#: The one definition of the fleet file: validation, documentation and JSON Schema come from it.
SCHEMA: Mapping[str, Key] = {
    "defaults": Key("dict", "What holds for each virtual machine that doesn't say otherwise.", keys=_MACHINE),
    "services": Key("list", "The services; one that is not listed is never touched.", required=True, keys=_SERVICE),
}
#: The version of the format of saved plans.
FORMAT = 1
#: What results and plans hold of each resource that changes.
DESCRIBED = ("resource", "service", "action", "summary", "before", "after", "refused")
_EXPECTED = {"str": "a text", "int": "a whole number", "bool": "true or false", "list": "a list", "dict": "a mapping"}
#: The order of changes: names first, destruction last.
_PHASES = ("service.label", "server.hostname", "ip.domain", "vm.create", "vm.resize", "vm.rebuild", "server.reinstall")
_LAST = "vm.destroy"
_ACTIONS = {"vm.create": "create", _LAST: "destroy"}
_SYMBOLS = {"create": "+", "change": "~", "destroy": "-", "refused": "!"}
_HARMFUL = ("vm.destroy", "vm.rebuild", "server.reinstall")


def parse(value: Any) -> dict[str, Any]:
    """Check a fleet file and return it normalised: texts for texts, words for bare booleans, defaults filled in.

    Raises:
        SindadError: What is wrong, with its place in the file, as ``services[2].vms[0].memory``.

    """
    fleet: dict[str, Any] = _mapping(value, SCHEMA, "")
    defaults = fleet.get("defaults", {})
    names: dict[str, str] = {}
    for number, wanted in enumerate(fleet["services"]):
        place = f"services[{number}]"
        _once(names, wanted["service"], f"{place}.service", "names a service that is named")
        _either_or(wanted, place)
        for key, field, what in (("vms", "name", "a name"), ("ips", "ip", "an address")):
            seen: dict[str, str] = {}
            for position, entry in enumerate(wanted.get(key, ())):
                _once(seen, entry[field], f"{place}.{key}[{position}].{field}", f"is {what} that stands")
        if "vms" in wanted:
            wanted["vms"] = [{**defaults, **machine} for machine in wanted["vms"]]
    return fleet


def _once(seen: dict[str, str], name: str, place: str, what: str) -> None:
    if name in seen:
        raise SindadError(f"{place}: {name!r} {what} at {seen[name]} already")
    seen[name] = place


def _either_or(wanted: Params, place: str) -> None:
    of_server = [key for key in ("hostname", "power", "os", "ips") if key in wanted]
    if "vms" in wanted and of_server:
        raise SindadError(f"{place}: vms and {of_server[0]} don't go together, a service has one or the other")
    if wanted.get("prune") and "vms" not in wanted:
        raise SindadError(f"{place}.prune: it needs vms, an empty list if all machines are to go")


def _mapping(value: Any, keys: Mapping[str, Key], place: str) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise SindadError(f"{place.rstrip('.') or 'fleet'} must be a mapping, not {_shown(value)}")
    for name in value:
        if name not in keys:
            close = difflib.get_close_matches(str(name), list(keys), 1)
            hint = f"did you mean {close[0]}?" if close else f"known are: {', '.join(keys)}"
            raise SindadError(f"{place}{name} is no key of a fleet file; {hint}")
    for name, key in keys.items():
        if key.required and value.get(name) is None:
            raise SindadError(f"{place}{name} is missing")
    return {name: _value(item, keys[name], name, place) for name, item in value.items() if item is not None}


def _value(value: Any, key: Key, name: str, place: str) -> Any:
    if key.switch and isinstance(value, bool):
        value = key.choices[0 if value else 1]
    if key.type == "str" and isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if key.type == "str" and isinstance(value, str) and name != "password":
        value = value.strip()
    if key.type == "int" and isinstance(value, str) and value.strip().isdigit():
        value = int(value)
    fits = isinstance(value, {"str": str, "int": int, "bool": bool, "list": list, "dict": Mapping}[key.type])
    if not fits or (key.type == "int" and isinstance(value, bool)):
        raise SindadError(f"{place}{name} must be {_EXPECTED[key.type]}, not {_shown(value, name)}")
    if name == "password" and not value:
        raise SindadError(f"{place}{name} is empty")
    if key.choices and value not in key.choices:
        raise SindadError(f"{place}{name} must be {' or '.join(key.choices)}, not {value!r}")
    check({name: value}, place)
    if key.type == "dict":
        return _mapping(value, key.keys or {}, f"{place}{name}.")
    if key.type != "list":
        return value
    element = Key("dict" if key.keys else "str", "", keys=key.keys)
    return [_value(item, element, f"{name}[{index}]", place) for index, item in enumerate(value)]


def _shown(value: Any, name: str = "") -> str:
    """Describe a value of a wrong type; it may be or hold a password."""
    if isinstance(value, (list, Mapping)):
        return _EXPECTED["list" if isinstance(value, list) else "dict"]
    return "that" if name == "password" else repr(value)


def without_secrets(fleet: Params) -> dict[str, Any]:
    """Return a normalised fleet without passwords."""
    return {**fleet, "services": [_without(wanted, "password") for wanted in fleet["services"]]}


def _without(keys: Params, name: str) -> dict[str, Any]:
    return {key: _without(item, name) if isinstance(item, dict) else item for key, item in keys.items() if key != name}


@dataclass(frozen=True)
class Seen:
    """The account as far as a fleet names it: for each service what its resources' planners need."""

    fleet: dict[str, Any]
    services: tuple[tuple[Service, Mapping[str, Any]], ...]
    stamp: Mapping[str, Any]
    saved: Mapping[str, Any] | None = None


def account(client: Client) -> dict[str, str]:
    """Return what a plan says of the account that it was made for."""
    return {"api_url": client.settings.api_url.rstrip("/"), "account": client.settings.account}


def observe(client: Client, fleet: dict[str, Any], patience: Patience, saved: Mapping[str, Any] | None = None) -> Seen:
    """Observe the services that a normalised fleet names; the client bounds the requests at once."""
    known = service.list_services(client)
    found = service.find_all(client, [wanted["service"] for wanted in fleet["services"]], known)
    places: dict[str, str] = {}
    for number, (wanted, owner) in enumerate(zip(fleet["services"], found)):
        _once(places, owner.id, f"services[{number}].service", f"({wanted['service']}) is the service that is named")

    def look(pair: tuple[Params, Service]) -> Mapping[str, Any]:
        wanted, owner = pair
        try:
            return _observe_service(client, wanted, owner, patience)
        except SindadError as error:
            error.args = (f"service {owner}: {error}",)
            raise

    seen = service.in_parallel(look, list(zip(fleet["services"], found)), workers=32)
    stamp = {"made": datetime.now(timezone.utc).isoformat(timespec="seconds"), **account(client)}
    return Seen(fleet, tuple(zip(found, seen)), stamp, saved)


def _observe_service(client: Client, wanted: Params, owner: Service, patience: Patience) -> Mapping[str, Any]:
    seen = {key: look(client, wanted, owner.id, patience) for key, look in _OBSERVERS.items() if key in wanted}
    # The name that a server has may be what protects it from being switched off.
    if wanted.get("protected") and "power" in wanted and not {"hostname", "os"} & {*wanted}:
        seen["hostname"] = (owner.id, service.offered(server.get_info, client, owner.id))
    if "label" in wanted:
        seen["label"] = {"service": owner.id, "label": owner.label or service.get_label(client, owner.id)}
    return seen


def _machine_params(wanted: Params) -> list[dict[str, Any]]:
    states = {"running": "started", "stopped": "stopped", None: "present"}
    return [{**machine, "state": states[machine.get("power")]} for machine in wanted.get("vms", ())]


_OBSERVERS: dict[str, Callable[[Client, Params, str, Patience], Any]] = {
    "vms": lambda client, wanted, owner, patience: vm.observe(client, owner, _machine_params(wanted), patience),
    "hostname": lambda client, _wanted, owner, _patience: (owner, server.get_info(client, owner)),
    "os": lambda client, wanted, owner, patience: server.observe_reinstall(
        client, {**wanted["os"], "service": owner}, patience
    ),
    "power": lambda client, _wanted, owner, _patience: (owner, server.get_power(client, owner)),
    "ips": lambda client, wanted, owner, _patience: ip.observe_all(client, owner, wanted["ips"]),
}


@dataclass(frozen=True)
class Item:
    """One resource of the fleet with its plan."""

    resource: str
    service: str
    plan: Plan

    @property
    def action(self) -> str | None:
        """What happens to the resource; None where it is as wanted."""
        if not self.plan.changes:
            return None
        return "refused" if self.plan.refusals else _ACTIONS.get(self.plan.changes[0].kind, "change")

    @property
    def phase(self) -> int:
        """When its changes are due: names first, destruction last."""
        kind = self.plan.changes[0].kind
        return _PHASES.index(kind) if kind in _PHASES else len(_PHASES) + (kind == _LAST)

    def described(self) -> dict[str, Any]:
        """Return it as results and plan files hold it: plain values, no secret."""
        plan = self.plan
        values = (self.resource, self.service, self.action, plan.lines, plan.before, plan.after, plan.refusals)
        return dict(zip(DESCRIBED, values))


@dataclass(frozen=True)
class FleetPlan(Plan):
    """The plans of all resources; those of different resources are applied side by side, phase by phase."""

    items: tuple[Item, ...] = ()
    workers: int = 8

    @property
    def lines(self) -> list[str]:
        """One line for each change: ``+ create``, ``~ change``, ``- destroy``, ``! refused``."""
        return [
            f"! refused: {change.summary} ({change.refused})"
            if change.refused
            else f"{_SYMBOLS[_ACTIONS.get(change.kind, 'change')]} {change.summary}"
            for item in self.items
            for change in item.plan.changes
        ]

    @property
    def refusals(self) -> list[str]:
        """What is refused, and why."""
        return [f"{change.summary}: {change.refused}" for change in self.changes if change.refused]

    def outcome(self, again: Callable[[], Plan], extra: Mapping[str, Any]) -> dict[str, Any]:
        """Return what was done; observing the whole fleet once more would tell nothing new."""
        return dict(self.result)

    def apply(self, client: Client, patience: Patience) -> dict[str, Any]:
        """Apply each resource's plan; one that fails doesn't stop the others.

        Raises:
            SindadError: Something failed; all failures are in the sentence and in the results.

        """
        failed: dict[str, str] = {}

        def carry_out(item: Item) -> None:
            try:
                item.plan.apply(client, patience)
            except SindadError as error:
                failed[item.resource] = str(error)

        due = sorted((item for item in self.items if item.plan.changes), key=lambda item: item.phase)
        with _alone(client, sorted({item.service for item in due})):
            for phase in dict.fromkeys(item.phase for item in due):
                with ThreadPoolExecutor(max_workers=self.workers) as pool:
                    list(pool.map(carry_out, [item for item in due if item.phase == phase]))
        if failed:
            sentences = [f"{item.resource}: {failed[item.resource]}" for item in due if item.resource in failed]
            raise SindadError(
                f"{len(failed)} of {len(due)} changes failed: " + "; ".join(sentences),
                results={"failures": sentences, "summary": summary(self.items, failed)},
            )
        return {}


@contextmanager
def _alone(client: Client, services: Iterable[str]) -> Iterator[None]:
    """Keep other runs on this machine from changing these services meanwhile.

    A run whose controller was killed goes on for a while: one that finished its work beside it could create a machine
    twice. The system ends the locks of a process that is gone.

    Raises:
        SindadError: Another run has one of them; nothing was changed.

    """
    folder = Path(tempfile.gettempdir(), f"sindad-cloud-{os.getuid()}")
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.getuid():
        raise SindadError(f"{folder} belongs to somebody else, nothing was changed: see who that is, and remove it")
    with ExitStack() as stack:
        for identity in services:
            name = hashlib.sha256(f"{client.settings.api_url} {identity}".encode()).hexdigest()[:32]
            file = stack.enter_context((folder / name).open("a"))
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise SindadError(
                    f"service {identity} is being changed by another run on this machine: "
                    "nothing was changed, run this again when that has ended"
                ) from None
        yield


def summary(items: tuple[Item, ...], failed: Mapping[str, str] | None = None) -> dict[str, int]:
    """Count the resources by what happens to them."""
    words = {"create": "created", "change": "changed", "destroy": "destroyed", "refused": "refused", None: "unchanged"}
    counted = Counter("failed" if item.resource in (failed or {}) else words[item.action] for item in items)
    return {word: counted[word] for word in ("created", "changed", "destroyed", "refused", "failed", "unchanged")}


def plan(params: Params, seen: Seen) -> FleetPlan:
    """Plan a fleet with the planners of the single modules; what protection and limits forbid is refused."""
    items = [
        item
        for number, (wanted, (owner, observed)) in enumerate(zip(seen.fleet["services"], seen.services))
        for item in _plan_service(wanted, owner, observed, f"services[{number}]")
    ]
    limit = params["max_destroy"] if seen.saved is None else seen.saved["max_destroy"]
    warnings = [warning for item in items for warning in item.plan.warnings]
    if seen.saved is not None:
        items = _as_saved(items, seen.saved["changes"], warnings)
    items = list(_limited(items, limit, seen))
    changed = [item for item in items if item.plan.changes]
    described = [item.described() for item in changed]
    fleet = without_secrets(seen.fleet)
    saved = {"format": FORMAT, **seen.stamp, "max_destroy": limit, "fleet": fleet, "changes": described}
    return FleetPlan(
        changes=tuple(change for item in changed for change in item.plan.changes),
        before={item.resource: item.plan.before for item in changed},
        after={item.resource: item.plan.after for item in changed},
        result={
            "changes": described,
            "fleet": fleet,
            "summary": summary(tuple(items)),
            "saved_plan": {**saved, "left_out": _passwords(seen, changed)},
        },
        warnings=tuple(warnings),
        items=tuple(items),
        workers=params["workers"],
    )


def _passwords(seen: Seen, changed: Iterable[Item]) -> list[str]:
    """Return the places of the passwords that a plan's changes need."""
    reinstalled = {item.service for item in changed for step in item.plan.changes if step.kind == "server.reinstall"}
    return [
        f"services[{number}].os.password"
        for number, (wanted, (owner, _observed)) in enumerate(zip(seen.fleet["services"], seen.services))
        if owner.id in reinstalled and "password" in wanted["os"]
    ]


def _plan_service(wanted: Params, owner: Service, observed: Mapping[str, Any], place: str) -> Iterator[Item]:
    """Plan each resource; a change that would harm a protected one is refused, an error gets its place in the file."""
    reinstalled = False
    for what, key, planner, params, seen, names in _resources(wanted, owner, observed):
        # A server that was reinstalled is on, whatever it was before.
        seen = (owner.id, Power("on")) if reinstalled and key == ".power" else seen
        try:
            planned = planner(params, seen)
        except SindadError as error:
            error.args = (f"{place}{key}: {error}",)
            raise
        reinstalled = reinstalled or any(change.kind == "server.reinstall" for change in planned.changes)
        patterns = wanted.get("protected", ())
        matching = ((name, pattern) for name in names for pattern in patterns if name and _fits(name, pattern))
        reason = next((f"{name} is protected by {pattern!r}" for name, pattern in matching), None)
        yield Item(f"{what} of service {owner.id}", owner.id, _refused(planned, _harms, reason))


def _resources(wanted: Params, owner: Service, observed: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Yield for each resource: what it is, its place, its planner with what is wanted and seen, and its names."""
    known = observed["hostname"][1] if "hostname" in observed else getattr(observed.get("os"), "info", None)
    label = observed["label"]["label"] if "label" in observed else None
    names = (known and known.hostname, wanted.get("hostname"), wanted["service"], owner.domain, label, owner.id)
    for key, planner, what in _SINGLE:
        if key in wanted:
            params = {"hostname": wanted.get("hostname"), key: wanted[key], "state": wanted[key]}
            params.update(wanted["os"] if key == "os" else {})
            yield what, f".{key}", planner, params, observed[key], names
    for number, address in enumerate(wanted.get("ips", ())):
        params = {**address, "state": "present"}
        yield f"address {address['ip']}", f".ips[{number}]", ip.plan, params, observed["ips"], ()
    for number, params in enumerate(_machine_params(wanted)):
        name = params["name"]
        yield f"VM {name}", f".vms[{number}]", vm.plan, params, observed["vms"], (name,)
    listed = {machine["name"] for machine in wanted.get("vms", ())}
    for machine in observed["vms"].machines if wanted.get("prune") else ():
        if machine.name not in listed:
            params = {"vmid": machine.id, "state": "absent"}
            what = f"VM {machine.name or ''} ({machine.id})"
            yield what, "", vm.plan, params, observed["vms"], (machine.name, machine.id)


_SINGLE = (
    ("label", service.plan_label, "label"),
    ("hostname", server.plan_hostname, "host name"),
    ("os", server.plan_reinstall, "system"),
    ("power", server.plan_power, "power"),
)


def _fits(name: str, pattern: str) -> bool:
    return fnmatch.fnmatchcase(name.casefold(), pattern.casefold())


def _harms(change: Change) -> bool:
    """Whether a change destroys, reinstalls or stops a machine that is there."""
    if change.kind == "vm.stop":
        return change.args["vmid"] is not None
    return change.kind in _HARMFUL or (change.kind == "server.power" and change.args["operation"] == "power_off")


def _destroys(change: Change) -> bool:
    return change.kind == _LAST


def _refused(planned: Plan, concerned: Callable[[Change], bool], reason: str | None) -> Plan:
    """Return a plan whose changes that are concerned are refused, if there is a reason."""
    changes = tuple(
        replace(change, refused=reason) if reason and not change.refused and concerned(change) else change
        for change in planned.changes
    )
    return replace(planned, changes=changes)


def _limited(items: list[Item], limit: str, seen: Seen) -> Iterator[Item]:
    """Refuse what is destroyed beyond the limit: a number for the whole run, or a share of each service's machines."""
    destroyed = Counter(item.service for item in items if item.action == "destroy")
    machines = {owner.id: len(observed["vms"].machines) for owner, observed in seen.services if "vms" in observed}
    for item in items:
        if limit.endswith("%"):
            allowed, count = machines.get(item.service, 0) * int(limit[:-1]) // 100, destroyed[item.service]
        else:
            allowed, count = int(limit), sum(destroyed.values())
        reason = f"max_destroy is {limit}, and {count} would be destroyed" if count > allowed else None
        yield replace(item, plan=_refused(item.plan, _destroys, reason))


def _as_saved(items: list[Item], saved: list[Params], warnings: list[str]) -> list[Item]:
    """Return the items that a saved plan holds; refuse if one of them has moved since."""
    refused = [f"{change['resource']}: {why}" for change in saved for why in change["refused"]]
    if refused:
        raise SindadError(f"plan_file holds what was refused, nothing was changed: {'; '.join(refused)}")
    now = {item.resource: item for item in items}
    moved = {change["resource"]: _moved(change, now.get(change["resource"])) for change in saved}
    if any(moved.values()):
        told = "; ".join(f"{resource} {how}" for resource, how in moved.items() if how)
        raise SindadError(f"the account has moved since the plan was made, nothing was changed: {told}")
    others = [item.resource for item in items if item.plan.changes and item.resource not in moved]
    if others:
        warnings.append(f"the plan doesn't hold these differences, they are left: {', '.join(others)}")
    return [item for item in items if item.resource not in others]


def _moved(change: Params, item: Item | None) -> str | None:
    """Say how a resource isn't any more what it was when its change was planned; None where it is."""
    if item is None:
        return "is gone"
    now = item.described()
    if not item.plan.changes:
        return "is as wanted already"
    if now["before"] == change["before"]:
        same_steps = all(now[name] == change[name] for name in ("service", "summary", "after"))
        return None if same_steps else f"would now be changed otherwise: {'; '.join(now['summary'])}"
    if not now["before"] or not change["before"]:
        return "is gone" if change["before"] else "is there now"
    fields = {**change["before"], **now["before"]}
    steps = ((name, change["before"].get(name), now["before"].get(name)) for name in fields)
    return "has changed: " + ", ".join(f"{name} was {was}, is {is_}" for name, was, is_ in steps if was != is_)
