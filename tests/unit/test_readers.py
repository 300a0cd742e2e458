# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each operation's reader over any JSON: it returns records, or refuses in one sentence; it never guesses."""

from __future__ import annotations

import ast
import copy
import ipaddress
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.sindad.cloud.plugins.module_utils import _records
from ansible_collections.sindad.cloud.plugins.module_utils._engine import plain
from ansible_collections.sindad.cloud.plugins.module_utils._errors import Unreadable
from ansible_collections.sindad.cloud.plugins.module_utils._operations import OPERATIONS
from ansible_collections.sindad.cloud.plugins.module_utils._records import Record, VirtualMachine
from hypothesis import given
from hypothesis import strategies as st

from simulator import odd
from support.answers import Good, answer, good_answers, ids_of, read, reading
from support.properties import examples

READING = [operation.name for operation in reading()]
#: Operations whose answer is a list, by what it stands below.
LISTS = {
    "list_contacts": ("contacts",),
    "list_all_portal_notifications": ("notifications",),
    "list_new_portal_notifications": ("notifications",),
    "list_invoices": ("invoices",),
    "payment_methods": ("payments",),
    "payment_methods_fees": ("payments",),
    "list_tickets": ("tickets",),
    "list_ticket_departments": ("departments",),
    "list_services": ("services",),
    "list_service_methods": ("methods",),
    "get_list_statuses": ("statuses", "status"),
    "get_specific_statuses": ("statuses", "status"),
    "list_vms": ("vms", "vm", "servers"),
    "list_os_templates": ("templates",),
    "list_diagnostics_templates": ("templates",),
    "list_rescue_templates": ("templates",),
    "list_ips": ("ips", "ip"),
    "list_vlans": ("vlans", "vlan"),
    "list_servers_in_stock": ("servers", "stock", "serverstock", "products", "items"),
}
#: Operations that the reference or the notes give a bare list.
BARE = ("list_all_portal_notifications", "list_new_portal_notifications", "list_servers_in_stock")


def refused(name: str, body: Any, good: Good | None = None) -> bool:
    """Whether a reader refuses an answer; if so, in a sentence that says of what operation it is."""
    operation = OPERATIONS[name]
    path = operation.url_path(*(good.ids if good else ids_of(operation)))
    error = refusal(lambda: good.read(body) if good else read(name, body))
    if error is None:
        return False
    assert f"GET {path} ({operation.title}) can't be read: " in str(error)
    assert error.failure == {"operation": name, "method": "GET", "path": path, "status": None, "errors": []}
    return True


def refusal(call: Callable[[], Any]) -> Unreadable | None:
    try:
        call()
    except Unreadable as error:
        return error
    return None


# which reader


def test_each_operation_that_reads_has_one_reader():
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in Path(_records.__file__).parent.glob("*.py")]
    calls = [
        node
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "reads"
    ]
    named = [argument.value for call in calls for argument in call.args if isinstance(argument, ast.Constant)]
    assert sorted({*named} - {"ticket_attachment"}) == sorted(READING)
    assert len({*named}) == len(named)
    assert {*named} == {*_records.READERS}


# good answers


@pytest.fixture(scope="module")
def goods() -> tuple[Good, ...]:
    return good_answers()


def shown(found: Any) -> Any:
    """What a playbook gets of records, without what the portal adds."""
    told = json.loads(json.dumps(plain(found), allow_nan=False))
    return json.loads(json.dumps(told), object_hook=lambda value: {key: value[key] for key in value if key != "x-key"})


def test_the_simulators_answers_are_read_in_all_shapes(goods: tuple[Good, ...]):
    assert {(good.name, good.shape) for good in goods} >= {(name, "reference") for name in READING}
    for good in goods:
        assert shown(good.read(good.body)) not in (None, [], [[], []]), good


def test_an_unknown_key_never_hurts(goods: tuple[Good, ...]):
    for good in goods:
        for value in ("x", 5, None, [], {}, ["x"], {"x": 1}):
            told = shown(good.read(with_keys(good.body, value)))
            assert told == shown(good.read(good.body)), (good, value)


