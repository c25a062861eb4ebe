"""The trace: when each shopper came, ordered, and was first reached by each strategy. Kept only if asked for.

Two plans meet the same shoppers under the same keys, so a trace of each tells what a strategy did to those whom it
treated: the evidence report pairs them. Must not change anything in a run.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Keys = NDArray[np.uint64]

VISIT: Final = np.dtype([("shopper", "u8"), ("time", "f8"), ("cart", "?")])
ORDER: Final = np.dtype([("shopper", "u8"), ("time", "f8"), ("revenue", "i8"), ("margin", "i8"), ("returned", "?")])
REACH: Final = np.dtype([("shopper", "u8"), ("time", "f8"), ("by", "i8"), ("orders", "i8"), ("considered", "f8")])
"""by: place of the strategy in the plan. orders, considered: of the shopper, and of his item in mind, when reached."""


class Trace:
    """Visits, orders and first reaches of all shoppers, as tables; ``shopper`` is the key, equal in every plan."""

    def __init__(self) -> None:
        """Begin empty."""
        self._parts: dict[str, list[NDArray[np.void]]] = {"visits": [], "orders": [], "reached": []}

    def _add(self, name: str, kind: np.dtype[np.void], *columns: NDArray[np.generic] | int) -> None:
        size = columns[0].size if isinstance(columns[0], np.ndarray) else 0
        if size:
            part: NDArray[np.void] = np.empty(size, dtype=kind)
            for field, column in zip(kind.names or (), columns, strict=True):
                part[field] = column
            self._parts[name].append(part)

    def visited(self, shopper: Keys, time: Floats, cart: NDArray[np.bool_]) -> None:
        """Log visits that ended: who, when begun, whether a cart was filled."""
        self._add("visits", VISIT, shopper, time, cart)

    def ordered(self, shopper: Keys, time: Floats, revenue: Ints, margin: Ints, returned: Ints) -> None:
        """Log orders; money in minor units."""
        self._add("orders", ORDER, shopper, time, revenue, margin, returned)

    def reached(self, shopper: Keys, time: Floats, by: int, orders: Ints, considered: Floats) -> None:
        """Log shoppers whom a strategy reached for the first time in the horizon."""
        self._add("reached", REACH, shopper, time, by, orders, considered)

    def table(self, name: str) -> NDArray[np.void]:
        """Return ``visits``, ``orders`` or ``reached`` as a structured array (see VISIT, ORDER, REACH)."""
        kind = {"visits": VISIT, "orders": ORDER, "reached": REACH}[name]
        return np.concatenate(self._parts[name]) if self._parts[name] else np.empty(0, dtype=kind)
