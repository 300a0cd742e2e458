# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The facts of all accounts' hosts, from the portal or from a cache. Private to this collection.

The cache has one entry for each account. It holds the time of the answer, so the same entry is
fresh at first and the one to fall back to later. What may still be used is decided here; the cache
plugin only has to keep it for long enough.
"""

from __future__ import annotations

import hashlib
import json
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ansible.errors import AnsibleParserError
from ansible.plugins.inventory import get_cache_plugin
from ansible.utils.display import Display
from ansible_collections.sindad.cloud.plugins.module_utils._errors import SindadError
from ansible_collections.sindad.cloud.plugins.module_utils._reading import known, printable
from ansible_collections.sindad.cloud.plugins.plugin_utils._wanted import GATHERED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ansible_collections.sindad.cloud.plugins.module_utils._records import Service
    from ansible_collections.sindad.cloud.plugins.plugin_utils._portal import Account, Facts
    from ansible_collections.sindad.cloud.plugins.plugin_utils._wanted import Named, Wanted

#: Changes whenever the facts do, so that an entry of another version of the collection is not found.
FORMAT = 4
#: Whether something is what it should be.
Check = Callable[[Any], bool]

display = Display()


@dataclass(frozen=True)
class Answer:
    """What is known of an account.

    Attributes:
        hosts: The facts of its hosts.
        named: The services that each name in a fleet file refers to: their ids, and what messages call them.
        told: What the account is called, where a fleet file says whose it is.

    """

    hosts: list[Facts]
    named: dict[str, list[list[str]]] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class CachePolicy:
    """What may come out of the cache, what a failure means, and whether messages about it name the account.

    Ages are in seconds; 0 is any age.
    """

    use_cache: bool = False
    max_age: int = 3600
    fallback: bool = False
    fallback_max_age: int = 86400
    strict_services: bool = True
    named: bool = False


class Store:
    """The last good answers by key, in the cache plugin of the user's choice.

    A cache that fails leads to a warning, whatever the plugin raises: the portal can be asked without it.

    Raises:
        AnsibleError: The plugin can't be used as it is configured.

    """

    def __init__(self, plugin: str, connection: str | None, prefix: str | None, rules: CachePolicy) -> None:
        ages = (rules.max_age, rules.fallback_max_age) if rules.fallback else (rules.max_age,)
        options = {"_uri": connection, "_timeout": max(ages) if all(ages) else 0, "_prefix": prefix}
        given = {name: value for name, value in options.items() if value is not None}
        self._cache = get_cache_plugin(plugin, **given)

    def get(self, key: str, max_age: int, wanted: Wanted) -> tuple[Answer, float] | None:
        """Return an answer and its age; None where there is none that is whole and recent enough."""
        try:
            entry = self._cache.get(key)
            if entry is None:
                return None
            answer, age = _checked(entry, wanted), time.time() - entry["time"]
        except Exception as error:  # noqa: BLE001 - cache plugins raise what they like
            display.warning(f"The inventory cache can't be read and is ignored: {type(error).__name__}: {error}")
            return None
        if not age >= 0:  # a clock was wrong: how old it is can't be told
            return None
        return (answer, age) if not max_age or age <= max_age else None

    def put(self, key: str, answer: Answer) -> None:
        """Keep an answer."""
        self._cache[key] = {"time": time.time(), "hosts": answer.hosts, "named": answer.named, "told": answer.told}
        try:
            self._cache.set_cache()
        except Exception as error:  # noqa: BLE001 - cache plugins raise what they like
            display.warning(f"The inventory cache can't be written: {type(error).__name__}: {error}")


# What an entry of the cache holds, checked down to the elements of lists: it may have been edited, or cut short


def _checked(entry: Any, wanted: Wanted) -> Answer:
    """Return what an entry of the cache holds.

    Raises:
        TypeError: It holds something else than the answer to what is wanted.

    """
    hosts, named, told = entry["hosts"], entry["named"], entry["told"]
    gathered = {fact: _GATHERED_FACTS[fact] for word in wanted.gather for fact in GATHERED[word]}
    checks = {**_FACTS, **gathered}
    if not _is_list_of(lambda host: _is_host(host, checks), hosts):
        raise TypeError("it holds something other than hosts")
    if not _are_of_fleet(named, told, wanted.named):
        raise TypeError("it holds something other than services")
    if not _is_number(entry["time"]):
        raise TypeError("it doesn't say when it was written")
    return Answer(hosts, named, told)


def _is_host(entry: Any, checks: Mapping[str, Check]) -> bool:
    """Whether something is a host's facts: these and no others, each of its type."""
    if not _is_object_of(checks, entry):
        return False
    return (entry["kind"], entry["vmid"] is None) in (("vm", False), ("server", True))


