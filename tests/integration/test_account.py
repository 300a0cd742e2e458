# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The account, its contacts and notifications, and its bills."""

from __future__ import annotations

import json

import pytest

SHAPES = ("reference", "keyed", "proxmox", "openstack")
YES = "بله"
PRIVILEGES = {"billing": ["payinvoice", "emails"], "services": {"401": ["upgrade", "basic"], "full": True}}
#: What is done, in order, with the request that does it and what that sends.
STEPS = (
    ("account", {"city": "Isfahan", "address1": "5 Chahar Bagh", "country": "IR", "companyname": ""}, "PUT /details",
     {"city": "Isfahan", "address1": "5 Chahar Bagh", "companyname": ""}),
    ("account", {"telegramnotifications": [YES], "type": "Company", "socialsecuritynumberpersonalid": "0012345678"},
     "PUT /details", {"telegramnotifications": [YES], "type": "Company", "socialsecuritynumberpersonalid": "0012345678"}),
    ("account", {"telegramnotifications": [], "phonenumber": "+98 9121234567"}, "PUT /details",
     {"telegramnotifications": []}),
    ("contact", {"email": "Books@example.com", "firstname": "Laleh", "privileges": PRIVILEGES}, "POST /contact",
     {"email": "Books@example.com", "firstname": "Laleh", "privileges": {
         "billing": ["emails", "payinvoice"], "services": {"full": 1, "401": ["basic", "upgrade"]}}}),
    ("contact", {"email": "books@EXAMPLE.com", "firstname": "Leila", "privileges": PRIVILEGES}, "PUT /contact/{new}",
     {"firstname": "Leila"}),
    ("contact", {"id": "62", "privileges": {"misc": [], "domains": {"full": "yes"}}}, "PUT /contact/62",
     {"privileges": {"domains": {"full": 1}}}),
    ("contact", {"id": "62", "email": "night@example.com", "privileges": {}}, "PUT /contact/62",
     {"email": "night@example.com", "privileges": {}}),
    ("notification", {"id": "31"}, "PUT /notifications/31/ack", None),
)  # fmt: skip


def task(module, **args):
    return {f"sindad.cloud.sindad_{module}": args, "diff": True}


@pytest.mark.unmeasured
@pytest.mark.parametrize("shape", ["reference", "keyed", "openstack"])
def test_check_apply_apply_check(shape, simulator, run_tasks):
    """Check mode writes nothing and tells the plan, only what differs is sent, the second run changes nothing."""
    simulator.poke(settings={"shape": shape})
    tasks = [
        {**task(module, **args), "check_mode": check}
        for module, args, *_unused in STEPS
        for check in (True, False, False, True)
    ]
    results = run_tasks(tasks).task_results
    assert [result.msg for result in results if result.failed] == []
    new = results[13]["contact"]["id"]
    sent = [each for each in simulator.requests() if each["method"] != "GET"]
    assert simulator.writes == [request.format(new=new) for _unused, _unused, request, _unused in STEPS]
    assert [each["body"] for each in sent] == [body for *_unused, body in STEPS]
    for number, (module, args, *_unused) in enumerate(STEPS):
        check, applied, *again = results[4 * number : 4 * number + 4]
        assert check.changed and applied.changed, args
        assert check["plan"] == applied["plan"] != []
        assert check["diff"] == applied["diff"]
        assert check["diff"]["before"] != check["diff"]["after"]
        assert [(result.changed, result["plan"]) for result in again] == [(False, [])] * 2, args
        record = "notifications" if module == "notification" else module
        if number == 3:
            found = {name: applied[record][name] for name in check[record]}
            assert found == {**check[record], "id": new, "type": "Private"}
        else:
            assert check[record] == applied[record], args
    account = results[11]["account"]
    assert account["city"] == "Isfahan" and account["companyname"] is None and account["firstname"] == "Sara"
    assert account["phonenumber"] == "09121234567" and account["telegramnotifications"] == []
    assert results[-9]["contact"]["privileges"] == {"domains": {"full": 1}}
    assert results[-5]["contact"]["privileges"] == {} and results[-5]["contact"]["email"] == "night@example.com"
    assert results[-1]["notifications"][0]["seen"] is True


