"""The history of comparisons: each finished one with its study and its runs, in one SQLite file of the user's.

A comparison is kept so that it can be shown again as it was, whatever became of the study and the program since: its
document (``comparison.to_json``), the study's text, and the runs themselves, each only once. Whatever is wrong with the
file costs old comparisons and a note, but never stops the work. Knows comparisons; no window.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from planner.experiments.comparison import compare, to_json
from planner.history_lifts import lifts_of
from simulation.outcomes import Outcomes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from planner.experiments.comparison import Comparison

T = TypeVar("T")

FORMAT = 1
MOST_ENTRIES = 200
"""Comparisons that are not pinned beyond this number are forgotten, the oldest first."""
WAIT_SECONDS = 10.0
HEADLINE = "session_conversion"
"""The outcome whose precision stands for a comparison's."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS entries (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, pinned INTEGER NOT NULL DEFAULT 0, deleted INTEGER NOT NULL DEFAULT 0,
    about TEXT NOT NULL, document TEXT NOT NULL, study TEXT NOT NULL, runs TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS runs (digest TEXT PRIMARY KEY, outcomes BLOB NOT NULL);
"""


class Entry(NamedTuple):
    """A comparison at a glance.

    Attributes:
        id: its number in the history.
        at: when it was finished, in universal time.
        study: the study's name.
        path: the study's file; empty if it had none.
        digest: hash of the study's text.
        plans: the plans, the baseline among them.
        baseline: the plan that the others are compared with.
        replications: pairs of runs per plan.
        visitors: simulated shoppers per replication.
        confidence: of its intervals.
        precision: half the width of the widest interval of a lift in conversion (of conversion itself, as a share,
            where there is one plan only); None where that is not defined.
        pinned: kept until it is deleted by hand.
    """

    id: int
    at: datetime
    study: str
    path: str
    digest: str
    plans: tuple[str, ...]
    baseline: str
    replications: int
    visitors: int
    confidence: float
    precision: float | None
    pinned: bool


class Record(NamedTuple):
    """What is to be kept of a finished comparison: with the study's text and file, and the plans' keys."""

    comparison: Comparison
    text: str
    path: str
    keys: Mapping[str, str]


class Kept(NamedTuple):
    """A comparison as it was kept: with its study's text, and the keys that tell whether a plan has changed since."""

    comparison: Comparison
    text: str
    keys: dict[str, str]


class _Row(NamedTuple):
    """A comparison as it is written: texts of JSON, and its runs, compressed, by digest."""

    about: str
    document: str
    text: str
    made: str
    blobs: dict[str, bytes]


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
        row = _row(record)
        number = self._attempt(lambda database: _add(database, row, now))
        # Where a damaged file was in the way it is now set aside.
        return number or (None if self._path.exists() else self._attempt(lambda database: _add(database, row, now)))

    def entries(self) -> list[Entry]:
        """Return what is kept: pinned ones first, then the latest first."""
        query = "SELECT id, at, pinned, about FROM entries WHERE NOT deleted ORDER BY pinned DESC, at DESC, id DESC"
        rows = self._attempt(lambda database: database.execute(query).fetchall(), new=False)
        return [_entry(*row) for row in rows or ()]

    def document(self, number: int) -> dict[str, Any] | None:
        """Return a comparison's document (``comparison.to_json``, and its ``lifts``); None if it is not there."""
        query = "SELECT document FROM entries WHERE id = ?"
        row = self._attempt(lambda database: database.execute(query, (number,)).fetchone(), new=False)
        return dict(json.loads(row[0])) if row else None

    def open(self, number: int) -> Kept | None:
        """Return a comparison with all it was made of; None, and a note, if it is not there or can no longer be read.

        It takes as long as reading all its runs: a tenth of a second and more.
        """
        return self._attempt(lambda database: _open(database, number), new=False)

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
        self._attempt(_purge, new=False)

    def _change(self, statement: str, *values: int) -> None:
        self._attempt(lambda database: database.execute(statement, values), new=False)

    def _attempt(self, action: Callable[[sqlite3.Connection], T], *, new: bool = True) -> T | None:
        """Do ``action`` in a transaction of its own; None, and a note, where the file does not let us."""
        if not new and not self._path.exists():
            return None
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self._path, timeout=WAIT_SECONDS)) as database:
                _prepare(database)
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


def precision_of(comparison: Comparison) -> float | None:
    """Return half the width of the widest interval of a lift in conversion; see ``Entry.precision``."""
    lifts = [plan.differences[HEADLINE] for plan in comparison.plans if HEADLINE in plan.differences]
    widths = [(lift.relative_high - lift.relative_low) / 2 for lift in lifts]
    if not lifts:
        estimates = [plan.estimates[HEADLINE] for plan in comparison.plans]
        widths = [(one.high - one.low) / 2 / one.mean for one in estimates if one.mean]
    widest = max(widths, default=float("nan"))
    return widest if widest < float("inf") else None


