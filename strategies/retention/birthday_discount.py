"""Birthday discount: an offer by e-mail some days before a customer's birthday."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from simulation import Evidence, Levers, Moment, MonthlyCost, Office, Strategy, portion, quantity
from strategies.favourites import favourites

YEAR, WEEK = 365.0, 7.0
UNTOLD = -1
"""As a birthday."""


class BirthdayDiscount(Strategy):
    """Once a year, to those who told their birthday: an offer, with what they are believed to like."""

    id: ClassVar = "birthday_discount"
    title: ClassVar = "Birthday discount"
    about: ClassVar = "sends customers who told their birthday an offer some days before it"
    kind: ClassVar = "segment"
    level: ClassVar = 2
    needs: ClassVar = ("email", "personal", "purchases")
    channel: ClassVar = "purchases"
    evidence: ClassVar = (
        Evidence(
            *("orders", "treated", 0.1, 1.57, "A"),
            "Gopalakrishnan and Park 2021: coupon by e-mail, buyers x1.57 to x2.57 within the offer",
            *(14.0,),
        ),
        Evidence("revenue_per_visitor", "store", -0.005, 0.02, "none", ""),
    )

    days_before: int = quantity(3, "days", "from the e-mail to the birthday", ge=0, le=60)
    discount: float = portion(0.15, "offer, as a share of the price")
    monthly: MonthlyCost = quantity(MonthlyCost(technology=50.0, content=50.0), "", "fixed monthly cost by kind")

    def start(self, office: Office) -> None:
        """Look at the calendar every week."""
        office.every(WEEK, self.write)

    def write(self, moment: Moment, levers: Levers) -> None:
        """Plan the e-mails of the coming week."""
        today = moment.shop.day_of_year(moment.now[:1])
        ahead = (np.arange(YEAR + 2.0) - self.days_before - np.floor(today)) % YEAR
        ahead[UNTOLD] = np.inf
        days = ahead.take(moment.profile.birthday)
        where = (days < WEEK).nonzero()[0]
        best = favourites(moment.only(where))
        levers.message(where, after_days=days[where], products=best, discount=self.discount)
