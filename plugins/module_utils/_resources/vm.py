# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Virtual machines: observed, planned and changed. Private to this collection."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from .._client import NotFound, SindadError
from .._plan import Change, Plan, applies
from .._records import Template, VirtualMachine, as_list, pick, same, text, unwrap
from .._wait import Patience, act
from .service import in_parallel, listed
from .template import choose, installed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .._client import Client
    from .._plan import Params

SIZES = ("memory", "cpu", "disk")
#: The status at the end of each state, and the operation that leads there.
TARGETS = {
    "started": ("running", "start"),
    "stopped": ("stopped", "stop"),
    "restarted": ("running", "reboot"),
    "rescued": ("rescue", "rescue"),
    "unrescued": ("running", "unrescue"),
}
_MISSING_FAILS = ("restarted", "unrescued", "rebuilt")


@dataclass(frozen=True)
class Seen:
    """A service's machines, and its templates where a wanted one must be looked up."""

    service: str
    machines: tuple[VirtualMachine, ...]
    templates: tuple[Template, ...] = ()


def list_machines(client: Client, service: str) -> tuple[VirtualMachine, ...]:
    """Return the machines of a service (reference: List VMs).

    One that the list doesn't name is asked for its details: a name that is there must not be overlooked.
    """
    machines = listed(client, lambda answer: VirtualMachine.read_list(answer, service), "list_vms", service)
    unnamed = [machine for machine in machines if machine.name is None]
    details = in_parallel(lambda machine: _details(client, service, machine.id), unnamed)
    named = {machine.id: machine for machine in details if machine}
    return tuple(named[machine.id].beside(machine) if machine.id in named else machine for machine in machines)


def _details(client: Client, service: str, vmid: str) -> VirtualMachine | None:
    try:
        return VirtualMachine.read_details(client.call("get_vm_details", service, vmid), service, vmid)
    except NotFound:
        return None


def list_templates(client: Client, service: str) -> tuple[Template, ...]:
    """Return the templates of a service (reference: List OS templates)."""
    return Template.read_list(client.call("list_os_templates", service), "templates")


def get_machine(client: Client, service: str, vmid: str) -> VirtualMachine | None:
    """Return one machine; None if it is gone. Where its details aren't to be had, the list decides."""
    machine = _details(client, service, vmid)
    return machine or next((other for other in list_machines(client, service) if other.id == vmid), None)


def match(machines: Sequence[VirtualMachine], params: Params) -> VirtualMachine | None:
    """Return the machine with the wanted id or name; None if there is none.

    Raises:
        SindadError: Several have the name; their ids are listed.

    """
    vmid, name = params.get("vmid"), (params.get("name") or "").strip()
    found = [machine for machine in machines if (machine.id == vmid if vmid else machine.name == name)]
    if len(found) > 1:
        ids = ", ".join(machine.id for machine in found)
        raise SindadError(f"name: {name!r} is ambiguous, give as vmid one of: {ids}")
    return found[0] if found else None


def observe(client: Client, service: str, wanted: Sequence[Params], patience: Patience) -> Seen:
    """Observe what the wanted machines need: the list, details that it lacks, templates to look up."""
    machines = list_machines(client, service)

    def complete(params: Params) -> VirtualMachine | None:
        machine = match(machines, params)
        if machine is None or params["state"] == "absent":
            return machine
        if machine.status == "building" and patience.wait:
            look = partial(get_machine, client, service, machine.id)
            what = f"VM {machine.name} of service {service} is still being built"
            built = patience.until(look, lambda seen: seen is None or seen.status != "building", what)
            return built and built.beside(replace(machine, status="unknown"))
        lacking = any(params.get(size) is not None and getattr(machine, size) is None for size in SIZES)
        lacking = lacking or (params["state"] in TARGETS and machine.status == "unknown")
        lacking = lacking or bool(params.get("template") and not (machine.template or machine.template_id))
        details = get_machine(client, service, machine.id) if lacking else None
        return details.beside(machine) if details else machine

    found = in_parallel(complete, wanted)
    completed = {machine.id: machine for machine in found if machine}
    vanished = [match(machines, params) for params, machine in zip(wanted, found) if machine is None]
    machines = tuple(machine for machine in machines if machine not in vanished)
    templates = list_templates(client, service) if any(map(_needs_templates, wanted, found)) else ()
    return Seen(service, tuple(completed.get(machine.id, machine) for machine in machines), templates)


