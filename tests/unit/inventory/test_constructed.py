# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shortcuts of the inventory give what plain Constructable gives, whatever the variables and the expressions."""

from __future__ import annotations

import re
from functools import cached_property
from types import SimpleNamespace
from typing import Any

import pytest
from ansible._internal._wrapt import ObjectProxy
from ansible.errors import AnsibleParserError
from ansible.inventory.data import InventoryData
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar, is_trusted_as_template, trust_as_template
from ansible_collections.sindad.cloud.plugins.inventory.sindad import GROUPS, InventoryModule, _machines_of
from ansible_collections.sindad.cloud.plugins.plugin_utils._constructed import Hosts, QuickTemplar
from ansible_collections.sindad.cloud.plugins.plugin_utils._wanted import Filters
from hypothesis import example, given
from hypothesis import strategies as st

from support.properties import examples

#: Names that Jinja, Ansible or Python give a meaning, and some that have none.
NAMES = (
    *("alpha", "beta", "inventory_hostname", "group_names", "ansible_host", "vars", "omit", "range", "lookup", "now"),
    *("true", "none", "True", "self", "result", "super", "loop", "undef", "dict", "environment", "context", "_private"),
)
KEYS = ("os", "name", "items", "keys", "get", "values", "copy", "pop", "update", "_hidden", "__class__", "0", "a-b")
TEXTS = (
    *("", "web-1", "Debian 12", "{{ 7*7 }}", "{{ alpha }}", "{% if true %}x{% endif %}", "{# note #}", "{", "None"),
    *("#jinja2: trim_blocks: False\n{{ 7*7 }}", "#fff", "true", "0", " blank ", "سرور", "a\nb\n", "\\n", "all"),
)

texts = st.sampled_from(TEXTS) | st.text(max_size=5)
#: Without a variable in it: one that names itself ends wherever the memory does.
trusted_texts = texts.filter(lambda text: "alpha" not in text).map(trust_as_template)
scalars = texts | trusted_texts | st.none() | st.booleans() | st.integers(-3, 5000) | st.floats(-2, 2)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3),
    max_leaves=6,
)
nested = st.dictionaries(st.sampled_from(KEYS), st.dictionaries(st.sampled_from(KEYS), scalars) | values, min_size=4)
variables = st.builds(
    lambda some, alpha: {**some, **alpha},
    st.dictionaries(st.sampled_from(NAMES), values, max_size=6),
    st.fixed_dictionaries({}, optional={"alpha": nested}),
)
paths = st.builds(
    lambda name, keys: ".".join([name, *keys]),
    st.just("alpha") | st.sampled_from(NAMES),
    st.lists(st.sampled_from(KEYS), max_size=2),
)
expressions = st.one_of(
    paths,
    st.builds(str.format, st.sampled_from([
        *("{0} ", "({0})", "{0}.", "not {0}", "{0}[0]", "{0}['os']", "{0} | default('x')", "{0} is defined"),
        *("{0} ~ '-{{{{ 7*7 }}}}'", "{0} == 'web-1'", "{0} | length > 1", "'a\\n' ~ {0}", "{0} | no_such_filter", "{0} {0}"),
        *("{{{{ {0} }}}}", "[{0}, {0}]", "{0}.upper()", "lookup('vars', '{0}')", "omit if {0} else {0}"),
    ]), paths),
    texts,
)  # fmt: skip


def plainly(value: Any) -> Any:
    """Return a value with all that can be told of it: its JSON type, the order of keys, whether it is trusted."""
    if isinstance(value, dict):
        return ["dict", *((plainly(key), plainly(item)) for key, item in value.items())]
    if isinstance(value, (list, tuple)):
        return ["list", *map(plainly, value)]
    kind = next(kind for kind in (bool, int, float, str, type(None)) if isinstance(value, kind))
    return (kind.__name__, unaddressed(repr(value)) if kind in (float, str) else value, is_trusted_as_template(value))


