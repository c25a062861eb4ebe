"""Related recommendations: places of the shelf go to what the store believes the shopper likes."""

from __future__ import annotations

from itertools import pairwise
from typing import ClassVar

import numpy as np

from simulation import Evidence, Levers, Moment, MonthlyCost, Shop, Strategy, quantity


class RelatedRecommendations(Strategy):
    """Related but different products on the page, from the learnt belief about taste; better the more was observed."""

    id: ClassVar = "related_recommendations"
    title: ClassVar = "Related recommendations"
    about: ClassVar = "fills places of the shelf with related products that the profile says the shopper likes"
    kind: ClassVar = "behavioural"
    roles: ClassVar = ("browse", "compare")
    level: ClassVar = 2
    needs: ClassVar = ("onsite", "purchases")
    evidence: ClassVar = (
        Evidence("session_conversion", "treated", 0.005, 0.075, "A", "Lee and Hosanagar 2021, ISR: RCT, 184,375 users"),
        Evidence("revenue_per_visitor", "store", -0.008, 0.016, "B", "Browne and Swarbrick Jones 2017: mean +0.4 %"),
    )

    places: int = quantity(1, "places", "places of the shelf to fill", ge=1, le=20)
    precision: float = quantity(0.12, "precision", "recommend to those known at least this well", ge=0.0, le=100.0)
    rating_weight: float = quantity(0.3, "utility", "weight of ratings beside the shopper's own taste", ge=0.0, le=10.0)
    monthly: MonthlyCost = quantity(
        MonthlyCost(technology=600.0, data=300.0, personnel=300.0), "", "fixed monthly cost by kind"
    )

    def act(self, moment: Moment, levers: Levers) -> None:
        """Fill the last places of the shelf with the category's best by belief, for those known well enough."""
        if moment.shelf is None:
            return
        known, belief = moment.profile.known(self.precision)
        if not known.size:
            return
        category = moment.shop.categories.take(moment.shelf[:, 0].take(known))
        order = category.astype(np.int16).argsort(kind="stable")  # small numbers are sorted by their digits
        levers.show(known.take(order), self._best(moment.shop, belief.take(order, axis=0), category.take(order)))

    def _best(self, shop: Shop, belief: np.ndarray, category: np.ndarray) -> np.ndarray:
        """Return the best products (n, places) for shoppers sorted by category; nothing nearly sold out."""
        scarce = shop.stock(np.arange(shop.ratings.size)) <= 2.0 * shop.grain
        worth = np.where(scarce, -np.inf, self.rating_weight * shop.ratings)
        chosen = np.empty((category.size, self.places), dtype=np.int64)
        every = np.arange(shop.sizes.size + 1)
        shoppers, goods = category.searchsorted(every).tolist(), shop.categories.searchsorted(every)
        for (first, last), (begin, end) in zip(pairwise(shoppers), pairwise(goods.tolist()), strict=True):
            if first < last:
                scores = belief[first:last] @ shop.features[begin:end].T
                scores += worth[begin:end]
                chosen[first:last] = self._highest(scores)
        chosen += goods.take(category)[:, None]
        return chosen

    def _highest(self, scores: np.ndarray) -> np.ndarray:
        """Return the columns (n, places) of the highest scores; where there are fewer, they begin again."""
        if self.places == 1:
            return np.asarray(scores.argmax(axis=1, keepdims=True))
        order = (-scores).argsort(axis=1, kind="stable")
        return order[:, np.arange(self.places) % order.shape[1]]
