#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Runs the molecule scenarios, as soon as there are some.
set -euo pipefail
source "$(dirname "$0")/env.sh"
cd "$ROOT"

if [ ! -d extensions/molecule ]; then
    echo "There are no molecule scenarios in this checkout."
    exit 0
fi
export PYTHONPATH=$ROOT/tests/support/kept_code:$PYTHONPATH # modules start in half the time
# From here, because molecule finds extensions/molecule/config.yml only from beside galaxy.yml.
exec molecule test --all "$@"
