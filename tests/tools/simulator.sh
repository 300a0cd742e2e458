#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# For scripts that have sourced env.sh: `start_simulator OPTIONS...` starts the portal on a free port, exports what
# the collection needs to use it, and stops it when the script ends. A second call starts another one.
simulators=()
stop_simulators() {
    kill "${simulators[@]}" 2>/dev/null || true
    wait "${simulators[@]}" 2>/dev/null || true
    rm -f "$CACHE/logs"/simulator.??????
}

start_simulator() {
    local log url pid
    log=$(mktemp "$CACHE/logs/simulator.XXXXXX")
    (cd "$ROOT/tests" && exec python -m simulator --port 0 "$@") >"$log" 2>&1 &
    pid=$!
    simulators+=("$pid")
    trap stop_simulators EXIT
    trap 'exit 130' INT TERM
    for _ in $(seq 100); do
        url=$(sed -n 's/^listening on //p' "$log")
        if [ -n "$url" ]; then
            export SINDAD_API_URL=$url SINDAD_USERNAME=ops@example.com SINDAD_PASSWORD=simulator
            return
        fi
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.1
    done
    echo "The simulator did not start:" >&2
    cat "$log" >&2
    exit 1
}
