# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Prints what a fleet would change or has changed, and writes it to files."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from ansible import constants as C  # noqa: N812 - it is called so wherever Ansible uses it
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible_collections.sindad.cloud.plugins.module_utils._errors import SindadError
from ansible_collections.sindad.cloud.plugins.module_utils._files import destination, replace_file
from ansible_collections.sindad.cloud.plugins.module_utils._reading import printable
from ansible_collections.sindad.cloud.plugins.plugin_utils import _fleet_report as report
from ansible_collections.sindad.cloud.plugins.plugin_utils._action import plain
from ansible_collections.sindad.cloud.plugins.plugin_utils._fleet_file import check_not_read

if TYPE_CHECKING:
    from collections.abc import Mapping

_OPTIONS: dict[str, Any] = {
    "result": {"type": "dict", "default": {}},
    "applied": {"type": "bool", "default": False},
    "plan_file": {"type": "path"},
    "summary_file": {"type": "path"},
    "report_file": {"type": "path"},
    "result_file": {"type": "path"},
    "dest": {"type": "path"},
    "inputs": {"type": "list", "elements": "path", "default": []},
    "check_files": {"type": "bool", "default": False},
    "fail": {"type": "bool", "default": False},
    "detailed_exitcode": {"type": "bool", "default": False},
}
#: The options that name files to be written; dest is written by another task.
_FILES = ("plan_file", "summary_file", "report_file", "result_file", "dest")
#: What the exit code tells, where that is asked for.
DIFFERS = "There are changes, and with detailed_exitcode the exit code says so. Nothing was changed."
_READABLE_BY_ALL, _READABLE_BY_OWNER = 0o644, 0o600


class ActionModule(ActionBase):  # type: ignore[misc]  # ansible-core has no type information
    """Runs on the controller, without a connection and without a request."""

    _requires_connection = False
    _supports_check_mode = True
    _supports_async = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Print the lines, in colours where the terminal has them; write the files; fail for what failed."""
        super().run(tmp, task_vars)
        _validation, args = self.validate_argument_spec(_OPTIONS)
        result = plain(args["result"])
        shown: list[str] = []
        try:
            if args["check_files"]:
                _check_files(args)
                return {"changed": False, "lines": shown}
            report.check(result)
            lines = report.rendered(result, args["applied"]) if report.has_plan(result) else ()
            shown += [printable(line) for line in lines]
            _display(shown, report.title(args["applied"]))
            _check_files(args)
            changed = [_write(*file, check_mode=bool(self._task.check_mode)) for file in _files(args, result)]
        except SindadError as error:
            return {"failed": True, "changed": False, "msg": str(error), "lines": shown}
        message = _failure(args, result)
        if message is not None:
            # What failed is the fleet: that reports were written is no change beside a message that nothing was changed.
            return {"failed": True, "changed": False, "msg": message}
        return {"changed": any(changed), "lines": shown}


def _display(lines: list[str], heading: str) -> None:
    colours = {"+": C.COLOR_OK, "~": C.COLOR_CHANGED, "-": C.COLOR_ERROR, "!": C.COLOR_UNREACHABLE, "?": C.COLOR_SKIP}
    display = Display()
    if lines:
        display.display(heading)
    for line in lines:
        display.display(f"  {line}" if line[:1] in colours else line, color=colours.get(line[:1]))


def _check_files(args: Mapping[str, Any]) -> None:
    """Make sure that all files can be written, before one is.

    Raises:
        SindadError: One can't, is another one as well, or is read by the run.

    """
    places: dict[str, str] = {}
    for option in _FILES:
        path = args[option]
        if not path:
            continue
        place = destination(option, path)
        if place in places:
            raise SindadError(f"{option}: {path} is the file of {places[place]} too; give each a path of its own")
        check_not_read(option, path, args["inputs"])
        places[place] = option


def _files(args: Mapping[str, Any], result: Mapping[str, Any]) -> list[tuple[str, str, str, int]]:
    """Return the files to write: the option, the path, the content, who may read it."""
    applied = args["applied"]
    contents = {
        "summary_file": report.markdown(result, applied),
        "report_file": report.gitlab_report(result),
        "result_file": report.outcome(result, applied),
    }
    files = [(option, args[option], content, _READABLE_BY_ALL) for option, content in contents.items() if args[option]]
    if args["plan_file"] and "saved_plan" in result:
        content = json.dumps(result["saved_plan"], indent=2, ensure_ascii=False) + "\n"
        files.append(("plan_file", args["plan_file"], content, _READABLE_BY_OWNER))
    return files


def _write(option: str, path: str, content: str, mode: int, check_mode: bool) -> bool:
    """Put a file in its place in one step; return whether it was another one before.

    Raises:
        SindadError: It can't be written.

    """
    place = destination(option, path)
    data = content.encode(errors="surrogateescape")
    try:
        if os.path.exists(place):
            with open(place, "rb") as present:
                if present.read() == data:
                    return False
    except OSError as error:
        raise SindadError(f"{option}: {path} can't be read: {error.strerror}") from None
    if not check_mode:
        replace_file(option, path, place, data, mode)
    return True


def _failure(args: Mapping[str, Any], result: Mapping[str, Any]) -> str | None:
    """Return why the task fails; None where it doesn't."""
    message = result.get("msg")
    if not args["fail"]:
        return None
    if message is None:
        differs = args["detailed_exitcode"] and bool(result.get("plan"))
        return DIFFERS if differs else None
    said = printable(str(message))
    if not report.has_plan(result) or not (result.get("summary") or {}).get("refused"):
        return said
    begun = "Nothing was changed" if args["applied"] else "The plan can't be applied"
    return f"{begun}, since this is refused: {said}"
