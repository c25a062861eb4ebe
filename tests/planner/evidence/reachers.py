"""Strategies that reach shoppers at one hook each and change nothing; a generous one, and one that stops the others."""

from typing import ClassVar

import numpy as np

from simulation import Evidence, Levers, Moment, Strategy, portion


class Reacher(Strategy):
    """Base of them: works on everybody, costs nothing."""

    title: ClassVar = "Reacher"
    about: ClassVar = "exists for tests"
    kind: ClassVar = "behavioural"


def touch(moment: Moment, levers: Levers) -> None:
    """Reach everybody and leave all as it was: points worth nothing."""
    levers.save(np.ones(moment.size, dtype=np.bool_), np.zeros(moment.size, dtype=np.int64))


class Onlooker(Reacher):
    """Reaches whoever is at the till, before the order."""

    id: ClassVar = "onlooker"
    roles: ClassVar = ("checkout",)
    evidence: ClassVar[tuple[Evidence, ...]] = (
        Evidence("orders", "treated", 0.5, 0.6, "A", "a trial"),
        Evidence("aov", "treated", -0.1, 0.1, "none", ""),
        Evidence("revenue", "treated", -0.1, 0.1, "B", "another", days=2.0, among="new"),
    )

    def act(self, moment: Moment, levers: Levers) -> None:
        touch(moment, levers)


class Farewell(Reacher):
    """Reaches whoever has left without an order."""

    id: ClassVar = "farewell"
    evidence: ClassVar[tuple[Evidence, ...]] = (Evidence("visits", "treated", -0.1, 0.1, "A", "a trial"),)

    def left(self, moment: Moment, levers: Levers) -> None:
        touch(moment, levers)


class Thanks(Reacher):
    """Reaches whoever has ordered."""

    id: ClassVar = "thanks"
    evidence: ClassVar[tuple[Evidence, ...]] = (Evidence("orders", "treated", -0.1, 0.1, "A", "a trial"),)

    def ordered(self, moment: Moment, levers: Levers) -> None:
        touch(moment, levers)


class Generous(Reacher):
    """A discount for all at the till; with a depth of nothing it reaches nobody."""

    id: ClassVar = "generous"
    roles: ClassVar = ("checkout",)
    evidence: ClassVar[tuple[Evidence, ...]] = (
        Evidence("orders", "treated", 0.01, 2.0, "A", "a trial"),
        Evidence("session_conversion", "store", 5.0, 9.0, "B", "another trial"),
        Evidence("orders", "treated", 0.01, 2.0, "A", "a third", given=(("depth", 0.0),)),
    )

    depth: float = portion(0.5, "discount")

    def act(self, moment: Moment, levers: Levers) -> None:
        if self.depth:
            levers.discount(np.ones(moment.size, dtype=np.bool_), self.depth)


class Silencer(Reacher):
    """Lets nobody meet any other strategy."""

    id: ClassVar = "silencer"
    storewide: ClassVar = True
    evidence: ClassVar[tuple[Evidence, ...]] = (Evidence("orders", "store", -0.9, 0.0, "B", "a trial"),)

    def admits(self, other: str, moment: Moment) -> np.ndarray:
        return np.zeros(moment.size, dtype=np.bool_)
