#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Runs pytest on the paths and options given, on all processors.
set -euo pipefail
source "$(dirname "$0")/env.sh"
cd "$ROOT"
exec pytest --numprocesses auto --maxprocesses 4 "$@"
