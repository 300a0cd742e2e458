#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Installs packages into a virtual environment: by uv, which takes a tenth of pip's time, and by pip where uv isn't to be
# had, is not told enough by the user's pip configuration (see pip_config.py), or fails.
#
#   bash tests/tools/install.sh ENVIRONMENT LOG REQUIREMENT...
set -euo pipefail

cache=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)/.cache
python=$1/bin/python
log=$2
shift 2

by_uv() {
    local settings=$cache/home/.config/uv.sh
    [ -x "$cache/venv/bin/uv" ] && [ -s "$settings" ] || return 1
    # shellcheck source=/dev/null # setup.sh makes it
    (source "$settings" && "$cache/venv/bin/uv" pip install --python "$python" "$@")
}

by_pip() {
    "$cache/venv/bin/python" -m pip --version >/dev/null 2>&1 || "$cache/venv/bin/python" -m ensurepip
    "$cache/venv/bin/python" -m pip --python "$python" install --no-compile "$@"
}

if ! { by_uv "$@" || by_pip "$@"; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    exit 1
fi
