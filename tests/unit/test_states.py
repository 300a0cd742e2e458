# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The words of back ends for states, and ours."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sindad.cloud.plugins.module_utils._states import (
    State,
    is_false,
    is_true,
    job_state,
    machine_state,
    power_state,
)
from hypothesis import given
from hypothesis import strategies as st

RUNNING = (
    "running",
    "Running",
    "ACTIVE",
    "on",
    "started",
    "up",
    "online",
    "Powered On",
    "power-on",
    "POWER_ON",
    "Turned On",
)
RUNNING_TOO = (
    "running (ok)",
    "(running)",
    " running. ",
    "<b class='ok'>Running</b>",
    "&nbsp;Running",
    1,
    True,
    "1",
    "true",
)
STOPPED = ("stopped", "offline", "off", "SHUTOFF", "SHUT-OFF", "shut off", "poweroff", "powered_off", "Turned off")
STOPPED_TOO = (
    "shutdown",
    "halted",
    "POWEROFF",
    "UNDEPLOYED",
    "down",
    "inactive",
    "stopped (by user)",
    0,
    False,
    "0",
    "false",
)
BUILDING = ("BUILD", "REBUILD", "building", "creating", "pending", "provisioning", "starting", "stopping", "rebooting")
BUILDING_TOO = (
    "VERIFY_RESIZE",
    "resizing",
    "migrating",
    "installing",
    "locked",
    "powering on",
    "unrescuing",
    "undeploying",
    "is being created",
    "Is being resized",
    "to be installed",
    "Shutting down",
    "init",
)
FAILED = ("ERROR", "Failed", "suspended", "crashed", "terminated", "DELETED", "error (no disk)")
NO_WORDS = ("paused", "unknown", 17, "N/A", "-", "not running", "whatever", "running out of disk")
OVER = (
    "Provisioned",
    "Installed",
    "unlocked",
    "created",
    "Not yet built",
    "Pending termination",
    "pending cancellation",
)
NONE = ("", None, [], {}, "  ", "&nbsp;", "<i></i>", "ok", "success", 1.5, ["running"])


@pytest.mark.parametrize(
    ("value", "status"),
    [
        *[(each, "running") for each in (*RUNNING, *RUNNING_TOO)],
        *[(each, "stopped") for each in (*STOPPED, *STOPPED_TOO)],
        *[(each, "rescue") for each in ("rescue", "RESCUE", "rescued", "Rescue Mode", "rescue-mode")],
        *[(each, "building") for each in (*BUILDING, *BUILDING_TOO)],
        *[(each, "unknown") for each in (*FAILED, *NO_WORDS, *OVER, *NONE)],
    ],
)
@pytest.mark.parametrize("key", ["status", "state"])
def test_a_machines_state(key: str, value: Any, status: str):
    state = machine_state({key: value})
    assert state.status == status
    assert state.failed == (value in FAILED)
    assert state.told == (value not in NONE)


def test_the_portals_word_is_kept_to_be_shown():
    assert machine_state({"status": " ERROR  (no&nbsp;disk) "}).word == "ERROR (no disk)"
    assert machine_state({"status": "Überlast"}) == State("unknown", "Überlast")
    assert machine_state({}) == State("unknown")
    assert machine_state({"built": 0}) == State("building", "building")


@pytest.mark.parametrize(
    ("entry", "status"),
    [
        ({}, "unknown"),
        ({"power": 1}, "running"),
        ({"power": "0"}, "stopped"),
        ({"power": True}, "running"),
        ({"poweron": False}, "stopped"),
        ({"power": "on"}, "running"),
        ({"power": "OFF"}, "stopped"),
        ({"powerState": "running"}, "running"),
        ({"running": True}, "running"),
        ({"status": "", "power": 1}, "running"),
        ({"status": "ok", "power": 0}, "stopped"),
        ({"status": "unknown", "power": 0}, "stopped"),
        ({"status": "active", "power": 0}, "stopped"),
        ({"status": "active", "power": "1"}, "running"),
        ({"status": "active", "power": "paused"}, "unknown"),
        ({"status": "ACTIVE", "power_state": 4}, "unknown"),
        ({"status": "active", "running": "yes"}, "running"),
        ({"status": "active", "poweron": "n"}, "stopped"),
        ({"status": "active", "power": "unknown"}, "running"),
        ({"status": "active", "power": "N/A", "running": 0}, "stopped"),
        ({"status": "running", "power": 0}, "running"),
        ({"status": "error", "power": 1}, "unknown"),
        ({"status": "running", "built": True}, "running"),
        ({"status": "running", "built": 0}, "building"),
        ({"status": "running", "built": "0"}, "building"),
        ({"status": "stopped", "built": False, "power": 0}, "building"),
        ({"status": "running", "built": 1, "locked": 1}, "building"),
        ({"status": "running", "locked": "true"}, "building"),
        ({"status": "running", "locked": "0"}, "running"),
        ({"status": "running", "built": "whatever", "locked": None}, "running"),
        ({"status": "error", "built": 0}, "unknown"),
        ({"STATE": "ACTIVE", "LCM_STATE_STR": "RUNNING"}, "running"),
        ({"STATE": "ACTIVE", "LCM_STATE_STR": "BOOT"}, "building"),
        ({"STATE": "ACTIVE", "LCM_STATE_STR": "PROLOG"}, "building"),
        ({"STATE": "ACTIVE", "LCM_STATE_STR": "LCM_INIT"}, "running"),
        ({"STATE": "ACTIVE", "LCM_STATE_STR": "UNKNOWN"}, "unknown"),
        ({"STATE": "POWEROFF", "LCM_STATE_STR": "LCM_INIT"}, "stopped"),
        ({"STATE": "UNDEPLOYED", "LCM_STATE_STR": "LCM_INIT"}, "stopped"),
        ({"STATE": "ACTIVE", "LCM_STATE_STR": "RESCUE"}, "rescue"),
        ({"STATE": "PENDING", "LCM_STATE_STR": "LCM_INIT"}, "building"),
        ({"STATE": 3, "LCM_STATE_STR": "RUNNING"}, "running"),
        ({"STATE": 1}, "unknown"),
        ({"STATE": "0"}, "unknown"),
    ],
)
def test_a_machines_state_in_several_fields(entry: Any, status: str):
    assert machine_state(entry).status == status


