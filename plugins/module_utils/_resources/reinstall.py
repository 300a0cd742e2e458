# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The system of a dedicated server: observed, planned and reinstalled. Private to this collection."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .._client import Client
from .._engine import Options, Task
from .._errors import Failed, SindadError
from .._names import same
from .._parallel import in_parallel
from .._plan import Change, Context, Plan
from .._reading import Unknown, known
from .._records import Choice, ServerInfo, ServerOperation, read_systems
from .choice import choose, described, recognise
from .hostname import get_info
from .server_job import Job, Start, Started, get_job, is_over, start
from .service import if_offered, located, protecting_names

REINSTALL = Job("reinstall", "list_os_templates_and_recipes", "reinstall_status", "reinstall")


@dataclass(frozen=True)
class Wanted:
    """The system that a server should have; None for what is not given.

    Attributes:
        service: The service, by id, label or domain.
        force: Whether it is reinstalled, whatever is installed.
        fail_if_unknown: Whether an unknown installed system is an error. A fleet warns of it and leaves it.

    """

    service: str
    template: str
    recipe: str | None = None
    hostname: str | None = None
    password: str | None = field(default=None, repr=False)
    force: bool = False
    fail_if_unknown: bool = True


@dataclass(frozen=True)
class Observed:
    """What a reinstall depends on.

    Attributes:
        joined: Whether a reinstall was already under way, with the wanted template as far as can be seen.
        awaited: Whether one was under way, and its end was waited for.
        names: What the server is called, for protection.

    """

    service: str
    operation: ServerOperation
    templates: tuple[Choice, ...] = ()
    recipes: tuple[Choice, ...] = ()
    info: ServerInfo = field(default_factory=ServerInfo)
    joined: bool = False
    awaited: bool = False
    names: tuple[str | Unknown | None, ...] = ()


def wanted_system(options: Options) -> Wanted:
    """Take what is wanted from the options of sindad_reinstall."""
    names = ("service", "template", "recipe", "hostname", "password", "force")
    return Wanted(**{name: options[name] for name in names})


def list_systems(client: Client, service: str) -> tuple[tuple[Choice, ...], tuple[Choice, ...]]:
    """Return the templates and the recipes of a server (reference: List OS templates and recipes)."""
    return read_systems(client.get(REINSTALL.templates, service))


def observe(context: Context, wanted: Wanted) -> Observed:
    """Observe what a reinstall depends on; one that is under way for the wanted template is waited for."""
    return located(context, wanted.service, lambda service: observe_service(context, service, wanted))


def observe_service(context: Context, service: str, wanted: Wanted) -> Observed:
    """Observe what a reinstall of the service with this id depends on.

    Raises:
        SindadError: It is being reinstalled with another template, or that reinstall has failed.

    """
    seen = _look(context, service)
    if seen.operation.status != "running":
        return seen
    template = choose(seen.templates, wanted.template)
    named = _templates_of(seen)
    if named and template not in named:
        raise SindadError(f"service {service} is being reinstalled with {named[0].name}, not with {template.name}")
    if context.policy.wait:
        _wait_for_end(context, service)
        seen = _look(context, service)
    is_joined = bool(named) or seen.operation.status == "running"
    return replace(seen, joined=is_joined, awaited=context.policy.wait)


def _look(context: Context, service: str) -> Observed:
    """Ask for all of it, once and at the same time."""
    client = context.client
    requests: tuple[Callable[[], Any], ...] = (
        lambda: get_job(client, REINSTALL, service),
        lambda: list_systems(client, service),
        lambda: _get_info(client, service),
        lambda: protecting_names(context, service),
    )
    operation, (templates, recipes), info, names = in_parallel(lambda request: request(), requests)
    return Observed(service, operation, templates, recipes, info, names=(*names, info.hostname))


def _wait_for_end(context: Context, service: str) -> None:
    """Wait for a reinstall that is under way."""

    def has_ended(operation: ServerOperation) -> bool:
        if operation.status == "failed":
            raise Failed(f"the reinstall of service {service} has failed, the portal says {operation.word!r}")
        return is_over(operation)

    def what(operation: ServerOperation | None) -> str:
        return f"the reinstall of service {service} has not ended ({operation.shown if operation else 'in progress'})"

    context.policy.until(lambda: get_job(context.client, REINSTALL, service), has_ended, what)