def unaddressed(text: str) -> str:
    """Return a text without what is another each time: addresses in the memory, and where an endless loop was cut."""
    return re.sub(r" at 0x[0-9a-f]+|(?<=Recursive loop detected in )\w+", "", text)


def outcome(call: Any, *args: Any) -> Any:
    try:
        return plainly(call(*args))
    except Exception as error:  # noqa: BLE001 - whatever it is, it has to be the same
        return type(error).__name__, unaddressed(str(error))


@pytest.mark.unmeasured
@examples(6)
@given(st.lists(variables, min_size=1, max_size=3), st.lists(expressions, min_size=1, max_size=3))
@example([{"alpha": {"items": 1}}], ["alpha.items"])
@example([{"alpha": {"os": {"name": "Debian 12"}}}], ["alpha.os.name", "alpha.os", "alpha.name", "alpha.os.name.os"])
@example([{"range": 3}, {}], ["range"])
@example([{"alpha": "{{ 7*7 }}", "beta": trust_as_template("{{ alpha }}")}], ["alpha", "beta"])
@example([{"alpha": [1, {"os": trust_as_template("{{ 1 }}")}]}], ["alpha"])
def test_a_quick_templar_answers_as_a_plain_one(hosts: list[dict[str, Any]], asked: list[str]):
    quick = QuickTemplar(loader=DataLoader())
    for known in hosts:
        for expression in asked:
            plain = Templar(loader=DataLoader(), variables=known)
            quick.available_variables = known
            for text in (trust_as_template(expression), expression):
                assert outcome(quick.evaluate_expression, text) == outcome(plain.evaluate_expression, text)
                assert outcome(quick.evaluate_conditional, text) == outcome(plain.evaluate_conditional, text)
                assert outcome(quick.template, text) == outcome(plain.template, text)


def test_a_result_is_a_copy():
    quick = QuickTemplar(loader=DataLoader())
    quick.available_variables = known = {"alpha": [{"os": "Debian 12"}]}
    quick.evaluate_expression(trust_as_template("alpha"))[0]["os"] = "changed"
    assert known == {"alpha": [{"os": "Debian 12"}]}


def test_an_expression_is_compiled_once():
    quick = QuickTemplar(loader=DataLoader())
    quick.available_variables = {"alpha": 1}
    environment, compiled = quick._engine.environment, []
    generate = environment._generate
    environment._generate = lambda *args, **options: compiled.append(args) or generate(*args, **options)
    for number in range(5):
        quick.available_variables = {"alpha": number}
        assert quick.evaluate_expression(trust_as_template("alpha + 1")) == number + 1
        assert quick.template(trust_as_template("{{ alpha }}-{{ alpha }}")) == f"{number}-{number}"
        assert quick.evaluate_conditional(trust_as_template("alpha == 3")) is (number == 3)
        assert quick.evaluate_expression(trust_as_template(r"alpha | regex_replace('(.+)', '<\\1>')")) == f"<{number}>"
    assert len(compiled) == 4


def test_backslashes_mean_what_the_caller_wants():
    quick, plain = QuickTemplar(loader=DataLoader()), Templar(loader=DataLoader())
    text = trust_as_template(r"{{ 'a\n' }}")
    for escape in (True, False, True):
        answers = [templar.template(text, escape_backslashes=escape) for templar in (quick, plain)]
        assert answers == ([r"a\n"] * 2 if escape else ["a\n"] * 2)


def test_an_overlay_has_its_own_syntax():
    quick, plain = QuickTemplar(loader=DataLoader()), Templar(loader=DataLoader())
    quick.available_variables = plain.available_variables = {"alpha": 1}
    header = "#jinja2: variable_start_string: '[[', variable_end_string: ']]'\n"
    for text in ("[[ alpha ]]", header + "[[ alpha ]]", "[[ alpha ]]{{ alpha }}", header + "[[ alpha ]]{{ alpha }}"):
        assert outcome(quick.template, trust_as_template(text)) == outcome(plain.template, trust_as_template(text))


