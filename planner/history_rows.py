"""Comparisons as rows of the history's file: what is written of one, and how it is read again.

Knows comparisons and the tables of the file; opening it, and what is wrong with it, is ``history``'s business.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from planner.experiments.comparison import compare, to_json
from planner.history_lifts import lifts_of
from simulation.outcomes import Outcomes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.experiments.comparison import Comparison

FORMAT = 1
MOST_ENTRIES = 200
"""Comparisons that are not pinned beyond this number are forgotten, the oldest first."""
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


class Row(NamedTuple):
    """A comparison as it is written: texts of JSON, and its runs, compressed, by digest."""

    about: str
    document: str
    text: str
    made: str
    blobs: dict[str, bytes]


def precision_of(comparison: Comparison) -> float | None:
    """Return half the width of the widest interval of a lift in conversion; see ``Entry.precision``."""
    lifts = [plan.differences[HEADLINE] for plan in comparison.plans if HEADLINE in plan.differences]
    widths = [(lift.relative_high - lift.relative_low) / 2 for lift in lifts]
    if not lifts:
        estimates = [plan.estimates[HEADLINE] for plan in comparison.plans]
        widths = [(one.high - one.low) / 2 / one.mean for one in estimates if one.mean]
    widest = max(widths, default=float("nan"))
    return widest if widest < float("inf") else None


def prepare(database: sqlite3.Connection) -> None:
    """Set up an empty file; NotSupportedError for one of a newer Footfall."""
    version = database.execute("PRAGMA user_version").fetchone()[0]
    if version == 0:
        database.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version = {FORMAT}; COMMIT;")
    elif version != FORMAT:
        raise sqlite3.NotSupportedError(f"its format is {version}, this Footfall writes {FORMAT}")


def row_of(record: Record) -> Row:
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
    return Row(json.dumps(about), json.dumps(document), record.text, json.dumps(made), blobs)


def add(database: sqlite3.Connection, row: Row, at: str) -> int:
    """Write a comparison; one that is there already only becomes the latest."""
    query = "SELECT id FROM entries WHERE about = ? AND runs = ? AND NOT deleted"
    known = database.execute(query, (row.about, row.made)).fetchone()
    if known:
        database.execute("UPDATE entries SET at = ? WHERE id = ?", (at, known[0]))
        return int(known[0])
    database.executemany("INSERT OR IGNORE INTO runs VALUES (?, ?)", row.blobs.items())
    insert = "INSERT INTO entries (at, about, document, study, runs) VALUES (?, ?, ?, ?, ?)"
    return database.execute(insert, (at, row.about, row.document, row.text, row.made)).lastrowid or 0


def entry_of(number: int, at: str, pinned: int, about: str) -> Entry | None:
    """Return a comparison at a glance; None if what stands there is not one."""
    try:
        said = json.loads(about)
        said["plans"] = tuple(said["plans"])
        return Entry(id=number, at=datetime.fromisoformat(at), pinned=bool(pinned), **said)
    except (ValueError, KeyError, TypeError):
        return None


def open_entry(database: sqlite3.Connection, number: int) -> Kept:
    """Return a comparison, made again from its runs; ValueError if it is not there or a run is damaged."""
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


def purge(database: sqlite3.Connection) -> None:
    """Remove deleted comparisons, those beyond ``MOST_ENTRIES``, and runs that no comparison has."""
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
