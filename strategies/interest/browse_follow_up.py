"""Browse follow-up: an e-mail about the product looked at, to those who registered, browsed and left without a cart."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from simulation import Evidence, Levers, Moment, MonthlyCost, Office, Strategy, portion, quantity
from strategies.favourites import favourites


class Diary:
    """When each visitor was last written to, by the number by which the store knows him."""

    def __init__(self) -> None:
        """Begin with nobody written to."""
        self._last = np.full(1, -np.inf)

    def rested(self, visitor: np.ndarray, now: np.ndarray, days: float) -> np.ndarray:
        """Return who (n,) was not written to within so many days before ``now``."""
        self._fit(visitor)
        rested: np.ndarray = now - self._last[visitor] >= days
        return rested

    def note(self, visitor: np.ndarray, now: np.ndarray) -> None:
        """Remember that visitors (n,) are written to."""
        self._last[visitor] = now

    def _fit(self, visitor: np.ndarray) -> None:
        short = int(visitor.max(initial=-1)) + 1 - self._last.size
        if short > 0:
            self._last = np.concatenate([self._last, np.full(max(short, self._last.size), -np.inf)])


class BrowseFollowUp(Strategy):
    """Brings back some who browsed and left: what they looked at, or what the store believes they like, by e-mail."""

    id: ClassVar = "browse_follow_up"
    title: ClassVar = "Browse follow-up"
    about: ClassVar = "writes to subscribers who browsed and left without a cart about what they looked at"
    kind: ClassVar = "behavioural"
    level: ClassVar = 2
    needs: ClassVar = ("traffic", "onsite", "email")
    channel: ClassVar = "email"
    evidence: ClassVar = (
        Evidence("orders", "treated", -0.02, 0.15, "none", "", days=14.0),
        Evidence("revenue_per_visitor", "store", -0.009, 0.031, "B", "Browne and Swarbrick Jones 2017: mean +1.1 %"),
    )

    delay_days: float = quantity(1.0, "days", "from leaving to the message", ge=0.0, le=30.0)
    min_days: float = quantity(14.0, "days", "least time between two such messages to one shopper", ge=0.0, le=365.0)
    discount: float = portion(0.0, "offer in the message, as a share of the price")
    about_what: Literal["viewed", "favourite"] = quantity(
        "viewed", "", "what it is about: the product viewed, or the store's favourite for the shopper"
    )
    monthly: MonthlyCost = quantity(MonthlyCost(technology=120.0, content=80.0), "", "fixed monthly cost by kind")

    def start(self, office: Office) -> Diary:
        """Claim the memory of who was written to when."""
        return Diary()

    def left(self, moment: Moment, levers: Levers) -> None:
        """Write to those recognised who looked at something but filled no cart, unless they come back first."""
        diary: Diary = moment.memory
        where = (moment.profile.permission & ~moment.cart).nonzero()[0]
        profile, now = moment.profile.only(where), moment.now[where]
        visitor, viewed = profile.visitor, profile.viewed
        chosen = (viewed >= 0) & (visitor >= 0) & diary.rested(visitor, now, self.min_days)
        diary.note(visitor[chosen], now[chosen])
        where = where[chosen]
        levers.message(
            where,
            after_days=self.delay_days,
            products=viewed[chosen] if self.about_what == "viewed" else favourites(moment.only(where)),
            discount=self.discount,
            unless_back=True,
        )
