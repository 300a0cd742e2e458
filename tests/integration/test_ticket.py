# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Support tickets: sindad_ticket and sindad_ticket_info."""

from __future__ import annotations

import base64

import pytest

SHAPES = ("reference", "keyed", "proxmox", "openstack")
NEW = {"subject": "Disk 2 & 3 of db-1", "department": "sales & billing", "body": "They are slow.\nPlease look."}
#: What is done, in order, and the requests that do it.
STEPS = (
    ({**NEW}, ["POST /tickets"]),
    ({**NEW, "reply": "It is <worse> & worse.\r\nHurry!\n"}, ["POST /tickets/865650"]),
    ({"number": "700101", "reply": "Thanks."}, ["POST /tickets/700101"]),
    ({"number": "700101", "reply": "All is well.", "state": "closed"}, ["POST /tickets/700101", "PUT /tickets/700101/close"]),
    ({"number": "700102"}, ["PUT /tickets/700102/open"]),
    ({"number": "700102", "state": "closed"}, ["PUT /tickets/700102/close"]),
    ({"number": "700102", "reply": "Once more.", "state": "closed"},
     ["PUT /tickets/700102/open", "POST /tickets/700102", "PUT /tickets/700102/close"]),
    ({"subject": NEW["subject"], "department": "2", "state": "closed"}, ["PUT /tickets/865650/close"]),
)  # fmt: skip


def ticket(**args):
    return {"sindad.cloud.sindad_ticket": args, "diff": True}


def info(**args):
    return {"sindad.cloud.sindad_ticket_info": args, "diff": True}


@pytest.mark.parametrize("shape", SHAPES)
def test_check_apply_apply_check(shape, simulator, run_tasks):
    simulator.poke(settings={"shape": shape})
    tasks = [{**ticket(**args), "check_mode": check} for args, _unused in STEPS for check in (True, False, False, True)]
    results = run_tasks(tasks).task_results
    assert [result.msg for result in results if result.failed] == []
    assert simulator.writes == [request for _unused, requests in STEPS for request in requests]
    for number, (args, _unused) in enumerate(STEPS):
        check, applied, *again = results[4 * number : 4 * number + 4]
        assert check.changed and applied.changed, args
        assert check["plan"] == applied["plan"] != []
        assert check["diff"] == applied["diff"]
        assert check["diff"]["before"] != check["diff"]["after"]
        assert [(result.changed, result["plan"]) for result in again] == [(False, [])] * 2, args
    assert simulator.requests(23)[0]["body"] == {"dept_id": 2, "subject": NEW["subject"], "body": NEW["body"]}
    check, opened = results[0]["ticket"], results[1]["ticket"]
    assert check == {**opened, "number": None, "date": None}
    assert opened == {**NEW, "number": "865650", "department": "Sales & Billing", "status": "Open",
                      "date": opened["date"], "replies": []}  # fmt: skip
    assert results[4]["ticket"]["replies"][0] == {
        **dict.fromkeys(("id", "name", "date")), "type": "Client", "body": STEPS[1][0]["reply"]
    }  # fmt: skip
    assert results[5]["ticket"]["replies"][0]["body"] == STEPS[1][0]["reply"].strip()
    assert [results[number]["ticket"]["status"] for number in (12, 13, 16, 17)] == ["Closed", "Closed", "Open", "Open"]
    assert results[-3]["ticket"]["status"] == "Closed"
    assert results[-1]["ticket"] is None


def test_daily(simulator, run_tasks):
    """The same task opens one ticket, also with a reply and however its subject is written; a closed one is over."""
    daily = {**NEW, "reply": "Still so."}
    respelled = {**daily, "subject": "Disk  2 &amp; 3 of db-1 ", "department": 2, "reply": "Still so. \n"}
    results = run_tasks(
        [
            ticket(**daily),
            ticket(**respelled),
            ticket(**{**daily, "department": "Technical Support"}),
            ticket(number="865651", state="closed"),
            ticket(subject=NEW["subject"]),
            ticket(subject=NEW["subject"], state="closed"),
            ticket(**daily),
        ]
    ).task_results
    assert [result.changed for result in results] == [True, False, True, True, False, True, True]
    assert results[0]["plan"] == ["open ticket 'Disk 2 & 3 of db-1' in department Sales & Billing and reply to it"]
    assert [result["ticket"]["number"] for result in results] == ["865650"] * 2 + ["865651"] * 2 + ["865650"] * 2 + [
        "865652"
    ]
    assert simulator.operations[23] == 3
    assert [each["path"] for each in simulator.requests(24)] == [
        "/tickets/865650",
        "/tickets/865651",
        "/tickets/865652",
    ]


