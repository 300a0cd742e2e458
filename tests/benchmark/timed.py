# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a command and prints what it took, as JSON: ``python timed.py OUTPUT_FILE COMMAND ...``.

A process of its own, and a small one: the peak memory that the kernel keeps of a child begins with that of its parent.
"""

import json
import os
import subprocess
import sys
import time

with open(sys.argv[1], "wb") as output:
    start = time.perf_counter()
    process = subprocess.Popen(sys.argv[2:], stdin=subprocess.DEVNULL, stdout=output, stderr=sys.stderr)
    _pid, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
process.returncode = os.waitstatus_to_exitcode(status)
took = {"wall": wall, "cpu": usage.ru_utime + usage.ru_stime, "memory": usage.ru_maxrss * 1024}
print(json.dumps({"rc": process.returncode, **took}))
