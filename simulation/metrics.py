"""The outcomes a strategist reads: conversion, order value, lifetime value, ROI and the rest, each defined once.

Knows only the additive tables of outcomes.py; forms every ratio last. Nothing here knows of plans being compared,
but for ``personalization_roi``, which by its definition needs a baseline.
"""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

import numpy as np

from simulation.outcomes import MICRO, Outcomes

Unit = Literal["count", "money", "share", "score", "ratio", "days"]


class Metric(NamedTuple):
    """One outcome: its id, how to show it, which direction is better, and what it means in a sentence."""

    id: str
    title: str
    unit: Unit
    better: Literal["higher", "lower", "neither"]
    meaning: str


METRICS: dict[str, Metric] = {
    metric.id: metric
    for metric in (
        Metric("visits", "Visits", "count", "higher", "sessions in the measured horizon, scaled to the whole store"),
        Metric("visitors", "Visitors", "count", "higher", "distinct shoppers with a visit in the horizon, whole store"),
        Metric("orders", "Orders", "count", "higher", "orders in the horizon, whole store"),
        Metric("revenue", "Revenue", "money", "higher", "order lines less discounts, before returns, whole store"),
        Metric("margin", "Contribution margin", "money", "higher", "revenue less returns, goods and every cost booked"),
        Metric("session_conversion", "Conversion per visit", "share", "higher", "orders per visit"),
        Metric("visitor_conversion", "Conversion per visitor", "share", "higher", "visitors who ordered, of visitors"),
        Metric("aov", "Average order value", "money", "higher", "revenue per order"),
        Metric("ltv", "Lifetime value", "money", "higher", "discounted margin within the LTV days of the first order"),
        Metric("repeat_rate", "Repeat rate", "share", "higher", "new customers who order again within the LTV days"),
        Metric("bounce_rate", "Bounce rate", "share", "lower", "visits that leave from their first stage"),
        Metric("cart_abandonment", "Cart abandonment", "share", "lower", "visits with a filled cart but no order"),
        Metric("revenue_per_visitor", "Revenue per visitor", "money", "higher", "revenue per distinct visitor"),
        Metric("return_rate", "Returned goods", "share", "lower", "value sent back, of revenue"),
        Metric("satisfaction", "Satisfaction", "score", "higher", "mean satisfaction with an order, 0-1"),
        Metric("trust", "Trust", "score", "higher", "mean trust of visitors at the end of the horizon, 0-1"),
        Metric("churn_rate", "Churn rate", "share", "lower", "new customers lost for good by the end of observation"),
        Metric("referrals", "Referrals", "count", "higher", "new shoppers sent by customers, whole store"),
        Metric("unsubscribe_rate", "Unsubscribe rate", "share", "lower", "unsubscriptions per delivered message"),
        Metric("stockout_rate", "Sold-out rate", "share", "lower", "checkouts that met a sold-out product"),
        Metric(
            "strategy_cost", "Personalization cost", "money", "lower", "all costs booked to strategies, whole store"
        ),
        Metric("personalization_roi", "Personalization ROI", "ratio", "higher", "margin gained before cost, per cost"),
        Metric("cac", "Acquisition cost", "money", "lower", "media cost per new customer"),
        Metric("payback_days", "Payback", "days", "lower", "days until a customer's margin covers acquisition cost"),
    )
}

STRATEGY_ACCOUNTS = ("media", "messages", "gifts", "technology", "data", "content", "personnel")
"""The cost accounts that a strategy can be booked to (discounts are in revenue already)."""


def measure(outcomes: Outcomes) -> dict[str, float]:
    """Return every outcome but ``personalization_roi`` (NaN there and where a denominator is zero).

    Counts and money are scaled to the whole store, money in units of the study's currency, shares 0-1.
    """
    values = dict.fromkeys(METRICS, math.nan)
    values |= _volumes(outcomes) | _ratios(outcomes)
    values["ltv"] = lifetime_value(outcomes)
    values["cac"] = _money(outcomes, _ratio(account(outcomes, "media"), outcomes.total("new_customers")))
    values["payback_days"] = payback_days(outcomes, values["cac"])
    return values


def _volumes(outcomes: Outcomes) -> dict[str, float]:
    scale = 1.0 / (outcomes.facts.share * outcomes.replications)
    counts = {name: outcomes.total(name) * scale for name in ("visits", "visitors", "orders", "referrals")}
    return counts | {
        "revenue": _money(outcomes, outcomes.total("revenue")) * scale,
        "margin": _money(outcomes, margin(outcomes)) * scale,
        "strategy_cost": _money(outcomes, strategy_cost(outcomes)) * scale,
    }


