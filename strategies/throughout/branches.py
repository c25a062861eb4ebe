"""Branches: variants of a strategy run side by side in another one's place, each on its own shoppers.

Knows the hooks of the contract; decides nothing about who gets which variant (variants.py).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from simulation import Levers, Moment, Office, Strategy, Visited

if TYPE_CHECKING:
    from collections.abc import Callable

    from strategies.throughout.variants import Variants


class Branches:
    """The strategies run, each with a memory of its own, and the variants that say who meets which."""

    def __init__(self, strategies: tuple[Strategy, ...], variants: Variants, office: Office) -> None:
        """Let the strategies begin."""
        self.strategies, self.variants = strategies, variants
        self.memories: list[Any] = [one.start(Branch(office, self, number)) for number, one in enumerate(strategies)]

    def meet(self, hook: Literal["act", "left", "ordered"], moment: Moment, levers: Levers) -> None:
        """Let every strategy that has this hook meet its shoppers."""
        able = [one.overrides(hook) and (hook != "act" or moment.role in one.roles) for one in self.strategies]
        if any(able):
            variant = self.variants.assign(moment)
            for number in np.flatnonzero(able):
                self.show(int(number), getattr(self.strategies[number], hook), variant, moment, levers)

    def show(
        self, number: int, hook: Callable[[Moment, Levers], None], variant: np.ndarray, moment: Moment, levers: Levers
    ) -> None:
        """Show one strategy, by a hook of its own, those of the moment who are assigned to it."""
        mine = np.flatnonzero(variant == number)
        if mine.size:
            hook(moment.only(mine, self.memories[number], self.strategies[number].channel), levers.only(mine))

    def learn(self, visited: Visited) -> None:
        """Tell every strategy that learns how the visits of its recognised shoppers ended."""
        variant = self.variants.of(visited.visitor)
        for number, one in enumerate(self.strategies):
            if one.overrides("learn"):
                mine, columns = variant == number, ("item", "revenue", "cart", "visitor", "now")
                part = {name: getattr(visited, name)[mine] for name in columns}
                one.learn(replace(visited, **part, memory=self.memories[number]))


class Branch(Office):
    """The office as one of the strategies has it: its campaigns go to those only who are assigned to it."""

    def __init__(self, office: Office, branches: Branches, number: int) -> None:
        """Open the same office for the strategy of this number."""
        vars(self).update(vars(office))
        self._branches, self._number = branches, number

    def call(
        self, hook: Callable[[Moment, Levers], None], audience: Literal["customers", "subscribers"] = "customers"
    ) -> None:
        """Call ``hook`` with those of the audience who are assigned to the strategy."""

        def with_mine(moment: Moment, levers: Levers) -> None:
            self._branches.show(self._number, hook, self._branches.variants.assign(moment), moment, levers)

        super().call(with_mine, audience)
