"""New arrivals: e-mails about products launched lately that a customer is believed to like."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from simulation import Evidence, Levers, Moment, MonthlyCost, Office, Strategy, quantity

YEAR = 365.0


class NewArrivals(Strategy):
    """Tells customers about new products like those they bought, if there is one that fits."""

    id: ClassVar = "new_arrivals"
    title: ClassVar = "New arrivals"
    about: ClassVar = "writes to customers about products launched lately that their purchases say they like"
    kind: ClassVar = "behavioural"
    level: ClassVar = 2
    needs: ClassVar = ("email", "purchases")
    channel: ClassVar = "purchases"
    evidence: ClassVar = (
        Evidence(
            *("orders", "treated", 0.0, 0.87, "A"),
            "Hillstrom e-mail trial 2008: one mail to a rested list, conversion +54 to +119 % in two weeks",
            *(14.0,),
        ),
        Evidence("revenue_per_visitor", "store", -0.01, 0.05, "none", ""),
    )

    every_days: float = quantity(45.0, "days", "time between e-mails", gt=0.0, le=365.0)
    new_days: float = quantity(45.0, "days", "a product is new this long after its launch", gt=0.0, le=365.0)
    fit: float = quantity(0.5, "liking", "write only where a new product is believed to be liked this much", ge=-5)
    silent_days: float = quantity(365.0, "days", "customers without an order for longer are left alone", gt=0.0)
    monthly: MonthlyCost = quantity(MonthlyCost(technology=100.0, content=250.0), "", "fixed monthly cost by kind")

    def start(self, office: Office) -> None:
        """Start the campaign."""
        office.every(self.every_days, self.write)

    def write(self, moment: Moment, levers: Levers) -> None:
        """Write to those whom a new product fits."""
        shop = moment.shop
        age = (shop.day_of_year(moment.now[:1]) - shop.launched) % YEAR
        new = np.flatnonzero(age < self.new_days)
        if not new.size:
            return
        active = (moment.profile.days_since_order <= self.silent_days).nonzero()[0]
        belief, _ = moment.profile.only(active).belief()
        liking = belief @ shop.features[new].T
        best = liking.argmax(axis=1)
        fits = liking[np.arange(active.size), best] >= self.fit
        levers.message(active[fits], products=new[best[fits]])
