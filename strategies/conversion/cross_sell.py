"""Cross-sell: at the till, something that goes with the product."""

from __future__ import annotations

from typing import ClassVar

from simulation import Evidence, Levers, Moment, MonthlyCost, Strategy, portion, quantity
from strategies.favourites import companions


class CrossSell(Strategy):
    """Offers the complement that the profile likes best."""

    id: ClassVar = "cross_sell"
    title: ClassVar = "Cross-sell"
    about: ClassVar = "offers at the till a complement of the product that the profile says the shopper likes"
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
    monthly: MonthlyCost = quantity(MonthlyCost(technology=150.0, data=75.0), "", "fixed monthly cost by kind")

    def act(self, moment: Moment, levers: Levers) -> None:
        """Suggest to everybody who has a product in mind."""
        where = (moment.item >= 0).nonzero()[0]
        levers.suggest(where, companions(moment, where), self.discount)
