"""Previews: what a change of one plan would do, on few shoppers and a short horizon, at once and with its interval.

One run of a plan gives the outcomes as the engine defines them, and sums over groups of shoppers by their keys. Plans
meet the same shoppers, so leaving one group out after the other (the jackknife; Efron and Tibshirani 1993, chapter 11)
says how much of a difference is the luck of who came. Knows runs and sums; shows nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from planner.experiments.comparison import Difference, verdict_on
from planner.experiments.executors import check_stop
from simulation import Trace, measure, simulate
from simulation.metrics import margin, strategy_cost

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from simulation import Journal, Study
    from simulation.study import Experiment

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

SHOPPERS: Final = 20_000
DAYS: Final = 28.0
WARM_UP_DAYS: Final = 7.0
FOLLOW_UP_DAYS: Final = 63.0
"""Customers are followed, and lifetime value counts, no longer than this: with 91 days the fullest plan takes an eighth
longer, with a year twice as long. The page says how many days count."""
GROUPS: Final = 64
OUTCOMES: Final = ("session_conversion", "aov", "ltv", "personalization_roi")
"""What a preview shows: ids of ``simulation.METRICS``."""
_SUMS: Final = ("visits", "orders", "revenue", "margin", "customers", "value")
_MONEY: Final = ("revenue", "margin", "value")
_RATIOS: Final = {
    "session_conversion": ("orders", "visits"),
    "aov": ("revenue", "orders"),
    "ltv": ("value", "customers"),
}
_WEEK: Final = 7.0


@dataclass(frozen=True)
class Run:
    """One run of a plan for a preview.

    Attributes:
        values: outcomes as ``simulation.measure`` defines them.
        margin, cost: of the whole run, after every cost, and booked to strategies; money in the study's currency.
        groups: (GROUPS, 6) sums over groups of shoppers, in the order of ``_SUMS``.
        days: length of the measured horizon. shoppers: how many came in it. ltv_days: what lifetime value counts.
    """

    values: Mapping[str, float]
    margin: float
    cost: float
    groups: Floats
    days: float
    shoppers: int
    ltv_days: float

    def sums(self, name: str) -> Floats:
        """Return one of the sums, by group."""
        column: Floats = self.groups[:, _SUMS.index(name)]
        return column


class Preview(NamedTuple):
    """One outcome of the tuned plan beside the saved one; ``change`` is with an interval of the shoppers' luck."""

    saved: float
    tuned: float
    change: Difference


def preview_study(study: Study, plan: str, content: Mapping[str, Mapping[str, Any]], shoppers: int = SHOPPERS) -> Study:
    """Return the study with this one plan, fewer shoppers, a short horizon and a short lifetime value.

    The content must be without faults (``simulation.check_plan``).
    """
    given = study.experiment
    short = {
        "visitors": shoppers,
        "days": min(given.days, DAYS),
        "warm_up_days": min(given.warm_up_days, WARM_UP_DAYS),
        "follow_up_days": min(given.follow_up_days, FOLLOW_UP_DAYS),
        "ltv_days": min(given.ltv_days, FOLLOW_UP_DAYS),
    }
    experiment = given.model_copy(update=short)
    return study.model_copy(update={"experiment": experiment, "plans": {plan: dict(content)}})


def run_preview(study: Study, plan: str) -> Run:
    """Run a plan of a ``preview_study`` once; pure, so that it may run in another process.

    Raises:
        Stopped: the backend's jobs are to end.
    """
    watcher = _Watcher()
    outcomes = simulate(study, plan, 0, watcher)
    minor = study.store.minor_units
    sums = group_sums(watcher.trace or Trace(), study.experiment) / [minor if name in _MONEY else 1 for name in _SUMS]
    return Run(
        {id_: value for id_, value in measure(outcomes).items() if id_ in OUTCOMES},
        margin(outcomes) / minor,
        strategy_cost(outcomes) / minor,
        sums,
        study.experiment.days,
        outcomes.total("shoppers"),
        study.experiment.ltv_days,
    )


class _Watcher:
    """The observer of a preview: keeps the trace, ends the run when the backend says so."""

    def __init__(self) -> None:
        self.trace: Trace | None = Trace()
        self.journal: Journal | None = None

    def progress(self, done: float) -> None:
        """Raise Stopped if this worker's jobs are to end."""
        check_stop()


