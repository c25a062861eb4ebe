"""The engine's keyed draws for the oracle: every number by the same key and purpose as there, hence equal luck.

A bridge for the comparison of the two; must not know what the draws are for.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from simulation import draws
from simulation.door import NEEDS
from simulation.newcomers import ORDERS
from simulation.outbox import MESSAGES
from simulation.processes import NEWS_PER_DAY
from tests.oracle.luck import Arrival, OrdinaryDraws

OCCASIONS = {"nature": 0, "own visit": 0, "need gap": 0, "order": ORDERS, "need": NEEDS, "message": MESSAGES}
PASS, WORD = 0xA24BAED4963EE407, 1 << 64


class KeyedDraws(OrdinaryDraws):
    """The engine's luck of one replication: every number by the same key and purpose as there."""

    def __init__(self, seed: int, replication: int) -> None:
        self.seed, self.replication = seed, replication

    def arrivals(self, day: int, mean: float, hours: Sequence[float], sources: Sequence[float]) -> list[Arrival]:
        root = int(draws.replication_key(self.seed, self.replication, "shopper"))
        rng = draws.generator(self.seed, self.replication, "arrivals", day)
        u = rng.uniform(size=(3, int(rng.poisson(mean))))
        hour, source = (draws.level(v, np.cumsum(w) / np.sum(w)) for v, w in ((u[0], hours), (u[2], sources)))
        times = np.sort(day + (hour + u[1]) / 24.0)
        keys = [_child(root, day * NEWS_PER_DAY + place) for place in range(times.size)]
        return list(zip(keys, times.tolist(), source.tolist(), strict=True))

    def sky(self, stream: int, days: int) -> list[tuple[float, float]]:
        rng = draws.generator(self.seed, self.replication, "weather", stream)
        return [(begins, length) for begins, length in rng.uniform(size=(days, 2)).tolist()]

    def child(self, key: int, occasion: str, number: int) -> int:
        return _child(key, OCCASIONS[occasion] + number)

    def turned(self, key: int, passes: int) -> int:
        return (key + passes * PASS) % WORD

    def referred(self, key: int) -> int:
        return _child(key ^ int(draws.purpose("referred shopper")), 0)

    def uniform(self, key: int, purpose: str) -> float:
        return float(_uniform(key, purpose)[0])

    def normal(self, key: int, purpose: str) -> float:
        return float(draws.normal(_uniform(key, purpose))[0])

    def exponential(self, key: int, purpose: str) -> float:
        return float(draws.exponential(_uniform(key, purpose))[0])

    def gumbel(self, key: int, purpose: str) -> float:
        return float(draws.gumbel(_uniform(key, purpose))[0])

    def noise(self, key: int, product: int) -> float:
        return float(draws.gumbel(draws.by_item(_one(key), draws.purpose("product noise"), np.array([product])))[0])

    def gamma(self, key: int, purpose: str, shape: float) -> float:
        return float(draws.gamma(_uniform(key, purpose), shape)[0])

    def beta(self, key: int, purpose: str, a: float, b: float) -> float:
        return float(draws.beta(_uniform(key, purpose), a, b)[0])

    def poisson(self, key: int, purpose: str, mean: float) -> int:
        return int(draws.poisson(_uniform(key, purpose), mean)[0])


def _one(key: int) -> NDArray[np.uint64]:
    return np.array([key], dtype=np.uint64)


def _uniform(key: int, purpose: str) -> NDArray[np.float64]:
    return draws.uniforms(_one(key), draws.purpose(purpose))


def _child(key: int, number: int) -> int:
    return int(draws.child_keys(_one(key), np.array([number]))[0])
