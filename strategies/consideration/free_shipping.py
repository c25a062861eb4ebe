"""Free shipping: orders from a value on are shipped free of charge. Only works where the store charges a fee."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from simulation import Evidence, Levers, Moment, MonthlyCost, Strategy, quantity

SHEHU = "Shehu, Papies and Neslin 2020, J. Marketing Research, model and field test"


class FreeShipping(Strategy):
    """Says that shipping is free from an order value on: more order, some pad their order, more is sent back."""

    id: ClassVar = "free_shipping"
    title: ClassVar = "Free shipping"
    about: ClassVar = "ships orders from a value on free of charge and says so to those who compare and pay"
    kind: ClassVar = "journey"
    roles: ClassVar = ("compare", "checkout")
    level: ClassVar = 1
    evidence: ClassVar = (
        Evidence("orders", "treated", 0.02, 0.18, "B", f"{SHEHU}: +11 %", given=(("above", 0.0),)),
        Evidence("return_rate", "treated", 0.0, 0.10, "B", f"{SHEHU}: the share of goods returned rises"),
        Evidence("margin", "store", -0.05, 0.02, "none", ""),
    )

    above: float = quantity(79.0, "currency", "orders from this value on are shipped free; 0: all", ge=0.0, le=1e6)
    monthly: MonthlyCost = quantity(MonthlyCost(content=50.0), "", "fixed monthly cost by kind")

    def act(self, moment: Moment, levers: Levers) -> None:
        """Offer it to everybody."""
        levers.ship_free(np.arange(moment.size), self.above)
