"""The contract of strategies: what one is, what it declares, and the hooks by which it acts.

A strategy is a frozen pydantic class whose fields are its parameters, so that study file, command line and form come
from
one source. It reads a ``Moment`` (only what the store could know) and pulls ``Levers`` (only what a store can do). It
never sees a shopper's truth and never writes the world; what it must remember of a run it claims in ``start``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from simulation.study.base import quantity
from simulation.study.response import Role

if TYPE_CHECKING:
    from simulation.levers import Levers
    from simulation.moment import Moment, Visited
    from simulation.shop import Shop

Kind = Literal["behavioural", "contextual", "predictive", "segment", "journey"]
DataPoint = Literal["traffic", "onsite", "email", "personal", "pixels", "purchases", "search", "pricing"]
DATA_POINTS: tuple[DataPoint, ...] = (
    *("traffic", "onsite", "email", "personal"),
    *("pixels", "purchases", "search", "pricing"),
)


class Evidence(NamedTuple):
    """What is known of a strategy's effect: the published range of the relative change, and where it comes from."""

    outcome: str
    on: Literal["treated", "store"]
    low: float
    high: float
    grade: Literal["A", "B", "C", "none"]
    source: str


class MonthlyCost(BaseModel):
    """Fixed monthly cost of a strategy for the whole store, by kind, in the study's currency."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)

    technology: float = quantity(0.0, "currency per month", "licences and computing", ge=0.0)
    data: float = quantity(0.0, "currency per month", "data management", ge=0.0)
    content: float = quantity(0.0, "currency per month", "texts, pictures, offers made", ge=0.0)
    personnel: float = quantity(0.0, "currency per month", "people's time", ge=0.0)


class Strategy(BaseModel):
    """Base of all strategies: subclass it, declare parameters as fields with bounds, and override the hooks needed.

    Class facts: ``id`` (unique, also the name in study files), ``title``, ``about`` (one sentence), ``kind``, ``roles``
    (roles of the stages at which ``act`` is called), ``level`` (maturity, 1-3), ``needs`` (data points it reads; the
    engine shows it no other), ``evidence``.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)

    id: ClassVar[str]
    title: ClassVar[str]
    about: ClassVar[str]
    kind: ClassVar[Kind]
    roles: ClassVar[tuple[Role, ...]] = ()
    level: ClassVar[Literal[1, 2, 3]] = 1
    needs: ClassVar[tuple[DataPoint, ...]] = ()
    channel: ClassVar[Literal["onsite", "email", "purchases"]] = "onsite"
    evidence: ClassVar[tuple[Evidence, ...]] = ()

    monthly: MonthlyCost = quantity(MonthlyCost(), "", "fixed monthly cost for the whole store, by kind")

    def start(self, shop: Shop) -> Any:  # noqa: ANN401 - whatever the strategy wants to remember
        """Begin a run: return the strategy's memory (any object) and start its own processes with ``shop.every``."""

    def act(self, moment: Moment, levers: Levers) -> None:
        """Meet a batch of shoppers at a stage whose role is in ``roles``, before they choose what to do."""

    def left(self, moment: Moment, levers: Levers) -> None:
        """See a batch of shoppers who have just left without an order."""

    def ordered(self, moment: Moment, levers: Levers) -> None:
        """See a batch of shoppers who have just ordered."""

    def learn(self, visited: Visited) -> None:
        """See how visits ended in which this strategy acted (what was ordered, for how much)."""

    @classmethod
    def overrides(cls, hook: str) -> bool:
        """Return whether the class has its own version of a hook; others are never called."""
        return getattr(cls, hook) is not getattr(Strategy, hook)
