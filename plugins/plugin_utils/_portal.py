# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From an account to the facts of its hosts, some requests at a time. Private to this collection.

A host's facts are a dictionary of plain JSON types, so that any cache can hold them. Their names
are those of the host variables, without the prefix.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from ansible.module_utils.basic import missing_required_lib
from ansible_collections.sindad.cloud.plugins.module_utils._client import (
    REQUESTS_IMPORT_ERROR,
    AuthError,
    Client,
    NotFound,
    Settings,
    SindadError,
)
from ansible_collections.sindad.cloud.plugins.module_utils._records import VirtualMachine, as_dict, same, text
from ansible_collections.sindad.cloud.plugins.module_utils._resources.ip import get_ip, list_ips
from ansible_collections.sindad.cloud.plugins.module_utils._resources.service import FACTS, list_services, offered
from ansible_collections.sindad.cloud.plugins.module_utils._resources.vm import list_machines

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ansible_collections.sindad.cloud.plugins.module_utils._records import IPAddress, Service
    from ansible_collections.sindad.cloud.plugins.plugin_utils._wanted import Wanted

Facts = dict[str, Any]
#: A step of the work; what it returns are further steps.
Task = Callable[[], "list[Task]"]

#: The facts that each word of ``gather`` adds, null where they don't apply.
GATHERED = {"details": ("service_label",), "info": ("info", "hostname"), "ips": ("ip_records",), "power": ("power",)}


def run(tasks: Iterable[Task], workers: int) -> None:
    """Run tasks, some at a time; those that a task returns join the queue as soon as it has ended.

    What an executor of the standard library can't: nobody waits for its threads after an interrupt (Ctrl-C), each of
    which may wait for the portal, and try again, for minutes.
    """
    todo: SimpleQueue[Task | None] = SimpleQueue()
    ended: SimpleQueue[list[Task] | BaseException] = SimpleQueue()
    stopped = threading.Event()

    def work() -> None:
        while (task := todo.get()) is not None and not stopped.is_set():
            try:
                ended.put(task())
            except BaseException as error:  # noqa: BLE001 - it is raised again where all are waited for
                stopped.set()
                ended.put(error)

    threads = 0
    try:
        new, running = list(tasks), 0
        while new or running:
            for task in new:
                todo.put(task)
            running += len(new)
            for _thread in range(threads, min(running, workers)):
                threading.Thread(target=work, daemon=True).start()
                threads += 1
            outcome = ended.get()
            if isinstance(outcome, BaseException):
                raise outcome
            new = outcome
            running -= 1
    finally:
        stopped.set()
        for _thread in range(threads):
            todo.put(None)


def fetch(accounts: Iterable[Mapping[str, Any]], wanted: Wanted, workers: int, stop_at_failure: bool) -> list[Account]:
    """Ask the portal for the hosts of accounts, all at once.

    Args:
        accounts: The shared options of each account, with its ``name``.
        wanted: Which services are looked at, and what is gathered.
        workers: How many requests are made at once.
        stop_at_failure: Whether an account one of whose services fails is asked nothing more.

    Raises:
        SindadError: An option can't be right, or requests is missing; nothing was sent.

    """
    if REQUESTS_IMPORT_ERROR:
        raise SindadError(missing_required_lib("requests"))
    asked = [
        Account(options["name"], Client(Settings.from_options(options), workers), wanted, stop_at_failure)
        for options in accounts
    ]
    run([account.begin for account in asked], workers)
    return asked