def _ratios(outcomes: Outcomes) -> dict[str, float]:
    total = outcomes.total
    return {
        "session_conversion": _ratio(total("orders"), total("visits")),
        "visitor_conversion": _ratio(total("buyers"), total("visitors")),
        "aov": _money(outcomes, _ratio(total("revenue"), total("orders"))),
        "repeat_rate": _ratio(total("repeat_customers"), total("new_customers")),
        "bounce_rate": _ratio(total("bounces"), total("visits")),
        "cart_abandonment": _ratio(total("carts") - total("cart_orders"), total("carts")),
        "revenue_per_visitor": _money(outcomes, _ratio(total("revenue"), total("visitors"))),
        "return_rate": _ratio(total("returned"), total("revenue")),
        "satisfaction": _ratio(total("satisfaction"), total("orders")) / MICRO,
        "trust": _ratio(total("trust"), total("visitors")) / MICRO,
        "churn_rate": _ratio(total("lost_customers"), total("new_customers")),
        "unsubscribe_rate": _ratio(total("unsubscribed"), total("delivered")),
        "stockout_rate": _ratio(total("stockouts"), total("checkouts")),
    }


def account(outcomes: Outcomes, name: str) -> int:
    """Return one account summed over the store and all strategies, in minor units."""
    return int(outcomes.tables["accounts"].column(name).sum())


def margin(outcomes: Outcomes) -> int:
    """Return contribution margin after every cost booked, in minor units."""
    costs = ("returned", "goods", "fulfilment", *STRATEGY_ACCOUNTS)
    return account(outcomes, "revenue") - sum(account(outcomes, name) for name in costs)


def strategy_cost(outcomes: Outcomes) -> int:
    """Return what personalization cost in minor units: every account of every strategy but the store's own."""
    table = outcomes.tables["accounts"]
    own = table.axes[0][1].index("store")
    return int(sum(table.column(name).sum() - table.column(name)[own] for name in STRATEGY_ACCOUNTS))


def personalization_roi(plan: Outcomes, baseline: Outcomes) -> float:
    """Return (margin before personalization cost with - without) / cost of personalization; NaN without cost."""
    cost = strategy_cost(plan) - strategy_cost(baseline)
    return _ratio(margin(plan) - margin(baseline) + cost, cost)


def value_by_age(outcomes: Outcomes) -> np.ndarray:
    """Return cumulative discounted margin per new customer at the end of each week of customer age (currency).

    What is spent on each of them (messages, gifts, talks) is taken off, but not what they cost to win. Only customers
    whose first order fell in the horizon count; all of them are observed equally long.
    """
    weekly = outcomes.tables["ages"].column("margin").sum(axis=0).astype(float)
    discount = _discount(outcomes, weekly.size)
    customers = outcomes.total("new_customers")
    worth = np.cumsum(weekly * discount) / customers if customers else np.full(weekly.size, math.nan)
    return worth / outcomes.facts.minor_units


def lifetime_value(outcomes: Outcomes) -> float:
    """Return LTV: discounted contribution margin per new customer within the LTV days of the first order."""
    return float(value_by_age(outcomes)[-1])


def residual_value(outcomes: Outcomes) -> float:
    """Return what a new customer is still expected to be worth after the LTV days (currency, discounted).

    Expected further orders by each customer's own rate and dropout (see simulate.py), at the margin per order that the
    horizon's new customers had.
    """
    ages = outcomes.tables["ages"]
    each = _ratio(float(ages.column("margin").sum()), float(ages.column("orders").sum()))
    orders = _ratio(outcomes.total("residual_orders") / MICRO, outcomes.total("new_customers"))
    return _money(outcomes, each * orders)


def visitor_value(outcomes: Outcomes) -> float:
    """Return discounted margin per new visitor within the LTV days of the first visit (currency).

    Visitors are the horizon's new shoppers; those who have not become customers by its end are not followed further.
    """
    weekly = outcomes.tables["visitor_ages"].column("margin").astype(float)
    total = float((weekly * _discount(outcomes, weekly.size)).sum())
    return _money(outcomes, _ratio(total, float(outcomes.tables["daily"].column("new_visitors").sum())))


def _discount(outcomes: Outcomes, weeks: int) -> np.ndarray:
    factor: np.ndarray = np.exp(-outcomes.facts.discount_rate * (np.arange(weeks) * 7.0) / 365.0)
    return factor


def payback_days(outcomes: Outcomes, cac: float) -> float:
    """Return the customer age in days (whole weeks) at which margin covers ``cac``; NaN if beyond LTV days."""
    reached = np.flatnonzero(value_by_age(outcomes) >= cac)
    return float((reached[0] + 1) * 7) if reached.size else math.nan


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else math.nan


def _money(outcomes: Outcomes, minor: float) -> float:
    return minor / outcomes.facts.minor_units
