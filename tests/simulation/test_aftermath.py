"""What follows a visit: coming back, satisfaction, dropout, needs, referrals, the reference price, lessons."""

from typing import Any, ClassVar

import numpy as np
import pytest

from simulation import Levers, Moment, Study, Visited, newcomers, simulate
from simulation.aftermath import Aftermath
from simulation.visit import Floor
from simulation.world import World
from tests.probes import Probe
from tests.stores import installed, lively, neutral, run_with_log, run_with_world, world_with

BIG = {"visitors": 3000, "warm_up_days": 0.0, "days": 20.0, "follow_up_days": 30.0}


def aftermath(size: int = 4, **changes: Any) -> tuple[World, np.ndarray, Aftermath]:
    world, rows = world_with(lively(**changes), size)
    return world, rows, Floor(world).after


def order(after: Aftermath, rows: np.ndarray, surprise: float, at: float = 5.0) -> None:
    n = rows.size
    flags = np.ones(n, dtype=np.bool_)
    after.ordered(rows, np.full(n, at), flags, flags, np.full(n, surprise))


# what they want ----------------------------------------------------------------------------------------------------
def test_what_is_wanted_was_in_mind_twice_or_left_in_a_cart_until_it_is_bought() -> None:
    world, rows, after = aftermath(3)
    sh = world.shoppers

    def leave(items: list[int], carts: list[bool]) -> list[int]:
        sh.item[rows] = items
        sh.cart[rows] = np.where(carts, sh.item[rows], -1)
        after._wish(rows, np.array(carts))
        wanted: list[int] = sh.wish[rows].tolist()
        return wanted

    assert leave([1, 2, 3], [False, False, True]) == [-1, -1, 3]
    assert leave([1, 4, 5], [False, False, False]) == [1, -1, 3]
    sh.item[rows] = [1, 1, 5]
    order(after, rows, 0.0)
    assert sh.wish[rows].tolist() == [-1, -1, 3], "what was bought is wanted no more"


# coming back -------------------------------------------------------------------------------------------------------
def all_stages(**changes: Any) -> list[dict[str, Any]]:
    return [{**stage.model_dump(), **changes} for stage in lively().funnel.stage]


def returns(**changes: Any) -> float:
    """Return visits per shopper, in a store where no message or need brings anybody back."""
    study = lively(funnel={"stage": all_stages(**changes)}, experiment=BIG, repurchase={"alpha": 5000.0})
    outcomes = simulate(study, "Baseline", 0)
    return outcomes.total("visits") / outcomes.total("visitors")


def test_more_come_back_where_more_are_said_to() -> None:
    never, some, many = returns(return_share=0.0), returns(return_share=0.2), returns(return_share=0.6)
    assert never == pytest.approx(1.0, abs=0.01)  # but for a few who need something again
    assert never < some < many


def test_the_delay_has_the_stated_median() -> None:
    """Among about 900 returns: a wrong alarm would be four standard errors of a median of lognormal delays."""
    stages = all_stages(return_share=0.9, return_days=0.5, return_spread=1.0)
    experiment = {**BIG, "follow_up_days": 0.0, "days": 60.0}
    _, log = run_with_log(lively(funnel={"stage": stages}, experiment=experiment, repurchase={"alpha": 5000.0}))
    visits = log.only("visit")
    order_of = np.lexsort((visits["time"], visits["shopper"]))
    shopper, time = visits["shopper"][order_of], visits["time"][order_of]
    second = np.flatnonzero((shopper[1:] == shopper[:-1]) & (np.r_[True, shopper[1:-1] != shopper[:-2]])) + 1
    young = time[second - 1] < 30.0  # so that late returns are seen too
    delays = (time[second] - time[second - 1])[young]
    assert delays.size > 500
    assert np.median(delays) == pytest.approx(0.5, abs=4.0 * 1.25 * 0.5 / np.sqrt(delays.size))


def test_nobody_comes_more_often_than_allowed() -> None:
    stages = all_stages(return_share=1.0, return_days=0.01, return_spread=0.0)
    _, log = run_with_log(lively(funnel={"stage": stages}, leaving={"most_visits": 3}, repurchase={"alpha": 5000.0}))
    assert np.bincount(log.only("visit")["shopper"]).max() <= 3 + 1  # a need may bring one more visit


# satisfaction and dropout ------------------------------------------------------------------------------------------
def test_satisfaction_and_trust_follow_surprise() -> None:
    world, rows, after = aftermath(3)
    for row, surprise in zip(rows, (-1.0, 0.0, 1.0), strict=True):
        order(after, np.array([row]), surprise)
    satisfied = world.shoppers.satisfaction[rows]
    assert satisfied[0] < satisfied[1] < satisfied[2]
    assert satisfied[1] == pytest.approx(world.study.fulfilment.satisfaction, rel=1e-6)
    assert world.shoppers.trust[rows] - 0.5 == pytest.approx(np.array([-1, 0, 1]) * world.study.fulfilment.trust_weight)


