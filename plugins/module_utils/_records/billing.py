# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Balance, invoices and the fees of payment methods. Private to this collection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from .._reading import Answer, Entry, Form, as_dict, known, money, records, single, word
from .record import displayed, reads


@reads("payment_methods_fees")
def read_payment_fees(answer: Answer) -> tuple[Entry, ...]:
    """Read Payment Methods Fees."""
    return _bills(answer, Form(("payments",)), ("name", "fixed_fee", "percent_fee"), "payment method")


#: Fields that hold an amount.
_AMOUNTS: Final = (
    *("total", "subtotal", "credit", "tax", "taxrate", "tax2", "taxrate2", "rate", "rate2", "rate3"),
    *("amount", "qty", "linetotal", "fixed_fee", "percent_fee", "acc_balance", "acc_credit"),
)


def bill(entry: Entry) -> Entry:
    """Return an object of the API with its amounts as numbers, and its status without markup."""
    told = displayed(entry)
    if isinstance(told.get("status"), str):
        told["status"] = known(word(told["status"]))
    told.update({key: known(money(told[key])) for key in _AMOUNTS if key in told})
    if isinstance(told.get("client"), dict):
        told["client"] = bill(told["client"])
    if isinstance(told.get("items"), (dict, list)):
        items = told["items"]
        listed = [{**as_dict(item), "_key": key} for key, item in items.items()] if isinstance(items, dict) else items
        told["items"] = [bill(item) for item in listed if isinstance(item, dict)]
    return told


def _bills(answer: Answer, form: Form, tells: Sequence[str], what: str) -> tuple[Entry, ...]:
    def read(entry: Entry) -> Entry | None:
        told = bill(entry)
        return told if told["id"] is not None and any(told.get(key) is not None for key in tells) else None

    return records(answer, form, read, what)


@reads("account_balance")
def read_balance(answer: Answer) -> Entry:
    """Read Account balance: currency, acc_balance, acc_credit."""
    keys = ("currency", "acc_balance", "acc_credit")

    def read(entry: Entry) -> Entry | None:
        told = bill(entry)
        amounts = [told.get(key) for key in ("acc_balance", "acc_credit")]
        return {key: told.get(key) for key in keys} if any(amount is not None for amount in amounts) else None

    return single(answer, ("details", "balance"), read, "a balance (acc_balance, acc_credit)")


@reads("list_invoices")
def read_invoices(answer: Answer) -> tuple[Entry, ...]:
    """Read List Invoices."""
    return _bills(answer, Form(("invoices",)), ("total", "status", "date", "duedate"), "invoice")


@reads("invoice_details")
def read_invoice(answer: Answer) -> Entry:
    """Read Invoice Details."""

    def read(entry: Entry) -> Entry | None:
        told = bill(entry)
        return told if any(told.get(key) not in (None, [], {}) for key in ("total", "items", "duedate")) else None

    return single(answer, ("invoice",), read, "an invoice (total, items, duedate)")
