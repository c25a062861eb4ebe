"""The history of comparisons: each finished one with its study and its runs, in one SQLite file of the user's.

A comparison is kept so that it can be shown again as it was, whatever became of the study and the program since: its
document (``comparison.to_json``), the study's text, and the runs themselves, each only once. Whatever is wrong with the
file costs old comparisons and a note, but never stops the work. Knows comparisons; no window.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from planner import history_rows

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from planner.history_rows import Entry, Kept, Record

T = TypeVar("T")

WAIT_SECONDS = 10.0


class History:
    """Finished comparisons, the latest first. Every call opens the file anew, so any process and thread may ask.

    ``notes`` says what was wrong with the file; a broken one is set aside and a new one begun.
    """

    def __init__(self, path: Path) -> None:
        self.notes: list[str] = []
        self._path = path

    def add(self, record: Record, at: datetime | None = None) -> int | None:
        """Keep a comparison and return its number; None if the file cannot be written.

        The same comparison again is not kept twice: it becomes the latest.
        """
        now = (at or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="seconds")
        row = history_rows.row_of(record)
        number = self._attempt(lambda database: history_rows.add(database, row, now))
        if number is None and not self._path.exists():  # a damaged file was in the way, and is now set aside
            number = self._attempt(lambda database: history_rows.add(database, row, now))
        return number

    def entries(self) -> list[Entry]:
        """Return what is kept: pinned ones first, then the latest first."""
        query = "SELECT id, at, pinned, about FROM entries WHERE NOT deleted ORDER BY pinned DESC, at DESC, id DESC"
        rows = self._attempt(lambda database: database.execute(query).fetchall(), new=False)
        found = (history_rows.entry_of(*row) for row in rows or ())
        return [entry for entry in found if entry is not None]

    def document(self, number: int) -> dict[str, Any] | None:
        """Return a comparison's document (``comparison.to_json``, and its ``lifts``); None if it is not there."""
        query = "SELECT document FROM entries WHERE id = ?"
        rows = self._attempt(lambda db: [dict(json.loads(row[0])) for row in db.execute(query, (number,))], new=False)
        return rows[0] if rows else None

    def open(self, number: int) -> Kept | None:
        """Return a comparison with all it was made of; None, and a note, if it is not there or can no longer be read.

        It takes as long as reading all its runs: a tenth of a second and more.
        """
        return self._attempt(lambda database: history_rows.open_entry(database, number), new=False)

    def pin(self, number: int, *, pinned: bool) -> None:
        """Keep a comparison until it is deleted by hand, or no longer."""
        self._change("UPDATE entries SET pinned = ? WHERE id = ?", int(pinned), number)

    def delete(self, number: int) -> None:
        """Delete a comparison; ``restore`` brings it back until ``purge``."""
        self._change("UPDATE entries SET deleted = 1 WHERE id = ?", number)

    def restore(self, number: int) -> None:
        """Bring back a deleted comparison."""
        self._change("UPDATE entries SET deleted = 0 WHERE id = ?", number)

    def purge(self) -> None:
        """Forget deleted comparisons for good, those beyond ``MOST_ENTRIES``, and runs that no comparison has."""
        self._attempt(history_rows.purge, new=False)

    def _change(self, statement: str, *values: int) -> None:
        self._attempt(lambda database: database.execute(statement, values), new=False)

    def _attempt(self, action: Callable[[sqlite3.Connection], T], *, new: bool = True) -> T | None:
        """Do ``action`` in a transaction of its own; None, and a note, where the file does not let us."""
        if not new and not self._path.exists():
            return None
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self._path, timeout=WAIT_SECONDS)) as database:
                history_rows.prepare(database)
                with database:
                    return action(database)
        except sqlite3.DatabaseError as error:
            self._set_aside(error)
        except (OSError, ValueError, KeyError, TypeError, zlib.error) as error:
            self.notes.append(f"The history of comparisons cannot be used: {error}.")
        return None

    def _set_aside(self, error: sqlite3.DatabaseError) -> None:
        """Give a file that is no history another name; a file in use or of another Footfall stays as it is."""
        if isinstance(error, (sqlite3.OperationalError, sqlite3.NotSupportedError)):
            self.notes.append(f"The history of comparisons cannot be used now: {error}.")
            return
        aside = self._path.with_name(f"{self._path.name}.broken")
        try:
            self._path.replace(aside)
        except OSError as hindrance:
            self.notes.append(f"The history of comparisons is damaged and cannot be set aside: {hindrance}.")
            return
        self.notes.append(f"The history of comparisons was damaged ({error}). It is set aside as {aside.name}.")


def keep(path: Path, record: Record) -> tuple[str, ...]:
    """Keep a comparison in the file at ``path`` and tidy it; return what was wrong. For a worker."""
    history = History(path)
    history.add(record)
    history.purge()
    return tuple(history.notes)


def reopen(path: Path, number: int) -> Kept:
    """Return a comparison of the file at ``path``, for a worker; LookupError says why it cannot be shown."""
    history = History(path)
    kept = history.open(number)
    if kept is None:
        raise LookupError(" ".join(history.notes) or "this comparison is no longer in the history")
    return kept
