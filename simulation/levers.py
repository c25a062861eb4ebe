"""The levers: what a store can do for the shoppers of a moment, and what that costs.

Stacking rules live here, not in strategies: the best offer wins, places on the shelf are filled from the end, nudges
of one
kind do not add up. Every pull is counted for the strategy that made it. Levers turn a strategy's wish into changes of
the shoppers' drivers by the shoppers' own traits, which the strategy never sees.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.outbox import CHANNELS

if TYPE_CHECKING:
    from simulation.study.response import Role
    from simulation.world import World

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

DEEPEST_OFFER = 0.9


class Suggestion:
    """Products offered along with the item in mind: (rows of the moment, products, discount), by one strategy."""

    def __init__(self, by: int, where: Ints, products: Ints, discount: float, swap: bool) -> None:
        """Offer ``products`` to shoppers ``where``: to be added, or (``swap``) taken instead of the item in mind."""
        self.by, self.where, self.products, self.discount, self.swap = by, where, products, discount, swap


class Levers:
    """What a store can do for n shoppers; ``where`` always selects some of them (bool mask or indices)."""

    def __init__(self, world: World, rows: Ints, now: Floats, shelf: Ints | None) -> None:
        """Prepare for the shoppers of ``rows`` at times ``now``; ``shelf`` (n, m) is changed in place."""
        self._world, self._rows, self._now, self._shelf = world, rows, now, shelf
        self._by = 0
        self._filled: Ints | None = None
        self._measured = world.ledger.measured(now)
        self.relevance: Floats | None = None
        self.answered: Floats | None = None
        self.urgency: Floats | None = None
        self.proof: Floats | None = None
        self.friction: Floats | None = None
        self.offer: Floats | None = None
        self.offer_by: Ints | None = None
        self.suggestions: list[Suggestion] = []
        self.touched = np.zeros(rows.size, dtype=np.uint64)

    def pulled_by(self, strategy: int) -> Levers:
        """Return these levers, counting for the strategy at this place of the plan from now on."""
        self._by = strategy
        return self

    def content(self, where: Flags | Ints, theme: Floats) -> None:
        """Show content on a theme, a direction (len(where), K) in the space of product features.

        It is relevant as far as the shopper's taste points that way (unit variance between shoppers).
        """
        where = self._touch(where)
        length = np.sqrt(np.einsum("nk,nk->n", theme, theme))
        fit = np.einsum("nk,nk->n", theme, self._world.shoppers.taste[self._rows[where]])
        self.relevance = self._zeros(self.relevance)
        self.relevance[where] = fit / np.maximum(length, 1e-9)

    def show(self, where: Flags | Ints, products: Ints) -> None:
        """Fill places of the shelf, from its end, with products (len(where), r); without a shelf nothing happens."""
        if self._shelf is None:
            return
        where = self._touch(where)
        if self._filled is None:
            self._filled = np.zeros(self._rows.size, dtype=np.int64)
        end = self._shelf.shape[1] - self._filled[where]
        count = np.minimum(products.shape[1], end - 1)  # the first place stays as it is
        for number in range(products.shape[1]):
            fits = (number < count).nonzero()[0]
            self._shelf[where[fits], (end - count)[fits] + number] = products[fits, number]
        self._filled[where] += count

    def answer(self, where: Flags | Ints, part: float) -> None:
        """Answer this part (0-1) of the questions that are still open."""
        _check("part", part, 0.0, 1.0)
        where = self._touch(where)
        self.answered = self._zeros(self.answered)
        self.answered[where] = 1.0 - (1.0 - self.answered[where]) * (1.0 - part)

    def ease(self, where: Flags | Ints, effort: float) -> None:
        """Change the effort of this step (log odds; negative: easier)."""
        _check("effort", effort, -20.0, 20.0)
        where = self._touch(where)
        self.friction = self._zeros(self.friction)
        self.friction[where] += effort

    def urge(self, where: Flags | Ints, strength: float) -> None:
        """Give a reason to act now, 0-1; the strongest counts. Resented for considered, durable goods."""
        self.urgency = self._nudge(self.urgency, self._touch(where), strength)

    def prove(self, where: Flags | Ints, strength: float) -> None:
        """Show what others chose, 0-1; the strongest counts."""
        self.proof = self._nudge(self.proof, self._touch(where), strength)

    def _nudge(self, nudge: Floats | None, where: Ints, strength: float) -> Floats:
        _check("strength", strength, 0.0, 1.0)
        nudge = self._zeros(nudge)
        nudge[where] = np.maximum(nudge[where], strength)
        self._world.irritate(self._rows[where], self._now[where], self._world.study.behaviour.nudge_fatigue)
        return nudge

    def discount(self, where: Flags | Ints, depth: float) -> None:
        """Offer a discount on the order, a share of the price up to 0.9; the best offer wins."""
        where = self._touch(where)
        self.offer = self._zeros(self.offer)
        if self.offer_by is None:
            self.offer_by = np.full(self._rows.size, -1)
        better = where[self.offer[where] < depth]
        self.offer[better], self.offer_by[better] = min(depth, DEEPEST_OFFER), self._by

    def suggest(self, where: Flags | Ints, products: Ints, discount: float = 0.0) -> None:
        """Offer a product (len(where),) to be added to the order."""
        depth = min(discount, DEEPEST_OFFER)
        self.suggestions.append(Suggestion(self._by, self._touch(where), products, depth, swap=False))

    def upgrade(self, where: Flags | Ints, products: Ints) -> None:
        """Offer a better product (len(where),) instead of the item in mind."""
        self.suggestions.append(Suggestion(self._by, self._touch(where), products, 0.0, swap=True))

    def gift(self, where: Flags | Ints, products: Ints) -> None:
        """Give a product away (len(where),): its cost is booked; trust grows as after a pleasant surprise."""
        where = self._touch(where)
        world, inside = self._world, self._measured[where]
        world.ledger.book(self._by, "gifts", world.goods.unit_cost[products[inside]].sum())
        gain = world.study.fulfilment.trust_weight
        rows = self._rows[where]
        world.shoppers.trust[rows] = np.minimum(1.0, world.shoppers.trust[rows] + gain)

    def message(
        self,
        where: Flags | Ints,
        *,
        after_days: float | Floats = 0.0,
        channel: str = "email",
        products: Ints | None = None,
        discount: float | Floats = 0.0,
        lands_at: Role = "browse",
        personal: float = 0.0,
        unless_back: bool = False,
    ) -> None:
        """Send a message after a delay; it lapses when the shopper orders first (or, ``unless_back``, comes back).

        Args:
            where: to whom.
            after_days: delay in days, one for all or (len(where),).
            channel: email, push or advert.
            products: (len(where),) what it is about, -1 or None for nothing in particular.
            discount: offer that comes with it, as a share of the price; holds for the study's ``offer_days``.
            lands_at: role of the stage at which a click enters.
            personal: 0-1, how openly it uses personal data.
            unless_back: drop it if the shopper visits before it is delivered.

        Raises:
            ValueError: if there is no such channel.
        """
        if channel not in CHANNELS:
            raise ValueError(f"channel {channel!r}: must be one of {', '.join(CHANNELS)}")
        where = self._indices(where)
        world, rows = self._world, self._rows[where]
        times = self._now[where] + after_days
        offer = np.broadcast_to(np.asarray(discount, dtype=np.float64), rows.shape)
        sent = world.outbox.send(
            rows,
            times,
            by=self._by,
            channel=CHANNELS.index(channel),
            product=np.full(rows.size, -1) if products is None else products,
            offer=np.minimum(offer, DEEPEST_OFFER),
            until=times + world.study.messages.offer_days,
            stage=world.landing(lands_at),
            personal=personal,
            visits=world.shoppers.visits[rows].astype(np.int64) if unless_back else -1,
        )
        inside = sent & self._measured[where]
        world.ledger.count("sent", np.count_nonzero(inside))
        world.ledger.credit(self._by, "sent", np.count_nonzero(inside))
        self._reach(where[sent])

    def _indices(self, where: Flags | Ints) -> Ints:
        return np.asarray(where.nonzero()[0] if where.dtype == np.bool_ else where, dtype=np.int64)

    def _touch(self, where: Flags | Ints) -> Ints:
        """Count an impression for each shopper selected; return their places in the moment."""
        where = self._indices(where)
        self._world.ledger.credit(self._by, "impressions", np.count_nonzero(self._measured[where]))
        self._reach(where)
        return where

    def _reach(self, where: Ints) -> None:
        bit = np.uint64(1 << self._by)
        self.touched[where] |= bit
        rows = self._rows[where[self._measured[where]]]
        self._world.shoppers.reached[rows] |= bit

    def _zeros(self, column: Floats | None) -> Floats:
        return np.zeros(self._rows.size) if column is None else column


def _check(name: str, value: float, low: float, high: float) -> None:
    """Refuse what no store can do, NaN included: a wrong strategy must not pass for a good one."""
    if not low <= value <= high:
        raise ValueError(f"{name} = {value}: must be from {low:g} to {high:g}")