def test_newest_reply(simulator, run_tasks):
    """A reply is compared with the newest of the customer's own, in whatever order and dress they come."""
    reply = {"name": "Sara Karimi", "type": "Client", "status": "Sent"}
    replies = [
        {**reply, "id": "9", "date": "2026-10-03 09:00:00", "body": "One &amp; two<br />\r\nthree  "},
        {**reply, "id": "10", "date": "2026-10-03 09:00:00", "body": "Caf&eacute;&nbsp;&lt;tag&gt;"},
        {**reply, "id": "8", "date": "2026-10-01 09:00:00", "body": "old"},
        {**reply, "id": "11", "date": "2026-10-04 09:00:00", "body": "of the staff", "type": "Admin"},
    ]
    simulator.poke(ticket={"id": "700101", "replies": replies})
    same, *_unused = run_tasks([ticket(number="700101", reply="Café\xa0<tag>\r\n")]).task_results
    simulator.poke(ticket={"id": "700101", "replies": replies[:1]})
    lines, other, older = run_tasks(
        [
            {**ticket(number="700101", reply=text), "check_mode": True}
            for text in ("One & two\nthree", "One & two three", "of the staff")
        ]
    ).task_results
    assert [result.changed for result in (same, lines, other, older)] == [False, False, True, True]
    assert simulator.writes == []


def test_input(simulator, run_tasks):
    twins = [{"subject": "Twins", "department": department, "body": "x"} for department in ("1", "2")]
    run_tasks([ticket(**twin) for twin in twins])
    writes = simulator.writes
    departments = "Technical Support (1), Sales & Billing (2)"
    wrong = (
        ({}, "one of the following is required: number, subject"),
        ({"subject": " "}, "subject must be"),
        ({"subject": "two\nlines"}, "subject must be"),
        ({"number": ""}, "number must be"),
        ({"subject": "new", "reply": " "}, "reply must be"),
        ({"subject": "new", "state": "solved"}, "value of state must be one of"),
        ({"subject": "new", "body": "x"}, f"department: it is needed to open a ticket; there are: {departments}"),
        ({"subject": "new", "department": "1"}, "body: it is needed to open a ticket"),
        (
            {"subject": "new", "department": "Stock", "body": "x"},
            "department: there is no 'Stock' here; available are: Sales",
        ),
        ({"number": "1"}, "Ticket 1 not found"),
        (
            {"subject": "Twins"},
            "subject: several open tickets are called 'Twins', give the number of one: 865651, 865650",
        ),
        (
            {"number": "700101", "subject": "Twins"},
            "subject: ticket 700101 is called 'Disk of backup.example.ir is slow'",
        ),
    )
    for result, (args, said) in zip(
        run_tasks([ticket(**args) for args, _unused in wrong]).task_results, wrong, strict=True
    ):
        assert result.failed and not result.changed, args
        assert said in result.msg
    assert simulator.writes == writes


def test_persian(simulator, run_tasks):
    """A subject may hold the characters that Persian is written with."""
    persian = {"subject": "سرور می\u200cافتد", "department": "1", "body": "لطفاً بررسی کنید"}  # noqa: RUF001
    first, second = run_tasks([ticket(**persian)] * 2).task_results
    assert first.changed and not second.changed and not second.failed, (first.msg, second.msg)
    assert simulator.operations[23] == 1


@pytest.mark.parametrize("shape", SHAPES)
def test_lost_answers(shape, simulator, run_tasks):
    """What was carried out, but whose answer was lost, isn't sent again; a repeated PUT that is refused is done."""
    simulator.poke(settings={"shape": shape})
    for path in ("/tickets", "/tickets/@number"):
        simulator.fault(method="POST", path=path, drop="after")
    simulator.fault(method="PUT", path="/tickets/@number/close", drop="after")
    task = ticket(**NEW, reply="Hurry!")
    opened, again, closed = run_tasks([task, task, ticket(subject=NEW["subject"], state="closed")]).task_results
    assert opened.changed and not opened.failed, opened.msg
    assert opened["ticket"]["number"] == "865650" and len(opened["ticket"]["replies"]) == 1
    assert not again.changed and not again.failed, again.msg
    assert closed.changed and closed["ticket"]["status"] == "Closed", closed.msg
    assert (simulator.operations[23], simulator.operations[24]) == (1, 1)
    assert simulator.state()["ticket"][-1]["status"] == "Closed"


def test_nothing_is_sent_twice(simulator, run_tasks):
    """A request that didn't arrive isn't sent again either: the task says that nothing of it is to be seen."""
    simulator.fault(method="POST", path="/tickets", drop="before")
    (lost,) = run_tasks([ticket(**NEW)]).task_results
    assert lost.failed and lost.changed
    assert "nothing of it is to be seen" in lost.msg and lost["failure"]["operation"] == "create_ticket"
    assert simulator.operations[23] == 1


