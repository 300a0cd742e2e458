# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Virtual machines: observed, planned and changed. Private to this collection."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

from .._client import Client
from .._engine import Options, Task
from .._errors import Failed, SindadError
from .._lookups import find_current, find_details, list_machines, list_templates
from .._names import Ambiguous, ByName, Match, folded, is_cut, same, stem_of
from .._parallel import in_parallel
from .._plan import Change, Context, Plan
from .._reading import UNKNOWN, Unknown, differs, known, text
from .._records import (
    NAME_KEYS,
    OTHER_NAME_KEYS,
    Choice,
    Record,
    VirtualMachine,
    machine_id_in,
    own_text,
    password_in,
    read_resources,
    resource_amounts,
)
from .._secrets import hidden
from .._states import State
from .._wait import Request, Result, WaitPolicy, call_and_wait
from .choice import choose, described, recognise
from .service import located

SIZES = ("memory", "cpu", "disk")
#: What an amount of a size is called in messages.
UNITS = {"memory": "MB of memory", "cpu": "CPU", "disk": "GB of disk"}
#: The changes that need some of the service's resources.
NEED_ROOM = ("vm.create", "vm.resize")


class Target(NamedTuple):
    """What the option ``state`` asks for: the status that a machine has in the end, and the operation that leads there."""

    status: str
    verb: str


#: The states that switch a machine; the others are ``present``, ``absent`` and ``rebuilt``.
TARGETS = {
    "started": Target("running", "start"),
    "stopped": Target("stopped", "stop"),
    "restarted": Target("running", "reboot"),
    "rescued": Target("rescue", "rescue"),
    "unrescued": Target("running", "unrescue"),
}
#: The status that an operation leads to.
_STATUS_AFTER = {target.verb: target.status for target in TARGETS.values()}
#: States that a machine which isn't there can't be brought to.
_NEED_A_MACHINE = ("restarted", "unrescued", "rebuilt")
#: What makes the rest of a name a domain: two labels, or a name that only local networks have.
_DOMAIN = re.compile(r"\.([a-z0-9-]+(\.[a-z0-9-]+)+|local|lan|internal|localdomain|home)\.?")


@dataclass(frozen=True)
class Wanted:
    """What a machine should be; None for what is not managed.

    Attributes:
        service: The service, by id, label or domain.
        send_if_unknown: Whether its power is switched where the portal doesn't report it. A task about one machine
            does so, with a warning; a fleet leaves it.
        taken: Names by which other machines are exactly meant.
        ignored: Fields that a fleet leaves to the panel once the machine exists.

    """

    service: str
    name: str | None = None
    vmid: str | None = None
    state: str = "present"
    template: str | None = None
    memory: int | None = None
    cpu: int | None = None
    disk: int | None = None
    rebuild: str = "never"
    send_if_unknown: bool = True
    taken: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()

    @property
    def sizes(self) -> dict[str, int]:
        """The sizes that are managed."""
        given = {"memory": self.memory, "cpu": self.cpu, "disk": self.disk}
        return {size: value for size, value in given.items() if value is not None}

    @property
    def title(self) -> str:
        """What messages call it: its name or its id."""
        return repr(self.name) if self.vmid is None else f"with the id {self.vmid}"


@dataclass(frozen=True)
class Observed:
    """A service's machines, and its templates where one had to be looked up.

    Attributes:
        awaited: Whether something was going on with a wanted machine, and its end was waited for.

    """

    service: str
    machines: tuple[VirtualMachine, ...]
    templates: tuple[Choice, ...] = ()
    awaited: bool = False

    @cached_property
    def lookup(self) -> Lookup:
        """Finds the machines."""
        return Lookup(self.machines)


def wanted_machine(options: Options) -> Wanted:
    """Take what is wanted from the options of sindad_vm."""
    names = ("vmid", "state", "template", "memory", "cpu", "disk", "rebuild")
    name = options["name"]
    return Wanted(
        service=options["service"], name=name.strip() if name else None, **{option: options[option] for option in names}
    )


# Observing


class Lookup:
    """Finds machines in a list of them."""

    def __init__(self, machines: Sequence[VirtualMachine]) -> None:
        self.machines = machines
        self._by_id = {machine.id: machine for machine in reversed(machines)}  # of two with one id, the first
        self._by_name = ByName(machines, lambda machine: machine.name)

    def find(self, wanted: Wanted) -> Match[VirtualMachine] | None:
        """Return the machine that is meant, by its id or else by its name; None if it doesn't exist.

        Raises:
            SindadError: Several machines have the name; the sentence lists their ids.

        """
        if wanted.vmid is not None:
            found = self._by_id.get(wanted.vmid)
            return Match(found, exact=True) if found else None
        try:
            return self._by_name.find(wanted.name or "", wanted.taken)
        except Ambiguous as error:
            alike = len({machine.name for machine in error.found}) == 1
            ids = ", ".join(machine.id if alike else _shown(machine) for machine in error.found)
            raise SindadError(f"name: {wanted.name!r} is ambiguous, give one of these as vmid: {ids}") from None


def _shown(machine: VirtualMachine) -> str:
    """Return a machine's id, and its name so that two that look alike can be told apart."""
    return f"{machine.id} ({machine.name.encode('unicode_escape').decode() if isinstance(machine.name, str) else '?'})"


def observe(context: Context, wanted: Wanted) -> Observed:
    """Observe what one machine needs."""
    return located(context, wanted.service, lambda service: observe_all(context, service, [wanted]))


