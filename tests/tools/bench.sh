#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Runs the benchmark, as soon as there is one.
source "$(dirname "$0")/env.sh"
cd "$root"

if [ ! -e tests/benchmark/__main__.py ]; then
    echo "There is no benchmark in this checkout."
    exit 0
fi
cd tests
exec python -m benchmark "$@"
