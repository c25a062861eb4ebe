"""What a log of orders says by itself, before anything is simulated: facts, repeat buying, how many customers come new.

Every finding carries its standard error, the number behind it and how it was found. Knows no study and no simulation.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from planner.calibration.bg_nbd import BgNbd, fit_bg_nbd
from planner.calibration.btyd import summary
from planner.calibration.estimates import Estimate
from planner.calibration.facts import order_facts
from planner.calibration.faults import FitFault
from planner.calibration.knobs import MOST
from planner.calibration.simulated_log import Window

if TYPE_CHECKING:
    from planner.calibration.likelihood import Fitted
    from planner.calibration.order_log import OrderLog

FEWEST_CUSTOMERS = 30
BG_NBD = "BG/NBD by maximum likelihood (Fader, Hardie and Lee 2005), time in weeks"
_RUSH = 1.5


class HoldOut(NamedTuple):
    """A forecast of a part of the log that the model had not seen.

    Attributes:
        fitted_days: length of the first part, which the model was fitted to.
        forecast_days: length of the second.
        customers: won in the first part.
        expected: orders that the model expects of them in the second part.
        observed: orders that they placed.
    """

    fitted_days: int
    forecast_days: int
    customers: int
    expected: float
    observed: int

    @property
    def error(self) -> float:
        """Return how far the forecast was off, relative to what was observed (NaN if that is nothing)."""
        return self.expected / self.observed - 1.0 if self.observed else math.nan


@dataclass(frozen=True)
class OrderFit:
    """What was found in an order log.

    Attributes:
        facts: by the names in `facts.TITLES`.
        repurchase: r, alpha, a, b in weeks, within what a study allows; empty where nobody ordered twice.
        new_customers: who would order for the first time in the acquisition window if all of it were like its part
            that is least touched by customers older than the log; n = customers counted.
        orders_a_day: orders of the log by the days of the acquisition window: the sales of a shop that wins customers
            at this pace all the time.
        orders_per_customer: by the end of the log.
        window: how the log observed its customers.
        hold_out: None where half the log is too short to fit.
        notes: what was assumed, or could not be told, one sentence each.
    """

    facts: dict[str, Estimate]
    repurchase: dict[str, Estimate]
    new_customers: Estimate
    orders_a_day: float
    orders_per_customer: float
    window: Window
    hold_out: HoldOut | None
    notes: tuple[str, ...]


def fit_orders(log: OrderLog) -> OrderFit:
    """Find everything that an order log tells.

    Raises:
        FitFault: fewer than 30 customers, or no order worth anything.
    """
    customers = len(log.customers)
    if customers < FEWEST_CUSTOMERS:
        raise FitFault(f"the log has {customers} customers; to fit a study it takes at least {FEWEST_CUSTOMERS}")
    facts = order_facts(log.orders)
    if "aov" not in facts:
        raise FitFault("order value: every order of the log is worth 0; is it the right column? (amount=COLUMN)")
    repurchase, notes = _repurchase(log)
    first_days = np.sort(log.orders.groupby("customer")["day"].min().to_numpy())
    window = _window(log, int(first_days[-1]))
    new, more = _new_customers(first_days, window)
    return OrderFit(
        facts=facts,
        repurchase=repurchase,
        new_customers=new,
        orders_a_day=len(log.orders) / window.acquisition_days,
        orders_per_customer=len(log.orders) / customers,
        window=window,
        hold_out=hold_out(log),
        notes=(*notes, *more),
    )


def _window(log: OrderLog, last_first: int) -> Window:
    observed = (log.last_date - log.first_date).days + 1
    return Window(last_first + 1, observed, min(log.first_date.timetuple().tm_yday, 365))


def _repurchase(log: OrderLog) -> tuple[dict[str, Estimate], list[str]]:
    """Return the BG/NBD parameters, and what is to be said of them."""
    try:
        fitted = fit_bg_nbd(summary(log.orders))
    except FitFault as fault:
        return {}, [f"{fault}; it stays as in the starting study"]
    notes = []
    if not fitted.settled:
        notes.append(
            "repeat buying: the log does not determine r, alpha, a and b one by one; together they describe it"
        )
    return _allowed(fitted), notes


def _allowed(fitted: Fitted[BgNbd]) -> dict[str, Estimate]:
    """Return the parameters brought within what a study allows, at the same mean rate r / alpha."""
    found = fitted.estimates()
    shrink = min(1.0, *(most / found[name].value for name, most in MOST.items()))
    return found | {name: _times(found[name], shrink) for name in MOST}


def _times(estimate: Estimate, factor: float) -> Estimate:
    return Estimate(estimate.value * factor, estimate.se * factor, estimate.n)


def _new_customers(first_days: npt.NDArray[np.int64], window: Window) -> tuple[Estimate, list[str]]:
    """Return the customers won in the acquisition window.

    Where customers come new until the end of the log, those of its early part may have bought before it began; the
    second half of the window then speaks for all of it.
    """
    days = window.acquisition_days
    half = days // 2
    late = int((first_days >= half).sum())
    early = len(first_days) - late
    if days < 0.5 * window.observed_days or half == 0:
        return Estimate(float(len(first_days)), math.sqrt(len(first_days)), len(first_days)), []
    scale = days / (days - half)
    notes = []
    if early > _RUSH * late:
        notes.append(
            "the first half of the log has far more first orders than the second: some customers had bought before it "
            "began and count as new, so repeat buying is told a little too high; a longer log would help"
        )
    return Estimate(late * scale, math.sqrt(late) * scale, late), notes


def hold_out(log: OrderLog) -> HoldOut | None:
    """Fit the first half of the log's time and forecast the second; None if the first half tells too little."""
    days = (log.last_date - log.first_date).days + 1
    fitted_days = days // 2
    until = log.first_date + timedelta(days=fitted_days - 1)
    if fitted_days < 2:
        return None
    known = summary(log.orders, until=until)
    try:
        model = fit_bg_nbd(known).model
    except FitFault:
        return None
    weeks = np.full_like(known.x, (days - fitted_days) / 7.0)
    later = log.orders[log.orders["day"] >= fitted_days]
    old = log.orders.loc[log.orders["day"] < fitted_days, "customer"].unique()
    return HoldOut(
        fitted_days=fitted_days,
        forecast_days=days - fitted_days,
        customers=len(known.x),
        expected=float(model.conditional_expectation(known.x, known.tx, known.T, weeks).sum()),
        observed=int(later["customer"].isin(old).sum()),
    )
