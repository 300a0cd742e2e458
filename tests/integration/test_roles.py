# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The roles reinstall and vm, with a real SSH client and servers, whose systems and host keys change."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import tempfile
import threading
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from support.systems import System, Systems

pytestmark = [
    pytest.mark.waits,  # for systems that boot
    pytest.mark.skipif(not find_spec("asyncssh"), reason="the SSH server of these tests"),
    pytest.mark.skipif(
        not all(map(shutil.which, ("ssh", "ssh-keyscan", "ssh-keygen"))), reason="the role needs OpenSSH's client"
    ),
]
BUILD_TIME = 1.0


class Machine:
    """A dedicated server: when the portal reinstalls it, it goes away and comes back as another system."""

    def __init__(self, portal: Any, systems: Systems, directory: Path) -> None:
        self.portal, self.directory, self.generation, self.build_time = portal, directory, 0, BUILD_TIME
        self.loses_keys = False  # whether the new system knows the client's key no more
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.known_hosts = directory / "ssh" / "known_hosts"
        self.client = self._key("client")
        self._systems = systems
        self._system: System | None = None
        self._over = threading.Event()
        self.boot()
        self.thread = threading.Thread(target=self._watch, daemon=True)
        self.thread.start()

    @property
    def name(self) -> str:
        return f"[127.0.0.1]:{self.port}"

    @property
    def host_key(self) -> str:
        """The public key of the present system."""
        return " ".join((self.directory / f"host-{self.generation}.pub").read_text().split()[:2])

    @property
    def known(self) -> list[str]:
        return self.known_hosts.read_text().splitlines() if self.known_hosts.exists() else []

    def trust(self) -> None:
        self.known_hosts.parent.mkdir(exist_ok=True)
        self.known_hosts.write_text(f"{self.name} {self.host_key}\nother.example.ir {self.host_key}\n")

    def boot(self) -> None:
        self.generation += 1
        key = self._key(f"host-{self.generation}")
        self._system = System("127.0.0.1", self.port, str(key), f"{self.client}.pub", str(self.generation))
        self._systems.boot(self._system)

    def stop(self) -> None:
        self._over.set()
        self.thread.join()
        self.halt()

    def halt(self) -> None:
        if self._system:
            self._systems.halt(self._system)
            self._system = None

    def _watch(self) -> None:
        seen = 0
        while not self._over.wait(0.1):
            reinstalls = self.portal.writes.count("POST /service/512/reinstall")
            if reinstalls > seen:
                self.halt()
                # The portal says that it has ended a little before the system answers.
                self._over.wait(self.build_time + 0.5)
                if self.loses_keys:
                    self._forget_keys()
                self.boot()
            seen = reinstalls

    def _forget_keys(self) -> None:
        """Have a password, that of the portal, and another authorized key than the client's."""
        (self.directory / "password").write_text(self.portal.state()["server"][0]["password"])
        Path(f"{self.client}.pub").write_text(Path(f"{self._key('nobody')}.pub").read_text())

    def _key(self, name: str) -> Path:
        return new_key(self.directory / name)

    def inventory(self, **variables: Any) -> Path:
        """Write an inventory where host keys are checked, strictly."""
        files = f"-o UserKnownHostsFile={self.known_hosts} -o GlobalKnownHostsFile=/dev/null"
        given = {
            "ansible_host": "127.0.0.1",
            "ansible_port": self.port,
            "ansible_ssh_private_key_file": str(self.client),
            "ansible_ssh_common_args": f"{files} -o StrictHostKeyChecking=yes -o IdentitiesOnly=yes",
            "sindad_service_id": "512",
            "reinstall_template": "Ubuntu 24.04",
            "reinstall_known_hosts_file": str(self.known_hosts),
            "reinstall_wait_interval": 0.1,
            "reinstall_connect_timeout": 20,
            "reinstall_gather_facts": False,
            **variables,
        }
        path = self.directory / "inventory.yml"
        import json

        path.write_text(json.dumps({"all": {"hosts": {"db": given}}}))
        return path


