#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Builds the collection, installs the artefact into a place of its own, uses it from there, and runs Galaxy's own
# checks on it.
set -euo pipefail
source "$(dirname "$0")/env.sh"
source "$(dirname "$0")/simulator.sh"
cd "$ROOT"

build=$CACHE/build
rm -rf "$build"
mkdir -p "$build"

echo "--- ansible-galaxy collection build"
ansible-galaxy collection build --output-path "$build"
artefact=$(echo "$build"/sindad-cloud-*.tar.gz)
# What git doesn't know doesn't belong into a release: such a file is missing in galaxy.yml's build_ignore.
bash tests/tools/files.sh | tr '\0' '\n' | LC_ALL=C sort >"$build/known"
tar -tzf "$artefact" | grep -v -e '/$' -e '^MANIFEST.json$' -e '^FILES.json$' | LC_ALL=C sort >"$build/packed"
strays=$(LC_ALL=C comm -13 "$build/known" "$build/packed")
if [ -n "$strays" ]; then
    printf 'Files that should not be in the artefact:\n%s\n' "$strays"
    exit 1
fi
wc -c <"$artefact" | awk '{ printf "%d KB, ", $1 / 1024 }'
wc -l <"$build/packed" | awk '{ print $1 " files" }'

echo "--- use of the installed collection"
# From here on the checkout is out of sight.
export ANSIBLE_COLLECTIONS_PATH=$build/installed
unset PYTHONPATH
ansible-galaxy collection install --force --no-deps "$artefact" -p "$build/installed" >"$build/install.log" 2>&1 ||
    { cat "$build/install.log"; exit 1; }
ansible-galaxy collection list sindad.cloud
plugins=$(ansible-doc --list --json sindad.cloud 2>/dev/null | python -c 'import json, sys; print(*json.load(sys.stdin))')
echo "documented modules: $plugins"
# shellcheck disable=SC2086 # one argument each
ansible-doc --json $plugins >/dev/null
ansible-doc --type inventory sindad.cloud.sindad >/dev/null

cp -R tests/demo "$build/demo"
start_simulator --seed "$ROOT/tests/simulator/seeds/company.yml"
ansible-inventory -i "$build/demo/inventory" --graph
ansible-playbook -i "$build/demo/inventory" "$build/demo/site.yml"

echo "--- galaxy-importer"
importer=$CACHE/importer
stamp="$(python -VV) $ROOT $(cksum <tests/tools/requirements-importer.txt)"
if [ "$(cat "$importer/stamp" 2>/dev/null)" != "$stamp" ]; then
    python -m venv --clear --without-pip "$importer"
    bash tests/tools/install.sh "$importer" "$CACHE/logs/importer.log" -r tests/tools/requirements-importer.txt
    echo "$stamp" >"$importer/stamp"
fi
cd "$build"
# ansible-lint and ansible-test have been run by the other steps, with the settings of this collection.
PATH=$importer/bin:$PATH GALAXY_IMPORTER_RUN_ANSIBLE_TEST=false GALAXY_IMPORTER_RUN_ANSIBLE_LINT=false \
    GALAXY_IMPORTER_CHECK_REQUIRED_TAGS=true \
    "$importer/bin/python" -m galaxy_importer.main "$artefact" 2>&1 | tee "$build/importer.log"
if grep -qE '^(WARNING|ERROR|CRITICAL)' "$build/importer.log"; then
    echo "galaxy-importer has something to say."
    exit 1
fi
