# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A recording as a portal: it answers the GETs that were recorded, to any credentials, and refuses the rest."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

FORMAT = 1


class RecordingError(Exception):
    """A file that is no recording."""


class Replay:
    """The answers of a recording, by path and query."""

    def __init__(self, file: Path) -> None:
        self._answers: dict[tuple[str, tuple[tuple[str, str], ...]], dict[str, Any]] = {}
        for answer in load(file)["answers"]:
            query = tuple(sorted((key, str(value)) for key, value in answer.get("query", {}).items()))
            self._answers[_plain(answer["path"]), query] = answer

    def find(self, path: str, query: dict[str, str]) -> dict[str, Any] | None:
        """Return an answer: to the same query, or to none where the question names no page."""
        exact = self._answers.get((_plain(path), tuple(sorted(query.items()))))
        if exact is not None or "page" in query:
            return exact
        of_path = [answer for (known, _query), answer in self._answers.items() if known == _plain(path)]
        return of_path[0] if len(of_path) == 1 else self._answers.get((_plain(path), ()))

    async def serve(self, request: Request) -> Response:
        if request.method != "GET":
            return JSONResponse({"error": ["A recording only answers what reads"]}, 405)
        answer = self.find(request.url.path.removeprefix("/api"), dict(request.query_params))
        if answer is None:
            return JSONResponse({"error": ["Not found in the recording"]}, 404)
        return respond(answer)


def respond(answer: dict[str, Any]) -> Response:
    """Return a recorded answer. Of an attachment only the length is recorded."""
    status = answer["status"]
    if "length" in answer:
        return Response(b"\0" * answer["length"], status, media_type="application/octet-stream")
    if "text" in answer:
        return Response(answer["text"], status, media_type="text/html")
    return Response(json.dumps(answer["body"], ensure_ascii=False), status, media_type="application/json")


def load(file: Path) -> dict[str, Any]:
    """Read a recording.

    Raises:
        RecordingError: The file isn't there, or is something else.

    """
    try:
        recording = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RecordingError(f"{file} can't be read as a recording: {error}") from None
    if not isinstance(recording, dict) or recording.get("format") != FORMAT:
        raise RecordingError(f"{file} is no recording of format {FORMAT}")
    if not all(
        isinstance(each, dict) and {"path", "status"} <= each.keys() for each in recording.get("answers", [None])
    ):
        raise RecordingError(f"{file} holds no 'answers' with path and status")
    return recording


def _plain(path: str) -> str:
    """Return a path in one way of quoting."""
    return "/".join(quote(unquote(part), safe="") for part in path.rstrip("/").split("/"))


def create_replay(file: Path) -> Starlette:
    replay = Replay(file)
    methods = ["GET", "POST", "PUT", "DELETE", "PATCH"]
    return Starlette(routes=[Route("/{path:path}", replay.serve, methods=methods)])
