# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory as users run it: what the hosts are, what they are called, what is known of them, and what it costs."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from ansible_collections.sindad.cloud.plugins.inventory.sindad import EXAMPLES

SHAPES = ("reference", "keyed", "proxmox", "opennebula", "openstack")
VMS = {
    "401": ["web-1", "web-2", "web-3", "db-1", "cache-1"],
    "402": ["stage-web", "stage-db", "stage-rescue"],
    "403": ["runner-1", "runner-2"],
}
SERVERS = ["db.example.ir", "backup.example.ir"]
ALWAYS = {
    *("kind", "account", "service_id", "service_name", "service_status", "category", "domain", "next_due", "vmid"),
    *("name", "status", "memory", "cpu", "disk", "template", "template_id", "ips", "ipv4", "ipv6", "private_ipv4"),
}


@pytest.fixture
def seeded(tmp_path, start_simulator):
    """Start a portal with an account that is written down in the test."""

    def start(services: list[dict[str, Any]], name: str = "seed", **account: str) -> Any:
        given = {"username": "ops@example.com", "password": "simulator", **account}
        defaults = {"template": "Debian 12", "memory": 2048, "cpu": 1, "disk": 20}
        file = tmp_path / f"{name}.yml"
        file.write_text(yaml.safe_dump({"account": given, "defaults": defaults, "services": services}))
        return start_simulator(file, **given)

    return start


@pytest.mark.parametrize("shape", SHAPES)
def test_hosts_and_their_cost(shape: str, start_simulator, run_inventory):
    portal = start_simulator(shape=shape)
    run = run_inventory({}, env=portal.env).ok()
    assert run.hosts == [*VMS["401"], *VMS["402"], *VMS["403"], *SERVERS]
    assert run.group("sindad") == run.hosts
    assert run.group("sindad_vms") == run.hosts[:-2]
    assert run.group("sindad_servers") == SERVERS
    # one for the list, one for each of three services with VMs, two for each of three others
    assert portal.counts == {"GET /service": 1, "GET /service/@id/vms": 6, "GET /service/@id/ips": 3}
    for host in run.hosts:
        known = run.hostvars[host]
        assert {f"sindad_{name}" for name in ALWAYS} | {"ansible_host"} == set(known)
        assert "password" not in str(known)
    web = run.hostvars["web-1"]
    expected = {
        "ansible_host": "185.0.2.10",
        "sindad_kind": "vm",
        "sindad_account": "ops@example.com",
        "sindad_service_id": "401",
        "sindad_service_name": "Cloud Pool L",
        "sindad_service_status": "Active",
        "sindad_domain": "web.example.ir",
        "sindad_name": "web-1",
        "sindad_status": "running",
        "sindad_disk": 20,
        "sindad_ipv4": "185.0.2.10",
    }
    assert {name: web[name] for name in expected} == expected
    assert isinstance(web["sindad_vmid"], str)
    assert run.hostvars["web-3"]["sindad_status"] == "stopped"
    assert run.hostvars["stage-rescue"]["sindad_status"] == "rescue"
    server = run.hostvars["db.example.ir"]
    expected = {
        "ansible_host": "185.0.3.10",
        "sindad_kind": "server",
        "sindad_service_id": "512",
        "sindad_vmid": None,
        "sindad_status": "unknown",
        "sindad_memory": None,
        "sindad_ips": ["185.0.3.10", "185.0.3.11", "185.0.3.12"],
        "sindad_ipv4": "185.0.3.10",
    }
    assert {name: server[name] for name in expected} == expected


@pytest.mark.parametrize("shape", SHAPES)
def test_all_that_can_be_gathered(shape: str, start_simulator, run_inventory):
    portal = start_simulator(shape=shape)
    run = run_inventory({"gather": ["details", "info", "ips", "power"]}, env=portal.env).ok()
    counts = {
        "GET /service": 1,
        "GET /service/@id/vms": 6,
        "GET /service/@id/ips": 3,
        "GET /service/@id": 5,
        "GET /service/@id/vms/@vmid": 10,
        "GET /service/@id/info": 2,
        "GET /service/@id/status": 2,
    }
    if shape == "openstack":  # a list of addresses and nothing else
        counts["GET /service/@id/ips/@ip"] = 4
    assert portal.counts == counts
    web = run.hostvars["web-1"]
    assert (web["sindad_memory"], web["sindad_cpu"], web["sindad_template"]) == (4096, 2, "Debian 12")
    assert (web["sindad_ipv6"], web["sindad_private_ipv4"]) == ("2001:db8:37:3bd::10", "10.20.1.11")
    assert web["sindad_service_label"] == "web-cluster"
    assert (web["sindad_power"], web["sindad_info"], web["sindad_ip_records"]) == (None, None, None)
    server = run.hostvars["backup.example.ir"]
    assert server["sindad_service_label"] == "backup"
    assert (server["sindad_power"], server["sindad_status"]) == ("off", "stopped")
    assert server["sindad_hostname"] == server["sindad_info"]["hostname"] == "backup.example.ir"
    assert "Ubuntu" in server["sindad_template"]
    (record,) = server["sindad_ip_records"]
    assert record["address"] == "185.0.3.20"
    assert record["domain"] == "backup.example.ir"
    assert set(record) == {"id", "address", "domain", "vlan", "vlan_name", "main"}


