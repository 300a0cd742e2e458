# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The host of a task that is an ordinary module, and the options that modules share. Private to this collection."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NoReturn

from ansible.module_utils.basic import FILE_COMMON_ARGUMENTS, AnsibleModule, env_fallback, missing_required_lib
from ansible.module_utils.common.yaml import HAS_YAML, yaml_dump

from ._checks import check_raw, given
from ._client import REQUESTS_IMPORT_ERROR
from ._engine import Host, Task, execute
from ._errors import SindadError
from ._plan import Files
from ._secrets import HIDDEN, secrets_in, secrets_in_url
from ._settings import ENVIRONMENT, Settings

try:
    from ansible.module_utils.secrets import register_secrets
except ImportError:  # before ansible-core 2.22
    register_secrets = None


def _option(name: str, type_: str = "str", **more: Any) -> dict[str, Any]:
    return {"type": type_, "fallback": (env_fallback, [ENVIRONMENT[name]]), **more}


AUTH_OPTIONS: dict[str, Any] = {
    "api_url": _option("api_url", default=Settings.api_url),
    "api_username": _option("api_username"),
    "api_password": _option("api_password", no_log=True),
    "api_token": _option("api_token", no_log=True),
    "api_refresh_token": _option("api_refresh_token", no_log=True),
    "api_ca_path": _option("api_ca_path", "path"),
    "validate_certs": _option("validate_certs", "bool", default=True),
    "api_timeout": _option("api_timeout", "float", default=Settings.api_timeout),
    "api_retries": _option("api_retries", "int", default=Settings.api_retries),
}
SERVICE_OPTION: dict[str, Any] = {"service": {"type": "str", "required": True}}
PROTECTED_OPTION: dict[str, Any] = {"protected": {"type": "list", "elements": "str"}}


def wait_options(timeout: int = 600, interval: float = 5.0) -> dict[str, Any]:
    """Return the wait options of an operation that goes on after the call; timeout and interval are in seconds."""
    return {
        "wait": {"type": "bool", "default": True},
        "wait_timeout": {"type": "int", "default": timeout},
        "wait_interval": {"type": "float", "default": interval},
    }


def quick_wait_options() -> dict[str, Any]:
    """Return the same for what should be seen at once."""
    return wait_options(60, 2.0)


@dataclass(frozen=True)
class ModuleSpec:
    """A module: its own options as an argument spec, what it does, and more for AnsibleModule.

    Attributes:
        options: The module's own options; those of the connection to the portal are added to them.
        task: What it does.
        rules: ``required_one_of`` and the like.
        secret_options: Whether the invocation is kept out of the log altogether.
        writes_files: Whether it may write a file (the option ``dest``), with the options of Ansible's file modules.

    """

    options: Mapping[str, Any]
    task: Task[Any, Any]
    rules: Mapping[str, Any] = field(default_factory=dict)
    secret_options: bool = False
    writes_files: bool = False

    @property
    def argument_spec(self) -> dict[str, Any]:
        """All options."""
        return {**AUTH_OPTIONS, **(FILE_COMMON_ARGUMENTS if self.writes_files else {}), **self.options}


class _Module(AnsibleModule):  # type: ignore[misc]  # ansible-core has no type information
    """An AnsibleModule for which an option that is null, or an identity that is empty, is not given."""

    def _load_params(self) -> None:
        super()._load_params()
        self._set_internal_properties()
        self.no_log_values.update(secret_values(self.argument_spec, self.params))
        try:
            check_raw(self.argument_spec, self.params)
        except SindadError as error:
            self.fail_json(msg=str(error))
        self.params: dict[str, Any] = given(self.params)

    @contextmanager
    def raising(self, what: str) -> Iterator[None]:
        """Raise SindadError where Ansible's own functions for files would end the process.

        Args:
            what: What couldn't be done, as "/tmp/x can't be written".

        """

        def fail(msg: str, **_more: Any) -> NoReturn:
            raise SindadError(f"{what}: {msg}")

        self.fail_json = fail
        try:
            yield
        except SindadError:
            raise
        except Exception as error:  # noqa: BLE001 - atomic_move raises nothing more special
            raise SindadError(f"{what}: {getattr(error, 'strerror', None) or error}") from None
        finally:
            del self.fail_json


