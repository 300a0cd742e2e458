# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a fleet file may say, and what planning one must hold to, whatever the file and the account."""

from __future__ import annotations

import copy
import fnmatch
import json
import os
import random
import re
import stat
import sys
import time
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jsonschema
import pytest
from ansible_collections.sindad.cloud.plugins.module_utils._errors import SindadError
from ansible_collections.sindad.cloud.plugins.module_utils._fleet import lock, saved, service_lock
from ansible_collections.sindad.cloud.plugins.module_utils._fleet.apply import FleetPlan, Item
from ansible_collections.sindad.cloud.plugins.module_utils._fleet.export import export_machines, export_service
from ansible_collections.sindad.cloud.plugins.module_utils._fleet.file import parse
from ansible_collections.sindad.cloud.plugins.module_utils._fleet.observe import (
    Observed,
    ObservedService,
    account_of,
    observe_fleet,
)
from ansible_collections.sindad.cloud.plugins.module_utils._fleet.plan import plan_fleet
from ansible_collections.sindad.cloud.plugins.module_utils._plan import Change, Plan
from ansible_collections.sindad.cloud.plugins.module_utils._reading import UNKNOWN, Unknown, known, printable
from ansible_collections.sindad.cloud.plugins.module_utils._records import Choice, Service, VirtualMachine
from ansible_collections.sindad.cloud.plugins.module_utils._resources import vm
from ansible_collections.sindad.cloud.plugins.module_utils._resources.choice import recognise
from ansible_collections.sindad.cloud.plugins.module_utils._settings import Settings
from ansible_collections.sindad.cloud.plugins.plugin_utils._fleet_report import rendered
from hypothesis import assume, given
from hypothesis import strategies as st

from support.memory import MemoryPortal, context, outcome
from support.properties import examples

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))
import fleet_schema

PASSWORD = "never-to-be-seen"


@pytest.fixture(autouse=True, scope="module")
def _own_locks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let no test that runs beside these take the locks of the same portal."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lock.tempfile, "tempdir", str(tmp_path_factory.mktemp("locks")))
        yield


def service(**keys: Any) -> dict[str, Any]:
    return {"services": [{"service": "401", **keys}]}


def machine(**keys: Any) -> dict[str, Any]:
    return service(vms=[{"name": "web-1", **keys}])


def system(**keys: Any) -> dict[str, Any]:
    return service(os={"template": "Debian 12", **keys})


RIGHT = {
    "nothing": {"services": []},
    "bare numbers": {"services": [{"service": 401, "vms": [{"name": 1, "memory": "2048", "template": 101}]}]},
    "switches": machine(power=True),
    "words": machine(power="stopped", rebuild="if_template_differs"),
    "off": service(power=False),
    "everything of a server": service(
        label="db",
        hostname="db.example.ir",
        power="on",
        os={"template": "a", "recipe": "b", "password": "c"},
        ips=[{"ip": "185.0.2.10", "domain": "db.example.ir."}, {"ip": "2001:db8::1"}, {"ip": 71}],
    ),
    "defaults": {"defaults": {"memory": 1, "power": "running"}, "services": [{"service": "a.ir", "vms": []}]},
    "pruned": service(vms=[], prune=True, protected=["db-*", 7]),
    "not pruned": service(label="x", prune=False),
    "cleared": service(label="", ips=[{"ip": "71", "domain": ""}]),
    "any script": machine(name="وب-شماره"),
}
WRONG = {
    "fleet must be a dictionary, not a list": [],
    "fleet must be a dictionary, not None": None,
    "services is missing": {},
    "services must be a list, not a dictionary": {"services": {}},
    "server is an unknown key; did you mean services?": {"server": [], "services": []},
    "True is an unknown key; known keys are: account, defaults, services": {True: 1, "services": []},
    "services[0] must be a dictionary, not 'web'": {"services": ["web"]},
    "services[0].service is missing": {"services": [{}]},
    "services[0].service must be a non-empty string of one line, not ''": {"services": [{"service": " "}]},
    "services[0].service must be a string, not 1.5": {"services": [{"service": 1.5}]},
    "services[0].prune must be true or false, not 'yes'": service(prune="yes", vms=[]),
    "services[0].prune requires vms, an empty list if all machines are to be destroyed": service(prune=True),
    "services[0]: vms and os can't be used together": {
        **system(),
        "services": [{**system()["services"][0], "vms": []}],
    },
    "services[0].protected must be a list, not 'db-*'": service(protected="db-*"),
    "services[0].protected[1] must be a string, not None": service(protected=["a", None]),
    "services[0].power must be on or off, not 'running'": service(power="running"),
    "services[0].vms[0].power must be running or stopped, not 'on'": machine(power="on"),
    "services[0].vms[0].rebuild must be a string, not True": machine(rebuild=True),
    "services[0].vms[0].rebuild must be a string, not False": machine(rebuild=False),
    "services[0].vms[0].memory must be an integer (MB), not '2 GB'": machine(memory="2 GB"),
    "services[0].vms[0].memory must be an integer (MB), not True": machine(memory=True),
    "services[0].vms[0].cpu must be an integer of 1 or more, not 0": machine(cpu=0),
    "services[0].vms[0].memroy is an unknown key; did you mean memory?": machine(memroy=1),
    "services[0].vms[0].state is an unknown key": machine(state="started"),
    "services[0].vms[0].name is missing": service(vms=[{"name": None}]),
    "services[0].vms[0].name must be a non-empty string of one line": machine(name="a\nb"),
    "services[0].hostname must be a host name": service(hostname="not a name"),
    "services[0].ips[0].domain must be a host name": service(ips=[{"ip": "71", "domain": "-"}]),
    "services[0].os.template is missing": service(os={}),
    "services[0].os must be a dictionary, not a list": service(os=[PASSWORD]),
    "services[0].os.password must be a string": system(password=[PASSWORD]),
    "services[0].os.password must be a str": system(password=1.5),
    "services[0].os.password is empty": system(password=""),
    "defaults.name is an unknown key": {"defaults": {"name": "x"}, "services": []},
}
#: What a schema can't tell: two places of a file compared, blanks around words, what is endless.
BEYOND_A_SCHEMA = {
    "services[0].vms[0].memory must be an integer (MB), not '²'": machine(memory="²"),
    "services[0].vms[0].memory must be an integer (MB), not '999": machine(memory="9" * 5000),
    "services[0].vms[0].name must have at most 1000 characters": machine(name="x" * 10**6),
    "services[0].os.password must have at most 1000 characters": system(password=PASSWORD * 1000),
    "services[0].power must be on or off, not 'xxx": service(power="x" * 500),
    "services[0].vms[2].name: 'a' is already listed at services[0].vms[0].name": service(
        vms=[{"name": "a"}, {"name": "A"}, {"name": " a "}]
    ),
    "services[1].service: '401' is already listed at services[0].service": {
        "services": [{"service": "401"}, {"service": 401}]
    },
    "services[0].ips[1].ip: '71' is already listed at services[0].ips[0].ip": service(ips=[{"ip": "71"}, {"ip": 71}]),
}


