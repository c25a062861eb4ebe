"""The catalogue as arrays: products, their features, prices, complements and premium alternatives, and shelves.

Drawn from the study's catalogue section by its own seed, so that every replication and plan sells the same goods. Knows
nothing of shoppers' truth, stock (stock.py) or time, but for the season and the weather of demand.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation import draws
from simulation.shoppers import cumulative

if TYPE_CHECKING:
    from simulation.study import Category, Study

SLOTS = 1024
"""Resolution of the shelf tables: a product's share of the shelf is rounded to 1/1024."""
TURN = 4093.0
"""Scales a draw so that its leading digits, which choose products, do not also choose the places."""


@dataclass(frozen=True)
class Catalogue:
    """P products in C categories, sorted by category. Prices in minor units.

    Attributes:
        category, price, unit_cost: (P,).
        relative_price: (P,) log price over the median of its category.
        competitor: (P,) log of the competitors' price over ours.
        features: (P, K) unit-variance attributes; ``strength`` turns taste times features into utility.
        quality, popularity: (P,).
        complements: (P, c) products of other categories that go with it; premium: (P,) a better, dearer one, or itself.
        tables: (C, SLOTS) products of a category in proportion to their popularity.
        launched: (P,) day of the year, 1-365, on which the product took the place of last year's model.
        members: (C, most) products of each category, padded by repeating the first; sizes: (C,).
    """

    names: tuple[str, ...]
    categories: tuple[str, ...]
    category: NDArray[np.int64]
    price: NDArray[np.int64]
    unit_cost: NDArray[np.int64]
    relative_price: NDArray[np.float64]
    competitor: NDArray[np.float64]
    features: NDArray[np.float64]
    strength: float
    quality: NDArray[np.float64]
    popularity: NDArray[np.float64]
    considered: NDArray[np.float64]
    complements: NDArray[np.int64]
    premium: NDArray[np.int64]
    launched: NDArray[np.float64]
    tables: NDArray[np.int64]
    members: NDArray[np.int64]
    sizes: NDArray[np.int64]
    season_peak: NDArray[np.float64]
    season_strength: NDArray[np.float64]
    cold_demand: NDArray[np.float64]
    shares: NDArray[np.float64]

    def demand(self, day_of_year: float, cold: float = 0.0) -> NDArray[np.float64]:
        """Return the cumulative shares (C,) of the categories that shoppers look for on a day of the year.

        ``cold`` is how much of ``cold_demand`` (C,), the relative rise in a cold spell, comes on top of the season.
        """
        swing = np.cos(2.0 * math.pi * (day_of_year - self.season_peak) / 365.0)
        spell = np.maximum(0.0, 1.0 + cold * self.cold_demand)
        return cumulative(self.shares * (1.0 + self.season_strength * swing) * spell)

    def shelf(self, category: NDArray[np.int64], u: NDArray[np.float64], places: int) -> NDArray[np.int64]:
        """Return a default shelf (n, places): a systematic sample of the category by popularity (one draw per shelf).

        Inclusion is proportional to popularity (Madow 1949); a product with more than 1/places of it may stand twice.
        The sample is turned by later digits of the draw, so that no product is bound to a place that strategies fill.
        """
        turn = u * TURN
        turn -= np.floor(turn)
        steps = _turned(places).take((turn * places).astype(np.intp), axis=0)
        steps += u[:, None]
        steps *= SLOTS / places
        slots = steps.astype(np.int64)
        slots += (category * self.tables.shape[1])[:, None]
        return self.tables.take(slots)


@lru_cache(maxsize=64)
def _turned(places: int) -> NDArray[np.float64]:
    """Return 0 to places - 1 turned by each number of places, (places, places)."""
    return np.asarray((np.arange(places) + np.arange(places)[:, None]) % places, dtype=np.float64)


