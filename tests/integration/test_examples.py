# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever the documentation shows is run as it stands: EXAMPLES of all modules, snippets of README and guides."""

from __future__ import annotations

import ast
import re
import runpy
from pathlib import Path
from textwrap import dedent

import pytest
from ansible_collections.sindad.cloud.plugins.module_utils._events.options import wanted_events

from support import CACHE, ROOT, libyaml
from support.portal import PASSWORD, SEEDS

MODULES = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("sindad_*.py"))
GUIDES = sorted((ROOT / "docs" / "docsite" / "rst").glob("*.rst"))
#: Persian pages show the same code (unit/test_languages.py), which is run once.
DOCUMENTS = [ROOT / "README.md", *(guide for guide in GUIDES if not guide.stem.endswith("_fa"))]
#: An account that has another one's machines beside the company's: guides show several accounts.
OTHER = Path(__file__).parent / "seeds" / "other.yml"
#: A fleet file of which the company's account differs in nothing.
FLEET = "services: [{service: web-cluster, vms: [{name: web-1, memory: 4096}]}]\n"
EVENT_SOURCE = CACHE / "ansible_collections/sindad/cloud/extensions/eda/plugins/event_source/sindad.py"
#: Where examples put files; each test has a directory of its own in place of it.
SHARED = "/tmp/"


def constants(module):
    """The texts DOCUMENTATION, EXAMPLES and RETURN of a module."""
    tree = ast.parse((ROOT / "plugins" / "modules" / f"{module}.py").read_text(encoding="utf-8"))
    assigned = [node for node in tree.body if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)]
    return {node.targets[0].id: node.value.value for node in assigned}


def patient():
    """The modules that wait, with looks in short intervals: the only thing in which these runs differ from a user's."""
    waiting = [module for module in MODULES if "sindad.cloud.wait" in constants(module)["DOCUMENTATION"]]
    return {f"sindad.cloud.{module}": {"wait_interval": 0.1} for module in waiting}


def tasks_in(tasks):
    """All tasks, those in blocks too."""
    for task in tasks:
        if "block" in task:
            for part in ("block", "rescue", "always"):
                yield from tasks_in(task.get(part, []))
        else:
            yield task


@pytest.fixture(scope="session")
def account(tmp_path_factory):
    """The company, with a pool 301 and a disk of the size that the examples speak of."""
    seed = libyaml.load((SEEDS / "company.yml").read_text(encoding="utf-8"))
    (cluster,) = (service for service in seed["services"] if service.get("id") == "401")
    (machine,) = (vm for vm in cluster["vms"] if vm["name"] == "web-1")
    machine["disk"] = 40
    news = {"subject": "Invoice 90001 is paid", "date_added": "2026-10-03", "rel_type": "invoice", "rel_id": "90001"}
    seed["notifications"].append({"id": "33", **news})
    seed["services"].append({"service": 301, "label": "pool", "kind": "vm", "vms": [{"name": "pool-1"}]})
    file = tmp_path_factory.mktemp("seed") / "examples.yml"
    file.write_text(libyaml.dump(seed), encoding="utf-8")
    return str(file)


def play(tasks):
    return {
        "hosts": "localhost",
        "connection": "local",
        "gather_facts": False,
        "module_defaults": patient(),
        "tasks": tasks,
    }


def check(run):
    """A run in which everything went well, and in which Ansible found nothing to complain about."""
    run.ok()
    assert [result.msg for result in run.task_results if result.failed] == []
    for word in ("[DEPRECATED]", "[DEPRECATION WARNING]", "[ERROR]"):
        assert word not in run.output
    return run


@pytest.mark.parametrize("module", MODULES)
def test_examples(module, account, start_simulator, run_playbook, tmp_path):
    text = constants(module)["EXAMPLES"].replace(SHARED, f"{tmp_path}/")
    tasks = libyaml.load(text)
    portal = start_simulator(account, build_time=0.2)
    run = check(run_playbook([play(tasks)], env=portal.env))
    name = f"sindad.cloud.{module}"
    shown = [task for task in tasks_in(tasks) if name in task]
    assert shown, f"no example of {module} shows it"
    assert all(task.get("name") for task in tasks_in(tasks))
    # each of them has run, none was skipped
    ran = {result.task for result in run.task_results if not result.skipped}
    assert {task["name"] for task in tasks_in(tasks)} <= ran


@pytest.mark.parametrize("module", MODULES)
def test_attributes_are_declared(module):
    """Check mode, diff mode, idempotence, the action group: each module says how it is with them."""
    documentation = libyaml.load(constants(module)["DOCUMENTATION"])
    fragments = documentation.get("extends_documentation_fragment", [])
    assert [name for name in fragments if name.startswith("sindad.cloud.attributes")] or documentation.get("attributes")


# README and guides


