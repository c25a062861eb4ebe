"""The study: everything a strategist states about a store, its plans and the experiment, as one frozen tree.

Knows no files (planner/study_file.py reads TOML) and no strategy by name; plans hold strategy ids with raw parameters,
which strategy.py resolves.
"""

from __future__ import annotations

from typing import Any

from simulation.study.base import Fault, Section, portion, quantity, weight
from simulation.study.goods import Basket, Catalogue, Category, Costs, Fulfilment, Product, Stock
from simulation.study.market import Calendar, Collection, Leaving, Level, Reason, Shoppers, Source, Store, Weather
from simulation.study.offers import Offers
from simulation.study.response import LEAVE, Behaviour, Edge, Funnel, Messages, Repurchase, Role, Stage

__all__ = [
    "LEAVE",
    "Basket",
    "Behaviour",
    "Calendar",
    "Catalogue",
    "Category",
    "Collection",
    "Costs",
    "Edge",
    "Experiment",
    "Fault",
    "Fulfilment",
    "Funnel",
    "Leaving",
    "Level",
    "Messages",
    "Offers",
    "Product",
    "Reason",
    "Repurchase",
    "Role",
    "Section",
    "Shoppers",
    "Source",
    "Stage",
    "Stock",
    "Store",
    "Study",
    "Weather",
    "portion",
    "quantity",
    "weight",
]

Plan = dict[str, dict[str, Any]]
"""Strategy id -> its parameters, in the order in which the strategies act."""


class Experiment(Section):
    """How the store is simulated and measured."""

    seed: int = quantity(1, "", "seed of all luck", ge=0, le=2**53)
    visitors: int = quantity(20_000, "shoppers", "new shoppers simulated in the horizon", ge=1, le=50_000_000)
    warm_up_days: float = quantity(60.0, "days", "not measured: builds up customers, stock and profiles", ge=0, le=3650)
    days: float = quantity(365.0, "days", "measured horizon", gt=0.0, le=3650)
    follow_up_days: float = quantity(
        365.0, "days", "customers are followed, to their LTV age; nobody new comes", ge=0, le=3650
    )
    ltv_days: float = quantity(365.0, "days", "lifetime value counts margin up to this customer age", gt=0, le=3650)
    discount_rate: float = quantity(0.10, "per year", "yearly rate at which later margin is discounted", ge=0, le=1)
    period_days: float = quantity(1.0, "days", "length of a trading period", gt=0.0, le=31.0)
    company: int = quantity(2000, "shoppers", "served together at a stage; fewer wait some days", ge=1)
    replications: int = quantity(8, "runs", "replications per plan", ge=1, le=100_000)
    confidence: float = quantity(0.95, "share", "confidence of intervals and verdicts", gt=0.5, lt=1.0)
    baseline: str = quantity("Baseline", "plan", "plan that the others are compared with", min_length=1)


class Study(Section):
    """A store, its plans and the experiment."""

    format: int = quantity(1, "", "version of the file format", ge=1)
    store: Store = Store()
    experiment: Experiment = Experiment()
    source: tuple[Source, ...] = quantity(..., "", "traffic sources", min_length=1)
    reason: tuple[Reason, ...] = quantity(..., "", "reasons for a visit", min_length=1)
    device: tuple[Level, ...] = quantity((Level(name="any", share=1.0),), "", "devices", min_length=1)
    place: tuple[Level, ...] = quantity((Level(name="anywhere", share=1.0),), "", "places", min_length=1)
    age: tuple[Level, ...] = quantity((Level(name="any", share=1.0),), "", "age bands", min_length=1)
    gender: tuple[Level, ...] = quantity((Level(name="any", share=1.0),), "", "genders", min_length=1)
    calendar: Calendar = Calendar()
    weather: Weather = Weather()
    shoppers: Shoppers = Shoppers()
    leaving: Leaving = Leaving()
    data: Collection = Collection()
    catalogue: Catalogue = quantity(..., "", "what is sold")
    stock: Stock = Stock()
    basket: Basket = Basket()
    costs: Costs = Costs()
    fulfilment: Fulfilment = Fulfilment()
    funnel: Funnel = quantity(..., "", "the buying funnel")
    repurchase: Repurchase = Repurchase()
    messages: Messages = Messages()
    offers: Offers = Offers()
    behaviour: Behaviour = Behaviour()
    plans: dict[str, Plan] = quantity({"Baseline": {}}, "", "plans: strategies with their parameters", min_length=1)

    @property
    def simulated_share(self) -> float:
        """Return the share of the real store's traffic that a run simulates."""
        return self.experiment.visitors / (self.store.visitors_per_year * self.experiment.days / 365.0)