@pytest.mark.parametrize("wanted", RIGHT.values(), ids=RIGHT)
def test_right(wanted):
    before = copy.deepcopy(wanted)
    parsed = parse(wanted)
    assert wanted == before
    assert parse(parsed) == parsed
    jsonschema.validate(wanted, fleet_schema.schema())
    jsonschema.validate(parsed, fleet_schema.schema())


@pytest.mark.parametrize(("sentence", "wanted"), {**WRONG, **BEYOND_A_SCHEMA}.items(), ids=[*WRONG, *BEYOND_A_SCHEMA])
def test_wrong(sentence, wanted):
    with pytest.raises(SindadError) as caught:
        parse(wanted)
    assert str(caught.value).startswith(sentence)
    assert PASSWORD not in str(caught.value)
    assert len(str(caught.value)) < 200
    if sentence in WRONG and not (isinstance(wanted, dict) and True in wanted):  # JSON has no such keys
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wanted, fleet_schema.schema())


def test_normalised():
    parsed = parse(
        {
            "defaults": {"memory": 2048, "power": False},
            "services": [
                {"service": 401, "prune": None, "vms": [{"name": " web-1 ", "cpu": "2"}, {"name": "b", "power": True}]}
            ],
        }
    )
    assert parsed["services"] == [
        {
            "service": "401",
            "vms": [
                {"memory": 2048, "power": "stopped", "name": "web-1", "cpu": 2},
                {"memory": 2048, "power": "running", "name": "b"},
            ],
        }
    ]


def test_a_template_may_stand_for_any_value():
    schema = fleet_schema.schema()
    template = "{{ lookup('ansible.builtin.env', 'X') }}"
    for keys in ({"memory": template}, {"power": template}, {"template": template}):
        jsonschema.validate(machine(**keys), schema)
    jsonschema.validate(system(password=template), schema)


def test_what_is_generated_is_not_stale():
    for path, content in fleet_schema.made().items():
        assert path.read_text(encoding="utf-8") == content, f"{path.name}: run tests/tools/fleet_schema.py"


# Planning: whatever the account, and whatever is wanted.

TEMPLATES = tuple(Choice(str(101 + number), name) for number, name in enumerate(("Debian 12", "Ubuntu 24.04", "Arch")))
#: Names that look alike, or are patterns, beside ordinary ones.
LETTERS = "ab-\u00e9\u0301{}%# *[]\u064a\u06cc1\u06f1\u200f"
NAMES = st.one_of(
    st.sampled_from(["web-1", "web-2", "db-1", "DB-1", "on", "12", "[a] b", "db-1."]),
    st.text(LETTERS, min_size=1, max_size=4),
)
names = NAMES.map(str.strip).filter(bool)
SIZES = {"memory": st.sampled_from([1024, 2048]), "cpu": st.integers(1, 2), "disk": st.sampled_from([20, 40])}
SERVICES = ("401", "402", "403")

Account = dict[str, tuple[VirtualMachine, ...]]