def snippets(document):
    """The YAML in a document, with its lines: fenced blocks of Markdown, code blocks of reStructuredText."""
    text = document.read_text(encoding="utf-8")
    if document.suffix == ".md":
        found = re.finditer(r"^```ya?ml\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    else:
        found = re.finditer(r"^\.\. code-block:: ya?ml(?:\+jinja)?\n(?: +:.*\n)*\n((?: +.*\n|\n)+)", text, re.MULTILINE)
    return [(text[: match.start()].count("\n") + 1, dedent(match[1])) for match in found]


def load(text):
    """A snippet as data; whatever is encrypted there is the simulator's password."""
    return libyaml.load(re.sub(r"!vault \|\n +\$ANSIBLE_VAULT.*\n +….*", PASSWORD, text))


def is_tasks(content):
    return isinstance(content, list) and not any("hosts" in item for item in content)


def is_rulebook(content):
    return isinstance(content, list) and all("sources" in item for item in content)


#: What stands for itself: a play, an inventory, a fleet file, a pipeline.
SNIPPETS = [
    pytest.param(text, id=f"{document.name}:{line}")
    for document in DOCUMENTS
    for line, text in snippets(document)
    if not is_tasks(load(text)) and not is_rulebook(load(text))
]
#: Rulebooks; test_events.py runs the one of the collection.
RULEBOOKS = [
    text for text in (text for document in DOCUMENTS for _line, text in snippets(document)) if is_rulebook(load(text))
]
#: The documents that show tasks, which are run one after the other, as a reader would.
TASKS = {document.name: [text for _line, text in snippets(document) if is_tasks(load(text))] for document in DOCUMENTS}


def commands(value):
    """The command lines in a pipeline's definition."""
    if isinstance(value, dict):
        return [line for item in value.values() for line in commands(item)]
    if isinstance(value, list):
        return [line for item in value for line in commands(item)]
    return value.splitlines() if isinstance(value, str) else []


def test_there_are_snippets():
    assert DOCUMENTS[0].is_file()
    assert len(SNIPPETS) >= 4
    assert sum(map(len, TASKS.values())) >= 4


def in_place(text, tmp_path):
    """A snippet with the files that it names in a directory of the test's own, and the secrets that it reads."""
    (tmp_path / ".ssh").mkdir(exist_ok=True)
    for name, content in {
        ".sindad": PASSWORD,
        ".ssh/id_ed25519.pub": "ssh-ed25519 AAAA me@example.com",
        "secrets.yml": f"sindad_password: {PASSWORD}",
        "fleet.yml": FLEET,
    }.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    for name in ("secrets.yml", "fleet.yml"):
        text = re.sub(rf"(?<!\S){re.escape(name)}", str(tmp_path / name), text)
    secrets = dict.fromkeys(re.findall(r"ansible\.builtin\.env', '(\w+)'", text), PASSWORD)
    return text.replace("~/", f"{tmp_path}/"), secrets


@pytest.mark.unmeasured
@pytest.mark.simulator("company")
@pytest.mark.parametrize("document", [name for name, texts in TASKS.items() if texts])
def test_tasks_of_a_document(document, simulator, run_playbook, tmp_path):
    text, secrets = in_place("\n".join(TASKS[document]), tmp_path)
    tasks = load(text)
    run = check(run_playbook([play(tasks)], env=secrets))
    assert {task["name"] for task in tasks_in(tasks)} <= {result.task for result in run.task_results}


@pytest.mark.unmeasured
@pytest.mark.simulator("company", OTHER)
@pytest.mark.parametrize("text", SNIPPETS)
def test_snippets(text, simulator, run_playbook, run_inventory, tmp_path):
    text, secrets = in_place(re.sub(r"!vault \|\n +\$ANSIBLE_VAULT.*\n +….*", PASSWORD, text), tmp_path)
    content = libyaml.load(text)
    if isinstance(content, list):
        # no machine of the simulator can be logged in to; test_roles.py runs the role with one that can
        only_planned = "role: sindad.cloud.vm" in text
        run = check(run_playbook(text, "--connection", "local", check=only_planned, env=secrets))
        ran = {result.task for result in run.task_results}
        there = {"localhost", *re.findall(r"groups: (\w+)", text)}  # others are hosts of a reader's inventory
        for each in content:
            # a block and a role that is included are no tasks of their own
            names = {
                task["name"]
                for task in each.get("tasks", ())
                if not any("_role" in key or key == "block" for key in task)
            }
            assert each["hosts"] not in there or names <= ran
    elif {"services", "account"} & content.keys():
        file = tmp_path / "fleet.yml"
        file.write_text(text if "services" in content else text + FLEET, encoding="utf-8")
        # which fails for a file with a mistake, and for one that asks for what is refused
        check(run_playbook("sindad.cloud.fleet_plan", extra_vars={"fleet_file": str(file)}, env=secrets))
        assert simulator.writes == []
    elif content.get("plugin") == "sindad.cloud.sindad":
        assert run_inventory(text, env=secrets).ok().hosts
    elif "collections" in content:
        assert "sindad.cloud" in [each["name"] for each in content["collections"]]
    else:
        # a pipeline: the playbooks that it runs are there
        named = re.findall(r"ansible-playbook sindad\.cloud\.(\w+)", "\n".join(commands(content)))
        assert named, f"what kind of snippet is this?\n{text}"
        for name in named:
            assert (ROOT / "playbooks" / f"{name}.yml").is_file()


def test_every_playbook_of_the_collection_is_known_to_the_documentation():
    shown = "".join(document.read_text(encoding="utf-8") for document in DOCUMENTS)
    for playbook in Path(ROOT, "playbooks").glob("*.yml"):
        assert f"sindad.cloud.{playbook.stem}" in shown


def test_rulebooks():
    """Their sources have the options that there are, and their conditions name the types of events that there are."""
    assert RULEBOOKS
    types = set(re.findall(r"C\((\w+_\w+)\)", runpy.run_path(str(EVENT_SOURCE))["DOCUMENTATION"]))
    for text in [*RULEBOOKS, Path(ROOT, "extensions/eda/rulebooks/account.yml").read_text(encoding="utf-8")]:
        for rulebook in libyaml.load(re.sub(r"\{\{.*?\}\}", "60", text)):
            assert [wanted_events(source["sindad.cloud.sindad"], {}) for source in rulebook["sources"]]
        named = re.findall(r'event\.type == "(\w+)"', text)
        assert named and set(named) <= types
