"""The log that a simulated store writes: its customers of a window only, followed to the end, in the log's own form."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from planner.calibration.order_values import columns
from planner.calibration.simulated_log import Window, simulate_log
from tests.stores import Plans, edge, lively, neutral

WINDOW = Window(acquisition_days=14, observed_days=70, day_of_year=100)


def store(**changes: Any) -> Any:  # noqa: ANN401 - a study
    return lively(stock={"unlimited": True}, **changes)


def test_customers_come_in_the_window_and_are_followed_to_its_end() -> None:
    log = simulate_log(store(), WINDOW, 2000, 1)
    orders = columns(log.orders)
    first = log.orders["day"].to_numpy()[orders.rank == 0]
    assert (first.min(), first.max()) == (0, 13)
    assert 60 <= log.orders["day"].max() < 70
    assert log.visitors == pytest.approx(2000, rel=0.1)
    assert log.customers == len(first) == log.orders["customer"].max() + 1


def test_new_customers_come_evenly_from_the_first_day_on() -> None:
    log = simulate_log(store(), WINDOW, 8000, 1)
    first = log.orders.groupby("customer")["day"].min().to_numpy()
    early, late = (first < 7).sum(), (first >= 7).sum()
    assert abs(early - late) < 5 * np.sqrt(early + late)


def test_it_has_the_form_of_a_log() -> None:
    orders = simulate_log(store(), WINDOW, 2000, 1).orders
    assert list(orders.columns) == ["customer", "day", "date", "amount_cents", "quantity"]
    assert not orders.duplicated(["customer", "day"]).any()
    assert orders[["customer", "day"]].apply(tuple, axis=1).is_monotonic_increasing
    assert (orders["amount_cents"] > 0).all()
    assert orders["quantity"].min() >= 1
    assert (orders["date"] - orders["date"].min()).dt.days.equals(orders["day"] - orders["day"].min())


def test_units_times_price_is_the_amount() -> None:
    one_price = {"category": [{"name": "goods", "share": 1, "products": 5, "price": 40, "price_spread": 0.0}]}
    orders = simulate_log(store(catalogue=one_price), WINDOW, 2000, 1).orders
    assert (orders["amount_cents"] == 4000 * orders["quantity"]).all()
    assert orders["quantity"].max() > 1


def test_amounts_are_cents_in_any_currency() -> None:
    yen = simulate_log(store(store={"minor_units": 1}), WINDOW, 2000, 1).orders
    euros = simulate_log(store(), WINDOW, 2000, 1).orders
    assert (yen["amount_cents"] % 100 == 0).all()
    assert yen["amount_cents"].mean() == pytest.approx(euros["amount_cents"].mean(), rel=0.02)


def test_strategies_are_set_aside() -> None:
    plans: Plans = {"Baseline": {"cross_sell": {}, "smart_content": {}}}
    plain = simulate_log(store(), WINDOW, 1000, 1)
    planned = simulate_log(store(plans=plans), WINDOW, 1000, 1)
    assert planned.orders.equals(plain.orders)


def test_equal_replications_are_equal_and_others_are_not() -> None:
    one, again, other = (simulate_log(store(), WINDOW, 500, replication).orders for replication in (1, 1, 2))
    assert one.equals(again)
    assert not one.equals(other)


def test_nobody_buying_is_an_empty_log() -> None:
    edges = [edge("door", "till", 1e-12), edge("door", "leave", 1), edge("till", "after", 1)]
    log = simulate_log(neutral(funnel={"edge": edges}), WINDOW, 200, 1)
    assert log.visitors > 100
    assert (log.customers, len(log.orders)) == (0, 0)