def _templates_of(seen: Observed) -> list[Choice]:
    """Return the templates that a reinstall may be for: by its own field, or by the text that stands for all of it.

    A text with the name of "Debian 12 minimal" holds that of "Debian 12" too, and is for the longer one.
    """
    operation = seen.operation
    if not isinstance(operation.template, Unknown):
        return [one for one in seen.templates if same(operation.template, one.id, one.name)]
    text = str(operation.raw)
    named = [(one, name) for one in seen.templates for name in (one.id, one.name) if _is_named_in(text, name)]
    names = [name.casefold() for _one, name in named]
    longest = [one for one, name in named if not any(_holds(other, name.casefold()) for other in names)]
    return list(dict.fromkeys(longest))


def _is_named_in(text: str, name: str) -> bool:
    """Whether a text has a template's name or id as whole words; a mere number could be anything."""
    if name.isdigit():
        return False
    return re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w.-])", text, re.IGNORECASE) is not None


def _holds(longer: str, shorter: str) -> bool:
    return longer != shorter and shorter in longer


def plan(wanted: Wanted, seen: Observed) -> Plan:
    """Plan the reinstallation of a server whose system is known to be another one, or by force."""
    template = choose(seen.templates, wanted.template)
    recipe = _recipe(wanted, seen, template)
    installed = recognise(seen.templates, seen.info.os, seen.info.os_id)
    before = {"os": _system(seen.info)}
    unchanged = Plan((), before, before, {"reinstall": seen.operation}, names=seen.names)
    _check_awaited(seen, installed, template)
    if seen.joined:
        is_unconfirmed = seen.awaited and isinstance(installed, Unknown)
        return replace(unchanged, warnings=(_UNCONFIRMED,)) if is_unconfirmed else unchanged
    if isinstance(installed, Unknown) and not wanted.force:
        return replace(unchanged, warnings=(_unknown_system(wanted, seen, template),))
    is_installed = isinstance(installed, Choice) and installed.id == template.id
    if is_installed and not wanted.force:
        return unchanged
    body = _body(wanted, seen, template, recipe)
    with_recipe = f" and recipe {recipe.name}" if recipe else ""
    change = Change(
        "server.reinstall",
        f"reinstall service {seen.service} with {template.name}{with_recipe} (now {before['os'] or 'unknown'})",
        lambda context: reinstall(context, seen, template, body),
        erases=True,
    )
    return Plan(
        changes=(change,),
        before=before,
        after={"os": f"{template.name} (anew)" if is_installed else template.name},
        result={"reinstall": seen.operation},
        expected={"reinstall": ServerOperation("done", template.name)},
        names=seen.names,
    )


def _check_awaited(seen: Observed, installed: Choice | Unknown, template: Choice) -> None:
    """Check what a reinstall that was under way has installed.

    Raises:
        SindadError: It is another system. The portal may tell late what is installed, so that another reinstall at once
            could erase the wanted one.

    """
    if seen.awaited and _is_known_to_differ(installed, template):
        raise SindadError(
            f"template: a reinstall of service {seen.service} was under way and has ended, and the system is "
            f"{_system(seen.info)}, not {template.name}; nothing was done: run this again to reinstall it"
        )


_UNCONFIRMED = "a reinstall was under way and has ended: what came of it can't be confirmed"


def _system(info: ServerInfo) -> str | None:
    """Return how plans call the installed system; None where the portal doesn't say it."""
    return known(info.os) or known(info.os_id)


def _recipe(wanted: Wanted, seen: Observed, template: Choice) -> Choice | None:
    """Return the wanted recipe.

    Raises:
        SindadError: There is none, or it can't be used with the template.

    """
    if not wanted.recipe:
        return None
    recipe = choose(seen.recipes, wanted.recipe, "recipe")
    if _is_usable(recipe, template):
        return recipe
    usable = ", ".join(other.name for other in seen.recipes if _is_usable(other, template)) or "none"
    raise SindadError(f"recipe: {recipe.name} can't be used with {template.name}; usable recipes: {usable}")


def _is_usable(recipe: Choice, template: Choice) -> bool:
    return same(template.id, *recipe.usable_for) or same(template.name, *recipe.usable_for)


