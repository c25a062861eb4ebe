"""Variants: who keeps which, whose reward counts when, and that traffic goes to what is best now."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from strategies.throughout.variants import Rules, Variants

RULES = Rules("orders", reward_days=5.0, half_life_days=1e6, exploration=0.1, caution=1.0)


def variants(**changes: Any) -> Variants:
    return Variants(2, RULES._replace(**changes), np.random.Generator(np.random.PCG64(1)))


def moment(visitor: list[int], now: float, orders: int = 0, lot: float | list[float] = 0.2) -> Any:  # noqa: ANN401
    """Return as much of a moment as variants look at."""
    shoppers = np.array(visitor)
    profile = SimpleNamespace(visitor=shoppers, orders=np.full(shoppers.size, orders), spent=100 * orders)
    lots = np.broadcast_to(np.array(lot), shoppers.shape)
    return SimpleNamespace(profile=profile, now=np.full(shoppers.size, now), lot=lambda name: lots)


def test_a_visitor_keeps_his_variant_until_his_reward_is_due() -> None:
    trial = variants()
    assert trial.assign(moment([3, 4], 1.0, lot=[0.2, 0.7])).tolist() == [0, 1]
    trial.shares = np.array([0.0, 1.0])
    assert trial.assign(moment([3, 4], 5.9)).tolist() == [0, 1]
    assert trial.assign(moment([3, 4], 6.0)).tolist() == [1, 1]


def test_who_is_not_recognised_follows_his_lot_and_teaches_nothing() -> None:
    trial = variants()
    assert trial.assign(moment([-1, -1], 1.0, lot=[0.2, 0.7])).tolist() == [0, 1]
    trial.credit(moment([-1, -1], 1.5, orders=1))
    trial.turn(100.0, 1.0)
    assert (trial.seen == 0.0).all()
    assert trial.of(np.array([-1, 3])).tolist() == [-1, -1]


def test_a_reward_counts_once_its_days_are_over_and_only_if_it_came_in_time() -> None:
    trial = variants()
    trial.assign(moment([0, 1, 2], 1.0, orders=3, lot=[0.2, 0.7, 0.7]))
    trial.credit(moment([1], 2.0, orders=4))
    trial.credit(moment([1], 3.0, orders=5))
    trial.credit(moment([2], 6.1, orders=4))
    trial.turn(5.9, 1e-9)
    assert (trial.seen == 0.0).all(), "failures are seen no earlier than successes"
    trial.turn(6.0, 1e-9)
    assert trial.seen == pytest.approx(np.array([[1.0, 2.0], [0.0, 2.0], [0.0, 4.0]]))


def test_who_comes_back_when_his_days_are_over_is_counted_and_begins_anew() -> None:
    trial = variants()
    trial.assign(moment([0], 1.0))
    trial.credit(moment([0], 2.0, orders=1))
    trial.assign(moment([0], 6.5, orders=1, lot=0.7))
    trial.credit(moment([0], 7.0, orders=2))
    assert trial.seen == pytest.approx(np.array([[1.0, 0.0]] * 3))
    trial.turn(20.0, 1e-9)
    assert trial.seen == pytest.approx(np.ones((3, 2)))


def test_orders_served_late_are_added_to_what_was_counted() -> None:
    trial = variants()
    trial.assign(moment([0, 1], 1.0, lot=[0.2, 0.7]))
    trial.credit(moment([1], 2.0, orders=1))
    trial.turn(6.0, 1e-9)
    trial.credit(moment([1], 5.5, orders=3))
    assert trial.seen == pytest.approx(np.array([[1.0, 1.0], [0.0, 3.0], [0.0, 9.0]]))


def test_the_past_fades_by_its_half_life() -> None:
    trial = variants(half_life_days=10.0)
    trial.seen += 8.0
    trial.turn(1.0, 30.0)
    assert trial.seen == pytest.approx(np.ones((3, 2)))


def teach(trial: Variants, rates: tuple[float, float], shoppers: int) -> None:
    """Let variants show that these shares of so many shoppers each order."""
    orders = np.array(rates) * shoppers
    trial.seen += np.stack([np.full(2, float(shoppers)), orders, orders])
    trial.turn(0.0, 1.0)


def test_traffic_goes_to_the_better_as_far_as_it_is_sure() -> None:
    trial, shares = variants(), []
    trial.turn(0.0, 1.0)
    assert trial.shares.tolist() == [0.5, 0.5], "as long as nothing is known"
    for shoppers in (20, 200, 2000):
        teach(trial, (0.04, 0.06), shoppers)
        shares.append(trial.shares[1])
    assert 0.5 < shares[0] < shares[1] < shares[2] == pytest.approx(0.95, abs=0.01), "a tenth stays shared equally"


def test_caution_delays_the_verdict() -> None:
    hasty, careful = variants(caution=1.0), variants(caution=5000.0)
    for trial in (hasty, careful):
        teach(trial, (0.04, 0.06), 1000)
    assert hasty.shares[1] > 0.9
    assert careful.shares[1] < 0.8


@pytest.mark.parametrize(("half_life", "follows"), [(20.0, True), (1e6, False)])
def test_it_follows_a_drift_because_the_past_fades(half_life: float, follows: bool) -> None:
    trial = variants(half_life_days=half_life)
    for rates, days in (((0.10, 0.05), 300), ((0.05, 0.10), 120)):
        for _ in range(days):
            shoppers = 40.0 * trial.shares
            trial.seen += np.stack([shoppers, shoppers * rates, shoppers * rates])
            trial.turn(0.0, 1.0)
    assert (trial.shares[1] > 0.8) == follows