def test_sentences(simulator, run_tasks):
    tasks = [
        task("account", city="Shiraz", state="Fars"),
        task(
            "contact", email="new@example.com", privileges={"support": ["tickets"]}, city="Shiraz", password="Planted-5"
        ),
        task("contact", email="new@example.com"),
        task("contact", id="61", lastname="M", privileges={}),
        task("notification", id="31"),
    ]
    plans = [result["plan"] for result in run_tasks(tasks, check=True).task_results]
    assert plans == [
        ["update the account (city, state)"],
        ["create contact new@example.com (city, privileges)"],
        ["create contact new@example.com (no other fields)"],
        ["update contact 61 (lastname, privileges)"],
        ["acknowledge notification 31 (Invoice 90002 is due)"],
    ]
    assert simulator.writes == []


def test_phone_numbers(simulator, run_tasks):
    """The ways to write a mobile number are one number, also the portal's own."""
    simulator.poke(account={"id": "ops@example.com", "client": {"id": "27", "phonenumber": "+98.9121234567"}})
    numbers = ("09121234567", "9121234567", "+989121234567", "+98 09121234567", "09121234568")
    results = run_tasks([task("account", phonenumber=number) for number in numbers], check=True).task_results
    assert [result.changed for result in results] == [False] * 4 + [True]


def test_privileges(simulator, run_tasks):
    """Privileges are sets, whichever way the portal writes them."""
    simulator.poke(
        contact={
            "id": "61",
            "account": "ops@example.com",
            "privileges": {
                "billing": {"0": "payinvoice", "2": "emails"},
                "support": {"tickets": "1", "newticket": 0},
                "misc": [],
                "services": {"full": "on", "401": {"basic": True}},
                "domains": {"full": "0"},
            },
        }
    )
    wanted = {"billing": ["emails", "payinvoice"], "support": ["tickets"], "services": {"full": 1, 401: ["basic"]}}
    same, less, full = run_tasks(
        [
            task("contact", id="61", privileges=wanted),
            task("contact", id="61", privileges={**wanted, "support": []}),
            task("contact", id="61", privileges={**wanted, "services": {"full": False, "401": ["basic"]}}),
        ],
        check=True,
    ).task_results
    assert not same.changed and less.changed and full.changed
    assert same["contact"]["privileges"] == {**wanted, "services": {"full": 1, "401": ["basic"]}}
    assert full["contact"]["privileges"]["services"] == {"401": ["basic"]}


def test_passwords(simulator, run_tasks):
    """A contact's password is sent when it is created, is not compared, and is nowhere to be seen."""
    planted = "Planted-5ecret"
    new = task("contact", email="new@example.com", password=planted)
    client = {"id": "27", "email": "ops@example.com", "password": "Planted-client"}
    simulator.poke(account={"id": "ops@example.com", "client": client})
    run = run_tasks(
        [{**new, "check_mode": True}, new, new, task("contact_info", gather=["details"]), task("account_info")],
        verbosity=3,
    )
    assert [(result.changed, result.failed) for result in run.task_results] == [(True, False)] * 2 + [
        (False, False)
    ] * 3
    assert "Planted" not in run.output
    (by_id,) = run_tasks([task("contact", id="61", password=planted)]).task_results
    assert not by_id.changed
    assert not any("password" in str(result.get("warnings", ())) for result in (*run.task_results, by_id))
    assert simulator.state()["contact"][-1]["password"] == planted
    assert run.task_results[4]["account"]["password"] == "********"


