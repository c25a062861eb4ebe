"""The till and the bill: units, substitutes, prices to the cent, returns, surprise, permissions given on the way."""

from typing import Any

import numpy as np
import pytest

from simulation import simulate
from simulation.agenda import FIRST
from simulation.ledger import ACCOUNTS, STRATEGIES
from simulation.levers import Levers
from simulation.pulls import Pulls
from simulation.visit import Floor
from simulation.visits import Visits
from simulation.world import World
from tests.stores import Plans, accounts_of, lively, neutral, run_with_world, world_with

ENDLESS = {"unlimited": True}
CALM = {"quality_noise": 0.0, "return_base": 0.0}


def queue(size: int, at: float = 5.0, **changes: Any) -> tuple[World, Visits, Floor]:
    """Return shoppers at the till of a store, in the horizon, with the first product in mind."""
    world, rows = world_with(lively({"With": {"cross_sell": {}}}, **{"stock": ENDLESS, **changes}), size, "With")
    world.shoppers.item[rows] = 0
    visits = Visits.of(size)
    visits.row[:], visits.key[:], visits.kind[:] = rows, world.shoppers.key[rows], FIRST
    visits.time[:], visits.started[:], visits.measured[:], visits.offer_by[:] = at, at, True, -1
    return world, visits, Floor(world)


def order(world: World, visits: Visits, floor: Floor, pulls: Pulls | None = None) -> dict[str, int]:
    """Let everybody order and return the store's accounts."""
    everybody = np.ones(visits.size, dtype=np.bool_)
    floor.till.order(visits, np.arange(visits.size), everybody, pulls)
    world.ledger.settle()
    return dict(zip(ACCOUNTS, world.ledger.accounts[0].tolist(), strict=True))


# units -------------------------------------------------------------------------------------------------------------
def units(spread: float, later: bool) -> np.ndarray:
    world, visits, floor = queue(20_000, basket={"extra_units": 0.8, "later_factor": 2.0, "spread": spread})
    world.shoppers.orders[visits.row] = int(later)
    before = visits.orders.sum()
    order(world, visits, floor)
    assert visits.orders.sum() - before == 20_000
    bought: np.ndarray = visits.revenue // world.goods.price[0]
    return bought


def test_baskets_have_the_stated_mean_and_are_larger_later() -> None:
    first, later = units(1.5, False), units(1.5, True)
    assert first.min() == 1
    for bought, mean in ((first, 0.8), (later, 1.6)):
        error = bought.std() / np.sqrt(bought.size)
        assert bought.mean() == pytest.approx(1.0 + mean, abs=4.0 * error)


def test_an_uneven_spread_makes_a_few_large_baskets() -> None:
    """Poisson with a gamma mean: variance m + m^2 / shape."""
    for spread in (0.5, 50.0):
        variance = 0.8 + 0.8**2 / spread
        assert units(spread, False).var() == pytest.approx(variance, rel=0.1)


# money -------------------------------------------------------------------------------------------------------------
def test_an_order_s_money_to_the_cent() -> None:
    world, visits, floor = queue(3, basket={"extra_units": 0.0}, fulfilment=CALM, costs={"fulfilment_per_order": 6.25})
    visits.offer[:], visits.offer_by[:] = [0.0, 0.15, 0.333], [-1, 0, 0]
    price, cost = int(world.goods.price[0]), int(world.goods.unit_cost[0])
    discounts = [0, round(price * 0.15), round(price * 0.333)]
    books = order(world, visits, floor)
    assert visits.revenue.tolist() == [price - discount for discount in discounts]
    assert books["revenue"] == 3 * price - sum(discounts)
    assert books["goods"] == 3 * cost
    assert books["fulfilment"] == 3 * 625
    assert world.ledger.totals["discounts"] == sum(discounts)
    assert world.ledger.accounts[1].sum() == sum(discounts), "booked to the strategy that offered"
    assert world.shoppers.margin[visits.row].tolist() == [price - discount - cost - 625 for discount in discounts]


def test_what_comes_back_is_refunded_handled_and_partly_salvaged() -> None:
    costs = {"fulfilment_per_order": 5.0, "return_cost": 4.0, "salvage": 0.75}
    everything = {"quality_noise": 0.0, "return_base": 1.0}
    world, visits, floor = queue(4, basket={"extra_units": 0.0}, fulfilment=everything, costs=costs)
    price, cost = int(world.goods.price[0]), int(world.goods.unit_cost[0])
    books = order(world, visits, floor)
    assert books["returned"] == books["revenue"] == 4 * price
    assert books["goods"] == 4 * (cost - round(0.75 * cost))
    assert books["fulfilment"] == 4 * (500 + 400)
    assert (world.shoppers.margin[visits.row] == -(cost - round(0.75 * cost)) - 900).all()


def test_returns_have_the_stated_rate_and_rise_with_disappointment() -> None:
    shares = []
    for quality in (0.0, 1.0):
        world, visits, floor = queue(
            8000, fulfilment={"quality_noise": quality, "return_base": 0.176, "return_weight": 2.0}
        )
        books = order(world, visits, floor)
        shares.append(books["returned"] / books["revenue"])
    assert shares[0] == pytest.approx(0.176, abs=0.03)  # of value, not of orders: baskets differ
    assert shares[1] > shares[0] + 0.03


def test_messages_to_customers_are_taken_from_their_lifetime_margin() -> None:
    """In a store without warm-up and follow-up all customers are the horizon's, and all that was paid is theirs."""
    plans: Plans = {"Care": {"rfm_care": {"every_days": 4.0, "best": 1.0, "recent_days": 99.0}}}
    brief = {"warm_up_days": 0.0, "follow_up_days": 0.0}
    free, dear = (simulate(lively(plans, costs={"email": p}, experiment=brief), "Care", 0) for p in (0.0, 1.0))
    lifetime = [int(run.tables["ages"].column("margin").sum()) for run in (free, dear)]
    assert lifetime[0] - lifetime[1] == accounts_of(dear, "rfm_care")["messages"] > 0


