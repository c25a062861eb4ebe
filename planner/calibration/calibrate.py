"""From a shop's order log to a calibrated study, held against the log: the steps in their order.

Fits what the log says by itself, turns the knobs that no log shows, says how large the store is, and simulates the
finished study again on luck of its own. Writes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from planner.calibration.calibrated_study import Origin, plain_study, written_study
from planner.calibration.facts import order_facts
from planner.calibration.faults import FitFault
from planner.calibration.fit_orders import OrderFit, fit_orders
from planner.calibration.knobs import rounded, setting, useful_knobs
from planner.calibration.margins import Margin, fidelity
from planner.calibration.match import FIRST_REPLICATION, Job, Match, match, simulations
from planner.calibration.simulated_log import WARM_UP_DAYS, SimulatedLog, simulate_log
from planner.study_file import parse_study
from simulation import measure, simulate

if TYPE_CHECKING:
    from planner.calibration.estimates import Estimate
    from planner.calibration.order_log import OrderLog

Heard = Callable[[int, int], None]
"""Told (simulations done, simulations to do)."""

ORDERS, CUSTOMERS = 18_000, 6000
"""Simulated per replication at most, about, unless the number of visitors is given."""

PILOT_VISITORS = 40_000
_FEWEST_VISITORS, _MOST_VISITORS = 20_000, 600_000
_YEAR = 365.0


class Calibrated(NamedTuple):
    """A calibrated study and how it came about.

    Attributes:
        text: the study file.
        fit: what the log says by itself.
        match: where the knobs ended.
        margins: observed beside simulated.
        visitors: simulated per replication of the check.
        notes: what there is to say besides, one sentence each.
    """

    text: str
    fit: OrderFit
    match: Match
    margins: tuple[Margin, ...]
    visitors: int
    notes: tuple[str, ...]


def calibrate(
    origin: Origin,
    log: OrderLog,
    replications: int,
    visitors: int | None = None,
    heard: Heard = lambda done, total: None,
) -> Calibrated:
    """Calibrate a study to an order log.

    Args:
        origin: the starting study and the log's name.
        log: the shop's orders.
        replications: of the check at the end, 2 or more.
        visitors: new shoppers per simulation; as many as bring some 18,000 orders unless given.
        heard: hears of progress.

    Raises:
        FitFault: the log holds too little to fit anything, or too few visitors were simulated to buy anything.
    """
    fit = fit_orders(log)
    knobs = useful_knobs(fit.facts, repurchase=bool(fit.repurchase))
    total = 2 + simulations(knobs) + replications
    bench = _Bench(origin, fit, lambda done: heard(done, total))
    pilot = bench.pilot(visitors)
    found = match(knobs, pilot, fit.facts, bench.facts)
    size = bench.size()
    text = written_study(origin, log, fit, found.knobs, size)
    checked = [bench.check(text, number) for number in range(replications)]
    others = bench.outcomes(text)
    heard(total, total)
    return Calibrated(
        text=text,
        fit=fit,
        match=found,
        margins=fidelity(fit.facts, checked, others),
        visitors=bench.visitors,
        notes=(*fit.notes, *(f"{name} stopped at the end of what a study allows" for name in found.at_limit)),
    )


class _Bench:
    """Where settings become simulated logs."""

    def __init__(self, origin: Origin, fit: OrderFit, done: Callable[[int], None]) -> None:
        self.origin, self.fit, self._heard = origin, fit, done
        self.visitors = 0
        self._size: dict[str, int] = {}
        self._won: list[int] = []
        self._done = 0

    def pilot(self, visitors: int | None) -> dict[str, float]:
        """Find how many visitors it takes and how large the store is about; return where the knobs may begin."""
        knobs = setting(self.origin.start.study)
        units = self.fit.facts.get("units_per_order")
        if units is not None:
            knobs["extra_units"] = units.value - 1.0
        self.visitors = min(visitors or PILOT_VISITORS, self._at_most(PILOT_VISITORS))
        log = self._simulate(knobs, FIRST_REPLICATION, self.visitors)
        facts = order_facts(log.orders)
        self._size = self._sized(log.customers, facts)
        wanted = round(self.visitors * min(CUSTOMERS, ORDERS / self.fit.orders_per_customer) / log.customers)
        self.visitors = visitors or min(max(wanted, self._at_most(_FEWEST_VISITORS)), self._at_most(_MOST_VISITORS))
        return knobs | {"price_level": self.fit.facts["aov"].value / facts["aov"].value}

    def _at_most(self, visitors: int) -> int:
        """Return how many visitors of the window make so many with those of the warm-up before it."""
        days = self.fit.window.acquisition_days
        return math.ceil(visitors * days / (days + WARM_UP_DAYS))

    def facts(self, job: Job) -> dict[str, Estimate]:
        """Return the facts of a simulated log."""
        small = max(self.visitors // 4, min(self.visitors, _FEWEST_VISITORS))
        log = self._simulate(job.knobs, job.replication, self.visitors if job.large else small)
        if job.large:
            self._won.append(log.customers)
        return order_facts(log.orders)

    def size(self) -> dict[str, int]:
        """Return how large the store is by the customers that the large simulations won."""
        won = sum(self._won) / len(self._won)
        return self._size | {"store.visitors_per_year": self._visitors_a_year(won)}

    def check(self, text: str, replication: int) -> dict[str, Estimate]:
        """Return the facts of the log that the finished study's store writes."""
        log = simulate_log(parse_study(text).study, self.fit.window, self.visitors, replication)
        self._tick()
        return order_facts(_bought(log).orders)

    def outcomes(self, text: str) -> dict[str, float]:
        """Return all outcomes of the finished study's baseline, as a comparison would show them."""
        study = parse_study(text).study
        values = measure(simulate(study, study.experiment.baseline, 0))
        self._tick()
        return values

    def _simulate(self, knobs: Mapping[str, float], replication: int, visitors: int) -> SimulatedLog:
        study = plain_study(self.origin, self.fit, knobs, self._size).study
        log = simulate_log(study, self.fit.window, visitors, replication)
        self._tick()
        return _bought(log)

    def _sized(self, customers: int, simulated: Mapping[str, Estimate]) -> dict[str, int]:
        units = self.fit.facts.get("units_per_order", simulated["units_per_order"]).value
        return {
            "store.visitors_per_year": self._visitors_a_year(customers),
            "stock.units_per_day": max(1, round(rounded(self.fit.orders_a_day * units))),
        }

    def _visitors_a_year(self, customers: float) -> int:
        """Return the visitors a year with whom the store wins as many customers as the shop did."""
        a_year = self.visitors * _YEAR / self.fit.window.acquisition_days
        return max(1, round(rounded(a_year * self.fit.new_customers.value / customers)))

    def _tick(self) -> None:
        self._done += 1
        self._heard(self._done)


def _bought(log: SimulatedLog) -> SimulatedLog:
    if log.customers == 0:
        raise FitFault("none of the simulated shoppers bought anything; simulate more of them (--visitors)")
    return log
