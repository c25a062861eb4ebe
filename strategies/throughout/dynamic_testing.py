"""Dynamic testing: a bandit tries values of another strategy's parameter while the store runs, and settles on the best.

Knows of the other strategy its id and its parameters only.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, ClassVar, Literal

from pydantic import ValidationInfo, field_validator

from simulation import Evidence, Levers, Moment, MonthlyCost, Office, Strategy, Visited, portion, quantity
from strategies.throughout.branches import Branches
from strategies.throughout.tried import tried, tried_parameter, tried_values
from strategies.throughout.variants import Rules, Variants


class DynamicTesting(Strategy):
    """Runs variants of another strategy in its place; better ones get ever more shoppers, and are found again later."""

    id: ClassVar = "dynamic_testing"
    title: ClassVar = "Dynamic testing"
    about: ClassVar = "tries values of another strategy's parameter on the running store, and settles on the best"
    kind: ClassVar = "predictive"
    level: ClassVar = 3
    needs: ClassVar = ("traffic", "purchases")
    storewide: ClassVar = True
    evidence: ClassVar = (
        Evidence(
            *("revenue_per_visitor", "store", -0.008, 0.016, "B"),
            "Browne and Swarbrick Jones 2017: mean +0.4 % of recommendations, which it tries by default",
        ),
    )

    strategy: str = quantity("related_recommendations", "strategy", "id of the strategy tried", validate_default=True)
    parameter: str = quantity("precision", "parameter", "its parameter that is varied", validate_default=True)
    values: tuple[float, ...] = quantity((0.05, 0.12, 0.4), "", "values that are tried", validate_default=True)
    reward: Literal["orders", "revenue"] = quantity("orders", "outcome", "what is to be as high as possible")
    reward_days: float = quantity(7.0, "days", "a shopper's orders count within so many days", gt=0.0, le=365.0)
    half_life_days: float = quantity(120.0, "days", "after which what was seen counts half", gt=0.0, le=3650.0)
    exploration: float = portion(0.05, "part of the shoppers shared equally, however much is known")
    caution: float = quantity(100.0, "shoppers", "as if so many had shown all to be equal", ge=1.0, le=1e6)
    monthly: MonthlyCost = quantity(
        MonthlyCost(technology=850.0, data=400.0, personnel=500.0), "", "fixed monthly cost, the tried strategy's too"
    )

    @field_validator("strategy")
    @classmethod
    def _can_be_tried(cls, strategy: str) -> str:
        return tried(strategy).id

    @field_validator("parameter")
    @classmethod
    def _is_its_parameter(cls, parameter: str, info: ValidationInfo) -> str:
        return tried_parameter(info.data.get("strategy"), parameter)

    @field_validator("values")
    @classmethod
    def _are_allowed(cls, values: tuple[float, ...], info: ValidationInfo) -> tuple[float, ...]:
        return tried_values(info.data.get("strategy"), info.data.get("parameter"), values)

    def inner(self) -> tuple[Strategy, ...]:
        """Return the variants."""
        return tuple(tried(self.strategy).model_validate({self.parameter: value}) for value in self.values)

    def start(self, office: Office) -> Branches:
        """Let the variants begin; share out the traffic anew every day."""
        reward: Literal["orders", "spent"] = "spent" if self.reward == "revenue" else "orders"
        rules = Rules(reward, self.reward_days, self.half_life_days, self.exploration, self.caution)
        variants = Variants(len(self.values), rules, office.chance("posterior"))
        office.process(_days(office, variants))
        return Branches(self.inner(), variants, office)

    def act(self, moment: Moment, levers: Levers) -> None:
        """Let each variant meet the shoppers assigned to it."""
        moment.memory.meet("act", moment, levers)

    def left(self, moment: Moment, levers: Levers) -> None:
        """Let each variant see those of its shoppers who left."""
        moment.memory.meet("left", moment, levers)

    def ordered(self, moment: Moment, levers: Levers) -> None:
        """Credit the orders to the variants; let each see its own."""
        moment.memory.variants.credit(moment)
        moment.memory.meet("ordered", moment, levers)

    def learn(self, visited: Visited) -> None:
        """Let each variant learn from its own shoppers."""
        visited.memory.learn(visited)


def _days(office: Office, variants: Variants) -> Generator[Any, Any, None]:
    while True:
        yield office.clock.timeout(1.0)
        variants.turn(office.clock.now, 1.0)
