# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The host of a task that runs in Ansible's own process. Private to this collection.

A module as Ansible runs it costs a new Python process for each item of a loop. The tasks of this
collection only talk HTTP from the controller, so the engine runs in Ansible's worker itself. What goes
in and out of it are plain builtins; a task that fails returns a result and raises nothing.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Set
from contextlib import contextmanager
from typing import Any

from ansible import constants as C  # noqa: N812 - it is called so wherever Ansible uses it
from ansible.errors import AnsibleError
from ansible.module_utils.basic import missing_required_lib
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.parameters import remove_values
from ansible.module_utils.common.yaml import yaml_dump
from ansible.module_utils.errors import UnsupportedError
from ansible.playbook.play_context import PlayContext
from ansible.plugins.action import ActionBase
from ansible.plugins.loader import connection_loader
from ansible.utils.display import Display

# These import requests, so that Ansible's main process has done so before it forks its workers.
from ansible_collections.sindad.cloud.plugins.module_utils._checks import check_raw, given
from ansible_collections.sindad.cloud.plugins.module_utils._client import (
    BUNDLES,
    REQUESTS_IMPORT_ERROR,
    Client,
    proxies_of,
)
from ansible_collections.sindad.cloud.plugins.module_utils._engine import (
    CONTROLLER_VARIABLE,
    PROTECTED_VARIABLE,
    execute,
)
from ansible_collections.sindad.cloud.plugins.module_utils._errors import SindadError
from ansible_collections.sindad.cloud.plugins.module_utils._module import ModuleSpec, secret_values
from ansible_collections.sindad.cloud.plugins.module_utils._plan import Files
from ansible_collections.sindad.cloud.plugins.module_utils._reading import printable
from ansible_collections.sindad.cloud.plugins.module_utils._settings import Settings

#: The variable that says where a task runs: on the controller, or as an ordinary module on its host.
RUN_ON = "sindad_run_on"
PLACES = ("controller", "target")
#: Connections to devices that run no modules of their own.
_PERSISTENT = ("ansible.netcommon.network_cli", "ansible.netcommon.httpapi", "ansible.netcommon.netconf")

display = Display()


class ActionModule(ActionBase):  # type: ignore[misc]  # ansible-core has no type information
    """Runs the module of the same name in Ansible's own process.

    Attributes:
        spec: The module. An action plugin imports it itself, since Ansible loads that before it forks its workers:
            each of them would have to compile the module again.

    """

    spec: ModuleSpec

    _requires_connection = False
    _supports_check_mode = True
    _supports_async = True
    _connection: Any

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Run the task, and return its result; a failure is a result too."""
        super().run(tmp, task_vars)
        variables = task_vars or {}
        result = self._result(variables)
        if not _shows_invocation(variables):
            result.pop("invocation", None)
        return result

    def _result(self, variables: dict[str, Any]) -> dict[str, Any]:
        name = str(self._task.resolved_action or self._task.action).rpartition(".")[2]
        given_options = plain(self._task.args)
        options = given_options
        try:
            place = self._place(variables)
            options = self._prepared(given_options)
            check_raw(self.spec.argument_spec, options)
            if place == "target":
                return self._run_module(options, variables)
            if self._task.async_val or (self.spec.writes_files and options.get("dest")):
                return self._run_as_local_module(options, variables)
            environment = self._environment()
        except SindadError as error:
            return _failed(printable(str(error)), self.spec, options)
        with task_environment(environment):
            return run_in_process(self.spec, options, _ActionHost(name, self._task, options.keys() - given_options))

    def _prepared(self, options: dict[str, Any]) -> dict[str, Any]:
        """Return the options as the module takes them.

        Raises:
            SindadError: One can't be used; the sentence names it.

        """
        return options

    def _place(self, variables: Mapping[str, Any]) -> str:
        """Return where the task runs.

        Raises:
            SindadError: The variable has another value, or the host can't run what it asks for.

        """
        place = str(self._templar.template(variables.get(RUN_ON, PLACES[0])))
        if place not in PLACES:
            raise SindadError(f"{RUN_ON} must be {' or '.join(PLACES)}, not {place!r}")
        if place == "target" and self._connection.ansible_name in _PERSISTENT:
            raise SindadError(f"{RUN_ON}: a host with the connection {self._connection.ansible_name} runs no modules")
        if place == "controller" and self._task.async_val and self._connection.ansible_name != "ansible.builtin.local":
            raise SindadError(
                f"async runs a task as a module on its host: set the variable {RUN_ON} to target as well, "
                "or delegate_to to localhost"
            )
        return place

    def _environment(self) -> dict[str, str]:
        """Return the environment variables of the task.

        Raises:
            SindadError: One of them can't be set.

        """
        given: dict[str, Any] = {}
        self._compute_environment_string(given)
        environment = {name: str(value) for name, value in plain(given).items()}
        for name, value in environment.items():
            if not name or "=" in name or "\0" in name:
                raise SindadError(f"environment: {name!r} is no name of a variable")
            if "\0" in value:
                raise SindadError(f"environment: the value of {name} has a NUL character")
        return environment

    def _run_as_local_module(self, options: dict[str, Any], variables: dict[str, Any]) -> dict[str, Any]:
        """Run the task as an ordinary module on the controller: in the background, or to write a file as modules do.

        The shell and the interpreter of another host are none of the controller's. A local connection stays as it is,
        so that ``async_status`` looks where the job is.
        """
        if self._connection.ansible_name != "ansible.builtin.local":
            self._connection = connection_loader.get("ansible.builtin.local", PlayContext(), None)
        own = {"ansible_python_interpreter": sys.executable}
        delegated = {host: {**each, **own} for host, each in variables.get("ansible_delegated_vars", {}).items()}
        return self._run_module(options, {**variables, **own, "ansible_delegated_vars": delegated})

    def _run_module(self, options: dict[str, Any], variables: dict[str, Any]) -> dict[str, Any]:
        """Run the task as an ordinary module. What the controller protects is protected there as well.

        That travels with the environment of the task, which belongs to this run of it alone.
        """
        protected = os.environ.get(PROTECTED_VARIABLE)
        if protected:
            self._task.environment = [*(self._task.environment or ()), {CONTROLLER_VARIABLE: protected}]
        wrap_async = bool(self._task.async_val) and not self._connection.has_native_async
        result: dict[str, Any] = self._execute_module(module_args=options, task_vars=variables, wrap_async=wrap_async)
        if not wrap_async:
            self._remove_tmp_path(self._connection._shell.tmpdir)  # noqa: SLF001 - as Ansible's own actions do
        return result


def _shows_invocation(variables: Mapping[str, Any]) -> bool:
    """Tell whether results hold the options of their task: as a setting says since ansible-core 2.21, always before."""
    try:
        return bool(C.config.get_config_value("INJECT_INVOCATION", variables=variables))
    except AnsibleError:
        return True


#: Whether somebody may be watching. Ansible's strategies load this file before they fork; workers have no terminal.
_ON_TERMINAL = bool(sys.__stdout__ and sys.__stdout__.isatty())


class _ActionHost:
    """Runs a task in Ansible's worker.

    Attributes:
        prepared: The options that the task itself doesn't give. They may be large, and its invocation doesn't show them.

    """

    def __init__(self, name: str, task: Any, prepared: Set[str]) -> None:
        self.name = name
        self.prepared = prepared
        self.options: Mapping[str, Any] = {}
        self.check_mode = bool(task.check_mode)
        self.verbosity = int(display.verbosity)
        self.files: Files | None = None
        self.warnings: list[str] = []

    def warn(self, message: str) -> None:
        self.warnings.append(message)

    def progress(self, message: str, always: bool = False) -> None:
        if always or self.verbosity or _ON_TERMINAL:
            display.display(message)

    def dump(self, value: Any) -> str:
        return str(yaml_dump(value))


def plain(value: Any) -> Any:
    """Return builtins only: Ansible's strings carry tags, and vaulted ones are decrypted when they are read."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [plain(item) for item in value]
    if isinstance(value, bool) or value is None:
        return value
    for kind in (int, float):
        if isinstance(value, kind):
            return kind(value)
    return str(value)