@pytest.mark.parametrize("shape", SHAPES)
def test_info(shape, simulator, run_tasks):
    simulator.poke(settings={"shape": shape})
    every, answered, one, none, missing = run_tasks(
        [info(), info(statuses=["answered"]), info(number=700101), info(statuses=["Open"]), info(number="1")]
    ).task_results
    assert [each["number"] for each in every["tickets"]] == ["700102", "700101"]
    assert every["tickets"][0]["department"] == "Sales & Billing"
    assert every["departments"] == [{"id": "1", "name": "Technical Support"}, {"id": "2", "name": "Sales & Billing"}]
    assert [each["number"] for each in answered["tickets"]] == ["700101"]
    assert one["tickets"][0]["body"] == "Writes take seconds since this morning."
    assert [each["type"] for each in one["tickets"][0]["replies"]] == ["Admin"]
    assert one["attachments"] == [{"id": "5001", "name": "iostat.txt"}]
    assert none["tickets"] == none["attachments"] == []
    assert missing.failed and "Ticket 1 not found" in missing.msg
    assert all(not result.changed for result in (every, answered, one, none))
    assert simulator.writes == []


def test_info_without_departments(simulator, run_tasks):
    """A portal that has no list of departments has tickets all the same."""
    simulator.fault(method="GET", path="/ticket/departments", status=404)
    (result,) = run_tasks([info()]).task_results
    assert len(result["tickets"]) == 2 and result["departments"] == []


@pytest.mark.parametrize(
    ("shape", "content"),
    [
        ("reference", b"sda 99.8 %util\n"),
        ("reference", b'{"a": "file", "of": ["JSON"]}'),
        ("keyed", b"[]"),
        ("openstack", bytes(range(256))),
    ],
)
def test_attachment(content, shape, simulator, run_tasks, tmp_path):
    """An attachment is written once, with the usual file options, whether the portal sends bytes or JSON."""
    simulator.poke(settings={"shape": shape})
    record = {"id": "5001", "name": "x", "content_type": "text/plain", "content": base64.b64encode(content).decode()}
    simulator.poke(ticket={"id": "700101", "attachments": [record]})
    dest = tmp_path / "x"
    load = {"number": "700101", "attachment": 5001, "dest": str(dest)}
    check, *_unused = run_tasks([{**info(**load, mode="0600"), "check_mode": True}]).task_results
    assert not dest.exists()
    applied, again, mode_check, mode, mode_again = run_tasks(
        [
            info(**load, mode="0600"),
            info(**load),
            {**info(**load, mode="0640"), "check_mode": True},
            info(**load, mode="0640"),
            info(**load, mode="0640"),
        ]
    ).task_results
    assert dest.read_bytes() == content
    assert check.changed and applied.changed and check["diff"] == applied["diff"]
    assert check["plan"] == applied["plan"] == [f"write attachment 5001 to {dest}"]
    assert applied["mode"] == "0600" and applied["dest"] == str(dest) and applied["size"] == len(content)
    assert not again.changed and again["mode"] == "0600"
    assert mode_check.changed and mode.changed and mode["mode"] == "0640" and mode_check["mode"] == "0600"
    assert mode_check["plan"] == mode["plan"] == [f"set the file options of {dest}"]
    assert not mode_again.changed and mode_again["plan"] == []
    assert simulator.requests(22)[0]["query"] == {"number": "700101"}
    before = dest.stat().st_ino
    dest.write_bytes(b"other")
    (rewritten,) = run_tasks([info(**load)]).task_results
    assert rewritten.changed and dest.read_bytes() == content and dest.stat().st_ino != before
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_attachment_in_other_dress(simulator, run_tasks, tmp_path):
    """Base64 in JSON is found below the names that it may have, also with line ends, and as a data URL."""
    bodies = [
        {"attachment": {"filename": "x", "data": "c2Rh\nIDk5"}},
        {"file": "data:text/plain;base64,c2RhIDk5"},
        {"data": {"content": "c2RhIDk5"}},
        {"content": "no Base64"},
    ]
    for body in bodies:
        for _unused in range(2):
            simulator.fault(method="GET", path="/ticket/attachment/@file", status=200, body=body)
    dests = [tmp_path / str(number) for number in range(len(bodies))]
    results = run_tasks([info(attachment="5001", dest=str(dest)) for dest in dests]).task_results
    assert [result.msg for result in results if result.failed] == []
    assert [dest.read_bytes() for dest in dests] == [b"sda 99"] * 3 + [b'{"content": "no Base64"}']


def test_attachment_input(simulator, run_tasks, tmp_path):
    wrong = (
        ({"attachment": "5001"}, "required together"),
        ({"attachment": "5001", "dest": f"{tmp_path}/no/file"}, f"dest: there is no directory {tmp_path}/no"),
        ({"attachment": "5001", "dest": str(tmp_path)}, f"dest: {tmp_path} can't be used: Is a directory"),
        ({"attachment": "", "dest": f"{tmp_path}/x"}, "attachment must be"),
    )
    results = run_tasks([info(**args) for args, _unused in wrong]).task_results
    for result, (args, said) in zip(results, wrong, strict=True):
        assert result.failed and said in result.msg, args
    assert simulator.requests() == []
    (missing,) = run_tasks([info(attachment="5009", dest=f"{tmp_path}/x")]).task_results
    assert missing.failed and "Attachment 5009 not found" in missing.msg
    assert list(tmp_path.iterdir()) == []
