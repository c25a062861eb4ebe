"""What the oracle takes as given: products, stages, shares and weather as plain objects, from study and catalogue.

Knows nothing of shoppers.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import mul
from typing import TYPE_CHECKING, Any

from simulation import Study, create
from simulation.catalogue import Catalogue, build_catalogue
from simulation.choice import expected_best
from simulation.shoppers import Nature
from simulation.study import LEAVE, Edge

if TYPE_CHECKING:
    from tests.oracle.luck import OrdinaryDraws

PLAN = "Core"
CORE: dict[str, dict[str, dict[str, Any]]] = {
    "Baseline": {},
    PLAN: {name: {} for name in ("smart_content", "related_recommendations", "cart_recovery", "cross_sell", "upsell")},
}
"""The plan that the oracle knows: content, recommendations, cart recovery and what is offered at the till."""


@dataclass(frozen=True, slots=True, eq=False)
class Product:
    """A product; prices in minor units, ``relative_price`` and ``competitor`` as logs; see simulation.catalogue."""

    number: int
    category: int
    price: int
    unit_cost: int
    relative_price: float
    competitor: float
    features: list[float]
    quality: float
    complements: list[int]
    premium: int


@dataclass(frozen=True, slots=True)
class Way:
    """An edge of the funnel: where it leads (the number of stages: out), whether that is an order, and its utility."""

    target: int
    orders: bool
    log_odds: float
    weights: list[tuple[str, float]]
    purpose: str


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of the funnel; ``back_to`` is where one enters who comes back after leaving here; times in days."""

    place: int
    name: str
    role: str
    dwell: float
    fills_cart: bool
    back_to: int
    back_odds: float
    back_days: float
    back_spread: float
    ways: list[Way]


class Given:
    """The store as it stands before anybody comes, and the parameters of the plan's strategies."""

    def __init__(self, study: Study, plan: str, draws: OrdinaryDraws) -> None:
        people, goods = study.shoppers, build_catalogue(study)
        self.study, self.strength, self.stages, self.products = study, goods.strength, stages(study), products(goods)
        self.start = study.experiment.warm_up_days
        self.shelves = [[self.products[number] for number in table] for table in goods.tables.tolist()]
        self.ranges = [[p for p in self.products if p.category == c] for c in range(len(self.shelves))]
        spread, seed = people.price_sensitivity_spread, study.catalogue.seed
        self.fee = round(study.offers.shipping_fee * study.store.minor_units)
        felt = [sum(math.log1p(self.fee / p.price) for p in table) / len(table) for table in self.shelves]
        self.usual_fee = dot(felt, [c.share for c in study.catalogue.category]) / sum(goods.shares.tolist())
        self.expected = expected_best(goods, study.catalogue.shelf, people.price_sensitivity, spread, seed).tolist()
        self.tastes = {name: table.tolist() for name, table in Nature(study).tastes.items()}
        traits = ("device", "place", "age", "gender")
        self.traits = {name: cumulative([level.share for level in getattr(study, name)]) for name in traits}
        self.sources = cumulative([source.share for source in study.source])
        mixes = [[s.reasons.get(r.name, 0.0) if s.reasons else r.share for r in study.reason] for s in study.source]
        self.reasons = [cumulative(mix) for mix in mixes]
        self.recommended = next((number for number, reason in enumerate(study.reason) if reason.referred), -1)
        roles, names = [stage.role for stage in self.stages], [stage.name for stage in self.stages]
        self.need_door = names.index(study.repurchase.enter_at) if study.repurchase.enter_at else 0
        self.cart_door = roles.index(next(role for role in ("compare", "browse", "entry") if role in roles))
        strategies: dict[str, Any] = {strategy.id: strategy for strategy in create(study.plans[plan])[0]}
        self.smart: Any = strategies.get("smart_content")
        self.related: Any = strategies.get("related_recommendations")
        self.recovery: Any = strategies.get("cart_recovery")
        self.cross: Any = strategies.get("cross_sell")
        self.upsell: Any = strategies.get("upsell")
        days = math.ceil(self.start + study.experiment.days + study.experiment.follow_up_days) + 1
        self.cold = cold_days(study, draws, list(map(self.day_of_year, range(days))))
        self._demand: dict[tuple[int, bool], list[float]] = {}

    def fee_felt(self, stage: Stage, item: Product | None, offer: float) -> float:
        """Return what shipping adds to the price driver where it is told of, against what it usually does."""
        if item is None or stage.role not in ("compare", "checkout"):
            return 0.0
        weight: float = self.study.offers.fee_weight
        return float(weight * (math.log1p(self.fee / item.price / (1.0 - offer)) - self.usual_fee))

    def liking(self, taste: list[float], product: Product) -> float:
        """Return what a product is worth to a taste, apart from its price."""
        return dot(taste, product.features) * self.strength + product.quality

    def better(self, item: Product) -> Product:
        """Return what upselling offers instead of an item, perhaps the item itself."""
        premium = self.products[item.premium]
        return premium if self.upsell and premium.price <= (1.0 + self.upsell.dearer) * item.price else item

    def day_of_year(self, time: float) -> float:
        """Return the day of the year, 1-365, at a time of the run."""
        return (self.study.calendar.first_day - 1 + time - self.start) % 365.0 + 1.0

    def demand(self, day: int, place: int) -> list[float]:
        """Return the cumulative shares of the categories that shoppers of a place look for on a day."""
        cold = self.cold[place][day]
        if (day, cold) not in self._demand:
            categories, strength = self.study.catalogue.category, self.study.weather.strength * cold
            today = 2.0 * math.pi / 365.0 * self.day_of_year(day)
            peaks = [c.season_peak * 2.0 * math.pi / 365.0 for c in categories]
            strengths = [c.season_strength * (c.season_peak > 0) for c in categories]
            swings = [1.0 + s * math.cos(today - peak) for s, peak in zip(strengths, peaks, strict=True)]
            wanted = [c.share * max(0.0, 1.0 + strength * c.cold_demand) for c in categories]
            self._demand[day, cold] = cumulative(list(map(mul, wanted, swings)))
        return self._demand[day, cold]

    def wanted(self, product: Product) -> float:
        """Return the share of shoppers who look for a product's category."""
        shares = [c.share for c in self.study.catalogue.category]
        return shares[product.category] / sum(shares)


