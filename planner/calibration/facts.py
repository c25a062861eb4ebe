"""The facts of an order log that a study is calibrated to and held against, each by the name of its outcome.

The same function measures the shop's log and the simulated one, so that a difference between them is never one of
method. Knows orders per customer and day; no study, no simulation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from planner.calibration.estimates import Estimate, mean
from planner.calibration.order_values import Orders, columns
from planner.calibration.spread import measure_spread

if TYPE_CHECKING:
    import pandas as pd

    from planner.calibration.spread import Spread
    from simulation.metrics import Unit

REPEAT_DAYS = (30, 90, 180, 365)
VALUE_DAYS = (90, 180, 365)
NEXT_ORDERS = (1, 2, 3)


class Title(NamedTuple):
    """How an outcome is shown: what it is, and its unit as in `simulation.METRICS`."""

    text: str
    unit: Unit


TITLES: dict[str, Title] = {
    "aov": Title("average order value", "money"),
    "log_sd": Title("spread of order values (log)", "ratio"),
    "units_per_order": Title("units per order", "ratio"),
    "between_share": Title("spread that lies between customers", "share"),
    "later_to_first": Title("later orders' value over first orders'", "ratio"),
    **{
        f"repeat_within_{days}": Title(f"bought again within {days} days", "share")
        for days in REPEAT_DAYS
        if days != 365
    },
    "repeat_rate": Title("bought again within 365 days", "share"),
    **{f"repeat_orders_{days}": Title(f"repeat orders per customer in {days} days", "ratio") for days in REPEAT_DAYS},
    **{f"next_order_{k}": Title(f"ordered again after {k} order{'s' * (k > 1)}", "share") for k in NEXT_ORDERS},
    **{f"revenue_within_{days}": Title(f"revenue per customer in {days} days", "money") for days in VALUE_DAYS},
    "top_tenth_share": Title("best tenth of customers' share of revenue", "share"),
}
"""Outcome -> how it is shown, in that order; the contract's ids where it has one."""


def order_facts(orders: pd.DataFrame) -> dict[str, Estimate]:
    """Return the facts that a log can tell, by the names in ``TITLES``.

    Orders worth 0 count as orders and are left out of the mean order value.

    Args:
        orders: as in `OrderLog.orders`: one row per customer and day, sorted by these, customers numbered from 0.
    """
    spread = measure_spread(orders)
    found: dict[str, Estimate | None] = {
        "aov": _of_positive(spread),
        "log_sd": spread.log_sd,
        "units_per_order": spread.units_per_order,
        "between_share": spread.between_share,
        "later_to_first": spread.later_to_first,
        "top_tenth_share": spread.top_tenth_share,
        **{f"repeat_within_{days}": spread.repeat_within.get(days) for days in REPEAT_DAYS},
        "repeat_rate": spread.repeat_within.get(365),
        **{f"repeat_orders_{days}": _repeat_orders(columns(orders), days) for days in REPEAT_DAYS},
        **{f"next_order_{k}": spread.next_order.get(k) for k in NEXT_ORDERS},
        **{f"revenue_within_{days}": spread.value_within.get(days) for days in VALUE_DAYS},
    }
    return {name: fact for name in TITLES if (fact := found[name]) is not None}


def _of_positive(spread: Spread) -> Estimate | None:
    """Return the mean value of the orders that are worth something."""
    if spread.log_mean is None:
        return None
    factor = spread.aov.n / spread.log_mean.n
    return Estimate(spread.aov.value * factor, spread.aov.se * factor, spread.log_mean.n)


def _repeat_orders(orders: Orders, days: int) -> Estimate | None:
    """Return the mean number of repeat orders within so many days of the first, of customers observed that long."""
    known = orders.take(orders.observed >= days)
    repeats = np.bincount(np.cumsum(known.rank == 0) - 1, (known.rank > 0) & (known.age <= days))
    return mean(repeats.astype(np.float64)) if repeats.size else None
