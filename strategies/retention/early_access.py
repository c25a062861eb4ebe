"""Early access: the most valuable customers see new products before others do."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from simulation import Evidence, Levers, Moment, MonthlyCost, Office, Strategy, portion, quantity
from strategies.ranks import share_below

YEAR = 365.0


class EarlyAccess(Strategy):
    """A preview for the top customers by recency, frequency and money, of what is about to be launched."""

    id: ClassVar = "early_access"
    title: ClassVar = "Early access"
    about: ClassVar = "invites the most valuable customers to see what will be launched soon, before others"
    kind: ClassVar = "segment"
    level: ClassVar = 3
    needs: ClassVar = ("email", "purchases")
    channel: ClassVar = "purchases"
    evidence: ClassVar = (
        Evidence(
            *("orders", "treated", 0.0, 0.87, "A"),
            "Hillstrom e-mail trial 2008: one mail to a rested list, conversion +54 to +119 % in two weeks",
            *(14.0,),
        ),
        Evidence("revenue_per_visitor", "store", -0.005, 0.03, "none", ""),
    )

    every_days: float = quantity(60.0, "days", "time between previews", gt=0.0, le=365.0)
    ahead_days: float = quantity(60.0, "days", "what is launched within this time is shown", gt=0.0, le=365.0)
    best: float = portion(0.2, "top share of customers who are invited")
    gift: float = portion(0.0, "top share of those invited who get a free product with it")
    monthly: MonthlyCost = quantity(MonthlyCost(technology=50.0, content=200.0), "", "fixed monthly cost by kind")

    def start(self, office: Office) -> None:
        """Start the previews."""
        office.every(self.every_days, self.invite)

    def invite(self, moment: Moment, levers: Levers) -> None:
        """Invite the best to what is liked most among what comes soon."""
        shop, profile = moment.shop, moment.profile
        soon = np.flatnonzero((shop.launched - shop.day_of_year(moment.now[:1])) % YEAR < self.ahead_days)
        if not soon.size:
            return
        rank = share_below(-profile.days_since_order) + share_below(profile.orders) + share_below(profile.spent)
        chosen = np.flatnonzero(rank >= np.quantile(rank, 1.0 - self.best))
        belief, _ = profile.only(chosen).belief()
        liked = soon[(belief @ shop.features[soon].T).argmax(axis=1)]
        levers.message(chosen, products=liked)
        top = np.flatnonzero(rank[chosen] >= np.quantile(rank[chosen], 1.0 - self.gift)) if self.gift else chosen[:0]
        levers.gift(chosen[top], liked[top])
