"""Bands over replications agree with the comparison's own statistics."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from planner.charts.bands import Array, band, moving_mean
from planner.experiments.statistics import mean_interval

samples = arrays(np.float64, st.tuples(st.integers(2, 9), st.integers(1, 5)), elements=st.floats(-1e6, 1e6))


@settings(deadline=None)  # scipy is imported on first use
@given(samples, st.sampled_from([0.8, 0.95, 0.99]))
def test_a_band_is_the_t_interval_at_every_place(values: Array, confidence: float) -> None:
    found = band(values, confidence)
    for place in range(values.shape[1]):
        mean, low, high = mean_interval(values[:, place], confidence)
        scale = max(1.0, float(np.abs(values[:, place]).max()))
        assert found.mean[place] == pytest.approx(mean, abs=1e-9 * scale)
        assert found.low[place] == pytest.approx(low, abs=1e-7 * scale)
        assert found.high[place] == pytest.approx(high, abs=1e-7 * scale)


def test_one_replication_has_a_mean_but_no_interval() -> None:
    found = band(np.array([[3.0, 4.0]]), 0.95)
    assert found.mean.tolist() == [3.0, 4.0]
    assert np.isnan(found.low).all()
    assert np.isnan(found.high).all()


def test_a_replication_that_does_not_define_a_place_is_left_out_there_only() -> None:
    found = band(np.array([[1.0, math.nan, math.nan], [3.0, 5.0, math.nan], [2.0, 7.0, math.nan]]), 0.95)
    assert found.mean[:2].tolist() == [2.0, 6.0]
    assert found.low[1] == pytest.approx(mean_interval(np.array([5.0, 7.0])).low)
    assert np.isnan(found.mean[2])


def test_told_says_on_which_side_of_zero_an_interval_lies() -> None:
    values = np.array([[5.0, -5.0, 5.0, 0.0], [5.1, -5.1, -5.0, 0.0], [4.9, -4.9, 0.1, 0.0]])
    assert band(values, 0.95).told.tolist() == [1, -1, 0, 0]


def test_a_moving_mean_takes_full_windows_only() -> None:
    series = np.array([[1.0, 2.0, 3.0, 10.0]])
    assert moving_mean(series, 3).tolist() == [[2.0, 5.0]]
    assert moving_mean(series, 4).tolist() == [[4.0]]