def build_catalogue(study: Study) -> Catalogue:
    """Draw the catalogue that the study describes."""
    goods, rng = study.catalogue, draws.generator(study.catalogue.seed, 0, "catalogue")
    parts = [_draw_category(study, place, category, rng) for place, category in enumerate(goods.category)]
    column = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    category, price = column["category"], column["price"]
    median = np.array([np.median(price[category == c]) for c in range(len(goods.category))])
    relative = np.log(price / median[category])
    members, sizes = _members(category, len(goods.category))
    tables = np.stack([_shelf_table(m[:n], column["popularity"]) for m, n in zip(members, sizes, strict=True)])
    return Catalogue(
        names=product_names(study),
        categories=tuple(c.name for c in goods.category),
        category=category,
        price=np.maximum(1, np.rint(price * study.store.minor_units)).astype(np.int64),
        unit_cost=np.rint(column["unit_cost"] * study.store.minor_units).astype(np.int64),
        relative_price=relative,
        competitor=column["competitor"],
        features=np.stack([column[f"feature {k}"] for k in range(study.shoppers.taste_dimensions)], axis=1),
        strength=goods.taste_strength / math.sqrt(study.shoppers.taste_dimensions),
        quality=column["quality"],
        popularity=column["popularity"],
        considered=np.array([c.considered for c in goods.category])[category],
        complements=_complements(category, goods.complements, rng),
        premium=_premium(category, price, column["quality"]),
        launched=draws.generator(goods.seed, 0, "launches").integers(1, 366, category.size).astype(np.float64),
        tables=tables,
        members=members,
        sizes=sizes,
        season_peak=np.array([float(c.season_peak) for c in goods.category]),
        season_strength=np.array([c.season_strength if c.season_peak else 0.0 for c in goods.category]),
        cold_demand=np.array([c.cold_demand for c in goods.category]),
        shares=np.array([c.share for c in goods.category]),
    )


def product_names(study: Study) -> tuple[str, ...]:
    """Return the names of the study's products, in the order of their numbers."""
    return tuple(name for place, c in enumerate(study.catalogue.category) for name in _names(study, place, c))


def _listed(study: Study, category: Category) -> list[int]:
    return [place for place, product in enumerate(study.catalogue.product) if product.category == category.name]


def _names(study: Study, place: int, category: Category) -> list[str]:
    listed = _listed(study, category)
    return [study.catalogue.product[p].name for p in listed] or [
        f"{category.name} {number + 1}" for number in range(category.products)
    ]


def _draw_category(
    study: Study, place: int, category: Category, rng: np.random.Generator
) -> dict[str, NDArray[np.float64] | NDArray[np.int64]]:
    goods, listed = study.catalogue, [study.catalogue.product[p] for p in _listed(study, category)]
    n = len(listed) or category.products
    quality = rng.normal(0.0, goods.quality_spread, n)
    popularity = np.exp(rng.normal(0.0, goods.popularity_spread, n))
    price = category.price * np.exp(rng.normal(0.0, category.price_spread, n))
    competitor = rng.normal(0.0, goods.competitor_spread, n)
    features = rng.standard_normal((n, study.shoppers.taste_dimensions))
    cost = price * category.unit_cost
    if listed:
        price = np.array([p.price for p in listed])
        cost = np.array([p.price * category.unit_cost if p.unit_cost is None else p.unit_cost for p in listed])
        quality = np.array([q if p.quality is None else p.quality for p, q in zip(listed, quality, strict=True)])
        popularity = np.array(
            [q if p.popularity is None else p.popularity for p, q in zip(listed, popularity, strict=True)]
        )
    return {
        "category": np.full(n, place, dtype=np.int64),
        "price": price,
        "unit_cost": cost,
        "quality": quality,
        "popularity": popularity,
        "competitor": competitor,
        **{f"feature {k}": features[:, k] for k in range(features.shape[1])},
    }


def _members(category: NDArray[np.int64], categories: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    lists = [np.flatnonzero(category == c) for c in range(categories)]
    most = max(map(len, lists))
    padded = np.stack([np.concatenate([m, np.full(most - m.size, m[0])]) for m in lists])
    return padded, np.array([m.size for m in lists])


def _shelf_table(members: NDArray[np.int64], popularity: NDArray[np.float64]) -> NDArray[np.int64]:
    bounds = cumulative(list(popularity[members]))
    where = (np.arange(SLOTS) + 0.5) / SLOTS
    return members[np.minimum(np.searchsorted(bounds, where), members.size - 1)]


def _complements(category: NDArray[np.int64], count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return ``count`` products of other categories for each product (of its own where there is only one)."""
    everything = np.arange(category.size)
    rows = []
    for product in everything:
        others = np.flatnonzero(category != category[product])
        pool = others if others.size else everything[everything != product]
        pool = pool if pool.size else everything
        rows.append(rng.choice(pool, size=count, replace=pool.size < count))
    return np.array(rows, dtype=np.int64)


def _premium(
    category: NDArray[np.int64], price: NDArray[np.float64], quality: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Return for each product the best one of its category at 10-60 % more; itself if there is none."""
    best = np.arange(category.size)
    for product in range(category.size):
        ratio = price / price[product]
        ok = np.flatnonzero(
            (category == category[product]) & (ratio > 1.1) & (ratio < 1.6) & (quality > quality[product])
        )
        if ok.size:
            best[product] = ok[np.argmax(quality[ok])]
    return best
