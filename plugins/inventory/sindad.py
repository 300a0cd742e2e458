# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Services and virtual machines as hosts."""

from __future__ import annotations

DOCUMENTATION = r"""
name: sindad
short_description: Virtual machines and dedicated servers of Sindad accounts as hosts
version_added: 0.1.0
description:
  - The hosts are the virtual machines and the dedicated servers of the accounts.
  - Uses a configuration file whose name ends in C(sindad.yml) or C(sindad.yaml).
  - The portal's answers show what a service is. A service that answers to List VMs is a pool of virtual machines. A
    service that doesn't offer List VMs but answers to List IPs is a dedicated server. Other services give no hosts.
  - It takes one request for the list of services, one for each service with virtual machines, two for each other
    service, and those for O(gather). Services that O(service_statuses), O(service_categories) or O(filters) exclude
    take no request, see there.
  - If a list of virtual machines holds no addresses at all, the details of each machine are requested, so that it can
    be reached.
  - All hosts are in the group C(sindad), virtual machines in C(sindad_vms), dedicated servers in C(sindad_servers).
author:
  - Sindad cloud collection contributors (@sindad)
extends_documentation_fragment:
  - sindad.cloud.inventory_auth
  - ansible.builtin.constructed
  - ansible.builtin.inventory_cache
notes:
  - The host variables that are always set, null where they don't apply, are C(sindad_kind) (V(vm) or V(server)),
    C(sindad_account), C(sindad_service_id), C(sindad_service_name), C(sindad_service_status), C(sindad_category),
    C(sindad_domain), C(sindad_next_due), C(sindad_vmid), C(sindad_name), C(sindad_status), C(sindad_memory) (MB),
    C(sindad_cpu), C(sindad_disk) (GB), C(sindad_template) (its name), C(sindad_template_id), C(sindad_ips) (all
    addresses), C(sindad_ipv4), C(sindad_ipv6) (the first public ones) and C(sindad_private_ipv4). Ids are strings.
  - C(ansible_host) is set if the host has an address that O(connect_with) names.
  - C(sindad_status) is V(running), V(stopped), V(rescue), V(building) or V(unknown). That of a dedicated server is
    known only if V(power) is gathered.
  - No password is ever a host variable. Values from the portal are data and are never evaluated as templates.
  - If an inventory source fails, Ansible itself only warns and continues with the hosts of the other sources, or with
    none. To make it stop instead, set C(any_unparsed_is_failed=true) in the section C([inventory]) of C(ansible.cfg),
    or E(ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED).
  - Options are taken from the file first, then from extra vars, then from the environment. If user name and password
    are set at a higher level in this order than O(api_token), they are used instead of it.
options:
  plugin:
    description: Marks the file as a configuration file of this plugin.
    type: str
    required: true
    choices: [sindad.cloud.sindad]
  accounts:
    description:
      - Several accounts, fetched in parallel.
      - Each has a C(name), which becomes the host variable C(sindad_account), the options that begin with C(api_),
        and O(validate_certs). Options that it leaves out are taken from the top-level options. If it holds any of user
        name, password and tokens, none of these is taken from there.
      - Without O(accounts), the top-level options describe the only account, and C(sindad_account) is the user name, or
        V(token) if a token is used.
    type: list
    elements: dict
    default: []
  service_statuses:
    description:
      - Look only at services in one of these statuses. Letter case is ignored.
      - An empty list means all statuses.
    type: list
    elements: str
    default: [Active]
  service_categories:
    description:
      - Look only at services of one of these categories, by name or slug. Letter case is ignored.
      - An empty list means all categories.
    type: list
    elements: str
    default: []
  filters:
    description:
      - Conditions on a host's variables, each a dictionary with the one key C(include) or C(exclude).
      - The first condition that is true decides. A host for which none is true is kept, so C(include) conditions need
        an C(exclude) with the condition V(true) after them. A condition that can't be evaluated, because it names a
        variable that a host doesn't have, is an error.
      - Conditions on values in the list of services are evaluated before a service is asked for its hosts. Excluding a
        service takes no request if the condition names only C(sindad_account), C(sindad_category), C(sindad_domain),
        C(sindad_next_due), C(sindad_service_id), C(sindad_service_name) and C(sindad_service_status). The same is true
        of O(service_statuses) and O(service_categories).
    type: list
    elements: dict
    default: []
  gather:
    description:
      - What to fetch beyond the lists.
      - V(labels) requests the details of each service, one request each. They provide C(sindad_service_label).
      - V(details) requests the details of each service and of each virtual machine. They provide
        C(sindad_service_label) and what the list of machines lacks, such as the memory. A machine that O(filters)
        exclude by values in the list takes no request.
      - V(info) requests the information of each dedicated server. It provides C(sindad_hostname), C(sindad_template),
        C(sindad_template_id) and C(sindad_info), the portal's own answer without secrets. The host name also becomes
        C(sindad_name).
      - V(ips) provides C(sindad_ip_records), the addresses of a dedicated server with C(id), C(address), C(domain) (the
        reverse-DNS name), C(vlan) and C(main). It takes no further request, unless the portal's list holds addresses
        only; then it takes one for each address.
      - V(power) requests the power state of each dedicated server. It provides C(sindad_power) (V(on), V(off) or
        V(unknown)) and C(sindad_status).
    type: list
    elements: str
    choices: [details, info, ips, labels, power]
    default: []
  hostnames:
    description:
      - Where a host's name comes from. The first entry that isn't empty is used. Each entry is a variable's name, with
        or without O(hostvars_prefix), or a template in C({{ }}).
      - If all are empty, a virtual machine is called C(vm-<id>) and a dedicated server C(server-<id>).
      - A dedicated server's C(name) is its host name if V(info) is gathered, else its domain.
      - A name that Ansible would take for something else is skipped. One warning covers all names that were replaced;
        it gives their number and lists the first five.
      - Skipped names are those that Ansible would take for a pattern, a range or several names (names that hold a
        blank, a comma, a semicolon, a colon, a bracket, C(*) or C(?), or begin with C(-), C(!), C(&), C(~) or C(@)),
        for a file of host variables (names that end in C(.yml), C(.yaml) or C(.json)), for a path (names that hold a
        slash) or for the controller itself (such as C(localhost), C(localhost.localdomain), C(127.1) and C(::1)), and
        names that hold invisible characters. Another IPv6 address is accepted as a name, and so is ordinary text in any
        script.
      - If a host has the same name as a group of other hosts, C(-<id>) is added to its name, with a warning. Otherwise
        a play for the group would run on that host alone.
    type: list
    elements: str
    default: [name]
  connect_with:
    description:
      - What C(ansible_host) is set to, as one value or a list in order of preference.
      - A host that has none of these addresses has no C(ansible_host). Ansible would then connect to the host's name,
        which may belong to another machine, so one warning gives the number of these hosts and lists the first five. If
        a portal lists public addresses only, private addresses need O(gather=details).
      - With an empty list, no host has C(ansible_host), and the warning says so.
    type: list
    elements: str
    choices: [public_ipv4, public_ipv6, private_ipv4, name]
    default: [public_ipv4]
  fleet_file:
    description:
      - A fleet file, or a folder of them. The C(groups) and C(vars) of its services and machines apply to the hosts. A
        relative path starts in the folder of the inventory file.
      - A service's entry applies to all its hosts, a machine's line to that machine. A machine's C(vars) override those
        of its service, its C(groups) are added. Services and machines are matched in the same way as for a plan.
      - A line whose machine doesn't exist at the portal gives no host. Its groups exist, without that host. A service
        that no account has causes a warning. A line that may refer to several machines or services is an error.
      - All values except C(vars) may be expressions with extra vars and lookups. C(vars) are variables as in any other
        file of Ansible's. Their expressions are resolved, and their vaulted values decrypted, when they are used.
      - A variable that Ansible or this inventory sets, such as C(ansible_host), is an error.
      - It takes no request if services are named by id or domain. A label takes one request for each service of the
        account, and C(account) takes one.
    type: str
  hostvars_prefix:
    description: The prefix of the names of the host variables.
    type: str
    default: sindad_
  duplicate_hostnames:
    description:
      - What to do with hosts of the same name, across all accounts of the file.
      - V(suffix) adds C(-<id>) to each name, with the id of the virtual machine or the dedicated server, and warns. If
        the ids are the same too, it adds C(-<service id>-<id>), and then C(-<account>-<service id>-<id>).
      - V(fail) is an error that lists the hosts. V(first) keeps the first host, with a warning.
      - The same applies to a machine whose name another inventory source of this plugin has given to another machine.
        Then the id is added only to the later one. A static host of the same name is taken for the same host. If it
        sets another C(ansible_host), this inventory takes precedence, with a warning.
    type: str
    choices: [suffix, fail, first]
    default: suffix
  workers:
    description: How many requests are sent at a time, in all accounts together.
    type: int
    default: 8
  strict_services:
    description:
      - Whether a service that fails is an error, which names the service.
      - If V(false), it is only a warning, and the inventory lacks the service's hosts. Such an answer is not cached.
    type: bool
    default: true
  cache_fallback:
    description:
      - Whether to use the account's last good answer if the portal can't be reached or a service fails. A warning says
        how old that answer is.
      - The answer is stored with O(cache_plugin), which must keep its data after the run, such as
        V(ansible.builtin.jsonfile). This doesn't need O(cache), and C(--flush-cache) doesn't remove the answer.
      - Credentials that are refused for the list of services are still an error.
    type: bool
    default: false
  cache_fallback_max_age:
    description: The maximum age in seconds of an answer that O(cache_fallback) uses. V(0) means any age.
    type: int
    default: 86400
"""

