"""What a handful of replications says about a mean, a paired difference and a ratio, and how sure that is.

Pure arithmetic on arrays of one value per replication. Knows no outcome, plan, study or file; which values are paired
and which direction is good is the caller's business (comparison.py).

All intervals are Student's t with n - 1 degrees of freedom: a replication's outcome is a sum or ratio over thousands of
shoppers, hence close to normal even when single orders are not. Fewer than two values give no interval (NaN).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


class Interval(NamedTuple):
    """A point estimate with its confidence limits (NaN where there is none); the unit is that of the values."""

    mean: float
    low: float
    high: float


class PairedTest(NamedTuple):
    """A mean paired difference, its confidence limits and the two-sided p-value of "no difference"."""

    mean: float
    low: float
    high: float
    p_value: float


NOTHING = Interval(math.nan, math.nan, math.nan)


def mean_interval(values: NDArray[np.float64], confidence: float = 0.95) -> Interval:
    """Return the mean of ``values`` (shape: replications) with its t interval.

    Equal values give exactly that value and an interval of no width. ValueError for a confidence outside (0, 1).
    """
    t = _quantile(confidence, values.size)
    if values.size == 0:
        return NOTHING
    mean, error = _mean_and_error(values)
    return Interval(mean, mean - t * error, mean + t * error)


def paired_difference(plan: NDArray[np.float64], baseline: NDArray[np.float64], confidence: float = 0.95) -> PairedTest:
    """Return the paired t interval and test of ``plan - baseline`` (each of shape: replications, same order).

    Zero variance is exact: equal values give a difference of 0 with interval [0, 0] and p = 1, and a difference that
    is the same in two or more replications is certain as far as these go, p = 0. One pair: p and limits are NaN.
    """
    interval = mean_interval(plan - baseline, confidence)
    return PairedTest(*interval, _p_value(plan - baseline))


def ratio_of_means(
    numerators: NDArray[np.float64], denominators: NDArray[np.float64], confidence: float = 0.95
) -> Interval:
    """Return sum(numerators) / sum(denominators) over paired replications with Fieller's interval.

    Fieller (1954): the ratios r for which a t test on ``numerators - r * denominators`` does not reject. The ratio of
    sums is used and not the mean of single ratios, because the latter is biased, and wild when a denominator is small;
    Fieller is exact for normal pairs at any number of replications, where the delta method is too narrow for few.
    The limits are NaN if the mean denominator cannot be told from zero: then no bounded set has the confidence asked.
    """
    t = _quantile(confidence, denominators.size)
    below = float(denominators.mean()) if denominators.size else 0.0
    if below == 0.0:
        return NOTHING
    ratio = float(numerators.mean()) / below
    if denominators.size < 2:
        return Interval(ratio, math.nan, math.nan)
    return _fieller(ratio, below, numerators - ratio * denominators, denominators, t)


def relative_difference(plan: NDArray[np.float64], baseline: NDArray[np.float64], confidence: float = 0.95) -> Interval:
    """Return the paired difference as a share of the size of the baseline's mean (0.03 is +3 %).

    It is ``ratio_of_means`` of difference and baseline. Beside its exactness this form is chosen because it cannot
    contradict the absolute difference: its interval leaves out 0 exactly when the paired t interval does (for a ratio
    of 0 Fieller's test *is* the paired t test), which neither the delta method nor a t interval on log ratios ensures;
    and it allows for negative values such as a loss. The sign follows the difference even if the baseline is negative.
    """
    base = baseline if baseline.size == 0 or baseline.mean() >= 0.0 else -baseline
    return ratio_of_means(plan - baseline, base, confidence)


def holm(p_values: Sequence[float]) -> list[float]:
    """Return Holm's (1979) step-down p-values, which keep the family-wise error whatever the dependence.

    NaN (nothing was tested) stays NaN and does not count as a member of the family.
    """
    adjusted = np.array(p_values, dtype=float)
    tested = np.flatnonzero(~np.isnan(adjusted))
    order = tested[np.argsort(adjusted[tested], kind="stable")]
    factors = np.arange(order.size, 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(adjusted[order] * factors), 1.0)
    return [float(p) for p in adjusted]


def variance_reduction(plan: NDArray[np.float64], baseline: NDArray[np.float64]) -> float:
    """Return how many times smaller pairing makes the variance of the difference: (var + var) / var of differences.

    1 means that pairing gains nothing, inf that the difference has no noise at all; NaN for fewer than two pairs or
    when nothing varies.
    """
    if plan.size < 2:
        return math.nan
    apart = float(plan.var(ddof=1) + baseline.var(ddof=1))
    paired = float((plan - baseline).var(ddof=1))
    if paired == 0.0:
        return math.inf if apart > 0.0 else math.nan
    return apart / paired


def defined_pairs(
    plan: NDArray[np.float64], baseline: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the pairs in which neither value is NaN."""
    both = ~(np.isnan(plan) | np.isnan(baseline))
    return plan[both], baseline[both]


def _mean_and_error(values: NDArray[np.float64]) -> tuple[float, float]:
    if values.size == 1:
        return float(values[0]), math.nan
    if (values == values[0]).all():  # np.mean of equal numbers may be off by a rounding, and its error not be 0
        return float(values[0]), 0.0
    return float(values.mean()), float(values.std(ddof=1)) / math.sqrt(values.size)


def _p_value(differences: NDArray[np.float64]) -> float:
    if differences.size < 2:
        return math.nan
    mean, error = _mean_and_error(differences)
    if error == 0.0:
        return 1.0 if mean == 0.0 else 0.0
    from scipy.special import stdtr

    return float(2.0 * stdtr(differences.size - 1, -abs(mean) / error))


def _fieller(
    ratio: float, below: float, residuals: NDArray[np.float64], denominators: NDArray[np.float64], t: float
) -> Interval:
    """Solve Fieller's quadratic for the distance from ``ratio``: no cancellation, exactly 0 without residuals."""
    noise = t * t * np.cov(residuals, denominators) / denominators.size
    lead = below * below - noise[1, 1]
    if lead <= 0.0:
        return Interval(ratio, math.nan, math.nan)
    middle = float(noise[0, 1])
    root = math.sqrt(middle * middle + float(lead * noise[0, 0]))
    return Interval(ratio, ratio - (middle + root) / float(lead), ratio - (middle - root) / float(lead))


def _quantile(confidence: float, size: int) -> float:
    if not 0.0 < confidence < 1.0:
        raise ValueError(f"confidence is {confidence}; it must lie between 0 and 1, for example 0.95")
    if size < 2:
        return math.nan
    from scipy.special import stdtrit

    return float(stdtrit(size - 1, 0.5 + confidence / 2.0))
