# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The least that an inventory plugin can do, and the constructed features in the way that Ansible's documentation shows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ansible.plugins.inventory import BaseInventoryPlugin, Constructable

DOCUMENTATION = """
name: benchmark_hosts
short_description: The hosts and variables of a JSON file
description: What others are compared with.
extends_documentation_fragment: [ansible.builtin.constructed]
options:
  plugin:
    description: The name of this plugin.
    required: true
    choices: [benchmark_hosts]
  hosts:
    description: The file, an object of the variables by host.
    type: path
    required: true
  group:
    description: The group of all hosts.
    type: str
    required: true
"""


class InventoryModule(BaseInventoryPlugin, Constructable):
    """The inventory plugin."""

    NAME = "benchmark_hosts"

    def verify_file(self, path: str) -> bool:
        return super().verify_file(path) and path.endswith("benchmark.yml")

    def parse(self, inventory: Any, loader: Any, path: str, cache: bool = True) -> None:
        super().parse(inventory, loader, path, cache)
        self._read_config_data(path)
        group, strict = self.get_option("group"), self.get_option("strict")
        inventory.add_group(group)
        for host, variables in json.loads(Path(self.get_option("hosts")).read_text(encoding="utf-8")).items():
            inventory.add_host(host, group)
            for name, value in variables.items():
                inventory.set_variable(host, name, value)
            self._set_composite_vars(self.get_option("compose"), inventory.get_host(host).get_vars(), host, strict)
            self._add_host_to_composed_groups(self.get_option("groups"), {}, host, strict)
            self._add_host_to_keyed_groups(self.get_option("keyed_groups"), {}, host, strict)