def test_a_bad_first_order_may_end_it_and_a_good_one_does_not() -> None:
    world, rows, after = aftermath(4000, fulfilment={"disappointment_dropout": 0.2})
    order(after, rows[:2000], -1.5)
    order(after, rows[2000:], 1.5)
    lost = world.shoppers.lost[rows]
    assert lost[:2000].mean() == pytest.approx(0.3, abs=4.0 * np.sqrt(0.3 * 0.7 / 2000))
    assert lost[2000:].sum() == 0


def test_repeat_customers_drop_out_with_their_own_probability_moved_by_satisfaction() -> None:
    shares = []
    for surprise in (-1.0, 0.0, 1.0):
        world, rows, after = aftermath(4000, fulfilment={"disappointment_dropout": 0.0, "dropout_weight": 1.0})
        order(after, rows, 0.0)
        order(after, rows, surprise, at=6.0)
        shares.append(world.shoppers.lost[rows].mean())
    rules = lively().repurchase
    mean = rules.a / (rules.a + rules.b)
    assert shares[0] > shares[1] > shares[2]
    assert shares[1] == pytest.approx(mean, abs=4.0 * np.sqrt(mean * (1 - mean) / 4000))


def test_content_customers_need_things_more_often() -> None:
    world, rows, after = aftermath(3, fulfilment={"rate_weight": 0.2, "dropout_weight": 0.0})
    order(after, rows, 0.0)
    first = world.shoppers.rate[rows].astype(float)
    for row, surprise in zip(rows, (-1.0, 0.0, 1.0), strict=True):
        order(after, np.array([row]), surprise, at=6.0)
    assert world.shoppers.rate[rows] / first == pytest.approx(np.exp([-0.2, 0.0, 0.2]), rel=1e-5)


def test_lost_customers_never_come_again() -> None:
    study = lively(fulfilment={"quality_noise": 3.0, "disappointment_dropout": 1.0})
    _, log, world = run_with_world(study)
    lost = np.flatnonzero(world.shoppers.lost[: world.shoppers.size])
    assert lost.size > 20
    visits, orders = log.only("visit"), log.only("order")
    last = np.full(world.shoppers.size, -np.inf)
    np.maximum.at(last, orders["shopper"], orders["time"])
    theirs = visits.of(np.isin(visits["shopper"], lost))
    assert (theirs["time"] <= last[theirs["shopper"]]).all()


# needs -------------------------------------------------------------------------------------------------------------
def test_an_order_without_a_need_may_use_up_the_next_one() -> None:
    for share in (0.0, 1.0):
        world, rows, after = aftermath(500, repurchase={"pull_forward": share}, fulfilment={"dropout_weight": 0.0})
        order(after, rows, 0.0)
        before = world.shoppers.next_need[rows].copy()
        no_need, measured = np.zeros(500, dtype=np.bool_), np.ones(500, dtype=np.bool_)
        after.ordered(rows, np.full(500, 6.0), no_need, measured, np.zeros(500))
        alive = ~world.shoppers.lost[rows]
        later = world.shoppers.next_need[rows] > before
        assert (later == (alive & (share == 1.0))).all()


def test_needs_per_order_makes_visits_not_orders_more_frequent() -> None:
    """In a store where one need in two ends in an order, two needs per order keep the orders where they were."""
    half = {
        "edge": [
            *({"source": "door", "target": "till", "odds": 1}, {"source": "door", "target": "leave", "odds": 1}),
            {"source": "till", "target": "after", "odds": 1},
        ]
    }
    often = {"r": 2.0, "alpha": 8.0, "a": 0.01, "b": 10.0}
    repeats = []
    for funnel, needs in (({}, 1.0), (half, 2.0)):
        experiment = {**BIG, "follow_up_days": 60.0, "ltv_days": 56.0}
        study = neutral(funnel=funnel, repurchase={**often, "needs_per_order": needs}, experiment=experiment)
        outcomes = simulate(study, "Baseline", 0)
        orders = outcomes.tables["ages"].column("orders").sum()
        repeats.append(orders / outcomes.total("new_customers") - 1.0)
    assert repeats[1] == pytest.approx(repeats[0], rel=0.1)


# referrals ---------------------------------------------------------------------------------------------------------
def test_a_referred_shopper_is_linked_to_a_customer_who_ordered_before() -> None:
    _, log, world = run_with_world(lively(fulfilment={"referral": 0.4}))
    sh, orders = world.shoppers, log.only("order")
    referred = np.flatnonzero(sh.referrer[: sh.size] >= 0)
    assert referred.size > 30
    assert (sh.reason[referred] == world.recommended).all()
    first = np.full(sh.size, np.inf)
    np.minimum.at(first, orders["shopper"], orders["time"])
    came = np.isfinite(sh.first_visit[referred])
    assert came.sum() > 20
    assert (first[sh.referrer[referred]] < np.inf).all()
    assert (sh.first_visit[referred][came] > first[sh.referrer[referred][came]]).all()


def test_referrals_leave_the_base_population_as_it_is() -> None:
    base, more = (run_with_world(lively(fulfilment={"referral": p}))[2].shoppers for p in (0.0, 0.4))
    own = more.referrer[: more.size] < 0
    assert own.sum() == base.size
    assert np.sort(more.key[: more.size][own]).tolist() == np.sort(base.key[: base.size]).tolist()
    assert more.size > base.size
    assert np.unique(more.key[: more.size]).size == more.size


