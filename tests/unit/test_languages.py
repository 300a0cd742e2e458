# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Persian page is as whole as the English one: the same sections, and the same code to the letter."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from support import ROOT

GUIDES = ROOT / "docs" / "docsite" / "rst"
PERSIAN = sorted(path.stem for path in GUIDES.glob("*_fa.rst"))
LABEL = "ansible_collections.sindad.cloud.docsite"
#: The line below a title; its character is the level of the section.
UNDERLINE = re.compile(r"^\S.*\n([=\-~^\"'])\1+$", re.MULTILINE)
CODE = re.compile(r"^( *)\.\. (?:code-block|literalinclude):: .*\n(?:\1 +.*\n|\n)*", re.MULTILINE)
FENCE = re.compile(r"^```\w*\n.*?^```$", re.DOTALL | re.MULTILINE)


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def pair(persian: str) -> tuple[str, str]:
    """Return the English and the Persian text of a guide."""
    return read(GUIDES / f"{persian.removesuffix('_fa')}.rst"), read(GUIDES / f"{persian}.rst")


def sections(text: str) -> list[str]:
    """Return the level of each section, in their order."""
    return [match[1] for match in UNDERLINE.finditer(CODE.sub("", text))]


def code(text: str) -> list[str]:
    """Return the code blocks, each with its language, its options and its indentation."""
    return [match[0].rstrip() for match in CODE.finditer(text)]


def test_there_are_persian_guides() -> None:
    assert "guide_getting_started_fa" in PERSIAN


@pytest.mark.parametrize("persian", PERSIAN)
def test_a_guide_is_the_same_in_both_languages(persian: str) -> None:
    english_text, persian_text = pair(persian)
    assert sections(english_text)
    assert sections(persian_text) == sections(english_text)
    assert code(english_text)
    assert code(persian_text) == code(english_text)


@pytest.mark.parametrize("persian", PERSIAN)
def test_both_languages_of_a_guide_link_to_each_other(persian: str) -> None:
    english_text, persian_text = pair(persian)
    assert f":ref:`فارسی <{LABEL}.{persian}>`" in english_text
    assert f":ref:`English <{LABEL}.{persian.removesuffix('_fa')}>`" in persian_text


def test_the_persian_readme_shows_the_code_of_the_english_one() -> None:
    english, persian = read(ROOT / "README.md"), read(ROOT / "README.fa.md")
    shown = FENCE.findall(persian)
    assert shown
    assert [block for block in shown if block not in FENCE.findall(english)] == []
    assert "/blob/main/README.fa.md)" in english
    assert "/blob/main/README.md)" in persian
