# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the answer to a write says: that it was accepted, a password, the id of what was created.

Private to this collection.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from .._operations import Operation
from .._reading import Unknown, as_dict, envelopes, first_present, first_text

_PASSWORD_KEYS: Final = (
    *("password", "rootpassword", "root_password", "root_pass", "rootpass", "rootpw", "passwd", "pass"),
    *("adminPass", "admin_password", "new_password", "newpassword"),
)
#: Objects within an answer that may tell a password.
_PASSWORD_PLACES: Final = ("vm", "server", "reinstall", "rescue", "diag", "credentials", "access", "login")
#: What the answer to a write tells beyond having been accepted, by operation.
_PROOFS: Final[Mapping[str, tuple[str, ...]]] = {
    "create_vm": ("id", "vmid", "vm_id", "uuid", "vm", "vms"),
    "create_ticket": ("ticket", "ticket_number", "ticket_id"),
    "add_contact": ("contact_id", "contact"),
    "edit_contact": ("contact", "contact_id"),
    "update_user_details": ("client",),
    "upgrade_request": ("estimate", "order_num", "order", "invoice_id"),
    "reinstall": _PASSWORD_KEYS,
    "rescue": _PASSWORD_KEYS,
    "rescue_vm": _PASSWORD_KEYS,
    "rebuild_vm": _PASSWORD_KEYS,
}


def password_in(body: Any) -> str | None:
    """Return the password in an answer, wherever in its envelope it is; None without one."""
    for level in envelopes(body):
        entry = as_dict(level)
        for found in (entry, *(as_dict(entry.get(key)) for key in _PASSWORD_PLACES)):
            password = first_present(found, *_PASSWORD_KEYS)
            if isinstance(password, (str, int)) and not isinstance(password, bool) and not _is_masked(str(password)):
                return str(password)
    return None


def _is_masked(password: str) -> bool:
    return {*password} <= {*"*\u2022"}


def says_accepted(operation: Operation, body: Any) -> bool:
    """Whether the answer to a write says that it was accepted: ``status: true``, ``info``, or what it created.

    An empty answer, or one of other words, proves nothing.
    """
    for level in envelopes(body):
        entry = as_dict(level)
        if any(entry.get(key) in (True, 1, "1", "true") for key in ("status", "success", "result")):
            return True
        info = entry.get("info")
        if (isinstance(info, (list, dict)) and info) or (isinstance(info, str) and info.strip()):
            return True
        proofs = (*_PROOFS.get(operation.name, ()), "task_id")
        if any(entry.get(key) not in (None, "", [], {}, False) for key in proofs):
            return True
    return False


def made_in(body: Any, *keys: str) -> str | None:
    """Return the number or id of what a write created, below one of these keys; None without one."""
    for level in envelopes(body):
        entry = as_dict(level)
        found = first_text(entry, *keys)
        if not isinstance(found, Unknown):
            return found
        for key in keys:
            inner = first_text(as_dict(entry.get(key)), "ticket_number", "number", "id")
            if not isinstance(inner, Unknown):
                return inner
    return None