def test_input(simulator, run_tasks):
    """What can't be right fails before any request, with the option's name."""
    wrong = (
        ("account", {"socialsecuritynumberpersonalid": "123"}, "socialsecuritynumberpersonalid must be a national id"),
        ("account", {"phonenumber": "021 123456"}, "phonenumber must be a mobile number"),
        ("account", {"mellicardimage": "card.exe"}, "mellicardimage must be the name of a .jpg"),
        ("account", {"type": "private"}, "value of type must be one of: Private, Company"),
        ("account", {"telegramnotifications": ["yes"]}, "value of telegramnotifications must be one or more of"),
        ("account", {"email": "nobody"}, "email must be an e-mail address"),
        ("account", {"email": ""}, "email must be an e-mail address, not ''"),
        ("contact", {"firstname": "Laleh"}, "one of the following is required: email, id"),
        ("contact", {"email": "a@example.com", "phonenumber": "1"}, "phonenumber must be a mobile number"),
        ("contact", {"email": None, "firstname": "X"}, "one of the following is required: email, id"),
        ("contact", {"email": "{{ nobody | default(none) }}", "id": "", "city": "X"}, "is required: email, id"),
        ("contact", {"email": "a@example.com", "state": ["absent"]}, "state must be a string or a number"),
        ("contact", {"email": "a@example.com", "privileges": "all"}, "privileges"),
        ("contact_info", {"email": "a@example.com", "id": "1"}, "mutually exclusive: email|id"),
        ("contact_info", {"gather": ["everything"]}, "value of gather must be one or more of"),
        ("notification", {}, "missing required arguments: id"),
        ("notification", {"id": "31", "state": "unread"}, "value of state must be one of: acknowledged"),
        ("notification", {"id": ""}, "missing required arguments: id"),
        ("notification", {"id": None}, "missing required arguments: id"),
    )
    results = run_tasks([task(module, **args) for module, args, _unused in wrong]).task_results
    for result, (_unused, args, said) in zip(results, wrong, strict=True):
        assert result.failed and not result.changed, args
        assert said in result.msg
    assert simulator.requests() == []


def test_refusals(simulator, run_tasks):
    """What the portal doesn't have, or doesn't want, is said in its words."""
    simulator.poke(contact=[{"account": "ops@example.com", "email": "twin@example.com"} for _unused in range(2)])
    wrong = (
        ("contact", {"id": "999", "city": "Qom"}, "Contact 999 not found"),
        (
            "contact",
            {"email": "twin@example.com"},
            "email: 'twin@example.com' is ambiguous, give the id of one of these: ",
        ),
        (
            "contact",
            {"email": "a@example.com", "privileges": {"support": "tickets"}},
            "privileges: support must hold a list",
        ),
        ("contact", {"email": "a@example.com", "privileges": {"garden": ["dig"]}}, "Field privileges is not valid"),
        ("contact_info", {"id": "999"}, "Contact 999 not found"),
        ("notification", {"id": "999"}, "id: notification 999 not found"),
        ("billing_info", {"invoice": "999"}, "Invoice 999 not found"),
    )
    results = run_tasks([task(module, **args) for module, args, _unused in wrong]).task_results
    for result, (_unused, args, said) in zip(results, wrong, strict=True):
        assert result.failed and not result.changed, args
        assert said in result.msg
    assert simulator.writes == ["POST /contact"]