@pytest.mark.parametrize("engine", [None, SimpleNamespace(), SimpleNamespace(environment=SimpleNamespace())])
def test_a_templar_of_another_build_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch, engine: Any):
    monkeypatch.setattr(Templar, "__init__", lambda self, loader: setattr(self, "_engine", engine))
    assert QuickTemplar(loader=DataLoader())._engine == engine


class PlainModule(InventoryModule):
    """The inventory without a shortcut."""

    @cached_property
    def templar(self) -> Templar:
        return Templar(loader=self.loader)

    def _construct(self, name: str, facts: dict[str, Any], variables: dict[str, Any]) -> None:
        strict = self.get_option("strict")
        self.inventory.add_host(name, GROUPS[facts["kind"]])
        for key, value in variables.items():
            self.inventory.set_variable(name, key, value)
        self._set_composite_vars(self.get_option("compose"), self.inventory.get_host(name).get_vars(), name, strict)
        self._add_host_to_composed_groups(self.get_option("groups"), {}, name, strict)
        with self._keys_of_groups():
            self._add_host_to_keyed_groups(self.get_option("keyed_groups"), {}, name, strict)


OPTIONS: dict[str, Any] = {
    "api_url": "https://example.com/api",
    "connect_with": ["public_ipv4"],
    "hostvars_prefix": "sindad_",
    "duplicate_hostnames": "suffix",
    "hostnames": ["name"],
    "filters": [],
    "strict": False,
    "compose": {},
    "groups": {},
    "keyed_groups": [],
    "leading_separator": True,
    "use_extra_vars": False,
}


def facts(number: int, **more: Any) -> dict[str, Any]:
    return {
        "kind": "vm",
        "service_id": "401",
        "vmid": str(2000 + number),
        "account": "ops@example.com",
        "name": f"web-{number}",
        "ipv4": f"185.0.2.{number}",
        "ipv6": None,
        "private_ipv4": None,
        **more,
    }


def filled(module: type[InventoryModule], hosts: list[dict[str, Any]], **options: Any) -> Any:
    """Return an inventory as plain data, in its order; or the error."""
    plugin, inventory = module(), InventoryData()
    plugin._load_name = plugin.NAME
    plugin._options = {**OPTIONS, **options}
    plugin.loader, plugin.inventory, plugin._vars = DataLoader(), inventory, options.get("extra", {})
    try:
        options = plugin._options
        plugin._add_hosts(hosts, Filters(options["filters"], options["hostvars_prefix"], plugin.templar))
        inventory.reconcile_inventory()
    except Exception as error:  # noqa: BLE001 - whatever it is, it has to be the same
        return type(error).__name__, unaddressed(str(error))
    return {
        "hosts": [(name, plainly(dict(sorted(host.vars.items())))) for name, host in inventory.hosts.items()],
        "groups": [
            (name, [host.name for host in group.hosts], [child.name for child in group.child_groups])
            for name, group in inventory.groups.items()
        ],
    }


trusted = expressions.map(trust_as_template)
named = st.sampled_from(
    ["sindad_alpha", "sindad_beta", "sindad_beta.os", "sindad_beta.items", "composed", "sindad_name"]
)
asked = (named | named.map(lambda name: f"{name} | default('none')") | paths | expressions).map(trust_as_template)
keyed = st.fixed_dictionaries(
    {"key": asked},
    optional={
        "prefix": st.sampled_from(["", "p", "سرور"]),
        "separator": st.sampled_from(["", "_", "-"]),
        "default_value": st.just("default"),
        "trailing_separator": st.booleans(),
        "parent_group": st.sampled_from(["parent", "{{ sindad_alpha }}", "{{ missing }}"]).map(trust_as_template),
    },
)


