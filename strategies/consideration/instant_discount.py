"""Instant discount: for those who compare prices, a cut that closes the gap. Knows competitors' prices and carts."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from simulation import Evidence, Levers, Moment, MonthlyCost, Strategy, portion, quantity


class InstantDiscount(Strategy):
    """A price offer late: to those who may find the item cheaper elsewhere, or come back to it without having bought.

    Who would have paid the full price gets it too (less the share held back), and who has seen it expects it next time.
    """

    id: ClassVar = "instant_discount"
    title: ClassVar = "Instant discount"
    about: ClassVar = "offers those who compare prices a discount that closes the gap to the competitor, up to a limit"
    kind: ClassVar = "behavioural"
    roles: ClassVar = ("compare", "checkout")
    level: ClassVar = 2
    needs: ClassVar = ("onsite", "pricing")
    evidence: ClassVar = (
        Evidence("orders", "treated", 0.0, 0.15, "none", "", days=14.0),
        Evidence("revenue_per_visitor", "store", -0.01, 0.03, "none", ""),
        Evidence("margin", "store", -0.05, 0.01, "none", ""),
        Evidence("margin", "store", -0.12, -0.01, "none", "", given=(("most", 0.2), ("hesitant", 0.15))),
    )

    most: float = portion(0.05, "deepest discount")
    least: float = portion(0.03, "smaller gaps to the competitor are left alone")
    hesitant: float = portion(0.03, "discount for who comes back to a product without having bought it")
    hold_back: float = portion(0.3, "shoppers, by lot, who never get it, so that not all pay less")
    again: bool = quantity(False, "on/off", "also for shoppers who were shown a discount before")
    monthly: MonthlyCost = quantity(
        MonthlyCost(technology=150.0, data=200.0, personnel=100.0), "", "fixed monthly cost by kind"
    )

    def act(self, moment: Moment, levers: Levers) -> None:
        """Offer the discount."""
        depth = self._depth(moment)
        offered = (depth > 0.0) & (moment.lot("full price") >= self.hold_back)
        if not self.again:
            offered &= moment.profile.best_offer == 0.0
        where = offered.nonzero()[0]
        levers.discount(where, depth.take(where))

    def _depth(self, moment: Moment) -> np.ndarray:
        """Return the discount (n,): what the competitor is cheaper, or what brings those round who hesitate."""
        gap = -np.expm1(np.minimum(moment.shop.competitors, 0.0))
        closing = np.where(gap >= self.least, gap, 0.0).take(moment.item)
        back = np.where(moment.profile.wanted == moment.item, self.hesitant, 0.0)
        return np.where(moment.item >= 0, np.minimum(np.maximum(closing, back), self.most), 0.0)
