"""Strategies that exist for tests only: they do nothing at length, act on one shopper, or remember what they met."""

from typing import Any, ClassVar

import numpy as np

from simulation import Levers, Moment, Office, Strategy, Visited, portion, quantity
from simulation.strategy import DATA_POINTS


class Probe(Strategy):
    """Base of the strategies for tests: works at every stage, reads every data point, costs nothing."""

    title: ClassVar = "Probe"
    about: ClassVar = "exists for tests"
    kind: ClassVar = "behavioural"
    roles: ClassVar = ("entry", "browse", "compare", "checkout", "care")
    needs: ClassVar = DATA_POINTS


class Idle(Probe):
    """Reads all there is to read, pulls every lever for nobody, and starts a campaign that writes to nobody."""

    id: ClassVar = "idle"

    def start(self, office: Office) -> None:
        office.every(3.0, self.act)

    def act(self, moment: Moment, levers: Levers) -> None:
        self.read(moment)
        nobody = np.zeros(moment.size, dtype=np.bool_)
        none = np.zeros(0, dtype=np.int64)
        levers.content(nobody, np.zeros((0, moment.shop.features.shape[1])))
        levers.show(nobody, np.zeros((0, 2), dtype=np.int64))
        levers.answer(nobody, 1.0)
        levers.ease(nobody, -5.0)
        levers.urge(nobody, 1.0)
        levers.prove(nobody, 1.0)
        levers.discount(nobody, 0.9)
        levers.suggest(nobody, none)
        levers.upgrade(nobody, none)
        levers.gift(nobody, none)
        for channel in ("email", "push", "advert"):
            levers.message(nobody, channel=channel, products=none)

    def left(self, moment: Moment, levers: Levers) -> None:
        self.act(moment, levers)

    def ordered(self, moment: Moment, levers: Levers) -> None:
        self.act(moment, levers)

    def learn(self, visited: Visited) -> None:
        assert visited.item.size == 0, "nobody was acted upon"

    @staticmethod
    def read(moment: Moment) -> list[Any]:
        """Return all that a moment shows."""
        profile, shop = moment.profile, moment.shop
        traits = [profile.trait(name) for name in ("place", "age", "gender")]
        columns = [getattr(profile, name) for name in dir(type(profile)) if _is_column(profile, name)]
        stock = [shop.stock(moment.item), shop.sold_yesterday(moment.item)]
        return [*traits, *columns, *stock, profile.belief(), moment.luck("something"), moment.size]


def _is_column(profile: object, name: str) -> bool:
    return isinstance(getattr(type(profile), name), property)


class Favour(Probe):
    """Pulls nearly every lever for few shoppers, those whose row leaves a certain rest, and for nobody else."""

    id: ClassVar = "favour"

    every: int = quantity(40, "", "one shopper in so many", ge=1)
    rest: int = quantity(7, "", "which one", ge=0)
    depth: float = portion(0.5, "discount")

    def act(self, moment: Moment, levers: Levers) -> None:
        few = self._few(moment)
        levers.answer(few, 1.0)
        levers.ease(few, -2.0)
        levers.urge(few, 1.0)
        levers.prove(few, 1.0)
        levers.discount(few, self.depth)
        count = int(few.sum())
        levers.suggest(few, np.zeros(count, dtype=np.int64))
        if moment.shelf is not None:
            levers.show(few, np.ones((count, 1), dtype=np.int64))

    def left(self, moment: Moment, levers: Levers) -> None:
        levers.message(self._few(moment), after_days=0.1, discount=self.depth)

    def _few(self, moment: Moment) -> np.ndarray:
        few: np.ndarray = moment._batch.rows % self.every == self.rest
        return few