#: Answers of HTTP 200 that aren't what was asked for, whatever that is.
ODD = ({}, None, [], "maintenance", 5, {"message": "Under maintenance"}, {"status": "ok"}, {"success": True, "info": [1]},
       {"contacts": None}, {"contacts": False}, {"contacts": ["x"]}, {"contact": []}, {"client": None}, {"invoice": []},
       "<html><title>Down</title></html>")  # fmt: skip


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    ("method", "module", "args"),
    [
        ("GET /contact (List contacts)", "contact", {"email": "accounting@example.com", "city": "Qom"}),
        ("GET /contact (List contacts)", "contact_info", {"gather": []}),
        ("GET /contact/61 (Get contacts details)", "contact", {"id": "61", "city": "Qom"}),
        ("GET /contact/61 (Get contacts details)", "contact_info", {"id": "61", "gather": []}),
        ("GET /details (User Details)", "account", {"city": "Qom"}),
        ("GET /details (User Details)", "account_info", {}),
        ("GET /notifications (List all portal notifications)", "notification", {"id": "31"}),
        ("GET /invoice/90001 (Invoice Details)", "billing_info", {"invoice": "90001", "gather": []}),
        ("GET /invoice (List Invoices)", "billing_info", {"gather": ["invoices"]}),
        ("GET /balance (Account balance)", "billing_info", {"gather": ["balance"]}),
        ("GET /payment (Payment Methods)", "billing_info", {"gather": ["payment_methods"]}),
    ],
)
def test_an_answer_that_cannot_be_read(method, module, args, simulator, run_tasks):
    """It is neither empty nor different: nothing is written, nothing is reported as changed."""
    # that list may come without a key
    odd = [body for body in ODD if not (body == [] and module == "notification")]
    for body in odd:
        simulator.fault(method="GET", path=method.split()[1], status=200, body=json.dumps(body))
    for result, body in zip(run_tasks([task(module, **args)] * len(odd)).task_results, odd, strict=True):
        assert result.failed and not result.changed, body
        assert f"the answer to {method} can't be read" in result.msg, body
    assert simulator.writes == []


NEW = {"email": "New@example.com", "city": "Qom", "privileges": {"billing": ["emails"]}}
QUICK = {"wait_timeout": 1, "wait_interval": 0.1}


@pytest.mark.unmeasured
@pytest.mark.parametrize("body", ["", {}, {"message": "x"}, {"contact_id": None}, {"contact_id": False}])
def test_an_answer_that_proves_nothing(body, simulator, run_tasks):
    """What is there afterwards decides, and tells the id."""
    steps = (
        ("POST", "/contact", task("contact", **NEW, **QUICK)),
        ("PUT", "/contact/@id", task("contact", id="61", city="Yazd", **QUICK)),
        ("PUT", "/details", task("account", city="Yazd", **QUICK)),
        ("PUT", "/notifications/@id/ack", task("notification", id="31", **QUICK)),
    )
    for method, path, _task in steps:
        simulator.fault(method=method, path=path, status=200, body=body, when="before")
        simulator.fault(method=method, path=path, status=200, body=body, when="after")
    results = run_tasks([step for *_unused, step in steps for _unused in range(3)]).task_results
    for number, (method, path, _task) in enumerate(steps):
        nothing, done, again = results[3 * number : 3 * number + 3]
        assert nothing.failed and not nothing.changed, path
        assert "proves nothing" in nothing.msg and "no effect of it is seen" in nothing.msg, path
        assert nothing["failure"]["method"] == method
        assert done.changed and not done.failed, done.msg
        assert not again.changed and not again.failed, again.msg
    assert results[1]["contact"]["id"] == results[2]["contact"]["id"]
    assert results[1]["contact"]["id"] not in (None, "", "None", "False")
    assert results[1]["contact"]["privileges"] == {"billing": ["emails"]}
    assert len(simulator.writes) == 8


def test_a_refusal_in_a_good_answer(simulator, run_tasks):
    refusals = ({"result": "error", "message": "Out of stock"}, {"status": "error"}, {"errors": ["No, thanks"]})
    for body in refusals:
        simulator.fault(method="POST", path="/contact", status=200, body=body)
    results = run_tasks([task("contact", **NEW)] * 3).task_results
    assert [(result.failed, result.changed) for result in results] == [(True, False)] * 3
    assert "the portal refused POST /contact: Out of stock" in results[0].msg


