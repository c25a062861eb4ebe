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
        Evidence(
            *("orders", "treated", -0.30, 0.0, "B", "Park and others 2020: daily sales of durable goods -17.6 %", 1.0),
            *((("considered", 1.0),), "considered"),
        ),
    )

    threshold: float = quantity(60.0, "units", "say it when no more than this are left in the whole store", ge=0.0)
    strength: float = portion(0.8, "how hard the message presses")
    considered: float = portion(0.3, "not said of goods that are more of a considered, durable purchase than this")
    monthly: MonthlyCost = quantity(MonthlyCost(technology=100.0), "", "fixed monthly cost by kind")

    def act(self, moment: Moment, levers: Levers) -> None:
        """Urge those whose product in mind is nearly sold out."""
        few = moment.shop.stock(moment.item) <= max(self.threshold, moment.shop.grain)
        light = moment.shop.considered[moment.item] <= self.considered
        levers.urge(few & light & (moment.item >= 0), self.strength)
