"""Stopping by precision: reached when it says so, the same way every time, and without spoiling the intervals."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from planner.experiments.faults import ExperimentFault
from planner.experiments.precision import FEWEST, LOOK_AHEAD, Precision, run_until
from planner.experiments.statistics import relative_difference

Samples = dict[str, dict[str, NDArray[np.float64]]]
CONVERSION = "session_conversion"
LEAST = FEWEST + LOOK_AHEAD


def store(seed: int, noise: float = 0.01, plans: int = 1, lift: float = 0.03) -> Samples:
    """600 replications: luck of 3 % that all plans share, and ``noise`` of each plan's own."""
    rng = np.random.default_rng(seed)
    luck = 0.02 * rng.normal(1.0, 0.03, 600)
    rivals = {f"Plan {k}": {CONVERSION: luck * (1 + lift + noise * rng.normal(size=600))} for k in range(plans)}
    return {"Baseline": {CONVERSION: luck}, **rivals}


def first(samples: Samples) -> Callable[[int], Samples]:
    return lambda n: {plan: {key: values[:n] for key, values in of.items()} for plan, of in samples.items()}


def widths(samples: Samples, n: int) -> list[float]:
    base = samples["Baseline"][CONVERSION][:n]
    found = [relative_difference(of[CONVERSION][:n], base) for plan, of in samples.items() if plan != "Baseline"]
    return [(interval.high - interval.low) / 2 for interval in found]


@given(st.integers(0, 10**6), st.floats(0.001, 0.02), st.integers(1, 4), st.floats(0.002, 0.02))
@settings(max_examples=40)
def test_what_is_reported_as_reached_is_reached_and_was_for_a_while(
    seed: int, noise: float, plans: int, half_width: float
) -> None:
    samples = store(seed, noise, plans)
    stop = run_until(Precision(half_width, most=400), first(samples), "Baseline")
    assert LEAST <= stop.replications <= 400
    assert stop.half_width == pytest.approx(max(widths(samples, stop.replications)))
    if stop.reached:
        tail = range(stop.replications - LOOK_AHEAD, stop.replications + 1)
        assert max(max(widths(samples, n)) for n in tail) <= half_width
    else:
        assert stop.replications == 400


def test_it_takes_about_as_many_as_the_normal_distribution_says() -> None:
    taken = [run_until(Precision(0.004), first(store(seed)), "Baseline").replications for seed in range(40)]
    needed = (1.96 * 0.01 / 0.004) ** 2  # 24
    assert needed < np.mean(taken) < needed + 14


def test_quiet_samples_are_not_believed_too_early() -> None:
    samples = store(1)
    samples["Plan 0"][CONVERSION][:5] = samples["Baseline"][CONVERSION][:5] * 1.03  # five times no noise, by chance
    stop = run_until(Precision(0.004), first(samples), "Baseline")
    assert widths(samples, 5)[0] < 1e-9
    assert stop.replications > 15


def test_a_plan_without_any_noise_takes_the_least_there_is() -> None:
    stop = run_until(Precision(0.001), first(store(1, noise=0.0)), "Baseline")
    assert (stop.replications, stop.reached) == (LEAST, True)
    assert stop.half_width == pytest.approx(0.0, abs=1e-12)


def test_the_limit_is_kept_and_said() -> None:
    samples = store(1) | {"Noisy": store(2, noise=0.2)["Plan 0"]}
    stop = run_until(Precision(0.001, most=30), first(samples), "Baseline")
    assert (stop.replications, stop.reached) == (30, False)
    assert "of Noisy in conversion per visit is known to ±" in stop.note
    assert stop.note.endswith("only (asked: ±0.1 %).")


def test_a_sample_that_was_cut_short_ends_it() -> None:
    samples = store(1)
    stop = run_until(Precision(0.001), lambda n: first(samples)(min(n, 13)), "Baseline")
    assert (stop.replications, stop.reached) == (13, False)


def test_how_much_is_asked_for_at_a_time_depends_on_the_outcomes_alone() -> None:
    asked: list[list[int]] = [[], []]
    samples = store(3)
    for record in asked:

        def sample(n: int, record: list[int] = record) -> Samples:
            record.append(n)
            return first(samples)(n)

        run_until(Precision(0.002), sample, "Baseline")
    assert asked[0] == asked[1]
    assert asked[0] == sorted(set(asked[0]))
    assert all(later <= 2 * sooner for sooner, later in zip(asked[0], asked[0][1:], strict=False))


def test_outcomes_that_are_not_defined_are_not_waited_for() -> None:
    samples = store(1)
    for of in samples.values():
        of["payback_days"] = np.full(600, math.nan)
        of["strategy_cost"] = np.zeros(600)
    both = run_until(Precision(0.004, (CONVERSION, "payback_days", "strategy_cost")), first(samples), "Baseline")
    assert both.reached
    alone = run_until(Precision(0.004, ("payback_days",)), first(samples), "Baseline")
    assert (alone.replications, alone.reached) == (LEAST, False)
    assert alone.note == "No plan has a relative difference in payback to be precise about."


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({"half_width": 0.0}, "above 0"),
        ({"half_width": math.nan}, "above 0"),
        ({"half_width": 0.01, "outcomes": ("conversion",)}, "no outcome conversion; there are visits"),
        ({"half_width": 0.01, "outcomes": ()}, "no outcome is named"),
        ({"half_width": 0.01, "most": 9}, "at most 9 replications are allowed; precision needs 10"),
    ],
)
def test_faults_are_named(fault: dict[str, object], message: str) -> None:
    with pytest.raises(ExperimentFault, match=message):
        Precision(**fault)  # type: ignore[arg-type]


@pytest.mark.parametrize("trials", [150, pytest.param(4000, marks=pytest.mark.slow)])
def test_intervals_of_a_stopped_run_cover_almost_95_percent(trials: int) -> None:
    """Nominal 95 %; the rule is allowed one percent for its stopping. 0.1 % point of the binomial count."""
    hits = 0
    for seed in range(trials):
        samples = store(10_000 + seed)
        n = run_until(Precision(0.0055), first(samples), "Baseline").replications
        _, low, high = relative_difference(samples["Plan 0"][CONVERSION][:n], samples["Baseline"][CONVERSION][:n])
        hits += low <= 0.03 <= high
    assert hits >= stats.binom(trials, 0.94).ppf(0.001)


@pytest.mark.slow
def test_stopping_at_the_first_narrow_interval_would_cover_too_little() -> None:
    trials, hits = 4000, 0
    for seed in range(trials):
        samples, n = store(10_000 + seed), FEWEST
        while widths(samples, n)[0] > 0.0055:
            n += 1
        _, low, high = relative_difference(samples["Plan 0"][CONVERSION][:n], samples["Baseline"][CONVERSION][:n])
        hits += low <= 0.03 <= high
    assert hits / trials < 0.935