def cold_days(study: Study, draws: OrdinaryDraws, days_of_year: list[float]) -> list[list[bool]]:
    """Return by place which days of the run lie in a cold spell, of its own or one that is everywhere."""
    weather = study.weather
    by_month = [weather.spells_per_year / 365.0 * w / (sum(weather.month) / 12.0 or 1.0) for w in weather.month]
    rates = [(weather.strength > 0.0) * by_month[min(11, int((day - 1.0) / 365.0 * 12.0))] for day in days_of_year]

    def stream(number: int, part: float) -> list[bool]:
        ends, inside = 0, []
        for day, (begins, length) in enumerate(draws.sky(number, len(rates))):
            if begins < 1.0 - math.exp(-part * rates[day]):
                ends = max(ends, day + 1 + int(math.log(1.0 - length) / math.log(1.0 - 1.0 / weather.spell_days)))
            inside.append(day < ends)
        return inside

    everywhere = stream(0, weather.shared)
    own = [stream(place + 1, 1.0 - weather.shared) for place in range(len(study.place))]
    return [[here or there for here, there in zip(days, everywhere, strict=True)] for days in own]


def products(goods: Catalogue) -> list[Product]:
    """Return the catalogue's products as objects."""
    names = [name for name in Product.__dataclass_fields__ if name != "number"]
    columns = [getattr(goods, name).tolist() for name in names]
    return [Product(number, *row) for number, row in enumerate(zip(*columns, strict=True))]


def stages(study: Study) -> list[Stage]:
    """Return the funnel's stages as objects."""
    place = {stage.name: number for number, stage in enumerate(study.funnel.stage)} | {LEAVE: len(study.funnel.stage)}
    care = [stage.name for stage in study.funnel.stage if stage.role == "care"]
    made = []
    for number, stage in enumerate(study.funnel.stage):
        edges = [e for e in study.funnel.edge if e.source == stage.name]
        edges = edges or [Edge(source=stage.name, target=LEAVE, odds=1.0)]
        ways = [
            Way(
                place[e.target], e.target in care, math.log(e.odds), _weights(study, e, place), f"{stage.name}/edge {n}"
            )
            for n, e in enumerate(edges)
        ]
        back = (place.get(stage.return_to, 0), log_odds(stage.return_share), stage.return_days, stage.return_spread)
        dwell = stage.dwell_minutes / 1440.0
        made.append(Stage(number, stage.name, stage.role, dwell, stage.fills_cart, *back, ways))
    return made


def _weights(study: Study, edge: Edge, place: dict[str, int]) -> list[tuple[str, float]]:
    """Ways forward have their role's weights, overridden by their own; ways back and out only their own."""
    forward = edge.target != LEAVE and place[edge.target] > place[edge.source]
    general = study.funnel.weights.get(study.funnel.stage[place[edge.source]].role, {}) if forward else {}
    return list({**general, **edge.weights}.items())


def cumulative(weights: Sequence[float]) -> list[float]:
    """Return the cumulative shares of weights."""
    total = sum(weights)
    return [running / total for running in accumulate(weights)]


def pick(shares: Sequence[float], u: float) -> int:
    """Return the index that a uniform draw picks from cumulative shares."""
    return min(bisect_right(shares, u), len(shares) - 1)


def dot(a: Sequence[float], b: Sequence[float]) -> float:
    """Return the inner product of two vectors."""
    total: float = sum(map(mul, a, b))
    return total


def log_odds(p: float) -> float:
    """Return the log odds of a probability (-inf and inf at its ends)."""
    return math.log(p / (1.0 - p)) if 0.0 < p < 1.0 else math.copysign(math.inf, p - 0.5)


def chance(odds: float) -> float:
    """Return the probability of log odds."""
    return 1.0 / (1.0 + math.exp(-odds))
