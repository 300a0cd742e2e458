# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The results as tables of Markdown."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .fleets import PLAN_WITHOUT_LABELS
from .inventories import ADDS, JSON_FILE, SINDAD, VMS_OF_A_SERVICE, WARM, WITH
from .measure import Figures
from .modules import NOTHING, ONE_VM, all_of
from .peers import NOT_RUN, PEERS
from .tasks import ACTION, AS_MODULE, BUILTIN, FORMS, IN_PROCESS, KINDS, NO_TASK, ONE_TASK, items_of, subject_name

WORKERS = 8  # the default of the option
TARGET_HOSTS, MANY_HOSTS, TARGET_LATENCY = 1000, 5000, 50

Samples = Sequence[Mapping[str, float]]
#: The samples of each subject, by the kind of measurement, hosts and latency: ``inventory/1000/50``.
Results = Mapping[str, Mapping[str, Samples]]


@dataclass(frozen=True)
class Target:
    """A target, and what was measured; the figures are ratios, seconds or whatever the text says."""

    text: str
    measured: str
    met: bool


class Cell:
    """What was measured beside each other, with the same hosts and latency."""

    def __init__(self, kind: str, hosts: int, latency: int, samples: Mapping[str, Samples]) -> None:
        self.kind, self.hosts, self.latency = kind, hosts, latency
        self.figures = {name: Figures.of(each) for name, each in samples.items()}
        self.runs = min(map(len, samples.values()))

    @property
    def peers(self) -> dict[str, Figures]:
        """The inventories of other collections, with expressions."""
        known = (SINDAD, WARM, ADDS)
        return {
            name.removesuffix(WITH): figures
            for name, figures in self.figures.items()
            if name.endswith(WITH) and name.removesuffix(WITH) not in known
        }

    @property
    def bound(self) -> float:
        """How long the requests take at least: the list, and one for each service, some at a time."""
        return self.latency / 1000 * (1 + math.ceil(self.hosts / VMS_OF_A_SERVICE / WORKERS))


def cells(results: Results) -> dict[tuple[str, int, int], Cell]:
    """Return the results by kind of measurement, hosts and latency, in this order."""
    found = {}
    for name, samples in results.items():
        kind, hosts, latency = name.split("/")
        found[kind, int(hosts), int(latency)] = Cell(kind, int(hosts), int(latency), samples)
    return dict(sorted(found.items()))


def report(results: Results, machine: Mapping[str, Any]) -> str:
    """Return the tables."""
    measured = cells(results)
    runs = sorted({cell.runs for cell in measured.values()})
    return "\n".join(
        [
            "## Machine",
            "",
            *(f"- {name}: {value}" for name, value in machine.items()),
            f"- medians of {' to '.join(map(str, dict.fromkeys((runs[0], runs[-1]))))} interleaved runs",
            "",
            "## Targets",
            "",
            *_table(
                ("target", "measured", "met?"),
                ((each.text, each.measured, "yes" if each.met else "**no**") for each in targets(measured)),
            ),
            "",
            "## Inventory",
            "",
            "In brackets are the ratios to the two floors: the plugin that only adds, and the static JSON file.",
            *(line for cell in measured.values() if cell.kind == "inventory" for line in _inventory(cell)),
            "",
            "## Modules that find nothing to do",
            "",
            "The time of the task is that of the playbook less that of one without a task.",
            *(line for cell in measured.values() if cell.kind == "modules" for line in _modules(cell)),
            "",
            "## A large fleet",
            "",
            "The plan of an exported file, which is empty, and the export itself, with 10 machines in each service. An",
            "exported file has the labels of its services, each of which the portal tells in an answer of its own.",
            *(line for cell in measured.values() if cell.kind == "fleet" for line in _fleet(cell)),
            "",
            "## A task, and what a module costs",
            "",
            "A `sindad_vm` that finds nothing to do, in Ansible's process and as an ordinary module, beside a module and",
            "an action of Ansible's own. CPU for each item is that of the playbook less that of one without a task.",
            *(line for cell in measured.values() if cell.kind == "tasks" for line in _tasks(cell)),
            "",
            "## What was not measured",
            "",
            *(
                f"- `{peer.name}`: it was left out, or the `ansible` package for this ansible-core has it no more."
                for peer in PEERS
                if all(peer.name not in cell.peers for cell in measured.values())
            ),
            NOT_RUN,
        ]
    )


