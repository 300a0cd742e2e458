# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a fleet's plan looks like: for a terminal, in Markdown, and for pipelines. Private to this collection.

It is all made from the result of sindad_fleet. Strings in it come from the portal and the file: they are data.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ansible_collections.sindad.cloud.plugins.module_utils._errors import SindadError
from ansible_collections.sindad.cloud.plugins.module_utils._fleet.warnings import MOST_LISTED
from ansible_collections.sindad.cloud.plugins.module_utils._texts import as_code, listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

PLANNED = (
    "Plan: {created} to create, {changed} to change, {replaced} to replace, {destroyed} to destroy, "
    "{refused} refused, {unchanged} unchanged."
)
APPLIED = (
    "Done: {created} created, {changed} changed, {replaced} replaced, {destroyed} destroyed, {failed} failed, "
    "{unchanged} unchanged."
)
EMPTY = "No changes. The account is as the fleet file says."
NO_CHANGES = "No changes."
DIFFERENT = "Not as the file says, and left as it is, since the plan doesn't hold it"
WARNED = "Not exactly as the file says, see the warnings"
NOTHING_DONE = "Nothing was done."
#: Numbers that a summary always has, and keys of a change.
_COUNTS = ("created", "changed", "destroyed", "refused", "unchanged")
_CHANGE = {"resource", "service", "action", "summary"}
#: What an apply that failed in part tells of its resources, and how their lines begin.
_TROUBLES = {"failures": "! failed", "lost_passwords": "! password lost"}
#: Actions that destroy data.
_ERASING = ("destroy", "replace")
#: The order of the sections in Markdown: what each is called, and the actions in it.
_SECTIONS = (
    ("Refused: the plan can't be applied", ("refused",)),
    ("Destroyed or erased", _ERASING),
    ("Created and changed", ("create", "change")),
)
#: GitHub takes comments of 65,536 characters.
_LONGEST_SUMMARY = 60_000
#: Characters of a failure's text above the tables, which say the same of each resource.
_LONGEST_MESSAGE = 2_000


def title(applied: bool) -> str:
    """Return the heading. Ansible may print the task's own afterwards, where it doesn't display skipped hosts."""
    return "Fleet: what was done" if applied else "Fleet: the plan"


def check(result: Mapping[str, Any]) -> None:
    """Make sure that a result is one of sindad_fleet, with a plan or with a failure.

    Raises:
        SindadError: It is something else; the sentence says what is missing.

    """
    what = _wrong_with(result)
    if what:
        raise SindadError(f"result must be what sindad_fleet returned: {what}")


def _wrong_with(result: Mapping[str, Any]) -> str | None:
    if "plan" not in result:
        return "it has neither a plan nor a failure" if result.get("msg") is None else None
    for name, kind in (("plan", list), ("changes", list), ("summary", dict)):
        if not isinstance(result.get(name), kind):
            return f"{name} is missing or has the wrong type"
    if any(not isinstance(result["summary"].get(name), int) for name in _COUNTS):
        return f"summary lacks one of {', '.join(_COUNTS)}"
    if any(not isinstance(change, dict) or _CHANGE - change.keys() for change in result["changes"]):
        return f"changes must be dictionaries with {', '.join(sorted(_CHANGE))}"
    if sum(len(change["summary"]) for change in result["changes"]) != len(result["plan"]):
        return "plan and changes don't belong together"
    return None


def has_plan(result: Mapping[str, Any]) -> bool:
    """Whether a result has a plan: without one, the fleet couldn't be observed."""
    return "plan" in result and "summary" in result


def was_carried_out(result: Mapping[str, Any], applied: bool) -> bool:
    """Whether an apply changed what its plan says, fully or in part."""
    failed_as_a_whole = result.get("msg") is not None and not any(result.get(name) for name in _TROUBLES)
    return applied and bool(result["changes"]) and not failed_as_a_whole


def rendered(result: Mapping[str, Any], applied: bool) -> Iterator[str]:
    """Yield the lines to be printed: the changes, each with its symbol, and a summary."""
    steps = _steps(result)
    for change in result["changes"]:
        yield from _troubles_of(change, result) or steps[change["resource"]]
    yield from result.get("unlisted", ())
    if result["changes"] or result.get("unlisted"):
        yield ""
    yield from closing(result, applied)


