"""The people of the oracle and what the store learns of them, as plain objects. Must not decide anything."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from tests.oracle.given import dot, log_odds

if TYPE_CHECKING:
    from simulation import Study
    from tests.oracle.given import Product


class Sale(NamedTuple):
    """An order: who (key), when, the main product, money in minor units, whether its visit lay in the horizon."""

    key: int
    time: float
    product: int
    revenue: int
    margin: int
    measured: bool


@dataclass(slots=True)
class Message:
    """What a message shows, offers, until when, and the state of the shopper in which it still makes sense."""

    product: Product
    offer: float
    until: float
    orders: int
    visits: int


@dataclass(slots=True, eq=False)
class Shopper:
    """A shopper: nature, state, what the store learnt (sums of weighted features, then of weights), and what is due."""

    key: int
    source: int
    reason: int
    place: int
    friction: float
    taste: list[float]
    readiness: float
    sensitivity: float
    consent: bool
    permission: bool
    trust: float
    clarity: float
    onsite: list[float]
    purchases: list[float]
    due: list[tuple[float, int, int, Message | None]]
    interest: int = -1
    item: Product | None = None
    item_utility: float = -math.inf
    cart: Product | None = None
    furthest: int = -1
    fatigue: tuple[float, float] = (0.0, 0.0)
    reference: tuple[float, float] = (0.0, 0.0)
    visits: int = 0
    own_visits: int = 0
    last_visit: float = -math.inf
    asked: bool = False
    basket: float = -1.0
    orders: int = 0
    rate: float = 0.0
    dropout: float = 0.0
    needs: int = 0
    next_need: float = math.inf
    followed_until: float = 0.0
    lost: bool = False
    messages: int = 0
    this_week: tuple[int, int] = (-1, 0)


@dataclass(slots=True)
class Visit:
    """A visit under way; ``noise`` is its fancy for each product met."""

    key: int
    kind: int
    time: float
    stage: int
    intent: float
    reference: float
    fatigue: float
    measured: bool = False
    offer: float = 0.0
    cart: bool = False
    orders: int = 0
    steps: int = 0
    passes: int = 0
    noise: dict[int, float] = field(default_factory=dict)


def fit(belief: list[float], product: Product, weight: float) -> float:
    """Return how a product seems to fit a shopper: by the belief about his taste, and by ratings of a weight."""
    return dot(belief, product.features) + weight * product.quality


def learn(evidence: list[float], product: Product, weight: float) -> None:
    """Add a product's features to what the store knows of a shopper's taste."""
    for place, feature in enumerate(product.features):
        evidence[place] += weight * feature
    evidence[-1] += weight


def believed(*evidence: list[float]) -> tuple[list[float], float]:
    """Return (mean, precision) of the belief that evidence supports, from a prior of precision one."""
    *sums, precision = map(sum, zip(*evidence, strict=True))
    return [value / (1.0 + precision) for value in sums], precision


def mail_odds(study: Study, s: Shopper, message: Message, usual: float, tired: float) -> dict[str, float]:
    """Return the log odds of what a tired shopper does with a mail; ``usual``: how many look for its category."""
    rules, product = study.messages, message.product
    relevance = dot(s.taste, product.features) / math.sqrt(len(s.taste))
    relevance += rules.category_weight * ((product.category == s.interest) - usual)
    if product is s.item:
        relevance += rules.own_item - rules.unformed * (0.0 if s.cart is product else 1.0 - s.clarity)
    speaking, offering = rules.relevance_weight * relevance, rules.offer_weight * message.offer
    trust = rules.trust_weight * (s.trust - study.shoppers.first_trust)
    return {
        "open": log_odds(rules.open_rate) + speaking + trust - rules.fatigue_weight * tired,
        "click": log_odds(rules.click_rate) + speaking + offering,
        "reminder": log_odds(rules.reminder_rate) + rules.reminder_relevance * relevance + offering,
        "unsubscribe": log_odds(rules.unsubscribe_rate) - speaking + rules.fatigue_weight * tired,
    }
