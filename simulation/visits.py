"""Shoppers on the site: a batch of visits as blocks of equal-typed columns, so that taking some is five copies.

Only a container; what happens to visits is visit.py's and its neighbours' business.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from simulation.funnel import DRIVERS

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Keys = NDArray[np.uint64]
Flags = NDArray[np.bool_]

INTS: Final = ("row", "kind", "stage", "steps", "offer_by", "orders", "revenue")
FLOATS: Final = ("time", "started", "intent", "offer", "urged", "free_above")
KEYS: Final = ("key", "luck", "touched")
FLAGS: Final = ("cart", "measured")


class Visits:
    """A batch of n visits.

    Attributes:
        row: the shopper. kind: what brought him (agenda.py). stage: where he is, or the number for having left.
        steps: stages seen. offer_by: strategy whose offer he holds, -1 none. orders, revenue: of this visit, minor
        units.
        time: now, in days. started: on entering. intent: readiness to buy. offer: discount held. urged: hardest urging.
        free_above: order value in minor units from which shipping is free.
        key: of the visit's draws. luck: the same, changed each time he goes back. touched: bit per strategy met.
        cart: filled on this visit. measured: started in the horizon.
        x: (drivers, n) the drivers with which he came (price: the log reference price).
    """

    row: Ints
    kind: Ints
    stage: Ints
    steps: Ints
    offer_by: Ints
    orders: Ints
    revenue: Ints
    time: Floats
    started: Floats
    intent: Floats
    offer: Floats
    urged: Floats
    free_above: Floats
    key: Keys
    luck: Keys
    touched: Keys
    cart: Flags
    measured: Flags
    x: Floats

    def __init__(self, ints: Ints, floats: Floats, keys: Keys, flags: Flags, x: Floats) -> None:
        """Hold blocks of columns, each (columns, n); attributes are views into them."""
        self._blocks: tuple[NDArray[Any], ...] = (ints, floats, keys, flags, x)
        for names, block in ((INTS, ints), (FLOATS, floats), (KEYS, keys), (FLAGS, flags)):
            for name, column in zip(names, block, strict=True):
                setattr(self, name, column)
        self.x = x
        self.size = int(x.shape[1])

    @classmethod
    def of(cls, n: int) -> Visits:
        """Return n visits, all columns zero, and shipping nowhere free."""
        visits = cls(
            np.zeros((len(INTS), n), dtype=np.int64),
            np.zeros((len(FLOATS), n)),
            np.zeros((len(KEYS), n), dtype=np.uint64),
            np.zeros((len(FLAGS), n), dtype=np.bool_),
            np.zeros((len(DRIVERS), n)),
        )
        visits.free_above.fill(np.inf)
        return visits

    def only(self, where: Ints) -> Visits:
        """Return the visits at some places, as copies."""
        return Visits(*(block.take(where, axis=1) for block in self._blocks))

    def joined(self, others: Visits) -> Visits:
        """Return both batches as one."""
        if not self.size or not others.size:
            return self if others.size == 0 else others
        return Visits(*(np.concatenate(pair, axis=1) for pair in zip(self._blocks, others._blocks, strict=True)))
