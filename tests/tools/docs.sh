#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Builds the documentation of the plugins and the guides as a site.
set -euo pipefail
source "$(dirname "$0")/env.sh"
cd "$ROOT"

site=$CACHE/docs
rm -rf "$site"
mkdir -p "$site/rst"
antsibull-docs collection --use-current --squash-hierarchy --fail-on-error --dest-dir "$site/rst" sindad.cloud
sphinx-build -M html "$site/rst" "$site" --conf-dir tests/tools/docs --quiet
echo "The site is in .cache/docs/html/index.html"