def test_a_failure_is_one_while_something_is_built():
    assert machine_state({"status": "error", "built": 0}).failed
    assert machine_state({"status": "suspended", "locked": 1}).failed


# power


@pytest.mark.parametrize(
    ("entry", "status"),
    [
        *[({"status": each}, "on") for each in ("on", "1", 1, True, "running", "online", "ON", "active", "rescue")],
        *[({"status": each}, "off") for each in ("off", "0", 0, False, "stopped", "offline", "shutdown")],
        *[({"status": each}, "unknown") for each in ("whatever", "rebooting", 5, "error")],
        ({"state": "online"}, "on"),
        ({"power": "0"}, "off"),
        ({"poweron": 1}, "on"),
        ({"power_state": "Powered Off"}, "off"),
        ({"status": {"power": "ON"}}, "on"),
        ({"power": {"state": "off"}}, "off"),
        ({"status": "ok", "power": "off"}, "off"),
        ({"status": "", "state": "online"}, "on"),
        # watts are no state, and two that contradict each other are none
        ({"power": 350, "status": "on"}, "on"),
        ({"power": 0, "status": "on"}, "unknown"),
        ({"running": True, "state": "off"}, "unknown"),
        # a truth value beside others is the outcome of the request
        ({"status": True, "power": "off"}, "off"),
        ({"status": "1", "power": 0}, "off"),
        ({"status": False, "power": "on"}, "on"),
        ({"status": 1, "running": False}, "off"),
        # a service that is active may be off
        ({"power": "off", "status": "Active"}, "off"),
        ({"id": "513", "name": "EX-1", "status": "Active"}, "unknown"),
    ],
)
def test_a_servers_power(entry: Any, status: str):
    state = power_state(entry)
    assert state is not None
    assert state.status == status
    assert state.told


@pytest.mark.parametrize(
    "entry", [{}, {"hostname": "db"}, *[{"status": each} for each in ("", None, [], {}, "ok", ["on"])]]
)
def test_a_servers_power_that_is_not_told(entry: Any):
    assert power_state(entry) is None


# reinstall, rescue, diagnostics


