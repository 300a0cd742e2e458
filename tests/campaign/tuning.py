# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shorter times for the collection's own constants: the one place that knows their names.

A campaign has thousands of runs, and in most of them something is waited for in vain. What isn't there is left out,
so that the constants can move and be renamed; then the campaign takes longer, and says the same.
"""

from __future__ import annotations

import importlib
from typing import Any

UTILS = "ansible_collections.sindad.cloud.plugins.module_utils"
#: Seconds, by module and constant.
SHORTENED: dict[str, dict[str, float]] = {
    "_wait": {
        # how long the effect of a request is looked for whose answer was lost or proves nothing
        "EFFECT_TIMEOUT": 0.5,
        "EFFECT_INTERVAL": 0.05,
        "FIRST_PAUSE": 0.02,
        # the same, before that
        "LOST_TIMEOUT": 0.5,
        "LOST_INTERVAL": 0.05,
    }
}
#: The most that is waited before a request is repeated; a Retry-After is longer.
BACKOFF = 0.02
#: Options that modules may have, and what they get here.
OPTIONS: dict[str, Any] = {"wait_interval": 0.03, "wait_timeout": 2, "api_retries": 2, "api_timeout": 10}


def shorten() -> None:
    """Shorten the constants in this process."""
    for module, constants in SHORTENED.items():
        found = importlib.import_module(f"{UTILS}.{module}")
        for name, seconds in constants.items():
            if hasattr(found, name):
                setattr(found, name, seconds)
    _shorten_backoff()


def _shorten_backoff() -> None:
    from urllib3.util import Retry

    original = Retry.get_backoff_time

    def get_backoff_time(self: Retry) -> float:
        return min(BACKOFF, original(self))

    Retry.get_backoff_time = get_backoff_time  # type: ignore[method-assign]


def tuned(options: dict[str, Any]) -> dict[str, Any]:
    """Return the values of those options that a module has."""
    return {name: value for name, value in OPTIONS.items() if name in options}
