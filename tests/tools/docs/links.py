# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check the links that can be checked without a network: within the site, to it, and to files of the repository.

    python links.py DIRECTORY

The directory holds the site. Sphinx has checked its references already; this finds what was written as an address.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).resolve().parents[3]
SITE = "https://sindad.github.io/sindad.cloud/"
REPOSITORY = re.compile(
    r"https://(?:github\.com/sindad/sindad\.cloud/(?:blob|tree)|raw\.githubusercontent\.com/sindad/sindad\.cloud)/main/"
)
ADDRESS = re.compile(r"https://[^\s<>()\"'`]+")
RELATIVE = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)")
HREF = re.compile(r'\bhref="([^"]+)"')
ID = re.compile(r'\b(?:id|name)="([^"]+)"')


def tracked() -> list[Path]:
    """Return the texts of the repository that people read."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "*.md", "*.rst", "*.yml", "*.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


@cache
def anchors(page: Path) -> frozenset[str]:
    """Return what links to a page can name."""
    return frozenset(ID.findall(page.read_text(encoding="utf-8")))


def leads_to(page: Path, anchor: str) -> bool:
    """Whether a page of the site is there, with that anchor."""
    page = page / "index.html" if page.is_dir() else page
    return page.is_file() and (not anchor or page.suffix != ".html" or unquote(anchor) in anchors(page))


def within_site(site: Path) -> Iterator[str]:
    """Yield the links between pages that lead nowhere."""
    for page in site.rglob("*.html"):
        for link in set(HREF.findall(page.read_text(encoding="utf-8"))):
            path, _hash, anchor = link.partition("#")
            if ":" in path or path.startswith("//"):
                continue
            if not leads_to((page.parent / unquote(path.partition("?")[0])) if path else page, anchor):
                yield f"{page.relative_to(site)}: {link}"


def of_repository(site: Path) -> Iterator[str]:
    """Yield the links in the repository's files that lead to no page of the site, or to no file."""
    for file in tracked():
        text = file.read_text(encoding="utf-8")
        name = file.relative_to(ROOT)
        for address in set(ADDRESS.findall(text)):
            plain = address.rstrip(".,;:")
            path, _hash, anchor = plain.partition("#")
            found = REPOSITORY.match(path)
            if found and not (ROOT / path[found.end() :]).exists():
                yield f"{name}: {plain}"
            if path.startswith(SITE) and not leads_to(site / path.removeprefix(SITE), anchor):
                yield f"{name}: {plain}"
        if file.suffix == ".md":
            for path in set(RELATIVE.findall(text)):
                if not (file.parent / path).exists():
                    yield f"{name}: {path}"


def main(site: Path) -> int:
    """Print the links that lead nowhere; return the exit code."""
    dead = sorted({*within_site(site), *of_repository(site)})
    for line in dead:
        print(f"leads nowhere: {line}")
    return 1 if dead else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
