"""The store as a strategy sees it: goods, stock and sales scaled to the whole store, and processes of its own.

Must not show any shopper's truth; shoppers come as ``Moment``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simulation.stock import PLENTY

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulation.catalogue import Catalogue
    from simulation.levers import Levers
    from simulation.moment import Moment
    from simulation.stock import Inventory
    from simulation.study import Study
    from simulation.weather import Forecast

Ints = NDArray[np.int64]


class Shop:
    """What a store knows of itself. Arrays are indexed by product.

    ``grain`` is how many units of the whole store one simulated unit stands for: stock is no finer than that.
    ``forecast`` is what it hears of the weather.
    """

    def __init__(
        self,
        study: Study,
        goods: Catalogue,
        stock: Inventory,
        forecast: Forecast,
        schedule: Callable[[float, Callable[[Moment, Levers], None]], None],
    ) -> None:
        """Show a store; ``schedule(days, hook)`` starts a process for the strategy being started."""
        self._goods, self._stock, self._schedule = goods, stock, schedule
        self.forecast = forecast
        self._scale = self.grain = 1.0 / study.simulated_share
        self.sources = len(study.source)
        self.minor_units = study.store.minor_units
        self.categories: Ints = sealed(goods.category)
        self.prices: Ints = sealed(goods.price)
        self.features: NDArray[np.float64] = sealed(goods.features)
        self.ratings: NDArray[np.float64] = sealed(goods.quality)
        self.considered: NDArray[np.float64] = sealed(goods.considered)
        self.complements: Ints = sealed(goods.complements)
        self.premium: Ints = sealed(goods.premium)
        self.members: Ints = sealed(goods.members)
        self.sizes: Ints = sealed(goods.sizes)

    def stock(self, products: Ints) -> NDArray[np.float64]:
        """Return units on hand of products, scaled to the whole store (inf: never sold out)."""
        units = np.maximum(self._stock.on_hand[products], 0)
        return np.where(units >= PLENTY // 2, np.inf, units.astype(np.float64) * self._scale)

    def sold_yesterday(self, products: Ints) -> NDArray[np.float64]:
        """Return units sold on the last full day, scaled to the whole store."""
        return self._stock.sold_yesterday[products].astype(np.float64) * self._scale

    def every(self, days: float, hook: Callable[[Moment, Levers], None]) -> None:
        """Call ``hook`` every so many days with all customers whom the store may write to (a SimPy process)."""
        if not (np.isfinite(days) and days > 0.0):
            raise ValueError(f"days = {days}: must be a finite number above 0")
        self._schedule(days, hook)


def sealed(array: NDArray[Any]) -> NDArray[Any]:
    """Return a view of an array that cannot be written to."""
    view = array.view()
    view.flags.writeable = False
    return view
