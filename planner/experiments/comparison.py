"""A finished comparison of plans: what each plan reached, how far it is from the baseline, and how sure that is.

Turns the runs of several plans, paired by replication, into estimates, differences and verdicts. Knows the additive
outcomes and the outcomes' definitions; must not know how runs are made (runner.py), stored, drawn or printed.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from planner.experiments import notes as remarks
from planner.experiments import statistics
from simulation.metrics import METRICS, margin, measure, strategy_cost

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from simulation.outcomes import Outcomes

Verdict = Literal["better", "worse", "cannot tell"]
Samples = dict[str, "NDArray[np.float64]"]
"""Outcome id to its values, one per replication (NaN where the outcome is not defined in that replication)."""

ROI = "personalization_roi"


@dataclass(frozen=True)
class Estimate:
    """An outcome's mean over replications with its confidence interval.

    Units as in ``simulation.metrics.METRICS``; NaN where the outcome is not defined, and NaN for ``low`` and ``high``
    where there is only one replication. ``personalization_roi`` is a ratio of sums over replications.
    """

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Difference:
    """A plan's outcome less the baseline's, paired by replication.

    ``relative`` is the difference as a share of the baseline (0.03 is +3 %). The intervals are marginal, one by one at
    the comparison's confidence; ``verdict`` follows ``p_holm``, the p-value corrected over the plans of the comparison.
    NaN where not defined (one replication, outcome without a value, baseline of zero).
    """

    mean: float
    low: float
    high: float
    relative: float
    relative_low: float
    relative_high: float
    p_value: float
    p_holm: float
    verdict: Verdict


@dataclass(frozen=True)
class PlanResult:
    """One plan's estimates, its differences from the baseline (empty for the baseline) and its runs in order."""

    name: str
    estimates: dict[str, Estimate]
    differences: dict[str, Difference]
    runs: tuple[Outcomes, ...]

    @property
    def pooled(self) -> Outcomes:
        """All replications of the plan added up."""
        return reduce(add, self.runs)


@dataclass(frozen=True)
class Comparison:
    """Plans beside a baseline; ``plans`` holds the baseline too, in the study's order.

    ``visitors`` is the number of simulated shoppers per replication, ``replications`` the number of pairs per plan;
    ``replication_numbers`` says which these are (0, 1, ... unless some failed).
    """

    study_name: str
    baseline: str
    replications: int
    confidence: float
    seed: int
    visitors: int
    plans: tuple[PlanResult, ...]
    currency: str
    notes: tuple[str, ...] = ()
    replication_numbers: tuple[int, ...] = ()

    def plan(self, name: str) -> PlanResult:
        """Return the result of plan ``name``; KeyError lists the plans there are."""
        for plan in self.plans:
            if plan.name == name:
                return plan
        raise KeyError(f"no plan {name!r}; there are {', '.join(plan.name for plan in self.plans)}")


def compare(
    study_name: str,
    runs_by_plan: Mapping[str, Sequence[Outcomes]],
    baseline: str,
    confidence: float = 0.95,
    *,
    seed: int = 0,
    visitors: int = 0,
    replication_numbers: Sequence[int] | None = None,
    notes: Sequence[str] = (),
) -> Comparison:
    """Compare plans with the baseline, pair by pair.

    Args:
        study_name: the study's name, for titles.
        runs_by_plan: plan to its runs; the k-th run of every plan is of the same replication (same shoppers and luck).
        baseline: the plan that the others are compared with.
        confidence: of every interval, and one less the error rate that Holm's correction keeps over the plans.
        seed: the experiment's seed.
        visitors: simulated shoppers per replication.
        replication_numbers: which replications the runs are; default 0, 1, ...
        notes: what else the reader has to know; the comparison's own remarks follow.

    Raises:
        ValueError: no such baseline, no runs, or not the same number of runs for every plan.
    """
    _check(runs_by_plan, baseline)
    numbers = tuple(replication_numbers or range(len(runs_by_plan[baseline])))
    samples = {plan: measured(runs) for plan, runs in runs_by_plan.items()}
    differences = _differences(samples, baseline, confidence)
    results = tuple(
        PlanResult(plan, _estimates(plan, samples, runs_by_plan, baseline, confidence), differences[plan], tuple(runs))
        for plan, runs in runs_by_plan.items()
    )
    own = remarks.remarks(runs_by_plan, samples, baseline, numbers)
    currency = runs_by_plan[baseline][0].facts.currency
    return Comparison(
        study_name, baseline, len(numbers), confidence, seed, visitors, results, currency, (*notes, *own), numbers
    )