def told(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Draw a value that the portal tells, or mostly."""
    return st.one_of(values, values, values, st.just(UNKNOWN))


@st.composite
def accounts(draw: st.DrawFn, *, all_known: bool = False) -> Account:
    """Draw the machines of one to three services."""
    may_be = (lambda values: values) if all_known else told
    systems = [(each.name, each.id) for each in TEMPLATES]
    systems += [] if all_known else [("Debian", UNKNOWN), (UNKNOWN, "101"), (UNKNOWN, UNKNOWN), ("Arch", "101")]
    statuses = ["running", "stopped", "rescue", "building"] + ([] if all_known else ["unknown"])

    def one(owner: str, number: int, name: str | Unknown) -> VirtualMachine:
        template, template_id = draw(st.sampled_from(systems))
        return VirtualMachine(
            id=f"{owner}{number}",
            name=name,
            status=draw(st.sampled_from(statuses)),
            template=template,
            template_id=template_id,
            service_id=owner,
            **{size: draw(may_be(values)) for size, values in SIZES.items()},
        )

    def named(names_of_service: list[str]) -> Iterator[str | Unknown]:
        for name in names_of_service:
            yield name if all_known else draw(told(st.just(name)))

    return {
        owner: tuple(
            one(owner, number, name)
            for number, name in enumerate(named(draw(st.lists(names, max_size=4, unique=True))))
        )
        for owner in SERVICES[: draw(st.integers(1, 3))]
    }


@st.composite
def fleets(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a fleet file for such an account."""
    fields = {"template": st.sampled_from(["Debian 12", "102", "Arch"]), **SIZES}
    power = st.sampled_from(["running", "stopped", True, False])
    optional = {"power": power, "rebuild": st.sampled_from(["never", "if_template_differs"])}
    vms = st.lists(
        st.fixed_dictionaries({"name": names, **fields}, optional=optional),
        max_size=4,
        unique_by=lambda entry: entry["name"],
    )
    patterns = st.sampled_from(["db-*", "*-1", "A*", "[a] b", "4010"])
    entry = {"prune": st.booleans(), "protected": st.lists(patterns, max_size=2)}
    return {
        "services": [
            {"service": owner, "vms": draw(vms), **draw(st.fixed_dictionaries(entry))}
            for owner in SERVICES[: draw(st.integers(1, 3))]
        ]
    }


def observed(fleet: dict[str, Any], account: Account, saved_plan: Any = None) -> Observed:
    """Return what would be observed of an account in memory."""
    seen = (
        ObservedService(
            Service(entry["service"]), vms=vm.Observed(entry["service"], account.get(entry["service"], ()), TEMPLATES)
        )
        for entry in fleet["services"]
    )
    return Observed(fleet, tuple(seen), STAMP, saved_plan)


STAMP = {"made": "2026-01-01T00:00:00+00:00", "api_url": "https://portal/api", "account": "ops@example.com"}


def planned(wanted: Any, account: Account, max_destroy: str = "100%") -> FleetPlan:
    """Plan a fleet; what is refused as a whole is no example."""
    try:
        return plan_fleet(observed(parse(wanted), account), max_destroy, 8)
    except SindadError as error:
        sentence = str(error)
    assert sentence.startswith("services["), "each error has its place"
    assert "\n" not in sentence
    assume(False)
    raise AssertionError


def fits(name: str, pattern: str) -> bool:
    """Whether a pattern protects a name, told as simply as can be."""
    plain_name, plain_pattern = (unicodedata.normalize("NFC", word).casefold() for word in (name, pattern))
    return plain_name == plain_pattern or fnmatch.fnmatchcase(plain_name, plain_pattern)


@given(accounts(all_known=True))
def test_the_plan_of_an_export_is_empty(account: Account) -> None:
    nobody = MemoryPortal()
    notes: list[str] = []
    exported = {
        "services": [
            {"service": owner, "prune": True, "vms": export_machines(nobody, Service(owner), machines, notes)}
            for owner, machines in account.items()
        ]
    }
    plan = planned(exported, account)
    assert plan.changes == ()
    assert plan.warnings == ()
    assert len(notes) == sum(
        each.status in ("rescue", "building") for machines in account.values() for each in machines
    )


@given(accounts())
def test_an_export_changes_nothing_and_says_what_it_leaves_out(account: Account) -> None:
    portal = MemoryPortal({owner: [] for owner in account})
    notes: list[str] = []
    exported = {
        "services": [
            {"service": owner, "prune": True, "vms": export_machines(portal, Service(owner), machines, notes)}
            for owner, machines in account.items()
        ]
    }
    assert planned(exported, account).changes == ()
    for machine in (each for machines in account.values() for each in machines):
        lacks = [machine.name, machine.memory, machine.cpu, machine.disk]
        is_whole = not any(isinstance(value, Unknown) for value in lacks) and machine.status in ("running", "stopped")
        assert is_whole or any(f"({machine.id})" in note for note in notes)


@given(fleets(), accounts(), st.randoms(use_true_random=False))
def test_the_order_in_the_file_does_not_matter(wanted: Any, account: Account, chance: random.Random) -> None:
    shuffled = copy.deepcopy(wanted)
    chance.shuffle(shuffled["services"])
    for entry in shuffled["services"]:
        chance.shuffle(entry["vms"])
    one = planned(wanted, account, "1")
    other = plan_fleet(observed(parse(shuffled), account), "1", 8)
    assert sorted(one.lines) == sorted(other.lines)
    assert one.result["summary"] == other.result["summary"]


@given(fleets(), accounts(), st.sampled_from(["0", "1", "2", "34%", "50%", "100%"]))
def test_what_a_plan_may_do(wanted: Any, account: Account, limit: str) -> None:
    plan = planned(wanted, account, limit)
    summary = plan.result["summary"]
    assert json.loads(json.dumps(plan.result)) == plan.result, "a plan is plain JSON"
    assert sum(summary.values()) - summary["unlisted"] == len(plan.items)
    assert summary["unlisted"] == len(plan.result["unlisted"])
    assert len(plan.lines) == len(plan.changes)
    if limit.isdigit():
        assert summary["destroyed"] + summary["replaced"] <= int(limit)
    for entry in wanted["services"]:
        machines = account.get(entry["service"], ())
        mine = [item for item in plan.items if item.service == entry["service"]]
        destroyed = [item for item in mine if item.action == "destroy"]
        assert not destroyed or entry["prune"]
        erased = [item for item in mine if any(change.erases and not change.refused for change in item.plan.changes)]
        assert all(item.action in ("destroy", "replace", "refused") for item in erased)
        if limit.endswith("%"):
            assert len(erased) <= len(machines) * int(limit[:-1]) / 100 or plan.refusals
        for item in mine:
            harmful = {change.kind for change in item.plan.changes if not change.refused}
            harmful &= {"vm.destroy", "vm.rebuild", "vm.stop"}
            told_names = [*item.plan.names, (item.plan.before or {}).get("name")]
            protecting = [name for name in told_names if isinstance(name, str)]
            if item.plan.before and any(fits(name, word) for name in protecting for word in entry["protected"]):
                assert not harmful


@examples(2)
@given(fleets(), accounts())
def test_nothing_follows_from_what_is_not_known(wanted: Any, account: Account) -> None:
    plan = planned(wanted, account)
    for entry in wanted["services"]:
        machines = {machine.id: machine for machine in account.get(entry["service"], ())}
        lines = {f"VM {line['name']} of service {entry['service']}": line for line in entry["vms"]}
        for item in plan.items:
            if item.service != entry["service"]:
                continue
            kinds = {change.kind for change in item.plan.changes if not change.refused}
            machine = machines.get(str(item.plan.names[-1])) if item.plan.names else None
            line = lines.get(item.resource)
            if machine is None:
                assert kinds <= {"vm.create", "vm.stop"}
                assert not kinds or not any(isinstance(each.name, Unknown) for each in machines.values())
                continue
            if line is None:
                assert isinstance(machine.name, str), "a machine without a name may be a listed one"
                assert entry["prune"]
                assert machine.name not in [each["name"] for each in entry["vms"]]
                continue
            if "vm.resize" in kinds:
                present = {size: machine.size(size) for size in ("memory", "cpu")}
                assert any(not isinstance(now, Unknown) and now != line[size] for size, now in present.items())
            if "vm.rebuild" in kinds:
                assert not isinstance(recognise(TEMPLATES, machine.template, machine.template_id), Unknown)
                assert line["rebuild"] == "if_template_differs"
                assert machine.name == line["name"], "what erases needs the exact name"
            elif {"vm.start", "vm.stop"} & kinds:
                assert machine.status != "unknown"


@given(accounts())
def test_what_is_not_told_is_said_once(account: Account) -> None:
    """However many machines there are of which the portal doesn't say something."""
    blank = {
        owner: tuple(
            replace(machine, name=f"vm-{number}", template=UNKNOWN, template_id=UNKNOWN, memory=UNKNOWN, disk=UNKNOWN)
            for number, machine in enumerate(machines)
        )
        for owner, machines in account.items()
    }
    wanted = {
        "services": [
            {"service": owner, "vms": [{"name": known(each.name), "template": "101", "memory": 1024} for each in found]}
            for owner, found in blank.items()
        ]
    }
    plan = planned(wanted, blank)
    count = sum(map(len, blank.values()))
    assert plan.changes == ()
    assert len(plan.warnings) == (2 if count else 0)
    for machine in (each for machines in blank.values() for each in machines):
        assert all(f"VM {machine.name} of service {machine.service_id}" in warning for warning in plan.warnings)
    if count:
        assert "sindad_vm with state rebuilt" in plan.warnings[0]
        assert "sindad_api with operation resize_vm" in plan.warnings[1]


def test_a_warning_lists_a_dozen() -> None:
    account = {"401": tuple(VirtualMachine(str(number), f"vm-{number}", "stopped") for number in range(40))}
    (warning,) = planned(service(vms=[{"name": each.name, "cpu": 1} for each in account["401"]]), account).warnings
    assert warning.startswith("the portal doesn't report the cpu of VM vm-0 of service 401, so it is left as it is; ")
    assert warning.endswith("VM vm-12 of service 401 and 27 more")


@given(fleets(), accounts())
def test_a_saved_plan_is_what_is_planned_again(wanted: Any, account: Account) -> None:
    fresh = planned(wanted, account)
    plan = json.loads(json.dumps(fresh.result["saved_plan"]))
    saved._check_plan(plan)
    fleet = saved.fleet_of(None, plan)
    if fresh.refusals:
        with pytest.raises(SindadError, match="plan_file holds refused changes"):
            plan_fleet(observed(fleet, account, plan), None, 1)
    else:
        again = plan_fleet(observed(fleet, account, plan), None, 1)
        assert again.lines == fresh.lines
        assert again.result["saved_plan"] == fresh.result["saved_plan"]


@pytest.mark.parametrize(
    ("machines", "share", "allowed"), [(20, "5%", 1), (19, "5%", 0), (20, "10%", 2), (1, "100%", 1)]
)
def test_a_share_is_rounded_down(machines: int, share: str, allowed: int) -> None:
    account = {"401": tuple(VirtualMachine(id=str(number), name=f"vm-{number}") for number in range(machines))}
    kept = [{"name": each.name} for each in account["401"][allowed:]]
    plan = planned(service(vms=kept, prune=True), account, share)
    assert plan.result["summary"]["destroyed"] == allowed
    assert planned(service(vms=kept[1:], prune=True), account, share).refusals or not kept


# Names


def machines_of(*names_of_machines: str | Unknown) -> Account:
    return {
        "401": tuple(
            VirtualMachine(f"20{number}", name, "running", 2048, 1, 20, "Debian 12", "101", service_id="401")
            for number, name in enumerate(names_of_machines, 1)
        )
    }


def line(name: str, **keys: Any) -> dict[str, Any]:
    return {"name": name, "template": "Debian 12", "memory": 2048, "cpu": 1, "disk": 20, **keys}


#: A machine's name, and how a file writes it.
ALIKE = {
    "letter case": ("Web-1", "web-1"),
    "Arabic letters": ("\u0643\u064a", "\u06a9\u06cc"),
    "digits": ("web-\u06f1", "web-1"),
    "composed": ("caf\u00e9", "cafe\u0301"),
    "blanks": ("web 1", "web  1"),
    "no-break space": ("web\u00a01", "web 1"),
    "direction mark": ("web-1\u200f", "web-1"),
    "entity": ("a &amp; b", "a & b"),
}


@pytest.mark.parametrize(("there", "written"), ALIKE.values(), ids=ALIKE)
def test_a_machine_that_is_called_alike_is_that_machine(there: str, written: str) -> None:
    account = machines_of(there)
    same = planned(service(vms=[line(written)], prune=True), account)
    assert same.changes == (), "no twin, and it isn't pruned"
    assert len(same.warnings) == 1
    assert "201" in same.warnings[0]
    resized = planned(service(vms=[line(written, memory=1024)]), account)
    assert [change.kind for change in resized.changes] == ["vm.resize"]
    assert resized.refusals == []
    rebuilt = planned(service(vms=[line(written, template="Arch", rebuild="if_template_differs")]), account)
    assert len(rebuilt.refusals) == 1
    assert "needs the exact name or vmid" in rebuilt.refusals[0]


@pytest.mark.parametrize(("one", "other"), ALIKE.values(), ids=ALIKE)
def test_two_lines_that_look_alike_need_two_machines(one: str, other: str) -> None:
    both = service(vms=[line(one), line(other)])
    assert planned(both, machines_of(one, other)).changes == ()
    for account in (machines_of(), machines_of(one), machines_of(other), machines_of(one, "else")):
        with pytest.raises(SindadError, match=r"^services\[0\]\.vms: the names .* count as the same name") as caught:
            plan_fleet(observed(parse(both), account), "1", 8)
        assert str(caught.value).isascii(), "what looks alike is told apart"


def test_several_that_are_called_alike_are_ambiguous() -> None:
    with pytest.raises(SindadError, match=r"^services\[0\]\.vms(\[0\])?: name: 'web-1' is ambiguous, .* 201 .* 202"):
        plan_fleet(observed(parse(service(vms=[line("web-1")])), machines_of("WEB-1", "Web-1")), "1", 8)


def test_one_that_another_line_names_exactly_is_not_meant() -> None:
    account = machines_of("DB-1", "web-1")
    plan = planned(service(vms=[line("DB-1"), line("web-1"), line("web-2")]), account)
    assert plan.lines == ["+ create VM web-2 in service 401 (Debian 12, 2048 MB, 1 CPU, 20 GB)"]


def test_a_machine_without_a_name_may_be_a_listed_one() -> None:
    account = machines_of("web-1", UNKNOWN)
    with pytest.raises(SindadError, match=r"^services\[0\]\.vms\[1\]: name: .* VM 202 .* nothing was created"):
        plan_fleet(observed(parse(service(vms=[line("web-1"), line("web-2")])), account), "1", 8)
    pruned = planned(service(vms=[line("web-1")], prune=True), account)
    assert pruned.changes == ()
    assert pruned.warnings == (
        (
            "the portal doesn't report the name of VM 202 of service 401, which may be a listed one; it is left as it "
            "is: sindad_vm with its vmid can destroy it"
        ),
    )


#: What protects a machine of a name: that name, a pattern, and what is compared as the same.
PROTECTING = {
    "brackets": ("[prod] db", "[prod] db"),
    "a bracket that is a pattern": ("p", "[prod]"),
    "a question mark": ("what?", "what?"),
    "a star": ("db *", "db *"),
    "pattern": ("db-1", "db-*"),
    "pattern in another case": ("DB-1", "db-*"),
    "name in another case": ("db-1", "Db-1"),
    "a dot at the end": ("db.example.ir.", "db.example.ir"),
    "a dot at the pattern's end": ("db.example.ir", "*.example.ir."),
    "composed": ("caf\u00e9", "cafe\u0301"),
    "decomposed": ("cafe\u0301", "caf\u00e9"),
    "Arabic letters in the name": ("\u0628\u0627\u0646\u0643", "\u0628\u0627\u0646\u06a9"),
    "Persian letters in the name": ("\u062f\u06cc\u062a\u0627-1", "\u062f\u064a\u062a\u0627-*"),
    "digits": ("db-\u06f1", "db-1"),
    "id": ("db-1", "201"),
    "blanks": ("db  1", "db 1"),
}


@pytest.mark.parametrize(("name", "pattern"), PROTECTING.values(), ids=PROTECTING)
@pytest.mark.parametrize("by", ["file", "variable"])
def test_protection_compares_names_both_ways(name: str, pattern: str, by: str) -> None:
    account = machines_of(name)
    harms = [
        service(vms=[], prune=True),
        service(vms=[line(name, template="Arch", rebuild="if_template_differs")]),
        service(vms=[line(name, power="stopped")]),
    ]
    for wanted in harms:
        assert planned(wanted, account).refusals == []
        if by == "file":
            wanted["services"][0]["protected"] = ["nothing", pattern]
        seen = replace(observed(parse(wanted), account), protected=(pattern,) if by == "variable" else ())
        (refusal,) = plan_fleet(seen, "100%", 8).refusals
        assert refusal.endswith(f"is protected by {pattern!r}")


@pytest.mark.parametrize(("name", "pattern"), [("db-1", "db"), ("db-1", "[db]-1x"), ("web", "*db*"), ("db-1", "2001")])
def test_what_does_not_match_is_not_protected(name: str, pattern: str) -> None:
    wanted = service(vms=[], prune=True, protected=[pattern])
    assert planned(wanted, machines_of(name)).refusals == []


SERVER_NAMES = {
    "id": "512",
    "host name": "db.example.ir",
    "host name, pattern": "*.EXAMPLE.ir",
    "domain": "front.example.com.",
    "label": "\u062f\u064a\u062a\u0627",
    "label, pattern": "\u062f\u06cc*",
    "the name to be": "new.example.ir",
}


@pytest.mark.parametrize("pattern", SERVER_NAMES.values(), ids=SERVER_NAMES)
@pytest.mark.parametrize("keys", [{"power": "off"}, {"os": {"template": "101"}}], ids=["power", "os"])
@pytest.mark.parametrize("list_tells_domain", [True, False])
def test_a_server_is_protected_by_each_of_its_names(
    pattern: str, keys: dict[str, Any], list_tells_domain: bool
) -> None:
    """Also by those that the file doesn't manage: they are asked for where something is protected."""
    server = {
        "info": {"hostname": "db.example.ir", "os": "Ubuntu 24.04"},
        "power": {"power": "on"},
        "label": "\u062f\u06cc\u062a\u0627",
    }
    portal = MemoryPortal(servers={"512": server})
    entry = {"id": "512", "name": "Server", "status": "Active", "domain": "front.example.com"}
    portal.services = [entry if list_tells_domain else {**entry, "domain": ""}]
    portal._service_details = lambda _service: {"service": entry}  # type: ignore[method-assign]
    if pattern.startswith("new"):
        keys = {**keys, "hostname": "new.example.ir"}
    for protected in ([], [pattern]):
        fleet = parse({"services": [{"service": "512", "protected": protected, **keys}]})
        plan = plan_fleet(observe_fleet(context(portal), fleet), "1", 8)
        assert len(plan.refusals) == len(protected)
        again = parse({"services": [{"service": "512", **keys}]})
        by_variable = plan_fleet(observe_fleet(context(portal, protected=tuple(protected)), again), "1", 8)
        assert len(by_variable.refusals) == len(protected)
    assert portal.sent == []


def test_names_are_asked_for_only_where_something_is_protected() -> None:
    server = {"info": {"hostname": "db", "os": "Ubuntu 24.04"}, "power": {"power": "on"}, "label": "x"}
    portal = MemoryPortal(servers={"512": server})
    observe_fleet(context(portal), parse({"services": [{"service": "512", "power": "on"}]}))
    assert portal.asked == [("list_services", ()), ("get_server_state", ("512",))]


# An account that is observed, changed and observed again


@st.composite
def told_accounts(draw: st.DrawFn) -> dict[str, list[dict[str, Any]]]:
    """Draw what a portal tells of the machines of two services."""
    systems = [{"id": "101", "name": "Debian 12"}, {"id": "102", "name": "Ubuntu 24.04"}, "Debian", "101", None]
    fields = {
        "status": st.sampled_from(["running", "stopped", "rescue", "frozen", ""]),
        "memory": st.sampled_from(["1,024", "2048", "4 GB", "4", None]),
        "cpus": st.sampled_from([1, "2", "many"]),
        "disk": st.sampled_from([20, "40 GB", "N/A"]),
        "template": st.sampled_from(systems),
    }
    told_names = st.lists(names, max_size=3, unique=True)
    return {
        owner: [
            {"id": f"{owner}{number}", "label": name, **draw(st.fixed_dictionaries({}, optional=fields))}
            for number, name in enumerate(draw(told_names))
        ]
        for owner in SERVICES[:2]
    }


@examples(2)
@given(account=told_accounts(), wanted=fleets())
def test_a_fleet_that_was_applied_plans_nothing(account: dict[str, Any], wanted: dict[str, Any]) -> None:
    portal = MemoryPortal(account)
    wanted["services"] = [entry for entry in wanted["services"] if entry["service"] in account]
    for entry in wanted["services"]:
        for machine in entry["vms"]:
            machine["template"] = {"Arch": "Rocky Linux 9"}.get(machine["template"], machine["template"])
    fleet = parse(wanted)

    def plan_now() -> Any:
        return outcome(lambda: plan_fleet(observe_fleet(context(portal), fleet), "100%", 4))

    first = plan_now()
    assert portal.sent == []
    assume(isinstance(first, FleetPlan) and not first.refusals)
    before = copy.deepcopy(portal.vms)
    first.apply(context(portal))
    assert len(portal.sent) == len(first.changes)
    destroyed = {ids[1] for operation, ids, _body in portal.sent if operation == "destroy_vm"}
    touched = {ids[1] for _operation, ids, _body in portal.sent if len(ids) > 1}
    for owner, machines in before.items():
        after = {entry["id"]: entry for entry in portal.vms[owner]}
        for entry in machines:
            if entry["id"] in destroyed:
                assert next(each["prune"] for each in wanted["services"] if each["service"] == owner)
            elif entry["id"] not in touched:
                assert after[entry["id"]] == entry
    again = plan_now()
    assert isinstance(again, FleetPlan)
    assert again.lines == []


def test_what_else_changes_a_server_waits_for_its_reinstallation() -> None:
    """Also with wait: false: a server that is switched off in the middle of it has no system."""
    done: list[tuple[str, bool]] = []

    def step(kind: str) -> Plan:
        return Plan((Change(kind, kind, lambda context: done.append((kind, context.policy.wait))),))

    items = tuple(Item(kind, owner, step(kind)) for kind, owner in ORDERED)
    impatient = context(MemoryPortal())
    impatient = replace(impatient, policy=replace(impatient.policy, wait=False))
    FleetPlan(items=items[::-1], workers=1).apply(impatient)
    assert done == [(kind, owner == "512") for kind, owner in ORDERED]


ORDERED = (
    ("service.label", "401"),
    ("server.hostname", "512"),
    ("ip.domain", "512"),
    ("vm.create", "401"),
    ("vm.resize", "401"),
    ("vm.rebuild", "401"),
    ("server.reinstall", "512"),
    ("server.power", "512"),
    ("vm.destroy", "401"),
)


def test_an_export_of_a_server() -> None:
    server = {
        "info": {"hostname": "db.example.ir", "os": "Twice"},
        "power": {"power": "on"},
        "label": "db",
        "ips": [{"id": "71", "address": "185.0.3.10", "domain": ""}],
    }
    portal = MemoryPortal(servers={"512": server})
    entry, notes = export_service(portal, Service("512"))  # type: ignore[arg-type]
    assert entry == {
        "service": "512",
        "label": "db",
        "hostname": "db.example.ir",
        "power": "on",
        "ips": [{"ip": "185.0.3.10"}],
    }
    assert notes == ["service 512: its system (Twice) is not one of its templates"]
    server["info"] = {"hostname": "", "os": "201"}
    server["ips"] = [{"id": "71", "address": "185.0.3.10"}]
    server["power"] = {"power": "half"}
    entry, notes = export_service(MemoryPortal(servers={"512": server}), Service("512"))  # type: ignore[arg-type]
    assert entry is not None
    assert entry["os"] == {"template": "201"}, "a name that two templates have is no name"
    assert not {"hostname", "power"} & entry.keys()
    assert notes == [
        "service 512: its host name is unknown, so it is left out",
        "service 512: its power state is unknown, so it is left out",
        "service 512: its domain of 185.0.3.10 is unknown, so it is left out",
    ]
    nothing, notes = export_service(MemoryPortal(servers={"512": {}}), Service("512"))  # type: ignore[arg-type]
    assert nothing is None
    assert notes == ["service 512: it has neither machines nor a server"]


# Locks


def test_one_run_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock.tempfile, "tempdir", str(tmp_path))
    here, there = (SimpleNamespace(settings=Settings(api_url=f"https://{name}/api")) for name in ("a", "b"))
    with service_lock.service_locks(here, ["401", "402"]):
        for other in (here, ["403"]), (there, ["401"]):
            with service_lock.service_locks(*other):
                pass
        with (
            pytest.raises(SindadError, match="service 402 is being changed by another run"),
            service_lock.service_locks(here, ["402"]),
        ):
            pass
    with service_lock.service_locks(here, ["402"]):
        pass
    (folder,) = tmp_path.iterdir()
    assert folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("what", ["link", "file", "theirs", "open to all", "pipe"])
