"""Adaptive social proof: a learner chooses per shopper what to say of the product in mind, if anything. Only the truth.

What works is learnt in what_works.py; this file knows which messages are true and how they are said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from simulation import Evidence, Levers, Moment, MonthlyCost, Office, Strategy, portion, quantity
from strategies.conversion.what_works import WhatWorks

if TYPE_CHECKING:
    from collections.abc import Generator

SILENCE, SCARCITY, POPULARITY, RATING = KINDS = range(4)
TRUTHS = 2 ** (len(KINDS) - 1)
"""Which of the messages are true, as bits."""


class Memory(WhatWorks):
    """What works, by stage, true messages and durable goods or not; and what was sold lately (P,), in units a day."""

    def __init__(self, office: Office, stages: int) -> None:
        """Begin with nothing sold."""
        super().__init__(stages * 2 * TRUTHS, len(KINDS))
        self.sold = np.zeros(office.prices.size)


class AdaptiveSocialProof(Strategy):
    """Says "only a few left", "so many sold", "rated well" or nothing: whatever works best for this shopper here."""

    id: ClassVar = "adaptive_social_proof"
    title: ClassVar = "Adaptive social proof"
    about: ClassVar = "learns for each shopper whether scarcity, popularity, ratings or silence works best"
    kind: ClassVar = "predictive"
    roles: ClassVar = ("browse", "compare", "checkout")
    level: ClassVar = 3
    needs: ClassVar = ("traffic",)
    evidence: ClassVar = (
        Evidence(
            *("revenue_per_visitor", "store", -0.001, 0.059, "B"),
            "Browne and Swarbrick Jones 2017: mean +2.9 % of scarcity and +2.3 % of social proof",
        ),
    )

    few: float = quantity(25.0, "units", "few are left when no more than this are in the whole store", ge=0.0, le=1e6)
    sold: float = quantity(2.0, "units a day", "many are sold from this many on", ge=0.0, le=1e6)
    days: float = quantity(14.0, "days", "sales are averaged over about so many days", ge=1.0, le=365.0)
    rated: float = quantity(0.3, "rating", "well rated from this much above the mean on", ge=-10.0, le=10.0)
    durable: float = portion(0.3, "goods considered at least this much are learnt about apart")
    urging: float = portion(0.6, "how hard the scarcity message presses")
    proof: float = portion(0.22, "how strongly popularity and ratings are put")
    cart_worth: float = portion(0.1, "reward for a filled cart, in orders")
    caution: float = quantity(20.0, "visits", "as if so many had shown all messages to be equal", ge=1.0, le=1e6)
    half_life_days: float = quantity(90.0, "days", "after which what was seen counts half", gt=0.0, le=3650.0)
    monthly: MonthlyCost = quantity(MonthlyCost(technology=300.0, data=100.0), "", "fixed monthly cost by kind")

    def start(self, office: Office) -> Memory:
        """Claim the memory; every day count what was sold and let the past fade."""
        memory = Memory(office, len(self.roles))
        office.process(self._days(office, memory))
        return memory

    def _days(self, office: Office, memory: Memory) -> Generator[Any, Any, None]:
        products = np.arange(office.prices.size)
        while True:
            yield office.clock.timeout(1.0)
            memory.sold += (office.sold_yesterday(products) - memory.sold) / self.days
            memory.fade(1.0, self.half_life_days)

    def act(self, moment: Moment, levers: Levers) -> None:
        """Choose a message where one is true, unless the visit has one already, and say it if it is true here."""
        memory, visitor, true = moment.memory, moment.profile.visitor, self.true(moment)
        kind = memory.kept(visitor)
        new = np.flatnonzero((kind < 0) & (true[:, SCARCITY] | true[:, POPULARITY] | true[:, RATING]))
        if new.size:
            chooser = moment.only(new)
            context = self.contexts(chooser, true[new])
            luck = np.stack([chooser.luck(f"message {number}") for number in KINDS], axis=1)
            scores = memory.scores(context, visitor[new], luck, self.caution)
            kind[new] = np.where(true[new], scores, -np.inf).argmax(axis=1)
            memory.choose(visitor[new], context, kind[new])
        said = np.where(true[np.arange(kind.size), kind], kind, SILENCE)  # kind -1: nothing is true, nor the last
        levers.urge(said == SCARCITY, self.urging)
        levers.prove(said > SCARCITY, self.proof)

    def true(self, moment: Moment) -> np.ndarray:
        """Return which kinds (n, KINDS) of message are true of the product in mind; silence always is."""
        shop = moment.shop
        of_product = np.zeros((shop.ratings.size + 1, len(KINDS)), dtype=np.bool_)  # the last row: nothing in mind
        of_product[:, SILENCE] = True
        of_product[:-1, SCARCITY] = shop.stock(np.arange(shop.ratings.size)) <= max(self.few, shop.grain)
        of_product[:-1, POPULARITY] = moment.memory.sold >= self.sold
        of_product[:-1, RATING] = shop.ratings >= self.rated
        return of_product[moment.item]

    def contexts(self, moment: Moment, true: np.ndarray) -> np.ndarray:
        """Return the number (n,) of each shopper's context."""
        durable = moment.shop.considered[moment.item] >= self.durable
        place = self.roles.index(moment.role) if moment.role in self.roles else 0
        bits = true[:, 1:] @ (1 << np.arange(len(KINDS) - 1))
        context: np.ndarray = (place * 2 + durable) * TRUTHS + bits
        return context

    def left(self, moment: Moment, levers: Levers) -> None:
        """Learn from those who leave: a cart is worth a little."""
        moment.memory.end(moment.profile.visitor, self.cart_worth * moment.cart, self.caution)

    def ordered(self, moment: Moment, levers: Levers) -> None:
        """Learn from those who order."""
        moment.memory.end(moment.profile.visitor, np.ones(moment.size), self.caution)
