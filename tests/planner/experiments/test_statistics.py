"""Intervals, tests and corrections: exact cases, properties, and error rates measured on invented replications."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy import stats

from planner.experiments.statistics import (
    holm,
    mean_interval,
    paired_difference,
    ratio_of_means,
    relative_difference,
    variance_reduction,
)

values = st.floats(-1e6, 1e6, allow_nan=False).map(lambda x: round(x, 3))
pairs = st.integers(2, 12).flatmap(lambda n: arrays(float, (2, n), elements=values))
Pairs = NDArray[np.float64]


@given(pairs)
def test_interval_and_p_value_equal_scipys_paired_t_test(xy: Pairs) -> None:
    differences = xy[0] - xy[1]
    assume(differences.std() > 1e-6 * max(1.0, abs(differences).max()))
    mine = paired_difference(*xy)
    theirs = stats.ttest_rel(*xy)
    limits = theirs.confidence_interval(0.95)
    assert mine == pytest.approx((differences.mean(), limits.low, limits.high, theirs.pvalue), rel=1e-6, abs=1e-6)


@given(arrays(float, st.integers(2, 12), elements=values))
def test_a_plan_against_itself_differs_by_exactly_nothing(x: Pairs) -> None:
    assert paired_difference(x, x.copy()) == (0.0, 0.0, 0.0, 1.0)
    if x.mean() != 0.0 and not math.isnan(relative_difference(x, x).low):
        assert relative_difference(x, x.copy()) == (0.0, 0.0, 0.0)


def test_the_same_difference_every_time_is_certain() -> None:
    base = np.array([1.0, 2.0, 4.0])
    assert paired_difference(base + 0.5, base) == (0.5, 0.5, 0.5, 0.0)


def test_equal_values_have_an_interval_of_no_width() -> None:
    assert mean_interval(np.full(3, 0.1)) == (0.1, 0.1, 0.1)


def test_one_replication_gives_a_value_but_no_interval() -> None:
    one = np.array([2.0])
    assert mean_interval(one) == pytest.approx((2.0, math.nan, math.nan), nan_ok=True)
    assert paired_difference(one, np.array([1.0])) == pytest.approx((1.0, *[math.nan] * 3), nan_ok=True)
    assert relative_difference(one, np.array([1.0])) == pytest.approx((1.0, math.nan, math.nan), nan_ok=True)


def test_no_replication_gives_nothing() -> None:
    none = np.array([])
    assert mean_interval(none) == pytest.approx((math.nan,) * 3, nan_ok=True)
    assert paired_difference(none, none) == pytest.approx((math.nan,) * 4, nan_ok=True)
    assert relative_difference(none, none) == pytest.approx((math.nan,) * 3, nan_ok=True)


@pytest.mark.parametrize("confidence", [0.0, 1.0, 95.0, math.nan])
def test_a_confidence_outside_its_range_is_refused(confidence: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        mean_interval(np.arange(3.0), confidence)


@given(pairs, st.sampled_from([-4e6, 4e6]))
def test_relative_and_absolute_interval_never_contradict_each_other(xy: Pairs, level: float) -> None:
    plan, base = xy + level
    absolute, relative = paired_difference(plan, base), relative_difference(plan, base)
    assume(not math.isnan(relative.low))
    assume(abs(absolute.p_value - 0.05) > 1e-6)
    assert (relative.low > 0 or relative.high < 0) == (absolute.p_value < 0.05)
    assert relative.low <= relative.mean <= relative.high
    assert relative.mean * absolute.mean >= 0


@given(pairs, st.floats(0.01, 100), st.floats(0.01, 100))
def test_fieller_limits_are_where_the_t_test_turns(xy: Pairs, a: float, b: float) -> None:
    numerators, denominators = xy[0] * a, (xy[1] + 2e6) * b
    _, low, high = ratio_of_means(numerators, denominators)
    assume(not math.isnan(low) and high - low > 1e-4 * abs(low))
    for limit in (low, high):
        assert stats.ttest_1samp(numerators - limit * denominators, 0.0).pvalue == pytest.approx(0.05, rel=1e-3)


def test_a_ratio_of_sums_not_a_mean_of_ratios() -> None:
    ratio = ratio_of_means(np.array([1.0, 9.0]), np.array([1.0, 4.0]))
    assert ratio.mean == 2.0


def test_without_a_denominator_there_is_no_ratio() -> None:
    gains = np.array([1.0, 2.0, 3.0])
    assert all(map(math.isnan, ratio_of_means(gains, np.zeros(3))))
    unbounded = ratio_of_means(gains, np.array([-1.0, 1.0, 0.1]))
    assert unbounded.mean == pytest.approx(60.0)
    assert math.isnan(unbounded.low)
    assert math.isnan(unbounded.high)


def test_a_smaller_loss_is_a_positive_relative_difference() -> None:
    loss = np.array([-10.0, -11.0, -9.0])
    assert relative_difference(loss / 2, loss).mean == pytest.approx(0.5)


def test_holm_on_the_textbook_case() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.5, 0.9]) == [1.0, 1.0]
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), max_size=8))
def test_holm_never_lowers_nor_reorders_and_ignores_what_was_not_tested(p: list[float]) -> None:
    adjusted = holm(p)
    assert all(before <= after <= 1.0 for before, after in zip(p, adjusted, strict=True))
    assert [adjusted[i] for i in np.argsort(p, kind="stable")] == sorted(adjusted)
    with_gap = holm([math.nan, *p])
    assert math.isnan(with_gap[0])
    assert with_gap[1:] == adjusted


def test_variance_reduction_counts_what_pairing_saves() -> None:
    base = np.array([1.0, 2.0, 3.0, 4.0])
    assert variance_reduction(base + 1.0, base) == math.inf
    assert variance_reduction(-base, base) == pytest.approx(0.5)
    assert math.isnan(variance_reduction(np.ones(3), np.ones(3)))
    assert math.isnan(variance_reduction(np.ones(1), np.ones(1)))


# Error rates. The bounds are the 0.1 % and 99.9 % points of the binomial count, so that a right implementation fails
# one time in five hundred for a fresh seed, and with the seed fixed never.


def pair(rng: np.random.Generator, n: int, lift: float = 0.0) -> tuple[Pairs, Pairs]:
    """Conversion-like pairs: mean 2 %, shared luck 3 %, own luck 1 %, plan better by ``lift``."""
    luck = 0.02 * rng.normal(1.0, 0.03, n)
    return luck * (1 + lift) + 0.0002 * rng.normal(size=n), luck + 0.0002 * rng.normal(size=n)


def allowed(trials: int, rate: float) -> tuple[float, float]:
    count = stats.binom(trials, rate)
    return count.ppf(0.001) / trials, count.ppf(0.999) / trials


@pytest.mark.parametrize(("trials", "n"), [(200, 8), (200, 3), pytest.param(20_000, 5, marks=pytest.mark.slow)])
def test_intervals_cover_95_percent(trials: int, n: int) -> None:
    rng = np.random.default_rng(20_240_601)
    hits = np.zeros(3)
    for _ in range(trials):
        plan, base = pair(rng, n, lift=0.03)
        difference, relative, mean = paired_difference(plan, base), relative_difference(plan, base), mean_interval(base)
        hits += [
            difference.low <= 0.02 * 0.03 <= difference.high,
            relative.low <= 0.03 <= relative.high,
            mean.low <= 0.02 <= mean.high,
        ]
    low, high = allowed(trials, 0.95)
    assert ((low <= hits / trials) & (hits / trials <= high)).all(), hits / trials


@pytest.mark.parametrize("trials", [1000, pytest.param(20_000, marks=pytest.mark.slow)])
def test_equal_plans_are_told_apart_in_5_percent(trials: int) -> None:
    rng = np.random.default_rng(20_240_602)
    told = sum(paired_difference(*pair(rng, 6)).p_value <= 0.05 for _ in range(trials)) / trials
    low, high = allowed(trials, 0.05)
    assert low <= told <= high


@pytest.mark.parametrize("trials", [500, pytest.param(10_000, marks=pytest.mark.slow)])
def test_holm_keeps_the_family_wise_error_where_single_tests_do_not(trials: int) -> None:
    rng = np.random.default_rng(20_240_603)
    families = [[paired_difference(*pair(rng, 6)).p_value for _ in range(6)] for _ in range(trials)]
    single = sum(min(p) <= 0.05 for p in families) / trials
    corrected = sum(min(holm(p)) <= 0.05 for p in families) / trials
    assert corrected <= allowed(trials, 0.05)[1]
    assert single > 0.2
