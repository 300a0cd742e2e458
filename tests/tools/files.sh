#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Lists the files of the checkout, each ended by a null byte: what git knows, and what it would take.
set -euo pipefail
git ls-files --cached --others --exclude-standard -z | while IFS= read -r -d '' file; do
    if [ -e "$file" ] || [ -L "$file" ]; then
        printf '%s\0' "$file"
    fi
done
