"""Related recommendations: places of the shelf go to what the store believes the shopper likes."""

from __future__ import annotations

from itertools import pairwise
from typing import ClassVar

import numpy as np

from simulation import Evidence, Levers, Moment, MonthlyCost, Strategy, quantity


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
        belief, precision = moment.profile.belief()
        known = np.flatnonzero(precision >= self.precision)
        if moment.shelf is not None and known.size:
            category = moment.shop.categories[moment.shelf[known, 0]]
            levers.show(known, self._best(moment, belief[known], category))

    def _best(self, moment: Moment, belief: np.ndarray, category: np.ndarray) -> np.ndarray:
        """Return the ``places`` best products (n, places) of each shopper's category; nothing nearly sold out."""
        shop = moment.shop
        scarce = shop.stock(np.arange(shop.ratings.size)) <= 2.0 * shop.grain
        worth = np.where(scarce, -np.inf, self.rating_weight * shop.ratings)
        chosen = np.empty((category.size, self.places), dtype=np.int64)
        order = category.argsort(kind="stable")
        ends = category[order].searchsorted(np.arange(shop.sizes.size + 1))
        for wanted, (first, last) in enumerate(pairwise(ends.tolist())):
            if first < last:
                mine, members = order[first:last], shop.members[wanted, : shop.sizes[wanted]]
                scores = belief.take(mine, axis=0) @ shop.features[members].T
                scores += worth[members]
                best = scores.argmax(axis=1)[:, None] if self.places == 1 else (-scores).argsort(axis=1, kind="stable")
                chosen[mine] = members[best[:, np.arange(self.places) % best.shape[1]]]
        return chosen
