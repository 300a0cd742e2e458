# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Appends the result of each task to the file in TASK_LOG, as a line of JSON, beside the output for human eyes."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from ansible.executor.task_queue_manager import FinalQueue
from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: task_log
type: notification
short_description: Writes task results as lines of JSON
description: For the tests of this collection.
"""


def save_measurements_before_results() -> None:
    """Save what coverage has measured in a worker process while there is time: it is ended when its result is known."""
    import coverage

    send = FinalQueue.send_task_result

    def save_and_send(*args: Any, **kwargs: Any) -> None:
        measuring = coverage.Coverage.current()
        if measuring:
            measuring.stop()
            measuring.save()
        send(*args, **kwargs)

    FinalQueue.send_task_result = save_and_send


if "coverage" in sys.modules:
    save_measurements_before_results()


class CallbackModule(CallbackBase):
    """One line for each host and task, loop items within the result."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "task_log"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        self.disabled = "TASK_LOG" not in os.environ

    def _log(self, status: str, outcome: Any) -> None:
        entry = {
            "play": self._play,
            "task": outcome.task.get_name().strip(),
            "action": outcome.task.action,
            "host": outcome.host.get_name(),
            "status": status,
            "ignored": bool(outcome.task.ignore_errors) and status == "failed",
            "result": outcome.result,
        }
        with open(os.environ["TASK_LOG"], "a", encoding="utf-8") as log:
            log.write(json.dumps(entry, default=str) + "\n")

    def v2_playbook_on_play_start(self, play: Any) -> None:
        self._play = play.get_name().strip()

    def v2_runner_on_ok(self, result: Any) -> None:
        self._log("ok", result)

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        self._log("failed", result)

    def v2_runner_on_skipped(self, result: Any) -> None:
        self._log("skipped", result)

    def v2_runner_on_unreachable(self, result: Any) -> None:
        self._log("unreachable", result)
