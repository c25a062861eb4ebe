"""What a log says by itself, on shops whose truth is known."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest

from planner.calibration.facts import order_facts
from planner.calibration.faults import FitFault
from planner.calibration.fit_orders import fit_orders, hold_out
from planner.calibration.order_log import OrderLog
from tests.planner.calibration.shops import PUBLISHED, assert_within_errors, orders_frame

if TYPE_CHECKING:
    import pandas as pd

MONDAY = date(2024, 1, 1)


def log_of(orders: pd.DataFrame) -> OrderLog:
    last = MONDAY + timedelta(days=int(orders["day"].max()))
    names = tuple(map(str, range(orders["customer"].nunique())))
    return OrderLog(orders, names, len(orders), len(orders), {}, (), MONDAY, last, None)


def shop(customers: int, won_days: int, days: int, seed: int = 1) -> OrderLog:
    """A shop whose customers order exactly as BG/NBD says, with its published parameters; every order is worth 20."""
    rng = np.random.default_rng(seed)
    rate, leave = (
        rng.gamma(PUBLISHED.r, 1 / PUBLISHED.alpha, customers) / 7.0,
        rng.beta(PUBLISHED.a, PUBLISHED.b, customers),
    )
    rows: set[tuple[int, int]] = set()
    for customer in range(customers):
        time, repeat = rng.uniform(0, won_days), False
        while time < days:
            rows.add((customer, int(time)))
            if repeat and rng.random() < leave[customer]:
                break
            time, repeat = time + rng.exponential(1 / max(rate[customer], 1e-12)), True
    return log_of(orders_frame([(customer, day, 2000) for customer, day in sorted(rows)]))


def test_repeat_buying_is_recovered() -> None:
    fit = fit_orders(shop(4000, 90, 540))
    for name, truth in (("r", PUBLISHED.r), ("alpha", PUBLISHED.alpha), ("a", PUBLISHED.a), ("b", PUBLISHED.b)):
        assert_within_errors(fit.repurchase[name], truth)
        assert fit.repurchase[name].n == 4000
    assert fit.notes == ()


def test_the_second_half_is_forecast_from_the_first() -> None:
    log = shop(4000, 90, 540)
    forecast = hold_out(log)
    assert forecast is not None
    assert (forecast.fitted_days, forecast.forecast_days) == (270, 270)
    later = log.orders[log.orders["day"] >= 270]
    assert forecast.observed == len(later)
    # orders of one customer come in clusters, hence more than a Poisson error
    assert abs(forecast.error) < 4 * 2.5 / math.sqrt(forecast.observed)


def test_the_forecast_is_of_those_known_by_then() -> None:
    log = shop(1500, 360, 360)
    forecast = hold_out(log)
    assert forecast is not None
    first = log.orders.groupby("customer")["day"].transform("min")
    assert forecast.customers == log.orders.loc[first < 180, "customer"].nunique()
    assert forecast.observed == int(((log.orders["day"] >= 180) & (first < 180)).sum())


def test_no_forecast_where_half_the_log_tells_nothing() -> None:
    one_day = log_of(orders_frame([(customer, 0, 500) for customer in range(40)]))
    assert hold_out(one_day) is None
    repeats_late = log_of(orders_frame([row for c in range(40) for row in ((c, 0, 500), (c, 90, 500))]))
    assert hold_out(repeats_late) is None


def test_a_cohort_is_counted_whole() -> None:
    fit = fit_orders(shop(300, 60, 360))
    assert fit.window.acquisition_days == pytest.approx(60, abs=1)
    assert fit.window.observed_days == pytest.approx(360, abs=3)
    assert fit.new_customers.value == fit.new_customers.n == 300


def test_of_a_running_shop_the_second_half_speaks_for_new_customers() -> None:
    old = [(customer, 0, 500) for customer in range(200)]
    new = [(200 + customer, customer, 500) for customer in range(200)]
    fit = fit_orders(log_of(orders_frame(old + new)))
    assert fit.new_customers.value == pytest.approx(200)
    assert fit.new_customers.n == 100
    assert any("some customers had bought before it began" in note for note in fit.notes)


def test_too_little_to_fit_is_said() -> None:
    with pytest.raises(FitFault, match="29 customers; to fit a study it takes at least 30"):
        fit_orders(log_of(orders_frame([(customer, 0, 500) for customer in range(29)])))
    with pytest.raises(FitFault, match="every order of the log is worth 0"):
        fit_orders(log_of(orders_frame([(customer, 0, 0) for customer in range(40)])))


def test_a_shop_where_nobody_orders_twice_keeps_the_starting_study() -> None:
    fit = fit_orders(log_of(orders_frame([(customer, customer, 500 + customer) for customer in range(40)])))
    assert fit.repurchase == {}
    assert "stays as in the starting study" in fit.notes[0]
    assert fit.facts == order_facts(orders_frame([(customer, customer, 500 + customer) for customer in range(40)]))


def test_very_rare_needs_stay_within_what_a_study_allows() -> None:
    rows = [(customer, customer % 30, 500) for customer in range(400)]
    rows += [(customer, 3000 + customer, 500) for customer in range(12)]
    fit = fit_orders(log_of(orders_frame(sorted(rows))))
    assert 0 < fit.repurchase["alpha"].value <= 10_000
    rate = fit.repurchase["r"].value / fit.repurchase["alpha"].value
    assert rate == pytest.approx(12 / 400 / (3000 / 7), rel=1.0)
