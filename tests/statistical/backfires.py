"""Probes and a reading for tests of backfires: sales for a while, intrusive mail, discounts for everybody."""

from typing import ClassVar

import numpy as np

from simulation import Levers, Moment, Office, Study, Trace, portion, quantity, simulate
from tests.probes import Probe
from tests.stores import Watcher


class Sale(Probe):
    """A discount for everybody who compares or pays, from one day of the run to another."""

    id: ClassVar = "sale"
    depth: float = portion(0.3, "discount")
    first: float = quantity(0.0, "days", "first day of the run", ge=0.0)
    last: float = quantity(1e4, "days", "last day", ge=0.0)

    def act(self, moment: Moment, levers: Levers) -> None:
        if moment.role not in ("entry", "care"):
            levers.discount((moment.now >= self.first) & (moment.now < self.last), self.depth)


class Letter(Probe):
    """An e-mail to all customers every so many days, which uses what the store knows more or less openly."""

    id: ClassVar = "letter"
    every_days: float = quantity(7.0, "days", "time between", gt=0.0)
    personal: float = portion(0.0, "how openly")

    def start(self, office: Office) -> None:
        office.every(self.every_days, self.write)

    def write(self, moment: Moment, levers: Levers) -> None:
        levers.message(np.arange(moment.size), personal=self.personal)


def traced(study: Study, plan: str, replication: int = 0) -> Trace:
    """Return the trace of a run."""
    watcher = Watcher()
    watcher.trace = Trace()
    simulate(study, plan, replication, watcher)
    return watcher.trace


def orders_of(trace: Trace, shoppers: np.ndarray, first: float, last: float) -> np.ndarray:
    """Return the orders of each shopper (sorted keys) between two times."""
    orders = trace.table("orders")
    inside = orders[(orders["time"] >= first) & (orders["time"] < last)]
    place = np.searchsorted(shoppers, inside["shopper"])
    place = np.minimum(place, shoppers.size - 1)
    mine = shoppers[place] == inside["shopper"]
    counts: np.ndarray = np.bincount(place[mine], minlength=shoppers.size)
    return counts
