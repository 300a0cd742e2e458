# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The environment of every command the tests start: the one of tests/tools/env.sh, and nothing of the user's."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from . import TESTS

#: The directory of what processes keep of the modules that they run (see there).
KEPT_CODE = Path(__file__).with_name("kept_code")
DUMP = "import json, os; print(json.dumps(dict(os.environ)))"

# Where measurements go, set by tests/tools/coverage.sh.
MEASURED = os.environ.get("SINDAD_TESTS_COVERAGE")
#: Whether what the present test starts is measured.
measuring = True


@cache
def _private() -> Mapping[str, str]:
    """Ask env.sh, so that the environment is written down in one place, also when pytest is started by hand."""
    command = ["bash", str(TESTS / "tools" / "env.sh"), "python", "-c", DUMP]
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("COVERAGE_", "PYTEST_"))}
    return json.loads(subprocess.run(command, env=clean, check=True, capture_output=True, text=True).stdout)


def environment(changes: Mapping[str, str | None] | None = None) -> dict[str, str]:
    """Return the private environment with some changes; None removes a variable."""
    changed = {**_private(), "ANSIBLE_NOCOLOR": "true", **(changes or {})}
    return {name: str(value) for name, value in changed.items() if value is not None}


def python_path(env: Mapping[str, str], *more: Path) -> dict[str, str]:
    """Return an environment in which Python finds further directories before all others."""
    path = [*map(str, more), *filter(None, [env.get("PYTHONPATH")])]
    return {**env, "PYTHONPATH": os.pathsep.join(path)}


def measured() -> dict[str, str]:
    """Return what measures a Python process and all those that it starts, if the tests are measured."""
    return {"COVERAGE_PROCESS_START": f"{MEASURED}/processes.ini"} if MEASURED and measuring else {}
