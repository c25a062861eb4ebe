"""What a reader of a comparison must be told beside its numbers, in whole sentences.

Knows the runs and the values per replication; must not know verdicts, files or charts.
"""

from __future__ import annotations

import math
from functools import reduce
from operator import add
from typing import TYPE_CHECKING

import numpy as np

from planner.experiments.statistics import variance_reduction
from simulation.metrics import METRICS, residual_value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from simulation.outcomes import Outcomes

    Values = Mapping[str, Mapping[str, NDArray[np.float64]]]

YARDSTICK = "session_conversion"
"""The outcome on which the gain from pairing is reported."""


def remarks(
    runs_by_plan: Mapping[str, Sequence[Outcomes]], samples: Values, baseline: str, numbers: Sequence[int]
) -> tuple[str, ...]:
    """Return the sentences: what the intervals hold, what pairing gained, what is undefined, what the runs say.

    ``samples`` is plan -> outcome -> values per replication (NaN: not defined), ``numbers`` the replications' numbers.
    """
    return (
        *_uncertainty(len(numbers)),
        *_pairing(samples, baseline),
        *_undefined(samples, numbers),
        *_beyond(runs_by_plan),
        *_from_runs(runs_by_plan),
    )


def _beyond(runs_by_plan: Mapping[str, Sequence[Outcomes]]) -> list[str]:
    """Tell what lifetime value leaves out: what customers are expected to be worth after they were observed."""
    pooled = {plan: reduce(add, runs) for plan, runs in runs_by_plan.items()}
    worth = {plan: residual_value(outcomes) for plan, outcomes in pooled.items()}
    if any(math.isnan(value) for value in worth.values()):
        return []
    facts = next(iter(pooled.values())).facts
    values = ", ".join(f"{plan} {value:,.2f}" for plan, value in worth.items())
    return [
        f"Lifetime value ends {facts.ltv_days:.0f} days after the first order. What a customer is expected to be worth "
        f"after the end of observation ({facts.currency}, discounted) is not in it: {values}."
    ]


def _uncertainty(replications: int) -> list[str]:
    if replications == 1:
        return ["One replication gives no interval and no verdict: run at least two, better eight or more."]
    return [
        f"Intervals show the simulation's random error only ({replications} replications). What the study assumes, "
        "such as how strongly shoppers react, is not in them."
    ]


def _pairing(samples: Values, baseline: str) -> list[str]:
    base = samples[baseline][YARDSTICK]
    gains = {plan: variance_reduction(of[YARDSTICK], base) for plan, of in samples.items() if plan != baseline}
    told = [f"{plan} {_times(gain)}" for plan, gain in gains.items() if not math.isnan(gain)]
    if not told:
        return []
    return [
        f"All plans met the same shoppers with the same luck. For {METRICS[YARDSTICK].title.lower()} this divides the "
        f"variance of the difference from {baseline} by: {', '.join(told)} (estimated from {base.size} pairs)."
    ]


def _times(gain: float) -> str:
    if math.isinf(gain):
        return "any number (no noise is left)"
    return f"{gain:,.0f}" if gain >= 10.0 else f"{gain:.2g}"


def _undefined(samples: Values, numbers: Sequence[int]) -> list[str]:
    """Name outcomes that some replications lack; those that no replication of any plan has need no remark."""
    return [
        f"{METRICS[metric].title} is not defined in replication {_listed(numbers, gaps)} of {plan}: "
        f"its mean covers the other {(~gaps).sum()} of {gaps.size} and it gets no verdict."
        for plan, of in samples.items()
        for metric, gaps in ((metric, np.isnan(values)) for metric, values in of.items())
        if gaps.any() and not gaps.all()
    ]


def _listed(numbers: Sequence[int], gaps: NDArray[np.bool_]) -> str:
    return ", ".join(str(number) for number, gap in zip(numbers, gaps, strict=True) if gap)


def _from_runs(runs_by_plan: Mapping[str, Sequence[Outcomes]]) -> list[str]:
    """Return the runs' own notes once each, with the plans they come from unless all plans say the same."""
    said: dict[str, list[str]] = {}
    for plan, runs in runs_by_plan.items():
        for note in dict.fromkeys(note for run in runs for note in run.facts.notes):
            said.setdefault(note, []).append(plan)
    return [note if len(plans) == len(runs_by_plan) else f"{', '.join(plans)}: {note}" for note, plans in said.items()]