def observe_all(context: Context, service: str, wanted: Sequence[Wanted]) -> Observed:
    """Observe what the wanted machines need: the list, details that it lacks, templates to look up."""
    seen = _settled(context, service, wanted)
    matches = [(one, seen.lookup.find(one)) for one in wanted]
    if not any(_needs_templates(one, match.item if match else None) for one, match in matches):
        return seen
    return replace(seen, templates=list_templates(context.client, service))


def _settled(context: Context, service: str, wanted: Sequence[Wanted]) -> Observed:
    """Observe a service's machines, once nothing goes on with a wanted one if that is waited for.

    Each look is at all of them: while one is waited for, others may be made, renamed, changed or destroyed.
    """
    first = _look(context, service, wanted)
    busy_at_first = _busy(first, wanted)
    if not context.policy.wait or not busy_at_first:
        return first

    def what(seen: Observed | None) -> str:
        busy = _busy(seen, wanted) if seen else []
        machine = (busy or busy_at_first)[0]
        return f"{_who(service, machine)} is still busy (the portal says {machine.state.word!r})"

    seen = context.policy.until(lambda: _look(context, service, wanted), lambda seen: not _busy(seen, wanted), what)
    return replace(seen, awaited=True)


def _look(context: Context, service: str, wanted: Sequence[Wanted]) -> Observed:
    """Observe a service's machines as they are now, the wanted ones with details where the list is not enough."""
    client = context.client
    listed = Observed(service, list_machines(client, service))
    matches = [(one, listed.lookup.find(one)) for one in wanted]
    incomplete = [match.item for one, match in matches if match and _needs_completing(context, one, match.item)]
    details = in_parallel(lambda machine: find_details(client, service, machine.id), incomplete)
    found = {machine.id: machine for machine in details if machine}
    if not found:
        return listed
    machines = [found[machine.id].completed(machine) if machine.id in found else machine for machine in listed.machines]
    return Observed(service, tuple(machines))


def _busy(seen: Observed, wanted: Sequence[Wanted]) -> list[VirtualMachine]:
    """Return those of the wanted machines with which something goes on; one that is to go isn't waited for."""
    matches = [seen.lookup.find(one) for one in wanted if one.state != "absent"]
    return [match.item for match in matches if match is not None and match.item.status == "building"]


def _needs_completing(context: Context, wanted: Wanted, listed: VirtualMachine) -> bool:
    """Whether the list lacks what the planner needs, or says that the machine is busy, which its details know better."""
    if wanted.state == "absent":
        return False
    return (listed.status == "building" and context.policy.wait) or _lacks(listed, wanted)


def _lacks(machine: VirtualMachine, wanted: Wanted) -> bool:
    """Whether the list doesn't tell something that a decision depends on."""
    if any(isinstance(machine.size(size), Unknown) for size in wanted.sizes):
        return True
    # A change of the one sends the other too.
    resizable = (machine.memory, machine.cpu)
    if {"memory", "cpu"} & wanted.sizes.keys() and any(isinstance(size, Unknown) for size in resizable):
        return True
    if wanted.state in TARGETS and machine.status == "unknown":
        return True
    return (wanted.template is not None or wanted.state == "rebuilt") and _has_no_system(machine)


def _has_no_system(machine: VirtualMachine) -> bool:
    return isinstance(machine.template, Unknown) and isinstance(machine.template_id, Unknown)


def _needs_templates(wanted: Wanted, machine: VirtualMachine | None) -> bool:
    """Whether the templates have to be asked for, to know which one is wanted or installed."""
    if wanted.state == "absent":
        return False
    if machine is None:
        return wanted.template is not None and wanted.vmid is None
    if wanted.state == "rebuilt":
        return isinstance(machine.template_id, Unknown) or wanted.template not in (None, machine.template_id)
    if wanted.template is None or _has_no_system(machine):
        return False
    return not same(wanted.template, machine.template_id, machine.template)


# Planning


@dataclass(frozen=True)
class _Step:
    """A part of a plan: what is to be done, how the machine looks then, and what the user should know."""

    after: VirtualMachine
    changes: tuple[Change, ...] = ()
    warnings: tuple[str, ...] = ()


def plan(wanted: Wanted, seen: Observed) -> Plan:
    """Plan one machine's state, size and system."""
    match = seen.lookup.find(wanted)
    if match is None:
        return _plan_missing(wanted, seen)
    machine = match.item
    planned = _plan_destruction(seen, machine) if wanted.state == "absent" else _plan_present(wanted, seen, machine)
    planned = replace(planned, names=(machine.name, machine.id))
    return planned if match.exact else _by_folded_name(planned, wanted, machine)


def _by_folded_name(planned: Plan, wanted: Wanted, machine: VirtualMachine) -> Plan:
    """Warn of a machine that was found by a name which isn't exactly its own, and refuse to erase it."""
    reason = (
        f"name: no VM is called exactly {wanted.name!r}, and a change that erases needs the exact name or vmid; "
        f"the machine with a similar name is {_shown(machine)}"
    )
    warning = f"VM {wanted.name} is called {machine.name} by the portal ({_shown(machine)}), and is taken for that one"
    refusing = planned.refusing(lambda change: change.erases, reason)
    return replace(refusing, warnings=(warning, *planned.warnings))


def _plan_destruction(seen: Observed, machine: VirtualMachine) -> Plan:
    """Plan to destroy a machine; a portal may go on listing one that it has destroyed."""
    if machine.state.destroyed:
        warning = f"{_who(seen.service, machine)} is still listed, and {machine.state.word!r}: nothing is to be done"
        return Plan(result={"vm": None}, warnings=(warning,))
    summary = f"destroy {_exactly(seen.service, machine)}"
    before = {name: known(getattr(machine, name)) for name in ("id", "name", "template", *SIZES, "status")}
    change = Change("vm.destroy", summary, lambda context: destroy(context, machine), erases=True)
    return Plan((change,), before, None, {"vm": machine}, {"vm": None})


