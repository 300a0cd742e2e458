# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a fleet of thousands of machines costs: its export, and the plan of the exported file, which is empty."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from simulator.generate import fleet
from support.ansible import run_playbook
from support.portal import Portal

from .inventories import write
from .measure import Failed, Subject
from .modules import LOOPED, NOTHING, playbook, unchanged

VMS_OF_A_SERVICE = 10
LOOP = f"sindad_vm, a loop of {LOOPED}"
PLAN, PLAN_WITHOUT_LABELS, EXPORT = "fleet_plan", "fleet_plan of a file without labels", "fleet_export"


@dataclass(frozen=True)
class Fleet:
    """A simulated account with so many machines, and its exported file, with and without the labels of services."""

    hosts: int
    portal: Portal
    directory: Path

    @classmethod
    def of(cls, hosts: int, scratch: Path) -> Fleet:
        """Start a portal, and export its fleet."""
        directory = scratch / f"fleet-{hosts}"
        directory.mkdir(parents=True, exist_ok=True)
        seed = write(directory / "seed.yml", fleet(hosts // VMS_OF_A_SERVICE, VMS_OF_A_SERVICE))
        found = cls(hosts, Portal(seed), directory)
        found.file.unlink(missing_ok=True)
        run_playbook("sindad.cloud.fleet_export", env=found.portal.env, extra_vars={"dest": str(found.file)}).ok()
        lines = found.file.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in lines if not line.startswith("    label:")]
        found.without_labels.write_text("".join(kept), encoding="utf-8")
        return found

    @property
    def file(self) -> Path:
        """The exported file."""
        return self.directory / "fleet.yml"

    @property
    def without_labels(self) -> Path:
        """The same without the labels of its services, each of which is read by a request of its own."""
        return self.directory / "without-labels.yml"

    def subjects(self, latency: int, ansible: Path) -> list[Subject]:
        """Return playbooks that change nothing."""
        portal = self.portal
        portal.poke(settings={"latency": latency / 1000})
        machine = portal.state()["vm"][0]
        task = {"sindad.cloud.sindad_vm": {"service": machine["parent"], "name": machine["label"]}}
        loop = {**task, "loop": list(range(LOOPED))}
        empty = says("No changes. The account is as the fleet file says.")
        return [
            self._subject(NOTHING, ansible, unchanged(0), playbook(self.directory, 0, None)),
            self._subject(LOOP, ansible, unchanged(1), playbook(self.directory, 1, loop)),
            self._subject(PLAN, ansible, empty, "sindad.cloud.fleet_plan", fleet_file=self.file),
            self._subject(
                PLAN_WITHOUT_LABELS, ansible, empty, "sindad.cloud.fleet_plan", fleet_file=self.without_labels
            ),
            self._subject(EXPORT, ansible, says("changed=0"), "sindad.cloud.fleet_export", dest=self.file),
        ]

    def _subject(
        self, name: str, ansible: Path, check: Callable[[str], None], file: str | Path, **extra_vars: Path
    ) -> Subject:
        portal = self.portal
        given = json.dumps({key: str(value) for key, value in extra_vars.items()})
        command = (ansible / "ansible-playbook", "--inventory", "localhost,", file, "--extra-vars", given)
        return Subject(name, command, check, portal.env, portal.clear, lambda: sum(portal.counts.values()))


def says(text: str) -> Callable[[str], None]:
    """Return a check that a playbook says this."""

    def check(output: str) -> None:
        if text not in " ".join(output.split()):
            raise Failed(f"A playbook should say {text!r}, and said {output[-500:]}")

    return check