@pytest.mark.parametrize(
    ("options", "asked"),
    [
        ({"service_categories": ["Dedicated Servers"]}, ["512", "513"]),
        ({"service_categories": ["dedicated-servers"]}, ["512", "513"]),
        ({"service_statuses": ["suspended"]}, ["404"]),
        ({"service_statuses": []}, ["401", "402", "403", "404", "405", "512", "513", "601"]),
        ({"filters": [{"exclude": "sindad_category is match('Dedicated')"}]}, ["401", "402", "403", "601"]),
        ({"filters": [{"include": "sindad_domain is match('(web|ci)')"}, {"exclude": True}]}, ["401", "403"]),
        (
            {"filters": [{"include": "sindad_service_id == '401'"}, {"exclude": "sindad_name is true"}]},
            ["401", "402", "403", "512", "513", "601"],
        ),
    ],
)
def test_services_that_are_ruled_out_cost_nothing(options: dict[str, Any], asked: list[str], simulator, run_inventory):
    slugs = {each["category"]: each["category_url"] for each in simulator.state()["service"]}
    if options.get("service_categories") == ["dedicated-servers"]:
        options = {"service_categories": [slugs["Dedicated Servers"].upper()]}
    run_inventory(options).ok()
    assert sorted({each["path"].split("/")[2] for each in simulator.requests() if each["operation"] != 28}) == asked


def test_a_list_without_addresses_is_looked_up(seeded, run_inventory):
    portal = seeded([{"service": "web", "id": "401", "vms": [{"id": "2001", "name": "web-1"}]}])
    portal.fault(path="/service/401/vms", status=200, body={"vms": {"2001": {"label": "web-1"}}})
    run = run_inventory({}, env=portal.env).ok()
    assert run.hostvars["web-1"]["ansible_host"] is not None
    assert run.hostvars["web-1"]["ansible_host"] == run.hostvars["web-1"]["sindad_ipv4"]
    assert portal.counts == {"GET /service": 1, "GET /service/@id/vms": 1, "GET /service/@id/vms/@vmid": 1}


def test_the_details_of_a_list_may_not_be_offered(seeded, run_inventory):
    portal = seeded([{"service": "web", "id": "401", "vms": [{"id": "2001", "name": "web-1"}]}])
    portal.fault(path="/service/401/vms", status=200, body={"vms": [{"id": "2001", "label": "web-1"}]})
    portal.fault(path="/service/401/vms/2001", status=404)
    run = run_inventory({}, "-v", env=portal.env).ok()
    assert "hosts without public_ipv4, to which Ansible would connect by their names (1): web-1" in run.output


def test_names_and_connections(simulator, run_inventory):
    run = run_inventory(
        {"hostnames": ["s_private_ipv4", "name"], "connect_with": ["public_ipv6"], "hostvars_prefix": "s_"}
    ).ok()
    assert run.hosts[:3] == ["10.20.1.11", "10.20.1.12", "web-3"]
    assert set(run.hostvars["10.20.1.11"]) == {f"s_{name}" for name in ALWAYS} | {"ansible_host"}
    assert run.hostvars["10.20.1.11"]["ansible_host"] == "2001:db8:37:3bd::10"


def test_templates_as_names(simulator, run_inventory):
    run = run_inventory({"hostnames": ["sindad_no_such", "{{ sindad_name }}.{{ sindad_domain }}"]}).ok()
    assert run.hosts[0] == "web-1.web.example.ir"
    run = run_inventory({"hostnames": ["domain"], "connect_with": "name"}).ok()
    assert run.hosts[:2] == ["web.example.ir-2001", "web.example.ir-2002"]
    assert run.hostvars["web.example.ir-2001"]["ansible_host"] == "web-1"


def test_names_that_are_none(seeded, run_inventory):
    labels = ["localhost", "-oProxyCommand=touch x", "127.0.0.1", "  ", "LocalHost.", "..", "../group_vars/all", "a\\b"]
    labels += ["!web", "&web", "~w.*", "@file", "two words"]
    vms = [{"id": str(2001 + number), "name": "x"} for number in range(len(labels))]
    portal = seeded([{"service": "web", "id": "401", "vms": vms}])
    for number, label in enumerate(labels):
        portal.poke(vm={"service": "401", "id": str(2001 + number), "label": label})
    run = run_inventory({"connect_with": "name"}, env=portal.env).ok()
    assert run.hosts == [f"vm-{2001 + number}" for number in range(len(labels))]
    assert "ansible_host" not in run.hostvars["vm-2002"]


