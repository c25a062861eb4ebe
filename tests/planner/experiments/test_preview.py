"""Previews: the engine's own outcomes, sums that add up to them, and intervals that deserve the name."""

import math

import numpy as np
import pytest

from planner.experiments import preview
from planner.experiments.preview import GROUPS, Run, beside, group_sums, preview_study, run_preview
from simulation import Study, Trace, personalization_roi, simulate
from tests.stores import Watcher, lively

STUDY: Study = lively(experiment={"visitors": 2500, "days": 60.0, "warm_up_days": 30.0})
PLANS: dict[str, dict[str, dict[str, float]]] = {
    "saved": {"cart_recovery": {}},
    "tuned": {"cart_recovery": {"discount": 0.5, "delay_days": 0.1}},
    "none": {},
}


@pytest.fixture(scope="module")
def studies() -> dict[str, Study]:
    return {name: preview_study(STUDY, "Mine", plan, shoppers=2500) for name, plan in PLANS.items()}


@pytest.fixture(scope="module")
def runs(studies: dict[str, Study]) -> dict[str, Run]:
    return {name: run_preview(study, "Mine") for name, study in studies.items()}


def test_it_is_short_and_never_longer_than_the_study(studies: dict[str, Study]) -> None:
    experiment = studies["saved"].experiment
    assert (experiment.visitors, experiment.days, experiment.warm_up_days) == (2500, 28.0, 7.0)
    given = STUDY.experiment
    assert experiment.follow_up_days == min(given.follow_up_days, 63.0)
    assert (list(studies["saved"].plans), experiment.ltv_days) == (["Mine"], min(given.ltv_days, 63.0))
    tiny = lively(experiment={"days": 5.0, "warm_up_days": 0.0, "follow_up_days": 400.0, "ltv_days": 400.0})
    short = preview_study(tiny, "Mine", {}).experiment
    assert (short.days, short.warm_up_days, short.follow_up_days, short.ltv_days) == (5.0, 0.0, 63.0, 63.0)


def test_groups_add_up_to_what_the_engine_counts(studies: dict[str, Study], runs: dict[str, Run]) -> None:
    run, outcomes = runs["tuned"], simulate(studies["tuned"], "Mine", 0)
    for name, total in (("visits", "visits"), ("orders", "orders"), ("customers", "new_customers")):
        assert run.sums(name).sum() == outcomes.total(total) > 0
    assert run.sums("revenue").sum() * 100 == pytest.approx(outcomes.total("revenue"))
    assert run.sums("value").sum() / run.sums("customers").sum() == pytest.approx(run.values["ltv"], rel=0.02)
    assert (run.sums("visits") > 0).all()


def test_outcomes_are_the_engines(studies: dict[str, Study], runs: dict[str, Run]) -> None:
    tuned, none = (simulate(studies[name], "Mine", 0) for name in ("tuned", "none"))
    shown = beside(runs["tuned"], runs["saved"], runs["none"], 0.95)
    assert tuple(shown) == preview.OUTCOMES
    assert shown["personalization_roi"].tuned == pytest.approx(personalization_roi(tuned, none))
    assert shown["aov"].tuned == runs["tuned"].values["aov"]
    assert shown["aov"].change.mean == shown["aov"].tuned - shown["aov"].saved


def test_a_change_has_an_interval_around_it(runs: dict[str, Run]) -> None:
    for shown in beside(runs["tuned"], runs["saved"], runs["none"], 0.95).values():
        change = shown.change
        assert change.low < change.mean < change.high
        assert change.relative_low < change.relative < change.relative_high
    wide, narrow = (beside(runs["tuned"], runs["saved"], None, sure)["aov"].change for sure in (0.99, 0.8))
    assert wide.high - wide.low > narrow.high - narrow.low


def test_no_change_is_certain(runs: dict[str, Run]) -> None:
    for shown in beside(runs["saved"], runs["saved"], runs["none"], 0.95).values():
        assert (shown.change.mean, shown.change.low, shown.change.high) == (0.0, 0.0, 0.0)
        assert shown.change.verdict == "cannot tell"


def test_the_baseline_itself_and_a_plan_that_costs_nothing_have_no_return(runs: dict[str, Run]) -> None:
    assert "personalization_roi" not in beside(runs["tuned"], runs["saved"], None, 0.95)
    free = beside(runs["none"], runs["none"], runs["none"], 0.95)["personalization_roi"]
    assert math.isnan(free.tuned)
    assert math.isnan(free.change.low)


def test_the_interval_is_as_wide_as_shoppers_luck() -> None:
    """For a ratio with a constant denominator the jackknife is the textbook standard error of a sum."""
    rng = np.random.default_rng(5)
    covered = 0
    for _ in range(200):
        orders = rng.poisson(5.0, GROUPS).astype(float)
        more = orders + rng.poisson(0.5, GROUPS)
        saved, tuned = (_run(counts) for counts in (orders, more))
        change = beside(tuned, saved, None, 0.95)["session_conversion"].change
        covered += change.low < 0.5 / 100.0 < change.high
    assert 180 <= covered <= 199


def _run(orders: np.ndarray) -> Run:
    groups = np.ones((GROUPS, 6))
    groups[:, 0], groups[:, 1] = 100.0, orders
    values = {"session_conversion": orders.sum() / (100.0 * GROUPS), "aov": 1.0, "ltv": 1.0}
    return Run(values, 0.0, 0.0, groups, 28.0, 6400, 63.0)


def test_nobody_came() -> None:
    sums = group_sums(Trace(), STUDY.experiment)
    assert sums.shape == (GROUPS, 6)
    assert sums.sum() == 0.0


def test_the_trace_changes_nothing(studies: dict[str, Study], runs: dict[str, Run]) -> None:
    watcher = Watcher()
    assert simulate(studies["saved"], "Mine", 0, watcher).total("orders") == runs["saved"].sums("orders").sum()
