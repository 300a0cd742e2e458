# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a fleet file may say, and what planning one must hold to, whatever the file and the account."""

from __future__ import annotations

import copy
import json
import random
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jsonschema
import pytest
from ansible_collections.sindad.cloud.plugins.action.sindad_fleet_show import printable, rendered
from ansible_collections.sindad.cloud.plugins.module_utils import _fleet
from ansible_collections.sindad.cloud.plugins.module_utils._client import SindadError
from ansible_collections.sindad.cloud.plugins.module_utils._plan import Change, Plan
from ansible_collections.sindad.cloud.plugins.module_utils._records import Service, Template, VirtualMachine
from ansible_collections.sindad.cloud.plugins.module_utils._resources import vm
from ansible_collections.sindad.cloud.plugins.modules.sindad_fleet_info import export_machines
from hypothesis import given
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))
import fleet_schema

PASSWORD = "never-to-be-seen"


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
    "any script": machine(name="وب-شماره"),
}
WRONG = {
    "fleet must be a mapping, not a list": [],
    "fleet must be a mapping, not None": None,
    "services is missing": {},
    "services must be a list, not a mapping": {"services": {}},
    "server is no key of a fleet file; did you mean services?": {"server": [], "services": []},
    "True is no key of a fleet file; known are: defaults, services": {True: 1, "services": []},
    "services[0] must be a mapping, not 'web'": {"services": ["web"]},
    "services[0].service is missing": {"services": [{}]},
    "services[0].service must be a text of one line that is not empty, not ''": {"services": [{"service": " "}]},
    "services[0].service must be a text, not 1.5": {"services": [{"service": 1.5}]},
    "services[0].prune must be true or false, not 'yes'": service(prune="yes", vms=[]),
    "services[0].prune: it needs vms, an empty list if all machines are to go": service(prune=True),
    "services[0]: vms and os don't go together": {**system(), "services": [{**system()["services"][0], "vms": []}]},
    "services[0].protected must be a list, not 'db-*'": service(protected="db-*"),
    "services[0].protected[1] must be a text, not None": service(protected=["a", None]),
    "services[0].power must be on or off, not 'running'": service(power="running"),
    "services[0].vms[0].power must be running or stopped, not 'on'": machine(power="on"),
    "services[0].vms[0].rebuild must be a text, not True": machine(rebuild=True),
    "services[0].vms[0].rebuild must be a text, not False": machine(rebuild=False),
    "services[0].vms[0].memory must be a whole number, not '2 GB'": machine(memory="2 GB"),
    "services[0].vms[0].memory must be a whole number, not True": machine(memory=True),
    "services[0].vms[0].cpu must be a whole number of 1 or more, not 0": machine(cpu=0),
    "services[0].vms[0].memroy is no key of a fleet file; did you mean memory?": machine(memroy=1),
    "services[0].vms[0].state is no key": machine(state="started"),
    "services[0].vms[0].name is missing": service(vms=[{"name": None}]),
    "services[0].vms[0].name must be a text of one line": machine(name="a\nb"),
    "services[0].hostname must be a host name": service(hostname="not a name"),
    "services[0].ips[0].domain must be a host name": service(ips=[{"ip": "71", "domain": "-"}]),
    "services[0].os.template is missing": service(os={}),
    "services[0].os must be a mapping, not a list": service(os=[PASSWORD]),
    "services[0].os.password must be a text, not a list": system(password=[PASSWORD]),
    "services[0].os.password must be a text, not that": system(password=1.5),
    "services[0].os.password is empty": system(password=""),
    "defaults.name is no key": {"defaults": {"name": "x"}, "services": []},
}
#: What a schema can't tell: two places of a file compared, and blanks around words.
TWICE = {
    "services[0].vms[2].name: 'a' is a name that stands at services[0].vms[0].name already": service(
        vms=[{"name": "a"}, {"name": "A"}, {"name": " a "}]
    ),
    "services[1].service: '401' names a service that is named at services[0].service already": {
        "services": [{"service": "401"}, {"service": 401}]
    },
    "services[0].ips[1].ip: '71' is an address that stands at services[0].ips[0].ip already": service(
        ips=[{"ip": "71"}, {"ip": 71}]
    ),
}


@pytest.mark.parametrize("wanted", RIGHT.values(), ids=RIGHT)
def test_right(wanted):
    before = copy.deepcopy(wanted)
    parsed = _fleet.parse(wanted)
    assert wanted == before
    assert _fleet.parse(parsed) == parsed
    jsonschema.validate(wanted, fleet_schema.schema())
    jsonschema.validate(parsed, fleet_schema.schema())


