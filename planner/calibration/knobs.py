"""The few values of a study that no log shows, and the fact of a log that each is turned to.

A knob moves one fact, by about a known power; what setting it means for the study's fields is told here and nowhere
else. Knows no simulation and no search.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from planner.calibration.estimates import Estimate
    from simulation import Study

DIGITS = 4
MOST = {"r": 100.0, "alpha": 10_000.0}
"""The largest that the study's repurchase section allows; alpha in weeks."""

_ENOUGH = 0.25


class Knob(NamedTuple):
    """A value of the study that is found by simulation.

    Attributes:
        name: of the knob.
        fact: the fact of the log that it is turned to.
        power: by about how many per cent the fact moves when the knob is turned by one per cent.
        low: the smallest value allowed, above 0.
        high: the largest.
    """

    name: str
    fact: str
    power: float
    low: float
    high: float


_HORIZONS = {
    365: ("repeat_rate", "repeat_orders_365"),
    180: ("repeat_within_180", "repeat_orders_180"),
    90: ("repeat_within_90", "repeat_orders_90"),
    30: ("repeat_within_30", "repeat_orders_30"),
}
"""Days -> the facts of repeat buying in that time; lifetime value is told for a year, the longest here."""

KNOBS = (
    Knob("extra_units", "units_per_order", 1.0, 1e-3, 50.0),
    Knob("basket_evenness", "between_share", -0.5, 0.02, 100.0),
    Knob("price_contrast", "log_sd", 0.6, 0.02, 4.0),
    Knob("later_factor", "later_to_first", 0.6, 0.01, 10.0),
    Knob("price_level", "aov", 1.0, 1e-6, 1e6),
    Knob("needs_per_order", "repeat_orders_365", 0.6, 1.0, 100.0),
    Knob("need_evenness", "repeat_rate", 0.4, 0.2, 5.0),
)
"""What cannot be read off a log, as the funnel stands between a need and an order, and a shelf before a basket.

price_level: factor of all prices. price_contrast: factor of the logarithms of their ratios to each other, within and
between categories. need_evenness: factor of r and alpha against those of the log's BG/NBD, which leaves
the mean rate of needs as it is; it makes up for the funnel, which makes customers differ further.
"""

_DIRECT = {
    "basket.extra_units": "extra_units",
    "basket.spread": "basket_evenness",
    "basket.later_factor": "later_factor",
    "repurchase.needs_per_order": "needs_per_order",
}


def useful_knobs(facts: Mapping[str, Estimate], *, repurchase: bool) -> tuple[Knob, ...]:
    """Return the knobs whose facts a log tells.

    Args:
        facts: by name; of repeat buying within so many days, the longest that enough customers were observed for.
        repurchase: whether a BG/NBD model could be fitted.
    """
    most = max((facts[rate].n for rate, _ in _HORIZONS.values() if rate in facts), default=0)
    known = (pair for pair in _HORIZONS.values() if pair[0] in facts and facts[pair[0]].n >= _ENOUGH * most)
    rate, orders = next(known, _HORIZONS[365])
    turned = {"needs_per_order": orders, "need_evenness": rate}
    knobs = (knob._replace(fact=turned.get(knob.name, knob.fact)) for knob in KNOBS)
    return tuple(knob for knob in knobs if knob.fact in facts and (repurchase or knob.name not in turned))


def setting(study: Study) -> dict[str, float]:
    """Return where the knobs of a starting study stand."""
    basket = study.basket
    return {
        "extra_units": basket.extra_units,
        "basket_evenness": basket.spread,
        "later_factor": basket.later_factor,
        "needs_per_order": study.repurchase.needs_per_order,
        "price_level": 1.0,
        "price_contrast": 1.0,
        "need_evenness": 1.0,
    }


def study_values(start: Study, repurchase: Mapping[str, float], knobs: Mapping[str, float]) -> dict[str, float]:
    """Return the values of the study's fields, by path, that a fit and its knobs stand for.

    Args:
        start: the starting study, whose prices the price knobs refer to.
        repurchase: r, alpha, a and b of the log's BG/NBD, or nothing.
        knobs: name -> value; those left out change nothing.
    """
    room = (most / repurchase[name] for name, most in MOST.items() if name in repurchase)
    evenness = min(knobs.get("need_evenness", 1.0), *room, math.inf)
    values = {
        f"repurchase.{name}": value * (evenness if name in ("r", "alpha") else 1.0)
        for name, value in repurchase.items()
    }
    values |= {path: knobs[name] for path, name in _DIRECT.items() if name in knobs}
    if "price_level" in knobs or "price_contrast" in knobs:
        values |= _prices(start, knobs.get("price_level", 1.0), knobs.get("price_contrast", 1.0))
    return {path: rounded(value) for path, value in values.items()}


def knobs_behind(path: str) -> tuple[str, ...]:
    """Return the names of the knobs that set a field of the study."""
    if path.startswith("catalogue"):
        return ("price_contrast",) if path.endswith("price_spread") else ("price_level", "price_contrast")
    return ("need_evenness",) if path in ("repurchase.r", "repurchase.alpha") else (_DIRECT[path],)


def _prices(start: Study, level: float, contrast: float) -> dict[str, float]:
    goods = start.catalogue
    centre = _typical(start)

    def moved(price: float) -> float:
        return float(level * centre * (price / centre) ** contrast)

    values = {}
    for place, category in enumerate(goods.category):
        values[f"catalogue.category.{place}.price"] = moved(category.price)
        values[f"catalogue.category.{place}.price_spread"] = min(category.price_spread * contrast, 3.0)
    for place, product in enumerate(goods.product):
        values[f"catalogue.product.{place}.price"] = moved(product.price)
        if product.unit_cost is not None:
            values[f"catalogue.product.{place}.unit_cost"] = product.unit_cost * moved(product.price) / product.price
    return values


def _typical(start: Study) -> float:
    """Return the geometric mean of the categories' prices by their shares, about which contrast is turned."""
    weights = [category.share for category in start.catalogue.category]
    logs = [math.log(category.price) for category in start.catalogue.category]
    total = sum(weights)
    return math.exp(sum(w * x for w, x in zip(weights, logs, strict=True)) / total if total else sum(logs) / len(logs))


def rounded(value: float) -> float:
    """Return a value as it stands in a study file: four significant digits."""
    return float(f"{value:.{DIGITS}g}")
