# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sends every operation that reads, and finds out which of the answers are understood. Private to this collection.

Answers go through the readers that the modules use: what is understood here is understood there.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from .. import _records as records
from .._client import Client
from .._errors import AuthError, NotFound, SindadError, Unreachable, Unreadable
from .._operations import OPERATIONS, Operation
from .._parallel import in_parallel
from .._reading import Answer, Unknown, all_pages, known
from .._records import Record, Service
from .._resources.attachment import download
from .._resources.service import choose_services
from .lookups import Read, records_in, unknown_fields, unread_keys

UNDERSTOOD: Final = "understood"
NOT_OFFERED: Final = "not offered"
REFUSED: Final = "refused"
NOT_UNDERSTOOD: Final = "not understood"

#: How many of each kind are looked at where nobody says it.
MOST: Final = 20
#: Seconds between two lines that say how far it is.
_PROGRESS_INTERVAL: Final = 5.0
#: The words that Get specific statuses takes (reference).
STATUS_WORDS: Final = (
    *("Scheduled", "InProgress", "Cancelled", "ResolvedFaultIssue", "CompletedMaintenance", "Finished"),
)
#: Lists of the account itself, which come in pages.
_ACCOUNT_LISTS: Final = (
    *("list_contacts", "list_all_portal_notifications", "list_new_portal_notifications", "list_invoices"),
    *("payment_methods", "payment_methods_fees", "list_tickets", "list_ticket_departments", "get_list_statuses"),
    "list_servers_in_stock",
)
_ACCOUNT_OBJECTS: Final = ("contact_privileges", "account_balance")
_SERVICE_LISTS: Final = (
    *("list_service_methods", "list_vms", "list_os_templates", "list_ips", "list_vlans"),
    *("list_diagnostics_templates", "list_rescue_templates"),
)
_SERVICE_OBJECTS: Final = (
    *("service_details", "upgrade_options", "service_label", "resources", "list_os_templates_and_recipes"),
    *("reinstall_status", "diagnostics_status", "rescue_status", "server_info", "get_server_state"),
)
_LISTS: Final = frozenset(("list_services", "get_specific_statuses", *_ACCOUNT_LISTS, *_SERVICE_LISTS))
#: The list that names what the details of an operation are asked for.
LIST_OF: Final[Mapping[str, str]] = {
    "get_contacts_details": "list_contacts",
    "invoice_details": "list_invoices",
    "ticket_details": "list_tickets",
    "ticket_attachment": "ticket_details",
    "get_status": "get_list_statuses",
    "get_vm_details": "list_vms",
    "ip_details": "list_ips",
    **dict.fromkeys((*_SERVICE_LISTS, *_SERVICE_OBJECTS), "list_services"),
}


@dataclass(frozen=True)
class Finding:
    """What became of one request, or of the pages of one list.

    Attributes:
        operation: The operation that was sent.
        path: Its real path.
        outcome: UNDERSTOOD, NOT_OFFERED, REFUSED or NOT_UNDERSTOOD.
        records: How many records were read.
        unknown: The fields of ours that they lack, and how many of them do.
        unread: The portal's keys that nobody reads.
        reason: Why it wasn't understood.

    """

    operation: Operation
    path: str
    outcome: str
    records: int = 0
    unknown: Mapping[str, int] = field(default_factory=dict)
    unread: Sequence[str] = ()
    reason: str = ""


@dataclass
class Survey:
    """All that was found out.

    Attributes:
        findings: The findings, in the order in which they came.
        left_out: The ids in lists that weren't looked at, by the operation and the path of the list.

    """

    findings: list[Finding] = field(default_factory=list)
    left_out: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    @property
    def services_left_out(self) -> int:
        """How many services were not looked at."""
        return sum(len(ids) for (name, _path), ids in self.left_out.items() if name == "list_services")


