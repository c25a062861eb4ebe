"""Noise of a lift, and the time until it is told from zero. Knows numbers only."""

from __future__ import annotations

import math
from statistics import NormalDist, mean, stdev
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

LIFT, CONFIDENCE, POWER = 0.03, 0.95, 0.80


def spread_of_lift(plan: Sequence[float], baseline: Sequence[float]) -> float:
    """Return the standard deviation, from pair to pair of runs, of the plan's relative lift over the baseline."""
    base = mean(baseline)
    return stdev((p - b) / base for p, b in zip(plan, baseline, strict=True))


def pairs_needed(spread: float, lift: float = LIFT) -> float:
    """Return how many pairs of runs tell a lift from zero with this confidence and power (two-sided, normal).

    n = ((z_{1-a/2} + z_power) * spread / lift)^2; at least one.
    """
    normal = NormalDist()
    z = normal.inv_cdf(0.5 + CONFIDENCE / 2.0) + normal.inv_cdf(POWER)
    return max(1.0, (z * spread / lift) ** 2)


def error_of_spread(runs: int) -> float:
    """Return the relative standard error of a standard deviation that was estimated from so many pairs."""
    return 1.0 / math.sqrt(2.0 * (runs - 1))
