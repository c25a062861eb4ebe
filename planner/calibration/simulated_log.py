"""The order log that a study's store would write: its customers won in a window and followed as long as the shop's own.

Simulates the baseline without strategies and returns orders as `OrderLog.orders`, so that whatever measures the shop's
log measures the simulated one. Knows no fits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from simulation import Journal, Trace, simulate
from simulation.catalogue import build_catalogue

if TYPE_CHECKING:
    import pandas as pd

    from simulation import Study

WARM_UP_DAYS = 14.0
"""Nearly all who order do so within two weeks of their first visit, so by then new customers come evenly."""

_BUSY = 4000
_COMPANY = 20
"""Frequent buyers who wait long for company find another time's stock; in a follow-up with few others about, waiting
for the usual number would cost a tenth of their orders."""

_LONGEST_PERIOD = 7.0
_FIRST_DAY = "2001-01-01"
"""A Monday, as the first day of every run is."""


class Window(NamedTuple):
    """How a log observed its customers.

    Attributes:
        acquisition_days: length of the time in which first orders were placed, from the first day of the log.
        observed_days: length of the log.
        day_of_year: on which the log began, 1-365.
    """

    acquisition_days: int
    observed_days: int
    day_of_year: int


@dataclass(frozen=True)
class SimulatedLog:
    """What a simulated store sold in a window.

    Attributes:
        orders: as in `OrderLog.orders`.
        visitors: new shoppers who came in the acquisition window.
        customers: how many of its shoppers placed a first order in that window.
    """

    orders: pd.DataFrame
    visitors: int
    customers: int


class _OrdersOnly(Journal):
    """A journal that keeps orders and nothing else: a full one of so many shoppers would not fit into memory."""

    def visits(self, *_: Any) -> None:
        """Let arrivals pass."""

    def decisions(self, *_: Any) -> None:
        """Let decisions pass."""

    def checkouts(self, *_: Any) -> None:
        """Let sold-out products pass."""


class _Watcher:
    """Holds the journal of a run."""

    def __init__(self) -> None:
        self.journal: Journal | None = _OrdersOnly()
        self.trace: Trace | None = None

    def progress(self, done: float) -> None:
        """Let the run go on."""


def simulate_log(study: Study, window: Window, visitors: int, replication: int) -> SimulatedLog:
    """Return the orders of the customers whom a store without strategies wins in a window.

    Args:
        study: the store; its plans and its experiment's times are set aside.
        window: how long customers are won and followed.
        visitors: new shoppers to simulate in the acquisition window, about.
        replication: number of the replication, the key of all luck.
    """
    copy = _observed(study, window, visitors)
    watcher = _Watcher()
    outcomes = simulate(copy, copy.experiment.baseline, replication, watcher)
    assert watcher.journal is not None
    orders = _daily(watcher.journal.table(), copy)
    return SimulatedLog(orders, outcomes.total("shoppers"), orders["customer"].nunique())


def _observed(study: Study, window: Window, visitors: int) -> Study:
    """Return a copy of the study that watches its store as the log watched the shop."""
    days = float(window.acquisition_days)
    period = np.clip(_BUSY * days / visitors, study.experiment.period_days, _LONGEST_PERIOD)
    changes: dict[str, object] = {
        "warm_up_days": WARM_UP_DAYS,
        "days": days,
        "follow_up_days": float(window.observed_days - window.acquisition_days),
        "ltv_days": float(window.observed_days),
        "visitors": visitors,
        "company": min(study.experiment.company, _COMPANY),
        "period_days": float(max(period, study.experiment.period_days)),
    }
    experiment = study.experiment.model_copy(update=changes)
    calendar = study.calendar.model_copy(update={"first_day": window.day_of_year})
    plans: dict[str, dict[str, dict[str, object]]] = {experiment.baseline: {}}
    return study.model_copy(update={"experiment": experiment, "calendar": calendar, "plans": plans})


def _daily(events: dict[str, npt.NDArray[Any]], study: Study) -> pd.DataFrame:
    """Make one order per customer and day of a journal's orders, of customers won in the horizon only.

    Without strategies there is no discount and one product to an order, so units are revenue over price.
    """
    import pandas as pd

    prices = build_catalogue(study).price
    frame = pd.DataFrame(
        {
            "customer": events["shopper"].astype(np.int64),
            "time": events["time"] - study.experiment.warm_up_days,
            "amount_cents": np.rint(events["revenue"] * (100.0 / study.store.minor_units)).astype(np.int64),
            "quantity": np.rint(events["revenue"] / prices[events["product"]]).astype(np.int64),
        }
    )
    first = frame.groupby("customer")["time"].transform("min")
    frame = frame[(first >= 0.0) & (first < study.experiment.days)]
    frame = frame.assign(
        day=np.floor(frame["time"]).astype(np.int64),
        customer=np.unique(frame["customer"], return_inverse=True)[1].astype(np.int64),
    )
    orders = frame.groupby(["customer", "day"], sort=True, as_index=False)[["amount_cents", "quantity"]].sum()
    orders["date"] = np.datetime64(_FIRST_DAY, "s") + orders["day"].to_numpy().astype("timedelta64[D]")
    return orders[["customer", "day", "date", "amount_cents", "quantity"]]