def test_another_users_folder_for_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    monkeypatch.setattr(lock.tempfile, "tempdir", str(tmp_path))
    client = SimpleNamespace(settings=Settings(api_url="https://a/api"))
    folder = tmp_path / f"sindad-cloud-{os.getuid()}"
    if what == "link":
        (tmp_path / "elsewhere").mkdir(mode=0o700)
        folder.symlink_to(tmp_path / "elsewhere")
    elif what == "file":
        folder.write_text("")
    elif what == "pipe":
        os.mkfifo(folder)
    else:
        folder.mkdir()
        folder.chmod(0o777 if what == "open to all" else 0o700)
    if what == "theirs":
        uid = os.getuid()
        folder.rename(tmp_path / f"sindad-cloud-{uid + 1}")
        monkeypatch.setattr(os, "getuid", lambda: uid + 1)
    with (
        pytest.raises(SindadError, match=r"must be a folder that only this user can write to; nothing was changed$"),
        service_lock.service_locks(client, ["402"]),
    ):
        pass


def test_a_folder_for_locks_that_can_not_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock.tempfile, "tempdir", str(tmp_path / "none"))
    client = SimpleNamespace(settings=Settings(api_url="https://a/api"))
    with (
        pytest.raises(SindadError, match=r"can't be created \(No such file or directory\); nothing was changed$"),
        service_lock.service_locks(client, ["402"]),
    ):
        pass


