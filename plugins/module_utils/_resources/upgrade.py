# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The upgrade of a service: observed, estimated, planned and ordered. Private to this collection."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from .._client import Client
from .._engine import Options, Task
from .._errors import OutcomeUnknown, SindadError
from .._names import folded
from .._plan import Change, Context, Plan
from .._reading import UNKNOWN, Entry, Unknown, as_dict, envelopes
from .._records import Choice, chosen_words, form_items, is_chosen, is_silent, quantities, read_upgrade, same_cycle
from .._secrets import hidden
from .._wait import Request, call_and_wait
from .choice import choose, recognise
from .service import get_details, located

#: A price in the name of a package or product, such as "120$" and "USD 9.90/mo", folded.
_CURRENCY = r"(?:[$€£﷼]|\b(?:usd|eur|gbp|irr|irt|tomans?|rials?)\b|تومان|ریال)"
_AMOUNT = r"[0-9][0-9.,٬]*"
_PRICE = re.compile(rf"(?:{_CURRENCY}\s*{_AMOUNT}|{_AMOUNT}\s*{_CURRENCY})(?:\s*/\s*\w+)?")


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
    """One thing that differs, or that may differ as nobody knows how it is.

    Attributes:
        name: What it is.
        now: How it is, for people; None where that is unknown.
        wanted: How it should be, for people.
        said: What is said of it by the portal, where that can't be compared.

    """

    name: str
    now: str | None
    wanted: str
    said: str | None = None

    @property
    def title(self) -> str:
        """What it is and what is said of it, for a message."""
        return f"{self.name} ({self.said})" if self.said else self.name


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
    for resource, value in _resources_meant(resources, wanted.resources):
        compared, sent = _compare_resource(resource, value)
        if compared.now != compared.wanted:
            differences.append(compared)
            body.setdefault("resources", {})[resource.id] = sent
    if wanted.package is not None or wanted.cycle is not None:
        details = get_details(client, service)
        if wanted.package is not None:
            _compare_package(packages, wanted.package, details.name, differences, body)
        if wanted.cycle is not None:
            _compare_cycle(wanted.cycle, details.billing_cycle, differences, body)
    offered = {name: _shown_offer(parts[name]) for name in ("resources", "package")}
    return Observed(service, tuple(differences), body, offered)


def _resources_meant(resources: Sequence[Choice], wanted: Mapping[str, Any]) -> list[tuple[Choice, Any]]:
    """Return the resources that are named, each with its wanted value.

    Raises:
        SindadError: There is none of a name, or one is named twice.

    """
    meant: dict[str, tuple[Choice, Any]] = {}
    for key, value in wanted.items():
        resource = choose(resources, str(key), "resources")
        if resource.id in meant:
            raise SindadError(f"resources: {resource} is there twice, give it one value")
        meant[resource.id] = resource, value
    return list(meant.values())


def _compare_package(
    packages: Sequence[Choice], wanted: str, product: str | Unknown, differences: list[Difference], body: dict[str, Any]
) -> None:
    """Compare the package. The present one is marked as selected, or has the name of the service's product.

    Or it is none of those offered: some portals list only what a service can be upgraded to.
    """
    package = choose(packages, wanted, "package")
    found = _chosen(packages, () if isinstance(product, Unknown) else (product,))
    if isinstance(found, Unknown) or len(found) > 1:
        said = "its marks and the name of the product don't agree on the present one"
        differences.append(Difference("package", None, str(package), said))
    elif found and found[0].id == package.id:
        return
    elif found:
        differences.append(Difference("package", str(found[0]), str(package)))
    elif isinstance(product, Unknown):
        differences.append(Difference("package", None, str(package)))
    elif _may_be_called(product, package.name):
        said = f"the product {product!r} may be {str(package)!r} in other words"
        differences.append(Difference("package", None, str(package), said))
    else:
        differences.append(Difference("package", product, str(package)))
    body["package"] = int(package.id) if package.id.isdigit() else package.id


def _may_be_called(product: str, package: str) -> bool:
    """Whether two names may be one in other words: without prices and marks, one contains the other.

    A number is a word: "VPS 1" is not in "VPS 10".
    """
    short, long = sorted((_without_price(product), _without_price(package)), key=len)
    return re.search(rf"(?<![0-9](?=[0-9])){re.escape(short)}(?!(?<=[0-9])[0-9])", long) is not None


def _without_price(name: str) -> str:
    """Return the letters and numbers of a name, with a blank only between two numbers."""
    words = re.sub(r"[\W_]+", " ", _PRICE.sub(" ", folded(name)))
    return re.sub(r"(?<![0-9]) | (?![0-9])", "", words)


def _compare_cycle(wanted: str, told: str | Unknown, differences: list[Difference], body: dict[str, Any]) -> None:
    """Compare the billing cycle. Two words differ only if both are known."""
    same = UNKNOWN if isinstance(told, Unknown) else same_cycle(told, wanted)
    if isinstance(told, Unknown):
        differences.append(Difference("cycle", None, wanted))
    elif isinstance(same, Unknown):
        differences.append(Difference("cycle", None, wanted, f"{told!r} can't be compared with {wanted!r}"))
    elif not same:
        differences.append(Difference("cycle", told, wanted))
    else:
        return
    body["cycle"] = wanted