EXAMPLES = r"""
# The minimum; the password comes from the environment (SINDAD_PASSWORD).
---
plugin: sindad.cloud.sindad
api_username: ops@example.com

# Groups by service, template and state; machines with little memory; another user for Ubuntu.
---
plugin: sindad.cloud.sindad
keyed_groups:
  - key: sindad_domain
    prefix: service
  - key: sindad_template
    prefix: os
  - key: sindad_status
    separator: ''
groups:
  small: sindad_memory is not none and sindad_memory < 2048
compose:
  ansible_user: "'ubuntu' if 'Ubuntu' in (sindad_template or '') else 'root'"

# Connect to private addresses where there are any, name hosts by name and domain, leave out what is not in production.
---
plugin: sindad.cloud.sindad
connect_with:
  - private_ipv4
  - public_ipv4
hostnames:
  - "{{ sindad_name ~ '.' ~ sindad_domain if sindad_kind == 'vm' else '' }}"
  - name
service_categories:
  - Cloud Servers
  - Dedicated Servers
filters:
  - include: sindad_domain == 'web.example.ir'
  - exclude: sindad_domain is search('staging|ci')
  - exclude: sindad_status == 'stopped'

# Dedicated servers with everything that the portal reports about them.
---
plugin: sindad.cloud.sindad
gather:
  - details
  - info
  - ips
  - power

# The fleet file says what a machine is for: it holds groups and variables of services and machines.
---
plugin: sindad.cloud.sindad
fleet_file: fleet.yml

# Two accounts, with a cache and a fallback.
---
plugin: sindad.cloud.sindad
accounts:
  - name: production
    api_username: ops@example.com
    api_password: "{{ lookup('ansible.builtin.env', 'PRODUCTION_PASSWORD') }}"
  - name: testing
    api_username: test@example.com
    api_password: "{{ testing_password }}"
keyed_groups:
  - key: sindad_account
    prefix: account
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: ~/.ansible/tmp/sindad-inventory
cache_timeout: 600
cache_fallback: true
cache_fallback_max_age: 43200
"""