def test_fields_that_the_portal_does_not_show(simulator, run_tasks):
    """One that isn't there counts as empty and is sent; that it can't be seen afterwards is said, once."""
    shown = {"client": {"id": "26", "email": "ops@example.com", "firstname": "Sara", "city": "Tehran"}}
    wanted = {"mellicardimage": "card.png", "langcustomline0180": "021", "companyname": "", "city": "Tehran"}
    simulator.fault(method="GET", path="/details", status=200, body=shown, times=None)
    sent, clear, other = run_tasks(
        [task("account", **wanted, **QUICK), task("account", companyname="", lastname=""),
         task("account", city="Qom", **QUICK)]
    ).task_results  # fmt: skip
    assert sent.changed and not sent.failed, sent.msg
    assert sent["warnings"] == [
        "the portal doesn't show mellicardimage, langcustomline0180 of the account: this can't be confirmed"
    ]
    assert sent["account"]["mellicardimage"] is None
    assert not clear.changed and not clear.get("warnings")
    assert other.failed and "updating the account was accepted by the portal: waited 1 s" in other.msg and other.changed
    assert [each["body"] for each in simulator.requests(6)] == [
        {"mellicardimage": "card.png", "langcustomline0180": "021"},
        {"city": "Qom"},
    ]


def test_fields_in_another_form(simulator, run_tasks):
    """What portals respell is no difference; what can't be understood is refused if it is managed, else left alone."""
    client = {"id": "26", "email": "Ops@Example.com", "country": "ir", "type": "company", "city": "Teh&amp;ran ",
              "companyname": False, "telegramnotifications": {"0": "1"}, "mellicardimage": {"name": "card.png"}}  # fmt: skip
    simulator.poke(account={"id": "ops@example.com", "client": client})
    same, odd, shown = run_tasks(
        [
            task("account", email="ops@example.com", country="IR", type="Company", city="Teh&ran", companyname="",
                 telegramnotifications=[YES]),
            task("account", mellicardimage="card.png"),
            task("account_info"),
        ]
    ).task_results  # fmt: skip
    assert not same.changed and not same.failed, same
    assert odd.failed and "GET /details (User Details) can't be read: its 'mellicardimage' is not text" in odd.msg
    assert shown["account"]["telegramnotifications"] == [YES]
    assert simulator.writes == []


def test_contacts_without_an_address(simulator, run_tasks):
    """A contact whose address the portal doesn't tell may be the wanted one: no second one is created."""
    listed = [{"id": "61", "firstname": "Reza"}, {"id": "62", "firstname": "N", "email": ""}]
    simulator.fault(method="GET", path="/contact", status=200, body={"contacts": listed}, times=None)
    found, other = run_tasks(
        [task("contact", email="accounting@example.com", firstname="Reza"), task("contact", email="a@example.com")],
        check=True,
    ).task_results
    assert not found.failed and not found.changed and found["contact"]["id"] == "61"
    assert other.changed
    simulator.fault(method="GET", path="/contact/@id", status=200, body={"contact": {"firstname": "Reza"}}, times=None)
    (refused,) = run_tasks([task("contact", email="a@example.com")]).task_results
    assert refused.failed and "doesn't report the address of contact 61" in refused.msg
    assert simulator.writes == []


def test_privileges_that_are_not_told(simulator, run_tasks):
    """They are sent, as they were asked for by name, and a warning says that nobody can tell; odd ones are refused."""
    contact = {"email": "accounting@example.com", "firstname": "Reza"}
    for _unused in range(4):
        simulator.fault(method="GET", path="/contact/@id", status=200, body={"contact": contact})
    odd = {"contact": {**contact, "privileges": "all"}}
    simulator.fault(method="GET", path="/contact/@id", status=200, body=odd)
    unmanaged, sent, refused = run_tasks(
        [
            task("contact", id="61", firstname="Reza"),
            task("contact", id="61", privileges={}),
            task("contact", id="61", privileges={}),
        ]
    ).task_results
    assert not unmanaged.changed and unmanaged["contact"]["privileges"] is None
    assert sent.changed and not sent.failed, sent.msg
    assert sent["warnings"] == ["the portal doesn't show privileges of contact 61: this can't be confirmed"]
    assert refused.failed and "its 'privileges' are not a list" in refused.msg
    assert simulator.writes == ["PUT /contact/61"]


