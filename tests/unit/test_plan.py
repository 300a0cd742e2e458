# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is true of every plan, whatever is there and whatever is wanted."""

from __future__ import annotations

import copy
import json
import os
import socket
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.sindad.cloud.plugins.module_utils._client import Client, Settings, SindadError
from ansible_collections.sindad.cloud.plugins.module_utils._plan import APPLIERS, Change, Plan, applies, set_field
from ansible_collections.sindad.cloud.plugins.module_utils._records import Template, VirtualMachine
from ansible_collections.sindad.cloud.plugins.module_utils._resources import service, vm
from ansible_collections.sindad.cloud.plugins.module_utils._wait import Patience
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from simulator.seed import SEEDS
from simulator.shapes import SHAPES
from simulator.testing import Simulator

# The same examples each time; HYPOTHESIS_PROFILE=explore looks for new ones.
settings.register_profile("fixed", deadline=None, derandomize=True, database=None)
settings.register_profile("explore", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))

TEMPLATES = (
    Template("101", "Debian 12"),
    Template("102", "Ubuntu 24.04"),
    Template("rocky-9", "Rocky Linux 9"),
    Template("201", "Twice"),
    Template("202", "Twice"),
)
STATES = ("present", "absent", "started", "stopped", "restarted", "rescued", "unrescued", "rebuilt")
#: The states that can be observed of a machine and asked for again.
STATE_OF = {"running": "started", "stopped": "stopped", "rescue": "rescued"}
#: What is done whenever it is asked for.
REPEATED = ("restarted", "rebuilt")
NAMES = st.sampled_from(["web-1", "web-2", "db-1", "وب"])

INSTALLED = st.sampled_from(
    [
        *((each.id, each.name) for each in TEMPLATES),
        ("101", None),
        (None, "Debian 12"),
        (None, "102"),
        ("gone", "An old one"),
        (None, None),
    ]
)
SIZE = st.sampled_from([1, 2, 4, 8])


@st.composite
def machines(draw: st.DrawFn) -> tuple[VirtualMachine, ...]:
    """Some machines of a service with different ids, and mostly different names."""
    names = draw(st.lists(NAMES | st.none(), max_size=4))
    found = []
    for number, name in enumerate(names, 1):
        template_id, template = draw(INSTALLED)
        found.append(
            VirtualMachine(
                id=str(1000 + number),
                name=name,
                status=draw(st.sampled_from(["running", "stopped", "rescue", "unknown"])),
                memory=draw(SIZE) * 1024,
                cpu=draw(st.none() | SIZE),
                disk=draw(st.none() | SIZE.map(lambda size: size * 10)),
                template=template,
                template_id=template_id,
                service_id="401",
            )
        )
    return tuple(found)


@st.composite
def wishes(draw: st.DrawFn) -> dict[str, Any]:
    """Options of sindad_vm, as a module gives them to the planner."""
    by_id = draw(st.booleans())
    return {
        "service": "401",
        "name": None if by_id else draw(NAMES),
        "vmid": draw(st.sampled_from(["1001", "1002", "9999"])) if by_id else None,
        "template": draw(st.none() | st.sampled_from(["101", "102", "Debian 12", "UBUNTU 24.04", "rocky-9", "Twice"])),
        "memory": draw(st.none() | SIZE.map(lambda size: size * 1024)),
        "cpu": draw(st.none() | SIZE),
        "disk": draw(st.none() | SIZE.map(lambda size: size * 10)),
        "rebuild": draw(st.sampled_from(["never", "if_template_differs"])),
        "state": draw(st.sampled_from(STATES)),
    }


def observed(found: tuple[VirtualMachine, ...], params: dict[str, Any]) -> vm.Seen:
    """What the module would have looked up, and no more."""
    machine = vm.match(found, params)
    return vm.Seen("401", found, TEMPLATES if vm._needs_templates(params, machine) else ())


def planned(params: dict[str, Any], found: tuple[VirtualMachine, ...]) -> Plan:
    try:
        return vm.plan(params, observed(found, params))
    except SindadError:
        assume(False)
        raise


