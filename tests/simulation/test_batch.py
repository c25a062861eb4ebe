"""Columns gathered once for all strategies of a moment: none changes while it lasts, and none can be written to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from simulation import library, simulate
from simulation.batch import Batch
from simulation.shoppers import Shoppers
from simulation.world import World
from tests.stores import lively

if TYPE_CHECKING:
    from simulation import Levers, Moment
    from simulation.world import Active


@pytest.fixture
def shoppers() -> Shoppers:
    shoppers = Shoppers(20, 2)
    shoppers.add(np.arange(20, dtype=np.uint64))
    shoppers.orders[:20] = np.arange(20)
    return shoppers


def test_a_lasting_column_is_gathered_once(shoppers: Shoppers) -> None:
    batch = Batch(shoppers, np.array([3, 7]))
    first = batch.lasting("orders")
    assert first.tolist() == [3, 7]
    assert batch.lasting("orders") is first
    with pytest.raises(ValueError, match="read-only"):
        first[0] = 1


def test_a_current_column_is_a_copy_of_what_is_now(shoppers: Shoppers) -> None:
    batch = Batch(shoppers, np.array([3, 7]))
    batch.current("orders")[:] = 99
    shoppers.orders[7] = 50
    assert batch.current("orders").tolist() == [3, 50]


def test_some_of_a_batch_are_a_batch_of_their_own(shoppers: Shoppers) -> None:
    batch = Batch(shoppers, np.array([3, 7, 11]))
    batch.lasting("orders")
    assert batch.only(np.array([2, 0])).lasting("orders").tolist() == [11, 3]


@pytest.fixture
def gathered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of columns that were gathered; each is looked at again when all strategies have met its moment."""
    met = World.let_meet
    names: list[str] = []

    def let_meet(self: World, hook: str, actives: list[Active], moment: Moment, levers: Levers) -> None:
        met(self, hook, actives, moment, levers)
        batch = moment._batch
        for name, column in batch._gathered.items():
            assert np.array_equal(column, batch.current(name)), f"{name} changed while a moment lasted ({hook})"
            names.append(name)

    monkeypatch.setattr(World, "let_meet", let_meet)
    return names


def test_no_lever_of_any_strategy_changes_what_is_gathered(gathered: list[str]) -> None:
    everything: dict[str, dict[str, Any]] = {name: {} for name in library().strategies}
    simulate(lively({"All": everything}), "All", 0)
    assert set(gathered) == {"key", "consent", "personal_consent", "orders", "visits", "item"}
