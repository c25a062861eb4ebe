"""When to stop adding replications: once every plan's relative difference is known as closely as was asked.

Knows values per replication; must not know how they are made. The decision depends on the outcomes alone and not on
workers or time, so that a comparison that was killed and continued takes the same number of replications.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from planner.experiments.faults import ExperimentFault
from planner.experiments.statistics import defined_pairs, relative_difference
from simulation.metrics import METRICS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np
    from numpy.typing import NDArray

    Samples = Mapping[str, Mapping[str, NDArray[np.float64]]]

FEWEST = 5
"""No interval from fewer replications is believed: the spread itself would be known only within a factor of two."""
LOOK_AHEAD = 5
"""The interval must have stayed narrow while this many replications were added."""
STEP = 5
"""Replications added at least at a time: each look at the data is a chance to be fooled."""


@dataclass(frozen=True)
class Precision:
    """What is asked for.

    Attributes:
        half_width: of the interval of the relative difference from the baseline (0.01: plus or minus one percent).
        outcomes: ids of the outcomes for which it is to hold, in every plan.
        most: replications after which to give up.

    Raises:
        ExperimentFault: for a half-width that is not positive, an unknown outcome or too few replications allowed.
    """

    half_width: float
    outcomes: tuple[str, ...] = ("session_conversion",)
    most: int = 200

    def __post_init__(self) -> None:
        if not 0.0 < self.half_width < math.inf:
            raise ExperimentFault(f"precision is {self.half_width}; it must be above 0, for example 0.01 for ±1 %")
        unknown = [outcome for outcome in self.outcomes if outcome not in METRICS]
        if unknown or not self.outcomes:
            raise ExperimentFault(f"no outcome {', '.join(unknown) or 'is named'}; there are {', '.join(METRICS)}")
        if self.most < FEWEST + LOOK_AHEAD:
            raise ExperimentFault(
                f"at most {self.most} replications are allowed; precision needs {FEWEST + LOOK_AHEAD}"
            )


class Stop(NamedTuple):
    """How it ended: replications done, whether the precision was reached, the widest half-width, and what to say."""

    replications: int
    reached: bool
    half_width: float
    note: str


class _Pairs(NamedTuple):
    """One plan's and the baseline's values of one outcome."""

    plan: str
    outcome: str
    values: NDArray[np.float64]
    base: NDArray[np.float64]


def run_until(precision: Precision, sample: Callable[[int], Samples], baseline: str, confidence: float = 0.95) -> Stop:
    """Add replications until ``precision`` is reached for every plan and outcome.

    The rule is that of Hoad, Robinson and Davies (2010, Journal of the Operational Research Society 61): stop once the
    half-width is small enough and has been so for the last ``LOOK_AHEAD`` replications; here it is looked at only when
    ``STEP`` or more were added. Stopping the first time that the interval is narrow would favour samples whose spread
    happens to come out small: on normal data its 95 % intervals cover 92 % in the worst case, those of this rule 94 %
    or more (measured; the tests repeat it), for about ten replications. Stein's two-stage rule is exact, but with a
    pilot of five takes twice as many. The interval reported in the end is the ordinary one, so that a comparison with
    the number of replications found here gives the same numbers.

    Args:
        precision: what is asked for.
        sample: gives plan -> outcome -> values of replications 0 to n - 1 for n asked; fewer mean that it was stopped.
        baseline: the plan from which differences are taken.
        confidence: of the intervals.
    """
    wanted = FEWEST + LOOK_AHEAD
    while True:
        samples = sample(wanted)
        done = min(samples[baseline][outcome].size for outcome in precision.outcomes)
        pairs = _comparable(samples, baseline, precision.outcomes)
        stayed = all(_stayed_narrow(pair, precision, confidence) for pair in pairs)
        if stayed or done < wanted or done >= precision.most:
            return _stop(pairs, done, stayed, precision, confidence)
        wanted = _next_size(done, max(_half_width(pair, done, confidence) for pair in pairs), precision)


def _comparable(samples: Samples, baseline: str, outcomes: tuple[str, ...]) -> list[_Pairs]:
    """Return the pairs that have a relative difference at all: an outcome may be undefined, or zero in the baseline."""
    pairs = [
        _Pairs(plan, outcome, *defined_pairs(of[outcome], samples[baseline][outcome]))
        for plan, of in samples.items()
        for outcome in outcomes
        if plan != baseline
    ]
    return [pair for pair in pairs if pair.base.any()]


def _half_width(pair: _Pairs, replications: int, confidence: float) -> float:
    """Return the half-width of the relative difference in the first replications (inf: no bounded interval yet)."""
    _, low, high = relative_difference(pair.values[:replications], pair.base[:replications], confidence)
    return math.inf if math.isnan(low) else (high - low) / 2.0


def _stayed_narrow(pair: _Pairs, precision: Precision, confidence: float) -> bool:
    sizes = range(pair.base.size - LOOK_AHEAD, pair.base.size + 1)
    return sizes.start >= FEWEST and all(_half_width(pair, size, confidence) <= precision.half_width for size in sizes)


def _next_size(done: int, width: float, precision: Precision) -> int:
    """Predict how many are needed (the width falls with the square root), but at most double what there is."""
    needed = math.ceil(done * min((width / precision.half_width) ** 2, 2.0))
    return min(max(needed, done + STEP), precision.most)


def _stop(pairs: list[_Pairs], done: int, reached: bool, precision: Precision, confidence: float) -> Stop:
    names = " and ".join(METRICS[outcome].title.lower() for outcome in precision.outcomes)
    if not pairs:
        return Stop(done, False, math.nan, f"No plan has a relative difference in {names} to be precise about.")
    width, worst = max((_half_width(pair, done, confidence), pair.plan) for pair in pairs)
    whose, only = ("every plan", "") if reached else (worst, " only")
    note = (
        f"After {done} replications the relative difference of {whose} in {names} is known to "
        f"±{100.0 * width:.3g} %{only} (asked: ±{100.0 * precision.half_width:.3g} %)."
    )
    return Stop(done, reached, width, note)