@pytest.fixture(scope="module")
def systems():
    systems = Systems()
    yield systems
    systems.stop()


@pytest.fixture
def machine(start_simulator, systems, tmp_path):
    machine = Machine(start_simulator("company", build_time=BUILD_TIME), systems, tmp_path)
    machine.trust()
    yield machine
    machine.stop()


ASK = {"ansible.builtin.command": "printenv GENERATION", "changed_when": False, "check_mode": False}
PLAY = {
    "hosts": "all",
    # What is delegated to the controller must not inherit it: no SSH server is there.
    "vars": {"ansible_connection": "ssh"},
    "gather_facts": False,
    "pre_tasks": [{"name": "Before", **ASK, "ignore_errors": True, "ignore_unreachable": True}],
    "roles": ["sindad.cloud.reinstall"],
    "tasks": [{"name": "After", **ASK}],
}


def ssh_variables() -> dict[str, Any]:
    """The variables of a play that logs in by SSH, with host keys checked."""
    return {
        "ansible_host_key_checking": True,
        "ansible_pipelining": True,
        # The length of a socket's path is limited, and pytest's directories may be deep.
        "ansible_control_path_dir": tempfile.mkdtemp(prefix="cp", dir="/tmp"),
    }


@pytest.fixture
def reinstall(machine, run_playbook):
    def run(*options: str, **variables: Any) -> Any:
        machine.portal.clear()
        inventory = machine.inventory(**variables)
        return run_playbook([PLAY], *options, inventory=inventory, env=machine.portal.env, extra_vars=ssh_variables())

    return run


@pytest.mark.unmeasured
def test_the_play_goes_on_in_the_new_system(machine, reinstall):
    checked = reinstall("--check").ok()
    assert checked.task("sindad.cloud.reinstall : Reinstall the server").changed
    plan = checked.task("sindad.cloud.reinstall : Show what would be erased")["msg"]
    assert "with Ubuntu 24.04" in plan
    assert "Everything on its disks would be erased" in plan
    assert checked.task("After")["stdout"] == "1"
    assert machine.portal.writes == []
    old = machine.host_key
    assert machine.known[0].endswith(old)

    run = reinstall(reinstall_aliases=["db.example.ir"], reinstall_gather_facts=True).ok()
    assert run.task("sindad.cloud.reinstall : Gather facts of the new system")["ansible_facts"]
    assert run.task("Before")["stdout"] == "1"
    assert run.task("After")["stdout"] == "2"
    assert machine.host_key != old
    assert machine.known == [
        f"other.example.ir {old}",
        f"{machine.name} {machine.host_key}",
        f"db.example.ir {machine.host_key}",
    ]

    again = reinstall().ok()
    assert not again.changed
    assert again.task("After")["stdout"] == "2"
    assert machine.portal.writes == []


@pytest.mark.unmeasured
def test_keys_known_beforehand(machine, reinstall):
    right = machine.directory / "host-2"
    new_key(right)
    machine._key = lambda name: right  # the recipe brings the key along
    other = Path(f"{new_key(machine.directory / 'other')}.pub").read_text()
    wrong = reinstall(reinstall_host_keys=[other.strip()])
    assert wrong.rc == 2
    assert f"{machine.name} presents none of reinstall_host_keys, but ssh-ed25519" in wrong.output
    assert not any(line.startswith(machine.name) for line in machine.known), "neither the old keys nor these"

    # The server is there now, so the next run has only the keys to take over.
    run = reinstall(reinstall_host_keys=[Path(f"{right}.pub").read_text().strip(), other.strip()]).ok()
    assert machine.portal.writes == []
    assert run.task("After")["stdout"] == "2"
    assert f"{machine.name} {machine.host_key}" in machine.known


