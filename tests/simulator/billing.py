# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Money, and what is in stock: operations 15 to 19 and 75."""

from __future__ import annotations

from typing import Any

from .call import Call
from .operations import operation

LISTED = (
    "id",
    "date",
    "dateorig",
    "duedate",
    "paybefore",
    "total",
    "datepaid",
    "status",
    "merge_id",
    "number",
    "currency",
)
NOT_DETAILED = ("dateorig", "merge_id")


@operation("GET /balance")
def balance(call: Call) -> Any:
    unpaid = sum(each["total"] for each in call.store.all("invoice", call.owner) if each["status"] == "Unpaid")
    details = {
        "currency": call.account["currency"],
        "acc_balance": f"{unpaid:.2f}",
        "acc_credit": "0.00",
        **call.account["balance"],
    }
    return {"success": True, "details": details}


@operation("GET /invoice")
def list_invoices(call: Call) -> Any:
    invoices = [
        {**{name: each[name] for name in LISTED}, "total": f"{each['total']:.2f}"}
        for each in call.store.all("invoice", call.owner)
    ]
    return call.list("invoices", invoices)


@operation("GET /invoice/@id")
def invoice_details(call: Call) -> Any:
    invoice = call.find("invoice", call.path["id"])
    shown = {name: value for name, value in invoice.items() if name not in NOT_DETAILED}
    return {"invoice": shown}


@operation("GET /payment")
def payment_methods(call: Call) -> Any:
    return {"payments": call.account["payments"] or []}


@operation("GET /payment/fees")
def payment_fees(call: Call) -> Any:
    return call.list("payments", call.account["payment_fees"])


@operation("GET /serverstock")
def server_stock(call: Call) -> Any:
    return call.list("servers", call.account["stock"])
