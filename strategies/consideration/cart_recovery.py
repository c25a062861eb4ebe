"""Cart recovery: a message about what was left in the cart, after a delay that decides whether it helps or hurts."""

from __future__ import annotations

from typing import ClassVar

from simulation import Evidence, Levers, Moment, MonthlyCost, Strategy, portion, quantity


class CartRecovery(Strategy):
    """An e-mail to those who left a cart behind, with an optional offer. At once it presses; after a day it reminds."""

    id: ClassVar = "cart_recovery"
    title: ClassVar = "Cart recovery"
    about: ClassVar = "writes to those who left a cart behind, after a delay, with or without an offer"
    kind: ClassVar = "behavioural"
    level: ClassVar = 2
    needs: ClassVar = ("onsite", "email")
    channel: ClassVar = "email"
    evidence: ClassVar = (
        Evidence(
            "orders", "treated", 0.0, 0.18, "A", "Li, Luo, Lu and Moriguchi 2021, J. Marketing: RCTs, after 1-3 days"
        ),
        Evidence(
            *(
                "orders",
                "treated",
                -0.09,
                0.0,
                "A",
                "Li, Luo, Lu and Moriguchi 2021: fewer after 30-60 minutes",
            ),
            *(0.0, (("delay_days", 0.03),)),
        ),
        Evidence("revenue_per_visitor", "store", -0.009, 0.031, "B", "Browne and Swarbrick Jones 2017: mean +1.1 %"),
    )

    delay_days: float = quantity(1.0, "days", "from leaving the cart to the message", ge=0.0, le=30.0)
    discount: float = portion(0.0, "offer in the message, as a share of the price")
    monthly: MonthlyCost = quantity(MonthlyCost(technology=150.0, content=100.0), "", "fixed monthly cost by kind")

    def left(self, moment: Moment, levers: Levers) -> None:
        """Write to those whose visit filled a cart, unless they come back first."""
        filled = moment.cart.nonzero()[0]
        profile = moment.profile.only(filled)
        carted = profile.carted
        written = (profile.permission & (carted >= 0)).nonzero()[0]
        levers.message(
            filled[written],
            after_days=self.delay_days,
            products=carted[written],
            discount=self.discount,
            lands_at="compare",
            unless_back=True,
        )