def test_a_system_that_does_not_answer(machine, reinstall):
    machine.portal.poke(settings={"build_time": 0})
    with socket.create_server(("127.0.0.1", 0)) as free:
        closed = free.getsockname()[1]
    run = reinstall(reinstall_port=closed, reinstall_connect_timeout=1)
    assert run.rc == 2
    assert f"no SSH server answered at 127.0.0.1 port {closed} within 1 s: Timeout when waiting" in run.output
    assert (
        "The reinstall has succeeded. Its password, which the portal has generated, is in reinstall_result."
        in run.output
    )


@pytest.mark.unmeasured
def test_a_run_that_gave_up_is_finished_by_the_next(machine, reinstall):
    machine.build_time = 3
    machine.portal.poke(settings={"build_time": 3})
    run = reinstall(reinstall_wait_timeout=1)
    assert run.rc == 2
    assert "waited 1 s (wait_timeout)" in run.output
    assert not any(line.startswith(machine.name) for line in machine.known)
    assert machine.portal.writes == ["POST /service/512/reinstall"]
    run = reinstall().ok()
    assert machine.portal.writes == [], "it is waited for, not started again"
    assert run.task("After")["stdout"] == "2"


def test_what_the_portal_refuses_is_said_and_leaves_the_keys(machine, reinstall):
    machine.portal.poke(settings={"build_time": 0})
    known = machine.known
    run = reinstall(reinstall_recipe="docker")
    assert run.rc == 2
    assert "recipe: Docker & Compose can't be used with Ubuntu 24.04; usable recipes: LAMP" in run.output
    missing = reinstall(reinstall_service="999")
    assert "service: no service has '999' as its id, label or domain" in missing.output
    assert machine.known == known
    assert machine.portal.writes == []


@pytest.mark.unmeasured
def test_no_password_is_shown(machine, reinstall):
    run = reinstall("-vvv", reinstall_password="the-password-of-root").ok()
    assert "the-password-of-root" not in re.sub(r'"reinstall_password": "[^"]*"', "", run.output)
    assert machine.portal.state()["server"][0]["password"] == "the-password-of-root"
    run = reinstall("-vvv", reinstall_force=True).ok()
    generated = machine.portal.state()["server"][0]["password"]
    assert generated != "the-password-of-root"
    assert generated not in run.output
    assert run.task("After")["stdout"] == "3"


@pytest.mark.unmeasured
def test_the_generated_password_is_used_to_log_in(machine, reinstall):
    machine.loses_keys = True
    run = reinstall("-vvv", ansible_user="root").ok()
    assert run.task("After")["stdout"] == "2"
    assert (machine.directory / "password").read_text() not in run.output


@pytest.mark.unmeasured
def test_where_nobody_can_log_in_the_role_says_what_is_missing(machine, reinstall):
    machine.loses_keys = True
    machine._forget_keys = lambda: Path(f"{machine.client}.pub").write_text(
        Path(f"{machine._key('nobody')}.pub").read_text()
    )
    run = reinstall(ansible_user="root", reinstall_connect_timeout=3)
    assert run.rc == 2
    assert "is up and its host key is known, but Ansible could not log in as root within 3 s" in run.output
    assert "The role tried the password of the new system as well" in run.output


# the role vm


class Machines:
    """The virtual machines of a service: each is a system of its own as soon as the portal has built it."""

    def __init__(self, portal: Any, systems: Systems, directory: Path) -> None:
        self.portal, self.directory, self._systems = portal, directory, systems
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.client = new_key(directory / "client")
        self.known_hosts = directory / "known_hosts"
        self._before = {machine["id"] for machine in portal.state()["vm"]}
        self._running: list[System] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def home(self, name: str) -> Path:
        return self.directory / name

    def stop(self) -> None:
        self._over.set()
        self._thread.join()
        for system in self._running:
            self._systems.halt(system)

    def _watch(self) -> None:
        while not self._over.wait(0.1):
            for machine in self.portal.state()["vm"]:
                if machine["id"] not in self._before:
                    self._before.add(machine["id"])
                    self._boot(machine)

    def _boot(self, machine: dict[str, Any]) -> None:
        """Start a system that knows no key, the password of the portal, and commands to talk to its SSH server."""
        home = self.home(machine["label"])
        home.joinpath("bin").mkdir(parents=True)
        for name, script in COMMANDS.items():
            home.joinpath("bin", name).write_text(script)
            home.joinpath("bin", name).chmod(0o755)
        home.joinpath("password").write_text(machine["password"])
        nobody, key = new_key(home / "nobody"), new_key(home / "host")
        label = machine["label"]
        system = System(ADDRESSES[label], self.port, str(key), f"{nobody}.pub", label)
        self._systems.boot(system)
        self._running.append(system)


