#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Makes the build context of an execution environment with this collection in it, and checks that ansible-builder finds
# what it needs. Building the image takes a container engine: `ansible-builder build` in .cache/ee does it.
set -euo pipefail
source "$(dirname "$0")/env.sh"
cd "$ROOT"

builder=$CACHE/builder
if ! [ -x "$builder/bin/ansible-builder" ]; then
    python -m venv --clear "$builder"
    "$builder/bin/python" -m pip install 'ansible-builder>=3.1,<4' >"$CACHE/logs/builder.log" 2>&1 ||
        { tail -n 20 "$CACHE/logs/builder.log"; exit 1; }
fi

context=$CACHE/ee
rm -rf "$context"
mkdir -p "$context"
ansible-galaxy collection build --output-path "$context" >"$CACHE/logs/ee.log"
ansible-galaxy collection install --force --no-deps "$context"/sindad-cloud-*.tar.gz -p "$context/installed" \
    >>"$CACHE/logs/ee.log" 2>&1
mv "$context"/sindad-cloud-*.tar.gz "$context/sindad-cloud.tar.gz"
cp tests/tools/execution-environment.yml "$context/"

echo "--- what the collection needs"
needed=$("$builder/bin/ansible-builder" introspect --sanitize "$context/installed")
echo "$needed"
grep -q 'requests' <<<"$needed" || { echo "ansible-builder doesn't find the collection's requirements"; exit 1; }

echo "--- the build context"
cd "$context"
"$builder/bin/ansible-builder" create --context context
find context -type f