def _are_of_fleet(named: Any, told: Any, wanted: Named | None) -> bool:
    """Whether something is what a fleet file needs to know: the services it names, and whose account it is."""
    if not _is_object_of(dict.fromkeys(wanted.services if wanted else (), _are_services), named):
        return False
    return _are_texts(told) and bool(told) == bool(wanted and wanted.account)


def _are_services(entry: Any) -> bool:
    """Whether something is services: of each its id, and what messages call it."""
    return _is_list_of(lambda service: _are_texts(service) and len(service) == 2, entry)


def _is_object_of(checks: Mapping[str, Check], entry: Any) -> bool:
    """Whether something has these keys and no others, each with a value that is right."""
    if not isinstance(entry, dict) or entry.keys() != checks.keys():
        return False
    return all(check(entry[name]) for name, check in checks.items())


def _is_list_of(check: Check, entry: Any) -> bool:
    return isinstance(entry, list) and all(map(check, entry))


def _are_texts(entry: Any) -> bool:
    return _is_list_of(_is_text, entry)


def _is_text(entry: Any) -> bool:
    return isinstance(entry, str)


def _is_number(entry: Any) -> bool:
    return isinstance(entry, (int, float)) and not isinstance(entry, bool) and math.isfinite(entry)


def _is_whole_number(entry: Any) -> bool:
    return isinstance(entry, int) and not isinstance(entry, bool)


def _or_none(check: Check) -> Check:
    return lambda entry: entry is None or check(entry)


_OPTIONAL_TEXT = _or_none(_is_text)
#: The facts that every host has, and what is right for each.
_FACTS: Mapping[str, Check] = {
    **dict.fromkeys(("account", "service_id", "kind", "status"), _is_text),
    **dict.fromkeys(
        ("service_name", "service_status", "category", "domain", "next_due", "vmid", "name"), _OPTIONAL_TEXT
    ),
    **dict.fromkeys(("template", "template_id", "ipv4", "ipv6", "private_ipv4"), _OPTIONAL_TEXT),
    **dict.fromkeys(("memory", "cpu", "disk"), _or_none(_is_whole_number)),
    "ips": _are_texts,
}
#: The same of an address of a dedicated server.
_OF_ADDRESS: Mapping[str, Check] = {
    **dict.fromkeys(("id", "address"), _is_text),
    **dict.fromkeys(("domain", "vlan", "vlan_name"), _OPTIONAL_TEXT),
    "main": _or_none(lambda entry: isinstance(entry, bool)),
}
#: The same of the facts that are gathered.
_GATHERED_FACTS: Mapping[str, Check] = {
    **dict.fromkeys(("service_label", "hostname", "power"), _OPTIONAL_TEXT),
    "info": _or_none(lambda entry: isinstance(entry, dict)),
    "ip_records": _or_none(lambda entry: _is_list_of(lambda record: _is_object_of(_OF_ADDRESS, record), entry)),
}


# Answers


def answers_of_accounts(
    accounts: Sequence[Mapping[str, Any]], wanted: Wanted, workers: int, rules: CachePolicy, store: Store | None = None
) -> dict[str, Answer]:
    """Return what is known of each account, by its name and in the accounts' order.

    Args:
        accounts: The shared options of each account, with its ``name``.
        wanted: Which services are looked at, and what is gathered.
        workers: How many requests are made at once.
        rules: What may come out of the cache, and what a failure means.
        store: The cache; None where there is none.

    Raises:
        AnsibleParserError: The portal can't be asked or a service fails, and no cached answer can replace it.

    """
    keys = {account["name"]: _key(account, wanted) for account in accounts}
    answers = _cached(keys, wanted, rules, store)
    missing = [account for account in accounts if account["name"] not in answers]
    if missing:
        for account in _ask(missing, wanted, workers, rules):
            answers[account.name] = _outcome(account, keys[account.name], rules, store)
    return {account["name"]: answers[account["name"]] for account in accounts}