def test_lists_in_pages(simulator, run_tasks):
    """What stands on a later page is there."""
    simulator.poke(settings={"page_size": 1})
    contact, notification, invoices, contacts = run_tasks(
        [
            task("contact", email="oncall@example.com"),
            task("notification_info"),
            task("billing_info", gather=["invoices"]),
            task("contact_info", gather=[]),
        ]
    ).task_results
    assert not contact.changed and contact["contact"]["id"] == "62"
    assert [each["id"] for each in notification["notifications"]] == ["31", "32"]
    assert [each["id"] for each in invoices["invoices"]] == ["90001", "90002"]
    assert [each["id"] for each in contacts["contacts"]] == ["61", "62"]


def test_notifications_that_may_have_been_seen(simulator, run_tasks):
    """Where the portal doesn't say it, the request is sent, and a warning says that nobody can tell."""
    body = {"notifications": [{"id": "31", "subject": "Invoice 90002 is due"}]}
    simulator.fault(method="GET", path="/notifications", status=200, body=body, times=None)
    (result,) = run_tasks([task("notification", id="31")]).task_results
    assert result.changed and not result.failed, result.msg
    assert "nobody can tell whether it changes anything" in result["warnings"][0]
    assert result["notifications"][0]["seen"] is None
    assert simulator.writes == ["PUT /notifications/31/ack"]


def test_lost_answers(simulator, run_tasks):
    simulator.fault(method="POST", path="/contact", drop="after")
    simulator.fault(method="PUT", path="/contact/@id", drop="after")
    simulator.fault(method="PUT", path="/notifications/@id/ack", drop="after")
    tasks = [
        task("contact", email="new@example.com", city="Qom"),
        task("contact", email="new@example.com", city="Yazd"),
        task("notification", id="31"),
    ]
    for result in run_tasks(tasks).task_results:
        assert result.changed and not result.failed, result.msg
    assert simulator.operations[8] == 1
    assert simulator.state()["contact"][-1]["city"] == "Yazd"


@pytest.mark.parametrize("shape", SHAPES)
def test_contact_info(shape, simulator, run_tasks):
    simulator.poke(settings={"shape": shape})
    every, detailed, one, none, by_id = run_tasks(
        [
            task("contact_info"),
            task("contact_info", gather=["details"]),
            task("contact_info", email="ACCOUNTING@example.com", gather=[]),
            task("contact_info", email="nobody@example.com"),
            task("contact_info", id=62),
        ]
    ).task_results
    assert [(each["id"], each["privileges"]) for each in every["contacts"]] == [("61", None), ("62", None)]
    assert every["privileges"]["support"] == ["closeticket", "emails", "newticket", "tickets"]
    assert every["privileges"]["domains"] == {"full": 1}
    assert "privileges" not in detailed and detailed["contacts"][0]["type"] == "Private"
    assert one["contacts"] == detailed["contacts"][:1] and one["contacts"][0]["lastlogin"] is None
    assert one["contacts"][0]["privileges"] == {"billing": ["emails", "payinvoice"]}
    assert none["contacts"] == [] and by_id["contacts"][0]["email"] == "oncall@example.com"
    assert "password" not in by_id["contacts"][0]