@dataclass
class Account:
    """An account while it is asked for its hosts.

    Attributes:
        wanted: Which services are looked at, and what is gathered.
        stop_at_failure: Whether nothing more is asked when a service has failed.
        failures: What has failed; the service is None where it was the list.
        looked_at: The services that are wanted.
        ruled_out: The others.

    """

    name: str
    client: Client
    wanted: Wanted
    stop_at_failure: bool = True
    failures: list[tuple[Service | None, SindadError]] = field(init=False, default_factory=list)
    looked_at: list[Service] = field(init=False, default_factory=list)
    ruled_out: list[Service] = field(init=False, default_factory=list)
    _found: dict[str, list[Facts]] = field(init=False, default_factory=dict)

    @property
    def unlisted(self) -> bool:
        """Whether the list of services has failed."""
        return any(service is None for service, _error in self.failures)

    @property
    def refused(self) -> bool:
        """Whether the portal refused the credentials, and not only a service to them."""
        return any(service is None and isinstance(error, AuthError) for service, error in self.failures)

    @property
    def hosts(self) -> list[Facts]:
        """The facts of each host of the services that have not failed, in the portal's order."""
        failed = {service.id for service, _error in self.failures if service}
        listed = [self._found.get(service.id, []) for service in self.looked_at if service.id not in failed]
        return [facts for found in listed for facts in found]

    @property
    def hostless(self) -> list[Service]:
        """The services that turned out to be neither a pool of virtual machines nor a dedicated server."""
        return [service for service in self.looked_at if service.id not in self._found]

    def begin(self) -> list[Task]:
        """Ask for the services, and go on with each that is wanted."""
        try:
            services = list_services(self.client)
        except SindadError as error:
            self.failures.append((None, error))
            return []
        for service in services:
            (self.looked_at if self._wants(service) else self.ruled_out).append(service)
        return [self._step(service, self._look) for service in self.looked_at]

    def _wants(self, service: Service) -> bool:
        """Whether a service is looked at, by what the list says of it."""
        wanted, status, categories = self.wanted, service.status, (service.category, service.category_slug)
        return (
            (not wanted.statuses or any(same(each, status) for each in wanted.statuses))
            and (not wanted.categories or any(same(each, *categories) for each in wanted.categories))
            and (wanted.filters is None or wanted.filters.may_include(self._of_service(service)))
        )

    def _of_service(self, service: Service) -> Facts:
        """Return what the list says of each host of a service, all that OF_SERVICES names."""
        return {
            "account": self.name,
            "service_id": service.id,
            "service_name": service.name,
            "service_status": service.status,
            "category": service.category,
            "domain": service.domain,
            "next_due": service.next_due,
        }

    def _step(self, service: Service, ask: Callable[..., list[Task]], *args: Any) -> Task:
        """Return a task whose failure is its service's."""

        def task() -> list[Task]:
            if self.failures and self.stop_at_failure:
                return []
            try:
                return ask(service, *args)
            except SindadError as error:
                self.failures.append((service, error))
                return []

        return task

    def _look(self, service: Service) -> list[Task]:
        """Find out what a service is, by what it answers to."""
        try:
            machines = list_machines(self.client, service.id)
        except NotFound:
            addresses = offered(list_ips, self.client, service.id)
            return [] if addresses is None else self._server(service, addresses)
        return self._machines(service, machines)

    def _add(self, service: Service, kind: str, machines: Iterable[VirtualMachine]) -> list[Facts]:
        """Add the hosts of a service; return their facts, which the steps to come fill in."""
        of_service = {"kind": kind, **self._of_service(service)}
        gathered = [name for word in self.wanted.gather for name in GATHERED[word]]
        found = [{**of_service, **_machine_facts(machine), **dict.fromkeys(gathered)} for machine in machines]
        self._found[service.id] = found
        return found

    def _machines(self, service: Service, machines: tuple[VirtualMachine, ...]) -> list[Task]:
        found = self._add(service, "vm", machines)
        details = "details" in self.wanted.gather
        steps = [self._step(service, self._label, found)] if details else []
        # A list without a single address is one that never has them, and a host must be reachable.
        if details or not any(machine.ips for machine in machines):
            steps += [self._step(service, self._details, facts) for facts in found]
        return steps

    def _server(self, service: Service, addresses: tuple[IPAddress, ...]) -> list[Task]:
        listed = [{"ipaddress": ip.address, "main": ip.main} for ip in addresses]
        machine = VirtualMachine.read({"id": service.id, "name": service.domain, "ips": listed}, service.id)
        (facts,) = found = self._add(service, "server", [machine] if machine else [])
        facts["vmid"] = None
        steps = []
        for word in self.wanted.gather:
            if word == "details":
                steps.append(self._step(service, self._label, found))
            elif word == "ips":
                facts["ip_records"] = [ip.as_dict() for ip in addresses]
                # Where the list has nothing but addresses, the rest is in their details.
                bare = [ip for ip in enumerate(addresses) if (ip[1].domain, ip[1].vlan, ip[1].main) == (None,) * 3]
                steps += [self._step(service, self._address, facts["ip_records"], *ip) for ip in bare]
            else:
                steps.append(self._step(service, self._gather, word, facts))
        return steps

    def _label(self, service: Service, found: list[Facts]) -> list[Task]:
        label = text(as_dict(offered(FACTS["details"], self.client, service.id)).get("label"))
        for facts in found:
            facts["service_label"] = label
        return []

    def _details(self, service: Service, facts: Facts) -> list[Task]:
        """Fill in what the list lacks of a virtual machine."""
        vmid = facts["vmid"]
        answer = offered(lambda client, where: client.call("get_vm_details", where, vmid), self.client, service.id)
        machine = VirtualMachine.read_details(answer, service.id, vmid)
        if machine:
            known = _machine_facts(machine).items()
            facts.update({name: value for name, value in known if value not in (None, [], "unknown")})
        return []

    def _address(self, service: Service, records: list[Facts], number: int, ip: IPAddress) -> list[Task]:
        found = offered(lambda client, where: get_ip(client, where, ip), self.client, service.id)
        records[number] = (found or ip).as_dict()
        return []

    def _gather(self, service: Service, word: str, facts: Facts) -> list[Task]:
        """Ask for what a dedicated server's ``info`` or ``power`` says."""
        answer = offered(FACTS[word], self.client, service.id)
        if answer and word == "power":
            state = answer["state"]
            facts.update(power=state, status={"on": "running", "off": "stopped"}.get(state, "unknown"))
        elif answer:
            hostname = answer["hostname"]
            facts.update(info=answer["details"], hostname=hostname, name=hostname or facts["name"])
            facts.update(template=answer["os"], template_id=answer["os_id"])
        return []


def _machine_facts(machine: VirtualMachine) -> Facts:
    facts = machine.as_dict()
    del facts["service_id"]
    return {"vmid": facts.pop("id"), **facts}