@pytest.mark.parametrize(("sentence", "wanted"), {**WRONG, **TWICE}.items(), ids=[*WRONG, *TWICE])
def test_wrong(sentence, wanted):
    with pytest.raises(SindadError) as caught:
        _fleet.parse(wanted)
    assert str(caught.value).startswith(sentence)
    assert PASSWORD not in str(caught.value)
    if sentence in WRONG and not (isinstance(wanted, dict) and True in wanted):  # JSON has no such keys
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wanted, fleet_schema.schema())


def test_normalised():
    parsed = _fleet.parse(
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

TEMPLATES = tuple(
    Template(str(101 + number), name) for number, name in enumerate(("Debian 12", "Ubuntu 24.04", "Arch"))
)
NAMES = st.one_of(
    st.sampled_from(["web-1", "web-2", "db-1", "DB-1", "on", "12"]), st.text("ab-é{}%# ", min_size=1, max_size=4)
)
names = NAMES.map(str.strip).filter(bool)
SIZES = {"memory": st.sampled_from([1024, 2048]), "cpu": st.integers(1, 2), "disk": st.sampled_from([20, 40])}


@st.composite
def accounts(draw) -> dict[str, tuple[VirtualMachine, ...]]:
    """Draw the machines of one to three services."""

    def one(owner: str, number: int, name: str) -> VirtualMachine:
        template = draw(st.sampled_from(TEMPLATES))
        return VirtualMachine(
            id=f"{owner}{number}",
            name=name,
            status=draw(st.sampled_from(["running", "stopped", "rescue", "building"])),
            template=template.name,
            template_id=template.id,
            service_id=owner,
            **{size: draw(values) for size, values in SIZES.items()},
        )

    return {
        owner: tuple(
            one(owner, number, name) for number, name in enumerate(draw(st.lists(names, max_size=4, unique=True)))
        )
        for owner in ("401", "402", "403")[: draw(st.integers(1, 3))]
    }


@st.composite
def fleets(draw) -> dict[str, Any]:
    """Draw a fleet file for such an account."""
    fields = {"template": st.sampled_from(["Debian 12", "102", "Arch"]), **SIZES}
    power = st.sampled_from(["running", "stopped", True, False])
    optional = {"power": power, "rebuild": st.sampled_from(["never", "if_template_differs"])}
    vms = st.lists(
        st.fixed_dictionaries({"name": names, **fields}, optional=optional),
        max_size=4,
        unique_by=lambda entry: entry["name"],
    )
    entry = {"prune": st.booleans(), "protected": st.lists(st.sampled_from(["db-*", "*-1", "A*"]), max_size=2)}
    return {
        "services": [
            {"service": owner, "vms": draw(vms), **draw(st.fixed_dictionaries(entry))}
            for owner in ("401", "402", "403")[: draw(st.integers(1, 3))]
        ]
    }


def planned(wanted: Any, account: dict[str, tuple[VirtualMachine, ...]], max_destroy: str = "100%") -> _fleet.FleetPlan:
    fleet = _fleet.parse(wanted)
    seen = tuple(
        (Service(entry["service"]), {"vms": vm.Seen(entry["service"], account.get(entry["service"], ()), TEMPLATES)})
        for entry in fleet["services"]
    )
    return _fleet.plan({"max_destroy": max_destroy, "workers": 8}, _fleet.Seen(fleet, seen, {}))


@given(accounts())
def test_the_plan_of_an_export_is_empty(account):
    notes: list[str] = []
    exported = {
        "services": [
            {"service": owner, "prune": True, "vms": export_machines(None, Service(owner), machines, notes)}
            for owner, machines in account.items()
        ]
    }
    plan = planned(exported, account)
    assert plan.changes == ()
    assert plan.warnings == ()
    assert len(notes) == sum(
        each.status in ("rescue", "building") for machines in account.values() for each in machines
    )


@given(fleets(), accounts(), st.randoms(use_true_random=False))
def test_the_order_in_the_file_does_not_matter(wanted, account, chance: random.Random):
    shuffled = copy.deepcopy(wanted)
    chance.shuffle(shuffled["services"])
    for entry in shuffled["services"]:
        chance.shuffle(entry["vms"])
    one, other = planned(wanted, account, "1"), planned(shuffled, account, "1")
    assert sorted(one.lines) == sorted(other.lines)
    assert one.result["summary"] == other.result["summary"]


@given(fleets(), accounts(), st.sampled_from(["0", "1", "2", "34%", "50%", "100%"]))
def test_what_a_plan_may_do(wanted, account, limit):
    plan = planned(wanted, account, limit)
    summary = plan.result["summary"]
    assert json.loads(json.dumps(plan.result)) == plan.result, "a plan is plain JSON"
    assert sum(summary.values()) == len(plan.items)
    assert len(plan.lines) == len(plan.changes)
    if limit.isdigit():
        assert summary["destroyed"] <= int(limit)
    for entry in wanted["services"]:
        machines = account.get(entry["service"], ())
        mine = [item for item in plan.items if item.service == entry["service"]]
        destroyed = [item for item in mine if item.action == "destroy"]
        assert not destroyed or entry["prune"]
        if limit.endswith("%"):
            assert len(destroyed) <= len(machines) * int(limit[:-1]) / 100
        for item in mine:
            harmful = [change.kind for change in item.plan.changes if not change.refused]
            name = (item.plan.before or {}).get("name") or ""
            if any(_fleet._fits(name, pattern) for pattern in entry["protected"]):
                assert not {"vm.destroy", "vm.rebuild", "vm.stop"} & set(harmful)


@given(fleets(), accounts())
def test_a_saved_plan_is_what_is_planned_again(wanted, account):
    fresh = planned(wanted, account)
    saved = json.loads(json.dumps(fresh.result["saved_plan"]))
    fleet = _fleet.parse(saved["fleet"])
    seen = tuple(
        (Service(entry["service"]), {"vms": vm.Seen(entry["service"], account.get(entry["service"], ()), TEMPLATES)})
        for entry in fleet["services"]
    )
    again = {"max_destroy": "0", "workers": 1}
    if fresh.refusals:
        with pytest.raises(SindadError, match="plan_file holds what was refused"):
            _fleet.plan(again, _fleet.Seen(fleet, seen, {}, saved))
    else:
        assert _fleet.plan(again, _fleet.Seen(fleet, seen, {}, saved)).lines == fresh.lines


@pytest.mark.parametrize(
    ("machines", "share", "allowed"), [(20, "5%", 1), (19, "5%", 0), (20, "10%", 2), (1, "100%", 1)]
)
def test_a_share_is_rounded_down(machines, share, allowed):
    account = {"401": tuple(VirtualMachine(id=str(number), name=f"vm-{number}") for number in range(machines))}
    kept = [{"name": each.name} for each in account["401"][allowed:]]
    plan = planned(service(vms=kept, prune=True), account, share)
    assert plan.result["summary"]["destroyed"] == allowed
    assert planned(service(vms=kept[1:], prune=True), account, share).refusals or not kept


def test_one_run_at_a_time(tmp_path, monkeypatch):
    monkeypatch.setattr(_fleet.tempfile, "tempdir", str(tmp_path))
    here, there = (SimpleNamespace(settings=SimpleNamespace(api_url=f"https://{name}/api")) for name in ("a", "b"))
    with _fleet._alone(here, ["401", "402"]):
        for other in (here, ["403"]), (there, ["401"]):
            with _fleet._alone(*other):
                pass
        with (
            pytest.raises(SindadError, match="service 402 is being changed by another run"),
            _fleet._alone(here, ["402"]),
        ):
            pass
    with _fleet._alone(here, ["402"]):
        pass
    (folder,) = tmp_path.iterdir()
    assert folder.stat().st_mode & 0o777 == 0o700
    folder.rename(tmp_path / "elsewhere")
    folder.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SindadError, match="belongs to somebody else"), _fleet._alone(here, ["402"]):
        pass


