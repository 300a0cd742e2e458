# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands in for the get-pip script where ansible-test can't download it: installs the same as `install.sh` does.

sanity.sh puts it where ansible-test looks for that script: ``.cache/home/.ansible/test/cache``.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

CACHE = Path(__file__).resolve().parents[4]
INSTALL = CACHE.parent / "tests" / "tools" / "install.sh"

packages = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
subprocess.run(["bash", INSTALL, sys.prefix, CACHE / "logs" / "get-pip.log", *packages], check=True)