def carried_out(change: Change, found: tuple[VirtualMachine, ...]) -> tuple[VirtualMachine, ...]:
    """A pure model of a portal."""
    verb, args = change.kind.removeprefix("vm."), change.args
    if verb == "create":
        names = {each.id: each.name for each in TEMPLATES}
        made = VirtualMachine(
            id=str(2000 + len(found)),
            name=args["name"],
            status="running",
            template=names[args["template"]],
            template_id=args["template"],
            service_id="401",
            **{size: args[size] for size in vm.SIZES},
        )
        return (*found, made)
    (target,) = (each for each in found if (each.id == args["vmid"] if args["vmid"] else each.name == args["name"]))
    if verb == "destroy":
        return tuple(each for each in found if each is not target)
    changes: dict[str, Any] = {
        "start": {"status": "running"},
        "stop": {"status": "stopped"},
        "reboot": {},
        "rescue": {"status": "rescue"},
        "unrescue": {"status": "running"},
    }.get(verb, {})
    if verb == "resize":
        changes = {"memory": args["memory"], "cpu": args["cpu"]}
    if verb == "rebuild":
        names = {each.id: each.name for each in TEMPLATES}
        changes = {
            "status": "running",
            "template_id": args["template"],
            "template": names.get(args["template"], target.template),
        }
    return tuple(replace(each, **changes) if each is target else each for each in found)


def applied(plan: Plan, found: tuple[VirtualMachine, ...]) -> tuple[VirtualMachine, ...]:
    for change in plan.changes:
        found = carried_out(change, found)
    return found


# what is true of the planner of machines


@given(found=machines(), number=st.integers(0, 3), by_id=st.booleans(), data=st.data())
def test_a_state_planned_from_itself_is_empty(
    found: tuple[VirtualMachine, ...], number: int, by_id: bool, data: st.DataObject
) -> None:
    assume(number < len(found))
    machine = found[number]
    assume(by_id or (machine.name and [each.name for each in found].count(machine.name) == 1))
    template = data.draw(st.sampled_from([None, machine.template, machine.template_id]))
    params = {
        "service": "401",
        "name": None if by_id else machine.name,
        "vmid": machine.id if by_id else None,
        "template": template,
        "memory": machine.memory,
        "cpu": machine.cpu,
        "disk": machine.disk,
        "rebuild": data.draw(st.sampled_from(["never", "if_template_differs"])),
        "state": data.draw(st.sampled_from(["present", STATE_OF.get(machine.status, "present")])),
    }
    plan = vm.plan(params, observed(found, params))
    assert (plan.changes, plan.warnings) == ((), ())
    assert plan.before == plan.after
    assert plan.result == {"vm": machine}


@settings(max_examples=500)
@given(found=machines(), params=wishes())
def test_a_plan_that_was_applied_is_empty(found: tuple[VirtualMachine, ...], params: dict[str, Any]) -> None:
    plan = planned(params, found)
    assume(not plan.refusals)
    afterwards = applied(plan, found)
    again = vm.plan(params, observed(afterwards, params))
    kinds = [change.kind for change in again.changes]
    if params["state"] == "restarted":
        assert kinds == ["vm.reboot"]
    elif params["state"] == "rebuilt":
        assert kinds == ["vm.rebuild"]
    else:
        assert kinds == []
        assert again.before == again.after


@settings(max_examples=300)
@given(found=machines(), params=wishes())
def test_what_is_expected_is_what_comes(found: tuple[VirtualMachine, ...], params: dict[str, Any]) -> None:
    """What check mode shows is what a real run ends with, but for what only the portal knows."""
    plan = planned(params, found)
    assume(not plan.refusals)
    expected = (plan.result if plan.expected is None else plan.expected)["vm"]
    target = vm.match(applied(plan, found), params)
    if target is None:
        assert expected is None
        return
    if params["state"] == "restarted":
        target = replace(target, status="running")  # how a reboot ends of one that didn't run, nobody knows
    if params["state"] == "rebuilt":
        target = replace(target, template=expected.template)  # an id that nobody had to look up has no name
    assert replace(expected, id=target.id) == target


@given(found=machines(), params=wishes(), data=st.data())
def test_the_order_of_options_does_not_matter(
    found: tuple[VirtualMachine, ...], params: dict[str, Any], data: st.DataObject
) -> None:
    plan = planned(params, found)
    shuffled = dict(data.draw(st.permutations(list(params.items()))))
    assert vm.plan(shuffled, observed(found, shuffled)) == plan


@given(found=machines(), params=wishes())
def test_an_option_left_out_is_never_changed(found: tuple[VirtualMachine, ...], params: dict[str, Any]) -> None:
    plan = planned(params, found)
    before = vm.match(found, params)
    after = vm.match(applied(plan, found), params) if not plan.refusals else before
    assume(before is not None and after is not None)
    assert before is not None
    assert after is not None
    for size in vm.SIZES:
        if params[size] is None:
            assert getattr(after, size) == getattr(before, size)
    if params["template"] is None:
        assert after.template == before.template or params["state"] == "rebuilt"
    if params["rebuild"] == "never" and params["state"] != "rebuilt":
        assert (after.template, after.template_id) == (before.template, before.template_id)
    if params["state"] == "present" and params["rebuild"] == "never":
        assert after.status == before.status
    assert after.disk == before.disk


