"""A cap on messages: no more than so many to one shopper within so many days, whichever they are.

Knows rows and times only. Remembers the times of each shopper's last messages, so the days need not be calendar ones.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Cap:
    """At most ``most`` messages to one shopper within any ``days`` days."""

    def __init__(self, most: int, days: float) -> None:
        """Begin with nobody written to."""
        self.most, self.days = most, days
        self._oldest = np.full(16, -np.inf)  # by row: the time of the last message but ``most - 1``
        self._place: Ints = np.full(16, -1)  # by row: where the times of all of these are kept
        self._times = np.full((16, max(most, 1)), -np.inf)
        self._written: Ints = np.zeros(16, dtype=np.int64)
        self._size = 0

    def full(self, rows: Ints, times: Floats) -> Flags:
        """Return which of ``rows`` may not be written to at ``times``; who may not now may not after more messages."""
        if self.most == 0:
            return np.ones(rows.size, dtype=np.bool_)
        self._fit(rows)
        full: Flags = times - self._oldest.take(rows) < self.days
        return full

    def count(self, rows: Ints, times: Floats) -> None:
        """Remember messages to distinct ``rows`` at ``times``; who is met first gets a place."""
        self._fit(rows)
        new = rows[self._place.take(rows) < 0]
        if self._size + new.size > self._written.size:
            self._times = _longer(self._times, self._size + new.size, -np.inf)
            self._written = _longer(self._written, self._size + new.size, 0)
        self._place[new] = np.arange(self._size, self._size + new.size)
        self._size += new.size
        place, ring, kept = self._place.take(rows), self._times.shape[1], self._times.reshape(-1)
        written = self._written.take(place)
        kept[place * ring + written % ring] = times
        written += 1
        self._written[place] = written
        self._oldest[rows] = kept.take(place * ring + written % ring)

    def _fit(self, rows: Ints) -> None:
        highest = int(rows.max(initial=0))
        if highest >= self._place.size:
            self._oldest = _longer(self._oldest, highest + 1, -np.inf)
            self._place = _longer(self._place, highest + 1, -1)


def _longer(table: NDArray[Any], least: int, fill: float) -> NDArray[Any]:
    """Return a table with room for at least so many rows, the new ones filled."""
    extra = max(least - len(table), len(table))
    return np.concatenate([table, np.full((extra, *table.shape[1:]), fill, dtype=table.dtype)])
