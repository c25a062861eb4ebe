"""How far a calibrated study can be trusted: each outcome observed in the log beside the simulated one, with a verdict.

"trust": they agree within 2 % or within their errors together. "differences only": the level is off, or too little is
known of it; differences between plans may still be told. "not calibrated": the log says nothing of it.
Knows facts and outcomes; no study files, no fits.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from planner.calibration.facts import TITLES, Title
from simulation import METRICS

if TYPE_CHECKING:
    from planner.calibration.estimates import Estimate

Verdict = Literal["trust", "differences only", "not calibrated"]

CLOSE = 0.02
NORMAL = 1.959964
"""97.5 % point of the normal distribution: observed figures come from large samples."""

_TOO_WIDE = 0.25
_FOLLOWING = frozenset({"ltv"})
"""Outcomes with no counterpart in the log that hang on calibrated ones (lifetime value: on repeat buying and order
value) and on assumed ones (margins, costs): their differences mean something, their levels do not."""


class Interval(NamedTuple):
    """A value with its 95 % interval; NaN ends where there is none."""

    value: float
    low: float
    high: float


class Margin(NamedTuple):
    """An outcome observed and simulated.

    Attributes:
        outcome: its id, the contract's where it has one.
        title: what it is, and its unit.
        observed: None where the log cannot tell it.
        simulated: mean over replications with its t interval.
        verdict: how far it can be trusted.
    """

    outcome: str
    title: Title
    observed: Interval | None
    simulated: Interval
    verdict: Verdict


def fidelity(
    observed: Mapping[str, Estimate],
    simulated: Sequence[Mapping[str, Estimate]],
    others: Mapping[str, float],
) -> tuple[Margin, ...]:
    """Return the margins of a calibration: the facts of the log first, then the outcomes that it cannot tell.

    Args:
        observed: the facts of the shop's log.
        simulated: the same of simulated logs, one per replication (two or more), on luck of their own.
        others: every outcome of the simulated store, by id.
    """
    facts = (_margin(name, observed[name], [run[name].value for run in simulated if name in run]) for name in observed)
    untold = (
        Margin(id_, Title(METRICS[id_].title, METRICS[id_].unit), None, _interval([value]), _untold(id_))
        for id_, value in others.items()
        if id_ not in observed
    )
    return (*facts, *untold)


def _margin(name: str, observed: Estimate, runs: list[float]) -> Margin:
    simulated = _interval(runs)
    reach = NORMAL * observed.se
    shown = Interval(observed.value, observed.value - reach, observed.value + reach)
    return Margin(name, TITLES[name], shown, simulated, _verdict(shown, simulated))


def _verdict(observed: Interval, simulated: Interval) -> Verdict:
    """Judge a level: agreement within 2 %, or within errors that are not so wide that anything would agree."""
    off = abs(simulated.value - observed.value)
    close = CLOSE * abs(observed.value)
    error = math.hypot(observed.high - observed.value, simulated.high - simulated.value)
    known = error <= _TOO_WIDE * abs(observed.value)
    return "trust" if known and off <= max(close, error) else "differences only"


def _untold(id_: str) -> Verdict:
    return "differences only" if id_ in _FOLLOWING else "not calibrated"


def _interval(runs: Iterable[float]) -> Interval:
    """Return the mean of replications with its 95 % t interval."""
    from scipy.special import stdtrit

    values = np.array(list(runs), dtype=np.float64)
    if len(values) < 2:
        return Interval(float(values[0]) if len(values) else math.nan, math.nan, math.nan)
    mean = float(values.mean())
    reach = float(stdtrit(len(values) - 1, 0.975) * values.std(ddof=1) / math.sqrt(len(values)))
    return Interval(mean, mean - reach, mean + reach)
