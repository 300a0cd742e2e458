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
  - Hosts are the virtual machines of services that have some, and the dedicated servers.
  - Uses a configuration file whose name ends in C(sindad.yml) or C(sindad.yaml).
  - What a service is, its answers say. A service that answers to List VMs is a pool of virtual machines. One that
    doesn't offer it and answers to List IPs is a dedicated server. Any other is no host.
  - It takes one request for the list of services, one for each service with virtual machines, two for each other one,
    and what O(gather) asks for. Services that O(service_statuses), O(service_categories) or O(filters) rule out take
    none, see there.
  - Where a list of virtual machines holds no address at all, the details of each machine are asked for, so that it can
    be reached.
  - All hosts are in the group C(sindad), virtual machines in C(sindad_vms), dedicated servers in C(sindad_servers).
author:
  - Sindad cloud collection contributors (@sindad)
extends_documentation_fragment:
  - sindad.cloud.inventory_auth
  - ansible.builtin.constructed
  - ansible.builtin.inventory_cache
notes:
  - The host variables that are always there, null where they don't apply, are C(sindad_kind) (V(vm) or V(server)),
    C(sindad_account), C(sindad_service_id), C(sindad_service_name), C(sindad_service_status), C(sindad_category),
    C(sindad_domain), C(sindad_next_due), C(sindad_vmid), C(sindad_name), C(sindad_status), C(sindad_memory) (MB),
    C(sindad_cpu), C(sindad_disk) (GB), C(sindad_template) (its name), C(sindad_template_id), C(sindad_ips) (all
    addresses), C(sindad_ipv4), C(sindad_ipv6) (the first public ones) and C(sindad_private_ipv4). Ids are strings.
  - C(ansible_host) is there where the host has the address that O(connect_with) names.
  - C(sindad_status) is V(running), V(stopped), V(rescue), V(building) or V(unknown). A dedicated server's is known
    where V(power) is gathered.
  - No password is ever a host variable. What the portal says is data. It is never taken for a template.
  - Ansible itself only warns of an inventory that can't be had, and goes on with the hosts of the others or with none. Set
    C(any_unparsed_is_failed=true) in the section C([inventory]) of C(ansible.cfg), or
    E(ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED), so that it stops.
  - An option comes from the file first, then from extra vars, then from the environment. User name and password that are
    given closer to the file than O(api_token) are used instead of it.
options:
  plugin:
    description: That the file is one for this plugin.
    type: str
    required: true
    choices: [sindad.cloud.sindad]
  accounts:
    description:
      - Several accounts, fetched side by side.
      - Each has a C(name), which becomes the host variable C(sindad_account), and the options that begin with C(api_)
        and O(validate_certs). What it leaves out is taken from the file's own options. If it holds any of user name,
        password and tokens, none of these is taken from there.
      - Without it, the file's own options are the only account, and C(sindad_account) is the user name, or V(token)
        where a token is used.
    type: list
    elements: dict
    default: []
  service_statuses:
    description:
      - Look at services in one of these statuses only. Upper and lower case are the same.
      - An empty list is all of them.
    type: list
    elements: str
    default: [Active]
  service_categories:
    description:
      - Look at services of one of these categories only, by name or slug. Upper and lower case are the same.
      - An empty list is all of them.
    type: list
    elements: str
    default: []
  filters:
    description:
      - Conditions on a host's variables, each a dictionary with the one key C(include) or C(exclude).
      - The first one that is true decides. A host for which none is true stays. One that can't be decided, since it names
        what a host doesn't have, is an error.
      - What the list of services tells is decided before a service is asked for its hosts. So it takes no request to leave
        out a service by a condition that names nothing but C(sindad_account), C(sindad_category), C(sindad_domain),
        C(sindad_next_due), C(sindad_service_id), C(sindad_service_name) and C(sindad_service_status), as it takes none
        with O(service_statuses) and O(service_categories).
    type: list
    elements: dict
    default: []
  gather:
    description:
      - What to fetch beyond the lists.
      - V(details) asks for the details of each service and of each virtual machine. They give C(sindad_service_label)
        and what the list of machines lacks, such as the memory.
      - V(info) asks for the information of each dedicated server. It gives C(sindad_hostname), C(sindad_template),
        C(sindad_template_id) and, as the portal says it but without secrets, C(sindad_info). The host name also becomes
        C(sindad_name).
      - V(ips) gives C(sindad_ip_records), the addresses of a dedicated server with C(id), C(address), C(domain) (the
        reverse-DNS name), C(vlan) and C(main). It takes no request but where the portal's list has addresses only,
        then one for each of them.
      - V(power) asks for the power state of each dedicated server. It gives C(sindad_power) (V(on), V(off) or
        V(unknown)) and C(sindad_status).
    type: list
    elements: str
    choices: [details, info, ips, power]
    default: []
  hostnames:
    description:
      - What a host is called, by the first that is not empty. Each is a variable's name, with or without
        O(hostvars_prefix), or a template in C({{ }}).
      - Where all are empty, a virtual machine is called C(vm-<id>) and a dedicated server C(server-<id>).
      - A dedicated server's C(name) is its host name where V(info) is gathered, else its domain.
      - What would be dangerous as a name is taken as empty. That is a name of the controller itself, as C(localhost), one
        that holds a slash, and one that begins with a hyphen or with what means something else among host patterns, as
        C(!). A host whose name is that of a group of others, or a pattern that others match, gets C(-<id>) added, with a
        warning, since a play for these would run on it alone.
    type: list
    elements: str
    default: [name]
  connect_with:
    description:
      - What C(ansible_host) is. Without such an address a host has none, and C(-v) says so. Ansible would then connect to
        the host's name. Where a portal lists public addresses only, private ones need O(gather=details).
    type: str
    choices: [public_ipv4, public_ipv6, private_ipv4, name]
    default: public_ipv4
  hostvars_prefix:
    description: What the names of the host variables begin with.
    type: str
    default: sindad_
  duplicate_hostnames:
    description:
      - What is done about hosts of the same name, in all accounts of the file.
      - V(suffix) adds C(-<id>) to each of them, the id being that of the virtual machine or of the dedicated server, with
        a warning. Where the ids are the same too, it is C(-<service id>-<id>), and then C(-<account>-<service id>-<id>).
      - V(fail) is an error that lists them. V(first) keeps the first one, with a warning.
    type: str
    choices: [suffix, fail, first]
    default: suffix
  workers:
    description: How many requests are made at once, in all accounts together.
    type: int
    default: 8
  strict_services:
    description:
      - Whether a service that fails is an error. It names the service.
      - If V(false), it is a warning, and the inventory lacks the service's hosts. Such an answer is not cached.
    type: bool
    default: true
  cache_fallback:
    description:
      - Whether, when the portal can't be reached or a service fails, the account's last good answer is served instead.
        A warning says how old it is.
      - It is kept with O(cache_plugin), which has to be one that outlives the run, such as V(ansible.builtin.jsonfile).
        It doesn't need O(cache), and C(--flush-cache) doesn't remove it.
      - Credentials that are refused for the list of services remain an error.
    type: bool
    default: false
  cache_fallback_max_age:
    description: How many seconds old an answer that O(cache_fallback) serves may be. V(0) is any age.
    type: int
    default: 86400