@pytest.fixture
def three_webs(seeded):
    """Two machines are called web, and a third is called as the first would be with its id."""
    return seeded(
        [
            {"service": "a", "id": "401", "vms": [{"id": "2001", "name": "web"}]},
            {"service": "b", "id": "402", "vms": [{"id": "2011", "name": "web"}, {"id": "2012", "name": "web-2001"}]},
        ]
    )


@pytest.mark.parametrize(
    ("mode", "hosts"), [("suffix", ["web-401-2001", "web-2011", "web-2001-402-2012"]), ("first", ["web", "web-2001"])]
)
def test_hosts_of_the_same_name(mode: str, hosts: list[str], three_webs, run_inventory):
    run = run_inventory({"duplicate_hostnames": mode}, env=three_webs.env).ok()
    assert run.hosts == hosts
    what = {"suffix": "each of them has its id added", "first": "only the first is kept"}[mode]
    assert f"several hosts are called web: {what}" in run.stderr


def test_hosts_of_the_same_name_can_be_refused(three_webs, run_inventory):
    run = run_inventory({"duplicate_hostnames": "fail"}, env=three_webs.env)
    assert run.rc != 0
    said = (
        "hosts have the same name: web (vm 2001 of service 401, account ops@example.com), web (vm 2011 of service 402"
    )
    assert said in " ".join(run.output.split())


def test_filters(simulator, run_inventory):
    run = run_inventory(
        {
            "filters": [
                {"include": "inventory_hostname == 'web-3'"},
                {"exclude": "sindad_status == 'stopped'"},
                {"include": "sindad_service_id == '401' and sindad_memory > 2048"},
                {"include": "sindad_kind == 'server'"},
                {"exclude": True},
            ]
        }
    ).ok()
    assert run.hosts == ["web-1", "web-2", "web-3", "db-1", *SERVERS]
    assert run_inventory({"filters": [{"exclude": "sindad_kind == 'vm'"}]}).ok().hosts == SERVERS


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        ([{"include": "sindad_missing"}], "filters: 'sindad_missing' can't be evaluated for web-1"),
        ([{"includes": "true"}], "filters: each entry must have the one key include or exclude"),
        ([{"include": "true", "exclude": "true"}], "filters: each entry must have the one key include or exclude"),
        ([{"include": 1}], "filters: a condition must be an expression, true or false, unlike {'include': 1}"),
    ],
)
def test_filters_that_are_wrong(filters: list[dict[str, Any]], said: str, simulator, run_inventory):
    run = run_inventory({"filters": filters})
    assert run.rc != 0
    assert said in run.output


def test_constructed_features(simulator, run_inventory):
    run = run_inventory(
        {
            "strict": True,
            "gather": ["info"],
            "compose": {
                "ansible_user": "'ubuntu' if 'Ubuntu' in (sindad_template or '') else 'root'",
                "size": "sindad_memory",
                "same_service": "sindad_domain",
            },
            "groups": {
                "small": "sindad_memory is not none and sindad_memory < 4096",
                "web-servers": "sindad_name is match('web')",
            },
            "keyed_groups": [
                {"key": "sindad_status", "separator": ""},
                {"key": "sindad_template", "prefix": "os", "parent_group": "systems"},
                {"key": "sindad_info.cpu | default('')", "prefix": "cpu", "default_value": "virtual"},
                {"key": "same_service", "prefix": "d"},
            ],
        }
    ).ok()
    assert run.hostvars["cache-1"]["ansible_user"] == "ubuntu"
    assert run.hostvars["web-1"]["ansible_user"] == "root"
    assert run.group("rescue") == ["stage-rescue"]
    assert run.group("web_servers") == ["web-1", "web-2", "web-3"]
    assert set(run.group("small")) == {"cache-1", "stage-web", "stage-db", "stage-rescue"}
    assert set(run.group("os_Ubuntu_24_04")) == {"cache-1", "backup.example.ir"}
    assert set(run.group("systems")) == set(run.hosts)
    assert set(run.group("cpu_virtual")) == set(run.hosts) - set(SERVERS)
    assert run.group("d_ci_example_ir") == VMS["403"]


