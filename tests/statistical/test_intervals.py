"""Intervals and tests hold on the real simulator: 95 % cover the truth, 5 % of comparisons of like with like reject.

Two hundred small comparisons of a few replications each, all with luck of their own. The truth is the mean over all of
them. Counts are judged by the binomial distribution at 0.001 for the whole file.
"""

import numpy as np
import pytest
from scipy import stats

from planner.experiments.statistics import mean_interval, paired_difference
from simulation import Study, measure, simulate
from tests.probes import Favour, Idle
from tests.stores import Plans, installed, lively

REPETITIONS, REPLICATIONS = 200, 5
OUTCOMES = ("session_conversion", "revenue_per_visitor")
ALPHA = 0.001 / (3 * len(OUTCOMES))


def small() -> Study:
    """A store of a hundred shoppers in four days, served in one go; a strategy for every third of them."""
    plans: Plans = {"Favour": {"favour": {"every": 3, "rest": 0, "depth": 0.3}}, "Idle": {"idle": {}}}
    experiment = {"visitors": 100, "warm_up_days": 0.0, "days": 4.0, "follow_up_days": 0.0, "period_days": 4.0}
    return lively(plans, experiment=experiment, stock={"unlimited": True})


def likely(count: int, of: int, p: float) -> bool:
    """Return whether so many of so many are likely at this probability."""
    return bool(stats.binomtest(count, of, p).pvalue > ALPHA)


@pytest.fixture(scope="module")
def runs() -> dict[str, np.ndarray]:
    """Return outcomes by plan: (repetitions, replications, outcomes)."""
    values: dict[str, list[list[float]]] = {"Baseline": [], "Favour": []}
    with installed(Favour, Idle):
        study = small()
        for replication in range(REPETITIONS * REPLICATIONS):
            for plan, rows in values.items():
                found = measure(simulate(study, plan, replication))
                rows.append([found[name] for name in OUTCOMES])
    return {plan: np.array(rows).reshape(REPETITIONS, REPLICATIONS, -1) for plan, rows in values.items()}


@pytest.mark.slow
@pytest.mark.parametrize("place", range(len(OUTCOMES)), ids=OUTCOMES)
def test_intervals_cover_the_truth_95_times_in_100(place: int, runs: dict[str, np.ndarray]) -> None:
    differences = [
        paired_difference(p[:, place], b[:, place]) for p, b in zip(runs["Favour"], runs["Baseline"], strict=True)
    ]
    means = [mean_interval(values[:, place]) for values in runs["Baseline"]]
    lift = (runs["Favour"] - runs["Baseline"])[:, :, place].mean()
    assert lift > 0.0
    covered = sum(found.low <= lift <= found.high for found in differences)
    assert likely(covered, REPETITIONS, 0.95), covered
    truth = runs["Baseline"][:, :, place].mean()
    covered = sum(found.low <= truth <= found.high for found in means)
    assert likely(covered, REPETITIONS, 0.95), covered


@pytest.mark.slow
@pytest.mark.parametrize("place", range(len(OUTCOMES)), ids=OUTCOMES)
def test_like_against_like_with_other_luck_is_told_apart_5_times_in_100(
    place: int, runs: dict[str, np.ndarray]
) -> None:
    half = REPETITIONS // 2
    pairs = [(plan[:half], plan[half:]) for plan in runs.values()]
    tests = [
        paired_difference(a[:, place], b[:, place]) for one, other in pairs for a, b in zip(one, other, strict=True)
    ]
    rejected = sum(found.p_value < 0.05 for found in tests)
    assert likely(rejected, len(tests), 0.05), rejected


@pytest.mark.slow
def test_common_luck_makes_intervals_several_times_narrower(runs: dict[str, np.ndarray]) -> None:
    with_same = (runs["Favour"] - runs["Baseline"])[:, :, 0].std()
    with_other = (runs["Favour"] - np.roll(runs["Baseline"], 1, axis=0))[:, :, 0].std()
    assert with_same < with_other / 1.5


def test_like_against_like_with_the_same_luck_is_exactly_nothing() -> None:
    with installed(Favour, Idle):
        study = small()
        baseline, idle = (
            np.array([list(measure(simulate(study, plan, r)).values()) for r in range(3)])
            for plan in ("Baseline", "Idle")
        )
    both = np.isfinite(baseline[0])
    assert both.sum() > 15
    for place in np.flatnonzero(both):
        found = paired_difference(idle[:, place], baseline[:, place])
        assert (found.mean, found.low, found.high, found.p_value) == (0.0, 0.0, 0.0, 1.0)
