"""A batch: some shoppers whom strategies meet together; each of their columns is gathered once for all of them.

Must not know what a strategy may see of them (profile.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from simulation.shop import sealed

if TYPE_CHECKING:
    import numpy as np

    from simulation.shoppers import Shoppers

    Ints = NDArray[np.int64]


class Batch:
    """Shoppers ``rows`` (n,), as long as one moment lasts."""

    def __init__(self, shoppers: Shoppers, rows: Ints) -> None:
        """Begin without having looked at any column."""
        self.shoppers, self.rows = shoppers, rows
        self._gathered: dict[str, NDArray[Any]] = {}

    def current(self, name: str) -> NDArray[Any]:
        """Return a column (n,) as it is now, as a copy."""
        column: NDArray[Any] = getattr(self.shoppers, name).take(self.rows)
        return column

    def lasting(self, name: str) -> NDArray[Any]:
        """Return a column (n,), read-only: one that no lever changes, so that it holds for the whole moment."""
        if name not in self._gathered:
            self._gathered[name] = sealed(self.current(name))
        return self._gathered[name]

    def only(self, where: Ints) -> Batch:
        """Return some of the shoppers (indices)."""
        return Batch(self.shoppers, self.rows.take(where))