@pytest.mark.parametrize("warm", [False, True])
def test_what_the_portal_says_is_no_template(warm: bool, seeded, run_inventory, run_playbook, tmp_path):
    portal = seeded([{"service": "web", "id": "401", "domain": "{{8}}", "vms": [{"id": "2001", "name": "x"}]}])
    portal.poke(vm={"service": "401", "id": "2001", "label": "{{7}}"})
    config = {
        "strict": True,
        "hostnames": ["{{ sindad_name }}@{{ sindad_domain }}"],
        "compose": {
            "same": "sindad_name",
            "made": "sindad_name ~ '!'",
            "all_of_it": "[sindad_name, {'a': sindad_domain}]",
        },
        "groups": {"found": "sindad_name is search('7')"},
        "keyed_groups": [{"key": "sindad_name", "prefix": "k"}],
        "cache": warm,
        "cache_plugin": "ansible.builtin.jsonfile",
        "cache_connection": str(tmp_path / "cache"),
    }
    host = "{{7}}@{{8}}"
    run = run_inventory(config, env=portal.env).ok()
    assert run.hosts == run.group("found") == [host]
    assert [name for name in run.groups if name.startswith("k_")] == ["k___7__"]
    assert run.hostvars[host]["all_of_it"] == ["{{7}}", {"a": "{{8}}"}]
    inventory = tmp_path / "test.sindad.yml"
    inventory.write_text(yaml.safe_dump({"plugin": "sindad.cloud.sindad", **config}))
    shown = ["sindad_name", "sindad_domain", "same", "made", "all_of_it", "inventory_hostname"]
    play = {
        "hosts": "sindad",
        "gather_facts": False,
        "tasks": [{"ansible.builtin.debug": {"msg": {name: f"{{{{ {name} }}}}" for name in shown}}}],
    }
    portal.clear()
    result = run_playbook([play], inventory=inventory, env=portal.env).ok().task_results[0]
    assert bool(portal.counts) is not warm
    assert result["msg"] == {
        "sindad_name": "{{7}}",
        "sindad_domain": "{{8}}",
        "same": "{{7}}",
        "made": "{{7}}!",
        "all_of_it": ["{{7}}", {"a": "{{8}}"}],
        "inventory_hostname": host,
    }


NAMES = ["all", "sindad_servers", "web", "*", "x*", "x-1", "only"]


def test_no_machine_is_called_as_others_are(seeded, run_inventory, run_playbook, run_command, tmp_path):
    """Ansible prefers a host of that name: a play for the group would run on this one alone."""
    vms = [{"id": str(2001 + number), "name": f"vm-{number}"} for number in range(len(NAMES))]
    portal = seeded([{"service": "web", "id": "401", "vms": vms}])
    for number, name in enumerate(NAMES):
        portal.poke(vm={"service": "401", "id": str(2001 + number), "label": name})
    config = {
        "plugin": "sindad.cloud.sindad",
        "compose": {"mine": "sindad_vmid"},
        "groups": {"web": "sindad_vmid < '2003'", "only": "sindad_name == 'only'"},
    }
    sources = tmp_path / "inventory"
    sources.mkdir()
    (sources / "1.yml").write_text("static: {hosts: {elsewhere: }}\n")
    (sources / "2.sindad.yml").write_text(yaml.safe_dump(config))
    run = run_inventory(sources, env=portal.env).ok()
    ours = ["all-2001", "sindad_servers-2002", "web-2003", "vm-2004", "vm-2005", "x-1", "only"]
    assert set(run.hosts) == {*ours, "elsewhere"}
    assert {run.hostvars[host]["mine"] for host in ours} == {vm["id"] for vm in vms}
    assert set(run.group("web")) == {"all-2001", "sindad_servers-2002"}
    assert run.group("only") == ["only"]
    assert "all (vm 2001 of service 401, account ops@example.com) is called all-2001 here" in run.stderr
    for pattern, meant in (("all", {*ours, "elsewhere"}), ("*", {*ours, "elsewhere"}), ("x*", {"x-1"}),
                           ("sindad_servers", set()), ("web", {"all-2001", "sindad_servers-2002"})):  # fmt: skip
        found = run_command("ansible", "--inventory", sources, "--list-hosts", pattern, env=portal.env).ok().stdout
        assert set(found.split()[2:]) == meant


def test_several_accounts(seeded, run_inventory):
    service = {"service": "a", "id": "401", "vms": [{"id": "2001", "name": "web"}]}
    one = seeded([service], "one", password="password-of-one")
    two = seeded(
        [{**service, "vms": [{"id": "2001", "name": "web"}, {"id": "2002", "name": "db"}]}],
        "two",
        username="two@example.com",
    )
    config = {
        "api_username": "two@example.com",
        "api_password": two.password,
        "accounts": [
            {"name": "one", "api_url": one.url, "api_username": one.username, "api_password": one.password},
            {"name": "two", "api_url": two.url},
        ],
        "keyed_groups": [{"key": "sindad_account", "prefix": "account"}],
    }
    run = run_inventory(config).ok()
    assert run.group("account_one") == ["web-one-401-2001"]
    assert run.group("account_two") == ["web-two-401-2001", "db"]
    assert one.counts == two.counts == {"GET /service": 1, "GET /service/@id/vms": 1}
    run = run_inventory({**config, "duplicate_hostnames": "first"}).ok()
    assert (run.group("account_one"), run.group("account_two")) == (["web"], ["db"])
    run = run_inventory({**config, "duplicate_hostnames": "fail"})
    assert run.rc != 0
    said = (
        "hosts have the same name: web (vm 2001 of service 401, account one), web (vm 2001 of service 401, account two)"
    )
    assert said in run.output


def test_an_account_that_is_ruled_out_is_asked_for_its_services_only(simulator, run_inventory):
    accounts = [{"name": "one"}, {"name": "two"}]
    run = run_inventory({"accounts": accounts, "filters": [{"exclude": "sindad_account == 'two'"}]}).ok()
    assert run.hosts == [*VMS["401"], *VMS["402"], *VMS["403"], *SERVERS]
    assert simulator.counts == {"GET /service": 2, "GET /service/@id/vms": 6, "GET /service/@id/ips": 3}


