"""A/B test: an arm meets the strategy tested in the period, nobody before, afterwards whom the plan says."""

import numpy as np
import pytest

from simulation import Moment, check_plan, simulate
from tests.stores import Plans, differences, lively, run_with_world
from tests.strategies.counter import counter

BESIDE = {"cart_recovery": {"delay_days": 0.2}}
TESTED = {"smart_content": {"precision": 0.0, "usual": 1.0}}


def plans(**parameters: object) -> Plans:
    test = {"ab_test": {"strategy": "smart_content", **parameters}}
    return {"With": {**TESTED, **BESIDE}, "Without": BESIDE, "Test": {**test, **TESTED, **BESIDE}}


def admitted(now: float, other: str = "smart_content", **parameters: object) -> tuple[np.ndarray, Moment]:
    """Return who of 400 shoppers may meet another strategy at a time; the horizon begins on day 3."""
    period = {"strategy": "smart_content", "first_day": 1.0, "days": 4.0, "share": 0.3, **parameters}
    at = counter("ab_test", 400, lively({"With": {"ab_test": period}}))
    moment = at.world.moment(at.world.strategies[0], at.rows, np.full(400, now))
    return at.strategy.admits(other, moment), moment


def test_one_arm_meets_the_strategy_tested_and_everybody_the_others() -> None:
    treated, moment = admitted(5.0)
    assert treated.tolist() == (moment.lot("arm") < 0.3).tolist()
    assert 0.22 < treated.mean() < 0.38
    assert admitted(5.0, "cart_recovery")[0].all()


@pytest.mark.parametrize(("after", "share"), [("nobody", 0.0), ("treated", 0.3), ("everybody", 1.0)])
def test_nobody_meets_it_before_and_afterwards_whom_it_is_for(after: str, share: float) -> None:
    assert not admitted(3.9, after=after)[0].any()
    for now in (8.0, 40.0):
        assert admitted(now, after=after)[0].mean() == pytest.approx(share, abs=0.08)


@pytest.mark.parametrize(("share", "twin"), [(1.0, "With"), (0.0, "Without")])
def test_testing_on_all_or_nobody(share: float, twin: str) -> None:
    study = lively(
        plans(share=share, days=100.0, after="treated"), experiment={"warm_up_days": 0.0, "follow_up_days": 0.0}
    )
    assert differences(simulate(study, twin, 0), simulate(study, "Test", 0)) == []


def test_the_arms_are_summed_and_the_other_arm_is_never_reached() -> None:
    outcomes, _, world = run_with_world(lively(plans(share=0.6, days=100.0)), "Test")
    sh, trial = world.shoppers, outcomes.tables["trials"]
    reached = (sh.reached[: sh.size] & np.uint64(2)) > 0
    treated = trial.at("ab_test", "treated", "shoppers")
    assert 0.5 < treated / (treated + trial.at("ab_test", "control", "shoppers")) < 0.7
    assert outcomes.tables["strategies"].at("smart_content", "reach") == reached.sum() <= treated


def test_what_cannot_be_tried_is_a_fault_in_plain_words() -> None:
    (fault,) = check_plan("P", {"ab_test": {"strategy": "smart_contents"}})
    assert fault.path == "plans.P.ab_test.strategy"
    assert fault.message.startswith("is not an installed strategy: must be one of ")
    assert "smart_content" in fault.message
    assert "hold_out" not in fault.message
    (fault,) = check_plan("P", {"ab_test": {"strategy": "frequency_cap"}})
    assert fault.message == "changes the whole store: it cannot be tried on some of the shoppers"


def test_a_plan_without_the_strategy_tested_is_told() -> None:
    study = lively({"Test": {"ab_test": {"strategy": "smart_content"}, **BESIDE}, "Without": BESIDE})
    outcomes = simulate(study, "Test", 0)
    assert outcomes.facts.notes == ("ab_test tests smart_content, which is not in this plan: nothing is tested",)
    assert differences(simulate(study, "Without", 0), outcomes) == []
