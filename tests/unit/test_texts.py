# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names in Markdown: GitHub and GitLab find markup, links and addresses in what looks like data."""

from __future__ import annotations

import html
import re

import pytest
from ansible_collections.sindad.cloud.plugins.module_utils._texts import as_code

#: Each was tried with cmarkgfm 2025.10.22 and comrak 0.0.16: what they make of it has no elements but ``code``, and links
#: of addresses to themselves.
WRITTEN = {
    "web-1.example.ir snake_case سرور_وب": "web-1.example.ir snake_case سرور_وب",
    "www.example.com WWW.x": "www&#46;example.com WWW&#46;x",
    "__x__ _y_ a__b": "&#95;&#95;x&#95;&#95; &#95;y&#95; a&#95;&#95;b",
    "@octocat (@octocat)": "&#64;octocat &#40;&#64;octocat&#41;",
    "ops@example.com": "ops&#64;example.com",
    "xmpp:a.b+c@d.e": "xmpp&#58;a.b&#43;c&#64;d.e",
    "http://x.y [a](b) <i> #1 |`~*\\&": (
        "http&#58;&#47;&#47;x.y &#91;a&#93;&#40;b&#41; &#60;i&#62; &#35;1 &#124;&#96;&#126;&#42;&#92;&#38;"
    ),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_a_name_in_markdown_is_data(name: str) -> None:
    found = as_code(name)
    assert found == f"<code>{WRITTEN[name]}</code>"
    assert html.unescape(re.sub(r"<.*?>", "", found)) == name
