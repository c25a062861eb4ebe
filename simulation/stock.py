"""Stock and suppliers: what is on the shelf, what is on order, who gets the last one.

Knows products and shares of traffic, nothing of shoppers. The nightly review and the deliveries run as SimPy processes
(processes.py); the policy is the classic (s, S) rule with safety stock, on a forecast that follows past sales. A run
of a small share of the store holds a few whole units of each product: stock is then coarse, and less is sold out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from simulation.catalogue import Catalogue
    from simulation.study import Study

Ints = NDArray[np.int64]

PLENTY = 1 << 40
UNITS_VARIANCE = 4.0
"""Variance of daily sales over their mean: orders are Poisson, with about two units each."""


class Inventory:
    """Units on hand and on order of each product, for the simulated share of the store."""

    def __init__(self, study: Study, goods: Catalogue) -> None:
        """Fill the shelves to their targets."""
        rules, products = study.stock, goods.category.size
        self.unlimited = rules.unlimited
        self.rules = rules
        self.back_orders = False
        """Everything is sold, and owed where the shelf is empty: in the follow-up, where traffic is not the store's."""
        self.forecast = self._expected_daily(goods, rules.units_per_day * study.simulated_share)
        self.least = self.forecast * 0.1
        self.on_hand: Ints = np.full(products, PLENTY) if self.unlimited else self._target()
        self.first = self.on_hand.copy()
        self.on_order: Ints = np.zeros(products, dtype=np.int64)
        self.received: Ints = np.zeros(products, dtype=np.int64)
        self.sold: Ints = np.zeros(products, dtype=np.int64)
        self.sold_today: Ints = np.zeros(products, dtype=np.int64)
        self.sold_yesterday: Ints = np.zeros(products, dtype=np.int64)

    @staticmethod
    def _expected_daily(goods: Catalogue, units: float) -> NDArray[np.float64]:
        in_category = np.bincount(goods.category, weights=goods.popularity)[goods.category]
        expected: NDArray[np.float64] = units * (goods.shares / goods.shares.sum())[goods.category]
        return expected * goods.popularity / in_category

    def _reorder_point(self) -> Ints:
        waiting = self.forecast * self.rules.lead_days
        point = waiting + self.rules.safety * np.sqrt(UNITS_VARIANCE * waiting)
        return np.ceil(point).astype(np.int64)

    def _target(self) -> Ints:
        return self._reorder_point() + np.ceil(self.forecast * self.rules.cover_days).astype(np.int64)

    def claim(self, products: Ints, units: Ints) -> Ints:
        """Sell ``units`` of each product, first come first served in the order given; return units granted.

        Who finds at least one on the shelf gets all he asks for (the rest is back-ordered, and the shelf goes below
        zero); who finds none gets nothing.
        """
        simple = self.unlimited or self.back_orders or not products.size
        granted = units.copy() if simple else self._grant(products, units)
        sold = np.bincount(products, weights=granted, minlength=self.on_hand.size).astype(np.int64)
        self.on_hand -= sold
        self.sold += sold
        self.sold_today += sold
        return granted

    def _grant(self, products: Ints, units: Ints) -> Ints:
        order = np.argsort(products, kind="stable")
        sorted_products, asked = products[order], units[order]
        before = np.cumsum(asked) - asked
        starts = np.flatnonzero(np.r_[True, sorted_products[1:] != sorted_products[:-1]])
        first = np.repeat(before[starts], np.diff(np.r_[starts, asked.size]))
        granted = np.empty_like(asked)
        granted[order] = np.where(self.on_hand[sorted_products] > before - first, asked, 0)
        return granted

    def due_orders(self) -> tuple[Ints, Ints]:
        """Return (products, units) that the nightly review orders: those below their point, filled up to target."""
        self.sold_yesterday, self.sold_today = self.sold_today, np.zeros_like(self.sold_today)
        nothing = np.zeros(0, dtype=np.int64)
        if self.unlimited:
            return nothing, nothing
        self.forecast += (self.sold_yesterday - self.forecast) / self.rules.memory_days
        np.maximum(self.forecast, self.least, out=self.forecast)
        position = self.on_hand + self.on_order
        low = np.flatnonzero(position <= self._reorder_point())
        units = self._target()[low] - position[low]
        self.on_order[low] += units
        return low, units

    def receive(self, products: Ints, units: Ints) -> None:
        """Put a delivery on the shelf."""
        self.on_order[products] -= units
        self.on_hand[products] += units
        self.received[products] += units
