"""Retargeting ads: what was left behind follows the shopper to other sites for some days."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from simulation import Evidence, Levers, Moment, MonthlyCost, Office, Strategy, portion, quantity


class RetargetingAds(Strategy):
    """Several adverts to those who left: for the store at first, for the very product once preferences are formed."""

    id: ClassVar = "retargeting_ads"
    title: ClassVar = "Retargeting ads"
    about: ClassVar = "shows adverts to those who left, with the product once they know what they want"
    kind: ClassVar = "behavioural"
    level: ClassVar = 2
    needs: ClassVar = ("traffic", "pixels")
    evidence: ClassVar = (
        Evidence(
            "visits", "treated", 0.08, 0.25, "A", "Johnson, Lewis and Nubbemeyer 2017, J. Marketing Research: RCT", 28.0
        ),
        Evidence(
            "orders", "treated", 0.02, 0.19, "A", "Johnson, Lewis and Nubbemeyer 2017: +10.5 % of those exposed", 28.0
        ),
    )

    impressions: int = quantity(
        2, "adverts", "in view after a visit, unless the shopper is back or orders", ge=1, le=20
    )
    least_visits: int = quantity(
        2, "visits", "advertise to those who came this often; to who filled a cart at once", ge=1, le=100
    )
    half_life: float = quantity(2.0, "days", "half of them within so many days after leaving", gt=0.0, le=60.0)
    dynamic_from: int = quantity(
        2, "visits", "show the very product from this visit on; at once if it was in the cart", ge=1, le=100
    )
    discount: float = portion(0.0, "offer in the advert, as a share of the price")
    monthly: MonthlyCost = quantity(
        MonthlyCost(technology=200.0, content=100.0, personnel=100.0), "", "fixed monthly cost by kind"
    )

    def start(self, office: Office) -> np.ndarray:
        """Return when adverts are shown, in days after leaving."""
        return self._delays()

    def left(self, moment: Moment, levers: Levers) -> None:
        """Plan the adverts for those of whom the pixels know what they looked at."""
        visits, delays = moment.profile.visits, moment.memory
        came = (moment.cart | (visits >= self.least_visits)).nonzero()[0]
        product = moment.profile.only(came).pixel_product
        seen = (product >= 0).nonzero()[0]
        where = came.take(seen)
        formed = moment.cart.take(where) | (visits.take(where) >= self.dynamic_from)
        shown = np.where(formed, product.take(seen), -1)
        levers.message(
            where,
            after_days=delays[0],
            gaps=np.diff(delays),
            channel="advert",
            products=shown,
            discount=self.discount,
            lands_at="browse",
            unless_back=True,
        )

    def _delays(self) -> np.ndarray:
        """Return when the adverts are shown: evenly spread over an exponential decay with the half-life."""
        still_to_come = 1.0 - (np.arange(self.impressions) + 0.5) / self.impressions
        delays: np.ndarray = -self.half_life * np.log2(still_to_come)
        return delays
