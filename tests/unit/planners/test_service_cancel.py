# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is true of the cancellation of a service: it is requested once, and a refusal of it is no success."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sindad.cloud.plugins.module_utils._errors import SindadError
from ansible_collections.sindad.cloud.plugins.module_utils._plan import Plan
from ansible_collections.sindad.cloud.plugins.module_utils._resources import cancel

from support.memory import MemoryPortal, context


def planned(status: Any, immediate: bool = True, **more: Any) -> tuple[MemoryPortal, Plan]:
    service = {"id": "601", "name": "Cloud", "domain": "a.example.com", "status": status, **more}
    portal = MemoryPortal(services=[service])
    wanted = cancel.Wanted("601", None, immediate, "601")
    return portal, cancel.plan(wanted, cancel.observe(context(portal), wanted))


@pytest.mark.parametrize(
    "status",
    [
        *("Cancelled", "canceled", "Terminated", "Cancelled by client", "CANCELLED (2026-01-01)", "لغو شده"),
        *("Cancelled automatically", "Terminated by staff (2026-01-01)", "لغو شده توسط مشتری"),
        *('<span class="label Cancelled">Cancelled</span>', "&lt;b&gt;Canceled&lt;/b&gt;", "<i></i> Terminated"),
    ],
)
def test_a_service_that_has_ended_is_left_alone(status: str) -> None:
    _portal, plan = planned(status)
    assert plan.changes == ()


@pytest.mark.parametrize(
    "status",
    [
        *("Active", "<b>Suspended</b>", "Pending", None, "On its way", "Not cancelled", "Not cancelled by client"),
        *(
            "Cancelled at period end",
            "Cancelled by the end of the period",
            "Terminated soon",
            "Cancelled by 2027-01-01",
        ),
    ],
)
def test_any_other_service_is_cancelled(status: Any) -> None:
    """Even if its status is unknown, as the user has confirmed its id."""
    _portal, plan = planned(status)
    assert [change.kind for change in plan.changes] == ["service.cancel"]


@pytest.mark.parametrize(
    ("after", "confirmed"), [("<b>Cancelled</b>", True), ("Active", False), ("On its way", False), (None, False)]
)
def test_what_can_not_be_confirmed_is_said(after: Any, confirmed: bool) -> None:
    portal, plan = planned("Active")

    def accept(_service: str, **_body: Any) -> Any:
        portal.services[0]["status"] = after
        return {"info": ["cancell_sent"]}

    portal._cancel_service = accept  # type: ignore[attr-defined]
    warnings: list[str] = []
    assert plan.apply(context(portal, warnings=warnings)) == {}
    assert ["it can't be confirmed" in warning for warning in warnings] == ([] if confirmed else [True])


REQUESTED_BEFORE = (
    "Cancellation request is already pending",
    "A cancellation request already exists for this service.",
    "cancellation_exists",
    "cancel_pending",
    "cancellationAlreadyRequested",
    "You have already requested this",
    "Service is already cancelled",
    "Your cancellation request was submitted before",
    "Duplicate cancellation request",
    "Another cancellation request is pending",
    "<b>Cancellation</b> is pending, please wait for our staff",
    "There is a previous cancelation of service #601",
    "درخواست لغو این سرویس قبلاً ثبت شده\u200cاست",  # noqa: RUF001
    "Cancellation of this service is already being processed",
    "Your previous cancellation request is still pending",
    "A cancellation request has already been made",
    "Cancellation already in place",
    "Service already marked for cancellation",
    "You already have an open cancellation request",
    "An active cancellation request already exists",
    "Service is already set to be cancelled",
    "already set to be cancelled",
    "Cancellation request already submitted by client",
    "already submitted by client",
    "Your cancellation request is awaiting approval",
    "Awaiting approval",
    "Cancellation already in queue",
    "already in queue",
    "A request to cancel this service already exists",
    "request_already_sent",
    "Request already exists",
    "alreadycancelled",
    "cancelrequestexists",
    "Service already terminated",
    "Cancellation of EX-2 Dedicated is already pending",
    "Cancellation request for db.example.ir already exists",
    "Cancellation of service #601 (db.example.ir) is already pending.",
    "Cancellation request #77 for main db has already been submitted on 2026-11-01 10:00:00",
    "A cancellation request for service ۶۰۱ is pending",
    "Your cancellation request is being processed",
    "Cannot cancel: a cancellation request already exists",
    "A cancellation request already exists. You can not send another one.",
    "شما قبلا درخواست لغو این سرویس را ثبت کرده\u200cاید",  # noqa: RUF001
    "درخواست لغو تکراری است",
    "درخواست لغو در انتظار تایید است",
    "در انتظار تایید",
)
REFUSED = (
    "Services with a pending upgrade cannot be cancelled",
    "Service does not exist or cannot be cancelled",
    "Daily limit already reached, try again tomorrow",
    "Only another contact with full privileges may request this",
    "Another request is pending",
    "Request already pending",
    "Duplicate request",
    "Cancellation request for another service is pending",
    "Cancellation is not possible while an upgrade request is pending",
    "Upgrade requested: cancel the pending request",
    "Cancellation request limit already reached",
    "Cancellation waiting period: 30 days",
    "No cancellation request exists",
    "Pending services can not be cancelled",
    "Please pay pending invoices before a cancellation",
    "Cancellation",
    "already exists",
    "لغو سرویس به دلیل فاکتور در انتظار پرداخت ممکن نیست",
    "Cancellation requests are processed at the end of the billing period",
    "Cancellation requests are processed before the end of the billing period",
    "Cancellation is processed by the end of period",
    "Cancellation requests are currently queued",
    "Cancellations are scheduled",
    "Cancellation received",
    "A service that has been sent is cancelled",
    "a cancellation request for service 999 is already pending",
    "Cancellation of 999 is already pending",
    "Cancellation request for old.db.example.ir already exists",
    "Cancellation request for db.example.ir.example.com already exists",
    "Cancellation of EX-2 Dedicated 7 is already pending",
    "Cancellation of a pending service is free",
    "Cancellation of a pending service is processed by staff",
    "Cancel your existing request",
    "Cancel pending request",
    "If a cancellation is already pending, contact us",
    "Your previous cancellation request has expired",
    "Service awaiting approval",
    "Upgrade request awaiting approval",
    "Your order is already in queue",
    "Invoice already exists",
    "Unpaid invoice: cancellation is not possible",
    "درخواست\u200cهای لغو در حال بررسی هستند",  # noqa: RUF001
    "درخواست لغو وجود ندارد",
    "",
)


@pytest.mark.parametrize("said", [*REQUESTED_BEFORE, *REFUSED])
def test_only_the_refusal_of_a_second_one_is_no_failure(said: str) -> None:
    portal, plan = planned("Active", immediate=False, name="EX-2 Dedicated", domain="db.example.ir", label="Main DB")

    def refuse(_service: str, **_body: Any) -> Any:
        raise SindadError("the portal refused it", errors=("Error", said))

    portal._cancel_service = refuse  # type: ignore[attr-defined]
    if said in REQUESTED_BEFORE:
        assert plan.apply(context(portal)) == {"changed": False}
    else:
        with pytest.raises(SindadError, match="the portal refused it"):
            plan.apply(context(portal))
