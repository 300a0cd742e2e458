#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# All the checks of style. Each one runs, also when another has failed.
set -euo pipefail
source "$(dirname "$0")/env.sh"
cd "$ROOT"

export NO_COLOR=1 # the output is shown later
failed=()

check() { # NAME COMMAND...
    local name=$1 output
    shift
    if output=$("$@" 2>&1); then
        echo "ok      $name"
    else
        echo "FAILED  $name"
        printf '%s\n' "$output" | sed 's/^/        /'
        failed+=("$name")
    fi
}

check "ruff check" ruff check --no-fix
check "ruff format" ruff format --check
check "mypy --strict" mypy
# Functions of at most 40 lines, and at most 12 ways through one, with boolean operators and comprehensions counted.
check "lizard" lizard plugins -l python --length 40 --CCN 12 --warnings_only
check "yamllint" yamllint --strict .
check "ansible-lint" ansible-lint --offline --strict --profile production --skip-list yaml
check "antsibull-docs" antsibull-docs lint-collection-docs --plugin-docs --skip-rstcheck .
check "antsibull-changelog" antsibull-changelog lint
check "zizmor" zizmor --offline --quiet --min-severity medium .github
check "reuse" reuse lint --quiet

if [ ${#failed[@]} -gt 0 ]; then
    echo "failed: ${failed[*]}"
    exit 1
fi
