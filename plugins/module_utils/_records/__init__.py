# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the portal's answers hold, as frozen, typed records. Private to this collection.

A file for each kind of record. Each operation that reads has one reader, marked with ``@reads`` and found by
`READERS`; it returns records or raises `Unreadable`. Only these files know which keys the back ends use for what.
Others import from here, and the files here from each other.
"""

from __future__ import annotations

from .account import (
    YES,
    chosen,
    normalised_privileges,
    profile,
    read_account,
    read_contact,
    read_contacts,
    read_privileges,
)
from .address import addresses, host_address
from .billing import read_balance, read_invoice, read_invoices, read_payment_fees
from .choice import (
    Choice,
    form_items,
    read_departments,
    read_payment_methods,
    read_systems,
    read_templates,
    read_upgrade,
    read_vlans,
)
from .cycle import same_cycle
from .ip import IPAddress, read_allocated_ips, read_ip, read_ips
from .notice import read_announcements, read_notifications, read_stock
from .record import READERS, Record
from .server import Power, ServerInfo, ServerOperation, read_power, read_server_info, read_server_operation
from .service import Service, read_label, read_methods, read_service, read_services
from .status import begins_with_status, is_status
from .ticket import Reply, Ticket, attachments, read_attachment, read_ticket, read_tickets
from .upgrade import chosen_words, is_chosen, is_silent, quantities
from .vm import (
    NAME_KEYS,
    OTHER_NAME_KEYS,
    VirtualMachine,
    machine_id_in,
    own_text,
    read_machine,
    read_machines,
    read_resources,
    resource_amounts,
    virtual_machine,
)
from .written import made_in, password_in, says_accepted

__all__ = [
    "NAME_KEYS",
    "OTHER_NAME_KEYS",
    "READERS",
    "YES",
    "Choice",
    "IPAddress",
    "Power",
    "Record",
    "Reply",
    "ServerInfo",
    "ServerOperation",
    "Service",
    "Ticket",
    "VirtualMachine",
    "addresses",
    "attachments",
    "begins_with_status",
    "chosen",
    "chosen_words",
    "form_items",
    "host_address",
    "is_chosen",
    "is_silent",
    "is_status",
    "machine_id_in",
    "made_in",
    "normalised_privileges",
    "own_text",
    "password_in",
    "profile",
    "quantities",
    "read_account",
    "read_allocated_ips",
    "read_announcements",
    "read_attachment",
    "read_balance",
    "read_contact",
    "read_contacts",
    "read_departments",
    "read_invoice",
    "read_invoices",
    "read_ip",
    "read_ips",
    "read_label",
    "read_machine",
    "read_machines",
    "read_methods",
    "read_notifications",
    "read_payment_fees",
    "read_payment_methods",
    "read_power",
    "read_privileges",
    "read_resources",
    "read_server_info",
    "read_server_operation",
    "read_service",
    "read_services",
    "read_stock",
    "read_systems",
    "read_templates",
    "read_ticket",
    "read_tickets",
    "read_upgrade",
    "read_vlans",
    "resource_amounts",
    "same_cycle",
    "says_accepted",
    "virtual_machine",
]
