"""The brand: bounces, carts left behind and too many messages cost trust; stock does not bind in the follow-up."""

from __future__ import annotations

import numpy as np

from simulation import simulate
from tests.stores import lively, run_with_world


def trust_of(**sections: object) -> float:
    outcomes = simulate(lively({"Care": {"rfm_care": {"every_days": 2.0, "best": 1.0}}}, **sections), "Care", 0)
    return outcomes.total("trust") / outcomes.total("visitors") / 1e6


def test_bounces_and_abandoned_carts_cost_trust() -> None:
    quiet = {"messages": {"trust_loss": 0.0}}
    assert trust_of(leaving={"trust_loss": 0.05}, **quiet) < trust_of(leaving={"trust_loss": 0.0}, **quiet) - 0.01


def test_too_many_messages_cost_trust() -> None:
    calm = {"leaving": {"trust_loss": 0.0}}
    assert trust_of(messages={"trust_loss": 0.5}, **calm) < trust_of(messages={"trust_loss": 0.0}, **calm)


def test_everything_is_sold_in_the_follow_up_and_still_adds_up() -> None:
    lean = {"units_per_day": 0.2, "cover_days": 1.0, "unlimited": False}
    _, _, world = run_with_world(lively(stock=lean))
    stock = world.stock
    assert stock.back_orders
    assert stock.claim(np.array([0]), np.array([10**6])).tolist() == [10**6]
    assert (stock.first + stock.received - stock.sold == stock.on_hand).all()
