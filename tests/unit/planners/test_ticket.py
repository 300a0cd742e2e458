# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of tickets and contacts where the portal tells less than it should, or more than one expects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import pytest
from ansible_collections.sindad.cloud.plugins.module_utils._errors import NotCarriedOut, NotFound, SindadError
from ansible_collections.sindad.cloud.plugins.module_utils._operations import OPERATIONS
from ansible_collections.sindad.cloud.plugins.module_utils._plan import Context
from ansible_collections.sindad.cloud.plugins.module_utils._reading import UNKNOWN, Answer
from ansible_collections.sindad.cloud.plugins.module_utils._records import Reply, Ticket
from ansible_collections.sindad.cloud.plugins.module_utils._resources import contact, ticket
from ansible_collections.sindad.cloud.plugins.module_utils._wait import WaitPolicy

DEPARTMENTS = {"departments": [{"id": "1", "name": "Support"}]}
OLD = {"ticket_number": "1", "subject": "Old", "status": "Open", "deptname": "Support"}


class Portal:
    """Stands where a client does: tells what it is told to tell, and notes what is sent."""

    def __init__(self, answer: Any, *new: dict[str, Any], kind: str = "tickets", listed: Any = ()) -> None:
        self.answer = answer
        self.new = new
        self.kind = kind
        self.listed = list(listed)
        self.sent: list[str] = []
        self.happened = True

    def get(self, name: str, *ids: str) -> Answer:
        operation = OPERATIONS[name]
        return Answer(operation, operation.url_path(*ids), self.body(name, ids))

    def pages(self, name: str, *ids: str) -> Iterator[Answer]:
        yield self.get(name, *ids)

    def body(self, name: str, ids: tuple[str, ...]) -> Any:
        if name == "list_ticket_departments":
            return DEPARTMENTS
        if not ids:
            listed = [{key: value for key, value in each.items() if key not in each.get("unlisted", ())}
                      for each in self.listed]  # fmt: skip
            return {self.kind: listed}
        for each in self.listed:
            if ids[0] in (each.get("ticket_number"), each.get("id")):
                return (
                    {"ticket": each, "replies": each.get("replies", [])}
                    if self.kind == "tickets"
                    else {"contact": each}
                )
        raise NotFound("not found", operation=OPERATIONS[name])

    def send(self, name: str, *ids: str, body: Any = None, changes: bool | None = None) -> Answer:
        self.sent.append(name)
        self.listed += self.new
        operation = OPERATIONS[name]
        return Answer(operation, operation.url_path(*ids), self.answer)

    def not_carried_out(self, operation: Any, path: str) -> None:
        self.happened = False


def run(portal: Portal, task: Any, wait: bool = True, **options: Any) -> tuple[dict[str, Any], list[str]]:
    """Observe, plan and apply, as the engine does; return what the changes returned, and the warnings."""
    warnings: list[str] = []
    context = Context(portal, WaitPolicy(wait, 0.05, 0.01), warnings.append)  # type: ignore[arg-type]
    wanted = task.wanted(options)
    plan = task.plan(wanted, task.observe(context, wanted))
    return plan.apply(context), warnings


def new_ticket(portal: Portal, wait: bool = True, **more: Any) -> tuple[dict[str, Any], list[str]]:
    options = {"number": None, "subject": "New", "department": "1", "body": "x", "reply": None, "state": "open"}
    return run(portal, ticket.TASK, wait, **{**options, **more})


def shown(number: str, subject: str = "New", **more: Any) -> dict[str, Any]:
    return {"ticket_number": number, "subject": subject, "status": "Open", "deptname": "Support", **more}


# tickets


@pytest.mark.parametrize("answer", [{"ticket": 7}, {"ticket": {"id": "99", "ticket_number": "7"}}, {"ticket": "gone"}, {},
                                    {"ticket": True, "status": True}, {"ticket_number": "7", "ticket_id": 99}])  # fmt: skip
def test_the_number_of_a_new_ticket(answer: Any) -> None:
    result, warnings = new_ticket(Portal(answer, shown("7"), listed=[OLD]))
    assert (result["ticket"].number, warnings) == ("7", [])


def test_several_new_tickets() -> None:
    portal = Portal({}, shown("7"), shown("8"), shown("9", "Another"), listed=[OLD])
    with pytest.raises(SindadError, match=r"'New' was opened. Then: several new tickets have this subject.*: 7, 8$"):
        new_ticket(portal)
    result, _warnings = new_ticket(Portal({"ticket": 8}, shown("7"), shown("8"), listed=[OLD]))
    assert result["ticket"].number == "8"