@given(found=machines(), params=wishes())
def test_other_machines_are_left_alone(found: tuple[VirtualMachine, ...], params: dict[str, Any]) -> None:
    plan = planned(params, found)
    assume(not plan.refusals)
    target = vm.match(found, params)
    others = [each for each in found if each is not target]
    assert [each for each in applied(plan, found) if each.id in {other.id for other in others}] == others
    assert all(change.args["vmid"] == (target.id if target else None) for change in plan.changes)


@given(found=machines(), params=wishes())
def test_a_plan_can_be_saved(found: tuple[VirtualMachine, ...], params: dict[str, Any]) -> None:
    plan = planned(params, found)
    for change in plan.changes:
        assert json.loads(json.dumps(dict(change.args))) == dict(change.args)
        assert change.refused or change.kind in APPLIERS
        assert change.summary
        assert "\n" not in change.summary


@given(found=machines(), params=wishes())
def test_planning_is_pure(found: tuple[VirtualMachine, ...], params: dict[str, Any]) -> None:
    """No I/O, nothing altered, the same each time."""
    wanted, seen = copy.deepcopy(params), copy.deepcopy(found)

    def packet(*_args: Any, **_more: Any) -> None:
        raise AssertionError("planning has opened a connection")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", packet)
        patch.setattr(socket, "getaddrinfo", packet)
        patch.setattr("builtins.open", packet)
        plan = planned(params, found)
        assert vm.plan(params, observed(found, params)) == plan
    assert (params, found) == (wanted, seen)


@given(found=machines(), params=wishes())
def test_a_changed_disk_is_refused_and_not_applicable(
    found: tuple[VirtualMachine, ...], params: dict[str, Any]
) -> None:
    plan = planned(params, found)
    machine = vm.match(found, params)
    differs = machine is not None and params["disk"] not in (None, machine.disk) and params["state"] != "absent"
    differs = differs and machine.disk is not None  # what the portal doesn't say can't be compared
    assert bool(plan.refusals) == differs
    assert "vm.disk" not in APPLIERS
    if differs:
        assert plan.refusals[0].startswith("disk: VM ")
        assert f"{machine.disk} GB" in plan.refusals[0]  # type: ignore[union-attr]


@given(found=machines(), params=wishes())
def test_all_that_is_wrong_is_a_sentence(found: tuple[VirtualMachine, ...], params: dict[str, Any]) -> None:
    message = ""
    try:
        vm.plan(params, observed(found, params))
    except SindadError as error:
        message = str(error)
    assume(message)
    assert "\n" not in message
    assert "None" not in message


# the same over HTTP: hypothesis moves a simulated account from state to state


@pytest.fixture(scope="module", params=list(SHAPES))
def portal(request: pytest.FixtureRequest) -> Any:
    with Simulator(SEEDS / "company.yml", shape=request.param) as simulator:
        yield simulator


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
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
    patience = Patience(timeout=5, interval=0.01)
    for step in steps:
        params = {"service": "402", "vmid": None, **step}
        try:
            seen = vm.observe(client, "402", [params], patience)
            plan = vm.plan(params, seen)
        except SindadError as error:
            if "has no VM" not in str(error):
                raise
            continue
        if plan.refusals:
            continue
        portal.control.clear_log()
        plan.apply(client, patience)
        writes = [entry for entry in portal.requests() if entry["method"] != "GET"]
        assert len(writes) == len(plan.changes)
        assert all((entry["status"] or 0) < 300 for entry in writes)
        again = vm.plan(params, vm.observe(client, "402", [params], patience))
        assert [change.kind for change in again.changes] == {"restarted": ["vm.reboot"], "rebuilt": ["vm.rebuild"]}.get(
            params["state"], []
        )
        outcome, expected = again.result["vm"], plan.expected or plan.result
        if expected["vm"] is None:
            assert outcome is None
        else:
            for name in ("name", "memory", "cpu", "disk", "template"):
                wanted = getattr(expected["vm"], name)
                assert wanted is None or getattr(outcome, name) in (None, wanted)


