"""How shoppers respond: the funnel's graph, repurchase, messages, and the strengths of the drivers' sources.

Only data; funnel.py, door.py, visit.py, aftermath.py and outbox.py act on it.
"""

from __future__ import annotations

from typing import Literal

from simulation.study.base import Section, portion, quantity, weight

Role = Literal["entry", "browse", "compare", "checkout", "care"]
LEAVE = "leave"


class Stage(Section):
    """A node of the funnel."""

    name: str = quantity(..., "", "name of the stage", min_length=1)
    role: Role = quantity(..., "", "what happens here: entry, browse, compare, checkout or care")
    dwell_minutes: float = quantity(1.5, "minutes", "mean time spent here per visit (exponential)", ge=0.0, le=1440)
    fills_cart: bool = quantity(False, "on/off", "reaching this stage puts the item in mind into the cart")
    return_share: float = portion(0.0, "typical shoppers who come back by themselves after leaving here")
    return_days: float = quantity(1.0, "days", "median delay until they do", gt=0.0, le=365)
    return_spread: float = quantity(2.2, "log sd", "spread of that delay (lognormal)", ge=0.0, le=5.0)
    return_to: str = quantity("", "stage", "stage at which they enter then; empty: the first")


class Edge(Section):
    """An edge of the funnel: the odds at a typical shopper, and how drivers move them."""

    source: str = quantity(..., "stage", "stage that it leaves from", min_length=1)
    target: str = quantity(..., "stage", "stage that it leads to, or leave", min_length=1)
    odds: float = quantity(..., "weight", "relative odds among the edges of its stage at a typical shopper", gt=0.0)
    weights: dict[str, float] = quantity({}, "log odds", "drivers' weights on this edge; absent ones: by role")


class Funnel(Section):
    """Stages in the order of the funnel, and edges between them, back, and out."""

    stage: tuple[Stage, ...] = quantity(..., "", "the stages, in order", min_length=1)
    edge: tuple[Edge, ...] = quantity(..., "", "the edges", min_length=1)
    weights: dict[Role, dict[str, float]] = quantity({}, "log odds", "drivers' weights on forward edges, by role")
    most_steps: int = quantity(60, "steps", "a visit that took this many steps ends", ge=1, le=10_000)


class Repurchase(Section):
    """Later needs of customers: BG/NBD (Fader, Hardie and Lee 2005); time unit of alpha: the week."""

    r: float = quantity(0.25, "shape", "gamma shape of the rate of needs between customers", gt=0.0, le=100)
    alpha: float = quantity(14.0, "weeks", "gamma rate parameter of the rate of needs", gt=0.0, le=10_000)
    a: float = quantity(
        0.793, "shape", "beta parameter a of the dropout probability after a repeat order", gt=0, le=1000
    )
    b: float = quantity(2.426, "shape", "beta parameter b of it", gt=0.0, le=1000)
    needs_per_order: float = quantity(1.0, "factor", "needs that arise for each that ends in an order", ge=1.0, le=100)
    need_intent: float = weight(2.5, "readiness to buy on a visit for a need")
    enter_at: str = quantity("", "stage", "stage at which such a visit enters; empty: the first")
    pull_forward: float = portion(0.2, "orders without a need that use up the next need")


