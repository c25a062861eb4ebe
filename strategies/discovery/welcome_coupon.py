"""Welcome coupon: a pop-up on the first visit, an address in exchange for a coupon. Knows who is new and has one."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from simulation import Evidence, Levers, Moment, MonthlyCost, Office, Strategy, portion, quantity


class Coupons:
    """Until when each visitor's coupon holds, by the number by which the store knows him."""

    def __init__(self) -> None:
        """Begin with no coupon given."""
        self._until = np.full(1, -np.inf)  # the last entry is also that of visitors who are not known (-1)

    def give(self, visitor: np.ndarray, until: np.ndarray) -> None:
        """Give coupons to visitors (n,); who is not known can use it on this visit only."""
        self._fit(visitor)
        self._until[visitor] = until
        self._until[-1] = -np.inf

    def held(self, visitor: np.ndarray, now: np.ndarray) -> np.ndarray:
        """Return which visitors (n,) have a coupon that holds."""
        self._fit(visitor)
        held: np.ndarray = self._until.take(visitor) >= now
        return held

    def use(self, visitor: np.ndarray) -> None:
        """Coupons of visitors (n,) who have ordered are used up."""
        self._fit(visitor)
        self._until[visitor] = -np.inf

    def _fit(self, visitor: np.ndarray) -> None:
        short = int(visitor.max(initial=-1)) + 2 - self._until.size
        if short > 0:
            self._until = np.concatenate([self._until, np.full(max(short, self._until.size), -np.inf)])


class WelcomeCoupon(Strategy):
    """Newcomers who leave an address get a coupon for their first order, and an e-mail with it if they do not order.

    Everybody who is asked pays with a little effort, the more the dearer privacy is to him, and some who use the coupon
    would have paid the full price. No trial is known; vendors say that 5-15 % of receivers use it.
    """

    id: ClassVar = "welcome_coupon"
    title: ClassVar = "Welcome coupon"
    about: ClassVar = "asks newcomers for an e-mail address in exchange for a coupon, and sends it again to non-buyers"
    kind: ClassVar = "segment"
    roles: ClassVar = ("entry", "browse", "compare")
    level: ClassVar = 1
    needs: ClassVar = ("traffic", "email")
    evidence: ClassVar = (
        Evidence("orders", "treated", -0.03, 0.06, "none", ""),
        Evidence("revenue_per_visitor", "store", -0.03, 0.03, "none", ""),
    )

    depth: float = portion(0.10, "coupon, as a share of the price")
    valid_days: float = quantity(14.0, "days", "how long it holds on the site", ge=0.0, le=365.0)
    mail_after_days: float = quantity(
        1.0, "days", "from the visit to the e-mail to those who did not order", ge=0.0, le=60.0
    )
    monthly: MonthlyCost = quantity(MonthlyCost(technology=60.0, content=60.0), "", "fixed monthly cost by kind")

    def start(self, office: Office) -> Coupons:
        """Claim the memory of who has a coupon."""
        return Coupons()

    def act(self, moment: Moment, levers: Levers) -> None:
        """Ask newcomers at the door; let those who have a coupon use it."""
        visitor = moment.profile.visitor
        if moment.role == "entry":
            self._ask(moment, levers, visitor)
        held = moment.memory.held(visitor, moment.now)
        levers.discount(held, self.depth)

    def _ask(self, moment: Moment, levers: Levers, visitor: np.ndarray) -> None:
        """Ask those who are new and do not permit e-mail yet; the e-mail lapses when they order first."""
        new = (~(moment.profile.returning | moment.profile.permission)).nonzero()[0]
        given = new.take(levers.ask_address(new, self.depth).nonzero()[0])
        if not given.size:
            return
        moment.memory.give(visitor.take(given), moment.now.take(given) + self.valid_days)
        levers.discount(given, self.depth)
        levers.message(given, after_days=self.mail_after_days, discount=self.depth)

    def ordered(self, moment: Moment, levers: Levers) -> None:
        """The coupon is for one order."""
        moment.memory.use(moment.profile.visitor)
