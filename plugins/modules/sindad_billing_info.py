#!/usr/bin/python
# -*- coding: utf-8 -*-

# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Ask for the account's balance, invoices and ways to pay."""

from __future__ import annotations

DOCUMENTATION = r"""
module: sindad_billing_info
short_description: Get balance, invoices and payment methods
version_added: 0.1.0
description:
  - Returns what a Sindad account owes and has paid, and how it can pay.
  - Amounts are numbers, however the portal sends them.
author:
  - Sindad cloud collection contributors (@sindad)
extends_documentation_fragment:
  - sindad.cloud.auth
  - sindad.cloud.attributes.info
options:
  invoice:
    description:
      - Return only the invoice with this id, with its items, whatever O(gather) holds. If there is no such invoice, the
        task fails.
    type: str
  statuses:
    description:
      - Return only invoices in one of these statuses, such as V(Unpaid).
    type: list
    elements: str
  gather:
    description:
      - What to request, with one request each.
    type: list
    elements: str
    choices: [balance, invoices, payment_methods, payment_fees]
    default: [balance, invoices]
"""

EXAMPLES = r"""
- name: Get the balance and the unpaid invoices
  sindad.cloud.sindad_billing_info:
    statuses:
      - Unpaid
  register: billing

- name: Get the items of an invoice, and the fees of each payment method
  sindad.cloud.sindad_billing_info:
    invoice: 90002
    gather:
      - payment_methods
      - payment_fees
"""

RETURN = r"""
balance:
  description: The total of all unpaid invoices (C(acc_balance)), and what was paid in advance (C(acc_credit)).
  returned: when O(gather) holds V(balance)
  type: dict
  sample: {currency: USD, acc_balance: 472.99, acc_credit: 250.0}
invoices:
  description:
    - The invoices by the API's own names, in the portal's order. Empty fields are null.
    - The items and the parts of the total are included if O(invoice) is given.
  returned: when O(gather) holds V(invoices), or O(invoice) is given
  type: list
  elements: dict
  sample:
    - id: "90002"
      number: "90002"
      status: Unpaid
      date: "2026-11-01"
      duedate: "2026-11-08"
      datepaid: null
      total: 472.99
      currency: USD
payment_methods:
  description: The payment methods.
  returned: when O(gather) holds V(payment_methods)
  type: list
  elements: dict
  sample: [{id: "9", name: PayPal}]
payment_fees:
  description: The payment methods with their fees, a fixed fee and one in percent of the total.
  returned: when O(gather) holds V(payment_fees)
  type: list
  elements: dict
  sample: [{id: "5", name: PayPal, fixed_fee: 0.3, percent_fee: 2.9}]
api_calls:
  description: How many requests the task sent, by operation.
  returned: with verbosity 3 or more
  type: dict
  sample: {account_balance: 1, list_invoices: 1}
"""

from ansible_collections.sindad.cloud.plugins.module_utils._module import ModuleSpec, run
from ansible_collections.sindad.cloud.plugins.module_utils._resources import billing

SPEC = ModuleSpec(
    options={
        "invoice": {"type": "str"},
        "statuses": {"type": "list", "elements": "str"},
        "gather": {
            "type": "list",
            "elements": "str",
            "choices": ["balance", "invoices", "payment_methods", "payment_fees"],
            "default": ["balance", "invoices"],
        },
    },
    task=billing.INFO,
)


def main() -> None:
    """Run the module."""
    run(SPEC)


if __name__ == "__main__":
    main()
