#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Runs pytest on the paths and options given, in twice as many processes as there are processors, since tests wait.
set -euo pipefail
source "$(dirname "$0")/env.sh"
cd "$ROOT"
processes=$(python -c 'import os; print(min(8, (os.cpu_count() or 1) * 2))')
exec pytest --numprocesses "$processes" --dist worksteal "$@"