def with_keys(body: Any, value: Any) -> Any:
    """The same with a key more in each object that has a name or an id, and in the outermost."""

    def extended(node: Any, outermost: bool) -> Any:
        if isinstance(node, list):
            return [extended(item, False) for item in node]
        if not isinstance(node, dict):
            return node
        more = {"x-key": value} if outermost_or_entry(node, outermost) else {}
        return {**{key: extended(item, False) for key, item in node.items()}, **more}

    def outermost_or_entry(node: dict[str, Any], outermost: bool) -> bool:
        keyed = all(isinstance(item, (dict, list)) for item in node.values()) or outermost_is_keyed(node)
        return (outermost and not keyed) or any(key in node for key in ("id", "name", "label", "ipaddress", "status"))

    def outermost_is_keyed(node: dict[str, Any]) -> bool:
        return all(key.isdigit() for key in node)

    return extended(body, True)


# answers that are none


@pytest.mark.parametrize("form", odd.UNREADABLE)
def test_odd_answers_are_refused(form: str):
    for operation in odd.readers():
        name = _name(operation)
        meaning = odd.meaning(form, operation)
        if name not in READING or meaning == odd.OPEN:
            continue
        body = json.loads(odd.text(form, operation))
        if meaning == odd.REFUSED:
            assert refused(name, body), (name, body, read(name, body))
        elif meaning == odd.NONE:
            told = shown(read(name, body))
            assert told in ([], {}, None, [[], []]) or told[:2] == [[], []], name
        elif meaning == odd.IDLE:
            assert read(name, body).status == "idle"
        else:
            assert not refused(name, body)


def _name(operation: Any) -> str:
    return next(each.name for each in OPERATIONS.values() if each.number == operation.number)


#: Others of the same kind.
MORE: list[Any] = [
    *({"data": {}}, {"data": ""}, {"data": 5}, {"data": {"message": "x"}}, {"data": {"status": "ok"}}, {"result": []}),
    *({"success": True}, {"result": "ok"}, {"error": [], "info": []}, {"status": "ok", "message": "x"}, [[]], [True]),
    *([{"message": "x"}], [{"code": 5, "message": "x"}], {"code": 503, "title": "x"}, {"maintenance": True}),
    *({"maintenance": {"until": "2026-01-01"}}, {"maintenance": {"name": "Night work", "id": 4}}, {"html": "<p>x"}),
    *({"error_details": {"code": 5, "name": "x"}}, {"user": {"id": 5, "name": "Sara"}}, {"foo": []}, {"foo": {}}),
    *({"exception": "X", "file": "a.php", "line": 5, "trace": []}, {"exception": "X", "trace": [{"line": 3}]}),
    *({"page": {"current": 1, "total": 1}}, {"call": "x", "server_time": 5}, {"status": True, "info": ["accepted"]}),
    *({"status": False, "message": "x"}, {"message": "x", "errors": {"a": {"name": "b", "id": 1}}}),
]
BELOW: list[Any] = [
    *(None, True, 5, "maintenance", [False], [{"message": "x"}], {"a": {}}, {"a": None}, {"error": {"message": "x"}}),
    *({"message": {"text": "x"}}, {"errors": {"a": ["b"]}}, {"error": {"name": "x"}}, {"status": "ok"}, {"code": 5}),
    *({"foo": "bar"}, {"page": {"current": 1, "total": 2}}, {"data": None}, {"id": None}, [{"id": None}], {"total": 0}),
    *([{"id": "", "name": ""}], {"5": None}, {"5": {}}, {"5": []}, [[]], [{}], {"name": "x"}),
]


@pytest.mark.parametrize("body", MORE, ids=json.dumps)
def test_other_odd_answers_are_refused(body: Any):
    for name in READING:
        if body == {"status": True} and name.endswith("_status"):
            continue
        assert refused(name, body), (name, read(name, body))


@pytest.mark.parametrize("content", BELOW, ids=json.dumps)
@pytest.mark.parametrize("name", LISTS)
def test_other_things_in_place_of_a_list_are_refused(name: str, content: Any):
    if name == "list_ips" and content == {"foo": "bar"}:
        content = {"foo": "185.0.3.10"}
    assert refused(name, {LISTS[name][0]: content}), read(name, {LISTS[name][0]: content})


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("get_vm_details", "vm"),
        ("service_details", "service"),
        ("user_details", "client"),
        ("get_contacts_details", "contact"),
        ("account_balance", "details"),
        ("invoice_details", "invoice"),
        ("ticket_details", "ticket"),
        ("server_info", "info"),
        ("ip_details", "ip"),
        ("get_status", "status"),
        ("resources", "resources"),
        ("contact_privileges", "privileges"),
        ("reinstall_status", "reinstall"),
    ],
)
@pytest.mark.parametrize("content", [*BELOW, []], ids=json.dumps)
def test_other_things_in_place_of_an_object_are_refused(name: str, key: str, content: Any):
    none = [[], {"5": []}] if name == "contact_privileges" else [[]] if name == "resources" else []
    if content in none:
        assert read(name, {key: content}) == {}
    elif content != {"total": 0} or name not in ("service_details", "invoice_details"):
        assert refused(name, {key: content}), read(name, {key: content})


