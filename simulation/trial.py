"""Trials inside the store: shoppers are split into two arms, and what each did in a period is summed for analysis.

Sums, squares and products add up over replications; planner/trials.py analyses them. The split itself is done by the
strategy that runs the trial (``Strategy.admits``), by the same lot. Must not know what is tested.
"""

from __future__ import annotations

from itertools import combinations_with_replacement
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from simulation import draws

if TYPE_CHECKING:
    from simulation.world import World

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

ARMS: Final = ("control", "treated")
COLUMNS: Final = ("visits", "orders", "revenue", "before")
"""Of one shopper in the trial's period, revenue in minor units; before: revenue before it (the covariate of CUPED)."""

PRODUCTS: Final = tuple(combinations_with_replacement(COLUMNS, 2))
MEASURES: Final = ("shoppers", *COLUMNS, *(f"{a}*{b}" for a, b in PRODUCTS))
LOT: Final = "arm"


class Trial:
    """Two arms of a strategy's trial: a shopper's lot below ``share`` is treated."""

    def __init__(self, world: World, place: int, share: float, first_day: float, days: float) -> None:
        """Plan a trial for the strategy at this place of the plan, from ``first_day`` of the horizon, for ``days``."""
        self.world, self.place, self.share = world, place, share
        self.start = min(world.ledger.start + first_day, world.ledger.end)
        self.end = min(self.start + days, world.ledger.end)
        self._did = np.zeros((len(COLUMNS), 0), dtype=np.int64)

    def finished(self, rows: Ints, started: Floats, orders: Ints, revenue: Ints) -> None:
        """Note visits that ended, of distinct shoppers, to the period in which they began."""
        self._fit(self.world.shoppers.capacity)
        inside = (started >= self.start) & (started < self.end)
        mine = rows[inside]
        for place, amounts in enumerate((np.ones(rows.size, dtype=np.int64), orders, revenue)):
            self._did[place, mine] += amounts[inside]
        earlier = started < self.start
        self._did[-1, rows[earlier]] += revenue[earlier]

    def _fit(self, capacity: int) -> None:
        short = capacity - self._did.shape[1]
        if short > 0:
            self._did = np.concatenate([self._did, np.zeros((len(COLUMNS), short), dtype=np.int64)], axis=1)

    def close(self) -> None:
        """Sum, arm by arm, over the shoppers who came in the period."""
        seen = np.flatnonzero(self._did[0] > 0)
        if seen.size:
            self._sum(self._did[:, seen], draws.uniforms(self.world.shoppers.key[seen], lot_purpose(self._id, LOT)))

    def _sum(self, columns: Ints, lot: Floats) -> None:
        for arm, mine in enumerate((lot >= self.share, lot < self.share)):
            chosen = dict(zip(COLUMNS, columns[:, mine], strict=True))
            sums = [np.count_nonzero(mine), *(values.sum() for values in chosen.values())]
            sums += [(chosen[a] * chosen[b]).sum() for a, b in PRODUCTS]
            self.world.ledger.trials[self.place, arm] += np.array(sums, dtype=np.int64)

    @property
    def _id(self) -> str:
        return self.world.strategies[self.place].strategy.id


def lot_purpose(strategy: str, name: str) -> np.uint64:
    """Return the purpose of a strategy's lots: draws that stay with a shopper on all occasions."""
    return draws.purpose(f"{strategy}/lot/{name}")