@pytest.mark.parametrize(
    ("accounts", "said"),
    [
        (["mine"], "accounts"),
        ([{"api_username": "x"}], "accounts, entry 1: missing required arguments: name"),
        ([{"name": "a"}, {"name": "a"}], "accounts: there are two with the name a"),
        (
            [{"name": "a", "api_user": "x"}],
            "accounts, entry 1: there is no option api_user; the options are: name, api_url",
        ),
        ([{"name": "a", "api_timeout": "soon"}], "<class 'str'> cannot be converted to a float"),
        ([{"name": "a"}, {"name": ["b"]}], "accounts, entry 2: name must be a string or a number, not a list"),
        ([{"name": None}], "accounts, entry 1: missing required arguments: name"),
        ([{"name": "a", 5: "x"}], "accounts, entry 1: there is no option 5; the options are: name, api_url"),
        (
            [{"name": "a", "api_url": ["http://x"]}],
            "accounts, entry 1: api_url must be a string or a number, not a list",
        ),
        (
            [{"name": "a", "api_ca_path": {"x": "y"}}],
            "accounts, entry 1: api_ca_path must be a string or a number, not a dictionary",
        ),
        ([{"name": "a", "api_retries": True}], "accounts, entry 1: api_retries must be a number, not a boolean"),
        (
            [{"name": "a", "validate_certs": "ture"}],
            "accounts, entry 1: validate_certs must be true or false, not 'ture'",
        ),
        ([{"name": " "}], "accounts, entry 1: its name is empty"),
        ([{"name": "a", "api_username": "x"}], "accounts, entry 1: api_username and api_password go together"),
        ([{"name": "a", "api_password": ["secret-of-mine"]}], "accounts, entry 1: api_password must be a string"),
        ({"name": "a", "api_password": "secret-of-mine"}, "accounts must be a list of dictionaries, each with a name"),
    ],
)
def test_accounts_that_are_wrong(accounts: list[dict[str, Any]], said: str, simulator, run_inventory):
    run = run_inventory({"accounts": accounts})
    assert run.rc != 0
    assert said in run.output
    assert "secret-of-mine" not in run.output
    assert simulator.counts == {}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"workers": 0}, "workers must be 1 or more, not 0"),
        ({"hostvars_prefix": "my-"}, "hostvars_prefix must be the beginning of a variable's name, not 'my-'"),
        ({"gather": ["passwords"]}, "details, info, ips, labels, power"),
        ({"api_timeout": "{{ missing }}"}, "api_timeout: 'missing' is undefined"),
        ({"validate_certs": "ture"}, "validate_certs must be true or false, not 'ture'"),
        ({"strict_services": ""}, "strict_services must be true or false, not ''"),
        ({"cache_fallback": 2}, "cache_fallback must be true or false, not 2"),
        ({"cache_fallback_max_age": -1}, "cache_fallback_max_age must be a number of seconds, or 0 for any age"),
        (
            {"hostnames": [{"name": "x"}]},
            "hostnames: each entry must be a variable's name or a template, unlike {'name': 'x'}",
        ),
        ({"hostnames": ["nmae"], "strict": True}, "hostnames: no host has the variable 'nmae'"),
        ({"service_statuses": ["Active", 1]}, "service_statuses: each entry must be a string, unlike 1"),
        ({"service_statuses": [None]}, "service_statuses: each entry must be a string, unlike None"),
        ({"service_categories": [["x"]]}, "service_categories: each entry must be a string, unlike ['x']"),
        ({"api_url": ["http://x"]}, "api_url must be a string or a number, not a list"),
        ({"fleet_file": {"a": "b"}}, "fleet_file must be a string or a number, not a dictionary"),
        ({"hostvars_prefix": True}, "hostvars_prefix must be a string or a number, not a boolean"),
        ({"workers": True}, "workers must be a number, not a boolean"),
    ],
)
def test_options_that_are_wrong(options: dict[str, Any], said: str, simulator, run_inventory):
    run = run_inventory(options)
    assert run.rc != 0
    assert said in run.output
    assert simulator.counts == {} or "nmae" in said


@pytest.mark.parametrize("value", ["", "ja", " "])
def test_certificates_are_not_left_unchecked_by_accident(value: str, simulator, run_inventory):
    run = run_inventory({}, env={"SINDAD_VALIDATE_CERTS": value})
    assert run.rc != 0
    assert f"SINDAD_VALIDATE_CERTS must be true or false, not {value!r}" in run.output
    run = run_inventory({}, extra_vars={"sindad_validate_certs": "enabled"})
    assert run.rc != 0
    assert "sindad_validate_certs must be true or false, not 'enabled'" in run.output
    assert simulator.counts == {}


