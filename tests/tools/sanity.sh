#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Runs ansible-test sanity, all of it or what the arguments say. With --beside-lint, for make test, it leaves out what
# lint.sh does as well: the changelog and YAML by the same tools, the style of code and the tests' code by ruff.
#
# It wants a real path that ends in ansible_collections/sindad/cloud, and a git repository there: so it gets a copy of the
# files that are, or would be, in git.
set -euo pipefail
source "$(dirname "$0")/env.sh"
cd "$ROOT"

copy=$CACHE/sanity/ansible_collections/sindad/cloud
rm -rf "$copy"
mkdir -p "$copy"
bash tests/tools/files.sh | tar --null -cf - -T - | tar -xf - -C "$copy"
cd "$copy"
git init --quiet
git add --all

# It runs some tests with every Python it finds, and a version manager's stand-in for one that isn't chosen fails:
# directories with such stand-ins are left out.
path=
while IFS= read -r -d : directory; do
    for python in "$directory"/python3.*[0-9]; do
        if [ -x "$python" ] && ! "$python" -c '' 2>/dev/null; then
            continue 2
        fi
    done
    path=$path${path:+:}$directory
done <<<"$PATH:"
export PATH=$path

# It installs what its tests need, and they use little of that.
export PIP_NO_COMPILE=1

sanity() {
    ansible-test sanity --python default --color no "$@" 2>&1 | tee "$CACHE/logs/sanity-run.log"
}

checks() {
    if [ "${1:-}" = --beside-lint ]; then
        sanity --skip-test changelog --skip-test pep8 --skip-test yamllint --skip-test pylint &&
            sanity --test pylint --exclude tests/
    else
        sanity "$@"
    fi
}

if ! checks "$@"; then
    # ansible-test downloads a script that puts pip into its environments. Where it can't, and only there, one of ours
    # does it.
    script=$(sed -n 's/^The bootstrap script can be manually downloaded and saved to: //p' "$CACHE/logs/sanity-run.log")
    if [ -z "$script" ]; then
        exit 1
    fi
    echo "The download of get-pip failed: tests/tools/install.sh is used in its place."
    cp "$ROOT/tests/tools/get_pip.py" "$script"
    checks "$@"
fi
