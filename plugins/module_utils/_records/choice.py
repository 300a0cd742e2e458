# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the portal offers to choose from: systems, recipes, VLANs, departments, payment methods.

Private to this collection.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from .._names import folded
from .._reading import (
    ENVELOPE,
    Answer,
    Entry,
    Form,
    Unknown,
    as_dict,
    check_page,
    entries,
    envelopes,
    first_text,
    is_id,
    known,
    text,
)
from .._secrets import hidden
from .record import Record, reads


@dataclass(frozen=True)
class Choice(Record):
    """One of what the portal offers to choose from: a system, a recipe, a VLAN, a department, a package.

    ``usable_for`` holds the systems that a recipe can be used with.
    """

    id: str
    name: str
    usable_for: tuple[str, ...] = ()
    raw: Entry = field(default_factory=dict, repr=False, compare=False)

    def __str__(self) -> str:
        """Return how a list of choices shows it."""
        return f"{self.name} ({self.id})" if self.name != self.id else self.id


#: Keys below which a group of choices holds them.
_GROUPED: Final = ("templates", "items", "options", "systems", "versions", "images", "children", "values", "list")
_CHOICE_ID: Final = ("id", "template", "uuid", "value")
_CHOICE_NAME: Final = ("name", "label", "title", "template_label", "template_name", "os")
#: How deep groups of groups go.
_DEEPEST: Final = 4


def _choices(value: Any, depth: int = 0) -> list[Choice] | None:
    """Return the choices in a list, or in an object by id, groups included; None where something else stands in it."""
    if depth > _DEEPEST:
        return None
    if isinstance(value, list):
        parts = [_choices_of_item(item, None, depth) for item in value]
    elif not isinstance(value, dict):
        return None
    elif not isinstance(first_text(value, *_CHOICE_ID), Unknown) or _group_in(value) is not None:
        parts = [_choices_of_item(value, None, depth)]
    else:
        parts = [_choices_of_item(item, key, depth) for key, item in _keyed(value).items()]
    found = _joined(parts)
    return None if value and not found else found


def _keyed(value: Entry) -> Entry:
    """Return an object without what stands beside its entries, such as their number."""
    return {str(key): item for key, item in value.items() if is_id(key) or isinstance(item, (str, dict, list))}


def _joined(parts: Sequence[list[Choice] | None]) -> list[Choice] | None:
    if any(part is None for part in parts):
        return None
    return [choice for part in parts for choice in part or ()]


def _choices_of_item(item: Any, key: str | None, depth: int) -> list[Choice] | None:
    """Return what one item of a collection is: a choice, or a group of some; None where it is something else.

    Args:
        item: The item.
        key: What the collection calls it; None in a list.
        depth: How deep in groups it is.

    """
    if isinstance(item, str):
        return _choice_of_text(item, key)
    if key in ENVELOPE:
        return None
    if isinstance(item, list):
        # An empty group has a name; nothing below an id is no choice.
        is_group = key is not None and (item or not is_id(key))
        return _choices(item, depth + 1) if is_group else None
    return _choices_of_object(item, key, depth) if isinstance(item, dict) else None


def _choices_of_object(item: Entry, key: str | None, depth: int) -> list[Choice] | None:
    """Return the choices of a group, or the one choice that an object is."""
    group = _group_in(item)
    inner = None if group is None else _choices(group, depth + 1)
    if inner is not None and not _is_choice_beside(item, group):
        return inner
    if _names_itself(item):
        name = known(first_text(item, *_CHOICE_NAME))
        return [_choice(item, known(first_text(item, *_CHOICE_ID)) or key or str(name), name)]
    is_entry = {*_CHOICE_ID, *_CHOICE_NAME} & item.keys()
    return _choices(item, depth + 1) if item and not is_entry else None


def _choice_of_text(item: str, key: str | None) -> list[Choice] | None:
    """Return a choice of which only the name is told, or the name by its id."""
    name = known(text(item))
    if name is None or (key is not None and not is_id(key)):
        return None
    return [Choice(key or name, name)]


def _names_itself(item: Entry) -> bool:
    return not isinstance(first_text(item, *_CHOICE_ID, *_CHOICE_NAME), Unknown)


def _group_in(item: Entry) -> Any:
    """Return what stands below a key for the choices of a group; None where there is no such key."""
    return next((item[word] for word in _GROUPED if isinstance(item.get(word), (dict, list))), None)


def _is_choice_beside(item: Entry, group: Any) -> bool:
    """Whether an item with a list in it is a choice all the same: it has id and name, and texts or nothing in the list.

    A field of a form has id and name too, but its list holds objects.
    """
    texts = isinstance(group, list) and not any(isinstance(each, dict) for each in group)
    ids_and_names = (first_text(item, *keys) for keys in (_CHOICE_ID, _CHOICE_NAME))
    return (texts or not group) and not any(isinstance(each, Unknown) for each in ids_and_names)


def _choice(entry: Entry, identity: str, name: str | None) -> Choice:
    return Choice(identity, name or identity, _usable_for(entry.get("usablefor")), entry)


def _usable_for(value: Any) -> tuple[str, ...]:
    """Return the ids and names of the systems that a recipe is usable for."""
    if isinstance(value, str):
        value = value.split(",")
    if isinstance(value, dict):
        value = [*value, *value.values()]
    words: list[Any] = []
    for item in value if isinstance(value, list) else ():
        words += [item.get(key) for key in (*_CHOICE_ID, *_CHOICE_NAME)] if isinstance(item, dict) else [item]
    found = (known(text(word)) for word in words)
    return tuple(dict.fromkeys(word for word in found if word is not None))


