"""Standard errors against closed forms and against the scatter of repeated samples."""

from __future__ import annotations

import math

import numpy as np
import pytest

from planner.calibration.estimates import Ints, Mask, grouped_jackknife, mean, share


def test_a_share_is_never_known_exactly() -> None:
    assert share(0, 100).value == 0
    assert 0 < share(0, 100).se < 0.01
    assert share(30, 100).se == pytest.approx(math.sqrt(0.3 * 0.7 / 100), rel=0.01)


def test_a_mean_of_one_has_no_known_error() -> None:
    assert mean(np.array([3.0])) == (3.0, math.inf, 1)
    assert mean(np.array([1.0, 3.0])).se == pytest.approx(1.0)


def owners_and_values(seed: int, owners: int = 400) -> tuple[Ints, np.ndarray[tuple[int], np.dtype[np.float64]]]:
    """Return rows of which an owner has one to five, alike among themselves."""
    rng = np.random.default_rng(seed)
    owner = np.repeat(np.arange(owners), rng.integers(1, 6, owners))
    return owner, rng.normal(size=owners)[owner] + 0.3 * rng.normal(size=len(owner))


def test_errors_of_a_mean_allow_for_rows_of_one_owner() -> None:
    """The scatter of the mean over 300 samples is what the jackknife claims, and twice what independence would."""
    means, claimed = [], []
    for seed in range(300):
        owner, values = owners_and_values(seed)

        def figures(
            rows: Mask, values: np.ndarray[tuple[int], np.dtype[np.float64]] = values
        ) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
            return np.array([values[rows].mean()])

        if seed < 40:
            claimed.append(float(grouped_jackknife(owner, figures)[1][0]))
        means.append(values.mean())
    scatter = float(np.std(means))
    assert np.mean(claimed) == pytest.approx(scatter, rel=0.15)
    owner, values = owners_and_values(0)
    assert scatter > 1.5 * values.std() / math.sqrt(len(values))


def test_one_owner_tells_nothing_of_the_error() -> None:
    values, errors = grouped_jackknife(np.zeros(5, dtype=np.int64), lambda rows: np.array([float(rows.sum())]))
    assert values.tolist() == [5.0]
    assert errors.tolist() == [math.inf]


def test_a_figure_that_fails_without_a_group_has_no_known_error() -> None:
    """Only one owner has the rows that the figure needs."""
    owner = np.arange(10)
    _, errors = grouped_jackknife(owner, lambda rows: np.array([1.0 if rows[3] else math.nan]))
    assert errors.tolist() == [math.inf]
