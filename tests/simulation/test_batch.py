"""Columns gathered once for all strategies of a moment: none changes while it lasts, and none can be written to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from unittest import mock

import numpy as np
import pytest

from simulation import library, simulate
from simulation.batch import Batch
from simulation.profile import ProfileView
from simulation.shoppers import COLUMNS, Shoppers
from simulation.strategy import DATA_POINTS
from simulation.world import World
from tests.stores import lively

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulation import Levers, Moment
    from simulation.world import Active

EVERYTHING = frozenset(DATA_POINTS)


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


@pytest.mark.parametrize("first", [False, True])
def test_some_of_a_batch_are_a_batch_of_their_own(shoppers: Shoppers, *, first: bool) -> None:
    """They know what was gathered for all, and only that."""
    batch = Batch(shoppers, np.array([3, 7, 11]))
    some = batch.only(np.array([2, 0]))
    if first:
        batch.lasting("orders")
    shoppers.orders[11] = 50
    column = some.lasting("orders")
    assert column.tolist() == [11 if first else 50, 3]
    assert some.lasting("orders") is column
    with pytest.raises(ValueError, match="read-only"):
        column[0] = 1


def test_what_is_made_of_columns_is_made_once(shoppers: Shoppers) -> None:
    batch, made = Batch(shoppers, np.array([3, 7])), mock.Mock(side_effect=lambda: batch.lasting("orders") * 2)
    for _ in range(2):
        assert batch.once("twice", made).tolist() == [6, 14]
    made.assert_called_once()
    assert batch.only(np.array([1])).once("twice", made).tolist() == [14]
    made.assert_called_once()


@pytest.fixture
def gathered(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Names of what was gathered; it is looked at again whenever a strategy has met the moment, until the next one."""
    met, keep = World.meet, Batch._keep
    kept: list[tuple[Batch, str]] = []
    names: set[str] = set()

    def kept_too(batch: Batch, name: str, column: np.ndarray) -> np.ndarray:
        kept.append((batch, name))
        names.add(name)
        return keep(batch, name, column)

    def meet(self: World, active: Active, hook: Callable[..., None], moment: Moment, levers: Levers) -> None:
        if moment._batch not in [batch for batch, _ in kept]:
            kept.clear()  # of another moment
        met(self, active, hook, moment, levers)
        for batch, name in tuple(kept):
            afresh = Batch(batch.shoppers, batch.rows)
            profile = ProfileView(self.profile, afresh, np.zeros(batch.rows.size), "onsite", EVERYTHING)
            now = afresh.current(name) if name in COLUMNS else getattr(profile, name)
            assert np.array_equal(batch._gathered[name], now), f"{active.strategy.id} changed {name} while meeting"

    monkeypatch.setattr(Batch, "_keep", kept_too)
    monkeypatch.setattr(World, "meet", meet)
    return names


def test_no_lever_of_any_strategy_changes_what_is_gathered(gathered: set[str]) -> None:
    everything: dict[str, dict[str, Any]] = {name: {} for name in library().strategies}
    simulate(lively({"All": everything}), "All", 0)
    seen = {
        "source",
        "device",
        "place",
        "age",
        "birthday",
        "referrer",
        "interest",
        "item",
        "cart",
        "wish",
        "offer_seen",
    }
    known = {"key", "consent", "personal_consent", "visits", "messages", "orders", "revenue", "last_order"}
    assert gathered == seen | known | {"visitor", "returning"}, "permission and points are changed by levers"
