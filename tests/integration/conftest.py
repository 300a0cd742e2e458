# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures for tests that run modules in forked children (see tests/campaign)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from campaign.cases import Bench

#: Seconds after which a module counts as one that hangs.
HANG = 30.0


@pytest.fixture(scope="session")
def bench() -> Iterator[Bench]:
    bench = Bench(HANG)
    yield bench
    bench.stop()
