#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Makes the build context of an execution environment with this collection in it, checks that ansible-builder finds
# what it needs, and runs the collection through ansible-navigator without a container. Building the image takes a
# container engine: `ansible-builder build` in .cache/ee does it.
set -euo pipefail
source "$(dirname "$0")/env.sh"
source "$(dirname "$0")/simulator.sh"
cd "$ROOT"

builder=$CACHE/builder
if ! [ -x "$builder/bin/ansible-navigator" ]; then
    python -m venv --clear --without-pip "$builder"
    bash tests/tools/install.sh "$builder" "$CACHE/logs/builder.log" \
        'ansible-builder>=3.1,<4' 'ansible-navigator>=26.1,<27'
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
grep -q 'openssh-clients' <<<"$needed" || { echo "ansible-builder doesn't find the system's packages"; exit 1; }

echo "--- the build context"
cd "$context"
"$builder/bin/ansible-builder" create --context context
find context -type f

echo "--- the build context of the example for AWX"
cp -R "$ROOT/docs/examples/awx" "$context/awx"
"$builder/bin/ansible-builder" create --file awx/execution-environment.yml --context context-awx

echo "--- ansible-navigator, without a container"
cd "$ROOT"
start_simulator --seed "$ROOT/tests/simulator/seeds/company.yml"
navigate() {
    "$builder/bin/ansible-navigator" "$@" --execution-environment false --mode stdout --log-file "$context/navigator.log"
}
navigate inventory -i tests/demo/inventory --list >"$context/inventory.json"
grep -q '"web-1"' "$context/inventory.json"
navigate run tests/demo/site.yml -i tests/demo/inventory --playbook-artifact-save-as "$context/artifact.json"
if grep -qw "$SINDAD_PASSWORD" "$context/artifact.json"; then
    echo "The password is in what ansible-navigator has saved."
    exit 1
fi
