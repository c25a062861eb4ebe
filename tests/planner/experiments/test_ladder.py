"""The ladder: each plan against the one before, corrected over the steps, and whether a step pays."""

from dataclasses import replace

import numpy as np
import pytest

from planner.experiments.comparison import ROI, Comparison, compare
from planner.experiments.faults import ExperimentFault
from planner.experiments.ladder import Ladder, climb, document, rungs
from planner.experiments.statistics import holm
from simulation import METRICS, Outcomes
from simulation.metrics import personalization_roi
from tests.planner.experiments import fakes
from tests.stores import lively

LIFTS = {"Baseline": 0.0, "One": 0.03, "Two": 0.03, "Three": 0.01}


def whole(lifts: dict[str, float], cost: dict[str, int] | None = None) -> Comparison:
    def runs(plan: str) -> list[Outcomes]:
        made = [fakes.simulate(lifts, plan, number) for number in range(8)]
        if cost is None:
            return made
        orders = [run.total("orders") for run in made]
        return [fakes.outcomes(plan, orders=count, cost=cost[plan]) for count in orders]

    return compare("Toy", {plan: runs(plan) for plan in lifts}, "Baseline", visitors=1000)


def ladder(plans: tuple[str, ...] = tuple(LIFTS)) -> Ladder:
    return climb(whole(LIFTS), plans)


def test_each_step_is_measured_from_the_one_before() -> None:
    steps = ladder().steps
    assert [(step.result.name, step.before) for step in steps] == [
        ("Baseline", ""),
        ("One", "Baseline"),
        ("Two", "One"),
        ("Three", "Two"),
    ]
    assert steps[0].result.differences == {}
    changes = [step.result.differences["session_conversion"] for step in steps[1:]]
    assert [change.verdict for change in changes] == ["better", "cannot tell", "worse"]
    assert changes[2].relative == pytest.approx(1.01 / 1.03 - 1.0, abs=0.003)


def test_verdicts_are_corrected_over_the_steps() -> None:
    changes = [step.result.differences["orders"] for step in ladder().steps[1:]]
    assert [change.p_holm for change in changes] == pytest.approx(holm([change.p_value for change in changes]))
    alone = compare("Toy", {name: whole(LIFTS).plan(name).runs for name in ("One", "Two")}, "One").plan("Two")
    assert changes[1].p_value == alone.differences["orders"].p_value
    assert changes[1].mean == alone.differences["orders"].mean


def test_the_order_of_the_plans_is_that_asked_for() -> None:
    steps = ladder(("Three", "One")).steps
    assert [step.before for step in steps] == ["", "Three"]
    assert steps[1].result.differences["orders"].verdict == "better"


def test_the_return_of_a_step_is_of_what_it_adds() -> None:
    costs = {"Baseline": 0, "One": 40_000_00, "Two": 45_000_00, "Three": 45_000_00}
    compared = whole(LIFTS, costs)
    steps = climb(compared, tuple(LIFTS)).steps
    first, second = steps[1], steps[2]
    assert first.roi == first.result.estimates[ROI]
    assert first.roi is not None
    assert first.roi.mean == pytest.approx(
        personalization_roi(compared.plan("One").pooled, compared.plan("Baseline").pooled)
    )
    assert (first.returns, first.result.differences["margin"].verdict) == ("does not pay", "worse")
    assert second.roi is not None
    assert second.roi.mean != compared.plan("Two").estimates[ROI].mean
    assert (steps[3].returns, steps[3].roi) == ("costs no more", None)


@pytest.mark.parametrize(("cost", "returns"), [(100_00, "pays"), (10_000_000_00, "does not pay")])
def test_a_step_pays_exactly_if_its_return_is_above_one(cost: int, returns: str) -> None:
    step = climb(whole({"Baseline": 0.0, "One": 0.03}, {"Baseline": 0, "One": cost}), ("Baseline", "One")).steps[1]
    assert step.returns == returns
    assert step.roi is not None
    assert (step.roi.low > 1.0) == (returns == "pays")
    assert (step.roi.high < 1.0) == (returns == "does not pay")


def test_the_document_names_what_each_step_stands_against() -> None:
    told = document(ladder())
    assert (told["study"], told["replications"]) == ("Toy", 8)
    assert [step["against"] for step in told["steps"]] == [None, "Baseline", "One", "Two"]
    assert told["steps"][0]["roi"] is None
    assert set(told["steps"][1]["roi"]) == {"mean", "low", "high", "verdict"}
    assert told["steps"][3]["roi"]["verdict"] == "costs no more"
    assert set(told["steps"][1]["difference"]["orders"]) == {"mean", "low", "high", "relative", "verdict"}
    assert set(told["steps"][1]["outcomes"]) == set(METRICS)


def test_the_plans_of_a_ladder_are_the_studys_own_order_after_the_baseline() -> None:
    study = lively({"B": {}, "A": {}}, experiment={"baseline": "A"})
    assert rungs(study, ()) == ("A", "Baseline", "B")
    assert rungs(study, ("B", "A")) == ("B", "A")


@pytest.mark.parametrize(
    ("plans", "words"), [(("Nope",), "'Nope'"), (("A",), "two different"), (("A", "A"), "two diff")]
)
def test_what_is_no_ladder_is_told(plans: tuple[str, ...], words: str) -> None:
    with pytest.raises(ExperimentFault, match=words):
        rungs(lively({"A": {}}), plans)


def test_one_replication_gives_steps_without_verdicts() -> None:
    one = whole(LIFTS)
    few = compare("Toy", {plan.name: plan.runs[:1] for plan in one.plans}, "Baseline")
    step = climb(replace(few), ("Baseline", "One")).steps[1]
    assert np.isnan(step.result.differences["orders"].low)
    assert step.returns == "cannot tell"
