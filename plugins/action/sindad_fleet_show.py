# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Prints what a fleet would change or has changed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ansible import constants as C  # noqa: N812 - it is called so wherever Ansible uses it
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PLANNED = (
    "Plan: {created} to create, {changed} to change, {destroyed} to destroy, {refused} refused, {unchanged} unchanged."
)
APPLIED = "Done: {created} created, {changed} changed, {destroyed} destroyed, {failed} failed, {unchanged} unchanged."
EMPTY = "No changes. The account is as the fleet file says."


def rendered(result: Mapping[str, Any], applied: bool) -> Iterator[str]:
    """Yield the lines to be printed: the changes, each with its symbol, and a summary."""
    plan = list(result["plan"])
    failures = result.get("failures", ())
    for change in result["changes"]:
        steps = [plan.pop(0) for _step in change["summary"]]
        failed = [sentence for sentence in failures if sentence.startswith(f"{change['resource']}: ")]
        yield from [f"! failed: {sentence}" for sentence in failed] or steps
    if result["changes"]:
        yield ""
    counts = result["summary"]
    carried_out = applied and result["changes"] and not counts["refused"]
    yield (APPLIED if carried_out else PLANNED if result["changes"] else EMPTY).format(**counts)


def printable(line: str) -> str:
    """Return a line without control characters: names come from the portal, and a terminal obeys some of them."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", "\N{REPLACEMENT CHARACTER}", line)


class ActionModule(ActionBase):  # type: ignore[misc]  # ansible-core has no type information
    """Runs on the controller, without a connection and without a request."""

    _requires_connection = False
    _supports_check_mode = True
    _supports_async = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Print the lines, in colours where the terminal has them."""
        super().run(tmp, task_vars)
        spec = {"result": {"type": "dict", "required": True}, "applied": {"type": "bool", "default": False}}
        _validation, args = self.validate_argument_spec(spec)
        lines = [printable(line) for line in rendered(args["result"], args["applied"])]
        colours = {"+": C.COLOR_OK, "~": C.COLOR_CHANGED, "-": C.COLOR_ERROR, "!": C.COLOR_UNREACHABLE}
        display = Display()
        for line in lines:
            display.display(f"  {line}" if line[:1] in colours else line, color=colours.get(line[:1]))
        return {"changed": False, "lines": lines}
