"""Early access: the best customers, and only they, are invited to what comes soon."""

import numpy as np
import pytest

from simulation import Levers
from tests.strategies.counter import Counter, counter


def customers(**parameters: float) -> Counter:
    """Ten customers, each better than the one before in recency, frequency and money; product 2 comes soon."""
    at = counter("early_access", 10, None, **parameters)
    sh = at.world.shoppers
    sh.orders[at.rows] = 1 + np.arange(10)
    sh.revenue[at.rows] = 1000 * (1 + np.arange(10))
    sh.last_order[at.rows] = at.now - (100.0 - 10.0 * np.arange(10))
    today = float(at.world.day_of_year(at.now)[0])
    at.world.goods.launched[:] = (today - 1.0 - 364.0) % 365.0 + 200.0
    at.world.goods.launched[2] = (today + 10.0) % 365.0
    return at


def invite(at: Counter) -> np.ndarray:
    at.strategy.invite(at.moment(), Levers(at.world, at.rows, at.now, None))  # type: ignore[attr-defined]
    return at.sent()


@pytest.mark.parametrize(("best", "count"), [(0.2, 2), (0.5, 5), (1.0, 10)])
def test_the_best_are_invited(best: float, count: int) -> None:
    sent = invite(customers(best=best, ahead_days=60.0))
    assert sorted(sent["row"].tolist()) == list(range(10 - count, 10))
    assert (sent["product"] == 2).all()
    assert (sent["offer"] == 0.0).all()


def test_the_very_best_get_a_gift_that_is_paid_for() -> None:
    at = customers(best=0.5, gift=0.2)
    before = at.world.shoppers.trust[at.rows].copy()
    invite(at)
    assert np.flatnonzero(at.world.shoppers.trust[at.rows] > before).tolist() == [9]
    assert at.world.ledger.accounts[1].sum() == at.world.goods.unit_cost[2]


def test_without_anything_to_come_nobody_is_invited() -> None:
    at = customers(ahead_days=5.0)
    assert invite(at).size == 0
