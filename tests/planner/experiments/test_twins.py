"""Tests inside the store beside their twins: the truth, whichever arm the share is of, and what is told of a test."""

import math
from functools import cache
from typing import Any, ClassVar

import numpy as np
import pytest

from planner.experiments.executors import SerialBackend
from planner.experiments.faults import ExperimentFault
from planner.experiments.runner import Progress
from planner.experiments.twins import Trial, Trials, document, run_trials, trial_runners
from planner.run_store import RunStore
from planner.trials import QUESTIONS
from simulation import Moment, Office, Outcomes, Strategy, Study, Trace, portion, simulate
from tests.probes import Favour, Idle, Probe
from tests.stores import Plans, Watcher, installed, lively

FIRST, DAYS = 2.0, 8.0


class Arms(Probe):
    """Admits a share of shoppers, by lot, to the others for some days; nobody before, everybody after."""

    id: ClassVar = "arms"
    share: float = portion(0.5, "treated")

    def start(self, office: Office) -> tuple[float, float]:
        return office.trial(self.treated, FIRST, DAYS)

    @property
    def treated(self) -> float:
        return self.share

    def admits(self, other: str, moment: Moment) -> np.ndarray:
        begins, ends = moment.memory
        treated = moment.lot("arm") < self.treated
        admitted: np.ndarray = np.where(moment.now < ends, treated & (moment.now >= begins), True)
        return admitted


class Held(Arms):
    """The same, but its share is of those held out."""

    id: ClassVar = "held"
    share: float = portion(0.3, "held out")

    @property
    def treated(self) -> float:
        return 1.0 - self.share


EVERYONE: dict[str, Any] = {"every": 1, "rest": 0, "depth": 0.3}


def study(tester: type[Strategy], **values: float) -> Study:
    plans: Plans = {"Test": {"favour": EVERYONE, tester.id: values}, "None": {"favour": {}}}
    return lively(plans, experiment={"visitors": 500})


@cache
def trial_of(tester: type[Strategy], replications: int = 2) -> tuple[Trial, Trials]:
    with installed(tester, Favour):
        tests = run_trials(study(tester), "Test", SerialBackend(), RunStore(), replications)
    return tests.tests[0], tests


@pytest.mark.parametrize(("tester", "treated"), [(Arms, 0.5), (Held, 0.7)])
def test_the_truth_is_of_everybody_against_nobody_in_the_period(tester: type[Strategy], treated: float) -> None:
    """Worked out anew from traces of two runs, shopper by shopper."""
    told, tests = trial_of(tester)
    assert tests.replications == 2
    assert told.share == pytest.approx(treated)
    assert told.treated / (told.control + told.treated) == pytest.approx(treated, abs=0.05)
    assert told.ratio_p > 0.01
    truth = told.outcomes["session_conversion"].truth
    assert truth.mean == pytest.approx(_lift_by_trace(tester), abs=1e-12)
    assert truth.mean > 0.05


def _lift_by_trace(tester: type[Strategy]) -> float:
    """Return the mean difference over the replications' mean, of orders per visit begun in the period."""
    rates = np.array([[_rate(tester, treated, number) for number in range(2)] for treated in (1.0, 0.0)])
    return float((rates[0] - rates[1]).mean() / rates[1].mean())


def _rate(tester: type[Strategy], treated: float, number: int) -> float:
    share = treated if tester is Arms else 1.0 - treated
    watcher = Watcher()
    watcher.trace = Trace()
    store = study(tester, share=share)
    with installed(tester, Favour):
        simulate(store, "Test", number, watcher)
    begins = store.experiment.warm_up_days + FIRST
    orders, visits = (watcher.trace.table(name)["time"] for name in ("orders", "visits"))
    inside = [np.count_nonzero((times >= begins) & (times < begins + DAYS)) for times in (orders, visits)]
    return inside[0] / inside[1]


def test_a_test_beside_the_truth_says_whether_it_holds_it() -> None:
    told, _ = trial_of(Arms)
    outcome = told.outcomes["session_conversion"]
    low, high = outcome.reading.lift.low, outcome.reading.lift.high
    assert outcome.covers == (low <= outcome.truth.mean <= high)
    assert 0 <= outcome.covering <= outcome.single == 2
    assert 0 < outcome.needed < math.inf
    assert set(told.outcomes) == set(QUESTIONS)
    share = study(Arms).simulated_share
    assert told.store_shoppers == pytest.approx((told.control + told.treated) / (2 * share))


def test_a_strategy_that_does_nothing_has_a_truth_of_nothing_and_needs_no_sample() -> None:
    with installed(Arms, Idle):
        store = lively({"Test": {"idle": {}, "arms": {}}})
        (told,) = run_trials(store, "Test", SerialBackend(), RunStore(), 2).tests
    outcome = told.outcomes["session_conversion"]
    assert outcome.truth.mean == 0.0
    assert math.isnan(outcome.needed)


def test_every_test_of_a_plan_is_told_and_stored_runs_are_not_run_again() -> None:
    store, heard = RunStore(), list[Progress]()
    plans = {"Both": {"favour": EVERYONE, "arms": {}, "held": {}}}
    with installed(Arms, Held, Favour):
        first = run_trials(lively(plans), "Both", SerialBackend(), store, 1)
        again = run_trials(lively(plans), "Both", SerialBackend(), store, 1, on_progress=heard.append)
    assert [one.strategy for one in first.tests] == ["arms", "held"]
    assert [progress.done for progress in heard] == [5]
    assert str(document(first, lively(plans), "Both")) == str(document(again, lively(plans), "Both"))


def test_one_replication_has_a_truth_without_an_interval() -> None:
    told, _ = trial_of(Arms, replications=1)
    outcome = told.outcomes["aov"]
    assert math.isfinite(outcome.truth.mean)
    assert math.isnan(outcome.truth.low)
    assert outcome.covers is not None


def test_a_failing_run_is_told_and_leaves_nothing_to_say() -> None:
    def refuse(*given: object) -> Outcomes:
        raise ZeroDivisionError("no shoppers")

    with installed(Arms, Favour):
        tests = run_trials(study(Arms), "Test", SerialBackend(), RunStore(), 1, simulate=refuse)
    assert tests.tests == ()
    assert len(tests.failures) == 3


def test_the_document_holds_money_in_the_studys_currency() -> None:
    told, tests = trial_of(Arms)
    document_ = document(tests, study(Arms), "Test")
    assert (document_["plan"], document_["replications"]) == ("Test", 2)
    (one,) = document_["tests"]
    assert one["shoppers"]["control"] == told.control
    assert one["sample_ratio"]["expected"] == 0.5
    outcomes = one["outcomes"]
    assert outcomes["aov"]["control"] == told.outcomes["aov"].reading.control / 100.0
    assert outcomes["session_conversion"]["control"] == told.outcomes["session_conversion"].reading.control
    assert set(outcomes["aov"]["truth"]) == {"mean", "low", "high"}


@pytest.mark.parametrize(("plan", "words"), [("Nope", "no plan 'Nope'"), ("None", "runs no test")])
def test_a_plan_without_a_test_is_refused(plan: str, words: str) -> None:
    with installed(Arms, Favour), pytest.raises(ExperimentFault, match=words):
        trial_runners(study(Arms), plan)
