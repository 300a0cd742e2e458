#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# What the release workflow asks of the checkout.
#
#   bash tests/tools/release.sh check   is it ready to be released? prints version=…
#   bash tests/tools/release.sh notes   prints the changes of this version
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

version=$(sed -n 's/^version: //p' galaxy.yml)
in_client=$(sed -n 's/^VERSION = "\(.*\)"$/\1/p' plugins/module_utils/_client.py)

fail() {
    echo "$1" >&2
    exit 1
}

case ${1:-} in
    check)
        [ "$version" = "$in_client" ] || fail "galaxy.yml says $version, plugins/module_utils/_client.py $in_client"
        grep -qx "v$version" CHANGELOG.rst ||
            fail "CHANGELOG.rst has no section for v$version: run antsibull-changelog release, and merge that first"
        [ -z "$(git tag --list "$version")" ] || fail "$version is tagged already: set a new version in galaxy.yml"
        echo "version=$version"
        ;;
    notes)
        # from the title of this version to the title of the one before, without the two lines of its own title
        awk -v title="v$version" '
            found && /^v[0-9]/ { exit }
            found { print }
            $0 == title { found = 1; getline }
        ' CHANGELOG.rst
        ;;
    *) fail "usage: release.sh check | notes" ;;
esac
