"""Loyalty points: a part of each order comes back as points, which bind until they are redeemed."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from simulation import Evidence, Levers, Moment, MonthlyCost, Strategy, portion, quantity


class LoyaltyPoints(Strategy):
    """Members save points with each order and pay with them from a minimum on."""

    id: ClassVar = "loyalty_points"
    title: ClassVar = "Loyalty points"
    about: ClassVar = "gives members points for each order, to be redeemed from a minimum on"
    kind: ClassVar = "behavioural"
    roles: ClassVar = ("checkout",)
    level: ClassVar = 2
    needs: ClassVar = ("email", "purchases")
    evidence: ClassVar = (
        Evidence(
            *("orders", "treated", 0.0, 0.30, "B"),
            "Gopalakrishnan and others 2021: value +19 to +30 % in five years, mostly by lower attrition",
        ),
        Evidence(
            *("aov", "treated", -0.03, 0.03, "B"),
            "Gopalakrishnan and others 2021: spend per visit about 0",
        ),
    )

    rate: float = portion(0.05, "worth of the points, as a share of the order's price")
    minimum: float = quantity(8.0, "currency", "worth from which points can be redeemed", ge=0.0)
    members: float = portion(0.7, "customers who join")
    monthly: MonthlyCost = quantity(
        MonthlyCost(technology=400.0, data=100.0, personnel=300.0), "", "fixed monthly cost by kind"
    )

    def ordered(self, moment: Moment, levers: Levers) -> None:
        """Credit the points of an order to members (who can be written to, and join by lot)."""
        where = np.flatnonzero(moment.profile.permission & (moment.lot("member") < self.members))
        price = moment.shop.prices[moment.item[where]]
        levers.save(where, np.rint(self.rate * price).astype(np.int64))

    def act(self, moment: Moment, levers: Levers) -> None:
        """Let those pay with points who have enough of them."""
        levers.redeem(moment.profile.points >= max(1.0, self.minimum * moment.shop.minor_units))
