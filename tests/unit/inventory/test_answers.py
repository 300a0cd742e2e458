# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What may come out of the cache."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleParserError
from ansible_collections.sindad.cloud.plugins.module_utils._errors import SindadError
from ansible_collections.sindad.cloud.plugins.module_utils._records import Service
from ansible_collections.sindad.cloud.plugins.plugin_utils import _answers
from ansible_collections.sindad.cloud.plugins.plugin_utils._answers import (
    Answer,
    CachePolicy,
    Store,
    answers_of_accounts,
)
from ansible_collections.sindad.cloud.plugins.plugin_utils._portal import Account
from ansible_collections.sindad.cloud.plugins.plugin_utils._wanted import Wanted

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
    assert store.get("key", 60) is None
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
        [{name: value for name, value in HOST.items() if name != "private_ipv4"}],
    ],
    ids=repr,
)
def test_an_entry_that_is_damaged_is_none(hosts: Any, cache: Cache, warnings: list[str]):
    store = Store("jsonfile", None, None, CachePolicy())
    store.put("key", Answer(hosts))
    assert store.get("key", 0) is None
    assert len(warnings) == 1


@pytest.mark.parametrize("ahead", [1, 3600, 10**9, float("nan")])
def test_an_entry_of_the_future_is_none(ahead: float, cache: Cache, monkeypatch: pytest.MonkeyPatch):
    store = Store("jsonfile", None, None, CachePolicy())
    now = _answers.time.time()
    monkeypatch.setattr(_answers.time, "time", lambda: now + ahead)
    store.put("key", Answer([HOST]))
    monkeypatch.setattr(_answers.time, "time", lambda: now)
    assert store.get("key", 0) is None


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
    found._failed.update({service.id if service else None: (service, error) for service, error in failures})
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
