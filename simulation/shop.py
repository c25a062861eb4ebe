"""The store as a strategy sees it: goods, stock, sales and calendar, scaled to the whole store.

Must not show any shopper's truth; shoppers come as ``Moment``. What a strategy may set going is office.py's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simulation.stock import PLENTY

if TYPE_CHECKING:
    from simulation.world import World

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

YEAR = 365.0


class Shop:
    """What a store knows of itself. Arrays are indexed by product.

    ``grain`` is how many units of the whole store one simulated unit stands for: stock is no finer than that.
    ``competitors`` is the log of the competitors' price over ours; ``launched`` the day of the year on which the
    product took the place of last year's model; ``forecast`` the weather as far as it is known.
    """

    def __init__(self, world: World) -> None:
        """Show a world's goods and stock."""
        study, goods = world.study, world.goods
        self._world, self._goods, self._stock = world, goods, world.stock
        self.forecast = world.forecast
        self.share = study.simulated_share
        self._scale = self.grain = 1.0 / study.simulated_share
        self.sources = len(study.source)
        self.source_names = tuple(source.name for source in study.source)
        self.places, self.ages = len(study.place), len(study.age)
        self.genders, self.devices = len(study.gender), len(study.device)
        self.minor_units = study.store.minor_units
        self.categories: Ints = sealed(goods.category)
        self.prices: Ints = sealed(goods.price)
        self.unit_costs: Ints = sealed(goods.unit_cost)
        self.features: Floats = sealed(goods.features)
        self.ratings: Floats = sealed(goods.quality)
        self.considered: Floats = sealed(goods.considered)
        self.competitors: Floats = sealed(goods.competitor)
        self.complements: Ints = sealed(goods.complements)
        self.premium: Ints = sealed(goods.premium)
        self.members: Ints = sealed(goods.members)
        self.sizes: Ints = sealed(goods.sizes)
        self.launched: Floats = sealed(goods.launched)

    def find_source(self, *words: str) -> int:
        """Return the first traffic source whose name holds one of the words, the first word first; 0 if none does."""
        names = [name.lower() for name in self.source_names]
        return next((place for word in words for place, name in enumerate(names) if word in name), 0)

    def stock(self, products: Ints) -> Floats:
        """Return units on hand of products, scaled to the whole store (inf: never sold out)."""
        if self._stock.unlimited:
            return np.full(products.shape, np.inf)
        units = np.maximum(self._stock.on_hand[products], 0)
        return np.where(units >= PLENTY // 2, np.inf, units.astype(np.float64) * self._scale)

    def sold_yesterday(self, products: Ints) -> Floats:
        """Return units sold on the last full day, scaled to the whole store."""
        return self._stock.sold_yesterday.take(products).astype(np.float64) * self._scale

    def day_of_year(self, times: Floats) -> Floats:
        """Return the day of the year, from 1 to below 366, at times of the run."""
        return self._world.day_of_year(times)

    def season(self, day_of_year: float) -> Floats:
        """Return the share (C,) of shoppers who look for each category around a day of the year, by past years."""
        bounds = self._goods.demand(day_of_year, 0.0)
        shares: Floats = bounds.copy()
        shares[1:] -= bounds[:-1]
        return shares


def sealed(array: NDArray[Any]) -> NDArray[Any]:
    """Return a view of an array that cannot be written to."""
    view = array.view()
    view.flags.writeable = False
    return view
