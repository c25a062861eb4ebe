"""Shipping fees: who pays, who is spared, who adds something to reach the threshold, and the margin."""

from typing import ClassVar

import numpy as np
import pytest

from simulation import Levers, Moment, simulate
from simulation.ledger import ACCOUNTS
from simulation.visit import Floor
from simulation.visits import Visits
from simulation.world import World
from tests.probes import Probe
from tests.stores import Plans, accounts_of, installed, lively, world_with

FEE = {"shipping_fee": 5.0}


class Free(Probe):
    """Ships orders from a value on free of charge."""

    id: ClassVar = "free"
    above: float = 0.0

    def act(self, moment: Moment, levers: Levers) -> None:
        levers.ship_free(np.ones(moment.size, dtype=np.bool_), self.above)


def plans(above: float = 0.0) -> Plans:
    return {"Free": {"free": {"above": above}}}


def queue(size: int, above: float, returns: float = 0.0, **offers: float) -> tuple[World, Visits, Floor]:
    """Return shoppers at the till with a cheap item in mind, for whom shipping is free from a value on."""
    study = lively(
        offers={**FEE, **offers},
        basket={"extra_units": 0.0},
        stock={"unlimited": True},
        fulfilment={"quality_noise": 0.0, "return_base": returns, "return_weight": 1.0},
    )
    world, rows = world_with(study, size)
    visits = Visits.of(size)
    visits.row[:], visits.time[:], visits.started[:], visits.measured[:] = rows, 5.0, 5.0, True
    visits.key[:] = world.shoppers.key[rows]
    visits.free_above[:] = above
    world.shoppers.item[rows] = np.flatnonzero(world.goods.category == 2)[0]
    return world, visits, Floor(world)


def order(world: World, visits: Visits, floor: Floor) -> None:
    floor.till.order(visits, np.arange(visits.size), np.ones(visits.size, dtype=np.bool_), None)
    world.ledger.settle()


def test_the_fee_is_charged_unless_shipping_is_free() -> None:
    for above, paid in ((np.inf, 500), (0.0, 0)):
        world, visits, floor = queue(50, above)
        order(world, visits, floor)
        fulfilment = world.ledger.accounts[0, 4]
        assert fulfilment == 50 * (round(world.study.costs.fulfilment_per_order * 100) - paid)


def test_some_pad_their_order_to_reach_the_threshold_the_more_the_nearer_it_is() -> None:
    shares = []
    for gap in (100.0, 1000.0, 4000.0):
        world, visits, floor = queue(2000, 0.0)
        price = int(world.goods.price[world.shoppers.item[visits.row[0]]])
        visits.free_above[:] = price + gap
        order(world, visits, floor)
        padded = visits.revenue > price
        shares.append(padded.mean())
        expected = 1.0 / (1.0 + gap / (world.study.offers.padding * 500.0))
        assert shares[-1] == pytest.approx(expected, abs=4 * np.sqrt(0.25 / 2000))
    assert shares == sorted(shares, reverse=True)


def test_the_fee_weighs_more_on_cheap_orders_and_nothing_on_the_usual_one() -> None:
    world, visits, floor = queue(3, np.inf)
    rows = visits.row
    cheap, goods = int(world.goods.price.argmin()), world.goods
    felt = floor._fee(np.array([cheap, -1]), np.zeros(2), np.full(2, np.inf))
    assert felt[0] > 0.0 == felt[1]
    on_shelves = goods.tables.ravel()
    usual = floor._fee(on_shelves, np.zeros(on_shelves.size), np.full(on_shelves.size, np.inf))
    by_category = usual.reshape(goods.tables.shape).mean(axis=1)
    assert by_category @ goods.shares == pytest.approx(0.0, abs=1e-9)
    free = floor._fee(world.shoppers.item[rows], np.zeros(3), np.zeros(3))
    assert free == pytest.approx([-world.usual_fee] * 3)


@pytest.mark.parametrize(("above", "regret", "share"), [(0.0, 0.0, 0.2), (0.0, 1.0, 0.405), (np.inf, 1.0, 0.2)])
def test_more_of_what_was_shipped_free_comes_back(above: float, regret: float, share: float) -> None:
    """Log odds of sending back rise by the regret: from 0.2 by 1 to 0.405. Nobody is less satisfied."""
    world, visits, floor = queue(4000, above, returns=0.2, free_regret=regret)
    order(world, visits, floor)
    returned = world.ledger.accounts[0, ACCOUNTS.index("returned")] / visits.revenue.sum()
    assert returned == pytest.approx(share, abs=4.0 * np.sqrt(0.25 / 4000))
    assert np.ptp(world.shoppers.satisfaction[visits.row]) == 0.0


def test_free_shipping_sells_more_and_costs_the_fee() -> None:
    study = lively(plans(), offers=FEE, experiment={"visitors": 1500})
    with installed(Free):
        base, free = (simulate(study, plan, 0) for plan in ("Baseline", "Free"))
    assert free.total("orders") > 1.02 * base.total("orders")
    each = [accounts_of(run, "store")["fulfilment"] / run.total("orders") for run in (base, free)]
    assert 400 < each[1] - each[0] < 650


def test_without_a_fee_nothing_depends_on_it() -> None:
    study = lively(plans(30.0))
    with installed(Free):
        base, free = (simulate(study, plan, 0) for plan in ("Baseline", "Free"))
    assert base.total("revenue") == free.total("revenue")
