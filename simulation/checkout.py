"""The till: from deciding to order to an order: stock, units, suggestions accepted, money, and what was received.

Must not know why a shopper orders. Money is in integer minor units; every amount booked here is a sum of order lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation import choice, draws
from simulation.agenda import NEED
from simulation.levers import Levers

if TYPE_CHECKING:
    from simulation.aftermath import Aftermath
    from simulation.levers import Suggestion
    from simulation.visits import Visits
    from simulation.world import World

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

_ORDER = draws.purposes("units", "substitute", "return", "quality", "substitute shelf")
_BASKET = draws.purpose("basket size")
_NOISE = draws.purpose("product noise")


class Till:
    """Takes orders. One per run."""

    def __init__(self, world: World, after: Aftermath) -> None:
        """Prepare to sell a world's goods."""
        self.world, self.after = world, after
        self.ordering = world.working("ordered")

    def order(self, visits: Visits, here: Ints, ordering: Flags, levers: Levers | None) -> Ints:
        """Take orders of those of ``here`` who are ``ordering``; return the places in ``here`` that left without.

        ``levers`` hold what strategies suggested to the shoppers of ``here``.
        """
        places = np.flatnonzero(ordering)
        places = places[np.argsort(visits.time[here[places]], kind="stable")]
        at, rows = here[places], visits.row[here[places]]
        u = draws.block(visits.key[at], _ORDER)
        item = self._items(visits, at, rows, u[4])
        item = self._swap(visits, at, rows, item, places, levers)
        item, units = self._claim(visits, at, rows, item, u)
        sold = units > 0
        self._count_checkouts(visits, at, item, sold)
        if sold.any():
            self._sell(visits, at[sold], item[sold], units[sold], u[:, sold], places[sold], levers)
        return places[~sold]

    def _items(self, visits: Visits, at: Ints, rows: Ints, u: Floats) -> Ints:
        """Return the items in mind; who has none takes the best of a default shelf (funnels without a shelf)."""
        sh = self.world.shoppers
        missing = np.flatnonzero(sh.item[rows] < 0)
        if missing.size:
            who = rows[missing]
            product, utility = self._best_of_shelf(visits.key[at[missing]], who, u[missing], None)
            sh.item[who], sh.item_utility[who] = product, utility
        return sh.item[rows].astype(np.int64)

    def _best_of_shelf(
        self, keys: NDArray[np.uint64], rows: Ints, u: Floats, without: Flags | None
    ) -> tuple[Ints, Floats]:
        """Return (product, utility) of the best of a default shelf, leaving out products sold out (-inf if all are)."""
        world, sh = self.world, self.world.shoppers
        shelf = world.goods.shelf(sh.interest[rows], u, world.study.catalogue.shelf)
        utilities = choice.utility(world.goods, sh.taste[rows], sh.sensitivity[rows], shelf)
        utilities += draws.gumbel(draws.by_item(keys, _NOISE, shelf))
        if without is not None:
            utilities[without[shelf]] = -np.inf
        place, best = choice.best_of(utilities)
        return shelf[np.arange(rows.size), place], best

    def _swap(self, visits: Visits, at: Ints, rows: Ints, item: Ints, places: Ints, levers: Levers | None) -> Ints:
        """Take a suggested better product instead of the item in mind where it has the higher utility."""
        for suggestion in levers.suggestions if levers is not None else []:
            if suggestion.swap:
                mine, offered = _offered(suggestion, places)
                who = rows[mine]
                utility = self._utility(visits.key[at[mine]], who, offered)
                taken = utility > self._utility(visits.key[at[mine]], who, item[mine])
                item[mine[taken]] = offered[taken]
                self._credit(suggestion.by, visits.measured[at[mine[taken]]])
        return item

    def _utility(self, keys: NDArray[np.uint64], rows: Ints, products: Ints) -> Floats:
        sh = self.world.shoppers
        noise = draws.gumbel(draws.by_item(keys, _NOISE, products))
        return choice.utility(self.world.goods, sh.taste[rows], sh.sensitivity[rows], products) + noise

    def _credit(self, by: int, measured: Flags) -> None:
        self.world.ledger.credit(by, "accepted", measured.sum())

    def _claim(self, visits: Visits, at: Ints, rows: Ints, item: Ints, u: Floats) -> tuple[Ints, Ints]:
        """Take units from stock; who finds the item sold out takes a substitute or nothing. Return (item, units)."""
        world, sh, rules = self.world, self.world.shoppers, self.world.study.basket
        size = draws.gamma(draws.uniforms(sh.key[rows], _BASKET), rules.spread) / rules.spread
        mean = rules.extra_units * size * np.where(sh.orders[rows] > 0, rules.later_factor, 1.0)
        asked = 1 + draws.poisson(u[0], mean)
        units = world.stock.claim(item, asked)
        short = np.flatnonzero(units == 0)
        if short.size:
            self._disappoint(visits, at[short], rows[short])
            willing = short[u[1][short] < world.study.stock.substitute]
            gone = world.stock.on_hand <= 0
            product, utility = self._best_of_shelf(visits.key[at[willing]], rows[willing], u[4][willing], gone)
            found = np.isfinite(utility)
            item[willing[found]] = product[found]
            units[willing[found]] = world.stock.claim(product[found], asked[willing[found]])
        return item, units

    def _disappoint(self, visits: Visits, at: Ints, rows: Ints) -> None:
        sh, rules = self.world.shoppers, self.world.study.fulfilment
        lost = rules.sold_out_trust + rules.urgency_sold_out_trust * visits.urged[at]
        sh.trust[rows] = np.maximum(0.0, sh.trust[rows] - lost)
        self.world.ledger.count("stockouts", visits.measured[at].sum())

    def _count_checkouts(self, visits: Visits, at: Ints, item: Ints, sold: Flags) -> None:
        self.world.ledger.count("checkouts", visits.measured[at].sum())
        if self.world.journal is not None:
            self.world.journal.checkouts(visits, at, item, sold)

    # money ---------------------------------------------------------------------------------------------------------
    def _sell(
        self, visits: Visits, at: Ints, item: Ints, units: Ints, u: Floats, places: Ints, levers: Levers | None
    ) -> None:
        """Turn claimed units into order lines, book them, and let the consequences follow."""
        world, sh, goods = self.world, self.world.shoppers, self.world.goods
        rows, measured, offer = visits.row[at], visits.measured[at], visits.offer[at]
        list_value = goods.price[item] * units
        discount = np.rint(list_value * offer).astype(np.int64)
        revenue, cost = list_value - discount, goods.unit_cost[item] * units
        self._book_line(measured, visits.offer_by[at], list_value, discount, cost)
        extra_units = units.copy()
        for suggestion in levers.suggestions if levers is not None else []:
            if not suggestion.swap:
                line = self._add_line(visits, at, rows, item, suggestion, places)
                revenue, cost, extra_units = revenue + line[0], cost + line[1], extra_units + line[2]
        surprise = self._surprise(visits, at, rows, item, offer, u[3])
        lost = self._returns(measured, revenue, cost, surprise, u[2])
        shipping = int(round(world.study.costs.fulfilment_per_order * world.study.store.minor_units))
        world.ledger.book(-1, "fulfilment", shipping * int(measured.sum()))
        margin = revenue - cost - shipping - lost
        self._post(visits, at, rows, revenue, margin)
        world.ledger.count("units", extra_units[measured].sum())
        sh.item[rows] = item
        weight = world.study.behaviour.purchase_weight
        world.profile.observe(sh, rows, item, weight, "purchases")
        self.after.ordered(rows, visits.time[at], visits.kind[at] == NEED, surprise)
        self._record(visits, at, rows, item, revenue, margin)
        self._tell(visits, at)

    def _book_line(self, measured: Flags, by: Ints, value: Ints, discount: Ints, cost: Ints) -> None:
        ledger = self.world.ledger
        ledger.book(-1, "revenue", (value - discount)[measured].sum())
        ledger.book(-1, "goods", cost[measured].sum())
        ledger.count("revenue", (value - discount)[measured].sum())
        ledger.count("discounts", discount[measured].sum())
        given = measured & (discount > 0)
        for owner in np.unique(by[given]):
            ledger.book(int(owner), "discounts", discount[given & (by == owner)].sum())

    def _add_line(
        self, visits: Visits, at: Ints, rows: Ints, item: Ints, suggestion: Suggestion, places: Ints
    ) -> tuple[Ints, Ints, Ints]:
        """Add a suggested product where its utility is high enough; return (revenue, cost, units) per order."""
        world, goods = self.world, self.world.goods
        mine, offered = _offered(suggestion, places)
        keys, who = visits.key[at[mine]], rows[mine]
        utility = self._utility(keys, who, offered)
        utility -= world.shoppers.sensitivity[who] * np.log1p(-suggestion.discount)
        wanted = (utility > world.study.basket.extra_threshold) & (offered != item[mine])
        mine, offered = mine[wanted], offered[wanted]
        got = world.stock.claim(offered, np.ones(mine.size, dtype=np.int64)) > 0
        mine, offered = mine[got], offered[got]
        value = goods.price[offered]
        discount = np.rint(value * suggestion.discount).astype(np.int64)
        measured = visits.measured[at[mine]]
        self._book_line(measured, np.full(mine.size, suggestion.by), value, discount, goods.unit_cost[offered])
        self._credit(suggestion.by, measured)
        columns = np.zeros((3, at.size), dtype=np.int64)
        columns[:, mine] = value - discount, goods.unit_cost[offered], np.ones(mine.size, dtype=np.int64)
        return columns[0], columns[1], columns[2]

    def _surprise(self, visits: Visits, at: Ints, rows: Ints, item: Ints, offer: Floats, u: Floats) -> Floats:
        """Return what is received less what was expected: quality noise, how well it fits, how good the price was."""
        world, sh, rules = self.world, self.world.shoppers, self.world.study.fulfilment
        if rules.quality_noise == 0.0:
            return np.zeros(rows.size)
        noise = rules.quality_noise * draws.normal(u)
        fit = choice.utility(world.goods, sh.taste[rows], sh.sensitivity[rows] * 0.0, item)
        paid = np.log1p(-offer) - world.reference(rows, visits.time[at])
        surprise: Floats = noise + 0.25 * np.tanh(0.5 * fit) - 0.5 * paid
        return surprise

    def _returns(self, measured: Flags, revenue: Ints, cost: Ints, surprise: Floats, u: Floats) -> Ints:
        """Some orders come back: refund and handling, less what the goods are still worth. Return the loss of each."""
        world, rules = self.world, self.world.study.fulfilment
        if rules.return_base == 0.0:
            return np.zeros(revenue.size, dtype=np.int64)
        costs = world.study.costs
        base = min(max(rules.return_base, 1e-9), 1.0 - 1e-9)
        back = np.log(u / (1.0 - u)) < np.log(base / (1.0 - base)) - rules.return_weight * surprise
        refund = np.where(back, revenue, 0)
        saved = np.where(back, np.rint(cost * costs.salvage).astype(np.int64), 0)
        handling = np.where(back, int(round(costs.return_cost * world.study.store.minor_units)), 0)
        world.ledger.count("returned", refund[measured].sum())
        world.ledger.book(-1, "returned", refund[measured].sum())
        world.ledger.book(-1, "goods", -saved[measured].sum())
        world.ledger.book(-1, "fulfilment", handling[measured].sum())
        loss: Ints = refund - saved + handling
        return loss

    def _post(self, visits: Visits, at: Ints, rows: Ints, revenue: Ints, margin: Ints) -> None:
        sh, ledger = self.world.shoppers, self.world.ledger
        sh.revenue[rows] += revenue
        sh.margin[rows] += margin
        visits.orders[at] += 1
        visits.revenue[at] += revenue
        inside = visits.measured[at]
        ledger.count("orders", inside.sum())
        levels = self.after.levels(rows[inside], np.zeros(int(inside.sum()), dtype=np.int64))
        ledger.note("orders", visits.started[at[inside]], revenue[inside], margin[inside], levels)
        for place in range(len(self.world.strategies)):
            touched = sh.reached[rows] & np.uint64(1 << place) > 0
            ledger.credit(place, "orders", (inside & touched).sum())
        seen = np.flatnonzero(sh.first_visit[rows] >= ledger.start)
        seen = seen[sh.first_visit[rows[seen]] < ledger.end]
        age = (visits.time[at[seen]] - sh.first_visit[rows[seen]]) // 7.0
        ledger.note("visitor_money", age.astype(np.int64), margin[seen])

    def _record(self, visits: Visits, at: Ints, rows: Ints, item: Ints, revenue: Ints, margin: Ints) -> None:
        """Count the money of the horizon's new customers by cohort and age; write the journal."""
        sh, world = self.world.shoppers, self.world
        mine = np.flatnonzero(sh.cohort[rows])
        ages = world.customer_age(rows[mine], visits.time[at[mine]])
        world.ledger.note("customer_money", *ages, margin[mine], revenue[mine], np.ones(mine.size, dtype=np.int64))
        if world.journal is not None:
            world.journal.orders(visits, at, item, revenue, margin)

    def _tell(self, visits: Visits, at: Ints) -> None:
        world, rows, now = self.world, visits.row[at], visits.time[at]
        for active in self.ordering:
            levers = Levers(world, rows, now, None)
            moment = world.moment(active, rows, now, cart=visits.cart[at], keys=visits.key[at])
            active.strategy.ordered(moment, levers.pulled_by(active.place))


def _offered(suggestion: Suggestion, places: Ints) -> tuple[Ints, Ints]:
    """Return which of ``places`` a suggestion was made to (indices into ``places``) and the products offered."""
    _, mine, theirs = np.intersect1d(places, suggestion.where, assume_unique=True, return_indices=True)
    return mine, suggestion.products[theirs]