def _unknown_system(wanted: Wanted, seen: Observed, template: Choice) -> str:
    """Say that nobody can tell which system is installed.

    Raises:
        SindadError: The task is about this server.

    """
    told = described(seen.info.os, seen.info.os_id)
    if told is None:
        sentence = f"the portal doesn't say which system service {seen.service} has"
    else:
        sentence = (
            f"the portal says that service {seen.service} has {told!r}, which is not recognised as one of the templates "
            "that it offers"
        )
    sentence = f"{sentence}, so nobody can tell whether it is {template.name}"
    if wanted.fail_if_unknown:
        raise SindadError(f"template: {sentence}; nothing was done. Set force to true to reinstall it all the same")
    return f"{sentence}, and it is left as it is: sindad_reinstall with force reinstalls it"


def _body(wanted: Wanted, seen: Observed, template: Choice, recipe: Choice | None) -> dict[str, str]:
    """Return what a reinstall sends."""
    hostname = wanted.hostname or known(seen.info.hostname)
    if not hostname:
        raise SindadError(
            f"hostname: the current host name of service {seen.service} is unknown, give the one to reinstall with"
        )
    body = {"hostname": hostname, "template": template.id}
    if recipe:
        body["recipe"] = recipe.id
    if wanted.password:
        body["password"] = wanted.password
    return body


def reinstall(context: Context, seen: Observed, template: Choice, body: Mapping[str, str]) -> dict[str, Any]:
    """Reinstall a server (reference: Reinstall).

    Returns the record of the reinstall, with the password if the portal generated one.

    Raises:
        Failed: It has ended, and the portal shows another system than the wanted one.

    """
    was = recognise(seen.templates, seen.info.os, seen.info.os_id)
    differs = _is_known_to_differ(was, template)

    def has_changed() -> bool:
        return not _is_same(_system_now(context.client, seen), was)

    before = get_job(context.client, REINSTALL, seen.service)
    begin = Start(body, before, is_over, has_changed if differs else None)
    started = start(context, REINSTALL, seen.service, begin)
    if context.policy.wait and _is_seen(context, seen, template, was, started):
        # A portal may forget at once what has ended.
        return {"reinstall": {**started.record, "status": "done"}}
    return {"reinstall": started.record}


def _is_seen(context: Context, seen: Observed, template: Choice, was: Choice | Unknown, started: Started) -> bool:
    """Whether a reinstall that has ended is seen to have been done; warn where it isn't.

    Args:
        context: Gives the client, and takes the warning.
        seen: What was observed before.
        template: The wanted system.
        was: The system that was installed before.
        started: What became of the reinstall.

    Raises:
        SindadError: The portal shows another system than the wanted one, or what it shows can't be read.

    """
    who = f"the reinstall of service {seen.service}"
    try:
        now = _system_now(context.client, seen)
    except SindadError as error:
        error.results = {"reinstall": started.record}
        raise error.within(f"{who} was accepted by the portal and has ended") from None
    if isinstance(now, Choice) and now.id != template.id:
        raise Failed(
            f"{who} was accepted by the portal and has ended, but the system is {now.name}, not {template.name}",
            results={"reinstall": started.record},
        )
    is_new = isinstance(now, Choice) and not _is_same(now, was)
    if not started.seen and not is_new:
        context.warn(f"the portal shows no trace of {who}: it can't be confirmed")
    return started.seen or is_new


def _is_known_to_differ(installed: Choice | Unknown, wanted: Choice) -> bool:
    return isinstance(installed, Choice) and installed.id != wanted.id


def _is_same(one: Choice | Unknown, other: Choice | Unknown) -> bool:
    """Whether both are known to be the same system."""
    return isinstance(one, Choice) and isinstance(other, Choice) and one.id == other.id


def _get_info(client: Client, service: str) -> ServerInfo:
    """Return what the portal says of a server; nothing where it doesn't offer that."""
    return if_offered(get_info, client, service) or ServerInfo()


def _system_now(client: Client, seen: Observed) -> Choice | Unknown:
    info = _get_info(client, seen.service)
    return recognise(seen.templates, info.os, info.os_id)


TASK = Task(wanted_system, observe, plan)