def _plan_present(wanted: Wanted, seen: Observed, machine: VirtualMachine) -> Plan:
    """Plan a machine that is there: its system, then its size, then its power, each as the step before leaves it."""
    system = _plan_system(wanted, seen, machine)
    size = _plan_size(wanted, seen, system.after)
    power = _plan_power(wanted, seen, size.after)
    after = _managed_fields(wanted, power.after)
    if wanted.state == "restarted":
        after["status"] = "restarted"  # it runs before and after: without this the diff would be empty
    return Plan(
        changes=(*system.changes, *size.changes, *power.changes),
        before=_managed_fields(wanted, machine),
        after=after,
        result={"vm": machine},
        expected={"vm": power.after},
        warnings=(*system.warnings, *size.warnings, *power.warnings),
    )


def _managed_fields(wanted: Wanted, machine: VirtualMachine) -> dict[str, Any]:
    """Return which machine it is, and those of its fields that the user manages, what is unknown as None.

    Its id is among them, since another machine may have its name by the time that a saved plan is applied.
    """
    names = ["id", "name", *(name for name in ("template", *SIZES) if getattr(wanted, name) is not None)]
    if wanted.state in TARGETS:
        names.append("status")
    return {name: known(getattr(machine, name)) for name in names}


def _who(service: str, machine: VirtualMachine) -> str:
    """Return how messages call a machine."""
    return f"VM {machine.title} of service {service}"


def _exactly(service: str, machine: VirtualMachine) -> str:
    """Return how the line of a change that erases calls a machine: with its id, as others may have had its name."""
    told = machine.id if isinstance(machine.name, Unknown) else f"{machine.name} ({machine.id})"
    return f"VM {told} of service {service}"


def _system(machine: VirtualMachine) -> str:
    """Return how messages call a machine's system."""
    return known(machine.template) or known(machine.template_id) or "unknown"


_LEFT_AS_IT_IS = "and it is left as it is: sindad_vm with state rebuilt installs it anew"


def _plan_system(wanted: Wanted, seen: Observed, machine: VirtualMachine) -> _Step:
    """Plan a rebuild: if the state ``rebuilt`` asks for it, or if the template is known to differ and may be rebuilt."""
    if wanted.state == "rebuilt":
        return _rebuild_step(seen, machine, _template_to_rebuild_with(wanted, seen, machine))
    if wanted.template is None or same(wanted.template, machine.template_id, machine.template):
        return _Step(machine)
    who = _who(seen.service, machine)
    if _has_no_system(machine):
        return _Step(machine, warnings=(f"the portal doesn't say which template {who} has, {_LEFT_AS_IT_IS}",))
    template = choose(seen.templates, wanted.template)
    installed = recognise(seen.templates, machine.template, machine.template_id)
    if isinstance(installed, Unknown):
        warning = (
            f"{who} has the system {described(machine.template, machine.template_id)!r}, which is not recognised as one "
            f"of the templates that the portal offers, so nobody can tell whether it is {template.name}, {_LEFT_AS_IT_IS}"
        )
        return _Step(machine, warnings=(warning,))
    if installed.id == template.id:
        return _Step(machine)
    if wanted.rebuild == "if_template_differs":
        return _rebuild_step(seen, machine, template)
    warning = (
        f"{who} has the template {installed.name}, not {template.name}, "
        "and is left as it is: set rebuild to if_template_differs to rebuild it"
    )
    return _Step(machine, warnings=(warning,))


def _template_to_rebuild_with(wanted: Wanted, seen: Observed, machine: VirtualMachine) -> Choice:
    """Return the wanted template, or the present one where none is named."""
    name = wanted.template or known(machine.template_id) or known(machine.template)
    if name is None:
        raise SindadError(
            f"template: the current template of VM {machine.title} is unknown, give the one to rebuild with"
        )
    if name == machine.template_id:
        return Choice(name, known(machine.template) or name)
    return choose(seen.templates, name)


def _rebuild_step(seen: Observed, machine: VirtualMachine, template: Choice) -> _Step:
    summary = f"rebuild {_exactly(seen.service, machine)} with {template.name} (now {_system(machine)})"
    change = Change("vm.rebuild", summary, lambda context: rebuild(context, seen, machine, template), erases=True)
    after = replace(machine, template=template.name, template_id=template.id, status="running")
    return _Step(after, (change,))


def _plan_size(wanted: Wanted, seen: Observed, machine: VirtualMachine) -> _Step:
    """Plan a resize, where a known size differs."""
    who = _who(seen.service, machine)
    sizes = wanted.sizes
    unknown = [size for size in sizes if isinstance(machine.size(size), Unknown)]
    different = {size: value for size, value in sizes.items() if differs(machine.size(size), value)}
    resizable = {size: value for size, value in different.items() if size != "disk"}
    changes: list[Change] = []
    if "disk" in different:
        reason = f"disk: {who} has {machine.disk} GB, and the API can't change that to {different['disk']} GB"
        changes.append(Change("vm.disk", f"change the disk of {who}", refused=reason))
    if resizable:
        changes.append(_resize_change(wanted, seen, machine, resizable))
    after = replace(machine, memory=resizable.get("memory", machine.memory), cpu=resizable.get("cpu", machine.cpu))
    return _Step(after, tuple(changes), tuple(_warnings_of_sizes(who, unknown, resizes=bool(resizable))))