def secret_values(argument_spec: Mapping[str, Any], options: Mapping[str, Any]) -> set[str]:
    """Return the values of a task's options that must not be shown: secrets, and whatever may hold one."""
    secrets = {
        str(value) for name, value in options.items() if argument_spec.get(name, {}).get("no_log") and value is not None
    }
    secrets.update(secrets_in([value for value in options.values() if isinstance(value, dict)]))
    secrets.update(secrets_in_url(str(options.get("api_url") or "")))
    return secrets - {""}


class _ModuleFiles:
    """The files of the machine that the module runs on."""

    def __init__(self, module: _Module) -> None:
        self._module = module

    def write(self, path: str, content: bytes) -> None:
        with self._module.raising(f"{path} can't be written"):
            handle, temporary = tempfile.mkstemp(dir=self._module.tmpdir)
            with open(handle, "wb") as file:
                file.write(content)
            self._module.atomic_move(temporary, path, unsafe_writes=bool(self._module.params.get("unsafe_writes")))

    def set_attributes(self, path: str, check_only: bool) -> bool:
        with self._module.raising(f"the file options of {path} can't be set"):
            wanted = self._module.load_file_common_arguments(self._module.params, path)
            if check_only:
                self._try_attributes(wanted)
            if not os.path.exists(path):
                return False
            return self._set_attributes(wanted, check_only)

    def _try_attributes(self, wanted: Mapping[str, Any]) -> None:
        """Give mode, owner and group to a file of our own, so that what can't be set fails before anything is done."""
        handle, blank = tempfile.mkstemp(dir=self._module.tmpdir)
        os.close(handle)
        try:
            self._set_attributes({**wanted, "path": blank, "attributes": None, "secontext": [None] * 4}, False)
        finally:
            os.unlink(blank)

    def _set_attributes(self, wanted: Mapping[str, Any], check_only: bool) -> bool:
        check_mode = self._module.check_mode
        self._module.check_mode = check_only
        try:
            return bool(self._module.set_fs_attributes_if_different(wanted, False))
        finally:
            self._module.check_mode = check_mode


class _ModuleHost:
    """Runs a task in a module's own process."""

    def __init__(self, module: _Module) -> None:
        self._module = module
        self.name = str(module._name).rpartition(".")[2]  # noqa: SLF001 - the only way to ask an AnsibleModule
        self.options: Mapping[str, Any] = module.params
        self.check_mode = bool(module.check_mode)
        self.verbosity = int(module._verbosity)
        self.files: Files | None = _ModuleFiles(module)

    def warn(self, message: str) -> None:
        self._module.warn(message)

    def progress(self, message: str, always: bool = False) -> None:
        """Show nothing: what a module's process writes is its result."""

    def dump(self, value: Any) -> str:
        """Return YAML; JSON, which is YAML, where PyYAML is missing."""
        return str(yaml_dump(value) if HAS_YAML else json.dumps(value))


def run(spec: ModuleSpec) -> None:
    """Run a module."""
    module = _Module(
        argument_spec=spec.argument_spec, supports_check_mode=True, no_log=spec.secret_options, **spec.rules
    )
    if REQUESTS_IMPORT_ERROR:
        module.fail_json(msg=missing_required_lib("requests"), exception=REQUESTS_IMPORT_ERROR)
    module.no_log_values.update(secret_values(module.argument_spec, module.params))
    host: Host = _ModuleHost(module)
    outcome = execute(spec.task, host)
    if register_secrets:
        register_secrets({secret for secret in secrets_in(outcome.results) if secret != HIDDEN})
    if outcome.error is not None:
        module.fail_json(msg=outcome.error, **outcome.results)
    module.exit_json(**outcome.results)
