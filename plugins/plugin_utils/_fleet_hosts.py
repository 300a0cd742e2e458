# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a fleet file says of the inventory's hosts: their groups and variables. Private to this collection.

Which host a line of the file refers to is found out as for a plan, by the functions that plan it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ansible.errors import AnsibleParserError
from ansible.utils.display import Display
from ansible.utils.path import unfrackpath
from ansible.utils.vars import combine_vars
from ansible_collections.sindad.cloud.plugins.module_utils._errors import SindadError
from ansible_collections.sindad.cloud.plugins.module_utils._fleet.file import checked
from ansible_collections.sindad.cloud.plugins.module_utils._fleet.lines import (
    check_services,
    machines_of,
    meant_machines,
    other_account,
)
from ansible_collections.sindad.cloud.plugins.module_utils._names import same
from ansible_collections.sindad.cloud.plugins.module_utils._reading import UNKNOWN, printable
from ansible_collections.sindad.cloud.plugins.module_utils._records import VirtualMachine
from ansible_collections.sindad.cloud.plugins.module_utils._resources.service import ambiguous_service
from ansible_collections.sindad.cloud.plugins.module_utils._resources.vm import Lookup
from ansible_collections.sindad.cloud.plugins.plugin_utils._fleet_file import load
from ansible_collections.sindad.cloud.plugins.plugin_utils._wanted import Named

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ansible.parsing.dataloader import DataLoader
    from ansible.template import Templar
    from ansible_collections.sindad.cloud.plugins.plugin_utils._answers import Answer
    from ansible_collections.sindad.cloud.plugins.plugin_utils._portal import Facts

#: Tells a service from all others of an inventory source: its account's name, and its id.
Key = tuple[str, str]

display = Display()


@dataclass(frozen=True)
class Declared:
    """What the file says of a host."""

    groups: tuple[str, ...] = ()
    variables: Mapping[str, Any] = field(default_factory=dict)

    def with_own(self, entry: Mapping[str, Any]) -> Declared:
        """Return what applies where this is said of the service, and the entry is for one of its machines."""
        groups = dict.fromkeys([*self.groups, *entry.get("groups", ())])
        return Declared(tuple(groups), combine_vars(self.variables, entry.get("vars", {})))


