"""Welcome coupon: a pop-up on the first visit, an address in exchange for a coupon. Knows who is new and not listed."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from simulation import Evidence, Levers, Moment, MonthlyCost, Strategy, portion, quantity


class WelcomeCoupon(Strategy):
    """Newcomers who leave an address get a coupon at once, and again by e-mail if they did not order.

    Everybody who is asked pays with a little effort, the more the dearer privacy is to him, and some who use the coupon
    would have paid the full price. No trial is known; vendors say that 5-15 % of receivers use it.
    """

    id: ClassVar = "welcome_coupon"
    title: ClassVar = "Welcome coupon"
    about: ClassVar = "asks newcomers for an e-mail address in exchange for a coupon, and sends it again to non-buyers"
    kind: ClassVar = "segment"
    roles: ClassVar = ("entry",)
    level: ClassVar = 1
    needs: ClassVar = ("traffic", "email")
    evidence: ClassVar = (
        Evidence("orders", "treated", -0.03, 0.06, "none", ""),
        Evidence("revenue_per_visitor", "store", -0.03, 0.03, "none", ""),
    )

    depth: float = portion(0.10, "coupon, as a share of the price")
    mail_after_days: float = quantity(
        1.0, "days", "from the visit to the e-mail to those who did not order", ge=0.0, le=60.0
    )
    monthly: MonthlyCost = quantity(MonthlyCost(technology=60.0, content=60.0), "", "fixed monthly cost by kind")

    def act(self, moment: Moment, levers: Levers) -> None:
        """Ask those who are new and do not permit e-mail yet; the e-mail lapses when they order first."""
        new = np.flatnonzero(~moment.profile.returning & ~moment.profile.permission)
        given = new[levers.ask_address(new, self.depth)]
        levers.discount(given, self.depth)
        levers.message(given, after_days=self.mail_after_days, discount=self.depth)
