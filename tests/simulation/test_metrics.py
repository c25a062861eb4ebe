"""Each outcome against its definition, worked out by hand from small books."""

import math
from dataclasses import replace

import numpy as np
import pytest

from simulation import METRICS, Outcomes, measure, personalization_roi, simulate, value_by_age
from simulation.ledger import ACCOUNTS, TOTALS
from simulation.metrics import lifetime_value, margin, residual_value, strategy_cost, visitor_value
from simulation.outcomes import MICRO, Facts, Table
from tests.stores import lively, run_with_log

FACTS = Facts(
    plan="P",
    currency="EUR",
    minor_units=100,
    share=0.1,
    warm_up_days=0.0,
    horizon_days=30.0,
    follow_up_days=30.0,
    ltv_days=28.0,
    discount_rate=0.10,
)


def books(
    totals: dict[str, int] | None = None,
    store: dict[str, int] | None = None,
    strategy: dict[str, int] | None = None,
    weekly_margin: tuple[int, ...] = (0, 0, 0, 0),
    weekly_orders: tuple[int, ...] = (0, 0, 0, 0),
    new_visitors: int = 0,
) -> Outcomes:
    """Return outcomes with these entries and zeros elsewhere."""
    ages = np.zeros((1, 4, 3), dtype=np.int64)
    ages[0, :, 0], ages[0, :, 2] = weekly_margin, weekly_orders
    cohort, weeks = ("cohort", ("0",)), ("age", ("0", "1", "2", "3"))
    accounts = np.array([[(owner or {}).get(name, 0) for name in ACCOUNTS] for owner in (store, strategy)])
    tables = {
        "totals": Table((("measure", TOTALS),), np.array([(totals or {}).get(name, 0) for name in TOTALS])),
        "accounts": Table((("owner", ("store", "care")), ("account", ACCOUNTS)), accounts),
        "ages": Table((cohort, weeks, ("measure", ("margin", "revenue", "orders"))), ages),
        "daily": Table((("day", ("0",)), ("measure", ("new_visitors",))), np.array([[new_visitors]])),
        "visitor_ages": Table((weeks, ("measure", ("margin",))), ages[0, :, :1]),
    }
    return Outcomes(FACTS, tables)


def test_every_outcome_has_a_meaning_and_the_ids_of_the_contract() -> None:
    assert {name: metric.id for name, metric in METRICS.items()} == {name: name for name in METRICS}
    contract = (
        "visits visitors orders revenue margin session_conversion visitor_conversion aov ltv repeat_rate bounce_rate "
        "cart_abandonment revenue_per_visitor return_rate satisfaction trust churn_rate referrals unsubscribe_rate "
        "stockout_rate strategy_cost personalization_roi cac payback_days"
    )
    assert set(contract.split()) <= set(METRICS)
    assert all(metric.meaning and metric.title for metric in METRICS.values())


