"""Related recommendations: places of the shelf go to what the store believes the shopper likes."""

from __future__ import annotations

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
        """Return the ``places`` best products (n, places) of each shopper's category."""
        shop, rows = moment.shop, np.arange(category.size)
        members = shop.members[category]
        scores = (belief @ shop.features.T)[rows[:, None], members] + self.rating_weight * shop.ratings[members]
        scores[shop.stock(members) <= 2.0 * shop.grain] = -np.inf  # what is nearly sold out needs no recommendation
        scores[np.arange(members.shape[1]) >= shop.sizes[category][:, None]] = -np.inf
        chosen = np.empty((category.size, min(self.places, members.shape[1])), dtype=np.int64)
        for place in range(chosen.shape[1]):
            best = scores.argmax(axis=1)
            chosen[:, place] = members[rows, best]
            scores[rows, best] = -np.inf
        return chosen
