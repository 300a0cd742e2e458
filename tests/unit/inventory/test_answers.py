# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What may come out of the cache."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleParserError
from ansible_collections.sindad.cloud.plugins.module_utils._errors import AuthError, SindadError
from ansible_collections.sindad.cloud.plugins.module_utils._records import IPAddress, Service
from ansible_collections.sindad.cloud.plugins.plugin_utils import _answers
from ansible_collections.sindad.cloud.plugins.plugin_utils._answers import (
    Answer,
    CachePolicy,
    Store,
    answers_of_accounts,
)
from ansible_collections.sindad.cloud.plugins.plugin_utils._portal import Account
from ansible_collections.sindad.cloud.plugins.plugin_utils._wanted import GATHERED, Named, Wanted

ACCOUNT = {"name": "mine", "api_url": "https://my.sindad.com/api", "api_username": "ops@example.com"}
WANTED = Wanted()


class Cache(dict[str, Any]):
    """A cache plugin as ansible-core wraps it, in memory, which may be out of order."""

    broken = False
    made: dict[str, Any]

    def get(self, key: str) -> Any:  # type: ignore[override]
        if self.broken:
            raise ConnectionError("no server")
        return super().get(key)

    def set_cache(self) -> None:
        if self.broken:
            raise ConnectionError("no server")


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch) -> Cache:
    cache = Cache()
    monkeypatch.setattr(_answers, "get_cache_plugin", lambda name, **options: setattr(cache, "made", options) or cache)
    return cache


@pytest.fixture
def warnings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    said: list[str] = []
    monkeypatch.setattr(_answers.display, "warning", said.append)
    return said


@pytest.mark.parametrize(
    ("rules", "kept"),
    [
        (CachePolicy(max_age=60), 60),
        (CachePolicy(max_age=60, fallback=True, fallback_max_age=600), 600),
        (CachePolicy(max_age=3600, fallback=True, fallback_max_age=600), 3600),
        (CachePolicy(max_age=60, fallback=True, fallback_max_age=0), 0),
        (CachePolicy(max_age=0, fallback=True, fallback_max_age=600), 0),
    ],
)
def test_an_entry_is_kept_for_as_long_as_it_may_be_used(rules: CachePolicy, kept: int, cache: Cache):
    Store("jsonfile", "/tmp/x", None, rules)
    assert cache.made == {"_uri": "/tmp/x", "_timeout": kept}


def test_a_cache_that_is_out_of_order_is_passed_over(cache: Cache, warnings: list[str]):
    store = Store("redis", None, None, CachePolicy())
    cache.broken = True
    store.put("key", Answer([]))
    assert store.get("key", 60, WANTED) is None
    assert warnings == [
        "The inventory cache can't be written: ConnectionError: no server",
        "The inventory cache can't be read and is ignored: ConnectionError: no server",
    ]


@pytest.mark.parametrize(
    "other",
    [
        {"api_username": "other@example.com"},
        {"api_url": "https://sindad.net/api"},
        {"name": "other"},
        {"api_username": None, "api_token": "other"},
    ],
)
def test_an_entry_is_for_one_account(other: dict[str, Any]):
    assert _answers._key({**ACCOUNT, **other}, WANTED) != _answers._key(ACCOUNT, WANTED)


def test_a_key_survives_a_new_password_and_tells_nothing():
    key = _answers._key({**ACCOUNT, "api_password": "one"}, WANTED)
    assert key == _answers._key({**ACCOUNT, "api_password": "two", "api_token": "three"}, WANTED)
    assert key.startswith("sindad.cloud.sindad_")
    assert "ops" not in key
    without_name = {**ACCOUNT, "api_username": None, "api_token": "secret"}
    assert "secret" not in _answers._key(without_name, WANTED)


def test_another_format_is_another_entry(monkeypatch: pytest.MonkeyPatch):
    key = _answers._key(ACCOUNT, WANTED)
    monkeypatch.setattr(_answers, "FORMAT", _answers.FORMAT + 1)
    assert _answers._key(ACCOUNT, WANTED) != key


HOST: dict[str, Any] = {
    **dict.fromkeys(_answers._FACTS),
    "account": "ops@example.com",
    "kind": "vm",
    "service_id": "401",
    "vmid": "2001",
    "name": "web-1",
    "status": "running",
    "ips": [],
}


