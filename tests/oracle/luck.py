"""Where the oracle's luck comes from: ``random.Random``, as any program would use it.

Draws are asked for with a key and a purpose, so that the engine's keyed draws can take their place (keyed.py); ordinary
ones ignore both. Must not know what the draws are for.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

Arrival = tuple[int, float, int]
"""A new shopper's key, time and source."""


class OrdinaryDraws:
    """What a plain program does: one stream for everything. Keys stand for nothing and are all zero."""

    def __init__(self, seed: int) -> None:
        self.stream = random.Random(seed)

    def arrivals(self, day: int, mean: float, hours: Sequence[float], sources: Sequence[float]) -> list[Arrival]:
        """Return a day's new shoppers in order of time, given the weights of the hours and of the sources."""
        count = self.poisson(0, "arrivals", mean)
        slots = self.stream.choices(range(len(hours)), hours, k=count)
        times = sorted(day + (hour + self.stream.random()) / 24.0 for hour in slots)
        chosen = self.stream.choices(range(len(sources)), sources, k=count)
        return [(0, time, source) for time, source in zip(times, chosen, strict=True)]

    def sky(self, stream: int, days: int) -> list[tuple[float, float]]:
        """Return for each day the luck of whether a spell of this stream begins, and of its length."""
        return [(self.stream.random(), self.stream.random()) for _ in range(days)]

    def child(self, key: int, occasion: str, number: int) -> int:
        """Return the key of an occasion: a shopper's nature, visit, need, order or message."""
        return key

    def turned(self, key: int, passes: int) -> int:
        """Return a visit's key after so many ways back."""
        return key

    def referred(self, key: int) -> int:
        """Return the key of a shopper who was sent after the order with this key."""
        return key

    def uniform(self, key: int, purpose: str) -> float:
        return self.stream.random()

    def normal(self, key: int, purpose: str) -> float:
        return self.stream.gauss(0.0, 1.0)

    def exponential(self, key: int, purpose: str) -> float:
        return self.stream.expovariate(1.0)

    def gumbel(self, key: int, purpose: str) -> float:
        return -math.log(self.stream.expovariate(1.0))

    def noise(self, key: int, product: int) -> float:
        """Return Gumbel noise on what a product is worth on a visit."""
        return -math.log(self.stream.expovariate(1.0))

    def gamma(self, key: int, purpose: str, shape: float) -> float:
        return self.stream.gammavariate(shape, 1.0)

    def beta(self, key: int, purpose: str, a: float, b: float) -> float:
        return self.stream.betavariate(a, b)

    def poisson(self, key: int, purpose: str, mean: float) -> int:
        """Count exponential gaps that fit into the mean (Knuth, The Art of Computer Programming, 3.4.1)."""
        count, past = 0, self.stream.expovariate(1.0)
        while past < mean:
            count, past = count + 1, past + self.stream.expovariate(1.0)
        return count
