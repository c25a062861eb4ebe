"""Scarcity message: "only 5 left", driven by the real stock."""

from __future__ import annotations

from typing import ClassVar

from simulation import Evidence, Levers, Moment, MonthlyCost, Strategy, portion, quantity


class ScarcityMessage(Strategy):
    """Says how few are left of the product in mind. Resented for considered goods; disappoints when sold out."""

    id: ClassVar = "scarcity_message"
    title: ClassVar = "Scarcity message"
    about: ClassVar = 'says "only a few left" when the real stock of the product in mind is low'
    kind: ClassVar = "contextual"
    roles: ClassVar = ("compare", "checkout")
    level: ClassVar = 2
    evidence: ClassVar = (
        Evidence("revenue_per_visitor", "store", -0.001, 0.059, "B", "Browne and Swarbrick Jones 2017: mean +2.9 %"),
    )

    threshold: float = quantity(25.0, "units", "say it when no more than this are left in the whole store", ge=0.0)
    strength: float = portion(0.6, "how hard the message presses")
    monthly: MonthlyCost = quantity(MonthlyCost(technology=100.0), "", "fixed monthly cost by kind")

    def act(self, moment: Moment, levers: Levers) -> None:
        """Urge those whose product in mind is nearly sold out."""
        few = moment.shop.stock(moment.item) <= max(self.threshold, moment.shop.grain)
        levers.urge(few & (moment.item >= 0), self.strength)
