# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the account owes and has paid, and how it can pay. Private to this collection."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from .._client import Client
from .._engine import Options, Task
from .._parallel import in_parallel
from .._plan import Context
from .._reading import Entry, all_pages
from .._records import is_status, read_balance, read_invoice, read_invoices, read_payment_fees, read_payment_methods


@dataclass(frozen=True)
class Wanted:
    """What is asked for.

    Attributes:
        invoice: The id of the one invoice that is asked for.
        statuses: The statuses of the invoices to return, if no single one is asked for.
        gather: The names of the results.

    """

    invoice: str | None
    statuses: Sequence[str] | None
    gather: Sequence[str]


def get_balance(client: Client) -> Entry:
    """Return the balance (reference: Account balance)."""
    return read_balance(client.get("account_balance"))


def list_invoices(client: Client) -> tuple[Entry, ...]:
    """Return all invoices (reference: List Invoices)."""
    return all_pages(client.pages("list_invoices"), read_invoices, lambda invoice: invoice["id"])


def get_invoice(client: Client, invoice: str) -> Entry:
    """Return an invoice with its items (reference: Invoice Details)."""
    found = read_invoice(client.get("invoice_details", invoice))
    return {**found, "id": found["id"] or invoice}


def _invoices(client: Client, wanted: Wanted) -> list[Entry]:
    if wanted.invoice is not None:
        return [get_invoice(client, wanted.invoice)]
    statuses = wanted.statuses
    found = list_invoices(client)
    return [invoice for invoice in found if statuses is None or _has_status(invoice, statuses)]


def _has_status(invoice: Entry, statuses: Sequence[str]) -> bool:
    """Whether an invoice is in one of these statuses. One that isn't told may be any of them."""
    now = invoice.get("status")
    return now is None or is_status(now, statuses)


def _payment_methods(client: Client, wanted: Wanted) -> list[Entry]:
    return list(all_pages(client.pages("payment_methods"), read_payment_methods, lambda method: method["id"]))


def _payment_fees(client: Client, wanted: Wanted) -> list[Entry]:
    return list(all_pages(client.pages("payment_methods_fees"), read_payment_fees, lambda method: method["id"]))


#: What can be asked for, by the words of the option ``gather``, which are the names of the results.
GATHERERS: dict[str, Callable[[Client, Wanted], Any]] = {
    "balance": lambda client, wanted: get_balance(client),
    "invoices": _invoices,
    "payment_methods": _payment_methods,
    "payment_fees": _payment_fees,
}


def wanted_billing(options: Options) -> Wanted:
    """Take what is wanted from the options of sindad_billing_info; an invoice is always returned."""
    gather = options["gather"] if options["invoice"] is None else [*options["gather"], "invoices"]
    return Wanted(options["invoice"], options["statuses"], list(dict.fromkeys(gather)))


def observe(context: Context, wanted: Wanted) -> dict[str, Any]:
    """Observe what is asked for."""
    found = in_parallel(lambda name: GATHERERS[name](context.client, wanted), wanted.gather)
    return dict(zip(wanted.gather, found))


INFO = Task(wanted_billing, observe)
