"""Caps on messages: no more than so many to one shopper within a week, or within so many days, whichever they are.

Know rows, times and how many messages each had. Who may not be written to at a time may not after more messages either.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Counts = NDArray[np.integer]

DAYS_A_WEEK = 7.0
WEEKS_APART = 1 << 12
"""Numbers between two weeks, by which a shopper's messages are counted; more than a study's weekly cap may be."""


class Caps:
    """All caps of a run: the study's weekly one, and those that are added to it.

    They are told how many messages each of the rows ``had`` (n,): those counted here for it so far.
    """

    def __init__(self, weekly: int, room: int = 16) -> None:
        """Begin with the weekly cap alone, nobody written to, and with room for so many rows."""
        self._most_a_week, self._room = weekly, room
        self._caps: list[Weekly | Cap] = [Weekly(weekly, room)]
        self._anybody = False

    def add(self, most: int, days: float) -> None:
        """From now on allow no more than ``most`` messages to one shopper within any ``days`` days as well.

        No more times are kept than the weekly cap allows anyway: each takes its memory. And where the weekly cap can
        never say more than this one, it is not asked any more.
        """
        if most <= self._most_a_week and days >= DAYS_A_WEEK and not self._anybody:
            self._caps = [cap for cap in self._caps if isinstance(cap, Cap)]
        anyway = self._most_a_week * (int(days / DAYS_A_WEEK) + 2)  # weeks that such a window touches
        self._caps.append(Cap(min(most, anyway), days, self._room))

    def full(self, rows: Ints, times: Floats, had: Counts) -> Flags:
        """Return which of ``rows`` may not be written to at ``times``."""
        first, *others = self._caps
        full = first.full(rows, times, had)
        for cap in others:
            full |= cap.full(rows, times, had)
        return full

    def count(self, rows: Ints, times: Floats, had: Counts) -> None:
        """Remember messages to distinct ``rows`` at ``times``."""
        self._anybody = True
        for cap in self._caps:
            cap.count(rows, times, had)


class Weekly:
    """At most ``most`` messages to one shopper within a week of the run: it takes one number by row."""

    def __init__(self, most: int, room: int = 16) -> None:
        """Begin with nobody written to, and with room for so many rows."""
        self.most, self._written = most, np.zeros(room, dtype=np.int32)  # weeks lie apart on one scale

    def full(self, rows: Ints, times: Floats, had: Counts) -> Flags:
        """Return which of ``rows`` may not be written to at ``times``, none of them before what was counted."""
        full: Flags = self._this_week(rows, _week(times)) >= self.most
        return full

    def count(self, rows: Ints, times: Floats, had: Counts) -> None:
        """Remember messages to distinct ``rows`` at ``times``."""
        week = _week(times)
        self._written[rows] = week + self._this_week(rows, week) + 1

    def _this_week(self, rows: Ints, week: NDArray[np.int32]) -> NDArray[np.int32]:
        self._written = _with_room(self._written, rows, lambda room: np.zeros(room, dtype=np.int32))
        written: NDArray[np.int32] = self._written.take(rows)
        written -= week
        return np.maximum(written, 0, out=written)


class Cap:
    """At most ``most`` messages to one shopper within any ``days`` days: it remembers till when the last ones count."""

    def __init__(self, most: int, days: float, room: int = 16) -> None:
        """Begin with nobody written to, and with room for so many rows."""
        self.most, self.days = most, days
        self._slots = max(most, 1)
        self._ends = self._nothing(room)

    def full(self, rows: Ints, times: Floats, had: Counts) -> Flags:
        """Return which of ``rows`` may not be written to at ``times``; who had fewer messages in all may."""
        full = np.full(rows.size, self.most == 0)
        many = (had >= self._slots).nonzero()[0]
        if many.size:
            oldest = self._next(rows.take(many), had.take(many))
            full[many] |= times.take(many) < self._ends.reshape(-1).take(oldest)
        return full

    def count(self, rows: Ints, times: Floats, had: Counts) -> None:
        """Remember messages to distinct ``rows`` at ``times``."""
        where = self._next(rows, had)
        self._ends.reshape(-1)[where] = times + self.days

    def _next(self, rows: Ints, had: Counts) -> Ints:
        """Return which of all times, read as one line, are the oldest (n,) of rows: the next are written there."""
        self._ends = _with_room(self._ends, rows, self._nothing)
        place: Ints = rows * self._slots
        place += had % self._slots
        return place

    def _nothing(self, room: int) -> Floats:
        """Return rows of times at which the last messages stop counting, in turn: none counts yet."""
        return np.zeros((room, self._slots))


def _week(times: Floats) -> NDArray[np.int32]:
    """Return from which number on (n,) messages are counted in the week of ``times``."""
    weeks: NDArray[np.int32] = (times / DAYS_A_WEEK).astype(np.int32)
    weeks *= WEEKS_APART
    return weeks


def _with_room(table: NDArray[Any], rows: Ints, empty: Callable[[int], NDArray[Any]]) -> NDArray[Any]:
    """Return a table that has all ``rows``; ``empty`` makes so many more of them."""
    short = int(rows.max(initial=0)) + 1 - len(table)
    return table if short <= 0 else np.concatenate([table, empty(max(short, len(table)))])
