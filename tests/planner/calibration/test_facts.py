"""The facts of a log: measured over those who were observed long enough, by the same names for every log."""

from __future__ import annotations

import numpy as np
import pytest

from planner.calibration.facts import REPEAT_DAYS, TITLES, order_facts
from simulation import METRICS
from tests.planner.calibration.shops import orders_frame

THREE_CUSTOMERS = orders_frame(
    [(0, 0, 1000), (0, 20, 2000), (0, 25, 0), (0, 200, 3000), (1, 0, 500), (2, 150, 800), (2, 170, 900)]
)
"""Observed for 200, 200 and 50 days."""


def test_repeat_orders_count_only_customers_observed_that_long() -> None:
    facts = order_facts(THREE_CUSTOMERS)
    assert facts["repeat_orders_30"].value == pytest.approx((2 + 0 + 1) / 3)
    assert facts["repeat_orders_90"].value == pytest.approx((2 + 0) / 2)
    assert facts["repeat_orders_180"][::2] == (1.0, 2)
    assert facts["repeat_within_30"].value == pytest.approx(2 / 3)
    assert "repeat_orders_365" not in facts


def test_orders_worth_nothing_count_but_have_no_value() -> None:
    facts = order_facts(THREE_CUSTOMERS)
    assert facts["aov"].value == pytest.approx((10 + 20 + 30 + 5 + 8 + 9) / 6)
    assert facts["aov"].n == 6
    worthless = THREE_CUSTOMERS.assign(amount_cents=0)
    assert "aov" not in order_facts(worthless)


def test_units_are_told_only_where_the_log_has_them() -> None:
    assert "units_per_order" not in order_facts(THREE_CUSTOMERS)
    facts = order_facts(THREE_CUSTOMERS.assign(quantity=np.array([1, 2, 3, 4, 0, 1, 1])))
    assert facts["units_per_order"].value == pytest.approx(2.0)
    assert facts["units_per_order"].n == 6


def test_every_fact_has_a_title_and_keeps_its_order() -> None:
    facts = list(order_facts(THREE_CUSTOMERS))
    assert facts == [name for name in TITLES if name in facts]
    assert {"aov", "repeat_rate"} <= set(TITLES) & set(METRICS)
    assert all(f"repeat_orders_{days}" in TITLES for days in REPEAT_DAYS)
