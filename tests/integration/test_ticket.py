# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Support tickets: sindad_ticket and sindad_ticket_info."""

from __future__ import annotations

import base64
import json
import os
from functools import partial

import pytest

from support.forked_modules import ORDINARY

SHAPES = ("reference", "keyed", "proxmox", "openstack")
NEW = {"subject": "Disk 2 & 3 of db-1", "department": "sales & billing", "body": "They are slow.\nPlease look."}
QUICK = {"wait_timeout": 1, "wait_interval": 0.1}
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


@pytest.mark.unmeasured
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
        ({"subject": " "}, "one of the following is required: number, subject"),
        ({"subject": "two\nlines"}, "subject must be"),
        ({"number": ""}, "one of the following is required: number, subject"),
        ({"number": None, "subject": "{{ nothing | default(none) }}"}, "one of the following is required"),
        ({"subject": "new", "reply": " "}, "reply must be"),
        ({"subject": "new", "state": "solved"}, "value of state must be one of"),
        ({"subject": "new", "body": "x"}, f"department is required to open a ticket; available: {departments}"),
        ({"subject": "new", "department": "1"}, "body is required to open a ticket"),
        (
            {"subject": "new", "department": "Stock", "body": "x"},
            "department: there is no 'Stock' here; available: Sales",
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
    """A request that didn't arrive isn't sent again either: the task says that no effect of it is seen."""
    simulator.fault(method="POST", path="/tickets", drop="before")
    (lost,) = run_tasks([ticket(**NEW, **QUICK)]).task_results
    assert lost.failed and not lost.changed
    assert lost.msg.startswith("opening ticket 'Disk 2 & 3 of db-1': the answer to POST /tickets was lost (")
    assert lost.msg.endswith("1 s later no effect of it is seen") and lost["failure"]["operation"] == "create_ticket"
    assert simulator.operations[23] == 1


#: Answers of HTTP 200 that aren't what was asked for.
ODD = ({}, None, [], "maintenance", 5, {"message": "Under maintenance"}, {"status": "ok"}, {"success": True, "info": [1]},
       {"tickets": None}, {"tickets": False}, {"tickets": [None]}, {"tickets": ["x"]}, {"tickets": {"message": "no"}},
       {"page": {"current": 1, "total": 2}, "tickets": []}, "<html><title>Down</title></html>")  # fmt: skip


def test_a_list_that_cannot_be_read(simulator, run_tasks):
    """It isn't empty: no second ticket is opened."""
    run_tasks([ticket(**NEW)])
    simulator.clear()
    for body in ODD:
        simulator.fault(method="GET", path="/tickets", status=200, body=json.dumps(body))
    results = run_tasks([*[ticket(**NEW)] * len(ODD), ticket(**NEW)]).task_results
    for result, body in zip(results, ODD, strict=False):
        assert result.failed and not result.changed, body
        assert "the answer to GET /tickets (List Tickets) can't be read" in result.msg, body
    assert not results[-1].failed and not results[-1].changed
    assert simulator.writes == []


def test_a_ticket_that_cannot_be_read(simulator, run_tasks):
    """Its replies aren't unknown: no reply is posted a second time, nothing is closed or re-opened."""
    again = ticket(number="700101", reply="Thanks.")
    run_tasks([again])
    simulator.clear()
    odd = [*ODD[:-1], {"ticket": {"status": "Open", "subject": "x"}}, {"ticket": {"status": "Open"}, "replies": None}]
    tasks = (again, ticket(number="700101", state="closed"))
    for body in odd:
        for _task in tasks:
            simulator.fault(method="GET", path="/tickets/@number", status=200, body=json.dumps(body))
    results = run_tasks([*[task for _body in odd for task in tasks], again]).task_results
    for result in results[:-1]:
        assert result.failed and not result.changed
        assert "the answer to GET /tickets/700101 (Ticket details) can't be read" in result.msg
    assert not results[-1].failed and not results[-1].changed
    assert simulator.writes == []


@pytest.mark.unmeasured
@pytest.mark.parametrize("body", ["", {}, {"message": "x"}, {"ticket": None}, {"ticket": False}, {"ticket": "None"}])
def test_an_answer_that_proves_nothing(body, simulator, run_tasks):
    """What is there afterwards decides, and tells the number."""
    simulator.fault(method="POST", path="/tickets", status=200, body=body, when="before")
    simulator.fault(method="POST", path="/tickets", status=200, body=body, when="after")
    nothing, opened, again = run_tasks([ticket(**NEW, **QUICK)] * 3).task_results
    assert nothing.failed and not nothing.get("ticket"), nothing
    assert nothing.changed == (body == {"ticket": "None"})  # that tells of a ticket
    assert "Traceback" not in str(dict(nothing)) and "seen" in nothing.msg
    assert opened.changed and opened["ticket"]["number"] == again["ticket"]["number"] == "865650", opened.msg
    assert not again.changed and not again.failed
    assert simulator.operations[23] == 2


def test_a_refusal_in_a_good_answer(simulator, run_tasks):
    refusals = ({"result": "error", "message": "Out of stock"}, {"status": "failed"}, {"errors": ["No, thanks"]})
    for body in refusals:
        simulator.fault(method="POST", path="/tickets", status=200, body=body)
    results = run_tasks([ticket(**NEW, **QUICK)] * 3).task_results
    assert [(result.failed, result.changed) for result in results] == [(True, False)] * 3
    assert [result.msg for result in results] == [
        f"the portal refused POST /tickets: {words}" for words in ("Out of stock", "no reason given", "No, thanks")
    ]


def test_what_was_done_before_a_failure_is_said(simulator, run_tasks):
    """The number is in the result too, and the next run goes on from there."""
    simulator.fault(method="POST", path="/tickets/@number", status=422, body={"error": ["Too long"]})
    failed, again = run_tasks([ticket(**NEW, reply="Hurry!")] * 2).task_results
    assert failed.failed and failed.changed and failed["ticket"]["number"] == "865650"
    assert failed.msg == (
        "ticket 'Disk 2 & 3 of db-1' was opened. Then: the portal refused POST /tickets/865650: Too long"
    )
    assert again.changed and again["plan"] == ["reply to ticket 865650 (Disk 2 & 3 of db-1)"]
    assert simulator.operations[23] == 1


def test_replies_of_anyone(simulator, run_tasks):
    """Where the portal doesn't say whose a reply is, or which is the newest, no text is sent that is there."""
    reply = {"name": "Sara Karimi", "status": "Sent"}
    replies = [{**reply, "body": "<p>One</p><p>two</p>"}, {**reply, "body": "three", "type": "Helpdesk"}]
    simulator.poke(ticket={"id": "700101", "replies": replies})
    first, last, other = run_tasks(
        [ticket(number="700101", reply=text) for text in ("one\nTWO", "three", "four")], check=True
    ).task_results
    assert [result.changed for result in (first, last, other)] == [False, False, True]
    assert "doesn't say whose the replies to ticket 700101 are" in first["warnings"][0]
    replies = [{**reply, "type": "Client", "body": "One"}, {**reply, "type": "Client", "body": "two"}]
    simulator.poke(ticket={"id": "700101", "replies": replies})
    results = run_tasks([ticket(number="700101", reply=text) for text in ("One", "two")], check=True).task_results
    assert [result.changed for result in results] == [False, False]


def test_a_subject_in_other_letters(simulator, run_tasks):
    """A subject that the portal respells is the same ticket, with a warning; an exact one goes first."""
    arabic = {**NEW, "subject": "مشكل ديسك"}
    persian = {**NEW, "subject": "مشکل دیسک"}
    opened, same, closed = run_tasks(
        [ticket(**arabic), ticket(**persian), ticket(subject=persian["subject"], state="closed")]
    ).task_results
    assert opened.changed and not same.changed and closed.changed
    assert "the portal calls it" in same["warnings"][0]
    assert simulator.operations[23] == 1


def test_tickets_in_pages(simulator, run_tasks):
    """The ticket is on the second page: it isn't opened again."""
    simulator.poke(settings={"page_size": 1})
    task = ticket(subject="Disk of backup.example.ir is slow", department="1", body="x")
    (found,) = run_tasks([task]).task_results
    assert not found.failed and not found.changed and found["ticket"]["number"] == "700101"
    assert simulator.writes == []


def test_without_waiting(simulator, run_tasks):
    opened, closed = run_tasks(
        [ticket(**NEW, wait=False), ticket(subject=NEW["subject"], state="closed", wait=False)], verbosity=3
    ).task_results
    assert opened["ticket"]["number"] == "865650" and closed["ticket"]["status"] == "Closed"
    assert opened["api_calls"]["list_tickets"] == 1


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


@pytest.mark.unmeasured
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
    """An attachment is written once, whether the portal sends bytes or JSON."""
    simulator.poke(settings={"shape": shape})
    attach(simulator, content)
    dest = tmp_path / "x"
    load = {"number": "700101", "attachment": 5001, "dest": str(dest)}
    check, applied, again = run_tasks([{**info(**load), "check_mode": True}, *[info(**load)] * 2]).task_results
    assert dest.read_bytes() == content
    assert check.changed and applied.changed and check["diff"] == applied["diff"]
    assert check["plan"] == applied["plan"] == [f"write attachment 5001 to {dest}"]
    assert applied["dest"] == str(dest) and applied["size"] == len(content)
    assert not again.changed
    assert simulator.requests(22)[0]["query"] == {"number": "700101"}
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def attach(simulator, content):
    record = {"id": "5001", "name": "x", "content_type": "text/plain", "content": base64.b64encode(content).decode()}
    simulator.poke(ticket={"id": "700101", "attachments": [record]})


def test_file_options_of_an_attachment(simulator, run_tasks, tmp_path):
    """The usual file options are set, also on a file that is there; one that holds something else is replaced.

    A file is written by a module, which has a Python of its own here.
    """
    run_tasks = partial(run_tasks, env=ORDINARY)
    attach(simulator, b"sda")
    dest = tmp_path / "x"
    load = {"attachment": 5001, "dest": str(dest)}
    (check,) = run_tasks([{**info(**load, mode="0600"), "check_mode": True}]).task_results
    assert check.changed and not dest.exists()
    applied, again, mode_check, mode, mode_again = run_tasks(
        [
            info(**load, mode="0600"),
            info(**load),
            {**info(**load, mode="0640"), "check_mode": True},
            info(**load, mode="0640"),
            info(**load, mode="0640"),
        ]
    ).task_results
    assert applied["mode"] == "0600"
    assert not again.changed and again["mode"] == "0600"
    assert mode_check.changed and mode.changed and mode["mode"] == "0640" and mode_check["mode"] == "0600"
    assert mode_check["plan"] == mode["plan"] == [f"set the file options of {dest}"]
    assert not mode_again.changed and mode_again["plan"] == []
    before = dest.stat().st_ino
    dest.write_bytes(b"other")
    (rewritten,) = run_tasks([info(**load)]).task_results
    assert rewritten.changed and dest.read_bytes() == b"sda" and dest.stat().st_ino != before


def test_attachment_in_other_dress(simulator, run_tasks, tmp_path):
    """Base64 in JSON is found below the names that it may have, also with line ends, and as a data URL."""
    bodies = [
        {"attachment": {"filename": "x", "data": "c2Rh\nIDk5"}},
        {"file": "data:text/plain;base64,c2RhIDk5"},
        {"data": {"content": "c2RhIDk5"}},
    ]
    for body in bodies:
        simulator.fault(method="GET", path="/ticket/attachment/@file", status=200, body=body)
    dests = [tmp_path / str(number) for number in range(len(bodies))]
    results = run_tasks([info(attachment="5001", dest=str(dest)) for dest in dests]).task_results
    assert [result.msg for result in results if result.failed] == []
    assert [dest.read_bytes() for dest in dests] == [b"sda 99"] * 3


def test_an_answer_that_is_no_attachment(simulator, run_tasks, tmp_path):
    """A page, or the portal's own words, are not written to the file, unless its name says that it looks so."""
    bodies = [{"message": "Under maintenance"}, {"content": "no Base64"}, {}, [], "", "<html>Maintenance</html>",
              "<br />\n<b>Warning</b>: index"]  # fmt: skip
    for body in [*bodies, {"message": "a JSON file"}]:
        simulator.fault(method="GET", path="/ticket/attachment/@file", status=200, body=body)
    record = {"id": "5001", "name": "x.json", "content_type": "text/plain", "content": ""}
    simulator.poke(ticket={"id": "700101", "attachments": [record]})
    *odd, named = run_tasks(
        [
            *[info(attachment="5001", dest=f"{tmp_path}/x")] * len(bodies),
            info(number="700101", attachment="5001", dest=f"{tmp_path}/y"),
        ]
    ).task_results
    for result in odd:
        assert result.failed and not result.changed
        assert "the answer to GET /ticket/attachment/5001 (Ticket attachment) can't be read" in result.msg
    assert named.changed and (tmp_path / "y").read_text() == '{"message": "a JSON file"}'
    assert [path.name for path in tmp_path.iterdir()] == ["y"]


def test_attachment_input(simulator, run_tasks, tmp_path):
    """What can't be written to is said before anything is sent."""
    os.mkfifo(tmp_path / "fifo")
    foreign = tmp_path / "others"
    foreign.mkdir()
    foreign.chmod(0o1777)
    (foreign / "link").symlink_to(tmp_path / "target")
    if os.geteuid() == 0:
        os.lchown(foreign / "link", 12345, 12345)
    load = {"attachment": "5001", "dest": f"{tmp_path}/x"}
    wrong = (
        ({"attachment": "5001"}, "required together"),
        ({**load, "attachment": ""}, "required together"),
        ({**load, "attachment": None}, "required together"),
        ({**load, "dest": f"{tmp_path}/no/file"}, f"dest: directory {tmp_path}/no not found"),
        ({**load, "dest": f"{tmp_path}/no/"}, f"dest must be the path of a file; directory {tmp_path}/no/ not found"),
        ({**load, "dest": str(tmp_path)}, f"dest must be the path of a regular file; {tmp_path} is a directory"),
        ({**load, "dest": "/dev/null"}, "dest must be the path of a regular file; /dev/null is a device"),
        ({**load, "dest": f"{tmp_path}/fifo"}, f"{tmp_path}/fifo is a FIFO"),
        ({**load, "dest": f"{tmp_path}/fifo/x"}, f"dest: directory {tmp_path}/fifo not found"),
        ({**load, "dest": f"{tmp_path}/a\0b"}, "dest must be a path without control characters"),
        ({**load, "dest": f"{tmp_path}/{'a' * 300}"}, "can't be used: File name too long"),
        ({**load, "mode": "rwx"}, "can't be set: mode must be in octal or symbolic form"),
        ({**load, "mode": "u+w,zz"}, "can't be set: mode must be in octal or symbolic form"),
        ({**load, "owner": "nobody-of-this-name"}, "can't be set: chown failed: failed to look up user"),
        ({**load, "group": "nobody-of-this-name"}, "can't be set: chgrp failed: failed to look up group"),
    )
    if os.geteuid() == 0:
        wrong += (
            ({**load, "dest": f"{foreign}/link"}, f"dest: {foreign}/link is a symbolic link that another user owns"),
        )
    results = run_tasks([info(**args) for args, _unused in wrong]).task_results
    for result, (args, said) in zip(results, wrong, strict=True):
        assert result.failed and not result.changed and said in result.msg, (args, result.msg)
        assert len(result.msg.splitlines()) == 1 and "Traceback" not in str(dict(result))
    assert simulator.requests() == []
    (missing,) = run_tasks([info(attachment="5009", dest=f"{tmp_path}/x")]).task_results
    assert missing.failed and "Attachment 5009 not found" in missing.msg
    assert {path.name for path in tmp_path.iterdir()} == {"fifo", "others"}


@pytest.mark.unmeasured
def test_relative_and_linked_files(simulator, run_playbook, tmp_path):
    """A relative path is one below the working directory; a link of one's own is followed and stays."""
    record = {"id": "5001", "name": "x", "content_type": "text/plain", "content": base64.b64encode(b"sda").decode()}
    simulator.poke(ticket={"id": "700101", "attachments": [record]})
    (tmp_path / "target").write_text("old")
    (tmp_path / "link").symlink_to("target")
    (tmp_path / "dangling").symlink_to(tmp_path / "new")
    load = {"attachment": "5001", "mode": "0600"}
    tasks = [info(**load, dest=dest) for dest in ("rel.txt", f"{tmp_path}/link", f"{tmp_path}/dangling")] * 2
    playbook = tmp_path / "play.yml"
    playbook.write_text(json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]))
    results = run_playbook(playbook).task_results
    assert [result.msg for result in results if result.failed] == []
    assert [result.changed for result in results] == [True] * 3 + [False] * 3
    written = [tmp_path / name for name in ("rel.txt", "target", "new")]
    assert [path.read_bytes() for path in written] == [b"sda"] * 3
    assert [path.stat().st_mode & 0o777 for path in written] == [0o600] * 3
    assert (tmp_path / "link").is_symlink() and (tmp_path / "dangling").is_symlink()
    assert results[0]["dest"] == "rel.txt"


def test_a_file_that_cannot_be_written_after_all(simulator, run_tasks):
    """The kernel refuses what the permissions allow: one sentence."""
    (result,) = run_tasks([info(attachment="5001", dest="/proc/x")]).task_results
    assert result.failed and not result.changed
    assert result.msg.startswith("/proc/x can't be written: ") or "is not writable" in result.msg
    assert "Traceback" not in str(dict(result))


def test_info_that_cannot_be_read(simulator, run_tasks):
    """An odd list isn't an empty one."""
    for path in ("/tickets", "/ticket/departments"):
        simulator.fault(method="GET", path=path, status=200, body={"message": "Under maintenance"})
    tickets, departments = run_tasks([info(), info()]).task_results
    assert tickets.failed and "GET /tickets (List Tickets) can't be read" in tickets.msg
    assert departments.failed and "GET /ticket/departments (List ticket departments) can't be read" in departments.msg
