# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How Sphinx builds the site, see tests/tools/docs.sh."""

project = "sindad.cloud"
copyright = "Sindad cloud collection contributors"  # noqa: A001  (Sphinx wants that name)
extensions = ["sphinx_antsibull_ext", "myst_parser"]
html_theme = "sphinx_ansible_theme"
html_theme_options = {"documentation_home_url": "https://sindad.github.io/sindad.cloud/", "vcs_pageview_mode": "edit"}
html_show_sphinx = False
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