def test_happier_customers_refer_more_and_unhappy_ones_not_at_all() -> None:
    counts = []
    for surprise in (-1.5, 0.0, 1.0):
        world, rows, after = aftermath(3000, fulfilment={"referral": 0.1})
        order(after, rows, surprise)
        newcomers.befriend(world)
        counts.append(world.shoppers.size - rows.size)
    assert counts[0] == 0
    assert counts[1] == pytest.approx(300, abs=4 * np.sqrt(300))
    assert counts[2] == pytest.approx(300 * np.e, abs=4 * np.sqrt(800))


# reference price ---------------------------------------------------------------------------------------------------
def test_a_discount_seen_pulls_the_reference_price_down_and_time_brings_it_back() -> None:
    world, rows, after = aftermath(behaviour={"reference_learning": 0.3, "reference_days": 90.0})
    at = np.full(rows.size, 5.0)
    after.learn_price(rows, at, np.full(rows.size, 0.2))
    pulled = world.reference(rows, at)
    assert pulled == pytest.approx(0.3 * np.log(0.8))
    assert world.reference(rows, at + 90.0) == pytest.approx(pulled / 2.0)
    after.learn_price(rows, at, np.full(rows.size, 0.2))
    assert np.log(0.8) < world.reference(rows, at)[0] < pulled[0]
    after.learn_price(rows, at, np.full(rows.size, 0.01))
    assert (world.reference(rows, at) < pulled).all(), "a worse offer does not raise it"
    assert world.shoppers.offer_seen[rows] == pytest.approx(0.2)


class Week(Probe):
    """A discount for everybody in the first days, and never again."""

    id: ClassVar = "week"

    def act(self, moment: Moment, levers: Levers) -> None:
        levers.discount(moment.now < 7.0, 0.3)


@pytest.mark.parametrize("learning", [0.0, 1.0])
def test_full_price_conversion_suffers_later_among_those_who_saw_a_discount(learning: float) -> None:
    """Of the same shoppers, on visits after the sale: fewer orders, and only if discounts are remembered."""
    study = lively(
        {"Sale": {"week": {}}},
        experiment={**BIG, "days": 40.0},
        behaviour={"reference_learning": learning},
        **{"stock": {"unlimited": True}, "fulfilment": {"referral": 0.0}, "repurchase": {"pull_forward": 0.0}},
    )
    with installed(Week):
        later = {plan: conversion_after_the_sale(study, plan) for plan in ("Baseline", "Sale")}
    if learning:
        assert later["Sale"] < 0.95 * later["Baseline"]
    else:
        assert later["Sale"] == pytest.approx(later["Baseline"], rel=0.05)


def conversion_after_the_sale(study: Study, plan: str) -> float:
    """Return orders per visit after day 7 of shoppers who had come before."""
    log = run_with_log(study, plan)[1]
    visits, orders = log.only("visit"), log.only("order")
    early = np.unique(visits["shopper"][visits["time"] < 7.0])
    counts = [np.isin(t["shopper"], early) & (t["time"] > 8.0) for t in (orders, visits)]
    return float(counts[0].sum() / counts[1].sum())


# what strategies are taught ----------------------------------------------------------------------------------------
class Pupil(Probe):
    """Answers everybody's questions, and remembers how the visits ended."""

    id: ClassVar = "pupil"
    lessons: ClassVar[list[Visited]] = []

    def act(self, moment: Moment, levers: Levers) -> None:
        levers.answer(moment.now % 1.0 < 0.5, 0.0)

    def learn(self, visited: Visited) -> None:
        self.lessons.append(visited)


def test_strategies_learn_how_visits_ended_in_which_they_acted() -> None:
    Pupil.lessons.clear()
    with installed(Pupil):
        _, log = run_with_log(lively({"Taught": {"pupil": {}}}), "Taught")
    item = np.concatenate([lesson.item for lesson in Pupil.lessons])
    revenue = np.concatenate([lesson.revenue for lesson in Pupil.lessons])
    assert 100 < item.size < log.only("visit")["time"].size
    assert ((item >= 0) == (revenue > 0)).all(), "a product where one was ordered, else -1"
    assert 0 < revenue.sum() < log.only("order")["revenue"].sum()


class Eager(Pupil):
    """Acts on everybody."""

    id: ClassVar = "eager"

    def act(self, moment: Moment, levers: Levers) -> None:
        levers.answer(np.arange(moment.size), 0.0)


def test_strategies_learn_from_visits_before_and_after_the_measured_horizon_as_well() -> None:
    Pupil.lessons.clear()
    with installed(Eager):
        _, log, world = run_with_world(lively({"Taught": {"eager": {}}}), "Taught")
    times = log.only("visit")["time"]
    assert 0 < np.count_nonzero(world.ledger.measured(times)) < times.size - 100
    assert sum(lesson.now.size for lesson in Pupil.lessons) == times.size
