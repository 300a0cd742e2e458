# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The upgrade of a service: observed, estimated, planned and ordered. Private to this collection."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from .._client import Client
from .._engine import Options, Task
from .._errors import OutcomeUnknown, SindadError
from .._names import same
from .._plan import Change, Context, Plan
from .._reading import Entry, as_dict, envelopes, first_present, known, number
from .._records import Choice, form_items, read_upgrade
from .._secrets import hidden
from .._states import is_true
from .._wait import Request, call_and_wait
from .choice import choose
from .service import get_details, located

CYCLES = ("hourly", "daily", "weekly", "monthly", "quarterly", "semiannually", "annually", "biennially", "triennially")
_AMOUNT_KEYS = ("qty", "quantity", "value", "selected")
_UNITS = {"": 1.0}


@dataclass(frozen=True)
class Wanted:
    """What a service should have; None for what is not managed.

    Attributes:
        resources: Values by the name or id of a resource: an item, a number, or an item with its quantity.
        order: Whether what differs is ordered; otherwise only its cost is requested.

    """

    service: str
    resources: Mapping[str, Any] = field(default_factory=dict)
    package: str | None = None
    cycle: str | None = None
    order: bool = False


@dataclass(frozen=True)
class Difference:
    """One thing that differs: how it is (None where the portal doesn't say it), and how it should be, for people."""

    name: str
    now: str | None
    wanted: str


@dataclass(frozen=True)
class Observed:
    """What differs, what would be sent for it, what it would cost, and all that the portal offers."""

    service: str
    differences: tuple[Difference, ...]
    body: Mapping[str, Any]
    options: Mapping[str, Any]
    estimate: Any = None


def wanted_upgrade(options: Options) -> Wanted:
    """Take what is wanted from the options of sindad_service_upgrade."""
    return Wanted(
        service=options["service"],
        resources=options["resources"] or {},
        package=options["package"],
        cycle=options["cycle"],
        order=options["order"],
    )


# Observing


def observe(context: Context, wanted: Wanted) -> Observed:
    """Observe what differs, and what it would cost."""

    def look(service: str) -> Observed:
        seen = _compare(context.client, service, wanted)
        return replace(seen, estimate=_estimate(context.client, service, seen.body)) if seen.body else seen

    return located(context, wanted.service, look)


def _estimate(client: Client, service: str, body: Mapping[str, Any]) -> Any:
    """Return what an upgrade would cost; nothing is ordered (reference: Upgrade Request, without ``send``)."""
    try:
        answer = client.send("upgrade_request", service, body=dict(body), changes=False)
    except OutcomeUnknown as error:
        raise SindadError(f"there is no estimate, and nothing was ordered: {error}") from None
    for level in reversed(envelopes(answer.body)):
        estimate = as_dict(level).get("estimate") or level
        if (
            isinstance(estimate, (dict, list))
            and estimate
            and estimate != {"message": as_dict(estimate).get("message")}
        ):
            return hidden(estimate)
    raise answer.unreadable("there is no 'estimate'")


def _compare(client: Client, service: str, wanted: Wanted) -> Observed:
    """Compare what a service has with what is wanted (reference: Upgrade Options, Service details)."""
    resources, packages, parts = read_upgrade(client.get("upgrade_options", service))
    differences: list[Difference] = []
    body: dict[str, Any] = {}
    for key, value in wanted.resources.items():
        resource = choose(resources, str(key), "resources")
        compared, sent = _compare_resource(resource, value)
        if compared.now != compared.wanted:
            differences.append(compared)
            body.setdefault("resources", {})[resource.id] = sent
    if wanted.package is not None or wanted.cycle is not None:
        details = get_details(client, service)
        if wanted.package is not None:
            _compare_package(packages, wanted.package, known(details.name), differences, body)
        if wanted.cycle is not None and plain_cycle(wanted.cycle) != plain_cycle(known(details.billing_cycle) or ""):
            differences.append(Difference("cycle", known(details.billing_cycle), wanted.cycle))
            body["cycle"] = wanted.cycle
    offered = {name: _shown_offer(parts[name]) for name in ("resources", "package")}
    return Observed(service, tuple(differences), body, offered)


def _compare_package(
    packages: Sequence[Choice], name: str, present: str | None, differences: list[Difference], body: dict[str, Any]
) -> None:
    """Compare the package: by the one that is marked as selected, else by the name of the service's product."""
    selected = _selected(packages)
    package = choose(packages, name, "package")
    if selected is not None and selected.id == package.id:
        return
    if selected is None and same(package.name, present):
        return
    now = str(selected) if selected is not None else present
    differences.append(Difference("package", now, str(package)))
    body["package"] = int(package.id) if package.id.isdigit() else package.id


def _selected(choices: Sequence[Choice]) -> Choice | None:
    """Return the choice that is marked as selected; None if none is."""
    return next((choice for choice in choices if is_true(choice.raw.get("selected"))), None)