class Surveyor:
    """Sends requests, and keeps what it finds. It never stops at an answer that can't be read.

    Args:
        client: Sends the requests.
        progress: Called with the progress, now and then.

    """

    def __init__(self, client: Client, progress: Callable[[str], None]) -> None:
        self.survey = Survey()
        self._client = client
        self._progress = progress
        self._lock = threading.Lock()
        self._shown = time.monotonic()
        self._services_done = 0
        self._errors: list[SindadError] = []
        #: What was read, by operation and ids.
        self._found: dict[tuple[str, tuple[str, ...]], Any] = {}

    def look_at_everything(self, wanted: Sequence[str]) -> Survey:
        """Send every operation that reads.

        Args:
            wanted: The names of the services to look at; if empty, up to MOST of each category.

        Raises:
            SindadError: The portal can't be reached, refuses the credentials, or a wanted service isn't there.

        """
        self._ask("user_details")
        listed = self._ask("list_services")
        self._check_access()
        services = self._chosen(wanted, listed)
        in_parallel(self._ask, (*_ACCOUNT_LISTS, *_ACCOUNT_OBJECTS))
        self._look_at_details()

        def look(service_id: str) -> None:
            self._look_at_service(service_id)
            self._tell(len(services))

        in_parallel(look, services)
        return self.survey

    def _check_access(self) -> None:
        """Refuse to go on where nothing can be asked: each further attempt could lock the account."""
        if all(isinstance(error, AuthError) for error in self._errors) and len(self._errors) == 2:
            raise self._errors[0]
        unreachable = [error for error in self._errors if isinstance(error, Unreachable) and error.status is None]
        if len(unreachable) == 2:
            raise unreachable[0]

    def _chosen(self, wanted: Sequence[str], listed: Any) -> list[str]:
        """Return the ids of the services that are looked at."""
        if listed is None:
            return list(dict.fromkeys(wanted))
        found: Sequence[Service] = listed
        chosen = choose_services(self._client, wanted, found) if wanted else _some_of_each_category(found)
        ids = list(dict.fromkeys(service.id for service in chosen))
        self._leave_out("list_services", (), [service.id for service in found if service.id not in ids])
        return ids

    def _look_at_details(self) -> None:
        """Ask for the details of what the account's lists name."""
        steps = [
            *(("get_contacts_details", contact) for contact in self._some("list_contacts")),
            *(("invoice_details", invoice) for invoice in self._some("list_invoices")),
            *(("get_status", status) for status in self._some("get_list_statuses")),
            *(("get_specific_statuses", word) for word in STATUS_WORDS),
        ]
        in_parallel(lambda step: self._ask(*step), steps)
        in_parallel(self._look_at_ticket, self._some("list_tickets"))

    def _look_at_ticket(self, number: str) -> None:
        ticket = self._ask("ticket_details", number)
        for attachment in records.attachments(ticket) if ticket is not None else ():
            if attachment["id"] is not None:
                self._ask_for_attachment(attachment["id"], number, attachment["name"] or "")

    def _look_at_service(self, service_id: str) -> None:
        for name in (*_SERVICE_OBJECTS, *_SERVICE_LISTS):
            self._ask(name, service_id)
        for vmid in self._some("list_vms", service_id):
            self._ask("get_vm_details", service_id, vmid)
        addresses = {ip.id: ip for ip in self._found.get(("list_ips", (service_id,)), ())}
        for ip_id in self._some("list_ips", service_id):
            self._ask("ip_details", service_id, ip_id, about=addresses[ip_id])

    def _some(self, name: str, *ids: str) -> list[str]:
        """Return the ids of the first records of a list; the others are left out."""
        found = self._found.get((name, ids)) or ()
        identities = [identity for record in found if (identity := _identity(record)) is not None]
        self._leave_out(name, ids, identities[MOST:])
        return identities[:MOST]

    def _leave_out(self, name: str, ids: Sequence[str], identities: Sequence[str]) -> None:
        if identities:
            self.survey.left_out[name, OPERATIONS[name].url_path(*ids)] = list(identities)

    # One question

    def _ask(self, name: str, *ids: str, about: Any = None) -> Any:
        """Ask for one thing, keep what was found out, and return what was read; None where nothing was.

        Args:
            name: The operation.
            ids: The values of its placeholders.
            about: The record from a list that its details are asked for.

        """
        answers: list[Answer] = []
        read = _reader(name, ids, about)

        def read_one(answer: Answer) -> Any:
            answers.append(answer)
            return read(answer)

        def look() -> Any:
            if name in _LISTS:
                return all_pages(self._client.pages(name, *ids), read_one, _told_apart_by)
            return read_one(self._client.get(name, *ids))

        found = self._tried(name, ids, look, lambda: _unread(answers, read))
        if found is not None:
            self._found[name, ids] = found
        return found

    def _ask_for_attachment(self, attachment: str, number: str, name: str) -> None:
        self._tried("ticket_attachment", (attachment,), lambda: download(self._client, attachment, number, name), list)

    def _tried(
        self, name: str, ids: Sequence[str], look: Callable[[], Any], unread: Callable[[], Sequence[str]]
    ) -> Any:
        """Look, and keep what became of it; return what was read, or None."""
        operation = OPERATIONS[name]
        path = operation.url_path(*ids)
        try:
            found = look()
            finding = Finding(operation, path, UNDERSTOOD, _count(found), unknown_fields(found), unread())
        except SindadError as error:
            found = None
            finding = Finding(operation, path, _outcome(error), reason=_reason(error, path))
            self._errors.append(error)
        except Exception as error:  # noqa: BLE001 - an answer that a reader wasn't made for must not end the survey
            found = None
            reason = f"its reader failed: {type(error).__name__}"
            finding = Finding(operation, path, NOT_UNDERSTOOD, reason=reason)
        with self._lock:
            self.survey.findings.append(finding)
        return found

    def _tell(self, services: int) -> None:
        """Say how far it is, if nothing was said for a while."""
        with self._lock:
            self._services_done += 1
            now = time.monotonic()
            if now - self._shown < _PROGRESS_INTERVAL:
                return
            self._shown = now
            requests = sum(self._client.calls.values())
            self._progress(f"portal_check: {self._services_done} of {services} services, {requests} requests")


