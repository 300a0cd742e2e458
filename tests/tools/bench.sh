#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Runs the benchmark, see docs/benchmarks.md. The collections that it compares with get an environment of their own.
set -euo pipefail
source "$(dirname "$0")/env.sh"
cd "$ROOT"

peers=$CACHE/peers-venv
core=$(python -c 'from importlib.metadata import version; print(version("ansible-core"))')
stamp="$(python -VV) $ROOT $core $(cat requirements.txt tests/benchmark/requirements.txt | cksum)"
if [[ " $* " != *" --peers none "* && " $* " != *" --quick "* && " $* " != *" --help "* && "$(cat "$peers/stamp" 2>/dev/null)" != "$stamp" ]]; then
    echo "Setting up .cache/peers-venv (once, some minutes)"
    python -m venv --clear --without-pip "$peers"
    if ! bash tests/tools/install.sh "$peers" "$CACHE/logs/peers.log" \
        -r tests/benchmark/requirements.txt "ansible-core==$core"; then
        echo "Without the package ansible there is nothing to compare with. ARGS=\"--peers none\" goes without." >&2
        exit 1
    fi
    python -m compileall -qq -j 0 "$peers/lib" || true # a package may ship a file for another Python
    echo "$stamp" >"$peers/stamp"
fi

cd tests
exec python -m benchmark "$@"
