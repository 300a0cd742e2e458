# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures for all tests: a simulated portal, and Ansible's own commands against it.

A test that uses `simulator` beside one of the `run_...` fixtures needs no credentials: they are in the environment of
the run. `env={"SINDAD_PASSWORD": None}` takes one away again.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from typing import Any

import pytest

from simulator.shapes import SHAPES
from support import ansible, environment, properties
from support.measurement import OwnMeasurement
from support.portal import Portal, Portals, merged

properties.load_profile()

#: Of what tests call in this process.
MEASUREMENT = OwnMeasurement()
MEASUREMENT.begin()

#: Whether a test, and what it starts, is measured, which takes as long as to run it.
IS_MEASURED = pytest.StashKey[bool]()
#: Tests that have nothing to do with the collection.
OF_THE_SIMULATOR = Path(__file__).parent / "unit" / "simulator"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Decide which tests are measured, and begin with those that wait: at the end nothing would be left beside them."""
    functions: set[tuple[Path, str]] = set()
    for item in items:
        function = item.path, getattr(item, "originalname", item.name)
        again = function in functions and reaches_the_same_code(item)
        item.stash[IS_MEASURED] = not again and reaches_code_of_its_own(item)
        functions.add(function)
    items.sort(key=lambda item: item.get_closest_marker("waits") is None)


def reaches_code_of_its_own(item: pytest.Item) -> bool:
    """Tell whether a test may reach code of the collection that no other test reaches."""
    return item.get_closest_marker("unmeasured") is None and OF_THE_SIMULATOR not in item.path.parents


def reaches_the_same_code(item: pytest.Item) -> bool:
    """Tell whether a test reaches the same code with each of its parameters, as with shapes of a portal."""
    given = getattr(item, "callspec", None)
    shapes = [value for value in given.params.values() if value in list(SHAPES)] if given else []
    return bool(shapes) or item.get_closest_marker("measured_once") is not None


def pytest_collection_finish(session: pytest.Session) -> None:
    # Each call of a test is measured, not what hypothesis does between two calls. All parameters of a test share it.
    measured = [item for item in session.items if item.stash[IS_MEASURED]]
    handles = {id(handle): handle for handle in map(hypothesis_of, measured) if handle}
    for handle in handles.values():
        handle.inner_test = MEASUREMENT.while_running()(handle.inner_test)
    gc.freeze()  # thousands of tests, which nobody needs to search for garbage again and again


def pytest_sessionfinish() -> None:
    MEASUREMENT.end()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    if hypothesis_of(item) or not item.stash[IS_MEASURED]:
        return (yield)
    with MEASUREMENT.while_running():
        return (yield)


def hypothesis_of(item: pytest.Item) -> Any:
    """Return what hypothesis holds of a test that it calls, or None."""
    return getattr(getattr(item, "obj", None), "hypothesis", None)


def pytest_runtest_setup(item: pytest.Item) -> None:
    environment.measuring = item.stash[IS_MEASURED]


@pytest.fixture(scope="session")
def _portals() -> Iterator[Portals]:
    portals = Portals()
    yield portals
    portals.stop()


@pytest.fixture
def start_simulator(_portals: Portals) -> Iterator[Portals]:
    """Start a portal: ``start_simulator("company", shape="keyed", build_time=0.5)``."""
    yield _portals
    _portals.release()


@pytest.fixture
def simulator(request: pytest.FixtureRequest, start_simulator: Portals) -> Portal:
    """Return a portal as it was seeded; ``@pytest.mark.simulator(shape="keyed")`` says how it is to be."""
    marker = request.node.get_closest_marker("simulator")
    return start_simulator(*marker.args, **marker.kwargs) if marker else start_simulator()


@pytest.fixture
def _credentials(request: pytest.FixtureRequest) -> dict[str, str]:
    return request.getfixturevalue("simulator").env if "simulator" in request.fixturenames else {}


def _with(credentials: dict[str, str], run: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(run)
    def bound(*args: Any, env: dict[str, str | None] | None = None, **options: Any) -> Any:
        return run(*args, env=merged(credentials, env), **options)

    return bound


@pytest.fixture
def run_playbook(_credentials: dict[str, str]) -> Callable[..., ansible.PlaybookRun]:
    return _with(_credentials, ansible.run_playbook)


@pytest.fixture
def run_tasks(_credentials: dict[str, str]) -> Callable[..., ansible.PlaybookRun]:
    return _with(_credentials, ansible.run_tasks)


@pytest.fixture
def run_module(_credentials: dict[str, str]) -> Callable[..., ansible.Result]:
    return _with(_credentials, ansible.run_module)


@pytest.fixture
def run_inventory(_credentials: dict[str, str]) -> Callable[..., ansible.InventoryRun]:
    return _with(_credentials, ansible.run_inventory)


@pytest.fixture
def run_command(_credentials: dict[str, str]) -> Callable[..., ansible.Run]:
    return _with(_credentials, ansible.command)