def _resize_change(wanted: Wanted, seen: Observed, machine: VirtualMachine, different: Mapping[str, int]) -> Change:
    """Return the change that gives a machine another memory (MB) or another number of CPUs."""
    sizes = ", ".join(f"{size} {machine.size(size)} to {value}" for size, value in different.items())
    body, refused = _size_to_send(wanted, machine, different)
    return Change(
        "vm.resize",
        f"resize {_who(seen.service, machine)} ({sizes})",
        lambda context: resize(context, machine, body, different),
        refused=refused,
    )


def _warnings_of_sizes(who: str, unknown: Sequence[str], resizes: bool) -> Iterator[str]:
    """Yield warnings of the sizes that are managed and that the portal doesn't say."""
    sent = [size for size in unknown if resizes and size != "disk"]
    left = [size for size in unknown if size not in sent]
    if sent:
        yield (
            f"the portal doesn't report the {' and '.join(sent)} of {who}: it is sent with the resize, and nobody can "
            "tell whether that changes it"
        )
    if left:
        hint = "" if left == ["disk"] else "; sindad_api with operation resize_vm can set memory and cpu"
        yield f"the portal doesn't report the {' and '.join(left)} of {who}, so it is left as it is{hint}"


#: A size that says what it is, with or without a unit; one that is unknown all the same is none of a machine.
_WHOLE_SIZE = re.compile(r"-?\d+\s*[^\W\d_]*")


def _size_to_send(
    wanted: Wanted, machine: VirtualMachine, different: Mapping[str, int]
) -> tuple[dict[str, str], str | None]:
    """Return the body of a resize, and why it must not be sent; None where it may.

    The reference names memory and cpu and calls neither optional, so both are sent. The one that isn't managed goes
    back in the portal's own text, never as a number that was read out of it.
    """
    body: dict[str, str] = {}
    for size in ("memory", "cpu"):
        value = wanted.sizes.get(size)
        if value is not None:
            body[size] = str(value)
            continue
        own = own_text(machine, size)
        if own is None:
            continue
        if isinstance(machine.size(size), Unknown) and _WHOLE_SIZE.fullmatch(own):
            return body, (
                f"{size}: the portal says {own} for VM {machine.title}, which is impossible, and a change of "
                f"{' and '.join(different)} has to send the {size} as well; give {size} too"
            )
        body[size] = own
    return body, None


def _plan_power(wanted: Wanted, seen: Observed, machine: VirtualMachine) -> _Step:
    """Plan to start, stop, reboot, rescue or unrescue a machine."""
    if wanted.state not in TARGETS:
        return _Step(machine)
    who = _who(seen.service, machine)
    if wanted.state == "started" and machine.status == "rescue":
        return _Step(machine, warnings=(f"{who} is in rescue mode and is left there: use unrescued to end it",))
    warnings: tuple[str, ...] = ()
    if machine.status == "unknown":
        warning = _unknown_state(wanted, who, machine)
        if not wanted.send_if_unknown:
            # sindad_vm refuses a state that it doesn't know, see _unknown_state.
            module = f"sindad_api with operation {TARGETS[wanted.state].verb}_vm" if machine.state.told else "sindad_vm"
            return _Step(machine, warnings=(f"{warning}; its power is left as it is: {module} can switch it",))
        warnings = (f"{warning}; the request is sent, and nobody can tell whether it changes anything",)
    verb = _verb(wanted.state, machine.status)
    if verb is None:
        return _Step(machine)
    status = _STATUS_AFTER[verb]
    change = Change(
        f"vm.{verb}",
        f"{verb} {who} (now {machine.status})",
        lambda context: switch(context, _MachineRef(seen.service, machine.title, machine.id), verb, status),
        stops=verb == "stop",
    )
    return _Step(replace(machine, status=status), (change,), warnings)


def _unknown_state(wanted: Wanted, who: str, machine: VirtualMachine) -> str:
    """Say that a machine's state is unknown.

    Raises:
        SindadError: The portal tells it in a word that nobody knows, and the task is about this machine.

    """
    if not machine.state.told:
        return f"the portal doesn't report the state of {who}"
    sentence = f"{who} is in the state {machine.state.word!r}, which is not one that can be started or stopped"
    if wanted.send_if_unknown:
        raise SindadError(f"state: {sentence}; nothing was sent")
    return sentence


def _verb(state: str, status: str) -> str | None:
    """Return the operation that leads from a status to a state; None where it is reached already."""
    target = TARGETS[state]
    if state == "restarted":
        return "start" if status == "stopped" else "reboot"
    if state == "unrescued":
        return target.verb if status in ("rescue", "unknown") else None
    if state == "started" and status == "building":
        return None  # a machine that is built or booted runs at the end
    return None if status == target.status else target.verb


def _plan_missing(wanted: Wanted, seen: Observed) -> Plan:
    """Plan the creation of a machine that is known not to be there; nothing where it isn't to be."""
    if wanted.state == "absent":
        return Plan(result={"vm": None})
    name = wanted.name
    no_machine = f"service {seen.service} has no VM {wanted.title}"
    if name is None or wanted.vmid is not None:
        raise SindadError(f"vmid: {no_machine}, and it can't be created by id")
    if wanted.state in _NEED_A_MACHINE:
        raise SindadError(f"name: {no_machine}, and it can't be {wanted.state}")
    _check_absence(name, wanted, seen)
    missing = [option for option in ("template", *SIZES) if getattr(wanted, option) is None]
    if missing:
        raise SindadError(f"{no_machine}; to create it, also give {', '.join(missing)}")
    return _plan_create(wanted, seen, name, choose(seen.templates, wanted.template or ""))


