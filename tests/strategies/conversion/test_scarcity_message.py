"""Scarcity: said when the real stock is low, it presses; buyers of durable goods resent it."""

import numpy as np
import pytest

from simulation import Study, simulate
from tests.stores import LIVELY, lively
from tests.strategies.counter import counter
from tests.strategies.lift import treated_lift


def test_it_is_said_where_few_are_left_in_the_whole_store() -> None:
    at = counter("scarcity_message", threshold=40.0, strength=0.7, considered=1.0)
    share = at.world.study.simulated_share
    at.world.stock.on_hand[:6] = np.floor(np.array([10, 39, 41, 400, 0, 20]) * share)
    at.world.shoppers.item[at.rows] = [0, 1, 2, 3, 4, -1]
    few = at.world.stock.on_hand[:5] / share <= max(40.0, 1.0 / share)
    assert few.tolist() == [True, True, few[2], False, True]
    urgency = at.act().urgency
    assert urgency is not None
    assert urgency.tolist() == [0.7 * said for said in few] + [0.0]


def test_it_is_not_said_of_goods_that_are_thought_about_for_long() -> None:
    at = counter("scarcity_message", threshold=1e9, strength=0.7, considered=0.3)
    at.world.shoppers.item[at.rows] = [np.flatnonzero(at.world.goods.category == c)[0] for c in (0, 1, 2, 0, 1, 2)]
    urgency = at.act().urgency
    assert urgency is not None
    assert urgency.tolist() == [0.7, 0.0, 0.7] * 2, "jackets are considered purchases"


def test_with_endless_stock_it_is_never_said() -> None:
    study = lively({"With": {"scarcity_message": {"threshold": 1e6}}}, stock={"unlimited": True})
    outcomes = simulate(study, "With", 0)
    assert outcomes.tables["strategies"].at("scarcity_message", "reach") == 0


def store(considered: float) -> Study:
    """The lively store with goods that are all more or less considered, always in stock but always said to be few."""
    goods = [{**category, "considered": considered} for category in LIVELY["catalogue"]["category"]]
    return lively(
        {"Few": {"scarcity_message": {"threshold": 1e9, "strength": 1.0, "considered": 1.0}}},
        catalogue={"category": goods},
        experiment={"visitors": 4000, "warm_up_days": 0.0, "follow_up_days": 7.0},
        stock={"units_per_day": 50_000.0},
        fulfilment={"referral": 0.0},
    )


@pytest.mark.parametrize(("considered", "sign"), [(0.0, 1), (0.1, 1), (1.0, -1)])
def test_it_helps_with_light_goods_and_backfires_with_considered_ones(considered: float, sign: int) -> None:
    """Park et al. 2020: sales of durables fell where "only a few left" was said."""
    lift = treated_lift(store(considered), "Few")
    assert lift.reached > 1500
    assert lift.clearly(sign), lift


def test_who_was_urged_and_found_it_gone_trusts_the_store_less() -> None:
    """In a store that runs dry: trust of the same shoppers falls, the more the more urging disappoints."""
    trust = []
    for disappointment in (0.0, 1.0):
        study = lively(
            {"Few": {"scarcity_message": {"threshold": 1e9, "strength": 1.0}}},
            stock={"units_per_day": 5.0, "lead_days": 60.0, "substitute": 0.0},
            fulfilment={"urgency_sold_out_trust": disappointment},
        )
        outcomes = simulate(study, "Few", 0)
        assert outcomes.total("stockouts") > 30
        trust.append(outcomes.total("trust") / outcomes.total("visitors"))
    assert trust[1] < trust[0]