@examples(3)
@given(
    st.lists(
        st.fixed_dictionaries({}, optional={"alpha": values, "beta": nested | values, "status": texts}), max_size=3
    ),
    st.fixed_dictionaries(
        {},
        optional={
            "strict": st.booleans(),
            "leading_separator": st.booleans(),
            "use_extra_vars": st.booleans(),
            "extra": st.fixed_dictionaries({"sindad_alpha": values, "missing": values}),
            "compose": st.dictionaries(
                st.sampled_from(["composed", "sindad_alpha", "ansible_user"]), asked, max_size=3
            ),
            "groups": st.dictionaries(st.sampled_from(["small", "سرور", "a-b"]), asked | st.booleans(), max_size=2),
            "keyed_groups": st.lists(keyed, max_size=4),
        },
    ),
)
def test_an_inventory_is_what_it_is_without_shortcuts(added: list[dict[str, Any]], options: dict[str, Any]):
    hosts = [facts(number, **more) for number, more in enumerate(added)]
    assert filled(InventoryModule, hosts, **options) == filled(PlainModule, hosts, **options)


def test_a_host_that_is_called_like_a_group_gives_way_and_spoils_none():
    hosts = [facts(1, name="web"), facts(2, name="db")]
    found = filled(
        InventoryModule,
        hosts,
        compose={"composed": trust_as_template("sindad_vmid")},
        groups={"web": True, "db": trust_as_template("sindad_name == 'web'")},
    )
    groups = {name: (members, children) for name, members, children in found["groups"]}
    assert groups["web"] == (["web-2001", "db-2002"], [])
    assert groups["db"] == (["web-2001"], [])
    values = [dict(variables[1:])[plainly("composed")] for _name, variables in found["hosts"]]
    assert values == [plainly("2001"), plainly("2002")]


def test_a_host_of_two_sources_has_the_variables_of_both():
    inventory = InventoryData()
    inventory.add_host("web-1")
    inventory.set_variable("web-1", "mine", {"a": 1})
    inventory.add_group("sindad_vms")
    Hosts(inventory).add("web-1", "sindad_vms", {"mine": {"b": 2}, "sindad_name": "web-1"})
    assert inventory.hosts["web-1"].vars["mine"] == {"b": 2}
    assert inventory.hosts["web-1"].vars["sindad_name"] == "web-1"


def test_all_sources_share_what_is_known_of_hosts():
    """Ansible hands a proxy of its own to each, and Python may free one before the next is made."""
    inventory, others = InventoryData(), InventoryData()
    _machines_of(ObjectProxy(inventory))["web"] = ("2001",)
    assert _machines_of(ObjectProxy(inventory)) == {"web": ("2001",)}
    assert _machines_of(ObjectProxy(others)) == {}
    assert _machines_of(inventory) == {"web": ("2001",)}


def test_strict_reports_what_is_missing():
    kind, said = filled(InventoryModule, [facts(1)], strict=True, compose={"x": trust_as_template("missing")})
    assert kind == "AnsibleError"
    assert "Could not set x for host web-1" in said


@pytest.mark.parametrize("mode", ["filters", "hostnames"])
def test_what_can_not_be_decided_is_an_error(mode: str):
    wanted = {"filters": [{"include": trust_as_template("missing")}], "hostnames": [trust_as_template("{{ missing }}")]}
    kind, said = filled(InventoryModule, [facts(1)], strict=True, **{mode: wanted[mode]})
    assert kind == AnsibleParserError.__name__
    assert mode in said


def test_what_is_set_for_a_part_of_the_work_is_reset_by_a_failure():
    plugin = InventoryModule()
    plugin.inventory = inventory = InventoryData()
    with plugin._names_of_hosts() as hosts:
        assert plugin.inventory is hosts
    with pytest.raises(KeyError), plugin._names_of_hosts():
        raise KeyError
    assert plugin.inventory is inventory
    with pytest.raises(KeyError), plugin._keys_of_groups():
        raise KeyError
    assert not plugin._composes_keys