"""

EXAMPLES = r"""
# The least that is needed; the password comes from the environment (SINDAD_PASSWORD).
---
plugin: sindad.cloud.sindad
api_username: ops@example.com

# Groups by service, template and state; machines with little memory; another user for Ubuntu.
---
plugin: sindad.cloud.sindad
keyed_groups:
  - key: sindad_service_name
    prefix: service
  - key: sindad_template
    prefix: os
  - key: sindad_status
    separator: ''
groups:
  small: sindad_memory is not none and sindad_memory < 2048
compose:
  ansible_user: "'ubuntu' if 'Ubuntu' in (sindad_template or '') else 'root'"

# Connect by the private addresses, call hosts by name and domain, leave out what is not in production.
---
plugin: sindad.cloud.sindad
connect_with: private_ipv4
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

# Dedicated servers with all that is known of them.
---
plugin: sindad.cloud.sindad
gather:
  - details
  - info
  - ips
  - power

# Two accounts; what a run may serve from the cache, and what it may fall back to.
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

from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ansible.errors import AnsibleError, AnsibleParserError
from ansible.module_utils.common.text.converters import to_native
from ansible.plugins.inventory import BaseInventoryPlugin, Constructable
from ansible.utils.vars import combine_vars
from ansible_collections.sindad.cloud.plugins.plugin_utils._answers import CachePolicy, Store, facts_of_hosts
from ansible_collections.sindad.cloud.plugins.plugin_utils._constructed import Hosts, QuickTemplar
from ansible_collections.sindad.cloud.plugins.plugin_utils._names import (
    described,
    identity,
    matches_others,
    suffixed,
    usable,
    with_ids,
)
from ansible_collections.sindad.cloud.plugins.plugin_utils._options import ACCOUNT, CREDENTIALS, Given, accounts
from ansible_collections.sindad.cloud.plugins.plugin_utils._wanted import Filters, Wanted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ansible_collections.sindad.cloud.plugins.plugin_utils._portal import Facts

CONNECT_WITH = {"public_ipv4": "ipv4", "public_ipv6": "ipv6", "private_ipv4": "private_ipv4", "name": "name"}
GROUPS = {"vm": "sindad_vms", "server": "sindad_servers"}
#: Options that are templates or expressions of each host, not of the file.
OF_HOSTS = ("compose", "filters", "groups", "hostnames", "keyed_groups")
#: How many names a message lists.
SHOWN = 5


