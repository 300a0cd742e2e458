# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which one is meant, and which one is installed, of choices that may be listed more than once."""

from __future__ import annotations

import pytest
from ansible_collections.sindad.cloud.plugins.module_utils._errors import SindadError
from ansible_collections.sindad.cloud.plugins.module_utils._reading import UNKNOWN
from ansible_collections.sindad.cloud.plugins.module_utils._records import Choice
from ansible_collections.sindad.cloud.plugins.module_utils._resources.choice import choose, recognise

DEBIAN, UBUNTU = Choice("101", "Debian 12"), Choice("102", "Ubuntu")


@pytest.mark.parametrize("choices", [(DEBIAN, UBUNTU, DEBIAN), (DEBIAN, UBUNTU, Choice("101", "Debian 12", ("x",)))])
def test_twins_of_one_id_are_one(choices: tuple[Choice, ...]) -> None:
    for wanted in ("101", "Debian 12", "debian  12"):
        assert choose(choices, wanted) == DEBIAN
    for name, identity in (("Debian 12", UNKNOWN), (UNKNOWN, "101"), ("debian 12", "101"), ("101", UNKNOWN)):
        assert recognise(choices, name, identity) == DEBIAN
    assert recognise(choices, "Ubuntu", "101") is UNKNOWN


def test_different_ids_of_one_name_are_several() -> None:
    choices = (DEBIAN, Choice("103", "Debian 12"), DEBIAN)
    with pytest.raises(SindadError, match=r"ambiguous, give one of these ids: 101, 103$"):
        choose(choices, "Debian 12")
    assert recognise(choices, "Debian 12", UNKNOWN) is UNKNOWN
    assert recognise(choices, "Debian 12", "103") == choices[1]