def test_a_fresh_entry_is_the_answer(cache: Cache, monkeypatch: pytest.MonkeyPatch):
    store = Store("jsonfile", None, None, CachePolicy())
    store.put(_answers._key(ACCOUNT, WANTED), Answer([HOST]))
    monkeypatch.setattr(_answers, "_ask", None)
    assert answers_of_accounts([ACCOUNT], WANTED, 8, CachePolicy(use_cache=True), store) == {"mine": Answer([HOST])}


@pytest.mark.parametrize(
    "hosts",
    [
        *([None], [[]], ["web-1"], [{}], {}, "", None, [{"kind": "vm"}], [HOST, {**HOST, "kind": "router"}]),
        *([{**HOST, "ips": None}], [{**HOST, "vmid": 2001}], [{**HOST, "memory": "2048"}], [{**HOST, "account": None}]),
        *([{**HOST, "ips": [5, {"a": 1}]}], [{**HOST, "memory": True}], [{**HOST, "cpu": 1.5}], [{**HOST, "more": 1}]),
        *(
            [{**HOST, "vmid": None}],
            [{**HOST, "kind": "server"}],
            [{**HOST, "kind": []}],
            [{**HOST, "service_label": None}],
        ),
        [{name: value for name, value in HOST.items() if name != "private_ipv4"}],
    ],
    ids=repr,
)
def test_an_entry_that_is_damaged_is_none(hosts: Any, cache: Cache, warnings: list[str]):
    store = Store("jsonfile", None, None, CachePolicy())
    store.put("key", Answer(hosts))
    assert store.get("key", 0, WANTED) is None
    assert len(warnings) == 1


ADDRESS = IPAddress("71", "185.0.2.1", "db.example.ir", "3", main=True).as_dict()
GATHERED_FACTS: dict[str, Any] = {
    "service_label": "web",
    "info": {"cpu": "EPYC"},
    "hostname": "db",
    "ip_records": [ADDRESS],
    "power": "on",
}
ALL = Wanted(gather=sorted(GATHERED))


def served(wanted: Wanted, answer: Answer, warnings: list[str]) -> bool:
    """Whether a stored answer is used; one that isn't is warned of."""
    store = Store("jsonfile", None, None, CachePolicy())
    store.put("key", answer)
    warnings.clear()
    found = store.get("key", 0, wanted)
    assert len(warnings) == (found is None)
    return found is not None


def test_gathered_facts_are_checked_too(cache: Cache, warnings: list[str]):
    host = {**HOST, **GATHERED_FACTS}
    assert served(ALL, Answer([host]), warnings)
    assert served(ALL, Answer([{**host, **dict.fromkeys(GATHERED_FACTS)}]), warnings)
    for name in GATHERED_FACTS:
        without = {fact: value for fact, value in host.items() if fact != name}
        for wrong in (without, {**host, name: {"a": 1} if name != "info" else "x"}, {**host, name: [None]}):
            assert not served(ALL, Answer([wrong]), warnings), wrong
    for name in ADDRESS:
        cut = {key: value for key, value in ADDRESS.items() if key != name}
        for wrong_address in (cut, {**ADDRESS, name: 1}, {**ADDRESS, "more": "x"}):
            assert not served(ALL, Answer([{**host, "ip_records": [wrong_address]}]), warnings)


@pytest.mark.parametrize("word", GATHERED)
def test_an_entry_holds_what_is_gathered_and_no_more(word: str, cache: Cache, warnings: list[str]):
    wanted = Wanted(gather=[word])
    assert served(wanted, Answer([{**HOST, **{name: GATHERED_FACTS[name] for name in GATHERED[word]}}]), warnings)
    assert not served(wanted, Answer([HOST]), warnings)
    assert not served(wanted, Answer([{**HOST, **GATHERED_FACTS}]), warnings)