# any JSON at all


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(min_value=10**300, max_value=10**320),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=12),
    st.sampled_from(
        [
            *("running", "ACTIVE", "0", "1", "true", "", "20 GB", "1.2.3", "0000-00-00", "10.0.0.1", "fe80::1%eth0"),
            *("185.0.2.10/24", "::ffff:1.2.3.4", "a, b", "9" * 400, "-", ".", "100%", "&#0;", "&#x110000;", "inf"),
            *("4,096", "4.096", "2 GB", "185.0.3.0/29", "N/A", "\ud800", "&amp;amp;", "(installing)", "not running"),
            *("12,50", "-5.00", "255.255.255.0", "Debian 12", "ok", "web-1", "2026-01-01", "a@example.com"),
        ]
    ),
)
#: Words that mean something somewhere.
WORDS = st.sampled_from(
    [
        *(
            "id",
            "vmid",
            "uuid",
            "label",
            "name",
            "hostname",
            "status",
            "state",
            "STATE",
            "LCM_STATE_STR",
            "power",
            "on",
        ),
        *("built", "locked", "memory", "cpu", "cpus", "cores", "sockets", "disk", "template", "template_id", "ip"),
        *(
            "ips",
            "ipv4",
            "ipv6",
            "interfaces",
            "ipaddress",
            "address",
            "main",
            "vlan",
            "domain",
            "usablefor",
            "running",
        ),
        *(
            "vm",
            "vms",
            "data",
            "error",
            "errors",
            "info",
            "page",
            "templates",
            "recipes",
            "services",
            "server",
            "total",
        ),
        *("install_in_progress", "progress", "os", "replies", "ticket_number", "5", "185.0.2.10", "gateway", "netmask"),
        *("tickets", "ticket", "body", "subject", "contacts", "contact", "email", "privileges", "billing", "full"),
        *("notifications", "seen", "invoices", "invoice", "items", "amount", "details", "acc_balance", "acc_credit"),
        *("payments", "departments", "methods", "method", "route", "resources", "package", "client", "firstname"),
        *("statuses", "date", "servers", "stock", "vlans", "current", "message", "success", "service", "reinstall"),
        *("rescue", "diag", "active", "in_progress", "networks", "addresses", "0", "1", "101", "options", "values"),
    ]
)
KEYS = WORDS | st.text(max_size=6)
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6), max_leaves=25
)
OBJECTS = st.dictionaries(KEYS, JSON, max_size=8)


@pytest.mark.unmeasured
@examples(2)
@given(content=JSON | OBJECTS, more=OBJECTS | st.just({}))
def test_a_reader_returns_records_or_refuses(content: Any, more: dict[str, Any]):
    for name in READING:
        keys = LISTS.get(name) or (name.split("_", maxsplit=1)[0],)
        for body in (content, *({**more, key: content} for key in (*keys, "data"))):
            check_reader(name, body)


def check_reader(name: str, body: Any) -> None:
    if refused(name, body):
        return
    found = read(name, body)
    check_is_told(found, body)
    if name in LISTS and not found:
        assert says_none(name, body), name


def says_none(name: str, body: Any) -> bool:
    """Whether an empty list stands where the list of an operation belongs."""
    if body == []:
        return name in BARE
    while isinstance(body, dict):
        if any(body.get(key) in ([], {}) for key in LISTS[name] if key in body):
            return True
        body = body.get("data")
    return bool(body == [])


def check_is_told(found: Any, body: Any) -> None:
    """What was read can be shown, and its numbers and addresses are in the answer."""
    shown(found)
    for record in records(found):
        str(record)
        if isinstance(record, VirtualMachine):
            check_machine(record, body)
        assert {*addresses_of(record)} <= addresses_in(body)


def records(found: Any) -> Iterator[Record]:
    if isinstance(found, Record):
        yield found
    elif isinstance(found, (tuple, list)):
        for item in found:
            yield from records(item)


def addresses_of(record: Record) -> list[str]:
    if isinstance(record, VirtualMachine):
        return [*record.ips, *(each for each in (record.ipv4, record.ipv6, record.private_ipv4) if each)]
    return [record.address] if isinstance(record, _records.IPAddress) else []