def new_key(path: Path) -> Path:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", str(path)], check=True)
    return path


ADDRESSES = {"web-7": "127.0.0.2", "web-8": "127.0.0.3"}
SIZE = {"template": "Debian 12", "memory": 1024, "cpu": 1, "disk": 10}
#: What an SSH server and its manager do about a setting.
COMMANDS = {
    "sshd": '#!/bin/sh\ntest -s "$HOME/../setting" && '
    "printf 'passwordauthentication no\\nkbdinteractiveauthentication no\\n'\n",
    "systemctl": "#!/bin/sh\ntouch ~/no-passwords\n",
}


def wanted(name: str) -> dict[str, Any]:
    return {"name": name, "address": ADDRESSES.get(name, ""), **SIZE}


@pytest.fixture
def machines(start_simulator, systems, tmp_path):
    machines = Machines(start_simulator("company", build_time=BUILD_TIME), systems, tmp_path)
    yield machines
    machines.stop()


@pytest.fixture
def make(machines, run_playbook):
    """Run the role for machines of these names, and ask the hosts that it hands over who they are."""

    def run(*options: str, names: tuple[str, ...] = ("web-7", "web-8"), **variables: Any) -> Any:
        machines.portal.clear()
        files = f"-o UserKnownHostsFile={machines.known_hosts} -o GlobalKnownHostsFile=/dev/null"
        given = {
            "vm_service": "401",
            "vm_machines": [wanted(name) for name in names],
            "vm_groups": ["new"],
            "vm_authorized_keys": [Path(f"{machines.client}.pub").read_text()],
            "vm_private_key_file": str(machines.client),
            "vm_port": machines.port,
            "vm_ssh_common_args": f"{files} -o StrictHostKeyChecking=yes -o IdentitiesOnly=yes",
            "vm_known_hosts_file": str(machines.known_hosts),
            "vm_sshd_setting": str(machines.directory / "setting"),
            "vm_connect_timeout": 10,
            "vm_wait_timeout": 20,
            "vm_wait_interval": 0.2,
            **variables,
        }
        plays = [
            {"hosts": "localhost", "gather_facts": False, "roles": [{"role": "sindad.cloud.vm"}], "vars": given},
            {"hosts": "new", "gather_facts": False, "tasks": [{"name": "Ask", **ASK}]},
        ]
        return run_playbook(plays, *options, env=machines.portal.env, extra_vars=ssh_variables())

    return run


def asked(run: Any) -> dict[str, str]:
    """Which system answered for which host."""
    return {result.host: result.get("stdout", "") for result in run.task_results if result.task == "Ask"}


@pytest.mark.unmeasured
def test_machines_are_made_and_handed_over(machines, make):
    checked = make("--check", "-v").ok()
    plan = checked.task("sindad.cloud.vm : Show what would be done")["msg"]
    assert [sentence.split(" in ")[0] for sentence in plan] == ["create VM web-7", "create VM web-8"]
    assert machines.portal.writes == []

    run = make("-vvv", vm_forbid_passwords=True).ok()
    assert machines.portal.writes == ["POST /service/401/vms"] * 2
    assert asked(run) == {"web-7": "web-7", "web-8": "web-8"}
    for name in asked(run):
        home = machines.home(name)
        assert (home / "password").read_text() not in run.output
        assert (home / ".ssh/authorized_keys").read_text() == Path(f"{machines.client}.pub").read_text()
        assert (home / ".ssh/authorized_keys").stat().st_mode & 0o777 == 0o600
        assert (home / "no-passwords").exists()
    assert len(machines.known_hosts.read_text().splitlines()) == 2

    again = make(vm_forbid_passwords=True).ok()
    assert not again.changed
    assert asked(again) == {"web-7": "web-7", "web-8": "web-8"}
    assert machines.portal.writes == []