def targets(measured: Mapping[tuple[str, int, int], Cell]) -> Iterator[Target]:
    """Compare what was measured with what it should be; what wasn't measured is left out."""
    cell = measured.get(("inventory", TARGET_HOSTS, TARGET_LATENCY))
    if cell:
        yield from _inventory_targets(cell)
    many = measured.get(("inventory", MANY_HOSTS, TARGET_LATENCY))
    if cell and many:
        yield from _growth_targets(cell, many)
    modules = measured.get(("modules", TARGET_HOSTS, TARGET_LATENCY))
    if modules:
        base, one, fleet = (modules.figures[name].wall for name in (NOTHING, ONE_VM, all_of(TARGET_HOSTS)))
        limit = 3 * (one - base) + modules.bound
        yield Target(
            f"{all_of(TARGET_HOSTS)} at {TARGET_LATENCY} ms: under 3 x a `sindad_vm` task + the bound of its requests",
            f"{fleet - base:.2f} s, under 3 x {one - base:.2f} s + {modules.bound:.2f} s = {limit:.2f} s",
            fleet - base < limit,
        )
    large = measured.get(("fleet", MANY_HOSTS, 0))
    if large:
        used = large.figures[PLAN_WITHOUT_LABELS].cpu
        yield Target(
            f"{PLAN_WITHOUT_LABELS}, {MANY_HOSTS:,} VMs: CPU at most 4 s, with Ansible's start",
            f"{used:.2f} s",
            used <= 4,
        )
    tasks = measured.get(("tasks", TARGET_HOSTS, TARGET_LATENCY))
    if tasks:
        yield from _task_targets(tasks)


def _task_targets(cell: Cell) -> Iterator[Target]:
    """A task in Ansible's process costs little more than one that does nothing, and much less than as a module."""
    for form in FORMS:
        if form == ONE_TASK:
            continue
        here, module, action = (_cpu_of_an_item(cell, kind, form) for kind in (IN_PROCESS, AS_MODULE, ACTION))
        yield Target(
            f"sindad_vm, {form}: CPU for each item at most 20 ms more than for `{ACTION}`",
            f"{(here - action) * 1000:.1f} ms ({here * 1000:.1f} ms - {action * 1000:.1f} ms)",
            here - action <= 0.020,
        )
        yield Target(
            f"sindad_vm, {form}: CPU for each item at least 20 x less than as a module",
            f"{module / here:.1f} ({module * 1000:.0f} ms / {here * 1000:.1f} ms)",
            module >= 20 * here,
        )


def _cpu_of_an_item(cell: Cell, kind: str, form: str) -> float:
    """Return the CPU seconds of one item, beyond those of the playbook itself."""
    without = cell.figures[subject_name(NO_TASK, form)].cpu
    return (cell.figures[subject_name(kind, form)].cpu - without) / items_of(form)


def _inventory_targets(cell: Cell) -> Iterator[Target]:
    figures, where = cell.figures, f"{cell.hosts:,} hosts at {cell.latency} ms"
    ours, adds, composed = figures[SINDAD], figures[ADDS], figures[SINDAD + WITH]
    yield _at_most(
        f"{where}, plain: wall at most 1.2 x (plugin that only adds + bound of the requests, {cell.bound:.2f} s)",
        ours.wall,
        adds.wall + cell.bound,
        1.2,
    )
    yield _at_most(f"{where}, with expressions: CPU at most 1.6 x that without", composed.cpu, ours.cpu, 1.6)
    yield _at_most(
        f"{where}, with expressions: CPU at most half of the plain Constructable way",
        composed.cpu,
        figures[ADDS + WITH].cpu,
        0.5,
    )
    if cell.peers:
        for measure in ("wall", "cpu"):
            name, best = min(cell.peers.items(), key=lambda entry: getattr(entry[1], measure))
            yield _at_most(
                f"{where}, with expressions: ahead of every peer in {measure} (the best is {name})",
                getattr(composed, measure),
                getattr(best, measure),
                1.0,
            )
    yield _at_most(
        f"{cell.hosts:,} hosts, warm cache: wall at most 1.1 x the plugin that only adds",
        figures[WARM].wall,
        adds.wall,
        1.1,
    )


