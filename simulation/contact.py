"""Levers towards people rather than pages: messages, gifts, talks, addresses, points, recommendations, and their costs.

Base of ``Levers``. It selects shoppers, counts what was pulled for whom, and turns a strategy's wish into what the
shoppers make of it by their own traits, which the strategy never sees.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation import draws, newcomers
from simulation.outbox import CHANNELS
from simulation.pulls import Pulls

if TYPE_CHECKING:
    from simulation.study.response import Role
    from simulation.world import World

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

DEEPEST_OFFER = 0.9
TYPICAL_OFFER = 0.1

_ADDRESS, _HELP = draws.purpose("address for an offer"), draws.purpose("wish to talk")


class Contact:
    """What a store can do for n shoppers as people; ``where`` always selects some of them (bool mask or indices)."""

    def __init__(self, world: World, rows: Ints, now: Floats, shelf: Ints | None) -> None:
        """Prepare for the shoppers of ``rows`` at times ``now``; ``shelf`` (n, m) is changed in place."""
        self._world, self._rows, self._now = world, rows, now
        self._by, self._bit = 0, np.uint64(1)
        self._places: Ints | None = None
        self._measured = world.ledger.measured(now)
        self._inside = np.count_nonzero(self._measured)
        self._remembers = self._inside > 0 or bool(world.learners)  # else nobody asks whom strategies reached
        self.pulls = Pulls(rows.size, shelf)

    # messages and gifts --------------------------------------------------------------------------------------------
    def message(
        self,
        where: Flags | Ints,
        *,
        after_days: float | Floats = 0.0,
        gaps: Floats | None = None,
        channel: str = "email",
        products: Ints | None = None,
        discount: float | Floats = 0.0,
        lands_at: Role = "browse",
        personal: float = 0.0,
        unless_back: bool = False,
    ) -> None:
        """Send a message after a delay; it lapses when the shopper orders first (or, ``unless_back``, comes back).

        Args:
            where: to whom; who is named several times gets several.
            after_days: delay in days, one for all or (len(where),).
            gaps: repeat it so many days (one number for each repetition) after the one before, as long as it makes
                sense.
            channel: email, push or advert.
            products: (len(where),) what it is about, -1 or None for nothing in particular.
            discount: offer that comes with it, as a share of the price; holds for the study's ``offer_days``.
            lands_at: role of the stage at which a click enters.
            personal: 0-1, how openly it uses personal data.
            unless_back: drop it if the shopper visits before it is delivered.

        Raises:
            ValueError: if there is no such channel, or a gap is not a finite number from 0.
        """
        if channel not in CHANNELS:
            raise ValueError(f"channel {channel!r}: must be one of {', '.join(CHANNELS)}")
        if gaps is not None and not (np.isfinite(gaps) & (gaps >= 0.0)).all():
            raise ValueError(f"gaps = {gaps.tolist()}: must be finite numbers of days from 0")
        where = self._indices(where)
        if not where.size:
            return
        world, rows = self._world, self._rows.take(where)
        times = self._now.take(where) + after_days
        sent = world.outbox.send(
            rows,
            times,
            gaps,
            by=self._by,
            channel=CHANNELS.index(channel),
            product=-1 if products is None else products,
            offer=np.minimum(discount, DEEPEST_OFFER),
            stage=world.landing(lands_at),
            personal=personal,
            visits=world.shoppers.visits.take(rows).astype(np.int64) if unless_back else -1,
        )
        inside = np.count_nonzero(sent & self._measured.take(where)) * (1 if gaps is None else 1 + gaps.size)
        world.ledger.count("sent", inside)
        world.ledger.credit(self._by, "sent", inside)
        self._reach(where[sent])

    def gift(self, where: Flags | Ints, products: Ints) -> None:
        """Give a product away (len(where),): its cost is booked; trust grows as after a pleasant surprise."""
        where = self._touch(where)
        world, cost = self._world, self._world.goods.unit_cost.take(products)
        world.ledger.book(self._by, "gifts", cost[self._measured[where]].sum())
        self._charge(where, cost)
        gain = world.study.fulfilment.trust_weight
        rows = self._rows[where]
        world.shoppers.trust[rows] = np.minimum(1.0, world.shoppers.trust[rows] + gain)

    def comfort(self, where: Flags | Ints, part: float) -> None:
        """After an order: take away this part (0-1) of the disappointment of those who are disappointed."""
        check("part", part, 0.0, 1.0)
        where = self._touch(where)
        column = self.pulls.column("comfort")
        column[where] = 1.0 - (1.0 - column[where]) * (1.0 - part)

    def spend(self, where: Flags | Ints, account: str, each: float | Floats) -> None:
        """Book a cost in the study's currency for each of ``where`` (media, personnel, content, technology, gifts).

        Media are what customers cost to win (CAC); the rest is taken from what customers are worth.
        """
        where = self._indices(where)
        minor = np.full(where.size, each, dtype=np.float64) * self._world.study.store.minor_units
        self._world.ledger.book(self._by, account, np.rint(minor[self._measured[where]].sum()))
        if account != "media":
            self._charge(where, np.rint(minor).astype(np.int64))

    def _charge(self, where: Ints, minor: Ints) -> None:
        """Take what is spent on each of the horizon's new customers from what they are worth, as messages are."""
        mine, *ages = self._world.customer_ages(self._rows.take(where), self._now.take(where))
        nothing = np.zeros(mine.size, dtype=np.int64)
        self._world.ledger.note("customer_money", *ages, -minor.take(mine), nothing, nothing)

    # asking --------------------------------------------------------------------------------------------------------
    def ask_address(self, where: Flags | Ints, depth: float) -> Flags:
        """Ask for an e-mail address in exchange for an offer of this depth; return (len(where),) who gave it.

        Those who are asked pay with a little effort, the more the dearer privacy is to them; who gives an address
        permits e-mail. Who came to buy gives it more readily. Shoppers who permit e-mail already are not asked.
        """
        where = self._indices(where)
        sh, rules = self._world.shoppers, self._world.study.offers
        given: Flags = ~sh.permission.take(self._rows.take(where))
        asked = given.nonzero()[0]
        where = self._count(where.take(asked))
        rows = self._rows.take(where)
        concern = 0.5 * sh.concern.take(rows)
        odds = _log_odds(rules.address_rate) + rules.address_offer_weight * (depth - TYPICAL_OFFER) - concern
        odds += rules.address_intent_weight * self._readiness(rows)
        given[asked] = gave = self._chance(rows, _ADDRESS) < odds
        sh.permission[rows[gave]] = True
        self.pulls.column("friction")[where] += rules.popup_friction * np.exp(concern)
        return given

    def offer_help(self, where: Flags | Ints) -> Flags:
        """Offer a talk; return (len(where),) who wishes one: the likelier the more of his questions are open."""
        rows = self._rows.take(self._touch(where))
        likely = self._world.study.offers.help_rate * (1.0 - self._world.shoppers.clarity.take(rows))
        wish: Flags = draws.uniforms(self._visit_keys(rows), _HELP) < likely
        return wish

    def _readiness(self, rows: Ints) -> Floats:
        """Return readiness to buy (n,), lasting and by the reason of the visit."""
        sh, reasons = self._world.shoppers, np.array([reason.intent for reason in self._world.study.reason])
        readiness: Floats = sh.readiness.take(rows) + reasons.take(sh.reason.take(rows))
        return readiness

    # keeping -------------------------------------------------------------------------------------------------------
    def save(self, where: Flags | Ints, minor: Ints) -> None:
        """Credit points worth so much (len(where),) minor units; what he would lose by leaving binds a customer."""
        where = self._touch(where)
        self._world.shoppers.stake[self._rows[where]] += minor

    def ask_to_recommend(self, where: Flags | Ints, reward: float) -> None:
        """Ask customers who have just ordered to bring friends, for a reward (a share of a typical order's price).

        Happy customers do, the likelier the higher the reward; their friends come beside those who come anyway.
        """
        check("reward", reward, 0.0, DEEPEST_OFFER)
        where = self._touch(where)
        newcomers.recommended(self._world, self._rows[where], self._now[where], reward)

    def seed(self, where: Flags | Ints, products: Ints) -> None:
        """Give products (len(where),) to people with an audience, who show them around: newcomers come.

        Newcomers grow with the audience and the gift's price, each to a power below one (Leung and others 2022: 1 %
        more spent brings nearly 0.5 % more; Beichert and others 2024: revenue per follower falls with their number).
        """
        self.gift(where, products)
        where = self._indices(where)
        newcomers.followers(self._world, self._by, self._rows[where], self._now[where], products)

    # selecting and counting ----------------------------------------------------------------------------------------
    def _indices(self, where: Flags | Ints) -> Ints:
        """Return the places in the whole moment that ``where`` selects."""
        chosen: Ints = where.nonzero()[0] if where.dtype == np.bool_ else np.asarray(where, dtype=np.int64)
        return chosen if self._places is None else self._places.take(chosen)

    def settle(self) -> None:
        """Note whom strategies reached, once all of them have met the shoppers of the moment; bring their friends."""
        world, touched = self._world, self.pulls.touched
        newcomers.befriend(world)
        if not self._inside:
            return
        if self._inside < touched.size:
            touched = np.where(self._measured, touched, 0)
        if world.trace is not None:
            self._trace(touched)
        reached, rows = world.shoppers.reached, self._rows
        reached[rows] = reached.take(rows) | touched

    def _touch(self, where: Flags | Ints) -> Ints:
        """Count an impression for each shopper selected; return their places in the whole moment."""
        return self._count(self._indices(where))

    def _count(self, places: Ints) -> Ints:
        if places.size:
            if self._inside:
                everybody = self._inside == self._rows.size
                count = places.size if everybody else np.count_nonzero(self._measured.take(places))
                self._world.ledger.credit(self._by, "impressions", count)
            self._reach(places)
        return places

    def _reach(self, places: Ints) -> None:
        if self._remembers:
            touched = self.pulls.touched
            touched[places] = touched.take(places) | self._bit

    def _trace(self, touched: NDArray[np.uint64]) -> None:
        """Log those whom a strategy reaches for the first time."""
        sh, goods, trace = self._world.shoppers, self._world.goods, self._world.trace
        new = touched & ~sh.reached[self._rows]
        some = new.nonzero()[0]
        new, rows, now = new[some], self._rows[some], self._now[some]
        anybody = int(np.bitwise_or.reduce(new))
        for active in self._world.strategies:
            if trace is not None and anybody >> active.place & 1:
                first = ((new & np.uint64(1 << active.place)) > 0).nonzero()[0]
                who = rows[first]
                item = sh.item[who]
                considered = np.where(item >= 0, goods.considered[item], 0.0)
                trace.reached(sh.key[who], now[first], active.place, sh.orders[who].astype(np.int64), considered)

    def _visit_keys(self, rows: Ints) -> NDArray[np.uint64]:
        sh = self._world.shoppers
        return draws.child_keys(sh.key.take(rows), sh.visits.take(rows))

    def _chance(self, rows: Ints, purpose: np.uint64) -> Floats:
        """Return logistic noise (n,) for one purpose of this visit."""
        return draws.logistic(draws.uniforms(self._visit_keys(rows), purpose))


def check(name: str, value: float, low: float, high: float) -> None:
    """Refuse what no store can do, NaN included: a wrong strategy must not pass for a good one.

    Raises:
        ValueError: if the value is not from ``low`` to ``high``.
    """
    if not low <= value <= high:
        raise ValueError(f"{name} = {value}: must be from {low:g} to {high:g}")


def _log_odds(p: float) -> float:
    p = min(max(p, 1e-12), 1.0 - 1e-12)
    return float(np.log(p / (1.0 - p)))