# Saved plans


def test_how_a_resource_moved() -> None:
    before = {"name": "a", "memory": 1, "status": "running"}
    change = Change("vm.resize", "resize it")
    described = Item("VM a", "401", Plan((change,), before, {**before, "memory": 2})).described()

    def moved(*changes: Change, now: Any, was: Any) -> str | None:
        return saved.moved_since(was, Item("VM a", "401", Plan(changes, now, described["after"])))

    assert moved(change, now=before, was=described) is None
    assert saved.moved_since(described, None) == "is gone"
    assert moved(now=before, was=described) == "is already as wanted"
    assert moved(change, now=None, was=described) == "is gone"
    assert moved(change, now=before, was={**described, "before": None}) == "now exists"
    assert moved(change, now={**before, "memory": 4, "status": "stopped"}, was=described) == (
        "has changed: memory was 1, is 4, status was running, is stopped"
    )
    other = Change("vm.resize", "resize it otherwise")
    assert moved(other, now=before, was=described) == "would now be changed differently: resize it otherwise"
    assert moved(change, now=before, was={**described, "action": "create"}) == (
        "would now be changed differently: resize it"
    )
    protected = replace(change, refused="it is protected")
    assert moved(protected, now=before, was=described) is None, "that it is refused by now is told by itself"
    long = moved(change, now=before, was={**described, "before": {**before, "name": "x" * 10**6}})
    assert long is not None
    assert len(long) < 200


