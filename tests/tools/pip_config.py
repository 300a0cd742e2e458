# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Print the user's pip configuration, from files and the environment, as one pip.conf.

ansible-test starts pip with neither the user's home nor the user's environment.
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections import defaultdict


def pip(*arguments: str) -> str:
    """Return what pip says, nothing if it refuses."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


sections: dict[str, dict[str, str]] = defaultdict(dict)
for line in pip("config", "list").splitlines():  # the environment's settings come last, and win
    name, value = line.split("=", 1)
    section, option = name.rsplit(".", 1)
    sections["global" if section == ":env:" else section][option] = ast.literal_eval(value)
sections["global"].setdefault("cache-dir", pip("cache", "dir").strip())
proxy = os.environ.get("HTTPS_PROXY") or os.environ.get("https_proxy")
if proxy:
    sections["global"].setdefault("proxy", proxy)

sections["global"].pop("config-file", None)
sections["global"]["quiet"] = "2"  # errors are worth a line in a log, packages are not
for section, options in sections.items():
    print(f"[{section}]")
    for option, value in options.items():
        if value:
            print(f"{option} =", "\n    ".join(value.splitlines()))