# surprise ----------------------------------------------------------------------------------------------------------
def surprise(offer: float = 0.0, taste: float = 0.0, reference: float = 0.0) -> np.ndarray:
    """Return the satisfaction of a crowd of the same luck, which liked the product and saw prices as told."""
    world, visits, floor = queue(2000, fulfilment={"quality_noise": 0.6, "return_base": 0.0})
    sh, rows = world.shoppers, visits.row
    sh.taste[rows] = taste * world.goods.features[0]
    sh.reference[rows], sh.reference_at[rows] = reference, 5.0
    visits.offer[:] = offer
    order(world, visits, floor)
    satisfied: np.ndarray = sh.satisfaction[rows].astype(np.float64)
    return satisfied


def test_what_fits_and_what_was_cheap_pleases_more() -> None:
    """Shopper by shopper, since the luck with quality is the same."""
    plain = surprise()
    assert (surprise(taste=2.0) > plain).all()
    assert (surprise(taste=-2.0) < plain).all()
    assert (surprise(offer=0.3) > plain).all()
    assert (surprise(reference=-0.3) < plain).all(), "who expects discounts finds the list price dear"


# permissions -------------------------------------------------------------------------------------------------------
def test_a_permission_is_given_with_a_first_order_only() -> None:
    world, visits, floor = queue(4000, messages={"permission_at_order": 0.5})
    world.shoppers.permission[visits.row] = False
    world.shoppers.orders[visits.row[:2000]] = 1
    order(world, visits, floor)
    given = world.shoppers.permission[visits.row]
    assert given[:2000].sum() == 0
    assert given[2000:].mean() == pytest.approx(0.5, abs=4 * 0.5 / np.sqrt(2000))


def test_a_permission_at_the_till_is_not_given_again_after_messages() -> None:
    """Who has had messages and no permission has unsubscribed."""
    world, visits, floor = queue(4000, messages={"permission_at_checkout": 0.4})
    world.shoppers.permission[visits.row] = False
    world.shoppers.messages[visits.row[:2000]] = 2
    floor._ask_permission(visits, np.arange(4000))
    given = world.shoppers.permission[visits.row]
    assert given[:2000].sum() == 0
    assert given[2000:].mean() == pytest.approx(0.4, abs=4 * 0.5 / np.sqrt(2000))


# suggestions -------------------------------------------------------------------------------------------------------
def test_what_is_suggested_is_added_where_it_is_liked_enough() -> None:
    world, visits, floor = queue(3000, basket={"extra_units": 0.0, "extra_threshold": 1.0}, fulfilment=CALM)
    other = int(np.flatnonzero(world.goods.category == 2)[0])
    levers = Levers(world, visits.row, visits.time, None)
    levers.suggest(np.arange(1000), np.full(1000, other), 0.1)
    levers.suggest(np.arange(1000, 2000), np.zeros(1000, dtype=np.int64))
    order(world, visits, floor, levers.pulls)
    price, extra = int(world.goods.price[0]), int(world.goods.price[other])
    paid = extra - round(extra * 0.1)
    assert set(visits.revenue[:1000].tolist()) == {price, price + paid}
    assert (visits.revenue[1000:] == price).all(), "not the product one has anyway, and none where none was suggested"
    added = visits.revenue[:1000] > price
    assert 100 < added.sum() < 900
    liking = world.shoppers.taste[visits.row[:1000]] @ world.goods.features[other]
    assert liking[added].mean() > liking[~added].mean() + 0.3


def test_a_better_product_is_taken_where_it_is_worth_more_to_the_shopper() -> None:
    world, visits, floor = queue(2000, basket={"extra_units": 0.0, "swap_threshold": 0.0}, fulfilment=CALM)
    appeal = world.goods.quality[:8] - 2.6 * world.goods.relative_price[:8]
    other = 1 + int(np.abs(appeal[1:] - appeal[0]).argmin())
    levers = Levers(world, visits.row, visits.time, None)
    levers.upgrade(np.arange(2000), np.full(2000, other))
    order(world, visits, floor, levers.pulls)
    swapped = world.shoppers.item[visits.row] == other
    assert 600 < swapped.sum() < 1400
    better = world.shoppers.taste[visits.row] @ (world.goods.features[other] - world.goods.features[0])
    assert better[swapped].mean() > better[~swapped].mean() + 0.3
    assert world.ledger.strategies[0, STRATEGIES.index("accepted")] == swapped.sum()


# what is left after the end ----------------------------------------------------------------------------------------
def test_residual_orders_are_the_expected_discounted_ones_of_customers_still_active() -> None:
    """Each customer's series worked out term by term: needs at rate l, dropout p after each, discounted at d."""
    study = neutral(
        experiment={"visitors": 300, "days": 20.0, "follow_up_days": 5.0}, repurchase={"r": 2.0, "alpha": 8.0}
    )
    outcomes, _, world = run_with_world(study)
    sh = world.shoppers
    mine = np.flatnonzero(sh.cohort[: sh.size] & ~sh.lost[: sh.size])
    rate, dropout = sh.rate[mine].astype(float), sh.dropout[mine].astype(float)
    gap = rate / (rate + study.experiment.discount_rate / 365.0)
    expected = np.zeros(mine.size)
    alive, worth = np.ones(mine.size), gap.copy()
    for _ in range(20_000):
        expected += alive * worth
        alive *= 1.0 - dropout
        worth *= gap
    assert outcomes.total("residual_orders") / 1e6 == pytest.approx(expected.sum(), rel=1e-3)
