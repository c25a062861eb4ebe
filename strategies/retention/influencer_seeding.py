"""Influencer seeding: happy customers with an audience get a product free, show it around, and followers come.

Knows what the social media pixels tell of audiences, not who will follow a recommendation.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from simulation import Evidence, Levers, Moment, MonthlyCost, Office, Shop, Strategy, quantity
from strategies.favourites import favourites


class Seeds:
    """Gifts that are due (a share of a store may owe half a gift), and the customers who had theirs."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self.due = 0.0
        self.given = np.empty(0, dtype=np.int64)

    def take(self, more: float) -> int:
        """Return how many whole gifts are due now that ``more`` come due."""
        self.due += more
        count = int(self.due)
        self.due -= count
        return count


class InfluencerSeeding(Strategy):
    """Free products for customers with an audience who came back to buy again, each once.

    Followers who come grow with the audience and the gift's price to a power of about 0.45 (Leung and others 2022: 1 %
    more spent brings nearly 0.5 % more), so many small audiences bring more per cent than few large ones: revenue per
    follower is 0.265 with nano and 0.049 with macro influencers (Beichert and others 2024).
    """

    id: ClassVar = "influencer_seeding"
    title: ClassVar = "Influencer seeding"
    about: ClassVar = "gives products to regular customers with a large audience, whose followers come to look"
    kind: ClassVar = "segment"
    level: ClassVar = 3
    needs: ClassVar = ("traffic", "pixels", "purchases")
    channel: ClassVar = "purchases"
    evidence: ClassVar = (
        Evidence("revenue", "store", 0.0, 0.03, "none", ""),
        Evidence("revenue_per_visitor", "store", -0.01, 0.02, "none", ""),
    )

    audience: Literal["nano", "macro"] = quantity("nano", "", "whom to choose: many small audiences or few large ones")
    minimum: float = quantity(1000.0, "followers", "fewer are no audience", ge=0.0)
    macro: float = quantity(10_000.0, "followers", "from here on an audience is macro, and asks for a fee", ge=0.0)
    orders: int = quantity(2, "orders", "from so many on the experience counts as good", ge=1)
    every_days: float = quantity(30.0, "days", "time between campaigns", gt=0.0, le=365.0)
    gifts: float = quantity(20.0, "customers", "who get a product in each campaign, in the whole store", ge=0.0)
    price: float = quantity(60.0, "currency", "the gift's list price at most", ge=0.0)
    fee: float = quantity(10.0, "currency per 1000 followers", "what a macro influencer asks beside the gift", ge=0.0)
    monthly: MonthlyCost = quantity(MonthlyCost(data=100.0, personnel=200.0), "", "fixed monthly cost by kind")

    def start(self, office: Office) -> Seeds:
        """Start the campaign; it ends when nobody new can come any more."""
        office.every(self.every_days, self.give, until=office.closes)
        return Seeds()

    def give(self, moment: Moment, levers: Levers) -> None:
        """Give a product to those with the largest audience of the size wanted."""
        seeds: Seeds = moment.memory
        regulars = (moment.profile.orders >= self.orders).nonzero()[0]
        profile = moment.profile.only(regulars)
        followers, visitor = profile.followers, profile.visitor
        macro = followers >= self.macro
        suits = (followers >= self.minimum) & (macro == (self.audience == "macro")) & ~np.isin(visitor, seeds.given)
        candidates = suits.nonzero()[0]
        largest = candidates[np.argsort(-followers[candidates], kind="stable")]
        best = largest[: seeds.take(self.gifts * moment.shop.share)]
        seeds.given = np.concatenate([seeds.given, visitor[best]])
        chosen = regulars[best]
        levers.seed(chosen, favourites(moment.only(chosen), self._affordable(moment.shop)))
        levers.spend(chosen, "media", np.where(macro, self.fee * followers / 1000.0, 0.0)[best])

    def _affordable(self, shop: Shop) -> np.ndarray:
        """Return which products may be given away (P,): up to the price, or else the cheapest."""
        most = max(self.price * shop.minor_units, float(shop.prices.min()))
        affordable: np.ndarray = shop.prices <= most
        return affordable
