"""Checkout recommendations: one or two small things beside the till, for this shopper."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from simulation import Evidence, Levers, Moment, MonthlyCost, Office, Shop, Strategy, portion, quantity


class Extras:
    """Products (m,) that are an extra to some other: their features (K, m), their worth beside each product (P, m).

    Worth is ``liking`` (P,); -inf for what costs more than this share of the product (``small``), is of its kind, or
    goes with it.
    """

    def __init__(self, shop: Shop, small: float, liking: np.ndarray) -> None:
        """Look for them: prices, kinds and complements do not change."""
        unfit = shop.categories == shop.categories[:, None]
        unfit |= shop.prices > small * shop.prices[:, None]
        unfit[np.arange(shop.prices.size)[:, None], shop.complements] = True
        self.products = (~unfit.all(axis=0)).nonzero()[0]
        self.features = np.ascontiguousarray(shop.features[self.products].T)
        self.worth = np.where(unfit, -np.inf, liking)[:, self.products]


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

    def start(self, office: Office) -> Extras:
        """Return what may be shown."""
        return Extras(office, self.small, self.rating_weight * office.ratings)

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
            levers.suggest(where[shown], moment.memory.products.take(best[shown]))
            scores[everybody, best] = -np.inf

    def _scores(self, moment: Moment, where: np.ndarray) -> np.ndarray:
        """Return how much each extra (len(where), m) is liked; -inf for what is none to the product in mind."""
        extras: Extras = moment.memory
        belief, _ = moment.profile.only(where).belief()
        scores: np.ndarray = belief @ extras.features
        scores += extras.worth.take(moment.item.take(where), axis=0)
        return scores
