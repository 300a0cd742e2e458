# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How Sphinx builds the site, see tests/tools/docs.sh."""

project = "sindad.cloud"
copyright = "Sindad cloud collection contributors"  # noqa: A001  (Sphinx wants that name)
extensions = ["sphinx.ext.intersphinx", "sphinx_antsibull_ext"]
html_theme = "sphinx_ansible_theme"
html_theme_options = {"documentation_home_url": "index.html", "vcs_pageview_mode": "edit"}
html_show_sphinx = False
pygments_style = "ansible"
highlight_language = "YAML+Jinja"
default_role = "any"
nitpicky = True
# Links to Ansible's own documentation need its list of names from the network; without it they stay plain text.
intersphinx_mapping = {}


