"""A moment: a batch of shoppers whom a strategy meets, showing only what the store could know.

Everything is read-only; what a strategy does goes through ``Levers``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simulation import draws

if TYPE_CHECKING:
    from simulation.profile import ProfileView
    from simulation.shop import Shop
    from simulation.study.response import Role

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Moment:
    """A batch of n shoppers, as one strategy meets them.

    Attributes:
        stage, role: where they are ("" and "care" for a strategy's own process).
        now: (n,) time in days.
        day_of_year: of the first of them, 1-365.
        shelf: (n, m) products on the page, or None where there is no shelf.
        item: (n,) product in mind on this visit, -1 if none yet.
        cart: (n,) whether this visit has filled a cart.
        profile: what the store has learnt, as far as the strategy declared and may see it.
        shop: the store.
        memory: what the strategy's ``start`` returned.
    """

    stage: str
    role: Role
    now: Floats
    day_of_year: float
    shelf: Ints | None
    item: Ints
    cart: NDArray[np.bool_]
    profile: ProfileView
    shop: Shop
    memory: Any
    _keys: NDArray[np.uint64]
    _strategy: str

    @property
    def size(self) -> int:
        """Number of shoppers in the batch."""
        return int(self.now.size)

    def luck(self, purpose: str) -> Floats:
        """Return the strategy's own keyed uniform draws (n,): the same shopper at the same occasion, the same luck."""
        return draws.uniforms(self._keys, draws.purpose(f"{self._strategy}/{purpose}"))


@dataclass(frozen=True)
class Visited:
    """How visits ended in which a strategy acted: (n,) product ordered or -1, revenue in minor units, memory."""

    item: Ints
    revenue: Ints
    now: Floats
    memory: Any
