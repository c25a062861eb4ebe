"""Analysis of a test inside the store: exact sums, lifts as a statistician gets them, CUPED, sample ratio, sample."""

import math
from itertools import combinations_with_replacement

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import ttest_ind

from planner.trials import (
    COLUMNS,
    CONTROL,
    QUESTIONS,
    TREATED,
    UNREAD,
    Sums,
    aggregates,
    needed,
    pooled,
    read,
    sample_ratio,
)

Shoppers = NDArray[np.int64]
"""Columns by shopper, in the order of COLUMNS."""


def sums_of(shoppers: Shoppers) -> Sums:
    told = dict(zip(COLUMNS, shoppers, strict=True))
    products = {f"{a}*{b}": int((told[a] * told[b]).sum()) for a, b in combinations_with_replacement(COLUMNS, 2)}
    return {"shoppers": shoppers.shape[1], **{name: int(told[name].sum()) for name in COLUMNS}, **products}


def shoppers(size: int, seed: int, lift: float = 0.0) -> Shoppers:
    """Visits, orders, revenue in cents and revenue before, which foretells the latter."""
    luck = np.random.default_rng(seed)
    visits = 1 + luck.poisson(0.6, size)
    fond = luck.gamma(2.0, 0.5, size)
    orders = luck.binomial(visits, np.minimum(0.2 * fond * (1.0 + lift), 1.0))
    revenue = orders * np.rint(10_000 * luck.lognormal(0.0, 0.3, size)).astype(np.int64)
    before = np.rint(fond * 30_000 + luck.normal(0.0, 1_000, size)).astype(np.int64)
    return np.stack([visits, orders, revenue, before]).astype(np.int64)


def test_means_variances_and_covariances_are_those_of_the_shoppers() -> None:
    rows = shoppers(400, 1)
    told = aggregates(sums_of(rows))
    expected = np.cov(rows)
    assert told.count() == 400
    for i, a in enumerate(COLUMNS):
        assert told.mean(a) == pytest.approx(rows[i].mean())
        assert told.var(a) == pytest.approx(expected[i, i])
        for j, b in enumerate(COLUMNS):
            assert i == j or told.cov(a, b) == pytest.approx(expected[i, j])


@given(st.lists(st.integers(0, 3), min_size=2, max_size=30), st.integers(0, 10**9))
def test_equal_shoppers_have_no_variance_however_much_they_spend(visits: list[int], revenue: int) -> None:
    rows = np.array([visits, visits, [revenue] * len(visits), visits], dtype=np.int64)
    told = aggregates(sums_of(rows))
    assert told.var("revenue") == told.cov("revenue", "visits") == 0.0
    assert told.var("visits") == pytest.approx(np.var(visits, ddof=1))


def test_a_mean_is_read_as_by_welchs_test() -> None:
    control, treated = shoppers(900, 1), shoppers(500, 2, 0.3)
    reading = read({CONTROL: sums_of(control), TREATED: sums_of(treated)}, QUESTIONS["revenue_per_visitor"], 0.9)
    test = ttest_ind(treated[2], control[2], equal_var=False)
    assert reading.p_value == pytest.approx(test.pvalue)
    assert reading.lift.mean == pytest.approx(treated[2].mean() / control[2].mean() - 1.0)
    assert reading.lift.low < reading.lift.mean < reading.lift.high
    assert (reading.control, reading.treated) == pytest.approx((control[2].mean(), treated[2].mean()))


def test_a_ratio_is_read_by_the_delta_method() -> None:
    """Its error is that of the residuals of numerator on denominator, as for a linearised ratio."""
    control, treated = shoppers(3000, 3), shoppers(3000, 4)
    reading = read({CONTROL: sums_of(control), TREATED: sums_of(treated)}, QUESTIONS["session_conversion"], 0.95)
    parts = []
    for visits, orders in (control[:2], treated[:2]):
        ratio = orders.sum() / visits.sum()
        parts.append(((orders - ratio * visits) / visits.mean()).var(ddof=1) / visits.size)
    ratios = [orders.sum() / visits.sum() for visits, orders in (control[:2], treated[:2])]
    z = (ratios[1] - ratios[0]) / math.sqrt(sum(parts))
    assert reading.p_value == pytest.approx(math.erfc(abs(z) / math.sqrt(2.0)), rel=0.01)


