"""The figures of order value and of their spread between customers, each a pure function of columns of orders.

Knows neither files nor standard errors. A figure that the orders cannot tell is NaN.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pandas as pd

    from planner.calibration.estimates import Mask

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Orders(NamedTuple):
    """Orders as columns, sorted by customer and day.

    Attributes:
        customer: number of the customer.
        rank: which order of his it is, 0 = first.
        age: days since his first order.
        observed: days from his first order to the end of the log.
        value: in the currency's main unit.
        quantity: units, 0 = not known.
    """

    customer: Ints
    rank: Ints
    age: Ints
    observed: Ints
    value: Floats
    quantity: Ints

    def take(self, rows: Mask) -> Orders:
        """Return the orders selected."""
        return Orders(
            customer=self.customer[rows],
            rank=self.rank[rows],
            age=self.age[rows],
            observed=self.observed[rows],
            value=self.value[rows],
            quantity=self.quantity[rows],
        )


def columns(orders: pd.DataFrame) -> Orders:
    """Return the columns of `OrderLog.orders`."""
    first = orders.groupby("customer")["day"].transform("min").to_numpy(dtype=np.int64)
    day = orders["day"].to_numpy(dtype=np.int64)
    return Orders(
        customer=orders["customer"].to_numpy(dtype=np.int64),
        rank=orders.groupby("customer").cumcount().to_numpy().astype(np.int64),
        age=day - first,
        observed=day.max() - first,
        value=orders["amount_cents"].to_numpy(dtype=np.float64) / 100.0,
        quantity=orders["quantity"].to_numpy(dtype=np.int64),
    )


def figures(orders: Orders) -> dict[str, float]:
    """Return the figures of order value by the names that `spread.Spread` gives them, but for the median."""
    first, later = orders.value[orders.rank == 0], orders.value[orders.rank > 0]
    positive = orders.value > 0
    logs = np.log(orders.value[positive])
    return {
        "aov": _mean(orders.value),
        "log_mean": _mean(logs),
        "log_sd": float(logs.std(ddof=1)) if len(logs) > 1 else math.nan,
        "units_per_order": _mean(orders.quantity[orders.quantity > 0].astype(np.float64)),
        "first_order": _mean(first),
        "later_order": _mean(later),
        "later_to_first": _mean(later) / _mean(first) if first.any() else math.nan,
        "between_share": between_share(orders.customer[positive], logs),
        "top_tenth_share": top_tenth_share(orders.customer, orders.value),
    }


def between_share(customer: Ints, values: Floats) -> float:
    """Return the share of the variance of values that lies between customers, not below 0; customers are sorted.

    One-way random effects, ANOVA estimator for unequal numbers (Searle, Casella and McCulloch 1992, section 3.6).
    """
    owner = _owner(customer)
    counts = np.bincount(owner)
    n, groups = len(values), len(counts)
    if groups < 2 or n == groups:
        return math.nan
    means = np.bincount(owner, values) / counts
    within = float(((values - means[owner]) ** 2).sum()) / (n - groups)
    between = float((counts * (means - values.mean()) ** 2).sum()) / (groups - 1)
    typical = (n - float((counts**2).sum()) / n) / (groups - 1)
    variance = max((between - within) / typical, 0.0)
    return variance / (variance + within) if variance + within > 0 else math.nan


def top_tenth_share(customer: Ints, value: Floats) -> float:
    """Return the share of all value that the best tenth of customers bring, rounded up; customers are sorted."""
    totals = np.sort(np.bincount(_owner(customer), value))[::-1]
    best = math.ceil(len(totals) / 10)
    return float(totals[:best].sum() / totals.sum()) if totals.any() else math.nan


def _owner(customer: Ints) -> Ints:
    """Number sorted customer numbers anew without gaps."""
    return np.cumsum(np.diff(customer, prepend=customer[:1]) != 0)


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else math.nan
