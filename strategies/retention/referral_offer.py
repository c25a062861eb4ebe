"""Referral offer: something for the newcomer who was recommended, and for the customer who recommended the store.

Knows the recommendation link by which somebody came; not who would have recommended the store without a reward.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from simulation import Evidence, Levers, Moment, MonthlyCost, Office, Strategy, portion, quantity
from strategies.favourites import companions

if TYPE_CHECKING:
    from collections.abc import Generator


class Thanks:
    """Customers to be thanked (visitor numbers), and the bundles promised to customers: for what, until when."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self.due = np.empty(0, dtype=np.int64)
        self.until = np.full(1, -np.inf)
        self.product = np.full(1, -1)

    def promise(self, visitor: np.ndarray, product: np.ndarray | int, until: np.ndarray | float) -> None:
        """Note bundles for customers, around a product (-1: any), until a time."""
        short = int(visitor.max(initial=0)) + 1 - self.until.size
        if short > 0:
            room = max(short, self.until.size)
            self.until = np.append(self.until, np.full(room, -np.inf))
            self.product = np.append(self.product, np.full(room, -1))
        self.until[visitor], self.product[visitor] = until, product

    def bundles(self, visitor: np.ndarray, now: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return who (indices) holds a bundle at these times, and the products that they are around."""
        place = np.minimum(visitor, self.until.size - 1)
        holders = ((now < self.until.take(place)) & (place == visitor) & (visitor >= 0)).nonzero()[0]
        return holders, self.product[visitor[holders]]


class ReferralOffer(Strategy):
    """Asks customers to recommend; welcomes whom they send; thanks them, once a friend has ordered, with a bundle.

    Customers won by recommendation are worth at least 16 % more (Schmitt, Skiera and Van den Bulte 2011, matched), in
    another study not (Wolters and Gedenk 2019).
    """

    id: ClassVar = "referral_offer"
    title: ClassVar = "Referral offer"
    about: ClassVar = (
        "rewards customers whose friends order with a bundle around what they want, and welcomes the friends"
    )
    kind: ClassVar = "journey"
    roles: ClassVar = ("entry", "compare", "checkout")
    level: ClassVar = 2
    needs: ClassVar = ("traffic", "onsite", "purchases")
    evidence: ClassVar = (
        Evidence("orders", "store", 0.0, 0.0235, "C", "ReferralCandy (vendor): referred orders are 2.35 % of all"),
    )

    welcome: float = portion(0.10, "discount on the first order of those who were recommended the store")
    reward: float = quantity(0.10, "share", "discount on both products of the referrer's bundle", ge=0.0, le=0.9)
    bundle_days: float = quantity(14.0, "days", "for which the bundle holds", gt=0.0, le=365.0)
    monthly: MonthlyCost = quantity(MonthlyCost(technology=150.0, content=100.0), "", "fixed monthly cost by kind")

    def start(self, office: Office) -> Thanks:
        """Look every day whom to thank."""
        thanks = Thanks()
        office.process(self._days(office, thanks))
        return thanks

    def act(self, moment: Moment, levers: Levers) -> None:
        """Welcome newcomers who were recommended; show customers who were thanked their bundle."""
        customer = moment.profile.orders > 0
        if self.welcome > 0.0:
            levers.discount((moment.profile.referred & ~customer).nonzero()[0], self.welcome)
        bundled = self._bundled(moment, customer.nonzero()[0])
        if bundled.size:
            levers.discount(bundled, self.reward)
            if moment.role == "checkout":
                levers.suggest(bundled, companions(moment, bundled), self.reward)

    def _bundled(self, moment: Moment, customers: np.ndarray) -> np.ndarray:
        """Return which customers (indices) have the product of a bundle in mind that they hold."""
        choosing = customers[moment.item.take(customers) >= 0]
        holders, product = moment.memory.bundles(moment.profile.visitor.take(choosing), moment.now.take(choosing))
        holders = choosing[holders]
        bundled: np.ndarray = holders[(product < 0) | (product == moment.item[holders])]
        return bundled

    def ordered(self, moment: Moment, levers: Levers) -> None:
        """Note whose friend ordered for the first time; a bundle is used up; ask all to recommend the store."""
        thanks: Thanks = moment.memory
        friend_of, visitor = moment.profile.friend_of, moment.profile.visitor
        thanks.due = np.append(thanks.due, friend_of[(friend_of >= 0) & (moment.profile.orders == 1)])
        thanks.promise(visitor, -1, -np.inf)
        levers.ask_to_recommend(np.arange(moment.size), self.reward)

    def thank(self, moment: Moment, levers: Levers) -> None:
        """Write to those whose friends ordered: what they want costs less together with something that goes with it."""
        thanks: Thanks = moment.memory
        visitor = moment.profile.visitor
        chosen = np.flatnonzero(np.isin(visitor, thanks.due))
        thanks.due = thanks.due[:0]
        wanted = moment.profile.wanted[chosen]
        levers.message(chosen, products=wanted, discount=self.reward, lands_at="compare")
        thanks.promise(visitor[chosen], wanted, moment.now[chosen] + self.bundle_days)

    def _days(self, office: Office, thanks: Thanks) -> Generator[Any, Any, None]:
        while True:
            yield office.clock.timeout(1.0)
            if thanks.due.size:
                office.call(self.thank)