class FleetHosts:
    """The part of a fleet file that is about hosts.

    Args:
        path: The file or folder, as the option says.
        source: The file of the inventory source; relative paths begin in its folder.
        loader: Ansible's loader, which decrypts.
        templar: Ansible's templar, which resolves expressions.

    Raises:
        AnsibleParserError: Something in it is wrong; the sentence has file, line and column.

    """

    def __init__(self, path: str, source: str, loader: DataLoader, templar: Templar) -> None:
        try:
            self._loaded = load(unfrackpath(path, follow=False, basedir=source), loader, templar, with_variables=True)
            self._fleet = checked(self._loaded.fleet)
        except SindadError as error:
            raise self._wrong(error) from error
        for warning in self._loaded.warnings:
            display.warning(warning)

    def _wrong(self, error: SindadError) -> AnsibleParserError:
        loaded = getattr(self, "_loaded", None)
        return AnsibleParserError(printable(loaded.located(str(error)) if loaded else str(error)))

    @property
    def named(self) -> Named:
        """What has to be known of each account."""
        names = dict.fromkeys(str(entry["service"]) for entry in self._fleet["services"])
        return Named(list(names), "account" in self._fleet)

    @property
    def groups(self) -> list[str]:
        """All groups that it names, also those that have no host yet."""
        return list(dict.fromkeys(group for _place, entry in self._entries() for group in entry.get("groups", ())))

    @property
    def variables(self) -> set[str]:
        """The names of all variables."""
        return {name for _place, entry in self._entries() for name in entry.get("vars", ())}

    def _entries(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Yield the lines of all services and machines, with their places."""
        for number, entry in enumerate(self._fleet["services"]):
            yield f"services[{number}]", entry
            for position, machine in enumerate(entry.get("vms", ())):
                yield f"services[{number}].vms[{position}]", machine

    def check_variables(self, taken: set[str]) -> None:
        """Make sure that no variable is one that the inventory sets.

        Raises:
            AnsibleParserError: One is.

        """
        for place, entry in self._entries():
            for name in entry.get("vars", ()):
                if name in taken:
                    error = SindadError(
                        f"{place}.vars.{name} can't be set here: the inventory itself sets this variable"
                    )
                    raise self._wrong(error)

    def of_hosts(self, answers: Mapping[str, Answer]) -> dict[tuple[str, str, str | None], Declared]:
        """Return what is said of the hosts, by account, service and machine (None for a dedicated server).

        Raises:
            AnsibleParserError: The file is for another account, or a line may refer to several things.

        """
        hosts: dict[Key, list[Facts]] = {}
        for facts in (facts for answer in answers.values() for facts in answer.hosts):
            hosts.setdefault((facts["account"], facts["service_id"]), []).append(facts)
        declared: dict[tuple[str, str, str | None], Declared] = {}
        try:
            owners = self._services(self._meant_accounts(answers))
            check_services(self._fleet["services"], owners)
            for number, owner in enumerate(owners):
                if owner is not None:
                    declared.update(self._of_service(number, owner[0], hosts.get(owner[0], [])))
        except SindadError as error:
            raise self._wrong(error) from error
        return declared

    def _meant_accounts(self, answers: Mapping[str, Answer]) -> Mapping[str, Answer]:
        """Return the accounts that the file is for."""
        wanted = self._fleet.get("account")
        if wanted is None:
            return answers
        meant = {name: answer for name, answer in answers.items() if same(wanted, *answer.told)}
        if not meant:
            raise SindadError(other_account(wanted, [name for answer in answers.values() for name in answer.told]))
        return meant

    def _services(self, answers: Mapping[str, Answer]) -> list[tuple[Key, str] | None]:
        """Return the service that each entry means and how messages call it; None where no account has it."""
        return [self._service(number, answers) for number in range(len(self._fleet["services"]))]

    def _service(self, number: int, answers: Mapping[str, Answer]) -> tuple[Key, str] | None:
        place, name = f"services[{number}].service", str(self._fleet["services"][number]["service"])
        found = [
            ((account, identity), f"{title} of account {account}" if len(answers) > 1 else title)
            for account, answer in answers.items()
            for identity, title in answer.named.get(name, ())
        ]
        if len(found) > 1:
            raise SindadError(ambiguous_service(place, name, [title for _key, title in found]))
        if found:
            return found[0]
        self._warn(f"{place}: no service has {name!r} as its id, label or domain, so none of its lines is a host")
        return None

    def _of_service(
        self, number: int, owner: Key, hosts: list[Facts]
    ) -> Iterator[tuple[tuple[str, str, str | None], Declared]]:
        """Yield what is said of each host of a service."""
        entry, place = self._fleet["services"][number], f"services[{number}].vms"
        own = Declared().with_own(entry)
        of_machine: dict[str | None, Declared] = {facts["vmid"]: own for facts in hosts}
        machines = [
            VirtualMachine(facts["vmid"], UNKNOWN if facts["name"] is None else facts["name"])
            for facts in hosts
            if facts["kind"] == "vm"
        ]
        matches = meant_machines(machines_of(entry, owner[1]), Lookup(machines), place)
        for position, (line, match) in enumerate(zip(entry.get("vms", ()), matches)):
            if match is None:
                display.vvv(f"{place}[{position}]: the portal has no machine {line['name']}, so it is not a host")
                continue
            of_machine[match.item.id] = own.with_own(line)
            if not match.exact:
                called = f"{match.item.title} ({match.item.id})"
                self._warn(f"{place}[{position}].name: {line['name']} is taken for the machine that is called {called}")
        for identity, declared in of_machine.items():
            yield (*owner, identity), declared

    def _warn(self, said: str) -> None:
        display.warning(printable(self._loaded.located(said)))