@pytest.mark.parametrize(
    ("outcome", "totals", "value"),
    [
        ("visits", {"visits": 12}, 120.0),
        ("visitors", {"visitors": 7}, 70.0),
        ("orders", {"orders": 3}, 30.0),
        ("referrals", {"referrals": 2}, 20.0),
        ("revenue", {"revenue": 12345}, 1234.5),
        ("session_conversion", {"orders": 3, "visits": 12}, 0.25),
        ("visitor_conversion", {"buyers": 2, "visitors": 8}, 0.25),
        ("aov", {"revenue": 10001, "orders": 2}, 50.005),
        ("repeat_rate", {"repeat_customers": 1, "new_customers": 4}, 0.25),
        ("bounce_rate", {"bounces": 9, "visits": 20}, 0.45),
        ("cart_abandonment", {"carts": 10, "cart_orders": 3}, 0.7),
        ("revenue_per_visitor", {"revenue": 5000, "visitors": 20}, 2.5),
        ("return_rate", {"returned": 250, "revenue": 1000}, 0.25),
        ("satisfaction", {"satisfaction": 3 * MICRO // 2, "orders": 2}, 0.75),
        ("trust", {"trust": 4 * MICRO, "visitors": 8}, 0.5),
        ("churn_rate", {"lost_customers": 1, "new_customers": 5}, 0.2),
        ("unsubscribe_rate", {"unsubscribed": 1, "delivered": 50}, 0.02),
        ("stockout_rate", {"stockouts": 1, "checkouts": 25}, 0.04),
    ],
)
def test_an_outcome_is_what_it_says(outcome: str, totals: dict[str, int], value: float) -> None:
    assert measure(books(totals))[outcome] == pytest.approx(value)


def test_what_cannot_be_formed_is_nan() -> None:
    empty = measure(books())
    assert [name for name, value in empty.items() if math.isnan(value)] == [
        name for name, metric in METRICS.items() if metric.id not in _COUNTED
    ]


_COUNTED = ("visits", "visitors", "orders", "revenue", "margin", "referrals", "strategy_cost")


def test_margin_is_revenue_less_every_cost() -> None:
    names = (
        "returned",
        "goods",
        "fulfilment",
        "media",
        "messages",
        "gifts",
        "technology",
        "data",
        "content",
        "personnel",
    )
    costs = {name: 2**place for place, name in enumerate(names)}
    made = books(store={"revenue": 10_000, "discounts": 500, **costs}, strategy={"gifts": 5000, "discounts": 70})
    assert margin(made) == 10_000 - (2 ** len(names) - 1) - 5000
    assert measure(made)["margin"] == pytest.approx(margin(made) / 100 / 0.1)


def test_personalization_costs_what_is_booked_to_strategies() -> None:
    made = books(
        store={"media": 999, "messages": 5}, strategy={"media": 1, "messages": 20, "technology": 300, "discounts": 4000}
    )
    assert strategy_cost(made) == 321
    assert measure(made)["strategy_cost"] == pytest.approx(32.1)


def test_return_on_investment_is_margin_gained_before_cost_per_cost() -> None:
    without = books(store={"revenue": 1000})
    made = books(store={"revenue": 1500}, strategy={"technology": 200})
    assert personalization_roi(made, without) == pytest.approx((1500 - 1000) / 200)
    assert math.isnan(personalization_roi(without, without))
    assert personalization_roi(books(store={"revenue": 900}, strategy={"gifts": 200}), without) == pytest.approx(-0.5)


def test_lifetime_value_is_discounted_margin_per_new_customer() -> None:
    made = books({"new_customers": 4}, weekly_margin=(4000, 800, -400, 1200))
    discount = np.exp(-0.10 * np.arange(4) * 7.0 / 365.0)
    by_age = np.cumsum(np.array([10.0, 2.0, -1.0, 3.0]) * discount)
    assert value_by_age(made) == pytest.approx(by_age)
    assert lifetime_value(made) == measure(made)["ltv"] == pytest.approx(by_age[-1])


def test_payback_is_the_first_week_that_covers_acquisition() -> None:
    made = {"new_customers": 2}
    weekly = (1000, 500, 0, 1000)
    for media, days in ((2000 - 1001, 7.0), (1400, 14.0), (2400, 28.0)):
        assert measure(books(made, store={"media": media}, weekly_margin=weekly))["payback_days"] == days
    late = measure(books(made, store={"media": 9000}, weekly_margin=weekly))
    assert late["cac"] == 45.0
    assert math.isnan(late["payback_days"])


def test_residual_value_is_further_orders_at_the_usual_margin() -> None:
    made = books(
        {"new_customers": 4, "residual_orders": 6 * MICRO}, weekly_margin=(900, 300, 0, 0), weekly_orders=(3, 1, 0, 0)
    )
    assert residual_value(made) == pytest.approx(3.0 * 1.5)


def test_value_per_visitor_is_discounted_margin_per_new_visitor() -> None:
    made = books({"shoppers": 90}, weekly_margin=(5000, 0, 0, 1000), new_visitors=100)
    assert visitor_value(made) == pytest.approx((50.0 + 10.0 * np.exp(-0.1 * 21 / 365)) / 100)


def test_counts_are_scaled_to_the_whole_store_and_to_one_replication() -> None:
    one = books({"visits": 12, "orders": 3})
    pooled = one + one
    assert measure(pooled)["visits"] == measure(one)["visits"] == 120.0
    assert measure(replace(one, facts=replace(FACTS, share=1.0)))["visits"] == 12.0
    assert measure(pooled)["session_conversion"] == measure(one)["session_conversion"]


def test_a_real_run_agrees_with_its_journal() -> None:
    outcomes, log = run_with_log(lively(experiment={"warm_up_days": 0.0, "follow_up_days": 0.0}))
    orders, values = log.only("order"), measure(outcomes)
    assert values["aov"] == pytest.approx(orders["revenue"].mean() / 100)
    assert values["session_conversion"] == pytest.approx(orders["time"].size / log.only("visit")["time"].size)


def test_a_small_share_of_the_store_has_the_store_s_size() -> None:
    """A tenth of the traffic, scaled, against the whole: within four standard errors of a Poisson count."""
    small, whole = (simulate(lively(experiment={"visitors": n}), "Baseline", 0) for n in (150, 1500))
    found = measure(small)["visits"], measure(whole)["visits"]
    assert found[0] == pytest.approx(found[1], rel=4.0 * 1.5 / np.sqrt(150))
