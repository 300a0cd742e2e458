#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Runs the fault campaign, see tests/campaign/README.md.
set -euo pipefail
source "$(dirname "$0")/env.sh"
cd "$ROOT/tests"
exec python -m campaign "$@"
