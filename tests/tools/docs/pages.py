# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Copy the repository's own pages into the site's sources, with links that are right there.

python pages.py DIRECTORY
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
REPOSITORY = "https://github.com/sindad/sindad.cloud/blob/main"
#: Files of the repository, and what they are called on the site.
PAGES = {
    "CHANGELOG.rst": "changelog.rst",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    "docs/architecture.md": "architecture.md",
    "docs/benchmarks.md": "benchmarks.md",
    "docs/operations.md": "operations.md",
}
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#]*)(#[^)]*)?\)")


def with_links(text: str, folder: str) -> str:
    """Return Markdown whose relative links lead to a page of the site, or to the repository."""

    def replaced(match: re.Match[str]) -> str:
        path = os.path.normpath(os.path.join(folder, match[1]))
        return f"]({PAGES.get(path) or f'{REPOSITORY}/{path}'}{match[2] or ''})"

    return LINK.sub(replaced, text)


def main(target: Path) -> None:
    """Copy all pages."""
    target.mkdir(parents=True, exist_ok=True)
    for path, name in PAGES.items():
        text = (ROOT / path).read_text(encoding="utf-8")
        (target / name).write_text(with_links(text, os.path.dirname(path)), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
