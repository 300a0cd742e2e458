# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The portal's state: JSON documents in SQLite, in memory or in a file."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from typing import Any

Record = dict[str, Any]
#: All that a store holds, as it holds it.
Rows = tuple[list[Any], list[Any]]

SCHEMA = """
CREATE TABLE IF NOT EXISTS record (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL, parent TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL,
    UNIQUE (kind, parent, id)
);
CREATE TABLE IF NOT EXISTS sequence (kind TEXT PRIMARY KEY, value INTEGER NOT NULL);
"""


class Store:
    """Records by kind, parent and id, in the order in which they were added.

    An account's parent is empty, a service's is its account, a VM's and an IP's is its service.
    """

    def __init__(self, path: str = ":memory:") -> None:
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;" + SCHEMA)

    def _query(self, sql: str, *values: Any) -> list[Any]:
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    def all(self, kind: str, parent: str | None = None) -> list[Record]:
        where, values = ("", ()) if parent is None else (" AND parent = ?", (parent,))
        rows = self._query(f"SELECT body FROM record WHERE kind = ?{where} ORDER BY position", kind, *values)
        return [json.loads(body) for (body,) in rows]

    def get(self, kind: str, parent: str, key: str) -> Record | None:
        rows = self._query("SELECT body FROM record WHERE kind = ? AND parent = ? AND id = ?", kind, parent, key)
        return json.loads(rows[0][0]) if rows else None

    def owner(self, kind: str, key: str) -> str | None:
        """The parent of the record of this kind and id, whoever that is."""
        rows = self._query("SELECT parent FROM record WHERE kind = ? AND id = ?", kind, key)
        return rows[0][0] if rows else None

    def put(self, kind: str, parent: str, record: Record) -> Record:
        self._query(
            "INSERT INTO record (kind, parent, id, body) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (kind, parent, id) DO UPDATE SET body = excluded.body",
            kind,
            parent,
            record["id"],
            json.dumps(record),
        )
        return record

    def change(self, kind: str, parent: str, record: Record, **changes: Any) -> Record:
        """Write changed fields; what a seed pins `as_documented` holds until the first change."""
        kept = {key: value for key, value in record.items() if key != "as_documented"}
        return self.put(kind, parent, {**kept, **changes})

    def delete(self, kind: str, parent: str, key: str | None = None) -> None:
        """Delete one record, or all that a parent has of a kind."""
        self._query("DELETE FROM record WHERE kind = ? AND parent = ? AND id = coalesce(?, id)", kind, parent, key)

    def next_id(self, kind: str, start: int) -> int:
        """The next number of a sequence that no record of that kind has as its id."""
        with self._lock:
            while True:
                ((value,),) = self._query(
                    "INSERT INTO sequence VALUES (?, ?)"
                    " ON CONFLICT (kind) DO UPDATE SET value = value + 1 RETURNING value",
                    kind,
                    start,
                )
                if self.owner(kind, str(value)) is None:
                    return value

    def clear(self) -> None:
        with self._lock:
            self._db.executescript("DELETE FROM record; DELETE FROM sequence;")

    def rows(self) -> Rows:
        return self._query("SELECT * FROM record ORDER BY position"), self._query("SELECT * FROM sequence")

    def fill(self, rows: Rows) -> None:
        """Hold what another time was in `rows`, and nothing else."""
        records, sequences = rows
        with self._lock:
            self._db.execute("BEGIN")
            self._db.execute("DELETE FROM record")
            self._db.execute("DELETE FROM sequence")
            self._db.executemany("INSERT INTO record VALUES (?, ?, ?, ?, ?)", records)
            self._db.executemany("INSERT INTO sequence VALUES (?, ?)", sequences)
            self._db.execute("COMMIT")

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def dump(self) -> dict[str, list[Record]]:
        """Everything, by kind; each record with the id of its parent."""
        state: dict[str, list[Record]] = {}
        for kind, parent, body in self._query("SELECT kind, parent, body FROM record ORDER BY position"):
            state.setdefault(kind, []).append({"parent": parent, **json.loads(body)})
        return state


def settled(record: Record, now: float | None = None) -> Record:
    """The record as it is now: what a task promised has happened once its time is over."""
    task = record.get("task")
    if task is None or (time.time() if now is None else now) < task["until"]:
        return record
    return {**record, **task["then"], "task": None}
