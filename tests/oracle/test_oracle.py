"""Whether the engine does what the oracle does: order for order, shopper for shopper, on the same luck.

Must not know how either works, but for the keys that name a shopper in both.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pytest

from simulation import simulate
from tests.oracle.given import CORE, PLAN
from tests.oracle.keyed import KeyedDraws
from tests.oracle.luck import OrdinaryDraws
from tests.oracle.oracle import Oracle
from tests.oracle.people import Sale
from tests.stores import FASHION, FOUR_STAGES, built, fashion, run_with_world, shipped

if TYPE_CHECKING:
    from simulation import Study

PLANS = tuple(CORE)
STORES = ("fashion", "four stages", "busy")
EXPERIMENT = {"visitors": 600, "warm_up_days": 20.0, "days": 40.0, "follow_up_days": 60.0}
PLENTY = {"unlimited": True}
BUSY_PLANS: dict[str, dict[str, Any]] = {
    "Baseline": {},
    PLAN: {
        "smart_content": {"precision": 0.1},
        "related_recommendations": {"places": 3},
        "cart_recovery": {"discount": 0.2, "delay_days": 0.2},
        "cross_sell": {"discount": 0.1},
        "upsell": {"dearer": 0.4},
    },
}
BUSY: dict[str, dict[str, Any]] = {
    "messages": {
        **{"open_rate": 0.6, "click_rate": 0.4, "reminder_rate": 0.4, "unsubscribe_rate": 0.05},
        **{"most_per_week": 2, "own_item": 2.0, "forgetting_days": 0.2},
    },
    "shoppers": {"email_at_first_visit": 0.6},
    "fulfilment": {"referral": 0.4, "disappointment_dropout": 0.3},
    "basket": {"extra_threshold": 0.5, "swap_threshold": 0.0},
    "repurchase": {"r": 2.0, "pull_forward": 0.7},
}
"""Everything happens often: orders, needs, offers, messages opened and stopped, referrals, additions to the basket."""


class Lived(NamedTuple):
    """What came of a run: orders in order of time, and visits by shopper's key."""

    sales: list[Sale]
    visits: Counter[int]


def store(name: str, **changes: dict[str, Any]) -> Study:
    """Return a small store that never sells out and serves every straggler in his own period."""
    experiment = EXPERIMENT | {"company": 1}
    if name == "four stages":
        raw = shipped(FOUR_STAGES)
        return built(raw, CORE, experiment=raw["experiment"] | experiment, stock=PLENTY)
    if name == "fashion":
        return fashion(CORE, experiment=experiment | {"ltv_days": 84.0}, stock=PLENTY, **changes)
    edges = shipped(FASHION)["funnel"]["edge"]
    easier = [edge | {"odds": edge["odds"] * (1.0 if edge["target"] == "leave" else 3.0)} for edge in edges]
    sections = {
        section: values | changes.get(section, {})
        for section, values in (BUSY | {"behaviour": {}, "weather": {}, "data": {}, "offers": {}}).items()
    }
    return fashion(BUSY_PLANS, experiment=experiment, stock=PLENTY, funnel={"edge": easier}, **sections)


def engine(study: Study, plan: str) -> Lived:
    """Run the engine, and read its journal."""
    _, log, world = run_with_world(study, plan)
    orders, visits = log.only("order"), log.only("visit")
    columns = [orders[name].tolist() for name in ("time", "product", "revenue", "margin")]
    measured = [True] * len(columns[0])
    keys = [world.shoppers.key[events["shopper"].astype(np.int64)].tolist() for events in (orders, visits)]
    return Lived([Sale(*row) for row in zip(keys[0], *columns, measured, strict=True)], Counter(keys[1]))


@cache
def oracle(name: str, plan: str) -> Lived:
    """Run the oracle on the engine's luck."""
    study = store(name)
    run = Oracle(study, plan, KeyedDraws(study.experiment.seed, replication=0))
    run.run()
    sales = [sale._replace(measured=True) for sale in sorted(run.sales, key=lambda sale: sale.time)]
    return Lived(sales, +Counter({s.key: s.visits for s in run.shoppers}))


def assert_same(one: Lived, other: Lived) -> None:
    """Check equality; times to a millionth, since the engine keeps rates of purchase in single precision."""
    timeless = [[sale._replace(time=0.0) for sale in lived.sales] for lived in (one, other)]
    assert timeless[0] == timeless[1]
    assert [sale.time for sale in one.sales] == pytest.approx([sale.time for sale in other.sales], rel=1e-6)
    assert one.visits == other.visits


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("name", STORES)
def test_engine_and_oracle_agree(name: str, plan: str) -> None:
    assert_same(engine(store(name), plan), oracle(name, plan))


@pytest.mark.parametrize(("name", "buyers"), [("fashion", 10), ("four stages", 10), ("busy", 120)])
def test_there_is_something_to_agree_on(name: str, buyers: int) -> None:
    lived = oracle(name, PLAN)
    orders = Counter(sale.key for sale in lived.sales)
    assert len(orders) >= buyers
    assert max(orders.values()) > 1
    assert sum(lived.visits.values()) > 700


def test_strategies_make_a_difference() -> None:
    assert oracle("busy", PLAN).sales != oracle("busy", "Baseline").sales


@pytest.mark.parametrize(
    "fault",
    [
        {"behaviour": {"match_scale": 0.9}},
        {"behaviour": {"clarity_minutes": 9.0}},
        {"messages": {"fatigue": 0.0}},
        {"messages": {"quiet_to": 9.0}},
        {"messages": {"category_weight": 0.0}},
        {"messages": {"reminder_days": 2.5}},
        {"repurchase": {"pull_forward": 0.5}},
        {"basket": {"later_factor": 1.5}},
        {"fulfilment": {"trust_weight": 0.2}},
        {"offers": {"fee_weight": 0.5}},
        {"offers": {"shipping_fee": 4.8}},
        {"weather": {"strength": 0.5}},
        {"weather": {"shared": 0.5}},
        {"data": {"unified": True}},
    ],
    ids=str,
)
def test_a_fault_of_the_engine_would_be_noticed(fault: dict[str, dict[str, Any]]) -> None:
    faulty = engine(store("busy", **fault), PLAN)
    with pytest.raises(AssertionError):
        assert_same(faulty, oracle("busy", PLAN))


@pytest.mark.slow
@pytest.mark.parametrize("plan", PLANS)
def test_ordinary_luck_gives_the_same_store(plan: str) -> None:
    runs = 8
    study = fashion(CORE, experiment={"visitors": 20_000, "days": 365.0, "follow_up_days": 0.0}, stock=PLENTY)
    rates, values = np.zeros((2, runs)), np.zeros((2, runs))
    for run in range(runs):
        plain, outcomes = Oracle(study, plan, OrdinaryDraws(run)), simulate(study, plan, run)
        plain.run()
        sales = [sale.revenue for sale in plain.sales if sale.measured]
        rates[:, run] = len(sales) / plain.visits, outcomes.total("orders") / outcomes.total("visits")
        values[:, run] = np.mean(sales), outcomes.total("revenue") / outcomes.total("orders")
    for measure in (rates, values):
        error = np.sqrt((measure.var(axis=1, ddof=1) / runs).sum())
        assert abs(measure[0].mean() - measure[1].mean()) < 4.5 * error