def test_what_shoppers_spent_before_makes_the_interval_narrower_and_leaves_the_lift() -> None:
    arms = {CONTROL: sums_of(shoppers(20_000, 5)), TREATED: sums_of(shoppers(20_000, 6, 0.1))}
    plain = read(arms, QUESTIONS["revenue_per_visitor"], 0.95).lift
    adjusted = read(arms, QUESTIONS["revenue_per_visitor_adjusted"], 0.95).lift
    assert adjusted.high - adjusted.low < 0.97 * (plain.high - plain.low)
    assert plain.low < 0.1 < plain.high
    assert adjusted.low < 0.1 < adjusted.high


def test_replications_add_up() -> None:
    parts = [shoppers(200, seed) for seed in (1, 2)]
    arms = [{CONTROL: sums_of(part), TREATED: sums_of(part)} for part in parts]
    assert pooled(arms)[CONTROL] == sums_of(np.concatenate(parts, axis=1))


@pytest.mark.parametrize(("treated", "share", "fits"), [(5_050, 0.5, True), (5_600, 0.5, False), (1_100, 0.1, True)])
def test_arms_of_other_sizes_than_the_lots_gave_raise_an_alarm(treated: int, share: float, fits: bool) -> None:
    control = 5_000 if share == 0.5 else 10_000
    arms = {CONTROL: sums_of(shoppers(control, 1)), TREATED: sums_of(shoppers(treated, 2))}
    assert (sample_ratio(arms, share) > 0.01) == fits


def test_a_share_of_all_or_none_has_no_ratio() -> None:
    arms = {CONTROL: sums_of(shoppers(0, 1)), TREATED: sums_of(shoppers(50, 2))}
    assert math.isnan(sample_ratio(arms, 1.0))
    assert math.isnan(sample_ratio({CONTROL: arms[CONTROL], TREATED: arms[CONTROL]}, 0.5))


def test_a_small_lift_takes_a_large_sample_and_an_uneven_split_a_larger_one() -> None:
    arms = {CONTROL: sums_of(shoppers(4_000, 1)), TREATED: sums_of(shoppers(4_000, 2))}
    lopsided = {CONTROL: sums_of(shoppers(400, 1)), TREATED: sums_of(shoppers(4_000, 2))}
    question = QUESTIONS["session_conversion"]
    large = needed(arms, question, 0.10, 0.95)
    assert needed(arms, question, 0.05, 0.95) == pytest.approx(4 * large, rel=0.01)
    assert needed(lopsided, question, 0.10, 0.95) > 2.5 * large
    told = aggregates(arms[CONTROL]) + aggregates(arms[TREATED])
    variance = told.ratio_var("orders", "visits") / (told.mean("orders") / told.mean("visits")) ** 2
    assert large == pytest.approx(4 * variance * (1.959964 + 0.841621) ** 2 / 0.1**2, rel=0.01)
    assert math.isnan(needed(arms, question, 0.0, 0.95))
    assert math.isnan(needed(arms, question, math.nan, 0.95))


def test_an_arm_without_orders_or_shoppers_says_nothing() -> None:
    some, none = sums_of(shoppers(50, 1)), sums_of(shoppers(0, 1))
    barren = sums_of(shoppers(50, 1) * np.array([[1], [0], [0], [1]]))
    for other in (none, barren):
        assert read({CONTROL: other, TREATED: some}, QUESTIONS["aov"], 0.95) == UNREAD
        assert math.isnan(needed({CONTROL: some, TREATED: other}, QUESTIONS["aov"], 0.1, 0.95))
    assert math.isnan(QUESTIONS["aov"].value(none))
