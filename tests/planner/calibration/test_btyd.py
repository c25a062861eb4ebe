"""Frequency, recency and time observed are counted as the papers count them."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.calibration.btyd import Summary, group, spend, summary
from planner.calibration.faults import FitFault
from tests.planner.calibration.shops import CDNOW, SOURCE, WEEK_39, cdnow_sample, orders_frame

ORDERS = orders_frame([(0, 0, 900), (0, 7, 500), (0, 21, 700), (1, 14, 100), (2, 3, 200), (2, 24, 0), (2, 28, 400)])


def test_a_small_log_by_hand() -> None:
    x, tx, observed = summary(ORDERS)
    assert x.tolist() == [2, 0, 2]
    assert tx.tolist() == [3.0, 0.0, 25 / 7]
    assert observed.tolist() == [4.0, 2.0, 25 / 7]


def test_an_earlier_end_and_another_unit() -> None:
    x, tx, observed = summary(ORDERS, unit_days=1, until=date(2024, 1, 13))
    assert x.tolist() == [1, 0]
    assert tx.tolist() == [7, 0]
    assert observed.tolist() == [12, 9]


def test_spend_is_of_repeat_orders_of_positive_value() -> None:
    x, mean = spend(ORDERS)
    assert x.tolist() == [2, 1]
    assert mean.tolist() == [6.0, 4.0]
    assert spend(ORDERS, until=date(2024, 1, 10)).mean.tolist() == [5.0]


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 2)), min_size=1))
def test_grouping_loses_nobody(rows: list[tuple[int, int, int]]) -> None:
    customers = Summary(*np.array([(1, 1, 1), *rows], dtype=np.float64).T)
    grouped = group(customers)
    again = [
        tuple(row) for row, n in zip(zip(*grouped[:3], strict=True), grouped.weight, strict=True) for _ in range(int(n))
    ]
    assert sorted(again) == sorted(zip(*customers, strict=True))
    assert len(set(again)) == len(grouped.weight)


def test_a_log_without_a_repeat_order_cannot_be_fitted() -> None:
    with pytest.raises(FitFault, match="no customer ordered on two days"):
        group(summary(orders_frame([(0, 0, 900), (1, 5, 500)])))


@pytest.mark.parametrize("source", [SOURCE])
def test_published_counts(source: str) -> None:
    """2,357 customers, 1,411 without and 2,457 repeat orders in 39 weeks; without the file: sums of a small log."""
    orders, until = (cdnow_sample(), WEEK_39) if CDNOW else (ORDERS, date(2024, 1, 25))
    x, tx, observed = summary(orders, until=until)
    expected = (2357, 1411, 2457) if CDNOW else (3, 1, 3)
    assert (len(x), int((x == 0).sum()), int(x.sum())) == expected
    assert (tx <= observed).all()
    assert observed.max() == pytest.approx(272 / 7 if CDNOW else 24 / 7)
