# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Services, their labels and their methods. Private to this collection."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from .._reading import (
    UNKNOWN,
    Answer,
    Entry,
    Form,
    Unknown,
    candidates,
    date,
    first_present,
    first_text,
    known,
    money,
    optional_text,
    records,
    single,
    text,
    word,
)
from .record import Record, is_of_another, reads


@dataclass(frozen=True)
class Service(Record):
    """What a customer has ordered: a pool of virtual machines, a dedicated server, a hosting account."""

    id: str
    name: str | Unknown = UNKNOWN
    label: str | Unknown | None = UNKNOWN
    domain: str | Unknown = UNKNOWN
    status: str | Unknown = UNKNOWN
    category: str | Unknown = UNKNOWN
    category_slug: str | Unknown = UNKNOWN
    billing_cycle: str | Unknown = UNKNOWN
    total: float | Unknown = UNKNOWN
    next_due: str | None = None
    raw: Entry = field(default_factory=dict, repr=False, compare=False)

    def as_dict(self, raw: bool = False) -> dict[str, Any]:
        """Return the fields by name; the label only where it was asked for."""
        shown = super().as_dict(raw)
        if isinstance(self.label, Unknown):
            del shown["label"]
        return shown

    def __str__(self) -> str:
        """Return what distinguishes it from others, for people."""
        label = known(self.label)
        names = [known(self.name), known(self.domain), f"label {label}" if label else None, known(self.status)]
        told = ", ".join(name for name in names if name)
        return f"{self.id} ({told})" if told else self.id


_SERVICE_IDS: Final = ("id", "service_id", "account_id")


def service(entry: Entry) -> Service | None:
    """Read an entry of List services, or Service details; None for an object without an id."""
    identity = known(first_text(entry, *_SERVICE_IDS, "_key"))
    if identity is None:
        return None
    found = Service(
        id=identity,
        name=first_text(entry, "name", "product", "product_name"),
        label=optional_text(entry, "label"),
        domain=first_text(entry, "domain", "hostname"),
        status=word(entry.get("status")),
        category=first_text(entry, "category", "category_name"),
        category_slug=first_text(entry, "category_url", "category_slug"),
        billing_cycle=first_text(entry, "billingcycle", "billing_cycle"),
        total=money(entry.get("total")),
        next_due=date(entry.get("next_due")),
        raw=entry,
    )
    return found if found.told else None


@reads("list_services")
def read_services(answer: Answer) -> tuple[Service, ...]:
    """Read List services."""
    form = Form(("services",), own_keys=_SERVICE_IDS)
    return records(answer, form, service, "service")


@reads("service_details")
def read_service(answer: Answer, service_id: str) -> Service:
    """Read Service details. A status or a name alone could belong to anything."""

    def read(entry: Entry) -> Service | None:
        if is_of_another(entry, service_id, _SERVICE_IDS):
            return None
        found = service({**entry, "id": service_id})
        if found is None or text(first_present(entry, *_SERVICE_IDS)) == service_id:
            return found
        values = (found.domain, found.category, found.category_slug, found.billing_cycle, found.total)
        return found if any(not isinstance(value, Unknown) for value in values) else None

    return single(answer, ("service",), read, "a service")


@reads("service_label")
def read_label(answer: Answer) -> str | None:
    """Read Service label; None where it has none."""
    for entry in candidates(answer.body, ("service",)):
        label = optional_text(entry, "label")
        if not isinstance(label, Unknown):
            return label
    raise answer.unreadable("there is no 'label'")


@reads("list_service_methods")
def read_methods(answer: Answer) -> tuple[Entry, ...]:
    """Read List service methods: objects with name, method and route."""
    form = Form(("methods",), own_keys=("name", "method", "route"))
    return records(answer, form, lambda entry: entry if {"method", "route"} & entry.keys() else None, "method")