def test_extra_vars_have_types_too(simulator, run_inventory):
    run = run_inventory({}, extra_vars={"sindad_api_password": ["secret-of-mine"]})
    assert run.rc != 0
    assert "sindad_api_password must be a string or a number, not a list" in run.output
    assert "secret-of-mine" not in run.output


def test_nothing_to_connect_with(simulator, run_inventory):
    run = run_inventory({"connect_with": []}).ok()
    assert not any("ansible_host" in known for known in run.hostvars.values())
    assert (
        "hosts without an address, since connect_with is empty, to which Ansible would connect by their names (12): web-1"
    ) in " ".join(run.stderr.split())


def test_a_machine_that_is_called_as_the_controller_is(seeded, run_inventory):
    """Without an address of its own, Ansible would run on the controller what is meant for the machine."""
    names = ["localhost.localdomain", "localhost4", "ip6-loopback", "127.1", "0x7f.1", "0", "0:0:0:0:0:0:0:1", "web"]
    vms = [{"id": str(2001 + number), "name": f"vm-{number}"} for number in range(len(names))]
    portal = seeded([{"service": "pool", "id": "401", "vms": vms}])
    for number, name in enumerate(names):
        portal.poke(vm={"service": "401", "id": str(2001 + number), "label": name})
    run = run_inventory({"connect_with": ["name"]}, env=portal.env).ok()
    assert sorted(run.hosts) == [*(f"vm-{2001 + number}" for number in range(7)), "web"]
    assert {host for host, known in run.hostvars.items() if "ansible_host" in known} == {"web"}


def test_what_may_be_misspelt_is_warned_of(simulator, run_inventory):
    run = run_inventory({"hostnames": ["nmae", "name"]}).ok()
    assert "hostnames: no host has the variable 'nmae'" in run.stderr
    run = run_inventory({"service_categories": ["Cloud Server"]}).ok()
    assert run.hosts == []
    said = (
        "service_statuses, service_categories and filters rule out all 8 services, whose statuses are Active, Suspended"
    )
    assert said in " ".join(run.stderr.split())
    assert "categories Cloud Servers, " in run.stderr


def test_extra_vars_may_be_used_for_names_and_filters(simulator, run_inventory):
    options = {"hostnames": ["{{ sindad_name }}.{{ site }}"], "filters": [{"exclude": "sindad_service_id != only"}]}
    run = run_inventory({**options, "use_extra_vars": True}, extra_vars={"site": "x", "only": "403"}).ok()
    assert run.hosts == ["runner-1.x", "runner-2.x"]


def test_an_option_that_does_not_exist(simulator, run_inventory):
    run = run_inventory({"filter": []}).ok()
    assert "there is no option 'filter'" in run.output


def test_only_files_of_its_own(simulator, run_inventory):
    assert run_inventory({}, name="sindad.yaml").ok().hosts
    assert run_inventory({}, name="other.yml").rc != 0


def test_one_worker_is_enough(simulator, run_inventory):
    run = run_inventory({"workers": 1, "gather": ["details", "info", "ips", "power"]}).ok()
    assert run.hosts == [*VMS["401"], *VMS["402"], *VMS["403"], *SERVERS]


def test_the_examples_run(tmp_path, start_simulator, run_inventory):
    other = {"username": "test@example.com", "password": "simulator"}
    file = tmp_path / "other.yml"
    file.write_text(yaml.safe_dump({"account": other, "services": []}))
    portal = start_simulator("company", file)
    env = {"SINDAD_API_URL": portal.url, "SINDAD_PASSWORD": portal.password, "PRODUCTION_PASSWORD": portal.password}
    examples = list(yaml.safe_load_all(EXAMPLES))
    assert len(examples) == 6
    fleet = tmp_path / "fleet.yml"
    fleet.write_text("services: [{service: web.example.ir, groups: [shop]}]\n", encoding="utf-8")
    for config in examples:
        if "fleet_file" in config:
            config = {**config, "fleet_file": str(fleet)}
        extra = {"sindad_api_username": portal.username, "testing_password": other["password"]}
        run = run_inventory(config, env=env, extra_vars=extra).ok()
        assert run.hosts
        assert "[WARNING]" not in run.stderr


#: Names that a person may give to a machine, and whether a host can have it.
NASTY = {
    **dict.fromkeys(
        ["web", "web-1", "سرور", "سر\u200cور", "\U0001f469\u200d\U0001f4bb", "R&D", "a=b", "x.example", "{{7}}"], True
    ),
    **dict.fromkeys(
        ["web server 1", "web,db", "web:db", "web:22", "sindad_vms[0]", "web[0:1]", "[prod] web", "w*"], False
    ),
    **dict.fromkeys(["web-1.yml", "web-1.json", "web-1.YAML", "we?", "web;db", "!web", "-web", "~web", "@web"], False),
    **dict.fromkeys(["we\u00a0b", "we\u00adb", "web\u200f", "web/1", "web\\1", "localhost"], False),
    **dict.fromkeys(
        ["web1", "web2", "WEB-1", "#web", "$HOME", "%web", "web'1", 'web"1', "web|db", "2001:db8::7", "web{1..2}"], True
    ),
    **dict.fromkeys(["&web", "web-[1:2]", "::1", "web:&db", "..", "sindad_vms", "all"], False),
}
#: What is called as a group is, and so has its id added.
CALLED_AS_GROUPS = ("sindad_vms", "all")


