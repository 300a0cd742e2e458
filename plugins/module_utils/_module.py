# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The AnsibleModule around observe, plan, apply and report. Private to this collection.

Check mode, diff, idempotence, errors and redaction are here and nowhere else.
"""

from __future__ import annotations

import base64
import json
import tempfile
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Callable

from ansible.module_utils.basic import AnsibleModule, env_fallback, missing_required_lib
from ansible.module_utils.common.yaml import HAS_YAML, yaml_dump

from ._checks import check
from ._client import HIDDEN, REQUESTS_IMPORT_ERROR, Client, OutcomeUnknown, Settings, SindadError, scrubbed, secrets_in
from ._plan import APPLIERS, Plan
from ._records import Record
from ._resources.service import located
from ._wait import Patience

try:
    from ansible.module_utils.secrets import register_secrets
except ImportError:  # before ansible-core 2.22
    register_secrets = None

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ._plan import Params

Observer = Callable[[Client, "Params", Patience], Any]
Planner = Callable[["Params", Any], Plan]


def _option(name: str, type_: str = "str", **more: Any) -> dict[str, Any]:
    return {"type": type_, "fallback": (env_fallback, [name]), **more}


AUTH_OPTIONS: dict[str, Any] = {
    "api_url": _option("SINDAD_API_URL", default=Settings.api_url),
    "api_username": _option("SINDAD_USERNAME"),
    "api_password": _option("SINDAD_PASSWORD", no_log=True),
    "api_token": _option("SINDAD_TOKEN", no_log=True),
    "api_refresh_token": _option("SINDAD_REFRESH_TOKEN", no_log=True),
    "api_ca_path": _option("SINDAD_CA_PATH", "path"),
    "validate_certs": _option("SINDAD_VALIDATE_CERTS", "bool", default=True),
    "api_timeout": _option("SINDAD_API_TIMEOUT", "float", default=Settings.api_timeout),
    "api_retries": _option("SINDAD_API_RETRIES", "int", default=Settings.api_retries),
}
SERVICE_OPTION: dict[str, Any] = {"service": {"type": "str", "required": True}}


def wait_options(timeout: int = 600) -> dict[str, Any]:
    """Return the options of an operation that goes on after the call; the time-out is in seconds."""
    return {
        "wait": {"type": "bool", "default": True},
        "wait_timeout": {"type": "int", "default": timeout},
        "wait_interval": {"type": "float", "default": 5.0},
    }


def run(options: dict[str, Any], observe: Observer, plan: Planner | None = None, **rules: Any) -> None:
    """Run a module: observe, plan, apply unless in check mode, report.

    Args:
        options: The module's own options, as an argument spec.
        observe: Returns what is there, for the planner; for an info module, the results.
        plan: Compares it with what is wanted; None for an info module.
        rules: More for AnsibleModule (``required_one_of`` and the like).

    """
    module = AnsibleModule(argument_spec={**AUTH_OPTIONS, **options}, supports_check_mode=True, **rules)
    if REQUESTS_IMPORT_ERROR:
        module.fail_json(msg=missing_required_lib("requests"), exception=REQUESTS_IMPORT_ERROR)
    client: Client | None = None
    results: dict[str, Any] = {"changed": False}
    try:
        check(module.params)
        module.no_log_values.update(secrets_in([value for value in module.params.values() if isinstance(value, dict)]))
        client = Client(Settings.from_options(module.params), module.params.get("workers") or 8)
        _run(module, client, observe, plan, results)
    except SindadError as error:
        results["changed"] = client is not None and (client.written or isinstance(error, OutcomeUnknown))
        results.update(error.results)
        if error.failure:
            results["failure"] = error.failure
        module.fail_json(msg=str(error), **_finished(module, client, results))
    module.exit_json(**_finished(module, client, results))


def _run(
    module: AnsibleModule, client: Client, observe: Observer, plan: Planner | None, results: dict[str, Any]
) -> None:
    params: dict[str, Any] = dict(module.params)
    patience = Patience(*(params[name] for name in ("wait", "wait_timeout", "wait_interval") if name in params))
    if module.check_mode:
        patience = replace(patience, wait=False)

    def look() -> Any:
        if "service" not in module.argument_spec or not module.argument_spec["service"].get("required"):
            return observe(client, params, patience)

        def use(service: str) -> Any:
            params["service"] = service
            return observe(client, params, patience)

        return located(client, params["service"], use)

    seen = look()
    if plan is None:
        results.update(seen)
        return
    planned = plan(params, seen)
    results.update(plan=planned.lines, diff=_diff(planned))
    for warning in planned.warnings:
        module.warn(warning)
    results.update(planned.result)
    if planned.refusals:
        raise SindadError("; ".join(planned.refusals))
    results["changed"] = any(change.counts for change in planned.changes)
    if module.check_mode:
        results.update(planned.expected or {})
    elif planned.changes:
        APPLIERS["local.file"] = lambda client, args, patience: _write_file(module, args)
        extra = planned.apply(client, patience)
        results.update(planned.outcome(lambda: plan(params, look()), extra))
    if params.get("dest") and "unsafe_writes" in params:
        options = module.load_file_common_arguments(params)
        if module.set_fs_attributes_if_different(options, False) and not planned.changes:
            results.update(changed=True, plan=[f"set the file options of {params['dest']}"])


def _write_file(module: AnsibleModule, args: Params) -> None:
    """Put a local file in its place in one step."""
    handle, path = tempfile.mkstemp(dir=module.tmpdir)
    with open(handle, "wb") as file:
        file.write(base64.b64decode(args["content"]))
    module.atomic_move(path, args["dest"], unsafe_writes=bool(module.params["unsafe_writes"]))


def _diff(plan: Plan) -> dict[str, str]:
    """Return the managed fields before and after as YAML text; JSON, which is YAML, where PyYAML is missing."""
    dump: Callable[[Any], str] = yaml_dump if HAS_YAML else json.dumps
    sides = {"before": plan.before, "after": plan.after}
    return {side: dump(_plain(fields, False)) if fields is not None else "" for side, fields in sides.items()}


def _plain(value: Any, raw: bool) -> Any:
    """Return results as Ansible wants them: records as dictionaries, the API's own objects without secrets."""
    if isinstance(value, Record):
        value = value.as_dict(raw)
        return {**value, "raw": scrubbed(value["raw"])} if raw and "raw" in value else value
    if isinstance(value, dict):
        return {key: _plain(item, raw) for key, item in value.items()}
    return [_plain(item, raw) for item in value] if isinstance(value, (list, tuple)) else value


def _finished(module: AnsibleModule, client: Client | None, results: Mapping[str, Any]) -> dict[str, Any]:
    loud = module._verbosity >= 3
    plain: dict[str, Any] = _plain(dict(results), loud)
    if loud and client is not None:
        plain["api_calls"] = dict(client.calls)
    if register_secrets:
        register_secrets({secret for secret in secrets_in(plain) if secret != HIDDEN})
    return plain