def check_machine(machine: VirtualMachine, body: Any) -> None:
    assert isinstance(machine.id, str)
    assert machine.id
    assert machine.status in ("running", "stopped", "rescue", "building", "unknown")
    told = machine.as_dict()
    for key in ("name", "template", "template_id"):
        assert told[key] is None or (isinstance(told[key], str) and told[key] == told[key].strip() != "")
    for key, most in (("memory", 2**20), ("cpu", 1024), ("disk", 10**6)):
        if told[key] is not None:
            assert isinstance(told[key], int)
            assert not isinstance(told[key], bool)
            assert 1 <= told[key] <= most
            assert told[key] in numbers_in(body)
    assert {machine.ipv4, machine.ipv6, machine.private_ipv4} - {None} <= {*machine.ips}


def leaves(body: Any) -> Iterator[Any]:
    if isinstance(body, dict):
        for key, item in body.items():
            yield key
            yield from leaves(item)
    elif isinstance(body, list):
        for item in body:
            yield from leaves(item)
    else:
        yield body


def addresses_in(body: Any) -> set[str]:
    found = {"185.0.3.10"}  # which was asked for
    for leaf in leaves(body):
        for part in re.split(r"[\s,;]+", str(leaf)):
            try:
                address = ipaddress.ip_interface(part).ip
            except ValueError:
                continue
            found.add(str(getattr(address, "ipv4_mapped", None) or address))
    return found


def numbers_in(body: Any) -> set[float]:
    """All numbers of an answer, in each unit, and the products of two: a machine has cores on sockets."""
    told = [re.sub(r"[^\d.]", "", str(leaf)) for leaf in leaves(body) if not isinstance(leaf, bool)]
    plain = {float(text) for text in told if re.fullmatch(r"\d{1,18}(\.\d+)?", text)}
    units = {number * 1024.0**power for number in plain for power in (-1, 0, 1, 2)}
    return units | {one * other for one in plain for other in plain}


# good answers that were changed in one place


NASTY = st.one_of(SCALARS, st.sampled_from([[], {}, [None], {"message": "x"}, {"error": ["x"]}, [[]], {"id": None}]))


def places(body: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths to all values in an answer."""
    yield path
    inner = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for key, item in inner:
        yield from places(item, (*path, key))


def changed(body: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    body = copy.deepcopy(body)
    node = body
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = value
    return body


@pytest.mark.unmeasured
@examples(12)
@given(data=st.data())
def test_a_good_answer_with_one_odd_value_is_read_whole_or_refused(data: st.DataObject):
    good = data.draw(st.sampled_from(good_answers()))
    path = data.draw(st.sampled_from(list(places(good.body))))
    value = data.draw(NASTY)
    body = changed(good.body, path, value)
    if refused(good.name, body, good):
        return
    found = good.read(body)
    check_is_told(found, {"asked": good.ids, "body": body})
    if good.name in LISTS:
        whole = len(good.read(good.body))
        may_lack = value in ([], {}) and len(path) <= 2  # the list itself
        assert len(found) == whole or may_lack or good.name == "list_ips"


@given(data=st.data())
def test_a_list_is_never_shorter_than_its_entries(data: st.DataObject):
    """An entry that can't be read is not passed over."""
    good = data.draw(st.sampled_from([each for each in good_answers() if each.name in LISTS]))
    holder = good.body
    while isinstance(holder, dict) and len(holder) < 5 and any(key in holder for key in ("data", *LISTS[good.name])):
        holder = next(holder[key] for key in ("data", *LISTS[good.name]) if key in holder)
    key = data.draw(st.sampled_from(list(holder if isinstance(holder, dict) else range(len(holder)))))
    entry = copy.deepcopy(holder)
    entry[key] = data.draw(st.sampled_from([None, {}, [], False, {"message": "x"}, {"foo": 1}, 7.5]))
    assert refused(good.name, {LISTS[good.name][0]: entry}, good)


def test_an_operation_in_a_refusal_is_the_real_one():
    found = answer("ip_details", {}).unreadable("x")
    assert str(found) == "the answer to GET /service/512/ips/71 (IP Details) can't be read: x: {}"


def test_a_refusal_shows_no_secret_and_not_everything():
    error = answer("get_vm_details", {"vm": {"password": "hush-hush", "x": "y" * 500}}).unreadable("x")
    assert "hush-hush" not in str(error)
    assert len(str(error)) < 300


def test_none_is_left_out():
    assert len(READING) == len([each for each in OPERATIONS.values() if each.method == "GET"]) - 1
