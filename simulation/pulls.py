"""What the strategies pulled for the shoppers of one moment, as columns; the engine turns them into drivers and money.

Columns are None until somebody pulls: most moments need few of them. Must not know strategies or shoppers' traits.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Suggestion:
    """Products offered along with the item in mind: (rows of the moment, products, discount), by one strategy."""

    def __init__(self, by: int, where: Ints, products: Ints, discount: float, swap: bool) -> None:
        """Offer ``products`` to shoppers ``where``: to be added, or (``swap``) taken instead of the item in mind."""
        self.by, self.where, self.products, self.discount, self.swap = by, where, products, discount, swap


class Pulls:
    """Everything pulled for n shoppers.

    Attributes:
        relevance, urgency, proof, friction, answered, minutes: (n,) see the levers of the same meaning.
        offer, offer_by: (n,) best discount and the strategy that made it (-1 none).
        free_above: (n,) order value in minor units from which shipping is free, inf where it is not offered.
        badge: (n,) strength of the badges that a shopper sees; badged: (P,) products that carry one.
        comfort: (n,) part of a disappointment that care after the sale takes away.
        spoken: content shown, one after the other: (to whom, theme, category or None); ``relevance`` comes of it.
        filled: (n,) places of the shelf that strategies have filled.
        touched: (n,) bit per strategy.
    """

    relevance: Floats | None = None
    answered: Floats | None = None
    minutes: Floats | None = None
    urgency: Floats | None = None
    proof: Floats | None = None
    friction: Floats | None = None
    offer: Floats | None = None
    offer_by: Ints | None = None
    free_above: Floats | None = None
    badge: Floats | None = None
    badged: Flags | None = None
    comfort: Floats | None = None
    filled: Ints | None = None

    def __init__(self, size: int, shelf: Ints | None) -> None:
        """Begin with nothing pulled for ``size`` shoppers before a ``shelf`` (n, m), which is changed in place."""
        self.size, self.shelf = size, shelf
        self.suggestions: list[Suggestion] = []
        self.spoken: list[tuple[Ints, Floats, Ints | None]] = []
        self.touched = np.zeros(size, dtype=np.uint64)

    def column(self, name: str, fill: float = 0.0) -> Floats:
        """Return a column of floats to be changed, made and filled on first use."""
        column: Floats | None = getattr(self, name)
        if column is None:
            column = np.full(self.size, fill) if fill else np.zeros(self.size)
            setattr(self, name, column)
        return column