RICH = {
    "defaults": {"template": "Debian 12", "memory": 2048, "cpu": 1, "disk": 20},
    "services": [
        {
            "service": "401",
            "prune": True,
            "protected": ["db-*"],
            "vms": [line("web-1", memory=4096), line("new", power="stopped"), line("same")],
        },
        {
            "service": "512",
            "label": "db",
            "hostname": "new.example.ir",
            "power": "off",
            "os": {"template": "Debian 12", "recipe": "lamp"},
            "ips": [{"ip": "185.0.3.10", "domain": "new.example.ir"}],
        },
    ],
}


def rich_portal() -> MemoryPortal:
    """Return an account in which a rich fleet changes something of each kind."""
    machine = {
        "status": "running",
        "memory": 2048,
        "cpus": 1,
        "disk": 20,
        "template": {"id": "101", "name": "Debian 12"},
    }
    machines = [{"id": f"20{number}", "label": name, **machine} for number, name in enumerate(("web-1", "same", "old"))]
    server = {
        "info": {"hostname": "db.example.ir", "os": "Ubuntu 24.04"},
        "power": {"power": "on"},
        "label": "old",
        "ips": [{"id": "71", "address": "185.0.3.10", "domain": ""}],
    }
    return MemoryPortal({"401": machines}, servers={"512": server})


