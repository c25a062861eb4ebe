"""Order follow-up: complements to those who permit, help for the disappointed, reviews that others see."""

import numpy as np
import pytest

from simulation import Levers, simulate
from simulation.world import World
from tests.stores import lively, worlds_kept
from tests.strategies.counter import Counter, counter


def ordered(at: Counter) -> Levers:
    levers = Levers(at.world, at.rows, at.now, None)
    at.strategy.ordered(at.moment(), levers)
    return levers


def buyers(size: int = 200, **parameters: float) -> Counter:
    at = counter("order_follow_up", size, None, **parameters)
    at.world.shoppers.item[at.rows] = 0
    at.world.shoppers.orders[at.rows] = 1
    return at


def test_buyers_who_permit_hear_of_what_goes_with_their_purchase_after_a_while() -> None:
    at = buyers(delay_days=10.0)
    at.world.shoppers.permission[at.rows[50:]] = False
    ordered(at)
    sent = at.sent()
    assert sent["row"].tolist() == at.rows[:50].tolist()
    assert np.isin(sent["product"], at.world.goods.complements[0]).all()
    assert (sent["planned"] == 5.5 + 10.0).all()


@pytest.mark.parametrize(("answers", "helped"), [(0.0, 0), (1.0, 200)])
def test_those_who_answer_are_helped_at_a_cost(answers: float, helped: int) -> None:
    at = buyers(answers=answers, help=0.5, help_cost=2.0)
    levers = ordered(at)
    assert levers.pulls.column("comfort").sum() == pytest.approx(0.5 * helped)
    assert at.world.ledger.accounts[1].sum() == 200 * helped


def test_reviews_are_counted_for_the_whole_store_and_help_those_who_compare() -> None:
    at = buyers(reviews=1.0, enough=5, answered=0.25, proof=0.4)
    at.world.goods.quality[:2] = [1.0, -1.0]
    assert at.act().answered is None or at.act().column("answered").sum() == 0.0
    ordered(at)
    memory = at.world.strategies[0].memory
    assert memory[0] == pytest.approx(200.0 / at.world.study.simulated_share)
    assert memory[1:].sum() == 0.0
    at.world.shoppers.item[at.rows[:100]] = 1
    pulls = at.act()
    assert pulls.column("answered").tolist() == [0.0] * 100 + [0.25] * 100
    assert pulls.column("proof").tolist() == [0.0] * 100 + [0.4] * 100


def run(help_given: float) -> World:
    plan = {"With": {"order_follow_up": {"answers": 1.0, "help": help_given, "delay_days": 90.0, "proof": 0.0}}}
    study = lively(plan, fulfilment={"disappointment_dropout": 0.5, "quality_noise": 2.0, "referral": 0.0})
    with worlds_kept() as worlds:
        simulate(study, "With", 0)
    return worlds[0]


def test_help_wins_back_some_who_would_be_lost() -> None:
    without, helped = (run(part).shoppers for part in (0.0, 0.9))
    size = without.size
    assert helped.lost[:size].sum() < 0.5 * without.lost[:size].sum()
    once = (without.orders[:size] == 1) & (helped.orders[:size] == 1)
    assert np.nanmean(helped.satisfaction[:size][once]) > np.nanmean(without.satisfaction[:size][once]) + 0.05
    assert np.isfinite(helped.next_need[:size][once & ~helped.lost[:size]]).all(), "who is won back will need again"
