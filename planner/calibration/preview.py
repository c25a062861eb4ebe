"""A look at a shop's log before it is calibrated to: which column is what, the first rows, the bad rows with reasons.

Everything that is wrong is told as data and nothing is raised, so that the answer can cross to another process. Knows
tables, roles and the judgement of rows; fits nothing and simulates nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from planner.calibration.faults import LogFault
from planner.calibration.heads import head_of
from planner.calibration.order_log import Judged, judge
from planner.calibration.readers import read_raw_orders
from planner.calibration.roles import ORDERS, match_columns
from planner.calibration.tables import Rows, first_rows, open_table, read_rows

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from planner.calibration.tables import Table

_HEALED = ("cannot be told apart", "no row of the log can be used")
"""Faults of a large log's beginning that the rest of it may heal."""
FIRST_ROWS = 50
BAD_ROWS = 200
"""Rows that are shown at most."""


class Kind(NamedTuple):
    """A kind of data that a shop may have: what it is called, what a row of it is, and whether it can be read."""

    id: str
    title: str
    row: str
    readable: bool


KINDS = (
    Kind("orders", "Orders", "one row per order: customer, date, amount", True),
    Kind("lines", "Order lines", "one row per product of an order", False),
    Kind("events", "Web events or sessions", "one row per page view or visit", False),
    Kind("campaigns", "Campaigns", "one row per message sent, or per day of a campaign", False),
)
"""What a strategist may come with; only order logs can be read so far."""

MEANINGS = {
    "customer": "who ordered: any number or text that is the same each time",
    "date": "when; a time of day behind it is dropped",
    "amount": "what was paid for the row, with or without a currency sign",
    "quantity": "units bought",
    "order": "the order's number: rows of one order are added up, repeated rows are set aside",
    "currency": "one currency is allowed in a log",
}
"""Role of an order log -> what its column holds."""


class BadRow(NamedTuple):
    """A row that is set aside: its number below the header from 1, why, and what it holds in the columns in use."""

    row: int
    reason: str
    texts: tuple[str, ...]


class Preview(NamedTuple):
    """A log at a glance.

    Attributes:
        columns: names in the file's order; empty if the file is no table.
        roles: role -> column, as recognised or as told.
        first: the first rows as text, one entry per column.
        rows: rows below the header; 0 as long as no column is found that could be read.
        set_aside: why rows cannot be used, with their number.
        bad: some of these rows; their texts follow ``roles``.
        notes: what was assumed, one sentence each.
        faults: why the log cannot be used as it is, one sentence each.
        is_head: whether only the beginning of a large log was looked at; ``rows`` and the rest are of that.
    """

    columns: tuple[str, ...] = ()
    roles: Mapping[str, str] = {}
    first: tuple[tuple[str, ...], ...] = ()
    rows: int = 0
    set_aside: Mapping[str, int] = {}
    bad: tuple[BadRow, ...] = ()
    notes: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    is_head: bool = False

    @property
    def kept(self) -> int:
        """Rows that can be used."""
        return self.rows - sum(self.set_aside.values())


def preview_orders(
    path: Path, columns: Mapping[str, str] | None = None, date_format: str | None = None, today: date | None = None
) -> Preview:
    """Look at a log with one row per order, or at the beginning of a large one; arguments as of `readers.read_orders`.

    Where the beginning alone does not tell how to read it, all of it is read.
    """
    with head_of(path) as head:
        if head is not None:
            seen = _look(head, columns, date_format, today)
            if not any(word in fault for fault in seen.faults for word in _HEALED):
                return seen._replace(
                    is_head=True,
                    notes=(*seen.notes, _about_head(path)),
                    faults=tuple(fault.replace(str(head), str(path)) for fault in seen.faults),
                )
    return _look(path, columns, date_format, today)


def _about_head(path: Path) -> str:
    size = path.stat().st_size / 1e6
    return f"the file is large ({size:,.0f} MB): only its first rows are looked at here; calibrating reads all of it"


def _look(path: Path, columns: Mapping[str, str] | None, date_format: str | None, today: date | None) -> Preview:
    try:
        table = open_table(path)
    except (LogFault, OSError) as error:
        return Preview(faults=_messages(error))
    match = match_columns(ORDERS, table.columns, columns or {})
    seen = Preview(table.columns, match.columns, notes=match.notes, faults=match.faults)
    try:
        seen = seen._replace(first=tuple(first_rows(table, FIRST_ROWS)))
        return _judged(seen, table, date_format, today or date.today()) if match.columns else seen
    except (LogFault, OSError) as error:
        return seen._replace(faults=(*seen.faults, *_messages(error)))


def _judged(seen: Preview, table: Table, date_format: str | None, today: date) -> Preview:
    """Add what becomes of the rows; they are judged only if nothing is wrong with the columns."""
    rows = read_rows(table, seen.roles)
    count = len(rows.frame) + len(rows.unread)
    if not count:
        return seen._replace(faults=(*seen.faults, "the log has a header but no rows"))
    raw, faults = read_raw_orders(rows.frame, date_format)
    seen = seen._replace(rows=count, faults=(*seen.faults, *faults), set_aside=rows.unreadable)
    if seen.faults:
        return seen._replace(bad=_bad_rows(rows, None, tuple(seen.roles)))
    judged = judge(raw, today)
    aside = {**rows.unreadable, **judged.counts()}
    seen = seen._replace(set_aside=aside, bad=_bad_rows(rows, judged, tuple(seen.roles)))
    return seen if seen.kept else seen._replace(faults=("no row of the log can be used",))


def _bad_rows(rows: Rows, judged: Judged | None, roles: Sequence[str]) -> tuple[BadRow, ...]:
    """Return the first of the bad rows in the order of the file; one that could not be read stands whole in a cell."""
    numbers = _numbers(rows)
    bad = [BadRow(r.line - 1, r.reason, (r.text, *[""] * (len(roles) - 1))) for r in rows.unread[:BAD_ROWS]]
    if judged is not None:
        places = np.flatnonzero(judged.codes >= 0)[:BAD_ROWS]
        texts = rows.frame.iloc[places]
        bad += [
            BadRow(int(numbers[place]), judged.reasons[judged.codes[place]], _texts(texts, at, roles))
            for at, place in enumerate(places)
        ]
    return tuple(sorted(bad)[:BAD_ROWS])


def _numbers(rows: Rows) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return the number below the header of each row that was read, counting those that could not be read."""
    everything = np.arange(1, len(rows.frame) + len(rows.unread) + 1)
    return np.setdiff1d(everything, [row.line - 1 for row in rows.unread])[: len(rows.frame)]


def _texts(frame: pd.DataFrame, row: int, roles: Sequence[str]) -> tuple[str, ...]:
    cells = (frame[role].iloc[row] for role in roles)
    return tuple(cell if isinstance(cell, str) else "" for cell in cells)


def _messages(error: LogFault | OSError) -> tuple[str, ...]:
    return error.messages if isinstance(error, LogFault) else (str(error),)