def saved_of(wanted: Any) -> dict[str, Any]:
    portal = rich_portal()
    plan = plan_fleet(observe_fleet(context(portal), parse(wanted)), "2", 4)
    assert plan.refusals == []
    result: dict[str, Any] = json.loads(json.dumps(plan.result["saved_plan"]))
    return result


GOOD = saved_of(RICH)


def applied(path: Path, given_fleet: Any = None) -> Any:
    """Plan what a file holds, as the module does; return the plan or the error."""
    portal = rich_portal()

    def plan() -> FleetPlan:
        loaded = saved.load_plan(str(path), account_of(portal))  # type: ignore[arg-type]
        seen = observe_fleet(context(portal), saved.fleet_of(given_fleet, loaded), loaded)
        return plan_fleet(seen, None, 4)

    result = outcome(plan)
    assert portal.sent == []
    return result


def test_a_good_plan_is_planned_again(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(GOOD))
    plan = applied(path)
    assert isinstance(plan, FleetPlan), plan
    assert plan.result["saved_plan"]["changes"] == GOOD["changes"]
    assert {change["action"] for change in GOOD["changes"]} == {"create", "change", "replace", "destroy"}
    assert len(GOOD["changes"]) == 8


#: What stands in place of something else in a plan.
ODD = [
    *(None, True, False, 0, 1, -1, 1.5, 10**30, "", "x", " ", "1", "100%", "create", "401", "\ud800", "\x1b[31m\n"),
    *([], {}, [[]], [None], [1], ["x"], {"": None}, {"name": "x"}, {"resource": 1}, "y" * 10**5, "9" * 5000),
    {"services": []},
    {"os": {"template": "a", "password": PASSWORD}},
]


