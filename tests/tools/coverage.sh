#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Runs unit and integration tests and reports what part of plugins/ they reach. Fails below the gate in pyproject.toml.
set -euo pipefail
source "$(dirname "$0")/env.sh"
cd "$ROOT"

data=$CACHE/coverage
rm -rf "$data"
mkdir -p "$data"

# For the processes that tests start: absolute paths in place of those in pyproject.toml, because they run elsewhere.
# ansible-playbook forks a process for each task.
cat >"$data/processes.ini" <<EOF
[run]
branch = true
parallel = true
data_file = $data/data
disable_warnings = no-data-collected
patch = fork
include =
    $ROOT/plugins/*
    */ansible_collections/sindad/cloud/plugins/*
EOF

# See tests/support/measurement.py for what is measured.
export COVERAGE_FILE=$data/data
status=0
SINDAD_TESTS_COVERAGE=$data bash tests/tools/pytest.sh "$@" || status=$?

python tests/tools/operations_used.py "$data" "$@" || status=$?
coverage combine --quiet
coverage report || status=$?
exit "$status"
