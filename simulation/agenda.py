"""The agenda: visits and message deliveries that are due at a time, for all shoppers, as one table of events.

Knows times and rows only; what an event does is decided by those who serve it. Events far ahead are kept aside and
looked at once in a while, so that a period costs only what is near.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

FIRST, RETURN, NEED, CLICK, DELIVERY = range(5)
"""Kinds of event: first visit, own return, a need, a click on a message, a message delivered."""

EVENT: Final = np.dtype([("time", "f8"), ("row", "i4"), ("kind", "i4"), ("ref", "i4"), ("token", "i4")])
"""ref: the message of a click or delivery. token: state that must still hold, else the event is void (see door.py)."""

_RAW: Final = np.dtype(f"V{EVENT.itemsize}")

Events = NDArray[np.void]

NEAR_DAYS = 4.0


def events(time: NDArray[np.float64], row: NDArray[np.int64], kind: int, ref: object = 0, token: object = 0) -> Events:
    """Return a table of events of one kind; ``ref`` and ``token`` are arrays or one number for all."""
    table: Events = np.empty(row.size, dtype=EVENT)
    table["time"], table["row"], table["kind"], table["ref"], table["token"] = time, row, kind, ref, token
    return table


def joined(tables: list[Events]) -> Events:
    """Return tables as one (as raw records: joining field by field takes ten times as long)."""
    tables = [table for table in tables if table.size] or [NOTHING]
    if len(tables) == 1:
        return tables[0]
    return np.concatenate([table.view(_RAW) for table in tables]).view(EVENT)


def split(table: Events, where: NDArray[np.bool_]) -> tuple[Events, Events]:
    """Return the events ``where`` holds, and the others (``take``: indexing records takes ten times as long)."""
    chosen = where.nonzero()[0]
    if chosen.size == where.size:
        return table, NOTHING
    if not chosen.size:
        return NOTHING, table
    return table.take(chosen), table.take((~where).nonzero()[0])


NOTHING: Final[Events] = np.empty(0, dtype=EVENT)


class Agenda:
    """Events to come."""

    def __init__(self) -> None:
        """Begin empty."""
        self._new: list[Events] = []  # put since the last question
        self._near: list[Events] = []  # not due at the last question
        self._far: list[Events] = []
        self._near_until = self._asked = 0.0

    def put(self, table: Events) -> None:
        """Add events."""
        if table.size:
            self._new.append(table)

    def due(self, until: float) -> Events:
        """Take out and return, in no particular order, all events before ``until``."""
        if until > self._near_until:
            self._look_ahead(until)
        if until != self._asked:
            self._asked = until
            self._new += self._near
            self._near = []
        if not self._new:
            return NOTHING
        pool, self._new = joined(self._new), []
        ripe, later = split(pool, pool["time"] < until)
        if later.size:
            self._near.append(self._aside(later))
        return ripe

    def _aside(self, table: Events) -> Events:
        """Put aside the events that are far ahead; return the others."""
        near, far = split(table, table["time"] < self._near_until)
        if far.size:
            self._far.append(far)
        return near

    def _look_ahead(self, until: float) -> None:
        new = self._aside(joined(self._new))
        self._near_until = until + NEAR_DAYS
        far, self._far = self._far, []
        self._new = [new, self._aside(joined(far))]
