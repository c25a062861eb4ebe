"""Upsell: at the till, a better product of the same category instead of the one in mind."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from simulation import Evidence, Levers, Moment, MonthlyCost, Strategy, quantity


class Upsell(Strategy):
    """Shows the better rated, dearer alternative beside the product; who likes it clearly better takes it."""

    id: ClassVar = "upsell"
    title: ClassVar = "Upsell"
    about: ClassVar = "offers at the till a better and dearer product of the same category instead"
    kind: ClassVar = "contextual"
    roles: ClassVar = ("checkout",)
    level: ClassVar = 2
    evidence: ClassVar = (Evidence("aov", "store", 0.0, 0.04, "none", ""),)

    dearer: float = quantity(0.6, "share", "offer nothing that costs more than the product by over this", ge=0.0, le=10)
    monthly: MonthlyCost = quantity(MonthlyCost(technology=50.0, data=25.0), "", "fixed monthly cost by kind")

    def act(self, moment: Moment, levers: Levers) -> None:
        """Offer the better product to those for whose product in mind there is one that is not too dear."""
        shop, item = moment.shop, moment.item
        better = shop.premium[item]
        fitting = (item >= 0) & (better != item) & (shop.prices[better] <= (1.0 + self.dearer) * shop.prices[item])
        where = np.flatnonzero(fitting)
        levers.upgrade(where, better[where])