class Messages(Section):
    """How messages are received. Rates hold for a rested, typical shopper and a message of average relevance.

    A message that was opened (an advert that was seen) is clicked, or remembered: a reminded shopper comes by himself
    some days later. Rates are those of nobody else having written lately; irritation lowers them.
    """

    open_rate: float = portion(0.18, "messages opened")
    click_rate: float = portion(0.10, "opened messages that are clicked")
    reminder_rate: float = portion(0.13, "opened and not clicked messages that bring an own visit later")
    unsubscribe_rate: float = portion(0.0021, "delivered messages that end the permission")
    advert_seen_rate: float = portion(1.0, "adverts that are seen; all, where only those in view are counted")
    advert_click_rate: float = portion(0.005, "adverts seen that are clicked")
    advert_reminder_rate: float = portion(0.15, "adverts seen and not clicked that bring an own visit later")
    advert_fatigue: float = quantity(0.4, "factor", "irritation of an advert against other messages", ge=0, le=10)
    relevance_weight: float = weight(0.45, "how much relevance raises opening and clicking")
    reminder_relevance: float = weight(2.0, "how much it raises being reminded")
    category_weight: float = quantity(
        1.2, "relevance", "added relevance of a product of the category that the shopper looks for", ge=0, le=20
    )
    own_item: float = quantity(
        0.0, "relevance", "added relevance of the very product in mind, if it is in the cart", ge=0, le=20
    )
    unformed: float = quantity(
        4.5, "relevance", "how much less that is while no question of the shopper's is answered", ge=0, le=20
    )
    trust_weight: float = weight(1.0, "how much trust raises opening")
    fatigue_weight: float = weight(1.0, "how much irritation lowers opening and raises unsubscribing")
    offer_weight: float = weight(3.0, "how much an offer (as a share of the price) raises clicking and being reminded")
    click_intent: float = weight(0.5, "readiness to buy that comes with a click")
    fatigue: float = quantity(0.07, "score", "irritation that a delivered message adds", ge=0.0, le=10)
    pressing: float = quantity(10.0, "factor", "how much more a message irritates right after a visit", ge=0.0, le=100)
    pressing_hours: float = quantity(2.0, "hours", "how fast that passes (exponential)", gt=0.0, le=1000)
    trust_loss: float = quantity(0.005, "trust", "trust that a message costs per unit of irritation felt", ge=0, le=1)
    fatigue_days: float = quantity(10.0, "days", "half-life of irritation", gt=0.0, le=1000)
    most_per_week: int = quantity(7, "messages", "no more than this many to one shopper in a week", ge=0, le=1000)
    quiet_from: float = quantity(22.0, "hour", "start of the quiet hours", ge=0.0, le=24.0)
    quiet_to: float = quantity(8.0, "hour", "end of the quiet hours", ge=0.0, le=24.0)
    click_hours: float = quantity(3.0, "hours", "mean time from delivery to the click", ge=0.0, le=1000)
    forgetting_days: float = quantity(
        30.0, "days", "how fast a visit is forgotten (exponential), before which none is reminded", gt=0.0, le=365
    )
    reminder_days: float = quantity(2.0, "days", "mean time from delivery to the own visit", ge=0.0, le=365)
    permission_at_checkout: float = portion(0.4, "shoppers who leave an e-mail permission at a first checkout")
    permission_at_order: float = portion(0.5, "those without one who give it with a first order")
    offer_days: float = quantity(3.0, "days", "how long an offer in a message holds", ge=0.0, le=365)


class Behaviour(Section):
    """Strengths of what moves the drivers besides the store's levers."""

    clarity_minutes: float = quantity(
        6.0, "minutes", "time on site that answers 63 % of the open questions", gt=0, le=600
    )
    typical_clarity: float = portion(0.35, "share of questions answered at which the clarity driver is zero")
    match_scale: float = quantity(0.8, "utility", "utility above expectation that counts as one unit of match", gt=0)
    reference_learning: float = portion(0.3, "how far a seen discount pulls the reference price down")
    reference_days: float = quantity(90.0, "days", "half-life of that memory", gt=0.0, le=10_000)
    pressure_aversion: float = quantity(3.0, "factor", "how much considered categories resent urgency", ge=0.0, le=10)
    nudge_fatigue: float = quantity(0.02, "score", "irritation that a nudge on the page adds", ge=0.0, le=10)
    view_weight: float = quantity(0.15, "precision", "what a viewed product tells about taste", ge=0.0, le=100)
    cart_weight: float = quantity(0.4, "precision", "what a carted product tells", ge=0.0, le=100)
    purchase_weight: float = quantity(0.8, "precision", "what a bought product tells", ge=0.0, le=100)
