"""RFM care: recency, frequency and monetary value choose which customers are written to, with what."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from simulation import Evidence, Levers, Moment, MonthlyCost, Office, Strategy, portion, quantity
from strategies.favourites import favourites
from strategies.ranks import share_below


class RfmCare(Strategy):
    """Retention e-mail by RFM cell: what the best may like, an offer to those who slip away, a gift to the top."""

    id: ClassVar = "rfm_care"
    title: ClassVar = "RFM care"
    about: ClassVar = "scores customers by recency, frequency and money; writes to the best and to those who slip away"
    kind: ClassVar = "segment"
    level: ClassVar = 3
    needs: ClassVar = ("onsite", "email", "purchases")
    channel: ClassVar = "email"
    evidence: ClassVar = (
        Evidence(
            "visits", "treated", 0.20, 0.80, "A", "Hillstrom e-mail trial 2008: one mail to a rested list, visit +57 %"
        ),
    )

    every_days: float = quantity(30.0, "days", "time between campaigns", gt=0.0, le=365.0)
    recent_days: float = quantity(60.0, "days", "a customer counts as recent up to this age of the last order", gt=0.0)
    slipping_days: float = quantity(
        270.0, "days", "beyond this a customer is taken for lost and not written to", gt=0.0
    )
    best: float = portion(0.5, "top share by orders and money that is cared for")
    discount: float = portion(0.10, "offer to good customers who slip away")
    gift: float = portion(0.0, "top share by money that gets a free product with each campaign")
    monthly: MonthlyCost = quantity(
        MonthlyCost(technology=250.0, content=300.0, personnel=300.0), "", "fixed monthly cost"
    )

    def start(self, office: Office) -> None:
        """Start the campaign."""
        office.every(self.every_days, self.write)

    def write(self, moment: Moment, levers: Levers) -> None:
        """Write to the best: those still recent hear of what they may like, the others get an offer with it."""
        good, age = self._good(moment), moment.profile.days_since_order
        recent = np.flatnonzero(good & (age <= self.recent_days))
        slipping = np.flatnonzero(good & (age > self.recent_days) & (age <= self.slipping_days))
        levers.message(recent, products=favourites(moment.only(recent)))
        levers.message(slipping, products=favourites(moment.only(slipping)), discount=self.discount)
        if self.gift > 0.0:
            spent = moment.profile.spent
            top = np.flatnonzero(good & (spent >= np.quantile(spent, 1.0 - self.gift)))
            levers.gift(top, favourites(moment.only(top)))

    def _good(self, moment: Moment) -> np.ndarray:
        """Return who belongs to the top share by rank of orders (frequency) and money together."""
        orders, spent = moment.profile.orders, moment.profile.spent
        score = share_below(orders) + share_below(spent)
        chosen: np.ndarray = score >= np.quantile(score, 1.0 - self.best)
        return chosen