import re
from collections import Counter
from contextlib import contextmanager
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from ansible.errors import AnsibleError, AnsibleParserError
from ansible.module_utils.common.text.converters import to_native
from ansible.plugins.inventory import BaseInventoryPlugin, Constructable
from ansible.utils.vars import combine_vars
from ansible_collections.sindad.cloud.plugins.module_utils._reading import printable
from ansible_collections.sindad.cloud.plugins.module_utils._texts import listed
from ansible_collections.sindad.cloud.plugins.plugin_utils._answers import (
    Answer,
    CachePolicy,
    Store,
    answers_of_accounts,
)
from ansible_collections.sindad.cloud.plugins.plugin_utils._constructed import Hosts, QuickTemplar
from ansible_collections.sindad.cloud.plugins.plugin_utils._names import (
    connectable,
    described,
    identity,
    matches_others,
    suffixed,
    usable,
    with_ids,
)
from ansible_collections.sindad.cloud.plugins.plugin_utils._options import ACCOUNT, CREDENTIALS, Given, accounts
from ansible_collections.sindad.cloud.plugins.plugin_utils._wanted import GATHERED, Filters, Wanted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ansible_collections.sindad.cloud.plugins.plugin_utils._fleet_hosts import Declared, FleetHosts
    from ansible_collections.sindad.cloud.plugins.plugin_utils._portal import Facts