class InventoryModule(BaseInventoryPlugin, Constructable):  # type: ignore[misc]  # ansible-core has no type information
    """The inventory plugin."""

    NAME = "sindad.cloud.sindad"
    inventory: Any

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
        self._add_hosts(self._facts(filters, cache), filters)

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
        for wanted in self.get_option("hostnames"):
            if not isinstance(wanted, str):
                raise AnsibleParserError(f"hostnames: each must be a variable's name or a template, unlike {wanted!r}")

    def _facts(self, filters: Filters, cache: bool) -> list[Facts]:
        """Return the facts of all hosts, out of the cache or from the portal."""
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
        )
        own = {name: self.get_option(name) for name in ACCOUNT if name != "name"}
        asked = accounts(own, self.get_option("accounts"))
        return facts_of_hosts(asked, wanted, self.get_option("workers"), rules, store)

    def _add_hosts(self, found: Sequence[Facts], filters: Filters) -> None:
        """Add the hosts that no filter excludes, with their groups and variables."""
        self._check_hostnames(found)
        hosts = [host for facts in found if (host := self._host(facts, filters)) is not None]
        self.inventory.add_group("sindad")
        for group in GROUPS.values():
            self.inventory.add_group(group)
            self.inventory.add_child("sindad", group)
        names = self._distinct([name for name, *_rest in hosts], [facts for _name, facts, _variables in hosts])
        added = []
        for distinct, (_name, facts, variables) in zip(names, hosts):
            if distinct is None:
                continue
            if "ansible_host" not in variables:
                self.display.v(f"{distinct} has no {self.get_option('connect_with')}, so it has no ansible_host")
            if distinct not in self.inventory.hosts:
                added.append((distinct, facts, variables))
            self._construct(distinct, GROUPS[facts["kind"]], variables)
        self._rename_ambiguous(added)

    def _host(self, facts: Facts, filters: Filters) -> tuple[str, Facts, Facts] | None:
        """Return a host's name, facts and variables; None if a filter excludes it."""
        prefix, address = self.get_option("hostvars_prefix"), CONNECT_WITH[self.get_option("connect_with")]
        variables = {prefix + name: value for name, value in facts.items()}
        if usable(facts[address]):
            variables["ansible_host"] = facts[address]
        overriding = self._overriding
        seen = combine_vars(variables, overriding) if overriding else variables
        name = self._hostname(facts, seen)
        return (name, facts, variables) if filters.includes(name, seen) else None

    def _construct(self, name: str, group: str, variables: Facts) -> None:
        """Add a host with its variables, and what is made of them."""
        strict, inventory = self.get_option("strict"), self.inventory
        self.inventory = hosts = Hosts(inventory)
        hosts.add(name, group, variables)
        self._set_composite_vars(self.get_option("compose"), hosts.get_host(name).get_vars(), name, strict)
        self._add_host_to_composed_groups(self.get_option("groups"), {}, name, strict)
        self.inventory = inventory
        self._add_host_to_keyed_groups(self.get_option("keyed_groups"), {}, name, strict)

    def _check_hostnames(self, found: Sequence[Facts]) -> None:
        """See to it that a misspelt name doesn't give all hosts other names without a word."""
        if not found:
            return
        known = {prefix + name for name in found[0] for prefix in ("", self.get_option("hostvars_prefix"))}
        for wanted in self.get_option("hostnames"):
            if "{{" not in wanted and wanted not in known:
                said = f"hostnames: no host has the variable {wanted!r}; gather may have to name what gives it"
                if self.get_option("strict"):
                    raise AnsibleParserError(said)
                self.display.warning(said)

    def _hostname(self, facts: Facts, variables: Facts) -> str:
        """Return the first of the wanted names that a host has."""
        for wanted in self.get_option("hostnames"):
            value = facts.get(wanted, variables.get(wanted))
            if "{{" in wanted:
                self.templar.available_variables = variables
                try:
                    value = self.templar.template(wanted)
                except AnsibleError as error:
                    if self.get_option("strict"):
                        raise AnsibleParserError(f"hostnames: {to_native(error)}") from error
            if usable(value):
                return str(value).strip()
        return f"{facts['kind']}-{identity(facts)}"

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
        more = f" and {len(shared) - SHOWN} more" if len(shared) > SHOWN else ""
        what = "each of them has its id added" if mode == "suffix" else "only the first is kept"
        self.display.warning(f"several hosts are called {', '.join(shared[:SHOWN])}{more}: {what}")

    def _rename_ambiguous(self, added: Sequence[tuple[str, Facts, Facts]]) -> None:
        """Give another name to hosts that are called as groups are, or as patterns of other hosts.

        Ansible would take such a host for all that a play is meant for. The groups are known only now.
        """
        groups, hosts = self.inventory.groups, self.inventory.hosts
        for name, facts, variables in added:
            if matches_others(name, groups, hosts):
                other = next((each for each in with_ids(name, facts) if each not in groups and each not in hosts), None)
                if other is None:
                    raise AnsibleParserError(
                        f"{name} ({described(facts)}) is called as a group or a pattern of hosts is"
                    )
                self.display.warning(
                    f"{name} ({described(facts)}) is called {other} here: a play for a group or pattern of that name "
                    "would run on this host alone"
                )
                self.inventory.remove_host(hosts[name])
                self._construct(other, GROUPS[facts["kind"]], variables)
