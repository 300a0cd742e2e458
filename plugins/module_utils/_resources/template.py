# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the portal offers to choose from: systems, recipes, VLANs, upgrades. Private to this collection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._client import SindadError, scrubbed
from .._records import as_list, pick, same, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .._records import Template


def listed(collection: Any) -> list[dict[str, Any]]:
    """Return a collection's objects as the portal has them, but with the id as a text and never only as a key."""
    objects = ({**entry, "id": text(pick(entry, "id", "_key"))} for entry in as_list(scrubbed(collection)))
    return [{name: value for name, value in entry.items() if name != "_key"} for entry in objects]


def choose(templates: Sequence[Template], wanted: str, option: str = "template") -> Template:
    """Return the one template with this id or, else, name.

    Raises:
        SindadError: None has it (the available ones are listed), or several do (with their ids).

    """
    found = [template for template in templates if template.id == wanted]
    found = found or [template for template in templates if same(wanted, template.name)]
    if not found:
        available = ", ".join(sorted(f"{template.name} ({template.id})" for template in templates))
        raise SindadError(f"{option}: there is no {wanted!r} here; available are: {available or 'none'}")
    if len(found) > 1:
        ids = ", ".join(template.id for template in found)
        raise SindadError(f"{option}: {wanted!r} is ambiguous, give one of these ids: {ids}")
    return found[0]


def installed(template: Template, templates: Sequence[Template], identity: str | None, name: str | None) -> bool:
    """Whether a machine has this template: by its id where that is one of the templates', else by its name."""
    if any(known.id == identity for known in templates):
        return template.id == identity
    return same(template.name, name, identity) or same(template.id, name)
