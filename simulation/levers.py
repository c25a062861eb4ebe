"""The levers: what a store can do for the shoppers of a moment on its pages, and (contact.py) for them as people.

Stacking rules live here, not in strategies: the best offer wins, places on the shelf are filled from the end, nudges
of one kind do not add up. Every pull is counted for the strategy that made it.
"""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from simulation.contact import DEEPEST_OFFER, Contact, check
from simulation.pulls import Suggestion

if TYPE_CHECKING:
    from simulation.pulls import Pulls

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

__all__ = ["DEEPEST_OFFER", "Levers"]


class Levers(Contact):
    """What a store can do for n shoppers; ``where`` always selects some of them (bool mask or indices)."""

    pulls: Pulls

    def pulled_by(self, strategy: int) -> Levers:
        """Return these levers, counting for the strategy at this place of the plan from now on."""
        self._by, self._bit = strategy, np.uint64(1 << strategy)
        return self

    def only(self, where: Flags | Ints) -> Self:
        """Return levers for some of the shoppers, numbered anew from 0 as in ``Moment.only``."""
        part = copy(self)
        part._places = self._indices(where)
        return part

    def content(self, where: Flags | Ints, theme: Floats, category: Ints | None = None) -> None:
        """Show content on a theme, a direction (len(where), K) in the space of product features.

        It is relevant as far as the shopper's taste points that way (unit variance between shoppers), and more if it
        is about the ``category`` (len(where),) that he looks for, less if about another (-1: about none). Of several
        contents for one shopper the last is shown.

        Raises:
            ValueError: if there are not as many themes as shoppers.
        """
        where = self._touch(where)
        if len(theme) != where.size:
            raise ValueError(f"{len(theme)} themes for {where.size} shoppers: must be one for each")
        if not where.size:
            return
        self.pulls.spoken.append((where, theme, category))

    def settle(self) -> None:
        """Find what the strategies' pulls come to, once all of them have met the shoppers; note whom they reached."""
        super().settle()
        if not self.pulls.spoken:
            return
        relevance, later = self.pulls.column("relevance"), np.zeros(self.pulls.size, dtype=np.bool_)
        for where, theme, category in reversed(self.pulls.spoken):
            shown = (~later.take(where)).nonzero()[0]
            if shown.size < where.size:
                where, theme = where.take(shown), theme.take(shown, axis=0)
                category = None if category is None else category.take(shown)
            relevance[where] = self._fit(self._rows.take(where), theme, category)
            later[where] = True

    def _fit(self, rows: Ints, theme: Floats, category: Ints | None) -> Floats:
        """Return how relevant content on a theme (n, K) and about a category (n,) is to shoppers."""
        fit: Floats = np.einsum("nk,nk->n", theme, self._world.shoppers.taste.take(rows, axis=0))
        fit /= np.maximum(np.sqrt(np.einsum("nk,nk->n", theme, theme)), 1e-9)
        if category is not None and (about := (category >= 0).nonzero()[0]).size:
            weight = self._world.study.offers.category_relevance
            fit[about] += weight * self._matched(rows.take(about), category.take(about))
        return fit

    def _matched(self, rows: Ints, category: Ints) -> Floats:
        """Return whether shoppers look for a category (n,), less the share of those who do."""
        shares, interest = self._world.goods.shares, self._world.shoppers.interest
        matched: Floats = (interest.take(rows) == category) - (shares / shares.sum()).take(category)
        return matched

    def show(self, where: Flags | Ints, products: Ints) -> None:
        """Fill places of the shelf, from its end, with products (len(where), r); without a shelf nothing happens."""
        shelf = self.pulls.shelf
        if shelf is None:
            return
        where = self._touch(where)
        if not where.size:
            return
        if self.pulls.filled is None:
            self.pulls.filled = np.zeros(self._rows.size, dtype=np.int64)
        filled = self.pulls.filled.take(where)
        end = shelf.shape[1] - filled
        count = np.minimum(products.shape[1], end - 1)  # the first place stays as it is
        begin = end - count
        for number in range(products.shape[1]):
            fits = (number < count).nonzero()[0]
            shelf[where.take(fits), begin.take(fits) + number] = products[:, number].take(fits)
        self.pulls.filled[where] = filled + count

    def badge(self, where: Flags | Ints, products: Flags, strength: float) -> None:
        """Mark products (P,) on the shelf with a badge ("best seller"), 0-1; who follows others likes them better."""
        check("strength", strength, 0.0, 1.0)
        where = self._touch(where)
        if not where.size:
            return
        column = self.pulls.column("badge")
        column[where] = np.maximum(column[where], strength)
        self.pulls.badged = products if self.pulls.badged is None else self.pulls.badged | products

    def answer(self, where: Flags | Ints, part: float, minutes: float = 0.0) -> None:
        """Answer this part (0-1) of the questions that are still open, which takes the shopper some minutes."""
        check("part", part, 0.0, 1.0)
        check("minutes", minutes, 0.0, 1440.0)
        where = self._touch(where)
        if not where.size:
            return
        answered = self.pulls.column("answered")
        answered[where] = 1.0 - (1.0 - answered.take(where)) * (1.0 - part)
        if minutes:
            self.pulls.column("minutes")[where] += minutes

    def ease(self, where: Flags | Ints, effort: float) -> None:
        """Change the effort of this step (log odds; negative: easier)."""
        check("effort", effort, -20.0, 20.0)
        where = self._touch(where)
        if not where.size:
            return
        self.pulls.column("friction")[where] += effort

    def urge(self, where: Flags | Ints, strength: float) -> None:
        """Give a reason to act now, 0-1; the strongest counts. Resented for considered, durable goods."""
        self._nudge("urgency", where, strength)

    def prove(self, where: Flags | Ints, strength: float | Floats) -> None:
        """Show what others chose, 0-1, one for all or (len(where),); the strongest counts."""
        self._nudge("proof", where, strength)

    def _nudge(self, kind: str, where: Flags | Ints, strength: float | Floats) -> None:
        if isinstance(strength, np.ndarray):
            for value in (strength.min(initial=1.0), strength.max(initial=0.0)):  # NaN stays NaN
                check("strength", float(value), 0.0, 1.0)
        else:
            check("strength", strength, 0.0, 1.0)
        where = self._touch(where)
        if not where.size:
            return
        nudge = self.pulls.column(kind)
        nudge[where] = np.maximum(nudge.take(where), strength)
        self._world.irritate(self._rows.take(where), self._now.take(where), self._world.study.behaviour.nudge_fatigue)

    def discount(self, where: Flags | Ints, depth: float | Floats) -> None:
        """Offer a discount on the order, a share of the price up to 0.9, one or (len(where),); the best offer wins."""
        where = self._touch(where)
        if not where.size:
            return
        offer = self.pulls.column("offer")
        if self.pulls.offer_by is None:
            self.pulls.offer_by = np.full(self._rows.size, -1)
        better = (offer.take(where) < depth).nonzero()[0]
        where = where.take(better)
        offer[where] = np.minimum(depth.take(better) if isinstance(depth, np.ndarray) else depth, DEEPEST_OFFER)
        self.pulls.offer_by[where] = self._by

    def ship_free(self, where: Flags | Ints, above: float = 0.0) -> None:
        """Ship orders from this value on (in the study's currency) free of charge; the lowest threshold counts."""
        where = self._touch(where)
        if not where.size:
            return
        least = self.pulls.column("free_above", np.inf)
        least[where] = np.minimum(least[where], above * self._world.study.store.minor_units)

    def redeem(self, where: Flags | Ints) -> None:
        """Let customers pay with their points: as an offer of the points' worth on the item in mind."""
        where = self._indices(where)
        world, sh, rows = self._world, self._world.shoppers, self._rows[where]
        item = sh.item[rows]
        holds = (sh.stake[rows] > 0) & (item >= 0)
        worth = sh.stake[rows] / np.maximum(1, self._world.goods.price[item])
        world.redeemers.add(self._by)
        self._with(where[holds]).discount(np.arange(np.count_nonzero(holds)), worth[holds])

    def suggest(self, where: Flags | Ints, products: Ints, discount: float = 0.0) -> None:
        """Offer a product (len(where),) to be added to the order."""
        self._suggest(where, products, min(discount, DEEPEST_OFFER), swap=False)

    def upgrade(self, where: Flags | Ints, products: Ints) -> None:
        """Offer a better product (len(where),) instead of the item in mind."""
        self._suggest(where, products, 0.0, swap=True)

    def _suggest(self, where: Flags | Ints, products: Ints, discount: float, *, swap: bool) -> None:
        where = self._touch(where)
        if where.size:
            self.pulls.suggestions.append(Suggestion(self._by, where, products, discount, swap))

    def _with(self, places: Ints) -> Self:
        """Return levers for places of the whole moment."""
        part = copy(self)
        part._places = places
        return part
