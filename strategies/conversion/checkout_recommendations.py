"""Checkout recommendations: one or two small things beside the till, for this shopper."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from simulation import Evidence, Levers, Moment, MonthlyCost, Strategy, portion, quantity


class CheckoutRecommendations(Strategy):
    """Small items of other categories that the profile likes; what goes with the product is left to cross-selling."""

    id: ClassVar = "checkout_recommendations"
    title: ClassVar = "Checkout recommendations"
    about: ClassVar = "shows at the till one or two small items of other categories that the profile says are liked"
    kind: ClassVar = "behavioural"
    roles: ClassVar = ("checkout",)
    level: ClassVar = 3
    needs: ClassVar = ("onsite", "purchases")
    evidence: ClassVar = (
        Evidence(
            "revenue_per_visitor",
            "store",
            -0.016,
            0.024,
            "B",
            "Browne and Swarbrick Jones 2017: recommendations, mean +0.4 %",
        ),
        Evidence("aov", "store", 0.0, 0.03, "none", ""),
    )

    items: int = quantity(2, "items", "how many to show", ge=1, le=5)
    small: float = portion(0.3, "price of an item at most, as a share of the product's")
    rating_weight: float = quantity(1.0, "utility", "weight of ratings beside the shopper's own taste", ge=0.0, le=10.0)
    distraction: float = quantity(0.01, "log odds", "effort that one more thing to look at costs", ge=0.0, le=5.0)
    monthly: MonthlyCost = quantity(MonthlyCost(technology=200.0, data=100.0), "", "fixed monthly cost by kind")

    def act(self, moment: Moment, levers: Levers) -> None:
        """Suggest the best liked of the small items to those who have a product in mind."""
        where = (moment.item >= 0).nonzero()[0]
        scores = self._scores(moment, where)
        everybody = np.arange(where.size)
        for number in range(min(self.items, scores.shape[1])):
            best = scores.argmax(axis=1)
            shown = (scores[everybody, best] > -np.inf).nonzero()[0]
            if number == 0:
                levers.ease(where[shown], self.distraction)
            levers.suggest(where[shown], best[shown])
            scores[everybody, best] = -np.inf

    def _scores(self, moment: Moment, where: np.ndarray) -> np.ndarray:
        """Return how much each product (len(where), P) is liked as an extra; -inf for what is not small or apart."""
        shop, item = moment.shop, moment.item[where]
        belief, _ = moment.profile.belief()
        scores: np.ndarray = belief[where] @ shop.features.T + self.rating_weight * shop.ratings
        unfit = shop.categories == shop.categories[item][:, None]
        unfit |= shop.prices > self.small * shop.prices[item][:, None]
        unfit[np.arange(item.size)[:, None], shop.complements.take(item, axis=0)] = True
        np.putmask(scores, unfit, -np.inf)
        return scores