JOBS = {
    "idle": (
        *("", None, False, [], "none", "None", "idle", "inactive", "not running", "NOT_RUNNING", "notRunning", "off"),
        *("cancelled", "canceled", 0, "0", "null", "no reinstall in progress", "Nothing in progress", "disabled"),
        *("Not in rescue mode", "<i></i>", "stopped", "Rescue disabled", "Rescue mode off"),
        *("Rescue is not started", "The rescue system is not active", "No job is running", "no diagnostics pending"),
        *("No active tasks", "No tasks", "No jobs running", "No operations in progress", "No current task"),
        *("No pending operations", "No ongoing reinstall", "Not being reinstalled", "nothing to do"),
        *("There is no reinstall in progress", "Installation cancelled", "No open requests"),
    ),
    "running": (
        *(
            "running",
            "in_progress",
            "InProgress",
            "IN-PROGRESS",
            "Installing (20%)",
            "queued",
            1,
            True,
            "active",
            "40%",
        ),
        *(
            "Debian 12 (40%)",
            "(installing)",
            "already running",
            "cancelling",
            "partition done, copying files",
            "rescue",
        ),
        *("installing, 0 errors", "Reinstall of Debian 12", "booting", "pending"),
        *("Rescue system is active", "The server is being reinstalled, copying files", "Rescue mode", "Rescue booted"),
        *("Server is being reinstalled, please wait", "Debian 12 is being installed", "Disks being erased"),
        *("Queued, not started", "Pending, not started yet", "Scheduled - not running yet", "queued (not started)"),
        *("Step 2 of 5 completed", "Erased 1 of 4 disks", "1 of 5 done", "Almost finished", "Half done"),
        *("Will be installed", "To be installed", "Installation will be completed in 5 minutes", "Ready in 10 minutes"),
        *(
            "Download complete",
            "Format complete",
            "12 packages installed",
            "Formatting done",
            "Finalizing",
            "Verifying",
        ),
        *("Installing, please do not reboot", "Reinstall in progress, do not turn off the server", "Connecting"),
        *("Waiting for connection", "Retrieving image", "Fetching image", "Obtaining IP address via DHCP", "Working"),
        *("Formatting /dev/sda1", "Setting up network", "Applying recipe", "In queue", "Request is being processed"),
        *("Status: running", "Installation status: running", "Install Debian 12", "Reinstall with Debian 12"),
        *("Downloading from mirror, retry 1", "5 minutes remaining", "Rebuilding"),
        *("Server is rebooting", "Download finished, installation pending", "waiting", "0%", "Debian 12 (0%)"),
    ),
    "done": (
        *("done", "finished", "Completed", "success", "installed", "Reinstall finished", "Completed (100%)", "ready"),
        *("installation complete", "completed without errors", "successfully installed"),
        *("Finished without problems", "0 failed, 12 passed", "Finished (0 failed tests)", "Finished, errors: 0"),
        "Error-free, finished",
        *("Disks cleared", "The rescue system is ready", "Tests passed", "Debian 12 installed on the server"),
    ),
    "failed": (
        "failed",
        "ERROR",
        "aborted",
        "install failed",
        "unsuccessful",
        "Installation failed: no disk",
        "Failure",
    ),
    "unknown": (
        *("ok", "maintenance", "-", "not finished", "not yet installed", "N/A", "unknown", "x", "No errors"),
        # who answers can't tell, or can't reach the server
        *("Failed to get status from DCI", "Error: connection timed out", "No connection to DCImanager"),
        *("Not available", "Failed to load status", "unavailable, try booting later", "missing", "No response"),
        *("temporarily unavailable", "API error", "Could not connect", "Permission denied", "Error: unknown server"),
        # of the server, or of what could be done
        *("Operating normally", "Server is running", "Server started", "The system is up", "Host running normally"),
        *("Ready to start", "Ready to run diagnostics", "Available for installation", "ready for rescue"),
        # idle, and something that nobody knows
        *("Idle: backend down", "No reinstall in progress, disk 2 broken", "Stopped (since yesterday)"),
        *("can be reinstalled", "may be finished", "Finished with 10 errors", "Error: bad gateway", "Error 502"),
        *("Everything operating", "Your server is ready to use", "Installation timed out"),
        *("Rescue suspended", "no longer needed", "not applicable", "در حال نصب"),
    ),
}


@pytest.mark.parametrize(("value", "status"), [(value, status) for status in JOBS for value in JOBS[status]])
@pytest.mark.parametrize("key", ["status", "state"])
def test_an_operation_of_a_server(key: str, value: Any, status: str):
    state = job_state({key: value})
    assert state is not None
    assert state.status == status
    assert state.failed == (status == "failed")


@pytest.mark.parametrize(
    ("entry", "status"),
    [
        ({"install_in_progress": ""}, "idle"),
        ({"install_in_progress": False}, "idle"),
        ({"install_in_progress": "reinstall Debian 12 (40%)"}, "running"),
        ({"install_in_progress": "Debian"}, "running"),
        ({"install_in_progress": "reinstall failed"}, "failed"),
        ({"install_in_progress": "", "active": "1"}, "running"),
        ({"install_in_progress": "", "active": "0"}, "idle"),
        ({"status": "", "install_in_progress": "Debian"}, "running"),
        ({"status": None, "in_progress": True}, "running"),
        ({"status": {"state": "completed"}}, "done"),
        ({"status": "ERROR", "in_progress": False}, "failed"),
        ({"operation": "reinstall"}, "running"),
    ],
)
def test_an_operation_of_a_server_in_several_fields(entry: Any, status: str):
    state = job_state(entry)
    assert state is not None
    assert state.status == status


@pytest.mark.parametrize("entry", [{}, {"template": "x"}, {"status": {}}, {"status": ["x"]}, {"status": 1.5}])
def test_an_operation_of_a_server_that_is_not_told(entry: Any):
    assert job_state(entry) is None


# anything


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["status", "state", "power"]), inner),
)


@given(
    entry=st.dictionaries(
        st.sampled_from(
            ["status", "state", "STATE", "LCM_STATE_STR", "power", "built", "locked", "install_in_progress"]
        ),
        VALUES,
    )
)
def test_any_field_gives_one_of_our_words(entry: Any):
    assert machine_state(entry).status in ("running", "stopped", "rescue", "building", "unknown")
    power, job = power_state(entry), job_state(entry)
    assert power is None or power.status in ("on", "off", "unknown")
    assert job is None or job.status in ("idle", "running", "done", "failed", "unknown")


def test_truth_values_that_are_known():
    assert [is_true(each) for each in (1, "yes", 0, "maybe", None)] == [True, True, False, False, False]
    assert [is_false(each) for each in (0, "no", 1, "maybe", None)] == [True, True, False, False, False]
