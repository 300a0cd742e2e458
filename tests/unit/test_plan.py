# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans: carried out in order, refused, and what is told of them. What each planner holds to is in `planners`."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sindad.cloud.plugins.module_utils._errors import SindadError
from ansible_collections.sindad.cloud.plugins.module_utils._plan import Change, Context, Plan, merge
from ansible_collections.sindad.cloud.plugins.module_utils._reading import UNKNOWN
from ansible_collections.sindad.cloud.plugins.module_utils._records import VirtualMachine
from ansible_collections.sindad.cloud.plugins.module_utils._wait import WaitPolicy


def context(wait: bool = True) -> Context:
    return Context(client=None, policy=WaitPolicy(wait=wait), warn=print)  # type: ignore[arg-type]


class Steps:
    """Changes that note when they are carried out, and whether they are waited for."""

    def __init__(self) -> None:
        self.done: list[tuple[str, bool]] = []

    def change(self, name: str, result: Any = None, *, fails: SindadError | None = None, **more: Any) -> Change:
        def carry_out(context: Context) -> Any:
            self.done.append((name, context.policy.wait))
            if fails:
                raise fails
            return result

        return Change("test.step", name, carry_out, **more)


def test_changes_are_carried_out_in_order_and_all_but_the_last_are_waited_for() -> None:
    steps = Steps()
    plan = Plan((steps.change("one", {"a": 1, "b": 1}), steps.change("two"), steps.change("three", {"b": 3})))
    assert plan.apply(context(wait=False)) == {"a": 1, "b": 3}
    assert steps.done == [("one", True), ("two", True), ("three", False)]
    assert plan.lines == ["one", "two", "three"]


def test_what_fails_ends_the_plan_and_says_first_what_was_done() -> None:
    steps = Steps()
    failure = SindadError("no", results={"vm": {"password": "made-up"}})
    plan = Plan((steps.change("one", {"vm": {"id": "5"}}), steps.change("two", fails=failure), steps.change("three")))
    with pytest.raises(SindadError, match=r"^done before this: one\. Then: no$") as caught:
        plan.apply(context())
    assert [name for name, _wait in steps.done] == ["one", "two"]
    assert caught.value.results == {"vm": {"id": "5", "password": "made-up"}}
    with pytest.raises(SindadError, match=r"^no$"):
        Plan((steps.change("two", fails=SindadError("no")),)).apply(context())


def test_refusals_are_listed_and_never_replaced() -> None:
    steps = Steps()
    plan = Plan((steps.change("a", erases=True), steps.change("b", refused="not that"), steps.change("c", stops=True)))
    assert plan.refusals == ["not that"]
    refused = plan.refusing(lambda change: change.erases or change.summary == "b", "it is protected")
    assert refused.refusals == ["it is protected", "not that"]
    assert plan.refusals == ["not that"], "a plan is not altered"


def test_only_what_erases_is_protected() -> None:
    steps = Steps()
    changes = (steps.change("a", erases=True), steps.change("b"), steps.change("c", stops=True))
    plan = Plan(changes, names=(UNKNOWN, None, "", "[prod] db"))
    assert plan.protected_by(()).refusals == []
    assert plan.protected_by(("web-*",)).refusals == []
    assert plan.protected_by(("web-*", "[prod] db")).refusals == ["[prod] db is protected by '[prod] db'"]


def test_what_counts_as_a_change() -> None:
    steps = Steps()
    assert not Plan().counts
    assert not Plan((steps.change("a", counts=False),)).counts
    assert Plan((steps.change("a", counts=False), steps.change("b"))).counts


def test_what_is_said_of_one_record_comes_together() -> None:
    machine = VirtualMachine("5", "web-1")
    merged = merge({"vm": machine, "n": 1}, {"vm": {"password": "x"}, "n": 2, "token": "y"})
    assert merged == {"vm": {**machine.as_dict(), "password": "x"}, "n": 2, "token": "y"}
    assert merge({"vm": None}, {"vm": {"password": "x"}}) == {"vm": {"password": "x"}}