@pytest.mark.parametrize("shape", SHAPES)
def test_notifications(shape, simulator, run_tasks):
    simulator.poke(settings={"shape": shape}, notification={"id": "32", "seen": "2026-11-06 10:00:00"})
    every, new, invoices, ids, again = run_tasks(
        [
            task("notification_info"),
            task("notification_info", new_only=True),
            task("notification_info", rel_type="invoice", new_only=False),
            task("notification_info", rel_type="service", rel_id=512),
            task("notification", id="32"),
        ]
    ).task_results
    assert [(each["id"], each["seen"]) for each in every["notifications"]] == [("31", False), ("32", True)]
    assert every["notifications"][0] == {
        "id": "31",
        "subject": "Invoice 90002 is due",
        "body": "<p>Invoice <b>90002</b> is due.</p>",
        "date_added": "2026-11-06 07:00:00",
        "rel_type": "invoice",
        "rel_id": "90002",
        "seen": False,
    }
    assert new["notifications"] == invoices["notifications"] == every["notifications"][:1]
    assert [each["id"] for each in ids["notifications"]] == ["32"] and not again.changed
    assert (simulator.operations[12], simulator.operations[13]) == (4, 1)


@pytest.mark.parametrize(
    ("seen", "read"), [((0, None), False), (("", "0000-00-00 00:00:00"), False), ((1, True), True)]
)
def test_seen(seen, read, simulator, run_module):
    """Whether a notification was read is told in many ways."""
    simulator.poke(notification=[{"id": key, "seen": value} for key, value in zip(("31", "32"), seen, strict=True)])
    found = run_module("sindad_notification_info")["notifications"]
    assert [each["seen"] for each in found] == [read, read]


@pytest.mark.parametrize("shape", SHAPES)
def test_billing(shape, simulator, run_tasks):
    simulator.poke(settings={"shape": shape})
    default, unpaid, one, ways = run_tasks(
        [
            task("billing_info"),
            task("billing_info", statuses=["unpaid"], gather=["invoices"]),
            task("billing_info", invoice=90002, gather=["balance"]),
            task("billing_info", gather=["payment_methods", "payment_fees"]),
        ]
    ).task_results
    assert default["balance"] == {"currency": "USD", "acc_balance": 472.99, "acc_credit": 250.0}
    assert [(each["id"], each["total"]) for each in default["invoices"]] == [("90001", 472.99), ("90002", 472.99)]
    assert default["invoices"][1]["datepaid"] is None and "payment_fees" not in default
    assert [each["id"] for each in unpaid["invoices"]] == ["90002"] and "balance" not in unpaid
    assert one["invoices"][0]["subtotal"] == 472.99 and one["invoices"][0]["client"]["state"] is None
    assert one["balance"] == default["balance"] and one["invoices"][0]["items"] == []
    assert ways["payment_methods"] == [{"id": "10", "name": "BankTransfer"}, {"id": "9", "name": "PayPal"}]
    assert ways["payment_fees"][3] == {"id": "5", "name": "PayPal", "fixed_fee": 0.3, "percent_fee": 2.9}
    assert simulator.writes == [] and not any(result.changed for result in (default, unpaid, one, ways))


@pytest.mark.simulator("example")
def test_the_reference(simulator, run_tasks):
    """The examples that the reference prints are read right."""
    credentials = {"SINDAD_USERNAME": "api@example.com", "SINDAD_PASSWORD": "secret"}
    account, contact, bill = run_tasks(
        [task("account_info"), task("contact_info", email="mary@example.com"), task("billing_info", invoice="308976")],
        env=credentials,
    ).task_results
    assert account["account"]["phonenumber"] == "+1.24123123" and account["account"]["id"] == "26"
    assert contact["contacts"][0]["privileges"] == {"support": ["newticket", "tickets"]}
    assert contact["privileges"]["services"]["332"][0] == "basic" and contact["privileges"]["services"]["full"] == 1
    (invoice,) = bill["invoices"]
    assert (invoice["taxrate"], invoice["items"][1]["amount"], invoice["items"][1]["qty"]) == (21.0, 1.24, 1.0)
    assert bill["balance"]["acc_balance"] == 123456.55