def test_an_entry_holds_what_a_fleet_file_needs(cache: Cache, warnings: list[str]):
    wanted, named = Wanted(named=Named(["web"], account=True)), {"web": [["401", "401 (web)"]]}
    assert served(wanted, Answer([HOST], named, ["ops@example.com"]), warnings)
    for other in (
        *(Answer([HOST], named), Answer([HOST], {}, ["x"]), Answer([HOST], {**named, "db": []}, ["x"])),
        *(
            Answer([HOST], named, [5]),
            Answer([HOST], {"web": [["401"]]}, ["x"]),
            Answer([HOST], {"web": [[1, 2]]}, ["x"]),
        ),
    ):
        assert not served(wanted, other, warnings)
    assert not served(WANTED, Answer([HOST], named), warnings)


@pytest.mark.parametrize("time", [None, "5", True, float("inf"), float("-inf")])
def test_an_entry_says_when_it_was_written(time: Any, cache: Cache, warnings: list[str]):
    cache["key"] = {"time": time, "hosts": [HOST], "named": {}, "told": []}
    assert Store("jsonfile", None, None, CachePolicy()).get("key", 0, WANTED) is None
    assert len(warnings) == 1


@pytest.mark.parametrize("ahead", [1, 3600, 10**9, float("nan")])
def test_an_entry_of_the_future_is_none(ahead: float, cache: Cache, monkeypatch: pytest.MonkeyPatch):
    store = Store("jsonfile", None, None, CachePolicy())
    now = _answers.time.time()
    monkeypatch.setattr(_answers.time, "time", lambda: now + ahead)
    store.put("key", Answer([HOST]))
    monkeypatch.setattr(_answers.time, "time", lambda: now)
    assert store.get("key", 0, WANTED) is None


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.4, "0 seconds ago"),
        (119, "119 seconds ago"),
        (120, "2 minutes ago"),
        (7300, "2 hours ago"),
        (260000, "3 days ago"),
    ],
)
def test_ages_are_told_as_a_person_would(seconds: float, said: str):
    assert _answers._ago(seconds) == said


# what is said


def account(*failures: Any, looked_at: Any = (), ruled_out: Any = ()) -> Any:
    found = Account("mine", None, WANTED)  # type: ignore[arg-type]
    found._failed.update({service.id: (service, error) for service, error in failures})
    found.looked_at.extend(looked_at)
    found.ruled_out.extend(ruled_out)
    return found


def test_what_the_portal_says_obeys_nothing_in_a_terminal(warnings: list[str]):
    failure = (Service("401", "a\x1b[31mb"), SindadError("x\r\ny"))
    with pytest.raises(AnsibleParserError) as caught:
        _answers._outcome(account(failure), "key", CachePolicy(), None)
    assert str(caught.value) == "service 401 (a\ufffd[31mb) failed: x\ufffd\ufffdy"
    assert _answers._outcome(account(failure), "key", CachePolicy(strict_services=False), None) == Answer([])
    ruled_out = Service("401", status="A\x1bctive", category="x")
    _answers._outcome(account(ruled_out=[ruled_out]), "key", CachePolicy(), None)
    assert all(warning.isprintable() for warning in warnings)
    assert "whose statuses are A\ufffdctive and categories x" in warnings[-1]


def test_what_the_list_does_not_say_of_services_is_said(warnings: list[str]):
    _answers._outcome(account(ruled_out=[Service("401", "x")]), "key", CachePolicy(), None)
    assert warnings[-1].endswith("rule out all 1 services, whose statuses are unknown and categories unknown")


def test_a_refusal_of_what_a_fleet_file_needs_is_no_refusal_of_the_credentials(cache: Cache, warnings: list[str]):
    """Whoever may not see the details of the account still has the last good answer to fall back to."""
    rules = CachePolicy(fallback=True, strict_services=False)
    store = Store("jsonfile", None, None, rules)
    failed = account()
    failed.fleet_failure = AuthError("fleet_file: refused")
    with pytest.raises(AnsibleParserError, match=r"fleet_file: refused \(and there is no good answer"):
        _answers._outcome(failed, "key", rules, store)
    store.put("key", Answer([HOST]))
    assert _answers._outcome(failed, "key", rules, store) == Answer([HOST])
    assert "fleet_file: refused. All hosts are those of 0 seconds ago." in warnings
    failed.list_failure = AuthError("refused")
    with pytest.raises(AnsibleParserError, match=r"^refused; fleet_file: refused$"):
        _answers._outcome(failed, "key", rules, store)