def test_a_ticket_of_another_subject() -> None:
    """The next run would open another one, so this one fails, with the number."""
    with pytest.raises(SindadError, match="the portal calls it 'Ne', so the next run would open another") as caught:
        new_ticket(Portal({"ticket": 7}, shown("7", "Ne"), listed=[OLD]))
    assert caught.value.results["ticket"]["number"] == "7"
    result, _warnings = new_ticket(Portal({"ticket": 7}, shown("7", " NEW "), listed=[OLD]))
    assert result["ticket"].number == "7"


def test_a_ticket_that_is_not_shown() -> None:
    with pytest.raises(NotCarriedOut):
        new_ticket(portal := Portal("", listed=[OLD]))
    assert not portal.happened
    result, warnings = new_ticket(Portal({"ticket": 7}, listed=[OLD]), wait=False)
    assert result["ticket"] == {"number": "7", "subject": "New"}
    assert "doesn't show it yet" in warnings[0]
    with pytest.raises(SindadError, match="so the reply was not sent"):
        new_ticket(Portal({"ticket": 7}, listed=[OLD]), wait=False, reply="y")


def test_a_ticket_whose_subject_only_its_details_tell() -> None:
    listed = [OLD, shown("7", unlisted=("subject", "status"))]
    portal = Portal({}, listed=listed)
    new_ticket(portal)
    assert portal.sent == []
    portal = Portal({"ticket": 8}, shown("8"), listed=[OLD, {"ticket_number": "7", "status": "Open", "date": "2026"}])
    with pytest.raises(SindadError, match="doesn't report the subject of ticket 7, so nobody can tell"):
        new_ticket(portal)
    assert portal.sent == []
    closed = {"ticket_number": "7", "status": "Closed", "date": "2026"}
    result, _warnings = new_ticket(Portal({"ticket": 8}, shown("8"), listed=[OLD, closed]))
    assert result["ticket"].number == "8"


def test_a_ticket_in_a_department_that_is_not_told() -> None:
    portal = Portal({}, listed=[{"ticket_number": "7", "subject": "New", "status": "Answered"}])
    new_ticket(portal)
    assert portal.sent == []


def test_a_reply_in_other_words() -> None:
    """It was accepted, and a new reply of ours is there: nothing is waited for, but the user is told."""
    reply = {"id": "5", "type": "Client", "body": "y, and a signature"}

    class Signing(Portal):
        def send(self, name: str, *ids: str, body: Any = None, changes: bool | None = None) -> Answer:
            self.listed[0] = {**self.listed[0], "replies": [reply]}
            return super().send(name, *ids, body=body)

    options = {"number": "1", "subject": None, "department": None, "body": None, "reply": "y", "state": "open"}
    _result, warnings = run(Signing({"info": ["reply_added"]}, listed=[OLD]), ticket.TASK, **options)
    assert "shows the reply to ticket 1 in other words" in warnings[0]


def replied(*replies: tuple[Any, Any, str]) -> Ticket:
    """A ticket with replies of the customer's: id, date, text."""
    return Ticket("1", replies=tuple(Reply(key, UNKNOWN, "Client", date, text) for key, date, text in replies))


@pytest.mark.parametrize(
    ("replies", "newest"),
    [
        ((("1", "2026-01-02 10:00", "a"), ("2", "2026-01-01 10:00", "b")), {"a"}),
        ((("1", "2026-01-02", "a"), ("2", "2026-01-02", "b")), {"b"}),
        ((("9", UNKNOWN, "a"), ("10", "2026-01-02", "b")), {"b"}),
        (((UNKNOWN, UNKNOWN, "a"), ("10", "2026-01-02", "b")), {"a", "b"}),
        (((UNKNOWN, "2. 1. 2026", "a"), (UNKNOWN, "1. 2. 2026", "b")), {"a", "b"}),
        (((UNKNOWN, "2026-01-02", "a"), (UNKNOWN, "2026-01-02", "b")), {"a", "b"}),
        (((UNKNOWN, "2026-01-02", "a"), (UNKNOWN, "2026-01-03", "b")), {"b"}),
        (((UNKNOWN, "2026-01-02T13:15:00Z", "a"), (UNKNOWN, "2026-01-02T11:00:00Z", "b")), {"a"}),
        (((UNKNOWN, "2026-10-02 11:00 AM", "a"), (UNKNOWN, "2026-10-02 01:15 PM", "b")), {"a", "b"}),
        (((UNKNOWN, "2026-10-02 9:00:00", "a"), (UNKNOWN, "2026-10-02 10:15:00", "b")), {"a", "b"}),
        (((UNKNOWN, "2026-10-02", "a"), (UNKNOWN, "2026-10-02 10:15:00", "b")), {"a", "b"}),
        (((UNKNOWN, "2026/10/02", "a"), (UNKNOWN, "2026-10-03", "b")), {"a", "b"}),
        (((UNKNOWN, "2026-10-02 10:00+03:30", "a"), (UNKNOWN, "2026-10-02 09:00+00:00", "b")), {"a", "b"}),
        (((UNKNOWN, "02-10-2026", "a"), (UNKNOWN, "03-09-2026", "b")), {"a", "b"}),
        ((("1", "2026-10-02 11:00 AM", "a"), ("2", "2026-10-02 01:15 PM", "b")), {"b"}),
        ((), set()),
    ],
)
def test_the_newest_reply(replies: Any, newest: set[str]) -> None:
    """Where nothing tells which one it is, each of them may be: no text is sent twice."""
    assert {text for text in "ab" if ticket.is_answered(replied(*replies), text)} == newest


