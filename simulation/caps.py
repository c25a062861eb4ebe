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
        self._slot: Ints = np.full(16, -1)
        self._last = np.full((16, max(most, 1)), -np.inf)
        self._written: Ints = np.zeros(16, dtype=np.int64)
        self._size = 0

    def below(self, rows: Ints, times: Floats) -> Flags:
        """Return which of distinct ``rows`` may still be written to at ``times``."""
        if self.most == 0:
            return np.zeros(rows.size, dtype=np.bool_)
        slot = self._slots(rows)
        oldest = self._last[slot, self._written.take(slot) % self.most]
        free: Flags = times - oldest >= self.days
        return free

    def count(self, rows: Ints, times: Floats) -> None:
        """Remember messages to distinct ``rows`` at ``times``."""
        slot = self._slots(rows)
        self._last[slot, self._written[slot] % self.most] = times
        self._written[slot] += 1

    def _slots(self, rows: Ints) -> Ints:
        """Return where each shopper's times are kept; who is met first gets a place."""
        highest = int(rows.max(initial=0))
        if highest >= self._slot.size:
            self._slot = _longer(self._slot, highest + 1, -1)
        new = rows[self._slot.take(rows) < 0]
        if self._size + new.size > self._written.size:
            self._last = _longer(self._last, self._size + new.size, -np.inf)
            self._written = _longer(self._written, self._size + new.size, 0)
        self._slot[new] = np.arange(self._size, self._size + new.size)
        self._size += new.size
        return self._slot.take(rows)


def _longer(table: NDArray[Any], least: int, fill: float) -> NDArray[Any]:
    """Return a table with room for at least so many rows, the new ones filled."""
    extra = max(least - len(table), len(table))
    return np.concatenate([table, np.full((extra, *table.shape[1:]), fill, dtype=table.dtype)])
