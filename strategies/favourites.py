"""Favourites: the product that a tool believes each shopper to like best. Shared by strategies that name one product.

Knows beliefs and ratings only; whom to tell of it, and when, is each strategy's own business.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from simulation import Moment


def favourites(moment: Moment, among: np.ndarray | None = None) -> np.ndarray:
    """Return the product (n,) that the belief about each shopper and the ratings put first.

    Args:
        moment: of n shoppers.
        among: (P,) which products may be chosen; all if not given.
    """
    belief, _ = moment.profile.belief()
    shop = moment.shop
    liking = belief.astype(np.float32) @ shop.features.T.astype(np.float32)  # single precision: half as large a table
    ratings = shop.ratings if among is None else np.where(among, shop.ratings, -np.inf)
    liking += ratings.astype(np.float32)
    best: np.ndarray = liking.argmax(axis=1)
    return best


def companions(moment: Moment, where: np.ndarray) -> np.ndarray:
    """Return which of those that go with the products in mind is believed to be liked best (len(where),)."""
    belief, _ = moment.profile.only(where).belief()
    offered = moment.shop.complements.take(moment.item.take(where), axis=0)
    features = moment.shop.features.take(offered, axis=0)
    liking = np.einsum("nmk,nk->nm", features, belief) + moment.shop.ratings.take(offered)
    best: np.ndarray = offered[np.arange(where.size), liking.argmax(axis=1)]
    return best