def _some_of_each_category(services: Iterable[Service]) -> list[Service]:
    """Return the first services of each category; those whose category isn't told are one."""
    by_category: dict[str | None, list[Service]] = defaultdict(list)
    for service in services:
        category = known(service.category_slug) or known(service.category)
        by_category[category].append(service)
    return [service for found in by_category.values() for service in found[:MOST]]


def _reader(name: str, ids: Sequence[str], about: Any) -> Read:
    """Return the reader of an operation, with what it has to know beside the answer."""
    reader = records.READERS[name]
    more: dict[str, tuple[Any, ...]] = {
        "service_details": tuple(ids),
        "list_vms": tuple(ids),
        "get_vm_details": tuple(ids),
        "get_contacts_details": tuple(ids),
        "ticket_details": tuple(ids),
        "ip_details": (about,),
    }
    return lambda answer: reader(answer, *more.get(name, ()))


def _unread(answers: Sequence[Answer], read: Read) -> list[str]:
    """Return the keys that nobody reads, those of a ticket's attachments and of a form's items looked up as well."""

    def read_all(answer: Answer) -> Any:
        found = read(answer)
        for record in records_in(found):
            if isinstance(record, records.Ticket):
                records.attachments(record)
            if isinstance(record, records.Choice):
                records.form_items(record.raw)
        return found

    return sorted({key for answer in answers for key in unread_keys(answer, read_all)})


def _identity(record: Any) -> str | None:
    """Return the id by which the details of a record are asked for."""
    if isinstance(record, Record):
        found = getattr(record, "number", None) or getattr(record, "id", None)
        return None if isinstance(found, Unknown) else found
    return record.get("id") if isinstance(record, Mapping) else None


def _told_apart_by(record: Any) -> str:
    return _identity(record) or str(record)


def _count(found: Any) -> int:
    """Return how many records were read."""
    if isinstance(found, (tuple, list)):
        parts = [part for part in found if isinstance(part, (tuple, list))]
        return sum(map(len, parts)) if parts else len(found)
    return 1


def _outcome(error: SindadError) -> str:
    if isinstance(error, NotFound):
        return NOT_OFFERED
    return NOT_UNDERSTOOD if isinstance(error, (Unreadable, Unreachable)) else REFUSED


def _reason(error: SindadError, path: str) -> str:
    """Return why, in one sentence, without the ids in the path."""
    operation = error.operation
    message = "; ".join(error.errors) or str(error)
    if isinstance(error, Unreadable):
        # What follows is the beginning of the answer itself, or the portal's address.
        said = str(error).partition("can't be read: ")[2] or str(error)
        message = said.partition(", from http")[0].partition(": ")[0]
    return message.replace(path, operation.path) if operation is not None else message
