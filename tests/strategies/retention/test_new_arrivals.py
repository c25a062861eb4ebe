"""New arrivals: only what is new, only where it fits, only to customers who are still there."""

import numpy as np

from simulation import Levers
from tests.strategies.counter import Counter, counter


def customers(**parameters: float) -> Counter:
    """Six customers, whose profiles say that each likes another product; orders 1, 101, 201 … days ago."""
    at = counter("new_arrivals", 6, None, **parameters)
    at.world.shoppers.orders[at.rows] = 1
    at.world.shoppers.last_order[at.rows] = at.now - (1.0 + 100.0 * np.arange(6))
    at.teach(np.arange(6), 5.0, "purchases")
    today = float(at.world.day_of_year(at.now)[0])
    at.world.goods.launched[:] = (today - 200.0) % 365.0
    at.world.goods.launched[[1, 3]] = (today - np.array([5.0, 44.0])) % 365.0
    return at


def write(at: Counter) -> np.ndarray:
    at.strategy.write(at.moment(), Levers(at.world, at.rows, at.now, None))  # type: ignore[attr-defined]
    return at.sent()


def test_only_new_products_are_told_of_the_one_liked_most() -> None:
    at = customers(new_days=45.0, fit=-5.0, silent_days=1000.0)
    belief, _ = at.moment().profile.belief()
    liking = belief @ at.world.goods.features[[1, 3]].T
    assert write(at)["product"].tolist() == np.array([1, 3])[liking.argmax(axis=1)].tolist()


def test_nobody_hears_of_what_does_not_fit() -> None:
    at = customers(fit=0.5, silent_days=1000.0)
    belief, _ = at.moment().profile.belief()
    fits = (belief @ at.world.goods.features[[1, 3]].T).max(axis=1) >= 0.5
    assert 0 < fits.sum() < 6
    assert write(at)["row"].tolist() == at.rows[fits].tolist()


def test_those_long_gone_are_left_alone() -> None:
    at = customers(fit=-5.0, silent_days=250.0)
    assert write(at)["row"].tolist() == at.rows[:3].tolist()


def test_without_anything_new_nobody_is_written_to() -> None:
    at = customers(new_days=1.0, fit=-5.0)
    assert write(at).size == 0
