"""Popularity message: "15 sold today", "best seller", driven by what the simulated store really sells."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, ClassVar

import numpy as np

from simulation import Evidence, Levers, Moment, MonthlyCost, Office, Strategy, portion, quantity

AFTER_THE_FIRST_DAY = 1.5


class Sales:
    """What is said of each product, by the sales that the store counted.

    Attributes:
        lately, always: (P,) units sold a day on the whole store's scale, of late and since the beginning.
        best: (P,) which are called best sellers. signal: (P,) how strongly a product's sales are shown, 0-1.
    """

    def __init__(self, products: int) -> None:
        """Begin with nothing sold and nothing said."""
        self.lately, self.always = np.zeros((2, products))
        self.best, self.signal = np.zeros(products, dtype=np.bool_), np.zeros(products)
        self.days = 0

    def count(self, sold: np.ndarray, memory_days: float) -> None:
        """Take in a day's sales."""
        self.days += 1
        self.lately += (sold - self.lately) / min(self.days, memory_days)
        self.always += (sold - self.always) / self.days


class PopularityMessage(Strategy):
    """Marks best sellers on the shelf and says how many are sold; a surprising success of a niche product says more."""

    id: ClassVar = "popularity_message"
    title: ClassVar = "Popularity message"
    about: ClassVar = 'marks best sellers and says "15 sold today" of products that really sell'
    kind: ClassVar = "contextual"
    roles: ClassVar = ("browse", "compare", "checkout")
    level: ClassVar = 2
    evidence: ClassVar = (
        Evidence("revenue_per_visitor", "store", 0.003, 0.043, "B", "Browne and Swarbrick Jones 2017: mean +2.3 %"),
    )

    days: float = quantity(14.0, "days", "sales are averaged over about so many days", ge=1.0, le=365.0)
    best: float = portion(0.10, "share of each category's products that are called best sellers")
    least: float = quantity(2.0, "units a day", "say how many are sold from this many on", ge=0.0, le=1e6)
    surprise: float = quantity(1.5, "factor", "niche products surprise from so many times their usual sales on", ge=1.0)
    niche: float = quantity(1.5, "factor", "how much more that says (Tucker and Zhang 2011)", ge=1.0, le=10.0)
    strength: float = portion(0.16, "how strongly the messages are put")
    monthly: MonthlyCost = quantity(MonthlyCost(technology=150.0), "", "fixed monthly cost by kind")

    def start(self, office: Office) -> Sales:
        """Claim the memory of sales and count them day by day."""
        sales = Sales(office.prices.size)
        office.process(self._watch(office, sales))
        return sales

    def _watch(self, office: Office, sales: Sales) -> Generator[Any, Any, None]:
        products = np.arange(office.prices.size)
        yield office.clock.timeout(AFTER_THE_FIRST_DAY)
        while True:
            sales.count(office.sold_yesterday(products), self.days)
            sales.best = self._leaders(office, sales.lately)
            sales.signal = self._signal(office, sales)
            yield office.clock.timeout(1.0)

    def _leaders(self, office: Office, lately: np.ndarray) -> np.ndarray:
        """Return (P,) the top of each category by recent sales; nothing that was not sold."""
        order = np.lexsort((-lately, office.categories))
        rank = np.empty(order.size, dtype=np.int64)
        rank[order] = np.arange(order.size) - (np.cumsum(office.sizes) - office.sizes)[office.categories[order]]
        leads: np.ndarray = (rank < np.ceil(self.best * office.sizes)[office.categories]) & (lately > 0.0)
        return leads

    def _signal(self, office: Office, sales: Sales) -> np.ndarray:
        """Return (P,) the strength: of what sells well, and more of niche products that sell surprisingly well."""
        usual = np.bincount(office.categories, weights=sales.always) / office.sizes
        niche = sales.always < usual[office.categories]
        surprising = niche & (sales.lately > self.surprise * sales.always)
        said = np.where((sales.lately >= self.least) & (sales.lately > 0.0), self.strength, 0.0)
        return np.where(surprising, min(1.0, self.strength * self.niche), said)

    def act(self, moment: Moment, levers: Levers) -> None:
        """Mark the best sellers on the shelf, and say what sells to those who have it in mind."""
        sales: Sales = moment.memory
        if moment.shelf is not None and sales.best.any():
            levers.badge(np.ones(moment.size, dtype=np.bool_), sales.best, self.strength)
        signal = np.where(moment.item >= 0, sales.signal[moment.item], 0.0)
        told = np.flatnonzero(signal > 0.0)
        levers.prove(told, signal[told])
