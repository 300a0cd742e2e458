# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads the fleet file of a task before the module gets it, wherever the module runs. Private to this collection."""

from __future__ import annotations

from typing import Any

from ansible_collections.sindad.cloud.plugins.module_utils._errors import SindadError
from ansible_collections.sindad.cloud.plugins.plugin_utils import _action, _fleet_file

#: The option that names the file, and the one that takes its content.
FILE, CONTENT = "fleet_file", "fleet"
PASSWORDS = "passwords_file"


class ActionModule(_action.ActionModule):
    """Runs the module sindad_fleet; each error in a fleet file comes with its place."""

    _loaded: _fleet_file.Loaded | None = None

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Run the task; its result doesn't hold the content of the file."""
        result = super().run(tmp, task_vars)
        loaded = self._loaded
        if loaded is None:
            return result
        if result.get("failed"):
            result["msg"] = loaded.located(str(result["msg"]))
        warnings = [*loaded.warnings, *map(loaded.located, result.get("warnings", ()))]
        if warnings:
            result["warnings"] = warnings
        if "invocation" in result:
            options = result["invocation"]["module_args"]
            options.pop(CONTENT, None)
            options[FILE] = self._task.args[FILE]
        return result

    def _prepared(self, options: dict[str, Any]) -> dict[str, Any]:
        path = options.get(FILE)
        if not path or options.get(CONTENT) is not None:
            return options
        if not isinstance(path, str):
            raise SindadError(f"{FILE} must be the path of a file or of a folder")
        passwords = options.get(PASSWORDS)
        if passwords:
            _fleet_file.check_not_read(PASSWORDS, str(passwords), [path])
        self._loaded = _fleet_file.load(path, self._loader, self._templar)
        return {**options, CONTENT: _action.plain(self._loaded.fleet), FILE: None}
