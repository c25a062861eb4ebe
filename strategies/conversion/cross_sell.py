"""Cross-sell: at the till, something that goes with the product, or a better one instead."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from simulation import Evidence, Levers, Moment, MonthlyCost, Strategy, portion, quantity


class CrossSell(Strategy):
    """Offers the complement that the profile likes best, and (upsell) a better product at a higher price."""

    id: ClassVar = "cross_sell"
    title: ClassVar = "Cross-sell and upsell"
    about: ClassVar = "offers at the till a complement of the product, and if wished a better product instead"
    kind: ClassVar = "behavioural"
    roles: ClassVar = ("checkout",)
    level: ClassVar = 2
    needs: ClassVar = ("onsite", "purchases")
    evidence: ClassVar = (
        Evidence(
            "aov", "store", 0.0, 0.06, "B", "prior +2 % (2) from Browne and Swarbrick Jones 2017; no clean trial found"
        ),
    )

    discount: float = portion(0.0, "discount on the complement")
    upsell: bool = quantity(True, "on/off", "also offer a better product instead")
    monthly: MonthlyCost = quantity(MonthlyCost(technology=200.0, data=100.0), "", "fixed monthly cost by kind")

    def act(self, moment: Moment, levers: Levers) -> None:
        """Suggest to everybody who has a product in mind."""
        shop, where = moment.shop, np.flatnonzero(moment.item >= 0)
        item = moment.item[where]
        belief, _ = moment.profile.belief()
        offered = shop.complements[item]
        liking = np.einsum("nmk,nk->nm", shop.features[offered], belief[where]) + shop.ratings[offered]
        levers.suggest(where, offered[np.arange(where.size), liking.argmax(axis=1)], self.discount)
        if self.upsell:
            better = shop.premium[item] != item
            levers.upgrade(where[better], shop.premium[item[better]])