def test_a_size_that_the_portal_does_not_say_is_left_as_it_is() -> None:
    machine = VirtualMachine("5", "web-1", "running", memory=None, cpu=2, disk=None)
    params = {"name": "web-1", "memory": 1024, "cpu": 4, "disk": 20, "state": "present"}
    plan = vm.plan(params, vm.Seen("401", (machine,)))
    assert plan.warnings == (
        "the portal doesn't say the memory and disk of VM web-1 of service 401, so it is left as it is",
    )
    assert plan.refusals == []
    assert [change.args["cpu"] for change in plan.changes] == [4]
    assert vm.plan(params, vm.Seen("401", (replace(machine, cpu=4),))).changes == ()


# portals that the simulator is not


class Scripted:
    """Machines whose details are another each time they are looked at, and a log of what was sent."""

    def __init__(self, *looks: dict[str, Any]) -> None:
        self.looks = list(looks)
        self.sent: list[str] = []

    def call(self, name: str, *ids: str, body: Any = None) -> Any:
        if name == "list_vms":
            return {"vms": {"7": {"label": "web-9", **self.look()}} if "create_vm" in self.sent else []}
        if name == "get_vm_details":
            return {"vm": {"label": "web-9", **self.looks[0]}}
        self.sent.append(name)
        return {"status": True}

    def look(self) -> dict[str, Any]:
        return self.looks.pop(0) if len(self.looks) > 1 else self.looks[0]


CREATE = {"service": "401", "vmid": None, "name": "web-9", "template": "101", "memory": 512, "cpu": 1, "disk": 10}
QUICK = Patience(timeout=0.5, interval=0.01)


@pytest.mark.parametrize(
    "words",
    [
        [{"status": "pending"}, {"status": "provisioning"}, {"status": "running", "built": 0}, {"status": "running"}],
        [{"status": ""}, {"status": "unknown"}, {"status": "running", "locked": "1"}, {"status": "active"}],
        [{"state": "BUILD"}, {"state": "ACTIVE", "power": 1}],
        [{}],
    ],
)
def test_a_creation_is_waited_for_in_the_words_of_any_back_end(words: list[dict[str, Any]]) -> None:
    portal = Scripted(*words)
    vm.create(portal, CREATE, QUICK)  # type: ignore[arg-type]
    assert portal.looks == [words[-1]]
    assert portal.sent == ["create_vm"]


def test_a_creation_that_ends_in_an_error_has_not_ended() -> None:
    with pytest.raises(SindadError, match=r"waited 0\.5 s \(wait_timeout\), but creating VM web-9 .* has not ended"):
        vm.create(Scripted({"status": "ERROR"}), CREATE, QUICK)  # type: ignore[arg-type]


def test_a_machine_that_is_created_switched_off_is_started_where_that_is_wanted() -> None:
    for start, sent in ((True, ["create_vm", "start_vm"]), (False, ["create_vm"])):
        portal = Scripted({"status": "building"}, {"status": "stopped"}, {"status": "running"})
        vm.create(portal, {**CREATE, "start": start}, QUICK)  # type: ignore[arg-type]
        assert portal.sent == sent


# which of the machines is the one that was created

MINE, OTHER, UNNAMED = (VirtualMachine("7", "web-9"), VirtualMachine("8", "other"), VirtualMachine("9", None))
OLD = VirtualMachine("1", "web-1")


@pytest.mark.parametrize(
    "answer",
    [
        {"id": "7"},
        {"id": 7, "status": True},
        {"vmid": 7},
        {"vm_id": "7"},
        {"uuid": "7"},
        {"vm": {"id": "7"}},
        {"vm": "7"},
        {"vm": 7},
        {"data": {"id": 7}, "error": [], "info": []},
        {"data": {"vm": {"vmid": "7"}}},
        {"vms": {"7": {"label": "web-9"}}},
        {"vms": [{"id": 7}]},
        {"id": "7", "adminPass": "hush"},
    ],
)
def test_a_created_machine_is_found_by_the_answers_id(answer: Any) -> None:
    """Whatever it is called: the portal may have given it another label."""
    renamed = replace(MINE, name="vps7.example.ir")
    assert vm._created(answer, frozenset({"1"}), "web-9", [OLD, OTHER, renamed, UNNAMED]) == renamed


@pytest.mark.parametrize(
    "answer", [{}, [], None, "", {"status": True}, {"vm": []}, {"data": {"status": True}}, {"id": "task-55"}]
)
def test_a_created_machine_is_found_by_its_label_where_the_answer_has_no_id(answer: Any) -> None:
    assert vm._created(answer, frozenset({"1"}), "web-9", [OLD, OTHER, MINE, UNNAMED]) == MINE
    # only by being new where it has no label, or not yet
    unnamed = vm._created(answer, frozenset({"1"}), "web-9", [OLD, OTHER, UNNAMED])
    assert unnamed == (None if "task-55" in str(answer) else UNNAMED)
    # another one's machine is never taken for it, nor an old one
    assert vm._created(answer, frozenset({"1"}), "web-9", [OLD, OTHER]) is None
    assert vm._created(answer, frozenset({"1", "7"}), "web-9", [OLD, MINE]) is None
    assert vm._created(answer, frozenset({"1"}), "web-9", [MINE, replace(MINE, id="10")]) is None