# statuses

KNOWN = {"number": "7", "subject": None, "department": None, "body": None, "reply": None, "state": "open"}


class Ticketing(Portal):
    """A portal that closes and re-opens tickets, in its own words."""

    words: ClassVar[dict[str, str]] = {"close_ticket": "<b>Closed</b>", "re_open_ticket": "Open"}

    def send(self, name: str, *ids: str, body: Any = None, changes: bool | None = None) -> Answer:
        if name in self.words:
            self.listed[0] = {**self.listed[0], "status": self.words[name]}
        if name == "create_reply":
            self.listed[0] = {**self.listed[0], "replies": [{"id": "1", "type": "Client", "body": body["body"]}]}
        return super().send(name, *ids, body=body)


class Answering(Ticketing):
    """A portal that takes replies, and whose tickets keep their status."""

    words: ClassVar[dict[str, str]] = {}


def of_status(status: str, **options: Any) -> tuple[list[str], list[str]]:
    """Run a task on a ticket with a status; return what was sent, and the warnings."""
    portal = Ticketing({"success": True}, listed=[shown("7", status=status)])
    _result, warnings = run(portal, ticket.TASK, **{**KNOWN, **options})
    return portal.sent, warnings


@pytest.mark.parametrize(
    "status",
    ["Closed", '<span class="x">Closed</span>', "closed", "Closed by client", "<b>Closed</b> (auto)", "بسته شده"],
)
def test_a_closed_ticket(status: str) -> None:
    assert of_status(status, state="closed")[0] == []
    assert of_status(status)[0] == ["re_open_ticket"]
    assert of_status(status, reply="y", state="closed")[0] == ["re_open_ticket", "create_reply", "close_ticket"]
    portal = Portal({"ticket": 8}, shown("8"), listed=[shown("7", status=status)])
    new_ticket(portal)
    assert portal.sent == ["create_ticket"]


@pytest.mark.parametrize(
    "status",
    ["Open", "<b>Answered</b>", "Client-Reply", "customer reply", "In-Progress", "in progress", "On Hold", "باز"],
)
def test_an_open_ticket(status: str) -> None:
    assert of_status(status) == ([], [])
    assert of_status(status, reply="y")[0] == ["create_reply"]
    assert of_status(status, state="closed")[0] == ["close_ticket"]
    portal = Portal({}, listed=[shown("7", status=status)])
    new_ticket(portal)
    assert portal.sent == []


UNKNOWN_STATUSES = (
    *("Escalated", "Pending", "Waiting", "New", "Replied", "Reopened", "Awaiting Customer", "Resolved", "Solved", "1"),
    *("در انتظار پاسخ", "<b>Escalated</b>", "Not closed", "Closed-pending reply", "بسته\u200cبندی"),
)


@pytest.mark.parametrize("status", UNKNOWN_STATUSES)
def test_a_ticket_of_a_status_that_nobody_knows(status: str) -> None:
    """It is neither open nor closed: it is not re-opened, and nothing is opened beside it."""
    unknown = "which is not a known status, so nobody can tell whether it is open"
    sent, warnings = of_status(status)
    assert sent == []
    assert planned_warnings(status) == [unknown]
    portal = Portal({}, listed=[shown("7", status=status)])
    new_ticket(portal)
    assert portal.sent == warnings == []
    plan = ticket.plan(ticket.Wanted("7", None), ticket.Observed((read_one(portal),)))
    assert plan.before == plan.after == {"number": "7", "state": None}


