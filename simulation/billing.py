"""From sales to money and memories: what is received, what is sent back, margins, postings, and what the store learns.

Must not know how a sale came about (checkout.py). Money is in integer minor units.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation import draws, newcomers
from simulation.agenda import NEED
from simulation.levers import Levers

if TYPE_CHECKING:
    from simulation.aftermath import Aftermath
    from simulation.visits import Visits
    from simulation.world import World

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FIT_WEIGHT = 0.25
PRICE_WEIGHT = 0.5
"""Weights of fit and price in surprise, beside quality noise: judgement, as no figure was found."""


@dataclass(frozen=True)
class Sale:
    """Orders of one batch: places in the visits, shoppers, main items, and sums over their lines.

    Attributes:
        fee: shipping fee charged. regret: (n,) how readily what was bought because shipping was free goes back.
        luck: (2, n) draws for sending back and for the quality received.
    """

    at: Ints
    rows: Ints
    item: Ints
    units: Ints
    revenue: Ints
    discount: Ints
    cost: Ints
    fee: Ints
    regret: Floats
    luck: Floats


class Billing:
    """Settles sales. One per run."""

    def __init__(self, world: World, after: Aftermath) -> None:
        """Prepare to settle a world's sales."""
        self.world, self.after = world, after
        self.ordering = world.working("ordered")
        minor = world.study.store.minor_units
        self.shipping = round(world.study.costs.fulfilment_per_order * minor)
        self.handling = round(world.study.costs.return_cost * minor)

    def settle(self, visits: Visits, sale: Sale) -> None:
        """Book the orders, and let what was received do its work."""
        world, rows = self.world, sale.rows
        surprise = self._surprise(visits, sale)
        sent_back = self._sent_back(surprise - sale.regret, sale.luck[0])
        refund = sale.revenue * sent_back
        goods = sale.cost - np.rint(sale.cost * sent_back * world.study.costs.salvage).astype(np.int64)
        fulfilment = self.shipping - sale.fee + self.handling * sent_back
        margin = sale.revenue - refund - goods - fulfilment
        self._post(visits, sale, margin, np.stack([sale.units, sale.revenue, sale.discount, refund, goods, fulfilment]))
        world.shoppers.item[rows] = sale.item
        world.profile.observe(world.shoppers, rows, sale.item, world.study.behaviour.purchase_weight, "purchases")
        needed, measured = visits.kind[sale.at] == NEED, visits.measured[sale.at]
        self._redeem(visits, sale)
        self.after.ordered(rows, visits.time[sale.at], needed, measured, surprise)
        self._post_customers(visits, sale, margin)
        if world.journal is not None:
            world.journal.orders(visits, sale.at, sale.item, sale.revenue, margin)
        if world.trace is not None:
            world.trace.ordered(world.shoppers.key.take(rows), visits.started[sale.at], sale.revenue, margin, sent_back)
        self._tell(visits, sale, surprise)
        newcomers.befriend(world)  # those whom nobody asked for, if no strategy has just settled

    def _surprise(self, visits: Visits, sale: Sale) -> Floats:
        """Return what is received less what was expected: quality noise, how well it fits, how good the price was."""
        world, sh, rows = self.world, self.world.shoppers, sale.rows
        noise = world.study.fulfilment.quality_noise
        if noise == 0.0:
            return np.zeros(rows.size)
        fit = np.einsum("nk,nk->n", world.goods.features[sale.item], sh.taste.take(rows, axis=0))
        fit *= world.goods.strength
        fit += world.goods.quality[sale.item]
        paid = np.log1p(-visits.offer[sale.at]) - world.reference(rows, visits.time[sale.at])
        surprise: Floats = noise * draws.normal(sale.luck[1]) + FIT_WEIGHT * np.tanh(0.5 * fit) - PRICE_WEIGHT * paid
        return surprise

    def _sent_back(self, surprise: Floats, u: Floats) -> Ints:
        """Return 1 for orders that come back, else 0: the likelier the more they disappoint."""
        rules = self.world.study.fulfilment
        if rules.return_base == 0.0:
            return np.zeros(surprise.size, dtype=np.int64)
        base = min(max(rules.return_base, 1e-9), 1.0 - 1e-9)
        odds = np.log(base / (1.0 - base)) - rules.return_weight * surprise
        sent_back: Ints = (draws.logistic(u) < odds).astype(np.int64)
        return sent_back

    def _post(self, visits: Visits, sale: Sale, margin: Ints, sums: Ints) -> None:
        """Note the orders' money: for the shoppers, for this visit, and for what is measured."""
        sh, ledger, at, rows = self.world.shoppers, self.world.ledger, sale.at, sale.rows
        sh.revenue[rows] += sale.revenue
        sh.margin[rows] += margin
        visits.orders[at] += 1
        visits.revenue[at] += sale.revenue
        inside = visits.measured[at].nonzero()[0]
        if inside.size:
            who = rows[inside]
            levels = self.after.levels(who, np.zeros(inside.size, dtype=np.int64))
            ledger.note(
                "orders", visits.started[at[inside]], margin[inside], levels, sums[:, inside].T, sh.reached.take(who)
            )
            ledger.note("products", sale.item[inside], sale.units[inside])
            self._book_discounts(sale.discount[inside], visits.offer_by[at[inside]])
        first = sh.first_visit.take(rows)
        seen = ((first >= ledger.start) & (first < ledger.end)).nonzero()[0]
        age = (visits.time[at[seen]] - first[seen]) // 7.0
        ledger.note("visitor_money", age.astype(np.int64), margin[seen])

    def _book_discounts(self, discount: Ints, by: Ints) -> None:
        """Book discounts to the strategies that offered them."""
        given = discount.nonzero()[0]
        for owner in np.unique(by[given]) if given.size else ():
            self.world.ledger.book(int(owner), "discounts", discount[given][by[given] == owner].sum())

    def _post_customers(self, visits: Visits, sale: Sale, margin: Ints) -> None:
        """Note the money of the horizon's new customers, by cohort and age."""
        mine, *ages = self.world.customer_ages(sale.rows, visits.time[sale.at])
        orders = np.ones(mine.size, dtype=np.int64)
        self.world.ledger.note("customer_money", *ages, margin[mine], sale.revenue[mine], orders)

    def _redeem(self, visits: Visits, sale: Sale) -> None:
        """Take points used from those whose offer was their own points."""
        for place in self.world.redeemers:
            mine = np.flatnonzero((visits.offer_by[sale.at] == place) & (sale.discount > 0))
            rows = sale.rows[mine]
            stake = self.world.shoppers.stake
            stake[rows] = np.maximum(0, stake[rows] - sale.discount[mine])

    def _tell(self, visits: Visits, sale: Sale, surprise: Floats) -> None:
        """Show the orders to the strategies that want to see them, and let their care do its work."""
        if not self.ordering:
            return
        world, at = self.world, sale.at
        now = visits.time[at]
        levers = Levers(world, sale.rows, now, None)
        moment = world.moment(self.ordering[0], sale.rows, now, cart=visits.cart[at], keys=visits.key[at])
        world.let_meet("ordered", self.ordering, moment, levers)
        if levers.pulls.comfort is not None:
            self.after.comforted(sale.rows, now, surprise, levers.pulls.comfort)
