# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Recordings of portals: replayed, and what the inventory and every info module make of them.

python -m support.recordings expect FOLDER...   writes the expected.yml of recordings, to be looked through
python -m support.recordings record             records each shape of the simulator anew, and does the same
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from simulator.shapes import SHAPES

from . import TESTS
from .ansible import run_inventory, run_playbook, run_tasks
from .environment import environment
from .portal import Portal

FOLDER = TESTS / "recordings"
ANY_CREDENTIALS = {"SINDAD_USERNAME": "any@example.com", "SINDAD_PASSWORD": "any-password"}
#: What every recording is asked for.
OF_ACCOUNTS: dict[str, tuple[str, dict[str, Any]]] = {
    "account": ("sindad_account_info", {}),
    "billing": ("sindad_billing_info", {"gather": ["balance", "invoices", "payment_methods", "payment_fees"]}),
    "contacts": ("sindad_contact_info", {"gather": ["details", "privileges"]}),
    "fleet": ("sindad_fleet_info", {}),
    "new notifications": ("sindad_notification_info", {"new_only": True}),
    "notifications": ("sindad_notification_info", {}),
    "portal": ("sindad_portal_info", {}),
    "services": ("sindad_service_info", {"gather": ["details", "methods", "upgrades"]}),
    "statuses": ("sindad_status_info", {}),
    "stock": ("sindad_server_stock_info", {}),
    "tickets": ("sindad_ticket_info", {}),
}
#: What services are asked for that answer an operation.
OF_SERVICES: dict[str, tuple[str, dict[str, Any]]] = {
    "list_vms": ("sindad_vm_info", {"gather": ["details", "templates", "resources"]}),
    "list_ips": ("sindad_ip_info", {}),
    "server_info": ("sindad_service_info", {"gather": ["info", "power"]}),
}
#: What details are asked for, by the option that takes their id.
OF_DETAILS = {
    "invoice_details": ("sindad_billing_info", "invoice"),
    "get_contacts_details": ("sindad_contact_info", "id"),
    "ticket_details": ("sindad_ticket_info", "number"),
    "get_status": ("sindad_status_info", "id"),
}
GATHERED = {"gather": ["ips", "info", "power", "details"], "strict_services": False}
NOT_COMPARED = {"invocation", "exception", "api_calls", "lines", "report", "checks", "changed"}


@contextlib.contextmanager
def replayed(recording: Path) -> Iterator[str]:
    """Replay a recording; yields the URL of its API."""
    process = subprocess.Popen(
        [sys.executable, "-m", "simulator", "--replay", str(recording)],
        cwd=TESTS,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout
        yield process.stdout.readline().removeprefix("listening on ").strip()
    finally:
        process.terminate()
        process.wait(10)


def tasks_for(recording: Path) -> list[dict[str, Any]]:
    """Return a task for each thing that info modules can be asked about a recording."""
    tasks = [{"name": name, f"sindad.cloud.{module}": args} for name, (module, args) in OF_ACCOUNTS.items()]
    for answer in json.loads(recording.read_text(encoding="utf-8"))["answers"]:
        name, path = answer["operation"], answer["path"]
        refused = answer["status"] >= 300 or (isinstance(answer.get("body"), dict) and answer["body"].get("error"))
        identity = path.split("/")[2] if path.count("/") > 1 else ""
        if refused or answer.get("query", {}).get("page"):
            continue
        if name in OF_SERVICES:
            module, args = OF_SERVICES[name]
            tasks.append({"name": f"{path}, {module}", f"sindad.cloud.{module}": {"service": identity, **args}})
        if name in OF_DETAILS:
            module, option = OF_DETAILS[name]
            tasks.append({"name": path, f"sindad.cloud.{module}": {option: identity}})
    return tasks


def understood(recording: Path) -> dict[str, Any]:
    """Return what the inventory and every info module make of a recording."""
    with replayed(recording) as url:
        env = {"SINDAD_API_URL": url, **ANY_CREDENTIALS}
        tasks = run_tasks(tasks_for(recording), env=env)
        inventory = run_inventory(GATHERED, env=env)
    results = {result.task: _comparable(result) for result in tasks.task_results}
    hosts = inventory.hostvars if inventory.rc == 0 else {}
    return _plain({"inventory": {"rc": inventory.rc, "hosts": hosts}, "tasks": results})


def _comparable(result: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in result.items() if key not in NOT_COMPARED and not key.startswith("_ansible")}
    if "modules" in kept:
        kept["modules"] = {each["module"]: each["verdict"] for each in kept["modules"]}
    return {**kept, "failed": result.failed}


def _plain(value: Any) -> Any:
    """Return JSON only, without the port of a portal."""
    return json.loads(json.dumps(value, default=str))


class _Indented(yaml.SafeDumper):
    """Writes lists as the linters want them."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, _data: Any) -> bool:
        return True


def expect(folder: Path) -> None:
    """Write what is expected of a recording."""
    found = understood(folder / "recording.json")
    text = yaml.dump(found, Dumper=_Indented, allow_unicode=True, sort_keys=True, width=110)
    (folder / "expected.yml").write_text(f"---\n{text}", encoding="utf-8")


def record() -> None:
    """Record each shape of the simulator by the playbook."""
    for shape in SHAPES:
        folder = FOLDER / shape
        folder.mkdir(parents=True, exist_ok=True)
        portal = Portal("company", shape=shape)
        try:
            extra = {"recording_file": str(folder / "recording.json")}
            run = run_playbook("sindad.cloud.portal_check", env=portal.env, extra_vars=extra)
            assert run.rc in (0, 2), run.output
        finally:
            portal.stop()
        (folder / "recording.json").chmod(0o644)
        expect(folder)


if __name__ == "__main__":
    if sys.argv[1:] == ["record"]:
        record()
    else:
        for name in sys.argv[2:]:
            expect(Path(name).resolve())
