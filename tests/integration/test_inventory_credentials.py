# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the inventory takes its credentials and other options from."""

from __future__ import annotations

import json
import urllib.request
from typing import Any

import pytest
import yaml

#: What would be rendered if it were taken for a template.
PASSWORD = "{{ 7*7 }}{% raw %}#"


@pytest.fixture
def start(tmp_path, start_simulator):
    """Start a portal with an account of this name and password."""

    def start(username: str, password: str) -> Any:
        account = {"username": username, "password": password}
        defaults = {"template": "Debian 12", "memory": 2048, "cpu": 1, "disk": 20}
        services = [{"service": "web", "id": "401", "vms": [{"id": "2001", "name": "web-1"}]}]
        file = tmp_path / "seed.yml"
        file.write_text(yaml.safe_dump({"account": account, "defaults": defaults, "services": services}))
        return start_simulator(file, **account)

    return start


@pytest.fixture
def portal(start):
    return start("ops@example.com", PASSWORD)


def test_environment(portal, run_inventory):
    run = run_inventory({}, env=portal.env).ok()
    assert run.hosts == ["web-1"]


def test_a_user_name_out_of_the_environment_is_no_template(tmp_path, start, run_playbook):
    portal = start("{{ 7*7 }}", "simulator")
    inventory = tmp_path / "test.sindad.yml"
    inventory.write_text("plugin: sindad.cloud.sindad\n")
    play = {"hosts": "web-1", "gather_facts": False, "tasks": [{"ansible.builtin.debug": {"var": "sindad_account"}}]}
    result = run_playbook([play], inventory=inventory, env=portal.env).ok().task_results[0]
    assert result["sindad_account"] == "{{ 7*7 }}"


def test_templates(portal, run_inventory):
    config = {
        "api_url": "{{ where }}",
        "api_username": "{{ lookup('env', 'MY_USER') }}",
        "api_password": "{{ lookup('env', 'MY_PASSWORD') }}",
        "api_timeout": "{{ 5 * 2 }}",
        "validate_certs": "{{ 1 == 1 }}",
        "service_statuses": ["{{ wanted }}"],
    }
    env = {"MY_USER": portal.username, "MY_PASSWORD": PASSWORD}
    run = run_inventory(config, env=env, extra_vars={"where": portal.url, "wanted": "Active"}).ok()
    assert run.hosts == ["web-1"]


def test_extra_vars(portal, run_inventory):
    given = {
        "sindad_api_url": portal.url,
        "sindad_api_username": portal.username,
        "sindad_api_password": "{{ lookup('env', 'MY_PASSWORD') }}",
    }
    env = {"SINDAD_PASSWORD": "which comes after extra vars", "MY_PASSWORD": PASSWORD}
    assert run_inventory({}, env=env, extra_vars=given).ok().hosts == ["web-1"]


def test_the_file_comes_before_the_environment(portal, run_inventory):
    run = run_inventory({"api_username": "nobody@example.com"}, env=portal.env)
    assert run.rc != 0
    assert "wronglogin" in run.output


def test_a_token_of_the_environment_comes_after_the_file(start, run_inventory):
    portal, token = start("ops@example.com", "plain"), {"SINDAD_TOKEN": "of-somebody-else"}
    run = run_inventory(portal.options, env=token).ok()
    assert run.hostvars["web-1"]["sindad_account"] == portal.username
    options = {name: value for name, value in portal.options.items() if name != "api_password"}
    assert run_inventory(options, env={"SINDAD_PASSWORD": "plain", **token}).ok().hosts == ["web-1"]
    for given in ({}, options):
        run = run_inventory(given, env={**portal.env, "SINDAD_PASSWORD": None, **token})
        assert run.rc != 0
        assert "a bearer token" in run.output


@pytest.mark.parametrize("accounts", [False, True])
def test_a_secret_in_a_broken_template_is_not_shown(accounts: bool, portal, run_inventory):
    secret = {"api_username": "x", "api_password": "{{ 'secret-of-mine' ~ }}"}
    run = run_inventory({"accounts": [{"name": "x", **secret}]} if accounts else secret, verbosity=3)
    assert run.rc != 0
    assert ("accounts: " if accounts else "api_password: ") in run.output
    assert "secret-of-mine" not in run.output


@pytest.mark.parametrize("place", ["option", "account"])
def test_vault(place: str, portal, run_inventory, run_command, tmp_path):
    key = tmp_path / "key"
    key.write_text("key-of-the-vault\n")
    sealing = ["ansible-vault", "encrypt_string", "--vault-password-file", key, "--name", "api_password", PASSWORD]
    sealed = run_command(*sealing).ok().stdout
    text = f"plugin: sindad.cloud.sindad\napi_url: {portal.url}\napi_username: ops@example.com\n"
    if place == "account":
        text += "accounts:\n  - name: mine\n    api_username: ops@example.com\n"
        sealed = "".join(f"    {line}\n" for line in sealed.splitlines())
    assert run_inventory(text + sealed, "--vault-password-file", key).ok().hosts == ["web-1"]
    run = run_inventory(text + sealed)
    assert run.rc != 0
    assert "vault" in run.output.lower()
    assert PASSWORD not in run.output


def test_a_token(portal, run_inventory):
    body = json.dumps({"username": portal.username, "password": portal.password}).encode()
    request = urllib.request.Request(f"{portal.url}/login", body, {"Content-Type": "application/json"})
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
        token = json.load(answer)["token"]
    run = run_inventory({"api_url": portal.url, "api_token": token}).ok()
    assert run.hosts == ["web-1"]
    assert run.hostvars["web-1"]["sindad_account"] == "token"
    run = run_inventory({"api_url": portal.url, "api_token": "nobody's", "api_username": "ops@example.com"})
    assert run.rc != 0
    assert "bearer token, GET /service" in " ".join(run.output.split())
    assert "nobody's" not in run.output
