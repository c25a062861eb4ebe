"""The run store: finished replications kept in one SQLite file beside the study, so that nothing is simulated twice.

Maps a key (experiments/keys.py: a hash of all that determines a replication) to the bytes of its outcomes. Knows
neither studies nor plans. The file may be deleted at any time; whatever is wrong with it costs a re-run and a note, but
never stops the work.
"""

from __future__ import annotations

import hashlib
import sqlite3
import time
from typing import TYPE_CHECKING, TypeVar

from simulation.outcomes import Outcomes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path
    from types import TracebackType

T = TypeVar("T")

FORMAT = 1
WAIT_SECONDS = 30.0
"""How long to wait for another process that is writing."""

SCHEMA = "CREATE TABLE IF NOT EXISTS runs (key TEXT PRIMARY KEY, digest TEXT NOT NULL, outcomes BLOB NOT NULL)"
MANY = 500
"""Keys asked for in one query; SQLite allows about a thousand on old machines."""


def store_path(study: Path) -> Path:
    """Return where the runs of the study file ``study`` are kept: beside it."""
    return study.with_name(f"{study.stem}.footfall-runs.sqlite")


class RunStore:
    """Finished replications by key, each committed on its own the moment it is put, safe with several processes.

    Without a path the runs are kept in memory; so they are, and ``notes`` says it, where the folder cannot be written
    to or the file is broken. To be used from one thread at a time.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.notes: list[str] = []
        self._path = path
        self._memory: dict[str, bytes] = {}
        self._database: sqlite3.Connection | None = None
        if path is not None:
            self._open(path)

    def __enter__(self) -> RunStore:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def get(self, key: str) -> Outcomes | None:
        """Return the outcomes kept under ``key``; None without any, or if they were damaged and are now dropped."""
        if key in self._memory:
            return Outcomes.from_bytes(self._memory[key])
        row = self._attempt(lambda db: db.execute("SELECT digest, outcomes FROM runs WHERE key = ?", (key,)).fetchone())
        if row is None:
            return None
        outcomes = _read(*row)
        if outcomes is None:
            self._attempt(lambda db: db.execute("DELETE FROM runs WHERE key = ?", (key,)))
            self.notes.append("A stored replication was damaged (its checksum is wrong); it is run again.")
        return outcomes

    def put(self, key: str, outcomes: Outcomes) -> None:
        """Keep ``outcomes`` under ``key`` for good: a process killed right after this call has lost nothing."""
        data = outcomes.to_bytes()
        row = (key, _digest(data), data)
        if self._attempt(lambda db: db.execute("INSERT OR REPLACE INTO runs VALUES (?, ?, ?)", row)) is None:
            self._memory[key] = data

    def has(self, key: str) -> bool:
        """Return whether something is kept under ``key``."""
        return key in self.finished([key])

    def finished(self, keys: Iterable[str]) -> set[str]:
        """Return those of ``keys`` under which something is kept."""
        asked = list(keys)
        found = {key for key in asked if key in self._memory}
        for start in range(0, len(asked), MANY):
            found |= self._stored(asked[start : start + MANY])
        return found

    def clear(self) -> None:
        """Forget all runs (new ones take their room on the disk)."""
        self._memory.clear()
        self._attempt(lambda db: db.execute("DELETE FROM runs"))

    def close(self) -> None:
        """Close the file; what is kept in memory is lost."""
        if self._database is not None:
            self._database.close()
            self._database = None

    def _stored(self, keys: list[str]) -> set[str]:
        marks = ", ".join("?" * len(keys))
        rows = self._attempt(lambda db: db.execute(f"SELECT key FROM runs WHERE key IN ({marks})", keys).fetchall())
        return {key for (key,) in rows or ()}

    def _open(self, path: Path) -> None:
        # Any thread may use it, one at a time: a window's worker is not the thread that opened the study.
        try:
            self._database = sqlite3.connect(path, timeout=WAIT_SECONDS, check_same_thread=False)
        except sqlite3.Error as error:
            self._fall_back(error)
        version = self._attempt(_prepare)
        if version not in (None, FORMAT):
            self._fall_back(f"its format is {version}, this Footfall writes {FORMAT}")

    def _attempt(self, action: Callable[[sqlite3.Connection], T]) -> T | None:
        """Do ``action`` in a transaction of its own; without a working file fall back to memory and return None."""
        if self._database is None:
            return None
        try:
            with self._database:
                return action(self._database)
        except sqlite3.Error as error:
            self._fall_back(error)
            return None

    def _fall_back(self, reason: object) -> None:
        self.close()
        self.notes.append(
            f"The run store {self._path} cannot be used ({reason}), so finished runs are not kept after this session. "
            "If it exists it may be deleted: it holds nothing but finished runs."
        )


def _prepare(database: sqlite3.Connection) -> int:
    """Set up an empty file and return the format's version."""
    _write_ahead(database)
    if database.execute("PRAGMA user_version").fetchone()[0] == 0:
        database.execute(SCHEMA)
        database.execute(f"PRAGMA user_version = {FORMAT}")
    return int(database.execute("PRAGMA user_version").fetchone()[0])


def _write_ahead(database: sqlite3.Connection) -> None:
    """Switch to the write-ahead log, in which readers and a writer do not wait for each other.

    SQLite's own waiting does not cover this switch: of several that open a new store at once one may be told "locked".
    """
    for pause in (0.02, 0.1, 0.5):
        try:
            database.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname != "SQLITE_BUSY":
                raise
            time.sleep(pause)
        else:
            return


def _read(digest: object, data: object) -> Outcomes | None:
    """Return the outcomes in a row, or None if it is damaged (SQLite itself would store anything in any column)."""
    return Outcomes.from_bytes(data) if isinstance(data, bytes) and _digest(data) == digest else None


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