@pytest.mark.parametrize("status", UNKNOWN_STATUSES)
def test_what_is_sent_to_a_ticket_of_a_status_that_nobody_knows(status: str) -> None:
    """What was asked for by name is sent, with a warning, and no reply twice."""
    answered = "the reply is sent without re-opening it"
    closed = "it is closed all the same, and nobody can tell whether that changes anything"
    assert of_status(status, reply="y")[0] == ["create_reply"]
    assert answered in planned_warnings(status, reply="y")[0]
    assert of_status(status, state="closed") == (["close_ticket"], [])
    assert closed in planned_warnings(status, state="closed")[0]
    assert of_status(status, reply="y", state="closed")[0] == ["create_reply", "close_ticket"]
    portal = Answering({"success": True}, listed=[shown("7", status=status)])
    for _run in range(2):
        _result, warnings = run(portal, ticket.TASK, **{**KNOWN, "reply": "y", "state": "closed"})
        assert ["closing ticket 7 can't be confirmed" in warning for warning in warnings] == [True]
    assert portal.sent == ["create_reply", "close_ticket", "close_ticket"]


def planned_warnings(status: str, **options: Any) -> list[str]:
    """Return the warnings of a plan, without what they say of this ticket first."""
    found = plan_warnings(shown("7", status=status), **options)
    return [warning.partition(", ")[2] for warning in found]


def read_one(portal: Portal) -> Ticket:
    return ticket.get_ticket(portal, "7")  # type: ignore[arg-type]


def test_the_details_know_a_status_that_the_list_writes_in_other_words() -> None:
    class Listing(Portal):
        def body(self, name: str, ids: tuple[str, ...]) -> Any:
            told = super().body(name, ids)
            return told if ids or name != "list_tickets" else {"tickets": [shown("7", status="Done")]}

    portal = Listing({"ticket": 8}, shown("8"), listed=[shown("7", status="Closed")])
    new_ticket(portal)
    assert portal.sent == ["create_ticket"]


def test_a_status_afterwards_that_nobody_knows() -> None:
    class Other(Ticketing):
        words: ClassVar[dict[str, str]] = {"close_ticket": "Resolved"}

    portal = Other({"success": True}, listed=[shown("7")])
    _result, warnings = run(portal, ticket.TASK, **{**KNOWN, "state": "closed"})
    assert portal.sent == ["close_ticket"]
    assert warnings == [
        "closing ticket 7 can't be confirmed: the portal gives it the status 'Resolved', which is unknown"
    ]


# subjects that are cut short

WHOLE = "Disk of backup.example.ir is R&D's"


class Cutting(Portal):
    """A portal whose list shows only the beginning of a subject."""

    cut = ""

    def body(self, name: str, ids: tuple[str, ...]) -> Any:
        told = super().body(name, ids)
        if not ids and "tickets" in told:
            told["tickets"] = [{**each, "subject": self.cut} for each in told["tickets"]]
        return told


@pytest.mark.parametrize(
    "cut",
    [
        *("Disk of backup.exam...", "Disk of backup.exam…", "disk  of backup.exam&hellip;", "Disk of backup ..", "..."),
        *("Disk of backup.example.ir is R&am...", "Disk of [...]", "Disk of backup.example.ir is R&D's..."),
    ],
)
def test_a_subject_that_is_listed_cut_short(cut: str) -> None:
    """The details tell it: the ticket is found, or another one is opened."""
    found, other = (Cutting({"ticket": 8}, shown("8", WHOLE), listed=[shown("7", subject)]) for subject in (WHOLE, cut))
    nameless = Cutting({}, listed=[{"ticket_number": "7", "status": "Open", "date": "2026", "unlisted": ()}])
    for portal in (found, other, nameless):
        portal.cut = cut
    assert new_ticket(found, subject=WHOLE)[0] == {}
    assert found.sent == []
    new_ticket(other, wait=False, subject=WHOLE)
    assert other.sent == ["create_ticket"]
    with pytest.raises(SindadError, match="doesn't report the subject of ticket 7"):
        new_ticket(nameless, subject=WHOLE)


def test_a_subject_that_begins_otherwise_needs_no_details() -> None:
    portal = Cutting({"ticket": 8}, shown("8", WHOLE), listed=[shown("7", WHOLE)])
    portal.cut = "Memory of backup..."
    new_ticket(portal, wait=False, subject=WHOLE)
    assert portal.sent == ["create_ticket"]


# options that a ticket doesn't take


def test_a_department() -> None:
    for options in ({"subject": "New"}, {"subject": "New", "state": "closed"}):
        with pytest.raises(SindadError, match=r"department: there is no 'Nowhere' here; available: Support \(1\)"):
            new_ticket(Portal({}, listed=[shown("7")]), **{**KNOWN, "number": None, **options, "department": "Nowhere"})