def _check_absence(name: str, wanted: Wanted, seen: Observed) -> None:
    """Make sure that no machine of the service can be the one that is to be created.

    Raises:
        SindadError: One may be.

    """
    for machine in seen.machines:
        if isinstance(machine.name, Unknown):
            raise SindadError(
                f"name: the portal doesn't report the name of VM {machine.id} of service {seen.service}, which may be "
                f"{name!r}; nothing was created"
            )
        if machine.name in wanted.taken:
            continue
        reason = _why_it_may_be(machine, name)
        if reason is not None:
            raise SindadError(
                f"name: VM {_shown(machine)} of service {seen.service} may be {name!r}: {reason}; nothing was created: "
                "give its vmid if it is that machine, else change in the panel how it is called"
            )


def _why_it_may_be(machine: VirtualMachine, name: str) -> str | None:
    """Say why a machine may be the one of a name that isn't its own; None if it can't be."""
    if is_cut(machine.title, name) or stem_of(machine.title) == "":
        return "the portal cuts its name short"
    if _is_with_domain(machine.title, name):
        return f"{machine.title} is {name!r} with a domain"
    for key in (*NAME_KEYS, *OTHER_NAME_KEYS):
        told = known(text(machine.raw.get(key)))
        if told is not None and (same(name, told) or is_cut(told, name) or _is_with_domain(told, name)):
            return f"its {key} is {told}"
    return None


def _is_with_domain(found: str, name: str) -> bool:
    """Whether a name is another one with a domain after it, as ``web-1.example.ir`` for ``web-1``."""
    full, short = folded(found), folded(name)
    return full.startswith(short) and _DOMAIN.fullmatch(full[len(short) :]) is not None


def _plan_create(wanted: Wanted, seen: Observed, name: str, template: Choice) -> Plan:
    """Plan a machine that isn't there. The portal starts a new one, so what is to be stopped is stopped then."""
    size = wanted.sizes
    details = f"{template.name}, {size['memory']} MB, {size['cpu']} CPU, {size['disk']} GB"
    new = _MachineRef(seen.service, name, None, taken=frozenset(map(folded, wanted.taken)) - {folded(name)})
    body = {"label": name, "template": template.id, **{key: str(value) for key, value in size.items()}}
    changes = [
        Change(
            "vm.create",
            f"create VM {name} in service {seen.service} ({details})",
            lambda context: create(context, new, body, start=wanted.state == "started"),
        )
    ]
    status = "running"
    if wanted.state in ("stopped", "rescued"):
        status, verb = TARGETS[wanted.state]
        summary = f"{verb} VM {name} of service {seen.service}"
        changes.append(Change(f"vm.{verb}", summary, lambda context: switch(context, new, verb, status)))
    machine = VirtualMachine(
        id="",
        name=name,
        status=status,
        template=template.name,
        template_id=template.id,
        service_id=seen.service,
        memory=size["memory"],
        cpu=size["cpu"],
        disk=size["disk"],
    )
    after = {key: getattr(machine, key) for key in ("name", "template", *SIZES, "status")}
    return Plan(tuple(changes), None, after, {"vm": None}, {"vm": machine})


# Changing


@dataclass
class _MachineRef:
    """Which machine a change is about. The id of one that is created in the same plan becomes known then.

    Attributes:
        taken: Names by which others are meant, folded: they may be created at the same time.

    """

    service: str
    name: str
    vmid: str | None
    taken: frozenset[str] = frozenset()

    @property
    def who(self) -> str:
        """How messages call it."""
        return f"VM {self.name} of service {self.service}"


class _Watch:
    """Looks at a machine while something is done with it.

    Args:
        before: The state that it was in before. If that is a failed one, it is no failure of what is done now, until
            another one was seen.

    Attributes:
        word: The portal's word for the state that was seen last.
        was_busy: Whether something was seen going on with it.

    """

    def __init__(self, client: Client, service: str, vmid: str, who: str, before: State | None = None) -> None:
        self._client = client
        self._service = service
        self._vmid = vmid
        self._who = who
        self._before = before
        self.word = ""
        self.was_busy = False

    def look(self) -> VirtualMachine:
        """Return the machine as it is now.

        Raises:
            Failed: It is gone, or has got into a state that nothing leads out of.

        """
        machine = find_current(self._client, self._service, self._vmid)
        if machine is None:
            raise Failed(f"{self._who} is gone")
        self.word = machine.state.word or ""
        self.was_busy = self.was_busy or machine.status == "building"
        if machine.state != self._before:
            self._before = None
        if machine.state.failed and self._before is None:
            raise Failed(f"{self._who} is in the state {machine.state.word!r}")
        return machine

    def is_busy(self) -> bool | Unknown:
        """Whether something goes on with the machine, which was idle: a request has arrived."""
        machine = self.look()
        return machine.status == "building" if machine.state.told else UNKNOWN

    def is_idle(self) -> bool | Unknown:
        """Whether nothing goes on with the machine. A word that nobody knows is no end."""
        machine = self.look()
        if not machine.state.told:
            return UNKNOWN
        return machine.status not in ("building", "unknown")

    def has_status(self, status: str) -> bool | Unknown:
        """Whether the machine has a status."""
        machine = self.look()
        return machine.status == status if machine.state.told else UNKNOWN