def _compare_resource(resource: Choice, value: Any) -> tuple[Difference, Any]:
    """Compare one resource; return the comparison, and what is sent for it."""
    option = f"resources: {resource.name}"
    items = form_items(resource.raw)
    kind = str(resource.raw.get("type") or "").lower()
    if isinstance(value, dict) and len(value) == 1:
        return _compare_item_with_number(resource, items, value)
    if isinstance(value, dict) or re.search("(select|radio|dropdown).*qty", kind):
        raise SindadError(f"{option} takes one item and its quantity, as a dictionary, not {value!r}")
    if not items or re.search("slider|qty|quantity|number|input", kind):
        entry = {**(items[0].raw if items else {}), **resource.raw}
        held = _amount(entry)
        wanted = _whole(option, value)
        return Difference(resource.name, None if held is None else str(held), wanted), wanted
    item = choose(items, str(value), option)
    return Difference(resource.name, _selected_title(items), _title(item)), item.id


def _compare_item_with_number(
    resource: Choice, items: Sequence[Choice], value: Mapping[Any, Any]
) -> tuple[Difference, Any]:
    """Compare an item and how many of it."""
    option = f"resources: {resource.name}"
    ((key, amount),) = value.items()
    item, wanted = choose(items, str(key), option), _whole(option, amount)
    selected = _selected(items)
    now = _selected_title(items)
    if selected is not None:
        held = _amount(selected.raw)
        now = None if held is None else f"{now} x {held}"
    return Difference(resource.name, now, f"{_title(item)} x {wanted}"), {item.id: wanted}


def _title(choice: Choice) -> str:
    return f"{choice.name} ({choice.id})"


def _selected_title(items: Sequence[Choice]) -> str | None:
    """Return how messages call the selected item; None where the portal doesn't say which one is."""
    selected = _selected(items)
    if selected is not None:
        return _title(selected)
    return "none" if any("selected" in item.raw for item in items) else None


def _amount(entry: Entry) -> int | None:
    return known(number(first_present(entry, *_AMOUNT_KEYS), _UNITS, 0, 10**9))


def _whole(option: str, value: Any) -> str:
    """Return a wanted quantity as text."""
    if not re.fullmatch(r"[0-9]+", str(value)):
        raise SindadError(f"{option} takes an integer, not {value!r}")
    return str(int(value))


def plain_cycle(cycle: str) -> str:
    """Return a billing cycle in a form in which its code and its name are the same."""
    word = re.sub(r"[^a-z]", "", cycle.lower())
    return next((name for name in CYCLES if name[0] == word), word)


def _shown_offer(collection: Any) -> list[Entry]:
    """Return what the portal offers as it has it, but with the id as a string and never only as a key."""
    keyed = collection.items() if isinstance(collection, dict) else ((None, entry) for entry in collection)
    shown = []
    for key, entry in keyed:
        told = as_dict(hidden(entry))
        identity = told.get("id", key)
        shown.append({**told, "id": None if identity is None else str(identity)})
    return shown


# Planning and ordering


def plan(wanted: Wanted, seen: Observed) -> Plan:
    """Plan the order of what differs, if there is to be one."""
    before = {difference.name: difference.now for difference in seen.differences}
    after = {difference.name: difference.wanted for difference in seen.differences}
    result = {"estimate": seen.estimate, "upgrade_options": seen.options}
    if not (wanted.order and seen.differences):
        return Plan((), before, before, result)
    unknown = [difference.name for difference in seen.differences if difference.now is None]
    if unknown:
        raise SindadError(
            f"order: the portal doesn't say what service {seen.service} has of {', '.join(unknown)}, "
            "so nobody can tell whether that was ordered already"
        )
    steps = ", ".join(f"{one.name}: {one.now} to {one.wanted}" for one in seen.differences)
    change = Change(
        "service.upgrade",
        f"upgrade service {seen.service} ({steps})",
        lambda context: order(context, seen.service, seen.body, wanted),
    )
    return Plan((change,), before, after, result)


def order(context: Context, service: str, body: Mapping[str, Any], wanted: Wanted) -> None:
    """Send the order (reference: Upgrade Request); one whose answer is lost is not sent again."""

    def is_upgraded() -> bool:
        return not _compare(context.client, service, wanted).differences

    request = Request(
        what=f"upgrade of service {service}",
        operation="upgrade_request",
        ids=(service,),
        body={**body, "send": True},
        effect=is_upgraded,
    )
    call_and_wait(context.client, replace(context.policy, wait=False), request)


def report(context: Context, wanted: Wanted, planned: Plan) -> dict[str, Any]:
    """Return what the order costs, and what the portal shows after it, which may have to be paid for first."""

    def look(service: str) -> dict[str, Any]:
        seen = _compare(context.client, service, wanted)
        if seen.differences:
            context.warn(
                f"the upgrade of service {service} was ordered, and the portal doesn't show it yet: "
                "it may be waiting for an invoice to be paid. Ordering again would order it twice"
            )
        return {"estimate": planned.result["estimate"], "upgrade_options": seen.options}

    return located(context, wanted.service, look)


TASK = Task(wanted_upgrade, observe, plan, report)