@pytest.mark.parametrize(
    ("department", "told", "differs"),
    [
        ("Support", "Support", False),
        ("support", "Support", False),
        ("1", "Support", False),
        ("Support", "1", False),
        ("1", "1", False),
        ("1", "2", True),
        ("Nowhere", "Support", True),
        ("Billing", "Sales & Billing", True),
    ],
)
def test_the_department_of_a_ticket_that_its_number_identifies(department: str, told: str, differs: bool) -> None:
    """It is compared with what the ticket tells: the department may not be offered any more."""

    class WithoutDepartments(Portal):
        def body(self, name: str, ids: tuple[str, ...]) -> Any:
            assert name == "ticket_details"
            return super().body(name, ids)

    portal = WithoutDepartments({}, listed=[shown("7", deptname=told)])
    if differs:
        with pytest.raises(SindadError, match=f"department: ticket 7 is in '{told}', and the API can't change that"):
            run(portal, ticket.TASK, **{**KNOWN, "department": department})
    else:
        run(portal, ticket.TASK, **{**KNOWN, "department": department})


def test_a_department_that_the_ticket_does_not_tell() -> None:
    untold = {key: value for key, value in shown("7").items() if key != "deptname"}
    assert "doesn't report in which department ticket 7 is" in plan_warnings(untold, department="1")[0]


def test_a_body_that_is_not_used() -> None:
    """The documentation says so: a warning at each run would say no more."""
    assert plan_warnings(shown("7"), body="x") == plan_warnings(shown("7"), department="1") == ()
    assert plan_warnings(shown("7"), number=None, subject="New", body="x") == ()


def plan_warnings(listed: dict[str, Any], **options: Any) -> tuple[str, ...]:
    context = Context(Portal({}, listed=[listed]), WaitPolicy(), print)  # type: ignore[arg-type]
    wanted = ticket.wanted_ticket({**KNOWN, **options})
    return ticket.plan(wanted, ticket.observe(context, wanted)).warnings


# contacts


def new_contact(portal: Portal, wait: bool = True) -> tuple[dict[str, Any], list[str]]:
    return run(portal, contact.TASK, wait, id=None, email="new@example.com", city="Qom", password=None)


def person(identity: str, email: str = "New@example.com", **more: Any) -> dict[str, Any]:
    return {"id": identity, "email": email, "city": "Qom", **more}


@pytest.mark.parametrize(
    "answer", [{"contact_id": "7"}, {"contact": {"id": 7}}, {}, {"contact_id": None}, {"contact": "ok"}]
)
def test_the_id_of_a_new_contact(answer: Any) -> None:
    result, warnings = new_contact(Portal(answer, person("7"), kind="contacts"))
    assert (result["contact"]["id"], warnings) == ("7", [])


def test_several_new_contacts() -> None:
    with pytest.raises(SindadError, match=r"was created\. Then: several contacts have this address now.*: 7, 8$"):
        new_contact(Portal({}, person("7"), person("8"), kind="contacts"))


def test_a_contact_of_another_address() -> None:
    with pytest.raises(SindadError, match=r"the portal gave it the address ne@example\.com") as caught:
        new_contact(Portal({"contact_id": 7}, person("7", "ne@example.com"), kind="contacts"))
    assert caught.value.results["contact"]["id"] == "7"


def test_a_contact_with_other_fields() -> None:
    other = {"id": "7", "email": "new@example.com", "city": "Yazd"}
    _result, warnings = new_contact(Portal({"contact_id": 7}, other, kind="contacts"))
    assert warnings == ["the portal shows city of contact 7 in a form other than the one sent: this can't be confirmed"]


def test_a_contact_that_is_not_shown() -> None:
    with pytest.raises(NotCarriedOut):
        new_contact(Portal({}, kind="contacts"))
    result, warnings = new_contact(Portal({"contact_id": 7}, kind="contacts"), wait=False)
    assert result["contact"] == {"id": "7", "email": "new@example.com"}
    assert "doesn't show it yet" in warnings[0]


def test_the_password_of_a_contact_that_exists() -> None:
    """The documentation says that it is for a new one: a warning at each run would say no more."""
    portal = Portal({}, kind="contacts", listed=[person("7")])
    options = {"id": None, "email": "new@example.com", "city": "Qom", "password": "secret"}
    warnings: list[str] = []
    context = Context(portal, WaitPolicy(), warnings.append)  # type: ignore[arg-type]
    wanted = contact.TASK.wanted(options)
    plan = contact.TASK.plan(wanted, contact.TASK.observe(context, wanted))
    assert (plan.changes, plan.warnings, warnings) == ((), (), [])
