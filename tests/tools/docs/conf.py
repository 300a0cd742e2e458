# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How Sphinx builds the site, see tests/tools/docs.sh."""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx

project = "sindad.cloud"
copyright = "Sindad cloud collection contributors"  # noqa: A001  (Sphinx wants that name)
extensions = ["sphinx_antsibull_ext", "myst_parser"]
html_theme = "sphinx_ansible_theme"
html_theme_options = {"documentation_home_url": "https://sindad.github.io/sindad.cloud/", "vcs_pageview_mode": "edit"}
html_show_sphinx = False
html_static_path = ["static"]
html_css_files = ["right_to_left.css"]
pygments_style = "ansible"
highlight_language = "YAML+Jinja"
default_role = "any"
myst_heading_anchors = 3

# Each reference has to lead somewhere. These are to Ansible's own documentation: antsibull-docs writes them, and they
# need its list of names from the network. Without it they stay plain text.
nitpicky = True
nitpick_ignore = [
    ("std:ref", "action_plugins"),
    ("std:ref", "ansible_configuration_settings"),
    ("std:ref", "common_return_values"),
]
nitpick_ignore_regex = [("std:envvar", "ANSIBLE_.*")]


def right_to_left(_app: Sphinx, page: str, _template: str, context: dict[str, Any], _doctree: object) -> None:
    """Let the text of a Persian page, whose name ends in _fa, run from right to left; the theme around it stays."""
    if page.endswith("_fa"):
        context["body"] = f'<div class="right-to-left" lang="fa" dir="rtl">{context["body"]}</div>'


def setup(app: Sphinx) -> None:
    """Sphinx calls this when it has read the settings above."""
    app.connect("html-page-context", right_to_left)
