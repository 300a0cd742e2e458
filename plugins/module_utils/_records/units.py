# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The units of memory, disk and CPU. Private to this collection."""

from __future__ import annotations

from typing import Final

#: How many megabytes one of a unit is; no unit counts as MB. Portals mean 1024 by each of their prefixes.
MEGABYTES: Final = {
    **dict.fromkeys(("", "m", "mb", "mib"), 1.0),
    **dict.fromkeys(("g", "gb", "gib"), 1024.0),
    **dict.fromkeys(("t", "tb", "tib"), 1024.0 * 1024),
    **dict.fromkeys(("k", "kb", "kib"), 1 / 1024),
}
#: How many gigabytes one of a unit is; no unit counts as GB.
GIGABYTES: Final = {
    **dict.fromkeys(("", "g", "gb", "gib"), 1.0),
    **dict.fromkeys(("t", "tb", "tib"), 1024.0),
    **dict.fromkeys(("m", "mb", "mib"), 1 / 1024),
}
#: What may stand beside a number of CPUs; each counts as one.
CORES: Final = dict.fromkeys(("", "core", "cores", "cpu", "cpus", "vcpu", "vcpus"), 1.0)
