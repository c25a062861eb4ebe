"""Facts of a log: those published of CDNOW, those built into simulated shops, and silence where nothing is known."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.calibration.order_values import between_share, top_tenth_share
from planner.calibration.spread import Spread, measure_spread
from tests.planner.calibration.shops import CDNOW, SOURCE, cdnow_log, orders_frame


def simulated_shop(customers: int, seed: int, between_sd: float = 0.45, within_sd: float = 0.6) -> pd.DataFrame:
    """Return orders whose log value has the mean 3.3 and these deviations between and within customers."""
    rng = np.random.default_rng(seed)
    customer = np.repeat(np.arange(customers), rng.geometric(0.4, customers))
    frame = pd.DataFrame({"customer": customer})
    rank = frame.groupby("customer").cumcount().to_numpy()
    level = rng.normal(3.3, between_sd, customers)[customer]
    frame["day"] = rng.integers(0, 100, customers)[customer] + 20 * rank
    frame["date"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(frame["day"], unit="D")
    frame["amount_cents"] = np.rint(100 * np.exp(rng.normal(level, within_sd))).astype(np.int64)
    frame["quantity"] = 1 + rng.poisson(1.5, len(frame))
    return frame


def check(spread: Spread, figures: dict[str, tuple[float, float]]) -> None:
    """Compare figures, name -> (value, tolerance)."""
    for name, (value, tolerance) in figures.items():
        assert getattr(spread, name).value == pytest.approx(value, abs=tolerance), name


@pytest.mark.parametrize("source", [SOURCE])
def test_published_facts(source: str) -> None:
    """README of the real data for CDNOW; without the file the facts built into a simulated shop."""
    if not CDNOW:
        spread = measure_spread(simulated_shop(5000, 1))
        check(
            spread,
            {
                "log_mean": (3.3, 0.03),
                "log_sd": (0.75, 0.02),
                "between_share": (0.36, 0.04),
                "units_per_order": (2.5, 0.05),
            },
        )
        return
    spread = measure_spread(cdnow_log().orders)
    check(spread, {"aov": (36.99, 5e-3), "median": (26.73, 5e-3), "log_mean": (3.31, 5e-3), "log_sd": (0.738, 5e-4)})
    check(spread, {"units_per_order": (2.48, 5e-3), "first_order": (33.29, 5e-3), "later_order": (38.98, 5e-3)})
    check(spread, {"later_to_first": (1.17, 5e-3), "top_tenth_share": (0.509, 5e-4)})
    assert [round(100 * spread.repeat_within[days].value, 1) for days in (30, 90, 180, 365)] == [17.5, 29.2, 37.5, 45.9]
    assert [round(spread.value_within[days].value, 2) for days in (90, 180, 365)] == [53.68, 66.93, 90.86]
    assert [round(spread.next_order[k].value, 3) for k in range(1, 7)] == [0.489, 0.649, 0.705, 0.728, 0.742, 0.774]
    assert (spread.aov.n, spread.log_mean.n if spread.log_mean else 0, spread.next_order[2].n) == (
        67_591,
        67_511,
        11_516,
    )


@pytest.mark.parametrize("share", [0.0, 0.2, 0.6])
def test_the_share_between_customers_comes_back(share: float) -> None:
    spread = measure_spread(simulated_shop(3000, 2, 0.7 * math.sqrt(share), 0.7 * math.sqrt(1 - share)))
    assert spread.between_share is not None
    assert abs(spread.between_share.value - share) < 3.5 * spread.between_share.se + 0.02 * (share == 0)


def test_the_share_between_customers_by_hand() -> None:
    customer = np.array([0, 0, 1, 1])
    assert between_share(customer, np.array([1.0, 1.0, 5.0, 5.0])) == 1
    assert between_share(customer, np.array([1.0, 5.0, 1.0, 5.0])) == 0
    # Mean squares 16 between and 1 within: (16 - 1) / 2 = 7.5 of 8.5.
    assert between_share(customer, np.array([0.0, math.sqrt(2), 4.0, 4 + math.sqrt(2)])) == pytest.approx(7.5 / 8.5)
    # Unequal numbers, 1 and 3: mean squares 12 and 1, typical number (4 - 10 / 4) / 1 = 1.5.
    unequal = between_share(np.array([0, 1, 1, 1]), np.array([0.0, 3.0, 4.0, 5.0]))
    assert unequal == pytest.approx((11 / 1.5) / (11 / 1.5 + 1))


@given(st.floats(0.1, 100), st.floats(-5, 5))
def test_the_share_between_customers_has_no_unit(scale: float, shift: float) -> None:
    rng = np.random.default_rng(4)
    customer, values = np.repeat(np.arange(20), 3), rng.normal(size=60) + np.repeat(rng.normal(size=20), 3)
    assert between_share(customer, scale * values + shift) == pytest.approx(between_share(customer, values), abs=1e-6)


def test_the_best_tenth_is_rounded_up() -> None:
    assert top_tenth_share(np.arange(11), np.array([9.0, 8.0] + [1.0] * 9)) == pytest.approx(17 / 26)
    assert top_tenth_share(np.array([0, 0, 5]), np.array([2.0, 2.0, 1.0])) == pytest.approx(4 / 5)


def test_only_customers_observed_long_enough_count() -> None:
    """Customer 0 is observed for 100 days, 1 for 40, 2 for 10; an early repeat of the last must not count within 30."""
    spread = measure_spread(
        orders_frame([(0, 0, 1000), (0, 31, 500), (0, 100, 100), (1, 60, 2000), (2, 90, 900), (2, 95, 900)])
    )
    assert spread.repeat_within[30][0::2] == (0.0, 2)
    assert spread.repeat_within[90][0::2] == (1.0, 1)
    assert spread.value_within[30][0::2] == (15.0, 2)
    assert spread.value_within[90][0::2] == (15.0, 1)
    assert 180 not in spread.repeat_within


def test_next_order_needs_enough_customers() -> None:
    rows = [(customer, day, 100) for customer in range(40) for day in range(1 + customer % 4)]
    spread = measure_spread(orders_frame(rows))
    assert spread.next_order.keys() == {1, 2}
    assert spread.next_order[1][0::2] == (0.75, 40)
    assert spread.next_order[2].value == pytest.approx(20 / 30)


def test_what_a_log_cannot_tell_is_none() -> None:
    spread = measure_spread(orders_frame([(0, 0, 0), (1, 1, 0)]))
    assert spread.aov.value == 0
    for name in (
        "log_mean",
        "log_sd",
        "units_per_order",
        "later_order",
        "later_to_first",
        "between_share",
        "top_tenth_share",
    ):
        assert getattr(spread, name) is None, name


def test_orders_worth_nothing_count_in_the_mean_and_not_in_the_logarithms() -> None:
    spread = measure_spread(orders_frame([(0, 0, 1000), (1, 0, 0), (2, 0, 1000)]))
    assert spread.aov.value == pytest.approx(20 / 3)
    assert spread.aov.n == 3
    assert spread.log_mean is not None
    assert spread.log_mean.value == pytest.approx(math.log(10))
    assert spread.log_mean.n == 2


@pytest.mark.slow
def test_standard_errors_are_the_scatter_of_repeated_shops() -> None:
    names = (
        "aov",
        "median",
        "log_mean",
        "log_sd",
        "units_per_order",
        "later_to_first",
        "between_share",
        "top_tenth_share",
    )
    spreads = [measure_spread(simulated_shop(600, 1000 + seed)) for seed in range(150)]
    for name in names:
        estimates = [getattr(spread, name) for spread in spreads]
        scatter = float(np.std([estimate.value for estimate in estimates]))
        assert np.mean([estimate.se for estimate in estimates]) == pytest.approx(scatter, rel=0.2), name
