"""The till: from deciding to order to a sale: stock, units, suggestions accepted.

Must not know why a shopper orders, nor what follows (billing.py). Money is in integer minor units.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation import choice, draws, shipping
from simulation.billing import Billing, Sale
from simulation.shoppers import NONE

if TYPE_CHECKING:
    from simulation.aftermath import Aftermath
    from simulation.pulls import Pulls, Suggestion
    from simulation.visits import Visits
    from simulation.world import World

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

_ORDER = draws.purposes("units", "substitute", "return", "quality", "substitute shelf")
_BASKET = draws.purpose("basket size")


class Till:
    """Takes orders. One per run."""

    def __init__(self, world: World, after: Aftermath) -> None:
        """Prepare to sell a world's goods."""
        self.world = world
        self.billing = Billing(world, after)

    def order(self, visits: Visits, here: Ints, ordering: Flags, pulls: Pulls | None) -> Ints:
        """Take orders of those of ``here`` who are ``ordering``; return the places in ``here`` that left without.

        ``pulls`` hold what strategies suggested to the shoppers of ``here``.
        """
        places = np.flatnonzero(ordering)
        places = places[np.argsort(visits.time[here[places]], kind="stable")]
        at, rows = here[places], visits.row[here[places]]
        u = draws.block(visits.key[at], _ORDER)
        item = self._items(visits, at, rows, u[4])
        item = self._swap(visits, at, rows, item, places, pulls)
        item, units = self._claim(visits, at, rows, item, u)
        sold = units > 0
        self._count_checkouts(visits, at, item, sold)
        if np.count_nonzero(sold):
            sold_places = sold.nonzero()[0]
            sale = self._ring_up(visits, at[sold_places], item[sold_places], units[sold_places], u[:, sold_places])
            for suggestion in pulls.suggestions if pulls is not None else []:
                if not suggestion.swap:
                    self._add_line(visits, sale, suggestion, places[sold_places])
            if self.world.shipping_fee:
                shipping.charge(self.world, visits, sale)
            self.billing.settle(visits, sale)
        return places[~sold]

    def _items(self, visits: Visits, at: Ints, rows: Ints, u: Floats) -> Ints:
        """Return the items in mind; who has none takes the best of a default shelf (funnels without a shelf)."""
        sh = self.world.shoppers
        missing = np.flatnonzero(sh.item.take(rows) < 0)
        if missing.size:
            who = rows[missing]
            product, utility = self._best_of_shelf(visits.key[at[missing]], who, u[missing], None)
            sh.item[who], sh.item_utility[who] = product, utility
        return sh.item.take(rows).astype(np.int64)

    def _best_of_shelf(
        self, keys: NDArray[np.uint64], rows: Ints, u: Floats, without: Flags | None
    ) -> tuple[Ints, Floats]:
        """Return (product, utility) of the best of a default shelf, leaving out products sold out (-inf if all are)."""
        world, sh = self.world, self.world.shoppers
        shelf = world.goods.shelf(sh.interest.take(rows), u, world.study.catalogue.shelf)
        utilities = choice.felt(world.goods, sh, rows, keys, shelf)
        if without is not None:
            utilities[without[shelf]] = -np.inf
        place, best = choice.best_of(utilities)
        return shelf[np.arange(rows.size), place], best

    def _swap(self, visits: Visits, at: Ints, rows: Ints, item: Ints, places: Ints, pulls: Pulls | None) -> Ints:
        """Take a suggested better product instead of the item in mind where it has the higher utility."""
        for suggestion in pulls.suggestions if pulls is not None else []:
            if suggestion.swap:
                mine, offered = _offered(suggestion, places)
                who = rows[mine]
                utility = self._utility(visits.key[at[mine]], who, offered)
                taken = (
                    utility
                    > self._utility(visits.key[at[mine]], who, item[mine]) + self.world.study.basket.swap_threshold
                )
                item[mine[taken]] = offered[taken]
                self._credit(suggestion.by, visits.measured[at[mine[taken]]])
        return item

    def _utility(self, keys: NDArray[np.uint64], rows: Ints, products: Ints) -> Floats:
        return choice.felt(self.world.goods, self.world.shoppers, rows, keys, products)

    def _credit(self, by: int, measured: Flags) -> None:
        self.world.ledger.credit(by, "accepted", np.count_nonzero(measured))

    def _claim(self, visits: Visits, at: Ints, rows: Ints, item: Ints, u: Floats) -> tuple[Ints, Ints]:
        """Take units from stock; who finds the item sold out takes a substitute or nothing. Return (item, units)."""
        world, sh, rules = self.world, self.world.shoppers, self.world.study.basket
        size = draws.gamma(draws.uniforms(sh.key.take(rows), _BASKET), rules.spread) / rules.spread
        mean = rules.extra_units * size * np.where(sh.orders.take(rows) > 0, rules.later_factor, 1.0)
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
        sh.trust[rows] = np.maximum(0.0, sh.trust.take(rows) - lost)
        self.world.ledger.count("stockouts", np.count_nonzero(visits.measured[at]))

    def _count_checkouts(self, visits: Visits, at: Ints, item: Ints, sold: Flags) -> None:
        self.world.ledger.count("checkouts", np.count_nonzero(visits.measured[at]))
        if self.world.journal is not None:
            self.world.journal.checkouts(visits, at, item, sold)

    def _ring_up(self, visits: Visits, at: Ints, item: Ints, units: Ints, u: Floats) -> Sale:
        """Turn claimed units of the main items into sales."""
        goods = self.world.goods
        value = goods.price[item] * units
        discount = np.rint(value * visits.offer[at]).astype(np.int64)
        return Sale(
            at=at,
            rows=visits.row[at],
            item=item,
            units=units.copy(),
            revenue=value - discount,
            discount=discount,
            cost=goods.unit_cost[item] * units,
            fee=np.zeros(at.size, dtype=np.int64),
            regret=np.zeros(at.size),
            luck=u[2:4],
        )

    def _add_line(self, visits: Visits, sale: Sale, suggestion: Suggestion, places: Ints) -> None:
        """Add a suggested product to the sales of those whose utility for it is high enough."""
        world, goods = self.world, self.world.goods
        mine, offered = _offered(suggestion, places)
        who = sale.rows[mine]
        utility = self._utility(visits.key[sale.at[mine]], who, offered)
        utility -= world.shoppers.sensitivity.take(who) * np.log1p(-suggestion.discount)
        wanted = ((utility > world.study.basket.extra_threshold) & (offered != sale.item[mine])).nonzero()[0]
        mine, offered = mine[wanted], offered[wanted]
        got = world.stock.claim(offered, np.ones(mine.size, dtype=np.int64)).nonzero()[0]
        mine, offered = mine[got], offered[got]
        value = goods.price[offered]
        discount = np.rint(value * suggestion.discount).astype(np.int64)
        sale.revenue[mine] += value - discount
        sale.cost[mine] += goods.unit_cost[offered]
        sale.units[mine] += 1
        measured = visits.measured[sale.at[mine]]
        self._credit(suggestion.by, measured)
        world.ledger.book(suggestion.by, "discounts", discount[measured].sum())
        world.ledger.count("discounts", discount[measured].sum())


def _offered(suggestion: Suggestion, places: Ints) -> tuple[Ints, Ints]:
    """Return which of ``places`` a suggestion was made to (indices into ``places``) and the products offered."""
    offer = np.full(1 + max(places.max(initial=0), suggestion.where.max(initial=0)), NONE)
    offer[suggestion.where] = np.arange(suggestion.where.size)
    theirs = offer.take(places)
    mine = (theirs >= 0).nonzero()[0]
    return mine, suggestion.products[theirs[mine]]
