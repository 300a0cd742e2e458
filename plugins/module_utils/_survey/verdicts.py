# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the findings mean: for each operation that reads, and for each module. Private to this collection."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from .._operations import OPERATIONS, Operation
from .asking import LIST_OF, NOT_OFFERED, NOT_UNDERSTOOD, REFUSED, UNDERSTOOD, Finding

#: An operation's outcome is the first of these that one of its answers has.
OUTCOMES: Final = (NOT_UNDERSTOOD, REFUSED, UNDERSTOOD, NOT_OFFERED)
RELIABLE: Final = "can be relied on"
LIMITED: Final = "works without"
UNUSABLE: Final = "can't be used here"


@dataclass(frozen=True)
class Check:
    """What became of one operation, for all services and records that it was asked for."""

    operation: Operation
    outcome: str
    findings: Sequence[Finding] = ()
    remark: str = ""

    @property
    def records(self) -> int:
        """How many records were read."""
        return sum(finding.records for finding in self.findings)

    @property
    def unknown(self) -> dict[str, int]:
        """The fields of ours that records lack, and how many of them do."""
        counts: Counter[str] = Counter()
        for finding in self.findings:
            counts.update(finding.unknown)
        return dict(sorted(counts.items()))

    @property
    def unread(self) -> list[str]:
        """The portal's keys that nobody reads."""
        return sorted({key for finding in self.findings for key in finding.unread})

    @property
    def reasons(self) -> list[tuple[str, str]]:
        """Why answers weren't understood, were refused or not offered: outcomes and reasons, each pair once."""
        return list(dict.fromkeys((finding.outcome, finding.reason) for finding in self.findings if finding.reason))

    def of(self, outcome: str) -> int:
        """Return how many answers have an outcome."""
        return sum(finding.outcome == outcome for finding in self.findings)

    def as_dict(self) -> dict[str, Any]:
        """Return it as the module does."""
        others = [finding for finding in self.findings if finding.outcome != UNDERSTOOD]
        return {
            "operation": self.operation.name,
            "method": self.operation.method,
            "path": self.operation.path,
            "outcome": self.outcome,
            "asked": len(self.findings),
            "records": self.records,
            "unknown": self.unknown,
            "unread": self.unread,
            "remark": self.remark,
            "others": [
                {"path": finding.path, "outcome": finding.outcome, "reason": finding.reason} for finding in others
            ],
        }


def checks_of(findings: Iterable[Finding]) -> list[Check]:
    """Return what became of each operation that reads, in the reference's order."""
    by_name: dict[str, list[Finding]] = {
        operation.name: [] for operation in OPERATIONS.values() if not operation.writes
    }
    for finding in sorted(findings, key=lambda finding: finding.path):
        by_name[finding.operation.name].append(finding)
    asked = {name: _check(name, found) for name, found in by_name.items() if found}
    return [asked.get(name) or _not_asked(name, asked) for name in by_name]


def _check(name: str, findings: Sequence[Finding]) -> Check:
    outcomes = {finding.outcome for finding in findings}
    outcome = next(outcome for outcome in OUTCOMES if outcome in outcomes)
    return Check(OPERATIONS[name], outcome, findings)


def _not_asked(name: str, asked: Mapping[str, Check]) -> Check:
    """Return what is said of an operation that nothing was there to ask for."""
    source = LIST_OF[name]
    while source not in asked:
        source = LIST_OF[source]
    check = asked[source]
    path = f"GET {check.operation.path}"
    if check.outcome in (NOT_UNDERSTOOD, REFUSED):
        return Check(OPERATIONS[name], check.outcome, remark=f"not asked, since {path} was {check.outcome}")
    return Check(OPERATIONS[name], NOT_OFFERED, remark=f"not asked, since {path} names nothing to ask for")


# Modules

_MACHINE: Final = ("list_vms", "get_vm_details", "list_os_templates")
_OF_FLEETS: Final = (
    *("service_label", "list_vms", "get_vm_details", "server_info", "list_os_templates_and_recipes"),
    *("get_server_state", "list_ips"),
)
_NOT_IN_FLEETS: Final = ("IPAddress.main", "IPAddress.vlan", "IPAddress.vlan_name")


@dataclass(frozen=True)
class Needs:
    """What a module reads.

    Attributes:
        always: Operations that it can't do without.
        sometimes: Those that only some options or services ask for.
        unused: Fields of what these tell that it doesn't look at.

    """

    always: tuple[str, ...]
    sometimes: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()


