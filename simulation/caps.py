"""Caps on messages: no more than so many to one shopper within a week, or within so many days, whichever they are.

Know rows and times only. Who may not be written to at a time may not after more messages either.
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

DAYS_A_WEEK = 7.0
WEEKS_APART = 1 << 12
"""Numbers between two weeks, by which a shopper's messages are counted; more than a study's weekly cap may be."""


class Caps:
    """All caps of a run: the study's weekly one, and those that are added to it."""

    def __init__(self, weekly: int, room: int = 16) -> None:
        """Begin with the weekly cap alone, nobody written to, and with room for so many rows."""
        self._weekly, self._room = Weekly(weekly, room), room
        self._added: list[Cap] = []

    def add(self, most: int, days: float) -> None:
        """From now on allow no more than ``most`` messages to one shopper within any ``days`` days as well.

        No more times are kept than the weekly cap allows anyway: each takes its memory.
        """
        anyway = self._weekly.most * (int(days / DAYS_A_WEEK) + 2)  # weeks that such a window touches
        self._added.append(Cap(min(most, anyway), days, self._room))

    def full(self, rows: Ints, times: Floats) -> Flags:
        """Return which of ``rows`` may not be written to at ``times``."""
        full = self._weekly.full(rows, times)
        for cap in self._added:
            full |= cap.full(rows, times)
        return full

    def count(self, rows: Ints, times: Floats) -> None:
        """Remember messages to distinct ``rows`` at ``times``."""
        self._weekly.count(rows, times)
        for cap in self._added:
            cap.count(rows, times)


class Weekly:
    """At most ``most`` messages to one shopper within a week of the run: it takes one number by row."""

    def __init__(self, most: int, room: int = 16) -> None:
        """Begin with nobody written to, and with room for so many rows."""
        self.most, self._written = most, np.zeros(room, dtype=np.int32)  # weeks lie apart on one scale

    def full(self, rows: Ints, times: Floats) -> Flags:
        """Return which of ``rows`` may not be written to at ``times``, none of them before what was counted."""
        full: Flags = self._this_week(rows, _week(times)) >= self.most
        return full

    def count(self, rows: Ints, times: Floats) -> None:
        """Remember messages to distinct ``rows`` at ``times``."""
        week = _week(times)
        self._written[rows] = week + self._this_week(rows, week) + 1

    def _this_week(self, rows: Ints, week: NDArray[np.int32]) -> NDArray[np.int32]:
        self._written = _with_room(self._written, rows, lambda room: np.zeros(room, dtype=np.int32))
        written: NDArray[np.int32] = self._written.take(rows)
        written -= week
        return np.maximum(written, 0, out=written)


class Cap:
    """At most ``most`` messages to one shopper within any ``days`` days: it remembers the times of the last ones."""

    def __init__(self, most: int, days: float, room: int = 16) -> None:
        """Begin with nobody written to, and with room for so many rows."""
        self.most, self.days = most, days
        self._slots = max(most, 1)
        self._table = self._empty(room)

    def full(self, rows: Ints, times: Floats) -> Flags:
        """Return which of ``rows`` may not be written to at ``times``."""
        if self.most == 0:
            return np.ones(rows.size, dtype=np.bool_)
        self._table = _with_room(self._table, rows, self._empty)
        begin, slot = self._oldest(rows)
        full: Flags = times - self._table.reshape(-1).take(begin + slot) < self.days
        return full

    def count(self, rows: Ints, times: Floats) -> None:
        """Remember messages to distinct ``rows`` at ``times``."""
        self._table = _with_room(self._table, rows, self._empty)
        table, (begin, slot) = self._table.reshape(-1), self._oldest(rows)
        table[begin + slot] = times
        slot += 1
        slot[slot == self._slots] = 0
        table[begin + self._slots] = slot

    def _oldest(self, rows: Ints) -> tuple[Ints, Ints]:
        """Return where rows (n,) begin in the table read as one line, and the slots (n,) of their oldest times."""
        begin = rows * self._table.shape[1]
        return begin, self._table.reshape(-1).take(begin + self._slots).astype(np.int64)

    def _empty(self, room: int) -> Floats:
        """Return rows: times of the last messages, one a slot, in turn; then the slot of the oldest of them.

        The slot stands beside the times, as reading at two places of the memory takes twice as long.
        """
        table = np.full((room, self._slots + 1), -np.inf)
        table[:, -1] = 0.0
        return table


def _week(times: Floats) -> NDArray[np.int32]:
    """Return from which number on (n,) messages are counted in the week of ``times``."""
    weeks: NDArray[np.int32] = (times / DAYS_A_WEEK).astype(np.int32)
    weeks *= WEEKS_APART
    return weeks


def _with_room(table: NDArray[Any], rows: Ints, empty: Callable[[int], NDArray[Any]]) -> NDArray[Any]:
    """Return a table that has all ``rows``; ``empty`` makes so many more of them."""
    short = int(rows.max(initial=0)) + 1 - len(table)
    return table if short <= 0 else np.concatenate([table, empty(max(short, len(table)))])
