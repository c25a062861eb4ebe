"""How quick this machine is just now: limits in seconds that mean the same on a slower machine.

The app's promises are in seconds on an ordinary desktop machine. A test measures a fixed piece of work beside what it
judges, and holds the promise in proportion to that: a machine that takes twice as long for it gets twice the time.
"""

from __future__ import annotations

import time

import numpy as np

YARD_SECONDS = 0.052
"""Processor time that ``yard`` takes where the promises were measured (tests/benchmarks/RESULTS.md), at rest."""
TIMES = 3


def yard() -> float:
    """Return the processor time of a fixed piece of work: small arrays and Python steps, as the engine's."""
    begun = time.thread_time()
    values = np.linspace(0.0, 1.0, 1000)
    places = np.arange(999, -1, -1)
    total = 0.0
    for step in range(10_000):
        values = np.sqrt(values.take(places) + step)
        total += float(values.max())
    assert total > 0.0
    return time.thread_time() - begun


def here(seconds: float) -> float:
    """Return what a promise of so many ``seconds`` amounts to on this machine now: never less than promised."""
    return seconds * max(1.0, min(yard() for _ in range(TIMES)) / YARD_SECONDS)
