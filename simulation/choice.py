"""Choice: utility of products, Gumbel-max, the shopper's expectation of a shelf.

Reads goods and shoppers, changes neither.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation import draws

if TYPE_CHECKING:
    from simulation.catalogue import Catalogue
    from simulation.shoppers import Shoppers

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

REFERENCE_SHOPPERS = 2000

_NOISE = draws.purpose("product noise")


def utility(goods: Catalogue, taste: Floats, sensitivity: Floats, products: Ints) -> Floats:
    """Return systematic utility of products: taste . features + quality - sensitivity * log relative price.

    Args:
        goods: the catalogue.
        taste: (n, K).
        sensitivity: (n,) price sensitivity.
        products: (n, m) or (n,) product indices.

    Returns:
        Utilities, shape of ``products``. Prices are relative to the category's median, so that products of one
        category compete and categories do not.
    """
    features = goods.features.take(products, axis=0)
    liking: Floats = np.einsum("nmk,nk->nm" if products.ndim == 2 else "nk,nk->n", features, taste)
    liking *= goods.strength
    liking += goods.quality.take(products)
    liking -= (sensitivity[:, None] if products.ndim == 2 else sensitivity) * goods.relative_price.take(products)
    return liking


def felt(goods: Catalogue, shoppers: Shoppers, rows: Ints, keys: NDArray[np.uint64], products: Ints) -> Floats:
    """Return the utility that shoppers ``rows`` (n,) feel on visits of ``keys`` (n,): systematic, and by luck.

    ``products`` are (n, m) or (n,); the same product has the same luck all through a visit.
    """
    felt = utility(goods, shoppers.taste.take(rows, axis=0), shoppers.sensitivity.take(rows), products)
    felt += draws.gumbel(draws.by_item(keys, _NOISE, products))
    return felt


def best_of(utilities: Floats) -> tuple[Ints, Floats]:
    """Return (place, utility) of the best product per row; the first of equals."""
    place = utilities.argmax(axis=1)
    return place, utilities[np.arange(place.size), place]


def expected_best(goods: Catalogue, places: int, sensitivity: float, spread: float, seed: int) -> Floats:
    """Return the mean best utility (C,) of a default shelf, by category, over shoppers drawn like the store's.

    It is what a typical shopper expects to find; the match driver is measured from it. Fixed by the study alone.
    """
    rng = draws.generator(seed, 0, "expected best")
    n = REFERENCE_SHOPPERS
    taste = rng.standard_normal((n, goods.features.shape[1]))
    beta = sensitivity * np.exp(spread * rng.standard_normal(n))
    u, noise = rng.uniform(size=n), rng.gumbel(size=(n, places))
    means = []
    for category in range(goods.sizes.size):
        shelf = goods.shelf(np.full(n, category), u, places)
        means.append(float((utility(goods, taste, beta, shelf) + noise).max(axis=1).mean()))
    return np.array(means)
