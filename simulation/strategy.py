"""The contract of strategies: what one is, what it declares, and the hooks by which it acts.

A strategy is a frozen pydantic class whose fields are its parameters, so that study file, command line and form come
from
one source. It reads a ``Moment`` (only what the store could know) and pulls ``Levers`` (only what a store can do). It
never sees a shopper's truth and never writes the world; what it must remember of a run it claims in ``start``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from simulation.study.base import quantity
from simulation.study.response import Role

if TYPE_CHECKING:
    from simulation.levers import Levers
    from simulation.moment import Moment, Visited
    from simulation.office import Office

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
    days: float = 0.0
    """Measured within so many days of first being treated; 0: to the end of the horizon."""
    given: tuple[tuple[str, float | bool | str], ...] = ()
    """Parameters other than the defaults under which it was found."""
    among: Literal["all", "new", "established", "considered"] = "all"
    """Of the treated: those without an order yet, customers, or those with a considered, durable product in mind."""


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
    engine shows it no other), ``channel`` (whose silo its tool reads), ``evidence``, ``storewide`` (it changes the
    whole store or who comes, so that it cannot be tried on some of the shoppers only).
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
    storewide: ClassVar[bool] = False

    monthly: MonthlyCost = quantity(MonthlyCost(), "", "fixed monthly cost for the whole store, by kind")

    def start(self, office: Office) -> Any:  # noqa: ANN401 - whatever the strategy wants to remember
        """Begin a run: return the strategy's memory (any object) and start its own processes."""

    def act(self, moment: Moment, levers: Levers) -> None:
        """Meet a batch of shoppers at a stage whose role is in ``roles``, before they choose what to do."""

    def left(self, moment: Moment, levers: Levers) -> None:
        """See a batch of shoppers who have just left without an order."""

    def ordered(self, moment: Moment, levers: Levers) -> None:
        """See a batch of shoppers who have just ordered."""

    def learn(self, visited: Visited) -> None:
        """See how visits ended in which this strategy acted (what was ordered, for how much)."""

    def admits(self, other: str, moment: Moment) -> NDArray[np.bool_]:
        """Say whom of the moment (n,) another strategy of the plan, by its id, may meet: hold-outs and tests do."""
        return np.ones(moment.size, dtype=np.bool_)

    def inner(self) -> tuple[Strategy, ...]:
        """Return the strategies that this one runs in its own place; it sees and acts where they do."""
        return ()

    @classmethod
    def overrides(cls, hook: str) -> bool:
        """Return whether the class has its own version of a hook; others are never called."""
        return getattr(cls, hook) is not getattr(Strategy, hook)