@pytest.mark.unmeasured
def test_one_that_fails_does_not_keep_the_others(machines, make):
    """A machine that was made by hand is reached by the password that the portal tells; the password of one is wrong."""
    machines.portal.poke(settings={"build_time": 0})
    wrong = [{**wanted("web-9"), "template": "Windows 3.1"}, wanted("web-7"), wanted("web-8")]
    stranger = str(new_key(machines.directory / "stranger"))
    run = make(vm_machines=wrong, vm_authorized_keys=[Path(f"{stranger}.pub").read_text()])
    assert run.rc == 2
    failures = run.task("sindad.cloud.vm : Say what failed")["msg"].splitlines()
    assert len(failures) == 3
    assert "Windows 3.1" in failures[0]
    assert failures[1].startswith(
        "web-7: its authorized_keys has the keys of vm_authorized_keys, but nobody could log in"
    )
    assert asked(run) == {}

    for name in ("web-7", "web-8"):
        (machines.home(name) / "bin" / "sshd").write_text("#!/bin/sh\nexit 1\n")
    run = make(vm_forbid_passwords=True)
    assert machines.portal.writes == []
    assert "web-7: passwords are still accepted, since its SSH server doesn't take the setting /" in run.output
    assert not (machines.directory / "setting").exists()
    assert asked(make().ok()) == {"web-7": "web-7", "web-8": "web-8"}


@pytest.mark.parametrize("later", [{"vms": [{"id": "2001", "label": "web-1"}]}, {"message": "x"}])
def test_one_that_is_not_listed_is_not_created_again(machines, make, later):
    """The portal accepts a creation, tells no id, and goes on to list what was there before, or nothing readable."""
    old = {"vms": [{"id": "2001", "label": "web-1"}]}
    machines.portal.fault(method="POST", path="/service/@id/vms", status=200, body={"status": True}, when="after")
    machines.portal.fault(method="GET", path="/service/@id/vms", status=200, body=old, skip=2, times=2)
    machines.portal.fault(method="GET", path="/service/@id/vms", status=200, body=later, skip=2, times=None)
    run = make(names=("web-7",), vm_wait_timeout=1)
    assert run.rc == 2
    (failure,) = run.task("sindad.cloud.vm : Say what failed")["msg"].splitlines()
    said = "web-7: the portal has accepted the creation, and 1 s later it isn't seen in the list of machines"
    unread = ", which could not be read (the answer to GET /service/401/vms (List VMs) can't be read: "
    assert failure.startswith(f"{said}{'.' if later == old else unread}")
    assert machines.portal.writes == ["POST /service/401/vms"]


def test_without_a_key_the_play_has_the_password(machines, make):
    run = make("-vvv", names=("web-7",), vm_authorized_keys=[]).ok()
    assert asked(run) == {"web-7": "web-7"}
    assert (machines.home("web-7") / "password").read_text() not in run.output


def test_what_the_role_cannot_use_is_said_before_anything_is_sent(machines, make):
    for variables, said in (
        ({"names": ("web-7", "web-7")}, "vm_machines: 2 machines are called web-7"),
        ({"vm_authorized_keys": ["-----BEGIN PRIVATE KEY-----"]}, "vm_authorized_keys: a key is a line such as"),
        ({"vm_authorized_keys": [], "vm_forbid_passwords": True}, "vm_forbid_passwords needs vm_authorized_keys"),
        ({"vm_machines": [{"name": "web-7"}]}, "missing required arguments: cpu, disk, memory, template"),
        ({"vm_connect_with": ["public"]}, "value of vm_connect_with must be one or more of"),
    ):
        run = make(**variables)
        assert run.rc == 2
        assert said in run.output, run.output
        assert machines.portal.requests() == []
