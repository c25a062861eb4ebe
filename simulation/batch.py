"""A batch: some shoppers whom strategies meet together; each of their columns is gathered once for all of them.

Must not know what a strategy may see of them (profile.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    from simulation.shoppers import Shoppers

    Ints = NDArray[np.int64]


class Batch:
    """Shoppers ``rows`` (n,), as long as one moment lasts."""

    def __init__(self, shoppers: Shoppers, rows: Ints, part_of: tuple[Batch, Ints] | None = None) -> None:
        """Begin without having looked at any column; these may be those at some places of another batch."""
        self.shoppers, self.rows, self._part_of = shoppers, rows, part_of
        self._gathered: dict[str, NDArray[Any]] = {}

    def current(self, name: str) -> NDArray[Any]:
        """Return a column (n,) as it is now, as a copy."""
        column: NDArray[Any] = getattr(self.shoppers, name).take(self.rows)
        return column

    def lasting(self, name: str) -> NDArray[Any]:
        """Return a column (n,), read-only: one that no lever changes, so that it holds for the whole moment."""
        known = self._known(name)
        return self._keep(name, self.current(name)) if known is None else known

    def once(self, name: str, make: Callable[[], NDArray[Any]]) -> NDArray[Any]:
        """Return what is made of lasting columns (n,), read-only, under a name that no column has: it is made once."""
        known = self._known(name)
        return self._keep(name, make()) if known is None else known

    def _known(self, name: str) -> NDArray[Any] | None:
        """Return what was gathered before, for these shoppers or for the batch that they are a part of."""
        known = self._gathered.get(name)
        if known is None and self._part_of is not None:
            whole, where = self._part_of
            all_of_it = whole._gathered.get(name)
            known = None if all_of_it is None else self._keep(name, all_of_it.take(where))
        return known

    def _keep(self, name: str, column: NDArray[Any]) -> NDArray[Any]:
        column.setflags(write=False)
        self._gathered[name] = column
        return column

    def only(self, where: Ints) -> Batch:
        """Return some of the shoppers (indices)."""
        return Batch(self.shoppers, self.rows.take(where), (self, where))
