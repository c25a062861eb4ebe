"""The door: where a visit enters, how ready to buy, what a click brings along, what it costs."""

from typing import Any

import numpy as np
import pytest

from simulation import agenda
from simulation.aftermath import Aftermath
from simulation.agenda import CLICK, FIRST, NEED, RETURN
from simulation.door import Door
from simulation.visits import Visits
from simulation.world import World
from tests.stores import lively, world_with


def entrance(size: int = 4, **changes: Any) -> tuple[World, np.ndarray, Door]:
    world, rows = world_with(lively({"Mail": {"cart_recovery": {}}}, **changes), size, "Mail")
    return world, rows, Door(world, Aftermath(world))


def enter(at: Door, rows: np.ndarray, kind: int, ref: int | np.ndarray = 0) -> Visits:
    return at.enter(agenda.events(np.full(rows.size, 5.0), rows, kind, ref, 1))


def test_each_kind_of_visit_has_its_door() -> None:
    world, rows, at = entrance()
    assert enter(at, rows, FIRST).stage.tolist() == [0] * 4
    assert enter(at, rows, NEED).stage.tolist() == [1] * 4  # the study's enter_at
    world.shoppers.furthest[rows] = [0, 1, 2, 3]
    assert enter(at, rows, RETURN).stage.tolist() == [0, 0, 1, 2]  # each stage's return_to


def test_readiness_is_lasting_by_reason_and_source_and_more_with_a_need() -> None:
    world, rows, at = entrance(shoppers={"readiness_spread": 0.0}, repurchase={"need_intent": 2.0})
    world.shoppers.reason[rows] = [0, 1, 2, 0]
    world.shoppers.source[rows] = [0, 0, 0, 1]
    assert enter(at, rows, FIRST).intent == pytest.approx([0.6, -0.2, 0.6, 0.5])
    assert enter(at, rows, NEED).intent == pytest.approx([2.1, 2.1, 2.1, 2.0])


def mail(world: World, rows: np.ndarray, time: float = 4.0, **content: Any) -> np.ndarray:
    full = {"by": 0, "channel": 0, "product": -1, "offer": 0.2, "stage": 2, "personal": 0.0, "visits": -1}
    world.outbox.send(rows, np.full(rows.size, time), **(full | content))
    return np.arange(world.outbox.size - rows.size, world.outbox.size)


def test_a_click_enters_where_the_message_leads_with_its_offer_and_product() -> None:
    world, rows, at = entrance()
    visits = enter(at, rows, CLICK, mail(world, rows, product=np.array([3, 4, 5, 6])))
    assert visits.stage.tolist() == [2] * 4
    assert visits.offer.tolist() == [0.2] * 4
    assert visits.offer_by.tolist() == [0] * 4
    assert world.shoppers.item[rows].tolist() == [3, 4, 5, 6]
    assert world.shoppers.interest[rows].tolist() == world.goods.category[[3, 4, 5, 6]].tolist()


def test_an_offer_that_has_run_out_is_not_brought() -> None:
    world, rows, at = entrance()
    assert enter(at, rows, CLICK, mail(world, rows, time=1.9)).offer.tolist() == [0.0] * 4  # it holds for three days
    assert enter(at, rows, CLICK, mail(world, rows, time=2.1)).offer.tolist() == [0.2] * 4


def test_a_need_clears_the_mind() -> None:
    world, rows, at = entrance()
    world.shoppers.item[rows] = 3
    enter(at, rows, RETURN)
    assert (world.shoppers.item[rows] == 3).all()
    enter(at, rows, NEED)
    assert (world.shoppers.item[rows] == -1).all()


def test_paid_sources_cost_by_first_visit_in_the_horizon() -> None:
    world, rows, at = entrance()
    world.shoppers.source[rows] = [0, 0, 0, 1]
    enter(at, rows, FIRST)
    enter(at, rows, RETURN)
    assert world.ledger.accounts.sum() == 3 * 40