CONNECT_WITH = {"public_ipv4": "ipv4", "public_ipv6": "ipv6", "private_ipv4": "private_ipv4", "name": "name"}
GROUPS = {"vm": "sindad_vms", "server": "sindad_servers"}
#: Options that are templates or expressions of each host, not of the file.
OF_HOSTS = ("compose", "filters", "groups", "hostnames", "keyed_groups")
#: Options that are lists of strings, and what each entry is.
LISTS_OF_TEXTS = {
    "hostnames": "a variable's name or a template",
    "service_statuses": "a string",
    "service_categories": "a string",
}
#: How many names a message lists.
SHOWN = 5
#: Which machine each host of an inventory is that a source of this plugin has added.
_machines: WeakKeyDictionary[Any, dict[str, tuple[str, ...]]] = WeakKeyDictionary()


class InventoryModule(BaseInventoryPlugin, Constructable):  # type: ignore[misc]  # ansible-core has no type information
    """The inventory plugin."""

    NAME = "sindad.cloud.sindad"
    inventory: Any
    _composes_keys = False
    #: The fleet file, and what it says of hosts by account, service and machine.
    _fleet: FleetHosts | None = None
    _declared: Mapping[tuple[str, str, str | None], Declared] = MappingProxyType({})

    @cached_property
    def templar(self) -> QuickTemplar:
        """What all templates and expressions are evaluated with."""
        return QuickTemplar(loader=self.loader)

    def verify_file(self, path: str) -> bool:
        """Whether a file is meant for this plugin."""
        return super().verify_file(path) and path.endswith(("sindad.yml", "sindad.yaml"))

    def set_options(self, task_keys: Any = None, var_options: Any = None, direct: Any = None) -> None:
        """Set the options; templates in the file and in extra vars are rendered before their types are checked.

        Not so what comes out of the environment, since a password may hold any characters.
        """
        variables, config = var_options or {}, direct or {}
        definitions = self.option_definitions
        own = {entry["name"] for option in definitions.values() for entry in option.get("vars", ())}
        self.templar.available_variables = variables
        variables = {**variables, **{name: self._rendered(name, variables[name]) for name in own & variables.keys()}}
        config = {**config, **{name: self._rendered(name, config[name]) for name in config if name not in OF_HOSTS}}
        given = Given(definitions, config, variables)
        given.check_types()
        super().set_options(task_keys, variables, config)
        # A token goes before a user name, but not one of the environment before what the file says.
        tokens, basic = ("api_token", "api_refresh_token"), ("api_username", "api_password")
        if all(map(self.get_option, basic)) and given.distance(*basic) < given.distance(*tokens):
            self._options.update(dict.fromkeys(tokens))

    def _rendered(self, name: str, value: Any) -> Any:
        try:
            return self.templar.template(value)
        except AnsibleError as error:
            # Ansible shows the line that an error is from, which may hold a password.
            cause = None if name in (*CREDENTIALS, "accounts") else error
            raise AnsibleParserError(f"{name}: {to_native(error)}") from cause

    def parse(self, inventory: Any, loader: Any, path: str, cache: bool = True) -> None:
        """Fill the inventory.

        Raises:
            AnsibleParserError: An option is wrong, the portal can't be asked, or a service fails.

        """
        super().parse(inventory, loader, path, cache)
        config = self._read_config_data(path)
        for name in config.keys() - self.option_definitions.keys():
            self.display.warning(f"{path}: there is no option {name!r}, it has no effect")
        self._check_options()
        prefix = self.get_option("hostvars_prefix")
        filters = Filters(self.get_option("filters"), prefix, self.templar, self._overriding)
        if filters.without_effect:
            self.display.warning("filters: without an exclude, they leave no host out; end them with exclude: true")
        self._warn_of_ungathered()
        self._fleet = self._fleet_hosts(path)
        answers = self._answers(filters, cache)
        found = [facts for answer in answers.values() for facts in answer.hosts]
        if self._fleet:
            self._fleet.check_variables({prefix + name for facts in found[:1] for name in facts})
            self._declared = self._fleet.of_hosts(answers)
        self._add_hosts(found, filters)

    def _fleet_hosts(self, path: str) -> FleetHosts | None:
        """Return the fleet file of an inventory file."""
        given = self.get_option("fleet_file")
        if given is None:
            return None
        if not given.strip():
            raise AnsibleParserError("fleet_file must be the path of a file or of a folder")
        # Most inventories don't need it.
        from ansible_collections.sindad.cloud.plugins.plugin_utils._fleet_hosts import FleetHosts  # noqa: PLC0415

        self.templar.available_variables = self._vars
        return FleetHosts(given, path, self.loader, self.templar)

    @property
    def _overriding(self) -> Facts:
        """The extra vars, where they go before a host's variables."""
        return self._vars if self.get_option("use_extra_vars") else {}

    def _check_options(self) -> None:
        """Check what the types of the options don't."""
        if self.get_option("workers") < 1:
            raise AnsibleParserError(f"workers must be 1 or more, not {self.get_option('workers')}")
        if self.get_option("cache_fallback_max_age") < 0:
            raise AnsibleParserError("cache_fallback_max_age must be a number of seconds, or 0 for any age")
        prefix = self.get_option("hostvars_prefix")
        if prefix and not (prefix.isidentifier() and prefix.isascii()):
            raise AnsibleParserError(f"hostvars_prefix must be the beginning of a variable's name, not {prefix!r}")
        for name, what in LISTS_OF_TEXTS.items():
            for wanted in self.get_option(name):
                if not isinstance(wanted, str):
                    raise AnsibleParserError(f"{name}: each entry must be {what}, unlike {wanted!r}")

    def _answers(self, filters: Filters, cache: bool) -> dict[str, Answer]:
        """Return what is known of each account, out of the cache or from the portal."""
        rules = CachePolicy(
            use_cache=cache and self.get_option("cache"),
            max_age=self.get_option("cache_timeout"),
            fallback=self.get_option("cache_fallback"),
            fallback_max_age=self.get_option("cache_fallback_max_age"),
            strict_services=self.get_option("strict_services"),
            named=bool(self.get_option("accounts")),
        )
        store = None
        if rules.fallback or self.get_option("cache"):
            plugin = self.get_option("cache_plugin")
            if rules.fallback and plugin.rpartition(".")[2] == "memory":
                self.display.warning(
                    "cache_fallback: the cache plugin memory keeps nothing after a run, choose another"
                )
            store = Store(plugin, self.get_option("cache_connection"), self.get_option("cache_prefix"), rules)
        wanted = Wanted(
            statuses=self.get_option("service_statuses"),
            categories=self.get_option("service_categories"),
            gather=sorted(set(self.get_option("gather"))),
            filters=filters,
            named=self._fleet.named if self._fleet else None,
        )
        own = {name: self.get_option(name) for name in ACCOUNT if name != "name"}
        asked = accounts(own, self.get_option("accounts"))
        return answers_of_accounts(asked, wanted, self.get_option("workers"), rules, store)

    def _warn_of_ungathered(self) -> None:
        """Name what ``gather`` lacks for the variables that the options name."""
        used = str([self.get_option(name) for name in OF_HOSTS])
        given = {fact for word in self.get_option("gather") for fact in GATHERED[word]}
        for word, facts in GATHERED.items():
            names = [self.get_option("hostvars_prefix") + fact for fact in facts if fact not in given]
            missing = [name for name in names if re.search(rf"\b{name}\b", used)]
            if missing:
                self.display.warning(f"{', '.join(missing)}: only gather: [{word}] gives this variable")
            given.update(facts)

    def _add_hosts(self, found: Sequence[Facts], filters: Filters) -> None:
        """Add the hosts that no filter excludes, with their groups and variables."""
        self._check_hostnames(found)
        self._replaced: list[str] = []
        hosts = [host for facts in found if (host := self._host(facts, filters)) is not None]
        self._warn_of_many("Ansible would take these names for something else, so they are replaced", self._replaced)
        self._add_groups()
        names = self._distinct([name for name, *_rest in hosts], [facts for _name, facts, _variables in hosts])
        names = self._named_across_sources(names, hosts)
        added = []
        for distinct, (_name, facts, variables) in zip(names, hosts):
            if distinct is None:
                continue
            if distinct not in self.inventory.hosts:
                added.append((distinct, facts, variables))
            self._construct(distinct, facts, variables)
        nowhere = [name for name, host in zip(names, hosts) if name is not None and "ansible_host" not in host[2]]
        wanted = " or ".join(self.get_option("connect_with")) or "an address, since connect_with is empty"
        self._warn_of_many(f"hosts without {wanted}, to which Ansible would connect by their names", nowhere)
        self._rename_ambiguous(added)

    def _add_groups(self) -> None:
        """Add the groups that are there whatever the hosts are."""
        self.inventory.add_group("sindad")
        for group in GROUPS.values():
            self.inventory.add_group(group)
            self.inventory.add_child("sindad", group)
        for group in self._fleet.groups if self._fleet else ():
            self.inventory.add_group(group)

    def _warn_of_many(self, said: str, names: Sequence[str]) -> None:
        """Warn once of all that something is said of."""
        if names:
            self.display.warning(f"{said} ({len(names)}): {listed(names, SHOWN)}")

    def _host(self, facts: Facts, filters: Filters) -> tuple[str, Facts, Facts] | None:
        """Return a host's name, facts and variables; None if a filter excludes it."""
        prefix = self.get_option("hostvars_prefix")
        variables = {prefix + name: value for name, value in facts.items()}
        for wanted in self.get_option("connect_with"):
            address = facts[CONNECT_WITH[wanted]]
            if connectable(address):
                variables["ansible_host"] = address
                break
        declared = self._of_fleet(facts)
        if declared:
            variables.update(declared.variables)
        overriding = self._overriding
        seen = combine_vars(variables, overriding) if overriding else variables
        name, passed_over = self._hostname(facts, seen)
        if not filters.includes(name, seen):
            return None
        if passed_over is not None:
            self._replaced.append(f"{printable(passed_over)!r} is {name}")
        return (name, facts, variables)

    def _named_across_sources(
        self, names: Sequence[str | None], hosts: Sequence[tuple[str, Facts, Facts]]
    ) -> list[str | None]:
        """Return the names beside those that other sources of the inventory have given: no two machines are one host."""
        machines = _machines_of(self.inventory)
        taken = {*names, *self.inventory.hosts}
        distinct: list[str | None] = []
        for name, (_name, facts, variables) in zip(names, hosts):
            present = self.inventory.hosts.get(name)
            if name is None or present is None or machines.get(name) == self._machine(facts):
                distinct.append(name)
            elif name not in machines:
                self._warn_of_static_address(name, present.vars.get("ansible_host"), facts, variables)
                distinct.append(name)
            else:
                distinct.append(self._renamed(name, facts, machines, taken))
        for name, (_name, facts, _variables) in zip(distinct, hosts):
            if name is not None:
                machines[name] = self._machine(facts)
        return distinct

    def _warn_of_static_address(self, name: str, address: Any, facts: Facts, variables: Facts) -> None:
        """Warn of a host that another source gives another address than this one does."""
        if address is not None and address != variables.get("ansible_host"):
            self.display.warning(
                f"{name} ({described(facts)}) is a host of another source too, whose ansible_host is {address}: "
                "what this source says takes precedence"
            )

    def _renamed(
        self, name: str, facts: Facts, machines: dict[str, tuple[str, ...]], taken: set[str | None]
    ) -> str | None:
        """Return the name of a machine that is called as another source's is; None where it is left out.

        Args:
            name: What both are called.
            facts: The machine.
            machines: Which machine each host is that a source of this plugin has added.
            taken: The names of all hosts; the one that is returned is added.

        Raises:
            AnsibleParserError: That is to be an error, or no name is left.

        """
        mode, machine = self.get_option("duplicate_hostnames"), self._machine(facts)
        said = f"{name} ({described(facts)}) has the same name as a machine of another inventory source"
        if mode == "fail":
            raise AnsibleParserError(said)
        if mode == "first":
            self.display.warning(f"{said}: it is left out")
            return None
        longer = with_ids(name, facts)
        free = next((each for each in longer if each not in taken or machines.get(each) == machine), None)
        if free is None:
            raise AnsibleParserError(f"{said}, and so are {', '.join(longer)}")
        taken.add(free)
        self.display.warning(f"{said}: it is called {free} here")
        return free

    def _machine(self, facts: Facts) -> tuple[str, ...]:
        """Return what tells a machine from all others."""
        return (*(str(facts[name]) for name in ("account", "kind", "service_id", "vmid")), self.get_option("api_url"))

    def _construct(self, name: str, facts: Facts, variables: Facts) -> None:
        """Add a host with its variables, and what is made of them."""
        strict = self.get_option("strict")
        declared = self._of_fleet(facts)
        with self._names_of_hosts() as hosts:
            hosts.add(name, GROUPS[facts["kind"]], variables)
            for group in declared.groups if declared else ():
                hosts.add_child(group, name)
            self._set_composite_vars(self.get_option("compose"), hosts.get_host(name).get_vars(), name, strict)
            self._add_host_to_composed_groups(self.get_option("groups"), {}, name, strict)
        with self._keys_of_groups():
            self._add_host_to_keyed_groups(self.get_option("keyed_groups"), {}, name, strict)

    @contextmanager
    def _names_of_hosts(self) -> Iterator[Hosts]:
        """Let a name that Constructable adds something to mean a host, and not the group of the same name."""
        inventory = self.inventory
        self.inventory = Hosts(inventory)
        try:
            yield self.inventory
        finally:
            self.inventory = inventory

    @contextmanager
    def _keys_of_groups(self) -> Iterator[None]:
        """Let what Constructable evaluates be the keys of groups, see `_compose`."""
        self._composes_keys = True
        try:
            yield
        finally:
            self._composes_keys = False

    def _compose(self, *args: Any, **options: Any) -> Any:
        """Evaluate an expression; the key of a group that is a number is its text."""
        value = super()._compose(*args, **options)
        if not self._composes_keys:
            return value
        return [_as_key(item) for item in value] if isinstance(value, list) else _as_key(value)

    def _of_fleet(self, facts: Facts) -> Declared | None:
        """Return what the fleet file says of a host."""
        if not self._declared:
            return None
        return self._declared.get((facts["account"], facts["service_id"], facts["vmid"]))

    def _check_hostnames(self, found: Sequence[Facts]) -> None:
        """See to it that a misspelt name doesn't give all hosts other names without a word."""
        if not found:
            return
        known = {prefix + name for name in found[0] for prefix in ("", self.get_option("hostvars_prefix"))}
        if self._fleet:
            known |= self._fleet.variables
        for wanted in self.get_option("hostnames"):
            if "{{" not in wanted and wanted not in known:
                said = f"hostnames: no host has the variable {wanted!r}; gather may have to name what gives it"
                if self.get_option("strict"):
                    raise AnsibleParserError(said)
                self.display.warning(said)

    def _hostname(self, facts: Facts, variables: Facts) -> tuple[str, str | None]:
        """Return the first of the wanted names that a host can have, and the first one that it can't."""
        passed_over: str | None = None
        for wanted in self.get_option("hostnames"):
            value = self._wanted_name(wanted, facts, variables)
            if usable(value):
                return str(value).strip(), passed_over
            if passed_over is None and value is not None and str(value).strip():
                passed_over = str(value)
        return f"{facts['kind']}-{identity(facts)}", passed_over

    def _wanted_name(self, wanted: str, facts: Facts, variables: Facts) -> Any:
        """Return what a host would be called by one entry of ``hostnames``; None where that can't be told."""
        if "{{" not in wanted:
            return facts.get(wanted, variables.get(wanted))
        self.templar.available_variables = variables
        try:
            return self.templar.template(wanted)
        except AnsibleError as error:
            if self.get_option("strict"):
                raise AnsibleParserError(f"hostnames: {to_native(error)}") from error
            return None

    def _distinct(self, names: list[str], found: list[Facts]) -> Sequence[str | None]:
        """Return names no two of which are the same; None for a host that is left out."""
        mode, counts = self.get_option("duplicate_hostnames"), Counter(names)
        shared = [name for name, count in counts.items() if count > 1]
        if not shared:
            return list(names)
        if mode == "fail":
            said = [f"{name} ({described(facts)})" for name, facts in zip(names, found) if counts[name] > 1]
            raise AnsibleParserError(f"hosts have the same name: {', '.join(said)}")
        self._warn_of_shared_names(shared, mode)
        if mode == "suffix":
            return suffixed(names, found)
        first = {name: position for position, name in reversed(list(enumerate(names)))}
        return [name if first[name] == position else None for position, name in enumerate(names)]

    def _warn_of_shared_names(self, shared: Sequence[str], mode: str) -> None:
        what = "each of them has its id added" if mode == "suffix" else "only the first is kept"
        self.display.warning(f"several hosts are called {listed(shared, SHOWN)}: {what}")

    def _rename_ambiguous(self, added: Sequence[tuple[str, Facts, Facts]]) -> None:
        """Give another name to hosts that are called as groups are.

        Ansible would take such a host for all that a play is meant for. The groups are known only now.
        """
        groups, hosts = self.inventory.groups, self.inventory.hosts
        for name, facts, variables in added:
            if matches_others(name, groups):
                other = next((each for each in with_ids(name, facts) if each not in groups and each not in hosts), None)
                if other is None:
                    raise AnsibleParserError(f"{name} ({described(facts)}) has the name of a group")
                self.display.warning(
                    f"{name} ({described(facts)}) is called {other} here: a play for the group of that name would run on "
                    "this host alone"
                )
                machines = _machines_of(self.inventory)
                machines[other] = machines.pop(name)
                self.inventory.remove_host(hosts[name])
                self._construct(other, facts, variables)


def _machines_of(inventory: Any) -> dict[str, tuple[str, ...]]:
    """Return the machine of each host that sources of this plugin have added; the next source adds its own.

    Since ansible-core 2.19 each source gets a proxy of its own, which may be gone when the next source is read. What is
    behind it lives as long as the inventory.
    """
    return _machines.setdefault(getattr(inventory, "__wrapped__", inventory), {})


def _as_key(value: Any) -> Any:
    return str(value) if isinstance(value, (int, float)) else value