def _needs_templates(params: Params, machine: VirtualMachine | None) -> bool:
    if params["state"] == "absent":
        return False
    if machine is None:
        return params.get("template") is not None
    if params.get("template") is None:
        return params["state"] == "rebuilt" and machine.template_id is None
    rebuilt_by_name = params["state"] == "rebuilt" and params["template"] != machine.template_id
    return rebuilt_by_name or not same(params["template"], machine.template_id, machine.template)


def plan(params: Params, seen: Seen) -> Plan:
    """Plan one machine's state, size and system."""
    machine = match(seen.machines, params)
    state = params["state"]
    if state == "absent":
        return _plan_absent(seen.service, machine)
    if machine is None:
        return _plan_create(params, seen)
    who = f"VM {machine.name or machine.id} of service {seen.service}"
    args = {"service": seen.service, "vmid": machine.id, "name": machine.name}
    changes: list[Change] = []
    warnings: list[str] = []
    after = machine

    template = _wanted_template(params, seen, machine)
    if template and (state == "rebuilt" or params.get("rebuild") == "if_template_differs"):
        differs = template.id != machine.template_id
        summary = f"rebuild {who} with {template.name} (now {machine.template or machine.template_id or 'unknown'})"
        changes.append(Change("vm.rebuild", summary, {**args, "template": template.id, "differs": differs}))
        after = replace(after, template=template.name, template_id=template.id, status="running")
    elif template:
        warnings.append(
            f"{who} has the template {machine.template or machine.template_id}, not {template.name}, "
            "and is left as it is: set rebuild to if_template_differs to rebuild it"
        )

    sizes = {size: params[size] for size in SIZES if params.get(size) not in (None, getattr(machine, size))}
    unsaid = [size for size in sizes if getattr(machine, size) is None]
    if unsaid:
        warnings.append(f"the portal doesn't say the {' and '.join(unsaid)} of {who}, so it is left as it is")
        sizes = {size: value for size, value in sizes.items() if size not in unsaid}
    if "disk" in sizes:
        reason = f"disk: {who} has {machine.disk} GB, and the API can't change that to {sizes.pop('disk')} GB"
        changes.append(Change("vm.disk", f"change the disk of {who}", args, refused=reason))
    if sizes:
        steps = ", ".join(f"{size} {getattr(machine, size)} to {value}" for size, value in sizes.items())
        # The reference names both fields and calls neither optional, so both are sent.
        size = {key: sizes.get(key, getattr(machine, key)) for key in ("memory", "cpu")}
        changes.append(Change("vm.resize", f"resize {who} ({steps})", {**args, **size}))
        after = replace(after, **sizes)

    if state == "started" and after.status == "rescue":
        warnings.append(f"{who} is in rescue mode and is left there: use unrescued to end it")
    elif state in TARGETS:
        verb = _verb(state, after.status)
        if verb:
            changes.append(Change(f"vm.{verb}", f"{verb} {who} (now {after.status})", args))
            after = replace(after, status=TARGETS[state][0])

    managed = [name for name in ("template", *SIZES) if params.get(name) is not None]
    managed += ["status"] if state in TARGETS else []
    before, wanted = ({name: getattr(vm, name) for name in ("name", *managed)} for vm in (machine, after))
    if state == "restarted":
        wanted["status"] = "restarted"
    return Plan(tuple(changes), before, wanted, {"vm": machine}, {"vm": after}, tuple(warnings))


def _verb(state: str, status: str) -> str | None:
    """Return the operation that leads from a status to a state; None where it is reached already."""
    target, verb = TARGETS[state]
    if state == "restarted":
        return "start" if status == "stopped" else "reboot"
    if state == "unrescued":
        return verb if status == "rescue" else None
    return None if status == target or (state == "started" and status == "building") else verb


def _wanted_template(params: Params, seen: Seen, machine: VirtualMachine) -> Template | None:
    """Return the template to rebuild with or to warn about; None where the machine has the wanted one."""
    rebuilt = params["state"] == "rebuilt"
    wanted = params.get("template") or (rebuilt and (machine.template_id or machine.template)) or None
    if wanted is None:
        if rebuilt:
            raise SindadError(
                f"template: the present one of VM {machine.name} is unknown, give the one to rebuild with"
            )
        return None
    if not rebuilt and same(wanted, machine.template_id, machine.template):
        return None
    if not seen.templates:
        return Template(wanted, machine.template or wanted) if rebuilt else None
    template = choose(seen.templates, wanted)
    return (
        None if not rebuilt and installed(template, seen.templates, machine.template_id, machine.template) else template
    )


