#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Runs all modules as processes on the oldest Python that a target may have, TARGET_PYTHON.
set -euo pipefail
python=${TARGET_PYTHON:-python3.9}
source "$(dirname "$0")/env.sh"
cd "$ROOT"

target=$CACHE/target-venv
stamp="$("$python" -VV) $ROOT $(cksum <requirements.txt)"
if [ "$(cat "$target/stamp" 2>/dev/null)" != "$stamp" ]; then
    "$python" -m venv --clear --without-pip "$target"
    bash tests/tools/install.sh "$target" "$CACHE/logs/target.log" -r requirements.txt
    echo "$stamp" >"$target/stamp"
fi
SINDAD_TESTS_TARGET=$target/bin/python exec bash tests/tools/pytest.sh \
    tests/integration/test_both_hosts.py -k python_of_a_target --numprocesses 0 -rP "$@"
