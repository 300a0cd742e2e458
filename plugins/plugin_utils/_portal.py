# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From an account to the facts of its hosts, some requests at a time. Private to this collection.

A host's facts are a dictionary of plain JSON types, so that any cache can hold them. Their names
are those of the host variables, without the prefix; what the portal doesn't report is null.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from ansible.module_utils.basic import missing_required_lib
from ansible_collections.sindad.cloud.plugins.module_utils._client import REQUESTS_IMPORT_ERROR, Client
from ansible_collections.sindad.cloud.plugins.module_utils._errors import AuthError, NotFound, SindadError
from ansible_collections.sindad.cloud.plugins.module_utils._lookups import find_details, get_ip, list_ips, list_vms
from ansible_collections.sindad.cloud.plugins.module_utils._names import same
from ansible_collections.sindad.cloud.plugins.module_utils._parallel import Step, run_steps
from ansible_collections.sindad.cloud.plugins.module_utils._reading import Unknown, known
from ansible_collections.sindad.cloud.plugins.module_utils._records import (
    IPAddress,
    Service,
    VirtualMachine,
    virtual_machine,
)
from ansible_collections.sindad.cloud.plugins.module_utils._resources.service import (
    GATHERERS,
    Search,
    get_details,
    if_offered,
    list_services,
    same_status,
)
from ansible_collections.sindad.cloud.plugins.module_utils._settings import Settings
from ansible_collections.sindad.cloud.plugins.module_utils._states import STATUS_OF_POWER
from ansible_collections.sindad.cloud.plugins.plugin_utils._wanted import (
    GATHERED,
    OF_MACHINES,
    OF_SERVICES,
    Named,
    Wanted,
)

Facts = dict[str, Any]


def fetch(accounts: Iterable[Mapping[str, Any]], wanted: Wanted, workers: int, stop_at_failure: bool) -> list[Account]:
    """Ask the portal for the hosts of accounts, all at once.

    Args:
        accounts: The shared options of each account, with its ``name``.
        wanted: Which services are looked at, and what is gathered.
        workers: How many requests are made at once.
        stop_at_failure: Whether no more requests are sent for an account once one of its services fails.

    Raises:
        SindadError: An option can't be right, or requests is missing; nothing was sent.

    """
    if REQUESTS_IMPORT_ERROR:
        raise SindadError(missing_required_lib("requests"))
    asked = [Account(options["name"], _client(options, workers), wanted, stop_at_failure) for options in accounts]
    run_steps([account.begin for account in asked], workers)
    return asked


def _client(options: Mapping[str, Any], workers: int) -> Client:
    client = Client(Settings.from_options(options), workers)
    client.begin_task("inventory")
    return client


