"""A strategy at work on shoppers at one stage, without a run around it: what it meets and what it pulls."""

from dataclasses import dataclass

import numpy as np

from simulation import Levers, Moment, Strategy, Study
from simulation.pulls import Pulls
from simulation.world import World
from tests.stores import lively, world_with


@dataclass(frozen=True)
class Counter:
    """A world with one strategy, shoppers in it, and the time of day."""

    world: World
    rows: np.ndarray
    now: np.ndarray
    stage: int = 1

    @property
    def strategy(self) -> Strategy:
        return self.world.strategies[0].strategy

    def moment(self, shelf: np.ndarray | None = None, cart: np.ndarray | None = None) -> Moment:
        active = self.world.strategies[0]
        return self.world.moment(active, self.rows, self.now, stage=self.stage, shelf=shelf, cart=cart)

    def act(self, shelf: np.ndarray | None = None) -> Pulls:
        """Let the strategy act on the shoppers, before a shelf that it may change, and return what it pulled."""
        levers = Levers(self.world, self.rows, self.now, shelf)
        self.strategy.act(self.moment(shelf), levers)
        levers.settle()
        return levers.pulls

    def left(self, cart: np.ndarray) -> np.ndarray:
        """Let the strategy see the shoppers leave, and return the messages that it sent."""
        self.strategy.left(self.moment(cart=cart), Levers(self.world, self.rows, self.now, None))
        return self.sent()

    def sent(self) -> np.ndarray:
        sent: np.ndarray = self.world.outbox.sent[: self.world.outbox.size]
        return sent

    def teach(self, products: np.ndarray, weight: float, channel: str = "onsite") -> None:
        self.world.profile.observe(self.world.shoppers, self.rows, products, weight, channel)


def counter(name: str, size: int = 6, study: Study | None = None, **parameters: object) -> Counter:
    """Return shoppers at noon of day 5 in the lively store (or in a study that has a plan "With")."""
    made = study or lively({"With": {name: parameters}})
    world, rows = world_with(made, size, "With")
    return Counter(world, rows, np.full(size, 5.5))