@contextmanager
def task_environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Set environment variables for one task."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def run_in_process(spec: ModuleSpec, options: dict[str, Any], host: _ActionHost) -> dict[str, Any]:
    """Check the options as a module does, and run the task.

    Args:
        spec: The module.
        options: What the task gives, plain.
        host: Where it runs.

    """
    if REQUESTS_IMPORT_ERROR:
        return _failed(missing_required_lib("requests"), spec, options)
    checked = ArgumentSpecValidator(spec.argument_spec, **spec.rules).validate(given(options))
    host.options = checked.validated_parameters
    hidden = checked._no_log_values  # noqa: SLF001 - as AnsibleModule does
    secrets = set(hidden) | secret_values(spec.argument_spec, host.options)
    result: dict[str, Any] = {"changed": False}
    if checked.error_messages:
        message = checked.errors.msg
        if isinstance(checked.errors[0], UnsupportedError):
            message = f"Unsupported parameters for (sindad.cloud.{host.name}) module: {message}"
        result.update(failed=True, msg=message)
    else:
        result = _executed(spec, host)
    shown_options = {name: value for name, value in host.options.items() if name not in host.prepared}
    result["invocation"] = {"module_args": shown_options}
    if host.warnings:
        result["warnings"] = host.warnings
    shown: dict[str, Any] = remove_values(result, secrets)
    return shown


def _executed(spec: ModuleSpec, host: _ActionHost) -> dict[str, Any]:
    """Run the engine. After an interrupt or a time-out, the connections are closed and what was written is told."""
    used: list[Client] = []

    def make_client(settings: Settings, workers: int) -> Client:
        used.append(_client(settings, workers))
        return used[-1]

    try:
        outcome = execute(spec.task, host, make_client)
    except BaseException:
        for client in used:
            _abandon(client)
        raise
    if outcome.error is None:
        return outcome.results
    return {**outcome.results, "failed": True, "msg": outcome.error}


#: The client of this process for some settings: one for all items of a loop.
_clients: dict[tuple[Any, ...], Client] = {}


def _client(settings: Settings, workers: int) -> Client:
    """Return a client for these settings, with the connections it has open. It belongs to this process."""
    bundles = tuple(os.environ.get(name) for name in BUNDLES)
    key = (os.getpid(), settings, workers, bundles, tuple(sorted(proxies_of(settings).items())))
    if key not in _clients:
        _clients[key] = Client(settings, workers)
    return _clients[key]


def _abandon(client: Client) -> None:
    """Close a client whose task was interrupted, and tell what it has written until then."""
    written = [write.summary for write in client.writes if write.happened]
    if written:
        display.warning(f"The task was interrupted after it had sent: {', '.join(written)}. Check what became of it.")
    _clients.clear()
    client.close()


def _failed(message: str, spec: ModuleSpec, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the result of a task that failed before it began."""
    result = {"failed": True, "changed": False, "msg": message, "invocation": {"module_args": dict(options)}}
    shown: dict[str, Any] = remove_values(result, secret_values(spec.argument_spec, options))
    return shown
