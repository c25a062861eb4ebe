"""Tests inside the store beside the truth: the same plan once more with everybody in one arm, and with nobody in it.

A store sees one arm of each shopper; the simulation can run both lives. The twins differ in the test's share only, so
that they cover the same period, and what comes before and after is equal. Knows jobs and sums; prints nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from planner import trials
from planner.experiments import statistics
from planner.experiments.faults import ExperimentFault
from planner.experiments.runner import Job, Simulate, paired, run_jobs
from planner.trials import CONTROL, QUESTIONS, TREATED, Reading
from simulation import create, library

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from planner.experiments.executors import Backend
    from planner.experiments.runner import Failure, Progress
    from planner.experiments.statistics import Interval
    from planner.run_store import RunStore
    from planner.trials import Sums
    from simulation import Outcomes, Study

Arms = dict[str, "Sums"]
SHARE = "share"
"""The parameter by which a strategy that runs a test splits shoppers; 0 and 1 put all of them into one arm."""


@dataclass(frozen=True)
class Told:
    """What a test says of one outcome beside the truth.

    Attributes:
        reading: of all replications together.
        truth: relative lift from the twins, over replications.
        single: tests of one replication each that say something. covering: those whose interval holds the truth.
        needed: shoppers in both arms that tell a lift of the true size; NaN if the twins do not tell it from none.
    """

    reading: Reading
    truth: Interval
    single: int
    covering: int
    needed: float

    @property
    def covers(self) -> bool | None:
        """Whether the interval holds the truth; None where one of them is not defined."""
        return _covers(self.reading, self.truth.mean)


@dataclass(frozen=True)
class Trial:
    """One test of a plan.

    Attributes:
        strategy: the one that runs the test. of: what it tests, in words.
        control, treated: shoppers in each arm who came in the period, over all replications.
        share: part of the shoppers whom the lots treat.
        ratio_p: p-value of the check that the arms have the sizes that the lots gave them.
        store_shoppers: who come in the period to the whole store.
        outcomes: by id of ``trials.QUESTIONS``.
    """

    strategy: str
    of: str
    control: int
    treated: int
    share: float
    ratio_p: float
    store_shoppers: float
    outcomes: dict[str, Told]


class Trials(NamedTuple):
    """All tests of a plan, the replications they rest on, and what became of the runs."""

    tests: tuple[Trial, ...]
    replications: int
    failures: tuple[Failure, ...]
    interrupted: bool


def trial_runners(study: Study, plan: str) -> tuple[str, ...]:
    """Return the strategies of a plan that run a test: they admit a share of the shoppers to others.

    Raises:
        ExperimentFault: for a plan that the study does not have, or that runs no test.
    """
    if plan not in study.plans:
        raise ExperimentFault(f"no plan {plan!r}; the study has {', '.join(map(repr, study.plans))}")
    known = library().strategies
    mine = [known[id_] for id_ in study.plans[plan] if id_ in known]
    found = tuple(one.id for one in mine if one.overrides("admits") and SHARE in one.model_fields)
    if not found:
        raise ExperimentFault(f"plan {plan!r} runs no test inside the store: add ab_test or hold_out to it")
    return found


def run_trials(
    study: Study,
    plan: str,
    backend: Backend,
    store: RunStore,
    replications: int,
    *,
    on_progress: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
    simulate: Simulate | None = None,
) -> Trials:
    """Run a plan and the twins of its tests, and read each test beside the truth.

    Raises:
        ExperimentFault: see ``trial_runners``.
    """
    found = trial_runners(study, plan)
    content = study.plans[plan]
    twins = {_twin(plan, id_, share): _with_share(content, id_, share) for id_ in found for share in (0.0, 1.0)}
    study = study.model_copy(update={"plans": {plan: content, **twins}})
    jobs = [Job(name, number) for number in range(replications) for name in study.plans]
    batch = run_jobs(study, jobs, backend, store, on_progress=on_progress, stop=stop, simulate=simulate)
    runs, numbers = paired(batch, tuple(study.plans))
    tests = [_tested(runs, plan, content, id_, study.experiment.confidence) for id_ in found] if numbers else []
    return Trials(tuple(tests), len(numbers), batch.failures, batch.interrupted)


def _twin(plan: str, tester: str, share: float) -> str:
    return f"{plan} ({tester}, share {share:g})"


def _with_share(content: Mapping[str, Mapping[str, Any]], tester: str, share: float) -> dict[str, dict[str, Any]]:
    return {id_: {**values, SHARE: share} if id_ == tester else dict(values) for id_, values in content.items()}


# reading -----------------------------------------------------------------------------------------------------------
def _tested(
    runs: Mapping[str, Sequence[Outcomes]],
    plan: str,
    content: Mapping[str, Mapping[str, Any]],
    tester: str,
    sure: float,
) -> Trial:
    arms = {name: [trials.arm_sums(run.tables["trials"], tester) for run in of] for name, of in runs.items()}
    none, all_ = arms[_twin(plan, tester, 0.0)], arms[_twin(plan, tester, 1.0)]
    strategy = create({tester: content[tester]})[0][0]
    share = float(getattr(strategy, SHARE))
    if _count(none, CONTROL) == 0 < _count(none, TREATED):  # the share is of those held out
        none, all_, share = all_, none, 1.0 - share
    facts, whole = runs[plan][0].facts, trials.pooled(arms[plan])
    came = _count(arms[plan], CONTROL) + _count(arms[plan], TREATED)
    return Trial(
        strategy=tester,
        of=str(getattr(strategy, "strategy", "all other strategies")),
        control=whole[CONTROL]["shoppers"],
        treated=whole[TREATED]["shoppers"],
        share=share,
        ratio_p=trials.sample_ratio(whole, share),
        store_shoppers=came / (len(arms[plan]) * facts.share),
        outcomes={id_: _told(arms[plan], none, all_, id_, sure) for id_ in QUESTIONS},
    )


def _count(arms: Sequence[Arms], arm: str) -> int:
    return sum(one[arm]["shoppers"] for one in arms)


def _told(tests: Sequence[Arms], none: Sequence[Arms], all_: Sequence[Arms], id_: str, confidence: float) -> Told:
    question, whole = QUESTIONS[id_], trials.pooled(tests)
    with_, without = (
        np.array([question.value(one[arm]) for one in runs]) for runs, arm in ((all_, TREATED), (none, CONTROL))
    )
    truth = statistics.relative_difference(*statistics.defined_pairs(with_, without), confidence)
    covers = [_covers(trials.read(one, question, confidence), truth.mean) for one in tests]
    return Told(
        trials.read(whole, question, confidence),
        truth,
        single=sum(held is not None for held in covers),
        covering=sum(held is True for held in covers),
        needed=trials.needed(whole, question, truth.mean, confidence) if _told_from_none(truth) else math.nan,
    )


def _told_from_none(truth: Interval) -> bool:
    return truth.low > 0.0 or truth.high < 0.0


def _covers(reading: Reading, truth: float) -> bool | None:
    if math.isnan(truth) or math.isnan(reading.lift.low):
        return None
    return reading.lift.low <= truth <= reading.lift.high


# as plain data -----------------------------------------------------------------------------------------------------
def document(tests: Trials, study: Study, plan: str) -> dict[str, Any]:
    """Return the document of ``footfall trial --json``; money in the study's currency."""
    minor = study.store.minor_units
    return {
        "study": study.store.name,
        "plan": plan,
        "replications": tests.replications,
        "tests": [_document(test, minor) for test in tests.tests],
    }


def _document(test: Trial, minor: int) -> dict[str, Any]:
    return {
        "strategy": test.strategy,
        "of": test.of,
        "shoppers": {"control": test.control, "treated": test.treated, "whole_store": test.store_shoppers},
        "sample_ratio": {"expected": test.share, "p_value": test.ratio_p},
        "outcomes": {id_: _plain(told, minor if QUESTIONS[id_].money else 1) for id_, told in test.outcomes.items()},
    }


def _plain(told: Told, unit: int) -> dict[str, Any]:
    reading = told.reading
    return {
        "control": reading.control / unit,
        "treated": reading.treated / unit,
        "lift": reading.lift.mean,
        "low": reading.lift.low,
        "high": reading.lift.high,
        "p_value": reading.p_value,
        "truth": told.truth._asdict(),
        "covers": told.covers,
        "single_tests": told.single,
        "single_tests_covering": told.covering,
        "needed_shoppers": told.needed,
    }