def _either(*looks: bool | Unknown) -> bool | Unknown:
    """Return whether one of these is known to be true; unknown where none is and one is unknown."""
    if any(look is True for look in looks):
        return True
    return UNKNOWN if any(isinstance(look, Unknown) for look in looks) else False


def create(context: Context, new: _MachineRef, body: Mapping[str, str], start: bool) -> dict[str, Any]:
    """Create a machine, once (reference: Create VM). Returns what the portal said of it, including its password.

    Raises:
        SindadError: It has appeared since it was planned, or it is unknown whether it was created.
        Failed: It has another name than the wanted one, or its creation has failed; the results have its id.

    """
    creation = _Creation(context.client, new, _ids_before(context.client, new))
    request = Request(
        what=f"creating VM {new.name} in service {new.service}",
        operation="create_vm",
        ids=(new.service,),
        body=body,
        effect=creation.is_there,
        answered=creation.note_answer,
    )
    try:
        result = call_and_wait(context.client, replace(context.policy, wait=False), request)
        machine = creation.await_end(context.policy, request.what)
        if machine is not None:
            new.vmid = machine.id
            _record_with_password(context, new.service, machine.id, creation.record, result)
            _check_name(context, new, machine)
            if start and context.policy.wait and machine.status == "stopped":
                _start_created(context, new)
    except SindadError as error:
        if creation.record:
            error.results = {"vm": {**creation.record, **error.results.get("vm", {})}}
        raise error.followed_by(_left_over(context.client, new.service, error)) from None
    return {"vm": creation.record} if creation.record else {}


def _start_created(context: Context, new: _MachineRef) -> None:
    """Start a machine that was created switched off."""
    try:
        switch(context, new, "start", "running")
    except SindadError as error:
        raise error.within(f"{new.who} was created, and it is switched off") from None


def _ids_before(client: Client, new: _MachineRef) -> frozenset[str]:
    """Return the ids of the machines that are there before the new one."""
    present = list_machines(client, new.service)
    if any(same(new.name, machine.name) for machine in present):
        raise SindadError(f"{new.who} has appeared since this was planned; nothing was created")
    return frozenset(machine.id for machine in present)


class _Creation:
    """Follows a machine from the request to its end.

    Attributes:
        record: What is known of it so far: id, name, password.

    """

    def __init__(self, client: Client, new: _MachineRef, ids_before: frozenset[str]) -> None:
        self._client = client
        self._new = new
        self._ids_before = ids_before
        self._id: str | None = None
        self._word = ""
        self._seen = False
        self.record: dict[str, Any] = {}

    def note_answer(self, answer: Any) -> None:
        """Take the id and the password that the answer tells."""
        identity = machine_id_in(answer)
        if identity is not None and identity not in self._ids_before:
            self._id = identity
            self.record["id"] = identity
        _note_password(self.record, answer)

    def is_there(self) -> bool:
        """Whether the machine is there."""
        return self._find() is not None

    def _find(self) -> VirtualMachine | None:
        """Return the machine; None if it isn't there yet.

        It is the one with the id that the answer told, unless that is the id of something else (a task, an order).
        """
        machines = list_machines(self._client, self._new.service)
        new = [machine for machine in machines if machine.id not in self._ids_before]
        if self._id is None:
            return _created_one(new, self._new)
        told = [machine for machine in new if machine.id == self._id]
        found = told or [machine for machine in new if machine.name == self._new.name]
        return found[0] if len(found) == 1 else None

    def look(self) -> VirtualMachine | None:
        """Return the machine as it is now; None if it isn't there yet.

        Raises:
            Failed: It has vanished, or is in a state that nothing leads out of.

        """
        machine = self._find()
        if machine is None:
            if self._seen:
                raise Failed(f"{self._new.who} has vanished while it was being created")
            return None
        self._seen = True
        self._id = machine.id
        self.record.update(id=machine.id, name=known(machine.name))
        if not machine.state.told:
            details = find_details(self._client, self._new.service, machine.id)
            machine = details.completed(machine) if details else machine
        self._word = machine.state.word or ""
        if machine.state.failed:
            raise Failed(f"{self._new.who} ({machine.id}) is in the state {self._word!r}")
        return machine

    def await_end(self, policy: WaitPolicy, what: str) -> VirtualMachine | None:
        """Wait until the machine is there and nothing goes on with it; without waiting, return what is there."""
        if not policy.wait:
            try:
                return self.look()
            except Failed:
                raise
            except SindadError:
                return None
        try:
            return policy.until(self.look, _is_ready, lambda _machine: self._not_ready())
        except SindadError as error:
            raise error.within(f"{what} was accepted by the portal") from None

    def _not_ready(self) -> str:
        return f"it isn't ready (the portal says {self._word!r})" if self._seen else "it isn't in the list of VMs"


def _created_one(new: Sequence[VirtualMachine], wanted: _MachineRef) -> VirtualMachine | None:
    """Return the one of the new machines that has the wanted name, or else the only one that has no other's name."""
    exact = [machine for machine in new if machine.name == wanted.name]
    alike = [machine for machine in new if same(wanted.name, machine.name)]
    rest = [machine for machine in new if isinstance(machine.name, Unknown) or folded(machine.name) not in wanted.taken]
    found = exact or alike or rest
    return found[0] if len(found) == 1 else None


def _is_ready(machine: VirtualMachine | None) -> bool:
    """Whether a new machine is there and nothing goes on with it; one whose state isn't told counts as ready."""
    if machine is None or machine.status == "building":
        return False
    return machine.status != "unknown" or not machine.state.told