def test_how_a_resource_moved():
    before = {"name": "a", "memory": 1, "status": "running"}
    change = Change("vm.resize", "resize it")
    planned = _fleet.Item("VM a", "401", Plan((change,), before, {**before, "memory": 2})).described()

    def moved(*changes: Change, now: Any, was: Any) -> str | None:
        return _fleet._moved(was, _fleet.Item("VM a", "401", Plan(changes, now, planned["after"])))

    assert moved(change, now=before, was=planned) is None
    assert _fleet._moved(planned, None) == "is gone"
    assert moved(now=before, was=planned) == "is as wanted already"
    assert moved(change, now=None, was=planned) == "is gone"
    assert moved(change, now=before, was={**planned, "before": None}) == "is there now"
    assert moved(change, now={**before, "memory": 4, "status": "stopped"}, was=planned) == (
        "has changed: memory was 1, is 4, status was running, is stopped"
    )
    other = Change("vm.resize", "resize it otherwise")
    assert moved(other, now=before, was=planned) == "would now be changed otherwise: resize it otherwise"


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
        "Plan: 1 to create, 0 to change, 1 to destroy, 0 refused, 3 unchanged.",
    ]
    counts = {**result["summary"], "created": 0, "failed": 1}
    failed = {**result, "failures": ["VM a of service 1: no: room"], "summary": counts}
    assert list(rendered(failed, applied=True)) == [
        "! failed: VM a of service 1: no: room",
        "- destroy VM b",
        "",
        "Done: 0 created, 0 changed, 1 destroyed, 1 failed, 3 unchanged.",
    ]
    empty = {**result, "plan": [], "changes": []}
    assert list(rendered(empty, applied=True)) == ["No changes. The account is as the fleet file says."]
    assert printable("a\x1b[31m\u202eb") == "a\ufffd[31m\ufffdb"
