"""Loyalty points: earned by members with each order, redeemed from a minimum on, and binding meanwhile."""

import numpy as np
import pytest

from simulation import Levers, simulate
from tests.stores import accounts_of, lively, worlds_kept
from tests.strategies.counter import counter


def test_members_earn_a_part_of_the_price() -> None:
    at = counter("loyalty_points", 500, None, rate=0.05, members=0.6)
    at.world.shoppers.item[at.rows] = 0
    at.world.shoppers.permission[at.rows[400:]] = False
    at.strategy.ordered(at.moment(), Levers(at.world, at.rows, at.now, None))
    stake = at.world.shoppers.stake[at.rows]
    assert set(stake.tolist()) == {0, round(0.05 * int(at.world.goods.price[0]))}
    assert (stake[400:] == 0).all()
    assert (stake[:400] > 0).mean() == pytest.approx(0.6, abs=0.1)
    before = stake.copy()
    at.strategy.ordered(at.moment(), Levers(at.world, at.rows, at.now, None))
    assert (at.world.shoppers.stake[at.rows] == 2 * before).all(), "who joined stays a member"


def test_points_are_redeemed_from_the_minimum_on() -> None:
    at = counter("loyalty_points", 4, None, minimum=8.0)
    at.world.shoppers.item[at.rows] = 0
    at.world.shoppers.stake[at.rows] = [0, 799, 800, 1600]
    offer = at.act().column("offer")
    assert offer == pytest.approx(np.array([0.0, 0.0, 800.0, 1600.0]) / at.world.goods.price[0])


def test_members_drop_out_less_often_and_the_points_cost_what_they_are_worth() -> None:
    """Dropout of repeat customers about x0.9 (prior x0.88, sd 0.06), at equal luck."""
    plan = {"With": {"loyalty_points": {"members": 1.0, "rate": 0.1}}}
    study = lively(
        plan,
        experiment={"visitors": 6000, "days": 60.0, "follow_up_days": 120.0},
        stock={"unlimited": True},
        fulfilment={"referral": 0.0, "disappointment_dropout": 0.0},
        messages={"permission_at_order": 1.0},
    )
    lost, orders = [], []
    with worlds_kept() as worlds:
        runs = [simulate(study, name, 0) for name in ("Baseline", "With")]
    for world in worlds:
        sh = world.shoppers
        lost.append(sh.lost[: sh.size].sum())
        orders.append((sh.orders[: sh.size] - (sh.orders[: sh.size] > 0)).sum())
    assert 0.75 < (lost[1] / orders[1]) / (lost[0] / orders[0]) < 0.99
    assert accounts_of(runs[1], "loyalty_points")["discounts"] > 0
