"""What a log says of order values and repeat buying, without a model: each figure with its standard error and number.

Knows orders per customer and day. Orders of one customer resemble each other, so the errors of order-value figures come
from leaving out groups of customers, never from treating orders as independent. Figures "within so many days" count
only the customers who were observed that long.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from planner.calibration.estimates import Estimate, grouped_jackknife, mean, share
from planner.calibration.order_values import Orders, columns, figures

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from planner.calibration.estimates import Mask

WITHIN_DAYS = (30, 90, 180, 365)
_MOST_ORDERS = 10
_FEWEST_CUSTOMERS = 30


@dataclass(frozen=True)
class Spread:
    """The facts of an order log; money in the currency's main unit; None where the log cannot tell.

    Attributes:
        aov: mean order value, orders worth 0 included; n = orders, as in the next.
        median: median order value.
        log_mean: mean of the natural logarithm of order value; n = orders of positive value, as in the next.
        log_sd: standard deviation of the same.
        units_per_order: mean quantity; n = orders whose quantity is known.
        first_order: mean value of customers' first orders in the log; n = customers.
        later_order: mean value of all later orders; n = later orders, as in the next.
        later_to_first: the ratio of these two.
        between_share: share of the variance of log order value that lies between customers; n = customers.
        top_tenth_share: share of revenue that the best tenth of customers bring; n = customers.
        repeat_within: days -> share of customers with a second order by then; n = customers observed that long.
        value_within: days -> mean value per customer by then, first order included; n likewise.
        next_order: k -> share of the customers with k orders who placed another before the log ends, as long as 30
            customers have k; the latest customers had little time, so in a young log it is too low.
    """

    aov: Estimate
    median: Estimate
    log_mean: Estimate | None
    log_sd: Estimate | None
    units_per_order: Estimate | None
    first_order: Estimate
    later_order: Estimate | None
    later_to_first: Estimate | None
    between_share: Estimate | None
    top_tenth_share: Estimate | None
    repeat_within: dict[int, Estimate]
    value_within: dict[int, Estimate]
    next_order: dict[int, Estimate]


def measure_spread(orders: pd.DataFrame, within_days: Sequence[int] = WITHIN_DAYS) -> Spread:
    """Measure a log.

    Args:
        orders: as in `OrderLog.orders`: one row per customer and day, sorted by these, customers numbered from 0.
        within_days: horizons of `repeat_within` and `value_within`; one that no customer was observed for is left out.
    """
    table = columns(orders)
    values = _order_values(table)
    return Spread(
        aov=values["aov"],
        median=_median(table),
        log_mean=_told(values["log_mean"]),
        log_sd=_told(values["log_sd"]),
        units_per_order=_told(values["units_per_order"]),
        first_order=values["first_order"],
        later_order=_told(values["later_order"]),
        later_to_first=_told(values["later_to_first"]),
        between_share=_told(values["between_share"]),
        top_tenth_share=_told(values["top_tenth_share"]),
        repeat_within=_repeat_within(table, within_days),
        value_within=_value_within(table, within_days),
        next_order=_next_order(table),
    )


def _order_values(table: Orders) -> dict[str, Estimate]:
    """Return the figures of order value with their errors."""
    names = tuple(figures(table))

    def compute(rows: Mask) -> npt.NDArray[np.float64]:
        return np.array(list(figures(table.take(rows)).values()))

    values, errors = grouped_jackknife(table.customer, compute)
    n = _numbers(table)
    return {
        name: Estimate(float(value), float(error), n[name])
        for name, value, error in zip(names, values, errors, strict=True)
    }


def _median(table: Orders) -> Estimate:
    """Return the median order value; its error by Woodruff's method (1952), as a median has no jackknife.

    The error of the share of orders below the median is turned into money by the quantiles two errors to either side.
    """
    median = float(np.median(table.value))

    def below(rows: Mask) -> npt.NDArray[np.float64]:
        return np.array([np.mean(table.value[rows] <= median)])

    _, errors = grouped_jackknife(table.customer, below)
    reach = min(2.0 * float(errors[0]), 0.5)
    low, high = np.quantile(table.value, [0.5 - reach, 0.5 + reach])
    return Estimate(median, float(high - low) / 4.0, len(table.value))


def _numbers(table: Orders) -> dict[str, int]:
    """Return how many orders or customers stand behind each figure."""
    later = int((table.rank > 0).sum())
    positive = int((table.value > 0).sum())
    customers = len(table.rank) - later
    return {
        "aov": len(table.rank),
        "log_mean": positive,
        "log_sd": positive,
        "units_per_order": int((table.quantity > 0).sum()),
        "first_order": customers,
        "later_order": later,
        "later_to_first": later,
        "between_share": customers,
        "top_tenth_share": customers,
    }


def _told(estimate: Estimate) -> Estimate | None:
    return None if math.isnan(estimate.value) else estimate


def _repeat_within(table: Orders, within_days: Sequence[int]) -> dict[int, Estimate]:
    second = table.rank == 1
    observed = table.observed[table.rank == 0]
    customers = {days: int((observed >= days).sum()) for days in within_days}
    return {
        days: share(int((second & (table.age <= days) & (table.observed >= days)).sum()), n)
        for days, n in customers.items()
        if n
    }


def _value_within(table: Orders, within_days: Sequence[int]) -> dict[int, Estimate]:
    result = {}
    for days in within_days:
        counted = np.where(table.age <= days, table.value, 0.0)[table.observed >= days]
        owner = np.unique(table.customer[table.observed >= days], return_inverse=True)[1]
        if len(owner):
            result[days] = mean(np.bincount(owner, counted).astype(np.float64))
    return result


def _next_order(table: Orders) -> dict[int, Estimate]:
    reached = np.bincount(table.rank, minlength=_MOST_ORDERS + 1)
    return {
        k: share(int(reached[k]), int(reached[k - 1]))
        for k in range(1, _MOST_ORDERS + 1)
        if reached[k - 1] >= _FEWEST_CUSTOMERS
    }
