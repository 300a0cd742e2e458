# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is true of the plan of a virtual machine, whatever the portal tells and whatever is wanted."""

from __future__ import annotations

import copy
import socket
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.sindad.cloud.plugins.module_utils._client import Client
from ansible_collections.sindad.cloud.plugins.module_utils._errors import Failed, SindadError
from ansible_collections.sindad.cloud.plugins.module_utils._lookups import list_machines
from ansible_collections.sindad.cloud.plugins.module_utils._names import folded
from ansible_collections.sindad.cloud.plugins.module_utils._operations import OPERATIONS
from ansible_collections.sindad.cloud.plugins.module_utils._plan import Context, Plan
from ansible_collections.sindad.cloud.plugins.module_utils._reading import UNKNOWN, Answer, Unknown
from ansible_collections.sindad.cloud.plugins.module_utils._records import Choice, VirtualMachine, virtual_machine
from ansible_collections.sindad.cloud.plugins.module_utils._resources import vm
from ansible_collections.sindad.cloud.plugins.module_utils._resources.choice import recognise
from ansible_collections.sindad.cloud.plugins.module_utils._settings import Settings
from ansible_collections.sindad.cloud.plugins.module_utils._states import State
from ansible_collections.sindad.cloud.plugins.module_utils._wait import WaitPolicy
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from simulator.seed import SEEDS
from simulator.shapes import SHAPES
from simulator.testing import Simulator
from support.memory import TEMPLATES, MemoryPortal, context
from support.properties import examples

CHOICES = tuple(Choice(entry["id"], entry["name"]) for entry in TEMPLATES)
STATES = ("present", "absent", "started", "stopped", "restarted", "rescued", "unrescued", "rebuilt")
OF_FLEETS = ("present", "started", "stopped", "absent")
#: The states that can be observed of a machine and asked for again.
STATE_OF = {"running": "started", "stopped": "stopped", "rescue": "rescued"}
#: What is done whenever it is asked for.
REPEATED = {"restarted": "vm.reboot", "rebuilt": "vm.rebuild"}
NAMES = ("web-1", "WEB-1", "web-2", "db-1", "db-1.example.ir", "وب", "ي", "ی")
SIZE = st.sampled_from([1, 2, 4, 8])

Entry = dict[str, Any]


