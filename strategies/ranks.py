"""Ranks of customers among each other, as strategies for the best of them need them. Knows numbers only."""

from __future__ import annotations

import numpy as np


def share_below(values: np.ndarray) -> np.ndarray:
    """Return the share (n,) of values below each value (n,)."""
    order = values.argsort()
    ordered, below = values.take(order), np.empty(values.size)
    below[order] = np.searchsorted(ordered, ordered) / max(1, values.size)  # in order: much faster than at random
    return below
