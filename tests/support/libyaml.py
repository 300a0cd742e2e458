# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""YAML by libyaml, which takes a tenth of the time, where PyYAML was built with it."""

from __future__ import annotations

from typing import Any

import yaml

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def load(text: str) -> Any:
    """Return what a YAML document holds."""
    return yaml.load(text, Loader=LOADER)


def dump(value: Any) -> str:
    """Return a value as YAML, with keys in their order."""
    return yaml.dump(value, Dumper=DUMPER, sort_keys=False)
