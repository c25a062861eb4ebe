"""A measured value with its standard error and the number behind it. Knows no logs and no models."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_GROUPS = 50


class Estimate(NamedTuple):
    """A value measured or fitted on data.

    Attributes:
        value: in the unit its owner states.
        se: standard error in the same unit; infinite where the data do not determine it.
        n: how many customers or orders stand behind it, as its owner states.
    """

    value: float
    se: float
    n: int


def share(hits: int, n: int) -> Estimate:
    """Return a share of n with its binomial standard error, for which half a hit is added to each side.

    Without the addition a share of 0 or 1 would claim to be known exactly.
    """
    smoothed = (hits + 0.5) / (n + 1)
    return Estimate(hits / n, math.sqrt(smoothed * (1 - smoothed) / n), n)


def mean(values: Floats) -> Estimate:
    """Return the mean of independent values with its standard error."""
    n = len(values)
    return Estimate(float(values.mean()), float(values.std(ddof=1)) / math.sqrt(n) if n > 1 else math.inf, n)


def grouped_jackknife(owner: Ints, figures: Callable[[Mask], Floats]) -> tuple[Floats, Floats]:
    """Return figures of a whole data set and their standard errors (Shao and Tu 1995, section 5.2).

    Rows of one owner may resemble each other; owners are independent. The owners are dealt into up to 50 groups, and
    the figures are computed again without each group.

    Args:
        owner: the number, from 0, of the owner of each row.
        figures: returns the figures of the rows selected, in a fixed order; NaN where they cannot be told.
    """
    values = figures(np.ones(len(owner), dtype=np.bool_))
    groups = min(_GROUPS, len(np.unique(owner)))
    if groups < 2:
        return values, np.full_like(values, math.inf)
    parts = np.array([figures(owner % groups != left_out) for left_out in range(groups)])
    scatter = ((parts - parts.mean(axis=0)) ** 2).sum(axis=0) * (groups - 1) / groups
    return values, np.where(np.isfinite(scatter), np.sqrt(scatter), math.inf)