def places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield where something stands in JSON."""
    yield place
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield from places(item, (*place, key))


def mutated(plan: Any, place: tuple[Any, ...], how: str, odd: Any) -> Any:
    """Return a plan that differs in one place."""
    if not place:
        return odd
    found = copy.deepcopy(plan)
    holder = found
    for key in place[:-1]:
        holder = holder[key]
    key = place[-1]
    if how == "gone":
        del holder[key]
    elif how == "added" and isinstance(holder, dict):
        holder["odd" if isinstance(odd, (dict, list)) else f"odd{odd}"] = odd
    elif how == "added":
        holder.insert(key, odd)
    elif how == "twice" and isinstance(holder, list):
        holder.insert(key, copy.deepcopy(holder[key]))
    else:
        holder[key] = odd
    return found


PLACES = list(places(GOOD))
PYTHONS_WORDS = ("Traceback", "NoneType", "object", "unhashable", "subscript", "dict", "Error", "class ", "int()")


@examples(4)
@given(
    st.sampled_from(PLACES), st.sampled_from(["replaced", "replaced", "gone", "added", "twice"]), st.sampled_from(ODD)
)
def test_a_damaged_plan_is_refused_or_the_same(
    tmp_path_factory: pytest.TempPathFactory, place: tuple[Any, ...], how: str, odd: Any
) -> None:
    damaged = mutated(GOOD, place, how, odd)
    path = tmp_path_factory.getbasetemp() / "damaged.json"
    path.write_text(json.dumps(damaged))
    plan = applied(path)
    if isinstance(plan, SindadError):
        sentence = str(plan)
        assert len(sentence) < 3000
        assert PASSWORD not in sentence
        assert not any(word in re.sub("must be an object|dictionary", "", sentence) for word in PYTHONS_WORDS), sentence
        assert sentence.startswith(
            ("plan_file", "the account has changed since the plan was made, and nothing was done", *ODD_STARTS)
        )
    elif not plan.refusals:
        assert plan.result["saved_plan"]["changes"] == damaged["changes"]
        assert all(change in GOOD["changes"] for change in damaged["changes"])


#: A mutated fleet may name a service that isn't there.
ODD_STARTS = ("service: ", "services[", "service ")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"\xff\xfe{}",
        b"[" * 10**6,
        b'{"format": ' + b"[" * 10**5 + b"]" * 10**5 + b"}",
        b'{"a":' * 10**5 + b"1" + b"}" * 10**5,
        b"1" * 10**5,
        b"NaN",
        json.dumps(GOOD).encode().replace(b'"format": 1', b'"format": true'),
        json.dumps(GOOD).encode().replace(b'"format": 1', b'"format": 1.0'),
        json.dumps(GOOD).encode().replace(b'"format": 1', b'"format": 2'),
        json.dumps(GOOD).encode().replace(b'"memory": 4096', b'"memory": ' + b"[" * 900 + b"]" * 900),
        json.dumps(GOOD).encode()[:-1],
        b" " * (17 * 1024 * 1024),
    ],
    ids=lambda content: content[:20].decode(errors="replace").strip() or str(len(content)),
)
def test_what_is_no_plan_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes(content)
    begun = time.monotonic()
    refused = applied(path)
    assert isinstance(refused, SindadError)
    assert str(refused).startswith(f"plan_file: {path} is ")
    assert len(str(refused)) < 300
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/null", "FIFO", ".", "none.json", "nul\0.json", "none/", "LINK"])
def test_what_is_no_file_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("FIFO")
    (tmp_path / "LINK").symlink_to("/dev/zero")
    begun = time.monotonic()
    refused = applied(Path(path) if "\0" not in path else path)  # type: ignore[arg-type]
    assert isinstance(refused, SindadError)
    assert str(refused).startswith("plan_file: ")
    assert time.monotonic() - begun < 2
    assert stat.S_ISFIFO(Path("FIFO").stat().st_mode)


def test_passwords_are_given_again(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    secret = copy.deepcopy(RICH)
    secret["services"][1]["os"]["password"] = PASSWORD
    plan = saved_of(secret)
    assert PASSWORD not in json.dumps(plan)
    assert plan["left_out"] == ["services[1].os.password"]
    path.write_text(json.dumps(plan))
    assert str(applied(path)) == (
        "plan_file: a plan holds no passwords; give fleet_file too, which has services[1].os.password"
    )
    assert isinstance(applied(path, secret), FleetPlan)
    refused = "fleet has other passwords than the one that plan_file was made from: make a new plan"
    assert str(applied(path, RICH)) == refused, "the portal would make up one that nobody knows"
    path.write_text(json.dumps(GOOD))
    assert str(applied(path, secret)) == refused
    other = copy.deepcopy(RICH)
    other["services"][0]["vms"][0]["memory"] = 8192
    assert str(applied(path, other)) == "fleet is not the one that plan_file was made from: make a new plan"
    path.write_text(json.dumps({**GOOD, "left_out": ["services[1].os.password"]}))
    assert str(applied(path, RICH)) == refused


def test_what_is_shown():
    result = {
        "plan": ["+ create VM a", "~ stop VM a", "- destroy VM b"],
        "changes": [
            {"resource": "VM a of service 1", "summary": ["create VM a", "stop VM a"]},
            {"resource": "VM b of service 1", "summary": ["destroy VM b"]},
        ],
        "summary": {"created": 1, "changed": 0, "destroyed": 1, "refused": 0, "failed": 0, "unchanged": 3},
    }
    assert list(rendered(result, applied=False)) == [
        *result["plan"],
        "",
        "Plan: 1 to create, 0 to change, 0 to replace, 1 to destroy, 0 refused, 3 unchanged.",
    ]
    counts = {**result["summary"], "created": 0, "failed": 1}
    failed = {**result, "failures": ["VM a of service 1: no: room"], "summary": counts}
    assert list(rendered(failed, applied=True)) == [
        "! failed: VM a of service 1: no: room",
        "- destroy VM b",
        "",
        "Done: 0 created, 0 changed, 0 replaced, 1 destroyed, 1 failed, 3 unchanged.",
    ]
    empty = {**result, "plan": [], "changes": []}
    assert list(rendered(empty, applied=True)) == ["No changes. The account is as the fleet file says."]
    assert printable("a\x1b[31m\u202eb") == "a\ufffd[31m\ufffdb"