# the label of a service


@given(now=st.none() | st.text(max_size=5), wanted=st.text(min_size=1, max_size=5).filter(str.strip))
def test_a_label(now: str | None, wanted: str) -> None:
    plan = service.plan_label({"label": wanted}, {"service": "401", "label": now})
    assert bool(plan.changes) == (wanted.strip() != now)
    again = service.plan_label({"label": wanted}, {"service": "401", "label": wanted.strip()})
    assert again.changes == ()
    assert plan.expected == {"label": wanted.strip()}
    assert plan.result == {"label": now}
    for change in plan.changes:
        assert (change.kind, change.args) == ("service.label", {"service": "401", "label": wanted.strip()})


# the pieces


def test_one_field() -> None:
    same = set_field("k", "s", "f", 1, 1, args={"a": 0}, result={"f": 1, "g": 2})
    assert (same.changes, same.before, same.after) == ((), {"f": 1}, {"f": 1})
    differs = set_field("k", "s", "f", 1, 2, args={"a": 0}, result={"f": 1, "g": 2})
    assert differs.changes == (Change("k", "s", {"a": 0, "f": 2}),)
    assert (differs.before, differs.after) == ({"f": 1}, {"f": 2})
    assert (differs.result, differs.expected) == ({"f": 1, "g": 2}, {"f": 2, "g": 2})


def test_changes_are_applied_in_order_and_all_but_the_last_are_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[tuple[Any, bool]] = []
    monkeypatch.setitem(
        APPLIERS, "test.step", lambda _client, args, patience: done.append((args["n"], patience.wait)) or args.get("r")
    )
    steps = [Change("test.step", "one", {"n": 1, "r": {"a": 1, "b": 1}}), Change("test.step", "two", {"n": 2})]
    plan = Plan((*steps, Change("test.step", "three", {"n": 3, "r": {"b": 3}})))
    assert plan.apply(None, Patience(wait=False)) == {"a": 1, "b": 3}  # type: ignore[arg-type]
    assert done == [(1, True), (2, True), (3, False)]
    assert plan.lines == ["one", "two", "three"]


def test_what_fails_ends_the_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[int] = []

    def step(_client: Any, args: Any, _patience: Any) -> None:
        done.append(args["n"])
        if args["n"] == 2:
            raise SindadError("no")

    monkeypatch.setitem(APPLIERS, "test.step", step)
    plan = Plan(tuple(Change("test.step", "x", {"n": number}) for number in (1, 2, 3)))
    with pytest.raises(SindadError):
        plan.apply(None, Patience())  # type: ignore[arg-type]
    assert done == [1, 2]


def test_the_outcome_is_what_is_seen_or_else_what_is_expected() -> None:
    machine = VirtualMachine("5", "web-1")
    plan = Plan(result={"vm": None, "n": 1}, expected={"vm": machine, "n": 2})
    seen = Plan(result={"vm": replace(machine, id="6"), "n": None})
    assert plan.outcome(lambda: seen, {}) == {"vm": replace(machine, id="6"), "n": 2}
    assert plan.outcome(lambda: Plan(result={"vm": None, "n": 3}), {}) == {"vm": machine, "n": 3}
    added = plan.outcome(lambda: seen, {"vm": {"password": "x"}, "token": "y"})
    assert added["vm"] == {**machine.as_dict(), "id": "6", "password": "x"}
    assert added["token"] == "y"


def test_refusals_are_listed() -> None:
    plan = Plan((Change("a", "one"), Change("b", "two", refused="not that"), Change("c", "three", refused="nor that")))
    assert plan.refusals == ["not that", "nor that"]


def test_appliers_are_registered_by_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ansible_collections.sindad.cloud.plugins.module_utils._plan.APPLIERS", APPLIERS)

    @applies("test.kind")
    def applier(client: Any, args: Any, patience: Any) -> None:
        """Do nothing."""

    try:
        assert Change("test.kind", "x").apply(None, Patience()) == {}  # type: ignore[arg-type]
        assert APPLIERS["test.kind"] is applier
    finally:
        del APPLIERS["test.kind"]
