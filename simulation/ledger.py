"""The ledger: counts and money as they happen, kept as integers and turned into the tables of outcomes.py.

Must not decide anything. Rows are noted in batches and counted when enough have come together, since counting a few
rows costs as much as counting thousands.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation import trial
from simulation.catalogue import product_names
from simulation.outcomes import MICRO, Facts, Outcomes, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulation.study import Study

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]

TOTALS = (
    *(
        "shoppers",
        "visits",
        "visitors",
        "buyers",
        "bounces",
        "carts",
        "cart_orders",
        "checkouts",
        "stockouts",
        "orders",
    ),
    *("units", "revenue", "discounts", "returned", "satisfaction", "trust", "new_customers", "repeat_customers"),
    *("lost_customers", "referrals", "reachable", "sent", "delivered", "opened", "clicked", "unsubscribed", "dwell"),
    *("cut_off", "residual_orders"),
)
DAILY = ("visits", "new_visitors", "orders", "revenue", "margin")
AGES = ("margin", "revenue", "orders")
SPLITS = ("visits", "orders", "revenue")
STRATEGIES = ("reach", "impressions", "sent", "delivered", "opened", "clicked", "accepted", "orders")
ACCOUNTS = (
    *("revenue", "discounts", "returned", "goods", "fulfilment", "media", "messages", "gifts"),
    *("technology", "data", "content", "personnel"),
)
PRODUCTS = ("orders", "units")
STORE = "store"
LADDER = np.concatenate([[0.0], 1.15 ** np.arange(70)])
"""Lower edges of the order value histogram, in currency units."""

MESSAGE_ACCOUNTS = ("messages", "messages", "media")
"""Where the channels e-mail, push and advert are booked."""

COHORT_DAYS = 30.0
_FLUSH = 1 << 15


class Ledger:
    """All counts and sums of a run."""

    def __init__(self, study: Study, edges: Sequence[tuple[str, str]], strategies: Sequence[str]) -> None:
        """Open the books for a study, a compiled funnel's edges and the strategies of the plan."""
        self.product_names = tuple(f"{place} {name}" for place, name in enumerate(product_names(study)))
        self.study, self.edge_names, self.strategy_names = study, edges, tuple(strategies)
        experiment = study.experiment
        self.start = experiment.warm_up_days
        self.end = self.start + experiment.days
        self.weeks = max(1, int(np.ceil(experiment.ltv_days / 7.0)))
        self.cohorts = int(experiment.days // COHORT_DAYS) + 1
        self.levels = split_levels(study)
        self.totals: dict[str, int] = dict.fromkeys(TOTALS, 0)
        self.edges = np.zeros(len(edges), dtype=np.int64)
        self.daily = np.zeros((int(np.ceil(experiment.days)), len(DAILY)), dtype=np.int64)
        self.ages = np.zeros((self.cohorts, self.weeks, len(AGES)), dtype=np.int64)
        self.cohort_sizes = np.zeros((self.cohorts, 1), dtype=np.int64)
        self.visitor_ages = np.zeros((self.weeks, 1), dtype=np.int64)
        self.splits = np.zeros((sum(map(len, self.levels.values())), len(SPLITS)), dtype=np.int64)
        self.order_values = np.zeros((LADDER.size, 1), dtype=np.int64)
        self.strategies = np.zeros((len(self.strategy_names), len(STRATEGIES)), dtype=np.int64)
        self.accounts = np.zeros((1 + len(self.strategy_names), len(ACCOUNTS)), dtype=np.int64)
        self.products = np.zeros((len(self.product_names), len(PRODUCTS)), dtype=np.int64)
        self.trials = np.zeros((len(self.strategy_names), len(trial.ARMS), len(trial.MEASURES)), dtype=np.int64)
        self.deliveries = np.zeros((len(self.strategy_names), len(MESSAGE_ACCOUNTS)), dtype=np.int64)
        self.message_ages = np.zeros((self.cohorts, self.weeks, len(MESSAGE_ACCOUNTS)), dtype=np.int64)
        self._notes: dict[str, list[tuple[NDArray[np.generic], ...]]] = defaultdict(list)
        self._waiting: dict[str, int] = defaultdict(int)

    def measured(self, times: Floats) -> Flags:
        """Return which times lie in the measured horizon."""
        inside: Flags = (times >= self.start) & (times < self.end)
        return inside

    def count(self, measure: str, amount: int | np.integer) -> None:
        """Add to one of the totals."""
        self.totals[measure] += int(amount)

    def book(self, owner: int, account: str, minor: int | np.integer) -> None:
        """Book an amount to an account of the store (owner -1) or of a strategy (its place in the plan)."""
        self.accounts[owner + 1, ACCOUNTS.index(account)] += int(minor)

    def credit(self, strategy: int, measure: str, amount: int | np.integer) -> None:
        """Count something for a strategy."""
        self.strategies[strategy, STRATEGIES.index(measure)] += int(amount)

    def credit_each(self, measure: str, bits: NDArray[np.uint64]) -> None:
        """Count for each strategy those (n,) who bear its bit, eight strategies at a time: bytes take a fifth."""
        octets = [(bits >> np.uint64(first)).astype(np.uint8) for first in range(0, len(self.strategy_names), 8)]
        for place in range(len(self.strategy_names)):
            self.credit(place, measure, np.count_nonzero(octets[place // 8] & np.uint8(1 << place % 8)))

    def note(self, book: str, *columns: NDArray[np.generic]) -> None:
        """Note rows to be counted later; ``book`` names the method ``_count_...`` that will."""
        if columns[0].size:
            self._notes[book].append(columns)
            self._waiting[book] += columns[0].size
            if self._waiting[book] > _FLUSH:
                self._settle(book)

    def _settle(self, book: str) -> None:
        notes = self._notes.pop(book, [])
        self._waiting[book] = 0
        if notes:
            getattr(self, f"_count_{book}")(*(np.concatenate(column) for column in zip(*notes, strict=True)))

    def settle(self) -> None:
        """Count everything that has been noted."""
        for book in list(self._notes):
            self._settle(book)

    def _count_edges(self, ids: Ints) -> None:
        self.edges += np.bincount(ids, minlength=self.edges.size)

    def _count_visits(self, times: Floats, new: Flags, levels: Ints, outcome: Ints) -> None:
        """Count measured visits: totals, by day and by split level.

        Args:
            times: (n,) start of the visits.
            new: (n,) whether it was the shopper's first.
            levels: (n, dimensions) indices of split levels.
            outcome: (n, 4) steps, orders, whether a cart was filled, seconds on the site.
        """
        steps, orders, cart, seconds = outcome.T
        self.count("visits", times.size)
        self.count("bounces", ((steps == 1) & (orders == 0)).sum())
        self.count("carts", cart.sum())
        self.count("cart_orders", (cart & (orders > 0)).sum())
        self.count("dwell", seconds.sum())
        day = (times - self.start).astype(np.int64)
        self._add_daily("visits", day, None)
        self._add_daily("new_visitors", day[new], None)
        self.splits[:, 0] += np.bincount(levels.ravel(), minlength=self.splits.shape[0])

    def _count_orders(self, times: Floats, margin: Ints, levels: Ints, sums: Ints, reached: NDArray[np.uint64]) -> None:
        """Count measured orders: totals, accounts, by day, split level and order value.

        Args:
            times: (n,) start of the visits.
            margin: (n,) in minor units.
            levels: (n, dimensions) indices of split levels.
            sums: (n, 6) units, revenue, discounts, refunds, cost of goods, fulfilment.
            reached: (n,) bit per strategy that had reached the shopper.
        """
        units, revenue, discount, refund, goods, fulfilment = sums.T
        self.count("orders", times.size)
        for measure, amounts in (("units", units), ("revenue", revenue), ("discounts", discount), ("returned", refund)):
            self.count(measure, amounts.sum())
        for account, amounts in (
            ("revenue", revenue),
            ("returned", refund),
            ("goods", goods),
            ("fulfilment", fulfilment),
        ):
            self.book(-1, account, amounts.sum())
        day = (times - self.start).astype(np.int64)
        for name, column in (("orders", None), ("revenue", revenue), ("margin", margin)):
            self._add_daily(name, day, column)
        flat, width = levels.ravel(), levels.shape[1]
        self.splits[:, 1] += np.bincount(flat, minlength=self.splits.shape[0])
        self.splits[:, 2] += _sums(flat, np.repeat(revenue, width), self.splits.shape[0])
        bins = np.searchsorted(LADDER, revenue / self.study.store.minor_units, side="right") - 1
        self.order_values[:, 0] += np.bincount(bins, minlength=LADDER.size)
        self.credit_each("orders", reached)

    def _count_products(self, item: Ints, units: Ints) -> None:
        """Count measured orders and their units by main item."""
        self.products[:, 0] += np.bincount(item, minlength=self.products.shape[0])
        self.products[:, 1] += _sums(item, units, self.products.shape[0])

    def _count_customer_money(self, cohort: Ints, age: Ints, margin: Ints, revenue: Ints, orders: Ints) -> None:
        """Count money of the horizon's new customers, and what is spent on them, by cohort and week of customer age."""
        inside = age < self.weeks
        cell = (cohort * self.weeks + age)[inside]
        for place, amounts in enumerate((margin, revenue, orders)):
            self.ages[:, :, place] += _sums(cell, amounts[inside], self.cohorts * self.weeks).reshape(
                self.ages.shape[:2]
            )

    def _count_visitor_money(self, age: Ints, margin: Ints) -> None:
        """Count margin by week since the first visit, of shoppers whose first visit was in the horizon."""
        inside = age < self.weeks
        self.visitor_ages[:, 0] += _sums(age[inside], margin[inside], self.weeks)

    def _count_scores(self, satisfaction: NDArray[np.float32]) -> None:
        """Sum satisfaction with measured orders."""
        self.count("satisfaction", np.rint(satisfaction.astype(np.float64) * MICRO).astype(np.int64).sum())

    def _count_delivered(self, by: Ints, channel: Ints, inside: Flags) -> None:
        """Count messages delivered, if measured, by sender and channel."""
        measured = inside.nonzero()[0]
        _add_ones(self.deliveries, by.take(measured), channel.take(measured))
        self._count_messages("delivered", by.take(measured))

    def _count_opened(self, by: Ints, inside: Flags) -> None:
        self._count_messages("opened", by[inside])

    def _count_clicked(self, by: Ints, inside: Flags) -> None:
        self._count_messages("clicked", by[inside])

    def _count_messages(self, measure: str, by: Ints) -> None:
        self.count(measure, by.size)
        self.strategies[:, STRATEGIES.index(measure)] += np.bincount(by, minlength=len(self.strategy_names))

    def _count_customer_messages(self, cohort: Ints, age: Ints, channel: Ints) -> None:
        """Count messages to the horizon's new customers, whose cost is taken from their margin at the end."""
        inside = (age < self.weeks).nonzero()[0]
        _add_ones(self.message_ages, cohort.take(inside), age.take(inside), channel.take(inside))

    def _charge_messages(self) -> None:
        """Book the messages delivered: counted one by one, since one costs a fraction of a cent."""
        costs = self.study.costs
        each = np.array([costs.email, costs.push, costs.advert]) * self.study.store.minor_units
        for strategy, counts in enumerate(self.deliveries):
            for channel, account in enumerate(MESSAGE_ACCOUNTS):
                self.book(strategy, account, np.rint(counts[channel] * each[channel]))
        self.ages[:, :, 0] -= np.rint(self.message_ages @ each).astype(np.int64)

    def _add_daily(self, measure: str, day: Ints, amounts: Ints | None) -> None:
        column = DAILY.index(measure)
        if amounts is None:
            self.daily[:, column] += np.bincount(day, minlength=self.daily.shape[0])
        else:
            self.daily[:, column] += _sums(day, amounts, self.daily.shape[0])

    def cohort_of(self, first_order: Floats) -> Ints:
        """Return the 30-day cohort of customers by the time of their first order in the horizon."""
        cohort = ((first_order - self.start) // COHORT_DAYS).astype(np.int64)
        return np.minimum(cohort, self.cohorts - 1)  # a visit of the last evening may order after midnight

    def outcomes(self, facts: Facts) -> Outcomes:
        """Close the books: return the finished tables."""
        self.settle()
        self._charge_messages()
        days = tuple(str(day) for day in range(self.daily.shape[0]))
        weeks, cohorts = tuple(map(str, range(self.weeks))), tuple(map(str, range(self.cohorts)))
        levels = tuple(f"{name}:{label}" for name, labels in self.levels.items() for label in labels)
        totals = np.array([self.totals[name] for name in TOTALS], dtype=np.int64)
        edges = tuple(f"{source}>{target}" for source, target in self.edge_names)
        bins = tuple(f"{edge:.2f}" for edge in LADDER)
        tables = {
            "totals": Table((("measure", TOTALS),), totals),
            "edges": Table((("edge", edges),), self.edges),
            "daily": Table((("day", days), ("measure", DAILY)), self.daily),
            "ages": Table((("cohort", cohorts), ("age", weeks), ("measure", AGES)), self.ages),
            "cohorts": Table((("cohort", cohorts), ("measure", ("customers",))), self.cohort_sizes),
            "visitor_ages": Table((("age", weeks), ("measure", ("margin",))), self.visitor_ages),
            "splits": Table((("level", levels), ("measure", SPLITS)), self.splits),
            "order_values": Table((("bin", bins), ("measure", ("orders",))), self.order_values),
            "strategies": Table((("strategy", self.strategy_names), ("measure", STRATEGIES)), self.strategies),
            "products": Table((("product", self.product_names), ("measure", PRODUCTS)), self.products),
            "trials": Table(
                (("strategy", self.strategy_names), ("arm", trial.ARMS), ("measure", trial.MEASURES)), self.trials
            ),
            "accounts": Table((("owner", (STORE, *self.strategy_names)), ("account", ACCOUNTS)), self.accounts),
        }
        return Outcomes(facts, tables)


def _add_ones(table: Ints, *index: Ints) -> None:
    """Add one to a table's cell for each entry of its index (``np.add.at`` takes several times as long)."""
    table += np.bincount(np.ravel_multi_index(index, table.shape), minlength=table.size).reshape(table.shape)


def _sums(cells: Ints, amounts: Ints, size: int) -> Ints:
    """Return exact integer sums per cell (bincount adds in floating point, exact below 2**53 minor units)."""
    return np.rint(np.bincount(cells, weights=amounts, minlength=size)).astype(np.int64)


def split_levels(study: Study) -> dict[str, tuple[str, ...]]:
    """Return the dimensions by which visits and orders are split, with their levels, in the order of the table."""
    return {
        "reason": tuple(level.name for level in study.reason),
        "source": tuple(level.name for level in study.source),
        "device": tuple(level.name for level in study.device),
        "place": tuple(level.name for level in study.place),
        "customer": ("new visitor", "returning visitor", "one order", "two to four orders", "five or more"),
    }
