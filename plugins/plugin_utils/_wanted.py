# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What becomes a host in an account, and what is requested for that. Private to this collection."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Union

from ansible.errors import AnsibleError, AnsibleParserError
from ansible.module_utils.common.text.converters import to_native
from jinja2 import Environment, TemplateSyntaxError
from jinja2.nodes import Name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ansible.template import Templar

#: The facts that each word of ``gather`` adds, null where they don't apply; of two words the cheaper one comes first.
GATHERED: Mapping[str, Sequence[str]] = {
    "labels": ("service_label",),
    "details": ("service_label",),
    "info": ("info", "hostname"),
    "ips": ("ip_records",),
    "power": ("power",),
}
#: The facts of a machine that the list of machines may tell, and that decide a filter where it does.
OF_MACHINES = ("kind", "vmid", "name", "status", "memory", "cpu", "disk", "template", "template_id")
#: The facts of a host that are those of its service, in the list of services already.
OF_SERVICES = ("account", "service_id", "service_name", "service_status", "category", "domain", "next_due")

Condition = Union[str, bool]


class Filters:
    """The option ``filters``: the first condition that is true decides, and a host for which none is stays.

    Args:
        entries: The conditions, each in a dictionary with the one key ``include`` or ``exclude``.
        prefix: What the variables' names begin with.
        templar: What evaluates a condition.
        overridden: Variables whose value is not what the portal says.

    Raises:
        AnsibleParserError: An entry has another form.

    """

    def __init__(self, entries: Sequence[Any], prefix: str, templar: Templar, overridden: Iterable[str] = ()) -> None:
        for entry in entries:
            if not isinstance(entry, dict) or len(entry) != 1 or not {"include", "exclude"}.issuperset(entry):
                raise AnsibleParserError(
                    f"filters: each entry must have the one key include or exclude, unlike {entry!r}"
                )
            (condition,) = entry.values()
            if not isinstance(condition, (str, bool)):
                raise AnsibleParserError(f"filters: a condition must be an expression, true or false, unlike {entry!r}")
        self._prefix, self._templar, self._lock = prefix, templar, threading.Lock()
        self._overridden = frozenset(overridden)
        self._conditions: list[tuple[str, Condition, frozenset[str]]] = [
            (verb, condition, _names(condition)) for entry in entries for verb, condition in entry.items()
        ]

    @property
    def without_effect(self) -> bool:
        """Whether there are conditions, and none of them leaves a host out."""
        return bool(self._conditions) and all(verb == "include" for verb, _condition, _names in self._conditions)

    def includes(self, name: str, variables: Mapping[str, Any]) -> bool:
        """Whether a host is let in.

        Raises:
            AnsibleParserError: A condition can't be evaluated.

        """
        for verb, condition, _names in self._conditions:
            try:
                if self._true(condition, {"inventory_hostname": name, **variables}):
                    return verb == "include"
            except AnsibleError as error:
                raise AnsibleParserError(
                    f"filters: {condition!r} can't be evaluated for {name}: {to_native(error)}"
                ) from error
        return True

    def may_include(self, facts: Mapping[str, Any]) -> bool:
        """Whether a host may be let in, by what is known so far; safe to use from threads.

        Args:
            facts: Those named in OF_SERVICES, and those named in OF_MACHINES as far as they are known.

        """
        variables = {self._prefix + name: value for name, value in facts.items()}
        known = variables.keys() - self._overridden
        for verb, condition, names in self._conditions:
            if not names <= known:
                if verb == "include":
                    return True
                continue
            try:
                with self._lock:
                    if self._true(condition, variables):
                        return verb == "include"
            except AnsibleError:
                return True  # what is wrong with it is said of the first host
        return True

    @property
    def key(self) -> list[Any]:
        """What may_include depends on, as JSON; nothing where it lets all hosts in."""
        early = {self._prefix + name for name in (*OF_SERVICES, *OF_MACHINES)} - self._overridden
        excludes = any(verb == "exclude" and names <= early for verb, _condition, names in self._conditions)
        conditions = [[verb, condition, names <= early] for verb, condition, names in self._conditions]
        return [self._prefix, conditions] if excludes else []

    def _true(self, condition: Condition, variables: Mapping[str, Any]) -> bool:
        self._templar.available_variables = variables
        return bool(self._templar.evaluate_conditional(condition))


def _names(condition: Condition) -> frozenset[str]:
    """Return the names that a condition holds; one that can't be read holds an impossible one."""
    try:
        tree = Environment().parse(f"{{{{ {condition} }}}}")  # noqa: S701 - nothing is rendered
    except TemplateSyntaxError:
        return frozenset({""})
    return frozenset(node.name for node in tree.find_all(Name))


@dataclass(frozen=True)
class Named:
    """What a fleet file names.

    Attributes:
        services: Ids, domains and labels.
        account: Whether it says whose account it is for.

    """

    services: Sequence[str]
    account: bool = False


@dataclass(frozen=True)
class Wanted:
    """What is requested of the portal; empty statuses or categories stand for all of them.

    Attributes:
        statuses: Statuses of services, in any letter case.
        categories: Categories of services, by name or slug in any letter case.
        gather: What is fetched beyond the lists.
        filters: What lets hosts in.
        named: What a fleet file names; None without one.

    """

    statuses: Sequence[str] = ("Active",)
    categories: Sequence[str] = ()
    gather: Sequence[str] = ()
    filters: Filters | None = None
    named: Named | None = None

    @property
    def key(self) -> list[Any]:
        """What an answer depends on, as JSON."""
        named = [[self.named.services, self.named.account]] if self.named else []
        return [self.statuses, self.categories, self.gather, self.filters.key if self.filters else [], *named]