def _plan_absent(service: str, machine: VirtualMachine | None) -> Plan:
    if machine is None:
        return Plan(result={"vm": None})
    args = {"service": service, "vmid": machine.id, "name": machine.name}
    summary = f"destroy VM {machine.name or machine.id} of service {service}"
    before = {name: getattr(machine, name) for name in ("name", "template", *SIZES, "status")}
    return Plan((Change("vm.destroy", summary, args),), before, None, {"vm": machine}, {"vm": None})


def _plan_create(params: Params, seen: Seen) -> Plan:
    name, state = (params.get("name") or "").strip(), params["state"]
    if not name or state in _MISSING_FAILS:
        who = repr(name) if name else f"with the id {params.get('vmid')}"
        what = f"can't be {state}" if name else "can't be created by id"
        raise SindadError(f"{'name' if name else 'vmid'}: service {seen.service} has no VM {who}, and it {what}")
    missing = [option for option in ("template", *SIZES) if params.get(option) is None]
    if missing:
        raise SindadError(
            f"service {seen.service} has no VM {name!r}, and to create it also needs {', '.join(missing)}"
        )
    template = choose(seen.templates, params["template"])
    size = {key: params[key] for key in SIZES}
    described = f"{template.name}, {size['memory']} MB, {size['cpu']} CPU, {size['disk']} GB"
    args = {"service": seen.service, "vmid": None, "name": name}
    changes = [
        Change(
            "vm.create",
            f"create VM {name} in service {seen.service} ({described})",
            {**args, **size, "template": template.id, "start": state == "started"},
        )
    ]
    status = "running"
    if state in ("stopped", "rescued"):
        status, verb = TARGETS[state]
        changes.append(Change(f"vm.{verb}", f"{verb} VM {name} of service {seen.service}", args))
    machine = VirtualMachine(
        id="",
        name=name,
        status=status,
        template=template.name,
        template_id=template.id,
        service_id=seen.service,
        **size,
    )
    after = {key: getattr(machine, key) for key in ("name", "template", *SIZES, "status")}
    return Plan(tuple(changes), None, after, {"vm": None}, {"vm": machine})


def _created(
    answer: Any, known: frozenset[str], name: str, machines: Sequence[VirtualMachine]
) -> VirtualMachine | None:
    """Return the machine that a creation made: by the answer's id, else by its label, else the only new one."""
    found = unwrap(answer, "vm", "vms")
    entry = found if isinstance(found, dict) else (as_list(found) or [{"id": found}])[0]
    identity = text(pick(entry, "id", "vmid", "vm_id", "uuid"))
    if identity is None and any(isinstance(item, dict) for item in entry.values()):
        identity = text(pick(as_list(entry)[0], "id", "vmid", "_key"))
    new = [machine for machine in machines if machine.id not in known]
    for fits in (
        [machine for machine in new if machine.id == identity],
        [machine for machine in new if machine.name == name],
        [machine for machine in new if machine.name is None and identity is None],
    ):
        if len(fits) == 1:
            return fits[0]
    return None


@applies("vm.create")
def create(client: Client, args: Params, patience: Patience) -> None:
    """Create a machine, once (reference: Create VM)."""
    service, name = args["service"], args["name"]
    present = list_machines(client, service)
    known = frozenset(machine.id for machine in present)
    if any(machine.name == name for machine in present):
        raise SindadError(f"VM {name} of service {service} has appeared since this was planned; nothing was created")
    answer: Any = {}

    def look() -> VirtualMachine | None:
        machine = _created(answer, known, name, list_machines(client, service))
        return get_machine(client, service, machine.id) if machine and machine.status == "unknown" else machine

    body = {"label": name, **{key: str(args[key]) for key in ("template", *SIZES)}}
    what = f"creating VM {name} in service {service}"
    answer = act(
        client,
        "create_vm",
        service,
        body=body,
        patience=replace(patience, wait=False),
        what=what,
        evidence=lambda: look() is not None,
    )
    if patience.wait:
        machine = patience.until(look, _settled, f"{what} has not ended")
        if machine and machine.status == "stopped" and args.get("start"):
            _power("start", "running", client, {**args, "vmid": machine.id}, patience)


