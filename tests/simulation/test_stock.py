"""Stock: the last ones go to those who came first; what is missing is ordered at night and takes its lead time."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation import simulate
from simulation.catalogue import build_catalogue
from simulation.stock import Inventory
from simulation.visit import Floor
from simulation.visits import Visits
from tests.stores import lively, run_with_log, run_with_world, world_with

MAIN, OTHER = 0, 1


def inventory(**rules: Any) -> Inventory:
    study = lively(stock=rules)
    return Inventory(study, build_catalogue(study))


def one_by_one(on_hand: np.ndarray, products: list[int], units: list[int]) -> list[int]:
    """Sell as a shop assistant would: to one after the other."""
    left = on_hand.copy()
    granted = []
    for product, asked in zip(products, units, strict=True):
        granted.append(asked if left[product] > 0 else 0)  # what is missing of a started order is back-ordered
        left[product] -= granted[-1]
    return granted


# selling -----------------------------------------------------------------------------------------------------------
@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(1, 6)), max_size=40),
    st.lists(st.integers(0, 12), min_size=5, max_size=5),
)
def test_who_comes_first_gets_the_last_ones(claims: list[tuple[int, int]], stock: list[int]) -> None:
    shelves = inventory()
    shelves.on_hand[:5] = shelves.first[:5] = stock
    products, units = [p for p, _ in claims], [n for _, n in claims]
    granted = shelves.claim(np.array(products, dtype=np.int64), np.array(units, dtype=np.int64))
    assert granted.tolist() == one_by_one(np.array(stock), products, units)
    assert (shelves.first - shelves.sold == shelves.on_hand).all()


def test_endless_stock_grants_everything() -> None:
    shelves = inventory(unlimited=True)
    assert shelves.claim(np.array([3, 3, 3]), np.array([9**9, 5, 1])).tolist() == [9**9, 5, 1]
    for _ in range(3):
        assert shelves.due_orders()[0].size == 0


# ordering ----------------------------------------------------------------------------------------------------------
def test_a_night_without_sales_orders_nothing() -> None:
    assert inventory(units_per_day=5000.0).due_orders()[0].size == 0


def test_what_falls_below_its_point_is_filled_up_to_the_target_once() -> None:
    shelves = inventory(units_per_day=5000.0, memory_days=3650.0)
    shelves.claim(np.array([2]), shelves.on_hand[[2]].copy())
    products, units = shelves.due_orders()
    assert products.tolist() == [2]
    assert units[0] == pytest.approx(shelves.first[2], rel=0.01)
    assert shelves.due_orders()[0].size == 0, "what is on its way counts"
    shelves.receive(products, units)
    assert shelves.on_hand[2] == units[0]
    assert shelves.on_order.sum() == 0


@given(st.floats(0.0, 5.0), st.floats(0.0, 20.0))
def test_more_safety_and_longer_leads_keep_more_on_the_shelf(safety: float, lead: float) -> None:
    least, more = inventory(safety=0.0, lead_days=lead), inventory(safety=safety, lead_days=lead)
    longer = inventory(safety=safety, lead_days=lead + 3.0)
    assert (least.first <= more.first).all()
    assert (more.first <= longer.first).all()


def test_the_forecast_follows_sales() -> None:
    shelves = inventory(units_per_day=500.0, memory_days=10.0)
    before = shelves.forecast.copy()
    for _ in range(40):
        shelves.claim(np.array([0]), np.array([30]))
        shelves.due_orders()
        shelves.on_hand[:] = 1000
    assert shelves.forecast[0] == pytest.approx(30.0, rel=0.05)
    assert (shelves.forecast[1:] < before[1:]).all()
    assert (shelves.forecast >= 0.1 * before - 1e-12).all()


def test_yesterday_is_the_day_before_the_night() -> None:
    shelves = inventory()
    shelves.claim(np.array([1]), np.array([2]))
    assert shelves.sold_yesterday[1] == 0
    shelves.due_orders()
    assert shelves.sold_yesterday[1] == 2
    shelves.due_orders()
    assert shelves.sold_yesterday[1] == 0


def test_deliveries_take_their_lead_time() -> None:
    """An order given in the first night cannot be there before; with no lead it is there the next morning."""
    slow = run_with_world(lively(stock={"lead_days": 500.0, "cover_days": 1.0, "safety": 0.0}))[2]
    assert slow.stock.on_order.sum() > 0
    assert slow.stock.received.sum() < slow.stock.on_order.sum()
    quick = run_with_world(lively(stock={"lead_days": 0.0}))[2]
    assert quick.stock.received.sum() > 0
    assert quick.stock.on_order.sum() == 0


# sold out ----------------------------------------------------------------------------------------------------------
SCARCE = {"units_per_day": 2.0, "cover_days": 2.0, "lead_days": 10.0}


def test_who_finds_it_sold_out_takes_another_or_leaves() -> None:
    takes_any, leaves = (simulate(lively(stock={**SCARCE, "substitute": p}), "Baseline", 0) for p in (1.0, 0.0))
    assert takes_any.total("stockouts") > 0
    assert leaves.total("checkouts") - leaves.total("orders") == leaves.total("stockouts") > 0
    assert takes_any.total("checkouts") - takes_any.total("orders") < takes_any.total("stockouts")


def test_a_refused_shopper_leaves_by_the_way_out_and_loses_trust() -> None:
    plenty, scarce = (
        simulate(lively(stock=stock), "Baseline", 0) for stock in ({"unlimited": True}, {**SCARCE, "substitute": 0.0})
    )
    assert scarce.total("trust") / scarce.total("visitors") < plenty.total("trust") / plenty.total("visitors")
    _, log = run_with_log(lively(stock={**SCARCE, "substitute": 0.0}))
    refused = log.only("sold out")
    assert refused["time"].size > 0
    orders = set(zip(log.only("order")["shopper"].tolist(), log.only("order")["time"].tolist(), strict=True))
    assert not orders & set(zip(refused["shopper"].tolist(), refused["time"].tolist(), strict=True))


def test_at_the_till_the_earlier_one_gets_the_last_piece_however_the_batch_is_ordered() -> None:
    study = lively(stock={"substitute": 0.0})
    world, rows = world_with(study, 6)
    floor = Floor(world)
    world.stock.on_hand[:] = 0
    world.stock.on_hand[MAIN] = 1
    world.shoppers.item[rows] = MAIN
    visits = Visits.of(6)
    visits.row[:] = rows
    visits.key[:] = world.shoppers.key[rows]
    visits.time[:] = [5.5, 5.1, 5.3, 5.2, 5.9, 5.4]
    visits.offer_by[:] = -1
    refused = floor.till.order(visits, np.arange(6), np.ones(6, dtype=np.bool_), None)
    assert sorted(refused.tolist()) == [0, 2, 3, 4, 5]


@pytest.mark.parametrize("urged", [0.0, 1.0])
def test_sold_out_after_being_urged_disappoints_more(urged: float) -> None:
    world, rows = world_with(lively(stock={"substitute": 0.0}), 4)
    rules = world.study.fulfilment
    floor = Floor(world)
    world.stock.on_hand[:] = 0
    world.shoppers.item[rows] = OTHER
    visits = Visits.of(4)
    visits.row[:], visits.key[:], visits.urged[:] = rows, world.shoppers.key[rows], urged
    assert floor.till.order(visits, np.arange(4), np.ones(4, dtype=np.bool_), None).size == 4
    lost = rules.sold_out_trust + rules.urgency_sold_out_trust * urged
    assert world.shoppers.trust[rows] == pytest.approx(world.study.shoppers.first_trust - lost)
