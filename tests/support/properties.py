# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many examples the tests of properties try; HYPOTHESIS_PROFILE says which of three ways.

``quick``, which `make test` takes, tries a sample, the same each time. ``thorough``, which continuous integration runs
once a week, tries four times as many of the same. ``explore`` looks for new ones.
"""

from __future__ import annotations

import os

from hypothesis import settings

from . import CACHE

#: Examples of a test that doesn't say otherwise.
EXAMPLES = {"quick": 25, "thorough": 100, "explore": 400}


def load_profile() -> None:
    """Take the profile that the environment names. How long an example took says nothing: processors are shared."""
    os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(CACHE / "hypothesis"))
    for name, examples in EXAMPLES.items():
        same = {} if name == "explore" else {"derandomize": True, "database": None}
        settings.register_profile(name, deadline=None, max_examples=examples, **same)
    settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


def examples(times: float) -> settings:
    """Return settings for a test that is worth more examples than others, or fewer since each of them is slow."""
    return settings(max_examples=max(1, round(EXAMPLES[settings.get_current_profile_name()] * times)))