@pytest.fixture
def nasty(seeded, tmp_path):
    """An inventory of machines with these names, what each is called by right, and files of variables beside it."""
    vms = [{"id": str(2001 + number), "name": f"vm-{number}"} for number in range(len(NASTY))]
    portal = seeded([{"service": "pool", "id": "401", "vms": vms}])
    expected = []
    for number, (name, good) in enumerate(NASTY.items()):
        portal.poke(vm={"service": "401", "id": str(2001 + number), "label": name})
        other = f"{name}-{2001 + number}" if name in CALLED_AS_GROUPS else f"vm-{2001 + number}"
        expected.append(name if good else other)
    files = {
        "test.sindad.yml": "plugin: sindad.cloud.sindad\nkeyed_groups: [{key: sindad_vmid, prefix: id}]\n",
        "host_vars/web-1.yml": "secret: of-web-1\n",
        "host_vars/سرور/more.yml": "persian: true\n",
        "group_vars/sindad_vms.yml": "shared: true\n",
    }
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    return portal, tmp_path / "test.sindad.yml", expected


@pytest.mark.unmeasured
def test_what_fifty_names_are_in_each_listing(nasty, run_inventory):
    """Each machine is one host, with its own variables and no other's, however the inventory is shown."""
    portal, source, expected = nasty
    assert len(NASTY) >= 50
    run = run_inventory(source, env=portal.env).ok()
    assert sorted(run.hosts) == sorted(expected)
    assert {name: known["sindad_vmid"] for name, known in run.hostvars.items()} == {
        name: str(2001 + number) for number, name in enumerate(expected)
    }
    for variable, holders in (("secret", ["web-1"]), ("persian", ["سرور"]), ("shared", sorted(expected))):
        assert sorted(name for name, known in run.hostvars.items() if variable in known) == holders
    for number, name in enumerate(expected):
        assert run.group(f"id_{2001 + number}") == [name]
    said = " ".join(run.stderr.split())
    replaced = sum(not good and name not in CALLED_AS_GROUPS for name, good in NASTY.items())
    assert f"so they are replaced ({replaced}): 'web server 1' is vm-2010" in said
    exported = run_inventory(source, "--export", env=portal.env).ok()
    assert sorted(exported.hosts) == sorted(expected)
    graph = run_inventory(source, "--graph", "sindad_vms", env=portal.env).ok().stdout.splitlines()
    assert sorted(line.removeprefix("  |--") for line in graph if line.startswith("  |--")) == sorted(expected)
    for name in ("R&D", "سر\u200cور", "2001:db8::7", "{{7}}", 'web"1'):
        known = json.loads(run_inventory(source, "--host", name, env=portal.env).ok().stdout)
        assert known["sindad_vmid"] == str(2001 + expected.index(name))
        assert "secret" not in known
    for limit, hosts in (
        ("R&D,vm-2010", ["R&D", "vm-2010"]),
        ("we?[0:1],~web-", ["web", "web-1"]),
        ("2001:db8::7,{{7}}", ["2001:db8::7", "{{7}}"]),
    ):
        assert sorted(run_inventory(source, "--limit", limit, env=portal.env).ok().hosts) == sorted(hosts)


@pytest.mark.unmeasured
def test_what_a_pattern_selects_of_fifty(nasty, run_playbook):
    """Each name of a host selects this host alone; a name that was replaced never selects its machine by itself."""
    portal, source, expected = nasty
    # of the others, what Ansible reads in them
    meant: dict[str, set[str]] = {
        "web server 1": {"web"},
        "web,db": {"web"},
        "web:22": set(),
        "web:db": {"web"},
        "web;db": set(),
        "sindad_vms[0]": {"web"},
        "web[0:1]": {"web"},
        "web[1:2]": set(),
        "web-1.yml": set(),
        "web-1.json": set(),
        "we?": {"web"},
        "~web": {name for name in expected if name.startswith("web")},
        "web*:!web-1": {name for name in expected if name.startswith("web")} - {"web-1"},
        "sindad_vms:&web": {"web"},
        "id_2010": {"vm-2010"},
        "sindad_vms": set(expected),
        "all": set(expected),
    }
    # a pattern of a play is a template, so that {{7}} is 7 there
    meant |= {name: {name} for name, good in NASTY.items() if good and "{{" not in name}
    plays = [{"hosts": [pattern], "name": pattern, "gather_facts": False,
              "tasks": [{"ansible.builtin.debug": {"msg": "here"}}]} for pattern in meant]  # fmt: skip
    run = run_playbook(plays, inventory=source, env=portal.env)
    selected: dict[str, set[str]] = {pattern: set() for pattern in meant}
    for result in run.task_results:
        selected[result.play].add(result.host)
    assert selected == meant


