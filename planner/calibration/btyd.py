"""What buy-till-you-die models need of a customer: how often, how recently, how long observed, how much.

Knows orders per customer and day; the models themselves are in `bg_nbd`, `pareto_nbd` and `gamma_gamma`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from planner.calibration.faults import FitFault

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

Floats = npt.NDArray[np.float64]


class Summary(NamedTuple):
    """One entry per customer who ordered by the end of the time looked at.

    Attributes:
        x: repeat orders, that is orders on later days than the first.
        tx: time from the first to the last order.
        T: time from the first order to the end.
    """

    x: Floats
    tx: Floats
    T: Floats


class Spend(NamedTuple):
    """One entry per customer with at least one repeat order of positive value.

    Attributes:
        x: number of repeat orders of positive value.
        mean: their mean value, in the currency's main unit.
    """

    x: Floats
    mean: Floats


class Grouped(NamedTuple):
    """The different customers of a summary, with how many there are of each.

    Attributes:
        x: repeat orders.
        tx: time of the last order.
        T: time observed.
        weight: customers alike.
    """

    x: Floats
    tx: Floats
    T: Floats
    weight: Floats


def summary(orders: pd.DataFrame, unit_days: float = 7.0, until: date | None = None) -> Summary:
    """Return frequency, recency and time observed of each customer, in order of the customers' numbers.

    Args:
        orders: as in `OrderLog.orders`, one row per customer and day.
        unit_days: the length of the models' unit of time.
        until: the last day looked at, the last of the log unless given; customers who came later are left out.
    """
    kept, end = _until(orders, until)
    grouped = kept.groupby("customer", sort=True)["day"].agg(["min", "max", "size"])
    first, last = (grouped[name].to_numpy(dtype=np.float64) for name in ("min", "max"))
    return Summary(
        x=grouped["size"].to_numpy(dtype=np.float64) - 1.0, tx=(last - first) / unit_days, T=(end - first) / unit_days
    )


def spend(orders: pd.DataFrame, until: date | None = None) -> Spend:
    """Return the number and mean value of each customer's repeat orders; those worth 0 and first orders are left out.

    Args:
        orders: as in `OrderLog.orders`.
        until: the last day looked at, the last of the log unless given.
    """
    kept, _ = _until(orders, until)
    repeats = kept[kept.duplicated("customer") & (kept["amount_cents"] > 0)]
    grouped = repeats.groupby("customer", sort=True)["amount_cents"].agg(["size", "mean"])
    return Spend(x=grouped["size"].to_numpy(dtype=np.float64), mean=grouped["mean"].to_numpy(dtype=np.float64) / 100.0)


def group(customers: Summary) -> Grouped:
    """Put customers who are alike together, so that a likelihood visits each kind once.

    Raises:
        FitFault: nobody ordered twice, so that nothing is known of repeat buying.
    """
    if not (customers.x > 0).any():
        raise FitFault("repeat buying: no customer ordered on two days; a longer log is needed")
    order = np.lexsort(customers)
    rows = np.stack(customers, axis=1)[order]
    starts = np.flatnonzero(np.r_[True, (np.diff(rows, axis=0) != 0).any(axis=1)])
    weight = np.diff(np.r_[starts, len(rows)]).astype(np.float64)
    x, tx, observed = rows[starts].T
    return Grouped(x, tx, observed, weight)


def _until(orders: pd.DataFrame, until: date | None) -> tuple[pd.DataFrame, float]:
    """Return the orders up to a day, and that day's number."""
    if until is None:
        return orders, float(orders["day"].max())
    import pandas as pd

    end = pd.Timestamp(until)
    origin = orders["date"].iloc[0] - pd.Timedelta(days=int(orders["day"].iloc[0]))
    return orders[orders["date"] <= end], float((end - origin).days)