@dataclass
class Account:
    """An account while its hosts are requested.

    Attributes:
        wanted: Which services are looked at, and what is gathered.
        stop_at_failure: Whether nothing more is asked when a service has failed.
        looked_at: The services that are wanted.
        ruled_out: The others.
        named: The services that each name in a fleet file refers to: their ids, and what messages call them.
        told: What the account is called, where a fleet file says whose it is.
        list_failure: Why the services can't be listed.
        fleet_failure: Why it can't be found out what a fleet file refers to.

    """

    name: str
    client: Client
    wanted: Wanted
    stop_at_failure: bool = True
    looked_at: list[Service] = field(init=False, default_factory=list)
    ruled_out: list[Service] = field(init=False, default_factory=list)
    named: dict[str, list[list[str]]] = field(init=False, default_factory=dict)
    told: list[str] = field(init=False, default_factory=list)
    list_failure: SindadError | None = field(init=False, default=None)
    fleet_failure: SindadError | None = field(init=False, default=None)
    _found: dict[str, list[Facts]] = field(init=False, default_factory=dict)
    _failed: dict[str, tuple[Service, SindadError]] = field(init=False, default_factory=dict)

    @property
    def failures(self) -> list[tuple[Service | None, SindadError]]:
        """What has failed, each service once; the service is None for what isn't the failure of one."""
        of_account = [error for error in (self.list_failure, self.fleet_failure) if error is not None]
        return [*((None, error) for error in of_account), *self._failed.values()]

    @property
    def refused(self) -> bool:
        """Whether the portal refused the credentials for the list of services: they are no good for anything then."""
        return isinstance(self.list_failure, AuthError)

    @property
    def hosts(self) -> list[Facts]:
        """The facts of each host of the services that have not failed, in the portal's order."""
        listed = [self._found.get(service.id, []) for service in self.looked_at if service.id not in self._failed]
        return [facts for found in listed for facts in found]

    @property
    def hostless(self) -> list[Service]:
        """The services that turned out to be neither a pool of virtual machines nor a dedicated server."""
        return [service for service in self.looked_at if service.id not in self._found]

    def begin(self) -> list[Step]:
        """Ask for the services, and go on with each that is wanted."""
        try:
            services = list_services(self.client)
        except SindadError as error:
            self.list_failure = error
            return []
        for service in services:
            (self.looked_at if self._wants(service) else self.ruled_out).append(service)
        steps: list[Step] = [self._step(service, partial(self._look, service)) for service in self.looked_at]
        return steps if self.wanted.named is None else [partial(self._find_named, self.wanted.named, services), *steps]

    def _find_named(self, named: Named, services: Sequence[Service]) -> list[Step]:
        """Find out which services a fleet file means, and whose account this is."""
        search = Search(self.client, services)
        try:
            for name in named.services:
                self.named[name] = [[service.id, str(service)] for service in search.named(name)]
            if named.account:
                self.told = _names_of_account(self.client)
        except SindadError as error:
            self.fleet_failure = error.within("fleet_file")
        return []

    def _wants(self, service: Service) -> bool:
        """Whether a service is looked at, by what the list says of it; what that doesn't say rules nothing out."""
        wanted = self.wanted
        if wanted.statuses and not same_status(service, wanted.statuses):
            return False
        if wanted.categories and not _is_in(service, wanted.categories):
            return False
        return wanted.filters is None or wanted.filters.may_include(self.of_service(service))

    def of_service(self, service: Service) -> Facts:
        """Return what the list says of each host of a service, all that OF_SERVICES names."""
        return {
            "account": self.name,
            "service_id": service.id,
            "service_name": known(service.name),
            "service_status": known(service.status),
            "category": known(service.category),
            "domain": known(service.domain),
            "next_due": service.next_due,
        }

    def _step(self, service: Service, ask: Callable[[], list[Step]]) -> Step:
        """Return a step whose failure is its service's, of which nothing more is asked then."""

        def step() -> list[Step]:
            if service.id in self._failed or (self.stop_at_failure and self.failures):
                return []
            try:
                return ask()
            except SindadError as error:
                self._failed.setdefault(service.id, (service, error))
                return []

        return step

    def _look(self, service: Service) -> list[Step]:
        """Find out what a service is, by what it answers to."""
        try:
            machines = list_vms(self.client, service.id)
        except NotFound:
            addresses = if_offered(list_ips, self.client, service.id)
            return [] if addresses is None else self._server(service, addresses)
        return self._machines(service, machines)

    def _add(self, service: Service, kind: str, machines: Iterable[VirtualMachine]) -> list[Facts]:
        """Add the hosts of a service; return their facts, which the steps to come fill in."""
        of_service = {"kind": kind, **self.of_service(service)}
        gathered = [name for word in self.wanted.gather for name in GATHERED[word]]
        found = [{**of_service, **_machine_facts(machine), **dict.fromkeys(gathered)} for machine in machines]
        self._found[service.id] = found
        return found

    # Pools of virtual machines

    def _machines(self, service: Service, machines: Sequence[VirtualMachine]) -> list[Step]:
        found = self._add(service, "vm", machines)
        asked = [(machine, facts) for machine, facts in self._lacking(machines, found) if self._may_be_wanted(facts)]
        steps = [self._details_step(service, machine, facts) for machine, facts in asked]
        if self._wants_labels and any(map(self._may_be_wanted, found)):
            steps.insert(0, self._label_step(service, found))
        return steps

    def _lacking(
        self, machines: Sequence[VirtualMachine], found: Sequence[Facts]
    ) -> Iterable[tuple[VirtualMachine, Facts]]:
        """Return the machines whose details are needed, with their facts."""
        listed = zip(machines, found)
        # A list without a single address is one that never has them, and a host must be reachable.
        if "details" in self.wanted.gather or not any(machine.ips for machine in machines):
            return listed
        if self.wanted.named is None:
            return ()
        # A fleet file means machines by their names.
        return ((machine, facts) for machine, facts in listed if facts["name"] is None)

    @property
    def _wants_labels(self) -> bool:
        return bool({"details", "labels"} & set(self.wanted.gather))

    def _may_be_wanted(self, facts: Facts) -> bool:
        """Whether a machine may be let in, by what the lists say of it."""
        if self.wanted.filters is None:
            return True
        told = {name: facts[name] for name in OF_MACHINES if facts[name] not in (None, "unknown")}
        return self.wanted.filters.may_include({**{name: facts[name] for name in OF_SERVICES}, **told})

    def _details_step(self, service: Service, listed: VirtualMachine, facts: Facts) -> Step:
        """Return a step that fills in what the list lacks of a virtual machine; it is as listed without details."""

        def ask() -> list[Step]:
            details = find_details(self.client, service.id, listed.id)
            if details is not None:
                facts.update(_machine_facts(details.completed(listed)))
                facts["status"] = listed.status if details.status == "unknown" else details.status
            return []

        return self._step(service, ask)

    def _label_step(self, service: Service, found: Sequence[Facts]) -> Step:
        """Return a step that fills in a service's label."""

        def ask() -> list[Step]:
            details = if_offered(get_details, self.client, service.id)
            label = known(details.label) if details else None
            for facts in found:
                facts["service_label"] = label
            return []

        return self._step(service, ask)

    # Dedicated servers

    def _server(self, service: Service, addresses: Sequence[IPAddress]) -> list[Step]:
        found = self._add(service, "server", [_as_machine(service, addresses)])
        (facts,) = found
        facts["vmid"] = None
        gather = self.wanted.gather
        steps = [self._label_step(service, found)] if self._wants_labels else []
        if "info" in gather:
            steps.append(self._info_step(service, facts))
        if "ips" in gather:
            steps += self._address_steps(service, addresses, facts)
        if "power" in gather:
            steps.append(self._power_step(service, facts))
        return steps

    def _address_steps(self, service: Service, addresses: Sequence[IPAddress], facts: Facts) -> list[Step]:
        """Fill in a server's addresses; return steps for those of which the list tells nothing but the address."""
        records = [ip.as_dict() for ip in addresses]
        facts["ip_records"] = records

        def step(number: int, ip: IPAddress) -> Step:
            def ask() -> list[Step]:
                found = if_offered(lambda client, where: get_ip(client, where, ip), self.client, service.id)
                records[number] = (found or ip).as_dict()
                return []

            return self._step(service, ask)

        return [step(number, ip) for number, ip in enumerate(addresses) if _is_bare(ip)]

    def _info_step(self, service: Service, facts: Facts) -> Step:
        """Return a step that fills in what Server Info says."""

        def ask() -> list[Step]:
            info = if_offered(GATHERERS["info"], self.client, service.id)
            if info is not None:
                hostname = info["hostname"]
                facts.update(info=info["details"], hostname=hostname, name=hostname or facts["name"])
                facts.update(template=info["os"], template_id=info["os_id"])
            return []

        return self._step(service, ask)

    def _power_step(self, service: Service, facts: Facts) -> Step:
        """Return a step that fills in whether a server is on."""

        def ask() -> list[Step]:
            power = if_offered(GATHERERS["power"], self.client, service.id)
            if power is not None:
                state = power["state"]
                facts.update(power=state, status=STATUS_OF_POWER.get(state, "unknown"))
            return []

        return self._step(service, ask)


