"""Two comparisons beside each other: what each plan's lift was in one and in the other, and how far they differ.

Works on the documents that the history keeps, so that comparisons of older Footfalls can be read as well.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from simulation.metrics import METRICS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.experiments.comparison import Comparison

Document = dict[str, Any]


class Lift(NamedTuple):
    """A plan's relative change of an outcome against its baseline (0.03 is +3 %), with its interval and verdict.

    ``low`` and ``high`` are infinite where the interval has no bounds, NaN where there is none.
    """

    mean: float
    low: float
    high: float
    verdict: str


class Change(NamedTuple):
    """The second lift less the first, in shares, with its interval."""

    mean: float
    low: float
    high: float

    @property
    def is_sure(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.low > 0 or self.high < 0


class LiftPair(NamedTuple):
    """One plan and outcome in two comparisons; None where a comparison has no such lift."""

    plan: str
    metric: str
    first: Lift | None
    second: Lift | None
    change: Change | None


def lifts_of(comparison: Comparison) -> dict[str, dict[str, tuple[float, float, float, str]]]:
    """Return plan -> outcome -> lift (fields of ``Lift``), as far as they are defined, for the history's document."""
    return {
        plan.name: {
            metric: (found.relative, found.relative_low, found.relative_high, found.verdict)
            for metric, found in plan.differences.items()
            if math.isfinite(found.relative)
        }
        for plan in comparison.plans
        if plan.name != comparison.baseline
    }


def paired_lifts(first: Document, second: Document) -> tuple[LiftPair, ...]:
    """Return the lifts of two comparisons' documents side by side: by plan in their order, outcomes as in METRICS.

    The change's interval takes the two as independent: its half width is the root of the sum of squares of theirs.
    Comparisons of the same shoppers (same seed) agree better than that, so it is rather too wide.
    """
    plans = dict.fromkeys([*first.get("lifts", {}), *second.get("lifts", {})])
    pairs = (_pair(plan, metric, first, second) for plan in plans for metric in METRICS)
    return tuple(pair for pair in pairs if pair.first or pair.second)


def _pair(plan: str, metric: str, first: Document, second: Document) -> LiftPair:
    one, other = (_lift(document.get("lifts", {}), plan, metric) for document in (first, second))
    return LiftPair(plan, metric, one, other, _change(one, other) if one and other else None)


def _lift(lifts: Mapping[str, Any], plan: str, metric: str) -> Lift | None:
    found = lifts.get(plan, {}).get(metric)
    return Lift(*found) if found else None


def _change(first: Lift, second: Lift) -> Change:
    mean = second.mean - first.mean
    # hypot takes an infinite side before one that is not a number
    low = math.hypot(second.mean - second.low, first.high - first.mean)
    high = math.hypot(second.high - second.mean, first.mean - first.low)
    return Change(mean, mean - low, mean + high)