def choices_in(answer: Answer, wrappers: Sequence[str], what: str) -> tuple[Choice, ...]:
    """Read choices below one of the wrapper keys; a bare answer has to be a list of objects, or objects by id.

    Raises:
        Unreadable: There is no such list, or something else is in it.

    """
    levels = envelopes(answer.body)
    for level in levels:
        for key in wrappers:
            if key in as_dict(level):
                return _read_choices(answer, level[key], what)
    inner = levels[-1]
    if _is_bare_list(inner, is_wrapped=len(levels) > 1):
        return _read_choices(answer, inner, what)
    beside = _keyed({key: item for key, item in as_dict(inner).items() if key not in ENVELOPE})
    if beside and all(is_id(key) or _is_keyed_by_id(item) for key, item in beside.items()):
        return _read_choices(answer, beside, what)
    raise answer.unreadable(f"there is no {wrappers[0]!r}")


def _is_bare_list(value: Any, is_wrapped: bool) -> bool:
    """Whether a value is a list of objects; an empty one says something only below a key."""
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        return False
    return bool(value) or is_wrapped


def _is_keyed_by_id(value: Any) -> bool:
    return isinstance(value, dict) and bool(value) and all(map(is_id, value))


def _read_choices(answer: Answer, value: Any, what: str) -> tuple[Choice, ...]:
    found = _choices(value)
    if found is None:
        raise answer.unreadable(f"an entry is no {what}")
    check_page(answer, found)
    return _distinct(found)


def _distinct(found: Sequence[Choice]) -> tuple[Choice, ...]:
    """Return one choice for each id, since one may be listed in several groups, and be praised in one of them.

    Those of one id that have nothing in common stay, for whoever reads the list to refuse it.
    """
    kept: dict[str, Choice] = {}
    others: list[Choice] = []
    for choice in found:
        first = kept.setdefault(choice.id, choice)
        if choice == first:
            continue
        name = _common_words(first.name, choice.name)
        if name and choice.usable_for == first.usable_for:
            kept[choice.id] = replace(first, name=name)
        else:
            others.append(choice)
    return (*kept.values(), *others)


def _common_words(one: str, other: str) -> str:
    """Return the longest row of words that is in both of two names."""
    # Most portals list a choice once, and importing it takes two milliseconds.
    from difflib import SequenceMatcher  # noqa: PLC0415

    words = one.split()
    here, there = ([folded(word) for word in name.split()] for name in (one, other))
    found = SequenceMatcher(None, here, there, autojunk=False).find_longest_match()
    return " ".join(words[found.a : found.a + found.size])


@reads("list_os_templates", "list_diagnostics_templates", "list_rescue_templates")
def read_templates(answer: Answer) -> tuple[Choice, ...]:
    """Read List OS templates, List Diagnostics templates and List Rescue templates."""
    return choices_in(answer, ("templates",), "template")


@reads("list_os_templates_and_recipes")
def read_systems(answer: Answer) -> tuple[tuple[Choice, ...], tuple[Choice, ...]]:
    """Read List OS templates and recipes; where the answer has no recipes, there are none."""
    templates = choices_in(answer, ("templates",), "template")
    for level in envelopes(answer.body):
        if "recipes" in as_dict(level):
            return templates, _read_choices(answer, level["recipes"], "recipe")
    return templates, ()


@reads("list_vlans")
def read_vlans(answer: Answer) -> tuple[Choice, ...]:
    """Read List VLANs."""
    return choices_in(answer, ("vlans", "vlan"), "VLAN")


@reads("list_ticket_departments")
def read_departments(answer: Answer) -> tuple[Choice, ...]:
    """Read List ticket departments."""
    return choices_in(answer, ("departments",), "department")


@reads("payment_methods")
def read_payment_methods(answer: Answer) -> tuple[Entry, ...]:
    """Read Payment Methods: names by id."""
    return tuple(
        {**hidden(choice.raw), "id": choice.id, "name": choice.name}
        for choice in choices_in(answer, ("payments",), "payment method")
    )


@reads("upgrade_options")
def read_upgrade(answer: Answer) -> tuple[tuple[Choice, ...], tuple[Choice, ...], Entry]:
    """Read Upgrade Options: resources, packages, and both as the portal has them."""
    found = next((as_dict(level) for level in reversed(envelopes(answer.body)) if _offers_upgrade(level)), None)
    if found is None:
        raise answer.unreadable("it has neither 'resources' nor 'package'")
    parts = {key: found.get(key, []) for key in ("resources", "package")}
    resources, packages = (_offered(answer, parts[key], key) for key in ("resources", "package"))
    return resources, packages, parts


def _offers_upgrade(level: Any) -> bool:
    return any(isinstance(as_dict(level).get(key), (dict, list)) for key in ("resources", "package"))


def _offered(answer: Answer, value: Any, what: str) -> tuple[Choice, ...]:
    """Return what can be upgraded. An item of a form holds its own choices below ``items``, so it is no group."""
    if not isinstance(value, (dict, list)):
        raise answer.unreadable(f"{what!r} is not a list")
    form = Form((what,))
    found = []
    for entry in entries(Answer(answer.operation, answer.path, {what: value}, answer.hide), form):
        identity = known(first_text(entry, "id", "_key"))
        if identity is None:
            raise answer.unreadable(f"an entry of {what!r} has no id")
        found.append(_choice(entry, identity, known(first_text(entry, *_CHOICE_NAME))))
    return tuple(found)


def form_items(entry: Entry) -> tuple[Choice, ...]:
    """Return the items that a resource of Upgrade Options offers to choose from."""
    return _distinct(_choices(entry.get("items") or []) or ())
