# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the options of the inventory may be, beyond the types that Ansible checks. Private to this collection."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from ansible.errors import AnsibleParserError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.parsing.convert_bool import boolean
from ansible_collections.sindad.cloud.plugins.module_utils._checks import check_raw
from ansible_collections.sindad.cloud.plugins.module_utils._errors import SindadError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

CREDENTIALS = ("api_username", "api_password", "api_token", "api_refresh_token")
#: The options of an entry of ``accounts``.
ACCOUNT: dict[str, dict[str, Any]] = {
    "name": {"type": "str", "required": True},
    "api_url": {"type": "str"},
    **{name: {"type": "str", "no_log": name != "api_username"} for name in CREDENTIALS},
    "api_ca_path": {"type": "path"},
    "validate_certs": {"type": "bool"},
    "api_timeout": {"type": "float"},
    "api_retries": {"type": "int"},
}
#: The types of options that hold one value which isn't a boolean.
_SINGLE = ("str", "path", "int", "float")


class Given:
    """Where options are given: in the file, as extra vars, in the environment.

    Args:
        definitions: All options, as documented.
        config: What the file holds, rendered.
        variables: The extra vars, rendered.

    """

    def __init__(self, definitions: Mapping[str, Any], config: Mapping[str, Any], variables: Mapping[str, Any]) -> None:
        self._definitions, self._config, self._variables = definitions, config, variables

    def check_types(self) -> None:
        """Check what Ansible would misinterpret, or would show.

        Raises:
            AnsibleParserError: A value has the wrong type.

        """
        for name, definition in self._definitions.items():
            for _distance, place, value in self._values(name):
                _check_type(place, definition, value)
        if not isinstance(self._config.get("accounts") or [], list):
            raise AnsibleParserError("accounts must be a list of dictionaries, each with a name")

    def distance(self, *names: str) -> int:
        """Return how far from the file the closest of some options is given: 0 is in the file, 2 outside of Ansible."""
        found = (distance for name in names for distance, _place, value in self._values(name) if value)
        return min(found, default=2)

    def _values(self, name: str) -> Iterator[tuple[int, str, Any]]:
        """Yield how far from the file an option is given, where that is, and its value there."""
        if self._config.get(name) is not None:
            yield 0, name, self._config[name]
        for distance, kind, source in ((1, "vars", self._variables), (2, "env", os.environ)):
            for entry in self._definitions[name].get(kind) or ():
                # not those of all inventories, as ANSIBLE_INVENTORY_CACHE
                if entry["name"].lower().startswith("sindad_") and entry["name"] in source:
                    yield distance, entry["name"], source[entry["name"]]


def _check_type(place: str, definition: Mapping[str, Any], value: Any) -> None:
    """Check the value of an option.

    Ansible takes a value that isn't a boolean as false, so a misspelt value of ``validate_certs`` would check no
    certificates.

    Raises:
        AnsibleParserError: It has the wrong type; the sentence begins with its place.

    """
    kind = definition.get("type")
    if kind == "bool":
        try:
            boolean(value, strict=True)
        except TypeError:
            raise AnsibleParserError(f"{place} must be true or false, not {value!r}") from None
    elif kind in _SINGLE:
        try:
            check_raw({place: definition}, {place: value})
        except SindadError as error:
            raise AnsibleParserError(str(error)) from None


def accounts(own: Mapping[str, Any], given: Sequence[Any]) -> list[dict[str, Any]]:
    """Return the shared options of each account, with its name.

    Args:
        own: The file's own shared options.
        given: The option ``accounts``; without entries, the file's own options are the only account.

    Raises:
        AnsibleParserError: An entry is wrong.

    """
    if not given:
        # Untagged by str: what comes out of the environment must not become a template.
        return [{**own, "name": str("token" if own["api_token"] else own["api_username"] or "")}]
    found: dict[str, dict[str, Any]] = {}
    for number, entry in enumerate(given, 1):
        account = _account(entry, f"accounts, entry {number}: ")
        name = account["name"]
        if name in found:
            raise AnsibleParserError(f"accounts: there are two with the name {name}")
        withheld = () if account.keys().isdisjoint(CREDENTIALS) else CREDENTIALS
        found[name] = {**{option: own[option] for option in own if option not in withheld}, **account}
    return list(found.values())


def _account(entry: Any, place: str) -> dict[str, Any]:
    """Return an entry of ``accounts`` without what it leaves open."""
    account = _validated(entry, place)
    account["name"] = account["name"].strip()
    if not account["name"]:
        raise AnsibleParserError(f"{place}its name is empty")
    if not account.get("api_token") and ("api_username" in account) != ("api_password" in account):
        raise AnsibleParserError(
            f"{place}api_username and api_password go together: an account with one of them needs the other as well"
        )
    return account


def _validated(entry: Any, place: str) -> dict[str, Any]:
    """Return what an entry of ``accounts`` gives, in the types of the options."""
    if not isinstance(entry, dict):
        raise AnsibleParserError(f"{place}it must be a dictionary")
    unknown = entry.keys() - ACCOUNT.keys()
    if unknown:
        named = ", ".join(sorted(map(str, unknown)))
        raise AnsibleParserError(f"{place}there is no option {named}; the options are: {', '.join(ACCOUNT)}")
    given = {name: _untagged(value) for name, value in entry.items() if value is not None}
    for name, value in given.items():
        _check_type(f"{place}{name}", ACCOUNT[name], value)
    checked = ArgumentSpecValidator(ACCOUNT).validate(given)
    if checked.error_messages:
        raise AnsibleParserError(f"{place}{'; '.join(checked.error_messages)}")
    return {name: value for name, value in checked.validated_parameters.items() if value is not None}


def _untagged(value: Any) -> Any:
    """Return a string or a number without the marks of Ansible's, which messages would show; others as they are."""
    for kind in (str, bool, int, float):
        if isinstance(value, kind):
            return kind(value)
    return value