def _settled(machine: VirtualMachine | None) -> bool:
    """Whether nothing goes on with a machine; a status that says nothing, where there is one, is no end."""
    if machine is None or machine.status == "building":
        return False
    return machine.status != "unknown" or not any(key in machine.raw for key in ("status", "state", "STATE", "power"))


def _target(client: Client, args: Params) -> str:
    """Return the id of the machine; of one that was created in this plan it is known only now."""
    if args["vmid"]:
        return str(args["vmid"])
    machine = match(list_machines(client, args["service"]), args)
    if machine is None:
        raise SindadError(f"VM {args['name']} of service {args['service']} is gone")
    return machine.id


def _changing(client: Client, args: Params, vmid: str) -> VirtualMachine:
    """Return a machine that is being changed; fail if it is gone, as there is nothing to wait for."""
    machine = get_machine(client, args["service"], vmid)
    if machine is None:
        raise SindadError(f"VM {args['name'] or vmid} of service {args['service']} is gone")
    return machine


def _busy(client: Client, args: Params, vmid: str) -> bool:
    """Whether something goes on with a machine, which was idle: a request whose answer was lost has arrived."""
    return _changing(client, args, vmid).status == "building"


def _power(verb: str, target: str, client: Client, args: Params, patience: Patience) -> None:
    """Start, stop, reboot, rescue or unrescue a machine (reference: Stop VM to Unrescue VM)."""
    service, vmid = args["service"], _target(client, args)

    def reached() -> bool:
        machine = _changing(client, args, vmid)
        if machine.status == "building":
            return False
        # A rescued machine may have been stopped before; a reboot ends in whatever it was.
        return {"reboot": True, "unrescue": machine.status != "rescue"}.get(verb, machine.status == target)

    act(
        client,
        f"{verb}_vm",
        service,
        vmid,
        patience=patience,
        done=reached,
        evidence=None if verb == "reboot" else lambda: reached() or _busy(client, args, vmid),
        settle=verb == "reboot",
        what=f"{verb} of VM {args['name'] or vmid} of service {service}",
    )


for _status, _operation in TARGETS.values():
    applies(f"vm.{_operation}")(partial(_power, _operation, _status))


@applies("vm.rebuild")
def rebuild(client: Client, args: Params, patience: Patience) -> None:
    """Install a machine anew (reference: Rebuild VM)."""
    service, vmid, template = args["service"], _target(client, args), args["template"]

    def begun() -> bool:
        machine = get_machine(client, service, vmid)
        return machine is not None and (
            machine.status == "building" or bool(args["differs"] and machine.template_id == template)
        )

    def ended() -> bool:
        return _settled(get_machine(client, service, vmid))

    act(
        client,
        "rebuild_vm",
        service,
        vmid,
        body={"template": template},
        patience=patience,
        settle=True,
        done=ended,
        evidence=begun,
        what=f"rebuild of VM {args['name'] or vmid} of service {service}",
    )


@applies("vm.resize")
def resize(client: Client, args: Params, patience: Patience) -> None:
    """Set a machine's memory and CPU (reference: Resize VM)."""
    service, vmid = args["service"], _target(client, args)
    size = {key: args[key] for key in ("memory", "cpu") if args[key] is not None}

    def reached() -> bool:
        machine = _changing(client, args, vmid)
        sizes = (getattr(machine, key) in (None, value) for key, value in size.items())
        return machine.status != "building" and all(sizes)

    act(
        client,
        "resize_vm",
        service,
        vmid,
        body={key: str(value) for key, value in size.items()},
        patience=patience,
        done=reached,
        evidence=lambda: reached() or _busy(client, args, vmid),
        what=f"resize of VM {args['name'] or vmid} of service {service}",
    )


@applies("vm.destroy")
def destroy(client: Client, args: Params, patience: Patience) -> None:
    """Destroy a machine; one that is gone is as wanted (reference: Destroy VM)."""
    service, vmid = args["service"], args["vmid"]

    def gone() -> bool:
        return all(machine.id != vmid for machine in list_machines(client, service))

    act(
        client,
        "destroy_vm",
        service,
        vmid,
        patience=patience,
        done=gone,
        what=f"destruction of VM {args['name'] or vmid} of service {service}",
    )