def _cached(keys: Mapping[str, str], wanted: Wanted, rules: CachePolicy, store: Store | None) -> dict[str, Answer]:
    """Return the answers of those accounts that are in the cache and young enough."""
    if store is None or not rules.use_cache:
        return {}
    entries = {name: store.get(key, rules.max_age, wanted) for name, key in keys.items()}
    return {name: entry[0] for name, entry in entries.items() if entry}


def _ask(accounts: list[Mapping[str, Any]], wanted: Wanted, workers: int, rules: CachePolicy) -> list[Account]:
    # Importing requests takes a tenth of a second, which a warm cache needn't spend.
    from ansible_collections.sindad.cloud.plugins.plugin_utils._portal import fetch  # noqa: PLC0415

    try:
        return fetch(accounts, wanted, workers, stop_at_failure=rules.strict_services)
    except SindadError as error:
        raise AnsibleParserError(printable(str(error))) from error


def _key(account: Mapping[str, Any], wanted: Wanted) -> str:
    """Return the key of an answer: a digest of all that it depends on.

    Who asks is the user name, so that a new password or token finds the entry; a token stands for itself
    where there is no user name, since it may be anybody's.
    """
    who = account.get("api_username") or account.get("api_token")
    said = json.dumps([FORMAT, account["name"], str(account["api_url"]).rstrip("/"), who, wanted.key])
    return f"sindad.cloud.sindad_{hashlib.sha256(said.encode()).hexdigest()[:32]}"


def _outcome(account: Account, key: str, rules: CachePolicy, store: Store | None) -> Answer:
    """Return what is known of an account, whatever has failed."""
    answer = Answer(account.hosts, account.named, account.told)
    if not account.failures:
        _tell_of_services(account, _prefix(account, rules))
        if store:
            store.put(key, answer)
        return answer
    return _outcome_of_failure(account, answer, key, rules, store)


def _outcome_of_failure(account: Account, answer: Answer, key: str, rules: CachePolicy, store: Store | None) -> Answer:
    """Return the last good answer in place of one that lacks something, or that one with warnings.

    Raises:
        AnsibleParserError: There is no good one, and a part is not enough.

    """
    prefix = _prefix(account, rules)
    sentences = list(dict.fromkeys(prefix + _sentence(service, error) for service, error in account.failures))
    said = "; ".join(sentences)
    if rules.fallback and store is not None and not account.refused:
        last = _last_good(key, account.wanted, rules, store, said)
        if last is not None:
            return last
        said += " (and there is no good answer, or none that is recent enough, to fall back to)"
    if rules.strict_services or account.list_failure or account.fleet_failure:
        raise AnsibleParserError(said)
    for sentence in sentences:
        display.warning(f"{sentence}. Its hosts are missing from the inventory.")
    return answer


def _prefix(account: Account, rules: CachePolicy) -> str:
    return f"account {account.name}: " if rules.named else ""


def _last_good(key: str, wanted: Wanted, rules: CachePolicy, store: Store, said: str) -> Answer | None:
    """Return the last good answer, and warn how old it is; None without one that is young enough."""
    last = store.get(key, rules.fallback_max_age, wanted)
    if last is None:
        return None
    answer, age = last
    which = "All hosts of this account" if rules.named else "All hosts"
    display.warning(f"{said}. {which} are those of {_ago(age)}.")
    return answer


def _tell_of_services(account: Account, prefix: str) -> None:
    """Tell of services that are no hosts, where somebody may wonder."""
    if account.ruled_out and not account.looked_at:
        display.warning(printable(f"{prefix}{_all_ruled_out(account.ruled_out)}"))
    for service in account.hostless:
        said = f"{prefix}service {service} offers neither virtual machines nor addresses, so it is not a host"
        display.v(printable(said))


def _sentence(service: Service | None, error: SindadError) -> str:
    return printable(f"service {service} failed: {error}" if service else str(error))


def _all_ruled_out(services: Sequence[Service]) -> str:
    """Say that there are services but none is wanted, which may be for a misspelt name."""
    statuses = dict.fromkeys(known(service.status, "unknown") for service in services)
    categories = dict.fromkeys(known(service.category, "unknown") for service in services)
    return (
        f"service_statuses, service_categories and filters rule out all {len(services)} services, "
        f"whose statuses are {', '.join(map(str, statuses))} and categories {', '.join(map(str, categories))}"
    )


def _ago(seconds: float) -> str:
    """Say how long ago something was."""
    for unit, length in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit} ago"
    return f"{seconds:.0f} seconds ago"
