"""What shoppers are like: shares as stated, tastes of unit variance with something in common, and fixed by their key.

Statistical checks at four standard errors on fixed keys (a wrong alarm in 6 of 100,000 each).
"""

from typing import Any

import numpy as np
import pytest

from simulation import draws
from simulation.shoppers import NONE, Shoppers
from tests.stores import lively, run_with_world, world_with

N = 20_000


def crowd(**changes: Any) -> Shoppers:
    """Return N shoppers of the first source as the engine makes them."""
    world, rows = world_with(lively(**changes), 0)
    keys = draws.child_keys(draws.replication_key(1, 0, "shopper"), np.arange(N))
    rows = world.nature.create(world.shoppers, keys, np.zeros(N, dtype=np.int64))
    assert rows.tolist() == list(range(N))
    return world.shoppers


def share(flags: np.ndarray, p: float) -> bool:
    """Return whether a share agrees with a probability."""
    return bool(abs(flags.mean() - p) <= 4.0 * np.sqrt(p * (1.0 - p) / flags.size) + 1e-12)


def test_traits_have_the_stated_shares() -> None:
    sh = crowd()
    for column, index, p in (("device", 0, 0.6), ("place", 1, 0.5), ("reason", 0, 0.6), ("reason", 2, 0.1)):
        assert share(getattr(sh, column)[:N] == index, p), column


def test_a_source_may_have_its_own_mix_of_reasons() -> None:
    world, _ = world_with(lively(), 0)
    rows = world.nature.create(world.shoppers, np.arange(1, 500, dtype=np.uint64), np.ones(499, dtype=np.int64))
    assert (world.shoppers.reason[rows] == 0).all()  # direct: all come to buy


def test_leanings_have_the_stated_spread() -> None:
    sh = crowd(
        shoppers={"readiness_spread": 0.6, "urgency": 0.5, "urgency_spread": 0.4, "proof_spread": 0.0, "proof": 0.3}
    )
    error = 4.0 / np.sqrt(2 * N)
    assert sh.readiness[:N].std() == pytest.approx(0.6, rel=error)
    assert sh.urgency[:N].mean() == pytest.approx(0.5, abs=4 * 0.4 / np.sqrt(N))
    assert (sh.proof[:N] == 0.3).all()
    assert np.median(sh.sensitivity[:N]) == pytest.approx(2.6, rel=0.02)
    assert np.log(sh.sensitivity[:N]).std() == pytest.approx(0.35, rel=error)
    assert share(sh.birthday[:N] <= 73, 0.2)


@pytest.mark.parametrize("segment", [0.0, 0.35, 1.0])
def test_taste_has_unit_variance_whatever_segments_share(segment: float) -> None:
    sh = crowd(shoppers={"segment_taste": segment})
    taste = sh.taste[:N]
    own = 1.0 - segment**2
    for k in range(taste.shape[1]):
        groups = [taste[(sh.device[:N] == d) & (sh.place[:N] == p), k] for d in (0, 1) for p in (0, 1)]
        within = np.mean([group.var() for group in groups])
        assert within == pytest.approx(own, abs=0.05)


def test_consent_falls_with_concern() -> None:
    sh = crowd(data={"consent": 0.7, "concern_weight": 1.5})
    typical = np.abs(sh.concern[:N]) < 0.1
    assert share(sh.consent[:N][typical], 0.7) or abs(sh.consent[:N][typical].mean() - 0.7) < 0.05
    assert sh.consent[:N][sh.concern[:N] > 1].mean() < 0.5 < sh.consent[:N][sh.concern[:N] < -1].mean()


@pytest.mark.parametrize("p", [0.0, 1.0])
def test_consent_and_permission_may_be_all_or_none(p: float) -> None:
    sh = crowd(data={"consent": p, "personal_consent": p}, shoppers={"email_at_first_visit": p})
    for column in ("consent", "personal_consent", "permission"):
        assert (getattr(sh, column)[:N] == bool(p)).all(), column


def test_a_shopper_is_his_key_whoever_comes_with_him() -> None:
    alone, _ = world_with(lively(), 0)
    crowded = crowd()
    key = crowded.key[17:18].copy()
    row = alone.nature.create(alone.shoppers, key, np.zeros(1, dtype=np.int64))
    for column in ("device", "reason", "readiness", "sensitivity", "birthday", "consent"):
        assert getattr(alone.shoppers, column)[row[0]] == getattr(crowded, column)[17], column
    assert (alone.shoppers.taste[row[0]] == crowded.taste[17]).all()


def test_columns_grow_without_losing_anybody() -> None:
    sh = Shoppers(16, 3)
    for count in (10, 30, 500):
        rows = sh.add(np.arange(count, dtype=np.uint64) + np.uint64(count))
        sh.readiness[rows] = count
        sh.taste[rows] = count
    assert sh.size == 540 <= sh.capacity
    assert np.bincount(sh.readiness[:540].astype(int))[[10, 30, 500]].tolist() == [10, 30, 500]
    assert (sh.taste[:540, 0] == sh.readiness[:540]).all()
    assert (sh.item[:540] == NONE).all()


def test_a_misspelt_column_is_told() -> None:
    with pytest.raises(AttributeError, match="redyness"):
        _ = Shoppers(16, 3).redyness  # type: ignore[attr-defined]


def test_interest_follows_demand() -> None:
    """First visits look for a category by its share; shirts' season moves the first half of January little."""
    world = run_with_world(
        lively(
            experiment={"visitors": 3000, "days": 10.0},
            catalogue={"category": [{"name": n, "share": s, "price": 9} for n, s in (("a", 3), ("b", 1))]},
        )
    )[2]
    seen = np.isfinite(world.shoppers.first_visit[: world.shoppers.size])
    assert share(world.shoppers.interest[: world.shoppers.size][seen] == 0, 0.75)