def _check_name(context: Context, new: _MachineRef, machine: VirtualMachine) -> None:
    """Compare the name that a new machine has got with the one that was asked for.

    Raises:
        Failed: It is another one. The next run would not find the machine, and create another.

    """
    if isinstance(machine.name, Unknown) or machine.name == new.name:
        return
    if same(new.name, machine.name):
        context.warn(f"the portal has called the new {new.who} {machine.name} ({_shown(machine)})")
        return
    raise Failed(
        f"VM {machine.id} was created in service {new.service}, but the portal has called it {machine.name}, not "
        f"{new.name}: use that name, or vmid {machine.id}, or the next run would create another one",
        results={"vm": {"id": machine.id, "name": machine.name}},
    )


def _note_password(record: dict[str, Any], answer: Any) -> None:
    password = password_in(answer)
    if password:
        record["password"] = password


def _call_keeping_password(context: Context, request: Request, record: dict[str, Any]) -> Result:
    """Send a request and wait for its end; a failure has the password that the answer told in its results."""
    try:
        return call_and_wait(context.client, context.policy, request)
    except SindadError as error:
        if record:
            error.results = {"vm": record}
        raise


def _note_password_in_details(client: Client, service: str, vmid: str, record: dict[str, Any]) -> None:
    """Add the password that a machine's details tell, where the answer has told none. It is nowhere else to be had."""
    if "password" in record:
        return
    try:
        details = find_details(client, service, vmid)
    except SindadError:
        return
    if details:
        _note_password(record, details.raw)


def switch(context: Context, machine: _MachineRef, verb: str, status: str) -> dict[str, Any] | None:
    """Start, stop, reboot, rescue or unrescue a machine (reference: Stop VM to Unrescue VM).

    Returns the password of a rescue, if the portal sends one.
    """
    client, service, vmid = context.client, machine.service, _vmid(context.client, machine)
    watch = _Watch(client, service, vmid, machine.who)

    def is_reached() -> bool | Unknown:
        if verb == "reboot":
            return watch.is_idle()
        # A rescued machine may have been stopped before.
        if verb == "unrescue":
            found = watch.look()
            return found.status not in ("rescue", "building", "unknown") if found.state.told else UNKNOWN
        return watch.has_status(status)

    def has_begun() -> bool | Unknown:
        if verb == "reboot":
            # What a reboot leads to looks like what was there before it, so only the reboot itself shows.
            return watch.is_busy()
        return _either(is_reached(), watch.is_busy())

    record: dict[str, Any] = {}
    request = Request(
        what=f"{verb} of {machine.who}",
        operation=f"{verb}_vm",
        ids=(service, vmid),
        effect=has_begun,
        ended=is_reached,
        passing=verb == "reboot",
        state=lambda: watch.word,
        answered=lambda answer: _note_password(record, answer),
    )
    result = _call_keeping_password(context, request, record)
    if context.policy.wait and not result.confirmed:
        context.warn(f"the portal doesn't report the state of {machine.who}: its {verb} can't be confirmed")
    return _record_with_password(context, service, vmid, record, result) if verb == "rescue" else None


def _record_with_password(
    context: Context, service: str, vmid: str, record: dict[str, Any], result: Result
) -> dict[str, Any] | None:
    """Return the record with the password that the portal has set, from its answer or the machine's details."""
    _note_password_in_details(context.client, service, vmid, record)
    if result.lost and "password" not in record:
        context.warn(
            f"the answer that may have held a new password of VM {vmid} was lost, and the portal doesn't show it "
            "again: only a rebuild or a rescue sets another one"
        )
    return {"vm": record} if record else None


def _vmid(client: Client, machine: _MachineRef) -> str:
    """Return the id of the machine; of one that was created without waiting it is known only now."""
    if machine.vmid is None:
        found = Lookup(list_machines(client, machine.service)).find(Wanted(machine.service, machine.name))
        if found is None:
            raise SindadError(f"{machine.who} is gone")
        machine.vmid = found.item.id
    return machine.vmid


def _has_template(machine: VirtualMachine, template: Choice, offered: Sequence[Choice]) -> bool | Unknown:
    """Whether a machine has a system; unknown where the one that it has isn't recognised as one of those offered."""
    if same(template.id, machine.template_id) or same(template.name, machine.template):
        return True
    installed = recognise(offered, machine.template, machine.template_id)
    return UNKNOWN if isinstance(installed, Unknown) else installed.id == template.id


def rebuild(context: Context, seen: Observed, machine: VirtualMachine, template: Choice) -> dict[str, Any] | None:
    """Reinstall a machine (reference: Rebuild VM). Returns the new password, if the portal sends it."""
    client, service = context.client, machine.service_id
    who = _who(seen.service, machine)
    watch = _Watch(client, service, machine.id, who, machine.state)
    is_other_system = _has_template(machine, template, seen.templates) is False

    def has_template() -> bool | Unknown:
        return _has_template(watch.look(), template, seen.templates)

    def has_begun() -> bool | Unknown:
        return _either(watch.is_busy(), has_template()) if is_other_system else watch.is_busy()

    def has_ended() -> bool | Unknown:
        idle = watch.is_idle()
        return has_template() if idle is True and is_other_system else idle

    record: dict[str, Any] = {}
    request = Request(
        what=f"rebuild of {who}",
        operation="rebuild_vm",
        ids=(service, machine.id),
        body={"template": template.id},
        effect=has_begun,
        ended=has_ended,
        passing=not is_other_system,
        state=lambda: watch.word,
        answered=lambda answer: _note_password(record, answer),
    )
    result = _call_keeping_password(context, request, record)
    if context.policy.wait and not (result.confirmed and (watch.was_busy or is_other_system)):
        context.warn(f"the portal shows no trace of the rebuild of {who}: it can't be confirmed")
    return _record_with_password(context, service, machine.id, record, result)