# sums by group -----------------------------------------------------------------------------------------------------
def group_sums(trace: Trace, experiment: Experiment) -> Floats:
    """Return (GROUPS, 6) sums of a trace over groups of shoppers by key: visits, orders, money, customers, their value.

    ``value`` is the discounted margin of the horizon's new customers within the LTV days of their first order,
    before the cost of messages. Money is in minor units.
    """
    start, end = experiment.warm_up_days, experiment.warm_up_days + experiment.days
    visits, orders = trace.table("visits"), trace.table("orders")
    orders = orders[np.lexsort((orders["time"], orders["shopper"]))]
    inside = (orders["time"] >= start) & (orders["time"] < end)
    first, new, age = _customers(orders, inside)
    weeks = age // _WEEK
    counts = new & (weeks < max(1.0, math.ceil(experiment.ltv_days / _WEEK)))
    worth = orders["margin"] * np.exp(-experiment.discount_rate * weeks * _WEEK / 365.0)
    seen = (visits["time"] >= start) & (visits["time"] < end)
    who, here = _group(orders["shopper"]), _group(visits["shopper"][seen])
    columns = (
        np.bincount(here, minlength=GROUPS),
        *(
            np.bincount(who[inside], part[inside], GROUPS)
            for part in (np.ones(who.size), orders["revenue"], orders["margin"])
        ),
        np.bincount(who[new & first], minlength=GROUPS),
        np.bincount(who[counts], worth[counts], GROUPS),
    )
    return np.stack([np.asarray(column, dtype=np.float64) for column in columns], axis=1)


def _group(keys: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return the group of each shopper: keys are scrambled, so that any of their bits will do."""
    return (keys % np.uint64(GROUPS)).astype(np.int64)


def _customers(orders: NDArray[np.void], inside: Flags) -> tuple[Flags, Flags, Floats]:
    """Return which orders (by shopper and time) are first ones, which are of new customers, and the age at them."""
    if not orders.size:
        return inside, inside, np.zeros(0)
    first = np.r_[True, orders["shopper"][1:] != orders["shopper"][:-1]]
    start = np.flatnonzero(first)[np.cumsum(first) - 1]
    return first, inside[start], orders["time"] - orders["time"][start]


# beside the saved plan ---------------------------------------------------------------------------------------------
def beside(tuned: Run, saved: Run, baseline: Run | None, confidence: float) -> dict[str, Preview]:
    """Return each of ``OUTCOMES`` of the tuned plan beside the saved one.

    Return on investment is against ``baseline``; without one (the plan is the baseline) it is left out, and it is not
    defined for a plan that costs nothing more than the baseline.
    """
    found = {
        id_: _preview(id_, tuned.values[id_], saved.values[id_], _ratio(tuned, *sums), _ratio(saved, *sums), confidence)
        for id_, sums in _RATIOS.items()
    }
    if baseline is not None:
        roi, parts = _roi, _roi_without_each
        given = (roi(tuned, baseline), roi(saved, baseline), parts(tuned, baseline), parts(saved, baseline))
        found["personalization_roi"] = _preview("personalization_roi", *given, confidence)
    return found


def _ratio(run: Run, above: str, below: str) -> Floats:
    """Return a ratio of sums with each group left out."""
    return _divided(_without_each(run.sums(above)), _without_each(run.sums(below)))


def _without_each(sums: Floats) -> Floats:
    left: Floats = sums.sum() - sums
    return left


def _divided(above: Floats, below: Floats) -> Floats:
    ratio: Floats = np.divide(above, below, out=np.full(above.shape, np.nan), where=below != 0.0)
    return ratio


def _roi(run: Run, baseline: Run) -> float:
    """As ``simulation.personalization_roi`` defines it."""
    cost = run.cost - baseline.cost
    return (run.margin - baseline.margin + cost) / cost if cost else math.nan


def _roi_without_each(run: Run, baseline: Run) -> Floats:
    """Return the ROI with each group's orders left out; costs are nearly all fixed, and kept."""
    gain: Floats = _without_each(run.sums("margin") - baseline.sums("margin")) * GROUPS / (GROUPS - 1.0)
    cost = run.cost - baseline.cost
    return _divided(gain, np.full(GROUPS, cost))


def _preview(id_: str, tuned: float, saved: float, ones: Floats, others: Floats, confidence: float) -> Preview:
    change = tuned - saved
    error, relative = _error(ones - others), _error(_divided(ones - others, np.abs(others)))
    t = _quantile(confidence)
    share = change / abs(saved) if saved else math.nan
    p = _p_value(change, error)
    verdict = verdict_on(id_, change, p, confidence)
    ends = (change - t * error, change + t * error, share, share - t * relative, share + t * relative)
    return Preview(saved, tuned, Difference(change, *ends, p, p, verdict))


def _error(parts: Floats) -> float:
    """Return the jackknife's standard error from values with each group left out."""
    away = parts - parts.mean()
    return float(np.sqrt((GROUPS - 1.0) / GROUPS * (away * away).sum()))


def _quantile(confidence: float) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(GROUPS - 1, 0.5 + confidence / 2.0))


def _p_value(change: float, error: float) -> float:
    from scipy.special import stdtr

    if error == 0.0 or math.isnan(error):
        return 1.0 if change == 0.0 else math.nan
    return float(2.0 * stdtr(GROUPS - 1, -abs(change) / error))