def test_machines_of_two_sources(seeded, run_inventory, tmp_path):
    """None hides another, and an address that a static source gives is not replaced without a word."""
    one = seeded([{"service": "a", "id": "401", "vms": [{"id": "2001", "name": "web"}]}], "one")
    two = seeded(
        [{"service": "b", "id": "402", "vms": [{"id": "2001", "name": "web"}]}], "two", username="two@example.com"
    )
    sources = tmp_path / "inventory"
    sources.mkdir()
    (sources / "0.yml").write_text("static: {hosts: {web: {ansible_host: 10.9.9.8, more: 1}}}\n", encoding="utf-8")
    for name, portal in (("1", one), ("2", two)):
        config = {"plugin": "sindad.cloud.sindad", **portal.options, "duplicate_hostnames": "suffix"}
        (sources / f"{name}.sindad.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    run = run_inventory(sources).ok()
    assert run.hosts == ["web", "web-2001"]
    assert run.hostvars["web"]["sindad_account"] == "ops@example.com"
    assert run.hostvars["web"]["more"] == 1
    assert run.hostvars["web-2001"]["sindad_account"] == "two@example.com"
    said = " ".join(run.stderr.split())
    assert "is a host of another source too, whose ansible_host is 10.9.9.8" in said
    assert "has the same name as a machine of another inventory source: it is called web-2001 here" in said
    again = run_inventory([sources, {**one.options, "duplicate_hostnames": "fail"}]).ok()
    assert again.hosts == run.hosts, "it is the same machine"
    refused = run_inventory([sources, {**two.options, "duplicate_hostnames": "fail"}])
    assert refused.rc != 0
    said = "web (vm 2001 of service 402, account two@example.com) has the same name as a machine of another inventory source"
    assert said in refused.output


def test_a_name_with_an_id_may_be_taken_too(seeded, run_inventory, tmp_path):
    """The machine that would be called web-2001 beside another source's web is not the one that has this name."""
    one = seeded([{"service": "a", "id": "401", "vms": [{"id": "2001", "name": "web"}]}], "one")
    vms = [{"id": "2001", "name": "web"}, {"id": "2002", "name": "web-2001"}]
    two = seeded([{"service": "b", "id": "402", "vms": vms}], "two", username="two@example.com")
    sources = tmp_path / "inventory"
    sources.mkdir()
    for name, portal in (("1", one), ("2", two)):
        config = {"plugin": "sindad.cloud.sindad", **portal.options}
        (sources / f"{name}.sindad.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    variables = run_inventory(sources).ok().hostvars
    found = {name: (values["sindad_account"], values["sindad_vmid"]) for name, values in variables.items()}
    assert found == {
        "web": ("ops@example.com", "2001"),
        "web-402-2001": ("two@example.com", "2001"),
        "web-2001": ("two@example.com", "2002"),
    }


def test_numbers_are_keys_of_groups_and_labels_cost_one_request_a_service(simulator, run_inventory):
    config = {
        "gather": ["labels"],
        "keyed_groups": [{"key": "sindad_memory", "prefix": "mb"}, {"key": "sindad_service_label", "prefix": "label"}],
        "filters": [{"include": "sindad_kind == 'vm'"}],
        "hostnames": ["{{ sindad_ips }}", "name"],
    }
    run = run_inventory(config).ok()
    assert {"mb_4096", "label_web_cluster"} <= run.groups
    assert simulator.counts["GET /service/@id"] == 5
    assert "GET /service/@id/vms/@vmid" not in simulator.counts
    said = " ".join(run.stderr.split())
    assert "filters: without an exclude, they leave no host out" in said
    assert "is web-1" in said


def test_what_gather_would_give_is_told(simulator, run_inventory):
    run = run_inventory({"keyed_groups": [{"key": "sindad_service_label"}]}).ok()
    assert "sindad_service_label: only gather: [labels] gives this variable" in " ".join(run.stderr.split())


def test_a_machine_that_the_list_rules_out_is_not_asked_for(simulator, run_inventory):
    filters = [{"exclude": "sindad_name == 'web-1'"}, {"exclude": "sindad_kind == 'vm' and sindad_status == 'stopped'"}]
    run = run_inventory({"gather": ["details"], "filters": filters}).ok()
    asked = simulator.counts["GET /service/@id/vms/@vmid"]
    assert asked == len(run.group("sindad_vms"))


def test_addresses_in_order_of_preference(simulator, run_inventory):
    run = run_inventory({"connect_with": ["private_ipv4", "public_ipv4"]}).ok()
    web_3 = run.hostvars["web-3"]
    assert web_3["sindad_private_ipv4"] is None
    assert (run.hostvars["web-1"]["ansible_host"], web_3["ansible_host"]) == ("10.20.1.11", web_3["sindad_ipv4"])
    said = " ".join(run_inventory({"connect_with": "private_ipv4"}).ok().stderr.split())
    assert (
        "hosts without private_ipv4, to which Ansible would connect by their names (6): web-3, cache-1, stage-db"
        in said
    )