def measured(runs: Sequence[Outcomes]) -> Samples:
    """Return every outcome's values over ``runs`` (``personalization_roi``, which takes two plans, is NaN)."""
    rows = [measure(run) for run in runs]
    return {metric: np.array([row[metric] for row in rows], dtype=float) for metric in METRICS}


def to_json(comparison: Comparison) -> dict[str, Any]:
    """Return the document of ``footfall compare --json``: plain dicts, lists and numbers, NaN as None."""
    return {
        "study": comparison.study_name,
        "baseline": comparison.baseline,
        "replications": comparison.replications,
        "plans": [
            {
                "name": plan.name,
                "outcomes": {metric: _document(estimate) for metric, estimate in plan.estimates.items()},
                "difference": {metric: _document(change) for metric, change in plan.differences.items()},
            }
            for plan in comparison.plans
        ],
    }


def _check(runs_by_plan: Mapping[str, Sequence[Outcomes]], baseline: str) -> None:
    if baseline not in runs_by_plan:
        raise ValueError(f"the baseline {baseline!r} is not among the plans {', '.join(runs_by_plan)}")
    counts = {plan: len(runs) for plan, runs in runs_by_plan.items()}
    if set(counts.values()) != {counts[baseline]} or not counts[baseline]:
        raise ValueError(f"every plan needs the same replications, at least one; there are {counts}")


def _estimates(
    plan: str,
    samples: Mapping[str, Samples],
    runs_by_plan: Mapping[str, Sequence[Outcomes]],
    baseline: str,
    confidence: float,
) -> dict[str, Estimate]:
    estimates = {
        metric: Estimate(*statistics.mean_interval(values[~np.isnan(values)], confidence))
        for metric, values in samples[plan].items()
    }
    if plan != baseline:
        estimates[ROI] = _roi(runs_by_plan[plan], runs_by_plan[baseline], confidence)
    return estimates


def _roi(runs: Sequence[Outcomes], without: Sequence[Outcomes], confidence: float) -> Estimate:
    """Gain over cost as a ratio of sums with Fieller's interval: equal to the definition on the pooled runs."""
    costs = np.array([strategy_cost(a) - strategy_cost(b) for a, b in zip(runs, without, strict=True)], dtype=float)
    gains = np.array([margin(a) - margin(b) for a, b in zip(runs, without, strict=True)], dtype=float) + costs
    return Estimate(*statistics.ratio_of_means(gains, costs, confidence))


def _differences(samples: Mapping[str, Samples], baseline: str, confidence: float) -> dict[str, dict[str, Difference]]:
    """Return plan -> outcome -> difference; nothing for the baseline itself."""
    differences: dict[str, dict[str, Difference]] = {plan: {} for plan in samples}
    rivals = [plan for plan in samples if plan != baseline]
    for metric in METRICS:
        pairs = {plan: (samples[plan][metric], samples[baseline][metric]) for plan in rivals}
        tests = [_test(*pairs[plan], confidence) for plan in rivals]
        for plan, test, p_holm in zip(rivals, tests, statistics.holm([test.p_value for test in tests]), strict=True):
            share = statistics.relative_difference(*statistics.defined_pairs(*pairs[plan]), confidence)
            verdict = verdict_on(metric, test.mean, p_holm, confidence)
            differences[plan][metric] = Difference(*test[:3], *share, test.p_value, p_holm, verdict)
    return differences


def _test(plan: NDArray[np.float64], base: NDArray[np.float64], confidence: float) -> statistics.PairedTest:
    """Test the pairs in which both are defined.

    If any pair is missing there is no p-value and so no verdict: an outcome is not undefined at random (a cost that
    was never earned back has no payback), hence the pairs that are left may favour one side.
    """
    pairs = statistics.defined_pairs(plan, base)
    test = statistics.paired_difference(*pairs, confidence)
    return test if pairs[0].size == plan.size else test._replace(p_value=math.nan)


def verdict_on(metric: str, change: float, p_holm: float, confidence: float) -> Verdict:
    """Return what a change of an outcome and its corrected p-value say at this confidence."""
    better = METRICS[metric].better
    if better == "neither" or math.isnan(p_holm) or p_holm > 1.0 - confidence:
        return "cannot tell"
    return "better" if (change > 0.0) == (better == "higher") else "worse"


def _document(part: Estimate | Difference) -> dict[str, float | str | None]:
    kept = {key: value for key, value in asdict(part).items() if key in _DOCUMENTED}
    return {key: None if isinstance(value, float) and math.isnan(value) else value for key, value in kept.items()}


_DOCUMENTED = ("mean", "low", "high", "relative", "verdict")