def _names_of_account(client: Client) -> list[str]:
    # Most inventories don't need it, and importing it takes some milliseconds.
    from ansible_collections.sindad.cloud.plugins.module_utils._resources.account import names_of_account  # noqa: PLC0415

    return names_of_account(client)


def _is_in(service: Service, categories: Sequence[str]) -> bool:
    """Whether a service is in one of these categories, by name or slug. One that isn't told may be any of them."""
    told = [name for name in (service.category, service.category_slug) if not isinstance(name, Unknown)]
    return not told or any(same(category, *told) for category in categories)


def _is_bare(ip: IPAddress) -> bool:
    """Whether nothing is known of an address but itself."""
    return all(value is None or isinstance(value, Unknown) for value in (ip.domain, ip.vlan, ip.main))


def _as_machine(service: Service, addresses: Sequence[IPAddress]) -> VirtualMachine:
    """Return a dedicated server as a machine with the server's addresses, main ones first, called as its domain."""
    listed = [{"ipaddress": ip.address, "main": known(ip.main)} for ip in addresses]
    entry = {"id": service.id, "name": known(service.domain), "ips": listed}
    machine = virtual_machine(entry, service.id, service.id)
    return machine or VirtualMachine(service.id)


def _machine_facts(machine: VirtualMachine) -> Facts:
    facts = machine.as_dict()
    del facts["service_id"]
    return {"vmid": facts.pop("id"), **facts}