def _steps(result: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the lines of each resource."""
    plan = iter(result["plan"])
    return {change["resource"]: [next(plan) for _step in change["summary"]] for change in result["changes"]}


def _troubles_of(change: Mapping[str, Any], result: Mapping[str, Any]) -> list[str]:
    """Return the lines of a resource that failed, or whose generated password is lost; none where all went well."""
    return [
        f"{beginning}: {sentence}"
        for name, beginning in _TROUBLES.items()
        for sentence in result.get(name, ())
        if sentence.startswith(f"{change['resource']}: ")
    ]


def closing(result: Mapping[str, Any], applied: bool) -> Iterator[str]:
    """Yield the sentences at the end: the counts, and what is left."""
    counts = {"replaced": 0, **result["summary"]}
    carried_out = was_carried_out(result, applied)
    left = list(_what_is_left(result))
    if result["changes"]:
        yield (APPLIED if carried_out else PLANNED).format(**counts)
    else:
        yield NO_CHANGES if left else EMPTY
    yield from left
    if counts.get("unlisted"):
        yield f"Machines of these services that are not in the file: {counts['unlisted']}."
    if applied and result["changes"] and not carried_out:
        yield NOTHING_DONE


def _what_is_left(result: Mapping[str, Any]) -> Iterator[str]:
    """Yield what isn't as the file says and isn't changed either."""
    for sentence, name in ((DIFFERENT, "left"), (WARNED, "warned")):
        if result.get(name):
            yield f"{sentence}: {listed(result[name], MOST_LISTED)}."


# Markdown


def markdown(result: Mapping[str, Any], applied: bool) -> str:
    """Return the plan for a comment or a job summary: a table by service, what erases on top."""
    if not has_plan(result):
        return f"## {title(applied)}\n\n**Failed**: {as_code(result.get('msg') or 'no plan was made')}\n"
    parts = [f"## {title(applied)}", ""]
    parts += [_closing_in_markdown(sentence) for sentence in closing(result, applied)]
    if result.get("msg"):
        message = str(result["msg"])
        shown = f"{message[:_LONGEST_MESSAGE]} …" if len(message) > _LONGEST_MESSAGE else message
        parts += [f"**Failed**: {as_code(shown)}", ""]
    rows = [*_sections(result), *_unlisted_section(result), *_warnings_section(result)]
    return _cut([*parts, *rows])


def _closing_in_markdown(sentence: str) -> str:
    """Return a closing sentence; one that lists resources has names in it."""
    before, separator, names = sentence.partition(": ")
    is_list = before in (DIFFERENT, WARNED)
    return f"{before}: {as_code(names)}\n" if is_list and separator else f"**{sentence}**\n"


def _sections(result: Mapping[str, Any]) -> Iterator[str]:
    """Yield the tables."""
    steps = _steps(result)
    for title, actions in _SECTIONS:
        changes = [change for change in result["changes"] if change["action"] in actions]
        if not changes:
            continue
        yield from (f"### {title}", "", "| Service | Change |", "|---|---|")
        for change in sorted(changes, key=lambda change: str(change["service"])):
            lines = _troubles_of(change, result) or steps[change["resource"]]
            yield f"| {as_code(change['service'])} | {'<br>'.join(as_code(line) for line in lines)} |"
        yield ""


def _unlisted_section(result: Mapping[str, Any]) -> Iterator[str]:
    unlisted = result.get("unlisted") or ()
    if unlisted:
        yield from (f"<details><summary>Not in the file: {len(unlisted)}</summary>", "")
        yield from (f"- {as_code(line)}" for line in unlisted)
        yield from ("", "</details>", "")


def _warnings_section(result: Mapping[str, Any]) -> Iterator[str]:
    warnings = result.get("warnings") or ()
    if warnings:
        yield from ("### Warnings", "")
        yield from (f"- {as_code(str(warning))}" for warning in warnings)
        yield ""


def _cut(lines: Iterable[str]) -> str:
    """Return the lines, as many as a comment takes; the count of the others is said."""
    kept: list[str] = []
    size = left_out = 0
    for line in lines:
        size += len(line) + 1
        if size > _LONGEST_SUMMARY:
            left_out += 1
        else:
            kept.append(line)
    if left_out:
        kept += ["", f"{left_out} more lines are in the job's log."]
    return "\n".join(kept).rstrip() + "\n"


# Pipelines


def gitlab_report(result: Mapping[str, Any]) -> str:
    """Return GitLab's ``reports:terraform``; a replacement counts as a creation and a deletion."""
    counts = result.get("summary") or {}
    replaced = counts.get("replaced", 0)
    report = {
        "create": counts.get("created", 0) + replaced,
        "update": counts.get("changed", 0),
        "delete": counts.get("destroyed", 0) + replaced,
    }
    return json.dumps(report) + "\n"


def outcome(result: Mapping[str, Any], applied: bool) -> str:
    """Return how a run ended, as JSON: what a job needs to distinguish drift from an outage.

    ``changes`` counts what the plan changes or the apply has changed, ``differences`` what is not as the file says
    when the run has ended, ``refused`` what can't be done. ``failed`` says that the run failed, and ``msg`` why.
    """
    counts: Mapping[str, int] = result.get("summary") or {}
    changes = sum(counts.get(name, 0) for name in ("created", "changed", "replaced", "destroyed"))
    open_ones = counts.get("refused", 0) + counts.get("failed", 0) + len(result.get("left") or ())
    carried_out = has_plan(result) and was_carried_out(result, applied)
    told = {
        "changes": changes if carried_out or not applied else 0,
        "differences": open_ones if carried_out else open_ones + changes,
        "refused": counts.get("refused", 0),
        "failed": result.get("msg") is not None,
        "msg": result.get("msg"),
    }
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"