def _chosen(items: Sequence[Choice], words: Iterable[str]) -> list[Choice] | Unknown:
    """Return those of some items that are chosen, by their marks or by words that name one; each of them once.

    Unknown where a mark can't be understood. Several contradict each other.
    """
    marks = [is_chosen(item.raw) for item in items]
    if any(isinstance(mark, Unknown) for mark in marks):
        return UNKNOWN
    marked = [item for item, mark in zip(items, marks) if mark is True]
    recognised = [recognise(items, word, word) for word in words]
    named = [item for item in recognised if not isinstance(item, Unknown)]
    return list({item.id: item for item in (*marked, *named)}.values())


def _present(resource: Choice, items: Sequence[Choice], words: Iterable[str]) -> Choice | Unknown | None:
    """Return the one of a resource's items that is chosen; None where it is known that none is.

    None is only known where each item is marked as not chosen, and the resource says nothing else: a portal may tell its
    choice in another place.
    """
    found = _chosen(items, words)
    if isinstance(found, Unknown):
        return UNKNOWN
    if len(found) == 1:
        return found[0]
    return None if _is_none_chosen(resource, items) else UNKNOWN


def _is_none_chosen(resource: Choice, items: Sequence[Choice]) -> bool:
    """Whether each item of a resource is marked as not chosen, and the resource itself says nothing else."""
    return bool(items) and all(is_chosen(item.raw) is False for item in items) and is_silent(resource.raw)


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
        return _compare_number(resource, items, value)
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise SindadError(f"{option} takes the id or the name of an item, not {value!r}")
    item = choose(items, str(value), option)
    present = _present(resource, items, chosen_words(resource.raw))
    return Difference(resource.name, _shown(present), _title(item)), item.id


def _compare_number(resource: Choice, items: Sequence[Choice], value: Any) -> tuple[Difference, Any]:
    """Compare a quantity, which the resource tells or its item.

    That of an item that isn't chosen may be its unit. If no item is chosen, the quantity is 0, unless an item tells
    another one.
    """
    wanted = _whole(f"resources: {resource.name}", value)
    ids = {item.id for item in items}
    told = quantities(resource.raw, ids)
    is_none_chosen = _is_none_chosen(resource, items)
    if is_none_chosen:
        told.append(0)
    for item in items:
        if is_none_chosen or is_chosen(item.raw) is not False:
            told += quantities(item.raw, ids)
    held = _agreed(told)
    return Difference(resource.name, None if isinstance(held, Unknown) else str(held), wanted), wanted


def _compare_item_with_number(
    resource: Choice, items: Sequence[Choice], value: Mapping[Any, Any]
) -> tuple[Difference, Any]:
    """Compare an item and how many of it.

    Only the marks tell the item: a value of the resource may be its id, or the quantity.
    """
    option = f"resources: {resource.name}"
    ((key, amount),) = value.items()
    item, wanted = choose(items, str(key), option), _whole(option, amount)
    present = _present(resource, items, ())
    now = None
    if present is None:
        now = f"{_title(item)} x 0"
    elif not isinstance(present, Unknown):
        ids = {each.id for each in items}
        held = _agreed([*quantities(resource.raw, ids), *quantities(present.raw, ids)])
        now = None if isinstance(held, Unknown) else f"{_title(present)} x {held}"
    return Difference(resource.name, now, f"{_title(item)} x {wanted}"), {item.id: wanted}


def _shown(present: Choice | Unknown | None) -> str | None:
    """Return the present choice for people; None where it is unknown."""
    if isinstance(present, Unknown):
        return None
    return "none" if present is None else _title(present)


def _title(choice: Choice) -> str:
    return f"{choice.name} ({choice.id})"


def _agreed(told: Sequence[int | Unknown]) -> int | Unknown:
    """Return the one quantity that is told; unknown where none is, or several that differ."""
    found = set(told)
    return found.pop() if len(found) == 1 else UNKNOWN


def _whole(option: str, value: Any) -> str:
    """Return a wanted quantity as text."""
    if not re.fullmatch(r"[0-9]+", str(value)):
        raise SindadError(f"{option} takes an integer, not {value!r}")
    return str(int(value))


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
    unknown = [difference.title for difference in seen.differences if difference.now is None]
    if unknown:
        raise SindadError(
            f"order: the portal doesn't say what service {seen.service} has of {', '.join(unknown)}, "
            "so nobody can tell whether that was ordered already"
        )
    steps = ", ".join(f"{one.name}: {one.now} to {one.wanted}" for one in seen.differences)
    change = Change(
        "service.upgrade", f"upgrade service {seen.service} ({steps})", lambda context: order(context, seen, wanted)
    )
    return Plan((change,), before, after, result)


def order(context: Context, before: Observed, wanted: Wanted) -> None:
    """Send the order (reference: Upgrade Request); one whose answer is lost is not sent again."""
    service = before.service

    def is_upgraded() -> bool | Unknown:
        left = _compare(context.client, service, wanted).differences
        if not left:
            return True
        return False if left == before.differences else UNKNOWN

    request = Request(
        what=f"upgrade of service {service}",
        operation="upgrade_request",
        ids=(service,),
        body={**before.body, "send": True},
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
