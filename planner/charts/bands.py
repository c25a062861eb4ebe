"""Means with t intervals over replications, for whole series at once. Pure; knows no chart and no outcome."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class Band(NamedTuple):
    """Mean and interval ends per place of a series, each of shape (places,); NaN where not defined."""

    mean: Array
    low: Array
    high: Array

    @property
    def told(self) -> NDArray[np.int64]:
        """Return +1 where the interval lies above zero, -1 below, 0 where it holds zero or is not defined."""
        return (self.low > 0).astype(np.int64) - (self.high < 0).astype(np.int64)


def band(samples: Array, confidence: float) -> Band:
    """Return the mean over replications with Student's t interval, place by place.

    Args:
        samples: shape (replications, places); NaN where a replication does not define a place, which is then left out.
        confidence: such as 0.95; each place's interval holds at this level by itself, not all places together.

    Returns:
        The same as ``experiments.statistics.mean_interval`` gives place by place. Ends are NaN where fewer than two
        replications define the place.
    """
    from scipy.special import stdtrit

    known = np.isfinite(samples)
    n = known.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(known, samples, 0.0).sum(axis=0) / n
        squares = (np.where(known, samples - mean, 0.0) ** 2).sum(axis=0)
        half = stdtrit(np.maximum(n - 1, 1), 0.5 + confidence / 2) * np.sqrt(squares / (n - 1) / n)
    half = np.where(n > 1, half, np.nan)
    return Band(mean, mean - half, mean + half)


def moving_mean(series: Array, window: int) -> Array:
    """Return means over ``window`` neighbours along the last axis: shape (..., n - window + 1), full windows only."""
    sums = np.cumsum(np.concatenate([np.zeros((*series.shape[:-1], 1)), series], axis=-1), axis=-1)
    return np.asarray((sums[..., window:] - sums[..., :-window]) / window)
