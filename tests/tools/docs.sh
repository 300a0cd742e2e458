#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Builds the documentation of the plugins, the guides and the repository's own pages as a site, and checks its links.
# A warning of Sphinx is an error.
set -euo pipefail
source "$(dirname "$0")/env.sh"
cd "$ROOT"

site=$CACHE/docs
rm -rf "$site"
mkdir -p "$site/rst/collection"
antsibull-docs collection --use-current --squash-hierarchy --fail-on-error --dest-dir "$site/rst/collection" sindad.cloud
# The files that guides show, as /awx/...
cp -R docs/examples/. "$site/rst/"
cp tests/tools/docs/index.rst "$site/rst/index.rst"
python tests/tools/docs/pages.py "$site/rst/project"
sphinx-build -M html "$site/rst" "$site" --conf-dir tests/tools/docs --quiet --fail-on-warning
python tests/tools/docs/links.py "$site/html"
echo "The site is in .cache/docs/html/index.html"
