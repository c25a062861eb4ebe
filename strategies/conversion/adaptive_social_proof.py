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
"""Which of the messages are true, as bits; silence has none."""

MAY_BE_SAID = ((np.arange(TRUTHS) << 1 | 1)[:, None] >> np.arange(len(KINDS)) & 1).astype(np.bool_)
"""By truths, which kinds (TRUTHS, KINDS) are true; silence always is."""

SAID = np.where(MAY_BE_SAID, KINDS, SILENCE).astype(np.int8)
"""By truths and the kind that is chosen (TRUTHS, KINDS): what is said, which is nothing where that is not true."""

DRAWS = tuple(f"message {kind}" for kind in KINDS)


class Memory(WhatWorks):
    """What works, by stage, true messages and durable goods or not; what was sold lately (P,), in units a day.

    And which messages are true of each product all day (P + 1,), as bits; the last is no product: nothing is. Of these,
    ``well_rated`` (P,) never changes.
    """

    def __init__(self, office: Office, stages: int, rated: float, caution: float) -> None:
        """Begin with nothing sold."""
        super().__init__(stages * 2 * TRUTHS, len(KINDS), caution)
        self.possible[:] = np.tile(MAY_BE_SAID, (stages * 2, 1))
        self.products = np.arange(office.prices.size)
        self.sold = np.zeros(self.products.size)
        self.well_rated = (office.ratings >= rated) << (RATING - 1)
        self.all_day = np.zeros(self.products.size + 1, dtype=np.int64)


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
        memory = Memory(office, len(self.roles), self.rated, self.caution)
        self.note_sales(memory, memory.sold)
        office.process(self._days(office, memory))
        return memory

    def _days(self, office: Office, memory: Memory) -> Generator[Any, Any, None]:
        while True:
            yield office.clock.timeout(1.0)
            lately = memory.sold + (office.sold_yesterday(memory.products) - memory.sold) / self.days
            self.note_sales(memory, lately)
            memory.fade(1.0, self.half_life_days)

    def note_sales(self, memory: Memory, lately: np.ndarray) -> None:
        """Note what is sold lately (P,), in units a day, and what is true all day: it sells or is rated well."""
        memory.sold = lately
        memory.all_day[:-1] = (lately >= self.sold) << (POPULARITY - 1) | memory.well_rated

    def act(self, moment: Moment, levers: Levers) -> None:
        """Choose a message where one is true, unless the visit has one already, and say it if it is true here."""
        truths = self.truths(moment)
        told = truths.nonzero()[0]
        if not told.size:
            return
        truths = truths.take(told)
        said = SAID.take(truths * len(KINDS) + self._kinds(moment, told, truths))
        levers.urge(told.take((said == SCARCITY).nonzero()[0]), self.urging)
        levers.prove(told.take((said > SCARCITY).nonzero()[0]), self.proof)

    def _kinds(self, moment: Moment, told: np.ndarray, truths: np.ndarray) -> np.ndarray:
        """Return the kind (m,) of message for the visits of ``told`` (m,); choose one for those that have none yet."""
        memory: Memory = moment.memory
        visitor = moment.profile.visitor.take(told)
        kind = memory.kept(visitor)
        new = (kind < 0).nonzero()[0]
        if new.size:
            who, visitor = told.take(new), visitor.take(new)
            context = self.contexts(moment.role, moment.shop.considered.take(moment.item.take(who)), truths.take(new))
            chosen = memory.scores(context, visitor, moment.lucks(DRAWS, who).T).argmax(axis=1)
            memory.choose(visitor, context, chosen)
            kind[new] = chosen
        return kind

    def truths(self, moment: Moment) -> np.ndarray:
        """Return which messages (n,) are true of the product in mind, as bits; none is where there is no such."""
        memory, shop = moment.memory, moment.shop
        of_product = memory.all_day.copy()
        of_product[:-1] |= (shop.stock(memory.products) <= max(self.few, shop.grain)) << (SCARCITY - 1)
        truths: np.ndarray = of_product.take(moment.item)
        return truths

    def contexts(self, role: str, considered: np.ndarray, truths: np.ndarray) -> np.ndarray:
        """Return the number (n,) of each shopper's context, by how much his product is ``considered``."""
        place = self.roles.index(role) if role in self.roles else 0
        context: np.ndarray = (place * 2 + (considered >= self.durable)) * TRUTHS + truths
        return context

    def left(self, moment: Moment, levers: Levers) -> None:
        """Learn from those who leave: a cart is worth a little."""
        moment.memory.end(moment.profile.visitor, self.cart_worth * moment.cart)

    def ordered(self, moment: Moment, levers: Levers) -> None:
        """Learn from those who order."""
        moment.memory.end(moment.profile.visitor, np.ones(moment.size))
