"""The ladder: plans in order, each beside the one before it, so that a strategist sees what each step is worth.

Knows comparisons; must not know how runs are made or how anything is printed.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, Literal

from planner.experiments import statistics
from planner.experiments.comparison import ROI, Difference, PlanResult, compare, to_json, verdict_on
from planner.experiments.faults import ExperimentFault
from simulation import METRICS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.experiments.comparison import Comparison, Estimate
    from simulation import Study

WORTH: Final = ("session_conversion", "aov", "ltv", "margin", "strategy_cost")
"""What a step is judged by, beside its return: ``margin`` is profit after all costs, those of the strategies too."""

Return = Literal["pays", "does not pay", "cannot tell", "costs no more"]


@dataclass(frozen=True)
class Step:
    """One step of a ladder.

    Attributes:
        result: the plan's estimates; its differences are from the plan before, corrected over the steps (Holm).
        before: name of the plan before; empty for the first.
        roi: margin gained over the plan before, before personalization cost, per cost added; None for the first step
            and for one that costs no more than the one before.
    """

    result: PlanResult
    before: str
    roi: Estimate | None

    @property
    def returns(self) -> Return:
        """Whether what the step costs comes back: it does exactly if it raises the profit."""
        if self.roi is None:
            return "costs no more"
        profit = self.result.differences["margin"]
        words: dict[str, Return] = {"better": "pays", "worse": "does not pay", "cannot tell": "cannot tell"}
        return words[profit.verdict]


@dataclass(frozen=True)
class Ladder:
    """Steps in order, and the comparison of the same runs with the first plan."""

    whole: Comparison
    steps: tuple[Step, ...]


def rungs(study: Study, plans: Sequence[str]) -> tuple[str, ...]:
    """Return the plans of a ladder: those named, in this order; else the baseline and then the study's own order.

    Raises:
        ExperimentFault: naming plans that the study does not have; for fewer than two, or one named twice.
    """
    baseline = study.experiment.baseline
    chosen = tuple(plans) or (baseline, *(plan for plan in study.plans if plan != baseline))
    missing = ", ".join(repr(plan) for plan in chosen if plan not in study.plans)
    if missing:
        raise ExperimentFault(f"no plan {missing}; the study has {', '.join(map(repr, study.plans))}")
    if len(chosen) < 2 or len(set(chosen)) < len(chosen):
        raise ExperimentFault(f"a ladder takes two different plans or more; asked for: {', '.join(map(repr, chosen))}")
    return chosen


def climb(whole: Comparison, plans: Sequence[str]) -> Ladder:
    """Return the ladder of a finished comparison's plans, in the order of ``plans``."""
    pairs = [_beside(whole, plan, before) for before, plan in pairwise(plans)]
    corrected = _corrected([result.differences for result in pairs], whole.confidence)
    first = Step(replace(whole.plan(plans[0]), differences={}), "", None)
    steps = [
        Step(replace(result, differences=differences), before, _return(result))
        for before, result, differences in zip(plans, pairs, corrected, strict=False)
    ]
    return Ladder(whole, (first, *steps))


def _beside(whole: Comparison, plan: str, before: str) -> PlanResult:
    runs = {name: whole.plan(name).runs for name in (before, plan)}
    numbers = whole.replication_numbers
    return compare(whole.study_name, runs, before, whole.confidence, replication_numbers=numbers).plan(plan)


def _return(result: PlanResult) -> Estimate | None:
    return result.estimates[ROI] if result.differences["strategy_cost"].mean > 0.0 else None


def _corrected(steps: Sequence[dict[str, Difference]], confidence: float) -> list[dict[str, Difference]]:
    """Correct the p-values of each outcome over the steps: whoever climbs many is likelier to be fooled once."""
    corrected: list[dict[str, Difference]] = [{} for _ in steps]
    for metric in METRICS:
        p_values = statistics.holm([differences[metric].p_value for differences in steps])
        for mine, differences, p_holm in zip(corrected, steps, p_values, strict=True):
            verdict = verdict_on(metric, differences[metric].mean, p_holm, confidence)
            mine[metric] = replace(differences[metric], p_holm=p_holm, verdict=verdict)
    return corrected


def document(ladder: Ladder) -> dict[str, Any]:
    """Return the document of ``footfall ladder --json``: as of a comparison, each plan against the one before."""
    results = tuple(step.result for step in ladder.steps)
    plans = to_json(replace(ladder.whole, plans=results))["plans"]
    return {
        "study": ladder.whole.study_name,
        "replications": ladder.whole.replications,
        "steps": [
            {**plan, "against": step.before or None, "roi": _roi(step)}
            for plan, step in zip(plans, ladder.steps, strict=True)
        ],
    }


def _roi(step: Step) -> dict[str, Any] | None:
    if not step.before:
        return None
    sizes = asdict(step.roi) if step.roi else dict.fromkeys(("mean", "low", "high"))
    return {**sizes, "verdict": step.returns}