def _growth_targets(cell: Cell, many: Cell) -> Iterator[Target]:
    where = f"{many.hosts:,} hosts at {many.latency} ms"
    for expressions in ("", WITH):
        yield _at_most(
            f"{where}{expressions or ', plain'}: linear growth, CPU at most 5 x that of {cell.hosts:,}",
            many.figures[SINDAD + expressions].cpu,
            cell.figures[SINDAD + expressions].cpu,
            many.hosts / cell.hosts,
        )
        yield _at_most(
            f"{where}{expressions or ', plain'}: peak memory at most 1.3 x the plugin that only adds",
            many.figures[SINDAD + expressions].memory / 2**20,
            many.figures[ADDS].memory / 2**20,
            1.3,
            "MB",
        )
    yield _at_most(
        f"{many.hosts:,} hosts, warm cache: wall at most 1.1 x the plugin that only adds",
        many.figures[WARM].wall,
        many.figures[ADDS].wall,
        1.1,
    )


def _at_most(text: str, value: float, base: float, limit: float, unit: str = "s") -> Target:
    digits = 0 if unit == "MB" else 2
    measured = f"{value / base:.2f} ({value:.{digits}f} {unit} / {base:.{digits}f} {unit})"
    return Target(text, measured, value <= limit * base)


def _inventory(cell: Cell) -> Iterator[str]:
    floors = cell.figures[ADDS], cell.figures[JSON_FILE]

    def shown(figures: Figures, measure: str, digits: int, unit: int = 1) -> str:
        value = getattr(figures, measure)
        ratios = ", ".join(f"{value / getattr(floor, measure):.2f}" for floor in floors)
        return f"{value / unit:.{digits}f} ({ratios})"

    yield from ("", f"### {cell.hosts:,} hosts, {cell.latency} ms", "")
    yield from _table(
        ("", "wall, s", "CPU, s", "peak memory, MB", "requests"),
        (
            (
                name,
                shown(each, "wall", 2),
                shown(each, "cpu", 2),
                shown(each, "memory", 0, 2**20),
                f"{each.requests:.0f}",
            )
            for name, each in cell.figures.items()
        ),
    )


def _modules(cell: Cell) -> Iterator[str]:
    base, one = (cell.figures[name].wall for name in (NOTHING, ONE_VM))
    yield from ("", f"### {cell.latency} ms", "")
    yield from _table(
        ("", "wall, s", "of which the task, s", "x one sindad_vm", "CPU, s", "peak memory, MB", "requests"),
        (
            (
                name,
                f"{each.wall:.2f}",
                f"{each.wall - base:.2f}",
                f"{(each.wall - base) / (one - base):.2f}",
                f"{each.cpu:.2f}",
                f"{each.memory / 2**20:.0f}",
                f"{each.requests:.0f}",
            )
            for name, each in cell.figures.items()
        ),
    )


def _fleet(cell: Cell) -> Iterator[str]:
    yield from ("", f"### {cell.hosts:,} VMs, {cell.latency} ms", "")
    yield from _table(
        ("", "wall, s", "CPU, s", "peak memory, MB", "requests"),
        (
            (name, f"{each.wall:.2f}", f"{each.cpu:.2f}", f"{each.memory / 2**20:.0f}", f"{each.requests:.0f}")
            for name, each in cell.figures.items()
        ),
    )


def _tasks(cell: Cell) -> Iterator[str]:
    yield from ("", f"### {cell.latency} ms", "")
    rows = []
    for form in FORMS:
        builtin = _cpu_of_an_item(cell, BUILTIN, form)
        for kind in KINDS:
            each = cell.figures[subject_name(kind, form)]
            item = _cpu_of_an_item(cell, kind, form)
            rows.append(
                (
                    subject_name(kind, form),
                    f"{each.wall:.2f}",
                    f"{each.cpu:.2f}",
                    f"{item * 1000:.1f}",
                    f"{item / builtin:.2f}",
                    f"{each.requests:.0f}",
                )
            )
    head = ("", "wall, s", "CPU, s", "CPU for each item, ms", "x ansible.builtin.stat", "requests")
    yield from _table(head, rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|---{'|---:' * (len(head) - 1)}|"
    for row in rows:
        yield f"| {' | '.join(row)} |"
