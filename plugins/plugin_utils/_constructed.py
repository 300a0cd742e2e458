# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Ansible's constructed features, for thousands of hosts. Private to this collection.

``Constructable`` does the work, as in any inventory plugin. Here is only what it asks: a templar
and an inventory that give the same answers sooner. Three quarters of the time of an expression goes
into compiling it again for each host, most of the rest into making all variables of the host
available to it, and a variable that is set alone costs ten times what it costs among others.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ansible.template import Templar, is_trusted_as_template, trust_as_template

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

#: A variable's name, or a path of keys below it. A name that Jinja itself gives a meaning is none.
_PATH = re.compile(
    r"(?!(?:true|false|none|not|and|or|is|in|if|else|self|result|True|False|None)\b)"
    r"[a-zA-Z_][a-zA-Z0-9_]*(?:\.[a-zA-Z][a-zA-Z0-9_]*)*"
)
_SCALARS = (str, type(trust_as_template("")), int, float, bool, type(None))
_BACKSLASH = r"{{ '\n' }}"
#: What can't be told without the engine.
_UNKNOWN = object()


class QuickTemplar(Templar):  # type: ignore[misc]  # ansible-core has no type information
    """A templar that compiles an expression once, and looks a plain variable up without compiling anything.

    Each expression is still evaluated for each host, so whatever it calls is called as often as ever.
    """

    def __init__(self, loader: Any = None) -> None:
        super().__init__(loader=loader)
        # Private to ansible-core: where it isn't what it was in 2.19 to 2.22, all works as well, only slower.
        environment = getattr(getattr(self, "_engine", None), "environment", None)
        if all(
            callable(getattr(environment, name, None))
            for name in ("compile_expression", "from_string", "lex", "overlay")
        ):
            _keep_compiled(environment)

    def evaluate_expression(self, expression: str, **how: Any) -> Any:
        """Evaluate an expression; one that only names a variable is looked up."""
        value = _UNKNOWN if how else looked_up(expression, self.available_variables)
        return super().evaluate_expression(expression, **how) if value is _UNKNOWN else value

    def evaluate_conditional(self, conditional: str | bool) -> bool:
        """Evaluate a condition; a variable that is true or false is looked up."""
        value = looked_up(conditional, self.available_variables)
        # Anything but a truth value is an error, or a warning, that only the engine words.
        return value if isinstance(value, bool) else super().evaluate_conditional(conditional)


def _keep_compiled(environment: Any) -> None:
    """Let one templar's Jinja environment compile each text once.

    The compiled form depends on the text and on the environment alone, and rendering doesn't change it. What a backslash
    means is the caller's choice, which shows in how the environment reads one. Overlays of the environment (templates
    that begin with ``#jinja2:``) have a syntax of their own, and are left as they are.
    """
    kept: dict[tuple[Any, ...], Any] = {}
    overlay = environment.overlay

    def once(name: str, compiled: Callable[..., Any]) -> Callable[..., Any]:
        def keep(source: Any, *args: Any, **kwargs: Any) -> Any:
            if not isinstance(source, str) or kwargs:
                return compiled(source, *args, **kwargs)
            key = (name, str(source), *args, *(environment.lex(_BACKSLASH) if "\\" in source else ()))
            if key not in kept:
                kept[key] = compiled(source, *args)
            return kept[key]

        return keep

    def plain_overlay(*args: Any, **kwargs: Any) -> Any:
        other = overlay(*args, **kwargs)
        for name in ("compile_expression", "from_string", "overlay"):
            other.__dict__.pop(name, None)
        return other

    for name in ("compile_expression", "from_string"):
        setattr(environment, name, once(name, getattr(environment, name)))
    environment.overlay = plain_overlay


def looked_up(expression: Any, variables: Mapping[str, Any]) -> Any:
    """Return what an expression that is a variable's name, or a path of keys, evaluates to; else ``_UNKNOWN``.

    It is the value itself, as the engine returns it, where nothing in it could be a template. Unknown values are, among
    others: a name that is no variable (it may be a global function, or an error), a key that dictionaries have a
    method of (which the engine prefers to the item), an expression that is not trusted, and any value but JSON's.
    """
    if not isinstance(expression, str) or not _PATH.fullmatch(expression) or not is_trusted_as_template(expression):
        return _UNKNOWN
    first, *keys = expression.split(".")
    value = variables.get(first, _UNKNOWN)
    for key in keys:
        if not isinstance(value, dict) or hasattr(dict, key):
            return _UNKNOWN
        value = value.get(key, _UNKNOWN)
    return _untemplated(value)


def _untemplated(value: Any) -> Any:
    """Return a value if the engine would return just this, lists and dictionaries as copies; else ``_UNKNOWN``."""
    kind = type(value)
    if kind in _SCALARS:
        return _UNKNOWN if isinstance(value, str) and _may_be_template(value) else value
    if kind is list:
        items = [_untemplated(item) for item in value]
        return _UNKNOWN if _UNKNOWN in items else items
    if kind is dict and all(isinstance(key, str) for key in value):
        entries = {key: _untemplated(item) for key, item in value.items()}
        return _UNKNOWN if _UNKNOWN in entries.values() else entries
    return _UNKNOWN


def _may_be_template(value: str) -> bool:
    return "{" in value or value.startswith("#jinja2:")


class Hosts:
    """An inventory to which only hosts are added, and in which a name always means a host.

    Ansible takes a name that a group and a host share as the group's: its variables would become those of all
    hosts of the group, and to add the host to a group would add the group.
    """

    def __init__(self, inventory: Any) -> None:
        self._inventory = inventory

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inventory, name)

    def add(self, name: str, group: str, variables: Mapping[str, Any]) -> None:
        """Add a host with its variables, all of which have valid names.

        They are set at once, without the mark of this inventory as their origin, which some messages would show.
        """
        known = name in self._inventory.hosts
        self._inventory.add_host(name, group)
        if known:
            # Another source has it too. Dictionaries are merged then, which is Ansible's business.
            for key, value in variables.items():
                self.set_variable(name, key, value)
        else:
            self._inventory.hosts[name].vars.update(variables)

    def set_variable(self, host: str, name: str, value: Any) -> None:
        """Set a variable of a host."""
        if host in self._inventory.groups:
            self._inventory.hosts[host].set_variable(name, value)
        else:
            self._inventory.set_variable(host, name, value)

    def add_child(self, group: str, host: str) -> None:
        """Add a host to a group."""
        self._inventory.add_host(host, group)