#: What each module reads, by its name; docs/operations.md says which modules send an operation.
NEEDS: Final[Mapping[str, Needs]] = {
    "the inventory": Needs(
        ("list_services",),
        (
            *("service_details", "list_vms", "get_vm_details", "server_info", "get_server_state"),
            *("list_ips", "ip_details", "service_label", "user_details"),
        ),
    ),
    "sindad_account": Needs(("user_details",)),
    "sindad_account_info": Needs(("user_details",)),
    "sindad_billing_info": Needs(
        ("account_balance", "list_invoices"), ("invoice_details", "payment_methods", "payment_methods_fees")
    ),
    "sindad_contact": Needs(("list_contacts",), ("get_contacts_details",)),
    "sindad_contact_info": Needs(("list_contacts",), ("get_contacts_details", "contact_privileges")),
    "sindad_diagnostics": Needs(
        ("diagnostics_status", "list_diagnostics_templates"), ("server_info",), ("ServerInfo.os", "ServerInfo.os_id")
    ),
    "sindad_fleet": Needs(
        ("list_services",),
        (*_OF_FLEETS, "list_os_templates", "reinstall_status", "ip_details", "resources", "user_details"),
        _NOT_IN_FLEETS,
    ),
    "sindad_fleet_info": Needs(("list_services",), _OF_FLEETS, _NOT_IN_FLEETS),
    "sindad_hostname": Needs(("server_info",)),
    "sindad_ip": Needs(("list_ips",), ("ip_details", "list_vlans")),
    "sindad_ip_info": Needs(("list_ips",), ("ip_details", "list_vlans")),
    "sindad_notification": Needs(("list_all_portal_notifications",)),
    "sindad_notification_info": Needs(("list_all_portal_notifications",), ("list_new_portal_notifications",)),
    "sindad_power": Needs(("get_server_state",)),
    "sindad_reinstall": Needs(("list_os_templates_and_recipes", "reinstall_status", "server_info")),
    "sindad_rescue": Needs(("rescue_status", "list_rescue_templates")),
    "sindad_server_stock_info": Needs(("list_servers_in_stock",)),
    "sindad_service_cancel": Needs(("service_details",)),
    "sindad_service_info": Needs(
        ("list_services",),
        (
            *("service_details", "service_label", "list_service_methods"),
            *("upgrade_options", "server_info", "get_server_state"),
        ),
    ),
    "sindad_service_label": Needs(("service_label",)),
    "sindad_service_upgrade": Needs(("upgrade_options",), ("service_details",)),
    "sindad_status_info": Needs(("get_list_statuses",), ("get_specific_statuses", "get_status")),
    "sindad_ticket": Needs(("list_tickets",), ("ticket_details", "list_ticket_departments")),
    "sindad_ticket_info": Needs(("list_tickets",), ("ticket_details", "list_ticket_departments", "ticket_attachment")),
    "sindad_vm": Needs(_MACHINE[:2], (*_MACHINE[2:], "resources")),
    "sindad_vm_info": Needs(_MACHINE[:1], (*_MACHINE[1:], "resources")),
}


@dataclass(frozen=True)
class Verdict:
    """Whether a module can be used with this portal, as far as the answers that it reads show."""

    module: str
    verdict: str
    without: Sequence[str] = ()
    why: Sequence[str] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return it as the module does."""
        return {"module": self.module, "verdict": self.verdict, "without": [*self.without], "why": [*self.why]}

    def __str__(self) -> str:
        """Return it as a sentence."""
        without = f" {', '.join(self.without)}" if self.verdict == LIMITED else ""
        why = f" ({'; '.join(self.why)})" if self.why else ""
        return f"{self.verdict}{without}{why}"


def verdicts_of(checks: Sequence[Check]) -> list[Verdict]:
    """Return what can be said of each module."""
    by_name = {check.operation.name: check for check in checks}
    return [_verdict(module, needs, by_name) for module, needs in NEEDS.items()]


def _verdict(module: str, needs: Needs, checks: Mapping[str, Check]) -> Verdict:
    """Return what can be said of one module, given the checks by their operations' names.

    It is unusable without an operation that it always needs; of limited use where one that it uses fails, or fields
    are lacking.
    """
    needed = [checks[name] for name in needs.always]
    missing = [_why(check) for check in needed if _is_missing(check)]
    if missing:
        return Verdict(module, UNUSABLE, why=missing)
    used = [*needed, *(checks[name] for name in needs.sometimes)]
    failing = [check for check in used if _fails(check)]
    unasked = [check for check in used if _nothing_there(check)]
    without = [f"GET {check.operation.path}" for check in failing] + _fields_lacking(used, checks, needs.unused)
    return Verdict(module, LIMITED if without else RELIABLE, without, [*map(_why, failing), *map(_why, unasked)])


def _is_missing(check: Check) -> bool:
    """Whether an operation can't be used at all."""
    return not check.of(UNDERSTOOD) and not _nothing_there(check)


def _fails(check: Check) -> bool:
    """Whether an operation was asked and can't be used, if only for some."""
    is_absent = check.outcome == NOT_OFFERED and not _nothing_there(check)
    return is_absent or check.outcome in (NOT_UNDERSTOOD, REFUSED)


def _fields_lacking(used: Sequence[Check], checks: Mapping[str, Check], unused: Sequence[str]) -> list[str]:
    """Return the fields that the records of these operations lack, but for those that nobody misses."""
    names = [check.operation.name for check in used]
    kinds = {_TELLS[name] for name in names if name in _TELLS}
    return [field for kind in sorted(kinds) for field in _lacking(kind, checks) if field not in unused]


def _nothing_there(check: Check) -> bool:
    """Whether an operation wasn't asked because there is nothing that it could be asked for."""
    return not check.findings and check.outcome == NOT_OFFERED


def _why(check: Check) -> str:
    """Return why an operation can't be used, and for how many of those that were asked."""
    outcome, path = check.outcome, f"GET {check.operation.path}"
    if not check.findings:
        return f"{path}: {check.remark}"
    return f"{path} is {outcome} for {check.of(outcome)} of {len(check.findings)}"


def _lacking(kind: str, checks: Mapping[str, Check]) -> list[str]:
    """Return the fields that no operation tells of all records: what a list leaves out, the details may tell."""
    telling = [checks[name] for name, told in _TELLS.items() if told == kind and checks[name].of(UNDERSTOOD)]
    return sorted(set.intersection(*({*check.unknown} for check in telling))) if telling else []


#: Operations that tell of one kind of record, of which one may tell what the other doesn't.
_TELLS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("list_vms", "get_vm_details"), "VirtualMachine"),
    **dict.fromkeys(("list_services", "service_details"), "Service"),
    **dict.fromkeys(("list_ips", "ip_details"), "IPAddress"),
    **dict.fromkeys(("list_tickets", "ticket_details"), "Ticket"),
    **{name: name for name in ("server_info", "get_server_state", "reinstall_status", "rescue_status")},
    "diagnostics_status": "diagnostics_status",
}