def resize(context: Context, machine: VirtualMachine, body: Mapping[str, str], different: Mapping[str, int]) -> None:
    """Set a machine's memory and CPU (reference: Resize VM)."""
    client, service = context.client, machine.service_id
    who = _who(service, machine)
    watch = _Watch(client, service, machine.id, who, machine.state)

    def has_size() -> bool | Unknown:
        found = watch.look()
        if found.status == "building":
            return False
        if any(isinstance(found.size(size), Unknown) for size in different):
            return UNKNOWN
        return not any(differs(found.size(size), value) for size, value in different.items())

    request = Request(
        what=f"resize of {who}",
        operation="resize_vm",
        ids=(service, machine.id),
        body=dict(body),
        effect=lambda: _either(has_size(), watch.is_busy()),
        ended=has_size,
        state=lambda: watch.word,
    )
    try:
        context.send_and_confirm(request)
    except SindadError as error:
        raise error.followed_by(_sent_back(body) + _left_over(client, service, error)) from None


def _sent_back(body: Mapping[str, str]) -> str:
    """Say of a size that went back as the portal writes it that it did: the portal may not understand its own words."""
    own = {size: value for size, value in body.items() if not value.isdecimal()}
    return "".join(f"; {size} was sent as the portal writes it, {value!r}: give it too" for size, value in own.items())


def _left_over(client: Client, service: str, error: SindadError) -> str:
    """Say what a service has left, after the portal refused a machine for want of resources (reference: Resources)."""
    if not any("resource" in word.casefold() for word in error.errors):
        return ""
    try:
        resources = read_resources(client.get("resources", service))
    except SindadError:
        return ""  # the refusal is what counts; the portal may not offer this
    left = {size: resource_amounts(resources, size)[1] for size in SIZES}
    told = [f"{amount} {UNITS[size]}" for size, amount in left.items() if not isinstance(amount, Unknown)]
    return f"; service {service} has {', '.join(told)} left" if told else ""


def destroy(context: Context, machine: VirtualMachine) -> None:
    """Destroy a machine; if it is gone already, that is as wanted (reference: Destroy VM)."""
    client, service = context.client, machine.service_id

    def is_gone() -> bool:
        listed = (other for other in list_machines(client, service) if other.id == machine.id)
        return all(other.state.destroyed for other in listed)

    request = Request(
        what=f"destruction of {_who(service, machine)}",
        operation="destroy_vm",
        ids=(service, machine.id),
        effect=is_gone,
    )
    call_and_wait(client, context.policy, request)


def report(context: Context, wanted: Wanted, applied: Plan) -> Mapping[str, Any]:
    """Return the machine as it is afterwards. An existing one is looked up by its id, as others may have its name."""
    machine = applied.result["vm"]
    same_one = wanted if machine is None else replace(wanted, name=None, vmid=machine.id)
    return plan(same_one, observe(context, same_one)).result


TASK = Task(wanted_machine, observe, plan, report)


# sindad_vm_info


@dataclass(frozen=True)
class WantedInfo:
    """Which machines are asked for, and what of them; all where neither name nor vmid is given."""

    service: str
    name: str | None
    vmid: str | None
    gather: Sequence[str]
    reveal: bool


def wanted_info(options: Options) -> WantedInfo:
    """Take what is wanted from the options of sindad_vm_info."""
    return WantedInfo(**{name: options[name] for name in ("service", "name", "vmid", "gather", "reveal")})


def observe_info(context: Context, wanted: WantedInfo) -> dict[str, Any]:
    """Observe the machines and what else is asked for."""
    return located(context, wanted.service, lambda service: _info(context.client, service, wanted))


def _info(client: Client, service: str, wanted: WantedInfo) -> dict[str, Any]:
    machines = _asked_for(list_machines(client, service), wanted)
    if "details" in wanted.gather or wanted.reveal:
        found = in_parallel(lambda machine: (machine, find_details(client, service, machine.id)), machines)
        machines = [details.completed(listed) if details else listed for listed, details in found]
    results: dict[str, Any] = {"vms": [_Revealed(machine) for machine in machines] if wanted.reveal else machines}
    if "templates" in wanted.gather:
        results["templates"] = [{"id": one.id, "name": one.name} for one in list_templates(client, service)]
    if "resources" in wanted.gather:
        results["resources"] = hidden(read_resources(client.get("resources", service)))
    return results


def _asked_for(machines: Sequence[VirtualMachine], wanted: WantedInfo) -> Sequence[VirtualMachine]:
    """Return the machines of an id or a name: those that have exactly it, or else those that are called alike."""
    if wanted.vmid is not None:
        return [machine for machine in machines if machine.id == wanted.vmid]
    if wanted.name is None:
        return machines
    exact = [machine for machine in machines if machine.name == wanted.name.strip()]
    return exact or [machine for machine in machines if same(wanted.name, machine.name)]


@dataclass(frozen=True)
class _Revealed(Record):
    """A machine with the password that the portal tells."""

    machine: VirtualMachine

    def as_dict(self, raw: bool = False) -> dict[str, Any]:
        """Return the machine's fields and its password, null where the portal doesn't tell it."""
        return {**self.machine.as_dict(raw), "password": password_in(self.machine.raw)}


INFO = Task(wanted_info, observe_info)