def _prepare(database: sqlite3.Connection) -> None:
    """Set up an empty file; NotSupportedError for one of a newer Footfall."""
    version = database.execute("PRAGMA user_version").fetchone()[0]
    if version == 0:
        database.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version = {FORMAT}; COMMIT;")
    elif version != FORMAT:
        raise sqlite3.NotSupportedError(f"its format is {version}, this Footfall writes {FORMAT}")


def _row(record: Record) -> _Row:
    """Return what is written of a comparison; done before the file is locked."""
    comparison = record.comparison
    data = {plan.name: [run.to_bytes() for run in plan.runs] for plan in comparison.plans}
    runs = {plan: [hashlib.sha256(run).hexdigest() for run in kept] for plan, kept in data.items()}
    about = {
        "study": comparison.study_name,
        "path": record.path,
        "digest": hashlib.sha256(record.text.encode()).hexdigest(),
        "plans": list(runs),
        "baseline": comparison.baseline,
        "replications": comparison.replications,
        "visitors": comparison.visitors,
        "confidence": comparison.confidence,
        "precision": precision_of(comparison),
    }
    made = {
        "runs": runs,
        "seed": comparison.seed,
        "notes": comparison.notes,
        "numbers": comparison.replication_numbers,
        "keys": dict(record.keys),
    }
    document = {**to_json(comparison), "confidence": comparison.confidence, "lifts": lifts_of(comparison)}
    blobs = {digest: zlib.compress(run) for plan in runs for digest, run in zip(runs[plan], data[plan], strict=True)}
    return _Row(json.dumps(about), json.dumps(document), record.text, json.dumps(made), blobs)


def _add(database: sqlite3.Connection, row: _Row, at: str) -> int:
    """Write a comparison; one that is there already only becomes the latest."""
    query = "SELECT id FROM entries WHERE about = ? AND runs = ? AND NOT deleted"
    known = database.execute(query, (row.about, row.made)).fetchone()
    if known:
        database.execute("UPDATE entries SET at = ? WHERE id = ?", (at, known[0]))
        return int(known[0])
    database.executemany("INSERT OR IGNORE INTO runs VALUES (?, ?)", row.blobs.items())
    insert = "INSERT INTO entries (at, about, document, study, runs) VALUES (?, ?, ?, ?, ?)"
    return database.execute(insert, (at, row.about, row.document, row.text, row.made)).lastrowid or 0


def _entry(number: int, at: str, pinned: int, about: str) -> Entry:
    said = json.loads(about)
    said["plans"] = tuple(said["plans"])
    return Entry(id=number, at=datetime.fromisoformat(at), pinned=bool(pinned), **said)


def _open(database: sqlite3.Connection, number: int) -> Kept:
    row = database.execute("SELECT about, study, runs FROM entries WHERE id = ?", (number,)).fetchone()
    if row is None:
        raise ValueError("this comparison is no longer in the history")
    about, made = json.loads(row[0]), json.loads(row[2])
    comparison = compare(
        about["study"],
        {plan: [_get_run(database, digest) for digest in digests] for plan, digests in made["runs"].items()},
        about["baseline"],
        about["confidence"],
        seed=made["seed"],
        visitors=about["visitors"],
        replication_numbers=made["numbers"],
    )
    return Kept(replace(comparison, notes=tuple(made["notes"])), row[1], made["keys"])


def _get_run(database: sqlite3.Connection, digest: str) -> Outcomes:
    row = database.execute("SELECT outcomes FROM runs WHERE digest = ?", (digest,)).fetchone()
    data = zlib.decompress(row[0]) if row else b""
    if hashlib.sha256(data).hexdigest() != digest:
        raise ValueError("a run of this comparison is damaged")
    return Outcomes.from_bytes(data)


def _purge(database: sqlite3.Connection) -> None:
    database.execute("DELETE FROM entries WHERE deleted")
    database.execute(
        "DELETE FROM entries WHERE id IN "
        "(SELECT id FROM entries WHERE NOT pinned ORDER BY at DESC, id DESC LIMIT -1 OFFSET ?)",
        (MOST_ENTRIES,),
    )
    rows = database.execute("SELECT runs FROM entries").fetchall()
    used = {digest for (made,) in rows for digests in json.loads(made)["runs"].values() for digest in digests}
    stored = {digest for (digest,) in database.execute("SELECT digest FROM runs")}
    database.executemany("DELETE FROM runs WHERE digest = ?", [(digest,) for digest in stored - used])