def texts(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(values)


#: What a portal may say of a machine, and of its sizes in what text. A key may be missing altogether.
TOLD = {
    "label": texts(*NAMES, *NAMES, "", None),
    "status": texts("running", "running", "online", "stopped", "rescue", "", "frozen"),
    "memory": texts(1024, "2048", "2,048", "4 GB", "4096 MB", "8192", "4.096", "4", None, "N/A"),
    "cpus": texts(1, "2", "4", "8", "0", "many", None),
    "disk": texts(10, "20", "20 GB", "40", "N/A", None),
    "template": texts(
        *TEMPLATES, "101", "Debian 12", {"id": "gone", "name": "An old one"}, "Debian GNU/Linux 12", None
    ),
}


@st.composite
def accounts(draw: st.DrawFn) -> list[Entry]:
    """Draw the machines of a service as the portal tells them, with different ids and mostly different names."""
    told = st.lists(st.fixed_dictionaries({}, optional=TOLD), max_size=4)
    return [{"id": str(1000 + number), **entry} for number, entry in enumerate(draw(told), 1)]


@st.composite
def wishes(draw: st.DrawFn) -> vm.Wanted:
    """Draw what a task or a line of a fleet file wants of a machine."""
    by_id, of_fleet = draw(st.booleans()), draw(st.booleans())
    name = None if by_id else draw(st.sampled_from(NAMES))
    # Lines that look alike are refused by the fleet.
    others = tuple(other for other in NAMES if name is None or other == name or folded(other) != folded(name))
    return vm.Wanted(
        service="401",
        name=name,
        vmid=draw(st.sampled_from(["1001", "1002", "9999"])) if by_id else None,
        template=draw(st.none() | st.sampled_from(["101", "102", "Debian 12", "UBUNTU 24.04", "rocky-9", "Twice"])),
        memory=draw(st.none() | SIZE.map(lambda size: size * 1024)),
        cpu=draw(st.none() | SIZE),
        disk=draw(st.none() | SIZE.map(lambda size: size * 10)),
        rebuild=draw(st.sampled_from(["never", "if_template_differs"])),
        state=draw(st.sampled_from(OF_FLEETS if of_fleet else STATES)),
        send_if_unknown=not of_fleet,
        taken=others if of_fleet else (),
    )


def planned(wanted: vm.Wanted, portal: MemoryPortal) -> Plan:
    """Plan as a task does; what is an error is no example."""
    try:
        return vm.plan(wanted, vm.observe(context(portal), wanted))
    except SindadError:
        assume(False)
        raise


def machine_of(wanted: vm.Wanted, portal: MemoryPortal) -> VirtualMachine | None:
    """Return the machine that is meant, as the portal tells it now."""
    found = vm.Lookup(list_machines(portal, "401")).find(wanted)  # type: ignore[arg-type]
    return found.item if found else None


def kinds(plan: Plan) -> list[str]:
    return [change.kind for change in plan.changes if not change.refused]


# Knowledge comes first


@given(account=accounts(), wanted=wishes())
def test_a_machine_is_created_only_if_it_is_known_to_be_absent(account: list[Entry], wanted: vm.Wanted) -> None:
    plan = planned(wanted, MemoryPortal({"401": account}))
    if "vm.create" not in kinds(plan):
        return
    machines = [virtual_machine(entry, "401") for entry in account]
    names = [machine.name for machine in machines if machine is not None]
    assert wanted.name is not None
    assert wanted.vmid is None
    assert not any(isinstance(name, Unknown) for name in names)
    alike = [name for name in names if isinstance(name, str) and folded(name) == folded(wanted.name)]
    assert all(name in wanted.taken for name in alike)
    assert not any(name == f"{wanted.name}.example.ir" and name not in wanted.taken for name in names)


@given(account=accounts(), wanted=wishes())
def test_a_change_needs_a_known_difference_or_the_users_word(account: list[Entry], wanted: vm.Wanted) -> None:
    portal = MemoryPortal({"401": account})
    plan = planned(wanted, portal)
    machine = machine_of(wanted, portal)
    for kind in kinds(plan):
        if machine is None:
            assert kind == "vm.create" or (kinds(plan)[0] == "vm.create" and kind in ("vm.stop", "vm.rescue"))
        elif kind == "vm.resize":
            sizes = {"memory": machine.memory, "cpu": machine.cpu}
            assert any(
                not isinstance(sizes[size], Unknown) and sizes[size] != value
                for size, value in wanted.sizes.items()
                if size != "disk"
            )
        elif kind == "vm.destroy":
            assert wanted.state == "absent"
        elif kind == "vm.rebuild":
            assert wanted.state == "rebuilt" or _is_known_to_differ(machine, wanted)
        else:
            # A rebuilt machine runs, whatever it was before.
            rebuilds = any(change.kind == "vm.rebuild" for change in plan.changes)
            assert wanted.state in vm.TARGETS
            if machine.status == "unknown" and not rebuilds:
                assert kind == f"vm.{vm.TARGETS[wanted.state][1]}"
                assert wanted.send_if_unknown
                assert not machine.state.told
                assert any("nobody can tell whether it changes anything" in warning for warning in plan.warnings)


def _is_known_to_differ(machine: VirtualMachine, wanted: vm.Wanted) -> bool:
    installed = recognise(CHOICES, machine.template, machine.template_id)
    if isinstance(installed, Unknown) or wanted.template is None:
        return False
    return wanted.rebuild == "if_template_differs" and folded(wanted.template) not in (
        folded(installed.id),
        folded(installed.name),
    )


@given(account=accounts(), wanted=wishes())
def test_what_erases_needs_the_exact_name(account: list[Entry], wanted: vm.Wanted) -> None:
    portal = MemoryPortal({"401": account})
    plan = planned(wanted, portal)
    machine = machine_of(wanted, portal)
    erasing = [change for change in plan.changes if change.erases]
    assert all(change.erases for change in plan.changes if change.kind in ("vm.destroy", "vm.rebuild"))
    if machine is not None and wanted.vmid is None and machine.name != wanted.name:
        assert all(change.refused for change in erasing)
        assert f"({machine.id}" in plan.warnings[0] or machine.id in plan.warnings[0]


@given(account=accounts(), wanted=wishes())
def test_what_is_sent_is_what_was_asked_for(account: list[Entry], wanted: vm.Wanted) -> None:
    """A field that the user didn't give goes back in the portal's own text, or isn't sent at all."""
    portal = MemoryPortal({"401": account})
    plan = planned(wanted, portal)
    assume(not plan.refusals)
    target = machine_of(wanted, portal)
    before = {entry["id"]: copy.deepcopy(entry) for entry in portal.vms["401"]}
    plan.apply(context(portal))
    assert len(portal.sent) == len(plan.changes)
    for (operation, ids, body), change in zip(portal.sent, plan.changes, strict=True):
        assert OPERATIONS[operation].name == operation
        assert ids[0] == "401"
        if operation == "create_vm":
            sizes = {size: str(value) for size, value in wanted.sizes.items()}
            assert body == {"label": wanted.name, "template": body["template"], **sizes}
            assert set(sizes) == set(vm.SIZES)
        elif target is not None:
            assert ids[1] == target.id
        if operation == "resize_vm" and target is not None:
            told = before[target.id]
            for size, value in body.items():
                own = told.get({"cpu": "cpus"}.get(size, size))
                assert value == (str(wanted.sizes[size]) if size in wanted.sizes else str(own).strip())
        assert change.summary


@given(account=accounts(), wanted=wishes())
def test_an_option_left_out_is_never_changed(account: list[Entry], wanted: vm.Wanted) -> None:
    portal = MemoryPortal({"401": account})
    plan = planned(wanted, portal)
    assume(not plan.refusals)
    target = machine_of(wanted, portal)
    before = copy.deepcopy(portal.vms["401"])
    plan.apply(context(portal))
    after = {entry["id"]: entry for entry in portal.vms["401"]}
    for entry in before:
        if target is None or entry["id"] != target.id:
            assert after[entry["id"]] == entry, "other machines are left alone"
    if target is None or wanted.state == "absent":
        return
    was = next(entry for entry in before if entry["id"] == target.id)
    now = after[target.id]
    assert (now.get("label"), now.get("disk")) == (was.get("label"), was.get("disk"))
    for size, key in (("memory", "memory"), ("cpu", "cpus")):
        if size not in wanted.sizes:
            assert str(now.get(key)).strip() == str(was.get(key)).strip()
    if wanted.state != "rebuilt" and (wanted.template is None or wanted.rebuild == "never"):
        assert now.get("template") == was.get("template")
    if wanted.state == "present" and "vm.rebuild" not in kinds(plan):
        assert now.get("status") == was.get("status")


# Again, and again


@given(account=accounts(), wanted=wishes())
def test_a_plan_that_was_applied_is_empty(account: list[Entry], wanted: vm.Wanted) -> None:
    portal = MemoryPortal({"401": account})
    plan = planned(wanted, portal)
    assume(not plan.refusals)
    target = machine_of(wanted, portal)
    plan.apply(context(portal))
    again = vm.plan(wanted, vm.observe(context(portal), wanted))
    if wanted.state in REPEATED:
        assert kinds(again) == [REPEATED[wanted.state]]
    elif target is not None and target.status == "unknown" and "status" not in target.raw:
        # What a portal doesn't tell is sent again where it was asked for by name.
        assert set(kinds(again)) <= {f"vm.{vm.TARGETS[wanted.state][1]}" if wanted.state in vm.TARGETS else ""}
    else:
        assert kinds(again) == []
        assert again.before == again.after


@given(account=accounts(), wanted=wishes())
def test_what_is_expected_is_what_comes(account: list[Entry], wanted: vm.Wanted) -> None:
    """What check mode shows is what a real run ends with, but for what only the portal knows."""
    portal = MemoryPortal({"401": account})
    plan = planned(wanted, portal)
    assume(not plan.refusals)
    # Once the machine of exactly this name is gone, one that is called alike would be meant.
    alike = [entry for entry in account if folded(str(entry.get("label"))) == folded(str(wanted.name))]
    assume(wanted.state != "absent" or wanted.vmid is not None or len(alike) < 2)
    expected = (plan.result if plan.expected is None else plan.expected)["vm"]
    plan.apply(context(portal))
    after = vm.plan(wanted, vm.observe(context(portal), wanted)).result["vm"]
    if after is None or expected is None:
        assert expected is after
        return
    for name in ("name", "memory", "cpu", "disk", "template", "template_id"):
        shown = getattr(expected, name)
        assert isinstance(shown, Unknown) or shown == getattr(after, name) or wanted.state == "rebuilt"
    assert expected.status in (after.status, "unknown") or after.status == "unknown"


@given(account=accounts(), number=st.integers(0, 3), by_id=st.booleans(), data=st.data())
def test_a_state_planned_from_itself_is_empty(
    account: list[Entry], number: int, by_id: bool, data: st.DataObject
) -> None:
    machines = [virtual_machine(entry, "401") for entry in account]
    assume(number < len(machines))
    machine = machines[number]
    assert machine is not None
    name = machine.name if isinstance(machine.name, str) else None
    assume(by_id or (name and [each and each.name for each in machines].count(name) == 1))
    template = data.draw(st.sampled_from([machine.template, machine.template_id]))
    sizes = {size: machine.size(size) for size in vm.SIZES}
    wanted = vm.Wanted(
        service="401",
        name=None if by_id else name,
        vmid=machine.id if by_id else None,
        template=None if isinstance(template, Unknown) else template,
        rebuild=data.draw(st.sampled_from(["never", "if_template_differs"])),
        state=data.draw(st.sampled_from(["present", STATE_OF.get(machine.status, "present")])),
        **{size: None if isinstance(value, Unknown) else value for size, value in sizes.items()},
    )
    plan = planned(wanted, MemoryPortal({"401": account}))
    assert (plan.changes, plan.warnings) == ((), ())
    assert plan.before == plan.after
    assert plan.result == {"vm": machine}


# Pure, and in sentences


@given(account=accounts(), wanted=wishes())
def test_planning_is_pure(account: list[Entry], wanted: vm.Wanted) -> None:
    """No I/O, nothing altered, the same each time."""
    portal = MemoryPortal({"401": account})
    plan = planned(wanted, portal)
    seen = vm.observe(context(portal), wanted)
    before = copy.deepcopy((wanted, seen))

    def packet(*_args: Any, **_more: Any) -> None:
        raise AssertionError("planning has opened a connection")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", packet)
        patch.setattr(socket, "getaddrinfo", packet)
        patch.setattr("builtins.open", packet)
        assert vm.plan(wanted, seen) == plan
    assert (wanted, seen) == before
    assert portal.sent == []
    for change in plan.changes:
        assert change.summary
        assert "\n" not in change.summary


@given(account=accounts(), wanted=wishes())
def test_a_changed_disk_is_refused(account: list[Entry], wanted: vm.Wanted) -> None:
    portal = MemoryPortal({"401": account})
    plan = planned(wanted, portal)
    machine = machine_of(wanted, portal)
    refused = [change for change in plan.changes if change.kind == "vm.disk"]
    known = machine is not None and not isinstance(machine.disk, Unknown)
    differs = known and wanted.disk not in (None, machine.disk) and wanted.state != "absent"  # type: ignore[union-attr]
    assert bool(refused) == differs, "what the portal doesn't say can't be compared"
    if differs and machine is not None:
        assert refused[0].refused is not None
        assert refused[0].refused.startswith("disk: VM ")
        assert f"{machine.disk} GB" in refused[0].refused


@given(account=accounts(), wanted=wishes())
def test_all_that_is_wrong_is_a_sentence(account: list[Entry], wanted: vm.Wanted) -> None:
    message = ""
    portal = MemoryPortal({"401": account})
    try:
        vm.plan(wanted, vm.observe(context(portal), wanted))
    except SindadError as error:
        message = f"{type(error).__name__}: {error}"
    assume(message)
    assert not message.startswith("Unreadable")
    assert "\n" not in message
    assert "None" not in message
    assert "UNKNOWN" not in message
    assert portal.sent == []


# The same over HTTP: hypothesis moves a simulated account from state to state


@pytest.fixture(scope="module", params=list(SHAPES))
def portal(request: pytest.FixtureRequest) -> Any:
    # Where an action's answer says nothing, its effect has to last until somebody looks.
    wordless = SHAPES[request.param].silent_actions
    with Simulator(SEEDS / "company.yml", shape=request.param, build_time=0.1 if wordless else 0) as simulator:
        yield simulator


@settings(examples(1 / 4), suppress_health_check=[HealthCheck.too_slow])
@given(
    steps=st.lists(
        st.fixed_dictionaries(
            {
                "name": st.sampled_from(["stage-web", "stage-db", "stage-rescue", "new-1"]),
                "template": st.none() | st.sampled_from(["Debian 12", "ubuntu 24.04"]),
                "memory": st.none() | st.sampled_from([512, 1024]),
                "cpu": st.none() | st.sampled_from([1, 2]),
                "disk": st.none() | st.just(10),
                "rebuild": st.sampled_from(["never", "if_template_differs"]),
                "state": st.sampled_from(STATES),
            }
        ),
        min_size=1,
        max_size=5,
    )
)
def test_over_http_what_was_applied_is_there(portal: Simulator, steps: list[dict[str, Any]]) -> None:
    portal.reset()
    client = Client(Settings(api_url=portal.url, api_username="ops@example.com", api_password="simulator"))
    patient = Context(client, WaitPolicy(timeout=5, interval=0.01), warn=lambda _warning: None)
    for step in steps:
        wanted = vm.Wanted("402", **step)
        try:
            plan = vm.plan(wanted, vm.observe(patient, wanted))
        except SindadError as error:
            if "has no VM" not in str(error):
                raise
            continue
        if plan.refusals:
            continue
        portal.control.clear_log()
        plan.apply(patient)
        writes = [entry for entry in portal.requests() if entry["method"] != "GET"]
        assert len(writes) == len(plan.changes)
        assert all((entry["status"] or 0) < 300 for entry in writes)
        again = vm.plan(wanted, vm.observe(patient, wanted))
        assert kinds(again) == ([REPEATED[wanted.state]] if wanted.state in REPEATED else [])
        outcome, expected = again.result["vm"], (plan.expected or plan.result)["vm"]
        if expected is None:
            assert outcome is None
            continue
        for name in ("name", "memory", "cpu", "disk", "template"):
            shown, there = getattr(expected, name), getattr(outcome, name)
            assert isinstance(shown, Unknown) or isinstance(there, Unknown) or shown == there
    client.close()


# What a portal doesn't tell


def seen(*machines: VirtualMachine) -> vm.Observed:
    return vm.Observed("401", machines, CHOICES)


WEB = VirtualMachine("5", "web-1", "running", 2048, 2, 20, "Debian 12", "101", service_id="401")


def test_a_size_that_the_portal_does_not_say_is_left_as_it_is() -> None:
    machine = replace(WEB, memory=UNKNOWN, disk=UNKNOWN)
    plan = vm.plan(vm.Wanted("401", "web-1", memory=1024, cpu=2, disk=20), seen(machine))
    assert plan.changes == ()
    assert plan.warnings == (
        (
            "the portal doesn't report the memory and disk of VM web-1 of service 401, so it is left as it is; "
            "sindad_api with operation resize_vm can set memory and cpu"
        ),
    )
    only_disk = vm.plan(vm.Wanted("401", "web-1", disk=20), seen(machine))
    assert only_disk.warnings == (
        "the portal doesn't report the disk of VM web-1 of service 401, so it is left as it is",
    )


def test_a_size_that_is_sent_with_another_is_said_to_be() -> None:
    machine = replace(WEB, memory=UNKNOWN)
    plan = vm.plan(vm.Wanted("401", "web-1", memory=1024, cpu=4), seen(machine))
    assert plan.lines == ["resize VM web-1 of service 401 (cpu 2 to 4)"]
    assert plan.warnings == (
        (
            "the portal doesn't report the memory of VM web-1 of service 401: it is sent with the resize, and "
            "nobody can tell whether that changes it"
        ),
    )


@pytest.mark.parametrize("told", ["4", "-1"])
def test_a_size_that_can_not_be_is_not_sent_back(told: str) -> None:
    machine = replace(WEB, memory=UNKNOWN, raw={"memory": told})
    plan = vm.plan(vm.Wanted("401", "web-1", cpu=4), seen(machine))
    assert len(plan.refusals) == 1
    assert plan.refusals[0].startswith(f"memory: the portal says {told} for VM web-1, which is impossible")
    assert vm.plan(vm.Wanted("401", "web-1", cpu=4, memory=2048), seen(machine)).refusals == []


@pytest.mark.parametrize(
    ("machine", "said"),
    [
        (replace(WEB, template=UNKNOWN, template_id=UNKNOWN), "the portal doesn't say which template VM web-1"),
        (replace(WEB, template="Debian GNU/Linux 12", template_id=UNKNOWN), "not recognised as one of the templates"),
        (replace(WEB, template="Twice", template_id=UNKNOWN), "not recognised as one of the templates"),
        (replace(WEB, template="Ubuntu 24.04", template_id="101"), None),
    ],
)
def test_a_system_that_is_not_known_is_not_rebuilt(machine: VirtualMachine, said: str | None) -> None:
    wanted = vm.Wanted("401", "web-1", template="rocky-9", rebuild="if_template_differs")
    plan = vm.plan(wanted, seen(machine))
    assert plan.changes == ()
    assert len(plan.warnings) == 1
    assert "sindad_vm with state rebuilt installs it anew" in plan.warnings[0]
    assert said is None or said in plan.warnings[0]
    assert kinds(vm.plan(replace(wanted, state="rebuilt"), seen(machine))) == ["vm.rebuild"]


def test_a_state_that_is_not_known() -> None:
    silent, odd = (replace(WEB, status="unknown"), replace(WEB, status="unknown", state=State("unknown", "frozen")))
    task = vm.Wanted("401", "web-1", state="stopped")
    line = replace(task, send_if_unknown=False)
    plan = vm.plan(task, seen(silent))
    assert kinds(plan) == ["vm.stop"]
    assert "nobody can tell whether it changes anything" in plan.warnings[0]
    with pytest.raises(
        SindadError, match=r"^state: VM web-1 of service 401 is in the state 'frozen'.*nothing was sent"
    ):
        vm.plan(task, seen(odd))
    assert vm.plan(line, seen(silent)).changes == vm.plan(line, seen(odd)).changes == ()
    assert vm.plan(line, seen(silent)).warnings[0].endswith("its power is left as it is: sindad_vm can switch it")
    assert vm.plan(line, seen(odd)).warnings[0].endswith("sindad_api with operation stop_vm can switch it")


def test_a_name_with_a_domain_is_another_lines_machine_if_that_names_it() -> None:
    there = replace(WEB, name="web-1.example.ir")
    wanted = vm.Wanted("401", "web-1", template="101", memory=512, cpu=1, disk=10)
    with pytest.raises(SindadError, match=r"web-1\.example\.ir is 'web-1' with a domain"):
        vm.plan(wanted, seen(there))
    assert kinds(vm.plan(replace(wanted, taken=("web-1", "web-1.example.ir")), seen(there))) == ["vm.create"]


# Portals that the simulator is not


class Scripted:
    """Machines that are another each time the list is looked at, and a log of what was sent."""

    def __init__(self, *looks: dict[str, Any]) -> None:
        self.looks = list(looks)
        self.sent: list[str] = []

    def pages(self, name: str, *ids: str) -> Any:
        yield self.get(name, *ids)

    def get(self, name: str, *ids: str) -> Answer:
        operation = OPERATIONS[name]
        entry = {"id": "7", "label": "web-9", **(self.look() if name == "list_vms" and self.sent else self.looks[0])}
        body = {"vms": [entry] if self.sent else []} if name == "list_vms" else {"vm": entry}
        return Answer(operation, operation.url_path(*ids), body)

    def send(self, name: str, *ids: str, body: Any = None, changes: bool | None = None) -> Answer:
        operation = OPERATIONS[name]
        self.sent.append(name)
        return Answer(operation, operation.url_path(*ids), {"status": True})

    def look(self) -> dict[str, Any]:
        return self.looks.pop(0) if len(self.looks) > 1 else self.looks[0]


BODY = {"label": "web-9", "template": "101", "memory": "512", "cpu": "1", "disk": "10"}


def create(portal: Scripted, start: bool = False) -> dict[str, Any]:
    quick = Context(portal, WaitPolicy(timeout=0.5, interval=0.01), warn=print)  # type: ignore[arg-type]
    return vm.create(quick, vm._MachineRef("401", "web-9", None), BODY, start)


@pytest.mark.parametrize(
    "words",
    [
        [{"status": "pending"}, {"status": "provisioning"}, {"status": "running", "built": 0}, {"status": "running"}],
        [{"status": "building"}, {"status": "unheard of"}, {"status": "running", "locked": "1"}, {"status": "active"}],
        [{"state": "BUILD"}, {"state": "ACTIVE", "power": 1}],
        [{}],
    ],
)
def test_a_creation_is_waited_for_in_the_words_of_any_back_end(words: list[dict[str, Any]]) -> None:
    portal = Scripted(*words)
    create(portal)
    assert portal.looks == [words[-1]]
    assert portal.sent == ["create_vm"]


def test_a_creation_that_ends_in_an_error_ends_at_once() -> None:
    with pytest.raises(Failed, match=r"creating VM web-9 .* was accepted by the portal: .* is in the state 'ERROR'"):
        create(Scripted({"status": "building"}, {"status": "ERROR"}))


def test_a_word_that_nobody_knows_is_no_end() -> None:
    with pytest.raises(Failed, match=r"waited 0\.5 s \(wait_timeout\), but it isn't ready \(the portal says 'odd'\)"):
        create(Scripted({"status": "odd"}))


def test_a_machine_that_is_created_switched_off_is_started_where_that_is_wanted() -> None:
    for start, sent in ((True, ["create_vm", "start_vm"]), (False, ["create_vm"])):
        portal = Scripted({"status": "building"}, {"status": "stopped"}, {"status": "running"})
        create(portal, start)
        assert portal.sent == sent


def test_that_a_machine_was_created_is_said_where_it_does_not_start() -> None:
    """Its id and its password aren't lost."""
    portal = Scripted({"status": "building", "password": "made-up"}, {"status": "stopped", "password": "made-up"})
    with pytest.raises(
        Failed, match=r"^VM web-9 of service 401 was created, and it is switched off: start of"
    ) as raised:
        create(portal, start=True)
    assert raised.value.results == {"vm": {"id": "7", "name": "web-9", "password": "made-up"}}


# Which of the machines is the one that was created

MINE, OTHER, UNNAMED = ({"id": "7", "label": "web-9"}, {"id": "8", "label": "other"}, {"id": "9"})
OLD = {"id": "1", "label": "web-1"}


def created(answer: Any, ids_before: set[str], machines: list[Entry], *taken: str) -> str | None:
    """Return the id of the machine that is taken for the new one, web-9."""
    portal = MemoryPortal({"401": machines})
    new = vm._MachineRef("401", "web-9", None, taken=frozenset(taken))
    creation = vm._Creation(portal, new, frozenset(ids_before))  # type: ignore[arg-type]
    creation.note_answer(answer)
    found = creation._find()
    return found.id if found else None


@pytest.mark.parametrize(
    "answer",
    [
        {"id": "7"},
        {"id": 7, "status": True},
        {"vmid": 7},
        {"vm_id": "7"},
        {"uuid": "7"},
        {"vm": {"id": "7"}},
        {"data": {"id": 7}, "error": [], "info": []},
        {"data": {"vm": {"vmid": "7"}}},
        {"vms": {"7": {"label": "web-9"}}},
        {"id": "7", "adminPass": "hush"},
    ],
)
def test_a_created_machine_is_found_by_the_answers_id(answer: Any) -> None:
    """Whatever it is called: the portal may have given it another label."""
    renamed = {**MINE, "label": "vps7.example.ir"}
    assert created(answer, {"1"}, [OLD, OTHER, renamed, UNNAMED]) == "7"


@pytest.mark.parametrize("answer", [{}, [], None, "", {"status": True}, {"vm": []}, {"data": {"status": True}}])
def test_a_created_machine_is_found_by_its_label_where_the_answer_has_no_id(answer: Any) -> None:
    assert created(answer, {"1"}, [OLD, OTHER, MINE, UNNAMED]) == "7"
    assert created(answer, {"1"}, [OLD, OTHER, {**MINE, "label": "WEB-9"}]) == "7"
    # an old one is never taken for it, and of two that might be it none
    assert created(answer, {"1", "7"}, [OLD, MINE]) is None
    assert created(answer, {"1"}, [MINE, {**MINE, "id": "10"}]) is None
    assert created(answer, {"1"}, [OLD, OTHER, UNNAMED]) is None


def test_another_lines_new_machine_is_never_taken_for_it() -> None:
    """Machines of one service are created side by side."""
    assert created({"status": True}, {"1"}, [OLD, OTHER]) == "8", "the portal has given it a name of its own"
    assert created({"status": True}, {"1"}, [OLD, OTHER], "other") is None
    assert created({"status": True}, {"1"}, [OLD, OTHER, UNNAMED], "other") == "9"


def test_the_id_of_a_task_is_none_of_a_machine() -> None:
    """Then only a new machine of exactly this name is the one."""
    assert created({"id": "task-55"}, {"1"}, [OLD, OTHER, MINE]) == "7"
    assert created({"id": "task-55"}, {"1"}, [OLD, OTHER, {**MINE, "label": "WEB-9"}]) is None
    assert created({"id": "task-55"}, {"1"}, [OLD, OTHER]) is None
    assert created({"id": "task-55"}, {"1", "7"}, [OLD, MINE]) is None


def test_passwords_of_the_answer_are_kept() -> None:
    portal = Scripted({"status": "running"})
    portal.send = lambda name, *ids, **more: Answer(  # type: ignore[method-assign]
        OPERATIONS[name], "/x", portal.sent.append(name) or {"status": True, "id": "7", "rootpassword": "made-up"}
    )
    assert create(portal) == {"vm": {"id": "7", "name": "web-9", "password": "made-up"}}
